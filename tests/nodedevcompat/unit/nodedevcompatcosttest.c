/*
 * nodedevcompatcosttest.c: what the costliest inputs that can be found cost
 *
 * For each way that input comes in, the numbers that a document is made from are
 * changed one by one to what makes it most costly. What counts are steps, that is basic
 * blocks of the library that are run and allocations, and the bytes of memory that are
 * in use; both are the same on any machine.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat_xml.h"
#include "nodedevcompatallocations.h"
#include "nodedevcompatcostly.h"
#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Devices that are searched */
#define CANDIDATES 200

static unsigned long long testBlocks;

void
__sanitizer_cov_trace_pc(void);

/* Called by the compiler's code at the beginning of each basic block */
void
__sanitizer_cov_trace_pc(void)
{
    testBlocks++;
}

/* Stands in front of glibc's, so that the bytes that it looks at count, too: it takes 16 of them
 * in a step, or more. */
char *
strstr(const char *text,
       const char *what)
{
    char *found = memmem(text, strlen(text), what, strlen(what));

    testBlocks += (found ? (size_t)(found - text) : strlen(text)) / 16;
    return found;
}

static virNodeDeviceCompatRules *testRules;

/* A way in which input comes in */
struct testEntry {
    const char *name;
    /* Makes the input, which is not counted. */
    void *(*make)(const size_t *with);
    /* Takes it in, and returns what comes out, which the caller frees, or NULL. */
    char *(*take)(void *input);
    void (*drop)(void *input);
    bool (*varies)(size_t parameter);
    bool known;                 /* with the devices that were found to be costly, too */
};

struct testCost {
    unsigned long long steps;
    long long memory;
};


static virNodeDeviceCompat *
testParse(const char *xml,
          bool validate)
{
    g_autofree char *name = NULL;
    virNodeDeviceCompat *compat = virNodeDeviceCompatParseDocument(xml, validate, &name);

    if (!compat) {
        fprintf(stderr, "cannot parse %.200s: %s\n", xml, virGetLastErrorMessage());
        abort();
    }
    return compat;
}


static void *
testMakeOne(const size_t *with)
{
    return costlyMakeDevice(with, 1, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
}


static char *
testTakeDescriptor(void *input)
{
    g_autoptr(virNodeDeviceCompat) compat = testParse(input, false);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, compat);
    return virBufferContentAndReset(&buf);
}


static char *
testTakeValidated(void *input)
{
    g_autoptr(virNodeDeviceCompat) compat = testParse(input, true);

    return NULL;
}


/* A target, and the document of a source like it that it does not accept */
struct testPair {
    virNodeDeviceDef *target;
    char *source;
};


static virNodeDeviceDef *
testMakeDef(virNodeDeviceCompat *compat,
            size_t number)
{
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);

    def->name = g_strdup_printf("mdev_%zu", number);
    def->caps = g_new0(virNodeDevCapsDef, 1);
    def->caps->data.type = VIR_NODE_DEV_CAP_MDEV;
    def->caps->data.compat = compat;
    return def;
}


