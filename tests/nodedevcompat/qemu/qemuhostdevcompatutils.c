/*
 * qemuhostdevcompatutils.c: guests and cookies for the tests of migration
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemuhostdevcompatutils.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "nodedevcompatframe.h"

#include <glib/gstdio.h>

#include "hypervisor/domain_hostdev_compat_decision.h"
#include "virerror.h"
#include "virfile.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

virQEMUDriver driver;


/* The slot in the guest, which may have a c in front; or u if the guest does not get the
 * device; or none at all */
static void
testSetAddress(virDomainDeviceInfo *info,
               const char *address)
{
    unsigned int slot = 0;
    bool ccw = address && address[0] == 'c';

    if (!address)
        return;

    if (STREQ(address, "u")) {
        info->type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_UNASSIGNED;
        return;
    }

    if (virStrToLong_ui(address + (ccw ? 1 : 0), NULL, 10, &slot) < 0)
        abort();

    if (ccw) {
        info->type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW;
        info->addr.ccw.cssid = 0xfe;
        info->addr.ccw.devno = slot;
        info->addr.ccw.assigned = true;
    } else {
        info->type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI;
        info->addr.pci.slot = slot;
    }
}


/* The host's side of @hostdev */
static void
testSetSource(virDomainHostdevDef *hostdev,
              const char *device)
{
    virDomainHostdevSubsys *subsys = &hostdev->source.subsys;

    hostdev->mode = VIR_DOMAIN_HOSTDEV_MODE_SUBSYS;
    if (STREQ(device, "usb")) {
        subsys->type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_USB;
    } else if (strlen(device) == 1 || device[0] == 'a') {
        subsys->type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV;
        subsys->u.mdev.model = device[0] == 'a' ? VIR_MDEV_MODEL_TYPE_VFIO_AP :
                                                  VIR_MDEV_MODEL_TYPE_VFIO_PCI;
        g_snprintf(subsys->u.mdev.uuidstr, sizeof(subsys->u.mdev.uuidstr),
                   UUID "%c", device[strlen(device) - 1]);
    } else {
        subsys->type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_PCI;
        subsys->u.pci.addr.bus = 0x0a;
        subsys->u.pci.addr.function = device[1] - '0';
    }
}


static virDomainNetTeamingInfo *
testNewTeaming(void)
{
    virDomainNetTeamingInfo *teaming = g_new0(virDomainNetTeamingInfo, 1);

    teaming->type = VIR_DOMAIN_NET_TEAMING_TYPE_TRANSIENT;
    teaming->persistent = g_strdup("ua-persistent");

    return teaming;
}


/* An interface owns the host device, which is among those of the guest as well */
static virDomainDeviceInfo *
testAddInterface(virDomainDef *def,
                 const char *device)
{
    virDomainNetDef *net = virDomainNetDefNew(driver.xmlopt);
    virDomainHostdevDef *hostdev = &net->data.hostdev.def;

    VIR_APPEND_ELEMENT_COPY(def->nets, def->nnets, net);
    net->type = device[0] == 'p' ? VIR_DOMAIN_NET_TYPE_NETWORK : VIR_DOMAIN_NET_TYPE_HOSTDEV;
    if (STREQ(device, "pool"))
        return &net->info;

    if (net->type == VIR_DOMAIN_NET_TYPE_NETWORK) {
        net->data.network.actual = g_new0(virDomainActualNetDef, 1);
        net->data.network.actual->type = VIR_DOMAIN_NET_TYPE_HOSTDEV;
        hostdev = &net->data.network.actual->data.hostdev.def;
    }

    hostdev->parentnet = net;
    hostdev->info = &net->info;
    testSetSource(hostdev, device);
    if (device[0] == 'm')
        net->teaming = testNewTeaming();
    virDomainHostdevInsert(def, hostdev);

    return &net->info;
}


static virDomainDeviceInfo *
testAddHostdev(virDomainDef *def,
               const char *device)
{
    virDomainHostdevDef *hostdev = virDomainHostdevDefNew();

    testSetSource(hostdev, device);
    hostdev->managed = device[0] == 'h';
    if (device[0] == 't')
        hostdev->teaming = testNewTeaming();
    virDomainHostdevInsert(def, hostdev);

    return hostdev->info;
}


static void
testAddDevice(virDomainDef *def,
              const char *text)
{
    const char *equals = strchr(text, '=');
    const char *device = equals ? equals + 1 : text;
    g_autofree char *guest = equals ? g_strndup(text, equals - text) : NULL;
    g_auto(GStrv) parts = g_strsplit(guest ? guest : "", "@", 2);
    virDomainDeviceInfo *info;

    if (strchr("pnm", device[0]))
        info = testAddInterface(def, device);
    else
        info = testAddHostdev(def, device);

    if (parts[0] && parts[0][0])
        info->alias = g_strdup(parts[0]);
    testSetAddress(info, parts[0] ? parts[1] : NULL);
}


virDomainDef *
testGuest(const char *text)
{
    virDomainDef *def = virDomainDefNew(driver.xmlopt);
    g_auto(GStrv) hostdevs = g_strsplit(text, " ", -1);
    size_t i;

    def->name = g_strdup("guest");
    for (i = 0; hostdevs[i]; i++)
        testAddDevice(def, hostdevs[i]);

    return def;
}


