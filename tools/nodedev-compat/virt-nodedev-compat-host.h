/*
 * virt-nodedev-compat-host.h: the devices of a machine
 *
 * All mediated devices, all PCI functions that can be assigned, and all types of which
 * a mediated device can be created, of this machine or of a copy of another one. What
 * there is and cannot be read is one of them, with the cause.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-device.h"

#include "virenum.h"

VIR_ENUM_DECL(virtCompatKind);

typedef struct _virtCompatHostDevice virtCompatHostDevice;
struct _virtCompatHostDevice {
    virtCompatKind kind;
    char *path;                 /* without links */
    char *name;                 /* in sysfs */
    char *parent;               /* name of an mdev's or a type's parent, and of a virtual
                                 * function's physical one; or NULL */
    char *top;                  /* @parent or, if that is a virtual function, its
                                 * physical one */
    virNodeDeviceCompat *compat;        /* NULL if it cannot be read */
    char *cause;                /* why it cannot */
};

void
virtCompatHostDeviceFree(virtCompatHostDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virtCompatHostDevice, virtCompatHostDeviceFree);

GPtrArray *
virtCompatHostRead(const char *root,
                   const virNodeDeviceCompatFacts *facts,
                   bool types);

GPtrArray *
virtCompatHostFind(int noperands,
                   char *const *operands,
                   const virtCompatLookup *lookup,
                   bool types);

bool
virtCompatHostDeviceIsForGuests(const virtCompatHostDevice *device);

char *
virtCompatHostDeviceGetTitle(const virtCompatHostDevice *device);
