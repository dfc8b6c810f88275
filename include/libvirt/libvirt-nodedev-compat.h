/*
 * libvirt-nodedev-compat.h
 * Summary: migration compatibility of node devices
 * Description: Checks whether a guest that uses a host device (a VFIO mediated
 *              device or a PCI function) on one host can continue on a device
 *              of another host after a live migration.
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
 * LIBVIR_HAVE_NODEDEV_COMPAT:
 *
 * Defined if the libvirt that is compiled against has the API of this header, which
 * no release of libvirt has by itself. The value is the version of the extension:
 * major * 1,000,000 + minor * 1,000 + release, so that 1000 is version 0.1.0.
 * virConnectGetHostdevCompatVersion() returns that of a daemon.
 *
 * Since: 11.3.0
 */
# define LIBVIR_HAVE_NODEDEV_COMPAT 1000

int                     virConnectGetHostdevCompatVersion (virConnectPtr conn,
                                                           unsigned int flags);

/**
 * virNodeDeviceCompatResult:
 *
 * Whether a guest that uses the source device can continue on the target device.
 *
 * UNKNOWN is 3 and passes tests like ret <= 0 made for virConnectCompareCPU(): test
 * for IDENTICAL and SUPERSET.
 *
 * Since: 11.3.0
 */
typedef enum {
    /* the devices could not be compared because of an error (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_ERROR = -1,

    /* no: at least one attribute is not compatible (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE = 0,

    /* yes: both devices have the same attributes (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_IDENTICAL = 1,

    /* yes: the target offers all that the source has, and more
     * (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPAT_SUPERSET = 2,

    /* neither yes nor no: one of the devices does not publish enough, or what it
     * publishes is not usable (Since: 11.3.0) */
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

    /* accept a target of another type if it accepts devices of the source's
     * type (Since: 11.3.0) */
    VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE = (1 << 3),

    /* write the source's opaque string to the target's driver and take its
     * answer into account; not on a read-only connection (Since: 11.3.0) */
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

    /* accept candidates of another type if they accept devices of the source's
     * type (Since: 11.3.0) */
    VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE = (1 << 1),

    /* list also devices and types that are incompatible or in use, with the
     * reasons (Since: 11.3.0) */
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

    /* accept devices of different types if they accept devices of one type
     * (Since: 11.3.0) */
    VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE = (1 << 1),
} virConnectBaselineNodeDeviceCompatFlags;

char *                  virConnectBaselineNodeDeviceCompat (virConnectPtr conn,
                                                            const char *xmlDescs,
                                                            unsigned int flags);

/**
 * virDomainGetHostdevCompatFlags:
 *
 * Flags of virDomainGetHostdevCompat().
 *
 * Since: 11.3.0
 */
typedef enum {
    /* include the strings about which the destination's drivers can be asked; not on a
     * read-only connection (Since: 11.3.0) */
    VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE = (1 << 0),
} virDomainGetHostdevCompatFlags;

char *                  virDomainGetHostdevCompat (virDomainPtr dom,
                                                   unsigned int flags);

/**
 * virConnectCompareHostdevCompatFlags:
 *
 * Flags of virConnectCompareHostdevCompat().
 *
 * Since: 11.3.0
 */
typedef enum {
    /* check the description against its schema first (Since: 11.3.0) */
    VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_VALIDATE_XML = (1 << 0),

    /* accept a target of another type if it accepts devices of the source's
     * type, whatever the policy of the host (Since: 11.3.0) */
    VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_ALLOW_CROSS_TYPE = (1 << 1),

    /* write the sources' opaque strings to the targets' drivers and take their
     * answers into account; not on a read-only connection (Since: 11.3.0) */
    VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE = (1 << 2),
} virConnectCompareHostdevCompatFlags;

char *                  virConnectCompareHostdevCompat (virConnectPtr conn,
                                                        const char *domXML,
                                                        const char *hostdevsXML,
                                                        unsigned int flags);

#endif /* LIBVIRT_NODEDEV_COMPAT_H */
