// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat_sample: one mediated device, a small PCI function behind VFIO
 *
 * The function has a config space without capabilities, no interrupt, and one
 * memory BAR whose first bytes (as many as the mdev type says) are memory; the
 * rest reads as zero. It never does DMA.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include "compat_sample.h"

/* Region N starts at N << 40 of the device's file. */
#define CS_REGION_SHIFT		40
#define CS_REGION_OFFSET(n)	((u64)(n) << CS_REGION_SHIFT)
#define CS_REGION_MASK		(CS_REGION_OFFSET(1) - 1)

/* The config space: initial value and which bits a guest may write. */
static const struct cs_config_field {
	u8 offset;
	u8 size;
	u32 value;
	u32 writable;
} cs_config_fields[] = {
	{ PCI_COMMAND,		2, 0,		PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER },
	{ PCI_REVISION_ID,	1, 0x01,	0 },
	{ PCI_CLASS_DEVICE,	2, 0xff00,	0 },
	{ PCI_CACHE_LINE_SIZE,	1, 0,		0xff },
	{ PCI_LATENCY_TIMER,	1, 0,		0xff },
	{ PCI_BASE_ADDRESS_0,	4, 0,		~(CS_BAR_SIZE - 1) },
	{ PCI_INTERRUPT_LINE,	1, 0,		0xff },
};

static void cs_put_le(u8 *to, u32 value, size_t size)
{
	for (; size; size--, value >>= 8)
		*to++ = value & 0xff;
}

static u8 cs_config_writable(size_t offset)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cs_config_fields); i++) {
		const struct cs_config_field *f = &cs_config_fields[i];

		if (offset >= f->offset && offset < f->offset + f->size)
			return f->writable >> (8 * (offset - f->offset));
	}
	return 0;
}

static void cs_config_write_locked(struct cs_function *fn, size_t offset,
				   const u8 *from, size_t count)
{
	for (; count; count--, offset++, from++) {
		u8 mask = cs_config_writable(offset);

		fn->config[offset] = (fn->config[offset] & ~mask) | (*from & mask);
	}
}

/* Take over the guest's settings from another device's config space. */
void cs_device_load_config_locked(struct cs_function *fn, const u8 *config)
{
	cs_config_write_locked(fn, 0, config, CS_CONFIG_SIZE);
}

/* Back to power-on state, including any migration that was under way. */
static void cs_device_reset_locked(struct cs_function *fn)
{
	size_t i;

	lockdep_assert_held(&fn->lock);
	cs_migration_reset_locked(fn);

	memset(fn->bar, 0, sizeof(fn->bar));
	memset(fn->config, 0, sizeof(fn->config));
	put_unaligned_le16(cs_settings.pci_vendor, fn->config + PCI_VENDOR_ID);
	put_unaligned_le16(cs_settings.pci_device, fn->config + PCI_DEVICE_ID);
	put_unaligned_le16(cs_settings.pci_vendor, fn->config + PCI_SUBSYSTEM_VENDOR_ID);
	put_unaligned_le16(cs_settings.pci_device, fn->config + PCI_SUBSYSTEM_ID);
	for (i = 0; i < ARRAY_SIZE(cs_config_fields); i++)
		cs_put_le(fn->config + cs_config_fields[i].offset,
			  cs_config_fields[i].value, cs_config_fields[i].size);
}

static size_t cs_region_size(unsigned int index)
{
	switch (index) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		return CS_BAR_SIZE;
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return CS_CONFIG_SIZE;
	default:
		return 0;
	}
}

static void cs_region_read(struct cs_function *fn, unsigned int index,
			   size_t offset, u8 *to, size_t count)
{
	mutex_lock(&fn->lock);
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		memcpy(to, fn->config + offset, count);
	else
		memcpy(to, fn->bar + offset, count);
	mutex_unlock(&fn->lock);
}

static void cs_region_write(struct cs_function *fn, unsigned int index,
			    size_t offset, const u8 *from, size_t count)
{
	mutex_lock(&fn->lock);
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		cs_config_write_locked(fn, offset, from, count);
	else if (offset < fn->type->state_size)
		memcpy(fn->bar + offset, from, min(count, fn->type->state_size - offset));
	mutex_unlock(&fn->lock);
}

/* Common to read and write: which part of which region, or an error. */
static ssize_t cs_region_find(loff_t pos, size_t count, unsigned int *index, size_t *offset)
{
	size_t size;

	*index = (u64)pos >> CS_REGION_SHIFT;
	size = cs_region_size(*index);
	if (!size || ((u64)pos & CS_REGION_MASK) >= size)
		return -EINVAL;
	*offset = pos & CS_REGION_MASK;
	return min(count, size - *offset);
}

static ssize_t cs_vfio_read(struct vfio_device *vdev, char __user *buf,
			    size_t count, loff_t *ppos)
{
	struct cs_function *fn = cs_mdev_function(vdev);
	unsigned int index;
	size_t offset, done = 0;
	ssize_t ret;
	u8 part[64];

	ret = cs_region_find(*ppos, count, &index, &offset);
	if (ret < 0)
		return ret;

	for (count = ret; done < count; done += ret) {
		ret = min(count - done, sizeof(part));
		cs_region_read(fn, index, offset + done, part, ret);
		if (copy_to_user(buf + done, part, ret))
			return -EFAULT;
	}
	*ppos += done;
	return done;
}

