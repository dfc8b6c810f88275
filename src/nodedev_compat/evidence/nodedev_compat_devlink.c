/*
 * nodedev_compat_devlink.c: what devlink shows of a PCI function
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_NODEDEV_COMPAT_DEVLINKPRIV_H_ALLOW
#include "nodedev_compat_devlinkpriv.h"

#include "nodedev_compat_devlink_reply.h"
#include "nodedev_compat_evidence_sources.h"
#include "virerror.h"
#include "virnetlink.h"
#include "virstring.h"

#if defined(WITH_LIBNL)
# include <linux/devlink.h>
# include <linux/genetlink.h>
#endif

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name

/* All that is received: a page for the versions of a device, and much less for each port,
 * of which a device can have some thousand */
#define REPLIES_MAX (4 * 1024 * 1024)

/* What the tests have in the place of the kernel, or NULL */
static virNodeDeviceCompatReaderFunc exchange;

/* What errors mean. Only the first ones are absence: no such device, a kernel without
 * devlink, a driver without versions. */
static const struct {
    int error;
    const char *name;
    virNodeDeviceCompatReadResult result;
} errors[] = {
    { ENODEV, "ENODEV", READ(ABSENT) },
    { ENOENT, "ENOENT", READ(ABSENT) },
    { EOPNOTSUPP, "EOPNOTSUPP", READ(ABSENT) },
    { EPROTONOSUPPORT, "EPROTONOSUPPORT", READ(ABSENT) },
    { EBADMSG, "EBADMSG", READ(MALFORMED) },
    { EACCES, "EACCES", READ(PRIVATE) },
    { EPERM, "EPERM", READ(PRIVATE) },
    { EMSGSIZE, "EMSGSIZE", READ(CUT) },
    { EOVERFLOW, "EOVERFLOW", READ(CUT) },
    { ETIMEDOUT, "ETIMEDOUT", READ(TIMEOUT) },
    { EIO, "EIO", READ(UNREADABLE) },       /* any other one, too */
};


/* What @error means */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatDevlinkGetResult(int error)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(errors) - 1 && errors[i].error != error; i++)
        ;
    return errors[i].result;
}


#if defined(WITH_LIBNL)

/* All that is received, in one row */
typedef struct _virNodeDeviceCompatDevlinkReplies virNodeDeviceCompatDevlinkReplies;
struct _virNodeDeviceCompatDevlinkReplies {
    GByteArray *bytes;
    size_t max;
    int error;          /* -EOVERFLOW if that is not all, else 0 */
};


static int
virNodeDeviceCompatDevlinkAppend(virNodeDeviceCompatDevlinkReplies *replies,
                                 const struct nlmsghdr *message,
                                 size_t length)
{
    if (replies->bytes->len + NLMSG_ALIGN(length) > replies->max)
        return replies->error = -EOVERFLOW;

    g_byte_array_append(replies->bytes, (const guint8 *)message, length);
    /* the next one is aligned */
    while (replies->bytes->len % NLMSG_ALIGNTO)
        g_byte_array_append(replies->bytes, (const guint8 *)"", 1);
    return 0;
}


static int
virNodeDeviceCompatDevlinkCollect(struct nlmsghdr *message,
                                  void *opaque)
{
    return virNodeDeviceCompatDevlinkAppend(opaque, message, message->nlmsg_len);
}


/* Sends @message, and appends what the kernel replies, which can be an error. Returns 0
 * on success, or -errno. */
static int
virNodeDeviceCompatDevlinkSend(virNetlinkMsg *message,
                               bool list,
                               virNodeDeviceCompatDevlinkReplies *replies)
{
    g_autofree struct nlmsghdr *reply = NULL;
    unsigned int length = 0;

    if (list && virNetlinkDumpCommand(message, virNodeDeviceCompatDevlinkCollect, 0, 0,
                                      NETLINK_GENERIC, 0, replies) == 0)
        return 0;
    if (!list && virNetlinkCommand(message, &reply, &length, 0, 0, NETLINK_GENERIC, 0) == 0)
        return virNodeDeviceCompatDevlinkAppend(replies, reply, length);

    if (replies->error < 0)
        return replies->error;
    /* of an error instead of a list, libvirt does not keep which one it is */
    virErrorSetErrnoFromLastError();
    return errno > 0 ? -errno : -EIO;
}


