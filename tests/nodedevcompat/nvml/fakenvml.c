/*
 * fakenvml.c: a library in the place of NVIDIA's
 *
 * Has the functions of libnvidia-ml.so.1 that libvirt_nodedev_nvml calls, with the public
 * signatures, and one GPU, 0000:00:02.0, on which these vGPUs run:
 *
 *   vGPU  mediated device                       guest                                 type
 *   11    4b20d080-1b54-4048-85b3-a6a62d165c01  aaaaaaaa-0000-4000-8000-000000000001  575
 *   12    none                                  aaaaaaaa-0000-4000-8000-000000000002  1148
 *   13    none                                  aaaaaaaa-0000-4000-8000-000000000003  1148
 *   14    none                                  aaaaaaaa-0000-4000-8000-000000000003  1148
 *   15    none                                  5, which is no UUID                   1148
 *
 * The environment variable FAKENVML changes what it does; words with commas between them:
 *
 *   NAME=NUMBER       the function NAME returns that
 *   ecc=NUMBER        the current ECC mode
 *   vm=NUMBER         what nvmlGetVgpuCompatibility() finds, and
 *   limits=NUMBER     what limits it
 *   size=NUMBER       of the metadata of a vGPU
 *   name=TEXT         of a vGPU type
 *   slow              does not return
 *   deaf              closes standard output, and does not return
 *   crash             aborts
 *   noise             writes to standard output
 *   flood             writes more to it than an answer may have
 *   status            the name of a vGPU type is what the process may do
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUCCESS 0
#define INVALID_ARGUMENT 2
#define NO_PERMISSION 4
#define NOT_FOUND 6
#define INSUFFICIENT_SIZE 7

/* The metadata of a vGPU, and where in it the number of bytes behind byte 208 is */
#define METADATA_SIZE 468
#define OPAQUE_SIZE_AT 204
#define GPU_METADATA_SIZE 600

static const struct {
    unsigned int id;
    const char *mdev;
    const char *guest;
    unsigned int guestType;
    unsigned int type;
} instances[] = {
    { 11, "4b20d080-1b54-4048-85b3-a6a62d165c01", "aaaaaaaa-0000-4000-8000-000000000001", 1, 575 },
    { 12, NULL, "aaaaaaaa-0000-4000-8000-000000000002", 1, 1148 },
    { 13, NULL, "aaaaaaaa-0000-4000-8000-000000000003", 1, 1148 },
    { 14, NULL, "aaaaaaaa-0000-4000-8000-000000000003", 1, 1148 },
    { 15, NULL, "5", 0, 1148 },
};

#define COUNT (sizeof(instances) / sizeof(*instances))


/* Finds a word of FAKENVML. Returns what is behind the "=" of it, "" if there is none, or
 * NULL if there is no such word. */
static const char *
findWord(const char *name)
{
    static char value[256];
    const char *word = getenv("FAKENVML");
    size_t len = strlen(name);

    while (word && *word) {
        size_t size = strcspn(word, ",");

        if (strncmp(word, name, len) == 0 && (size == len || word[len] == '=')) {
            snprintf(value, sizeof(value), "%.*s", (int)(size - len),
                     word[len] == '=' ? word + len + 1 : "");
            value[strcspn(value, ",")] = '\0';
            return value;
        }

        word += size + (word[size] == ',');
    }

    return NULL;
}


static unsigned int
getNumber(const char *name,
          unsigned int otherwise)
{
    const char *value = findWord(name);

    return value ? strtoul(value, NULL, 10) : otherwise;
}


#define RETURN_IF_TOLD() \
    do { \
        unsigned int told = getNumber(__func__, SUCCESS); \
        if (told != SUCCESS) \
            return told; \
    } while (0)


static void
writeText(const char *text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        _exit(99);
}


int
nvmlInit_v2(void)
{
    size_t i;

    if (findWord("deaf"))
        close(STDOUT_FILENO);
    while (findWord("slow") || findWord("deaf"))
        sleep(1);
    if (findWord("crash"))
        abort();
    if (findWord("noise"))
        writeText("NVML: warning\n");
    for (i = 0; findWord("flood") && i < 32 * 1024; i++)
        writeText("\n");

    RETURN_IF_TOLD();
    return SUCCESS;
}


/* What the process may do */
static void
readStatus(char *text, unsigned int size)
{
    char line[256];
    FILE *file;

    text[0] = '\0';
    if (!(file = fopen("/proc/self/status", "r")))
        return;

    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, "CapEff:", 7) == 0 || strncmp(line, "NoNewPrivs:", 11) == 0) {
            size_t used = strlen(text);
            char *value = strchr(line, '\t') + 1;

            value[strcspn(value, "\n")] = '\0';
            snprintf(text + used, size - used, "%s ", value);
        }
    }
    fclose(file);

    snprintf(text + strlen(text), size - strlen(text), "%s", getenv("HOME") ? "HOME" : "-");
}


