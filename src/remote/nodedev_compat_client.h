/*
 * nodedev_compat_client.h: client side of the nodedevcompat RPC program
 *
 * The calls themselves are generated from nodedevcompat_protocol.x into the remote
 * driver. These functions add the program to a connection, and report an error that
 * users understand if the daemon does not have the program.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rpc/virnetclient.h"
#include "rpc/virnetclientprogram.h"

virNetClientProgram *
virNodeDeviceCompatClientAddProgram(virNetClient *client);

void
virNodeDeviceCompatClientTranslateError(void);
