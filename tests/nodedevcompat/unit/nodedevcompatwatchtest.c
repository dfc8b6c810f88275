/*
 * nodedevcompatwatchtest.c: which reports drop which answers
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"

#ifdef __linux__

# include <linux/devlink.h>
# include <linux/genetlink.h>
# include <linux/netlink.h>

# define LIBVIRT_NODEDEV_COMPAT_CACHEPRIV_H_ALLOW
# include "nodedev_compat/evidence/nodedev_compat_cache.h"
# include "nodedev_compat/evidence/nodedev_compat_cachepriv.h"
# define LIBVIRT_NODEDEV_COMPAT_WATCHPRIV_H_ALLOW
# include "nodedev_compat/evidence/nodedev_compat_watchpriv.h"

# define VIR_FROM_THIS VIR_FROM_NODEDEV

# define FAMILY 20
# define NAME "0000:a3:00.0"
# define OTHER "0000:a3:00.1"
# define THIRD "0000:a3:00.2"


/* Messages are put together from behind: what an attribute or a message holds is there
 * already when its head is put in front of it. */
static void
testAlign(GByteArray *bytes)
{
    while (bytes->len % NLA_ALIGNTO)
        g_byte_array_append(bytes, (const guint8 *) "", 1);
}


static void
testAddAttr(GByteArray *bytes,
            int type,
            const void *content,
            size_t length)
{
    struct nlattr head = { .nla_len = NLA_HDRLEN + length, .nla_type = type };

    g_byte_array_append(bytes, (const guint8 *) &head, sizeof(head));
    g_byte_array_append(bytes, content, length);
    testAlign(bytes);
}


static void
testAddMessage(GByteArray *bytes,
               int type,
               int command,
               const GByteArray *attrs)
{
    struct genlmsghdr generic = { .cmd = command, .version = 1 };
    struct nlmsghdr head = {
        .nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + attrs->len,
        .nlmsg_type = type,
    };

    g_byte_array_append(bytes, (const guint8 *) &head, sizeof(head));
    g_byte_array_append(bytes, (const guint8 *) &generic, sizeof(generic));
    g_byte_array_append(bytes, attrs->data, attrs->len);
}


/* Adds a report on the device @name, or on none. */
static void
testAddReport(GByteArray *bytes,
              int command,
              const char *name)
{
    g_autoptr(GByteArray) attrs = g_byte_array_new();

    testAddAttr(attrs, DEVLINK_ATTR_BUS_NAME, "pci", strlen("pci") + 1);
    if (name)
        testAddAttr(attrs, DEVLINK_ATTR_DEV_NAME, name, strlen(name) + 1);
    testAddAttr(attrs, DEVLINK_ATTR_RELOAD_FAILED, "", 1);
    testAddMessage(bytes, FAMILY, command, attrs);
}


/* The devices that the listener is told of, "*" for any */
static GString *told;


static void
testListen(const char *name)
{
    g_string_append_printf(told, "%s%s", told->len > 0 ? " " : "", name ? name : "*");
}


static const struct testReport {
    const char *name;
    int command;
    const char *devices[3];     /* that have a message; "" is one without a device */
    size_t cut;                 /* so many bytes are missing at the end */
    const char *expect;         /* what is left */
    const char *told;           /* to the listener */
} reports[] = {
    { "flashed", DEVLINK_CMD_FLASH_UPDATE_END, { NAME }, 0, "other", NAME },
    { "reloaded", DEVLINK_CMD_NEW, { NAME }, 0, "other", NAME },
    { "gone", DEVLINK_CMD_DEL, { NAME }, 0, "other", NAME },
    { "a port", DEVLINK_CMD_PORT_NEW, { NAME }, 0, "other", NAME },
    { "another device", DEVLINK_CMD_NEW, { OTHER }, 0, "device", OTHER },
    { "both", DEVLINK_CMD_NEW, { NAME, OTHER }, 0, "", NAME " " OTHER },
    { "one that is not known", DEVLINK_CMD_NEW, { THIRD }, 0, "device other", THIRD },
    { "one whose name is longer", DEVLINK_CMD_NEW, { NAME "0" }, 0, "device other", NAME "0" },
    { "none", DEVLINK_CMD_NEW, { "" }, 0, "", "*" },
    { "cut in the last attribute", DEVLINK_CMD_NEW, { THIRD }, 4, "", "*" },
    { "cut in the head", DEVLINK_CMD_NEW, { THIRD }, 50, "", "*" },
    { "nothing at all", DEVLINK_CMD_NEW, { NULL }, 0, "device other", "" },
};


