# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a virtual function does not take over from an mdev of another type (F1)

device src small publish=f1 software_version=1.2.0
vf dst publish=f1 software_version=1.2.0
start_guest
migrate_as "$VF"
expect_refused "A guest that uses '$(node_of "$DEVICE")' cannot continue on '$(node_of "$VF")'"
expect_said type-mismatch compat_sample-small compat_sample-vf
expect_untouched
