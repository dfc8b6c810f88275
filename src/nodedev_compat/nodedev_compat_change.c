/*
 * nodedev_compat_change.c: what devices would be after a change
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_change.h"

#include "conf/nodedev_compat_attr.h"
#include "nodedev_compat_vgpu.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* What the parts of a change are: [TERM[,TERM]...]:[+]ATTR=VALUE. A selector can have
 * colons, as addresses and ids do; the last one before a name and '=' ends it. A term has
 * patterns with '|' between them, of which one has to fit. */
#define NAME_CHARS "A-Za-z0-9_.-"
#define CHANGE_SHAPE "^(.*):(\\+?)([A-Za-z0-9_][" NAME_CHARS "]*)=(.*)$"
#define TERM_SHAPE "^([A-Za-z0-9_][" NAME_CHARS "]*)=(.+)$"

/* Names of terms that are about no attribute */
#define TERM_HOST "host"
#define TERM_DEVICE "device"

typedef struct _virNodeDeviceCompatChangeTerm virNodeDeviceCompatChangeTerm;
struct _virNodeDeviceCompatChangeTerm {
    char *name;                 /* HOST, DEVICE or that of an attribute */
    char **globs;
};


static void
virNodeDeviceCompatChangeTermFree(virNodeDeviceCompatChangeTerm *term)
{
    g_free(term->name);
    g_strfreev(term->globs);
    g_free(term);
}


void
virNodeDeviceCompatChangeFree(virNodeDeviceCompatChange *change)
{
    if (!change)
        return;

    g_free(change->text);
    g_ptr_array_unref(change->terms);
    g_free(change->attr);
    g_free(change->value);
    g_free(change);
}


