/*
 * nodedev_compat_report_text.h: what the text of a report is like in any format
 *
 * For the files that make sentences (nodedev_compat_reason.c) and format reports
 * (nodedev_compat_report_xml.c, nodedev_compat_json.c).
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

char *
virNodeDeviceCompatReportToUTF8(char *text);

char *
virNodeDeviceCompatReportToBrief(const char *message);
