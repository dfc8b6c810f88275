// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat_sample: VFIO migration v2
 *
 * The state is a header, sent during PRE_COPY so that a destination which
 * cannot take the state says so early, then the config space and the part of
 * the BAR that holds state, sent in STOP_COPY. The destination's driver is
 * strict, as drivers of real devices are: a wrong magic, a type it does not
 * know, another major version or a newer minor version fail the write.
 *
 * The config space of a virtual function is QEMU's to carry; that of the stream
 * is empty.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include "compat_sample.h"

#define CS_STREAM_MAGIC		0x504d5343	/* "CSMP" */

struct cs_stream_header {
	__le32 magic;
	__le16 major;
	__le16 minor;
	char type[CS_TYPE_ID_LEN];
	__le32 bar_size;	/* bytes of BAR contents after the config space */
	__le32 reserved;
} __packed;

struct cs_stream_state {
	struct cs_stream_header header;
	u8 config[CS_CONFIG_SIZE];
	u8 bar[CS_BAR_SIZE];
} __packed;

/*
 * One data transfer session. It belongs to the open file, which outlives the
 * session: user space may keep the file after the device has left the state.
 * The device holds a reference to the file while the session lasts.
 */
struct cs_stream {
	struct file *filp;
	struct mutex lock;
	struct cs_function *fn;	/* NULL once the session is over */
	size_t pos;
	size_t len;		/* saving: bytes that can be read so far */
	bool complete;		/* saving: nothing will be added */
	struct cs_stream_state state;
};

static struct cs_function *cs_function_of(struct vfio_device *vdev)
{
	return vdev->ops == &cs_vf_ops ? cs_vf_function(vdev) : cs_mdev_function(vdev);
}

static size_t cs_stream_size(size_t bar_size)
{
	return offsetof(struct cs_stream_state, bar) + bar_size;
}

/* Whether this device takes the state that @h announces. */
static int cs_stream_check_header(struct cs_function *fn, const struct cs_stream_header *h)
{
	const struct cs_version *own = &cs_settings.stream;
	struct device *dev = fn->dev;
	char type[CS_TYPE_ID_LEN + 1] = {};

	memcpy(type, h->type, sizeof(h->type));

	if (le32_to_cpu(h->magic) != CS_STREAM_MAGIC) {
		dev_err(dev, "state rejected: magic 0x%08x\n", le32_to_cpu(h->magic));
		return -EINVAL;
	}
	if (le16_to_cpu(h->major) != own->major || le16_to_cpu(h->minor) > own->minor) {
		dev_err(dev, "state rejected: version %u.%u, this is %u.%u\n",
			le16_to_cpu(h->major), le16_to_cpu(h->minor),
			own->major, own->minor);
		return -EINVAL;
	}
	if (strcmp(type, fn->type_id) && !cs_list_has(cs_settings.compatible_type, type)) {
		dev_err(dev, "state rejected: type %s, this is %s\n", type, fn->type_id);
		return -EINVAL;
	}
	if (le32_to_cpu(h->bar_size) > fn->type->state_size) {
		dev_err(dev, "state rejected: %u bytes, there is room for %zu\n",
			le32_to_cpu(h->bar_size), fn->type->state_size);
		return -EINVAL;
	}
	return 0;
}

static ssize_t cs_save_read(struct file *filp, char __user *buf, size_t count, loff_t *ppos)
{
	struct cs_stream *st = filp->private_data;
	struct cs_fault fault;
	ssize_t ret;

	if (ppos)
		return -ESPIPE;
	ret = cs_fault_wait(READ_ONCE(st->complete) ? CS_FAULT_STOP_COPY : CS_FAULT_PRE_COPY,
			    &fault);
	if (ret)
		return ret;

	mutex_lock(&st->lock);
	if (!st->fn) {
		ret = -ENODEV;
	} else if (st->pos == st->len) {
		/* Only a temporary end while the device still runs. */
		ret = st->complete ? 0 : -ENOMSG;
	} else {
		ret = min(count, st->len - st->pos);
		if (copy_to_user(buf, (u8 *)&st->state + st->pos, ret))
			ret = -EFAULT;
		else
			st->pos += ret;
	}
	mutex_unlock(&st->lock);
	return ret;
}

