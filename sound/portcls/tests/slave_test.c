// SPDX-License-Identifier: GPL-2.0
/*
 * Slave channels: Start, the position and the terminal count
 */
#include <linux/delay.h>
#include <linux/ktime.h>

#include "slave_fixture.h"

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

	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 500), 0);
	counter = portcls_dma_read_counter(f->chan);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 256, false), -EBUSY);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), SLAVE_MAP);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), counter);
}

static void slave_half(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	u32 map = portcls_dma_buffer_size(f->chan) / 2;

	PT_ASSERT_EQ(t, pt_slave_move(f, map, true, 500), 0);
	pt_slave_expect_place(t, map);
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

	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 700), 0);
	moved = soft_dma_fifo_count(f->dma);
	PT_ASSERT(t, moved > 0 && moved < SLAVE_MAP);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), SLAVE_MAP - moved);
}

static void slave_cyclic(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, SLAVE_MAP + 300), 0);
	PT_ASSERT(t, soft_dma_fifo_count(f->dma) > SLAVE_MAP);
	pt_slave_expect_place(t, SLAVE_MAP);
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
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, SLAVE_MAP), 0);
	for (i = 0; i < SLAVE_MAP; i++)
		wrong += fifo[i] != pt_slave_byte(i) || mem[i] != pt_slave_byte(i);
	PT_EXPECT_EQ(t, wrong, 0);
	portcls_dma_stop(f->chan);
	portcls_dma_synchronize(f->chan);

	memset(fifo, 0xa5, SOFT_DMA_FIFO_BYTES);
	soft_dma_fifo_reset(f->dma);
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, false, SLAVE_MAP / 2), 0);
	for (i = 0; i < SLAVE_MAP / 2; i++)
		wrong += mem[i] != 0xa5 || fifo[i] != 0xa5;
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT_EQ(t, mem[SLAVE_MAP], pt_slave_byte(SLAVE_MAP));
}

static void slave_restart(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	u8 *mem = portcls_dma_system_address(f->chan);

	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 1000), 0);
	portcls_dma_stop(f->chan);
	/* Also where nobody has waited in between. */
	soft_dma_fifo_reset(f->dma);
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 300), 0);
	pt_slave_expect_place(t, SLAVE_MAP);
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
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, pt_slave_notify, f), 0);
	PT_ASSERT_EQ(t, pt_slave_move(f, 1000, true, 1000), 0);
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
	struct soft_dma_config config = pt_slave_config;
	struct slave_fixture *f = t->priv;
	u32 lost = 2 * 512;
	int i;

	config.granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	for (i = 0; i < 2; i++) {
		if (!pt_slave_remake(t, i ? &pt_slave_config : &config,
				     i ? &ignore : &pt_slave_desc))
			return;
		PT_EXPECT_EQ(t, portcls_dma_slave_granularity(f->chan),
			     DMA_RESIDUE_GRANULARITY_SEGMENT);
		PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
		f->knobs->step_bytes = 512;
		PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, SLAVE_MAP + 1024), 0);
		pt_slave_expect_place(t, SLAVE_MAP);
		portcls_dma_stop(f->chan);
		portcls_dma_synchronize(f->chan);
		soft_dma_fifo_reset(f->dma);

		/* What nobody was told of cannot be counted. */
		f->knobs->lose_callback = 2;
		PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 3 * 512), 0);
		PT_EXPECT_EQ(t, SLAVE_MAP - portcls_dma_read_counter(f->chan),
			     soft_dma_fifo_count(f->dma) % SLAVE_MAP - lost);
		portcls_dma_stop(f->chan);
		portcls_dma_synchronize(f->chan);
		soft_dma_fifo_reset(f->dma);

		PT_ASSERT_EQ(t, portcls_dma_slave_set_single(f->chan, true), 0);
		PT_ASSERT_EQ(t, pt_slave_move(f, 2048, true, 512), 0);
		PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 2048);
		f->knobs->step_us = 0;
		portcls_dma_stop(f->chan);
		portcls_dma_synchronize(f->chan);
		soft_dma_fifo_reset(f->dma);
		PT_ASSERT_EQ(t, pt_slave_move(f, 2048, true, 2048), 0);
		PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 0);
	}
}

static void slave_segment(struct portcls_test *t)
{
	struct soft_dma_config config = pt_slave_config;
	struct slave_fixture *f = t->priv;
	u32 place;

	config.granularity = DMA_RESIDUE_GRANULARITY_SEGMENT;
	if (!pt_slave_remake(t, &config, &pt_slave_desc))
		return;
	PT_EXPECT_EQ(t, portcls_dma_slave_granularity(f->chan),
		     DMA_RESIDUE_GRANULARITY_SEGMENT);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 1300), 0);
	place = SLAVE_MAP - portcls_dma_read_counter(f->chan);
	PT_EXPECT_EQ(t, place, rounddown((u32)soft_dma_fifo_count(f->dma), 512));
}

static const struct portcls_test_case slave_cases[] = {
	{ "PC-26 a Start that cannot be is refused", slave_bad_start },
	{ "PC-27 a second Start changes nothing", slave_second_start },
	{ "PC-28 half of the buffer is as good as all", slave_half },
	{ "PC-29 the counter of a fresh start is the beginning", slave_fresh_counter },
	{ "PC-30 the counter is exact", slave_counter },
	{ "PC-31 the transfer is cyclic", slave_cyclic },
	{ "PC-32 the counter stays within the transfer", slave_counter_range },
	{ "PC-33 the direction is the one asked for", slave_direction },
	{ "PC-35 a new Start begins at offset 0", slave_restart },
	{ "PC-36 a wait in vain ends in time", slave_tc_timeout },
	{ "PC-37 a wait of less than a step looks once", slave_tc_once },
	{ "PC-38 a wait sees the terminal count", slave_tc_reached },
	{ "PC-39 without a residue the callbacks are the position", slave_counted },
	{ "slave: a single transfer ends by itself", slave_single },
	{ "slave: a residue of periods is said to be coarse", slave_segment },
	{}
};

const struct portcls_test_suite pt_suite_slave = {
	.name = "slave",
	.cases = slave_cases,
	.init = pt_slave_init,
	.exit = pt_slave_exit,
};
