// SPDX-License-Identifier: GPL-2.0
/*
 * Slave channels on the PC's own DMA controllers
 *
 * Runs where i8237-dma was loaded with slaves=portcls-i8237-test, and skips
 * elsewhere. Nothing moves on a line unless its device asks; where there is a
 * Sound Blaster 16 at its usual place that no driver has, its DSP does.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/suspend.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/dma_slave.h>

#if IS_ENABLED(CONFIG_ISA_DMA_API)
#include <asm/dma.h>
#endif

#include "dsp.h"
#include "portcls_test.h"

#define I8237_NAME	"portcls-i8237-test"
struct i8237_fixture {
	struct platform_device *pdev;
	struct portcls_dma_channel *chan;
	unsigned int notified;
};

static const struct portcls_slave_desc i8237_desc = {};

static struct portcls_dma_channel *i8237_take(struct i8237_fixture *f, unsigned int line)
{
	char name[16];

	snprintf(name, sizeof(name), "dma%u", line);
	return portcls_dma_new_slave(&f->pdev->dev, name, &i8237_desc, SZ_1M);
}

static int i8237_init(struct portcls_test *t)
{
	struct i8237_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	struct portcls_dma_channel *chan;
	int err = -ENOMEM;

	if (!f)
		return err;
	f->pdev = platform_device_register_simple(I8237_NAME, PLATFORM_DEVID_NONE,
						  NULL, 0);
	if (IS_ERR(f->pdev)) {
		err = PTR_ERR(f->pdev);
		kfree(f);
		return err;
	}
	t->priv = f;
	chan = i8237_take(f, 7);
	if (IS_ERR(chan))
		strscpy(t->skip, "no line of an 8237 for " I8237_NAME, sizeof(t->skip));
	else
		portcls_dma_put(chan);
	return 0;
}

static void i8237_exit(struct portcls_test *t)
{
	struct i8237_fixture *f = t->priv;

	portcls_dma_put(f->chan);
	platform_device_unregister(f->pdev);
	kfree(f);
}

static void i8237_limits(struct portcls_test *t)
{
	static const unsigned int lines[] = { 0, 1, 2, 3, 5, 6, 7 };
	struct i8237_fixture *f = t->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		u32 window = lines[i] > 3 ? SZ_128K : SZ_64K;
		struct portcls_dma_channel *chan;
		struct dma_slave_caps caps;
		struct device *dev;
		dma_addr_t addr;

		chan = i8237_take(f, lines[i]);
		/* The floppy may have its line. */
		if (lines[i] == 2 && IS_ERR(chan))
			continue;
		PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(chan), 0);
		f->chan = chan;
		dev = portcls_adapter_device(portcls_dma_adapter_object(chan));
		PT_EXPECT_EQ(t, dma_get_mask(dev), DMA_BIT_MASK(24));
		PT_EXPECT_EQ(t, dma_get_max_seg_size(dev), window);
		PT_EXPECT_EQ(t, dma_get_seg_boundary(dev), window - 1);
		PT_EXPECT_EQ(t, dma_get_slave_caps(portcls_dma_slave_chan(chan), &caps), 0);
		PT_EXPECT_EQ(t, caps.src_addr_widths, lines[i] > 3 ? BIT(2) : BIT(1));
		PT_EXPECT_EQ(t, caps.residue_granularity, DMA_RESIDUE_GRANULARITY_BURST);
		PT_EXPECT(t, portcls_dma_slave_can_pause(chan));

		PT_EXPECT_EQ(t, portcls_dma_maximum_buffer_size(chan), window);
		PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(chan, 2 * window, NULL), -EINVAL);
		PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(chan, window, NULL), 0);
		addr = portcls_dma_physical_address(chan);
		PT_EXPECT(t, addr + window <= SZ_16M);
		PT_EXPECT_EQ(t, addr / window, (addr + window - 1) / window);
		if (lines[i] > 3)
			PT_EXPECT_EQ(t, portcls_dma_start(chan, 1001, true), -EINVAL);

		/* The whole counter, in which all ones is the beginning. */
		PT_EXPECT_EQ(t, portcls_dma_start(chan, window, true), 0);
		PT_EXPECT_EQ(t, portcls_dma_read_counter(chan), window);
		PT_EXPECT_EQ(t, portcls_dma_wait_for_tc(chan, 3000), -ETIMEDOUT);
		PT_EXPECT_EQ(t, portcls_dma_stop(chan), 0);
		PT_EXPECT_EQ(t, portcls_dma_slave_set_single(chan, true), 0);
		PT_EXPECT_EQ(t, portcls_dma_start(chan, window, false), 0);
		msleep(20);
		PT_EXPECT_EQ(t, portcls_dma_read_counter(chan), window);
		PT_EXPECT_EQ(t, portcls_dma_stop(chan), 0);
		portcls_dma_put(chan);
		f->chan = NULL;
	}
}

