/*
 * virt-nodedev-compat-device.c: the devices that virt-nodedev-compat is given
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "virt-nodedev-compat-device.h"
#include "virt-nodedev-compat-input.h"
#include "virt-nodedev-compat-name.h"
#include "virt-nodedev-compat-place.h"
#include "virt-nodedev-compat-rules.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "viralloc.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"
#include "virxml.h"
#include "vsh-nodedev-compat.h"
#include "conf/nodedev_compat_xml.h"
#include "conf/nodedev_compat_document.h"
#include "conf/nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("tools.nodedev_compat");

static virNodeDeviceCompat *
virtCompatParseXML(const char *xml,
                   const char *path,
                   bool validate,
                   char **ret_name)
{
    virNodeDeviceCompat *compat;

    if (!(compat = virNodeDeviceCompatParseDocument(xml, validate, ret_name))) {
        g_autofree char *cause = g_strdup(virtCompatGetErrorDetail());

        virReportError(VIR_ERR_XML_ERROR,
                       _("'%1$s' does not describe a device: %2$s"), path, cause);
    }

    return compat;
}


static virNodeDeviceCompat *
virtCompatLoadXML(const char *path,
                  bool validate,
                  char **ret_name)
{
    g_autofree char *xml = virtCompatReadFile(path);

    return xml ? virtCompatParseXML(xml, path, validate, ret_name) : NULL;
}


static virNodeDeviceCompat *
virtCompatReadMdev(const char *path,
                   const virNodeDeviceCompatFacts *facts)
{
    g_autofree char *type = g_build_filename(path, "mdev_type", NULL);

    if (!virNodeDeviceCompatTreeGetFileType(type)) {
        virReportError(VIR_ERR_INVALID_ARG,
                       _("'%1$s' is a dangling link; copy the whole tree, as virt-nodedev-compat record does, or name its start with --root"),
                       type);
        return NULL;
    }

    return virNodeDeviceCompatReadMdev(path, facts);
}


/* Reports an error and returns true if mediated devices can be created of @path. */
static bool
virtCompatIsParent(const char *path)
{
    g_autofree char *types = g_build_filename(path, "mdev_supported_types", NULL);
    g_autofree char *name = g_path_get_basename(path);

    if (virNodeDeviceCompatTreeGetFileType(types) != S_IFDIR)
        return false;

    virReportError(VIR_ERR_OPERATION_UNSUPPORTED,
                   _("node device '%1$s' is a parent of mediated devices; name a device or a type"),
                   name);
    return true;
}


static virNodeDeviceCompat *
virtCompatReadPCI(const char *path,
                  const virNodeDeviceCompatFacts *facts)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatReadPCI(path, facts);

    if (!compat && !virtCompatIsParent(path)) {
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED,
                       _("PCI function '%1$s' cannot be assigned to a guest: it has neither an IOMMU group nor a VFIO driver, or it is a bridge"),
                       path);
    }

    return compat;
}


/* A directory is of the first kind that has all its files. */
static const struct {
    virtCompatKind kind;
    const char *parent;         /* name of the directory it is in */
    const char *files[4];
    virNodeDeviceCompat *(*read)(const char *path, const virNodeDeviceCompatFacts *facts);
} kinds[] = {
    { VIRT_COMPAT_KIND_TYPE, "mdev_supported_types", { NULL }, virNodeDeviceCompatReadMdevType },
    { VIRT_COMPAT_KIND_MDEV, NULL, { "mdev_type" }, virtCompatReadMdev },
    { VIRT_COMPAT_KIND_FUNCTION, NULL, { "vendor", "device", "class" }, virtCompatReadPCI },
};


static bool
virtCompatIsKind(const char *path,
                 size_t kind)
{
    g_autofree char *dir = g_path_get_dirname(path);
    g_autofree char *parent = g_path_get_basename(dir);
    size_t i;

    if (kinds[kind].parent && STRNEQ(parent, kinds[kind].parent))
        return false;

    for (i = 0; i < G_N_ELEMENTS(kinds[kind].files) && kinds[kind].files[i]; i++) {
        g_autofree char *file = g_build_filename(path, kinds[kind].files[i], NULL);

        /* also a dangling link shows what its directory is */
        if (virFileIsLink(file) != 1 && !virNodeDeviceCompatTreeGetFileType(file))
            return false;
    }

    return true;
}


/**
 * virtCompatReadDirectory:
 * @path: directory of a device, without any link in it
 * @facts: facts about devices, or NULL
 * @ret_kind: set to what kind of device it is, unless it is not known
 *
 * Returns the descriptor, or NULL with an error reported.
 */
virNodeDeviceCompat *
virtCompatReadDirectory(const char *path,
                        const virNodeDeviceCompatFacts *facts,
                        virtCompatKind *ret_kind)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
        virNodeDeviceCompat *compat;

        if (!virtCompatIsKind(path, i))
            continue;

        *ret_kind = kinds[i].kind;
        if (!(compat = kinds[i].read(path, facts)) && virGetLastErrorCode() == VIR_ERR_OK)
            virReportError(VIR_ERR_NO_NODE_DEVICE, _("'%1$s' no longer exists"), path);
        return compat;
    }

    if (virtCompatIsParent(path))
        return NULL;

    virReportError(VIR_ERR_INVALID_ARG,
                   _("'%1$s' is the directory of neither a mediated device (with a file mdev_type), nor an mdev type (in mdev_supported_types), nor a PCI function (with files vendor, device, class)"),
                   path);
    return NULL;
}


/* Whether @device is something to read as XML, and no part of a copied tree,
 * where a link could lead anywhere. */
