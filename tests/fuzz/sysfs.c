/*
 * sysfs.c: fuzz the reader of sysfs
 *
 * The input is text, a line for each file of a tree with the device D and its
 * type T:
 *
 *   PATH=CONTENT   a file; a '|' in the content stands for a newline, a '`' for
 *                  a NUL byte
 *   PATH@TARGET    a symbolic link
 *   PATH/          a directory
 *   PATH!          a file that cannot be opened
 *   PATH?          a file that cannot be read
 *   PATH%          a file whose driver has nothing to say
 *
 * Directories come into being as needed, and D/mdev_type is a link to T. The
 * tree is one of memoryfs.h, read as one of a mediated device, a type or a PCI
 * function; which one depends on all of the input, so that it is cheap. A few of the
 * inputs make a real tree as well, below TMPDIR or else /dev/shm, which has to give
 * the same.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "memoryfs.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "nodedev_compat_conf.h"
#include "virerror.h"
#include "virfile.h"

/* More files than this only make it slow. */
#define FILES_MAX 600

/* One of so many inputs makes a real tree. */
#define REAL_EACH 2048

/* Of the real tree; the working directory too */
static char *root;

/* Of all ranks, agreeing and not, about what trees are likely to have and not */
static virNodeDeviceCompatFacts *facts;

static const char factsXML[] =
    "<nodedevCompatFacts>"
    "<facts device='4b20d080-1b54-4048-85b3-a6a62d165c01'><attr name='x' value='1'/></facts>"
    "<facts type='T'><attr name='x' value='2'/><attr name='software_version' value='1.2'/>"
    "<attr name='pci_id' value='8086:591d'/><accepts><attr name='x' value='1,2'/></accepts>"
    "<accepts><attr name='type' value='t{v:int:1,2}'/></accepts></facts>"
    "<facts deviceAPI='vfio-pci'><attr name='x' value='1'/><attr name='driver' value='d'/></facts>"
    "</nodedevCompatFacts>";


static int
fuzzRemoveFile(const char *path,
               const struct stat *sb G_GNUC_UNUSED,
               int type G_GNUC_UNUSED,
               struct FTW *ftw)
{
    if (ftw->level > 0)
        remove(path);
    return 0;
}


static void
fuzzClean(void)
{
    nftw(root, fuzzRemoveFile, 8, FTW_DEPTH | FTW_PHYS);
}


static void
fuzzExit(void)
{
    fuzzClean();
    rmdir(root);
    g_clear_pointer(&root, g_free);
}


static void
fuzzStart(void)
{
    const char *base = g_getenv("TMPDIR");
    g_autofree char *dir = g_strdup_printf("%s/fuzz-sysfs-XXXXXX", base ? base : "/dev/shm");

    if (!g_mkdtemp(dir) || chdir(dir) < 0 || !(root = virFileCanonicalizePath(dir)))
        abort();
    atexit(fuzzExit);
}


static void
fuzzMakeFacts(void)
{
    /* files that everybody may read; without the threads that would do it otherwise */
    umask(022);
    virNodeDeviceCompatReaderSetLimits(0, 0, 0);

    facts = virNodeDeviceCompatFactsNew();
    if (virNodeDeviceCompatFactsAddXML(facts, factsXML, "facts") < 0)
        abort();
}


static bool
fuzzPathIsValid(const char *path)
{
    return path[0] && path[0] != '/' && !strstr(path, "..") && strlen(path) < 256;
}


/* A line of the input, taken apart */
typedef struct _fuzzLine fuzzLine;
struct _fuzzLine {
    char *path;
    char kind;
    char *text;
    size_t len;
};

static bool
fuzzLineParse(char *text,
              fuzzLine *line)
{
    char *sign = text + strcspn(text, "=@!?%");

    line->path = text;
    line->kind = *sign;
    if (*sign)
        *sign++ = '\0';
    line->text = sign;
    line->len = strlen(sign);

    if (line->kind == '=') {
        g_strdelimit(sign, "|", '\n');
        g_strdelimit(sign, "`", '\0');
    }

    return fuzzPathIsValid(line->path);
}


static void
fuzzMakeLine(const fuzzLine *line)
{
    switch (line->kind) {
    case '=':
        memoryfsAddFile(line->path, line->text, line->len);
        break;
    case '@':
        memoryfsAddLink(line->path, line->text);
        break;
    case '!':
        memoryfsAddFailure(line->path, false, EACCES);
        break;
    case '?':
        memoryfsAddFailure(line->path, true, EIO);
        break;
    case '%':
        memoryfsAddFailure(line->path, true, ENODEV);
        break;
    default:
        memoryfsAddDir(line->path);
        break;
    }
}


/* The real tree has no files that fail, and no links that lead out of it. */
static bool
fuzzLineIsPlain(const fuzzLine *line)
{
    return strchr("=@", line->kind) && (line->kind != '@' || fuzzPathIsValid(line->text));
}


