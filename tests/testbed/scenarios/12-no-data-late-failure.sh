# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: without data a mismatch shows late, and the source keeps the guest
# What the check is there to prevent: only the driver knows, and says so when
# the destination's QEMU loads the state.

device src small publish=none stream_version=1.2
device dst small publish=none stream_version=1.1
start_guest
migrate
expect_failed 'load of migration failed'
