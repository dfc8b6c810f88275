/*
 * domain_hostdev_description.c: what a host says about the host devices of a guest
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_DOMAIN_HOSTDEV_DESCRIPTIONPRIV_H_ALLOW
#include "domain_hostdev_descriptionpriv.h"

#include "conf/nodedev_compat_value.h"
#include "conf/nodedev_compat_xml.h"
#include "viralloc.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "viruuid.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

VIR_LOG_INIT("hypervisor.domain_hostdev_description");

/* What is shown of a message about what another host sent, in bytes */
#define MESSAGE_MAX 512

#define BOOT_FILE "/proc/sys/kernel/random/boot_id"

/* Seconds, of UTC */
#define TIME_FORMAT "%Y-%m-%dT%H:%M:%SZ"

const virDomainHostdevDescriptionID virDomainHostdevDescriptionIDs[VIR_DOMAIN_HOSTDEV_DESCRIPTION_IDS] = {
    { "alias", offsetof(virDomainHostdevCompat, identity.alias), true },
    { "address", offsetof(virDomainHostdevCompat, identity.address), true },
    { "uuid", offsetof(virDomainHostdevCompat, identity.uuid), true },
    { "name", offsetof(virDomainHostdevCompat, name), false },
};


void
virDomainHostdevCompatFree(virDomainHostdevCompat *device)
{
    if (!device)
        return;

    virDomainHostdevIdentityClear(&device->identity);
    g_free(device->name);
    g_clear_object(&device->compat);
    g_free(device);
}


/**
 * virDomainHostdevCompatGetName:
 * @device: a device, of which not everything may be known
 *
 * Returns what to call it.
 */
const char *
virDomainHostdevCompatGetName(const virDomainHostdevCompat *device)
{
    const char *const names[] = {
        device->name, device->identity.uuid, device->identity.alias, device->identity.address,
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i])
            return names[i];
    }

    return _("(unnamed)");
}


/**
 * virDomainHostdevCompatListNew:
 *
 * Returns an empty list, which owns the virDomainHostdevCompat in it.
 */
GPtrArray *
virDomainHostdevCompatListNew(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) virDomainHostdevCompatFree);
}


/**
 * virDomainHostdevDescriptionNew:
 *
 * Returns a description without devices, of which it is not known when it was made.
 */
virDomainHostdevDescription *
virDomainHostdevDescriptionNew(void)
{
    virDomainHostdevDescription *description = g_new0(virDomainHostdevDescription, 1);

    description->hostdevs = virDomainHostdevCompatListNew();
    return description;
}


void
virDomainHostdevDescriptionFree(virDomainHostdevDescription *description)
{
    if (!description)
        return;

    g_clear_pointer(&description->hostdevs, g_ptr_array_unref);
    g_free(description->boot);
    g_free(description);
}


/* Returns @text in the spelling of the kernel if it is what it calls a boot, or NULL. */
char *
virDomainHostdevDescriptionGetBoot(const char *text)
{
    unsigned char uuid[VIR_UUID_BUFLEN];
    char uuidstr[VIR_UUID_STRING_BUFLEN];

    if (virUUIDParse(text, uuid) < 0)
        return NULL;

    return g_strdup(virUUIDFormat(uuid, uuidstr));
}


/**
 * virDomainHostdevDescriptionStamp:
 * @description: description
 *
 * Writes into it that it is of now, and of this boot of this host if that is known.
 */
void
virDomainHostdevDescriptionStamp(virDomainHostdevDescription *description)
{
    g_autofree char *text = NULL;

    g_clear_pointer(&description->boot, g_free);
    if (virFileReadAllQuiet(BOOT_FILE, VIR_DOMAIN_HOSTDEV_DESCRIPTION_ID_MAX, &text) > 0)
        description->boot = virDomainHostdevDescriptionGetBoot(text);
    description->time = g_get_real_time() / G_USEC_PER_SEC;
}


/* What to call @device in the log: one line, whatever it is */
static char *
virDomainHostdevCompatGetShown(const virDomainHostdevCompat *device)
{
    return virNodeDeviceCompatValueToPrintable(virDomainHostdevCompatGetName(device), VIR_DOMAIN_HOSTDEV_DESCRIPTION_ID_MAX);
}


