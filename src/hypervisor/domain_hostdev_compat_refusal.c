/*
 * domain_hostdev_compat_refusal.c: what a user reads who may not have a guest
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat_refusal.h"

#include "conf/nodedev_compat_value.h"
#include "virbuffer.h"

VIR_ENUM_IMPL(virDomainHostdevCompatOperation,
              VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_LAST,
              "migration",
              "restore",
              "undescribed restore",
);


/**
 * virDomainHostdevCompatRefusalFormatReasons:
 * @reports: a virNodeDeviceCompatReport for each device
 *
 * Returns what was found about the devices that are not known to be compatible, as one
 * line of limited length; it is empty if all of them are.
 */
char *
virDomainHostdevCompatRefusalFormatReasons(GPtrArray *reports)
{
    g_autofree char *text = virDomainHostdevCompatReportsFormatReasons(reports);

    return virNodeDeviceCompatValueToPrintable(NULLSTR_EMPTY(text),
                                               VIR_DOMAIN_HOSTDEV_COMPAT_REASONS_MAX);
}


/**
 * virDomainHostdevCompatRefusalGetHeadline:
 * @reports: a virNodeDeviceCompatReport for each device
 * @nhostdevs: number of the guest's host devices on this host
 * @verdict: the worst verdict on them
 *
 * Returns how many of the guest's devices are the reason. Devices that the guest has on
 * the source only count as devices, too.
 */
char *
virDomainHostdevCompatRefusalGetHeadline(GPtrArray *reports,
                                         size_t nhostdevs,
                                         virNodeDeviceCompatResult verdict)
{
    size_t bad = virDomainHostdevCompatReportsCount(reports, verdict);
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        if (!report->target)
            nhostdevs++;
    }

    if (verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE) {
        return g_strdup_printf(_("host '%1$s' has no compatible counterpart for %2$zu of %3$zu host devices"),
                               g_get_host_name(), bad, nhostdevs);
    }

    return g_strdup_printf(_("host '%1$s' may have no compatible counterpart for %2$zu of %3$zu host devices"),
                           g_get_host_name(), bad, nhostdevs);
}


/* What a user can do after a refusal. It names the policy where that decides: a
 * restore cannot be asked for in another way, and what is not known is refused by
 * some hosts only. */
static char *
virDomainHostdevCompatRefusalGetAdvice(const virDomainHostdevCompatRefusal *refusal,
                                       virNodeDeviceCompatResult verdict)
{
    const virDomainHostdevCompatPolicy *policy = refusal->policy;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virBufferAdd(&buf, _("see libvirt-nodedev-compat(7)"), -1);

    if (refusal->overridable)
        virBufferAdd(&buf, _("; --unsafe overrides"), -1);

    if (policy->error) {
        virBufferAsprintf(&buf, _("; the policy file is not usable: %1$s"), policy->error);
    } else if (refusal->operation == VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE_UNDESCRIBED) {
        virBufferAsprintf(&buf, _("; 'migration' is '%1$s' and 'restore_undescribed' is '0' in '%2$s'"),
                          virDomainHostdevCompatModeTypeToString(policy->mode), policy->file);
    } else if (!refusal->overridable || verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN) {
        virBufferAsprintf(&buf, _("; 'migration' is '%1$s' in '%2$s'"),
                          virDomainHostdevCompatModeTypeToString(policy->mode), policy->file);
    }

    return virBufferContentAndReset(&buf);
}


/**
 * virDomainHostdevCompatRefusalFormat:
 * @refusal: who is refused what
 * @verdict: the worst verdict on the guest's devices
 * @headline: why, in a few words
 * @reasons: why, in detail
 * @ret_start: set to the message without details, for those who have the reports; or NULL
 *
 * Returns the message, of one line.
 */
char *
virDomainHostdevCompatRefusalFormat(const virDomainHostdevCompatRefusal *refusal,
                                    virNodeDeviceCompatResult verdict,
                                    const char *headline,
                                    const char *reasons,
                                    char **ret_start)
{
    g_autofree char *advice = virDomainHostdevCompatRefusalGetAdvice(refusal, verdict);
    g_autofree char *start = NULL;
    char *message;

    if (refusal->operation == VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE) {
        start = g_strdup_printf(_("domain '%1$s' cannot be migrated: %2$s"),
                                refusal->domain, headline);
    } else {
        start = g_strdup_printf(_("domain '%1$s' cannot be restored: %2$s"),
                                refusal->domain, headline);
    }

    message = g_strdup_printf("%s: %s; %s", start, reasons, advice);
    if (ret_start)
        *ret_start = g_steal_pointer(&start);
    return message;
}
