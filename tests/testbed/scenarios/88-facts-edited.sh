# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: facts that are edited during a migration are no change of the device (F1)

# facts HOST VALUE: what the administrator says of the devices' board
facts() {
    "$1" mkdir -p /etc/libvirt/nodedev-compat
    put "$1" /etc/libvirt/nodedev-compat/90-facts.xml
}
of_board() {
    echo "<nodedevCompatFacts><facts type='compat_sample-small'>"
    echo "<attr name='board' value='$1'/></facts></nodedevCompatFacts>"
}

device both small publish=f1 software_version=1.2.0
of_board a | facts both
start_guest
for edit in 'of_board b' 'echo <nodedevCompatFacts>' 'of_board a'; do
    src faults '.pre-copy=block'
    src migrate_begin --live "$GUEST" "$DST_URI"
    src faults_wait
    $edit | facts dst
    src faults
    attempt src migrate_end
    expect_migrated
    dst virsh -q destroy "$GUEST"
    of_board a | facts dst
    start_guest
done
of_board b | facts dst
migrate
expect_refused attr-mismatch board
expect_clean dst
expect_running src
both rm -r /etc/libvirt/nodedev-compat
