/*
 * virt-nodedev-compatd-agent.h: which guest is looked at when
 *
 * Keeps a connection, and the guests that run. What is reported about a guest or a device
 * makes the guest due; a moment later, so that many reports are one, it is looked at in a
 * thread of its own. A guest, or a daemon, that hangs there keeps others waiting only when
 * all threads hang. Nothing is done as long as nothing is reported, but for reading the
 * devices again after a long while, which asks libvirt for nothing.
 *
 * All functions are called in the thread of the main loop.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compatd-guest.h"

typedef struct _virtCompatdAgent virtCompatdAgent;

virtCompatdAgent *
virtCompatdAgentNew(const virtCompatdHost *host,
                    const char *uri,
                    const virtCompatdTimes *times);

void
virtCompatdAgentFree(virtCompatdAgent *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virtCompatdAgent, virtCompatdAgentFree);

void
virtCompatdAgentStart(virtCompatdAgent *agent,
                      bool once);

void
virtCompatdAgentOnDevice(virtCompatdAgent *agent,
                         const char *name);

bool
virtCompatdAgentIsIdle(const virtCompatdAgent *agent);

bool
virtCompatdAgentIsBusy(const virtCompatdAgent *agent);

bool
virtCompatdAgentHasFailed(const virtCompatdAgent *agent);

bool
virtCompatdAgentIsConnected(const virtCompatdAgent *agent);
