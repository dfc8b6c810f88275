/*
 * virt-nodedev-compat-unmatched.h: facts that are about no device
 *
 * A group of facts that no device of the machine fits changes nothing, which is
 * usually a mistake in its criteria.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_facts.h"

GPtrArray *
virtCompatFindUnmatchedFacts(const virNodeDeviceCompatFacts *facts,
                             const char *root);

void
virtCompatPrintUnmatchedFacts(GPtrArray *unmatched,
                              FILE *stream);
