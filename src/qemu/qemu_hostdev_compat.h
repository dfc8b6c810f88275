/*
 * qemu_hostdev_compat.h: host device compatibility in migration
 *
 * The source describes the guest's host devices in an optional block of
 * the migration cookie; the destination compares them with its own devices
 * before it starts QEMU and refuses what cannot work. A peer without the block
 * migrates as without this extension.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_conf.h"
#include "hypervisor/domain_hostdev_compat_check.h"

/* Share of the migration cookie, in bytes, that the description may take; the whole
 * is limited by REMOTE_MIGRATE_COOKIE_MAX of the remote protocol, 4 MiB. */
#define QEMU_HOSTDEV_COMPAT_COOKIE_MAX (1024 * 1024)

typedef struct _qemuHostdevCompat qemuHostdevCompat;
struct _qemuHostdevCompat {
    GPtrArray *hostdevs;        /* virDomainHostdevCompat of the source's devices */

    /* What is wrong with a description that is malformed, in place of @hostdevs */
    char *error;

    /* Whether it was kept in the metadata of the guest */
    bool kept;

    /* What is known of the destination's devices, or NULL */
    virDomainHostdevCompatMemory *memory;

    /* To the destination's node device driver, or NULL. It stays from Prepare to
     * Finish, as until that is done the guest runs nowhere: a daemon without clients
     * ends itself, and takes a while to start. */
    virConnectPtr conn;

    /* When the check began that is being made, with the policy, by g_get_monotonic_time() */
    gint64 begun;
};

/* Of a guest, in qemuDomainObjPrivate */
typedef struct _qemuHostdevCompatState qemuHostdevCompatState;
struct _qemuHostdevCompatState {
    /* From Prepare to Finish of a migration to this host */
    qemuHostdevCompat *incoming;

    /* For the cookie of state that is being saved, and by which job, by its begin */
    qemuHostdevCompat *saved;
    unsigned long long savedJob;

    /* The cookie of saved state that is going to be loaded, from its check until QEMU
     * has opened the devices. It survives the QEMU that a revert ends. */
    struct _qemuDomainSaveCookie *cookie;

    /* Whether a revert had the devices compared with @cookie before it ended the guest.
     * A revert that failed leaves it. */
    bool checked;
};

qemuHostdevCompat *
qemuHostdevCompatNew(void);

void
qemuHostdevCompatFree(qemuHostdevCompat *compat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(qemuHostdevCompat, qemuHostdevCompatFree);

void
qemuHostdevCompatStateClear(qemuHostdevCompatState *state);

/* In qemu_hostdev_compat_cookie.c */

void
qemuHostdevCompatFormatLimited(virBuffer *buf,
                               const qemuHostdevCompat *compat,
                               size_t max);

void
qemuHostdevCompatFormat(virBuffer *buf,
                        const qemuHostdevCompat *compat);

int
qemuHostdevCompatParse(xmlXPathContextPtr ctxt,
                       qemuHostdevCompat **ret_compat);

void
qemuHostdevCompatParseCookie(xmlXPathContextPtr ctxt,
                             qemuHostdevCompat **ret_compat);

/* In qemu_hostdev_compat_metadata.c */

void
qemuHostdevCompatReadMetadata(const virDomainDef *def,
                              qemuHostdevCompat **compat);

void
qemuHostdevCompatTakeMetadata(virDomainDef *def,
                              qemuHostdevCompat **compat);

void
qemuHostdevCompatClearMetadata(virDomainDef *def);

/* In qemu_hostdev_compat_api.c */

char *
qemuDomainGetHostdevCompat(virDomainPtr dom,
                           unsigned int flags);

char *
qemuConnectCompareHostdevCompat(virConnectPtr conn,
                                const char *domXML,
                                const char *hostdevsXML,
                                unsigned int flags);

/* In qemu_hostdev_compat_describe.c */

GPtrArray *
qemuHostdevCompatListDevices(virDomainObj *vm,
                             GPtrArray *questions,
                             bool opaque);

int
qemuHostdevCompatDescribe(virDomainObj *vm,
                          unsigned int flags,
                          qemuHostdevCompat **ret_compat);

int
qemuHostdevCompatDescribeSaved(virDomainObj *vm);

int
qemuHostdevCompatDescribeSnapshot(virDomainObj *vm,
                                  const virDomainSnapshotDef *snapdef,
                                  unsigned int flags);

qemuHostdevCompat *
qemuHostdevCompatTakeSaved(virDomainObj *vm);