static long cs_save_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	const size_t minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);
	struct cs_stream *st = filp->private_data;
	struct vfio_precopy_info info = {};
	int ret = 0;

	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	mutex_lock(&st->lock);
	if (!st->fn)
		ret = -ENODEV;
	else if (st->complete)
		ret = -EINVAL;
	info.flags = 0;
	info.initial_bytes = st->len - st->pos;
	info.dirty_bytes = 0;
	mutex_unlock(&st->lock);

	if (ret)
		return ret;
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

static ssize_t cs_resume_write(struct file *filp, const char __user *buf,
			       size_t count, loff_t *ppos)
{
	struct cs_stream *st = filp->private_data;
	const size_t header = sizeof(st->state.header);
	bool header_was_complete;
	struct cs_fault fault;
	ssize_t ret;

	if (ppos)
		return -ESPIPE;
	ret = cs_fault_wait(CS_FAULT_RESUME, &fault);
	if (ret)
		return ret;

	mutex_lock(&st->lock);
	if (!st->fn) {
		ret = -ENODEV;
		goto out;
	}
	if (count > sizeof(st->state) - st->pos) {
		ret = -EINVAL;
		goto out;
	}
	if (copy_from_user((u8 *)&st->state + st->pos, buf, count)) {
		ret = -EFAULT;
		goto out;
	}
	header_was_complete = st->pos >= header;
	st->pos += count;
	ret = count;
	if (!header_was_complete && st->pos >= header) {
		int err = cs_stream_check_header(st->fn, &st->state.header);

		if (err) {
			/* Stays rejected: the session ends with the state. */
			st->pos = 0;
			ret = err;
		}
	}
out:
	mutex_unlock(&st->lock);
	return ret;
}

static int cs_stream_release(struct inode *inode, struct file *filp)
{
	struct cs_stream *st = filp->private_data;

	mutex_destroy(&st->lock);
	kfree(st);
	return 0;
}

static const struct file_operations cs_save_fops = {
	.owner = THIS_MODULE,
	.read = cs_save_read,
	.unlocked_ioctl = cs_save_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = cs_stream_release,
};

static const struct file_operations cs_resume_fops = {
	.owner = THIS_MODULE,
	.write = cs_resume_write,
	.release = cs_stream_release,
};

static struct cs_stream *cs_stream_open(struct cs_function *fn,
					const struct file_operations *fops, int flags)
{
	struct cs_stream *st;

	st = kzalloc(sizeof(*st), GFP_KERNEL_ACCOUNT);
	if (!st)
		return ERR_PTR(-ENOMEM);

	mutex_init(&st->lock);
	st->fn = fn;
	st->filp = anon_inode_getfile(CS_NAME, fops, st, flags);
	if (IS_ERR(st->filp)) {
		int err = PTR_ERR(st->filp);

		mutex_destroy(&st->lock);
		kfree(st);
		return ERR_PTR(err);
	}
	stream_open(st->filp->f_inode, st->filp);
	return st;
}

/* Ends a session: the file stays valid and answers ENODEV from now on. */
static void cs_stream_end(struct cs_stream **stp)
{
	struct cs_stream *st = *stp;

	if (!st)
		return;
	mutex_lock(&st->lock);
	st->fn = NULL;
	mutex_unlock(&st->lock);
	*stp = NULL;
	fput(st->filp);
}

void cs_migration_reset_locked(struct cs_function *fn)
{
	lockdep_assert_held(&fn->lock);
	cs_stream_end(&fn->saving);
	cs_stream_end(&fn->resuming);
	fn->mig_state = VFIO_DEVICE_STATE_RUNNING;
}

/*
 * The actions of the migration state machine. Each returns NULL, the file of
 * a new session (with a reference for the caller), or an error.
 */
static struct file *cs_arc_none(struct cs_function *fn)
{
	return NULL;
}

