/*
 * nodedev_compat_evidence.c: compatibility descriptors of a machine's devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_evidence_sources.h"
#include "nodedev_compat_listing.h"
#include "nodedev_compat_reader.h"
#include "nodedev_compat_tree.h"
#include "nodedev_compat_xml.h"

VIR_ENUM_IMPL(virNodeDeviceCompatSourceCost,
              VIR_NODE_DEVICE_COMPAT_SOURCE_COST_LAST,
              "cheap",
              "costly",
);

VIR_ENUM_IMPL(virNodeDeviceCompatSourceNeeds,
              VIR_NODE_DEVICE_COMPAT_SOURCE_NEEDS_LAST,
              "nothing",
              "root",
              "network namespace",
);

#define FUNCTION VIR_NODE_DEVICE_COMPAT_SOURCE_FUNCTION
#define MDEV VIR_NODE_DEVICE_COMPAT_SOURCE_MDEV
#define MDEV_TYPE VIR_NODE_DEVICE_COMPAT_SOURCE_MDEV_TYPE
#define ANY (FUNCTION | MDEV | MDEV_TYPE)

/* How often a device can be made anew while it is read */
#define READ_TRIES 3

#define CHEAP VIR_NODE_DEVICE_COMPAT_SOURCE_COST_CHEAP
#define COSTLY VIR_NODE_DEVICE_COMPAT_SOURCE_COST_COSTLY
#define NEEDS(name) VIR_NODE_DEVICE_COMPAT_SOURCE_NEEDS_ ## name

/* The sources in order of precedence. The device's own attributes are read before what
 * follows from those of all sources, and before what it accepts, since lists can refer to
 * their values. */
static const struct {
    virNodeDeviceCompatSource source;
    int (*read)(virNodeDeviceCompat *compat,
                virNodeDeviceCompatPaths *paths);
    int (*readAfter)(virNodeDeviceCompat *compat,
                     virNodeDeviceCompatPaths *paths);
} sources[] = {
    { { "published", ANY, NULL, CHEAP, NEEDS(NOTHING), "*" },
      virNodeDeviceCompatPublishedRead, virNodeDeviceCompatPublishedReadAccepts },
    { { "function", FUNCTION, NULL, CHEAP, NEEDS(NOTHING),
        "device_api type pci_id pci_subsystem_id pci_class pci_revision pci_header_type "
        "pci_capability_pointer pci_capabilities pci_bars function pf_pci_id "
        "pf_subsystem_id sriov_numvfs" },
      virNodeDeviceCompatFunctionRead, NULL },
    { { "ccw", MDEV | MDEV_TYPE, "vfio-ccw", CHEAP, NEEDS(NOTHING),
        "subchannel_type chpid_type chpid_types" },
      virNodeDeviceCompatCCWRead, NULL },
    { { "ap", MDEV, "vfio-ap", CHEAP, NEEDS(NOTHING),
        "ap_matrix control_domains guest_matrix hwtype ap_functions usable_queues migratable" },
      virNodeDeviceCompatAPRead, virNodeDeviceCompatAPReadAccepts },
    { { "mdev", MDEV | MDEV_TYPE, NULL, CHEAP, NEEDS(NOTHING),
        "pci_id pf_pci_id pf_subsystem_id aggregator" },
      virNodeDeviceCompatMdevRead, NULL },
    { { "nvidia", ANY, NULL, CHEAP, NEEDS(NOTHING),
        "current_vgpu_type current_vgpu_type_id creatable_vgpu_types mdev_type_name "
        "vgpu_manager_branch driver_version migratable" },
      virNodeDeviceCompatNVIDIARead, NULL },
    { { "qat", FUNCTION, NULL, CHEAP, NEEDS(NOTHING), "cfg_services num_rps" },
      virNodeDeviceCompatQATRead, NULL },
    { { "hisi", FUNCTION, NULL, CHEAP, NEEDS(NOTHING),
        "pf_q_num vf_ids migratable" },
      virNodeDeviceCompatHisiRead, NULL },
    { { "xe", FUNCTION, NULL, CHEAP, NEEDS(ROOT),
        "exec_quantum_ms preempt_timeout_us sched_priority vram_quota ggtt_quota "
        "contexts_quota doorbells_quota guc_version migratable" },
      virNodeDeviceCompatXeRead, virNodeDeviceCompatXeReadMigratable },
    { { "nvme", FUNCTION, NULL, CHEAP, NEEDS(NOTHING), "model firmware_rev" },
      virNodeDeviceCompatNVMeRead, NULL },
    { { "driver", ANY, NULL, CHEAP, NEEDS(NOTHING), "driver driver_version" },
      virNodeDeviceCompatDriverRead, NULL },
    { { "vfio", FUNCTION | MDEV, NULL, CHEAP, NEEDS(ROOT),
        "vfio_driver migratable migration_features" },
      virNodeDeviceCompatVFIORead, NULL },
    { { "devlink", ANY, NULL, COSTLY, NEEDS(NETNS), "fw.psid fw.version migratable *" },
      virNodeDeviceCompatDevlinkSourceRead, NULL },
    { { "infiniband", ANY, NULL, CHEAP, NEEDS(NOTHING),
        "fw.psid fw.version infiniband.board_id infiniband.fw_ver" },
      virNodeDeviceCompatInfinibandRead, NULL },
    { { "ethtool", ANY, NULL, COSTLY, NEEDS(NETNS),
        "fw.psid fw.version ethtool.fw_version" },
      virNodeDeviceCompatEthtoolRead, NULL },
    { { "nvml", ANY, NULL, COSTLY, NEEDS(NOTHING), "ecc_mode current_vgpu_type" },
      virNodeDeviceCompatNVMLRead, NULL },
    { { "facts", ANY, NULL, CHEAP, NEEDS(NOTHING), "*" },
      virNodeDeviceCompatFactsRead, virNodeDeviceCompatFactsReadAccepts },
};


