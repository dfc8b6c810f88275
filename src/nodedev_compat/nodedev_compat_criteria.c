/*
 * nodedev_compat_criteria.c: which devices a group of rules or facts applies to
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_criteria.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_document.h"
#include "nodedev_compat_value.h"
#include "virxml.h"

/* The digits of a class, as the kernel writes it */
#define CLASS_DIGITS 6


/* Returns the spelling that the attribute has of @text, a class with ? in the place of
 * digits, or * in that of the last ones; NULL if it is none. */
static char *
virNodeDeviceCompatCriteriaParseClass(const char *text)
{
    const char *digits = STRSKIP(text, "0x");
    size_t len = digits ? strspn(digits, "0123456789abcdefABCDEF?") : 0;

    if (!digits ||
        (STRNEQ(digits + len, "*") && (STRNEQ(digits + len, "") || len < CLASS_DIGITS)) ||
        len > CLASS_DIGITS)
        return NULL;

    return g_ascii_strdown(text, -1);
}


/* Returns the spelling that descriptors have of @type, a glob, if that can be one of NVIDIA's
 * on a virtual function that is bound to vfio-pci (nodedev_compat_evidence_nvidia.c); or NULL */
static char *
virNodeDeviceCompatCriteriaSpellType(const char *type)
{
    const char *number = type ? STRSKIP(type, "vfio-pci-") : NULL;

    if (!number || !*number || number[strspn(number, "0123456789*?")] != '\0')
        return NULL;

    return g_strdup_printf("nvidia-%s", number);
}


/**
 * virNodeDeviceCompatCriteriaParse:
 * @criteria: criteria, all NULL
 * @node: element whose attributes give them
 * @filename: name of the document
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virNodeDeviceCompatCriteriaParse(virNodeDeviceCompatCriteria *criteria,
                                 xmlNodePtr node,
                                 const char *filename)
{
    g_autofree char *api = virXMLPropString(node, "deviceAPI");
    g_autofree char *vendor = virXMLPropString(node, "vendor");
    g_autofree char *physical = virXMLPropString(node, "physical");
    g_autofree char *pciClass = virXMLPropString(node, "class");
    g_autofree char *canonical = NULL;

    criteria->type = virXMLPropString(node, "type");
    criteria->otherType = virNodeDeviceCompatCriteriaSpellType(criteria->type);
    criteria->driver = virXMLPropString(node, "driver");

    if (api &&
        !(criteria->deviceAPI = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_API,
                                                                  api))) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$.32s' is not a device API like vfio-pci"), api);
        return -1;
    }

    if (vendor) {
        g_autofree char *id = g_strdup_printf("%s:0000", vendor);

        canonical = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID, id);
        if (!canonical) {
            virNodeDeviceCompatDocumentError(filename, node,
                                             _("'%1$.16s' is not a PCI vendor id of four hex digits"),
                                             vendor);
            return -1;
        }
        criteria->vendor = g_strndup(canonical, 4);
    }

    if (physical &&
        !(criteria->physical = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID,
                                                                 physical))) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$.16s' is not a PCI id like 8086:591d"), physical);
        return -1;
    }

    if (pciClass && !(criteria->pciClass = virNodeDeviceCompatCriteriaParseClass(pciClass))) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$.16s' is not a PCI class like 0x0108??"), pciClass);
        return -1;
    }

    return 0;
}


bool
virNodeDeviceCompatCriteriaIsEmpty(const virNodeDeviceCompatCriteria *criteria)
{
    return !criteria->deviceAPI && !criteria->type && !criteria->driver && !criteria->vendor &&
           !criteria->physical && !criteria->pciClass;
}


/* Returns true if the device has a usable value of @name that begins with @value, or,
 * unless @prefix, is that. */
static bool
virNodeDeviceCompatCriterionFits(const virNodeDeviceCompat *device,
                                 const char *name,
                                 const char *value,
                                 bool prefix)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&device->self, name);

    return attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           (prefix ? STRPREFIX(attr->value, value) : STREQ(attr->value, value));
}


