# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: the node device XML shows what is published, afresh at each dump

compat="/device/capability/capability[@type='compat']"
device both small publish=f3 software_version=1.2.0 software_version_compatible=1.0.0- \
    dynamic=aggregator 'attrs=aggregator=2'
expect_xpath src "$(node_of "$DEVICE")" "$compat/deviceAPI" vfio-pci
expect_xpath src "$(node_of "$DEVICE")" "$compat/type/@id" compat_sample-small
expect_xpath src "$(node_of "$DEVICE")" "$compat/softwareVersion" 1.2.0
expect_xpath src "$(node_of "$DEVICE")" "$compat/attr[@name='aggregator']/@value" 2
expect_xpath src "$(node_of "$DEVICE")" "$compat/accepts/softwareVersion" 1.0.0-
src "echo 8 >/sys/bus/mdev/devices/$DEVICE/aggregator"
expect_xpath src "$(node_of "$DEVICE")" "$compat/attr[@name='aggregator']/@value" 8

types="/device/capability/capability[@type='mdev_types']/type[@id='compat_sample-small']"
expect_xpath dst "$PARENT_NODE" "$types/capability[@type='compat']/softwareVersion" 1.2.0
expect_xpath dst "$PARENT_NODE" "$types/capability[@type='compat']/accepts/softwareVersion" 1.0.0-

device src small publish=f1 software_version=3.1.4 'attrs=firmware=a7'
expect_xpath src "$(node_of "$DEVICE")" "$compat/softwareVersion" 3.1.4
expect_xpath src "$(node_of "$DEVICE")" "$compat/attr[@name='firmware']/@value" a7
device src small publish=none
expect_xpath src "$(node_of "$DEVICE")" "$compat/softwareVersion" ''
