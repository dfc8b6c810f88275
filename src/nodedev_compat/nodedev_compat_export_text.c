/*
 * nodedev_compat_export_text.c: devices of hosts as labels and traits
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_export.h"

#include "virbuffer.h"
#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* How much of a text of another host is in a comment */
#define COMMENT_MAX 120

/* Lines that follow the classes in a feature file */
#define NFD_REST_MAX (8 * 1024)

/* maxLength of the name of a provider, in SCHEMA_V1 of nova/compute/provider_config.py */
#define PLACEMENT_NAME_MAX 200

#define YES VIR_NODE_DEVICE_COMPAT_EXPORT_YES
#define NO VIR_NODE_DEVICE_COMPAT_EXPORT_NO
#define UNKNOWN VIR_NODE_DEVICE_COMPAT_EXPORT_UNKNOWN


/* Adds a line that nothing reads. Whatever a text has in it, the line does not end there,
 * and is one in each charset. */
static void
virNodeDeviceCompatExportAddComment(virBuffer *buf,
                                    const char *indent,
                                    const char *what,
                                    const char *text)
{
    g_autofree char *shown = g_strndup(NULLSTR_EMPTY(text), COMMENT_MAX);
    char *at;

    for (at = shown; *at; at++) {
        if (!g_ascii_isprint(*at))
            *at = '?';
    }

    virBufferAsprintf(buf, "%s# %s%s\n", indent, what, shown);
}


/* Adds a comment on what devices an entry is of, or why they have no class. */
static void
virNodeDeviceCompatExportAddEntryComment(virBuffer *buf,
                                         const char *indent,
                                         const virNodeDeviceCompatExportEntry *entry)
{
    g_autofree char *what = g_strdup_printf("%s%s, devices: %zu, type ",
                                            entry->state == YES ? "" :
                                            entry->state == NO ? "not migratable: " : "unknown: ",
                                            virNodeDeviceCompatFleetWhatTypeToString(entry->what),
                                            entry->ndevices);

    virNodeDeviceCompatExportAddComment(buf, indent, what, entry->type);
}


/* Adds comments on what could not be read. */
static void
virNodeDeviceCompatExportAddUnread(virBuffer *buf,
                                   const char *indent,
                                   const virNodeDeviceCompatFleetHost *host)
{
    size_t i;

    if (host->cause)
        virNodeDeviceCompatExportAddComment(buf, indent, "nothing is known: ", host->cause);

    for (i = 0; i < host->unread->len && i < VIR_NODE_DEVICE_COMPAT_EXPORT_UNREAD_MAX; i++)
        virNodeDeviceCompatExportAddComment(buf, indent, "not read: ",
                                            g_ptr_array_index(host->unread, i));
}


/* Whether the entry at @at has the class of the one before: a mediated device and a type of
 * which one can be created have the same */
static bool
virNodeDeviceCompatExportIsRepeated(const virNodeDeviceCompatExportHost *host,
                                    size_t at)
{
    const virNodeDeviceCompatExportEntry *entry = g_ptr_array_index(host->entries, at);
    const virNodeDeviceCompatExportEntry *before;

    if (at == 0 || !entry->digest)
        return false;

    before = g_ptr_array_index(host->entries, at - 1);
    return STREQ_NULLABLE(before->digest, entry->digest);
}


/*
 * Node Feature Discovery
 *
 * A file in features.d has lines NAME=VALUE, which become labels
 * feature.node.kubernetes.io/NAME, and comments; "# +" is a directive. A name has up to 63
 * characters of [A-Za-z0-9_.-], the first and the last one of them alphanumeric, and so has
 * a value. See "Input format" in docs/usage/customization-guide.md of Node Feature Discovery
 * and "Labels and Selectors" in the documentation of Kubernetes.
 */

#define NFD_PREFIX "nodedev-compat-"

/* Adds a label for each class, as many as there is space for. Returns the number of those
 * that are left out. */
static size_t
virNodeDeviceCompatExportAddLabels(virBuffer *buf,
                                   const virNodeDeviceCompatExportHost *host)
{
    size_t omitted = 0;
    size_t i;

    for (i = 0; i < host->entries->len; i++) {
        const virNodeDeviceCompatExportEntry *entry = g_ptr_array_index(host->entries, i);
        g_auto(virBuffer) line = VIR_BUFFER_INITIALIZER;

        virNodeDeviceCompatExportAddEntryComment(&line, "", entry);
        if (entry->digest && !virNodeDeviceCompatExportIsRepeated(host, i))
            virBufferAsprintf(&line, NFD_PREFIX "%s=true\n", entry->digest);

        if (virBufferUse(buf) + virBufferUse(&line) >
            VIR_NODE_DEVICE_COMPAT_EXPORT_NFD_MAX - NFD_REST_MAX)
            omitted++;
        else
            virBufferAddBuffer(buf, &line);
    }

    return omitted;
}


/**
 * virNodeDeviceCompatExportFormatNFD:
 * @host: host
 *
 * Returns a feature file of Node Feature Discovery.
 */
