/*
 * domainhostdevguesttest.c: the host devices of a guest in the XML of its definition
 *
 * What a program without libvirt's parser finds in a definition: the same devices as
 * libvirt finds, in all definitions with host devices that libvirt's own tests have, and
 * the description in its metadata.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "hypervisor/domain_hostdev_compat.h"
#include "nodedevcompatallocations.h"
#include "nodedevcompatframe.h"
#include "virerror.h"
#include "virfile.h"
#include "virhash.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define UUID "7d1c2a6e-3c1e-4d57-9d0a-000000000001"
#define URN VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE
#define DOMAIN(content) "<domain type='kvm'><name>guest</name>" content "</domain>"
#define DEVICES(content) DOMAIN("<devices>" content "</devices>")
#define MDEV(attrs, content) \
    DEVICES("<hostdev mode='subsystem' type='mdev' model='vfio-pci'" attrs ">" \
            "<source><address uuid='" UUID "'/></source>" content "</hostdev>")
#define PCI(attrs, content) \
    DEVICES("<hostdev mode='subsystem' type='pci'" attrs "><source>" \
            "<address domain='0x0001' bus='0x0a' slot='0x1f' function='0x7'/></source>" \
            content "</hostdev>")
#define INTERFACE(type, content) \
    DEVICES("<interface type='hostdev' managed='yes'><source>" \
            "<address type='" type "' domain='0' bus='10' slot='0' function='2'/></source>" \
            content "</interface>")
#define NETWORK(content) \
    DEVICES("<interface type='network'><source network='pool'/>" content "</interface>")
#define AT5 "<address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>"
#define FUNCTION "pci_0001_0a_1f_7"

/* Each device as NAME[ADDRESS,ALIAS], with a ! if a guest has one at most and an m if
 * libvirt binds its driver; behind a + the addresses of interfaces of a network */
struct testGuest {
    const char *name;
    const char *xml;
    const char *expect;
    const char *error;          /* part of the message, in place of @expect */
};

