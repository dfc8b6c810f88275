# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: with the newest kernel on both hosts the check is what it is (F1)
# hosts: newest-kernel newest-kernel

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
migrate
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched
device dst small publish=f1 software_version=1.3.0
set_register src 0xc0ffee30
migrate
expect_migrated
expect_register dst 0xc0ffee30
dst virsh -q destroy "$GUEST"

vf src publish=f1 software_version=1.2.0
vf dst publish=f1 software_version=2.0.0
start_guest "$VF"
migrate
expect_refused version-major-mismatch 1.2.0 2.0.0
expect_clean dst
expect_running src
vf dst publish=f1 software_version=1.2.0
migrate
expect_migrated
