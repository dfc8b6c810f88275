/*
 * virt-nodedev-compat-published.c: the files that a driver publishes, one by one
 *
 * The evidence is what they come to; here is what they are: how they are written, what must
 * not be in them, and whether they can be written to.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "virt-nodedev-compat-check.h"
#include "virt-nodedev-compat-origin.h"

#include "conf/nodedev_compat_xml.h"
#include "nodedev_compat/evidence/nodedev_compat_reader.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "virbuffer.h"


static void
virtCompatPublishedFileFree(virtCompatPublishedFile *file)
{
    g_free(file->name);
    g_free(file->text);
    g_free(file);
}


/* Adds the file @name in @dir, unless there is none. */
static void
virtCompatPublishedAdd(GPtrArray *files,
                       const char *dir,
                       const char *name,
                       bool lines)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    virtCompatPublishedFile *file;
    struct stat sb;
    size_t i;

    if (virNodeDeviceCompatTreeStat(path, &sb) < 0 || S_ISDIR(sb.st_mode))
        return;

    /* that of the device hides that of its type */
    for (i = 0; i < files->len; i++) {
        file = g_ptr_array_index(files, i);
        if (STREQ(file->name, name))
            return;
    }

    file = g_new0(virtCompatPublishedFile, 1);
    file->name = g_strdup(name);
    file->lines = lines;
    if (sb.st_mode & S_IROTH)
        file->length = virNodeDeviceCompatReaderRead(path, &sb, VIR_NODE_DEVICE_COMPAT_VALUE_MAX + 1,
                                                     &file->text);
    else
        file->length = -EACCES;
    g_ptr_array_add(files, file);
}


/* Adds what of @dir begins with @prefix; of a directory, if @enter, what is in it. */
static void
virtCompatPublishedAddMatching(GPtrArray *files,
                               const char *dir,
                               const char *below,
                               const char *prefix,
                               bool enter)
{
    g_autofree char *place = g_build_filename(dir, below, NULL);
    g_auto(GStrv) names = NULL;
    size_t i;

    if (virNodeDeviceCompatTreeListDir(place, prefix, &names) != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return;

    for (i = 0; names[i]; i++) {
        g_autofree char *name = below[0] == '\0' ? g_strdup(names[i]) :
                                g_build_filename(below, names[i], NULL);
        g_autofree char *path = g_build_filename(dir, name, NULL);

        if (enter && virNodeDeviceCompatTreeGetFileType(path) == S_IFDIR)
            virtCompatPublishedAddMatching(files, dir, name, "", false);
        else
            virtCompatPublishedAdd(files, dir, name, enter);
    }
}


/* Form F3: the lists, and a file for each attribute that is published */
static void
virtCompatPublishedAddNodes(GPtrArray *files,
                            const char *dir,
                            const virNodeDeviceCompat *compat)
{
    size_t i;

    virtCompatPublishedAddMatching(files, dir, "", "compatible_", false);
    virtCompatPublishedAdd(files, dir, "software_version_compatible", false);
    virtCompatPublishedAdd(files, dir, "dynamic_resources", false);

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];

        if (STREQ_NULLABLE(attr->origin, "published"))
            virtCompatPublishedAdd(files, dir, attr->name, false);
    }
}


/**
 * virtCompatPublishedList:
 * @dir: directory of a device, or NULL
 * @type: directory of its type, or NULL
 * @compat: its descriptor
 *
 * Returns the files that its driver publishes.
 */
GPtrArray *
virtCompatPublishedList(const char *dir,
                        const char *type,
                        const virNodeDeviceCompat *compat)
{
    GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatPublishedFileFree);

    if (dir) {
        virtCompatPublishedAddMatching(files, dir, "migration", "self", true);
        virtCompatPublishedAddMatching(files, dir, "migration", "compatible", true);
    }
    /* a function has no form F3 */
    if (dir && type)
        virtCompatPublishedAddNodes(files, dir, compat);
    if (type)
        virtCompatPublishedAddNodes(files, type, compat);

    return files;
}


/* What is wrong with how @file is written, or NULL */
static const char *
virtCompatPublishedGetFault(const virtCompatPublishedFile *file)
{
    size_t length;
    size_t i;

    if (file->length == -ETIMEDOUT)
        return N_("it takes too long to read");
    if (file->length == -EOVERFLOW)
        return N_("it is too large");
    if (file->length == -EACCES)
        return N_("not everybody may read it");
    if (file->length < 0)
        return N_("it cannot be read");

    length = file->length;
    if (length == 0 || file->text[length - 1] != '\n')
        return N_("it does not end with a line feed");
    if (!file->lines && length == 1)
        return N_("it is empty");

    for (i = 0; i < length - 1; i++) {
        if (file->text[i] == '\n' ? !file->lines : !g_ascii_isprint(file->text[i]))
            return N_("it is not a line of printable ASCII text");
    }

    return NULL;
}


