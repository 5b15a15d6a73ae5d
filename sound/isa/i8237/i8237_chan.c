// SPDX-License-Identifier: GPL-2.0
/*
 * Intel 8237: descriptors, cookies and what dmaengine asks of a channel
 *
 * A descriptor is prepared, submitted, issued, active, and then freed; the
 * channel's lock protects the lists and the active one. Terminal count reaches
 * the peripheral only, so where a client waits for an end (a callback, a single
 * transfer, the next descriptor) a timer reads the counter. A cyclic transfer
 * without callbacks costs nothing until its status is asked for.
 *
 * Callbacks run from the timer, in soft interrupt context, without the lock.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <asm/dma.h>

#include "i8237.h"

/* How soon and how late the timer looks again, nanoseconds. */
#define I8237_POLL_MIN		(200 * NSEC_PER_USEC)
#define I8237_POLL_MAX		(4 * NSEC_PER_MSEC)
/*
 * The device's speed is that of about the last second; a stalled one is not measured any
 * further than keeps the arithmetic in 64 bits.
 */
#define I8237_SPEED_WINDOW	NSEC_PER_SEC
#define I8237_SPEED_LIMIT	BIT_ULL(40)

static struct i8237_desc *i8237_desc(struct dma_async_tx_descriptor *tx)
{
	return container_of(tx, struct i8237_desc, tx);
}

static bool i8237_wants_callback(const struct i8237_desc *desc)
{
	return desc->tx.flags & DMA_PREP_INTERRUPT &&
	       (desc->tx.callback || desc->tx.callback_result);
}

/*
 * Reads the counter of the active transfer and keeps account of it. Sets *@ended
 * for a single transfer that has reached its end. Lock held. Returns the residue:
 * for a cyclic transfer 1..len, for a single one 0..len.
 */
static u32 i8237_chan_update(struct i8237_chan *ic, bool *ended)
{
	const struct i8237_desc *desc = ic->active;
	u32 left = i8237_hw_units_left(ic->line) << i8237_shift(ic->line);
	u32 residue;

	lockdep_assert_held(&ic->lock);
	*ended = false;
	if (desc->cyclic) {
		/* The terminal count and the full count are the same place. */
		residue = left && left <= desc->len ? left : desc->len;
		ic->moved += residue <= ic->last ? ic->last - residue :
						   ic->last + desc->len - residue;
	} else {
		/* 64 Ki units read as none: not begun, or at the end of it. */
		bool full = left == desc->len ||
			    (!left && desc->len >> i8237_shift(ic->line) == SZ_64K);

		if (full && ic->last == desc->len) {
			residue = desc->len;
		} else if (!left || left > ic->last) {
			residue = 0;
			*ended = true;
		} else {
			residue = left;
		}
		ic->moved += ic->last - residue;
	}
	ic->last = residue;
	return residue;
}

/* Arms the timer for when the counter should arrive at the next stop. Lock held. */
static void i8237_chan_arm(struct i8237_chan *ic)
{
	const struct i8237_desc *desc = ic->active;
	u64 delay = NSEC_PER_MSEC, elapsed;
	ktime_t now = ktime_get();
	u32 left;

	lockdep_assert_held(&ic->lock);
	if (!desc || ic->paused || ic->asleep ||
	    (desc->cyclic && !i8237_wants_callback(desc)))
		return;
	if (ic->moved) {
		left = desc->cyclic ? (ic->last - 1) % desc->period + 1 : ic->last;
		elapsed = min_t(u64, ktime_to_ns(ktime_sub(now, ic->begun)),
				I8237_SPEED_LIMIT);
		delay = div64_u64(elapsed * left, ic->moved);
		if (elapsed > I8237_SPEED_WINDOW) {
			ic->moved /= 2;
			ic->begun = ktime_sub_ns(now, elapsed / 2);
		}
	}
	hrtimer_start(&ic->timer,
		      ns_to_ktime(clamp_t(u64, delay, I8237_POLL_MIN, I8237_POLL_MAX)),
		      HRTIMER_MODE_REL_SOFT);
}

static void i8237_chan_program(struct i8237_chan *ic)
{
	const struct i8237_desc *desc = ic->active;

	/* Else when it wakes up. */
	if (!ic->asleep)
		i8237_hw_start(ic->line, desc->addr, desc->len, desc->dir, desc->cyclic,
			       ic->paused);
	ic->last = desc->len;
	ic->moved = 0;
	ic->begun = ktime_get();
}

