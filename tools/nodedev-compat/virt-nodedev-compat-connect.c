/*
 * virt-nodedev-compat-connect.c: the devices of a host, from its libvirt
 *
 * virsh makes the connection, so that this program needs no libvirt, and makes it to whatever
 * release virsh can. What comes back is another host's text: names of devices become words
 * of a command, so that only those that have no other meaning there are taken.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-connect.h"

#include <sys/wait.h>
#include <unistd.h>

#include "conf/nodedev_compat_attr.h"
#include "conf/nodedev_compat_value.h"
#include "nodedev_compat/nodedev_compat_fleet.h"
#include "virbuffer.h"
#include "vircommand.h"
#include "virerror.h"
#include "virfile.h"
#include "virstring.h"
#include "virt-nodedev-compat-input.h"
#include "vsh-nodedev-compat.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* How long one virsh may take, in seconds; by default, and at most */
#define TIMEOUT 60
#define TIMEOUT_MAX 3600

/* Devices that one virsh describes: as many as there is space for in an argument */
#define DEVICES_MAX 500

/* How long the name of a node device is, in bytes */
#define NAME_MAX_LENGTH 128

/* What devices of guests are, for virsh nodedev-list */
#define CAPABILITIES "mdev,pci"

/* What the names of node devices are made of */
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* One connection */
typedef struct _virtCompatConnect virtCompatConnect;
struct _virtCompatConnect {
    const char *uri;
    unsigned int timeout;
    const char *mark;           /* a line that nobody can foresee, between two answers */
};


/**
 * virtCompatConnectGetTimeout:
 * @opts: options
 * @ret_timeout: set on success to how long one virsh may take, in seconds
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatConnectGetTimeout(const virtCompatOptions *opts,
                            unsigned int *ret_timeout)
{
    *ret_timeout = TIMEOUT;
    if (opts->timeout &&
        (virStrToLong_uip(opts->timeout, NULL, 10, ret_timeout) < 0 || *ret_timeout == 0 ||
         *ret_timeout > TIMEOUT_MAX)) {
        virReportError(VIR_ERR_INVALID_ARG, _("'%1$s' is not a number of seconds from 1 to %2$d"),
                       opts->timeout, TIMEOUT_MAX);
        return -1;
    }

    return 0;
}


/* Reads all that virsh prints until the deadline. Returns NULL with an error reported if that
 * is too much or not had in time. */
static char *
virtCompatConnectListen(const virtCompatConnect *conn,
                        int fd)
{
    gint64 deadline = g_get_monotonic_time() + conn->timeout * G_USEC_PER_SEC;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    ssize_t len;

    while ((len = virtCompatReadSome(fd, deadline, VIR_NODE_DEVICE_COMPAT_FLEET_DOCUMENT_MAX,
                                     bytes)) > 0)
        ;

    if (len == -ETIMEDOUT)
        virReportError(VIR_ERR_OPERATION_TIMEOUT, _("virsh did not come to an end in %1$u seconds"),
                       conn->timeout);
    else if (len < 0)
        virReportSystemError(-len, "%s", _("cannot read what virsh prints"));

    if (len < 0)
        return NULL;

    g_byte_array_append(bytes, (const guint8 *) "", 1);
    return (char *) g_byte_array_free(g_steal_pointer(&bytes), false);
}


/* Has virsh execute commands. Returns what it prints, or NULL with an error reported. */
static char *
virtCompatConnectRun(const virtCompatConnect *conn,
                     const char *commands,
                     int *ret_status)
{
    g_autofree char *text = NULL;
    VIR_AUTOCLOSE fd = -1;
    int errors = STDERR_FILENO;
    g_autoptr(virCommand) cmd = virCommandNewArgList("virsh", "--quiet", "--connect", conn->uri,
                                                     commands, NULL);

    virCommandSetOutputFD(cmd, &fd);
    virCommandSetErrorFD(cmd, &errors);
    virCommandRawStatus(cmd);
    if (virCommandRunAsync(cmd, NULL) < 0)
        return NULL;

    /* it ends with the command, if that is not waited for */
    if (!(text = virtCompatConnectListen(conn, fd)))
        return NULL;

    if (virCommandWait(cmd, ret_status) < 0)
        return NULL;

    *ret_status = WIFEXITED(*ret_status) ? WEXITSTATUS(*ret_status) : -1;
    return g_steal_pointer(&text);
}


static bool
virtCompatConnectIsName(const char *name)
{
    return *name && strlen(name) <= NAME_MAX_LENGTH && !name[strspn(name, NAME_CHARS)];
}


/* Returns the names of the host's devices, and what it is called, or NULL with an error
 * reported. */
