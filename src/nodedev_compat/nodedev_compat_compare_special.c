/*
 * nodedev_compat_compare_special.c: attributes that are judged in a way of their own
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_compare_special.h"

#include "nodedev_compat_compare_missing.h"
#include "nodedev_compat_criteria.h"
#include "nodedev_compat_vgpu.h"

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name


/* Why a device cannot be migrated, and what helps, as far as that can be told; or NULL */
static const char *
virNodeDeviceCompatCompareGetObstacle(const virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompatAttr *driver =
        virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER);

    if (STREQ_NULLABLE(virNodeDeviceCompatAttrValue(driver), "vfio-pci"))
        return _("vfio-pci cannot for any device, a VFIO driver of the vendor has to be bound before the guest starts");

    if (virNodeDeviceCompatVGPUIsMdev(&compat->self) ||
        virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE))
        return _("nvidia/vgpu_params enables unified memory, debuggers or profilers, or the driver is too old");

    return NULL;
}


/* A driver that cannot save or load a device's state: nothing else can make up for that,
 * and a rule can only ask for an answer. Where another driver will be bound to the target
 * before the guest starts, the caller judges it when that was done. */
static bool
virNodeDeviceCompatCompareMigratable(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item)
{
    const struct {
        const virNodeDeviceCompatAttr *attr;
        const virNodeDeviceCompat *compat;
        virNodeDeviceCompatReasonCode refused;
        virNodeDeviceCompatReasonCode malformed;
    } sides[] = {
        { item->source, comparison->source,
          REASON(NOT_MIGRATABLE_SOURCE), REASON(MALFORMED_SOURCE) },
        { item->target, comparison->target,
          REASON(NOT_MIGRATABLE_TARGET), REASON(MALFORMED_TARGET) },
    };
    size_t i;

    if (STRNEQ(item->name, VIR_NODE_DEVICE_COMPAT_MIGRATABLE))
        return false;

    for (i = 0; i < G_N_ELEMENTS(sides); i++) {
        const char *value = virNodeDeviceCompatAttrValue(sides[i].attr);

        if (!value || STREQ(value, "yes"))
            continue;

        if (STREQ(value, "no"))
            virNodeDeviceCompatCompareAddReasonDetail(comparison, item, sides[i].refused,
                                                      virNodeDeviceCompatCompareGetShown(item,
                                                                                         item->target),
                                                      virNodeDeviceCompatCompareGetObstacle(sides[i].compat));
        else
            virNodeDeviceCompatCompareAddReason(comparison, item, sides[i].malformed);
    }

    if (item->rule->vendor)
        virNodeDeviceCompatCompareAsked(comparison, item);
    return true;
}


/* Each VFIO driver has a format of its own, and which ones of two are the same is not known.
 * A rule can ask for a driver: of the source, since a device without one is not what a guest
 * uses, but not of the target, which can be bound to it later. Returns true if there is
 * nothing more to compare in the attribute. */
static bool
virNodeDeviceCompatCompareVFIODriver(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item)
{
    if (STRNEQ(item->name, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER) || !item->rule->vendor ||
        item->accepted)
        return false;

    virNodeDeviceCompatCompareAsked(comparison, item);
    if (item->source && item->target &&
        !virNodeDeviceCompatDriverIsSame(item->source->value,
                                         NULLSTR_EMPTY(item->target->value)))
        virNodeDeviceCompatCompareAddReason(comparison, item, REASON(DRIVER_NOT_COMPARABLE));
    return true;
}


/* Capabilities and registers of a function, which not every host shows: a target that shows
 * them has no more than one that does not. Returns true if there is nothing more to compare in the
 * attribute. */
static bool
virNodeDeviceCompatCompareCapabilities(const virNodeDeviceCompatCompareItem *item)
{
    return (STREQ(item->name, VIR_NODE_DEVICE_COMPAT_PCI_BARS) ||
            STREQ(item->name, VIR_NODE_DEVICE_COMPAT_PCI_CAPABILITIES) ||
            STREQ(item->name, VIR_NODE_DEVICE_COMPAT_PCI_CAPABILITY_POINTER)) &&
           item->rule->vendor && item->rule->need == VIR_NODE_DEVICE_COMPAT_NEED_NO &&
           !item->accepted && (!item->source || !item->target);
}


/* The physical functions of two virtual ones, of which none is known: unless a file says that
 * they need not be. Returns true if there is nothing more to compare in the attribute. */
static bool
virNodeDeviceCompatCompareGeneration(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item)
{
    if (STRNEQ(item->name, VIR_NODE_DEVICE_COMPAT_PF_PCI_ID) ||
        item->rule->need != VIR_NODE_DEVICE_COMPAT_NEED_MUTUAL ||
        item->source || item->target || item->accepted)
        return false;

    virNodeDeviceCompatCompareAddReason(comparison, item, REASON(MISSING_BOTH));
    return true;
}


/* Returns true if there is nothing more to compare in the attribute. */
bool
virNodeDeviceCompatCompareSpecial(virNodeDeviceCompatComparison *comparison,
                                  const virNodeDeviceCompatCompareItem *item)
{
    return virNodeDeviceCompatCompareMigratable(comparison, item) ||
           virNodeDeviceCompatCompareVFIODriver(comparison, item) ||
           virNodeDeviceCompatCompareCapabilities(item) ||
           virNodeDeviceCompatCompareGeneration(comparison, item);
}


/* Queues and control domains of which the document of a libvirt without this has those of the
 * device only: where kernels migrate such devices, as that of the source does, the host decides. */
bool
virNodeDeviceCompatCompareIsProvided(const virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item)
{
    const virNodeDeviceCompatAttr *migratable;

    if (!comparison->target->inferred ||
        (STRNEQ(item->name, "ap_matrix") && STRNEQ(item->name, "control_domains")))
        return false;

    migratable = virNodeDeviceCompatAttrsFind(&comparison->source->self,
                                              VIR_NODE_DEVICE_COMPAT_MIGRATABLE);
    return STREQ_NULLABLE(virNodeDeviceCompatAttrValue(migratable), "yes");
}
