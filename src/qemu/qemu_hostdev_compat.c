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
#include "nodedev_compat_xml.h"
#include "viralloc.h"
#include "virerror.h"
#include "virlog.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat");

/* More host devices than a guest can have; a peer that sends more is broken. */
#define HOSTDEVS_MAX 256

/* Share of the migration cookie, in bytes, that descriptors may take; the whole
 * is limited by REMOTE_MIGRATE_COOKIE_MAX of the remote protocol, 4 MiB. */
#define BLOCK_MAX (1024 * 1024)

/* What is shown of a message about what a peer sent, in bytes */
#define MESSAGE_MAX 512


/**
 * qemuHostdevCompatNew:
 *
 * Returns a description without devices.
 */
qemuHostdevCompat *
qemuHostdevCompatNew(void)
{
    qemuHostdevCompat *compat = g_new0(qemuHostdevCompat, 1);

    compat->hostdevs = g_ptr_array_new_with_free_func((GDestroyNotify) virDomainHostdevCompatFree);
    return compat;
}


void
qemuHostdevCompatFree(qemuHostdevCompat *compat)
{
    if (!compat)
        return;

    g_clear_pointer(&compat->hostdevs, g_ptr_array_unref);
    g_free(compat->error);
    g_clear_pointer(&compat->targets, g_hash_table_unref);
    virObjectUnref(compat->conn);
    g_free(compat);
}


/* The cookie as a whole has a limit, and must not exceed it: that would fail a
 * migration that could work. */
static void
qemuHostdevCompatLimit(virDomainHostdevCompat *device,
                       size_t *budget)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, device->compat);
    if (virBufferUse(&buf) <= *budget) {
        *budget -= virBufferUse(&buf);
        return;
    }

    VIR_WARN("Compatibility data of host device '%s' does not fit into the migration cookie",
             virDomainHostdevCompatGetName(device));
    g_clear_object(&device->compat);
}


/**
 * qemuHostdevCompatElevate:
 *
 * The daemon compares devices on its own account: whether that works must not depend on
 * the rights that the user who migrates has on node devices. Access control looks at
 * the current identity, which therefore becomes the daemon's.
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
        VIR_WARN("Comparing host devices with the rights of the user who migrates: %s",
                 virGetLastErrorMessage());
        virResetLastError();
        return NULL;
    }

    return g_steal_pointer(&current);
}


/**
 * qemuHostdevCompatDescribe:
 * @def: definition of the guest on the source
 * @flags: flags of the migration
 *
 * Reads the descriptors of the guest's host devices right now. One that cannot be
 * read stays NULL: the destination then does not know, and its policy decides.
 *
 * Returns them, or NULL if no state of a host device is going to be migrated. Never
 * fails.
 */
qemuHostdevCompat *
qemuHostdevCompatDescribe(const virDomainDef *def,
                          unsigned int flags)
{
    g_autoptr(qemuHostdevCompat) compat = NULL;
    VIR_IDENTITY_AUTORESTORE virIdentity *oldident = NULL;
    g_autoptr(virConnect) conn = NULL;
    size_t budget = BLOCK_MAX;
    size_t i;

    if (flags & (VIR_MIGRATE_OFFLINE | VIR_MIGRATE_POSTCOPY_RESUME) ||
        virDomainHostdevCountWithState(def) == 0)
        return NULL;

    compat = qemuHostdevCompatNew();
    oldident = qemuHostdevCompatElevate();

    for (i = 0; i < def->nhostdevs; i++) {
        const virDomainHostdevDef *hostdev = def->hostdevs[i];
        virDomainHostdevCompat *device;

        if (!virDomainHostdevHasState(hostdev))
            continue;

        if (!conn)
            conn = virGetConnectNodeDev();

        device = virDomainHostdevCompatNew(hostdev);
        if (virDomainHostdevCompatDescribe(device, hostdev, conn, true) < 0) {
            VIR_WARN("Continuing without compatibility data of host device '%s': %s",
                     virDomainHostdevCompatGetName(device), virGetLastErrorMessage());
            virResetLastError();
        }
        qemuHostdevCompatLimit(device, &budget);
        g_ptr_array_add(compat->hostdevs, device);
    }

    return g_steal_pointer(&compat);
}


