/*
 * nodedev_compat_root.c: the root of the tree that evidence is read from
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef SYS_openat2
# include <linux/openat2.h>
#endif

#define LIBVIRT_NODEDEV_COMPAT_ROOTPRIV_H_ALLOW
#include "nodedev_compat_root.h"
#include "nodedev_compat_rootpriv.h"

#include "virfile.h"

/* Number of symbolic links that a path can have, the same as in the kernel */
#define LINKS_MAX 40

/* What the target of a link usually fits in */
#define LINK_SIZE 256

/* How often the kernel is asked again when it says EAGAIN: something was renamed while it
 * resolved "..", so that it could not tell whether that stays within the root */
#define OPEN_TRIES 16

/* So many roots are kept open, which are never closed. In others, paths are resolved here. */
#define ROOTS_MAX 256

/* A root does not change, and never goes: a thread that was left behind can still be at it. */
struct _virNodeDeviceCompatTreeRoot {
    char *path;                 /* canonical, which links do not leave; NULL: no confinement */
    int fd;                     /* of it; -1 where the kernel cannot resolve paths below it */
    bool walk;                  /* that is so because it was asked for */
    const virNodeDeviceCompatTreeRoot *next;
};

static const virNodeDeviceCompatTreeRoot machine = { .fd = -1 };

/* The one that is read now, for who begins to read */
static const virNodeDeviceCompatTreeRoot *current = &machine;

/* The one of a thread that began to read there, or NULL */
static __thread const virNodeDeviceCompatTreeRoot *own;

/* Whether the calling thread looks at nothing */
static __thread bool shut;

/* GLib's lock, as in nodedev_compat_cache.c. It protects the list of all roots. */
static GMutex lock;
static const virNodeDeviceCompatTreeRoot *roots;

/* Whether paths are resolved here although the kernel could */
static bool forceWalk;


/* The target of the link @path, or NULL with errno set */
static char *
virNodeDeviceCompatTreeReadTargetAt(int dir,
                                    const char *path)
{
    size_t size = LINK_SIZE;

    while (true) {
        g_autofree char *target = g_new0(char, size);
        ssize_t len = readlinkat(dir, path, target, size);

        if (len < 0)
            return NULL;
        if (len < size)
            return g_steal_pointer(&target);
        size *= 2;
    }
}


/* Opens @path below the directory @dir with the RESOLVE_* @resolve, see openat2(2). Fails
 * with ENOSYS where that does not exist. */
static int
virNodeDeviceCompatTreeOpenBelow(int dir G_GNUC_UNUSED,
                                 const char *path G_GNUC_UNUSED,
                                 int oflag G_GNUC_UNUSED,
                                 bool inRoot G_GNUC_UNUSED)
{
#ifdef SYS_openat2
    struct open_how how = {
        .flags = oflag | O_CLOEXEC,
        .resolve = inRoot ? RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS : RESOLVE_NO_SYMLINKS,
    };
    size_t i;
    int fd = -1;

    for (i = 0; i < OPEN_TRIES && !forceWalk; i++) {
        if ((fd = syscall(SYS_openat2, dir, path, &how, sizeof(how))) >= 0 || errno != EAGAIN)
            return fd;
    }
    if (!forceWalk)
        return -1;
#endif

    errno = ENOSYS;
    return -1;
}


/* Returns the root at @path, or NULL if it was never one, or is another directory now. */
static const virNodeDeviceCompatTreeRoot *
virNodeDeviceCompatTreeFindRootLocked(const char *path,
                                      size_t *ret_count)
{
    const virNodeDeviceCompatTreeRoot *found = NULL;
    const virNodeDeviceCompatTreeRoot *root;
    struct stat sb;
    struct stat again;

    *ret_count = 0;
    for (root = roots; root; root = root->next) {
        if (root->fd >= 0)
            (*ret_count)++;

        if (!found && root->walk == forceWalk && STREQ(root->path, path) &&
            (root->fd < 0 ||
             (fstat(root->fd, &sb) == 0 && stat(path, &again) == 0 &&
              sb.st_dev == again.st_dev && sb.st_ino == again.st_ino)))
            found = root;
    }

    return found;
}


