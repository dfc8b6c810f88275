# shellcheck shell=bash disable=SC2317
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
#
# Functions for commands that run inside a testbed host; the agent reads this
# file before each of them. Each prints what is wrong on stderr and fails.

PARENT=/sys/bus/pci/devices/0000:00:10.0
MDEVS=/sys/bus/mdev/devices
PCI=/sys/bus/pci
MODULE=compat_sample
PARAMETERS=/sys/module/$MODULE/parameters
# What gives the NIC a devlink instance, and its own
FIRMWARE=compat_devlink
NIC=0000:00:08.0
FIRMWARE_PARAMETERS=/sys/module/$FIRMWARE/parameters
LOG=/var/log/libvirt
RULES=/etc/libvirt/nodedev-compat
POLICY=/etc/libvirt/nodedev-compat.conf
HOOK=/etc/libvirt/hooks/qemu
HOOK_STOCK=/etc/libvirt/hooks/qemu.d/nodedev-compat
# What runs beside any libvirt
STANDALONE=/standalone/usr
STOCK_LIB=/stock/usr/lib/x86_64-linux-gnu
STOCK_CACHED=/etc/ld.so.conf.d/000-stock.conf
AGENT_PID=/run/virt-nodedev-compatd.pid
HOLD=/run/hold
DAEMON_CONF=/etc/libvirt/libvirtd.conf
# The address of the system bus and the process that plays it, if libvirt is guarded.
ACCESS=/run/access
# How many times as long as usual things may take.
read -r PATIENCE </testbed/patience
# What libvirtd_use said, if not that this host runs our libvirtd.
VARIANT=/run/testbed-variant
MODULAR=(virtnodedevd virtqemud virtproxyd)

# One heap for all threads of a daemon: memory that grows then is memory that is lost.
export MALLOC_ARENA_MAX=1

complain() { echo "$(hostname): $*" >&2; return 1; }

# eventually SECONDS COMMAND...: repeat COMMAND until it succeeds.
eventually() {
    local end=$((SECONDS + $1 * PATIENCE))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

# node_of UUID|ADDRESS: what libvirt calls the device.
node_of() {
    case $1 in
    *-*) echo "mdev_${1//-/_}_0000_00_10_0" ;;
    *) tr :. __ <<<"pci_$1" ;;
    esac
}

# module_load KEY=VALUE...: load the sample driver afresh.
module_load() {
    module_unload || return 1
    insmod "/testbed/$MODULE.ko" "$@" || complain "insmod failed: $(dmesg | tail -n 1)" || return 1
    [[ -d $PARENT/mdev_supported_types ]] || complain "no mdev types at $PARENT"
}

module_unload() {
    local mdev vf
    faults
    for mdev in "$MDEVS"/*; do
        [[ -e $mdev ]] || continue
        echo 1 >"$mdev/remove" || complain "cannot remove $mdev" || return 1
    done
    for vf in "$PCI/drivers/${MODULE}_vf"/*:*; do
        [[ -e $vf ]] || continue
        echo >"$vf/driver_override"
        echo "${vf##*/}" >"$vf/driver/unbind" || complain "cannot unbind $vf" || return 1
    done
    [[ ! -d /sys/module/$MODULE ]] || rmmod "$MODULE" || complain "rmmod failed"
}

# faults [NAME=FAULT;...]: what reading these files of the sample driver is like from now
# on: block, slow:MS, errno:N, page. Whoever waits goes on if it is no fault any more.
faults() { [[ ! -e $PARAMETERS/faults ]] || echo "${1-}" >"$PARAMETERS/faults"; }

# faults_add NAME=FAULT, faults_remove NAME: and the others as they are.
faults_add() { faults "$(<"$PARAMETERS/faults");$1"; }
faults_remove() { faults "$(tr ';' '\n' <"$PARAMETERS/faults" | grep -v "^$1=" | paste -sd ';')"; }