static const struct testGuest guests[] = {
    { "nothing", DOMAIN(""), "+", NULL },
    { "no devices", DEVICES(""), "+", NULL },
    { "mediated device", MDEV("", AT5), UUID "[pci:0000:00:05.0,-]+", NULL },
    { "managed mediated device", MDEV(" managed='yes'", AT5), UUID "[pci:0000:00:05.0,-]+", NULL },
    { "device of which there is one at most",
      DEVICES("<hostdev type='mdev' model='vfio-ap'>"
              "<source><address uuid='7D1C2A6E3C1E4D579D0A000000000001'/></source></hostdev>"),
      UUID "[-,-]!+", NULL },
    { "device on a channel",
      MDEV("", "<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0006'/>"),
      UUID "[ccw:fe.0.0006,-]+", NULL },
    { "alias of the user", MDEV("", "<alias name='ua-gpu_1'/>" AT5),
      UUID "[pci:0000:00:05.0,ua-gpu_1]+", NULL },
    { "alias of libvirt", MDEV("", "<alias name='hostdev0'/>" AT5), UUID "[pci:0000:00:05.0,-]+",
      NULL },
    { "alias that libvirt does not take", MDEV("", "<alias name='ua-a b'/>" AT5),
      UUID "[pci:0000:00:05.0,-]+", NULL },
    { "address that libvirt chooses", MDEV("", "<address type='pci'/>"), UUID "[-,-]+", NULL },
    { "address of a kind that is not known", MDEV("", "<address type='future' x='1'/>"),
      UUID "[-,-]+", NULL },
    { "mediated device that is unassigned", MDEV("", "<address type='unassigned'/>"),
      UUID "[-,-]+", NULL },
    { "function", PCI("", AT5), FUNCTION "[pci:0000:00:05.0,-]+", NULL },
    { "managed function", PCI(" managed='yes'", AT5), FUNCTION "[pci:0000:00:05.0,-]m+", NULL },
    { "function that is not given to the guest", PCI("", "<address type='unassigned'/>"), "+",
      NULL },
    { "function that is unplugged",
      PCI("", "<teaming type='transient' persistent='ua-net'/>" AT5), "+", NULL },
    { "function of a team that stays", PCI("", "<teaming type='persistent'/>" AT5),
      FUNCTION "[pci:0000:00:05.0,-]+", NULL },
    { "interface", INTERFACE("pci", AT5), "pci_0000_0a_00_2[pci:0000:00:05.0,-]m+", NULL },
    { "interface that is unplugged",
      INTERFACE("pci", "<teaming type='transient' persistent='ua-net'/>" AT5), "+", NULL },
    { "interface on the USB", INTERFACE("usb", ""), "+", NULL },
    { "interface of a vendor on the USB",
      DEVICES("<interface type='hostdev'><source><vendor id='1'/></source></interface>"), "+",
      NULL },
    { "interface of a network", NETWORK(AT5), "+pci:0000:00:05.0", NULL },
    { "interface of a network without an address", NETWORK(""), "+", NULL },
    { "interface of a network that claims to have a function",
      NETWORK("<actual type='hostdev'><source><address type='pci' bus='1'/></source></actual>" AT5),
      "+pci:0000:00:05.0", NULL },
    { "devices in two elements",
      DOMAIN("<devices/><devices><hostdev type='pci'><source><address bus='3'/></source></hostdev>"
             "</devices>"), "pci_0000_03_00_0[-,-]+", NULL },
    { "devices elsewhere", DOMAIN("<x><devices><hostdev type='pci'/></devices></x>"), "+", NULL },
    { "other devices",
      DEVICES("<hostdev type='usb'/><hostdev type='scsi_host'/><interface type='user'/><disk/>"
              "<hostdev mode='capabilities' type='misc'/><hostdev type='future'/><future/>"), "+",
      NULL },
    { "devices in another namespace",
      DOMAIN("<x:devices xmlns:x='u'><hostdev type='pci'/></x:devices>"), "+", NULL },
    { "devices in another element", DOMAIN("<x><hostdev type='pci'/></x>"), "+", NULL },
    { "device in another namespace",
      DEVICES("<x:hostdev xmlns:x='u' type='mdev'/>"), "+", NULL },
    { "source in another namespace",
      DEVICES("<hostdev type='mdev'><x:source xmlns:x='u'/></hostdev>"), NULL, "no address" },

    { "no source", DEVICES("<hostdev type='mdev'/>"), NULL, "no address on its host" },
    { "no address on the host", DEVICES("<hostdev type='pci'><source/></hostdev>"), NULL,
      "no address on its host" },
    { "no UUID", DEVICES("<hostdev type='mdev'><source><address/></source></hostdev>"), NULL,
      "malformed UUID" },
    { "UUID that is none",
      DEVICES("<hostdev type='mdev'><source><address uuid='x'/></source></hostdev>"), NULL,
      "malformed UUID" },
    { "bus that does not exist", MDEV("", "<address type='pci' bus='256'/>"), NULL, "bus" },
    { "slot that is no number", MDEV("", "<address type='pci' slot='x'/>"), NULL, "slot" },
    { "half an address on a channel", MDEV("", "<address type='ccw' cssid='1'/>"), NULL,
      "malformed address" },
    { "cssid that is no number",
      MDEV("", "<address type='ccw' cssid='x' ssid='0' devno='1'/>"), NULL, "'cssid'" },
    { "ssid that is no number",
      MDEV("", "<address type='ccw' cssid='1' ssid='x' devno='1'/>"), NULL, "'ssid'" },
    { "devno that is no number",
      MDEV("", "<address type='ccw' cssid='1' ssid='0' devno='x'/>"), NULL, "'devno'" },
    { "channel that does not exist",
      MDEV("", "<address type='ccw' cssid='1' ssid='9' devno='1'/>"), NULL, "malformed address" },
    { "empty", "", NULL, "" },
    { "blank", "\n\n", NULL, "empty" },
    { "another document", "<network/>", NULL, "domain" },
    { "cut", "<domain>", NULL, "" },
    { "document type", "<!DOCTYPE domain [<!ENTITY a 'b'>]><domain/>", NULL,
      "document type declaration" },
    { "document type behind other things",
      "\xef\xbb\xbf<?xml version='1.0'?> <!-- a -->\n<?b c?><!DOCTYPE domain><domain/>", NULL,
      "document type declaration" },
    { "document type in a place where it cannot be", "<domain><!DOCTYPE domain></domain>", NULL,
      "" },
};


static int
testCompareNames(const void *a,
                 const void *b,
                 void *opaque G_GNUC_UNUSED)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}


