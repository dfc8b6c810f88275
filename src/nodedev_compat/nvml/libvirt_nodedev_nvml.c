/*
 * libvirt_nodedev_nvml.c: what NVIDIA's library shows of a GPU and its vGPUs
 *
 *   libvirt_nodedev_nvml info GPU
 *   libvirt_nodedev_nvml metadata GPU [mdev=UUID] [guest=UUID] [type=NUMBER]
 *   libvirt_nodedev_nvml compatible GPU < METADATA
 *
 * GPU is the PCI address of a physical GPU. The first prints its ECC mode and the vGPU types
 * that it has, the second the metadata of a running vGPU on it, which is the one that all
 * of what is given fits, and the third whether a guest with metadata of another host's can
 * continue on the GPU. nodedev_compat_nvml_answer.h describes what is printed.
 *
 * libvirt's daemons run this, since the library that it opens is not free software, is of
 * the same release as the driver, and may take any time. The exit status says whether it
 * has something to say: see Status.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <glib.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nvml_library.h"

/* The format of the answer, and how much of it there is at most. nodedev_compat_nvml_answer.h
 * and nodedev_compat_vgpu.h have the same. */
#define FIRST_LINE "libvirt-nodedev-nvml 1\n"
#define LAST_LINE "end\n"
#define PREFIX "nvidia-vgpu-metadata-1:"
#define OPAQUE_MAX 4096

/* Of what the library has, no more is taken: vGPU types of a GPU, running vGPUs on it, the
 * metadata of a GPU in bytes, and that of a vGPU, so that it fits into an opaque string */
#define SUPPORTED_MAX 128
#define INSTANCES_MAX 1024
#define GPU_METADATA_MAX (64 * 1024)
#define METADATA_MAX ((OPAQUE_MAX - sizeof(PREFIX)) / 4 * 3)

/* Who runs this stops it earlier, unless that is gone */
#define TIME_S 5

/* Memory that may be mapped, NVIDIA's library included, files that may be open, and what may
 * be written to one: the answer */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
# define MEMORY_MAX RLIM_INFINITY       /* a sanitizer maps terabytes for its own use */
#else
# define MEMORY_MAX (2ULL * 1024 * 1024 * 1024)
#endif
#define FILES_MAX 256
#define ANSWER_MAX (16 * 1024)

/* Nobody, on any system */
#define NOBODY 65534

typedef enum {
    STATUS_OK = 0,
    STATUS_USAGE = 1,
    STATUS_NOT_FOUND = 2,       /* no such vGPU runs on the GPU */
    STATUS_NO_LIBRARY = 3,
    STATUS_FAILED = 4,          /* a function of the library failed, which is printed */
} Status;

/* Which of the vGPUs that run on a GPU; NULL or 0: any */
typedef struct _Search Search;
struct _Search {
    const char *mdev;
    const char *guest;
    unsigned int type;
};


/* Gives up the capabilities of the caller, which is root, but for those in @mask. libvirt
 * could not do that before: a program that root runs gets all of the bounding set again. */
static bool
dropCapabilities(uint64_t mask)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
    size_t i;

    if (syscall(SYS_capget, &header, data) < 0)
        return false;

    for (i = 0; i < G_N_ELEMENTS(data); i++) {
        data[i].permitted &= mask >> (32 * i);
        data[i].effective = data[i].permitted;
        data[i].inheritable = 0;
    }

    return syscall(SYS_capset, &header, data) == 0;
}


/* Leaves the program no more than it needs, before the library is opened: its initialisers
 * are run then. */
