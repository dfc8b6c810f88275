/*
 * virt-nodedev-compat-check.c: the checklist for authors of drivers
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-check.h"
#include "virt-nodedev-compat-commands.h"
#include "virt-nodedev-compat-json.h"
#include "virt-nodedev-compat-place.h"
#include "virt-nodedev-compat-rules.h"

#include "conf/nodedev_compat_list.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "nodedev_compat/nodedev_compat_alternatives.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "virbuffer.h"
#include "virerror.h"
#include "vsh-nodedev-compat.h"
#include "vsh-table.h"

/* Between columns and at the ends of a row */
#define TABLE_GAP 4
#define FINDING_MIN_WIDTH 20

VIR_ENUM_IMPL(virtCompatCheckResult,
              VIRT_COMPAT_CHECK_LAST,
              "pass",
              "fail",
              "unknown",
              "by hand",
);


static bool
virtCompatCheckIsPublished(const virNodeDeviceCompatAttr *attr)
{
    return STREQ_NULLABLE(attr->origin, "published");
}


/* Whether a driver publishes more than the type and the API, which the kernel shows */
static bool
virtCompatCheckPublishes(const virNodeDeviceCompat *compat)
{
    size_t i;

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];

        if (STREQ(attr->name, VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION) ||
            (virtCompatCheckIsPublished(attr) &&
             STRNEQ(attr->name, VIR_NODE_DEVICE_COMPAT_TYPE) &&
             STRNEQ(attr->name, VIR_NODE_DEVICE_COMPAT_DEVICE_API)))
            return true;
    }

    return compat->naccepts > 0 || virNodeDeviceCompatHasOpaque(compat);
}


/* Returns 1 if the device can be migrated, 0 if not, -1 if that is not known. */
static int
virtCompatCheckMigratable(const virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_MIGRATABLE);

    if (!attr || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return -1;

    return STREQ(attr->value, "yes");
}


static virtCompatCheckResult
virtCompatCheckAbsence(const virtCompatChecked *checked,
                       char **ret_finding)
{
    const virNodeDeviceCompat *compat = checked->device->compat;

    if (!virtCompatCheckPublishes(compat)) {
        *ret_finding = g_strdup(_("there are no files"));
        return VIRT_COMPAT_CHECK_PASS;
    }

    switch (virtCompatCheckMigratable(compat)) {
    case 1:
        return VIRT_COMPAT_CHECK_PASS;
    case 0:
        *ret_finding = g_strdup(_("the device cannot migrate, and has files"));
        return VIRT_COMPAT_CHECK_FAIL;
    }

    *ret_finding = g_strdup(_("whether the device can migrate is not known"));
    return VIRT_COMPAT_CHECK_UNKNOWN;
}


static virtCompatCheckResult
virtCompatCheckVersion(const virtCompatChecked *checked,
                       char **ret_finding)
{
    const virNodeDeviceCompat *compat = checked->device->compat;
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION);

    if (!attr && virtCompatCheckMigratable(compat) == 0 && !virtCompatCheckPublishes(compat)) {
        *ret_finding = g_strdup(_("the device cannot migrate"));
        return VIRT_COMPAT_CHECK_PASS;
    }

    if (!attr || !virtCompatCheckIsPublished(attr)) {
        *ret_finding = g_strdup(_("there is none"));
        return VIRT_COMPAT_CHECK_FAIL;
    }

    if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        *ret_finding = g_strdup(virNodeDeviceCompatAttrStateTypeToString(attr->state));
        return VIRT_COMPAT_CHECK_FAIL;
    }

    *ret_finding = g_strdup(attr->value);
    return VIRT_COMPAT_CHECK_PASS;
}


/* Whether the end of a range, or the version that it is, is after @own, as far as it is
 * given; an open one is. */
