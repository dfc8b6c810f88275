// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat_sample: a VFIO driver of virtual functions
 *
 * A virtual function of Intel's 82576 (which QEMU's igb is) goes to the guest as
 * the core of vfio-pci passes it through. What this driver adds is migration, of a
 * few bytes that it keeps for the function itself. A real driver would fetch
 * queues and filters from the hardware; what matters here is that there is state,
 * which the other host's driver takes or refuses.
 *
 * Nothing is bound to it by itself: user space asks for it by driver_override.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 */
#include <linux/module.h>
#include <linux/vfio_pci_core.h>

#include "compat_sample.h"

static char *vf_type = CS_NAME "-vf";
module_param(vf_type, charp, 0444);
MODULE_PARM_DESC(vf_type, "type of virtual functions, as published and in the state");

static const struct cs_type cs_vf_type = {
	.name = "vf",
	.state_size = 64,
};

struct cs_vf {
	struct vfio_pci_core_device core;	/* first: vfio_alloc_device() */
	struct cs_function fn;
};

static struct cs_vf *cs_vf_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct cs_vf, core.vdev);
}

struct cs_function *cs_vf_function(struct vfio_device *vdev)
{
	return &cs_vf_of(vdev)->fn;
}

/* Back to power-on state, including any migration that was under way. */
static void cs_vf_reset(struct cs_vf *vf)
{
	mutex_lock(&vf->fn.lock);
	cs_migration_reset_locked(&vf->fn);
	memset(vf->fn.bar, 0, sizeof(vf->fn.bar));
	mutex_unlock(&vf->fn.lock);
}

/*
 * No BAR is mapped into user space: QEMU would ask the IOMMU which of its pages
 * DMA has written to, and get an error for the one that the MSI-X table cuts.
 */
static int cs_vf_open(struct vfio_device *vdev)
{
	struct cs_vf *vf = cs_vf_of(vdev);
	int ret;

	ret = vfio_pci_core_enable(&vf->core);
	if (ret)
		return ret;
	vfio_pci_core_finish_enable(&vf->core);
	memset(vf->core.bar_mmap_supported, 0, sizeof(vf->core.bar_mmap_supported));
	cs_vf_reset(vf);
	return 0;
}

static void cs_vf_close(struct vfio_device *vdev)
{
	cs_vf_reset(cs_vf_of(vdev));
	vfio_pci_core_close_device(vdev);
}

static long cs_vf_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct cs_vf *vf = cs_vf_of(vdev);
	long ret = vfio_pci_core_ioctl(vdev, cmd, arg);

	if (cmd == VFIO_DEVICE_RESET && !ret)
		cs_vf_reset(vf);
	return ret;
}

static int cs_vf_init(struct vfio_device *vdev)
{
	struct cs_function *fn = cs_vf_function(vdev);
	int ret;

	ret = vfio_pci_core_init_dev(vdev);
	if (ret)
		return ret;

	fn->type = &cs_vf_type;
	fn->type_id = vf_type;
	cs_migration_init(vdev, fn);
	return 0;
}

static void cs_vf_release(struct vfio_device *vdev)
{
	mutex_destroy(&cs_vf_function(vdev)->lock);
	vfio_pci_core_release_dev(vdev);
}

const struct vfio_device_ops cs_vf_ops = {
	.name = CS_NAME "_vf",
	.init = cs_vf_init,
	.release = cs_vf_release,
	.open_device = cs_vf_open,
	.close_device = cs_vf_close,
	.ioctl = cs_vf_ioctl,
#ifdef CS_REGION_INFO_IS_ASKED
	.get_region_info_caps = vfio_pci_ioctl_get_region_info,
#endif
#ifdef CS_TOKEN_IS_ASKED
	.match_token_uuid = vfio_pci_core_match_token_uuid,
#endif
	.device_feature = vfio_pci_core_ioctl_feature,
	.read = vfio_pci_core_read,
	.write = vfio_pci_core_write,
	.mmap = vfio_pci_core_mmap,
	.request = vfio_pci_core_request,
	.match = vfio_pci_core_match,
	.bind_iommufd = vfio_iommufd_physical_bind,
	.unbind_iommufd = vfio_iommufd_physical_unbind,
	.attach_ioas = vfio_iommufd_physical_attach_ioas,
	.detach_ioas = vfio_iommufd_physical_detach_ioas,
};

static int cs_vf_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct cs_vf *vf;
	int ret;

	vf = vfio_alloc_device(cs_vf, core.vdev, &pdev->dev, &cs_vf_ops);
	if (IS_ERR(vf))
		return PTR_ERR(vf);
	dev_set_drvdata(&pdev->dev, &vf->core);

	/* Published before it can be opened: whoever can use it can judge it. */
	ret = cs_publish_device(&vf->fn);
	if (ret)
		goto err_unpublish;
	ret = vfio_pci_core_register_device(&vf->core);
	if (ret)
		goto err_unpublish;
	return 0;

err_unpublish:
	cs_unpublish(&vf->fn.published);
	vfio_put_device(&vf->core.vdev);
	return ret;
}

static void cs_vf_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(core);
	cs_unpublish(&cs_vf_function(&core->vdev)->published);
	vfio_put_device(&core->vdev);
}

static const struct pci_device_id cs_vf_ids[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_VENDOR_ID_INTEL, 0x10ca) },
	{ }
};

static const struct attribute_group *cs_vf_groups[] = {
	&cs_sample_group,
	NULL
};

struct pci_driver cs_vf_driver = {
	.name = CS_NAME "_vf",
	.id_table = cs_vf_ids,
	.probe = cs_vf_probe,
	.remove = cs_vf_remove,
	.err_handler = &vfio_pci_core_err_handlers,
	.driver_managed_dma = true,
	.dev_groups = cs_vf_groups,
};
