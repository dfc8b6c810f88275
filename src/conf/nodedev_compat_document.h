/*
 * nodedev_compat_document.h: what rule files and facts files have in common
 *
 * Both are XML documents that say something of the devices that fit some
 * criteria. They are read strictly, for what is not understood could be what
 * mattered: an error says file, line and cause.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libxml/tree.h>
#include <libxml/xpath.h>

#include "internal.h"

void
virNodeDeviceCompatDocumentError(const char *filename,
                                 xmlNodePtr node,
                                 const char *format,
                                 ...) G_GNUC_PRINTF(3, 4);

xmlDocPtr
virNodeDeviceCompatDocumentParseFile(const char *xml,
                                const char *filename,
                                xmlXPathContextPtr *ctxt);

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

xmlDocPtr
virNodeDeviceCompatDocumentParse(const char *xml,
                           const char *name,
                           const char *root,
                           xmlXPathContextPtr *ctxt);

xmlDocPtr
virNodeDeviceCompatDocumentParseInput(const char *xml,
                                const char *name,
                                xmlXPathContextPtr *ctxt);

int
virNodeDeviceCompatDocumentValidate(xmlDocPtr doc,
                                    const char *schemafile);
