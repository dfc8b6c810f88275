/*
 * nodedev_compat_host.c: what the kernel shows of any device
 *
 * Form F5 of the descriptor. All of it yields to what a driver publishes.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_NODEDEV_COMPAT_SYSFSPRIV_H_ALLOW
#include "nodedev_compat_sysfspriv.h"

#include "nodedev_compat_rules.h"
#include "virstring.h"

/* Channel paths that a subchannel has at most */
#define CHANNEL_PATHS 8


/* The root of the sysfs tree, "/sys" unless it is a copy of one */
static char *
virNodeDeviceCompatGetRoot(const char *device)
{
    const char *devices = g_strrstr(device, "/devices/");

    return devices ? g_strndup(device, devices - device) : NULL;
}


/* The file's lines as a list, or NULL if there is none */
static char *
virNodeDeviceCompatReadLines(const char *dir,
                             const char *name)
{
    char *text = NULL;

    if (virNodeDeviceCompatReadPage(dir, name, &text) != VIR_NODE_DEVICE_COMPAT_FILE_OK)
        return NULL;

    return g_strdelimit(g_strchomp(text), "\n", ',');
}


static bool
virNodeDeviceCompatHasAPI(const virNodeDeviceCompat *compat,
                          const char *api)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatSetFind(&compat->self,
                                                                     VIR_NODE_DEVICE_COMPAT_DEVICE_API);

    return attr && STREQ_NULLABLE(attr->value, api);
}


/**
 * virNodeDeviceCompatFunctionIsAssignable:
 * @device: directory of a PCI function
 *
 * Returns true if VFIO could give the function to a guest: it has an IOMMU
 * group or is bound to a driver of VFIO, and it is no bridge. Bridges of class
 * 0680, "other", are left in, as that is what switches between GPUs say.
 */
bool
virNodeDeviceCompatFunctionIsAssignable(const char *device)
{
    g_autofree char *group = g_build_filename(device, "iommu_group", NULL);
    g_autofree char *vfio = g_build_filename(device, "vfio-dev", NULL);
    g_autofree char *class = NULL;

    ignore_value(virNodeDeviceCompatReadFile(device, "class", &class));

    if (class && STRPREFIX(class, "0x06") && !STRPREFIX(class, "0x0680"))
        return false;

    return virNodeDeviceCompatGetFileType(group) || virNodeDeviceCompatGetFileType(vfio);
}


/* The canonical PCI id that two files make, or NULL */
static char *
virNodeDeviceCompatReadPCIID(const char *dir,
                             const char *vendorFile,
                             const char *deviceFile)
{
    g_autofree char *vendor = NULL;
    g_autofree char *device = NULL;
    g_autofree char *id = NULL;

    if (virNodeDeviceCompatReadFile(dir, vendorFile, &vendor) != VIR_NODE_DEVICE_COMPAT_FILE_OK ||
        virNodeDeviceCompatReadFile(dir, deviceFile, &device) != VIR_NODE_DEVICE_COMPAT_FILE_OK)
        return NULL;

    id = g_strdup_printf("%s:%s", vendor, device);

    return virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID, id);
}


/**
 * virNodeDeviceCompatReadFunction:
 * @compat: descriptor
 * @device: directory of a PCI function
 *
 * Adds which device the function is. It has no mdev type; its signature says
 * what would be said by that: which model of device it is. The driver is not
 * part of it, for a function is mostly bound to its VFIO driver when a guest
 * takes it, and not before.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatReadFunction(virNodeDeviceCompat *compat,
                                const char *device)
{
    g_autofree char *id = virNodeDeviceCompatReadPCIID(device, "vendor", "device");
    g_autofree char *signature = NULL;

    if (id)
        signature = g_strdelimit(g_strdup_printf("pci-%s", id), ":", '-');

    if (virNodeDeviceCompatAddUnpublished(compat, VIR_NODE_DEVICE_COMPAT_DEVICE_API,
                                          "vfio-pci", false) < 0 ||
        virNodeDeviceCompatAddUnpublished(compat, VIR_NODE_DEVICE_COMPAT_TYPE,
                                          signature, false) < 0 ||
        virNodeDeviceCompatAddUnpublished(compat, VIR_NODE_DEVICE_COMPAT_PCI_ID,
                                          id, false) < 0)
        return -1;

    return 0;
}


/* The type that all installed channel paths of @subchannel have, or NULL */
static char *
virNodeDeviceCompatReadChpidType(const char *subchannel)
{
    g_autofree char *css = g_path_get_dirname(subchannel);
    g_autofree char *chpids = NULL;
    g_autofree char *masks = NULL;
    g_autofree char *common = NULL;
    g_auto(GStrv) ids = NULL;
    unsigned int installed;
    size_t i;

    if (virNodeDeviceCompatReadFile(subchannel, "chpids", &chpids) != VIR_NODE_DEVICE_COMPAT_FILE_OK ||
        virNodeDeviceCompatReadFile(subchannel, "pimpampom", &masks) != VIR_NODE_DEVICE_COMPAT_FILE_OK)
        return NULL;

    /* masks of the paths that are installed, available and operational */
    if (strlen(masks) != strlen("80 80 ff") || masks[2] != ' ')
        return NULL;
    masks[2] = '\0';
    if (virStrToLong_uip(masks, NULL, 16, &installed) < 0)
        return NULL;

    ids = g_strsplit(chpids, " ", -1);
    for (i = 0; i < CHANNEL_PATHS && ids[i]; i++) {
        g_autofree char *dir = NULL;
        g_autofree char *type = NULL;

        if (!(installed & (0x80 >> i)))
            continue;

        /* it becomes part of a path */
        if (strlen(ids[i]) != 2 || !g_ascii_isxdigit(ids[i][0]) || !g_ascii_isxdigit(ids[i][1]))
            return NULL;

        dir = g_strdup_printf("%s/chp0.%s", css, ids[i]);
        if (virNodeDeviceCompatReadFile(dir, "type", &type) != VIR_NODE_DEVICE_COMPAT_FILE_OK ||
            (common && STRNEQ(common, type)))
            return NULL;

        if (!common)
            common = g_steal_pointer(&type);
    }

    return common ? g_strdup_printf("0x%s", common) : NULL;
}


