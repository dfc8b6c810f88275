/*
 * guest.c: fuzz the check of a guest's devices against what another host sent of them
 *
 * The input is the cookie as the other host sends it and, each behind a line "=", what
 * up to three devices of this host are, as fuzzDescriptor() takes it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "datatypes.h"
#include "hypervisor/domain_hostdev_compat_check.h"
#include "hypervisor/domain_hostdev_compat_decision.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat_xml.h"
#include "qemu/qemu_hostdev_compat.h"
#include "virerror.h"
#include "virhash.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define FUZZ_DEVICES 3

/* What the node device driver of this host has; those of NULL it does not find */
static virNodeDeviceCompat *devices[FUZZ_DEVICES];


static virNodeDeviceCompat *
fuzzFindDevice(const char *name)
{
    size_t i;

    for (i = 0; i < FUZZ_DEVICES; i++) {
        g_autofree char *own = g_strdup_printf("pci_0000_03_00_%zu", i);

        if (devices[i] && STREQ(own, name))
            return devices[i];
    }

    virReportError(VIR_ERR_NO_NODE_DEVICE, "%s", name);
    return NULL;
}


static virNodeDevicePtr
fuzzLookupByName(virConnectPtr conn,
                 const char *name)
{
    return fuzzFindDevice(name) ? virGetNodeDevice(conn, name) : NULL;
}


static char *
fuzzGetXMLDesc(virNodeDevicePtr dev,
               unsigned int flags)
{
    const virNodeDeviceCompat *compat = fuzzFindDevice(dev->name);

    virCheckFlags(0, NULL);
    return compat ? fuzzFormat(compat) : NULL;
}


static char *
fuzzGetReport(virNodeDevicePtr dev,
              const char *xml,
              unsigned int flags)
{
    const virNodeDeviceCompat *target = fuzzFindDevice(dev->name);
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *name = NULL;

    virCheckFlags(VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE, NULL);

    if (!target || !(source = virNodeDeviceCompatParseDocument(xml, false, &name)))
        return NULL;

    report = virNodeDeviceCompatCompare(source, target, fuzzRules(),
                                        flags & VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE);
    return virNodeDeviceCompatReportFormat(report);
}


static virConnectPtr
fuzzConnect(void)
{
    static virNodeDeviceDriver driver = {
        .nodeDeviceLookupByName = fuzzLookupByName,
        .nodeDeviceGetXMLDesc = fuzzGetXMLDesc,
        .nodeDeviceGetCompatReport = fuzzGetReport,
    };
    static virConnectPtr conn;

    if (!conn) {
        FUZZ_CHECK((conn = virGetConnect()));
        conn->nodeDeviceDriver = &driver;
    }

    return conn;
}


/* With PCI functions, the first under an alias, the second at an address */
static void
fuzzMakeGuest(virDomainDef *def,
              virDomainHostdevDef *hostdevs,
              virDomainDeviceInfo *infos,
              virDomainHostdevDef **list)
{
    size_t i;

    for (i = 0; i < FUZZ_DEVICES; i++) {
        hostdevs[i].mode = VIR_DOMAIN_HOSTDEV_MODE_SUBSYS;
        hostdevs[i].source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_PCI;
        hostdevs[i].source.subsys.u.pci.addr.bus = 3;
        hostdevs[i].source.subsys.u.pci.addr.function = i;
        hostdevs[i].info = &infos[i];
        list[i] = &hostdevs[i];
    }
    infos[0].alias = (char *) "ua-gpu";
    infos[1].type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI;
    infos[1].addr.pci.bus = 1;

    def->hostdevs = list;
    def->nhostdevs = FUZZ_DEVICES;
}


static void
fuzzCheckXML(GPtrArray *reports)
{
    g_autofree char *xml = virNodeDeviceCompatReportsFormat(reports);
    g_autofree char *again = NULL;
    g_autoptr(GPtrArray) parsed = NULL;

    if (!(parsed = virNodeDeviceCompatReportsParse(xml)))
        fuzzFail(__FILE__, __LINE__, "reports can be parsed", xml, NULL);
    again = virNodeDeviceCompatReportsFormat(parsed);
    FUZZ_CHECK_EQUAL(xml, again);
}


static void
fuzzCheckReports(GPtrArray *reports,
                 size_t nsources)
{
    g_autofree char *reasons = virDomainHostdevCompatReportsFormatReasons(reports);
    size_t i;

    /* one of each device here, and of each there that none replaces */
    FUZZ_CHECK(reports->len <= FUZZ_DEVICES + nsources);
    for (i = 0; i < reports->len; i++)
        fuzzCheckReport(g_ptr_array_index(reports, i));

    FUZZ_CHECK(reasons ||
               virNodeDeviceCompatVerdictIsGood(virDomainHostdevCompatReportsGetVerdict(reports)));
    if (fuzzChoose(16) == 0)
        fuzzCheckXML(reports);
}


/* At @first of the moments and at each up to @last */
static void
fuzzCheckGuest(GPtrArray *sources,
               virDomainHostdevCompatMoment first,
               virDomainHostdevCompatMoment last)
{
    virDomainHostdevDef hostdevs[FUZZ_DEVICES] = { 0 };
    virDomainDeviceInfo infos[FUZZ_DEVICES] = { 0 };
    virDomainHostdevDef *list[FUZZ_DEVICES];
    virDomainDef def = { 0 };
    g_autoptr(virDomainHostdevCompatMemory) memory = virDomainHostdevCompatMemoryNew();
    virDomainHostdevCompatCheck check = {
        .sources = sources,
        .crossType = fuzzChoose(2),
        .hooks = fuzzChoose(2),
    };
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    virDomainHostdevCompatMoment moment;

    fuzzMakeGuest(&def, hostdevs, infos, list);
    guest = virDomainHostdevGuestNewDef(&def);
    for (moment = first; moment <= last; moment++) {
        g_autoptr(virDomainHostdevCompatPlan) plan = NULL;
        g_autoptr(GPtrArray) reports = NULL;

        check.memory = moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY ? NULL : memory;
        plan = virDomainHostdevCompatPlanNew(&check, guest, moment);
        virDomainHostdevCompatAskAll(virDomainHostdevCompatPlanGetQuestions(plan), fuzzConnect());
        reports = virDomainHostdevCompatPlanJudge(plan, &check);

        fuzzCheckReports(reports, sources->len);
        /* nothing has changed in between */
        FUZZ_CHECK(moment != VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED || reports->len == 0);
    }
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) parts = fuzzParts(text, FUZZ_DEVICES + 1);
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    g_autoptr(qemuHostdevCompat) compat = NULL;
    size_t i;

    if (!parts[0] || !fuzzIsFit(parts[0]) ||
        !(doc = virXMLParseStringCtxt(parts[0], "(qemu_migration_cookie)", &ctxt)) ||
        qemuHostdevCompatParse(ctxt, &compat) < 0 || !compat || compat->error)
        return;

    for (i = 0; i < FUZZ_DEVICES && parts[i + 1]; i++) {
        g_auto(GStrv) lines = g_strsplit(parts[i + 1], "\n", -1);

        devices[i] = fuzzDescriptor(lines, g_strv_length(lines));
    }

    virResetLastError();
    /* at all of the moments it takes several times as long */
    if (fuzzChoose(4) > 0)
        fuzzCheckGuest(compat->hostdevs, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY,
                       VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY);
    else
        fuzzCheckGuest(compat->hostdevs, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY + 1,
                       VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED);

    for (i = 0; i < FUZZ_DEVICES; i++)
        g_clear_object(&devices[i]);
}
