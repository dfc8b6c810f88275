/*
 * nodedev_compat_evidence.h: compatibility descriptors of a machine's devices
 *
 * Reads the descriptor of a mediated device, of a type of which one can be created, or
 * of a PCI function from all sources of evidence. Reading never fails and never reports
 * an error: what cannot be read is logged once and left to the comparison, whose
 * verdict is unknown then. Writes nothing and opens no device.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/node_device_conf.h"
#include "nodedev_compat/nodedev_compat_facts.h"

virNodeDeviceCompat *
virNodeDeviceCompatReadMdev(const char *devicePath,
                            const virNodeDeviceCompatFacts *facts);

virNodeDeviceCompat *
virNodeDeviceCompatReadMdevType(const char *typePath,
                                const virNodeDeviceCompatFacts *facts);

virNodeDeviceCompat *
virNodeDeviceCompatReadTypeWithin(const char *typePath,
                                  const virNodeDeviceCompatFacts *facts,
                                  size_t *room);

virNodeDeviceCompat *
virNodeDeviceCompatReadPCI(const char *devicePath,
                           const virNodeDeviceCompatFacts *facts);

void
virNodeDeviceCompatEvidenceSetDeadline(unsigned int ms);
