// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers: the system half, a dmaengine channel that moves the data
 *
 * A mapping runs from portcls_system_start() until exactly one of three ends it:
 * the controller's callback, the stop work after a terminate, or a flush that
 * waits. The first that finds it running under the adapter's lock does; later
 * ones, and callbacks of earlier runs, are counted and dropped. A terminated
 * transfer gets no callback from dmaengine, so the stop work makes it up.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>

#include "transfer_local.h"

/* A controller that cannot stop gets this long to run out. */
#define PORTCLS_RUN_OUT_MS	5000

/*
 * Ends run @run with @status and tells its owner. While the run is being
 * stopped the controller's verdict is only kept: until nothing of it moves any
 * more, no flush may come, or the terminate would hit the next transfer.
 */
static void system_finish(struct portcls_adapter *adapter, u64 run,
			  enum portcls_completion status, bool stopped)
{
	struct portcls_system *system = adapter->system;
	struct portcls_transfer *transfer;
	struct portcls_run call;
	portcls_completion_fn complete;
	unsigned long flags;
	bool begun;
	void *data;

	spin_lock_irqsave(&adapter->lock, flags);
	transfer = system->transfer;
	if (system->run != run || !transfer ||
	    transfer->map_state != PORTCLS_MAP_RUNNING ||
	    (!stopped && system->reported)) {
		adapter->counters.stale_completions++;
		goto out;
	}
	if (system->stopping && !stopped) {
		system->reported = true;
		/* That it was stopped says nothing of who stopped it. */
		if (status != PORTCLS_DMA_CANCELLED)
			system->stop_status = status;
		goto out;
	}
	system->stopping = false;
	transfer->map_state = PORTCLS_MAP_STOPPED;
	complete = transfer->complete;
	data = transfer->complete_data;
	call.id = transfer->id;
	if (complete) {
		adapter->counters.completions++;
		list_add(&call.node, &adapter->runs);
		spin_unlock_irqrestore(&adapter->lock, flags);

		begun = portcls_atomic_begin();
		complete(adapter, status, data);
		portcls_atomic_end(begun);

		spin_lock_irqsave(&adapter->lock, flags);
		list_del(&call.node);
	}
	wake_up_all(&adapter->wait);
out:
	spin_unlock_irqrestore(&adapter->lock, flags);
}

/* The controller's callback: softirq, or process with some controllers. */
static void system_callback(void *param, const struct dmaengine_result *result)
{
	const struct portcls_system_slot *slot = param;
	struct portcls_adapter *adapter = slot->adapter;
	enum portcls_completion status = PORTCLS_DMA_COMPLETE;

	if (result && result->result == DMA_TRANS_ABORTED &&
	    READ_ONCE(adapter->system->stopping))
		status = PORTCLS_DMA_CANCELLED;
	else if (result && result->result != DMA_TRANS_NOERROR)
		status = PORTCLS_DMA_ERROR;
	portcls_adapter_hold(adapter);
	system_finish(adapter, slot->run, status, false);
	portcls_adapter_drop(adapter);
}

/* After a terminate: what the hardware did not finish is over now. */
void portcls_system_stop_work(struct work_struct *work)
{
	struct portcls_system *system =
		container_of(work, struct portcls_system, stop_work);
	struct portcls_adapter *adapter = system->slot[0].adapter;
	enum portcls_completion status;
	unsigned long flags;
	u64 run;

	dmaengine_synchronize(system->chan);
	spin_lock_irqsave(&adapter->lock, flags);
	status = system->stop_status;
	run = system->run;
	spin_unlock_irqrestore(&adapter->lock, flags);
	system_finish(adapter, run, status, true);
	portcls_adapter_drop(adapter);
}

/*
 * Stops what runs, if it is of the grant @id or @id is 0; its routine follows later.
 * Return: 0, also where nothing runs or it is being stopped already, or the
 * controller's refusal: it then runs out.
 */
static int system_terminate(struct portcls_adapter *adapter, u64 id,
			    enum portcls_completion status)
{
	struct portcls_system *system = adapter->system;
	bool reported = false;
	unsigned long flags;
	u64 run;
	int err;

