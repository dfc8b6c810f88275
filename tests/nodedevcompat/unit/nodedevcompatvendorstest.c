/*
 * nodedevcompatvendorstest.c: the rule files that are installed, one case a line
 *
 * What the files in rules/ require of devices of each vendor, as a specification:
 * what fits, each way of not fitting, and what is not known. Besides, every example of
 * a document in the documentation is one that can be used.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "virfile.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define RULES_DIR abs_top_srcdir "/../../rules"

struct testVendor {
    const char *name;
    const char *source;
    const char *target;
    const char *expect;
};

/* a mediated device, and a virtual function, as sysfs shows them today */
#define NVIDIA "api=vfio-pci type=nvidia-63 ~driver=nvidia "
#define NVIDIA_VF "api=vfio-pci type=pci-10de-20b5 pci=10de:20b5 "
#define A100 NVIDIA "sv=1.0 ~pci=10de:20b5 vgpu_manager_branch=550 ecc_mode=Enabled "
#define A100_VF NVIDIA_VF "sv=1.0 *vgpu_type=257 vgpu_manager_branch=550 ecc_mode=Enabled "

#define GVT "api=vfio-pci type=i915-GVTg_V5_4 sv=1.0 "

#define CX7 "api=vfio-pci type=pci-15b3-101e pci=15b3:101e ~vfio_driver=mlx5_vfio_pci "
#define CX7_FACTS CX7 "sv=1.0 fw.psid=MT_0000000892 fw.version=28.41.1000 "

#define QAT "api=vfio-pci type=pci-8086-4941 pci=8086:4941 sv=1.0 "
#define QAT_FACTS QAT "cfg_services=sym;asym accel_capabilities=0x7 extended_dc_capabilities=0x1 "
#define SLA(rp, cir, pir) "sla_sym_rp=" rp " sla_sym_cir=" cir " sla_sym_pir=" pir " "

#define SEC "api=vfio-pci type=pci-19e5-a256 pci=19e5:a256 "
#define SEC_FACTS SEC "sv=1.0 qp_num=64 que_iso_cfg=0x1 "

#define CCW "api=vfio-ccw type=vfio_ccw-io sv=1.0 "
#define DASD CCW "subchannel_type=0 chpid_type=0x1b "

#define AP "api=vfio-ap type=vfio_ap-passthrough sv=1.0 "
#define CEX7 \
    AP "~ap_matrix=05.0004,05.0047 ap_control_domains=0004 ap_hwtype=13 ap_mode=CCA-Coproc " \
    "ap_facilities=0x92 ap_function_classes=full+stateless "

