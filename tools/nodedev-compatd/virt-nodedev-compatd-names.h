/*
 * virt-nodedev-compatd-names.h: names that this program must not share with libvirt
 *
 * The program has a part of libvirt's internals in it, and uses the libvirt.so of the
 * host, which has these, too, of any release. Functions that are in both are not visible
 * outside of this program; those that applications call have another name here, since the
 * one that is called must be that of the host. Types of GObject are known by their name in
 * the whole process, and so have another one as well.
 *
 * Included before everything else by all files but virt-nodedev-compatd-libvirt.c. The
 * test cli/virt-nodedev-compatd-symbols compares this with the program.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/* src/util/virerror.c */
#define virConnCopyLastError virCompatdConnCopyLastError
#define virConnGetLastError virCompatdConnGetLastError
#define virConnResetLastError virCompatdConnResetLastError
#define virConnSetErrorFunc virCompatdConnSetErrorFunc
#define virCopyLastError virCompatdCopyLastError
#define virDefaultErrorFunc virCompatdDefaultErrorFunc
#define virFreeError virCompatdFreeError
#define virGetLastError virCompatdGetLastError
#define virGetLastErrorCode virCompatdGetLastErrorCode
#define virGetLastErrorDomain virCompatdGetLastErrorDomain
#define virGetLastErrorMessage virCompatdGetLastErrorMessage
#define virResetError virCompatdResetError
#define virResetLastError virCompatdResetLastError
#define virSaveLastError virCompatdSaveLastError
#define virSetErrorFunc virCompatdSetErrorFunc

/* Types of GObject */
#define virNodeDeviceCompat virCompatdNodeDeviceCompat
#define virNodeDeviceCompatClass virCompatdNodeDeviceCompatClass
#define virNodeDeviceCompatFacts virCompatdNodeDeviceCompatFacts
#define virNodeDeviceCompatFactsClass virCompatdNodeDeviceCompatFactsClass
#define virNodeDeviceCompatRules virCompatdNodeDeviceCompatRules
#define virNodeDeviceCompatRulesClass virCompatdNodeDeviceCompatRulesClass
#define virObject virCompatdObject
#define virObjectClass virCompatdObjectClass
#define virObjectPrivate virCompatdObjectPrivate