/* Returns a directory to resolve paths below it, or -1. */
static int
virNodeDeviceCompatTreeOpenRoot(const char *path)
{
    VIR_AUTOCLOSE fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    VIR_AUTOCLOSE probe = -1;
    int opened;

    /* whatever prevents it here prevents it with all paths, so that errors which these
     * have later on are their own: a sandbox can say EPERM */
    if (fd < 0 ||
        (probe = virNodeDeviceCompatTreeOpenBelow(fd, "/", O_PATH, true)) < 0)
        return -1;

    opened = fd;
    fd = -1;
    return opened;
}


/**
 * virNodeDeviceCompatTreeConfine:
 * @path: directory, or NULL to lift the restriction
 *
 * Reads @path from now on as if it were the root of the file system: absolute symbolic
 * links start there, and ".." ends there. This is for trees that were copied from
 * another machine. A thread that has begun to read elsewhere goes on there.
 *
 * Returns 0 on success, -1 with errno set if there is no such directory.
 */
int
virNodeDeviceCompatTreeConfine(const char *path)
{
    g_autofree char *canonical = NULL;
    g_autoptr(GMutexLocker) locker = NULL;
    const virNodeDeviceCompatTreeRoot *known;
    virNodeDeviceCompatTreeRoot *root;
    size_t count;

    if (path && !(canonical = virFileCanonicalizePath(path)))
        return -1;

    /* the file system's own root needs no confinement */
    if (!canonical || STREQ(canonical, "/")) {
        g_atomic_pointer_set(&current, &machine);
        return 0;
    }

    locker = g_mutex_locker_new(&lock);
    if (!(known = virNodeDeviceCompatTreeFindRootLocked(canonical, &count))) {
        root = g_new0(virNodeDeviceCompatTreeRoot, 1);
        root->fd = count < ROOTS_MAX ? virNodeDeviceCompatTreeOpenRoot(canonical) : -1;
        root->path = g_steal_pointer(&canonical);
        root->walk = forceWalk;
        root->next = roots;
        roots = known = root;
    }
    g_atomic_pointer_set(&current, known);

    return 0;
}


/**
 * virNodeDeviceCompatTreeGet:
 *
 * Returns the root that the calling thread reads from; there is always one.
 */
const virNodeDeviceCompatTreeRoot *
virNodeDeviceCompatTreeGet(void)
{
    return own ? own : g_atomic_pointer_get(&current);
}


/**
 * virNodeDeviceCompatTreeEnter:
 * @root: from virNodeDeviceCompatTreeGet() in another thread, or NULL
 *
 * Has the calling thread read from @root, whatever others do, until this is called with
 * NULL.
 */
void
virNodeDeviceCompatTreeEnter(const virNodeDeviceCompatTreeRoot *root)
{
    own = root;
}


/**
 * virNodeDeviceCompatTreeClose:
 * @closed: whether nothing is looked at
 *
 * Has all that the calling thread looks at fail with ETIMEDOUT, or no longer: a thread that
 * cannot wait for a file system has to do without any.
 */
void
virNodeDeviceCompatTreeClose(bool closed)
{
    shut = closed;
}


/* Whether that is so; sets errno then. */
static bool
virNodeDeviceCompatTreeIsClosed(void)
{
    if (shut)
        errno = ETIMEDOUT;
    return shut;
}


/**
 * virNodeDeviceCompatTreeGetRoot:
 *
 * Returns the directory that is read as if it were the root of the file system, or NULL
 * if the machine's own is.
 */
const char *
virNodeDeviceCompatTreeGetRoot(void)
{
    return virNodeDeviceCompatTreeGet()->path;
}


/* Removes the last component of @done, unless that is the root already. */
static void
virNodeDeviceCompatTreeGoUp(const virNodeDeviceCompatTreeRoot *root,
                            GString *done)
{
    if (done->len > strlen(root->path))
        g_string_truncate(done, strrchr(done->str, '/') - done->str);
}


