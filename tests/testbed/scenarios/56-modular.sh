# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: modular daemons check alike, also if the one for node devices has ended (F1)

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
both libvirtd_use modular
start_guest
migrate
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched

dst policy 'migration = "enforcing"'
dst pkill -x virtnodedevd
unforetold
migrate
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched

dst libvirtd_restart
device dst small publish=f1 software_version=1.2.0
migrate
expect_migrated
