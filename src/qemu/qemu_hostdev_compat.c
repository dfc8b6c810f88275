/*
 * qemu_hostdev_compat.c: host device compatibility in migration
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat.h"

#include "datatypes.h"
#include "driver.h"
#include "nodedev_compat_value.h"
#include "qemu_hostdev_compat_device.h"
#include "viralloc.h"
#include "virerror.h"
#include "virlog.h"
#include "virstring.h"
#include "virxml.h"
#include "nodedev_compat_xml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat");

/* More host devices than a guest can have; a peer that sends more is broken. */
#define HOSTDEVS_MAX 256

/* Share of the migration cookie, in bytes, that descriptors may take; the whole
 * is limited by REMOTE_MIGRATE_COOKIE_MAX of the remote protocol, 4 MiB. */
#define BLOCK_MAX (1024 * 1024)

/* What is shown of a message about what a peer sent, in bytes */
#define MESSAGE_MAX 512


static void
qemuHostdevCompatHostdevFree(qemuHostdevCompatHostdev *hostdev)
{
    if (!hostdev)
        return;

    virDomainHostdevIdentityClear(&hostdev->place);
    g_free(hostdev->name);
    g_clear_object(&hostdev->compat);
    g_free(hostdev);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(qemuHostdevCompatHostdev, qemuHostdevCompatHostdevFree);


void
qemuHostdevCompatFree(qemuHostdevCompat *compat)
{
    size_t i;

    if (!compat)
        return;

    for (i = 0; i < compat->nhostdevs; i++)
        qemuHostdevCompatHostdevFree(compat->hostdevs[i]);
    g_free(compat->hostdevs);
    g_free(compat->damage);
    g_clear_pointer(&compat->targets, g_hash_table_unref);
    virObjectUnref(compat->conn);
    g_free(compat);
}


/**
 * qemuHostdevCompatHostdevGetName:
 * @source: a device of the source, which may not tell all there is to tell
 *
 * Returns what to call it.
 */
const char *
qemuHostdevCompatHostdevGetName(const qemuHostdevCompatHostdev *source)
{
    const char *const names[] = {
        source->name, source->place.uuid, source->place.alias, source->place.address,
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i])
            return names[i];
    }

    return _("(unnamed)");
}


/* Describes the device behind @hostdev. What the node device driver does not
 * tell stays NULL: the destination then does not know, and its policy decides. */
static void
qemuHostdevCompatDescribe(qemuHostdevCompatHostdev *entry,
                          virConnectPtr conn,
                          const virDomainHostdevDef *hostdev)
{
    g_autoptr(virNodeDevice) device = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;

    if (!conn ||
        !(device = qemuHostdevCompatDeviceLookup(conn, hostdev)) ||
        !(xml = virNodeDeviceGetXMLDesc(device, 0)) ||
        !(entry->compat = virNodeDeviceCompatParseDocument(xml, false, &name))) {
        VIR_WARN("no compatibility data of host device '%s' for the migration: %s",
                 qemuHostdevCompatHostdevGetName(entry), virGetLastErrorMessage());
        virResetLastError();
        return;
    }

    g_free(entry->name);
    entry->name = g_steal_pointer(&name);
}


/* The cookie as a whole has a limit, beyond which a migration would fail that
 * has nothing wrong with it. */
static void
qemuHostdevCompatLimit(qemuHostdevCompatHostdev *entry,
                       size_t *budget)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, entry->compat);
    if (virBufferUse(&buf) <= *budget) {
        *budget -= virBufferUse(&buf);
        return;
    }

    VIR_WARN("compatibility data of host device '%s' is too much for the migration cookie",
             qemuHostdevCompatHostdevGetName(entry));
    g_clear_object(&entry->compat);
}


/**
 * qemuHostdevCompatElevate:
 *
 * The check is libvirt's own doing: whether it works must not depend on what
 * the user who migrates may know of node devices. Access control does not see that
 * an identity is elevated, but who it is; so what is asked is asked by the daemon.
 *
 * Returns the identity to restore, or NULL.
 */
virIdentity *
qemuHostdevCompatElevate(void)
{
    g_autoptr(virIdentity) current = virIdentityGetCurrent();
    g_autoptr(virIdentity) system = NULL;

    if (!current)
        return NULL;

    if (!(system = virIdentityGetSystem()) ||
        virIdentitySetCurrent(system) < 0) {
        VIR_WARN("host devices are compared with the rights of who asks for the migration: %s",
                 virGetLastErrorMessage());
        virResetLastError();
        return NULL;
    }

    return g_steal_pointer(&current);
}


/**
 * qemuHostdevCompatNew:
 * @def: definition of the guest on the source
 * @flags: flags of the migration
 *
 * Reads the descriptors of the guest's host devices right now.
 *
 * Returns them, or NULL if there is nothing to tell: no such device, or no
 * state of it to move. Never fails.
 */
qemuHostdevCompat *
qemuHostdevCompatNew(const virDomainDef *def,
                     unsigned int flags)
{
    g_autoptr(qemuHostdevCompat) compat = NULL;
    VIR_IDENTITY_AUTORESTORE virIdentity *oldident = NULL;
    g_autoptr(virConnect) conn = NULL;
    size_t budget = BLOCK_MAX;
    size_t i;

    if (flags & (VIR_MIGRATE_OFFLINE | VIR_MIGRATE_POSTCOPY_RESUME))
        return NULL;

    for (i = 0; i < def->nhostdevs; i++) {
        const virDomainHostdevDef *hostdev = def->hostdevs[i];
        qemuHostdevCompatHostdev *entry;

        if (!qemuHostdevCompatDeviceHasState(hostdev))
            continue;

        if (!compat) {
            compat = g_new0(qemuHostdevCompat, 1);
            oldident = qemuHostdevCompatElevate();
        }
        if (!conn)
            conn = virGetConnectNodeDev();

        entry = g_new0(qemuHostdevCompatHostdev, 1);
        qemuHostdevCompatDeviceGetPlace(hostdev, &entry->place);
        if (!entry->place.uuid)
            entry->name = qemuHostdevCompatDeviceGetName(hostdev);
        qemuHostdevCompatDescribe(entry, conn, hostdev);
        qemuHostdevCompatLimit(entry, &budget);
        VIR_APPEND_ELEMENT(compat->hostdevs, compat->nhostdevs, entry);
    }

    return g_steal_pointer(&compat);
}