static char *
testDescribeGuest(const virDomainHostdevGuest *guest)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char **deferred = (char **) g_hash_table_get_keys_as_array(guest->deferred, NULL);
    size_t i;

    for (i = 0; i < guest->nodes->len; i++) {
        const virDomainHostdevNode *node = g_ptr_array_index(guest->nodes, i);
        g_autofree char *function = virDomainHostdevNodeFormatPCI(&node->addr);

        virBufferAsprintf(&buf, "%s[%s,%s]%s%s", node->name,
                          NULLSTR_MINUS(node->identity.address),
                          NULLSTR_MINUS(node->identity.alias), node->identity.single ? "!" : "",
                          node->managed ? "m" : "");
        if (STRNEQ(node->name, node->identity.uuid ? node->identity.uuid : function))
            virBufferAddLit(&buf, "?");
    }

    virBufferAddLit(&buf, "+");
    g_qsort_with_data(deferred, g_strv_length(deferred), sizeof(*deferred), testCompareNames,
                      NULL);
    for (i = 0; deferred[i]; i++)
        virBufferAsprintf(&buf, "%s%s", i ? "," : "", deferred[i]);

    return virBufferContentAndReset(&buf);
}


static int
testParseGuest(const void *opaque)
{
    const struct testGuest *test = opaque;
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestParse(test->xml);
    g_autofree char *actual = NULL;

    if (test->error || !guest)
        return testExpectError(test->error, !guest);

    actual = testDescribeGuest(guest);
    return testExpectString("guest", guest->name) < 0 ||
           testExpectString(test->expect, actual) < 0 ? -1 : 0;
}


/* A guest with @count devices */
static int
testCount(const void *opaque)
{
    size_t count = *(const size_t *) opaque;
    g_autoptr(GString) xml = g_string_new("<domain><devices>");
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    size_t i;

    for (i = 0; i < count; i++) {
        g_string_append_printf(xml, "<hostdev type='pci'><source><address bus='%zu' slot='%zu'/>"
                               "</source></hostdev>", i / 16 + 1, i % 16);
    }
    g_string_append(xml, "</devices></domain>");

    guest = virDomainHostdevGuestParse(xml->str);
    if (count > VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX)
        return testExpectError("more than 256 host devices", !guest);

    return guest ? testExpectNumber(count, guest->nodes->len) : -1;
}


/* A guest with @count interfaces of networks */
static int
testCountNetworks(const void *opaque)
{
    size_t count = *(const size_t *) opaque;
    g_autoptr(GString) xml = g_string_new("<domain><devices>");
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    size_t i;

    for (i = 0; i < count; i++) {
        g_string_append_printf(xml, "<interface type='network'><address type='pci' bus='%zu' "
                               "slot='%zu'/></interface>", i / 16 + 1, i % 16);
    }
    g_string_append(xml, "</devices></domain>");

    guest = virDomainHostdevGuestParse(xml->str);
    if (count > 1024)
        return testExpectError("more than 1024 network interfaces", !guest);

    return guest ? testExpectNumber(count, g_hash_table_size(guest->deferred)) : -1;
}


static int
testTooLarge(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *pad = g_strnfill(VIR_DOMAIN_HOSTDEV_GUEST_MAX, ' ');
    g_autofree char *xml = g_strdup_printf("<domain>%s</domain>", pad);
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestParse(xml);

    return testExpectError("is larger than 4194304 bytes", !guest);
}


/* An attribute that is a number and much too long, where %s is: the error must not have
 * all of it */
static const char *const longNumbers[] = {
    PCI("", "<address type='pci' domain='%s'/>"),
    PCI("", "<address type='pci' bus='%s'/>"),
    PCI("", "<address type='pci' slot='0x%s'/>"),
    PCI("", "<address type='pci' function='%s'/>"),
    MDEV("", "<address type='ccw' cssid='%s' ssid='0x0' devno='0x0006'/>"),
    MDEV("", "<address type='ccw' cssid='0xfe' ssid='%s' devno='0x0006'/>"),
    MDEV("", "<address type='ccw' cssid='0xfe' ssid='0x0' devno='%s'/>"),
    DEVICES("<hostdev type='pci'><source><address bus='%s'/></source></hostdev>"),
};


static int
testLongNumber(const void *opaque)
{
    const char *const *format = opaque;
    g_autofree char *number = g_strnfill(200000, '9');
    char *xml = virStringReplace(*format, "%s", number);
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestParse(xml);

    g_free(xml);
    if (testExpectError("is longer than 64 bytes", !guest) < 0)
        return -1;
    return strlen(virGetLastErrorMessage()) < 256 ? 0 : testFail("the error is long");
}


/* What takes the most memory of what is accepted: how often it fits is tried */
static const char *const fillings[] = {
    "<a/>", "<a b=''/>", "<a b='c'/>", "a<!---->", " <a/>", "<a b='' c='' d=''/>", "<?a?>",
    "&lt;<a/>",
};


