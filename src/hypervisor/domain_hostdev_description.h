/*
 * domain_hostdev_description.h: what a host says about the host devices of a guest
 *
 * One element, <nodedevCompat>, with each host device whose state migrates, how to find
 * its counterpart, and its descriptor. It is a block of the migration cookie, and a
 * document of its own in the metadata of a guest and in the public API: then it is in
 * the namespace below, and has the boot of the host and the time that it is of.
 *
 * What is formatted fits into a limit and is what the parser takes: what does not fit is
 * left out with a warning, so that it is not known to the reader. What is parsed comes
 * from another host or the owner of a guest.
 *
 * Knows nothing of definitions of guests, nor of hypervisors.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libxml/tree.h>

#include "conf/nodedev_compat_conf.h"
#include "domain_hostdev_pairing.h"
#include "virbuffer.h"

/* The element, and its namespace wherever it is a document of its own */
#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT "nodedevCompat"
#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE "urn:libvirt-nodedev-compat:1"

/* More host devices than a guest can have */
#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX 256

/* How large the document is at most, in bytes: in the metadata of a guest, which is in
 * each copy of its definition, and where it is asked for */
#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX (64 * 1024)
#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_MAX (1024 * 1024)

/* How many elements, attributes and pieces of text a document about a guest can have: each
 * takes more than 100 bytes of memory, however short it is */
#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_NODES_MAX (224 * 1024)

/* And a description that is validated, which takes some microseconds for each of them */
#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_VALIDATED_MAX (64 * 1024)

/* One device of a guest as its host describes it. What is not known is NULL. */
typedef struct _virDomainHostdevCompat virDomainHostdevCompat;
struct _virDomainHostdevCompat {
    virDomainHostdevIdentity identity;
    char *name;                 /* of the node device on its host */
    virNodeDeviceCompat *compat;
    bool deferred;              /* its counterpart is chosen later on */
};

/* A document. What is not known is NULL or 0. */
typedef struct _virDomainHostdevDescription virDomainHostdevDescription;
struct _virDomainHostdevDescription {
    GPtrArray *hostdevs;        /* virDomainHostdevCompat */
    char *boot;                 /* the host's /proc/sys/kernel/random/boot_id then */
    gint64 time;                /* when that was, in seconds since 1970, UTC */
};

/* Whether there is a description */
typedef enum {
    VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT = 0,
    VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK,
    VIR_DOMAIN_HOSTDEV_DESCRIPTION_MALFORMED,
    VIR_DOMAIN_HOSTDEV_DESCRIPTION_TOO_LARGE,
} virDomainHostdevDescriptionState;

void
virDomainHostdevCompatFree(virDomainHostdevCompat *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevCompat, virDomainHostdevCompatFree);

const char *
virDomainHostdevCompatGetName(const virDomainHostdevCompat *device);

GPtrArray *
virDomainHostdevCompatListNew(void);

virDomainHostdevDescription *
virDomainHostdevDescriptionNew(void);

void
virDomainHostdevDescriptionFree(virDomainHostdevDescription *description);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevDescription, virDomainHostdevDescriptionFree);

void
virDomainHostdevDescriptionStamp(virDomainHostdevDescription *description);

void
virDomainHostdevDescriptionLimit(virDomainHostdevCompat *device,
                                 size_t *budget);

void
virDomainHostdevDescriptionFormatBlock(virBuffer *buf,
                                       GPtrArray *hostdevs,
                                       size_t max);

char *
virDomainHostdevDescriptionFormat(const virDomainHostdevDescription *description,
                                  size_t max);

char *
virDomainHostdevDescriptionFormatMetadata(const virDomainHostdevDescription *description,
                                          const char *prefix);

GPtrArray *
virDomainHostdevDescriptionParseBlock(xmlNodePtr block,
                                      size_t max);

int
virDomainHostdevDescriptionCheckNodes(const char *xml,
                                      const char *name,
                                      size_t max);

virDomainHostdevDescriptionState
virDomainHostdevDescriptionParse(const char *xml,
                                 size_t max,
                                 virDomainHostdevDescription **ret_description);
