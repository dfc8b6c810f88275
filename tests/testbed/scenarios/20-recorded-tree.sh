# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a recorded tree says what the device and its type say
#
# TESTBED_RECORDED names a directory for the archives, if they are to be kept.

tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../tools/nodedev-compat" && pwd)
put src /tmp/record-sysfs <"$tools/record-sysfs"

# recorded NAME: record $DEVICE, unpack that, and read it without the daemon.
recorded() {
    local place mdev=/sys/bus/mdev/devices/$DEVICE
    src "rm -rf /tmp/$1; mkdir /tmp/$1; cd /tmp/$1
         python3 /tmp/record-sysfs --output ../$1.tar.gz $DEVICE && tar -xf ../$1.tar.gz" >"$TESTBED_DIR/record"
    if [[ ${TESTBED_RECORDED:-} ]]; then
        src "base64 /tmp/$1.tar.gz" | base64 -d >"$TESTBED_RECORDED/$1.tar.gz"
    fi
    for place in "$mdev" "$mdev/mdev_type"; do
        src "virt-nodedev-compat dump --xml $place" >"$TESTBED_DIR/live"
        src "virt-nodedev-compat dump --xml --root /tmp/$1 $place" >"$TESTBED_DIR/copy"
        cmp -s "$TESTBED_DIR/live" "$TESTBED_DIR/copy" ||
            fail "$(cat "$TESTBED_DIR/live")" "$(cat "$TESTBED_DIR/copy")"
    done
    src virsh -q nodedev-dumpxml "$(node_of "$DEVICE")" | put src /tmp/libvirt.xml
    attempt src virt-nodedev-compat compare --validate /tmp/libvirt.xml "/tmp/$1$mdev"
}

device src small publish=f1 software_version=1.2.0 software_version_compatible=1.0.0- \
    'attrs=firmware=a7'
recorded sample-f1
expect_status 0 'can continue on'
device src small publish=f1text software_version=1.1.0 'attrs=firmware=a7'
recorded sample-f1text
expect_status 0 'can continue on'
device src large publish=f3 software_version=1.2.0 dynamic=aggregator 'attrs=aggregator=2' \
    compatible_type=compat_sample-small
recorded sample-f3
expect_status 0 'can continue on'
device src small publish=none
recorded sample-none
expect_status 3 missing-both