# faults_wait: until somebody waits in the driver.
faults_wait() {
    waits() { [[ $(<"$PARAMETERS/waiting") != 0 ]]; }
    eventually 30 waits || complain "nobody waits for the driver"
}

# function_bind ADDRESS: give a virtual function to the sample driver.
function_bind() { function_give "${MODULE}_vf" "$1"; }

# function_give DRIVER ADDRESS: give a function to this driver.
function_give() {
    [[ ! -e $PCI/devices/$2/driver ]] || echo "$2" >"$PCI/devices/$2/driver/unbind"
    echo "$1" >"$PCI/devices/$2/driver_override"
    echo "$2" >"$PCI/drivers_probe"
    [[ -e $PCI/drivers/$1/$2 ]] || complain "$1 does not take $2"
}

# firmware_load KEY=VALUE...: devlink shows such firmware of the NIC from now on.
firmware_load() {
    firmware_unload || return 1
    insmod "/testbed/$FIRMWARE.ko" "$@" || complain "insmod failed: $(dmesg | tail -n 1)"
}

firmware_unload() {
    [[ -d /sys/module/$FIRMWARE ]] || return 0
    firmware_fault ''
    rmmod "$FIRMWARE" || complain "rmmod failed"
}

# firmware_fault [block|errno:N]: what asking for versions is like from now on. A device that
# has trouble or recovers is reported, for those who keep answers.
firmware_fault() {
    echo "${1-}" >"$FIRMWARE_PARAMETERS/fault"
    echo change >"$PCI/devices/$NIC/uevent"
    sleep "$PATIENCE"
}

# firmware_wait: until somebody waits for the firmware.
firmware_wait() {
    asks() { [[ $(<"$FIRMWARE_PARAMETERS/waiting") != 0 ]]; }
    eventually 30 asks || complain "nobody asks for the firmware"
}

# firmware_update VERSIONS: what an administrator does: flash a file, and activate it. The
# kernel looks for the file from its own root, in which this one is a directory.
firmware_update() {
    echo "$1" >/tmp/compat.fw
    echo -n /root/tmp >/sys/module/firmware_class/parameters/path
    devlink dev flash "pci/$NIC" file compat.fw >/dev/null &&
        devlink dev reload "pci/$NIC" action fw_activate >/dev/null
}

# debugfs_show [MODE], debugfs_hide: whether VFIO shows what can be migrated, and to whom.
# The mode stays when it is unmounted.
debugfs_show() {
    mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug || return 1
    chmod "${1:-700}" /sys/kernel/debug
}
debugfs_hide() { ! mountpoint -q /sys/kernel/debug || umount /sys/kernel/debug; }

# device_create TYPE UUID: returns when libvirt knows the device.
device_create() {
    echo "$2" >"$PARENT/mdev_supported_types/$MODULE-$1/create" ||
        complain "cannot create a device of type $1" || return 1
    eventually 20 virsh -q nodedev-info "$(node_of "$2")" >/dev/null 2>&1 ||
        complain "libvirt does not see device $2"
}

