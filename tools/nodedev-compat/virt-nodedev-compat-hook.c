/*
 * virt-nodedev-compat-hook.c: a hook script of libvirt's QEMU driver
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-hook.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "conf/nodedev_compat_value.h"
#include "configmake.h"
#include "hypervisor/domain_hostdev_guest.h"
#include "nodedev_compat/evidence/nodedev_compat_reader.h"
#include "nodedev_compat/nodedev_compat_json.h"
#include "vircommand.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virthread.h"
#include "virt-nodedev-compat-builtin.h"
#include "virt-nodedev-compat-input.h"
#include "virt-nodedev-compat-judge.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("tools.nodedev_compat_hook");

#define IDENT "virt-nodedev-compat"

/* What is shown of the name of a guest, in bytes */
#define NAME_MAX_SHOWN 255

/* How often a policy that may be about to come back is looked for, and how long to wait in
 * between, in milliseconds: together for longer than it may be away */
#define POLICY_TRIES 6
#define POLICY_WAIT_MS 50

/* How large a line of the log is at most, in bytes: messages of the socket of syslog have
 * a limit */
#define LINE_MAX_LOGGED (32 * 1024)

/* How long it may take to log, in seconds */
#define LOG_TIMEOUT 5

/* All that a child can have to say, in bytes */
#define ANSWER_MAX (VIR_DOMAIN_HOSTDEV_GUEST_MAX + 8 * 1024 * 1024)

/* The parts of what the child says, each with its length; the last one is END, without
 * which it has crashed */
enum {
    PART_MESSAGE = 'M',         /* for the user: the guest is refused */
    PART_DEFINITION = 'D',      /* with which the guest continues */
    PART_END = 'E',
};

/* What libvirt calls an operation that is looked at. It calls a hook for everything that
 * happens to a guest. */
static const struct {
    const char *name;
    const char *sub;
    virDomainHostdevCompatOperation operation;
} operations[] = {
    { "migrate", "begin", VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE },
    { "restore", "begin", VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE },
};

/* What was said by the child. The log it writes itself. */
typedef struct _virtCompatHookAnswer virtCompatHookAnswer;
struct _virtCompatHookAnswer {
    char *message;              /* NULL: the guest may come */
    char *definition;           /* NULL: it does not change */
    bool complete;
};

/* The lines of the log of this process; its threads write them */
static GPtrArray *lines;
static virMutex linesLock = VIR_MUTEX_INITIALIZER;


static void
virtCompatHookAnswerClear(virtCompatHookAnswer *answer)
{
    g_clear_pointer(&answer->message, g_free);
    g_clear_pointer(&answer->definition, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virtCompatHookAnswer, virtCompatHookAnswerClear);


static void
virtCompatHookLog(virLogSource *source,
                  virLogPriority priority,
                  const char *filename G_GNUC_UNUSED,
                  int linenr G_GNUC_UNUSED,
                  const char *funcname G_GNUC_UNUSED,
                  const char *timestamp G_GNUC_UNUSED,
                  struct _virLogMetadata *metadata G_GNUC_UNUSED,
                  const char *rawstr,
                  const char *str G_GNUC_UNUSED,
                  void *data G_GNUC_UNUSED)
{
    /* errors come back as such, and each log begins with messages about libvirt itself */
    if (priority < VIR_LOG_WARN || STREQ(source->name, "util.error"))
        return;

    VIR_WITH_MUTEX_LOCK_GUARD(&linesLock) {
        g_ptr_array_add(lines, g_strdup(rawstr));
    }
}


/* Keeps what is logged from now on in @lines. */
static void
virtCompatHookKeepLog(void)
{
    g_autofree virLogOutput **outputs = g_new0(virLogOutput *, 1);

    if (!lines)
        lines = g_ptr_array_new_with_free_func(g_free);
    outputs[0] = virLogOutputNew(virtCompatHookLog, NULL, NULL, VIR_LOG_WARN, VIR_LOG_TO_STDERR,
                                 NULL);
    if (virLogDefineOutputs(outputs, 1) == 0)
        g_steal_pointer(&outputs);
}


static void
virtCompatHookForgetLog(void)
{
    VIR_WITH_MUTEX_LOCK_GUARD(&linesLock) {
        g_ptr_array_set_size(lines, 0);
    }
}


/* Who runs this may have closed standard input or outputs. What is opened later on must not
 * take their places: it would be read, written to, or closed. */
static void
virtCompatHookOpenStandard(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);

    VIR_FORCE_CLOSE(fd);
}


