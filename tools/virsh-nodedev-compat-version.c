/*
 * virsh-nodedev-compat-version.c: the command nodedev-compat-version
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "nodedev_compat/nodedev_compat_release.h"
#include "vsh-nodedev-compat.h"


/*
 * "nodedev-compat-version" command
 */
const vshCmdInfo info_node_device_compat_version = {
    .help = N_("show whether the daemon compares node devices, and its version"),
    .desc = N_("Shows the version of libvirt-nodedev-compat that the library and the daemon "
               "have. The exit status is 0 if the daemon has it, 1 on error and 2 if the "
               "daemon is a libvirt without it."),
};

const vshCmdOptDef opts_node_device_compat_version[] = {
    {.name = NULL}
};


/* Returns the line about the daemon, or NULL with an error reported. @lacking is whether
 * the daemon is a libvirt without the check. */
static char *
virshNodeDeviceCompatFormatDaemon(vshControl *ctl,
                                  bool *lacking)
{
    g_autofree char *libvirt = NULL;
    g_autofree char *release = NULL;
    unsigned long libVersion;
    int version;
    virshControl *priv = ctl->privData;

    if (virConnectGetLibVersion(priv->conn, &libVersion) < 0) {
        vshError(ctl, "%s", _("failed to get the daemon version"));
        return NULL;
    }
    libvirt = virNodeDeviceCompatReleaseFormat(libVersion);

    if ((version = virConnectGetHostdevCompatVersion(priv->conn, 0)) >= 0) {
        release = virNodeDeviceCompatReleaseFormat(version);
        return g_strdup_printf(_("Running against daemon: libvirt-nodedev-compat %1$s, libvirt %2$s\n"),
                               release, libvirt);
    }

    if (last_error->code != VIR_ERR_NO_SUPPORT) {
        vshError(ctl, "%s", _("Failed to ask the daemon whether it compares node devices"));
        return NULL;
    }

    vshResetLibvirtError();
    *lacking = true;
    return g_strdup_printf(_("Running against daemon: libvirt %1$s without libvirt-nodedev-compat\n"),
                           libvirt);
}


bool
cmdNodeDeviceCompatVersion(vshControl *ctl, const vshCmd *cmd)
{
    g_autofree char *build = virNodeDeviceCompatReleaseFormatBuild();
    g_autofree char *daemon = NULL;
    bool lacking = false;

    if (!(daemon = virshNodeDeviceCompatFormatDaemon(ctl, &lacking)))
        return false;

    vshPrint(ctl, _("Using library: libvirt-nodedev-compat %1$s\n"), build);
    vshPrint(ctl, "%s", daemon);

    virshNodeDeviceCompatSetAnswer(cmd, lacking ? VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE :
                                                  EXIT_SUCCESS);
    return true;
}
