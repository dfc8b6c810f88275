# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a differing vendor attribute is refused (F1)

device src small publish=f1 software_version=1.2.0 'attrs=firmware=a7;lanes=4'
device dst small publish=f1 software_version=1.2.0 'attrs=firmware=b1;lanes=4'
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" attr-mismatch firmware a7 b1
expect_untouched
