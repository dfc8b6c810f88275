/*
 * virt-nodedev-compat-matrix-json.c: a matrix as JSON, and as a page with that in it
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-matrix.h"
#include "virt-nodedev-compat-output.h"
#include "virt-nodedev-compat-page.h"

#include "nodedev_compat/nodedev_compat_json.h"
#include "virbuffer.h"

/* How many classes and pairs of them a page has reasons for: it is loaded as a whole */
#define PAGE_CLASSES_MAX 500
#define PAGE_PAIRS_MAX 5000


/* The verdicts of @cells for each host, or for each profile, as a string */
static char *
virtCompatMatrixFormatCells(const virNodeDeviceCompatFleet *fleet,
                            const virNodeDeviceCompatFleetCell *cells,
                            size_t self,
                            bool hosts)
{
    size_t n = hosts ? fleet->nhosts : fleet->nprofiles;
    char *text = g_new0(char, n + 1);
    size_t i;

    for (i = 0; i < n; i++)
        text[i] = virtCompatMatrixGetLetter(cells[hosts ? fleet->hosts[i]->profile : i].verdict);
    if (hosts)
        text[self] = VIRT_COMPAT_MATRIX_SELF;
    return text;
}


static void
virtCompatMatrixAddRow(virJSONValue *array,
                       size_t source,
                       const char *type,
                       const char *verdicts)
{
    virJSONValue *object = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddNumber(object, "source", source);
    virNodeDeviceCompatJSONAddText(object, "type", type);
    virNodeDeviceCompatJSONAddText(object, "verdicts", verdicts);
    virNodeDeviceCompatJSONAppend(array, object);
}


/* The row of each kind of devices of the profile, and of those that could not be read, for
 * the host @at or, if there are no @hosts, for the profile */
static void
virtCompatMatrixAddRows(virJSONValue *array,
                        virNodeDeviceCompatFleet *fleet,
                        size_t at,
                        bool hosts,
                        virNodeDeviceCompatFleetCell *cells)
{
    size_t profile = hosts ? fleet->hosts[at]->profile : at;
    size_t kind;
    size_t i;

    for (kind = 0; kind < fleet->kinds->len; kind++) {
        g_autofree char *text = NULL;

        if (!fleet->profiles[profile].kinds[kind])
            continue;

        virNodeDeviceCompatFleetGetRow(fleet, profile, kind, cells);
        text = virtCompatMatrixFormatCells(fleet, cells, at, hosts);
        virtCompatMatrixAddRow(array, at, g_ptr_array_index(fleet->kinds, kind), text);
    }

    if (fleet->profiles[profile].unread) {
        g_autofree char *text = NULL;

        for (i = 0; i < fleet->nprofiles; i++)
            cells[i].verdict = VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN;
        text = virtCompatMatrixFormatCells(fleet, cells, at, hosts);
        virtCompatMatrixAddRow(array, at, NULL, text);
    }
}


/**
 * virtCompatMatrixMakeRows:
 * @fleet: fleet
 * @hosts: whether rows are of hosts, or of profiles
 *
 * Returns an array of a row for each of them and each kind of its devices.
 */
virJSONValue *
virtCompatMatrixMakeRows(virNodeDeviceCompatFleet *fleet,
                         bool hosts)
{
    g_autofree virNodeDeviceCompatFleetCell *cells =
        g_new0(virNodeDeviceCompatFleetCell, fleet->nprofiles);
    virJSONValue *array = virJSONValueNewArray();
    size_t n = hosts ? fleet->nhosts : fleet->nprofiles;
    size_t i;

    for (i = 0; i < n; i++) {
        virtCompatMatrixAddRows(array, fleet, i, hosts, cells);
        virtCompatShowProgress(i + 1, n);
    }

    return array;
}


static virJSONValue *
virtCompatMatrixPairToJSON(const virNodeDeviceCompatFleet *fleet,
                           size_t source,
                           size_t target,
                           virNodeDeviceCompatFleetVerdict verdict)
{
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatFleetGetReport(fleet, source, target);
    virJSONValue *object = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddNumber(object, "source", source);
    virNodeDeviceCompatJSONAddNumber(object, "target", target);
    virNodeDeviceCompatJSONAddText(object, "verdict",
                                   virNodeDeviceCompatFleetVerdictTypeToString(verdict));
    virNodeDeviceCompatJSONAddFindings(object, report, NULL, NULL);
    return object;
}


/* Adds "pairs", of classes of one kind that are not identical, and "omitted", how many such
 * pairs were not looked at for lack of space. */
