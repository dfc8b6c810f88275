/*
 * memoryfs.c: files that the reader of sysfs takes for real ones
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "memoryfs.h"

#define LIBVIRT_NODEDEV_COMPAT_ROOTPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_rootpriv.h"
#include "virfile.h"

/* As many links as the kernel follows */
#define LINKS_MAX 40

/* File descriptors of this tree are above those of the kernel. */
#define FIRST_FD 0x100000
#define OPEN_MAX 4

typedef struct _memoryfsNode memoryfsNode;
struct _memoryfsNode {
    memoryfsNode *parent;       /* NULL for the root of all */
    char *name;
    mode_t kind;                /* S_IF... */
    GHashTable *entries;        /* of a directory */
    char *data;                 /* of a file; where a link leads */
    size_t len;
    bool opens;
    int error;                  /* of a file that fails */
};

/* What stands for a DIR */
typedef struct _memoryfsDir memoryfsDir;
struct _memoryfsDir {
    bool open;
    GHashTableIter iter;
    struct dirent entry;
};

/* The root of all has nothing in it but what MEMORYFS_ROOT names. */
static memoryfsNode *all;
static memoryfsNode *top;
static memoryfsNode *openNodes[OPEN_MAX];
static memoryfsDir dirs[OPEN_MAX];


static void
memoryfsNodeFree(void *opaque)
{
    memoryfsNode *node = opaque;

    g_clear_pointer(&node->entries, g_hash_table_unref);
    g_free(node->name);
    g_free(node->data);
    g_free(node);
}


static memoryfsNode *
memoryfsNodeNew(memoryfsNode *parent,
                const char *name,
                mode_t kind)
{
    memoryfsNode *node = g_new0(memoryfsNode, 1);

    node->parent = parent;
    node->name = g_strdup(name);
    node->kind = kind;
    node->opens = true;
    if (kind == S_IFDIR)
        node->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, memoryfsNodeFree);
    if (parent)
        g_hash_table_insert(parent->entries, node->name, node);

    return node;
}


void
memoryfsReset(void)
{
    size_t i;

    for (i = 0; i < OPEN_MAX; i++)
        FUZZ_CHECK(!openNodes[i] && !dirs[i].open);

    /* the kernel would look for itself */
    virNodeDeviceCompatTreeSetWalk(true);

    if (!all) {
        all = memoryfsNodeNew(NULL, "", S_IFDIR);
        top = memoryfsNodeNew(all, &MEMORYFS_ROOT[1], S_IFDIR);
    }

    g_hash_table_remove_all(top->entries);
}


/* Goes from the directory @node along @path, over the last link too if @follow.
 * Returns what is there, or NULL with errno set. */
static memoryfsNode *
memoryfsWalk(memoryfsNode *node,
             const char *path,
             bool follow,
             size_t *nlinks)
{
    if (*path == '/')
        node = all;

    while (*(path += strspn(path, "/"))) {
        size_t len = strcspn(path, "/");
        char name[NAME_MAX + 1];
        memoryfsNode *next;

        if (node->kind != S_IFDIR) {
            errno = ENOTDIR;
            return NULL;
        }
        if (len > NAME_MAX) {
            errno = ENAMETOOLONG;
            return NULL;
        }

        memcpy(name, path, len);
        name[len] = '\0';
        path += len;

        if (STREQ(name, "."))
            continue;
        if (STREQ(name, "..")) {
            node = node->parent ? node->parent : node;
            continue;
        }
        if (!(next = g_hash_table_lookup(node->entries, name))) {
            errno = ENOENT;
            return NULL;
        }
        if (next->kind == S_IFLNK && (follow || *path)) {
            if (++*nlinks > LINKS_MAX) {
                errno = ELOOP;
                return NULL;
            }
            if (!(next = memoryfsWalk(node, next->data, true, nlinks)))
                return NULL;
        }
        if (*path && next->kind != S_IFDIR) {
            errno = ENOTDIR;
            return NULL;
        }
        node = next;
    }

    return node;
}


static memoryfsNode *
memoryfsFind(const char *path,
             bool follow)
{
    size_t nlinks = 0;

    return memoryfsWalk(all, path, follow, &nlinks);
}


/* Finds or makes the directory above @path, and where in @path its own name
 * begins. Returns NULL if the kernel would find nothing to make there. */