static const struct testVendor cases[] = {
    /* nvidia-vgpu.xml */
    { "NVIDIA, the same", A100, A100, "identical " },
    { "NVIDIA, no version of the data",
      NVIDIA "~pci=10de:20b5", NVIDIA "~pci=10de:20b5", "unknown missing-both:software_version" },
    { "NVIDIA, another type",
      NVIDIA "sv=1.0",
      "api=vfio-pci type=nvidia-64 sv=1.0 ~driver=nvidia",
      "incompatible type-mismatch:type" },
    { "NVIDIA, another GPU",
      NVIDIA "sv=1.0 ~pci=10de:20b5",
      NVIDIA "sv=1.0 ~pci=10de:20b7",
      "incompatible attr-mismatch:pci_id" },
    { "NVIDIA, a GPU that the target does not show",
      NVIDIA "sv=1.0 ~pci=10de:20b5", NVIDIA "sv=1.0", "unknown missing-target:pci_id" },
    { "NVIDIA, another branch",
      NVIDIA "sv=1.0 vgpu_manager_branch=535",
      NVIDIA "sv=1.0 vgpu_manager_branch=550",
      "incompatible attr-mismatch:vgpu_manager_branch" },
    { "NVIDIA, an older branch",
      NVIDIA "sv=1.0 vgpu_manager_branch=550",
      NVIDIA "sv=1.0 vgpu_manager_branch=535",
      "incompatible attr-mismatch:vgpu_manager_branch" },
    { "NVIDIA, a branch that is no number",
      NVIDIA "sv=1.0 vgpu_manager_branch=R550",
      NVIDIA "sv=1.0 vgpu_manager_branch=550",
      "unknown malformed-source:vgpu_manager_branch" },
    { "NVIDIA, a branch that the target does not show",
      NVIDIA "sv=1.0 vgpu_manager_branch=550", NVIDIA "sv=1.0",
      "unknown missing-target:vgpu_manager_branch" },
    { "NVIDIA, ECC on the source only",
      NVIDIA "sv=1.0 ecc_mode=Enabled",
      NVIDIA "sv=1.0 ecc_mode=Disabled",
      "incompatible attr-mismatch:ecc_mode" },
    { "NVIDIA, ECC on the target only",
      NVIDIA "sv=1.0 ecc_mode=Disabled",
      NVIDIA "sv=1.0 ecc_mode=Enabled",
      "incompatible attr-mismatch:ecc_mode" },
    { "NVIDIA, ECC that the target does not show",
      NVIDIA "sv=1.0 ecc_mode=Disabled", NVIDIA "sv=1.0", "unknown missing-target:ecc_mode" },
    { "NVIDIA, another version of one branch",
      A100 "~driver_version=550.54.14",
      A100 "~driver_version=550.54.15",
      "identical derived-differs:driver_version" },
    { "NVIDIA, all at once",
      A100,
      NVIDIA "sv=1.0 ~pci=10de:20b7 vgpu_manager_branch=535 ecc_mode=Disabled",
      "incompatible attr-mismatch:pci_id attr-mismatch:ecc_mode "
      "attr-mismatch:vgpu_manager_branch" },
    { "NVIDIA function, the same", A100_VF, A100_VF, "identical " },
    { "NVIDIA function, another vGPU",
      NVIDIA_VF "sv=1.0 *vgpu_type=257",
      NVIDIA_VF "sv=1.0 *vgpu_type=258",
      "incompatible needs-provisioning:vgpu_type" },
    { "NVIDIA function, none yet",
      NVIDIA_VF "sv=1.0 *vgpu_type=257",
      NVIDIA_VF "sv=1.0 *vgpu_type=0",
      "incompatible needs-provisioning:vgpu_type" },
    { "NVIDIA function, a driver without vGPUs",
      NVIDIA_VF "sv=1.0 *vgpu_type=257", NVIDIA_VF "sv=1.0", "unknown missing-target:vgpu_type" },
    { "NVIDIA function, another branch",
      A100_VF,
      NVIDIA_VF "sv=1.0 *vgpu_type=257 vgpu_manager_branch=535 ecc_mode=Enabled",
      "incompatible attr-mismatch:vgpu_manager_branch" },
    { "NVIDIA function, ECC differs",
      A100_VF,
      NVIDIA_VF "sv=1.0 *vgpu_type=257 vgpu_manager_branch=550 ecc_mode=Disabled",
      "incompatible attr-mismatch:ecc_mode" },

    /* i915-gvt.xml */
    { "GVT-g, the same",
      GVT "aggregator=2 pv_mode=none+ppgtt", GVT "aggregator=2 pv_mode=ppgtt+none", "identical " },
    { "GVT-g, another type",
      GVT, "api=vfio-pci type=i915-GVTg_V5_8 sv=1.0", "incompatible type-mismatch:type" },
    { "GVT-g, another parent",
      GVT "~pci=8086:591d", GVT "~pci=8086:5931", "identical derived-differs:pci_id" },
    { "GVT-g, an older version",
      "api=vfio-pci type=i915-GVTg_V5_4 sv=1.1", GVT,
      "incompatible version-minor-too-old:software_version" },
    { "GVT-g, another aggregator",
      GVT "aggregator=2", GVT "aggregator=4", "incompatible attr-mismatch:aggregator" },
    { "GVT-g, another aggregator that can be set",
      GVT "*aggregator=2", GVT "*aggregator=4", "incompatible needs-provisioning:aggregator" },
    { "GVT-g, an aggregator that the target does not show",
      GVT "aggregator=2", GVT, "unknown missing-target:aggregator" },
    { "GVT-g, more paravirtual features",
      GVT "pv_mode=none+ppgtt", GVT "pv_mode=none+ppgtt+context", "superset " },
    { "GVT-g, fewer paravirtual features",
      GVT "pv_mode=none+ppgtt+context", GVT "pv_mode=none+ppgtt",
      "incompatible attr-not-superset:pv_mode" },
    { "GVT-g, no paravirtual features",
      GVT "pv_mode=none+ppgtt", GVT, "incompatible attr-missing:pv_mode" },

    /* mlx5.xml */
    { "mlx5, the same", CX7_FACTS, CX7_FACTS, "identical " },
    { "mlx5, what sysfs shows", CX7, CX7, "unknown missing-both:software_version" },
    { "mlx5, another PSID",
      CX7_FACTS,
      CX7 "sv=1.0 fw.psid=MT_0000000834 fw.version=28.41.1000",
      "incompatible attr-mismatch:fw.psid" },
    { "mlx5, newer firmware",
      CX7_FACTS,
      CX7 "sv=1.0 fw.psid=MT_0000000892 fw.version=28.42.1000",
      "incompatible attr-mismatch:fw.version" },
    { "mlx5, older firmware",
      CX7_FACTS,
      CX7 "sv=1.0 fw.psid=MT_0000000892 fw.version=28.39.1002",
      "incompatible attr-mismatch:fw.version" },
    { "mlx5, another device",
      CX7_FACTS,
      "api=vfio-pci type=pci-15b3-1021 pci=15b3:1021 sv=1.0 fw.psid=MT_0000000892 "
      "fw.version=28.41.1000",
      "incompatible attr-mismatch:pci_id type-mismatch:type" },
    { "mlx5, a target without facts",
      CX7_FACTS, CX7 "sv=1.0", "unknown missing-target:fw.psid missing-target:fw.version" },
    { "mlx5, a target that is not bound yet",
      CX7_FACTS,
      "api=vfio-pci type=pci-15b3-101e pci=15b3:101e ~driver=mlx5_core sv=1.0 "
      "fw.psid=MT_0000000892 fw.version=28.41.1000", "identical " },

    /* qat.xml */
    { "QAT, the same",
      QAT_FACTS SLA("0xf", "500", "1000"), QAT_FACTS SLA("0x0f", "500", "1000"), "identical " },
    { "QAT, other services",
      QAT_FACTS,
      QAT "cfg_services=dc accel_capabilities=0x7 extended_dc_capabilities=0x1",
      "incompatible attr-mismatch:cfg_services" },
    { "QAT, more capabilities",
      QAT_FACTS,
      QAT "cfg_services=sym;asym accel_capabilities=0x1f extended_dc_capabilities=0x3",
      "superset " },
    { "QAT, fewer capabilities",
      QAT_FACTS,
      QAT "cfg_services=sym;asym accel_capabilities=0x3 extended_dc_capabilities=0x1",
      "incompatible attr-not-superset:accel_capabilities" },
    { "QAT, other capabilities",
      QAT_FACTS,
      QAT "cfg_services=sym;asym accel_capabilities=0xb extended_dc_capabilities=0x1",
      "incompatible attr-not-superset:accel_capabilities" },
    { "QAT, fewer extended capabilities",
      QAT_FACTS,
      QAT "cfg_services=sym;asym accel_capabilities=0x7 extended_dc_capabilities=0x0",
      "incompatible attr-not-superset:extended_dc_capabilities" },
    { "QAT, capabilities that are no mask",
      QAT_FACTS,
      QAT "cfg_services=sym;asym accel_capabilities=all extended_dc_capabilities=0x1",
      "unknown malformed-target:accel_capabilities" },
    { "QAT, a better agreement",
      QAT SLA("0xf", "500", "800"), QAT SLA("0xf", "600", "1000"), "superset " },
    { "QAT, a lower committed rate",
      QAT SLA("0xf", "500", "800"), QAT SLA("0xf", "400", "800"),
      "incompatible attr-too-low:sla_sym_cir" },
    { "QAT, a lower peak rate",
      QAT SLA("0xf", "500", "800"), QAT SLA("0xf", "500", "700"),
      "incompatible attr-too-low:sla_sym_pir" },
    { "QAT, other ring pairs",
      QAT SLA("0xf", "500", "800"), QAT SLA("0xf0", "500", "800"),
      "incompatible attr-mismatch:sla_sym_rp" },
    { "QAT, no agreement that is known",
      QAT SLA("0xf", "500", "800"), QAT,
      "unknown missing-target:sla_sym_cir missing-target:sla_sym_pir missing-target:sla_sym_rp" },
    { "QAT, an agreement on the target only", QAT, QAT SLA("0xf", "500", "800"), "superset " },
    { "QAT, compression is no encryption",
      QAT "sla_dc_cir=100", QAT "sla_asym_cir=100", "unknown missing-target:sla_dc_cir" },
    { "QAT, another generation",
      QAT,
      "api=vfio-pci type=pci-8086-4949 pci=8086:4949 sv=1.0",
      "incompatible attr-mismatch:pci_id type-mismatch:type" },
    { "no QAT",
      "api=vfio-pci type=pci-8086-10ca pci=8086:10ca sv=1.0 accel_capabilities=0x1",
      "api=vfio-pci type=pci-8086-10ca pci=8086:10ca sv=1.0 accel_capabilities=0x3",
      "incompatible attr-mismatch:accel_capabilities" },

    /* hisi-acc.xml */
    { "HiSilicon, the same", SEC_FACTS, SEC_FACTS, "identical " },
    { "HiSilicon, what sysfs shows", SEC, SEC, "unknown missing-both:software_version" },
    { "HiSilicon, another accelerator",
      SEC_FACTS,
      "api=vfio-pci type=pci-19e5-a251 pci=19e5:a251 sv=1.0 qp_num=64 que_iso_cfg=0x1",
      "incompatible attr-mismatch:pci_id type-mismatch:type" },
    { "HiSilicon, fewer queues",
      SEC_FACTS, SEC "sv=1.0 qp_num=32 que_iso_cfg=0x1", "incompatible attr-mismatch:qp_num" },
    { "HiSilicon, more queues",
      SEC_FACTS, SEC "sv=1.0 qp_num=128 que_iso_cfg=0x1", "incompatible attr-mismatch:qp_num" },
    { "HiSilicon, another isolation",
      SEC_FACTS, SEC "sv=1.0 qp_num=64 que_iso_cfg=0x0", "incompatible attr-mismatch:que_iso_cfg" },
    { "HiSilicon, isolation in another spelling",
      SEC_FACTS, SEC "sv=1.0 qp_num=0x40 que_iso_cfg=0x0001", "identical " },
    { "HiSilicon, another major version",
      SEC_FACTS,
      SEC "sv=2.0 qp_num=64 que_iso_cfg=0x1",
      "incompatible version-major-mismatch:software_version" },
    { "HiSilicon, a target without facts",
      SEC_FACTS, SEC,
      "unknown missing-target:software_version missing-target:qp_num missing-target:que_iso_cfg" },

    /* vfio-ccw.xml */
    { "vfio-ccw, the same", DASD "dasd_uid=IBM.1.2.3", DASD "dasd_uid=IBM.1.2.3", "identical " },
    { "vfio-ccw, no version of the data",
      "api=vfio-ccw type=vfio_ccw-io subchannel_type=0",
      "api=vfio-ccw type=vfio_ccw-io subchannel_type=0",
      "unknown missing-both:software_version" },
    { "vfio-ccw, another subchannel type",
      DASD, CCW "subchannel_type=1 chpid_type=0x1b", "incompatible attr-mismatch:subchannel_type" },
    { "vfio-ccw, another channel path type",
      DASD, CCW "subchannel_type=0 chpid_type=0x1a", "incompatible attr-mismatch:chpid_type" },
    { "vfio-ccw, channel paths of several types",
      DASD, CCW "subchannel_type=0", "unknown missing-target:chpid_type" },
    { "vfio-ccw, another DASD",
      DASD "dasd_uid=IBM.1.2.3", DASD "dasd_uid=IBM.1.2.4", "incompatible attr-mismatch:dasd_uid" },
    { "vfio-ccw, a DASD that the target does not show",
      DASD "dasd_uid=IBM.1.2.3", DASD, "unknown missing-target:dasd_uid" },

    /* vfio-ap.xml */
    { "vfio-ap, the same", CEX7, CEX7, "identical " },
    { "vfio-ap, a matrix in another order",
      AP "~ap_matrix=05.0004,05.0047", AP "~ap_matrix=05.0047,05.0004", "identical " },
    { "vfio-ap, a larger matrix",
      AP "~ap_matrix=05.0004", AP "~ap_matrix=05.0004,06.0004", "superset " },
    { "vfio-ap, a smaller matrix",
      AP "~ap_matrix=05.0004,06.0004", AP "~ap_matrix=05.0004",
      "incompatible attr-not-superset:ap_matrix" },
    { "vfio-ap, another matrix",
      AP "~ap_matrix=05.0004", AP "~ap_matrix=06.0004",
      "incompatible attr-not-superset:ap_matrix" },
    { "vfio-ap, no matrix", AP "~ap_matrix=05.0004", AP, "unknown missing-target:ap_matrix" },
    { "vfio-ap, an empty matrix",
      AP "~ap_matrix=05.0004", AP "~ap_matrix=+", "incompatible attr-not-superset:ap_matrix" },
    { "vfio-ap, an empty matrix on the source",
      AP "~ap_matrix=+", AP "~ap_matrix=05.0004", "superset " },
    { "vfio-ap, empty matrices", AP "~ap_matrix=+", AP "~ap_matrix=+", "identical " },
    { "vfio-ap, no control domain",
      AP "~ap_control_domains=0004", AP "~ap_control_domains=+",
      "incompatible attr-not-superset:ap_control_domains" },
    { "vfio-ap, fewer control domains",
      AP "ap_control_domains=0004,0005", AP "ap_control_domains=0004",
      "incompatible attr-not-superset:ap_control_domains" },
    { "vfio-ap, more control domains",
      AP "ap_control_domains=0004", AP "ap_control_domains=0005,0004", "superset " },
    { "vfio-ap, a newer adapter", AP "ap_hwtype=13", AP "ap_hwtype=14", "superset " },
    { "vfio-ap, an older adapter",
      AP "ap_hwtype=13", AP "ap_hwtype=12", "incompatible attr-too-low:ap_hwtype" },
    { "vfio-ap, an adapter that the target does not show",
      AP "ap_hwtype=13", AP, "unknown missing-target:ap_hwtype" },
    { "vfio-ap, another mode",
      AP "ap_mode=CCA-Coproc", AP "ap_mode=EP11-Coproc", "incompatible attr-mismatch:ap_mode" },
    { "vfio-ap, other facilities",
      AP "ap_facilities=0x92", AP "ap_facilities=0xb2",
      "incompatible attr-mismatch:ap_facilities" },
    { "vfio-ap, all functions for some",
      AP "ap_function_classes=stateless", AP "ap_function_classes=full+stateless", "superset " },
    { "vfio-ap, some functions for all",
      AP "ap_function_classes=full+stateless",
      AP "ap_function_classes=stateless",
      "incompatible attr-not-superset:ap_function_classes" },

    /* no vendor's business */
    { "vfio-ccw is not vfio-ap", DASD, AP, "incompatible device-api-mismatch:device_api" },
    { "another vendor's function",
      "api=vfio-pci type=pci-1af4-1041 pci=1af4:1041 sv=1.0 x=1",
      "api=vfio-pci type=pci-1af4-1041 pci=1af4:1041 sv=1.0 x=1", "identical " },
};

