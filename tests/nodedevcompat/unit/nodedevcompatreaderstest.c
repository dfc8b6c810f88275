/*
 * nodedevcompatreaderstest.c: guarded reading of documents from outside
 *
 * Each reader of a whole document is given what libxml2, or libvirt's reader above
 * it, must not be given.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_candidates.h"
#include "nodedev_compat_xml.h"
#include "nodedevcompatframe.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Returns true if the document could be read. */
typedef bool (*testReadFunc)(const char *xml);

static bool
testReadDescriptor(const char *xml)
{
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatParseDocument(xml, false, &name);

    return !!compat;
}


static bool
testReadReport(const char *xml)
{
    g_autoptr(virNodeDeviceCompatReport) report = virNodeDeviceCompatReportParse(xml);

    return !!report;
}


static bool
testReadReports(const char *xml)
{
    g_autoptr(GPtrArray) reports = virNodeDeviceCompatReportsParse(xml);

    return !!reports;
}


static bool
testReadCandidates(const char *xml)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = virNodeDeviceCompatCandidatesParse(xml);

    return !!list;
}


/* The readers, and for each the smallest document that it accepts */
static const struct testReader {
    const char *name;
    testReadFunc read;
    const char *smallest;
} readers[] = {
    { "descriptor", testReadDescriptor, "<capability type='compat'/>" },
    { "report", testReadReport, "<nodeDeviceCompatReport verdict='unknown'/>" },
    { "reports", testReadReports, "<nodeDeviceCompatReports/>" },
    { "candidates", testReadCandidates, "<nodeDeviceCompatCandidates found='0' unknown='0'/>" },
};

#define ENTITY "<!DOCTYPE d [<!ENTITY e 'x'>]>"
#define REFUSED_TYPE "must not have a document type declaration"

/* What is written before the smallest document, or in its place, and the error */
static const struct testDocument {
    const char *name;
    const char *text;
    bool alone;                 /* nothing follows @text */
    const char *error;          /* part of it; NULL: the document is accepted */
} documents[] = {
    { "smallest", "", false, NULL },
    { "comment before the root", "<!-- c -->\n", false, NULL },
    { "empty", "", true, "at line" },
    { "line break", "\n", true, "is empty" },
    { "line breaks", "\n\n\n", true, "is empty" },
    { "line break of DOS", "\r\n", true, "is empty" },
    { "carriage return", "\r", true, "is empty" },
    { "spaces", "  ", true, "at line" },
    { "line break and space", "\n ", true, "at line" },
    { "no XML", "text", true, "at line" },
    { "document type", "<!DOCTYPE d>", false, REFUSED_TYPE },
    { "document type after a comment", "<!-- c --><!DOCTYPE d>", false, REFUSED_TYPE },
    { "document type in a file", "<!DOCTYPE d SYSTEM 'file:///etc/passwd'>", false, REFUSED_TYPE },
    { "entity", ENTITY, false, REFUSED_TYPE },
    { "root of another document", "<other/>", true, "other" },
};

struct testCase {
    const struct testReader *reader;
    const struct testDocument *document;
};


static int
testRead(const void *opaque)
{
    const struct testCase *test = opaque;
    const struct testDocument *document = test->document;
    g_autofree char *xml = g_strconcat(document->text,
                                       document->alone ? "" : test->reader->smallest,
                                       NULL);
    bool accepted;
    const char *message;

    virResetLastError();
    accepted = test->reader->read(xml);
    message = virGetLastErrorMessage();

    if (accepted == !!document->error ||
        (document->error && !strstr(message, document->error))) {
        return testFail("expected %s, got %s",
                        document->error ? document->error : "success",
                        accepted ? "success" : message);
    }

    return 0;
}


static int
mymain(void)
{
    size_t i;
    size_t j;

    for (i = 0; i < G_N_ELEMENTS(readers); i++) {
        for (j = 0; j < G_N_ELEMENTS(documents); j++) {
            const struct testCase test = { &readers[i], &documents[j] };

            DO_TEST(testRead, &test, "%s: %s: %s", readers[i].name, documents[j].name,
                    documents[j].error ? "refused" : "read");
        }
    }

    return testResult();
}

VIR_TEST_MAIN(mymain)
