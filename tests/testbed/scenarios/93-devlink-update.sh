# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: firmware that is updated while the guest runs is noticed by the next check

firmware both fixed=fw.psid=MT_0000000892 running=fw.version=28.41.1000
decide_by_firmware
both policy 'migration = "enforcing"'
vf both publish=none
start_guest "$VF"
attempt src virsh -q migrate-check "$GUEST" "$DST_URI"
expect_status 0
dst firmware_update fw.version=28.42.1000
migrate
expect_refused "$(node_of "$VF")" fw.version 28.41.1000 28.42.1000
expect_untouched

src firmware_update fw.version=28.42.1000
migrate
expect_migrated
