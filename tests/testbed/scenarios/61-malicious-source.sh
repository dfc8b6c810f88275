# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: whatever a malicious source says of its devices is refused, and no more (F1)
# limit: 240

device both small publish=f1 software_version=1.2.0
start_guest
daemon=$(dst pgrep -x libvirtd)
while read -r attack text; do
    dst forge "$attack"
    attempt src virsh -q migrate --live "$GUEST" "${DST_URI/dst/dst:17000}"
    expect_failed "$text"
    expect_no_qemu_started dst
done <<X
message Unable to decode message payload
block more than 512 compatibility attributes
depth Excessive depth in document
count more than 256 host devices are described
duplicate is described twice
blocks more than one <nodedevCompat> element
encoding not proper UTF-8
control malformed 'name' of a host device
entities entity reference loop
doctype must not have a document type declaration
cut Premature end of data
X
[[ $(dst pgrep -x libvirtd) = "$daemon" ]] || fail 'the same libvirtd' 'another one'
migrate
expect_migrated