/**
 * virNodeDeviceCompatSourceGet:
 * @at: position in the table of sources, from 0 on
 *
 * Returns the source, or NULL behind the last one.
 */
const virNodeDeviceCompatSource *
virNodeDeviceCompatSourceGet(size_t at)
{
    return at < G_N_ELEMENTS(sources) ? &sources[at].source : NULL;
}


static virNodeDeviceCompatSourceKind
virNodeDeviceCompatPathsGetKind(const virNodeDeviceCompatPaths *paths)
{
    if (!paths->type)
        return FUNCTION;

    return paths->device ? MDEV : MDEV_TYPE;
}


static bool
virNodeDeviceCompatHasAPI(const virNodeDeviceCompat *compat,
                          const char *api)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_DEVICE_API);

    return attr && STREQ_NULLABLE(attr->value, api);
}


static bool
virNodeDeviceCompatSourceFits(const virNodeDeviceCompatSource *source,
                              const virNodeDeviceCompat *compat,
                              virNodeDeviceCompatSourceKind kind)
{
    return (source->kinds & kind) &&
           (!source->deviceAPI || virNodeDeviceCompatHasAPI(compat, source->deviceAPI));
}


/* Marks what has no origin in @set as from @source; a source can be more precise. */
static void
virNodeDeviceCompatAttrsSetOrigin(virNodeDeviceCompatAttrs *set,
                                  const virNodeDeviceCompatSource *source)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        if (!set->attrs[i]->origin)
            set->attrs[i]->origin = g_strdup(source->name);
    }
}


static int
virNodeDeviceCompatReadSources(virNodeDeviceCompat *compat,
                               virNodeDeviceCompatPaths *paths)
{
    virNodeDeviceCompatSourceKind kind = virNodeDeviceCompatPathsGetKind(paths);
    size_t i;
    size_t j;

    for (i = 0; i < G_N_ELEMENTS(sources); i++) {
        if (!virNodeDeviceCompatSourceFits(&sources[i].source, compat, kind))
            continue;
        if (sources[i].read(compat, paths) < 0)
            return -1;
        virNodeDeviceCompatAttrsSetOrigin(&compat->self, &sources[i].source);
    }

    for (i = 0; i < G_N_ELEMENTS(sources); i++) {
        if (!sources[i].readAfter ||
            !virNodeDeviceCompatSourceFits(&sources[i].source, compat, kind))
            continue;
        if (sources[i].readAfter(compat, paths) < 0)
            return -1;
        virNodeDeviceCompatAttrsSetOrigin(&compat->self, &sources[i].source);
        for (j = 0; j < compat->naccepts; j++)
            virNodeDeviceCompatAttrsSetOrigin(compat->accepts[j], &sources[i].source);
    }

    /* when it is clear what nobody knows */
    return virNodeDeviceCompatHiddenRead(compat, paths);
}


