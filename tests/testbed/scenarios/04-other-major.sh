# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: another major version is refused (F3)

device src large publish=f3 software_version=1.2.0
device dst large publish=f3 software_version=2.2.0
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" version-major-mismatch 1.2.0 2.2.0
expect_untouched
