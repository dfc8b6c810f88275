// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat_sample: module parameters, parent device and mdev types
 *
 * The parent is a plain PCI function that no other driver wants (QEMU's
 * pci-testdev), so that it looks like a graphics card or a NIC to whoever
 * looks for "a PCI device with mdev types". The hardware itself is never
 * touched.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat_sample.h"

static char *publish = "none";
module_param(publish, charp, 0444);
MODULE_PARM_DESC(publish, "what to publish in sysfs: none, f1, f1text or f3");

static char *software_version = "1.0.0";
module_param(software_version, charp, 0444);
MODULE_PARM_DESC(software_version, "published version of the migration data; empty: not published");

static char *software_version_compatible = "";
module_param(software_version_compatible, charp, 0444);
MODULE_PARM_DESC(software_version_compatible, "published list of accepted version ranges");

static char *compatible_type = "";
module_param(compatible_type, charp, 0444);
MODULE_PARM_DESC(compatible_type, "comma separated ids of other types whose state is accepted");

static char *pci_id = "";
module_param(pci_id, charp, 0444);
MODULE_PARM_DESC(pci_id, "published pci_id, vendor:device, also that of the emulated function");

static char *attrs = "";
module_param(attrs, charp, 0444);
MODULE_PARM_DESC(attrs, "published vendor attributes: name=value;name=value");

static char *compatible_attrs = "";
module_param(compatible_attrs, charp, 0444);
MODULE_PARM_DESC(compatible_attrs, "published accepted values: name=list;name=list");

static char *dynamic = "";
module_param(dynamic, charp, 0444);
MODULE_PARM_DESC(dynamic, "comma separated names of attributes that can be written per device");

static char *migration_version = "";
module_param(migration_version, charp, 0444);
MODULE_PARM_DESC(migration_version, "version in the opaque string; empty: not published");

static char *migration_version_accepts = "";
module_param(migration_version_accepts, charp, 0444);
MODULE_PARM_DESC(migration_version_accepts, "comma separated versions that are taken besides one's own");

static int migration_version_errno = EINVAL;
module_param(migration_version_errno, int, 0444);
MODULE_PARM_DESC(migration_version_errno, "what a string that is not taken is answered with");

static char *stream_version = "";
module_param(stream_version, charp, 0444);
MODULE_PARM_DESC(stream_version, "true version of the state stream (default: software_version)");

struct cs_settings cs_settings;

static const struct cs_type cs_types[] = {
	{ .name = "small", .pretty_name = "Sample, 64 bytes of state", .state_size = 64 },
	{ .name = "large", .pretty_name = "Sample, 1 KiB of state", .state_size = 1024 },
};

struct cs_parent {
	struct mdev_parent parent;
	struct mdev_type types[ARRAY_SIZE(cs_types)];
	struct mdev_type *type_ptrs[ARRAY_SIZE(cs_types)];
	struct cs_published published;
};

const struct cs_type *cs_type_of(struct mdev_type *mtype)
{
	struct cs_parent *csp = container_of(mtype->parent, struct cs_parent, parent);

	return &cs_types[mtype - csp->types];
}

/* Whether the comma separated @list contains @word. */
bool cs_list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		size_t n = strcspn(list, ",");

		if (n == len && !memcmp(list, word, n))
			return true;
		list += n;
		if (*list == ',')
			list++;
	}
	return false;
}

const char *cs_pairs_find(const struct cs_pairs *pairs, const char *name)
{
	unsigned int i;

	for (i = 0; i < pairs->nr; i++) {
		if (!strcmp(pairs->entry[i].name, name))
			return pairs->entry[i].value;
	}
	return NULL;
}

/* Attribute names become file names. */
static bool cs_name_is_valid(const char *name)
{
	if (!*name)
		return false;
	for (; *name; name++) {
		if (!isalnum(*name) && *name != '_' && *name != '-')
			return false;
	}
	return true;
}

static int cs_pairs_parse(struct cs_pairs *pairs, const char *param, const char *text)
{
	char *rest, *item;

	pairs->copy = kstrdup(text, GFP_KERNEL);
	if (!pairs->copy)
		return -ENOMEM;

	rest = pairs->copy;
	while ((item = strsep(&rest, ";"))) {
		char *value = strchr(item, '=');

		if (!*item)
			continue;
		if (value)
			*value++ = '\0';
		if (!value || !cs_name_is_valid(item) || pairs->nr == CS_MAX_ATTRS ||
		    cs_pairs_find(pairs, item)) {
			pr_err("%s: bad, repeated or surplus entry '%s'\n", param, item);
			return -EINVAL;
		}
		pairs->entry[pairs->nr].name = item;
		pairs->entry[pairs->nr].value = value;
		pairs->nr++;
	}
	return 0;
}

/* Dynamic attributes without a value of their own start as "1". */
static int cs_dynamic_parse(struct cs_settings *s, char *names)
{
	char *rest = names, *name;

	s->dynamic = dynamic;
	while ((name = strsep(&rest, ","))) {
		if (!*name || cs_pairs_find(&s->attrs, name))
			continue;
		if (!cs_name_is_valid(name) || s->attrs.nr == CS_MAX_ATTRS) {
			pr_err("dynamic: bad or surplus name '%s'\n", name);
			return -EINVAL;
		}
		s->attrs.entry[s->attrs.nr].name = name;
		s->attrs.entry[s->attrs.nr].value = "1";
		s->attrs.nr++;
	}
	return 0;
}

/* Owned by this file: what cs_settings.attrs refers to for dynamic names. */
static char *cs_dynamic_copy;