/* Appends the component @name, of @len bytes, to @done, which has no link in it; more
 * components can follow @name. If it is a link, @done is left where the link is
 * resolved from, and @ret_target is set to the target of the link. */
static int
virNodeDeviceCompatTreeGoDown(const virNodeDeviceCompatTreeRoot *root,
                              GString *done,
                              const char *name,
                              size_t len,
                              char **ret_target)
{
    struct stat sb;

    g_string_append_printf(done, "/%.*s", (int)len, name);
    if (lstat(done->str, &sb) < 0)
        return -1;

    if (!S_ISLNK(sb.st_mode)) {
        if (name[len] == '\0' || S_ISDIR(sb.st_mode))
            return 0;
        errno = ENOTDIR;
        return -1;
    }

    if (!(*ret_target = virNodeDeviceCompatTreeReadTargetAt(AT_FDCWD, done->str)))
        return -1;

    virNodeDeviceCompatTreeGoUp(root, done);
    if (**ret_target == '/')
        g_string_assign(done, root->path);
    return 0;
}


/* Resolves @name, which begins below @root, one component after the other. */
static char *
virNodeDeviceCompatTreeWalk(const virNodeDeviceCompatTreeRoot *root,
                            const char *name)
{
    g_autoptr(GString) done = g_string_new(root->path);
    g_autofree char *rest = NULL;
    size_t nlinks = 0;
    size_t len;

    for (; *(name += strspn(name, "/")); name += len) {
        g_autofree char *target = NULL;

        len = strcspn(name, "/");

        if (len == 1 && name[0] == '.')
            continue;

        if (len == 2 && STRPREFIX(name, "..")) {
            virNodeDeviceCompatTreeGoUp(root, done);
            continue;
        }

        if (virNodeDeviceCompatTreeGoDown(root, done, name, len, &target) < 0)
            return NULL;

        if (target) {
            char *longer = g_strdup_printf("%s%s", target, name + len);

            g_free(rest);
            name = rest = longer;
            len = 0;
            if (++nlinks > LINKS_MAX) {
                errno = ELOOP;
                return NULL;
            }
        }
    }

    return g_string_free(g_steal_pointer(&done), FALSE);
}


/* What @path has below @root, from "/" on. Returns NULL with errno set if it is
 * not below it. */
static const char *
virNodeDeviceCompatTreeSkipConfinement(const virNodeDeviceCompatTreeRoot *root,
                                       const char *path)
{
    const char *name = STRSKIP(path, root->path);

    if (!name || (*name && *name != '/')) {
        errno = ENOENT;
        return NULL;
    }

    return *name ? name : "/";
}


/* The path of @fd, which the kernel has found below @root, without links in it.
 * Returns NULL if it cannot be told: there need not be a /proc. */
static char *
virNodeDeviceCompatTreeGetPath(const virNodeDeviceCompatTreeRoot *root,
                               int fd)
{
    g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *path = virNodeDeviceCompatTreeReadTargetAt(AT_FDCWD, link);
    struct stat sb;
    struct stat again;

    /* it can have been moved or removed since, and the name of what is removed is not a
     * path */
    if (!path || !virNodeDeviceCompatTreeSkipConfinement(root, path) ||
        fstat(fd, &sb) < 0 || lstat(path, &again) < 0 ||
        sb.st_dev != again.st_dev || sb.st_ino != again.st_ino)
        return NULL;

    return g_steal_pointer(&path);
}


/* Whether @path is spelled as a canonical one is */
static bool
virNodeDeviceCompatTreeIsPlain(const char *path)
{
    size_t len = strlen(path);

    return path[0] == '/' && path[len - 1] != '/' &&
           !strstr(path, "//") && !strstr(path, "/./") && !strstr(path, "/../") &&
           !g_str_has_suffix(path, "/.") && !g_str_has_suffix(path, "/..");
}


/* The same as virNodeDeviceCompatTreeResolve() with the machine's own root. A path without
 * links in it, as udev has them, takes one call. */
