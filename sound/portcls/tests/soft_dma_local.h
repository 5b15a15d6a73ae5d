/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A dmaengine provider made of software: what its two files share
 *
 *	soft_dma.c	the provider: descriptors, channels, the dmaengine's methods
 *	soft_dma_step.c	the engine: moves data and calls back
 */
#ifndef __PORTCLS_TEST_SOFT_DMA_LOCAL_H
#define __PORTCLS_TEST_SOFT_DMA_LOCAL_H

#include <linux/hrtimer.h>

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
	bool aborted;
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
	bool terminated;
	unsigned int called;
	unsigned int status_reads;
	unsigned int terminates;
	unsigned int hard_submits;
	unsigned int astray;
	struct dma_async_tx_descriptor recycled;
	void *param;
	struct dma_slave_config slave;
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

static inline struct soft_chan *to_soft(struct dma_chan *chan)
{
	return container_of(chan, struct soft_chan, chan);
}

/* Who did not ask for a callback may get none, even if one was set. */
static inline bool soft_calls(const struct soft_desc *desc)
{
	return to_soft(desc->tx.chan)->soft->config.recycles ||
	       desc->tx.flags & DMA_PREP_INTERRUPT;
}

static inline bool soft_use(int *knob)
{
	if (*knob <= 0)
		return false;
	--*knob;
	return true;
}

void soft_free_desc(struct soft_desc *desc);
bool soft_straggle(struct soft_chan *sc);
void soft_arm(struct soft_chan *sc, u32 us);
enum hrtimer_restart soft_timer(struct hrtimer *timer);

#endif /* __PORTCLS_TEST_SOFT_DMA_LOCAL_H */
