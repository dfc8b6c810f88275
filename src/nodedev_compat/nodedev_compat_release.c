/*
 * nodedev_compat_release.c: which release of libvirt-nodedev-compat this is
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_release.h"

#ifdef PACKAGER_VERSION
# ifdef PACKAGER
#  define PACKAGE_TEXT ", package " PACKAGER_VERSION " (" PACKAGER ")"
# else
#  define PACKAGE_TEXT ", package " PACKAGER_VERSION
# endif
#else
# define PACKAGE_TEXT ""
#endif


/**
 * virNodeDeviceCompatReleaseFormat:
 * @release: number of a release, as LIBVIR_HAVE_NODEDEV_COMPAT is one
 *
 * Returns it as people write it, such as "0.1.0".
 */
char *
virNodeDeviceCompatReleaseFormat(unsigned int release)
{
    return g_strdup_printf("%u.%u.%u",
                           release / 1000000, release / 1000 % 1000, release % 1000);
}


/**
 * virNodeDeviceCompatReleaseFormatBuild:
 *
 * Returns what programs print as their version: that of the project, of the libvirt that
 * it is built into, and of the package if who built it named one.
 */
char *
virNodeDeviceCompatReleaseFormatBuild(void)
{
    g_autofree char *release = virNodeDeviceCompatReleaseFormat(LIBVIR_HAVE_NODEDEV_COMPAT);

    return g_strdup_printf("%s, libvirt %s%s", release, VERSION, PACKAGE_TEXT);
}
