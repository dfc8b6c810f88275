/*
 * domainhostdevcompatchangetest.c: whether a device has changed since it was compared
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "conf/nodedev_compat_xml.h"
#include "hypervisor/domain_hostdev_compat_change.h"
#include "nodedevcompatframe.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* A device then and now, and the facts of the administrator at both times */
struct testChange {
    const char *name;
    const char *old;
    const char *new;
    const char *oldFacts;
    const char *newFacts;
    const char *expect;         /* what changed, or "-" */
    bool asked;                 /* it is worth looking */
};

#define KERNEL "<deviceAPI>vfio-pci</deviceAPI><type id='a'/>"
#define SIGNATURE "<deviceAPI>vfio-pci</deviceAPI><type id='pci-8086-10ca'/>"
#define SOFTWARE(version) "<softwareVersion>" version "</softwareVersion>"
#define X(value) "<attr name='x' value='" value "'/>"
#define DERIVED(value) "<attr name='x' value='" value "' derived='yes'/>"
#define UNUSABLE(reason) "<unusable name='x' reason='" reason "'/>"
#define MARK(name, reason) "<unusable name='" name "' reason='" reason "'/>"
#define ACCEPTS(version) "<accepts>" SOFTWARE(version) "</accepts>"
#define OPAQUE(string) "<opaque>" string "</opaque>"
#define GROUP(content) "<facts type='other'>" content "</facts>"

