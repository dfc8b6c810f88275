# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
#
# Minimal Debians that are kept, with packages in them, for scripts/packages and
# tests/packages; scripts/lib/minimal.sh has to be read before, and wants its variables.
#
#   roots     where they are kept
#   make_root NAME CONTENT COMMAND...
#             a root $roots/$release-NAME in which COMMAND has run, which installs
#             packages; it is there already if CONTENT is as it was then
#   in_root DIR COMMAND...
#             run COMMAND in the root DIR; of the directory that the variable shared
#             names it sees the content in /build
#   exec_in_root DIR COMMAND...
#             the same in the place of the shell, for one in the background: if that
#             process is killed, so is all that runs in the root
#
# shellcheck disable=SC2154

exec_in_root() {
    # shellcheck disable=SC2034
    dir=$1
    shift
    export shared shared_at=/build
    inside /usr/bin/env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@" </dev/null
}

in_root() (
    exec_in_root "$@"
)

# What apt-get would fetch for these arguments, and how large it is.
# shellcheck disable=SC2317
root_apt_plan() {
    apt-get --assume-no "$@" 2>&1 | grep -E '^(Need to get|After this)' | sed 's/^/   /'
}

# root_apt ARGUMENT...: in a root, say what is fetched, then fetch and install it
# shellcheck disable=SC2317
root_apt() {
    set -- --no-install-recommends -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"
    root_apt_plan "$@" || true
    apt-get -qq -y "$@" >/root/apt.log 2>&1 ||
        { tail -n 20 /root/apt.log; return 1; }
}

make_root() {
    local name=$1 content=$2 new=$roots/$release-$1 key begun=$SECONDS
    shift 2
    key=$(printf '%s\n' "$content" "$*" | sha256sum)
    if [[ $(cat "$new/root/.made-of" 2>/dev/null) = "$key" ]] && ((!refresh)); then
        return 0
    fi
    [[ ! -e $new ]] || echo "$new is made anew, since what it is made of has changed"
    make_base
    step "a Debian $release with what is needed for: $name"
    rm -rf --one-file-system "$new.part"
    dir=$new.part unpack_base
    if ! in_root "$new.part" /bin/bash -c "$(declare -f root_apt_plan root_apt)
        apt-get -qq -o APT::Update::Error-Mode=any update && $*"; then
        rm -rf --one-file-system "$new.part"
        fail "the packages for '$name' could not be installed in a Debian $release, see above." \
            "They are fetched from the mirror in /etc/apt, so this needs a network once"
    fi
    echo "$key" >"$new.part/root/.made-of"
    # what was there has served until now
    rm -rf --one-file-system "$new"
    mv "$new.part" "$new"
    echo "it took $((SECONDS - begun)) s, has $(du -sxh "$new" | cut -f 1), and is kept in $new"
}
