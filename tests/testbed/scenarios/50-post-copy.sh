# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a request for post-copy is refused for the devices' reasons first (F1)
# QEMU allows no post-copy with such devices, and says so itself when they fit.

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
migrate --postcopy
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched

device dst small publish=f1 software_version=1.2.0
migrate --postcopy
expect_failed postcopy