static int
testMemory(const void *opaque)
{
    const char *const *filling = opaque;
    size_t count = 1024 * 1024 / strlen(*filling);
    long long peak = 0;

    while (count > 0) {
        g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
        g_autoptr(virDomainHostdevGuest) guest = NULL;
        long long live;
        size_t i;

        virBufferAddLit(&buf, "<domain>");
        for (i = 0; i < count; i++)
            virBufferAdd(&buf, *filling, -1);
        virBufferAddLit(&buf, "</domain>");

        live = testAllocated.peak = testAllocated.live;
        guest = virDomainHostdevGuestParse(virBufferCurrentContent(&buf));
        peak = testAllocated.peak - live;
        if (guest)
            break;
        count -= count / 16 + 1;
    }

    if (peak > 32 * 1024 * 1024)
        return testFail("%zu times take %lld bytes", count, peak);
    return testExpectBool(true, count > 1000 && (!testAllocationsAreCounted || peak > 1024 * 1024));
}


/* Definitions of libvirt's own tests, with host devices or networks */
static size_t testFound;


static int
testSameAsLibvirt(const void *opaque)
{
    g_autofree char *xml = NULL;
    g_autofree char *expect = NULL;
    g_autofree char *actual = NULL;
    g_autoptr(virDomainDef) def = NULL;
    g_autoptr(virDomainHostdevGuest) theirs = NULL;
    g_autoptr(virDomainHostdevGuest) ours = NULL;

    if (virFileReadAll(opaque, VIR_DOMAIN_HOSTDEV_GUEST_MAX, &xml) < 0)
        return -1;

    /* what libvirt does not take need not be understood */
    if (!(def = virDomainHostdevCompatParseDomain(xml))) {
        virResetLastError();
        return 0;
    }

    theirs = virDomainHostdevGuestNewDef(def);
    expect = testDescribeGuest(theirs);
    testFound += theirs->nodes->len;

    if (!(ours = virDomainHostdevGuestParse(xml)))
        return -1;

    actual = testDescribeGuest(ours);
    return testExpectString(expect, actual);
}


static int
testFoundMany(const void *opaque G_GNUC_UNUSED)
{
    return testFound >= 150 ? 0 : testFail("only %zu host devices were compared", testFound);
}


static bool
testHasDevices(const char *path)
{
    g_autofree char *xml = NULL;

    return virFileReadAllQuiet(path, VIR_DOMAIN_HOSTDEV_GUEST_MAX, &xml) > 0 &&
           strstr(xml, "<domain") &&
           (strstr(xml, "<hostdev") || strstr(xml, "type='hostdev'") ||
            strstr(xml, "type='network'"));
}


