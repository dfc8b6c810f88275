# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
#
# What the project needs from Debian, to be read by other scripts:
#
#   install_packages [PACKAGE...]     make a fresh Debian 12 or 13 ready to build
#                                     and to run the testbed, with PACKAGEs as
#                                     well; needs root or sudo, but only if
#                                     something is missing
#   install_only PACKAGE...           install these; needs root or sudo likewise
#   write_debian_entries DIR RELEASE  write apt's entries for another release, as
#                                     this machine has them for its own
#   fetch_libvirt_from_debian DIR     download the libvirt source; needs no root
#   fetch_libvirt_backports_from_debian DIR VERSION|newest
#                                     download what Debian has made of it; the same
#   fetch_libvirt_python_from_debian DIR
#                                     download the source of libvirt-python; the same
#
# They leave /etc/apt and apt's own package lists alone. They use the machine's
# own Debian entry, whatever mirror it names, for the suites that they need (on
# Debian 12 backports, for a QEMU and a kernel that can migrate VFIO devices) in
# an apt directory of their own. The kernel is not installed: its packages,
# headers included, are unpacked in $LNC_CACHE/kernel (default: .cache in the
# project) for the testbed's hosts to boot. That takes no root either.

PK_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PK_CACHE=${LNC_CACHE:-$PK_ROOT/.cache}

PK_LIBVIRT=11.3.0
PK_LIBVIRT_SUITE=trixie
PK_QEMU_MINIMUM=8
PK_KERNEL_MINIMUM=6.12

# Compiler, tools and libraries for libvirt with the drivers that are built.
PK_BUILD=(
    gcc ccache make meson ninja-build pkg-config gettext perl git xz-utils
    bash-completion ca-certificates dpkg-dev
    python3 python3-docutils xsltproc libxml2-utils
    libacl1-dev libattr1-dev libaudit-dev libcap-ng-dev libdevmapper-dev
    libglib2.0-dev libgnutls28-dev libjson-c-dev libnl-3-dev libnl-route-3-dev
    libpciaccess-dev libreadline-dev libtirpc-dev libudev-dev libxml2-dev
    augeas-tools locales mdevctl
)

# What the testbed runs, outside of its hosts and inside. QEMU and the kernel
# are not in the list, since what matters about them is their version.
PK_TESTBED=(abigail-tools busybox-static findutils iproute2 kmod openssl pahole procps shellcheck udev zstd)

# For scripts/fuzz. Both depend on what the release's own version of clang needs.
# shellcheck disable=SC2034
PK_FUZZ=(clang libclang-rt-dev)

# Those that read what virt-nodedev-compat exports, or call its examples. Tests go without
# what a release does not have.
# shellcheck disable=SC2034
PK_CONSUMERS=(ansible-core nodejs python3-nova python3-prometheus-client python3-yaml)

_pk_say() { echo "packages: $*" >&2; }

_pk_die() {
    _pk_say "error: $*"
    return 1
}

_pk_as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo "$@"
    fi
}

# What is not installed of the packages named.
_pk_missing() {
    local have
    # It fails as soon as one of them is unknown.
    have=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null || true)
    have=$(awk '$1 ~ /^.i/ { print $2 }' <<<"$have")
    comm -13 <(sort -u <<<"$have") <(printf '%s\n' "$@" | sort -u)
}

_pk_codename() {
    # shellcheck source=/dev/null
    (. /etc/os-release 2>/dev/null && [[ $ID = debian ]] && echo "${VERSION_CODENAME-}")
}

# The suite that has the newer QEMU and kernel.
_pk_new_suite() {
    if [[ $1 = bookworm ]]; then
        echo bookworm-backports
    else
        echo "$1"
    fi
}

# All entries of apt that are enabled, as one-line entries or deb822 stanzas in
# one line with fields separated by \001.
_pk_entries() {
    local file
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ -r $file ]] || continue
        sed '/^#/d; s/\r$//' "$file" |
            awk 'BEGIN { RS = ""; FS = "\n" } { gsub(/\n/, "\001"); print }'
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ -r $file ]] || continue
        sed -n 's/[[:space:]]*#.*//; s/^[[:space:]]*\(deb[[:space:]]\)/\1/p' "$file"
    done
}

