/*
 * nodedev_compat_template.h: accepted values with variables in them
 *
 * A draft of the kernel interface (July 2020) lets a driver describe many
 * accepted devices at once: i915-GVTg_V5_{v:int:1,2,4,8} together with {v}/2.
 * Parses such lists, brings them into one canonical spelling, and fills in values.
 * Knows nothing about attributes, devices or XML, and never reports errors: a list is
 * well-formed or it is not.
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

/* A list taken apart */
typedef struct _virNodeDeviceCompatTemplate virNodeDeviceCompatTemplate;

void
virNodeDeviceCompatTemplateFree(virNodeDeviceCompatTemplate *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatTemplate, virNodeDeviceCompatTemplateFree);

void
virNodeDeviceCompatVariablesFree(virNodeDeviceCompatVariables *variables);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatVariables, virNodeDeviceCompatVariablesFree);

bool
virNodeDeviceCompatTemplateIs(const char *str);

char *
virNodeDeviceCompatTemplateNormalize(const char *str);

virNodeDeviceCompatTemplate *
virNodeDeviceCompatTemplateParse(const char *str);

int
virNodeDeviceCompatTemplateDeclare(virNodeDeviceCompatTemplate *template,
                                   virNodeDeviceCompatVariables *variables);

int
virNodeDeviceCompatTemplateFill(const virNodeDeviceCompatTemplate *template,
                                const virNodeDeviceCompatVariables *variables,
                                char **ret_list);

size_t
virNodeDeviceCompatVariablesCount(const virNodeDeviceCompatVariables *variables,
                                  size_t max);

bool
virNodeDeviceCompatVariablesNext(virNodeDeviceCompatVariables *variables);
