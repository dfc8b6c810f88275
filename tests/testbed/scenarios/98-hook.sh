# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: beside unmodified libvirt, agent and hook do what the check does (F1)
# needs: stock standalone
# limit: 300

# What virsh of the source prints of a hook script is one line.
migrate_stock() { attempt src virsh -q migrate --live "$@" "$GUEST" "$DST_URI"; }

# expect_no_description HOST: in the guest's metadata
expect_no_description() {
    attempt "$1" "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1"
    [[ -z $said ]] || fail "no description of the guest on $1" "$said"
}

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
both libvirtd_use stock
dst hook_install
src agent_start
start_guest
src agent_described "$GUEST"

migrate_stock
expect_refused "domain '$GUEST' cannot be migrated: " version-minor-too-old 1.2.0 1.1.0
expect_untouched
migrate_stock --p2p
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched

# A source with the check describes the device, too, but this destination does not look at
# that: it needs the agent as well.
src libvirtd_use ours
src agent_described "$GUEST"
migrate_stock
expect_refused "domain '$GUEST' cannot be migrated: " version-minor-too-old 1.2.0 1.1.0
expect_untouched
src agent_signal TERM
src "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1 --remove --live"
dst policy 'migration = "enforcing"'
migrate_stock
expect_refused device-not-described
expect_untouched
src libvirtd_use stock
src agent_start
src agent_described "$GUEST"

dst policy 'migration = "off"'
device dst small publish=f1 software_version=1.2.0
migrate_stock
expect_migrated
dst virsh -q destroy "$GUEST"

# what fits; the description is of a device that the guest has left
dst policy 'migration = "enforcing"'
start_guest
src agent_described "$GUEST"
set_register src 0xc0ffee98
migrate_stock
expect_migrated
expect_register dst 0xc0ffee98
expect_no_description dst

# back, to a host without a hook, which asks nobody
attempt dst virsh -q migrate --live "$GUEST" qemu+tcp://src/system
expect_status 0
expect_running src
src agent_described "$GUEST"

# nobody described it
src agent_signal TERM
src "virsh -q metadata $GUEST urn:libvirt-nodedev-compat:1 --remove --live"
migrate_stock
expect_refused device-not-described
expect_clean dst
expect_running src
dst policy
migrate_stock
expect_migrated
dst virsh -q destroy "$GUEST"

# state that was saved
src agent_start
src hook_install
start_guest
src agent_described "$GUEST"
src virsh -q save "$GUEST" /tmp/guest.save
device src small publish=f1 software_version=1.1.0
attempt src virsh -q restore /tmp/guest.save
expect_status 1 "domain '$GUEST' cannot be restored: " version-minor-too-old 1.2.0 1.1.0
expect_clean src
device src small publish=f1 software_version=1.2.0
src virsh -q restore /tmp/guest.save
expect_running src
