// SPDX-License-Identifier: GPL-2.0
/*
 * Slave channels on the software controller, statement by statement
 *
 * The controller is held still to read an exact position: its step becomes ten
 * seconds, which no case lasts.
 */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <sound/portcls/dma_channel.h>
#include <sound/portcls/dma_slave.h>

#include "portcls_test.h"
#include "soft_dma.h"

#define SLAVE_NAME	"portcls-slave-test"
#define SLAVE_MAP	4096
#define SLAVE_STEP	100
#define SLAVE_STILL_US	(10 * USEC_PER_SEC)

struct slave_fixture {
	struct platform_device *pdev;
	struct soft_dma *soft;
	struct soft_dma_knobs *knobs;
	struct portcls_dma_channel *chan;
	struct dma_chan *dma;
	unsigned int notified;
	bool stop_in_notify;
};

static u8 slave_byte(u32 i)
{
	return i * 7 + i / 251 + 1;
}

static const struct dma_slave_map slave_map[] = {
	{ SLAVE_NAME, "dma3", (void *)0 },
	{ SLAVE_NAME, "tx", (void *)1 },
};

static const struct portcls_slave_desc slave_desc = {};

static struct soft_dma_config slave_config = {
	.channels = 2,
	.granularity = DMA_RESIDUE_GRANULARITY_BURST,
	.pauses = true,
	.map = slave_map,
	.mapcnt = ARRAY_SIZE(slave_map),
};

static void slave_take_down(struct slave_fixture *f)
{
	portcls_dma_put(f->chan);
	f->chan = NULL;
	if (f->soft)
		soft_dma_free(f->soft);
	f->soft = NULL;
}

/* A controller of the given kind and a channel on it, with a buffer. */
static int slave_set_up(struct slave_fixture *f, const struct soft_dma_config *config,
			const struct portcls_slave_desc *desc)
{
	struct portcls_dma_channel *chan;
	u8 *mem;
	u32 i;

	f->soft = soft_dma_new(config);
	if (IS_ERR(f->soft)) {
		int err = PTR_ERR(f->soft);

		f->soft = NULL;
		return err;
	}
	f->knobs = soft_dma_knobs(f->soft);
	f->knobs->step_bytes = SLAVE_STEP;
	f->knobs->step_us = SLAVE_STILL_US;
	chan = portcls_dma_new_slave(&f->pdev->dev, "tx", desc, SZ_64K);
	if (IS_ERR(chan))
		return PTR_ERR(chan);
	f->chan = chan;
	f->dma = portcls_dma_slave_chan(chan);
	i = portcls_dma_allocate_buffer(chan, 2 * SLAVE_MAP, NULL);
	if (i)
		return (int)i;
	mem = portcls_dma_system_address(chan);
	for (i = 0; i < 2 * SLAVE_MAP; i++)
		mem[i] = slave_byte(i);
	return 0;
}

static int slave_init(struct portcls_test *t)
{
	static const struct resource line = DEFINE_RES_DMA(3);
	struct slave_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	int err;

	if (!f)
		return -ENOMEM;
	f->pdev = platform_device_register_simple(SLAVE_NAME, PLATFORM_DEVID_NONE,
						  &line, 1);
	if (IS_ERR(f->pdev)) {
		err = PTR_ERR(f->pdev);
		kfree(f);
		return err;
	}
	t->priv = f;
	err = slave_set_up(f, &slave_config, &slave_desc);
	if (err) {
		slave_take_down(f);
		platform_device_unregister(f->pdev);
		kfree(f);
	}
	return err;
}

static void slave_exit(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	slave_take_down(f);
	platform_device_unregister(f->pdev);
	kfree(f);
}

/* Another controller than the usual one. */
static bool slave_remake(struct portcls_test *t, const struct soft_dma_config *config,
			 const struct portcls_slave_desc *desc)
{
	struct slave_fixture *f = t->priv;

	slave_take_down(f);
	return PT_EXPECT_EQ(t, slave_set_up(f, config, desc), 0);
}

/* Lets the engine move at least @bytes since the last reset, and holds it. */
static u32 slave_move(struct slave_fixture *f, u32 map, bool write, u64 bytes)
{
	ktime_t end = ktime_add_ms(ktime_get(), 5000);
	int err;

	f->knobs->step_us = 100;
	err = portcls_dma_start(f->chan, map, write);
	if (err)
		return err;
	while (soft_dma_fifo_count(f->dma) < bytes && ktime_before(ktime_get(), end))
		usleep_range(50, 100);
	f->knobs->step_us = SLAVE_STILL_US;
	msleep(20);
	return 0;
}