/* Gives up what libvirt gave this process: it waits until nobody has that any more. */
static void
virtCompatHookDetach(void)
{
    int fd = open("/dev/null", O_RDWR);

    if (fd < 0)
        _exit(EXIT_FAILURE);

    dup2(fd, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
}


/* Hands lines to the system log. To call in a process that nobody waits for, since who reads
 * the log may be away. */
static void
virtCompatHookWriteLog(GPtrArray *log)
{
    size_t i;

    alarm(LOG_TIMEOUT);
    openlog(IDENT, LOG_PID, LOG_DAEMON);
    for (i = 0; i < log->len; i++) {
        const char *line = g_ptr_array_index(log, i);

        /* one that is cut would be no JSON any more */
        if (strlen(line) <= LINE_MAX_LOGGED)
            syslog(LOG_WARNING, "%s", line);
        else if (*line != '{')
            syslog(LOG_WARNING, "%.*s", LINE_MAX_LOGGED, line);
    }
}


/* Has another process hand what is kept of the log to the system. */
static void
virtCompatHookDelegateLog(void)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&linesLock);

    if (lines->len == 0 || virFork() != 0) {
        virResetLastError();
        return;
    }

    virtCompatHookDetach();
    virtCompatHookWriteLog(lines);
    _exit(EXIT_SUCCESS);
}


static void
virtCompatHookAddPart(GByteArray *said,
                      char part,
                      const char *text)
{
    size_t len = strlen(NULLSTR_EMPTY(text));

    if (part != PART_END && !text)
        return;

    g_byte_array_append(said, (const guint8 *) &part, 1);
    g_byte_array_append(said, (const guint8 *) &len, sizeof(len));
    g_byte_array_append(said, (const guint8 *) NULLSTR_EMPTY(text), len);
}


/* Tells the parent what has been decided. */
static void
virtCompatHookAnswerParent(int fd,
                           const virtCompatVerdict *verdict)
{
    g_autoptr(GByteArray) said = g_byte_array_new();

    virtCompatHookAddPart(said, PART_MESSAGE, verdict->message);
    virtCompatHookAddPart(said, PART_DEFINITION, verdict->definition);
    virtCompatHookAddPart(said, PART_END, NULL);

    if (safewrite(fd, said->data, said->len) < 0)
        _exit(EXIT_FAILURE);
}


/* The decision as a document of one line, for the log, or NULL */
static char *
virtCompatHookFormatJSON(const virtCompatArrival *arrival,
                         const virtCompatVerdict *verdict)
{
    static const char *const decisions[] = {
        [VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_ALLOW] = "allow",
        [VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_WARN] = "warn",
        [VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE] = "refuse",
    };
    g_autofree char *reports = virNodeDeviceCompatReportsFormatJSON(verdict->reports);
    g_autoptr(virJSONValue) document = reports ? virJSONValueFromString(reports) : NULL;

    if (!document) {
        virResetLastError();
        return NULL;
    }

    virNodeDeviceCompatJSONAddText(document, "domain", arrival->domain);
    virNodeDeviceCompatJSONAddText(document, "operation",
                                   arrival->operation == VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE ?
                                   "migrate" : "restore");
    virNodeDeviceCompatJSONAddText(document, "decision", decisions[verdict->decision]);
    virNodeDeviceCompatJSONAddText(document, "message", verdict->message);
    return virJSONValueToString(document, false);
}


/* The work of the child. Does not return. */
static void G_NORETURN
virtCompatHookChild(const virtCompatArrival *arrival,
                    const char *xml,
                    pid_t parent,
                    gint64 deadline,
                    int fd)
{
    g_auto(virtCompatVerdict) verdict = { 0 };
    char *json = NULL;

    virtCompatHookDetach();
    /* then its parent has killed it, unless that was killed itself */
    alarm(2 + MAX(deadline - g_get_monotonic_time(), 0) / G_USEC_PER_SEC);
    virtCompatHookKeepLog();

    if (!virtCompatHasBuiltinCheck("/proc", parent))
        virtCompatJudge(arrival, xml, &verdict);

    virtCompatHookAnswerParent(fd, &verdict);

    /* the parent does not wait for what follows */
    if (arrival->opts->json && verdict.reports)
        json = virtCompatHookFormatJSON(arrival, &verdict);

    VIR_WITH_MUTEX_LOCK_GUARD(&linesLock) {
        if (json)
            g_ptr_array_insert(lines, 0, json);
        virtCompatHookWriteLog(lines);
    }

    /* whatever threads there are may hang */
    _exit(EXIT_SUCCESS);
}


/* Takes the next part out of what the child has said. Returns false if it is not there
 * yet. */
