/*
 * qemuhostdevcompathost.c: a fake node device driver that stands for a host
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemuhostdevcompathost.h"

#include <unistd.h>

#define LIBVIRT_DOMAIN_HOSTDEV_COMPAT_LOOKPRIV_H_ALLOW

#include "datatypes.h"
#include "driver.h"
#include "hypervisor/domain_hostdev_compat_lookpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_files_host.h"
#include "nodedev_compat/evidence/nodedev_compat_nvml.h"
#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat/nodedev_compat_device.h"
#include "qemuhostdevcompatutils.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "virhook.h"
#include "viridentity.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

struct testHost host;

static virConnectPtr hostConnection;

/* For what hangs, which is told by @host */
static virMutex hangLock = VIR_MUTEX_INITIALIZER;
static virCond hangCond = { .cond = PTHREAD_COND_INITIALIZER };


/* Takes as long as the host does for @what. */
static void
testTake(const char *what)
{
    virMutexLock(&hangLock);
    host.calls++;
    virMutexUnlock(&hangLock);

    if (host.asked)
        host.asked();

    virMutexLock(&hangLock);
    while (host.hangs && strstr(what, host.hangs))
        ignore_value(virCondWait(&hangCond, &hangLock));
    virMutexUnlock(&hangLock);

    if (host.slow > 0)
        g_usleep(host.slow * 1000);
}


static int
testIsAlive(virConnectPtr conn)
{
    return conn == hostConnection;
}


static int
testClose(virConnectPtr conn G_GNUC_UNUSED)
{
    if (STREQ_NULLABLE(host.hangs, "close")) {
        host.closes++;
        testTake(host.hangs);
    }

    return 0;
}


static int
testSetKeepAlive(virConnectPtr conn G_GNUC_UNUSED,
                 int interval,
                 unsigned int count)
{
    if (interval > 0 && count > 0)
        g_atomic_int_inc(&host.keepalives);

    return 0;
}


static virHypervisorDriver connectionDriver = {
    .name = "fake",
    .connectClose = testClose,
    .connectIsAlive = testIsAlive,
    .connectSetKeepAlive = testSetKeepAlive,
};


/* Whether who asks about @name gets an answer; if not, an error is reported */
static bool
testMayAsk(virConnectPtr conn,
           const char *name)
{
    g_autoptr(virIdentity) identity = virIdentityGetCurrent();
    uid_t uid = -1;

    testTake(name);

    if (host.dies || !testIsAlive(conn)) {
        virReportError(VIR_ERR_INTERNAL_ERROR, "%s", "client socket is closed");
        return false;
    }

    if (host.guarded &&
        (!identity || virIdentityGetUNIXUserID(identity, &uid) < 0 || uid != geteuid())) {
        virReportError(VIR_ERR_ACCESS_DENIED, "%s", "node-device");
        return false;
    }

    return true;
}


static char *
testDeviceName(const char *device)
{
    char *name;

    if (strchr("fuv", device[0]))
        return g_strdup_printf(FUNCTION "%c", device[1]);

    name = g_strdup_printf("mdev_" UUID "%c_0000_00_02_0", device[0]);
    return g_strdelimit(name, "-", '_');
}