static void *
testMakePair(const size_t *with)
{
    struct testPair *pair = g_new0(struct testPair, 1);
    g_autofree char *target = testMakeOne(with);
    size_t without[COSTLY_LAST];

    memcpy(without, with, sizeof(without));
    without[COSTLY_ALTERNATIVES] = 0;
    pair->source = costlyMakeDevice(without, 2, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
    pair->target = testMakeDef(testParse(target, false), 0);
    return pair;
}


static void
testDropPair(void *input)
{
    struct testPair *pair = input;

    virNodeDeviceDefFree(pair->target);
    g_free(pair->source);
    g_free(pair);
}


static char *
testTakeComparison(void *input)
{
    struct testPair *pair = input;

    ignore_value(virNodeDeviceDefCompareCompat(pair->target, pair->source, testRules, NULL, 0));
    return NULL;
}


static char *
testTakeReport(void *input)
{
    struct testPair *pair = input;
    g_autofree char *xml = virNodeDeviceDefGetCompatReport(pair->target, pair->source,
                                                           testRules, NULL, 0);
    g_autoptr(virNodeDeviceCompatReport) report = virNodeDeviceCompatReportParse(xml);

    if (!report)
        abort();
    return g_steal_pointer(&xml);
}


static void *
testMakeDevices(const size_t *with)
{
    return costlyMakeDevices(with);
}


static char *
testTakeBaseline(void *input)
{
    char *xml = virNodeDeviceCompatGetBaseline(input, testRules, 0);

    if (!xml)
        abort();
    return xml;
}


struct testHost {
    virNodeDeviceObjList *devs;
    char *source;
};


static void *
testMakeHost(const size_t *with)
{
    struct testHost *host = g_new0(struct testHost, 1);
    g_autofree char *target = testMakeOne(with);
    g_autoptr(virNodeDeviceCompat) compat = testParse(target, false);
    size_t i;

    host->source = costlyMakeDevice(with, 2, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
    host->devs = virNodeDeviceObjListNew();
    for (i = 0; i < CANDIDATES; i++) {
        virNodeDeviceObj *obj = virNodeDeviceObjListAssignDef(host->devs,
                                                              testMakeDef(g_object_ref(compat), i));

        virNodeDeviceObjSetActive(obj, true);
        virNodeDeviceObjEndAPI(&obj);
    }
    return host;
}


static void
testDropHost(void *input)
{
    struct testHost *host = input;

    virNodeDeviceObjListFree(host->devs);
    g_free(host->source);
    g_free(host);
}


static virNodeDeviceCompatState
testGetState(const virNodeDeviceDef *def G_GNUC_UNUSED,
             void *opaque G_GNUC_UNUSED)
{
    return VIR_NODE_DEVICE_COMPAT_STATE_FREE;
}


static char *
testTakeSearch(void *input)
{
    static const virNodeDeviceCompatFindFuncs funcs = { .getState = testGetState };
    struct testHost *host = input;
    char *xml = virNodeDeviceObjListFindCompat(host->devs, &funcs, host->source, testRules,
                                               VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL);

    if (!xml)
        abort();
    return xml;
}


/* Criteria by the kind of rule, which has no other meaning here */
static const char *
testGetCriteria(size_t kind)
{
    switch (kind) {
    case 's':
        return "type='t*'";
    case 'l':
        return "type='*a?ab*'";
    case 'r':
        return "deviceAPI='vfio-pci'";
    case 'v':
        return "type='t*aa*aaa*aaaa*aaaaa*b'";
    default:
        return "vendor='8086'";
    }
}


/* A file of rules or facts, and a device that they are about */
struct testFile {
    char *xml;
    char *type;
    testRoot *root;
};


static struct testFile *
testMakeFileOf(const size_t *with,
               const char *root,
               const char *group,
               const char *attr)
{
    struct testFile *file = g_new0(struct testFile, 1);
    g_autofree char *as = g_strnfill(with[COSTLY_LENGTH], 'a');
    g_autofree char *tree = NULL;

    file->xml = costlyMakeGroups(root, group, testGetCriteria(with[COSTLY_KIND]),
                                 with[COSTLY_ATTRS], attr);
    file->type = g_strdup_printf("t%s", as);
    tree = g_strdup_printf(BASE "D/migration/self/type %s\n"
                           "D/migration/self/pci_id 8086:0001\n", file->type);
    file->root = testMakeTree(tree);
    return file;
}


static void *
testMakeRules(const size_t *with)
{
    return testMakeFileOf(with, "nodedevCompatRules", "rules", "rule='superset'");
}


/* What no device has, and what has to be looked for in each comparison */
static void *
testMakeNeeds(const size_t *with)
{
    return testMakeFileOf(with, "nodedevCompatRules", "rules", "need='yes'");
}


static void *
testMakeFacts(const size_t *with)
{
    return testMakeFileOf(with, "nodedevCompatFacts", "facts", "value='1'");
}


static void
testDropFile(void *input)
{
    struct testFile *file = input;

    g_free(file->xml);
    g_free(file->type);
    testDropTree(file->root);
    g_free(file);
}


/* Compares a device with as many attributes as there can be to itself. */
static char *
testTakeRules(void *input)
{
    struct testFile *file = input;
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    size_t i;

    if (virNodeDeviceCompatRulesAddXML(rules, file->xml, "rules") < 0)
        abort();

    virNodeDeviceCompatAdd(compat, NULL, "device_api", "vfio-pci");
    virNodeDeviceCompatAdd(compat, NULL, "pci_id", "8086:0001");
    virNodeDeviceCompatAdd(compat, NULL, "software_version", "1.0");
    virNodeDeviceCompatAdd(compat, NULL, "type", file->type);
    for (i = 0; i < 500; i++) {
        g_autofree char *name = g_strdup_printf("a%zu", i);

        virNodeDeviceCompatAdd(compat, NULL, name, "1");
    }

    report = virNodeDeviceCompatCompare(compat, compat, rules, 0);
    return virNodeDeviceCompatReportFormat(report);
}


static char *
testTakeFacts(void *input)
{
    struct testFile *file = input;
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    if (virNodeDeviceCompatFactsAddXML(facts, file->xml, "facts") < 0)
        abort();

    compat = testReadWithFacts(file->root, PARENT "/" UUID, facts);
    return testFormatTight(compat);
}


/* Many groups of facts about one device, and as many about its kind, which are not
 * outranked by these */
static void *
testMakeRanks(const size_t *with G_GNUC_UNUSED)
{
    static const char *const groups[] = {
        "<facts device='" UUID "'><attr name='a' value='1'/></facts>",
        "<facts deviceAPI='vfio-pci'><attr name='b' value='1'/></facts>",
    };
    struct testFile *file = g_new0(struct testFile, 1);
    g_autoptr(GString) xml = g_string_new("<nodedevCompatFacts>");
    size_t max = VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX - 100;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(groups); i++) {
        while (xml->len + strlen(groups[i]) < max * (i + 1) / G_N_ELEMENTS(groups))
            g_string_append(xml, groups[i]);
    }
    g_string_append(xml, "</nodedevCompatFacts>");

    file->xml = g_string_free(g_steal_pointer(&xml), false);
    file->root = testMakeTree(BASE);
    return file;
}


/* Many facts that are not what a device publishes: a set with many items, in no order */
static void *
testMakeRestated(const size_t *with G_GNUC_UNUSED)
{
    static const char group[] = "<facts deviceAPI='vfio-pci'><attr name='a' value='1'/></facts>";
    struct testFile *file = g_new0(struct testFile, 1);
    g_auto(virBuffer) xml = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) tree = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&xml, "<nodedevCompatFacts>");
    while (virBufferUse(&xml) + strlen(group) < VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX - 100)
        virBufferAdd(&xml, group, -1);
    virBufferAddLit(&xml, "</nodedevCompatFacts>");

    virBufferAddLit(&tree, BASE "D/migration/self/a 0");
    for (i = 1; virBufferUse(&tree) < VIR_NODE_DEVICE_COMPAT_VALUE_MAX; i++)
        virBufferAsprintf(&tree, "+%zu", i * 7919 % 10000);

    file->xml = virBufferContentAndReset(&xml);
    file->root = testMakeTree(virBufferCurrentContent(&tree));
    return file;
}


