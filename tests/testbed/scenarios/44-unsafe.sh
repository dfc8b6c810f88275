# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: --unsafe overrides a refusal, logged and audited (F1)

device src small publish=f1 software_version=1.2.0 attrs=firmware=a7
device dst small publish=f1 software_version=1.2.0 attrs=firmware=b1
start_guest
migrate --unsafe
expect_migrated
expect_log dst 'Continuing unsafe migration' "$(node_of "$DEVICE")" attr-mismatch a7 b1
expect_audit dst reason=unsafe "vm=\"$GUEST\"" "overridden=\"$(node_of "$DEVICE"):attr-mismatch\""
