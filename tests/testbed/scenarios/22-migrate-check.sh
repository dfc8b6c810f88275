# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: migrate-check foretells what the migration is answered, policy included (F1)

check() { attempt src virsh migrate-check "$GUEST" "$DST_URI" "$@"; }

device both small publish=f1 software_version=1.2.0
start_guest
check
expect_status 0 "A guest that uses '$(node_of "$DEVICE")' can continue on '$(node_of "$DEVICE")'" \
    "By its policy, the destination would accept domain '$GUEST'"

device dst small publish=f1 software_version=1.1.0
check
expect_status 2 'cannot continue on' version-minor-too-old 1.2.0 1.1.0 \
    "By its policy, the destination would refuse domain '$GUEST'"

dst policy 'ignore = [ "version-minor-too-old" ]'
check
expect_status 0 "By its policy, the destination would accept domain '$GUEST'"

device dst small publish=none
dst policy 'migration = "permissive"'
check
expect_status 3 unknown missing-target software_version \
    "the destination would accept domain '$GUEST', with a warning in its log"

dst policy 'migration = "enforcing"'
check
expect_status 3 unknown missing-target "the destination would refuse domain '$GUEST'"
check --json
expect_status 3 '"would": "refuse"' '"verdict": "unknown"'
migrate
expect_refused missing-target software_version
expect_untouched
