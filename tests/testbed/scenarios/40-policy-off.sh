# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: what would be refused migrates if the policy is off (F1)

device src small publish=f1 software_version=1.2.0 attrs=firmware=a7
device dst small publish=f1 software_version=1.2.0 attrs=firmware=b1
start_guest
migrate
expect_refused attr-mismatch firmware a7 b1
expect_untouched

dst policy 'migration = "off"'
unforetold
migrate
expect_migrated
