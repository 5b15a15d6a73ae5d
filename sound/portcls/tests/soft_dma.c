// SPDX-License-Identifier: GPL-2.0
/*
 * A dmaengine provider made of software, for tests
 *
 * A channel's lock protects its lists; soft_dma_step.c moves data and calls back,
 * soft_dma_look.c tells the tests. A descriptor is in exactly one place: prepared
 * (submit's), submitted, issued, current, or gone (terminated, freed by synchronize).
 */
#include <linux/bottom_half.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "fake_dev.h"
#include "soft_dma_local.h"

/* Nobody has it any more. */
void soft_free_desc(struct soft_desc *desc)
{
	struct soft_chan *sc = to_soft(desc->tx.chan);
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	sc->recycled = desc->tx;
	spin_unlock_irqrestore(&sc->lock, flags);
	kfree(desc);
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
		soft_free_desc(desc);
}

static dma_cookie_t soft_submit(struct dma_async_tx_descriptor *tx)
{
	struct soft_desc *desc = container_of(tx, struct soft_desc, tx);
	struct soft_chan *sc = to_soft(tx->chan);
	unsigned long flags;
	bool hard = irqs_disabled();
	dma_cookie_t cookie;

	if (sc->soft->config.crude) {
		local_bh_disable();
		local_bh_enable();
	}
	spin_lock_irqsave(&sc->lock, flags);
	sc->hard_submits += hard;
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
	sc->param = tx->callback_param;
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
	if (sc->soft->config.recycles) {
		desc->tx.flags = DMA_CTRL_ACK;
		desc->tx.callback = sc->recycled.callback;
		desc->tx.callback_result = sc->recycled.callback_result;
		desc->tx.callback_param = sc->recycled.callback_param;
	}
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
	struct soft_dma_knobs *knobs = &to_soft(chan)->soft->knobs;
	struct scatterlist *sg;
	unsigned int i;

	if (!desc)
		return NULL;
	if (knobs->at_prep)
		knobs->at_prep(knobs->at_prep_data);
	knobs->at_prep = NULL;
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

	/* As many engines: it is for the client to look, and a tail is left. */
	bytes = round_down(bytes, 1U << chan->device->copy_align);
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

static void soft_issue(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	struct soft_dma_knobs *knobs = &sc->soft->knobs;
	void (*at_issue)(void *data) = knobs->at_issue;
	unsigned long flags;
	bool start;

	knobs->at_issue = NULL;
	if (at_issue)
		at_issue(knobs->at_issue_data);
	spin_lock_irqsave(&sc->lock, flags);
	sc->astray += sc->terminated;
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
	if (sc->soft->knobs.error_status) {
		status = DMA_ERROR;
		residue = U32_MAX;
	}
	if (state) {
		state->last = chan->completed_cookie;
		state->used = chan->cookie;
		state->residue = residue;
	}
	spin_unlock_irqrestore(&sc->lock, flags);
	return status;
}

static void soft_halt(struct soft_chan *sc)
{
	lockdep_assert_held(&sc->lock);
	if (sc->current_desc)
		list_add_tail(&sc->current_desc->node, &sc->gone);
	sc->current_desc = NULL;
	sc->stuck = false;
	sc->paused = false;
	list_splice_tail_init(&sc->submitted, &sc->gone);
	list_splice_tail_init(&sc->issued, &sc->gone);
	sc->chan.completed_cookie = sc->chan.cookie;
}

static int soft_terminate(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	sc->terminates++;
	sc->terminated = true;
	if (sc->current_desc && soft_calls(sc->current_desc) &&
	    soft_use(&sc->soft->knobs.call_after_stop)) {
		sc->straggler = sc->current_desc;
		sc->straggler->aborted = sc->soft->knobs.abort_after_stop;
		soft_arm(sc, 0);
	}
	soft_halt(sc);
	spin_unlock_irqrestore(&sc->lock, flags);
	return 0;
}

static void soft_synchronize(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	struct soft_dma_knobs *knobs = &sc->soft->knobs;
	void (*at_sync)(void *data) = knobs->at_sync;
	unsigned long flags;

	knobs->at_sync = NULL;
	if (at_sync)
		at_sync(knobs->at_sync_data);
	hrtimer_cancel(&sc->timer);
	/* The timer came too late for it. */
	local_bh_disable();
	soft_straggle(sc);
	local_bh_enable();
	soft_free_list(sc, &sc->gone);
	spin_lock_irqsave(&sc->lock, flags);
	sc->terminated = false;
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
	struct soft_chan *sc = to_soft(chan);
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&sc->lock, flags);
	if (soft_use(&sc->soft->knobs.config_error)) {
		memset(&sc->slave, 0, sizeof(sc->slave));
		err = -EIO;
	} else {
		sc->slave = *config;
	}
	spin_unlock_irqrestore(&sc->lock, flags);
	return err;
}

