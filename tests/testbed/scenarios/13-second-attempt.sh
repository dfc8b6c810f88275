# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: after a refusal the same guest migrates to a device that fits (F1, F3)

device src small publish=f1 software_version=1.2.0
device dst small publish=f3 software_version=1.0.0
start_guest
migrate
expect_refused version-minor-too-old 1.2.0 1.0.0
expect_untouched

device dst small publish=f3 software_version=1.2.1
migrate
expect_migrated
