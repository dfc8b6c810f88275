/*
 * nodedev_compat_evidence_published.c: what drivers publish about compatibility
 *
 * The forms F1 to F4 that were proposed for the kernel: attributes as files in a
 * directory, as lines of text, beside the type, and the opaque string.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_nvidia.h"
#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_list.h"
#include "nodedev_compat_tree.h"
#include "nodedev_compat_value.h"

#define MIGRATION_DIR "migration"
#define SELF "self"
#define ACCEPTS_PREFIX "compatible"
#define LIST_PREFIX "compatible_"
#define VERSION_LIST "software_version_compatible"
#define DYNAMIC_LIST "dynamic_resources"
#define OPAQUE VIR_NODE_DEVICE_COMPAT_OPAQUE


/* Notes that reading has to end, since what is left could look compatible. */
static int
virNodeDeviceCompatFail(virNodeDeviceCompatPaths *paths,
                        virNodeDeviceCompatReadResult result)
{
    paths->failed = result;
    return -1;
}


/* Adds the attribute @name with the content of the file @dir/@file, if there is one, to
 * @alternative or, if that is NULL, to the device's own attributes. Returns 1 if there is
 * one, 0 if it is absent, -1 if the descriptor cannot hold the attribute. */
static int
virNodeDeviceCompatReadAttr(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatAttrs *alternative,
                            const char *dir,
                            const char *file,
                            const char *name)
{
    g_autofree char *value = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(dir, file, &value);
    bool added;

    if (result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
        return 0;

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK)
        added = !!virNodeDeviceCompatAdd(compat, alternative, name, value);
    else
        added = virNodeDeviceCompatMarkUnusable(compat, alternative, name, result) == 0;

    if (!added) {
        g_autofree char *path = g_build_filename(dir, file, NULL);

        virNodeDeviceCompatEvidenceWarnOnce(path, "its name is not valid, or it is one too many");
        return -1;
    }

    return 1;
}


/* Form F1: each file in @path is an attribute. */
static int
virNodeDeviceCompatReadDirectory(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatAttrs *alternative,
                                 virNodeDeviceCompatPaths *paths,
                                 const char *path)
{
    g_auto(GStrv) files = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(path, "", &files);
    size_t i;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return virNodeDeviceCompatFail(paths, result);

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
                             virNodeDeviceCompatAttrs *alternative,
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


/* Adds the attributes in @dir/@name, a directory in form F1 or a file in form F2, to
 * @alternative or, if that is NULL, to the device's own attributes. */
static int
virNodeDeviceCompatReadAttrs(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatAttrs *alternative,
                             virNodeDeviceCompatPaths *paths,
                             const char *dir,
                             const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result;

    if (virNodeDeviceCompatTreeGetFileType(path) == S_IFDIR)
        return virNodeDeviceCompatReadDirectory(compat, alternative, paths, path);

    result = virNodeDeviceCompatTreeReadLines(dir, name, &text);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT ||
        result == VIR_NODE_DEVICE_COMPAT_READ_EMPTY)
        return 0;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return virNodeDeviceCompatFail(paths, result);

    if (virNodeDeviceCompatParseText(compat, alternative, text) < 0) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "not all of its lines are name=value with a valid name");
        return virNodeDeviceCompatFail(paths, VIR_NODE_DEVICE_COMPAT_READ_MALFORMED);
    }

    return 0;
}


/* Forms F1 and F2: migration/self has the device's own attributes, */
static int
virNodeDeviceCompatReadSelf(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    g_autofree char *dir = g_build_filename(paths->device, MIGRATION_DIR, NULL);

    return virNodeDeviceCompatReadAttrs(compat, NULL, paths, dir, SELF);
}


/* and each migration/compatible* is an alternative that it accepts. */
static int
virNodeDeviceCompatReadAlternatives(virNodeDeviceCompat *compat,
                                    virNodeDeviceCompatPaths *paths)
{
    g_autofree char *dir = g_build_filename(paths->device, MIGRATION_DIR, NULL);
    g_auto(GStrv) names = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(dir, ACCEPTS_PREFIX,
                                                                          &names);
    size_t i;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return virNodeDeviceCompatFail(paths, result);

    for (i = 0; names[i]; i++) {
        virNodeDeviceCompatAttrs *alternative = virNodeDeviceCompatAddAlternative(compat);

        if (!alternative ||
            virNodeDeviceCompatReadAttrs(compat, alternative, paths, dir, names[i]) < 0)
            return -1;
    }

    return 0;
}


/* Adds the attribute @name of form F3, which is a file of the device or, if all devices
 * of a type have it in common, of the type. */
static int
virNodeDeviceCompatReadNode(virNodeDeviceCompat *compat,
                            const virNodeDeviceCompatPaths *paths,
                            const char *name)
{
    int rc = 0;

    /* that of the type does not stand in for one that cannot be read now */
    if (paths->device)
        rc = virNodeDeviceCompatReadAttr(compat, NULL, paths->device, name, name);
    if (rc == 0)
        rc = virNodeDeviceCompatReadAttr(compat, NULL, paths->type, name, name);

    return rc < 0 ? -1 : 0;
}


