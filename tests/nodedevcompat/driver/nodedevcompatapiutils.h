/*
 * nodedevcompatapiutils.h: what tests of the API have in common
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "virerror.h"

/* A function that answers a document with one, whatever it is about */
typedef struct _testQuestion testQuestion;
struct _testQuestion {
    char *(*ask)(virConnectPtr conn,
                 const char *xml,
                 unsigned int flags);
    char *(*format)(const char *answer);        /* in one line, never NULL */
};

/* A document that is refused, with flags, and the code of the error */
struct testBadCall {
    const char *name;
    const char *xml;
    unsigned int flags;
    int code;
};

/* Rows of a table of these, for each function that takes a document */
#define COMMON_BAD_CALLS \
    { "no document", NULL, 0, VIR_ERR_INVALID_ARG }, \
    { "empty document", "", 0, VIR_ERR_XML_DETAIL }, \
    { "unknown flag", "<device/>", 1U << 31, VIR_ERR_INVALID_ARG }, \
    { "malformed document", "<device><name>x</name>", 0, VIR_ERR_XML_DETAIL }, \
    { "other document", "<domain type='test'/>", 0, VIR_ERR_XML_ERROR }, \
    { "undefined entity", "<device><name>&x;</name></device>", 0, VIR_ERR_XML_DETAIL }, \
    { "document type declaration", \
      "<!DOCTYPE device [<!ENTITY x 'mdev'>]><device><name>&x;</name></device>", \
      0, VIR_ERR_XML_ERROR }

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
