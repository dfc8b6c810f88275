/*
 * find.c: what it costs to find a device among many
 *
 * Calls virConnectFindCompatNodeDevices() of the test driver, in this process, with
 * as many devices as a large host or more has. Processor time counts, and of several
 * calls the best.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <time.h>
#include <unistd.h>

#include "libvirt_internal.h"
#include "nodedev_compat/nodedev_compat_candidates.h"
#include "virerror.h"
#include "virfile.h"

#define CALLS 15

/* Goal for a list of those that fit */
#define DEVICES 10000
#define GOAL_NS (50 * 1000 * 1000.0)


static void G_GNUC_NORETURN
benchDie(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    exit(EXIT_FAILURE); /* exempt from syntax-check */
}


/* Of ten devices one is identical, three are a superset, six do not fit. */
static void
benchAddDevice(virBuffer *buf,
               size_t i)
{
    virBufferAsprintf(buf,
                      "<device>\n"
                      "  <name>mdev_8a6b1a50_3c1e_4d57_9d0a_%012zx</name>\n"
                      "  <parent>computer</parent>\n"
                      "  <capability type='mdev'>\n"
                      "    <type id='vgpu-2'/>\n"
                      "    <uuid>8a6b1a50-3c1e-4d57-9d0a-%012zx</uuid>\n"
                      "    <iommuGroup number='%zu'/>\n"
                      "    <capability type='compat'>\n"
                      "      <deviceAPI>vfio-pci</deviceAPI>\n"
                      "      <type id='vgpu-2'/>\n"
                      "      <softwareVersion>1.%zu.0</softwareVersion>\n"
                      "      <attr name='framebuffer' value='2048'/>\n"
                      "    </capability>\n"
                      "  </capability>\n"
                      "</device>\n", i, i, i, i % 10);
}


static char *
benchNodeXml(void)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "<node>\n");
    for (i = 0; i < DEVICES; i++)
        benchAddDevice(&buf, i);
    virBufferAddLit(&buf, "</node>\n");
    return virBufferContentAndReset(&buf);
}


static double
benchNow(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000.0 + now.tv_nsec;
}


/* Returns the nanoseconds of the best call. */
static double
benchCall(virConnectPtr conn,
          const char *source,
          unsigned int flags,
          size_t expected)
{
    double best = 0;
    size_t i;

    for (i = 0; i < CALLS; i++) {
        double start = benchNow();
        g_autofree char *xml = virConnectFindCompatNodeDevices(conn, source, flags);
        double took = benchNow() - start;
        g_autoptr(virNodeDeviceCompatCandidates) list = NULL;

        if (!xml || !(list = virNodeDeviceCompatCandidatesParse(xml)) ||
            list->ncandidates + list->omitted != expected)
            benchDie("not the devices that were expected");
        if (i == 0 || took < best)
            best = took;
    }

    return best;
}


int
main(void)
{
    g_autofree char *path = g_strdup("/tmp/nodedev-compat-find-bench-XXXXXX");
    g_autofree char *node = benchNodeXml();
    g_autofree char *uri = NULL;
    g_autofree char *source = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    virConnectPtr conn;
    double some;
    double all;
    int fd;

    if (virInitialize() < 0 || (fd = g_mkstemp(path)) < 0)
        benchDie("cannot start");
    VIR_FORCE_CLOSE(fd);
    if (virFileWriteStr(path, node, 0) < 0)
        benchDie("cannot write");
    uri = g_strdup_printf("test://%s", path);
    conn = virConnectOpen(uri);
    unlink(path);
    if (!conn)
        benchDie("cannot connect");

    benchAddDevice(&buf, 6);
    source = virBufferContentAndReset(&buf);

    some = benchCall(conn, source, 0, DEVICES / 10 * 4);
    all = benchCall(conn, source, VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL, DEVICES);
    virConnectClose(conn);

    printf("%-50s %8.1f ms\n", "find among 10000 devices, those that fit", some / 1e6);
    printf("%-50s %8.1f ms\n", "find among 10000 devices, all with reasons", all / 1e6);

    if (some > GOAL_NS) {
        fprintf(stderr, "goal missed: %.1f ms are more than %.0f ms\n", some / 1e6, GOAL_NS / 1e6);
        return EXIT_FAILURE;
    }

    return EXIT_SUCCESS;
}
