/*
 * nodedevcompatpropertytest.c: what holds for any two devices
 *
 * Each property is tried on random devices, which nodedevcompatutils.h tells how
 * to write. They are the same each time; to try others, or more, or to try a case
 * that failed again:
 *
 *   LIBVIRT_NODEDEV_COMPAT_TEST_SEED=N     seed of the first case
 *   LIBVIRT_NODEDEV_COMPAT_TEST_CASES=N    cases of each property
 *
 * A case is made from its own seed, the one before it plus one. Of devices for
 * which a property does not hold, all is taken away that is not needed for it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedevcompatrandom.h"
#include "nodedevcompatutils.h"
#include "nodedevcompatframe.h"
#include "nodedev_compat_xml.h"
#include "nodedev_compat_list.h"
#include "nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define CROSS VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE

/* Some rules ask for something else of a target than of a source, or for nothing. */
#define ONE_WAY "lax"
#define TARGET_ONLY "range"

/* Devices that say what they are, and that is all */
#define PLAIN (WITHOUT_ALTERNATIVES | WITHOUT_DERIVED | WITHOUT_BAD | SAME_API)


/* How good it is for the guest: identical is no better than superset */
static int
testClass(int rank)
{
    return MAX(rank, RANK_SUPERSET);
}


/* But a version is also a range, of all its bugfix releases. */
static const char *
testLike(testPair *pair)
{
    g_autofree char *range = testDeviceFindWord(pair->source, "range");
    int rank = testPairRank(pair, pair->source, pair->source);

    if (rank == RANK_IDENTICAL || rank == RANK_UNKNOWN ||
        (rank == RANK_SUPERSET && range && pair->rules))
        return NULL;

    return "it does not";
}


static const char *
testReasons(testPair *pair)
{
    g_autoptr(virNodeDeviceCompatReport) report = testPairRun(pair, pair->source, pair->target, 0);
    size_t count[VIR_NODE_DEVICE_COMPAT_SEVERITY_LAST] = { 0 };
    int expect = RANK_SUPERSET;
    size_t i;
    size_t j;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        count[reason->severity]++;

        if (STREQ(reason->code, "device-api-mismatch") && report->nreasons != 1)
            return "more was compared after the device APIs differ";

        for (j = 0; j < i; j++) {
            if (STREQ(reason->code, report->reasons[j]->code) &&
                STREQ(reason->attr, report->reasons[j]->attr))
                return "a reason is given twice";
        }
    }

    if (count[VIR_NODE_DEVICE_COMPAT_SEVERITY_ERROR])
        expect = RANK_INCOMPATIBLE;
    else if (count[VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN])
        expect = RANK_UNKNOWN;

    return testClass(testCompatRank(report)) == expect ? NULL : "the verdict is another";
}


static const char *
testCrossType(testPair *pair)
{
    g_autoptr(virNodeDeviceCompatReport) strict = testPairRun(pair, pair->source, pair->target, 0);
    g_autoptr(virNodeDeviceCompatReport) cross =
        testPairRun(pair, pair->source, pair->target, CROSS);

    return testCompatRank(cross) > testCompatRank(strict) ? "it does" : NULL;
}


/* Whether the versions that the last alternative of @target lists narrow what
 * the target takes itself, as those for its own type do, to less than the
 * source: RANK_INCOMPATIBLE if they do, RANK_UNKNOWN if nobody can tell as they
 * are not readable, RANK_IDENTICAL if they do not */
