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
#include "nodedev_compat_evidence_sources.h"
#include "nodedev_compat_nvml_run.h"
#include "nodedev_compat_reader.h"

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name
#define ANSWER(name) VIR_NODE_DEVICE_COMPAT_ANSWER_ ## name

/* In milliseconds: how long the program may take to say what it knows of a GPU, less than a
 * call of the reader may take; and what of the time for a question about a vGPU is left to
 * kill it, and to pass on what has come of it */
#define INFO_MS 1300
#define REST_MS 200

/* What a thread is told is this and the address of the GPU. */
#define CALL "nvml "

static unsigned int infoMs = INFO_MS;
static const char *sysfs = "/sys";

/* How the reader, who keeps answers, has the results of a question */
static const struct {
    virNodeDeviceCompatReadResult result;
    int error;
} errors[] = {
    { READ(ABSENT), ENOENT },
    { READ(MALFORMED), EBADMSG },
    { READ(CUT), EOVERFLOW },
    { READ(TIMEOUT), ETIMEDOUT },
    { READ(TIMEOUT), ECANCELED },       /* of a thread that was given up */
    { READ(UNREADABLE), EIO },          /* any other one, too */
};


void
virNodeDeviceCompatNVMLSetLimit(unsigned int ms)
{
    infoMs = ms;
}


void
virNodeDeviceCompatNVMLSetSysfs(const char *path)
{
    sysfs = path;
}


static int
virNodeDeviceCompatNVMLGetError(virNodeDeviceCompatReadResult result)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(errors) - 1 && errors[i].result != result; i++)
        ;
    return errors[i].error;
}


static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLGetResult(int error)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(errors) - 1 && errors[i].error != error; i++)
        ;
    return errors[i].result;
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


/* Takes what the program has printed about a GPU, which can be that the library fails. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLParseGPU(const char *gpu,
                                const char *text,
                                virNodeDeviceCompatNVMLAnswer **ret_answer)
{
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatNVMLParse(gpu, text, &answer);

    if (result != READ(OK))
        return result;

    if (answer->error) {
        virNodeDeviceCompatEvidenceWarnOnce(gpu, "NVIDIA's library answers: %s", answer->error);
        return READ(UNREADABLE);
    }

    *ret_answer = g_steal_pointer(&answer);
    return READ(OK);
}


/* Called by a thread of the reader's. It has the time that the program needs, whatever is
 * left to the one who asks: others are answered by it, too. That the library fails is to be
 * known as an error to whoever keeps answers. */
static int
virNodeDeviceCompatNVMLAskGPU(const char *name,
                              int max G_GNUC_UNUSED,
                              char **ret_text)
{
    const char *address = STRSKIP(name, CALL);
    const char *const args[] = { "info", address, NULL };
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result =
        virNodeDeviceCompatNVMLRun(args, NULL, g_get_monotonic_time() + infoMs * 1000LL, &text);

    if (result == READ(OK))
        result = virNodeDeviceCompatNVMLParseGPU(address, text, &answer);
    if (result != READ(OK))
        return -virNodeDeviceCompatNVMLGetError(result);

    *ret_text = g_steal_pointer(&text);
    return strlen(*ret_text);
}


