/*
 * virt-nodedev-compat-origin.h: where values come from, in documents
 *
 * As comments, so that a document stays what a daemon gives, and what others take. Names
 * of files are untrusted text: they can come from a copy of another machine.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"
#include "virbuffer.h"

char *
virtCompatCleanText(const char *text);

void
virtCompatFormatComment(virBuffer *buf,
                        const char *what,
                        const char *text);

void
virtCompatFormatOrigins(virBuffer *buf,
                        const virNodeDeviceCompat *compat);
