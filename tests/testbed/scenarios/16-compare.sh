# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: nodedev-compare tells the verdicts apart by its exit status

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.2.0
compare dst src
expect_status 0
device dst small publish=f1 software_version=1.3.0
compare dst src
expect_status 0
compare src dst
expect_status 2 version-minor-too-old 1.3.0 1.2.0
device dst small publish=none
compare dst src
expect_status 3 missing-target software_version
echo '<device>' | put dst /tmp/broken.xml
attempt dst virsh nodedev-compare "$(node_of "$DEVICE")" /tmp/broken.xml
expect_status 1 error:
