# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: VFIO's debugfs and devlink show whether a function can be migrated
# needs: debugfs

node=$(node_of "$VF")
expect_migratable() { expect_xpath src "$node" "//attr[@name='migratable']/@value" "$1"; }

firmware src running=fw.version=28.41.1000
vf src publish=none
src "virsh -q nodedev-dumpxml $node | grep -q migratable" && fail 'nothing of migratable' 'it'
src debugfs_show
expect_migratable yes                   # by VFIO
firmware src running=fw.version=28.41.1000 ports=2 migratable=3
expect_migratable yes                   # by both
firmware src running=fw.version=28.41.1000 ports=2 migratable=2
expect_migratable no                    # by VFIO, not by devlink
src debugfs_hide
expect_migratable no                    # not by devlink
src firmware_unload
src debugfs_show
src modprobe vfio-pci
src function_give vfio-pci "$VF"
expect_migratable no                    # plain vfio-pci cannot
src "echo >/sys/bus/pci/devices/$VF/driver_override
     echo $VF >/sys/bus/pci/devices/$VF/driver/unbind"
