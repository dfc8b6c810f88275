// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat_sample: a driver that is slow, hangs, fails or says too much
 *
 * The parameter "faults" can be written while devices are in use. It names files
 * that are published, and what reading each of them is to be like: the driver of a
 * device whose firmware does not answer, for example, has readers that sleep in the
 * kernel. Two moments of a migration can be made to take long in the same way.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "compat_sample.h"

#define CS_FAULT_MAX_MS		600000

static char *cs_faults;			/* NULL: none */
static DEFINE_MUTEX(cs_faults_lock);
static DECLARE_WAIT_QUEUE_HEAD(cs_faults_changed);
static atomic_t cs_waiting = ATOMIC_INIT(0);

static bool cs_fault_parse(const char *text, struct cs_fault *fault)
{
	*fault = (struct cs_fault){ .kind = CS_FAULT_NONE };
	if (!strcmp(text, "block"))
		fault->kind = CS_FAULT_BLOCK;
	else if (!strcmp(text, "page"))
		fault->kind = CS_FAULT_PAGE;
	else if (sscanf(text, "slow:%u", &fault->value) == 1 && fault->value <= CS_FAULT_MAX_MS)
		fault->kind = CS_FAULT_SLOW;
	else if (sscanf(text, "errno:%u", &fault->value) == 1 && fault->value &&
		 fault->value <= MAX_ERRNO)
		fault->kind = CS_FAULT_ERRNO;
	return fault->kind != CS_FAULT_NONE;
}

/* Finds @name in "name=fault;name=fault"; without a name, whether all are faults. */
static bool cs_faults_find(char *text, const char *name, struct cs_fault *fault)
{
	char *item;

	while ((item = strsep(&text, ";"))) {
		char *value = strchr(item, '=');

		if (!*item)
			continue;
		if (!value)
			return false;
		*value++ = '\0';
		if (name ? !strcmp(item, name) && cs_fault_parse(value, fault) :
		    !cs_fault_parse(value, fault))
			return name != NULL;
	}
	return name == NULL;
}

static struct cs_fault cs_fault_of(const char *name)
{
	struct cs_fault fault = { .kind = CS_FAULT_NONE };
	char *copy;

	mutex_lock(&cs_faults_lock);
	copy = cs_faults ? kstrdup(cs_faults, GFP_KERNEL) : NULL;
	mutex_unlock(&cs_faults_lock);
	if (copy && !cs_faults_find(copy, name, &fault))
		fault.kind = CS_FAULT_NONE;
	kfree(copy);
	return fault;
}

static bool cs_fault_blocks(const char *name)
{
	return cs_fault_of(name).kind == CS_FAULT_BLOCK;
}

/*
 * Wait as long as the fault @name has it; what else it is to be is @fault. Only
 * what kills the process ends the wait early: most drivers wait for their firmware
 * like that, if not in a way that nothing ends.
 */
int cs_fault_wait(const char *name, struct cs_fault *fault)
{
	int ret = 0;

	*fault = cs_fault_of(name);
	if (fault->kind == CS_FAULT_BLOCK) {
		atomic_inc(&cs_waiting);
		ret = wait_event_killable(cs_faults_changed, !cs_fault_blocks(name));
		atomic_dec(&cs_waiting);
	} else if (fault->kind == CS_FAULT_SLOW) {
		atomic_inc(&cs_waiting);
		ret = wait_event_killable_timeout(cs_faults_changed,
						  cs_fault_of(name).kind != CS_FAULT_SLOW,
						  msecs_to_jiffies(fault->value));
		atomic_dec(&cs_waiting);
		ret = min(ret, 0);
	} else if (fault->kind == CS_FAULT_ERRNO) {
		ret = -(int)fault->value;
	}
	return ret;
}

static int cs_faults_set(const char *text, const struct kernel_param *kp)
{
	struct cs_fault fault;
	char *copy, *old;
	bool good;

	copy = kstrdup(text, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	good = cs_faults_find(strim(copy), NULL, &fault);
	kfree(copy);
	if (!good)
		return -EINVAL;

	copy = kstrdup(text, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	strim(copy);
	mutex_lock(&cs_faults_lock);
	old = cs_faults;
	cs_faults = copy;
	mutex_unlock(&cs_faults_lock);
	kfree(old);
	wake_up_all(&cs_faults_changed);
	return 0;
}

static int cs_faults_get(char *buffer, const struct kernel_param *kp)
{
	int ret;

	mutex_lock(&cs_faults_lock);
	ret = scnprintf(buffer, PAGE_SIZE, "%s\n", cs_faults ?: "");
	mutex_unlock(&cs_faults_lock);
	return ret;
}

static void cs_faults_free(void *arg)
{
	kfree(cs_faults);
	cs_faults = NULL;
}

static const struct kernel_param_ops cs_faults_ops = {
	.set = cs_faults_set,
	.get = cs_faults_get,
	.free = cs_faults_free,
};
module_param_cb(faults, &cs_faults_ops, NULL, 0644);
MODULE_PARM_DESC(faults, "name=block|slow:MS|errno:N|page;...: what reading files is like");

static int cs_waiting_get(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%d\n", atomic_read(&cs_waiting));
}

static const struct kernel_param_ops cs_waiting_ops = { .get = cs_waiting_get };
module_param_cb(waiting, &cs_waiting_ops, NULL, 0444);
MODULE_PARM_DESC(waiting, "how many wait for a fault to end (read-only)");