static void slave_notify(void *data)
{
	struct slave_fixture *f = data;

	f->notified++;
	if (f->stop_in_notify)
		portcls_dma_stop(f->chan);
}

static void slave_bad_start(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 0, true), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 2 * SLAVE_MAP + 1, true), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
	portcls_dma_free_buffer(f->chan);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
}

static void slave_second_start(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	u32 counter;

	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 500), 0);
	counter = portcls_dma_read_counter(f->chan);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 256, false), -EBUSY);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), SLAVE_MAP);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), counter);
}

/* Where the counter says the transfer is, against what the device got. */
static void slave_expect_place(struct portcls_test *t, u32 map)
{
	struct slave_fixture *f = t->priv;
	u32 counter = portcls_dma_read_counter(f->chan);

	PT_EXPECT(t, counter <= map);
	PT_EXPECT_EQ(t, (map - counter) % map, soft_dma_fifo_count(f->dma) % map);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), map);
}

static void slave_half(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	u32 map = portcls_dma_buffer_size(f->chan) / 2;

	PT_ASSERT_EQ(t, slave_move(f, map, true, 500), 0);
	slave_expect_place(t, map);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
}

static void slave_fresh_counter(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->dma), 0);
	PT_EXPECT_EQ(t, (SLAVE_MAP - portcls_dma_read_counter(f->chan)) % SLAVE_MAP, 0);
}

static void slave_counter(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	u64 moved;

	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 700), 0);
	moved = soft_dma_fifo_count(f->dma);
	PT_ASSERT(t, moved > 0 && moved < SLAVE_MAP);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), SLAVE_MAP - moved);
}

static void slave_cyclic(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, SLAVE_MAP + 300), 0);
	PT_ASSERT(t, soft_dma_fifo_count(f->dma) > SLAVE_MAP);
	slave_expect_place(t, SLAVE_MAP);
}

static void slave_counter_range(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	u32 counter, most = 0, least = U32_MAX;
	int i;

	f->knobs->step_us = 50;
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	for (i = 0; i < 2000; i++) {
		counter = portcls_dma_read_counter(f->chan);
		most = max(most, counter);
		least = min(least, counter);
		usleep_range(10, 20);
	}
	PT_EXPECT(t, most <= SLAVE_MAP);
	PT_EXPECT(t, least > 0);
	PT_EXPECT(t, least < SLAVE_MAP);
}

/* Whichever side is read is left as it was, and the other one has its bytes. */
static void slave_direction(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	u8 *mem = portcls_dma_system_address(f->chan);
	u8 *fifo = soft_dma_fifo(f->dma);
	u32 i, wrong = 0;

	memset(fifo, 0x5a, SOFT_DMA_FIFO_BYTES);
	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, SLAVE_MAP), 0);
	for (i = 0; i < SLAVE_MAP; i++)
		wrong += fifo[i] != slave_byte(i) || mem[i] != slave_byte(i);
	PT_EXPECT_EQ(t, wrong, 0);
	portcls_dma_stop(f->chan);
	portcls_dma_synchronize(f->chan);

	memset(fifo, 0xa5, SOFT_DMA_FIFO_BYTES);
	soft_dma_fifo_reset(f->dma);
	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, false, SLAVE_MAP / 2), 0);
	for (i = 0; i < SLAVE_MAP / 2; i++)
		wrong += mem[i] != 0xa5 || fifo[i] != 0xa5;
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT_EQ(t, mem[SLAVE_MAP], slave_byte(SLAVE_MAP));
}

static void slave_stop(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 300), 0);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
}

static void slave_restart(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	u8 *mem = portcls_dma_system_address(f->chan);

	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 1000), 0);
	portcls_dma_stop(f->chan);
	/* Also where nobody has waited in between. */
	soft_dma_fifo_reset(f->dma);
	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 300), 0);
	slave_expect_place(t, SLAVE_MAP);
	PT_EXPECT_EQ(t, memcmp(soft_dma_fifo(f->dma), mem, 300), 0);
}

static void slave_tc_timeout(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	unsigned int reads;
	ktime_t begun;

	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	reads = soft_dma_status_reads(f->dma);
	begun = ktime_get();
	PT_EXPECT_EQ(t, portcls_dma_wait_for_tc(f->chan, 25), -ETIMEDOUT);
	PT_EXPECT(t, ktime_us_delta(ktime_get(), begun) >= 20);
	reads = soft_dma_status_reads(f->dma) - reads;
	PT_EXPECT(t, reads >= 2);
	PT_EXPECT(t, reads <= 4);
}

