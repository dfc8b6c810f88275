/*
 * nodedev_compat_compare_vgpu.c: the vGPU types of NVIDIA's devices under comparison
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_compare_vgpu.h"

#include "nodedev_compat_vgpu.h"

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name


/* The types of two mediated devices that differ: those of NVIDIA's are one type if they have
 * one name. Returns true if there is nothing more to compare in the attribute. */
bool
virNodeDeviceCompatCompareVGPUMdevTypes(virNodeDeviceCompatComparison *comparison,
                                        const virNodeDeviceCompatCompareItem *item)
{
    switch (virNodeDeviceCompatVGPUMdevTypesCompare(&comparison->source->self,
                                                    &comparison->target->self)) {
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_SAME:
        return true;
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NAME:
        virNodeDeviceCompatCompareAddReasonDetail(comparison, item, REASON(TYPE_NOT_COMPARABLE),
                                                  virNodeDeviceCompatCompareGetShown(item,
                                                                                     item->target),
                                                  _("the number of a type depends on the release of the vGPU manager, and its name is not known on both sides"));
        return true;
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER:
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NUMBER_SOURCE:
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NUMBER_TARGET:
        break;
    }

    return false;
}


/* The vGPU types of two NVIDIA functions that differ as text: one can be a name and the
 * other one a number. Returns true if there is nothing more to compare in the attribute. */
bool
virNodeDeviceCompatCompareVGPUTypes(virNodeDeviceCompatComparison *comparison,
                                    const virNodeDeviceCompatCompareItem *item)
{
    virNodeDeviceCompatCompareItem number = *item;
    virNodeDeviceCompatReasonCode code = REASON(MISSING_TARGET);

    number.name = VIR_NODE_DEVICE_COMPAT_VGPU_TYPE_ID;

    switch (virNodeDeviceCompatVGPUTypesCompare(&comparison->source->self,
                                                &comparison->target->self)) {
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER:
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NAME:
        return false;
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_SAME:
        return true;
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NUMBER_SOURCE:
        code = REASON(MISSING_SOURCE);
        break;
    case VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NUMBER_TARGET:
        break;
    }

    number.source = virNodeDeviceCompatAttrsFind(&comparison->source->self, number.name);
    number.target = virNodeDeviceCompatAttrsFind(&comparison->target->self, number.name);
    virNodeDeviceCompatCompareAddReason(comparison, &number, code);
    return true;
}


/* A function of NVIDIA's that is no vGPU (yet) is no source: what a guest could use of it is
 * not known. Returns true if there is nothing more to compare in the attribute. */
bool
virNodeDeviceCompatCompareNoVGPU(virNodeDeviceCompatComparison *comparison,
                                 const virNodeDeviceCompatCompareItem *item)
{
    virNodeDeviceCompatCompareItem without = *item;

    if (STRNEQ(item->name, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE) ||
        STRNEQ_NULLABLE(virNodeDeviceCompatAttrValue(item->source), "0"))
        return false;

    without.source = NULL;
    virNodeDeviceCompatCompareAddReasonDetail(comparison, &without, REASON(MISSING_SOURCE),
                                              virNodeDeviceCompatCompareGetShown(item,
                                                                                 item->target),
                                              _("the function is no vGPU, as no type is set"));
    return true;
}


/* What to write to set the target as the source is, if that is not the source's value.
 * Returns NULL if it is, or is not known. */
char *
virNodeDeviceCompatCompareVGPUGetWay(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item)
{
    g_autofree char *number = NULL;

    if (STRNEQ(item->name, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE) ||
        !(number = virNodeDeviceCompatVGPUTypeGetNumber(&comparison->target->self,
                                                        item->source->value)))
        return NULL;

    return g_strdup_printf(_("write '%1$s' to nvidia/current_vgpu_type of the virtual function, if no guest uses it"),
                           number);
}
