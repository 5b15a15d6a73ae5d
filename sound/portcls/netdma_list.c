// SPDX-License-Identifier: GPL-2.0
/*
 * NetDMA: lists of descriptors and the completion word
 *
 * The next descriptor is looked up when the one before it is done, so that a
 * client may edit what was not reached yet while the channel is suspended. Data
 * becomes visible before the word, the word before the notification.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>

#include "netdma_local.h"

#define NETDMA_RESERVED	(~(PORTCLS_NETDMA_INTERRUPT | PORTCLS_NETDMA_SOURCE_NO_SNOOP | \
			   PORTCLS_NETDMA_DESTINATION_NO_SNOOP | \
			   PORTCLS_NETDMA_STATUS_UPDATE | PORTCLS_NETDMA_SERIALIZE | \
			   PORTCLS_NETDMA_NULL | PORTCLS_NETDMA_SOURCE_PAGE_BREAK | \
			   PORTCLS_NETDMA_DESTINATION_PAGE_BREAK | \
			   PORTCLS_NETDMA_DESTINATION_DCA | \
			   PORTCLS_NETDMA_OPERATION_MASK))

static void netdma_word(struct portcls_netdma_chan *chan, u64 addr, u64 status)
{
	lockdep_assert_held(&chan->lock);
	/* No list runs on a machine that cannot write it in one go. */
	if (IS_ENABLED(CONFIG_64BIT) && chan->word)
		/* Pairs with the client's smp_load_acquire() of the word. */
		smp_store_release(chan->word, addr | status);
}

static bool netdma_operation(const struct portcls_netdma_descriptor *desc, u32 op)
{
	return (desc->flags & PORTCLS_NETDMA_OPERATION_MASK) == op;
}

static bool netdma_moves_nothing(const struct portcls_netdma_descriptor *desc)
{
	return desc->flags & PORTCLS_NETDMA_NULL || !desc->size ||
	       netdma_operation(desc, PORTCLS_NETDMA_OPERATION_MASK);
}

/* Splits a copy where one of its sides leaves its first page. */
static void netdma_split(struct portcls_netdma_chan *chan,
			 const struct portcls_netdma_descriptor *desc)
{
	u32 src_room = U32_MAX, dst_room = U32_MAX, done = 0, n;

	lockdep_assert_held(&chan->lock);
	if (desc->flags & PORTCLS_NETDMA_SOURCE_PAGE_BREAK)
		src_room = SZ_4K - (desc->source & (SZ_4K - 1));
	if (desc->flags & PORTCLS_NETDMA_DESTINATION_PAGE_BREAK)
		dst_room = SZ_4K - (desc->destination & (SZ_4K - 1));
	chan->parts = 0;
	chan->next_part = 0;
	while (done < desc->size && chan->parts < PORTCLS_NETDMA_PARTS) {
		struct netdma_part *part = &chan->part[chan->parts++];

		n = desc->size - done;
		if (done < src_room)
			n = min(n, src_room - done);
		if (done < dst_room)
			n = min(n, dst_room - done);
		part->src = done < src_room ? desc->source + done :
					      desc->next_source + done - src_room;
		part->dst = done < dst_room ? desc->destination + done :
					      desc->next_destination + done - dst_room;
		part->bytes = n;
		done += n;
	}
}

/* What lies beyond a break is within the page that was named for it. */
static bool netdma_fits(u32 size, bool breaks, u64 addr, u64 next)
{
	u32 room = SZ_4K - (addr & (SZ_4K - 1));

	return !breaks || size <= room || size - room <= SZ_4K - (next & (SZ_4K - 1));
}

/* Valid, and neither too long nor over more pages than it has addresses for. */
static bool netdma_valid(struct portcls_netdma_chan *chan,
			 const struct portcls_netdma_descriptor *desc)
{
	if (desc->flags & NETDMA_RESERVED)
		return false;
	if (!netdma_operation(desc, 0) &&
	    !netdma_operation(desc, PORTCLS_NETDMA_OPERATION_MASK))
		return false;
	if (netdma_moves_nothing(desc))
		return true;
	if (desc->size > chan->netdma->config.max_transfer)
		return false;
	return netdma_fits(desc->size, desc->flags & PORTCLS_NETDMA_SOURCE_PAGE_BREAK,
			   desc->source, desc->next_source) &&
	       netdma_fits(desc->size, desc->flags & PORTCLS_NETDMA_DESTINATION_PAGE_BREAK,
			   desc->destination, desc->next_destination);
}

