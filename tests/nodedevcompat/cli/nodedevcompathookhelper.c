/*
 * nodedevcompathookhelper.c: what a hook does when it goes wrong, and what it logs
 *
 * Takes the place of functions of libxml2 and of the C library, so that it works with a
 * virt-nodedev-compat that needs no libvirt, too.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

#include "internal.h"


/* Only the process that does the work reads XML. */
xmlDocPtr
xmlCtxtReadDoc(xmlParserCtxtPtr ctxt,
               const xmlChar *str,
               const char *URL,
               const char *encoding,
               int options)
{
    const char *fault = getenv("LIBVIRT_NODEDEV_COMPAT_TEST_HOOK");
    xmlDocPtr (*real)(xmlParserCtxtPtr, const xmlChar *, const char *, const char *, int);

    if (STREQ_NULLABLE(fault, "crash"))
        abort();
    if (STREQ_NULLABLE(fault, "end"))
        _exit(0);
    while (STREQ_NULLABLE(fault, "hang"))
        pause();

    real = dlsym(RTLD_NEXT, "xmlCtxtReadDoc");
    return real(ctxt, str, URL, encoding, options);
}


/* A driver that never answers when one of its attributes is read */
ssize_t
read(int fd,
     void *buf,
     size_t count)
{
    const char *name = getenv("LIBVIRT_NODEDEV_COMPAT_TEST_BLOCK");
    g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *path = name ? g_file_read_link(link, NULL) : NULL;

    while (path && g_str_has_suffix(path, name))
        pause();

    return syscall(SYS_read, fd, buf, count);
}


static void G_GNUC_PRINTF(1, 0)
logToFile(const char *format,
          va_list args)
{
    const char *path = getenv("LIBVIRT_NODEDEV_COMPAT_TEST_LOG");
    g_autofree char *line = g_strdup_vprintf(format, args);
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;

    /* the process is about to end */
    if (fd >= 0)
        dprintf(fd, "%s\n", line);
}


#undef syslog

void
syslog(int priority G_GNUC_UNUSED,
       const char *format,
       ...)
{
    va_list args;

    va_start(args, format);
    logToFile(format, args);
    va_end(args);
}


/* What it is called by, if the compiler checks arguments */
void
__syslog_chk(int priority,
             int flag,
             const char *format,
             ...);

void
__syslog_chk(int priority G_GNUC_UNUSED,
             int flag G_GNUC_UNUSED,
             const char *format,
             ...)
{
    va_list args;

    va_start(args, format);
    logToFile(format, args);
    va_end(args);
}
