/*
 * domainhostdevcompatchecktest.c: a guest's devices where nobody looks again
 *
 * As the hook of a stock libvirt judges; and how much is asked for one guest. What the check
 * in libvirt makes of the same is in qemuhostdevcompattest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "hypervisor/domain_hostdev_compat_check.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat_xml.h"
#include "nodedevcompatframe.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define HOSTDEVS "<nodedevCompat>%s</nodedevCompat>"
#define CAPABILITY(api, version) \
    "<capability type='compat'><deviceAPI>" api "</deviceAPI><type id='t'/>" \
    "<softwareVersion>" version "</softwareVersion></capability>"
#define SOURCE(slot, version) \
    "<hostdev address='pci:0000:00:0" slot ".0' name='s" slot "'>" \
    CAPABILITY("vfio-pci", version) "</hostdev>"
#define AT(slot) "<address type='pci' domain='0' bus='0' slot='" slot "' function='0'/>"
#define MDEV(slot) \
    "<hostdev type='mdev'><source><address uuid='4b20d080-1b54-4048-85b3-a6a62d165c0" slot "'/>" \
    "</source>" AT(slot) "</hostdev>"
#define PCI(slot, attrs) \
    "<hostdev type='pci' " attrs "><source><address bus='" slot "'/></source>" AT(slot) "</hostdev>"
#define NETWORK(slot) "<interface type='network'>" AT(slot) "</interface>"
#define READY "<attr name='vfio_driver' value='vendor'/>"
#define STOCK "<attr name='vfio_driver' value='vfio-pci'/>"

/* What the source says, the devices of the target, what there is of each: a descriptor, or
 * nothing; and the verdicts with their reasons */
struct testCheck {
    const char *name;
    const char *sources;
    const char *devices;
    const char *target;         /* attributes, or NULL: the device does not exist */
    const char *expect;
};

static const struct testCheck checks[] = {
    { "compatible", SOURCE("1", "1.0"), MDEV("1"), "", "identical" },
    { "incompatible", SOURCE("1", "1.1"), MDEV("1"), "", "incompatible version-minor-too-old" },
    { "absent, and can be made by a script", SOURCE("1", "1.0"), MDEV("1"), NULL,
      "unknown device-not-compared" },
    { "not described", "", MDEV("1"), "", "unknown device-not-described" },
    { "described, and not there", SOURCE("1", "1.0"), "", "", "unknown device-not-compared" },
    { "at another place", SOURCE("1", "1.0"), MDEV("2"), "",
      "unknown device-not-described; unknown device-not-compared" },
    { "function with its driver", SOURCE("1", "1.0"), PCI("1", ""), READY, "superset" },
    { "function without one", SOURCE("1", "1.0"), PCI("1", ""), "",
      "unknown device-not-compared" },
    { "managed function with its driver", SOURCE("1", "1.0"), PCI("1", "managed='yes'"), READY,
      "superset" },
    { "managed function with vfio-pci", SOURCE("1", "1.0"), PCI("1", "managed='yes'"), STOCK,
      "unknown device-not-compared" },
    { "function that stays with vfio-pci", SOURCE("1", "1.0"), PCI("1", ""), STOCK, "superset" },
    { "function of a network", SOURCE("1", "1.0"), NETWORK("1"), "",
      "unknown device-not-compared" },
    { "function of another network", SOURCE("1", "1.0"), MDEV("1") NETWORK("2"), "", "identical" },
};


/* The same where the devices are compared again in a migration */
static const struct testCheck foretold[] = {
    { "compatible", SOURCE("1", "1.0"), MDEV("1"), "", "identical" },
    { "function without a driver", SOURCE("1", "1.0"), PCI("1", ""), "", "identical deferred" },
    { "function of a network", SOURCE("1", "1.0"), NETWORK("1"), "",
      "unknown deferred device-not-compared" },
    { "function of a network beside another device",
      SOURCE("1", "1.0") SOURCE("2", "1.0"), MDEV("1") NETWORK("2"), "",
      "identical; unknown deferred device-not-compared" },
    { "function of another network", SOURCE("1", "1.0"), MDEV("1") NETWORK("2"), "", "identical" },
};


static virNodeDeviceCompat *
testParse(const char *attrs)
{
    g_autofree char *xml = g_strconcat("<capability type='compat'><deviceAPI>vfio-pci</deviceAPI>"
                                       "<type id='t'/><softwareVersion>1.0</softwareVersion>",
                                       attrs, "</capability>", NULL);
    g_autofree char *name = NULL;

    return virNodeDeviceCompatParseDocument(xml, false, &name);
}


