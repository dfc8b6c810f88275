/*
 * virt-nodedev-compat-facts.c: what an administrator still has to state
 *
 * The command facts, which writes a file of facts about attributes that rules name and
 * that no source of evidence has.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>

#include "virt-nodedev-compat-commands.h"
#include "virt-nodedev-compat-host.h"
#include "virt-nodedev-compat-json.h"
#include "virt-nodedev-compat-origin.h"
#include "virt-nodedev-compat-rules.h"
#include "vsh-nodedev-compat.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "viralloc.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("tools.nodedev_compat.facts");

/* Devices that a comment names, of those that a group is about */
#define NAMES_MAX 4

/* Where an administrator finds the values of attributes, the first that fits. All are in
 * the comments of the installed rule files and on the page about them. */
static const struct {
    const char *attr;           /* glob */
    bool device;                /* each device has its own, not all of a physical function */
    const char *hint;
} hints[] = {
    { VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION, false,
      "the version of the migration data, if the vendor documents one; a rule can say what "
      "decides instead" },
    { VIR_NODE_DEVICE_COMPAT_MIGRATABLE, false,
      "yes or no, whether the VFIO driver can migrate such functions; VFIO's debugfs shows it, "
      "where the kernel has that" },
    { "ecc_mode", false, "Enabled or Disabled, as 'nvidia-smi -q -d ECC' shows the current one" },
    { "vgpu_manager_branch", false, "the first number of the driver's version, see nvidia-smi" },
    { "current_vgpu_type", true, "the type of the vGPU, as 'nvidia-smi vgpu -q' names it" },
    { "fw*", false, "as 'devlink dev info' of the physical function shows it" },
    { "board.*", false, "as 'devlink dev info' of the physical function shows it" },
    { "asic.*", false, "as 'devlink dev info' of the physical function shows it" },
    { "guc_version", false, "the version of the firmware in gt0/uc/guc_info of the physical "
      "function's debugfs" },
    { "vram_quota", true, "the file sriov/vfN/tile0/vram_quota of the physical function's "
      "debugfs" },
    { "model", true, "mn in what 'nvme id-ctrl' shows of the controller" },
    { "firmware_rev", true, "fr in what 'nvme id-ctrl' shows of the controller" },
    { "cfg_services", false, "the file qat/cfg_services of the physical function" },
    { "num_rps", false, "the file qat/num_rps of the physical function" },
    { "sla_*", true, "the agreements on the function's ring pairs, as qat_rl of the physical "
      "function shows them" },
    { "pf_q_num", false, "the parameter pf_q_num of the module of the physical function's driver" },
    { "sriov_numvfs", false, "the file sriov_numvfs of the physical function" },
    { "qp_num", true, "the number of queue pairs of the virtual function" },
    { "vf_ids", true, "the number of the virtual function among those of its physical function, from "
      "1 on" },
    { "dasd_uid", false, "the file uid of the DASD in /sys/bus/ccw/devices, while it belongs to "
      "the host" },
    { "ap_*", true, "what lszcrypt shows of the device's adapters" },
    { "aggregator", true, "how many instances of its type the device is made of, 1 if it is not" },
    { "pv_mode", true, "see the file with the rule" },
    { "*", false, "see the file with the rule" },
};


/* An attribute that is lacking */
typedef struct _virtCompatLacking virtCompatLacking;
struct _virtCompatLacking {
    char *attr;
    bool optional;              /* a rule names it, and no verdict depends on it alone */
    const char *hint;
    char *value;                /* that other devices of the group have; or NULL */
};

static void
virtCompatLackingFree(virtCompatLacking *lacking)
{
    g_free(lacking->attr);
    g_free(lacking->value);
    g_free(lacking);
}


/* A group of facts to write */
typedef struct _virtCompatFactsGroup virtCompatFactsGroup;
struct _virtCompatFactsGroup {
    const char *property;       /* "device" or "parent" */
    const char *name;           /* its value, owned by a device */
    GPtrArray *lacking;         /* virtCompatLacking, by name */
    GHashTable *byAttr;         /* the same by the attribute */
    GPtrArray *devices;         /* virtCompatHostDevice, not owned */
};

