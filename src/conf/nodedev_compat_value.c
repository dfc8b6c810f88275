/*
 * nodedev_compat_value.c: the values that compatibility attributes hold
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_value.h"

#include "nodedev_compat_version.h"
#include "virbuffer.h"
#include "virstring.h"
#include "virutil.h"

VIR_ENUM_IMPL(virNodeDeviceCompatValue,
              VIR_NODE_DEVICE_COMPAT_VALUE_LAST,
              "string",
              "device-api",
              "version",
              "integer",
              "pci-id",
              "url",
              "set",
              "bitmask",
);

#define EMPTY_SET "+"

/* Names in a URL that are longer than this, in bytes, may be tokens. */
#define URL_NAME_MAX 11

/* The length of base64 is a multiple of this. */
#define BASE64_UNIT 4

/* Each function here takes hostile input and is strict: what is not exactly in
 * the grammar is malformed, so that nothing compares equal by accident. */


/**
 * virNodeDeviceCompatValueIsPrintable:
 * @str: string to look at
 *
 * Returns true if @str is a non-empty string of printable ASCII characters
 * (blanks inside included) that is no longer than a value may be.
 */
bool
virNodeDeviceCompatValueIsPrintable(const char *str)
{
    size_t len = 0;

    for (; *str; str++) {
        if (!g_ascii_isprint(*str) || ++len > VIR_NODE_DEVICE_COMPAT_VALUE_MAX)
            return false;
    }

    return len > 0;
}


/* Whether @c can be in a line of XML, which has no place for U+FFFE and U+FFFF, and does not
 * change the order of others, as U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069, or end
 * the line, as U+2028 and U+2029. It is called for each byte of some text, hence without a
 * branch. */
static bool
virNodeDeviceCompatValueIsShown(gunichar c)
{
    return !g_unichar_iscntrl(c) & ((c | 1) != 0xffff) & ((c | 1) != 0x200f) &
           (c - 0x2028U > 6) & (c - 0x2066U > 3);
}


/**
 * virNodeDeviceCompatValueToPrintable:
 * @str: untrusted text
 * @max: maximum length of the result, in bytes
 *
 * Returns the beginning of @str, with a question mark for each byte that is not part of
 * a UTF-8 character, and for each control character and any other that XML cannot have.
 */
char *
virNodeDeviceCompatValueToPrintable(const char *str,
                                    size_t max)
{
    g_autoptr(GString) shown = g_string_new(NULL);

    while (*str) {
        gunichar c = g_utf8_get_char_validated(str, -1);
        bool valid = c != (gunichar) -1 && c != (gunichar) -2;
        size_t len = valid ? g_utf8_next_char(str) - str : 1;

        if (shown->len + len > max)
            break;

        if (valid && virNodeDeviceCompatValueIsShown(c))
            g_string_append_len(shown, str, len);
        else
            g_string_append_c(shown, '?');
        str += len;
    }

    return g_string_free(g_steal_pointer(&shown), false);
}


/**
 * virNodeDeviceCompatValueFormat:
 * @buf: buffer to add to
 * @format: printf() format with one %s
 * @str: untrusted text, or NULL to add nothing
 *
 * Adds the text like virBufferEscapeString(), but with a question mark for what a parser
 * of a line in XML would not take, such as control characters in names of files.
 */
void
virNodeDeviceCompatValueFormat(virBuffer *buf,
                               const char *format,
                               const char *str)
{
    static const char controls[] =
        "\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10"
        "\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f";
    g_autofree char *shown = NULL;

    if (!str)
        return;

    /* nearly all text is taken as it is, and there can be much of it: no branch for each */
    if (!g_str_is_ascii(str) | (str[strcspn(str, controls)] != '\0'))
        shown = virNodeDeviceCompatValueToPrintable(str, SIZE_MAX);

    virBufferEscapeString(buf, format, shown ? shown : str);
}


static char *
virNodeDeviceCompatNormalizeString(const char *str,
                                   const char *self G_GNUC_UNUSED)
{
    return g_strdup(str);
}


/* The names the kernel gives in VFIO_DEVICE_API_*_STRING; drafts of the
 * compatibility interface spell them with an underscore. */
