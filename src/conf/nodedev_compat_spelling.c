/*
 * nodedev_compat_spelling.c: one spelling of values that several sources have
 *
 * What the kernel shows, what a tool prints and what an administrator types for it can
 * differ in the case of letters and the zeros of a number. Here are the attributes of
 * which that is known; what does not look like a value of theirs stays as it is.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_spelling.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_value.h"
#include "virstring.h"

typedef enum {
    VIR_NODE_DEVICE_COMPAT_SPELLING_ANSWER = 0, /* yes or no */
    VIR_NODE_DEVICE_COMPAT_SPELLING_CAPITALS,
    VIR_NODE_DEVICE_COMPAT_SPELLING_ECC,        /* as nvidia-smi -q writes it */
    VIR_NODE_DEVICE_COMPAT_SPELLING_GTS,        /* of a GPU of several GTs, "gt0=1+gt1=2" */
    VIR_NODE_DEVICE_COMPAT_SPELLING_HEX,        /* if it is in hex, which not all drivers mark */
    VIR_NODE_DEVICE_COMPAT_SPELLING_HEX2,       /* as the kernel's files have it, two digits */
    VIR_NODE_DEVICE_COMPAT_SPELLING_HEX6,
    VIR_NODE_DEVICE_COMPAT_SPELLING_PCI_ID,
} virNodeDeviceCompatSpelling;

#define SPELLING(name) VIR_NODE_DEVICE_COMPAT_SPELLING_ ## name

typedef struct _virNodeDeviceCompatSpelled virNodeDeviceCompatSpelled;
struct _virNodeDeviceCompatSpelled {
    const char *attr;
    virNodeDeviceCompatSpelling spelling;
};

/* By name */
static const virNodeDeviceCompatSpelled spellings[] = {
    { "asic.id", SPELLING(HEX) },
    { "asic.rev", SPELLING(HEX) },
    { "contexts_quota", SPELLING(GTS) },
    { "doorbells_quota", SPELLING(GTS) },
    { "ecc_mode", SPELLING(ECC) },
    { "fw.bundle_id", SPELLING(HEX) },
    { "fw.psid", SPELLING(CAPITALS) },
    { "guc_version", SPELLING(GTS) },
    { "infiniband.board_id", SPELLING(CAPITALS) },
    { VIR_NODE_DEVICE_COMPAT_MIGRATABLE, SPELLING(ANSWER) },
    { VIR_NODE_DEVICE_COMPAT_PCI_CLASS, SPELLING(HEX6) },
    { "pci_header_type", SPELLING(HEX2) },
    { "pci_revision", SPELLING(HEX2) },
    { "pci_subsystem_id", SPELLING(PCI_ID) },
    { VIR_NODE_DEVICE_COMPAT_PF_PCI_ID, SPELLING(PCI_ID) },
    { "pf_subsystem_id", SPELLING(PCI_ID) },
};

/* With what else nvidia-smi writes for it, in tables and in older releases, and takes to
 * set it */
static const struct {
    const char *value;
    const char *mode;
} eccModes[] = {
    { "Enabled", "Enabled" },
    { "1", "Enabled" },
    { "Disabled", "Disabled" },
    { "0", "Disabled" },
    { "N/A", "N/A" },
    { "[N/A]", "N/A" },
    { "Not Supported", "N/A" },
    { "[Not Supported]", "N/A" },
};

static const char *const answers[] = { "yes", "no" };


static char *
virNodeDeviceCompatSpellHex(const char *value,
                            int digits)
{
    g_autofree char *integer =
        virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER, value);
    unsigned long long number;

    if (!integer || virStrToLong_ullp(integer, NULL, 0, &number) < 0)
        return NULL;

    return g_strdup_printf("0x%0*llx", digits, number);
}


