/*
 * nodedev_compat_nvml.c: what NVIDIA's library shows of vGPUs
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_nvml.h"
#define LIBVIRT_NODEDEV_COMPAT_NVMLPRIV_H_ALLOW
#include "nodedev_compat_nvmlpriv.h"

#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "nodedev_compat_evidence_nvidia.h"
#include "nodedev_compat_nvml_run.h"
#include "nodedev_compat_reader.h"

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name
#define ANSWER(name) VIR_NODE_DEVICE_COMPAT_ANSWER_ ## name

/* In milliseconds: how long a question may take, less than the handshake waits; one about a
 * guest's vGPU, which is asked besides what else is read of it; and what of the time for
 * reading a device is left to what is read afterwards. */
#define ASK_MS 1800
#define METADATA_MS 900
#define REST_MS 200

/* For how long the answer about a GPU is used, which all its functions and their types need;
 * in milliseconds. Another ECC mode takes a reset of the GPU. */
#define KEEP_MS 10000

/* Of GPUs that answers are kept of; a machine has some, copied trees may have any number */
#define GPUS_MAX 256

static unsigned int askMs = ASK_MS;
static unsigned int metadataMs = METADATA_MS;
static unsigned int keepMs = KEEP_MS;
static const char *sysfs = "/sys";

/* What the program said of a GPU */
typedef struct _virNodeDeviceCompatNVMLGPU virNodeDeviceCompatNVMLGPU;
struct _virNodeDeviceCompatNVMLGPU {
    bool asking;                /* a thread asks right now */
    gint64 time;                /* when it did, 0: never */
    virNodeDeviceCompatReadResult result;
    char *text;
};

static GMutex lock;
static GCond changed;           /* the program has answered */
static GHashTable *gpus;        /* by address */


void
virNodeDeviceCompatNVMLSetLimits(unsigned int ms,
                                 unsigned int keep)
{
    askMs = metadataMs = ms;
    keepMs = keep;
}


void
virNodeDeviceCompatNVMLSetSysfs(const char *path)
{
    sysfs = path;
}


/* When the calling thread has to have an answer that may take @ms milliseconds */
static gint64
virNodeDeviceCompatNVMLGetDeadline(unsigned int ms)
{
    gint64 deadline = virNodeDeviceCompatReaderGetDeadline();
    gint64 own = g_get_monotonic_time() + ms * 1000LL;

    return deadline > 0 ? MIN(deadline - REST_MS * 1000LL, own) : own;
}


/* Whether a GPU is bound to NVIDIA's driver: without that, the library shows nothing. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLFindDriver(const char *gpu)
{
    g_autofree char *driver = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLink(gpu, "driver", &driver);

    if (result == READ(OK) && STRNEQ(driver, "nvidia"))
        return READ(ABSENT);

    return result;
}


/* Reads what the program printed about a GPU on the machine that a tree is a copy of. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLReadRecorded(const char *root,
                                    const char *address,
                                    char **ret_text)
{
    g_autofree char *top = g_path_get_dirname(root);
    g_autofree char *dir = g_build_filename(top, "nodedev-compat", "nvml", NULL);
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLines(dir, address, &text);

    if (result == READ(OK))
        *ret_text = g_strdup_printf("%s\n", text);
    return result;
}


static void
virNodeDeviceCompatNVMLGPUFree(void *opaque)
{
    virNodeDeviceCompatNVMLGPU *gpu = opaque;

    g_free(gpu->text);
    g_free(gpu);
}


static gboolean
virNodeDeviceCompatNVMLGPUIsIdle(void *key G_GNUC_UNUSED,
                                 void *value,
                                 void *opaque G_GNUC_UNUSED)
{
    virNodeDeviceCompatNVMLGPU *gpu = value;

    return !gpu->asking;
}


/* Returns what is known of a GPU, which may be nothing yet. */
static virNodeDeviceCompatNVMLGPU *
virNodeDeviceCompatNVMLGetGPULocked(const char *address)
{
    virNodeDeviceCompatNVMLGPU *gpu;

    if (!gpus)
        gpus = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                     virNodeDeviceCompatNVMLGPUFree);

    if ((gpu = g_hash_table_lookup(gpus, address)))
        return gpu;

    if (g_hash_table_size(gpus) >= GPUS_MAX)
        g_hash_table_foreach_remove(gpus, virNodeDeviceCompatNVMLGPUIsIdle, NULL);

    gpu = g_new0(virNodeDeviceCompatNVMLGPU, 1);
    g_hash_table_insert(gpus, g_strdup(address), gpu);
    return gpu;
}


