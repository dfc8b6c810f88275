/*
 * nodedevcompatrandom.c: random devices, and properties tried on them
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatrandom.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedevcompatutils.h"
#include "nodedevcompatframe.h"
#include "nodedev_compat/nodedev_compat_rules.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

virNodeDeviceCompatRules *testRandomRules;
virNodeDeviceCompatRules *testRandomNeeds;
unsigned int testRandomSeed = 1;
unsigned int testRandomCases = 500;

/* There is an attribute for each kind of rule. */
static const char rulesXML[] =
    "<nodedevCompatRules>"
    "<rules deviceAPI='vfio-pci'>"
    "<attr name='firm' missing='incompatible'/>"
    "<attr name='free' rule='ignore'/>"
    "<attr name='lax' missing='ignore'/>"
    "<attr name='least' rule='at-least'/>"
    "<attr name='mask' rule='superset' value='bitmask'/>"
    "<attr name='most' rule='at-most' value='version'/>"
    "<attr name='oneof' rule='one-of'/>"
    "<attr name='range' rule='range'/>"
    "<attr name='set' rule='superset'/>"
    "<attr name='ver' rule='version'/>"
    "</rules>"
    "</nodedevCompatRules>";

static const char needsXML[] =
    "<nodedevCompatRules>"
    "<rules deviceAPI='vfio-pci'><attr name='" NEEDED "' need='yes'/></rules>"
    "<rules deviceAPI='vfio-ap'><attr name='" NEEDED "' need='yes'/></rules>"
    "</nodedevCompatRules>";

/* What is likely is there twice. */
const testRandomAttr testRandomAttrs[] = {
    { "api", true, "vfio-pci vfio-pci vfio-pci vfio_pci vfio-ap", "VFIO", "vfio-pci vfio-ap" },
    { "type", true, "a a a b", NULL, "a b c" },
    { "sv",
      true, "1.1 1.1 1.0 1.2 1.2.1 1.2.2 2.0", "1.02 v1", "1.0 1.1 1.2 1.2.1 1.0-1.1 1.1- 2.0-" },
    { "pci",
      false, "8086:0001 8086:0001 8086:0002 0x80860001", "1", "8086:0001 8086:0002 10de:0001" },
    { "aggregator", false, "2 0x2 4", "-2", "1 2 0x4" },
    { "remote_url",
      false, "https://h/ https://u:p@h/ https://i/", "u:p@h", "https://h/ https://i/" },
    { "x", false, "1 2 3", NULL, "1 2 3 {v:int:1,2} {v:int:2,3}" },
    { "y", false, "1 1 2", NULL, "1 2 {v} {v}/2 {w:string:1,2}" },
    { "firm", false, "1 1 2", NULL, "1 2" },
    { "free", false, "1 2", NULL, "1 2" },
    { "lax", false, "1 1 2", NULL, "1 2" },
    { "least", false, "1 2 3 0x3 10", "one", "1 2 3" },
    { "mask", false, "0x1 0x3 0x5 0x7 0x07", "3", "0x1 0x3 0x5" },
    { "most", false, "1.0 1.1 1.1.0 2.0", "1", "1.0 1.1 2.0" },
    { "oneof", false, "1 2 1,2 2,3", NULL, "1 2 3" },
    { "range", false, "1.0 1.1 1.0-1.1 1.0-", "1", "1.0 1.1 2.0-" },
    { "set", false, "a a+b b+a b+c a+b+c", "a++b", "a a+b b+c" },
    { "ver", false, "1.0 1.1 1.1.1 2.0", "1", "1.0 1.1 1.0-" },
};

const size_t testRandomNAttrs = G_N_ELEMENTS(testRandomAttrs);


const char *
testRandomPick(GRand *rand,
               GStrv words)
{
    return words[g_rand_int_range(rand, 0, g_strv_length(words))];
}


static bool
testRandomPercent(GRand *rand,
                  int percent)
{
    return g_rand_int_range(rand, 0, 100) < percent;
}


static bool
testIsLeftOut(const testRandomWish *wish,
              const char *name)
{
    g_auto(GStrv) names = g_strsplit(wish->without ? wish->without : "", " ", -1);

    return g_strv_contains((const char *const *)names, name);
}