static struct file *cs_arc_save_begin(struct cs_function *fn)
{
	struct cs_stream *st = cs_stream_open(fn, &cs_save_fops, O_RDONLY);
	struct cs_stream_header *h;

	if (IS_ERR(st))
		return ERR_CAST(st);

	h = &st->state.header;
	h->magic = cpu_to_le32(CS_STREAM_MAGIC);
	h->major = cpu_to_le16(cs_settings.stream.major);
	h->minor = cpu_to_le16(cs_settings.stream.minor);
	strscpy_pad(h->type, fn->type_id, sizeof(h->type));
	h->bar_size = cpu_to_le32(fn->type->state_size);
	st->len = sizeof(*h);

	fn->saving = st;
	return get_file(st->filp);
}

static struct file *cs_arc_save_rest(struct cs_function *fn)
{
	struct cs_stream *st = fn->saving;

	mutex_lock(&st->lock);
	memcpy(st->state.config, fn->config, CS_CONFIG_SIZE);
	memcpy(st->state.bar, fn->bar, fn->type->state_size);
	st->len = cs_stream_size(fn->type->state_size);
	st->complete = true;
	mutex_unlock(&st->lock);
	return NULL;	/* goes on in the file that PRE_COPY opened */
}

static struct file *cs_arc_save_all(struct cs_function *fn)
{
	struct file *filp = cs_arc_save_begin(fn);

	if (!IS_ERR(filp))
		cs_arc_save_rest(fn);
	return filp;
}

static struct file *cs_arc_save_end(struct cs_function *fn)
{
	cs_stream_end(&fn->saving);
	return NULL;
}

static struct file *cs_arc_resume_begin(struct cs_function *fn)
{
	struct cs_stream *st = cs_stream_open(fn, &cs_resume_fops, O_WRONLY);

	if (IS_ERR(st))
		return ERR_CAST(st);
	fn->resuming = st;
	return get_file(st->filp);
}

static struct file *cs_arc_resume_end(struct cs_function *fn)
{
	struct cs_stream *st = fn->resuming;
	size_t bar_size;
	int ret = 0;

	mutex_lock(&st->lock);
	bar_size = le32_to_cpu(st->state.header.bar_size);
	if (st->pos < sizeof(st->state.header) || st->pos != cs_stream_size(bar_size)) {
		dev_err(fn->dev, "state rejected: incomplete, %zu bytes\n", st->pos);
		ret = -EINVAL;
	} else {
		cs_device_load_config_locked(fn, st->state.config);
		memset(fn->bar, 0, sizeof(fn->bar));
		memcpy(fn->bar, st->state.bar, bar_size);
	}
	mutex_unlock(&st->lock);
	if (ret)
		return ERR_PTR(ret);

	cs_stream_end(&fn->resuming);
	return NULL;
}

static const struct cs_arc {
	enum vfio_device_mig_state from;
	enum vfio_device_mig_state to;
	struct file *(*action)(struct cs_function *fn);
} cs_arcs[] = {
#define S(name) VFIO_DEVICE_STATE_##name
	/* Quiescing needs no work: the function does nothing by itself. */
	{ S(RUNNING),		S(RUNNING_P2P),		cs_arc_none },
	{ S(RUNNING_P2P),	S(RUNNING),		cs_arc_none },
	{ S(RUNNING_P2P),	S(STOP),		cs_arc_none },
	{ S(STOP),		S(RUNNING_P2P),		cs_arc_none },
	{ S(PRE_COPY),		S(PRE_COPY_P2P),	cs_arc_none },
	{ S(PRE_COPY_P2P),	S(PRE_COPY),		cs_arc_none },

	{ S(RUNNING),		S(PRE_COPY),		cs_arc_save_begin },
	{ S(RUNNING_P2P),	S(PRE_COPY_P2P),	cs_arc_save_begin },
	{ S(PRE_COPY),		S(RUNNING),		cs_arc_save_end },
	{ S(PRE_COPY_P2P),	S(RUNNING_P2P),		cs_arc_save_end },
	{ S(PRE_COPY_P2P),	S(STOP_COPY),		cs_arc_save_rest },
	{ S(STOP),		S(STOP_COPY),		cs_arc_save_all },
	{ S(STOP_COPY),		S(STOP),		cs_arc_save_end },

	{ S(STOP),		S(RESUMING),		cs_arc_resume_begin },
	{ S(RESUMING),		S(STOP),		cs_arc_resume_end },
#undef S
};

