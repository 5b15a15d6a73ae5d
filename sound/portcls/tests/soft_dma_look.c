// SPDX-License-Identifier: GPL-2.0
/*
 * A dmaengine provider made of software: what a test sees of it
 *
 * A channel's lists and what its user told it are looked at under its lock; counts are
 * single words.
 */
#include <linux/dmaengine.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "soft_dma_local.h"

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

unsigned int soft_dma_called(struct dma_chan *chan)
{
	return to_soft(chan)->called;
}

void *soft_dma_param(struct dma_chan *chan)
{
	return READ_ONCE(to_soft(chan)->param);
}

unsigned int soft_dma_status_reads(struct dma_chan *chan)
{
	return to_soft(chan)->status_reads;
}

struct dma_slave_config soft_dma_slave_config(struct dma_chan *chan)
{
	struct soft_chan *sc = to_soft(chan);
	struct dma_slave_config config;
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	config = sc->slave;
	spin_unlock_irqrestore(&sc->lock, flags);
	return config;
}

unsigned int soft_dma_terminates(struct dma_chan *chan)
{
	return to_soft(chan)->terminates;
}

unsigned int soft_dma_astray(struct dma_chan *chan)
{
	return READ_ONCE(to_soft(chan)->astray);
}

unsigned int soft_dma_hard_submits(struct soft_dma *soft)
{
	unsigned int i, n = 0;

	for (i = 0; i < soft->config.channels; i++)
		n += READ_ONCE(soft->chan[i].hard_submits);
	return n;
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
