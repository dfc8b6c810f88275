/*
 * qemu_hostdev_compat_api.c: APIs about the host devices of a guest
 *
 * A check of a migration without the migration: the same looks, comparison and policy.
 * No guest is locked, and none has a job, while devices are looked at.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat.h"

#include "datatypes.h"
#include "hypervisor/domain_hostdev_compat_api.h"
#include "hypervisor/domain_hostdev_compat_look.h"
#include "qemu_domain.h"
#include "qemu_hostdev_compat_look.h"
#include "qemu_hostdev_compat_policy.h"
#include "qemu_hostdev_compat_read.h"
#include "viraccessapichecknodedevcompat.h"
#include "virhook.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


static int
qemuHostdevCompatAsk(GPtrArray *questions,
                     void *opaque G_GNUC_UNUSED)
{
    virConnectPtr conn = NULL;
    int rc = qemuHostdevCompatLook(NULL, questions, &conn, false);

    virDomainHostdevCompatLookClose(conn);
    return rc;
}


char *
qemuDomainGetHostdevCompat(virDomainPtr dom,
                           unsigned int flags)
{
    g_autoptr(GPtrArray) questions = virDomainHostdevCompatQuestionsNew();
    g_autoptr(GPtrArray) devices = NULL;
    bool opaque = !!(flags & VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE);
    virDomainObj *vm;

    virCheckFlags(VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE, NULL);

    if (!(vm = qemuDomainObjFromDomain(dom)))
        return NULL;

    if (virDomainGetHostdevCompatEnsureACL(dom->conn, vm->def, flags) == 0 &&
        virDomainObjCheckActive(vm) == 0)
        devices = qemuHostdevCompatListDevices(vm, questions, opaque);

    virDomainObjEndAPI(&vm);

    if (!devices || qemuHostdevCompatAsk(questions, NULL) < 0)
        return NULL;

    return virDomainHostdevCompatDescribe(g_steal_pointer(&devices), questions, opaque);
}


char *
qemuConnectCompareHostdevCompat(virConnectPtr conn,
                                const char *domXML,
                                const char *hostdevsXML,
                                unsigned int flags)
{
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    virDomainHostdevCompatCheck check = {
        .local = true,
        .getReport = qemuHostdevCompatReadReport,
    };

    virCheckFlags(VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_VALIDATE_XML |
                  VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE, NULL);

    if (virConnectCompareHostdevCompatEnsureACL(conn, flags) < 0)
        return NULL;

    policy = qemuHostdevCompatPolicyRead(conn->privateData, false);
    check.hooks = virHookPresent(VIR_HOOK_DRIVER_QEMU);
    check.crossType = policy->crossType;

    reports = virDomainHostdevCompatCompareGuest(&check, domXML, hostdevsXML,
                                                 qemuHostdevCompatAsk, NULL, flags);

    return reports ? virDomainHostdevCompatFormatDecided(reports, policy) : NULL;
}