/* Takes the next issued descriptor. Lock held, none is active. */
static void i8237_chan_next(struct i8237_chan *ic)
{
	lockdep_assert_held(&ic->lock);
	ic->active = list_first_entry_or_null(&ic->issued, struct i8237_desc, node);
	if (!ic->active)
		return;
	list_del(&ic->active->node);
	i8237_chan_program(ic);
	i8237_chan_arm(ic);
}

static enum hrtimer_restart i8237_chan_timer(struct hrtimer *timer)
{
	struct i8237_chan *ic = container_of(timer, struct i8237_chan, timer);
	struct dma_async_tx_descriptor tx = {};
	struct dmaengine_result result = { .result = DMA_TRANS_NOERROR };
	struct i8237_desc *desc, *done = NULL;
	unsigned long flags;
	bool ended, due;
	u32 before;

	spin_lock_irqsave(&ic->lock, flags);
	desc = ic->active;
	if (!desc || ic->paused || ic->asleep) {
		spin_unlock_irqrestore(&ic->lock, flags);
		return HRTIMER_NORESTART;
	}
	before = ic->last;
	result.residue = i8237_chan_update(ic, &ended);
	due = ended;
	if (desc->cyclic)
		due = result.residue > before ||
		      (before - 1) / desc->period != (result.residue - 1) / desc->period;
	if (due && i8237_wants_callback(desc))
		tx = desc->tx;
	if (ended) {
		i8237_hw_mask(ic->line);
		ic->chan.completed_cookie = desc->tx.cookie;
		done = desc;
		i8237_chan_next(ic);
	} else {
		i8237_chan_arm(ic);
	}
	spin_unlock_irqrestore(&ic->lock, flags);

	if (done) {
		dma_descriptor_unmap(&done->tx);
		kfree(done);
	}
	if (tx.callback_result)
		tx.callback_result(tx.callback_param, &result);
	else if (tx.callback)
		tx.callback(tx.callback_param);
	return HRTIMER_NORESTART;
}

static dma_cookie_t i8237_tx_submit(struct dma_async_tx_descriptor *tx)
{
	struct i8237_chan *ic = i8237_chan(tx->chan);
	dma_cookie_t cookie;
	unsigned long flags;

	spin_lock_irqsave(&ic->lock, flags);
	cookie = ic->chan.cookie + 1;
	if (cookie < DMA_MIN_COOKIE)
		cookie = DMA_MIN_COOKIE;
	ic->chan.cookie = cookie;
	tx->cookie = cookie;
	list_move_tail(&i8237_desc(tx)->node, &ic->submitted);
	spin_unlock_irqrestore(&ic->lock, flags);
	return cookie;
}

/* Whether the line can do this in one go: there is no second segment. */
static bool i8237_fits(const struct i8237_chan *ic, dma_addr_t addr, size_t len)
{
	unsigned int shift = i8237_shift(ic->line);
	u64 window = (u64)SZ_64K << shift;

	return len && len <= window && !((addr | len) & shift) &&
	       addr + len <= SZ_16M && !((addr ^ (addr + len - 1)) & ~(window - 1));
}

static struct dma_async_tx_descriptor *
i8237_prep(struct dma_chan *chan, dma_addr_t addr, size_t len, size_t period,
	   enum dma_transfer_direction dir, unsigned long prep_flags, bool cyclic)
{
	struct i8237_chan *ic = i8237_chan(chan);
	struct i8237_desc *desc;
	unsigned long flags;

	if (dir != DMA_MEM_TO_DEV && dir != DMA_DEV_TO_MEM)
		return NULL;
	if (!i8237_fits(ic, addr, len) || !period || len % period)
		return NULL;
	desc = kzalloc(sizeof(*desc), GFP_NOWAIT);
	if (!desc)
		return NULL;
	dma_async_tx_descriptor_init(&desc->tx, chan);
	desc->tx.tx_submit = i8237_tx_submit;
	desc->tx.flags = prep_flags;
	desc->addr = addr;
	desc->len = len;
	desc->period = period;
	desc->dir = dir;
	desc->cyclic = cyclic;

	spin_lock_irqsave(&ic->lock, flags);
	list_add_tail(&desc->node, &ic->prepared);
	spin_unlock_irqrestore(&ic->lock, flags);
	return &desc->tx;
}

