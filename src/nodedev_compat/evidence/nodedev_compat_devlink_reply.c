/*
 * nodedev_compat_devlink_reply.c: what devlink replies, as lines of text
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_devlink_reply.h"

#include "nodedev_compat_conf.h"
#include "nodedev_compat_netlink.h"
#include "nodedev_compat_value.h"
#include "virbuffer.h"

/* The kernel's numbers, which never change. Not by its headers, since those that libvirt
 * is compiled with can be older than what it runs on: a port function has capabilities
 * since Linux 6.2. From include/uapi/linux/netlink.h and genetlink.h: */
enum {
    NETLINK_NOOP = 1,
    NETLINK_ERROR = 2,
    NETLINK_DONE = 3,
    NETLINK_INTERRUPTED = 0x10,     /* a flag: something has changed while it was listed */

    CONTROLLER_FAMILY_ID = 1,       /* u16 */
    CONTROLLER_FAMILY_NAME = 2,
};

/* From include/uapi/linux/devlink.h */
enum {
    DEVLINK_NEW = 3,                /* also a port, if all of them are listed */
    DEVLINK_PORT_NEW = 7,
    DEVLINK_INFO_GET = 51,

    DEVLINK_BUS_NAME = 1,
    DEVLINK_DEV_NAME = 2,
    DEVLINK_PORT_FLAVOUR = 77,      /* u16 */
    DEVLINK_INFO_FIXED = 100,
    DEVLINK_INFO_RUNNING = 101,
    DEVLINK_VERSION_NAME = 103,
    DEVLINK_VERSION_VALUE = 104,
    DEVLINK_PORT_VF_NUMBER = 128,   /* u16 */
    DEVLINK_PORT_FUNCTION = 145,
    DEVLINK_PORT_EXTERNAL = 149,    /* u8 */

    DEVLINK_FUNCTION_CAPS = 4,      /* what is on, and what is known; u32 each */

    FLAVOUR_PCI_VF = 4,
    CAP_MIGRATABLE = 1 << 1,
};

/* All that was received, in one row */
typedef struct _virNodeDeviceCompatReplies virNodeDeviceCompatReplies;
struct _virNodeDeviceCompatReplies {
    virNodeDeviceCompatNetlinkBytes left;
    unsigned int family;                /* id of devlink; 0 until that is known */
    bool done;                          /* a list is complete */
};

/* What a message that is none of a family means: returns -errno if it reports an error,
 * 0 if not, and -EBADMSG if it is no such message. */
static int
virNodeDeviceCompatDevlinkMessageGetError(const virNodeDeviceCompatNetlinkMessage *message)
{
    int error;

    switch (message->type) {
    case NETLINK_NOOP:
        return 0;
    case NETLINK_DONE:
        if (message->data.left == 0)
            return 0;
        G_GNUC_FALLTHROUGH;
    case NETLINK_ERROR:
        if (message->data.left < 4)
            return -EBADMSG;
        error = virNodeDeviceCompatNetlinkPeek(message->data.at, 4);
        /* the number of messages, or none of the kernel's */
        return error > 0 || error < -4095 ? -EBADMSG : error;
    default:
        return -EBADMSG;
    }
}


/* The id of the family devlink, from the controller's message */
static int
virNodeDeviceCompatDevlinkMessageGetFamily(const virNodeDeviceCompatNetlinkMessage *message,
                                           unsigned int *ret_id)
{
    const char *name = NULL;
    unsigned int id = 0;
    int rc;

    if ((rc = virNodeDeviceCompatNetlinkAttrFindString(message->data, CONTROLLER_FAMILY_NAME,
                                                       &name)) < 0 ||
        (rc = virNodeDeviceCompatNetlinkAttrFindNumber(message->data, CONTROLLER_FAMILY_ID, 2,
                                                       &id)) < 0)
        return rc;

    if (STRNEQ_NULLABLE(name, "devlink") || id <= VIR_NODE_DEVICE_COMPAT_NETLINK_CONTROLLER)
        return -EBADMSG;

    *ret_id = id;
    return 0;
}


/* Handles a message that is not of the family devlink. Returns 0, or -errno. */
static int
virNodeDeviceCompatRepliesHandle(virNodeDeviceCompatReplies *replies,
                                 const virNodeDeviceCompatNetlinkMessage *message)
{
    if (message->type == VIR_NODE_DEVICE_COMPAT_NETLINK_CONTROLLER && replies->family == 0)
        return virNodeDeviceCompatDevlinkMessageGetFamily(message, &replies->family);

    if (message->type == NETLINK_DONE)
        replies->done = true;
    return virNodeDeviceCompatDevlinkMessageGetError(message);
}


/* The next message of the family devlink. Returns 1, 0 at the end, -EBADMSG if it is
 * malformed, or the error that is reported. */