/* Asks the program about a GPU. In a daemon, all functions and types of a GPU share the
 * answer, until something is reported of the GPU or of a driver: another ECC mode takes a
 * reset of it. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLReadLive(const char *address,
                                char **ret_text)
{
    g_autofree char *call = g_strdup_printf(CALL "%s", address);
    int rc = virNodeDeviceCompatReaderCall(call, virNodeDeviceCompatNVMLAskGPU,
                                           VIR_NODE_DEVICE_COMPAT_NVML_ANSWER_MAX, ret_text);

    return rc < 0 ? virNodeDeviceCompatNVMLGetResult(-rc) : READ(OK);
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
    g_autofree char *root = virNodeDeviceCompatPathGetRoot(gpu);
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result;

    if (!root)
        return READ(ABSENT);

    if ((result = virNodeDeviceCompatNVMLFindDriver(gpu)) != READ(OK))
        return result;

    if (STREQ(root, sysfs))
        result = virNodeDeviceCompatNVMLReadLive(address, &text);
    else
        result = virNodeDeviceCompatNVMLReadRecorded(root, address, &text);

    return result == READ(OK) ? virNodeDeviceCompatNVMLParseGPU(gpu, text, ret_answer) : result;
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
    g_autofree char *gpu = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatNVIDIAFindGPU(&paths, &gpu);

    if (result == READ(OK) &&
        (result = virNodeDeviceCompatNVMLFindDriver(gpu)) == READ(OK))
        *ret_gpu = g_steal_pointer(&gpu);
    return result;
}


/* Finds the device at @path, and the GPU behind it. Returns VIR_NODE_DEVICE_COMPAT_READ_ABSENT
 * if there is nothing that NVIDIA's library knows of. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLFind(const char *path,
                            char **ret_device,
                            bool *ret_mdev,
                            char **ret_gpu)
{
    g_autofree char *type = NULL;
    mode_t mode;
    virNodeDeviceCompatReadResult result;

    if (!(*ret_device = virNodeDeviceCompatTreeResolve(path)))
        return errno == ENOENT ? READ(ABSENT) : READ(UNREADABLE);

    type = g_build_filename(*ret_device, "mdev_type", NULL);
    result = virNodeDeviceCompatTreeFind(type, &mode);
    if (result > READ(OK))
        return result;

    *ret_mdev = result == READ(OK);
    return virNodeDeviceCompatNVMLFindGPU(*ret_device, *ret_mdev, ret_gpu);
}


/* Makes the arguments that find the vGPU that runs behind a device: that of a mediated
 * device by its UUID; that of a virtual function, whose address NVIDIA's library does not
 * show, by the guest and the type. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLMakeSearch(const char *device,
                                  bool mdev,
                                  const char *gpu,
                                  const char *guest,
                                  GStrv *ret_args)
{
    g_autofree char *name = g_path_get_basename(device);
    g_autofree char *type = NULL;
    g_autoptr(GPtrArray) args = g_ptr_array_new_with_free_func(g_free);
    virNodeDeviceCompatReadResult result;

    g_ptr_array_add(args, g_strdup("metadata"));
    g_ptr_array_add(args, g_path_get_basename(gpu));

    if (mdev) {
        g_ptr_array_add(args, g_strdup_printf("mdev=%s", name));
    } else {
        result = virNodeDeviceCompatTreeReadFile(device, "nvidia/" VIR_NODE_DEVICE_COMPAT_VGPU_TYPE,
                                                 &type);
        if (result > READ(OK))
            return result;

        g_ptr_array_add(args, g_strdup_printf("guest=%s", guest));
        if (type)
            g_ptr_array_add(args, g_strdup_printf("type=%s", type));
    }
    g_ptr_array_add(args, NULL);

    *ret_args = (GStrv) g_ptr_array_free(g_steal_pointer(&args), FALSE);
    return READ(OK);
}


/**
 * virNodeDeviceCompatNVMLReadMetadata:
 * @devicePath: sysfs directory of a mediated device or virtual function of this machine
 * @guest: UUID of the guest that uses it
 * @deadline: time, of g_get_monotonic_time(), when the caller has to be through
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
                                    gint64 deadline,
                                    char **ret_metadata)
{
    g_autofree char *device = NULL;
    g_autofree char *gpu = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) args = NULL;
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    virNodeDeviceCompatReadResult result;
    bool mdev;

    virNodeDeviceCompatReaderSetDeadline(deadline - REST_MS * 1000);
    if ((result = virNodeDeviceCompatNVMLFind(devicePath, &device, &mdev, &gpu)) == READ(OK))
        result = virNodeDeviceCompatNVMLMakeSearch(device, mdev, gpu, guest, &args);
    virNodeDeviceCompatReaderSetDeadline(0);

    if (result != READ(OK) ||
        (result = virNodeDeviceCompatNVMLRun((const char *const *) args, NULL,
                                             deadline - REST_MS * 1000, &text)) != READ(OK) ||
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
 * @deadline: time, of g_get_monotonic_time(), when the caller has to be through
 * @ret_detail: set to the cause, unless the string is accepted
 *
 * Returns the answer of NVIDIA's library.
 */
virNodeDeviceCompatAnswer
virNodeDeviceCompatNVMLJudge(const char *devicePath,
                             const char *metadata,
                             gint64 deadline,
                             char **ret_detail)
{
    g_autofree char *device = NULL;
    g_autofree char *gpu = NULL;
    g_autofree char *address = NULL;
    g_autofree char *text = NULL;
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    virNodeDeviceCompatReadResult result;
    bool mdev;

    virNodeDeviceCompatReaderSetDeadline(deadline - REST_MS * 1000);
    result = virNodeDeviceCompatNVMLFind(devicePath, &device, &mdev, &gpu);
    virNodeDeviceCompatReaderSetDeadline(0);

    if (result == READ(OK)) {
        const char *args[] = { "compatible", NULL, NULL };

        args[1] = address = g_path_get_basename(gpu);
        result = virNodeDeviceCompatNVMLRun(args, metadata, deadline - REST_MS * 1000, &text);
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
