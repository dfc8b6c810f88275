/*
 * fuzz.c: what the fuzz targets have in common
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"
#include "nodedev_compat_xml.h"
#include "virerror.h"
#include "virlog.h"

int
LLVMFuzzerInitialize(int *argc,
                     char ***argv);


static void
fuzzIgnoreError(void *opaque G_GNUC_UNUSED,
                virErrorPtr err G_GNUC_UNUSED)
{
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
    return 0;
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


/* libvirt's own parser crashes on a document that is nothing but line breaks.
 * Where it comes before this project's code does, it is not given any. */
bool
fuzzIsBlank(const char *text)
{
    return text[strspn(text, "\r\n")] == '\0';
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

    for (i = 0; i < nlines; i++) {
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


/* @compat is within its limits, and its XML gives it again. */
void
fuzzCheckRoundTrip(const virNodeDeviceCompat *compat)
{
    g_autofree char *first = fuzzFormat(compat);
    g_autofree char *second = NULL;
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) again = NULL;
    size_t i;

    FUZZ_CHECK(compat->naccepts <= VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX);
    FUZZ_CHECK(compat->self.nattrs <= VIR_NODE_DEVICE_COMPAT_ATTRS_MAX);

    fuzzCheckSet(&compat->self);
    for (i = 0; i < compat->naccepts; i++)
        fuzzCheckSet(compat->accepts[i]);

    /* what is larger is refused, whoever wrote it */
    if (strlen(first) > VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
        return;

    again = virNodeDeviceCompatParseDocument(first, false, &name);
    if (!again)
        fuzzFail(__FILE__, __LINE__, "what was formatted can be parsed", first, NULL);

    second = fuzzFormat(again);
    FUZZ_CHECK_EQUAL(first, second);
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
