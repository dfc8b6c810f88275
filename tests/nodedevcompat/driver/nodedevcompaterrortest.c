/*
 * nodedevcompaterrortest.c: what no node device compatibility API accepts
 *
 * Reads the functions from the public header and makes each mistake with each of
 * them, so that a function that is added is tried without a line here. What is
 * particular to one function is in nodedevcompatapitest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <dlfcn.h>

#include "nodedevcompatapiutils.h"
#include "nodedevcompatframe.h"

#include "datatypes.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define HEADER "include/libvirt/libvirt-nodedev-compat.h"

/* More than any limit on a document, and than a message can carry */
#define TOO_LARGE (17 * 1024 * 1024)

typedef enum {
    HANDLE_DEVICE,
    HANDLE_CONNECTION,
    HANDLE_DOMAIN,
} testHandle;

static const struct {
    const char *type;
    int invalid;        /* code of the error about another one */
} handles[] = {
    [HANDLE_DEVICE] = { "virNodeDevicePtr", VIR_ERR_INVALID_NODE_DEVICE },
    [HANDLE_CONNECTION] = { "virConnectPtr", VIR_ERR_INVALID_CONN },
    [HANDLE_DOMAIN] = { "virDomainPtr", VIR_ERR_INVALID_DOMAIN },
};

typedef struct _testFunction testFunction;
struct _testFunction {
    char *name;
    testHandle handle;
    size_t ndocuments;  /* the last is the one with a mistake */
    bool answersInt;    /* otherwise a string that the caller frees */
    void *symbol;
};

static virConnectPtr conn;


static void
testFunctionFree(void *opaque)
{
    testFunction *function = opaque;

    g_free(function->name);
    g_free(function);
}


static testHandle
testHandleFromType(const char *type)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(handles); i++) {
        if (STREQ(handles[i].type, type))
            return i;
    }

    abort();
}


/* How many documents are among the arguments @list */
static size_t
testCountDocuments(const char *list)
{
    size_t count = 0;

    while ((list = strchr(list, '*'))) {
        list++;
        count++;
    }

    return count;
}


/* All that the header declares, or NULL if it has something else */
static GPtrArray *
testFunctionsRead(void)
{
    g_autofree char *path = g_strdup_printf("%s/../" HEADER, abs_srcdir);
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) functions = g_ptr_array_new_with_free_func(testFunctionFree);
    g_autoptr(GRegex) prototype =
        g_regex_new("^(int|char \\*) +(vir\\w+) \\("
                    "(virNodeDevicePtr|virConnectPtr|virDomainPtr) \\w+,"
                    "((?:\\s*const char \\*\\w+,){0,2})\\s*unsigned int flags\\);",
                    G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GRegex) any = g_regex_new("\\);\n", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autoptr(GMatchInfo) anyMatch = NULL;
    size_t n = 0;

    if (virFileReadAll(path, 1024 * 1024, &text) < 0)
        return NULL;

    for (g_regex_match(prototype, text, 0, &match);
         g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *answer = g_match_info_fetch(match, 1);
        g_autofree char *handle = g_match_info_fetch(match, 3);
        g_autofree char *documents = g_match_info_fetch(match, 4);
        testFunction *function = g_new0(testFunction, 1);

        function->name = g_match_info_fetch(match, 2);
        function->answersInt = STREQ(answer, "int");
        function->handle = testHandleFromType(handle);
        function->ndocuments = testCountDocuments(documents);
        function->symbol = dlsym(RTLD_DEFAULT, function->name);
        g_ptr_array_add(functions, function);

        if (!function->symbol) {
            fprintf(stderr, "%s is not exported\n", function->name);
            return NULL;
        }
    }

    for (g_regex_match(any, text, 0, &anyMatch);
         g_match_info_matches(anyMatch);
         g_match_info_next(anyMatch, NULL))
        n++;

    if (n == 0 || n != functions->len) {
        fprintf(stderr, "%zu functions in " HEADER ", %u of a kind that is known here\n",
                n, functions->len);
        return NULL;
    }

    return g_steal_pointer(&functions);
}


/* Whether the call failed, by its kind of answer */
static bool
testCallFails(const testFunction *function,
              void *handle,
              const char *xml,
              unsigned int flags)
{
    g_autofree char *text = NULL;

    if (function->answersInt && function->ndocuments == 0) {
        int (*call)(void *, unsigned int) = function->symbol;

        return call(handle, flags) < 0;
    } else if (function->answersInt) {
        int (*call)(void *, const char *, unsigned int) = function->symbol;

        return call(handle, xml, flags) < 0;
    } else if (function->ndocuments == 0) {
        char *(*call)(void *, unsigned int) = function->symbol;

        return !(text = call(handle, flags));
    } else if (function->ndocuments == 2) {
        char *(*call)(void *, const char *, const char *, unsigned int) = function->symbol;

        return !(text = call(handle, "<domain type='test'/>", xml, flags));
    } else {
        char *(*call)(void *, const char *, unsigned int) = function->symbol;

        return !(text = call(handle, xml, flags));
    }
}


static int
expectError(const testFunction *function,
            void *handle,
            const char *xml,
            unsigned int flags,
            int code)
{
    virErrorPtr err;

    /* a failure has to report an error of its own */
    virResetLastError();

    if (!testCallFails(function, handle, xml, flags))
        return testFail("%s: expected error %d, got an answer", function->name, code);

    err = virGetLastError();
    if (!err || err->code != code || !err->message || !*err->message) {
        return testFail("%s: expected error %d, got %d: %s", function->name, code,
                        virGetLastErrorCode(), virGetLastErrorMessage());
    }

    return 0;
}


