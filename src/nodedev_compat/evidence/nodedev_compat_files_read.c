/*
 * nodedev_compat_files_read.c: the last usable content of a rule or facts file
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nodedev_compat_files_read.h"

#include "nodedev_compat_document.h"
#include "nodedev_compat_limits.h"
#include "nodedev_compat_value.h"
#include "virerror.h"
#include "virfile.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* What is kept, logged and shown of a cause, in bytes */
#define CAUSE_MAX 512

/* How long after its last change a file may be changed again with the same time, in
 * milliseconds: the clocks of file systems are coarse, and what is written into a mapping
 * shows once for each page until that is on disk. */
#define SETTLED_MS 2000


/**
 * virNodeDeviceCompatFileParse:
 * @rules: set of rules to add to
 * @facts: set of facts to add to
 * @xml: a document of either kind
 * @filename: what to call it in errors
 * @ret_kind: set to what the document holds as soon as that is known
 *
 * Adds all that the document holds, or nothing.
 *
 * Returns 0 on success, -1 with an error reported that gives file, line and cause.
 */
int
virNodeDeviceCompatFileParse(virNodeDeviceCompatRules *rules,
                             virNodeDeviceCompatFacts *facts,
                             const char *xml,
                             const char *filename,
                             virNodeDeviceCompatFileKind *ret_kind)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autofree char *shown = virNodeDeviceCompatValueToPrintable(filename, SIZE_MAX);
    xmlNodePtr root;

    *ret_kind = VIR_NODE_DEVICE_COMPAT_FILE_EITHER;

    if (!(doc = virNodeDeviceCompatDocumentParseFile(xml, shown)))
        return -1;

    root = xmlDocGetRootElement(doc);

    if (virXMLNodeNameEqual(root, "nodedevCompatRules")) {
        *ret_kind = VIR_NODE_DEVICE_COMPAT_FILE_RULES;
        return virNodeDeviceCompatRulesAddNode(rules, root, shown);
    }

    if (virXMLNodeNameEqual(root, "nodedevCompatFacts")) {
        *ret_kind = VIR_NODE_DEVICE_COMPAT_FILE_FACTS;
        return virNodeDeviceCompatFactsAddNode(facts, root, shown);
    }

    virNodeDeviceCompatDocumentError(shown, root,
                                     _("expected <nodedevCompatRules> or <nodedevCompatFacts>, not <%1$.32s>"),
                                     root->name);
    return -1;
}


/**
 * virNodeDeviceCompatFileFaultSet:
 * @fault: fault to set
 * @state: why it cannot be used, or VIR_NODE_DEVICE_COMPAT_ATTR_OK
 * @path: put before the cause, or NULL if that has it
 * @cause: the cause, or NULL
 *
 * Returns true if that is not what is known already.
 */
bool
virNodeDeviceCompatFileFaultSet(virNodeDeviceCompatFileFault *fault,
                                virNodeDeviceCompatAttrState state,
                                const char *path,
                                const char *cause)
{
    g_autofree char *whole = path && cause ? g_strdup_printf("%s: %s", path, cause) :
                                             g_strdup(cause);
    g_autofree char *text = NULL;

    if (whole)
        text = virNodeDeviceCompatValueToPrintable(whole, CAUSE_MAX);

    if (fault->state == state && STREQ_NULLABLE(fault->cause, text))
        return false;

    g_free(fault->cause);
    fault->cause = g_steal_pointer(&text);
    fault->state = state;
    return true;
}


void
virNodeDeviceCompatFileFaultClear(virNodeDeviceCompatFileFault *fault)
{
    g_clear_pointer(&fault->cause, g_free);
    g_clear_pointer(&fault->logged, g_free);
    fault->state = VIR_NODE_DEVICE_COMPAT_ATTR_OK;
}


virNodeDeviceCompatFile *
virNodeDeviceCompatFileNew(const char *dir,
                           const char *name)
{
    virNodeDeviceCompatFile *file = g_new0(virNodeDeviceCompatFile, 1);

    file->path = g_build_filename(dir, name, NULL);
    return file;
}


void
virNodeDeviceCompatFileFree(virNodeDeviceCompatFile *file)
{
    if (!file)
        return;

    g_free(file->path);
    g_free(file->signature);
    g_free(file->digest);
    g_free(file->xml);
    g_clear_object(&file->rules);
    g_clear_object(&file->facts);
    virNodeDeviceCompatFileFaultClear(&file->fault);
    g_free(file);
}


