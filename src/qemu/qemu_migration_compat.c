/*
 * qemu_migration_compat.c: host device compatibility in migration
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_migration_compat.h"

#include "datatypes.h"
#include "driver.h"
#include "nodedev_compat_report.h"
#include "viralloc.h"
#include "virerror.h"
#include "virfile.h"
#include "virhook.h"
#include "viridentity.h"
#include "virlog.h"
#include "virmdev.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_migration_compat");

/* More host devices than a guest can have; a peer that sends more is broken. */
#define HOSTDEVS_MAX 256

/* Share of the migration cookie, in bytes, that descriptors may take; the whole
 * is limited by REMOTE_MIGRATE_COOKIE_MAX of the remote protocol, 4 MiB. */
#define BLOCK_MAX (1024 * 1024)


static void
qemuMigrationCompatHostdevFree(qemuMigrationCompatHostdev *hostdev)
{
    if (!hostdev)
        return;

    g_free(hostdev->alias);
    g_free(hostdev->address);
    g_free(hostdev->uuid);
    g_free(hostdev->name);
    g_clear_object(&hostdev->compat);
    g_free(hostdev);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(qemuMigrationCompatHostdev, qemuMigrationCompatHostdevFree);


void
qemuMigrationCompatFree(qemuMigrationCompat *compat)
{
    size_t i;

    if (!compat)
        return;

    for (i = 0; i < compat->nhostdevs; i++)
        qemuMigrationCompatHostdevFree(compat->hostdevs[i]);
    g_free(compat->hostdevs);
    g_free(compat);
}


static bool
qemuMigrationCompatIsMdev(const virDomainHostdevDef *hostdev)
{
    return hostdev->mode == VIR_DOMAIN_HOSTDEV_MODE_SUBSYS &&
           hostdev->source.subsys.type == VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV;
}


/* Aliases that libvirt chose are numbered anew on each host. */
static const char *
qemuMigrationCompatUserAlias(const virDomainHostdevDef *hostdev)
{
    const char *alias = hostdev->info->alias;

    return alias && virDomainDeviceAliasIsUserAlias(alias) ? alias : NULL;
}


/* The place of @hostdev in the guest, which no migration may change; NULL for
 * a device that has none. */
static char *
qemuMigrationCompatAddress(const virDomainHostdevDef *hostdev)
{
    const virDomainDeviceInfo *info = hostdev->info;
    g_autofree char *address = NULL;

    if (info->type == VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI)
        address = virPCIDeviceAddressAsString(&info->addr.pci);
    else if (info->type == VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW)
        address = virCCWDeviceAddressAsString((virCCWDeviceAddress *)&info->addr.ccw);

    if (!address)
        return NULL;

    return g_strdup_printf("%s:%s", virDomainDeviceAddressTypeToString(info->type),
                           address);
}


/* Finds the node device of the active mdev @uuid. Its name starts with the UUID
 * and may go on with the parent's address. Returns NULL with an error reported. */
static virNodeDevicePtr
qemuMigrationCompatLookupMdev(virConnectPtr conn,
                              const char *uuid)
{
    g_autofree char *prefix = g_strdup_printf("mdev_%s", uuid);
    size_t len = strlen(prefix);
    virNodeDevicePtr *devices = NULL;
    virNodeDevicePtr found = NULL;
    int ndevices;
    size_t i;

    g_strdelimit(prefix, "-", '_');

    if ((ndevices = virConnectListAllNodeDevices(conn, &devices,
                                                 VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV |
                                                 VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE)) < 0)
        return NULL;

    for (i = 0; i < ndevices; i++) {
        const char *name = virNodeDeviceGetName(devices[i]);

        if (!found && STRPREFIX(name, prefix) &&
            (name[len] == '\0' || name[len] == '_'))
            found = devices[i];
        else
            virObjectUnref(devices[i]);
    }
    VIR_FREE(devices);

    if (!found) {
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device for mediated device '%1$s'"), uuid);
    }

    return found;
}


/* Describes the device behind @hostdev. What the node device driver does not
 * tell stays NULL: the destination then does not know, and its policy decides. */
static void
qemuMigrationCompatDescribe(qemuMigrationCompatHostdev *entry,
                            virConnectPtr conn)
{
    g_autoptr(virNodeDevice) device = NULL;
    g_autofree char *xml = NULL;

    if (!conn ||
        !(device = qemuMigrationCompatLookupMdev(conn, entry->uuid)) ||
        !(xml = virNodeDeviceGetXMLDesc(device, 0)) ||
        !(entry->compat = virNodeDeviceCompatParseDocument(xml, false, &entry->name))) {
        VIR_WARN("no compatibility data of mediated device '%s' for the migration: %s",
                 entry->uuid, virGetLastErrorMessage());
        virResetLastError();
    }
}


/* The cookie as a whole has a limit, beyond which a migration would fail that
 * has nothing wrong with it. */
static void
qemuMigrationCompatLimit(qemuMigrationCompatHostdev *entry,
                         size_t *budget)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, entry->compat);
    if (virBufferUse(&buf) <= *budget) {
        *budget -= virBufferUse(&buf);
        return;
    }

    VIR_WARN("compatibility data of mediated device '%s' is too much for the migration cookie",
             entry->uuid);
    g_clear_object(&entry->compat);
}