static bool
restrictProcess(uint64_t capabilities)
{
    const struct {
        int resource;
        rlim_t max;
    } limits[] = {
        { RLIMIT_AS, MEMORY_MAX },
        { RLIMIT_CORE, 0 },
        { RLIMIT_CPU, TIME_S },
        { RLIMIT_FSIZE, ANSWER_MAX },
        { RLIMIT_NOFILE, FILES_MAX },
    };
    size_t i;

    alarm(TIME_S);

    for (i = 0; i < G_N_ELEMENTS(limits); i++) {
        struct rlimit limit;

        if (getrlimit(limits[i].resource, &limit) < 0)
            return false;
        limit.rlim_max = MIN(limit.rlim_max, limits[i].max);
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(limits[i].resource, &limit) < 0)
            return false;
    }

    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           dropCapabilities(capabilities);
}


/* Gives up being root, for what comes from another host. The library has opened the devices
 * that it needs by then. */
static bool
becomeNobody(void)
{
    if (geteuid() != 0)
        return true;

    return setgroups(0, NULL) == 0 &&
           setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
           setresuid(NOBODY, NOBODY, NOBODY) == 0;
}


/* Prints what failed, and returns the status for it. The GPU is bound to NVIDIA's driver: that
 * the library has no driver or does not find the GPU is an error, too. */
static Status
fail(GString *answer,
     const char *function,
     int rc)
{
    g_string_append_printf(answer, "error %s %d\n", function, rc);
    return STATUS_FAILED;
}


/* Whether @text is a line of ASCII text, which the format takes */
static bool
isPrintable(const char *text)
{
    for (; *text; text++) {
        if (!g_ascii_isprint(*text))
            return false;
    }

    return true;
}


/* Calls a function of the library that fills an array, whose length it returns first.
 * Returns an nvmlReturn_t. */
static int
getList(int (*function)(nvmlHandle device,
                        unsigned int *count,
                        unsigned int *items),
        nvmlHandle device,
        unsigned int max,
        unsigned int *ret_count,
        unsigned int **ret_items)
{
    unsigned int room = 0;
    unsigned int count = 0;
    int rc;

    *ret_count = 0;
    *ret_items = NULL;

    if (!function)
        return NVML_RETURN_FUNCTION_NOT_FOUND;

    rc = function(device, &count, NULL);
    if (rc != NVML_RETURN_INSUFFICIENT_SIZE || count == 0)
        return rc;

    room = count = MIN(count, max);
    *ret_items = g_new0(unsigned int, room);
    rc = function(device, &count, *ret_items);
    *ret_count = MIN(count, room);
    return rc;
}


static void
printECCMode(const nvmlLibrary *library,
             nvmlHandle device,
             GString *answer)
{
    unsigned int current = NVML_STATE_DISABLED;
    unsigned int pending;
    int rc = NVML_RETURN_FUNCTION_NOT_FOUND;

    if (library->getECCMode)
        rc = library->getECCMode(device, &current, &pending);

    /* nvidia-smi shows the same words */
    if (rc == NVML_RETURN_NOT_SUPPORTED)
        g_string_append(answer, "ecc_mode N/A\n");
    else if (rc == NVML_RETURN_SUCCESS && current == NVML_STATE_ENABLED)
        g_string_append(answer, "ecc_mode Enabled\n");
    else if (rc == NVML_RETURN_SUCCESS && current == NVML_STATE_DISABLED)
        g_string_append(answer, "ecc_mode Disabled\n");
    else
        g_string_append(answer, "unusable ecc_mode\n");
}


/* Of a GPU without vGPUs there are none, and if that fails, sysfs may have the names. */
static void
printTypes(const nvmlLibrary *library,
           nvmlHandle device,
           GString *answer)
{
    g_autofree unsigned int *types = NULL;
    unsigned int count;
    size_t i;

    if (!library->getTypeName ||
        getList(library->getTypes, device, SUPPORTED_MAX, &count, &types) != NVML_RETURN_SUCCESS)
        return;

    for (i = 0; i < count; i++) {
        char name[NVML_NAME_SIZE + 1] = { 0 };
        unsigned int size = NVML_NAME_SIZE;

        if (library->getTypeName(types[i], name, &size) == NVML_RETURN_SUCCESS &&
            *name && isPrintable(name))
            g_string_append_printf(answer, "vgpu_type %u %s\n", types[i], name);
    }
}


