/*
 * nodedev_compat_evidence_function.c: the kernel's attributes of a PCI function
 *
 * Its identity, other fields of its config space, and its physical function. Other sources
 * use the readers of PCI ids and physical functions for the parent of a mediated device.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_tree.h"
#include "nodedev_compat_value.h"
#include "virbuffer.h"
#include "virstring.h"

/* Where in config space it is said that there is a list of capabilities, by a bit, of what
 * type the header is, without the bit for several functions, and where the list begins:
 * PCI_STATUS, PCI_HEADER_TYPE, PCI_CAPABILITY_LIST in include/uapi/linux/pci_regs.h */
#define STATUS 0x06
#define STATUS_CAP_LIST 0x10
#define HEADER_TYPE 0x0e
#define HEADER_TYPE_MASK 0x7f
#define CAPABILITY_POINTER 0x34

/* The header, which the kernel lets everybody read, and all that the superuser can read of
 * what has capabilities (pci_read_config() in drivers/pci/pci-sysfs.c) */
#define HEADER_SIZE 64
#define CONFIG_SIZE 256

/* A capability: its id, where the next one is, and of MSI-X the size of the table less one
 * (PCI_CAP_LIST_ID, PCI_CAP_LIST_NEXT, PCI_CAP_ID_MSIX, PCI_MSIX_FLAGS_QSIZE) */
#define CAPABILITY_SIZE 4
#define CAPABILITY_MSIX 0x11
#define MSIX_SIZE_MASK 0x07ff

/* As many as there is room for; a list of more has a loop */
#define CAPABILITIES_MAX ((CONFIG_SIZE - HEADER_SIZE) / CAPABILITY_SIZE)

/* Base address registers that a function has, whose resources come first in the file
 * resource (PCI_STD_NUM_BARS; pci_dev_resource_show() in drivers/pci/pci-sysfs.c), and flags
 * of these: IORESOURCE_IO, _MEM, _PREFETCH and _MEM_64 in include/linux/ioport.h */
#define BARS 6
#define BAR_IO 0x00000100
#define BAR_MEM 0x00000200
#define BAR_PREFETCH 0x00002000
#define BAR_MEM_64 0x00100000

/* What registers that are not there read as, those of a device that is gone among them */
#define NO_ANSWER 0xff


/**
 * virNodeDeviceCompatFunctionIsAssignable:
 * @device: directory of a PCI function
 *
 * Returns true if VFIO can assign the function to a guest: it has an IOMMU group or is
 * bound to a driver of VFIO, and it is no bridge; also if that cannot be seen, which is
 * no reason to leave it out. Class 0680, "other bridge", is that of the switches between
 * GPUs, which can be assigned.
 */
bool
virNodeDeviceCompatFunctionIsAssignable(const char *device)
{
    g_autofree char *group = g_build_filename(device, "iommu_group", NULL);
    g_autofree char *vfio = g_build_filename(device, "vfio-dev", NULL);
    g_autofree char *class = NULL;
    mode_t type;

    ignore_value(virNodeDeviceCompatTreeReadFile(device, "class", &class));

    if (class && STRPREFIX(class, "0x06") && !STRPREFIX(class, "0x0680"))
        return false;

    return virNodeDeviceCompatTreeFind(group, &type) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT ||
           virNodeDeviceCompatTreeFind(vfio, &type) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
}


