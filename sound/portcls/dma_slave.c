// SPDX-License-Identifier: GPL-2.0
/*
 * Slave DMA channels: the methods, on whatever dmaengine controller there is
 *
 * Each Start takes the next of a few runs that live as long as the channel, and which
 * is what the controller's callback is given. Stop takes the run away from the channel.
 * A callback that is on its way then finds its run, sees that it is over, and does
 * nothing: it can neither touch freed memory nor be taken for the next run's. Streams
 * that are stopped and started again without a synchronize, as a pause is on a
 * controller that has none, need no more memory for that.
 *
 * Locking: see dma_slave_local.h.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include <sound/portcls/dma_slave.h>

#include "dma_slave_local.h"

/* The step in which WaitForTC counts time. */
#define SLAVE_TC_STEP_US	10
/* More periods than this in a cycle serve nobody; also bounds a search. */
#define SLAVE_PERIODS_MAX	4096

static void slave_callback(void *param)
{
	struct slave_run *run = param;
	struct dma_slave *slave = run->slave;
	void (*notify)(void *data) = NULL;
	unsigned long flags;

	spin_lock_irqsave(&slave->lock, flags);
	if (slave->run == run) {
		WRITE_ONCE(run->done, run->done + 1);
		notify = slave->notify;
	}
	spin_unlock_irqrestore(&slave->lock, flags);
	if (notify)
		notify(slave->notify_data);
}

/*
 * The distance of callbacks that is nearest below the wanted one, divides the
 * cycle, and consists of whole units. 0 if there is none.
 */
static u32 slave_choose_period(const struct dma_slave *slave, u32 map_size)
{
	u32 want = min(slave->period ?: map_size, slave->max_segment);
	u32 n;

	if (!want)
		return 0;
	for (n = DIV_ROUND_UP(map_size, want);
	     n <= SLAVE_PERIODS_MAX && n <= map_size / slave->unit; n++)
		if (!(map_size % n) && !(map_size / n % slave->unit))
			return map_size / n;
	return 0;
}

/* Where the position is made of callbacks they are needed though nobody listens. */
static bool slave_is_told(const struct dma_slave *slave)
{
	return slave->notify || slave->counted;
}

static struct dma_async_tx_descriptor *
slave_prepare(struct dma_slave *slave, const struct slave_run *run, bool write)
{
	enum dma_transfer_direction dir = write ? DMA_MEM_TO_DEV : DMA_DEV_TO_MEM;
	unsigned long flags = DMA_CTRL_ACK;

	if (slave_is_told(slave))
		flags |= DMA_PREP_INTERRUPT;
	if (run->single)
		return dmaengine_prep_slave_single(slave->dma, slave->base.dmab.addr,
						   run->map_size, dir, flags);
	return dmaengine_prep_dma_cyclic(slave->dma, slave->base.dmab.addr,
					 run->map_size, run->period, dir, flags);
}

static int slave_start(struct portcls_dma_channel *chan, u32 map_size,
		       bool write_to_device)
{
	struct dma_slave *slave = to_dma_slave(chan);
	struct dma_async_tx_descriptor *desc;
	struct slave_run *run;
	unsigned long flags;
	bool told;

	if (slave->run)
		return -EBUSY;
	if (!chan->dmab.area || !map_size || map_size > chan->allocated ||
	    map_size % slave->unit)
		return -EINVAL;
	if (!(slave->caps.directions &
	      BIT(write_to_device ? DMA_MEM_TO_DEV : DMA_DEV_TO_MEM)))
		return -EINVAL;

	/* A callback that still has it looks at nothing but who it is. */
	run = &slave->slot[slave->starts++ % SLAVE_RUNS];
	run->slave = slave;
	run->map_size = map_size;
	run->single = slave->single;
	run->period = run->single ? map_size : slave_choose_period(slave, map_size);
	run->done = 0;
	run->last = map_size;
	if (!run->period)
		return -EINVAL;

	desc = slave_prepare(slave, run, write_to_device);
	if (!desc)
		return -ENOMEM;
	/*
	 * Some controllers recycle descriptors as the last user left them, some call
	 * whatever is set, and not all keep the flags that they were prepared with.
	 */
	told = slave_is_told(slave);
	desc->callback_result = NULL;
	desc->callback = told ? slave_callback : NULL;
	desc->callback_param = told ? run : NULL;
	run->cookie = dmaengine_submit(desc);
	if (dma_submit_error(run->cookie)) {
		dmaengine_terminate_async(slave->dma);
		return run->cookie;
	}

	/* The first callback may come before the next function returns. */
	spin_lock_irqsave(&slave->lock, flags);
	WRITE_ONCE(slave->run, run);
	spin_unlock_irqrestore(&slave->lock, flags);
	dma_async_issue_pending(slave->dma);
	return 0;
}

static int slave_stop(struct portcls_dma_channel *chan)
{
	struct dma_slave *slave = to_dma_slave(chan);
	unsigned long flags;

	if (!slave->run)
		return 0;
	slave->over = true;
	spin_lock_irqsave(&slave->lock, flags);
	WRITE_ONCE(slave->run, NULL);
	spin_unlock_irqrestore(&slave->lock, flags);
	return dmaengine_terminate_async(slave->dma);
}

