/*
 * nodedevcompatguestcosttest.c: what guests with many devices cost
 *
 * What happens on the destination of a migration, and in virConnectCompareHostdevCompat():
 * a description is parsed, all devices are compared, and the reports are formatted. What
 * counts is as in nodedevcompatcosttest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "hypervisor/domain_hostdev_compat_change.h"
#include "hypervisor/domain_hostdev_compat_check.h"
#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat_xml.h"
#include "nodedevcompatallocations.h"
#include "nodedevcompatcostly.h"
#include "nodedevcompatframe.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

static unsigned long long testBlocks;

void
__sanitizer_cov_trace_pc(void);

/* Called by the compiler's code at the beginning of each basic block */
void
__sanitizer_cov_trace_pc(void)
{
    testBlocks++;
}


/* A guest: so many devices with so many attributes, which have values of that length. Each
 * is on the target, too, unless it lacks them, or else has other values. */
struct testGuest {
    const char *name;
    size_t ndevices;
    size_t nattrs;
    size_t length;
    bool lacks;
    bool other;
};

static const struct testGuest guests[] = {
    { "all attributes differ", 256, 100, 1, false, true },
    { "the target has none of them", 256, 100, 1, true, false },
    { "all are identical", 256, 100, 1, false, false },
    { "fewer attributes", 256, 25, 8, false, true },
    { "fewer devices", 60, 440, 1, false, true },
    { "long values", 256, 5, 700, false, true },
    { "longest values", 60, 4, 4096, true, false },
    { "one device", 1, 440, 500, true, false },
};

/* The target */
static virNodeDeviceDef *testTarget;


static void
testFormatCompat(virBuffer *buf,
                 const struct testGuest *test,
                 char filling)
{
    g_autofree char *value = g_strnfill(test->length, filling);
    size_t i;

    virBufferAddLit(buf, "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='t'/>"
                    "<softwareVersion>1.0.0</softwareVersion>");
    for (i = 0; filling && i < test->nattrs; i++)
        virBufferAsprintf(buf, "<attr name='a%zu' value='%s'/>", i, value);
    virBufferAddLit(buf, "</capability>");
}


static char *
testMakeDescription(const struct testGuest *test)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "<nodedevCompat>");
    for (i = 0; i < test->ndevices; i++) {
        virBufferAsprintf(&buf, "<hostdev address='pci:0000:%02zx:01.0' name='d%zu'>", i, i);
        testFormatCompat(&buf, test, 'a');
        virBufferAddLit(&buf, "</hostdev>");
    }
    virBufferAddLit(&buf, "</nodedevCompat>");

    return virBufferContentAndReset(&buf);
}


static virDomainHostdevGuest *
testMakeGuest(const struct testGuest *test)
{
    virDomainHostdevGuest *guest = virDomainHostdevGuestNew();
    size_t i;

    for (i = 0; i < test->ndevices; i++) {
        virPCIDeviceAddress addr = { .bus = i, .slot = 1 };
        virDomainHostdevNode *node = virDomainHostdevNodeNewPCI(&addr, false);

        node->identity.address = g_strdup_printf("pci:0000:%02zx:01.0", i);
        g_ptr_array_add(guest->nodes, node);
    }

    return guest;
}


static int
testMakeTarget(const struct testGuest *test)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *name = NULL;

    testFormatCompat(&buf, test, test->lacks ? '\0' : test->other ? 'b' : 'a');
    testTarget = g_new0(virNodeDeviceDef, 1);
    testTarget->name = g_strdup("target");
    testTarget->caps = g_new0(virNodeDevCapsDef, 1);
    testTarget->caps->data.type = VIR_NODE_DEV_CAP_MDEV;
    testTarget->caps->data.compat = virNodeDeviceCompatParseDocument(virBufferCurrentContent(&buf),
                                                                     false, &name);

    return testTarget->caps->data.compat ? 0 : testFail("%s", virGetLastErrorMessage());
}


