/*
 * qemuhostdevcompatpolicytest.c: the decision about a guest with host devices
 *
 * What is decided under each policy, what is logged, audited, and attached to the
 * error; and the document of several reports.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu/qemu_hostdev_compat_policy.h"
#include "qemuhostdevcompatutils.h"
#include "nodedevcompatframe.h"
#include "viraudit.h"
#include "virerror.h"
#include "virlog.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


/* What is decided. A device is written as its reasons with a + between them,
 * and "good" is one that has none. */
struct testDecide {
    const char *policy;         /* MODE [CODE...] */
    const char *devices;
    unsigned int flags;
    const char *refused;        /* parts of the error, with a | between them; or NULL */
    const char *logged;         /* parts of the log, likewise; or NULL if there is no warning */
    const char *audited;        /* what was overridden; or NULL */
};

#define UNSAFE VIR_MIGRATE_UNSAFE
#define BAD "attr-mismatch"
#define WORSE "type-mismatch"
#define VAGUE "missing-both"

static const struct testDecide decisions[] = {
    { "permissive", "", 0, NULL, NULL, NULL },
    { "permissive", "good", 0, NULL, NULL, NULL },
    { "permissive", "derived-differs", 0, NULL, NULL, NULL },
    { "permissive",
      BAD, 0,
      "domain 'guest' cannot be migrated: host '|' has no compatible counterpart for 1 of 1 host "
      "devices: a guest that uses 's0' cannot continue on 't0': |(attr-mismatch); see "
      "libvirt-nodedev-compat(7); --unsafe overrides", NULL, NULL },
    { "permissive",
      VAGUE, 0, NULL,
      "Continuing migration of domain 'guest': it is not known whether a guest that uses 's0' "
      "can continue on 't0': |(missing-both)", NULL },
    { "permissive",
      "good " BAD " good " WORSE, 0,
      "2 of 4 host devices|'t1'|(attr-mismatch)|'t3'|(type-mismatch)", NULL, NULL },
    { "permissive",
      VAGUE " " BAD, 0,
      "1 of 2 host devices|it is not known whether a guest that uses 's0' can continue on "
      "'t0'|(missing-both)|uses 's1' cannot continue on 't1'|(attr-mismatch)", NULL, NULL },
    { "permissive",
      BAD "+" WORSE "+" VAGUE, 0, "(attr-mismatch)|(type-mismatch)|(missing-both)", NULL, NULL },
    { "permissive", "device-missing", 0, "'t0'|'s0'|(device-missing)", NULL, NULL },

    { "enforcing", "good", 0, NULL, NULL, NULL },
    { "enforcing", "derived-differs", 0, NULL, NULL, NULL },
    { "enforcing", BAD, 0, "(attr-mismatch)", NULL, NULL },
    { "enforcing",
      VAGUE, 0,
      "cannot be migrated: host '|' may have no compatible counterpart for 1 of 1 host devices: "
      "it is not known whether a guest that uses 's0' can continue on 't0': |(missing-both); see "
      "libvirt-nodedev-compat(7); --unsafe overrides; 'migration' is 'enforcing' in 'test.conf'",
      NULL, NULL },
    { "enforcing", "device-not-described", 0, "(device-not-described)", NULL, NULL },
    { "enforcing", "device-not-compared", 0, "(device-not-compared)", NULL, NULL },
    { "enforcing",
      "good " VAGUE, 0,
      "may have no compatible counterpart for 1 of 2 host devices|'t1'|(missing-both)", NULL,
      NULL },

    { "permissive",
      BAD, UNSAFE, NULL,
      "Continuing unsafe migration of domain 'guest': |'t0'|(attr-mismatch)", "t0:attr-mismatch" },
    { "permissive",
      BAD "+" VAGUE "+derived-differs " WORSE " good", UNSAFE, NULL, "'t0'|'t1'",
      "t0:attr-mismatch,missing-both;t1:type-mismatch" },
    { "permissive",
      BAD "+" WORSE "+" BAD, UNSAFE, NULL, "'t0'", "\"t0:attr-mismatch,type-mismatch\"" },
    { "permissive", VAGUE, UNSAFE, NULL, "Continuing migration", NULL },
    { "permissive", "good", UNSAFE, NULL, NULL, NULL },
    { "enforcing",
      VAGUE, UNSAFE, NULL,
      "Continuing unsafe migration of domain 'guest': |(missing-both)", "t0:missing-both" },

    { "permissive " BAD,
      BAD, 0, NULL,
      "Ignoring in the migration of domain 'guest', as set in 'test.conf': "
      "|'t0'|'s0'|(attr-mismatch)", NULL },
    { "permissive " BAD, BAD "+" WORSE, 0, "(type-mismatch)", "Ignoring in|(attr-mismatch)", NULL },
    { "permissive " BAD, WORSE, 0, "(type-mismatch)", NULL, NULL },
    { "permissive " BAD,
      BAD "+" VAGUE, 0, NULL,
      "Ignoring in|(attr-mismatch)|Continuing migration|(missing-both)", NULL },
    { "permissive " BAD " " VAGUE,
      BAD "+" VAGUE, 0, NULL, "Ignoring in|(attr-mismatch)|(missing-both)", NULL },
    { "permissive " BAD, BAD " " BAD, 0, NULL, "'t0'|'t1'", NULL },
    { "permissive " BAD, BAD " " WORSE, 0, "'t1'|(type-mismatch)", "'t0'", NULL },
    { "permissive " BAD,
      BAD "+" WORSE, UNSAFE, NULL,
      "Ignoring in the migration of domain 'guest'|Continuing unsafe", "t0:type-mismatch" },
    { "permissive derived-differs", "derived-differs", 0, NULL, NULL, NULL },
    { "enforcing " VAGUE, VAGUE, 0, NULL, "Ignoring in|(missing-both)", NULL },
    { "enforcing " BAD, BAD "+" VAGUE, 0, "(missing-both)", "Ignoring in", NULL },
};


