# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a function that only gets its driver for the guest is compared then (F1)

load src publish=f1 software_version=1.2.0
load dst publish=f1 software_version=1.1.0
start_guest "managed:$VF"
unforetold
migrate
expect_refused "$(node_of "$VF")" version-minor-too-old 1.2.0 1.1.0
expect_clean dst
expect_running src

load dst publish=f1 software_version=1.2.0
migrate
expect_migrated
