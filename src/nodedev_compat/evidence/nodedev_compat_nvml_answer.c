/*
 * nodedev_compat_nvml_answer.c: what libvirt_nodedev_nvml prints
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_nvml_answer.h"

#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "nodedev_compat_value.h"
#include "virbuffer.h"
#include "virstring.h"

#define FIRST_LINE "libvirt-nodedev-nvml 1"
#define LAST_LINE "end"


void
virNodeDeviceCompatNVMLAnswerFree(virNodeDeviceCompatNVMLAnswer *answer)
{
    if (!answer)
        return;

    g_free(answer->eccMode);
    g_free(answer->metadata);
    g_free(answer->error);
    g_clear_pointer(&answer->types, g_hash_table_unref);
    g_free(answer);
}


/* Sets *field, which a line may do once. */
static int
virNodeDeviceCompatNVMLAnswerSet(char **field,
                                 const char *value)
{
    if (*field || !virNodeDeviceCompatValueIsPrintable(value))
        return -1;

    *field = g_strdup(value);
    return 0;
}


static int
virNodeDeviceCompatNVMLParseECC(virNodeDeviceCompatNVMLAnswer *answer,
                                const char *value)
{
    if (STRNEQ(value, "Enabled") && STRNEQ(value, "Disabled") && STRNEQ(value, "N/A"))
        return -1;

    return virNodeDeviceCompatNVMLAnswerSet(&answer->eccMode, value);
}


static int
virNodeDeviceCompatNVMLParseType(virNodeDeviceCompatNVMLAnswer *answer,
                                 const char *value)
{
    size_t len = strcspn(value, " ");
    g_autofree char *number = g_strndup(value, len);

    if (len == 0 || value[len] == '\0' || value[len + 1] == '\0')
        return -1;

    virNodeDeviceCompatVGPUTypesAdd(answer->types, number, value + len + 1);
    return 0;
}


static int
virNodeDeviceCompatNVMLParseMetadata(virNodeDeviceCompatNVMLAnswer *answer,
                                     const char *value)
{
    if (!virNodeDeviceCompatVGPUMetadataIs(value))
        return -1;

    return virNodeDeviceCompatNVMLAnswerSet(&answer->metadata, value);
}


static int
virNodeDeviceCompatNVMLParseCompatibility(virNodeDeviceCompatNVMLAnswer *answer,
                                          const char *value)
{
    char *end = NULL;

    if (answer->judged ||
        virStrToLong_uip(value, &end, 10, &answer->compatibility) < 0 || *end != ' ' ||
        virStrToLong_uip(end + 1, NULL, 10, &answer->limits) < 0)
        return -1;

    answer->judged = true;
    return 0;
}


static int
virNodeDeviceCompatNVMLParseError(virNodeDeviceCompatNVMLAnswer *answer,
                                  const char *value)
{
    return virNodeDeviceCompatNVMLAnswerSet(&answer->error, value);
}


static int
virNodeDeviceCompatNVMLParseUnusable(virNodeDeviceCompatNVMLAnswer *answer,
                                     const char *value)
{
    if (STREQ(value, "ecc_mode"))
        answer->eccUnusable = true;

    return 0;
}


static const struct {
    const char *word;
    int (*parse)(virNodeDeviceCompatNVMLAnswer *answer,
                 const char *value);
} words[] = {
    { "ecc_mode ", virNodeDeviceCompatNVMLParseECC },
    { "vgpu_type ", virNodeDeviceCompatNVMLParseType },
    { "metadata ", virNodeDeviceCompatNVMLParseMetadata },
    { "compatibility ", virNodeDeviceCompatNVMLParseCompatibility },
    { "error ", virNodeDeviceCompatNVMLParseError },
    { "unusable ", virNodeDeviceCompatNVMLParseUnusable },
};


static int
virNodeDeviceCompatNVMLParseLine(virNodeDeviceCompatNVMLAnswer *answer,
                                 const char *line)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(words); i++) {
        const char *value = STRSKIP(line, words[i].word);

        if (value)
            return words[i].parse(answer, value);
    }

    return 0;
}


/* Whether @line is one of ASCII text; it can be longer than a value. */
static bool
virNodeDeviceCompatNVMLIsLine(const char *line)
{
    size_t i;

    for (i = 0; line[i]; i++) {
        if (!g_ascii_isprint(line[i]))
            return false;
    }

    return i > 0;
}


/**
 * virNodeDeviceCompatNVMLAnswerParse:
 * @text: what the program has printed
 * @length: its length in bytes
 *
 * Returns the answer, or NULL if that is not one, or not all of one.
 */
virNodeDeviceCompatNVMLAnswer *
virNodeDeviceCompatNVMLAnswerParse(const char *text,
                                   size_t length)
{
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    g_auto(GStrv) lines = NULL;
    size_t nlines;
    size_t i;

    if (length > VIR_NODE_DEVICE_COMPAT_NVML_ANSWER_MAX || memchr(text, '\0', length))
        return NULL;

    lines = g_strsplit(text, "\n", 0);
    nlines = g_strv_length(lines);

    /* the line feed behind the last line makes an empty one */
    if (nlines < 3 || STRNEQ(lines[0], FIRST_LINE) ||
        STRNEQ(lines[nlines - 2], LAST_LINE) || *lines[nlines - 1] != '\0')
        return NULL;

    answer = g_new0(virNodeDeviceCompatNVMLAnswer, 1);
    answer->types = virNodeDeviceCompatVGPUTypesNew();

    for (i = 1; i < nlines - 2; i++) {
        if (!virNodeDeviceCompatNVMLIsLine(lines[i]) ||
            STREQ(lines[i], LAST_LINE) ||
            virNodeDeviceCompatNVMLParseLine(answer, lines[i]) < 0)
            return NULL;
    }

    return g_steal_pointer(&answer);
}


static const struct {
    unsigned int limit;
    const char *what;
} limitTexts[] = {
    { VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_HOST_DRIVER, N_("the driver of the host") },
    { VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_GUEST_DRIVER, N_("the driver in the guest") },
    { VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_GPU, N_("the GPU") },
};


/**
 * virNodeDeviceCompatNVMLLimitsFormat:
 * @limits: VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_..., ORed
 *
 * Returns what stands against a live migration, for people.
 */
char *
virNodeDeviceCompatNVMLLimitsFormat(unsigned int limits)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(limitTexts); i++) {
        if (limits & limitTexts[i].limit)
            virBufferAsprintf(&buf, "%s, ", _(limitTexts[i].what));
    }
    virBufferTrim(&buf, ", ");

    if (virBufferUse(&buf) == 0)
        virBufferAdd(&buf, _("a cause that NVML does not name"), -1);

    return virBufferContentAndReset(&buf);
}
