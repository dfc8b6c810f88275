/*
 * domainhostdevcompattest.c: host devices of a guest in its definition
 *
 * What a tool finds in the definition of a guest of any driver: which devices have
 * state, how they are told from each other, and which node devices they are.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "hypervisor/domain_hostdev_compat.h"
#include "nodedevcompatframe.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* The devices in a definition, and of each that has state NAME[ADDRESS,ALIAS], then the
 * number of interfaces that get a function of a network; or part of the error */
struct testDomain {
    const char *name;
    const char *devices;
    const char *expect;
    const char *error;
};

#define UUID "7d1c2a6e-3c1e-4d57-9d0a-000000000001"
#define MDEV(content) \
    "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>" \
    "<source><address uuid='" UUID "'/></source>" content "</hostdev>"
#define FUNCTION(content) \
    "<hostdev mode='subsystem' type='pci' managed='yes'><source>" \
    "<address domain='0x0001' bus='0x0a' slot='0x1f' function='0x7'/></source>" content "</hostdev>"
#define INTERFACE(content) \
    "<interface type='hostdev'><mac address='52:54:00:00:00:01'/><source>" \
    "<address type='pci' domain='0' bus='10' slot='0' function='2'/></source>" \
    content "</interface>"
#define NETWORK(content) \
    "<interface type='network'><source network='pool'/>" content "</interface>"
#define PCI "<address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>"
#define PCI6 "<address type='pci' domain='0' bus='0' slot='6' function='0'/>"
#define CCW "<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0006'/>"

static const struct testDomain domains[] = {
    { "nothing", "", "0", NULL },
    { "mediated device", MDEV(PCI), UUID "[pci:0000:00:05.0,-]0", NULL },
    { "mediated device with an alias of the user", MDEV("<alias name='ua-gpu'/>" PCI),
      UUID "[pci:0000:00:05.0,ua-gpu]0", NULL },
    { "mediated device with an alias of libvirt", MDEV("<alias name='hostdev0'/>" PCI),
      UUID "[pci:0000:00:05.0,-]0", NULL },
    { "mediated device on a channel",
      "<hostdev type='mdev' model='vfio-ccw'><source><address uuid='" UUID "'/></source>"
      CCW "</hostdev>", UUID "[ccw:fe.0.0006,-]0", NULL },
    { "mediated device without an address",
      "<hostdev mode='subsystem' type='mdev' model='vfio-ap'>"
      "<source><address uuid='7D1C2A6E3C1E4D579D0A000000000001'/></source></hostdev>",
      UUID "[-,-]0", NULL },
    { "function", FUNCTION(PCI), "pci_0001_0a_1f_7[pci:0000:00:05.0,-]0", NULL },
    { "function that is not given to the guest", FUNCTION("<address type='unassigned'/>"),
      "0", NULL },
    { "function that is unplugged",
      FUNCTION("<teaming type='transient' persistent='ua-net'/>" PCI), "0", NULL },
    { "interface", INTERFACE(PCI), "pci_0000_0a_00_2[pci:0000:00:05.0,-]0", NULL },
    { "interface that is unplugged",
      INTERFACE("<teaming type='transient' persistent='ua-net'/>" PCI), "0", NULL },
    { "interface of a network", NETWORK(PCI), "1", NULL },
    { "two devices and an interface of a network", MDEV(PCI) FUNCTION(PCI6) NETWORK(""),
      UUID "[pci:0000:00:05.0,-]pci_0001_0a_1f_7[pci:0000:00:06.0,-]1", NULL },
    { "other devices", "<hostdev mode='subsystem' type='usb'/><interface type='user'/><disk/>"
      MDEV(PCI), UUID "[pci:0000:00:05.0,-]0", NULL },
    { "elements of a newer release", "<future/><hostdev type='future'/>"
      MDEV("<future/>" PCI), UUID "[pci:0000:00:05.0,-]0", NULL },

    { "no source", "<hostdev mode='subsystem' type='mdev' model='vfio-pci'/>", NULL,
      "Missing <source> element" },
    { "no UUID", "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>"
      "<source><address/></source></hostdev>", NULL, "uuid" },
    { "UUID that is none", "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>"
      "<source><address uuid='x-y'/></source></hostdev>", NULL, "uuid" },
};


static char *
testDescribeDomain(const virDomainDef *def)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t networks = 0;
    size_t count = 0;
    size_t i;

    for (i = 0; i < def->nhostdevs; i++) {
        g_auto(virDomainHostdevIdentity) identity = { 0 };
        g_autofree char *name = NULL;

        if (!virDomainHostdevHasState(def->hostdevs[i]))
            continue;

        count++;
        name = virDomainHostdevGetName(def->hostdevs[i]);
        virDomainHostdevGetIdentity(def->hostdevs[i], &identity);
        virBufferAsprintf(&buf, "%s[%s,%s]", name, NULLSTR_MINUS(identity.address),
                          NULLSTR_MINUS(identity.alias));
        if (STRNEQ_NULLABLE(identity.uuid, virDomainHostdevGetMdevUUID(def->hostdevs[i])))
            virBufferAddLit(&buf, "?");
    }

    for (i = 0; i < def->nnets; i++) {
        if (virDomainNetGetActualType(def->nets[i]) == VIR_DOMAIN_NET_TYPE_NETWORK)
            networks++;
    }

    if (count != virDomainHostdevCountWithState(def))
        virBufferAddLit(&buf, "?");
    virBufferAsprintf(&buf, "%zu", networks);

    return virBufferContentAndReset(&buf);
}


static int
testParseDomain(const void *opaque)
{
    const struct testDomain *data = opaque;
    g_autofree char *xml = g_strdup_printf("<domain type='kvm'><name>guest</name><devices>"
                                           "%s</devices></domain>", data->devices);
    g_autoptr(virDomainDef) def = virDomainHostdevCompatParseDomain(xml);
    g_autofree char *actual = NULL;

    if (data->error) {
        if (!def && strstr(virGetLastErrorMessage(), data->error)) {
            virResetLastError();
            return 0;
        }
        return testFail("expected error '%s', got '%s'", data->error,
                        def ? "success" : virGetLastErrorMessage());
    }

    if (!def)
        return -1;

    actual = testDescribeDomain(def);
    return virTestCompareToString(data->expect, actual);
}


static int
testMalformed(const void *opaque)
{
    g_autoptr(virDomainDef) def = virDomainHostdevCompatParseDomain(opaque);

    virResetLastError();
    return def ? -1 : 0;
}


/* A description has a name, whatever is known of the device. */
static int
testGetName(const void *opaque G_GNUC_UNUSED)
{
    virDomainHostdevCompat device = {
        .identity = { (char *) "address", (char *) "alias", (char *) "uuid" },
        .name = (char *) "name",
    };
    char **const names[] = {
        &device.name, &device.identity.uuid, &device.identity.alias, &device.identity.address,
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (virTestCompareToString(*names[i], virDomainHostdevCompatGetName(&device)) < 0)
            return -1;
        *names[i] = NULL;
    }

    return virTestCompareToString("(unnamed)", virDomainHostdevCompatGetName(&device));
}


static int
mymain(void)
{
    static const char *const malformed[] = { "", "\n", "<domain>", "<device/>" };
    size_t i;

    DO_TABLE("domain", domains, testParseDomain);

    for (i = 0; i < G_N_ELEMENTS(malformed); i++) {
        DO_TEST(testMalformed, malformed[i], "malformed definition '%s'", malformed[i]);
    }

    DO_TEST(testGetName, NULL, "name of a device");

    return testResult();
}

VIR_TEST_MAIN(mymain)
