/*
 * virt-nodedev-compatd-look.c: one look at a guest, and what follows from it
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compatd-look.h"

#include "conf/nodedev_compat_value.h"
#include "virerror.h"
#include "virlog.h"
#include "virt-nodedev-compatd-device.h"

VIR_LOG_INIT("nodedev_compatd.look");

/* What is shown of a name or a message that comes from a guest's definition, in bytes */
#define SHOWN_MAX 255


virtCompatdLook *
virtCompatdLookNew(const virtCompatdHost *host,
                   void *conn,
                   const char *uuid)
{
    virtCompatdLook *look = g_new0(virtCompatdLook, 1);

    look->host = host;
    look->conn = conn;
    look->uuid = g_strdup(uuid);

    return look;
}


void
virtCompatdLookFree(virtCompatdLook *look)
{
    if (!look)
        return;

    g_clear_pointer(&look->nodes, g_ptr_array_unref);
    g_strfreev(look->names);
    g_free(look->uuid);
    g_free(look->text);
    g_free(look->error);
    g_free(look->name);
    g_free(look);
}


/* Takes the error that was reported. */
static virtCompatdResult
virtCompatdLookTakeError(virtCompatdLook *look)
{
    look->error = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(), SHOWN_MAX);
    virResetLastError();
    return VIRT_COMPATD_FAILED;
}


/* What a description says about devices that is written, whenever that was: the same for the
 * same devices, also if it was read in between */
static char *
virtCompatdLookGetText(GPtrArray *hostdevs)
{
    virDomainHostdevDescription now = { .hostdevs = hostdevs };
    virDomainHostdevDescription written = { 0 };
    g_autoptr(virDomainHostdevDescription) parsed = NULL;
    g_autofree char *element = NULL;

    /* it takes space, too */
    virDomainHostdevDescriptionStamp(&now);
    element = virDomainHostdevDescriptionFormatMetadata(&now, VIRT_COMPATD_PREFIX);
    g_free(now.boot);

    if (virDomainHostdevDescriptionParse(element, VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX,
                                         &parsed) == VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK)
        hostdevs = parsed->hostdevs;
    virResetLastError();

    written.hostdevs = hostdevs;
    return virDomainHostdevDescriptionFormat(&written, SIZE_MAX);
}


/* The usable description in the metadata of the guest, or NULL */
static virDomainHostdevDescription *
virtCompatdLookGetOld(const virtCompatdLook *look,
                      const virDomainHostdevGuest *guest)
{
    virDomainHostdevDescription *old = NULL;

    if (virDomainHostdevGuestGetDescription(guest, &old) > VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK) {
        VIR_INFO("Replacing metadata of domain '%s': %s", look->name, virGetLastErrorMessage());
        virResetLastError();
    }

    return old;
}


/* Whether @old can be about the devices that the guest has had since its start on this
 * host */
static bool
virtCompatdLookIsCurrent(const virDomainHostdevDescription *old,
                         const virDomainHostdevDescription *now,
                         gint64 started)
{
    return now->boot && STREQ_NULLABLE(old->boot, now->boot) &&
           old->time >= started && old->time <= now->time;
}


/* Whether less is known of the same number of devices: they can have changed, or the host
 * is so busy that reading takes too long. The second time it is taken for true. */
static bool
virtCompatdLookIsLess(virtCompatdLook *look,
                      const virDomainHostdevDescription *old,
                      const virDomainHostdevDescription *now)
{
    if (old->hostdevs->len != now->hostdevs->len ||
        virtCompatdDeviceCountKnown(now->hostdevs) >= virtCompatdDeviceCountKnown(old->hostdevs))
        return false;

    if (!look->again) {
        VIR_INFO("Less is known of the host devices of domain '%s' than before, reading them again",
                 look->name);
        return true;
    }

    VIR_WARN("Less is known of the host devices of domain '%s' than before", look->name);
    return false;
}