	spin_lock_irqsave(&adapter->lock, flags);
	if (!system->transfer || system->stopping ||
	    (id && system->transfer->id != id) ||
	    system->transfer->map_state != PORTCLS_MAP_RUNNING) {
		spin_unlock_irqrestore(&adapter->lock, flags);
		return 0;
	}
	system->stopping = true;
	system->reported = false;
	system->stop_status = status;
	run = system->run;
	spin_unlock_irqrestore(&adapter->lock, flags);

	portcls_adapter_hold(adapter);
	err = dmaengine_terminate_async(system->chan);
	if (!err) {
		queue_work(portcls_adapter_workqueue(), &system->stop_work);
		return 0;
	}
	spin_lock_irqsave(&adapter->lock, flags);
	system->stopping = false;
	reported = system->reported;
	system->reported = false;
	status = system->stop_status;
	spin_unlock_irqrestore(&adapter->lock, flags);
	if (reported)
		system_finish(adapter, run, status, true);
	portcls_adapter_drop(adapter);
	return err;
}

/* Atomic. */
void portcls_system_stop(struct portcls_adapter *adapter,
			 enum portcls_completion status)
{
	if (adapter->system)
		system_terminate(adapter, 0, status);
}

/* Whether a routine of the grant @id runs. */
static bool system_calls(const struct portcls_adapter *adapter, u64 id)
{
	const struct portcls_run *call;

	lockdep_assert_held(&adapter->lock);
	list_for_each_entry(call, &adapter->runs, node)
		if (call->id == id)
			return true;
	return false;
}

/* Neither runs a transfer nor its completion routine, and none is about to. */
static bool system_is_quiet(struct portcls_adapter *adapter)
{
	struct portcls_system *system = adapter->system;
	struct portcls_transfer *transfer;
	unsigned long flags;
	bool quiet = true;

	spin_lock_irqsave(&adapter->lock, flags);
	list_for_each_entry(transfer, &adapter->live, node) {
		if (transfer->map_state == PORTCLS_MAP_BUSY)
			quiet = false;
	}
	if (system->transfer) {
		if (system->transfer->map_state == PORTCLS_MAP_RUNNING)
			quiet = false;
		if (system_calls(adapter, system->transfer->id))
			quiet = false;
	}
	spin_unlock_irqrestore(&adapter->lock, flags);
	return quiet;
}

/* Process context: until a stop has taken effect, or a run has run out. */
void portcls_system_wait(struct portcls_adapter *adapter)
{
	if (adapter->system)
		wait_event_timeout(adapter->wait, system_is_quiet(adapter),
				   msecs_to_jiffies(PORTCLS_RUN_OUT_MS));
}

static bool system_has_returned(struct portcls_adapter *adapter, u64 id)
{
	unsigned long flags;
	bool returned;

	spin_lock_irqsave(&adapter->lock, flags);
	returned = !system_calls(adapter, id);
	spin_unlock_irqrestore(&adapter->lock, flags);
	return returned;
}

/* What goes round is one piece for the controller. */
static bool system_is_contiguous(struct sg_table *sgt)
{
	struct scatterlist *sg;
	dma_addr_t end = 0;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		if (i && sg_dma_address(sg) != end)
			return false;
		end = sg_dma_address(sg) + sg_dma_len(sg);
	}
	return true;
}

/*
 * Many controllers move words of the register's width to and from such addresses only,
 * and some take others.
 */
static bool system_is_aligned(const struct portcls_system *system, struct sg_table *sgt)
{
	unsigned int width = max_t(unsigned int, system->desc.width, 1);
	struct scatterlist *sg;
	unsigned int i;
	u32 odd;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		div_u64_rem(sg_dma_address(sg), width, &odd);
		if (odd)
			return false;
	}
	return true;
}

/* Called under the adapter's lock. */
static int system_refusal(const struct portcls_adapter *adapter,
			  const struct portcls_transfer *transfer)
{
	if (adapter->dead)
		return -ESHUTDOWN;
	return transfer->cancelled ? -ECANCELED : 0;
}

/*
 * Hands a mapped window to the controller. The mapping is the caller's (BUSY)
 * until it runs. @length is the caller's variable and gets the mapping's length
 * before anything can complete.
 *
 * The submit, the word that it runs and the issue are one step under the lock: who
 * stops it finds either nothing, or a descriptor that the controller has been told to
 * begin, since to tell it between a terminate and its synchronize is undefined. Who came
 * before that step, and found nothing, left word, which is looked for after it.
 */