/* For an mdev the parent's PCI id is no more than a hint. */
static int
virNodeDeviceCompatReadParent(virNodeDeviceCompat *compat,
                              const char *parent)
{
    g_autofree char *id = virNodeDeviceCompatReadPCIID(parent, "vendor", "device");

    return virNodeDeviceCompatAddUnpublished(compat, VIR_NODE_DEVICE_COMPAT_PCI_ID, id, true);
}


/* A guest is given the whole subchannel, so that these two are not those of a
 * parent that happens to be there, but the device's own. */
static int
virNodeDeviceCompatReadSubchannel(virNodeDeviceCompat *compat,
                                  const char *subchannel)
{
    g_autofree char *chpidType = virNodeDeviceCompatReadChpidType(subchannel);
    g_autofree char *number = NULL;
    g_autofree char *type = NULL;

    if (virNodeDeviceCompatReadFile(subchannel, "type", &number) == VIR_NODE_DEVICE_COMPAT_FILE_OK)
        type = g_strdup_printf("0x%s", number);

    if (virNodeDeviceCompatAddUnpublished(compat, "subchannel_type", type, false) < 0 ||
        virNodeDeviceCompatAddUnpublished(compat, "chpid_type", chpidType, false) < 0)
        return -1;

    return 0;
}


/* The driver that made the device. That is the parent's or, where the parent is
 * no device of a bus, the one that the device itself is bound to. */
static int
virNodeDeviceCompatReadDriver(virNodeDeviceCompat *compat,
                              const virNodeDeviceCompatPlaces *places)
{
    const char *const dirs[] = { places->parent, places->device };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(dirs); i++) {
        g_autofree char *module = NULL;
        g_autofree char *driver = NULL;
        g_autofree char *version = NULL;

        if (!dirs[i] ||
            !(driver = virNodeDeviceCompatReadLink(dirs[i], "driver")))
            continue;

        module = g_build_filename(dirs[i], "driver", "module", NULL);
        ignore_value(virNodeDeviceCompatReadFile(module, "version", &version));

        if (virNodeDeviceCompatAddUnpublished(compat, "driver", driver, true) < 0 ||
            virNodeDeviceCompatAddUnpublished(compat, "driver_version", version, true) < 0)
            return -1;
        break;
    }

    return 0;
}


/* The driver of a function, if it is vfio-pci or one of its variants, which
 * know how to migrate. Kernels before 6.1 have no vfio-dev; in others
 * vfio_pci_core may be no module. */
static int
virNodeDeviceCompatReadVFIODriver(virNodeDeviceCompat *compat,
                                  const char *device,
                                  const char *root)
{
    g_autofree char *vfio = g_build_filename(device, "vfio-dev", NULL);
    g_autofree char *link = g_build_filename(device, "driver", NULL);
    g_autofree char *driver = virNodeDeviceCompatReadLink(device, "driver");
    g_autofree char *module = virNodeDeviceCompatReadLink(link, "module");
    bool found = virNodeDeviceCompatGetFileType(vfio) != 0;

    if (!driver)
        return 0;

    if (!found && module && root) {
        g_autofree char *holder = g_build_filename(root, "module/vfio_pci_core/holders",
                                                   module, NULL);

        found = virNodeDeviceCompatGetFileType(holder) != 0;
    }

    return virNodeDeviceCompatAddUnpublished(compat, "vfio_driver",
                                             found ? driver : NULL, true);
}


