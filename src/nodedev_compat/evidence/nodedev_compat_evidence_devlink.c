/*
 * nodedev_compat_evidence_devlink.c: firmware and board, as devlink shows them
 *
 * Versions are attributes by the names that drivers give them: "fw.psid", "fw.version",
 * "fw.mgmt", "board.id" and so on, those that are fixed and those that are running. What
 * is merely stored takes effect at the next reset. The names that drivers share are in
 * Documentation/networking/devlink/devlink-info.rst of the kernel, others in the file of
 * the driver beside it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_devlink.h"
#include "virmacaddr.h"
#include "virstring.h"
#include "viruuid.h"

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name

/* What a version of hardware and firmware is not, as part of a name: it is of one piece of
 * hardware only, or nobody's business. */
static const char *const privateWords[] = {
    "guid", "password", "secret", "serial", "sn", "token", "uuid",
};

/* What devlink shows of a device */
typedef struct _virNodeDeviceCompatDevlinkAnswer virNodeDeviceCompatDevlinkAnswer;
struct _virNodeDeviceCompatDevlinkAnswer {
    virNodeDeviceCompat *versions;      /* as attributes */
    const char *migratable;             /* enable, disable, or NULL */
};


/* Whether the version @name can be an attribute, which has no other meaning then. */
static bool
virNodeDeviceCompatDevlinkNameIsUsable(const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    g_auto(GStrv) words = g_strsplit_set(lower, "._-", -1);
    size_t i;

    if (!virNodeDeviceCompatNameIsValid(name) ||
        STRNEQ(virNodeDeviceCompatAttrCanonicalName(name), name) ||
        virNodeDeviceCompatRuleGetDefault(name)->attr ||
        virNodeDeviceCompatAttrIsMark(name) ||
        STREQ(name, "migratable"))
        return false;

    for (i = 0; i < G_N_ELEMENTS(privateWords); i++) {
        if (g_strv_contains((const char *const *)words, privateWords[i]))
            return false;
    }

    return true;
}


/* Whether a value is that of one piece of hardware, whatever it is called */
static bool
virNodeDeviceCompatDevlinkValueIsPrivate(const char *value)
{
    unsigned char uuid[VIR_UUID_BUFLEN];
    virMacAddr mac;

    return virMacAddrParse(value, &mac) == 0 || virUUIDParse(value, uuid) == 0;
}


/* Adds the version @text, "NAME VALUE". Returns -1 if there are too many. */
static int
virNodeDeviceCompatDevlinkAddVersion(virNodeDeviceCompat *versions,
                                     const char *text)
{
    size_t length = strcspn(text, " ");
    g_autofree char *name = g_strndup(text, length);
    g_autofree char *value = text[length] ? g_strstrip(g_strdup(text + length)) : NULL;
    virNodeDeviceCompatAttr *attr;

    if (!virNodeDeviceCompatDevlinkNameIsUsable(name) ||
        (value && virNodeDeviceCompatDevlinkValueIsPrivate(value)))
        return 0;

    /* a number of a board, which some write in small letters */
    if (value && STREQ(name, "fw.psid")) {
        char *upper = g_ascii_strup(value, -1);

        g_free(value);
        value = upper;
    }

    if (!(attr = virNodeDeviceCompatAdd(versions, NULL, name, value)))
        return -1;

    /* there is one, which is no text */
    if (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE)
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
    return 0;
}


/* Adds one line to @answer. Returns 0 on success, -EBADMSG if it is malformed, -EOVERFLOW
 * if there are too many. */
static int
virNodeDeviceCompatDevlinkParseLine(const char *line,
                                    virNodeDeviceCompatDevlinkAnswer *answer)
{
    const char *text;

    if ((text = STRSKIP(line, "fixed ")) || (text = STRSKIP(line, "running ")))
        return virNodeDeviceCompatDevlinkAddVersion(answer->versions, text) < 0 ? -EOVERFLOW : 0;

    if (!(text = STRSKIP(line, "migratable ")) ||
        (STRNEQ(text, "enable") && STRNEQ(text, "disable")) ||
        (answer->migratable && STRNEQ(text, answer->migratable)))
        return -EBADMSG;

    answer->migratable = STREQ(text, "enable") ? "enable" : "disable";
    return 0;
}