static memoryfsNode *
memoryfsMakeParents(const char *path,
                    const char **ret_name)
{
    memoryfsNode *node = top;
    const char *slash;

    while ((slash = strchr(path, '/'))) {
        g_autofree char *name = g_strndup(path, slash - path);
        size_t nlinks = 0;
        memoryfsNode *next = memoryfsWalk(node, name, true, &nlinks);

        if (!next && !g_hash_table_contains(node->entries, name))
            next = memoryfsNodeNew(node, name, S_IFDIR);
        if (!next || next->kind != S_IFDIR)
            return NULL;

        node = next;
        path = slash + 1;
    }

    *ret_name = path;
    return node;
}


static memoryfsNode *
memoryfsAdd(const char *path,
            mode_t kind)
{
    const char *name;
    memoryfsNode *parent = memoryfsMakeParents(path, &name);
    memoryfsNode *old;

    if (!parent || !*name || STREQ(name, ".") || STREQ(name, ".."))
        return NULL;

    /* files are written to again, all else has to be new */
    if ((old = g_hash_table_lookup(parent->entries, name)) &&
        (old->kind != S_IFREG || kind != S_IFREG))
        return NULL;

    if (old)
        g_hash_table_remove(parent->entries, name);
    return memoryfsNodeNew(parent, name, kind);
}


void
memoryfsAddDir(const char *path)
{
    memoryfsAdd(path, S_IFDIR);
}


void
memoryfsAddLink(const char *path,
                const char *target)
{
    memoryfsNode *node = memoryfsAdd(path, S_IFLNK);

    if (node)
        node->data = g_strdup(target);
}


void
memoryfsAddFile(const char *path,
                const char *data,
                size_t len)
{
    memoryfsNode *node = memoryfsAdd(path, S_IFREG);

    if (node) {
        node->data = g_malloc0(len + 1);
        memcpy(node->data, data, len);
        node->len = len;
    }
}


void
memoryfsAddFailure(const char *path,
                   bool opens,
                   int error)
{
    memoryfsNode *node = memoryfsAdd(path, S_IFREG);

    if (node) {
        node->opens = opens;
        node->error = error;
    }
}


/* What the linker puts in the place of NAME is called __wrap_NAME, and what was
 * there __real_NAME. With 64-bit file offsets some have a 64 at their end. */

#define MEMORYFS_WRAP(ret, name, ...) \
    ret __real_ ## name(__VA_ARGS__); \
    ret __wrap_ ## name(__VA_ARGS__); \
    ret __wrap_ ## name(__VA_ARGS__)

static bool
memoryfsHas(const char *path)
{
    return STRPREFIX(path, MEMORYFS_ROOT);
}


static int
memoryfsStat(const memoryfsNode *node,
             struct stat *sb)
{
    if (!node)
        return -1;

    memset(sb, 0, sizeof(*sb));
    sb->st_mode = node->kind | 0444;
    sb->st_size = node->len;
    sb->st_ino = GPOINTER_TO_SIZE(node);
    return 0;
}


MEMORYFS_WRAP(int, stat64, const char *path, struct stat *sb)
{
    if (!memoryfsHas(path))
        return __real_stat64(path, sb);

    return memoryfsStat(memoryfsFind(path, true), sb);
}


MEMORYFS_WRAP(int, lstat64, const char *path, struct stat *sb)
{
    if (!memoryfsHas(path))
        return __real_lstat64(path, sb);

    return memoryfsStat(memoryfsFind(path, false), sb);
}


MEMORYFS_WRAP(int, fstat64, int fd, struct stat *sb)
{
    if (fd < FIRST_FD)
        return __real_fstat64(fd, sb);

    return memoryfsStat(openNodes[fd - FIRST_FD], sb);
}


MEMORYFS_WRAP(int, open64, const char *path, int oflag, mode_t mode)
{
    memoryfsNode *node;
    size_t i = 0;

    if (!memoryfsHas(path))
        return __real_open64(path, oflag, mode);

    /* nothing here may be written to */
    FUZZ_CHECK((oflag & O_ACCMODE) == O_RDONLY && !(oflag & O_CREAT));

    if (!(node = memoryfsFind(path, true)))
        return -1;

    if (!node->opens) {
        errno = node->error;
        return -1;
    }

    while (i < OPEN_MAX && openNodes[i])
        i++;
    FUZZ_CHECK(i < OPEN_MAX);

    openNodes[i] = node;
    return FIRST_FD + i;
}


