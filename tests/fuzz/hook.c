/*
 * hook.c: fuzz what a hook script finds in the definition of a guest
 *
 * The input is the definition, with the description of devices in its metadata, and, each
 * behind a line "=", what up to three devices of this host are, as fuzzDescriptor() takes
 * it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "hypervisor/domain_hostdev_compat_check.h"
#include "hypervisor/domain_hostdev_compat_refusal.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "virerror.h"
#include "virstring.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FUZZ_DEVICES 3


static void
fuzzCheckGuest(const virDomainHostdevGuest *guest)
{
    size_t i;

    FUZZ_CHECK(guest->nodes->len <= VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX);
    FUZZ_CHECK((guest->metadata != NULL) ==
               (guest->metadataState == VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK));

    for (i = 0; i < guest->nodes->len; i++) {
        const virDomainHostdevNode *node = g_ptr_array_index(guest->nodes, i);
        g_autofree char *path = virDomainHostdevNodeGetPath(node);
        unsigned char uuid[VIR_UUID_BUFLEN];

        FUZZ_CHECK(virStringIsPrintable(node->name) && !strchr(node->name, '/'));
        FUZZ_CHECK(STRPREFIX(path, "/sys/bus/") && !strstr(path, ".."));
        FUZZ_CHECK(!node->identity.alias || STRPREFIX(node->identity.alias, "ua-"));
        FUZZ_CHECK(!node->identity.uuid || virUUIDParse(node->identity.uuid, uuid) == 0);
        FUZZ_CHECK(node->identity.uuid || !node->identity.single);
    }
}


/* Without the description the guest is the same, and has none. */
static void
fuzzCheckRemoval(const virDomainHostdevGuest *guest,
                 const char *xml)
{
    g_autofree char *without = NULL;
    g_autofree char *again = NULL;
    g_autoptr(virDomainHostdevGuest) other = NULL;
    size_t i;

    /* libxml2 cannot write all namespaces */
    if (virDomainHostdevGuestRemoveMetadata(xml, &without) < 0) {
        FUZZ_CHECK(strstr(xml, "xmlns") && strchr(xml, '&') && !without);
        return;
    }

    FUZZ_CHECK(!without == (guest->metadataState == VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT));

    if (!without)
        return;

    /* it can have become larger than any document may be */
    if (strlen(without) > VIR_DOMAIN_HOSTDEV_GUEST_MAX)
        return;

    if (!(other = virDomainHostdevGuestParse(without)))
        fuzzFail(__FILE__, __LINE__, "what is printed can be parsed", xml, without);

    FUZZ_CHECK(other->metadataState == VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT);
    FUZZ_CHECK(virDomainHostdevGuestRemoveMetadata(without, &again) == 0 && !again);
    FUZZ_CHECK(other->nodes->len == guest->nodes->len);
    FUZZ_CHECK(g_hash_table_size(other->deferred) == g_hash_table_size(guest->deferred));

    for (i = 0; i < guest->nodes->len; i++) {
        const virDomainHostdevNode *a = g_ptr_array_index(guest->nodes, i);
        const virDomainHostdevNode *b = g_ptr_array_index(other->nodes, i);

        FUZZ_CHECK_EQUAL(a->name, b->name);
        FUZZ_CHECK(STREQ_NULLABLE(a->identity.address, b->identity.address));
    }
}


/* What was accepted can be written, and is accepted again. */
static void
fuzzCheckDescription(const virDomainHostdevDescription *description)
{
    const size_t max = VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX;
    g_autofree char *xml = virDomainHostdevDescriptionFormat(description, max);
    g_autofree char *again = NULL;
    g_autoptr(virDomainHostdevDescription) parsed = NULL;

    FUZZ_CHECK(strlen(xml) <= max);
    if (virDomainHostdevDescriptionParse(xml, max, &parsed) != VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK)
        fuzzFail(__FILE__, __LINE__, "what is formatted can be parsed", xml, NULL);

    again = virDomainHostdevDescriptionFormat(parsed, max);
    FUZZ_CHECK_EQUAL(xml, again);
}


static void
fuzzAnswer(virDomainHostdevCompatQuestion *question,
           virNodeDeviceCompat *device)
{
    question->answer = virDomainHostdevCompatAnswerNew(device ? NULL : "absent");

    if (!device) {
        question->answer->absent = true;
        return;
    }

    question->answer->compat = g_object_ref(device);
    if (question->source)
        question->answer->report = virNodeDeviceCompatCompare(question->source, device, fuzzRules(),
                                                              question->flags);
}


/* A guest is let in only if all of its devices are known to be good, or what is not known
 * does not matter. */
static void
fuzzCheckDecision(const virDomainHostdevGuest *guest,
                  GPtrArray *sources,
                  virNodeDeviceCompat **devices)
{
    const virDomainHostdevCompatCheck check = {
        .sources = sources,
        .local = true,
        .once = true,
        .crossType = fuzzChoose(2),
    };
    g_autoptr(virDomainHostdevCompatPlan) plan =
        virDomainHostdevCompatPlanNew(&check, guest, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY);
    GPtrArray *questions = virDomainHostdevCompatPlanGetQuestions(plan);
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *reasons = NULL;
    size_t good = 0;
    size_t i;

    for (i = 0; i < questions->len; i++)
        fuzzAnswer(g_ptr_array_index(questions, i), devices[i % FUZZ_DEVICES]);

    reports = virDomainHostdevCompatPlanJudge(plan, &check);
    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        fuzzCheckReport(report);
        if (virNodeDeviceCompatVerdictIsGood(report->verdict))
            good++;
    }

    reasons = virDomainHostdevCompatRefusalFormatReasons(reports);
    FUZZ_CHECK((*reasons == '\0') == (good == reports->len));
    FUZZ_CHECK(good <= MIN(guest->nodes->len, sources->len));
    FUZZ_CHECK(reports->len >= guest->nodes->len);
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) parts = fuzzParts(text, FUZZ_DEVICES + 1);
    virNodeDeviceCompat *devices[FUZZ_DEVICES] = { 0 };
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    g_autoptr(virDomainHostdevDescription) description = NULL;
    size_t i;

    if (!parts[0] || !(guest = virDomainHostdevGuestParse(parts[0])))
        return;

    fuzzCheckGuest(guest);
    fuzzCheckRemoval(guest, parts[0]);

    if (virDomainHostdevGuestGetDescription(guest, &description) ==
        VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK)
        fuzzCheckDescription(description);
    else
        description = virDomainHostdevDescriptionNew();
    virResetLastError();

    for (i = 0; i < FUZZ_DEVICES && parts[i + 1]; i++) {
        g_auto(GStrv) lines = g_strsplit(parts[i + 1], "\n", -1);

        devices[i] = fuzzDescriptor(lines, g_strv_length(lines));
    }

    fuzzCheckDecision(guest, description->hostdevs, devices);

    for (i = 0; i < FUZZ_DEVICES; i++)
        g_clear_object(&devices[i]);
}
