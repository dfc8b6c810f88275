/*
 * nodedev_compat_sysfs.c: compatibility descriptors from sysfs
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#define LIBVIRT_NODEDEV_COMPAT_SYSFSPRIV_H_ALLOW
#include "nodedev_compat_sysfs.h"
#include "nodedev_compat_sysfspriv.h"

#include "nodedev_compat_rules.h"
#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define MIGRATION_DIR "migration"
#define SELF "self"
#define ACCEPTS_PREFIX "compatible"
#define LIST_PREFIX "compatible_"
#define VERSION_LIST "software_version_compatible"
#define DYNAMIC_LIST "dynamic_resources"
#define OPAQUE VIR_NODE_DEVICE_COMPAT_OPAQUE


/* Adds an attribute that only says that something is wrong. */
static void
virNodeDeviceCompatMarkMalformed(virNodeDeviceCompat *compat,
                                 const char *name)
{
    virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAdd(compat, NULL, name, NULL);

    if (attr)
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
}


/* The state of an attribute whose file gave no text */
static void
virNodeDeviceCompatMarkFile(virNodeDeviceCompatAttr *attr,
                            virNodeDeviceCompatFile result)
{
    if ((result == VIR_NODE_DEVICE_COMPAT_FILE_NO_TEXT ||
         result == VIR_NODE_DEVICE_COMPAT_FILE_EMPTY) &&
        attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE)
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
}


/* Adds the attribute @name with what the file @dir/@file says, if there is such
 * a file, to @alternative or, if that is NULL, to what the device says of
 * itself. Returns -1 if the descriptor cannot hold the attribute. */
static int
virNodeDeviceCompatReadAttr(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatSet *alternative,
                            const char *dir,
                            const char *file,
                            const char *name)
{
    g_autofree char *value = NULL;
    virNodeDeviceCompatAttr *attr;
    virNodeDeviceCompatFile result = virNodeDeviceCompatReadFile(dir, file, &value);

    if (result == VIR_NODE_DEVICE_COMPAT_FILE_ABSENT)
        return 0;

    if (!(attr = virNodeDeviceCompatAdd(compat, alternative, name, value))) {
        g_autofree char *path = g_build_filename(dir, file, NULL);

        virNodeDeviceCompatComplain(path, "its name is not valid, or it is one too many");
        return -1;
    }

    virNodeDeviceCompatMarkFile(attr, result);
    return 0;
}


/* Form F1: each file in @path is an attribute. */
static int
virNodeDeviceCompatReadDirectory(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatSet *alternative,
                                 const char *path)
{
    g_auto(GStrv) files = virNodeDeviceCompatListDir(path, "");
    size_t i;

    if (!files)
        return -1;

    for (i = 0; files[i]; i++) {
        if (virNodeDeviceCompatReadAttr(compat, alternative, path,
                                        files[i], files[i]) < 0)
            return -1;
    }

    return 0;
}


/* Form F2: each line of @text is an attribute, name=value. Modifies @text. */
static int
virNodeDeviceCompatParseText(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatSet *alternative,
                             char *text)
{
    char *next;
    char *line;

    for (line = text; line; line = next) {
        char *value;

        if ((next = strchr(line, '\n')))
            *next++ = '\0';

        if (g_strchomp(line)[0] == '\0')
            continue;

        if (!(value = strchr(line, '=')))
            return -1;
        *value++ = '\0';

        if (!virNodeDeviceCompatAdd(compat, alternative, line, value))
            return -1;
    }

    return 0;
}


/* What @dir/@name says of the device or, if @alternative is not NULL, of what
 * it accepts: a directory in form F1, a file in form F2, both of one content. */
static int
virNodeDeviceCompatReadSet(virNodeDeviceCompat *compat,
                           virNodeDeviceCompatSet *alternative,
                           const char *dir,
                           const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *text = NULL;

    if (virNodeDeviceCompatGetFileType(path) == S_IFDIR)
        return virNodeDeviceCompatReadDirectory(compat, alternative, path);

    switch (virNodeDeviceCompatReadPage(dir, name, &text)) {
    case VIR_NODE_DEVICE_COMPAT_FILE_ABSENT:
        return 0;
    case VIR_NODE_DEVICE_COMPAT_FILE_UNREADABLE:
    case VIR_NODE_DEVICE_COMPAT_FILE_NO_TEXT:
    case VIR_NODE_DEVICE_COMPAT_FILE_EMPTY:
        break;
    case VIR_NODE_DEVICE_COMPAT_FILE_OK:
        if (strlen(text) <= VIR_NODE_DEVICE_COMPAT_PAGE &&
            virNodeDeviceCompatParseText(compat, alternative, text) == 0)
            return 0;
        virNodeDeviceCompatComplain(path, "it is too large, or not all of its lines are name=value with a valid name");
        break;
    }

    return -1;
}


