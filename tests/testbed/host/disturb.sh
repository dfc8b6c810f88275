# shellcheck shell=bash disable=SC2317
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
#
# What can go wrong on a testbed host whose daemons are modular; for chaos.sh. A part
# of inside.sh.

DISKS=(/run /var/log/libvirt /var/lib/libvirt)

# disturb WHAT [SECONDS]: from now on, or for some seconds.
disturb() {
    case $1 in
    daemon-killed)
        pkill -KILL -x virtqemud
        daemons_start
        ;;
    daemon-stopped) for_a_while "$2" daemon_stop virtqemud '' daemon_continue virtqemud ;;
    nodedev-stopped) daemon_stop virtnodedevd ;;
    qemu-killed) pkill -KILL qemu-system || true ;;
    attribute-blocks) faults_add software_version=block ;;
    disk-full) disks_full ;;
    network-cut) for_a_while "$2" network down '' network up ;;
    *) complain "nothing is called $1" ;;
    esac
}

# undisturb: nothing is wrong any more.
undisturb() {
    [[ ! -e /tmp/disturbed ]] || kill "$(cat /tmp/disturbed)" 2>/dev/null
    rm -f /tmp/disturbed
    libvirtd_signal CONT
    mount_each size=50%
    network up
    faults
    hold_clean
    pkill -x virsh
    daemons_start
}

# for_a_while SECONDS COMMAND... '' COMMAND...: the second in the background, after that time
for_a_while() {
    local seconds=$1 first=()
    shift
    while [[ $1 ]]; do
        first+=("$1")
        shift
    done
    shift
    "${first[@]}" || return 1
    (sleep "$seconds"; "$@") </dev/null >/dev/null 2>&1 &
    echo $! >/tmp/disturbed
}

# daemons_start: those that do not run.
daemons_start() {
    local daemon
    for daemon in "${MODULAR[@]}"; do
        pgrep -x "$daemon" >/dev/null || of_build "$daemon" --daemon --config "$DAEMON_CONF" ||
            complain "$daemon cannot be started" || return 1
    done
    eventually 30 answers 10 2>/dev/null || complain "libvirt does not answer"
}

network() {
    local card
    card=$(ip -o -4 addr show to 10.0.0.0/24 | awk '{ print $2 }')
    ip link set "$card" "$1"
}

# A tmpfs is full if it may not be larger than it is.
disks_full() {
    local disk used
    for disk in "${DISKS[@]}"; do
        used=$(df --output=used -k "$disk" | tail -n 1)
        mount -o "remount,size=$((used > 4 ? used : 4))k" "$disk" || return 1
    done
}

mount_each() {
    local disk
    for disk in "${DISKS[@]}"; do
        mount -o "remount,$1" "$disk" || return 1
    done
}

# stuck: a line for each thread of a daemon that waits in the kernel for what does not
# come, and for readers in the sample driver.
stuck() {
    local pid waiting
    none_waits() {
        waiting=$(for pid in $(pgrep -x "libvirtd$(printf '|%s' "${MODULAR[@]}")"); do
            grep -lE '^State:\s+D' "/proc/$pid"/task/*/status
        done 2>/dev/null)
        [[ -z $waiting && $(<"$PARAMETERS/waiting") = 0 ]]
    }
    eventually 10 none_waits ||
        echo "threads of libvirt: $waiting; readers in the driver: $(<"$PARAMETERS/waiting")"
}
