/*
 * virt-nodedev-compat-builtin.c: whether the libvirt that runs a hook checks by itself
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-builtin.h"

#include <fcntl.h>
#ifdef __linux__
# include <link.h>
#endif
#include <sys/stat.h>
#include <unistd.h>

#include "virfile.h"

/* The module of the daemon with the QEMU driver */
#define MODULE "/libvirt_driver_qemu.so"

/* What only the one with the check has in it: the name of a function that it calls
 * (qemu_hostdev_compat_policy.c) */
#define MARK "virDomainHostdevCompatPolicyLoad"

/* What is read of a module at most, in bytes: some megabytes, with what debuggers want of it */
#define MODULE_MAX (64 * 1024 * 1024)

/* A module has ten or so, and forty entries for the linker. */
#define SEGMENTS_MAX 32
#define DYNAMIC_MAX 128

#define MAPS_MAX (4 * 1024 * 1024)
#define STAT_MAX 4096

/* A script may be run by another one, and so on. */
#define ANCESTORS_MAX 16

/* A part of a file that a process has mapped */
typedef struct _virtCompatMapping virtCompatMapping;
struct _virtCompatMapping {
    unsigned long long start;
    unsigned long long end;
    unsigned long long inode;   /* of the file */
};


/* Reads a part of a file. Returns false if not all of it is there. */
static bool
virtCompatReadPart(int fd,
                   unsigned long long offset,
                   void *buf,
                   size_t size)
{
    return lseek(fd, offset, SEEK_SET) >= 0 && saferead(fd, buf, size) == (ssize_t) size;
}


/* Returns 1 if a part of the file has the mark in it, 0 if not, -1 if that is not known. */
static int
virtCompatPartHasMark(int fd,
                      unsigned long long offset,
                      unsigned long long size)
{
    g_autofree char *content = NULL;

    if (size > MODULE_MAX)
        return -1;

    content = g_new0(char, size + 1);
    if (!virtCompatReadPart(fd, offset, content, size))
        return -1;

    return memmem(content, size, MARK, strlen(MARK)) != NULL;
}


#ifdef __linux__
/* Reads the segments of a program. Returns their number, or 0 if it cannot be read as such. */
static size_t
virtCompatReadSegments(int fd,
                       ElfW(Phdr) *segments)
{
    ElfW(Ehdr) header;

    if (!virtCompatReadPart(fd, 0, &header, sizeof(header)) ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_phentsize != sizeof(segments[0]) || header.e_phnum > SEGMENTS_MAX ||
        !virtCompatReadPart(fd, header.e_phoff, segments, header.e_phnum * sizeof(segments[0])))
        return 0;

    return header.e_phnum;
}


/* Reads where the names of symbols are, as an address, and their size, from the segment for
 * the linker. */
static void
virtCompatReadDynamic(int fd,
                      const ElfW(Phdr) *segment,
                      unsigned long long *ret_address,
                      unsigned long long *ret_size)
{
    g_autofree ElfW(Dyn) *entries = g_new0(ElfW(Dyn), DYNAMIC_MAX);
    size_t n = MIN(segment->p_filesz / sizeof(entries[0]), DYNAMIC_MAX);
    size_t i;

    if (!virtCompatReadPart(fd, segment->p_offset, entries, n * sizeof(entries[0])))
        return;

    for (i = 0; i < n; i++) {
        if (entries[i].d_tag == DT_STRTAB)
            *ret_address = entries[i].d_un.d_ptr;
        else if (entries[i].d_tag == DT_STRSZ)
            *ret_size = entries[i].d_un.d_val;
    }
}


/* Looks for the mark in the names of the symbols that the linker knows, a twentieth of the
 * file. Returns 1 or 0, or -1 if that is not known. */
static int
virtCompatSymbolsHaveMark(int fd)
{
    g_autofree ElfW(Phdr) *segments = g_new0(ElfW(Phdr), SEGMENTS_MAX);
    size_t n = virtCompatReadSegments(fd, segments);
    unsigned long long address = 0;
    unsigned long long size = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        if (segments[i].p_type == PT_DYNAMIC)
            virtCompatReadDynamic(fd, &segments[i], &address, &size);
    }

    for (i = 0; i < n && size > 0; i++) {
        unsigned long long offset = address - segments[i].p_vaddr;

        if (segments[i].p_type == PT_LOAD && address >= segments[i].p_vaddr &&
            offset < segments[i].p_filesz)
            return virtCompatPartHasMark(fd, segments[i].p_offset + offset, size);
    }

    return -1;
}
#else
static int
virtCompatSymbolsHaveMark(int fd G_GNUC_UNUSED)
{
    return -1;
}
#endif


