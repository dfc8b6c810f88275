/*
 * nodedev_compat_evidence_hidden.c: what a container hides of a device
 *
 * In a container the files of a device are those of the host, but not all that other sources
 * look at: debugfs is not mounted, and devlink answers only in the network namespace of the
 * device. To these sources, the host is one that does not have it. Hence this marks, when all
 * else has been read, what may be there and decide. Facts can state it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#ifdef __linux__
# include <linux/magic.h>
# include <sys/vfs.h>
#endif
#include <sys/stat.h>

#define LIBVIRT_NODEDEV_COMPAT_EVIDENCE_HIDDENPRIV_H_ALLOW
#include "nodedev_compat_evidence_hiddenpriv.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_evidence_sources.h"
#include "nodedev_compat_namespace.h"
#include "nodedev_compat_tree.h"
#include "virfile.h"

#define HIDDEN(name) VIR_NODE_DEVICE_COMPAT_HIDDEN_ ## name

#define DEBUGFS "/sys/kernel/debug"

/* A file that only the first network namespace has: the kernel registers the table that it
 * is in for no other (net_core_table in net/core/sysctl_net_core.c). */
#define NET_CORE "/proc/sys/net/core"
#define NET_CORE_HOST NET_CORE "/dev_weight"

/* What the tests have in the place of this machine, or -1 */
static int forced = -1;


#ifdef __linux__

/* The namespaces that a container usually has of its own, unlike the services of a host */
static const struct {
    const char *path;
    const char *host;
} namespaces[] = {
    { "/proc/thread-self/ns/pid", VIR_NODE_DEVICE_COMPAT_NAMESPACE_PID },
    { "/proc/thread-self/ns/cgroup", VIR_NODE_DEVICE_COMPAT_NAMESPACE_CGROUP },
    { "/proc/thread-self/ns/user", VIR_NODE_DEVICE_COMPAT_NAMESPACE_USER },
};


static bool
virNodeDeviceCompatHiddenInContainer(void)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(namespaces); i++) {
        g_autofree char *own = g_file_read_link(namespaces[i].path, NULL);

        if (own && STRNEQ(own, namespaces[i].host))
            return true;
    }

    return false;
}


/* The kernel makes the directory that debugfs is mounted on if it has debugfs
 * (fs/debugfs/inode.c), also in the sysfs of a container. */
static bool
virNodeDeviceCompatHiddenIsDebugfs(void)
{
    struct statfs mounted;
    struct stat sb;

    if (statfs(DEBUGFS, &mounted) < 0)
        return errno != ENOENT;

    return mounted.f_type != DEBUGFS_MAGIC || stat(DEBUGFS "/.", &sb) < 0;
}

#else /* !__linux__ */

static bool
virNodeDeviceCompatHiddenInContainer(void)
{
    return false;
}


static bool
virNodeDeviceCompatHiddenIsDebugfs(void)
{
    return false;
}

#endif /* !__linux__ */


/**
 * virNodeDeviceCompatHiddenGet:
 *
 * Returns what is hidden from this process, virNodeDeviceCompatHidden ORed. On a host without
 * a container nothing is: who may not look into debugfs there knows less, see
 * nodedev_compat_evidence_vfio.c.
 */
unsigned int
virNodeDeviceCompatHiddenGet(void)
{
    unsigned int hidden = 0;

    if (virNodeDeviceCompatHiddenInContainer() && virNodeDeviceCompatHiddenIsDebugfs())
        hidden |= HIDDEN(DEBUGFS);

    if (virFileIsDir(NET_CORE) && !virFileExists(NET_CORE_HOST))
        hidden |= HIDDEN(DEVLINK);

    return hidden;
}


/**
 * virNodeDeviceCompatHiddenSet:
 * @hidden: what is hidden, virNodeDeviceCompatHidden ORed, of any tree; -1: what is, of this
 *          machine's
 *
 * Lets tests be in a container.
 */
void
virNodeDeviceCompatHiddenSet(int hidden)
{
    forced = hidden;
}


static unsigned int
virNodeDeviceCompatHiddenFrom(const virNodeDeviceCompatPaths *paths)
{
    const char *path = paths->device ? paths->device : paths->type;

    if (forced >= 0)
        return forced;

    /* a copied tree is as it was recorded */
    if (virNodeDeviceCompatTreeGetRoot() || !STRPREFIX(path, "/sys/"))
        return 0;

    return virNodeDeviceCompatHiddenGet();
}


/* Whether VFIO's debugfs can have the device: it has its VFIO driver. */
static bool
virNodeDeviceCompatHiddenHasDebugfs(const virNodeDeviceCompat *compat,
                                    const virNodeDeviceCompatPaths *paths)
{
    const virNodeDeviceCompatAttr *driver;

    if (paths->type)
        return !!paths->device;

    driver = virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER);
    return driver && driver->value;
}


/* Whether the driver of the device that has the firmware can be one with devlink. These are
 * drivers of network controllers (Documentation/networking/devlink of the kernel), and one of
 * the drivers that those of VFIO are for: pds_core. */
static bool
virNodeDeviceCompatHiddenHasDevlink(const virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    g_autofree char *class = NULL;
    g_autofree char *driver = NULL;

    if (virNodeDeviceCompatPathsFindPhysical(paths, &physical, NULL) !=
        VIR_NODE_DEVICE_COMPAT_READ_OK)
        return false;

    ignore_value(virNodeDeviceCompatTreeReadFile(physical, "class", &class));
    if (class && STRPREFIX(class, "0x02"))
        return true;

    ignore_value(virNodeDeviceCompatTreeReadLink(physical, "driver", &driver));
    return STREQ_NULLABLE(driver, "pds_core");
}


/* Whether anything is known of the firmware in the names that devlink has for it: who shows
 * or states some of it has what decides. */
static bool
virNodeDeviceCompatHiddenKnowsFirmware(const virNodeDeviceCompat *compat)
{
    size_t i;

    for (i = 0; i < compat->self.nattrs; i++) {
        const char *name = compat->self.attrs[i]->name;

        if (STREQ(name, "fw") || STRPREFIX(name, "fw."))
            return true;
    }

    return false;
}


/**
 * virNodeDeviceCompatHiddenRead:
 * @compat: descriptor, with all that other sources give, and with facts
 * @paths: where it is read from
 *
 * Marks as private whether the device can be migrated, if that is in debugfs and this is a
 * container without it, and devlink, if that answers in another network namespace only;
 * unless it is known.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatHiddenRead(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatPaths *paths)
{
    unsigned int hidden = virNodeDeviceCompatHiddenFrom(paths);

    /* it is not added to what is known */
    if (hidden & HIDDEN(DEBUGFS) &&
        virNodeDeviceCompatHiddenHasDebugfs(compat, paths) &&
        virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_MIGRATABLE,
                                       VIR_NODE_DEVICE_COMPAT_READ_PRIVATE, NULL, true) < 0)
        return -1;

    if (hidden & HIDDEN(DEVLINK) &&
        virNodeDeviceCompatHiddenHasDevlink(paths) &&
        !virNodeDeviceCompatHiddenKnowsFirmware(compat))
        return virNodeDeviceCompatMarkUnusable(compat, NULL, VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK,
                                               VIR_NODE_DEVICE_COMPAT_READ_PRIVATE);

    return 0;
}
