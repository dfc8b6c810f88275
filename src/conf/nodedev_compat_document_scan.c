/*
 * nodedev_compat_document_scan.c: what an XML document would cost, before it is parsed
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_document_scan.h"

#include "nodedev_compat_limits.h"
#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* UTF-8 can begin with it */
#define BOM "\xef\xbb\xbf"

#define DOCTYPE "<!DOCTYPE"

/* Those that no document has */
#define CONTROLS "\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17" \
    "\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"


/* Returns the first place at which @xml is no document, whatever it is about: its end, or
 * what is no character. libxml2 goes on behind that, although it is a fatal error. */
static const char *
virNodeDeviceCompatDocumentFindEnd(const char *xml)
{
    static const char *const nonCharacters[] = { "\xef\xbf\xbe", "\xef\xbf\xbf" };
    const char *end;
    const char *at;
    size_t i;

    g_utf8_validate(xml, -1, &end);

    for (i = 0; i < G_N_ELEMENTS(nonCharacters); i++) {
        if ((at = strstr(xml, nonCharacters[i])) && at < end)
            end = at;
    }

    at = xml + strcspn(xml, CONTROLS);
    return MIN(at, end);
}


/* Skips what is between < and > but is no element, if @tag begins so: comments and the
 * like can hold anything. Returns what is behind it, or NULL. If it does not end before
 * *@end, that is *@end from then on: libxml2 sees elements in what it does not understand. */
static const char *
virNodeDeviceCompatDocumentSkip(const char *tag,
                                const char **end)
{
    static const struct {
        const char *begin;
        const char *end;
    } others[] = {
        { "<!--", "-->" }, { "<![CDATA[", "]]>" }, { "<?", "?>" },
    };
    size_t i;

    for (i = 0; tag < *end && i < G_N_ELEMENTS(others); i++) {
        const char *inside = STRSKIP(tag, others[i].begin);
        const char *behind;

        if (!inside)
            continue;

        if ((behind = strstr(inside, others[i].end)) && behind < *end)
            return behind + strlen(others[i].end);
        *end = tag;
    }

    return NULL;
}


/* Counts the attributes in the element that begins at @tag. Returns what is behind it, or
 * the next < if it does not end: no value has one. */
static const char *
virNodeDeviceCompatDocumentScanTag(const char *tag,
                                   size_t *ret_properties)
{
    const char *at = tag + 1;

    *ret_properties = 0;

    while (*(at += strcspn(at, "=\"'<>")) && *at != '>' && *at != '<') {
        if (*at == '=') {
            at++;
            at += strspn(at, " \t\r\n");
            if (*at == '"' || *at == '\'')
                (*ret_properties)++;
        } else {
            const char quote[] = { *at, '<', '\0' };

            at++;
            at += strcspn(at, quote);
            if (*at && *at != '<')
                at++;
        }
    }

    return *at == '>' ? at + 1 : at;
}


static size_t
virNodeDeviceCompatDocumentCount(const char *xml,
                                 const char *text)
{
    size_t count = 0;

    while ((xml = strstr(xml, text))) {
        count++;
        xml += strlen(text);
    }

    return count;
}


/* In other encodings a document could hold what is not seen here. */
static bool
virNodeDeviceCompatDocumentIsLikeASCII(const char *xml)
{
    static const char shape[] =
        "^<\\?xml\\s[^>]*encoding\\s*=\\s*[\"'](?!(utf-?8|(us-)?ascii|iso-8859-[0-9]+)[\"'])";
    const char *behindBOM = STRSKIP(xml, BOM);

    if (behindBOM)
        xml = behindBOM;

    /* <?xml in EBCDIC is recognized, too */
    if (STRPREFIX(xml, "\x4c\x6f\xa7\x94"))
        return false;

    return !STRPREFIX(xml, "<?xml") ||
           !g_regex_match_simple(shape, xml, G_REGEX_CASELESS | G_REGEX_RAW, 0);
}


/**
 * virNodeDeviceCompatDocumentScan:
 * @xml: untrusted text
 * @name: what to call it in errors
 *
 * libxml2 before 2.12 compares each attribute of an element with all others of it, and
 * each name that has a prefix with all namespaces, which can take seconds. No document
 * of ours has many of either, so that is found before it is parsed. What is not
 * well-formed is left to the parser.
 *
 * Returns 0 if @xml can be parsed, -1 with an error reported if it would cost too much.
 */
int
virNodeDeviceCompatDocumentScan(const char *xml,
                                const char *name)
{
    const char *end = virNodeDeviceCompatDocumentFindEnd(xml);
    const char *at = xml;
    size_t properties;

    if (!virNodeDeviceCompatDocumentIsLikeASCII(xml)) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("the encoding of document '%1$s' must be UTF-8"), name);
        return -1;
    }

    if (virNodeDeviceCompatDocumentCount(xml, "xmlns") > VIR_NODE_DEVICE_COMPAT_DOCUMENT_NAMESPACES_MAX) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("more than %1$d declarations of namespaces in document '%2$s'"),
                       VIR_NODE_DEVICE_COMPAT_DOCUMENT_NAMESPACES_MAX, name);
        return -1;
    }

    while ((at = strchr(at, '<'))) {
        const char *behind = NULL;

        /* an instruction that is none has elements, too */
        if (at[1] == '!' && (behind = virNodeDeviceCompatDocumentSkip(at, &end))) {
            at = behind;
            continue;
        }

        at = virNodeDeviceCompatDocumentScanTag(at, &properties);
        if (properties > VIR_NODE_DEVICE_COMPAT_DOCUMENT_PROPERTIES_MAX) {
            virReportError(VIR_ERR_XML_ERROR,
                           _("more than %1$d attributes of an element in document '%2$s'"),
                           VIR_NODE_DEVICE_COMPAT_DOCUMENT_PROPERTIES_MAX, name);
            return -1;
        }
    }

    return 0;
}


/**
 * virNodeDeviceCompatDocumentHasType:
 * @xml: untrusted text
 *
 * Returns whether there is a declaration of the document's type where one can be, before
 * the root element, or where libxml2 would take it for one. Elsewhere that is text, such
 * as a document in another one.
 */
bool
virNodeDeviceCompatDocumentHasType(const char *xml)
{
    const char *end = virNodeDeviceCompatDocumentFindEnd(xml);
    const char *at = STRSKIP(xml, BOM);
    const char *behind;

    if (!at)
        at = xml;

    virSkipSpaces(&at);
    while ((behind = virNodeDeviceCompatDocumentSkip(at, &end))) {
        if (at[1] == '?' && g_strstr_len(at, behind - at, DOCTYPE))
            return true;
        at = behind;
        virSkipSpaces(&at);
    }

    if (STRPREFIX(at, "<?") || STRPREFIX(at, "<!--"))
        return !!strstr(at, DOCTYPE);
    return STRPREFIX(at, DOCTYPE);
}
