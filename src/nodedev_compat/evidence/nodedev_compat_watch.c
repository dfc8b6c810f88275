/*
 * nodedev_compat_watch.c: what is reported that changes answers of firmware
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/socket.h>
#ifdef __linux__
# include <linux/devlink.h>
# include <linux/genetlink.h>
# include <linux/netlink.h>
#endif

#define LIBVIRT_NODEDEV_COMPAT_WATCHPRIV_H_ALLOW
#include "nodedev_compat_watch.h"
#include "nodedev_compat_watchpriv.h"

#include "nodedev_compat_cache.h"
#include "virevent.h"
#include "virfile.h"
#include "virlog.h"
#include "virthread.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_watch");

/* What is received at once; no message about one thing is longer */
#define BUFFER_SIZE (32 * 1024)

/* How long the kernel has to say which group it is, in seconds: it says so at once */
#define REPLY_TIME 1

static virMutex lock = VIR_MUTEX_INITIALIZER;
static bool started;
static int watch = -1;          /* of the event loop */

#ifdef __linux__

/* Some attributes: one after the other, or those in one */
typedef struct _virNodeDeviceCompatWatchAttrs virNodeDeviceCompatWatchAttrs;
struct _virNodeDeviceCompatWatchAttrs {
    const char *at;
    size_t left;
};


/* Takes the next one of @attrs, if there is one that is complete. Returns its type, or -1. */
static int
virNodeDeviceCompatWatchTake(virNodeDeviceCompatWatchAttrs *attrs,
                             virNodeDeviceCompatWatchAttrs *ret_content)
{
    struct nlattr head;
    size_t step;

    if (attrs->left < sizeof(head))
        return -1;

    memcpy(&head, attrs->at, sizeof(head));
    if (head.nla_len < NLA_HDRLEN || head.nla_len > attrs->left)
        return -1;

    ret_content->at = attrs->at + NLA_HDRLEN;
    ret_content->left = head.nla_len - NLA_HDRLEN;

    step = MIN(NLA_ALIGN(head.nla_len), attrs->left);
    attrs->at += step;
    attrs->left -= step;
    return head.nla_type & NLA_TYPE_MASK;
}


/* Finds the attribute @type in @attrs. */
static bool
virNodeDeviceCompatWatchFind(virNodeDeviceCompatWatchAttrs attrs,
                             int type,
                             virNodeDeviceCompatWatchAttrs *ret_content)
{
    int taken;

    while ((taken = virNodeDeviceCompatWatchTake(&attrs, ret_content)) >= 0) {
        if (taken == type)
            return true;
    }

    return false;
}


/* Whether the attribute @type in @attrs is the string @expect */
static bool
virNodeDeviceCompatWatchIs(virNodeDeviceCompatWatchAttrs attrs,
                           int type,
                           const char *expect)
{
    virNodeDeviceCompatWatchAttrs content;

    return virNodeDeviceCompatWatchFind(attrs, type, &content) &&
           content.left == strlen(expect) + 1 && memcmp(content.at, expect, content.left) == 0;
}


/* Takes the next message of generic netlink. Returns false at the end, and behind one that
 * is not complete; messages of netlink itself have no command and no attributes. */
static bool
virNodeDeviceCompatWatchTakeMessage(virNodeDeviceCompatWatchAttrs *messages,
                                    uint8_t *ret_command,
                                    virNodeDeviceCompatWatchAttrs *ret_attrs)
{
    const size_t skip = NLMSG_HDRLEN + GENL_HDRLEN;
    struct nlmsghdr head;
    size_t step;

    if (messages->left < sizeof(head))
        return false;

    memcpy(&head, messages->at, sizeof(head));
    if (head.nlmsg_len < NLMSG_HDRLEN || head.nlmsg_len > messages->left)
        return false;

    *ret_command = 0;
    *ret_attrs = (virNodeDeviceCompatWatchAttrs) { 0 };
    if (head.nlmsg_type >= NLMSG_MIN_TYPE && head.nlmsg_len >= skip) {
        *ret_command = messages->at[NLMSG_HDRLEN];
        ret_attrs->at = messages->at + skip;
        ret_attrs->left = head.nlmsg_len - skip;
    }

    step = MIN(NLMSG_ALIGN((size_t) head.nlmsg_len), messages->left);
    messages->at += step;
    messages->left -= step;
    return true;
}


