/*
 * virt-nodedev-compat-fleet.c: the hosts that virt-nodedev-compat is given
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <unistd.h>

#include "virt-nodedev-compat-fleet.h"
#include "virt-nodedev-compat-connect.h"
#include "virt-nodedev-compat-input.h"

#include "nodedev_compat/nodedev_compat_json.h"
#include "conf/nodedev_compat_value.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virfile.h"
#include "vsh-nodedev-compat.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* What a file begins with that says why there is nothing in it */
#define NOT_COLLECTED "not collected"

/* How long a step of the progress that is shown is, at least */
#define PROGRESS_USEC (100 * 1000)


/* What a host is called: its file without what that ends with */
static char *
virtCompatFleetGetName(const char *path)
{
    g_autofree char *base = g_path_get_basename(path);
    char *end;

    if (g_str_has_suffix(base, ".json") || g_str_has_suffix(base, ".xml")) {
        end = strrchr(base, '.');
        *end = '\0';
    }

    return virNodeDeviceCompatValueToPrintable(*base ? base : path,
                                               VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX);
}


/**
 * virtCompatFleetReadText:
 * @path: file
 * @listed: whether it was found in a directory
 * @max: how large it can be, in bytes
 *
 * virtCompatReadText() for many files. A pipe or a device that nobody has named would be
 * waited for, or never end.
 *
 * Returns the text, or NULL with an error reported.
 */
char *
virtCompatFleetReadText(const char *path,
                        bool listed,
                        int max)
{
    if (listed && virFileExists(path) && !virFileIsRegular(path)) {
        virReportError(VIR_ERR_INVALID_ARG, _("'%1$s' is no regular file"), path);
        return NULL;
    }

    return virtCompatReadText(path, max);
}


/* Returns an array of virNodeDeviceCompatFleetDevice, or NULL with an error reported. */
static GPtrArray *
virtCompatFleetReadDevices(const char *path,
                           bool listed)
{
    g_autofree char *text = virtCompatFleetReadText(path, listed,
                                                    VIR_NODE_DEVICE_COMPAT_FLEET_DOCUMENT_MAX);
    g_autofree char *wrapped = NULL;
    const char *start;

    if (!text)
        return NULL;

    start = text + strspn(text, " \t\r\n");
    if (*start == '\0') {
        virReportError(VIR_ERR_INVALID_ARG, _("'%1$s' is empty"), path);
        return NULL;
    }

    /* what virt-nodedev-compat-collect.service leaves when it fails */
    if (STRPREFIX(start, NOT_COLLECTED)) {
        g_autofree char *cause = g_strndup(start, strcspn(start, "\r\n"));

        virReportError(VIR_ERR_INVALID_ARG, "%s", cause);
        return NULL;
    }

    if (*start != '<' && !STRPREFIX(start, "\xef\xbb\xbf<"))
        return virNodeDeviceCompatFleetParseJSON(start);

    wrapped = vshNodeDeviceCompatWrapDocuments(text);
    return virNodeDeviceCompatFleetParseXML(wrapped);
}


