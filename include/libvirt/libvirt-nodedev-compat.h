/*
 * libvirt-nodedev-compat.h
 * Summary: migration compatibility of node devices
 * Description: Asks whether the state of a host device that is assigned to a
 *              guest (a VFIO mediated device or a PCI function) on one host
 *              can be taken over by a device of another host.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 *
 * This library is free software; you can redistribute it and/or
 * modify it under the terms of the GNU Lesser General Public
 * License as published by the Free Software Foundation; either
 * version 2.1 of the License, or (at your option) any later version.
 *
 * This library is distributed in the hope that it will be useful,
 * but WITHOUT ANY WARRANTY; without even the implied warranty of
 * MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
 * Lesser General Public License for more details.
 *
 * You should have received a copy of the GNU Lesser General Public
 * License along with this library.  If not, see
 * <http://www.gnu.org/licenses/>.
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_H
# define LIBVIRT_NODEDEV_COMPAT_H

# ifndef __VIR_LIBVIRT_H_INCLUDES__
#  error "Don't include this file directly, only use libvirt/libvirt.h"
# endif

/**
 * virNodeDeviceCompatResult:
 *
 * May a guest that uses the source device continue on the target device?
 *
 * Since: 11.3.0
 */
typedef enum {
    /* the question could not be answered because of an error (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_ERROR = -1,

    /* no: at least one attribute does not fit (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE = 0,

    /* yes: both devices are the same in all they say of themselves
     * (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_IDENTICAL = 1,

    /* yes: the target offers all that the source has, and more
     * (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_SUPERSET = 2,

    /* cannot tell: one of the devices does not say enough of itself
     * (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_UNKNOWN = 3,

# ifdef VIR_ENUM_SENTINELS
    VIR_NODE_DEVICE_COMPAT_LAST /* (Since: 11.3.0) */
# endif
} virNodeDeviceCompatResult;

/**
 * virNodeDeviceCompareCompatFlags:
 *
 * Flags of virNodeDeviceCompareCompat() and virNodeDeviceGetCompatReport().
 *
 * Since: 11.3.0
 */
typedef enum {
    /* raise an error that carries all reasons if the target is incompatible,
     * rather than returning the result (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE = (1 << 0),

    /* likewise if compatibility is unknown (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN = (1 << 1),

    /* check the document against its schema first (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML = (1 << 2),

    /* let a target of another type count when it says that it takes over the
     * source's type (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE = (1 << 3),

    /* let the target's driver judge the source's opaque string, which is
     * written to it; not on a read-only connection (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE = (1 << 4),
} virNodeDeviceCompareCompatFlags;

int                     virNodeDeviceCompareCompat (virNodeDevicePtr dev,
                                                    const char *xmlDesc,
                                                    unsigned int flags);

char *                  virNodeDeviceGetCompatReport (virNodeDevicePtr dev,
                                                      const char *xmlDesc,
                                                      unsigned int flags);

/**
 * virConnectFindCompatNodeDevicesFlags:
 *
 * Flags of virConnectFindCompatNodeDevices().
 *
 * Since: 11.3.0
 */
typedef enum {
    /* check the document against its schema first (Since: 11.3.0) */
    VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML = (1 << 0),

    /* let candidates of another type count when they say that they take over
     * the source's type (Since: 11.3.0) */
    VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE = (1 << 1),

    /* list what does not fit or is in use, too, with the reasons
     * (Since: 11.3.0) */
    VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL = (1 << 2),
} virConnectFindCompatNodeDevicesFlags;

char *                  virConnectFindCompatNodeDevices (virConnectPtr conn,
                                                         const char *xmlDesc,
                                                         unsigned int flags);

/**
 * virConnectBaselineNodeDeviceCompatFlags:
 *
 * Flags of virConnectBaselineNodeDeviceCompat().
 *
 * Since: 11.3.0
 */
typedef enum {
    /* check the document against its schema first (Since: 11.3.0) */
    VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_VALIDATE_XML = (1 << 0),

    /* let devices of different types go together if they say that they take
     * over each other's types (Since: 11.3.0) */
    VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE = (1 << 1),
} virConnectBaselineNodeDeviceCompatFlags;

char *                  virConnectBaselineNodeDeviceCompat (virConnectPtr conn,
                                                            const char *xmlDescs,
                                                            unsigned int flags);

#endif /* LIBVIRT_NODEDEV_COMPAT_H */
