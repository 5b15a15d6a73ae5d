// SPDX-License-Identifier: GPL-2.0
/*
 * Does what a driver must never do, so that the test machine can be seen to notice
 *
 * Writing the name of a fault to the module's parameter "fault" commits it. The
 * kernel's log tells where each one begins and ends.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/refcount.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static struct platform_device *splat_dev;
static unsigned long splat_sum;

static void splat_use_after_free(void)
{
	unsigned long *p = kmalloc(SZ_128, GFP_KERNEL);

	if (!p)
		return;
	*p = 1;
	kfree(p);
	splat_sum += READ_ONCE(*p);
}

static void splat_overrun(void)
{
	u8 *p = kmalloc(SZ_64, GFP_KERNEL);
	unsigned int size = SZ_64;

	if (!p)
		return;
	OPTIMIZER_HIDE_VAR(size);
	splat_sum += READ_ONCE(p[size]);
	kfree(p);
}

/* Several, since the stack may still hold the address of one. */
static void splat_leak(void)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		splat_sum += !kmalloc(SZ_256 + 8 * i, GFP_KERNEL);
}

static DEFINE_SPINLOCK(splat_first);
static DEFINE_SPINLOCK(splat_second);

static void splat_inversion(void)
{
	spin_lock(&splat_first);
	spin_lock(&splat_second);
	spin_unlock(&splat_second);
	spin_unlock(&splat_first);

	spin_lock(&splat_second);
	spin_lock(&splat_first);
	spin_unlock(&splat_first);
	spin_unlock(&splat_second);
}

static void splat_unmapped(void)
{
	dma_unmap_single(&splat_dev->dev, SZ_1M, SZ_64, DMA_TO_DEVICE);
}

static void splat_sleep(void)
{
	spin_lock(&splat_first);
	might_sleep();
	spin_unlock(&splat_first);
}

static void splat_refcount(void)
{
	refcount_t ref = REFCOUNT_INIT(1);

	refcount_dec(&ref);
	refcount_inc(&ref);
}

static void splat_shift(void)
{
	int by = 40;

	OPTIMIZER_HIDE_VAR(by);
	splat_sum += 1 << by;
}

static const struct {
	const char *name;
	void (*commit)(void);
} splat_faults[] = {
	{ "nothing", NULL },
	{ "lock-inversion", splat_inversion },
	{ "sleep-in-atomic", splat_sleep },
	{ "unmapped-dma", splat_unmapped },
	{ "refcount", splat_refcount },
	{ "shift", splat_shift },
	{ "leak", splat_leak },
	{ "use-after-free", splat_use_after_free },
	{ "overrun", splat_overrun },
};

static int splat_set(const char *value, const struct kernel_param *kp)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(splat_faults); i++) {
		if (!sysfs_streq(value, splat_faults[i].name))
			continue;
		if (splat_faults[i].commit)
			splat_faults[i].commit();
		return 0;
	}
	return -EINVAL;
}

static const struct kernel_param_ops splat_ops = {
	.set = splat_set,
};
module_param_cb(fault, &splat_ops, NULL, 0200);
MODULE_PARM_DESC(fault, "What to do wrong");

static int __init splat_init(void)
{
	splat_dev = platform_device_register_simple("portcls-splat", PLATFORM_DEVID_NONE,
						    NULL, 0);
	if (IS_ERR(splat_dev))
		return PTR_ERR(splat_dev);
	return dma_coerce_mask_and_coherent(&splat_dev->dev, DMA_BIT_MASK(32));
}
module_init(splat_init);

static void __exit splat_exit(void)
{
	platform_device_unregister(splat_dev);
}
module_exit(splat_exit);

MODULE_DESCRIPTION("Faults for the test machine to notice");
MODULE_LICENSE("GPL");
