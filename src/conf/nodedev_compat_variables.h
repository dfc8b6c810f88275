/*
 * nodedev_compat_variables.h: the variables of an alternative, and their values
 *
 * Lists of accepted values (nodedev_compat_template.h) declare variables and use them.
 * All lists of an alternative share them, and the value that is chosen for each.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "nodedev_compat_limits.h"

/* A variable and its possible values; those of an integer are decimal */
typedef struct _virNodeDeviceCompatVariable virNodeDeviceCompatVariable;
struct _virNodeDeviceCompatVariable {
    char *name;
    bool integer;
    size_t nvalues;
    char **values;              /* NULL terminated */
};

/* The variables of one alternative, each with the value that is chosen */
typedef struct _virNodeDeviceCompatVariables virNodeDeviceCompatVariables;
struct _virNodeDeviceCompatVariables {
    size_t nvariables;
    virNodeDeviceCompatVariable **variables;
    size_t *chosen;
    GHashTable *byName;         /* positions */
};

void
virNodeDeviceCompatVariableFree(virNodeDeviceCompatVariable *variable);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatVariable, virNodeDeviceCompatVariableFree);

void
virNodeDeviceCompatVariablesFree(virNodeDeviceCompatVariables *variables);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatVariables, virNodeDeviceCompatVariablesFree);

virNodeDeviceCompatVariable *
virNodeDeviceCompatVariablesFind(const virNodeDeviceCompatVariables *variables,
                                 const char *name,
                                 size_t *ret_at);

int
virNodeDeviceCompatVariablesAdd(virNodeDeviceCompatVariables *variables,
                                virNodeDeviceCompatVariable **variable);

size_t
virNodeDeviceCompatVariablesCount(const virNodeDeviceCompatVariables *variables,
                                  size_t max);

bool
virNodeDeviceCompatVariablesNext(virNodeDeviceCompatVariables *variables);