static void
testDirectory(const char *name)
{
    g_autofree char *path = g_build_filename(abs_srcdir, name, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *entry;

    while (dir && (entry = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(path, entry, NULL);

        if (g_str_has_suffix(entry, ".xml") && testHasDevices(file)) {
            DO_TEST(testSameAsLibvirt, file, "devices of %s/%s", name, entry);
        }
    }
}


/* What is in the metadata of a guest, and what the definition is without that */
struct testMetadata {
    const char *name;
    const char *xml;
    virDomainHostdevDescriptionState state;
    const char *expect;         /* text of the element, or the message */
    const char *without;        /* NULL: nothing is changed */
};

#define METADATA(content) DOMAIN("<metadata>" content "</metadata>")
#define OTHER "<a:b xmlns:a='u:r:i'><![CDATA[<x>&]]><!-- c --> <a:c d=\"&lt;&#10;&quot;'\"/></a:b>"
#define OTHER_OUT "<a:b xmlns:a=\"u:r:i\"><![CDATA[<x>&]]><!-- c --> " \
                  "<a:c d=\"&lt;&#10;&quot;'\"/></a:b>"
#define DOMAIN_OUT(content) "<domain type=\"kvm\"><name>guest</name>" content "</domain>"
#define ELEMENT "<nodedevCompat xmlns='" URN "'/>"
#define ABSENT VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT
#define OK VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK
#define MALFORMED VIR_DOMAIN_HOSTDEV_DESCRIPTION_MALFORMED

static const struct testMetadata metadata[] = {
    { "no metadata", DOMAIN(""), ABSENT, NULL, NULL },
    { "metadata of others", METADATA(OTHER), ABSENT, NULL, NULL },
    { "element without a namespace", METADATA("<nodedevCompat/>"), ABSENT, NULL, NULL },
    { "element elsewhere", DEVICES(ELEMENT), ABSENT, NULL, NULL },
    { "element in that of others", METADATA("<a xmlns='u'>" ELEMENT "</a>"), ABSENT, NULL, NULL },
    { "element", METADATA(ELEMENT), OK, "<nodedevCompat xmlns=\"" URN "\"/>",
      DOMAIN_OUT("<metadata/>") },
    { "element with a prefix, as libvirt writes it",
      METADATA("<x:nodedevCompat xmlns:x='" URN "'><hostdev/></x:nodedevCompat>"), OK,
      "<x:nodedevCompat xmlns:x=\"" URN "\">\n  <hostdev/>\n</x:nodedevCompat>",
      DOMAIN_OUT("<metadata/>") },
    { "namespace that is declared outside",
      "<domain type='kvm' xmlns:x='" URN "'><name>guest</name><metadata><x:nodedevCompat/>"
      "</metadata></domain>", OK, "<x:nodedevCompat xmlns:x=\"" URN "\"/>",
      "<domain xmlns:x=\"" URN "\" type=\"kvm\"><name>guest</name><metadata/></domain>" },
    { "between others", METADATA("\n  " OTHER "\n  " ELEMENT "\n  <z xmlns='z'/>\n"), OK,
      "<nodedevCompat xmlns=\"" URN "\"/>",
      DOMAIN_OUT("<metadata>\n  " OTHER_OUT "\n  <z xmlns=\"z\"/>\n</metadata>") },
    { "in a definition with the rest of XML",
      DOMAIN("<!-- a --><title> &#252;&amp;\303\274 </title><metadata>" ELEMENT "</metadata>"
             "<?pi x?><commandline xmlns='http://libvirt.org/schemas/domain/qemu/1.0'>"
             "<arg value='a  b&#9;'/></commandline>"), OK, "<nodedevCompat xmlns=\"" URN "\"/>",
      DOMAIN_OUT("<!-- a --><title> \303\274&amp;\303\274 </title><metadata/><?pi x?>"
                 "<commandline xmlns=\"http://libvirt.org/schemas/domain/qemu/1.0\">"
                 "<arg value=\"a  b&#9;\"/></commandline>") },
    { "document in that of others",
      METADATA("<a xmlns='a'><![CDATA[<!DOCTYPE html>]]><!-- <!DOCTYPE x> --></a>" ELEMENT), OK,
      "<nodedevCompat xmlns=\"" URN "\"/>",
      DOMAIN_OUT("<metadata><a xmlns=\"a\"><![CDATA[<!DOCTYPE html>]]><!-- <!DOCTYPE x> --></a>"
                 "</metadata>") },
    { "two elements", METADATA(ELEMENT OTHER "<x:y xmlns:x='" URN "'/>"), MALFORMED,
      "more than one element", DOMAIN_OUT("<metadata>" OTHER_OUT "</metadata>") },
    { "element of another name", METADATA("<other xmlns='" URN "'/>"), OK,
      "<other xmlns=\"" URN "\"/>", DOMAIN_OUT("<metadata/>") },
};


static int
testGetMetadata(const void *opaque)
{
    const struct testMetadata *test = opaque;
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestParse(test->xml);
    g_autoptr(virDomainHostdevDescription) description = NULL;
    g_autofree char *without = NULL;

    if (!guest || virDomainHostdevGuestRemoveMetadata(test->xml, &without) < 0 ||
        testExpectNumber(test->state, guest->metadataState) < 0 ||
        testExpectString(test->without, without) < 0)
        return -1;

    if (test->state == OK)
        return testExpectString(test->expect, guest->metadata);

    if (testExpectNumber(test->state,
                         virDomainHostdevGuestGetDescription(guest, &description)) < 0)
        return -1;

    return test->state == ABSENT ? 0 : testExpectError(test->expect, true);
}


/* What is no definition has none that could be taken out. */
static int
testRemoveNothing(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *without = NULL;

    if (testExpectNumber(-1, virDomainHostdevGuestRemoveMetadata("<domain", &without)) < 0 ||
        testExpectNumber(-1, virDomainHostdevGuestRemoveMetadata("<x/>", &without)) < 0)
        return -1;
    return testExpectBool(false, !!without);
}


/* A definition of which libxml2 would write another one stays as it is. */
static int
testRemoveUnwritable(const void *opaque G_GNUC_UNUSED)
{
    static const char *const others[] = {
        "<a xmlns='u&lt;v'/>", "<a><b xmlns:x='u&amp;lt;v'><x:c/></b></a>",
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *xml = g_strdup_printf(METADATA(ELEMENT "%s"), others[i]);
        g_autofree char *within = g_strdup_printf(METADATA("<nodedevCompat xmlns='" URN "'>%s"
                                                           "</nodedevCompat>"), others[i]);
        g_autofree char *without = NULL;

        if (testExpectNumber(-1, virDomainHostdevGuestRemoveMetadata(xml, &without)) < 0 ||
            testExpectBool(false, !!without) < 0 ||
            testExpectNumber(0, virDomainHostdevGuestRemoveMetadata(within, &without)) < 0 ||
            testExpectString(DOMAIN_OUT("<metadata/>"), without) < 0)
            return -1;
    }

    return 0;
}


static int
testLargeMetadata(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *pad = g_strnfill(VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX, 'x');
    g_autofree char *xml = g_strdup_printf("<domain><metadata><nodedevCompat xmlns='" URN "'>%s"
                                           "</nodedevCompat></metadata></domain>", pad);
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestParse(xml);
    g_autoptr(virDomainHostdevDescription) description = NULL;

    if (!guest ||
        testExpectNumber(VIR_DOMAIN_HOSTDEV_DESCRIPTION_TOO_LARGE,
                         virDomainHostdevGuestGetDescription(guest, &description)) < 0)
        return -1;

    return testExpectError("is larger than 65536 bytes", true);
}


/* A device as a description has it is the same, whichever way it comes there. */
static int
testNewNode(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainDef) def = virDomainHostdevCompatParseDomain(PCI("", AT5));
    g_autoptr(virDomainHostdevNode) node = def ? virDomainHostdevNodeNew(def->hostdevs[0]) : NULL;
    g_autoptr(virDomainHostdevNode) copy = node ? virDomainHostdevNodeCopy(node) : NULL;
    g_autoptr(virDomainHostdevCompat) theirs = NULL;
    g_autoptr(virDomainHostdevCompat) ours = NULL;

    if (!copy)
        return -1;

    theirs = virDomainHostdevCompatNew(def->hostdevs[0]);
    ours = virDomainHostdevCompatNewNode(copy);

    return testExpectString(theirs->name, ours->name) < 0 ||
           testExpectString(theirs->identity.address, ours->identity.address) < 0 ||
           testExpectString(NULL, ours->identity.uuid) < 0 ? -1 : 0;
}


static int
mymain(void)
{
    static const char *const dirs[] = {
        "qemuxmlconfdata", "genericxml2xmlindata", "genericxml2xmloutdata", "domainschemadata",
        "bhyvexml2argvdata", "libxlxml2domconfigdata", "lxcxml2xmldata", "qemuhotplugtestdomains",
        "qemumemlockdata", "qemuxmlactive2xmldata", "xlconfigdata", "xmconfigdata",
    };
    static const size_t counts[] = { 256, 257 };
    static const size_t networks[] = { 1024, 1025 };
    size_t i;

    DO_TABLE("guest", guests, testParseGuest);

    for (i = 0; i < G_N_ELEMENTS(counts); i++) {
        DO_TEST(testCount, &counts[i], "%zu devices", counts[i]);
    }
    for (i = 0; i < G_N_ELEMENTS(networks); i++) {
        DO_TEST(testCountNetworks, &networks[i], "%zu networks", networks[i]);
    }
    DO_TEST(testTooLarge, NULL, "definition that is too large");
    for (i = 0; i < G_N_ELEMENTS(longNumbers); i++)
        DO_TEST(testLongNumber, &longNumbers[i], "long number %zu", i);
    for (i = 0; i < G_N_ELEMENTS(fillings); i++)
        DO_TEST(testMemory, &fillings[i], "memory for many %s", fillings[i]);

    for (i = 0; i < G_N_ELEMENTS(dirs); i++)
        testDirectory(dirs[i]);
    DO_TEST(testFoundMany, NULL, "there were devices to compare");

    DO_TABLE("metadata", metadata, testGetMetadata);
    DO_TEST(testRemoveNothing, NULL, "metadata of no definition");
    DO_TEST(testRemoveUnwritable, NULL, "metadata beside what cannot be written");
    DO_TEST(testLargeMetadata, NULL, "metadata that are too large");
    DO_TEST(testNewNode, NULL, "device for a description");

    return testResult();
}

VIR_TEST_MAIN(mymain)