static bool
virtCompatIsOrdinaryFile(const char *device,
                         const char *root)
{
    g_autofree char *absolute = NULL;
    g_autofree char *sysfs = NULL;
    struct stat sb;

    if (STREQ(device, "-"))
        return true;

    absolute = g_canonicalize_filename(device, NULL);
    sysfs = virtCompatFindSysfs(absolute);

    return (root || !sysfs) && stat(device, &sb) == 0 && !S_ISDIR(sb.st_mode);
}


/* What is not given as a root is not taken for one, as far as it decides. Returns 0 on
 * success, -1 with an error reported if it could not be found out what there is. */
static int
virtCompatWarnUnreadFiles(const char *place)
{
    g_autofree char *root = virtCompatFindSysfs(place);
    int has = root ? virtCompatHasFiles(root) : 0;

    if (has > 0) {
        VIR_WARN("rules and facts below '%s' are not read, unless that is named by "
                 "--root, --source-root or --target-root", root);
    }

    return has < 0 ? -1 : 0;
}


/**
 * virtCompatFindDevice:
 * @device: a directory in sysfs, or a name that virtCompatNameToPath() takes
 * @lookup: how it is looked up
 *
 * Returns where it is, without any link in it, or NULL with an error reported. All
 * further reading of sysfs is confined to the tree that it is in.
 */
char *
virtCompatFindDevice(const char *device,
                     const virtCompatLookup *lookup)
{
    g_autofree char *path = NULL;

    /* such as of a variable that is not set; it would be the working directory */
    if (!*device) {
        virReportSystemError(ENOENT, _("cannot open '%1$s'"), device);
        return NULL;
    }

    if ((lookup->root || !virFileExists(device)) &&
        (path = virtCompatNameToPath(device)))
        device = path;

    return virtCompatFindPlace(device, lookup->root);
}


/**
 * virtCompatReadPlace:
 * @place: directory of a device, without any link in it
 * @lookup: how it was looked up
 * @ret_kind: set to what kind of device it is, unless it is not known
 *
 * Returns the descriptor, or NULL with an error reported.
 */
virNodeDeviceCompat *
virtCompatReadPlace(const char *place,
                    const virtCompatLookup *lookup,
                    virtCompatKind *ret_kind)
{
    const virNodeDeviceCompatFacts *facts = lookup->facts;

    /* a copy is one of another machine */
    if (lookup->local && !STRPREFIX(place, "/sys/")) {
        facts = NULL;
        if (virtCompatWarnUnreadFiles(place) < 0)
            return NULL;
    }

    return virtCompatReadDirectory(place, facts, ret_kind);
}


/**
 * virtCompatLoadDevice:
 * @device: an XML file, "-", or as of virtCompatFindDevice()
 * @lookup: how it is looked up
 * @ret_name: set on success to what the device is called, or to NULL if that
 *            is not known
 *
 * Returns the descriptor, or NULL with an error reported.
 */
virNodeDeviceCompat *
virtCompatLoadDevice(const char *device,
                     const virtCompatLookup *lookup,
                     char **ret_name)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autofree char *place = NULL;
    virtCompatKind kind;

    if (virtCompatIsOrdinaryFile(device, lookup->root))
        return virtCompatLoadXML(device, lookup->validate, ret_name);

    if (!(place = virtCompatFindDevice(device, lookup)))
        return NULL;

    if (virNodeDeviceCompatTreeGetFileType(place) != S_IFDIR)
        return virtCompatLoadXML(place, lookup->validate, ret_name);

    if (!(compat = virtCompatReadPlace(place, lookup, &kind)))
        return NULL;

    *ret_name = g_path_get_basename(place);
    return g_steal_pointer(&compat);
}


static int
virtCompatParseList(virNodeDeviceCompatDevices *list,
                    const char *xml,
                    const char *path,
                    bool validate)
{
    g_autofree char *wrapped = vshNodeDeviceCompatWrapDocuments(xml);
    g_autoptr(virNodeDeviceCompatDevices) several = NULL;
    size_t i;

    if (!(several = virNodeDeviceCompatDevicesParse(wrapped, validate))) {
        g_autofree char *cause = g_strdup(virtCompatGetErrorDetail());

        virReportError(VIR_ERR_XML_ERROR,
                       _("'%1$s' does not describe devices: %2$s"), path, cause);
        return -1;
    }

    for (i = 0; i < several->ndevices; i++) {
        if (!several->devices[i].name)
            several->devices[i].name = g_strdup(vshNodeDeviceCompatFileName(path));
        VIR_APPEND_ELEMENT(list->devices, list->ndevices, several->devices[i]);
    }

    return 0;
}


/**
 * virtCompatLoadDevices:
 * @list: list to add to
 * @device: as of virtCompatLoadDevice(), or an XML file with several devices
 * @lookup: how it is looked up
 *
 * A device that is no document with a name is called as the user does.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatLoadDevices(virNodeDeviceCompatDevices *list,
                      const char *device,
                      const virtCompatLookup *lookup)
{
    virNodeDeviceCompatDevice named = { 0 };
    g_autofree char *name = NULL;

    if (virtCompatIsOrdinaryFile(device, lookup->root)) {
        g_autofree char *xml = virtCompatReadFile(device);

        return xml ? virtCompatParseList(list, xml, device, lookup->validate) : -1;
    }

    if (!(named.compat = virtCompatLoadDevice(device, lookup, &name)))
        return -1;

    /* in trees of two machines there may be the same name */
    named.name = g_strdup(device);
    VIR_APPEND_ELEMENT(list->devices, list->ndevices, named);
    return 0;
}
