/*
 * nodedev_compat_compare_reason.h: writing down what was found in a comparison
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_compare_attr.h"

const char *
virNodeDeviceCompatAttrValue(const virNodeDeviceCompatAttr *attr);

virNodeDeviceCompatReasonCode
virNodeDeviceCompatAttrStateGetReason(virNodeDeviceCompatAttrState state,
                                      bool target);

size_t
virNodeDeviceCompatCompareGetReasonWork(const virNodeDeviceCompatAttr *source,
                                        const char *target);

void
virNodeDeviceCompatCompareCount(virNodeDeviceCompatComparison *comparison,
                                virNodeDeviceCompatReasonCode code);

void
virNodeDeviceCompatCompareAddReasonDetail(virNodeDeviceCompatComparison *comparison,
                                          const virNodeDeviceCompatCompareItem *item,
                                          virNodeDeviceCompatReasonCode code,
                                          const char *target,
                                          const char *detail);

void
virNodeDeviceCompatCompareAddReasonTarget(virNodeDeviceCompatComparison *comparison,
                                          const virNodeDeviceCompatCompareItem *item,
                                          virNodeDeviceCompatReasonCode code,
                                          const char *target);

void
virNodeDeviceCompatCompareAddReason(virNodeDeviceCompatComparison *comparison,
                                    const virNodeDeviceCompatCompareItem *item,
                                    virNodeDeviceCompatReasonCode code);
