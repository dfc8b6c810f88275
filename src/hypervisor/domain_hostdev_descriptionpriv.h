/*
 * domain_hostdev_descriptionpriv.h: what formatting and parsing of a description share
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_DOMAIN_HOSTDEV_DESCRIPTIONPRIV_H_ALLOW
# error "domain_hostdev_descriptionpriv.h may only be included by domain_hostdev_description*.c"
#endif /* LIBVIRT_DOMAIN_HOSTDEV_DESCRIPTIONPRIV_H_ALLOW */

#pragma once

#include "domain_hostdev_description.h"
#include "virbitmap.h"

/* What an identifier of a device may have, in bytes */
#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_ID_MAX 255

#define VIR_DOMAIN_HOSTDEV_DESCRIPTION_IDS 4

/* What tells a host device from the others, and what to call it: XML attributes of its
 * element */
typedef struct _virDomainHostdevDescriptionID virDomainHostdevDescriptionID;
struct _virDomainHostdevDescriptionID {
    const char *property;
    size_t offset;              /* of the string in virDomainHostdevCompat */
    bool unique;                /* no two devices of a guest share it */
};

extern const virDomainHostdevDescriptionID
virDomainHostdevDescriptionIDs[VIR_DOMAIN_HOSTDEV_DESCRIPTION_IDS];

char **
virDomainHostdevDescriptionGetID(const virDomainHostdevCompat *device,
                                 size_t which);

char *
virDomainHostdevDescriptionGetBoot(const char *text);

/* What a parser would make of text, as a number of nodes */
typedef struct _virDomainHostdevDescriptionWeight virDomainHostdevDescriptionWeight;
struct _virDomainHostdevDescriptionWeight {
    size_t nodes;
    size_t strings;             /* the part of that for names and short texts that are new */
    uint32_t seed;
    virBitmap *seen;            /* those that are not */
};

void
virDomainHostdevDescriptionWeightInit(virDomainHostdevDescriptionWeight *weight);

void
virDomainHostdevDescriptionWeightClear(virDomainHostdevDescriptionWeight *weight);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virDomainHostdevDescriptionWeight,
                                 virDomainHostdevDescriptionWeightClear);

void
virDomainHostdevDescriptionWeigh(virDomainHostdevDescriptionWeight *weight,
                                 const char *xml);
