/*
 * nodedev_compat_files.h: the rule files and facts files of this host
 *
 * Files are read from a list of directories, and read again when one of them changes.
 * The root element of a file determines whether it has rules or facts. A file in an
 * earlier directory hides those of the same name in later ones. A broken file is not
 * used at all, and an error in the log gives file, line and cause; the other files are
 * still used.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat/nodedev_compat_rules.h"

/* The content of all usable files; all NULL before they are read */
typedef struct _virNodeDeviceCompatFiles virNodeDeviceCompatFiles;
struct _virNodeDeviceCompatFiles {
    char *state;        /* of the files when they were read */
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
