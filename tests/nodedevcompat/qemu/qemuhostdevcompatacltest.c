/*
 * qemuhostdevcompatacltest.c: who may ask the QEMU driver about a guest's host devices
 *
 * Calls the driver with rules of polkit that allow and deny: that it asks for the
 * permissions that are documented before it looks at a device, or at the documents that
 * the caller sent. Polkit's daemon is played by this file.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"

#if defined(__ELF__) && defined(WITH_POLKIT)

# include "access/viraccessmanager.h"
# include "datatypes.h"
# include "qemuhostdevcompathost.h"
# include "qemuhostdevcompatutils.h"
# include "testutilsqemu.h"
# include "virgdbus.h"
# include "viridentity.h"
# include "virmock.h"
# include "viruuid.h"

# define VIR_FROM_THIS VIR_FROM_QEMU

# define DESCRIBE_OPAQUE VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE
# define OPAQUE VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE

/* The actions that are granted */
enum {
    NONE = 0,
    READ = 1 << 0,
    MIGRATE = 1 << 1,
    CONNECT_READ = 1 << 2,
    SEARCH = 1 << 3,
    CONNECT_WRITE = 1 << 4,
};

static const struct {
    const char *name;
    unsigned int bit;
} actions[] = {
    { "org.libvirt.api.domain.read", READ },
    { "org.libvirt.api.domain.migrate", MIGRATE },
    { "org.libvirt.api.connect.read", CONNECT_READ },
    { "org.libvirt.api.connect.search-node-devices", SEARCH },
    { "org.libvirt.api.connect.write", CONNECT_WRITE },
};

static unsigned int granted;
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
    const char *action = NULL;
    unsigned int asked = NONE;
    size_t i;

    VIR_MOCK_REAL_INIT(g_dbus_connection_call_sync);

    if (STRNEQ(bus_name, "org.freedesktop.PolicyKit1") ||
        STRNEQ(method_name, "CheckAuthorization"))
        return g_variant_new("()");

    g_variant_get(call, "((&s@a{sv})&s@a{ss}us)", NULL, NULL, &action, NULL, NULL, NULL);
    for (i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (STREQ(action, actions[i].name))
            asked = actions[i].bit;
    }
    nasked++;

    return g_variant_new("((bba{ss}))", !!(granted & asked), false, NULL);
}


/* A call of one function, or of the other if there is a description */
struct testAccess {
    const char *name;
    bool known;                 /* whether there is an identity */
    unsigned int granted;
    const char *hostdevsXML;
    const char *domXML;
    unsigned int flags;
    int code;                   /* of the error, VIR_ERR_OK for an answer */
    size_t nasked;              /* how often polkit is asked */
};

# define SYSTEM true
# define NOBODY false

# define GOOD "<nodedevCompat xmlns='urn:libvirt-nodedev-compat:1'/>", "<domain type='kvm'/>"
# define BAD "<nodedevCompat", "<domain"
# define ALL (CONNECT_READ | SEARCH)

static const struct testAccess guests[] = {
    { "may read", SYSTEM, READ, NULL, NULL, 0, VIR_ERR_OK, 1 },
    { "may nothing", SYSTEM, NONE, NULL, NULL, 0, VIR_ERR_ACCESS_DENIED, 1 },
    { "may all but read", SYSTEM, ~READ, NULL, NULL, 0, VIR_ERR_ACCESS_DENIED, 1 },
    { "nobody in particular", NOBODY, READ, NULL, NULL, 0, VIR_ERR_ACCESS_DENIED, 0 },
    { "may read and migrate, opaque strings",
      SYSTEM, READ | MIGRATE, NULL, NULL, DESCRIBE_OPAQUE, VIR_ERR_OK, 2 },
    { "may read, opaque strings",
      SYSTEM, READ, NULL, NULL, DESCRIBE_OPAQUE, VIR_ERR_ACCESS_DENIED, 2 },
    { "may migrate, opaque strings",
      SYSTEM, MIGRATE, NULL, NULL, DESCRIBE_OPAQUE, VIR_ERR_ACCESS_DENIED, 1 },
    { "may nothing, unknown flag",
      SYSTEM, NONE, NULL, NULL, 1U << 31, VIR_ERR_INVALID_ARG, 0 },
};

