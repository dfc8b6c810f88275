# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: peer-to-peer and tunnelled migration are refused, and succeed, alike (F1)

device src small publish=f1 software_version=1.2.0
for way in --p2p '--p2p --tunnelled'; do
    start_guest
    device dst small publish=f1 software_version=1.1.0
    # shellcheck disable=SC2086
    migrate $way
    expect_refused version-minor-too-old 1.2.0 1.1.0
    expect_untouched

    device dst small publish=f1 software_version=1.2.0
    # shellcheck disable=SC2086
    migrate $way
    expect_migrated
    dst "virsh -q destroy $GUEST; rm \$LOG/qemu/$GUEST.log"
done