/**
 * virDomainHostdevDescriptionLimit:
 * @device: device that was described
 * @budget: number of bytes that there are for its descriptor, and for those of further
 *          devices; at first the limit of the whole
 *
 * Keeps of the descriptor what a description can hold, so that what it cannot takes no
 * memory either.
 */
void
virDomainHostdevDescriptionLimit(virDomainHostdevCompat *device,
                                 size_t *budget)
{
    g_autoptr(virNodeDeviceCompat) full = g_steal_pointer(&device->compat);
    g_autofree char *shown = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if (!full)
        return;

    /* a comparison does not use what the source accepts */
    device->compat = virNodeDeviceCompatCopySelf(full);
    virNodeDeviceCompatFormat(&buf, device->compat);
    if (virBufferUse(&buf) <= *budget) {
        *budget -= virBufferUse(&buf);
        return;
    }

    shown = virDomainHostdevCompatGetShown(device);
    VIR_WARN("Compatibility data of host device '%s' does not fit into the description of its guest",
             shown);
    g_clear_object(&device->compat);
}


char **
virDomainHostdevDescriptionGetID(const virDomainHostdevCompat *device,
                                 size_t which)
{
    return G_STRUCT_MEMBER_P(device, virDomainHostdevDescriptionIDs[which].offset);
}


/* Whether another device has the identifier, too. It then tells neither from the
 * other. */
static bool
virDomainHostdevCompatIsShared(GPtrArray *hostdevs,
                               const virDomainHostdevCompat *device,
                               size_t which)
{
    const char *id = *virDomainHostdevDescriptionGetID(device, which);
    size_t i;

    for (i = 0; virDomainHostdevDescriptionIDs[which].unique && i < hostdevs->len; i++) {
        const virDomainHostdevCompat *other = g_ptr_array_index(hostdevs, i);

        if (other != device && STREQ_NULLABLE(*virDomainHostdevDescriptionGetID(other, which), id))
            return true;
    }

    return false;
}


/* Returns the identifiers of @device that the parser takes, as XML attributes. A device
 * can be paired without one of them. */
static char *
virDomainHostdevDescriptionFormatIDs(GPtrArray *hostdevs,
                                     const virDomainHostdevCompat *device)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < VIR_DOMAIN_HOSTDEV_DESCRIPTION_IDS; i++) {
        const char *id = *virDomainHostdevDescriptionGetID(device, i);

        if (!id)
            continue;

        if (strlen(id) > VIR_DOMAIN_HOSTDEV_DESCRIPTION_ID_MAX || !virStringIsPrintable(id) ||
            virDomainHostdevCompatIsShared(hostdevs, device, i)) {
            g_autofree char *shown = virDomainHostdevCompatGetShown(device);

            VIR_WARN("Host device '%s' is described without '%s', which is too long, not printable or not unique",
                     shown, virDomainHostdevDescriptionIDs[i].property);
            continue;
        }

        virBufferAsprintf(&buf, " %s", virDomainHostdevDescriptionIDs[i].property);
        virBufferEscapeString(&buf, "='%s'", id);
    }

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


/* The space for a description, and what is made of the description when it is stored */
typedef struct _virDomainHostdevDescriptionSpace virDomainHostdevDescriptionSpace;
struct _virDomainHostdevDescriptionSpace {
    size_t left;                /* in bytes */
    size_t tag;                 /* that each tag becomes longer, */
    size_t line;                /* and each line */
    virDomainHostdevDescriptionWeight *weight;  /* NULL: readers do not look at that */
};


/* The size of a part of a description when it is stored. What is no tag has no < in it. */
static size_t
virDomainHostdevDescriptionGetSize(const virDomainHostdevDescriptionSpace *space,
                                   const char *part)
{
    size_t size = strlen(part);
    size_t i;

    for (i = 0; part[i]; i++) {
        if (part[i] == '<')
            size += space->tag;
        else if (part[i] == '\n')
            size += space->line;
    }

    return size;
}


/* Returns the identifiers of each device that fits into @space, which is lowered by what
 * their elements take: to know that a device was there is worth more than the
 * descriptor of another one. */