/* Whether a message is one about firmware being written. Which one has come of several does
 * not matter, as the others can have been lost. */
static bool
virNodeDeviceCompatWatchIsFlash(uint8_t command)
{
    return command == DEVLINK_CMD_FLASH_UPDATE || command == DEVLINK_CMD_FLASH_UPDATE_STATUS ||
           command == DEVLINK_CMD_FLASH_UPDATE_END;
}


/**
 * virNodeDeviceCompatWatchHandle:
 * @messages: of the group of devlink, as received
 * @length: their length
 *
 * Drops the answers about the devices that the messages are about. About which one a
 * message is that is not understood is not known.
 */
void
virNodeDeviceCompatWatchHandle(const char *messages,
                               size_t length)
{
    virNodeDeviceCompatWatchAttrs rest = { messages, length };
    virNodeDeviceCompatWatchAttrs attrs;
    virNodeDeviceCompatWatchAttrs name;
    uint8_t command;

    while (virNodeDeviceCompatWatchTakeMessage(&rest, &command, &attrs)) {
        bool known;

        if (attrs.left == 0)
            continue;

        known = virNodeDeviceCompatWatchFind(attrs, DEVLINK_ATTR_DEV_NAME, &name) &&
                name.left > 1 && memchr(name.at, '\0', name.left) == name.at + name.left - 1;

        if (virNodeDeviceCompatWatchIsFlash(command))
            virNodeDeviceCompatCacheDoubt(known ? name.at : NULL);
        else if (known)
            virNodeDeviceCompatCacheDrop(name.at);
        else
            virNodeDeviceCompatCacheDropAll();
    }

    if (rest.left > 0)
        virNodeDeviceCompatCacheDropAll();
}


/**
 * virNodeDeviceCompatWatchFindGroup:
 * @messages: what the kernel replies about the family of devlink
 * @length: their length
 * @ret_group: set on success to the number of the group in which it reports
 *
 * Returns true if there is such a group.
 */
bool
virNodeDeviceCompatWatchFindGroup(const char *messages,
                                  size_t length,
                                  uint32_t *ret_group)
{
    virNodeDeviceCompatWatchAttrs rest = { messages, length };
    virNodeDeviceCompatWatchAttrs attrs;
    virNodeDeviceCompatWatchAttrs groups;
    virNodeDeviceCompatWatchAttrs group;
    virNodeDeviceCompatWatchAttrs id;
    uint8_t command;

    if (!virNodeDeviceCompatWatchTakeMessage(&rest, &command, &attrs) ||
        !virNodeDeviceCompatWatchFind(attrs, CTRL_ATTR_MCAST_GROUPS, &groups))
        return false;

    while (virNodeDeviceCompatWatchTake(&groups, &group) >= 0) {
        if (virNodeDeviceCompatWatchIs(group, CTRL_ATTR_MCAST_GRP_NAME,
                                       DEVLINK_GENL_MCGRP_CONFIG_NAME) &&
            virNodeDeviceCompatWatchFind(group, CTRL_ATTR_MCAST_GRP_ID, &id) &&
            id.left == sizeof(*ret_group)) {
            memcpy(ret_group, id.at, sizeof(*ret_group));
            return true;
        }
    }

    return false;
}


/* Asks the kernel on @fd for the group. */
static bool
virNodeDeviceCompatWatchAskGroup(int fd,
                                 char *buffer,
                                 uint32_t *ret_group)
{
    struct {
        struct nlmsghdr head;
        struct genlmsghdr generic;
        struct nlattr attr;
        char name[NLA_ALIGN(sizeof(DEVLINK_GENL_NAME))];
    } request = {
        .head.nlmsg_len = sizeof(request),
        .head.nlmsg_type = GENL_ID_CTRL,
        .head.nlmsg_flags = NLM_F_REQUEST,
        .generic.cmd = CTRL_CMD_GETFAMILY,
        .generic.version = 1,
        .attr.nla_len = NLA_HDRLEN + sizeof(DEVLINK_GENL_NAME),
        .attr.nla_type = CTRL_ATTR_FAMILY_NAME,
        .name = DEVLINK_GENL_NAME,
    };
    const struct timeval patience = { .tv_sec = REPLY_TIME };
    ssize_t length;

    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
        send(fd, &request, sizeof(request), 0) < 0 ||
        (length = recv(fd, buffer, BUFFER_SIZE, 0)) < 0)
        return false;

    return virNodeDeviceCompatWatchFindGroup(buffer, length, ret_group);
}