/* Asks the program about a GPU, unless it has just been asked; one thread at a time. The
 * entry stays while a thread asks, see virNodeDeviceCompatNVMLGPUIsIdle(). */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLAskGPU(const char *address,
                              char **ret_text)
{
    const char *const args[] = { "info", address, NULL };
    gint64 begin = g_get_monotonic_time();
    gint64 deadline = virNodeDeviceCompatNVMLGetDeadline(askMs);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    virNodeDeviceCompatNVMLGPU *gpu;
    virNodeDeviceCompatReadResult result;
    g_autofree char *text = NULL;

    while ((gpu = virNodeDeviceCompatNVMLGetGPULocked(address))->asking) {
        if (!g_cond_wait_until(&changed, &lock, deadline))
            return READ(TIMEOUT);
    }

    if (gpu->time == 0 || g_get_monotonic_time() >= gpu->time + keepMs * 1000LL) {
        gpu->asking = true;
        g_mutex_unlock(&lock);
        result = virNodeDeviceCompatNVMLRun(args, NULL, deadline, &text);
        g_mutex_lock(&lock);

        gpu->asking = false;
        g_cond_broadcast(&changed);

        /* that a caller in a hurry had no time for it tells others nothing */
        if (result == READ(TIMEOUT) && deadline < begin + askMs * 1000LL)
            return result;

        gpu->time = g_get_monotonic_time();
        gpu->result = result;
        g_free(gpu->text);
        gpu->text = g_steal_pointer(&text);
    }

    *ret_text = g_strdup(gpu->text);
    return gpu->result;
}


/* Takes what the program has printed. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLParse(const char *gpu,
                             const char *text,
                             virNodeDeviceCompatNVMLAnswer **ret_answer)
{
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;

    if (!(answer = virNodeDeviceCompatNVMLAnswerParse(text, strlen(text)))) {
        virNodeDeviceCompatEvidenceWarnOnce(gpu, "the answer about it is malformed");
        return READ(MALFORMED);
    }

    *ret_answer = g_steal_pointer(&answer);
    return READ(OK);
}


/**
 * virNodeDeviceCompatNVMLReadGPU:
 * @gpu: directory of a physical GPU of NVIDIA's
 * @ret_answer: set on success to what is known of it
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if NVIDIA's library has answered, and
 * VIR_NODE_DEVICE_COMPAT_READ_ABSENT if there is none.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLReadGPU(const char *gpu,
                               virNodeDeviceCompatNVMLAnswer **ret_answer)
{
    g_autofree char *address = g_path_get_basename(gpu);
    const char *devices = g_strrstr(gpu, "/devices/");
    g_autofree char *root = devices ? g_strndup(gpu, devices - gpu) : NULL;
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result;

    if (!root)
        return READ(ABSENT);

    if ((result = virNodeDeviceCompatNVMLFindDriver(gpu)) != READ(OK))
        return result;

    if (STREQ(root, sysfs))
        result = virNodeDeviceCompatNVMLAskGPU(address, &text);
    else
        result = virNodeDeviceCompatNVMLReadRecorded(root, address, &text);

    if (result != READ(OK) ||
        (result = virNodeDeviceCompatNVMLParse(gpu, text, &answer)) != READ(OK))
        return result;

    if (answer->error) {
        virNodeDeviceCompatEvidenceWarnOnce(gpu, "NVIDIA's library answers: %s", answer->error);
        return READ(UNREADABLE);
    }

    *ret_answer = g_steal_pointer(&answer);
    return READ(OK);
}


/* Finds the GPU behind a device of this machine. Returns VIR_NODE_DEVICE_COMPAT_READ_ABSENT
 * if it is not NVIDIA's, or has not NVIDIA's driver. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLFindGPU(const char *device,
                               bool mdev,
                               char **ret_gpu)
{
    g_autofree char *parent = mdev ? g_path_get_dirname(device) : NULL;
    const virNodeDeviceCompatPaths paths = { .device = device, .parent = parent };
    g_autofree char *gpu = virNodeDeviceCompatNVIDIAGetGPU(&paths);
    virNodeDeviceCompatReadResult result;

    if (!gpu)
        return READ(ABSENT);

    if ((result = virNodeDeviceCompatNVMLFindDriver(gpu)) == READ(OK))
        *ret_gpu = g_steal_pointer(&gpu);
    return result;
}


static bool
virNodeDeviceCompatNVMLIsMdev(const char *device)
{
    g_autofree char *type = g_build_filename(device, "mdev_type", NULL);
    mode_t mode;

    return virNodeDeviceCompatTreeFind(type, &mode) != READ(ABSENT);
}


/* Returns the arguments that find the vGPU that runs behind a device: that of a mediated
 * device by its UUID; that of a virtual function, whose address NVIDIA's library does not
 * show, by the guest and the type. */
static GStrv
virNodeDeviceCompatNVMLMakeSearch(const char *device,
                                  bool mdev,
                                  const char *gpu,
                                  const char *guest)
{
    g_autofree char *address = g_path_get_basename(gpu);
    g_autofree char *name = g_path_get_basename(device);
    g_autofree char *type = NULL;
    g_autoptr(GPtrArray) args = g_ptr_array_new();

    g_ptr_array_add(args, g_strdup("metadata"));
    g_ptr_array_add(args, g_steal_pointer(&address));

    if (mdev) {
        g_ptr_array_add(args, g_strdup_printf("mdev=%s", name));
    } else {
        g_ptr_array_add(args, g_strdup_printf("guest=%s", guest));
        if (virNodeDeviceCompatTreeReadFile(device, "nvidia/" VIR_NODE_DEVICE_COMPAT_VGPU_TYPE,
                                            &type) == READ(OK))
            g_ptr_array_add(args, g_strdup_printf("type=%s", type));
    }
    g_ptr_array_add(args, NULL);

    return (GStrv) g_ptr_array_free(g_steal_pointer(&args), FALSE);
}