static int soft_alloc(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);

	sc->fifo = kvzalloc(SOFT_DMA_FIFO_BYTES, GFP_KERNEL);
	sc->fifo_count = 0;
	memset(&sc->recycled, 0, sizeof(sc->recycled));
	memset(&sc->slave, 0, sizeof(sc->slave));
	sc->chan.cookie = DMA_MIN_COOKIE;
	sc->chan.completed_cookie = DMA_MIN_COOKIE;
	return sc->fifo ? 0 : -ENOMEM;
}

static void soft_release(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	unsigned long flags;

	/* What its user forgot to stop is no call of terminate. */
	spin_lock_irqsave(&sc->lock, flags);
	soft_halt(sc);
	spin_unlock_irqrestore(&sc->lock, flags);
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
	if (!soft->config.no_cyclic)
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
	if (soft->config.src_widths)
		dma->src_addr_widths = soft->config.src_widths;
	dma->copy_align = soft->config.copy_align;
	dma->directions = BIT(DMA_MEM_TO_DEV) | BIT(DMA_DEV_TO_MEM) |
			  BIT(DMA_MEM_TO_MEM);
	if (soft->config.one_way)
		dma->directions &= ~BIT(DMA_DEV_TO_MEM);
	dma->residue_granularity = soft->config.granularity;
	dma->max_sg_burst = soft->config.max_sg_burst;
	dma->filter.fn = soft_map_filter;
	dma->filter.map = soft->config.map;
	dma->filter.mapcnt = soft->config.mapcnt;
	dma->device_alloc_chan_resources = soft_alloc;
	dma->device_free_chan_resources = soft_release;
	dma->device_prep_slave_sg = soft_prep_slave_sg;
	if (!soft->config.no_cyclic)
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

/* Of providers there are; tests run one after the other. */
static unsigned int soft_users;

static void soft_forget_driver(void)
{
	if (!--soft_users)
		platform_driver_unregister(&soft_driver);
}

/* Makes a provider. Process context. */
struct soft_dma *soft_dma_new(const struct soft_dma_config *config)
{
	struct platform_device *pdev;
	struct soft_dma *soft;
	int err;

	if (!config->channels || config->channels > SOFT_DMA_CHANNELS)
		return ERR_PTR(-EINVAL);
	err = soft_users ? 0 : platform_driver_register(&soft_driver);
	if (err)
		return ERR_PTR(err);
	soft_users++;
	pdev = platform_device_register_data(NULL, "portcls-soft-dma",
					     PLATFORM_DEVID_AUTO, config,
					     sizeof(*config));
	if (IS_ERR(pdev)) {
		soft_forget_driver();
		return ERR_CAST(pdev);
	}
	soft = platform_get_drvdata(pdev);
	if (!soft) {
		platform_device_unregister(pdev);
		soft_forget_driver();
		return ERR_PTR(-ENODEV);
	}
	return soft;
}

/* No channel is in use any more. Process context. */
void soft_dma_free(struct soft_dma *soft)
{
	platform_device_unregister(soft->pdev);
	soft_forget_driver();
}
