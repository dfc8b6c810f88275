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
#include "nodedev_compat_netlink.h"
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
static unsigned int begun;      /* how often that has changed */
static int watch = -1;          /* of the event loop */
static virNodeDeviceCompatWatchFunc listener;

#ifdef __linux__

/* Passes on that something is reported about a device. Only the thread of the event loop
 * reports, and only before it was started is the listener set. */
static void
virNodeDeviceCompatWatchNotify(const char *name)
{
    if (listener)
        listener(name);
}


/* Drops all answers, as it is not known what the report is about: it can have been that the
 * firmware of some device has been written. */
static void
virNodeDeviceCompatWatchDoubtAll(void)
{
    virNodeDeviceCompatCacheDoubt(NULL);
    virNodeDeviceCompatWatchNotify(NULL);
}


/* Whether a message is one about firmware being written. Which one has come of several does
 * not matter, as the others can have been lost. */
static bool
virNodeDeviceCompatWatchIsFlash(unsigned int command)
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
    virNodeDeviceCompatNetlinkBytes rest = { messages, length };
    virNodeDeviceCompatNetlinkMessage message;
    int rc;

    while ((rc = virNodeDeviceCompatNetlinkNext(&rest, &message)) > 0) {
        const char *name = NULL;

        if (message.type < VIR_NODE_DEVICE_COMPAT_NETLINK_CONTROLLER)
            continue;

        if (virNodeDeviceCompatNetlinkAttrFindString(message.data, DEVLINK_ATTR_DEV_NAME,
                                                     &name) < 0 || !name || !*name)
            name = NULL;

        if (virNodeDeviceCompatWatchIsFlash(message.command))
            virNodeDeviceCompatCacheDoubt(name);
        else if (name)
            virNodeDeviceCompatCacheDrop(name);
        else
            virNodeDeviceCompatCacheDropAll();
        virNodeDeviceCompatWatchNotify(name);
    }

    if (rc < 0)
        virNodeDeviceCompatWatchDoubtAll();
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
                                  unsigned int *ret_group)
{
    virNodeDeviceCompatNetlinkBytes rest = { messages, length };
    virNodeDeviceCompatNetlinkMessage message;
    virNodeDeviceCompatNetlinkBytes groups;
    virNodeDeviceCompatNetlinkAttr group;

    if (virNodeDeviceCompatNetlinkNext(&rest, &message) <= 0 ||
        message.type != VIR_NODE_DEVICE_COMPAT_NETLINK_CONTROLLER ||
        virNodeDeviceCompatNetlinkAttrFind(message.data, CTRL_ATTR_MCAST_GROUPS, &groups) <= 0)
        return false;

    while (virNodeDeviceCompatNetlinkAttrNext(&groups, &group) > 0) {
        const char *name = NULL;

        if (virNodeDeviceCompatNetlinkAttrFindString(group.data, CTRL_ATTR_MCAST_GRP_NAME,
                                                     &name) > 0 &&
            STREQ(name, DEVLINK_GENL_MCGRP_CONFIG_NAME))
            return virNodeDeviceCompatNetlinkAttrFindNumber(group.data, CTRL_ATTR_MCAST_GRP_ID,
                                                            sizeof(*ret_group), ret_group) > 0;
    }

    return false;
}


/* Asks the kernel on @fd for the group. */
static bool
virNodeDeviceCompatWatchAskGroup(int fd,
                                 char *buffer,
                                 unsigned int *ret_group)
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
    unsigned int group;
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
        virNodeDeviceCompatWatchDoubtAll();
    else if (address.nl_pid == 0)
        virNodeDeviceCompatWatchHandle(buffer, length);
}


static void
virNodeDeviceCompatWatchClose(void *opaque)
{
    int fd = GPOINTER_TO_INT(opaque);

    VIR_FORCE_CLOSE(fd);
}


/* Has what @fd receives handled. Returns the number of the watch, or -1. */
static int
virNodeDeviceCompatWatchAdd(int fd)
{
    return virEventAddHandle(fd, VIR_EVENT_HANDLE_READABLE, virNodeDeviceCompatWatchReceive,
                             GINT_TO_POINTER(fd), virNodeDeviceCompatWatchClose);
}

#else /* !__linux__ */

static int
virNodeDeviceCompatWatchOpen(void)
{
    return -1;
}


static int
virNodeDeviceCompatWatchAdd(int fd G_GNUC_UNUSED)
{
    return -1;
}

#endif /* !__linux__ */


/* Opens the socket in a thread of its own: the kernel answers at once, unless a driver
 * hangs in a request of generic netlink, which go one after the other. */
static void
virNodeDeviceCompatWatchBegin(void *opaque)
{
    VIR_AUTOCLOSE fd = virNodeDeviceCompatWatchOpen();
    VIR_LOCK_GUARD guard = virLockGuardLock(&lock);

    if (fd < 0 || GPOINTER_TO_UINT(opaque) != begun ||
        (watch = virNodeDeviceCompatWatchAdd(fd)) < 0)
        return;

    fd = -1;
    virNodeDeviceCompatCacheEnable(true);
}


/**
 * virNodeDeviceCompatWatchSetListener:
 * @func: called in the thread of the event loop with the name of each device that devlink
 *        reports on, and with NULL if it can be any device; or NULL
 *
 * For a program that describes devices to others. To call before
 * virNodeDeviceCompatWatchStart().
 */
void
virNodeDeviceCompatWatchSetListener(virNodeDeviceCompatWatchFunc func)
{
    listener = func;
}


/**
 * virNodeDeviceCompatWatchStart:
 *
 * Has answers kept, and those dropped of which devlink reports that they can have changed:
 * those that are asked for before that is known to work are kept for a short time only.
 * Does nothing the second time, and waits for nothing. For a process that has libvirt's
 * event loop.
 */
void
virNodeDeviceCompatWatchStart(void)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&lock);
    virThread thread;

    if (started)
        return;

    started = true;
    begun++;
    virNodeDeviceCompatCacheEnable(false);
    if (virThreadCreateFull(&thread, false, virNodeDeviceCompatWatchBegin,
                            "nodedev-watch", false, GUINT_TO_POINTER(begun)) < 0)
        VIR_WARN("reports of devlink are not received: %s", g_strerror(errno));
}


void
virNodeDeviceCompatWatchStop(void)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&lock);

    if (watch >= 0)
        virEventRemoveHandle(watch);
    watch = -1;
    begun++;
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