/* Forms F1 and F2: migration/self is what the device is */
static int
virNodeDeviceCompatReadSelf(virNodeDeviceCompat *compat,
                            const char *device)
{
    g_autofree char *dir = g_build_filename(device, MIGRATION_DIR, NULL);

    return virNodeDeviceCompatReadSet(compat, NULL, dir, SELF);
}


/* and each migration/compatible... is one alternative that it accepts. */
static int
virNodeDeviceCompatReadAlternatives(virNodeDeviceCompat *compat,
                                    const char *device)
{
    g_autofree char *dir = g_build_filename(device, MIGRATION_DIR, NULL);
    g_auto(GStrv) names = virNodeDeviceCompatListDir(dir, ACCEPTS_PREFIX);
    size_t i;

    if (!names)
        return -1;

    for (i = 0; names[i]; i++) {
        virNodeDeviceCompatSet *alternative = virNodeDeviceCompatAddAlternative(compat);

        if (!alternative ||
            virNodeDeviceCompatReadSet(compat, alternative, dir, names[i]) < 0)
            return -1;
    }

    return 0;
}


/* Adds the attribute @name of form F3, which is a file of the device or, for
 * what all devices of a type have in common, of the type. */
static int
virNodeDeviceCompatReadNode(virNodeDeviceCompat *compat,
                            const virNodeDeviceCompatPlaces *places,
                            const char *name)
{
    g_autofree char *path = NULL;

    if (places->device) {
        path = g_build_filename(places->device, name, NULL);
        if (virNodeDeviceCompatGetFileType(path) == S_IFREG)
            return virNodeDeviceCompatReadAttr(compat, NULL, places->device, name, name);
    }

    return virNodeDeviceCompatReadAttr(compat, NULL, places->type, name, name);
}


/* The device's own value of each attribute that has a list compatible_ATTR of
 * form F3 in @dir. */
static int
virNodeDeviceCompatReadListed(virNodeDeviceCompat *compat,
                              const virNodeDeviceCompatPlaces *places,
                              const char *dir)
{
    g_auto(GStrv) files = virNodeDeviceCompatListDir(dir, LIST_PREFIX);
    size_t i;

    if (!files)
        return -1;

    for (i = 0; files[i]; i++) {
        const char *name = files[i] + strlen(LIST_PREFIX);

        if (!virNodeDeviceCompatSetFind(&compat->self,
                                        virNodeDeviceCompatRuleCanonicalName(name)) &&
            virNodeDeviceCompatReadNode(compat, places, name) < 0)
            return -1;
    }

    return 0;
}


/* The lists compatible_ATTR of form F3 in @dir. */
static int
virNodeDeviceCompatReadLists(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatSet *alternative,
                             const char *dir)
{
    g_auto(GStrv) files = virNodeDeviceCompatListDir(dir, LIST_PREFIX);
    size_t i;

    if (!files)
        return -1;

    for (i = 0; files[i]; i++) {
        const char *name = files[i] + strlen(LIST_PREFIX);

        /* the device's own list is narrower than its type's */
        if (virNodeDeviceCompatSetFind(alternative,
                                       virNodeDeviceCompatRuleCanonicalName(name)))
            continue;

        if (virNodeDeviceCompatReadAttr(compat, alternative, dir, files[i], name) < 0)
            return -1;
    }

    return 0;
}


/* In form F3 each list stands for itself, and a device takes its own value
 * whether or not the driver lists it: a list that lacks it gets it. */
