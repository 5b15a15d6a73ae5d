// SPDX-License-Identifier: GPL-2.0
/*
 * NetDMA: one operation at a time on a dmaengine channel
 *
 * A dmaengine client neither chooses nor learns the CPU of its callback, so what
 * a client is to see on the channel's CPU is forwarded there by a work item.
 */
#include <linux/bottom_half.h>

#include "netdma_local.h"

/* The current operation is over. */
static void netdma_over(struct portcls_netdma_chan *chan, bool failed)
{
	lockdep_assert_held(&chan->lock);
	chan->busy = false;
	if (failed && ++chan->errors >= PORTCLS_NETDMA_ERRORS)
		portcls_netdma_engine_retire(chan);
	if (!failed)
		atomic64_inc(&chan->netdma->stat.copies);
	if (chan->copying)
		portcls_netdma_copy_done(chan, failed);
	else if (chan->state != NETDMA_FREE)
		portcls_netdma_list_done(chan, failed);
	wake_up_all(&chan->wait);
}

/* What the engine's callbacks have left word of. */
static void netdma_tasklet(struct tasklet_struct *tasklet)
{
	struct portcls_netdma_chan *chan =
		container_of(tasklet, struct portcls_netdma_chan, tasklet);
	struct portcls_netdma_slot *slot;
	unsigned int i;
	int calls;
	bool begun;

	begun = portcls_netdma_lock(&chan->lock);
	for (i = 0; i < PORTCLS_NETDMA_SLOTS; i++) {
		slot = &chan->slot[i];
		/* Pairs with the callback: whether it failed is known first. */
		calls = atomic_xchg(&slot->calls, 0);
		if (!calls)
			continue;
		if (chan->busy && slot->op == chan->op) {
			calls--;
			netdma_over(chan, READ_ONCE(slot->failed));
		}
		atomic64_add(calls, &chan->netdma->stat.stale);
	}
	portcls_netdma_unlock(&chan->lock, begun);
}

/*
 * In whatever context the engine calls back, and under whatever lock of its own: what
 * follows is the tasklet's, since it takes the channel's lock and may submit.
 */
static void netdma_callback(void *param, const struct dmaengine_result *result)
{
	struct portcls_netdma_slot *slot = param;

	if (result && result->result != DMA_TRANS_NOERROR)
		WRITE_ONCE(slot->failed, true);
	/* Pairs with the tasklet's exchange. */
	atomic_inc_return_release(&slot->calls);
	tasklet_schedule(&slot->chan->tasklet);
}

/* Not given to anyone any more. */
void portcls_netdma_engine_retire(struct portcls_netdma_chan *chan)
{
	lockdep_assert_held(&chan->lock);
	if (chan->retired)
		return;
	chan->retired = true;
	atomic64_inc(&chan->netdma->stat.retired);
}

/*
 * Starts a copy. Return: 0, or -EAGAIN if the engine has twice no descriptor, or -EIO;
 * nothing was started then.
 */
int portcls_netdma_engine_copy(struct portcls_netdma_chan *chan, dma_addr_t dst,
			       dma_addr_t src, u32 bytes, bool fence)
{
	unsigned long how = DMA_CTRL_ACK | DMA_PREP_INTERRUPT;
	struct dma_async_tx_descriptor *tx;
	struct portcls_netdma_slot *slot;

	lockdep_assert_held(&chan->lock);
	if (fence)
		how |= DMA_PREP_FENCE;
	slot = &chan->slot[(chan->op + 1) % PORTCLS_NETDMA_SLOTS];
	tx = dmaengine_prep_dma_memcpy(chan->dma, dst, src, bytes, how);
	if (!tx) {
		/* Some only take their finished descriptors back when they are told to begin. */
		dma_async_issue_pending(chan->dma);
		tx = dmaengine_prep_dma_memcpy(chan->dma, dst, src, bytes, how);
	}
	if (!tx)
		return -EAGAIN;
	/* What its last operation has left, eight of them ago, is late. */
	atomic64_add(atomic_xchg(&slot->calls, 0), &chan->netdma->stat.stale);
	WRITE_ONCE(slot->failed, false);
	slot->op = ++chan->op;
	tx->callback_result = netdma_callback;
	tx->callback_param = slot;
	chan->busy = true;
	if (dma_submit_error(dmaengine_submit(tx))) {
		chan->busy = false;
		return -EIO;
	}
	dma_async_issue_pending(chan->dma);
	return 0;
}