static int
testExpectLeft(const char *expect)
{
    g_autoptr(GString) left = g_string_new(NULL);
    g_autofree char *text = NULL;
    g_autofree char *other = NULL;
    int len;

    if (virNodeDeviceCompatCacheGet("devlink info " NAME, &len, &text))
        g_string_append(left, text);
    if (virNodeDeviceCompatCacheGet("devlink info 0000:a3:00.1", &len, &other))
        g_string_append_printf(left, "%s%s", left->len > 0 ? " " : "", other);

    return testExpectString(expect, left->str);
}


static void
testFill(void)
{
    guint64 begun = virNodeDeviceCompatCacheBegin();

    virNodeDeviceCompatCachePut("devlink info " NAME, begun, strlen("device"), "device");
    virNodeDeviceCompatCachePut("devlink info 0000:a3:00.1", begun, strlen("other"), "other");
}


static int
testReport(const void *opaque)
{
    const struct testReport *data = opaque;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree char *heard = NULL;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(data->devices) && data->devices[i]; i++)
        testAddReport(bytes, data->command, data->devices[i][0] ? data->devices[i] : NULL);

    testFill();
    told = g_string_new(NULL);
    virNodeDeviceCompatWatchSetListener(testListen);
    virNodeDeviceCompatWatchHandle((const char *) bytes->data, bytes->len - data->cut);
    virNodeDeviceCompatWatchSetListener(NULL);
    heard = g_string_free(g_steal_pointer(&told), FALSE);

    if (testExpectString(data->told, heard) < 0)
        return -1;
    return testExpectLeft(data->expect);
}


static gint64 timeNow = 1;


static gint64
testClock(void)
{
    return timeNow;
}


/* After which reports what is asked then is kept for a short time only: what is left after
 * that */
static const struct testLater {
    const char *name;
    int command;
    const char *device;         /* "": the report is about none */
    size_t cut;                 /* so many bytes are missing at the end */
    const char *expect;
} later[] = {
    { "writing firmware", DEVLINK_CMD_FLASH_UPDATE, NAME, 0, "" },
    { "firmware being written", DEVLINK_CMD_FLASH_UPDATE_STATUS, NAME, 0, "" },
    { "firmware written", DEVLINK_CMD_FLASH_UPDATE_END, NAME, 0, "" },
    { "by way of another function", DEVLINK_CMD_FLASH_UPDATE_END, THIRD, 0, "" },
    { "firmware of another device",
      DEVLINK_CMD_FLASH_UPDATE_END, "0000:a4:00.0", 0, "device other" },
    { "firmware of no device", DEVLINK_CMD_FLASH_UPDATE_END, "", 0, "" },
    { "a report that is not understood", DEVLINK_CMD_NEW, NAME, 4, "" },
    { "device", DEVLINK_CMD_NEW, NAME, 0, "device other" },
    { "port", DEVLINK_CMD_PORT_NEW, NAME, 0, "device other" },
};


static int
testLater(const void *opaque)
{
    const struct testLater *data = opaque;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    int rc;

    testAddReport(bytes, data->command, *data->device ? data->device : NULL);

    virNodeDeviceCompatCacheDisable();
    virNodeDeviceCompatCacheEnable(true);
    virNodeDeviceCompatCacheSetClock(testClock);
    virNodeDeviceCompatWatchHandle((const char *) bytes->data, bytes->len - data->cut);
    testFill();
    timeNow += VIR_NODE_DEVICE_COMPAT_CACHE_UNWATCHED_MS * 1000LL;
    rc = testExpectLeft(data->expect);

    /* nor is it doubted any more */
    virNodeDeviceCompatCacheDisable();
    virNodeDeviceCompatCacheEnable(true);
    virNodeDeviceCompatCacheSetClock(NULL);
    return rc;
}


