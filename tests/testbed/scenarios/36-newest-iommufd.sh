# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a function that the newest libvirt opens by iommufd migrates here, and loses that (F1)
# hosts: newest-iommufd here
# limit: 240

# iommufd_of HOST: what the guest's XML says of it, and whether its QEMU has it open
iommufd_of() {
    "$1" "virsh -q dumpxml $GUEST | grep -o \"iommufd='[a-z]*'\"
          find /proc/\$(pgrep -x qemu-system-x86)/fd -lname /dev/iommu -printf '%l\n'" || true
}

# shellcheck disable=SC2034
MACHINE=pc-i440fx-10.0
vf both publish=f1 software_version=1.2.0
start_guest "iommufd:$VF"
got=$(iommufd_of src)
[[ $got = "iommufd='yes'"*/dev/iommu* ]] || fail 'a device by iommufd' "$got"
set_register src 0xc0ffee36 "$VF"
migrate
expect_migrated
expect_register dst 0xc0ffee36 "$VF"
got=$(iommufd_of dst)
[[ -z $got ]] || fail 'nothing of iommufd, which 11.3 does not know' "$got"

attempt dst virsh -q migrate --live "$GUEST" qemu+tcp://src/system
expect_status 0
expect_running src
expect_register src 0xc0ffee36 "$VF"
got=$(iommufd_of src)
[[ $got != *yes* && $got != */dev/iommu* ]] || fail 'a guest that has lost iommufd' "$got"