static bool
virtCompatHookTakePart(const GByteArray *said,
                       size_t *at,
                       char *ret_part,
                       char **ret_text)
{
    size_t left = said->len - *at;
    size_t len;

    if (left < 1 + sizeof(len))
        return false;

    memcpy(&len, said->data + *at + 1, sizeof(len));
    if (len > left - 1 - sizeof(len))
        return false;

    *ret_part = said->data[*at];
    *ret_text = g_strndup((const char *) said->data + *at + 1 + sizeof(len), len);
    *at += 1 + sizeof(len) + len;
    return true;
}


static void
virtCompatHookParse(const GByteArray *said,
                    size_t *at,
                    virtCompatHookAnswer *answer)
{
    char *text = NULL;
    char part;

    while (virtCompatHookTakePart(said, at, &part, &text)) {
        switch (part) {
        case PART_MESSAGE:
            g_free(answer->message);
            answer->message = text;
            break;
        case PART_DEFINITION:
            g_free(answer->definition);
            answer->definition = text;
            break;
        case PART_END:
            answer->complete = true;
            G_GNUC_FALLTHROUGH;
        default:
            g_free(text);
        }
    }
}


/* Reads what the child says until that is complete or @deadline. Returns NULL if it is,
 * or why it is not. */
static const char *
virtCompatHookListen(int fd,
                     gint64 deadline,
                     virtCompatHookAnswer *answer)
{
    g_autoptr(GByteArray) said = g_byte_array_new();
    size_t at = 0;

    while (!answer->complete) {
        ssize_t len = virtCompatReadSome(fd, deadline, ANSWER_MAX, said);

        if (len == -ETIMEDOUT)
            return _("the hook did not come to an end in time");
        if (len <= 0)
            return _("the hook crashed");

        virtCompatHookParse(said, &at, answer);
    }

    return NULL;
}


/* Reads the definition of the guest, here and not in the child: as long as anybody could
 * read what libvirt writes, it goes on with that. Returns NULL if there is one, or why
 * not. */
static const char *
virtCompatHookReadDefinition(gint64 deadline,
                             char **ret_xml)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    ssize_t len;

    while ((len = virtCompatReadSome(STDIN_FILENO, deadline, VIR_DOMAIN_HOSTDEV_GUEST_MAX,
                                     bytes)) > 0)
        ;

    if (len == -ETIMEDOUT)
        return _("the definition of the guest did not come in time");
    if (len == -EOVERFLOW)
        return _("the definition of the guest is too large");
    if (len < 0)
        return _("the definition of the guest cannot be read");

    *ret_xml = g_strndup((const char *) bytes->data, bytes->len);
    return NULL;
}


/* Has a child do the work. Returns NULL if it did, or why it did not. */
static const char *
virtCompatHookDelegate(const virtCompatArrival *arrival,
                       const char *xml,
                       gint64 deadline,
                       virtCompatHookAnswer *answer)
{
    const char *cause;
    pid_t parent = getppid();
    int fds[2];
    pid_t pid;

    if (pipe(fds) < 0)
        return _("the hook failed");

    if ((pid = virFork()) < 0) {
        virResetLastError();
        VIR_FORCE_CLOSE(fds[0]);
        VIR_FORCE_CLOSE(fds[1]);
        return _("the hook failed");
    }

    if (pid == 0) {
        VIR_FORCE_CLOSE(fds[0]);
        virtCompatHookChild(arrival, xml, parent, deadline, fds[1]);
    }

    VIR_FORCE_CLOSE(fds[1]);
    cause = virtCompatHookListen(fds[0], deadline, answer);
    VIR_FORCE_CLOSE(fds[0]);

    /* it is not waited for: one that hangs in the kernel does not end, and one that has
     * answered writes the log, with what was there before it */
    if (cause)
        kill(pid, SIGKILL);
    else
        virtCompatHookForgetLog();
    return cause;
}


static int
virtCompatHookGetOperation(char **operands,
                           virDomainHostdevCompatOperation *ret_operation)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(operations); i++) {
        if (STREQ(operands[1], operations[i].name) && STREQ(operands[2], operations[i].sub)) {
            *ret_operation = operations[i].operation;
            return 0;
        }
    }

    return -1;
}


/* The policy of the host, or of the copy of one that is looked at. A file server that does not
 * answer must not keep the guest. Where a file was removed a moment ago another one may be about
 * to take its place, and unlike a daemon this process does not know what the first one had. */
