/*
 * nodedevcompatacltest.c: who may ask the node device driver to compare devices
 *
 * Calls the driver with rules of polkit that allow and deny: that it asks for the
 * permission that is documented, on the device in question, before it looks at the
 * document that the caller sent. Polkit's daemon is played by this file.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatdriver.h"
#include "nodedevcompatframe.h"

#if defined(__ELF__) && defined(WITH_POLKIT)

# include "access/viraccessmanager.h"
# include "datatypes.h"
# include "node_device/node_device_compat.h"
# include "node_device/node_device_driver.h"
# include "virgdbus.h"
# include "viridentity.h"
# include "virmock.h"

# define VIR_FROM_THIS VIR_FROM_NODEDEV

# define DEVICE "mdev_8a6b1a50_3c1e_4d57_9d0a_000000000001_0000_3b_00_0"
# define OPAQUE VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE
# define ALL VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL
# define VALIDATE_XML VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML

/* The actions that are granted */
enum {
    NONE = 0,
    READ = 1 << 0,
    WRITE = 1 << 1,
    CONNECT_READ = 1 << 2,
    SEARCH = 1 << 3,
    GETATTR = 1 << 4,
};

static const struct {
    const char *name;
    unsigned int bit;
} actions[] = {
    { "org.libvirt.api.node-device.read", READ },
    { "org.libvirt.api.node-device.write", WRITE },
    { "org.libvirt.api.node-device.getattr", GETATTR },
    { "org.libvirt.api.connect.read", CONNECT_READ },
    { "org.libvirt.api.connect.search-node-devices", SEARCH },
};

/* A rule: what is granted, and the device that it is granted on, or NULL for all;
 * what is granted on a connection has no device */
typedef struct _testRule testRule;
struct _testRule {
    unsigned int actions;
    const char *device;
};

static const testRule *rule;
static size_t nasked;

VIR_MOCK_WRAP_RET_ARGS(g_dbus_connection_call_sync,
                       GVariant *,
                       GDBusConnection *, connection,
                       const gchar *, bus_name,
                       const gchar *, object_path,
                       const gchar *, interface_name,
                       const gchar *, method_name,
                       GVariant *, parameters,
                       const GVariantType *, reply_type,
                       GDBusCallFlags, flags,
                       gint, timeout_msec,
                       GCancellable *, cancellable,
                       GError **, error)
{
    g_autoptr(GVariant) call = parameters ? g_variant_ref_sink(parameters) : NULL;
    g_autoptr(GVariant) details = NULL;
    const char *action = NULL;
    const char *device = NULL;
    unsigned int asked = NONE;
    bool granted;
    size_t i;

    VIR_MOCK_REAL_INIT(g_dbus_connection_call_sync);

    if (STRNEQ(bus_name, "org.freedesktop.PolicyKit1") ||
        STRNEQ(method_name, "CheckAuthorization"))
        return g_variant_new("()");

    g_variant_get(call, "((&s@a{sv})&s@a{ss}us)",
                  NULL, NULL, &action, &details, NULL, NULL);
    for (i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (STREQ(action, actions[i].name))
            asked = actions[i].bit;
    }
    granted = (rule->actions & asked) &&
              ((asked & (CONNECT_READ | SEARCH)) ||
               (g_variant_lookup(details, "node_device_name", "&s", &device) &&
                (!rule->device || STREQ(rule->device, device))));
    nasked++;

    return g_variant_new("((bba{ss}))", granted, false, NULL);
}


typedef enum {
    COMPARE,
    REPORT,
    BASELINE,
    FIND,
} testFunction;

struct testAccess {
    const char *name;
    bool known;         /* whether there is an identity */
    testRule rule;
    const char *xml;
    unsigned int flags;
    int code;           /* of the error, VIR_ERR_OK for an answer */
    size_t nasked;      /* how often polkit is asked */
    bool listed;        /* whether the answer has the device */
};

# define SYSTEM true
# define NOBODY false

# define GOOD \
    "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='vgpu-2'/></capability>"
# define GOOD_LIST "<devices>" GOOD "</devices>"
# define BAD "<device"