static void slave_tc_once(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	unsigned int reads;

	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	reads = soft_dma_status_reads(f->dma);
	PT_EXPECT_EQ(t, portcls_dma_wait_for_tc(f->chan, 9), -ETIMEDOUT);
	PT_EXPECT_EQ(t, soft_dma_status_reads(f->dma) - reads, 1);
	portcls_dma_stop(f->chan);
	PT_EXPECT_EQ(t, portcls_dma_wait_for_tc(f->chan, 1000000), 0);
}

static void slave_tc_reached(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	int single;

	f->knobs->step_us = 300;
	for (single = 0; single < 2; single++) {
		PT_ASSERT_EQ(t, portcls_dma_slave_set_single(f->chan, single), 0);
		PT_ASSERT_EQ(t, portcls_dma_start(f->chan, 1000, true), 0);
		PT_EXPECT_EQ(t, portcls_dma_wait_for_tc(f->chan, 2000000), 0);
		PT_EXPECT(t, soft_dma_fifo_count(f->dma) >= 1000);
		portcls_dma_stop(f->chan);
		portcls_dma_synchronize(f->chan);
		soft_dma_fifo_reset(f->dma);
	}
}

static void slave_single(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	PT_ASSERT_EQ(t, portcls_dma_slave_set_single(f->chan, true), 0);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, slave_notify, f), 0);
	PT_ASSERT_EQ(t, slave_move(f, 1000, true, 1000), 0);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->dma), 1000);
	PT_EXPECT_EQ(t, f->notified, 1);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 1000);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 1000, true), -EBUSY);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
}

static void slave_counted(struct portcls_test *t)
{
	static const struct portcls_slave_desc ignore = { .ignore_count = true };
	struct soft_dma_config config = slave_config;
	struct slave_fixture *f = t->priv;
	u32 lost = 2 * 512;
	int i;

	config.granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	for (i = 0; i < 2; i++) {
		if (!slave_remake(t, i ? &slave_config : &config,
				  i ? &ignore : &slave_desc))
			return;
		PT_EXPECT_EQ(t, portcls_dma_slave_granularity(f->chan),
			     DMA_RESIDUE_GRANULARITY_SEGMENT);
		PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
		f->knobs->step_bytes = 512;
		PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, SLAVE_MAP + 1024), 0);
		slave_expect_place(t, SLAVE_MAP);
		portcls_dma_stop(f->chan);
		portcls_dma_synchronize(f->chan);
		soft_dma_fifo_reset(f->dma);

		/* What nobody was told of cannot be counted. */
		f->knobs->lose_callback = 2;
		PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 3 * 512), 0);
		PT_EXPECT_EQ(t, SLAVE_MAP - portcls_dma_read_counter(f->chan),
			     soft_dma_fifo_count(f->dma) % SLAVE_MAP - lost);
		portcls_dma_stop(f->chan);
		portcls_dma_synchronize(f->chan);
		soft_dma_fifo_reset(f->dma);

		PT_ASSERT_EQ(t, portcls_dma_slave_set_single(f->chan, true), 0);
		PT_ASSERT_EQ(t, slave_move(f, 2048, true, 512), 0);
		PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 2048);
		f->knobs->step_us = 0;
		portcls_dma_stop(f->chan);
		portcls_dma_synchronize(f->chan);
		soft_dma_fifo_reset(f->dma);
		PT_ASSERT_EQ(t, slave_move(f, 2048, true, 2048), 0);
		PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 0);
	}
}

static void slave_atomic_stop(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	unsigned long flags;
	int err;

	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, slave_notify, f), 0);
	local_irq_save(flags);
	err = portcls_dma_start(f->chan, SLAVE_MAP, true);
	local_irq_restore(flags);
	PT_ASSERT_EQ(t, err, 0);
	/* The engine takes the transfer up before its first step. */
	msleep(20);
	local_irq_save(flags);
	err = portcls_dma_stop(f->chan);
	local_irq_restore(flags);
	PT_EXPECT_EQ(t, err, 0);
	PT_EXPECT_EQ(t, soft_dma_gone(f->soft), 1);
	PT_EXPECT(t, portcls_dma_system_address(f->chan));
	portcls_dma_free_buffer(f->chan);
	PT_EXPECT_EQ(t, soft_dma_gone(f->soft), 0);
	PT_EXPECT(t, !portcls_dma_system_address(f->chan));
}