static void
virNodeDeviceCompatCompleteLists(const virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatSet *alternative)
{
    size_t i;

    for (i = 0; i < alternative->nattrs; i++) {
        virNodeDeviceCompatAttr *list = alternative->attrs[i];
        const virNodeDeviceCompatAttr *own = virNodeDeviceCompatSetFind(&compat->self,
                                                                        list->name);
        g_autofree char *longer = NULL;

        if (!own || own->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            list->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            virNodeDeviceCompatRuleFind(list->name)->kind == VIR_NODE_DEVICE_COMPAT_RULE_VERSION ||
            !virNodeDeviceCompatValueIsItem(own->value) ||
            virNodeDeviceCompatValueListContains(list->value, own->value))
            continue;

        longer = g_strdup_printf("%s,%s", own->value, list->value);
        if (!virNodeDeviceCompatValueIsPrintable(longer))
            continue;
        g_free(list->value);
        list->value = g_steal_pointer(&longer);
    }
}


/* The attributes that management copies to a new device, in the order of the
 * list; a type without a device has none of them yet. A list that is of no use
 * is itself an attribute of no use. */
static int
virNodeDeviceCompatReadDynamic(virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatPlaces *places)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) names = NULL;
    virNodeDeviceCompatFile result = virNodeDeviceCompatReadFile(places->type,
                                                                 DYNAMIC_LIST, &text);
    size_t i;

    if (result == VIR_NODE_DEVICE_COMPAT_FILE_UNREADABLE ||
        result == VIR_NODE_DEVICE_COMPAT_FILE_NO_TEXT)
        return virNodeDeviceCompatReadAttr(compat, NULL, places->type,
                                           DYNAMIC_LIST, DYNAMIC_LIST);

    names = g_strsplit(text ? text : "", ",", -1);
    for (i = 0; names[i]; i++) {
        const char *name = virNodeDeviceCompatRuleCanonicalName(g_strstrip(names[i]));

        if (name[0] == '\0')
            continue;

        if (!virNodeDeviceCompatNameIsValid(name)) {
            virNodeDeviceCompatMarkMalformed(compat, DYNAMIC_LIST);
            continue;
        }

        if (!places->device) {
            if (virNodeDeviceCompatAddUnset(compat, name, i + 1) < 0)
                return -1;
            continue;
        }

        if (!virNodeDeviceCompatSetFind(&compat->self, name) &&
            virNodeDeviceCompatReadNode(compat, places, names[i]) < 0)
            return -1;

        virNodeDeviceCompatSetDynamic(compat, name, i + 1);
    }

    return 0;
}


/* Form F3, the last one that was proposed, the device itself: files of the
 * type's directory and of the device's own. */
static int
virNodeDeviceCompatReadNodes(virNodeDeviceCompat *compat,
                             const virNodeDeviceCompatPlaces *places)
{
    static const char *const names[] = {
        "device_api", "software_version", "pci_id", "subchannel_type",
        "chpid_type", "aggregator", "remote_url",
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (virNodeDeviceCompatReadNode(compat, places, names[i]) < 0)
            return -1;
    }

    if ((places->device &&
         virNodeDeviceCompatReadListed(compat, places, places->device) < 0) ||
        virNodeDeviceCompatReadListed(compat, places, places->type) < 0)
        return -1;

    return virNodeDeviceCompatReadDynamic(compat, places);
}


/* Form F3, what it accepts: all lists together are one alternative. */
static int
virNodeDeviceCompatReadNodeLists(virNodeDeviceCompat *compat,
                                 const virNodeDeviceCompatPlaces *places)
{
    virNodeDeviceCompatSet *alternative = virNodeDeviceCompatAddAlternative(compat);

    if (!alternative ||
        (places->device &&
         virNodeDeviceCompatReadLists(compat, alternative, places->device) < 0) ||
        virNodeDeviceCompatReadLists(compat, alternative, places->type) < 0 ||
        virNodeDeviceCompatReadAttr(compat, alternative, places->type,
                                    VERSION_LIST, "software_version") < 0)
        return -1;

    virNodeDeviceCompatCompleteLists(compat, alternative);
    return 0;
}


/* Form F4, the string that one driver wrote for another to judge. A driver that
 * does not migrate has no such file, or fails to read it. */
static void
virNodeDeviceCompatReadOpaque(virNodeDeviceCompat *compat,
                              const virNodeDeviceCompatPlaces *places)
{
    /* the type's says less than the device's own, also if that cannot be read now */
    if (places->device &&
        virNodeDeviceCompatReadFile(places->device, OPAQUE,
                                    &compat->opaque) != VIR_NODE_DEVICE_COMPAT_FILE_ABSENT)
        return;

    if (places->type)
        ignore_value(virNodeDeviceCompatReadFile(places->type, OPAQUE, &compat->opaque));
}


