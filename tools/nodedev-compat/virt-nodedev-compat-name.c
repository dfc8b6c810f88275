/*
 * virt-nodedev-compat-name.c: names of devices that are no paths
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-name.h"

#include "nodedev_compat/nodedev_compat_fleet_input.h"
#include "virpci.h"
#include "viruuid.h"


static char *
virtCompatUUIDToPath(const char *text)
{
    unsigned char uuid[VIR_UUID_BUFLEN];
    char canonical[VIR_UUID_STRING_BUFLEN];

    if (virUUIDParse(text, uuid) < 0)
        return NULL;

    return g_build_filename(VIRT_COMPAT_MDEV_DIR, virUUIDFormat(uuid, canonical), NULL);
}


/* The domain may be missing, and hexadecimal digits may be in either case. */
static char *
virtCompatAddressToPath(const char *text)
{
    /* of what is shorter, virPCIDeviceAddressParse() would read what is behind it */
    static const char shape[] = "^([0-9a-f]{1,8}:)?[0-9a-f]{1,2}:[0-9a-f]{1,2}\\.[0-7]$";
    g_autofree char *full = NULL;
    g_autofree char *canonical = NULL;
    virPCIDeviceAddress address = { 0 };

    if (!g_regex_match_simple(shape, text, G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0))
        return NULL;

    full = g_strdup_printf("%s%s", strchr(text, ':') == strrchr(text, ':') ? "0:" : "", text);
    if (virPCIDeviceAddressParse(full, &address) < 0 ||
        !virPCIDeviceAddressIsValid(&address, false))
        return NULL;

    canonical = virPCIDeviceAddressAsString(&address);
    return g_build_filename(VIRT_COMPAT_PCI_DIR, canonical, NULL);
}


/**
 * virtCompatNameToPath:
 * @name: a UUID, a PCI address, or the name of a node device
 *
 * Returns where sysfs has the device of that name, or NULL if @name is no such name.
 */
char *
virtCompatNameToPath(const char *name)
{
    g_autofree char *address = virNodeDeviceCompatFleetGetAddress(name);

    if (strchr(name, '/'))
        return NULL;
    if (strchr(address, ':'))
        return virtCompatAddressToPath(address);
    return virtCompatUUIDToPath(address);
}
