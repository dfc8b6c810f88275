# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
#
# What a testbed scenario is written with. A scenario runs outside of the two
# hosts, src and dst, and sends commands in: `src virsh list`, or one string
# for the host's shell, `dst 'dmesg | tail'`. The first expectation that is not
# met ends it, saying what was expected and what came.
#
#   device src small publish=f1 software_version=1.2.0
#   device dst small publish=f1 software_version=1.1.0
#   start_guest
#   migrate
#   expect_refused version-minor-too-old 1.2.0 1.1.0
#   expect_untouched
#
# ./run reads this file, then the scenario. It sets TESTBED_FD (commands go out
# and statuses come back here; one at a time), TESTBED_DIR (scratch; output of
# the last command in out and err), TESTBED_GUEST (this scenario's guest),
# TESTBED_HERE (where these files are), TESTBED_SEED (of what is drawn by chance)
# and TESTBED_PATIENCE (how many times as long as usual things may take).

set -Eeuo pipefail
trap '_failed $?' ERR

# The first device of a scenario, the same on both hosts, and a second one; the
# PCI function they belong to.
# shellcheck disable=SC2034
DEVICE=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
# shellcheck disable=SC2034
DEVICE2=83b8f4f2-509f-382f-3c1e-e6bfe0fa1002
# Two virtual functions of the NIC, at the same place on both hosts.
# shellcheck disable=SC2034
VF=0000:00:18.0 VF2=0000:00:18.2
GUEST=$TESTBED_GUEST
# shellcheck disable=SC2034
PARENT_NODE=pci_0000_00_10_0
# The machine type of guests, as QEMU of the source has to know it, and the other one
MACHINE=pc
# What else guests have, as XML
FEATURES=
DST_URI=qemu+tcp://dst/system
PATIENCE=${TESTBED_PATIENCE:-1}
# Output and status of the last attempt, migrate or compare.
said=
status=

