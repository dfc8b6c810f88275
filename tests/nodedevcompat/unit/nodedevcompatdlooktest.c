/*
 * nodedevcompatdlooktest.c: which metadata and definitions virt-nodedev-compatd replaces
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatdhost.h"
#include "nodedevcompatframe.h"

#include "hypervisor/domain_hostdev_description.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define NAMESPACE VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE


/* What is there before the agent starts, of a guest that has the device: whether it is
 * written. In it, BOOT is this host's boot, NOW the time, and DEVICES the right ones. */
static const struct testMetadata {
    const char *name;
    const char *metadata;
    gint64 age;                 /* the guest was started so many seconds ago; 0: not known */
    unsigned int sets;
} metadata[] = {
    { "none", "", 0, 1 },
    { "the same", "<c:nodedevCompat xmlns:c='NS' boot='BOOT' time='NOW'>DEVICES", 0, 0 },
    { "the same since its start", "<c:nodedevCompat xmlns:c='NS' boot='BOOT' time='NOW'>DEVICES",
      100, 0 },
    { "from before its start", "<c:nodedevCompat xmlns:c='NS' boot='BOOT' time='PAST'>DEVICES",
      100, 1 },
    { "long ago, but since its start",
      "<c:nodedevCompat xmlns:c='NS' boot='BOOT' time='PAST'>DEVICES", 100000, 0 },
    { "from the future", "<c:nodedevCompat xmlns:c='NS' boot='BOOT' time='FUTURE'>DEVICES", 0, 1 },
    { "from another boot",
      "<c:nodedevCompat xmlns:c='NS' boot='6c1f8d2e-0000-4000-8000-000000000000' time='NOW'>"
      "DEVICES", 0, 1 },
    { "without a boot", "<c:nodedevCompat xmlns:c='NS' time='NOW'>DEVICES", 0, 1 },
    { "without a time, and the start is known",
      "<c:nodedevCompat xmlns:c='NS' boot='BOOT'>DEVICES", 100, 1 },
    { "other devices", "<c:nodedevCompat xmlns:c='NS' boot='BOOT' time='NOW'/>", 0, 1 },
    { "malformed", "<c:nodedevCompat xmlns:c='NS' boot='x' time='NOW'>DEVICES", 0, 1 },
    { "another element", "<c:x xmlns:c='NS'/>", 0, 1 },
    { "two", "<c:nodedevCompat xmlns:c='NS' boot='BOOT' time='NOW'>DEVICES"
      "<d:nodedevCompat xmlns:d='NS'/>", 0, 1 },
    { "another namespace",
      "<c:nodedevCompat xmlns:c='urn:x' boot='BOOT' time='NOW'>DEVICES", 0, 1 },
    { "too large", "<c:nodedevCompat xmlns:c='NS' boot='BOOT' time='NOW'>LARGE", 0, 1 },
};


static char *
testFormatTime(gint64 seconds)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autoptr(GDateTime) then = g_date_time_add_seconds(now, seconds);

    return g_date_time_format(then, "%Y-%m-%dT%H:%M:%SZ");
}


/* The hostdev elements that the agent writes, with a prefix as libvirt puts it, and the end
 * of the element */
static char *
testGetDevices(void)
{
    g_autoptr(virtCompatdAgent) agent = NULL;
    char *devices;

    testReset();
    agent = testStart();
    devices = g_strdup(strchr(host.guests[1].metadata, '>') + 1);
    testReplace(&devices, "</", "<@");
    testReplace(&devices, "<", "<c:");
    testReplace(&devices, "<c:@", "</c:");
    return devices;
}