/* Adds the device's own value of each attribute that has a list compatible_ATTR of form
 * F3 in @dir. */
static int
virNodeDeviceCompatReadListed(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatPaths *paths,
                              const char *dir)
{
    g_auto(GStrv) files = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(dir, LIST_PREFIX,
                                                                          &files);
    size_t i;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return virNodeDeviceCompatFail(paths, result);

    for (i = 0; files[i]; i++) {
        const char *name = files[i] + strlen(LIST_PREFIX);

        if (!virNodeDeviceCompatAttrsFind(&compat->self,
                                          virNodeDeviceCompatAttrCanonicalName(name)) &&
            virNodeDeviceCompatReadNode(compat, paths, name) < 0)
            return -1;
    }

    return 0;
}


/* Adds the lists compatible_ATTR of form F3 in @dir. */
static int
virNodeDeviceCompatReadLists(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatAttrs *alternative,
                             virNodeDeviceCompatPaths *paths,
                             const char *dir)
{
    g_auto(GStrv) files = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(dir, LIST_PREFIX,
                                                                          &files);
    size_t i;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return virNodeDeviceCompatFail(paths, result);

    for (i = 0; files[i]; i++) {
        const char *name = files[i] + strlen(LIST_PREFIX);

        /* the list of the device takes precedence over that of its type */
        if (virNodeDeviceCompatAttrsFind(alternative,
                                         virNodeDeviceCompatAttrCanonicalName(name)))
            continue;

        if (virNodeDeviceCompatReadAttr(compat, alternative, dir, files[i], name) < 0)
            return -1;
    }

    return 0;
}


/* Adds the device's value @own to @list, where that makes one that can be read again: it can
 * be too long, and a comma behind the query of a URL be part of that. */
static void
virNodeDeviceCompatListAdd(const virNodeDeviceCompat *compat,
                           virNodeDeviceCompatAttr *list,
                           const char *own)
{
    g_autofree char *old = g_steal_pointer(&list->value);
    g_autofree char *before = g_strdup_printf("%s,%s", own, old);
    g_autofree char *behind = g_strdup_printf("%s,%s", old, own);

    list->value = virNodeDeviceCompatNormalizeAttr(compat, true, list->name, before);
    if (!list->value)
        list->value = virNodeDeviceCompatNormalizeAttr(compat, true, list->name, behind);
    if (!list->value)
        list->state = virNodeDeviceCompatValueIsPrintable(before) ?
                      VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED : VIR_NODE_DEVICE_COMPAT_ATTR_CUT;
}


/* In form F3 each list is independent of the others, and a device accepts its own value
 * whether or not the driver lists it: it is added to a list that lacks it. */
static void
virNodeDeviceCompatCompleteLists(const virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatAttrs *alternative)
{
    size_t i;

    for (i = 0; i < alternative->nattrs; i++) {
        virNodeDeviceCompatAttr *list = alternative->attrs[i];
        const virNodeDeviceCompatAttr *own = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                          list->name);

        if (!own || own->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            list->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            virNodeDeviceCompatRuleGetDefault(list->name)->kind == VIR_NODE_DEVICE_COMPAT_RULE_VERSION ||
            !virNodeDeviceCompatValueIsItem(own->value) ||
            virNodeDeviceCompatValueListContains(list->value, own->value))
            continue;

        virNodeDeviceCompatListAdd(compat, list, own->value);
    }
}


/* Marks the attributes that management copies to a new device, in the order of the
 * list; those of a type without a device are unset. A list that is not usable is added
 * as an attribute that is not usable. */
static int
virNodeDeviceCompatReadDynamic(virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatPaths *paths)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) names = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(paths->type,
                                                                           DYNAMIC_LIST, &text);
    size_t i;

    if (result > VIR_NODE_DEVICE_COMPAT_READ_EMPTY)
        return virNodeDeviceCompatMarkUnusable(compat, NULL, DYNAMIC_LIST, result);

    names = g_strsplit(text ? text : "", ",", -1);
    for (i = 0; names[i]; i++) {
        const char *name = virNodeDeviceCompatAttrCanonicalName(g_strstrip(names[i]));

        if (name[0] == '\0')
            continue;

        if (!virNodeDeviceCompatNameIsValid(name)) {
            if (virNodeDeviceCompatMarkUnusable(compat, NULL, DYNAMIC_LIST,
                                                VIR_NODE_DEVICE_COMPAT_READ_MALFORMED) < 0)
                return -1;
            continue;
        }

        if (!paths->device) {
            if (virNodeDeviceCompatAddUnset(compat, name, i + 1) < 0)
                return -1;
            continue;
        }

        if (!virNodeDeviceCompatAttrsFind(&compat->self, name) &&
            virNodeDeviceCompatReadNode(compat, paths, names[i]) < 0)
            return -1;

        virNodeDeviceCompatSetDynamic(compat, name, i + 1);
    }

    return 0;
}


/* Form F3, the last one that was proposed: adds the device's own attributes, from the
 * directories of the type and of the device. */
