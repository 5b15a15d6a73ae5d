/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of snd-portcls-netdma share
 *
 * Locking: portcls_netdma_chan.lock protects a channel: its state, its list and
 * what its engine does. It is held over preparing and submitting (they must be
 * adjacent) but never over a client's routine. portcls_netdma.lock protects
 * which channels are allocated and to which CPU; it nests outside. Both are taken
 * with bottom halves off and interrupts as they were: there are engines that let
 * bottom halves run when they have been given a descriptor, which must not happen
 * with interrupts off. So no hard interrupt may take them.
 *
 * One engine operation of a channel is under way at a time. Its callback carries
 * a slot with the operation's number, so that a late or repeated one is known. The
 * callback may come under the engine's own lock, which submitting takes: it leaves
 * word in the slot, and the channel's tasklet does what follows.
 */
#ifndef __PORTCLS_NETDMA_LOCAL_H
#define __PORTCLS_NETDMA_LOCAL_H

#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <sound/portcls/netdma.h>

#include "atomic_local.h"

#define PORTCLS_NETDMA_CHANNELS		16
#define PORTCLS_NETDMA_SLOTS		8
#define PORTCLS_NETDMA_BATCHES		16
#define PORTCLS_NETDMA_ERRORS		3
#define PORTCLS_NETDMA_PARTS		3

enum {
	NETDMA_FREE,
	NETDMA_ALLOCATED,
	NETDMA_RUNNING,
	NETDMA_IDLE,
	NETDMA_SUSPENDED,
	NETDMA_HALTED,
};

/* @calls, and @failed before it, are the callback's; @op is under the lock. */
struct portcls_netdma_slot {
	struct portcls_netdma_chan *chan;
	u64 op;
	atomic_t calls;
	bool failed;
};

/* One start or append: @count descriptors from @first on. */
struct netdma_batch {
	struct portcls_netdma_descriptor *first;
	u64 addr;
	unsigned int count;
};

/* A continuous copy, a part of a descriptor. */
struct netdma_part {
	dma_addr_t dst;
	dma_addr_t src;
	u32 bytes;
};

struct portcls_netdma_chan {
	struct portcls_netdma *netdma;
	struct dma_chan *dma;
	spinlock_t lock;		/* see above */
	u8 state;
	bool retired;
	bool closing;		/* the provider stops: nothing new begins */
	bool draining;		/* the engine is being stopped; ends with @drain_work */
	unsigned int errors;

	/* the client's, from allocate to free */
	u64 *word;
	portcls_netdma_notify_fn notify;
	void *handle;
	unsigned int cpu;
	const struct cpumask *cpus;
	struct cpumask cpus_mem;
	bool notify_wanted;
	struct work_struct notify_work;

	/* the list */
	struct netdma_batch batch[PORTCLS_NETDMA_BATCHES];
	unsigned int batches;
	unsigned int done_in_batch;
	struct portcls_netdma_descriptor *current_desc;
	u64 current_addr;
	u64 last_addr;

	/* the engine */
	bool busy;
	u64 op;
	unsigned int parts;
	unsigned int next_part;
	struct netdma_part part[PORTCLS_NETDMA_PARTS];
	struct portcls_netdma_slot slot[PORTCLS_NETDMA_SLOTS];
	struct tasklet_struct tasklet;
	struct work_struct drain_work;
	wait_queue_head_t wait;

	/* portcls_netdma_copy(), one at a time */
	bool copying;
	bool abandoned;		/* given up; the engine still has the buffers */
	bool copy_failed;
	bool copy_done;
	dma_addr_t copy_dst;
	dma_addr_t copy_src;
	u32 copy_bytes;
	void *copy_virt;	/* of the destination */
	bool copy_mapped;
};

/* Of all channels, as in struct portcls_netdma_counters. */
struct netdma_stat {
	atomic64_t copies;
	atomic64_t cpu_copies;
	atomic64_t fallbacks;
	atomic64_t timeouts;
	atomic64_t retired;
	atomic64_t stale;
	atomic64_t mismatches;
	atomic64_t cpu_migrations;
};

struct portcls_netdma {
	struct portcls_netdma_config config;
	spinlock_t lock;		/* see above */
	bool running;
	unsigned int channels;
	struct portcls_netdma_chan chan[PORTCLS_NETDMA_CHANNELS];
	struct netdma_stat stat;
	struct list_head node;
};

/* Return: for portcls_netdma_unlock(). */
static inline bool portcls_netdma_lock(spinlock_t *lock) __acquires(lock)
{
	bool begun = portcls_bh_disable();

	spin_lock(lock);
	return begun;
}

static inline void portcls_netdma_unlock(spinlock_t *lock, bool begun) __releases(lock)
{
	spin_unlock(lock);
	portcls_bh_enable(begun);
}

struct workqueue_struct *portcls_netdma_workqueue(void);
void portcls_netdma_migrate(struct portcls_netdma *netdma, unsigned int cpu);

void portcls_netdma_engine_init(struct portcls_netdma_chan *chan,
				struct portcls_netdma *netdma);
void portcls_netdma_engine_open(struct portcls_netdma_chan *chan, struct dma_chan *dma);
void portcls_netdma_engine_close(struct portcls_netdma_chan *chan);
int portcls_netdma_engine_copy(struct portcls_netdma_chan *chan, dma_addr_t dst,
			       dma_addr_t src, u32 bytes, bool fence);
bool portcls_netdma_engine_drain(struct portcls_netdma_chan *chan);
int portcls_netdma_engine_terminate(struct portcls_netdma_chan *chan);
void portcls_netdma_engine_retire(struct portcls_netdma_chan *chan);

void portcls_netdma_list_done(struct portcls_netdma_chan *chan, bool failed);
void portcls_netdma_list_kick(struct portcls_netdma_chan *chan);
void portcls_netdma_list_halt(struct portcls_netdma_chan *chan, u64 addr);
void portcls_netdma_copy_done(struct portcls_netdma_chan *chan, bool failed);
void portcls_netdma_copy_over(struct portcls_netdma_chan *chan);
void portcls_netdma_notify(struct portcls_netdma_chan *chan);

#endif /* __PORTCLS_NETDMA_LOCAL_H */