static void
testAddReason(virNodeDeviceCompatReport *report,
              const char *code)
{
    int value = virNodeDeviceCompatReasonCodeTypeFromString(code);

    if (value >= VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING) {
        virNodeDeviceCompatReportAddDevice(report, value, "detail");
    } else {
        virNodeDeviceCompatReportAdd(report, value, VIR_NODE_DEVICE_COMPAT_RULE_EQUAL,
                                     "x", "1", "2");
    }
}


static GPtrArray *
testReports(const char *text)
{
    g_autoptr(GPtrArray) reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    g_auto(GStrv) devices = g_strsplit(text, " ", -1);
    size_t i;
    size_t j;

    for (i = 0; devices[i]; i++) {
        virNodeDeviceCompatReport *report = g_new0(virNodeDeviceCompatReport, 1);
        g_auto(GStrv) codes = g_strsplit(devices[i], "+", -1);

        report->source = g_strdup_printf("s%zu", i);
        report->target = g_strdup_printf("t%zu", i);
        for (j = 0; STRNEQ(devices[i], "good") && codes[j]; j++)
            testAddReason(report, codes[j]);
        report->verdict = virNodeDeviceCompatReportGetVerdict(report,
                                                              VIR_NODE_DEVICE_COMPAT_IDENTICAL);
        g_ptr_array_add(reports, report);
    }

    return g_steal_pointer(&reports);
}


/* The error of a refusal carries what was decided upon, as the schema says. */
static int
testRefusal(const struct testDecide *data,
            GPtrArray *reports)
{
    virErrorPtr err = virGetLastError();
    g_autofree char *document = virNodeDeviceCompatReportsFormat(reports);
    g_autofree char *again = NULL;
    g_autoptr(GPtrArray) parsed = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    bool bad = strstr(err->message, "has no compatible counterpart") != NULL;

    /* for those who show the reports: the message without the reasons */
    if (!err->str3 || !strstr(err->message, err->str3) || strstr(err->str3, "(attr-") ||
        !g_str_has_suffix(err->str3, " host devices")) {
        return testFail("first part is '%s' of '%s'", NULLSTR(err->str3), err->message);
    }

    if (err->code != VIR_ERR_OPERATION_UNSUPPORTED ||
        err->int1 != (bad ? VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE :
                            VIR_NODE_DEVICE_COMPAT_UNKNOWN)) {
        return testFail("error code is %d, int1 is %d", err->code, err->int1);
    }

    if (testFindParts("error", data->refused, err->message) < 0 ||
        virTestCompareToString(document, err->str2) < 0)
        return -1;

    if (!(parsed = virNodeDeviceCompatReportsParse(document)) ||
        !(again = virNodeDeviceCompatReportsFormat(parsed)) ||
        virTestCompareToString(document, again) < 0)
        return -1;

    if (!(doc = virXMLParseStringCtxt(document, "reports", NULL)))
        return -1;

    return virXMLValidateAgainstSchema(abs_top_srcdir "/src/conf/schemas/nodedevcompatreport.rng",
                                       doc);
}


/* A guest with as many mediated devices as there are in @devices */
static virDomainDef *
testGuestOf(const char *devices)
{
    virDomainDef *def = virDomainDefNew(NULL);
    g_auto(GStrv) names = g_strsplit(devices, " ", -1);
    size_t i;

    def->name = g_strdup("guest");
    for (i = 0; names[i]; i++) {
        virDomainHostdevDef *hostdev = virDomainHostdevDefNew();

        hostdev->mode = VIR_DOMAIN_HOSTDEV_MODE_SUBSYS;
        hostdev->source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV;
        virDomainHostdevInsert(def, hostdev);
    }

    return def;
}


