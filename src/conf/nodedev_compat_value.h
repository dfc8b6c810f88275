/*
 * nodedev_compat_value.h: the values that compatibility attributes hold
 *
 * Parses the value grammars (versions, integers, PCI ids, URLs, sets) and brings
 * values into one canonical spelling, so that equal values are equal strings. Knows
 * nothing about attributes, devices or XML, and never reports errors: a value is
 * well-formed or it is not.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "virbuffer.h"
#include "nodedev_compat_limits.h"
#include "virenum.h"

typedef enum {
    VIR_NODE_DEVICE_COMPAT_VALUE_STRING = 0,
    VIR_NODE_DEVICE_COMPAT_VALUE_API,           /* vfio-pci; also vfio_pci */
    VIR_NODE_DEVICE_COMPAT_VALUE_VERSION,       /* major.minor[.bugfix] */
    VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER,       /* decimal, or hex after 0x; 64 bits */
    VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID,        /* 8086:591d in all spellings */
    VIR_NODE_DEVICE_COMPAT_VALUE_URL,           /* userinfo and values of the query are dropped */
    VIR_NODE_DEVICE_COMPAT_VALUE_SET,           /* a+b or a;b, or a,b where no list is; + if empty */
    VIR_NODE_DEVICE_COMPAT_VALUE_BITMASK,       /* hex digits after 0x */

    VIR_NODE_DEVICE_COMPAT_VALUE_LAST
} virNodeDeviceCompatValueType;

VIR_ENUM_DECL(virNodeDeviceCompatValue);

bool
virNodeDeviceCompatValueIsPrintable(const char *str);

void
virNodeDeviceCompatValueFormat(virBuffer *buf,
                               const char *format,
                               const char *str);

char *
virNodeDeviceCompatValueToPrintable(const char *str,
                                    size_t max);

char *
virNodeDeviceCompatValueNormalize(virNodeDeviceCompatValueType type,
                                  const char *str);

char *
virNodeDeviceCompatValueNormalizeItem(virNodeDeviceCompatValueType type,
                                      const char *str,
                                      const char *self);

bool
virNodeDeviceCompatValueIsSuperset(virNodeDeviceCompatValueType type,
                                   const char *set,
                                   const char *subset);

char *
virNodeDeviceCompatValueGetLacking(virNodeDeviceCompatValueType type,
                                   const char *set,
                                   const char *subset);

int
virNodeDeviceCompatValueCompare(virNodeDeviceCompatValueType type,
                                const char *a,
                                const char *b);
