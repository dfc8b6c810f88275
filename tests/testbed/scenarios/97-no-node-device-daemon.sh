# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: without a node device daemon on either host the check is the same (F1, F4)
# limit: 300

# Whoever asks for node devices cannot know more than that there is none to ask.
migrate_unforetold() { unforetold; migrate; }

device src small publish=f1 software_version=1.2.0 migration_version=7
device dst small publish=f1 software_version=1.1.0
both libvirtd_use modular
both nodedev_remove
attempt dst virsh -q nodedev-dumpxml "$(node_of "$DEVICE")"
expect_status 1 virtnodedevd-sock

start_guest
migrate_unforetold
expect_refused "$(node_of "$DEVICE")" version-minor-too-old 1.2.0 1.1.0
expect_untouched

# Only a daemon asks the driver about a string.
dst libvirtd_restart
device dst small publish=f1 software_version=1.2.0 migration_version=8
dst nodedev_remove
dst policy 'migration = "enforcing"'
migrate_unforetold
expect_refused "$(node_of "$DEVICE")" opaque-no-answer 'no node device daemon'
expect_untouched

dst libvirtd_restart
device dst small publish=f1 software_version=1.2.0
dst nodedev_remove
set_register src 0xc0ffee97
migrate_unforetold
expect_migrated
expect_register dst 0xc0ffee97

# What is saved is described and compared alike.
dst virsh -q save "$GUEST" /tmp/guest.save
dst libvirtd_restart
device dst small publish=f1 software_version=1.1.0
dst nodedev_remove
attempt dst virsh -q restore /tmp/guest.save
expect_status 1 'cannot be restored: ' version-minor-too-old 1.2.0 1.1.0
expect_clean dst