/* Adds what is wrong with a file to a list. Its name is untrusted. */
static void
virtCompatPublishedComplain(virBuffer *buf,
                            const char *name,
                            const char *fault)
{
    g_autofree char *clean = virtCompatCleanText(name);

    virBufferAsprintf(buf, "%s: %s, ", clean, fault);
}


static virtCompatCheckResult
virtCompatPublishedResult(virBuffer *buf,
                          const char *otherwise,
                          char **ret_finding)
{
    virBufferTrim(buf, ", ");

    if ((*ret_finding = virBufferContentAndReset(buf)))
        return VIRT_COMPAT_CHECK_FAIL;

    *ret_finding = g_strdup(otherwise);
    return VIRT_COMPAT_CHECK_PASS;
}


/* Each file is one line of ASCII text with a line feed, is quick to read, and has the same
 * content as long as the device is not reconfigured. */
virtCompatCheckResult
virtCompatPublishedCheckFiles(const virtCompatChecked *checked,
                              char **ret_finding)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) first = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) second = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < checked->files->len; i++) {
        const virtCompatPublishedFile *file = g_ptr_array_index(checked->files, i);
        const char *fault = virtCompatPublishedGetFault(file);

        if (fault)
            virtCompatPublishedComplain(&buf, file->name, _(fault));
    }

    virNodeDeviceCompatFormat(&first, checked->device->compat);
    virNodeDeviceCompatFormat(&second, checked->again);
    if (STRNEQ(virBufferCurrentContent(&first), virBufferCurrentContent(&second)))
        virBufferAsprintf(&buf, "%s, ", _("the content has changed between two reads"));

    return virtCompatPublishedResult(&buf, checked->files->len > 0 ? NULL :
                                     _("there are no files"), ret_finding);
}


/* What must not be in a value: how it looks, and what it is */
static const struct {
    const char *shape;
    const char *what;
} secrets[] = {
    { "://[^/?#\\s]*@", N_("a user or password in a URL") },
    { "(^|[^0-9a-f:])([0-9a-f]{2}:){5}[0-9a-f]{2}($|[^0-9a-f:])", N_("a MAC address") },
    { "(^|[^0-9a-f])[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}($|[^0-9a-f])", N_("a UUID") },
    { "serial|passw|secret|token", N_("a serial number or a password, by its name") },
};


/* No password, serial number or address of a guest is in any value. */
virtCompatCheckResult
virtCompatPublishedCheckSecrets(const virtCompatChecked *checked,
                                char **ret_finding)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    bool unread = false;
    size_t i;
    size_t j;

    for (i = 0; i < checked->files->len; i++) {
        const virtCompatPublishedFile *file = g_ptr_array_index(checked->files, i);

        unread |= file->length < 0;
        for (j = 0; j < G_N_ELEMENTS(secrets); j++) {
            bool named = j == G_N_ELEMENTS(secrets) - 1;

            /* the file of form F2 has names in it, too */
            if ((named && g_regex_match_simple(secrets[j].shape, file->name,
                                               G_REGEX_CASELESS, 0)) ||
                ((!named || file->lines) && file->text &&
                 g_regex_match_simple(secrets[j].shape, file->text,
                                      G_REGEX_CASELESS | G_REGEX_RAW, 0)))
                virtCompatPublishedComplain(&buf, file->name, _(secrets[j].what));
        }
    }

    if (virtCompatPublishedResult(&buf, NULL, ret_finding) == VIRT_COMPAT_CHECK_FAIL)
        return VIRT_COMPAT_CHECK_FAIL;

    *ret_finding = unread ? g_strdup(_("not all files can be read")) : NULL;
    return unread ? VIRT_COMPAT_CHECK_UNKNOWN : VIRT_COMPAT_CHECK_PASS;
}


/* Dynamic attributes can be read and written. */
virtCompatCheckResult
virtCompatPublishedCheckDynamic(const virtCompatChecked *checked,
                                char **ret_finding)
{
    const virNodeDeviceCompatAttrs *self = &checked->device->compat->self;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t ndynamic = 0;
    size_t i;

    for (i = 0; i < self->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = self->attrs[i];
        g_autofree char *path = g_build_filename(NULLSTR_EMPTY(checked->dir), attr->name, NULL);
        struct stat sb;

        if (!attr->dynamic)
            continue;

        ndynamic++;
        if (!checked->dir) {
            *ret_finding = g_strdup(_("there is no device of the type to look at"));
            return VIRT_COMPAT_CHECK_UNKNOWN;
        }

        if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            virtCompatPublishedComplain(&buf, attr->name,
                                        virNodeDeviceCompatAttrStateTypeToString(attr->state));
        else if (virNodeDeviceCompatTreeStat(path, &sb) < 0 || !S_ISREG(sb.st_mode))
            virtCompatPublishedComplain(&buf, attr->name, _("the device has no such file"));
        else if (!(sb.st_mode & S_IWUSR))
            virtCompatPublishedComplain(&buf, attr->name, _("it cannot be written"));
    }

    return virtCompatPublishedResult(&buf, ndynamic > 0 ? NULL : _("there are none"), ret_finding);
}
