/*
 * nodedev_compat_document.c: reading of XML documents
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_document.h"

#include "configmake.h"
#include "nodedev_compat_document_scan.h"
#include "nodedev_compat_limits.h"
#include "nodedev_compat_value.h"
#include "virerror.h"
#include "virfile.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Maximum length of the cause in an error, in bytes; and of what the parser says of it */
#define MESSAGE_MAX 4096
#define SYNTAX_MAX 256

/* How many mistakes there can be that are none of syntax, such as prefixes of no namespace: each
 * takes about as long as a hundred bytes */
#define MISTAKES_MAX 4096

/* Maximum length of a word or a number in an attribute, in bytes: no valid one is longer */
#define WORD_MAX 64


static void
virNodeDeviceCompatDocumentTrimProperties(xmlNodePtr node)
{
    xmlAttrPtr property;

    for (property = node->properties; property; property = property->next) {
        g_autofree char *trimmed = NULL;
        xmlNodePtr text = property->children;
        size_t len;

        if (!text || text->type != XML_TEXT_NODE || !(len = strlen((char *)text->content)) ||
            (text->content[0] != ' ' && text->content[len - 1] != ' '))
            continue;

        trimmed = g_strstrip(g_strdup((char *)text->content));
        xmlNodeSetContent(text, BAD_CAST trimmed);
    }
}


/* Whether @node is all of a text, and has no white space at its ends, as nearly all texts */
static bool
virNodeDeviceCompatDocumentIsTrimmed(xmlNodePtr node)
{
    const char *text = (const char *)node->content;

    return node->type == XML_TEXT_NODE && !node->next && *text && !g_ascii_isspace(*text) &&
           !g_ascii_isspace(text[strlen(text) - 1]);
}


/* The text can be in parts, with comments between them. */
static void
virNodeDeviceCompatDocumentTrimText(xmlNodePtr node)
{
    g_autofree char *text = NULL;
    g_autofree char *trimmed = NULL;

    if (!node->children || virNodeDeviceCompatDocumentIsTrimmed(node->children) ||
        xmlFirstElementChild(node) || !(text = (char *)xmlNodeGetContent(node)))
        return;

    /* blanks may be a part of a driver's string, but one with a line break was indented */
    if (virXMLNodeNameEqual(node, "opaque") && !strchr(text, '\n'))
        return;

    trimmed = g_strstrip(g_strdup(text));
    if (STRNEQ(trimmed, text)) {
        xmlNodeSetContent(node, NULL);
        xmlNodeAddContent(node, BAD_CAST trimmed);
    }
}


/* No value and no name in our documents has white space at its ends: what is there is
 * from an editor or a script that indents. */
static void
virNodeDeviceCompatDocumentTrim(xmlDocPtr doc)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    xmlNodePtr node = root;

    while (node) {
        xmlNodePtr next = xmlFirstElementChild(node);

        virNodeDeviceCompatDocumentTrimProperties(node);
        virNodeDeviceCompatDocumentTrimText(node);

        while (!next && node != root) {
            next = xmlNextElementSibling(node);
            node = node->parent;
        }
        node = next;
    }
}


/**
 * virNodeDeviceCompatDocumentGetText:
 * @node: element, or NULL
 *
 * Returns the text in it and in its children, without white space at its ends, or NULL if
 * there is none.
 */
char *
virNodeDeviceCompatDocumentGetText(xmlNodePtr node)
{
    g_autofree char *text = node ? (char *) xmlNodeGetContent(node) : NULL;

    return text && g_strstrip(text)[0] ? g_steal_pointer(&text) : NULL;
}


/**
 * virNodeDeviceCompatDocumentCheckWords:
 * @node: element
 * @properties: NULL-terminated list of attributes that are words or numbers
 *
 * libvirt's functions that parse these have the whole value in their errors. To call before.
 *
 * Returns 0 if none of them is too long, -1 with an error reported otherwise.
 */
