/*
 * nodedev_compat_evidence_xe.c: Intel Xe's attributes of a virtual function
 *
 * How a physical function provisions its virtual functions is in files that the kernel's
 * Documentation/ABI/testing/sysfs-driver-intel-xe-sriov describes. The firmware that runs
 * on the GPU (GuC) saves and loads the state of a virtual function. Its version is no
 * secret, since all who may use the GPU can ask for it (DRM_XE_DEVICE_QUERY_UC_FW_VERSION);
 * but the only file that has it is in debugfs, which is the superuser's. How much of the
 * GPU's address space and memory a virtual function has is in debugfs, too
 * (drivers/gpu/drm/xe/xe_tile_sriov_pf_debugfs.c); of memory, sysfs has it as well.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_debugfs.h"
#include "nodedev_compat_tree.h"
#include "virstring.h"

#define CLASS_DISPLAY "0x03"

/* Lines of guc_info: what the firmware does, and the version of its file
 * (xe_uc_fw_print() in drivers/gpu/drm/xe/xe_uc_fw.c). No other firmware is in the file. */
#define GUC_STATUS "\tstatus: "
#define GUC_VERSION "\tfound release version "

/* The first version whose state the driver saves and loads, but for kernels that are built
 * with CONFIG_DRM_XE_DEBUG (pf_gt_migration_check_support() in
 * drivers/gpu/drm/xe/xe_gt_sriov_pf_migration.c) */
#define GUC_MIGRATABLE_MAJOR 70
#define GUC_MIGRATABLE_MINOR 54


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
    g_autofree char *found = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(admin, "", &functions);
    size_t i;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    for (i = 0; functions[i]; i++) {
        g_autofree char *dir = g_build_filename(admin, functions[i], NULL);
        g_autofree char *function = NULL;

        result = virNodeDeviceCompatTreeReadLink(dir, "device", &function);
        if (result > VIR_NODE_DEVICE_COMPAT_READ_OK)
            return result;
        if (STRNEQ_NULLABLE(function, name))
            continue;

        /* there is one for each function: it cannot be told which this is */
        if (found)
            return VIR_NODE_DEVICE_COMPAT_READ_CONFLICTING;
        found = g_build_filename(dir, "profile", NULL);
    }

    *ret_dir = g_steal_pointer(&found);
    return *ret_dir ? VIR_NODE_DEVICE_COMPAT_READ_OK : VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
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


/* Returns what follows @start in the line of @lines that begins with it, without white space
 * at its end; or NULL if none does, or if several have different values. */
