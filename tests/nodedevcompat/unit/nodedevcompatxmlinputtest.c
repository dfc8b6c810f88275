/*
 * nodedevcompatxmlinputtest.c: documents from outside, most of which are refused
 *
 * Each is refused with a cause that a person understands; what is accepted survives a
 * round trip. Documents that are good as a whole are in nodedevcompatxmltest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "node_device_conf.h"
#include "nodedev_compat_xml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* A document is @head, @count times @repeat with each # in it replaced by the
 * number of the repetition, and @tail. */
struct testDocument {
    const char *name;
    const char *head;
    const char *repeat;
    size_t count;
    const char *tail;
    const char *expect;         /* part of the error; NULL: it is accepted */
};

#define WHOLE(xml) xml, NULL, 0, ""
#define CAP(content) WHOLE("<capability type='compat'>" content "</capability>")
#define ACCEPTS(content) CAP("<accepts>" content "</accepts>")
#define MANY(before, repeat, count, after) \
    "<capability type='compat'>" before, repeat, count, after "</capability>"
#define DEVICE(name, capability) \
    WHOLE("<device><name>" name "</name>" capability "</device>")
#define MDEV(content) \
    DEVICE("m", "<capability type='mdev'><type id='t'/>" content "</capability>")
#define COMPAT "<capability type='compat'/>"

#define WORD "is longer than 64 bytes"
#define SYNTAX "at line "              /* as libxml2 reports it */
#define ENCODING "must be UTF-8"
#define PROPERTIES "more than 64 attributes of an element"
#define DOCTYPE "must not have a document type declaration"
#define VALUE "must be 1 to 4096 printable ASCII characters"
#define NAME "invalid name"
#define INVALID "failed to validate"
#define NEITHER "is neither a mediated device nor a PCI device"
#define KIND "expected a <device> or a <capability type='compat'>"

