# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: another mdev type is refused (F1)

device src small publish=f1 software_version=1.2.0
device dst large publish=f1 software_version=1.2.0
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" type-mismatch compat_sample-small compat_sample-large
expect_untouched
