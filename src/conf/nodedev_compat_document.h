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

#include "internal.h"
#include "nodedev_compat_conf.h"

/* Criteria that a device fits by what it says of itself; NULL fits all. */
typedef struct _virNodeDeviceCompatMatch virNodeDeviceCompatMatch;
struct _virNodeDeviceCompatMatch {
    char *deviceAPI;
    char *type;                 /* glob */
    char *driver;
    char *vendor;               /* PCI vendor id, four hex digits */
};

void
virNodeDeviceCompatDocumentError(const char *filename,
                                 xmlNodePtr node,
                                 const char *format,
                                 ...) G_GNUC_PRINTF(3, 4);

xmlDocPtr
virNodeDeviceCompatDocumentRead(const char *xml,
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

int
virNodeDeviceCompatMatchParse(virNodeDeviceCompatMatch *match,
                              xmlNodePtr node,
                              const char *filename);

bool
virNodeDeviceCompatMatchIsEmpty(const virNodeDeviceCompatMatch *match);

bool
virNodeDeviceCompatMatchFits(const virNodeDeviceCompatMatch *match,
                             const virNodeDeviceCompat *device);

void
virNodeDeviceCompatMatchClear(virNodeDeviceCompatMatch *match);