static void slave_synchronize(struct portcls_dma_channel *chan)
{
	struct dma_slave *slave = to_dma_slave(chan);

	/* Started again meanwhile: not to be disturbed, the next Stop counts. */
	if (slave->run || !slave->over)
		return;
	dmaengine_synchronize(slave->dma);
	slave->over = false;
}

/*
 * Bytes left of the pass, 0 at the terminal count. What a controller says beyond
 * the transfer's size, or of a transfer that failed, is not believed.
 */
static u32 slave_residue(const struct dma_slave *slave, struct slave_run *run)
{
	struct dma_tx_state state = {};
	u32 periods;

	if (slave->counted) {
		periods = READ_ONCE(run->done);
		if (run->single)
			return periods ? 0 : run->map_size;
		periods %= run->map_size / run->period;
		return run->map_size - periods * run->period;
	}
	switch (dmaengine_tx_status(slave->dma, run->cookie, &state)) {
	case DMA_COMPLETE:
		return 0;
	case DMA_ERROR:
		return READ_ONCE(run->last);
	default:
		WRITE_ONCE(run->last, min(state.residue, run->map_size));
		return READ_ONCE(run->last);
	}
}

static u32 slave_read_counter(struct portcls_dma_channel *chan)
{
	struct dma_slave *slave = to_dma_slave(chan);
	struct slave_run *run = READ_ONCE(slave->run);
	u32 left;

	if (!run)
		return 0;
	left = slave_residue(slave, run);
	/* A cycle's end is the next one's beginning. */
	return left || run->single ? left : run->map_size;
}

static int slave_wait_for_tc(struct portcls_dma_channel *chan, u32 timeout_us)
{
	struct dma_slave *slave = to_dma_slave(chan);
	struct slave_run *run = slave->run;
	u32 before, left;
	ktime_t end;

	if (!run)
		return 0;
	timeout_us -= timeout_us % SLAVE_TC_STEP_US;
	end = ktime_add_us(ktime_get(), timeout_us);
	before = run->map_size;
	for (;;) {
		left = slave_residue(slave, run);
		/* A cycle that is much fuller than it was has been at its end. */
		if (!left || (left > before && left - before >= run->map_size / 2))
			return 0;
		if (ktime_compare(ktime_get(), end) >= 0)
			return -ETIMEDOUT;
		before = left;
		usleep_range(SLAVE_TC_STEP_US, 2 * SLAVE_TC_STEP_US);
	}
}

static int slave_pause(struct portcls_dma_channel *chan)
{
	struct dma_slave *slave = to_dma_slave(chan);

	if (!portcls_dma_slave_can_pause(chan))
		return -EOPNOTSUPP;
	return slave->run ? dmaengine_pause(slave->dma) : -EINVAL;
}

static int slave_resume(struct portcls_dma_channel *chan)
{
	struct dma_slave *slave = to_dma_slave(chan);

	if (!portcls_dma_slave_can_pause(chan))
		return -EOPNOTSUPP;
	return slave->run ? dmaengine_resume(slave->dma) : -EINVAL;
}

static u32 slave_transfer_count(struct portcls_dma_channel *chan)
{
	struct dma_slave *slave = to_dma_slave(chan);
	unsigned long flags;
	u32 bytes;

	spin_lock_irqsave(&slave->lock, flags);
	bytes = slave->run ? slave->run->map_size : 0;
	spin_unlock_irqrestore(&slave->lock, flags);
	return bytes;
}

static void slave_free_buffer(struct portcls_dma_channel *chan)
{
	slave_synchronize(chan);
	portcls_dma_default_free(chan);
}

static void slave_release(struct portcls_dma_channel *chan)
{
	struct dma_slave *slave = to_dma_slave(chan);

	dma_release_channel(slave->dma);
	put_device(slave->served);
	kfree(slave);
}

const struct portcls_dma_channel_ops portcls_dma_slave_ops = {
	.allocate_buffer = portcls_dma_default_allocate,
	.free_buffer = slave_free_buffer,
	.transfer_count = slave_transfer_count,
	.maximum_buffer_size = portcls_dma_default_maximum,
	.allocated_buffer_size = portcls_dma_default_allocated,
	.buffer_size = portcls_dma_default_size,
	.set_buffer_size = portcls_dma_default_set_size,
	.system_address = portcls_dma_default_system,
	.physical_address = portcls_dma_default_physical,
	.adapter_object = portcls_dma_default_adapter,
	.copy_to = portcls_dma_default_copy,
	.copy_from = portcls_dma_default_copy,
	.start = slave_start,
	.stop = slave_stop,
	.synchronize = slave_synchronize,
	.pause = slave_pause,
	.resume = slave_resume,
	.read_counter = slave_read_counter,
	.wait_for_tc = slave_wait_for_tc,
	.release = slave_release,
};
