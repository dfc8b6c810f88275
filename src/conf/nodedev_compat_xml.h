/*
 * nodedev_compat_xml.h: the XML form of a compatibility descriptor
 *
 * Formats and parses <capability type='compat'>, and parses the documents that hold
 * one. The same descriptor always gives the same bytes.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libxml/tree.h>
#include <libxml/xpath.h>

#include "nodedev_compat_conf.h"
#include "virbuffer.h"

virNodeDeviceCompat *
virNodeDeviceCompatParseXML(xmlNodePtr parent);

int
virNodeDeviceCompatParseChild(xmlNodePtr parent,
                              virNodeDeviceCompat **ret_compat);

int
virNodeDeviceCompatParseTypes(xmlNodePtr parent,
                              GHashTable **types);

virNodeDeviceCompatAttr *
virNodeDeviceCompatParseAdd(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatAttrs *accepts,
                            const char *name,
                            const char *value);

void
virNodeDeviceCompatFormat(virBuffer *buf,
                          const virNodeDeviceCompat *compat);

virNodeDeviceCompat *
virNodeDeviceCompatParseElement(xmlXPathContextPtr ctxt,
                                char **ret_name);

virNodeDeviceCompat *
virNodeDeviceCompatParseDocument(const char *xml,
                                 bool validate,
                                 char **ret_name);
