/*
 * nvml.c: fuzz what libvirt_nodedev_nvml prints
 *
 * The input is the answer, with NUL bytes where it has some.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/evidence/nodedev_compat_nvml_answer.h"
#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "nodedev_compat_value.h"


/* The number that a list of types has for each name, which the reason of a verdict shows, is
 * the one that the table had for it, or another one of the same name. */
static void
checkTypes(GHashTable *types)
{
    g_autofree char *list = virNodeDeviceCompatVGPUTypesFormat(types);
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    g_autoptr(GList) numbers = g_hash_table_get_keys(types);
    GList *next;

    FUZZ_CHECK(g_hash_table_size(types) <= VIR_NODE_DEVICE_COMPAT_VGPU_LIST_MAX);
    if (!list)
        return;

    FUZZ_CHECK(virNodeDeviceCompatValueIsPrintable(list));
    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_VGPU_TYPES, list);

    for (next = numbers; next; next = next->next) {
        g_autofree char *number = g_strdup_printf("%u", *(unsigned int *) next->data);
        const char *name = virNodeDeviceCompatVGPUTypesGet(types, number);
        g_autofree char *found = NULL;

        if (!name)
            continue;

        found = virNodeDeviceCompatVGPUTypeGetNumber(&compat->self, name);
        FUZZ_CHECK(found);
        FUZZ_CHECK_EQUAL(virNodeDeviceCompatVGPUTypesGet(types, found), name);
    }
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = g_malloc0(size + 1);
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    g_autofree char *limits = NULL;

    /* as text that was read, it ends with a NUL byte */
    memcpy(text, data, size);
    if (!(answer = virNodeDeviceCompatNVMLAnswerParse(text, size)))
        return;

    /* neither cut nor followed by anything */
    FUZZ_CHECK(g_str_has_suffix(text, "\nend\n"));
    FUZZ_CHECK(strlen(text) == size);

    if (answer->eccMode)
        FUZZ_CHECK(virNodeDeviceCompatValueIsPrintable(answer->eccMode));
    if (answer->error)
        FUZZ_CHECK(virNodeDeviceCompatValueIsPrintable(answer->error));
    if (answer->metadata)
        FUZZ_CHECK(virNodeDeviceCompatVGPUMetadataIs(answer->metadata));

    limits = virNodeDeviceCompatNVMLLimitsFormat(answer->limits);
    FUZZ_CHECK(*limits);
    checkTypes(answer->types);
}