/* The check is libvirt's own doing: whether it works must not depend on what
 * the user who migrates may know of node devices. */
static virIdentity *
qemuMigrationCompatElevate(void)
{
    g_autoptr(virIdentity) current = virIdentityGetCurrent();

    return current ? virIdentityElevateCurrent() : NULL;
}


/**
 * qemuMigrationCompatNew:
 * @def: definition of the guest on the source
 * @flags: flags of the migration
 *
 * Reads the descriptors of the guest's mediated devices right now.
 *
 * Returns them, or NULL if there is nothing to tell: no such device, or no
 * state of it to move. Never fails.
 */
qemuMigrationCompat *
qemuMigrationCompatNew(const virDomainDef *def,
                       unsigned int flags)
{
    g_autoptr(qemuMigrationCompat) compat = NULL;
    VIR_IDENTITY_AUTORESTORE virIdentity *oldident = NULL;
    g_autoptr(virConnect) conn = NULL;
    size_t budget = BLOCK_MAX;
    size_t i;

    if (flags & VIR_MIGRATE_OFFLINE)
        return NULL;

    for (i = 0; i < def->nhostdevs; i++) {
        const virDomainHostdevDef *hostdev = def->hostdevs[i];
        qemuMigrationCompatHostdev *entry;

        if (!qemuMigrationCompatIsMdev(hostdev))
            continue;

        if (!compat) {
            compat = g_new0(qemuMigrationCompat, 1);
            oldident = qemuMigrationCompatElevate();
        }
        if (!conn)
            conn = virGetConnectNodeDev();

        entry = g_new0(qemuMigrationCompatHostdev, 1);
        entry->alias = g_strdup(qemuMigrationCompatUserAlias(hostdev));
        entry->address = qemuMigrationCompatAddress(hostdev);
        entry->uuid = g_strdup(hostdev->source.subsys.u.mdev.uuidstr);
        qemuMigrationCompatDescribe(entry, conn);
        qemuMigrationCompatLimit(entry, &budget);
        VIR_APPEND_ELEMENT(compat->hostdevs, compat->nhostdevs, entry);
    }

    return g_steal_pointer(&compat);
}


/**
 * qemuMigrationCompatFormat:
 * @buf: buffer with the cookie
 * @compat: what to add to it, or NULL
 */
void
qemuMigrationCompatFormat(virBuffer *buf,
                          const qemuMigrationCompat *compat)
{
    g_auto(virBuffer) blockBuf = VIR_BUFFER_INIT_CHILD(buf);
    size_t i;

    if (!compat)
        return;

    for (i = 0; i < compat->nhostdevs; i++) {
        const qemuMigrationCompatHostdev *hostdev = compat->hostdevs[i];
        g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
        g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&blockBuf);

        virBufferEscapeString(&attrBuf, " alias='%s'", hostdev->alias);
        virBufferEscapeString(&attrBuf, " address='%s'", hostdev->address);
        virBufferEscapeString(&attrBuf, " uuid='%s'", hostdev->uuid);
        virBufferEscapeString(&attrBuf, " name='%s'", hostdev->name);
        virNodeDeviceCompatFormat(&childBuf, hostdev->compat);
        virXMLFormatElement(&blockBuf, "hostdev", &attrBuf, &childBuf);
    }

    virXMLFormatElement(buf, "nodedevCompat", NULL, &blockBuf);
}