/* Engines do not look: they copy less, or elsewhere, and say that all is well. */
static bool netdma_parts_aligned(const struct portcls_netdma_chan *chan)
{
	const struct netdma_part *part = chan->part;

	for (; part < chan->part + chan->parts; part++)
		if (!is_dma_copy_aligned(chan->dma->device, part->src, part->dst,
					 part->bytes))
			return false;
	return true;
}

/* Ends the list. What the engine has of it is not looked at any more. */
void portcls_netdma_list_halt(struct portcls_netdma_chan *chan, u64 addr)
{
	lockdep_assert_held(&chan->lock);
	chan->state = NETDMA_HALTED;
	chan->batches = 0;
	chan->current_desc = NULL;
	netdma_word(chan, addr, PORTCLS_NETDMA_HALTED);
}

/* The descriptor to process next, or NULL at the end. */
static struct portcls_netdma_descriptor *netdma_next(struct portcls_netdma_chan *chan)
{
	struct netdma_batch *batch = &chan->batch[0];
	struct portcls_netdma_descriptor *desc;

	lockdep_assert_held(&chan->lock);
	if (chan->batches && chan->done_in_batch == batch->count) {
		chan->batches--;
		memmove(&chan->batch[0], &chan->batch[1],
			chan->batches * sizeof(chan->batch[0]));
		chan->done_in_batch = 0;
	}
	if (!chan->batches)
		return NULL;
	if (!chan->done_in_batch) {
		chan->current_addr = batch->addr;
		desc = batch->first;
	} else {
		/* The links are addresses; the batch says where they are for us. */
		chan->current_addr = chan->current_desc->next;
		desc = (void *)((uintptr_t)batch->first +
				(uintptr_t)(chan->current_addr - batch->addr));
	}
	return desc;
}

/* The rest of the list, were it not for what was just finished. */
static bool netdma_is_last(const struct portcls_netdma_chan *chan)
{
	return chan->batches == 1 && chan->done_in_batch == chan->batch[0].count;
}

static void netdma_finish(struct portcls_netdma_chan *chan)
{
	struct portcls_netdma_descriptor *desc = chan->current_desc;

	lockdep_assert_held(&chan->lock);
	chan->done_in_batch++;
	chan->last_addr = chan->current_addr;
	if (desc->flags & PORTCLS_NETDMA_STATUS_UPDATE)
		netdma_word(chan, chan->current_addr, netdma_is_last(chan) ?
			    PORTCLS_NETDMA_IDLE : PORTCLS_NETDMA_ACTIVE);
	if (desc->flags & PORTCLS_NETDMA_INTERRUPT)
		portcls_netdma_notify(chan);
}

static int netdma_part_start(struct portcls_netdma_chan *chan)
{
	struct netdma_part *part = &chan->part[chan->next_part];

	/* One after the other is serialised whatever the engine's order. */
	return portcls_netdma_engine_copy(chan, part->dst, part->src, part->bytes,
				  chan->current_desc->flags & PORTCLS_NETDMA_SERIALIZE);
}

/* Goes on with the list until the engine is busy or there is no more. */
void portcls_netdma_list_kick(struct portcls_netdma_chan *chan)
{
	struct portcls_netdma_descriptor *desc;

	lockdep_assert_held(&chan->lock);
	while (chan->state == NETDMA_RUNNING && !chan->busy && !chan->draining) {
		desc = netdma_next(chan);
		if (!desc) {
			chan->state = NETDMA_IDLE;
			break;
		}
		chan->current_desc = desc;
		if (!IS_ALIGNED(chan->current_addr, 64) || !netdma_valid(chan, desc)) {
			portcls_netdma_list_halt(chan, chan->current_addr & ~63ULL);
			portcls_netdma_notify(chan);
			break;
		}
		if (netdma_moves_nothing(desc)) {
			netdma_finish(chan);
			continue;
		}
		netdma_split(chan, desc);
		if (!netdma_parts_aligned(chan) || netdma_part_start(chan)) {
			portcls_netdma_list_halt(chan, chan->current_addr);
			portcls_netdma_notify(chan);
		}
	}
}

