# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a function whose card has other firmware, or is another one, is refused

firmware src fixed=fw.psid=MT_0000000892 running=fw.version=28.41.1000
firmware dst fixed=fw.psid=MT_0000000892 running=fw.version=28.39.2048
decide_by_firmware
vf both publish=none
start_guest "$VF"
migrate
expect_refused "$(node_of "$VF")" fw.version 28.41.1000 28.39.2048
expect_untouched

firmware dst fixed=fw.psid=MT_0000000838 running=fw.version=28.41.1000
migrate
expect_refused "$(node_of "$VF")" fw.psid MT_0000000892 MT_0000000838
expect_untouched
