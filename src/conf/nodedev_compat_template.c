/*
 * nodedev_compat_template.c: accepted values with variables in them
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_template.h"

#include "nodedev_compat_value.h"
#include "viralloc.h"
#include "virbuffer.h"
#include "virstring.h"

#define NAME_MAX_LEN 32

/* The grammar, after the proposal of 29 July 2020 on kvm@vger.kernel.org, message
 * 20200729080503.GB28676@joy-OptiPlex-7040:
 *
 *   list        = item *( "," item )
 *   item        = *( text / variable ) / variable operator number
 *   variable    = "{" name "}" / "{" name ":" type ":" values "}"
 *   operator    = "/" / "*" / "+" / "-"
 *
 * Arithmetic is an item of its own, and for integers only; anywhere else the
 * operators are text. */

/* A piece of an item: text, or a variable that may be declared here */
typedef struct _virNodeDeviceCompatPiece virNodeDeviceCompatPiece;
struct _virNodeDeviceCompatPiece {
    char *text;
    char *name;
    virNodeDeviceCompatVariable *declared;
};

/* An item with variables, or all items without any up to the next one that has some */
typedef struct _virNodeDeviceCompatItem virNodeDeviceCompatItem;
struct _virNodeDeviceCompatItem {
    GString *plain;             /* the items with the commas between them, or NULL */
    size_t npieces;
    virNodeDeviceCompatPiece *pieces;
};

struct _virNodeDeviceCompatTemplate {
    GArray *items;
};


static void
virNodeDeviceCompatItemClear(virNodeDeviceCompatItem *item)
{
    size_t i;

    for (i = 0; i < item->npieces; i++) {
        g_free(item->pieces[i].text);
        g_free(item->pieces[i].name);
        virNodeDeviceCompatVariableFree(item->pieces[i].declared);
    }
    g_free(item->pieces);
    if (item->plain)
        g_string_free(item->plain, true);
}


static virNodeDeviceCompatTemplate *
virNodeDeviceCompatTemplateNew(void)
{
    virNodeDeviceCompatTemplate *template = g_new0(virNodeDeviceCompatTemplate, 1);

    template->items = g_array_new(false, true, sizeof(virNodeDeviceCompatItem));
    g_array_set_clear_func(template->items, (GDestroyNotify) virNodeDeviceCompatItemClear);
    return template;
}


void
virNodeDeviceCompatTemplateFree(virNodeDeviceCompatTemplate *template)
{
    if (!template)
        return;

    g_array_unref(template->items);
    g_free(template);
}


static virNodeDeviceCompatItem *
virNodeDeviceCompatTemplateGet(const virNodeDeviceCompatTemplate *template,
                               size_t at)
{
    return &g_array_index(template->items, virNodeDeviceCompatItem, at);
}


static virNodeDeviceCompatItem *
virNodeDeviceCompatTemplateAdd(virNodeDeviceCompatTemplate *template)
{
    g_array_set_size(template->items, template->items->len + 1);

    return virNodeDeviceCompatTemplateGet(template, template->items->len - 1);
}


static const char *
virNodeDeviceCompatSkipBlanks(const char *str)
{
    return str + strspn(str, " ");
}


/* One value in a declaration; strings can be quoted. The allowed characters keep a
 * value that is filled in within its item. */
static char *
virNodeDeviceCompatScanValue(const char **cursor,
                             bool integer)
{
    const char *start = virNodeDeviceCompatSkipBlanks(*cursor);
    bool quoted = !integer && *start == '"';
    size_t len;
    const char *end;

    if (integer) {
        len = strspn(start, "0123456789");
        /* fits an unsigned int, so that arithmetic cannot overflow; no leading zeros */
        if (len == 0 || len > 9 || (len > 1 && start[0] == '0'))
            return NULL;
    } else {
        if (quoted)
            start++;
        len = strcspn(start, "\"{},");
        if (!quoted) {
            while (len > 0 && start[len - 1] == ' ')
                len--;
        }
        if (len == 0)
            return NULL;
    }

    end = start + len;
    if (quoted && *end++ != '"')
        return NULL;

    *cursor = virNodeDeviceCompatSkipBlanks(end);
    return g_strndup(start, len);
}