static const struct testAccess devices[] = {
    { "may read",
      SYSTEM, { READ, NULL }, GOOD, 0, VIR_ERR_OK, 1, false },
    { "may nothing",
      SYSTEM, { NONE, NULL }, GOOD, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may write only",
      SYSTEM, { WRITE, NULL }, GOOD, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may read this device",
      SYSTEM, { READ, DEVICE }, GOOD, 0, VIR_ERR_OK, 1, false },
    { "may read another device",
      SYSTEM, { READ, "mdev_other" }, GOOD, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "nobody in particular",
      NOBODY, { READ | WRITE, NULL }, GOOD, 0, VIR_ERR_ACCESS_DENIED, 0, false },

    /* the driver is asked only for those who may write */
    { "may read and write, handshake",
      SYSTEM, { READ | WRITE, NULL }, GOOD, OPAQUE, VIR_ERR_OK, 2, false },
    { "may read, handshake",
      SYSTEM, { READ, NULL }, GOOD, OPAQUE, VIR_ERR_ACCESS_DENIED, 2, false },
    { "may write only, handshake",
      SYSTEM, { WRITE, NULL }, GOOD, OPAQUE, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may nothing, handshake",
      SYSTEM, { NONE, NULL }, GOOD, OPAQUE, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may read, other flag",
      SYSTEM, { READ, NULL }, GOOD, VALIDATE_XML, VIR_ERR_OK, 1, false },

    /* a document of somebody who may not ask is not parsed */
    { "may nothing, bad document",
      SYSTEM, { NONE, NULL }, BAD, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may nothing, bad document to validate",
      SYSTEM, { NONE, NULL }, BAD, VALIDATE_XML, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may read, bad document, handshake",
      SYSTEM, { READ, NULL }, BAD, OPAQUE, VIR_ERR_ACCESS_DENIED, 2, false },
    { "may read, bad document",
      SYSTEM, { READ, NULL }, BAD, 0, VIR_ERR_XML_DETAIL, 1, false },
    { "may nothing, unknown flag",
      SYSTEM, { NONE, NULL }, GOOD, 1U << 31, VIR_ERR_INVALID_ARG, 0, false },
};

static const struct testAccess baselines[] = {
    { "may read the connection",
      SYSTEM, { CONNECT_READ, NULL }, GOOD_LIST, 0, VIR_ERR_OK, 1, false },
    { "may nothing",
      SYSTEM, { NONE, NULL }, GOOD_LIST, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may read and write devices",
      SYSTEM, { READ | WRITE, NULL }, GOOD_LIST, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "nobody in particular",
      NOBODY, { CONNECT_READ, NULL }, GOOD_LIST, 0, VIR_ERR_ACCESS_DENIED, 0, false },
    { "may nothing, bad document",
      SYSTEM, { NONE, NULL }, BAD, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may read the connection, bad document",
      SYSTEM, { CONNECT_READ, NULL }, BAD, 0, VIR_ERR_XML_DETAIL, 1, false },
    { "may nothing, unknown flag",
      SYSTEM, { NONE, NULL }, GOOD_LIST, 1U << 31, VIR_ERR_INVALID_ARG, 0, false },
};

static const struct testAccess searches[] = {
    { "may search, see and read",
      SYSTEM, { SEARCH | GETATTR | READ, NULL }, GOOD, ALL, VIR_ERR_OK, 3, true },
    { "may search, see and read this device",
      SYSTEM, { SEARCH | GETATTR | READ, DEVICE }, GOOD, ALL, VIR_ERR_OK, 3, true },
    { "may search, see and read another device",
      SYSTEM, { SEARCH | GETATTR | READ, "mdev_other" }, GOOD, ALL, VIR_ERR_OK, 2, false },
    { "may search and see",
      SYSTEM, { SEARCH | GETATTR, NULL }, GOOD, ALL, VIR_ERR_OK, 3, false },
    { "may search and read",
      SYSTEM, { SEARCH | READ, NULL }, GOOD, ALL, VIR_ERR_OK, 2, false },
    { "may search",
      SYSTEM, { SEARCH, NULL }, GOOD, ALL, VIR_ERR_OK, 2, false },
    { "may all but search",
      SYSTEM, { ~SEARCH, NULL }, GOOD, ALL, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may nothing",
      SYSTEM, { NONE, NULL }, GOOD, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "nobody in particular",
      NOBODY, { SEARCH | GETATTR | READ, NULL }, GOOD, ALL, VIR_ERR_ACCESS_DENIED, 0, false },
    { "may nothing, bad document",
      SYSTEM, { NONE, NULL }, BAD, 0, VIR_ERR_ACCESS_DENIED, 1, false },
    { "may search, bad document",
      SYSTEM, { SEARCH, NULL }, BAD, 0, VIR_ERR_XML_DETAIL, 1, false },
    { "may nothing, unknown flag",
      SYSTEM, { NONE, NULL }, GOOD, 1U << 31, VIR_ERR_INVALID_ARG, 0, false },
};