static char *
testGetReport(virNodeDevicePtr dev G_GNUC_UNUSED,
              const char *xml,
              unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();

    return virNodeDeviceDefGetCompatReport(testTarget, xml, rules, NULL, flags);
}


/* Returns the reports, in the order of the devices. */
static GPtrArray *
testCompareGuest(const virDomainHostdevGuest *guest,
                 const char *xml,
                 virConnectPtr conn)
{
    g_autoptr(virDomainHostdevDescription) description = NULL;
    g_autoptr(virDomainHostdevCompatPlan) plan = NULL;
    virDomainHostdevCompatCheck check = { 0 };
    GPtrArray *questions;
    size_t i;

    if (virDomainHostdevDescriptionParse(xml, VIR_DOMAIN_HOSTDEV_DESCRIPTION_MAX,
                                         &description) != VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK)
        return NULL;

    check.sources = description->hostdevs;
    plan = virDomainHostdevCompatPlanNew(&check, guest, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY);
    questions = virDomainHostdevCompatPlanGetQuestions(plan);
    for (i = 0; i < questions->len; i++) {
        virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        question->name = g_strdup("target");
        /* as virDomainHostdevCompatCompareGuest() does */
        question->work = i == 0 ? virDomainHostdevCompatWorkOfDocument(xml) : 0;
    }

    virDomainHostdevCompatAskAll(questions, conn);
    return virDomainHostdevCompatPlanJudge(plan, &check);
}


static int
testCheckReports(const struct testGuest *test,
                 GPtrArray *reports,
                 const char *xml)
{
    const virNodeDeviceCompatReport *first;
    bool same = !test->lacks && !test->other;

    if (testExpectNumber(test->ndevices, reports->len) < 0)
        return -1;

    /* so that they can be returned */
    if (strlen(xml) > VIR_NODE_DEVICE_COMPAT_REPORTS_MAX)
        return testFail("reports of %zu bytes", strlen(xml));

    first = g_ptr_array_index(reports, 0);
    if (same)
        return testExpectNumber(0, first->nreasons);

    if (first->nreasons < test->nattrs)
        return testFail("expected %zu reasons, got %zu", test->nattrs, first->nreasons);
    return 0;
}


static int
testCost(const void *opaque)
{
    const struct testGuest *test = opaque;
    g_autofree char *description = testMakeDescription(test);
    g_autoptr(virDomainHostdevGuest) guest = testMakeGuest(test);
    g_autoptr(virConnect) conn = virGetConnect();
    virNodeDeviceDriver driver = { .name = "test", .nodeDeviceGetCompatReport = testGetReport };
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *xml = NULL;
    unsigned long long calls;
    unsigned long long steps;
    long long live;
    long long memory;

    conn->nodeDeviceDriver = &driver;
    if (testMakeTarget(test) < 0)
        return -1;

    calls = testAllocated.calls;
    steps = testBlocks;
    live = testAllocated.peak = testAllocated.live;

    if (!(reports = testCompareGuest(guest, description, conn)))
        return testFail("%s", virGetLastErrorMessage());
    xml = virNodeDeviceCompatReportsFormat(reports);

    steps = testBlocks - steps + COSTLY_STEPS_ALLOCATION * (testAllocated.calls - calls);
    memory = testAllocated.peak - live;
    g_clear_pointer(&testTarget, virNodeDeviceDefFree);

    VIR_TEST_DEBUG("%s: %llu steps, %lld bytes, a result of %zu bytes", test->name, steps, memory,
                   strlen(xml));
    if (steps > COSTLY_STEPS_MAX || memory > COSTLY_MEMORY_MAX) {
        return testFail("%llu steps of at most %llu, %lld bytes of at most %lld", steps,
                        COSTLY_STEPS_MAX, memory, COSTLY_MEMORY_MAX);
    }

    /* or nothing was counted */
    if (steps < 100 * 1000)
        return testFail("expected a guest that costs something, got %llu steps", steps);

    return testCheckReports(test, reports, xml);
}