int portcls_system_start(struct portcls_adapter *adapter,
			 struct portcls_transfer *transfer, u64 device_offset,
			 bool write_to_device, u32 *length)
{
	struct portcls_system *system = adapter->system;
	enum dma_transfer_direction dir =
		write_to_device ? DMA_MEM_TO_DEV : DMA_DEV_TO_MEM;
	struct dma_async_tx_descriptor *tx;
	struct portcls_system_slot *slot;
	struct dma_slave_config config;
	u32 wanted = *length;
	unsigned long flags;
	int err, late = 0;
	u64 id;

	if (!(system->directions & BIT(dir)))
		return -EINVAL;
	if (adapter->desc.auto_initialize && !system_is_contiguous(&transfer->sgt))
		return -EINVAL;
	if (!system->configured || system->config_dir != dir ||
	    system->config_offset != device_offset) {
		memset(&config, 0, sizeof(config));
		config.direction = dir;
		config.src_addr = system->desc.device_address + device_offset;
		config.dst_addr = config.src_addr;
		config.src_addr_width = system->desc.width;
		config.dst_addr_width = system->desc.width;
		config.src_maxburst = system->desc.burst;
		config.dst_maxburst = system->desc.burst;
		/* Of one that failed the controller may have taken anything. */
		system->configured = false;
		err = dmaengine_slave_config(system->chan, &config);
		if (err && err != -ENOSYS)
			return err;
		system->configured = true;
		system->config_dir = dir;
		system->config_offset = device_offset;
	}

	spin_lock_irqsave(&adapter->lock, flags);
	err = system_refusal(adapter, transfer);
	if (err) {
		spin_unlock_irqrestore(&adapter->lock, flags);
		return err;
	}
	slot = &system->slot[++system->run % PORTCLS_SYSTEM_SLOTS];
	slot->run = system->run;
	system->transfer = transfer;
	system->reported = false;
	system->least_left = transfer->length;
	spin_unlock_irqrestore(&adapter->lock, flags);

	/* From here to the submit nothing sleeps and nothing returns but an error. */
	if (adapter->desc.auto_initialize)
		tx = dmaengine_prep_dma_cyclic(system->chan,
					       sg_dma_address(transfer->sgt.sgl),
					       transfer->length, transfer->length,
					       dir, DMA_CTRL_ACK);
	else
		tx = dmaengine_prep_slave_sg(system->chan, transfer->sgt.sgl,
					     transfer->sgt.nents, dir,
					     DMA_PREP_INTERRUPT | DMA_CTRL_ACK);
	if (!tx) {
		/* That is not for want of a descriptor, and no later try helps. */
		err = system_is_aligned(system, &transfer->sgt) ? -EAGAIN : -EINVAL;
		goto err_idle;
	}
	/* Recycled by some controllers as the last user left it. */
	tx->callback = NULL;
	tx->callback_result = adapter->desc.auto_initialize ? NULL : system_callback;
	tx->callback_param = slot;
	*length = transfer->length;
	/* What runs may be over, and its last reference gone, before we are. */
	portcls_adapter_hold(adapter);
	spin_lock_irqsave(&adapter->lock, flags);
	id = transfer->id;
	system->cookie = dmaengine_submit(tx);
	err = dma_submit_error(system->cookie) ? -EIO : 0;
	if (!err) {
		transfer->map_state = PORTCLS_MAP_RUNNING;
		late = system_refusal(adapter, transfer);
		dma_async_issue_pending(system->chan);
	}
	spin_unlock_irqrestore(&adapter->lock, flags);
	if (late)
		system_terminate(adapter, id, late == -ECANCELED ?
				 PORTCLS_DMA_CANCELLED : PORTCLS_DMA_ERROR);
	portcls_adapter_drop(adapter);
	if (!err)
		return 0;
	*length = wanted;

err_idle:
	spin_lock_irqsave(&adapter->lock, flags);
	system->transfer = NULL;
	spin_unlock_irqrestore(&adapter->lock, flags);
	return err;
}