static virNodeDeviceCompatFiles files;


static int
testVendorCase(const void *opaque)
{
    const struct testVendor *data = opaque;
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(data->source);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(data->target);
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(source, target, files.rules, 0);
    g_autofree char *result = testCompatFormatResult(report);

    if (STRNEQ(result, data->expect)) {
        return testFail("expected '%s', got '%s'\nsource: %s\ntarget: %s",
                        data->expect, result, data->source, data->target);
    }

    return 0;
}


/* Checks a document as check-rules would: by its schema, and by reading it. */
static int
testDocument(const char *xml,
             const char *name)
{
    g_autoptr(virNodeDeviceCompatRules) anyRules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(xmlDoc) doc = NULL;
    const char *schema = strstr(xml, "<nodedevCompatFacts>") ?
        abs_top_srcdir "/src/conf/schemas/nodedevcompatfacts.rng" :
        abs_top_srcdir "/src/conf/schemas/nodedevcompatrules.rng";

    if (virNodeDeviceCompatFilesAddXML(anyRules, facts, xml, name) < 0 ||
        !(doc = virXMLParseStringCtxt(xml, name, NULL)) ||
        virXMLValidateAgainstSchema(schema, doc) < 0)
        return -1;

    if (anyRules->ngroups + facts->ngroups == 0)
        return testFail("expected rules or facts in %s, got none", name);

    return 0;
}