static void
virtCompatFactsGroupFree(virtCompatFactsGroup *group)
{
    g_hash_table_unref(group->byAttr);
    g_ptr_array_unref(group->lacking);
    g_ptr_array_unref(group->devices);
    g_free(group);
}


static size_t
virtCompatFindHint(const char *attr)
{
    size_t i = 0;

    while (!g_pattern_match_simple(hints[i].attr, attr))
        i++;
    return i;
}


/* The group for facts about @device, or about all that have its parent */
static virtCompatFactsGroup *
virtCompatFactsGetGroup(GPtrArray *groups,
                        const virtCompatHostDevice *device,
                        bool own)
{
    bool parent = device->top && !own;
    const char *property = parent ? "parent" : "device";
    const char *name = parent ? device->top : device->name;
    virtCompatFactsGroup *group;
    size_t i;

    for (i = 0; i < groups->len; i++) {
        group = g_ptr_array_index(groups, i);
        if (STREQ(group->property, property) && STREQ(group->name, name))
            return group;
    }

    group = g_new0(virtCompatFactsGroup, 1);
    group->property = property;
    group->name = name;
    group->lacking = g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatLackingFree);
    group->byAttr = g_hash_table_new(g_str_hash, g_str_equal);
    group->devices = g_ptr_array_new();
    g_ptr_array_add(groups, group);
    return group;
}


static void
virtCompatFactsAdd(GPtrArray *groups,
                   const virtCompatHostDevice *device,
                   const char *attr,
                   bool optional)
{
    size_t hint = virtCompatFindHint(attr);
    virtCompatFactsGroup *group;
    virtCompatLacking *lacking;

    /* what each device has is not known before there is one */
    if (device->kind == VIRT_COMPAT_KIND_TYPE && hints[hint].device)
        return;

    group = virtCompatFactsGetGroup(groups, device, hints[hint].device);
    if (group->devices->len == 0 ||
        g_ptr_array_index(group->devices, group->devices->len - 1) != device)
        g_ptr_array_add(group->devices, (void *) device);

    if ((lacking = g_hash_table_lookup(group->byAttr, attr))) {
        lacking->optional = lacking->optional && optional;
        return;
    }

    lacking = g_new0(virtCompatLacking, 1);
    lacking->attr = g_strdup(attr);
    lacking->optional = optional;
    lacking->hint = hints[hint].hint;
    g_ptr_array_add(group->lacking, lacking);
    g_hash_table_insert(group->byAttr, lacking->attr, lacking);
}


/* Whether the value of @attr is stated in a file: its origin has a line then. */
static bool
virtCompatIsFact(const virNodeDeviceCompatAttr *attr)
{
    return attr->origin && strchr(attr->origin, ':');
}


/* Whether devices of the type show @name by themselves, as one in @devices does */
static bool
virtCompatFactsIsShown(const virtCompatHostDevice *type,
                       const char *name,
                       GPtrArray *devices)
{
    const virNodeDeviceCompatAttr *id = virNodeDeviceCompatAttrsFind(&type->compat->self,
                                                                     VIR_NODE_DEVICE_COMPAT_TYPE);
    size_t i;

    for (i = 0; id && i < devices->len; i++) {
        const virtCompatHostDevice *device = g_ptr_array_index(devices, i);
        const virNodeDeviceCompatAttr *other;
        const virNodeDeviceCompatAttr *attr;

        if (device->kind != VIRT_COMPAT_KIND_MDEV || !device->compat)
            continue;

        other = virNodeDeviceCompatAttrsFind(&device->compat->self, VIR_NODE_DEVICE_COMPAT_TYPE);
        attr = virNodeDeviceCompatAttrsFind(&device->compat->self, name);
        if (other && STREQ_NULLABLE(id->value, other->value) && attr && !virtCompatIsFact(attr))
            return true;
    }

    return false;
}


