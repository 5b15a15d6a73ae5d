// SPDX-License-Identifier: GPL-2.0
/*
 * Slave channels: how one is found, calls back, pauses, stops and goes
 */
#include <linux/delay.h>
#include <linux/irqflags.h>

#include "slave_fixture.h"

static void slave_stop(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 300), 0);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), 0);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
}

/* What there is when the controller is about to be waited for. */
static void slave_at_sync(void *data)
{
	struct slave_fixture *f = data;

	f->syncs++;
	f->sync_stopped = soft_dma_terminates(f->dma);
	f->sync_has_buffer = portcls_dma_system_address(f->chan);
}

static void slave_atomic_stop(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	unsigned long flags;
	int err;

	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, pt_slave_notify, f), 0);
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
	f->knobs->at_sync_data = f;
	f->knobs->at_sync = slave_at_sync;
	portcls_dma_free_buffer(f->chan);
	PT_EXPECT_EQ(t, f->syncs, 1);
	PT_EXPECT(t, f->sync_has_buffer);
	PT_EXPECT_EQ(t, soft_dma_gone(f->soft), 0);
	PT_EXPECT(t, !portcls_dma_system_address(f->chan));
}

static void slave_last_put(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	f->knobs->step_us = 50;
	f->knobs->call_after_stop = 1;
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, pt_slave_notify, f), 0);
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	msleep(20);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 1);
	PT_EXPECT_EQ(t, soft_dma_terminates(f->dma), 0);
	f->knobs->at_sync_data = f;
	f->knobs->at_sync = slave_at_sync;
	portcls_dma_put(f->chan);
	f->chan = NULL;
	/* A controller that is given back running stops too, but that is too late. */
	PT_EXPECT_EQ(t, f->syncs, 1);
	PT_EXPECT(t, f->sync_stopped);
	PT_EXPECT(t, f->sync_has_buffer);
	PT_EXPECT_EQ(t, soft_dma_terminates(f->dma), 1);
	PT_EXPECT_EQ(t, f->knobs->call_after_stop, 0);
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
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, pt_slave_notify, f), 0);
	f->knobs->step_bytes = 256;
	/* 500 does not divide the cycle: the longest that does and is not longer. */
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, SLAVE_MAP), 0);
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
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 256), 0);
	PT_EXPECT_EQ(t, f->notified, 1);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
}

/* The straggler of one run is not taken for the next one's. */
static void slave_straggler(struct portcls_test *t)
{
	struct soft_dma_config config = pt_slave_config;
	struct slave_fixture *f = t->priv;

	config.granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	if (!pt_slave_remake(t, &config, &pt_slave_desc))
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
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, SLAVE_MAP), 0);
	PT_EXPECT_EQ(t, f->knobs->lose_callback, 1);
	PT_EXPECT_EQ(t, f->notified, 0);
	pt_slave_expect_place(t, SLAVE_MAP);
}

/* Some controllers do not tell apart who asked for callbacks and who did before. */
static void slave_recycled(struct portcls_test *t)
{
	struct soft_dma_config config = pt_slave_config;
	struct slave_fixture *f = t->priv;
	unsigned int called;

	config.recycles = true;
	if (!pt_slave_remake(t, &config, &pt_slave_desc))
		return;
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, pt_slave_notify, f), 0);
	f->knobs->step_bytes = 512;
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, SLAVE_MAP), 0);
	PT_EXPECT_EQ(t, f->notified, soft_dma_fifo_count(f->dma) / 512);
	portcls_dma_stop(f->chan);
	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, NULL, NULL), 0);
	soft_dma_fifo_reset(f->dma);
	called = soft_dma_called(f->dma);
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, SLAVE_MAP), 0);
	PT_EXPECT_EQ(t, soft_dma_called(f->dma), called);

	config.granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	if (!pt_slave_remake(t, &config, &pt_slave_desc))
		return;
	PT_ASSERT_EQ(t, portcls_dma_slave_set_period(f->chan, 512), 0);
	f->knobs->step_bytes = 512;
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 3 * 512), 0);
	pt_slave_expect_place(t, SLAVE_MAP);
}

