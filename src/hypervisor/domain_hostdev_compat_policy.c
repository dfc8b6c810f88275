/*
 * domain_hostdev_compat_policy.c: what a host allows about incompatible host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat_policy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nodedev_compat/nodedev_compat_gone.h"
#include "nodedev_compat/nodedev_compat_reason.h"
#include "viralloc.h"
#include "virconf.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_CONF

VIR_LOG_INIT("hypervisor.domain_hostdev_compat_policy");

/* libvirt's parser looks at all lines for each line, and at all items of a list for
 * each item. */
#define ENTRIES_MAX 4096

/* What virConfReadString() calls the file that it parses */
#define CONF_NAME "memory conf"

VIR_ENUM_IMPL(virDomainHostdevCompatMode,
              VIR_DOMAIN_HOSTDEV_COMPAT_MODE_LAST,
              "permissive",
              "off",
              "enforcing",
);

/* The last usable content of each policy file, by its path; NULL: there was no such file */
static GHashTable *contents;
static virMutex contentsLock = VIR_MUTEX_INITIALIZER;


void
virDomainHostdevCompatPolicyFree(virDomainHostdevCompatPolicy *policy)
{
    if (!policy)
        return;

    g_strfreev(policy->ignore);
    g_free(policy->file);
    g_free(policy->error);
    g_free(policy);
}


static virDomainHostdevCompatPolicy *
virDomainHostdevCompatPolicyNew(const char *file)
{
    virDomainHostdevCompatPolicy *policy = g_new0(virDomainHostdevCompatPolicy, 1);

    policy->file = g_strdup(file);
    policy->restoreUndescribed = true;
    return policy;
}


static int
virDomainHostdevCompatPolicyParseMode(virDomainHostdevCompatPolicy *policy,
                                      virConf *conf)
{
    g_autofree char *mode = NULL;
    int value;

    if (virConfGetValueString(conf, "migration", &mode) < 0)
        return -1;

    if (!mode)
        return 0;

    if ((value = virDomainHostdevCompatModeTypeFromString(mode)) < 0) {
        virReportError(VIR_ERR_CONF_SYNTAX,
                       _("must be 'off', 'permissive' or 'enforcing', not '%1$s'"), mode);
        return -1;
    }

    policy->mode = value;
    return 0;
}


static int
virDomainHostdevCompatPolicyParseCrossType(virDomainHostdevCompatPolicy *policy,
                                           virConf *conf)
{
    return virConfGetValueBool(conf, "cross_type", &policy->crossType) < 0 ? -1 : 0;
}


static int
virDomainHostdevCompatPolicyParseRestoreUndescribed(virDomainHostdevCompatPolicy *policy,
                                                    virConf *conf)
{
    return virConfGetValueBool(conf, "restore_undescribed", &policy->restoreUndescribed) < 0 ? -1 : 0;
}


static int
virDomainHostdevCompatPolicyParseIgnore(virDomainHostdevCompatPolicy *policy,
                                        virConf *conf)
{
    size_t i;

    if (virConfGetValueStringList(conf, "ignore", false, &policy->ignore) < 0)
        return -1;

    for (i = 0; policy->ignore && policy->ignore[i]; i++) {
        if (virNodeDeviceCompatReasonCodeTypeFromString(policy->ignore[i]) < 0) {
            virReportError(VIR_ERR_CONF_SYNTAX,
                           _("there is no reason code '%1$s'"), policy->ignore[i]);
            return -1;
        }
    }

    return 0;
}


/* All settings; the man page libvirt-nodedev-compat(5) describes them. */
static const struct {
    const char *key;
    int (*parse)(virDomainHostdevCompatPolicy *policy, virConf *conf);
} settings[] = {
    { "migration", virDomainHostdevCompatPolicyParseMode },
    { "restore_undescribed", virDomainHostdevCompatPolicyParseRestoreUndescribed },
    { "cross_type", virDomainHostdevCompatPolicyParseCrossType },
    { "ignore", virDomainHostdevCompatPolicyParseIgnore },
};


/* The number of the @nth line of @content that sets @key, as parsed settings have
 * none; 0 if there is no such line */
