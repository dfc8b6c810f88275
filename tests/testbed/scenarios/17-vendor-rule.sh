# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a rule file of the destination decides about a vendor attribute (F1)

device src small publish=f1 software_version=1.2.0 attrs=features=a+b
device dst small publish=f1 software_version=1.2.0 attrs=features=a+b+c
compare dst src
expect_status 2 attr-mismatch a+b+c
dst "mkdir -p /etc/libvirt/nodedev-compat"
put dst /etc/libvirt/nodedev-compat/sample.xml <<X
<nodedevCompatRules>
  <rules type='compat_sample-*'><attr name='features' rule='superset'/></rules>
</nodedevCompatRules>
X
compare dst src
expect_status 0 superset
start_guest
migrate
expect_migrated
dst "rm /etc/libvirt/nodedev-compat/sample.xml"
