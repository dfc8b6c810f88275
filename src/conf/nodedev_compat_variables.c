/*
 * nodedev_compat_variables.c: the variables of an alternative, and their values
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_variables.h"

#include "viralloc.h"


void
virNodeDeviceCompatVariableFree(virNodeDeviceCompatVariable *variable)
{
    if (!variable)
        return;

    g_free(variable->name);
    g_strfreev(variable->values);
    g_free(variable);
}


void
virNodeDeviceCompatVariablesFree(virNodeDeviceCompatVariables *variables)
{
    size_t i;

    if (!variables)
        return;

    for (i = 0; i < variables->nvariables; i++)
        virNodeDeviceCompatVariableFree(variables->variables[i]);
    g_free(variables->variables);
    g_free(variables->chosen);
    g_clear_pointer(&variables->byName, g_hash_table_unref);
    g_free(variables);
}


/**
 * virNodeDeviceCompatVariablesFind:
 * @variables: variables
 * @name: name of one of them
 * @ret_at: set to its position, if there is one
 *
 * Returns the variable, or NULL if it is not declared.
 */
virNodeDeviceCompatVariable *
virNodeDeviceCompatVariablesFind(const virNodeDeviceCompatVariables *variables,
                                 const char *name,
                                 size_t *ret_at)
{
    void *at;

    if (!variables->byName ||
        !g_hash_table_lookup_extended(variables->byName, name, NULL, &at))
        return NULL;

    *ret_at = GPOINTER_TO_SIZE(at);
    return variables->variables[*ret_at];
}


/**
 * virNodeDeviceCompatVariablesAdd:
 * @variables: variables
 * @variable: a variable, which they own then, and which is set to NULL, unless it is
 *            known
 *
 * A variable can be declared more than once, each time with the same values.
 *
 * Returns 0 on success, -1 if it has been declared with other values or there are
 * more than VIR_NODE_DEVICE_COMPAT_VARIABLES_MAX.
 */
int
virNodeDeviceCompatVariablesAdd(virNodeDeviceCompatVariables *variables,
                                virNodeDeviceCompatVariable **variable)
{
    char *name = (*variable)->name;
    size_t at;
    virNodeDeviceCompatVariable *known =
        virNodeDeviceCompatVariablesFind(variables, name, &at);

    if (known) {
        return known->integer == (*variable)->integer &&
               g_strv_equal((const char *const *)known->values,
                            (const char *const *)(*variable)->values) ? 0 : -1;
    }

    if (variables->nvariables >= VIR_NODE_DEVICE_COMPAT_VARIABLES_MAX)
        return -1;

    if (!variables->byName)
        variables->byName = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(variables->byName, name, GSIZE_TO_POINTER(variables->nvariables));

    at = variables->nvariables;
    VIR_EXPAND_N(variables->chosen, at, 1);
    VIR_APPEND_ELEMENT(variables->variables, variables->nvariables, *variable);
    return 0;
}


/**
 * virNodeDeviceCompatVariablesCount:
 * @variables: all variables of an alternative
 * @max: where to stop counting
 *
 * Returns how many choices of values there are, or @max + 1 if they are more
 * than @max.
 */
size_t
virNodeDeviceCompatVariablesCount(const virNodeDeviceCompatVariables *variables,
                                  size_t max)
{
    size_t count = 1;
    size_t i;

    for (i = 0; i < variables->nvariables; i++) {
        count *= variables->variables[i]->nvalues;
        if (count > max)
            return max + 1;
    }

    return count;
}


/**
 * virNodeDeviceCompatVariablesNext:
 * @variables: variables with a choice of values
 *
 * Advances to the next choice of values.
 *
 * Returns true on success, false after the last choice; the first one is chosen
 * again then.
 */
bool
virNodeDeviceCompatVariablesNext(virNodeDeviceCompatVariables *variables)
{
    size_t i;

    for (i = variables->nvariables; i-- > 0;) {
        if (++variables->chosen[i] < variables->variables[i]->nvalues)
            return true;
        variables->chosen[i] = 0;
    }

    return false;
}