static void netdma_drained(struct portcls_netdma_chan *chan)
{
	lockdep_assert_held(&chan->lock);
	chan->draining = false;
	if (chan->state == NETDMA_RUNNING)
		portcls_netdma_list_kick(chan);
	wake_up_all(&chan->wait);
}

static void netdma_drain_work(struct work_struct *work)
{
	struct portcls_netdma_chan *chan =
		container_of(work, struct portcls_netdma_chan, drain_work);
	bool begun;

	dmaengine_synchronize(chan->dma);
	begun = portcls_netdma_lock(&chan->lock);
	netdma_drained(chan);
	portcls_netdma_unlock(&chan->lock, begun);
}

/*
 * Begins to stop the engine, which stays the channel's until that is over, whatever
 * ends meanwhile by itself. Return: whether portcls_netdma_engine_terminate() is the
 * caller's to call; if not, somebody else is at it.
 */
bool portcls_netdma_engine_drain(struct portcls_netdma_chan *chan)
{
	lockdep_assert_held(&chan->lock);
	if (chan->draining)
		return false;
	chan->draining = true;
	return true;
}

/* Stops the engine; its callback, if one still comes, is stale. */
int portcls_netdma_engine_terminate(struct portcls_netdma_chan *chan)
{
	bool begun;
	int err;

	err = dmaengine_terminate_async(chan->dma);
	begun = portcls_netdma_lock(&chan->lock);
	if (err) {
		netdma_drained(chan);
	} else {
		chan->op++;
		chan->busy = false;
		queue_work(portcls_netdma_workqueue(), &chan->drain_work);
	}
	portcls_netdma_unlock(&chan->lock, begun);
	return err;
}

static void netdma_notify_work(struct work_struct *work)
{
	struct portcls_netdma_chan *chan =
		container_of(work, struct portcls_netdma_chan, notify_work);
	portcls_netdma_notify_fn notify;
	bool begun;
	void *handle;
	u64 last;

	begun = portcls_netdma_lock(&chan->lock);
	notify = chan->notify_wanted ? chan->notify : NULL;
	handle = chan->handle;
	last = chan->last_addr;
	chan->notify_wanted = false;
	portcls_netdma_unlock(&chan->lock, begun);
	if (!notify)
		return;
	local_bh_disable();
	notify(handle, last);
	local_bh_enable();
}

/* Tells the client, on its CPU. */
void portcls_netdma_notify(struct portcls_netdma_chan *chan)
{
	lockdep_assert_held(&chan->lock);
	if (!chan->notify)
		return;
	chan->notify_wanted = true;
	queue_work_on(READ_ONCE(chan->cpu), portcls_netdma_workqueue(),
		      &chan->notify_work);
}

/* For as long as the provider is registered: a client may come late with its channel. */
void portcls_netdma_engine_init(struct portcls_netdma_chan *chan,
				struct portcls_netdma *netdma)
{
	unsigned int i;

	chan->netdma = netdma;
	spin_lock_init(&chan->lock);
	init_waitqueue_head(&chan->wait);
	tasklet_setup(&chan->tasklet, netdma_tasklet);
	INIT_WORK(&chan->notify_work, netdma_notify_work);
	INIT_WORK(&chan->drain_work, netdma_drain_work);
	for (i = 0; i < PORTCLS_NETDMA_SLOTS; i++)
		chan->slot[i].chan = chan;
}

/* Of a channel that is free. */
void portcls_netdma_engine_open(struct portcls_netdma_chan *chan, struct dma_chan *dma)
{
	bool begun;

	begun = portcls_netdma_lock(&chan->lock);
	chan->dma = dma;
	chan->retired = false;
	chan->closing = false;
	chan->draining = false;
	chan->busy = false;
	chan->copying = false;
	chan->abandoned = false;
	chan->errors = 0;
	portcls_netdma_unlock(&chan->lock, begun);
}

/* Of a channel that is free and quiet. May sleep. */
void portcls_netdma_engine_close(struct portcls_netdma_chan *chan)
{
	struct dma_chan *dma = chan->dma;
	bool begun;

	begun = portcls_netdma_lock(&chan->lock);
	chan->dma = NULL;
	portcls_netdma_unlock(&chan->lock, begun);
	dma_release_channel(dma);
	/* No callback comes any more; what the last ones left is looked at. */
	tasklet_kill(&chan->tasklet);
}
