# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a managed function that vfio-pci has is compared with the driver that it gets (F1)

dst modprobe vfio-pci
load src publish=f1 software_version=1.2.0
start_guest "managed:$VF"
for version in 1.1.0 1.3.0; do
    load dst publish=f1 software_version=$version
    dst function_give vfio-pci "$VF"
    unforetold
    migrate
    [[ $version != 1.1.0 ]] || expect_refused "$(node_of "$VF")" version-minor-too-old 1.2.0 1.1.0
done
expect_migrated