/* One attribute as words, mostly one */
static void
testAddAttr(virBuffer *buf,
            GRand *rand,
            const testRandomAttr *attr,
            unsigned int flags)
{
    g_auto(GStrv) good = g_strsplit(attr->good, " ", -1);
    g_auto(GStrv) bad = g_strsplit(attr->bad ? attr->bad : "?", " ", -1);
    const char *mark = "";
    const char *value = testRandomPick(rand, good);

    if (STREQ(attr->name, "api") && (flags & SAME_API)) {
        virBufferAddLit(buf, "api=vfio-pci ");
        return;
    }

    if (!(flags & WITHOUT_BAD)) {
        if (testRandomPercent(rand, 3)) {
            virBufferAsprintf(buf, "!%s ", attr->name);
            return;
        }
        if (!attr->needed && !(flags & WITHOUT_UNSET) && testRandomPercent(rand, 3)) {
            virBufferAsprintf(buf, "*%s ", attr->name);
            return;
        }
        if (testRandomPercent(rand, 3))
            virBufferAsprintf(buf, "%s=%s ", attr->name, testRandomPick(rand, good));
        if (testRandomPercent(rand, 3))
            value = testRandomPick(rand, bad);
    }

    if (!(flags & WITHOUT_DERIVED) && !attr->needed && testRandomPercent(rand, 10))
        mark = "~";
    else if (testRandomPercent(rand, 10))
        mark = "*";

    virBufferAsprintf(buf, "%s%s=%s ", mark, attr->name, value);
}


char *
testRandomSource(GRand *rand,
                 const testRandomWish *wish)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < testRandomNAttrs; i++) {
        if (!testIsLeftOut(wish, testRandomAttrs[i].name) &&
            testRandomPercent(rand, testRandomAttrs[i].needed ? 97 : 30))
            testAddAttr(&buf, rand, &testRandomAttrs[i], wish->flags);
    }

    return testCompatBufferContent(&buf);
}


/* The word of @device that gives @name, or NULL */
char *
testDeviceFindWord(const char *device,
                   const char *name)
{
    g_auto(GStrv) words = g_strsplit(device, " ", -1);
    size_t len = strlen(name);
    size_t i;

    for (i = 0; words[i] && STRNEQ(words[i], "|"); i++) {
        const char *word = words[i] + strspn(words[i], "!~*");

        if (STRPREFIX(word, name) && (word[len] == '=' || word[len] == '\0'))
            return g_strdup(words[i]);
    }

    return NULL;
}


/* A list that @attr's may be in an alternative, with or without the value of
 * the device @like */
static void
testAddList(virBuffer *buf,
            GRand *rand,
            const testRandomAttr *attr,
            const char *like)
{
    g_auto(GStrv) accepted = g_strsplit(attr->accepted, " ", -1);
    g_autofree char *word = testDeviceFindWord(like, attr->name);
    const char *value = word ? strchr(word, '=') : NULL;

    virBufferAsprintf(buf, "%s=%s", attr->name, testRandomPick(rand, accepted));
    while (testRandomPercent(rand, 40))
        virBufferAsprintf(buf, ",%s", testRandomPick(rand, accepted));
    if (value && testRandomPercent(rand, 50))
        virBufferAsprintf(buf, ",%s", value + 1);
    virBufferAddLit(buf, " ");
}


char *
testRandomAlternative(GRand *rand,
                      const testRandomWish *wish,
                      const char *like)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "| ");
    for (i = 0; i < testRandomNAttrs; i++) {
        if (testIsLeftOut(wish, testRandomAttrs[i].name) || !testRandomPercent(rand, 20))
            continue;
        if (!(wish->flags & WITHOUT_BAD) && testRandomPercent(rand, 3))
            virBufferAsprintf(&buf, "!%s ", testRandomAttrs[i].name);
        else
            testAddList(&buf, rand, &testRandomAttrs[i], like);
    }

    return testCompatBufferContent(&buf);
}