static struct file *cs_migration_step(struct cs_function *fn, enum vfio_device_mig_state next)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cs_arcs); i++) {
		if (cs_arcs[i].from == fn->mig_state && cs_arcs[i].to == next)
			return cs_arcs[i].action(fn);
	}
	return ERR_PTR(-EINVAL);
}

static struct file *cs_migration_set_state(struct vfio_device *vdev,
					   enum vfio_device_mig_state new_state)
{
	struct cs_function *fn = cs_function_of(vdev);
	struct file *filp = NULL;

	mutex_lock(&fn->lock);
	while (fn->mig_state != new_state) {
		enum vfio_device_mig_state next;
		int ret;

		ret = vfio_mig_get_next_state(vdev, fn->mig_state, new_state, &next);
		if (ret) {
			filp = ERR_PTR(ret);
			break;
		}
		filp = cs_migration_step(fn, next);
		if (IS_ERR(filp))
			break;
		fn->mig_state = next;

		/* Files come only with the last arc of a combination. */
		if (WARN_ON(filp && next != new_state)) {
			fput(filp);
			filp = ERR_PTR(-EINVAL);
			break;
		}
	}
	mutex_unlock(&fn->lock);
	return filp;
}

static int cs_migration_get_state(struct vfio_device *vdev,
				  enum vfio_device_mig_state *state)
{
	struct cs_function *fn = cs_function_of(vdev);

	mutex_lock(&fn->lock);
	*state = fn->mig_state;
	mutex_unlock(&fn->lock);
	return 0;
}

static int cs_migration_get_data_size(struct vfio_device *vdev, unsigned long *length)
{
	*length = cs_stream_size(cs_function_of(vdev)->type->state_size);
	return 0;
}

static const struct vfio_migration_ops cs_migration_ops = {
	.migration_set_state = cs_migration_set_state,
	.migration_get_state = cs_migration_get_state,
	.migration_get_data_size = cs_migration_get_data_size,
};

/* From a VFIO device's init(), once its type is known. */
void cs_migration_init(struct vfio_device *vdev, struct cs_function *fn)
{
	fn->dev = vdev->dev;
	cs_published_init(&fn->published);
	mutex_init(&fn->lock);
	fn->mig_state = VFIO_DEVICE_STATE_RUNNING;

	vdev->mig_ops = &cs_migration_ops;
	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				VFIO_MIGRATION_PRE_COPY;
}

/*
 * D/sample/scratch: the first register of the device, seen from the host. A
 * test writes it on the source and finds the value on the destination, and so
 * knows that the state really travelled.
 */
static ssize_t scratch_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	/* What is behind the data of either kind starts with a vfio_device. */
	struct cs_function *fn = cs_function_of(dev_get_drvdata(dev));
	u32 value;

	mutex_lock(&fn->lock);
	value = get_unaligned_le32(fn->bar);
	mutex_unlock(&fn->lock);
	return sysfs_emit(buf, "0x%08x\n", value);
}

static ssize_t scratch_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	struct cs_function *fn = cs_function_of(dev_get_drvdata(dev));
	u32 value;
	int ret;

	ret = kstrtou32(buf, 0, &value);
	if (ret)
		return ret;

	mutex_lock(&fn->lock);
	put_unaligned_le32(value, fn->bar);
	mutex_unlock(&fn->lock);
	return count;
}
static DEVICE_ATTR_RW(scratch);

static struct attribute *cs_sample_attrs[] = {
	&dev_attr_scratch.attr,
	NULL
};

const struct attribute_group cs_sample_group = {
	.name = "sample",
	.attrs = cs_sample_attrs,
};
