/*
 * virsh-nodedev-compat-find.c: the command nodedev-find-compat
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "nodedev_compat/nodedev_compat_candidates.h"
#include "nodedev_compat/nodedev_compat_json.h"
#include "virbuffer.h"
#include "vsh-nodedev-compat.h"
#include "vsh-table.h"

/* Around each column of a table, as in vsh-table.c */
#define TABLE_GAP 3

#define NOTE_MIN_WIDTH 20

/* Before each sentence below a name */
#define INDENT "  "

/* Reasons that the line above the table has room for */
#define COMMON_MAX 3


/*
 * "nodedev-find-compat" command
 */
const vshCmdInfo info_node_device_find_compat = {
    .help = N_("find node devices on which a guest of another host can continue"),
    .desc = N_("Lists the node devices of the host, and the mdev types of which one can be "
               "created, on which a guest that uses the source device, which an XML "
               "file describes, can continue after a migration, the best first; then "
               "those of which that is unknown. The exit status is 0 if it can "
               "continue on one, 1 on error, 2 if on none and 3 if that is unknown "
               "of each."),
};

const vshCmdOptDef opts_node_device_find_compat[] = {
    VIRSH_NODEDEV_COMPAT_OPTS_SOURCE,
    {.name = "all",
     .type = VSH_OT_BOOL,
     .help = N_("list also devices and types that are incompatible or in use")
    },
    {.name = "limit",
     .type = VSH_OT_INT,
     .help = N_("print no more rows than that")
    },
    VIRSH_NODEDEV_COMPAT_OPT_VALIDATE,
    VIRSH_NODEDEV_COMPAT_OPT_CROSS_TYPE,
    VIRSH_NODEDEV_COMPAT_OPT_EXPLAIN,
    VIRSH_NODEDEV_COMPAT_OPT_XML,
    VIRSH_NODEDEV_COMPAT_OPT_JSON,
    {.name = NULL}
};


/* What there is to report on a candidate in a few words: settings and reasons */
static char *
virshNodeDeviceCompatCandidateNote(const virNodeDeviceCompatCandidate *candidate)
{
    const virNodeDeviceCompatReport *report = candidate->report;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < report->nprovisions; i++) {
        /* TRANSLATORS: an attribute that has to be set to a value */
        virBufferAsprintf(&buf, _("set %1$s='%2$s'"),
                          report->provisions[i].attr, report->provisions[i].value);
        virBufferAddLit(&buf, ", ");
    }
    for (i = 0; i < report->nreasons; i++)
        virBufferAsprintf(&buf, "%s (%s), ", report->reasons[i]->attr, report->reasons[i]->code);
    virBufferTrim(&buf, ", ");

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


/* The sentences of all reasons that are at least as severe as @severity, one a line */
static char *
virshNodeDeviceCompatCandidateMessages(const virNodeDeviceCompatCandidate *candidate,
                                       virNodeDeviceCompatSeverity severity)
{
    const virNodeDeviceCompatReport *report = candidate->report;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        if (report->reasons[i]->severity <= severity)
            virBufferAsprintf(&buf, INDENT "%s\n", report->reasons[i]->message);
    }

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


/* Candidates of which the same is to be said, as one row: a type on several parents, or
 * devices that a guest cannot have as they are */
typedef struct _virshNodeDeviceCompatGroup virshNodeDeviceCompatGroup;
struct _virshNodeDeviceCompatGroup {
    const virNodeDeviceCompatCandidate *first;
    size_t candidates;
    char *note;
    char *messages;
};

static void
virshNodeDeviceCompatGroupFree(virshNodeDeviceCompatGroup *group)
{
    g_free(group->note);
    g_free(group->messages);
    g_free(group);
}


static virshNodeDeviceCompatGroup *
virshNodeDeviceCompatGroupNew(const virNodeDeviceCompatCandidate *candidate)
{
    virshNodeDeviceCompatGroup *group = g_new0(virshNodeDeviceCompatGroup, 1);

    group->first = candidate;
    group->candidates = 1;
    group->note = virshNodeDeviceCompatCandidateNote(candidate);
    group->messages = virshNodeDeviceCompatCandidateMessages(candidate,
                                                             VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING);
    return group;
}


