/*
 * nodedev_compat_facts.c: what an administrator states about devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_facts.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_document.h"
#include "nodedev_compat_value.h"
#include "viralloc.h"
#include "virerror.h"
#include "virpci.h"
#include "viruuid.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

G_DEFINE_TYPE(virNodeDeviceCompatFacts, vir_node_device_compat_facts, G_TYPE_OBJECT);


static void
virNodeDeviceCompatFactGroupClear(void *opaque)
{
    virNodeDeviceCompatFactGroup *group = opaque;

    g_free(group->device);
    g_free(group->parent);
    virNodeDeviceCompatCriteriaClear(&group->criteria);
    g_clear_object(&group->compat);
    g_free(group->origin);
}


/* Sets share groups: this gives up one reference. */
void
virNodeDeviceCompatFactGroupUnref(virNodeDeviceCompatFactGroup *group)
{
    if (group)
        g_atomic_rc_box_release_full(group, virNodeDeviceCompatFactGroupClear);
}


static void
vir_node_device_compat_facts_init(virNodeDeviceCompatFacts *facts)
{
    facts->names = g_hash_table_new(g_str_hash, g_str_equal);
}


static void
vir_node_device_compat_facts_finalize(GObject *object)
{
    virNodeDeviceCompatFacts *facts = VIR_NODE_DEVICE_COMPAT_FACTS(object);
    size_t i;

    /* they belong to the groups */
    g_hash_table_unref(facts->names);
    for (i = 0; i < facts->ngroups; i++)
        virNodeDeviceCompatFactGroupUnref(facts->groups[i]);
    g_free(facts->groups);

    G_OBJECT_CLASS(vir_node_device_compat_facts_parent_class)->finalize(object);
}


static void
vir_node_device_compat_facts_class_init(virNodeDeviceCompatFactsClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = vir_node_device_compat_facts_finalize;
}


virNodeDeviceCompatFacts *
virNodeDeviceCompatFactsNew(void)
{
    return g_object_new(VIR_TYPE_NODE_DEVICE_COMPAT_FACTS, NULL);
}


/* The name in sysfs of the PCI function at the address @text, or NULL if that is no
 * address. Vendors' tools write the domain with eight digits, or leave it out. */
static char *
virNodeDeviceCompatFactsParseAddress(const char *text)
{
    static const char shape[] = "^([0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]$";
    g_autofree char *full = NULL;
    virPCIDeviceAddress address = { 0 };

    if (!g_regex_match_simple(shape, text, G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0))
        return NULL;

    full = g_strdup_printf("%s%s", strchr(text, ':') == strrchr(text, ':') ? "0:" : "", text);
    if (virPCIDeviceAddressParse(full, &address) < 0 ||
        !virPCIDeviceAddressIsValid(&address, false))
        return NULL;

    return virPCIDeviceAddressAsString(&address);
}


/* The name in sysfs of the device in the property 'device' of @node, if it has one */
static int
virNodeDeviceCompatFactsParseDevice(xmlNodePtr node,
                                    const char *filename,
                                    char **ret_device)
{
    g_autofree char *name = virXMLPropString(node, "device");
    unsigned char uuid[VIR_UUID_BUFLEN];
    char canonical[VIR_UUID_STRING_BUFLEN];

    if (!name ||
        (*ret_device = virNodeDeviceCompatFactsParseAddress(name)))
        return 0;

    if (virUUIDParse(name, uuid) < 0) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$.64s' is neither the UUID of a mediated device nor a PCI address"),
                                         name);
        return -1;
    }

    *ret_device = g_strdup(virUUIDFormat(uuid, canonical));
    return 0;
}


/* The same for the property 'parent'. A parent can be on any bus, or on none, so that
 * its name can take many forms; but one with a colon is on PCI. */
