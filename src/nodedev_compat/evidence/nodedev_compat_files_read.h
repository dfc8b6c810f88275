/*
 * nodedev_compat_files_read.h: the last usable content of a rule or facts file
 *
 * A file is read again when it has changed. While it cannot be used, whatever the
 * cause, what it held before stays known. nodedev_compat_files.c decides what follows.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat/nodedev_compat_gone.h"
#include "nodedev_compat/nodedev_compat_rules.h"

/* What a file holds, by its root element */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_FILE_EITHER = 0,     /* not known */
    VIR_NODE_DEVICE_COMPAT_FILE_RULES,
    VIR_NODE_DEVICE_COMPAT_FILE_FACTS,
} virNodeDeviceCompatFileKind;

/* Why a file or a directory cannot be used */
typedef struct _virNodeDeviceCompatFileFault virNodeDeviceCompatFileFault;
struct _virNodeDeviceCompatFileFault {
    virNodeDeviceCompatAttrState state; /* OK, or UNREADABLE or MALFORMED */
    char *cause;                        /* begins with its path; NULL if OK */
    char *logged;                       /* the cause that was logged last */
};

typedef struct _virNodeDeviceCompatFile virNodeDeviceCompatFile;
struct _virNodeDeviceCompatFile {
    char *path;
    char *signature;    /* of the file when it was read; NULL: read it again */
    bool settled;       /* a change since then would show in it */
    char *digest;       /* of what was read then, or NULL */
    char *xml;          /* its last usable content, or NULL */
    virNodeDeviceCompatRules *rules;    /* what is in @xml; NULL without it */
    virNodeDeviceCompatFacts *facts;
    size_t size;        /* of what was read last, in bytes */
    virNodeDeviceCompatFileKind kind;   /* of @xml; without it, of what is there now */
    virNodeDeviceCompatFileFault fault;     /* of what is there now */
    const virNodeDeviceCompatFile *hiddenBy;    /* a file of the same list, or NULL */
};

int
virNodeDeviceCompatFileParse(virNodeDeviceCompatRules *rules,
                             virNodeDeviceCompatFacts *facts,
                             const char *xml,
                             const char *filename,
                             virNodeDeviceCompatFileKind *ret_kind);

size_t
virNodeDeviceCompatFileGetSize(const virNodeDeviceCompatFile *file);

bool
virNodeDeviceCompatFileIsUnchanged(const virNodeDeviceCompatFile *file);

bool
virNodeDeviceCompatFileRefresh(virNodeDeviceCompatFile *file,
                               size_t max);

bool
virNodeDeviceCompatFileFaultSet(virNodeDeviceCompatFileFault *fault,
                                virNodeDeviceCompatAttrState state,
                                const char *path,
                                const char *cause);

void
virNodeDeviceCompatFileFaultClear(virNodeDeviceCompatFileFault *fault);

virNodeDeviceCompatFile *
virNodeDeviceCompatFileNew(const char *dir,
                           const char *name);

void
virNodeDeviceCompatFileFree(virNodeDeviceCompatFile *file);
