# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: an older minor version on the destination is refused (F1)

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" version-minor-too-old 1.2.0 1.1.0
expect_untouched