/* Devices that have so many attributes, of which facts are about the first ones, when they are
 * looked at once more */
struct testLooks {
    const char *name;
    size_t ndevices;
    size_t nattrs;
    size_t nstated;
};

static const struct testLooks looks[] = {
    { "no attribute is stated", 60, 440, 0 },
    { "half of the attributes are stated", 60, 440, 220 },
    { "all attributes are stated", 60, 440, 440 },
    { "many devices", 256, 100, 0 },
};


static virNodeDeviceCompat *
testMakeCompat(const struct testLooks *test,
               char value,
               const char *mark)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *name = NULL;
    size_t i;

    virBufferAddLit(&buf, "<capability type='compat'>");
    for (i = 0; i < test->nattrs; i++)
        virBufferAsprintf(&buf, "<attr name='b%zu' value='%c'/>", i, value);
    virBufferAsprintf(&buf, "%s</capability>", mark);

    return virNodeDeviceCompatParseDocument(virBufferCurrentContent(&buf), false, &name);
}


/* As many groups as four files can have, the last of which is about the attributes */
static virNodeDeviceCompatFacts *
testMakeFacts(const struct testLooks *test)
{
    virNodeDeviceCompatFacts *facts = virNodeDeviceCompatFactsNew();
    g_autofree char *groups = costlyMakeGroups("nodedevCompatFacts", "facts", "type='t'", 1,
                                               "value='1'");
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < 4; i++)
        ignore_value(virNodeDeviceCompatFactsAddXML(facts, groups, "facts.xml"));

    virBufferAddLit(&buf, "<nodedevCompatFacts><facts type='t'>");
    for (i = 0; i < test->nstated; i++)
        virBufferAsprintf(&buf, "<attr name='b%zu' value='1'/>", i);
    virBufferAddLit(&buf, "</facts></nodedevCompatFacts>");
    if (test->nstated > 0)
        ignore_value(virNodeDeviceCompatFactsAddXML(facts, virBufferCurrentContent(&buf),
                                                    "last.xml"));

    return facts;
}


/* A guest is locked meanwhile, or stands still. */
static int
testLooksCost(const void *opaque)
{
    const struct testLooks *test = opaque;
    g_autoptr(virNodeDeviceCompatFacts) facts = testMakeFacts(test);
    g_autoptr(virNodeDeviceCompat) old = testMakeCompat(test, '1', "");
    const char *mark = "<unusable name='facts' reason='timeout'/>";
    g_autoptr(virNodeDeviceCompat) new = testMakeCompat(test, '1', mark);
    g_autoptr(virNodeDeviceCompat) other = testMakeCompat(test, '2', "");
    bool stated = test->nstated == test->nattrs;
    unsigned long long steps = testBlocks;
    size_t i;

    if (!old || !new || !other || facts->ngroups < 10000)
        return testFail("%zu groups of facts", facts->ngroups);

    for (i = 0; i < test->ndevices; i++) {
        const char *change = virDomainHostdevCompatFindChange(old, other, facts, facts);

        if (testExpectBool(!stated, !!change) < 0 ||
            testExpectBool(false, virDomainHostdevCompatHasNews(old, new, facts)) < 0 ||
            testExpectBool(!stated, virDomainHostdevCompatCanChange(old, facts)) < 0)
            return -1;
    }

    steps = testBlocks - steps;
    VIR_TEST_DEBUG("%s: %llu steps", test->name, steps);
    if (steps > COSTLY_STEPS_MAX)
        return testFail("%llu steps of at most %llu", steps, COSTLY_STEPS_MAX);

    return 0;
}


static int
mymain(void)
{
    DO_TABLE("guest", guests, testCost);
    DO_TABLE("looks", looks, testLooksCost);
    return testResult();
}

VIR_TEST_MAIN(mymain)
