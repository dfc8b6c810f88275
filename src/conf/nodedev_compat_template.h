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
#include "nodedev_compat_variables.h"

/* A list taken apart */
typedef struct _virNodeDeviceCompatTemplate virNodeDeviceCompatTemplate;

void
virNodeDeviceCompatTemplateFree(virNodeDeviceCompatTemplate *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatTemplate, virNodeDeviceCompatTemplateFree);

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