static int
virNodeDeviceCompatFactsParseParent(xmlNodePtr node,
                                    const char *filename,
                                    char **ret_parent)
{
    g_autofree char *name = virXMLPropString(node, "parent");

    if (!name ||
        (*ret_parent = virNodeDeviceCompatFactsParseAddress(name)))
        return 0;

    if (!virNodeDeviceCompatNameIsValid(name) || STRPREFIX(name, "pci_")) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$.64s' is neither a PCI address nor a name that a device has in sysfs"),
                                         name);
        return -1;
    }

    *ret_parent = g_steal_pointer(&name);
    return 0;
}


/* The kernel always knows these, so that no fact can change them. */
static bool
virNodeDeviceCompatFactsIsReserved(const char *name)
{
    return STREQ(name, VIR_NODE_DEVICE_COMPAT_DEVICE_API) ||
           STREQ(name, VIR_NODE_DEVICE_COMPAT_TYPE);
}


/* Adds <attr> to @accepts or, if that is NULL, to the device's own attributes. */
static int
virNodeDeviceCompatFactsParseAttr(virNodeDeviceCompat *compat,
                                  virNodeDeviceCompatAttrs *accepts,
                                  xmlNodePtr node,
                                  const char *filename)
{
    static const char *const properties[] = { "name", "value", NULL };
    g_autofree char *found = virXMLPropString(node, "name");
    g_autofree char *value = virXMLPropString(node, "value");
    const char *name = found ? virNodeDeviceCompatAttrCanonicalName(found) : "";
    virNodeDeviceCompatAttr *attr;

    if (virNodeDeviceCompatDocumentCheck(filename, node, properties, NULL) < 0)
        return -1;

    if (!virNodeDeviceCompatNameIsValid(name) || virNodeDeviceCompatAttrIsMark(name)) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$.32s' is not the name of an attribute"), name);
        return -1;
    }

    if (!accepts && virNodeDeviceCompatFactsIsReserved(name)) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$s' is what the kernel says, and no fact changes it"),
                                         name);
        return -1;
    }

    /* what was copied from the output of a tool; no value has blanks at its ends */
    if (value)
        g_strstrip(value);

    if (!value || !virNodeDeviceCompatValueIsPrintable(value)) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("the value of '%1$s' must be 1 to %2$d printable ASCII characters"),
                                         name, VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
        return -1;
    }

    if (virNodeDeviceCompatAttrsFind(accepts ? accepts : &compat->self, name)) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$s' is given twice"), name);
        return -1;
    }

    if (!(attr = virNodeDeviceCompatAdd(compat, accepts, name, value))) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("more than %1$d facts about a device"),
                                         VIR_NODE_DEVICE_COMPAT_ATTRS_MAX);
        return -1;
    }

    /* the value is not shown, as it could hold a password */
    if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("the value of '%1$s' is malformed"), name);
        return -1;
    }

    return 0;
}


static int
virNodeDeviceCompatFactsParseAccepts(virNodeDeviceCompat *compat,
                                     xmlNodePtr parent,
                                     const char *filename)
{
    static const char *const children[] = { "attr", NULL };
    virNodeDeviceCompatAttrs *accepts = virNodeDeviceCompatAddAlternative(compat);
    xmlNodePtr node;

    if (virNodeDeviceCompatDocumentCheck(filename, parent, NULL, children) < 0)
        return -1;

    if (!accepts) {
        virNodeDeviceCompatDocumentError(filename, parent,
                                         _("more than %1$d <accepts> elements"),
                                         VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX);
        return -1;
    }

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (virNodeDeviceCompatFactsParseAttr(compat, accepts, node, filename) < 0)
            return -1;
    }

    if (accepts->nattrs == 0) {
        virNodeDeviceCompatDocumentError(filename, parent, "%s",
                                         _("<accepts> does not say what is accepted"));
        return -1;
    }

    return 0;
}


