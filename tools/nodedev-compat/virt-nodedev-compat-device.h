/*
 * virt-nodedev-compat-device.h: the devices that virt-nodedev-compat is given
 *
 * A device is given as an XML document, in a file or on standard input, as its
 * directory in sysfs, of this machine or in a tree that came from another one, or by
 * its UUID, its PCI address or the name of its node device. A tree is read as if
 * there were nothing outside of it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedev_compat/nodedev_compat_facts.h"
#include "conf/nodedev_compat_conf.h"

/* What a device is, in the order in which they are listed */
typedef enum {
    VIRT_COMPAT_KIND_MDEV = 0,
    VIRT_COMPAT_KIND_FUNCTION,          /* a PCI function */
    VIRT_COMPAT_KIND_TYPE,              /* a type of which an mdev can be created */

    VIRT_COMPAT_KIND_LAST
} virtCompatKind;

/* How devices are looked up */
typedef struct _virtCompatLookup virtCompatLookup;
struct _virtCompatLookup {
    const char *root;           /* where sysfs directories are, or NULL */
    bool validate;              /* check XML documents against their schema */
    const virNodeDeviceCompatFacts *facts;  /* about devices in directories */
    bool local;                 /* they are about those of this machine only */
};

virNodeDeviceCompat *
virtCompatReadDirectory(const char *path,
                        const virNodeDeviceCompatFacts *facts,
                        virtCompatKind *ret_kind);

char *
virtCompatFindDevice(const char *device,
                     const virtCompatLookup *lookup);

virNodeDeviceCompat *
virtCompatReadPlace(const char *place,
                    const virtCompatLookup *lookup,
                    virtCompatKind *ret_kind);

virNodeDeviceCompat *
virtCompatLoadDevice(const char *device,
                     const virtCompatLookup *lookup,
                     char **ret_name);

int
virtCompatLoadDevices(virNodeDeviceCompatDevices *list,
                      const char *device,
                      const virtCompatLookup *lookup);
