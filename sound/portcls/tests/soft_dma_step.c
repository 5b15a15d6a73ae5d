// SPDX-License-Identifier: GPL-2.0
/*
 * A dmaengine provider made of software: its engine
 *
 * The timer's handler, in softirq, is the only one that moves data and calls back; it
 * calls back without the channel's lock, unless it is crude.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "fake_dev.h"
#include "soft_dma_local.h"

/* The piece of @desc that holds byte @at, and where that is in it. */
static struct soft_piece *soft_piece_at(struct soft_desc *desc, u32 at, u32 *in)
{
	unsigned int i;

	for (i = 0; i < desc->pieces; i++) {
		if (at < desc->piece[i].bytes) {
			*in = at;
			return &desc->piece[i];
		}
		at -= desc->piece[i].bytes;
	}
	return NULL;
}

static void soft_move(struct soft_chan *sc, struct soft_desc *desc, u32 bytes)
{
	struct device *dev = sc->soft->dma.dev;
	struct soft_piece *piece;
	u32 in, n, left;
	u8 *fifo;

	for (left = bytes; left; left -= n, desc->done += n) {
		piece = soft_piece_at(desc, desc->done % desc->bytes, &in);
		n = min(left, piece->bytes - in);
		if (!desc->slave) {
			n = min_t(u32, n, PAGE_SIZE - offset_in_page(piece->src + in));
			fake_dev_write(dev, piece->dst + in,
				       fake_dev_virt(dev, piece->src + in), n);
			continue;
		}
		n = min_t(u32, n, SOFT_DMA_FIFO_BYTES -
				  sc->fifo_count % SOFT_DMA_FIFO_BYTES);
		fifo = sc->fifo + sc->fifo_count % SOFT_DMA_FIFO_BYTES;
		if (desc->to_device)
			fake_dev_read(dev, piece->src + in, fifo, n);
		else
			fake_dev_write(dev, piece->src + in, fifo, n);
		sc->fifo_count += n;
	}
}

static void soft_call(struct soft_desc *desc)
{
	struct dmaengine_result result = {
		.result = desc->aborted ? DMA_TRANS_ABORTED :
			  desc->failed ? DMA_TRANS_WRITE_FAILED : DMA_TRANS_NOERROR,
		.residue = desc->bytes - desc->done,
	};

	if (desc->tx.callback_result || desc->tx.callback)
		to_soft(desc->tx.chan)->called++;
	if (desc->tx.callback_result)
		desc->tx.callback_result(desc->tx.callback_param, &result);
	else if (desc->tx.callback)
		desc->tx.callback(desc->tx.callback_param);
}

/* The end of a descriptor. */
static void soft_report(struct soft_desc *desc, bool call, bool twice)
{
	if (call)
		soft_call(desc);
	if (twice)
		soft_call(desc);
}

/* The callback of a terminated descriptor. Softirq. Return: whether there was one. */
bool soft_straggle(struct soft_chan *sc)
{
	struct soft_desc *desc;
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	desc = sc->straggler;
	sc->straggler = NULL;
	spin_unlock_irqrestore(&sc->lock, flags);
	if (desc)
		soft_call(desc);
	return desc;
}

/* In order, or the last one that no fence holds back. */
static struct soft_desc *soft_next(struct soft_chan *sc)
{
	struct soft_desc *desc, *pick = NULL;

	lockdep_assert_held(&sc->lock);
	list_for_each_entry(desc, &sc->issued, node) {
		pick = desc;
		if (!sc->soft->config.unordered || desc->tx.flags & DMA_PREP_FENCE)
			break;
	}
	return pick;
}

void soft_arm(struct soft_chan *sc, u32 us)
{
	hrtimer_start(&sc->timer, ns_to_ktime((u64)us * NSEC_PER_USEC),
		      HRTIMER_MODE_REL_SOFT);
}

