/*
 * placement.c: to which of several hosts do a running guest's devices let it move?
 *
 *   placement SOURCE-URI DOMAIN TARGET-URI...
 *
 * A filter for a scheduler: prints the hosts that would accept the guest, and on standard
 * error what is the matter with others. Exit status: 0 there is one, 2 there is none, 1 error
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <libxml/parser.h>

static void
ignore(void *opaque, virErrorPtr error)
{
    (void) opaque;
    (void) error;
}

/* Returns 1 if @uri would accept the guest, with a warning in its log or without devices, too */
static int
fits(const char *uri, const char *guest, const char *devices)
{
    virConnectPtr conn = virConnectOpenReadOnly(uri);
    char *xml = conn ? virConnectCompareHostdevCompat(conn, guest, devices, 0) : NULL;
    xmlDocPtr doc = xml ? xmlReadMemory(xml, strlen(xml), NULL, NULL, XML_PARSE_NONET) : NULL;
    xmlChar *would = doc ? xmlGetProp(xmlDocGetRootElement(doc), BAD_CAST "would") : NULL;
    int accepted = would ? xmlStrEqual(would, BAD_CAST "allow") || xmlStrEqual(would, BAD_CAST "warn") :
                           doc && !xmlFirstElementChild(xmlDocGetRootElement(doc));

    if (!accepted)
        fprintf(stderr, "%s: %s\n", uri, doc ? "would refuse it" : virGetLastErrorMessage());

    xmlFree(would);
    xmlFreeDoc(doc);
    free(xml);
    if (conn)
        virConnectClose(conn);
    return accepted;
}

int
main(int argc, char **argv)
{
    virConnectPtr conn = argc > 3 ? virConnectOpen(argv[1]) : NULL;
    virDomainPtr dom = conn ? virDomainLookupByName(conn, argv[2]) : NULL;
    /* what a migration sends, in which a network has not chosen a function yet */
    char *guest = dom ? virDomainGetXMLDesc(dom, VIR_DOMAIN_XML_MIGRATABLE) : NULL;
    char *devices = guest ? virDomainGetHostdevCompat(dom, 0) : NULL;
    int found = 0;

    virSetErrorFunc(NULL, ignore);
    if (!devices) {
        fprintf(stderr, "usage: placement SOURCE-URI DOMAIN TARGET-URI...\n");
        return 1;
    }
    for (int i = 3; i < argc; i++)
        found += fits(argv[i], guest, devices) && printf("%s\n", argv[i]) > 0;
    return found ? 0 : 2;
}
