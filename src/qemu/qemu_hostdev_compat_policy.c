/*
 * qemu_hostdev_compat_policy.c: the decision about a guest with host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_policy.h"

#include "hypervisor/domain_hostdev_compat.h"
#include "nodedev_compat/evidence/nodedev_compat_reader.h"
#include "viraudit.h"
#include "virerror.h"
#include "virlog.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat_policy");

/* The reports have to fit into a message of the remote protocol, together with the error
 * that they are attached to, see VIR_DOMAIN_HOSTDEV_COMPAT_REASONS_MAX. In bytes. */
#define DOCUMENT_MAX (2 * 1024 * 1024)


/**
 * qemuHostdevCompatPolicyRead:
 * @driver: QEMU driver
 * @paused: whether a guest stands still meanwhile
 *
 * The file can be on a file server that does not answer: a thread reads it, and nobody
 * waits long for that, and next to no time if a guest stands still, for which it was read
 * before. Then what the file had before stays in force.
 *
 * Returns the policy of the host right now; for an unprivileged daemon that of the
 * user.
 */
virDomainHostdevCompatPolicy *
qemuHostdevCompatPolicyRead(virQEMUDriver *driver,
                            bool paused)
{
    g_autoptr(virQEMUDriverConfig) cfg = virQEMUDriverGetConfig(driver);
    g_autofree char *file = g_strdup_printf("%s/" VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE,
                                            cfg->configBaseDir);
    g_autofree char *call = g_strdup_printf(VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_CALL "%s", file);
    g_autofree char *content = NULL;
    int len = virNodeDeviceCompatReaderAsk(call, virDomainHostdevCompatPolicyLoad,
                                           VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE_MAX,
                                           paused, &content);

    return virDomainHostdevCompatPolicyNewLoaded(file, content, len);
}


/* Adds DEVICE:CODE,CODE. A code is there once, whatever it is about: a record of
 * the audit log has a few kilobytes. */
static void
qemuHostdevCompatPolicyListCodes(virBuffer *buf,
                                 const virNodeDeviceCompatReport *report)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    char separator = ':';
    size_t i;

    virBufferAsprintf(buf, "%s%s", virBufferUse(buf) > 0 ? ";" : "",
                      report->target ? report->target : "?");

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        if (reason->severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING ||
            !g_hash_table_add(seen, reason->code))
            continue;

        virBufferAsprintf(buf, "%c%s", separator, reason->code);
        separator = ',';
    }
}


/* The reasons of a refusal as DEVICE:CODE,CODE;DEVICE:CODE */
static char *
qemuHostdevCompatPolicyGetCodes(GPtrArray *reports)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        if (!virNodeDeviceCompatVerdictIsGood(report->verdict))
            qemuHostdevCompatPolicyListCodes(&buf, report);
    }

    return virBufferContentAndReset(&buf);
}


/* Writes a record to the audit log of the refusal, with these codes, that
 * VIR_MIGRATE_UNSAFE overrides. */
static void
qemuHostdevCompatPolicyAudit(const virDomainDef *def,
                             const char *codes)
{
    char uuidstr[VIR_UUID_STRING_BUFLEN];
    g_autofree char *vm = NULL;
    g_autofree char *overridden = NULL;

    virUUIDFormat(def->uuid, uuidstr);

    if (!(vm = virAuditEncode("vm", def->name)) ||
        !(overridden = virAuditEncode("overridden", VIR_AUDIT_STR(codes)))) {
        VIR_WARN("OOM while encoding audit message");
        return;
    }

    VIR_AUDIT(VIR_AUDIT_RECORD_RESOURCE, true,
              "virt=%s resrc=hostdev-compat reason=unsafe %s uuid=%s %s",
              virDomainVirtTypeToString(def->virtType), vm, uuidstr, overridden);
}


/* The first part of the message, in str3, is enough for those who show the reports. */
static void
qemuHostdevCompatPolicyReport(const virDomainHostdevCompatPolicy *policy,
                              const virDomainDef *def,
                              virDomainHostdevCompatOperation operation,
                              virNodeDeviceCompatResult verdict,
                              const char *headline,
                              const char *reasons)
{
    const virDomainHostdevCompatRefusal refusal = {
        .policy = policy,
        .operation = operation,
        .domain = def->name,
        .overridable = operation == VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE,
    };
    g_autofree char *start = NULL;
    g_autofree char *message = virDomainHostdevCompatRefusalFormat(&refusal, verdict, headline,
                                                                   reasons, &start);
    virErrorPtr err;

    virReportError(VIR_ERR_OPERATION_UNSUPPORTED, "%s", message);

    err = virGetLastError();
    g_free(err->str3);
    err->str3 = g_steal_pointer(&start);
}


