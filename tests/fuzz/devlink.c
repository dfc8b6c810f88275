/*
 * devlink.c: fuzz what devlink replies
 *
 * The input is the bytes of netlink messages: the controller's, and then those about the
 * versions of a function or about ports.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#define LIBVIRT_NODEDEV_COMPAT_DEVLINKPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_devlinkpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_devlink_reply.h"
#include "nodedev_compat/evidence/nodedev_compat_evidence_sources.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"

#define DEVICE "/sys/devices/0000:00:02.0"

static const uint8_t *reply;
static size_t replySize;


static int
fuzzExchange(const char *name G_GNUC_UNUSED,
             int max G_GNUC_UNUSED,
             char **ret_replies)
{
    *ret_replies = g_malloc0(replySize + 1);
    memcpy(*ret_replies, reply, replySize);
    return replySize;
}


/* Each line of @text is one of the few that there are. */
static void
fuzzCheckLines(const char *text,
               const char *first,
               const char *second)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t i;

    for (i = 0; lines[i]; i++) {
        FUZZ_CHECK(!lines[i][0] || STRPREFIX(lines[i], first) || STRPREFIX(lines[i], second));
        FUZZ_CHECK(!lines[i][0] || lines[i + 1]);
    }
}


/* Nothing of a reply that is malformed is used, and no more than an attribute of what is
 * not; what it is of it says why. */
static void
fuzzSource(void)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    virNodeDeviceCompatPaths paths = { .device = DEVICE };
    size_t i;

    if (virNodeDeviceCompatDevlinkSourceRead(compat, &paths) < 0)
        return;

    fuzzCheckRoundTrip(compat);
    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];

        FUZZ_CHECK(virNodeDeviceCompatNameIsValid(attr->name));
        FUZZ_CHECK(STRNEQ(attr->name, "software_version"));
        FUZZ_CHECK(attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK || attr->derived);
        /* the mark stands alone */
        FUZZ_CHECK(STRNEQ(attr->name, "devlink") || compat->self.nattrs == 1);
    }
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *info = NULL;
    g_autofree char *ports = NULL;
    unsigned int id = 0;

    /* what is larger is not received */
    if (size > 1024 * 1024)
        return;

    if (virNodeDeviceCompatDevlinkReplyGetFamily((const char *)data, size, &id) == 0)
        FUZZ_CHECK(id > 0x10 && id <= 0xffff);
    if (virNodeDeviceCompatDevlinkReplyFormatInfo((const char *)data, size, "0000:00:02.0",
                                                  &info) == 0)
        fuzzCheckLines(info, "fixed ", "running ");
    if (virNodeDeviceCompatDevlinkReplyFormatPorts((const char *)data, size, "0000:00:02.0",
                                                   &ports) == 0)
        fuzzCheckLines(ports, "vf ", "vf ");

    reply = data;
    replySize = size;
    virNodeDeviceCompatReaderSetLimits(0, 60000, 0);
    virNodeDeviceCompatDevlinkSetExchange(fuzzExchange);
    fuzzSource();
    virNodeDeviceCompatDevlinkSetExchange(NULL);
}
