# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: an attribute value is taken from the accepted list or refused (F3)

device src small publish=f3 software_version=1.2.0 'attrs=firmware=a7' 'compatible_attrs=firmware=a7'
device dst small publish=f3 software_version=1.2.0 'attrs=firmware=b1' 'compatible_attrs=firmware=b1,b0'
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" attr-not-accepted firmware a7 b1
expect_untouched

device dst small publish=f3 software_version=1.2.0 'attrs=firmware=b1' 'compatible_attrs=firmware=b1,a7'
migrate
expect_migrated