/**
 * qemuHostdevCompatFormat:
 * @buf: buffer with the cookie
 * @compat: what to add to it, or NULL
 */
void
qemuHostdevCompatFormat(virBuffer *buf,
                        const qemuHostdevCompat *compat)
{
    g_auto(virBuffer) blockBuf = VIR_BUFFER_INIT_CHILD(buf);
    size_t i;

    if (!compat)
        return;

    for (i = 0; i < compat->nhostdevs; i++) {
        const qemuHostdevCompatHostdev *hostdev = compat->hostdevs[i];
        g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
        g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&blockBuf);

        virBufferEscapeString(&attrBuf, " alias='%s'", hostdev->place.alias);
        virBufferEscapeString(&attrBuf, " address='%s'", hostdev->place.address);
        virBufferEscapeString(&attrBuf, " uuid='%s'", hostdev->place.uuid);
        virBufferEscapeString(&attrBuf, " name='%s'", hostdev->name);
        virNodeDeviceCompatFormat(&childBuf, hostdev->compat);
        virXMLFormatElement(&blockBuf, "hostdev", &attrBuf, &childBuf);
    }

    virXMLFormatElement(buf, "nodedevCompat", NULL, &blockBuf);
}


/* An identifier of a peer's that ends up in messages and logs */
static int
qemuHostdevCompatParseID(xmlNodePtr node,
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


static qemuHostdevCompatHostdev *
qemuHostdevCompatParseHostdev(xmlNodePtr node)
{
    g_autoptr(qemuHostdevCompatHostdev) hostdev = g_new0(qemuHostdevCompatHostdev, 1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if (qemuHostdevCompatParseID(node, "alias", &hostdev->place.alias) < 0 ||
        qemuHostdevCompatParseID(node, "address", &hostdev->place.address) < 0 ||
        qemuHostdevCompatParseID(node, "uuid", &hostdev->place.uuid) < 0 ||
        qemuHostdevCompatParseID(node, "name", &hostdev->name) < 0 ||
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


/**
 * qemuHostdevCompatParse:
 * @ctxt: the cookie, at its root element
 * @ret_compat: set to what the peer says, or to NULL if it says nothing
 *
 * The peer is not trusted: what is not as qemuHostdevCompatFormat() writes
 * it is refused.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
qemuHostdevCompatParse(xmlXPathContextPtr ctxt,
                       qemuHostdevCompat **ret_compat)
{
    g_autoptr(qemuHostdevCompat) compat = NULL;
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

    compat = g_new0(qemuHostdevCompat, 1);

    for (i = 0; i < nnodes; i++) {
        g_autoptr(qemuHostdevCompatHostdev) hostdev = NULL;

        if (!(hostdev = qemuHostdevCompatParseHostdev(nodes[i])))
            return -1;

        for (j = 0; j < compat->nhostdevs; j++) {
            if (virDomainHostdevIdentityOverlaps(&hostdev->place,
                                                 &compat->hostdevs[j]->place)) {
                virReportError(VIR_ERR_XML_ERROR,
                               _("host device '%1$s' is twice in the migration cookie"),
                               qemuHostdevCompatHostdevGetName(hostdev));
                return -1;
            }
        }

        VIR_APPEND_ELEMENT(compat->hostdevs, compat->nhostdevs, hostdev);
    }

    *ret_compat = g_steal_pointer(&compat);
    return 0;
}


/**
 * qemuHostdevCompatTakeError:
 *
 * Returns the message of the last error, which is no error any more. What a peer has
 * put into it can neither fill a log nor look like lines of it.
 */
char *
qemuHostdevCompatTakeError(void)
{
    char *message = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(), MESSAGE_MAX);

    virResetLastError();
    return message;
}


/**
 * qemuHostdevCompatParseCookie:
 * @ctxt: the cookie, at its root element
 * @ret_compat: set to what the peer says, or to NULL if it says nothing
 *
 * A malformed block is no malformed cookie: the policy, which may be not to look at
 * it, is asked later on.
 */
void
qemuHostdevCompatParseCookie(xmlXPathContextPtr ctxt,
                             qemuHostdevCompat **ret_compat)
{
    if (qemuHostdevCompatParse(ctxt, ret_compat) == 0)
        return;

    *ret_compat = g_new0(qemuHostdevCompat, 1);
    (*ret_compat)->damage = qemuHostdevCompatTakeError();
}


/**
 * qemuHostdevCompatMatchNew:
 * @compat: what the source says
 *
 * Returns where to look for which of the source's devices one of the destination
 * takes over from.
 */
virDomainHostdevPairing *
qemuHostdevCompatMatchNew(const qemuHostdevCompat *compat)
{
    virDomainHostdevPairing *match = virDomainHostdevPairingNew();
    size_t i;

    for (i = 0; i < compat->nhostdevs; i++) {
        virDomainHostdevPairingAdd(match, &compat->hostdevs[i]->place,
                                   compat->hostdevs[i]);
    }

    return match;
}
