/*
 * nodedevcompattemplatetest.c: variables in what a device accepts
 *
 * Most of the cases are bad input. What comes of variables in a comparison is in
 * nodedevcompatcomparetest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat_template.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define MALFORMED NULL

/* With a comma between them */
#define TIMES4(text) text "," text "," text "," text
#define TIMES16(text) TIMES4(TIMES4(text))
#define TIMES256(text) TIMES16(TIMES16(text))


/* Lists with variables, and their one spelling */
struct testTemplate {
    const char *name;           /* the list */
    const char *expect;
};

static const struct testTemplate templates[] = {
    { "{v}", "{v}" },
    { "{v:int:1}", "{v:int:1}" },
    { "a{v:int:1,2}b", "a{v:int:1,2}b" },
    { "{v:int: 1 , 2 }", "{v:int:1,2}" },
    { " {v} , a ", "{v},a" },
    { "a b{v}", "a b{v}" },
    { "a,b,{v},c , d", "a,b,{v},c,d" },
    { "{v} a {w}", "{v} a {w}" },
    { "{v}b ", "{v}b" },
    { "{v}b ,c", "{v}b,c" },
    { " ,{v}", MALFORMED },
    { "{v}, ", MALFORMED },
    { "{v:string:a}", "{v:string:\"a\"}" },
    { "{v:string: a , \"b\" }", "{v:string:\"a\",\"b\"}" },
    { "{v:string:a b}", "{v:string:\"a b\"}" },
    { "{v:string:a ,b}", "{v:string:\"a\",\"b\"}" },
    { "{v:string:a+b}", "{v:string:\"a+b\"}" },
    { "{v}{w}", "{v}{w}" },
    { "{v}/2", "{v}/2" },
    { "{v}*2,{v}+2,{v}-2", "{v}*2,{v}+2,{v}-2" },
    { "{v:int:2,4}/2", "{v:int:2,4}/2" },
    { "{v}/2/3", "{v}/2/3" },               /* text */
    { "a{v}/0", "a{v}/0" },                 /* text */
    { "{v}/", "{v}/" },                     /* text */
    { "{v}/x", "{v}/x" },                   /* text */
    { "{v}/2x", "{v}/2x" },                 /* text */
    { "{v}/1234567890", "{v}/1234567890" }, /* text, as no number is that long */
    { "{v}^2", "{v}^2" },                   /* text */
    { "{v:int:" TIMES256("1") "}", "{v:int:" TIMES256("1") "}" },
    { "{v:int:" TIMES256("1") ",1}", MALFORMED },
    { "{v:int:" TIMES256("1") ",1", MALFORMED },
    { "{v}*0", "{v}*0" },
    { "{_Name9:int:999999999}", "{_Name9:int:999999999}" },
    { "", MALFORMED },
    { "{", MALFORMED },
    { "}", MALFORMED },
    { "{}", MALFORMED },
    { "{v", MALFORMED },
    { "v}", MALFORMED },
    { "{v}}", MALFORMED },
    { "{{v}}", MALFORMED },
    { "{v},", MALFORMED },
    { ",{v}", MALFORMED },
    { "{v},,a", MALFORMED },
    { "{ v}", MALFORMED },
    { "{v }", MALFORMED },
    { "{9v}", MALFORMED },
    { "{v-w}", MALFORMED },
    { "{:int:1}", MALFORMED },
    { "{v:}", MALFORMED },
    { "{v:int}", MALFORMED },
    { "{v:int:}", MALFORMED },
    { "{v:int:1", MALFORMED },
    { "{v:int:1,}", MALFORMED },
    { "{v:int:,1}", MALFORMED },
    { "{v:int:1 2}", MALFORMED },
    { "{v:int:1 2", MALFORMED },
    { "{v:int:-1}", MALFORMED },
    { "{v:int:01}", MALFORMED },
    { "{v:int:0x1}", MALFORMED },
    { "{v:int:1000000000}", MALFORMED },
    { "{v:int:a}", MALFORMED },
    { "{v:int:1{w}}", MALFORMED },
    { "{v:float:1}", MALFORMED },
    { "{v:float:1", MALFORMED },
    { "{v:INT:1}", MALFORMED },
    { "{v:string}", MALFORMED },
    { "{v:string:}", MALFORMED },
    { "{v:string: }", MALFORMED },
    { "{v:string:\"\"}", MALFORMED },
    { "{v:string:\"a}", MALFORMED },
    { "{v:string:a\"}", MALFORMED },
    { "{v:string:\"a\"b}", MALFORMED },
    { "{v:string:\"a,b\"}", MALFORMED },
    { "{v:string:{w}}", MALFORMED },
    { "{v}/0", MALFORMED },
    { "{v:int:1}/00", MALFORMED },
    { "{v}\n", MALFORMED },
    { "{v\377}", MALFORMED },
    { "{abcdefghijklmnopqrstuvwxyzABCDEF}", "{abcdefghijklmnopqrstuvwxyzABCDEF}" },
    { "{abcdefghijklmnopqrstuvwxyzABCDEFG}", MALFORMED },
};