int
nvmlDeviceGetHandleByPciBusId_v2(const char *address, void **device)
{
    static int gpu;

    RETURN_IF_TOLD();
    if (strcmp(address, "0000:00:02.0") != 0)
        return NOT_FOUND;

    *device = &gpu;
    return SUCCESS;
}


int
nvmlDeviceGetEccMode(void *device, unsigned int *current, unsigned int *pending)
{
    (void) device;
    RETURN_IF_TOLD();

    *current = getNumber("ecc", 1);
    *pending = !*current;
    return SUCCESS;
}


int
nvmlDeviceGetSupportedVgpus(void *device, unsigned int *count, unsigned int *types)
{
    static const unsigned int all[] = { 1147, 1148, 575 };

    (void) device;
    RETURN_IF_TOLD();

    if (*count < 3) {
        *count = 3;
        return INSUFFICIENT_SIZE;
    }

    *count = 3;
    memcpy(types, all, sizeof(all));
    return SUCCESS;
}


int
nvmlVgpuTypeGetName(unsigned int type, char *name, unsigned int *size)
{
    const char *other = findWord("name");

    RETURN_IF_TOLD();

    if (findWord("status"))
        readStatus(name, *size);
    else if (other)
        snprintf(name, *size, "%s", other);
    else if (type == 575)
        snprintf(name, *size, "NVIDIA A40-24A");
    else
        snprintf(name, *size, "NVIDIA L40S-%uQ", type - 1146);
    return SUCCESS;
}


int
nvmlDeviceGetActiveVgpus(void *device, unsigned int *count, unsigned int *ids)
{
    size_t i;

    (void) device;
    RETURN_IF_TOLD();

    if (*count < COUNT) {
        *count = COUNT;
        return INSUFFICIENT_SIZE;
    }

    *count = COUNT;
    for (i = 0; i < COUNT; i++)
        ids[i] = instances[i].id;
    return SUCCESS;
}


int
nvmlVgpuInstanceGetMdevUUID(unsigned int instance, char *uuid, unsigned int size)
{
    const char *mdev = instances[instance - 11].mdev;

    RETURN_IF_TOLD();
    if (!mdev)
        return 3;

    snprintf(uuid, size, "%s", mdev);
    return SUCCESS;
}


int
nvmlVgpuInstanceGetVmID(unsigned int instance, char *id, unsigned int size, unsigned int *type)
{
    RETURN_IF_TOLD();

    *type = instances[instance - 11].guestType;
    snprintf(id, size, "%s", instances[instance - 11].guest);
    return SUCCESS;
}


int
nvmlVgpuInstanceGetType(unsigned int instance, unsigned int *type)
{
    RETURN_IF_TOLD();

    *type = instances[instance - 11].type;
    return SUCCESS;
}


static int
fill(unsigned char *buffer,
     unsigned int *size,
     unsigned int needed)
{
    size_t i;

    if (*size < needed || !buffer) {
        *size = needed;
        return INSUFFICIENT_SIZE;
    }

    *size = needed;
    for (i = 0; i < needed; i++)
        buffer[i] = i % 4 == 0;
    return SUCCESS;
}


int
nvmlVgpuInstanceGetMetadata(unsigned int instance, void *metadata, unsigned int *size)
{
    unsigned int needed = getNumber("size", METADATA_SIZE);
    unsigned int opaque = needed - 208;
    int rc;

    RETURN_IF_TOLD();
    if ((rc = fill(metadata, size, needed)) != SUCCESS)
        return rc;

    if (needed >= 212)
        memcpy((char *) metadata + OPAQUE_SIZE_AT, &opaque, sizeof(opaque));
    memcpy(metadata, &instance, needed < sizeof(instance) ? needed : sizeof(instance));
    return SUCCESS;
}


int
nvmlDeviceGetVgpuMetadata(void *device, void *metadata, unsigned int *size)
{
    (void) device;
    RETURN_IF_TOLD();

    return fill(metadata, size, getNumber("gpusize", GPU_METADATA_SIZE));
}


/* What comes from another host must not be looked at as root. */
int
nvmlGetVgpuCompatibility(void *metadata, void *gpuMetadata, unsigned int *verdict)
{
    unsigned int id;
    unsigned int opaque;

    RETURN_IF_TOLD();
    if (geteuid() == 0)
        return NO_PERMISSION;

    memcpy(&id, metadata, sizeof(id));
    memcpy(&opaque, (char *) metadata + OPAQUE_SIZE_AT, sizeof(opaque));
    if (id < 11 || id > 15 || opaque > METADATA_SIZE - 208 || *(unsigned char *) gpuMetadata != 1)
        return INVALID_ARGUMENT;

    verdict[0] = getNumber("vm", 15);
    verdict[1] = getNumber("limits", 0);
    return SUCCESS;
}
