/*
 * costly.c: how long the costliest inputs take
 *
 * Prints processor time beside what libxml2 takes to read a document of the largest
 * size, in the same run. That what takes the time is limited is counted, not timed, by
 * nodedevcompatcosttest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <time.h>

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat_xml.h"
#include "nodedevcompat/unit/nodedevcompatcostly.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define ROUNDS 5

/* What any of them may take */
#define GOAL_NS 100e6

static double benchUnit;        /* nanoseconds that libxml2 takes */
static bool benchMissed;


static G_GNUC_NORETURN void
benchDie(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    exit(EXIT_FAILURE); /* exempt from syntax-check */
}


static double
benchNow(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1e9 + now.tv_nsec;
}


/* Returns the nanoseconds of the best round. */
static double
benchTime(void (*body)(const void *),
          const void *opaque)
{
    double best = 0;
    size_t i;

    for (i = 0; i < ROUNDS; i++) {
        double start = benchNow();
        double took;

        body(opaque);
        took = benchNow() - start;
        if (i == 0 || took < best)
            best = took;
    }

    return best;
}


static void
benchPrint(const char *entry,
           const char *name,
           double took)
{
    printf("%-12s %-48s %8.1f ms %8.1f\n", entry, name, took / 1e6, took / benchUnit);
    benchMissed |= took > GOAL_NS;
}


static void
benchLibxml(const void *opaque)
{
    g_autoptr(xmlDoc) doc = virXMLParse(NULL, opaque, "bench", NULL, NULL, NULL, false);

    if (!doc)
        benchDie("cannot read a document");
}


static virNodeDeviceCompat *
benchParse(const char *xml)
{
    g_autofree char *name = NULL;
    virNodeDeviceCompat *compat = virNodeDeviceCompatParseDocument(xml, false, &name);

    if (!compat)
        benchDie("cannot parse a descriptor");
    return compat;
}


static void
benchDescriptor(const void *opaque)
{
    g_autoptr(virNodeDeviceCompat) compat = benchParse(opaque);
}


struct benchPair {
    virNodeDeviceCompat *source;
    virNodeDeviceCompat *target;
    virNodeDeviceCompatRules *rules;
};


static void
benchReport(const void *opaque)
{
    const struct benchPair *pair = opaque;
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(pair->source, pair->target, pair->rules, 0);
    g_autofree char *xml = virNodeDeviceCompatReportFormat(report);
}


struct benchDevices {
    const char *xml;
    virNodeDeviceCompatRules *rules;
};


static void
benchBaseline(const void *opaque)
{
    const struct benchDevices *devices = opaque;
    g_autoptr(virNodeDeviceCompatDevices) list = virNodeDeviceCompatDevicesParse(devices->xml, false);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *xml = NULL;

    if (!list)
        benchDie("cannot parse devices");
    baseline = virNodeDeviceCompatBaselineMake(list->devices, list->ndevices, devices->rules, 0);
    xml = virNodeDeviceCompatBaselineFormat(baseline);
}


static void
benchKnown(const costlyKnown *known,
           virNodeDeviceCompatRules *rules)
{
    g_autofree char *target = costlyMakeDevice(known->with, 1, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
    g_autofree char *source = costlyMakeDevice(known->with, 2, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
    g_autofree char *devices = costlyMakeDevices(known->with);
    struct benchPair pair = { benchParse(source), benchParse(target), rules };
    struct benchDevices all = { devices, rules };

    benchPrint("descriptor", known->name, benchTime(benchDescriptor, target));
    benchPrint("report", known->name, benchTime(benchReport, &pair));
    benchPrint("baseline", known->name, benchTime(benchBaseline, &all));

    g_object_unref(pair.source);
    g_object_unref(pair.target);
}


int
main(void)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autofree char *rulesXML = costlyMakeRules();
    g_autofree char *elements = g_strnfill(VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX, ' ');
    size_t i;

    if (virInitialize() < 0 || virNodeDeviceCompatRulesAddXML(rules, rulesXML, "rules") < 0)
        benchDie("cannot start");

    for (i = 0; i + 4 < VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX; i += 4)
        memcpy(elements + i, i == 0 ? "<a> " : "<b/>", 4);
    memcpy(elements + i - 4, "</a>", 4);
    benchUnit = benchTime(benchLibxml, elements);

    printf("%-12s %-48s %11s %8s\n", "costliest", "", "time", "libxml2");
    for (i = 0; i < COSTLY_KNOWN; i++)
        benchKnown(&costlyKnowns[i], rules);

    printf("\ngoal: 100 ms each: %s\n", benchMissed ? "missed" : "met");
    return EXIT_SUCCESS;
}
