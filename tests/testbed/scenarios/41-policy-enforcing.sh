# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: what is not known is refused by an enforcing host (F5)

device both small publish=none
start_guest
dst policy 'migration_hostdev_compat = "enforcing"'
migrate
expect_refused 'cannot tell whether' "$(node_of "$DEVICE")" missing-both software_version
expect_untouched

dst policy 'migration_hostdev_compat = "enforcing"' \
    'migration_hostdev_compat_ignore = [ "missing-both" ]'
migrate
expect_migrated
