/*
 * nodedevcompatalternativestest.c: several alternatives, some with variables
 *
 * What comes of the variables of one alternative is in nodedevcompatcomparetest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/nodedev_compat_compare.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define BASE "api=vfio-pci type=a sv=1.2 "

typedef struct _testAlternativesData testAlternativesData;
struct _testAlternativesData {
    const char *name;
    const char *source;
    const char *target;
    const char *expect;         /* verdict and reasons */
};

static const testAlternativesData cases[] = {
    /* an alternative without variables beside one with them */
    { "the one without variables, behind",
      BASE "x=2", BASE "x=1 | x={v:int:5,6} | x=2", "superset " },
    { "the one without variables, before",
      BASE "x=2", BASE "x=1 | x=2 | x={v:int:5,6}", "superset " },
    { "the one with variables", BASE "x=6", BASE "x=1 | x={v:int:5,6} | x=2", "superset " },
    { "none of them", BASE "x=7", BASE "x=1 | x={v:int:5,6} | x=2",
      "incompatible attr-not-accepted:x" },

    /* one that cannot be written out does not hide what is behind it */
    { "behind one that uses what is not declared",
      BASE "x=2", BASE "x=1 | x={v} | x=2", "superset " },
    { "behind one that declares in two ways",
      BASE "x=2", BASE "x=1 | x={v:int:1},{v:int:3} | x=2", "superset " },
    { "behind two of them, with variables",
      BASE "x=3", BASE "x=1 | x={v} | x={w} | x={v:int:2,3}", "superset " },
    { "narrower versions are about the target's own attributes",
      BASE "y=1", "api=vfio-pci type=a sv=1.3 y=2 | sv=1.0 | y=1", "superset " },
    { "narrower versions, and own attributes",
      BASE "y=2", "api=vfio-pci type=a sv=1.3 y=2 | sv=1.0 | y=1",
      "incompatible version-not-accepted:software_version" },

    /* the closest is the one with the best verdict, whatever the number of reasons */
    { "much that is unknown is closer than one that differs",
      BASE "x=1 y=1 z=1", BASE "x=2 y=1 z=1 | x={v} y={w} z={x}",
      "unknown malformed-target:x malformed-target:y malformed-target:z" },

    /* one spelling, in lists as well */
    { "another spelling of one", BASE "pci_class=0x020000",
      BASE "pci_class=0x030000 | pci_class=0x20000,0x40000", "superset " },
    { "another spelling of the second one", BASE "pci_class=0x040000",
      BASE "pci_class=0x030000 | pci_class=0x20000,0x40000", "superset " },

    { "behind one that leaves nothing",
      BASE "x=3", BASE "x=1 | x={v}-9 y={v:int:1} | x=3", "superset " },
};


static int
testAlternatives(const void *opaque)
{
    const testAlternativesData *data = opaque;
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(data->source);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(data->target);
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(source, target, NULL, 0);
    g_autofree char *actual = testCompatFormatResult(report);

    return testExpectString(data->expect, actual);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("Alternatives", cases, testAlternatives);

    return testResult();
}

VIR_TEST_MAIN(mymain)