static int
virNodeDeviceCompatFactsParseCriteria(virNodeDeviceCompatFactGroup *group,
                                      xmlNodePtr node,
                                      const char *filename)
{
    if (virNodeDeviceCompatFactsParseDevice(node, filename, &group->device) < 0 ||
        virNodeDeviceCompatFactsParseParent(node, filename, &group->parent) < 0 ||
        virNodeDeviceCompatCriteriaParse(&group->criteria, node, filename) < 0)
        return -1;

    if (group->device) {
        group->rank = VIR_NODE_DEVICE_COMPAT_FACTS_OF_DEVICE;
    } else if (group->parent) {
        group->rank = VIR_NODE_DEVICE_COMPAT_FACTS_OF_PARENT;
    } else if (!virNodeDeviceCompatCriteriaIsEmpty(&group->criteria)) {
        group->rank = VIR_NODE_DEVICE_COMPAT_FACTS_OF_KIND;
    } else {
        virNodeDeviceCompatDocumentError(filename, node, "%s",
                                         _("a group of facts must say which devices it is about"));
        return -1;
    }

    return 0;
}


static virNodeDeviceCompatFactGroup *
virNodeDeviceCompatFactsParseGroup(xmlNodePtr parent,
                                   const char *filename)
{
    static const char *const properties[] = {
        "device", "parent", "deviceAPI", "type", "driver", "vendor", "class", NULL
    };
    static const char *const children[] = { "attr", "accepts", NULL };
    g_autoptr(virNodeDeviceCompatFactGroup) group = g_atomic_rc_box_new0(virNodeDeviceCompatFactGroup);
    xmlNodePtr node;

    if (virNodeDeviceCompatDocumentCheck(filename, parent, properties, children) < 0 ||
        virNodeDeviceCompatFactsParseCriteria(group, parent, filename) < 0)
        return NULL;

    group->origin = g_strdup_printf("%s:%ld", filename, xmlGetLineNo(parent));
    group->compat = virNodeDeviceCompatNew();

    /* the device's own attributes first, see virNodeDeviceCompatAdd() */
    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (virXMLNodeNameEqual(node, "attr") &&
            virNodeDeviceCompatFactsParseAttr(group->compat, NULL, node, filename) < 0)
            return NULL;
    }

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (virXMLNodeNameEqual(node, "accepts") &&
            virNodeDeviceCompatFactsParseAccepts(group->compat, node, filename) < 0)
            return NULL;
    }

    return g_steal_pointer(&group);
}


/**
 * virNodeDeviceCompatFactsAddGroups:
 * @facts: set of facts to add to
 * @ngroups: number of groups
 * @groups: groups, of which @facts takes a reference
 *
 * Adds the groups behind those that are there.
 */
void
virNodeDeviceCompatFactsAddGroups(virNodeDeviceCompatFacts *facts,
                                  size_t ngroups,
                                  virNodeDeviceCompatFactGroup *const *groups)
{
    size_t i;
    size_t j;

    for (i = 0; i < ngroups; i++) {
        virNodeDeviceCompatFactGroup *group = g_atomic_rc_box_acquire(groups[i]);

        for (j = 0; j < group->compat->self.nattrs; j++)
            g_hash_table_add(facts->names, group->compat->self.attrs[j]->name);
        if (group->compat->naccepts > 0)
            facts->accepts = true;

        VIR_APPEND_ELEMENT(facts->groups, facts->ngroups, group);
    }
}


/**
 * virNodeDeviceCompatFactsAreAbout:
 * @facts: set of facts
 * @name: canonical name of an attribute, or NULL for what devices accept
 *
 * Returns true if any of them is about that, of whatever device.
 */
bool
virNodeDeviceCompatFactsAreAbout(const virNodeDeviceCompatFacts *facts,
                                 const char *name)
{
    return name ? g_hash_table_contains(facts->names, name) : facts->accepts;
}


/**
 * virNodeDeviceCompatFactsAddNode:
 * @facts: set of facts to add to
 * @root: <nodedevCompatFacts>
 * @filename: what to call the document in errors
 *
 * Adds all facts of the document, or none.
 *
 * Returns 0 on success, -1 with an error reported that gives file, line and cause.
 */
