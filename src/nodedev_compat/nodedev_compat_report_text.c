/*
 * nodedev_compat_report_text.c: what the text of a report is like in any format
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_report_text.h"

#include "nodedev_compat_value.h"

/* Maximum length of the sentence of a reason that is brief, in bytes */
#define BRIEF_MAX 128


/**
 * virNodeDeviceCompatReportToUTF8:
 * @text: text, which the function takes ownership of
 *
 * Translations are in the charset of the locale, and so is what g_strerror() returns
 * (or not, depending on GLib), but a report is in UTF-8, as XML and JSON are.
 *
 * Returns the text in UTF-8; what is valid in neither charset is replaced.
 */
char *
virNodeDeviceCompatReportToUTF8(char *text)
{
    g_autofree char *local = text;
    char *utf8 = NULL;

    if (g_utf8_validate(text, -1, NULL))
        return g_steal_pointer(&local);

    if (!(utf8 = g_locale_to_utf8(local, -1, NULL, NULL, NULL)))
        utf8 = g_utf8_make_valid(local, -1);

    return utf8;
}


/**
 * virNodeDeviceCompatReportToBrief:
 * @message: sentence of a reason
 *
 * Returns its start, for a report in which there is no space for more.
 */
char *
virNodeDeviceCompatReportToBrief(const char *message)
{
    char *start = virNodeDeviceCompatValueToPrintable(message, BRIEF_MAX);

    /* blanks at its end would not come back */
    return g_strchomp(start);
}