static struct dma_async_tx_descriptor *
i8237_prep_dma_cyclic(struct dma_chan *chan, dma_addr_t addr, size_t len,
		      size_t period, enum dma_transfer_direction dir,
		      unsigned long flags)
{
	return i8237_prep(chan, addr, len, period, dir, flags, true);
}

static struct dma_async_tx_descriptor *
i8237_prep_slave_sg(struct dma_chan *chan, struct scatterlist *sgl,
		    unsigned int sg_len, enum dma_transfer_direction dir,
		    unsigned long flags, void *context)
{
	if (sg_len != 1)
		return NULL;
	return i8237_prep(chan, sg_dma_address(sgl), sg_dma_len(sgl),
			  sg_dma_len(sgl), dir, flags, false);
}

static void i8237_issue_pending(struct dma_chan *chan)
{
	struct i8237_chan *ic = i8237_chan(chan);
	unsigned long flags;

	spin_lock_irqsave(&ic->lock, flags);
	list_splice_tail_init(&ic->submitted, &ic->issued);
	if (!ic->active)
		i8237_chan_next(ic);
	spin_unlock_irqrestore(&ic->lock, flags);
}

static u32 i8237_queued_len(struct i8237_chan *ic, dma_cookie_t cookie)
{
	struct i8237_desc *desc;

	list_for_each_entry(desc, &ic->issued, node)
		if (desc->tx.cookie == cookie)
			return desc->len;
	list_for_each_entry(desc, &ic->submitted, node)
		if (desc->tx.cookie == cookie)
			return desc->len;
	return 0;
}

static enum dma_status i8237_tx_status(struct dma_chan *chan, dma_cookie_t cookie,
				       struct dma_tx_state *state)
{
	struct i8237_chan *ic = i8237_chan(chan);
	enum dma_status status;
	unsigned long flags;
	u32 residue = 0;
	bool ended;

	spin_lock_irqsave(&ic->lock, flags);
	status = dma_async_is_complete(cookie, chan->completed_cookie, chan->cookie);
	if (status != DMA_COMPLETE) {
		if (!ic->active || ic->active->tx.cookie != cookie) {
			residue = i8237_queued_len(ic, cookie);
		} else if (ic->asleep) {
			residue = ic->last;
		} else if (ic->active->cyclic && i8237_wants_callback(ic->active)) {
			/* The timer's account must see every boundary itself. */
			u32 last = ic->last;
			u64 moved = ic->moved;

			residue = i8237_chan_update(ic, &ended);
			ic->last = last;
			ic->moved = moved;
		} else {
			residue = i8237_chan_update(ic, &ended);
			if (ended) {
				status = DMA_COMPLETE;
				hrtimer_start(&ic->timer, 0, HRTIMER_MODE_REL_SOFT);
			}
		}
		if (status != DMA_COMPLETE && ic->paused)
			status = DMA_PAUSED;
	}
	dma_set_tx_state(state, chan->completed_cookie, chan->cookie, residue);
	spin_unlock_irqrestore(&ic->lock, flags);
	return status;
}

static int i8237_pause(struct dma_chan *chan)
{
	struct i8237_chan *ic = i8237_chan(chan);
	unsigned long flags;

	spin_lock_irqsave(&ic->lock, flags);
	if (ic->active && !ic->paused) {
		i8237_hw_mask(ic->line);
		ic->paused = true;
	}
	spin_unlock_irqrestore(&ic->lock, flags);
	return 0;
}

static int i8237_resume(struct dma_chan *chan)
{
	struct i8237_chan *ic = i8237_chan(chan);
	unsigned long flags;

	spin_lock_irqsave(&ic->lock, flags);
	if (ic->paused) {
		ic->paused = false;
		ic->moved = 0;
		ic->begun = ktime_get();
		if (!ic->asleep)
			i8237_hw_unmask(ic->line);
		i8237_chan_arm(ic);
	}
	spin_unlock_irqrestore(&ic->lock, flags);
	return 0;
}

static int i8237_terminate_all(struct dma_chan *chan)
{
	struct i8237_chan *ic = i8237_chan(chan);
	struct i8237_desc *desc, *next;
	unsigned long flags;
	LIST_HEAD(gone);

	spin_lock_irqsave(&ic->lock, flags);
	if (ic->active) {
		i8237_hw_mask(ic->line);
		list_add(&ic->active->node, &gone);
		ic->active = NULL;
	}
	ic->paused = false;
	list_splice_init(&ic->prepared, &gone);
	list_splice_init(&ic->submitted, &gone);
	list_splice_init(&ic->issued, &gone);
	ic->chan.completed_cookie = ic->chan.cookie;
	hrtimer_try_to_cancel(&ic->timer);
	spin_unlock_irqrestore(&ic->lock, flags);

	list_for_each_entry_safe(desc, next, &gone, node) {
		dma_descriptor_unmap(&desc->tx);
		kfree(desc);
	}
	return 0;
}

