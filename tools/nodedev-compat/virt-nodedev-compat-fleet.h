/*
 * virt-nodedev-compat-fleet.h: the hosts that virt-nodedev-compat is given
 *
 * A host is a file, which has what was printed there, one of a directory of them, or a
 * connection. What cannot be used is a host of which nothing is known, with the cause.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-commands.h"

#include "nodedev_compat/nodedev_compat_fleet.h"
#include "virjson.h"

/* Called for each host: with its devices, an array of virNodeDeviceCompatFleetDevice, or
 * with NULL and the cause */
typedef void (*virtCompatFleetHostFunc)(const char *name,
                                        const char *origin,
                                        GPtrArray *devices,
                                        const char *cause,
                                        void *opaque);

int
virtCompatFleetRead(const virtCompatOptions *opts,
                    int noperands,
                    char *const *operands,
                    virtCompatFleetHostFunc func,
                    void *opaque);

GPtrArray *
virtCompatFleetListNames(const char *path);

char *
virtCompatFleetReadText(const char *path,
                        bool listed,
                        int max);

unsigned int
virtCompatFleetGetFlags(const virtCompatOptions *opts);

virNodeDeviceCompatFleet *
virtCompatFleetLoad(const virtCompatOptions *opts,
                    const virNodeDeviceCompatFiles *files,
                    int noperands,
                    char *const *operands);

char *
virtCompatFleetHostGetLabel(const virNodeDeviceCompatFleetHost *host);

const char *
virtCompatFleetKindGetLabel(const virNodeDeviceCompatFleet *fleet,
                            size_t kind);

bool
virtCompatFleetIsKnown(const virNodeDeviceCompatFleet *fleet);

void
virtCompatFleetPrintUnknown(const virNodeDeviceCompatFleet *fleet);

virJSONValue *
virtCompatFleetMembersToJSON(const virNodeDeviceCompatFleetHost *host);

virJSONValue *
virtCompatFleetHostToJSON(const virNodeDeviceCompatFleetHost *host,
                          const virNodeDeviceCompatFleetHost *members);

void
virtCompatFleetAddClassesJSON(virJSONValue *document,
                              const virNodeDeviceCompatFleet *fleet);

void
virtCompatFleetAddJSON(virJSONValue *document,
                       const virNodeDeviceCompatFleet *fleet);

char *
virtCompatReportGetBrief(const virNodeDeviceCompatReport *report);

void
virtCompatShowProgress(size_t done,
                       size_t all);