static ssize_t cs_vfio_write(struct vfio_device *vdev, const char __user *buf,
			     size_t count, loff_t *ppos)
{
	struct cs_function *fn = cs_mdev_function(vdev);
	unsigned int index;
	size_t offset, done = 0;
	ssize_t ret;
	u8 part[64];

	ret = cs_region_find(*ppos, count, &index, &offset);
	if (ret < 0)
		return ret;

	for (count = ret; done < count; done += ret) {
		ret = min(count - done, sizeof(part));
		if (copy_from_user(part, buf + done, ret))
			return -EFAULT;
		cs_region_write(fn, index, offset + done, part, ret);
	}
	*ppos += done;
	return done;
}

static long cs_get_info(void __user *arg)
{
	const size_t minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info = {};

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static int cs_describe_region(struct vfio_region_info *info)
{
	if (info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;

	info->cap_offset = 0;
	info->offset = CS_REGION_OFFSET(info->index);
	info->size = cs_region_size(info->index);
	info->flags = info->size ? VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE : 0;
	return 0;
}

#ifdef CS_REGION_INFO_IS_ASKED
static int cs_get_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
			      struct vfio_info_cap *caps)
{
	return cs_describe_region(info);
}
#else
static long cs_get_region_info(void __user *arg)
{
	const size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info = {};
	int ret;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	ret = cs_describe_region(&info);
	if (ret)
		return ret;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}
#endif

/* The function raises no interrupts: every index exists and is empty. */
static long cs_get_irq_info(void __user *arg)
{
	const size_t minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info = {};

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;

	info.flags = 0;
	info.count = 0;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long cs_vfio_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct cs_function *fn = cs_mdev_function(vdev);

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return cs_get_info((void __user *)arg);
#ifndef CS_REGION_INFO_IS_ASKED
	case VFIO_DEVICE_GET_REGION_INFO:
		return cs_get_region_info((void __user *)arg);
#endif
	case VFIO_DEVICE_GET_IRQ_INFO:
		return cs_get_irq_info((void __user *)arg);
	case VFIO_DEVICE_SET_IRQS:
		return -EINVAL;
	case VFIO_DEVICE_RESET:
		mutex_lock(&fn->lock);
		cs_device_reset_locked(fn);
		mutex_unlock(&fn->lock);
		return 0;
	default:
		return -ENOTTY;
	}
}

static int cs_vfio_open(struct vfio_device *vdev)
{
	struct cs_function *fn = cs_mdev_function(vdev);

	mutex_lock(&fn->lock);
	cs_device_reset_locked(fn);
	mutex_unlock(&fn->lock);
	return 0;
}

static void cs_vfio_close(struct vfio_device *vdev)
{
	struct cs_function *fn = cs_mdev_function(vdev);

	mutex_lock(&fn->lock);
	cs_migration_reset_locked(fn);
	mutex_unlock(&fn->lock);
}

static int cs_vfio_init(struct vfio_device *vdev)
{
	struct cs_function *fn = cs_mdev_function(vdev);
	struct mdev_device *mdev = to_mdev_device(vdev->dev);

	fn->type = cs_type_of(mdev->type);
	fn->type_id = kobject_name(&mdev->type->kobj);
	cs_migration_init(vdev, fn);

	mutex_lock(&fn->lock);
	cs_device_reset_locked(fn);
	mutex_unlock(&fn->lock);
	return 0;
}

static void cs_vfio_release(struct vfio_device *vdev)
{
	mutex_destroy(&cs_mdev_function(vdev)->lock);
}

static const struct vfio_device_ops cs_vfio_ops = {
	.name = CS_NAME,
	.init = cs_vfio_init,
	.release = cs_vfio_release,
	.open_device = cs_vfio_open,
	.close_device = cs_vfio_close,
	.read = cs_vfio_read,
	.write = cs_vfio_write,
	.ioctl = cs_vfio_ioctl,
#ifdef CS_REGION_INFO_IS_ASKED
	.get_region_info_caps = cs_get_region_info,
#endif
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
};

static const struct attribute_group *cs_sample_groups[] = {
	&cs_sample_group,
	NULL
};

static int cs_mdev_probe(struct mdev_device *mdev)
{
	struct cs_device *cs;
	int ret;

	cs = vfio_alloc_device(cs_device, vdev, &mdev->dev, &cs_vfio_ops);
	if (IS_ERR(cs))
		return PTR_ERR(cs);
	dev_set_drvdata(&mdev->dev, cs);

	/* Published before it can be opened: whoever can use it can judge it. */
	ret = cs_publish_device(&cs->fn);
	if (ret)
		goto err_unpublish;
	ret = vfio_register_emulated_iommu_dev(&cs->vdev);
	if (ret)
		goto err_unpublish;
	return 0;

err_unpublish:
	cs_unpublish(&cs->fn.published);
	vfio_put_device(&cs->vdev);
	return ret;
}

static void cs_mdev_remove(struct mdev_device *mdev)
{
	struct cs_device *cs = dev_get_drvdata(&mdev->dev);

	/* Waits until the last user has closed the device. */
	vfio_unregister_group_dev(&cs->vdev);
	cs_unpublish(&cs->fn.published);
	vfio_put_device(&cs->vdev);
}

struct mdev_driver cs_mdev_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = 8,
	.probe = cs_mdev_probe,
	.remove = cs_mdev_remove,
	.driver = {
		.name = CS_NAME "_mdev",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
		.dev_groups = cs_sample_groups,
	},
};