/**
 * virNodeDeviceCompatDriverIsSame:
 * @a: name of a module or a driver
 * @b: name of another one
 *
 * Returns true if both have one name: the kernel takes - and _ for the same.
 */
bool
virNodeDeviceCompatDriverIsSame(const char *a,
                                const char *b)
{
    size_t i;

    for (i = 0; a[i]; i++) {
        if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
            return false;
    }

    return b[i] == '\0';
}


/* Returns true if the device has the driver @name. */
static bool
virNodeDeviceCompatCriterionDriverFits(const virNodeDeviceCompat *device,
                                       const char *name)
{
    const virNodeDeviceCompatAttr *attr =
        virNodeDeviceCompatAttrsFind(&device->self, VIR_NODE_DEVICE_COMPAT_DRIVER);

    return attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           virNodeDeviceCompatDriverIsSame(name, attr->value);
}


/* Returns true if the device has a usable value of @name that matches @glob. Looking for
 * what is behind a * can take the product of both lengths. Most values differ before that. */
static bool
virNodeDeviceCompatCriterionGlobFits(const virNodeDeviceCompat *device,
                                     const char *name,
                                     const char *glob,
                                     virNodeDeviceCompatBudget *budget)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&device->self, name);
    size_t literal = strcspn(glob, "*?");

    if (!attr || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
        STRNEQLEN(attr->value, glob, literal))
        return false;

    if (glob[literal] == '\0')
        return attr->value[literal] == '\0';

    return virNodeDeviceCompatBudgetSpend(budget,
                                          virNodeDeviceCompatWorkOfBytes(strlen(glob + literal) *
                                                                         strlen(attr->value + literal))) &&
           g_pattern_match_simple(glob + literal, attr->value + literal);
}


/**
 * virNodeDeviceCompatCriteriaFit:
 * @criteria: criteria
 * @device: device
 * @budget: what can be done for it; if it is spent, the result means nothing
 *
 * Returns true if @device fits all criteria. It does not fit those on attributes of
 * which it has no usable value.
 */
bool
virNodeDeviceCompatCriteriaFit(const virNodeDeviceCompatCriteria *criteria,
                               const virNodeDeviceCompat *device,
                               virNodeDeviceCompatBudget *budget)
{
    return virNodeDeviceCompatBudgetSpend(budget, 1) &&
           (!criteria->deviceAPI ||
            virNodeDeviceCompatCriterionFits(device, VIR_NODE_DEVICE_COMPAT_DEVICE_API,
                                             criteria->deviceAPI, false)) &&
           (!criteria->driver ||
            virNodeDeviceCompatCriterionDriverFits(device, criteria->driver)) &&
           (!criteria->vendor ||
            virNodeDeviceCompatCriterionFits(device, VIR_NODE_DEVICE_COMPAT_PCI_ID,
                                             criteria->vendor, true)) &&
           (!criteria->physical ||
            virNodeDeviceCompatCriterionFits(device, VIR_NODE_DEVICE_COMPAT_PF_PCI_ID,
                                             criteria->physical, false)) &&
           (!criteria->pciClass ||
            virNodeDeviceCompatCriterionGlobFits(device, VIR_NODE_DEVICE_COMPAT_PCI_CLASS,
                                                 criteria->pciClass, budget)) &&
           (!criteria->type ||
            virNodeDeviceCompatCriterionGlobFits(device, VIR_NODE_DEVICE_COMPAT_TYPE,
                                                 criteria->type, budget) ||
            (criteria->otherType &&
             virNodeDeviceCompatCriterionGlobFits(device, VIR_NODE_DEVICE_COMPAT_TYPE,
                                                  criteria->otherType, budget)));
}


void
virNodeDeviceCompatCriteriaClear(virNodeDeviceCompatCriteria *criteria)
{
    g_clear_pointer(&criteria->deviceAPI, g_free);
    g_clear_pointer(&criteria->type, g_free);
    g_clear_pointer(&criteria->otherType, g_free);
    g_clear_pointer(&criteria->driver, g_free);
    g_clear_pointer(&criteria->vendor, g_free);
    g_clear_pointer(&criteria->physical, g_free);
    g_clear_pointer(&criteria->pciClass, g_free);
}
