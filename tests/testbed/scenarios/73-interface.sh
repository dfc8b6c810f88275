# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: an interface that is a virtual function is refused, then migrates (F1)

vf src publish=f1 software_version=1.2.0 attrs=firmware=a7
vf dst publish=f1 software_version=1.2.0 attrs=firmware=b1
start_guest "net:$VF"
migrate
expect_refused "$(node_of "$VF")" attr-mismatch firmware a7 b1
expect_untouched

vf dst publish=f1 software_version=1.2.0 attrs=firmware=a7
migrate
expect_migrated
