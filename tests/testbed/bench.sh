# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# title: the benchmark of migration
# limit: 1200
#
# What scripts/bench-migration prints. Played by ./run --story, with the functions
# of lib.sh; the destination runs the unpatched libvirt and this one in turn.

DEVICES=8
CALLS=${TESTBED_CALLS:-20}

# timed CALLS TEXT: migrations that all fail with a text; their median time in ms.
timed() {
    local n
    attempt src migrate_repeatedly $(($1 + 1)) --live "$GUEST" "$DST_URI"
    n=$(grep -c "^ *error.*$2" <<<"$said" || true)
    ((n == $1 + 1)) || fail "$(($1 + 1)) errors with '$2'" "$n in
$said"
    # the first one finds cold caches
    sed -n 's/^(Time: \(.*\) ms)$/\1/p' <<<"$said" | tail -n "$1" | sort -n |
        sed -n "$((($1 + 1) / 2))p"
}

# waited CALLS: how long a user waits for the command that fails, in ms; the median.
waited() {
    attempt src python3 -c "$waiting" $(($1 + 1)) virsh migrate --live "$GUEST" "$DST_URI"
    echo "$said"
}
waiting='
import statistics, subprocess, sys, time
times = []
for _ in range(int(sys.argv[1])):
    start = time.monotonic()
    subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times.append((time.monotonic() - start) * 1000)
print("%.3f" % statistics.median(times[1:]))'

# on_both CALLS TEXT [TEXT]: what timed says of stock and of ours, with another text.
on_both() {
    dst libvirtd_use stock
    stock=$(timed "$1" "$2")
    dst libvirtd_use ours
    ours=$(timed "$1" "${3:-$2}")
}

# What the check does most: reading files of sysfs, in microseconds each.
reading='
import os, time
start = time.monotonic()
for _ in range(2000):
    file = os.open("/sys/kernel/uevent_seqnum", os.O_RDONLY)
    os.fstat(file)
    os.read(file, 4096)
    os.close(file)
print((time.monotonic() - start) * 500)'

row() { printf '%-52s %9s %9s %14s\n' "$@"; }
calculate() { awk "BEGIN { printf \"%.$1f\", ($2) }"; }

uuid_of() { echo "83b8f4f2-509f-382f-3c1e-e6bfe0fa10$(printf %02d "$1")"; }

uuids=()
device both small publish=f1 software_version=1.2.0 pci_id=8086:591d 'attrs=firmware=a7;aggregator=2'
for ((i = 1; i <= DEVICES; i++)); do
    uuids+=("$(uuid_of "$i")")
    ((i == 1)) || add_device both small "$(uuid_of "$i")"
done

# The hosts' disk is this machine's, over 9P, which is no measure of a disk.
rules=/usr/share/libvirt/nodedev-compat
dst "cp -r $rules /tmp/rules && rm -r $rules && cp -r /tmp/rules $rules"

# The same for what a hook runs, and the libraries that it is linked with
# shellcheck disable=SC2016
in_memory='
program=/usr/bin/virt-nodedev-compat
cp $program /tmp/program && umount $program && install /tmp/program $program || exit
for file in $(ldd $program /bin/sh | sed -n "s,.* \(/[^ ]*\) (.*,\1,p" | sort -u) /bin/sh; do
    file=$(readlink -f "$file")
    cp "$file" /tmp/file && cp --remove-destination /tmp/file "$file" || exit
done'
row 'median, ms' stock ours ''

# What comes right after the check in Prepare is whether the guest is there
# already; if it is, nothing but the check is between the two builds.
start_guest "${uuids[@]}"
uuid=$(src virsh -q domuuid "$GUEST" | tr -d '[:space:]')
guest_xml | sed "s,</name>,&<uuid>$uuid</uuid>," | put dst /tmp/guest.xml
dst virsh -q create /tmp/guest.xml
on_both "$CALLS" 'already active'
added=$(calculate 2 "($ours - $stock) / $DEVICES")
slower=$(calculate 1 "$(dst python3 -c "$reading") / $(python3 -c "$reading")")
row "until Prepare has checked $DEVICES devices that fit" "$stock" "$ours" "+$added a device"
row "  reading sysfs takes $slower times as long as outside" '' '' \
    "+$(calculate 2 "$added / $slower") outside"
both virsh -q destroy "$GUEST"

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
on_both $(((CALLS + 3) / 4)) 'load of migration failed' version-minor-too-old
ratio=$(calculate 1 "$stock / $ours")
ours_waited=$(waited "$CALLS")
row 'until the user knows that a device does not fit' "$stock" "$ours" "$ratio times sooner"

# The same beside the unpatched libvirt
dst libvirtd_use stock cached
dst hook_install
dst "$in_memory"
src agent_start
src agent_described "$GUEST" >/dev/null
hook=$(timed "$CALLS" version-minor-too-old)
hook_waited=$(waited "$CALLS")
later=$(calculate 2 "$hook_waited / $ours_waited")
row '  by a hook of the unpatched libvirt' "$hook" '' \
    "$(calculate 2 "$hook / $ours") times the time"
row 'the whole of virsh migrate that is refused' "$hook_waited" "$ours_waited" \
    "$later times the time"
row '  goal: 1.2 times the time' '' '' \
    "$(awk "BEGIN { print $later <= 1.2 ? \"met\" : \"missed\" }")"

# A hook that refuses at once is what libvirt takes to run one.
dst "printf '#!/bin/sh\necho version-minor-too-old >&2\nexit 1\n' >\"\$HOOK_STOCK\""
row '  by a hook that does no more than to refuse' "$(timed "$CALLS" version-minor-too-old)" '' ''

# The hosts are emulated, and a host is not.
[[ $(calculate 0 "$added / $slower < 5") = 1 ]] ||
    fail "less than 5 ms a device in Prepare" "$added ms, at 1/$slower of the speed"
[[ $(calculate 0 "$ratio >= 5") = 1 ]] || fail "a refusal 5 times sooner" "$ratio times"
[[ $(calculate 0 "$later <= 2") = 1 ]] ||
    fail "a refusal by a hook in twice the time" "$later times"