static void
testAnswer(virDomainHostdevCompatQuestion *question,
           const char *target)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();

    question->answer = virDomainHostdevCompatAnswerNew(target ? NULL : "it is not there");
    question->answer->absent = !target;
    if (!target)
        return;

    question->answer->compat = testParse(target);
    if (question->source) {
        question->answer->report = virNodeDeviceCompatCompare(question->source,
                                                              question->answer->compat, rules, 0);
    }
}


static char *
testShow(GPtrArray *reports)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        virBufferAsprintf(&buf, "%s%s%s", i > 0 ? "; " : "",
                          virNodeDeviceCompatResultTypeToString(report->verdict),
                          report->deferred ? " deferred" : "");
        for (j = 0; j < report->nreasons; j++) {
            if (report->reasons[j]->severity != VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING)
                virBufferAsprintf(&buf, " %s", report->reasons[j]->code);
        }
    }

    return virBufferContentAndReset(&buf);
}


static int
testJudge(const struct testCheck *test,
          bool once)
{
    g_autofree char *sources = g_strdup_printf(HOSTDEVS, test->sources);
    g_autofree char *domain = g_strdup_printf("<domain><devices>%s</devices></domain>",
                                              test->devices);
    g_autoptr(virDomainHostdevDescription) description = NULL;
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestParse(domain);
    g_autoptr(virDomainHostdevCompatPlan) plan = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *actual = NULL;
    virDomainHostdevCompatCheck check = { .local = true, .once = once };
    GPtrArray *questions;
    size_t i;

    virDomainHostdevDescriptionParse(sources, VIR_DOMAIN_HOSTDEV_DESCRIPTION_MAX, &description);
    if (!guest || !description)
        return testFail("%s", virGetLastErrorMessage());

    check.sources = description->hostdevs;
    plan = virDomainHostdevCompatPlanNew(&check, guest, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY);
    questions = virDomainHostdevCompatPlanGetQuestions(plan);
    for (i = 0; i < questions->len; i++)
        testAnswer(g_ptr_array_index(questions, i), test->target);

    reports = virDomainHostdevCompatPlanJudge(plan, &check);
    actual = testShow(reports);
    return testExpectString(test->expect, actual);
}


static int
testOnce(const void *opaque)
{
    return testJudge(opaque, true);
}


static int
testForetell(const void *opaque)
{
    return testJudge(opaque, false);
}


/* Answers as large as they can be, of which the reasons say nothing of the work */
static char *
testGetReport(virNodeDevicePtr dev G_GNUC_UNUSED,
              const char *xml G_GNUC_UNUSED,
              unsigned int flags)
{
    g_autofree char *text = g_strnfill(4000, 'x');
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virCheckFlags(0, NULL);

    virBufferAddLit(&buf, "<nodeDeviceCompatReport verdict='superset'>");
    for (i = 0; i < 16; i++) {
        virBufferAsprintf(&buf, "<reason code='ignored-difference' severity='warning' attr='a%zu' "
                          "rule='equal'><message>%s</message></reason>", i, text);
    }
    virBufferAddLit(&buf, "</nodeDeviceCompatReport>");

    return virBufferContentAndReset(&buf);
}


/* Each document counts: of 100 such answers about 20 are more than there is space for. */
static int
testBudget(const void *opaque G_GNUC_UNUSED)
{
    virNodeDeviceDriver driver = { .name = "test", .nodeDeviceGetCompatReport = testGetReport };
    g_autoptr(virConnect) conn = virGetConnect();
    g_autoptr(GPtrArray) questions = virDomainHostdevCompatQuestionsNew();
    g_autoptr(virNodeDeviceCompat) source = testParse("");
    size_t compared = 0;
    size_t i;

    conn->nodeDeviceDriver = &driver;
    for (i = 0; i < 100; i++) {
        virDomainHostdevNode *node = virDomainHostdevNodeNewMdev("u");
        virDomainHostdevCompatQuestion *question = virDomainHostdevCompatQuestionNew(node, source);

        question->name = g_strdup("target");
        g_ptr_array_add(questions, question);
    }

    virDomainHostdevCompatAskAll(questions, conn);
    for (i = 0; i < questions->len; i++) {
        const virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        compared += question->answer->report != NULL;
        if (!question->answer->report &&
            testExpectString("there is too much to compare in all devices of the guest",
                             question->answer->error) < 0)
            return -1;
    }

    if (compared < 15 || compared > 25)
        return testFail("%zu devices of 100 were compared", compared);
    return 0;
}


static int
mymain(void)
{
    DO_TABLE("once", checks, testOnce);
    DO_TABLE("foretold", foretold, testForetell);
    DO_TEST(testBudget, NULL, "documents that are large together");

    return testResult();
}

VIR_TEST_MAIN(mymain)
