/*
 * fuzz.c: what the fuzz targets have in common
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include <sanitizer/allocator_interface.h>
#include <sanitizer/asan_interface.h>
#include <libxml/xmlerror.h>
#include <sanitizer/lsan_interface.h>
#include <time.h>

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"
#include "nodedev_compat_xml.h"
#include "virerror.h"
#include "virjson.h"
#include "virlog.h"

/* What no input may cost: 100 ms and 32 MB. With the sanitizers, without optimisation
 * and with each branch counted it takes 7 to 9 times as long as in a release's build
 * (measured with compare, find, baseline and descriptor), hence the factor. Of memory
 * only what is asked for is counted, not what the sanitizers add to it, so that there
 * is no factor. */
#define FUZZ_SECONDS 0.1
#define FUZZ_SLOWER 10
#define FUZZ_BYTES (32 * 1024 * 1024)

int
LLVMFuzzerInitialize(int *argc,
                     char ***argv);

int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size);

/* Looking for leaks takes long. What is kept for the next input is no leak, and there
 * is little of that. */
#define FUZZ_LEAK_CHECKS_MAX 100

/* How many comments there can be in what libvirt's own parser is given */
#define FUZZ_COMMENTS_MAX 256

/* Of this input; what was allocated before and is freed now may make it negative. */
static long long allocated;
static long long allocatedMost;
static long long pieces;

/* What fuzzChoose() chooses by */
static uint64_t choices;


/* In strstr() the sanitizer would measure all of the string each time, and splitting a
 * document into lines would take seconds. */
const char *
__asan_default_options(void)
{
    return "intercept_strstr=0";
}


/* What glibc allocates for the sanitizer when a thread begins, and nobody points to until it
 * is freed again */
const char *
__lsan_default_suppressions(void)
{
    return "leak:pthread_getattr_np\nleak:__pthread_attr_extension\n"
           "leak:pthread_attr_setaffinity_np\n";
}


static void
fuzzIgnoreError(void *opaque G_GNUC_UNUSED,
                virErrorPtr err G_GNUC_UNUSED)
{
}


static void
fuzzCountMalloc(const volatile void *ptr G_GNUC_UNUSED,
                size_t size)
{
    pieces++;
    allocated += size;
    allocatedMost = MAX(allocatedMost, allocated);
}


static void
fuzzCountFree(const volatile void *ptr)
{
    if (!ptr)
        return;

    pieces--;
    allocated -= __sanitizer_get_allocated_size(ptr);
}


/* Bad input is what this is about: it goes neither to a log nor to stderr. */
int
LLVMFuzzerInitialize(int *argc G_GNUC_UNUSED,
                     char ***argv G_GNUC_UNUSED)
{
    if (virErrorInitialize() < 0 ||
        virLogSetDefaultPriority(VIR_LOG_ERROR) < 0)
        abort();

    virSetErrorFunc(NULL, fuzzIgnoreError);
    FUZZ_CHECK(__sanitizer_install_malloc_and_free_hooks(fuzzCountMalloc, fuzzCountFree) > 0);
    return 0;
}


/* Processor time, as the machine may be busy. One that never ends is stopped by
 * libFuzzer. */
static double
fuzzNow(void)
{
    struct timespec now;

    FUZZ_CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return now.tv_sec + now.tv_nsec / 1e9;
}


static void
fuzzOnce(const uint8_t *data,
         size_t size)
{
    size_t i;

    allocated = 0;
    allocatedMost = 0;
    pieces = 0;
    virResetLastError();

    /* FNV-1a */
    choices = 0xcbf29ce484222325;
    for (i = 0; i < size; i++)
        choices = (choices ^ data[i]) * 0x100000001b3;

    fuzzInput(data, size);

    virResetLastError();
    xmlResetLastError();
}


/* libFuzzer can look for leaks as well, with hooks of its own in each allocation:
 * scripts/fuzz turns that off. */
static void
fuzzCheckLeaks(const uint8_t *data,
               size_t size)
{
    static size_t nchecks;

    if (pieces <= 0 || nchecks >= FUZZ_LEAK_CHECKS_MAX)
        return;

    /* what is made once and kept is not made again */
    fuzzOnce(data, size);
    if (pieces <= 0)
        return;

    nchecks++;
    FUZZ_CHECK(__lsan_do_recoverable_leak_check() == 0);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size)
{
    double start = fuzzNow();

    fuzzOnce(data, size);

    FUZZ_CHECK(allocatedMost <= FUZZ_BYTES);
    FUZZ_CHECK(fuzzNow() - start <= FUZZ_SECONDS * FUZZ_SLOWER);
    fuzzCheckLeaks(data, size);
    return 0;
}


