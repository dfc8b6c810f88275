# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a migration is refused by the handshake alone (F1, F4)

sample=(publish=f1 software_version=1.2.0)
device src small "${sample[@]}" migration_version=7
device dst small "${sample[@]}" migration_version=8
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" opaque-rejected compat_sample-small:7 compat_sample-small:8
expect_untouched

device dst small "${sample[@]}" migration_version=8 migration_version_accepts=7
set_register src 0xc0ffee02
migrate
expect_migrated
expect_register dst 0xc0ffee02
