/*
 * nodedev_compat_netlink.c: messages of netlink, taken apart
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_netlink.h"

#define MESSAGE_HEAD 16
#define FAMILY_HEAD 4
#define ATTRIBUTE_HEAD 4

/* The type of an attribute, without the flags that it is nested and so on */
#define ATTRIBUTE_TYPE_MASK 0x3fff


/**
 * virNodeDeviceCompatNetlinkPeek:
 * @at: where it is, which need not be aligned
 * @size: number of bytes: 1, 2 or 4
 *
 * Returns the number.
 */
unsigned int
virNodeDeviceCompatNetlinkPeek(const char *at,
                               size_t size)
{
    uint8_t byte = *at;
    uint16_t half;
    uint32_t word;

    switch (size) {
    case 1:
        return byte;
    case 2:
        memcpy(&half, at, sizeof(half));
        return half;
    default:
        memcpy(&word, at, sizeof(word));
        return word;
    }
}


/* Takes the first @length bytes away, of which the last ones may be padding that is not
 * there. */
static void
virNodeDeviceCompatNetlinkSkip(virNodeDeviceCompatNetlinkBytes *bytes,
                               size_t length)
{
    size_t aligned = MIN(VIR_ROUND_UP(length, 4), bytes->left);

    bytes->at += aligned;
    bytes->left -= aligned;
}


/**
 * virNodeDeviceCompatNetlinkNext:
 * @messages: what was received; the message is taken away from it
 * @ret_message: set on success to the next message
 *
 * Returns 1, 0 at the end, -EBADMSG if it is malformed.
 */
int
virNodeDeviceCompatNetlinkNext(virNodeDeviceCompatNetlinkBytes *messages,
                               virNodeDeviceCompatNetlinkMessage *ret_message)
{
    const char *head = messages->at;
    size_t skip = MESSAGE_HEAD;
    size_t length;

    if (messages->left == 0)
        return 0;
    if (messages->left < MESSAGE_HEAD)
        return -EBADMSG;

    length = virNodeDeviceCompatNetlinkPeek(head, 4);
    ret_message->type = virNodeDeviceCompatNetlinkPeek(head + 4, 2);
    ret_message->flags = virNodeDeviceCompatNetlinkPeek(head + 6, 2);
    if (ret_message->type >= VIR_NODE_DEVICE_COMPAT_NETLINK_CONTROLLER)
        skip += FAMILY_HEAD;
    if (length < skip || length > messages->left)
        return -EBADMSG;

    ret_message->command = skip > MESSAGE_HEAD ?
        virNodeDeviceCompatNetlinkPeek(head + MESSAGE_HEAD, 1) : 0;
    ret_message->data.at = head + skip;
    ret_message->data.left = length - skip;

    virNodeDeviceCompatNetlinkSkip(messages, length);
    return 1;
}


/**
 * virNodeDeviceCompatNetlinkAttrNext:
 * @attrs: attributes; the first one is taken away from them
 * @ret_attr: set on success to that
 *
 * Returns 1, 0 at the end, -EBADMSG if it is malformed.
 */
int
virNodeDeviceCompatNetlinkAttrNext(virNodeDeviceCompatNetlinkBytes *attrs,
                                   virNodeDeviceCompatNetlinkAttr *ret_attr)
{
    const char *head = attrs->at;
    size_t length;

    if (attrs->left == 0)
        return 0;
    if (attrs->left < ATTRIBUTE_HEAD)
        return -EBADMSG;

    length = virNodeDeviceCompatNetlinkPeek(head, 2);
    if (length < ATTRIBUTE_HEAD || length > attrs->left)
        return -EBADMSG;

    ret_attr->type = virNodeDeviceCompatNetlinkPeek(head + 2, 2) & ATTRIBUTE_TYPE_MASK;
    ret_attr->data.at = head + ATTRIBUTE_HEAD;
    ret_attr->data.left = length - ATTRIBUTE_HEAD;

    virNodeDeviceCompatNetlinkSkip(attrs, length);
    return 1;
}


/**
 * virNodeDeviceCompatNetlinkAttrFind:
 * @attrs: attributes
 * @type: the one to find, which can be there once
 * @ret_data: set on success to what it holds
 *
 * Returns 1, 0 if it is not there, -EBADMSG if any attribute is malformed.
 */
int
virNodeDeviceCompatNetlinkAttrFind(virNodeDeviceCompatNetlinkBytes attrs,
                                   unsigned int type,
                                   virNodeDeviceCompatNetlinkBytes *ret_data)
{
    virNodeDeviceCompatNetlinkAttr attr;
    int found = 0;
    int rc;

    while ((rc = virNodeDeviceCompatNetlinkAttrNext(&attrs, &attr)) > 0) {
        if (attr.type != type)
            continue;
        if (found)
            return -EBADMSG;
        found = 1;
        *ret_data = attr.data;
    }

    return rc < 0 ? rc : found;
}


/**
 * virNodeDeviceCompatNetlinkAttrFindNumber:
 * @attrs: attributes
 * @type: the one to find, which can be there once
 * @size: number of its bytes
 * @ret_number: set on success to the number
 *
 * Returns 1, 0 if it is not there, -EBADMSG if any attribute is malformed.
 */
int
virNodeDeviceCompatNetlinkAttrFindNumber(virNodeDeviceCompatNetlinkBytes attrs,
                                         unsigned int type,
                                         size_t size,
                                         unsigned int *ret_number)
{
    virNodeDeviceCompatNetlinkBytes data;
    int rc = virNodeDeviceCompatNetlinkAttrFind(attrs, type, &data);

    if (rc > 0) {
        if (data.left != size)
            return -EBADMSG;
        *ret_number = virNodeDeviceCompatNetlinkPeek(data.at, size);
    }

    return rc;
}


/**
 * virNodeDeviceCompatNetlinkAttrFindString:
 * @attrs: attributes
 * @type: the one to find, which can be there once
 * @ret_string: set on success to the string, which is not copied; it ends with its only
 *              NUL byte
 *
 * Returns 1, 0 if it is not there, -EBADMSG if any attribute is malformed.
 */
int
virNodeDeviceCompatNetlinkAttrFindString(virNodeDeviceCompatNetlinkBytes attrs,
                                         unsigned int type,
                                         const char **ret_string)
{
    virNodeDeviceCompatNetlinkBytes data;
    int rc = virNodeDeviceCompatNetlinkAttrFind(attrs, type, &data);

    if (rc > 0) {
        if (data.left == 0 || memchr(data.at, '\0', data.left) != data.at + data.left - 1)
            return -EBADMSG;
        *ret_string = data.at;
    }

    return rc;
}