static int
virNodeDeviceCompatRepliesNext(virNodeDeviceCompatReplies *replies,
                               virNodeDeviceCompatNetlinkMessage *ret_message)
{
    int rc;

    while ((rc = virNodeDeviceCompatNetlinkNext(&replies->left, ret_message)) > 0) {
        if (replies->done)
            return -EBADMSG;
        if (ret_message->flags & NETLINK_INTERRUPTED)
            return -EAGAIN;
        if (replies->family > 0 && ret_message->type == replies->family)
            return 1;
        if ((rc = virNodeDeviceCompatRepliesHandle(replies, ret_message)) < 0)
            return rc;
    }

    if (rc == 0 && replies->family == 0)
        return -EBADMSG;
    return rc;
}


/**
 * virNodeDeviceCompatDevlinkReplyGetFamily:
 * @replies: what came of asking for the family devlink
 * @length: how many bytes that is
 * @ret_id: set on success to the id of the family
 *
 * Returns 0 on success, or -errno: -ENOENT if the kernel does not have it, -EBADMSG if
 * that is no reply.
 */
int
virNodeDeviceCompatDevlinkReplyGetFamily(const char *replies,
                                         size_t length,
                                         unsigned int *ret_id)
{
    virNodeDeviceCompatReplies left = { .left = { .at = replies, .left = length } };
    virNodeDeviceCompatNetlinkMessage message;
    int rc = virNodeDeviceCompatRepliesNext(&left, &message);

    if (rc != 0)
        return rc < 0 ? rc : -EBADMSG;

    *ret_id = left.family;
    return 0;
}


/* Returns 1 if the message is about the PCI function at @address, 0 if not. */
static int
virNodeDeviceCompatDevlinkMessageIsAbout(const virNodeDeviceCompatNetlinkMessage *message,
                                         const char *address)
{
    const char *bus = NULL;
    const char *device = NULL;
    int rc;

    if ((rc = virNodeDeviceCompatNetlinkAttrFindString(message->data, DEVLINK_BUS_NAME,
                                                       &bus)) < 0 ||
        (rc = virNodeDeviceCompatNetlinkAttrFindString(message->data, DEVLINK_DEV_NAME,
                                                       &device)) < 0)
        return rc;

    if (!bus || !device)
        return -EBADMSG;
    return STREQ(bus, "pci") && STREQ(device, address);
}


/* Appends a line for the version in @attrs. One without a value is none, and one with a
 * name that no attribute can have is left out; a value that is no text is left out, too,
 * which says that there is one that cannot be used. */
static int
virNodeDeviceCompatDevlinkFormatVersion(virBuffer *buf,
                                        virNodeDeviceCompatNetlinkBytes attrs,
                                        const char *kind)
{
    const char *name = NULL;
    const char *value = NULL;
    g_autofree char *trimmed = NULL;
    int rc;

    if ((rc = virNodeDeviceCompatNetlinkAttrFindString(attrs, DEVLINK_VERSION_NAME, &name)) < 0 ||
        (rc = virNodeDeviceCompatNetlinkAttrFindString(attrs, DEVLINK_VERSION_VALUE, &value)) < 0)
        return rc;

    if (!name || !value)
        return -EBADMSG;

    trimmed = g_strstrip(g_strdup(value));
    if (!*trimmed || !virNodeDeviceCompatNameIsValid(name))
        return 0;

    virBufferAsprintf(buf, "%s %s", kind, name);
    if (virNodeDeviceCompatValueIsPrintable(trimmed))
        virBufferAsprintf(buf, " %s", trimmed);
    virBufferAddChar(buf, '\n');
    return 0;
}


static int
virNodeDeviceCompatDevlinkFormatVersions(virBuffer *buf,
                                         virNodeDeviceCompatNetlinkBytes attrs)
{
    virNodeDeviceCompatNetlinkAttr attr;
    size_t count = 0;
    int rc;

    while ((rc = virNodeDeviceCompatNetlinkAttrNext(&attrs, &attr)) > 0) {
        const char *kind;

        /* neither what is only stored, and not in use, nor serial numbers */
        if (attr.type == DEVLINK_INFO_FIXED)
            kind = "fixed";
        else if (attr.type == DEVLINK_INFO_RUNNING)
            kind = "running";
        else
            continue;

        if (++count > VIR_NODE_DEVICE_COMPAT_DEVLINK_VERSIONS)
            return -EOVERFLOW;
        if ((rc = virNodeDeviceCompatDevlinkFormatVersion(buf, attr.data, kind)) < 0)
            return rc;
    }

    return rc;
}


