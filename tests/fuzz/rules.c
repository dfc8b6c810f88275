/*
 * rules.c: fuzz the files of vendor rules
 *
 * The input is a document, read for a device that many rules fit.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"
#include "virerror.h"


static virNodeDeviceCompat *
fuzzDevice(void)
{
    virNodeDeviceCompat *device = virNodeDeviceCompatNew();

    virNodeDeviceCompatAdd(device, NULL, "device_api", "vfio-pci");
    virNodeDeviceCompatAdd(device, NULL, "type", "i915-GVTg_V5_4");
    virNodeDeviceCompatAdd(device, NULL, "driver", "i915");
    virNodeDeviceCompatAdd(device, NULL, "pci_id", "8086:591d");

    return device;
}


/* Whatever a file holds, there is a rule for each attribute, and the device API
 * and the type have to be equal. */
static void
fuzzFind(const virNodeDeviceCompatRules *rules,
         const virNodeDeviceCompat *device)
{
    static const char *const names[] = { "device_api", "type", "pv_mode" };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRulesFind(rules, device,
                                                                           names[i]);

        FUZZ_CHECK(rule);
        FUZZ_CHECK(i == 2 ||
                   (rule->required &&
                    rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_EQUAL &&
                    rule->value == virNodeDeviceCompatRuleGetDefault(names[i])->value &&
                    rule->missing != VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE));
    }
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *xml = fuzzText(data, size);
    g_autoptr(virNodeDeviceCompat) device = fuzzDevice();
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();

    if (virNodeDeviceCompatRulesAddXML(rules, xml, "file.xml") < 0) {
        /* never half-applied, and the error names the file */
        FUZZ_CHECK(rules->ngroups == 0);
        FUZZ_CHECK(strstr(virGetLastErrorMessage(), "file.xml"));
    } else {
        FUZZ_CHECK(virGetLastErrorCode() == VIR_ERR_OK);
    }

    fuzzFind(rules, device);
}