static size_t
virDomainHostdevCompatPolicyFindLine(const char *content,
                                     const char *key,
                                     size_t nth)
{
    g_auto(GStrv) lines = g_strsplit(content, "\n", -1);
    size_t i;

    for (i = 0; lines[i]; i++) {
        const char *rest = lines[i];

        virSkipSpaces(&rest);
        if (!(rest = STRSKIP(rest, key)))
            continue;

        virSkipSpaces(&rest);
        if (*rest == '=' && nth-- == 1)
            return i + 1;
    }

    return 0;
}


/* Reports that something is wrong with a setting. */
static void
virDomainHostdevCompatPolicyError(const char *file,
                                  const char *content,
                                  const char *key,
                                  size_t nth,
                                  const char *message)
{
    g_autofree char *text = g_strdup_printf("%s:%zu: %s: %s", file,
                                            virDomainHostdevCompatPolicyFindLine(content, key, nth),
                                            key, message);

    virReportError(VIR_ERR_CONF_SYNTAX, "%s", text);
}


/* The keys of a file, while they are walked */
typedef struct _virDomainHostdevCompatPolicyKeys virDomainHostdevCompatPolicyKeys;
struct _virDomainHostdevCompatPolicyKeys {
    const char *file;
    const char *content;
    size_t counts[G_N_ELEMENTS(settings)];
};


static int
virDomainHostdevCompatPolicyCheckKey(const char *name,
                                     virConfValue *value G_GNUC_UNUSED,
                                     void *opaque)
{
    virDomainHostdevCompatPolicyKeys *keys = opaque;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (STRNEQ(name, settings[i].key))
            continue;

        /* which of them was meant is not known */
        if (keys->counts[i]++ > 0) {
            virDomainHostdevCompatPolicyError(keys->file, keys->content, name, 2,
                                              _("is set twice"));
            return -1;
        }
        return 0;
    }

    virDomainHostdevCompatPolicyError(keys->file, keys->content, name, 1,
                                      _("there is no such setting"));
    return -1;
}


/* The last error without what stands for its code, and with @name as the file */
static char *
virDomainHostdevCompatPolicyGetError(const char *name)
{
    virErrorPtr err = virGetLastError();

    return virStringReplace(err->str2 ? err->str2 : err->message, CONF_NAME ":", name);
}


static int
virDomainHostdevCompatPolicyCheckEntries(const char *content,
                                         const char *file)
{
    size_t entries = 0;
    size_t i;

    for (i = 0; content[i]; i++)
        entries += strchr("\n,[", content[i]) != NULL;

    if (entries <= ENTRIES_MAX)
        return 0;

    virReportError(VIR_ERR_CONF_SYNTAX, _("%1$s: more than %2$d lines and items of lists"),
                   file, ENTRIES_MAX);
    return -1;
}


/**
 * virDomainHostdevCompatPolicyParse:
 * @content: content of a policy file
 * @file: its name
 *
 * A setting that is not understood is an error: it could be the one that mattered.
 *
 * Returns the policy, or NULL with an error reported that has file and line.
 */
virDomainHostdevCompatPolicy *
virDomainHostdevCompatPolicyParse(const char *content,
                                  const char *file)
{
    g_autoptr(virDomainHostdevCompatPolicy) policy = virDomainHostdevCompatPolicyNew(file);
    g_autoptr(virConf) conf = NULL;
    virDomainHostdevCompatPolicyKeys keys = { .file = file, .content = content };
    size_t i;

    if (virDomainHostdevCompatPolicyCheckEntries(content, file) < 0)
        return NULL;

    if (!(conf = virConfReadString(content, 0))) {
        g_autofree char *name = g_strdup_printf("%s:", file);
        g_autofree char *message = virDomainHostdevCompatPolicyGetError(name);

        virReportError(VIR_ERR_CONF_SYNTAX, "%s", message);
        return NULL;
    }

    if (virConfWalk(conf, virDomainHostdevCompatPolicyCheckKey, &keys) < 0)
        return NULL;

    for (i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *message = NULL;

        if (settings[i].parse(policy, conf) == 0)
            continue;

        message = virDomainHostdevCompatPolicyGetError("");
        g_strstrip(message);
        virDomainHostdevCompatPolicyError(file, content, settings[i].key, 1, message);
        return NULL;
    }

    return g_steal_pointer(&policy);
}