/* The files of form F1 */
static void *
testMakeFiles(const size_t *with)
{
    g_auto(virBuffer) tree = VIR_BUFFER_INITIALIZER;
    size_t nattrs = 0;
    size_t i;
    size_t j;

    virBufferAddLit(&tree, BASE "D/migration/self/type t\n");
    for (i = 0; i < with[COSTLY_ALTERNATIVES]; i++) {
        for (j = 0; j < with[COSTLY_ATTRS] && nattrs < 500; j++) {
            g_autofree char *value = g_strnfill(with[COSTLY_LENGTH], ',');
            size_t k;

            for (k = 0; k < with[COSTLY_LENGTH]; k += 2)
                value[k] = 'a';
            g_strdelimit(value + strlen(value) - 1, ",", 'b');
            virBufferAsprintf(&tree, "D/migration/compatible%zu/a%zu %s\n", i, j, value);
            nattrs++;
        }
    }

    return testMakeTree(virBufferCurrentContent(&tree));
}


static char *
testTakeFiles(void *input)
{
    return testReadTree(input, PARENT "/" UUID);
}


static void
testDropFiles(void *input)
{
    testDropTree(input);
}


static bool
testVariesFile(size_t parameter)
{
    return parameter == COSTLY_LENGTH || parameter == COSTLY_ATTRS || parameter == COSTLY_KIND;
}


