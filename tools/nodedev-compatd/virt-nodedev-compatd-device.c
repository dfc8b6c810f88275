/*
 * virt-nodedev-compatd-device.c: the host devices of a guest, read now
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compatd-device.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/evidence/nodedev_compat_files_host.h"
#include "nodedev_compat/evidence/nodedev_compat_reader.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "nodedev_compat/evidence/nodedev_compat_update.h"
#include "virerror.h"
#include "virfile.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* The copy of a machine that is read, or NULL for this one */
static char *root;
static GStrv rootDirs;          /* its directories with facts */
static virMutex rootLock = VIR_MUTEX_INITIALIZER;
static virNodeDeviceCompatFiles rootFiles;


/**
 * virtCompatdDeviceSetRoot:
 * @path: root of a copy of a machine, or NULL for this machine
 *
 * To call before anything is read.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatdDeviceSetRoot(const char *path)
{
    size_t i;

    if (!path)
        return 0;

    if (!(root = realpath(path, NULL))) {
        virReportSystemError(errno, _("cannot read '%1$s'"), path);
        return -1;
    }

    rootDirs = g_new0(char *, g_strv_length((char **) virNodeDeviceCompatFilesDirs) + 1);
    for (i = 0; virNodeDeviceCompatFilesDirs[i]; i++)
        rootDirs[i] = g_build_filename(root, virNodeDeviceCompatFilesDirs[i], NULL);

    return virNodeDeviceCompatTreeConfine(root);
}


/**
 * virtCompatdDeviceGetDirs:
 *
 * Returns a NULL-terminated list of the directories with facts that are read.
 */
const char *const *
virtCompatdDeviceGetDirs(void)
{
    return root ? (const char *const *) rootDirs : virNodeDeviceCompatFilesDirs;
}


static virNodeDeviceCompatFacts *
virtCompatdDeviceGetFacts(void)
{
    VIR_LOCK_GUARD lock = { 0 };

    if (!root)
        return virNodeDeviceCompatFilesGetFacts();

    lock = virLockGuardLock(&rootLock);
    virNodeDeviceCompatFilesUpdate(&rootFiles, virtCompatdDeviceGetDirs());
    return g_object_ref(rootFiles.facts);
}


static char *
virtCompatdDeviceGetPath(const virDomainHostdevNode *node)
{
    g_autofree char *path = virDomainHostdevNodeGetPath(node);

    return root ? g_build_filename(root, path, NULL) : g_steal_pointer(&path);
}


/* Adds the name of the directory @path and, if it is a virtual function, that of its
 * physical function. */
static void
virtCompatdDeviceAddName(GPtrArray *names,
                         const char *path)
{
    g_autofree char *link = g_build_filename(path, "physfn", NULL);
    g_autofree char *target = g_file_read_link(link, NULL);

    g_ptr_array_add(names, g_path_get_basename(path));
    if (target)
        g_ptr_array_add(names, g_path_get_basename(target));
}


/**
 * virtCompatdDeviceGetNames:
 * @nodes: virDomainHostdevNode of a guest's devices
 *
 * Returns the names in sysfs of all devices that the descriptors of these depend on: the
 * devices, the parents of mediated devices, and the physical functions of either.
 */
GStrv
virtCompatdDeviceGetNames(GPtrArray *nodes)
{
    GPtrArray *names = g_ptr_array_new();
    size_t i;

    for (i = 0; i < nodes->len; i++) {
        const virDomainHostdevNode *node = g_ptr_array_index(nodes, i);
        g_autofree char *path = virtCompatdDeviceGetPath(node);
        g_autofree char *real = realpath(path, NULL);

        virtCompatdDeviceAddName(names, path);
        if (real && node->identity.uuid) {
            g_autofree char *parent = g_path_get_dirname(real);

            virtCompatdDeviceAddName(names, parent);
        }
    }

    g_ptr_array_add(names, NULL);
    return (GStrv) g_ptr_array_free(names, FALSE);
}


