# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a newer minor version on the destination migrates (F3)

device src small publish=f3 software_version=1.2.0
device dst small publish=f3 software_version=1.3.0
start_guest
migrate
expect_migrated