static void
fuzzMakeRealLine(const fuzzLine *line)
{
    g_autofree char *parents = g_strdup(line->path);
    char *slash = parents;
    int fd;

    while ((slash = strchr(slash, '/'))) {
        *slash = '\0';
        mkdir(parents, 0700);
        *slash++ = '/';
    }

    if (line->kind == '=') {
        fd = open(line->path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd >= 0 && safewrite(fd, line->text, line->len) != line->len)
            abort();
        VIR_FORCE_CLOSE(fd);
    } else if (line->kind == '@') {
        ignore_value(symlink(line->text, line->path));
    } else {
        mkdir(line->path, 0700);
    }
}


typedef virNodeDeviceCompat *(*fuzzReader)(const char *path,
                                           const virNodeDeviceCompatFacts *facts);

static const struct {
    fuzzReader read;
    const char *name;
} readers[] = {
    { virNodeDeviceCompatReadMdev, "D" },
    { virNodeDeviceCompatReadMdevType, "T" },
    { virNodeDeviceCompatReadPCI, "D" },
};


static char *
fuzzRead(size_t reader,
         const char *top)
{
    g_autofree char *path = g_build_filename(top, readers[reader].name, NULL);
    g_autoptr(virNodeDeviceCompat) compat = readers[reader].read(path, NULL);

    return compat ? fuzzFormat(compat) : NULL;
}


/* The real tree gives what the one in memory did. */
static void
fuzzCheckReal(size_t reader,
              const char *expected,
              const fuzzLine *lines,
              size_t nlines)
{
    g_autofree char *real = NULL;
    size_t i;

    if (!root)
        fuzzStart();

    mkdir("D", 0700);
    mkdir("T", 0700);
    ignore_value(symlink("../T", "D/mdev_type"));
    for (i = 0; i < nlines; i++)
        fuzzMakeRealLine(&lines[i]);

    real = fuzzRead(reader, root);
    if (STRNEQ_NULLABLE(real, expected))
        fuzzFail(__FILE__, __LINE__, "a real tree gives the same", expected, real);

    fuzzClean();
}


/* Where nothing leads out of the tree, it makes no difference that nothing may. */
static void
fuzzCheckConfined(size_t reader,
                  const char *expected,
                  bool leadsOut)
{
    g_autofree char *confined = NULL;

    FUZZ_CHECK(virNodeDeviceCompatTreeConfine(MEMORYFS_ROOT) == 0);
    confined = fuzzRead(reader, MEMORYFS_ROOT);
    virNodeDeviceCompatTreeConfine(NULL);

    if (!leadsOut && STRNEQ_NULLABLE(confined, expected))
        fuzzFail(__FILE__, __LINE__, "confined is the same", expected, confined);
}


static void
fuzzCheckFacts(size_t reader)
{
    g_autofree char *path = g_build_filename(MEMORYFS_ROOT, readers[reader].name, NULL);
    g_autoptr(virNodeDeviceCompat) compat = readers[reader].read(path, facts);

    if (compat)
        fuzzCheckRoundTrip(compat);
}


/* Were the linker to wrap nothing, there would never be any file. */
static void
fuzzCheckWrapped(void)
{
    g_autofree char *type = NULL;

    memoryfsReset();
    memoryfsAddFile("T/device_api", "vfio-pci", strlen("vfio-pci"));
    FUZZ_CHECK((type = fuzzRead(1, MEMORYFS_ROOT)) && strstr(type, "vfio-pci"));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    unsigned int hash = g_str_hash(text);
    size_t reader = hash % G_N_ELEMENTS(readers);
    g_auto(GStrv) texts = g_strsplit(text, "\n", FILES_MAX);
    g_autofree fuzzLine *lines = g_new0(fuzzLine, g_strv_length(texts));
    g_autofree char *expected = NULL;
    bool leadsOut = false;
    bool plain = true;
    size_t nlines = 0;
    size_t i;

    if (!facts) {
        fuzzMakeFacts();
        fuzzCheckWrapped();
    }

    virResetLastError();
    memoryfsReset();
    memoryfsAddDir("D");
    memoryfsAddDir("T");
    memoryfsAddLink("D/mdev_type", "../T");

    for (i = 0; texts[i]; i++) {
        fuzzLine *line = &lines[nlines];

        if (!fuzzLineParse(texts[i], line))
            continue;

        nlines++;
        fuzzMakeLine(line);
        plain = plain && fuzzLineIsPlain(line);
        leadsOut = leadsOut || (line->kind == '@' && !fuzzPathIsValid(line->text));
    }

    expected = fuzzRead(reader, MEMORYFS_ROOT);
    fuzzCheckFacts(reader);
    fuzzCheckConfined(reader, expected, leadsOut);
    if (plain && hash / G_N_ELEMENTS(readers) % REAL_EACH == 0)
        fuzzCheckReal(reader, expected, lines, nlines);
    FUZZ_CHECK(virGetLastErrorCode() == VIR_ERR_OK);

    return 0;
}
