/*
 * nodedevcompatplanworld.h: small fleets of which each device is one of few kinds
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_plan.h"

#define HOSTS_MAX 4
#define DEVICES_MAX 2
#define KINDS 6
#define GUESTS_MAX (HOSTS_MAX * DEVICES_MAX)

/* No device */
#define NOTHING KINDS

/* A guest: its devices, the second one of which there need not be */
typedef struct _testGuest testGuest;
struct _testGuest {
    size_t host;
    size_t kinds[DEVICES_MAX];
    bool unknown;
};

/* Hosts: kinds of their devices before and after, and which kind accepts which how well */
typedef struct _testWorld testWorld;
struct _testWorld {
    size_t nhosts;
    size_t ndevices[HOSTS_MAX];
    size_t devices[2][HOSTS_MAX][DEVICES_MAX];
    char *kinds[KINDS];
    int ranks[KINDS][KINDS];
    size_t nguests;
    testGuest guests[GUESTS_MAX];
};

/* How much is looked at for a plan */
#define TEST_PLAN_WORK_MAX (10 * 1000 * 1000)

char *
testNextWord(const char **text);

char *
testKindMake(char kind,
             const char *accepts);

GPtrArray *
testKindsMake(const char *text,
              size_t len,
              const char *accepts);

void
testWorldClear(testWorld *world);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(testWorld, testWorldClear);

virNodeDeviceCompatFleet *
testWorldMakeFleet(const testWorld *world);

size_t
testWorldFindClass(const testWorld *world,
                   const virNodeDeviceCompatFleet *fleet,
                   size_t kind);

virNodeDeviceCompatPlan *
testWorldMakePlan(const testWorld *world,
                  virNodeDeviceCompatFleet *fleet);

virNodeDeviceCompatPlan *
testWorldMakePlanWithin(const testWorld *world,
                        virNodeDeviceCompatFleet *fleet,
                        size_t work,
                        size_t kept);