# _pk_write_entries DIR CODENAME [KIND SUITE]: write into DIR the machine's
# entries for Debian CODENAME and its updates. With KIND (deb or deb-src) and
# SUITE, only the main one, changed to that suite.
_pk_write_entries() {
    mkdir -p "$1"
    _pk_entries | awk -v dir="$1" -v name="$2" -v kind="${3-}" -v suite="${4-}" '
        function wanted(s) {
            if (s == name || s == "stable")
                return 1
            return !kind && index(s, name "-") == 1 && s !~ /-(backports|proposed)/
        }
        function emit(text, ending) {
            file = sprintf("%s/entry%02d%s.%s", dir, ++count, suite, ending)
            print text > file
            close(file)
            if (kind)
                exit
        }
        function one_line(   i, n, rest, parts) {
            # deb [options] URI SUITE COMPONENT...
            rest = $0
            sub(/^deb[ \t]+(\[[^]]*\][ \t]*)?/, "", rest)
            n = split(rest, parts, /[ \t]+/)
            if (n < 3 || parts[1] ~ /^cdrom:/ || !wanted(parts[2]))
                return
            for (i = 3; i <= n && parts[i] != "main"; i++)
                ;
            if (i > n)
                return
            if (!kind)
                emit($0, "list")
            else
                emit(kind substr($0, 4, length($0) - length(rest) - 3) parts[1] \
                     " " suite " main", "list")
        }
        function stanza(   i, k, n, m, field, words, key, value, text, uri, main, types, ok) {
            n = split($0, field, "\001")
            for (i = 1; i <= n; i++) {
                key = tolower(field[i])
                sub(/[ \t]*:.*/, "", key)
                value = field[i]
                sub(/^[^:]*:[ \t]*/, "", value)
                m = split(value, words, /[ \t]+/)
                if (field[i] ~ /^[ \t]/)
                    text = text "\n" field[i]
                else if (key == "enabled" && tolower(value) == "no")
                    return
                else if (key == "uris")
                    uri = kind ? words[1] : value
                else if (key == "types")
                    for (k = 1; k <= m; k++) types = types || words[k] == "deb"
                else if (key == "components")
                    for (k = 1; k <= m; k++) main = main || words[k] == "main"
                else if (key == "suites") {
                    for (k = 1; k <= m; k++)
                        if (wanted(words[k])) ok = ok " " words[k]
                } else if (key != "enabled")
                    text = text "\n" field[i]
            }
            if (!types || !main || !ok || uri == "" || uri ~ /^cdrom:/)
                return
            emit("Types: " (kind ? kind : "deb") "\nURIs: " uri "\nSuites: " \
                 (kind ? suite : substr(ok, 2)) "\nComponents: main" text, "sources")
        }
        /^deb[ \t]/ { one_line(); next }
        { stanza() }
    '
    compgen -G "$1/entry*" >/dev/null ||
        _pk_die "no entry for Debian '$2' in /etc/apt/sources.list or /etc/apt/sources.list.d"
}

# _pk_apt DIR TOOL ARGUMENT...: an apt tool that knows only the entries in
# DIR/parts and keeps its lists and downloads in DIR.
_pk_apt() {
    local dir=$1 tool=$2
    shift 2
    mkdir -p "$dir/parts" "$dir/lists/partial" "$dir/cache/archives/partial"
    DEBIAN_FRONTEND=noninteractive "$tool" -q \
        -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$dir/parts" \
        -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache" \
        -o APT::Sandbox::User= -o Acquire::Retries=3 -o Acquire::Languages=none \
        -o Dpkg::Use-Pty=0 -o APT::Update::Error-Mode=any \
        -o DPkg::Lock::Timeout=120 "$@"
}

