/*
 * virt-nodedev-compat-json.c: what only virt-nodedev-compat prints, as JSON
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-json.h"
#include "virt-nodedev-compat-output.h"

#include "nodedev_compat/nodedev_compat_class.h"


/* Writes the document to a file, or to standard output if that is NULL. */
static int
virtCompatWriteJSON(virJSONValue *document,
                    const char *path)
{
    g_autofree char *text = virNodeDeviceCompatJSONFormat(document);

    return text ? virtCompatWriteOutput(path, text) : -1;
}


/**
 * virtCompatPrintJSON:
 * @document: document
 *
 * Returns 0 on success, -1 with an error reported and nothing printed.
 */
int
virtCompatPrintJSON(virJSONValue *document)
{
    return virtCompatWriteJSON(document, NULL);
}


/* Adds the name of the class that the device is of, or null. */
static void
virtCompatJSONAddClass(virJSONValue *object,
                       const virNodeDeviceCompat *compat,
                       const virNodeDeviceCompatRules *rules)
{
    g_autofree char *digest = compat ? virNodeDeviceCompatGetClassDigest(compat, rules) : NULL;

    virNodeDeviceCompatJSONAddText(object, "class", digest);
}


/**
 * virtCompatPrintDeviceJSON:
 * @compat: descriptor
 * @name: name of the device, or NULL
 * @rules: rules by which it has a class
 * @path: file to write, or NULL for standard output
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatPrintDeviceJSON(const virNodeDeviceCompat *compat,
                          const char *name,
                          const virNodeDeviceCompatRules *rules,
                          const char *path)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_DEVICE);

    virNodeDeviceCompatJSONAddText(document, "name", name);
    virNodeDeviceCompatJSONAddFlag(document, "inferred", compat->inferred);
    virtCompatJSONAddClass(document, compat, rules);
    virNodeDeviceCompatJSONAddDescriptor(document, compat);
    return virtCompatWriteJSON(document, path);
}


/**
 * virtCompatHostDeviceToJSON:
 * @device: device of a machine
 * @rules: rules by which it has a class
 *
 * Returns an object, to which more can be added.
 */
virJSONValue *
virtCompatHostDeviceToJSON(const virtCompatHostDevice *device,
                           const virNodeDeviceCompatRules *rules)
{
    virJSONValue *object = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddText(object, "kind", virtCompatKindTypeToString(device->kind));
    virNodeDeviceCompatJSONAddText(object, "name", device->name);
    virNodeDeviceCompatJSONAddText(object, "parent", device->parent);
    virNodeDeviceCompatJSONAddText(object, "cause", device->cause);
    virtCompatJSONAddClass(object, device->compat, rules);
    virNodeDeviceCompatJSONAddDescriptor(object, device->compat);
    return object;
}


/**
 * virtCompatPrintDevicesJSON:
 * @devices: devices of a machine
 * @rules: rules by which they have classes
 * @path: file to write, or NULL for standard output
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatPrintDevicesJSON(GPtrArray *devices,
                           const virNodeDeviceCompatRules *rules,
                           const char *path)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_DEVICES);
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < devices->len; i++)
        virNodeDeviceCompatJSONAppend(array,
                                      virtCompatHostDeviceToJSON(g_ptr_array_index(devices, i), rules));

    virNodeDeviceCompatJSONAdd(document, "devices", array);
    return virtCompatWriteJSON(document, path);
}


/**
 * virtCompatJSONAddUnmatchedFacts:
 * @document: document to add to
 * @unmatched: groups of facts that no device fits, or NULL if that was not looked for
 */
void
virtCompatJSONAddUnmatchedFacts(virJSONValue *document,
                                GPtrArray *unmatched)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; unmatched && i < unmatched->len; i++) {
        const virNodeDeviceCompatFactGroup *group = g_ptr_array_index(unmatched, i);

        virNodeDeviceCompatJSONAppend(array, virNodeDeviceCompatJSONNewText(group->origin));
    }

    virNodeDeviceCompatJSONAdd(document, "unmatchedFacts", array);
}


/* A number that is known of files that can be used only */
static void
virtCompatJSONAddCount(virJSONValue *object,
                       const char *key,
                       const virtCompatFileState *state,
                       size_t count)
{
    if (state->content != VIR_NODE_DEVICE_COMPAT_FILE_EITHER)
        virNodeDeviceCompatJSONAddNumber(object, key, count);
    else
        virNodeDeviceCompatJSONAdd(object, key, virJSONValueNewNull());
}


static virJSONValue *
virtCompatFileStateToJSON(const virtCompatFileState *state)
{
    static const char *const contents[] = {
        [VIR_NODE_DEVICE_COMPAT_FILE_EITHER] = NULL,
        [VIR_NODE_DEVICE_COMPAT_FILE_RULES] = "rules",
        [VIR_NODE_DEVICE_COMPAT_FILE_FACTS] = "facts",
    };
    virJSONValue *object = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddText(object, "path", state->path);
    virNodeDeviceCompatJSONAddText(object, "content", contents[state->content]);
    virtCompatJSONAddCount(object, "groups", state, state->ngroups);
    virtCompatJSONAddCount(object, "attributes", state, state->nattrs);
    virNodeDeviceCompatJSONAddText(object, "hiddenBy", state->hiddenBy);
    virNodeDeviceCompatJSONAddText(object, "error", state->error);
    return object;
}


/**
 * virtCompatPrintFilesJSON:
 * @states: a virtCompatFileState for each file
 * @unmatched: groups of facts that no device fits, or NULL if that was not looked for
 * @quiet: leave out what is usable
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatPrintFilesJSON(GPtrArray *states,
                         GPtrArray *unmatched,
                         bool quiet)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_FILES);
    virJSONValue *array = virJSONValueNewArray();
    virNodeDeviceCompatCategory category = VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS;
    size_t i;

    if (unmatched && unmatched->len > 0)
        category = VIR_NODE_DEVICE_COMPAT_CATEGORY_WARNING;

    for (i = 0; i < states->len; i++) {
        const virtCompatFileState *state = g_ptr_array_index(states, i);

        if (state->error)
            category = VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL;
        else if (quiet)
            continue;
        virNodeDeviceCompatJSONAppend(array, virtCompatFileStateToJSON(state));
    }

    virNodeDeviceCompatJSONAddCategory(document, category);
    virNodeDeviceCompatJSONAdd(document, "files", array);
    virtCompatJSONAddUnmatchedFacts(document, unmatched);
    return virtCompatPrintJSON(document);
}
