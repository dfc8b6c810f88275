/*
 * nodedevcompatchangetest.c: changes of devices, and which devices they are about
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_change.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define NIC "api=vfio-pci type=pci-15b3-101e pci=15b3:101e ~fw.version=28.41.1000 ~driver=d"
#define ACCEPTS " | type=t,u sv=1.0- | type=v"
#define VGPU "api=vfio-pci type=nvidia-63 ~mdev_type_name=A40-8Q !ecc_mode"

/* Whether a change is about the device '0000:a1:00.2' of host 'h1', and what it makes of it:
 * the value of 'fw.version' */
struct testChange {
    const char *name;
    const char *change;
    const char *device;
    const char *expect;         /* "-": it is not about it; NULL: it is no change */
};

static const struct testChange changes[] = {
    { "all devices", ":fw.version=2", NIC, "2" },
    { "any host", "*:fw.version=2", NIC, "2" },
    { "a host", "h1:fw.version=2", NIC, "2" },
    { "a host by name", "host=h?:fw.version=2", NIC, "2" },
    { "another host", "h2:fw.version=2", NIC, "-" },
    { "a part of a name", "h:fw.version=2", NIC, "-" },
    { "a type", "type=pci-15b3-*:fw.version=2", NIC, "2" },
    { "another type", "type=nvidia-*:fw.version=2", NIC, "-" },
    { "an id, with a colon", "pci_id=15b3:101e:fw.version=2", NIC, "2" },
    { "an address", "device=0000:a1:00.2:fw.version=2", NIC, "2" },
    { "another address", "device=0000:a2:*:fw.version=2", NIC, "-" },
    { "the value that it has", "fw.version=28.41.*:fw.version=28.42.1000", NIC, "28.42.1000" },
    { "one of several hosts", "h0|h1|h2:fw.version=2", NIC, "2" },
    { "none of several hosts", "h0|h2:fw.version=2", NIC, "-" },
    { "one of several types", "type=a*|pci-*:fw.version=2", NIC, "2" },
    { "several terms", "h1,type=pci-*,driver=d:fw.version=2", NIC, "2" },
    { "one of several terms does not fit", "h1,type=pci-*,driver=e:fw.version=2", NIC, "-" },
    { "an attribute that it does not have", ":fw.psid=2", NIC, "-" },
    { "a value with a colon", ":pci_id=8086:1:fw.version=2", NIC, "-" },
    { "no device has it", ":fw.version=2", VGPU, "-" },
    { "added", ":+fw.version=2", VGPU, "2" },
    { "added where it is", ":+fw.version=2", NIC, "2" },
    { "the name of a type", "type=A40-*:+fw.version=2", VGPU, "2" },
    { "the number of a type", "type=nvidia-63:+fw.version=2", VGPU, "2" },
    { "what could not be read fits nothing", "ecc_mode=*:+fw.version=2", VGPU, "-" },
    { "empty terms", ",,:fw.version=2", NIC, "2" },
    { "nothing", "", NIC, NULL },
    { "no attribute", "h1", NIC, NULL },
    { "no selector", "fw.version=2", NIC, NULL },
    { "no value", "h1:fw.version=", NIC, NULL },
    { "no name", "h1:=2", NIC, NULL },
    { "a mark", "h1:facts=2", NIC, NULL },
    { "not printable", "h1:fw.version=\001", NIC, NULL },
    { "a value that is none", ":software_version=x", "api=vfio-pci type=t sv=1.0", "no value" },
};


static virNodeDeviceCompatFleetDevice *
testDeviceNew(const char *text)
{
    virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);

    device->what = VIR_NODE_DEVICE_COMPAT_FLEET_FUNCTION;
    device->name = g_strdup("0000:a1:00.2");
    device->compat = testCompatParseDevice(text);
    return device;
}


static int
testChange(const void *opaque)
{
    const struct testChange *data = opaque;
    g_autoptr(virNodeDeviceCompatFleetDevice) device = testDeviceNew(data->device);
    g_autoptr(virNodeDeviceCompat) before = g_object_ref(device->compat);
    g_autoptr(virNodeDeviceCompatChange) change = virNodeDeviceCompatChangeParse(data->change);
    g_autofree char *old = testCompatFormatXML(before);
    g_autofree char *same = NULL;
    const virNodeDeviceCompatAttr *attr;

    if (!data->expect)
        return testExpectError("'", !change);
    if (!change)
        return -1;

    if (!virNodeDeviceCompatChangeMatches(change, "h1", device))
        return testExpectString(data->expect, "-");
    if (virNodeDeviceCompatChangeApply(change, device) < 0)
        return testExpectString(data->expect, "no value");

    /* others have the same descriptor */
    same = testCompatFormatXML(before);
    if (testExpectString(old, same) < 0)
        return -1;

    attr = virNodeDeviceCompatAttrsFind(&device->compat->self, "fw.version");
    return testExpectString(data->expect, attr ? attr->value : "absent");
}


/* Nothing but the attribute changes, and what is said of that stays. */
static int
testRest(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatFleetDevice) device =
        testDeviceNew("api=vfio-pci type=t sv=1.0 *size=2 ~driver=d !x" ACCEPTS);
    g_autoptr(virNodeDeviceCompat) expected =
        testCompatParseDevice("api=vfio-pci type=t sv=1.1 *size=3 ~driver=e !x" ACCEPTS);
    static const char *const texts[] = { ":size=3", ":driver=e", ":software_version=1.1" };
    g_autofree char *expect = testCompatFormatXML(expected);
    g_autofree char *actual = NULL;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(virNodeDeviceCompatChange) change = virNodeDeviceCompatChangeParse(texts[i]);

        if (!change || virNodeDeviceCompatChangeApply(change, device) < 0)
            return -1;
    }

    actual = testCompatFormatXML(device->compat);
    return testExpectString(expect, actual);
}


static int
mymain(void)
{
    DO_TABLE("change", changes, testChange);
    DO_TEST(testRest, NULL, "what does not change");

    return testResult();
}

VIR_TEST_MAIN(mymain)