/* Passes on a host, whose devices are not known if an error was reported. */
static void
virtCompatFleetTellHost(const char *name,
                        const char *origin,
                        GPtrArray *devices,
                        virtCompatFleetHostFunc func,
                        void *opaque)
{
    g_autofree char *shown =
        virNodeDeviceCompatValueToPrintable(origin, VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
    g_autofree char *cause = NULL;

    if (!devices) {
        cause = virNodeDeviceCompatValueToPrintable(virtCompatGetErrorDetail(),
                                                    VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
        virResetLastError();
    }

    func(name, shown, devices, cause, opaque);
}


static void
virtCompatFleetReadFile(const char *path,
                        bool listed,
                        virtCompatFleetHostFunc func,
                        void *opaque)
{
    g_autofree char *name = virtCompatFleetGetName(path);
    g_autoptr(GPtrArray) devices = virtCompatFleetReadDevices(path, listed);

    virtCompatFleetTellHost(name, path, devices, func, opaque);
}


static void
virtCompatFleetReadConnection(const char *uri,
                              unsigned int timeout,
                              virtCompatFleetHostFunc func,
                              void *opaque)
{
    g_autofree char *name = NULL;
    g_autoptr(GPtrArray) devices = virtCompatConnectRead(uri, timeout, &name);

    if (!name)
        name = virNodeDeviceCompatValueToPrintable(uri, VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX);

    virtCompatFleetTellHost(name, uri, devices, func, opaque);
}


static int
virtCompatFleetSortNames(const void *a,
                         const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}


/**
 * virtCompatFleetListNames:
 * @path: directory
 *
 * Returns the sorted names in it that do not begin with a dot, or NULL with an error
 * reported.
 */
GPtrArray *
virtCompatFleetListNames(const char *path)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(DIR) dir = NULL;
    struct dirent *entry;
    int rc;

    if (virDirOpen(&dir, path) < 0)
        return NULL;

    while ((rc = virDirRead(dir, &entry, path)) > 0) {
        if (entry->d_name[0] != '.')
            g_ptr_array_add(names, g_strdup(entry->d_name));
    }
    if (rc < 0)
        return NULL;

    g_ptr_array_sort(names, virtCompatFleetSortNames);
    return g_steal_pointer(&names);
}


/* The files that are given, each once */
typedef struct _virtCompatFleetFiles virtCompatFleetFiles;
struct _virtCompatFleetFiles {
    GPtrArray *paths;
    GHashTable *listed;         /* those of them that were found in a directory */
    GHashTable *known;          /* what they are without links, and what the host is called */
};


static void
virtCompatFleetFilesClear(virtCompatFleetFiles *files)
{
    g_ptr_array_unref(files->paths);
    g_hash_table_unref(files->listed);
    g_hash_table_unref(files->known);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virtCompatFleetFiles, virtCompatFleetFilesClear);


/* What @path is without links. Of what is not there, or is a pipe, that is looked for as far
 * as it goes: two paths that only look alike can be of two hosts. */
static char *
virtCompatFleetGetRealPath(const char *path)
{
    char *real = virFileCanonicalizePath(path);
    g_autofree char *dir = NULL;
    g_autofree char *realDir = NULL;

    if (real)
        return real;

    dir = g_path_get_dirname(path);
    realDir = virFileCanonicalizePath(dir);
    return g_strdup_printf("%s/%s", realDir ? realDir : dir, strrchr(path, '/') ?
                           strrchr(path, '/') + 1 : path);
}


/* Adds a file, if it is not one of these already by another spelling of its path. That it is
 * called otherwise makes it another host. */
static void
virtCompatFleetFilesAdd(virtCompatFleetFiles *files,
                        const char *path,
                        bool listed)
{
    g_autofree char *real = virtCompatFleetGetRealPath(path);
    g_autofree char *base = g_path_get_basename(path);
    char *copy;

    if (!g_hash_table_add(files->known, g_strdup_printf("%s\n%s", base, real)))
        return;

    copy = g_strdup(path);
    g_ptr_array_add(files->paths, copy);
    if (listed)
        g_hash_table_add(files->listed, copy);
}


/* Adds what in a directory is called as the file of a host. */
static int
virtCompatFleetFilesAddDirectory(virtCompatFleetFiles *files,
                                 const char *path)
{
    g_autoptr(GPtrArray) names = virtCompatFleetListNames(path);
    size_t i;

    if (!names)
        return -1;

    for (i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_autofree char *shown =
            virNodeDeviceCompatValueToPrintable(name, VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX);

        if (g_str_has_suffix(name, ".json") || g_str_has_suffix(name, ".xml")) {
            virtCompatFleetFilesAdd(files, file, true);
        } else {
            fprintf(stderr, _("'%1$s' in '%2$s' is left out: it is no file that ends with .json or .xml"),
                    shown, path);
            fprintf(stderr, "\n");
        }
    }

    return 0;
}


/**
 * virtCompatFleetRead:
 * @opts: options
 * @noperands: number of operands
 * @operands: files and directories
 * @func: called for each host, of which there is one at least
 * @opaque: passed to @func
 *
 * A file in which there is no host that can be understood is one of which nothing is known. One
 * that is given twice, in whatever way its path is written, is one host.
 *
 * Returns 0 on success, -1 with an error reported and @func not called.
 */
int
virtCompatFleetRead(const virtCompatOptions *opts,
                    int noperands,
                    char *const *operands,
                    virtCompatFleetHostFunc func,
                    void *opaque)
{
    g_auto(virtCompatFleetFiles) files = {
        .paths = g_ptr_array_new_with_free_func(g_free),
        .listed = g_hash_table_new(NULL, NULL),
        .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    g_autoptr(GPtrArray) uris = g_ptr_array_new();
    unsigned int timeout;
    size_t i;

    if (virtCompatConnectGetTimeout(opts, &timeout) < 0)
        return -1;

    for (i = 0; i < noperands; i++) {
        if (!virFileIsDir(operands[i]))
            virtCompatFleetFilesAdd(&files, operands[i], false);
        else if (virtCompatFleetFilesAddDirectory(&files, operands[i]) < 0)
            return -1;
    }

    for (i = 0; i < opts->connections->len; i++) {
        char *uri = g_ptr_array_index(opts->connections, i);

        if (!g_ptr_array_find_with_equal_func(uris, uri, g_str_equal, NULL))
            g_ptr_array_add(uris, uri);
    }

    if (files.paths->len + uris->len == 0) {
        virReportError(VIR_ERR_INVALID_ARG, "%s", _("there is no file of a host"));
        return -1;
    }

    if (files.paths->len + uris->len > VIR_NODE_DEVICE_COMPAT_FLEET_HOSTS_MAX) {
        virReportError(VIR_ERR_INVALID_ARG, _("more than %1$d hosts"),
                       VIR_NODE_DEVICE_COMPAT_FLEET_HOSTS_MAX);
        return -1;
    }

    for (i = 0; i < files.paths->len; i++) {
        const char *path = g_ptr_array_index(files.paths, i);

        virtCompatFleetReadFile(path, g_hash_table_contains(files.listed, path), func, opaque);
    }
    for (i = 0; i < uris->len; i++)
        virtCompatFleetReadConnection(g_ptr_array_index(uris, i), timeout, func, opaque);

    return 0;
}


static void
virtCompatFleetAddHost(const char *name,
                       const char *origin,
                       GPtrArray *devices,
                       const char *cause,
                       void *opaque)
{
    virNodeDeviceCompatFleetAddHost(opaque, name, origin, devices, cause);
}


/**
 * virtCompatFleetGetFlags:
 * @opts: options
 *
 * Returns how the devices of a fleet are compared.
 */
unsigned int
virtCompatFleetGetFlags(const virtCompatOptions *opts)
{
    return opts->crossType ? VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE : 0;
}


/**
 * virtCompatFleetLoad:
 * @opts: options
 * @files: rules; they have to be there as long as the fleet
 * @noperands: number of operands
 * @operands: files and directories
 *
 * Returns all hosts, at least one, or NULL with an error reported.
 */
virNodeDeviceCompatFleet *
virtCompatFleetLoad(const virtCompatOptions *opts,
                    const virNodeDeviceCompatFiles *files,
                    int noperands,
                    char *const *operands)
{
    g_autoptr(virNodeDeviceCompatFleet) fleet =
        virNodeDeviceCompatFleetNew(files->rules, virtCompatFleetGetFlags(opts));

    if (virtCompatFleetRead(opts, noperands, operands, virtCompatFleetAddHost, fleet) < 0)
        return NULL;

    virNodeDeviceCompatFleetComplete(fleet);
    return g_steal_pointer(&fleet);
}


/**
 * virtCompatFleetHostGetLabel:
 * @host: host
 *
 * Returns what the host is shown as, which no other one is.
 */
char *
virtCompatFleetHostGetLabel(const virNodeDeviceCompatFleetHost *host)
{
    if (!host->duplicate)
        return g_strdup(host->name);
    if (host->nth == 0)
        return g_strdup_printf("%s (%s)", host->name, host->origin);

    return g_strdup_printf("%s (%s) %zu", host->name, host->origin, host->nth + 1);
}


/**
 * virtCompatFleetKindGetLabel:
 * @fleet: fleet
 * @kind: kind of devices, or VIR_NODE_DEVICE_COMPAT_FLEET_ALL
 *
 * Returns what the kind is shown as.
 */
const char *
virtCompatFleetKindGetLabel(const virNodeDeviceCompatFleet *fleet,
                            size_t kind)
{
    return kind == VIR_NODE_DEVICE_COMPAT_FLEET_ALL ? _("all kinds") :
           g_ptr_array_index(fleet->kinds, kind);
}


/**
 * virtCompatFleetIsKnown:
 * @fleet: fleet
 *
 * Returns true if all hosts and all of their devices could be read.
 */
bool
virtCompatFleetIsKnown(const virNodeDeviceCompatFleet *fleet)
{
    size_t i;

    for (i = 0; i < fleet->nprofiles; i++) {
        if (fleet->profiles[i].unread)
            return false;
    }

    return fleet->ntooMuch == 0;
}


/**
 * virtCompatFleetPrintUnknown:
 * @fleet: fleet
 *
 * Says on standard error which hosts and devices nothing is known of, and what else is
 * strange about hosts.
 */
void
virtCompatFleetPrintUnknown(const virNodeDeviceCompatFleet *fleet)
{
    size_t i;
    size_t j;

    for (i = 0; i < fleet->nhosts; i++) {
        const virNodeDeviceCompatFleetHost *host = fleet->hosts[i];

        if (host->duplicate) {
            fprintf(stderr, _("host '%1$s' is there more than once: '%2$s'"),
                    host->name, host->origin);
            fprintf(stderr, "\n");
        }
        if (host->cause) {
            fprintf(stderr, _("nothing is known of host '%1$s' ('%2$s'): %3$s"),
                    host->name, host->origin, host->cause);
            fprintf(stderr, "\n");
        }
        for (j = 0; j < host->unread->len; j++) {
            fprintf(stderr, _("not all is known of host '%1$s': %2$s"),
                    host->name, (const char *) g_ptr_array_index(host->unread, j));
            fprintf(stderr, "\n");
        }
    }

    if (fleet->ntooMuch > 0) {
        fprintf(stderr, _("there was too much to compare, so that pairs of devices are unknown: %1$zu"),
                fleet->ntooMuch);
        fprintf(stderr, "\n");
    }
}


/*
 * JSON
 */

/**
 * virtCompatFleetMembersToJSON:
 * @host: host
 *
 * Returns an array of the classes of its devices.
 */
virJSONValue *
virtCompatFleetMembersToJSON(const virNodeDeviceCompatFleetHost *host)
{
    virJSONValue *devices = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < host->nmembers; i++) {
        virJSONValue *member = virJSONValueNewObject();

        virNodeDeviceCompatJSONAddNumber(member, "class", host->members[i].klass);
        virNodeDeviceCompatJSONAddNumber(member, "devices", host->members[i].ndevices);
        virNodeDeviceCompatJSONAddText(member, "first", host->members[i].first);
        virNodeDeviceCompatJSONAppend(devices, member);
    }

    return devices;
}


/**
 * virtCompatFleetHostToJSON:
 * @host: host
 * @members: the same host in the fleet that has the classes of the document
 *
 * Returns an object, to which more can be added.
 */
virJSONValue *
virtCompatFleetHostToJSON(const virNodeDeviceCompatFleetHost *host,
                          const virNodeDeviceCompatFleetHost *members)
{
    virJSONValue *object = virJSONValueNewObject();
    virJSONValue *unread = virJSONValueNewArray();
    g_autofree char *label = virtCompatFleetHostGetLabel(host);
    size_t i;

    virNodeDeviceCompatJSONAddText(object, "name", label);
    virNodeDeviceCompatJSONAddText(object, "path", host->origin);
    virNodeDeviceCompatJSONAddFlag(object, "duplicate", host->duplicate);
    virNodeDeviceCompatJSONAddText(object, "cause", host->cause);
    virNodeDeviceCompatJSONAdd(object, "classes", virtCompatFleetMembersToJSON(members));

    for (i = 0; i < host->unread->len; i++)
        virNodeDeviceCompatJSONAppend(unread, virNodeDeviceCompatJSONNewText(g_ptr_array_index(host->unread, i)));
    virNodeDeviceCompatJSONAdd(object, "unread", unread);
    return object;
}


static virJSONValue *
virtCompatFleetClassToJSON(const virNodeDeviceCompatFleet *fleet,
                           const virNodeDeviceCompatFleetClass *klass)
{
    virJSONValue *object = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddText(object, "digest", klass->digest);
    virNodeDeviceCompatJSONAddText(object, "kind",
                                   virNodeDeviceCompatFleetWhatTypeToString(klass->what));
    virNodeDeviceCompatJSONAddText(object, "type", g_ptr_array_index(fleet->kinds, klass->kind));
    virNodeDeviceCompatJSONAddNumber(object, "devices", klass->ndevices);
    return object;
}


/**
 * virtCompatFleetAddClassesJSON:
 * @document: document to add to
 * @fleet: fleet
 *
 * Adds the members "types" and "classes".
 */
void
virtCompatFleetAddClassesJSON(virJSONValue *document,
                              const virNodeDeviceCompatFleet *fleet)
{
    virJSONValue *types = virJSONValueNewArray();
    virJSONValue *classes = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < fleet->kinds->len; i++)
        virNodeDeviceCompatJSONAppend(types, virNodeDeviceCompatJSONNewText(g_ptr_array_index(fleet->kinds, i)));
    for (i = 0; i < fleet->nclasses; i++)
        virNodeDeviceCompatJSONAppend(classes, virtCompatFleetClassToJSON(fleet, fleet->classes[i]));

    virNodeDeviceCompatJSONAdd(document, "types", types);
    virNodeDeviceCompatJSONAdd(document, "classes", classes);
}


