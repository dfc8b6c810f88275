/*
 * nodedev_compat_evidence_sources.c: what the sources of evidence have in common
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_attr.h"

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name
#define STATE(name) VIR_NODE_DEVICE_COMPAT_ATTR_ ## name


/**
 * virNodeDeviceCompatReadResultGetState:
 * @result: result of looking at a file
 *
 * Returns the state of an attribute of which that is known.
 */
virNodeDeviceCompatAttrState
virNodeDeviceCompatReadResultGetState(virNodeDeviceCompatReadResult result)
{
    switch (result) {
    case READ(OK):
        return STATE(OK);
    case READ(EMPTY):
    case READ(MALFORMED):
        return STATE(MALFORMED);
    case READ(CONFLICTING):
        return STATE(CONFLICTING);
    case READ(PRIVATE):
        return STATE(PRIVATE);
    case READ(CUT):
        return STATE(CUT);
    case READ(TIMEOUT):
        return STATE(TIMEOUT);
    case READ(ABSENT):
    case READ(UNREADABLE):
        break;
    }

    return STATE(UNREADABLE);
}


/**
 * virNodeDeviceCompatMarkUnusable:
 * @compat: descriptor
 * @alternative: one of its alternatives, or NULL for the device's own attributes
 * @name: name of an attribute
 * @result: why there is no usable value
 *
 * Adds the attribute without a value. If it is there already, it becomes conflicting.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold the attribute.
 */
int
virNodeDeviceCompatMarkUnusable(virNodeDeviceCompat *compat,
                                virNodeDeviceCompatAttrs *alternative,
                                const char *name,
                                virNodeDeviceCompatReadResult result)
{
    virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAdd(compat, alternative, name, NULL);

    if (!attr)
        return -1;

    if (attr->state == STATE(UNREADABLE))
        attr->state = virNodeDeviceCompatReadResultGetState(result);
    return 0;
}


/**
 * virNodeDeviceCompatAddEvidence:
 * @compat: descriptor
 * @name: canonical name of an attribute
 * @result: result of looking at what shows it
 * @value: its value as found, if that is VIR_NODE_DEVICE_COMPAT_READ_OK
 * @derived: whether it is derived, that is, not the device's own
 *
 * Adds an attribute that the driver does not publish for the purpose of comparing,
 * unless an earlier source of evidence has given it. One that is there and cannot be used
 * is added as that, one that is absent is not. Blanks at the beginning of the value do not
 * count, as those at the end of a file.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold the attribute.
 */
int
virNodeDeviceCompatAddEvidence(virNodeDeviceCompat *compat,
                               const char *name,
                               virNodeDeviceCompatReadResult result,
                               const char *value,
                               bool derived)
{
    virNodeDeviceCompatAttr *attr;

    if (result == READ(ABSENT) || virNodeDeviceCompatAttrsFind(&compat->self, name))
        return 0;

    if (result == READ(OK))
        value += strspn(value, " \t");

    if (!(attr = virNodeDeviceCompatAdd(compat, NULL, name, result == READ(OK) ? value : NULL)))
        return -1;

    if (result != READ(OK))
        attr->state = virNodeDeviceCompatReadResultGetState(result);

    attr->derived = derived;
    return 0;
}


/**
 * virNodeDeviceCompatPathGetRoot:
 * @path: a device's directory
 *
 * Returns the root of the sysfs tree, "/sys" unless it is a copy of one; or NULL if @path
 * is not in one.
 */
char *
virNodeDeviceCompatPathGetRoot(const char *path)
{
    const char *devices = g_strrstr(path, "/devices/");

    return devices ? g_strndup(path, devices - path) : NULL;
}


/**
 * virNodeDeviceCompatAddMigratable:
 * @compat: descriptor
 * @result: result of looking at what shows it
 * @migratable: whether the device can be migrated, if that is
 *              VIR_NODE_DEVICE_COMPAT_READ_OK
 *
 * Adds whether the device can be migrated, which more than one source can show: it can if
 * all of them say so. What is published takes precedence, but for "yes" of a device that
 * cannot by what else is known: these conflict.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold the attribute.
 */
int
virNodeDeviceCompatAddMigratable(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatReadResult result,
                                 bool migratable)
{
    const char *name = "migratable";
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&compat->self, name);

    if (attr && !attr->derived && STREQ_NULLABLE(attr->value, "yes") &&
        result == READ(OK) && !migratable)
        return virNodeDeviceCompatMarkUnusable(compat, NULL, name, READ(CONFLICTING));

    if (result == READ(ABSENT) || (attr && !attr->derived))
        return 0;

    /* one "no" is enough, and nothing but that outweighs what is not known */
    if (attr && (STREQ_NULLABLE(attr->value, "no") ||
                 (result == READ(OK) && migratable)))
        return 0;

    virNodeDeviceCompatDrop(compat, name);
    return virNodeDeviceCompatAddEvidence(compat, name, result, migratable ? "yes" : "no", true);
}


/**
 * virNodeDeviceCompatPathsFindPhysical:
 * @paths: where a descriptor is read from
 * @ret_dir: set on success to the directory of the PCI function that has the firmware: the
 *           physical function if the device or its parent is a virtual one, else the device
 *           or its parent itself
 * @ret_virtual: set on success to whether it is a virtual one; or NULL
 *
 * If the physical function cannot be looked at, another source adds that.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success; there need not be a PCI function.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatPathsFindPhysical(const virNodeDeviceCompatPaths *paths,
                                     char **ret_dir,
                                     bool *ret_virtual)
{
    const char *base = paths->parent ? paths->parent : paths->device;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatFunctionFindPhysical(base, ret_dir);

    if (ret_virtual)
        *ret_virtual = result == READ(OK);
    if (result != READ(ABSENT))
        return result;

    *ret_dir = g_strdup(base);
    return READ(OK);
}


static bool
virNodeDeviceCompatAttrHasPrefix(const virNodeDeviceCompat *compat,
                                 const char *name,
                                 const char *prefix)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&compat->self, name);

    return attr && attr->value && STRPREFIX(attr->value, prefix);
}


/**
 * virNodeDeviceCompatCanHaveFiles:
 * @compat: descriptor of a PCI function
 * @vendor: PCI vendor id, four hex digits, or NULL for any
 * @class: beginning of a PCI class as the kernel shows it, "0x0302"; "" for any
 *
 * Returns true if the function is of that vendor and class, so that it can have files that
 * only such functions have. Others are not searched for them.
 */
bool
virNodeDeviceCompatCanHaveFiles(const virNodeDeviceCompat *compat,
                                const char *vendor,
                                const char *class)
{
    if (vendor &&
        !virNodeDeviceCompatAttrHasPrefix(compat, VIR_NODE_DEVICE_COMPAT_PCI_ID, vendor))
        return false;

    return !*class || virNodeDeviceCompatAttrHasPrefix(compat, "pci_class", class);
}


/**
 * virNodeDeviceCompatIsPCIAddress:
 * @name: name of a device, as the kernel would write it
 *
 * Returns true if it is one of a PCI function. Of what is shorter, which a copied tree can
 * have, virPCIDeviceAddressParse() would read what is behind it.
 */
bool
virNodeDeviceCompatIsPCIAddress(const char *name)
{
    return g_regex_match_simple("^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]$", name,
                                G_REGEX_DOLLAR_ENDONLY, 0);
}
