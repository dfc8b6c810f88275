/*
 * virt-nodedev-compat-check.h: the checklist for authors of drivers
 *
 * The items of the section "Checklist" of docs/nodedev-compat-sysfs.rst, in its order,
 * and what a device that a driver offers shows about each of them. An item that no look at
 * a device can tell is left to people.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-host.h"
#include "nodedev_compat/nodedev_compat_rules.h"

#include "virenum.h"

typedef enum {
    VIRT_COMPAT_CHECK_PASS = 0,
    VIRT_COMPAT_CHECK_FAIL,
    VIRT_COMPAT_CHECK_UNKNOWN,
    VIRT_COMPAT_CHECK_BY_HAND,

    VIRT_COMPAT_CHECK_LAST
} virtCompatCheckResult;

VIR_ENUM_DECL(virtCompatCheckResult);

/* What is looked at */
typedef struct _virtCompatChecked virtCompatChecked;
struct _virtCompatChecked {
    const virtCompatHostDevice *device;         /* without facts */
    const virNodeDeviceCompat *again;           /* the same, read once more */
    const virNodeDeviceCompatRules *rules;
    const char *root;           /* of the machine that the device is of; NULL: this one */
    bool alone;                 /* there is nothing of that but the device */
    const char *dir;            /* directory of the device, or NULL if it is a type */
    const char *type;           /* directory of its type, or NULL if it has none */
    GPtrArray *files;           /* virtCompatPublishedFile */
};

/* A file that a driver publishes */
typedef struct _virtCompatPublishedFile virtCompatPublishedFile;
struct _virtCompatPublishedFile {
    char *name;                 /* below the directory of the device or its type */
    char *text;                 /* NULL if it could not be read */
    int length;                 /* or -errno */
    bool lines;                 /* it is of several lines, as in form F2 */
};

/* Sets *ret_finding to a sentence, or leaves it NULL */
typedef virtCompatCheckResult (*virtCompatCheckFunc)(const virtCompatChecked *checked,
                                                     char **ret_finding);

GPtrArray *
virtCompatPublishedList(const char *dir,
                        const char *type,
                        const virNodeDeviceCompat *compat);

virtCompatCheckResult
virtCompatPublishedCheckFiles(const virtCompatChecked *checked,
                              char **ret_finding);

virtCompatCheckResult
virtCompatPublishedCheckSecrets(const virtCompatChecked *checked,
                                char **ret_finding);

virtCompatCheckResult
virtCompatPublishedCheckDynamic(const virtCompatChecked *checked,
                                char **ret_finding);
