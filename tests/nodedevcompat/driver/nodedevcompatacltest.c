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

#include "testutils.h"

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
    testFunction function;
    testRule rule;
    bool anonymous;
    const char *xml;
    unsigned int flags;
    int code;           /* of the error, VIR_ERR_OK for an answer */
    size_t nasked;      /* how often polkit is asked */
    bool listed;        /* whether the answer has the device */
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
testAccess(const void *opaque)
{
    const struct testAccess *test = opaque;
    g_autoptr(virIdentity) identity = test->anonymous ? NULL : virIdentityGetSystem();
    g_autofree char *answer = NULL;
    bool failed;
    int code;

    rule = &test->rule;
    nasked = 0;

    if (identity && virIdentitySetCurrent(identity) < 0)
        return -1;
    if (test->anonymous && virIdentitySetCurrent(NULL) < 0)
        return -1;

    virResetLastError();
    failed = testCallFails(test->function, test->xml, test->flags, &answer);
    code = failed ? virGetLastErrorCode() : VIR_ERR_OK;

    if (code != test->code) {
        VIR_TEST_VERBOSE("expected error %d, got %d: %s", test->code, code,
                         virGetLastErrorMessage());
        return -1;
    }

    if (nasked != test->nasked) {
        VIR_TEST_VERBOSE("expected polkit to be asked %zu times, not %zu",
                         test->nasked, nasked);
        return -1;
    }

    if (test->function == FIND && test->listed != (answer && strstr(answer, DEVICE))) {
        VIR_TEST_VERBOSE("expected %s device, got '%s'", test->listed ? "the" : "no",
                         NULLSTR(answer));
        return -1;
    }

    return 0;
}


/* Enough of the driver for a device to be found in it */
static int
testDriverInit(void)
{
    const char *xml =
        "<device>"
        "  <name>" DEVICE "</name>"
        "  <parent>computer</parent>"
        "  <capability type='mdev'>"
        "    <type id='vgpu-2'/>"
        "    <uuid>8a6b1a50-3c1e-4d57-9d0a-000000000001</uuid>"
        "    <iommuGroup number='1'/>"
        "  </capability>"
        "</device>";
    g_autoptr(virNodeDeviceDef) def = NULL;
    virNodeDeviceObj *obj;

    driver = g_new0(virNodeDeviceDriverState, 1);
    driver->lockFD = -1;
    driver->initialized = true;

    if (virMutexInit(&driver->lock) < 0 ||
        virCondInit(&driver->initCond) < 0 ||
        !(driver->devs = virNodeDeviceObjListNew()) ||
        !(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)) ||
        !(obj = virNodeDeviceObjListAssignDef(driver->devs, def)))
        return -1;

    def = NULL;     /* the list has it now */
    virNodeDeviceObjEndAPI(&obj);
    return 0;
}


static void
testDriverFree(void)
{
    virNodeDeviceObjListFree(driver->devs);
    virCondDestroy(&driver->initCond);
    virMutexDestroy(&driver->lock);
    g_clear_pointer(&driver, g_free);
}


