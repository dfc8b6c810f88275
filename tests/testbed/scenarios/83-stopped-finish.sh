# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a node device daemon that hangs at Finish does not make the guest stand still (F1)
# The driver keeps QEMU from ending the migration until the daemon is stopped.

device both small publish=f1 software_version=1.2.0
both libvirtd_use modular
start_guest
set_register src 0x00000083
src faults '.pre-copy=block'
src migrate_begin --live "$GUEST" "$DST_URI"
src faults_wait
both daemon_stop virtnodedevd
src faults
expect_answers
attempt src migrate_end
expect_migrated
expect_register dst 0x00000083
expect_downtime 2000
