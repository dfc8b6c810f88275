/*
 * nodedevcompatdhost.h: a host in the place of libvirt, for virt-nodedev-compatd
 *
 * Its guests are called g1, g2, ..., and their UUIDs end with that number. Counts what it is
 * asked, and does as it is told: fails, hangs, loses the connection.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedevcompattree.h"
#include "virthread.h"
#include "virt-nodedev-compatd-agent.h"

#define TEST_GUESTS_MAX 128

/* The device of the tree below */
#define DEVICE PARENT "/" UUID

/* A mediated device of the tree, as a definition has it */
#define TEST_HOSTDEV \
    "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>" \
    "<source><address uuid='4b20d080-1b54-4048-85b3-a6a62d165c01'/></source>" \
    "<alias name='ua-gpu'/>" \
    "<address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>" \
    "</hostdev>"

typedef struct _testGuest testGuest;
struct _testGuest {
    const char *devices;        /* NULL: the guest does not run */
    char *metadata;             /* in its <metadata>, or NULL */
    const char *xml;            /* in the place of its definition, or NULL */
    gint64 started;
    unsigned int gets;
    unsigned int sets;          /* that were tried */
    unsigned int removals;      /* those of them that take the element out */
    virtCompatdResult getResult;
    virtCompatdResult setResult;
    unsigned int failures;      /* so many of the next sets end with @setResult; 0: all */
    bool hang;                  /* get() does not return as long as this is set */
};

typedef struct _testHost testHost;
struct _testHost {
    virMutex lock;
    virCond cond;
    testGuest guests[TEST_GUESTS_MAX];
    unsigned int opens;
    unsigned int lists;
    unsigned int watches;
    unsigned int closes;
    unsigned int refuse;        /* so many of the next connections fail */
    unsigned int refuseList;    /* the same of listing guests */
    bool reports;               /* each write is reported */
    bool hangOpen;              /* open() does not return as long as this is set */
    bool hangWatch;             /* the same of watch() */
    virtCompatdListener listener;
};

extern testHost host;
extern const virtCompatdHost testHostTable;

void
testHostReset(void);

char *
testHostGetUUID(size_t number);

void
testHostReport(size_t number,
               virtCompatdEvent event);

void
testHostSetHangOpen(bool hang);

void
testHostSetHangWatch(bool hang);

void
testHostSetHang(size_t number,
                bool hang);

unsigned int
testHostCountCalls(void);

unsigned int
testHostCountSets(void);

/* So short that no test waits for it, and so long that no test sees it */
extern const virtCompatdTimes testTimes;

/* The end of the path of a file that cannot be read in time, or NULL */
extern const char *testLatePath;

int
testMakeMachine(void);

void
testDropMachine(void);

void
testPut(const char *path,
        const char *content);

void
testSetVersion(const char *version);

void
testReset(void);

virtCompatdAgent *
testStart(void);

void
testRunRounds(size_t rounds);

int
testRunUntil(const unsigned int *count,
             unsigned int number);

int
testRunLoop(virtCompatdAgent *agent);

int
testExpectCounts(unsigned int gets,
                 unsigned int sets);

void
testReplace(char **text,
            const char *what,
            const char *with);