static void
virtCompatdLookWrite(virtCompatdLook *look,
                     const char *element)
{
    look->result = look->host->set(look->conn, look->uuid, element, &look->error);
    if (look->result != VIRT_COMPATD_OK)
        return;

    look->written = true;
    if (element)
        VIR_INFO("Wrote the description of host devices of domain '%s'", look->name);
    else
        VIR_INFO("Removed the description of host devices of domain '%s'", look->name);
}


/* Writes what @look has found, unless it is there already. */
static void
virtCompatdLookCompare(virtCompatdLook *look,
                       const virDomainHostdevGuest *guest,
                       const virDomainHostdevDescription *now,
                       gint64 started)
{
    g_autoptr(virDomainHostdevDescription) old = virtCompatdLookGetOld(look, guest);
    g_autofree char *element = NULL;

    if (old && virtCompatdLookIsCurrent(old, now, started)) {
        g_autofree char *text = virtCompatdLookGetText(old->hostdevs);

        if (STREQ(text, look->text))
            return;

        if (virtCompatdLookIsLess(look, old, now)) {
            look->deferred = true;
            g_clear_pointer(&look->text, g_free);
            return;
        }
    }

    element = virDomainHostdevDescriptionFormatMetadata(now, VIRT_COMPATD_PREFIX);
    virtCompatdLookWrite(look, element);
}


/* Looks at a guest whose definition is known. */
static void
virtCompatdLookAtGuest(virtCompatdLook *look,
                       const virtCompatdGuestState *state)
{
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    g_autoptr(virDomainHostdevDescription) now = NULL;

    /* what is there stays: it is not known whether the guest has devices */
    if (!(guest = virDomainHostdevGuestParse(state->xml))) {
        look->result = virtCompatdLookTakeError(look);
        return;
    }

    g_clear_pointer(&look->nodes, g_ptr_array_unref);
    g_clear_pointer(&look->text, g_free);
    look->nodes = g_ptr_array_ref(guest->nodes);
    look->names = virtCompatdDeviceGetNames(look->nodes);

    if (look->nodes->len == 0) {
        if (guest->metadataState != VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT)
            virtCompatdLookWrite(look, NULL);
        return;
    }

    now = virDomainHostdevDescriptionNew();
    g_ptr_array_unref(now->hostdevs);
    now->hostdevs = virtCompatdDeviceRead(look->nodes);
    virDomainHostdevDescriptionStamp(now);
    look->late = virtCompatdDeviceIsLate(now->hostdevs);
    look->text = virtCompatdLookGetText(now->hostdevs);

    virtCompatdLookCompare(look, guest, now, state->started ? state->started : look->since);
}


/* Whether the devices are as they were in the look before. Asks libvirt for nothing. */
static bool
virtCompatdLookIsUnchanged(virtCompatdLook *look)
{
    g_autoptr(GPtrArray) hostdevs = NULL;
    g_autofree char *text = NULL;

    if (!look->nodes || !look->text)
        return false;

    hostdevs = virtCompatdDeviceRead(look->nodes);
    text = virtCompatdLookGetText(hostdevs);
    look->late = virtCompatdDeviceIsLate(hostdevs);

    if (STRNEQ(text, look->text))
        return false;

    look->names = virtCompatdDeviceGetNames(look->nodes);
    return true;
}


/**
 * virtCompatdLookRun:
 * @look: look
 *
 * Looks. Takes as long as libvirt takes to answer, and as reading the devices may take.
 */
void
virtCompatdLookRun(virtCompatdLook *look)
{
    virtCompatdGuestState state = { 0 };

    if (virtCompatdLookIsUnchanged(look))
        return;

    look->result = look->host->get(look->conn, look->uuid, &state, &look->error);
    if (look->result != VIRT_COMPATD_OK)
        return;

    look->name = virNodeDeviceCompatValueToPrintable(state.name, SHOWN_MAX);
    virtCompatdLookAtGuest(look, &state);

    g_free(state.name);
    g_free(state.xml);
}
