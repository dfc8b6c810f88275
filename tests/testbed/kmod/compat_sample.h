/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat_sample: VFIO devices that say which state they can take over
 *
 * main.c       module parameters, the parent PCI driver, the mdev types
 * device.c     one mdev: a small emulated PCI function behind VFIO
 * vf.c         a VFIO driver of virtual functions, which are passed through
 * migration.c  VFIO migration v2 of either, and the state stream
 * publish.c    the sysfs files that describe compatibility
 * fault.c      makes reading them, and migrating, slow or impossible
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 */
#ifndef COMPAT_SAMPLE_H
#define COMPAT_SAMPLE_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mdev.h>
#include <linux/mutex.h>
#include <linux/pci_regs.h>
#include <linux/types.h>
#include <linux/vfio.h>

/*
 * Kernels differ; see Kbuild. The attribute that a file's functions get has become
 * const. And VFIO's core answers what a region is by itself now, asking the driver for
 * the rest of the answer; it has no answer for a driver that it cannot ask.
 */
#ifdef CS_BIN_ATTR_IS_CONST
typedef const struct bin_attribute cs_bin_attribute;
#else
typedef struct bin_attribute cs_bin_attribute;
#endif

#define CS_NAME			"compat_sample"
#define CS_MAX_ATTRS		32
#define CS_TYPE_ID_LEN		48

/* The emulated function: one memory BAR of which a type backs a part. */
#define CS_CONFIG_SIZE		256
#define CS_BAR_SIZE		4096

/* "name=value" entries of a module parameter, in the order given. */
struct cs_pairs {
	char *copy;
	unsigned int nr;
	struct {
		const char *name;
		const char *value;
	} entry[CS_MAX_ATTRS];
};

struct cs_version {
	u16 major;
	u16 minor;
};

/* How the published data is laid out in sysfs. */
enum cs_form {
	CS_FORM_NONE,
	CS_FORM_F1,	/* D/migration/self/ATTR, D/migration/compatible/ATTR */
	CS_FORM_F1TEXT,	/* the same as two text files of key=value lines */
	CS_FORM_F3,	/* files at the type's node and at the device */
};

/* The module parameters after parsing; read-only from module init to exit. */
struct cs_settings {
	enum cs_form form;
	const char *software_version;
	const char *software_version_compatible;
	const char *compatible_type;
	const char *dynamic;
	const char *pci_id;
	const char *migration_version;
	const char *migration_version_accepts;
	int migration_version_errno;
	u16 pci_vendor;
	u16 pci_device;
	struct cs_version stream;
	struct cs_pairs attrs;
	struct cs_pairs compatible_attrs;
};

extern struct cs_settings cs_settings;

/* Everything that was published at one kobject; see publish.c. */
struct cs_published {
	struct list_head files;
	struct list_head dirs;
};

/* What distinguishes one type from another. */
struct cs_type {
	const char *name;
	const char *pretty_name;
	size_t state_size;	/* bytes of the BAR that hold state */
};

struct cs_stream;

/* What an mdev and a virtual function have in common: state that migrates. */
struct cs_function {
	struct device *dev;
	const struct cs_type *type;
	const char *type_id;
	struct cs_published published;

	/* Protects everything below. Outer to cs_stream.lock. */
	struct mutex lock;
	enum vfio_device_mig_state mig_state;
	struct cs_stream *saving;
	struct cs_stream *resuming;
	u8 config[CS_CONFIG_SIZE];
	u8 bar[CS_BAR_SIZE];
};

struct cs_device {
	struct vfio_device vdev;	/* first: vfio_alloc_device() */
	struct cs_function fn;
};

static inline struct cs_function *cs_mdev_function(struct vfio_device *vdev)
{
	return &container_of(vdev, struct cs_device, vdev)->fn;
}

/* main.c */
const struct cs_type *cs_type_of(struct mdev_type *mtype);
bool cs_list_has(const char *list, const char *word);
const char *cs_pairs_find(const struct cs_pairs *pairs, const char *name);

/* device.c */
extern struct mdev_driver cs_mdev_driver;
void cs_device_load_config_locked(struct cs_function *fn, const u8 *config);

/* vf.c */
extern struct pci_driver cs_vf_driver;
extern const struct vfio_device_ops cs_vf_ops;
struct cs_function *cs_vf_function(struct vfio_device *vdev);

/* migration.c */
extern const struct attribute_group cs_sample_group;
void cs_migration_init(struct vfio_device *vdev, struct cs_function *fn);
void cs_migration_reset_locked(struct cs_function *fn);

/* fault.c */
#define CS_FAULT_PRE_COPY	".pre-copy"	/* reading state of a running device */
#define CS_FAULT_STOP_COPY	".stop-copy"	/* reading state of a stopped one */
#define CS_FAULT_RESUME		".resume"	/* taking state over */

enum cs_fault_kind {
	CS_FAULT_NONE,
	CS_FAULT_BLOCK,		/* waits until it is no fault any more */
	CS_FAULT_SLOW,		/* waits for value milliseconds */
	CS_FAULT_ERRNO,		/* fails with value */
	CS_FAULT_PAGE,		/* fills a page, as a list that is cut does */
};

struct cs_fault {
	enum cs_fault_kind kind;
	unsigned int value;
};

int cs_fault_wait(const char *name, struct cs_fault *fault);

/* publish.c */
void cs_published_init(struct cs_published *pub);
int cs_publish_type(struct cs_published *pub, struct mdev_type *mtype);
int cs_publish_device(struct cs_function *fn);
void cs_unpublish(struct cs_published *pub);

#endif /* COMPAT_SAMPLE_H */
