/*
 * nodedev_compat_rules_dir.h: the vendor rules of this host
 *
 * Rule files are read from a list of directories and read again when one of
 * them changes. A file in an earlier directory hides those of the same name in
 * later ones. A broken file is refused as a whole, with an error in the log
 * that says file, line and cause, and the others keep working.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_rules.h"

virNodeDeviceCompatRules *
virNodeDeviceCompatRulesLoad(const char *const *dirs);

virNodeDeviceCompatRules *
virNodeDeviceCompatRulesGetHost(void);