int
virNodeDeviceCompatDocumentCheckWords(xmlNodePtr node,
                                      const char *const *properties)
{
    for (; *properties; properties++) {
        xmlAttrPtr property = xmlHasProp(node, BAD_CAST *properties);
        xmlNodePtr text = property ? property->children : NULL;

        if (!text || (!text->next && xmlStrlen(text->content) <= WORD_MAX))
            continue;

        virReportError(VIR_ERR_XML_ERROR, _("value of attribute '%1$s' is longer than %2$d bytes"),
                       *properties, WORD_MAX);
        return -1;
    }
    return 0;
}


/* Lets libxml2 not go on after an error: each further one can take as long as the document is.
 * Before 2.13 xmlStopParser() frees what the function that reports the error still reads. */
static void
virNodeDeviceCompatDocumentStop(xmlParserCtxtPtr parser)
{
#if LIBXML_VERSION >= 21300
    xmlStopParser(parser);
#else
    parser->instate = XML_PARSER_EOF;
    parser->disableSAX = 1;
#endif
}


#if LIBXML_VERSION >= 21200
typedef const xmlError *virNodeDeviceCompatDocumentFault;
#else
typedef xmlError *virNodeDeviceCompatDocumentFault;
#endif

/* What libxml2 has found */
struct virNodeDeviceCompatDocumentFaults {
    char *error;
    size_t nmistakes;
};


/* Called by libxml2 for each error, also for those that it would write on standard error; the
 * first one that is fatal says what is wrong, or one of very many. */
static void
virNodeDeviceCompatDocumentCatch(void *opaque,
                                 virNodeDeviceCompatDocumentFault error)
{
    xmlParserCtxtPtr parser = opaque;
    struct virNodeDeviceCompatDocumentFaults *faults = parser->_private;
    g_autofree char *line = NULL;
    g_autofree char *message = NULL;

    if (error->level != XML_ERR_FATAL &&
        (error->level != XML_ERR_ERROR || ++faults->nmistakes <= MISTAKES_MAX))
        return;

    virNodeDeviceCompatDocumentStop(parser);
    if (faults->error)
        return;

    line = g_strchomp(g_strdup(NULLSTR_EMPTY(error->message)));
    message = virNodeDeviceCompatValueToPrintable(line, SYNTAX_MAX);
    faults->error = g_strdup_printf(_("at line %1$d: %2$s"), error->line, message);
}


/* Parses @xml. Errors have no part of the document, which can be as long as that is: they
 * are logged, and whoever has a connection can cause them. */
static xmlDocPtr
virNodeDeviceCompatDocumentRead(const char *xml,
                                const char *name)
{
    g_autoptr(xmlParserCtxt) parser = xmlNewParserCtxt();
    g_autoptr(xmlDoc) doc = NULL;
    struct virNodeDeviceCompatDocumentFaults faults = { 0 };
    g_autofree char *error = NULL;

    if (!parser || !parser->sax)
        abort();

    parser->_private = &faults;
    parser->sax->serror = virNodeDeviceCompatDocumentCatch;

    doc = xmlCtxtReadDoc(parser, BAD_CAST xml, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOWARNING);
    error = faults.error;
    if (doc && !error)
        return g_steal_pointer(&doc);

    if (error)
        virReportError(VIR_ERR_XML_DETAIL, "%s", error);
    else
        virReportError(VIR_ERR_XML_ERROR, _("failed to parse xml document '%1$s'"), name);
    return NULL;
}


/* Returns -1 unless the root element of @doc has the name @root or that is NULL. Makes a context
 * at it, which takes as long as a small document, if somebody wants one. */