static char *
virNodeDeviceCompatNormalizeAPI(const char *str,
                                const char *self G_GNUC_UNUSED)
{
    if (str[strspn(str, "abcdefghijklmnopqrstuvwxyz0123456789-_")] != '\0')
        return NULL;

    return g_strdelimit(g_strdup(str), "_", '-');
}


static char *
virNodeDeviceCompatNormalizeVersion(const char *str,
                                    const char *self G_GNUC_UNUSED)
{
    virNodeDeviceCompatVersion version;

    if (virNodeDeviceCompatVersionParse(str, &version) < 0)
        return NULL;

    return g_strdup_printf("%u.%u.%u",
                           version.major, version.minor, version.bugfix);
}


static char *
virNodeDeviceCompatNormalizeInteger(const char *str,
                                    const char *self G_GNUC_UNUSED)
{
    bool hex = STRPREFIX(str, "0x") || STRPREFIX(str, "0X");
    const char *digits = hex ? str + 2 : str;
    const char *allowed = hex ? "0123456789abcdefABCDEF" : "0123456789";
    unsigned long long number;

    if (digits[strspn(digits, allowed)] != '\0' ||
        (!hex && digits[0] == '0' && digits[1] != '\0') ||
        virStrToLong_ull(digits, NULL, hex ? 16 : 10, &number) < 0)
        return NULL;

    return g_strdup_printf("%llu", number);
}


/* Reads exactly four hex digits; *ret_end points behind them. */
static int
virNodeDeviceCompatParseHex4(const char *str,
                             const char **ret_end,
                             unsigned int *ret_number)
{
    unsigned int number = 0;
    size_t i;

    for (i = 0; i < 4; i++) {
        if (!g_ascii_isxdigit(str[i]))
            return -1;
        number = number << 4 | g_ascii_xdigit_value(str[i]);
    }

    *ret_end = str + 4;
    *ret_number = number;
    return 0;
}


static const char *
virNodeDeviceCompatSkipHexPrefix(const char *str)
{
    return STRPREFIX(str, "0x") || STRPREFIX(str, "0X") ? str + 2 : str;
}


/* VVVV:DDDD, 0xVVVV:0xDDDD, VVVVDDDD or 0xVVVVDDDD; a mere DDDD takes its
 * vendor from @self, the canonical id of the device that publishes it. */
static char *
virNodeDeviceCompatNormalizePCIID(const char *str,
                                  const char *self)
{
    unsigned int vendor;
    unsigned int device;

    str = virNodeDeviceCompatSkipHexPrefix(str);
    if (virNodeDeviceCompatParseHex4(str, &str, &vendor) < 0)
        return NULL;

    if (*str == '\0') {
        device = vendor;
        if (!self || virNodeDeviceCompatParseHex4(self, &self, &vendor) < 0)
            return NULL;
    } else {
        if (*str == ':')
            str = virNodeDeviceCompatSkipHexPrefix(str + 1);
        if (virNodeDeviceCompatParseHex4(str, &str, &device) < 0 || *str)
            return NULL;
    }

    return g_strdup_printf("%04x:%04x", vendor, device);
}


/* Adds NAME= for the first @len bytes of @item, NAME=VALUE, with @sign in front. What has no
 * name may be a value itself, and so may a name that is long or looks like base64, whose end
 * has one or two '='. Whether a name is taken for one depends on nothing else, so that what
 * is written is read in the same way. Returns true if there is anything added. */
static bool
virNodeDeviceCompatFormatURLItem(virBuffer *buf,
                                 char sign,
                                 const char *item,
                                 size_t len)
{
    const char *equals = memchr(item, '=', len);
    size_t name = equals ? equals - item : 0;
    bool word = true;
    size_t i;

    for (i = 0; i < name; i++)
        word = word && !g_ascii_isdigit(item[i]) && !g_ascii_isupper(item[i]);

    if (name == 0 || name > URL_NAME_MAX || (!word && (name + 1) % BASE64_UNIT == 0) ||
        (len > name + 1 && equals[1] == '='))
        return false;

    virBufferAddChar(buf, sign);
    virBufferAdd(buf, item, name + 1);
    return true;
}


/* Adds the first @len bytes of @path, with ";NAME=VALUE" in it as in a query. What has no
 * name belongs to the path. */