static int
testNarrows(const char *source,
            const char *target)
{
    g_autoptr(virNodeDeviceCompat) s = testCompatParseDevice(source);
    g_autoptr(virNodeDeviceCompat) t = testCompatParseDevice(target);
    const virNodeDeviceCompatAttr *own = virNodeDeviceCompatAttrsFind(&t->self, "type");
    const virNodeDeviceCompatAttr *wanted =
        virNodeDeviceCompatAttrsFind(&s->self, "software_version");
    const virNodeDeviceCompatAttrs *last = t->accepts[t->naccepts - 1];
    const virNodeDeviceCompatAttr *versions =
        virNodeDeviceCompatAttrsFind(last, "software_version");
    const virNodeDeviceCompatAttr *types = virNodeDeviceCompatAttrsFind(last, "type");

    if (!versions ||
        (types && types->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
         (!own || own->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
          !virNodeDeviceCompatValueListContains(types->value, own->value))))
        return RANK_IDENTICAL;

    if (versions->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return RANK_UNKNOWN;

    if (wanted && wanted->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
        virNodeDeviceCompatValueIsAccepted(VIR_NODE_DEVICE_COMPAT_VALUE_VERSION,
                                           versions->value, wanted->value))
        return RANK_IDENTICAL;

    return RANK_INCOMPATIBLE;
}


static const char *
testMoreAlternatives(testPair *pair)
{
    static const testRandomWish any = { 0 };
    g_autofree char *alternative = testRandomAlternative(pair->rand, &any, pair->source);
    g_autofree char *more = g_strdup_printf("%s %s", pair->target, alternative);
    int before = testPairRank(pair, pair->source, pair->target);
    int after = testPairRank(pair, pair->source, more);

    if (after <= MAX(before, testNarrows(pair->source, more)))
        return NULL;

    testPairDetail(pair, "alternative: %s", alternative);
    return "it does";
}


/* An alternative that lists all that the source is, on a device of another type
 * and version */
static const char *
testAcceptsAll(testPair *pair)
{
    g_autofree char *type = testDeviceFindWord(pair->source, "type");
    g_autofree char *version = testDeviceFindWord(pair->source, "sv");
    g_autofree char *noType = testDeviceCut(pair->target, "type");
    g_autofree char *noVersion = testDeviceCut(noType, "sv");
    g_auto(GStrv) words = g_strsplit(pair->source, " ", -1);
    g_autofree char *target = NULL;
    g_autofree char *accepts = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    size_t i;

    if (!type || !version)
        return NULL;

    for (i = 0; words[i]; i++) {
        size_t mark = strspn(words[i], "~*");

        memmove(words[i], words[i] + mark, strlen(words[i] + mark) + 1);
    }
    accepts = g_strjoinv(" ", words);
    target = g_strdup_printf("%s type=z sv=9.0 | %s", noVersion, accepts);
    report = testPairRun(pair, pair->source, target, CROSS);

    if (testCompatRank(report) <= RANK_SUPERSET)
        return NULL;

    testPairDetail(pair, "%s", target);
    return "it does not";
}


/* One more item in a list of the last alternative. Only if the item is the
 * target's own type may this make the versions there count for more. */
static const char *
testMoreValues(testPair *pair)
{
    char *last = strrchr(pair->target, '|');
    g_auto(GStrv) words = g_strsplit(last ? last : "", " ", -1);
    int before = testPairRank(pair, pair->source, pair->target);
    size_t i;
    size_t j;

    for (i = 0; words[i]; i++) {
        for (j = 0; j < testRandomNAttrs; j++) {
            g_auto(GStrv) accepted = g_strsplit(testRandomAttrs[j].accepted, " ", -1);
            g_autofree char *word = g_strdup(words[i]);
            g_autofree char *joined = NULL;
            g_autofree char *more = NULL;
            const char *item;
            int worst = before;

            if (!STRPREFIX(word, testRandomAttrs[j].name) ||
                word[strlen(testRandomAttrs[j].name)] != '=')
                continue;

            /* not one with a variable, which may be declared in another way */
            do {
                item = testRandomPick(pair->rand, accepted);
            } while (strchr(item, '{'));

            g_free(words[i]);
            words[i] = g_strdup_printf("%s,%s", word, item);
            joined = g_strjoinv(" ", words);
            more = g_strdup_printf("%.*s%s", (int)(last - pair->target), pair->target, joined);
            if (STREQ(testRandomAttrs[j].name, "type"))
                worst = MAX(before, testNarrows(pair->source, more));

            if (testPairRank(pair, pair->source, more) > worst) {
                testPairDetail(pair, "target with one more: %s", more);
                return "it does";
            }

            g_free(words[i]);
            words[i] = g_steal_pointer(&word);
        }
    }

    return NULL;
}


static const char *
testTargetHasMore(testPair *pair)
{
    g_autofree char *more = g_strdup_printf("zzz=1 %s", pair->target);

    return testClass(testPairRank(pair, pair->source, more)) ==
           testClass(testPairRank(pair, pair->source, pair->target)) ? NULL : "it is";
}


static const char *
testSourceHasMore(testPair *pair)
{
    g_autofree char *more = g_strdup_printf("zzz=1 %s", pair->source);

    return testPairRank(pair, more, pair->target) >= RANK_UNKNOWN ? NULL : "it is";
}


static const char *
testBothHaveMore(testPair *pair)
{
    g_autofree char *moreS = g_strdup_printf("zzz=1 %s", pair->source);
    g_autofree char *moreT = g_strdup_printf("zzz=1 %s", pair->target);
    g_autofree char *before = testPairResult(pair, pair->source, pair->target);
    g_autofree char *after = testPairResult(pair, moreS, moreT);

    return STREQ(before, after) ? NULL : "it does";
}


static const char *
testNeeded(testPair *pair)
{
    size_t i;

    for (i = 0; i < testRandomNAttrs && testRandomAttrs[i].needed; i++) {
        g_autofree char *source = testDeviceCut(pair->source, testRandomAttrs[i].name);
        g_autofree char *target = testDeviceCut(pair->target, testRandomAttrs[i].name);

        if (testPairRank(pair, source, pair->target) < RANK_UNKNOWN ||
            testPairRank(pair, pair->source, target) < RANK_UNKNOWN)
            return "it need not";
    }

    return NULL;
}


/* Whatever else the devices have in common */
static const char *
testNeededByRule(testPair *pair)
{
    g_autofree char *source = testDeviceCut(pair->source, NEEDED);
    g_autofree char *target = testDeviceCut(pair->target, NEEDED);
    g_autofree char *without = testDeviceCut(target, NULL);

    pair->rules = testRandomNeeds;
    if (testPairRank(pair, source, target) < RANK_UNKNOWN)
        return "neither has it, and it is good";
    if (testPairRank(pair, source, source) < RANK_UNKNOWN)
        return "a device without it is identical with itself";
    if (testPairRank(pair, source, pair->target) < RANK_UNKNOWN)
        return "the source does not have it, and it is good";
    if (testPairRank(pair, pair->source, without) < RANK_UNKNOWN)
        return "the target does not have it, and it is good";

    return NULL;
}


/* With what it needs, a device is still identical with itself, and a need makes nothing
 * better. */
static const char *
testNeedsOnly(testPair *pair)
{
    g_autofree char *source = testDeviceCut(pair->source, NEEDED);
    g_autofree char *with = g_strdup_printf("%s=1 %s", NEEDED, source);
    int before;

    pair->rules = testRandomRules;
    before = testPairRank(pair, with, with);
    pair->rules = testRandomNeeds;
    if (testPairRank(pair, with, with) != before)
        return "a device that has it is another one to itself";

    pair->rules = testRandomRules;
    before = testPairRank(pair, pair->source, pair->target);
    pair->rules = testRandomNeeds;
    return testPairRank(pair, pair->source, pair->target) < before ? "it is better" : NULL;
}


static const char *
testSourceHasLess(testPair *pair)
{
    int before = testPairRank(pair, pair->source, pair->target);
    size_t i;

    for (i = 0; i < testRandomNAttrs; i++) {
        g_autofree char *less = testDeviceCut(pair->source, testRandomAttrs[i].name);

        if (!testRandomAttrs[i].needed &&
            testClass(testPairRank(pair, less, pair->target)) > testClass(before))
            return "it is";
    }

    return NULL;
}


static const char *
testSourceAccepts(testPair *pair)
{
    static const testRandomWish any = { 0 };
    g_autofree char *accepts = testRandomAlternative(pair->rand, &any, pair->target);
    g_autofree char *more = g_strdup_printf("%s %s", pair->source, accepts);
    g_autofree char *before = testPairResult(pair, pair->source, pair->target);
    g_autofree char *after = testPairResult(pair, more, pair->target);

    return STREQ(before, after) ? NULL : "it is";
}


static virNodeDeviceCompat *
testRoundTrip(const char *device)
{
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice(device);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *name = NULL;

    virNodeDeviceCompatFormat(&buf, compat);

    return virNodeDeviceCompatParseDocument(virBufferCurrentContent(&buf), false, &name);
}


static const char *
testDeviceXML(testPair *pair)
{
    g_autoptr(virNodeDeviceCompat) source = testRoundTrip(pair->source);
    g_autoptr(virNodeDeviceCompat) target = testRoundTrip(pair->target);
    g_autoptr(virNodeDeviceCompatReport) before = NULL;
    g_autoptr(virNodeDeviceCompatReport) after = NULL;
    g_autofree char *beforeXML = NULL;
    g_autofree char *afterXML = NULL;

    if (!source || !target)
        return virGetLastErrorMessage();

    before = testPairRun(pair, pair->source, pair->target, 0);
    after = virNodeDeviceCompatCompare(source, target, pair->rules, 0);
    beforeXML = virNodeDeviceCompatReportFormat(before);
    afterXML = virNodeDeviceCompatReportFormat(after);

    return STREQ(beforeXML, afterXML) ? NULL : "it does not";
}


static const char *
testReportXML(testPair *pair)
{
    g_autoptr(virNodeDeviceCompatReport) report = testPairRun(pair, pair->source, pair->target, 0);
    g_autofree char *once = virNodeDeviceCompatReportFormat(report);
    g_autoptr(virNodeDeviceCompatReport) again = virNodeDeviceCompatReportParse(once);
    g_autofree char *twice = NULL;

    if (!again)
        return virGetLastErrorMessage();

    twice = virNodeDeviceCompatReportFormat(again);

    return again->verdict == report->verdict && STREQ(once, twice) ? NULL : "it does not";
}


static const char *
testOrder(testPair *pair)
{
    g_autofree char *source = testDeviceReorder(pair->rand, pair->source, true);
    g_autofree char *words = testDeviceReorder(pair->rand, pair->target, true);
    g_autofree char *all = testDeviceReorder(pair->rand, pair->target, false);
    g_autofree char *before = testPairResult(pair, pair->source, pair->target);
    g_autofree char *after = testPairResult(pair, source, words);

    if (STRNEQ(before, after))
        return "the order of attributes does";

    if (testPairRank(pair, pair->source, pair->target) != testPairRank(pair, source, all)) {
        testPairDetail(pair, "other order: %s", all);
        return "the order of lists or alternatives does";
    }

    return NULL;
}


static const char *
testNames(testPair *pair)
{
    g_autofree char *source = testDeviceRename(pair->source);
    g_autofree char *target = testDeviceRename(pair->target);
    g_autoptr(virNodeDeviceCompatReport) before = testPairRun(pair, pair->source, pair->target, 0);
    g_autoptr(virNodeDeviceCompatReport) after = testPairRun(pair, source, target, 0);

    return before->verdict == after->verdict &&
           before->nreasons == after->nreasons ? NULL : "it does";
}


/* For each reason, what may be said of the same attribute the other way round:
 * codes, separated by blanks, "-" being none. What is not here is not said of
 * the devices that this is tried on. */
static const struct {
    const char *code;
    const char *reverse;
} reverses[] = {
    { "device-api-mismatch", "device-api-mismatch" },
    { "type-mismatch", "type-mismatch" },
    { "version-major-mismatch", "version-major-mismatch" },
    { "version-minor-too-old", "-" },
    { "attr-mismatch", "attr-mismatch" },
    { "attr-not-accepted", "attr-not-accepted -" },
    { "attr-not-superset", "attr-not-superset -" },
    { "attr-too-low", "-" },
    { "attr-too-high", "-" },
    { "attr-missing", "-" },
    { "needs-provisioning", "needs-provisioning -" },
    { "missing-source", "missing-target" },
    { "missing-target", "missing-source - derived-differs" },
    { "missing-both", "missing-both" },
    { "unreadable-source", "unreadable-target" },
    { "unreadable-target", "unreadable-source" },
    { "malformed-source", "malformed-target" },
    { "malformed-target", "malformed-source" },
    { "conflicting-source", "conflicting-target" },
    { "conflicting-target", "conflicting-source" },
    { "private-source", "private-target" },
    { "private-target", "private-source" },
    { "cut-source", "cut-target" },
    { "cut-target", "cut-source" },
    { "timeout-source", "timeout-target" },
    { "timeout-target", "timeout-source" },
    { "fact-outdated-source", "fact-outdated-target" },
    { "fact-outdated-target", "fact-outdated-source" },
    { "derived-differs", "derived-differs missing-target" },
};


/* Whether @report says one of @codes of the attribute @name */
static bool
testSaysOneOf(const virNodeDeviceCompatReport *report,
              const char *name,
              const char *codes)
{
    g_auto(GStrv) allowed = g_strsplit(codes, " ", -1);
    bool found = false;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        if (STRNEQ(report->reasons[i]->attr, name))
            continue;
        found = true;
        if (g_strv_contains((const char *const *)allowed, report->reasons[i]->code))
            return true;
    }

    return !found && g_strv_contains((const char *const *)allowed, "-");
}


