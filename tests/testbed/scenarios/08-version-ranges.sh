# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a version outside of the published ranges is refused (F3)
# By the number alone 1.6.0 could take over 1.2.0; its driver says it cannot.

device src small publish=f3 software_version=1.2.0
device dst small publish=f3 software_version=1.6.0 software_version_compatible=1.4.0-
start_guest
migrate
expect_refused "$(node_of "$DEVICE")" version-not-accepted 1.2.0 1.4.0-
expect_untouched
