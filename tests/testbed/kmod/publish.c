// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat_sample: compatibility data in sysfs
 *
 * A published value is one small file. The files hang off three kinds of
 * nodes: the mdev type's (whose sysfs operations belong to the mdev core and
 * know nothing of our attributes), the device's, and directories of our own.
 * Binary attributes carry their read and write functions with them and so work
 * at all three; to a reader they are ordinary text files.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "compat_sample.h"

#define CS_VALUE_MAX	(PAGE_SIZE - 1)

/* What can be done with a file. */
enum cs_access {
	CS_READ,
	CS_WRITE,	/* changes the value */
	CS_ASK,		/* a write is a question and changes nothing */
};

struct cs_file {
	struct list_head node;
	struct kobject *kobj;
	enum cs_access access;
	struct bin_attribute attr;
	struct mutex lock;	/* protects value */
	char *value;		/* ends with a newline */
};

struct cs_dir {
	struct list_head node;
	struct kobject *kobj;
};

/* What a driver whose list has no end leaves of it. */
static ssize_t cs_page_read(char *buf, loff_t pos, size_t count)
{
	if (pos >= PAGE_SIZE)
		return 0;
	count = min_t(size_t, count, PAGE_SIZE - pos);
	memset(buf, 'x', count);
	return count;
}

static ssize_t cs_file_read(struct file *filp, struct kobject *kobj,
			    cs_bin_attribute *attr, char *buf, loff_t pos, size_t count)
{
	struct cs_file *f = container_of(attr, struct cs_file, attr);
	struct cs_fault fault;
	ssize_t ret;

	ret = cs_fault_wait(f->attr.attr.name, &fault);
	if (ret)
		return ret;
	if (fault.kind == CS_FAULT_PAGE)
		return cs_page_read(buf, pos, count);

	mutex_lock(&f->lock);
	ret = memory_read_from_buffer(buf, count, &pos, f->value, strlen(f->value));
	mutex_unlock(&f->lock);
	return ret;
}

/*
 * The handshake: what is written is another device's migration_version, which
 * is the id of its type, a colon and a version. Can its state be taken over?
 */
static int cs_file_judge(const struct cs_file *f, const char *text)
{
	const char *colon = strrchr(text, ':');

	if (sysfs_streq(f->value, text))
		return 0;
	if (colon && !strncmp(f->value, text, colon + 1 - text) &&
	    cs_list_has(cs_settings.migration_version_accepts, colon + 1))
		return 0;
	return -cs_settings.migration_version_errno;
}

static ssize_t cs_file_write(struct file *filp, struct kobject *kobj,
			     cs_bin_attribute *attr, char *buf, loff_t pos, size_t count)
{
	struct cs_file *f = container_of(attr, struct cs_file, attr);
	char *value, *old, *text;

	if (pos || !count || count >= CS_VALUE_MAX)
		return -EINVAL;

	text = kmemdup_nul(buf, count, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (f->access == CS_ASK) {
		int ret = cs_file_judge(f, strim(text));

		kfree(text);
		return ret ? ret : count;
	}
	value = kasprintf(GFP_KERNEL, "%s\n", strim(text));
	kfree(text);
	if (!value)
		return -ENOMEM;

	mutex_lock(&f->lock);
	old = f->value;
	f->value = value;
	mutex_unlock(&f->lock);
	kfree(old);
	return count;
}

static int cs_add_file(struct cs_published *pub, struct kobject *kobj,
		       const char *prefix, const char *name, const char *value,
		       enum cs_access access)
{
	struct cs_file *f;
	int ret = -ENOMEM;

	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;

	f->attr.attr.name = kasprintf(GFP_KERNEL, "%s%s", prefix, name);
	f->value = kasprintf(GFP_KERNEL, "%s\n", value);
	if (!f->attr.attr.name || !f->value)
		goto err;

	sysfs_bin_attr_init(&f->attr);
	f->access = access;
	f->attr.attr.mode = access == CS_READ ? 0444 : 0644;
	f->attr.size = PAGE_SIZE;	/* as ordinary attributes look */
	f->attr.read = cs_file_read;
	if (access != CS_READ)
		f->attr.write = cs_file_write;
	f->kobj = kobj;
	mutex_init(&f->lock);

	ret = sysfs_create_bin_file(kobj, &f->attr);
	if (ret)
		goto err;
	list_add_tail(&f->node, &pub->files);
	return 0;

err:
	kfree(f->value);
	kfree(f->attr.attr.name);
	kfree(f);
	return ret;
}

static struct kobject *cs_add_dir(struct cs_published *pub, struct kobject *parent,
				  const char *name)
{
	struct cs_dir *dir;

	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir)
		return NULL;
	dir->kobj = kobject_create_and_add(name, parent);
	if (!dir->kobj) {
		kfree(dir);
		return NULL;
	}
	list_add(&dir->node, &pub->dirs);	/* innermost first */
	return dir->kobj;
}