/**
 * virNodeDeviceCompatAddUnpublished:
 * @compat: descriptor
 * @name: canonical name of an attribute
 * @value: its value, or NULL if it has none
 * @derived: mark it as derived
 *
 * Adds what does not come from the driver's compatibility interface, unless
 * that gives the attribute.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold the attribute.
 */
int
virNodeDeviceCompatAddUnpublished(virNodeDeviceCompat *compat,
                                  const char *name,
                                  const char *value,
                                  bool derived)
{
    virNodeDeviceCompatAttr *attr;

    if (!value || !virNodeDeviceCompatValueIsPrintable(value) ||
        virNodeDeviceCompatSetFind(&compat->self, name))
        return 0;

    if (!(attr = virNodeDeviceCompatAdd(compat, NULL, name, value)))
        return -1;

    attr->derived = derived;
    return 0;
}


/* The type is the name of its directory, unless the driver publishes it. */
static int
virNodeDeviceCompatReadTypeID(virNodeDeviceCompat *compat,
                              const virNodeDeviceCompatPlaces *places)
{
    g_autofree char *id = g_path_get_basename(places->type);

    if (virNodeDeviceCompatSetFind(&compat->self, VIR_NODE_DEVICE_COMPAT_TYPE))
        return 0;

    return virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, id) ? 0 : -1;
}


/* Reads all that the device is before what it accepts, as lists may refer to
 * the device's own values. */
static int
virNodeDeviceCompatReadForms(virNodeDeviceCompat *compat,
                             const virNodeDeviceCompatPlaces *places)
{
    g_autoptr(GPtrArray) facts = NULL;

    if (places->device &&
        virNodeDeviceCompatReadSelf(compat, places->device) < 0)
        return -1;

    if (places->type &&
        (virNodeDeviceCompatReadTypeID(compat, places) < 0 ||
         virNodeDeviceCompatReadNodes(compat, places) < 0))
        return -1;

    if (virNodeDeviceCompatReadHost(compat, places) < 0)
        return -1;

    facts = virNodeDeviceCompatFindFacts(compat, places);
    if (virNodeDeviceCompatAddFacts(compat, places, facts) < 0)
        return -1;

    if (places->device &&
        virNodeDeviceCompatReadAlternatives(compat, places->device) < 0)
        return -1;

    if (places->type &&
        virNodeDeviceCompatReadNodeLists(compat, places) < 0)
        return -1;

    virNodeDeviceCompatDropEmptyAlternatives(compat);
    if (virNodeDeviceCompatAcceptFacts(compat, places, facts) < 0)
        return -1;

    virNodeDeviceCompatReadOpaque(compat, places);
    return 0;
}


static virNodeDeviceCompat *
virNodeDeviceCompatReadPlaces(const virNodeDeviceCompatPlaces *places)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();

    if (virNodeDeviceCompatReadForms(compat, places) < 0) {
        /* Half of what was published could look compatible. What is left says
         * what the device is, and that there is more. */
        g_clear_object(&compat);
        compat = virNodeDeviceCompatNew();
        if (places->type) {
            ignore_value(virNodeDeviceCompatReadTypeID(compat, places));
            ignore_value(virNodeDeviceCompatReadNode(compat, places,
                                                     VIR_NODE_DEVICE_COMPAT_DEVICE_API));
        } else {
            ignore_value(virNodeDeviceCompatReadFunction(compat, places->device));
        }
        virNodeDeviceCompatMarkMalformed(compat, MIGRATION_DIR);
    }

    return g_steal_pointer(&compat);
}


