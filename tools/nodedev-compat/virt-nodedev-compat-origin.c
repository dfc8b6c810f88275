/*
 * virt-nodedev-compat-origin.c: where values come from, in documents
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-origin.h"


/**
 * virtCompatCleanText:
 * @text: text with names of files in it, which can hold anything
 *
 * Returns the text without what a document cannot have, or a terminal would obey.
 */
char *
virtCompatCleanText(const char *text)
{
    bool valid = g_utf8_validate(text, -1, NULL);
    char *clean = g_strdup(text);
    char *at;

    for (at = clean; *at; at++) {
        if (g_ascii_iscntrl(*at) || ((unsigned char) *at >= 0x80 && !valid))
            *at = '?';
    }

    return clean;
}


/**
 * virtCompatFormatComment:
 * @buf: buffer to append to
 * @what: text
 * @text: more of it, or NULL
 *
 * Appends an XML comment.
 */
void
virtCompatFormatComment(virBuffer *buf,
                        const char *what,
                        const char *text)
{
    g_autofree char *all = text ? g_strdup_printf("%s: %s", what, text) : g_strdup(what);
    g_autofree char *clean = virtCompatCleanText(all);
    char *at;

    /* two hyphens end a comment */
    for (at = clean; *at; at++) {
        if (at[0] == '-' && at[1] == '-')
            *at = '?';
    }

    virBufferAsprintf(buf, "<!-- %s -->\n", clean);
}


/**
 * virtCompatFormatOrigins:
 * @buf: buffer to append to
 * @compat: descriptor
 *
 * Appends a comment for each attribute that was read here.
 */
void
virtCompatFormatOrigins(virBuffer *buf,
                        const virNodeDeviceCompat *compat)
{
    size_t i;

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];

        if (attr->origin)
            virtCompatFormatComment(buf, attr->name, attr->origin);
    }
}
