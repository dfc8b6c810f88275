/*
 * qemu_hostdev_compat.h: host device compatibility in migration
 *
 * The source describes the guest's host devices in an optional block of
 * the migration cookie; the destination compares them with its own devices
 * before it starts QEMU and refuses what cannot work. A peer without the block
 * is served as ever.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_conf.h"
#include "nodedev_compat_conf.h"
#include "domain_hostdev_pairing.h"
#include "viridentity.h"

/* One device of the guest as the source describes it. Strings that the source
 * does not tell are NULL, and so is @compat if it knows nothing. */
typedef struct _qemuHostdevCompatHostdev qemuHostdevCompatHostdev;
struct _qemuHostdevCompatHostdev {
    virDomainHostdevIdentity place;
    char *name;         /* node device on the source host */
    virNodeDeviceCompat *compat;
    bool pooled;        /* the destination chooses its device later on */
};

typedef struct _qemuHostdevCompat qemuHostdevCompat;
struct _qemuHostdevCompat {
    size_t nhostdevs;
    qemuHostdevCompatHostdev **hostdevs;

    /* The message about what the source said, if that was malformed */
    char *damage;

    /* What the devices of the destination said when they were judged, by their
     * names here */
    GHashTable *targets;

    /* To the destination's node device driver, or NULL. It stays from Prepare to
     * Finish, as until that is done the guest runs nowhere: a daemon that has nobody to
     * serve ends itself, and takes a while to start. */
    virConnectPtr conn;
};

void
qemuHostdevCompatFree(qemuHostdevCompat *compat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(qemuHostdevCompat, qemuHostdevCompatFree);

qemuHostdevCompat *
qemuHostdevCompatNew(const virDomainDef *def,
                     unsigned int flags);

void
qemuHostdevCompatFormat(virBuffer *buf,
                        const qemuHostdevCompat *compat);

int
qemuHostdevCompatParse(xmlXPathContextPtr ctxt,
                       qemuHostdevCompat **ret_compat);

char *
qemuHostdevCompatTakeError(void);

void
qemuHostdevCompatParseCookie(xmlXPathContextPtr ctxt,
                             qemuHostdevCompat **ret_compat);

virDomainHostdevPairing *
qemuHostdevCompatMatchNew(const qemuHostdevCompat *compat);

const char *
qemuHostdevCompatHostdevGetName(const qemuHostdevCompatHostdev *source);

virIdentity *
qemuHostdevCompatElevate(void);