/* A device that is like @source in most, so that all verdicts are likely */
char *
testRandomTarget(GRand *rand,
                 const testRandomWish *wish,
                 const char *source)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < testRandomNAttrs; i++) {
        g_autofree char *word = testDeviceFindWord(source, testRandomAttrs[i].name);

        if (testIsLeftOut(wish, testRandomAttrs[i].name))
            continue;
        if (word && testRandomPercent(rand, 85))
            virBufferAsprintf(&buf, "%s ", word);
        else if (testRandomPercent(rand, word ? 70 : 10))
            testAddAttr(&buf, rand, &testRandomAttrs[i], wish->flags);
    }

    while (!(wish->flags & WITHOUT_ALTERNATIVES) && testRandomPercent(rand, 40)) {
        g_autofree char *alternative = testRandomAlternative(rand, wish, source);

        virBufferAddStr(&buf, alternative);
    }

    return testCompatBufferContent(&buf);
}


/* @device without its own @name, or without what it accepts if that is NULL */
char *
testDeviceCut(const char *device,
              const char *name)
{
    g_auto(GStrv) words = g_strsplit(device, " ", -1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t len = name ? strlen(name) : 0;
    bool self = true;
    size_t i;

    for (i = 0; words[i]; i++) {
        const char *word = words[i] + strspn(words[i], "!~*");

        if (STREQ(word, "|"))
            self = false;
        if (!self && !name)
            break;
        if (!self || !name || !STRPREFIX(word, name) || (word[len] != '=' && word[len] != '\0'))
            virBufferAsprintf(&buf, "%s ", words[i]);
    }

    return testCompatBufferContent(&buf);
}


static void
testShuffle(GRand *rand,
            GStrv words)
{
    size_t count = g_strv_length(words);

    while (count > 1) {
        char **other = &words[g_rand_int_range(rand, 0, count)];
        char *word = words[--count];

        words[count] = *other;
        *other = word;
    }
}


/* The same, but for attributes that management sets: those are written in the order in
 * which they have to be set. */
static void
testShuffleWords(GRand *rand,
                 GStrv words)
{
    g_autoptr(GPtrArray) set = g_ptr_array_new();
    size_t next = 0;
    size_t i;

    for (i = 0; words[i]; i++) {
        if (words[i][0] == '*')
            g_ptr_array_add(set, words[i]);
    }

    testShuffle(rand, words);

    for (i = 0; words[i]; i++) {
        if (words[i][0] == '*')
            words[i] = g_ptr_array_index(set, next++);
    }
}


/* @device with its words, the items of its lists and its alternatives in another
 * order; only the words with @wordsOnly */
char *
testDeviceReorder(GRand *rand,
                  const char *device,
                  bool wordsOnly)
{
    g_auto(GStrv) parts = g_strsplit(device, "|", -1);
    size_t i;
    size_t j;

    for (i = 0; parts[i]; i++) {
        g_auto(GStrv) words = g_strsplit(parts[i], " ", -1);

        for (j = 0; i > 0 && !wordsOnly && words[j]; j++) {
            char *list = strchr(words[j], '=');
            g_auto(GStrv) items = g_strsplit(list ? list + 1 : "", ",", -1);

            /* the commas of a variable are another thing */
            if (list && !strchr(list, '{')) {
                g_autofree char *joined = NULL;

                testShuffle(rand, items);
                joined = g_strjoinv(",", items);
                memcpy(list + 1, joined, strlen(joined));
            }
        }

        testShuffleWords(rand, words);
        g_free(parts[i]);
        parts[i] = g_strjoinv(" ", words);
    }

    if (!wordsOnly)
        testShuffle(rand, parts + 1);

    return g_strjoinv(" | ", parts);
}


/* @device with "renamed" for "x" */
char *
testDeviceRename(const char *device)
{
    g_auto(GStrv) words = g_strsplit(device, " ", -1);
    size_t i;

    for (i = 0; words[i]; i++) {
        size_t mark = strspn(words[i], "!~*");
        const char *word = words[i] + mark;

        if (word[0] == 'x') {
            char *other = g_strdup_printf("%.*srenamed%s", (int)mark, words[i], word + 1);

            g_free(words[i]);
            words[i] = other;
        }
    }

    return g_strjoinv(" ", words);
}


/* Comparing them */

virNodeDeviceCompatReport *
testPairRun(const testPair *pair,
            const char *source,
            const char *target,
            unsigned int flags)
{
    g_autoptr(virNodeDeviceCompat) s = testCompatParseDevice(source);
    g_autoptr(virNodeDeviceCompat) t = testCompatParseDevice(target);

    return virNodeDeviceCompatCompare(s, t, pair->rules, flags);
}


int
testPairRank(const testPair *pair,
             const char *source,
             const char *target)
{
    g_autoptr(virNodeDeviceCompatReport) report = testPairRun(pair, source, target, 0);

    return testCompatRank(report);
}


char *
testPairResult(const testPair *pair,
               const char *source,
               const char *target)
{
    g_autoptr(virNodeDeviceCompatReport) report = testPairRun(pair, source, target, 0);

    return testCompatFormatResult(report);
}


void
testPairDetail(testPair *pair,
               const char *format,
               ...)
{
    va_list args;

    g_free(pair->detail);
    va_start(args, format);
    pair->detail = g_strdup_vprintf(format, args);
    va_end(args);
}


static const char *
testTry(const testProperty *property,
        unsigned int seed,
        testPair *pair)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_autofree char *apiS = testDeviceFindWord(pair->source, "api");
    g_autofree char *apiT = testDeviceFindWord(pair->target, "api");

    if ((property->wish.flags & SAME_API) && (!apiS || STRNEQ_NULLABLE(apiS, apiT)))
        return NULL;

    pair->rand = rand;
    pair->rules = seed % 2 ? testRandomRules : NULL;
    return property->check(pair);
}