static char *
testCapability(const char *text,
               const char *vfioDriver)
{
    static const char *const formats[] = {
        "<deviceAPI>%s</deviceAPI>", "<type id='%s'/>",
        "<softwareVersion>%s</softwareVersion>", "<attr name='x' value='%s'/>",
        "<opaque>%s</opaque>",
    };
    g_auto(GStrv) values = g_strsplit(text, "/", -1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (!values[0])
        return g_strdup("");

    virBufferAddLit(&buf, "<capability type='compat'>");
    for (i = 0; values[i]; i++) {
        const char *colon = i == 3 ? strchr(values[i], ':') : NULL;

        if (values[i][0] == '?')
            virBufferAsprintf(&buf, "<opaque reason='%s'/>", values[i] + 1);
        else if (values[i][0] == '!')
            virBufferAddLit(&buf, "<unusable name='migration' reason='unreadable'/>");
        else if (values[i][0] == '#')
            virBufferAsprintf(&buf, "<unusable name='facts' reason='%s'/>", values[i] + 1);
        else if (colon)
            virBufferAsprintf(&buf, "<attr name='%.*s' value='%s' derived='yes'/>",
                              (int)(colon - values[i]), values[i], colon + 1);
        else if (values[i][0])
            virBufferAsprintf(&buf, formats[i], values[i]);
    }
    if (vfioDriver)
        virBufferAsprintf(&buf, "<attr name='vfio_driver' value='%s' derived='yes'/>", vfioDriver);
    /* which cannot migrate anything */
    if (STREQ_NULLABLE(vfioDriver, "vfio-pci"))
        virBufferAddLit(&buf, "<attr name='migratable' value='no' derived='yes'/>");
    virBufferAddLit(&buf, "</capability>");

    return virBufferContentAndReset(&buf);
}


static char *
testFunctionXML(const char *name,
                const char *capability)
{
    return g_strdup_printf("<device><name>%s</name><capability type='pci'>"
                           "<domain>0</domain><bus>10</bus><slot>0</slot>"
                           "<function>%c</function>"
                           "<product id='0x10ca'/><vendor id='0x8086'/>"
                           "%s</capability></device>",
                           name, name[strlen(name) - 1], capability);
}


/* The XML of the device called @name, or NULL with an error reported */
static char *
testDeviceXML(const char *name)
{
    g_auto(GStrv) devices = g_strsplit(host.devices, " ", -1);
    size_t i;

    for (i = 0; devices[i]; i++) {
        g_autofree char *candidate = testDeviceName(devices[i]);
        g_autofree char *capability = NULL;
        g_auto(GStrv) values = NULL;
        const char *text = strchr(devices[i], '=') + 1;

        if (STRNEQ(name, candidate))
            continue;

        capability = testCapability(text, devices[i][0] == 'f' ? "v" :
                                    devices[i][0] == 'v' ? "vfio-pci" : NULL);
        values = g_strsplit(text, "/", -1);
        if (STRPREFIX(name, "pci_"))
            return testFunctionXML(name, capability);
        return g_strdup_printf("<device><name>%s</name><capability type='mdev'>"
                               "<type id='%s'/>%s</capability></device>",
                               name,
                               values[0] && values[1] && values[1][0] ? values[1] : "a",
                               capability);
    }

    virReportError(VIR_ERR_NO_NODE_DEVICE, "no node device '%s'", name);
    return NULL;
}


static int
testListAllNodeDevices(virConnectPtr conn,
                       virNodeDevicePtr **ret_devices,
                       unsigned int flags)
{
    g_auto(GStrv) devices = g_strsplit(host.devices, " ", -1);
    size_t count = 0;
    size_t i;

    if (flags != (VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV |
                  VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE)) {
        virReportError(VIR_ERR_INTERNAL_ERROR, "unexpected flags 0x%x", flags);
        return -1;
    }

    if (!testMayAsk(conn, "list"))
        return -1;

    *ret_devices = g_new0(virNodeDevicePtr, g_strv_length(devices) + 1);
    for (i = 0; devices[i]; i++) {
        g_autofree char *name = testDeviceName(devices[i]);

        if (STRPREFIX(name, "mdev_"))
            (*ret_devices)[count++] = virGetNodeDevice(conn, name);
    }

    return count;
}


static virNodeDevicePtr
testLookupByName(virConnectPtr conn,
                 const char *name)
{
    g_autofree char *xml = testMayAsk(conn, name) ? testDeviceXML(name) : NULL;

    return xml ? virGetNodeDevice(conn, name) : NULL;
}


static char *
testGetXMLDesc(virNodeDevicePtr device,
               unsigned int flags)
{
    virCheckFlags(0, NULL);

    host.reads++;
    host.definitions++;
    return testMayAsk(device->conn, device->name) ? testDeviceXML(device->name) : NULL;
}


/* A report as a driver gives it that does not add the descriptor of the target */
static char *
testMakeBrief(char *xml)
{
    g_autofree char *full = xml;
    g_autoptr(virNodeDeviceCompatReport) report = xml ? virNodeDeviceCompatReportParse(xml) : NULL;

    if (!report)
        return NULL;

    g_clear_object(&report->targetCompat);
    return virNodeDeviceCompatReportFormat(report);
}


static virNodeDeviceCompatAnswer
testAskDriver(const virNodeDeviceDef *def,
              const char *opaque,
              char **ret_detail)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceDefGetCompat(def);

    if (STREQ(compat->opaque, "mute")) {
        *ret_detail = g_strdup("No such device");
        return VIR_NODE_DEVICE_COMPAT_ANSWER_NONE;
    }

    if (STREQ(compat->opaque, opaque))
        return VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED;

    *ret_detail = g_strdup("Invalid argument");
    return VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED;
}


static char *
testGetCompatReport(virNodeDevicePtr device,
                    const char *xmlDesc,
                    unsigned int flags)
{
    bool answers = testMayAsk(device->conn, device->name);
    g_autofree char *xml = answers ? testDeviceXML(device->name) : NULL;
    g_autoptr(virNodeDeviceDef) def = NULL;
    char *report;

    host.reads++;
    if (host.report)
        return g_strdup(host.report);

    if (!xml ||
        !(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)))
        return NULL;

    report = virNodeDeviceDefGetCompatReport(def, xmlDesc, NULL, testAskDriver, flags);
    return host.brief ? testMakeBrief(report) : report;
}


