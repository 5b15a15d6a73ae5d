// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers: requests for an adapter's channel and map registers
 *
 * One queue for each adapter, strictly first come first served. Whoever frees
 * something runs the dispatcher; there is one runner at a time, and one that
 * finds it running leaves the work to it, so that routines which free or
 * allocate do not nest. See transfer_local.h for locks and lifetime.
 */
#include <linux/export.h>

#include "transfer_local.h"

/* Grants of one dispatch; the rest is a work item's. */
#define PORTCLS_DISPATCH_BUDGET		16

/* The live grant that @base names. */
struct portcls_transfer *portcls_transfer_find(struct portcls_adapter *adapter,
					       u64 base)
{
	struct portcls_transfer *transfer;

	lockdep_assert_held(&adapter->lock);
	list_for_each_entry(transfer, &adapter->live, node) {
		if (transfer->id == base)
			return transfer;
	}
	return NULL;
}

/* By address only: @transfer may be anything. */
static bool transfer_is_listed(struct portcls_adapter *adapter,
			       const struct portcls_transfer *transfer)
{
	const struct portcls_transfer *other;

	lockdep_assert_held(&adapter->lock);
	list_for_each_entry(other, &adapter->pending, node) {
		if (other == transfer)
			return true;
	}
	list_for_each_entry(other, &adapter->live, node) {
		if (other == transfer)
			return true;
	}
	return false;
}

static void transfer_grant(struct portcls_adapter *adapter,
			   struct portcls_transfer *transfer)
{
	lockdep_assert_held(&adapter->lock);
	portcls_pool_take(&adapter->pool, transfer->registers, transfer->lasting);
	transfer->state = PORTCLS_REQUEST_GRANTED;
	transfer->has_registers = true;
	adapter->owner = transfer;
	list_add_tail(&transfer->node, &adapter->live);
	adapter->counters.live_grants++;
	adapter->counters.grants++;
	portcls_adapter_hold(adapter);
}

/*
 * The grant owns nothing any more. The caller drops the grant's reference after
 * the lock.
 */
static void transfer_done(struct portcls_adapter *adapter,
			  struct portcls_transfer *transfer)
{
	lockdep_assert_held(&adapter->lock);
	list_del(&transfer->node);
	transfer->state = PORTCLS_REQUEST_DONE;
	adapter->counters.live_grants--;
}

/* Frees parts of a grant. Return: whether the grant is done. */
static bool transfer_give(struct portcls_adapter *adapter,
			  struct portcls_transfer *transfer, bool channel,
			  bool registers)
{
	lockdep_assert_held(&adapter->lock);
	if (channel && adapter->owner == transfer) {
		adapter->owner = NULL;
		portcls_pool_give_channel(&adapter->pool);
	}
	if (registers && transfer->has_registers) {
		transfer->has_registers = false;
		portcls_pool_give_registers(&adapter->pool, transfer->registers,
					    transfer->lasting);
	}
	if (adapter->owner == transfer || transfer->has_registers)
		return false;
	transfer_done(adapter, transfer);
	return true;
}

/* What the routine's return value means for the grant @id, if that still lives. */
static bool transfer_apply(struct portcls_adapter *adapter, u64 id,
			   enum portcls_action action)
{
	struct portcls_transfer *transfer = portcls_transfer_find(adapter, id);
	bool mapped;

	if (!transfer)
		return false;
	mapped = transfer->map_state != PORTCLS_MAP_IDLE;
	switch (action) {
	case PORTCLS_KEEP_OBJECT:
		return false;
	case PORTCLS_DEALLOCATE_OBJECT:
		if (!mapped)
			return transfer_give(adapter, transfer, true, true);
		portcls_adapter_violation(adapter, "grant given back while mapped");
		if (adapter->system)
			return false;
		return transfer_give(adapter, transfer, true, false);
	case PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS:
		if (!mapped || !adapter->system)
			return transfer_give(adapter, transfer, true, false);
		portcls_adapter_violation(adapter, "channel given back while mapped");
		return false;
	}
	portcls_adapter_violation(adapter, "unknown action returned");
	return false;
}