int
virNodeDeviceCompatFactsAddNode(virNodeDeviceCompatFacts *facts,
                                xmlNodePtr root,
                                const char *filename)
{
    g_autoptr(virNodeDeviceCompatFacts) added = virNodeDeviceCompatFactsNew();
    xmlNodePtr node;

    if (virNodeDeviceCompatDocumentCheckRoot(filename, root, "nodedevCompatFacts", "facts") < 0)
        return -1;

    for (node = xmlFirstElementChild(root); node; node = xmlNextElementSibling(node)) {
        virNodeDeviceCompatFactGroup *group;

        if (!(group = virNodeDeviceCompatFactsParseGroup(node, filename)))
            return -1;
        VIR_APPEND_ELEMENT(added->groups, added->ngroups, group);
    }

    virNodeDeviceCompatFactsAddGroups(facts, added->ngroups, added->groups);
    return 0;
}


/**
 * virNodeDeviceCompatFactsAddXML:
 * @facts: set of facts to add to
 * @xml: a <nodedevCompatFacts> document
 * @filename: what to call it in errors
 *
 * Adds all facts of the document, or none.
 *
 * Returns 0 on success, -1 with an error reported that gives file, line and cause.
 */
int
virNodeDeviceCompatFactsAddXML(virNodeDeviceCompatFacts *facts,
                               const char *xml,
                               const char *filename)
{
    g_autoptr(xmlDoc) doc = virNodeDeviceCompatDocumentParseFile(xml, filename);

    if (!doc)
        return -1;

    return virNodeDeviceCompatFactsAddNode(facts, xmlDocGetRootElement(doc), filename);
}


/* Sets *ret_rank to how specific @group is about the device with these names. Returns
 * false if it is about another one. */
static bool
virNodeDeviceCompatFactGroupGetRank(const virNodeDeviceCompatFactGroup *group,
                                    const virNodeDeviceCompatFactNames *names,
                                    virNodeDeviceCompatFactsRank *ret_rank)
{
    *ret_rank = group->rank;

    if (group->device && STRNEQ_NULLABLE(group->device, names->device))
        return false;

    if (!group->parent || STREQ_NULLABLE(group->parent, names->parent))
        return true;

    if (group->rank == VIR_NODE_DEVICE_COMPAT_FACTS_OF_PARENT)
        *ret_rank = VIR_NODE_DEVICE_COMPAT_FACTS_OF_PHYSICAL;
    return STREQ_NULLABLE(group->parent, names->physical);
}


/**
 * virNodeDeviceCompatFactsFind:
 * @facts: set of facts
 * @compat: descriptor of a device without facts
 * @names: what it is called
 * @budget: what looking for them can cost
 *
 * Returns the groups of facts about the device, each as a virNodeDeviceCompatFactMatch, the
 * most specific first, or NULL if there is too much to look at. The groups themselves are
 * owned by @facts.
 */
GPtrArray *
virNodeDeviceCompatFactsFind(const virNodeDeviceCompatFacts *facts,
                             const virNodeDeviceCompat *compat,
                             const virNodeDeviceCompatFactNames *names,
                             virNodeDeviceCompatBudget *budget)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    int rank;
    size_t i;

    for (rank = VIR_NODE_DEVICE_COMPAT_FACTS_OF_DEVICE;
         rank <= VIR_NODE_DEVICE_COMPAT_FACTS_OF_KIND; rank++) {
        for (i = 0; i < facts->ngroups; i++) {
            virNodeDeviceCompatFactMatch match = { .group = facts->groups[i] };

            if (virNodeDeviceCompatFactGroupGetRank(match.group, names, &match.rank) &&
                match.rank == rank &&
                virNodeDeviceCompatCriteriaFit(&match.group->criteria, compat, budget)) {
                virNodeDeviceCompatFactMatch *copy = g_new0(virNodeDeviceCompatFactMatch, 1);

                *copy = match;
                g_ptr_array_add(found, copy);
            }
        }
    }

    if (virNodeDeviceCompatBudgetIsSpent(budget))
        return NULL;

    return g_steal_pointer(&found);
}