static bool
virtCompatCheckEndsAfter(const char *range,
                         const virNodeDeviceCompatVersion *own)
{
    virNodeDeviceCompatVersion end;
    const char *rest;
    const char *last = strchr(range, '-');
    unsigned int parts;

    last = last ? last + 1 : range;
    if (virNodeDeviceCompatVersionScan(last, &rest, &end, &parts) < 0)
        return true;

    if (parts < 3)
        end.bugfix = 0;
    return end.major > own->major ||
           (end.major == own->major && end.minor > own->minor) ||
           (end.major == own->major && end.minor == own->minor && end.bugfix > own->bugfix);
}


/* What is wrong with the versions that an alternative accepts, or NULL */
static char *
virtCompatCheckRange(const char *ranges,
                     const virNodeDeviceCompatVersion *own)
{
    g_auto(GStrv) parts = g_strsplit(ranges, ",", 0);
    size_t i;

    if (virNodeDeviceCompatRangesContain(VIR_NODE_DEVICE_COMPAT_VALUE_VERSION, ranges, own) <= 0)
        return g_strdup_printf(_("the device's own version is not in '%1$s'"), ranges);

    for (i = 0; parts[i]; i++) {
        if (virtCompatCheckEndsAfter(parts[i], own))
            return g_strdup_printf(_("'%1$s' has versions after the device's own"), ranges);
    }

    return NULL;
}


static virtCompatCheckResult
virtCompatCheckRanges(const virtCompatChecked *checked,
                      char **ret_finding)
{
    const virNodeDeviceCompat *compat = checked->device->compat;
    const virNodeDeviceCompatAttr *self = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION);
    virNodeDeviceCompatVersion own;
    bool found = false;
    size_t i;

    for (i = 0; i < compat->naccepts; i++) {
        const virNodeDeviceCompatAttrs *accepts = compat->accepts[i];
        const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(accepts,
                                                                           VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION);

        /* the versions of other types have numbers of their own */
        if (!attr || virNodeDeviceCompatIsForOtherTypes(compat, accepts))
            continue;

        found = true;
        if (!self || self->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK || accepts->variables ||
            virNodeDeviceCompatVersionParse(self->value, &own) < 0) {
            *ret_finding = g_strdup(_("a version cannot be told"));
            return VIRT_COMPAT_CHECK_UNKNOWN;
        }

        if ((*ret_finding = virtCompatCheckRange(attr->value, &own)))
            return VIRT_COMPAT_CHECK_FAIL;
    }

    *ret_finding = found ? NULL : g_strdup(_("there are none"));
    return VIRT_COMPAT_CHECK_PASS;
}


static void
virtCompatCheckFormatAttrs(virBuffer *buf,
                           const virNodeDeviceCompatAttrs *set,
                           bool published)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];

        if (!published || virtCompatCheckIsPublished(attr))
            virBufferAsprintf(buf, "%s %d %s\n", attr->name, attr->state,
                              NULLSTR_EMPTY(attr->value));
    }
    virBufferAddLit(buf, "\n");
}


/* All that is published about a type, as a text to be compared with others */
static char *
virtCompatCheckGetPublished(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virtCompatCheckFormatAttrs(&buf, &compat->self, true);
    for (i = 0; i < compat->naccepts; i++)
        virtCompatCheckFormatAttrs(&buf, compat->accepts[i], false);

    return virBufferContentAndReset(&buf);
}


static virtCompatCheckResult
virtCompatCheckCompareTypes(GPtrArray *devices,
                            const char *name,
                            char **ret_finding)
{
    g_autofree char *first = NULL;
    const char *parent = NULL;
    size_t i;

    for (i = 0; i < devices->len; i++) {
        const virtCompatHostDevice *device = g_ptr_array_index(devices, i);
        g_autofree char *text = NULL;

        /* a parent that is not there is all of its types */
        if (device->kind != VIRT_COMPAT_KIND_TYPE ||
            (STRNEQ(device->name, name) && STRNEQ_NULLABLE(device->name, device->parent)))
            continue;

        if (!device->compat) {
            *ret_finding = g_strdup(device->cause);
            return VIRT_COMPAT_CHECK_UNKNOWN;
        }

        text = virtCompatCheckGetPublished(device->compat);
        if (first && STRNEQ(first, text)) {
            *ret_finding = g_strdup_printf(_("it differs on the parents %1$s and %2$s"),
                                           parent, device->parent);
            return VIRT_COMPAT_CHECK_FAIL;
        }

        if (!first) {
            first = g_steal_pointer(&text);
            parent = device->parent;
        }
    }

    return VIRT_COMPAT_CHECK_PASS;
}