static Status
printInfo(const nvmlLibrary *library,
          nvmlHandle device,
          GString *answer)
{
    printECCMode(library, device, answer);
    printTypes(library, device, answer);
    return STATUS_OK;
}


/* Whether @rc is an answer about a running vGPU, if only that it has no such thing, or has
 * stopped meanwhile. */
static bool
isAnswer(int rc)
{
    return rc == NVML_RETURN_SUCCESS || rc == NVML_RETURN_NOT_SUPPORTED ||
           rc == NVML_RETURN_NOT_FOUND;
}


/* Whether a running vGPU is that of a mediated device. Each of these functions returns an
 * nvmlReturn_t, and leaves *ret_is false unless it is known. */
static int
isOfMdev(const nvmlLibrary *library,
         unsigned int instance,
         const char *mdev,
         bool *ret_is)
{
    char text[NVML_UUID_SIZE + 1] = { 0 };
    int rc = NVML_RETURN_FUNCTION_NOT_FOUND;

    if (library->getMdevUUID)
        rc = library->getMdevUUID(instance, text, NVML_UUID_SIZE);

    *ret_is = rc == NVML_RETURN_SUCCESS && g_ascii_strcasecmp(text, mdev) == 0;
    return rc;
}


static int
isOfGuest(const nvmlLibrary *library,
          unsigned int instance,
          const char *guest,
          bool *ret_is)
{
    char text[NVML_UUID_SIZE + 1] = { 0 };
    unsigned int kind = 0;
    int rc = NVML_RETURN_FUNCTION_NOT_FOUND;

    if (library->getGuest)
        rc = library->getGuest(instance, text, NVML_UUID_SIZE, &kind);

    *ret_is = rc == NVML_RETURN_SUCCESS && kind == NVML_VM_ID_UUID &&
              g_ascii_strcasecmp(text, guest) == 0;
    return rc;
}


static int
isOfType(const nvmlLibrary *library,
         unsigned int instance,
         unsigned int type,
         bool *ret_is)
{
    unsigned int number = 0;
    int rc = NVML_RETURN_FUNCTION_NOT_FOUND;

    if (library->getType)
        rc = library->getType(instance, &number);

    *ret_is = rc == NVML_RETURN_SUCCESS && number == type;
    return rc;
}


/* Whether a running vGPU is the one that is looked for. That of a mediated device has its
 * UUID; that of a virtual function has no UUID. One that cannot be asked could be it, which
 * is printed. */
static Status
isInstance(const nvmlLibrary *library,
           unsigned int instance,
           const Search *search,
           bool *ret_is,
           GString *answer)
{
    int rc;

    *ret_is = true;

    if (search->mdev &&
        !isAnswer(rc = isOfMdev(library, instance, search->mdev, ret_is)))
        return fail(answer, "nvmlVgpuInstanceGetMdevUUID", rc);

    if (search->guest && *ret_is &&
        !isAnswer(rc = isOfGuest(library, instance, search->guest, ret_is)))
        return fail(answer, "nvmlVgpuInstanceGetVmID", rc);

    if (search->type && *ret_is &&
        !isAnswer(rc = isOfType(library, instance, search->type, ret_is)))
        return fail(answer, "nvmlVgpuInstanceGetType", rc);

    return STATUS_OK;
}


