# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a device that changes after it was compared stops the migration (F1)
# A hook script of the destination changes it, right before QEMU starts, where it is
# compared anew, and then when QEMU has opened it.

device both small publish=f1 software_version=1.2.0 dynamic=aggregator
start_guest
while read -r moment reason; do
    set_attr dst "$DEVICE" aggregator 1
    dst hook "[[ \$2 != $moment ]] || echo 2 >\$MDEVS/$DEVICE/migration/self/aggregator"
    unforetold
    migrate
    expect_refused "$(node_of "$DEVICE")" "$reason" aggregator
    expect_clean dst
    expect_running src
done <<X
start attr-mismatch
started device-changed
X

dst hook true
set_attr dst "$DEVICE" aggregator 1
migrate
expect_migrated