static virDomainHostdevCompatPolicy *
virtCompatHookReadPolicy(const char *root)
{
    g_autofree char *file = g_strdup_printf("%s" SYSCONFDIR "/libvirt/"
                                            VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE,
                                            NULLSTR_EMPTY(root));
    g_autofree char *call = g_strdup_printf(VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_CALL "%s", file);
    g_autofree char *content = NULL;
    int len = -ESTALE;
    size_t i;

    for (i = 0; i < POLICY_TRIES && len == -ESTALE; i++) {
        if (i > 0)
            g_usleep(POLICY_WAIT_MS * 1000);
        len = virNodeDeviceCompatReaderAsk(call, virDomainHostdevCompatPolicyLoad,
                                           VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE_MAX, false,
                                           &content);
    }

    return virDomainHostdevCompatPolicyNewLoaded(file, content, len);
}


/* In seconds. A mistake in an option is no reason to refuse guests. */
static unsigned int
virtCompatHookGetTimeout(const virtCompatOptions *opts)
{
    unsigned int timeout;

    if (!opts->timeout)
        return VIRT_COMPAT_HOOK_TIMEOUT;

    if (virStrToLong_uip(opts->timeout, NULL, 10, &timeout) < 0 || timeout == 0 ||
        timeout > VIRT_COMPAT_HOOK_TIMEOUT_MAX) {
        VIR_WARN("'%s' is not a number of seconds from 1 to %d", opts->timeout,
                 VIRT_COMPAT_HOOK_TIMEOUT_MAX);
        return VIRT_COMPAT_HOOK_TIMEOUT;
    }

    return timeout;
}


/* Prints the definition with which the guest continues. Returns 0 on success, -1 with errno
 * set if libvirt gets a part of it only. If it gets nothing, the definition does not change,
 * and @log says so. */
static int
virtCompatHookPrint(const virtCompatArrival *arrival,
                    const char *definition)
{
    size_t left = strlen(definition);
    const char *at = definition;

    while (left > 0) {
        ssize_t len = write(STDOUT_FILENO, at, left); /* sc_avoid_write */

        if (len < 0 && errno == EINTR)
            continue;
        if (len < 0 && at == definition) {
            VIR_WARN("Metadata of domain '%s' stay as they are: %s", arrival->domain,
                     g_strerror(errno));
            return 0;
        }
        if (len < 0)
            return -1;

        at += len;
        left -= len;
    }

    return 0;
}


/**
 * virtCompatHook:
 * @opts: options
 * @noperands: number of operands
 * @operands: what libvirt calls a hook script with
 *
 * Decides about a guest that is migrated to this host or restored, whose definition is
 * on standard input. Prints on standard output the definition with which it continues, or
 * nothing if that does not change; on standard error why the guest is refused.
 *
 * Returns the exit status: 0 if the guest may come.
 */
int
virtCompatHook(const virtCompatOptions *opts,
               int noperands G_GNUC_UNUSED,
               char **operands)
{
    gint64 begin = g_get_monotonic_time();
    gint64 timeout;
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    g_auto(virtCompatHookAnswer) answer = { 0 };
    g_autofree char *domain = NULL;
    g_autofree char *xml = NULL;
    virtCompatArrival arrival = { .opts = opts };
    const char *cause;

    if (virtCompatHookGetOperation(operands, &arrival.operation) < 0)
        return EXIT_SUCCESS;

    virtCompatHookOpenStandard();
    signal(SIGPIPE, SIG_IGN);
    virtCompatHookKeepLog();
    timeout = virtCompatHookGetTimeout(opts) * G_USEC_PER_SEC;

    policy = virtCompatHookReadPolicy(opts->root);
    if (policy->mode == VIR_DOMAIN_HOSTDEV_COMPAT_MODE_OFF)
        return EXIT_SUCCESS;

    domain = virNodeDeviceCompatValueToPrintable(operands[0], NAME_MAX_SHOWN);
    arrival.domain = domain;
    arrival.policy = policy;
    arrival.deadline = begin + timeout - MIN(timeout / 2, VIRT_COMPAT_HOOK_REST * G_USEC_PER_SEC);

    if ((cause = virtCompatHookReadDefinition(arrival.deadline, &xml)) ||
        (cause = virtCompatHookDelegate(&arrival, xml, begin + timeout, &answer))) {
        g_auto(virtCompatVerdict) verdict = { 0 };

        g_clear_pointer(&answer.message, g_free);
        g_clear_pointer(&answer.definition, g_free);
        virtCompatJudgeUnknown(&arrival, cause, &verdict);
        answer.message = g_steal_pointer(&verdict.message);
    }

    if (!answer.message && answer.definition &&
        virtCompatHookPrint(&arrival, answer.definition) < 0)
        answer.message = g_strdup_printf(_("cannot write to standard output: %1$s"),
                                         g_strerror(errno));

    if (answer.message)
        fprintf(stderr, "%s\n", answer.message);

    virtCompatHookDelegateLog();

    return answer.message ? EXIT_FAILURE : EXIT_SUCCESS;
}
