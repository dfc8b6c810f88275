/*
 * vsh-nodedev-compat.h: how the compatibility of node devices is shown
 *
 * What virsh and virt-nodedev-compat have in common: exit statuses, the sentence that
 * answers, and tables of reasons and of a device's attributes.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "conf/nodedev_compat_conf.h"

/* Exit statuses; an error is EXIT_FAILURE, as ever. */
#define VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE 2
#define VSH_NODEDEV_COMPAT_EXIT_UNKNOWN 3

/* What a text has besides the essential */
typedef enum {
    VSH_NODEDEV_COMPAT_HEADER = (1 << 0),       /* heads of tables */
    VSH_NODEDEV_COMPAT_EXPLAIN = (1 << 1),      /* a sentence for each reason */
    VSH_NODEDEV_COMPAT_INFERRED = (1 << 2),     /* that the source is inferred from a
                                                 * document without compatibility data */
} vshNodeDeviceCompatShow;

int
vshNodeDeviceCompatGetExitStatus(virNodeDeviceCompatResult verdict);

const char *
vshNodeDeviceCompatFileName(const char *path);

char *
vshNodeDeviceCompatWrapDocuments(const char *text);

const char *
vshNodeDeviceCompatInferredNote(void);

size_t
vshNodeDeviceCompatGetWidth(void);

char *
vshNodeDeviceCompatCell(const char *value,
                        size_t max);

char *
vshNodeDeviceCompatFormatDevice(const virNodeDeviceCompat *compat,
                                unsigned int show);

char *
vshNodeDeviceCompatFormatReports(virNodeDeviceCompatReport *const *reports,
                                 size_t nreports,
                                 unsigned int show);

char *
vshNodeDeviceCompatFormatBaseline(const virNodeDeviceCompatBaseline *baseline,
                                  unsigned int show);
