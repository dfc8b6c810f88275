/*
 * nodedev_compat_evidence_nvidia.c: NVIDIA's attributes of a vGPU
 *
 * Of a virtual function and of a mediated device, as the vGPU manager shows them in sysfs.
 * The files of a virtual function are described in "Creating an NVIDIA vGPU on a Linux
 * with KVM Hypervisor" of the user guide,
 * https://docs.nvidia.com/vgpu/18.0/grid-vgpu-user-guide/index.html
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_nvidia.h"

#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "nodedev_compat_attr.h"
#include "nodedev_compat_spelling.h"
#include "nodedev_compat_tree.h"
#include "virstring.h"

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name

/* A function that is set to a type lists only what can be created besides, which may be
 * nothing: so many other functions of the same GPU are looked at for the name */
#define SIBLINGS_MAX 8


/**
 * virNodeDeviceCompatNVIDIAIsOther:
 * @compat: descriptor, as far as other sources have read it
 *
 * Returns true if it is of another vendor's device, of which there is nothing to read; not
 * if that is not known.
 */
bool
virNodeDeviceCompatNVIDIAIsOther(const virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_PCI_ID);

    return attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK && !STRPREFIX(attr->value, "10de:");
}


/**
 * virNodeDeviceCompatNVIDIAFindGPU:
 * @paths: where a device is read from
 * @ret_gpu: set on success to the directory of the physical GPU that a virtual function, a
 *           mediated device or a type belongs to
 *
 * If that cannot be looked at, another source adds it: who reads attributes only needs to
 * know whether there is a GPU.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success, VIR_NODE_DEVICE_COMPAT_READ_ABSENT if it
 * does not belong to a GPU of NVIDIA's.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatNVIDIAFindGPU(const virNodeDeviceCompatPaths *paths,
                                 char **ret_gpu)
{
    g_autofree char *gpu = NULL;
    g_autofree char *vendor = NULL;
    bool isVirtual;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatPathsFindPhysical(paths, &gpu,
                                                                                &isVirtual);

    if (result != READ(OK))
        return result;

    /* before there were virtual functions, mediated devices were on the GPU itself */
    if (!isVirtual && !paths->parent)
        return READ(ABSENT);

    result = virNodeDeviceCompatTreeReadFile(gpu, "vendor", &vendor);
    if (result == READ(OK) && STRNEQ(vendor, "0x10de"))
        return READ(ABSENT);

    if (result == READ(OK))
        *ret_gpu = g_steal_pointer(&gpu);
    return result;
}


/**
 * virNodeDeviceCompatNVIDIANormalizeType:
 * @paths: where a mediated device or its type is read from
 * @type: name of the type's directory
 * @ret_type: set on success to the name of the type
 *
 * The kernel makes the id of a type of the name of the parent's driver and of what the
 * driver calls the type, for NVIDIA a number. The same vGPU type is nvidia-575 on a
 * virtual function that is bound to nvidia, and vfio-pci-575 on one that is bound to
 * vfio-pci. NVIDIA's is taken in the first spelling; a virtual function has the vendor id
 * of the physical one.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success; if the vendor is not known, it is not
 * known which type it is.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatNVIDIANormalizeType(const virNodeDeviceCompatPaths *paths,
                                       const char *type,
                                       char **ret_type)
{
    g_autofree char *spelled = virNodeDeviceCompatSpellType(type);
    g_autofree char *vendor = NULL;
    virNodeDeviceCompatReadResult result = READ(ABSENT);

    if (STRNEQ(spelled, type))
        result = virNodeDeviceCompatTreeReadFile(paths->parent, "vendor", &vendor);

    if (result > READ(OK))
        return result;

    *ret_type = STREQ_NULLABLE(vendor, "0x10de") ? g_steal_pointer(&spelled) : g_strdup(type);
    return READ(OK);
}


/* Adds the version of the GPU's driver, which implements the vGPU whatever driver the
 * virtual function is bound to, and the branch of the vGPU manager, its first number. */
static int
virNodeDeviceCompatNVIDIAReadVersion(virNodeDeviceCompat *compat,
                                    const char *gpu)
{
    g_autofree char *module = g_build_filename(gpu, "driver", "module", NULL);
    g_autofree char *driver = NULL;
    g_autofree char *version = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLink(gpu, "driver", &driver);

    if (result == READ(OK)) {
        if (STRNEQ(driver, "nvidia"))
            return 0;
        result = virNodeDeviceCompatTreeReadFile(module, "version", &version);
    }

    if (virNodeDeviceCompatAddEvidence(compat, "driver_version", result, version, true) < 0)
        return -1;

    if (result == READ(OK)) {
        size_t len = strspn(version, "0123456789");

        if (len == 0 || (version[len] && version[len] != '.'))
            result = READ(MALFORMED);
        version[len] = '\0';
    }

    return virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_VGPU_BRANCH, result,
                                          version, true);
}


