/*
 * qemu_hostdev_compat_policy.c: what a host makes of incompatible devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_policy.h"

#include "viraudit.h"
#include "virerror.h"
#include "virlog.h"
#include "virstring.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat_policy");

VIR_ENUM_IMPL(qemuHostdevCompatMode,
              QEMU_HOSTDEV_COMPAT_MODE_LAST,
              "permissive",
              "off",
              "enforcing",
);

/* As in the log */
VIR_ENUM_IMPL(qemuHostdevCompatOperation,
              QEMU_HOSTDEV_COMPAT_OPERATION_LAST,
              "migration",
              "restore",
);

/* The policy, as data of the virQEMUDriverConfig */
#define CFG_DATA "nodedev-compat"

/* An error has to fit into a message of the remote protocol, whose strings are
 * limited to 4 MiB; values come from the peer. In bytes. */
#define MESSAGE_MAX (256 * 1024)
#define DOCUMENT_MAX (2 * 1024 * 1024)


static void
qemuHostdevCompatPolicyFree(qemuHostdevCompatPolicy *policy)
{
    if (!policy)
        return;

    g_strfreev(policy->ignore);
    g_free(policy);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(qemuHostdevCompatPolicy, qemuHostdevCompatPolicyFree);


/**
 * qemuHostdevCompatPolicyLoad:
 * @cfg: configuration of the driver, which gets the policy that is set in @conf
 * @conf: configuration file
 * @filename: where @conf is from
 *
 * Returns 0 on success, -1 with an error reported and the policy as it was.
 */
int
qemuHostdevCompatPolicyLoad(virQEMUDriverConfig *cfg,
                            virConf *conf,
                            const char *filename)
{
    g_autoptr(qemuHostdevCompatPolicy) policy = g_new0(qemuHostdevCompatPolicy, 1);
    g_autofree char *mode = NULL;
    int value = policy->mode;
    size_t i;

    if (virConfGetValueString(conf, "migration_hostdev_compat", &mode) < 0 ||
        virConfGetValueBool(conf, "migration_hostdev_compat_cross_type", &policy->crossType) < 0 ||
        virConfGetValueStringList(conf, "migration_hostdev_compat_ignore", false, &policy->ignore) < 0)
        return -1;

    if (mode && (value = qemuHostdevCompatModeTypeFromString(mode)) < 0) {
        virReportError(VIR_ERR_CONF_SYNTAX,
                       _("%1$s: migration_hostdev_compat: must be 'off', 'permissive' or 'enforcing', not '%2$s'"),
                       filename, mode);
        return -1;
    }
    policy->mode = value;

    for (i = 0; policy->ignore && policy->ignore[i]; i++) {
        if (virNodeDeviceCompatReasonCodeTypeFromString(policy->ignore[i]) < 0) {
            virReportError(VIR_ERR_CONF_SYNTAX,
                           _("%1$s: migration_hostdev_compat_ignore: there is no reason code '%2$s'"),
                           filename, policy->ignore[i]);
            return -1;
        }
    }

    g_object_set_data_full(G_OBJECT(cfg), CFG_DATA, g_steal_pointer(&policy),
                           (GDestroyNotify) qemuHostdevCompatPolicyFree);
    return 0;
}


/**
 * qemuHostdevCompatPolicyGet:
 * @cfg: configuration of the driver
 *
 * Returns its policy, which lives as long as @cfg does; the default one if no
 * configuration file was there to be loaded.
 */
const qemuHostdevCompatPolicy *
qemuHostdevCompatPolicyGet(virQEMUDriverConfig *cfg)
{
    static const qemuHostdevCompatPolicy defaults = { 0 };
    const qemuHostdevCompatPolicy *policy = g_object_get_data(G_OBJECT(cfg), CFG_DATA);

    return policy ? policy : &defaults;
}


/* What to call a device whose name is not known */
static const char *
qemuHostdevCompatPolicyName(const char *name)
{
    return name ? name : _("(none)");
}


/* Adds what speaks against one device. */
static void
qemuHostdevCompatPolicyTell(virBuffer *buf,
                            const virNodeDeviceCompatReport *report)
{
    const char *target = qemuHostdevCompatPolicyName(report->target);
    const char *source = qemuHostdevCompatPolicyName(report->source);
    g_autofree char *reasons = virNodeDeviceCompatReportToMessage(report);

    if (virBufferUse(buf) > 0)
        virBufferAddLit(buf, "; ");

    if (report->verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE) {
        virBufferAsprintf(buf, _("'%1$s' cannot take over the state of '%2$s': %3$s"),
                          target, source, NULLSTR_EMPTY(reasons));
    } else {
        virBufferAsprintf(buf, _("cannot tell whether '%1$s' can take over the state of '%2$s': %3$s"),
                          target, source, NULLSTR_EMPTY(reasons));
    }
}


/* Makes warnings of the reasons that do not matter on this host. */
static void
qemuHostdevCompatPolicyIgnore(const qemuHostdevCompatPolicy *policy,
                              const virDomainDef *def,
                              virNodeDeviceCompatReport *report,
                              qemuHostdevCompatOperation operation)
{
    bool changed = false;
    size_t i;

    for (i = 0; policy->ignore && i < report->nreasons; i++) {
        virNodeDeviceCompatReason *reason = report->reasons[i];

        if (reason->severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING ||
            !g_strv_contains((const char *const *) policy->ignore, reason->code))
            continue;

        VIR_WARN("ignored in the %s of domain '%s', as qemu.conf says: '%s' for '%s': %s (%s)",
                 qemuHostdevCompatOperationTypeToString(operation), def->name,
                 qemuHostdevCompatPolicyName(report->target),
                 qemuHostdevCompatPolicyName(report->source),
                 reason->message, reason->code);
        reason->severity = VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING;
        changed = true;
    }

    if (changed) {
        report->verdict = virNodeDeviceCompatReportGetVerdict(report,
                                                              VIR_NODE_DEVICE_COMPAT_SUPERSET);
    }
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
qemuHostdevCompatPolicyGetCodes(const GPtrArray *reports)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        if (report->verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE ||
            report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN)
            qemuHostdevCompatPolicyListCodes(&buf, report);
    }

    return virBufferContentAndReset(&buf);
}


