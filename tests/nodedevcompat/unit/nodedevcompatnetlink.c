/*
 * nodedevcompatnetlink.c: netlink messages in a few words, for tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatnetlink.h"

#define NONE G_MAXSIZE


static void
testNetlinkPut(GByteArray *bytes,
               long long number,
               size_t size)
{
    uint8_t byte = number;
    uint16_t half = number;
    uint32_t word = number;

    if (size == 1)
        g_byte_array_append(bytes, &byte, size);
    else if (size == 2)
        g_byte_array_append(bytes, (const guint8 *)&half, size);
    else
        g_byte_array_append(bytes, (const guint8 *)&word, size);
}


static void
testNetlinkAlign(GByteArray *bytes)
{
    while (bytes->len % 4)
        testNetlinkPut(bytes, 0, 1);
}


/* Fills in the length of what begins at @start: two bytes of an attribute, four of a
 * message. */
static void
testNetlinkClose(GByteArray *bytes,
                 size_t start,
                 bool message)
{
    uint32_t word = bytes->len - start;
    uint16_t half = word;

    if (start == NONE)
        return;

    if (message)
        memcpy(bytes->data + start, &word, sizeof(word));
    else
        memcpy(bytes->data + start, &half, sizeof(half));
    testNetlinkAlign(bytes);
}


/* @TYPE,FLAGS or @TYPE,FLAGS,COMMAND */
static size_t
testNetlinkOpenMessage(GByteArray *bytes,
                       const char *word)
{
    size_t start = bytes->len;
    int type;
    unsigned int flags;
    int command;
    int count = sscanf(word, "@%d,%u,%d", &type, &flags, &command);

    if (count < 2)
        abort();

    testNetlinkPut(bytes, 0, 4);
    testNetlinkPut(bytes, type, 2);
    testNetlinkPut(bytes, flags, 2);
    testNetlinkPut(bytes, 0, 4);
    testNetlinkPut(bytes, 0, 4);
    if (count == 3)
        testNetlinkPut(bytes, command, 4);
    return start;
}


static size_t
testNetlinkOpenAttr(GByteArray *bytes,
                    int type)
{
    size_t start = bytes->len;

    testNetlinkPut(bytes, 0, 2);
    testNetlinkPut(bytes, type, 2);
    return start;
}


/* The number at the beginning of the word */
static int
testNetlinkGetType(const char *word)
{
    int type;

    if (sscanf(word, "%d", &type) != 1)
        abort();
    return type;
}


/* TYPE=STRING with a plus sign for each blank, TYPE:NUMBER/SIZE, or TYPE:STRING without a
 * NUL byte */
static void
testNetlinkAddAttr(GByteArray *bytes,
                   const char *word)
{
    int number;
    int size;
    size_t start = testNetlinkOpenAttr(bytes, testNetlinkGetType(word));
    char *text = strpbrk(word, "=:");
    g_autofree char *copy = NULL;

    if (!text)
        abort();

    if (*text == ':' && sscanf(text, ":%d/%d", &number, &size) == 2) {
        testNetlinkPut(bytes, number, size);
    } else {
        copy = g_strdelimit(g_strdup(text + 1), "+", ' ');
        g_byte_array_append(bytes, (const guint8 *)copy, strlen(copy) + (*text == '='));
    }
    testNetlinkClose(bytes, start, false);
}


/**
 * testNetlinkMake:
 * @words: messages, see README.rst
 * @ret_length: set to the number of bytes
 *
 * Returns the bytes, in memory of just that size.
 */
char *
testNetlinkMake(const char *words,
                size_t *ret_length)
{
    GByteArray *bytes = g_byte_array_new();
    g_auto(GStrv) list = g_strsplit(words, " ", -1);
    size_t message = NONE;
    size_t nested[8];
    size_t depth = 0;
    size_t i;
    char *result;

    for (i = 0; list[i]; i++) {
        const char *word = list[i];

        if (*word == '@') {
            testNetlinkClose(bytes, message, true);
            message = testNetlinkOpenMessage(bytes, word);
        } else if (*word == '#') {
            testNetlinkPut(bytes, g_ascii_strtoll(word + 1, NULL, 0), 4);
        } else if (*word == '}') {
            testNetlinkClose(bytes, nested[--depth], false);
        } else if (g_str_has_suffix(word, "{")) {
            nested[depth++] = testNetlinkOpenAttr(bytes, testNetlinkGetType(word));
        } else if (*word) {
            testNetlinkAddAttr(bytes, word);
        }
    }
    testNetlinkClose(bytes, message, true);

    *ret_length = bytes->len;
    result = g_malloc0(MAX(bytes->len, 1));
    memcpy(result, bytes->data, bytes->len);
    g_byte_array_unref(bytes);
    return result;
}
