# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: to Debian 13's own libvirt migration is as it ever was, and back it is checked (F1)
# hosts: here debian13

# shellcheck source=tests/testbed/peer.sh
. "$TESTBED_HERE/peer.sh"
there_and_back 'load of migration failed'