static const char *
testReverse(testPair *pair)
{
    g_autoptr(virNodeDeviceCompatReport) forth = testPairRun(pair, pair->source, pair->target, 0);
    g_autoptr(virNodeDeviceCompatReport) back = testPairRun(pair, pair->target, pair->source, 0);
    size_t i;
    size_t j;

    for (i = 0; i < forth->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = forth->reasons[i];

        for (j = 0; j < G_N_ELEMENTS(reverses); j++) {
            if (STREQ(reverses[j].code, reason->code))
                break;
        }

        if (j == G_N_ELEMENTS(reverses) ||
            !testSaysOneOf(back, reason->attr, reverses[j].reverse)) {
            testPairDetail(pair, "%s:%s", reason->code, reason->attr);
            return "not so the reasons";
        }
    }

    return NULL;
}


static const char *
testIdentical(testPair *pair)
{
    bool forth = testPairRank(pair, pair->source, pair->target) == RANK_IDENTICAL;
    bool back = testPairRank(pair, pair->target, pair->source) == RANK_IDENTICAL;

    return forth == back ? NULL : "they are not";
}


/* Whether two devices are the same but for the bugfix numbers of their versions
 * and for what the rules ignore */
static bool
testIsSame(const testPair *pair,
           const char *source,
           const char *target)
{
    g_autoptr(virNodeDeviceCompat) s = testCompatParseDevice(source);
    g_autoptr(virNodeDeviceCompat) t = testCompatParseDevice(target);
    size_t i;

    if (s->self.nattrs != t->self.nattrs)
        return false;

    for (i = 0; i < s->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *a = s->self.attrs[i];
        const virNodeDeviceCompatAttr *b = t->self.attrs[i];
        const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRulesFind(pair->rules, t, a->name);
        g_autofree char *valueA = virNodeDeviceCompatValueNormalize(rule->value, a->value);
        g_autofree char *valueB = virNodeDeviceCompatValueNormalize(rule->value, b->value);

        if (STRNEQ(a->name, b->name))
            return false;

        if (rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_VERSION) {
            *strrchr(valueA, '.') = '\0';
            *strrchr(valueB, '.') = '\0';
        }

        if (STRNEQ(valueA, valueB))
            return false;
    }

    return true;
}


