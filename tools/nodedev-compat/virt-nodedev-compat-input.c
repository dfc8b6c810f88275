/*
 * virt-nodedev-compat-input.c: text that virt-nodedev-compat reads, and what is wrong
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "virt-nodedev-compat-input.h"

#include "viralloc.h"
#include "virerror.h"
#include "virfile.h"
#include "virutil.h"
#include "conf/nodedev_compat_limits.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* What is read at a time, in bytes */
#define CHUNK (64 * 1024)


/**
 * virtCompatGetErrorDetail:
 *
 * Returns the error that was reported last, without the words for its kind.
 */
const char *
virtCompatGetErrorDetail(void)
{
    virErrorPtr err = virGetLastError();

    return err && err->str2 ? err->str2 : virGetLastErrorMessage();
}


/**
 * virtCompatReadText:
 * @path: file, or "-" for standard input
 * @max: how large it can be, in bytes
 *
 * Returns the text in @path, or NULL with an error reported.
 */
char *
virtCompatReadText(const char *path,
                   int max)
{
    g_autofree char *text = NULL;
    VIR_AUTOCLOSE fd = -1;
    bool input = STREQ(path, "-");
    int len;

    /* a pipe that nobody has open to write to it would let it wait forever; so it is empty */
    if (!input &&
        ((fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) < 0 ||
         virSetBlocking(fd, true) < 0)) {
        virReportSystemError(errno, _("cannot open '%1$s'"), path);
        return NULL;
    }

    if ((len = virFileReadLimFD(input ? STDIN_FILENO : fd,
                                max, &text)) < 0) {
        if (errno == EOVERFLOW)
            virReportError(VIR_ERR_INVALID_ARG,
                           _("'%1$s' is larger than %2$d bytes"),
                           path, max);
        else
            virReportSystemError(errno, _("cannot read '%1$s'"), path);
        return NULL;
    }

    if (strlen(text) != len) {
        virReportError(VIR_ERR_INVALID_ARG,
                       _("'%1$s' contains a NUL byte and is not an XML document"), path);
        return NULL;
    }

    return g_steal_pointer(&text);
}


/**
 * virtCompatReadFile:
 * @path: file, or "-" for standard input
 *
 * Returns the document in @path, or NULL with an error reported.
 */
char *
virtCompatReadFile(const char *path)
{
    return virtCompatReadText(path, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);
}


/**
 * virtCompatReadSome:
 * @fd: what to read from
 * @deadline: time of g_get_monotonic_time() until which is waited
 * @max: what @bytes can hold
 * @bytes: where to add what is read
 *
 * Returns how much that was, 0 at the end, or -errno: -ETIMEDOUT, or -EOVERFLOW if there
 * would be more than @max.
 */
ssize_t
virtCompatReadSome(int fd,
                   gint64 deadline,
                   size_t max,
                   GByteArray *bytes)
{
    g_autofree guint8 *buf = g_new(guint8, CHUNK);
    struct pollfd pfd = { .fd = fd, .events = POLLIN };
    ssize_t len;
    int rc;

    do {
        gint64 left = deadline - g_get_monotonic_time();

        rc = left > 0 ? poll(&pfd, 1, (left + 999) / 1000) : 0;
    } while (rc < 0 && errno == EINTR);

    if (rc <= 0)
        return rc == 0 ? -ETIMEDOUT : -errno;

    /* not saferead(), which waits for as much as it was asked for */
    do {
        len = read(fd, buf, CHUNK); /* sc_avoid_write */
    } while (len < 0 && errno == EINTR);

    if (len <= 0)
        return len == 0 ? 0 : -errno;

    if (bytes->len + len > max)
        return -EOVERFLOW;

    g_byte_array_append(bytes, buf, len);
    return len;
}