/* Finds the only one: of two, either could be meant. */
static Status
findInstance(const nvmlLibrary *library,
             nvmlHandle device,
             const Search *search,
             unsigned int *ret_instance,
             GString *answer)
{
    g_autofree unsigned int *instances = NULL;
    unsigned int count;
    unsigned int found = 0;
    Status status;
    size_t i;
    int rc = getList(library->getInstances, device, INSTANCES_MAX, &count, &instances);

    if (rc == NVML_RETURN_NOT_SUPPORTED)
        return STATUS_NOT_FOUND;
    if (rc != NVML_RETURN_SUCCESS)
        return fail(answer, "nvmlDeviceGetActiveVgpus", rc);

    for (i = 0; i < count; i++) {
        bool is;

        if ((status = isInstance(library, instances[i], search, &is, answer)) != STATUS_OK)
            return status;
        if (is) {
            *ret_instance = instances[i];
            found++;
        }
    }

    return found == 1 ? STATUS_OK : STATUS_NOT_FOUND;
}


static Status
printMetadata(const nvmlLibrary *library,
              nvmlHandle device,
              const Search *search,
              GString *answer)
{
    g_autofree void *metadata = NULL;
    g_autofree char *base64 = NULL;
    unsigned int instance = 0;
    unsigned int size = 0;
    Status status;
    int rc = NVML_RETURN_FUNCTION_NOT_FOUND;

    if ((status = findInstance(library, device, search, &instance, answer)) != STATUS_OK)
        return status;

    if (library->getMetadata)
        rc = library->getMetadata(instance, NULL, &size);
    if (rc == NVML_RETURN_INSUFFICIENT_SIZE && size <= METADATA_MAX) {
        metadata = g_malloc0(METADATA_MAX);
        rc = library->getMetadata(instance, metadata, &size);
    }
    if (rc == NVML_RETURN_SUCCESS && (size < sizeof(nvmlVGPUMetadata) || size > METADATA_MAX))
        rc = NVML_RETURN_INSUFFICIENT_SIZE;
    if (rc != NVML_RETURN_SUCCESS || !metadata)
        return fail(answer, "nvmlVgpuInstanceGetMetadata", rc);

    base64 = g_base64_encode(metadata, size);
    g_string_append_printf(answer, "metadata " PREFIX "%s\n", base64);
    return STATUS_OK;
}


/* Reads the metadata of another host's vGPU from standard input, and looks at what the
 * library relies on. It is padded with zeroes, lest the library read beyond its end. */
static nvmlVGPUMetadata *
readMetadata(void)
{
    g_autofree char *text = g_malloc0(OPAQUE_MAX + 2);
    size_t length = fread(text, 1, OPAQUE_MAX + 1, stdin);
    g_autofree guchar *decoded = NULL;
    g_autofree nvmlVGPUMetadata *metadata = NULL;
    gsize size = 0;

    text[length] = '\0';
    g_strchomp(text);
    if (strlen(text) > OPAQUE_MAX || !g_str_has_prefix(text, PREFIX) ||
        !text[strlen(PREFIX)] ||
        !(decoded = g_base64_decode(text + strlen(PREFIX), &size)) ||
        size < sizeof(*metadata))
        return NULL;

    metadata = g_malloc0(size + OPAQUE_MAX);
    memcpy(metadata, decoded, size);

    if (metadata->opaqueSize > size - offsetof(nvmlVGPUMetadata, opaque) ||
        !memchr(metadata->guestDriver, '\0', sizeof(metadata->guestDriver)) ||
        !memchr(metadata->hostDriver, '\0', sizeof(metadata->hostDriver)))
        return NULL;

    return g_steal_pointer(&metadata);
}