static const struct testDocument documents[] = {
    /* not a document at all */
    { "empty", WHOLE(""), SYNTAX },
    { "line breaks", WHOLE("\n\n"), "is empty" },
    { "line breaks of DOS", WHOLE("\r\n\r\n"), "is empty" },
    { "blanks", WHOLE(" \n "), SYNTAX },
    { "no XML", WHOLE("type=mtty-1"), SYNTAX },
    { "truncated in a tag", WHOLE("<capability type='comp"), SYNTAX },
    { "truncated in the content",
      WHOLE("<capability type='compat'><attr name='a' value='v'/>"), SYNTAX },
    { "wrong nesting",
      WHOLE("<capability type='compat'><accepts></capability></accepts>"), SYNTAX },
    { "two roots", WHOLE(COMPAT COMPAT), SYNTAX },
    { "trailing garbage", WHOLE(COMPAT "x"), SYNTAX },
    { "same XML attribute twice", CAP("<attr name='a' name='b' value='v'/>"), SYNTAX },
    { "not UTF-8", CAP("<attr name='a' value='\377'/>"), SYNTAX },
    { "overlong UTF-8", CAP("<attr name='a' value='\300\200'/>"), SYNTAX },
    { "control character", CAP("<attr name='a' value='\001'/>"), SYNTAX },
    { "reference to a control character", CAP("<attr name='a' value='&#1;'/>"), SYNTAX },
    { "unknown encoding",
      WHOLE("<?xml version='1.0' encoding='x-none'?>" COMPAT), ENCODING },
    { "encoding that is not like ASCII",
      WHOLE("<?xml version='1.0' encoding = \"IBM037\"?>" COMPAT), ENCODING },
    { "EBCDIC", WHOLE("\x4c\x6f\xa7\x94\x93"), ENCODING },
    { "UTF-8", WHOLE("\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>" COMPAT), NULL },
    { "Latin-1", WHOLE("<?xml version='1.0' encoding='ISO-8859-15'?>" COMPAT), NULL },
    { "300 elements deep", "<capability type='compat'>", "<x>", 300, "", SYNTAX },
    { "80000 elements deep", "<capability type='compat'>", "<x>", 80000, "", SYNTAX },

    /* size */
    { "256 KiB", COMPAT, " ", 256 * 1024 - 27, "", NULL },
    { "256 KiB and a byte",
      COMPAT, " ", 256 * 1024 - 26, "", "larger than 262144 bytes" },
    { "64 MiB",
      COMPAT,
      "                                ", 2 * 1024 * 1024, "", "larger than 262144 bytes" },

    /* entities */
    { "document type", WHOLE("<!DOCTYPE capability>" COMPAT), DOCTYPE },
    { "document type behind a comment",
      WHOLE("<!-- <x> --> <!DOCTYPE capability>" COMPAT), DOCTYPE },
    { "document type in a comment, where it is text",
      WHOLE("<!-- <!DOCTYPE x> -->" COMPAT), NULL },
    { "document type in what is no instruction",
      WHOLE("<?<!DOCTYPE c []>?>" COMPAT), DOCTYPE },
    { "document type in a declaration of XML that is wrong",
      WHOLE("<?xml version='1.0' x><!DOCTYPE c []>?>" COMPAT), DOCTYPE },
    { "document type in a comment that is wrong",
      WHOLE("<!-- \001 <!DOCTYPE c> -->" COMPAT), DOCTYPE },
    { "document type in a comment that does not end", WHOLE("<!-- <!DOCTYPE c>" COMPAT), DOCTYPE },
    { "document type behind the root", WHOLE(COMPAT "<!DOCTYPE capability>"), SYNTAX },
    { "lower case document type",
      WHOLE("<!doctype capability>" COMPAT), SYNTAX },
    { "internal entity",
      WHOLE("<!DOCTYPE c [<!ENTITY e 'v'>]>"
            "<capability type='compat'><attr name='a' value='&e;'/></capability>"), DOCTYPE },
    { "external entity",
      WHOLE("<!DOCTYPE c [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
            "<capability type='compat'><opaque>&e;</opaque></capability>"), DOCTYPE },
    { "external subset",
      WHOLE("<!DOCTYPE c SYSTEM 'http://localhost/x.dtd'>" COMPAT), DOCTYPE },
    { "parameter entity",
      WHOLE("<!DOCTYPE c [<!ENTITY % e SYSTEM 'file:///etc/passwd'>%e;]>" COMPAT), DOCTYPE },
    { "billion laughs",
      "<!DOCTYPE c [<!ENTITY e0 'ha'>",
      "<!ENTITY f# '&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;'>", 10,
      "]><capability type='compat'><opaque>&f9;</opaque></capability>", DOCTYPE },
    /* if it can be decoded or not */
    { "document type in UTF-7",
      WHOLE("<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE c [+ADwAIQ-ENTITY e 'v'>]>"
            "<capability type='compat'><opaque>+ACY-e;</opaque></capability>"), ENCODING },
    { "undeclared entity", CAP("<opaque>&e;</opaque>"), SYNTAX },
    { "predefined entities", CAP("<opaque>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</opaque>"), NULL },
    { "inclusion",
      CAP("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>"),
      NULL },

    /* the wrong document */
    { "other root", WHOLE("<domain/>"), KIND ", not <domain>" },
    { "report as root",
      WHOLE("<nodeDeviceCompatReport verdict='identical'/>"), "not <nodeDeviceCompatReport>" },
    { "capability without type", WHOLE("<capability/>"), KIND },
    { "capability of other type",
      WHOLE("<capability type='mdev'><type id='t'/></capability>"), KIND },
    { "device without capability", DEVICE("x", ""), "node device 'x' " NEITHER },
    { "device without name", WHOLE("<device/>"), NEITHER },
    { "PCI parent with mdev types",
      DEVICE("x", "<capability type='pci'><product id='0x1'/><vendor id='0x2'/>"
                  "<capability type='mdev_types'/></capability>"),
      "node device 'x' is a parent of mediated devices; name a device or a type" },
    { "PCI function with a malformed id",
      DEVICE("x", "<capability type='pci'><product id='1x'/><vendor id='0x2'/></capability>"),
      NULL },
    { "net device",
      DEVICE("net_lo", "<capability type='net'><interface>lo</interface></capability>"),
      "node device 'net_lo' " NEITHER },
    { "device with a bare descriptor", DEVICE("x", COMPAT), NEITHER },
    { "parent with mdev types",
      DEVICE("x", "<capability type='css'><capability type='mdev_types'/></capability>"), NEITHER },
    { "two descriptors in a device",
      MDEV(COMPAT COMPAT),
      "more than one capability of type 'compat'" },
    { "descriptor among other capabilities",
      MDEV("<capability type='x'/><capability/>" COMPAT), NULL },
    { "device without descriptor and type", DEVICE("m", "<capability type='mdev'/>"), NULL },
    { "device whose name has a line feed",
      DEVICE("a&#10;b", "<capability type='mdev'><type id='t'/></capability>"), NULL },
    { "device with an overlong type",
      "<device><capability type='mdev'><type id='", "t", 4097, "'/></capability></device>", VALUE },
    { "device whose type has a line feed",
      WHOLE("<device><capability type='mdev'><type id='a&#10;b'/></capability></device>"), VALUE },
    { "device with a bad descriptor",
      MDEV("<capability type='compat'><attr name='a'/></capability>"), "value" },

    /* words */
    { "overlong word", MANY("<attr name='a' value='v' dynamic='", "y", 65, "'/>"), WORD },
    { "overlong other word", MANY("<attr name='a' value='v' derived='", "y", 100000, "'/>"), WORD },
    { "overlong reason", MANY("<unusable name='a' reason='", "y", 100000, "'/>"), WORD },
    { "overlong reason of an opaque string", MANY("<opaque reason='", "y", 100000, "'/>"), WORD },

    /* how many */
    { "512 attributes", MANY("", "<attr name='a#' value='v'/>", 512, ""), NULL },
    { "513 attributes",
      MANY("", "<attr name='a#' value='v'/>", 513, ""), "more than 512 compatibility attributes" },
    { "513 unusable attributes",
      MANY("", "<unusable name='a#' reason='unreadable'/>", 513, ""),
      "more than 512 compatibility attributes" },
    { "512 attributes and one accepted",
      MANY("<accepts><attr name='a' value='v'/></accepts>", "<attr name='a#' value='v'/>", 512, ""),
      "more than 512 compatibility attributes" },
    { "511 attributes and one accepted",
      MANY("<accepts><attr name='a' value='v'/></accepts>", "<attr name='a#' value='v'/>", 511, ""),
      NULL },
    { "513 accepted attributes",
      MANY("<accepts>", "<attr name='a#' value='v'/>", 513, "</accepts>"),
      "more than 512 compatibility attributes" },
    { "64 alternatives", MANY("", "<accepts><attr name='a' value='#'/></accepts>", 64, ""), NULL },
    { "65 alternatives",
      MANY("", "<accepts><attr name='a' value='#'/></accepts>", 65, ""),
      "more than 64 <accepts> elements" },
    { "65 empty alternatives", MANY("", "<accepts/>", 65, ""), "more than 64 <accepts> elements" },
    { "10000 alternatives", MANY("", "<accepts/>", 10000, ""), "more than 64 <accepts> elements" },

    /* what reading it would take the square of */
    { "64 attributes of an element", MANY("<x", " a#='>'", 64, "/>"), NULL },
    { "65 attributes of an element", MANY("<x", " a# = \"=\"", 65, "/>"), PROPERTIES },
    { "20000 attributes of an element", MANY("<x", " a#=''", 20000, "/>"), PROPERTIES },
    { "attributes behind a comment",
      MANY("<!-- ' > --><?x \" ?><x", "\na#=''", 65, "/>"), PROPERTIES },
    { "attributes in the root element",
      "<capability type='compat'", " a#=''", 64, "/>", PROPERTIES },
    { "equal signs in a value", MANY("<opaque a='", "=", 65, "'>a</opaque>"), NULL },
    { "equal signs in text", MANY("<opaque>", "=", 65, "</opaque>"), NULL },
    { "equal signs in a comment", MANY("<!-- <x", " a#=''", 65, "/> -->"), NULL },
    { "equal signs behind a quote that does not end",
      MANY("<x a='", " a#=", 65, "/>"), SYNTAX },
    /* libxml2 goes on behind an error, and sees elements there */
    { "attributes in what is no instruction", MANY("<?<x", " a#=''", 65, "/>?>"), PROPERTIES },
    { "attributes in an instruction with a control character",
      MANY("<?x \001<x", " a#=''", 65, "/>?>"), PROPERTIES },
    { "attributes in a comment with a control character",
      MANY("<!-- \001<x", " a#=''", 65, "/>-->"), PROPERTIES },
    { "attributes in a comment that is not UTF-8",
      MANY("<!-- \377<x", " a#=''", 65, "/>-->"), PROPERTIES },
    { "attributes in a comment with what is no character",
      MANY("<!-- \xef\xbf\xbf<x", " a#=''", 65, "/>-->"), PROPERTIES },
    { "attributes in a comment that does not end", MANY("<!-- <x", " a#=''", 65, "/>"),
      PROPERTIES },
    { "attributes in a section with a control character",
      MANY("<![CDATA[ \001<x", " a#=''", 65, "/>]]>"), PROPERTIES },
    { "attributes behind a quote that does not end",
      MANY("<x a=\"<x", " a#=''", 65, "/>"), PROPERTIES },
    { "attributes between two quotes", MANY("<x a=\"<x", " a#=''", 65, "/>\"/>"), PROPERTIES },
    { "other equal signs in a comment that does not end", MANY("<!-- ", "=", 65, ""), SYNTAX },
    { "identifiers of libxml2 that are none, and twice the same",
      MANY("<x xml:id='1'/><x xml:id='a'/>", "<x xml:id='a'/>", 3, ""), NULL },
    { "4096 prefixes without namespace", MANY("", "<y:x/>", 4096, ""), NULL },
    { "4097 prefixes without namespace", MANY("", "<y:x/>", 4097, ""),
      "Namespace prefix y on x is not defined" },
    { "64 namespaces", MANY("", "<x xmlns:n#='n'/>", 64, ""), NULL },
    { "65 namespaces", MANY("", "<x xmlns='#'/>", 65, ""),
      "more than 64 declarations of namespaces" },

    /* twice */
    { "attribute twice",
      CAP("<attr name='a' value='v'/><attr name='a' value='v'/>"), "'a' is given twice" },
    { "attribute twice under an alias",
      CAP("<attr name='pci_id' value='8086:591d'/><attr name='device_id' value='8086:591d'/>"),
      "'pci_id' is given twice" },
    { "attribute twice under two aliases",
      CAP("<attr name='pciid' value='8086:591d'/><attr name='device_id' value='8086:591d'/>"),
      "'pci_id' is given twice" },
    { "two type elements", CAP("<type id='a'/><type id='a'/>"), "'type' is given twice" },
    { "type as element and attribute",
      CAP("<type id='a'/><attr name='type' value='a'/>"), "'type' is given twice" },
    { "type as element and alias",
      CAP("<type id='a'/><attr name='mdev_type' value='a'/>"), "'type' is given twice" },
    { "two device APIs",
      CAP("<deviceAPI>vfio-pci</deviceAPI><deviceAPI>vfio-ap</deviceAPI>"),
      "'device_api' is given twice" },
    { "two software versions",
      CAP("<softwareVersion>1.0</softwareVersion><attr name='software_version' value='1.0'/>"),
      "'software_version' is given twice" },
    { "usable and unusable",
      CAP("<attr name='a' value='v'/><unusable name='a' reason='unreadable'/>"),
      "'a' is given twice" },
    { "unusable twice",
      CAP("<unusable name='a' reason='malformed'/><unusable name='a' reason='unreadable'/>"),
      "'a' is given twice" },
    { "accepted attribute twice",
      ACCEPTS("<attr name='a' value='v'/><attr name='a' value='w'/>"), "'a' is given twice" },
    { "accepted type twice under an alias",
      ACCEPTS("<type id='a'/><attr name='mdev_type' value='b'/>"), "'type' is given twice" },
    { "same attribute in two alternatives",
      CAP("<accepts><attr name='a' value='v'/></accepts><accepts><attr name='a' value='v'/>"
          "</accepts>"), NULL },
    { "root element with a long name", "<", "x", 2000, "/>", KIND },
    { "long name that is unset", MANY("<unusable reason='unset' name='", "n", 2000, "'/>"),
      "is not unusable for being unset" },
    { "long name that is outdated", MANY("<unusable reason='outdated' name='", "n", 2000, "'/>"),
      "is not unusable for being outdated" },
    { "two opaque strings",
      CAP("<opaque>a</opaque><opaque>a</opaque>"), "more than one <opaque> element" },

    /* names */
    { "name of 128 bytes", MANY("<attr value='v' name='", "n", 128, "'/>"), NULL },
    { "name with a leading underscore", CAP("<attr name='_a' value='v'/>"), NULL },
    { "name of 129 bytes", MANY("<attr value='v' name='", "n", 129, "'/>"), NAME },
    { "name of 200 KiB", MANY("<attr value='v' name='", "n", 200 * 1024, "'/>"), NAME },
    { "name of 200 KiB with a bad value",
      MANY("<attr value='&#10;' name='", "n", 200 * 1024, "'/>"), NAME },
    { "empty name", CAP("<attr name='' value='v'/>"), "name" },
    { "no name", CAP("<attr value='v'/>"), "name" },
    { "name with a blank", CAP("<attr name='a b' value='v'/>"), NAME },
    { "name that is a blank", CAP("<attr name=' ' value='v'/>"), NAME },
    { "name with a leading dash", CAP("<attr name='-a' value='v'/>"), NAME },
    { "name with a leading dot", CAP("<attr name='.a' value='v'/>"), NAME },
    { "name that leaves the directory", CAP("<attr name='../a' value='v'/>"), NAME },
    { "name with a slash", CAP("<attr name='a/b' value='v'/>"), NAME },
    { "name with a line feed", CAP("<attr name='a&#10;b' value='v'/>"), NAME },
    { "name with a tag", CAP("<attr name='&lt;a>' value='v'/>"), NAME },
    { "name with an equals sign", CAP("<attr name='a=b' value='v'/>"), NAME },
    { "name with a percent sign", CAP("<attr name='%n%s' value='v'/>"), NAME },
    { "name beyond ASCII", CAP("<attr name='caf\303\251' value='v'/>"), NAME },
    { "unusable with a bad name", CAP("<unusable name='a b' reason='malformed'/>"), NAME },
    { "accepted with a bad name", ACCEPTS("<attr name='a b' value='v'/>"), NAME },

    /* values */
    { "value of 4096 bytes", MANY("<attr name='a' value='", "v", 4096, "'/>"), NULL },
    { "value of 4097 bytes", MANY("<attr name='a' value='", "v", 4097, "'/>"), VALUE },
    { "accepted value of 4097 bytes",
      MANY("<accepts><attr name='a' value='", "v", 4097, "'/></accepts>"), VALUE },
    { "accepted value that is longer in its one spelling",
      MANY("<attr name='pci_id' value='8086:0001'/><accepts><attr name='pci_id' value='0002",
           ",0003", 800, "'/></accepts>"), NULL },
    { "variables that are longer in their one spelling",
      MANY("<accepts><attr name='a' value='", "{v#:string:a}", 280, "'/></accepts>"), NULL },
    { "device API of 4097 bytes", MANY("<deviceAPI>", "v", 4097, "</deviceAPI>"), VALUE },
    { "opaque string of 4096 bytes", MANY("<opaque>", "v", 4096, "</opaque>"), NULL },
    { "opaque string of 4097 bytes", MANY("<opaque>", "v", 4097, "</opaque>"), VALUE },
    { "no value", CAP("<attr name='a'/>"), "value" },
    { "empty value", CAP("<attr name='a' value=''/>"), VALUE },
    { "value with a line feed", CAP("<attr name='a' value='v&#10;w'/>"), VALUE },
    { "value with a tab", CAP("<attr name='a' value='v&#9;w'/>"), VALUE },
    { "value with a carriage return", CAP("<attr name='a' value='v&#13;'/>"), VALUE },
    { "value beyond ASCII", CAP("<attr name='a' value='caf\303\251'/>"), VALUE },
    { "value with a C1 control character", CAP("<attr name='a' value='&#x9b;31m'/>"), VALUE },
    { "device API without content", CAP("<deviceAPI/>"), VALUE },
    { "device API with a line of its own", CAP("<deviceAPI>\n  vfio-pci\n</deviceAPI>"), NULL },
    { "opaque string with a line of its own", CAP("<opaque>\r\n\tx\r\n</opaque>"), NULL },
    { "device API of white space", CAP("<deviceAPI>\n  \n</deviceAPI>"), VALUE },
    { "device API of two lines", CAP("<deviceAPI>vfio\npci</deviceAPI>"), VALUE },
    { "software version without content", CAP("<softwareVersion></softwareVersion>"), VALUE },
    { "opaque string without content", CAP("<opaque/>"), VALUE },
    { "opaque string that is not usable", CAP("<opaque reason='timeout'/>"), NULL },
    { "opaque string, unusable because it is ok", CAP("<opaque reason='ok'/>"), "reason" },
    { "opaque string, unusable for a reason of a newer release",
      CAP("<opaque reason='x'/>"), NULL },
    { "opaque string, unusable for no reason", CAP("<opaque reason=''/>"), "reason" },
    { "opaque string, unusable for being unset",
      CAP("<opaque reason='unset'/>"), "is not unusable for being unset" },
    { "opaque string, and one that is not usable",
      CAP("<opaque>a</opaque><opaque reason='cut'/>"), "more than one <opaque>" },
    { "opaque string, unusable twice",
      CAP("<opaque reason='cut'/><opaque reason='cut'/>"), "more than one <opaque>" },
    { "opaque string beyond ASCII", CAP("<opaque>\303\251</opaque>"), VALUE },
    { "type without id", CAP("<type/>"), "id" },
    { "type with empty id", CAP("<type id=''/>"), VALUE },
    { "accepted type without id", ACCEPTS("<type>a</type>"), "id" },

    /* the rest */
    { "dynamic neither yes nor no", CAP("<attr name='a' value='v' dynamic='maybe'/>"), "dynamic" },
    { "derived neither yes nor no", CAP("<attr name='a' value='v' derived=''/>"), "derived" },
    { "unusable without reason", CAP("<unusable name='a'/>"), "reason" },
    { "unusable for a reason of a newer release",
      CAP("<unusable name='a' reason='tired'/>"), NULL },
    { "unusable for an empty reason", CAP("<unusable name='a' reason=''/>"), "reason" },
    { "unusable because it is ok", CAP("<unusable name='a' reason='ok'/>"), "reason" },
    { "unusable without name", CAP("<unusable reason='malformed'/>"), "name" },
    { "dynamic without value", CAP("<attr name='a' dynamic='yes'/>"), NULL },
    { "dynamic with an empty value", CAP("<attr name='a' value='' dynamic='yes'/>"), "" },
    { "not dynamic without value", CAP("<attr name='a' dynamic='no'/>"), "value" },
    { "derived without value", CAP("<attr name='a' derived='yes'/>"), "value" },
    { "fact without value", CAP("<attr name='a' fact='v'/>"), "value" },
    { "fact without content", CAP("<attr name='a' value='v' fact=''/>"), "1 to 4096" },
    { "fact that is not ASCII", CAP("<attr name='a' value='v' fact='&#233;'/>"), "1 to 4096" },
    { "accepted attribute is dynamic without value",
      ACCEPTS("<attr name='a' dynamic='yes'/>"), "value" },
    { "type is dynamic without value", CAP("<attr name='mdev_type' dynamic='yes'/>"), "value" },
    { "dynamic without value, twice",
      CAP("<attr name='a' dynamic='yes'/><attr name='a' value='1'/>"), "given twice" },
    { "unusable for being unset",
      CAP("<unusable name='a' reason='unset'/>"), "is not unusable for being unset" },
    { "unusable for being outdated",
      CAP("<unusable name='type' reason='outdated'/>"), "is not unusable for being outdated" },
    { "facts that are outdated", CAP("<unusable name='facts' reason='outdated'/>"), NULL },
    { "opaque string, unusable for being outdated",
      CAP("<opaque reason='outdated'/>"), "is not unusable for being outdated" },
    { "accepted attribute is dynamic", ACCEPTS("<attr name='a' value='v' dynamic='yes'/>"), NULL },
    { "accepted attribute has a fact", ACCEPTS("<attr name='a' value='v' fact='x'/>"), NULL },
    { "type has a fact", CAP("<attr name='type' value='a' fact='b'/>"), NULL },
    { "accepted attribute is derived", ACCEPTS("<attr name='a' value='v' derived='yes'/>"), NULL },
    { "type is dynamic and derived",
      CAP("<attr name='type' value='a' dynamic='yes' derived='yes'/>"), NULL },
    { "unknown element", CAP("<future><attr name='a b'/></future>"), NULL },
    { "comments and processing instructions", CAP("<!-- a --><?b c?>"), NULL },
};