static void slave_last_put(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	f->knobs->step_us = 50;
	f->knobs->call_after_stop = 1;
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, slave_notify, f), 0);
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	msleep(20);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 1);
	portcls_dma_put(f->chan);
	f->chan = NULL;
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
	PT_EXPECT_EQ(t, soft_dma_gone(f->soft), 0);
}

static void slave_both(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	PT_EXPECT(t, portcls_dma_is_slave(f->chan));
	PT_EXPECT_EQ(t, portcls_dma_allocated_buffer_size(f->chan), 2 * SLAVE_MAP);
	PT_EXPECT(t, portcls_dma_adapter_object(f->chan));
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
}

static void slave_notified(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	unsigned int before;

	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 500), 0);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, slave_notify, f), 0);
	f->knobs->step_bytes = 256;
	/* 500 does not divide the cycle: the longest that does and is not longer. */
	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, SLAVE_MAP), 0);
	PT_EXPECT_EQ(t, f->notified, soft_dma_fifo_count(f->dma) / 256);
	PT_EXPECT_EQ(t, portcls_dma_slave_set_notify(f->chan, NULL, NULL), -EBUSY);
	PT_EXPECT_EQ(t, portcls_dma_slave_set_period(f->chan, 1), -EBUSY);
	PT_EXPECT_EQ(t, portcls_dma_slave_set_single(f->chan, true), -EBUSY);

	/* A callback that the controller makes after Stop reaches nobody. */
	before = f->notified;
	f->knobs->call_after_stop = 1;
	portcls_dma_stop(f->chan);
	msleep(20);
	PT_EXPECT_EQ(t, f->knobs->call_after_stop, 0);
	PT_EXPECT_EQ(t, f->notified, before);
	portcls_dma_synchronize(f->chan);

	/* A client may stop when it is called. */
	f->stop_in_notify = true;
	f->notified = 0;
	soft_dma_fifo_reset(f->dma);
	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 256), 0);
	PT_EXPECT_EQ(t, f->notified, 1);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
}

/* The straggler of one run is not taken for the next one's. */
static void slave_straggler(struct portcls_test *t)
{
	struct soft_dma_config config = slave_config;
	struct slave_fixture *f = t->priv;

	config.granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	if (!slave_remake(t, &config, &slave_desc))
		return;
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	msleep(20);
	f->knobs->call_after_stop = 1;
	portcls_dma_stop(f->chan);
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	msleep(20);
	PT_EXPECT_EQ(t, f->knobs->call_after_stop, 0);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->dma), 0);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), SLAVE_MAP);
}

static void slave_quiet(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	/* Nobody wants to be called: the controller is not asked to. */
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
	f->knobs->step_bytes = 512;
	f->knobs->lose_callback = 1;
	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, SLAVE_MAP), 0);
	PT_EXPECT_EQ(t, f->notified, 0);
	slave_expect_place(t, SLAVE_MAP);
}

static void slave_segment(struct portcls_test *t)
{
	struct soft_dma_config config = slave_config;
	struct slave_fixture *f = t->priv;
	u32 place;

	config.granularity = DMA_RESIDUE_GRANULARITY_SEGMENT;
	if (!slave_remake(t, &config, &slave_desc))
		return;
	PT_EXPECT_EQ(t, portcls_dma_slave_granularity(f->chan),
		     DMA_RESIDUE_GRANULARITY_SEGMENT);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 1300), 0);
	place = SLAVE_MAP - portcls_dma_read_counter(f->chan);
	PT_EXPECT_EQ(t, place, rounddown((u32)soft_dma_fifo_count(f->dma), 512));
}

static void slave_pause(struct portcls_test *t)
{
	struct soft_dma_config config = slave_config;
	struct slave_fixture *f = t->priv;
	u64 moved;

	PT_EXPECT(t, portcls_dma_slave_can_pause(f->chan));
	PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), -EINVAL);
	f->knobs->step_us = 100;
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	usleep_range(1000, 2000);
	PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), 0);
	moved = soft_dma_fifo_count(f->dma);
	slave_expect_place(t, SLAVE_MAP);
	msleep(20);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->dma), moved);
	slave_expect_place(t, SLAVE_MAP);
	PT_EXPECT_EQ(t, portcls_dma_resume(f->chan), 0);
	msleep(20);
	PT_EXPECT(t, soft_dma_fifo_count(f->dma) > moved);

	config.pauses = false;
	if (!slave_remake(t, &config, &slave_desc))
		return;
	PT_EXPECT(t, !portcls_dma_slave_can_pause(f->chan));
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_dma_resume(f->chan), -EOPNOTSUPP);
}

