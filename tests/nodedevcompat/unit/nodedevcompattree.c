/*
 * nodedevcompattree.c: sysfs trees in a few lines, for tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#define LIBVIRT_NODEDEV_COMPAT_ROOTPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_rootpriv.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "virfile.h"
#include "virstring.h"

static const struct {
    char letter;
    const char *path;
} directories[] = {
    { 'D', PARENT "/" UUID },
    { 'P', PARENT },
    { 'T', PARENT "/mdev_supported_types/t1" },
    { 'M', "module/vendor" },
    { 'C', SUBCHANNEL },
    { 'R', "." },
};


/* The errors that reading a file can give in a tree */
static const struct {
    const char *name;
    int error;
} errors[] = {
    { "EIO", EIO },
    { "EACCES", EACCES },
    { "EPERM", EPERM },
    { "ENODEV", ENODEV },
    { "ETIMEDOUT", ETIMEDOUT },
};

/* The files that give one, as GINT_TO_POINTER(errno) by path */
static GHashTable *failures;


/* The reader's hook, for tests that have others in between */
int
testTreeFailRead(const char *path)
{
    g_autofree char *canonical = virFileCanonicalizePath(path);

    return canonical ? GPOINTER_TO_INT(g_hash_table_lookup(failures, canonical)) : 0;
}


static char *
testExpandPath(const char *root,
               const char *path)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(directories); i++) {
        if (path[0] == directories[i].letter)
            return g_strdup_printf("%s/%s%s", root, directories[i].path, path + 1);
    }

    abort();
}


static void
testMakeDir(const char *path)
{
    if (!virFileIsDir(path) && g_mkdir_with_parents(path, 0755) < 0)
        abort();
}


void
testMakeFile(const char *path,
             const char *content,
             gssize length)
{
    g_autofree char *dir = g_path_get_dirname(path);
    VIR_AUTOCLOSE fd = -1;

    /* not g_file_set_contents(), which can wait for the disk */
    testMakeDir(dir);
    unlink(path);
    if (failures)
        g_hash_table_remove(failures, path);
    if (length < 0)
        length = strlen(content);
    if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644)) < 0 ||
        safewrite(fd, content, length) != length)
        abort();
}


static void
testMakeFailure(const char *path,
                const char *error)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (STREQ(errors[i].name, error)) {
            testMakeFile(path, "1\n", -1);
            g_hash_table_insert(failures, virFileCanonicalizePath(path),
                                GINT_TO_POINTER(errors[i].error));
            return;
        }
    }

    abort();
}


static void
testMakeLink(const char *path,
             const char *target)
{
    g_autofree char *dir = g_path_get_dirname(path);

    testMakeDir(dir);
    if (symlink(target, path) < 0)
        abort();
}


static void
testMakeMany(const char *path,
             size_t count)
{
    const char *mark = strstr(path, "%d");
    size_t i;

    for (i = 0; i < count; i++) {
        g_autofree char *name = NULL;

        if (mark)
            name = g_strdup_printf("%.*s%zu%s", (int)(mark - path), path, i, mark + 2);
        else
            name = g_strdup_printf("%s%zu", path, i);
        testMakeFile(name, "1\n", -1);
    }
}


static void
testRemove(const char *path)
{
    if (virFileIsDir(path) && virFileIsLink(path) != 1)
        virFileDeleteTree(path);
    else
        unlink(path);
}


static unsigned int
testParseCount(const char *text,
               char **ret_end)
{
    unsigned int count;

    if (virStrToLong_ui(text, ret_end, 10, &count) < 0)
        abort();

    return count;
}


/* A function's config space: the part that everybody can read, with the header type that
 * @text begins with in hex, and, if there are bytes OFFSET=HEX in it, as the superuser reads
 * it, with @SIZE bytes at the end if that is not 256. */
static void
testMakeConfig(const char *path,
               const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    char config[256] = { '\x86', '\x80' };
    unsigned int size = words[1] ? sizeof(config) : 64;
    unsigned int number;
    unsigned int at;
    char *end;
    size_t i;

    if (virStrToLong_ui(words[0], NULL, 16, &number) < 0)
        abort();
    config[0x0e] = number;

    for (i = 1; words[i]; i++) {
        if (words[i][0] == '@') {
            size = testParseCount(words[i] + 1, NULL);
            continue;
        }
        if (virStrToLong_ui(words[i], &end, 16, &at) < 0)
            abort();
        for (end++; *end; end += 2)
            config[at++] = g_ascii_xdigit_value(end[0]) << 4 | g_ascii_xdigit_value(end[1]);
    }

    testMakeFile(path, config, size);
}