/**
 * virNodeDeviceCompatFunctionReadID:
 * @dir: directory of a PCI function
 * @vendorFile: file in it with a vendor id
 * @deviceFile: file in it with a device id
 * @ret_id: set on success to the canonical PCI id that the files make
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatFunctionReadID(const char *dir,
                                  const char *vendorFile,
                                  const char *deviceFile,
                                  char **ret_id)
{
    g_autofree char *vendor = NULL;
    g_autofree char *device = NULL;
    g_autofree char *id = NULL;
    virNodeDeviceCompatReadResult first = virNodeDeviceCompatTreeReadFile(dir, vendorFile, &vendor);
    virNodeDeviceCompatReadResult second = virNodeDeviceCompatTreeReadFile(dir, deviceFile, &device);
    virNodeDeviceCompatReadResult both = virNodeDeviceCompatReadResultCombine(first, second);

    if (both != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return both;

    id = g_strdup_printf("%s:%s", vendor, device);
    if (!(*ret_id = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID, id)))
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;

    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/**
 * virNodeDeviceCompatFunctionReadIdentity:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the device API, the PCI id and, as a function has no mdev type, a type made from
 * the PCI id. The driver is not part of it, since a function is usually not bound to
 * its VFIO driver before a guest uses it.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatFunctionReadIdentity(virNodeDeviceCompat *compat,
                                        virNodeDeviceCompatPaths *paths)
{
    g_autofree char *id = NULL;
    g_autofree char *signature = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatFunctionReadID(paths->device,
                                                                             "vendor", "device",
                                                                             &id);

    if (id)
        signature = g_strdelimit(g_strdup_printf("pci-%s", id), ":", '-');

    if (virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_DEVICE_API,
                                       VIR_NODE_DEVICE_COMPAT_READ_OK, "vfio-pci", false) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_TYPE,
                                       result, signature, false) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_PCI_ID,
                                       result, id, false) < 0)
        return -1;

    return 0;
}


/**
 * virNodeDeviceCompatFunctionFindPhysical:
 * @dir: directory of a PCI function, or of any other device
 * @ret_physical: set on success to the directory of its physical function
 *
 * Only a virtual function has one (physfn, Documentation/ABI/testing/sysfs-bus-pci of the
 * kernel). A link that leads nowhere is no absence: it is a virtual function, but nobody
 * knows of which.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if @dir is that of a virtual function, or
 * VIR_NODE_DEVICE_COMPAT_READ_ABSENT if it is not.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatFunctionFindPhysical(const char *dir,
                                        char **ret_physical)
{
    g_autofree char *path = g_build_filename(dir, "physfn", NULL);
    g_autofree char *name = NULL;
    mode_t type;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeFind(path, &type);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT) {
        result = virNodeDeviceCompatTreeReadLink(dir, "physfn", &name);
        if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
            return result;
        virNodeDeviceCompatEvidenceWarnOnce(path, "it leads nowhere");
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    if (type != S_IFDIR) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is not a directory");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    /* it can have gone meanwhile */
    if (!(*ret_physical = virNodeDeviceCompatTreeResolve(path)))
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;

    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/**
 * virNodeDeviceCompatFunctionFindNumber:
 * @physical: directory of a physical function
 * @device: directory of a virtual function
 * @ret_number: set on success to the number of @device among those of @physical
 *
 * The first one has the number 1, as drivers count them: the kernel's links (virtfnN) count
 * from 0 on. A link that cannot be read matters if it is not known which one leads to @device.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success, VIR_NODE_DEVICE_COMPAT_READ_ABSENT if
 * none of them leads there.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatFunctionFindNumber(const char *physical,
                                      const char *device,
                                      unsigned int *ret_number)
{
    g_autofree char *name = g_path_get_basename(device);
    g_auto(GStrv) links = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(physical, "virtfn",
                                                                          &links);
    virNodeDeviceCompatReadResult failed = VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    size_t i;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    for (i = 0; links[i]; i++) {
        g_autofree char *function = NULL;
        unsigned int number;

        result = virNodeDeviceCompatTreeReadLink(physical, links[i], &function);
        if (function && !virNodeDeviceCompatIsPCIAddress(function))
            result = VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
        if (result > VIR_NODE_DEVICE_COMPAT_READ_OK)
            failed = result;

        if (STREQ_NULLABLE(function, name) &&
            virStrToLong_uip(STRSKIP(links[i], "virtfn"), NULL, 10, &number) == 0 &&
            number < UINT_MAX) {
            *ret_number = number + 1;
            return VIR_NODE_DEVICE_COMPAT_READ_OK;
        }
    }

    return failed;
}


/* Adds how many virtual functions the physical one has, among which drivers and firmware
 * divide what it has (Documentation/ABI/testing/sysfs-bus-pci). */
static int
virNodeDeviceCompatFunctionReadCount(virNodeDeviceCompat *compat,
                                     const char *physical)
{
    g_autofree char *count = NULL;
    unsigned int number;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(physical,
                                                                           "sriov_numvfs",
                                                                           &count);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK && virStrToLong_uip(count, NULL, 10, &number) < 0)
        result = VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;

    return virNodeDeviceCompatAddEvidence(compat, "sriov_numvfs", result, count, true);
}


/* Adds whether the function is a virtual one, and of which device. Several generations of
 * a device share the id of their virtual functions, such as 15b3:101e and 8086:1889
 * (drivers/net/ethernet/mellanox/mlx5/core/main.c, .../intel/iavf/iavf_main.c). */