/* An identifier of a peer's that ends up in messages and logs */
static int
qemuMigrationCompatParseID(xmlNodePtr node,
                           const char *name,
                           char **ret_id)
{
    g_autofree char *id = virXMLPropString(node, name);

    if (id && (strlen(id) > 255 || !virStringIsPrintable(id))) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("malformed '%1$s' of a host device in the migration cookie"),
                       name);
        return -1;
    }

    *ret_id = g_steal_pointer(&id);
    return 0;
}


static qemuMigrationCompatHostdev *
qemuMigrationCompatParseHostdev(xmlNodePtr node)
{
    g_autoptr(qemuMigrationCompatHostdev) hostdev = g_new0(qemuMigrationCompatHostdev, 1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if (qemuMigrationCompatParseID(node, "alias", &hostdev->alias) < 0 ||
        qemuMigrationCompatParseID(node, "address", &hostdev->address) < 0 ||
        qemuMigrationCompatParseID(node, "uuid", &hostdev->uuid) < 0 ||
        qemuMigrationCompatParseID(node, "name", &hostdev->name) < 0 ||
        virNodeDeviceCompatParseChild(node, &hostdev->compat) < 0)
        return NULL;

    virNodeDeviceCompatFormat(&buf, hostdev->compat);
    if (virBufferUse(&buf) > VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("compatibility data of a host device in the migration cookie is larger than %1$d bytes"),
                       VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
        return NULL;
    }

    return g_steal_pointer(&hostdev);
}


static bool
qemuMigrationCompatIsDuplicate(const qemuMigrationCompatHostdev *a,
                               const qemuMigrationCompatHostdev *b)
{
    return (a->alias && STREQ_NULLABLE(a->alias, b->alias)) ||
           (a->address && STREQ_NULLABLE(a->address, b->address)) ||
           (a->uuid && STREQ_NULLABLE(a->uuid, b->uuid));
}


/**
 * qemuMigrationCompatParse:
 * @ctxt: the cookie, at its root element
 * @ret_compat: set to what the peer says, or to NULL if it says nothing
 *
 * The peer is not trusted: what is not as qemuMigrationCompatFormat() writes
 * it is refused.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
qemuMigrationCompatParse(xmlXPathContextPtr ctxt,
                         qemuMigrationCompat **ret_compat)
{
    g_autoptr(qemuMigrationCompat) compat = NULL;
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes;
    size_t i;
    size_t j;

    *ret_compat = NULL;

    if (!virXPathBoolean("boolean(./nodedevCompat)", ctxt))
        return 0;

    /* entities are no part of what we write, and a way to make little much */
    if (ctxt->doc->intSubset || ctxt->doc->extSubset) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("migration cookie with <nodedevCompat> must not have a document type declaration"));
        return -1;
    }

    if (virXPathBoolean("count(./nodedevCompat) > 1", ctxt)) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("more than one <nodedevCompat> element in the migration cookie"));
        return -1;
    }

    if ((nnodes = virXPathNodeSet("./nodedevCompat/hostdev", ctxt, &nodes)) < 0)
        return -1;

    if (nnodes > HOSTDEVS_MAX) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("more than %1$d host devices in the migration cookie"),
                       HOSTDEVS_MAX);
        return -1;
    }

    compat = g_new0(qemuMigrationCompat, 1);

    for (i = 0; i < nnodes; i++) {
        g_autoptr(qemuMigrationCompatHostdev) hostdev = NULL;

        if (!(hostdev = qemuMigrationCompatParseHostdev(nodes[i])))
            return -1;

        for (j = 0; j < compat->nhostdevs; j++) {
            if (qemuMigrationCompatIsDuplicate(hostdev, compat->hostdevs[j])) {
                virReportError(VIR_ERR_XML_ERROR,
                               _("host device '%1$s' is twice in the migration cookie"),
                               NULLSTR(hostdev->uuid));
                return -1;
            }
        }

        VIR_APPEND_ELEMENT(compat->hostdevs, compat->nhostdevs, hostdev);
    }

    *ret_compat = g_steal_pointer(&compat);
    return 0;
}


