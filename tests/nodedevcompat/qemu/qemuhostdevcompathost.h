/*
 * qemuhostdevcompathost.h: a fake node device driver that stands for a host
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

#define NAME "00000000_0000_0000_0000_00000000000"      /* and a digit */
#define FUNCTION "pci_0000_0a_00_"                      /* and a digit */

/*
 * The fake node device driver
 *
 * A host is written as its devices, "1=vfio-pci/a/1.2.0/x/o f2=...": the last
 * digit of an mdev's UUID or, after f, of a PCI function's address, or after u of
 * one that no VFIO driver has, or after v of one that vfio-pci has; device API, type,
 * software version, an attribute x, or a derived one "NAME:VALUE", and an opaque
 * string, of which each may be left out; "1=" has no capability at
 * all, and "!" among these is a mark that what it publishes cannot be read. A device's
 * driver accepts its own opaque string, and "mute" does not answer.
 */

/* An error that a call can leave */
struct testError {
    int domain;
    int code;
    int number;
};

struct testHost {
    const char *devices;
    bool unreachable;           /* there is no connection */
    const struct testError *error;      /* connecting fails like this; NULL: it does not */
    const char *sysfs;          /* the root of its tree, if it is not this machine's */
    bool guarded;               /* only the daemon's own user may ask */
    bool stock;                 /* its daemon knows nothing of reports */
    const char *facts;          /* what its administrator states, a document; NULL: nothing; "!":
                                 * that is not usable, "?": there can be more */
    const char *report;         /* what it answers, whatever it is asked */
    const char *metadata;       /* of all vGPUs; NULL: there are none; "unreadable" */
    bool hooks;                 /* it has a hook script */
    bool brief;                 /* its reports do not have the descriptor of the target */
    size_t reads;               /* how often a device was read; the test sets it to 0 */
    size_t definitions;         /* how often of that all of its definition was */
    size_t calls;               /* how often anything was asked, connecting included */
    size_t closes;              /* how many connections hung when they were closed */
    int keepalives;             /* how many connections are given up if nobody answers */

    /* What hangs until testHostRelease(): a device, by a part of its name, "connect",
     * "close", "metadata" of vGPUs, or "" for all of it but closing */
    const char *hangs;
    unsigned int slow;          /* how long a call takes, in milliseconds */
    bool dies;                  /* when it is asked about a device, and is never back */
    void (*asked)(void);        /* called each time, before it hangs */
};

extern struct testHost host;

/* A driver with a policy file of its own, and a host whose node device driver it asks */
int
testHostInit(void);

/* The devices that it has from now on; "!" is one whose driver does not answer; NULL: as before */
void
testSetHost(const char *devices);

/* Connections from before are dead. */
void
testHostRestart(void);

/* Nothing hangs any more, and all who asked have gone. */
void
testHostRelease(void);

void
testHostFree(void);
