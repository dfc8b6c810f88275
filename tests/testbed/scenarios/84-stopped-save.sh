# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a node device daemon that hangs delays saving and restoring while the guest runs (F1)

# while_stopped COMMAND...: virsh does it with the daemon stopped, and others go on.
while_stopped() {
    src daemon_stop virtnodedevd
    src virsh_begin "$@"
    expect_answers src
    attempt src virsh_end
    expect_status 0
    src daemon_continue virtnodedevd
}

device src small publish=f1 software_version=1.2.0
src libvirtd_use modular
start_guest
src "virsh -q dumpxml --inactive $GUEST >/tmp/guest.xml; virsh -q define /tmp/guest.xml"
set_register src 0x00000084
src "virsh -q event --domain $GUEST --event lifecycle --loop --timestamp >/tmp/events 2>&1 &"

while_stopped save "$GUEST" /tmp/guest.save
while_stopped restore /tmp/guest.save
expect_running src
expect_register src 0x00000084
while_stopped snapshot-create-as "$GUEST" one --memspec /tmp/guest.memory
expect_running src
while_stopped snapshot-revert "$GUEST" one
expect_running src
expect_register src 0x00000084
src "pkill -x virsh; virsh -q snapshot-delete $GUEST one; virsh -q undefine $GUEST"

# From each time that the guest was suspended to what came next, in ms
still=$(src cat /tmp/events | python3 -c '
import datetime, sys
since = None
for line in (l for l in sys.stdin if " event " in l):
    when = datetime.datetime.strptime(line[:23], "%Y-%m-%d %H:%M:%S.%f")
    if since:
        print(int((when - since).total_seconds() * 1000))
    since = when if "Suspended" in line else None')
[[ $still ]] || fail 'events of a guest that is suspended' "$(src cat /tmp/events)"
for ms in $still; do
    ((ms <= 3000 * PATIENCE)) || fail 'a guest that stands still for 3 s at most' "$ms ms"
done
