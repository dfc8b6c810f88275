/*
 * domainhostdevpairingtest.c: which host devices of a guest replace each other
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "hypervisor/domain_hostdev_compat.h"
#include "hypervisor/domain_hostdev_pairing.h"
#include "viralloc.h"
#include "virhash.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NONE


/* A device is written as ADDRESS.ALIAS.UUID, where "-" is one that it does not have, and
 * with a ! behind that if a guest has one such at most; the devices of the source are A, B,
 * and so on. */
struct testPairs {
    const char *sources;
    const char *targets;
    const char *deferred;       /* addresses */
    const char *expect;         /* what each target replaces; after a + what is unpaired */
};

static const struct testPairs pairs[] = {
    { "", "", "", "+" },
    { "", "5.-.1", "", "-+" },
    { "5.-.1", "", "", "+A" },

    { "5.a.1 6.b.2", "5.a.1 6.b.2", "", "AB+" },
    { "5.a.1 6.b.2", "6.b.2 5.a.1", "", "BA+" },
    { "5.a.1 6.b.2", "6.a.1 5.b.2", "", "BA+" },
    { "-.a.1 -.b.2", "-.b.1 -.a.2", "", "BA+" },
    { "-.-.1 -.-.2", "-.-.2 -.-.1", "", "BA+" },
    { "5.a.1", "-.a.2", "", "A+" },
    { "-.a.1", "5.a.2", "", "A+" },
    { "5.-.1", "-.a.1", "", "-+A" },
    { "-.a.1", "-.b.1", "", "-+" },
    { "5.-.1", "6.-.1", "", "-+A" },
    { "5.-.-", "5.-.1", "", "A+" },
    { "5.-.1", "5.-.-", "", "A+" },
    { "-.-.-", "-.-.-", "", "-+" },

    { "5.-.1 6.-.2", "6.-.2", "", "B+A" },
    { "5.-.1 6.-.2 7.-.3", "6.-.2", "", "B+AC" },
    { "5.-.1 6.-.2", "6.-.2 7.-.3", "", "B-+A" },
    { "5.-.1 6.-.2 7.-.3", "6.-.2 8.-.4", "", "B-+AC" },
    { "5.a.1 6.b.2", "5.a.1 -.a.3", "", "AA+B" },

    /* of what there is one at most */
    { "-.-.1!", "-.-.2!", "", "A+" },
    { "-.a.1!", "-.b.2!", "", "A+" },
    { "-.a.1!", "-.-.-!", "", "A+" },
    { "5.-.1!", "6.-.2!", "", "A+" },
    { "5.-.3 -.-.1!", "-.-.2! 5.-.4", "", "BA+" },
    { "-.-.3 -.-.1!", "-.-.3!", "", "B+A" },
    { "-.-.3 -.-.1!", "-.-.1", "", "B+A" },
    { "-.-.1", "-.-.2!", "", "-+" },
    { "-.-.1!", "-.-.2", "", "-+" },
    /* a source that has two knows better */
    { "-.-.1! -.-.2!", "-.-.2!", "", "B+A" },
    { "-.-.1! -.-.2!", "-.-.3!", "", "-+AB" },

    /* what has no address may be any of those that were not paired */
    { "-.a.1 -.b.2", "-.a.1 -.c.3", "", "A-+" },
    { "-.a.1 -.b.2", "-.a.1", "", "A+B" },
    { "-.a.1 -.b.2 5.-.3", "-.c.4 -.d.5", "", "--+ABC" },
    { "-.a.1 5.-.3", "-.c.4", "5", "-+" },

    { "5.-.1", "", "5", "+" },
    { "5.-.1", "", "6", "+A" },
    { "5.-.1 6.-.2", "", "5", "+B" },
    { "5.-.1 6.-.2", "6.-.2", "5 7", "B+" },
    { "5.-.1 6.-.2 7.-.3", "6.-.2", "5", "B+C" },
    { "-.a.1", "", "a 1", "+A" },
    /* one that is paired is not deferred, too */
    { "5.-.1 6.-.2", "5.-.1", "5", "A+B" },
};


static void
testParseIdentity(const char *text,
               virDomainHostdevIdentity *identity)
{
    g_autofree char *names = g_strdup(text);
    g_auto(GStrv) parts = NULL;
    char **const fields[] = { &identity->address, &identity->alias, &identity->uuid };
    size_t i;

    identity->single = virStringStripSuffix(names, "!");
    parts = g_strsplit(names, ".", -1);
    g_assert(g_strv_length(parts) == G_N_ELEMENTS(fields));

    for (i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (STRNEQ(parts[i], "-"))
            *fields[i] = g_strdup(parts[i]);
    }
}


static GStrv
testSplit(const char *text)
{
    return *text ? g_strsplit(text, " ", -1) : g_new0(char *, 1);
}


