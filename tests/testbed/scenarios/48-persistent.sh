# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: persistent migration leaves no definition behind when it is refused (F1)

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
src "virsh -q dumpxml --inactive $GUEST >/tmp/guest.xml; virsh -q define /tmp/guest.xml"
migrate --persistent --undefinesource
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched
expect_persistent src yes

device dst small publish=f1 software_version=1.3.0
migrate --persistent --undefinesource
expect_migrated
expect_persistent dst yes
