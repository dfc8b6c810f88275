# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a function without published data migrates where devlink shows the same firmware

firmware both 'fixed=fw.psid=MT_0000000892;board.id=9' running=fw.version=28.41.1000 \
    stored=fw.version=28.42.1000 ports=2 migratable=3
decide_by_firmware
both policy 'migration = "enforcing"'
vf both publish=none
node=$(node_of "$VF")
for host in src dst; do
    expect_xpath "$host" "$node" "//attr[@name='fw.version']/@value" 28.41.1000
    expect_xpath "$host" "$node" "//attr[@name='fw.psid']/@value" MT_0000000892
    expect_xpath "$host" "$node" "//attr[@name='board.id']/@value" 9
    expect_xpath "$host" "$node" "//attr[@name='migratable']/@value" yes
    expect_xpath "$host" "$node" "count(//@*[contains(., 'CD-0123')])" 0
done
# asking takes no privileges
attempt src "as_user virt-nodedev-compat dump --xml /sys/bus/pci/devices/$VF"
expect_status 0 "name='fw.version' value='28.41.1000'"
start_guest "$VF"
set_register src 0xc0ffee91 "$VF"
migrate
expect_migrated
expect_register dst 0xc0ffee91 "$VF"