static int
virNodeDeviceCompatFunctionReadPhysical(virNodeDeviceCompat *compat,
                                        const char *device)
{
    g_autofree char *physical = NULL;
    g_autofree char *id = NULL;
    g_autofree char *subsystem = NULL;
    virNodeDeviceCompatReadResult found = virNodeDeviceCompatFunctionFindPhysical(device,
                                                                                  &physical);
    virNodeDeviceCompatReadResult result = found;

    if (result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
        result = VIR_NODE_DEVICE_COMPAT_READ_OK;
    if (virNodeDeviceCompatAddEvidence(compat, "function", result,
                                       physical ? "virtual" : "physical", true) < 0)
        return -1;

    result = found;
    if (physical)
        result = virNodeDeviceCompatFunctionReadID(physical, "vendor", "device", &id);
    if (virNodeDeviceCompatAddEvidence(compat, "pf_pci_id", result, id, true) < 0)
        return -1;

    result = found;
    if (physical)
        result = virNodeDeviceCompatFunctionReadID(physical, "subsystem_vendor",
                                                   "subsystem_device", &subsystem);
    if (virNodeDeviceCompatAddEvidence(compat, "pf_subsystem_id", result, subsystem, true) < 0)
        return -1;

    return physical ? virNodeDeviceCompatFunctionReadCount(compat, physical) : 0;
}


/* Formats the capabilities in the order of their list, as ID@OFFSET with the size of the
 * table for MSI-X. QEMU shows a guest the same list in the same places
 * (vfio_add_std_cap() in hw/vfio/pci.c). */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatFunctionFormatList(const char *device,
                                      const unsigned char *bytes,
                                      int len,
                                      char **ret_list)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    int at = bytes[CAPABILITY_POINTER];
    size_t n;

    for (n = 0; at != 0; n++) {
        if (n == CAPABILITIES_MAX || at < HEADER_SIZE || at % CAPABILITY_SIZE != 0 ||
            at + CAPABILITY_SIZE > len || bytes[at] == NO_ANSWER) {
            virNodeDeviceCompatEvidenceWarnOnce(device, "its list of capabilities is broken");
            return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
        }

        virBufferAsprintf(&buf, "%02x@%02x", bytes[at], at);
        if (bytes[at] == CAPABILITY_MSIX)
            virBufferAsprintf(&buf, "/%d",
                              ((bytes[at + 2] | bytes[at + 3] << 8) & MSIX_SIZE_MASK) + 1);
        virBufferAddChar(&buf, '+');
        at = bytes[at + 1];
    }

    virBufferTrim(&buf, "+");
    *ret_list = virBufferContentAndReset(&buf);
    return *ret_list ? VIR_NODE_DEVICE_COMPAT_READ_OK : VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
}


/* Adds where the list of capabilities begins, and the list, if there is more than the header
 * to read. */
static int
virNodeDeviceCompatFunctionAddList(virNodeDeviceCompat *compat,
                                   const char *device,
                                   const unsigned char *bytes,
                                   int len)
{
    g_autofree char *pointer = NULL;
    g_autofree char *list = NULL;
    virNodeDeviceCompatReadResult result;
    bool has;

    if (len < HEADER_SIZE)
        return 0;

    has = bytes[STATUS] & STATUS_CAP_LIST;
    pointer = has ? g_strdup_printf("0x%02x", bytes[CAPABILITY_POINTER]) : g_strdup("none");
    if (virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_PCI_CAPABILITY_POINTER,
                                       VIR_NODE_DEVICE_COMPAT_READ_OK, pointer, true) < 0)
        return -1;

    if (!has || len == HEADER_SIZE)
        return 0;

    result = virNodeDeviceCompatFunctionFormatList(device, bytes, len, &list);
    return virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_PCI_CAPABILITIES,
                                          result, list, true);
}


/* Adds what QEMU compares of config space and has no file of its own. */
static int
virNodeDeviceCompatFunctionReadConfig(virNodeDeviceCompat *compat,
                                      const char *device)
{
    g_autofree char *text = NULL;
    g_autofree char *header = NULL;
    const unsigned char *bytes;
    int len;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadBytes(device, "config",
                                                                            HEADER_TYPE + 1,
                                                                            CONFIG_SIZE,
                                                                            &text, &len);

    bytes = (const unsigned char *) text;

    /* without power, or gone */
    if (bytes && bytes[HEADER_TYPE] == NO_ANSWER) {
        virNodeDeviceCompatEvidenceWarnOnce(device, "it does not answer");
        result = VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK)
        header = g_strdup_printf("0x%02x", bytes[HEADER_TYPE] & HEADER_TYPE_MASK);
    if (virNodeDeviceCompatAddEvidence(compat, "pci_header_type", result, header, true) < 0)
        return -1;

    return header ? virNodeDeviceCompatFunctionAddList(compat, device, bytes, len) : 0;
}


