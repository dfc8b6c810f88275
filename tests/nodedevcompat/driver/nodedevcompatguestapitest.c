/*
 * nodedevcompatguestapitest.c: the APIs about a whole guest as callers see them
 *
 * virDomainGetHostdevCompat() and virConnectCompareHostdevCompat(), one after the other, on
 * the test driver, or on LIBVIRT_NODEDEV_COMPAT_TEST_URI, see nodedevcompatapitest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatapiutils.h"
#include "nodedevcompatframe.h"

#include "conf/nodedev_compat_limits.h"
#include "nodedev_compat/nodedev_compat_report.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define DESCRIBE_OPAQUE VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE
#define VALIDATE_XML VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_VALIDATE_XML
#define ALLOW_CROSS_TYPE VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_ALLOW_CROSS_TYPE
#define OPAQUE VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE

#define GUEST "nodedevcompatguest"
#define PREFIX "8a6b1a50-3c1e-4d57-9d0a-0000000000"     /* and two digits */

/* Devices of test:///default, by these digits */
#define SOURCE "01"
#define TWIN "02"
#define NEWER "03"
#define OLDER "04"
#define OTHER_TYPE "06"
#define SILENT "07"
#define OTHER_OPAQUE "08"
#define ABSENT "99"

static virConnectPtr conn;
static const char *uri;


/* A guest, written as its devices, "5=01 ua-gpu@6=02": alias, slot and device */
static char *
testGuestXML(const char *text)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(GStrv) devices = g_strsplit(text, " ", -1);
    size_t i;

    virBufferAddLit(&buf, "<domain type='test'><name>" GUEST "</name><memory>65536</memory>"
                          "<os><type>hvm</type></os><devices>");
    for (i = 0; devices[i] && devices[i][0]; i++) {
        g_auto(GStrv) parts = g_strsplit_set(devices[i], "@=", -1);
        bool alias = g_strv_length(parts) == 3;

        virBufferAddLit(&buf, "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>");
        virBufferAsprintf(&buf, "<source><address uuid='" PREFIX "%s'/></source>",
                          parts[alias ? 2 : 1]);
        if (alias)
            virBufferAsprintf(&buf, "<alias name='%s'/>", parts[0]);
        virBufferAsprintf(&buf, "<address type='pci' domain='0' bus='0' slot='%s' function='0'/>",
                          parts[alias ? 1 : 0]);
        virBufferAddLit(&buf, "</hostdev>");
    }
    virBufferAddLit(&buf, "</devices></domain>");

    return virBufferContentAndReset(&buf);
}


/* Returns what virDomainGetHostdevCompat() returns of a guest that runs meanwhile. */
static char *
testDescribe(virConnectPtr on,
             const char *guest,
             unsigned int flags)
{
    g_autofree char *xml = testGuestXML(guest);
    virDomainPtr own = virDomainCreateXML(conn, xml, 0);
    virDomainPtr dom = own ? virDomainLookupByName(on, GUEST) : NULL;
    virErrorPtr saved = NULL;
    char *description = NULL;

    if (dom) {
        description = virDomainGetHostdevCompat(dom, flags);
        virErrorPreserveLast(&saved);
        virDomainFree(dom);
        virErrorRestore(&saved);
    }

    if (own) {
        virErrorPreserveLast(&saved);
        virDomainDestroy(own);
        virDomainFree(own);
        virErrorRestore(&saved);
    }

    return description;
}


static void
testFormatReport(virBuffer *buf,
                 const virNodeDeviceCompatReport *report)
{
    const char *names[] = { report->source, report->target };
    size_t i;

    virBufferAdd(buf, virBufferUse(buf) > 0 ? "; " : "", -1);
    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *name = names[i] ? STRSKIP(names[i], "mdev_vgpu_") : "-";

        virBufferAsprintf(buf, "%s%s", i > 0 ? ">" : "", name ? name : "?");
    }
    virBufferAsprintf(buf, " %s %s", virNodeDeviceCompatResultTypeToString(report->verdict),
                      virNodeDeviceCompatWouldTypeToString(report->would));
    for (i = 0; i < report->nreasons; i++)
        virBufferAsprintf(buf, " %s", report->reasons[i]->code);
}