static const char *
testBothWays(testPair *pair)
{
    if (testPairRank(pair, pair->source, pair->target) > RANK_SUPERSET ||
        testPairRank(pair, pair->target, pair->source) > RANK_SUPERSET ||
        testIsSame(pair, pair->source, pair->target))
        return NULL;

    return "they are not";
}


/* Values of an attribute, each of which accepts all before it, and the reason
 * for which it does not accept what is behind it */
static const struct {
    const char *name;
    const char *values;
    const char *code;
} chains[] = {
    { "sv", "1.0 1.1 1.9 1.10", "version-minor-too-old" },
    { "ver", "2.0 2.1 2.9 2.10", "version-minor-too-old" },
    { "least", "0 2 9 0xa 100", "attr-too-low" },
    { "most", "2.0 1.10 1.9 1.8.9 1.8.1", "attr-too-high" },
    { "set", "a a+b c+b+a d,c,b,a", "attr-not-superset" },
    { "mask", "0x0 0x1 0x3 0x13 0xff", "attr-not-superset" },
};


static const char *
testChains(testPair *pair)
{
    size_t i;

    /* those of the first chain have a rule in any case */
    for (i = 0; i < (pair->rules ? G_N_ELEMENTS(chains) : 1); i++) {
        g_auto(GStrv) values = g_strsplit(chains[i].values, " ", -1);
        int s = g_rand_int_range(pair->rand, 0, g_strv_length(values));
        int t = g_rand_int_range(pair->rand, 0, g_strv_length(values));
        g_autofree char *source = g_strdup_printf("%s api=vfio-pci %s=%s", pair->source,
                                                  chains[i].name, values[s]);
        g_autofree char *target = g_strdup_printf("%s api=vfio-pci %s=%s", pair->target,
                                                  chains[i].name, values[t]);
        g_autofree char *result = testPairResult(pair, source, target);

        if (!!strstr(result, chains[i].code) != (t < s)) {
            testPairDetail(pair, "%s=%s %s=%s", chains[i].name, values[s],
                           chains[i].name, values[t]);
            return "it does not, or a lower one does";
        }
    }

    return NULL;
}


