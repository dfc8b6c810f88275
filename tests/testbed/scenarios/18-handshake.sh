# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: nodedev-compare --opaque asks the destination's driver (F4)

sample=(publish=f1 software_version=1.2.0)
device both small "${sample[@]}" migration_version=7
compare dst src --opaque
expect_status 0 'can continue on'
device dst small "${sample[@]}" migration_version=8
compare dst src
expect_status 0 'can continue on'
compare dst src --opaque
expect_status 2 opaque-rejected compat_sample-small:7 compat_sample-small:8 'Invalid argument'
device dst small "${sample[@]}" migration_version=8 migration_version_accepts=6,7
compare dst src --opaque
expect_status 0 'can continue on'
device dst large "${sample[@]}" migration_version=7
compare dst src --opaque
expect_status 2 type-mismatch opaque-rejected
device dst small "${sample[@]}" migration_version=8 migration_version_errno=19
compare dst src --opaque
expect_status 3 opaque-no-answer 'No such device'
device dst small "${sample[@]}"
compare dst src --opaque
expect_status 3 missing-target migration_version
attempt dst virsh -r nodedev-compare --opaque "$(node_of "$DEVICE")" /tmp/source.xml
expect_status 1 'not read-only'