static char *policyDir;


qemuHostdevCompat *
testDescribeGuest(virDomainDef *def,
                  unsigned int flags)
{
    virDomainObj *vm = virDomainObjNew(driver.xmlopt);
    qemuHostdevCompat *compat = NULL;

    vm->def = def;
    if (qemuHostdevCompatDescribe(vm, flags, &compat) < 0)
        abort();
    vm->def = NULL;

    virDomainObjEndAPI(&vm);
    return compat;
}


int
testPolicyInit(void)
{
    g_autoptr(virQEMUDriverConfig) cfg = virQEMUDriverGetConfig(&driver);

    /* however busy the machine is */
    virNodeDeviceCompatReaderSetLimits(600 * 1000, 600 * 1000, 600 * 1000);

    policyDir = g_strdup("/tmp/qemuhostdevcompat-XXXXXX");
    if (!g_mkdtemp(policyDir))
        return -1;

    g_free(cfg->configBaseDir);
    cfg->configBaseDir = g_strdup(policyDir);
    return 0;
}


void
testPolicyFree(void)
{
    ignore_value(testSetPolicy(NULL));
    g_rmdir(policyDir);
    g_clear_pointer(&policyDir, g_free);
}


int
testSetPolicy(const char *content)
{
    g_autofree char *file = g_strdup_printf("%s/" VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE, policyDir);

    /* one without settings is not empty, which would be an error */
    if (content)
        return virFileWriteStr(file, *content ? content : "#\n", 0600);

    return (unlink(file) < 0 && errno != ENOENT) || testMakeOld(policyDir) < 0 ? -1 : 0;
}


static virNodeDeviceCompat *
testDescriptor(size_t nattrs,
               size_t size)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    virNodeDeviceCompatAttrs *accepts = virNodeDeviceCompatAddAlternative(compat);
    g_autofree char *value = g_strnfill(size, '&');
    size_t i;

    for (i = 0; i < nattrs; i++) {
        g_autofree char *name = g_strdup_printf("attr%zu", i);

        ignore_value(virNodeDeviceCompatAdd(compat, NULL, name, value));
        ignore_value(virNodeDeviceCompatAdd(compat, accepts, name, value));
    }

    return compat;
}


qemuHostdevCompat *
testDescription(size_t ndevices,
                size_t nattrs,
                size_t size)
{
    qemuHostdevCompat *compat = qemuHostdevCompatNew();
    size_t i;

    for (i = 0; i < ndevices; i++) {
        virDomainHostdevCompat *device = g_new0(virDomainHostdevCompat, 1);

        device->identity.address = g_strdup_printf("pci:0000:%02zx:00.0", i);
        device->identity.uuid = g_strdup_printf("83b8f4f2-509f-382f-3c1e-%012zx", i);
        device->name = g_strdup_printf("mdev_83b8f4f2_509f_382f_3c1e_%012zx_0000_0a_00_0", i);
        device->compat = testDescriptor(nattrs, size);
        g_ptr_array_add(compat->hostdevs, device);
    }

    return compat;
}


char *
testFormatBlock(const qemuHostdevCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    qemuHostdevCompatFormat(&buf, compat);
    return virBufferContentAndReset(&buf);
}


int
testParseBlock(const char *cookie,
               qemuHostdevCompat **ret_compat)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    /* as qemuMigrationCookieXMLParseStr() does */
    if (!(doc = virXMLParseStringCtxt(cookie, "(qemu_migration_cookie)", &ctxt)))
        return -1;

    return qemuHostdevCompatParse(ctxt, ret_compat);
}


/* Looks for each of @parts, which has a | between them, in @text. */
int
testFindParts(const char *what,
              const char *parts,
              const char *text)
{
    g_auto(GStrv) list = g_strsplit(parts, "|", -1);
    size_t i;

    for (i = 0; list[i]; i++) {
        if (!strstr(text, list[i]))
            return testFail("expected '%s' in the %s\n%s", list[i], what, text);
    }

    return 0;
}


/* @expect: parts of the log, or of an error after -; NULL: no warning */
int
testExpectOutcome(const char *expect,
                  int rc)
{
    g_autofree char *log = virTestLogContentAndReset();

    if (!expect || expect[0] != '-') {
        if (rc < 0)
            return testFail("expected success, got %s", virGetLastErrorMessage());
        if (virGetLastErrorCode() != VIR_ERR_OK)
            return testFail("an error was left: %s", virGetLastErrorMessage());
        if (!expect && log && strstr(log, "warning"))
            return testFail("expected no warning, got\n%s", log);
        return expect ? testFindParts("log", expect, NULLSTR(log)) : 0;
    }

    if (rc == 0)
        return testFail("expected '%s', got success", expect + 1);

    return testFindParts("error", expect + 1, virGetLastErrorMessage());
}


int
testExpectMoment(const char *refused,
                 char at,
                 int rc,
                 bool *ret_done)
{
    bool here = refused && refused[0] == at;

    if ((rc < 0) != here) {
        return testFail("expected %s at '%c', got %s", here ? "a refusal" : "success",
                        at, rc < 0 ? virGetLastErrorMessage() : "success");
    }

    if (here && testFindParts("error", refused + 1, virGetLastErrorMessage()) < 0)
        return -1;

    *ret_done = here;
    virResetLastError();
    return 0;
}