static char *
virNodeDeviceCompatTreeResolveOwn(const char *path)
{
    VIR_AUTOCLOSE fd = -1;

    if (virNodeDeviceCompatTreeIsPlain(path) &&
        (fd = virNodeDeviceCompatTreeOpenBelow(AT_FDCWD, path, O_PATH, false)) >= 0)
        return g_strdup(path);

    return virFileCanonicalizePath(path);
}


/* virNodeDeviceCompatTreeResolve() below @root */
static char *
virNodeDeviceCompatTreeResolveBelow(const virNodeDeviceCompatTreeRoot *root,
                                    const char *path)
{
    VIR_AUTOCLOSE fd = -1;
    const char *name;
    char *resolved;

    if (virNodeDeviceCompatTreeIsClosed())
        return NULL;

    if (!root->path)
        return virNodeDeviceCompatTreeResolveOwn(path);

    if (!(name = virNodeDeviceCompatTreeSkipConfinement(root, path)))
        return NULL;

    if (root->fd >= 0) {
        if ((fd = virNodeDeviceCompatTreeOpenBelow(root->fd, name, O_PATH, true)) < 0)
            return NULL;
        if ((resolved = virNodeDeviceCompatTreeGetPath(root, fd)))
            return resolved;
    }

    return virNodeDeviceCompatTreeWalk(root, name);
}


/**
 * virNodeDeviceCompatTreeResolve:
 * @path: path, which must start with the confinement if there is one
 *
 * Returns @path without symbolic links, or NULL with errno set if there is no such file
 * within the confinement.
 */
char *
virNodeDeviceCompatTreeResolve(const char *path)
{
    return virNodeDeviceCompatTreeResolveBelow(virNodeDeviceCompatTreeGet(), path);
}


/**
 * virNodeDeviceCompatTreeResolveLink:
 * @dir: directory, without symbolic links
 * @name: symbolic link in it
 *
 * The same as virNodeDeviceCompatTreeResolve() of the link, for one that usually leads to
 * somewhere near.
 *
 * Returns the path, or NULL with errno set.
 */
char *
virNodeDeviceCompatTreeResolveLink(const char *dir,
                                   const char *name)
{
    const virNodeDeviceCompatTreeRoot *root = virNodeDeviceCompatTreeGet();
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *target = NULL;
    const char *rest;

    if (!root->path && !shut)
        target = virNodeDeviceCompatTreeReadTargetAt(AT_FDCWD, path);

    /* ".." of a directory without links in its path is the directory above */
    if (target && (rest = STRSKIP(target, "../"))) {
        g_autofree char *parent = g_path_get_dirname(dir);
        g_autofree char *near = g_build_filename(parent, rest, NULL);

        return virNodeDeviceCompatTreeResolveOwn(near);
    }

    return virNodeDeviceCompatTreeResolveBelow(root, path);
}


/* virNodeDeviceCompatTreeOpen() below @root */
static int
virNodeDeviceCompatTreeOpenIn(const virNodeDeviceCompatTreeRoot *root,
                              const char *path,
                              int oflag)
{
    g_autofree char *resolved = NULL;
    const char *name;

    if (virNodeDeviceCompatTreeIsClosed())
        return -1;

    if (!root->path)
        return open(path, oflag | O_CLOEXEC);

    if (!(name = virNodeDeviceCompatTreeSkipConfinement(root, path)))
        return -1;

    if (root->fd >= 0)
        return virNodeDeviceCompatTreeOpenBelow(root->fd, name, oflag, true);

    if (!(resolved = virNodeDeviceCompatTreeWalk(root, name)))
        return -1;

    return open(resolved, oflag | O_CLOEXEC | O_NOFOLLOW);
}


/**
 * virNodeDeviceCompatTreeOpen:
 * @path: path, which must start with the confinement if there is one
 * @oflag: for open()
 *
 * Returns a file descriptor, or -1 with errno set.
 */
int
virNodeDeviceCompatTreeOpen(const char *path,
                            int oflag)
{
    return virNodeDeviceCompatTreeOpenIn(virNodeDeviceCompatTreeGet(), path, oflag);
}