/* Replaces a descriptor that cannot hold what was read, since half of it could look
 * compatible: it has the identity of the device, and a mark that there is more. */
static virNodeDeviceCompat *
virNodeDeviceCompatNewIncomplete(virNodeDeviceCompatPaths *paths)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    virNodeDeviceCompatReadResult failed = paths->failed;

    if (paths->type)
        ignore_value(virNodeDeviceCompatPublishedReadIdentity(compat, paths));
    else
        ignore_value(virNodeDeviceCompatFunctionReadIdentity(compat, paths));

    if (failed == VIR_NODE_DEVICE_COMPAT_READ_OK)
        failed = VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    ignore_value(virNodeDeviceCompatMarkUnusable(compat, NULL,
                                                VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION, failed));

    return compat;
}


/* Whether a descriptor with the XML of @compat is not too large for one, and for @room,
 * which is lowered by it */
static bool
virNodeDeviceCompatTakeRoom(const virNodeDeviceCompatPaths *paths,
                            const virNodeDeviceCompat *compat,
                            virNodeDeviceCompatRoom *room)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t size;

    virNodeDeviceCompatFormat(&buf, compat);
    size = virBufferUse(&buf);

    if (size <= VIR_NODE_DEVICE_COMPAT_DESCRIPTOR_MAX && size <= room->size) {
        room->size -= size;
        return true;
    }

    room->spent = true;
    virNodeDeviceCompatEvidenceWarnOnce(paths->device ? paths->device : paths->type,
                                        "there is more than a descriptor can hold");
    return false;
}


/* What a thread of the reader needs to know to read a device */
typedef struct _virNodeDeviceCompatInput virNodeDeviceCompatInput;
struct _virNodeDeviceCompatInput {
    char *device;               /* as in virNodeDeviceCompatPaths */
    char *type;
    char *parent;
    virNodeDeviceCompatFacts *facts;
    virNodeDeviceCompatRoom room;
    ino_t number;               /* of its directory, or 0 if that is not known */
    bool last;                  /* it is not read again */
};

/* What it has read */
typedef struct _virNodeDeviceCompatOutput virNodeDeviceCompatOutput;
struct _virNodeDeviceCompatOutput {
    virNodeDeviceCompat *compat;        /* NULL: it cannot be assigned, or is gone */
    virNodeDeviceCompatRoom room;       /* what is left */
    bool replaced;                      /* by another device of its name */
};


static void
virNodeDeviceCompatInputFree(void *opaque)
{
    virNodeDeviceCompatInput *input = opaque;

    g_free(input->device);
    g_free(input->type);
    g_free(input->parent);
    g_clear_object(&input->facts);
    g_free(input);
}


static void
virNodeDeviceCompatOutputFree(void *opaque)
{
    virNodeDeviceCompatOutput *output = opaque;

    g_clear_object(&output->compat);
    g_free(output);
}


static virNodeDeviceCompat *
virNodeDeviceCompatReadPaths(virNodeDeviceCompatPaths *paths,
                             virNodeDeviceCompatRoom *room)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    int rc;

    compat->workMax = MAX(room->work, 1);
    rc = virNodeDeviceCompatReadSources(compat, paths);
    room->spent = compat->work > compat->workMax;
    room->work -= MIN(room->work, compat->work);

    g_clear_pointer(&paths->factGroups, g_ptr_array_unref);

    if (room->spent ||
        (rc == 0 && !virNodeDeviceCompatTakeRoom(paths, compat, room))) {
        paths->failed = VIR_NODE_DEVICE_COMPAT_READ_CUT;
        rc = -1;
    }

    return rc < 0 ? virNodeDeviceCompatNewIncomplete(paths) : g_steal_pointer(&compat);
}


/* Finds the number of the directory of a device or a type, or 0 if that is not known. Another
 * one that is made with the same name has another number. What is in a copy of a machine stays.
 * Returns VIR_NODE_DEVICE_COMPAT_READ_ABSENT if there is none any more. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatFindNumber(const char *path,
                              ino_t *ret_number)
{
    struct stat sb;

    *ret_number = 0;
    if (virNodeDeviceCompatTreeGetRoot())
        return VIR_NODE_DEVICE_COMPAT_READ_OK;

    if (virNodeDeviceCompatTreeStat(path, &sb) == 0)
        *ret_number = sb.st_ino;
    else if (errno == ENOENT)
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Looks whether what was read is of one device, which is there: what is missing of one that was
 * removed meanwhile, or is of another one, would look like what the device does not have. */