/**
 * virtCompatFleetAddJSON:
 * @document: document to add to
 * @fleet: fleet
 *
 * Adds the category and the members "hosts", "types" and "classes".
 */
void
virtCompatFleetAddJSON(virJSONValue *document,
                       const virNodeDeviceCompatFleet *fleet)
{
    virJSONValue *hosts = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < fleet->nhosts; i++)
        virNodeDeviceCompatJSONAppend(hosts, virtCompatFleetHostToJSON(fleet->hosts[i],
                                                                       fleet->hosts[i]));

    virNodeDeviceCompatJSONAddCategory(document, virtCompatFleetIsKnown(fleet) ?
                                       VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS :
                                       VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN);
    virNodeDeviceCompatJSONAdd(document, "hosts", hosts);
    virtCompatFleetAddClassesJSON(document, fleet);
}


/**
 * virtCompatReportGetBrief:
 * @report: report
 *
 * Returns codes and attributes of its reasons, "attr-mismatch fw.version; …", without
 * warnings.
 */
char *
virtCompatReportGetBrief(const virNodeDeviceCompatReport *report)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        if (reason->severity != VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING)
            virBufferAsprintf(&buf, "%s %s; ", reason->code, NULLSTR_EMPTY(reason->attr));
    }

    virBufferTrim(&buf, "; ");
    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


/**
 * virtCompatShowProgress:
 * @done: rows that are done
 * @all: how many there are
 *
 * Shows how much is done, on a terminal, if it takes a while.
 */
void
virtCompatShowProgress(size_t done,
                       size_t all)
{
    static gint64 begin;
    static gint64 shown;
    gint64 now;

    if (!isatty(STDERR_FILENO))
        return;

    now = g_get_monotonic_time();
    if (begin == 0)
        begin = shown = now;

    if (done == all) {
        if (shown != begin)
            fprintf(stderr, "\r\033[K");
    } else if (now - shown >= PROGRESS_USEC) {
        fprintf(stderr, "\r[%-40.*s] %3zu %%", (int)(done * 40 / all),
                "########################################", done * 100 / all);
        shown = now;
    }
}
