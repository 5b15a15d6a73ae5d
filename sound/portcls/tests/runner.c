// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the test module's cases: its own runner and debugfs files
 *
 * pt_run_lock serialises runs of several cases. pt_lock, which nests inside,
 * serialises cases, also with KUnit's, and protects the text of the last run.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "fake_dev.h"
#include "kunit.h"
#include "portcls_test.h"

#define PT_TEXT_BYTES	SZ_256K

static char *run = "";
module_param(run, charp, 0444);
MODULE_PARM_DESC(run, "Run the cases whose name, or suite's name, contains this when loaded (default all; \"none\")");

unsigned int pt_race_seconds = 2;
module_param_named(race_seconds, pt_race_seconds, uint, 0644);
MODULE_PARM_DESC(race_seconds, "How long each race of two CPUs goes on (default 2)");

bool pt_plain;
module_param_named(plain, pt_plain, bool, 0644);
MODULE_PARM_DESC(plain, "Test devices use the machine's own mapping API (default: operations that copy and count)");

#define PT_POINTER(word) &pt_suite_##word,
static const struct portcls_test_suite *const pt_suites[] = {
	PORTCLS_TEST_SUITES(PT_POINTER)
};

static DEFINE_MUTEX(pt_run_lock);
static DEFINE_MUTEX(pt_lock);
static char *pt_text;
static size_t pt_used;
static struct dentry *pt_dir;

static __printf(1, 0) void pt_vsay(const char *fmt, va_list args)
{
	char line[256];

	vscnprintf(line, sizeof(line), fmt, args);
	pr_info("%s\n", line);
	if (pt_text)
		pt_used += scnprintf(pt_text + pt_used, PT_TEXT_BYTES - pt_used,
				     "%s\n", line);
}

static __printf(1, 2) void pt_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pt_vsay(fmt, args);
	va_end(args);
}

/**
 * pt_note() - a figure that belongs in the results
 * @fmt: as printk(), one line without its end
 *
 * Context: a running case.
 */
void pt_note(const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	pt_say("# %pV", &vaf);
	va_end(args);
}

/**
 * pt_check() - counts a condition and reports it when it does not hold
 * @t: the running case
 * @ok: the condition
 * @file: where
 * @line: where
 * @fmt: what, as printk(), one line without its end
 *
 * Context: process; one thread of a case at a time.
 * Return: @ok.
 */
bool pt_check(struct portcls_test *t, bool ok, const char *file, int line,
	      const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	t->checks++;
	if (ok)
		return true;
	t->failures++;
	va_start(args, fmt);
	vaf.va = &args;
	pt_say("# %s:%d: %pV", kbasename(file), line, &vaf);
	va_end(args);
	return false;
}

/**
 * pt_run_case() - runs one case with its suite's fixture
 * @suite: the suite
 * @cas: one of its cases
 * @t: overwritten; the verdict
 *
 * Context: process.
 */
void pt_run_case(const struct portcls_test_suite *suite,
		 const struct portcls_test_case *cas, struct portcls_test *t)
{
	int err = 0;

	memset(t, 0, sizeof(*t));
	t->name = cas->name;
	mutex_lock(&pt_lock);
	if (suite->init)
		err = suite->init(t);
	if (err) {
		pt_check(t, false, __FILE__, __LINE__, "fixture: error %d", err);
		mutex_unlock(&pt_lock);
		return;
	}
	if (!t->skip[0])
		cas->run(t);
	if (suite->exit)
		suite->exit(t);
	if (!t->checks && !t->skip[0])
		pt_check(t, false, __FILE__, __LINE__, "nothing was checked");
	mutex_unlock(&pt_lock);
}

/**
 * pt_matches() - whether a case is meant
 * @suite: its suite
 * @cas: the case
 * @part: part of the name of either
 *
 * Context: any.
 * Return: true if it is.
 */
bool pt_matches(const struct portcls_test_suite *suite,
		const struct portcls_test_case *cas, const char *part)
{
	return strstr(cas->name, part) || strstr(suite->name, part);
}

