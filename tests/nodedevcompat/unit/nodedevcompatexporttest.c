/*
 * nodedevcompatexporttest.c: devices of hosts as labels, traits, metrics and facts
 *
 * That the consumers of these formats take them is tried in cli/virt-nodedev-compat-export.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_class.h"
#include "nodedev_compat/nodedev_compat_export.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define KNOWN "device_api=vfio-pci type=t software_version=1.2.0"
#define NFD VIR_NODE_DEVICE_COMPAT_EXPORT_NFD
#define PLACEMENT VIR_NODE_DEVICE_COMPAT_EXPORT_PLACEMENT
#define PROMETHEUS VIR_NODE_DEVICE_COMPAT_EXPORT_PROMETHEUS
#define FACTS VIR_NODE_DEVICE_COMPAT_EXPORT_ANSIBLE_FACTS

/* Adds a host with the devices, one after the other, of which NULL cannot be read. */
static void
testFleetAdd(virNodeDeviceCompatFleet *fleet,
             const char *name,
             size_t ndevices,
             const char *const *texts)
{
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    size_t i;

    for (i = 0; i < ndevices; i++) {
        virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);

        device->name = g_strdup_printf("d%zu", i);
        if (texts[i])
            device->compat = testCompatParseDevice(texts[i]);
        else
            device->cause = g_strdup("no\n\t\xc3\xa9 \"way\"");
        g_ptr_array_add(devices, device);
    }

    virNodeDeviceCompatFleetAddHost(fleet, name, name, devices, NULL);
}


