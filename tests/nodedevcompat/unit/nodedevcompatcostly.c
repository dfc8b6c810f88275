/*
 * nodedevcompatcostly.c: documents that are meant to be costly
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatcostly.h"

#include "nodedev_compat_limits.h"
#include "virbuffer.h"

const size_t costlyChoices[COSTLY_LAST][COSTLY_CHOICES] = {
    [COSTLY_SELF] = { 1, 60, 250, 440, 0 },
    [COSTLY_LENGTH] = { 1, 30, 500, 4000, 0 },
    [COSTLY_ALTERNATIVES] = { 1, 8, 30, 63, 0 },
    [COSTLY_ATTRS] = { 1, 8, 60, 400, 0 },
    [COSTLY_ITEMS] = { 1, 30, 600, 2000, 0 },
    [COSTLY_KIND] = { 's', 'l', 'r', 'v', 'm' },
    [COSTLY_VALUES] = { SIZE_MAX, 2, 16, 250, 0 },
    [COSTLY_DEVICES] = { 1, 20, 400, 4000, 0 },
};

const costlyKnown costlyKnowns[COSTLY_KNOWN] = {
    { "60 long lists, and a variable of 250 values", { 1, 1, 1, 60, 2000, 'l', 250, 1 } },
    { "60 of these alternatives", { 1, 1, 60, 1, 2000, 'l', 250, 1 } },
    { "devices with all choices of two variables", { 60, 1, 30, 1, 1, 'l', 16, 20 } },
    { "many attributes that differ", { 440, 1, 1, 1, 1, 'l', 2, 20 } },
    { "many lists of ranges", { 440, 30, 30, 60, 2000, 'r', SIZE_MAX, 20 } },
    { "devices with sets", { 60, 500, 8, 8, 600, 's', 2, 400 } },
    { "devices with many short sets", { 440, 30, 30, 60, 2000, 's', 16, 20 } },
    { "devices with many sets of one item", { 440, 1, 30, 60, 600, 's', 2, 20 } },
};


/* One value of @kind of rule: that of an item or, of sets, of a device */
static void
costlyAddValue(virBuffer *buf,
               size_t kind,
               size_t value)
{
    switch (kind) {
    case 'v':
        virBufferAsprintf(buf, "1.%zu", value % 10);
        break;
    case 'm':
        virBufferAsprintf(buf, "0x%zu", value % 10);
        break;
    default:
        virBufferAsprintf(buf, "%zu", value % 10);
        break;
    }
}


/* A value of @length: of a set, as many items as fit */
static void
costlyAddOwnValue(virBuffer *buf,
                  const size_t *with,
                  size_t number)
{
    size_t end = virBufferUse(buf) + with[COSTLY_LENGTH];
    size_t i = number;

    if (with[COSTLY_KIND] == 'r' || with[COSTLY_KIND] == 'v') {
        costlyAddValue(buf, with[COSTLY_KIND], number);
        return;
    }

    if (with[COSTLY_KIND] == 'm')
        virBufferAddLit(buf, "0x");
    virBufferAsprintf(buf, "%zu", i % 10);
    while (virBufferUse(buf) + 4 < end) {
        if (with[COSTLY_KIND] == 's')
            virBufferAsprintf(buf, "+%zu", (++i * 7) % 100);
        else
            virBufferAsprintf(buf, "%zu", ++i % 10);
    }
}


static void
costlyAddList(virBuffer *buf,
              const size_t *with,
              size_t number)
{
    size_t end = virBufferUse(buf) + VIR_NODE_DEVICE_COMPAT_VALUE_MAX - 20;
    size_t i;

    if (with[COSTLY_VALUES] != SIZE_MAX)
        virBufferAddLit(buf, "{v},");

    for (i = 0; i < with[COSTLY_ITEMS] && virBufferUse(buf) < end; i++) {
        costlyAddValue(buf, with[COSTLY_KIND], i + number);
        virBufferAddLit(buf, ",");
    }
    virBufferTrim(buf, ",");
}


/* Two variables with all their values */
static void
costlyAddVariables(virBuffer *buf,
                   const size_t *with)
{
    size_t i;

    if (with[COSTLY_VALUES] == SIZE_MAX)
        return;

    virBufferAddLit(buf, "<attr name='a' value='{v:int:1");
    for (i = 2; i <= with[COSTLY_VALUES]; i++)
        virBufferAsprintf(buf, ",%zu", i);
    if (with[COSTLY_VALUES] <= 16) {
        virBufferAddLit(buf, "}{w:int:1");
        for (i = 2; i <= with[COSTLY_VALUES]; i++)
            virBufferAsprintf(buf, ",%zu", i);
    }
    virBufferAddLit(buf, "}'/>");
}


