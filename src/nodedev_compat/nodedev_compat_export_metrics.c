/*
 * nodedev_compat_export_metrics.c: devices of hosts as metrics of Prometheus
 *
 * The text format is described in "Exposition formats" of Prometheus; the collector
 * "textfile" of node_exporter reads it. No set of labels is there twice for a metric.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_export.h"

#include "virbuffer.h"
#include "virstring.h"

#define PREFIX "nodedev_compat_"
#define SERIES_MAX VIR_NODE_DEVICE_COMPAT_EXPORT_SERIES_MAX

typedef struct _virNodeDeviceCompatExportLabel virNodeDeviceCompatExportLabel;
struct _virNodeDeviceCompatExportLabel {
    const char *name;           /* NULL behind the last one */
    const char *value;
};


static void
virNodeDeviceCompatExportAddHead(virBuffer *buf,
                                 const char *name,
                                 const char *help)
{
    virBufferAsprintf(buf, "# HELP " PREFIX "%s %s\n", name, help);
    virBufferAsprintf(buf, "# TYPE " PREFIX "%s gauge\n", name);
}


static void
virNodeDeviceCompatExportAddLabel(virBuffer *buf,
                                  const virNodeDeviceCompatExportLabel *label)
{
    const char *at;

    virBufferAsprintf(buf, "%s=\"", label->name);
    for (at = label->value; *at; at++) {
        if (*at == '\n')
            virBufferAddLit(buf, "\\n");
        else if (*at == '"' || *at == '\\')
            virBufferAsprintf(buf, "\\%c", *at);
        else
            virBufferAddChar(buf, *at);
    }
    virBufferAddLit(buf, "\",");
}


/* Adds a sample. This machine is in no label: what reads the file knows where it is. */
static void
virNodeDeviceCompatExportAddSample(virBuffer *buf,
                                   const char *name,
                                   const virNodeDeviceCompatExportHost *host,
                                   bool local,
                                   const virNodeDeviceCompatExportLabel *labels,
                                   size_t value)
{
    const virNodeDeviceCompatExportLabel hostLabel = { "host", host->host->name };
    g_auto(virBuffer) text = VIR_BUFFER_INITIALIZER;
    g_autofree char *all = NULL;

    if (!local)
        virNodeDeviceCompatExportAddLabel(&text, &hostLabel);
    for (; labels && labels->name; labels++)
        virNodeDeviceCompatExportAddLabel(&text, labels);
    virBufferTrim(&text, ",");
    all = virBufferContentAndReset(&text);

    if (all && *all)
        virBufferAsprintf(buf, PREFIX "%s{%s} %zu\n", name, all, value);
    else
        virBufferAsprintf(buf, PREFIX "%s %zu\n", name, value);
}


/*
 * Each metric of a host
 */

typedef void (*virNodeDeviceCompatExportMetric)(virBuffer *buf,
                                                const char *name,
                                                const virNodeDeviceCompatExportHost *host,
                                                bool local);

static void
virNodeDeviceCompatExportAddComplete(virBuffer *buf,
                                     const char *name,
                                     const virNodeDeviceCompatExportHost *host,
                                     bool local)
{
    virNodeDeviceCompatExportAddSample(buf, name, host, local, NULL, host->complete);
}


static void
virNodeDeviceCompatExportAddUnread(virBuffer *buf,
                                   const char *name,
                                   const virNodeDeviceCompatExportHost *host,
                                   bool local)
{
    virNodeDeviceCompatExportAddSample(buf, name, host, local, NULL, host->host->unread->len);
}


static void
virNodeDeviceCompatExportAddTotals(virBuffer *buf,
                                   const char *name,
                                   const virNodeDeviceCompatExportHost *host,
                                   bool local)
{
    size_t i;

    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_EXPORT_STATE_LAST; i++) {
        const virNodeDeviceCompatExportLabel labels[] = {
            { "migratable", virNodeDeviceCompatExportStateTypeToString(i) },
            { NULL, NULL },
        };

        virNodeDeviceCompatExportAddSample(buf, name, host, local, labels, host->ndevices[i]);
    }
}


