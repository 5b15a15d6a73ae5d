// SPDX-License-Identifier: GPL-2.0
/*
 * A dmaengine provider made of software, for tests
 *
 * A channel's lock protects its lists; the timer's handler, in softirq, is the
 * only one that moves data and calls back, without the lock. A descriptor is in
 * exactly one place: prepared (submit's), submitted, issued, current, or gone
 * (terminated, freed by synchronize).
 */
#include <linux/dma-mapping.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "fake_dev.h"
#include "soft_dma.h"

#define SOFT_DMA_CHANNELS	8

struct soft_piece {
	dma_addr_t dst;
	dma_addr_t src;
	u32 bytes;
};

struct soft_desc {
	struct dma_async_tx_descriptor tx;
	struct list_head node;
	bool slave;
	bool to_device;
	bool cyclic;
	bool failed;
	bool moved;
	bool due;
	u32 period;
	u32 bytes;
	u32 done;
	unsigned int pieces;
	struct soft_piece piece[];
};

struct soft_chan {
	struct dma_chan chan;
	struct soft_dma *soft;
	spinlock_t lock;	/* all that changes below */
	struct list_head prepared;
	struct list_head submitted;
	struct list_head issued;
	struct list_head gone;
	struct soft_desc *current_desc;
	struct soft_desc *straggler;
	struct hrtimer timer;
	bool stuck;
	bool paused;
	unsigned int status_reads;
	u8 *fifo;
	u64 fifo_count;
};

struct soft_dma {
	struct dma_device dma;
	struct soft_dma_config config;
	struct soft_dma_knobs knobs;
	struct platform_device *pdev;
	struct soft_chan chan[SOFT_DMA_CHANNELS];
};

static struct soft_chan *to_soft(struct dma_chan *chan)
{
	return container_of(chan, struct soft_chan, chan);
}

static bool soft_use(int *knob)
{
	if (*knob <= 0)
		return false;
	--*knob;
	return true;
}

static void soft_free_list(struct soft_chan *sc, struct list_head *list)
{
	struct soft_desc *desc, *next;
	unsigned long flags;
	LIST_HEAD(doomed);

	spin_lock_irqsave(&sc->lock, flags);
	list_splice_init(list, &doomed);
	spin_unlock_irqrestore(&sc->lock, flags);
	list_for_each_entry_safe(desc, next, &doomed, node)
		kfree(desc);
}

static dma_cookie_t soft_submit(struct dma_async_tx_descriptor *tx)
{
	struct soft_desc *desc = container_of(tx, struct soft_desc, tx);
	struct soft_chan *sc = to_soft(tx->chan);
	unsigned long flags;
	dma_cookie_t cookie;

	spin_lock_irqsave(&sc->lock, flags);
	if (soft_use(&sc->soft->knobs.submit_error)) {
		list_move_tail(&desc->node, &sc->gone);
		spin_unlock_irqrestore(&sc->lock, flags);
		return -EIO;
	}
	cookie = sc->chan.cookie + 1;
	if (cookie < DMA_MIN_COOKIE)
		cookie = DMA_MIN_COOKIE;
	sc->chan.cookie = cookie;
	tx->cookie = cookie;
	list_move_tail(&desc->node, &sc->submitted);
	spin_unlock_irqrestore(&sc->lock, flags);
	return cookie;
}

static struct soft_desc *soft_new_desc(struct soft_chan *sc, unsigned int pieces,
				       unsigned long prep_flags)
{
	struct soft_desc *desc;
	unsigned long flags;

	if (soft_use(&sc->soft->knobs.prep_null))
		return NULL;
	desc = kzalloc(struct_size(desc, piece, pieces), GFP_NOWAIT | __GFP_NOWARN);
	if (!desc)
		return NULL;
	dma_async_tx_descriptor_init(&desc->tx, &sc->chan);
	desc->tx.tx_submit = soft_submit;
	desc->tx.flags = prep_flags;
	desc->pieces = pieces;
	spin_lock_irqsave(&sc->lock, flags);
	list_add_tail(&desc->node, &sc->prepared);
	spin_unlock_irqrestore(&sc->lock, flags);
	return desc;
}

static struct dma_async_tx_descriptor *
soft_prep_slave_sg(struct dma_chan *chan, struct scatterlist *sgl,
		   unsigned int len, enum dma_transfer_direction dir,
		   unsigned long flags, void *context)
{
	struct soft_desc *desc = soft_new_desc(to_soft(chan), len, flags);
	struct scatterlist *sg;
	unsigned int i;

	if (!desc)
		return NULL;
	desc->slave = true;
	desc->to_device = dir == DMA_MEM_TO_DEV;
	for_each_sg(sgl, sg, len, i) {
		desc->piece[i].src = sg_dma_address(sg);
		desc->piece[i].bytes = sg_dma_len(sg);
		desc->bytes += sg_dma_len(sg);
	}
	return &desc->tx;
}

