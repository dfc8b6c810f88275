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
#include "virbuffer.h"
#include "virstring.h"

#define CLASS_DISPLAY "0x03"

/* The GTs of a tile: the one that renders, gt0, and in newer GPUs one for media, gt1. Each has
 * firmware of its own, and contexts and doorbells of that, and is looked at when the state of
 * a virtual function is saved and loaded (XE_MAX_GT_PER_TILE; for_each_gt() in
 * drivers/gpu/drm/xe/xe_sriov_pf_migration.c). */
#define GTS 2

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


/* What the GTs show, by their numbers */
typedef struct _virNodeDeviceCompatXeGTs virNodeDeviceCompatXeGTs;
struct _virNodeDeviceCompatXeGTs {
    virNodeDeviceCompatReadResult results[GTS];
    char *values[GTS];
};

static void
virNodeDeviceCompatXeGTsClear(virNodeDeviceCompatXeGTs *gts)
{
    size_t i;

    for (i = 0; i < GTS; i++)
        g_clear_pointer(&gts->values[i], g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNodeDeviceCompatXeGTs, virNodeDeviceCompatXeGTsClear);


/* Makes one value of what the GTs show: what all show, or "gt0=A+gt1=B". What one of them shows
 * and another one that is there does not is not known. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatXeGTsJoin(const virNodeDeviceCompatXeGTs *gts,
                             const char *debugfs,
                             char **ret_value)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatReadResult worst = VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    bool alike = true;
    size_t i;

    for (i = 0; i < GTS; i++)
        worst = MAX(worst, gts->results[i]);
    if (worst != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return worst;

    for (i = 0; i < GTS; i++) {
        g_autofree char *dir = g_strdup_printf("%s/gt%zu", debugfs, i);
        mode_t type;

        if (gts->values[i]) {
            alike &= STREQ_NULLABLE(gts->values[i], gts->values[0]);
            virBufferAsprintf(&buf, "%sgt%zu=%s", i > 0 ? "+" : "", i, gts->values[i]);
        } else if (i == 0 ||
                   virNodeDeviceCompatTreeFind(dir, &type) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT) {
            virNodeDeviceCompatEvidenceWarnOnce(dir, "it does not show what another GT shows");
            return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
        }
    }

    *ret_value = alike ? g_strdup(gts->values[0]) : virBufferContentAndReset(&buf);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* The version of the firmware of a GT in guc_info, the only thing in there that shows. A file
 * that was found need not have been loaded (xe_uc_fw_status_repr() in xe_uc_fw.h). The part
 * about the firmware comes first; registers, and all queues of the GPU's own users, follow
 * (xe_guc_print_info() in xe_guc.c), so that the file can be larger than a page. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatXeReadGuCOf(const char *debugfs,
                               size_t gt,
                               char **ret_version)
{
    g_autofree char *dir = g_strdup_printf("%s/gt%zu/uc", debugfs, gt);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    const char *status;
    const char *version;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadPart(dir, "guc_info",
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


/* The version of the firmware of all GTs */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatXeReadGuC(const char *debugfs,
                             char **ret_version)
{
    g_auto(virNodeDeviceCompatXeGTs) gts = { 0 };
    size_t i;

    for (i = 0; i < GTS; i++)
        gts.results[i] = virNodeDeviceCompatXeReadGuCOf(debugfs, i, &gts.values[i]);

    return virNodeDeviceCompatXeGTsJoin(&gts, debugfs, ret_version);
}


/* Whether @version is one of the firmware whose state cannot be migrated */
static bool
virNodeDeviceCompatXeIsOldVersion(const char *version)
{
    g_auto(GStrv) numbers = g_strsplit(version, ".", 3);
    unsigned int major;
    unsigned int minor;

    if (!virNodeDeviceCompatXeIsVersion(version) ||
        virStrToLong_uip(numbers[0], NULL, 10, &major) < 0 ||
        virStrToLong_uip(numbers[1], NULL, 10, &minor) < 0)
        return false;

    return major < GUC_MIGRATABLE_MAJOR ||
           (major == GUC_MIGRATABLE_MAJOR && minor < GUC_MIGRATABLE_MINOR);
}


/* Whether any GT has such firmware; @text is the attribute */
static bool
virNodeDeviceCompatXeHasOldVersion(const char *text)
{
    g_auto(GStrv) gts = g_strsplit(text, "+", -1);
    size_t i;

    for (i = 0; gts[i]; i++) {
        const char *version = strchr(gts[i], '=');

        if (virNodeDeviceCompatXeIsOldVersion(version ? version + 1 : gts[i]))
            return true;
    }

    return false;
}


/* Reads a quota of all GTs, which are files of each in @dir since 6.19, in @debugfs before. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatXeReadQuotaOfGTs(const char *debugfs,
                                    const char *dir,
                                    unsigned int number,
                                    const char *name,
                                    char **ret_value)
{
    g_auto(virNodeDeviceCompatXeGTs) gts = { 0 };
    size_t i;

    for (i = 0; i < GTS; i++) {
        g_autofree char *newer = g_strdup_printf("%s/gt%zu", dir, i);
        g_autofree char *older = g_strdup_printf("%s/gt%zu/vf%u", debugfs, i, number);

        gts.results[i] = virNodeDeviceCompatDebugfsReadNumber(newer, name, &gts.values[i]);
        if (gts.results[i] == VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
            gts.results[i] = virNodeDeviceCompatDebugfsReadNumber(older, name, &gts.values[i]);
    }

    return virNodeDeviceCompatXeGTsJoin(&gts, debugfs, ret_value);
}


/* Whether there are quotas of any virtual function: those of the first one are always there */
static bool
virNodeDeviceCompatXeHasQuotas(const char *debugfs)
{
    g_autofree char *dir = g_build_filename(debugfs, "sriov/vf1", NULL);
    g_autofree char *older = g_build_filename(debugfs, "gt0/vf1", NULL);
    mode_t type;

    return virNodeDeviceCompatTreeFind(dir, &type) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT ||
           virNodeDeviceCompatTreeFind(older, &type) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
}


/* Adds how much of the GPU's address space (GGTT), memory (VRAM) and firmware a virtual
 * function has. xe_ggtt_node_load() in drivers/gpu/drm/xe/xe_ggtt.c loads no page table of
 * another size, and the guest's driver does not continue with another number of contexts or
 * doorbells (vf_get_submission_cfg() in xe_gt_sriov_vf.c). These are numbers that the guest
 * sees, and no secret. The first two are files of each tile since 6.19, and were files of
 * its first GT before; the others are files of each GT (pf_add_config_attrs() in
 * xe_gt_sriov_pf_debugfs.c). GPUs whose state can be migrated have one tile. */
static int
virNodeDeviceCompatXeReadQuotas(virNodeDeviceCompat *compat,
                                const char *debugfs,
                                const char *physical,
                                const char *device)
{
    static const struct {
        const char *name;
        const char *older;      /* before 6.19; NULL: of each GT */
    } quotas[] = {
        { "ggtt_quota", "ggtt_quota" },
        { "vram_quota", "lmem_quota" },
        { "contexts_quota", NULL },
        { "doorbells_quota", NULL },
    };
    g_autofree char *dir = NULL;
    g_autofree char *older = NULL;
    unsigned int number = 0;
    mode_t type;
    virNodeDeviceCompatReadResult found = VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    size_t i;

    if (virNodeDeviceCompatTreeFind(debugfs, &type) == VIR_NODE_DEVICE_COMPAT_READ_OK) {
        found = virNodeDeviceCompatFunctionFindNumber(physical, device, &number);
        if (found == VIR_NODE_DEVICE_COMPAT_READ_ABSENT &&
            virNodeDeviceCompatXeHasQuotas(debugfs))
            found = VIR_NODE_DEVICE_COMPAT_READ_CONFLICTING;
    }

    dir = g_strdup_printf("%s/sriov/vf%u/tile0", debugfs, number);
    older = g_strdup_printf("%s/gt0/vf%u", debugfs, number);

    for (i = 0; i < G_N_ELEMENTS(quotas); i++) {
        g_autofree char *value = NULL;
        virNodeDeviceCompatReadResult result = found;

        if (found == VIR_NODE_DEVICE_COMPAT_READ_OK && !quotas[i].older) {
            result = virNodeDeviceCompatXeReadQuotaOfGTs(debugfs, dir, number, quotas[i].name,
                                                         &value);
        } else if (found == VIR_NODE_DEVICE_COMPAT_READ_OK) {
            result = virNodeDeviceCompatDebugfsReadNumber(dir, quotas[i].name, &value);
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
 * the version of the firmware of the GPU and the quotas of the function, of all its GTs.
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
        !version || !version->value || !virNodeDeviceCompatXeHasOldVersion(version->value) ||
        virNodeDeviceCompatVFIOFindMigratable(paths, &migratable) !=
        VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
        return 0;

    return virNodeDeviceCompatAddMigratable(compat, VIR_NODE_DEVICE_COMPAT_READ_OK, false);
}
