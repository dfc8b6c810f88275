/*
 * domain_hostdev_compat_ask.h: questions to a node device driver about one device
 *
 * A question is complete in itself, so that it can be asked by another thread, which
 * may not come back (domain_hostdev_compat_look.h). Uses the public API only or, where this
 * host has no node device driver, what the caller has in its place; that there is no answer
 * is part of the answer, never an error.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_compat.h"
#include "conf/nodedev_compat_budget.h"
#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat/nodedev_compat_report.h"

/* What is known after a question was asked; not known is NULL */
typedef struct _virDomainHostdevCompatAnswer virDomainHostdevCompatAnswer;
struct _virDomainHostdevCompatAnswer {
    bool absent;                        /* a guest would not find the device either */
    char *name;                         /* of the node device */
    virNodeDeviceCompatReport *report;  /* of the comparison */
    virNodeDeviceCompat *compat;        /* its descriptor, as it was compared */
    virNodeDeviceCompatFacts *facts;    /* what was stated about devices then */
    size_t work;                        /* of comparing, and of documents about it */
    char *error;                        /* why something of it is not known */
};

/* Shared by who asks and who wants to know. But for the answer it does not change. */
typedef struct _virDomainHostdevCompatQuestion virDomainHostdevCompatQuestion;
struct _virDomainHostdevCompatQuestion {
    virDomainHostdevNode *node;
    char *name;                 /* of the node device, if it is known; it is not looked up */
    bool local;                 /* the device is on this host */
    virNodeDeviceCompat *source;        /* to compare the device with; NULL: only read it */
    unsigned int flags;         /* virNodeDeviceCompareCompatFlags */
    size_t work;                /* that it took to ask, on top of that of the answer */
    bool brief;                 /* no answer is better than one that takes longer */

    /* In the place of a node device driver, about a device of this host: returns what
     * virNodeDeviceGetCompatReport() would, within the time that has, or NULL with an error
     * reported. NULL: there is always a driver */
    char *(*getReport)(const virDomainHostdevNode *node,
                       const char *xmlDesc,
                       unsigned int flags);

    /* Returns a reference to what the administrator states about devices. Called in the
     * thread that asks, when it has an answer. NULL: that does not matter */
    virNodeDeviceCompatFacts *(*getFacts)(void);

    /* Adds to an empty descriptor the opaque string of a device of this host that a guest
     * uses, if its driver has none. Called in the thread that asks, when it has an answer;
     * has to be through at @deadline, of g_get_monotonic_time(). NULL: it is not needed */
    void (*addOpaque)(virNodeDeviceCompat *compat,
                      const virDomainHostdevNode *node,
                      const char *guest,
                      gint64 deadline);
    char guest[VIR_UUID_STRING_BUFLEN];         /* the guest's UUID, for that */

    virDomainHostdevCompatAnswer *answer;       /* NULL: not asked, or none in time */
};

virDomainHostdevCompatQuestion *
virDomainHostdevCompatQuestionNew(virDomainHostdevNode *node,
                                  virNodeDeviceCompat *source);

virDomainHostdevCompatQuestion *
virDomainHostdevCompatQuestionRef(virDomainHostdevCompatQuestion *question);

void
virDomainHostdevCompatQuestionUnref(virDomainHostdevCompatQuestion *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevCompatQuestion, virDomainHostdevCompatQuestionUnref);

GPtrArray *
virDomainHostdevCompatQuestionsNew(void);

virDomainHostdevCompatAnswer *
virDomainHostdevCompatAnswerNew(const char *error);

void
virDomainHostdevCompatAnswerFree(virDomainHostdevCompatAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevCompatAnswer, virDomainHostdevCompatAnswerFree);

size_t
virDomainHostdevCompatWorkOfDocument(const char *xml);

virDomainHostdevCompatAnswer *
virDomainHostdevCompatAsk(const virDomainHostdevCompatQuestion *question,
                          virConnectPtr conn,
                          virNodeDeviceCompatBudget *budget);

void
virDomainHostdevCompatAskAll(GPtrArray *questions,
                             virConnectPtr conn);

int
virDomainHostdevCompatSetAnswer(virDomainHostdevCompat *device,
                                virDomainHostdevCompatAnswer *answer);