/* Adds the name of the type, which is the same on all hosts; its number depends on the
 * release of the vGPU manager. */
static int
virNodeDeviceCompatNVIDIAReadTypeName(virNodeDeviceCompat *compat,
                                      const char *type)
{
    g_autofree char *name = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(type, "name", &name);

    return virNodeDeviceCompatAddEvidence(compat, "mdev_type_name", result, name, true);
}


/* Reads a file that only the superuser may be able to read, if @hidden, which has lines of text
 * in it: something else is not what its driver shows. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVIDIAReadLines(const char *device,
                                   const char *name,
                                   bool hidden,
                                   char **ret_text)
{
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result =
        hidden ? virNodeDeviceCompatTreeReadHidden(device, name, &text) :
                 virNodeDeviceCompatTreeReadLines(device, name, &text);
    size_t i;

    if (result != READ(OK))
        return result;

    for (i = 0; text[i]; i++) {
        if (!g_ascii_isprint(text[i]) && !g_ascii_isspace(text[i])) {
            g_autofree char *path = g_build_filename(device, name, NULL);

            virNodeDeviceCompatEvidenceWarnOnce(path, "it has no lines of printable ASCII text");
            return READ(MALFORMED);
        }
    }

    *ret_text = g_steal_pointer(&text);
    return READ(OK);
}


/* Reads the types that can be created on a virtual function. The file has a title and a
 * line for each type, "1148  : NVIDIA L40S-2Q". */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVIDIAReadCreatable(const char *function,
                                       GHashTable **ret_types)
{
    g_autoptr(GHashTable) types = virNodeDeviceCompatVGPUTypesNew();
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    virNodeDeviceCompatReadResult result =
        virNodeDeviceCompatNVIDIAReadLines(function, "nvidia/creatable_vgpu_types", false,
                                           &text);
    size_t i;

    if (result != READ(OK))
        return result;

    lines = g_strsplit(text, "\n", 0);
    for (i = 0; lines[i]; i++) {
        char *name = strchr(lines[i], ':');

        if (!name)
            continue;
        *name++ = '\0';
        virNodeDeviceCompatVGPUTypesAdd(types, g_strchomp(lines[i]), g_strstrip(name));
    }

    *ret_types = g_steal_pointer(&types);
    return READ(OK);
}


/* Whether a list is there and cannot be used. An empty one can: it has no names. */
static bool
virNodeDeviceCompatNVIDIAIsBroken(virNodeDeviceCompatReadResult result)
{
    return result > READ(OK) && result != READ(EMPTY);
}


/* Looks for the name of a type in the lists of the GPU's other virtual functions. A list that
 * cannot be read matters if none of the others has the name; a name that is not the same in
 * all of them is none. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVIDIASearchName(const char *gpu,
                                    const char *number,
                                    char **ret_name)
{
    g_auto(GStrv) names = NULL;
    g_autofree char *found = NULL;
    virNodeDeviceCompatReadResult broken = READ(ABSENT);
    size_t i;

    if (!gpu)
        return READ(ABSENT);
    if ((broken = virNodeDeviceCompatTreeListDir(gpu, "virtfn", &names)) != READ(OK))
        return broken;
    broken = READ(ABSENT);

    for (i = 0; names[i] && i < SIBLINGS_MAX; i++) {
        g_autofree char *function = g_build_filename(gpu, names[i], NULL);
        g_autoptr(GHashTable) types = NULL;
        virNodeDeviceCompatReadResult result =
            virNodeDeviceCompatNVIDIAReadCreatable(function, &types);
        const char *name;

        if (virNodeDeviceCompatNVIDIAIsBroken(result))
            broken = result;
        if (result != READ(OK) || !(name = virNodeDeviceCompatVGPUTypesGet(types, number)))
            continue;

        if (found && STRNEQ(found, name))
            return READ(CONFLICTING);
        if (!found)
            found = g_strdup(name);
    }

    *ret_name = g_steal_pointer(&found);
    return *ret_name ? READ(OK) : broken;
}


/* Adds the type that a virtual function is set to, by its name if that is found, else by
 * its number, whose meaning depends on the release of the vGPU manager; and what else can be
 * said of it. Where a name could be and cannot be read, the type is not known. Management
 * sets the same type on the target. */
static int
virNodeDeviceCompatNVIDIAAddType(virNodeDeviceCompat *compat,
                                 const char *device,
                                 const char *gpu,
                                 const char *number)
{
    g_autoptr(GHashTable) types = NULL;
    g_autofree char *list = NULL;
    g_autofree char *name = NULL;
    virNodeDeviceCompatReadResult found = READ(ABSENT);
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatNVIDIAReadCreatable(device, &types);

    if (result == READ(OK))
        name = g_strdup(virNodeDeviceCompatVGPUTypesGet(types, number));

    if (!name && STRNEQ(number, "0"))
        found = virNodeDeviceCompatNVIDIASearchName(gpu, number, &name);

    if (!name && found == READ(ABSENT) && STRNEQ(number, "0") &&
        virNodeDeviceCompatNVIDIAIsBroken(result))
        found = result;
    if (found == READ(ABSENT))
        found = READ(OK);
    if (virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE, found,
                                       name ? name : number, false) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE_ID, READ(OK),
                                       number, true) < 0)
        return -1;

    if (found == READ(OK))
        virNodeDeviceCompatSetDynamic(compat, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE, 1);

    /* a hint for who sets the type: nothing depends on it if it cannot be read */
    if (!types || !(list = virNodeDeviceCompatVGPUTypesFormat(types)))
        return 0;

    return virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_VGPU_TYPES, READ(OK),
                                          list, true);
}