static virNodeDeviceCompatFleet *
testFleetNew(size_t ndevices,
             const char *const *texts)
{
    virNodeDeviceCompatFleet *fleet = virNodeDeviceCompatFleetNew(NULL, 0);

    testFleetAdd(fleet, "h", ndevices, texts);
    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


/*
 * What a host with devices of each kind is in each format
 */

typedef struct _testText testText;
struct _testText {
    const char *name;
    virNodeDeviceCompatExportFormat format;
    bool local;
    const char *expect;         /* a part of the text, DIGEST is that of KNOWN */
};

static const testText texts[] = {
    { "who made it", NFD, false, "# Made by virt-nodedev-compat export --format nfd\n" },
    { "a class", NFD, false, "\nnodedev-compat-DIGEST=true\n" },
    { "numbers", NFD, false, "complete=false\nnodedev-compat-known=2\n"
      "nodedev-compat-unknown=2\nnodedev-compat-not-migratable=1\n"
      "nodedev-compat-unread=1\nnodedev-compat-omitted=0\n" },
    { "what was not read", NFD, false, "\n# not read: d5: no???? \"way\"\n" },
    { "a class", PLACEMENT, false, "\n          - CUSTOM_NODEDEV_COMPAT_DIGEST\n" },
    { "a host", PLACEMENT, false, "  - identification:\n      name: \"h\"\n" },
    { "this host", PLACEMENT, true, "  - identification:\n      uuid: '$COMPUTE_NODE'\n" },
    { "what is not known", PLACEMENT, false, "- CUSTOM_NODEDEV_COMPAT_INCOMPLETE\n"
      "          - CUSTOM_NODEDEV_COMPAT_UNKNOWN\n"
      "          - CUSTOM_NODEDEV_COMPAT_NOT_MIGRATABLE\n" },
    { "a class", PROMETHEUS, false, "\nnodedev_compat_devices{host=\"h\",class=\"DIGEST\","
      "kind=\"mdev\",type=\"t\",migratable=\"yes\"} 2\n" },
    { "a class of this host", PROMETHEUS, true, "\nnodedev_compat_devices{class=\"DIGEST\"," },
    { "an unknown device", PROMETHEUS, false, "{host=\"h\",class=\"\",kind=\"mdev\",type=\"t\","
      "migratable=\"unknown\"} 2\n" },
    { "a device that is stuck", PROMETHEUS, false, "{host=\"h\",class=\"\",kind=\"mdev\","
      "type=\"u\\\"\\\\\",migratable=\"no\"} 1\n" },
    { "evidence, by attribute", PROMETHEUS, false,
      "\nnodedev_compat_evidence_missing{host=\"h\",attribute=\"device_api\"} 1\n"
      "nodedev_compat_evidence_missing{host=\"h\",attribute=\"software_version\"} 2\n" },
    { "what was not read", PROMETHEUS, true, "\nnodedev_compat_devices_unread 1\n" },
    { "not complete", PROMETHEUS, true, "\nnodedev_compat_complete 0\n" },
    { "the number of those with a class", FACTS, false,
      "\"devices\": 2,\n      \"first\": \"d0\"" },
    { "attributes of devices of one type", FACTS, false, "\"attributes\": [\n"
      "        \"device_api\",\n        \"software_version\"\n      ]" },
    { "this host", FACTS, true, "\"host\": null" },
    { "what was not read", FACTS, false, "d5: no" },
};

static int
testTextRun(const void *opaque)
{
    static const char *const devices[] = {
        KNOWN, KNOWN, "device_api=vfio-pci type=t", "type=t",
        "device_api=vfio-pci type=u\"\\ software_version=1.2.0 migratable=no", NULL,
    };
    const testText *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = testFleetNew(G_N_ELEMENTS(devices), devices);
    g_autoptr(virNodeDeviceCompat) known = testCompatParseDevice(KNOWN);
    g_autofree char *digest = virNodeDeviceCompatGetClassDigest(known, NULL);
    g_autofree char *text = virNodeDeviceCompatExportMake(fleet, data->format, data->local);
    g_autoptr(GString) expect = g_string_new(data->expect);

    if (data->format == PLACEMENT) {
        g_autofree char *upper = g_ascii_strup(digest, -1);

        g_string_replace(expect, "DIGEST", g_strdelimit(upper, "-", '_'), 0);
    } else {
        g_string_replace(expect, "DIGEST", digest, 0);
    }

    if (!text || !strstr(text, expect->str))
        return testFail("expected '%s' in '%s'", expect->str, NULLSTR(text));

    return 0;
}


/*
 * Hosts
 */

typedef struct _testHosts testHosts;
struct _testHosts {
    const char *name;
    virNodeDeviceCompatExportFormat format;
    const char *first;
    const char *second;         /* or NULL */
    const char *expect;         /* in the text, or NULL: it is an error */
};

static const char longName[] =
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn";

static const testHosts hosts[] = {
    { "two", NFD, "a", "b", NULL },
    { "two", FACTS, "a", "b", NULL },
    { "two", PLACEMENT, "a", "b", "name: \"b\"" },
    { "two", PROMETHEUS, "a", "b", "nodedev_compat_complete{host=\"b\"} 1" },
    { "two of one name", PLACEMENT, "a", "a", NULL },
    { "two of one name", PROMETHEUS, "a", "a", NULL },
    { "no ASCII", PLACEMENT, "\xc3\xa9\"\\", NULL, "name: \"\\U000000e9\\\"\\\\\"" },
    { "no ASCII", PROMETHEUS, "\xc3\xa9\"\n", NULL, "{host=\"\xc3\xa9\\\"\\n\"} 1" },
    { "a long name", PLACEMENT, longName, NULL, NULL },
    { "no format", VIR_NODE_DEVICE_COMPAT_EXPORT_LAST, "a", NULL, NULL },
};

static int
testHostsRun(const void *opaque)
{
    const testHosts *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = virNodeDeviceCompatFleetNew(NULL, 0);
    g_autofree char *text = NULL;

    testFleetAdd(fleet, data->first, 0, NULL);
    if (data->second)
        testFleetAdd(fleet, data->second, 0, NULL);
    virNodeDeviceCompatFleetComplete(fleet);

    text = virNodeDeviceCompatExportMake(fleet, data->format, false);
    if (!data->expect)
        return text ? testFail("expected an error, got '%s'", text) : testExpectError("", true);

    if (!text || !strstr(text, data->expect))
        return testFail("expected '%s' in '%s'", data->expect, NULLSTR(text));
    return 0;
}


/* Nothing is known of the host: that is all that there is, in each format */
static int
testUnknownHost(const void *opaque G_GNUC_UNUSED)
{
    static const char *const expect[] = {
        [NFD] = "complete=false\nnodedev-compat-known=0\nnodedev-compat-unknown=0\n"
            "nodedev-compat-not-migratable=0\nnodedev-compat-unread=0\n"
            "nodedev-compat-omitted=0\n# nothing is known: why\n",
        [PLACEMENT] = "additional:\n          - CUSTOM_NODEDEV_COMPAT_INCOMPLETE\n"
            "          - CUSTOM_NODEDEV_COMPAT_UNKNOWN\n          # nothing is known: why\n",
        [PROMETHEUS] = "nodedev_compat_complete{host=\"h\"} 0\n",
        [FACTS] = "\"complete\": false,\n  \"cause\": \"why\"",
    };
    g_autoptr(virNodeDeviceCompatFleet) fleet = virNodeDeviceCompatFleetNew(NULL, 0);
    size_t i;

    virNodeDeviceCompatFleetAddHost(fleet, "h", "h", NULL, "why");
    virNodeDeviceCompatFleetComplete(fleet);

    for (i = 0; i < G_N_ELEMENTS(expect); i++) {
        g_autofree char *text = virNodeDeviceCompatExportMake(fleet, i, false);

        if (!text || !strstr(text, expect[i]))
            return testFail("expected '%s' in '%s'", expect[i], NULLSTR(text));
    }

    return 0;
}


/* How many lines of @text begin with @start */
static size_t
testCountLines(const char *text,
               const char *start)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t n = 0;
    size_t i;

    for (i = 0; lines[i]; i++)
        n += STRPREFIX(lines[i], start);

    return n;
}


