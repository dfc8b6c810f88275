/*
 * domain_hostdev_guest.h: the host devices of a guest in the XML of its definition
 *
 * For programs that run beside any libvirt, and have the text of a definition only: as
 * a hook script gets it, or as virDomainGetXMLDesc() of any release returns it. Finds the
 * host devices whose state migrates as virDomainHostdevHasState() does in a definition
 * that libvirt has parsed, and the description of those that the guest had on another
 * host, which is in its metadata.
 *
 * The text belongs to the owner of a guest. What is not about host devices is not looked
 * at: a newer release has elements in it that nobody knows here.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_description.h"
#include "domain_hostdev_node.h"

/* How large a definition may be, in bytes: what fits into a message of the remote
 * protocol */
#define VIR_DOMAIN_HOSTDEV_GUEST_MAX (4 * 1024 * 1024)

typedef struct _virDomainHostdevGuest virDomainHostdevGuest;
struct _virDomainHostdevGuest {
    char *name;                 /* NULL: it has none */
    GPtrArray *nodes;           /* virDomainHostdevNode of each host device with state */

    /* The addresses in the guest of network interfaces that get a function of a pool,
     * and get it only when the guest is prepared */
    GHashTable *deferred;

    /* The element in the metadata, as a document of its own if there is one */
    virDomainHostdevDescriptionState metadataState;
    char *metadata;
};

virDomainHostdevGuest *
virDomainHostdevGuestNew(void);

void
virDomainHostdevGuestFree(virDomainHostdevGuest *guest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevGuest, virDomainHostdevGuestFree);

virDomainHostdevGuest *
virDomainHostdevGuestParse(const char *xml);

virDomainHostdevCompat *
virDomainHostdevCompatNewNode(const virDomainHostdevNode *node);

virDomainHostdevDescriptionState
virDomainHostdevGuestGetDescription(const virDomainHostdevGuest *guest,
                                    virDomainHostdevDescription **ret_description);

int
virDomainHostdevGuestSetMetadata(virDomainHostdevGuest *guest,
                                 xmlNodePtr metadata);

bool
virDomainHostdevGuestClearMetadata(xmlNodePtr metadata);

int
virDomainHostdevGuestRemoveMetadata(const char *xml,
                                    char **ret_xml);