/* Adds the vGPU type that a virtual function is set to, 0 for none. It is compared as the
 * type of a mediated device is, and management writes it to the same file of the target. */
static int
virNodeDeviceCompatNVIDIAReadType(virNodeDeviceCompat *compat,
                                  const char *device,
                                  const char *gpu)
{
    g_autofree char *text = NULL;
    g_autofree char *number = NULL;
    unsigned int value;
    virNodeDeviceCompatReadResult result =
        virNodeDeviceCompatTreeReadFile(device, "nvidia/" VIR_NODE_DEVICE_COMPAT_VGPU_TYPE, &text);

    if (result == READ(OK) && virStrToLong_uip(text, NULL, 10, &value) < 0)
        result = READ(MALFORMED);

    if (result != READ(OK)) {
        return virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE, result,
                                              NULL, false);
    }

    number = g_strdup_printf("%u", value);
    return virNodeDeviceCompatNVIDIAAddType(compat, device, gpu, number);
}


/* Sets *ret_enabled to whether @params, "frame_rate_limiter=0, enable_uvm=1", enables
 * anything with which a vGPU cannot be migrated: the CUDA Toolkit's unified memory, debuggers
 * and profilers (user guide, "Migrating a VM Configured with vGPU", and "Enabling NVIDIA CUDA
 * Toolkit Development Tools for NVIDIA vGPU" with the names). */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVIDIAParseParams(const char *params,
                                     bool *ret_enabled)
{
    static const char *const names[] = { "enable_uvm", "enable_debugging", "enable_profiling" };
    g_auto(GStrv) items = g_strsplit_set(params, ", \t\r\n", -1);
    bool enabled = false;
    size_t i;
    size_t j;

    for (i = 0; items[i]; i++) {
        for (j = 0; j < G_N_ELEMENTS(names); j++) {
            const char *value = STRSKIP(items[i], names[j]);
            unsigned int number;

            if (!value || g_ascii_isalnum(*value) || *value == '_')
                continue;
            if (*value != '=' || virStrToLong_uip(value + 1, NULL, 0, &number) < 0)
                return READ(MALFORMED);
            enabled |= number != 0;
        }
    }

    *ret_enabled = enabled;
    return READ(OK);
}


/* Adds that a vGPU cannot be migrated if its parameters prevent that. What is in the file is
 * what was written to it, which the vGPU manager takes as long as no guest uses the vGPU
 * (vgpu_params_store() in nvidia-vgpu-vfio.c of its sources): a guest that runs has these
 * parameters. One without parameters has an empty file. */
static int
virNodeDeviceCompatNVIDIAReadParams(virNodeDeviceCompat *compat,
                                    const char *device)
{
    g_autofree char *params = NULL;
    bool enabled = false;
    virNodeDeviceCompatReadResult result =
        virNodeDeviceCompatNVIDIAReadLines(device, "nvidia/vgpu_params", true, &params);

    if (result == READ(OK))
        result = virNodeDeviceCompatNVIDIAParseParams(params, &enabled);

    /* nothing prevents it, which does not say that it can be migrated */
    if (result == READ(EMPTY) || (result == READ(OK) && !enabled))
        return 0;

    return virNodeDeviceCompatAddMigratable(compat, result, false);
}


/**
 * virNodeDeviceCompatNVIDIARead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the vGPU type of a virtual function, the name of a mediated device's type, whether
 * parameters of either prevent a migration, and the version of the GPU's driver, with the
 * branch of the vGPU manager.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatNVIDIARead(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatPaths *paths)
{
    g_autofree char *gpu = NULL;

    if (!virNodeDeviceCompatNVIDIAIsOther(compat)) {
        ignore_value(virNodeDeviceCompatNVIDIAFindGPU(paths, &gpu));
        if (paths->device &&
            virNodeDeviceCompatNVIDIAReadParams(compat, paths->device) < 0)
            return -1;
    }

    if (!paths->type &&
        virNodeDeviceCompatNVIDIAReadType(compat, paths->device, gpu) < 0)
        return -1;

    if (!gpu)
        return 0;

    if (paths->type &&
        virNodeDeviceCompatNVIDIAReadTypeName(compat, paths->type) < 0)
        return -1;

    return virNodeDeviceCompatNVIDIAReadVersion(compat, gpu);
}