/* The engine is done with a part of the current descriptor. */
void portcls_netdma_list_done(struct portcls_netdma_chan *chan, bool failed)
{
	struct portcls_netdma_descriptor *desc = chan->current_desc;
	struct netdma_part *part = &chan->part[chan->next_part];

	lockdep_assert_held(&chan->lock);
	/* Of a list that was aborted, where the engine did not stop. */
	if (!desc)
		goto next;
	if (!failed) {
		dma_sync_single_for_cpu(portcls_netdma_device(chan), part->dst,
					part->bytes, DMA_FROM_DEVICE);
		if (++chan->next_part < chan->parts) {
			if (!netdma_part_start(chan))
				return;
			failed = true;
		}
	}
	if (failed) {
		portcls_netdma_list_halt(chan, chan->current_addr);
		portcls_netdma_notify(chan);
		return;
	}
	netdma_finish(chan);
next:
	if (chan->state == NETDMA_SUSPENDED)
		netdma_word(chan, chan->last_addr, PORTCLS_NETDMA_SUSPEND);
	portcls_netdma_list_kick(chan);
}

static int netdma_queue(struct portcls_netdma_chan *chan,
			struct portcls_netdma_descriptor *first, u64 addr,
			unsigned int count)
{
	lockdep_assert_held(&chan->lock);
	if (chan->batches == PORTCLS_NETDMA_BATCHES)
		return -ENOMEM;
	chan->batch[chan->batches++] = (struct netdma_batch){ first, addr, count };
	return 0;
}

static bool netdma_list_ok(struct portcls_netdma_descriptor *first, u64 addr,
			   unsigned int count)
{
	return count && IS_ALIGNED((uintptr_t)first, 64) && IS_ALIGNED(addr, 64);
}

/**
 * portcls_netdma_start() - process a list
 * @chan: the channel
 * @first: its first descriptor
 * @addr: the number by which links name @first; links of the others are at the
 *	same distance from their descriptors
 * @count: number of descriptors; the last one's link is not followed
 *
 * If a list is being processed, its current descriptor is finished and the rest
 * dropped. A descriptor that is not valid, or whose addresses or length the engine
 * cannot copy at their alignment, or for which it has nothing to spare when it is asked
 * twice, halts the list: the word and a notification say so, not this function. Source:
 * ProviderStartDma.
 *
 * Context: atomic.
 * Return: 0; -EINVAL if something is not aligned to 64 bytes or @count is 0, and if the
 * channel is not allocated, copies, or is of a provider that stops.
 */
int portcls_netdma_start(struct portcls_netdma_chan *chan,
			 struct portcls_netdma_descriptor *first, u64 addr,
			 unsigned int count)
{
	bool begun;
	int err = -EINVAL;

	if (!netdma_list_ok(first, addr, count))
		return -EINVAL;
	begun = portcls_netdma_lock(&chan->lock);
	if (chan->state == NETDMA_FREE || chan->copying || chan->closing)
		goto out;
	if (chan->busy && chan->current_desc) {
		/* What is under way becomes a list of one before the new one. */
		chan->batch[0].first = chan->current_desc;
		chan->batch[0].addr = chan->current_addr;
		chan->batch[0].count = 1;
		chan->batches = 1;
		chan->done_in_batch = 0;
	} else {
		chan->batches = 0;
		chan->done_in_batch = 0;
		chan->current_desc = NULL;
		chan->last_addr = 0;
		netdma_word(chan, 0, PORTCLS_NETDMA_ARMED);
	}
	err = netdma_queue(chan, first, addr, count);
	chan->state = NETDMA_RUNNING;
	portcls_netdma_list_kick(chan);
out:
	portcls_netdma_unlock(&chan->lock, begun);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_netdma_start);

/**
 * portcls_netdma_append() - process more
 * @chan: the channel, started and not halted
 * @first: as for portcls_netdma_start()
 * @addr: as for portcls_netdma_start()
 * @count: as for portcls_netdma_start()
 *
 * Source: ProviderAppendDma.
 *
 * Context: atomic.
 * Return: 0; -EINVAL if something is not aligned to 64 bytes or @count is 0, before a
 * start, after an abort or error, and while the provider stops; -ENOMEM with 16 lists
 * waiting.
 */
int portcls_netdma_append(struct portcls_netdma_chan *chan,
			  struct portcls_netdma_descriptor *first, u64 addr,
			  unsigned int count)
{
	bool begun;
	int err = -EINVAL;

	if (!netdma_list_ok(first, addr, count))
		return -EINVAL;
	begun = portcls_netdma_lock(&chan->lock);
	if (chan->closing ||
	    (chan->state != NETDMA_RUNNING && chan->state != NETDMA_IDLE &&
	     chan->state != NETDMA_SUSPENDED))
		goto out;
	err = netdma_queue(chan, first, addr, count);
	if (err)
		goto out;
	if (chan->state == NETDMA_IDLE)
		chan->state = NETDMA_RUNNING;
	portcls_netdma_list_kick(chan);
out:
	portcls_netdma_unlock(&chan->lock, begun);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_netdma_append);

