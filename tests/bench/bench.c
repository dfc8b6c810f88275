/*
 * bench.c: what the compatibility check costs
 *
 * Measures parsing, formatting, comparing and reading devices of several sizes,
 * beside what libvirt itself does with a node device and with a CPU of the same
 * size, and making the baseline of many devices. Processor time counts, and of
 * several rounds the best, so that other work on the machine does not.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "nodedevcompat/nodedevcompatallocations.h"
#include "cpu/cpu.h"
#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedev_compat_conf.h"
#include "nodedev_compat_xml.h"
#include "virarch.h"
#include "virerror.h"
#include "virfile.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define ROUNDS 15
#define ROUND_NS (20 * 1000 * 1000ULL)

/* How much more an attribute or a device may cost where there are many. Caches hold
 * a hundred devices, and not ten thousand. */
#define GOAL_ATTR_GROWTH 1.25
#define GOAL_DEVICE_GROWTH 1.5

/* Attributes of each device that a baseline is made of */
#define FLEET_ATTRS 8

/* Goals for the comparison of two small devices that are identical */
#define GOAL_COMPARE_NS 2000
#define GOAL_COMPARE_ALLOCATIONS 4

static const size_t sizes[] = { 4, 32, 256 };
static const size_t fleets[] = { 2, 100, 10000 };

/* All that is worked on, of one size */
typedef struct _benchData benchData;
struct _benchData {
    size_t nattrs;
    char *xml;                      /* a device with a descriptor */
    char *libvirtXml;               /* a device with attributes of libvirt's */
    char *cpuXml;
    virCPUDef *cpu;
    virNodeDeviceCompat *source;
    virNodeDeviceCompat *same;
    virNodeDeviceCompat *accepting; /* another type, and takes source's */
    virNodeDeviceCompat *other;     /* every attribute differs */
    char *sysfs;                    /* the device's directory */
    xmlDocPtr doc;                  /* xml and libvirtXml, read */
    xmlXPathContextPtr ctxt;
    xmlDocPtr libvirtDoc;
    xmlXPathContextPtr libvirtCtxt;
};

/* Many devices of a few attributes */
typedef struct _benchFleet benchFleet;
struct _benchFleet {
    virNodeDeviceCompatDevice *alike;
    virNodeDeviceCompatDevice *varied;       /* no two are the same */
    size_t ndevices;
};

typedef struct _benchResult benchResult;
struct _benchResult {
    double ns;
    double allocations;
};


static void G_GNUC_PRINTF(1, 2)
benchDie(const char *format,
         ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, ": %s\n", virGetLastErrorMessage());
    exit(EXIT_FAILURE); /* exempt from syntax-check */
}


/* The elements of a device that both kinds of documents begin with */
static void
benchAddDevice(virBuffer *buf,
               const char *type)
{
    virBufferAddLit(buf, "<device>\n");
    virBufferAdjustIndent(buf, 2);
    virBufferAddLit(buf, "<name>mdev_83b8f4f2_509f_382f_3c1e_e6bfe0fa1001</name>\n");
    virBufferAddLit(buf, "<path>/sys/devices/pci0000:00/0000:00:02.0/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001</path>\n");
    virBufferAddLit(buf, "<parent>pci_0000_00_02_0</parent>\n");
    virBufferAddLit(buf, "<capability type='mdev'>\n");
    virBufferAdjustIndent(buf, 2);
    virBufferAsprintf(buf, "<type id='%s'/>\n", type);
    virBufferAddLit(buf, "<uuid>83b8f4f2-509f-382f-3c1e-e6bfe0fa1001</uuid>\n");
    virBufferAddLit(buf, "<iommuGroup number='0'/>\n");
}


static void
benchEndDevice(virBuffer *buf)
{
    virBufferAdjustIndent(buf, -2);
    virBufferAddLit(buf, "</capability>\n");
    virBufferAdjustIndent(buf, -2);
    virBufferAddLit(buf, "</device>\n");
}


static void
benchAddAttrs(virBuffer *buf,
              size_t first,
              size_t nattrs,
              const char *value)
{
    size_t i;

    for (i = first; i < nattrs; i++)
        virBufferAsprintf(buf, "<attr name='vendor_attr_%03zu' value='%s'/>\n", i, value);
}