/**
 * virNodeDeviceCompatDevlinkReplyFormatInfo:
 * @replies: what came of asking for the family and then for the information on a device
 * @length: how many bytes that is
 * @address: address of the device, a PCI function
 * @ret_text: set on success to a line for each version that is fixed or running
 *
 * Returns 0 on success, or -errno: the error that the kernel reports, -EBADMSG if anything
 * is malformed, -EOVERFLOW if there is too much.
 */
int
virNodeDeviceCompatDevlinkReplyFormatInfo(const char *replies,
                                          size_t length,
                                          const char *address,
                                          char **ret_text)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatReplies left = { .left = { .at = replies, .left = length } };
    virNodeDeviceCompatNetlinkMessage message;
    size_t count = 0;
    int rc;

    while ((rc = virNodeDeviceCompatRepliesNext(&left, &message)) > 0) {
        if (count++ > 0 || message.command != DEVLINK_INFO_GET)
            return -EBADMSG;
        if ((rc = virNodeDeviceCompatDevlinkMessageIsAbout(&message, address)) <= 0)
            return rc < 0 ? rc : -EBADMSG;
        if ((rc = virNodeDeviceCompatDevlinkFormatVersions(&buf, message.data)) < 0)
            return rc;
    }

    if (rc < 0)
        return rc;
    if (count == 0)
        return -EBADMSG;

    *ret_text = g_strdup(virBufferCurrentContent(&buf));
    return 0;
}


/* Appends a line if @attrs are those of the port of a virtual function of this machine's,
 * for which the device shows whether it can be migrated. */
static int
virNodeDeviceCompatDevlinkFormatPort(virBuffer *buf,
                                     virNodeDeviceCompatNetlinkBytes attrs)
{
    virNodeDeviceCompatNetlinkBytes function = { 0 };
    virNodeDeviceCompatNetlinkBytes caps = { 0 };
    unsigned int flavour = 0;
    unsigned int external = 0;
    unsigned int number = 0;
    unsigned int value;
    int numbered;
    int rc;

    if ((rc = virNodeDeviceCompatNetlinkAttrFindNumber(attrs, DEVLINK_PORT_FLAVOUR, 2,
                                                       &flavour)) < 0 ||
        (rc = virNodeDeviceCompatNetlinkAttrFindNumber(attrs, DEVLINK_PORT_EXTERNAL, 1,
                                                       &external)) < 0 ||
        (rc = numbered = virNodeDeviceCompatNetlinkAttrFindNumber(attrs, DEVLINK_PORT_VF_NUMBER,
                                                                  2, &number)) < 0 ||
        (rc = virNodeDeviceCompatNetlinkAttrFind(attrs, DEVLINK_PORT_FUNCTION, &function)) < 0 ||
        (rc = virNodeDeviceCompatNetlinkAttrFind(function, DEVLINK_FUNCTION_CAPS, &caps)) < 0)
        return rc;

    if (rc == 0 || flavour != FLAVOUR_PCI_VF || external)
        return 0;
    if (!numbered || caps.left != 8)
        return -EBADMSG;

    value = virNodeDeviceCompatNetlinkPeek(caps.at, 4);
    if (virNodeDeviceCompatNetlinkPeek(caps.at + 4, 4) & CAP_MIGRATABLE)
        virBufferAsprintf(buf, "vf %u %s\n", number,
                          value & CAP_MIGRATABLE ? "enable" : "disable");
    return 0;
}


/**
 * virNodeDeviceCompatDevlinkReplyFormatPorts:
 * @replies: what came of asking for the family and then for all ports
 * @length: how many bytes that is
 * @address: address of the physical function whose ports matter
 * @ret_text: set on success to a line for each virtual function, "vf NUMBER enable" or
 *            "vf NUMBER disable", if the device shows whether it can be migrated
 *
 * Returns 0 on success, or -errno: the error that the kernel reports, -EBADMSG if anything
 * is malformed or missing, -EAGAIN if something has changed meanwhile.
 */
int
virNodeDeviceCompatDevlinkReplyFormatPorts(const char *replies,
                                           size_t length,
                                           const char *address,
                                           char **ret_text)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatReplies left = { .left = { .at = replies, .left = length } };
    virNodeDeviceCompatNetlinkMessage message;
    int rc;

    while ((rc = virNodeDeviceCompatRepliesNext(&left, &message)) > 0) {
        if (message.command != DEVLINK_NEW && message.command != DEVLINK_PORT_NEW)
            return -EBADMSG;
        /* kernels before 6.6 list those of all devices */
        if ((rc = virNodeDeviceCompatDevlinkMessageIsAbout(&message, address)) < 0)
            return rc;
        if (rc > 0 && (rc = virNodeDeviceCompatDevlinkFormatPort(&buf, message.data)) < 0)
            return rc;
    }

    if (rc < 0)
        return rc;
    if (!left.done)
        return -EBADMSG;

    *ret_text = g_strdup(virBufferCurrentContent(&buf));
    return 0;
}