/* What VFIO's debugfs says of the migration of a device that is bound; its
 * current state, in a file beside it, is nothing that a device is. */
static int
virNodeDeviceCompatReadVFIOFeatures(virNodeDeviceCompat *compat,
                                    const char *device,
                                    const char *root)
{
    g_autofree char *name = g_path_get_basename(device);
    g_autofree char *dir = NULL;
    g_autofree char *features = NULL;

    /* debugfs is root's alone, and nobody else needs to hear about that */
    dir = g_build_filename(root, "kernel/debug/vfio", name, "migration", NULL);
    if (virNodeDeviceCompatGetFileType(dir))
        features = virNodeDeviceCompatReadLines(dir, "features");

    return virNodeDeviceCompatAddUnpublished(compat, "vfio_migration_features",
                                             features, true);
}


/* The vGPU that a virtual function of NVIDIA's is set to be, 0 if to none. It
 * is to the function what its type is to an mdev, so it is compared, and
 * management writes it to the same file of the target. */
static int
virNodeDeviceCompatReadVGPUType(virNodeDeviceCompat *compat,
                                const char *device)
{
    g_autofree char *type = NULL;

    if (virNodeDeviceCompatReadFile(device, "nvidia/current_vgpu_type",
                                    &type) != VIR_NODE_DEVICE_COMPAT_FILE_OK)
        return 0;

    if (virNodeDeviceCompatAddUnpublished(compat, "vgpu_type", type, false) < 0)
        return -1;

    virNodeDeviceCompatSetDynamic(compat, "vgpu_type", 1);
    return 0;
}


static int
virNodeDeviceCompatReadFunctionDetails(virNodeDeviceCompat *compat,
                                       const char *device)
{
    g_autofree char *subsystem = virNodeDeviceCompatReadPCIID(device, "subsystem_vendor",
                                                              "subsystem_device");
    g_autofree char *class = NULL;
    g_autofree char *revision = NULL;

    ignore_value(virNodeDeviceCompatReadFile(device, "class", &class));
    ignore_value(virNodeDeviceCompatReadFile(device, "revision", &revision));

    if (virNodeDeviceCompatAddUnpublished(compat, "pci_subsystem_id", subsystem, true) < 0 ||
        virNodeDeviceCompatAddUnpublished(compat, "pci_class", class, true) < 0 ||
        virNodeDeviceCompatAddUnpublished(compat, "pci_revision", revision, true) < 0)
        return -1;

    return virNodeDeviceCompatReadVGPUType(compat, device);
}


static int
virNodeDeviceCompatReadAPMatrix(virNodeDeviceCompat *compat,
                                const char *device)
{
    g_autofree char *matrix = virNodeDeviceCompatReadLines(device, "matrix");

    return virNodeDeviceCompatAddUnpublished(compat, "ap_matrix", matrix, true);
}


/* What only a mediated device, or a type of one, has */
static int
virNodeDeviceCompatReadMediated(virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatPlaces *places)
{
    if (virNodeDeviceCompatHasAPI(compat, "vfio-ccw"))
        return virNodeDeviceCompatReadSubchannel(compat, places->parent);

    if (virNodeDeviceCompatHasAPI(compat, "vfio-ap"))
        return places->device ? virNodeDeviceCompatReadAPMatrix(compat, places->device) : 0;

    return virNodeDeviceCompatReadParent(compat, places->parent);
}


/**
 * virNodeDeviceCompatReadHost:
 * @compat: descriptor, with all that the driver publishes of the device itself
 * @places: where it is from
 *
 * Adds what the kernel shows.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatReadHost(virNodeDeviceCompat *compat,
                            const virNodeDeviceCompatPlaces *places)
{
    g_autofree char *root = NULL;

    if (places->device)
        root = virNodeDeviceCompatGetRoot(places->device);

    if (places->type) {
        if (virNodeDeviceCompatReadMediated(compat, places) < 0)
            return -1;
    } else if (virNodeDeviceCompatReadFunction(compat, places->device) < 0 ||
               virNodeDeviceCompatReadFunctionDetails(compat, places->device) < 0 ||
               virNodeDeviceCompatReadVFIODriver(compat, places->device, root) < 0) {
        return -1;
    }

    if (virNodeDeviceCompatReadDriver(compat, places) < 0)
        return -1;

    return root ? virNodeDeviceCompatReadVFIOFeatures(compat, places->device, root) : 0;
}