/**
 * virNodeDeviceCompatTreeOpenDir:
 * @path: directory, which must start with the confinement if there is one
 *
 * Returns a handle to read the directory, or NULL with errno set.
 */
DIR *
virNodeDeviceCompatTreeOpenDir(const char *path)
{
    const virNodeDeviceCompatTreeRoot *root = virNodeDeviceCompatTreeGet();
    g_autofree char *resolved = NULL;
    VIR_AUTOCLOSE fd = -1;
    DIR *handle = NULL;

    if (virNodeDeviceCompatTreeIsClosed())
        return NULL;

    if (root->fd < 0) {
        if (root->path && !(resolved = virNodeDeviceCompatTreeResolveBelow(root, path)))
            return NULL;
        ignore_value(virDirOpenQuiet(&handle, resolved ? resolved : path));
        return handle;
    }

    if ((fd = virNodeDeviceCompatTreeOpenIn(root, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK)) < 0 ||
        !(handle = fdopendir(fd)))
        return NULL;

    fd = -1;
    return handle;
}


/**
 * virNodeDeviceCompatTreeStat:
 * @path: path, which must start with the confinement if there is one
 * @ret_sb: set to what the path leads to
 *
 * Opens nothing.
 *
 * Returns 0 on success, -1 with errno set.
 */
int
virNodeDeviceCompatTreeStat(const char *path,
                            struct stat *ret_sb)
{
    const virNodeDeviceCompatTreeRoot *root = virNodeDeviceCompatTreeGet();
    g_autofree char *resolved = NULL;
    VIR_AUTOCLOSE fd = -1;
    const char *name;

    if (virNodeDeviceCompatTreeIsClosed())
        return -1;

    if (!root->path)
        return stat(path, ret_sb);

    if (!(name = virNodeDeviceCompatTreeSkipConfinement(root, path)))
        return -1;

    if (root->fd >= 0) {
        if ((fd = virNodeDeviceCompatTreeOpenBelow(root->fd, name, O_PATH, true)) < 0)
            return -1;
        return fstat(fd, ret_sb);
    }

    if (!(resolved = virNodeDeviceCompatTreeWalk(root, name)))
        return -1;

    return lstat(resolved, ret_sb);
}


/**
 * virNodeDeviceCompatTreeReadTarget:
 * @dir: directory, which must start with the confinement if there is one
 * @name: symbolic link in it
 *
 * Returns where the link leads, as it is written there, or NULL with errno set.
 */
char *
virNodeDeviceCompatTreeReadTarget(const char *dir,
                                  const char *name)
{
    const virNodeDeviceCompatTreeRoot *root = virNodeDeviceCompatTreeGet();
    g_autofree char *resolved = NULL;
    g_autofree char *path = NULL;
    VIR_AUTOCLOSE fd = -1;

    if (virNodeDeviceCompatTreeIsClosed())
        return NULL;

    if (root->fd >= 0) {
        if ((fd = virNodeDeviceCompatTreeOpenIn(root, dir, O_PATH)) < 0)
            return NULL;
        return virNodeDeviceCompatTreeReadTargetAt(fd, name);
    }

    if (root->path && !(resolved = virNodeDeviceCompatTreeResolveBelow(root, dir)))
        return NULL;

    path = g_build_filename(resolved ? resolved : dir, name, NULL);
    return virNodeDeviceCompatTreeReadTargetAt(AT_FDCWD, path);
}


/**
 * virNodeDeviceCompatTreeSetWalk:
 * @walk: whether paths are resolved without openat2(), from the next confinement on
 *
 * Lets tests have both ways, whatever the machine has.
 */
void
virNodeDeviceCompatTreeSetWalk(bool walk)
{
    forceWalk = walk;
}


/**
 * virNodeDeviceCompatTreeIsWalk:
 *
 * Returns true if there is a confinement below which paths are resolved here.
 */
bool
virNodeDeviceCompatTreeIsWalk(void)
{
    const virNodeDeviceCompatTreeRoot *root = virNodeDeviceCompatTreeGet();

    return root->path && root->fd < 0;
}
