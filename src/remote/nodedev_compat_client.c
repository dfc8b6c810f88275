/*
 * nodedev_compat_client.c: client side of the nodedevcompat RPC program
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_client.h"
#include "nodedevcompat_protocol.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_REMOTE


/**
 * virNodeDeviceCompatClientAddProgram:
 * @client: connection to a daemon
 *
 * Lets @client make calls of the nodedevcompat program. Whether the daemon has that
 * program is not known before a call is made.
 *
 * Returns the program, to be unreferenced by the caller.
 */
virNetClientProgram *
virNodeDeviceCompatClientAddProgram(virNetClient *client)
{
    virNetClientProgram *prog;

    if (!(prog = virNetClientProgramNew(NODEDEVCOMPAT_PROGRAM,
                                        NODEDEVCOMPAT_PROTOCOL_VERSION,
                                        NULL, 0, NULL)))
        return NULL;

    virNetClientAddProgram(client, prog);
    return prog;
}


/* Returns true if @message has the program's number in it. */
static bool
virNodeDeviceCompatClientNamesProgram(const char *message)
{
    g_autofree char *number = g_strdup_printf("%d", NODEDEVCOMPAT_PROGRAM);
    size_t len = strlen(number);
    const char *found = message;

    while ((found = strstr(found, number))) {
        if ((found == message || !g_ascii_isdigit(found[-1])) &&
            !g_ascii_isdigit(found[len]))
            return true;
        found += len;
    }

    return false;
}


/**
 * virNodeDeviceCompatClientTranslateError:
 *
 * To be called after a call of the nodedevcompat program has failed.
 *
 * A daemon that does not have the program reports an RPC error "Cannot find program
 * NUMBER version NUMBER", in the daemon's language. Replaces that error, which is
 * recognized by its code, domain and number, with VIR_ERR_NO_SUPPORT and a sentence for
 * users. Any other error is left alone.
 */
void
virNodeDeviceCompatClientTranslateError(void)
{
    virErrorPtr err = virGetLastError();

    if (!err ||
        err->code != VIR_ERR_RPC ||
        err->domain != VIR_FROM_RPC ||
        !err->message ||
        !virNodeDeviceCompatClientNamesProgram(err->message))
        return;

    virReportError(VIR_ERR_NO_SUPPORT, "%s",
                   _("the daemon at the other end of the connection does not support comparing node devices for migration compatibility"));
}