static const struct testAccess hosts[] = {
    { "may read and search", SYSTEM, ALL, GOOD, 0, VIR_ERR_OK, 2 },
    { "may read", SYSTEM, CONNECT_READ, GOOD, 0, VIR_ERR_ACCESS_DENIED, 2 },
    { "may search", SYSTEM, SEARCH, GOOD, 0, VIR_ERR_ACCESS_DENIED, 1 },
    { "may nothing", SYSTEM, NONE, GOOD, 0, VIR_ERR_ACCESS_DENIED, 1 },
    { "nobody in particular", NOBODY, ALL, GOOD, 0, VIR_ERR_ACCESS_DENIED, 0 },
    { "may read, search and write, opaque strings",
      SYSTEM, ALL | CONNECT_WRITE, GOOD, OPAQUE, VIR_ERR_OK, 3 },
    { "may read and search, opaque strings",
      SYSTEM, ALL, GOOD, OPAQUE, VIR_ERR_ACCESS_DENIED, 3 },

    /* documents of somebody who may not ask are not parsed */
    { "may nothing, bad documents", SYSTEM, NONE, BAD, 0, VIR_ERR_ACCESS_DENIED, 1 },
    { "may read, bad documents", SYSTEM, CONNECT_READ, BAD, 0, VIR_ERR_ACCESS_DENIED, 2 },
    { "may read and search, bad documents, opaque strings",
      SYSTEM, ALL, BAD, OPAQUE, VIR_ERR_ACCESS_DENIED, 3 },
    { "may read and search, bad documents", SYSTEM, ALL, BAD, 0, VIR_ERR_XML_DETAIL, 2 },
    { "may nothing, unknown flag", SYSTEM, NONE, GOOD, 1U << 31, VIR_ERR_INVALID_ARG, 0 },
};

/* As far as access control looks at it */
static virHypervisorDriver hypervisor = { .name = "QEMU" };

static virConnectPtr conn;
static virDomainPtr dom;


static int
testAccess(const void *opaque)
{
    const struct testAccess *test = opaque;
    g_autoptr(virIdentity) identity = test->known ? virIdentityGetSystem() : NULL;
    g_autofree char *answer = NULL;
    int code;

    granted = test->granted;
    nasked = 0;
    host.calls = 0;

    if (virIdentitySetCurrent(identity) < 0)
        return -1;

    virResetLastError();
    if (test->hostdevsXML)
        answer = qemuConnectCompareHostdevCompat(conn, test->domXML, test->hostdevsXML,
                                                 test->flags);
    else
        answer = qemuDomainGetHostdevCompat(dom, test->flags);
    code = answer ? VIR_ERR_OK : virGetLastErrorCode();

    if (code != test->code) {
        return testFail("expected error %d, got %d: %s", test->code, code,
                        virGetLastErrorMessage());
    }

    if (!answer && host.calls > 0)
        return testFail("the node device driver was asked all the same");

    return testExpectNumber(test->nasked, nasked);
}


/* A guest with a device runs. */
static int
testStart(void)
{
    virDomainDef *def = testGuest("@5=1");
    virDomainObj *vm;

    ignore_value(virUUIDParse(UUID "f", def->uuid));
    def->id = 1;
    driver.domains = virDomainObjListNew();
    vm = virDomainObjListAdd(driver.domains, &def, driver.xmlopt, 0, NULL);
    dom = virGetDomain(conn, vm->def->name, vm->def->uuid, vm->def->id);
    virDomainObjEndAPI(&vm);

    return dom ? 0 : -1;
}


static int
mymain(void)
{
    virAccessManager *manager = virAccessManagerNew("polkit");

    if (!manager ||
        testHostInit() < 0 ||
        !(conn = virGetConnect()))
        return EXIT_FAILURE;

    virAccessManagerSetDefault(manager);
    conn->driver = &hypervisor;
    conn->privateData = &driver;
    host.devices = "1=vfio-pci/a/1.2.0";
    if (testStart() < 0)
        return EXIT_FAILURE;

    DO_TABLE("guest", guests, testAccess);
    DO_TABLE("host", hosts, testAccess);

    virObjectUnref(dom);
    g_clear_pointer(&driver.domains, virObjectUnref);
    conn->driver = NULL;
    virObjectUnref(conn);
    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virgdbus"),
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))

#else /* ! __ELF__ || ! WITH_POLKIT */

int
main(void)
{
    return EXIT_AM_SKIP;
}

#endif /* ! __ELF__ || ! WITH_POLKIT */
