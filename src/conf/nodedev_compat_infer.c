/*
 * nodedev_compat_infer.c: what a device without a descriptor shows of itself
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_infer.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_document.h"
#include "nodedev_compat_spelling.h"
#include "nodedev_compat_value.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define PCI "./capability[@type='pci'][1]"
#define MDEV "./capability[@type='mdev'][1]"

/* The highest number of an adapter or a domain of the AP bus */
#define AP_MAX 255


/* Adds an attribute that follows from what the document shows, if it does. */
static void
virNodeDeviceCompatInferAttr(virNodeDeviceCompat *compat,
                             const char *name,
                             const char *value)
{
    virNodeDeviceCompatAttr *attr;

    if (value && (attr = virNodeDeviceCompatAdd(compat, NULL, name, value)))
        attr->derived = true;
}


/* Adds which device a PCI function is, as where the kernel shows it
 * (nodedev_compat_evidence_function.c). */
static void
virNodeDeviceCompatInferFunction(virNodeDeviceCompat *compat,
                                 xmlXPathContextPtr ctxt)
{
    g_autofree char *vendor = virXPathString("string(" PCI "/vendor[1]/@id)", ctxt);
    g_autofree char *product = virXPathString("string(" PCI "/product[1]/@id)", ctxt);
    g_autofree char *both = g_strdup_printf("%s:%s", NULLSTR_EMPTY(vendor), NULLSTR_EMPTY(product));
    g_autofree char *id = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID,
                                                            both);
    g_autofree char *class = virNodeDeviceCompatDocumentGetText(virXPathNode(PCI "/class[1]", ctxt));
    g_autofree char *driver = virNodeDeviceCompatDocumentGetText(virXPathNode("./driver[1]/name[1]",
                                                                              ctxt));
    g_autofree char *signature = NULL;

    if (!id)
        return;

    signature = g_strdelimit(g_strdup_printf("pci-%s", id), ":", '-');

    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_DEVICE_API, "vfio-pci");
    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, signature);
    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_PCI_ID, id);
    virNodeDeviceCompatInferAttr(compat, "pci_class", class);
    virNodeDeviceCompatInferAttr(compat, VIR_NODE_DEVICE_COMPAT_DRIVER, driver);

    /* VFIO's own driver can migrate no device (nodedev_compat_evidence_vfio.c); whether
     * another one is a driver of VFIO's, the document does not show */
    if (STREQ_NULLABLE(driver, "vfio-pci")) {
        virNodeDeviceCompatInferAttr(compat, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER, driver);
        virNodeDeviceCompatInferAttr(compat, VIR_NODE_DEVICE_COMPAT_MIGRATABLE, "no");
    }

    if (virXPathBoolean("boolean(" PCI "/capability[@type='phys_function'])", ctxt))
        virNodeDeviceCompatInferAttr(compat, VIR_NODE_DEVICE_COMPAT_FUNCTION, "virtual");
    else if (virXPathBoolean("boolean(" PCI "/capability[@type='virt_functions'])", ctxt))
        virNodeDeviceCompatInferAttr(compat, VIR_NODE_DEVICE_COMPAT_FUNCTION, "physical");
}


/* The document shows the device API of a type in its parent only, but drivers have one:
 * vfio_ap_ops.c and vfio_ccw_ops.c in drivers/s390, and i915's kvmgt.c in the kernel. */
static const struct {
    const char *prefix;
    const char *api;
} typeAPIs[] = {
    { "i915-", "vfio-pci" },
    { "nvidia-", "vfio-pci" },
    { "vfio_ap-", "vfio-ap" },
    { "vfio_ccw-", "vfio-ccw" },
};


/* Adds the numbers that attributes of a device definition assign, or take back, in their
 * order. @what: adapter, domain or control_domain. Returns false if one of them is not
 * usable. */
static bool
virNodeDeviceCompatInferNumbers(xmlXPathContextPtr ctxt,
                                const char *what,
                                bool *numbers)
{
    g_autofree char *assign = g_strdup_printf("assign_%s", what);
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes = virXPathNodeSet(MDEV "/attr", ctxt, &nodes);
    ssize_t i;

    for (i = 0; i < nnodes; i++) {
        g_autofree char *name = virXMLPropString(nodes[i], "name");
        g_autofree char *value = virXMLPropString(nodes[i], "value");
        bool takenBack = name && STRPREFIX(name, "un");
        unsigned int number;

        if (!name || STRNEQ(takenBack ? name + strlen("un") : name, assign))
            continue;

        if (!value || virStrToLong_uip(value, NULL, 0, &number) < 0 || number > AP_MAX)
            return false;

        numbers[number] = !takenBack;
    }

    return nnodes >= 0;
}


/* Sets @numbers to those in the next mask of @masks, 0x and a hex digit for each four of
 * them, the first one on the left. Returns what is behind it, or NULL if it is none. */
static const char *
virNodeDeviceCompatInferMask(const char *masks,
                             bool *numbers)
{
    size_t i;

    if (!(masks = STRSKIP(masks, "0x")))
        return NULL;

    for (i = 0; i <= AP_MAX; i++) {
        int digit = g_ascii_xdigit_value(masks[i / 4]);

        if (digit < 0)
            return NULL;
        numbers[i] = digit & (8 >> i % 4);
    }

    return masks + (AP_MAX + 1) / 4;
}