/* The descriptor's own elements count as attributes. */
static char *
benchDescriptorXml(size_t nattrs,
                   const char *value,
                   const char *type,
                   bool accepts)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    benchAddDevice(&buf, type);
    virBufferAddLit(&buf, "<capability type='compat'>\n");
    virBufferAdjustIndent(&buf, 2);
    virBufferAddLit(&buf, "<deviceAPI>vfio-pci</deviceAPI>\n");
    virBufferAsprintf(&buf, "<type id='%s'/>\n", type);
    virBufferAddLit(&buf, "<softwareVersion>1.2.0</softwareVersion>\n");
    benchAddAttrs(&buf, 3, nattrs, value);
    if (accepts) {
        virBufferAddLit(&buf, "<accepts>\n");
        virBufferAdjustIndent(&buf, 2);
        virBufferAddLit(&buf, "<type id='i915-GVTg_V5_4,i915-GVTg_V5_8'/>\n");
        virBufferAddLit(&buf, "<softwareVersion>1.0.0-</softwareVersion>\n");
        virBufferAdjustIndent(&buf, -2);
        virBufferAddLit(&buf, "</accepts>\n");
    }
    virBufferAdjustIndent(&buf, -2);
    virBufferAddLit(&buf, "</capability>\n");
    benchEndDevice(&buf);

    return virBufferContentAndReset(&buf);
}


static char *
benchLibvirtXml(size_t nattrs)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    benchAddDevice(&buf, "i915-GVTg_V5_4");
    benchAddAttrs(&buf, 0, nattrs, "12345");
    benchEndDevice(&buf);

    return virBufferContentAndReset(&buf);
}


/* A CPU with the first @nattrs features that libvirt knows. */
static char *
benchCPUXml(size_t nattrs)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *path = virFileFindResource("x86_features.xml",
                                                abs_top_srcdir "/src/cpu_map", "");
    g_autofree char *features = NULL;
    const char *feature;

    if (!path || virFileReadAll(path, 1024 * 1024, &features) < 0)
        benchDie("cannot read libvirt's CPU features");

    virBufferAddLit(&buf, "<cpu>\n");
    virBufferAdjustIndent(&buf, 2);
    virBufferAddLit(&buf, "<arch>x86_64</arch>\n");
    virBufferAddLit(&buf, "<model>486</model>\n");
    feature = features;
    while (nattrs-- > 0 && (feature = strstr(feature, "<feature name='"))) {
        feature += strlen("<feature name='");
        virBufferAsprintf(&buf, "<feature name='%.*s'/>\n",
                          (int) strcspn(feature, "'"), feature);
    }
    virBufferAdjustIndent(&buf, -2);
    virBufferAddLit(&buf, "</cpu>\n");

    return virBufferContentAndReset(&buf);
}


static void
benchWriteFile(const char *dir,
               const char *name,
               const char *content)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    if (virFileWriteStr(path, content, 0600) < 0)
        benchDie("cannot write '%s'", path);
}


/* A device that publishes one value a file */
static char *
benchTree(const char *root,
          size_t nattrs)
{
    g_autofree char *device = g_strdup_printf("%s/device%zu", root, nattrs);
    g_autofree char *self = g_strdup_printf("%s/migration/self", device);
    g_autofree char *type = g_strdup_printf("%s/i915-GVTg_V5_4", root);
    g_autofree char *link = g_strdup_printf("%s/mdev_type", device);
    size_t i;

    if (g_mkdir_with_parents(self, 0700) < 0 ||
        g_mkdir_with_parents(type, 0700) < 0 ||
        symlink(type, link) < 0)
        benchDie("cannot make a tree in '%s'", root);

    benchWriteFile(self, "device_api", "vfio-pci\n");
    benchWriteFile(self, "type", "i915-GVTg_V5_4\n");
    benchWriteFile(self, "software_version", "1.2.0\n");
    for (i = 3; i < nattrs; i++) {
        g_autofree char *name = g_strdup_printf("vendor_attr_%03zu", i);

        benchWriteFile(self, name, "12345\n");
    }

    return g_steal_pointer(&device);
}


