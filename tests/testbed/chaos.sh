# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# title: whatever goes wrong at whatever moment, the guest runs on one side
# limit: 14400
#
# Draws migrations in which something goes wrong in one of their phases, on one side.
# After each: the guest runs on one side within $SETTLED seconds, nothing is left on the
# other, no thread waits for ever, and the next migration succeeds. Played by scripts/chaos
# and, with a few draws, by a scenario. TESTBED_DRAWS says how many, TESTBED_CASES names
# those that are played instead: PHASE:SIDE:FAULT:SECONDS, SIDE is from or to.

PHASES=(begin prepare before-perform perform state finish confirm after)
FAULTS=(daemon-killed daemon-stopped nodedev-stopped qemu-killed attribute-blocks disk-full network-cut)
SETTLED=$((60 * PATIENCE))

# hold PHASE: the next migration stays in it, at a moment that `reach` waits for; what it
# waits for is in the driver (an attribute that is slow, the state), in a hook script, or
# a message between the phases.
hold() {
    case $1 in
    begin) "$FROM" faults_add software_version=slow:1500 ;;
    prepare) "$TO" hold_hook ;;
    before-perform) "$TO" hold_message reply 303 ;;
    perform) "$FROM" faults_add .pre-copy=block ;;
    state) "$FROM" faults_add .stop-copy=block ;;
    finish) "$TO" hold_message call 306 ;;
    confirm) "$TO" hold_message reply 306 ;;
    esac
}

reach() {
    case $1 in
    begin) "$FROM" '[[ ! -x /usr/bin/virt-nodedev-compat ]] || faults_wait' ;;
    perform | state) "$FROM" faults_wait ;;
    after) "$FROM" migrate_end ;;
    *) "$TO" hold_wait ;;
    esac
}

release() {
    case $1 in
    perform) "$FROM" faults_remove .pre-copy ;;
    state) "$FROM" faults_remove .stop-copy ;;
    prepare | before-perform | finish | confirm) "$TO" hold_release ;;
    esac
}

# right_ends PHASE SIDE FAULT: where the guest may be afterwards, a line each: on FROM,
# and on TO. What is not one running guest is as without the check.
right_ends() {
    case $3:$2:$1 in
    qemu-killed:from:finish | qemu-killed:from:confirm | qemu-killed:from:after) echo none running ;;
    qemu-killed:from:*) echo none none ;;
    qemu-killed:to:confirm | qemu-killed:to:after) echo none none ;;
    *)
        echo running none
        echo none running
        ;;
    esac
    case $3:$2:$1 in
    # The source cannot know how it went, and keeps what it has.
    daemon-killed:from:state | daemon-killed:from:finish | daemon-killed:from:confirm) echo paused running ;;
    # The client cannot know, either, and lets the source go on.
    network-cut:*:finish | network-cut:*:confirm) echo running running ;;
    esac
}

state_on() {
    local state
    state=$("$1" "virsh -q domstate $GUEST 2>&1" | tr -d '[:space:]') || true
    case $state in
    running | paused) echo "$state" ;;
    *failedtoget*) echo none ;;
    *) echo "${state:-unknown}" ;;
    esac
}
ends() { echo "$(state_on "$FROM") $(state_on "$TO")"; }

# settle PHASE SIDE FAULT: wait until the guest is where it may be; sets $end.
settle() {
    local last=$((SECONDS + SETTLED)) right
    right=$(right_ends "$@")
    while end=$(ends) && ! grep -qx "$end" <<<"$right"; do
        ((SECONDS < last)) || fail "within $SETTLED s the guest is: ${right//$'\n'/, or }" "$end"
        sleep 0.5
    done
}