/* One of them has to vary; the input does not depend on it. */
static bool
testVariesNothing(size_t parameter)
{
    return parameter == COSTLY_DEVICES;
}


static bool
testVariesFiles(size_t parameter)
{
    return parameter == COSTLY_LENGTH || parameter == COSTLY_ALTERNATIVES ||
           parameter == COSTLY_ATTRS;
}


static bool
testVariesOne(size_t parameter)
{
    return parameter != COSTLY_DEVICES;
}


static bool
testVariesAll(size_t parameter G_GNUC_UNUSED)
{
    return true;
}


static const struct testEntry entries[] = {
    { "descriptor", testMakeOne, testTakeDescriptor, g_free, testVariesOne, true },
    { "descriptor that is validated", testMakeOne, testTakeValidated, g_free, testVariesOne, true },
    { "comparison", testMakePair, testTakeComparison, testDropPair, testVariesOne, true },
    { "report", testMakePair, testTakeReport, testDropPair, testVariesOne, true },
    { "baseline", testMakeDevices, testTakeBaseline, g_free, testVariesAll, true },
    { "search", testMakeHost, testTakeSearch, testDropHost, testVariesOne, true },
    { "rules", testMakeRules, testTakeRules, testDropFile, testVariesFile, false },
    { "needs", testMakeNeeds, testTakeRules, testDropFile, testVariesFile, false },
    { "facts", testMakeFacts, testTakeFacts, testDropFile, testVariesFile, false },
    { "facts of two ranks", testMakeRanks, testTakeFacts, testDropFile, testVariesNothing, false },
    { "facts about a long value", testMakeRestated, testTakeFacts, testDropFile,
      testVariesNothing, false },
    { "files of a device", testMakeFiles, testTakeFiles, testDropFiles, testVariesFiles, false },
};


static void
testMeasure(const struct testEntry *entry,
            const size_t *with,
            struct testCost *cost)
{
    void *input = entry->make(with);
    unsigned long long calls = testAllocated.calls;
    unsigned long long blocks = testBlocks;
    long long live = testAllocated.live;
    g_autofree char *output = NULL;

    testAllocated.peak = live;
    output = entry->take(input);
    cost->steps = testBlocks - blocks + COSTLY_STEPS_ALLOCATION * (testAllocated.calls - calls);
    cost->memory = testAllocated.peak - live;

    entry->drop(input);
}


static char *
testFormatParameters(const size_t *with)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < COSTLY_LAST; i++)
        virBufferAsprintf(&buf, " %zd", (ssize_t)with[i]);
    return virBufferContentAndReset(&buf);
}


static int
testCheckCost(const struct testEntry *entry,
              const size_t *with,
              const struct testCost *cost)
{
    g_autofree char *parameters = testFormatParameters(with);

    if (cost->steps <= COSTLY_STEPS_MAX && cost->memory <= COSTLY_MEMORY_MAX)
        return 0;

    return testFail("%s of%s: %llu steps of at most %llu, %lld bytes of at most %lld",
                    entry->name, parameters, cost->steps, COSTLY_STEPS_MAX, cost->memory,
                    COSTLY_MEMORY_MAX);
}


/* Takes the parameters one by one, and each time the choice that costs most. */
static int
testClimb(const struct testEntry *entry,
          struct testCost *worst)
{
    size_t with[COSTLY_LAST];
    g_autofree char *parameters = NULL;
    size_t i;
    size_t j;