/* Whatever is received, nothing is read behind it. */
static int
testGarbage(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    size_t i;
    size_t j;

    testAddReport(bytes, DEVLINK_CMD_NEW, NAME);
    testAddReport(bytes, DEVLINK_CMD_NEW, "0000:a3:00.1");

    for (i = 0; i < bytes->len; i++) {
        /* of its own, for tools that look at what is read */
        g_autofree char *cut = g_new0(char, i + 1);
        unsigned int group;

        memcpy(cut, bytes->data, i);
        virNodeDeviceCompatWatchHandle(cut, i);
        ignore_value(virNodeDeviceCompatWatchFindGroup(cut, i, &group));

        for (j = 0; j < 256; j += 51) {
            g_autofree char *changed = g_new0(char, bytes->len);

            memcpy(changed, bytes->data, bytes->len);
            changed[i] = j;
            virNodeDeviceCompatWatchHandle(changed, bytes->len);
            ignore_value(virNodeDeviceCompatWatchFindGroup(changed, bytes->len, &group));
        }
    }

    return 0;
}


/* The kernel's reply about the family: its groups, of which one is the right one */
static int
testGroup(const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        const char *name;
        uint32_t id;
    } groups[] = { { "other", 3 }, { DEVLINK_GENL_MCGRP_CONFIG_NAME, 0x12345 }, { "more", 5 } };
    g_autoptr(GByteArray) list = g_byte_array_new();
    g_autoptr(GByteArray) attrs = g_byte_array_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    unsigned int group = 0;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(groups); i++) {
        g_autoptr(GByteArray) one = g_byte_array_new();

        testAddAttr(one, CTRL_ATTR_MCAST_GRP_ID, &groups[i].id, sizeof(groups[i].id));
        testAddAttr(one, CTRL_ATTR_MCAST_GRP_NAME, groups[i].name, strlen(groups[i].name) + 1);
        testAddAttr(list, i + 1, one->data, one->len);
    }
    testAddAttr(attrs, CTRL_ATTR_FAMILY_NAME, "devlink", strlen("devlink") + 1);
    testAddAttr(attrs, CTRL_ATTR_MCAST_GROUPS | NLA_F_NESTED, list->data, list->len);
    testAddMessage(bytes, GENL_ID_CTRL, CTRL_CMD_NEWFAMILY, attrs);

    if (!virNodeDeviceCompatWatchFindGroup((const char *) bytes->data, bytes->len, &group))
        return testFail("the group is not found");
    if (testExpectNumber(0x12345, group) < 0)
        return -1;

    return testExpectBool(false, virNodeDeviceCompatWatchFindGroup((const char *) bytes->data,
                                                                   bytes->len - 80, &group));
}


static const struct testUdev {
    const char *name;
    const char *path;
    const char *expect;
} udev[] = {
    { "the device", "/sys/devices/pci0000:a0/" NAME, "other" },
    { "a device below it", "/sys/devices/pci0000:a0/" NAME "/net/eth0", "device other" },
    { "another one", "/sys/devices/pci0000:a0/0000:a3:00.1", "device" },
    { "a module", "/sys/module/mlx5_core", "" },
};


static int
testUdev(const void *opaque)
{
    const struct testUdev *data = opaque;

    testFill();
    virNodeDeviceCompatWatchUdev(data->path);
    return testExpectLeft(data->expect);
}


/* Whether or not there are reports, answers are kept while it is on. */
static int
testStart(const void *opaque G_GNUC_UNUSED)
{
    size_t i;

    for (i = 0; i < 3; i++) {
        virNodeDeviceCompatWatchStart();
        virNodeDeviceCompatWatchStart();
        testFill();
        if (testExpectLeft("device other") < 0)
            return -1;

        virNodeDeviceCompatWatchStop();
        testFill();
        if (testExpectLeft("") < 0)
            return -1;
    }

    return 0;
}


static int
mymain(void)
{
    virNodeDeviceCompatCacheEnable(true);

    DO_TABLE_EXPECT("report", reports, testReport);
    DO_TABLE_EXPECT("later", later, testLater);
    DO_TABLE_EXPECT("udev", udev, testUdev);
    DO_TEST(testGroup, NULL, "the group");
    DO_TEST(testGarbage, NULL, "garbage");
    DO_TEST(testStart, NULL, "start and stop");

    virNodeDeviceCompatCacheDisable();
    return testResult();
}

VIR_TEST_MAIN(mymain)

#else

int
main(void)
{
    return EXIT_AM_SKIP;
}

#endif
