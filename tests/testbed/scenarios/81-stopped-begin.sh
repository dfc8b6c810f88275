# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a node device daemon of the source that hangs at Begin is not waited for (F1)

device both small publish=f1 software_version=1.2.0
both libvirtd_use modular
start_guest
src daemon_stop virtnodedevd
src migrate_begin --live "$GUEST" "$DST_URI"
expect_answers
src virsh -q domjobabort "$GUEST"
attempt src migrate_end
expect_failed

dst policy 'migration = "enforcing"'
attempt src virsh -q migrate --live "$GUEST" "$DST_URI"
expect_refused "$(node_of "$DEVICE")" device-not-described
expect_untouched
expect_log src 'did not answer within'

dst policy
attempt src virsh -q migrate --live "$GUEST" "$DST_URI"
expect_migrated
expect_log dst 'Continuing migration of domain' device-not-described
expect_downtime 2000