/*
 * Calls the routine of a grant that was just made. Called and returns with the
 * lock held, which it drops. @transfer may be gone when the routine returns.
 */
static void transfer_run(struct portcls_adapter *adapter,
			 struct portcls_transfer *transfer, unsigned long *flags)
	__must_hold(&adapter->lock)
{
	struct portcls_run run = { .id = transfer->id };
	portcls_execution_fn routine = transfer->routine;
	void *data = transfer->data;
	enum portcls_action action;
	bool begun, done;

	lockdep_assert_held(&adapter->lock);
	list_add(&run.node, &adapter->runs);
	spin_unlock_irqrestore(&adapter->lock, *flags);

	begun = portcls_atomic_begin();
	action = routine(adapter, run.id, data);
	portcls_atomic_end(begun);

	spin_lock_irqsave(&adapter->lock, *flags);
	list_del(&run.node);
	done = transfer_apply(adapter, run.id, action);
	/* Not the last reference: whoever runs routines holds one. */
	if (done)
		portcls_adapter_drop(adapter);
	wake_up_all(&adapter->wait);
}

/* Grants what can be granted, in order. The caller holds a reference. */
void portcls_transfer_dispatch(struct portcls_adapter *adapter)
{
	unsigned int budget = PORTCLS_DISPATCH_BUDGET;
	struct portcls_transfer *transfer;
	unsigned long flags;

	portcls_adapter_hold(adapter);
	spin_lock_irqsave(&adapter->lock, flags);
	if (adapter->dispatching)
		goto out;
	adapter->dispatching = true;
	while ((transfer = list_first_entry_or_null(&adapter->pending,
						    struct portcls_transfer,
						    node))) {
		if (!portcls_pool_fits(&adapter->pool, transfer->registers,
				       transfer->lasting))
			break;
		if (!budget--) {
			portcls_adapter_hold(adapter);
			if (!queue_work(portcls_adapter_workqueue(),
					&adapter->dispatch_work))
				portcls_adapter_drop(adapter);
			break;
		}
		list_del(&transfer->node);
		adapter->counters.pending--;
		transfer_grant(adapter, transfer);
		transfer_run(adapter, transfer, &flags);
	}
	adapter->dispatching = false;
out:
	spin_unlock_irqrestore(&adapter->lock, flags);
	portcls_adapter_drop(adapter);
}

/* The rest of a long queue. */
void portcls_transfer_dispatch_work(struct work_struct *work)
{
	struct portcls_adapter *adapter =
		container_of(work, struct portcls_adapter, dispatch_work);

	portcls_transfer_dispatch(adapter);
	portcls_adapter_drop(adapter);
}

/* No new work from now on; requests in the queue end cancelled. */
void portcls_transfer_kill(struct portcls_adapter *adapter)
{
	struct portcls_transfer *transfer, *next;
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	adapter->dead = true;
	list_for_each_entry_safe(transfer, next, &adapter->pending, node) {
		list_del(&transfer->node);
		transfer->state = PORTCLS_REQUEST_CANCELLED;
		adapter->counters.pending--;
		adapter->counters.cancelled++;
	}
	wake_up_all(&adapter->wait);
	spin_unlock_irqrestore(&adapter->lock, flags);
}

/**
 * portcls_transfer_init() - make a transfer context ready for one request
 * @adapter: the adapter
 * @transfer: the caller's storage; any content
 *
 * Clears an earlier cancel. Source: InitializeDmaTransferContext.
 *
 * Context: atomic.
 * Return: 0, or -EBUSY while its request is pending or granted.
 */
int portcls_transfer_init(struct portcls_adapter *adapter,
			  struct portcls_transfer *transfer)
{
	unsigned long flags;
	int err = -EBUSY;