static GPtrArray *
virtCompatConnectList(const virtCompatConnect *conn,
                      char **ret_name)
{
    g_autofree char *commands = g_strdup_printf("hostname; echo %s; nodedev-list --cap "
                                                CAPABILITIES, conn->mark);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    char *list;
    int status;
    size_t i;

    if (!(text = virtCompatConnectRun(conn, commands, &status)))
        return NULL;

    if (status != 0 || !(list = strstr(text, conn->mark))) {
        virReportError(VIR_ERR_OPERATION_FAILED, _("virsh cannot list the devices: exit status %1$d"),
                       status);
        return NULL;
    }

    *list = '\0';
    g_strstrip(text);
    *ret_name = virNodeDeviceCompatValueToPrintable(*text ? text : conn->uri,
                                                    VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX);

    lines = g_strsplit(list + strlen(conn->mark), "\n", -1);
    for (i = 0; lines[i]; i++) {
        if (!*g_strstrip(lines[i]))
            continue;
        if (!virtCompatConnectIsName(lines[i])) {
            virReportError(VIR_ERR_OPERATION_FAILED, "%s",
                           _("there is a device whose name is none of libvirt's"));
            return NULL;
        }
        g_ptr_array_add(names, g_strdup(lines[i]));
    }

    if (names->len > VIR_NODE_DEVICE_COMPAT_FLEET_DEVICES_MAX) {
        virReportError(VIR_ERR_OPERATION_FAILED, _("more than %1$d devices"),
                       VIR_NODE_DEVICE_COMPAT_FLEET_DEVICES_MAX);
        return NULL;
    }

    return g_steal_pointer(&names);
}


/* Whether a function of which libvirt shows nothing that is compared is most likely there for
 * guests, as it is virtual, or has a VFIO driver */
static bool
virtCompatConnectIsForGuests(const virNodeDeviceCompat *compat,
                             const char *text)
{
    const virNodeDeviceCompatAttr *function =
        virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_FUNCTION);

    return (function && STREQ_NULLABLE(function->value, "virtual")) || strstr(text, "vfio");
}


/* Adds a device that is described by @text, if guests can use it. They do not use the parent
 * of mediated devices. */
static void
virtCompatConnectAdd(GPtrArray *devices,
                     const char *name,
                     const char *text)
{
    g_autofree char *wrapped = vshNodeDeviceCompatWrapDocuments(text);
    g_autoptr(GPtrArray) read = NULL;
    virNodeDeviceCompatFleetDevice *device;

    if (strstr(text, "<capability type='mdev_types'>"))
        return;

    if (*text && (read = virNodeDeviceCompatFleetParseXML(wrapped)) && read->len == 1) {
        device = g_ptr_array_index(read, 0);
        if (device->what == VIR_NODE_DEVICE_COMPAT_FLEET_FUNCTION && device->compat->inferred &&
            !virtCompatConnectIsForGuests(device->compat, text))
            return;
        g_ptr_array_add(devices, g_ptr_array_steal_index(read, 0));
        return;
    }

    device = g_new0(virNodeDeviceCompatFleetDevice, 1);
    device->name = g_strdup(name);
    device->cause = g_strdup_printf(_("device '%1$s' is not described: %2$s"), name,
                                    *text && !read ? virGetLastErrorMessage() :
                                                     _("virsh prints no document of it"));
    virResetLastError();
    g_ptr_array_add(devices, device);
}


/* Adds those of the devices from @first on that one virsh describes. */
static int
virtCompatConnectDescribe(const virtCompatConnect *conn,
                          GPtrArray *names,
                          size_t first,
                          GPtrArray *devices)
{
    g_auto(virBuffer) commands = VIR_BUFFER_INITIALIZER;
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;
    size_t count = MIN(names->len - first, DEVICES_MAX);
    int status;
    size_t i;

    for (i = first; i < first + count; i++)
        virBufferAsprintf(&commands, "echo %s; nodedev-dumpxml %s; ", conn->mark,
                          (const char *) g_ptr_array_index(names, i));
    virBufferTrim(&commands, "; ");

    if (!(text = virtCompatConnectRun(conn, virBufferCurrentContent(&commands), &status)))
        return -1;

    parts = g_strsplit(text, conn->mark, -1);
    if (g_strv_length(parts) != count + 1) {
        virReportError(VIR_ERR_OPERATION_FAILED, _("virsh cannot describe the devices: exit status %1$d"),
                       status);
        return -1;
    }

    for (i = 0; i < count; i++)
        virtCompatConnectAdd(devices, g_ptr_array_index(names, first + i), g_strstrip(parts[i + 1]));
    return 0;
}


/**
 * virtCompatConnectRead:
 * @uri: what virsh connects to
 * @timeout: how long one virsh may take, in seconds
 * @ret_name: set to what the host calls itself, if it says so
 *
 * Returns an array of virNodeDeviceCompatFleetDevice, or NULL with an error reported. What
 * virsh says to that is on standard error.
 */
GPtrArray *
virtCompatConnectRead(const char *uri,
                      unsigned int timeout,
                      char **ret_name)
{
    g_autofree char *mark = g_uuid_string_random();
    virtCompatConnect conn = { .uri = uri, .timeout = timeout, .mark = mark };
    g_autoptr(GPtrArray) names = NULL;
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    size_t i;

    if (!(names = virtCompatConnectList(&conn, ret_name)))
        return NULL;

    for (i = 0; i < names->len; i += DEVICES_MAX) {
        if (virtCompatConnectDescribe(&conn, names, i, devices) < 0)
            return NULL;
    }

    /* one that has its driver when a guest starts only is not seen before */
    if (devices->len == 0) {
        virReportError(VIR_ERR_OPERATION_FAILED, "%s",
                       _("libvirt shows no device that guests use"));
        return NULL;
    }

    return g_steal_pointer(&devices);
}
