/*
 * nodedev_compat_files_host.h: the rules and facts that are in force on this host
 *
 * The files can be on a file server that does not answer. A thread of the reader reads them,
 * one for all who ask, and no lock is held meanwhile. While it does not come back, what was
 * read before stays in force, and each verdict has a warning; if nothing was, nothing is
 * better than unknown.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat/nodedev_compat_rules.h"

/* What the reader calls it */
#define VIR_NODE_DEVICE_COMPAT_FILES_CALL "rules and facts"

virNodeDeviceCompatRules *
virNodeDeviceCompatFilesGetRules(void);

virNodeDeviceCompatFacts *
virNodeDeviceCompatFilesGetFacts(void);