static virtCompatCheckResult
virtCompatCheckType(const virtCompatChecked *checked,
                    char **ret_finding)
{
    g_autoptr(GPtrArray) devices = NULL;
    g_autofree char *name = NULL;

    if (!checked->type) {
        *ret_finding = g_strdup(_("a function has no type"));
        return VIRT_COMPAT_CHECK_PASS;
    }

    if (checked->alone) {
        *ret_finding = g_strdup(_("there is no other parent to look at"));
        return VIRT_COMPAT_CHECK_UNKNOWN;
    }

    if (!(devices = virtCompatHostRead(checked->root, NULL, true))) {
        *ret_finding = g_strdup(virGetLastErrorMessage());
        virResetLastError();
        return VIRT_COMPAT_CHECK_UNKNOWN;
    }

    name = g_path_get_basename(checked->type);
    return virtCompatCheckCompareTypes(devices, name, ret_finding);
}


/* Adds the names of attributes that are not usable for a reason, or for any. */
static void
virtCompatCheckFindUnusable(virBuffer *buf,
                            const virNodeDeviceCompatAttrs *set,
                            int state)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];

        if (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET ||
            (state >= 0 && attr->state != state))
            continue;

        virBufferAsprintf(buf, "%s (%s), ", attr->name,
                          virNodeDeviceCompatAttrStateTypeToString(attr->state));
    }
}


static virtCompatCheckResult
virtCompatCheckUnusable(const virNodeDeviceCompat *compat,
                        int state,
                        char **ret_finding)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virtCompatCheckFindUnusable(&buf, &compat->self, state);
    for (i = 0; i < compat->naccepts; i++)
        virtCompatCheckFindUnusable(&buf, compat->accepts[i], state);
    if (state < 0 && compat->opaqueState != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        virBufferAddLit(&buf, VIR_NODE_DEVICE_COMPAT_OPAQUE);

    virBufferTrim(&buf, ", ");
    *ret_finding = virBufferContentAndReset(&buf);
    return *ret_finding ? VIRT_COMPAT_CHECK_FAIL : VIRT_COMPAT_CHECK_PASS;
}


static virtCompatCheckResult
virtCompatCheckConflicts(const virtCompatChecked *checked,
                         char **ret_finding)
{
    return virtCompatCheckUnusable(checked->device->compat,
                                   VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING, ret_finding);
}


static virtCompatCheckResult
virtCompatCheckDescriptor(const virtCompatChecked *checked,
                          char **ret_finding)
{
    return virtCompatCheckUnusable(checked->device->compat, -1, ret_finding);
}


static virtCompatCheckResult
virtCompatCheckAlternatives(const virtCompatChecked *checked,
                            char **ret_finding)
{
    const virNodeDeviceCompat *compat = checked->device->compat;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (i = 0; i < compat->naccepts; i++) {
        const virNodeDeviceCompatAttrs *accepts = compat->accepts[i];

        for (j = 0; j < accepts->nattrs; j++) {
            const virNodeDeviceCompatAttr *attr = accepts->attrs[j];
            const virNodeDeviceCompatAttr *self = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                               attr->name);

            if (self && STREQ_NULLABLE(self->value, attr->value))
                virBufferAsprintf(&buf, _("%1$s does not differ in alternative %2$zu, "),
                                  attr->name, i + 1);
        }
    }

    virBufferTrim(&buf, ", ");
    *ret_finding = virBufferContentAndReset(&buf);
    return *ret_finding ? VIRT_COMPAT_CHECK_FAIL : VIRT_COMPAT_CHECK_PASS;
}


