# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: an attribute that fails, or fills a page, is unknown on either side (F1)

device both small publish=f1 software_version=1.2.0 attrs=firmware=a7
for fault in errno:5 page; do
    for side in src dst; do
        "$side" faults "firmware=$fault"
        "$side" "virsh -q nodedev-dumpxml $(node_of "$DEVICE") | grep \"<unusable name='firmware'\"" >/dev/null
        compare dst src
        expect_status 3 firmware
        "$side" faults
    done
done
compare dst src
expect_status 0 'can continue on'

# More than a description may have does not end it.
dst faults 'software_version=page'
compare dst src
expect_status 3 software_version