/* Less than @n, by the content of the input: the same for the same input, and another
 * one with each call. What would take too long to do with each input is done with one
 * in @n, and with an input that differs a little from one that is of interest. */
size_t
fuzzChoose(size_t n)
{
    choices = choices * 6364136223846793005 + 1442695040888963407;
    return (choices >> 33) % n;
}


/* How many devices there are at most in an input with any number of them: more take
 * longer, with their square, and rarely find more. */
size_t
fuzzChooseDevices(void)
{
    return fuzzChoose(64) == 0 ? 9 : 3 + fuzzChoose(2);
}


void
fuzzFail(const char *file,
         int line,
         const char *what,
         const char *a,
         const char *b)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    if (a)
        fprintf(stderr, "one: %s\n", a);
    if (b)
        fprintf(stderr, "other: %s\n", b);
    if (virGetLastErrorCode() != VIR_ERR_OK)
        fprintf(stderr, "last error: %s\n", virGetLastErrorMessage());
    abort();
}


/* The input as a string of its exact size, so that reading beyond is seen; a
 * NUL in the input ends it. */
char *
fuzzText(const uint8_t *data,
         size_t size)
{
    return g_strndup((const char *)data, size);
}


/* What libvirt's own parser is not given where it comes before this project's code does: it
 * crashes on a document that is nothing but line breaks, and libxml2 looks for the end of
 * each comment that has none. */
bool
fuzzIsFit(const char *text)
{
    size_t comments = 0;
    const char *at;

    for (at = text; (at = strstr(at, "<!--")); at++)
        comments++;

    return text[strspn(text, "\r\n")] != '\0' && comments <= FUZZ_COMMENTS_MAX;
}


GStrv
fuzzParts(const char *text,
          int max)
{
    return g_strsplit(text, "\n=\n", max);
}


/* What can be parsed is formatted, and gives the same bytes when that is parsed; what
 * cannot is refused with an error. */
void
fuzzRoundTrip(const fuzzForm *form,
              const uint8_t *data,
              size_t size)
{
    g_autofree char *xml = fuzzText(data, size);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    void *object;
    void *again;

    if (!(object = form->parse(xml))) {
        FUZZ_CHECK(virGetLastErrorCode() != VIR_ERR_OK);
        return;
    }

    if (form->check)
        form->check(object);
    first = form->format(object);
    if (!(again = form->parse(first)))
        fuzzFail(__FILE__, __LINE__, "what was formatted can be parsed", first, NULL);
    second = form->format(again);
    FUZZ_CHECK_EQUAL(first, second);

    form->clear(object);
    form->clear(again);
}


/* What is printed for programs can be parsed, whatever is in it. Takes ownership of @json. */
void
fuzzCheckJSON(char *json)
{
    g_autofree char *text = json;
    g_autoptr(virJSONValue) value = NULL;

    FUZZ_CHECK(text && g_utf8_validate(text, -1, NULL));
    if (!(value = virJSONValueFromString(text)))
        fuzzFail(__FILE__, __LINE__, "JSON can be parsed", text, NULL);
}


char *
fuzzFormat(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, compat);
    return virBufferContentAndReset(&buf);
}


static void
fuzzAddLine(virNodeDeviceCompat *compat,
            virNodeDeviceCompatAttrs *alternative,
            char *line)
{
    char *value = strchr(line, '=');
    size_t len = value ? value - line : strlen(line);
    char mark = '\0';
    virNodeDeviceCompatAttr *attr;

    if (value)
        *value++ = '\0';

    if (len > 0 && strchr("*~!", line[len - 1])) {
        mark = line[len - 1];
        line[len - 1] = '\0';
    }

    if (mark == '*' && !value && !alternative) {
        ignore_value(virNodeDeviceCompatAddUnset(compat,
                                                 virNodeDeviceCompatAttrCanonicalName(line),
                                                 len % 4));
        return;
    }

    if (!(attr = virNodeDeviceCompatAdd(compat, alternative, line, value)))
        return;

    if (mark == '!') {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING;
        g_clear_pointer(&attr->value, g_free);
    }
    if (!alternative) {
        attr->dynamic = mark == '*' || attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET;
        attr->derived = mark == '~';
    }
}


/* A device from text, a line for each attribute; a line "+" begins an alternative
 * that the device accepts:
 *
 *   NAME=VALUE     an attribute
 *   NAME*=VALUE    a dynamic one
 *   NAME~=VALUE    a derived one
 *   NAME           one that could not be read
 *   NAME*          one of a type, that each device gets
 *   NAME!          one that was published twice
 *
 * What the device is has to be there before what it accepts. */