static void
virNodeDeviceCompatFormatURLPath(virBuffer *buf,
                                 const char *path,
                                 size_t len)
{
    const char *end = path + len;

    while (path < end) {
        size_t left = end - path;
        size_t plain = MIN(strcspn(path, ";"), left);
        size_t item;

        virBufferAdd(buf, path, plain);
        path += plain;
        if (path == end)
            break;

        item = MIN(strcspn(path + 1, ";/\\"), left - plain - 1);
        if (memchr(path + 1, '=', item))
            virNodeDeviceCompatFormatURLItem(buf, ';', path + 1, item);
        else
            virBufferAdd(buf, path, item + 1);
        path += item + 1;
    }
}


/* A URL of the first @len bytes of @scheme and of @rest, without the values in its path and
 * in its query, and without a fragment, which may be one. */
static char *
virNodeDeviceCompatFormatURL(const char *scheme,
                             size_t len,
                             const char *rest)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t path = strcspn(rest, "?#");
    const char *item = rest + path;
    g_autofree char *url = NULL;
    char sign = '?';

    virBufferAdd(&buf, scheme, len);
    virNodeDeviceCompatFormatURLPath(&buf, rest, path);

    if (*item == '?')
        item++;

    while (*item && *item != '#') {
        size_t length = strcspn(item, "&;#");

        if (virNodeDeviceCompatFormatURLItem(&buf, sign, item, length))
            sign = '&';

        item += length;
        if (*item && *item != '#')
            item++;
    }

    /* no value is empty, nor has it blanks at its ends: there can be some before a query */
    url = virBufferContentAndReset(&buf);
    return url && g_strchomp(url)[0] != '\0' ? g_steal_pointer(&url) : NULL;
}


/* A URL can hold credentials, which only the driver needs: the userinfo part is
 * dropped, wherever another parser may see the end of the authority, and so are tokens
 * in the query. */
