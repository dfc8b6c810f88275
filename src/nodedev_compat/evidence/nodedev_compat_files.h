/*
 * nodedev_compat_files.h: the vendor rules and the facts of this host
 *
 * Files are read from a list of directories and read again when one of them
 * changes; what a file holds, its root element says. A file in an earlier
 * directory hides those of the same name in later ones. A broken file is refused
 * as a whole, with an error in the log that says file, line and cause, and the
 * others keep working.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat/nodedev_compat_rules.h"

/* What the usable files hold, all NULL before they are read */
typedef struct _virNodeDeviceCompatFiles virNodeDeviceCompatFiles;
struct _virNodeDeviceCompatFiles {
    char *state;        /* differs if a file was added, removed or changed */
    virNodeDeviceCompatRules *rules;
    virNodeDeviceCompatFacts *facts;
};

int
virNodeDeviceCompatFilesAddXML(virNodeDeviceCompatRules *rules,
                               virNodeDeviceCompatFacts *facts,
                               const char *xml,
                               const char *filename);

void
virNodeDeviceCompatFilesUpdate(virNodeDeviceCompatFiles *files,
                               const char *const *dirs);

void
virNodeDeviceCompatFilesClear(virNodeDeviceCompatFiles *files);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNodeDeviceCompatFiles, virNodeDeviceCompatFilesClear);

virNodeDeviceCompatRules *
virNodeDeviceCompatFilesGetRules(void);

virNodeDeviceCompatFacts *
virNodeDeviceCompatFilesGetFacts(void);