static void
virNodeDeviceCompatExportAddClasses(virBuffer *buf,
                                    const char *name,
                                    const virNodeDeviceCompatExportHost *host,
                                    bool local)
{
    size_t i;

    for (i = 0; i < host->entries->len && i < SERIES_MAX; i++) {
        const virNodeDeviceCompatExportEntry *entry = g_ptr_array_index(host->entries, i);
        const virNodeDeviceCompatExportLabel labels[] = {
            { "class", NULLSTR_EMPTY(entry->digest) },
            { "kind", virNodeDeviceCompatFleetWhatTypeToString(entry->what) },
            { "type", entry->type },
            { "migratable", virNodeDeviceCompatExportStateTypeToString(entry->state) },
            { NULL, NULL },
        };

        virNodeDeviceCompatExportAddSample(buf, name, host, local, labels, entry->ndevices);
    }
}


static void
virNodeDeviceCompatExportAddOmitted(virBuffer *buf,
                                    const char *name,
                                    const virNodeDeviceCompatExportHost *host,
                                    bool local)
{
    size_t n = 0;
    size_t i;

    for (i = SERIES_MAX; i < host->entries->len; i++) {
        const virNodeDeviceCompatExportEntry *entry = g_ptr_array_index(host->entries, i);

        n += entry->ndevices;
    }

    virNodeDeviceCompatExportAddSample(buf, name, host, local, NULL, n);
}


/* Those above the maximum are one together, with an empty name. */
static void
virNodeDeviceCompatExportAddMissing(virBuffer *buf,
                                    const char *name,
                                    const virNodeDeviceCompatExportHost *host,
                                    bool local)
{
    g_autoptr(GPtrArray) attrs = g_ptr_array_new();
    GHashTableIter iter;
    void *attr;
    size_t rest = 0;
    size_t i;

    g_hash_table_iter_init(&iter, host->missing);
    while (g_hash_table_iter_next(&iter, &attr, NULL))
        g_ptr_array_add(attrs, attr);
    g_ptr_array_sort_with_data(attrs, virStringSortCompare, NULL);

    for (i = 0; i < attrs->len; i++) {
        const virNodeDeviceCompatExportLabel labels[] = {
            { "attribute", g_ptr_array_index(attrs, i) }, { NULL, NULL },
        };
        size_t n = GPOINTER_TO_SIZE(g_hash_table_lookup(host->missing, labels[0].value));

        if (i < SERIES_MAX)
            virNodeDeviceCompatExportAddSample(buf, name, host, local, labels, n);
        else
            rest += n;
    }

    if (rest > 0) {
        const virNodeDeviceCompatExportLabel labels[] = { { "attribute", "" }, { NULL, NULL } };

        virNodeDeviceCompatExportAddSample(buf, name, host, local, labels, rest);
    }
}


static const struct {
    const char *name;
    const char *help;
    virNodeDeviceCompatExportMetric add;
} metrics[] = {
    { "complete", "Whether all devices of the host could be read.",
      virNodeDeviceCompatExportAddComplete },
    { "devices_unread", "Devices that could not be read.",
      virNodeDeviceCompatExportAddUnread },
    { "host_devices", "Devices of the host by whether a guest can continue on one like it.",
      virNodeDeviceCompatExportAddTotals },
    { "devices", "Devices by class, which is empty if not enough is known for one.",
      virNodeDeviceCompatExportAddClasses },
    { "devices_omitted", "Devices that are not in nodedev_compat_devices, for lack of space.",
      virNodeDeviceCompatExportAddOmitted },
    { "evidence_missing", "Devices of which an attribute that decides is not known.",
      virNodeDeviceCompatExportAddMissing },
};


/**
 * virNodeDeviceCompatExportFormatPrometheus:
 * @hosts: array of virNodeDeviceCompatExportHost
 * @local: the only one is this host
 *
 * Returns metrics in the text format.
 */
char *
virNodeDeviceCompatExportFormatPrometheus(GPtrArray *hosts,
                                          bool local)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (i = 0; i < G_N_ELEMENTS(metrics); i++) {
        virNodeDeviceCompatExportAddHead(&buf, metrics[i].name, metrics[i].help);
        for (j = 0; j < hosts->len; j++)
            metrics[i].add(&buf, metrics[i].name, g_ptr_array_index(hosts, j), local);
    }

    return virBufferContentAndReset(&buf);
}
