/*
 * foretell.c: would a host refuse a running guest, and for what reasons?
 *
 *   foretell SOURCE-URI DOMAIN TARGET-URI
 *
 * Asks about a migration before it is begun. Exit status: 0 the host would accept the
 * guest, 2 it would refuse it, 1 error
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
#include <libxml/xpath.h>

/* Prints code and sentence of each reason of the devices that the guest is refused for. */
static void
explain(xmlDocPtr doc)
{
    xmlXPathContextPtr ctxt = xmlXPathNewContext(doc);
    xmlXPathObjectPtr found =
        xmlXPathEval(BAD_CAST "/*/nodeDeviceCompatReport[@would='refuse']/reason", ctxt);

    for (int i = 0; found->nodesetval && i < found->nodesetval->nodeNr; i++) {
        xmlNodePtr reason = found->nodesetval->nodeTab[i];
        xmlChar *code = xmlGetProp(reason, BAD_CAST "code");
        xmlChar *text = xmlNodeGetContent(xmlLastElementChild(reason));

        printf("  %s: %s\n", code, text);
        xmlFree(code);
        xmlFree(text);
    }
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(ctxt);
}

int
main(int argc, char **argv)
{
    virConnectPtr here = argc == 4 ? virConnectOpen(argv[1]) : NULL;
    virConnectPtr there = here ? virConnectOpenReadOnly(argv[3]) : NULL;
    virDomainPtr dom = there ? virDomainLookupByName(here, argv[2]) : NULL;
    /* what a migration sends, in which a network has not chosen a function yet */
    char *guest = dom ? virDomainGetXMLDesc(dom, VIR_DOMAIN_XML_MIGRATABLE) : NULL;
    char *devices = guest ? virDomainGetHostdevCompat(dom, 0) : NULL;
    char *xml = devices ? virConnectCompareHostdevCompat(there, guest, devices, 0) : NULL;
    xmlDocPtr doc = xml ? xmlReadMemory(xml, strlen(xml), NULL, NULL, XML_PARSE_NONET) : NULL;
    xmlChar *would = doc ? xmlGetProp(xmlDocGetRootElement(doc), BAD_CAST "would") : NULL;

    if (!doc) {
        fprintf(stderr, "usage: foretell SOURCE-URI DOMAIN TARGET-URI\n");
        return 1;
    }
    /* nothing else is a yes; a guest without such devices has none */
    if (would ? xmlStrEqual(would, BAD_CAST "allow") || xmlStrEqual(would, BAD_CAST "warn") :
                !xmlFirstElementChild(xmlDocGetRootElement(doc))) {
        printf("the host would accept the guest\n");
        return 0;
    }
    printf("the host would refuse the guest:\n");
    explain(doc);
    return 2;
}