static int cs_settings_parse(struct cs_settings *s)
{
	static const char * const forms[] = {
		[CS_FORM_NONE] = "none",
		[CS_FORM_F1] = "f1",
		[CS_FORM_F1TEXT] = "f1text",
		[CS_FORM_F3] = "f3",
	};
	const char *stream = *stream_version ? stream_version : software_version;
	int ret;

	ret = match_string(forms, ARRAY_SIZE(forms), publish);
	if (ret < 0) {
		pr_err("publish: '%s' is none of none, f1, f1text, f3\n", publish);
		return -EINVAL;
	}
	s->form = ret;

	/* What is published may be wrong on purpose; the stream's may not. */
	if (sscanf(stream, "%hu.%hu", &s->stream.major, &s->stream.minor) != 2) {
		pr_err("stream_version: '%s' is not major.minor\n", stream);
		return -EINVAL;
	}

	s->pci_vendor = 0x1234;
	s->pci_device = 0xc0de;
	if (*pci_id && !*stream_version &&
	    sscanf(pci_id, "%hx:%hx", &s->pci_vendor, &s->pci_device) != 2) {
		pr_err("pci_id: '%s' is not vendor:device\n", pci_id);
		return -EINVAL;
	}

	s->software_version = software_version;
	s->software_version_compatible = software_version_compatible;
	s->compatible_type = compatible_type;
	s->pci_id = pci_id;
	s->migration_version = migration_version;
	s->migration_version_accepts = migration_version_accepts;
	if (migration_version_errno < 1 || migration_version_errno > MAX_ERRNO) {
		pr_err("migration_version_errno: %d is no errno\n", migration_version_errno);
		return -EINVAL;
	}
	s->migration_version_errno = migration_version_errno;

	ret = cs_pairs_parse(&s->attrs, "attrs", attrs);
	if (ret)
		return ret;
	ret = cs_pairs_parse(&s->compatible_attrs, "compatible_attrs", compatible_attrs);
	if (ret)
		return ret;

	cs_dynamic_copy = kstrdup(dynamic, GFP_KERNEL);
	if (!cs_dynamic_copy)
		return -ENOMEM;
	return cs_dynamic_parse(s, cs_dynamic_copy);
}

static void cs_settings_free(struct cs_settings *s)
{
	kfree(cs_dynamic_copy);
	kfree(s->attrs.copy);
	kfree(s->compatible_attrs.copy);
}

static int cs_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct cs_parent *csp;
	unsigned int i;
	int ret;

	csp = kzalloc(sizeof(*csp), GFP_KERNEL);
	if (!csp)
		return -ENOMEM;

	cs_published_init(&csp->published);
	for (i = 0; i < ARRAY_SIZE(cs_types); i++) {
		csp->types[i].sysfs_name = cs_types[i].name;
		csp->types[i].pretty_name = cs_types[i].pretty_name;
		csp->type_ptrs[i] = &csp->types[i];
	}

	ret = mdev_register_parent(&csp->parent, &pdev->dev, &cs_mdev_driver,
				   csp->type_ptrs, ARRAY_SIZE(cs_types));
	if (ret)
		goto err_free;

	for (i = 0; i < ARRAY_SIZE(cs_types); i++) {
		ret = cs_publish_type(&csp->published, &csp->types[i]);
		if (ret)
			goto err_unregister;
	}

	pci_set_drvdata(pdev, csp);
	return 0;

err_unregister:
	cs_unpublish(&csp->published);
	mdev_unregister_parent(&csp->parent);
err_free:
	kfree(csp);
	return ret;
}

static void cs_pci_remove(struct pci_dev *pdev)
{
	struct cs_parent *csp = pci_get_drvdata(pdev);

	/* The files hang off the types' nodes, so they go first. */
	cs_unpublish(&csp->published);
	mdev_unregister_parent(&csp->parent);
	kfree(csp);
}

static const struct pci_device_id cs_pci_ids[] = {
	{ PCI_DEVICE(0x1b36, 0x0005) },		/* QEMU's pci-testdev */
	{ }
};

static struct pci_driver cs_pci_driver = {
	.name = CS_NAME,	/* types come out as CS_NAME-NAME */
	.id_table = cs_pci_ids,
	.probe = cs_pci_probe,
	.remove = cs_pci_remove,
};

static int __init cs_init(void)
{
	int ret;

	ret = cs_settings_parse(&cs_settings);
	if (ret)
		goto err_settings;
	ret = mdev_register_driver(&cs_mdev_driver);
	if (ret)
		goto err_settings;
	ret = pci_register_driver(&cs_pci_driver);
	if (ret)
		goto err_mdev;
	ret = pci_register_driver(&cs_vf_driver);
	if (ret)
		goto err_pci;
	return 0;

err_pci:
	pci_unregister_driver(&cs_pci_driver);
err_mdev:
	mdev_unregister_driver(&cs_mdev_driver);
err_settings:
	cs_settings_free(&cs_settings);
	return ret;
}

static void __exit cs_exit(void)
{
	pci_unregister_driver(&cs_vf_driver);
	pci_unregister_driver(&cs_pci_driver);
	mdev_unregister_driver(&cs_mdev_driver);
	cs_settings_free(&cs_settings);
}

module_init(cs_init);
module_exit(cs_exit);

/*
 * No MODULE_DEVICE_TABLE: the test decides when and with which parameters the
 * module is loaded, udev must not do it.
 */
MODULE_LICENSE("GPL");
MODULE_VERSION("1.0.0");
MODULE_DESCRIPTION("Sample VFIO devices with migration compatibility data");
MODULE_AUTHOR("The libvirt-nodedev-compat authors");