/**
 * qemuMigrationCompatFind:
 * @compat: what the source says, or NULL
 * @hostdev: a mediated device of the guest on the destination
 *
 * The destination may use another device than the source, under another UUID
 * and in another order. The address in the guest, which no migration may
 * change, tells which is which; for a device that has none (vfio-ap) it is the
 * alias that the user chose and, if there is none either, the UUID.
 *
 * Returns the source's device that @hostdev takes over from, or NULL.
 */
const qemuMigrationCompatHostdev *
qemuMigrationCompatFind(const qemuMigrationCompat *compat,
                        const virDomainHostdevDef *hostdev)
{
    const char *alias = qemuMigrationCompatUserAlias(hostdev);
    g_autofree char *address = qemuMigrationCompatAddress(hostdev);
    size_t i;

    if (!compat)
        return NULL;

    for (i = 0; address && i < compat->nhostdevs; i++) {
        if (STREQ_NULLABLE(compat->hostdevs[i]->address, address))
            return compat->hostdevs[i];
    }

    for (i = 0; alias && i < compat->nhostdevs; i++) {
        if (STREQ_NULLABLE(compat->hostdevs[i]->alias, alias))
            return compat->hostdevs[i];
    }

    for (i = 0; !alias && !address && i < compat->nhostdevs; i++) {
        if (STREQ_NULLABLE(compat->hostdevs[i]->uuid,
                           hostdev->source.subsys.u.mdev.uuidstr))
            return compat->hostdevs[i];
    }

    return NULL;
}


/* Where both sides have an opaque string, the target's driver is to judge the
 * source's. That one of them has none says nothing against the other one. */
static unsigned int
qemuMigrationCompatAskFlags(const qemuMigrationCompatHostdev *source,
                            virNodeDevicePtr device)
{
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) target = NULL;

    if (!source->compat->opaque)
        return 0;

    if (!(xml = virNodeDeviceGetXMLDesc(device, 0)) ||
        !(target = virNodeDeviceCompatParseDocument(xml, false, &name))) {
        /* whoever goes on to compare hears of it, too */
        virResetLastError();
        return 0;
    }

    return target->opaque ? VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE : 0;
}


/* Asks the node device driver about one device. Returns the report, or NULL
 * with an error reported if the question could not be answered. */
static virNodeDeviceCompatReport *
qemuMigrationCompatAsk(virNodeDevicePtr device,
                       const qemuMigrationCompatHostdev *source,
                       bool crossType)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *capability = NULL;
    g_autofree char *xml = NULL;
    unsigned int flags = qemuMigrationCompatAskFlags(source, device);

    if (crossType)
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;

    virNodeDeviceCompatFormat(&buf, source->compat);
    capability = virBufferContentAndReset(&buf);

    if (!(xml = virNodeDeviceGetCompatReport(device, capability, flags)))
        return NULL;

    return virNodeDeviceCompatReportParse(xml);
}


/* What to call a device of a source that may not tell all there is to tell */
static const char *
qemuMigrationCompatName(const qemuMigrationCompatHostdev *source)
{
    const char *const names[] = {
        source->name, source->uuid, source->alias, source->address,
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i])
            return names[i];
    }

    return _("(unnamed)");
}


/* A report that has no more to say than that there is nothing to compare */
static virNodeDeviceCompatReport *
qemuMigrationCompatReportNew(const qemuMigrationCompatHostdev *source,
                             const char *target,
                             virNodeDeviceCompatReasonCode code,
                             const char *detail)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);

    if (source)
        report->source = g_strdup(qemuMigrationCompatName(source));
    report->target = g_strdup(target);
    virNodeDeviceCompatReportAddDevice(report, code, detail);

    return g_steal_pointer(&report);
}


/* Whether the guest would not find the device here either. A hook script may
 * make it right before the guest starts, and the node device driver may be late
 * to see it. */
