# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: another type that the destination would accept is refused as such (F3)

device src small publish=f3 software_version=1.2.0
device dst large publish=f3 software_version=1.2.0 compatible_type=compat_sample-small
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" type-cross-accepted compat_sample-small compat_sample-large
expect_untouched
