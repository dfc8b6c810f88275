# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: from a host without the check nothing is known, and the policy decides (F1)
# needs: stock

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.2.0
src libvirtd_use stock
start_guest
dst policy 'migration = "enforcing"'
migrate
expect_refused device-not-described "$(node_of "$DEVICE")"
expect_untouched

dst policy
migrate
expect_migrated
expect_log dst 'Continuing migration of domain' device-not-described