/**
 * pt_run_elsewhere() - a thread that stays on another CPU than the caller's
 * @run: the thread
 * @data: its argument
 * @name: its name
 *
 * Left alone, a thread may share its CPU with the case that it is to race with. Where
 * there is but one CPU, it does.
 *
 * Context: process, may sleep.
 * Return: the thread, which runs, for kthread_stop(), or an ERR_PTR.
 */
struct task_struct *pt_run_elsewhere(int (*run)(void *data), void *data,
				     const char *name)
{
	struct task_struct *task = kthread_create(run, data, "%s", name);
	unsigned int cpu;

	if (IS_ERR(task))
		return task;
	cpu = cpumask_next(raw_smp_processor_id(), cpu_online_mask);
	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first(cpu_online_mask);
	kthread_bind(task, cpu);
	wake_up_process(task);
	return task;
}

/* Each matching case in turn, as TAP. */
static unsigned int pt_run(const char *part)
{
	const struct portcls_test_case *cas;
	unsigned int i, n = 0, failed = 0;
	struct portcls_test t;

	mutex_lock(&pt_run_lock);
	mutex_lock(&pt_lock);
	pt_used = 0;
	mutex_unlock(&pt_lock);
	pt_say("TAP version 13");
	for (i = 0; i < ARRAY_SIZE(pt_suites); i++) {
		for (cas = pt_suites[i]->cases; cas->run; cas++) {
			if (!pt_matches(pt_suites[i], cas, part))
				continue;
			n++;
			pt_run_case(pt_suites[i], cas, &t);
			if (t.failures) {
				failed++;
				pt_say("not ok %u - %s", n, cas->name);
			} else if (t.skip[0]) {
				pt_say("ok %u - %s # SKIP %s", n, cas->name, t.skip);
			} else {
				pt_say("ok %u - %s", n, cas->name);
			}
		}
	}
	pt_say("1..%u", n);
	pt_say("# %u of %u cases failed", failed, n);
	mutex_unlock(&pt_run_lock);
	return failed;
}

static ssize_t pt_run_write(struct file *file, const char __user *user,
			    size_t count, loff_t *pos)
{
	char part[64];

	if (count >= sizeof(part))
		return -EINVAL;
	if (copy_from_user(part, user, count))
		return -EFAULT;
	part[count] = '\0';
	pt_run(strim(part));
	return count;
}

static const struct file_operations pt_run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = pt_run_write,
};

static ssize_t pt_results_read(struct file *file, char __user *user,
			       size_t count, loff_t *pos)
{
	ssize_t n;

	mutex_lock(&pt_lock);
	n = simple_read_from_buffer(user, count, pos, pt_text, pt_used);
	mutex_unlock(&pt_lock);
	return n;
}

static const struct file_operations pt_results_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = pt_results_read,
	.llseek = default_llseek,
};

static int __init pt_init(void)
{
	int err = 0;

	pt_text = vzalloc(PT_TEXT_BYTES);
	if (!pt_text)
		return -ENOMEM;
	err = real_dev_start();
	if (err) {
		vfree(pt_text);
		return err;
	}
	pt_dir = debugfs_create_dir("snd-portcls-test", NULL);
	debugfs_create_file("run", 0200, pt_dir, NULL, &pt_run_fops);
	debugfs_create_file("results", 0400, pt_dir, NULL, &pt_results_fops);
	if (!strcmp(run, "none"))
		return 0;
	if (IS_ENABLED(CONFIG_KUNIT))
		err = pt_kunit_run(pt_suites, ARRAY_SIZE(pt_suites), run);
	else
		pt_run(run);
	if (err) {
		debugfs_remove_recursive(pt_dir);
		real_dev_stop();
		vfree(pt_text);
	}
	return err;
}
module_init(pt_init);

static void __exit pt_exit(void)
{
	debugfs_remove_recursive(pt_dir);
	real_dev_stop();
	vfree(pt_text);
}
module_exit(pt_exit);

MODULE_DESCRIPTION("Tests of snd-portcls");
MODULE_LICENSE("GPL");
