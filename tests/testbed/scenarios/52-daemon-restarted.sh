# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a daemon restarted between Begin and Prepare ends the migration, no more (F1)

device both small publish=f1 software_version=1.2.0
start_guest
for host in dst src; do
    dst hold_message call 303      # Prepare3Params
    src migrate_begin --live "$GUEST" "${DST_URI/dst/dst:17000}"
    dst hold_wait
    "$host" libvirtd_restart
    dst hold_release
    attempt src migrate_end
    expect_failed
done
migrate
expect_migrated