static GStrv
virDomainHostdevDescriptionFormatAllIDs(GPtrArray *hostdevs,
                                        size_t indent,
                                        virDomainHostdevDescriptionSpace *space)
{
    size_t tags = virDomainHostdevDescriptionGetSize(space, "<hostdev>\n</hostdev>\n");
    size_t max = MIN(hostdevs->len, VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX);
    GStrv ids = g_new0(char *, max + 1);
    size_t i;

    for (i = 0; i < max; i++) {
        g_autofree char *id = virDomainHostdevDescriptionFormatIDs(hostdevs,
                                                                   g_ptr_array_index(hostdevs, i));
        size_t size = strlen(id) + tags + 2 * indent;

        if (size > space->left)
            break;

        space->left -= size;
        if (space->weight) {
            g_autofree char *element = g_strdup_printf("<hostdev%s>\n</hostdev>\n", id);

            virDomainHostdevDescriptionWeigh(space->weight, element);
        }
        ids[i] = g_steal_pointer(&id);
    }

    if (i < hostdevs->len)
        VIR_WARN("Host devices that are not described for lack of space: %zu",
                 hostdevs->len - i);

    return ids;
}


/* Whether a document with this descriptor, too, has no more in it than its reader takes. If it
 * has, the names and texts in it that are new stay counted, as they are not new any more. */
static bool
virDomainHostdevDescriptionTakeWeight(virDomainHostdevDescriptionWeight *weight,
                                      const char *xml)
{
    virDomainHostdevDescriptionWeight before;

    if (!weight)
        return true;

    before = *weight;
    virDomainHostdevDescriptionWeigh(weight, xml);
    if (weight->nodes <= VIR_DOMAIN_HOSTDEV_DESCRIPTION_NODES_MAX)
        return true;

    weight->nodes = before.nodes + weight->strings - before.strings;
    return false;
}


/* What the parser of the reader, which is the same as ours, finds wrong with a
 * descriptor, or NULL */
static char *
virDomainHostdevDescriptionFindFault(const char *xml)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autofree char *name = NULL;
    virErrorPtr saved = NULL;
    char *fault = NULL;

    virErrorPreserveLast(&saved);
    if (!(compat = virNodeDeviceCompatParseDocument(xml, false, &name)))
        fault = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(), MESSAGE_MAX);
    virResetLastError();
    virErrorRestore(&saved);

    return fault;
}


/* Adds the descriptor of @device, unless that does not fit into @space, or would be
 * refused. */
static void
virDomainHostdevDescriptionFormatDescriptor(virBuffer *buf,
                                            const virDomainHostdevCompat *device,
                                            virDomainHostdevDescriptionSpace *space)
{
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autofree char *shown = NULL;
    g_autofree char *fault = NULL;
    size_t size;

    if (!device->compat)
        return;

    source = virNodeDeviceCompatCopySelf(device->compat);
    virNodeDeviceCompatFormat(buf, source);
    size = virDomainHostdevDescriptionGetSize(space, virBufferCurrentContent(buf));

    if (size > space->left)
        fault = g_strdup("it does not fit");
    else
        fault = virDomainHostdevDescriptionFindFault(virBufferCurrentContent(buf));
    if (!fault && !virDomainHostdevDescriptionTakeWeight(space->weight,
                                                         virBufferCurrentContent(buf)))
        fault = g_strdup("it has too much in it");

    if (!fault) {
        space->left -= size;
        return;
    }

    shown = virDomainHostdevCompatGetShown(device);
    VIR_WARN("Host device '%s' is described without its compatibility data: %s", shown, fault);
    virBufferFreeAndReset(buf);
}