    for (i = 0; i < COSTLY_LAST; i++)
        with[i] = costlyChoices[i][2];

    for (i = 0; i < COSTLY_LAST; i++) {
        size_t best = with[i];

        for (j = 0; entry->varies(i) && j < COSTLY_CHOICES && costlyChoices[i][j]; j++) {
            struct testCost cost;

            with[i] = costlyChoices[i][j];
            testMeasure(entry, with, &cost);
            if (testCheckCost(entry, with, &cost) < 0)
                return -1;

            worst->memory = MAX(worst->memory, cost.memory);
            if (cost.steps > worst->steps) {
                worst->steps = cost.steps;
                best = with[i];
            }
        }
        with[i] = best;
    }

    parameters = testFormatParameters(with);
    VIR_TEST_DEBUG("%s:%s: %llu steps, %lld bytes", entry->name, parameters,
                   worst->steps, worst->memory);
    return 0;
}


/* What it was found by */
static int
testKnown(const struct testEntry *entry)
{
    size_t i;

    for (i = 0; i < COSTLY_KNOWN; i++) {
        struct testCost cost;

        testMeasure(entry, costlyKnowns[i].with, &cost);
        VIR_TEST_DEBUG("%s: %s: %llu steps, %lld bytes", entry->name, costlyKnowns[i].name,
                       cost.steps, cost.memory);
        if (testCheckCost(entry, costlyKnowns[i].with, &cost) < 0)
            return -1;
    }

    return 0;
}


static int
testEntry(const void *opaque)
{
    const struct testEntry *entry = opaque;
    struct testCost worst = { 0 };

    if (entry->known && testKnown(entry) < 0)
        return -1;

    if (testClimb(entry, &worst) < 0)
        return -1;

    /* or nothing was counted */
    if (worst.steps < 100 * 1000 || (testAllocationsAreCounted && worst.memory < 10 * 1000)) {
        return testFail("expected an input that costs something, got %llu steps, %lld bytes",
                        worst.steps, worst.memory);
    }

    return 0;
}


/* What a document is full of that is refused */
struct testBroken {
    const char *name;
    const char *part;
};

static const struct testBroken brokens[] = {
    { "no instructions", "<?" },
    { "endless instructions", "<?x " },
    { "endless comments", "<!--" },
    { "comments with two hyphens", "<!-- -" },
    { "comments with control characters", "<!--\001-->" },
    { "endless comments with control characters", "<!--\001" },
    { "endless sections", "<![CDATA[" },
    { "endless values", "<x a='" },
    { "attributes without value", "<x a=" },
    { "ends", "</" },
    { "references", "&" },
};


static int
testBroken(const void *opaque)
{
    const struct testBroken *test = opaque;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *name = NULL;
    unsigned long long calls;
    unsigned long long steps;

    virBufferAddLit(&buf, "<capability type='compat'>");
    while (virBufferUse(&buf) + strlen(test->part) <= VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
        virBufferAdd(&buf, test->part, -1);

    steps = testBlocks;
    calls = testAllocated.calls;
    if (virNodeDeviceCompatParseDocument(virBufferCurrentContent(&buf), false, &name))
        return testFail("it is accepted");
    steps = testBlocks - steps + COSTLY_STEPS_ALLOCATION * (testAllocated.calls - calls);
    virResetLastError();

    VIR_TEST_DEBUG("%s: %llu steps", test->name, steps);
    if (steps > 40 * VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
        return testFail("%llu steps", steps);
    return 0;
}


static int
mymain(void)
{
    g_autofree char *rules = costlyMakeRules();

    testTreeInit();
    testRules = virNodeDeviceCompatRulesNew();
    if (virNodeDeviceCompatRulesAddXML(testRules, rules, "rules") < 0)
        return EXIT_FAILURE;

    DO_TABLE("cost", entries, testEntry);
    DO_TABLE("broken", brokens, testBroken);

    g_object_unref(testRules);
    return testResult();
}

VIR_TEST_MAIN(mymain)