static void slave_failures(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	f->knobs->prep_null = 1;
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), -ENOMEM);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
	f->knobs->submit_error = 1;
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), -EIO);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
	/* A prime number of bytes, which no whole number of callbacks divides. */
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 8191, true), -EINVAL);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 0), 0);
	PT_ASSERT_EQ(t, slave_move(f, SLAVE_MAP, true, 10 * SLAVE_STEP), 0);
	slave_expect_place(t, SLAVE_MAP);
	/* What an engine that has failed says is no position: the last one stays. */
	f->knobs->error_status = true;
	slave_expect_place(t, SLAVE_MAP);
}

static void slave_widths(struct portcls_test *t)
{
	static const struct portcls_slave_desc words = { .width = 2 };
	static const struct portcls_slave_desc odd = { .width = 3 };
	struct slave_fixture *f = t->priv;

	if (!slave_remake(t, &slave_config, &words))
		return;
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 1001, true), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 1002, true), 0);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(portcls_dma_new_slave(&f->pdev->dev, "dma3",
							      &odd, SZ_64K)), -EINVAL);
}

static void slave_lookup(struct portcls_test *t)
{
	struct soft_dma_config config = slave_config;
	struct slave_fixture *f = t->priv;
	struct device *dev = &f->pdev->dev;
	struct portcls_dma_channel *chan;

	chan = portcls_dma_new_slave_index(dev, 0, &slave_desc, SZ_64K);
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_slave_chan(chan)->chan_id, 0);
	PT_EXPECT_EQ(t, portcls_dma_maximum_buffer_size(chan), SZ_64K);
	portcls_dma_put(chan);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_slave_index(dev, 1, &slave_desc, 1)),
		     -EINVAL);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_slave(dev, "dma3", &slave_desc, 0)),
		     -EINVAL);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_slave(dev, "rx", &slave_desc, 1)),
		     -EPROBE_DEFER);
	slave_take_down(f);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_slave(dev, "tx", &slave_desc, 1)),
		     -EPROBE_DEFER);
	config.no_terminate = true;
	PT_EXPECT_EQ(t, slave_set_up(f, &config, &slave_desc), -EOPNOTSUPP);
}

static const struct portcls_test_case slave_cases[] = {
	{ "PC-22 the last put stops the transfer first", slave_last_put },
	{ "PC-24 a slave has both kinds of methods", slave_both },
	{ "PC-26 a Start that cannot be is refused", slave_bad_start },
	{ "PC-27 a second Start changes nothing", slave_second_start },
	{ "PC-28 half of the buffer is as good as all", slave_half },
	{ "PC-29 the counter of a fresh start is the beginning", slave_fresh_counter },
	{ "PC-30 the counter is exact", slave_counter },
	{ "PC-31 the transfer is cyclic", slave_cyclic },
	{ "PC-32 the counter stays within the transfer", slave_counter_range },
	{ "PC-33 the direction is the one asked for", slave_direction },
	{ "PC-34 Stop leaves nothing and may be repeated", slave_stop },
	{ "PC-35 a new Start begins at offset 0", slave_restart },
	{ "PC-36 a wait in vain ends in time", slave_tc_timeout },
	{ "PC-37 a wait of less than a step looks once", slave_tc_once },
	{ "PC-38 a wait sees the terminal count", slave_tc_reached },
	{ "PC-39 without a residue the callbacks are the position", slave_counted },
	{ "PC-40 the buffer outlives an atomic Stop", slave_atomic_stop },
	{ "slave: a single transfer ends by itself", slave_single },
	{ "slave: callbacks end with Stop", slave_notified },
	{ "slave: a straggler is not the next run's", slave_straggler },
	{ "slave: no callback is asked for in vain", slave_quiet },
	{ "slave: a residue of periods is said to be coarse", slave_segment },
	{ "slave: pause and resume", slave_pause },
	{ "slave: failures of the controller leave it usable", slave_failures },
	{ "slave: widths", slave_widths },
	{ "slave: found by name and index, or not yet", slave_lookup },
	{}
};

const struct portcls_test_suite pt_suite_slave = {
	.name = "slave",
	.cases = slave_cases,
	.init = slave_init,
	.exit = slave_exit,
};