static void i8237_busy(struct portcls_test *t)
{
	struct i8237_fixture *f = t->priv;

	f->chan = i8237_take(f, 6);
	if (IS_ERR(f->chan)) {
		PT_EXPECT_EQ(t, PTR_ERR(f->chan), 0);
		f->chan = NULL;
		return;
	}
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(i8237_take(f, 6)), -EBUSY);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(i8237_take(f, 4)), -EPROBE_DEFER);
#if IS_ENABLED(CONFIG_ISA_DMA_API)
	PT_EXPECT_EQ(t, request_dma(6, "portcls-test"), -EBUSY);
	/* One that uses the kernel's functions directly keeps its line. */
	PT_ASSERT_EQ(t, request_dma(7, "portcls-test"), 0);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(i8237_take(f, 7)), -EBUSY);
	free_dma(7);
#endif
}

static void i8237_notify(void *data)
{
	struct i8237_fixture *f = data;

	f->notified++;
}

/* Line 5 with a buffer, and a DSP that waits for a command. */
static bool i8237_dsp(struct portcls_test *t, u32 size)
{
	struct i8237_fixture *f = t->priv;
	struct portcls_dma_channel *chan;

	if (!dsp_ready(t))
		return false;
	chan = i8237_take(f, 5);
	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(chan), 0))
		return false;
	f->chan = chan;
	return PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(chan, size, NULL), 0);
}

/*
 * Read as often as can be while the controller counts down: no step back. Who was kept
 * from looking for half a lap, on a virtual CPU whose host is busy, cannot tell a step
 * back from one ahead.
 */
static void i8237_torn(struct portcls_test *t)
{
	struct i8237_fixture *f = t->priv;
	unsigned int back = 0, steps = 0, laps = 0, blind = 0;
	u32 map = SZ_64K - 1024, at, last = 0;
	const s64 half_us = (u64)map * USEC_PER_SEC / DSP_SPEED / 2;
	ktime_t begun, end, looked, now;
	u64 moved, due;

	if (!i8237_dsp(t, map))
		return;
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, map, true), 0);
	begun = ktime_get();
	dsp_play();
	end = ktime_add_ms(begun, 3000);
	looked = begun;
	while (ktime_before(ktime_get(), end)) {
		now = ktime_get();
		at = (map - portcls_dma_read_counter(f->chan)) % map;
		if (ktime_us_delta(ktime_get(), looked) >= half_us)
			blind++;
		else if (at < last && last - at > map / 2)
			laps++;
		else if (at < last)
			back++;
		looked = now;
		steps += at != last;
		last = at;
	}
	moved = (u64)laps * map + last;
	due = (u64)ktime_ms_delta(ktime_get(), begun) * DSP_SPEED / 1000;
	dsp_reset();
	pt_note("%u steps, %u laps, %llu of %llu bytes, blind %u times", steps, laps, moved,
		due, blind);
	PT_EXPECT_EQ(t, back, 0);
	PT_EXPECT(t, steps > 50);
	PT_EXPECT(t, blind || moved > due * 9 / 10);
	PT_EXPECT(t, moved < due * 11 / 10);
}

static void i8237_held(struct portcls_test *t)
{
	struct i8237_fixture *f = t->priv;
	u32 at, later;

	if (!i8237_dsp(t, SZ_64K))
		return;
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SZ_64K, true), 0);
	dsp_play();
	msleep(100);
	PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), 0);
	at = portcls_dma_read_counter(f->chan);
	PT_EXPECT(t, at < SZ_64K);
	msleep(50);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), at);
	PT_EXPECT_EQ(t, portcls_dma_resume(f->chan), 0);
	msleep(50);
	later = portcls_dma_read_counter(f->chan);
	PT_EXPECT(t, later < at);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	dsp_reset();
}

/* Callbacks from the counter, for a device that would have no interrupt. */
static void i8237_called(struct portcls_test *t)
{
	struct i8237_fixture *f = t->priv;
	u32 map = SZ_32K, period = SZ_8K;
	unsigned int due, stopped;
	ktime_t begun;

	if (!i8237_dsp(t, map))
		return;
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, period), 0);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, i8237_notify, f), 0);
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, map, true), 0);
	begun = ktime_get();
	dsp_play();
	msleep(1000);
	due = ktime_ms_delta(ktime_get(), begun) * DSP_SPEED / 1000 / period;
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	stopped = f->notified;
	pt_note("%u callbacks of %u", stopped, due);
	PT_EXPECT(t, stopped + 2 >= due);
	PT_EXPECT(t, stopped <= due + 1);
	msleep(100);
	PT_EXPECT_EQ(t, f->notified, stopped);
	dsp_reset();
}

/* An emulated card does not stop at the end; the channel does. */
static void i8237_single(struct portcls_test *t)
{
	struct i8237_fixture *f = t->priv;

	if (!i8237_dsp(t, SZ_32K))
		return;
	PT_ASSERT_EQ(t, portcls_dma_slave_set_single(f->chan, true), 0);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, i8237_notify, f), 0);
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SZ_32K, true), 0);
	dsp_play();
	PT_EXPECT_EQ(t, portcls_dma_wait_for_tc(f->chan, 1000000), 0);
	msleep(50);
	PT_EXPECT_EQ(t, f->notified, 1);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), SZ_32K);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	dsp_reset();
}