/* A request of @family with two attributes, of which the second can be missing */
static virNetlinkMsg *
virNodeDeviceCompatDevlinkNewRequest(unsigned int family,
                                     uint8_t command,
                                     unsigned int flags,
                                     const int types[2],
                                     const char *const values[2])
{
    struct genlmsghdr head = { .cmd = command, .version = DEVLINK_GENL_VERSION };
    g_autoptr(virNetlinkMsg) message = nlmsg_alloc_simple(family, NLM_F_REQUEST | flags);

    if (!message ||
        nlmsg_append(message, &head, sizeof(head), NLMSG_ALIGNTO) < 0 ||
        nla_put_string(message, types[0], values[0]) < 0 ||
        (values[1] && nla_put_string(message, types[1], values[1]) < 0))
        return NULL;

    return g_steal_pointer(&message);
}


/* Asks the kernel for the id of the family, and then for the versions of the function at
 * @address, or for all of its ports. */
static int
virNodeDeviceCompatDevlinkSendAll(const char *address,
                                  bool ports,
                                  virNodeDeviceCompatDevlinkReplies *replies)
{
    const int controllerTypes[] = { CTRL_ATTR_FAMILY_NAME, 0 };
    const char *const controllerValues[] = { DEVLINK_GENL_NAME, NULL };
    const int types[] = { DEVLINK_ATTR_BUS_NAME, DEVLINK_ATTR_DEV_NAME };
    const char *const values[] = { "pci", address };
    g_autoptr(virNetlinkMsg) controller = NULL;
    g_autoptr(virNetlinkMsg) message = NULL;
    unsigned int family;
    int rc;

    if (!(controller = virNodeDeviceCompatDevlinkNewRequest(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0,
                                                            controllerTypes, controllerValues)))
        return -ENOMEM;
    if ((rc = virNodeDeviceCompatDevlinkSend(controller, false, replies)) < 0 ||
        (rc = virNodeDeviceCompatDevlinkReplyGetFamily((const char *)replies->bytes->data,
                                                       replies->bytes->len, &family)) < 0)
        return rc;

    if (!(message = virNodeDeviceCompatDevlinkNewRequest(family,
                                                         ports ? DEVLINK_CMD_PORT_GET :
                                                         DEVLINK_CMD_INFO_GET,
                                                         ports ? NLM_F_DUMP : 0, types, values)))
        return -ENOMEM;
    return virNodeDeviceCompatDevlinkSend(message, ports, replies);
}


/* A driver sends the request to its firmware before sendmsg() returns, so that it would not
 * help to have a time limit for receiving. */
static int
virNodeDeviceCompatDevlinkExchange(const char *name,
                                   int max,
                                   char **ret_replies)
{
    virNodeDeviceCompatDevlinkReplies replies = { .bytes = g_byte_array_new(), .max = max };
    const char *ports = STRSKIP(name, VIR_NODE_DEVICE_COMPAT_DEVLINK_PORTS);
    const char *info = STRSKIP(name, VIR_NODE_DEVICE_COMPAT_DEVLINK_INFO);
    virErrorPtr previous = NULL;
    gsize length = 0;
    int rc;

    /* nobody is to see errors of this */
    virErrorPreserveLast(&previous);
    virResetLastError();
    rc = virNodeDeviceCompatDevlinkSendAll(ports ? ports : info, !!ports, &replies);
    virResetLastError();
    virErrorRestore(&previous);

    if (rc < 0) {
        g_byte_array_unref(replies.bytes);
        return rc;
    }

    *ret_replies = (char *)g_byte_array_steal(replies.bytes, &length);
    g_byte_array_unref(replies.bytes);
    return length;
}

