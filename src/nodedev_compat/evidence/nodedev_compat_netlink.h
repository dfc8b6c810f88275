/*
 * nodedev_compat_netlink.h: messages of netlink, taken apart
 *
 * A message is a head and, for generic netlink, a head of the family; then come attributes,
 * each of them a length, a type and data, aligned to four bytes; the data can be attributes
 * again. All numbers are in the order of the machine. Pure: no socket. The bytes can be
 * anybody's.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* The type of the controller's messages, GENL_ID_CTRL of include/uapi/linux/genetlink.h;
 * those of netlink itself have lower ones, those of families higher ones */
#define VIR_NODE_DEVICE_COMPAT_NETLINK_CONTROLLER 0x10

/* Bytes that are left to read */
typedef struct _virNodeDeviceCompatNetlinkBytes virNodeDeviceCompatNetlinkBytes;
struct _virNodeDeviceCompatNetlinkBytes {
    const char *at;
    size_t left;
};

typedef struct _virNodeDeviceCompatNetlinkMessage virNodeDeviceCompatNetlinkMessage;
struct _virNodeDeviceCompatNetlinkMessage {
    unsigned int type;
    unsigned int flags;
    unsigned int command;                   /* of the family */
    virNodeDeviceCompatNetlinkBytes data;   /* attributes, or what an error has */
};

typedef struct _virNodeDeviceCompatNetlinkAttr virNodeDeviceCompatNetlinkAttr;
struct _virNodeDeviceCompatNetlinkAttr {
    unsigned int type;
    virNodeDeviceCompatNetlinkBytes data;
};

unsigned int
virNodeDeviceCompatNetlinkPeek(const char *at,
                               size_t size);

int
virNodeDeviceCompatNetlinkNext(virNodeDeviceCompatNetlinkBytes *messages,
                               virNodeDeviceCompatNetlinkMessage *ret_message);

int
virNodeDeviceCompatNetlinkAttrNext(virNodeDeviceCompatNetlinkBytes *attrs,
                                   virNodeDeviceCompatNetlinkAttr *ret_attr);

int
virNodeDeviceCompatNetlinkAttrFind(virNodeDeviceCompatNetlinkBytes attrs,
                                   unsigned int type,
                                   virNodeDeviceCompatNetlinkBytes *ret_data);

int
virNodeDeviceCompatNetlinkAttrFindNumber(virNodeDeviceCompatNetlinkBytes attrs,
                                         unsigned int type,
                                         size_t size,
                                         unsigned int *ret_number);

int
virNodeDeviceCompatNetlinkAttrFindString(virNodeDeviceCompatNetlinkBytes attrs,
                                         unsigned int type,
                                         const char **ret_string);