static const char *
testTransitive(testPair *pair)
{
    static const testRandomWish like = {
        .flags = PLAIN,
        .without = ONE_WAY " " TARGET_ONLY,
    };
    g_autofree char *third = testRandomTarget(pair->rand, &like, pair->target);

    if (testPairRank(pair, pair->source, pair->target) > RANK_SUPERSET ||
        testPairRank(pair, pair->target, third) > RANK_SUPERSET ||
        testPairRank(pair, pair->source, third) <= RANK_SUPERSET)
        return NULL;

    testPairDetail(pair, "third: %s", third);
    return "not so directly";
}


static const testProperty properties[] = {
    { "a device accepts its like, or it is unknown", testLike, { 0, NULL } },
    { "the verdict follows from the reasons", testReasons, { 0, NULL } },
    { "that other types are allowed makes nothing worse", testCrossType, { 0, NULL } },
    { "one more alternative makes nothing worse, unless it narrows versions",
      testMoreAlternatives, { 0, NULL } },
    { "one more accepted value makes nothing worse", testMoreValues, { 0, NULL } },
    { "a target whose list has all that the source is accepts it",
      testAcceptsAll, { WITHOUT_ALTERNATIVES | WITHOUT_BAD | SAME_API, "oneof " TARGET_ONLY } },
    { "what only the target has is no obstacle", testTargetHasMore, { 0, NULL } },
    { "what only the source has is never compatible", testSourceHasMore, { 0, NULL } },
    { "what both have alike makes no difference", testBothHaveMore, { 0, NULL } },
    { "device API, type and version have to be there", testNeeded, { 0, NULL } },
    { "what a rule needs has to be there", testNeededByRule, { 0, NULL } },
    { "a need makes nothing better, nor worse what is there",
      testNeedsOnly, { 0, NULL } },
    { "a source that has less is not refused for it",
      testSourceHasLess, { WITHOUT_ALTERNATIVES, NULL } },
    { "what the source accepts is of no concern", testSourceAccepts, { 0, NULL } },
    { "devices compare the same after a round trip through XML", testDeviceXML, { 0, NULL } },
    { "a report is the same after a round trip through XML", testReportXML, { 0, NULL } },
    { "no order makes a difference", testOrder, { 0, NULL } },
    { "the name of an attribute without rule makes no difference", testNames, { 0, NULL } },
    { "what is said in one direction agrees with the other",
      testReverse, { WITHOUT_ALTERNATIVES | WITHOUT_UNSET | SAME_API, ONE_WAY " " TARGET_ONLY } },
    { "devices that are identical in one direction are it in the other",
      testIdentical,
      { WITHOUT_ALTERNATIVES | WITHOUT_DERIVED | WITHOUT_UNSET | SAME_API,
        ONE_WAY " " TARGET_ONLY } },
    { "devices that accept each other are the same",
      testBothWays, { PLAIN, ONE_WAY " " TARGET_ONLY " free" } },
    { "a target whose value is better accepts, one whose is worse does not",
      testChains, { PLAIN, "api sv ver least most set mask" } },
    { "if the second accepts and then the third, the third does",
      testTransitive, { PLAIN, ONE_WAY " " TARGET_ONLY } },
};


