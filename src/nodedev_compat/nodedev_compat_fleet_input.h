/*
 * nodedev_compat_fleet_input.h: the devices of a host, from a document
 *
 * Reads what 'virt-nodedev-compat dump --all --json' prints, and documents with devices in
 * XML. Both come from another host: a document that breaks the structure or a limit is an
 * error as a whole, and never a part of a host.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"
#include "virenum.h"

/* What a device is */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_FLEET_MDEV = 0,
    VIR_NODE_DEVICE_COMPAT_FLEET_FUNCTION,
    VIR_NODE_DEVICE_COMPAT_FLEET_TYPE,          /* of which an mdev can be created */

    VIR_NODE_DEVICE_COMPAT_FLEET_WHAT_LAST
} virNodeDeviceCompatFleetWhat;

VIR_ENUM_DECL(virNodeDeviceCompatFleetWhat);

typedef struct _virNodeDeviceCompatFleetDevice virNodeDeviceCompatFleetDevice;
struct _virNodeDeviceCompatFleetDevice {
    virNodeDeviceCompatFleetWhat what;
    char *name;                         /* printable; or NULL */
    char *cause;                        /* why there is no descriptor */
    virNodeDeviceCompat *compat;        /* NULL if it could not be read */
};

void
virNodeDeviceCompatFleetDeviceFree(virNodeDeviceCompatFleetDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatFleetDevice,
                              virNodeDeviceCompatFleetDeviceFree);

virNodeDeviceCompatFleetDevice *
virNodeDeviceCompatFleetDeviceCopy(const virNodeDeviceCompatFleetDevice *device);

char *
virNodeDeviceCompatFleetGetAddress(const char *name);

GPtrArray *
virNodeDeviceCompatFleetParseJSON(const char *json);

GPtrArray *
virNodeDeviceCompatFleetParseXML(const char *xml);