/* Node devices of one kind are called alike. */
static bool
virshNodeDeviceCompatGroupIsOfKind(const virshNodeDeviceCompatGroup *group,
                                   const virshNodeDeviceCompatGroup *other)
{
    size_t kind = strcspn(group->first->name, "_");

    return kind == strcspn(other->first->name, "_") &&
           STREQLEN(group->first->name, other->first->name, kind);
}


static bool
virshNodeDeviceCompatGroupTakes(const virshNodeDeviceCompatGroup *group,
                                const virshNodeDeviceCompatGroup *other)
{
    bool fits = group->first->report->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL ||
                group->first->report->verdict == VIR_NODE_DEVICE_COMPAT_SUPERSET;

    return (group->first->type ||
            (!fits && virshNodeDeviceCompatGroupIsOfKind(group, other))) &&
           STREQ_NULLABLE(group->first->type, other->first->type) &&
           group->first->state == other->first->state &&
           group->first->report->verdict == other->first->report->verdict &&
           STREQ(group->note, other->note) &&
           STREQ(group->messages, other->messages);
}


/* Groups in the order of their best candidates */
static GPtrArray *
virshNodeDeviceCompatGroupCandidates(const virNodeDeviceCompatCandidates *list)
{
    GPtrArray *groups =
        g_ptr_array_new_with_free_func((GDestroyNotify) virshNodeDeviceCompatGroupFree);
    size_t i;
    size_t j;

    for (i = 0; i < list->ncandidates; i++) {
        virshNodeDeviceCompatGroup *group = virshNodeDeviceCompatGroupNew(list->candidates[i]);

        for (j = 0; j < groups->len; j++) {
            if (virshNodeDeviceCompatGroupTakes(g_ptr_array_index(groups, j), group))
                break;
        }

        if (j == groups->len) {
            g_ptr_array_add(groups, group);
        } else {
            ((virshNodeDeviceCompatGroup *) g_ptr_array_index(groups, j))->candidates++;
            virshNodeDeviceCompatGroupFree(group);
        }
    }

    return groups;
}


/* What a person calls the candidates */
static char *
virshNodeDeviceCompatGroupName(const virshNodeDeviceCompatGroup *group)
{
    if (!group->first->type && group->candidates == 1)
        return g_strdup(group->first->name);

    /* TRANSLATORS: a device and how many others there are of which the same is shown */
    if (!group->first->type)
        return g_strdup_printf(_("%1$s and %2$zu more"), group->first->name,
                               group->candidates - 1);

    /* TRANSLATORS: a type of mediated devices on the devices that offer it */
    if (group->candidates > 1)
        return g_strdup_printf(_("%1$s on %2$zu parents"), group->first->type,
                               group->candidates);

    /* TRANSLATORS: a type of mediated devices on the device that offers it */
    return g_strdup_printf(_("%1$s on %2$s"), group->first->type, group->first->name);
}


static int
virshNodeDeviceCompatFormatTable(virBuffer *buf,
                                 GPtrArray *groups,
                                 bool header)
{
    g_autoptr(vshTable) table = vshTableNew(_("Verdict"), _("State"), _("Candidate"),
                                            _("Note"), NULL);
    g_autofree char *text = NULL;
    size_t fixed = strlen("incompatible") + strlen("defined") + 4 * TABLE_GAP;
    size_t width = 0;
    size_t max = vshNodeDeviceCompatGetWidth();
    size_t i;

    if (!table)
        return -1;

    for (i = 0; i < groups->len; i++) {
        g_autofree char *name = virshNodeDeviceCompatGroupName(g_ptr_array_index(groups, i));

        width = MAX(width, (size_t) g_utf8_strlen(name, -1));
    }
    max -= MIN(max, fixed + width);

    for (i = 0; i < groups->len; i++) {
        const virshNodeDeviceCompatGroup *group = g_ptr_array_index(groups, i);
        g_autofree char *name = virshNodeDeviceCompatGroupName(group);
        g_autofree char *note = vshNodeDeviceCompatCell(group->note, MAX(max, NOTE_MIN_WIDTH));

        if (vshTableRowAppend(table,
                              virNodeDeviceCompatResultTypeToString(group->first->report->verdict),
                              virNodeDeviceCompatStateTypeToString(group->first->state),
                              name, note, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, header)))
        return -1;

    virBufferAsprintf(buf, "\n%s", text);
    return 0;
}