static int
testPairsOf(const void *opaque)
{
    const struct testPairs *test = opaque;
    g_auto(GStrv) sources = testSplit(test->sources);
    g_auto(GStrv) targets = testSplit(test->targets);
    g_auto(GStrv) addresses = testSplit(test->deferred);
    g_autofree virDomainHostdevIdentity *identities = g_new0(virDomainHostdevIdentity,
                                                         g_strv_length(sources) + 1);
    g_autoptr(virDomainHostdevPairing) pairing = virDomainHostdevPairingNew();
    g_autoptr(GHashTable) deferred = virHashNew(NULL);
    g_autoptr(GPtrArray) unpaired = NULL;
    g_autoptr(GString) actual = g_string_new("");
    size_t i;

    for (i = 0; sources[i]; i++) {
        testParseIdentity(sources[i], &identities[i]);
        virDomainHostdevPairingAdd(pairing, &identities[i], GINT_TO_POINTER('A' + i));
    }

    for (i = 0; targets[i]; i++) {
        g_auto(virDomainHostdevIdentity) target = { 0 };
        void *device;

        testParseIdentity(targets[i], &target);
        device = virDomainHostdevPairingPair(pairing, &target);
        g_string_append_c(actual, device ? GPOINTER_TO_INT(device) : '-');
    }

    for (i = 0; addresses[i]; i++)
        g_hash_table_add(deferred, g_strdup(addresses[i]));

    g_string_append_c(actual, '+');
    unpaired = virDomainHostdevPairingGetUnpaired(pairing, deferred);
    for (i = 0; i < unpaired->len; i++)
        g_string_append_c(actual, GPOINTER_TO_INT(g_ptr_array_index(unpaired, i)));

    for (i = 0; sources[i]; i++)
        virDomainHostdevIdentityClear(&identities[i]);

    if (STRNEQ(test->expect, actual->str))
        return testFail("expected %s, got %s", test->expect, actual->str);

    return 0;
}


struct testOverlap {
    const char *a;
    const char *b;
    bool expect;
};

static const struct testOverlap overlaps[] = {
    { "5.a.1", "6.b.2", false },
    { "5.-.-", "5.b.2", true },
    { "5.a.1", "-.a.-", true },
    { "5.-.1", "6.-.1", true },
    { "-.-.-", "-.-.-", false },
    { "-.-.-", "5.a.1", false },
    { "5.6.7", "6.7.5", false },
};


static int
testOverlapOf(const void *opaque)
{
    const struct testOverlap *test = opaque;
    g_auto(virDomainHostdevIdentity) a = { 0 };
    g_auto(virDomainHostdevIdentity) b = { 0 };

    testParseIdentity(test->a, &a);
    testParseIdentity(test->b, &b);

    return virDomainHostdevIdentityOverlaps(&a, &b) == test->expect &&
           virDomainHostdevIdentityOverlaps(&b, &a) == test->expect ? 0 : -1;
}


struct testAddress {
    const char *name;
    virDomainDeviceInfo info;
    const char *expect;
};

static const struct testAddress formatted[] = {
    { "address of a PCI function",
      { .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI,
        .addr.pci = { .domain = 1, .bus = 0x1f, .slot = 10, .function = 7 } },
      "pci:0001:1f:0a.7" },
    { "address of a channel device",
      { .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW,
        .addr.ccw = { .cssid = 0xfe, .ssid = 1, .devno = 0x2a, .assigned = true } },
      "ccw:fe.1.002a" },
    { "address of a PCI function that libvirt chooses",
      { .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI }, NULL },
    { "the same with an address on s390",
      { .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI,
        .addr.pci = { .zpci = { .uid = { .value = 1, .isSet = true } } } }, NULL },
    { "address in another domain",
      { .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI, .addr.pci = { .domain = 1 } },
      "pci:0001:00:00.0" },
    { "address of a channel device that libvirt chooses",
      { .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW }, NULL },
    { "address of another bus",
      { .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_USB }, NULL },
    { "no address",
      { .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_NONE }, NULL },
};


static int
testFormatAddress(const void *opaque)
{
    const struct testAddress *test = opaque;
    g_autofree char *actual = virDomainHostdevGetAddress(&test->info);

    if (STRNEQ_NULLABLE(test->expect, actual))
        return testFail("expected %s, got %s", NULLSTR(test->expect), NULLSTR(actual));

    return 0;
}


static int
mymain(void)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(pairs); i++) {
        DO_TEST(testPairsOf, &pairs[i],
                "[%s] for [%s], pools at [%s]", pairs[i].targets, pairs[i].sources,
                pairs[i].deferred);
    }

    for (i = 0; i < G_N_ELEMENTS(overlaps); i++) {
        DO_TEST(testOverlapOf, &overlaps[i], "[%s] and [%s]", overlaps[i].a, overlaps[i].b);
    }

    DO_TABLE("address", formatted, testFormatAddress);

    return testResult();
}

VIR_TEST_MAIN(mymain)
