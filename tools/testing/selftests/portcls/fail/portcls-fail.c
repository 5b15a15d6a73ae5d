// SPDX-License-Identifier: GPL-2.0
/*
 * Lets the Nth call of any kernel function fail, for one task
 *
 * The kernel's fail_function takes only functions that are marked for it, which in
 * the sound core, the DMA API and the driver core are none. Here a probe stands on
 * the function's entry, counts the calls of the task that armed it, and lets the
 * Nth return at once.
 *
 *	echo "dma_map_page_attrs -1 3" >/sys/kernel/debug/portcls-fail
 *	echo "should_failslab -12 1 snd_portcls" >/sys/kernel/debug/portcls-fail
 *
 * The fourth word: count only calls with a function of such a module above them.
 * A module of tests in the same task calls portcls_fail_arm() and portcls_fail_disarm().
 * An N of 0 disarms. Reading gives the number of calls counted and whether the Nth has
 * been made. The kernel's ACPI interpreter, which looks up a PCI device's interrupt
 * when the device is enabled, does not survive failing allocations: nothing that is
 * called from there counts.
 *
 * The file is the test's alone; fail_mutex orders its writers. The handler runs in
 * any context, on the task that armed it.
 */
#include <linux/debugfs.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/linkage.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "fail_hook.h"

#define FAIL_DEPTH	48
/* As far as the first instruction of a function reaches. */
#define FAIL_ENTRY_BYTES	16

static DEFINE_MUTEX(fail_mutex);
static char fail_symbol[KSYM_NAME_LEN];
static char fail_within[MODULE_NAME_LEN];
static struct task_struct *fail_task;
static long fail_value;
static unsigned int fail_nth, fail_calls;
static bool fail_hit, fail_spared;

asmlinkage void portcls_fail_return(void);
asm(".pushsection .text\n\t"
	".type portcls_fail_return, @function\n"
	"portcls_fail_return:\n\t"
	ASM_RET
	".size portcls_fail_return, . - portcls_fail_return\n\t"
	".popsection\n");

/* The probe itself counts as one interrupt. */
static bool fail_in_task(void)
{
	return hardirq_count() <= HARDIRQ_OFFSET && !in_serving_softirq();
}

/*
 * Below the function that the probe stands on lies the probe itself. Its trampoline may be
 * where the init function of a module was, whose name the kernel remembers.
 */
static bool fail_is_within(unsigned long function)
{
	unsigned long entries[FAIL_DEPTH];
	char name[KSYM_SYMBOL_LEN];
	unsigned int i, n, first = 0;
	char *module;

	n = stack_trace_save(entries, FAIL_DEPTH, 0);
	for (i = 0; i < n; i++)
		if (entries[i] - function < FAIL_ENTRY_BYTES)
			first = i + 1;
	for (i = first; i < n; i++) {
		sprint_symbol(name, entries[i]);
		module = strchr(name, '[');
		if (module && str_has_prefix(module + 1, fail_within))
			return true;
	}
	return false;
}

static int fail_spare_begin(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (current == READ_ONCE(fail_task))
		fail_spared = true;
	return 0;
}

static int fail_spare_end(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (current == READ_ONCE(fail_task))
		fail_spared = false;
	return 0;
}

static struct kretprobe fail_spare = {
	.kp.symbol_name = "acpi_pci_irq_enable",
	.entry_handler = fail_spare_begin,
	.handler = fail_spare_end,
};

static int fail_enter(struct kprobe *probe, struct pt_regs *regs)
{
	if (current != READ_ONCE(fail_task) || fail_spared || !fail_in_task())
		return 0;
	if (*fail_within && !fail_is_within((unsigned long)probe->addr))
		return 0;
	if (++fail_calls != fail_nth)
		return 0;
	fail_hit = true;
	regs->ax = fail_value;
	regs->ip = (unsigned long)portcls_fail_return;
	return 1;
}

NOKPROBE_SYMBOL(fail_enter);

/* A probe with this is never turned into a jump, which could not change the path. */
static void fail_after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe fail_probe;

static int fail_stand_on(const char *symbol)
{
	int err;

	if (!strcmp(symbol, fail_symbol))
		return 0;
	if (*fail_symbol)
		unregister_kprobe(&fail_probe);
	strscpy(fail_symbol, symbol, sizeof(fail_symbol));
	fail_probe = (struct kprobe) {
		.symbol_name = fail_symbol,
		.pre_handler = fail_enter,
		.post_handler = fail_after,
	};
	err = register_kprobe(&fail_probe);
	if (err)
		*fail_symbol = 0;
	return err;
}

static int fail_arm(const char *symbol, long value, unsigned int nth, const char *within)
{
	int err = 0;

	mutex_lock(&fail_mutex);
	WRITE_ONCE(fail_task, NULL);
	if (nth) {
		err = fail_stand_on(symbol);
		strscpy(fail_within, within, sizeof(fail_within));
		fail_value = value;
		fail_nth = nth;
		fail_calls = 0;
		fail_hit = false;
		fail_spared = false;
		if (!err)
			WRITE_ONCE(fail_task, current);
	}
	mutex_unlock(&fail_mutex);
	return err;
}

int portcls_fail_arm(const char *symbol, long value, unsigned int nth)
{
	return fail_arm(symbol, value, nth, "");
}
EXPORT_SYMBOL_GPL(portcls_fail_arm);

/* Return: whether the call that was to fail has been made. */
bool portcls_fail_disarm(void)
{
	fail_arm("", 0, 0, "");
	return fail_hit;
}
EXPORT_SYMBOL_GPL(portcls_fail_disarm);

static ssize_t fail_write(struct file *file, const char __user *from, size_t count,
			  loff_t *pos)
{
	char text[256] = "", symbol[128] = "", within[MODULE_NAME_LEN] = "";
	unsigned int nth;
	long value;
	int err;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	if (sscanf(text, "%127s %li %u %55s", symbol, &value, &nth, within) < 3)
		return -EINVAL;

	err = fail_arm(symbol, value, nth, within);
	return err ?: count;
}

static int fail_show(struct seq_file *file, void *unused)
{
	mutex_lock(&fail_mutex);
	seq_printf(file, "%u %d\n", fail_calls, fail_hit);
	mutex_unlock(&fail_mutex);
	return 0;
}

static int fail_open(struct inode *inode, struct file *file)
{
	return single_open(file, fail_show, NULL);
}

static const struct file_operations fail_fops = {
	.owner = THIS_MODULE,
	.open = fail_open,
	.read = seq_read,
	.write = fail_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static struct dentry *fail_file;

static int __init fail_init(void)
{
	int err = register_kretprobe(&fail_spare);

	if (err)
		return err;
	fail_file = debugfs_create_file("portcls-fail", 0600, NULL, NULL, &fail_fops);
	return PTR_ERR_OR_ZERO(fail_file);
}
module_init(fail_init);

static void __exit fail_exit(void)
{
	debugfs_remove(fail_file);
	unregister_kretprobe(&fail_spare);
	if (*fail_symbol)
		unregister_kprobe(&fail_probe);
}
module_exit(fail_exit);

MODULE_DESCRIPTION("Failing calls for the test machine");
MODULE_LICENSE("GPL");
