# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: cancelled while the destination prepares, nothing is left there (F1)

device both small publish=f1 software_version=1.2.0
start_guest
for cancel in "virsh -q domjobabort $GUEST" migrate_kill; do
    dst hold_prepare
    src migrate_begin --live "$GUEST" "$DST_URI"
    dst hold_wait
    src "$cancel"
    dst hold_release
    attempt src migrate_end
    expect_failed
done
migrate
expect_migrated