/**
 * portcls_netdma_suspend() - stop between two descriptors
 * @chan: a running channel
 * @last: address of the last descriptor processed, 0 for none
 *
 * A descriptor that is under way is finished first, after this returns; the word
 * then says so. Source: ProviderSuspendDma.
 *
 * Context: atomic.
 * Return: 0; -EBUSY while a descriptor is finished, call again; -EINVAL if it is
 * not running.
 */
int portcls_netdma_suspend(struct portcls_netdma_chan *chan, u64 *last)
{
	bool begun;
	int err = -EINVAL;

	begun = portcls_netdma_lock(&chan->lock);
	if (chan->state != NETDMA_RUNNING && chan->state != NETDMA_IDLE &&
	    chan->state != NETDMA_SUSPENDED)
		goto out;
	chan->state = NETDMA_SUSPENDED;
	err = -EBUSY;
	if (chan->busy)
		goto out;
	*last = chan->last_addr;
	netdma_word(chan, chan->last_addr, PORTCLS_NETDMA_SUSPEND);
	err = 0;
out:
	portcls_netdma_unlock(&chan->lock, begun);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_netdma_suspend);

/**
 * portcls_netdma_resume() - go on where suspend stopped
 * @chan: a suspended channel
 *
 * Reads the link of the last descriptor anew. Source: ProviderResumeDma.
 *
 * Context: atomic.
 * Return: 0, or -EINVAL if it is not suspended or the provider stops.
 */
int portcls_netdma_resume(struct portcls_netdma_chan *chan)
{
	bool begun;
	int err = -EINVAL;

	begun = portcls_netdma_lock(&chan->lock);
	if (chan->state == NETDMA_SUSPENDED && !chan->closing) {
		chan->state = NETDMA_RUNNING;
		portcls_netdma_list_kick(chan);
		/* Suspended behind the last one: nothing else ends that. */
		if (chan->state == NETDMA_IDLE)
			netdma_word(chan, chan->last_addr, PORTCLS_NETDMA_IDLE);
		err = 0;
	}
	portcls_netdma_unlock(&chan->lock, begun);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_netdma_resume);

/* Without the lock the provider may take the engine, but not while it is draining. */
static int netdma_stop_now(struct portcls_netdma_chan *chan, u8 state)
{
	bool drain = false;
	bool begun;
	int err = -EINVAL;

	begun = portcls_netdma_lock(&chan->lock);
	if (chan->state == NETDMA_FREE || chan->copying)
		goto out;
	err = -EOPNOTSUPP;
	if (!chan->dma->device->device_terminate_all)
		goto out;
	err = 0;
	portcls_netdma_list_halt(chan, chan->last_addr);
	chan->state = state;
	if (state == NETDMA_ALLOCATED)
		chan->last_addr = 0;
	/* Nothing was begun since somebody else began to stop the engine. */
	drain = portcls_netdma_engine_drain(chan);
out:
	portcls_netdma_unlock(&chan->lock, begun);
	return drain ? portcls_netdma_engine_terminate(chan) : err;
}

/**
 * portcls_netdma_abort() - stop at once
 * @chan: the channel
 *
 * The descriptor under way is not completed and its data undefined. Only a start
 * goes on, once the engine has come to rest. Source: ProviderAbortDma.
 *
 * Context: atomic.
 * Return: 0; -EOPNOTSUPP where the engine cannot stop; -EINVAL if the channel is not
 * allocated, or copies; the engine's error if it did not stop, with the list halted.
 */
int portcls_netdma_abort(struct portcls_netdma_chan *chan)
{
	return netdma_stop_now(chan, NETDMA_HALTED);
}
EXPORT_SYMBOL_GPL(portcls_netdma_abort);

/**
 * portcls_netdma_reset() - abort, and be as after the allocation
 * @chan: the channel
 *
 * No descriptor is looked at after it returned. Source: ProviderResetChannel.
 *
 * Context: atomic.
 * Return: as portcls_netdma_abort().
 */
int portcls_netdma_reset(struct portcls_netdma_chan *chan)
{
	return netdma_stop_now(chan, NETDMA_ALLOCATED);
}
EXPORT_SYMBOL_GPL(portcls_netdma_reset);
