# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: what is not known is refused by an enforcing host (F5)

device both small publish=none
start_guest
dst policy 'migration = "enforcing"'
migrate
expect_refused 'may have no compatible counterpart for 1 of 1 host devices' "$(node_of "$DEVICE")" missing-both software_version
expect_untouched

dst policy 'migration = "enforcing"' \
    'ignore = [ "missing-both" ]'
migrate
expect_migrated