/* Lists that declare variables, a list that uses them, and what that becomes for
 * each choice of values, "-" if it is left empty */
struct testFill {
    const char *name;
    const char *list;
    const char *expect;         /* MALFORMED: a variable has no, or two, meanings */
    const char *declare[3];
};

#define FILL(list, expect, ...) \
    { list " with " #__VA_ARGS__, list, expect, { __VA_ARGS__ } }

static const struct testFill fills[] = {
    FILL("x{v}y", "x1y x2y", "a{v:int:1,2}"),
    FILL("{v},{v}", "1,1 2,2", "{v:int:1,2}"),
    FILL("{v}{w}", "13 14 23 24", "{v:int:1,2}", "{w:int:3,4}"),
    FILL("{w}{v}", "a1 a2", "{v:int:1,2}", "{w:string:a}"),
    FILL("{v}", "1 2", "{v:int:1,2}", "{v:int:1,2}"),
    FILL("x", "x", "{v:int:1}"),
    FILL("y,z,{v},w", "y,z,1,w y,z,2,w", "{v:int:1,2}"),
    FILL("{v:int:1}", "1", "{v:int:1}"),
    FILL("{v}", "a b", "{v:string:\"a\",b}"),
    FILL("{v}/4", "0 - 2", "{v:int:0,7,8}"),
    FILL("{v}/4,z", "0,z z 2,z", "{v:int:0,7,8}"),
    FILL("{v}/1", "7", "{v:int:7}"),
    FILL("{v}-3", "- 0", "{v:int:2,3}"),
    FILL("{v}*999999999", "999999998000000001", "{v:int:999999999}"),
    FILL("{v}+999999999", "1999999998", "{v:int:999999999}"),
    FILL("{v}/2/3", "6/2/3", "{v:int:6}"),
    FILL("{v}/2", "6/2", "{v:string:6}"),
    FILL("{v}^2", "6^2", "{v:int:6}"),
    FILL("{v}/ 2", "6/ 2", "{v:int:6}"),
    FILL("{v}+1234567890", "6+1234567890", "{v:int:6}"),
    FILL("{w}", MALFORMED, "{v:int:1}"),
    FILL("{v},{w}", MALFORMED, "{v:int:1}"),
    FILL("{V}", MALFORMED, "{v:int:1}"),
    FILL("{v}", MALFORMED, "x"),
    FILL("{v}", MALFORMED, "{v:int:1}", "{v:int:2}"),
    FILL("{v}", MALFORMED, "{v:int:1}", "{v:int:1,2}"),
    FILL("{v}", MALFORMED, "{v:int:1}", "{v:string:1}"),
    FILL("{v}", MALFORMED, "{v:int:1,2}", "{v:int:2,1}"),
    FILL("{v}", MALFORMED, "{v:int:1},{v:int:2}"),
    FILL("{v}", MALFORMED, "{v:int:"),
    FILL("{v", MALFORMED, "{v:int:1}"),
};


/* How many choices there are, counted up to a maximum */
struct testCount {
    const char *name;
    const char *declare;
    size_t max;
    size_t expect;
};

#define COUNT(declare, max, expect) { #declare ", up to " #max, declare, max, expect }

static const struct testCount counts[] = {
    COUNT("x", 1, 1),
    COUNT("x", 0, 1),
    COUNT("{v:int:1}", 1, 1),
    COUNT("{v:int:1,2}", 2, 2),
    COUNT("{v:int:1,2}", 1, 2),
    COUNT("{v:int:1,2},{w:int:1,2,3}", 6, 6),
    COUNT("{v:int:1,2},{w:int:1,2,3}", 5, 6),
    COUNT("{v:int:1,2},{w:int:1,2,3},{x:int:1,2}", 5, 6),
    COUNT("{a:int:" TIMES256("1") "},{b:int:" TIMES256("1") "},"
          "{c:int:" TIMES256("1") "}", 256, 257),
};


static int
testTemplateNormalize(const void *opaque)
{
    const struct testTemplate *data = opaque;
    g_autofree char *actual = virNodeDeviceCompatTemplateNormalize(data->name);
    g_autofree char *again = NULL;

    if (testExpectString(data->expect, actual) < 0)
        return -1;

    if (!actual)
        return 0;

    /* canonical is canonical */
    again = virNodeDeviceCompatTemplateNormalize(actual);
    return testExpectString(actual, again);
}


/* What @data->list becomes, or NULL */
static char *
testWriteOut(const struct testFill *data)
{
    g_autoptr(virNodeDeviceCompatTemplate) template = virNodeDeviceCompatTemplateParse(data->list);
    g_autoptr(virNodeDeviceCompatVariables) variables = g_new0(virNodeDeviceCompatVariables, 1);
    g_autoptr(GString) all = g_string_new("");
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(data->declare) && data->declare[i]; i++) {
        g_autoptr(virNodeDeviceCompatTemplate) declare =
            virNodeDeviceCompatTemplateParse(data->declare[i]);

        if (!declare || virNodeDeviceCompatTemplateDeclare(declare, variables) < 0)
            return NULL;
    }

    if (!template)
        return NULL;

    do {
        g_autofree char *list = NULL;

        if (virNodeDeviceCompatTemplateFill(template, variables, &list) < 0)
            return NULL;
        g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "", list ? list : "-");
    } while (virNodeDeviceCompatVariablesNext(variables));

    return g_strdup(all->str);
}