static int
testBefore(const void *opaque)
{
    const struct testMetadata *data = opaque;
    g_autoptr(virtCompatdAgent) agent = NULL;
    g_autofree char *devices = testGetDevices();
    g_autofree char *now = testFormatTime(-1);
    g_autofree char *past = testFormatTime(-1000);
    g_autofree char *future = testFormatTime(1000);
    g_autofree char *boot = NULL;
    g_autofree char *large = g_strnfill(70 * 1024, ' ');
    g_autofree char *end = g_strconcat(large, devices, NULL);
    char *text = g_strdup(data->metadata);

    if (virFileReadAll("/proc/sys/kernel/random/boot_id", 100, &boot) < 0)
        return -1;

    testReset();
    testReplace(&text, "NS", NAMESPACE);
    testReplace(&text, "BOOT", g_strchomp(boot));
    testReplace(&text, "NOW", now);
    testReplace(&text, "PAST", past);
    testReplace(&text, "FUTURE", future);
    testReplace(&text, "DEVICES", devices);
    testReplace(&text, "LARGE", end);
    host.guests[1].metadata = text;
    if (data->age > 0)
        host.guests[1].started = g_get_real_time() / G_USEC_PER_SEC - data->age;

    agent = testStart();
    return testExpectCounts(1, data->sets);
}


/* More devices than can be described, at different places in the guest */
static char *
testGetManyDevices(void)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX; i++) {
        char *device = g_strdup(TEST_HOSTDEV);
        g_autofree char *bus = g_strdup_printf("bus='0x%02zx'", i);

        testReplace(&device, "bus='0x00'", bus);
        testReplace(&device, "<alias name='ua-gpu'/>", "");
        virBufferAdd(&buf, device, -1);
        g_free(device);
    }

    return virBufferContentAndReset(&buf);
}


/* A guest with more devices than can be described is described once, wherever that ends:
 * they are larger from time to time. */
static int
testFull(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *devices = testGetManyDevices();
    size_t length;

    for (length = 1; length < 1024; length += 48) {
        g_autoptr(virtCompatdAgent) agent = NULL;
        g_autoptr(virDomainHostdevDescription) description = NULL;
        g_autofree char *value = g_strnfill(length, 'x');

        testReset();
        testPut(DEVICE "/migration/self/x", value);
        host.guests[1].devices = devices;

        agent = testStart();
        if (testExpectCounts(1, 1) < 0)
            return -1;

        if (virDomainHostdevDescriptionParse(host.guests[1].metadata,
                                             VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX,
                                             &description) != VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK)
            return testFail("malformed: %s", host.guests[1].metadata);
        if (testExpectNumber(VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX,
                             description->hostdevs->len) < 0)
            return -1;

        testHostReport(1, VIRT_COMPATD_EVENT_CHANGED);
        if (testRunLoop(agent) < 0 || testExpectCounts(2, 1) < 0)
            return -1;
    }

    return 0;
}


/* What a definition can be that nothing is made of: its metadata stays. Ends with what the
 * guest has */
static const struct testDefinition {
    const char *name;
    const char *xml;
} definitions[] = {
    { "no XML", "<domain" },
    { "another root", "<x/>" },
    { "a device without an address",
      "<domain><devices><hostdev type='mdev'/></devices></domain>" },
    { "a malformed UUID",
      "<domain><devices><hostdev type='mdev'><source><address uuid='x'/></source></hostdev>"
      "</devices></domain>" },
    { "an entity", "<!DOCTYPE domain [<!ENTITY x 'y'>]><domain>&x;</domain>" },
};


static int
testDefinition(const void *opaque)
{
    const struct testDefinition *data = opaque;
    g_autoptr(virtCompatdAgent) agent = virtCompatdAgentNew(&testHostTable, "test:///", &testTimes);

    testReset();
    host.guests[1].xml = data->xml;
    host.guests[1].metadata = g_strdup("<c:nodedevCompat xmlns:c='" NAMESPACE "'/>");
    virtCompatdAgentStart(agent, true);
    if (testRunLoop(agent) < 0 || testExpectBool(true, virtCompatdAgentHasFailed(agent)) < 0)
        return -1;
    return testExpectCounts(1, 0);
}


static int
mymain(void)
{
    if (testMakeMachine() < 0)
        return EXIT_FAILURE;

    DO_TABLE("metadata", metadata, testBefore);
    DO_TABLE("definition", definitions, testDefinition);
    DO_TEST(testFull, NULL, "more devices than can be described");

    testDropMachine();
    return testResult();
}

VIR_TEST_MAIN(mymain)
