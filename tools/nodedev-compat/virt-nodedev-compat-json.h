/*
 * virt-nodedev-compat-json.h: what only virt-nodedev-compat prints, as JSON
 *
 * Documents about the devices and files of a machine, on top of the library's JSON of
 * descriptors and reports.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-host.h"
#include "virt-nodedev-compat-rules.h"

#include "nodedev_compat/nodedev_compat_json.h"

int
virtCompatPrintJSON(virJSONValue *document);

int
virtCompatPrintDeviceJSON(const virNodeDeviceCompat *compat,
                          const char *name,
                          const virNodeDeviceCompatRules *rules,
                          const char *path);

virJSONValue *
virtCompatHostDeviceToJSON(const virtCompatHostDevice *device,
                           const virNodeDeviceCompatRules *rules);

int
virtCompatPrintDevicesJSON(GPtrArray *devices,
                           const virNodeDeviceCompatRules *rules,
                           const char *path);

void
virtCompatJSONAddUnmatchedFacts(virJSONValue *document,
                                GPtrArray *unmatched);

int
virtCompatPrintFilesJSON(GPtrArray *states,
                         GPtrArray *unmatched,
                         bool quiet);
