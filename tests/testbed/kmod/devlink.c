// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat_devlink: a function whose firmware devlink shows
 *
 * Gives a PCI function a devlink instance beside the driver that it has. What it shows
 * is made up: versions, and ports of virtual functions as in the mode switchdev. They
 * are parameters, and can be changed while the function is in use. Flashing and
 * activating are what they are with a real NIC: the first stores versions, the second
 * makes those the running ones, and devlink notifies whoever listens.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/firmware.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <net/devlink.h>

#define CD_PORTS_MAX		8

static char *device = "0000:00:08.0";
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "the function, DOMAIN:BUS:SLOT.FUNCTION");

static char *fixed = "";
module_param(fixed, charp, 0644);
MODULE_PARM_DESC(fixed, "fixed versions: name=value;name=value");

static char *running = "";
module_param(running, charp, 0644);
MODULE_PARM_DESC(running, "running versions, likewise");

static char *stored = "";
module_param(stored, charp, 0644);
MODULE_PARM_DESC(stored, "stored versions, likewise; flashing a file changes them");

static unsigned int ports;
module_param(ports, uint, 0444);
MODULE_PARM_DESC(ports, "number of virtual functions that have ports");

static unsigned int migratable;
module_param(migratable, uint, 0644);
MODULE_PARM_DESC(migratable, "a bit for each virtual function that can be migrated");

/* What asking for the versions is like: 0, an errno, or CD_BLOCK. */
#define CD_BLOCK		-1
static int cd_fault;
static DECLARE_WAIT_QUEUE_HEAD(cd_fault_changed);
static atomic_t cd_waiting = ATOMIC_INIT(0);

/* What flashing has stored, and what of that has been activated since; NULL: what the
 * parameters say. Under the lock of the instance. */
static char *cd_flashed;
static char *cd_activated;

struct cd {
	struct pci_dev *pdev;
	struct devlink_port ports[CD_PORTS_MAX];
};

static struct devlink *cd_devlink;

static int cd_versions_put(struct devlink_info_req *req, const char *text,
			   int (*put)(struct devlink_info_req *req, const char *name,
				      const char *value))
{
	char *copy, *rest, *item;
	int ret = 0;

	copy = rest = kstrdup(text, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;

	while (!ret && (item = strsep(&rest, ";"))) {
		char *value = strchr(strim(item), '=');

		if (!value)
			continue;
		*value++ = '\0';
		ret = put(req, strim(item), value);
	}
	kfree(copy);
	return ret;
}

/* As drivers do that wait for their firmware: with the lock of the instance, which
 * nobody else gets meanwhile. */
static int cd_fault_wait(void)
{
	int ret;

	if (READ_ONCE(cd_fault) != CD_BLOCK)
		return -READ_ONCE(cd_fault);

	atomic_inc(&cd_waiting);
	ret = wait_event_killable(cd_fault_changed, READ_ONCE(cd_fault) != CD_BLOCK);
	atomic_dec(&cd_waiting);
	return ret;
}

static int cd_info_get(struct devlink *devlink, struct devlink_info_req *req,
		       struct netlink_ext_ack *extack)
{
	int ret = cd_fault_wait();

	if (ret)
		return ret;

	kernel_param_lock(THIS_MODULE);
	ret = devlink_info_serial_number_put(req, "CD-0123456789");
	if (!ret)
		ret = cd_versions_put(req, fixed, devlink_info_version_fixed_put);
	if (!ret)
		ret = cd_versions_put(req, cd_activated ?: running, devlink_info_version_running_put);
	if (!ret)
		ret = cd_versions_put(req, cd_flashed ?: stored, devlink_info_version_stored_put);
	kernel_param_unlock(THIS_MODULE);
	return ret;
}

/* The file is versions as in the parameters. */
static int cd_flash_update(struct devlink *devlink, struct devlink_flash_update_params *params,
			   struct netlink_ext_ack *extack)
{
	char *text = kstrndup(params->fw->data, params->fw->size, GFP_KERNEL);

	if (!text)
		return -ENOMEM;
	strim(text);
	kfree(cd_flashed);
	cd_flashed = text;
	devlink_flash_update_status_notify(devlink, "stored", NULL, 0, 0);
	return 0;
}

static int cd_port_migratable_get(struct devlink_port *port, bool *is_enable,
				  struct netlink_ext_ack *extack)
{
	*is_enable = READ_ONCE(migratable) & BIT(port->index);
	return 0;
}

static const struct devlink_port_ops cd_port_ops = {
	.port_fn_migratable_get = cd_port_migratable_get,
};

static void cd_ports_unregister(struct cd *cd, unsigned int count)
{
	while (count)
		devl_port_unregister(&cd->ports[--count]);
}

static int cd_ports_register(struct devlink *devlink)
{
	struct cd *cd = devlink_priv(devlink);
	unsigned int i;
	int ret;

	for (i = 0; i < ports; i++) {
		memset(&cd->ports[i], 0, sizeof(cd->ports[i]));
		devlink_port_attrs_pci_vf_set(&cd->ports[i], 0, PCI_FUNC(cd->pdev->devfn), i,
					      false);
		ret = devl_port_register_with_ops(devlink, &cd->ports[i], i, &cd_port_ops);
		if (ret) {
			cd_ports_unregister(cd, i);
			return ret;
		}
	}
	return 0;
}

static int cd_reload_down(struct devlink *devlink, bool netns_change,
			  enum devlink_reload_action action, enum devlink_reload_limit limit,
			  struct netlink_ext_ack *extack)
{
	cd_ports_unregister(devlink_priv(devlink), ports);
	return 0;
}

static int cd_reload_up(struct devlink *devlink, enum devlink_reload_action action,
			enum devlink_reload_limit limit, u32 *actions_performed,
			struct netlink_ext_ack *extack)
{
	*actions_performed = BIT(action);
	if (action == DEVLINK_RELOAD_ACTION_FW_ACTIVATE && cd_flashed) {
		kfree(cd_activated);
		cd_activated = cd_flashed;
		cd_flashed = NULL;
	}
	return cd_ports_register(devlink);
}

static const struct devlink_ops cd_ops = {
	.info_get = cd_info_get,
	.flash_update = cd_flash_update,
	.reload_actions = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT) |
			  BIT(DEVLINK_RELOAD_ACTION_FW_ACTIVATE),
	.reload_down = cd_reload_down,
	.reload_up = cd_reload_up,
};

