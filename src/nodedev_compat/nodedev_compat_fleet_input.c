/*
 * nodedev_compat_fleet_input.c: the devices of a host, from a document
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_fleet_input.h"

#include "conf/nodedev_compat_attr.h"
#include "conf/nodedev_compat_xml.h"
#include "nodedev_compat_baseline.h"
#include "nodedev_compat_compare.h"
#include "nodedev_compat_json.h"
#include "virerror.h"
#include "virjson.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_ENUM_IMPL(virNodeDeviceCompatFleetWhat,
              VIR_NODE_DEVICE_COMPAT_FLEET_WHAT_LAST,
              "mdev",
              "function",
              "type",
);


void
virNodeDeviceCompatFleetDeviceFree(virNodeDeviceCompatFleetDevice *device)
{
    if (!device)
        return;

    g_free(device->name);
    g_free(device->cause);
    g_clear_object(&device->compat);
    g_free(device);
}


/**
 * virNodeDeviceCompatFleetDeviceCopy:
 * @device: device
 *
 * Returns a copy, with the same descriptor.
 */
virNodeDeviceCompatFleetDevice *
virNodeDeviceCompatFleetDeviceCopy(const virNodeDeviceCompatFleetDevice *device)
{
    virNodeDeviceCompatFleetDevice *copy = g_new0(virNodeDeviceCompatFleetDevice, 1);

    copy->what = device->what;
    copy->name = g_strdup(device->name);
    copy->cause = g_strdup(device->cause);
    copy->compat = device->compat ? g_object_ref(device->compat) : NULL;
    return copy;
}


/**
 * virNodeDeviceCompatFleetGetAddress:
 * @name: what a device is called, in sysfs or as a node device
 *
 * Returns the PCI address or UUID in the name of a node device, mdev_UUID (with or without
 * _PARENT) or pci_DOMAIN_BUS_SLOT_FUNCTION, else all of @name; in lower case.
 */
char *
virNodeDeviceCompatFleetGetAddress(const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    char *address;
    char *last;

    if ((address = STRSKIP(lower, "pci_"))) {
        if ((last = strrchr(address, '_')))
            *last = '.';
        g_strdelimit(address, "_", ':');
    } else if ((address = STRSKIP(lower, "mdev_"))) {
        if (strlen(address) >= VIR_UUID_STRING_BUFLEN && address[VIR_UUID_STRING_BUFLEN - 1] == '_')
            address[VIR_UUID_STRING_BUFLEN - 1] = '\0';
        g_strdelimit(address, "_", '-');
    } else {
        return g_steal_pointer(&lower);
    }

    return g_strdup(address);
}


/* Text of another host, for people to see */
static char *
virNodeDeviceCompatFleetCleanText(const char *text)
{
    return text && *text ?
        virNodeDeviceCompatValueToPrintable(text, VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX) : NULL;
}


/*
 * JSON
 */

static int G_GNUC_PRINTF(1, 2)
virNodeDeviceCompatFleetError(const char *format,
                              ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);

    virReportError(VIR_ERR_INVALID_ARG, "%s", text);
    return -1;
}


/* Sets *ret_text to the string in member @key of @object, or to NULL if it is null.
 * Returns 0 on success, -1 with an error reported if it is anything else or not there. */
static int
virNodeDeviceCompatFleetGetText(virJSONValue *object,
                                const char *key,
                                const char **ret_text)
{
    virJSONValue *member = virJSONValueObjectGet(object, key);

    *ret_text = NULL;
    if (member && virJSONValueGetType(member) == VIR_JSON_TYPE_NULL)
        return 0;
    if (!member || !(*ret_text = virJSONValueGetString(member)))
        return virNodeDeviceCompatFleetError(_("member '%1$s' is not there or no string"), key);

    return 0;
}


static int
virNodeDeviceCompatFleetGetArray(virJSONValue *object,
                                 const char *key,
                                 virJSONValue **ret_array)
{
    if (!(*ret_array = virJSONValueObjectGetArray(object, key)))
        return virNodeDeviceCompatFleetError(_("member '%1$s' is not there or no array"), key);

    return 0;
}


/* Gives @attr the state that the document has for it. That a value is not in the grammar of
 * its attribute is known already. */
