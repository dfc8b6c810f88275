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

#include "testutils.h"
#include "remote/nodedev_compat_client.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

struct testError {
    int domain;
    int code;
    const char *message;
    int expected;       /* code after translation */
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
    if (!err && test->message) {
        VIR_TEST_VERBOSE("expected error %d, got none", test->expected);
        return -1;
    }
    if (err && err->code != test->expected) {
        VIR_TEST_VERBOSE("expected error %d, got %d: %s",
                         test->expected, err->code, err->message);
        return -1;
    }
    if (err && test->expected == VIR_ERR_NO_SUPPORT &&
        !strstr(err->message, "does not support")) {
        VIR_TEST_VERBOSE("expected 'does not support' in '%s'", err->message);
        return -1;
    }
    if (err && test->expected == test->code &&
        (STRNEQ(err->message, test->message) ||
         STRNEQ_NULLABLE(err->str2, "two") || err->int1 != 3)) {
        VIR_TEST_VERBOSE("expected '%s' to be left alone, got '%s'",
                         test->message, err->message);
        return -1;
    }

    return 0;
}


static int
mymain(void)
{
    int ret = 0;

    virTestQuiesceLibvirtErrors(true);

#define CASE(_name, _domain, _code, _message, _expected) \
    do { \
        const struct testError test = { _domain, _code, _message, _expected }; \
        if (virTestRun(_name " -> " #_expected, testTranslate, &test) < 0) \
            ret = -1; \
    } while (0)

    CASE("English", VIR_FROM_RPC, VIR_ERR_RPC,
         "Cannot find program 1852072816 version 1", VIR_ERR_NO_SUPPORT);
    CASE("German", VIR_FROM_RPC, VIR_ERR_RPC,
         "Programm 1852072816 Version 1 kann nicht gefunden werden", VIR_ERR_NO_SUPPORT);
    CASE("French", VIR_FROM_RPC, VIR_ERR_RPC,
         "Impossible de trouver le programme 1852072816 version 1", VIR_ERR_NO_SUPPORT);
    CASE("Japanese", VIR_FROM_RPC, VIR_ERR_RPC,
         "プログラム 1852072816 バージョン 1 が見つかりません", VIR_ERR_NO_SUPPORT);
    CASE("no spaces", VIR_FROM_RPC, VIR_ERR_RPC,
         "找不到程序1852072816版本1", VIR_ERR_NO_SUPPORT);
    CASE("just the number", VIR_FROM_RPC, VIR_ERR_RPC,
         "1852072816", VIR_ERR_NO_SUPPORT);
    CASE("number comes again", VIR_FROM_RPC, VIR_ERR_RPC,
         "11852072816 is not 1852072816", VIR_ERR_NO_SUPPORT);

    CASE("other program", VIR_FROM_RPC, VIR_ERR_RPC,
         "Cannot find program 536903814 version 1", VIR_ERR_RPC);
    CASE("longer number", VIR_FROM_RPC, VIR_ERR_RPC,
         "Cannot find program 18520728160 version 1", VIR_ERR_RPC);
    CASE("number inside another", VIR_FROM_RPC, VIR_ERR_RPC,
         "Cannot find program 91852072816 version 1", VIR_ERR_RPC);
    CASE("other domain", VIR_FROM_NODEDEV, VIR_ERR_RPC,
         "device 1852072816 is gone", VIR_ERR_RPC);
    CASE("other code", VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR,
         "client socket is closed 1852072816", VIR_ERR_INTERNAL_ERROR);
    CASE("no error", VIR_FROM_RPC, VIR_ERR_OK, NULL, VIR_ERR_OK);

    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
