/*
 * nodedev_compat_sysfspriv.h: what the readers of sysfs share
 *
 * nodedev_compat_sysfs.c reads what drivers publish for the purpose,
 * nodedev_compat_host.c what the kernel shows of any device, and
 * nodedev_compat_file.c files for both; nodedev_compat_admin.c adds what the
 * administrator says.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_SYSFSPRIV_H_ALLOW
# error "nodedev_compat_sysfspriv.h may only be included by the readers of sysfs"
#endif /* LIBVIRT_NODEDEV_COMPAT_SYSFSPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_conf.h"
#include "nodedev_compat_facts.h"
#include "nodedev_compat_sysfs.h"
#include "nodedev_compat_value.h"

/* Size of a text file in sysfs, at most */
#define VIR_NODE_DEVICE_COMPAT_PAGE 4096

/* The directories that a descriptor is read from, canonical. There is no
 * @device when the question is about a type, and nothing but @device when it is
 * about a PCI function. And the facts that are known, or NULL. */
typedef struct _virNodeDeviceCompatPlaces virNodeDeviceCompatPlaces;
struct _virNodeDeviceCompatPlaces {
    const char *device;
    const char *type;
    const char *parent;
    const virNodeDeviceCompatFacts *facts;
};

/* What became of a file */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_FILE_ABSENT,
    VIR_NODE_DEVICE_COMPAT_FILE_UNREADABLE,
    VIR_NODE_DEVICE_COMPAT_FILE_NO_TEXT,
    VIR_NODE_DEVICE_COMPAT_FILE_EMPTY,
    VIR_NODE_DEVICE_COMPAT_FILE_OK,
} virNodeDeviceCompatFile;

void
virNodeDeviceCompatComplain(const char *path,
                            const char *format,
                            ...) G_GNUC_PRINTF(2, 3);

virNodeDeviceCompatFile
virNodeDeviceCompatReadPage(const char *dir,
                            const char *name,
                            char **ret_text);

virNodeDeviceCompatFile
virNodeDeviceCompatReadFile(const char *dir,
                            const char *name,
                            char **ret_text);

char *
virNodeDeviceCompatReadLink(const char *dir,
                            const char *name);

GStrv
virNodeDeviceCompatListDir(const char *dir,
                           const char *prefix);

int
virNodeDeviceCompatAddUnpublished(virNodeDeviceCompat *compat,
                                  const char *name,
                                  const char *value,
                                  bool derived);

bool
virNodeDeviceCompatFunctionIsAssignable(const char *device);

int
virNodeDeviceCompatReadFunction(virNodeDeviceCompat *compat,
                                const char *device);

int
virNodeDeviceCompatReadHost(virNodeDeviceCompat *compat,
                            const virNodeDeviceCompatPlaces *places);

GPtrArray *
virNodeDeviceCompatFindFacts(const virNodeDeviceCompat *compat,
                             const virNodeDeviceCompatPlaces *places);

int
virNodeDeviceCompatAddFacts(virNodeDeviceCompat *compat,
                            const virNodeDeviceCompatPlaces *places,
                            const GPtrArray *groups);

int
virNodeDeviceCompatAcceptFacts(virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatPlaces *places,
                               const GPtrArray *groups);