static int
virNodeDeviceCompatReadNodes(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatPaths *paths)
{
    static const char *const names[] = {
        "device_api", "software_version", "pci_id", "subchannel_type",
        "chpid_type", "aggregator", "remote_url",
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (virNodeDeviceCompatReadNode(compat, paths, names[i]) < 0)
            return -1;
    }

    if ((paths->device &&
         virNodeDeviceCompatReadListed(compat, paths, paths->device) < 0) ||
        virNodeDeviceCompatReadListed(compat, paths, paths->type) < 0)
        return -1;

    return virNodeDeviceCompatReadDynamic(compat, paths);
}


/* Form F3: all lists together are one alternative. */
static int
virNodeDeviceCompatReadNodeLists(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatPaths *paths)
{
    virNodeDeviceCompatAttrs *alternative = virNodeDeviceCompatAddAlternative(compat);

    if (!alternative ||
        (paths->device &&
         virNodeDeviceCompatReadLists(compat, alternative, paths, paths->device) < 0) ||
        virNodeDeviceCompatReadLists(compat, alternative, paths, paths->type) < 0 ||
        virNodeDeviceCompatReadAttr(compat, alternative, paths->type,
                                    VERSION_LIST, "software_version") < 0)
        return -1;

    virNodeDeviceCompatCompleteLists(compat, alternative);
    return 0;
}


/* Form F4: the string of one driver, to be judged by another. A driver that does not
 * support migration has no such file, or reading it gives ENODEV. */
static void
virNodeDeviceCompatReadOpaque(virNodeDeviceCompat *compat,
                              const virNodeDeviceCompatPaths *paths)
{
    const char *const dirs[] = { paths->device, paths->type };
    virNodeDeviceCompatReadResult result = VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    size_t i;

    /* that of the type does not stand in for one that cannot be read now */
    for (i = 0; i < G_N_ELEMENTS(dirs) && result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT; i++) {
        if (dirs[i])
            result = virNodeDeviceCompatTreeReadFile(dirs[i], OPAQUE, &compat->opaque);
    }

    if (result > VIR_NODE_DEVICE_COMPAT_READ_OK)
        compat->opaqueState = virNodeDeviceCompatReadResultGetState(result);
}


/* Whether a device has a link to its type. There is a directory in its place in a tree that was
 * copied without links: then neither the name of the type is known, nor what the parent is. */
static bool
virNodeDeviceCompatHasTypeLink(const virNodeDeviceCompatPaths *paths)
{
    g_autofree char *dir = g_path_get_dirname(paths->type);

    if (STRNEQ_NULLABLE(dir, paths->device))
        return true;

    virNodeDeviceCompatEvidenceWarnOnce(paths->type, "it is not a link");
    return false;
}


/* The type is the name of its directory, unless the driver publishes it. */
static int
virNodeDeviceCompatReadTypeID(virNodeDeviceCompat *compat,
                              const virNodeDeviceCompatPaths *paths)
{
    g_autofree char *name = g_path_get_basename(paths->type);
    g_autofree char *id = NULL;
    virNodeDeviceCompatReadResult result;

    if (!virNodeDeviceCompatHasTypeLink(paths))
        return virNodeDeviceCompatMarkUnusable(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE,
                                               VIR_NODE_DEVICE_COMPAT_READ_MALFORMED);

    if (virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_TYPE))
        return 0;

    result = virNodeDeviceCompatNVIDIANormalizeType(paths, name, &id);
    return virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_TYPE, result, id, false);
}


/**
 * virNodeDeviceCompatPublishedReadIdentity:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the type and the device API of a mediated device.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatPublishedReadIdentity(virNodeDeviceCompat *compat,
                                         virNodeDeviceCompatPaths *paths)
{
    if (virNodeDeviceCompatReadTypeID(compat, paths) < 0)
        return -1;

    return virNodeDeviceCompatReadNode(compat, paths, VIR_NODE_DEVICE_COMPAT_DEVICE_API);
}


/**
 * virNodeDeviceCompatPublishedRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the device's own attributes that the driver publishes.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatPublishedRead(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatPaths *paths)
{
    if (paths->device &&
        virNodeDeviceCompatReadSelf(compat, paths) < 0)
        return -1;

    if (paths->type &&
        (virNodeDeviceCompatReadTypeID(compat, paths) < 0 ||
         virNodeDeviceCompatReadNodes(compat, paths) < 0))
        return -1;

    return 0;
}


/**
 * virNodeDeviceCompatPublishedReadAccepts:
 * @compat: descriptor, with the device's own attributes
 * @paths: where it is read from
 *
 * Adds what the driver publishes that the device accepts, and its opaque string.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatPublishedReadAccepts(virNodeDeviceCompat *compat,
                                        virNodeDeviceCompatPaths *paths)
{
    if (paths->device &&
        virNodeDeviceCompatReadAlternatives(compat, paths) < 0)
        return -1;

    if (paths->type &&
        virNodeDeviceCompatReadNodeLists(compat, paths) < 0)
        return -1;

    virNodeDeviceCompatDropEmptyAlternatives(compat);
    virNodeDeviceCompatReadOpaque(compat, paths);
    return 0;
}