# Names the line of the scenario, not the one in here that it led to.
_failed() {
    local i
    ((BASH_SUBSHELL == 0)) || exit "$1"
    for ((i = 1; i < ${#BASH_SOURCE[@]}; i++)); do
        [[ ${BASH_SOURCE[i]} != "${BASH_SOURCE[0]}" ]] || continue
        echo "line ${BASH_LINENO[i - 1]} of ${BASH_SOURCE[i]##*/} failed with status $1" >&2
        exit "$1"
    done
}

_on() {
    local host=$1 stdin=$2 command rc
    shift 2
    if (($# == 1)); then
        command=$1
    else
        printf -v command '%q ' "$@"
    fi
    printf '%s\0%s\0%s\0' "$host" "$stdin" "$command" >&"$TESTBED_FD"
    read -r rc <&"$TESTBED_FD"
    cat "$TESTBED_DIR/out"
    cat "$TESTBED_DIR/err" >&2
    return "$rc"
}

src() { _on src '' "$@"; }
dst() { _on dst '' "$@"; }
both() { _on both '' "$@"; }

# put HOST FILE: write standard input to a file inside a host.
put() {
    cat >"$TESTBED_DIR/stdin"
    _on "$1" "$TESTBED_DIR/stdin" "cat >$2"
}

fail() {
    printf 'expected: %s\ngot: %s\n' "$1" "$2" >&2
    exit 1
}

# node_of UUID|ADDRESS: what libvirt calls the device.
node_of() {
    case $1 in
    *-*) echo "mdev_${1//-/_}_0000_00_10_0" ;;
    *) tr :. __ <<<"pci_$1" ;;
    esac
}

# load HOST KEY=VALUE...: load the sample driver afresh, with parameters.
load() {
    local host=$1
    shift
    "$host" module_load "$@"
}

# device HOST TYPE KEY=VALUE...: load the driver and create $DEVICE. HOST may
# be "both".
device() {
    local host=$1 type=$2
    shift 2
    "$host" "$(printf '%q ' module_load "$@") && device_create $type $DEVICE"
}

# add_device HOST TYPE UUID: one more with the driver as it is.
add_device() { "$1" device_create "$2" "$3"; }

# vf HOST KEY=VALUE...: load the driver and give it $VF. HOST may be "both".
vf() {
    local host=$1
    shift
    "$host" "$(printf '%q ' module_load "$@") && function_bind $VF"
}

# add_vf HOST ADDRESS: one more with the driver as it is.
add_vf() { "$1" function_bind "$2"; }

# firmware HOST KEY=VALUE...: what devlink shows of the NIC that the functions are of. HOST
# may be "both".
firmware() {
    local host=$1
    shift
    "$host" "$(printf '%q ' firmware_load "$@")"
}

# decide_by_firmware: a rule file on both hosts, as a vendor's would be: the functions
# publish nothing, and what has to be known of them is what firmware they have.
decide_by_firmware() {
    both "mkdir -p \$RULES"
    put both /etc/libvirt/nodedev-compat/90-firmware.xml <<'X'
<nodedevCompatRules>
  <rules deviceAPI='vfio-pci' type='pci-8086-10ca'>
    <attr name='software_version' missing='ignore'/>
    <attr name='fw.psid' rule='equal' need='yes'/>
    <attr name='fw.version' rule='equal' need='yes'/>
  </rules>
</nodedevCompatRules>
X
}

# source_xml UUID|ADDRESS: where a host device is on the host.
source_xml() {
    local IFS=:. at
    if [[ $1 = *-* ]]; then
        echo "<source><address uuid='$1'/></source>"
    else
        read -ra at <<<"$1"
        echo "<source><address${2:-} domain='0x${at[0]}' bus='0x${at[1]}' slot='0x${at[2]}' function='0x${at[3]}'/></source>"
    fi
}

# device_xml DEVICE ALIAS: a device of a guest, which is the UUID of an mdev or the
# address of a PCI function; after net: it is a network interface, and after
# managed: libvirt gives it to the sample driver; after iommufd: QEMU uses that.
device_xml() {
    local alias="<alias name='$2'/>"
    case $1 in
    net:*) echo "<interface type='hostdev' managed='no'>$(source_xml "${1#net:}" " type='pci'")" \
        "<mac address='52:54:00:00:02:01'/>$alias</interface>" ;;
    managed:*) echo "<hostdev mode='subsystem' type='pci' managed='yes'>" \
        "<driver name='vfio' model='compat_sample_vf'/>$(source_xml "${1#managed:}")$alias</hostdev>" ;;
    iommufd:*) echo "<hostdev mode='subsystem' type='pci' managed='no'><driver iommufd='yes'/>" \
        "$(source_xml "${1#iommufd:}")$alias</hostdev>" ;;
    *-*) echo "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>$(source_xml "$1")$alias</hostdev>" ;;
    *) echo "<hostdev mode='subsystem' type='pci' managed='no'>$(source_xml "$1")$alias</hostdev>" ;;
    esac
}

# guest_xml DEVICE...: a guest of 32 MiB that stays in its firmware, with devices
# as of device_xml. The overrides are for QEMU, which else wants devices that
# track their own dirty pages: behind an IOMMU all pages are dirty all the time.
guest_xml() {
    local n=0 device devices='' overrides='' tracking
    for device; do
        tracking=''
        [[ $device = *-* ]] || tracking="
        <qemu:property name='x-pre-copy-dirty-page-tracking' type='string' value='off'/>"
        devices+="
    $(device_xml "$device" "ua-m$n")"
        overrides+="
    <qemu:device alias='ua-m$n'>
      <qemu:frontend>
        <qemu:property name='enable-migration' type='string' value='on'/>$tracking
      </qemu:frontend>
    </qemu:device>"
        n=$((n + 1))
    done
    cat <<X
<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>$GUEST</name>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='$MACHINE'>hvm</type></os>$FEATURES
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>$devices
  </devices>
  <qemu:override>$overrides
  </qemu:override>
</domain>
X
}

# start_guest [DEVICE...]: on the source, with $DEVICE if none is named.
start_guest() {
    (($#)) || set -- "$DEVICE"
    guest_xml "$@" | put src /tmp/guest.xml
    src virsh -q create /tmp/guest.xml
    expect_running src
}

# tls_setup: certificates for the migrations of both hosts' QEMU.
tls_setup() {
    local file kind
    (
        cd "$TESTBED_DIR"
        new=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
        openssl req -x509 "${new[@]}" -days 2 -subj /CN=testbed -keyout ca-key.pem -out ca-cert.pem
        openssl req "${new[@]}" -subj /CN=host -keyout key.pem -out request.pem
        openssl x509 -req -in request.pem -CA ca-cert.pem -CAkey ca-key.pem -CAcreateserial -days 2 \
            -extfile <(echo subjectAltName=DNS:src,DNS:dst) -out cert.pem
    ) >"$TESTBED_DIR/openssl" 2>&1 || fail 'certificates' "$(cat "$TESTBED_DIR/openssl")"
    both mkdir -p /etc/pki/qemu
    put both /etc/pki/qemu/ca-cert.pem <"$TESTBED_DIR/ca-cert.pem"
    for kind in server client; do
        for file in cert key; do
            put both "/etc/pki/qemu/$kind-$file.pem" <"$TESTBED_DIR/$file.pem"
        done
    done
}

# attempt COMMAND...: one that may fail; sets $status and $said.
attempt() {
    status=0
    said=$("$@" 2>&1) || status=$?
}

# migrate [VIRSH OPTION...]: live, to dst; sets $status and $said. What migrate-check
# says before has to be what the migration says.
migrate() {
    local foretold='' foretelling=0
    foretell "$@"
    attempt src virsh -q migrate --live "$@" "$GUEST" "$DST_URI"
    expect_foretold "$@"
}

# unforetold: of the next migration, as what migrate-check cannot know decides: what
# happens in the migration, or what a stock libvirt is not asked.
unforetold() { unforetold=1; }
unforetold=''

# foretell [OPTION OF MIGRATE...]: what migrate-check says of such a migration.
foretell() {
    local options=()
    while (($#)); do
        [[ $1 != --xml ]] || options=(--dest-xml "$2")
        shift
    done
    attempt src virsh -q migrate-check "${options[@]}" "$GUEST" "$DST_URI"
    foretold=$said foretelling=$status
}

# The tables in an output of virsh
_tables() { sed '/^error: /d; /^\r*$/d; /^By its policy, /d; /^Compared again /d' <<<"$1"; }

# expect_foretold [OPTION OF MIGRATE...]: a refusal has the same tables, and the destination
# has said that it would; else nothing was incompatible, or the policy did not mind. What is
# compared again later can turn out otherwise. A source without the check cannot tell.
expect_foretold() {
    if [[ -n $unforetold || $foretold = *"unknown command"* ]]; then
        unforetold=''
    elif [[ $said = *' cannot be migrated: '* ]]; then
        [[ $(_tables "$said") = "$(_tables "$foretold")" ]] ||
            fail "what migrate-check said: $foretold" "$said"
        [[ $foretold != *'By its policy, '*' would accept '* || $foretold = *'Compared again '* ]] ||
            fail "no refusal, as migrate-check said: $foretold" "$said"
    elif [[ $foretold = *'By its policy, '* ]]; then
        [[ $foretold != *' would refuse '* || $foretold = *'Compared again '* || " $* " = *' --unsafe '* ]] ||
            fail "a refusal, as migrate-check said: $foretold" "status $status: $said"
    else
        [[ $foretelling = [03] || ($foretelling = 2 && " $* " = *' --unsafe '*) ]] ||
            fail "a refusal, as migrate-check said: $foretold" "status $status: $said"
    fi
}

# migrate_as DEVICE...: live, to dst, where the guest has these devices instead.
migrate_as() {
    local n=0 device
    for device; do
        device_xml "$device" "ua-m$n" >"$TESTBED_DIR/device$n"
        n=$((n + 1))
    done
    src virsh -q dumpxml --migratable "$GUEST" >"$TESTBED_DIR/guest.xml"
    python3 - "$TESTBED_DIR" "$n" >"$TESTBED_DIR/target.xml" <<'X'
import sys, xml.etree.ElementTree as ET
ET.register_namespace('qemu', 'http://libvirt.org/schemas/domain/qemu/1.0')
guest = ET.parse(sys.argv[1] + '/guest.xml')
devices = guest.find('devices')
for n in range(int(sys.argv[2])):
    new = ET.parse(f'{sys.argv[1]}/device{n}').getroot()
    for at, old in enumerate(devices):
        if old.find(f"alias[@name='ua-m{n}']") is not None:
            new.append(old.find('address'))
            devices[at] = new
guest.write(sys.stdout, encoding='unicode')
X
    put src /tmp/target.xml <"$TESTBED_DIR/target.xml"
    migrate --xml /tmp/target.xml
}

# compare TARGET SOURCE [VIRSH OPTION...]: may what uses SOURCE's $DEVICE go on
# with TARGET's? Sets $status and $said.
compare() {
    local target=$1 source=$2
    shift 2
    "$source" virsh -q nodedev-dumpxml "$(node_of "$DEVICE")" >"$TESTBED_DIR/source.xml"
    put "$target" /tmp/source.xml <"$TESTBED_DIR/source.xml"
    attempt "$target" virsh nodedev-compare "$@" "$(node_of "$DEVICE")" /tmp/source.xml
}

# expect_status N [TEXT...]: of the last attempt.
expect_status() {
    local want=$1
    shift
    [[ $status = "$want" ]] || fail "status $want" "status $status: $said"
    expect_said "$@"
}

expect_said() {
    local text
    for text; do
        [[ $said = *"$text"* ]] || fail "a message with '$text'" "$said"
    done
}

expect_migrated() {
    [[ $status = 0 ]] || fail "a successful migration" "status $status: $said"
    expect_running dst
    expect_clean src
}

# expect_refused TEXT...: the migration failed and its one message has all texts.
expect_refused() {
    [[ $status != 0 ]] || fail "a refusal with '$*'" "a successful migration"
    [[ $said != *'load of migration failed'* ]] ||
        fail "a refusal with '$*' before the destination's QEMU starts" "$said"
    expect_said "$@"
}

# expect_failed [TEXT...]: later than by a refusal, or for another cause; the
# guest stays, and nothing of it is left on the destination.
expect_failed() {
    [[ $status != 0 ]] || fail "a failure${*:+ with '$*'}" "a successful migration"
    expect_said "$@"
    expect_clean dst
    expect_running src
}

expect_running() { "$1" guest_runs "$GUEST" || fail "a running guest on $1" "the above"; }

# expect_persistent HOST yes|no
expect_persistent() {
    local got
    got=$("$1" "virsh -q dominfo $GUEST | sed -n 's/^Persistent: *//p'")
    [[ $got = "$2" ]] || fail "persistent: $2 for the guest on $1" "$got"
}

# expect_answers [HOST]: libvirt there, or on both, lists its guests, whatever is going on.
expect_answers() { "${1:-both}" answers || fail "an answer of ${1:-both hosts}" "the above"; }

# expect_downtime MS: of the guest on the destination, not more than that.
expect_downtime() {
    local got
    got=$(dst "virsh -q domjobinfo --completed $GUEST |
               sed -n 's/^Total downtime: *\([0-9]*\).*/\1/p'")
    ((${got:-999999} <= $1 * PATIENCE)) || fail "the guest stands still for $1 ms at most" "$got ms"
}

# No guest, no QEMU and no user of a device there.
expect_clean() {
    local left
    left=$("$1" settled_leftovers)
    [[ -z $left ]] || fail "nothing left on $1" "$left"
}

expect_no_qemu_started() {
    local log
    log=$("$1" "cat \$LOG/qemu/$GUEST.log 2>/dev/null || true")
    [[ -z $log ]] || fail "no QEMU started on $1" "its log: $log"
}

# expect_qemu_starts HOST COUNT: of the guest's QEMU, in this scenario.
expect_qemu_starts() {
    local got
    got=$("$1" "grep -c 'starting up libvirt' \$LOG/qemu/$GUEST.log || true")
    [[ $got = "$2" ]] || fail "QEMU started $2 times on $1" "$got times"
}

# What must be so after a refusal: as if the migration had not been asked for.
expect_untouched() {
    expect_no_qemu_started dst
    expect_clean dst
    expect_running src
}

# expect_log HOST TEXT...: libvirt's log, of warnings and errors, since the
# scenario began.
expect_log() {
    local host=$1 text log
    shift
    log=$("$host" "cat \$LOG/libvirtd.log")
    for text; do
        [[ $log = *"$text"* ]] || fail "'$text' in the log of $host" "${log:-an empty log}"
    done
}

# expect_times COUNT REGEX: so many lines of the last attempt.
expect_times() {
    local got
    got=$(grep -cE "$2" <<<"$said" || true)
    [[ $got = "$1" ]] || fail "'$2' $1 times" "$got times in
$said"
}

# expect_flat FILE: of what libvirtd_usage said in a row, the last is not more than
# what was in the middle, but for 256 KiB that the allocator may keep.
expect_flat() {
    local grown
    grown=$(awk '{ memory[$1, ++n[$1]] = $2; files[$1, n[$1]] = $3 }
                 END { for (h in n) {
                     half = int((n[h] + 1) / 2)
                     if (memory[h, n[h]] - memory[h, half] > 256 || files[h, n[h]] > files[h, half])
                         print h ": " memory[h, half] " KiB, " files[h, half] " files; then " \
                             memory[h, n[h]] " KiB, " files[h, n[h]] " files" } }' "$1")
    [[ -z $grown ]] || fail "flat memory and descriptors" "$grown"
}

# expect_audit HOST TEXT...: one record of libvirt's audit log has all texts.
expect_audit() {
    local host=$1 text log
    shift
    log=$("$host" "grep resrc=hostdev-compat \$LOG/audit.log || true")
    for text; do
        [[ $log = *"$text"* ]] || fail "'$text' in the audit log of $host" "${log:-no record}"
    done
}

# expect_xpath HOST NODE XPATH VALUE: the string value in a device's XML.
expect_xpath() {
    local got
    "$1" virsh -q nodedev-dumpxml "$2" >"$TESTBED_DIR/node.xml"
    got=$(xmllint --xpath "normalize-space($3)" "$TESTBED_DIR/node.xml")
    [[ $got = "$4" ]] || fail "$3 of $2 on $1 to be '$4'" "'$got' in
$(cat "$TESTBED_DIR/node.xml")"
}

# set_register HOST VALUE [UUID|ADDRESS]: the first register of a device, of
# $DEVICE if none is named, which is part of the state that migrates.
set_register() { "$1" "echo $2 >$(_register "${3:-$DEVICE}")"; }
expect_register() {
    local got
    got=$("$1" "cat $(_register "${3:-$DEVICE}")")
    [[ $got = "$2" ]] || fail "register $2 on $1" "$got"
}
# set_attr HOST UUID|ADDRESS NAME VALUE: write a dynamic attribute (F1).
set_attr() { "$1" "echo $4 >/sys/bus/*/devices/$2/migration/self/$3"; }

_register() { echo "/sys/bus/*/devices/$1/sample/scratch"; }
