/*
 * node_device_compat_opaque.c: ask a device's driver about an opaque string
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIBVIRT_NODE_DEVICE_COMPAT_OPAQUEPRIV_H_ALLOW
#include "node_device_compat_opaque.h"
#include "node_device_compat_opaquepriv.h"

#include "virfile.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("node_device.node_device_compat_opaque");

#define ANSWER(name) VIR_NODE_DEVICE_COMPAT_ANSWER_ ## name


/* A driver can refuse with any errno, and the proposal for the kernel did not
 * distinguish "incompatible" from "does not support migration". With these errors, the
 * driver does not judge the string. */
static const int noAnswer[] = {
    ENODEV,                     /* "no migration", in the one driver proposed,
                                 * and sysfs, of a device just removed */
    ENXIO, ENOSYS, EOPNOTSUPP,  /* likewise, in other words */
    EIO,                        /* sysfs, of an attribute that cannot be written */
    EACCES, EPERM, EROFS,       /* writing is not permitted */
    EINTR, EAGAIN, EBUSY, ENOMEM, ETIMEDOUT,    /* not now */
};


/**
 * nodeDeviceCompatOpaqueGetAnswer:
 * @length: of the string
 * @written: what the write returned
 * @error: errno, if that is negative
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Returns the answer of the driver.
 */
virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueGetAnswer(size_t length,
                                ssize_t written,
                                int error,
                                char **ret_detail)
{
    size_t i;

    if (written < 0) {
        *ret_detail = g_strdup(g_strerror(error));

        for (i = 0; i < G_N_ELEMENTS(noAnswer); i++) {
            if (error == noAnswer[i])
                return ANSWER(NONE);
        }
        return ANSWER(REJECTED);
    }

    /* without the whole string, the driver has not judged it */
    if (written != length) {
        *ret_detail = g_strdup_printf(_("it took %1$zd of %2$zu bytes"),
                                      written, length);
        return ANSWER(NONE);
    }

    return ANSWER(ACCEPTED);
}


/* Writes @opaque to the file in @dir, with one write, as a driver judges each write by
 * itself. Sets *ret_absent if the driver does not support it there. */
static virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskDir(const char *dir,
                             const char *opaque,
                             bool *ret_absent,
                             char **ret_detail)
{
    g_autofree char *path = g_build_filename(dir, VIR_NODE_DEVICE_COMPAT_OPAQUE, NULL);
    VIR_AUTOCLOSE fd = -1;
    size_t length = strlen(opaque);
    virNodeDeviceCompatAnswer answer;
    struct stat sb;
    ssize_t written;

    *ret_absent = false;

    /* O_NONBLOCK, as in a copied tree it can be a file of any kind */
    if ((fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)) < 0) {
        *ret_absent = errno == ENOENT || errno == ENOTDIR;
        *ret_detail = g_strdup(g_strerror(errno));
        return ANSWER(NONE);
    }

    if (fstat(fd, &sb) < 0 || !S_ISREG(sb.st_mode)) {
        *ret_detail = g_strdup(_("its attribute is not a regular file"));
        return ANSWER(NONE);
    }

    written = pwrite(fd, opaque, length, 0);
    *ret_absent = written < 0 && errno == ENODEV;
    answer = nodeDeviceCompatOpaqueGetAnswer(length, written, errno, ret_detail);

    /* the string is the vendor's and not for the log */
    VIR_INFO("asked '%s': %s", path,
             answer == ANSWER(ACCEPTED) ? "accepted" : *ret_detail);
    return answer;
}


/* Asks in the first of @dirs that supports it; @dirs ends with NULL. */
static virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskDirs(const char *const *dirs,
                              const char *opaque,
                              char **ret_detail)
{
    size_t i;

    *ret_detail = NULL;

    /* it comes from another host */
    if (!virNodeDeviceCompatValueIsPrintable(opaque)) {
        *ret_detail = g_strdup(_("the string is not one that a driver could have published"));
        return ANSWER(NONE);
    }

    for (i = 0; dirs[i]; i++) {
        g_autofree char *detail = NULL;
        bool absent;
        virNodeDeviceCompatAnswer answer = nodeDeviceCompatOpaqueAskDir(dirs[i], opaque,
                                                                        &absent, &detail);

        if (!absent || !dirs[i + 1]) {
            *ret_detail = g_steal_pointer(&detail);
            return answer;
        }
    }

    *ret_detail = g_strdup(g_strerror(ENODEV));
    return ANSWER(NONE);
}


/**
 * nodeDeviceCompatOpaqueAskPath:
 * @devicePath: sysfs directory of a mediated device or PCI function
 * @opaque: the source's opaque string
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Uses the attribute of the device or, if that is absent or not supported, the one of
 * its type, as the reader of the target's own string does.
 *
 * Returns the answer of the driver.
 */
virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskPath(const char *devicePath,
                              const char *opaque,
                              char **ret_detail)
{
    g_autofree char *device = virFileCanonicalizePath(devicePath);
    g_autofree char *link = g_build_filename(devicePath, "mdev_type", NULL);
    g_autofree char *type = virFileCanonicalizePath(link);
    const char *const dirs[] = { device, type, NULL };

    return nodeDeviceCompatOpaqueAskDirs(dirs, opaque, ret_detail);
}


/**
 * nodeDeviceCompatOpaqueAsk:
 * @def: definition of a mediated device or PCI device
 * @opaque: the source's opaque string
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Returns the answer of the device's driver.
 */
virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAsk(const virNodeDeviceDef *def,
                          const char *opaque,
                          char **ret_detail)
{
    /* a device that is defined but not started has no path */
    if (!def->sysfs_path) {
        *ret_detail = g_strdup(_("the device is not active"));
        return ANSWER(NONE);
    }

    return nodeDeviceCompatOpaqueAskPath(def->sysfs_path, opaque, ret_detail);
}