/* A term without a name is about hosts. */
static void
virNodeDeviceCompatChangeAddTerm(virNodeDeviceCompatChange *change,
                                 const char *text)
{
    g_autoptr(GRegex) shape = g_regex_new(TERM_SHAPE, G_REGEX_DOTALL, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    virNodeDeviceCompatChangeTerm *term = g_new0(virNodeDeviceCompatChangeTerm, 1);
    g_autofree char *glob = NULL;

    if (g_regex_match(shape, text, 0, &match)) {
        g_autofree char *name = g_match_info_fetch(match, 1);

        term->name = g_strdup(virNodeDeviceCompatAttrCanonicalName(name));
        glob = g_match_info_fetch(match, 2);
        if (STREQ(term->name, TERM_DEVICE)) {
            g_autofree char *given = g_steal_pointer(&glob);

            glob = g_ascii_strdown(given, -1);
        }
    } else {
        term->name = g_strdup(TERM_HOST);
        glob = g_strdup(text);
    }

    term->globs = g_strsplit(glob, "|", 0);
    g_ptr_array_add(change->terms, term);
}


/**
 * virNodeDeviceCompatChangeParse:
 * @text: [TERM[,TERM]...]:[+]ATTR=VALUE, where TERM is HOST or NAME=VALUE, with wildcards and '|'
 *
 * Returns the change, or NULL with an error reported.
 */
virNodeDeviceCompatChange *
virNodeDeviceCompatChangeParse(const char *text)
{
    g_autoptr(virNodeDeviceCompatChange) change = g_new0(virNodeDeviceCompatChange, 1);
    g_autoptr(GRegex) shape = g_regex_new(CHANGE_SHAPE, G_REGEX_DOTALL, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *selector = NULL;
    g_autofree char *plus = NULL;
    g_autofree char *name = NULL;
    g_auto(GStrv) terms = NULL;
    size_t i;

    change->text = g_strdup(text);
    change->terms = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatChangeTermFree);

    if (!virNodeDeviceCompatValueIsPrintable(text) || !g_regex_match(shape, text, 0, &match)) {
        g_autofree char *shown = virNodeDeviceCompatValueToPrintable(text, 128);

        virReportError(VIR_ERR_INVALID_ARG, _("'%1$s' is no change: SELECTOR:ATTR=VALUE"), shown);
        return NULL;
    }

    selector = g_match_info_fetch(match, 1);
    plus = g_match_info_fetch(match, 2);
    name = g_match_info_fetch(match, 3);
    change->add = *plus != '\0';
    change->attr = g_strdup(virNodeDeviceCompatAttrCanonicalName(name));
    change->value = g_match_info_fetch(match, 4);

    if (!virNodeDeviceCompatNameIsValid(name) || *change->value == '\0' ||
        virNodeDeviceCompatAttrIsMark(change->attr)) {
        virReportError(VIR_ERR_INVALID_ARG, _("'%1$s' sets no attribute to a value"), text);
        return NULL;
    }

    terms = g_strsplit(selector, ",", 0);
    for (i = 0; terms[i]; i++) {
        if (*terms[i])
            virNodeDeviceCompatChangeAddTerm(change, terms[i]);
    }

    return g_steal_pointer(&change);
}


static bool
virNodeDeviceCompatChangeMatchesText(const virNodeDeviceCompatChangeTerm *term,
                                     const char *text)
{
    size_t i;

    for (i = 0; term->globs[i]; i++) {
        if (g_pattern_match_simple(term->globs[i], text))
            return true;
    }

    return false;
}


/* By address or UUID, or by all of the name */
static bool
virNodeDeviceCompatChangeMatchesDevice(const virNodeDeviceCompatChangeTerm *term,
                                       const char *name)
{
    g_autofree char *address = virNodeDeviceCompatFleetGetAddress(name);
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return virNodeDeviceCompatChangeMatchesText(term, address) ||
           virNodeDeviceCompatChangeMatchesText(term, lower);
}


static bool
virNodeDeviceCompatChangeMatchesAttr(const virNodeDeviceCompatChangeTerm *term,
                                     const virNodeDeviceCompatFleetDevice *device,
                                     const char *name)
{
    const virNodeDeviceCompatAttr *attr =
        virNodeDeviceCompatAttrsFind(&device->compat->self, name);

    return attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           virNodeDeviceCompatChangeMatchesText(term, attr->value);
}


static bool
virNodeDeviceCompatChangeMatchesTerm(const virNodeDeviceCompatChangeTerm *term,
                                     const char *host,
                                     const virNodeDeviceCompatFleetDevice *device)
{
    if (STREQ(term->name, TERM_HOST))
        return virNodeDeviceCompatChangeMatchesText(term, host);

    if (STREQ(term->name, TERM_DEVICE))
        return device->name && virNodeDeviceCompatChangeMatchesDevice(term, device->name);

    if (virNodeDeviceCompatChangeMatchesAttr(term, device, term->name))
        return true;

    /* what the type of one of NVIDIA's mediated devices is called */
    return STREQ(term->name, VIR_NODE_DEVICE_COMPAT_TYPE) &&
           virNodeDeviceCompatChangeMatchesAttr(term, device,
                                                VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME);
}


/**
 * virNodeDeviceCompatChangeMatches:
 * @change: change
 * @host: name of a host
 * @device: a device of it
 *
 * Returns true if the change is about the device.
 */
bool
virNodeDeviceCompatChangeMatches(const virNodeDeviceCompatChange *change,
                                 const char *host,
                                 const virNodeDeviceCompatFleetDevice *device)
{
    size_t i;

    if (!device->compat ||
        (!change->add && !virNodeDeviceCompatAttrsFind(&device->compat->self, change->attr)))
        return false;

    for (i = 0; i < change->terms->len; i++) {
        if (!virNodeDeviceCompatChangeMatchesTerm(g_ptr_array_index(change->terms, i), host,
                                                  device))
            return false;
    }

    return true;
}


static virNodeDeviceCompat *
virNodeDeviceCompatChangeCopy(const virNodeDeviceCompat *compat)
{
    virNodeDeviceCompat *copy = virNodeDeviceCompatCopySelf(compat);
    size_t i;

    copy->inferred = compat->inferred;
    for (i = 0; i < compat->naccepts; i++) {
        virNodeDeviceCompatAttrs *accepts = virNodeDeviceCompatAddAlternative(copy);

        virNodeDeviceCompatAttrsCopy(accepts, compat->accepts[i]);
        accepts->variables = compat->accepts[i]->variables;
    }

    return copy;
}


/**
 * virNodeDeviceCompatChangeApply:
 * @change: change
 * @device: a device that it is about
 *
 * Gives @device another descriptor, with the attribute set.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virNodeDeviceCompatChangeApply(const virNodeDeviceCompatChange *change,
                               virNodeDeviceCompatFleetDevice *device)
{
    g_autoptr(virNodeDeviceCompat) copy = virNodeDeviceCompatChangeCopy(device->compat);
    const virNodeDeviceCompatAttr *old =
        virNodeDeviceCompatAttrsFind(&device->compat->self, change->attr);
    virNodeDeviceCompatAttr *attr;

    virNodeDeviceCompatDrop(copy, change->attr);
    attr = virNodeDeviceCompatAdd(copy, NULL, change->attr, change->value);
    if (!attr || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        virReportError(VIR_ERR_INVALID_ARG, _("'%1$s' is no value of attribute '%2$s'"),
                       change->value, change->attr);
        return -1;
    }

    attr->dynamic = old && old->dynamic;
    attr->order = old ? old->order : 0;
    /* what is new is as a fact that an administrator states */
    attr->derived = old && old->derived;

    g_object_unref(device->compat);
    device->compat = g_steal_pointer(&copy);
    return 0;
}
