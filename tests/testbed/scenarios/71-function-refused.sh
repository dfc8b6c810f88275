# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a virtual function whose driver is older is refused (F1)

vf src publish=f1 software_version=1.2.0
vf dst publish=f1 software_version=1.1.0
start_guest "$VF"
migrate
expect_refused "$(node_of "$VF")" version-minor-too-old 1.2.0 1.1.0
expect_untouched