static void i8237_synchronize(struct dma_chan *chan)
{
	struct i8237_chan *ic = i8237_chan(chan);
	unsigned long flags;

	hrtimer_cancel(&ic->timer);
	/* A transfer that was issued since the termination goes on. */
	spin_lock_irqsave(&ic->lock, flags);
	i8237_chan_arm(ic);
	spin_unlock_irqrestore(&ic->lock, flags);
}

static int i8237_alloc_chan_resources(struct dma_chan *chan)
{
	struct i8237_chan *ic = i8237_chan(chan);
	int err;

	/*
	 * dmaengine answers -EPROBE_DEFER for a line that another client has,
	 * as if it could still appear; this channel answers instead.
	 */
	if (ic->line == I8237_NO_LINE)
		return -EBUSY;
	err = request_dma(ic->line, "i8237-dma");
	if (err)
		return err;
	chan->cookie = DMA_MIN_COOKIE;
	chan->completed_cookie = DMA_MIN_COOKIE;
	return 0;
}

static void i8237_free_chan_resources(struct dma_chan *chan)
{
	i8237_terminate_all(chan);
	i8237_synchronize(chan);
	free_dma(i8237_chan(chan)->line);
}

/**
 * i8237_chan_init() - set up one channel and add it to its device
 * @ic: the channel, zeroed
 * @dma: the device
 * @line: the line, or I8237_NO_LINE
 *
 * Context: process.
 */
void i8237_chan_init(struct i8237_chan *ic, struct dma_device *dma,
		     unsigned int line)
{
	ic->chan.device = dma;
	ic->line = line;
	spin_lock_init(&ic->lock);
	INIT_LIST_HEAD(&ic->prepared);
	INIT_LIST_HEAD(&ic->submitted);
	INIT_LIST_HEAD(&ic->issued);
	hrtimer_setup(&ic->timer, i8237_chan_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_SOFT);
	list_add_tail(&ic->chan.device_node, &dma->channels);
}

/**
 * i8237_chan_ops() - enter the channel operations into a device
 * @dma: the device
 *
 * Context: process.
 */
void i8237_chan_ops(struct dma_device *dma)
{
	dma->device_alloc_chan_resources = i8237_alloc_chan_resources;
	dma->device_free_chan_resources = i8237_free_chan_resources;
	dma->device_prep_slave_sg = i8237_prep_slave_sg;
	dma->device_prep_dma_cyclic = i8237_prep_dma_cyclic;
	dma->device_issue_pending = i8237_issue_pending;
	dma->device_tx_status = i8237_tx_status;
	dma->device_pause = i8237_pause;
	dma->device_resume = i8237_resume;
	dma->device_terminate_all = i8237_terminate_all;
	dma->device_synchronize = i8237_synchronize;
}

/**
 * i8237_chan_suspend() - hold a channel for system sleep, or for good
 * @ic: the channel
 *
 * Its position is looked at once more. Until i8237_chan_resume() that is what it is asked
 * for, since the controller may lose all it has at any time, and does so before the timer
 * is told.
 *
 * Context: process.
 */
void i8237_chan_suspend(struct i8237_chan *ic)
{
	unsigned long flags;
	bool ended;

	spin_lock_irqsave(&ic->lock, flags);
	if (ic->active && !ic->asleep) {
		i8237_hw_mask(ic->line);
		i8237_chan_update(ic, &ended);
	}
	ic->asleep = true;
	spin_unlock_irqrestore(&ic->lock, flags);
}

/**
 * i8237_chan_resume() - program a channel again after system sleep
 * @ic: the channel
 *
 * The controller has lost everything, and its base and current registers cannot
 * be set apart: the active transfer starts at its beginning. What was paused
 * stays paused.
 *
 * Context: process.
 */
void i8237_chan_resume(struct i8237_chan *ic)
{
	unsigned long flags;

	spin_lock_irqsave(&ic->lock, flags);
	ic->asleep = false;
	if (ic->active) {
		i8237_chan_program(ic);
		i8237_chan_arm(ic);
	}
	spin_unlock_irqrestore(&ic->lock, flags);
}