static int
benchRemove(const char *path,
            const struct stat *sb G_GNUC_UNUSED,
            int type G_GNUC_UNUSED,
            struct FTW *ftw G_GNUC_UNUSED)
{
    return remove(path);
}


static virNodeDeviceCompat *
benchParseDocument(const char *xml)
{
    g_autofree char *name = NULL;
    virNodeDeviceCompat *compat = virNodeDeviceCompatParseDocument(xml, false, &name);

    if (!compat)
        benchDie("cannot parse a descriptor");
    return compat;
}


static void
benchDataInit(benchData *data,
              const char *root,
              size_t nattrs)
{
    g_autofree char *accepting = benchDescriptorXml(nattrs, "12345", "i915-GVTg_V5_8", true);
    g_autofree char *other = benchDescriptorXml(nattrs, "54321", "i915-GVTg_V5_8", false);

    data->nattrs = nattrs;
    data->xml = benchDescriptorXml(nattrs, "12345", "i915-GVTg_V5_4", false);
    data->libvirtXml = benchLibvirtXml(nattrs);
    data->cpuXml = benchCPUXml(nattrs);
    if (virCPUDefParseXMLString(data->cpuXml, VIR_CPU_TYPE_AUTO, &data->cpu, false) < 0)
        benchDie("cannot parse a CPU");
    data->source = benchParseDocument(data->xml);
    data->same = benchParseDocument(data->xml);
    data->accepting = benchParseDocument(accepting);
    data->other = benchParseDocument(other);
    data->sysfs = benchTree(root, nattrs);
    data->doc = virXMLParse(NULL, data->xml, NULL, "device", &data->ctxt, NULL, false);
    data->libvirtDoc = virXMLParse(NULL, data->libvirtXml, NULL, "device",
                                   &data->libvirtCtxt, NULL, false);
    if (!data->doc || !data->libvirtDoc)
        benchDie("cannot read a document");
}


static void
benchDataClear(benchData *data)
{
    g_free(data->xml);
    g_free(data->libvirtXml);
    g_free(data->cpuXml);
    virCPUDefFree(data->cpu);
    g_clear_object(&data->source);
    g_clear_object(&data->same);
    g_clear_object(&data->accepting);
    g_clear_object(&data->other);
    g_free(data->sysfs);
    xmlXPathFreeContext(data->ctxt);
    xmlFreeDoc(data->doc);
    xmlXPathFreeContext(data->libvirtCtxt);
    xmlFreeDoc(data->libvirtDoc);
}


/* Device @i of a fleet: what is different about it is one version, one attribute,
 * and what it accepts. */
static virNodeDeviceCompat *
benchFleetDevice(size_t i)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    g_autofree char *version = g_strdup_printf("1.%zu.0", i + 2);
    g_autofree char *versions = g_strdup_printf("1.%zu-", i % 3);
    g_autofree char *serial = g_strdup_printf("%zu", i);
    virNodeDeviceCompatAttrs *accepts;
    size_t j;

    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_DEVICE_API, "vfio-pci");
    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, "i915-GVTg_V5_4");
    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION, version);
    virNodeDeviceCompatAdd(compat, NULL, "driver_version", serial)->derived = true;
    for (j = 4; j < FLEET_ATTRS; j++) {
        g_autofree char *name = g_strdup_printf("vendor_attr_%03zu", j);

        virNodeDeviceCompatAdd(compat, NULL, name, "12345");
    }

    accepts = virNodeDeviceCompatAddAlternative(compat);
    virNodeDeviceCompatAdd(compat, accepts, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION, versions);
    return compat;
}


static void
benchFleetInit(benchFleet *fleet,
               size_t ndevices)
{
    size_t i;

    fleet->ndevices = ndevices;
    fleet->alike = g_new0(virNodeDeviceCompatDevice, ndevices);
    fleet->varied = g_new0(virNodeDeviceCompatDevice, ndevices);
    for (i = 0; i < ndevices; i++) {
        fleet->alike[i].compat = benchFleetDevice(0);
        fleet->varied[i].compat = benchFleetDevice(i);
    }
}