static struct dma_async_tx_descriptor *
soft_prep_cyclic(struct dma_chan *chan, dma_addr_t addr, size_t bytes,
		 size_t period, enum dma_transfer_direction dir,
		 unsigned long flags)
{
	struct soft_desc *desc = soft_new_desc(to_soft(chan), 1, flags);

	if (!desc)
		return NULL;
	desc->slave = true;
	desc->cyclic = true;
	desc->to_device = dir == DMA_MEM_TO_DEV;
	desc->period = period;
	desc->bytes = bytes;
	desc->piece[0].src = addr;
	desc->piece[0].bytes = bytes;
	return &desc->tx;
}

static struct dma_async_tx_descriptor *
soft_prep_memcpy(struct dma_chan *chan, dma_addr_t dst, dma_addr_t src,
		 size_t bytes, unsigned long flags)
{
	struct soft_chan *sc = to_soft(chan);
	struct soft_desc *desc;

	if (sc->soft->config.max_copy && bytes > sc->soft->config.max_copy)
		return NULL;
	desc = soft_new_desc(sc, 1, flags);
	if (!desc)
		return NULL;
	desc->bytes = bytes;
	desc->piece[0].dst = dst;
	desc->piece[0].src = src;
	desc->piece[0].bytes = bytes;
	return &desc->tx;
}

static struct dma_async_tx_descriptor *
soft_prep_interrupt(struct dma_chan *chan, unsigned long flags)
{
	struct soft_desc *desc = soft_new_desc(to_soft(chan), 0, flags);

	return desc ? &desc->tx : NULL;
}

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
		.result = desc->failed ? DMA_TRANS_WRITE_FAILED : DMA_TRANS_NOERROR,
		.residue = desc->bytes - desc->done,
	};

	if (desc->tx.callback_result)
		desc->tx.callback_result(desc->tx.callback_param, &result);
	else if (desc->tx.callback)
		desc->tx.callback(desc->tx.callback_param);
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

static void soft_arm(struct soft_chan *sc, u32 us)
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

	spin_lock_irqsave(&sc->lock, flags);
	if (sc->straggler) {
		desc = sc->straggler;
		sc->straggler = NULL;
		spin_unlock_irqrestore(&sc->lock, flags);
		soft_call(desc);
		return 0;
	}
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
			call = desc->done / desc->period != before / desc->period;
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
	call = !soft_use(&knobs->lose_callback);
	twice = call && soft_use(&knobs->repeat_callback);
	spin_unlock_irqrestore(&sc->lock, flags);
	if (call)
		soft_call(desc);
	if (twice)
		soft_call(desc);
	if (over)
		kfree(desc);
	spin_lock_irqsave(&sc->lock, flags);
	idle = list_empty(&sc->issued);
	spin_unlock_irqrestore(&sc->lock, flags);
	return idle ? -1 : 0;
}

static enum hrtimer_restart soft_timer(struct hrtimer *timer)
{
	struct soft_chan *sc = container_of(timer, struct soft_chan, timer);
	long us = soft_step(sc);

	if (us >= 0)
		soft_arm(sc, us);
	return HRTIMER_NORESTART;
}

static void soft_issue(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	unsigned long flags;
	bool start;

	spin_lock_irqsave(&sc->lock, flags);
	list_splice_tail_init(&sc->submitted, &sc->issued);
	start = !list_empty(&sc->issued) && !sc->current_desc;
	if (start)
		soft_arm(sc, 0);
	spin_unlock_irqrestore(&sc->lock, flags);
}

static enum dma_status soft_status(struct dma_chan *chan, dma_cookie_t cookie,
				   struct dma_tx_state *state)
{
	struct soft_chan *sc = to_soft(chan);
	struct soft_desc *desc;
	enum dma_status status;
	unsigned long flags;
	u32 residue = 0;

	spin_lock_irqsave(&sc->lock, flags);
	sc->status_reads++;
	status = dma_async_is_complete(cookie, chan->completed_cookie, chan->cookie);
	desc = sc->current_desc;
	if (desc && desc->tx.cookie == cookie) {
		residue = desc->bytes;
		if (sc->soft->config.granularity != DMA_RESIDUE_GRANULARITY_DESCRIPTOR &&
		    !sc->soft->knobs.stuck_residue)
			residue -= desc->done;
		if (sc->soft->config.granularity == DMA_RESIDUE_GRANULARITY_SEGMENT &&
		    desc->cyclic)
			residue = roundup(residue, desc->period);
	} else {
		list_for_each_entry(desc, &sc->issued, node) {
			if (desc->tx.cookie == cookie)
				residue = desc->bytes;
		}
	}
	if (state) {
		state->last = chan->completed_cookie;
		state->used = chan->cookie;
		state->residue = residue;
	}
	spin_unlock_irqrestore(&sc->lock, flags);
	return status;
}

