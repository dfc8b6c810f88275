# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: what counts is the device that a hook script of the destination makes (F1)
# needs: stock

# make_at STEP TYPE: the destination's hook script makes $DEVICE anew, of this type.
make_at() {
    dst hook "[[ \$2 != $1 ]] || {
        echo 1 >\$MDEVS/$DEVICE/remove
        echo $DEVICE >\$PARENT/mdev_supported_types/compat_sample-$2/create
    }"
}

device src small publish=f1 software_version=1.2.0
while read -r build step; do
    start_guest
    device dst large publish=f1 software_version=1.2.0
    dst "echo $build >\$VARIANT"
    make_at "$step" small
    unforetold
    migrate
    expect_migrated
    dst virsh -q destroy "$GUEST"
done <<X
stock prepare
ours prepare
ours migrate
X

start_guest
device dst small publish=f1 software_version=1.2.0
make_at prepare large
unforetold
migrate
expect_refused "$(node_of "$DEVICE")" type-mismatch compat_sample-small compat_sample-large
expect_clean dst
expect_running src