static virConnectPtr conn;
static virNodeDevicePtr dev;


static bool
testCallFails(testFunction function,
              const char *xml,
              unsigned int flags,
              char **ret_answer)
{
    switch (function) {
    case COMPARE:
        return nodeDeviceCompareCompat(dev, xml, flags) < 0;

    case REPORT:
        return !(*ret_answer = nodeDeviceGetCompatReport(dev, xml, flags));

    case BASELINE:
        return !(*ret_answer = nodeConnectBaselineNodeDeviceCompat(conn, xml, flags));

    case FIND:
        return !(*ret_answer = nodeConnectFindCompatNodeDevices(conn, xml, flags));
    }

    return true;
}


static int
testAccess(testFunction function,
           const struct testAccess *test)
{
    g_autoptr(virIdentity) identity = test->known ? virIdentityGetSystem() : NULL;
    g_autofree char *answer = NULL;
    bool failed;
    int code;

    rule = &test->rule;
    nasked = 0;

    if (identity && virIdentitySetCurrent(identity) < 0)
        return -1;
    if (!test->known && virIdentitySetCurrent(NULL) < 0)
        return -1;

    virResetLastError();
    failed = testCallFails(function, test->xml, test->flags, &answer);
    code = failed ? virGetLastErrorCode() : VIR_ERR_OK;

    if (code != test->code) {
        return testFail("expected error %d, got %d: %s", test->code, code,
                        virGetLastErrorMessage());
    }

    if (nasked != test->nasked) {
        return testFail("expected polkit to be asked %zu times, not %zu",
                        test->nasked, nasked);
    }

    if (function == FIND && test->listed != (answer && strstr(answer, DEVICE))) {
        return testFail("expected %s device, got '%s'", test->listed ? "the" : "no",
                        NULLSTR(answer));
    }

    return 0;
}


static int
testCompare(const void *opaque)
{
    return testAccess(COMPARE, opaque);
}


static int
testReport(const void *opaque)
{
    return testAccess(REPORT, opaque);
}


static int
testBaseline(const void *opaque)
{
    return testAccess(BASELINE, opaque);
}


static int
testFind(const void *opaque)
{
    return testAccess(FIND, opaque);
}


static int
mymain(void)
{
    virAccessManager *manager;

    if (!(manager = virAccessManagerNew("polkit")))
        return EXIT_FAILURE;
    virAccessManagerSetDefault(manager);

    if (!(conn = virConnectOpen("test:///default")) ||
        testDriverInit() < 0 ||
        !(dev = virGetNodeDevice(conn, DEVICE)))
        return EXIT_FAILURE;

    testDriverAddMdev(DEVICE, NULL, "vgpu-2");

    virTestQuiesceLibvirtErrors(true);

    DO_TABLE("compare", devices, testCompare);
    DO_TABLE("report", devices, testReport);
    DO_TABLE("baseline", baselines, testBaseline);
    DO_TABLE("find", searches, testFind);

    virNodeDeviceFree(dev);
    testDriverFree();
    virConnectClose(conn);
    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain, VIR_TEST_MOCK("virgdbus"))

#else /* ! (__ELF__ && WITH_POLKIT) */

int
main(void)
{
    return EXIT_AM_SKIP;
}

#endif /* ! (__ELF__ && WITH_POLKIT) */
