/*
 * qemu_hostdev_compat_read.c: host devices of a host without a node device driver
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_read.h"

#include "nodedev_compat/evidence/nodedev_compat_files_host.h"
#include "nodedev_compat/evidence/nodedev_compat_nvml.h"
#include "nodedev_compat/evidence/nodedev_compat_reader.h"
#include "nodedev_compat/evidence/nodedev_compat_update.h"
#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat/nodedev_compat_vgpu.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

/* The errors of virGetConnectNodeDev() that say that there is nobody to connect to. With any
 * other one, such as a lack of rights, or if it does not come back, there may be somebody who
 * knows better, and nothing is known. */
static const struct {
    int domain;
    int code;
    int error;                  /* errno, or -1 */
} none[] = {
    /* a libvirtd with the QEMU driver and without that of node devices (src/libvirt.c) */
    { VIR_FROM_NONE, VIR_ERR_NO_CONNECT, -1 },

    /* there is no socket of a daemon nor, in a session, a program to start; or nobody listens
     * on the socket any more, not even systemd (src/rpc/virnetsocket.c) */
    { VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, ENOENT },
    { VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, ECONNREFUSED },
};


/**
 * qemuHostdevCompatReadIsNeeded:
 * @error: of connecting to the node device driver
 *
 * Returns true if this host has no such driver.
 */
bool
qemuHostdevCompatReadIsNeeded(const virError *error)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(none); i++) {
        if (error->domain == none[i].domain &&
            error->code == none[i].code &&
            error->int1 == none[i].error)
            return true;
    }

    return false;
}


/* What the node device driver would have of the device, as far as reading it takes that */
static virNodeDeviceDef *
qemuHostdevCompatReadNewDef(const virDomainHostdevNode *node)
{
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);

    if (!(def->name = virDomainHostdevNodeGuessName(node)))
        def->name = g_strdup(node->name);
    def->sysfs_path = virDomainHostdevNodeGetPath(node);

    def->caps = g_new0(virNodeDevCapsDef, 1);
    if (node->identity.uuid) {
        def->caps->data.type = VIR_NODE_DEV_CAP_MDEV;
        def->caps->data.mdev.uuid = g_strdup(node->identity.uuid);
    } else {
        def->caps->data.type = VIR_NODE_DEV_CAP_PCI_DEV;
    }

    return def;
}


/* NVIDIA's library judges metadata of a vGPU, in a program of its own; that this is not here
 * does not say that the host has none. */
static virNodeDeviceCompatAnswer
qemuHostdevCompatReadAsk(const virNodeDeviceDef *def,
                         const char *opaque,
                         char **ret_detail)
{
    virNodeDeviceCompatAnswer answer = VIR_NODE_DEVICE_COMPAT_ANSWER_NONE;

    if (!virNodeDeviceCompatVGPUMetadataIs(opaque)) {
        *ret_detail = g_strdup(_("the host has no node device daemon, which would ask the driver"));
        return answer;
    }

    answer = virNodeDeviceCompatNVMLJudge(def->sysfs_path, opaque,
                                          virNodeDeviceCompatReaderGetDeadline(), ret_detail);
    return answer == VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT ?
           VIR_NODE_DEVICE_COMPAT_ANSWER_NONE : answer;
}


/**
 * qemuHostdevCompatReadReport:
 * @node: a host device of this host
 * @xmlDesc: document of the source
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 *
 * Reads the device, its facts and the rules now, and compares. What cannot be read in time is
 * unknown. Keeps nothing that was costly to read, since nobody reports to this driver that a
 * device has changed.
 *
 * Returns the report as XML, as the node device driver of this host would, or NULL with an
 * error reported.
 */
char *
qemuHostdevCompatReadReport(const virDomainHostdevNode *node,
                            const char *xmlDesc,
                            unsigned int flags)
{
    g_autoptr(virNodeDeviceDef) def = qemuHostdevCompatReadNewDef(node);
    g_autoptr(virNodeDeviceCompatRules) rules = NULL;
    char *report;

    virNodeDeviceCompatReaderSetDeadline(g_get_monotonic_time() +
                                         VIR_NODE_DEVICE_COMPAT_COMPARE_MS * 1000);
    rules = virNodeDeviceCompatFilesGetRules();
    virNodeDeviceCompatUpdateOwn(def);
    report = virNodeDeviceDefGetCompatReport(def, xmlDesc, rules, qemuHostdevCompatReadAsk, flags);
    virNodeDeviceCompatReaderSetDeadline(0);

    return report;
}