static void
benchFleetClear(benchFleet *fleet)
{
    size_t i;

    for (i = 0; i < fleet->ndevices; i++) {
        g_object_unref(fleet->alike[i].compat);
        g_object_unref(fleet->varied[i].compat);
    }
    g_free(fleet->alike);
    g_free(fleet->varied);
}


/* Operations. Each fails loudly, as what does nothing is fast. */

static void
benchParse(const void *opaque)
{
    const benchData *data = opaque;

    g_object_unref(benchParseDocument(data->xml));
}


static void
benchParseElement(const void *opaque)
{
    const benchData *data = opaque;
    g_autofree char *name = NULL;
    virNodeDeviceCompat *compat = virNodeDeviceCompatParseElement(data->ctxt, &name);

    if (!compat)
        benchDie("cannot parse a descriptor");
    g_object_unref(compat);
}


static void
benchFormat(const void *opaque)
{
    const benchData *data = opaque;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, data->source);
}


static void
benchCompareTo(const virNodeDeviceCompat *source,
               const virNodeDeviceCompat *target,
               virNodeDeviceCompatResult expected)
{
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(source, target, NULL,
                                   VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE);

    if (report->verdict != expected)
        benchDie("expected verdict %d, got %d", expected, report->verdict);
}


static void
benchCompareSame(const void *opaque)
{
    const benchData *data = opaque;

    benchCompareTo(data->source, data->same, VIR_NODE_DEVICE_COMPAT_IDENTICAL);
}


static void
benchCompareAccepting(const void *opaque)
{
    const benchData *data = opaque;

    benchCompareTo(data->source, data->accepting, VIR_NODE_DEVICE_COMPAT_SUPERSET);
}


static void
benchCompareOther(const void *opaque)
{
    const benchData *data = opaque;

    benchCompareTo(data->source, data->other, VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE);
}


static void
benchParseAndCompare(const void *opaque)
{
    const benchData *data = opaque;
    g_autoptr(virNodeDeviceCompat) source = benchParseDocument(data->xml);

    benchCompareTo(source, data->same, VIR_NODE_DEVICE_COMPAT_IDENTICAL);
}


static void
benchRead(const void *opaque)
{
    const benchData *data = opaque;
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatReadMdev(data->sysfs, NULL);

    if (!compat || compat->self.nattrs != data->nattrs)
        benchDie("cannot read '%s'", data->sysfs);
}


static void
benchLibvirtParse(const void *opaque)
{
    const benchData *data = opaque;
    g_autoptr(virNodeDeviceDef) def =
        virNodeDeviceDefParse(data->libvirtXml, NULL, EXISTING_DEVICE, NULL,
                              NULL, NULL, false);

    if (!def)
        benchDie("cannot parse a node device");
}


static void
benchLibvirtParseElement(const void *opaque)
{
    const benchData *data = opaque;
    g_autoptr(virNodeDeviceDef) def =
        virNodeDeviceDefParseXML(data->libvirtCtxt, EXISTING_DEVICE, NULL);

    if (!def)
        benchDie("cannot parse a node device");
}


/* What virConnectCompareCPU() does in a driver that has it; the test driver has
 * not. */
static void
benchLibvirtCPU(const void *opaque)
{
    const benchData *data = opaque;

    if (virCPUCompareXML(VIR_ARCH_X86_64, data->cpu, data->cpuXml, false, false) < 0)
        benchDie("cannot compare CPUs");
}


static void
benchBaseline(const virNodeDeviceCompatDevice *devices,
              size_t ndevices,
              virNodeDeviceCompatResult expected)
{
    g_autoptr(virNodeDeviceCompatBaseline) baseline =
        virNodeDeviceCompatBaselineMake(devices, ndevices, NULL, 0);

    if (baseline->verdict != expected || !baseline->compat)
        benchDie("expected verdict %d, got %d", expected, baseline->verdict);
}


static void
benchBaselineAlike(const void *opaque)
{
    const benchFleet *fleet = opaque;

    benchBaseline(fleet->alike, fleet->ndevices, VIR_NODE_DEVICE_COMPAT_IDENTICAL);
}