/**
 * portcls_transfer_cancel() - stop a mapped transfer
 * @adapter: a system adapter
 * @transfer: the context of the grant that is mapped
 *
 * From now on every map with this context fails. The completion routine of a
 * running transfer is called once, later: with PORTCLS_DMA_CANCELLED, or with
 * what the controller reported if it was faster. Flush and free are still owed.
 * Source: CancelMappedTransfer.
 *
 * Context: atomic.
 * Return: 0; -EOPNOTSUPP on a bus master, and where the controller cannot stop:
 * the transfer then runs out; -EINVAL without a grant.
 */
int portcls_transfer_cancel(struct portcls_adapter *adapter,
			    struct portcls_transfer *transfer)
{
	bool running = false;
	unsigned long flags;
	int err = -EINVAL;
	u64 id = 0;

	if (!adapter->system)
		return -EOPNOTSUPP;
	spin_lock_irqsave(&adapter->lock, flags);
	if (transfer->adapter == adapter &&
	    transfer->state == PORTCLS_REQUEST_GRANTED) {
		transfer->cancelled = true;
		id = transfer->id;
		running = transfer->map_state == PORTCLS_MAP_RUNNING;
		err = 0;
	}
	spin_unlock_irqrestore(&adapter->lock, flags);
	if (running && system_terminate(adapter, id, PORTCLS_DMA_CANCELLED))
		err = -EOPNOTSUPP;
	return err;
}
EXPORT_SYMBOL_GPL(portcls_transfer_cancel);

/**
 * portcls_transfer_flush_sync() - stop a mapped transfer, then flush it
 * @adapter: the adapter
 * @chain: as mapped
 * @base: the grant
 * @offset: as mapped
 * @length: as portcls_transfer_map() returned it
 * @write_to_device: as mapped
 *
 * portcls_transfer_flush() for a transfer that may still run on a system
 * adapter: waits until it has stopped and its completion routine has returned, so
 * that what the routine looks at may go.
 *
 * Context: process, may sleep; not from the completion routine.
 * Return: as portcls_transfer_flush(); -EBUSY if a controller that cannot stop
 * did not run out within five seconds. The mapping stays then, and so must its
 * memory.
 */
int portcls_transfer_flush_sync(struct portcls_adapter *adapter,
				const struct portcls_chain *chain, u64 base,
				u64 offset, u32 length, bool write_to_device)
{
	int err;

	might_sleep();
	err = portcls_transfer_flush(adapter, chain, base, offset, length,
				     write_to_device);
	if (!adapter->system)
		return err;
	if (err == -EBUSY) {
		system_terminate(adapter, base, PORTCLS_DMA_CANCELLED);
		portcls_system_wait(adapter);
		err = portcls_transfer_flush(adapter, chain, base, offset, length,
					     write_to_device);
	}
	/* It has stopped a moment before its routine is called, on another CPU. */
	if (err != -EBUSY)
		wait_event(adapter->wait, system_has_returned(adapter, base));
	return err;
}
EXPORT_SYMBOL_GPL(portcls_transfer_flush_sync);

/**
 * portcls_adapter_read_counter() - what a running transfer has left
 * @adapter: a system adapter
 * @left: bytes of the mapping that were not moved yet, 0 when idle; with
 *	@auto_initialize, bytes to the end of this round
 *
 * Source: ReadDmaCounter.
 *
 * Context: atomic.
 * Return: 0, or -EOPNOTSUPP where there is no counter or it cannot be trusted.
 */
int portcls_adapter_read_counter(struct portcls_adapter *adapter, u32 *left)
{
	struct portcls_system *system = adapter->system;
	struct dma_tx_state state = {};
	enum dma_status status;
	unsigned long flags;

	if (!system || !system->residue || adapter->desc.ignore_count)
		return -EOPNOTSUPP;
	*left = 0;
	spin_lock_irqsave(&adapter->lock, flags);
	if (!system->transfer ||
	    system->transfer->map_state != PORTCLS_MAP_RUNNING)
		goto out;
	status = dmaengine_tx_status(system->chan, system->cookie, &state);
	if (status == DMA_COMPLETE && !adapter->desc.auto_initialize)
		goto out;
	*left = min(state.residue, system->transfer->length);
	/* A counter that is read while it changes must not seem to run back. */
	if (!adapter->desc.auto_initialize) {
		*left = min(*left, system->least_left);
		system->least_left = *left;
	}
out:
	spin_unlock_irqrestore(&adapter->lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_adapter_read_counter);