/**
 * virtCompatdDeviceIsNamed:
 * @names: names in sysfs
 * @name: name in sysfs, or of a node device
 *
 * A node device is called by its name in sysfs, and what that is; one that is a mediated
 * device by that of its parent, too.
 *
 * Returns true if @name is that of one of the devices.
 */
bool
virtCompatdDeviceIsNamed(char *const *names,
                         const char *name)
{
    const char *rest = strchr(name, '_');
    size_t i;

    for (i = 0; names[i]; i++) {
        g_autofree char *canonical = NULL;
        const char *after;

        if (STREQ(names[i], name))
            return true;

        if (!rest)
            continue;

        canonical = g_strcanon(g_strdup(names[i]), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');
        if ((after = STRSKIP(rest + 1, canonical)) && (*after == '\0' || *after == '_'))
            return true;
    }

    return false;
}


static virDomainHostdevCompat *
virtCompatdDeviceReadNode(const virDomainHostdevNode *node,
                          const virNodeDeviceCompatFacts *facts)
{
    virDomainHostdevCompat *hostdev = virDomainHostdevCompatNewNode(node);
    g_autofree char *path = virtCompatdDeviceGetPath(node);

    /* as in the node device driver, for the same descriptor */
    virNodeDeviceCompatReaderSetDeadline(g_get_monotonic_time() +
                                         VIR_NODE_DEVICE_COMPAT_COMPARE_MS * 1000);
    if (node->identity.uuid)
        hostdev->compat = virNodeDeviceCompatReadMdev(path, facts);
    else
        hostdev->compat = virNodeDeviceCompatReadPCI(path, facts);
    virNodeDeviceCompatReaderSetDeadline(0);

    if (!hostdev->name && !root)
        hostdev->name = virDomainHostdevNodeGuessName(node);

    return hostdev;
}


/**
 * virtCompatdDeviceRead:
 * @nodes: virDomainHostdevNode of a guest's devices
 *
 * Returns a virDomainHostdevCompat for each of them. One that does not exist has no
 * descriptor.
 */
GPtrArray *
virtCompatdDeviceRead(GPtrArray *nodes)
{
    g_autoptr(virNodeDeviceCompatFacts) facts = virtCompatdDeviceGetFacts();
    GPtrArray *hostdevs = virDomainHostdevCompatListNew();
    size_t i;

    for (i = 0; i < nodes->len; i++)
        g_ptr_array_add(hostdevs, virtCompatdDeviceReadNode(g_ptr_array_index(nodes, i), facts));

    return hostdevs;
}


/* The number of attributes of all devices that are in that state */
static size_t
virtCompatdDeviceCount(GPtrArray *hostdevs,
                       virNodeDeviceCompatAttrState state)
{
    size_t count = 0;
    size_t i;
    size_t j;

    for (i = 0; i < hostdevs->len; i++) {
        const virDomainHostdevCompat *hostdev = g_ptr_array_index(hostdevs, i);

        for (j = 0; hostdev->compat && j < hostdev->compat->self.nattrs; j++)
            count += hostdev->compat->self.attrs[j]->state == state;
    }

    return count;
}


/**
 * virtCompatdDeviceIsLate:
 * @hostdevs: virDomainHostdevCompat of a guest's devices
 *
 * Returns true if something of them could not be read in time, or facts not be brought up to
 * date: no report need follow when they can be, as a file that was just removed counts as one
 * that is about to come back for a moment.
 */
bool
virtCompatdDeviceIsLate(GPtrArray *hostdevs)
{
    return virtCompatdDeviceCount(hostdevs, VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT) > 0 ||
           virtCompatdDeviceCount(hostdevs, VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED) > 0;
}


/**
 * virtCompatdDeviceCountKnown:
 * @hostdevs: virDomainHostdevCompat of a guest's devices
 *
 * Returns how much is known of them.
 */
size_t
virtCompatdDeviceCountKnown(GPtrArray *hostdevs)
{
    return virtCompatdDeviceCount(hostdevs, VIR_NODE_DEVICE_COMPAT_ATTR_OK);
}
