/*
 * qemu_hostdev_compat_cookie.c: the description of host devices in a cookie
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat.h"

#include "nodedev_compat_value.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define ELEMENT VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT

/* What is shown of a message about what a peer sent, in bytes */
#define MESSAGE_MAX 512


/**
 * qemuHostdevCompatFormatLimited:
 * @buf: buffer to add to
 * @compat: description, or NULL
 * @max: number of bytes to add at most, indentation included
 *
 * Adds of @compat what fits, and what qemuHostdevCompatParse() takes.
 *
 * What was malformed stays so, even if the details get lost: an element without
 * devices stands for it.
 */
void
qemuHostdevCompatFormatLimited(virBuffer *buf,
                               const qemuHostdevCompat *compat,
                               size_t max)
{
    if (!compat)
        return;

    if (compat->error)
        virBufferAddLit(buf, "<" ELEMENT "/>\n");
    else
        virDomainHostdevDescriptionFormatBlock(buf, compat->hostdevs, max);
}


/**
 * qemuHostdevCompatFormat:
 * @buf: buffer with the cookie of a migration
 * @compat: what to add to it, or NULL
 *
 * See qemuHostdevCompatFormatLimited().
 */
void
qemuHostdevCompatFormat(virBuffer *buf,
                        const qemuHostdevCompat *compat)
{
    qemuHostdevCompatFormatLimited(buf, compat, QEMU_HOSTDEV_COMPAT_COOKIE_MAX);
}


/**
 * qemuHostdevCompatParse:
 * @ctxt: the cookie, at its root element
 * @ret_compat: set to the description in it, or to NULL if there is none
 *
 * The peer is not trusted, see virDomainHostdevDescriptionParseBlock().
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
qemuHostdevCompatParse(xmlXPathContextPtr ctxt,
                       qemuHostdevCompat **ret_compat)
{
    g_autoptr(GPtrArray) hostdevs = NULL;
    xmlNodePtr block;

    *ret_compat = NULL;

    if (!(block = virXPathNode("./" ELEMENT, ctxt)))
        return 0;

    /* qemuHostdevCompatFormat() writes no entities, which could expand without limit */
    if (ctxt->doc->intSubset || ctxt->doc->extSubset) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("migration cookie with <nodedevCompat> must not have a document type declaration"));
        return -1;
    }

    if (virXPathBoolean("count(./" ELEMENT ") > 1", ctxt)) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("more than one <nodedevCompat> element in the migration cookie"));
        return -1;
    }

    if (!(hostdevs = virDomainHostdevDescriptionParseBlock(block, QEMU_HOSTDEV_COMPAT_COOKIE_MAX)))
        return -1;

    *ret_compat = qemuHostdevCompatNew();
    g_ptr_array_unref((*ret_compat)->hostdevs);
    (*ret_compat)->hostdevs = g_steal_pointer(&hostdevs);
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