static void
benchBaselineVaried(const void *opaque)
{
    const benchFleet *fleet = opaque;

    benchBaseline(fleet->varied, fleet->ndevices, VIR_NODE_DEVICE_COMPAT_SUPERSET);
}


/* What is measured, those that others are compared with first */
typedef struct _benchOperation benchOperation;
struct _benchOperation {
    const char *name;
    void (*run)(const void *data);
    int beside;         /* row to compare with, or -1 */
};

enum {
    LIBVIRT_PARSE,
    LIBVIRT_PARSE_ELEMENT,
    LIBVIRT_CPU,
    PARSE,
    PARSE_ELEMENT,
    COMPARE_SAME = PARSE + 4,
};

static const benchOperation operations[] = {
    [LIBVIRT_PARSE] = { "libvirt: virNodeDeviceDefParse", benchLibvirtParse, -1 },
    [LIBVIRT_PARSE_ELEMENT] = { "libvirt: virNodeDeviceDefParseXML", benchLibvirtParseElement, -1 },
    [LIBVIRT_CPU] = { "libvirt: virConnectCompareCPU", benchLibvirtCPU, -1 },
    [PARSE] = { "parse", benchParse, LIBVIRT_PARSE },
    [PARSE_ELEMENT] = { "parse, of a document that is read", benchParseElement, LIBVIRT_PARSE_ELEMENT },
    { "parse and compare", benchParseAndCompare, LIBVIRT_CPU },
    { "format", benchFormat, -1 },
    [COMPARE_SAME] = { "compare, identical", benchCompareSame, LIBVIRT_CPU },
    { "compare, accepted by an alternative", benchCompareAccepting, LIBVIRT_CPU },
    { "compare, all differs", benchCompareOther, LIBVIRT_CPU },
    { "read from sysfs", benchRead, -1 },
};

static const benchOperation fleetOperations[] = {
    { "baseline, all alike", benchBaselineAlike, -1 },
    { "baseline, no two alike", benchBaselineVaried, -1 },
};


static unsigned long long
benchNow(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000ULL + now.tv_nsec;
}


static unsigned long long
benchRound(const benchOperation *operation,
           const void *data,
           unsigned long long times)
{
    unsigned long long start = benchNow();

    while (times-- > 0)
        operation->run(data);

    return benchNow() - start;
}


static benchResult
benchMeasure(const benchOperation *operation,
             const void *data)
{
    benchResult result = { 0 };
    unsigned long long allocations;
    unsigned long long times = 1;
    unsigned long long ns;
    size_t i;

    while ((ns = benchRound(operation, data, times)) < ROUND_NS / 4)
        times *= 2;
    times = MAX(1, times * ROUND_NS / ns);

    allocations = testAllocated.calls;
    for (i = 0; i < ROUNDS; i++) {
        double perOperation = (double) benchRound(operation, data, times) / times;

        if (i == 0 || perOperation < result.ns)
            result.ns = perOperation;
    }
    result.allocations = (double)(testAllocated.calls - allocations) / times / ROUNDS;

    return result;
}


static void
benchPrint(const benchOperation *operation,
           size_t size,
           const benchResult *result,
           const benchResult *beside)
{
    printf("%-37s %5zu %10.0f %10.2f %11.1f %11.0f", operation->name, size,
           1e9 / result->ns, result->ns / 1000, result->allocations,
           result->ns / size);
    if (beside)
        printf("  %.3f times '%s'", result->ns / beside->ns,
               operations[operation->beside].name);
    printf("\n");
}


static void
benchGoal(const char *what,
          double value,
          double goal)
{
    printf("goal: %-52s %9.2f, wanted at most %5.2f: %s\n", what, value, goal,
           value <= goal ? "met" : "missed");
}


static void
benchHeader(const char *what)
{
    g_autofree char *each = g_strdup_printf("ns each %s", what);

    printf("%-37s %5ss %9s %10s %11s %11s\n", "operation", what, "a second",
           "us each", "allocations", each);
}