/* Text that differs if a file was replaced or changed, also while it keeps its size
 * and the time of its change was set back */
static char *
virNodeDeviceCompatFileGetSignature(const struct stat *sb)
{
    return g_strdup_printf("%llu %llu %o %lld %lld.%09ld %lld.%09ld",
                           (unsigned long long)sb->st_dev, (unsigned long long)sb->st_ino,
                           sb->st_mode & S_IFMT, (long long)sb->st_size,
                           (long long)sb->st_mtim.tv_sec, sb->st_mtim.tv_nsec,
                           (long long)sb->st_ctim.tv_sec, sb->st_ctim.tv_nsec);
}


/* Whether a change of the file from now on would give it another signature */
static bool
virNodeDeviceCompatFileIsSettled(const struct stat *sb)
{
    gint64 changed = sb->st_ctim.tv_sec * G_USEC_PER_SEC + sb->st_ctim.tv_nsec / 1000;

    return g_get_real_time() - changed > SETTLED_MS * 1000LL;
}


/**
 * virNodeDeviceCompatFileIsUnchanged:
 * @file: a file
 *
 * Returns true if the file is there, and has surely been read as it is.
 */
bool
virNodeDeviceCompatFileIsUnchanged(const virNodeDeviceCompatFile *file)
{
    g_autofree char *signature = NULL;
    struct stat sb;

    if (!file->signature || !file->settled || stat(file->path, &sb) < 0)
        return false;

    signature = virNodeDeviceCompatFileGetSignature(&sb);
    return STREQ(file->signature, signature);
}


/* Sets the fault of a file that could not be opened or read. Something else than the
 * file can be the cause, so that it is tried again each time. */
static bool
virNodeDeviceCompatFileSetError(virNodeDeviceCompatFile *file,
                                const char *cause)
{
    g_clear_pointer(&file->signature, g_free);
    file->size = 0;
    return virNodeDeviceCompatFileFaultSet(&file->fault, VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE,
                                       file->path, cause);
}


/* Sets the fault of a file with this very content, which is logged even if the content
 * before it had the same. */
static bool
virNodeDeviceCompatFileSetFault(virNodeDeviceCompatFile *file,
                                virNodeDeviceCompatAttrState state,
                                const char *path,
                                const char *cause)
{
    g_clear_pointer(&file->fault.logged, g_free);
    virNodeDeviceCompatFileFaultSet(&file->fault, state, path, cause);
    return true;
}


/* Takes @xml for the content of the file if it can be used. */
static bool
virNodeDeviceCompatFileTake(virNodeDeviceCompatFile *file,
                            char **xml)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    virNodeDeviceCompatFileKind kind;
    bool changed;

    if (virNodeDeviceCompatFileParse(rules, facts, *xml, file->path, &kind) < 0) {
        virErrorPtr err = virGetLastError();

        /* without the words for its kind, the error begins with the path */
        virNodeDeviceCompatFileSetFault(file, VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED, NULL,
                                        err && err->str2 ? err->str2 : virGetLastErrorMessage());
        virResetLastError();
        if (!file->xml)
            file->kind = kind;
        return true;
    }

    changed = virNodeDeviceCompatFileFaultSet(&file->fault, VIR_NODE_DEVICE_COMPAT_ATTR_OK, NULL, NULL);
    if (STREQ_NULLABLE(file->xml, *xml))
        return changed;

    g_free(file->xml);
    file->xml = g_steal_pointer(xml);
    g_clear_object(&file->rules);
    file->rules = g_steal_pointer(&rules);
    g_clear_object(&file->facts);
    file->facts = g_steal_pointer(&facts);
    file->kind = kind;
    return true;
}


/* Sets the fault of a file that is larger than the room there is. That is not its own: the
 * others of its directory can become smaller. */
static bool
virNodeDeviceCompatFileSetLarge(virNodeDeviceCompatFile *file)
{
    g_autofree char *large = NULL;

    large = g_strdup_printf(_("all files of its directory together are larger than %1$d bytes"),
                            VIR_NODE_DEVICE_COMPAT_FILES_SIZE_MAX);
    return virNodeDeviceCompatFileSetError(file, large);
}


