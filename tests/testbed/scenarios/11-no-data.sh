# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: devices that publish nothing migrate, with a warning

device both small publish=none
start_guest
migrate
expect_migrated
expect_log dst "$(node_of "$DEVICE")" missing-both software_version