static char *
virNodeDeviceCompatNormalizeURL(const char *str,
                                const char *self G_GNUC_UNUSED)
{
    size_t scheme = strspn(str, "abcdefghijklmnopqrstuvwxyz"
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    const char *authority = str + scheme;
    const char *start;
    const char *end;
    const char *at;

    /* without a scheme it is not known where an authority would start */
    if (!g_ascii_isalpha(str[0]) || !STRPREFIX(authority, "://"))
        return strchr(str, '@') ? NULL : virNodeDeviceCompatFormatURL(str, 0, str);

    start = authority += strlen("://");
    end = authority + strcspn(authority, "/?#\\");
    at = g_strrstr_len(authority, end - authority, "@");

    if (at)
        authority = at + 1;

    /* an '@' behind it may end a password with a raw '/' in it, and so may one that is
     * encoded, which no host has */
    if (strchr(end, '@') || g_strstr_len(authority, end - authority, "%40"))
        return NULL;

    return virNodeDeviceCompatFormatURL(str, start - str, authority);
}


/* The item of a canonical set at *set, which is moved to the next one, or to NULL.
 * Returns its length. */
static size_t
virNodeDeviceCompatSetNext(const char **set)
{
    size_t len = strcspn(*set, "+");

    *set = (*set)[len] == '+' ? *set + len + 1 : NULL;
    return len;
}


static int
virNodeDeviceCompatSetCompareItems(const char *a,
                                   size_t lenA,
                                   const char *b,
                                   size_t lenB)
{
    int order = memcmp(a, b, MIN(lenA, lenB));

    return order ? order : (lenA > lenB) - (lenA < lenB);
}


/* Most sets are read more than once, and copying their items is what costs. */
static bool
virNodeDeviceCompatSetIsCanonical(const char *str)
{
    const char *item = str;
    const char *next = str;
    const char *before = NULL;
    size_t lenBefore = 0;

    if (strpbrk(str, " ,;"))
        return false;

    while ((item = next)) {
        size_t len = virNodeDeviceCompatSetNext(&next);

        if (len == 0 ||
            (before && virNodeDeviceCompatSetCompareItems(before, lenBefore, item, len) >= 0))
            return false;
        before = item;
        lenBefore = len;
    }

    return true;
}


/* The items of a set in the order of their bytes, each once; drivers put "+", "," or ";"
 * between them. A set without items is "+", as no value is empty. */
static char *
virNodeDeviceCompatNormalizeSet(const char *str,
                                const char *self G_GNUC_UNUSED)
{
    g_auto(GStrv) items = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (STREQ(str, EMPTY_SET) || virNodeDeviceCompatSetIsCanonical(str))
        return g_strdup(str);

    items = g_strsplit_set(str, "+,;", -1);
    for (i = 0; items[i]; i++) {
        g_strstrip(items[i]);
        if (items[i][0] == '\0' || strchr(items[i], ' '))
            return NULL;
    }

    g_qsort_with_data(items, i, sizeof(*items), virStringSortCompare, NULL);

    for (i = 0; items[i]; i++) {
        if (i == 0 || STRNEQ(items[i], items[i - 1]))
            virBufferAsprintf(&buf, "%s+", items[i]);
    }

    virBufferTrim(&buf, "+");
    return virBufferContentAndReset(&buf);
}


/* Any number of bits; 0x and the digits from the first that is not zero. */
static char *
virNodeDeviceCompatNormalizeBitmask(const char *str,
                                    const char *self G_GNUC_UNUSED)
{
    const char *digits = str + 2;
    g_autofree char *lower = NULL;

    if ((!STRPREFIX(str, "0x") && !STRPREFIX(str, "0X")) || digits[0] == '\0' ||
        digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0')
        return NULL;

    digits += strspn(digits, "0");
    lower = g_ascii_strdown(*digits ? digits : "0", -1);

    return g_strdup_printf("0x%s", lower);
}


typedef char *(*virNodeDeviceCompatNormalizer)(const char *str,
                                               const char *self);

static const virNodeDeviceCompatNormalizer normalizers[] = {
    [VIR_NODE_DEVICE_COMPAT_VALUE_STRING] = virNodeDeviceCompatNormalizeString,
    [VIR_NODE_DEVICE_COMPAT_VALUE_API] = virNodeDeviceCompatNormalizeAPI,
    [VIR_NODE_DEVICE_COMPAT_VALUE_VERSION] = virNodeDeviceCompatNormalizeVersion,
    [VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER] = virNodeDeviceCompatNormalizeInteger,
    [VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID] = virNodeDeviceCompatNormalizePCIID,
    [VIR_NODE_DEVICE_COMPAT_VALUE_URL] = virNodeDeviceCompatNormalizeURL,
    [VIR_NODE_DEVICE_COMPAT_VALUE_SET] = virNodeDeviceCompatNormalizeSet,
    [VIR_NODE_DEVICE_COMPAT_VALUE_BITMASK] = virNodeDeviceCompatNormalizeBitmask,
};

G_STATIC_ASSERT(G_N_ELEMENTS(normalizers) == VIR_NODE_DEVICE_COMPAT_VALUE_LAST);


/**
 * virNodeDeviceCompatValueNormalizeItem:
 * @type: grammar of the value
 * @str: value as found
 * @self: canonical value of the same attribute of the device itself, or NULL;
 *        an item of a list can refer to it
 *
 * Returns the value in canonical spelling, or NULL if it is malformed.
 */
char *
virNodeDeviceCompatValueNormalizeItem(virNodeDeviceCompatValueType type,
                                      const char *str,
                                      const char *self)
{
    return normalizers[type](str, self);
}


/**
 * virNodeDeviceCompatValueNormalize:
 * @type: grammar of the value
 * @str: the value as found
 *
 * Returns the canonical spelling of @str, or NULL if it is malformed.
 */
char *
virNodeDeviceCompatValueNormalize(virNodeDeviceCompatValueType type,
                                  const char *str)
{
    if (!virNodeDeviceCompatValueIsPrintable(str))
        return NULL;

    return normalizers[type](str, NULL);
}


static bool
virNodeDeviceCompatBitmaskIsSuperset(const char *set,
                                     const char *subset)
{
    const char *setEnd = set + strlen(set);
    const char *end = subset + strlen(subset);

    /* digit by digit from the right, up to the x of 0x */
    while (*--end != 'x') {
        int wanted = g_ascii_xdigit_value(*end);
        int have = 0;

        if (setEnd[-1] != 'x')
            have = g_ascii_xdigit_value(*--setEnd);
        if (wanted & ~have)
            return false;
    }

    return true;
}


/* Canonical sets are sorted, so one walk through both is enough. */
static bool
virNodeDeviceCompatSetIsSuperset(const char *set,
                                 const char *subset)
{
    const char *wanted = subset;

    if (STREQ(subset, EMPTY_SET))
        return true;

    while (wanted) {
        const char *item = wanted;
        size_t len = virNodeDeviceCompatSetNext(&wanted);
        int order = -1;

        while (set && order < 0) {
            const char *have = set;
            size_t lenHave = virNodeDeviceCompatSetNext(&set);

            order = virNodeDeviceCompatSetCompareItems(have, lenHave, item, len);
        }
        if (order != 0)
            return false;
    }

    return true;
}


/**
 * virNodeDeviceCompatValueIsSuperset:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_SET or _BITMASK
 * @set: canonical value
 * @subset: canonical value
 *
 * Returns true if all that is in @subset is in @set.
 */
bool
virNodeDeviceCompatValueIsSuperset(virNodeDeviceCompatValueType type,
                                   const char *set,
                                   const char *subset)
{
    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_BITMASK)
        return virNodeDeviceCompatBitmaskIsSuperset(set, subset);

    return virNodeDeviceCompatSetIsSuperset(set, subset);
}


/* The bits of @subset that @set does not have */
static char *
virNodeDeviceCompatBitmaskGetLacking(const char *set,
                                     const char *subset)
{
    g_autofree char *lacking = g_strdup(subset);
    const char *have = set + strlen(set);
    char *digit = lacking + strlen(lacking);

    while (*--digit != 'x') {
        int left = g_ascii_xdigit_value(*digit);

        if (have[-1] != 'x')
            left &= ~g_ascii_xdigit_value(*--have);
        *digit = "0123456789abcdef"[left];
    }

    return virNodeDeviceCompatNormalizeBitmask(lacking, NULL);
}


static char *
virNodeDeviceCompatSetGetLacking(const char *set,
                                 const char *subset)
{
    g_auto(GStrv) have = g_strsplit(set, "+", -1);
    g_auto(GStrv) wanted = g_strsplit(subset, "+", -1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i = 0;
    size_t j;

    for (j = 0; wanted[j]; j++) {
        while (have[i] && strcmp(have[i], wanted[j]) < 0)
            i++;
        if (STRNEQ_NULLABLE(have[i], wanted[j]))
            virBufferAsprintf(&buf, "%s+", wanted[j]);
    }

    virBufferTrim(&buf, "+");
    return virBufferContentAndReset(&buf);
}


/**
 * virNodeDeviceCompatValueGetLacking:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_SET or _BITMASK
 * @set: canonical value
 * @subset: canonical value, not all of which is in @set
 *
 * Returns what is in @subset and not in @set.
 */
char *
virNodeDeviceCompatValueGetLacking(virNodeDeviceCompatValueType type,
                                   const char *set,
                                   const char *subset)
{
    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_BITMASK)
        return virNodeDeviceCompatBitmaskGetLacking(set, subset);

    return virNodeDeviceCompatSetGetLacking(set, subset);
}


/**
 * virNodeDeviceCompatValueCompare:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER or _VERSION
 * @a: canonical value
 * @b: canonical value
 *
 * Returns a negative number, 0 or a positive number as @a is lower than, equal
 * to or higher than @b.
 */
int
virNodeDeviceCompatValueCompare(virNodeDeviceCompatValueType type,
                                const char *a,
                                const char *b)
{
    virNodeDeviceCompatVersion versionA = { 0 };
    virNodeDeviceCompatVersion versionB = { 0 };
    size_t lenA = strlen(a);
    size_t lenB = strlen(b);

    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_VERSION) {
        ignore_value(virNodeDeviceCompatVersionParse(a, &versionA));
        ignore_value(virNodeDeviceCompatVersionParse(b, &versionB));
        return virNodeDeviceCompatVersionCompare(&versionA, &versionB);
    }

    /* canonical integers have no leading zeros */
    if (lenA != lenB)
        return lenA < lenB ? -1 : 1;
    return strcmp(a, b);
}
