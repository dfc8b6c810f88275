/*
 * nodedev_compat_attr.c: the table of standard attributes
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_attr.h"

VIR_ENUM_IMPL(virNodeDeviceCompatMissing,
              VIR_NODE_DEVICE_COMPAT_MISSING_LAST,
              "unknown",
              "ignore",
              "incompatible",
);

VIR_ENUM_IMPL(virNodeDeviceCompatNeed,
              VIR_NODE_DEVICE_COMPAT_NEED_LAST,
              "no",
              "yes",
              "mutual",
              "source",
);

VIR_ENUM_IMPL(virNodeDeviceCompatDiffers,
              VIR_NODE_DEVICE_COMPAT_DIFFERS_LAST,
              "incompatible",
              "unknown",
);

#define NEED(name) VIR_NODE_DEVICE_COMPAT_NEED_ ## name

#define STANDARD_RULE(name, at, type, rule, isRequired) \
    { .attr = name, .step = VIR_NODE_DEVICE_COMPAT_STEP_ ## at, \
      .value = VIR_NODE_DEVICE_COMPAT_VALUE_ ## type, \
      .kind = VIR_NODE_DEVICE_COMPAT_RULE_ ## rule, .required = isRequired }

/* What is missing is unknown, and nothing that is not required is needed. The order of the
 * steps is the one that the discussion of August 2020 settled on:
 * https://lists.openstack.org/archives/list/openstack-discuss@lists.openstack.org/message/WOIFM623L2PI5B3IG3IQWUS2DQ7HL2OP */
static const virNodeDeviceCompatRule standardRules[] = {
    /*            attribute           step          value    rule     required */
    STANDARD_RULE("device_api",       DEVICE_API,   API,     EQUAL,   true),
    STANDARD_RULE("pci_id",           API_SPECIFIC, PCI_ID,  EQUAL,   false),
    STANDARD_RULE("subchannel_type",  API_SPECIFIC, INTEGER, EQUAL,   false),
    STANDARD_RULE("chpid_type",       API_SPECIFIC, INTEGER, EQUAL,   false),
    STANDARD_RULE("type",             TYPE,         STRING,  EQUAL,   true),
    STANDARD_RULE("software_version", VERSION,      VERSION, VERSION, true),
    STANDARD_RULE("aggregator",       OTHER,        INTEGER, EQUAL,   false),
    STANDARD_RULE("remote_url",       OTHER,        URL,     EQUAL,   false),
};

const char *const virNodeDeviceCompatRequired[VIR_NODE_DEVICE_COMPAT_REQUIRED] = {
    VIR_NODE_DEVICE_COMPAT_DEVICE_API,
    VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION,
    VIR_NODE_DEVICE_COMPAT_TYPE,
};

static const virNodeDeviceCompatRule vendorRule = STANDARD_RULE(NULL, OTHER, STRING, EQUAL, false);

/* Of two PCI functions. When QEMU loads a device's state it refuses another config space,
 * but for the bits that a guest can write: revision, class, header type, capabilities, and
 * kind and size of base address registers have to be the same (pci_init_cmask(),
 * pci_add_capability(), pci_register_bar() and get_pci_config_device() in hw/pci/pci.c). A
 * virtual function often has one id for several generations of the
 * physical one. What a host of an older release does not show is neither a yes nor a no;
 * capabilities and registers are not looked at if only one side shows them. */
#define FUNCTION_RULE(name, type) \
    { .attr = name, .step = VIR_NODE_DEVICE_COMPAT_STEP_OTHER, \
      .value = VIR_NODE_DEVICE_COMPAT_VALUE_ ## type, \
      .kind = VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, .vendor = true, .need = NEED(MUTUAL) }
#define SHOWN_RULE(name) \
    { .attr = name, .step = VIR_NODE_DEVICE_COMPAT_STEP_OTHER, \
      .value = VIR_NODE_DEVICE_COMPAT_VALUE_STRING, .kind = VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, \
      .missing = VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE, .vendor = true }