static void slave_pause(struct portcls_test *t)
{
	struct soft_dma_config config = pt_slave_config;
	struct slave_fixture *f = t->priv;
	u64 moved;

	PT_EXPECT(t, portcls_dma_slave_can_pause(f->chan));
	PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), -EINVAL);
	f->knobs->step_us = 100;
	PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
	usleep_range(1000, 2000);
	PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), 0);
	moved = soft_dma_fifo_count(f->dma);
	pt_slave_expect_place(t, SLAVE_MAP);
	msleep(20);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->dma), moved);
	pt_slave_expect_place(t, SLAVE_MAP);
	PT_EXPECT_EQ(t, portcls_dma_resume(f->chan), 0);
	msleep(20);
	PT_EXPECT(t, soft_dma_fifo_count(f->dma) > moved);

	config.pauses = false;
	if (!pt_slave_remake(t, &config, &pt_slave_desc))
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
	PT_ASSERT_EQ(t, pt_slave_move(f, SLAVE_MAP, true, 10 * SLAVE_STEP), 0);
	pt_slave_expect_place(t, SLAVE_MAP);
	/* What an engine that has failed says is no position: the last one stays. */
	f->knobs->error_status = true;
	pt_slave_expect_place(t, SLAVE_MAP);
}

static void slave_widths(struct portcls_test *t)
{
	static const struct portcls_slave_desc words = { .fifo = 0x228, .width = 2,
							 .maxburst = 8 };
	static const struct portcls_slave_desc odd = { .width = 3 };
	struct soft_dma_config coarse = pt_slave_config;
	struct slave_fixture *f = t->priv;
	struct dma_slave_config config;

	if (!pt_slave_remake(t, &pt_slave_config, &words))
		return;
	config = soft_dma_slave_config(f->dma);
	PT_EXPECT_EQ(t, config.src_addr, words.fifo);
	PT_EXPECT_EQ(t, config.dst_addr, words.fifo);
	PT_EXPECT_EQ(t, config.src_addr_width, DMA_SLAVE_BUSWIDTH_2_BYTES);
	PT_EXPECT_EQ(t, config.dst_addr_width, DMA_SLAVE_BUSWIDTH_2_BYTES);
	PT_EXPECT_EQ(t, config.src_maxburst, words.maxburst);
	PT_EXPECT_EQ(t, config.dst_maxburst, words.maxburst);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 1001, true), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 1002, true), 0);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(portcls_dma_new_slave(&f->pdev->dev, "dma3",
							      &odd, SZ_64K)), -EINVAL);

	/* Where nothing is said it is what either direction can do. */
	coarse.src_widths = BIT(DMA_SLAVE_BUSWIDTH_4_BYTES);
	if (!pt_slave_remake(t, &coarse, &pt_slave_desc))
		return;
	config = soft_dma_slave_config(f->dma);
	PT_EXPECT_EQ(t, config.src_addr_width, DMA_SLAVE_BUSWIDTH_4_BYTES);
	PT_EXPECT_EQ(t, config.dst_addr_width, DMA_SLAVE_BUSWIDTH_4_BYTES);
	if (!pt_slave_remake(t, &coarse, &words))
		return;
	PT_EXPECT_EQ(t, soft_dma_slave_config(f->dma).dst_addr_width,
		     DMA_SLAVE_BUSWIDTH_2_BYTES);
}

