# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: state that a stock libvirt saved is restored as ever, and the other way (F1)
# needs: stock

device src small publish=f1 software_version=1.2.0
src libvirtd_use stock
start_guest
set_register src 0x0000002c
src virsh -q save "$GUEST" /tmp/guest.save

device src small publish=f1 software_version=1.1.0 stream_version=1.2.0
src libvirtd_use ours
src policy 'migration = "enforcing"'
src virsh -q restore /tmp/guest.save
expect_running src
expect_register src 0x0000002c
expect_log src 'without a check of its host devices'

src virsh -q save "$GUEST" /tmp/guest.save
src libvirtd_use stock
src virsh -q restore /tmp/guest.save
expect_running src
expect_register src 0x0000002c
