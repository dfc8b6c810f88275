/*
 * sysfs.c: fuzz the reader of sysfs
 *
 * The input is a tree in text, see tree.h, with the device D and its type T.
 *
 * It is kept in memory, and read as one of a mediated device, a type or a PCI
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
#include "tree.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "nodedev_compat_conf.h"
#include "virerror.h"
#include "virfile.h"

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
    /* files that everybody may read */
    umask(022);

    facts = virNodeDeviceCompatFactsNew();
    if (virNodeDeviceCompatFactsAddXML(facts, factsXML, "facts") < 0)
        abort();
}


/* The real tree has no files that fail, and no links that lead out of it. */
static bool
fuzzLineIsPlain(const fuzzTreeLine *line)
{
    return strchr("=@", line->kind) && (line->kind != '@' || fuzzTreePathIsValid(line->text));
}


static void
fuzzMakeRealLine(const fuzzTreeLine *line)
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
              const fuzzTreeLine *lines,
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


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    unsigned int hash = g_str_hash(text);
    size_t reader = hash % G_N_ELEMENTS(readers);
    g_auto(GStrv) texts = g_strsplit(text, "\n", FUZZ_TREE_FILES_MAX);
    g_autofree fuzzTreeLine *lines = g_new0(fuzzTreeLine, g_strv_length(texts));
    g_autofree char *expected = NULL;
    bool leadsOut = false;
    bool plain = true;
    size_t nlines = 0;
    size_t i;

    if (!facts) {
        fuzzMakeFacts();
        fuzzCheckWrapped();
    }

    fuzzTreeReset();

    for (i = 0; texts[i]; i++) {
        fuzzTreeLine *line = &lines[nlines];

        if (!fuzzTreeLineParse(texts[i], line))
            continue;

        nlines++;
        fuzzTreeAddLine(line);
        plain = plain && fuzzLineIsPlain(line);
        leadsOut = leadsOut || (line->kind == '@' && !fuzzTreePathIsValid(line->text));
    }

    expected = fuzzRead(reader, MEMORYFS_ROOT);
    if (fuzzChoose(2))
        fuzzCheckFacts(reader);
    else
        fuzzCheckConfined(reader, expected, leadsOut);
    if (plain && hash / G_N_ELEMENTS(readers) % REAL_EACH == 0)
        fuzzCheckReal(reader, expected, lines, nlines);
    FUZZ_CHECK(virGetLastErrorCode() == VIR_ERR_OK);
}