/* The reports are attached to the error, for programs and for virsh. */
static void
qemuHostdevCompatPolicyRefuse(const virDomainHostdevCompatPolicy *policy,
                              const virDomainDef *def,
                              GPtrArray *reports,
                              virDomainHostdevCompatOperation operation,
                              virNodeDeviceCompatResult verdict,
                              const char *reasons)
{
    g_autofree char *document = virNodeDeviceCompatReportsFormat(reports);
    g_autofree char *headline =
        virDomainHostdevCompatRefusalGetHeadline(reports, virDomainHostdevCountWithState(def),
                                                 verdict);
    virErrorPtr err;

    qemuHostdevCompatPolicyReport(policy, def, operation, verdict, headline, reasons);

    err = virGetLastError();
    g_clear_pointer(&err->str2, g_free);
    if (strlen(document) <= DOCUMENT_MAX)
        err->str2 = g_steal_pointer(&document);
    err->int1 = verdict;
}


/* Lets a guest in that would be refused. */
static void
qemuHostdevCompatPolicyOverride(const virDomainDef *def,
                                virDomainHostdevCompatOperation operation,
                                const char *reasons,
                                const char *codes)
{
    VIR_WARN("Continuing unsafe %s of domain '%s': %s",
             virDomainHostdevCompatOperationTypeToString(operation), def->name, reasons);
    qemuHostdevCompatPolicyAudit(def, codes);
}


/**
 * qemuHostdevCompatPolicyDecide:
 * @policy: policy of the host
 * @def: definition of the guest
 * @reports: a virNodeDeviceCompatReport for each of its devices
 * @operation: how it comes to this host
 * @flags: flags of the migration, 0 for another operation
 *
 * All devices and all reasons go into one refusal. What is overridden, by
 * VIR_MIGRATE_UNSAFE, by the list of reasons to ignore, or since a permissive host
 * allows what is not known, is a warning in the log; changes the severity of reasons
 * to ignore in @reports.
 *
 * Returns 0 if the guest can use its devices, -1 with an error reported if not; the
 * error has virNodeDeviceCompatReportsFormat() in str2 and the worst verdict in
 * int1.
 */
int
qemuHostdevCompatPolicyDecide(const virDomainHostdevCompatPolicy *policy,
                              const virDomainDef *def,
                              GPtrArray *reports,
                              virDomainHostdevCompatOperation operation,
                              unsigned int flags)
{
    const char *what = virDomainHostdevCompatOperationTypeToString(operation);
    g_autofree char *ignored = virDomainHostdevCompatPolicyIgnore(policy, reports);
    virNodeDeviceCompatResult verdict = virDomainHostdevCompatReportsGetVerdict(reports);
    g_autofree char *reasons = virDomainHostdevCompatRefusalFormatReasons(reports);
    g_autofree char *codes = NULL;

    if (ignored) {
        VIR_WARN("Ignoring in the %s of domain '%s', as set in '%s': %s",
                 what, def->name, policy->file, ignored);
    }

    switch (virDomainHostdevCompatPolicyDecide(policy, verdict)) {
    case VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_ALLOW:
        return 0;

    case VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_WARN:
        VIR_WARN("Continuing %s of domain '%s': %s", what, def->name, reasons);
        return 0;

    case VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE:
        break;
    }

    if (flags & VIR_MIGRATE_UNSAFE) {
        codes = qemuHostdevCompatPolicyGetCodes(reports);
        qemuHostdevCompatPolicyOverride(def, operation, reasons, codes);
        return 0;
    }

    qemuHostdevCompatPolicyRefuse(policy, def, reports, operation, verdict, reasons);
    return -1;
}


/**
 * qemuHostdevCompatPolicyRefuseMalformed:
 * @policy: policy of the host
 * @def: definition of the guest
 * @error: what is wrong with the description of its devices
 * @operation: how it comes to this host
 * @flags: flags of the migration, 0 for another operation
 *
 * Refuses a guest whose host devices have a malformed description, unless
 * VIR_MIGRATE_UNSAFE overrides that.
 *
 * Returns 0 if so, -1 with an error reported if not.
 */
int
qemuHostdevCompatPolicyRefuseMalformed(const virDomainHostdevCompatPolicy *policy,
                                       const virDomainDef *def,
                                       const char *error,
                                       virDomainHostdevCompatOperation operation,
                                       unsigned int flags)
{
    const char *headline = _("the description of its host devices is malformed");

    if (flags & VIR_MIGRATE_UNSAFE) {
        g_autofree char *reasons = g_strdup_printf("%s: %s", headline, error);

        qemuHostdevCompatPolicyOverride(def, operation, reasons, "?:malformed");
        return 0;
    }

    qemuHostdevCompatPolicyReport(policy, def, operation, VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE,
                                  headline, error);
    return -1;
}
