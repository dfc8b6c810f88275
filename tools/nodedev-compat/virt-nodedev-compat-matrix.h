/*
 * virt-nodedev-compat-matrix.h: which guests can continue on which hosts
 *
 * The forms of a matrix that are larger than a table.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-fleet.h"

/* How many pairs of classes a document has reasons for */
#define VIRT_COMPAT_MATRIX_PAIRS_MAX 20000

/* A verdict in one character; the host itself */
#define VIRT_COMPAT_MATRIX_SELF '.'

char
virtCompatMatrixGetLetter(virNodeDeviceCompatFleetVerdict verdict);

bool
virtCompatMatrixIsTooLarge(const virNodeDeviceCompatFleet *fleet);

int
virtCompatMatrixPrintHosts(virNodeDeviceCompatFleet *fleet,
                           const char *title);

virJSONValue *
virtCompatMatrixMakeRows(virNodeDeviceCompatFleet *fleet,
                         bool hosts);

virJSONValue *
virtCompatMatrixMakeJSON(virNodeDeviceCompatFleet *fleet);

int
virtCompatMatrixWritePage(virNodeDeviceCompatFleet *fleet,
                          const char *path);
