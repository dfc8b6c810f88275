/*
 * nodedev_compat_device.h: the part of a node device that comparing it takes
 *
 * A device is read and judged while it is not locked, since either can take a while.
 * The caller copies that part of the definition while the device is locked, and works
 * on the copy from then on. Called by drivers and by nodedev_compat_api.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/node_device_conf.h"

/* The available instances of a type if they are not known */
#define VIR_NODE_DEVICE_COMPAT_INSTANCES_UNKNOWN UINT_MAX

bool
virNodeDevCapsDefIsCandidate(const virNodeDevCapsDef *cap);

size_t
virNodeDevCapsDefGetMdevTypes(const virNodeDevCapsDef *cap,
                              virMediatedDeviceType ***ret_types);

void
virNodeDevCapsDefSetMdevTypes(virNodeDevCapsDef *cap,
                              virMediatedDeviceType **types,
                              size_t ntypes);

bool
virNodeDeviceDefHasCandidates(virConnectPtr conn,
                              virNodeDeviceDef *def);

bool
virNodeDeviceDefHasTypes(const virNodeDeviceDef *def);

bool
virNodeDeviceDefIsParent(const virNodeDeviceDef *def);

bool
virNodeDeviceDefIsAssignable(const virNodeDeviceDef *def);

virNodeDeviceCompat *
virNodeDeviceDefGetCompat(const virNodeDeviceDef *def);

virNodeDeviceDef *
virNodeDeviceDefCopyCompat(const virNodeDeviceDef *def);

void
virNodeDeviceDefInferCompat(virNodeDeviceDef *def,
                            const virNodeDeviceDef *whole);

bool
virNodeDeviceDefStoreCompat(virNodeDeviceDef *def,
                            const virNodeDeviceDef *copy);