static void
virshNodeDeviceCompatFormatExplanations(virBuffer *buf,
                                        GPtrArray *groups)
{
    size_t i;

    for (i = 0; i < groups->len; i++) {
        const virshNodeDeviceCompatGroup *group = g_ptr_array_index(groups, i);
        g_autofree char *name = virshNodeDeviceCompatGroupName(group);

        if (*group->messages)
            virBufferAsprintf(buf, "\n%s:\n%s", name, group->messages);
    }
}


static bool
virshNodeDeviceCompatGroupIsUnknown(const virshNodeDeviceCompatGroup *group)
{
    return group->first->state != VIR_NODE_DEVICE_COMPAT_STATE_USED &&
           group->first->report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN;
}


/* The candidate whose reasons are those of all candidates that are unknown, or NULL if
 * they have different ones. @ret_reasons is set to these, as one line each. */
static const virNodeDeviceCompatCandidate *
virshNodeDeviceCompatFindCommon(GPtrArray *groups,
                                char **ret_reasons)
{
    const virNodeDeviceCompatCandidate *common = NULL;
    g_autofree char *reasons = NULL;
    size_t i;

    for (i = 0; i < groups->len; i++) {
        const virshNodeDeviceCompatGroup *group = g_ptr_array_index(groups, i);
        g_autofree char *messages = NULL;

        if (!virshNodeDeviceCompatGroupIsUnknown(group))
            continue;

        messages = virshNodeDeviceCompatCandidateMessages(group->first,
                                                          VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN);
        if (common && STRNEQ(messages, reasons))
            return NULL;

        common = group->first;
        g_free(reasons);
        reasons = g_steal_pointer(&messages);
    }

    *ret_reasons = g_steal_pointer(&reasons);
    return common;
}


/* The names of the attributes that make @candidate unknown */
static char *
virshNodeDeviceCompatGetUnknownAttrs(const virNodeDeviceCompatCandidate *candidate)
{
    const virNodeDeviceCompatReport *report = candidate->report;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        if (report->reasons[i]->severity <= VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN)
            virBufferAsprintf(&buf, "%s, ", report->reasons[i]->attr);
    }
    virBufferTrim(&buf, ", ");

    return virBufferContentAndReset(&buf);
}


/* How many candidates are unknown, and, if there is one answer for all of them, what it
 * depends on and why it is unknown */
static void
virshNodeDeviceCompatFormatUnknown(virBuffer *buf,
                                   const virNodeDeviceCompatCandidates *list,
                                   GPtrArray *groups)
{
    g_autofree char *reasons = NULL;
    g_autofree char *attrs = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    const virNodeDeviceCompatCandidate *common = virshNodeDeviceCompatFindCommon(groups, &reasons);

    if (common && *reasons) {
        lines = g_strsplit(reasons + strlen(INDENT), "\n" INDENT, COMMON_MAX + 1);
        if (g_strv_length(lines) <= COMMON_MAX)
            attrs = virshNodeDeviceCompatGetUnknownAttrs(common);
    }

    if (!attrs) {
        if (list->unknown == 1)
            virBufferAdd(buf, _("1 is unknown"), -1);
        else
            virBufferAsprintf(buf, _("%1$zu are unknown"), list->unknown);
        return;
    }

    text = g_strchomp(g_strjoinv("; ", lines));
    /* TRANSLATORS: a candidate, if attributes are as on the source; why that is unknown */
    if (list->unknown == 1)
        virBufferAsprintf(buf, _("1 can if this is as on the source: %1$s; unknown: %2$s"),
                          attrs, text);
    else
        virBufferAsprintf(buf, _("%1$zu can if this is as on the source: %2$s; unknown: %3$s"),
                          list->unknown, attrs, text);
}


