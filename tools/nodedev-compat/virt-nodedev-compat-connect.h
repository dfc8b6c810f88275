/*
 * virt-nodedev-compat-connect.h: the devices of a host, from its libvirt
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-commands.h"

int
virtCompatConnectGetTimeout(const virtCompatOptions *opts,
                            unsigned int *ret_timeout);

GPtrArray *
virtCompatConnectRead(const char *uri,
                      unsigned int timeout,
                      char **ret_name);