static bool
qemuMigrationCompatIsMissing(const char *uuid)
{
    g_autofree char *path = virMediatedDeviceGetSysfsPath(uuid);

    return virGetLastErrorCode() == VIR_ERR_NO_NODE_DEVICE &&
           !virHookPresent(VIR_HOOK_DRIVER_QEMU) &&
           !virFileExists(path);
}


/* Judges one device. Never fails: that something does not work is a reason. */
static virNodeDeviceCompatReport *
qemuMigrationCompatJudge(virConnectPtr conn,
                         const virDomainHostdevDef *hostdev,
                         const qemuMigrationCompatHostdev *source,
                         bool crossType)
{
    const char *uuid = hostdev->source.subsys.u.mdev.uuidstr;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autoptr(virNodeDevice) device = NULL;

    if (conn)
        device = qemuMigrationCompatLookupMdev(conn, uuid);

    if (!device && qemuMigrationCompatIsMissing(uuid)) {
        report = qemuMigrationCompatReportNew(source, uuid,
                                              VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                              virGetLastErrorMessage());
    } else if (!source || !source->compat) {
        report = qemuMigrationCompatReportNew(source, uuid,
                                              VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
                                              NULL);
    } else if (!device || !(report = qemuMigrationCompatAsk(device, source, crossType))) {
        report = qemuMigrationCompatReportNew(source, uuid,
                                              VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                              virGetLastErrorMessage());
    }
    virResetLastError();

    if (!report->source && source)
        report->source = g_strdup(qemuMigrationCompatName(source));
    if (!report->target)
        report->target = g_strdup(uuid);

    return g_steal_pointer(&report);
}


/* Adds the devices of the source whose state nothing here would take over. That
 * one just could not be told which is which is not known to be that. */
static void
qemuMigrationCompatAddLost(const qemuMigrationCompat *compat,
                           GHashTable *found,
                           GPtrArray *reports)
{
    size_t i;

    if (!compat || compat->nhostdevs <= reports->len)
        return;

    for (i = 0; i < compat->nhostdevs; i++) {
        const qemuMigrationCompatHostdev *source = compat->hostdevs[i];

        if (g_hash_table_contains(found, source))
            continue;

        g_ptr_array_add(reports,
                        qemuMigrationCompatReportNew(source, NULL,
                                                     VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                                     _("the guest has no device in its place")));
    }
}


/**
 * qemuMigrationCompatCheck:
 * @def: definition of the guest on the destination
 * @compat: what the source says of its devices, or NULL
 * @policy: what is to be refused
 * @flags: flags of the migration
 *
 * Compares each mediated device of the guest with the source's, right before
 * the destination does anything for the guest, and lets the host's policy
 * decide.
 *
 * Returns 0 if the migration may go on, -1 with an error reported if not.
 */
int
qemuMigrationCompatCheck(const virDomainDef *def,
                         const qemuMigrationCompat *compat,
                         const qemuMigrationCompatPolicy *policy,
                         unsigned int flags)
{
    g_autoptr(GPtrArray) reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    g_autoptr(GHashTable) found = g_hash_table_new(NULL, NULL);
    VIR_IDENTITY_AUTORESTORE virIdentity *oldident = NULL;
    g_autoptr(virConnect) conn = NULL;
    size_t i;

    if (flags & VIR_MIGRATE_OFFLINE ||
        policy->mode == QEMU_MIGRATION_COMPAT_MODE_OFF)
        return 0;

    for (i = 0; i < def->nhostdevs; i++) {
        const virDomainHostdevDef *hostdev = def->hostdevs[i];
        const qemuMigrationCompatHostdev *source;

        if (!qemuMigrationCompatIsMdev(hostdev))
            continue;

        if (!oldident)
            oldident = qemuMigrationCompatElevate();
        if (!conn)
            conn = virGetConnectNodeDev();

        source = qemuMigrationCompatFind(compat, hostdev);
        if (source)
            g_hash_table_add(found, (void *) source);
        g_ptr_array_add(reports, qemuMigrationCompatJudge(conn, hostdev, source,
                                                          policy->crossType));
    }

    qemuMigrationCompatAddLost(compat, found, reports);
    return qemuMigrationCompatPolicyDecide(policy, def, reports, flags);
}