static const struct testChange changes[] = {
    { "nothing", "", "", NULL, NULL, "-", false },
    { "what the kernel shows of any device", KERNEL, KERNEL, NULL, NULL, "-", false },
    { "channel", "<attr name='subchannel_type' value='0'/><attr name='chpid_type' value='1b'/>",
      "<attr name='subchannel_type' value='0'/><attr name='chpid_type' value='1b'/>", NULL, NULL,
      "-", false },
    { "function", "<attr name='pci_id' value='8086:10ca'/>",
      "<attr name='pci_id' value='8086:10ca'/>", NULL, NULL, "-", false },
    { "derived", KERNEL DERIVED("1"), KERNEL DERIVED("2"), NULL, NULL, "-", false },
    { "derived, and not any more", KERNEL DERIVED("1"), KERNEL, NULL, NULL, "-", false },

    { "the same version", KERNEL SOFTWARE("1.2.0"), KERNEL SOFTWARE("1.2.0"), NULL, NULL,
      "-", true },
    { "version", KERNEL SOFTWARE("1.2.0"), KERNEL SOFTWARE("1.3.0"), NULL, NULL,
      "software_version", true },
    { "version, gone", KERNEL SOFTWARE("1.2.0"), KERNEL, NULL, NULL, "software_version", true },
    { "version, new", KERNEL X("1"), KERNEL X("1") SOFTWARE("1.2.0"), NULL, NULL,
      "software_version", true },
    { "attribute", X("1"), X("2"), NULL, NULL, "x", true },
    { "attribute that cannot be read any more", X("1"), UNUSABLE("unreadable"), NULL, NULL,
      "-", true },
    { "attribute that could not be read", UNUSABLE("unreadable"), X("1"), NULL, NULL, "-", false },
    { "nothing but a mark", KERNEL MARK("migration", "timeout"), KERNEL X("1"), NULL, NULL,
      "-", false },
    { "attribute that is malformed now", X("1"), UNUSABLE("malformed"), NULL, NULL, "x", true },
    { "attribute that is conflicting now", X("1"), UNUSABLE("conflicting"), NULL, NULL, "x", true },
    { "what is accepted", ACCEPTS("1.0.0"), ACCEPTS("1.1.0"), NULL, NULL,
      "software_version", true },
    { "what is accepted, gone", ACCEPTS("1.0.0"), "", NULL, NULL, "accepts", true },
    { "opaque string", OPAQUE("a"), OPAQUE("b"), NULL, NULL, "migration_version", true },
    { "opaque string, gone", OPAQUE("a"), "", NULL, NULL, "-", true },

    /* a mark stands for whatever could not be found out */
    { "nothing of it can be read any more", KERNEL X("1") SOFTWARE("1.2.0") ACCEPTS("1.0.0"),
      KERNEL MARK("migration", "timeout"), NULL, NULL, "-", true },
    { "nothing of it could be read", KERNEL X("1") MARK("migration", "unreadable"),
      KERNEL X("1") SOFTWARE("1.2.0") ACCEPTS("1.0.0"), NULL, NULL, "-", true },
    { "another value, and not all can be read any more", X("1") SOFTWARE("1.2.0"),
      X("2") MARK("migration", "unreadable"), NULL, NULL, "x", true },
    { "all of it is malformed now", X("1"), MARK("migration", "malformed"), NULL, NULL,
      "x", true },
    { "nothing of a function can be read any more, nor its type", KERNEL X("1"),
      SIGNATURE MARK("migration", "unreadable"), NULL, NULL, "-", true },
    { "nothing of a function could be read, nor its type",
      SIGNATURE X("1") MARK("migration", "unreadable"), KERNEL X("1"), NULL, NULL, "-", true },
    { "another type", KERNEL X("1"), SIGNATURE X("1"), NULL, NULL, "type", true },
    { "another type, and firmware does not answer", KERNEL X("1"),
      SIGNATURE X("1") MARK("devlink", "timeout"), NULL, NULL, "type", true },
    { "attribute, gone, and firmware does not answer", X("1"), MARK("devlink", "timeout"),
      NULL, NULL, "x", true },
    { "attribute, gone, and facts cannot be read", X("1"), MARK("facts", "unreadable"),
      NULL, NULL, "-", true },
    { "new facts that are malformed", X("1"), X("1") MARK("facts", "malformed"), NULL, NULL,
      "-", true },
    { "facts that are malformed", X("1"), MARK("facts", "malformed"), NULL, NULL, "-", true },
    { "nothing but facts that are malformed", KERNEL MARK("facts", "malformed"),
      KERNEL MARK("facts", "malformed"), NULL, NULL, "-", false },
    { "firmware's answer that is malformed", X("1"), X("1") MARK("devlink", "malformed"),
      NULL, NULL, "-", true },
    { "firmware's answer that was malformed", X("1") MARK("devlink", "conflicting"), X("1"),
      NULL, NULL, "-", true },
    { "facts that were malformed", X("1") MARK("facts", "malformed"), X("1"), NULL, NULL,
      "-", true },
    { "attribute, gone, and facts cannot be read, as before", X("1") MARK("facts", "malformed"),
      MARK("facts", "unreadable"), NULL, NULL, "x", true },
    { "attribute, gone, and facts were outdated", X("1") MARK("facts", "outdated"),
      MARK("facts", "unreadable"), NULL, NULL, "-", true },
    { "what is accepted, gone, and facts cannot be read, as before",
      ACCEPTS("1.0.0") MARK("facts", "unreadable"), MARK("facts", "unreadable"),
      NULL, NULL, "accepts", true },
    { "attribute, gone, and facts are outdated", X("1"), MARK("facts", "outdated"),
      NULL, NULL, "x", true },
    { "attribute, new, and facts were outdated", MARK("facts", "outdated"), X("1"),
      NULL, NULL, "x", false },
    { "what is accepted, gone, and facts are outdated", ACCEPTS("1.0.0"),
      MARK("facts", "outdated"), NULL, NULL, "accepts", true },

    { "fact", X("1"), X("2"), GROUP(X("1")), GROUP(X("2")), "-", false },
    { "fact, gone", X("1"), "", GROUP(X("1")), NULL, "-", false },
    { "fact, new", SOFTWARE("1.2.0"), SOFTWARE("1.2.0") X("1"), NULL, GROUP(X("1")), "-", true },
    { "fact beside an attribute", X("1") SOFTWARE("1.2.0"), X("2") SOFTWARE("1.3.0"),
      GROUP(X("1")), GROUP(X("2")), "software_version", true },
    { "fact of another name", X("1"), X("2"), GROUP("<attr name='y' value='1'/>"), NULL,
      "x", true },
    { "fact about what is accepted", ACCEPTS("1.0.0"), "",
      GROUP("<accepts>" X("1") "</accepts>"), NULL, "-", false },
};


static virNodeDeviceCompat *
testParse(const char *content)
{
    g_autofree char *xml = g_strdup_printf("<capability type='compat'>%s</capability>", content);
    g_autofree char *name = NULL;
    virNodeDeviceCompat *compat = virNodeDeviceCompatParseDocument(xml, false, &name);

    if (!compat)
        testFail("cannot parse '%s': %s", xml, virGetLastErrorMessage());

    return compat;
}


static virNodeDeviceCompatFacts *
testParseFacts(const char *groups)
{
    g_autofree char *xml = g_strdup_printf("<nodedevCompatFacts>%s</nodedevCompatFacts>",
                                           NULLSTR_EMPTY(groups));
    virNodeDeviceCompatFacts *facts = virNodeDeviceCompatFactsNew();

    if (virNodeDeviceCompatFactsAddXML(facts, xml, "facts.xml") < 0)
        testFail("cannot parse '%s': %s", xml, virGetLastErrorMessage());

    return facts;
}


