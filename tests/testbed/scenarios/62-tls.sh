# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a migration over TLS is refused, and succeeds, alike (F1)

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
tls_setup
start_guest
migrate --tls
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched

device dst small publish=f1 software_version=1.3.0
set_register src 0xc0ffee62
migrate --tls
expect_migrated
expect_register dst 0xc0ffee62
