/*
 * nodedev_compat_document_scan.h: what an XML document would cost, before it is parsed
 *
 * The parser takes long for some documents that are small, and goes on where they are none.
 * These are found here by looking for the marks of elements and attributes alone, in a time
 * that grows with the length. A part of nodedev_compat_document.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

int
virNodeDeviceCompatDocumentScan(const char *xml,
                                const char *name);

bool
virNodeDeviceCompatDocumentHasType(const char *xml);
