# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: migrate-check says what the migration says (F1)

verdicts() { grep -o "'[^']*' to take over from .*" <<<"${said-}"; }
check() { attempt src virsh migrate-check "$GUEST" "$DST_URI"; }

for parameters in software_version=1.1.0 software_version=2.0.0 attrs=x=1; do
    device src small publish=f1 software_version=1.2.0 attrs=x=2
    device dst small publish=f1 "$parameters"
    start_guest
    check
    expect_status 2 incompatible
    checked=$(verdicts)
    migrate
    expect_refused
    [[ $(verdicts) = "$checked" ]] || fail "$checked" "${said-}"
    src virsh -q destroy "$GUEST"
done