/* How many of the candidates a guest can have */
static void
virshNodeDeviceCompatFormatCounts(virBuffer *buf,
                                  const virNodeDeviceCompatCandidates *list,
                                  GPtrArray *groups)
{
    if (list->found == 0 && list->unknown == 0)
        virBufferAdd(buf, _("No candidate can take the guest"), -1);
    else if (list->found == 1)
        virBufferAdd(buf, _("1 candidate can take the guest"), -1);
    else
        virBufferAsprintf(buf, _("%1$zu candidates can take the guest"), list->found);

    if (list->unknown > 0) {
        virBufferAddLit(buf, "; ");
        virshNodeDeviceCompatFormatUnknown(buf, list, groups);
    }

    virBufferAddLit(buf, "\n");
}


static char *
virshNodeDeviceCompatFormatCandidates(const virNodeDeviceCompatCandidates *list,
                                      const virshNodeDeviceCompatSource *source,
                                      unsigned int limit,
                                      unsigned int show)
{
    g_autoptr(GPtrArray) groups = virshNodeDeviceCompatGroupCandidates(list);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t hidden = groups->len > limit ? groups->len - limit : 0;

    virshNodeDeviceCompatFormatCounts(&buf, list, groups);
    g_ptr_array_set_size(groups, groups->len - hidden);
    if (source->inferred)
        virBufferAsprintf(&buf, "%s\n", vshNodeDeviceCompatInferredNote());

    if (groups->len > 0 &&
        virshNodeDeviceCompatFormatTable(&buf, groups,
                                         !!(show & VSH_NODEDEV_COMPAT_HEADER)) < 0)
        return NULL;

    if (show & VSH_NODEDEV_COMPAT_EXPLAIN)
        virshNodeDeviceCompatFormatExplanations(&buf, groups);

    if (hidden > 0) {
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Rows that are not shown: %1$zu"), hidden);
        virBufferAddLit(&buf, "\n");
    }

    if (list->omitted > 0) {
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Candidates left out for lack of space or time: %1$zu"), list->omitted);
        virBufferAddLit(&buf, "\n");
    }

    return virBufferContentAndReset(&buf);
}


static virNodeDeviceCompatResult
virshNodeDeviceCompatGetAnswer(const virNodeDeviceCompatCandidates *list)
{
    if (list->found > 0)
        return VIR_NODE_DEVICE_COMPAT_SUPERSET;
    if (list->unknown > 0)
        return VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    return VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
}


bool
cmdNodeDeviceFindCompat(vshControl *ctl, const vshCmd *cmd)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    g_auto(virshNodeDeviceCompatSource) source = { 0 };
    g_autofree char *listXML = NULL;
    g_autofree char *text = NULL;
    unsigned int flags = 0;
    unsigned int limit = UINT_MAX;
    virshControl *priv = ctl->privData;

    VSH_EXCLUSIVE_OPTIONS("xml", "json");

    if (vshCommandOptBool(cmd, "all"))
        flags |= VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL;
    if (vshCommandOptBool(cmd, "validate"))
        flags |= VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML;
    if (vshCommandOptBool(cmd, "cross-type"))
        flags |= VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE;

    if (vshCommandOptUInt(ctl, cmd, "limit", &limit) < 0 ||
        virshNodeDeviceCompatReadSource(ctl, cmd, &source) < 0)
        return false;

    if (!(listXML = virConnectFindCompatNodeDevices(priv->conn, source.xml, flags))) {
        vshError(ctl, _("Failed to find node devices for '%1$s'"), source.given);
        return false;
    }

    if (!(list = virNodeDeviceCompatCandidatesParse(listXML))) {
        vshError(ctl, "%s", _("Failed to parse the list of the daemon"));
        return false;
    }

    if (vshCommandOptBool(cmd, "xml"))
        text = g_steal_pointer(&listXML);
    else if (vshCommandOptBool(cmd, "json"))
        text = virNodeDeviceCompatCandidatesFormatJSON(list);
    else
        text = virshNodeDeviceCompatFormatCandidates(list, &source, limit,
                                                     virshNodeDeviceCompatGetShow(ctl, cmd));
    if (!text)
        return false;
    vshPrint(ctl, "%s", text);

    virshNodeDeviceCompatSetAnswer(cmd, vshNodeDeviceCompatGetExitStatus(virshNodeDeviceCompatGetAnswer(list)));
    return true;
}