/* Adds the element with these @properties, which are consumed. */
static void
virDomainHostdevDescriptionFormatElement(virBuffer *buf,
                                         virBuffer *properties,
                                         GPtrArray *hostdevs,
                                         virDomainHostdevDescriptionSpace *space)
{
    static const char tags[] = "<" VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT ">\n"
                               "</" VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT ">\n";
    g_auto(virBuffer) blockBuf = VIR_BUFFER_INIT_CHILD(buf);
    g_auto(GStrv) ids = NULL;
    size_t i;

    space->left -= MIN(space->left, virDomainHostdevDescriptionGetSize(space, tags) +
                                    2 * virBufferGetIndent(buf) + virBufferUse(properties));
    ids = virDomainHostdevDescriptionFormatAllIDs(hostdevs, virBufferGetIndent(&blockBuf), space);

    for (i = 0; ids[i]; i++) {
        g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
        g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&blockBuf);

        virBufferAdd(&attrBuf, ids[i], -1);
        virDomainHostdevDescriptionFormatDescriptor(&childBuf, g_ptr_array_index(hostdevs, i),
                                                    space);
        virXMLFormatElement(&blockBuf, "hostdev", &attrBuf, &childBuf);
    }

    virXMLFormatElement(buf, VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT, properties, &blockBuf);
}


/**
 * virDomainHostdevDescriptionFormatBlock:
 * @buf: buffer to add to
 * @hostdevs: virDomainHostdevCompat of the guest's devices
 * @max: number of bytes to add at most, indentation included
 *
 * Adds the element, without a namespace, with what fits and what
 * virDomainHostdevDescriptionParseBlock() takes: a guest must not be refused for what its
 * host writes. What is left out is a warning in the log, and not known to the reader.
 */
void
virDomainHostdevDescriptionFormatBlock(virBuffer *buf,
                                       GPtrArray *hostdevs,
                                       size_t max)
{
    g_auto(virBuffer) properties = VIR_BUFFER_INITIALIZER;
    virDomainHostdevDescriptionSpace space = { .left = max };

    virDomainHostdevDescriptionFormatElement(buf, &properties, hostdevs, &space);
}


static char *
virDomainHostdevDescriptionFormatDocument(const virDomainHostdevDescription *description,
                                          virDomainHostdevDescriptionSpace *space)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) properties = VIR_BUFFER_INITIALIZER;
    g_auto(virDomainHostdevDescriptionWeight) weight = { 0 };

    virBufferAddLit(&properties, " xmlns='" VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE "'");
    virBufferEscapeString(&properties, " boot='%s'", description->boot);

    if (description->time > 0) {
        g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(description->time);
        g_autofree char *text = when ? g_date_time_format(when, TIME_FORMAT) : NULL;

        virBufferEscapeString(&properties, " time='%s'", text);
    }

    /* the root element has a place in it, too */
    virDomainHostdevDescriptionWeightInit(&weight);
    virDomainHostdevDescriptionWeigh(&weight, virBufferCurrentContent(&properties));
    virDomainHostdevDescriptionWeigh(&weight, "<" VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT ">\n"
                                     "</" VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT ">\n");
    space->weight = &weight;

    virDomainHostdevDescriptionFormatElement(&buf, &properties, description->hostdevs, space);
    return virBufferContentAndReset(&buf);
}


/**
 * virDomainHostdevDescriptionFormat:
 * @description: description
 * @max: number of bytes at most
 *
 * Returns a document of its own, with what fits into it, see
 * virDomainHostdevDescriptionFormatBlock(). The same description gives the same bytes.
 */
char *
virDomainHostdevDescriptionFormat(const virDomainHostdevDescription *description,
                                  size_t max)
{
    virDomainHostdevDescriptionSpace space = { .left = max };

    return virDomainHostdevDescriptionFormatDocument(description, &space);
}


/**
 * virDomainHostdevDescriptionFormatMetadata:
 * @description: description
 * @prefix: prefix of the namespace that libvirt is given together with the document
 *
 * Formats a document for the metadata of a guest. What libvirt makes of it depends on its
 * release, and on applications that read it and write it again: it declares the prefix,
 * may put it into each tag, and indents each line as a part of the definition.
 *
 * Returns the document; with all of that it is not larger than
 * VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX, which is what readers take.
 */
char *
virDomainHostdevDescriptionFormatMetadata(const virDomainHostdevDescription *description,
                                          const char *prefix)
{
    virDomainHostdevDescriptionSpace space = {
        .left = VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX,
        .tag = strlen(prefix) + strlen(":"),
        .line = strlen("    "),
    };

    space.left -= strlen(" xmlns:") + strlen(prefix) +
                  strlen("='" VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE "'");
    return virDomainHostdevDescriptionFormatDocument(description, &space);
}
