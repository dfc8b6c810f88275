# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: identical devices migrate, state included (F1)

device both small publish=f1 software_version=1.2.0 pci_id=8086:591d
start_guest
set_register src 0xc0ffee01
migrate
expect_migrated
expect_register dst 0xc0ffee01