/**
 * virNodeDeviceCompatReadMdev:
 * @devicePath: sysfs directory of a mediated device
 * @facts: what the administrator says of devices, or NULL
 *
 * Returns what the device says of itself right now, or NULL if it is gone.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadMdev(const char *devicePath,
                            const virNodeDeviceCompatFacts *facts)
{
    g_autofree char *device = virNodeDeviceCompatResolve(devicePath);
    g_autofree char *link = g_build_filename(devicePath, "mdev_type", NULL);
    g_autofree char *type = virNodeDeviceCompatResolve(link);
    g_autofree char *parent = NULL;

    if (!device || !type)
        return NULL;

    parent = g_path_get_dirname(device);

    return virNodeDeviceCompatReadPlaces(&(virNodeDeviceCompatPlaces) {
        .device = device,
        .type = type,
        .parent = parent,
        .facts = facts,
    });
}


/**
 * virNodeDeviceCompatReadMdevType:
 * @typePath: directory of an mdev type, PARENT/mdev_supported_types/ID
 * @facts: what the administrator says of devices, or NULL
 *
 * Returns what a device of that type would say of itself as far as the type
 * tells, or NULL if the type is gone.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadMdevType(const char *typePath,
                                const virNodeDeviceCompatFacts *facts)
{
    g_autofree char *type = virNodeDeviceCompatResolve(typePath);
    g_autofree char *types = NULL;
    g_autofree char *parent = NULL;

    if (!type)
        return NULL;

    types = g_path_get_dirname(type);
    parent = g_path_get_dirname(types);

    return virNodeDeviceCompatReadPlaces(&(virNodeDeviceCompatPlaces) {
        .type = type,
        .parent = parent,
        .facts = facts,
    });
}


/**
 * virNodeDeviceCompatReadPCI:
 * @devicePath: sysfs directory of a PCI function
 * @facts: what the administrator says of devices, or NULL
 *
 * Returns what the function says of itself right now, or NULL if it is gone or
 * is none that can be assigned to a guest.
 */
virNodeDeviceCompat *
virNodeDeviceCompatReadPCI(const char *devicePath,
                           const virNodeDeviceCompatFacts *facts)
{
    g_autofree char *device = virNodeDeviceCompatResolve(devicePath);

    if (!device || !virNodeDeviceCompatFunctionIsAssignable(device))
        return NULL;

    return virNodeDeviceCompatReadPlaces(&(virNodeDeviceCompatPlaces) {
        .device = device,
        .facts = facts,
    });
}


static void
virNodeDeviceCompatUpdateTypes(const char *parentPath,
                               const virNodeDeviceCompatFacts *facts,
                               virMediatedDeviceType **types,
                               size_t ntypes)
{
    size_t i;

    for (i = 0; i < ntypes; i++) {
        g_autofree char *path = g_build_filename(parentPath, "mdev_supported_types",
                                                 types[i]->id, NULL);

        g_clear_object(&types[i]->compat);
        types[i]->compat = virNodeDeviceCompatReadMdevType(path, facts);
    }
}


/**
 * virNodeDeviceCompatUpdate:
 * @def: definition of a node device
 * @facts: what the administrator says of devices, or NULL
 *
 * Reads afresh the descriptors of @def and of the mdev types it offers.
 */
void
virNodeDeviceCompatUpdate(virNodeDeviceDef *def,
                          const virNodeDeviceCompatFacts *facts)
{
    const char *path = def->sysfs_path;
    virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        virNodeDevCapData *data = &cap->data;

        if (data->type == VIR_NODE_DEV_CAP_MDEV) {
            g_clear_object(&data->mdev.compat);
            /* a device that is defined but not started has no path */
            if (path)
                data->mdev.compat = virNodeDeviceCompatReadMdev(path, facts);
        } else if (data->type == VIR_NODE_DEV_CAP_PCI_DEV) {
            g_clear_object(&data->pci_dev.compat);
            if (path)
                data->pci_dev.compat = virNodeDeviceCompatReadPCI(path, facts);
            virNodeDeviceCompatUpdateTypes(path, facts,
                                           data->pci_dev.mdev_types,
                                           data->pci_dev.nmdev_types);
        } else if (data->type == VIR_NODE_DEV_CAP_CSS_DEV) {
            virNodeDeviceCompatUpdateTypes(path, facts,
                                           data->ccw_dev.mdev_types,
                                           data->ccw_dev.nmdev_types);
        } else if (data->type == VIR_NODE_DEV_CAP_AP_MATRIX) {
            virNodeDeviceCompatUpdateTypes(path, facts,
                                           data->ap_matrix.mdev_types,
                                           data->ap_matrix.nmdev_types);
        } else if (data->type == VIR_NODE_DEV_CAP_MDEV_TYPES) {
            virNodeDeviceCompatUpdateTypes(path, facts,
                                           data->mdev_parent.mdev_types,
                                           data->mdev_parent.nmdev_types);
        }
    }
}
