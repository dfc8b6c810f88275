# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: without devlink on one host, or on both, a function's firmware is not known

decide_by_firmware
both policy 'migration = "enforcing"'
vf both publish=none
start_guest "$VF"
unforetold
migrate
expect_refused "$(node_of "$VF")" missing-both fw.psid
expect_untouched

firmware src fixed=fw.psid=MT_0000000892 running=fw.version=28.41.1000
unforetold
migrate
expect_refused "$(node_of "$VF")" missing-target fw.psid fw.version
expect_untouched

dst policy
migrate
expect_migrated