/* What the function is called with on @on, a reference. There need not be such an object. */
static void *
getHandle(const testFunction *function,
          virConnectPtr on)
{
    static const unsigned char uuid[VIR_UUID_BUFLEN] = { 1 };

    switch (function->handle) {
    case HANDLE_DEVICE:
        return virGetNodeDevice(on, "mdev_vgpu_twin");
    case HANDLE_DOMAIN:
        return virGetDomain(on, "test", uuid, 1);
    case HANDLE_CONNECTION:
    default:
        return virObjectRef(on);
    }
}


static const struct testBadCall mistakes[] = {
    COMMON_BAD_CALLS,
    { "blank document", " \n", 0, VIR_ERR_XML_DETAIL },
    { "no XML", "mdev_vgpu_twin", 0, VIR_ERR_XML_DETAIL },
    { "two roots", "<device/><device/>", 0, VIR_ERR_XML_DETAIL },
    { "no UTF-8", "<device><name>\xff\xfe</name></device>", 0, VIR_ERR_XML_DETAIL },
    { "all flags that are unknown", "<device/>", 0xffffff00, VIR_ERR_INVALID_ARG },
};

static const struct testBadCall unknownFlag = { NULL, NULL, 1U << 31, VIR_ERR_INVALID_ARG };

/* The function that the tests are about */
static const testFunction *tried;


static int
testMistakeOn(const struct testBadCall *test,
              virConnectPtr on)
{
    void *handle = getHandle(tried, on);
    int ret = expectError(tried, handle, test->xml, test->flags, test->code);

    virObjectUnref(handle);
    return ret;
}


static int
testMistake(const void *opaque)
{
    return testMistakeOn(opaque, conn);
}


/* The error is the same wherever the mistake is noticed first */
static int
testReadOnlyMistake(const void *opaque)
{
    g_autoptr(virConnect) ro = virConnectOpenReadOnly("test:///default");

    return ro ? testMistakeOn(opaque, ro) : -1;
}


static int
testLargeDocument(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = g_strdup_printf("<device>%*s</device>", TOO_LARGE, "");
    struct testBadCall test = { NULL, xml, 0, VIR_ERR_INVALID_ARG };

    return testMistake(&test);
}


static int
testNoHandle(const void *opaque)
{
    const testFunction *function = opaque;

    return expectError(function, NULL, "<device/>", 0, handles[function->handle].invalid);
}


/* A handle of another class is found out rather than followed */
static int
testOtherHandle(const void *opaque)
{
    const testFunction *function = opaque;
    g_autoptr(virNodeDevice) dev = virNodeDeviceLookupByName(conn, "mdev_vgpu_twin");

    if (!dev)
        return -1;

    return expectError(function, function->handle == HANDLE_CONNECTION ? (void *) dev : conn,
                       "<device/>", 0, handles[function->handle].invalid);
}


/* @driver: what the connection has for node devices, which may be nothing; for guests it
 * has a driver that can do nothing */
static int
testUnsupported(const testFunction *function,
                virNodeDeviceDriver *driver)
{
    static virHypervisorDriver hypervisor = { .name = "other" };
    g_autoptr(virConnect) other = virGetConnect();
    void *handle;
    int ret;

    if (!other)
        return -1;

    other->driver = &hypervisor;
    other->nodeDeviceDriver = driver;
    handle = getHandle(function, other);
    ret = expectError(function, handle, "<device/>", 0, VIR_ERR_NO_SUPPORT);

    virObjectUnref(handle);
    other->driver = NULL;       /* nothing was opened */
    return ret;
}


static int
testNoDriver(const void *opaque)
{
    return testUnsupported(opaque, NULL);
}


static int
testOtherDriver(const void *opaque)
{
    virNodeDeviceDriver driver = { .name = "other" };

    return testUnsupported(opaque, &driver);
}


static void
testErrorsOfFunction(const testFunction *function)
{
    g_autofree char *readOnly = g_strdup_printf("%s, read-only", function->name);

    tried = function;
    if (function->ndocuments > 0) {
        DO_TABLE(function->name, mistakes, testMistake);
        DO_TABLE(readOnly, mistakes, testReadOnlyMistake);
        DO_TEST(testLargeDocument, NULL, "%s: document that is too large", function->name);
    } else {
        DO_TEST(testMistake, &unknownFlag, "%s: unknown flag", function->name);
    }
    DO_TEST(testNoHandle, function, "%s: no handle", function->name);
    DO_TEST(testOtherHandle, function, "%s: handle of another class", function->name);
    /* that of the library is an answer, too */
    if (function->answersInt && function->ndocuments == 0)
        return;
    DO_TEST(testNoDriver, function, "%s: connection without node devices", function->name);
    DO_TEST(testOtherDriver, function, "%s: connection whose driver lacks it", function->name);
}


static int
mymain(void)
{
    g_autoptr(GPtrArray) functions = NULL;
    size_t i;

    if (!(functions = testFunctionsRead()) ||
        !(conn = virConnectOpen("test:///default")))
        return EXIT_FAILURE;

    virTestQuiesceLibvirtErrors(true);

    for (i = 0; i < functions->len; i++)
        testErrorsOfFunction(g_ptr_array_index(functions, i));

    virConnectClose(conn);
    return testResult();
}

VIR_TEST_MAIN(mymain)
