# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a device that takes over another type will do if the policy says so (F3)

device src small publish=f3 software_version=1.2.0
device dst large publish=f3 software_version=1.2.0 compatible_type=compat_sample-small
start_guest
dst policy 'cross_type = 1'
set_register src 0xc0ffee03
unforetold
migrate
expect_migrated
expect_register dst 0xc0ffee03