static virtCompatCheckResult
virtCompatCheckIdentity(const virtCompatChecked *checked,
                        char **ret_finding)
{
    const virNodeDeviceCompat *compat = checked->device->compat;
    g_autoptr(virNodeDeviceCompatReport) report = virNodeDeviceCompatCompare(compat, compat,
                                                                             checked->rules, 0);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (report->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL)
        return VIRT_COMPAT_CHECK_PASS;

    virBufferAdd(&buf, virNodeDeviceCompatResultTypeToString(report->verdict), -1);
    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        if (reason->severity != VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING)
            virBufferAsprintf(&buf, ", %s %s", reason->code, NULLSTR_EMPTY(reason->attr));
    }

    *ret_finding = virBufferContentAndReset(&buf);
    return report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN ?
           VIRT_COMPAT_CHECK_UNKNOWN : VIRT_COMPAT_CHECK_FAIL;
}


typedef struct _virtCompatCheckItem virtCompatCheckItem;
struct _virtCompatCheckItem {
    const char *name;           /* also in the documentation */
    virtCompatCheckFunc func;   /* NULL: it is for people */
    const char *task;           /* what these have to look at */
};

static const virtCompatCheckItem items[] = {
    { "absence", virtCompatCheckAbsence, NULL },
    { "version", virtCompatCheckVersion, NULL },
    { "versioning", NULL, N_("the change that alters the data raises it, not releases") },
    { "ranges", virtCompatCheckRanges, NULL },
    { "loading", NULL, N_("loading refuses early what is not in the ranges") },
    { "type", virtCompatCheckType, NULL },
    { "lists", NULL, N_("each list holds what was tested") },
    { "files", virtCompatPublishedCheckFiles, NULL },
    { "conflicts", virtCompatCheckConflicts, NULL },
    { "alternatives", virtCompatCheckAlternatives, NULL },
    { "dynamic", virtCompatPublishedCheckDynamic, NULL },
    { "setting", NULL, N_("it fails without side effect, sends a uevent, order works") },
    { "secrets", virtCompatPublishedCheckSecrets, NULL },
    { "descriptor", virtCompatCheckDescriptor, NULL },
    { "identity", virtCompatCheckIdentity, NULL },
    { "upgrade", NULL, N_("comparing with an older driver's dump, both ways") },
};


static size_t
virtCompatCheckGetWidth(void)
{
    size_t room = vshNodeDeviceCompatGetWidth();
    size_t fixed = strlen("alternatives") + strlen("unknown") + 3 * TABLE_GAP;

    return MAX(room - MIN(room, fixed), FINDING_MIN_WIDTH);
}


/* What came of an item */
typedef struct _virtCompatCheckAnswer virtCompatCheckAnswer;
struct _virtCompatCheckAnswer {
    virtCompatCheckResult result;
    char *finding;
};


static int
virtCompatCheckPrintTable(const virtCompatCheckAnswer *answers)
{
    g_autoptr(vshTable) table = vshTableNew(_("Item"), _("Result"), _("Finding"), NULL);
    g_autofree char *text = NULL;
    size_t i;

    if (!table)
        return -1;

    for (i = 0; i < G_N_ELEMENTS(items); i++) {
        g_autofree char *cell = vshNodeDeviceCompatCell(NULLSTR_EMPTY(answers[i].finding),
                                                        virtCompatCheckGetWidth());

        if (vshTableRowAppend(table, items[i].name,
                              virtCompatCheckResultTypeToString(answers[i].result),
                              cell, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, true)))
        return -1;

    printf("%s", text);
    return 0;
}