static int soft_terminate(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	if (sc->current_desc) {
		list_add_tail(&sc->current_desc->node, &sc->gone);
		if (soft_use(&sc->soft->knobs.call_after_stop)) {
			sc->straggler = sc->current_desc;
			soft_arm(sc, 0);
		}
	}
	sc->current_desc = NULL;
	sc->stuck = false;
	sc->paused = false;
	list_splice_tail_init(&sc->submitted, &sc->gone);
	list_splice_tail_init(&sc->issued, &sc->gone);
	sc->chan.completed_cookie = sc->chan.cookie;
	spin_unlock_irqrestore(&sc->lock, flags);
	return 0;
}

static void soft_synchronize(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	unsigned long flags;

	hrtimer_cancel(&sc->timer);
	sc->straggler = NULL;
	soft_free_list(sc, &sc->gone);
	spin_lock_irqsave(&sc->lock, flags);
	if (!sc->stuck && (sc->current_desc || !list_empty(&sc->issued)))
		soft_arm(sc, 0);
	spin_unlock_irqrestore(&sc->lock, flags);
}

static int soft_pause(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	sc->paused = true;
	spin_unlock_irqrestore(&sc->lock, flags);
	return 0;
}

static int soft_resume(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	sc->paused = false;
	soft_arm(sc, 0);
	spin_unlock_irqrestore(&sc->lock, flags);
	return 0;
}

static int soft_config(struct dma_chan *chan, struct dma_slave_config *config)
{
	return 0;
}

static int soft_alloc(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);

	sc->fifo = kvzalloc(SOFT_DMA_FIFO_BYTES, GFP_KERNEL);
	sc->fifo_count = 0;
	sc->chan.cookie = DMA_MIN_COOKIE;
	sc->chan.completed_cookie = DMA_MIN_COOKIE;
	return sc->fifo ? 0 : -ENOMEM;
}

static void soft_release(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);

	soft_terminate(chan);
	soft_synchronize(chan);
	soft_free_list(sc, &sc->prepared);
	kvfree(sc->fifo);
	sc->fifo = NULL;
}

static bool soft_map_filter(struct dma_chan *chan, void *param)
{
	return chan->chan_id == (uintptr_t)param;
}

bool soft_dma_filter(struct dma_chan *chan, void *param)
{
	struct soft_dma *soft = param;

	return chan->device == &soft->dma;
}

static void soft_device_release(struct dma_device *dma)
{
	kfree(container_of(dma, struct soft_dma, dma));
}

static void soft_setup(struct soft_dma *soft, struct device *dev)
{
	struct dma_device *dma = &soft->dma;
	struct soft_chan *sc;
	unsigned int i;

	dma_cap_set(DMA_SLAVE, dma->cap_mask);
	dma_cap_set(DMA_CYCLIC, dma->cap_mask);
	dma_cap_set(DMA_MEMCPY, dma->cap_mask);
	dma_cap_set(DMA_INTERRUPT, dma->cap_mask);
	dma_cap_set(DMA_PRIVATE, dma->cap_mask);
	if (soft->config.unordered)
		dma_cap_set(DMA_COMPLETION_NO_ORDER, dma->cap_mask);
	dma->dev = dev;
	dma->src_addr_widths = BIT(DMA_SLAVE_BUSWIDTH_1_BYTE) |
			       BIT(DMA_SLAVE_BUSWIDTH_2_BYTES) |
			       BIT(DMA_SLAVE_BUSWIDTH_4_BYTES);
	dma->dst_addr_widths = dma->src_addr_widths;
	dma->directions = BIT(DMA_MEM_TO_DEV) | BIT(DMA_DEV_TO_MEM) |
			  BIT(DMA_MEM_TO_MEM);
	dma->residue_granularity = soft->config.granularity;
	dma->max_sg_burst = soft->config.max_sg_burst;
	dma->filter.fn = soft_map_filter;
	dma->filter.map = soft->config.map;
	dma->filter.mapcnt = soft->config.mapcnt;
	dma->device_alloc_chan_resources = soft_alloc;
	dma->device_free_chan_resources = soft_release;
	dma->device_prep_slave_sg = soft_prep_slave_sg;
	dma->device_prep_dma_cyclic = soft_prep_cyclic;
	dma->device_prep_dma_memcpy = soft_prep_memcpy;
	dma->device_prep_dma_interrupt = soft_prep_interrupt;
	dma->device_config = soft_config;
	dma->device_tx_status = soft_status;
	dma->device_issue_pending = soft_issue;
	dma->device_synchronize = soft_synchronize;
	if (!soft->config.no_terminate)
		dma->device_terminate_all = soft_terminate;
	if (soft->config.pauses) {
		dma->device_pause = soft_pause;
		dma->device_resume = soft_resume;
	}
	dma->device_release = soft_device_release;
	INIT_LIST_HEAD(&dma->channels);
	for (i = 0; i < soft->config.channels; i++) {
		sc = &soft->chan[i];
		sc->soft = soft;
		sc->chan.device = dma;
		spin_lock_init(&sc->lock);
		INIT_LIST_HEAD(&sc->prepared);
		INIT_LIST_HEAD(&sc->submitted);
		INIT_LIST_HEAD(&sc->issued);
		INIT_LIST_HEAD(&sc->gone);
		hrtimer_setup(&sc->timer, soft_timer, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_SOFT);
		list_add_tail(&sc->chan.device_node, &dma->channels);
	}
}

