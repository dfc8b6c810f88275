/*
 * nodedev_compat_evidence_infiniband.c: firmware and board, as the RDMA core shows them
 *
 * The files fw_ver and board_id of an RDMA device are described in
 * Documentation/ABI/stable/sysfs-class-infiniband of the kernel. Of NVIDIA's (Mellanox's)
 * devices they are what devlink calls fw.version and fw.psid: drivers/infiniband/hw/mlx5
 * and mlx4 have both from the same fields of the firmware. What other vendors have there
 * is called by the names of the files.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "virstring.h"

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name

static const struct {
    const char *file;
    const char *mellanox;       /* the name of it there */
    const char *other;
    bool upper;                 /* in capital letters */
} files[] = {
    { "board_id", "fw.psid", "infiniband.board_id", true },
    { "fw_ver", "fw.version", "infiniband.fw_ver", false },
};


/* Reads @file of all RDMA devices of a function, which mostly is one. Its ports can be
 * several; then there is one value, or none can be used. @upper: in capital letters, since
 * it is spelled in either way */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatInfinibandReadFile(const char *dir,
                                      char **names,
                                      const char *file,
                                      bool upper,
                                      char **ret_value)
{
    g_autofree char *value = NULL;
    size_t i;

    for (i = 0; names[i]; i++) {
        g_autofree char *device = g_build_filename(dir, names[i], NULL);
        g_autofree char *text = NULL;
        g_autofree char *spelled = NULL;
        virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(device, file,
                                                                               &text);

        /* a device without firmware has an empty file */
        if (result == READ(ABSENT) || result == READ(EMPTY))
            continue;
        if (result != READ(OK))
            return result;

        g_strstrip(text);
        spelled = upper ? g_ascii_strup(text, -1) : g_steal_pointer(&text);
        if (value && STRNEQ(value, spelled))
            return READ(CONFLICTING);
        if (!value)
            value = g_steal_pointer(&spelled);
    }

    if (!value)
        return READ(ABSENT);

    *ret_value = g_steal_pointer(&value);
    return READ(OK);
}


/* Adds the files of the RDMA devices @names in @dir. */
static int
virNodeDeviceCompatInfinibandAdd(virNodeDeviceCompat *compat,
                                 const char *dir,
                                 char **names,
                                 bool mellanox)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *value = NULL;
        virNodeDeviceCompatReadResult result =
            virNodeDeviceCompatInfinibandReadFile(dir, names, files[i].file, files[i].upper,
                                                  &value);

        if (virNodeDeviceCompatAddEvidence(compat, mellanox ? files[i].mellanox : files[i].other,
                                           result, value, true) < 0)
            return -1;
    }

    return 0;
}


/**
 * virNodeDeviceCompatInfinibandRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds what the RDMA device of the physical function that the device belongs to shows of
 * firmware and board, unless devlink has shown the same.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatInfinibandRead(virNodeDeviceCompat *compat,
                                  virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    g_autofree char *dir = NULL;
    g_autofree char *vendor = NULL;
    g_auto(GStrv) names = NULL;
    bool isVirtual = false;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatPathsFindPhysical(paths, &physical,
                                                                                &isVirtual);

    if (result != READ(OK))
        return 0;

    dir = g_build_filename(physical, "infiniband", NULL);
    result = virNodeDeviceCompatTreeListDir(dir, "", &names);
    if (result != READ(OK))
        return virNodeDeviceCompatAddEvidence(compat, files[1].other, result, NULL, true);
    if (!names[0])
        return 0;

    ignore_value(virNodeDeviceCompatTreeReadFile(physical, "vendor", &vendor));
    return virNodeDeviceCompatInfinibandAdd(compat, dir, names, STREQ_NULLABLE(vendor, "0x15b3"));
}