/* Every file is good, names its sources, and is installed. */
static int
testFile(const void *opaque)
{
    const char *name = opaque;
    g_autofree char *path = g_strdup_printf(RULES_DIR "/%s", name);
    g_autofree char *installed = g_strdup_printf("'rules/%s'", name);
    g_autofree char *xml = NULL;
    g_autofree char *build = NULL;

    if (virFileReadAll(path, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX, &xml) < 0 ||
        virFileReadAll(RULES_DIR "/../meson.build", 1024 * 1024, &build) < 0 ||
        testDocument(xml, name) < 0)
        return -1;

    if (!strstr(xml, "https://") || !strstr(xml, "From sysfs:"))
        return testFail("expected links to its sources and 'From sysfs:' in %s", name);

    if (!strstr(build, installed))
        return testFail("meson.build does not install %s", name);

    return 0;
}


/* What the documentation shows as a document can be used as one. */
static int
testExamples(const void *opaque)
{
    const char *root = opaque;
    g_autofree char *text = NULL;
    g_autofree char *start = g_strdup_printf("  <%s>", root);
    g_autofree char *end = g_strdup_printf("</%s>", root);
    const char *at;
    size_t count = 0;

    if (virFileReadAll(abs_top_srcdir "/docs/nodedev-compat-rules.rst", 1024 * 1024, &text) < 0)
        return -1;

    for (at = strstr(text, start); at; at = strstr(at + 1, start)) {
        const char *stop = strstr(at, end);
        g_autofree char *xml = NULL;
        g_autofree char *name = g_strdup_printf("example %zu of <%s>", ++count, root);

        if (!stop)
            return -1;
        xml = g_strndup(at, stop + strlen(end) - at);
        if (testDocument(g_strchug(xml), name) < 0)
            return -1;
    }

    if (count == 0)
        return testFail("there is no example of <%s>", root);

    return 0;
}


static int
mymain(void)
{
    const char *const dirs[] = { RULES_DIR, NULL };
    g_autoptr(GDir) dir = g_dir_open(RULES_DIR, 0, NULL);
    const char *name;

    if (!dir)
        return EXIT_FAILURE;

    while ((name = g_dir_read_name(dir)))
        DO_TEST(testFile, name, "file %s", name);

    virNodeDeviceCompatFilesUpdate(&files, dirs);
    DO_TABLE_EXPECT("vendor", cases, testVendorCase);
    virNodeDeviceCompatFilesClear(&files);

    DO_TEST(testExamples, "nodedevCompatRules", "examples of rules");
    DO_TEST(testExamples, "nodedevCompatFacts", "examples of facts");

    return testResult();
}

VIR_TEST_MAIN(mymain)
