# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: to a host without the check migration is as it ever was (F1)
# needs: stock

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
dst libvirtd_use stock
start_guest
migrate
expect_failed 'load of migration failed'

device dst small publish=f1 software_version=1.2.0
migrate
expect_migrated

# Nor is there anything to wait for if the source's node device daemon hangs.
dst virsh -q destroy "$GUEST"
src libvirtd_use modular
start_guest
src daemon_stop virtnodedevd
attempt src virsh -q migrate --live "$GUEST" "$DST_URI"
expect_migrated
