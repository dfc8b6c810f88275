/*
 * test_nodedev_compat.h: the test driver's side of node device compatibility
 *
 * Mediated devices with compatibility data for test:///default, and the APIs for them,
 * so that applications can be developed without hardware. A custom
 * test:///path/node.xml can have such devices of its own.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "virdomainobjlist.h"
#include "virnodedeviceobj.h"

int
testNodeDeviceCompatAddDefaults(virNodeDeviceObjList *devs);

int
testNodeDeviceCompareCompat(virNodeDevicePtr dev,
                            const char *xmlDesc,
                            unsigned int flags);

char *
testNodeDeviceGetCompatReport(virNodeDevicePtr dev,
                              const char *xmlDesc,
                              unsigned int flags);

char *
testConnectFindCompatNodeDevices(virConnectPtr conn,
                                 const char *xmlDesc,
                                 unsigned int flags);

char *
testConnectBaselineNodeDeviceCompat(virConnectPtr conn,
                                    const char *xmlDescs,
                                    unsigned int flags);

char *
testDomainGetHostdevCompat(virDomainPtr dom,
                           unsigned int flags);

char *
testConnectCompareHostdevCompat(virConnectPtr conn,
                                const char *domXML,
                                const char *hostdevsXML,
                                unsigned int flags);

/* Functions of test_driver.c that are used here */

virDomainObjList *
testDriverGetDomains(virConnectPtr conn);

virNodeDeviceObjList *
testDriverGetNodeDevices(virConnectPtr conn);