/* Takes words away from *device, one of the pair's, as long as the property
 * still does not hold. Returns true if there was one. */
static bool
testShrink(const testProperty *property,
           unsigned int seed,
           testPair *pair,
           char **device)
{
    g_auto(GStrv) words = g_strsplit(*device, " ", -1);
    bool shrunk = false;
    size_t i;

    for (i = 0; words[i]; i++) {
        g_autofree char *before = *device;
        g_autofree char *word = g_steal_pointer(&words[i]);

        words[i] = g_strdup("");
        *device = g_strjoinv(" ", words);
        if (word[0] && testTry(property, seed, pair)) {
            shrunk = true;
            continue;
        }
        g_free(*device);
        *device = g_steal_pointer(&before);
        g_free(words[i]);
        words[i] = g_steal_pointer(&word);
    }

    return shrunk;
}


static void
testReportBroken(const testProperty *property,
                 unsigned int seed,
                 testPair *pair)
{
    const char *broken;
    g_autofree char *result = NULL;

    while (testShrink(property, seed, pair, &pair->source) ||
           testShrink(property, seed, pair, &pair->target))
        ;

    broken = testTry(property, seed, pair);
    result = testPairResult(pair, pair->source, pair->target);
    testFail("%s: %s\nsource: %s\ntarget: %s\n%s rules: %s\n%s\nseed %u",
             property->name, broken, pair->source, pair->target,
             pair->rules ? "with" : "without", result,
             pair->detail ? pair->detail : "", seed);
    g_clear_pointer(&pair->detail, g_free);
}


int
testPropertyTry(const void *opaque)
{
    const testProperty *property = opaque;
    size_t i;

    for (i = 0; i < testRandomCases; i++) {
        unsigned int seed = testRandomSeed + i;
        g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
        g_autofree char *source = testRandomSource(rand, &property->wish);
        g_autofree char *target = testRandomTarget(rand, &property->wish, source);
        testPair pair = { .source = source, .target = target };

        if (testTry(property, seed, &pair)) {
            testReportBroken(property, seed, &pair);
            source = pair.source;
            target = pair.target;
            return -1;
        }
    }

    return 0;
}


/* Reads what the caller of the test wants, and the rules. */
int
testRandomSetUp(void)
{
    testRandomRules = virNodeDeviceCompatRulesNew();
    testRandomNeeds = virNodeDeviceCompatRulesNew();

    if (testReadNumber("LIBVIRT_NODEDEV_COMPAT_TEST_SEED", &testRandomSeed) < 0 ||
        testReadNumber("LIBVIRT_NODEDEV_COMPAT_TEST_CASES", &testRandomCases) < 0 ||
        virNodeDeviceCompatRulesAddXML(testRandomRules, rulesXML, "rules") < 0 ||
        virNodeDeviceCompatRulesAddXML(testRandomNeeds, rulesXML, "rules") < 0 ||
        virNodeDeviceCompatRulesAddXML(testRandomNeeds, needsXML, "needs") < 0)
        return -1;

    return 0;
}