static int
virNodeDeviceCompatDocumentEnter(xmlDocPtr doc,
                                 const char *root,
                                 xmlXPathContextPtr *ret_ctxt)
{
    xmlNodePtr node = xmlDocGetRootElement(doc);
    xmlXPathContextPtr ctxt;

    if (root && !virXMLNodeNameEqual(node, root)) {
        virReportError(VIR_ERR_XML_ERROR, _("expecting root element of '%1$s', not '%2$.32s'"),
                       root, node->name);
        return -1;
    }

    if (!ret_ctxt)
        return 0;

    if (!(ctxt = xmlXPathNewContext(doc)))
        abort();
    ctxt->node = node;
    *ret_ctxt = ctxt;
    return 0;
}


/**
 * virNodeDeviceCompatDocumentParse:
 * @xml: untrusted text
 * @name: what to call it in errors
 * @root: name that the root element must have, or NULL
 * @ctxt: set on success to a context at the root element, unless NULL
 *
 * Parses XML of any size with the guards that untrusted text needs. White space at the
 * ends of texts and attributes is left out.
 *
 * Returns the document, or NULL with an error reported.
 */
xmlDocPtr
virNodeDeviceCompatDocumentParse(const char *xml,
                                 const char *name,
                                 const char *root,
                                 xmlXPathContextPtr *ctxt)
{
    g_autoptr(xmlXPathContext) found = NULL;
    g_autoptr(xmlDoc) doc = NULL;

    if (xml[0] && xml[strspn(xml, "\r\n")] == '\0') {
        virReportError(VIR_ERR_XML_ERROR, _("document '%1$s' is empty"), name);
        return NULL;
    }

    /* Entities are the classic way to make a small document huge. No document
     * of ours has any, so the declaration is refused before it is read. */
    if (!virNodeDeviceCompatDocumentHasType(xml)) {
        if (!(doc = virNodeDeviceCompatDocumentRead(xml, name)) ||
            virNodeDeviceCompatDocumentEnter(doc, root, ctxt ? &found : NULL) < 0)
            return NULL;
        if (!doc->intSubset && !doc->extSubset) {
            virNodeDeviceCompatDocumentTrim(doc);
            if (ctxt)
                *ctxt = g_steal_pointer(&found);
            return g_steal_pointer(&doc);
        }
    }

    virReportError(VIR_ERR_XML_ERROR,
                   _("document '%1$s' must not have a document type declaration"),
                   name);
    return NULL;
}


/**
 * virNodeDeviceCompatDocumentParseAnswer:
 * @xml: text from a daemon, which can be one of another host
 * @name: what to call it in errors
 * @root: name that the root element must have
 * @ctxt: set on success to a context at the root element
 *
 * Parses what a daemon answers. It can be larger than a document that is given to one.
 *
 * Returns the document, or NULL with an error reported.
 */
xmlDocPtr
virNodeDeviceCompatDocumentParseAnswer(const char *xml,
                                       const char *name,
                                       const char *root,
                                       xmlXPathContextPtr *ctxt)
{
    if (virNodeDeviceCompatDocumentScan(xml, name) < 0)
        return NULL;

    return virNodeDeviceCompatDocumentParse(xml, name, root, ctxt);
}


/**
 * virNodeDeviceCompatDocumentParseInput:
 * @xml: untrusted text
 * @name: what to call it in errors
 * @ctxt: set on success to a context at the root element, unless NULL
 *
 * Parses a document of descriptors, rules or facts, which may not be larger than
 * VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX.
 *
 * Returns the document, or NULL with an error reported.
 */
xmlDocPtr
virNodeDeviceCompatDocumentParseInput(const char *xml,
                                      const char *name,
                                      xmlXPathContextPtr *ctxt)
{
    if (strlen(xml) > VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("document '%1$s' is larger than %2$d bytes"),
                       name, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
        return NULL;
    }

    if (virNodeDeviceCompatDocumentScan(xml, name) < 0)
        return NULL;

    return virNodeDeviceCompatDocumentParse(xml, name, NULL, ctxt);
}