static int
testFindChange(const void *opaque)
{
    const struct testChange *data = opaque;
    g_autoptr(virNodeDeviceCompat) old = testParse(data->old);
    g_autoptr(virNodeDeviceCompat) new = testParse(data->new);
    g_autoptr(virNodeDeviceCompatFacts) oldFacts = testParseFacts(data->oldFacts);
    g_autoptr(virNodeDeviceCompatFacts) newFacts = testParseFacts(data->newFacts);
    const char *change;

    if (!old || !new)
        return -1;

    change = virDomainHostdevCompatFindChange(old, new, oldFacts, newFacts);
    if (testExpectString(data->expect, change ? change : "-") < 0)
        return -1;

    return testExpectBool(data->asked, virDomainHostdevCompatCanChange(old, oldFacts));
}


/* Whether another comparison is worth it */
struct testNews {
    const char *name;
    const char *old;
    const char *new;
    bool expect;
};

static const struct testNews news[] = {
    { "nothing", "", "", false },
    { "all the same", KERNEL SOFTWARE("1.2.0") X("1") OPAQUE("a") ACCEPTS("1.0.0"),
      KERNEL SOFTWARE("1.2.0") X("1") OPAQUE("a") ACCEPTS("1.0.0"), false },
    { "type", KERNEL, "<deviceAPI>vfio-pci</deviceAPI><type id='b'/>", true },
    { "version", SOFTWARE("1.2.0"), SOFTWARE("1.3.0"), true },
    { "version, gone", SOFTWARE("1.2.0"), "", true },
    { "version, new", "", SOFTWARE("1.2.0"), true },
    { "derived", DERIVED("1"), DERIVED("2"), true },
    { "derived, new", "", DERIVED("1"), true },
    { "attribute that cannot be read any more", X("1"), UNUSABLE("unreadable"), false },
    { "attribute that could not be read", UNUSABLE("unreadable"), X("1"), true },
    { "attribute that never could be read", UNUSABLE("unreadable"), UNUSABLE("unreadable"), false },
    { "new attribute that cannot be read", "", UNUSABLE("unreadable"), false },
    { "attribute that could not be read, gone", UNUSABLE("unreadable"), "", false },
    { "attribute that is malformed now", X("1"), UNUSABLE("malformed"), true },
    { "nothing of it can be read any more", KERNEL X("1") ACCEPTS("1.0.0"),
      KERNEL MARK("migration", "unreadable"), false },
    { "nothing of a function can be read any more, nor its type", KERNEL X("1"),
      SIGNATURE MARK("migration", "unreadable"), false },
    { "nothing of a function could be read, nor its type",
      SIGNATURE MARK("migration", "unreadable"), KERNEL X("1"), true },
    { "another type, and nothing can be read any more", KERNEL X("1"),
      "<deviceAPI>vfio-pci</deviceAPI><type id='b'/>" MARK("migration", "unreadable"), true },
    { "another type", KERNEL, SIGNATURE, true },
    { "all of it is malformed now", KERNEL X("1"), KERNEL MARK("migration", "malformed"), true },
    { "nothing of it could be read", KERNEL MARK("migration", "unreadable"), KERNEL X("1"), true },
    { "nothing was published, and now something is", KERNEL DERIVED("1"),
      KERNEL MARK("migration", "unreadable"), true },
    { "nothing was published, and now something may be", KERNEL DERIVED("1"),
      KERNEL MARK("migration", "timeout"), false },
    { "nothing but the type of a function was published", KERNEL,
      SIGNATURE MARK("migration", "unreadable"), false },
    { "nothing of it could be read, nor can now", KERNEL MARK("migration", "unreadable"),
      KERNEL MARK("migration", "unreadable"), false },
    { "firmware does not answer", KERNEL DERIVED("1"), KERNEL MARK("devlink", "timeout"), false },
    { "firmware's answer is malformed", KERNEL DERIVED("1"), KERNEL MARK("devlink", "malformed"),
      false },
    { "facts are malformed", KERNEL X("1"), KERNEL X("1") MARK("facts", "malformed"), false },
    { "attribute, gone, and firmware does not answer", KERNEL X("1"),
      KERNEL MARK("devlink", "timeout"), true },
    { "version, gone, and facts cannot be read", KERNEL SOFTWARE("1.2.0"),
      KERNEL MARK("facts", "unreadable"), false },
    { "what is accepted, gone, and facts cannot be read", KERNEL ACCEPTS("1.0.0"),
      KERNEL MARK("facts", "unreadable"), false },
    { "version, gone, and facts cannot be read, as before",
      KERNEL SOFTWARE("1.2.0") MARK("facts", "unreadable"),
      KERNEL MARK("facts", "unreadable"), true },
    { "version, gone, and facts are outdated", KERNEL SOFTWARE("1.2.0"),
      KERNEL MARK("facts", "outdated"), true },
    { "what is accepted, gone, and facts are outdated", KERNEL ACCEPTS("1.0.0"),
      KERNEL MARK("facts", "outdated"), true },
    { "opaque string", OPAQUE("a"), OPAQUE("b"), true },
    { "opaque string, gone", OPAQUE("a"), "", false },
    { "opaque string, new", "", OPAQUE("a"), true },
    { "what is accepted", ACCEPTS("1.0.0"), ACCEPTS("1.1.0"), true },
    { "what is accepted, gone", ACCEPTS("1.0.0"), "", true },
};