/* Formats one line of the file resource, the first and the last address of a register and
 * its flags, all in hex; addresses are the host's own, and are left out. */
static int
virNodeDeviceCompatFunctionFormatBAR(virBuffer *buf,
                                     size_t number,
                                     const char *line)
{
    g_auto(GStrv) fields = g_strsplit(line, " ", -1);
    unsigned long long first;
    unsigned long long last;
    unsigned long long flags;

    if (g_strv_length(fields) != 3 ||
        virStrToLong_ullp(fields[0], NULL, 16, &first) < 0 ||
        virStrToLong_ullp(fields[1], NULL, 16, &last) < 0 ||
        virStrToLong_ullp(fields[2], NULL, 16, &flags) < 0)
        return -1;

    if (!(flags & (BAR_IO | BAR_MEM)))
        return 0;
    if (last < first || last - first == ULLONG_MAX)
        return -1;

    virBufferAsprintf(buf, "%zu@0x%llx/%s%s%s+", number, last - first + 1,
                      flags & BAR_IO ? "io" : "mem", flags & BAR_MEM_64 ? "64" : "",
                      flags & BAR_PREFETCH ? "/prefetch" : "");
    return 0;
}


/* Adds the sizes and kinds of the base address registers. QEMU gives a guest registers like
 * these (vfio_bars_register() in hw/vfio/pci.c), of which the bits that tell the size cannot
 * be written. */
static int
virNodeDeviceCompatFunctionReadBARs(virNodeDeviceCompat *compat,
                                    const char *device)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *text = NULL;
    g_autofree char *bars = NULL;
    g_auto(GStrv) lines = NULL;
    size_t i;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLines(device, "resource",
                                                                            &text);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK) {
        lines = g_strsplit(text, "\n", -1);
        if (g_strv_length(lines) < BARS)
            result = VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;

        for (i = 0; i < BARS && result == VIR_NODE_DEVICE_COMPAT_READ_OK; i++) {
            if (virNodeDeviceCompatFunctionFormatBAR(&buf, i, lines[i]) < 0)
                result = VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
        }

        if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
            virNodeDeviceCompatEvidenceWarnOnce(device, "its list of resources is broken");
    }

    virBufferTrim(&buf, "+");
    bars = virBufferContentAndReset(&buf);
    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK && !bars)
        bars = g_strdup("none");

    return virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_PCI_BARS, result, bars,
                                          true);
}


/* Nothing of what the IOMMU group leads to is an attribute, but whether the function can be
 * assigned depends on it: adds it if it cannot be looked at. */
static int
virNodeDeviceCompatFunctionReadGroup(virNodeDeviceCompat *compat,
                                     const char *device)
{
    g_autofree char *path = g_build_filename(device, "iommu_group", NULL);
    mode_t type;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeFind(path, &type);

    if (result > VIR_NODE_DEVICE_COMPAT_READ_OK)
        return virNodeDeviceCompatMarkUnusable(compat, NULL, "iommu_group", result);
    return 0;
}


/**
 * virNodeDeviceCompatFunctionRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the function's identity, other fields of its config space, and whose virtual function
 * it is.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatFunctionRead(virNodeDeviceCompat *compat,
                                virNodeDeviceCompatPaths *paths)
{
    const char *device = paths->device;
    g_autofree char *subsystem = NULL;
    g_autofree char *class = NULL;
    g_autofree char *revision = NULL;
    virNodeDeviceCompatReadResult result;

    if (virNodeDeviceCompatFunctionReadIdentity(compat, paths) < 0)
        return -1;

    result = virNodeDeviceCompatFunctionReadID(device, "subsystem_vendor", "subsystem_device",
                                               &subsystem);
    if (virNodeDeviceCompatAddEvidence(compat, "pci_subsystem_id", result, subsystem, true) < 0)
        return -1;

    result = virNodeDeviceCompatTreeReadFile(device, "class", &class);
    if (virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_PCI_CLASS, result, class,
                                       true) < 0)
        return -1;

    result = virNodeDeviceCompatTreeReadFile(device, "revision", &revision);
    if (virNodeDeviceCompatAddEvidence(compat, "pci_revision", result, revision, true) < 0)
        return -1;

    if (virNodeDeviceCompatFunctionReadConfig(compat, device) < 0 ||
        virNodeDeviceCompatFunctionReadBARs(compat, device) < 0 ||
        virNodeDeviceCompatFunctionReadPhysical(compat, device) < 0)
        return -1;

    return virNodeDeviceCompatFunctionReadGroup(compat, device);
}
