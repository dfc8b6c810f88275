/*
 * nodedev_compat_files.h: the rule files and facts files of this host
 *
 * Files are read from a list of directories, and read again when one of them changes.
 * The root element of a file determines whether it has rules or facts. A file in an
 * earlier directory hides those of the same name and kind in later ones.
 *
 * A file is used as a whole or not at all. While it cannot be used, its last usable
 * content stays in force, and each verdict has a warning. If there is none, nothing is
 * better than unknown: each verdict, if it may have rules; each descriptor, if it may
 * have facts. The same goes for the files of a directory that cannot be listed. Only
 * what does not exist is not there. An error in the log gives file, line and cause.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat/nodedev_compat_rules.h"

/* What is known of the directories and files; all NULL before they are read */
typedef struct _virNodeDeviceCompatFiles virNodeDeviceCompatFiles;
struct _virNodeDeviceCompatFiles {
    virNodeDeviceCompatRules *rules;    /* that are in force */
    virNodeDeviceCompatFacts *facts;
    GPtrArray *dirs;                    /* in order of precedence */
    GPtrArray *list;                    /* virNodeDeviceCompatFile of all of them, by name */
};

/* Where the files of a host are, a NULL-terminated list */
extern const char *const virNodeDeviceCompatFilesDirs[];

void
virNodeDeviceCompatFilesUpdate(virNodeDeviceCompatFiles *files,
                               const char *const *dirs);

GPtrArray *
virNodeDeviceCompatFilesGetCauses(const virNodeDeviceCompatFiles *files);

void
virNodeDeviceCompatFilesClear(virNodeDeviceCompatFiles *files);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNodeDeviceCompatFiles, virNodeDeviceCompatFilesClear);