static int soft_probe(struct platform_device *pdev)
{
	const struct soft_dma_config *config = dev_get_platdata(&pdev->dev);
	struct soft_dma *soft;
	int err;

	soft = kzalloc(sizeof(*soft), GFP_KERNEL);
	if (!soft)
		return -ENOMEM;
	soft->config = *config;
	soft->pdev = pdev;
	soft_setup(soft, fake_dev_of(pdev));
	err = dma_set_mask_and_coherent(soft->dma.dev, DMA_BIT_MASK(64));
	if (!err)
		err = dma_async_device_register(&soft->dma);
	if (err) {
		kfree(soft);
		return err;
	}
	platform_set_drvdata(pdev, soft);
	return 0;
}

static void soft_remove(struct platform_device *pdev)
{
	struct soft_dma *soft = platform_get_drvdata(pdev);

	dma_async_device_unregister(&soft->dma);
}

static struct platform_driver soft_driver = {
	.probe = soft_probe,
	.remove = soft_remove,
	.driver = {
		.name = "portcls-soft-dma",
	},
};

/* Makes a provider; one at a time. Process context. */
struct soft_dma *soft_dma_new(const struct soft_dma_config *config)
{
	struct platform_device *pdev;
	struct soft_dma *soft;
	int err;

	if (!config->channels || config->channels > SOFT_DMA_CHANNELS)
		return ERR_PTR(-EINVAL);
	err = platform_driver_register(&soft_driver);
	if (err)
		return ERR_PTR(err);
	pdev = platform_device_register_data(NULL, "portcls-soft-dma",
					     PLATFORM_DEVID_AUTO, config,
					     sizeof(*config));
	if (IS_ERR(pdev)) {
		platform_driver_unregister(&soft_driver);
		return ERR_CAST(pdev);
	}
	soft = platform_get_drvdata(pdev);
	if (!soft) {
		platform_device_unregister(pdev);
		platform_driver_unregister(&soft_driver);
		return ERR_PTR(-ENODEV);
	}
	return soft;
}

/* No channel is in use any more. Process context. */
void soft_dma_free(struct soft_dma *soft)
{
	platform_device_unregister(soft->pdev);
	platform_driver_unregister(&soft_driver);
}

struct device *soft_dma_device(struct soft_dma *soft)
{
	return soft->dma.dev;
}

struct soft_dma_knobs *soft_dma_knobs(struct soft_dma *soft)
{
	return &soft->knobs;
}

u8 *soft_dma_fifo(struct dma_chan *chan)
{
	return to_soft(chan)->fifo;
}

u64 soft_dma_fifo_count(struct dma_chan *chan)
{
	return to_soft(chan)->fifo_count;
}

void soft_dma_fifo_reset(struct dma_chan *chan)
{
	to_soft(chan)->fifo_count = 0;
}

unsigned int soft_dma_status_reads(struct dma_chan *chan)
{
	return to_soft(chan)->status_reads;
}

unsigned int soft_dma_gone(struct soft_dma *soft)
{
	struct soft_chan *sc;
	unsigned long flags;
	unsigned int i, n = 0;

	for (i = 0; i < soft->config.channels; i++) {
		sc = &soft->chan[i];
		spin_lock_irqsave(&sc->lock, flags);
		n += list_count_nodes(&sc->gone);
		spin_unlock_irqrestore(&sc->lock, flags);
	}
	return n;
}

unsigned int soft_dma_held(struct soft_dma *soft)
{
	struct soft_chan *sc;
	unsigned long flags;
	unsigned int i, n = 0;

	for (i = 0; i < soft->config.channels; i++) {
		sc = &soft->chan[i];
		spin_lock_irqsave(&sc->lock, flags);
		n += list_count_nodes(&sc->prepared) +
		     list_count_nodes(&sc->submitted) +
		     list_count_nodes(&sc->issued) + !!sc->current_desc;
		spin_unlock_irqrestore(&sc->lock, flags);
	}
	return n;
}