/* Whether the device shows @name in a way that cannot be used, and for which a fact can
 * stand in: not if reading it might succeed the next time */
static bool
virtCompatFactsIsUnusable(const virtCompatHostDevice *device,
                          const char *name)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&device->compat->self, name);

    return attr && attr->derived &&
           (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_PRIVATE ||
            attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING ||
            attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED ||
            attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_CUT);
}


/* Whether the device has a VFIO driver, and it is not known whether that can migrate it:
 * nothing but debugfs shows it, and that is not everywhere. */
static bool
virtCompatFactsCanStateMigratable(const virtCompatHostDevice *device)
{
    const virNodeDeviceCompatAttr *driver =
        virNodeDeviceCompatAttrsFind(&device->compat->self, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER);

    return driver && driver->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           !virNodeDeviceCompatAttrsFind(&device->compat->self, VIR_NODE_DEVICE_COMPAT_MIGRATABLE);
}


/* Whether @attr is what the kernel says of a driver, or else nobody knows: no fact can stand
 * in for it */
static bool
virtCompatFactsIsOfDriver(const char *attr)
{
    return STREQ(attr, VIR_NODE_DEVICE_COMPAT_DRIVER) ||
           STREQ(attr, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER) ||
           STREQ(attr, VIR_NODE_DEVICE_COMPAT_MIGRATABLE);
}


/* Whether the kernel shows @attr of devices that have it. The file for the number of instances
 * (aggregator) was never in a released kernel, and the driver of another one need not have it. */
static bool
virtCompatFactsIsRead(const char *attr)
{
    const virNodeDeviceCompatSource *source;
    size_t i;

    if (STREQ(attr, "aggregator"))
        return false;

    for (i = 0; (source = virNodeDeviceCompatSourceGet(i)); i++) {
        g_auto(GStrv) attrs = g_strsplit(source->attrs, " ", -1);

        if (source->cost == VIR_NODE_DEVICE_COMPAT_SOURCE_COST_CHEAP &&
            g_strv_contains((const char *const *) attrs, attr))
            return true;
    }

    return false;
}


/* What the verdict on the device itself waits for. A device that cannot be migrated waits for
 * nothing that could be typed. */
static void
virtCompatFactsAddNeeded(GPtrArray *groups,
                         const virtCompatHostDevice *device,
                         GPtrArray *devices,
                         const virNodeDeviceCompatRules *rules)
{
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(device->compat, device->compat, rules, 0);
    size_t i;

    if (virNodeDeviceCompatReportHas(report, VIR_NODE_DEVICE_COMPAT_REASON_NOT_MIGRATABLE_SOURCE))
        return;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];
        bool missing = virNodeDeviceCompatReasonCodeTypeFromString(reason->code) ==
                       VIR_NODE_DEVICE_COMPAT_REASON_MISSING_BOTH;

        if (STREQ(reason->attr, VIR_NODE_DEVICE_COMPAT_MIGRATABLE) &&
            virtCompatFactsCanStateMigratable(device))
            virtCompatFactsAdd(groups, device, reason->attr, false);

        if (reason->severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN &&
            !virtCompatFactsIsOfDriver(reason->attr) &&
            (missing || virtCompatFactsIsUnusable(device, reason->attr)) &&
            (device->kind != VIRT_COMPAT_KIND_TYPE ||
             !virtCompatFactsIsShown(device, reason->attr, devices)))
            virtCompatFactsAdd(groups, device, reason->attr, false);
    }
}