/**
 * qemuHostdevCompatPolicyAudit:
 * @def: definition of the guest that comes in
 * @codes: what VIR_MIGRATE_UNSAFE overrides
 *
 * Writes a record of that to the audit log.
 */
void
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


/**
 * qemuHostdevCompatPolicyReport:
 * @def: definition of the guest that is refused
 * @operation: what brings it here
 * @reasons: why
 *
 * Reports the error of a refusal. A guest that is restored is not to be had by
 * asking for it in another way, so it names the setting.
 */
void
qemuHostdevCompatPolicyReport(const virDomainDef *def,
                              qemuHostdevCompatOperation operation,
                              const char *reasons)
{
    if (operation == QEMU_HOSTDEV_COMPAT_OPERATION_RESTORE) {
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED,
                       _("domain '%1$s' cannot be restored on this host, as migration_hostdev_compat in qemu.conf says: %2$s"),
                       def->name, reasons);
    } else {
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED,
                       _("domain '%1$s' cannot be migrated to this host: %2$s"),
                       def->name, reasons);
    }
}


/* The reports go along in the error, for programs and for virsh. */
static void
qemuHostdevCompatPolicyRefuse(const virDomainDef *def,
                              GPtrArray *reports,
                              qemuHostdevCompatOperation operation,
                              virNodeDeviceCompatResult verdict,
                              const char *reasons)
{
    g_autofree char *document = virNodeDeviceCompatReportsFormat(reports);
    virErrorPtr err;

    qemuHostdevCompatPolicyReport(def, operation, reasons);

    err = virGetLastError();
    g_clear_pointer(&err->str2, g_free);
    if (strlen(document) <= DOCUMENT_MAX)
        err->str2 = g_steal_pointer(&document);
    err->int1 = verdict;
}


/**
 * qemuHostdevCompatPolicyDecide:
 * @policy: the host's policy
 * @def: definition of the guest that comes in
 * @reports: a virNodeDeviceCompatReport for each of its devices
 * @operation: what brings it here
 * @flags: flags of the migration, 0 for another operation
 *
 * All devices and all reasons go into one refusal. What is overridden, by
 * VIR_MIGRATE_UNSAFE, by the list of reasons to ignore, or since unknown is no
 * reason to refuse, is a warning in the log; changes the severity of reasons to
 * ignore in @reports.
 *
 * Returns 0 if the guest may come in, -1 with an error reported if not; the
 * error has virNodeDeviceCompatReportsFormat() in str2 and the worst verdict in
 * int1.
 */
int
qemuHostdevCompatPolicyDecide(const qemuHostdevCompatPolicy *policy,
                              const virDomainDef *def,
                              GPtrArray *reports,
                              qemuHostdevCompatOperation operation,
                              unsigned int flags)
{
    const char *what = qemuHostdevCompatOperationTypeToString(operation);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatResult worst = VIR_NODE_DEVICE_COMPAT_IDENTICAL;
    g_autofree char *reasons = NULL;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        qemuHostdevCompatPolicyIgnore(policy, def, report, operation);

        if (report->verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE)
            worst = report->verdict;
        else if (report->verdict != VIR_NODE_DEVICE_COMPAT_UNKNOWN)
            continue;
        else if (worst != VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE)
            worst = report->verdict;

        qemuHostdevCompatPolicyTell(&buf, report);
    }

    if (virBufferUse(&buf) == 0)
        return 0;

    reasons = virNodeDeviceCompatValueToPrintable(virBufferCurrentContent(&buf), MESSAGE_MAX);

    if (worst == VIR_NODE_DEVICE_COMPAT_UNKNOWN &&
        policy->mode != QEMU_HOSTDEV_COMPAT_MODE_ENFORCING) {
        VIR_WARN("%s of domain '%s' goes on without knowing: %s",
                 what, def->name, reasons);
        return 0;
    }

    if (flags & VIR_MIGRATE_UNSAFE) {
        g_autofree char *codes = qemuHostdevCompatPolicyGetCodes(reports);

        VIR_WARN("%s of domain '%s' goes on as it was asked to be unsafe: %s",
                 what, def->name, reasons);
        qemuHostdevCompatPolicyAudit(def, codes);
        return 0;
    }

    qemuHostdevCompatPolicyRefuse(def, reports, operation, worst, reasons);
    return -1;
}
