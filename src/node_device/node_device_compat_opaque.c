/*
 * node_device_compat_opaque.c: ask a device's driver about an opaque string
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIBVIRT_NODE_DEVICE_COMPAT_OPAQUEPRIV_H_ALLOW
#include "node_device_compat_opaque.h"
#include "node_device_compat_opaquepriv.h"

#include "nodedev_compat/evidence/nodedev_compat_nvml.h"
#include "nodedev_compat/evidence/nodedev_compat_reader.h"
#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "virfile.h"
#include "virlog.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("node_device.node_device_compat_opaque");

#define ANSWER(name) VIR_NODE_DEVICE_COMPAT_ANSWER_ ## name

/* How long a driver may take, in microseconds; to judge a string is all it has to do */
#define ASK_TIME (2 * G_USEC_PER_SEC)


/* A driver can refuse with any errno, and the proposal for the kernel did not
 * distinguish "incompatible" from "does not support migration". With these errors, the
 * driver does not judge the string. */
static const int noAnswer[] = {
    ENODEV,                     /* "no migration", in the one driver proposed,
                                 * and sysfs, of a device just removed */
    ENXIO, ENOSYS, EOPNOTSUPP,  /* likewise, in other words */
    EIO,                        /* sysfs, of an attribute that cannot be written */
    EACCES, EPERM, EROFS,       /* writing is not permitted */
    EINTR, EAGAIN, EBUSY, ENOMEM, ETIMEDOUT,    /* not now */
};


/**
 * nodeDeviceCompatOpaqueGetAnswer:
 * @length: of the string
 * @written: what the write returned
 * @error: errno, if that is negative
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Returns the answer of the driver.
 */
virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueGetAnswer(size_t length,
                                ssize_t written,
                                int error,
                                char **ret_detail)
{
    size_t i;

    if (written < 0) {
        *ret_detail = g_strdup(g_strerror(error));

        for (i = 0; i < G_N_ELEMENTS(noAnswer); i++) {
            if (error == noAnswer[i])
                return ANSWER(NONE);
        }
        return ANSWER(REJECTED);
    }

    /* without the whole string, the driver has not judged it */
    if (written != length) {
        *ret_detail = g_strdup_printf(_("it took %1$zd of %2$zu bytes"),
                                      written, length);
        return ANSWER(NONE);
    }

    return ANSWER(ACCEPTED);
}


/* Writes @opaque to the file in @dir, with one write, as a driver judges each write by
 * itself. Sets *ret_absent if the driver does not support it there. */
static virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskDir(const char *dir,
                             const char *opaque,
                             bool *ret_absent,
                             char **ret_detail)
{
    g_autofree char *path = g_build_filename(dir, VIR_NODE_DEVICE_COMPAT_OPAQUE, NULL);
    VIR_AUTOCLOSE fd = -1;
    size_t length = strlen(opaque);
    virNodeDeviceCompatAnswer answer;
    struct stat sb;
    ssize_t written;

    *ret_absent = false;

    /* O_NONBLOCK, as in a copied tree it can be a file of any kind */
    if ((fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)) < 0) {
        *ret_absent = errno == ENOENT;
        *ret_detail = g_strdup(g_strerror(errno));
        return ANSWER(NONE);
    }

    if (fstat(fd, &sb) < 0 || !S_ISREG(sb.st_mode)) {
        *ret_detail = g_strdup(_("its attribute is not a regular file"));
        return ANSWER(NONE);
    }

    written = pwrite(fd, opaque, length, 0);
    *ret_absent = written < 0 && errno == ENODEV;
    answer = nodeDeviceCompatOpaqueGetAnswer(length, written, errno, ret_detail);

    /* the string is the vendor's and not for the log */
    VIR_INFO("asked '%s': %s", path,
             answer == ANSWER(ACCEPTED) ? "accepted" : *ret_detail);
    return answer;
}


/* Asks in the first of @dirs that supports it; @dirs ends with NULL. */
static virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskDirs(const char *const *dirs,
                              const char *opaque,
                              char **ret_detail)
{
    size_t i;

    *ret_detail = NULL;

    /* it comes from another host */
    if (!virNodeDeviceCompatValueIsPrintable(opaque)) {
        *ret_detail = g_strdup(_("the string is not one that a driver could have published"));
        return ANSWER(NONE);
    }

    for (i = 0; dirs[i]; i++) {
        g_autofree char *detail = NULL;
        bool absent;
        virNodeDeviceCompatAnswer answer = nodeDeviceCompatOpaqueAskDir(dirs[i], opaque,
                                                                        &absent, &detail);

        if (!absent || !dirs[i + 1]) {
            *ret_detail = g_steal_pointer(&detail);
            return answer;
        }
    }

    *ret_detail = g_strdup(g_strerror(ENODEV));
    return ANSWER(NONE);
}


/* A question to the driver of a device. The thread that waits for the answer and the one
 * that asks share it; who is done last frees it. */
typedef struct _nodeDeviceCompatQuestion nodeDeviceCompatQuestion;
struct _nodeDeviceCompatQuestion {
    char *path;                 /* of the device */
    char *opaque;
    gint64 deadline;            /* until which the answer is waited for */
    bool abandoned;             /* nobody waits for the answer any more */
    bool answered;
    virNodeDeviceCompatAnswer answer;
    char *detail;
};

static GMutex lock;
static GCond changed;           /* a question is answered */
static GHashTable *asking;      /* the paths of devices that are being asked */


static void
nodeDeviceCompatQuestionFree(nodeDeviceCompatQuestion *question)
{
    g_free(question->path);
    g_free(question->opaque);
    g_free(question->detail);
    g_free(question);
}