/* Documents that are read but do not follow the schema, and some that do */
static const struct testDocument validations[] = {
    { "empty descriptor", WHOLE(COMPAT), NULL },
    { "every element in any order",
      CAP("<opaque>o</opaque><accepts/><attr name='a' value='v' derived='no' dynamic='no'/>"
          "<unusable name='b' reason='malformed'/><softwareVersion>1.0</softwareVersion><type "
          "id='t'/><deviceAPI>vfio-pci</deviceAPI>"), NULL },
    { "malformed version", CAP("<softwareVersion>x</softwareVersion>"), NULL },
    { "unknown element", CAP("<future/>"), "XML document failed to validate against schema" },
    { "unknown XML attribute", CAP("<attr name='a' value='v' colour='red'/>"), INVALID },
    { "text", CAP("text"), INVALID },
    { "bad name", CAP("<attr name='a b' value='v'/>"), INVALID },
    { "no value", CAP("<attr name='a'/>"), INVALID },
    { "empty value", CAP("<attr name='a' value=''/>"), INVALID },
    { "value of 4096 bytes", MANY("<attr name='a' value='", "v", 4096, "'/>"), NULL },
    { "value of 4097 bytes", MANY("<attr name='a' value='", "v", 4097, "'/>"), INVALID },
    { "name of 128 bytes", MANY("<attr value='v' name='", "n", 128, "'/>"), NULL },
    { "name of 129 bytes", MANY("<attr value='v' name='", "n", 129, "'/>"), INVALID },
    { "value of 200 KiB", MANY("<attr name='a' value='", "v", 200 * 1024, "'/>"), INVALID },
    { "4000 alternatives with unknown elements",
      MANY("", "<accepts><future/></accepts>", 4000, ""), INVALID },
    { "4096 elements", MANY("", "<accepts/>", 4096, ""), "more than 64 <accepts> elements" },
    { "4097 elements", MANY("", "<accepts/>", 4097, ""),
      "more than 4096 elements in <capability>" },
    { "4097 elements in one of them",
      MANY("<accepts>", "<attr name='a#' value='v'/>", 4097, "</accepts>"),
      "more than 4096 elements in <accepts>" },
    { "value beyond ASCII", CAP("<attr name='a' value='caf\303\251'/>"), INVALID },
    { "two types", CAP("<type id='a'/><type id='b'/>"), INVALID },
    { "two opaque strings", CAP("<opaque>a</opaque><opaque>b</opaque>"), INVALID },
    { "opaque string that is private", CAP("<opaque reason='private'/>"), NULL },
    { "opaque string that is unset", CAP("<opaque reason='unset'/>"), INVALID },
    { "opaque string with a reason", CAP("<opaque reason='cut'>a</opaque>"), INVALID },
    { "unusable for each reason",
      CAP("<unusable name='a' reason='unreadable'/><unusable name='b' reason='malformed'/>"
          "<unusable name='c' reason='conflicting'/><unusable name='d' reason='private'/>"
          "<unusable name='e' reason='cut'/><unusable name='f' reason='timeout'/>"), NULL },
    { "dynamic neither yes nor no", CAP("<attr name='a' value='v' dynamic='1'/>"), INVALID },
    { "dynamic without value", CAP("<attr name='a' dynamic='yes'/>"), NULL },
    { "not dynamic without value", CAP("<attr name='a' dynamic='no'/>"), INVALID },
    { "accepted, dynamic without value", ACCEPTS("<attr name='a' dynamic='yes'/>"), INVALID },
    { "accepted attribute is dynamic",
      ACCEPTS("<attr name='a' value='v' dynamic='yes'/>"), INVALID },
    { "accepted opaque string", ACCEPTS("<opaque>a</opaque>"), INVALID },
    { "nested alternatives", ACCEPTS("<accepts/>"), INVALID },
    { "unusable because it is ok", CAP("<unusable name='a' reason='ok'/>"), INVALID },
    { "unusable for a reason of a newer release",
      CAP("<unusable name='a' reason='tired'/>"), INVALID },
    { "device",
      MDEV("<iommuGroup number='1'/><capability type='compat'><type id='t'/></capability>"), NULL },
    { "device without IOMMU group", MDEV(COMPAT), NULL },
    { "device with an unknown element",
      MDEV("<iommuGroup number='1'/><capability type='compat'><future/></capability>"), INVALID },
    { "device with two descriptors",
      MDEV("<iommuGroup number='1'/>" COMPAT COMPAT),
      INVALID },
    { "device with the descriptor elsewhere",
      DEVICE("m",
             "<capability type='mdev'><type id='t'/><iommuGroup number='1'/></capability>"
             COMPAT), INVALID },
};


