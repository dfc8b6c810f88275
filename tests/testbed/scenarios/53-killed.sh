# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: whatever is killed in whatever phase, the guest runs on one side (F1)
# limit: 300

# kill_in MESSAGE HOST COMMAND: while a migration waits with this message
kill_in() {
    # shellcheck disable=SC2086
    dst hold_message $1
    src migrate_begin --live "$GUEST" "${DST_URI/dst/dst:17000}"
    dst hold_wait
    "$2" "$3"
    dst hold_release
    attempt src migrate_end
    expect_failed
}

device both small publish=f1 software_version=1.2.0
start_guest
kill_in 'call 303' dst 'libvirtd_crash'      # between Begin and Prepare
kill_in 'call 303' src 'libvirtd_crash'
kill_in 'reply 303' dst 'libvirtd_crash'     # between Prepare and Perform
kill_in 'reply 303' dst 'pkill -KILL qemu-system'
kill_in 'reply 303' src 'libvirtd_crash'
kill_in 'call 306' dst 'libvirtd_crash'      # between Perform and Finish
kill_in 'call 306' dst 'pkill -KILL qemu-system'
migrate
expect_migrated
