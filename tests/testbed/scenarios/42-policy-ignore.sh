# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a reason to ignore is a warning, the ones beside it are not (F1)

device src small publish=f1 software_version=1.2.0 attrs=firmware=a7
device dst small publish=f1 software_version=1.1.0 attrs=firmware=b1
start_guest
dst policy 'ignore = [ "attr-mismatch" ]'
unforetold
migrate
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched

device dst small publish=f1 software_version=1.2.0 attrs=firmware=b1
unforetold
migrate
expect_migrated
expect_log dst 'Ignoring in the migration of domain' attr-mismatch a7 b1