char *
virNodeDeviceCompatExportFormatNFD(const virNodeDeviceCompatExportHost *host)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t omitted;

    virBufferAddLit(&buf, "# Made by virt-nodedev-compat export --format nfd\n");
    omitted = virNodeDeviceCompatExportAddLabels(&buf, host);

    virBufferAsprintf(&buf, NFD_PREFIX "complete=%s\n",
                      host->complete && omitted == 0 ? "true" : "false");
    virBufferAsprintf(&buf, NFD_PREFIX "known=%zu\n", host->ndevices[YES]);
    virBufferAsprintf(&buf, NFD_PREFIX "unknown=%zu\n", host->ndevices[UNKNOWN]);
    virBufferAsprintf(&buf, NFD_PREFIX "not-migratable=%zu\n", host->ndevices[NO]);
    virBufferAsprintf(&buf, NFD_PREFIX "unread=%u\n", host->host->unread->len);
    virBufferAsprintf(&buf, NFD_PREFIX "omitted=%zu\n", omitted);
    virNodeDeviceCompatExportAddUnread(&buf, "", host->host);

    return virBufferContentAndReset(&buf);
}


/*
 * Placement, of OpenStack
 *
 * The YAML and its schema are described in "Managing Resource Providers Using Config Files"
 * of Nova; the name of a custom trait has up to 255 characters of [A-Z0-9_] and begins with
 * CUSTOM_, see os_traits.
 */

#define TRAIT_PREFIX "CUSTOM_NODEDEV_COMPAT_"

static void
virNodeDeviceCompatExportAddTrait(virBuffer *buf,
                                  const char *name)
{
    g_autofree char *upper = g_ascii_strup(name, -1);

    virBufferAsprintf(buf, "          - " TRAIT_PREFIX "%s\n", g_strdelimit(upper, "-", '_'));
}


static void
virNodeDeviceCompatExportAddTraits(virBuffer *buf,
                                   const virNodeDeviceCompatExportHost *host)
{
    size_t i;

    for (i = 0; i < host->entries->len; i++) {
        const virNodeDeviceCompatExportEntry *entry = g_ptr_array_index(host->entries, i);

        virNodeDeviceCompatExportAddEntryComment(buf, "          ", entry);
        if (entry->digest && !virNodeDeviceCompatExportIsRepeated(host, i))
            virNodeDeviceCompatExportAddTrait(buf, entry->digest);
    }

    /* each provider has one of these two: Nova ignores one without any trait */
    virNodeDeviceCompatExportAddTrait(buf, host->complete ? "complete" : "incomplete");
    if (host->ndevices[UNKNOWN] > 0 || !host->complete)
        virNodeDeviceCompatExportAddTrait(buf, "unknown");
    if (host->ndevices[NO] > 0)
        virNodeDeviceCompatExportAddTrait(buf, "not-migratable");
    virNodeDeviceCompatExportAddUnread(buf, "          ", host->host);
}


/* Adds a string of YAML, in quotes. All that is not ASCII is escaped, so that it does not
 * depend on the version of YAML what ends a line. */
static void
virNodeDeviceCompatExportAddYAMLString(virBuffer *buf,
                                       const char *text)
{
    virBufferAddChar(buf, '"');
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (c == '"' || c == '\\')
            virBufferAsprintf(buf, "\\%c", (char) c);
        else if (c >= 0x20 && c < 0x7f)
            virBufferAddChar(buf, c);
        else
            virBufferAsprintf(buf, "\\U%08x", c);
    }
    virBufferAddChar(buf, '"');
}


/**
 * virNodeDeviceCompatExportFormatPlacement:
 * @hosts: array of virNodeDeviceCompatExportHost
 * @local: the only one is this host
 *
 * Returns a file of providers for Nova, or NULL with an error reported if the name of a host
 * is too long.
 */
char *
virNodeDeviceCompatExportFormatPlacement(GPtrArray *hosts,
                                         bool local)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "# Made by virt-nodedev-compat export --format placement\n"
                    "meta:\n  schema_version: '1.0'\nproviders:\n");

    for (i = 0; i < hosts->len; i++) {
        const virNodeDeviceCompatExportHost *host = g_ptr_array_index(hosts, i);

        /* a part of the name could be that of another one */
        if (!local && g_utf8_strlen(host->host->name, -1) > PLACEMENT_NAME_MAX) {
            virReportError(VIR_ERR_INVALID_ARG,
                           _("the name of host '%1$s' has more than %2$d characters"),
                           host->host->name, PLACEMENT_NAME_MAX);
            return NULL;
        }

        virBufferAddLit(&buf, "  - identification:\n      ");
        if (local) {
            virBufferAddLit(&buf, "uuid: '$COMPUTE_NODE'");
        } else {
            virBufferAddLit(&buf, "name: ");
            virNodeDeviceCompatExportAddYAMLString(&buf, host->host->name);
        }
        virBufferAddLit(&buf, "\n    traits:\n      additional:\n");
        virNodeDeviceCompatExportAddTraits(&buf, host);
    }

    return virBufferContentAndReset(&buf);
}
