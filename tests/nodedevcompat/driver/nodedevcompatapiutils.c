/*
 * nodedevcompatapiutils.c: what tests of the API have in common
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatapiutils.h"
#include "nodedevcompatframe.h"

#include "conf/nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_NONE


/**
 * testConnect:
 * @ret_conn: set to the connection that the test is about
 *
 * That is the test driver's or the one of LIBVIRT_NODEDEV_COMPAT_TEST_URI. From now
 * on errors are reported by the test alone.
 *
 * Returns its URI, or NULL if there is no connection.
 */
const char *
testConnect(virConnectPtr *ret_conn)
{
    const char *uri = g_getenv("LIBVIRT_NODEDEV_COMPAT_TEST_URI");

    if (!uri)
        uri = "test:///default";

    if (!(*ret_conn = virConnectOpen(uri)))
        return NULL;

    virTestQuiesceLibvirtErrors(true);
    return uri;
}


char *
testGetXML(virConnectPtr conn,
           const char *name)
{
    virNodeDevicePtr dev = virNodeDeviceLookupByName(conn, name);
    char *xml = NULL;

    if (dev) {
        xml = virNodeDeviceGetXMLDesc(dev, 0);
        virNodeDeviceFree(dev);
    }

    if (!xml)
        testFail("no XML of device '%s': %s", name, virGetLastErrorMessage());
    return xml;
}


int
testExpectAnswer(const testQuestion *question,
                 virConnectPtr conn,
                 const char *xml,
                 unsigned int flags,
                 const char *expected)
{
    g_autofree char *answer = question->ask(conn, xml, flags);
    g_autofree char *actual = answer ? question->format(answer) : NULL;

    if (STREQ_NULLABLE(actual, expected))
        return 0;

    return testFail("expected '%s', got '%s': %s", expected, NULLSTR(actual),
                    actual ? answer : virGetLastErrorMessage());
}


int
testExpectMistake(const testQuestion *question,
                  virConnectPtr conn,
                  const char *xml,
                  unsigned int flags,
                  int code)
{
    g_autofree char *answer = question->ask(conn, xml, flags);

    if (!answer && virGetLastErrorCode() == code)
        return 0;

    return testFail("expected error %d, got %d: %s, '%s'", code, virGetLastErrorCode(),
                    virGetLastErrorMessage(), NULLSTR(answer));
}


/* The limit is on the document, so one of just that size is looked at. */
int
testExpectLimit(const testQuestion *question,
                virConnectPtr conn,
                const char *xml,
                const char *expected)
{
    int pad = VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX - strlen(xml);
    g_autofree char *fits = g_strdup_printf("%s%*s", xml, pad, "");
    g_autofree char *large = g_strdup_printf("%s ", fits);

    if (testExpectAnswer(question, conn, fits, 0, expected) < 0)
        return -1;

    return testExpectMistake(question, conn, large, 0, VIR_ERR_INVALID_ARG);
}


int
testExpectReadOnly(const testQuestion *question,
                   const char *uri,
                   const char *xml,
                   const char *expected)
{
    virConnectPtr conn = virConnectOpenReadOnly(uri);
    int ret;

    if (!conn)
        return -1;

    ret = testExpectAnswer(question, conn, xml, 0, expected);
    virConnectClose(conn);
    return ret;
}
