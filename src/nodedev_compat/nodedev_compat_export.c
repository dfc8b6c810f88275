/*
 * nodedev_compat_export.c: devices of hosts, in the formats of those that place guests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_export.h"

#include "conf/nodedev_compat_value.h"
#include "nodedev_compat_json.h"
#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_ENUM_IMPL(virNodeDeviceCompatExportFormat,
              VIR_NODE_DEVICE_COMPAT_EXPORT_LAST,
              "nfd",
              "placement",
              "prometheus",
              "ansible-facts",
);

/* The words for migratable */
VIR_ENUM_IMPL(virNodeDeviceCompatExportState,
              VIR_NODE_DEVICE_COMPAT_EXPORT_STATE_LAST,
              "yes",
              "unknown",
              "no",
);


/*
 * What is exported of each host
 */

/* Of a class of the fleet */
typedef struct _virNodeDeviceCompatExportClass virNodeDeviceCompatExportClass;
struct _virNodeDeviceCompatExportClass {
    virNodeDeviceCompatExportState state;
    GPtrArray *attrs;
};


static void
virNodeDeviceCompatExportClassClear(virNodeDeviceCompatExportClass *klass)
{
    g_ptr_array_unref(klass->attrs);
}


static void
virNodeDeviceCompatExportEntryFree(virNodeDeviceCompatExportEntry *entry)
{
    g_free(entry->key);
    g_free(entry->type);
    g_ptr_array_unref(entry->attrs);
    g_free(entry);
}


static void
virNodeDeviceCompatExportHostFree(virNodeDeviceCompatExportHost *host)
{
    g_ptr_array_unref(host->entries);
    g_hash_table_unref(host->missing);
    g_free(host);
}


/* Adds the names of the attributes for which a device does not even fit one that is the
 * same, each once. */
static void
virNodeDeviceCompatExportAddAttrs(GPtrArray *attrs,
                                  const virNodeDeviceCompatReport *report)
{
    g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        if (reason->severity != VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING && reason->attr &&
            g_hash_table_add(done, reason->attr))
            g_ptr_array_add(attrs, g_strdup(reason->attr));
    }

    g_ptr_array_sort_with_data(attrs, virStringSortCompare, NULL);
}


/* That a device has a class is what makes it known: all else is compared with itself only
 * to see why there is none. */
static virNodeDeviceCompatExportClass
virNodeDeviceCompatExportClassMake(const virNodeDeviceCompatFleet *fleet,
                                   size_t at)
{
    virNodeDeviceCompatExportClass klass = {
        .state = VIR_NODE_DEVICE_COMPAT_EXPORT_YES,
        .attrs = g_ptr_array_new_with_free_func(g_free),
    };
    g_autoptr(virNodeDeviceCompatReport) report = NULL;

    if (fleet->classes[at]->digest)
        return klass;

    report = virNodeDeviceCompatFleetGetReport(fleet, at, at);
    klass.state = report->verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE ?
        VIR_NODE_DEVICE_COMPAT_EXPORT_NO : VIR_NODE_DEVICE_COMPAT_EXPORT_UNKNOWN;
    virNodeDeviceCompatExportAddAttrs(klass.attrs, report);
    return klass;
}


static virNodeDeviceCompatExportEntry *
virNodeDeviceCompatExportEntryNew(const virNodeDeviceCompatFleet *fleet,
                                  const virNodeDeviceCompatExportClass *known,
                                  size_t at)
{
    const virNodeDeviceCompatFleetClass *klass = fleet->classes[at];
    virNodeDeviceCompatExportEntry *entry = g_new0(virNodeDeviceCompatExportEntry, 1);

    entry->state = known->state;
    entry->digest = klass->digest;
    entry->what = klass->what;
    entry->type =
        virNodeDeviceCompatValueToPrintable(g_ptr_array_index(fleet->kinds, klass->kind),
                                            VIR_NODE_DEVICE_COMPAT_EXPORT_TYPE_MAX);
    entry->attrs = g_ptr_array_new_with_free_func(g_free);

    /* a type has no line break */
    entry->key = g_strdup_printf("%d\n%s\n%d\n%s", entry->state, NULLSTR_EMPTY(entry->digest),
                                 entry->what, entry->type);
    return entry;
}


static int
virNodeDeviceCompatExportSortEntries(const void *a,
                                     const void *b)
{
    const virNodeDeviceCompatExportEntry *first = *(virNodeDeviceCompatExportEntry *const *)a;
    const virNodeDeviceCompatExportEntry *second = *(virNodeDeviceCompatExportEntry *const *)b;

    return strcmp(first->key, second->key);
}