# _pk_plan: of what apt-get says that it would do, the number of new packages, how much
# is fetched, and what is there already and has to be upgraded for them.
_pk_plan() {
    awk '
        /^Need to get / {
            size = $0
            sub(/^Need to get /, "", size)
            sub(/ of archives\.?$/, "", size)
        }
        $1 == "Inst" && $3 !~ /^\[/ { new++ }
        $1 == "Inst" && $3 ~ /^\[/ { upgraded = upgraded " " $2 }
        $1 == "Remv" { removed = removed " " $2 }
        END {
            printf "%d packages with what they depend on", new
            if (size) printf ", %s to fetch", size
            if (upgraded) printf "; upgraded, as they need it:%s", upgraded
            if (removed) printf "; removed:%s", removed
            print ""
        }'
}

# _pk_ask DIR ARGUMENT...: what apt-get says that it would install
_pk_ask() {
    local dir=$1
    shift
    _pk_apt "$dir" apt-get install -s --no-install-recommends "$@" 2>/dev/null
}

# _pk_as_installed DIR ARGUMENT...: of what apt-get would install, print those packages
# for which others would be upgraded to the same version, as PACKAGE=VERSION of what is
# installed, if the archive still has it. The release has, if the newer one is an update.
_pk_as_installed() {
    local dir=$1 package version
    shift
    _pk_ask "$dir" "$@" | awk '
        $1 != "Inst" { next }
        {
            upgraded = $3 ~ /^\[/
            version = upgraded ? $4 : $3
            sub(/^\(/, "", version)
        }
        upgraded { old = $3; gsub(/[][]/, "", old); was[version] = old; next }
        { new[$2] = version }
        END { for (name in new) if (new[name] in was) print name, was[new[name]] }' |
        sort | while read -r package version; do
            ! _pk_apt "$dir" apt-cache madison "$package" |
                awk -F' *[|] *' -v version="$version" '$2 == version { found = 1 }
                    END { exit !found }' || echo "$package=$version"
        done
}

# How many packages that are there would be upgraded
_pk_count_upgraded() {
    awk '$1 == "Inst" && $3 ~ /^\[/ { count++ } END { print count + 0 }'
}

_pk_install() {
    local dir=$1 plan other as_installed
    shift
    _pk_say "installing: $*"
    if plan=$(_pk_ask "$dir" "$@"); then
        mapfile -t as_installed < <(_pk_as_installed "$dir" "$@")
        if ((${#as_installed[@]})) && other=$(_pk_ask "$dir" "$@" "${as_installed[@]}") &&
            (($(_pk_count_upgraded <<<"$other") < $(_pk_count_upgraded <<<"$plan"))); then
            plan=$other
            set -- "$@" "${as_installed[@]}"
        fi
        # -s does not say how much; this does, and then gives up
        plan+=$'\n'$(_pk_apt "$dir" apt-get install -o Debug::NoLocking=1 --assume-no \
            --no-install-recommends "$@" 2>/dev/null | grep '^Need to get' || true)
        _pk_say "$(_pk_plan <<<"$plan")"
    fi
    # shellcheck disable=SC2016
    _pk_as_root bash -c '. "$1"; shift; _pk_apt "$@"' bash "$PK_ROOT/scripts/lib/packages.sh" \
        "$dir" apt-get install -y --no-install-recommends "${@}" >&2 ||
        _pk_die "apt-get could not install: $*"
}

_pk_qemu_ready() {
    local version
    version=$(qemu-system-x86_64 --version 2>/dev/null |
        sed -n 's/.*version \([0-9]*\)\..*/\1/p') || return 1
    ((${version:-0} >= PK_QEMU_MINIMUM))
}

# Whether there is a new enough kernel to boot, with the headers to build a
# module for it: unpacked in the cache or installed.
_pk_kernel_ready() {
    local root image version
    for root in "$PK_CACHE/kernel" ''; do
        for image in "$root"/boot/vmlinuz-*; do
            version=${image##*/vmlinuz-}
            printf '%s\n' "$PK_KERNEL_MINIMUM" "$version" | sort -VC &&
                [[ -r $image && -e $root/lib/modules/$version/modules.dep.bin &&
                    -e $root/usr/src/linux-headers-$version/Makefile ]] && return
        done
    done
    return 1
}

# _pk_kernel_packages DIR SUITE VERSION: all that make up a kernel, its modules
# and its headers.
_pk_kernel_packages() {
    local image=linux-image-$3 headers=linux-headers-$3
    {
        printf '%s\n' "$image" "$headers"
        _pk_apt "$1" apt-cache -t "$2" show "$image" "$headers" | sed -n 's/^Depends://p' |
            grep -oE 'linux-(headers|kbuild|modules|binary)-[0-9][^ ,|]*'
    } | sort -u
}

# _pk_unpack_kernel DIR SUITE: the newest of the suite into the cache, all or
# nothing. Installing it instead would change what this machine boots.
_pk_unpack_kernel() {
    local dir=$1 suite=$2 part=$PK_CACHE/kernel.part version packages package
    version=$(_pk_apt "$dir" apt-cache -t "$suite" show linux-headers-amd64 |
        sed -n 's/^Depends:.*linux-headers-\([0-9][^ ,]*\).*/\1/p' | sort -V | tail -n 1)
    [[ $version ]] || _pk_die "suite $suite has no linux-headers-amd64" || return 1
    mapfile -t packages < <(_pk_kernel_packages "$dir" "$suite" "$version")

    _pk_say "downloading the kernel $version for the testbed's hosts: ${packages[*]}"
    rm -rf "$part"
    mkdir -p "$dir/kernel" "$part"
    (cd "$dir/kernel" && _pk_apt "$dir" apt-get -t "$suite" download "${packages[@]}" >&2) ||
        _pk_die "apt-get could not download the kernel $version" || return 1

    _pk_say "unpacking it into $PK_CACHE/kernel"
    for package in "$dir"/kernel/*.deb; do
        dpkg -x "$package" "$part" || return 1
    done
    # Where /usr is merged, packages may have their modules in usr/lib.
    [[ -e $part/lib ]] || ln -s usr/lib "$part/lib"
    # The headers' Makefile includes the common one by its installed path.
    # shellcheck disable=SC2016
    sed -i 's| /usr/src/| $(dir $(lastword $(MAKEFILE_LIST)))../|' \
        "$part/usr/src/linux-headers-$version/Makefile" || return 1
    PATH=$PATH:/usr/sbin:/sbin depmod -b "$part" "$version" || return 1
    rm -rf "$PK_CACHE/kernel"
    mv "$part" "$PK_CACHE/kernel"
}

# _pk_install_missing DIR CODENAME PACKAGE...
_pk_install_missing() {
    local dir=$1 codename=$2 suite missing
    shift 2
    suite=$(_pk_new_suite "$codename")
    missing=("$@")

    _pk_write_entries "$dir/parts" "$codename" || return 1
    [[ $suite = "$codename" ]] ||
        _pk_write_entries "$dir/parts" "$codename" deb "$suite" || return 1
    _pk_say "reading the package lists of Debian $codename"
    _pk_apt "$dir" apt-get update >&2 || _pk_die "apt-get update failed" || return 1

    # From the release itself if that works; it does not where libraries came
    # from backports before.
    if ((${#missing[@]})); then
        _pk_install "$dir" "${missing[@]}" ||
            { [[ $suite != "$codename" ]] && _pk_install "$dir" -t "$suite" "${missing[@]}"; } ||
            return 1
    fi
    _pk_qemu_ready || _pk_install "$dir" -t "$suite" qemu-system-x86 || return 1
    _pk_kernel_ready || _pk_unpack_kernel "$dir" "$suite" || return 1
    _pk_qemu_ready || _pk_die "QEMU is older than $PK_QEMU_MINIMUM although it was installed"
}

install_packages() {
    local codename missing as_root dir rc=0

    codename=$(_pk_codename) || codename=
    if [[ -z $codename ]] || ! command -v apt-get >/dev/null; then
        _pk_die "this is not a Debian release; install by hand what ${BASH_SOURCE[0]} lists," \
            "QEMU $PK_QEMU_MINIMUM or newer, and a kernel $PK_KERNEL_MINIMUM with its headers"
        return 1
    fi
    if [[ $codename = buster || $codename = bullseye || $(dpkg --print-architecture) != amd64 ]]; then
        _pk_die "Debian 12 or newer on amd64 is needed"
        return 1
    fi

    mapfile -t missing < <(_pk_missing "${PK_BUILD[@]}" "${PK_TESTBED[@]}" "$@")
    if ((${#missing[@]} == 0)) && _pk_qemu_ready && _pk_kernel_ready; then
        _pk_say "all there"
        return 0
    fi

    as_root=("${missing[@]}")
    _pk_qemu_ready || as_root+=(qemu-system-x86)
    if ((EUID != 0 && ${#as_root[@]})) && ! command -v sudo >/dev/null; then
        _pk_die "run this as root, or install sudo, or have these packages installed: ${as_root[*]}"
        return 1
    fi

    mkdir -p "$PK_CACHE"
    dir=$(mktemp -d "$PK_CACHE/apt.XXXXXX") || return 1
    _pk_install_missing "$dir" "$codename" "${missing[@]}" || rc=$?
    # apt, when it ran as root, left files of root's.
    rm -rf "$dir" 2>/dev/null || _pk_as_root rm -rf "$dir"
    return "$rc"
}

install_only() {
    local codename dir missing rc=0

    codename=$(_pk_codename) || codename=
    [[ $codename ]] || _pk_die "not a Debian machine; install by hand: $*" || return 1
    mapfile -t missing < <(_pk_missing "$@")
    ((${#missing[@]})) || return 0

    mkdir -p "$PK_CACHE"
    dir=$(mktemp -d "$PK_CACHE/apt.XXXXXX") || return 1
    {
        _pk_write_entries "$dir/parts" "$codename" && _pk_apt "$dir" apt-get update >&2 &&
            _pk_install "$dir" "${missing[@]}"
    } || rc=1
    rm -rf "$dir" 2>/dev/null || _pk_as_root rm -rf "$dir"
    return "$rc"
}

write_debian_entries() {
    local codename
    codename=$(_pk_codename) || codename=
    [[ $codename ]] || _pk_die "not a Debian machine" || return 1
    _pk_write_entries "$1" "$codename" &&
        sed -i "s/\\b\\($codename\\|stable\\)\\b/$2/g" "$1"/entry*
}

# _pk_fetch_source DIR PART VERSION [PACKAGE]: download one part (tar or diff) of libvirt's
# source package, or of PACKAGE, into DIR. Of VERSION 'newest', and for the tarball, any
# revision will do.
_pk_fetch_source() {
    local target=$1 part=$2 version=$3 package=${4-libvirt} codename dir found rc=0

    codename=$(_pk_codename) || codename=
    [[ $codename ]] || _pk_die "not a Debian machine" || return 1
    mkdir -p "$target"
    target=$(cd "$target" && pwd)
    dir=$(mktemp -d) || return 1
    {
        _pk_write_entries "$dir/parts" "$codename" deb-src "$PK_LIBVIRT_SUITE" &&
            _pk_say "looking for the $package source in Debian $PK_LIBVIRT_SUITE" &&
            _pk_apt "$dir" apt-get update >&2 &&
            found=$(_pk_apt "$dir" apt-cache showsrc --only-source "$package" |
                sed -n "s/^Version: \($PK_LIBVIRT-.*\)/\1/p" | sort -V) &&
            { [[ $found ]] || _pk_die "it has no $package $PK_LIBVIRT any more"; } &&
            { [[ $version != newest ]] || version=$(tail -n 1 <<<"$found"); } &&
            if ! grep -qxF "$version" <<<"$found"; then
                _pk_die "it has no $package $version any more, but ${found//$'\n'/, };" \
                    "scripts/prepare-base --newest-backports takes the newest"
            fi &&
            # The .dsc beside them is not served by every mirror.
            (cd "$target" && _pk_apt "$dir" apt-get source --download-only "--$part-only" \
                "$package=$version" >&2)
    } || rc=1
    rm -rf "$dir"
    ((rc == 0)) || _pk_die "Debian $PK_LIBVIRT_SUITE did not deliver $package $PK_LIBVIRT"
}

# Both: the file arrives in DIR; whoever uses it has to check it.
fetch_libvirt_from_debian() {
    _pk_fetch_source "$1" tar newest
}

fetch_libvirt_backports_from_debian() {
    _pk_fetch_source "$1" diff "$2"
}

fetch_libvirt_python_from_debian() {
    _pk_fetch_source "$1" tar newest libvirt-python
}