static void
virtCompatMatrixAddPairs(virJSONValue *document,
                         virNodeDeviceCompatFleet *fleet,
                         size_t max)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t listed = 0;
    size_t omitted = 0;
    size_t i;
    size_t j;

    for (i = 0; i < fleet->nclasses; i++) {
        const virNodeDeviceCompatFleetClass *source = fleet->classes[i];

        if (source->what == VIR_NODE_DEVICE_COMPAT_FLEET_TYPE)
            continue;

        for (j = 0; j < fleet->nclasses; j++) {
            virNodeDeviceCompatFleetVerdict verdict;

            if (fleet->classes[j]->kind != source->kind)
                continue;
            if (listed == max) {
                omitted++;
                continue;
            }

            verdict = virNodeDeviceCompatFleetComparePair(fleet, i, j);
            if (verdict == VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL)
                continue;
            virNodeDeviceCompatJSONAppend(array, virtCompatMatrixPairToJSON(fleet, i, j, verdict));
            listed++;
        }
    }

    virNodeDeviceCompatJSONAdd(document, "pairs", array);
    virNodeDeviceCompatJSONAddNumber(document, "omitted", omitted);
}


/**
 * virtCompatMatrixMakeJSON:
 * @fleet: fleet
 *
 * Returns the document.
 */
virJSONValue *
virtCompatMatrixMakeJSON(virNodeDeviceCompatFleet *fleet)
{
    virJSONValue *document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_MATRIX);
    virJSONValue *rows = virtCompatMatrixMakeRows(fleet, true);

    virtCompatMatrixAddPairs(document, fleet, VIRT_COMPAT_MATRIX_PAIRS_MAX);
    virtCompatFleetAddJSON(document, fleet);
    virNodeDeviceCompatJSONAdd(document, "matrix", rows);
    return document;
}


/*
 * The page
 */

/* The verdict for each class as a source and as a target, a string each, if there are not
 * too many */
static virJSONValue *
virtCompatMatrixMakeClassRows(virNodeDeviceCompatFleet *fleet)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;
    size_t j;

    for (i = 0; fleet->nclasses <= PAGE_CLASSES_MAX && i < fleet->nclasses; i++) {
        g_autofree char *text = g_new0(char, fleet->nclasses + 1);

        for (j = 0; j < fleet->nclasses; j++)
            text[j] = virtCompatMatrixGetLetter(virNodeDeviceCompatFleetComparePair(fleet, i, j));
        virNodeDeviceCompatJSONAppend(array, virJSONValueNewString(g_steal_pointer(&text)));
    }

    return array;
}


/* The data of the page: that of the document, with rows for profiles in place of hosts */
static char *
virtCompatMatrixMakePageData(virNodeDeviceCompatFleet *fleet)
{
    g_autoptr(virJSONValue) document =
        virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_MATRIX);
    virJSONValue *profiles = virJSONValueNewArray();
    size_t i;

    virNodeDeviceCompatJSONAdd(document, "rows", virtCompatMatrixMakeRows(fleet, false));
    virNodeDeviceCompatJSONAdd(document, "classVerdicts", virtCompatMatrixMakeClassRows(fleet));
    virtCompatMatrixAddPairs(document, fleet,
                             fleet->nclasses <= PAGE_CLASSES_MAX ? PAGE_PAIRS_MAX : 0);
    for (i = 0; i < fleet->nhosts; i++)
        virNodeDeviceCompatJSONAppend(profiles, virJSONValueNewNumberUlong(fleet->hosts[i]->profile));
    virNodeDeviceCompatJSONAdd(document, "profiles", profiles);
    virtCompatFleetAddJSON(document, fleet);

    return virJSONValueToString(document, false);
}


/* Nothing in the data ends the element that it is in, whatever hosts are called. These
 * characters are in strings only. */
static void
virtCompatMatrixEscapeData(virBuffer *buf,
                           const char *data)
{
    const char *at;

    while (*data) {
        size_t len = strcspn(data, "<>&\xe2");

        virBufferAdd(buf, data, len);
        data += len;
        if (*data == '\0')
            break;

        if (STRPREFIX(data, "\xe2\x80\xa8") || STRPREFIX(data, "\xe2\x80\xa9")) {
            virBufferAsprintf(buf, "\\u20%x", (unsigned char)data[2] - 0x80);
            data += 3;
        } else if ((at = strchr("<>&", *data))) {
            virBufferAsprintf(buf, "\\u%04x", *at);
            data++;
        } else {
            virBufferAddChar(buf, *data++);
        }
    }
}


/**
 * virtCompatMatrixWritePage:
 * @fleet: fleet
 * @path: file, which is replaced if it is there
 *
 * Writes a page that shows the matrix, and loads nothing.
 *
 * Returns 0 on success, -1 with an error reported, and the file as it was.
 */
int
virtCompatMatrixWritePage(virNodeDeviceCompatFleet *fleet,
                          const char *path)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *data = virtCompatMatrixMakePageData(fleet);
    g_autofree char *text = NULL;
    const char *mark = strstr(virtCompatPage, VIRT_COMPAT_PAGE_DATA);

    if (!data)
        return -1;

    virBufferAdd(&buf, virtCompatPage, mark - virtCompatPage);
    virtCompatMatrixEscapeData(&buf, data);
    virBufferAdd(&buf, mark + strlen(VIRT_COMPAT_PAGE_DATA), -1);
    text = virBufferContentAndReset(&buf);

    return virtCompatReplaceFile(path, text);
}