static const char *
virNodeDeviceCompatXeFindLine(char **lines,
                              const char *start)
{
    const char *found = NULL;
    size_t i;

    for (i = 0; lines[i]; i++) {
        const char *value = STRSKIP(lines[i], start);

        if (!value)
            continue;

        g_strchomp(lines[i]);
        if (found && STRNEQ(found, value))
            return NULL;
        found = value;
    }

    return found;
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


/* The version of the firmware in guc_info, the only thing in there that shows. All engines of a GPU run the same. A file that
 * was found need not have been loaded (xe_uc_fw_status_repr() in xe_uc_fw.h). */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatXeReadGuC(const char *debugfs,
                             char **ret_version)
{
    g_autofree char *dir = g_build_filename(debugfs, "gt0/uc", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    const char *status;
    const char *version;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLines(dir, "guc_info",
                                                                            &text);

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


/* Whether @text is a version of the firmware whose state cannot be migrated */
static bool
virNodeDeviceCompatXeIsOldVersion(const char *text)
{
    g_auto(GStrv) numbers = g_strsplit(text, ".", 3);
    unsigned int major;
    unsigned int minor;

    if (!virNodeDeviceCompatXeIsVersion(text) ||
        virStrToLong_uip(numbers[0], NULL, 10, &major) < 0 ||
        virStrToLong_uip(numbers[1], NULL, 10, &minor) < 0)
        return false;

    return major < GUC_MIGRATABLE_MAJOR ||
           (major == GUC_MIGRATABLE_MAJOR && minor < GUC_MIGRATABLE_MINOR);
}


/* Adds how much of the GPU's address space (GGTT), memory (VRAM) and firmware a virtual
 * function has. xe_ggtt_node_load() in drivers/gpu/drm/xe/xe_ggtt.c loads no page table of
 * another size, and the guest's driver does not continue with another number of contexts or
 * doorbells (vf_get_submission_cfg() in xe_gt_sriov_vf.c). These are numbers that the guest
 * sees, and no secret. The first two are files of each tile since 6.19, and were files of
 * each GT before, as the others are; GPUs whose state can be migrated have one tile. */
static int
virNodeDeviceCompatXeReadQuotas(virNodeDeviceCompat *compat,
                                const char *debugfs,
                                const char *physical,
                                const char *device)
{
    static const struct {
        const char *name;
        const char *file;       /* since 6.19 */
        const char *older;
    } quotas[] = {
        { "ggtt_quota", "ggtt_quota", "ggtt_quota" },
        { "vram_quota", "vram_quota", "lmem_quota" },
        { "contexts_quota", "gt0/contexts_quota", "contexts_quota" },
        { "doorbells_quota", "gt0/doorbells_quota", "doorbells_quota" },
    };
    g_autofree char *dir = NULL;
    g_autofree char *older = NULL;
    unsigned int number = 0;
    mode_t type;
    virNodeDeviceCompatReadResult found = VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    size_t i;

    if (virNodeDeviceCompatTreeFind(debugfs, &type) == VIR_NODE_DEVICE_COMPAT_READ_OK)
        found = virNodeDeviceCompatFunctionFindNumber(physical, device, &number);

    dir = g_strdup_printf("%s/sriov/vf%u/tile0", debugfs, number);
    older = g_strdup_printf("%s/gt0/vf%u", debugfs, number);

    for (i = 0; i < G_N_ELEMENTS(quotas); i++) {
        g_autofree char *value = NULL;
        virNodeDeviceCompatReadResult result = found;

        if (found == VIR_NODE_DEVICE_COMPAT_READ_OK) {
            result = virNodeDeviceCompatDebugfsReadNumber(dir, quotas[i].file, &value);
            if (result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
                result = virNodeDeviceCompatDebugfsReadNumber(older, quotas[i].older, &value);
        }

        if (virNodeDeviceCompatAddEvidence(compat, quotas[i].name, result, value, true) < 0)
            return -1;
    }

    return 0;
}


/* Adds what debugfs shows. */
static int
virNodeDeviceCompatXeReadDebugfs(virNodeDeviceCompat *compat,
                                 const char *physical,
                                 const char *device)
{
    g_autofree char *root = virNodeDeviceCompatPathGetRoot(physical);
    g_autofree char *name = g_path_get_basename(physical);
    g_autofree char *debugfs = NULL;
    g_autofree char *version = NULL;
    virNodeDeviceCompatReadResult result;

    if (!root)
        return 0;

    debugfs = g_build_filename(root, "kernel/debug/dri", name, NULL);
    result = virNodeDeviceCompatXeReadGuC(debugfs, &version);
    if (virNodeDeviceCompatAddEvidence(compat, "guc_version", result, version, true) < 0)
        return -1;

    return virNodeDeviceCompatXeReadQuotas(compat, debugfs, physical, device);
}


/**
 * virNodeDeviceCompatXeRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds how the physical function provisions the function, and, where debugfs can be read,
 * the version of the firmware of the GPU and the quotas of the function.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatXeRead(virNodeDeviceCompat *compat,
                          virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    g_autofree char *driver = NULL;
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

    return virNodeDeviceCompatXeReadDebugfs(compat, physical, paths->device);
}


/**
 * virNodeDeviceCompatXeReadMigratable:
 * @compat: descriptor, with the version of the firmware that any source has
 * @paths: where it is read from
 *
 * Adds that a virtual function cannot be migrated if its firmware is too old for that,
 * unless VFIO's debugfs shows whether it can.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatXeReadMigratable(virNodeDeviceCompat *compat,
                                    virNodeDeviceCompatPaths *paths)
{
    const virNodeDeviceCompatAttr *function = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                           "function");
    const virNodeDeviceCompatAttr *version = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                          "guc_version");
    bool migratable;

    if (!virNodeDeviceCompatCanHaveFiles(compat, "8086", CLASS_DISPLAY) ||
        !function || STRNEQ_NULLABLE(function->value, "virtual") ||
        !version || !version->value || !virNodeDeviceCompatXeIsOldVersion(version->value) ||
        virNodeDeviceCompatVFIOFindMigratable(paths, &migratable) !=
        VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
        return 0;

    return virNodeDeviceCompatAddMigratable(compat, VIR_NODE_DEVICE_COMPAT_READ_OK, false);
}