/* Adds the names that are not there yet. */
static void
virNodeDeviceCompatExportEntryAddAttrs(virNodeDeviceCompatExportEntry *entry,
                                       GPtrArray *attrs)
{
    size_t i;

    for (i = 0; i < attrs->len; i++) {
        const char *attr = g_ptr_array_index(attrs, i);

        if (!g_ptr_array_find_with_equal_func(entry->attrs, attr, g_str_equal, NULL))
            g_ptr_array_add(entry->attrs, g_strdup(attr));
    }

    g_ptr_array_sort_with_data(entry->attrs, virStringSortCompare, NULL);
}


static void
virNodeDeviceCompatExportHostCountMissing(virNodeDeviceCompatExportHost *host,
                                          GPtrArray *attrs,
                                          size_t ndevices)
{
    size_t i;

    for (i = 0; i < attrs->len; i++) {
        char *attr = g_ptr_array_index(attrs, i);
        size_t n = GPOINTER_TO_SIZE(g_hash_table_lookup(host->missing, attr));

        g_hash_table_insert(host->missing, g_strdup(attr), GSIZE_TO_POINTER(n + ndevices));
    }
}


/* Adds the devices of the host that are of one class of the fleet. @known has the entries by
 * their keys. */
static void
virNodeDeviceCompatExportHostAdd(virNodeDeviceCompatExportHost *host,
                                 GHashTable *known,
                                 const virNodeDeviceCompatFleet *fleet,
                                 const virNodeDeviceCompatExportClass *klass,
                                 const virNodeDeviceCompatFleetMember *member)
{
    virNodeDeviceCompatExportEntry *entry =
        virNodeDeviceCompatExportEntryNew(fleet, klass, member->klass);
    virNodeDeviceCompatExportEntry *other = g_hash_table_lookup(known, entry->key);

    if (other) {
        virNodeDeviceCompatExportEntryFree(entry);
        entry = other;
    } else {
        entry->first = member->first;
        g_hash_table_insert(known, entry->key, entry);
        g_ptr_array_add(host->entries, entry);
    }

    entry->ndevices += member->ndevices;
    virNodeDeviceCompatExportEntryAddAttrs(entry, klass->attrs);
    host->ndevices[klass->state] += member->ndevices;
    if (klass->state == VIR_NODE_DEVICE_COMPAT_EXPORT_UNKNOWN)
        virNodeDeviceCompatExportHostCountMissing(host, klass->attrs, member->ndevices);
}


static virNodeDeviceCompatExportHost *
virNodeDeviceCompatExportHostNew(const virNodeDeviceCompatFleet *fleet,
                                 const GArray *classes,
                                 const virNodeDeviceCompatFleetHost *host)
{
    virNodeDeviceCompatExportHost *made = g_new0(virNodeDeviceCompatExportHost, 1);
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    size_t i;

    made->host = host;
    made->complete = !host->cause && host->unread->len == 0;
    made->missing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    made->entries =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatExportEntryFree);

    for (i = 0; i < host->nmembers; i++) {
        const virNodeDeviceCompatFleetMember *member = &host->members[i];

        virNodeDeviceCompatExportHostAdd(made, known, fleet,
                                         &g_array_index(classes, virNodeDeviceCompatExportClass,
                                                        member->klass), member);
    }

    g_ptr_array_sort(made->entries, virNodeDeviceCompatExportSortEntries);
    return made;
}


/**
 * virNodeDeviceCompatExportMakeHosts:
 * @fleet: fleet that is complete, and has to be there as long as the result
 *
 * Returns an array of virNodeDeviceCompatExportHost, in the order of the hosts.
 */
GPtrArray *
virNodeDeviceCompatExportMakeHosts(const virNodeDeviceCompatFleet *fleet)
{
    GPtrArray *hosts =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatExportHostFree);
    g_autoptr(GArray) classes =
        g_array_sized_new(false, false, sizeof(virNodeDeviceCompatExportClass), fleet->nclasses);
    size_t i;

    g_array_set_clear_func(classes, (GDestroyNotify) virNodeDeviceCompatExportClassClear);
    for (i = 0; i < fleet->nclasses; i++) {
        virNodeDeviceCompatExportClass klass = virNodeDeviceCompatExportClassMake(fleet, i);

        g_array_append_val(classes, klass);
    }

    for (i = 0; i < fleet->nhosts; i++)
        g_ptr_array_add(hosts, virNodeDeviceCompatExportHostNew(fleet, classes, fleet->hosts[i]));

    return hosts;
}


/*
 * Facts for Ansible
 */

static virJSONValue *
virNodeDeviceCompatExportEntryToJSON(const virNodeDeviceCompatExportEntry *entry)
{
    virJSONValue *object = virJSONValueNewObject();
    virJSONValue *attrs = virJSONValueNewArray();
    size_t i;

    virNodeDeviceCompatJSONAddText(object, "class", entry->digest);
    virNodeDeviceCompatJSONAddText(object, "migratable",
                                   virNodeDeviceCompatExportStateTypeToString(entry->state));
    virNodeDeviceCompatJSONAddText(object, "kind",
                                   virNodeDeviceCompatFleetWhatTypeToString(entry->what));
    virNodeDeviceCompatJSONAddText(object, "type", entry->type);
    virNodeDeviceCompatJSONAddNumber(object, "devices", entry->ndevices);
    virNodeDeviceCompatJSONAddText(object, "first", entry->first);
    for (i = 0; i < entry->attrs->len; i++)
        virNodeDeviceCompatJSONAppend(attrs,
                                      virNodeDeviceCompatJSONNewText(g_ptr_array_index(entry->attrs, i)));
    virNodeDeviceCompatJSONAdd(object, "attributes", attrs);
    return object;
}


