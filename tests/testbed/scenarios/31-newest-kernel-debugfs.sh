# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: VFIO's debugfs of the newest kernel shows what can be migrated, and how
# hosts: newest-kernel newest-kernel
# needs: debugfs

# expect_of ATTRIBUTE VALUE: of the function and of the mdev
expect_of() {
    local one
    for one in "$VF" "$DEVICE"; do
        expect_xpath src "$(node_of "$one")" "//attr[@name='$1']/@value" "$2"
    done
}

vf src publish=none
src device_create small "$DEVICE"
expect_of migratable ''
# Only root may look into debugfs, so what is in it is nothing to show.
src debugfs_show
expect_of migratable yes
expect_of migration_features ''
src debugfs_show 755
expect_of migration_features stop-copy,p2p,pre-copy
src debugfs_hide
expect_of migratable ''
