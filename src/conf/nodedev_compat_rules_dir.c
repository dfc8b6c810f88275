/*
 * nodedev_compat_rules_dir.c: the vendor rules of this host
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "nodedev_compat_rules_dir.h"

#include "configmake.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("conf.nodedev_compat_rules_dir");

#define SUFFIX ".xml"

/* What an administrator says outweighs what was installed. */
static const char *const hostDirs[] = {
    SYSCONFDIR "/libvirt/nodedev-compat",
    PKGDATADIR "/nodedev-compat",
    NULL
};

static virMutex hostLock = VIR_MUTEX_INITIALIZER;
static virNodeDeviceCompatRules *hostRules;
static char *hostState;


/* The rule files by name, each with the path that counts, sorted. */
static GPtrArray *
virNodeDeviceCompatRulesListFiles(const char *const *dirs)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    for (i = 0; dirs[i]; i++) {
        g_autoptr(GDir) dir = g_dir_open(dirs[i], 0, NULL);
        const char *name;

        while (dir && (name = g_dir_read_name(dir))) {
            if (name[0] != '.' && !strchr(name, '\n') &&
                g_str_has_suffix(name, SUFFIX) &&
                g_hash_table_add(seen, g_strdup(name)))
                g_ptr_array_add(names, g_strdup_printf("%s\n%s/%s", name, dirs[i], name));
        }
    }

    g_ptr_array_sort_with_data(names, virStringSortCompare, NULL);

    for (i = 0; i < names->len; i++) {
        const char *entry = g_ptr_array_index(names, i);

        g_ptr_array_add(paths, g_strdup(strchr(entry, '\n') + 1));
    }

    return paths;
}


/* Text that differs if a file was added, removed or changed */
static char *
virNodeDeviceCompatRulesState(const GPtrArray *paths)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "\n");
    for (i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        struct stat sb = { 0 };

        if (stat(path, &sb) < 0)
            sb.st_size = -errno;
        virBufferAsprintf(&buf, "%s %llu %lld %lld.%09ld\n", path,
                          (unsigned long long)sb.st_ino, (long long)sb.st_size,
                          (long long)sb.st_mtim.tv_sec, sb.st_mtim.tv_nsec);
    }

    return virBufferContentAndReset(&buf);
}


static void
virNodeDeviceCompatRulesLoadFile(virNodeDeviceCompatRules *rules,
                                 const char *path)
{
    g_autofree char *xml = NULL;

    if (virFileReadAll(path, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX, &xml) < 0 ||
        virNodeDeviceCompatRulesAddXML(rules, xml, path) < 0) {
        VIR_ERROR(_("compatibility rules in '%1$s' are not used: %2$s"),
                  path, virGetLastErrorMessage());
        virResetLastError();
    }
}


static virNodeDeviceCompatRules *
virNodeDeviceCompatRulesLoadFiles(const GPtrArray *paths)
{
    virNodeDeviceCompatRules *rules = virNodeDeviceCompatRulesNew();
    size_t i;

    for (i = 0; i < paths->len; i++)
        virNodeDeviceCompatRulesLoadFile(rules, g_ptr_array_index(paths, i));

    return rules;
}


/**
 * virNodeDeviceCompatRulesLoad:
 * @dirs: NULL-terminated list of directories, the one that counts first
 *
 * Returns the rules in all usable *.xml files of @dirs; never fails.
 */
virNodeDeviceCompatRules *
virNodeDeviceCompatRulesLoad(const char *const *dirs)
{
    g_autoptr(GPtrArray) paths = virNodeDeviceCompatRulesListFiles(dirs);

    return virNodeDeviceCompatRulesLoadFiles(paths);
}


/**
 * virNodeDeviceCompatRulesGetHost:
 *
 * Returns a reference to the rules of this host as its files are now.
 */
virNodeDeviceCompatRules *
virNodeDeviceCompatRulesGetHost(void)
{
    g_autoptr(GPtrArray) paths = virNodeDeviceCompatRulesListFiles(hostDirs);
    g_autofree char *state = virNodeDeviceCompatRulesState(paths);
    VIR_LOCK_GUARD lock = virLockGuardLock(&hostLock);

    if (STRNEQ_NULLABLE(hostState, state)) {
        g_clear_object(&hostRules);
        hostRules = virNodeDeviceCompatRulesLoadFiles(paths);
        g_free(hostState);
        hostState = g_steal_pointer(&state);
    }

    return g_object_ref(hostRules);
}
