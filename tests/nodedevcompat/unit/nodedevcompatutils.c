/*
 * nodedevcompatutils.c: devices and reports in one line, for tables of tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat_conf.h"
#include "nodedev_compat_xml.h"
#include "virbuffer.h"

/* The content of @buf, which may be empty */
char *
testCompatBufferContent(virBuffer *buf)
{
    char *content = virBufferContentAndReset(buf);

    return content ? content : g_strdup("");
}


/**
 * testRepeat:
 * @head: how the text starts, or NULL
 * @repeat: what follows @count times, "#" in it replaced by the number, from 0
 * @tail: how the text ends, or NULL
 */
char *
testRepeat(const char *head,
           const char *repeat,
           size_t count,
           const char *tail)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    const char *mark = repeat ? strchr(repeat, '#') : NULL;
    size_t i;

    virBufferAdd(&buf, NULLSTR_EMPTY(head), -1);

    for (i = 0; i < count; i++) {
        if (mark)
            virBufferAsprintf(&buf, "%.*s%zu%s", (int)(mark - repeat), repeat, i, mark + 1);
        else
            virBufferAdd(&buf, repeat, -1);
    }

    virBufferAdd(&buf, NULLSTR_EMPTY(tail), -1);

    return testCompatBufferContent(&buf);
}


static const char *
testCompatLongName(const char *name)
{
    if (STREQ(name, "api"))
        return "device_api";
    if (STREQ(name, "sv"))
        return "software_version";
    if (STREQ(name, "pci"))
        return "pci_id";
    return name;
}


/* Adds one word of a device in the notation above */
static void
testCompatAddWord(virNodeDeviceCompat *compat,
                  virNodeDeviceCompatAttrs *alternative,
                  const char *word,
                  unsigned int order)
{
    char mark = strchr("!~*", word[0]) ? word[0] : 0;
    g_auto(GStrv) parts = g_strsplit(mark ? word + 1 : word, "=", 2);
    const char *name = testCompatLongName(parts[0]);
    const char *value = mark == '!' ? NULL : parts[1];
    virNodeDeviceCompatAttr *attr = NULL;

    if (mark == '*' && !value && virNodeDeviceCompatAddUnset(compat, name, order) == 0)
        return;

    attr = virNodeDeviceCompatAdd(compat, alternative, name, value);

    if (!attr || (!value && mark != '!')) {
        fprintf(stderr, "bad word '%s' in a test case\n", word);
        abort();
    }

    if (mark == '~')
        attr->derived = true;
    if (mark == '*')
        virNodeDeviceCompatSetDynamic(compat, attr->name, order);
}


virNodeDeviceCompat *
testCompatParseDevice(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    virNodeDeviceCompatAttrs *alternative = NULL;
    size_t i;

    for (i = 0; words[i]; i++) {
        if (STREQ(words[i], "|"))
            alternative = virNodeDeviceCompatAddAlternative(compat);
        else if (words[i][0])
            testCompatAddWord(compat, alternative, words[i], i + 1);
    }

    return compat;
}


char *
testCompatFormatReasons(const virNodeDeviceCompatReport *report)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        virBufferAsprintf(&buf, "%s%s:%s", i > 0 ? " " : "",
                          report->reasons[i]->code,
                          report->reasons[i]->attr);
    }

    return testCompatBufferContent(&buf);
}


/* @report in one line, "incompatible type-mismatch:type"; behind an arrow what a
 * new device has to be given, "identical -> aggregator=2" */
char *
testCompatFormatResult(const virNodeDeviceCompatReport *report)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *reasons = testCompatFormatReasons(report);
    size_t i;

    virBufferAsprintf(&buf, "%s %s",
                      virNodeDeviceCompatResultTypeToString(report->verdict),
                      reasons);

    for (i = 0; i < report->nprovisions; i++) {
        virBufferAsprintf(&buf, "%s%s=%s",
                          i > 0 ? " " : report->nreasons > 0 ? " -> " : "-> ",
                          report->provisions[i].attr,
                          report->provisions[i].value);
    }

    return testCompatBufferContent(&buf);
}


/* How bad the verdict is for a guest */
int
testCompatRank(const virNodeDeviceCompatReport *report)
{
    switch (report->verdict) {
    case VIR_NODE_DEVICE_COMPAT_IDENTICAL:
        return RANK_IDENTICAL;
    case VIR_NODE_DEVICE_COMPAT_SUPERSET:
        return RANK_SUPERSET;
    case VIR_NODE_DEVICE_COMPAT_UNKNOWN:
        return RANK_UNKNOWN;
    case VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE:
    case VIR_NODE_DEVICE_COMPAT_ERROR:
    case VIR_NODE_DEVICE_COMPAT_LAST:
        break;
    }

    return RANK_INCOMPATIBLE;
}


char *
testCompatFormatXML(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, compat);
    return testCompatBufferContent(&buf);
}


static int
testCompareAttrs(const virNodeDeviceCompatAttrs *a,
                 const virNodeDeviceCompatAttrs *b)
{
    size_t i;

    if (a->nattrs != b->nattrs)
        return testFail("expected %zu attributes, got %zu", a->nattrs, b->nattrs);

    for (i = 0; i < a->nattrs; i++) {
        const virNodeDeviceCompatAttr *x = a->attrs[i];
        const virNodeDeviceCompatAttr *y = b->attrs[i];

        if (STRNEQ(x->name, y->name) ||
            STRNEQ_NULLABLE(x->value, y->value) ||
            x->state != y->state ||
            x->dynamic != y->dynamic ||
            x->derived != y->derived) {
            return testFail("expected attribute %s='%s' (state %d), got %s='%s' (state %d)",
                            x->name, NULLSTR(x->value), x->state,
                            y->name, NULLSTR(y->value), y->state);
        }
    }

    return 0;
}


/* Field by field, as what is not formatted would not be missed otherwise */
static int
testCompareDescriptors(const virNodeDeviceCompat *a,
                       const virNodeDeviceCompat *b)
{
    size_t i;

    if (testCompareAttrs(&a->self, &b->self) < 0)
        return -1;

    if (a->naccepts != b->naccepts) {
        return testFail("expected %zu alternatives, got %zu",
                        a->naccepts, b->naccepts);
    }

    for (i = 0; i < a->naccepts; i++) {
        if (testCompareAttrs(a->accepts[i], b->accepts[i]) < 0)
            return -1;
    }

    if (STRNEQ_NULLABLE(a->opaque, b->opaque)) {
        return testFail("expected opaque '%s', got '%s'",
                        NULLSTR(a->opaque), NULLSTR(b->opaque));
    }

    return 0;
}


/* What is formatted, @xml, is valid, and it is the same descriptor again. */
int
testCompatRoundTrip(const virNodeDeviceCompat *compat,
                    const char *xml)
{
    g_autofree char *name = NULL;
    g_autofree char *twice = NULL;
    g_autoptr(virNodeDeviceCompat) again = NULL;

    if (!(again = virNodeDeviceCompatParseDocument(xml, true, &name)) ||
        testCompareDescriptors(compat, again) < 0)
        return -1;

    twice = testCompatFormatXML(again);
    return testExpectString(xml, twice);
}
