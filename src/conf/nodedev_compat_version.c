/*
 * nodedev_compat_version.c: versions of migration data
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_version.h"

#include "virstring.h"


/* A decimal number without sign, blanks or leading zeros. On success
 * *ret_end points behind its last digit. */
static int
virNodeDeviceCompatParseDecimal(const char *str,
                                const char **ret_end,
                                unsigned int *ret_number)
{
    char *end = NULL;
    unsigned int number;

    if (!g_ascii_isdigit(str[0]) ||
        (str[0] == '0' && g_ascii_isdigit(str[1])))
        return -1;

    if (virStrToLong_ui(str, &end, 10, &number) < 0)
        return -1;

    *ret_end = end;
    *ret_number = number;
    return 0;
}


/**
 * virNodeDeviceCompatVersionScan:
 * @str: text that starts with major.minor or major.minor.bugfix
 * @ret_end: set on success to what comes after the version
 * @ret_version: set on success
 * @ret_parts: set on success to the number of parts, 2 or 3
 *
 * Returns 0 on success, -1 if @str does not start with a version.
 */
int
virNodeDeviceCompatVersionScan(const char *str,
                               const char **ret_end,
                               virNodeDeviceCompatVersion *ret_version,
                               unsigned int *ret_parts)
{
    virNodeDeviceCompatVersion version = { 0 };
    unsigned int parts = 2;

    if (virNodeDeviceCompatParseDecimal(str, &str, &version.major) < 0 ||
        *str++ != '.' ||
        virNodeDeviceCompatParseDecimal(str, &str, &version.minor) < 0)
        return -1;

    if (*str == '.') {
        if (virNodeDeviceCompatParseDecimal(str + 1, &str, &version.bugfix) < 0)
            return -1;
        parts = 3;
    }

    *ret_end = str;
    *ret_version = version;
    *ret_parts = parts;
    return 0;
}


/**
 * virNodeDeviceCompatVersionParse:
 * @str: major.minor or major.minor.bugfix
 * @ret_version: set on success only
 *
 * Returns 0 on success, -1 if @str is not a version.
 */
int
virNodeDeviceCompatVersionParse(const char *str,
                                virNodeDeviceCompatVersion *ret_version)
{
    virNodeDeviceCompatVersion version;
    const char *end;
    unsigned int parts;

    if (virNodeDeviceCompatVersionScan(str, &end, &version, &parts) < 0 || *end)
        return -1;

    *ret_version = version;
    return 0;
}


/**
 * virNodeDeviceCompatVersionCompare:
 * @a: a version
 * @b: another
 *
 * Returns a negative number, 0 or a positive number as @a is older than, the
 * same as or newer than @b.
 */
int
virNodeDeviceCompatVersionCompare(const virNodeDeviceCompatVersion *a,
                                  const virNodeDeviceCompatVersion *b)
{
    if (a->major != b->major)
        return a->major < b->major ? -1 : 1;
    if (a->minor != b->minor)
        return a->minor < b->minor ? -1 : 1;
    if (a->bugfix != b->bugfix)
        return a->bugfix < b->bugfix ? -1 : 1;
    return 0;
}


/* Reads a number, which can begin with zeros, off the front of *str. */
static int
virNodeDeviceCompatNextNumber(const char **str,
                              unsigned int *ret_number)
{
    char *end = NULL;

    if (!g_ascii_isdigit(**str) || virStrToLong_ui(*str, &end, 10, ret_number) < 0 ||
        (*end && (*end != '.' || end[1] == '\0')))
        return -1;

    *str = *end ? end + 1 : end;
    return 0;
}


/**
 * virNodeDeviceCompatNumbersAreAtLeast:
 * @value: numbers with dots between them, as versions of firmware are: "28.41.0100"
 * @minimum: the same
 *
 * What is missing at the end is 0.
 *
 * Returns true if @value is not lower than @minimum, false if it is or is something else.
 */
bool
virNodeDeviceCompatNumbersAreAtLeast(const char *value,
                                     const char *minimum)
{
    int order = 0;

    while (*value || *minimum) {
        unsigned int number = 0;
        unsigned int least = 0;

        if ((*value && virNodeDeviceCompatNextNumber(&value, &number) < 0) ||
            (*minimum && virNodeDeviceCompatNextNumber(&minimum, &least) < 0))
            return false;
        if (order == 0)
            order = number < least ? -1 : number > least;
    }

    return order >= 0;
}