static int
virtCompatCheckPrintJSON(const virtCompatHostDevice *device,
                         virNodeDeviceCompatCategory category,
                         const virtCompatCheckAnswer *answers)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_CHECKLIST);
    virJSONValue *array = virJSONValueNewArray();
    virJSONValue *object = virJSONValueNewObject();
    size_t i;

    virNodeDeviceCompatJSONAddText(object, "kind", virtCompatKindTypeToString(device->kind));
    virNodeDeviceCompatJSONAddText(object, "name", device->name);
    virNodeDeviceCompatJSONAddText(object, "parent", device->parent);

    for (i = 0; i < G_N_ELEMENTS(items); i++) {
        virJSONValue *item = virJSONValueNewObject();

        virNodeDeviceCompatJSONAddText(item, "name", items[i].name);
        virNodeDeviceCompatJSONAddText(item, "result",
                                       virtCompatCheckResultTypeToString(answers[i].result));
        virNodeDeviceCompatJSONAddText(item, "finding", answers[i].finding);
        virNodeDeviceCompatJSONAppend(array, item);
    }

    virNodeDeviceCompatJSONAddCategory(document, category);
    virNodeDeviceCompatJSONAdd(document, "device", object);
    virNodeDeviceCompatJSONAdd(document, "items", array);
    return virtCompatPrintJSON(document);
}


/* Goes through all items and prints what comes of each. Returns the exit status. */
static int
virtCompatCheckPrint(const virtCompatChecked *checked,
                     bool json)
{
    static const int statuses[] = {
        [VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS] = EXIT_SUCCESS,
        [VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN] = VSH_NODEDEV_COMPAT_EXIT_UNKNOWN,
        [VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL] = VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE,
    };
    virtCompatCheckAnswer answers[G_N_ELEMENTS(items)] = { 0 };
    virNodeDeviceCompatCategory category = VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS;
    int rc;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(items); i++) {
        answers[i].result = VIRT_COMPAT_CHECK_BY_HAND;
        if (items[i].func)
            answers[i].result = items[i].func(checked, &answers[i].finding);
        else
            answers[i].finding = g_strdup(_(items[i].task));

        if (answers[i].result == VIRT_COMPAT_CHECK_FAIL)
            category = VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL;
        else if (answers[i].result == VIRT_COMPAT_CHECK_UNKNOWN)
            category = MAX(category, VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN);
    }

    rc = json ? virtCompatCheckPrintJSON(checked->device, category, answers) :
                virtCompatCheckPrintTable(answers);

    for (i = 0; i < G_N_ELEMENTS(items); i++)
        g_free(answers[i].finding);
    return rc < 0 ? EXIT_FAILURE : statuses[category];
}


/**
 * virtCompatCheck:
 * @opts: options
 * @noperands: 1
 * @operands: the device
 *
 * Prints what a device shows about each item of the checklist for authors of drivers.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatCheck(const virtCompatOptions *opts,
                int noperands,
                char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(GPtrArray) devices = NULL;
    g_autoptr(virNodeDeviceCompat) again = NULL;
    g_autoptr(GPtrArray) published = NULL;
    g_autofree char *root = NULL;
    g_autofree char *type = NULL;
    virtCompatChecked checked = { 0 };
    virtCompatLookup lookup;
    virtCompatKind kind;

    if (virtCompatLoadFiles(opts->rules, opts->root, &files) < 0)
        return EXIT_FAILURE;

    /* what the driver publishes, whatever an administrator states */
    lookup = virtCompatGetLookup(opts, opts->root, &files);
    lookup.facts = NULL;
    if (!(devices = virtCompatHostFind(noperands, operands, &lookup, false)))
        return EXIT_FAILURE;

    checked.device = g_ptr_array_index(devices, 0);
    checked.rules = files.rules;
    kind = checked.device->kind;
    if (!(again = virtCompatReadDirectory(checked.device->path, NULL, &kind)))
        return EXIT_FAILURE;
    checked.again = again;

    if (kind != VIRT_COMPAT_KIND_TYPE)
        checked.dir = checked.device->path;
    if (kind == VIRT_COMPAT_KIND_MDEV)
        type = virNodeDeviceCompatTreeResolveLink(checked.dir, "mdev_type");
    checked.type = kind == VIRT_COMPAT_KIND_TYPE ? checked.device->path : type;

    checked.root = opts->root;
    if (!opts->root) {
        root = virtCompatFindSysfs(checked.device->path);
        checked.alone = !root;
        checked.root = root && root[0] != '\0' ? root : NULL;
    }

    checked.files = published = virtCompatPublishedList(checked.dir, checked.type,
                                                        checked.device->compat);
    return virtCompatCheckPrint(&checked, opts->json);
}
