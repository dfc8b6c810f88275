/*
 * nodedevcompatrpctest.c: what a failed call of the nodedevcompat program means
 *
 * Errors as a daemon without the program reports them, in several languages,
 * and errors that must be left alone.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"

#include "remote/nodedev_compat_client.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

struct testError {
    const char *name;
    int domain;
    int code;
    const char *message;
    int expect;         /* code after translation */
};

#define RPC VIR_FROM_RPC, VIR_ERR_RPC

static const struct testError errors[] = {
    { "English",
      RPC, "Cannot find program 1852072816 version 1", VIR_ERR_NO_SUPPORT },
    { "German",
      RPC, "Programm 1852072816 Version 1 kann nicht gefunden werden", VIR_ERR_NO_SUPPORT },
    { "French",
      RPC, "Impossible de trouver le programme 1852072816 version 1", VIR_ERR_NO_SUPPORT },
    { "Japanese",
      RPC, "プログラム 1852072816 バージョン 1 が見つかりません", VIR_ERR_NO_SUPPORT },
    { "no spaces", RPC, "找不到程序1852072816版本1", VIR_ERR_NO_SUPPORT },
    { "just the number", RPC, "1852072816", VIR_ERR_NO_SUPPORT },
    { "number comes again",
      RPC, "11852072816 is not 1852072816", VIR_ERR_NO_SUPPORT },

    { "other program",
      RPC, "Cannot find program 536903814 version 1", VIR_ERR_RPC },
    { "longer number",
      RPC, "Cannot find program 18520728160 version 1", VIR_ERR_RPC },
    { "number inside another",
      RPC, "Cannot find program 91852072816 version 1", VIR_ERR_RPC },
    { "other domain",
      VIR_FROM_NODEDEV, VIR_ERR_RPC, "device 1852072816 is gone", VIR_ERR_RPC },
    { "other code",
      VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, "client socket is closed 1852072816",
      VIR_ERR_INTERNAL_ERROR },
    { "no error", VIR_FROM_RPC, VIR_ERR_OK, NULL, VIR_ERR_OK },
};


static int
testTranslate(const void *opaque)
{
    const struct testError *test = opaque;
    virErrorPtr err;

    virResetLastError();
    if (test->message)
        virRaiseErrorFull(__FILE__, __FUNCTION__, __LINE__, test->domain,
                          test->code, VIR_ERR_ERROR, "one", "two", NULL, 3, 4,
                          "%s", test->message);

    virNodeDeviceCompatClientTranslateError();

    err = virGetLastError();
    if (!err && test->message)
        return testFail("expected error %d, got none", test->expect);
    if (err && err->code != test->expect) {
        return testFail("expected error %d, got %d: %s",
                        test->expect, err->code, err->message);
    }
    if (err && test->expect == VIR_ERR_NO_SUPPORT &&
        !strstr(err->message, "does not support"))
        return testFail("expected 'does not support' in '%s'", err->message);
    if (err && test->expect == test->code &&
        (STRNEQ(err->message, test->message) ||
         STRNEQ_NULLABLE(err->str2, "two") || err->int1 != 3)) {
        return testFail("expected '%s' to be left alone, got '%s'",
                        test->message, err->message);
    }

    return 0;
}


static int
mymain(void)
{
    virTestQuiesceLibvirtErrors(true);

    DO_TABLE("error", errors, testTranslate);

    return testResult();
}

VIR_TEST_MAIN(mymain)