static virNodeDeviceDriver extendedDriver = {
    .name = "fake",
    .connectListAllNodeDevices = testListAllNodeDevices,
    .nodeDeviceLookupByName = testLookupByName,
    .nodeDeviceGetXMLDesc = testGetXMLDesc,
    .nodeDeviceGetCompatReport = testGetCompatReport,
};

static virNodeDeviceDriver stockDriver = {
    .name = "fake stock",
    .connectListAllNodeDevices = testListAllNodeDevices,
    .nodeDeviceLookupByName = testLookupByName,
    .nodeDeviceGetXMLDesc = testGetXMLDesc,
};


/* Takes the place of libvirt's own, which would connect to a daemon */
virConnectPtr
virGetConnectNodeDev(void)
{
    virNodeDeviceDriver *kind;

    testTake("connect");

    if (host.unreachable) {
        virReportError(VIR_ERR_RPC, "%s", "nodedev:///system");
        return NULL;
    }

    if (host.error) {
        virRaiseErrorFull(__FILE__, __FUNCTION__, __LINE__, host.error->domain,
                          host.error->code, VIR_ERR_ERROR, NULL, NULL, NULL,
                          host.error->number, -1, "%s", "nodedev:///session");
        return NULL;
    }

    kind = host.stock ? &stockDriver : &extendedDriver;
    /* another thread may use it */
    if (hostConnection->nodeDeviceDriver != kind)
        hostConnection->nodeDeviceDriver = kind;
    return virObjectRef(hostConnection);
}


/* Takes the place of ours, which would read files of this host */
virNodeDeviceCompatFacts *
virNodeDeviceCompatFilesGetFacts(void)
{
    virNodeDeviceCompatFacts *facts = virNodeDeviceCompatFactsNew();

    if (STREQ_NULLABLE(host.facts, "!"))
        facts->unusable = VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT;
    else if (STREQ_NULLABLE(host.facts, "?"))
        facts->outdated = true;
    else if (host.facts && virNodeDeviceCompatFactsAddXML(facts, host.facts, "facts.xml") < 0)
        abort();

    return facts;
}


/* Likewise */
virNodeDeviceCompatRules *
virNodeDeviceCompatFilesGetRules(void)
{
    return virNodeDeviceCompatRulesNew();
}


/* Takes the place of ours, which knows this machine's sysfs only */
char *
virDomainHostdevNodeGetPath(const virDomainHostdevNode *node)
{
    const char *root = host.sysfs ? host.sysfs : "/sys";
    g_autofree char *address = NULL;

    if (node->identity.uuid)
        return g_strdup_printf("%s/bus/mdev/devices/%s", root, node->identity.uuid);

    address = virPCIDeviceAddressAsString(&node->addr);
    return g_strdup_printf("%s/bus/pci/devices/%s", root, address);
}


/* Takes the place of ours, which would run a program */
virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLReadMetadata(const char *devicePath,
                                    const char *guest,
                                    gint64 deadline G_GNUC_UNUSED,
                                    char **ret_metadata)
{
    if (!host.metadata)
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    testTake("metadata");
    if (STREQ(host.metadata, "unreadable"))
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;

    *ret_metadata = g_strdup_printf("%s of %s in %s", host.metadata, devicePath, guest);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Takes the place of libvirt's own, too */
int
virHookPresent(int no)
{
    return no == VIR_HOOK_DRIVER_QEMU && host.hooks;
}


static int
testHostConnect(void)
{
    if (!(hostConnection = virGetConnect()))
        return -1;

    hostConnection->driver = &connectionDriver;
    return 0;
}


int
testHostInit(void)
{
    if (qemuTestDriverInit(&driver) < 0 ||
        testPolicyInit() < 0)
        return -1;

    return testHostConnect();
}


void
testHostRestart(void)
{
    virDomainHostdevCompatLookDrain();
    virObjectUnref(hostConnection);
    if (testHostConnect() < 0)
        abort();
}


void
testHostRelease(void)
{
    virMutexLock(&hangLock);
    host.hangs = NULL;
    virCondBroadcast(&hangCond);
    virMutexUnlock(&hangLock);

    virDomainHostdevCompatLookDrain();
}


void
testHostFree(void)
{
    testHostRelease();
    virObjectUnref(hostConnection);
    testPolicyFree();
    qemuTestDriverFree(&driver);
}


void
testSetHost(const char *devices)
{
    if (!devices)
        return;

    host.dies = STREQ(devices, "!");
    if (!host.dies)
        host.devices = devices;
}