/* What else rules for the device name, but for what only its driver or the kernel says */
static void
virtCompatFactsAddOptional(GPtrArray *groups,
                           const virtCompatHostDevice *device,
                           const virNodeDeviceCompatRules *rules)
{
    g_auto(virNodeDeviceCompatRulesSearch) search = { 0 };
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    size_t i;
    size_t j;

    virNodeDeviceCompatRulesSearchInit(&search, rules, device->compat, &budget);

    for (i = 0; i < rules->ngroups && !virNodeDeviceCompatBudgetIsSpent(&budget); i++) {
        const virNodeDeviceCompatRuleGroup *group = rules->groups[i];

        for (j = 0; j < group->nrules; j++) {
            const virNodeDeviceCompatRule *rule = &group->rules[j];

            if (rule->kind != VIR_NODE_DEVICE_COMPAT_RULE_IGNORE &&
                STRNEQ(rule->attr, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION) &&
                !virtCompatFactsIsRead(rule->attr) &&
                !virNodeDeviceCompatAttrsFind(&device->compat->self, rule->attr) &&
                virNodeDeviceCompatRulesSearchFind(&search, rule->attr) == rule)
                virtCompatFactsAdd(groups, device, rule->attr, true);
        }
    }

    if (virNodeDeviceCompatBudgetIsSpent(&budget))
        VIR_WARN("there are too many rules to find all that can be stated of '%s'", device->name);
}


/* Fills in what is stated of other devices of the same physical function or parent, if that
 * is the same of all of them. */
static void
virtCompatFactsFillIn(const virtCompatFactsGroup *group,
                      GPtrArray *devices)
{
    size_t i;
    size_t j;

    for (i = 0; STREQ(group->property, "parent") && i < group->lacking->len; i++) {
        virtCompatLacking *lacking = g_ptr_array_index(group->lacking, i);
        bool differs = false;

        for (j = 0; j < devices->len; j++) {
            const virtCompatHostDevice *device = g_ptr_array_index(devices, j);
            const virNodeDeviceCompatAttr *attr;

            if (!device->compat || STRNEQ_NULLABLE(device->top, group->name) ||
                !(attr = virNodeDeviceCompatAttrsFind(&device->compat->self, lacking->attr)) ||
                !virtCompatIsFact(attr))
                continue;

            if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
                (lacking->value && STRNEQ(lacking->value, attr->value)))
                differs = true;
            else if (!lacking->value)
                lacking->value = g_strdup(attr->value);
        }

        if (differs)
            g_clear_pointer(&lacking->value, g_free);
    }
}


static int
virtCompatLackingOrder(const void *a,
                       const void *b)
{
    const virtCompatLacking *one = *(virtCompatLacking *const *) a;
    const virtCompatLacking *two = *(virtCompatLacking *const *) b;

    if (one->optional != two->optional)
        return one->optional ? 1 : -1;
    return strcmp(one->attr, two->attr);
}


static void
virtCompatFormatDeviceNames(virBuffer *buf,
                            const virtCompatFactsGroup *group)
{
    g_auto(virBuffer) names = VIR_BUFFER_INITIALIZER;
    g_autofree char *text = NULL;
    size_t i;

    for (i = 0; i < group->devices->len && i < NAMES_MAX; i++) {
        g_autofree char *title = virtCompatHostDeviceGetTitle(g_ptr_array_index(group->devices, i));

        virBufferAsprintf(&names, "%s%s", i > 0 ? ", " : "", title);
    }
    if (group->devices->len > NAMES_MAX)
        virBufferAsprintf(&names, " and %u more", group->devices->len - NAMES_MAX);

    text = virBufferContentAndReset(&names);
    virtCompatFormatComment(buf, "about", text);
}


static void
virtCompatFormatLacking(virBuffer *buf,
                        const virtCompatLacking *lacking)
{
    g_autofree char *attr = NULL;

    if (lacking->value) {
        virtCompatFormatComment(buf, lacking->attr, "as is stated of other devices here");
        virBufferEscapeString(buf, "<attr name='%s'", lacking->attr);
        virBufferEscapeString(buf, " value='%s'/>\n", lacking->value);
        return;
    }

    virtCompatFormatComment(buf, lacking->attr, lacking->hint);
    attr = g_strdup_printf("<attr name='%s' value=''/>", lacking->attr);
    virtCompatFormatComment(buf, attr, NULL);
}