/* Not all of it, if it is larger than @max */
static void
costlyAddAlternative(virBuffer *buf,
                     const size_t *with,
                     size_t number,
                     size_t max)
{
    size_t i;

    virBufferAddLit(buf, "<accepts><type id='t'/>");
    costlyAddVariables(buf, with);
    for (i = 0; i < with[COSTLY_ATTRS] && virBufferUse(buf) <= max; i++) {
        virBufferAsprintf(buf, "<attr name='%c%zu' value='", (char)with[COSTLY_KIND], i);
        costlyAddList(buf, with, number);
        virBufferAddLit(buf, "'/>");
    }
    virBufferAddLit(buf, "</accepts>");
}


char *
costlyMakeDevice(const size_t *with,
                 size_t number,
                 size_t max)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t nattrs = 3;
    size_t i;

    max -= strlen("</capability>");
    virBufferAddLit(&buf, "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI>"
                    "<type id='t'/><softwareVersion>1.0.0</softwareVersion>");

    for (i = 0; i < with[COSTLY_SELF] && nattrs < VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; i++) {
        g_auto(virBuffer) one = VIR_BUFFER_INITIALIZER;

        virBufferAsprintf(&one, "<attr name='%c%zu' value='", (char)with[COSTLY_KIND], i);
        costlyAddOwnValue(&one, with, number);
        virBufferAddLit(&one, "'/>");
        if (virBufferUse(&buf) + virBufferUse(&one) > max)
            break;
        virBufferAddBuffer(&buf, &one);
        nattrs++;
    }

    for (i = 0; i < with[COSTLY_ALTERNATIVES]; i++) {
        g_auto(virBuffer) one = VIR_BUFFER_INITIALIZER;

        costlyAddAlternative(&one, with, i, max);
        nattrs += with[COSTLY_ATTRS] + 2;
        if (virBufferUse(&buf) + virBufferUse(&one) > max ||
            nattrs > VIR_NODE_DEVICE_COMPAT_ATTRS_MAX)
            break;
        virBufferAddBuffer(&buf, &one);
    }

    virBufferAddLit(&buf, "</capability>");
    return virBufferContentAndReset(&buf);
}


char *
costlyMakeDevices(const size_t *with)
{
    size_t max = VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX - strlen("<devices></devices>");
    size_t share = MAX(max / with[COSTLY_DEVICES], 200);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "<devices>");
    for (i = 0; i < with[COSTLY_DEVICES]; i++) {
        g_autofree char *one = costlyMakeDevice(with, i, share);

        if (virBufferUse(&buf) + strlen(one) > max)
            break;
        virBufferAdd(&buf, one, -1);
    }
    virBufferAddLit(&buf, "</devices>");

    return virBufferContentAndReset(&buf);
}


char *
costlyMakeRules(void)
{
    static const struct {
        char kind;
        const char *rule;
    } rules[] = {
        { 's', "rule='superset'" },
        { 'r', "rule='range' value='integer'" },
        { 'v', "rule='at-least' value='version'" },
        { 'm', "rule='superset' value='bitmask'" },
    };
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    virBufferAddLit(&buf, "<nodedevCompatRules>");
    for (i = 0; i < G_N_ELEMENTS(rules); i++) {
        virBufferAddLit(&buf, "<rules deviceAPI='vfio-pci'>");
        for (j = 0; j < VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; j++)
            virBufferAsprintf(&buf, "<attr name='%c%zu' %s/>", rules[i].kind, j, rules[i].rule);
        virBufferAddLit(&buf, "</rules>");
    }
    virBufferAddLit(&buf, "</nodedevCompatRules>");

    return virBufferContentAndReset(&buf);
}


char *
costlyMakeGroups(const char *root,
                 const char *group,
                 const char *criteria,
                 size_t nattrs,
                 const char *attr)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    virBufferAsprintf(&buf, "<%s>", root);
    for (i = 0; ; i++) {
        g_auto(virBuffer) one = VIR_BUFFER_INITIALIZER;

        virBufferAsprintf(&one, "<%s %s>", group, criteria);
        for (j = 0; j < nattrs; j++)
            virBufferAsprintf(&one, "<attr name='a%zu' %s/>", i * nattrs + j, attr);
        virBufferAsprintf(&one, "</%s>", group);

        if (virBufferUse(&buf) + virBufferUse(&one) + strlen(root) + 3 >
            VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
            break;
        virBufferAddBuffer(&buf, &one);
    }
    virBufferAsprintf(&buf, "</%s>", root);

    return virBufferContentAndReset(&buf);
}