static void
virNodeDeviceCompatCheckInput(const virNodeDeviceCompatInput *input,
                              virNodeDeviceCompatPaths *paths,
                              virNodeDeviceCompatOutput *output)
{
    ino_t number;

    if (virNodeDeviceCompatFindNumber(input->device ? input->device : input->type,
                                      &number) == VIR_NODE_DEVICE_COMPAT_READ_ABSENT) {
        g_clear_object(&output->compat);
    } else if (input->number && number && input->number != number) {
        output->replaced = true;
        if (!input->last || !output->compat)
            return;

        g_clear_object(&output->compat);
        paths->failed = VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
        output->compat = virNodeDeviceCompatNewIncomplete(paths);
    }
}


/* Reads a device in a thread of the reader. */
static void *
virNodeDeviceCompatReadInput(const void *opaque)
{
    const virNodeDeviceCompatInput *input = opaque;
    virNodeDeviceCompatOutput *output = g_new0(virNodeDeviceCompatOutput, 1);
    virNodeDeviceCompatPaths paths = {
        .device = input->device,
        .type = input->type,
        .parent = input->parent,
        .facts = input->facts,
        .failed = VIR_NODE_DEVICE_COMPAT_READ_OK,
    };
    const char *const dirs[] = { input->device, input->type };

    virNodeDeviceCompatListingBegin(dirs);
    output->room = input->room;
    if (input->type || virNodeDeviceCompatFunctionIsAssignable(input->device))
        output->compat = virNodeDeviceCompatReadPaths(&paths, &output->room);
    virNodeDeviceCompatListingEnd();
    virNodeDeviceCompatCheckInput(input, &paths, output);

    return output;
}


/* What is read of the device or the type in @path, or NULL if it is gone */
static virNodeDeviceCompatInput *
virNodeDeviceCompatInputNew(const char *path,
                            virNodeDeviceCompatSourceKind kind)
{
    virNodeDeviceCompatInput *input = NULL;
    g_autofree char *type = NULL;
    ino_t number;

    /* another device of that name can have another type */
    if (virNodeDeviceCompatFindNumber(path, &number) == VIR_NODE_DEVICE_COMPAT_READ_ABSENT ||
        (kind == MDEV && !(type = virNodeDeviceCompatTreeResolveLink(path, "mdev_type"))))
        return NULL;

    input = g_new0(virNodeDeviceCompatInput, 1);
    input->number = number;
    input->device = kind == MDEV_TYPE ? NULL : g_strdup(path);
    input->type = kind == MDEV_TYPE ? g_strdup(path) : g_steal_pointer(&type);

    if (kind != FUNCTION)
        input->parent = g_path_get_dirname(path);
    if (kind == MDEV_TYPE) {
        g_autofree char *types = g_steal_pointer(&input->parent);

        input->parent = g_path_get_dirname(types);
    }

    return input;
}


/* Reads a device or a type, and once more if it was made anew meanwhile, as by a hook script. */
static virNodeDeviceCompat *
virNodeDeviceCompatRead(const char *path,
                        virNodeDeviceCompatSourceKind kind,
                        const virNodeDeviceCompatFacts *facts,
                        virNodeDeviceCompatRoom *room)
{
    const size_t size = room->size;
    virNodeDeviceCompat *compat = NULL;
    bool replaced = true;
    size_t i;

    for (i = 0; i < READ_TRIES && replaced; i++) {
        virNodeDeviceCompatInput *input = virNodeDeviceCompatInputNew(path, kind);
        virNodeDeviceCompatOutput *output = NULL;

        g_clear_object(&compat);
        if (!input)
            return NULL;

        room->size = size;
        /* they are immutable, but for the number of references */
        input->facts = facts ? g_object_ref((virNodeDeviceCompatFacts *) facts) : NULL;
        input->room = *room;
        input->last = i + 1 == READ_TRIES;

        output = virNodeDeviceCompatReaderRun(virNodeDeviceCompatReadInput, input,
                                              virNodeDeviceCompatInputFree,
                                              virNodeDeviceCompatOutputFree);
        compat = g_steal_pointer(&output->compat);
        *room = output->room;
        replaced = output->replaced;
        virNodeDeviceCompatOutputFree(output);
    }

    return compat;
}


