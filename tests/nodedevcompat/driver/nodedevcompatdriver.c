/*
 * nodedevcompatdriver.c: a node device driver that has just been started
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatdriver.h"

#include "node_device/node_device_driver.h"


int
testDriverInit(void)
{
    driver = g_new0(virNodeDeviceDriverState, 1);
    driver->lockFD = -1;
    driver->initialized = true;

    if (virMutexInit(&driver->lock) < 0 ||
        virCondInit(&driver->initCond) < 0 ||
        !(driver->devs = virNodeDeviceObjListNew()) ||
        !(driver->nodeDeviceEventState = virObjectEventStateNew()))
        return -1;

    return 0;
}


void
testDriverFree(void)
{
    virNodeDeviceObjListFree(driver->devs);
    virObjectUnref(driver->nodeDeviceEventState);
    virCondDestroy(&driver->initCond);
    virMutexDestroy(&driver->lock);
    g_clear_pointer(&driver, g_free);
}


/* Adds a mediated device, or replaces the one of that name. */
void
testDriverAddMdev(const char *name,
                  const char *path,
                  const char *type)
{
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);
    virNodeDeviceObj *obj;

    def->name = g_strdup(name);
    def->parent = g_strdup("computer");
    def->sysfs_path = g_strdup(path);
    def->caps = g_new0(virNodeDevCapsDef, 1);
    def->caps->data.type = VIR_NODE_DEV_CAP_MDEV;
    def->caps->data.mdev.uuid = g_strdup("4b20d080-1b54-4048-85b3-a6a62d165c01");
    def->caps->data.mdev.active_config.type = g_strdup(type);

    obj = virNodeDeviceObjListAssignDef(driver->devs, def);
    virNodeDeviceObjSetActive(obj, true);
    virNodeDeviceObjEndAPI(&obj);
}
