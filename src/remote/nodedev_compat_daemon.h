/*
 * nodedev_compat_daemon.h: server side of the nodedevcompat RPC program
 *
 * The dispatchers are generated from nodedevcompat_protocol.x into
 * remote_daemon_dispatch.c; this adds them to a daemon's server.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedevcompat_protocol.h"
#include "rpc/virnetserver.h"
#include "rpc/virnetserverprogram.h"

extern virNetServerProgramProc nodedevcompatProcs[];
extern size_t nodedevcompatNProcs;

int
virNodeDeviceCompatDaemonAddProgram(virNetServer *srv);
