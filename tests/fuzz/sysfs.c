/*
 * sysfs.c: fuzz the reader of sysfs
 *
 * The input is text, a line for each file of a tree with the device D and its
 * type T:
 *
 *   PATH=CONTENT   a file; a '|' in the content stands for a newline
 *   PATH@TARGET    a symbolic link
 *   PATH/          a directory
 *
 * Directories come into being as needed, and D/mdev_type is a link to T. The
 * tree is made in memory (tmpfs), below TMPDIR or else /dev/shm. It is read
 * without facts and with some.
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

#include "node_device/nodedev_compat_sysfs.h"
#include "virerror.h"
#include "virfile.h"

/* More files than this only make it slow. */
#define FILES_MAX 600

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
    g_clear_object(&facts);
}


static void
fuzzStart(void)
{
    const char *base = g_getenv("TMPDIR");
    g_autofree char *dir = g_strdup_printf("%s/fuzz-sysfs-XXXXXX", base ? base : "/dev/shm");

    if (!g_mkdtemp(dir) || chdir(dir) < 0 || !(root = virFileCanonicalizePath(dir)))
        abort();
    atexit(fuzzExit);

    facts = virNodeDeviceCompatFactsNew();
    if (virNodeDeviceCompatFactsAddXML(facts, factsXML, "facts") < 0)
        abort();
}


/* Nothing leads out of the tree. */
static bool
fuzzPathIsValid(const char *path)
{
    return path[0] && path[0] != '/' && !strstr(path, "..") && strlen(path) < 256;
}


static void
fuzzMakeParents(const char *path)
{
    g_autofree char *parents = g_strdup(path);
    char *slash = parents;

    while ((slash = strchr(slash, '/'))) {
        *slash = '\0';
        mkdir(parents, 0700);
        *slash++ = '/';
    }
}


static void
fuzzMakeFile(const char *path,
             char *content)
{
    size_t len = strlen(content);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0)
        return;

    g_strdelimit(content, "|", '\n');
    if (write(fd, content, len) != len)
        abort();
    close(fd);
}


static void
fuzzMakeLine(char *line)
{
    char *sign = line + strcspn(line, "=@");
    char kind = *sign;

    if (kind)
        *sign++ = '\0';

    if (!fuzzPathIsValid(line))
        return;

    fuzzMakeParents(line);
    if (kind == '=')
        fuzzMakeFile(line, sign);
    else if (kind == '@' && fuzzPathIsValid(sign))
        ignore_value(symlink(sign, line));
}


typedef virNodeDeviceCompat *(*fuzzReader)(const char *path,
                                          const virNodeDeviceCompatFacts *facts);

static char *
fuzzReadTree(fuzzReader reader,
             const char *name)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_autoptr(virNodeDeviceCompat) compat = reader(path, NULL);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if (!compat)
        return NULL;

    virNodeDeviceCompatFormat(&buf, compat);
    return virBufferContentAndReset(&buf);
}


/* Where nothing leads out of the tree, it makes no difference that nothing may. */
static void
fuzzCheckConfined(fuzzReader reader,
                  const char *name)
{
    g_autofree char *plain = fuzzReadTree(reader, name);
    g_autofree char *confined = NULL;

    FUZZ_CHECK(virNodeDeviceCompatConfine(root) == 0);
    confined = fuzzReadTree(reader, name);
    virNodeDeviceCompatConfine(NULL);

    FUZZ_CHECK(STREQ_NULLABLE(plain, confined));
}


static void
fuzzCheckRead(virNodeDeviceCompat *compat)
{
    g_autoptr(virNodeDeviceCompat) held = compat;

    if (held)
        fuzzCheckRoundTrip(held);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", FILES_MAX);
    size_t i;

    if (!root)
        fuzzStart();

    virResetLastError();
    mkdir("D", 0700);
    mkdir("T", 0700);
    ignore_value(symlink("../T", "D/mdev_type"));
    for (i = 0; lines[i]; i++)
        fuzzMakeLine(lines[i]);

    fuzzCheckRead(virNodeDeviceCompatReadMdev("D", NULL));
    fuzzCheckRead(virNodeDeviceCompatReadMdev("D", facts));
    fuzzCheckRead(virNodeDeviceCompatReadMdevType("T", NULL));
    fuzzCheckRead(virNodeDeviceCompatReadMdevType("T", facts));
    fuzzCheckConfined(virNodeDeviceCompatReadMdev, "D");
    fuzzCheckConfined(virNodeDeviceCompatReadMdevType, "T");
    FUZZ_CHECK(virGetLastErrorCode() == VIR_ERR_OK);

    fuzzClean();
    return 0;
}
