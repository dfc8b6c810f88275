# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a dynamic attribute that differs is refused until it is provisioned (F3)

device both small publish=f3 software_version=1.2.0 dynamic=aggregator attrs=aggregator=2
dst "echo 4 >/sys/bus/mdev/devices/$DEVICE/aggregator"
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" needs-provisioning aggregator 2 4
expect_untouched

dst "echo 2 >/sys/bus/mdev/devices/$DEVICE/aggregator"
migrate
expect_migrated