static int
virNodeDeviceCompatFleetSetState(virNodeDeviceCompatAttr *attr,
                                 const char *value,
                                 const char *word)
{
    int state = virNodeDeviceCompatAttrStateTypeFromString(word);

    if (state < 0)
        return virNodeDeviceCompatFleetError(_("'%1$.32s' is no state of an attribute"), word);

    if (state == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return value ? 0 : virNodeDeviceCompatFleetError(_("attribute '%1$s' has no value"),
                                                         attr->name);

    if (state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET) {
        if (virNodeDeviceCompatRuleGetDefault(attr->name)->required)
            return virNodeDeviceCompatFleetError(_("attribute '%1$s' has no value"), attr->name);
        g_clear_pointer(&attr->value, g_free);
    }

    attr->state = state;
    return 0;
}


/* What is said of a device's own attribute besides its value */
static int
virNodeDeviceCompatFleetParseFlags(virNodeDeviceCompatAttr *attr,
                                   virJSONValue *object)
{
    const char *fact;

    if (virJSONValueObjectGetBoolean(object, "dynamic", &attr->dynamic) < 0 ||
        virJSONValueObjectGetBoolean(object, "derived", &attr->derived) < 0)
        return virNodeDeviceCompatFleetError(_("members of attribute '%1$s' are missing"),
                                             attr->name);

    if (virNodeDeviceCompatFleetGetText(object, "fact", &fact) < 0)
        return -1;
    if (fact && !virNodeDeviceCompatValueIsPrintable(fact))
        return virNodeDeviceCompatFleetError(_("value of compatibility attribute '%1$s' must be 1 to %2$d printable ASCII characters"),
                                             attr->name, VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
    attr->fact = g_strdup(fact);

    /* as in XML, which cannot say that of them */
    if (virNodeDeviceCompatRuleGetDefault(attr->name)->required)
        attr->dynamic = attr->derived = false;
    return 0;
}


static int
virNodeDeviceCompatFleetParseAttr(virNodeDeviceCompat *compat,
                                  virNodeDeviceCompatAttrs *accepts,
                                  virJSONValue *object)
{
    virNodeDeviceCompatAttr *attr;
    const char *name;
    const char *value;
    const char *state;

    if (!virJSONValueIsObject(object) ||
        virNodeDeviceCompatFleetGetText(object, "name", &name) < 0 ||
        virNodeDeviceCompatFleetGetText(object, "value", &value) < 0 ||
        virNodeDeviceCompatFleetGetText(object, "state", &state) < 0 || !name || !state)
        return virNodeDeviceCompatFleetError("%s", _("there is no attribute with a name and a state where one should be"));

    if (!(attr = virNodeDeviceCompatParseAdd(compat, accepts, name, value)) ||
        virNodeDeviceCompatFleetSetState(attr, value, state) < 0)
        return -1;

    return accepts ? 0 : virNodeDeviceCompatFleetParseFlags(attr, object);
}


static int
virNodeDeviceCompatFleetParseAttrs(virNodeDeviceCompat *compat,
                                   virNodeDeviceCompatAttrs *accepts,
                                   virJSONValue *array)
{
    size_t i;

    for (i = 0; i < virJSONValueArraySize(array); i++) {
        if (virNodeDeviceCompatFleetParseAttr(compat, accepts, virJSONValueArrayGet(array, i)) < 0)
            return -1;
    }

    return 0;
}


static int
virNodeDeviceCompatFleetParseAccepts(virNodeDeviceCompat *compat,
                                     virJSONValue *array)
{
    size_t i;

    for (i = 0; i < virJSONValueArraySize(array); i++) {
        virJSONValue *alternative = virJSONValueArrayGet(array, i);
        virNodeDeviceCompatAttrs *accepts;

        if (!virJSONValueIsArray(alternative))
            return virNodeDeviceCompatFleetError(_("member '%1$s' is not there or no array"),
                                                 "accepts");

        if (!(accepts = virNodeDeviceCompatAddAlternative(compat)))
            return virNodeDeviceCompatFleetError(_("more than %1$d alternatives"),
                                                 VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX);

        if (virNodeDeviceCompatFleetParseAttrs(compat, accepts, alternative) < 0)
            return -1;
    }

    return 0;
}


/* Returns the descriptor in @object, without the opaque string, which is for drivers only,
 * or NULL with an error reported. */
static virNodeDeviceCompat *
virNodeDeviceCompatFleetParseDescriptor(virJSONValue *object)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    virJSONValue *attributes;
    virJSONValue *accepts;

    if (virNodeDeviceCompatFleetGetArray(object, "attributes", &attributes) < 0 ||
        virNodeDeviceCompatFleetGetArray(object, "accepts", &accepts) < 0 ||
        virNodeDeviceCompatFleetParseAttrs(compat, NULL, attributes) < 0 ||
        virNodeDeviceCompatFleetParseAccepts(compat, accepts) < 0)
        return NULL;

    return g_steal_pointer(&compat);
}


static virNodeDeviceCompatFleetDevice *
virNodeDeviceCompatFleetParseDevice(virJSONValue *object)
{
    g_autoptr(virNodeDeviceCompatFleetDevice) device = g_new0(virNodeDeviceCompatFleetDevice, 1);
    virJSONValue *descriptor;
    const char *name;
    const char *cause;
    const char *word;
    int what;

    if (!virJSONValueIsObject(object)) {
        virNodeDeviceCompatFleetError("%s", _("there is no object where a device should be"));
        return NULL;
    }

    if (virNodeDeviceCompatFleetGetText(object, "kind", &word) < 0 ||
        virNodeDeviceCompatFleetGetText(object, "name", &name) < 0 ||
        virNodeDeviceCompatFleetGetText(object, "cause", &cause) < 0)
        return NULL;

    if ((what = virNodeDeviceCompatFleetWhatTypeFromString(NULLSTR_EMPTY(word))) < 0) {
        virNodeDeviceCompatFleetError(_("'%1$.32s' is no kind of device"), NULLSTR_EMPTY(word));
        return NULL;
    }

    device->what = what;
    device->name = virNodeDeviceCompatFleetCleanText(name);
    device->cause = virNodeDeviceCompatFleetCleanText(cause);

    descriptor = virJSONValueObjectGet(object, "descriptor");
    if (descriptor && virJSONValueIsObject(descriptor)) {
        if (!(device->compat = virNodeDeviceCompatFleetParseDescriptor(descriptor)))
            return NULL;
    } else if (!descriptor || virJSONValueGetType(descriptor) != VIR_JSON_TYPE_NULL) {
        virNodeDeviceCompatFleetError("%s", _("there is a device without a descriptor"));
        return NULL;
    }

    return g_steal_pointer(&device);
}


/* Whether the document is one of the devices of a host that is understood */
static int
virNodeDeviceCompatFleetCheckDocument(virJSONValue *document)
{
    const char *kind;
    int version;

    if (!virJSONValueIsObject(document) ||
        virJSONValueObjectGetNumberInt(document, "version", &version) < 0 ||
        !(kind = virJSONValueObjectGetString(document, "kind")))
        return virNodeDeviceCompatFleetError("%s", _("the document has no version and kind"));

    if (version != VIR_NODE_DEVICE_COMPAT_JSON_VERSION)
        return virNodeDeviceCompatFleetError(_("the document is of version %1$d, and only version %2$d is known"),
                                             version, VIR_NODE_DEVICE_COMPAT_JSON_VERSION);

    if (STRNEQ(kind, virNodeDeviceCompatJSONKindTypeToString(VIR_NODE_DEVICE_COMPAT_JSON_DEVICES)) &&
        STRNEQ(kind, virNodeDeviceCompatJSONKindTypeToString(VIR_NODE_DEVICE_COMPAT_JSON_LIST)))
        return virNodeDeviceCompatFleetError(_("the document is of kind '%1$.32s' and not about the devices of a host"),
                                             kind);

    return 0;
}


/* Whether a string in @json has a NUL character in it, which is where the parser would end it */
static bool
virNodeDeviceCompatFleetHasNul(const char *json)
{
    const char *at = json;

    while ((at = strchr(at, '\\'))) {
        if (STRPREFIX(at, "\\u0000"))
            return true;
        at += at[1] ? 2 : 1;
    }

    return false;
}


/* How many members all objects in @value have together */
static size_t
virNodeDeviceCompatFleetCountMembers(virJSONValue *value)
{
    size_t count = 0;
    size_t i;

    if (virJSONValueIsArray(value)) {
        for (i = 0; i < virJSONValueArraySize(value); i++)
            count += virNodeDeviceCompatFleetCountMembers(virJSONValueArrayGet(value, i));
    } else if (virJSONValueIsObject(value)) {
        for (i = 0; i < virJSONValueObjectKeysNumber(value); i++)
            count += 1 + virNodeDeviceCompatFleetCountMembers(virJSONValueObjectGetValue(value, i));
    }

    return count;
}


/* Whether an object in @json, which has become @document, has two members of one name. The
 * parser keeps the last one: others have no place in the document, but each has a colon. */
static bool
virNodeDeviceCompatFleetHasTwins(const char *json,
                                 virJSONValue *document)
{
    const char *at = json;
    bool inString = false;
    size_t colons = 0;

    for (; *at; at++) {
        if (inString && *at == '\\' && at[1])
            at++;
        else if (*at == '"')
            inString = !inString;
        else if (*at == ':' && !inString)
            colons++;
    }

    return colons != virNodeDeviceCompatFleetCountMembers(document);
}


/**
 * virNodeDeviceCompatFleetParseJSON:
 * @json: a document of kind "devices" or "list"
 *
 * What is not known in it is left to newer readers, but for the states of attributes and
 * the kinds of devices. Nesting is limited by the parser, to 32 levels.
 *
 * Returns an array of virNodeDeviceCompatFleetDevice, or NULL with an error reported.
 */
GPtrArray *
virNodeDeviceCompatFleetParseJSON(const char *json)
{
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    g_autoptr(virJSONValue) document = virJSONValueFromString(json);
    virJSONValue *array;
    size_t i;

    /* as json-c names what ends before its time */
    if (!document && g_str_has_suffix(virGetLastErrorMessage(), ": continue")) {
        virNodeDeviceCompatFleetError("%s", _("the document is no JSON, or its end is missing"));
        return NULL;
    }

    if (document && virNodeDeviceCompatFleetHasNul(json)) {
        virNodeDeviceCompatFleetError("%s", _("it holds a NUL byte"));
        return NULL;
    }

    if (document && virNodeDeviceCompatFleetHasTwins(json, document)) {
        virNodeDeviceCompatFleetError("%s", _("a member is there twice"));
        return NULL;
    }

    if (!document ||
        virNodeDeviceCompatFleetCheckDocument(document) < 0 ||
        virNodeDeviceCompatFleetGetArray(document, "devices", &array) < 0)
        return NULL;

    if (virJSONValueArraySize(array) > VIR_NODE_DEVICE_COMPAT_FLEET_DEVICES_MAX) {
        virNodeDeviceCompatFleetError(_("more than %1$d devices"),
                                      VIR_NODE_DEVICE_COMPAT_FLEET_DEVICES_MAX);
        return NULL;
    }

    for (i = 0; i < virJSONValueArraySize(array); i++) {
        virNodeDeviceCompatFleetDevice *device =
            virNodeDeviceCompatFleetParseDevice(virJSONValueArrayGet(array, i));

        if (!device) {
            g_autofree char *cause = g_strdup(virGetLastErrorMessage());

            virNodeDeviceCompatFleetError(_("device %1$zu of the document: %2$s"), i + 1, cause);
            return NULL;
        }
        g_ptr_array_add(devices, device);
    }

    return g_steal_pointer(&devices);
}


/*
 * XML
 */

/* 'virt-nodedev-compat dump --all --xml' has a comment before each device, and nothing but
 * that of one that could not be read. */
static void
virNodeDeviceCompatFleetAddComments(GPtrArray *devices,
                                    const char *xml)
{
    const char *start;
    const char *end;

    while ((start = strstr(xml, "<!--")) && (end = strstr(start, "-->"))) {
        g_autofree char *text = g_strndup(start + strlen("<!--"), end - start - strlen("<!--"));
        virNodeDeviceCompatFleetDevice *device;

        xml = end + strlen("-->");
        xml += strspn(xml, " \t\r\n");
        if (!STRPREFIX(xml, "<!--") && !STRPREFIX(xml, "</devices"))
            continue;

        device = g_new0(virNodeDeviceCompatFleetDevice, 1);
        device->cause = virNodeDeviceCompatFleetCleanText(g_strstrip(text));
        g_ptr_array_add(devices, device);
    }
}


/**
 * virNodeDeviceCompatFleetParseXML:
 * @xml: a <devices> document, see virNodeDeviceCompatDevicesParse()
 *
 * Returns an array of virNodeDeviceCompatFleetDevice, or NULL with an error reported.
 */
GPtrArray *
virNodeDeviceCompatFleetParseXML(const char *xml)
{
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    g_autoptr(virNodeDeviceCompatDevices) list = NULL;
    size_t i;

    if (!(list = virNodeDeviceCompatDevicesParse(xml, false)))
        return NULL;

    for (i = 0; i < list->ndevices; i++) {
        virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);

        device->compat = g_steal_pointer(&list->devices[i].compat);
        device->name = virNodeDeviceCompatFleetCleanText(list->devices[i].name);
        device->what = virNodeDeviceCompatIsFunction(device->compat) ?
            VIR_NODE_DEVICE_COMPAT_FLEET_FUNCTION : VIR_NODE_DEVICE_COMPAT_FLEET_MDEV;
        g_ptr_array_add(devices, device);
    }
    virNodeDeviceCompatFleetAddComments(devices, xml);

    return g_steal_pointer(&devices);
}
