/*
 * nodedev_compat_daemon.c: server side of the nodedevcompat RPC program
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_daemon.h"
#include "nodedev_compat/nodedev_compat_release.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_RPC

VIR_LOG_INIT("remote.nodedev_compat_daemon");


/**
 * virNodeDeviceCompatDaemonAddProgram:
 * @srv: the server that serves libvirt's own programs
 *
 * Also logs that the daemon has it, since the version of libvirt says nothing about that.
 *
 * Returns 0 on success, -1 with an error reported otherwise.
 */
int
virNodeDeviceCompatDaemonAddProgram(virNetServer *srv)
{
    virNetServerProgram *prog;
    g_autofree char *build = virNodeDeviceCompatReleaseFormatBuild();

    VIR_INFO("libvirt-nodedev-compat version: %s", build);

    if (!(prog = virNetServerProgramNew(NODEDEVCOMPAT_PROGRAM,
                                        NODEDEVCOMPAT_PROTOCOL_VERSION,
                                        nodedevcompatProcs,
                                        nodedevcompatNProcs)))
        return -1;

    virNetServerAddProgram(srv, prog);
    virObjectUnref(prog);
    return 0;
}