MEMORYFS_WRAP(int, virFileClose, int *fd, virFileCloseFlags flags)
{
    if (*fd < FIRST_FD)
        return __real_virFileClose(fd, flags);

    openNodes[*fd - FIRST_FD] = NULL;
    *fd = -1;
    return 0;
}


MEMORYFS_WRAP(int, virFileReadLimFD, int fd, int maxlen, char **buf)
{
    const memoryfsNode *node;

    if (fd < FIRST_FD)
        return __real_virFileReadLimFD(fd, maxlen, buf);

    node = openNodes[fd - FIRST_FD];

    if (node->error || node->len > maxlen) {
        errno = node->error ? node->error : EOVERFLOW;
        return -1;
    }

    *buf = g_malloc0(node->len + 1);
    memcpy(*buf, node->data, node->len);
    return node->len;
}


MEMORYFS_WRAP(int, virFileReadHeaderFD, int fd, int maxlen, char **buf)
{
    const memoryfsNode *node;
    size_t len;

    if (fd < FIRST_FD)
        return __real_virFileReadHeaderFD(fd, maxlen, buf);

    node = openNodes[fd - FIRST_FD];

    if (node->error) {
        errno = node->error;
        return -1;
    }

    len = MIN(node->len, maxlen);
    *buf = g_malloc0(len + 1);
    memcpy(*buf, node->data, len);
    return len;
}


MEMORYFS_WRAP(char *, virFileCanonicalizePath, const char *path)
{
    g_autoptr(GString) canonical = NULL;
    memoryfsNode *node;

    if (!memoryfsHas(path))
        return __real_virFileCanonicalizePath(path);

    if (!(node = memoryfsFind(path, true)))
        return NULL;

    canonical = g_string_new(node->parent ? NULL : "/");
    for (; node->parent; node = node->parent) {
        g_string_prepend(canonical, node->name);
        g_string_prepend_c(canonical, '/');
    }

    return g_string_free(g_steal_pointer(&canonical), FALSE);
}


MEMORYFS_WRAP(ssize_t, readlinkat, int fd, const char *path, char *buf, size_t size)
{
    memoryfsNode *node;
    size_t len;

    if (!memoryfsHas(path))
        return __real_readlinkat(fd, path, buf, size);

    if (!(node = memoryfsFind(path, false)))
        return -1;

    if (node->kind != S_IFLNK) {
        errno = EINVAL;
        return -1;
    }

    len = MIN(size, strlen(node->data));
    memcpy(buf, node->data, len);
    return len;
}


static memoryfsDir *
memoryfsAsDir(const DIR *dir)
{
    const memoryfsDir *mine = (const memoryfsDir *)dir;

    return mine >= dirs && mine < dirs + OPEN_MAX ? (memoryfsDir *)mine : NULL;
}


MEMORYFS_WRAP(DIR *, opendir, const char *path)
{
    memoryfsNode *node;
    size_t i = 0;

    if (!memoryfsHas(path))
        return __real_opendir(path);

    if (!(node = memoryfsFind(path, true)))
        return NULL;

    if (node->kind != S_IFDIR) {
        errno = ENOTDIR;
        return NULL;
    }

    while (i < OPEN_MAX && dirs[i].open)
        i++;
    FUZZ_CHECK(i < OPEN_MAX);

    dirs[i].open = true;
    g_hash_table_iter_init(&dirs[i].iter, node->entries);
    return (DIR *)&dirs[i];
}


MEMORYFS_WRAP(struct dirent *, readdir64, DIR *dir)
{
    memoryfsDir *mine = memoryfsAsDir(dir);
    void *name;

    if (!mine)
        return __real_readdir64(dir);

    if (!g_hash_table_iter_next(&mine->iter, &name, NULL))
        return NULL;

    /* no longer than NAME_MAX, as no name is found that is */
    g_strlcpy(mine->entry.d_name, name, sizeof(mine->entry.d_name));
    return &mine->entry;
}


MEMORYFS_WRAP(int, closedir, DIR *dir)
{
    memoryfsDir *mine = memoryfsAsDir(dir);

    if (!mine)
        return __real_closedir(dir);

    mine->open = false;
    return 0;
}