/* A test with one verdict only would prove little. */
static int
testVerdicts(const void *opaque G_GNUC_UNUSED)
{
    static const testRandomWish any = { 0 };
    size_t count[RANK_INCOMPATIBLE + 1] = { 0 };
    size_t i;

    for (i = 0; i < testRandomCases; i++) {
        g_autoptr(GRand) rand = g_rand_new_with_seed(testRandomSeed + i);
        g_autofree char *source = testRandomSource(rand, &any);
        g_autofree char *target = testRandomTarget(rand, &any, source);
        testPair pair = { .rules = i % 2 ? testRandomRules : NULL };

        count[testPairRank(&pair, source, target)]++;
    }

    VIR_TEST_DEBUG("\nidentical %zu, superset %zu, unknown %zu, incompatible %zu",
                   count[0], count[1], count[2], count[3]);

    for (i = 0; i < G_N_ELEMENTS(count); i++) {
        if (count[i] < testRandomCases / 50)
            return testFail("%zu of %u devices only", count[i], testRandomCases);
    }

    return 0;
}


static int
mymain(void)
{
    size_t i;

    if (testRandomSetUp() < 0)
        return EXIT_FAILURE;

    for (i = 0; i < G_N_ELEMENTS(properties); i++) {
        DO_TEST(testPropertyTry, &properties[i],
                "%s: %u cases from seed %u", properties[i].name, testRandomCases,
                testRandomSeed);
    }

    DO_TEST(testVerdicts, NULL, "all verdicts are met");

    g_clear_object(&testRandomRules);
    g_clear_object(&testRandomNeeds);
    return testResult();
}

VIR_TEST_MAIN(mymain)
