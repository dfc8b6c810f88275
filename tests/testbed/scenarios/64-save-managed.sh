# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a function that only gets its driver for the guest is compared at restore, too (F1)

load src publish=f1 software_version=1.2.0
start_guest "managed:$VF"
set_register src 0x0000002f "$VF"
# Behind an IOMMU all memory of a paused guest counts as dirty again and again. QEMU
# would write it until it is quick enough to write it within this time, in ms.
src virsh -q migrate-setmaxdowntime "$GUEST" 60000
src virsh -q save "$GUEST" /tmp/guest.save

load src publish=f1 software_version=1.1.0
attempt src virsh -q restore /tmp/guest.save
expect_status 1 'cannot be restored: ' "$(node_of "$VF")" version-minor-too-old 1.2.0 1.1.0
expect_clean src

load src publish=f1 software_version=1.2.0
src virsh -q restore /tmp/guest.save
expect_running src
expect_register src 0x0000002f "$VF"