static void
virtCompatFormatGroup(virBuffer *buf,
                      const virtCompatFactsGroup *group)
{
    g_auto(virBuffer) optional = VIR_BUFFER_INITIALIZER;
    g_autofree char *names = NULL;
    size_t i;

    virBufferAsprintf(buf, "<facts %s=", group->property);
    virBufferEscapeString(buf, "'%s'>\n", group->name);
    virBufferAdjustIndent(buf, 2);
    if (STREQ(group->property, "parent"))
        virtCompatFormatDeviceNames(buf, group);

    for (i = 0; i < group->lacking->len; i++) {
        const virtCompatLacking *lacking = g_ptr_array_index(group->lacking, i);

        if (!lacking->optional || lacking->value)
            virtCompatFormatLacking(buf, lacking);
        else
            virBufferAsprintf(&optional, "%s%s", virBufferUse(&optional) > 0 ? ", " : "",
                              lacking->attr);
    }
    if ((names = virBufferContentAndReset(&optional)))
        virtCompatFormatComment(buf, "can be stated as well", names);

    virBufferAdjustIndent(buf, -2);
    virBufferAddLit(buf, "</facts>\n");
}


/* Comments are for those who edit the file; it is the same in all languages. */
static char *
virtCompatFormatFacts(GPtrArray *groups,
                      GPtrArray *unread)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < unread->len; i++) {
        const virtCompatHostDevice *device = g_ptr_array_index(unread, i);

        virtCompatFormatComment(&buf, device->name,
                                "could not be read, what can be stated of it is not known");
    }

    if (groups->len == 0) {
        if (unread->len == 0)
            virBufferAddLit(&buf, "<!-- There is nothing to state about the devices of this "
                            "host. -->\n");
        virBufferAddLit(&buf, "<nodedevCompatFacts/>\n");
        return virBufferContentAndReset(&buf);
    }

    virBufferAddLit(&buf, "<!-- What rules name about devices of this host, and no source has. "
                    "Fill in values,\n     remove the comment marks around these lines, and put "
                    "the file into\n     /etc/libvirt/nodedev-compat. See "
                    "libvirt-nodedev-compat(5). -->\n<nodedevCompatFacts>\n");
    virBufferAdjustIndent(&buf, 2);
    for (i = 0; i < groups->len; i++)
        virtCompatFormatGroup(&buf, g_ptr_array_index(groups, i));
    virBufferAdjustIndent(&buf, -2);
    virBufferAddLit(&buf, "</nodedevCompatFacts>\n");

    return virBufferContentAndReset(&buf);
}


static virJSONValue *
virtCompatFactsGroupToJSON(const virtCompatFactsGroup *group)
{
    virJSONValue *object = virJSONValueNewObject();
    virJSONValue *devices = virJSONValueNewArray();
    virJSONValue *attributes = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < group->devices->len; i++) {
        g_autofree char *title = virtCompatHostDeviceGetTitle(g_ptr_array_index(group->devices, i));

        virNodeDeviceCompatJSONAppend(devices, virNodeDeviceCompatJSONNewText(title));
    }

    for (i = 0; i < group->lacking->len; i++) {
        const virtCompatLacking *lacking = g_ptr_array_index(group->lacking, i);
        virJSONValue *attr = virJSONValueNewObject();

        virNodeDeviceCompatJSONAddText(attr, "name", lacking->attr);
        virNodeDeviceCompatJSONAddText(attr, "value", lacking->value);
        virNodeDeviceCompatJSONAddFlag(attr, "required", !lacking->optional);
        virNodeDeviceCompatJSONAddText(attr, "hint", lacking->hint);
        virNodeDeviceCompatJSONAppend(attributes, attr);
    }

    virNodeDeviceCompatJSONAddText(object, "scope", group->property);
    virNodeDeviceCompatJSONAddText(object, "name", group->name);
    virNodeDeviceCompatJSONAdd(object, "devices", devices);
    virNodeDeviceCompatJSONAdd(object, "attributes", attributes);
    return object;
}