/* What is left out above a limit is counted, and a host is not complete then */
static int
testLimits(const void *opaque G_GNUC_UNUSED)
{
    enum { N = 1000, KNOWNS = 900 };
    g_auto(GStrv) devices = g_new0(char *, N + 1);
    g_autoptr(virNodeDeviceCompatFleet) fleet = NULL;
    g_autofree char *nfd = NULL;
    g_autofree char *metrics = NULL;
    g_autofree char *omitted = NULL;
    size_t nlabels;
    size_t i;

    for (i = 0; i < N; i++)
        devices[i] = g_strdup_printf(i < KNOWNS ? KNOWN " x=%zu" : "type=t%zu", i);
    fleet = testFleetNew(N, (const char *const *) devices);

    nfd = virNodeDeviceCompatExportMake(fleet, NFD, true);
    nlabels = testCountLines(nfd, "nodedev-compat-ndc1-");
    if (strlen(nfd) > VIR_NODE_DEVICE_COMPAT_EXPORT_NFD_MAX ||
        !strstr(nfd, "nodedev-compat-complete=false\n") || nlabels >= KNOWNS ||
        strstr(nfd, "nodedev-compat-omitted=0\n"))
        return testFail("%zu labels in %zu bytes", nlabels, strlen(nfd));

    metrics = virNodeDeviceCompatExportMake(fleet, PROMETHEUS, true);
    omitted = g_strdup_printf("nodedev_compat_devices_omitted %d\n",
                              N - VIR_NODE_DEVICE_COMPAT_EXPORT_SERIES_MAX);
    if (!strstr(metrics, omitted))
        return testFail("expected '%s' in '%s'", omitted, metrics);

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_EXPORT_SERIES_MAX,
                            testCountLines(metrics, "nodedev_compat_devices{"));
}


/* Above the limit, attributes that are missing are one */
static int
testManyAttributes(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GString) device = g_string_new(KNOWN);
    const char *devices[1] = { NULL };
    g_autoptr(virNodeDeviceCompatFleet) fleet = NULL;
    g_autofree char *text = NULL;
    size_t i;

    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_EXPORT_SERIES_MAX + 7; i++)
        g_string_append_printf(device, " !x%zu", i);
    devices[0] = device->str;
    fleet = testFleetNew(1, devices);

    text = virNodeDeviceCompatExportMake(fleet, PROMETHEUS, true);
    if (!strstr(text, "nodedev_compat_evidence_missing{attribute=\"\"} 7\n"))
        return testFail("expected 7 attributes that are left out in '%s'", text);

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_EXPORT_SERIES_MAX + 1,
                            testCountLines(text, "nodedev_compat_evidence_missing{"));
}


static int
mymain(void)
{
    DO_TABLE("a part of a text", texts, testTextRun);
    DO_TABLE("hosts", hosts, testHostsRun);
    DO_TEST(testUnknownHost, NULL, "nothing is known of a host");
    DO_TEST(testLimits, NULL, "more classes than there is space for");
    DO_TEST(testManyAttributes, NULL, "more attributes than series");

    return testResult();
}

VIR_TEST_MAIN(mymain)
