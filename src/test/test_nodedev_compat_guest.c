/*
 * test_nodedev_compat_guest.c: the test driver's APIs about the host devices of a guest
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "hypervisor/domain_hostdev_compat_api.h"
#include "test_nodedev_compat.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_TEST

/* There is no file; what test:///default has of it */
#define TEST_NODE_DEVICE_COMPAT_POLICY "migration = \"permissive\"\n"


static virDomainObj *
testNodeDeviceCompatFindDomain(virDomainPtr dom)
{
    virDomainObj *obj = virDomainObjListFindByUUID(testDriverGetDomains(dom->conn), dom->uuid);
    char uuidstr[VIR_UUID_STRING_BUFLEN];

    if (!obj) {
        virUUIDFormat(dom->uuid, uuidstr);
        virReportError(VIR_ERR_NO_DOMAIN, _("no domain with matching uuid '%1$s' (%2$s)"),
                       uuidstr, dom->name);
    }

    return obj;
}


/* Asks the connection itself, which has no domain locked: it answers at once. */
static int
testNodeDeviceCompatAskAll(GPtrArray *questions,
                           void *opaque)
{
    virDomainHostdevCompatAskAll(questions, opaque);
    return 0;
}


char *
testDomainGetHostdevCompat(virDomainPtr dom,
                           unsigned int flags)
{
    g_autoptr(GPtrArray) questions = virDomainHostdevCompatQuestionsNew();
    g_autoptr(GPtrArray) devices = NULL;
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    virDomainObj *obj;

    virCheckFlags(VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE, NULL);

    if (!(obj = testNodeDeviceCompatFindDomain(dom)))
        return NULL;

    if (virDomainObjCheckActive(obj) == 0)
        guest = virDomainHostdevGuestNewDef(obj->def);

    virDomainObjEndAPI(&obj);

    if (!guest)
        return NULL;

    devices = virDomainHostdevCompatListNewGuest(guest, questions);
    virDomainHostdevCompatAskAll(questions, dom->conn);

    return virDomainHostdevCompatDescribe(g_steal_pointer(&devices), questions,
                                          !!(flags & VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE));
}


char *
testConnectCompareHostdevCompat(virConnectPtr conn,
                                const char *domXML,
                                const char *hostdevsXML,
                                unsigned int flags)
{
    const virDomainHostdevCompatCheck check = { 0 };
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    g_autoptr(GPtrArray) reports = NULL;

    virCheckFlags(VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_VALIDATE_XML |
                  VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE, NULL);

    if (!(policy = virDomainHostdevCompatPolicyParse(TEST_NODE_DEVICE_COMPAT_POLICY, "test")) ||
        !(reports = virDomainHostdevCompatCompareGuest(&check, domXML, hostdevsXML,
                                                       testNodeDeviceCompatAskAll, conn, flags)))
        return NULL;

    return virDomainHostdevCompatFormatDecided(reports, policy);
}