/* Uses the attribute of the device or, if that is absent or not supported, the one of
 * its type, as the reader of the target's own string does. Metadata of a vGPU is not for a
 * driver, but for NVIDIA's library. */
static virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskDevice(const char *path,
                                const char *opaque,
                                gint64 deadline,
                                char **ret_detail)
{
    g_autofree char *device = virFileCanonicalizePath(path);
    g_autofree char *link = g_build_filename(path, "mdev_type", NULL);
    g_autofree char *type = virFileCanonicalizePath(link);
    const char *const dirs[] = { device, type, NULL };

    if (virNodeDeviceCompatVGPUMetadataIs(opaque))
        return virNodeDeviceCompatNVMLJudge(path, opaque, deadline, ret_detail);

    return nodeDeviceCompatOpaqueAskDirs(dirs, opaque, ret_detail);
}


static void
nodeDeviceCompatQuestionRun(void *opaque)
{
    nodeDeviceCompatQuestion *question = opaque;
    g_autofree char *detail = NULL;
    virNodeDeviceCompatAnswer answer;
    bool abandoned;

    answer = nodeDeviceCompatOpaqueAskDevice(question->path, question->opaque,
                                             question->deadline, &detail);

    g_mutex_lock(&lock);
    g_hash_table_remove(asking, question->path);
    question->answered = true;
    question->answer = answer;
    question->detail = g_steal_pointer(&detail);
    abandoned = question->abandoned;
    g_cond_broadcast(&changed);
    g_mutex_unlock(&lock);

    if (abandoned)
        nodeDeviceCompatQuestionFree(question);
}


/* Starts to ask, once nobody else asks the same device. Returns NULL if that is not
 * possible before @deadline, or not at all. */
static nodeDeviceCompatQuestion *
nodeDeviceCompatQuestionStartLocked(const char *path,
                                    const char *opaque,
                                    gint64 deadline,
                                    char **ret_detail)
{
    nodeDeviceCompatQuestion *question;
    virThread thread;

    if (!asking)
        asking = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    while (g_hash_table_contains(asking, path)) {
        if (!g_cond_wait_until(&changed, &lock, deadline)) {
            *ret_detail = g_strdup(_("the driver has not answered an earlier question yet"));
            return NULL;
        }
    }

    question = g_new0(nodeDeviceCompatQuestion, 1);
    question->path = g_strdup(path);
    question->opaque = g_strdup(opaque);
    question->deadline = deadline;
    g_hash_table_add(asking, g_strdup(path));

    if (virThreadCreateFull(&thread, false, nodeDeviceCompatQuestionRun,
                            "nodedev-opaque", false, question) < 0) {
        *ret_detail = g_strdup(g_strerror(errno));
        g_hash_table_remove(asking, path);
        g_cond_broadcast(&changed);
        nodeDeviceCompatQuestionFree(question);
        return NULL;
    }

    return question;
}


/* Returns false if the driver has not answered before @deadline. */
static bool
nodeDeviceCompatQuestionWaitLocked(nodeDeviceCompatQuestion *question,
                                   gint64 deadline)
{
    while (!question->answered && g_cond_wait_until(&changed, &lock, deadline))
        ;

    /* the answer may have come at the very last moment, and then nobody else frees it */
    question->abandoned = !question->answered;
    return question->answered;
}


/**
 * nodeDeviceCompatOpaqueAskBefore:
 * @path: sysfs directory of a mediated device or PCI function
 * @opaque: the source's opaque string
 * @deadline: time, of g_get_monotonic_time(), until which the answer is waited for
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Returns the answer of the driver.
 */
virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskBefore(const char *path,
                                const char *opaque,
                                gint64 deadline,
                                char **ret_detail)
{
    nodeDeviceCompatQuestion *question;
    virNodeDeviceCompatAnswer answer = ANSWER(NONE);

    *ret_detail = NULL;

    g_mutex_lock(&lock);
    question = nodeDeviceCompatQuestionStartLocked(path, opaque, deadline, ret_detail);
    if (question && nodeDeviceCompatQuestionWaitLocked(question, deadline)) {
        answer = question->answer;
        *ret_detail = g_steal_pointer(&question->detail);
        nodeDeviceCompatQuestionFree(question);
    } else if (question) {
        *ret_detail = g_strdup(_("the driver did not answer in time"));
    }
    g_mutex_unlock(&lock);

    return answer;
}


/**
 * nodeDeviceCompatOpaqueAskPath:
 * @path: sysfs directory of a mediated device or PCI function
 * @opaque: the source's opaque string
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Waits no longer than the deadline of the calling thread, which has read the device before.
 *
 * Returns the answer of the driver.
 */
virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskPath(const char *path,
                              const char *opaque,
                              char **ret_detail)
{
    gint64 own = g_get_monotonic_time() + ASK_TIME;
    gint64 deadline = virNodeDeviceCompatReaderGetDeadline();

    return nodeDeviceCompatOpaqueAskBefore(path, opaque, deadline > 0 ? MIN(deadline, own) : own,
                                           ret_detail);
}


/**
 * nodeDeviceCompatOpaqueAsk:
 * @def: definition of a mediated device or PCI device
 * @opaque: the source's opaque string
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Returns the answer of the device's driver.
 */
virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAsk(const virNodeDeviceDef *def,
                          const char *opaque,
                          char **ret_detail)
{
    /* a device that is defined but not started has no path */
    if (!def->sysfs_path) {
        *ret_detail = g_strdup(_("the device is not active"));
        return ANSWER(NONE);
    }

    return nodeDeviceCompatOpaqueAskPath(def->sysfs_path, opaque, ret_detail);
}
