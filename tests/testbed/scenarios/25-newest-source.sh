# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a guest that the newest stock libvirt started comes in as its device allows (F1)
# hosts: newest here
# limit: 300

# the newest machine type that both have
# shellcheck disable=SC2034
MACHINE=pc-i440fx-10.0
device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
dst policy 'migration = "enforcing"'
migrate
expect_refused device-not-described "$(node_of "$DEVICE")"
expect_untouched
dst policy
migrate
expect_failed 'load of migration failed'

device dst small publish=f1 software_version=1.2.0
set_register src 0xc0ffee25
migrate
expect_migrated
expect_register dst 0xc0ffee25
expect_log dst 'Continuing migration of domain' device-not-described

attempt dst virsh -q migrate --live "$GUEST" qemu+tcp://src/system
expect_status 0
expect_running src
expect_clean dst
src virsh -q destroy "$GUEST"

# Its own default is one that others do not know.
# shellcheck disable=SC2034
MACHINE=pc
start_guest
migrate
expect_failed 'does not support machine type'