static int
testHasNews(const void *opaque)
{
    const struct testNews *data = opaque;
    g_autoptr(virNodeDeviceCompat) old = testParse(data->old);
    g_autoptr(virNodeDeviceCompat) new = testParse(data->new);

    if (!old || !new)
        return -1;

    return testExpectBool(data->expect, virDomainHostdevCompatHasNews(old, new, NULL));
}


/* Whether nothing more is known than before */
static const struct testNews less[] = {
    { "all the same", KERNEL X("1"), KERNEL X("1"), true },
    { "version, new", KERNEL, KERNEL SOFTWARE("1.2.0"), false },
    { "nothing of it can be read any more", KERNEL X("1"),
      KERNEL MARK("migration", "unreadable"), true },
    { "derived, and it cannot be read any more", KERNEL DERIVED("1"), KERNEL UNUSABLE("timeout"),
      true },
    { "nothing was published, and now something is", KERNEL DERIVED("1"),
      KERNEL MARK("migration", "unreadable"), false },
    { "nothing was published, and now something may be", KERNEL DERIVED("1"),
      KERNEL MARK("migration", "timeout"), false },
    { "nothing but the type of a function was published", KERNEL,
      SIGNATURE MARK("migration", "unreadable"), true },
};


static int
testHasLess(const void *opaque)
{
    const struct testNews *data = opaque;
    g_autoptr(virNodeDeviceCompat) old = testParse(data->old);
    g_autoptr(virNodeDeviceCompat) new = testParse(data->new);

    if (!old || !new)
        return -1;

    return testExpectBool(data->expect, virDomainHostdevCompatHasLess(old, new, NULL));
}


/* The same where it is known what was stated: no facts but those can be missing. */
static const struct testStated {
    const char *name;
    const char *old;
    const char *new;
    const char *facts;
    bool news;
    bool less;
} stated[] = {
    { "fact, gone, and facts cannot be read", KERNEL X("1"), KERNEL MARK("facts", "unreadable"),
      GROUP(X("1")), false, true },
    { "version, gone, and facts about something else cannot be read", KERNEL SOFTWARE("1.2.0"),
      KERNEL MARK("facts", "unreadable"), GROUP(X("1")), true, false },
    { "what is accepted, gone, and facts about it cannot be read", KERNEL ACCEPTS("1.0.0"),
      KERNEL MARK("facts", "unreadable"), GROUP("<accepts>" X("1") "</accepts>"), false, true },
    { "what is accepted, gone, and facts about something else cannot be read",
      KERNEL ACCEPTS("1.0.0"), KERNEL MARK("facts", "unreadable"), GROUP(X("1")), true, false },
    { "another type, and facts cannot be read", KERNEL X("1"),
      SIGNATURE X("1") MARK("facts", "unreadable"), GROUP(X("1")), true, false },
    { "fact, gone, and nothing that is published can be read", KERNEL X("1") SOFTWARE("1.2.0"),
      KERNEL MARK("migration", "unreadable"), GROUP(X("1")), false, true },
    { "nothing but a fact, and now something is published", KERNEL X("1"),
      KERNEL MARK("migration", "unreadable"), GROUP(X("1")), true, false },
    { "nothing but a fact, and now something may be published", KERNEL X("1"),
      KERNEL MARK("migration", "timeout"), GROUP(X("1")), false, false },
};


static int
testStated(const void *opaque)
{
    const struct testStated *data = opaque;
    g_autoptr(virNodeDeviceCompat) old = testParse(data->old);
    g_autoptr(virNodeDeviceCompat) new = testParse(data->new);
    g_autoptr(virNodeDeviceCompatFacts) facts = testParseFacts(data->facts);

    if (!old || !new ||
        testExpectBool(data->news, virDomainHostdevCompatHasNews(old, new, facts)) < 0)
        return -1;

    return testExpectBool(data->less, virDomainHostdevCompatHasLess(old, new, facts));
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("change", changes, testFindChange);
    DO_TABLE("news", news, testHasNews);
    DO_TABLE("less", less, testHasLess);
    DO_TABLE("stated", stated, testStated);

    return testResult();
}

VIR_TEST_MAIN(mymain)