static int
virtCompatPrintFactsJSON(GPtrArray *groups,
                         GPtrArray *unread)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_FACTS);
    virJSONValue *array = virJSONValueNewArray();
    virJSONValue *causes = virJSONValueNewArray();
    size_t i;

    virNodeDeviceCompatJSONAddCategory(document,
                                       unread->len > 0 ?
                                       VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN :
                                       VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS);

    for (i = 0; i < groups->len; i++)
        virNodeDeviceCompatJSONAppend(array, virtCompatFactsGroupToJSON(g_ptr_array_index(groups, i)));

    for (i = 0; i < unread->len; i++) {
        const virtCompatHostDevice *device = g_ptr_array_index(unread, i);
        g_autofree char *text = g_strdup_printf("%s: %s", device->name, NULLSTR(device->cause));

        virNodeDeviceCompatJSONAppend(causes, virNodeDeviceCompatJSONNewText(text));
    }

    virNodeDeviceCompatJSONAdd(document, "facts", array);
    virNodeDeviceCompatJSONAdd(document, "unread", causes);
    return virtCompatPrintJSON(document);
}


/* Whether libvirt would take the file: names in a copied tree can be anything. */
static int
virtCompatCheckFacts(const char *text)
{
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();

    return virNodeDeviceCompatFactsAddXML(facts, text, "facts");
}


/* Writes a new file, or to standard output. */
static int
virtCompatWriteFacts(const char *path,
                     const char *text)
{
    VIR_AUTOCLOSE fd = -1;

    if (!path) {
        printf("%s", text);
        return 0;
    }

    if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)) < 0 ||
        safewrite(fd, text, strlen(text)) < 0 ||
        VIR_CLOSE(fd) < 0) {
        virReportSystemError(errno, _("cannot write '%1$s'"), path);
        return -1;
    }

    return 0;
}


/**
 * virtCompatFacts:
 * @opts: options
 * @noperands: number of operands
 * @operands: devices; all of the machine if there is none
 *
 * Prints, or writes to a new file, a document of facts to be completed.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatFacts(const virtCompatOptions *opts,
                int noperands,
                char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(GPtrArray) devices = NULL;
    g_autoptr(GPtrArray) groups =
        g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatFactsGroupFree);
    g_autoptr(GPtrArray) unread = g_ptr_array_new();
    g_autofree char *text = NULL;
    virtCompatLookup lookup;
    int status;
    size_t i;

    if (virtCompatLoadFiles(opts->rules, opts->root, &files) < 0)
        return EXIT_FAILURE;
    lookup = virtCompatGetLookup(opts, opts->root, &files);

    if (!(devices = virtCompatHostFind(noperands, operands, &lookup, true)))
        return EXIT_FAILURE;

    for (i = 0; i < devices->len; i++) {
        virtCompatHostDevice *device = g_ptr_array_index(devices, i);

        if (!device->compat) {
            VIR_WARN("'%s' could not be read, what can be stated of it is not known: %s",
                     device->name, NULLSTR(device->cause));
            g_ptr_array_add(unread, device);
            continue;
        }

        if (noperands == 0 && !virtCompatHostDeviceIsForGuests(device))
            continue;
        virtCompatFactsAddNeeded(groups, device, devices, files.rules);
        virtCompatFactsAddOptional(groups, device, files.rules);
    }
    for (i = 0; i < groups->len; i++) {
        virtCompatFactsGroup *group = g_ptr_array_index(groups, i);

        virtCompatFactsFillIn(group, devices);
        g_ptr_array_sort(group->lacking, virtCompatLackingOrder);
    }

    status = unread->len > 0 ? VSH_NODEDEV_COMPAT_EXIT_UNKNOWN : EXIT_SUCCESS;
    if (opts->json)
        return virtCompatPrintFactsJSON(groups, unread) < 0 ? EXIT_FAILURE : status;

    text = virtCompatFormatFacts(groups, unread);
    if (virtCompatCheckFacts(text) < 0 ||
        virtCompatWriteFacts(opts->output, text) < 0)
        return EXIT_FAILURE;

    return status;
}