/* Makes the file of one line of a tree */
static void
testMakeNode(const char *root,
             const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 2);
    g_autofree char *expanded = testExpandPath(root, words[0]);
    g_autofree char *path = g_strcompress(expanded);
    const char *content = words[1];
    const char *arg;
    char *end = NULL;
    unsigned int count;

    if ((arg = STRSKIP(content, "@raw "))) {
        g_autofree char *raw = g_strcompress(arg);

        testMakeFile(path, raw, -1);
    } else if ((arg = STRSKIP(content, "@fill "))) {
        char fill = '\n';
        g_autofree char *filled = NULL;

        count = testParseCount(arg, &end);
        if (end[0] && end[1])
            fill = end[1];
        filled = g_strnfill(count, fill);
        testMakeFile(path, filled, count);
    } else if ((arg = STRSKIP(content, "@fail "))) {
        testMakeFailure(path, arg);
    } else if ((arg = STRSKIP(content, "@private "))) {
        testMakeFile(path, arg, -1);
        if (chmod(path, 0400) < 0)
            abort();
    } else if ((arg = STRSKIP(content, "@config "))) {
        testMakeConfig(path, arg);
    } else if ((arg = STRSKIP(content, "@link "))) {
        testMakeLink(path, arg);
    } else if ((arg = STRSKIP(content, "@many "))) {
        testMakeMany(path, testParseCount(arg, &end));
    } else if (STREQ(content, "@loop")) {
        g_autofree char *itself = g_path_get_basename(path);

        testMakeLink(path, itself);
    } else if (STREQ(content, "@fifo")) {
        g_autofree char *dir = g_path_get_dirname(path);

        testMakeDir(dir);
        if (mkfifo(path, 0644) < 0)
            abort();
    } else if (STREQ(content, "@dir")) {
        testMakeDir(path);
    } else if (STREQ(content, "@closed")) {
        testMakeDir(path);
        if (chmod(path, 0700) < 0)
            abort();
    } else if (STREQ(content, "@none")) {
        testRemove(path);
    } else if (STREQ(content, "@nul")) {
        testMakeFile(path, "a\0b\n", 4);
    } else {
        g_autofree char *text = g_strdup_printf("%s\n", content);

        testMakeFile(path, text, -1);
    }
}


void
testMakeNodes(const char *root,
              const char *tree,
              bool backwards)
{
    g_auto(GStrv) lines = g_strsplit(tree, "\n", -1);
    size_t count = g_strv_length(lines);
    size_t i;

    for (i = 0; i < count; i++) {
        const char *line = lines[backwards ? count - 1 - i : i];

        if (line[0])
            testMakeNode(root, line);
    }
}


/* Thousands of small files, better not on a busy disk */
void
testTreeInit(void)
{
    if (access("/dev/shm", W_OK) == 0)
        g_setenv("TMPDIR", "/dev/shm", FALSE);

    /* files that everybody may read, however long it takes on a busy machine */
    umask(022);
    virNodeDeviceCompatReaderSetLimits(60000, 600000, 10000);

    failures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    virNodeDeviceCompatReaderSetHook(testTreeFailRead);
}


/* A tree with the kernel's layout and the nodes of @tree */
testRoot *
testMakeTree(const char *tree)
{
    g_autofree char *dir = g_dir_make_tmp("nodedevcompat-XXXXXX", NULL);
    char *root;

    if (!dir || !(root = virFileCanonicalizePath(dir)))
        abort();

    testMakeNodes(root,
                  "T @dir\n"
                  "M @dir\n"
                  "D/mdev_type @link ../mdev_supported_types/t1\n"
                  "P/driver @link ../../../bus/pci/drivers/vendor\n"
                  "P/../../bus @dir\n"
                  "P/../../../bus/pci/drivers/vendor/module @link ../../../../module/vendor\n"
                  "P/../../../bus/mdev/devices/" UUID " @link ../../../" PARENT "/" UUID "\n",
                  false);
    testMakeNodes(root, tree, false);

    return root;
}


void
testDropTree(testRoot *root)
{
    if (!root)
        return;

    virFileDeleteTree(root);
    g_free(root);
}


/* The XML of @compat without line breaks and indentation, NULL if there is none */
char *
testFormatTight(const virNodeDeviceCompat *compat)
{
    g_autofree char *xml = NULL;
    g_auto(GStrv) lines = NULL;
    size_t i;

    if (!compat)
        return NULL;

    xml = testCompatFormatXML(compat);
    lines = g_strsplit(xml, "\n", -1);
    for (i = 0; lines[i]; i++)
        g_strchug(lines[i]);

    return g_strjoinv("", lines);
}