	spin_lock_irqsave(&adapter->lock, flags);
	if (!transfer_is_listed(adapter, transfer)) {
		memset(transfer, 0, sizeof(*transfer));
		transfer->adapter = adapter;
		transfer->state = PORTCLS_REQUEST_INIT;
		err = 0;
	}
	spin_unlock_irqrestore(&adapter->lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_transfer_init);

static int transfer_check(struct portcls_adapter *adapter,
			  struct portcls_transfer *transfer,
			  unsigned int registers, bool lasting, bool sync)
{
	lockdep_assert_held(&adapter->lock);
	if (transfer->adapter != adapter)
		return -EINVAL;
	if (transfer->state == PORTCLS_REQUEST_POISONED ||
	    transfer->state == PORTCLS_REQUEST_CANCELLED)
		return -ECANCELED;
	if (transfer->state != PORTCLS_REQUEST_INIT)
		return -EINVAL;
	if (adapter->dead)
		return -ESHUTDOWN;
	if (registers > (lasting ? adapter->pool.lasting : adapter->pool.max))
		return -ENOSPC;
	if (sync && (!list_empty(&adapter->pending) ||
		     !portcls_pool_fits(&adapter->pool, registers, lasting))) {
		adapter->counters.refusals++;
		return -EAGAIN;
	}
	return 0;
}

/* Queues a request, or grants it now where it is a synchronous one. */
static int transfer_request(struct portcls_adapter *adapter,
			    struct portcls_transfer *transfer, unsigned int registers,
			    bool lasting, bool sync, portcls_execution_fn routine,
			    void *data, u64 *base)
{
	unsigned long irq;
	u64 id;
	int err;

	portcls_adapter_hold(adapter);
	spin_lock_irqsave(&adapter->lock, irq);
	err = transfer_check(adapter, transfer, registers, lasting, sync);
	if (err) {
		spin_unlock_irqrestore(&adapter->lock, irq);
		portcls_adapter_drop(adapter);
		return err;
	}
	id = ++adapter->last_id;
	transfer->id = id;
	transfer->registers = registers;
	transfer->lasting = lasting;
	transfer->routine = routine;
	transfer->data = data;
	if (sync) {
		transfer_grant(adapter, transfer);
		if (base)
			*base = id;
		if (routine) {
			transfer_run(adapter, transfer, &irq);
			transfer = portcls_transfer_find(adapter, id);
			if (base && !(transfer && transfer->has_registers))
				*base = 0;
		}
	} else {
		transfer->state = PORTCLS_REQUEST_PENDING;
		list_add_tail(&transfer->node, &adapter->pending);
		adapter->counters.max_pending =
			max(adapter->counters.max_pending,
			    ++adapter->counters.pending);
	}
	spin_unlock_irqrestore(&adapter->lock, irq);
	if (routine)
		portcls_transfer_dispatch(adapter);
	portcls_adapter_drop(adapter);
	return 0;
}

/**
 * portcls_adapter_allocate_channel() - ask for the channel and map registers
 * @adapter: the adapter
 * @transfer: an initialised context that has no request
 * @registers: how many; 0 asks for the channel alone
 * @flags: PORTCLS_SYNCHRONOUS_CALLBACK or 0
 * @routine: execution routine; must be given without the flag
 * @data: its argument
 * @base: where the grant's name goes; must be NULL without the flag, must be
 *	given with the flag but without @routine
 *
 * Without the flag the request is queued, and @routine runs as soon as the
 * resources are there: possibly before this function returns, so the caller
 * holds no lock that the routine takes. With the flag it is granted now or
 * refused; @base is written before @routine runs, and is 0 afterwards if that
 * gave the registers back. A grant without @routine is as if it had returned
 * PORTCLS_KEEP_OBJECT. Source: AllocateAdapterChannelEx.
 *
 * Context: atomic; the caller's lock, if any, is the caller's problem.
 * Return: 0; -EINVAL for a forbidden combination or a context that is in use;
 * -EAGAIN when a synchronous request would have to wait; -ENOSPC for more
 * registers than the adapter has; -ECANCELED when the context was cancelled;
 * -ESHUTDOWN. After an error nothing is queued and no routine runs.
 */
int portcls_adapter_allocate_channel(struct portcls_adapter *adapter,
				     struct portcls_transfer *transfer,
				     unsigned int registers, unsigned int flags,
				     portcls_execution_fn routine, void *data,
				     u64 *base)
{
	bool sync = flags & PORTCLS_SYNCHRONOUS_CALLBACK;

	if (flags & ~PORTCLS_SYNCHRONOUS_CALLBACK)
		return -EINVAL;
	if (sync ? !routine && !base : !routine || base)
		return -EINVAL;
	return transfer_request(adapter, transfer, registers, false, sync, routine, data,
				base);
}
EXPORT_SYMBOL_GPL(portcls_adapter_allocate_channel);

/**
 * portcls_adapter_allocate_lasting() - the same with registers that were brought along
 * @adapter: the adapter
 * @transfer: an initialised context that has no request
 * @registers: how many, of those of portcls_adapter_add_registers()
 * @routine: execution routine
 * @data: its argument
 *
 * For a port, whose registers no driver's transfer takes. It waits in the same queue
 * for the channel.
 *
 * Context: as portcls_adapter_allocate_channel() without a flag.
 * Return: as that; -ENOSPC for more registers than were brought along.
 */
int portcls_adapter_allocate_lasting(struct portcls_adapter *adapter,
				     struct portcls_transfer *transfer,
				     unsigned int registers,
				     portcls_execution_fn routine, void *data)
{
	if (!routine)
		return -EINVAL;
	return transfer_request(adapter, transfer, registers, true, false, routine, data,
				NULL);
}
EXPORT_SYMBOL_GPL(portcls_adapter_allocate_lasting);

/**
 * portcls_adapter_cancel_channel() - withdraw a request
 * @adapter: the adapter
 * @transfer: its context, initialised
 *
 * Cancelling a context that has no request yet cancels the one that it will be
 * used for. Source: CancelAdapterChannel.
 *
 * Context: atomic. Others' routines may run inside.
 * Return: true if the routine has not run and never will; false if it has run,
 * is running or will, or if the request was cancelled before.
 */
bool portcls_adapter_cancel_channel(struct portcls_adapter *adapter,
				    struct portcls_transfer *transfer)
{
	unsigned long flags;
	bool cancelled = false;