/* A document can be large, what an error shows of it must not be. */
static int
testExpectErrorIsShort(const char *expect,
                       bool failed)
{
    size_t length = strlen(virGetLastErrorMessage());

    if (length > 1000 && STRNEQ_NULLABLE(expect, SYNTAX)) {
        return testFail("expected an error of at most 1000 bytes, got %zu bytes: '%.200s...'",
                        length, virGetLastErrorMessage());
    }

    return testExpectError(expect, failed);
}


static int
testParseDocument(const struct testDocument *data,
                  bool validate)
{
    g_autofree char *xml = testRepeat(data->head, data->repeat, data->count, data->tail);
    char *name = (char *) "untouched";
    g_autofree char *once = NULL;
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    compat = virNodeDeviceCompatParseDocument(xml, validate, &name);
    if (testExpectErrorIsShort(data->expect, !compat) < 0)
        return -1;

    if (!compat) {
        if (STRNEQ_NULLABLE(name, "untouched"))
            return testFail("the name was set although parsing failed");
        return 0;
    }
    g_clear_pointer(&name, g_free);

    /* whatever is accepted survives a round trip */
    once = testCompatFormatXML(compat);
    if (strlen(once) > VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
        return 0;
    return testCompatRoundTrip(compat, once);
}


/* Called by libxml2 to write something on standard error, which is a daemon's log */
static void G_GNUC_PRINTF(2, 3)
testCountWritten(void *opaque,
                 const char *format G_GNUC_UNUSED,
                 ...)
{
    size_t *count = opaque;

    (*count)++;
}


static int
testDocument(const void *opaque)
{
    size_t count = 0;
    int ret;

    xmlSetGenericErrorFunc(&count, testCountWritten);
    ret = testParseDocument(opaque, false);
    xmlSetGenericErrorFunc(NULL, NULL);

    return count > 0 ? testFail("libxml2 writes %zu times", count) : ret;
}


static int
testValidation(const void *opaque)
{
    return testParseDocument(opaque, true);
}


/* Definitions with a bad capability are refused as a whole. */
#define TYPES(content) \
    DEVICE("ap_matrix", "<capability type='ap_matrix'><capability type='mdev_types'>" \
                        content "</capability></capability>")
#define REST "<deviceAPI>vfio-ap</deviceAPI><availableInstances>1</availableInstances>"

static const struct testDocument definitions[] = {
    { "mdev, two descriptors",
      MDEV(COMPAT COMPAT),
      "more than one capability of type 'compat'" },
    { "mdev, bad descriptor", MDEV("<capability type='compat'><type/></capability>"), "id" },
    { "mdev, other capability", MDEV("<capability type='other'/>"), NULL },
    { "types, bad descriptor",
      TYPES("<type id='a'>" REST "<capability type='compat'><attr name='a b' value='v'/>"
            "</capability></type>"), NAME },
    { "types, second is bad",
      TYPES("<type id='a'>" REST COMPAT "</type><type id='b'>" REST COMPAT COMPAT "</type>"),
      "more than one capability of type 'compat'" },
};


static int
testDefinition(const void *opaque)
{
    const struct testDocument *data = opaque;
    g_autofree char *xml = testRepeat(data->head, data->repeat, data->count, data->tail);
    g_autoptr(virNodeDeviceDef) def = NULL;

    def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false);

    return testExpectError(data->expect, !def);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("document", documents, testDocument);
    DO_TABLE_EXPECT("validated", validations, testValidation);
    DO_TABLE_EXPECT("definition", definitions, testDefinition);

    return testResult();
}

VIR_TEST_MAIN(mymain)