/* How much more one attribute or device costs in the larger of two */
static void
benchGoalGrowth(const char *what,
                const benchResult *results,
                const size_t *numbers,
                double goal)
{
    g_autofree char *text = g_strdup_printf("%s, %zu of %zu times %zu", what, numbers[2],
                                            numbers[2] / numbers[1], numbers[1]);

    benchGoal(text, results[2].ns / results[1].ns * numbers[1] / numbers[2], goal);
}


static void
benchDevices(const char *root)
{
    benchResult results[G_N_ELEMENTS(operations)][G_N_ELEMENTS(sizes)];
    benchData data[G_N_ELEMENTS(sizes)] = { 0 };
    size_t i;
    size_t j;

    for (j = 0; j < G_N_ELEMENTS(sizes); j++)
        benchDataInit(&data[j], root, sizes[j]);

    benchHeader("attr");
    for (i = 0; i < G_N_ELEMENTS(operations); i++) {
        const benchOperation *operation = &operations[i];

        for (j = 0; j < G_N_ELEMENTS(sizes); j++) {
            results[i][j] = benchMeasure(operation, &data[j]);
            benchPrint(operation, sizes[j], &results[i][j],
                       operation->beside < 0 ? NULL : &results[operation->beside][j]);
        }
    }

    printf("\n");
    benchGoal("microseconds to compare identical devices, 4 attrs",
              results[COMPARE_SAME][0].ns / 1000, GOAL_COMPARE_NS / 1000);
    benchGoal("allocations to compare identical devices, 4 attrs",
              results[COMPARE_SAME][0].allocations, GOAL_COMPARE_ALLOCATIONS);
    for (j = 0; j < G_N_ELEMENTS(sizes); j++) {
        g_autofree char *what = g_strdup_printf("parsing, of what libvirt takes to parse, %zu attrs",
                                                sizes[j]);

        benchGoal(what, results[PARSE][j].ns / results[LIBVIRT_PARSE][j].ns, 1);
    }
    benchGoalGrowth("parsing attributes", results[PARSE], sizes, GOAL_ATTR_GROWTH);
    benchGoalGrowth("comparing attributes", results[COMPARE_SAME], sizes, GOAL_ATTR_GROWTH);
    printf("\n");

    for (j = 0; j < G_N_ELEMENTS(sizes); j++)
        benchDataClear(&data[j]);
}


static void
benchFleets(void)
{
    benchResult results[G_N_ELEMENTS(fleetOperations)][G_N_ELEMENTS(fleets)];
    benchFleet fleet[G_N_ELEMENTS(fleets)] = { 0 };
    size_t i;
    size_t j;

    for (j = 0; j < G_N_ELEMENTS(fleets); j++)
        benchFleetInit(&fleet[j], fleets[j]);

    benchHeader("device");
    for (i = 0; i < G_N_ELEMENTS(fleetOperations); i++) {
        for (j = 0; j < G_N_ELEMENTS(fleets); j++) {
            results[i][j] = benchMeasure(&fleetOperations[i], &fleet[j]);
            benchPrint(&fleetOperations[i], fleets[j], &results[i][j], NULL);
        }
    }

    printf("\n");
    for (i = 0; i < G_N_ELEMENTS(fleetOperations); i++)
        benchGoalGrowth(fleetOperations[i].name, results[i], fleets, GOAL_DEVICE_GROWTH);

    for (j = 0; j < G_N_ELEMENTS(fleets); j++)
        benchFleetClear(&fleet[j]);
}


int
main(void)
{
    g_autofree char *root = NULL;

    /* so that GLib's slices do not hide allocations */
    if (!g_getenv("G_SLICE")) {
        g_setenv("G_SLICE", "always-malloc", true);
        execl("/proc/self/exe", "nodedev-compat-bench", NULL);
        benchDie("cannot start again");
    }

    virFileActivateDirOverrideForLib();
    if (virErrorInitialize() < 0 || !(root = g_dir_make_tmp("bench-XXXXXX", NULL)))
        benchDie("cannot start");

    benchDevices(root);
    benchFleets();

    nftw(root, benchRemove, 8, FTW_DEPTH | FTW_PHYS);

    return EXIT_SUCCESS;
}
