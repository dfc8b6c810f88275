# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a virtual function migrates, with its state (F1)

vf src publish=f1 software_version=1.2.0
vf dst publish=f1 software_version=1.3.0
start_guest "$VF"
set_register src 0xc0ffee70 "$VF"
migrate
expect_migrated
expect_register dst 0xc0ffee70 "$VF"