static int cd_fault_set(const char *text, const struct kernel_param *kp)
{
	unsigned int error = 0;

	if (sysfs_streq(text, "block"))
		WRITE_ONCE(cd_fault, CD_BLOCK);
	else if (sysfs_streq(text, "") ||
		 (sscanf(text, "errno:%u", &error) == 1 && error <= MAX_ERRNO))
		WRITE_ONCE(cd_fault, error);
	else
		return -EINVAL;

	wake_up_all(&cd_fault_changed);
	return 0;
}

static int cd_fault_get(char *buffer, const struct kernel_param *kp)
{
	int fault = READ_ONCE(cd_fault);

	if (fault == CD_BLOCK)
		return scnprintf(buffer, PAGE_SIZE, "block\n");
	return fault ? scnprintf(buffer, PAGE_SIZE, "errno:%d\n", fault) : 0;
}

static const struct kernel_param_ops cd_fault_ops = {
	.set = cd_fault_set,
	.get = cd_fault_get,
};
module_param_cb(fault, &cd_fault_ops, NULL, 0644);
MODULE_PARM_DESC(fault, "block or errno:N: what asking for the versions is like");

static int cd_waiting_get(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%d\n", atomic_read(&cd_waiting));
}

static const struct kernel_param_ops cd_waiting_ops = { .get = cd_waiting_get };
module_param_cb(waiting, &cd_waiting_ops, NULL, 0444);
MODULE_PARM_DESC(waiting, "how many wait for a fault to end (read-only)");

static struct pci_dev *cd_find(void)
{
	unsigned int domain, bus, slot, func;

	if (sscanf(device, "%x:%x:%x.%x", &domain, &bus, &slot, &func) != 4)
		return NULL;
	return pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, func));
}

static int __init cd_init(void)
{
	struct pci_dev *pdev;
	struct cd *cd;
	int ret;

	if (ports > CD_PORTS_MAX)
		return -EINVAL;
	pdev = cd_find();
	if (!pdev) {
		pr_err("device: there is no function '%s'\n", device);
		return -ENODEV;
	}

	cd_devlink = devlink_alloc(&cd_ops, sizeof(*cd), &pdev->dev);
	if (!cd_devlink) {
		pci_dev_put(pdev);
		return -ENOMEM;
	}
	cd = devlink_priv(cd_devlink);
	cd->pdev = pdev;

	devl_lock(cd_devlink);
	ret = cd_ports_register(cd_devlink);
	if (!ret)
		devl_register(cd_devlink);
	devl_unlock(cd_devlink);
	if (ret) {
		devlink_free(cd_devlink);
		pci_dev_put(pdev);
	}
	return ret;
}

static void __exit cd_exit(void)
{
	struct cd *cd = devlink_priv(cd_devlink);
	struct pci_dev *pdev = cd->pdev;

	devl_lock(cd_devlink);
	devl_unregister(cd_devlink);
	cd_ports_unregister(cd, ports);
	devl_unlock(cd_devlink);
	devlink_free(cd_devlink);
	pci_dev_put(pdev);
	kfree(cd_flashed);
	kfree(cd_activated);
}

module_init(cd_init);
module_exit(cd_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION("1.0.0");
MODULE_DESCRIPTION("A devlink instance with made-up versions for a PCI function");
MODULE_AUTHOR("The libvirt-nodedev-compat authors");
