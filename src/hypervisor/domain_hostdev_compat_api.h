/*
 * domain_hostdev_compat_api.h: what drivers share of the APIs about a guest's host devices
 *
 * virDomainGetHostdevCompat() and virConnectCompareHostdevCompat() without what is of one
 * driver: which guest or host it is about, who may ask, and how the node device driver
 * is asked.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_compat_check.h"
#include "domain_hostdev_compat_decision.h"

GPtrArray *
virDomainHostdevCompatListNewGuest(const virDomainHostdevGuest *guest,
                                   GPtrArray *questions);

char *
virDomainHostdevCompatDescribe(GPtrArray *devices,
                               GPtrArray *questions,
                               bool opaque);

/* Answers each of @questions. Returns -1 with an error reported to stop. */
typedef int
(*virDomainHostdevCompatAskFunc)(GPtrArray *questions,
                                 void *opaque);

GPtrArray *
virDomainHostdevCompatCompareGuest(const virDomainHostdevCompatCheck *driver,
                                   const char *domXML,
                                   const char *hostdevsXML,
                                   virDomainHostdevCompatAskFunc ask,
                                   void *opaque,
                                   unsigned int flags);

char *
virDomainHostdevCompatFormatDecided(GPtrArray *reports,
                                    const virDomainHostdevCompatPolicy *policy);
