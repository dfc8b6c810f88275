# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
#
# A minimal Debian and commands in it, for scripts that set these variables and define
# the functions step and fail; scripts/lib/packages.sh has to be read before.
#
#   release   bookworm or trixie
#   store     where the archive of the minimal Debian is kept
#   refresh   1: make that anew
#   dir       the root
#
# shellcheck disable=SC2154

# A namespace of its own for mounts, so that none is left or seen outside, and one
# for processes, so that none is left, however this ends. To be run in the background.
inside() {
    exec unshare --mount --pid --fork --kill-child --propagation private \
        bash -c "$(declare -f mount_all); mount_all \"\$@\"" bash "$dir" "$@"
}

# mount_all ROOT COMMAND: in new namespaces, run COMMAND in ROOT, which has the directory
# that the variable shared names, if it is exported, where that is or where shared_at says
# shellcheck disable=SC2317
mount_all() {
    local new=$1 node
    set -e
    shift
    mount --bind "$new" "$new"
    mount -t proc proc "$new/proc"
    mount -t sysfs -o ro sysfs "$new/sys"
    mount -t tmpfs -o mode=755 tmpfs "$new/dev"
    mkdir "$new/dev/pts" "$new/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$new/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$new/dev/shm"
    mount -t tmpfs -o mode=755 tmpfs "$new/run"
    ln -s pts/ptmx "$new/dev/ptmx"
    ln -s /proc/self/fd "$new/dev/fd"
    ln -s fd/0 "$new/dev/stdin"
    ln -s fd/1 "$new/dev/stdout"
    ln -s fd/2 "$new/dev/stderr"
    if [[ ${shared-} ]]; then
        mkdir -p "$new${shared_at:-$shared}"
        mount --bind "$shared" "$new${shared_at:-$shared}"
    fi
    for node in null zero full random urandom tty kvm; do
        [[ -c /dev/$node ]] || continue
        touch "$new/dev/$node"
        mount --bind "/dev/$node" "$new/dev/$node"
    done
    # Not chroot, below which nobody can make a namespace for users.
    cd "$new"
    pivot_root . mnt
    cd /
    umount -l /mnt
    # not by exec: the shell is the one that cares for orphans
    /usr/bin/env -i HOME=/root TERM=dumb LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${http_proxy+"http_proxy=$http_proxy"} ${https_proxy+"https_proxy=$https_proxy"} "$@"
}

# The minimal system as an archive: apt, what is essential, and what apt reads from.
make_base() {
    local parts
    [[ ! -e $store/$release.tar ]] || ((refresh)) || return 0
    step "a minimal Debian $release"
    command -v mmdebstrap >/dev/null || {
        echo "installing mmdebstrap, which makes it"
        install_only mmdebstrap || fail "mmdebstrap could not be installed, see above. It is" \
            "fetched from the mirror in /etc/apt, so this needs a network once; or install it" \
            "by hand, and run this again"
    }
    parts=$(mktemp -d)
    write_debian_entries "$parts" "$release" || {
        rm -rf "$parts"
        fail "the mirror of Debian is taken from /etc/apt, where none was found, see above"
    }
    mkdir -p "$store"
    # ca-certificates for the one who has a mirror behind https
    if ! mmdebstrap --mode=root --variant=minbase --aptopt='Acquire::Languages "none"' \
        --include=ca-certificates "$release" "$store/$release.part.tar" "$parts"/entry*; then
        rm -rf "$parts" "$store/$release.part.tar"
        fail "mmdebstrap could not make a Debian $release, see above. It fetches packages from" \
            "the mirror in /etc/apt, so this needs a network once; the result is kept in $store"
    fi
    rm -rf "$parts"
    mv "$store/$release.part.tar" "$store/$release.tar"
}

# Unpacks it. No service starts there, since it would be one of this machine's.
unpack_base() {
    local file
    mkdir -p "$dir"
    if ! tar -C "$dir" --exclude='./dev/*' -xf "$store/$release.tar"; then
        rm -rf --one-file-system "$dir"
        fail "$store/$release.tar, a minimal Debian, could not be unpacked, see above." \
            "If the file is damaged remove it, and run this again with a network"
    fi
    printf '#!/bin/sh\nexit 101\n' >"$dir/usr/sbin/policy-rc.d"
    chmod +x "$dir/usr/sbin/policy-rc.d"
    for file in /etc/resolv.conf /etc/hosts; do
        [[ ! -e $file ]] || cp -L "$file" "$dir/etc/"
    done
}
