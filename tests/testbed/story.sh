# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# title: the demonstration
#
# What scripts/demo tells on the terminal. Played by ./run --story, with the
# functions of lib.sh; each act also checks that it went as it says.

heading() { printf '\n\e[1m== %s ==\e[0m\n\n' "$*"; }
# Without a terminal there is nothing to make bold.
[[ -t 1 ]] || heading() { printf '\n== %s ==\n\n' "$*"; }

# say: a paragraph from standard input.
say() { fmt -w 78; echo; }

# show HOST COMMAND: as typed at a prompt of that host; sets $status and $said.
show() {
    printf '%s$ %s\n' "$1" "$2"
    attempt "$1" "$2"
    [[ -z $said ]] || printf '%s\n' "$said" | sed 's/\r$//; /^$/d'
    ((status == 0)) || printf '(exit status %s)\n' "$status"
    echo
}

NODE=$(node_of "$DEVICE")

heading "Two hosts"
say <<X
Two virtual machines, src and dst, play two virtualisation hosts. Each runs
Linux, libvirt and QEMU, and has a PCI device that can be divided into mediated
devices. The driver on dst is newer: it writes migration data of version 1.3.0,
the one on src 1.2.0. Each publishes that, and more, in sysfs.
X
device src small publish=f1 software_version=1.2.0 pci_id=8086:591d attrs=firmware=a7
device dst small publish=f1 software_version=1.3.0 pci_id=8086:591d attrs=firmware=a7
show src "cd /sys/bus/mdev/devices/$DEVICE/migration && grep -r ."
say <<X
libvirt shows it as a part of the node device, the same for every vendor.
X
for host in src dst; do
    show "$host" "virsh nodedev-dumpxml $NODE"
    expect_status 0 "<capability type='compat'>"
done

heading "Would it fit?"
say <<X
The question before a migration is: can a guest that uses this device continue on
that one? The device of the source is given as its XML. From src to dst:
X
for host in src dst; do
    "$host" "virsh nodedev-dumpxml $NODE" >"$TESTBED_DIR/$host.xml"
done
put dst /tmp/src.xml <"$TESTBED_DIR/src.xml"
put src /tmp/dst.xml <"$TESTBED_DIR/dst.xml"
show dst "virsh nodedev-compare $NODE /tmp/src.xml"
expect_status 0
say <<X
The other way round, an older driver would have to read newer data:
X
show src "virsh nodedev-compare $NODE /tmp/dst.xml"
expect_status 2 version-minor-too-old

heading "A migration that succeeds"
say <<X
A guest with the device runs on src and moves to dst. A register of the device
is set before, to see that the device's state moves along.
X
start_guest
register=/sys/bus/mdev/devices/$DEVICE/sample/scratch
show src "echo 0xc0ffee01 >$register"
show src "virsh migrate --live $GUEST $DST_URI"
expect_migrated
show dst "virsh list"
show dst "cat $register"
expect_status 0 0xc0ffee01

heading "A migration that is refused"
say <<X
Now back to src. libvirt finds before anything is started there that its device
cannot accept the state, and reports why.
X
src "rm -f \$LOG/qemu/*.log"
show dst "virsh migrate --live $GUEST qemu+tcp://src/system"
expect_refused version-minor-too-old 1.3.0 1.2.0
say <<X
Without this check both QEMUs would have run until the driver on src rejected
the data, with no more explanation than "load of migration failed: Invalid
argument". Here no QEMU was started on src, nothing of the guest is left there,
X
show src "ls /var/log/libvirt/qemu/*.log"
expect_no_qemu_started src
show src "virsh list --all"
expect_clean src
say <<X
and on dst the guest still runs.
X
show dst "virsh list"
expect_running dst
say <<X
Asked twice, its BIOS shows a timer count that keeps counting.
X
for _ in 1 2; do
    show dst "virsh qemu-monitor-command $GUEST --hmp 'xp /1wx 0x46c'"
done
