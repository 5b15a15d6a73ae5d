/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two halves of slave channels share; private to them
 *
 * dma_slave.c is the methods, dma_slave_new.c makes channels and takes settings.
 *
 * Locking: slave->lock protects the pointer to the current run and a run's count
 * of periods, and is not held across any call out of dma_slave.c. Everything
 * else is serialised by the caller, as dma_channel.h says.
 */
#ifndef __PORTCLS_DMA_SLAVE_LOCAL_H
#define __PORTCLS_DMA_SLAVE_LOCAL_H

#include <linux/dmaengine.h>
#include <linux/spinlock.h>
#include <sound/portcls/dma_channel.h>

/* How many Starts it takes until a callback that is late could be taken for another's. */
#define SLAVE_RUNS	8

struct dma_slave;

/**
 * struct slave_run - one transfer, from Start to Stop
 * @slave: the channel
 * @cookie: the controller's name for it
 * @map_size: bytes
 * @period: bytes between two callbacks
 * @single: ends after @map_size bytes
 * @done: periods completed, as far as callbacks came
 * @last: residue as last read
 */
struct slave_run {
	struct dma_slave *slave;
	dma_cookie_t cookie;
	u32 map_size;
	u32 period;
	bool single;
	u32 done;
	u32 last;
};

/**
 * struct dma_slave - a slave channel
 * @base: the channel object
 * @dma: the controller's channel
 * @served: the device that uses it; the channel names it until it is released
 * @caps: what the controller says of it
 * @unit: bytes that the controller moves at a time
 * @max_segment: longest period in bytes
 * @counted: no usable residue, the position is the number of callbacks
 * @single: the next run is not cyclic
 * @period: wanted distance of callbacks, bytes; 0 for none wanted
 * @notify: called at each callback of the controller, optional
 * @notify_data: its argument
 * @lock: see the top of the file
 * @run: the current run, NULL when stopped
 * @slot: the last runs, in turn: callbacks of those that are over may be on their way
 * @starts: how many there were
 * @over: stopped and not synchronized since
 */
struct dma_slave {
	struct portcls_dma_channel base;
	struct dma_chan *dma;
	struct device *served;
	struct dma_slave_caps caps;
	u32 unit;
	u32 max_segment;
	bool counted;
	bool single;
	u32 period;
	void (*notify)(void *data);
	void *notify_data;
	spinlock_t lock; /* see above */
	struct slave_run *run;
	struct slave_run slot[SLAVE_RUNS];
	unsigned int starts;
	bool over;
};

static inline struct dma_slave *
to_dma_slave(const struct portcls_dma_channel *chan)
{
	return container_of(chan, struct dma_slave, base);
}

extern const struct portcls_dma_channel_ops portcls_dma_slave_ops;

#endif /* __PORTCLS_DMA_SLAVE_LOCAL_H */