/**
 * virNodeDeviceCompatReadMdevWithin:
 * @devicePath: sysfs directory of a mediated device
 * @facts: facts that the administrator states, or NULL
 * @room: what there is for it, lowered by what it takes
 *
 * The same as virNodeDeviceCompatReadMdev(), for one of many devices. One that takes more
 * is not usable as a whole.
 *
 * Returns the descriptor, or NULL if there is no such device.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadMdevWithin(const char *devicePath,
                                  const virNodeDeviceCompatFacts *facts,
                                  virNodeDeviceCompatRoom *room)
{
    g_autofree char *device = virNodeDeviceCompatTreeResolve(devicePath);

    return device ? virNodeDeviceCompatRead(device, MDEV, facts, room) : NULL;
}


/**
 * virNodeDeviceCompatReadMdev:
 * @devicePath: sysfs directory of a mediated device
 * @facts: facts that the administrator states, or NULL
 *
 * Returns the current descriptor of the device, or NULL if there is no such device.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadMdev(const char *devicePath,
                            const virNodeDeviceCompatFacts *facts)
{
    virNodeDeviceCompatRoom room = VIR_NODE_DEVICE_COMPAT_ROOM_ANY;

    return virNodeDeviceCompatReadMdevWithin(devicePath, facts, &room);
}


/**
 * virNodeDeviceCompatReadTypeWithin:
 * @typePath: directory of an mdev type, PARENT/mdev_supported_types/ID
 * @facts: facts that the administrator states, or NULL
 * @room: what there is for it, lowered by what it takes
 *
 * The same as virNodeDeviceCompatReadMdevType(), for a parent that can have many types.
 *
 * Returns the descriptor, or NULL if there is no such type.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadTypeWithin(const char *typePath,
                                  const virNodeDeviceCompatFacts *facts,
                                  virNodeDeviceCompatRoom *room)
{
    g_autofree char *type = virNodeDeviceCompatTreeResolve(typePath);

    return type ? virNodeDeviceCompatRead(type, MDEV_TYPE, facts, room) : NULL;
}


/**
 * virNodeDeviceCompatReadMdevType:
 * @typePath: directory of an mdev type, PARENT/mdev_supported_types/ID
 * @facts: facts that the administrator states, or NULL
 *
 * Returns the current descriptor of devices of the type, as far as the type shows it,
 * or NULL if there is no such type.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadMdevType(const char *typePath,
                                const virNodeDeviceCompatFacts *facts)
{
    virNodeDeviceCompatRoom room = VIR_NODE_DEVICE_COMPAT_ROOM_ANY;

    return virNodeDeviceCompatReadTypeWithin(typePath, facts, &room);
}


/**
 * virNodeDeviceCompatReadPCIWithin:
 * @devicePath: sysfs directory of a PCI function
 * @facts: facts that the administrator states, or NULL
 * @room: what there is for it, lowered by what it takes
 *
 * The same as virNodeDeviceCompatReadPCI(), for one of many devices. One that takes more
 * is not usable as a whole.
 *
 * Returns the descriptor, or NULL if there is no such function or if it cannot be assigned
 * to a guest.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadPCIWithin(const char *devicePath,
                                 const virNodeDeviceCompatFacts *facts,
                                 virNodeDeviceCompatRoom *room)
{
    g_autofree char *device = virNodeDeviceCompatTreeResolve(devicePath);

    return device ? virNodeDeviceCompatRead(device, FUNCTION, facts, room) : NULL;
}


/**
 * virNodeDeviceCompatReadPCI:
 * @devicePath: sysfs directory of a PCI function
 * @facts: facts that the administrator states, or NULL
 *
 * Returns the current descriptor of the function, or NULL if there is no such function
 * or if it cannot be assigned to a guest.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadPCI(const char *devicePath,
                           const virNodeDeviceCompatFacts *facts)
{
    virNodeDeviceCompatRoom room = VIR_NODE_DEVICE_COMPAT_ROOM_ANY;

    return virNodeDeviceCompatReadPCIWithin(devicePath, facts, &room);
}