static int
testPolicyDecide(const void *opaque)
{
    const struct testDecide *data = opaque;
    g_auto(GStrv) words = g_strsplit(data->policy, " ", -1);
    const virDomainHostdevCompatPolicy policy = {
        .mode = virDomainHostdevCompatModeTypeFromString(words[0]),
        .ignore = words + 1,
        .file = (char *) "test.conf",
    };
    g_autoptr(virDomainDef) def = testGuestOf(data->devices);
    g_autoptr(GPtrArray) reports = testReports(data->devices);
    g_autofree char *log = NULL;
    g_autofree char *audited = NULL;
    int rc;

    virResetLastError();
    g_free(virTestLogContentAndReset());

    rc = qemuHostdevCompatPolicyDecide(&policy, def, reports,
                                       VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE, data->flags);
    log = virTestLogContentAndReset();

    if (rc < 0 ? !data->refused : !!data->refused) {
        return testFail("expected %s, got %s",
                        data->refused ? "a refusal" : "success",
                        rc < 0 ? virGetLastErrorMessage() : "success");
    }

    if (rc < 0 && testRefusal(data, reports) < 0)
        return -1;
    virResetLastError();

    if (data->logged) {
        if (testFindParts("log", data->logged, NULLSTR(log)) < 0)
            return -1;
    } else if (log && strstr(log, "warning")) {
        return testFail("expected no warning, got\n%s", log);
    }

    if (!data->audited) {
        if (log && strstr(log, "resrc=hostdev-compat"))
            return testFail("expected no record in the audit log, got\n%s", log);
        return 0;
    }

    audited = g_strdup_printf("success=yes |resrc=hostdev-compat reason=unsafe |vm=|overridden=|%s",
                              data->audited);
    return testFindParts("audit log", audited, NULLSTR(log));
}


/* An error too large for the remote protocol would break the connection. */
static int
testPolicyLarge(const void *opaque G_GNUC_UNUSED)
{
    const virDomainHostdevCompatPolicy policy = { 0 };
    g_autoptr(virDomainDef) def = virDomainDefNew(NULL);
    g_autoptr(GPtrArray) reports = testReports("good good good good good good");
    g_autofree char *value = g_strnfill(4096, '&');
    virErrorPtr err;
    size_t i;

    def->name = g_strdup("guest");
    for (i = 0; i < reports->len * 512; i++) {
        virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i / 512);

        virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_ATTR_MISMATCH,
                                     VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, "x", value, "\xc3\xa4");
        report->verdict = VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
    }

    if (qemuHostdevCompatPolicyDecide(&policy, def, reports,
                                      VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE, 0) == 0)
        return -1;

    err = virGetLastError();
    if (strlen(err->message) > 300 * 1024 || err->str2 ||
        !g_utf8_validate(err->message, -1, NULL)) {
        return testFail("message of %zu bytes, %s document", strlen(err->message),
                        err->str2 ? "with a" : "no");
    }

    virResetLastError();
    return 0;
}


/* What is no document of several reports, for virsh */
static const char *const malformed[] = {
    "",
    "<nodeDeviceCompatReports>",
    "<nodeDeviceCompatReport verdict='unknown'/>",
    "<nodeDeviceCompatReports><nodeDeviceCompatReport/></nodeDeviceCompatReports>",
    "<nodeDeviceCompatReports><nodeDeviceCompatReport verdict='maybe'/></nodeDeviceCompatReports>",
    "<nodeDeviceCompatReports><nodeDeviceCompatReport verdict='unknown'>"
    "<target name='&#10;'/></nodeDeviceCompatReport></nodeDeviceCompatReports>",
};


static int
testMalformed(const void *opaque)
{
    g_autoptr(GPtrArray) reports = virNodeDeviceCompatReportsParse(opaque);

    if (reports)
        return testFail("expected an error, got %u reports", reports->len);

    virResetLastError();
    return 0;
}


static int
mymain(void)
{
    size_t i;

    /* the audit log's records in the other log */
    virAuditLog(true);
    if (virLogSetDefaultPriority(VIR_LOG_INFO) < 0)
        return EXIT_FAILURE;

    for (i = 0; i < G_N_ELEMENTS(decisions); i++) {
        const struct testDecide *data = &decisions[i];

        DO_TEST(testPolicyDecide, data,
                "%s%s, devices '%s': %s%s%s", data->policy,
                data->flags & UNSAFE ? ", unsafe" : "", data->devices,
                data->refused ? "refused" : "allowed",
                data->logged ? ", with a warning" : "", data->audited ? ", audited" : "");
    }

    DO_TEST(testPolicyLarge, NULL, "a refusal larger than an error can be");

    for (i = 0; i < G_N_ELEMENTS(malformed); i++) {
        DO_TEST(testMalformed, malformed[i], "malformed reports '%s'", malformed[i]);
    }

    return testResult();
}

VIR_TEST_MAIN(mymain)
