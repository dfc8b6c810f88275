/*
 * nodedev_compat_criteria.c: which devices a rule or a fact is about
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


/**
 * virNodeDeviceCompatCriteriaParse:
 * @match: criteria, all NULL
 * @node: element whose attributes give them
 * @filename: name of the document
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virNodeDeviceCompatCriteriaParse(virNodeDeviceCompatCriteria *match,
                                 xmlNodePtr node,
                                 const char *filename)
{
    g_autofree char *api = virXMLPropString(node, "deviceAPI");
    g_autofree char *vendor = virXMLPropString(node, "vendor");
    g_autofree char *canonical = NULL;

    match->type = virXMLPropString(node, "type");
    match->driver = virXMLPropString(node, "driver");

    if (api &&
        !(match->deviceAPI = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_API,
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
        match->vendor = g_strndup(canonical, 4);
    }

    return 0;
}


bool
virNodeDeviceCompatCriteriaIsEmpty(const virNodeDeviceCompatCriteria *match)
{
    return !match->deviceAPI && !match->type && !match->driver && !match->vendor;
}


/* The value of @name of @device, or NULL if it has none to rely on */
static const char *
virNodeDeviceCompatCriteriaGetValue(const virNodeDeviceCompat *device,
                                    const char *name)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&device->self, name);

    return attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK ? attr->value : NULL;
}


/**
 * virNodeDeviceCompatCriteriaFit:
 * @match: criteria
 * @device: device
 *
 * A device that does not tell what a criterion asks for does not fit it.
 *
 * Returns true if @device fits all criteria.
 */
bool
virNodeDeviceCompatCriteriaFit(const virNodeDeviceCompatCriteria *match,
                               const virNodeDeviceCompat *device)
{
    const char *api = virNodeDeviceCompatCriteriaGetValue(device, VIR_NODE_DEVICE_COMPAT_DEVICE_API);
    const char *type = virNodeDeviceCompatCriteriaGetValue(device, VIR_NODE_DEVICE_COMPAT_TYPE);
    const char *driver = virNodeDeviceCompatCriteriaGetValue(device, VIR_NODE_DEVICE_COMPAT_DRIVER);
    const char *pci = virNodeDeviceCompatCriteriaGetValue(device, VIR_NODE_DEVICE_COMPAT_PCI_ID);

    return (!match->deviceAPI || STREQ_NULLABLE(match->deviceAPI, api)) &&
           (!match->type || (type && g_pattern_match_simple(match->type, type))) &&
           (!match->driver || STREQ_NULLABLE(match->driver, driver)) &&
           (!match->vendor || (pci && STRPREFIX(pci, match->vendor)));
}


void
virNodeDeviceCompatCriteriaClear(virNodeDeviceCompatCriteria *match)
{
    g_clear_pointer(&match->deviceAPI, g_free);
    g_clear_pointer(&match->type, g_free);
    g_clear_pointer(&match->driver, g_free);
    g_clear_pointer(&match->vendor, g_free);
}
