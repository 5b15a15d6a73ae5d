/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intel 8237 ISA DMA controllers as dmaengine providers; private to the module
 *
 * i8237_hw.c touches the registers, i8237_chan.c keeps descriptors and cookies,
 * i8237_main.c is the two platform devices and what they tell dmaengine.
 */
#ifndef __I8237_H
#define __I8237_H

#include <linux/dmaengine.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>

/* The line of a channel that exists only to be refused. */
#define I8237_NO_LINE	8

/**
 * struct i8237_desc - one transfer
 * @tx: dmaengine's part
 * @node: in one of the channel's lists, or in none while it is active
 * @addr: device address
 * @len: bytes
 * @period: bytes between two callbacks; @len for a single transfer
 * @dir: direction
 * @cyclic: starts over at its end, until terminated
 */
struct i8237_desc {
	struct dma_async_tx_descriptor tx;
	struct list_head node;
	dma_addr_t addr;
	u32 len;
	u32 period;
	enum dma_transfer_direction dir;
	bool cyclic;
};

/**
 * struct i8237_chan - one DMA line
 * @chan: dmaengine's part
 * @line: number of the line, 0..3 and 5..7
 * @lock: protects all that follows; taken with interrupts off, from any
 *	context. The kernel's DMA lock nests inside.
 * @prepared: descriptors that were not submitted yet
 * @submitted: descriptors that were not issued yet
 * @issued: descriptors that wait for their turn
 * @active: the descriptor in the controller, or NULL
 * @paused: @active is masked at the client's wish
 * @asleep: what the controller holds is not ours, until it is programmed again
 * @last: residue of @active when it was last read, bytes
 * @moved: bytes that @active has moved from @begun up to @last
 * @begun: where the measurement of the device's speed starts
 * @timer: looks at the counter where somebody waits for it to arrive
 */
struct i8237_chan {
	struct dma_chan chan;
	unsigned int line;
	spinlock_t lock; /* see above */
	struct list_head prepared;
	struct list_head submitted;
	struct list_head issued;
	struct i8237_desc *active;
	bool paused;
	bool asleep;
	u32 last;
	u64 moved;
	ktime_t begun;
	struct hrtimer timer;
};

static inline struct i8237_chan *i8237_chan(struct dma_chan *chan)
{
	return container_of(chan, struct i8237_chan, chan);
}

/* Lines 5 to 7 count 16-bit words. */
static inline unsigned int i8237_shift(unsigned int line)
{
	return line > 3;
}

bool i8237_hw_present(void);
void i8237_hw_start(unsigned int line, dma_addr_t addr, u32 len,
		    enum dma_transfer_direction dir, bool cyclic, bool masked);
void i8237_hw_mask(unsigned int line);
void i8237_hw_unmask(unsigned int line);
u32 i8237_hw_units_left(unsigned int line);

void i8237_chan_init(struct i8237_chan *ic, struct dma_device *dma,
		     unsigned int line);
void i8237_chan_ops(struct dma_device *dma);
void i8237_chan_suspend(struct i8237_chan *ic);
void i8237_chan_resume(struct i8237_chan *ic);

#endif /* __I8237_H */
