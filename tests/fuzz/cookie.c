/*
 * cookie.c: fuzz the part of the migration cookie
 *
 * The input is a cookie as the other host sends it. What is written of the devices in it,
 * with its identifiers as they are and as nobody would take them, can be parsed again, and
 * is not larger than it may be.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "qemu/qemu_hostdev_compat.h"
#include "virerror.h"
#include "virhash.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


static int
fuzzParse(const char *xml,
          qemuHostdevCompat **ret_compat)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    *ret_compat = NULL;

    if (!(doc = virXMLParseStringCtxt(xml, "(qemu_migration_cookie)", &ctxt)))
        return -1;

    return qemuHostdevCompatParse(ctxt, ret_compat);
}


static char *
fuzzFormatCookie(const qemuHostdevCompat *compat,
                 size_t max)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t before;

    virBufferAddLit(&buf, "<qemu-migration>\n");
    virBufferAdjustIndent(&buf, 2);
    before = virBufferUse(&buf);
    qemuHostdevCompatFormatLimited(&buf, compat, max);
    FUZZ_CHECK(virBufferUse(&buf) - before <= max);
    virBufferAdjustIndent(&buf, -2);
    virBufferAddLit(&buf, "</qemu-migration>\n");

    return virBufferContentAndReset(&buf);
}


static void
fuzzPair(virDomainHostdevPairing *pairing,
         const virDomainHostdevDef *hostdev)
{
    g_auto(virDomainHostdevIdentity) identity = { 0 };

    virDomainHostdevGetIdentity(hostdev, &identity);
    ignore_value(virDomainHostdevPairingPair(pairing, &identity));
}


/* Whatever a daemon or a domain definition has for identifiers, and whatever a driver
 * publishes, the reader takes what is written. The space is short as well. */
static void
fuzzWrite(const qemuHostdevCompat *compat,
          const char *text)
{
    g_autoptr(qemuHostdevCompat) hostile = qemuHostdevCompatNew();
    size_t max = strlen(text) % 2 ? QEMU_HOSTDEV_COMPAT_COOKIE_MAX : strlen(text);
    g_autoptr(qemuHostdevCompat) again = NULL;
    g_autofree char *xml = NULL;
    size_t i;

    for (i = 0; i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *device = g_ptr_array_index(compat->hostdevs, i);
        virDomainHostdevCompat *copy = g_new0(virDomainHostdevCompat, 1);

        copy->identity.address = g_strdup(device->identity.address);
        copy->identity.uuid = g_strdup(i % 2 ? text : device->identity.uuid);
        copy->identity.alias = g_strdup(i % 3 ? device->identity.alias : text + strlen(text) / 2);
        copy->name = g_strdup(text);
        if (device->compat) {
            copy->compat = g_object_ref(device->compat);
            if (device->compat->self.nattrs > 0 && i % 5 == 1) {
                g_free(device->compat->self.attrs[0]->value);
                device->compat->self.attrs[0]->value = g_strdup(text);
            }
        }
        g_ptr_array_add(hostile->hostdevs, copy);
    }

    xml = fuzzFormatCookie(hostile, max);
    if (fuzzParse(xml, &again) < 0)
        fuzzFail(__FILE__, __LINE__, "what is written can be parsed", xml, NULL);
}


/* The destination pairs its devices with those that it was sent. */
static void
fuzzPairing(const qemuHostdevCompat *compat)
{
    g_autoptr(virDomainHostdevPairing) pairing = virDomainHostdevPairingNew();
    g_autoptr(GHashTable) deferred = virHashNew(NULL);
    g_autoptr(GPtrArray) unpaired = NULL;
    virDomainDeviceInfo info = {
        .alias = (char *) "ua-gpu",
        .type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI,
        .addr.pci = { .bus = 1 },
    };
    virDomainHostdevDef hostdev = {
        .mode = VIR_DOMAIN_HOSTDEV_MODE_SUBSYS,
        .source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV,
        .info = &info,
    };
    size_t i;

    for (i = 0; i < compat->hostdevs->len; i++) {
        virDomainHostdevCompat *device = g_ptr_array_index(compat->hostdevs, i);

        virDomainHostdevPairingAdd(pairing, &device->identity, device);
    }

    fuzzPair(pairing, &hostdev);
    info.alias = NULL;
    fuzzPair(pairing, &hostdev);
    info.type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_NONE;
    fuzzPair(pairing, &hostdev);

    unpaired = virDomainHostdevPairingGetUnpaired(pairing, deferred);
    FUZZ_CHECK(unpaired->len <= compat->hostdevs->len);
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *xml = fuzzText(data, size);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(qemuHostdevCompat) again = NULL;

    if (!fuzzIsFit(xml))
        return;

    virResetLastError();

    if (fuzzParse(xml, &compat) < 0) {
        FUZZ_CHECK(virGetLastErrorCode() != VIR_ERR_OK);
        FUZZ_CHECK(!compat);
        return;
    }

    if (!compat)
        return;

    fuzzPairing(compat);
    first = fuzzFormatCookie(compat, QEMU_HOSTDEV_COMPAT_COOKIE_MAX);
    if (fuzzParse(first, &again) < 0)
        fuzzFail(__FILE__, __LINE__, "what was formatted can be parsed", first, NULL);

    /* a block without devices is formatted as nothing */
    if (again) {
        second = fuzzFormatCookie(again, QEMU_HOSTDEV_COMPAT_COOKIE_MAX);
        FUZZ_CHECK_EQUAL(first, second);
    }

    fuzzWrite(compat, xml);
}