virNodeDeviceCompat *
fuzzDescriptor(char **lines,
               size_t nlines)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    virNodeDeviceCompatAttrs *alternative = NULL;
    size_t i;

    /* no parser takes more of them, or longer ones */
    for (i = 0; i < MIN(nlines, VIR_NODE_DEVICE_COMPAT_ATTRS_MAX); i++) {
        if (strlen(lines[i]) > VIR_NODE_DEVICE_COMPAT_VALUE_MAX)
            continue;

        if (STREQ(lines[i], "+")) {
            if (!(alternative = virNodeDeviceCompatAddAlternative(compat)))
                break;
        } else {
            fuzzAddLine(compat, alternative, lines[i]);
        }
    }

    virNodeDeviceCompatDropEmptyAlternatives(compat);
    return compat;
}


/* Attributes that are named like a kind of rule follow that rule. */
static const char rulesXML[] =
    "<nodedevCompatRules>"
    "<rules deviceAPI='vfio-pci'>"
    "<attr name='one-of' rule='one-of'/>"
    "<attr name='set' rule='superset' missing='incompatible'/>"
    "<attr name='bitmask' rule='superset' value='bitmask' missing='ignore'/>"
    "<attr name='at-least' rule='at-least'/>"
    "<attr name='at-most' rule='at-most' value='version' missing='incompatible'/>"
    "<attr name='version' rule='version'/>"
    "<attr name='range' rule='range'/>"
    "<attr name='ignore' rule='ignore'/>"
    "</rules><rules deviceAPI='vfio-ap'><attr name='need' need='yes'/>"
    "</rules>"
    "</nodedevCompatRules>";


const virNodeDeviceCompatRules *
fuzzRules(void)
{
    static virNodeDeviceCompatRules *rules;

    if (!rules) {
        rules = virNodeDeviceCompatRulesNew();
        FUZZ_CHECK(virNodeDeviceCompatRulesAddXML(rules, rulesXML, "rules") == 0);
    }

    return rules;
}


static void
fuzzCheckSet(const virNodeDeviceCompatAttrs *set)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];

        FUZZ_CHECK(virNodeDeviceCompatNameIsValid(attr->name));
        FUZZ_CHECK(i == 0 || strcmp(set->attrs[i - 1]->name, attr->name) < 0);
        FUZZ_CHECK(virNodeDeviceCompatAttrsFind(set, attr->name) == attr);
        FUZZ_CHECK(attr->value || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK);
        FUZZ_CHECK(!attr->value || virNodeDeviceCompatValueIsPrintable(attr->value));
    }
}


static void
fuzzCheckXML(const virNodeDeviceCompat *compat)
{
    g_autofree char *first = fuzzFormat(compat);
    g_autofree char *second = NULL;
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) again = NULL;

    /* what is larger is refused, whoever wrote it */
    if (strlen(first) > VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
        return;

    again = virNodeDeviceCompatParseDocument(first, false, &name);
    if (!again)
        fuzzFail(__FILE__, __LINE__, "what was formatted can be parsed", first, NULL);

    second = fuzzFormat(again);
    FUZZ_CHECK_EQUAL(first, second);
}


/* @compat is within its limits, and its XML, with one input in four, gives it again. */
void
fuzzCheckRoundTrip(const virNodeDeviceCompat *compat)
{
    size_t i;

    FUZZ_CHECK(compat->naccepts <= VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX);
    FUZZ_CHECK(compat->self.nattrs <= VIR_NODE_DEVICE_COMPAT_ATTRS_MAX);

    fuzzCheckSet(&compat->self);
    for (i = 0; i < compat->naccepts; i++)
        fuzzCheckSet(compat->accepts[i]);

    if (fuzzChoose(4) == 0)
        fuzzCheckXML(compat);
}


/* The verdict is what the reasons say, and each reason is whole. */
void
fuzzCheckReport(const virNodeDeviceCompatReport *report)
{
    bool errors = false;
    bool unknowns = false;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        FUZZ_CHECK(reason->attr && reason->message && reason->message[0]);
        if (reason->severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_ERROR)
            errors = true;
        else if (reason->severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN)
            unknowns = true;
    }

    switch (report->verdict) {
    case VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE:
        FUZZ_CHECK(errors);
        break;
    case VIR_NODE_DEVICE_COMPAT_UNKNOWN:
        FUZZ_CHECK(unknowns && !errors);
        break;
    case VIR_NODE_DEVICE_COMPAT_IDENTICAL:
    case VIR_NODE_DEVICE_COMPAT_SUPERSET:
        FUZZ_CHECK(!unknowns && !errors);
        break;
    case VIR_NODE_DEVICE_COMPAT_ERROR:
    default:
        FUZZ_CHECK(!"a verdict that there is");
    }
}