/* The same for all at once, which the attribute ap_config of the device sets since Linux
 * 6.9 (Documentation/arch/s390/vfio-ap.rst). Returns false if it is not usable. */
static bool
virNodeDeviceCompatInferConfig(xmlXPathContextPtr ctxt,
                               bool *adapters,
                               bool *domains,
                               bool *controls)
{
    g_autofree char *config = virXPathString("string(" MDEV "/attr[@name='ap_config'][last()]/@value)",
                                             ctxt);
    bool *const numbers[] = { adapters, domains, controls };
    const char *rest = config;
    size_t i;

    for (i = 0; config && i < G_N_ELEMENTS(numbers); i++) {
        if ((i > 0 && *rest++ != ',') ||
            !(rest = virNodeDeviceCompatInferMask(rest, numbers[i])))
            return false;
    }

    return !config || *rest == '\0';
}


/* A value that is no longer than a value may be, or that it is cut */
static void
virNodeDeviceCompatInferSet(virNodeDeviceCompat *compat,
                            const char *name,
                            virBuffer *buf)
{
    g_autofree char *value = NULL;
    virNodeDeviceCompatAttr *attr;

    virBufferTrim(buf, "+");
    value = virBufferContentAndReset(buf);

    if (!value || strlen(value) <= VIR_NODE_DEVICE_COMPAT_VALUE_MAX) {
        virNodeDeviceCompatInferAttr(compat, name, value);
    } else if ((attr = virNodeDeviceCompatAdd(compat, NULL, name, NULL))) {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_CUT;
    }
}


static void
virNodeDeviceCompatInferMalformed(virNodeDeviceCompat *compat,
                                  const char *name)
{
    virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAdd(compat, NULL, name, NULL);

    if (attr)
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
}


/* Adds the queues and control domains that the definition of a device of the AP bus
 * assigns, in the spelling of the files matrix and control_domains. What it does not
 * name, someone else may have assigned. */
static void
virNodeDeviceCompatInferAP(virNodeDeviceCompat *compat,
                           xmlXPathContextPtr ctxt)
{
    bool adapters[AP_MAX + 1] = { 0 };
    bool domains[AP_MAX + 1] = { 0 };
    bool controls[AP_MAX + 1] = { 0 };
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    bool known = virNodeDeviceCompatInferConfig(ctxt, adapters, domains, controls);
    size_t i;
    size_t j;

    if (!known || !virNodeDeviceCompatInferNumbers(ctxt, "adapter", adapters) ||
        !virNodeDeviceCompatInferNumbers(ctxt, "domain", domains))
        virNodeDeviceCompatInferMalformed(compat, "ap_matrix");

    for (i = 0; i <= AP_MAX; i++) {
        for (j = 0; adapters[i] && j <= AP_MAX; j++) {
            if (domains[j])
                virBufferAsprintf(&buf, "%02zx.%04zx+", i, j);
        }
    }
    virNodeDeviceCompatInferSet(compat, "ap_matrix", &buf);

    if (!known || !virNodeDeviceCompatInferNumbers(ctxt, "control_domain", controls))
        virNodeDeviceCompatInferMalformed(compat, "control_domains");

    for (i = 0; i <= AP_MAX; i++) {
        if (controls[i])
            virBufferAsprintf(&buf, "%04zx+", i);
    }
    virNodeDeviceCompatInferSet(compat, "control_domains", &buf);
}


static int
virNodeDeviceCompatInferMdev(virNodeDeviceCompat *compat,
                             xmlXPathContextPtr ctxt,
                             const char *type)
{
    g_autofree char *spelled = NULL;
    size_t i;

    if (!virNodeDeviceCompatValueIsPrintable(type)) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("value of compatibility attribute '%1$s' must be 1 to %2$d printable ASCII characters"),
                       VIR_NODE_DEVICE_COMPAT_TYPE, VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
        return -1;
    }

    type = spelled = virNodeDeviceCompatSpellType(type);
    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, type);

    for (i = 0; i < G_N_ELEMENTS(typeAPIs); i++) {
        if (!STRPREFIX(type, typeAPIs[i].prefix))
            continue;

        virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_DEVICE_API, typeAPIs[i].api);
        if (STREQ(typeAPIs[i].api, "vfio-ap"))
            virNodeDeviceCompatInferAP(compat, ctxt);
    }

    return 0;
}


/**
 * virNodeDeviceCompatInfer:
 * @ctxt: context at a <device> without a descriptor
 * @name: its name, or NULL
 *
 * Returns what it shows, or NULL with an error reported if it cannot be compared.
 */
virNodeDeviceCompat *
virNodeDeviceCompatInfer(xmlXPathContextPtr ctxt,
                         const char *name)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    g_autofree char *type = NULL;

    if (virXPathBoolean("boolean(./capability/capability[@type='mdev_types'])", ctxt)) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("node device '%1$s' is a parent of mediated devices; name a device or a type"),
                       name ? name : _("(unnamed)"));
        return NULL;
    }

    compat->inferred = true;

    if (!(type = virXPathString("string(" MDEV "/type[1]/@id)", ctxt)))
        virNodeDeviceCompatInferFunction(compat, ctxt);
    else if (virNodeDeviceCompatInferMdev(compat, ctxt, type) < 0)
        return NULL;

    return g_steal_pointer(&compat);
}