	portcls_adapter_hold(adapter);
	spin_lock_irqsave(&adapter->lock, flags);
	if (transfer->adapter != adapter)
		goto out;
	if (transfer->state == PORTCLS_REQUEST_INIT) {
		transfer->state = PORTCLS_REQUEST_POISONED;
		cancelled = true;
	} else if (transfer->state == PORTCLS_REQUEST_PENDING) {
		list_del(&transfer->node);
		transfer->state = PORTCLS_REQUEST_CANCELLED;
		adapter->counters.pending--;
		cancelled = true;
	}
	if (cancelled)
		adapter->counters.cancelled++;
	else
		adapter->counters.not_cancelled++;
	wake_up_all(&adapter->wait);
out:
	spin_unlock_irqrestore(&adapter->lock, flags);
	if (cancelled)
		portcls_transfer_dispatch(adapter);
	portcls_adapter_drop(adapter);
	return cancelled;
}
EXPORT_SYMBOL_GPL(portcls_adapter_cancel_channel);

static bool transfer_settled(struct portcls_adapter *adapter,
			     struct portcls_transfer *transfer, u64 id)
{
	struct portcls_run *run;
	unsigned long flags;
	bool settled;

	spin_lock_irqsave(&adapter->lock, flags);
	settled = transfer->state != PORTCLS_REQUEST_PENDING ||
		  transfer->id != id;
	list_for_each_entry(run, &adapter->runs, node) {
		if (run->id == id)
			settled = false;
	}
	spin_unlock_irqrestore(&adapter->lock, flags);
	return settled;
}

/**
 * portcls_transfer_wait() - wait until a request's routines have returned
 * @adapter: the adapter
 * @transfer: the context; returns at once if it has no request
 *
 * After a cancel that came too late, and before the context's storage goes.
 *
 * Context: process, not from a routine.
 */
void portcls_transfer_wait(struct portcls_adapter *adapter,
			   struct portcls_transfer *transfer)
{
	u64 id = READ_ONCE(transfer->id);