/* In a form that editors and scripts understand; a @line of 0 is left out. */
static void
virNodeDeviceCompatDocumentReport(const char *filename,
                                  long line,
                                  const char *cause)
{
    g_autofree char *where = line > 0 ? g_strdup_printf("%s:%ld", filename, line) :
                                        g_strdup(filename);
    g_autofree char *text = g_strconcat(where, ": ", cause, NULL);

    virReportError(VIR_ERR_XML_ERROR, "%s", text);
}


/* Reports the parser's error once more, in the form of the other errors. libvirt's
 * message begins with the line, in a sentence of the user's language. */
static void
virNodeDeviceCompatDocumentReportSyntax(const char *filename)
{
    g_autofree char *text = g_strdup(virGetLastErrorMessage());
    const char *digits = strpbrk(text, "0123456789");
    const char *cause;
    char *end;
    unsigned int line;

    if (virGetLastErrorCode() == VIR_ERR_XML_DETAIL && digits &&
        virStrToLong_ui(digits, &end, 10, &line) == 0 &&
        (cause = STRSKIP(end, ": ")))
        virNodeDeviceCompatDocumentReport(filename, line, cause);
    else
        virNodeDeviceCompatDocumentReport(filename, 0, text);
}


/**
 * virNodeDeviceCompatDocumentParseFile:
 * @xml: content of a file
 * @filename: its name
 *
 * Parses a document as virNodeDeviceCompatDocumentParseInput() does.
 *
 * Returns the document, or NULL with an error reported that gives file, line and cause.
 */
xmlDocPtr
virNodeDeviceCompatDocumentParseFile(const char *xml,
                                     const char *filename)
{
    xmlDocPtr doc = virNodeDeviceCompatDocumentParseInput(xml, filename, NULL);

    if (!doc)
        virNodeDeviceCompatDocumentReportSyntax(filename);

    return doc;
}


/* libxml2 compares the elements in one other with each other where a schema lets them
 * come in any order. Only a list of devices can have many, and has them in order. */
static int
virNodeDeviceCompatDocumentCheckWidth(xmlNodePtr node)
{
    xmlNodePtr child;
    size_t count = 0;

    for (child = xmlFirstElementChild(node); child; child = xmlNextElementSibling(child)) {
        if (virNodeDeviceCompatDocumentCheckWidth(child) < 0)
            return -1;
        count++;
    }

    if (count <= VIR_NODE_DEVICE_COMPAT_DOCUMENT_VALIDATED_MAX ||
        virXMLNodeNameEqual(node, "devices"))
        return 0;

    virReportError(VIR_ERR_XML_INVALID_SCHEMA,
                   _("more than %1$d elements in <%2$.32s>"),
                   VIR_NODE_DEVICE_COMPAT_DOCUMENT_VALIDATED_MAX, node->name);
    return -1;
}


/* Called by libxml2 for each mistake. There can be one in each of many elements, and with a
 * value of any length. */
static void G_GNUC_PRINTF(2, 3)
virNodeDeviceCompatDocumentCatchInvalid(void *opaque,
                                        const char *format,
                                        ...)
{
    virBuffer *buf = opaque;
    g_autofree char *text = NULL;
    va_list args;

    if (virBufferUse(buf) >= MESSAGE_MAX)
        return;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    virBufferAsprintf(buf, "%.*s", (int)MIN(strlen(text), MESSAGE_MAX), text);
}


/**
 * virNodeDeviceCompatDocumentValidate:
 * @doc: document
 * @schemafile: name of the schema's file
 *
 * Returns 0 if @doc is valid, -1 with an error reported if not.
 */