/* What GTs have, in the order of their numbers; or once, if all have the same. */
static char *
virNodeDeviceCompatSpellGTs(const char *value)
{
    g_auto(GStrv) gts = g_strsplit(value, "+", -1);
    const char *first = NULL;
    bool alike = true;
    size_t i;

    for (i = 0; gts[i]; i++) {
        const char *own = strchr(g_strstrip(gts[i]), '=');

        if (!STRPREFIX(gts[i], "gt") || !own || own[1] == '\0')
            return NULL;

        if (!first)
            first = own + 1;
        alike &= STREQ(own + 1, first);
    }

    if (!first)
        return NULL;
    if (alike)
        return g_strdup(first);

    g_qsort_with_data(gts, i, sizeof(*gts), virStringSortCompare, NULL);
    return g_strjoinv("+", gts);
}


/* Returns @value in the one spelling, or NULL if it has none. */
static char *
virNodeDeviceCompatSpellValue(virNodeDeviceCompatSpelling spelling,
                              const char *value)
{
    size_t i;

    switch (spelling) {
    case SPELLING(ANSWER):
        for (i = 0; i < G_N_ELEMENTS(answers); i++) {
            if (g_ascii_strcasecmp(value, answers[i]) == 0)
                return g_strdup(answers[i]);
        }
        break;
    case SPELLING(CAPITALS):
        return g_ascii_strup(value, -1);
    case SPELLING(ECC):
        for (i = 0; i < G_N_ELEMENTS(eccModes); i++) {
            if (g_ascii_strcasecmp(value, eccModes[i].value) == 0)
                return g_strdup(eccModes[i].mode);
        }
        break;
    case SPELLING(GTS):
        return virNodeDeviceCompatSpellGTs(value);
    case SPELLING(HEX):
        if (g_ascii_strncasecmp(value, "0x", 2) == 0)
            return virNodeDeviceCompatSpellHex(value, 1);
        break;
    case SPELLING(HEX2):
        return virNodeDeviceCompatSpellHex(value, 2);
    case SPELLING(HEX6):
        return virNodeDeviceCompatSpellHex(value, 6);
    case SPELLING(PCI_ID):
        return virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID, value);
    }

    return NULL;
}


static int
virNodeDeviceCompatSpelledCompare(const void *name,
                                  const void *opaque)
{
    const virNodeDeviceCompatSpelled *spelled = opaque;

    return strcmp(name, spelled->attr);
}


/**
 * virNodeDeviceCompatSpell:
 * @name: canonical name of an attribute
 * @list: @value is a list of accepted values
 * @value: its value, or NULL; owned by the function
 *
 * Returns @value in the one spelling, or as it is.
 */
char *
virNodeDeviceCompatSpell(const char *name,
                         bool list,
                         char *value)
{
    g_autofree char *found = value;
    g_auto(GStrv) values = NULL;
    const virNodeDeviceCompatSpelled *spelled = NULL;
    size_t i;

    if (value)
        spelled = bsearch(name, spellings, G_N_ELEMENTS(spellings), sizeof(*spellings),
                          virNodeDeviceCompatSpelledCompare);
    if (!spelled)
        return g_steal_pointer(&found);

    values = g_strsplit(value, list ? "," : "\n", -1);
    for (i = 0; values[i]; i++) {
        char *one = virNodeDeviceCompatSpellValue(spelled->spelling, values[i]);

        if (one) {
            g_free(values[i]);
            values[i] = one;
        }
    }

    return g_strjoinv(list ? "," : "\n", values);
}


/**
 * virNodeDeviceCompatSpellType:
 * @id: id of an mdev type
 *
 * The kernel makes the id of the name of the parent's driver and of what that calls the type:
 * one of NVIDIA's is nvidia-575 or, where the virtual function is bound to vfio-pci,
 * vfio-pci-575. On functions of no other vendor are there types then.
 *
 * Returns the id, in the first spelling if it is one of these.
 */
char *
virNodeDeviceCompatSpellType(const char *id)
{
    const char *number = STRSKIP(id, "vfio-pci-");

    if (number && *number && strspn(number, "0123456789") == strlen(number))
        return g_strdup_printf("nvidia-%s", number);

    return g_strdup(id);
}
