/*
 * nodedevcompatcandidatelimitstest.c: what a list of candidates keeps, to the byte
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/nodedev_compat_candidates.h"
#include "virbuffer.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* What the XML of a list may have. Reports three times as large are kept. */
#define LIST_MAX VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX
#define HALF (LIST_MAX / 2)


static virNodeDeviceCompatCandidate *
testMakeCandidate(const char *name,
                  const char *type,
                  virNodeDeviceCompatState state,
                  virNodeDeviceCompatResult verdict)
{
    virNodeDeviceCompatCandidate *candidate = g_new0(virNodeDeviceCompatCandidate, 1);

    candidate->name = g_strdup(name);
    candidate->type = g_strdup(type);
    candidate->state = state;
    candidate->report = g_new0(virNodeDeviceCompatReport, 1);
    candidate->report->verdict = verdict;
    return candidate;
}


static void
testAddCandidate(virNodeDeviceCompatCandidates *list,
                 const char *name,
                 size_t size)
{
    virNodeDeviceCompatCandidate *candidate =
        testMakeCandidate(name, NULL, VIR_NODE_DEVICE_COMPAT_STATE_FREE,
                          VIR_NODE_DEVICE_COMPAT_IDENTICAL);

    candidate->report->size = size;
    virNodeDeviceCompatCandidatesAdd(list, candidate);
}


/* Candidates "a" to "z" with reports of that many bytes */
typedef struct _testKeptData testKeptData;
struct _testKeptData {
    const char *name;
    const char *names;          /* one letter each, in the order of adding */
    size_t sizes[16];
    const char *expect;         /* those kept, how many others, the size of those kept */
};

static const testKeptData kept[] = {
    { "nothing", "", { 0 }, ", 0 omitted, 0" },
    { "little", "ab", { 1, 2 }, "ab, 0 omitted, 3" },
    { "exactly as much as is kept",
      "abcdef", { HALF, HALF, HALF, HALF, HALF, HALF }, "abcdef, 0 omitted, 6291456" },
    { "one byte more", "abcdefg", { HALF, HALF, HALF, HALF, HALF, HALF, 1 },
      "abc, 4 omitted, 3145728" },
    { "one byte more, the best comes last", "gfedcba",
      { HALF, HALF, HALF, HALF, HALF, HALF, 1 }, "abc, 4 omitted, 2097153" },
    { "what exceeds the XML is kept once",
      "abcd", { HALF, HALF + 1, 3 * HALF, 2 * LIST_MAX }, "ab, 2 omitted, 2097153" },
    { "all of them, the last is too large",
      "ab", { 1, 3 * LIST_MAX }, "ab, 0 omitted, 6291457" },
    { "a single one that is too large", "a", { 3 * LIST_MAX + 1 }, "a, 0 omitted, 6291457" },
    { "dropped twice",
      "abcdefghijk",
      { HALF, HALF, HALF, HALF, HALF, HALF, HALF, HALF, HALF, HALF, HALF },
      "abc, 8 omitted, 3145728" },
    { "added after some were dropped",
      "abcdefgh", { HALF, HALF, HALF, HALF, HALF, HALF, HALF, HALF },
      "abch, 4 omitted, 4194304" },
};


static int
testKept(const void *opaque)
{
    const testKeptData *data = opaque;
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *actual = NULL;
    size_t i;

    for (i = 0; data->names[i]; i++) {
        const char name[] = { data->names[i], '\0' };

        testAddCandidate(list, name, data->sizes[i]);
    }

    for (i = 0; i < list->ncandidates; i++)
        virBufferAdd(&buf, list->candidates[i]->name, -1);
    virBufferAsprintf(&buf, ", %zu omitted, %zu", list->omitted, list->size);
    actual = virBufferContentAndReset(&buf);

    if (testExpectString(data->expect, actual) < 0)
        return -1;
    /* those that were dropped are counted */
    return testExpectNumber(strlen(data->names), list->found);
}