static void slave_lookup(struct portcls_test *t)
{
	struct soft_dma_config config = pt_slave_config;
	struct slave_fixture *f = t->priv;
	struct device *dev = &f->pdev->dev;
	struct portcls_dma_channel *chan;

	chan = portcls_dma_new_slave_index(dev, 0, &pt_slave_desc, SZ_64K);
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_slave_chan(chan)->chan_id, 0);
	PT_EXPECT_EQ(t, portcls_dma_maximum_buffer_size(chan), SZ_64K);
	portcls_dma_put(chan);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_slave_index(dev, 1, &pt_slave_desc, 1)),
		     -EINVAL);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_slave(dev, "dma3", &pt_slave_desc, 0)),
		     -EINVAL);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_slave(dev, "rx", &pt_slave_desc, 1)),
		     -EPROBE_DEFER);
	pt_slave_take_down(f);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_slave(dev, "tx", &pt_slave_desc, 1)),
		     -EPROBE_DEFER);
	config.no_terminate = true;
	PT_EXPECT_EQ(t, pt_slave_set_up(f, &config, &pt_slave_desc), -EOPNOTSUPP);
}

/* A pause on a controller that has none is a Stop, and nobody synchronizes between. */
static void slave_no_memory(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;
	unsigned int i, j, n = 0;
	void *seen[16] = {};

	PT_ASSERT_EQ(t, portcls_dma_slave_set_notify(f->chan, pt_slave_notify, f), 0);
	for (i = 0; i < 1000 && n < ARRAY_SIZE(seen); i++) {
		PT_ASSERT_EQ(t, portcls_dma_start(f->chan, SLAVE_MAP, true), 0);
		for (j = 0; j < n && seen[j] != soft_dma_param(f->dma); j++)
			;
		seen[j] = soft_dma_param(f->dma);
		n = max(n, j + 1);
		PT_ASSERT_EQ(t, portcls_dma_stop(f->chan), 0);
	}
	PT_EXPECT_EQ(t, i, 1000);
	PT_EXPECT(t, n > 1 && n < ARRAY_SIZE(seen));
	PT_EXPECT_EQ(t, soft_dma_gone(f->soft), 1000);
	portcls_dma_synchronize(f->chan);
	PT_EXPECT_EQ(t, soft_dma_gone(f->soft), 0);
	PT_EXPECT_EQ(t, f->notified, 0);
}

/* The channel names it until it is released, which may be after the driver's put. */
static void slave_served(struct portcls_test *t)
{
	static const struct portcls_slave_desc odd = { .width = 3 };
	struct slave_fixture *f = t->priv;
	struct device *dev = &f->pdev->dev;
	const struct kref *refs = &dev->kobj.kref;
	unsigned int before = kref_read(refs);
	struct portcls_dma_channel *chan;

	chan = portcls_dma_new_slave(dev, "dma3", &pt_slave_desc, SZ_64K);
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(chan), 0);
	PT_EXPECT_EQ(t, kref_read(refs), before + 1);
	portcls_dma_put(chan);
	PT_EXPECT_EQ(t, kref_read(refs), before);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(portcls_dma_new_slave(dev, "dma3", &odd, SZ_64K)),
		     -EINVAL);
	PT_EXPECT_EQ(t, kref_read(refs), before);
}

static const struct portcls_test_case slave_life_cases[] = {
	{ "PC-22 the last put stops the transfer first", slave_last_put },
	{ "PC-24 a slave has both kinds of methods", slave_both },
	{ "PC-34 Stop leaves nothing and may be repeated", slave_stop },
	{ "PC-40 the buffer outlives an atomic Stop", slave_atomic_stop },
	{ "slave: callbacks end with Stop", slave_notified },
	{ "slave: starting and stopping takes no more memory", slave_no_memory },
	{ "slave: a straggler is not the next run's", slave_straggler },
	{ "slave: no callback is asked for in vain", slave_quiet },
	{ "slave: a recycled descriptor calls whom this run wants called", slave_recycled },
	{ "slave: pause and resume", slave_pause },
	{ "slave: failures of the controller leave it usable", slave_failures },
	{ "slave: the controller knows the register, its width and the burst", slave_widths },
	{ "slave: found by name and index, or not yet", slave_lookup },
	{ "slave: the device that is served stays until the channel is free", slave_served },
	{}
};

const struct portcls_test_suite pt_suite_slave_life = {
	.name = "slave_life",
	.cases = slave_life_cases,
	.init = pt_slave_init,
	.exit = pt_slave_exit,
};
