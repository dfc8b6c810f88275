/*
 * nodedev_compat_evidence.h: compatibility descriptors of a machine's devices
 *
 * Reads the descriptor of a mediated device, of a type of which one can be created, or
 * of a PCI function from all sources of evidence. Reading never fails and never reports
 * an error: what cannot be read is logged once and left to the comparison, whose
 * verdict is unknown then. Writes nothing and opens no device.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/node_device_conf.h"
#include "nodedev_compat/nodedev_compat_facts.h"
#include "virenum.h"

/* What a source knows something about, ORed */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_SOURCE_FUNCTION = 1 << 0,    /* a PCI function */
    VIR_NODE_DEVICE_COMPAT_SOURCE_MDEV = 1 << 1,        /* a mediated device */
    VIR_NODE_DEVICE_COMPAT_SOURCE_MDEV_TYPE = 1 << 2,   /* a type of which one can be created */
} virNodeDeviceCompatSourceKind;

/* What it costs to ask a source */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_SOURCE_COST_CHEAP = 0,   /* it reads small files of sysfs */
    VIR_NODE_DEVICE_COMPAT_SOURCE_COST_COSTLY,      /* it asks firmware or a process */

    VIR_NODE_DEVICE_COMPAT_SOURCE_COST_LAST
} virNodeDeviceCompatSourceCost;

VIR_ENUM_DECL(virNodeDeviceCompatSourceCost);

/* What it takes to get all that a source has; others get less, never an error */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_SOURCE_NEEDS_NOTHING = 0,
    VIR_NODE_DEVICE_COMPAT_SOURCE_NEEDS_ROOT,       /* what only the superuser can see */
    VIR_NODE_DEVICE_COMPAT_SOURCE_NEEDS_NETNS,      /* the network namespace of the host */

    VIR_NODE_DEVICE_COMPAT_SOURCE_NEEDS_LAST
} virNodeDeviceCompatSourceNeeds;

VIR_ENUM_DECL(virNodeDeviceCompatSourceNeeds);

typedef struct _virNodeDeviceCompatSource virNodeDeviceCompatSource;
struct _virNodeDeviceCompatSource {
    const char *name;           /* also the origin of the attributes that it gives */
    unsigned int kinds;         /* virNodeDeviceCompatSourceKind, ORed */
    const char *deviceAPI;      /* of the devices that it is asked about; NULL: any */
    virNodeDeviceCompatSourceCost cost;
    virNodeDeviceCompatSourceNeeds needs;
    const char *attrs;          /* names of attributes it can give, and "*" for any others */
};

const virNodeDeviceCompatSource *
virNodeDeviceCompatSourceGet(size_t at);

/* What there is for descriptors that are read one after the other; each lowers it by what
 * it takes. */
typedef struct _virNodeDeviceCompatRoom virNodeDeviceCompatRoom;
struct _virNodeDeviceCompatRoom {
    size_t size;                /* for their XML, in bytes; 0: nothing */
    size_t work;                /* for reading them, in units of nodedev_compat_budget.h;
                                 * 0: nothing */
    bool spent;                 /* one of them did not fit */
};

#define VIR_NODE_DEVICE_COMPAT_ROOM_ANY { .size = SIZE_MAX, .work = SIZE_MAX }

virNodeDeviceCompat *
virNodeDeviceCompatReadMdev(const char *devicePath,
                            const virNodeDeviceCompatFacts *facts);

virNodeDeviceCompat *
virNodeDeviceCompatReadMdevWithin(const char *devicePath,
                                  const virNodeDeviceCompatFacts *facts,
                                  virNodeDeviceCompatRoom *room);

virNodeDeviceCompat *
virNodeDeviceCompatReadMdevType(const char *typePath,
                                const virNodeDeviceCompatFacts *facts);

virNodeDeviceCompat *
virNodeDeviceCompatReadTypeWithin(const char *typePath,
                                  const virNodeDeviceCompatFacts *facts,
                                  virNodeDeviceCompatRoom *room);

virNodeDeviceCompat *
virNodeDeviceCompatReadPCI(const char *devicePath,
                           const virNodeDeviceCompatFacts *facts);

virNodeDeviceCompat *
virNodeDeviceCompatReadPCIWithin(const char *devicePath,
                                 const virNodeDeviceCompatFacts *facts,
                                 virNodeDeviceCompatRoom *room);