/* The values of a declaration, up to the closing brace */
static int
virNodeDeviceCompatScanValues(const char **cursor,
                              virNodeDeviceCompatVariable *variable)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

    do {
        char *value = virNodeDeviceCompatScanValue(cursor, variable->integer);

        if (!value)
            return -1;
        g_ptr_array_add(values, value);
        if (values->len > VIR_NODE_DEVICE_COMPAT_VARIABLE_VALUES_MAX)
            return -1;
    } while (*(*cursor)++ == ',');

    if ((*cursor)[-1] != '}')
        return -1;

    variable->nvalues = values->len;
    g_ptr_array_add(values, NULL);
    variable->values = (char **)g_ptr_array_steal(values, NULL);
    return 0;
}


/* A variable, from behind its opening brace to behind the closing one */
static int
virNodeDeviceCompatScanVariable(const char **cursor,
                                virNodeDeviceCompatPiece *piece)
{
    g_autoptr(virNodeDeviceCompatVariable) variable = NULL;
    size_t len = strspn(*cursor, "abcdefghijklmnopqrstuvwxyz"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    const char *name = *cursor;
    const char *at = *cursor + len;

    if (len == 0 || len > NAME_MAX_LEN || g_ascii_isdigit(name[0]))
        return -1;

    if (*at == ':') {
        const char *type = ++at;

        variable = g_new0(virNodeDeviceCompatVariable, 1);
        variable->name = g_strndup(name, len);

        if ((at = STRSKIP(type, "int:"))) {
            variable->integer = true;
        } else if (!(at = STRSKIP(type, "string:"))) {
            return -1;
        }

        if (virNodeDeviceCompatScanValues(&at, variable) < 0)
            return -1;
    } else if (*at++ != '}') {
        return -1;
    }

    *cursor = at;
    piece->name = g_strndup(name, len);
    piece->declared = g_steal_pointer(&variable);
    return 0;
}


/* The operator and the number of an item that is arithmetic */
static int
virNodeDeviceCompatItemOperation(const virNodeDeviceCompatItem *item,
                                 char *ret_operator,
                                 unsigned int *ret_number)
{
    const char *text;

    if (item->npieces != 2 || !item->pieces[0].name || !item->pieces[1].text)
        return -1;

    text = item->pieces[1].text;
    if (!strchr("/*+-", text[0]) || !g_ascii_isdigit(text[1]) ||
        strlen(text) > 10 || virStrToLong_ui(text + 1, NULL, 10, ret_number) < 0)
        return -1;

    *ret_operator = text[0];
    return 0;
}


static bool
virNodeDeviceCompatItemIsValid(const virNodeDeviceCompatItem *item)
{
    char operator;
    unsigned int number;

    return virNodeDeviceCompatItemOperation(item, &operator, &number) < 0 ||
           operator != '/' || number > 0;
}


/* One item without variables, up to a comma or the end, of @len bytes */
static int
virNodeDeviceCompatScanPlain(const char **cursor,
                             size_t len,
                             virNodeDeviceCompatTemplate *template)
{
    virNodeDeviceCompatItem *item = NULL;
    const char *at = *cursor;

    *cursor += len;
    while (len > 0 && at[len - 1] == ' ')
        len--;
    if (len == 0)
        return -1;

    if (template->items->len > 0)
        item = virNodeDeviceCompatTemplateGet(template, template->items->len - 1);
    if (!item || !item->plain) {
        item = virNodeDeviceCompatTemplateAdd(template);
        item->plain = g_string_new_len(at, len);
        return 0;
    }

    g_string_append_c(item->plain, ',');
    g_string_append_len(item->plain, at, len);
    return 0;
}


/* The pieces of an item with variables, up to a comma or the end */
static int
virNodeDeviceCompatScanPieces(const char **cursor,
                              virNodeDeviceCompatItem *item)
{
    const char *at = *cursor;

    while (*at && *at != ',') {
        virNodeDeviceCompatPiece *piece;

        VIR_EXPAND_N(item->pieces, item->npieces, 1);
        piece = &item->pieces[item->npieces - 1];

        if (*at == '{') {
            at++;
            if (virNodeDeviceCompatScanVariable(&at, piece) < 0)
                return -1;
        } else {
            size_t len = strcspn(at, "{},");

            if (at[len] == '}')
                return -1;
            piece->text = g_strndup(at, len);
            at += len;
            if (*at == '\0' || *at == ',')
                g_strchomp(piece->text);
        }
    }

    *cursor = at;
    return 0;
}


/* One item, up to a comma or the end; blanks around it are skipped. */
static int
virNodeDeviceCompatScanItem(const char **cursor,
                            virNodeDeviceCompatTemplate *template)
{
    virNodeDeviceCompatItem *item;
    size_t len;

    *cursor = virNodeDeviceCompatSkipBlanks(*cursor);
    len = strcspn(*cursor, "{},");
    if ((*cursor)[len] == ',' || (*cursor)[len] == '\0')
        return virNodeDeviceCompatScanPlain(cursor, len, template);

    item = virNodeDeviceCompatTemplateAdd(template);
    if (virNodeDeviceCompatScanPieces(cursor, item) < 0)
        return -1;

    /* {v}  is a variable with nothing but a blank behind it */
    if (STREQ_NULLABLE(item->pieces[item->npieces - 1].text, "")) {
        g_free(item->pieces[item->npieces - 1].text);
        item->npieces--;
    }

    return virNodeDeviceCompatItemIsValid(item) ? 0 : -1;
}


/**
 * virNodeDeviceCompatTemplateParse:
 * @str: list of accepted values with variables
 *
 * Returns the list taken apart, or NULL if it is malformed.
 */
virNodeDeviceCompatTemplate *
virNodeDeviceCompatTemplateParse(const char *str)
{
    g_autoptr(virNodeDeviceCompatTemplate) template = NULL;
    const char *at = str;

    if (!virNodeDeviceCompatValueIsPrintable(str))
        return NULL;

    template = virNodeDeviceCompatTemplateNew();
    do {
        if (virNodeDeviceCompatScanItem(&at, template) < 0)
            return NULL;
    } while (*at++ == ',');

    return g_steal_pointer(&template);
}


/**
 * virNodeDeviceCompatTemplateIs:
 * @str: list of accepted values
 *
 * Returns true if @str has variables, well-formed or not.
 */
bool
virNodeDeviceCompatTemplateIs(const char *str)
{
    return strpbrk(str, "{}") != NULL;
}


static void
virNodeDeviceCompatFormatPiece(virBuffer *buf,
                               const virNodeDeviceCompatPiece *piece)
{
    const virNodeDeviceCompatVariable *variable = piece->declared;
    size_t i;

    if (piece->text) {
        virBufferAdd(buf, piece->text, -1);
        return;
    }

    virBufferAsprintf(buf, "{%s", piece->name);
    for (i = 0; variable && i < variable->nvalues; i++) {
        virBufferAdd(buf, i > 0 ? "," : variable->integer ? ":int:" : ":string:", -1);
        virBufferAsprintf(buf, variable->integer ? "%s" : "\"%s\"",
                          variable->values[i]);
    }
    virBufferAddChar(buf, '}');
}


/**
 * virNodeDeviceCompatTemplateNormalize:
 * @str: list of accepted values with variables
 *
 * Returns the list in canonical spelling, or NULL if it is malformed.
 */
char *
virNodeDeviceCompatTemplateNormalize(const char *str)
{
    g_autoptr(virNodeDeviceCompatTemplate) template = virNodeDeviceCompatTemplateParse(str);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    if (!template)
        return NULL;

    for (i = 0; i < template->items->len; i++) {
        const virNodeDeviceCompatItem *item = virNodeDeviceCompatTemplateGet(template, i);

        if (i > 0)
            virBufferAddChar(&buf, ',');
        if (item->plain)
            virBufferAdd(&buf, item->plain->str, item->plain->len);
        for (j = 0; j < item->npieces; j++)
            virNodeDeviceCompatFormatPiece(&buf, &item->pieces[j]);
    }

    return virBufferContentAndReset(&buf);
}


/**
 * virNodeDeviceCompatTemplateDeclare:
 * @template: list with variables
 * @variables: variables to add those to that @template declares; they own them then
 *
 * Returns 0 on success, -1 if a variable has been declared with other values or
 * there are more than VIR_NODE_DEVICE_COMPAT_VARIABLES_MAX.
 */
int
virNodeDeviceCompatTemplateDeclare(virNodeDeviceCompatTemplate *template,
                                   virNodeDeviceCompatVariables *variables)
{
    size_t i;
    size_t j;

    for (i = 0; i < template->items->len; i++) {
        virNodeDeviceCompatItem *item = virNodeDeviceCompatTemplateGet(template, i);

        for (j = 0; j < item->npieces; j++) {
            virNodeDeviceCompatPiece *piece = &item->pieces[j];

            if (piece->declared &&
                virNodeDeviceCompatVariablesAdd(variables, &piece->declared) < 0)
                return -1;
        }
    }

    return 0;
}


/* Returns false if the result is not a natural number, and so equals no value. */
static bool
virNodeDeviceCompatCompute(const char *value,
                           char operator,
                           unsigned int number,
                           unsigned long long *ret_result)
{
    unsigned long long left;

    if (virStrToLong_ull(value, NULL, 10, &left) < 0)
        return false;

    switch (operator) {
    case '/':
        if (left % number != 0)
            return false;
        *ret_result = left / number;
        return true;
    case '-':
        if (left < number)
            return false;
        *ret_result = left - number;
        return true;
    case '*':
        *ret_result = left * number;
        return true;
    default:
        *ret_result = left + number;
        return true;
    }
}


/* Adds the item with its variables filled in. Returns 1 if that was possible, 0
 * if its arithmetic has no result, -1 if a variable is not declared or the item is
 * longer than a value can be. */
static int
virNodeDeviceCompatItemFill(virBuffer *buf,
                            const virNodeDeviceCompatItem *item,
                            const virNodeDeviceCompatVariables *variables)
{
    g_auto(virBuffer) text = VIR_BUFFER_INITIALIZER;
    bool arithmetic;
    char operator;
    unsigned int number;
    size_t i;

    if (item->plain) {
        virBufferAdd(buf, item->plain->str, item->plain->len);
        virBufferAddChar(buf, ',');
        return 1;
    }

    arithmetic = virNodeDeviceCompatItemOperation(item, &operator, &number) == 0;

    for (i = 0; i < item->npieces; i++) {
        const virNodeDeviceCompatPiece *piece = &item->pieces[i];
        const virNodeDeviceCompatVariable *variable;
        unsigned long long result;
        const char *value;
        size_t at;

        if (piece->text) {
            virBufferAdd(&text, piece->text, -1);
            continue;
        }

        if (!(variable = virNodeDeviceCompatVariablesFind(variables, piece->name, &at)))
            return -1;

        value = variable->values[variables->chosen[at]];
        if (!arithmetic || !variable->integer) {
            virBufferAdd(&text, value, -1);
            if (virBufferUse(&text) > VIR_NODE_DEVICE_COMPAT_VALUE_MAX)
                return -1;
            continue;
        }

        if (!virNodeDeviceCompatCompute(value, operator, number, &result))
            return 0;
        virBufferAsprintf(&text, "%llu", result);
        break;
    }

    virBufferAddBuffer(buf, &text);
    virBufferAddChar(buf, ',');
    return 1;
}


/**
 * virNodeDeviceCompatTemplateFill:
 * @template: list with variables
 * @variables: all variables, each with the value that is chosen
 * @ret_list: set on success to the list without variables, or to NULL if the
 *            arithmetic leaves nothing in it
 *
 * Returns 0 on success, -1 if @template uses a variable that is not declared or the
 * list is longer than a value can be.
 */
int
virNodeDeviceCompatTemplateFill(const virNodeDeviceCompatTemplate *template,
                                const virNodeDeviceCompatVariables *variables,
                                char **ret_list)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < template->items->len; i++) {
        if (virNodeDeviceCompatItemFill(&buf, virNodeDeviceCompatTemplateGet(template, i),
                                        variables) < 0 ||
            virBufferUse(&buf) > VIR_NODE_DEVICE_COMPAT_VALUE_MAX + 1)
            return -1;
    }

    virBufferTrim(&buf, ",");
    *ret_list = virBufferContentAndReset(&buf);
    return 0;
}