#else /* !WITH_LIBNL */

static int
virNodeDeviceCompatDevlinkExchange(const char *name G_GNUC_UNUSED,
                                   int max G_GNUC_UNUSED,
                                   char **ret_replies G_GNUC_UNUSED)
{
    return -EPROTONOSUPPORT;
}

#endif /* !WITH_LIBNL */


/**
 * virNodeDeviceCompatDevlinkSetExchange:
 * @func: called instead of asking the kernel, whatever the device is; NULL: no more
 *
 * Lets tests have devices that reply.
 */
void
virNodeDeviceCompatDevlinkSetExchange(virNodeDeviceCompatReaderFunc func)
{
    exchange = func;
}


/* Whether @name is an address of a PCI function, and so not the name of a file elsewhere */
static bool
virNodeDeviceCompatDevlinkIsAddress(const char *name)
{
    size_t digits = strspn(name, "0123456789abcdef");
    const char *rest = name + digits;

    return digits >= 4 && digits <= 8 && strlen(rest) == strlen(":00:00.0") &&
           rest[0] == ':' && g_ascii_isxdigit(rest[1]) && g_ascii_isxdigit(rest[2]) &&
           rest[3] == ':' && g_ascii_isxdigit(rest[4]) && g_ascii_isxdigit(rest[5]) &&
           rest[6] == '.' && g_ascii_isdigit(rest[7]);
}


/* Whether there is a kernel to ask about the function at the path @device */
static bool
virNodeDeviceCompatDevlinkIsLive(const char *device)
{
    return exchange || (!virNodeDeviceCompatTreeGetRoot() && STRPREFIX(device, "/sys/"));
}


/* The same of asking about the function at the path @device; warns of it */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatDevlinkFail(const char *device,
                               int error)
{
    g_autofree char *what = g_strdup_printf("devlink of %s", device);
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatDevlinkGetResult(error);

    if (result != READ(ABSENT))
        virNodeDeviceCompatEvidenceWarnOnce(what, "%s", g_strerror(error));
    return result;
}


/* Called by a thread of the reader's. The answer is lines of text, which are kept: what is
 * received can be too much for that. Returns their length, or -errno. */
static int
virNodeDeviceCompatDevlinkAnswer(const char *name,
                                 int max,
                                 char **ret_text)
{
    const char *ports = STRSKIP(name, VIR_NODE_DEVICE_COMPAT_DEVLINK_PORTS);
    const char *info = STRSKIP(name, VIR_NODE_DEVICE_COMPAT_DEVLINK_INFO);
    g_autofree char *replies = NULL;
    int length = exchange ? exchange(name, max, &replies) :
                            virNodeDeviceCompatDevlinkExchange(name, max, &replies);
    int rc;

    if (length < 0)
        return length;

    rc = ports ? virNodeDeviceCompatDevlinkReplyFormatPorts(replies, length, ports, ret_text) :
                 virNodeDeviceCompatDevlinkReplyFormatInfo(replies, length, info, ret_text);
    return rc < 0 ? rc : strlen(*ret_text);
}


/* Asks the kernel @question about the function at the path @device. Returns 0 on success,
 * or -errno. */
static int
virNodeDeviceCompatDevlinkAsk(const char *question,
                              const char *device,
                              char **ret_text)
{
    g_autofree char *address = g_path_get_basename(device);
    g_autofree char *name = g_strdup_printf("%s%s", question, address);
    int length = virNodeDeviceCompatReaderCall(name, virNodeDeviceCompatDevlinkAnswer,
                                               REPLIES_MAX, ret_text);

    return MIN(length, 0);
}


