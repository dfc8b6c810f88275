# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a node device daemon that hangs or dies at Prepare is not waited for (F1)

device both small publish=f1 software_version=1.2.0
both libvirtd_use modular
start_guest
dst daemon_stop virtnodedevd
src migrate_begin --live "$GUEST" "$DST_URI"
expect_answers
attempt src migrate_end
expect_migrated
expect_log dst 'Continuing migration of domain' device-not-compared
expect_downtime 2000

dst virsh -q destroy "$GUEST"
start_guest
dst policy 'migration = "enforcing"'
attempt src virsh -q migrate --live "$GUEST" "$DST_URI"
expect_refused "$(node_of "$DEVICE")" device-not-compared
expect_clean dst
expect_running src

dst policy
dst daemon_continue virtnodedevd
dst faults 'software_version=slow:1000'
src migrate_begin --live "$GUEST" "$DST_URI"
dst faults_wait
dst pkill -KILL -x virtnodedevd
attempt src migrate_end
expect_migrated
