/*
 * nodedev_compat_cache.h: answers of firmware and of programs, which are costly to ask
 *
 * To ask can take long, and takes locks that others need; schedulers read the devices of a
 * host again and again, and all functions of a device have one firmware. A daemon keeps
 * the answers. It drops those of a device when something is reported that can change them,
 * see nodedev_compat_watch.h. A program that hears of no events does not keep any. Nothing
 * is locked while somebody is asked.
 *
 * How old an answer may be: what a device runs changes when it is bound to another driver,
 * which is reported, or when new firmware is activated. devlink reports that firmware has
 * been written, but that it is activated only as far as the driver then takes away its
 * ports and parameters and adds them again; it need not ("devlink dev reload ... limit
 * no_reset"). Hence answers about a device with new firmware are kept for a short time only,
 * until it is likely to run. An answer to a question that was asked before a report on
 * what it depends on is not kept. So a comparison before a migration may use what is kept,
 * as may the looks at devices while the guest stands still, which have no time to ask. What
 * nobody reports, such as a tool of a vendor that writes to the device behind its driver, is
 * seen VIR_NODE_DEVICE_COMPAT_CACHE_LIFE_MS later at most. If reports cannot be received,
 * answers are kept for about as long as it takes to look at all functions of a device.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* How long an answer is kept, in milliseconds */
#define VIR_NODE_DEVICE_COMPAT_CACHE_LIFE_MS 60000

/* The same of an error: the firmware is not asked again for each of its functions, and
 * answers soon after it has recovered. */
#define VIR_NODE_DEVICE_COMPAT_CACHE_ERROR_MS 10000

/* The same of all answers if nothing is reported, and of those that depend on a device whose
 * firmware has been written, for how long that is so */
#define VIR_NODE_DEVICE_COMPAT_CACHE_UNWATCHED_MS 2000
#define VIR_NODE_DEVICE_COMPAT_CACHE_DOUBT_MS (10 * 60 * 1000)

/* The number of such devices; if there are more, answers about any device are doubted */
#define VIR_NODE_DEVICE_COMPAT_CACHE_DOUBTED_DEVICES 256

/* How many of what was dropped last are known, when an answer comes that can be older */
#define VIR_NODE_DEVICE_COMPAT_CACHE_DROPS 1024

/* The number of answers that are kept, and of bytes, of all and of one */
#define VIR_NODE_DEVICE_COMPAT_CACHE_ANSWERS_MAX 4096
#define VIR_NODE_DEVICE_COMPAT_CACHE_BYTES_MAX (8 * 1024 * 1024)
#define VIR_NODE_DEVICE_COMPAT_CACHE_ANSWER_MAX (1024 * 1024)

void
virNodeDeviceCompatCacheEnable(bool watched);

void
virNodeDeviceCompatCacheDisable(void);

char *
virNodeDeviceCompatCacheCopy(const char *text,
                             size_t len);

bool
virNodeDeviceCompatCacheGet(const char *question,
                            int *ret_len,
                            char **ret_text);

guint64
virNodeDeviceCompatCacheBegin(void);

void
virNodeDeviceCompatCachePut(const char *question,
                            guint64 begun,
                            int len,
                            const char *text);

void
virNodeDeviceCompatCacheDrop(const char *name);

void
virNodeDeviceCompatCacheDoubt(const char *name);

void
virNodeDeviceCompatCacheDropAll(void);