/* As before another kernel is started: the card asks on, and nothing moves. */
static void i8237_shut_down(struct portcls_test *t)
{
	struct i8237_fixture *f = t->priv;
	struct device *dev;
	u32 at;

	if (!i8237_dsp(t, SZ_64K))
		return;
	dev = portcls_dma_slave_chan(f->chan)->device->dev;
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SZ_64K, true), 0);
	dsp_play();
	msleep(50);
	to_platform_driver(dev->driver)->shutdown(to_platform_device(dev));
	at = portcls_dma_read_counter(f->chan);
	PT_EXPECT(t, at < SZ_64K);
	msleep(50);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), at);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	dsp_reset();
	/* Other cases come after this one. */
	if (dev->driver->pm)
		dev->driver->pm->resume_early(dev);
}

/* The controller has lost what it had, and its driver's turn has not come yet. */
static void i8237_unaware(struct portcls_test *t)
{
#if IS_ENABLED(CONFIG_ISA_DMA_API) && IS_ENABLED(CONFIG_PM_SLEEP)
	struct i8237_fixture *f = t->priv;
	unsigned int notified;
	unsigned long flags;
	struct device *dev;
	u32 at;

	if (!i8237_dsp(t, SZ_32K))
		return;
	dev = portcls_dma_slave_chan(f->chan)->device->dev;
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, SZ_4K), 0);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, i8237_notify, f), 0);
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SZ_32K, true), 0);
	dsp_play();
	msleep(100);
	PT_ASSERT_EQ(t, dev->driver->pm->suspend_late(dev), 0);
	at = portcls_dma_read_counter(f->chan);
	/* In another period. */
	flags = claim_dma_lock();
	clear_dma_ff(5);
	set_dma_count(5, at < SZ_16K ? SZ_32K - 1000 : 1000);
	release_dma_lock(flags);
	notified = f->notified;
	PT_EXPECT(t, notified > 0);
	msleep(100);
	PT_EXPECT_EQ(t, f->notified, notified);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), at);
	/* Nor does a client's wish to go on reach it. */
	PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_resume(f->chan), 0);
	msleep(50);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), at);

	dsp_reset();
	PT_EXPECT_EQ(t, dev->driver->pm->resume_early(dev), 0);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), SZ_32K);
	dsp_play();
	msleep(100);
	PT_EXPECT(t, portcls_dma_read_counter(f->chan) < SZ_32K);
	PT_EXPECT(t, f->notified > notified);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	dsp_reset();
#endif
}

/*
 * The machine sleeps, and the kernel or the sleep itself resets the controllers:
 * what was started is there again, from its beginning, and what was paused stays
 * so. The script that runs this sees to it that the machine wakes up.
 */
static void i8237_slept(struct portcls_test *t)
{
	struct i8237_fixture *f = t->priv;
	int held;

	if (!i8237_dsp(t, SZ_32K))
		return;
	for (held = 0; held < 2; held++) {
		PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SZ_32K, true), 0);
		dsp_play();
		msleep(50);
		if (held)
			PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), 0);
		PT_EXPECT(t, portcls_dma_read_counter(f->chan) < SZ_32K);
		/* A sleeping card's driver has stopped it. */
		dsp_reset();

		PT_EXPECT_EQ(t, pm_suspend(PM_SUSPEND_MEM), 0);
		PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), SZ_32K);
		PT_EXPECT(t, dsp_reset());
		dsp_play();
		msleep(50);
		if (held) {
			PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), SZ_32K);
			PT_EXPECT_EQ(t, portcls_dma_resume(f->chan), 0);
			msleep(50);
		}
		PT_EXPECT(t, portcls_dma_read_counter(f->chan) < SZ_32K);
		dsp_reset();
		PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
		portcls_dma_synchronize(f->chan);
	}
}

static const struct portcls_test_case i8237_cases[] = {
	{ "PC-09 i8237: limits, and the whole counter, of each line", i8237_limits },
	{ "i8237: a line has one owner", i8237_busy },
	{ "i8237: no torn count", i8237_torn },
	{ "i8237: pause and resume by mask", i8237_held },
	{ "i8237: callbacks for those who ask", i8237_called },
	{ "i8237: a single transfer ends", i8237_single },
	{ "i8237: nothing moves after shutdown", i8237_shut_down },
	{ "i8237: the timer looks at no controller that is asleep", i8237_unaware },
	{ "i8237: programmed again after system sleep", i8237_slept },
	{}
};

const struct portcls_test_suite pt_suite_i8237 = {
	.name = "i8237",
	.cases = i8237_cases,
	.init = i8237_init,
	.exit = i8237_exit,
};
