/*
 * nodedevcompatsourcestest.c: the table of sources of evidence, and what is from where
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/nodedev_compat_facts.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FUNCTION "P/vendor 0x8086\nP/device 0x10ca\nP/iommu_group @dir\n"
#define FACTS(content) "<nodedevCompatFacts>\n" content "</nodedevCompatFacts>"
#define OF(match, content) "<facts " match ">" content "</facts>\n"
#define ME "device='" UUID "'"
#define X "<attr name='x' value='1'/>"

/* Where an attribute of a device is from; "-" if it has no such attribute. A name behind a
 * + is that of an attribute in what the device accepts. */
static const struct testOrigin {
    const char *name;
    const char *dir;
    const char *tree;
    const char *facts;
    const char *attr;
    const char *expect;
} origins[] = {
    { "mdev type", PARENT "/" UUID, BASE, "", "type", "published" },
    { "type of a function", PARENT, FUNCTION, "", "type", "function" },
    { "PCI id of a function", PARENT, FUNCTION, "", "pci_id", "function" },
    { "PCI id of a parent", PARENT "/" UUID, BASE "P/vendor 0x8086\nP/device 0x591d", "",
      "pci_id", "mdev" },
    { "PCI id that is published", PARENT "/" UUID,
      BASE "P/vendor 0x8086\nP/device 0x591d\nT/pci_id 8086:5931", "", "pci_id", "published" },
    { "driver of a type", PARENT "/mdev_supported_types/t1", BASE, "", "driver", "driver" },
    { "what cannot be read", PARENT, FUNCTION "P/revision @fail EIO", "", "pci_revision",
      "function" },
    { "nothing", PARENT, FUNCTION, "", "x", "-" },
    { "list that is published", PARENT "/" UUID, BASE "D/migration/compatible/x 1", "", "+x",
      "published" },
    { "fact", PARENT "/" UUID, BASE, OF(ME, X), "x", "dir/f.xml:2" },
    { "fact of the second group", PARENT "/" UUID, BASE, OF("vendor='10de'", X) OF(ME, X), "x",
      "dir/f.xml:3" },
    { "fact of the closer group", PARENT "/" UUID, BASE, OF("type='t1'", X) OF(ME, X), "x",
      "dir/f.xml:3" },
    { "facts that differ", PARENT "/" UUID, BASE,
      OF(ME, X) OF(ME, "<attr name='x' value='2'/>"), "x", "dir/f.xml:2" },
    { "fact and what is published", PARENT "/" UUID, BASE "D/migration/self/x 1", OF(ME, X), "x",
      "published" },
    { "list by a fact", PARENT "/" UUID, BASE, OF(ME, ACCEPTS(X)), "+x", "dir/f.xml:2" },
};


static int
testOrigin(const void *opaque)
{
    const struct testOrigin *data = opaque;
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autofree char *xml = g_strdup_printf(FACTS("%s"), data->facts);
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autoptr(virNodeDeviceCompat) copy = NULL;
    g_autofree char *actual = NULL;
    const virNodeDeviceCompatAttr *attr;

    if (virNodeDeviceCompatFactsAddXML(facts, xml, "dir/f.xml") < 0)
        return -1;

    compat = testReadWithFacts(root, data->dir, facts);
    if (data->attr[0] == '+')
        attr = virNodeDeviceCompatAttrsFind(compat->accepts[0], data->attr + 1);
    else
        attr = virNodeDeviceCompatAttrsFind(&compat->self, data->attr);

    if (testExpectString(data->expect, attr ? attr->origin : "-") < 0)
        return -1;

    /* it is for people at this host, and no part of the descriptor */
    actual = testFormatTight(compat);
    if (strstr(actual, "f.xml") || strstr(actual, "published"))
        return testFail("expected no origin in '%s'", actual);

    /* a copy has its own */
    copy = virNodeDeviceCompatCopySelf(compat);
    g_clear_object(&compat);
    if (data->attr[0] == '+')
        return 0;
    attr = virNodeDeviceCompatAttrsFind(&copy->self, data->attr);
    return testExpectString(data->expect, attr ? attr->origin : "-");
}


static int
testTable(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    const virNodeDeviceCompatSource *source;
    size_t i;

    for (i = 0; (source = virNodeDeviceCompatSourceGet(i)); i++) {
        g_auto(GStrv) attrs = g_strsplit(source->attrs, " ", -1);
        size_t j;

        if (!g_hash_table_add(names, (void *) source->name))
            return testFail("'%s' is there twice", source->name);

        if (source->kinds == 0)
            return testFail("'%s' is about no device", source->name);

        /* a fact's origin is told from a source by the colon */
        if (!virNodeDeviceCompatNameIsValid(source->name))
            return testFail("'%s' is not a valid name", source->name);

        for (j = 0; attrs[j]; j++) {
            if (STRNEQ(attrs[j], "*") && !virNodeDeviceCompatNameIsValid(attrs[j]))
                return testFail("'%s' of '%s' is not a valid name", attrs[j], source->name);
        }
    }

    if (virNodeDeviceCompatSourceGet(i + 1))
        return testFail("expected nothing behind the last source");

    return testExpectBool(true, i > 0);
}


static int
mymain(void)
{
    testTreeInit();

    DO_TEST(testTable, NULL, "table of sources");
    DO_TABLE_EXPECT("origin", origins, testOrigin);

    return testResult();
}

VIR_TEST_MAIN(mymain)