static int
testTemplateFill(const void *opaque)
{
    const struct testFill *data = opaque;
    g_autofree char *actual = testWriteOut(data);

    return testExpectString(data->expect, actual);
}


static int
testVariablesCount(const void *opaque)
{
    const struct testCount *data = opaque;
    g_autoptr(virNodeDeviceCompatTemplate) template =
        virNodeDeviceCompatTemplateParse(data->declare);
    g_autoptr(virNodeDeviceCompatVariables) variables = g_new0(virNodeDeviceCompatVariables, 1);

    if (!template || virNodeDeviceCompatTemplateDeclare(template, variables) < 0)
        return testFail("expected '%s' to declare variables", data->declare);

    return testExpectNumber(data->expect,
                            virNodeDeviceCompatVariablesCount(variables, data->max));
}


/* There is a limit to variables, and those beyond it are refused. */
static int
testVariablesMax(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatVariables) variables = g_new0(virNodeDeviceCompatVariables, 1);
    size_t i;

    for (i = 0; i <= VIR_NODE_DEVICE_COMPAT_VARIABLES_MAX; i++) {
        g_autofree char *list = g_strdup_printf("{v%zu:int:1}", i);
        g_autoptr(virNodeDeviceCompatTemplate) template = virNodeDeviceCompatTemplateParse(list);

        if (testExpectNumber(i < VIR_NODE_DEVICE_COMPAT_VARIABLES_MAX ? 0 : -1,
                             virNodeDeviceCompatTemplateDeclare(template, variables)) < 0)
            return -1;
    }

    return 0;
}


/* A list can be filled to the length that a value can have, and no further. */
static int
testFillMax(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatTemplate) declare =
        virNodeDeviceCompatTemplateParse("{v:int:100000000}");
    g_autoptr(virNodeDeviceCompatVariables) variables = g_new0(virNodeDeviceCompatVariables, 1);
    const size_t max = VIR_NODE_DEVICE_COMPAT_VALUE_MAX;
    size_t len;

    if (virNodeDeviceCompatTemplateDeclare(declare, variables) < 0)
        return -1;

    for (len = max; len <= max + 1; len++) {
        const size_t nitems = 300;
        g_autofree char *tail = g_strnfill(len - nitems * strlen("100000000,"), 'x');
        g_autofree char *text = testRepeat(NULL, "{v},", nitems, tail);
        g_autoptr(virNodeDeviceCompatTemplate) template = virNodeDeviceCompatTemplateParse(text);
        g_autofree char *list = NULL;
        int ret = virNodeDeviceCompatTemplateFill(template, variables, &list);

        if (testExpectNumber(len > max ? -1 : 0, ret) < 0 ||
            (list && testExpectNumber(len, strlen(list)) < 0))
            return -1;
    }

    return 0;
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("variables", templates, testTemplateNormalize);
    DO_TABLE_EXPECT("values", fills, testTemplateFill);
    DO_TABLE("choices", counts, testVariablesCount);
    DO_TEST(testVariablesMax, NULL, "as many variables as there may be, and one more");
    DO_TEST(testFillMax, NULL, "list as long as a value can be, and longer");

    return testResult();
}

VIR_TEST_MAIN(mymain)
