# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: whatever goes wrong at whatever moment, the guest runs on one side (F1)
# limit: 300
# A few draws; scripts/chaos makes as many as one likes.

TESTBED_DRAWS=${TESTBED_DRAWS:-4}
# shellcheck source=tests/testbed/chaos.sh
. "$TESTBED_HERE/chaos.sh"