/* A list of one device, whose name has that many characters, and of some that were
 * dropped */
static char *
testFormatNamed(size_t len,
                size_t dropped)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    g_autofree char *name = g_strnfill(len, 'x');

    testAddCandidate(list, name, 0);
    list->omitted = dropped;
    return virNodeDeviceCompatCandidatesFormat(list);
}


/* What the list has in it may have so many bytes, and not one more. */
static int
testFull(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *small = testFormatNamed(1, 0);
    size_t around = strlen(small) - (strstr(small, "</nodeDeviceCompatCandidates") -
                                     strstr(small, "  <candidate "));
    size_t len = LIST_MAX - (strlen(small) - around) + 1;
    g_autofree char *full = testFormatNamed(len, 0);
    g_autofree char *more = testFormatNamed(len + 1, 1);

    if (testExpectNumber(LIST_MAX + around, strlen(full)) < 0)
        return -1;
    return testExpectString("<nodeDeviceCompatCandidates found='1' unknown='0' omitted='2'/>\n",
                            more);
}


/* How a candidate is counted, and whether there is a document that creates a device */
typedef struct _testCandidateData testCandidateData;
struct _testCandidateData {
    const char *name;
    const char *type;
    virNodeDeviceCompatState state;
    virNodeDeviceCompatResult verdict;
    const char *expect;
};

#define STATE(name) VIR_NODE_DEVICE_COMPAT_STATE_ ## name
#define VERDICT(name) VIR_NODE_DEVICE_COMPAT_ ## name

static const testCandidateData candidates[] = {
    { "device", NULL, STATE(FREE), VERDICT(IDENTICAL), "found" },
    { "used device", NULL, STATE(USED), VERDICT(IDENTICAL), "" },
    { "unknown device", NULL, STATE(FREE), VERDICT(UNKNOWN), "unknown" },
    { "used and unknown", NULL, STATE(USED), VERDICT(UNKNOWN), "" },
    { "device that does not fit", NULL, STATE(FREE), VERDICT(INCOMPATIBLE), "" },
    { "superset", NULL, STATE(UNKNOWN), VERDICT(SUPERSET), "found" },
    { "type", "t", STATE(FREE), VERDICT(IDENTICAL), "found, creatable" },
    { "type with more", "t", STATE(FREE), VERDICT(SUPERSET), "found, creatable" },
    { "exhausted type", "t", STATE(USED), VERDICT(SUPERSET), "" },
    { "exhausted and unknown", "t", STATE(USED), VERDICT(UNKNOWN), "" },
    { "unknown type", "t", STATE(FREE), VERDICT(UNKNOWN), "unknown, creatable" },
    { "type that does not fit", "t", STATE(FREE), VERDICT(INCOMPATIBLE), "" },
};


static char *
testDescribe(const virNodeDeviceCompatCandidates *list,
             const virNodeDeviceCompatCandidate *candidate)
{
    g_autofree char *device = virNodeDeviceCompatCandidateFormatDevice(candidate);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if (list->found > 0)
        virBufferAddLit(&buf, "found, ");
    if (list->unknown > 0)
        virBufferAddLit(&buf, "unknown, ");
    if (device)
        virBufferAddLit(&buf, "creatable");

    virBufferTrim(&buf, ", ");
    return testCompatBufferContent(&buf);
}


static int
testCandidate(const void *opaque)
{
    const testCandidateData *data = opaque;
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    virNodeDeviceCompatCandidate *candidate = testMakeCandidate("d", data->type, data->state,
                                                                data->verdict);
    g_autofree char *actual = NULL;

    list->all = true;
    virNodeDeviceCompatCandidatesAdd(list, candidate);
    actual = testDescribe(list, candidate);
    return testExpectString(data->expect, actual);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("Kept", kept, testKept);
    DO_TABLE_EXPECT("Candidate", candidates, testCandidate);
    DO_TEST(testFull, NULL, "XML that is full");

    return testResult();
}

VIR_TEST_MAIN(mymain)