/* Returns a socket that receives reports, or -1 if there is no devlink. */
static int
virNodeDeviceCompatWatchOpen(void)
{
    struct sockaddr_nl address = { .nl_family = AF_NETLINK };
    g_autofree char *buffer = g_new0(char, BUFFER_SIZE);
    VIR_AUTOCLOSE fd = -1;
    uint32_t group;
    int opened;

    if ((fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC)) < 0 ||
        bind(fd, (struct sockaddr *) &address, sizeof(address)) < 0 ||
        !virNodeDeviceCompatWatchAskGroup(fd, buffer, &group) ||
        setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
        return -1;

    opened = fd;
    fd = -1;
    return opened;
}


static void
virNodeDeviceCompatWatchReceive(int callback G_GNUC_UNUSED,
                                int fd,
                                int events G_GNUC_UNUSED,
                                void *opaque G_GNUC_UNUSED)
{
    g_autofree char *buffer = g_new0(char, BUFFER_SIZE);
    struct sockaddr_nl address = { 0 };
    socklen_t size = sizeof(address);
    ssize_t length = recvfrom(fd, buffer, BUFFER_SIZE, MSG_DONTWAIT | MSG_TRUNC,
                              (struct sockaddr *) &address, &size);

    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;

    /* ENOBUFS: there were more than fit; other processes can send, too */
    if (length < 0 || length > BUFFER_SIZE)
        virNodeDeviceCompatCacheDropAll();
    else if (address.nl_pid == 0)
        virNodeDeviceCompatWatchHandle(buffer, length);
}


static void
virNodeDeviceCompatWatchClose(void *opaque)
{
    int fd = GPOINTER_TO_INT(opaque);

    VIR_FORCE_CLOSE(fd);
}


static int
virNodeDeviceCompatWatchAdd(void)
{
    int fd = virNodeDeviceCompatWatchOpen();
    int added;

    if (fd < 0)
        return -1;

    added = virEventAddHandle(fd, VIR_EVENT_HANDLE_READABLE, virNodeDeviceCompatWatchReceive,
                              GINT_TO_POINTER(fd), virNodeDeviceCompatWatchClose);
    if (added < 0)
        VIR_FORCE_CLOSE(fd);
    return added;
}

#else /* !__linux__ */

static int
virNodeDeviceCompatWatchAdd(void)
{
    return -1;
}

#endif /* !__linux__ */


/**
 * virNodeDeviceCompatWatchStart:
 *
 * Has answers kept, and those dropped of which devlink reports that they can have changed.
 * Does nothing the second time. For a process that has libvirt's event loop.
 */
void
virNodeDeviceCompatWatchStart(void)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&lock);

    if (started)
        return;

    started = true;
    watch = virNodeDeviceCompatWatchAdd();
    virNodeDeviceCompatCacheEnable(watch >= 0);
}


void
virNodeDeviceCompatWatchStop(void)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&lock);

    if (watch >= 0)
        virEventRemoveHandle(watch);
    watch = -1;
    started = false;
    virNodeDeviceCompatCacheDisable();
}


/**
 * virNodeDeviceCompatWatchUdev:
 * @path: sysfs path of a device about which there is an event
 *
 * Drops the answers that the event can have changed. A module comes before the devices that
 * its driver is bound to.
 */
void
virNodeDeviceCompatWatchUdev(const char *path)
{
    g_autofree char *name = g_path_get_basename(path);

    if (strstr(path, "/module/"))
        virNodeDeviceCompatCacheDropAll();
    else
        virNodeDeviceCompatCacheDrop(name);
}