/* One step of the current descriptor. Return: microseconds to the next, or -1. */
static long soft_step(struct soft_chan *sc)
{
	struct soft_dma_knobs *knobs = &sc->soft->knobs;
	bool call = false, twice = false, over = false, idle;
	struct soft_desc *desc;
	unsigned long flags;
	u32 bytes, before;

	if (soft_straggle(sc))
		return 0;
	spin_lock_irqsave(&sc->lock, flags);
	if (sc->paused) {
		spin_unlock_irqrestore(&sc->lock, flags);
		return -1;
	}
	desc = sc->current_desc;
	if (desc && desc->due) {
		desc->due = false;
		spin_unlock_irqrestore(&sc->lock, flags);
		soft_call(desc);
		return max(knobs->step_us, 50u);
	}
	if (!desc) {
		desc = soft_next(sc);
		if (!desc || sc->stuck) {
			spin_unlock_irqrestore(&sc->lock, flags);
			return -1;
		}
		list_del_init(&desc->node);
		sc->current_desc = desc;
		if (soft_use(&knobs->lose_start)) {
			sc->stuck = true;
			spin_unlock_irqrestore(&sc->lock, flags);
			return -1;
		}
		desc->failed = soft_use(&knobs->fail_transfer);
		if (knobs->step_us) {
			spin_unlock_irqrestore(&sc->lock, flags);
			return knobs->step_us;
		}
	}
	if (sc->stuck) {
		spin_unlock_irqrestore(&sc->lock, flags);
		return -1;
	}
	/* Under the lock, so that a terminate that returned means no more bytes. */
	before = desc->done;
	if (!desc->moved && !desc->failed) {
		bytes = desc->bytes - (desc->cyclic ? 0 : desc->done);
		if (knobs->step_bytes)
			bytes = min(bytes, knobs->step_bytes);
		soft_move(sc, desc, bytes);
		if (desc->cyclic) {
			call = soft_calls(desc) &&
			       desc->done / desc->period != before / desc->period;
			desc->done %= desc->bytes;
			if (call && soft_use(&knobs->lose_callback))
				call = false;
			if (call && knobs->late_us) {
				desc->due = true;
				spin_unlock_irqrestore(&sc->lock, flags);
				return knobs->late_us;
			}
			spin_unlock_irqrestore(&sc->lock, flags);
			if (call)
				soft_call(desc);
			return max(knobs->step_us, 50u);
		}
		if (desc->done < desc->bytes) {
			spin_unlock_irqrestore(&sc->lock, flags);
			return knobs->step_us;
		}
		if (desc->bytes && soft_use(&knobs->corrupt))
			*(u8 *)fake_dev_virt(sc->soft->dma.dev,
					     desc->piece[0].dst) ^= 0x5a;
	}
	if (!desc->moved && knobs->late_us) {
		desc->moved = true;
		spin_unlock_irqrestore(&sc->lock, flags);
		return knobs->late_us;
	}
	sc->current_desc = NULL;
	over = true;
	sc->chan.completed_cookie = desc->tx.cookie;
	call = soft_calls(desc) && !soft_use(&knobs->lose_callback);
	twice = call && soft_use(&knobs->repeat_callback);
	if (sc->soft->config.crude)
		soft_report(desc, call, twice);
	spin_unlock_irqrestore(&sc->lock, flags);
	if (!sc->soft->config.crude)
		soft_report(desc, call, twice);
	if (over)
		soft_free_desc(desc);
	spin_lock_irqsave(&sc->lock, flags);
	idle = list_empty(&sc->issued);
	spin_unlock_irqrestore(&sc->lock, flags);
	return idle ? -1 : 0;
}

enum hrtimer_restart soft_timer(struct hrtimer *timer)
{
	struct soft_chan *sc = container_of(timer, struct soft_chan, timer);
	long us = soft_step(sc);

	if (us >= 0)
		soft_arm(sc, us);
	return HRTIMER_NORESTART;
}
