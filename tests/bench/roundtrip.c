/*
 * roundtrip.c: what a comparison through a daemon costs, beside another call
 *
 * Calls virNodeDeviceCompareCompat() and virNodeDeviceGetXMLDesc() of the same device
 * in turn over one connection; of each the median counts, so that neither what
 * else the machine does nor how fast it is decides. Started by roundtrip, which
 * has the daemon.
 *
 * Usage: nodedev-compat-roundtrip-bench URI
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <time.h>

#include "datatypes.h"
#include "viralloc.h"
#include "virerror.h"

#define CALLS 4001

#define SOURCE "mdev_vgpu_source"
#define TARGET "mdev_vgpu_newer_minor"

/* A comparison is to take no more than this times the other call, and so much
 * on top */
#define GOAL_RATIO 1.2
#define GOAL_NS (100 * 1000.0)


static void G_GNUC_NORETURN
benchDie(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    exit(EXIT_FAILURE); /* exempt from syntax-check */
}


static double
benchNow(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000.0 + now.tv_nsec;
}


static int
benchOrder(const void *a,
           const void *b,
           void *opaque G_GNUC_UNUSED)
{
    double one = *(const double *)a;
    double two = *(const double *)b;

    return (one > two) - (one < two);
}


static double
benchMedian(double *took)
{
    g_qsort_with_data(took, CALLS, sizeof(*took), benchOrder, NULL);
    return took[CALLS / 2];
}


static virNodeDevicePtr
benchDevice(virConnectPtr conn,
            const char *name)
{
    virNodeDevicePtr dev = virNodeDeviceLookupByName(conn, name);

    if (!dev)
        benchDie("no such device");
    return dev;
}


int
main(int argc,
     char **argv)
{
    g_autofree double *dump = g_new0(double, CALLS);
    g_autofree double *compare = g_new0(double, CALLS);
    g_autofree char *source = NULL;
    g_autoptr(virNodeDevice) sourceDev = NULL;
    g_autoptr(virNodeDevice) dev = NULL;
    g_autoptr(virConnect) conn = NULL;
    double dumpNs;
    double compareNs;
    double goal;
    size_t i;

    if (argc != 2 || !(conn = virConnectOpen(argv[1])))
        benchDie("cannot connect");

    sourceDev = benchDevice(conn, SOURCE);
    dev = benchDevice(conn, TARGET);
    if (!(source = virNodeDeviceGetXMLDesc(sourceDev, 0)))
        benchDie("cannot dump");

    for (i = 0; i < CALLS; i++) {
        g_autofree char *xml = NULL;
        double start = benchNow();
        double between;
        int verdict;

        xml = virNodeDeviceGetXMLDesc(dev, 0);
        between = benchNow();
        verdict = virNodeDeviceCompareCompat(dev, source, 0);
        compare[i] = benchNow() - between;
        dump[i] = between - start;

        if (!xml || verdict != VIR_NODE_DEVICE_COMPAT_SUPERSET)
            benchDie("not the answer that was expected");
    }

    dumpNs = benchMedian(dump);
    compareNs = benchMedian(compare);
    goal = dumpNs * GOAL_RATIO + GOAL_NS;

    printf("%-50s %8.1f us\n", "virNodeDeviceGetXMLDesc over a unix socket", dumpNs / 1e3);
    printf("%-50s %8.1f us, %.2f times that, goal: at most %.1f us\n",
           "virNodeDeviceCompareCompat of the same device", compareNs / 1e3,
           compareNs / dumpNs, goal / 1e3);

    if (compareNs > goal) {
        fprintf(stderr, "goal missed: %.1f us are more than %.1f us\n",
                compareNs / 1e3, goal / 1e3);
        return EXIT_FAILURE;
    }

    return EXIT_SUCCESS;
}
