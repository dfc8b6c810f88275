/*
 * nodedev-compat.c: ask whether a guest can move from one device to another
 *
 * What an application does before it migrates a guest with an assigned device:
 * describe the device on the source host, have the target host compare, and act
 * on each reason that speaks against it.
 *
 *   cc nodedev-compat.c $(pkg-config --cflags --libs libvirt libxml-2.0) -o nodedev-compat
 *   ./nodedev-compat SOURCE-URI SOURCE-DEVICE TARGET-URI TARGET-DEVICE
 *
 * For example, without any hardware:
 *
 *   ./nodedev-compat test:///default mdev_vgpu_source \
 *                    test:///default mdev_vgpu_older_minor
 *
 * The reason codes and what to do about them are described in
 * libvirt-nodedev-compat(7).
 *
 * Exit status: 0 the guest can move, 2 it cannot, 3 it is unknown, 1 error
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

/* What this application does about a reason. Codes are stable, so that a program
 * can rely on them; the severity is enough for one that it does not know. */
static const struct {
    const char *code;
    const char *advice;
} advice[] = {
    { "version-minor-too-old", "update the driver of the target host" },
    { "version-major-mismatch", "use the same generation of the driver on both hosts" },
    { "type-mismatch", "choose or create a device of the source's type" },
    { "type-cross-accepted", "ask again, and let the guest change its type" },
    { "needs-provisioning", "write the source's value to the target first" },
    { "missing-source", "the source's driver does not say enough" },
    { "missing-target", "the target's driver does not say enough" },
    { "missing-both", "no driver says enough" },
};


/* Errors are reported where they are looked at, not on stderr as they happen. */
static void
ignoreError(void *opaque, virErrorPtr err)
{
    (void)opaque;
    (void)err;
}


static int
failed(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    return EXIT_FAILURE;
}


/* The XML of the device, which is all that the target's host needs */
static char *
describeSource(const char *uri, const char *name)
{
    virConnectPtr conn = virConnectOpenReadOnly(uri);
    virNodeDevicePtr dev = NULL;
    char *xml = NULL;

    if (conn && (dev = virNodeDeviceLookupByName(conn, name)))
        xml = virNodeDeviceGetXMLDesc(dev, 0);

    /* now, since closing the connection resets the error */
    if (!xml)
        failed("cannot describe the source");

    if (dev)
        virNodeDeviceFree(dev);
    if (conn)
        virConnectClose(conn);
    return xml;
}


static void
printReason(xmlNodePtr node)
{
    xmlChar *code = xmlGetProp(node, BAD_CAST "code");
    xmlChar *severity = xmlGetProp(node, BAD_CAST "severity");
    xmlNodePtr child;
    size_t i;

    for (child = node->children; code && severity && child; child = child->next) {
        if (xmlStrEqual(child->name, BAD_CAST "message")) {
            xmlChar *message = xmlNodeGetContent(child);

            printf("%s: %s\n", (char *)severity, (char *)message);
            xmlFree(message);
        }
    }

    for (i = 0; code && i < sizeof(advice) / sizeof(advice[0]); i++) {
        if (strcmp((char *)code, advice[i].code) == 0)
            printf("  %s: %s\n", advice[i].code, advice[i].advice);
    }

    xmlFree(code);
    xmlFree(severity);
}


static void
printReport(const char *report)
{
    xmlDocPtr doc = xmlReadDoc(BAD_CAST report, NULL, NULL, XML_PARSE_NONET);
    xmlNodePtr root = doc ? xmlDocGetRootElement(doc) : NULL;
    xmlNodePtr node;

    for (node = root ? root->children : NULL; node; node = node->next) {
        if (xmlStrEqual(node->name, BAD_CAST "reason"))
            printReason(node);
    }

    xmlFreeDoc(doc);
}


/* UNKNOWN is 3: a test such as ret <= 0 would take it for a yes. The reasons are in
 * the report; with a flag they are in the error as well, so that one call is enough
 * for a program that treats both as a failure. */
static int
compare(virNodeDevicePtr dev, const char *xml)
{
    int result = virNodeDeviceCompareCompat(dev, xml, 0);
    char *report;
    virErrorPtr err;

    switch (result) {
    case VIR_NODE_DEVICE_COMPAT_IDENTICAL:
        printf("the guest can move: the devices are identical\n");
        return 0;

    case VIR_NODE_DEVICE_COMPAT_SUPERSET:
        printf("the guest can move: the target offers more\n");
        return 0;

    case VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE:
        printf("the guest cannot move\n");
        if (!(report = virNodeDeviceGetCompatReport(dev, xml, 0)))
            return failed("cannot get the report");
        printReport(report);
        free(report);
        return 2;

    case VIR_NODE_DEVICE_COMPAT_UNKNOWN:
        printf("nobody can tell whether the guest can move\n");
        virNodeDeviceCompareCompat(dev, xml, VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN);
        err = virGetLastError();
        if (!err || err->int1 != VIR_NODE_DEVICE_COMPAT_UNKNOWN)
            return failed("cannot get the reasons");
        printReport(err->str2);
        return 3;

    default:
        return failed("cannot compare the devices");
    }
}


int
main(int argc, char **argv)
{
    virConnectPtr conn = NULL;
    virNodeDevicePtr dev = NULL;
    char *xml = NULL;
    int ret;

    if (argc != 5) {
        fprintf(stderr, "usage: %s SOURCE-URI SOURCE-DEVICE TARGET-URI TARGET-DEVICE\n",
                argv[0]);
        return EXIT_FAILURE;
    }

    if (virInitialize() < 0)
        return failed("cannot use libvirt");
    virSetErrorFunc(NULL, ignoreError);

    if (!(xml = describeSource(argv[1], argv[2])))
        ret = EXIT_FAILURE;
    else if (!(conn = virConnectOpenReadOnly(argv[3])))
        ret = failed("cannot connect to the target's host");
    else if (!(dev = virNodeDeviceLookupByName(conn, argv[4])))
        ret = failed("there is no such target");
    else
        ret = compare(dev, xml);

    if (dev)
        virNodeDeviceFree(dev);
    if (conn)
        virConnectClose(conn);
    free(xml);
    return ret;
}