# policy [LINE...]: what is in nodedev-compat.conf, which libvirt reads for each guest;
# without a line there is no such file.
policy() {
    rm -f "$POLICY"
    # it is not about to come back
    touch -d @1 "${POLICY%/*}"
    (($# == 0)) || printf '%s\n' "$@" >"$POLICY"
}

# guarded: from now on libvirt asks polkit, which lets only root see node devices.
guarded() {
    python3 -IS /testbed/access.py "$ACCESS" </dev/null >"$ACCESS.log" 2>&1 &
    echo $! >"$ACCESS.pid"
    eventually 20 test -s "$ACCESS" || complain "$(cat "$ACCESS.log")" || return 1
    cp "$DAEMON_CONF" "$DAEMON_CONF.testbed"
    printf '%s\n' 'access_drivers = [ "polkit" ]' 'unix_sock_rw_perms = "0777"' >>"$DAEMON_CONF"
    libvirtd_restart
}
as_user() { setpriv --reuid=somebody --regid=somebody --clear-groups "$@"; }

# host_versions: what this host runs, in a line.
host_versions() {
    local check='stock libvirt'
    ! virsh -q help nodedev-compare >/dev/null 2>&1 || check='libvirt with the check'
    virsh -q version --daemon | awk -v check="$check" -v kernel="$(uname -r)" '
        /^Running hypervisor:/ { qemu = $NF }
        /^Running against daemon:/ { libvirt = $NF }
        END { print check " " libvirt ", QEMU " qemu ", Linux " kernel }'
}

variant_is() { [[ -e $VARIANT && " $(<"$VARIANT") " = *" $1 "* ]]; }

# of_build PROGRAM ARGUMENT...: the one of the libvirt that this host runs.
of_build() {
    if variant_is stock; then
        env PATH="/stock/usr/sbin:/stock/usr/bin:$PATH" \
            LD_LIBRARY_PATH="$(variant_is cached || echo "$STOCK_LIB")" \
            LIBVIRT_DRIVER_DIR="$STOCK_LIB/libvirt/connection-driver" "$@"
    else
        command "$@"
    fi
}

virsh() { of_build virsh "$@"; }

# libvirtd_use ours|stock [modular] [cached]: from now on; modular alone is ours. That is one
# daemon for each driver. The linker finds the unpatched library by a path, or for good in
# its cache: then no program looks for all of its libraries in that path first.
libvirtd_use() {
    echo "$*" >"$VARIANT"
    stock_cache && libvirtd_restart
}
stock_cache() {
    if variant_is cached; then
        echo "$STOCK_LIB" >"$STOCK_CACHED"
    elif [[ -e $STOCK_CACHED ]]; then
        rm "$STOCK_CACHED"
    else
        return 0
    fi
    ldconfig
}

# libvirtd_signal SIGNAL: to whatever is there of it; fails if nothing is.
libvirtd_signal() {
    local daemons
    printf -v daemons '|%s' "${MODULAR[@]}"
    pkill "-$1" -x "libvirtd$daemons" 2>/dev/null
}

# daemon_stop NAME: it is there, and does nothing more until daemon_continue.
daemon_stop() { pkill -STOP -x "$1" || complain "there is no $1"; }
daemon_continue() { pkill -CONT -x "$1"; }

# nodedev_remove: this host, whose daemons are modular, has no node device daemon until
# libvirtd_restart, nor a socket of one.
nodedev_remove() {
    gone() { ! pgrep -x virtnodedevd >/dev/null; }
    pkill -x virtnodedevd
    eventually 20 gone || complain "virtnodedevd does not end" || return 1
    rm -f /run/libvirt/virtnodedevd-*
}

# answers [SECONDS]: libvirt lists its guests in that time, several times in a row; virsh
# itself takes a while to start here.
answers() {
    local list='list --all --name;'
    of_build timeout $((${1:-3} * PATIENCE)) virsh -q "$list $list $list" >/dev/null ||
        complain "virsh list does not answer"
}

libvirtd_start() {
    local daemon
    if [[ -e $ACCESS ]]; then
        DBUS_SYSTEM_BUS_ADDRESS=$(cat "$ACCESS")
        export DBUS_SYSTEM_BUS_ADDRESS
    fi
    if ! variant_is modular; then
        of_build libvirtd --daemon --listen
        return
    fi
    for daemon in "${MODULAR[@]}"; do
        of_build "$daemon" --daemon --config "$DAEMON_CONF" || return 1
    done
}

libvirtd_restart() {
    ended() { ! libvirtd_signal 0; }
    libvirtd_signal CONT
    libvirtd_signal TERM
    # Its node device driver may wait for its own lock, until libvirtd ends itself
    # after 30 s.
    if ! eventually 4 ended; then
        libvirtd_signal KILL
        eventually 20 ended || complain "libvirtd does not end" || return 1
    fi
    libvirtd_start || complain "libvirtd cannot be started" || return 1
    eventually 60 virsh -q version >/dev/null 2>&1 || complain "libvirtd does not start"
}

libvirtd_crash() {
    libvirtd_signal KILL
    libvirtd_restart
}

# virsh_begin ARGUMENT...: virsh in the background; virsh_end waits for it, prints what
# it said, and has its status.
virsh_begin() {
    rm -f /tmp/virsh.status
    (virsh -q "$@" >/tmp/virsh.out 2>&1; echo $? >/tmp/virsh.status) </dev/null >/dev/null 2>&1 &
}
virsh_end() {
    eventually 60 test -s /tmp/virsh.status || complain "virsh does not end" || return 1
    cat /tmp/virsh.out
    return "$(cat /tmp/virsh.status)"
}
migrate_begin() { virsh_begin migrate "$@"; }
migrate_end() { virsh_end; }
migrate_kill() { pkill -x virsh; }

# migrate_repeatedly COUNT ARGUMENT...: by one virsh, as starting it takes longer
# than a refusal.
migrate_repeatedly() {
    local n=$1 command commands=
    shift
    printf -v command '%q ' migrate "$@"
    for ((; n > 0; n--)); do commands+="$command;"; done
    virsh -t "$commands" 2>&1
}

# file_offer PATH: for the other host, which fetches it once by file_fetch HOST PATH.
file_offer() {
    python3 -IS -c '
import socket, sys
with socket.create_server(("", 17001)) as server:
    server.settimeout(60)
    with server.accept()[0] as client, open(sys.argv[1], "rb") as file:
        client.sendfile(file)' "$1" </dev/null >/tmp/file_offer.log 2>&1 &
    eventually 20 eval 'ss -tln | grep -q :17001' || complain "$(cat /tmp/file_offer.log)"
}
file_fetch() { cat <"/dev/tcp/$1/17001" >"$2" && [[ -s $2 ]]; }

# libvirtd_usage: host, anonymous memory of libvirtd in KiB, open descriptors.
libvirtd_usage() {
    local proc
    proc=/proc/$(pgrep -x libvirtd)
    echo "$(hostname) $(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "$proc/status")" \
        "$(find "$proc/fd" -mindepth 1 | wc -l)"
}

# daemons_usage: a line for each of libvirt's daemons: host, daemon, private memory and
# proportional share of all its memory in KiB, open descriptors, threads.
daemons_usage() {
    local proc
    for proc in $(pgrep -x "libvirtd$(printf '|%s' "${MODULAR[@]}")"); do
        proc=/proc/$proc
        echo "$(hostname) $(<"$proc/comm") $(awk '/^RssAnon:/ { print $2 }' "$proc/status")" \
            "$(awk '/^Pss:/ { print $2 }' "$proc/smaps_rollup")" \
            "$(find "$proc/fd" -mindepth 1 | wc -l) $(find "$proc/task" -mindepth 1 -maxdepth 1 | wc -l)"
    done
}

# phases_of COMMAND...: with the moments at which virsh began each phase of a migration in
# /tmp/phases.
phases_of() {
    LIBVIRT_LOG_FILTERS='1:libvirt.domain' LIBVIRT_LOG_OUTPUTS=1:file:/tmp/phases.log "$@" || return
    sed -nE 's/^[^ ]+ ([0-9:.]+)\+.* (Begin|Prepare|Perform|Finish|Confirm)3 0x.*/\1 \2/p
             s/^[^ ]+ ([0-9:.]+)\+.* virDomainFree:.*/\1 End/p' /tmp/phases.log >>/tmp/phases
    rm /tmp/phases.log
}

# hook COMMAND: what libvirt runs at each step of a guest, from its next start on;
# $2 is the step.
hook() {
    mkdir -p "${HOOK%/*}"
    printf '#!/bin/bash\n. /testbed/inside.sh\n%s\n' "$1" >"$HOOK"
    chmod +x "$HOOK"
    libvirtd_restart
}

# hook_install: as a user of a stock libvirt does, with the program that stands alone.
hook_install() {
    mountpoint -q /usr/bin/virt-nodedev-compat ||
        mount --bind "$STANDALONE/bin/virt-nodedev-compat" /usr/bin/virt-nodedev-compat || return 1
    install -D "$STANDALONE/share/virt-nodedev-compat/hook" "$HOOK_STOCK"
    libvirtd_restart
}

# hook_remove: and what stands alone is not what it runs any more.
hook_remove() {
    rm -f "$HOOK_STOCK"
    ! mountpoint -q /usr/bin/virt-nodedev-compat || umount /usr/bin/virt-nodedev-compat
}

# agent_start: virt-nodedev-compatd, with the library of the libvirt that this host runs.
agent_start() {
    # shellcheck disable=SC2016
    of_build sh -c 'echo $$ >"$1" && exec "$2" --verbose' sh "$AGENT_PID" \
        "$STANDALONE/sbin/virt-nodedev-compatd" \
        </dev/null >"$LOG/virt-nodedev-compatd.log" 2>&1 &
    agent_connected || complain "$(cat "$LOG/virt-nodedev-compatd.log")"
}
agent_connected() { eventually 30 grep -q "Connected to" "$LOG/virt-nodedev-compatd.log"; }

# agent_signal SIGNAL: to it.
agent_signal() { kill "-$1" "$(cat "$AGENT_PID")"; }

# agent_described GUEST: until its devices are described; prints that.
agent_described() {
    described() { virsh -q metadata "$1" urn:libvirt-nodedev-compat:1 2>/dev/null | grep '<hostdev'; }
    eventually 30 described "$1" || complain "$1 has no description of its host devices"
}

# hold_prepare: the next guest that comes in waits before anything is done for
# it, until hold_release. libvirt looks for hooks when it starts.
hold_prepare() {
    hold_clean
    mkdir -p "$HOLD" "${HOOK%/*}"
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/sh' '[ "$2" = migrate ] || exit 0' ": >$HOLD/held" \
        "until [ -e $HOLD/go ]; do sleep 0.05; done" >"$HOOK"
    chmod +x "$HOOK"
    libvirtd_restart
}

# relay FILE ARGUMENT...: interfere with clients that connect to port 17000.
relay() {
    hold_clean
    mkdir -p "$HOLD"
    python3 -IS "/testbed/$1" "${@:2}" </dev/null >"$HOLD/log" 2>&1 &
    echo $! >"$HOLD/pid"
    eventually 20 eval 'ss -tln | grep -q :17000' || complain "$(cat "$HOLD/log")"
}

# hold_message call|reply PROCEDURE...: a message of libvirt's remote protocol waits.
hold_message() { relay hold.py "$@"; }
# forge ATTACK: what the source says of its devices is another thing, see forge.py.
forge() { relay forge.py "$@"; }

# hold_hook: the hook that hold_hook_install made holds the next guest that comes in.
hold_hook_install() {
    # shellcheck disable=SC2016
    hook '[[ $2 = migrate && -e $HOLD/hook ]] || exit 0
          : >$HOLD/held
          until [[ ! -e $HOLD/hook || -e $HOLD/go ]]; do sleep 0.05; done'
}
hold_hook() {
    hold_clean
    mkdir -p "$HOLD"
    : >"$HOLD/hook"
}

hold_wait() { eventually 60 test -e "$HOLD/held" || complain "nothing to hold came"; }
hold_release() { touch "$HOLD/go"; }

hold_clean() {
    [[ ! -e $HOLD/pid ]] || kill "$(cat "$HOLD/pid")" 2>/dev/null
    rm -rf "$HOLD"
}

# guest_ask NAME: its job, its state by libvirt's word and by QEMU's; then what moves
# only if a vCPU runs, which is its registers as long as the guest's BIOS starts, and
# from then on the count of timer ticks at 0x46c. One virsh for all, as starting one
# takes a while here.
guest_ask() {
    virsh -q "domjobinfo $1
              domstate $1
              qemu-monitor-command $1 '{\"execute\":\"query-status\"}'
              qemu-monitor-command $1 --hmp 'xp /1wx 0x46c'
              qemu-monitor-command $1 --hmp 'info registers'" 2>&1 | tr -d '\r' | xargs
}

# guest_runs NAME: all say so, and no job is left.
guest_runs() {
    local first answer
    first=$(guest_ask "$1")
    [[ $first = 'Job type: None'*running*status:running* ]] || complain "guest $1: $first" || return 1
    moved() { answer=$(guest_ask "$1") && [[ ${answer#*0046c:} != "${first#*0046c:}" ]]; }
    eventually 20 moved "$1" || complain "guest $1 makes no progress: $answer"
}

# Prints a line for each thing of a guest or device user that is still here. Each
# program that is started takes its time here, so there are few.
guest_leftovers() {
    local name path daemon='libvirtd has ended'
    while read -r name; do
        [[ -z $name ]] || echo "guest known to libvirt: $name"
    done < <(virsh -q list --all --name)
    for path in /proc/[0-9]*; do
        read -r name 2>/dev/null <"$path/comm" || continue
        case $name in
        qemu-system*) echo "QEMU process: ${path#/proc/}" ;;
        libvirtd | virtqemud) daemon='' ;;
        esac
    done 2>/dev/null
    for path in /run/libvirt/qemu/*.xml /var/lib/libvirt/qemu/domain-*; do
        [[ ! -e $path ]] || echo "file of a guest: $path"
    done
    find /proc/[0-9]*/fd -lname '/dev/vfio/[0-9]*' -printf 'VFIO group %l in use: %p\n' 2>/dev/null
    [[ -z $daemon ]] || echo "$daemon"
}

# The same after a while for what is just ending: a QEMU that nobody wants any more
# is taken down once it has started.
settled_leftovers() {
    none() { [[ -z $(guest_leftovers) ]]; }
    eventually 20 none || guest_leftovers
}

# As setup left it.
settings_clean() {
    hold_clean
    debugfs_hide
    rm -f "$POLICY" "$RULES"/*
    [[ ! -e $AGENT_PID ]] || agent_signal KILL 2>/dev/null
    rm -f "$AGENT_PID"
    [[ -e $HOOK || -e $HOOK_STOCK || -e $VARIANT || -e $ACCESS.pid ]] || return 0
    [[ ! -e $DAEMON_CONF.testbed ]] || mv "$DAEMON_CONF.testbed" "$DAEMON_CONF"
    [[ ! -e $ACCESS.pid ]] || kill "$(cat "$ACCESS.pid")"
    hook_remove
    rm -f "$HOOK" "$VARIANT" "$ACCESS"*
    stock_cache
    libvirtd_restart
}

# Ends all guests and unloads the driver, then names what could not be undone.
# Logs start afresh, so that what is in them is of one scenario.
host_clean() {
    local name left
    libvirtd_signal CONT
    faults
    [[ ! -d /sys/module/$FIRMWARE ]] || firmware_fault ''
    left=$(guest_leftovers)
    if [[ -n $left ]]; then
        for name in $(virsh -q list --all --name); do
            virsh -q "destroy $name; undefine $name --managed-save --snapshots-metadata" >/dev/null 2>&1
        done
        left=$(settled_leftovers)
    fi
    # Removing a device that is in use would wait for its user.
    [[ -z $left ]] || { echo "$left"; return 0; }
    module_unload 2>&1
    firmware_unload 2>&1
    [[ ! -d /sys/module/$MODULE ]] || echo "module $MODULE is still loaded"
    [[ ! -d $PARENT/mdev_supported_types ]] || echo "mdev types are still at $PARENT"
    dmesg -c | sed -nE '/BUG:|WARNING:|Oops|general protection|possible recursive|sysfs: cannot/s/^/kernel: /p'
    settings_clean 2>&1
    rm -f "$LOG"/qemu/*.log /tmp/guest.*
    : >"$LOG/libvirtd.log"
    : >"$LOG/audit.log"
}

# shellcheck source=tests/testbed/host/disturb.sh
. /testbed/disturb.sh