int
virNodeDeviceCompatDocumentValidate(xmlDocPtr doc,
                                    const char *schemafile)
{
    g_autofree char *schema = virFileFindResource(schemafile,
                                                  abs_top_srcdir "/src/conf/schemas",
                                                  PKGDATADIR "/schemas");
    g_autoptr(virXMLValidator) validator = NULL;

    if (!schema || virNodeDeviceCompatDocumentCheckWidth(xmlDocGetRootElement(doc)) < 0 ||
        !(validator = virXMLValidatorInit(schema)))
        return -1;

    xmlRelaxNGSetValidErrors(validator->rngValid, virNodeDeviceCompatDocumentCatchInvalid, NULL,
                             &validator->buf);
    return virXMLValidatorValidate(validator, doc);
}


/**
 * virNodeDeviceCompatDocumentError:
 * @filename: name of the document
 * @node: where in it the error is
 * @format: what is wrong, for printf()
 *
 * Reports an error that gives file, line and cause.
 */
void
virNodeDeviceCompatDocumentError(const char *filename,
                                 xmlNodePtr node,
                                 const char *format,
                                 ...)
{
    g_autofree char *text = NULL;
    g_autofree char *shown = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);

    shown = virNodeDeviceCompatValueToPrintable(text, MESSAGE_MAX);
    virNodeDeviceCompatDocumentReport(filename, xmlGetLineNo(node), shown);
}


static bool
virNodeDeviceCompatDocumentKnows(const char *const *names,
                                 const xmlChar *name)
{
    return names && g_strv_contains(names, (const char *)name);
}


static int
virNodeDeviceCompatDocumentCheckChild(const char *filename,
                                      xmlNodePtr parent,
                                      xmlNodePtr child,
                                      const char *const *children)
{
    if (child->type == XML_ELEMENT_NODE) {
        if (virNodeDeviceCompatDocumentKnows(children, child->name))
            return 0;
        virNodeDeviceCompatDocumentError(filename, child, _("unknown element <%1$.32s>"),
                                         child->name);
        return -1;
    }

    if (child->type != XML_COMMENT_NODE && !xmlIsBlankNode(child)) {
        virNodeDeviceCompatDocumentError(filename, child,
                                         _("<%1$s> holds something other than elements"),
                                         parent->name);
        return -1;
    }

    return 0;
}


/**
 * virNodeDeviceCompatDocumentCheck:
 * @filename: name of the document
 * @node: an element in it
 * @properties: NULL-terminated list of its possible attributes, or NULL
 * @children: NULL-terminated list of its possible child elements, or NULL
 *
 * Returns 0 if there is nothing else in it, -1 with an error reported otherwise.
 */
int
virNodeDeviceCompatDocumentCheck(const char *filename,
                                 xmlNodePtr node,
                                 const char *const *properties,
                                 const char *const *children)
{
    xmlAttrPtr property;
    xmlNodePtr child;

    for (property = node->properties; property; property = property->next) {
        if (!virNodeDeviceCompatDocumentKnows(properties, property->name)) {
            virNodeDeviceCompatDocumentError(filename, node,
                                             _("<%1$s> has no attribute '%2$.32s'"),
                                             node->name, property->name);
            return -1;
        }
    }

    for (child = node->children; child; child = child->next) {
        if (virNodeDeviceCompatDocumentCheckChild(filename, node, child, children) < 0)
            return -1;
    }

    return 0;
}


/**
 * virNodeDeviceCompatDocumentCheckRoot:
 * @filename: name of the document
 * @root: its root element
 * @name: expected name of that
 * @child: the only element that it can hold
 *
 * Returns 0 if the element is as expected, -1 with an error reported otherwise.
 */
int
virNodeDeviceCompatDocumentCheckRoot(const char *filename,
                                     xmlNodePtr root,
                                     const char *name,
                                     const char *child)
{
    const char *const children[] = { child, NULL };

    if (!virXMLNodeNameEqual(root, name)) {
        virNodeDeviceCompatDocumentError(filename, root, _("expected <%1$s>, not <%2$.32s>"),
                                         name, root->name);
        return -1;
    }

    return virNodeDeviceCompatDocumentCheck(filename, root, NULL, children);
}