static int
mymain(void)
{
    const char *good = "<capability type='compat'>"
                       "<deviceAPI>vfio-pci</deviceAPI><type id='vgpu-2'/>"
                       "</capability>";
    g_autofree char *goodList = g_strdup_printf("<devices>%s</devices>", good);
    const char *bad = "<device";
    virAccessManager *manager;
    int ret = 0;

    if (!(manager = virAccessManagerNew("polkit")))
        return EXIT_FAILURE;
    virAccessManagerSetDefault(manager);

    if (!(conn = virConnectOpen("test:///default")) ||
        testDriverInit() < 0 ||
        !(dev = virGetNodeDevice(conn, DEVICE)))
        return EXIT_FAILURE;

    virTestQuiesceLibvirtErrors(true);

# define CASE(_name, _actions, _device, _anonymous, _xml, _flags, _code, _nasked) \
    do { \
        const struct testAccess compare = { COMPARE, { _actions, _device }, _anonymous, \
                                            _xml, _flags, _code, _nasked, false }; \
        const struct testAccess report = { REPORT, { _actions, _device }, _anonymous, \
                                           _xml, _flags, _code, _nasked, false }; \
        if (virTestRun("compare, " _name " -> " #_code, testAccess, &compare) < 0) \
            ret = -1; \
        if (virTestRun("report, " _name " -> " #_code, testAccess, &report) < 0) \
            ret = -1; \
    } while (0)

# define ALLOW(_name, _actions, _xml, _flags, _nasked) \
    CASE(_name, _actions, NULL, false, _xml, _flags, VIR_ERR_OK, _nasked)
# define DENY(_name, _actions, _xml, _flags, _nasked) \
    CASE(_name, _actions, NULL, false, _xml, _flags, VIR_ERR_ACCESS_DENIED, _nasked)

    ALLOW("may read", READ, good, 0, 1);
    DENY("may nothing", NONE, good, 0, 1);
    DENY("may write only", WRITE, good, 0, 1);

    CASE("may read this device", READ, DEVICE, false, good, 0, VIR_ERR_OK, 1);
    CASE("may read another device", READ, "mdev_other", false, good, 0,
         VIR_ERR_ACCESS_DENIED, 1);
    CASE("nobody in particular", READ | WRITE, NULL, true, good, 0, VIR_ERR_ACCESS_DENIED, 0);

    /* the driver is asked only for those who may write */
    ALLOW("may read and write, handshake", READ | WRITE, good, OPAQUE, 2);
    DENY("may read, handshake", READ, good, OPAQUE, 2);
    DENY("may write only, handshake", WRITE, good, OPAQUE, 1);
    DENY("may nothing, handshake", NONE, good, OPAQUE, 1);
    ALLOW("may read, other flag", READ, good, VALIDATE_XML, 1);

    /* a document of somebody who may not ask is not parsed */
    DENY("may nothing, bad document", NONE, bad, 0, 1);
    DENY("may nothing, bad document to validate", NONE, bad, VALIDATE_XML, 1);
    DENY("may read, bad document, handshake", READ, bad, OPAQUE, 2);
    CASE("may read, bad document", READ, NULL, false, bad, 0, VIR_ERR_XML_DETAIL, 1);
    CASE("may nothing, unknown flag", NONE, NULL, false, good, 1U << 31,
         VIR_ERR_INVALID_ARG, 0);

# define BASELINE_CASE(_name, _actions, _anonymous, _xml, _flags, _code, _nasked) \
    do { \
        const struct testAccess test = { BASELINE, { _actions, NULL }, _anonymous, \
                                         _xml, _flags, _code, _nasked, false }; \
        if (virTestRun("baseline, " _name " -> " #_code, testAccess, &test) < 0) \
            ret = -1; \
    } while (0)

    BASELINE_CASE("may read the connection", CONNECT_READ, false, goodList, 0, VIR_ERR_OK, 1);
    BASELINE_CASE("may nothing", NONE, false, goodList, 0, VIR_ERR_ACCESS_DENIED, 1);
    BASELINE_CASE("may read and write devices", READ | WRITE, false, goodList, 0,
                  VIR_ERR_ACCESS_DENIED, 1);
    BASELINE_CASE("nobody in particular", CONNECT_READ, true, goodList, 0,
                  VIR_ERR_ACCESS_DENIED, 0);
    BASELINE_CASE("may nothing, bad document", NONE, false, bad, 0, VIR_ERR_ACCESS_DENIED, 1);
    BASELINE_CASE("may read the connection, bad document", CONNECT_READ, false, bad, 0,
                  VIR_ERR_XML_DETAIL, 1);
    BASELINE_CASE("may nothing, unknown flag", NONE, false, goodList, 1U << 31,
                  VIR_ERR_INVALID_ARG, 0);

# define FIND_CASE(_name, _actions, _device, _anonymous, _xml, _flags, _code, _nasked, _listed) \
    do { \
        const struct testAccess test = { FIND, { _actions, _device }, _anonymous, \
                                         _xml, _flags, _code, _nasked, _listed }; \
        if (virTestRun("find, " _name " -> " #_code, testAccess, &test) < 0) \
            ret = -1; \
    } while (0)

    FIND_CASE("may search, see and read", SEARCH | GETATTR | READ, NULL, false, good, ALL,
              VIR_ERR_OK, 3, true);
    FIND_CASE("may search, see and read this device", SEARCH | GETATTR | READ, DEVICE, false,
              good, ALL, VIR_ERR_OK, 3, true);
    FIND_CASE("may search, see and read another device", SEARCH | GETATTR | READ, "mdev_other",
              false, good, ALL, VIR_ERR_OK, 2, false);
    FIND_CASE("may search and see", SEARCH | GETATTR, NULL, false, good, ALL,
              VIR_ERR_OK, 3, false);
    FIND_CASE("may search and read", SEARCH | READ, NULL, false, good, ALL,
              VIR_ERR_OK, 2, false);
    FIND_CASE("may search", SEARCH, NULL, false, good, ALL, VIR_ERR_OK, 2, false);
    FIND_CASE("may all but search", ~SEARCH, NULL, false, good, ALL,
              VIR_ERR_ACCESS_DENIED, 1, false);
    FIND_CASE("may nothing", NONE, NULL, false, good, 0, VIR_ERR_ACCESS_DENIED, 1, false);
    FIND_CASE("nobody in particular", SEARCH | GETATTR | READ, NULL, true, good, ALL,
              VIR_ERR_ACCESS_DENIED, 0, false);
    FIND_CASE("may nothing, bad document", NONE, NULL, false, bad, 0,
              VIR_ERR_ACCESS_DENIED, 1, false);
    FIND_CASE("may search, bad document", SEARCH, NULL, false, bad, 0,
              VIR_ERR_XML_DETAIL, 1, false);
    FIND_CASE("may nothing, unknown flag", NONE, NULL, false, good, 1U << 31,
              VIR_ERR_INVALID_ARG, 0, false);

    virNodeDeviceFree(dev);
    testDriverFree();
    virConnectClose(conn);
    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN_PRELOAD(mymain, VIR_TEST_MOCK("virgdbus"))

#else /* ! (__ELF__ && WITH_POLKIT) */

int
main(void)
{
    return EXIT_AM_SKIP;
}

#endif /* ! (__ELF__ && WITH_POLKIT) */
