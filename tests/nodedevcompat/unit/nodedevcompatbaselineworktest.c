/*
 * nodedevcompatbaselineworktest.c: what the costliest documents cost
 *
 * Each case fills a document of the largest size that is allowed with devices that are
 * meant to be costly to compare. What counts is the number of attributes that were
 * compared, which is the same on any machine.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedevcompatbaselineutils.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define WORK_MAX VIR_NODE_DEVICE_COMPAT_WORK_MAX

/* Finding what all accept, what most accept, and the reports; and what is between two
 * looks at how much that was */
#define TOTAL_MAX(ndevices) \
    (3 * (WORK_MAX + VIR_NODE_DEVICE_COMPAT_WORK_DEVICE * (ndevices)) + 4 * 1024)

#define SELF "<deviceAPI>vfio-pci</deviceAPI><type id='t'/><softwareVersion>1.0.0</softwareVersion>"

struct testWork {
    const char *name;
    /* Adds the inside of device @i. */
    void (*add)(virBuffer *buf, size_t i);
    size_t ndevices;            /* at most */
    bool complete;
};

static size_t testWorst;


static void
testAddAttrs(virBuffer *buf,
             const char *format,
             size_t nattrs,
             size_t value)
{
    size_t i;

    for (i = 0; i < nattrs; i++) {
        g_autofree char *name = g_strdup_printf(format, i);

        virBufferAsprintf(buf, "<attr name='%s' value='%zu'/>", name, value);
    }
}


/* Items from @first to before @end, without @without */
static void
testAddList(virBuffer *buf,
            size_t first,
            size_t end,
            size_t without)
{
    size_t i;

    for (i = first; i < end; i++) {
        if (i != without)
            virBufferAsprintf(buf, "%zu,", i);
    }
    virBufferTrim(buf, ",");
}


static void
testAddTiny(virBuffer *buf,
            size_t i)
{
    virBufferAsprintf(buf, "<attr name='a' value='%zu'/>", i);
}


static void
testAddDifferent(virBuffer *buf,
                 size_t i)
{
    virBufferAsprintf(buf, SELF "<attr name='a' value='%zu'/>", i);
}


static void
testAddTwoGroups(virBuffer *buf,
                 size_t i)
{
    virBufferAsprintf(buf, SELF "<attr name='a' value='%zu' derived='yes'/>"
                      "<attr name='x' value='%zu'/>", i, i % 2);
}


/* Each is accepted by all but the one behind it. */
static void
testAddAllButOne(virBuffer *buf,
                 size_t i)
{
    virBufferAsprintf(buf, SELF "<attr name='x' value='%zu'/><accepts><attr name='x' value='", i);
    testAddList(buf, 0, 220, (i + 1) % 220);
    virBufferAddLit(buf, "'/></accepts>");
}


static void
testAddIntegers(virBuffer *buf,
                size_t i)
{
    size_t j;

    virBufferAsprintf(buf, SELF "<attr name='aggregator' value='%zu'/>"
                      "<accepts><attr name='aggregator' value='", 20 + i);
    for (j = 0; j < 2040; j++)
        virBufferAsprintf(buf, "%zu,", j % 10);
    virBufferTrim(buf, ",");
    virBufferAddLit(buf, "'/></accepts>");
}


/* Many alternatives of each device, and many attributes of the first */
static void
testAddAlternatives(virBuffer *buf,
                    size_t i)
{
    size_t j;

    virBufferAddLit(buf, SELF);
    if (i == 0) {
        testAddAttrs(buf, "q%zu", 500, 1);
        return;
    }

    testAddAttrs(buf, "z%zu", 1, i);
    for (j = 1; j < VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX; j++)
        virBufferAddLit(buf, "<accepts><attr name='z' value='1'/></accepts>");
}


/* As many choices as there can be */
static void
testAddChoices(virBuffer *buf)
{
    virBufferAddLit(buf, "<accepts><attr name='a' value='{v:int:");
    testAddList(buf, 0, 16, 16);
    virBufferAddLit(buf, "}{w:int:");
    testAddList(buf, 0, 16, 16);
    virBufferAddLit(buf, "}'/></accepts>");
}


static void
testAddVariables(virBuffer *buf,
                 size_t i)
{
    virBufferAddLit(buf, SELF);
    testAddAttrs(buf, "q%zu", i == 0 ? 500 : 1, i);
    testAddChoices(buf);
}


/* Few devices, of which all differs */
static void
testAddLarge(virBuffer *buf,
             size_t i)
{
    virBufferAddLit(buf, SELF);
    testAddAttrs(buf, "q%zu", 490, i);
    testAddChoices(buf);
}


