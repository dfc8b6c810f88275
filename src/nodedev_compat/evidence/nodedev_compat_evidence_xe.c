/*
 * nodedev_compat_evidence_xe.c: Intel Xe's attributes of a virtual function
 *
 * How a physical function provisions its virtual functions is in files that the kernel's
 * Documentation/ABI/testing/sysfs-driver-intel-xe-sriov describes. The firmware that runs
 * on the GPU (GuC) saves and loads the state of a virtual function. Its version is no
 * secret, since all who may use the GPU can ask for it (DRM_XE_DEVICE_QUERY_UC_FW_VERSION);
 * but the only file that has it is in debugfs, which is the superuser's.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"
#include "virstring.h"

#define CLASS_DISPLAY "0x03"

/* Lines of guc_info: what the firmware does, and the version of its file
 * (xe_uc_fw_print() in drivers/gpu/drm/xe/xe_uc_fw.c). Those of the GuC come first. */
#define GUC_STATUS "\tstatus: "
#define GUC_VERSION "\tfound release version "


/* The directory that has the profile of the function: there is one for each virtual
 * function, with a link to it, and one for the physical function. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatXeFindProfile(const char *physical,
                                 const char *device,
                                 char **ret_dir)
{
    g_autofree char *admin = g_build_filename(physical, "sriov_admin", NULL);
    g_autofree char *name = g_path_get_basename(device);
    g_auto(GStrv) functions = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(admin, "", &functions);
    size_t i;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    for (i = 0; functions[i]; i++) {
        g_autofree char *dir = g_build_filename(admin, functions[i], NULL);
        g_autofree char *function = NULL;

        result = virNodeDeviceCompatTreeReadLink(dir, "device", &function);
        if (result == VIR_NODE_DEVICE_COMPAT_READ_OK && STREQ(function, name)) {
            *ret_dir = g_build_filename(dir, "profile", NULL);
            return result;
        }
        if (result > VIR_NODE_DEVICE_COMPAT_READ_OK)
            return result;
    }

    return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
}


/* Reads a file that shows all values which are possible, as "[low] normal high". */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatXeReadChoice(const char *dir,
                                const char *name,
                                char **ret_value)
{
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(dir, name, &text);
    const char *start;
    const char *end;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    if (!(start = strchr(text, '[')) ||
        !(end = strchr(start, ']')) ||
        end == start + 1 || strchr(end, '['))
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;

    *ret_value = g_strndup(start + 1, end - start - 1);
    return result;
}


static int
virNodeDeviceCompatXeReadProfile(virNodeDeviceCompat *compat,
                                 const char *physical,
                                 const char *device)
{
    static const struct {
        const char *name;
        bool choice;
    } files[] = {
        { "exec_quantum_ms", false },
        { "preempt_timeout_us", false },
        { "sched_priority", true },
        { "vram_quota", false },
    };
    g_autofree char *dir = NULL;
    virNodeDeviceCompatReadResult found = virNodeDeviceCompatXeFindProfile(physical, device, &dir);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *value = NULL;
        virNodeDeviceCompatReadResult result = found;

        if (found == VIR_NODE_DEVICE_COMPAT_READ_OK) {
            if (files[i].choice)
                result = virNodeDeviceCompatXeReadChoice(dir, files[i].name, &value);
            else
                result = virNodeDeviceCompatTreeReadFile(dir, files[i].name, &value);
        }

        if (virNodeDeviceCompatAddEvidence(compat, files[i].name, result, value, true) < 0)
            return -1;
    }

    return 0;
}


/* What follows @start in the first line of @lines that begins with it, without white space
 * at its end; or NULL */
static const char *
virNodeDeviceCompatXeFindLine(char **lines,
                              const char *start)
{
    size_t i;

    for (i = 0; lines[i]; i++) {
        if (STRPREFIX(lines[i], start))
            return g_strchomp(lines[i] + strlen(start));
    }

    return NULL;
}


/* Whether @version is numbers and dots, as "70.36.0". The major one is not 0: that is a
 * version that nobody knows. */
static bool
virNodeDeviceCompatXeIsVersion(const char *version)
{
    g_auto(GStrv) numbers = g_strsplit(version, ".", -1);
    unsigned int number;
    size_t i;

    for (i = 0; numbers[i]; i++) {
        if (!g_ascii_isdigit(*numbers[i]) ||
            virStrToLong_uip(numbers[i], NULL, 10, &number) < 0 ||
            (i == 0 && number == 0))
            return false;
    }

    return i >= 3;
}


/* The version of the firmware in guc_info. All engines of a GPU run the same. A file that
 * was found need not have been loaded (xe_uc_fw_status_repr() in xe_uc_fw.h). */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatXeReadGuC(const char *physical,
                             char **ret_version)
{
    g_autofree char *root = virNodeDeviceCompatPathGetRoot(physical);
    g_autofree char *name = g_path_get_basename(physical);
    g_autofree char *dir = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    const char *status;
    const char *version;
    virNodeDeviceCompatReadResult result;

    if (!root)
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    dir = g_build_filename(root, "kernel/debug/dri", name, "gt0/uc", NULL);
    result = virNodeDeviceCompatTreeReadLines(dir, "guc_info", &text);
    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    lines = g_strsplit(text, "\n", -1);
    status = virNodeDeviceCompatXeFindLine(lines, GUC_STATUS);
    version = virNodeDeviceCompatXeFindLine(lines, GUC_VERSION);
    if ((STRNEQ_NULLABLE(status, "RUNNING") && STRNEQ_NULLABLE(status, "TRANSFERRED")) ||
        !version || !virNodeDeviceCompatXeIsVersion(version))
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;

    *ret_version = g_strdup(version);
    return result;
}


/**
 * virNodeDeviceCompatXeRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds how the physical function provisions the function, and the version of the firmware
 * of the GPU where debugfs can be read.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatXeRead(virNodeDeviceCompat *compat,
                          virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    g_autofree char *driver = NULL;
    g_autofree char *version = NULL;
    virNodeDeviceCompatReadResult result;

    if (!virNodeDeviceCompatCanHaveFiles(compat, "8086", CLASS_DISPLAY))
        return 0;

    result = virNodeDeviceCompatPathsFindPhysical(paths, &physical, NULL);
    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK)
        result = virNodeDeviceCompatTreeReadLink(physical, "driver", &driver);

    /* it may be Xe, and have what decides */
    if (result > VIR_NODE_DEVICE_COMPAT_READ_OK)
        return virNodeDeviceCompatAddEvidence(compat, "guc_version", result, NULL, true);
    if (STRNEQ_NULLABLE(driver, "xe"))
        return 0;

    if (virNodeDeviceCompatXeReadProfile(compat, physical, paths->device) < 0)
        return -1;

    result = virNodeDeviceCompatXeReadGuC(physical, &version);
    return virNodeDeviceCompatAddEvidence(compat, "guc_version", result, version, true);
}
