/*
 * nodedev_compat_evidence_ethtool.c: firmware, as drivers of network interfaces show it
 *
 * The command ETHTOOL_GDRVINFO of SIOCETHTOOL, which anybody may use, see
 * include/uapi/linux/ethtool.h of the kernel. Drivers without firmware have an empty string
 * or "N/A", others what they like; where it is the same as in devlink is known of mlx5:
 * "28.41.1000 (MT_0000000892)" is fw.version and fw.psid, see
 * drivers/net/ethernet/mellanox/mlx5/core/en_ethtool.c. Of others it has a name of its own.
 *
 * In a tree that was copied from another machine, DIR/nodedev-compat/ethtool/ADDRESS has
 * the string, where ADDRESS is the one of the function, like 0000:a3:00.0.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/ioctl.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_reader.h"
#include "virerror.h"
#include "virfile.h"
#include "virnetdev.h"
#include "virstring.h"

#ifdef __linux__
# include <linux/ethtool.h>
# include <linux/sockios.h>
#endif

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name

/* What a thread is told is this, the name of the interface and the address of the function,
 * on whose events the answer depends, with a space between them. */
#define CALL "ethtool "

#define ETHTOOL_MAX 256

/* How often an interface is looked for that has been renamed */
#define TRIES 2


#if defined(SIOCETHTOOL) && defined(WITH_STRUCT_IFREQ)

/* Whether an interface is one of another PCI function than @address: it can have got the name
 * since that was read in sysfs. Most drivers show the address, and the kernel does for those
 * that show nothing. */
static bool
virNodeDeviceCompatEthtoolIsOther(const struct ethtool_drvinfo *info,
                                  const char *address)
{
    g_autofree char *bus = g_strndup(info->bus_info, sizeof(info->bus_info));

    return strlen(bus) == strlen(address) && STRNEQ(bus, address) &&
           strspn(bus, "0123456789abcdef:.") == strlen(bus);
}


/* Called by a thread of the reader's, as a driver can ask its firmware, or wait for the
 * lock of all network devices. */
static int
virNodeDeviceCompatEthtoolAsk(const char *name,
                              int max,
                              char **ret_text)
{
    struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
    virErrorPtr previous = NULL;
    struct ifreq request;
    VIR_AUTOCLOSE fd = -1;
    const char *words = STRSKIP(name, CALL);
    g_autofree char *interface = g_strndup(words, strcspn(words, " "));

    /* nobody is to see errors of this */
    virErrorPreserveLast(&previous);
    fd = virNetDevSetupControl(interface, &request);
    virResetLastError();
    virErrorRestore(&previous);

    if (fd < 0)
        return -EIO;

    request.ifr_data = (void *)&info;
    if (ioctl(fd, SIOCETHTOOL, &request) < 0)
        return errno == ENODEV ? -ESTALE : -errno;
    if (virNodeDeviceCompatEthtoolIsOther(&info, words + strlen(interface) + 1))
        return -ESTALE;

    *ret_text = g_strndup(info.fw_version, MIN(sizeof(info.fw_version), max));
    return strlen(*ret_text);
}

#else

static int
virNodeDeviceCompatEthtoolAsk(const char *name G_GNUC_UNUSED,
                              int max G_GNUC_UNUSED,
                              char **ret_text G_GNUC_UNUSED)
{
    return -EOPNOTSUPP;
}

#endif


/* Asks the driver of the network interfaces of @physical, all of which have the same. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatEthtoolReadLive(const char *physical,
                                   char **ret_text)
{
    g_autofree char *dir = g_build_filename(physical, "net", NULL);
    g_autofree char *address = g_path_get_basename(physical);
    int rc = -ESTALE;
    size_t i;

    /* the interface can be renamed or moved meanwhile */
    for (i = 0; i < TRIES && rc == -ESTALE; i++) {
        g_autofree char *call = NULL;
        g_auto(GStrv) names = NULL;
        virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(dir, "", &names);

        if (result != READ(OK))
            return result;
        if (!names[0])
            return READ(ABSENT);

        call = g_strdup_printf(CALL "%s %s", names[0], address);
        rc = virNodeDeviceCompatReaderCall(call, virNodeDeviceCompatEthtoolAsk,
                                           ETHTOOL_MAX, ret_text);
    }

    if (rc >= 0)
        return READ(OK);

    /* the driver does not know the command */
    if (rc == -EOPNOTSUPP)
        return READ(ABSENT);

    virNodeDeviceCompatEvidenceWarnOnce(dir, "%s", g_strerror(-rc));
    return rc == -ETIMEDOUT ? READ(TIMEOUT) : READ(UNREADABLE);
}


static virNodeDeviceCompatReadResult
virNodeDeviceCompatEthtoolGet(const char *physical,
                              char **ret_text)
{
    const char *root = virNodeDeviceCompatTreeGetRoot();
    g_autofree char *address = g_path_get_basename(physical);
    g_autofree char *dir = NULL;
    virNodeDeviceCompatReadResult result;

    if (!root)
        return STRPREFIX(physical, "/sys/") ?
            virNodeDeviceCompatEthtoolReadLive(physical, ret_text) : READ(ABSENT);

    dir = g_build_filename(root, "nodedev-compat/ethtool", NULL);
    result = virNodeDeviceCompatTreeReadFile(dir, address, ret_text);
    return result == READ(EMPTY) ? READ(ABSENT) : result;
}


/* Takes the PSID that mlx5 has behind the version away from @text. One without its end is
 * there, and cannot be used. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatEthtoolTakePSID(char *text,
                                   char **ret_psid)
{
    size_t length = strlen(text);
    char *open = strstr(text, " (");
    char *psid = open ? open + 2 : NULL;

    if (!open)
        return READ(ABSENT);

    *open = '\0';
    if (text[length - 1] != ')')
        return READ(CUT);

    text[length - 1] = '\0';
    *ret_psid = g_ascii_strup(psid, -1);
    return READ(OK);
}


/**
 * virNodeDeviceCompatEthtoolRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the version of the firmware of the physical function that the device belongs to, as
 * the driver of its network interface has it, unless an earlier source has the same.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatEthtoolRead(virNodeDeviceCompat *compat,
                               virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    g_autofree char *text = NULL;
    g_autofree char *vendor = NULL;
    g_autofree char *psid = NULL;
    bool isVirtual = false;
    bool mellanox;
    virNodeDeviceCompatReadResult board = READ(ABSENT);
    virNodeDeviceCompatReadResult result;

    /* a driver that does not answer there would not here */
    if (virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK) ||
        virNodeDeviceCompatPathsFindPhysical(paths, &physical, &isVirtual) != READ(OK))
        return 0;

    ignore_value(virNodeDeviceCompatTreeReadFile(physical, "vendor", &vendor));
    mellanox = STREQ_NULLABLE(vendor, "0x15b3");

    result = virNodeDeviceCompatEthtoolGet(physical, &text);
    if (result == READ(OK)) {
        g_strstrip(text);
        if (!*text || STREQ(text, "N/A"))
            return 0;
        if (mellanox)
            board = virNodeDeviceCompatEthtoolTakePSID(text, &psid);
    }

    if (virNodeDeviceCompatAddEvidence(compat, "fw.psid", board, psid, true) < 0)
        return -1;
    return virNodeDeviceCompatAddEvidence(compat, mellanox ? "fw.version" : "ethtool.fw_version",
                                          result, text, true);
}