/* Reads @file into @ret_content. Returns its length, or -errno: -ENOENT if there is no such
 * file, -ESTALE if that may be so for a moment only, -EINVAL if it is not a regular one. */
static int
virDomainHostdevCompatPolicyReadFile(const char *file,
                                     char **ret_content)
{
    VIR_AUTOCLOSE fd = -1;
    struct stat sb;
    int len;

    /* to open a pipe must not take forever */
    if ((fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) < 0) {
        int err = errno;
        bool recently;

        if (err != ENOENT)
            return -err;

        /* a link that leads nowhere is no file that does not exist */
        if (!virNodeDeviceCompatFileIsGone(file, &recently))
            return -ENOLINK;

        return recently ? -ESTALE : -ENOENT;
    }

    if (fstat(fd, &sb) < 0)
        return -errno;

    if (!S_ISREG(sb.st_mode))
        return -EINVAL;

    if ((len = virFileReadLimFD(fd, VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE_MAX, ret_content)) < 0)
        return -errno;

    return len;
}


/**
 * virDomainHostdevCompatPolicyLoad:
 * @call: VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_CALL and the path of a policy file
 * @max: not used
 * @ret_content: set on success to its content, which can have NUL bytes in it
 *
 * For a thread that may not come back (virNodeDeviceCompatReaderFunc): reports no error, and
 * knows nothing but the file.
 *
 * Returns the length of the content, or -errno.
 */
int
virDomainHostdevCompatPolicyLoad(const char *call,
                                 int max G_GNUC_UNUSED,
                                 char **ret_content)
{
    return virDomainHostdevCompatPolicyReadFile(call + strlen(VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_CALL),
                                                ret_content);
}


/* Reports why @file is not usable, if that is so. */
static int
virDomainHostdevCompatPolicyCheckLoaded(const char *file,
                                        const char *content,
                                        int len)
{
    if (len == -ETIMEDOUT)
        virReportError(VIR_ERR_OPERATION_TIMEOUT, _("'%1$s' cannot be read in time"), file);
    else if (len == -ESTALE)
        virReportError(VIR_ERR_CONF_SYNTAX, _("'%1$s' was there a moment ago"), file);
    else if (len == -EINVAL)
        virReportError(VIR_ERR_CONF_SYNTAX, _("'%1$s' is not a regular file"), file);
    else if (len < 0)
        virReportSystemError(-len, _("cannot read '%1$s'"), file);
    else if (memchr(content, '\0', len))
        virReportError(VIR_ERR_CONF_SYNTAX, _("'%1$s' has a NUL byte in it"), file);
    /* as it is while it is written, and on a disk that is full; a file without any setting
     * has comments */
    else if (content[strspn(content, " \t\r\n")] == '\0')
        virReportError(VIR_ERR_CONF_SYNTAX, _("'%1$s' is empty"), file);
    else
        return 0;

    return -1;
}


/* Keeps @content of @file, NULL if there is no such file, for the time when that is not
 * usable. */
static void
virDomainHostdevCompatPolicyKeep(const char *file,
                                 const char *content)
{
    VIR_WITH_MUTEX_LOCK_GUARD(&contentsLock) {
        if (!contents)
            contents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

        g_hash_table_insert(contents, g_strdup(file), g_strdup(content));
    }
}


static char *
virDomainHostdevCompatPolicyGetKept(const char *file)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&contentsLock);

    return contents ? g_strdup(g_hash_table_lookup(contents, file)) : NULL;
}


static bool
virDomainHostdevCompatPolicyIsKept(const char *file)
{
    g_autofree char *content = virDomainHostdevCompatPolicyGetKept(file);

    return !!content;
}


static bool
virDomainHostdevCompatPolicyHasSettings(const char *content)
{
    g_auto(GStrv) lines = g_strsplit(content, "\n", -1);
    size_t i;

    for (i = 0; lines[i]; i++) {
        g_strstrip(lines[i]);
        if (lines[i][0] && lines[i][0] != '#')
            return true;
    }

    return false;
}


/* Reports an error if @content is only the beginning of what the file had before, and so
 * lacks settings: it is being written, or the disk is full. To take the last setting out
 * looks the same, to make a comment of it does not. */
