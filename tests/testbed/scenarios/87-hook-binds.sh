# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: what counts is the driver that a hook script of the destination binds (F1)

vf src publish=f1 software_version=1.2.0
start_guest "$VF"
dst modprobe vfio-pci
for version in 1.1.0 1.2.0; do
    load dst publish=f1 software_version=$version
    dst function_give vfio-pci "$VF"
    dst hook "[[ \$2 != prepare ]] || function_bind $VF"
    unforetold
    migrate
    if [[ $version = 1.1.0 ]]; then
        expect_refused "$(node_of "$VF")" version-minor-too-old 1.2.0 1.1.0
        expect_clean dst
        expect_running src
    fi
done
expect_migrated