/* Long lists with a variable of many values */
static void
testAddLongLists(virBuffer *buf,
                 size_t i G_GNUC_UNUSED)
{
    size_t j;
    size_t k;

    virBufferAddLit(buf, SELF "<accepts><attr name='aa' value='{v:int:");
    testAddList(buf, 100, 356, 0);
    virBufferAddLit(buf, "}'/>");
    for (j = 0; j < 58; j++) {
        virBufferAsprintf(buf, "<attr name='b%02zu' value='{v}", j);
        for (k = 0; k < 2030; k++)
            virBufferAddLit(buf, ",q");
        virBufferAddLit(buf, "'/>");
    }
    virBufferAddLit(buf, "</accepts>");
}


static const struct testWork cases[] = {
    { "devices of one attribute", testAddTiny, SIZE_MAX, true },
    { "devices that all differ", testAddDifferent, SIZE_MAX, true },
    { "two groups", testAddTwoGroups, SIZE_MAX, true },
    { "each is accepted by all but one", testAddAllButOne, 220, false },
    { "long lists of integers", testAddIntegers, SIZE_MAX, true },
    { "many alternatives", testAddAlternatives, SIZE_MAX, true },
    { "many variables", testAddVariables, SIZE_MAX, false },
    { "many attributes", testAddLarge, SIZE_MAX, false },
    { "long lists with variables", testAddLongLists, 1, false },
};


static char *
testMakeDocument(const struct testWork *data)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "<devices>");
    for (i = 0; i < data->ndevices; i++) {
        g_auto(virBuffer) device = VIR_BUFFER_INITIALIZER;

        virBufferAddLit(&device, "<capability type='compat'>");
        data->add(&device, i);
        virBufferAddLit(&device, "</capability>");

        if (virBufferUse(&buf) + virBufferUse(&device) + strlen("</devices>") >
            VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
            break;
        virBufferAddBuffer(&buf, &device);
    }
    virBufferAddLit(&buf, "</devices>");

    return virBufferContentAndReset(&buf);
}


static int
testWork(const void *opaque)
{
    const struct testWork *data = opaque;
    g_autofree char *xml = testMakeDocument(data);
    g_autoptr(virNodeDeviceCompatDevices) list = virNodeDeviceCompatDevicesParse(xml, false);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    const char *broken;

    if (!list)
        return -1;

    baseline = testMake(list, 0);
    testWorst = MAX(testWorst, baseline->work);
    VIR_TEST_DEBUG("\n%zu devices in %zu bytes: %s, work %zu", list->ndevices, strlen(xml),
                   virNodeDeviceCompatResultTypeToString(baseline->verdict), baseline->work);

    if (baseline->work > TOTAL_MAX(list->ndevices) || baseline->incomplete == data->complete) {
        return testFail("work %zu of at most %zu, %s", baseline->work,
                        TOTAL_MAX(list->ndevices),
                        baseline->incomplete ? "incomplete" : "complete");
    }

    if (baseline->incomplete &&
        (baseline->verdict != VIR_NODE_DEVICE_COMPAT_UNKNOWN || baseline->compat)) {
        return testFail("where there is too much to compare nothing is known");
    }

    if ((broken = testRoundTrip(baseline)))
        return testFail("%s", broken);

    return 0;
}


/* Otherwise the cases do not show what the limit is for. */
static int
testWorstCase(const void *opaque G_GNUC_UNUSED)
{
    if (testWorst < WORK_MAX)
        return testFail("expected %zu comparisons or more, got %zu",
                        (size_t)WORK_MAX, (size_t)testWorst);

    return 0;
}


/* As many devices as a large fleet has, no two of them the same */
static int
testMany(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatDevices) list = g_new0(virNodeDeviceCompatDevices, 1);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *result = NULL;
    size_t i;

    list->ndevices = 10000;
    list->devices = g_new0(virNodeDeviceCompatDevice, list->ndevices);
    for (i = 0; i < list->ndevices; i++) {
        g_autofree char *text = NULL;

        /* the lowest version and the lowest number are those of two devices */
        text = g_strdup_printf("api=vfio-pci type=a sv=1.%zu least=%zu set=a+b | sv=1.%zu-1.%zu",
                               i + 3, list->ndevices - i, i % 4, i + 3);
        list->devices[i].compat = testCompatParseDevice(text);
    }

    baseline = testMake(list, 0);
    result = testFormatBaseline(baseline);
    if (STRNEQ(result, "superset [api=vfio-pci least=1 set=a+b sv=1.3.0 type=a]"))
        return testFail("unexpected baseline of %zu devices: %.200s", list->ndevices, result);

    return 0;
}


static int
mymain(void)
{
    if (testBaselineSetUp() < 0)
        return EXIT_FAILURE;

    DO_TABLE("work", cases, testWork);
    DO_TEST(testWorstCase, NULL, "a document is as costly as is allowed");
    DO_TEST(testMany, NULL, "10,000 devices");

    g_object_unref(testBaselineRules);
    return testResult();
}

VIR_TEST_MAIN(mymain)