static const virNodeDeviceCompatRule functionRules[] = {
    FUNCTION_RULE(VIR_NODE_DEVICE_COMPAT_FUNCTION, STRING),
    FUNCTION_RULE(VIR_NODE_DEVICE_COMPAT_PCI_CLASS, INTEGER),
    SHOWN_RULE(VIR_NODE_DEVICE_COMPAT_PCI_BARS),
    SHOWN_RULE(VIR_NODE_DEVICE_COMPAT_PCI_CAPABILITIES),
    SHOWN_RULE(VIR_NODE_DEVICE_COMPAT_PCI_CAPABILITY_POINTER),
    FUNCTION_RULE("pci_header_type", INTEGER),
    FUNCTION_RULE("pci_revision", INTEGER),
    FUNCTION_RULE(VIR_NODE_DEVICE_COMPAT_PF_PCI_ID, PCI_ID),
    /* virNodeDeviceCompatCompareVFIODriver() judges it */
    SHOWN_RULE(VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER),
};

/* Names that drafts of the interface used for what became a standard name */
static const struct {
    const char *alias;
    const char *name;
} aliases[] = {
    { "mdev_type", "type" },
    { "device_id", "pci_id" },
    { "pciid", "pci_id" },
    { "pci_ids", "pci_id" },
};


/**
 * virNodeDeviceCompatNeedIsLooked:
 * @need: where a rule needs an attribute
 *
 * Returns true if the attribute is looked at even if neither side has it.
 */
bool
virNodeDeviceCompatNeedIsLooked(virNodeDeviceCompatNeed need)
{
    return need == NEED(YES) || need == NEED(SOURCE);
}


/**
 * virNodeDeviceCompatRuleGetDefault:
 * @attr: canonical name of an attribute
 *
 * Returns the row that decides about @attr, never NULL.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRuleGetDefault(const char *attr)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(standardRules); i++) {
        if (STREQ(standardRules[i].attr, attr))
            return &standardRules[i];
    }

    return &vendorRule;
}


/**
 * virNodeDeviceCompatRuleGetFunction:
 * @attr: canonical name of an attribute
 *
 * Returns the row that decides about @attr of two PCI functions, or NULL if it is no
 * other than of any devices.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRuleGetFunction(const char *attr)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(functionRules); i++) {
        if (STREQ(functionRules[i].attr, attr))
            return &functionRules[i];
    }

    return NULL;
}


/**
 * virNodeDeviceCompatTypeIsSignature:
 * @type: type of a device
 *
 * Returns true if @type is pci-VVVV-DDDD, what a PCI function that publishes no type
 * goes by.
 */
bool
virNodeDeviceCompatTypeIsSignature(const char *type)
{
    const char *ids = STRSKIP(type, "pci-");
    size_t i;

    for (i = 0; ids && i < 9; i++) {
        if (i == 4 ? ids[i] != '-' : !g_ascii_isxdigit(ids[i]))
            return false;
    }

    return ids && ids[9] == '\0';
}


/**
 * virNodeDeviceCompatAttrCanonicalName:
 * @attr: name as found
 *
 * Returns the name under which @attr is kept, which may be @attr itself.
 */
const char *
virNodeDeviceCompatAttrCanonicalName(const char *attr)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (STREQ(aliases[i].alias, attr))
            return aliases[i].name;
    }

    return attr;
}


/**
 * virNodeDeviceCompatAttrIsMark:
 * @attr: canonical name of an attribute
 *
 * Returns true if @attr stands for attributes that could not be found out. No rule can
 * make that meaningless.
 */
bool
virNodeDeviceCompatAttrIsMark(const char *attr)
{
    return STREQ(attr, VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION) ||
           STREQ(attr, VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK) ||
           STREQ(attr, VIR_NODE_DEVICE_COMPAT_MARK_FACTS);
}