/* Reads the file from @fd. It must be the same at the end as it was in the beginning,
 * or half of it could be new. @same: it looks as it did when it was read last. */
static bool
virNodeDeviceCompatFileRead(virNodeDeviceCompatFile *file,
                            int fd,
                            size_t max,
                            bool same)
{
    g_autofree char *xml = NULL;
    g_autofree char *after = NULL;
    g_autofree char *digest = NULL;
    struct stat sb;
    int len;

    if ((len = virFileReadLimFD(fd, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX, &xml)) < 0) {
        g_autofree char *large = NULL;

        if (errno != EOVERFLOW)
            return virNodeDeviceCompatFileSetError(file, g_strerror(errno));
        if (same)
            return false;

        large = g_strdup_printf(_("it is larger than %1$d bytes"),
                                VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
        return virNodeDeviceCompatFileSetFault(file, VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED,
                                               file->path, large);
    }

    if (fstat(fd, &sb) < 0)
        return virNodeDeviceCompatFileSetError(file, g_strerror(errno));

    after = virNodeDeviceCompatFileGetSignature(&sb);
    if (STRNEQ(file->signature, after) || sb.st_size != len)
        return virNodeDeviceCompatFileSetError(file, _("it changed while it was read"));

    if (len > max)
        return virNodeDeviceCompatFileSetLarge(file);

    digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (unsigned char *) xml, len);
    if (same && STREQ_NULLABLE(file->digest, digest))
        return false;
    g_free(file->digest);
    file->digest = g_steal_pointer(&digest);

    file->size = len;
    if (strlen(xml) != len)
        return virNodeDeviceCompatFileSetFault(file, VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED,
                                               file->path, _("it holds a NUL byte"));

    return virNodeDeviceCompatFileTake(file, &xml);
}


/* Returns how large the content is that is kept of the file or, if that is more, the one
 * that was read without being usable, in bytes. */
size_t
virNodeDeviceCompatFileGetSize(const virNodeDeviceCompatFile *file)
{
    return MAX(file->xml ? strlen(file->xml) : 0, file->size);
}


/**
 * virNodeDeviceCompatFileRefresh:
 * @file: a file that is there, or was a moment ago
 * @max: size of the content that there is room for, in bytes
 *
 * Reads the file if it has changed since it was read, or may have.
 *
 * Returns true if there is anything new about it: its content or kind, or that it
 * cannot be used, and why.
 */
bool
virNodeDeviceCompatFileRefresh(virNodeDeviceCompatFile *file,
                               size_t max)
{
    g_autofree char *signature = NULL;
    VIR_AUTOCLOSE fd = -1;
    struct stat sb;
    bool same;

    if (stat(file->path, &sb) < 0) {
        int err = errno;

        if (err != ENOENT)
            return virNodeDeviceCompatFileSetError(file, g_strerror(err));

        return virNodeDeviceCompatFileSetError(file,
                                               virNodeDeviceCompatFileIsGone(file->path, NULL) ?
                                               _("it was there a moment ago") :
                                               _("it is a link that leads nowhere"));
    }

    signature = virNodeDeviceCompatFileGetSignature(&sb);
    if (file->settled && STREQ_NULLABLE(file->signature, signature))
        return false;

    /* opening a device could have consequences, and reading a FIFO would not end; so
     * O_NONBLOCK, as it could be another file by now */
    if (S_ISREG(sb.st_mode) &&
        ((fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) < 0 ||
         fstat(fd, &sb) < 0))
        return virNodeDeviceCompatFileSetError(file, g_strerror(errno));

    g_free(signature);
    signature = g_steal_pointer(&file->signature);
    file->signature = virNodeDeviceCompatFileGetSignature(&sb);
    file->settled = virNodeDeviceCompatFileIsSettled(&sb);
    same = STREQ_NULLABLE(file->signature, signature);

    if (!S_ISREG(sb.st_mode))
        return !same &&
               virNodeDeviceCompatFileSetFault(file, VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE,
                                               file->path, _("it is not a regular file"));

    /* one that is never read need not be */
    if (sb.st_size > max && sb.st_size <= VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
        return virNodeDeviceCompatFileSetLarge(file);

    return virNodeDeviceCompatFileRead(file, fd, max, same);
}