void cs_published_init(struct cs_published *pub)
{
	INIT_LIST_HEAD(&pub->files);
	INIT_LIST_HEAD(&pub->dirs);
}

/* Removes everything that was published; waits for readers to finish. */
void cs_unpublish(struct cs_published *pub)
{
	struct cs_file *f, *nextf;
	struct cs_dir *dir, *nextdir;

	list_for_each_entry_safe(f, nextf, &pub->files, node) {
		list_del(&f->node);
		sysfs_remove_bin_file(f->kobj, &f->attr);
		mutex_destroy(&f->lock);
		kfree(f->value);
		kfree(f->attr.attr.name);
		kfree(f);
	}
	list_for_each_entry_safe(dir, nextdir, &pub->dirs, node) {
		list_del(&dir->node);
		kobject_put(dir->kobj);
		kfree(dir);
	}
}

/* A set of values on its way into a directory or a text file. */
struct cs_row {
	const char *prefix;
	const char *name;
	const char *value;
	bool writable;
};

struct cs_rows {
	unsigned int nr;
	struct cs_row row[CS_MAX_ATTRS + 8];
};

/* An empty value means that the attribute is not published. */
static void cs_rows_add(struct cs_rows *rows, const char *prefix, const char *name,
			const char *value, bool writable)
{
	if (!*value || WARN_ON_ONCE(rows->nr == ARRAY_SIZE(rows->row)))
		return;
	rows->row[rows->nr++] = (struct cs_row){ prefix, name, value, writable };
}

static void cs_rows_add_attrs(struct cs_rows *rows)
{
	const struct cs_settings *s = &cs_settings;
	unsigned int i;

	for (i = 0; i < s->attrs.nr; i++)
		cs_rows_add(rows, "", s->attrs.entry[i].name, s->attrs.entry[i].value,
			    cs_list_has(s->dynamic, s->attrs.entry[i].name));
}

static int cs_publish_rows(struct cs_published *pub, struct kobject *kobj,
			   const struct cs_rows *rows)
{
	unsigned int i;
	int ret;

	for (i = 0; i < rows->nr; i++) {
		const struct cs_row *r = &rows->row[i];

		ret = cs_add_file(pub, kobj, r->prefix, r->name, r->value,
				  r->writable ? CS_WRITE : CS_READ);
		if (ret)
			return ret;
	}
	return 0;
}

static int cs_publish_text(struct cs_published *pub, struct kobject *kobj,
			   const char *name, const struct cs_rows *rows)
{
	char *text, *old;
	unsigned int i;
	int ret;

	text = kstrdup("", GFP_KERNEL);
	for (i = 0; text && i < rows->nr; i++) {
		old = text;
		text = kasprintf(GFP_KERNEL, "%s%s%s=%s", old, *old ? "\n" : "",
				 rows->row[i].name, rows->row[i].value);
		kfree(old);
	}
	if (!text)
		return -ENOMEM;
	ret = cs_add_file(pub, kobj, "", name, text, CS_READ);
	kfree(text);
	return ret;
}

