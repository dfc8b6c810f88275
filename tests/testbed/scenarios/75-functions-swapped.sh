# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: functions that are swapped on the destination are told apart (F1)

vf both publish=f1 software_version=1.2.0 dynamic=queues attrs=queues=4
add_vf both "$VF2"
set_attr src "$VF2" queues 8
set_attr dst "$VF" queues 8
start_guest "$VF" "$VF2"
migrate
expect_refused "$(node_of "$VF")" "$(node_of "$VF2")" attr-mismatch queues
expect_untouched

set_attr dst "$VF2" queues 2
migrate_as "$VF2" "$VF"
expect_refused "A guest that uses '$(node_of "$VF")' cannot continue on '$(node_of "$VF2")'" 'queues   4   2'
expect_untouched

set_attr dst "$VF2" queues 4
migrate_as "$VF2" "$VF"
expect_migrated