/* Asks devlink about a function. Returns -1 if that is more than a descriptor can hold;
 * sets *ret_result to whether there is an answer. */
static int
virNodeDeviceCompatDevlinkGet(const char *device,
                              const char *physical,
                              virNodeDeviceCompatDevlinkAnswer *answer,
                              virNodeDeviceCompatReadResult *ret_result)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    size_t i;

    *ret_result = virNodeDeviceCompatDevlinkRead(device, physical, &text);
    if (*ret_result != READ(OK))
        return 0;

    lines = g_strsplit(text, "\n", -1);
    for (i = 0; lines[i]; i++) {
        int rc = lines[i][0] ? virNodeDeviceCompatDevlinkParseLine(lines[i], answer) : 0;

        if (rc == -EOVERFLOW)
            return -1;
        if (rc < 0)
            *ret_result = READ(MALFORMED);
    }

    return 0;
}


/* Adds the versions in @answer, of which two with one name can differ. */
static int
virNodeDeviceCompatDevlinkAddVersions(virNodeDeviceCompat *compat,
                                      const virNodeDeviceCompatDevlinkAnswer *answer)
{
    const virNodeDeviceCompatAttrs *versions = &answer->versions->self;
    size_t i;

    for (i = 0; i < versions->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = versions->attrs[i];
        virNodeDeviceCompatReadResult result = READ(OK);

        if (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING)
            result = READ(CONFLICTING);
        else if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            result = READ(MALFORMED);

        if (virNodeDeviceCompatAddEvidence(compat, attr->name, result, attr->value, true) < 0)
            return -1;
    }

    return 0;
}


/* Adds what @device shows to the descriptor: the versions of the one that has the firmware,
 * or whether a virtual function, then with its @physical one, can be migrated. */
static int
virNodeDeviceCompatDevlinkAdd(virNodeDeviceCompat *compat,
                              const char *device,
                              const char *physical)
{
    g_autoptr(virNodeDeviceCompat) versions = virNodeDeviceCompatNew();
    virNodeDeviceCompatDevlinkAnswer answer = { .versions = versions };
    virNodeDeviceCompatReadResult result;

    if (virNodeDeviceCompatDevlinkGet(device, physical, &answer, &result) < 0)
        return -1;

    /* of what is malformed somewhere, nothing is used */
    if (physical) {
        if (result == READ(OK) && !answer.migratable)
            return 0;
        return virNodeDeviceCompatAddMigratable(compat, result,
                                                STREQ_NULLABLE(answer.migratable, "enable"));
    }

    if (result == READ(ABSENT))
        return 0;
    if (result == READ(OK))
        return virNodeDeviceCompatDevlinkAddVersions(compat, &answer);

    /* there can be any that are not known */
    return virNodeDeviceCompatMarkUnusable(compat, NULL, VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK,
                                           result);
}


/**
 * virNodeDeviceCompatDevlinkSourceRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the versions of the physical function that the device belongs to, or of the device
 * itself, and whether a virtual function can be migrated. If devlink cannot be asked, what
 * is missing is not known, and a mark stands for it.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatDevlinkSourceRead(virNodeDeviceCompat *compat,
                                     virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    bool isVirtual = false;

    if (virNodeDeviceCompatPathsFindPhysical(paths, &physical, &isVirtual) != READ(OK))
        return 0;

    if (virNodeDeviceCompatDevlinkAdd(compat, physical, NULL) < 0)
        return -1;

    /* a device that does not answer is not asked again */
    if (!isVirtual || paths->type ||
        virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK))
        return 0;

    return virNodeDeviceCompatDevlinkAdd(compat, paths->device, physical);
}
