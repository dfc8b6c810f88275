/*
 * nodedevcompatapiutils.h: what tests of the API have in common
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* A function that answers a document with one, whatever it is about */
typedef struct _testQuestion testQuestion;
struct _testQuestion {
    char *(*ask)(virConnectPtr conn,
                 const char *xml,
                 unsigned int flags);
    char *(*format)(const char *answer);        /* in one line, never NULL */
};

const char *
testConnect(virConnectPtr *ret_conn);

char *
testGetXML(virConnectPtr conn,
           const char *name);

int
testExpectAnswer(const testQuestion *question,
                 virConnectPtr conn,
                 const char *xml,
                 unsigned int flags,
                 const char *expected);

int
testExpectMistake(const testQuestion *question,
                  virConnectPtr conn,
                  const char *xml,
                  unsigned int flags,
                  int code);

int
testExpectLimit(const testQuestion *question,
                virConnectPtr conn,
                const char *xml,
                const char *expected);

int
testExpectReadOnly(const testQuestion *question,
                   const char *uri,
                   const char *xml,
                   const char *expected);
