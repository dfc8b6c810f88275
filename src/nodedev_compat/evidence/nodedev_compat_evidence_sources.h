/*
 * nodedev_compat_evidence_sources.h: the sources of evidence
 *
 * A source is one file, which reads one kind of information about a device and adds it
 * to the device's descriptor. It writes nothing, and leaves alone what an earlier source
 * has added. nodedev_compat_evidence.c has the table of all sources.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat_tree.h"

/* The directories that a descriptor is read from, in canonical form. The descriptor of
 * a type has no @device, and that of a PCI function has neither @type nor @parent. */
typedef struct _virNodeDeviceCompatPaths virNodeDeviceCompatPaths;
struct _virNodeDeviceCompatPaths {
    const char *device;
    const char *type;
    const char *parent;
    const virNodeDeviceCompatFacts *facts;      /* of the host, or NULL */
    GPtrArray *factGroups;                      /* of @facts, about this device */
    virNodeDeviceCompatReadResult failed;       /* why a source could not read on, or OK */
};

/* What all sources use to add what they have read */

int
virNodeDeviceCompatAddEvidence(virNodeDeviceCompat *compat,
                               const char *name,
                               virNodeDeviceCompatReadResult result,
                               const char *value,
                               bool derived);

int
virNodeDeviceCompatMarkUnusable(virNodeDeviceCompat *compat,
                                virNodeDeviceCompatAttrs *alternative,
                                const char *name,
                                virNodeDeviceCompatReadResult result);

int
virNodeDeviceCompatAddMigratable(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatReadResult result,
                                 bool migratable);

virNodeDeviceCompatReadResult
virNodeDeviceCompatPathsFindPhysical(const virNodeDeviceCompatPaths *paths,
                                     char **ret_dir,
                                     bool *ret_virtual);

virNodeDeviceCompatAttrState
virNodeDeviceCompatReadResultGetState(virNodeDeviceCompatReadResult result);

char *
virNodeDeviceCompatPathGetRoot(const char *path);

bool
virNodeDeviceCompatCanHaveFiles(const virNodeDeviceCompat *compat,
                                const char *vendor,
                                const char *class);

/* The sources */

/* Each returns 0 on success, -1 if the descriptor cannot hold what was read. */

int
virNodeDeviceCompatPublishedRead(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatPublishedReadAccepts(virNodeDeviceCompat *compat,
                                        virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatPublishedReadIdentity(virNodeDeviceCompat *compat,
                                         virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatFunctionRead(virNodeDeviceCompat *compat,
                                virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatFunctionReadIdentity(virNodeDeviceCompat *compat,
                                        virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatMdevRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatCCWRead(virNodeDeviceCompat *compat,
                           virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatAPRead(virNodeDeviceCompat *compat,
                          virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatAPReadAccepts(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatNVIDIARead(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatQATRead(virNodeDeviceCompat *compat,
                           virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatHisiRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatXeRead(virNodeDeviceCompat *compat,
                          virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatXeReadMigratable(virNodeDeviceCompat *compat,
                                    virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatNVMeRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatNVMLRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatDriverRead(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatVFIORead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths);

virNodeDeviceCompatReadResult
virNodeDeviceCompatVFIOFindMigratable(const virNodeDeviceCompatPaths *paths,
                                      bool *ret_migratable);

int
virNodeDeviceCompatDevlinkSourceRead(virNodeDeviceCompat *compat,
                                     virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatInfinibandRead(virNodeDeviceCompat *compat,
                                  virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatEthtoolRead(virNodeDeviceCompat *compat,
                               virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatFactsRead(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatFactsReadAccepts(virNodeDeviceCompat *compat,
                                    virNodeDeviceCompatPaths *paths);

int
virNodeDeviceCompatHiddenRead(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatPaths *paths);

bool
virNodeDeviceCompatFunctionIsAssignable(const char *device);

virNodeDeviceCompatReadResult
virNodeDeviceCompatFunctionReadID(const char *dir,
                                  const char *vendorFile,
                                  const char *deviceFile,
                                  char **ret_id);

virNodeDeviceCompatReadResult
virNodeDeviceCompatFunctionFindPhysical(const char *dir,
                                        char **ret_physical);

virNodeDeviceCompatReadResult
virNodeDeviceCompatFunctionFindNumber(const char *physical,
                                      const char *device,
                                      unsigned int *ret_number);

bool
virNodeDeviceCompatIsPCIAddress(const char *name);
