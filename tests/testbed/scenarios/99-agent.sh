# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: an agent keeps descriptions current, also for a host with the check (F1)
# needs: stock standalone
# limit: 300

described_as() { src agent_described "$GUEST" >/dev/null && src "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1" | grep -q "$1"; }
# expect_described TEXT: in the metadata, after a while
expect_described() {
    local n
    for ((n = 0; n < 30 * PATIENCE; n++)); do
        ! described_as "$1" || return 0
        sleep 1
    done
    fail "a description with '$1'" "$(src "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1")"
}

# No libvirt of the source's describes anything; the check of the destination's judges.
device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
src libvirtd_use stock
src agent_start
start_guest
expect_described '<softwareVersion>1.2.0'
unforetold
migrate
expect_refused "$(node_of "$DEVICE")" version-minor-too-old 1.2.0 1.1.0
expect_untouched

# A daemon that is restarted, and an agent that was killed
src libvirtd_restart
src "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1 --remove --live"
expect_described '<softwareVersion>1.2.0'
src agent_signal KILL
src "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1 --remove --live"
src agent_start
expect_described '<softwareVersion>1.2.0'

# what another boot of the host described is described anew
src agent_signal TERM
boot=00000000-0000-4000-8000-000000000000
src "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1 --key old --live --set \
    '<nodedevCompat boot=\"$boot\" time=\"2020-01-01T00:00:00Z\"><hostdev alias=\"ua-m0\"/></nodedevCompat>'"
src agent_start
expect_described '<softwareVersion>1.2.0'
described_as "$boot" && fail 'a description of this boot' "$said"

# A hook beside the check does nothing.
dst hook_install
dst policy 'migration = "enforcing"'
device dst small publish=f1 software_version=1.2.0
unforetold
migrate
expect_migrated
attempt dst "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1"
[[ -z $said ]] || fail 'no description of devices that the guest has left' "$said"