/* The facts of a host. What has a class is apart from what has none, so that nobody takes
 * the one for the other. */
static char *
virNodeDeviceCompatExportFormatFacts(const virNodeDeviceCompatExportHost *host,
                                     bool local)
{
    g_autoptr(virJSONValue) document =
        virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_ANSIBLE_FACTS);
    virJSONValue *classes = virJSONValueNewArray();
    virJSONValue *unknown = virJSONValueNewArray();
    virJSONValue *unread = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < host->entries->len; i++) {
        const virNodeDeviceCompatExportEntry *entry = g_ptr_array_index(host->entries, i);

        virNodeDeviceCompatJSONAppend(entry->digest ? classes : unknown,
                                      virNodeDeviceCompatExportEntryToJSON(entry));
    }
    for (i = 0; i < host->host->unread->len; i++)
        virNodeDeviceCompatJSONAppend(unread,
                                      virNodeDeviceCompatJSONNewText(g_ptr_array_index(host->host->unread, i)));

    virNodeDeviceCompatJSONAddCategory(document, host->complete ?
                                       VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS :
                                       VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN);
    virNodeDeviceCompatJSONAddText(document, "host", local ? NULL : host->host->name);
    virNodeDeviceCompatJSONAddFlag(document, "complete", host->complete);
    virNodeDeviceCompatJSONAddText(document, "cause", host->host->cause);
    virNodeDeviceCompatJSONAdd(document, "classes", classes);
    virNodeDeviceCompatJSONAdd(document, "unknown", unknown);
    virNodeDeviceCompatJSONAdd(document, "unread", unread);
    return virNodeDeviceCompatJSONFormat(document);
}


/* Whether the hosts can be told apart by their names, and there are not too many of them */
static int
virNodeDeviceCompatExportCheckHosts(const virNodeDeviceCompatFleet *fleet,
                                    virNodeDeviceCompatExportFormat format)
{
    size_t i;

    if (fleet->nhosts != 1 && (format == VIR_NODE_DEVICE_COMPAT_EXPORT_NFD ||
                               format == VIR_NODE_DEVICE_COMPAT_EXPORT_ANSIBLE_FACTS)) {
        virReportError(VIR_ERR_INVALID_ARG,
                       _("the format '%1$s' is for one host, and not for %2$zu"),
                       virNodeDeviceCompatExportFormatTypeToString(format), fleet->nhosts);
        return -1;
    }

    for (i = 0; i < fleet->nhosts; i++) {
        const virNodeDeviceCompatFleetHost *host = fleet->hosts[i];

        if (host->duplicate) {
            virReportError(VIR_ERR_INVALID_ARG, _("host '%1$s' is there more than once: '%2$s'"),
                           host->name, host->origin);
            return -1;
        }
    }

    return 0;
}


/**
 * virNodeDeviceCompatExportMake:
 * @fleet: fleet that is complete
 * @format: format
 * @local: the only host is this one
 *
 * Returns the text, or NULL with an error reported.
 */
char *
virNodeDeviceCompatExportMake(const virNodeDeviceCompatFleet *fleet,
                              virNodeDeviceCompatExportFormat format,
                              bool local)
{
    g_autoptr(GPtrArray) hosts = NULL;

    if (virNodeDeviceCompatExportCheckHosts(fleet, format) < 0)
        return NULL;
    hosts = virNodeDeviceCompatExportMakeHosts(fleet);

    switch (format) {
    case VIR_NODE_DEVICE_COMPAT_EXPORT_NFD:
        return virNodeDeviceCompatExportFormatNFD(g_ptr_array_index(hosts, 0));
    case VIR_NODE_DEVICE_COMPAT_EXPORT_PLACEMENT:
        return virNodeDeviceCompatExportFormatPlacement(hosts, local);
    case VIR_NODE_DEVICE_COMPAT_EXPORT_PROMETHEUS:
        return virNodeDeviceCompatExportFormatPrometheus(hosts, local);
    case VIR_NODE_DEVICE_COMPAT_EXPORT_ANSIBLE_FACTS:
        return virNodeDeviceCompatExportFormatFacts(g_ptr_array_index(hosts, 0), local);
    case VIR_NODE_DEVICE_COMPAT_EXPORT_LAST:
        break;
    }

    virReportEnumRangeError(virNodeDeviceCompatExportFormat, format);
    return NULL;
}