/* Reads what was recorded of the function at the path @device. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatDevlinkReadRecorded(const char *device,
                                       char **ret_text)
{
    const char *root = virNodeDeviceCompatTreeGetRoot();
    g_autofree char *address = g_path_get_basename(device);
    g_autofree char *dir = NULL;
    g_autofree char *text = NULL;
    const char *error;
    virNodeDeviceCompatReadResult result;
    size_t i;

    if (!root)
        return READ(ABSENT);

    dir = g_build_filename(root, "nodedev-compat/devlink", NULL);
    result = virNodeDeviceCompatTreeReadLines(dir, address, &text);
    if (result != READ(OK))
        return result;

    if (!(error = STRSKIP(text, "error "))) {
        *ret_text = g_steal_pointer(&text);
        return READ(OK);
    }

    for (i = 0; i < G_N_ELEMENTS(errors) - 1 && STRNEQ(errors[i].name, error); i++)
        ;
    return virNodeDeviceCompatDevlinkFail(device, errors[i].error);
}


/* Finds the line in @ports about the virtual function @device, and makes it one of a tree.
 * Returns 0 on success, or -errno: -ENODEV if there is none, -EBADMSG if there are two
 * that differ, as if it were a function of another device. */
static int
virNodeDeviceCompatDevlinkFindPort(const char *ports,
                                   const char *device,
                                   const char *physical,
                                   char **ret_text)
{
    g_autofree char *prefix = NULL;
    g_auto(GStrv) lines = g_strsplit(ports, "\n", -1);
    const char *found = NULL;
    unsigned int number;
    size_t i;

    if (virNodeDeviceCompatFunctionFindNumber(physical, device, &number) != READ(OK))
        return -EIO;

    /* devlink counts from 0 on, as the links do */
    prefix = g_strdup_printf("vf %u ", number - 1);
    for (i = 0; lines[i]; i++) {
        const char *state = STRSKIP(lines[i], prefix);

        if (state && found && STRNEQ(state, found))
            return -EBADMSG;
        if (state)
            found = state;
    }

    if (!found)
        return -ENODEV;

    *ret_text = g_strdup_printf("migratable %s\n", found);
    return 0;
}


/* Asks the kernel about the virtual function @device. Returns 0 on success, or -errno. */
static int
virNodeDeviceCompatDevlinkAskPort(const char *device,
                                  const char *physical,
                                  char **ret_text)
{
    g_autofree char *ports = NULL;
    int rc = virNodeDeviceCompatDevlinkAsk(VIR_NODE_DEVICE_COMPAT_DEVLINK_PORTS, physical,
                                           &ports);

    if (rc < 0)
        return rc;
    return *ports ? virNodeDeviceCompatDevlinkFindPort(ports, device, physical, ret_text) :
        -ENODEV;
}


static int
virNodeDeviceCompatDevlinkAskInfo(const char *device,
                                  char **ret_text)
{
    return virNodeDeviceCompatDevlinkAsk(VIR_NODE_DEVICE_COMPAT_DEVLINK_INFO, device, ret_text);
}


/**
 * virNodeDeviceCompatDevlinkRead:
 * @device: directory of a PCI function
 * @physical: directory of its physical function, or NULL
 * @ret_text: set on success to lines: about the versions of @device or, if it is a virtual
 *            function, about whether it can be migrated; there can be none
 *
 * Whether a virtual function can be migrated is shown if its physical one is in the mode
 * switchdev.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if devlink has the function.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatDevlinkRead(const char *device,
                               const char *physical,
                               char **ret_text)
{
    g_autofree char *address = g_path_get_basename(device);
    int rc;

    if (!virNodeDeviceCompatDevlinkIsAddress(address))
        return READ(ABSENT);
    if (!virNodeDeviceCompatDevlinkIsLive(device))
        return virNodeDeviceCompatDevlinkReadRecorded(device, ret_text);

    rc = physical ? virNodeDeviceCompatDevlinkAskPort(device, physical, ret_text) :
        virNodeDeviceCompatDevlinkAskInfo(device, ret_text);
    return rc < 0 ? virNodeDeviceCompatDevlinkFail(device, -rc) : READ(OK);
}