/**
 * virNodeDeviceCompatNVMLReadMetadata:
 * @devicePath: sysfs directory of a mediated device or virtual function of this machine
 * @guest: UUID of the guest that uses it
 * @ret_metadata: set on success to an opaque string
 *
 * Reads the metadata of the vGPU that runs in the guest, by which another host can judge
 * whether the guest can continue there.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success, VIR_NODE_DEVICE_COMPAT_READ_ABSENT if it
 * is no vGPU, none that can be told from others, or if NVIDIA's library is not there.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLReadMetadata(const char *devicePath,
                                    const char *guest,
                                    char **ret_metadata)
{
    g_autofree char *device = virNodeDeviceCompatTreeResolve(devicePath);
    g_autofree char *gpu = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) args = NULL;
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    virNodeDeviceCompatReadResult result;
    bool mdev;

    if (!device)
        return READ(ABSENT);

    mdev = virNodeDeviceCompatNVMLIsMdev(device);
    if ((result = virNodeDeviceCompatNVMLFindGPU(device, mdev, &gpu)) != READ(OK))
        return result;

    args = virNodeDeviceCompatNVMLMakeSearch(device, mdev, gpu, guest);
    if ((result = virNodeDeviceCompatNVMLRun((const char *const *) args, NULL,
                                             virNodeDeviceCompatNVMLGetDeadline(metadataMs),
                                             &text)) != READ(OK) ||
        (result = virNodeDeviceCompatNVMLParse(gpu, text, &answer)) != READ(OK))
        return result;

    if (!answer->metadata) {
        virNodeDeviceCompatEvidenceWarnOnce(device, "NVIDIA's library answers: %s",
                                            NULLSTR(answer->error));
        return READ(UNREADABLE);
    }

    *ret_metadata = g_steal_pointer(&answer->metadata);
    return READ(OK);
}


/* What the answer of NVIDIA's library means: all but a guest that runs can be moved without
 * the state of the vGPU. */
static virNodeDeviceCompatAnswer
virNodeDeviceCompatNVMLGetVerdict(const virNodeDeviceCompatNVMLAnswer *answer,
                                  char **ret_detail)
{
    g_autofree char *limits = NULL;

    if (!answer->judged) {
        *ret_detail = g_strdup_printf(_("NVIDIA's library answers: %1$s"),
                                      NULLSTR(answer->error));
        return ANSWER(NONE);
    }

    if (answer->compatibility & VIR_NODE_DEVICE_COMPAT_NVML_VM_LIVE)
        return ANSWER(ACCEPTED);

    limits = virNodeDeviceCompatNVMLLimitsFormat(answer->limits);
    *ret_detail = g_strdup_printf(_("NVIDIA's library excludes a live migration; what limits it: %1$s"),
                                  limits);
    return ANSWER(REJECTED);
}


/**
 * virNodeDeviceCompatNVMLJudge:
 * @devicePath: sysfs directory of a mediated device or virtual function of this machine
 * @metadata: opaque string of a vGPU on another one
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Returns the answer of NVIDIA's library.
 */
virNodeDeviceCompatAnswer
virNodeDeviceCompatNVMLJudge(const char *devicePath,
                             const char *metadata,
                             char **ret_detail)
{
    g_autofree char *device = virNodeDeviceCompatTreeResolve(devicePath);
    g_autofree char *gpu = NULL;
    g_autofree char *address = NULL;
    g_autofree char *text = NULL;
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    virNodeDeviceCompatReadResult result = READ(ABSENT);

    if (device)
        result = virNodeDeviceCompatNVMLFindGPU(device, virNodeDeviceCompatNVMLIsMdev(device),
                                                &gpu);

    if (result == READ(OK)) {
        const char *args[] = { "compatible", NULL, NULL };

        args[1] = address = g_path_get_basename(gpu);
        result = virNodeDeviceCompatNVMLRun(args, metadata,
                                            virNodeDeviceCompatNVMLGetDeadline(askMs), &text);
    }

    if (result == READ(OK))
        result = virNodeDeviceCompatNVMLParse(gpu, text, &answer);

    switch (result) {
    case READ(OK):
        return virNodeDeviceCompatNVMLGetVerdict(answer, ret_detail);
    case READ(ABSENT):
        *ret_detail = g_strdup(_("NVIDIA's library is not available"));
        return ANSWER(ABSENT);
    case READ(TIMEOUT):
        *ret_detail = g_strdup(_("NVIDIA's library did not answer in time"));
        return ANSWER(NONE);
    case READ(EMPTY):
    case READ(MALFORMED):
    case READ(CONFLICTING):
    case READ(UNREADABLE):
    case READ(PRIVATE):
    case READ(CUT):
        break;
    }

    *ret_detail = g_strdup(_("NVIDIA's library could not be asked"));
    return ANSWER(NONE);
}