# draw PHASE SIDE FAULT SECONDS: one migration and what comes of it.
draw() {
    local phase=$1 side=$2 fault=$3 seconds=$4 where=$FROM began=$SECONDS end left host
    [[ $side = from ]] || where=$TO
    hold "$phase"
    "$FROM" migrate_begin --live "$GUEST" "qemu+tcp://$TO:$(port_of "$phase")/system"
    reach "$phase"
    "$where" disturb "$fault" "$seconds"
    release "$phase"
    [[ $phase != after ]] || sleep $((seconds > 10 ? 10 : seconds))
    attempt "$FROM" migrate_end
    [[ $said != *'does not end'* ]] || fail 'an end of virsh migrate' "$said"
    both undisturb
    settle "$phase" "$side" "$fault"
    printf '%-36s %-16s %3d s; virsh: %s\n' "$phase:$side:$fault:$seconds" "$end" \
        $((SECONDS - began)) "$(head -n 1 <<<"$said" | cut -c 1-100)"

    # What an administrator has to do, as without the check
    case $end in
    'paused running' | 'running running') "$FROM" virsh -q destroy "$GUEST" ;;
    'none none') "$FROM" virsh -q create /tmp/chaos.xml ;;
    esac
    # the other way round, if the guest has moved
    [[ $(state_on "$TO") != running ]] || read -r FROM TO <<<"$TO $FROM"
    expect_running "$FROM"
    expect_clean "$TO"
    for host in src dst; do
        left=$("$host" stuck)
        [[ -z $left ]] || fail "no stuck thread on $host" "$left"
    done
    attempt "$FROM" virsh -q migrate --live "$GUEST" "qemu+tcp://$TO/system"
    expect_status 0
    expect_running "$TO"
    expect_clean "$FROM"
}

# Messages go through the relay if one of them is to wait.
port_of() {
    case $1 in
    before-perform | finish | confirm) echo 17000 ;;
    *) echo 16509 ;;
    esac
}

# begin_anew: both hosts as they were, and the guest on the source.
begin_anew() {
    both "undisturb; libvirtd_crash"
    both "for name in \$(virsh -q list --all --name); do virsh -q destroy \$name; done; settled_leftovers"
    device both small publish=f1 software_version=1.2.0
    src virsh -q create /tmp/chaos.xml
}

# cases SEED COUNT: all there are in an order of chance, again and again
cases() {
    python3 - "$@" <<X
import itertools, random, sys
chance = random.Random(int(sys.argv[1]))
left = int(sys.argv[2])
every = list(itertools.product("${PHASES[*]}".split(), ("from", "to"), "${FAULTS[*]}".split()))
while left > 0:
    chance.shuffle(every)
    for phase, side, fault in every[:left]:
        seconds = {"daemon-stopped": 10, "network-cut": chance.choice((2, 8, 35))}.get(fault, 0)
        print(f"{phase}:{side}:{fault}:{seconds}")
    left -= len(every)
X
}

drawn=${TESTBED_CASES:-$(cases "$TESTBED_SEED" "${TESTBED_DRAWS:-200}")}
total=$(wc -w <<<"$drawn")
both libvirtd_use modular
both hold_hook_install
device both small publish=f1 software_version=1.2.0
guest_xml "$DEVICE" | put both /tmp/chaos.xml
src virsh -q create /tmp/chaos.xml
number=0
bad=0
for case in $drawn; do
    number=$((number + 1))
    FROM=src TO=dst
    [[ $(state_on src) = running ]] || FROM=dst TO=src
    printf '%3d of %d: ' "$number" "$total"
    # In the background, where an expectation that fails still ends it
    # shellcheck disable=SC2086
    (draw ${case//:/ }) &
    if ! wait $!; then
        bad=$((bad + 1))
        echo "case $case failed; virsh: ${said:-}"
        begin_anew
    fi
done
echo "$total draws with seed $TESTBED_SEED, $bad bad"
((bad == 0)) || fail 'no bad draw' "$bad"
FROM=src TO=dst
for host in src dst; do
    [[ $(state_on $host) = none ]] || "$host" virsh -q destroy "$GUEST"
done
