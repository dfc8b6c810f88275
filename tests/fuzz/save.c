/*
 * save.c: fuzz what a saved state or a snapshot has of host devices
 *
 * The input is the cookie of a file that users may have edited. It never prevents
 * users from reading the file.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "qemu/qemu_hostdev_compat.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


/* NULL if it has no description of host devices, or is not XML */
static qemuHostdevCompat *
fuzzParse(const char *xml)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    qemuHostdevCompat *compat = NULL;

    if (!(doc = virXMLParseStringCtxt(xml, "(save_cookie)", &ctxt)))
        return NULL;

    virResetLastError();
    qemuHostdevCompatParseCookie(ctxt, &compat);
    FUZZ_CHECK(virGetLastErrorCode() == VIR_ERR_OK);

    return compat;
}


static char *
fuzzFormatSaved(const qemuHostdevCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virBufferAddLit(&buf, "<cookie>\n");
    virBufferAdjustIndent(&buf, 2);
    qemuHostdevCompatFormat(&buf, compat);
    virBufferAdjustIndent(&buf, -2);
    virBufferAddLit(&buf, "</cookie>\n");

    return virBufferContentAndReset(&buf);
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *xml = fuzzText(data, size);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(qemuHostdevCompat) again = NULL;

    if (!fuzzIsFit(xml) || !(compat = fuzzParse(xml)))
        return;

    if (compat->error) {
        FUZZ_CHECK(compat->error[0] && g_utf8_validate(compat->error, -1, NULL));
        return;
    }

    /* a block without devices of which something is known is formatted as nothing */
    first = fuzzFormatSaved(compat);
    again = fuzzParse(first);
    if (again && again->error)
        fuzzFail(__FILE__, __LINE__, "what was formatted can be parsed", first, again->error);
    second = fuzzFormatSaved(again);
    FUZZ_CHECK_EQUAL(first, second);
}