/* Returns 1 if the file has the mark in it, 0 if not, -1 if that is not known. */
static int
virtCompatHasMark(int fd)
{
    int result = virtCompatSymbolsHaveMark(fd);
    struct stat sb;

    if (result >= 0 || fstat(fd, &sb) < 0)
        return result;

    return virtCompatPartHasMark(fd, 0, sb.st_size);
}


/* Opens what is mapped: by the link that the kernel has for that, also if the file does not
 * exist any more, or, without the rights to use that, by its name if that is still the
 * name of the same file. */
static int
virtCompatOpenMapping(const char *dir,
                      const virtCompatMapping *mapping,
                      const char *name)
{
    g_autofree char *link = g_strdup_printf("%s/map_files/%llx-%llx", dir, mapping->start,
                                            mapping->end);
    g_autofree char *path = g_strdup_printf("%s/root%s", dir, name);
    struct stat sb;
    int fd;

    if ((fd = open(link, O_RDONLY | O_CLOEXEC)) >= 0)
        return fd;

    if ((fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) < 0)
        return -1;

    if (fstat(fd, &sb) < 0 || sb.st_ino != mapping->inode) {
        VIR_FORCE_CLOSE(fd);
        return -1;
    }

    return fd;
}


/* Whether a process has the driver, and with the mark: 1 or 0, or -1 if that is not known;
 * -2 if it does not have the driver. */
static int
virtCompatLookAtProcess(const char *dir)
{
    g_autofree char *path = g_build_filename(dir, "maps", NULL);
    g_autofree char *maps = NULL;
    g_auto(GStrv) lines = NULL;
    bool found = false;
    size_t i;

    if (virFileReadAllQuiet(path, MAPS_MAX, &maps) < 0)
        return -1;

    lines = g_strsplit(maps, "\n", -1);
    for (i = 0; lines[i]; i++) {
        virtCompatMapping mapping = { 0 };
        VIR_AUTOCLOSE fd = -1;
        const char *name = strchr(lines[i], '/');
        int rc;

        if (!name || !strstr(name, MODULE) ||
            sscanf(lines[i], "%llx-%llx %*s %*s %*s %llu", &mapping.start, &mapping.end,
                   &mapping.inode) != 3)
            continue;

        found = true;
        if ((fd = virtCompatOpenMapping(dir, &mapping, name)) >= 0 &&
            (rc = virtCompatHasMark(fd)) >= 0)
            return rc;
    }

    return found ? -1 : -2;
}


/* The parent of a process, or 0 if that is not known */
static pid_t
virtCompatGetParent(const char *dir)
{
    g_autofree char *path = g_build_filename(dir, "stat", NULL);
    g_autofree char *text = NULL;
    const char *behind;
    long long parent;

    /* the name of the program is in parentheses, and can have some in it */
    if (virFileReadAllQuiet(path, STAT_MAX, &text) < 0 ||
        !(behind = strrchr(text, ')')) ||
        sscanf(behind, ") %*c %lld", &parent) != 1)
        return 0;

    return parent;
}


/**
 * virtCompatHasBuiltinCheck:
 * @procdir: where procfs is
 * @pid: process that has run this one
 *
 * Looks at that process and those above it for the one with the QEMU driver.
 *
 * Returns true if that is known to check host devices by itself.
 */
bool
virtCompatHasBuiltinCheck(const char *procdir,
                          pid_t pid)
{
    size_t i;

    for (i = 0; i < ANCESTORS_MAX && pid > 0; i++) {
        g_autofree char *dir = g_strdup_printf("%s/%lld", procdir, (long long) pid);
        int rc = virtCompatLookAtProcess(dir);

        if (rc >= 0)
            return rc;

        pid = virtCompatGetParent(dir);
    }

    return false;
}