static Status
printVerdict(const nvmlLibrary *library,
             nvmlHandle device,
             GString *answer)
{
    g_autofree nvmlVGPUMetadata *metadata = NULL;
    g_autofree void *gpu = NULL;
    nvmlVerdict verdict = { 0 };
    unsigned int size = 0;
    int rc = NVML_RETURN_FUNCTION_NOT_FOUND;

    if (library->getGPUMetadata)
        rc = library->getGPUMetadata(device, NULL, &size);
    if (rc == NVML_RETURN_INSUFFICIENT_SIZE && size <= GPU_METADATA_MAX) {
        gpu = g_malloc0(GPU_METADATA_MAX);
        rc = library->getGPUMetadata(device, gpu, &size);
    }
    if (rc != NVML_RETURN_SUCCESS || !gpu)
        return fail(answer, "nvmlDeviceGetVgpuMetadata", rc);

    if (!becomeNobody())
        return fail(answer, "setresuid", -1);

    if (!(metadata = readMetadata()))
        return fail(answer, "metadata", -1);

    rc = library->judge ? library->judge(metadata, gpu, &verdict) : NVML_RETURN_FUNCTION_NOT_FOUND;
    if (rc != NVML_RETURN_SUCCESS)
        return fail(answer, "nvmlGetVgpuCompatibility", rc);

    g_string_append_printf(answer, "compatibility %u %u\n",
                           verdict.compatibility, verdict.limits);
    return STATUS_OK;
}


/* Takes one word NAME=VALUE of a search. */
static bool
parseSearch(Search *search,
            const char *word)
{
    guint64 number;

    if (g_str_has_prefix(word, "mdev=")) {
        search->mdev = word + strlen("mdev=");
    } else if (g_str_has_prefix(word, "guest=")) {
        search->guest = word + strlen("guest=");
    } else if (g_str_has_prefix(word, "type=") &&
               g_ascii_string_to_unsigned(word + strlen("type="), 10, 1, G_MAXUINT, &number, NULL)) {
        search->type = number;
    } else {
        return false;
    }

    return true;
}


static Status
run(const nvmlLibrary *library,
    const char *command,
    const char *gpu,
    const Search *search,
    GString *answer)
{
    nvmlHandle device = NULL;
    int rc = NVML_RETURN_FUNCTION_NOT_FOUND;

    if (!library->init || (rc = library->init()) != NVML_RETURN_SUCCESS)
        return fail(answer, "nvmlInit_v2", rc);

    if (!library->getDevice ||
        (rc = library->getDevice(gpu, &device)) != NVML_RETURN_SUCCESS)
        return fail(answer, "nvmlDeviceGetHandleByPciBusId_v2", rc);

    if (g_str_equal(command, "info"))
        return printInfo(library, device, answer);
    if (g_str_equal(command, "metadata"))
        return printMetadata(library, device, search, answer);
    return printVerdict(library, device, answer);
}


int
main(int argc, char **argv)
{
    g_autoptr(GString) answer = g_string_new(FIRST_LINE);
    nvmlLibrary library = { 0 };
    Search search = { 0 };
    uint64_t capabilities = 0;
    Status status;
    size_t i;

    if (argc < 3 ||
        (!g_str_equal(argv[1], "info") && !g_str_equal(argv[1], "metadata") &&
         !g_str_equal(argv[1], "compatible")))
        return STATUS_USAGE;

    for (i = 3; i < argc; i++) {
        if (!g_str_equal(argv[1], "metadata") || !parseSearch(&search, argv[i]))
            return STATUS_USAGE;
    }

    /* to become nobody, see printVerdict() */
    if (g_str_equal(argv[1], "compatible"))
        capabilities = (1ULL << CAP_SETGID) | (1ULL << CAP_SETUID);

    if (!restrictProcess(capabilities))
        return STATUS_FAILED;

    switch (nvmlLibraryOpen(&library)) {
    case NVML_LIBRARY_ABSENT:
        return STATUS_NO_LIBRARY;
    case NVML_LIBRARY_FAILED:
        status = fail(answer, "dlopen", -1);
        break;
    case NVML_LIBRARY_OPENED:
    default:
        status = run(&library, argv[1], argv[2], &search, answer);
        break;
    }

    if (status != STATUS_OK && status != STATUS_FAILED)
        return status;

    g_string_append(answer, LAST_LINE);
    if (fwrite(answer->str, 1, answer->len, stdout) != answer->len || fflush(stdout) != 0)
        return STATUS_FAILED;

    /* not return: the library's destructors can do without */
    _exit(status);
}