	might_sleep();
	wait_event(adapter->wait, transfer_settled(adapter, transfer, id));
}
EXPORT_SYMBOL_GPL(portcls_transfer_wait);

/* Frees parts of the channel owner's grant, or of the grant @base. */
static int transfer_free(struct portcls_adapter *adapter, u64 base,
			 unsigned int registers, bool channel_too,
			 bool registers_too)
{
	struct portcls_transfer *transfer;
	unsigned long flags;
	bool done = false;
	int err = -EINVAL;

	portcls_adapter_hold(adapter);
	spin_lock_irqsave(&adapter->lock, flags);
	if (channel_too)
		transfer = adapter->owner;
	else
		transfer = portcls_transfer_find(adapter, base);
	if (!transfer)
		goto out;
	if (!channel_too &&
	    (transfer == adapter->owner || transfer->registers != registers))
		goto out;
	err = -EBUSY;
	if (transfer->map_state != PORTCLS_MAP_IDLE &&
	    (registers_too || adapter->system))
		goto out;
	err = 0;
	done = transfer_give(adapter, transfer, channel_too, registers_too);
out:
	spin_unlock_irqrestore(&adapter->lock, flags);
	if (done)
		portcls_adapter_drop(adapter);
	if (!err)
		portcls_transfer_dispatch(adapter);
	portcls_adapter_drop(adapter);
	return err;
}

/**
 * portcls_adapter_free_channel() - free the channel and its owner's registers
 * @adapter: the adapter
 *
 * Source: FreeAdapterChannel.
 *
 * Context: atomic. Others' routines may run inside.
 * Return: 0, -EINVAL if no grant owns the channel, -EBUSY while it is mapped.
 */
int portcls_adapter_free_channel(struct portcls_adapter *adapter)
{
	return transfer_free(adapter, 0, 0, true, true);
}
EXPORT_SYMBOL_GPL(portcls_adapter_free_channel);

/**
 * portcls_adapter_free_registers() - free registers that outlived the channel
 * @adapter: the adapter
 * @base: the grant
 * @registers: as many as were asked for
 *
 * Source: FreeMapRegisters.
 *
 * Context: atomic. Others' routines may run inside.
 * Return: 0; -EINVAL for a dead grant, a wrong number, or a grant that owns the
 * channel; -EBUSY while it is mapped. Nothing is freed then.
 */
int portcls_adapter_free_registers(struct portcls_adapter *adapter, u64 base,
				   unsigned int registers)
{
	return transfer_free(adapter, base, registers, false, true);
}
EXPORT_SYMBOL_GPL(portcls_adapter_free_registers);

/**
 * portcls_adapter_free_object() - the routine's return value, given later
 * @adapter: the adapter
 * @action: what to do with the channel owner's grant
 *
 * Source: FreeAdapterObject.
 *
 * Context: atomic. Others' routines may run inside.
 * Return: 0, for PORTCLS_KEEP_OBJECT always; -EINVAL if no grant owns the
 * channel; -EBUSY while what is to be freed is mapped.
 */
int portcls_adapter_free_object(struct portcls_adapter *adapter,
				enum portcls_action action)
{
	switch (action) {
	case PORTCLS_KEEP_OBJECT:
		return 0;
	case PORTCLS_DEALLOCATE_OBJECT:
		return transfer_free(adapter, 0, 0, true, true);
	case PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS:
		return transfer_free(adapter, 0, 0, true, false);
	}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(portcls_adapter_free_object);
