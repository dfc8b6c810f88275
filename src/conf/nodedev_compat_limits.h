/*
 * nodedev_compat_limits.h: what descriptors, documents and reports can hold
 *
 * All limits are in one place, since they are part of the interface: see the table
 * in docs/nodedev-compat-reference.rst. Sizes are in bytes.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/* A descriptor, wherever it is made */
#define VIR_NODE_DEVICE_COMPAT_ATTRS_MAX 512        /* self and all accepts */
#define VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX 64
#define VIR_NODE_DEVICE_COMPAT_NAME_MAX 128
#define VIR_NODE_DEVICE_COMPAT_VALUE_MAX 4096       /* without the final NUL */

/* Variables in what a device accepts */
#define VIR_NODE_DEVICE_COMPAT_VARIABLE_VALUES_MAX 256      /* of one variable */
#define VIR_NODE_DEVICE_COMPAT_VARIABLES_MAX 64             /* of one alternative */
#define VIR_NODE_DEVICE_COMPAT_EXPANDED_MAX 256             /* choices for all */
#define VIR_NODE_DEVICE_COMPAT_EXPANDED_SIZE_MAX (256 * 1024)   /* written out */

/* A document of descriptors, rules or facts */
#define VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX (256 * 1024)

/* The definition of a guest, and the description of its host devices */
#define VIR_NODE_DEVICE_COMPAT_GUEST_DOCUMENT_MAX (1024 * 1024)

/* The files of rules and facts in one directory: how many, whatever their names, and how
 * large those that are used are together */
#define VIR_NODE_DEVICE_COMPAT_FILES_MAX 256
#define VIR_NODE_DEVICE_COMPAT_FILES_SIZE_MAX (1024 * 1024)

/* What reading it would take the square of: XML attributes of one element, declarations
 * of namespaces, and elements in one other, if it is validated */
#define VIR_NODE_DEVICE_COMPAT_DOCUMENT_PROPERTIES_MAX 64
#define VIR_NODE_DEVICE_COMPAT_DOCUMENT_NAMESPACES_MAX 64
#define VIR_NODE_DEVICE_COMPAT_DOCUMENT_VALIDATED_MAX 4096

/* The XML of a descriptor that is read from a device, so that the document of the device,
 * which has other things in it, does not become too large */
#define VIR_NODE_DEVICE_COMPAT_DESCRIPTOR_MAX (240 * 1024)

/* The size from which on the reasons of a report are brief. There can be some
 * thousand of them, and a string has to fit into a message of the remote protocol. */
#define VIR_NODE_DEVICE_COMPAT_REPORT_MAX (512 * 1024)

/* The reports on the devices of a guest, for them to fit into a message */
#define VIR_NODE_DEVICE_COMPAT_REPORTS_MAX (2 * 1024 * 1024)

/* A list of candidates is not larger than this, for it to fit into a message;
 * further ones are only counted. */
#define VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX (2 * 1024 * 1024)

/* The reports of a baseline hold no more text than this; further ones are only
 * counted. */
#define VIR_NODE_DEVICE_COMPAT_BASELINE_REPORTS_MAX (64 * 1024)

/* Documents about the devices of a host, of which a matrix of many hosts is made; and what
 * names and messages of other hosts are cut at */
#define VIR_NODE_DEVICE_COMPAT_FLEET_DOCUMENT_MAX (16 * 1024 * 1024)
#define VIR_NODE_DEVICE_COMPAT_FLEET_DEVICES_MAX 8192
#define VIR_NODE_DEVICE_COMPAT_FLEET_HOSTS_MAX 16384
#define VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX 256
