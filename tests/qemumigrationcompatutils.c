/*
 * qemumigrationcompatutils.c: guests and cookies for the tests of migration
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemumigrationcompatutils.h"
#include "testutils.h"

#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

virQEMUDriver driver;


static void
testAddHostdev(virDomainDef *def,
               const char *text)
{
    virDomainHostdevDef *hostdev = virDomainHostdevDefNew();
    virDomainHostdevSubsysMediatedDev *mdev = &hostdev->source.subsys.u.mdev;
    g_auto(GStrv) parts = g_strsplit(text, "=", 2);
    g_auto(GStrv) place = g_strsplit(parts[0], "@", 2);
    bool ccw = place[0] && place[1] && place[1][0] == 'c';
    unsigned int slot = 0;

    hostdev->mode = VIR_DOMAIN_HOSTDEV_MODE_SUBSYS;
    virDomainHostdevInsert(def, hostdev);

    if (STREQ(text, "pci")) {
        hostdev->source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_PCI;
        return;
    }
    if (STREQ(text, "usb")) {
        hostdev->source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_USB;
        return;
    }

    hostdev->source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV;
    mdev->model = VIR_MDEV_MODEL_TYPE_VFIO_PCI;
    g_snprintf(mdev->uuidstr, sizeof(mdev->uuidstr), UUID "%c", parts[1][0]);

    if (place[0] && place[0][0])
        hostdev->info->alias = g_strdup(place[0]);

    if (place[0] && place[1] &&
        virStrToLong_ui(place[1] + (ccw ? 1 : 0), NULL, 10, &slot) < 0)
        abort();

    if (ccw) {
        hostdev->info->type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW;
        hostdev->info->addr.ccw.cssid = 0xfe;
        hostdev->info->addr.ccw.devno = slot;
        hostdev->info->addr.ccw.assigned = true;
    } else if (place[0] && place[1]) {
        hostdev->info->type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI;
        hostdev->info->addr.pci.slot = slot;
    }
}


virDomainDef *
testGuest(const char *text)
{
    virDomainDef *def = virDomainDefNew(driver.xmlopt);
    g_auto(GStrv) hostdevs = g_strsplit(text, " ", -1);
    size_t i;

    def->name = g_strdup("guest");
    for (i = 0; hostdevs[i]; i++)
        testAddHostdev(def, hostdevs[i]);

    return def;
}


char *
testFormatBlock(const qemuMigrationCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    qemuMigrationCompatFormat(&buf, compat);
    return virBufferContentAndReset(&buf);
}


int
testParseBlock(const char *cookie,
               qemuMigrationCompat **ret_compat)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    /* as qemuMigrationCookieXMLParseStr() does */
    if (!(doc = virXMLParseStringCtxt(cookie, "(qemu_migration_cookie)", &ctxt)))
        return -1;

    return qemuMigrationCompatParse(ctxt, ret_compat);
}


/* Looks for each of @parts, which has a | between them, in @text. */
int
testFindParts(const char *what,
              const char *parts,
              const char *text)
{
    g_auto(GStrv) list = g_strsplit(parts, "|", -1);
    size_t i;

    for (i = 0; list[i]; i++) {
        if (!strstr(text, list[i])) {
            VIR_TEST_VERBOSE("\nexpected '%s' in the %s\n%s", list[i], what, text);
            return -1;
        }
    }

    return 0;
}
