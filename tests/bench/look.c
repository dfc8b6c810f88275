/*
 * look.c: what Finish adds to the time that a guest stands still
 *
 * Looks at four devices as a migration does right before the guest is resumed: in a thread
 * of its own, through a connection of its own, within the time for that.
 *
 * Usage: nodedev-compat-look-bench URI NAME...
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "hypervisor/domain_hostdev_compat_look.h"
#include "virerror.h"

#define LOOKS 200

static const char *uri;


static void G_GNUC_NORETURN
benchDie(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    exit(EXIT_FAILURE); /* exempt from syntax-check */
}


static virConnectPtr
benchConnect(virConnectPtr conn)
{
    return conn ? conn : virConnectOpen(uri);
}


static double
benchLook(char **names)
{
    const virDomainHostdevCompatLook look = { .connect = benchConnect, .paused = true };
    g_autoptr(GPtrArray) questions = virDomainHostdevCompatQuestionsNew();
    virConnectPtr conn = NULL;
    gint64 start;
    gint64 took;
    size_t i;

    for (i = 0; names[i]; i++) {
        virDomainHostdevNode *node = g_new0(virDomainHostdevNode, 1);
        virDomainHostdevCompatQuestion *question = virDomainHostdevCompatQuestionNew(node, NULL);

        node->name = g_strdup(names[i]);
        question->name = g_strdup(names[i]);
        question->brief = true;
        g_ptr_array_add(questions, question);
    }

    start = g_get_monotonic_time();
    if (virDomainHostdevCompatLookAt(&look, questions, &conn) < 0)
        benchDie("cannot look");
    took = g_get_monotonic_time() - start;
    virDomainHostdevCompatLookClose(conn);

    for (i = 0; i < questions->len; i++) {
        const virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        if (!question->answer || !question->answer->compat)
            benchDie("no answer");
    }

    return took / 1000.0;
}


static int
benchOrder(const void *a,
           const void *b,
           void *opaque G_GNUC_UNUSED)
{
    double one = *(const double *) a;
    double two = *(const double *) b;

    return (one > two) - (one < two);
}


int
main(int argc,
     char **argv)
{
    double took[LOOKS];
    size_t i;

    if (argc < 3 || virInitialize() < 0)
        benchDie("no URI and names");

    uri = argv[1];
    for (i = 0; i < LOOKS; i++)
        took[i] = benchLook(&argv[2]);

    g_qsort_with_data(took, LOOKS, sizeof(*took), benchOrder, NULL);
    printf("%.3f\n", took[LOOKS / 2]);
    return EXIT_SUCCESS;
}
