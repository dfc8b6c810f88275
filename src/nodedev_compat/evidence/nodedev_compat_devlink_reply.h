/*
 * nodedev_compat_devlink_reply.h: what devlink replies, as lines of text
 *
 * Turns the bytes that came of asking devlink into the lines that a recorded tree has for
 * the same device, see nodedev_compat_devlink.h. Pure: no socket, no file. The bytes are
 * those of the kernel, or anybody's: what is malformed anywhere is not used at all.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* A device of devlink has less than a page of versions */
#define VIR_NODE_DEVICE_COMPAT_DEVLINK_VERSIONS 256

int
virNodeDeviceCompatDevlinkReplyGetFamily(const char *replies,
                                         size_t length,
                                         unsigned int *ret_id);

int
virNodeDeviceCompatDevlinkReplyFormatInfo(const char *replies,
                                          size_t length,
                                          const char *address,
                                          char **ret_text);

int
virNodeDeviceCompatDevlinkReplyFormatPorts(const char *replies,
                                           size_t length,
                                           const char *address,
                                           char **ret_text);
