# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: without data a virtual function shows late that it does not fit
# The driver alone knows, as it is with mdevs.

vf src publish=none stream_version=1.2
vf dst publish=none stream_version=1.1
start_guest "$VF"
migrate
expect_status 1 'load of migration failed'
expect_log dst 'Continuing migration of domain' "$(node_of "$VF")" software_version
expect_clean dst
expect_running src