/* That a report outlasts its XML takes several times as long as to make it, and is what
 * the target of reports is for. */
static void
fuzzCheckReportXML(const virNodeDeviceCompatReport *report)
{
    g_autoptr(virNodeDeviceCompatReport) parsed = NULL;
    g_autofree char *xml = virNodeDeviceCompatReportFormat(report);
    g_autofree char *again = NULL;

    if (!(parsed = virNodeDeviceCompatReportParse(xml)))
        fuzzFail(__FILE__, __LINE__, "a report can be parsed", xml, NULL);
    again = virNodeDeviceCompatReportFormat(parsed);
    FUZZ_CHECK_EQUAL(xml, again);
}


/* Compares, and checks the report. */
virNodeDeviceCompatResult
fuzzCompare(const virNodeDeviceCompat *source,
            const virNodeDeviceCompat *target,
            const virNodeDeviceCompatRules *rules,
            unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *message = NULL;

    report = virNodeDeviceCompatCompare(source, target, rules, flags);
    fuzzCheckReport(report);

    message = virNodeDeviceCompatReportToMessage(report);
    FUZZ_CHECK(message || virNodeDeviceCompatVerdictIsGood(report->verdict));
    if (fuzzChoose(16) == 0)
        fuzzCheckReportXML(report);

    return report->verdict;
}


static bool
fuzzIsGood(const virNodeDeviceCompat *source,
           const virNodeDeviceCompat *target,
           const virNodeDeviceCompatRules *rules)
{
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(source, target, rules, 0);

    return virNodeDeviceCompatVerdictIsGood(report->verdict);
}


/* That an attribute cannot be read, one of them for each input, makes no pair good that
 * is not. */
static void
fuzzCheckUnreadable(const virNodeDeviceCompat *source,
                    const virNodeDeviceCompat *target,
                    virNodeDeviceCompat *which,
                    const virNodeDeviceCompatRules *rules)
{
    virNodeDeviceCompatAttr *attr;
    virNodeDeviceCompatAttr saved;

    if (which->self.nattrs == 0)
        return;

    attr = which->self.attrs[fuzzChoose(which->self.nattrs)];
    saved = *attr;
    attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE;
    attr->value = NULL;
    if (fuzzIsGood(source, target, rules))
        fuzzFail(__FILE__, __LINE__, "what is unreadable makes nothing good", attr->name, NULL);
    *attr = saved;
}


/* Of the two devices the one is to the other what the other is to it. */
static void
fuzzCheckSymmetric(const virNodeDeviceCompat *source,
                   const virNodeDeviceCompat *target,
                   const virNodeDeviceCompatRules *rules)
{
    virNodeDeviceCompatResult reverse;
    size_t i;

    /* what they accept may differ */
    if (source->naccepts > 0 || target->naccepts > 0)
        return;

    /* what a type leaves to its devices can be set, and cannot be the source's */
    for (i = 0; i < target->self.nattrs; i++) {
        if (target->self.attrs[i]->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
            return;
    }

    reverse = fuzzCompare(target, source, rules, 0);
    FUZZ_CHECK(reverse == VIR_NODE_DEVICE_COMPAT_IDENTICAL);
}


/* With another type allowed the verdict is no worse. */
static void
fuzzCheckCrossType(const virNodeDeviceCompat *source,
                   const virNodeDeviceCompat *target,
                   const virNodeDeviceCompatRules *rules,
                   virNodeDeviceCompatResult verdict)
{
    virNodeDeviceCompatResult cross =
        fuzzCompare(source, target, rules, VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE);

    FUZZ_CHECK(virNodeDeviceCompatVerdictRank(cross) <= virNodeDeviceCompatVerdictRank(verdict));
}


void
fuzzCheckPair(virNodeDeviceCompat *source,
              virNodeDeviceCompat *target,
              const virNodeDeviceCompatRules *rules)
{
    virNodeDeviceCompatResult verdict = fuzzCompare(source, target, rules, 0);

    if (verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL)
        fuzzCheckSymmetric(source, target, rules);

    if (fuzzChoose(2))
        fuzzCheckCrossType(source, target, rules, verdict);
    else if (!virNodeDeviceCompatVerdictIsGood(verdict))
        fuzzCheckUnreadable(source, target, fuzzChoose(2) ? source : target, rules);
}
