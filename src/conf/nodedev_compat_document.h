/*
 * nodedev_compat_document.h: reading of XML documents
 *
 * Documents of descriptors, rules, facts and results come from callers, other hosts,
 * daemons and files. All are parsed here, with the guards that untrusted text needs.
 * Rule files and facts files are also checked for unknown elements and attributes,
 * which could be the ones that matter: an error gives file, line and cause.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libxml/tree.h>
#include <libxml/xpath.h>

#include "internal.h"

xmlDocPtr
virNodeDeviceCompatDocumentParse(const char *xml,
                                 const char *name,
                                 const char *root,
                                 xmlXPathContextPtr *ctxt);

char *
virNodeDeviceCompatDocumentGetText(xmlNodePtr node);

int
virNodeDeviceCompatDocumentCheckWords(xmlNodePtr node,
                                      const char *const *properties);

xmlDocPtr
virNodeDeviceCompatDocumentParseAnswer(const char *xml,
                                       const char *name,
                                       const char *root,
                                       xmlXPathContextPtr *ctxt);

xmlDocPtr
virNodeDeviceCompatDocumentParseInput(const char *xml,
                                      const char *name,
                                      xmlXPathContextPtr *ctxt);

xmlDocPtr
virNodeDeviceCompatDocumentParseFile(const char *xml,
                                     const char *filename);

int
virNodeDeviceCompatDocumentValidate(xmlDocPtr doc,
                                    const char *schemafile);

void
virNodeDeviceCompatDocumentError(const char *filename,
                                 xmlNodePtr node,
                                 const char *format,
                                 ...) G_GNUC_PRINTF(3, 4);

int
virNodeDeviceCompatDocumentCheck(const char *filename,
                                 xmlNodePtr node,
                                 const char *const *properties,
                                 const char *const *children);

int
virNodeDeviceCompatDocumentCheckRoot(const char *filename,
                                     xmlNodePtr root,
                                     const char *name,
                                     const char *child);