/* The reports in one line, "SOURCE>TARGET VERDICT WOULD CODE...; ..." */
static char *
testFormatReports(const char *xml)
{
    g_autoptr(GPtrArray) reports = virNodeDeviceCompatReportsParse(xml);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (!reports)
        return g_strdup_printf("no reports: %s", virGetLastErrorMessage());

    for (i = 0; i < reports->len; i++)
        testFormatReport(&buf, g_ptr_array_index(reports, i));

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


/* A guest that has @source, and would have @target */
struct testAnswer {
    const char *name;
    const char *source;
    const char *target;
    unsigned int flags;
    const char *expect;
};

static const struct testAnswer answers[] = {
    { "same device", "5=" SOURCE, "5=" SOURCE, 0, "source>source identical allow" },
    { "validated", "5=" SOURCE, "5=" SOURCE, VALIDATE_XML, "source>source identical allow" },
    { "twin", "5=" SOURCE, "5=" TWIN, 0, "source>twin identical allow" },
    { "superset", "5=" SOURCE, "5=" NEWER, 0, "source>newer_minor superset allow" },
    { "incompatible", "5=" SOURCE, "5=" OLDER, 0,
      "source>older_minor incompatible refuse version-minor-too-old" },
    { "unknown", "5=" SOURCE, "5=" SILENT, 0,
      "source>silent unknown warn missing-target missing-target" },
    { "another type", "5=" SOURCE, "5=" OTHER_TYPE, 0,
      "source>other_type incompatible refuse type-cross-accepted" },
    { "another type, allowed", "5=" SOURCE, "5=" OTHER_TYPE, ALLOW_CROSS_TYPE,
      "source>other_type superset allow" },
    { "opaque string that is not asked about", "5=" SOURCE, "5=" OTHER_OPAQUE, 0,
      "source>other_opaque identical allow" },
    { "opaque string", "5=" SOURCE, "5=" OTHER_OPAQUE, OPAQUE,
      "source>other_opaque incompatible refuse opaque-rejected" },
    { "opaque string that is accepted", "5=" SOURCE, "5=" NEWER, OPAQUE,
      "source>newer_minor superset allow" },
    { "absent", "5=" SOURCE, "5=" ABSENT, 0, "source>? incompatible refuse device-missing" },
    { "no devices", "", "", 0, "" },
    { "two devices", "5=" SOURCE " 6=" OLDER, "5=" TWIN " 6=" SOURCE, 0,
      "source>twin identical allow; older_minor>source superset allow" },
    { "another order", "5=" SOURCE " 6=" OLDER, "6=" OLDER " 5=" OLDER, 0,
      "older_minor>older_minor identical allow; "
      "source>older_minor incompatible refuse version-minor-too-old" },
    { "by alias", "ua-gpu@5=" SOURCE, "ua-gpu@6=" TWIN, 0, "source>twin identical allow" },
    { "one more", "5=" SOURCE, "5=" SOURCE " 6=" TWIN, 0,
      "source>source identical allow; ->twin unknown warn device-not-described" },
    { "one less", "5=" SOURCE " 6=" TWIN, "5=" SOURCE, 0,
      "source>source identical allow; twin>- incompatible refuse device-missing" },
    { "one device twice", "5=" SOURCE " 6=" TWIN, "5=" NEWER " 6=" NEWER, 0,
      "source>newer_minor superset allow; twin>newer_minor superset allow" },
    { "another guest", "5=" SOURCE, "9=" TWIN " 10=" NEWER, 0,
      "->twin unknown warn device-not-described; "
      "->newer_minor unknown warn device-not-described; "
      "source>- incompatible refuse device-missing" },
};


static int
testAnswer(const void *opaque)
{
    const struct testAnswer *test = opaque;
    g_autofree char *description = testDescribe(conn, test->source, DESCRIBE_OPAQUE);
    g_autofree char *target = testGuestXML(test->target);
    g_autofree char *reports = NULL;
    g_autofree char *actual = NULL;

    if (!description ||
        !(reports = virConnectCompareHostdevCompat(conn, target, description, test->flags)))
        return testFail("error: %s", virGetLastErrorMessage());

    actual = testFormatReports(reports);
    if (STRNEQ(test->expect, actual))
        return testFail("expected '%s', got '%s': %s", test->expect, actual, reports);

    return 0;
}


/* An opaque string that could not be read matters as little as one that could, unless drivers
 * are to be asked. */
static int
testUnreadableOpaque(const void *opaque G_GNUC_UNUSED)
{
    static const char description[] =
        "<nodedevCompat><hostdev address='pci:0000:00:05.0'><capability type='compat'>"
        "<deviceAPI>vfio-pci</deviceAPI><type id='vgpu-2'/><softwareVersion>1.2.0</softwareVersion>"
        "<attr name='framebuffer' value='2048'/><opaque reason='unreadable'/></capability>"
        "</hostdev></nodedevCompat>";
    g_autofree char *guest = testGuestXML("5=" TWIN);
    g_autofree char *without = virConnectCompareHostdevCompat(conn, guest, description, 0);
    g_autofree char *with = virConnectCompareHostdevCompat(conn, guest, description, OPAQUE);
    g_autofree char *actual = without ? testFormatReports(without) : NULL;

    if (testExpectString("?>twin identical allow", actual) < 0)
        return -1;
    return testExpectBool(true, with && strstr(with, "verdict='unknown'"));
}


/* What is in a description; parts, each of which has to be there, or not after a ! */
struct testDescription {
    const char *name;
    const char *guest;
    unsigned int flags;
    const char *expect;
};

static const struct testDescription descriptions[] = {
    { "device", "5=" SOURCE, 0,
      "<nodedevCompat xmlns='urn:libvirt-nodedev-compat:1'| boot='| time='| uuid='" PREFIX SOURCE
      "'| name='mdev_vgpu_source'|<softwareVersion>1.2.0<|!<accepts>|!<opaque>|! alias='" },
    { "alias and opaque string", "ua-x@5=" SOURCE, DESCRIBE_OPAQUE,
      " alias='ua-x'|<opaque>vgpu-7</opaque>" },
    { "device that is not there", "5=" ABSENT, 0,
      "<hostdev | uuid='" PREFIX ABSENT "'|!<capability|!<softwareVersion>" },
    { "no device", "", 0, "<nodedevCompat |!<hostdev" },
};


static int
testDescription(const void *opaque)
{
    const struct testDescription *test = opaque;
    g_autofree char *xml = testDescribe(conn, test->guest, test->flags);
    g_auto(GStrv) parts = g_strsplit(test->expect, "|", -1);
    size_t i;

    if (!xml)
        return testFail("error: %s", virGetLastErrorMessage());

    for (i = 0; parts[i]; i++) {
        bool wanted = parts[i][0] != '!';

        if (!!strstr(xml, parts[i] + !wanted) != wanted) {
            return testFail("expected %s'%s' in %s", wanted ? "" : "no ", parts[i] + !wanted, xml);
        }
    }

    return 0;
}


/* Documents that are refused: a description, for the guest "5=01", or the definition of the
 * guest if @domain */
struct testMistake {
    const char *name;
    const char *xml;
    bool domain;
    unsigned int flags;
    int code;
};

#define ROOT "<nodedevCompat xmlns='urn:libvirt-nodedev-compat:1'>"
#define END "</nodedevCompat>"
#define DOMAIN(devices) "<domain type='test'><devices>" devices "</devices></domain>"

static const struct testMistake mistakes[] = {
    { "none", NULL, false, 0, VIR_ERR_INVALID_ARG },
    { "empty", "", false, 0, VIR_ERR_XML_DETAIL },
    { "line breaks", "\n\n", false, 0, VIR_ERR_XML_ERROR },
    { "not well-formed", ROOT, false, 0, VIR_ERR_XML_DETAIL },
    { "another document", "<domain type='test'/>", false, 0, VIR_ERR_XML_ERROR },
    { "another namespace", "<nodedevCompat xmlns='urn:other'/>", false, 0, VIR_ERR_XML_ERROR },
    { "document type declaration", "<!DOCTYPE nodedevCompat>" ROOT END, false, 0,
      VIR_ERR_XML_ERROR },
    { "same alias twice", ROOT "<hostdev alias='ua-x' address='a'/>"
      "<hostdev alias='ua-x' address='b'/>" END, false, 0, VIR_ERR_XML_ERROR },
    { "same address twice", ROOT "<hostdev address='a'/><hostdev address='a'/>" END, false, 0,
      VIR_ERR_XML_ERROR },
    { "same UUID twice", ROOT "<hostdev address='a' uuid='" PREFIX SOURCE "'/>"
      "<hostdev address='b' uuid='" PREFIX SOURCE "'/>" END, false, 0, VIR_ERR_XML_ERROR },
    { "alias that is not printable", ROOT "<hostdev alias='a&#10;b'/>" END, false, 0,
      VIR_ERR_XML_ERROR },
    { "descriptor that contradicts itself", ROOT "<hostdev address='a'><capability type='compat'>"
      "<attr name='a' value='1'/><attr name='a' value='2'/></capability></hostdev>" END, false, 0,
      VIR_ERR_XML_ERROR },
    { "not valid", ROOT "<surprise/>" END, false, VALIDATE_XML, VIR_ERR_XML_INVALID_SCHEMA },
    { "unknown flag", ROOT END, false, OPAQUE << 1, VIR_ERR_INVALID_ARG },
    { "any other flag", ROOT END, false, 1U << 31, VIR_ERR_INVALID_ARG },

    { "none", NULL, true, 0, VIR_ERR_INVALID_ARG },
    { "empty", "", true, 0, VIR_ERR_XML_DETAIL },
    { "not well-formed", "<domain>", true, 0, VIR_ERR_XML_DETAIL },
    { "another document", ROOT END, true, 0, VIR_ERR_XML_ERROR },
    { "document type declaration", "<!DOCTYPE domain>" DOMAIN(""), true, 0, VIR_ERR_XML_ERROR },
    { "device without a source", DOMAIN("<hostdev mode='subsystem' type='mdev'/>"), true, 0,
      VIR_ERR_XML_ERROR },
    { "UUID that is none", DOMAIN("<hostdev mode='subsystem' type='mdev'><source>"
      "<address uuid='x'/></source></hostdev>"), true, 0, VIR_ERR_XML_ERROR },
};


static int
testMistake(const void *opaque)
{
    const struct testMistake *test = opaque;
    g_autofree char *guest = testGuestXML("5=" SOURCE);
    g_autofree char *reports = NULL;
    int code;

    reports = virConnectCompareHostdevCompat(conn, test->domain ? test->xml : guest,
                                             test->domain ? ROOT END : test->xml, test->flags);
    if (reports)
        return testFail("expected error %d, got %s", test->code, reports);

    /* which of the two a malformed document is depends on the first thing that is wrong */
    code = virGetLastErrorCode();
    if (code != test->code)
        return testFail("expected error %d, got %d: %s", test->code, code,
                        virGetLastErrorMessage());

    return 0;
}


/* What fills a document up: so many times, with a mark of testFormatNumber() for the number */
struct testSize {
    const char *name;
    const char *start;
    const char *filling;
    const char *end;
    size_t count;               /* 0: until it is as large as is allowed */
    size_t more;                /* bytes beyond */
    bool domain;
    int code;                   /* of the error, VIR_ERR_OK for an answer */
};

#define HOSTDEV "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source>" \
    "<address uuid='" PREFIX SOURCE "'/></source></hostdev>"

static const struct testSize sizes[] = {
    { "largest definition", "<domain type='test'>", " ", "</domain>", 0, 0, true, VIR_ERR_OK },
    { "larger definition", "<domain type='test'>", " ", "</domain>", 0, 1, true,
      VIR_ERR_INVALID_ARG },
    { "largest description", ROOT, " ", END, 0, 0, false, VIR_ERR_OK },
    { "larger description", ROOT, " ", END, 0, 1, false, VIR_ERR_INVALID_ARG },
    { "definition of small elements", "<domain type='test'>", "<a b='c'/>\n ", "</domain>", 56000,
      0, true, VIR_ERR_OK },
    { "definition of more of them", "<domain type='test'>", "<a b='c'/>\n ", "</domain>", 58000, 0,
      true, VIR_ERR_XML_ERROR },
    { "definition of little elements", "<domain type='test'>", "<a/>", "</domain>", 0, 0, true,
      VIR_ERR_XML_ERROR },
    { "description of small elements", ROOT, "<a b='c'/>\n ", END, 56000, 0, false, VIR_ERR_OK },
    { "description of little elements", ROOT, "<a/>", END, 0, 0, false, VIR_ERR_XML_ERROR },
    { "elements of many names", ROOT, "<a#/>", END, 10000, 0, false, VIR_ERR_OK },
    { "elements of more names", ROOT, "<a#/>", END, 15000, 0, false, VIR_ERR_XML_ERROR },
    { "attributes of many names", ROOT, "<a b#=''/>", END, 10000, 0, false, VIR_ERR_OK },
    { "attributes of more names", ROOT, "<a b# = ''/>", END, 15000, 0, false, VIR_ERR_XML_ERROR },
    { "elements of more names that many sums do not tell apart", ROOT, "<a~/>", END, 15000, 0,
      false, VIR_ERR_XML_ERROR },
    { "many values", ROOT, "<a b='#'/>", END, 40000, 0, false, VIR_ERR_OK },
    { "many short values", ROOT, "<a b = '%'/>", END, 15000, 0, false, VIR_ERR_XML_ERROR },
    { "many texts", ROOT, "<a/>text#", END, 40000, 0, false, VIR_ERR_OK },
    { "many short texts", ROOT, "<a/>%", END, 15000, 0, false, VIR_ERR_XML_ERROR },
    { "many blank texts", ROOT, "<a/>^", END, 15000, 0, false, VIR_ERR_XML_ERROR },
    { "many assignments", ROOT, "<a>b#=c;</a>", END, 30000, 0, false, VIR_ERR_OK },
    { "too many devices", "<domain type='test'><devices>", HOSTDEV, "</devices></domain>", 257, 0,
      true, VIR_ERR_XML_ERROR },
    { "too many described", ROOT, "<hostdev/>", END, 257, 0, false, VIR_ERR_XML_ERROR },
};

/* of documents that are validated */
static const struct testSize validated[] = {
    { "largest description", ROOT, " ", END, 0, 0, false, VIR_ERR_OK },
    { "small elements", ROOT, "<a b='c'/>\n ", END, 16000, 0, false, VIR_ERR_XML_INVALID_SCHEMA },
    { "more of them", ROOT, "<a b='c'/>\n ", END, 17000, 0, false, VIR_ERR_XML_ERROR },
    { "little elements", ROOT, "<a/>", END, 0, 0, false, VIR_ERR_XML_ERROR },
};


/* Returns @number in digits, or three letters, or a word of pairs of letters that weigh the
 * same if each letter weighs 33 times as much as the one behind it, or blanks. */
static char *
testFormatNumber(char mark,
                 size_t number)
{
    const char *digits[] = { mark == '~' ? "Ab" : " ", mark == '~' ? "BA" : "\t" };
    GString *word;
    size_t i;

    if (mark == '#')
        return g_strdup_printf("%zu", number);
    if (mark == '%')
        return g_strdup_printf("%c%c%c", (char)('a' + number / 676), (char)('a' + number / 26 % 26),
                               (char)('a' + number % 26));

    word = g_string_new("");
    for (i = 0; i < 17; i++)
        g_string_append(word, digits[number >> i & 1]);
    return g_string_free(word, false);
}


static char *
testFill(const struct testSize *test)
{
    const char *mark = strpbrk(test->filling, "#%~^");
    size_t max = VIR_NODE_DEVICE_COMPAT_GUEST_DOCUMENT_MAX + test->more - strlen(test->end);
    size_t step = strlen(test->filling);
    GString *xml = g_string_new(test->start);
    size_t i;

    for (i = 0; test->count > 0 ? i < test->count : xml->len + step <= max; i++)
        g_string_append(xml, test->filling);

    if (mark) {
        g_string_truncate(xml, strlen(test->start));
        for (i = 0; i < test->count; i++) {
            g_autofree char *number = testFormatNumber(*mark, i);

            g_string_append_len(xml, test->filling, mark - test->filling);
            g_string_append(xml, number);
            g_string_append(xml, mark + 1);
        }
    }

    g_string_append(xml, test->end);
    return g_string_free(xml, false);
}


static int
testTake(const struct testSize *test,
         unsigned int flags)
{
    g_autofree char *xml = testFill(test);
    g_autofree char *guest = testGuestXML("5=" SOURCE);
    g_autofree char *reports = NULL;

    virResetLastError();
    reports = virConnectCompareHostdevCompat(conn, test->domain ? xml : guest,
                                             test->domain ? ROOT END : xml, flags);

    return testExpectNumber(test->code, reports ? VIR_ERR_OK : virGetLastErrorCode());
}


static int
testSize(const void *opaque)
{
    return testTake(opaque, 0);
}


static int
testValidatedSize(const void *opaque)
{
    return testTake(opaque, VALIDATE_XML);
}


/* Both calls work on a read-only connection; what may change or open something does not. */
static int
testReadOnly(const void *opaque G_GNUC_UNUSED)
{
    virConnectPtr readonly = virConnectOpenReadOnly(uri);
    g_autofree char *guest = testGuestXML("5=" OLDER);
    g_autofree char *description = NULL;
    g_autofree char *reports = NULL;
    g_autofree char *denied = NULL;
    int ret = -1;

    if (!readonly)
        return testFail("no connection: %s", virGetLastErrorMessage());

    if (!(description = testDescribe(readonly, "5=" SOURCE, 0)) ||
        !(reports = virConnectCompareHostdevCompat(readonly, guest, description, 0))) {
        testFail("error: %s", virGetLastErrorMessage());
        goto cleanup;
    }

    if ((denied = testDescribe(readonly, "5=" SOURCE, DESCRIBE_OPAQUE)) ||
        virGetLastErrorCode() != VIR_ERR_OPERATION_DENIED ||
        (denied = virConnectCompareHostdevCompat(readonly, guest, description, OPAQUE)) ||
        virGetLastErrorCode() != VIR_ERR_OPERATION_DENIED) {
        testFail("expected that it is denied, got %s", virGetLastErrorMessage());
        goto cleanup;
    }

    ret = testExpectBool(true, !!strstr(reports, " would='refuse'"));

 cleanup:
    virConnectClose(readonly);
    return ret;
}


static int
testNotRunning(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testGuestXML("5=" SOURCE);
    g_autofree char *description = NULL;
    virDomainPtr dom = virDomainDefineXML(conn, xml);
    int code;

    if (!dom)
        return testFail("error: %s", virGetLastErrorMessage());

    description = virDomainGetHostdevCompat(dom, 0);
    code = description ? VIR_ERR_OK : virGetLastErrorCode();
    virDomainUndefine(dom);
    virDomainFree(dom);

    return testExpectNumber(VIR_ERR_OPERATION_INVALID, code);
}


static int
testBadHandles(const void *opaque G_GNUC_UNUSED)
{
    if (virDomainGetHostdevCompat(NULL, 0) || virGetLastErrorCode() != VIR_ERR_INVALID_DOMAIN)
        return testFail("expected an error about the domain");

    if (virConnectCompareHostdevCompat(NULL, DOMAIN(""), ROOT END, 0) ||
        virGetLastErrorCode() != VIR_ERR_INVALID_CONN)
        return testFail("expected an error about the connection");

    if (testDescribe(conn, "", DESCRIBE_OPAQUE << 1) ||
        virGetLastErrorCode() != VIR_ERR_INVALID_ARG)
        return testFail("expected an error about the flag");

    return 0;
}


static int
mymain(void)
{
    if (!(uri = testConnect(&conn)))
        return EXIT_FAILURE;

    DO_TABLE_EXPECT("guest", answers, testAnswer);
    DO_TEST(testUnreadableOpaque, NULL, "opaque string that could not be read");
    DO_TABLE_EXPECT("description", descriptions, testDescription);
    DO_TABLE("mistake", mistakes, testMistake);
    DO_TABLE("size", sizes, testSize);
    DO_TABLE("validated size", validated, testValidatedSize);

    DO_TEST(testReadOnly, NULL, "read-only connection");
    DO_TEST(testNotRunning, NULL, "guest that does not run");
    DO_TEST(testBadHandles, NULL, "bad handles");

    virConnectClose(conn);
    return testResult();
}

VIR_TEST_MAIN(mymain)