/**
 * qemuHostdevCompatFormat:
 * @buf: buffer with the cookie
 * @compat: what to add to it, or NULL
 *
 * What was malformed stays so, even if the details get lost: an element without
 * devices stands for it.
 */
void
qemuHostdevCompatFormat(virBuffer *buf,
                        const qemuHostdevCompat *compat)
{
    g_auto(virBuffer) blockBuf = VIR_BUFFER_INIT_CHILD(buf);
    size_t i;

    if (!compat)
        return;

    if (compat->error) {
        virBufferAddLit(buf, "<nodedevCompat/>\n");
        return;
    }

    for (i = 0; i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *hostdev = g_ptr_array_index(compat->hostdevs, i);
        g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
        g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&blockBuf);

        virBufferEscapeString(&attrBuf, " alias='%s'", hostdev->identity.alias);
        virBufferEscapeString(&attrBuf, " address='%s'", hostdev->identity.address);
        virBufferEscapeString(&attrBuf, " uuid='%s'", hostdev->identity.uuid);
        virBufferEscapeString(&attrBuf, " name='%s'", hostdev->name);
        virNodeDeviceCompatFormat(&childBuf, hostdev->compat);
        virXMLFormatElement(&blockBuf, "hostdev", &attrBuf, &childBuf);
    }

    virXMLFormatElement(buf, "nodedevCompat", NULL, &blockBuf);
}


/* An identifier from a peer, which ends up in messages and logs */
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


static virDomainHostdevCompat *
qemuHostdevCompatParseHostdev(xmlNodePtr node)
{
    g_autoptr(virDomainHostdevCompat) hostdev = g_new0(virDomainHostdevCompat, 1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if (qemuHostdevCompatParseID(node, "alias", &hostdev->identity.alias) < 0 ||
        qemuHostdevCompatParseID(node, "address", &hostdev->identity.address) < 0 ||
        qemuHostdevCompatParseID(node, "uuid", &hostdev->identity.uuid) < 0 ||
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


/* The device among @hostdevs that cannot be told from @hostdev, or NULL */
static const virDomainHostdevCompat *
qemuHostdevCompatFindTwin(GPtrArray *hostdevs,
                          const virDomainHostdevCompat *hostdev)
{
    size_t i;

    for (i = 0; i < hostdevs->len; i++) {
        const virDomainHostdevCompat *other = g_ptr_array_index(hostdevs, i);

        if (virDomainHostdevIdentityOverlaps(&hostdev->identity, &other->identity))
            return other;
    }

    return NULL;
}


/**
 * qemuHostdevCompatParse:
 * @ctxt: the cookie, at its root element
 * @ret_compat: set to the description in it, or to NULL if there is none
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

    *ret_compat = NULL;

    if (!virXPathBoolean("boolean(./nodedevCompat)", ctxt))
        return 0;

    /* qemuHostdevCompatFormat() writes no entities, which could expand without limit */
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

    compat = qemuHostdevCompatNew();

    for (i = 0; i < nnodes; i++) {
        g_autoptr(virDomainHostdevCompat) hostdev = NULL;

        if (!(hostdev = qemuHostdevCompatParseHostdev(nodes[i])))
            return -1;

        if (qemuHostdevCompatFindTwin(compat->hostdevs, hostdev)) {
            virReportError(VIR_ERR_XML_ERROR,
                           _("host device '%1$s' is twice in the migration cookie"),
                           virDomainHostdevCompatGetName(hostdev));
            return -1;
        }

        g_ptr_array_add(compat->hostdevs, g_steal_pointer(&hostdev));
    }

    *ret_compat = g_steal_pointer(&compat);
    return 0;
}


/**
 * qemuHostdevCompatParseCookie:
 * @ctxt: the cookie, at its root element
 * @ret_compat: set to the description in it, or to NULL if there is none
 *
 * A malformed description does not make the whole cookie malformed: the policy decides
 * later on, and may be not to look at it. What a peer has put into the message about it
 * can neither fill a log nor look like lines of it.
 */
void
qemuHostdevCompatParseCookie(xmlXPathContextPtr ctxt,
                             qemuHostdevCompat **ret_compat)
{
    if (qemuHostdevCompatParse(ctxt, ret_compat) == 0)
        return;

    *ret_compat = qemuHostdevCompatNew();
    (*ret_compat)->error = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(),
                                                               MESSAGE_MAX);
    virResetLastError();
}