/* Forms F1 and F2: everything below D/migration. */
static int cs_publish_migration_dir(struct cs_function *fn, struct cs_rows *rows)
{
	static const char * const nodes[] = { "self", "compatible" };
	struct cs_published *pub = &fn->published;
	const struct cs_settings *s = &cs_settings;
	struct kobject *migration, *dir;
	unsigned int i, k;
	int ret;

	migration = cs_add_dir(pub, &fn->dev->kobj, "migration");
	if (!migration)
		return -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		rows->nr = 0;
		if (i == 0) {
			cs_rows_add(rows, "", "device_api", VFIO_DEVICE_API_PCI_STRING, false);
			cs_rows_add(rows, "", "type", fn->type_id, false);
			cs_rows_add(rows, "", "software_version", s->software_version, false);
			cs_rows_add(rows, "", "pci_id", s->pci_id, false);
			cs_rows_add_attrs(rows);
		} else {
			cs_rows_add(rows, "", "type", s->compatible_type, false);
			cs_rows_add(rows, "", "software_version",
				    s->software_version_compatible, false);
			for (k = 0; k < s->compatible_attrs.nr; k++)
				cs_rows_add(rows, "", s->compatible_attrs.entry[k].name,
					    s->compatible_attrs.entry[k].value, false);
		}
		if (!rows->nr)
			continue;

		if (s->form == CS_FORM_F1TEXT) {
			ret = cs_publish_text(pub, migration, nodes[i], rows);
		} else {
			dir = cs_add_dir(pub, migration, nodes[i]);
			ret = dir ? cs_publish_rows(pub, dir, rows) : -ENOMEM;
		}
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * Form F3 splits the accepted values: those of an attribute that every device
 * carries for itself are beside it, all others at the type.
 */
static void cs_rows_add_accepted(struct cs_rows *rows, bool of_device)
{
	const struct cs_settings *s = &cs_settings;
	unsigned int i;

	for (i = 0; i < s->compatible_attrs.nr; i++) {
		const char *name = s->compatible_attrs.entry[i].name;

		if (!!cs_pairs_find(&s->attrs, name) == of_device)
			cs_rows_add(rows, "compatible_", name,
				    s->compatible_attrs.entry[i].value, false);
	}
}

/* Form F4: the opaque string, in any combination with the others. */
static int cs_publish_handshake(struct cs_published *pub, struct kobject *kobj,
				const char *type_id)
{
	char *value;
	int ret;

	if (!*cs_settings.migration_version)
		return 0;

	value = kasprintf(GFP_KERNEL, "%s:%s", type_id, cs_settings.migration_version);
	if (!value)
		return -ENOMEM;
	ret = cs_add_file(pub, kobj, "", "migration_version", value, CS_ASK);
	kfree(value);
	return ret;
}

/* Forms F3 and F4, the part at the mdev type's node. */
int cs_publish_type(struct cs_published *pub, struct mdev_type *mtype)
{
	const struct cs_settings *s = &cs_settings;
	struct cs_rows *rows;
	int ret;

	ret = cs_publish_handshake(pub, &mtype->kobj, kobject_name(&mtype->kobj));
	if (ret || s->form != CS_FORM_F3)
		return ret;

	rows = kzalloc(sizeof(*rows), GFP_KERNEL);
	if (!rows)
		return -ENOMEM;
	cs_rows_add(rows, "", "software_version", s->software_version, false);
	cs_rows_add(rows, "", "software_version_compatible",
		    s->software_version_compatible, false);
	cs_rows_add(rows, "", "compatible_type", s->compatible_type, false);
	cs_rows_add(rows, "", "dynamic_resources", s->dynamic, false);
	cs_rows_add_accepted(rows, false);
	ret = cs_publish_rows(pub, &mtype->kobj, rows);
	kfree(rows);
	return ret;
}

/* All that one device publishes; on error the caller calls cs_unpublish(). */
int cs_publish_device(struct cs_function *fn)
{
	struct cs_published *pub = &fn->published;
	struct kobject *kobj = &fn->dev->kobj;
	struct cs_rows *rows;
	int ret;

	ret = cs_publish_handshake(pub, kobj, fn->type_id);
	if (ret)
		return ret;

	rows = kzalloc(sizeof(*rows), GFP_KERNEL);
	if (!rows)
		return -ENOMEM;

	switch (cs_settings.form) {
	case CS_FORM_NONE:
		break;
	case CS_FORM_F1:
	case CS_FORM_F1TEXT:
		ret = cs_publish_migration_dir(fn, rows);
		break;
	case CS_FORM_F3:
		/* A virtual function has no type whose node this would complete. */
		if (dev_is_pci(fn->dev))
			break;
		cs_rows_add(rows, "", "pci_id", cs_settings.pci_id, false);
		cs_rows_add_attrs(rows);
		cs_rows_add_accepted(rows, true);
		ret = cs_publish_rows(pub, kobj, rows);
		break;
	}
	kfree(rows);
	return ret;
}
