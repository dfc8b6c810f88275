# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a device whose firmware does not answer holds up nothing but its own check

firmware both fixed=fw.psid=MT_0000000892 running=fw.version=28.41.1000
decide_by_firmware
both policy 'migration = "enforcing"'
vf both publish=none
node=$(node_of "$VF")
start_guest "$VF"

dst firmware_fault block
dst virsh_begin nodedev-dumpxml "$node"
dst firmware_wait
expect_answers dst
attempt dst virsh_end
expect_status 0 "<unusable name='devlink' reason='timeout'/>"
unforetold
migrate
expect_refused "$node" devlink
expect_untouched

dst firmware_fault errno:5
unforetold
migrate
expect_refused "$node" devlink
expect_untouched

dst firmware_fault
src firmware_fault block
src migrate_begin --live "$GUEST" "$DST_URI"
expect_answers
attempt src migrate_end
expect_refused "$node" devlink
expect_clean dst
src firmware_fault
expect_running src
migrate
expect_migrated
