# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: to the newest stock libvirt migration is as it ever was, and back it is checked (F1)
# hosts: here newest
# limit: 300

# shellcheck source=tests/testbed/peer.sh
. "$TESTBED_HERE/peer.sh"
there_and_back 'load of migration failed'

# by libvirtd itself, and through its connection
for words in --p2p '--p2p --tunnelled' '--persistent --undefinesource'; do
    read -ra options <<<"$words"
    set_register src 0xc0ffee25
    migrate "${options[@]}"
    expect_migrated
    back "${options[@]}"
    expect_back 0xc0ffee25
done