static int
virDomainHostdevCompatPolicyCheckCut(const char *file,
                                     const char *content)
{
    g_autofree char *kept = virDomainHostdevCompatPolicyGetKept(file);
    const char *rest;

    if (!kept || !(rest = STRSKIP(kept, content)) ||
        !virDomainHostdevCompatPolicyHasSettings(rest))
        return 0;

    virReportError(VIR_ERR_CONF_SYNTAX,
                   _("'%1$s' is cut: it has only the beginning of what it had before; make comments of settings that are not wanted any more"),
                   file);
    return -1;
}


/* The policy while @file is not usable, with an error reported that is reset: that of
 * its last usable content. If there was none, nobody knows what was to be refused, so
 * that everything is. @late: it is not known whether @file is usable, nor whether there is
 * one now, so that it may not have been there all the time. */
static virDomainHostdevCompatPolicy *
virDomainHostdevCompatPolicyGetLast(const char *file,
                                    bool late)
{
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    g_autofree char *content = virDomainHostdevCompatPolicyGetKept(file);
    g_autofree char *error = g_strdup(virGetLastErrorMessage());
    bool known = false;

    VIR_WITH_MUTEX_LOCK_GUARD(&contentsLock) {
        known = contents && g_hash_table_contains(contents, file);
    }

    if (content && (policy = virDomainHostdevCompatPolicyParse(content, file))) {
        VIR_ERROR(_("The last usable content of '%1$s' stays in force: %2$s"), file, error);
    } else if (known && !content && late) {
        policy = virDomainHostdevCompatPolicyNew(file);
        VIR_ERROR(_("There was no file '%1$s', and the defaults stay in force: %2$s"), file, error);
    } else {
        policy = virDomainHostdevCompatPolicyNew(file);
        policy->mode = VIR_DOMAIN_HOSTDEV_COMPAT_MODE_ENFORCING;
        policy->restoreUndescribed = false;
        VIR_ERROR(_("As '%1$s' is not usable, guests are refused as if 'migration' were 'enforcing': %2$s"),
                  file, error);
    }

    policy->error = g_steal_pointer(&error);
    virResetLastError();

    return g_steal_pointer(&policy);
}


/**
 * virDomainHostdevCompatPolicyNewLoaded:
 * @file: policy file, which need not be there
 * @content: its content, or NULL
 * @len: what virDomainHostdevCompatPolicyLoad() has returned, or -ETIMEDOUT if it has not
 *
 * As long as the file cannot be read, is malformed, empty or cut, its last usable content
 * stays in force; if there was none since the program was started, or the file was missing
 * in between, 'enforcing' is. Without a file the policy is the default, also if it was
 * missing and cannot be looked for in time; a link that leads nowhere is a file that cannot
 * be read, and so is, for a moment, one that was removed, as another may take its place.
 *
 * Returns the policy.
 */
virDomainHostdevCompatPolicy *
virDomainHostdevCompatPolicyNewLoaded(const char *file,
                                      const char *content,
                                      int len)
{
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;

    if (len == -ESTALE && !virDomainHostdevCompatPolicyIsKept(file))
        len = -ENOENT;

    if (len == -ENOENT)
        policy = virDomainHostdevCompatPolicyNew(file);
    else if (virDomainHostdevCompatPolicyCheckLoaded(file, content, len) < 0 ||
             !(policy = virDomainHostdevCompatPolicyParse(content, file)) ||
             virDomainHostdevCompatPolicyCheckCut(file, content) < 0)
        return virDomainHostdevCompatPolicyGetLast(file, len == -ETIMEDOUT);

    virDomainHostdevCompatPolicyKeep(file, len == -ENOENT ? NULL : content);
    return g_steal_pointer(&policy);
}


/**
 * virDomainHostdevCompatPolicyRead:
 * @file: policy file, which need not be there
 *
 * Reads the file right here, however long that takes.
 *
 * Returns the policy, as virDomainHostdevCompatPolicyNewLoaded() does.
 */
virDomainHostdevCompatPolicy *
virDomainHostdevCompatPolicyRead(const char *file)
{
    g_autofree char *content = NULL;
    int len = virDomainHostdevCompatPolicyReadFile(file, &content);

    return virDomainHostdevCompatPolicyNewLoaded(file, content, len);
}