virNodeDeviceCompat *
testReadWithFacts(const char *root,
                  const char *dir,
                  const virNodeDeviceCompatFacts *facts)
{
    g_autofree char *path = g_strdup_printf("%s/%s", root, dir);

    if (strstr(dir, UUID))
        return virNodeDeviceCompatReadMdev(path, facts);
    if (STREQ(dir, PARENT))
        return virNodeDeviceCompatReadPCI(path, facts);
    return virNodeDeviceCompatReadMdevType(path, facts);
}


/* Whether the source named @origin can give an attribute @name by the table of sources,
 * or whether it is the file and line of a fact */
static bool
testOriginGives(const char *origin,
                const char *name)
{
    const virNodeDeviceCompatSource *source;
    size_t i;

    for (i = 0; (source = virNodeDeviceCompatSourceGet(i)); i++) {
        g_auto(GStrv) attrs = g_strsplit(source->attrs, " ", -1);

        if (STREQ(source->name, origin))
            return g_strv_contains((const char *const *) attrs, name) ||
                   g_strv_contains((const char *const *) attrs, "*");
    }

    return strchr(origin, ':') != NULL;
}


/* The attribute of @compat, which was read here, that does not say where it is from, or
 * that is not from there; NULL if there is none. Where half of a device was read there is
 * no origin, and what only could not be looked at is no attribute of any source. */
const char *
testFindStray(const virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompatAttrs *self = &compat->self;
    size_t i;

    if (virNodeDeviceCompatAttrsFind(self, "migration"))
        return NULL;

    for (i = 0; i < self->nattrs; i++) {
        if (!self->attrs[i]->origin ||
            (self->attrs[i]->value &&
             !testOriginGives(self->attrs[i]->origin, self->attrs[i]->name)))
            return self->attrs[i]->name;
    }

    return NULL;
}


char *
testReadTree(const char *root,
             const char *dir)
{
    g_autoptr(virNodeDeviceCompat) compat = testReadWithFacts(root, dir, NULL);
    const char *stray = compat ? testFindStray(compat) : NULL;

    if (stray)
        return g_strdup_printf("error: '%s' is not from where it says", stray);

    /* reading never fails, so it reports no error */
    if (virGetLastErrorCode() != VIR_ERR_OK)
        return g_strdup_printf("error: %s", virGetLastErrorMessage());

    return testFormatTight(compat);
}


static char *
testReadConfinedWay(const char *root,
                    const char *dir,
                    bool walk)
{
    char *result;

    virNodeDeviceCompatTreeSetWalk(walk);
    if (virNodeDeviceCompatTreeConfine(root) < 0)
        abort();
    result = testReadTree(root, dir);
    virNodeDeviceCompatTreeConfine(NULL);
    virNodeDeviceCompatTreeSetWalk(false);

    return result;
}


/* The same where @root is all that there is, whether the kernel resolves paths or not */
char *
testReadConfined(const char *root,
                 const char *dir)
{
    g_autofree char *walked = testReadConfinedWay(root, dir, true);
    g_autofree char *resolved = testReadConfinedWay(root, dir, false);

    if (STRNEQ_NULLABLE(walked, resolved))
        return g_strdup_printf("'%s' if paths are walked, '%s' if the kernel resolves them",
                               NULLSTR(walked), NULLSTR(resolved));

    return g_steal_pointer(&resolved);
}


int
testCheckXML(const char *expect,
             const char *actual)
{
    if (testExpectString(expect, actual) < 0)
        return -1;

    if (actual && strstr(actual, "secret"))
        return testFail("expected no password, got '%s'", actual);

    return 0;
}


int
testTreeDevice(const struct testTree *data,
               const char *dir)
{
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autofree char *actual = testReadTree(root, dir);
    g_autofree char *again = NULL;
    g_autofree char *log = NULL;

    /* nothing changes where nothing else can be seen; unless the test needs a
     * file of this machine */
    if (strstr(data->tree, "@link /"))
        again = testReadTree(root, dir);
    else
        again = testReadConfined(root, dir);

    if (testCheckXML(data->expect, actual) < 0 ||
        testCheckXML(data->expect, again) < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (log && strstr(log, "secret"))
        return testFail("expected no password in the log, got '%s'", log);

    return 0;
}


int
testTreeMdev(const void *opaque)
{
    return testTreeDevice(opaque, PARENT "/" UUID);
}


int
testTreeType(const void *opaque)
{
    return testTreeDevice(opaque, PARENT "/mdev_supported_types/t1");
}


int
testTreeFunction(const void *opaque)
{
    return testTreeDevice(opaque, PARENT);
}


int
testTreeSubchannel(const void *opaque)
{
    return testTreeDevice(opaque, SUBCHANNEL "/" UUID);
}
