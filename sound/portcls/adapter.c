// SPDX-License-Identifier: GPL-2.0
/*
 * DMA adapter objects: one device's reach into memory
 *
 * An adapter is counted and holds a reference on its device. What it can do does
 * not change after it was made; who uses it at the moment is in transfer.c. See
 * transfer_local.h for locks and lifetime.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "transfer_local.h"

/* Map registers of a device that needs none: a bound for splitting only. */
#define PORTCLS_MAP_REGISTERS_MAX	512

/* Carries what must sleep, and long queues, out of atomic context. */
static struct workqueue_struct *adapter_workqueue;

struct workqueue_struct *portcls_adapter_workqueue(void)
{
	return adapter_workqueue;
}

/**
 * portcls_adapter_start() - before the first adapter: the module's init
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int portcls_adapter_start(void)
{
	adapter_workqueue = alloc_workqueue("snd-portcls", WQ_HIGHPRI | WQ_UNBOUND, 0);
	return adapter_workqueue ? 0 : -ENOMEM;
}

/**
 * portcls_adapter_stop() - after the last adapter: the module's exit
 *
 * Context: process; waits until the last adapters are gone.
 */
void portcls_adapter_stop(void)
{
	destroy_workqueue(adapter_workqueue);
}

void portcls_adapter_violation(struct portcls_adapter *adapter, const char *what)
{
	lockdep_assert_held(&adapter->lock);
	if (!adapter->counters.violations++)
		dev_warn(adapter->dev, "DMA adapter: %s\n", what);
}

/*
 * The limits that hold are the stricter of what the driver said and what the
 * mapping API was told or can do: one bounce, one merge by an IOMMU.
 */
static void adapter_set_limits(struct portcls_adapter *adapter)
{
	const struct portcls_adapter_desc *desc = &adapter->desc;
	struct device *dev = adapter->dev;
	struct portcls_limits *limits = &adapter->limits;
	u32 most = min_t(u64, dma_get_max_seg_size(dev), dma_max_mapping_size(dev));

	if (desc->max_segment)
		most = min(most, desc->max_segment);
	limits->unit = desc->min_unit;
	limits->max_segment = most - most % desc->min_unit;
	limits->boundary = dma_get_seg_boundary(dev);
	if (desc->boundary)
		limits->boundary = min(limits->boundary, desc->boundary);
}

static void adapter_release_work(struct work_struct *work)
{
	struct portcls_adapter *adapter =
		container_of(work, struct portcls_adapter, release_work);
	struct completion *gone = adapter->gone;

	portcls_system_release(adapter);
	put_device(adapter->dev);
	kfree(adapter);
	if (gone)
		complete(gone);
}

static struct portcls_adapter *
adapter_new(struct device *dev, const struct portcls_adapter_desc *desc)
{
	struct portcls_adapter *adapter;

	if (desc->version && desc->version != PORTCLS_ADAPTER_VERSION)
		return ERR_PTR(-EOPNOTSUPP);
	if (!desc->max_length)
		return ERR_PTR(-EINVAL);
	adapter = kzalloc(sizeof(*adapter), GFP_KERNEL);
	if (!adapter)
		return ERR_PTR(-ENOMEM);
	adapter->desc = *desc;
	if (!adapter->desc.min_unit)
		adapter->desc.min_unit = 1;
	spin_lock_init(&adapter->lock);
	INIT_LIST_HEAD(&adapter->pending);
	INIT_LIST_HEAD(&adapter->live);
	INIT_LIST_HEAD(&adapter->runs);
	init_waitqueue_head(&adapter->wait);
	INIT_WORK(&adapter->dispatch_work, portcls_transfer_dispatch_work);
	INIT_WORK(&adapter->release_work, adapter_release_work);
	kref_init(&adapter->users);
	kref_init(&adapter->ref);
	adapter->dev = get_device(dev);
	return adapter;
}

/* Most elements of one transfer: the controller's word, or what the pool reaches. */
void portcls_adapter_set_sg_limit(struct portcls_adapter *adapter)
{
	unsigned int limit;

	if (adapter->system)
		limit = portcls_system_sg_limit(adapter);
	else
		limit = !adapter->desc.scatter_gather;
	if (!limit)
		limit = portcls_count_elements(&adapter->limits, max(adapter->pool.max,
								     adapter->pool.lasting));
	/* A mapping that is being made reads it without the lock. */
	WRITE_ONCE(adapter->sg_limit, limit);
}

/* Also gives @adapter back when it fails. */
static struct portcls_adapter *adapter_finish(struct portcls_adapter *adapter)
{
	const struct portcls_adapter_desc *desc = &adapter->desc;

	adapter_set_limits(adapter);
	if (!adapter->limits.max_segment) {
		adapter_release_work(&adapter->release_work);
		return ERR_PTR(-EINVAL);
	}
	portcls_pool_init(&adapter->pool,
			  portcls_count_pool_size(PORTCLS_MAP_REGISTERS_MAX,
						  desc->max_length));
	portcls_adapter_set_sg_limit(adapter);
	portcls_debugfs_add(adapter);
	return adapter;
}

/**
 * portcls_adapter_get() - make the adapter object of a device
 * @dev: the device that the DMA mapping API knows: the card for a bus master,
 *	the controller for system DMA
 * @desc: what it can do; copied
 *
 * Sets the device's DMA masks (bus masters), its segment size and its segment
 * boundary. An adapter of a system device that is made here describes memory
 * only: transfers need portcls_adapter_get_system(). Source: IoGetDmaAdapter.
 *
 * Context: process, may sleep.
 * Return: the adapter with one reference for the caller, or an ERR_PTR: -EINVAL
 * for a width outside 1..64, a length of 0, or a unit longer than the longest segment,
 * which may be the mapping API's; -EOPNOTSUPP for another version,
 * -EIO where the platform cannot serve the width, -ENOMEM.
 */
struct portcls_adapter *
portcls_adapter_get(struct device *dev, const struct portcls_adapter_desc *desc)
{
	struct portcls_adapter *adapter;

	might_sleep();
	if (desc->master && (!desc->addr_bits || desc->addr_bits > 64))
		return ERR_PTR(-EINVAL);
	adapter = adapter_new(dev, desc);
	if (IS_ERR(adapter))
		return adapter;
	if (desc->master &&
	    dma_set_mask_and_coherent(dev, DMA_BIT_MASK(desc->addr_bits))) {
		put_device(dev);
		kfree(adapter);
		return ERR_PTR(-EIO);
	}
	/* Devices without dma_parms keep the API's own, stricter limits. */
	if (dev->dma_parms && desc->max_segment)
		dma_set_max_seg_size(dev, desc->max_segment);
	if (dev->dma_parms && desc->boundary)
		dma_set_seg_boundary(dev, desc->boundary);
	return adapter_finish(adapter);
}
EXPORT_SYMBOL_GPL(portcls_adapter_get);

/**
 * portcls_adapter_get_system() - make the adapter of one request line
 * @dev: the device that is served; the adapter's own device is the controller's
 * @desc: what the device can do; @desc->master is false
 * @system: how it is wired; copied
 *
 * Takes the channel. The adapter's minimum unit is the least that holds whole units of
 * @desc and whole words of the register. Source: IoGetDmaAdapter for a subordinate device.
 *
 * Context: process, may sleep.
 * Return: the adapter with one reference for the caller, or an ERR_PTR: as
 * portcls_adapter_get(); -EINVAL for a master, and where @system names no channel;
 * -EOPNOTSUPP for a controller without transfers of the kind that @desc asks for; and
 * what the channel's request gave: -ENODEV, -EBUSY, -EPROBE_DEFER while its controller
 * has no driver yet.
 */
struct portcls_adapter *
portcls_adapter_get_system(struct device *dev,
			   const struct portcls_adapter_desc *desc,
			   const struct portcls_system_desc *system)
{
	struct portcls_adapter *adapter;
	int err;

	might_sleep();
	if (desc->master)
		return ERR_PTR(-EINVAL);
	adapter = adapter_new(dev, desc);
	if (IS_ERR(adapter))
		return adapter;
	err = portcls_system_init(adapter, dev, system);
	if (err) {
		put_device(adapter->dev);
		kfree(adapter);
		return ERR_PTR(err);
	}
	return adapter_finish(adapter);
}
EXPORT_SYMBOL_GPL(portcls_adapter_get_system);

/* Another holder of the memory. */
void portcls_adapter_hold(struct portcls_adapter *adapter)
{
	kref_get(&adapter->ref);
}

static void adapter_release(struct kref *ref)
{
	struct portcls_adapter *adapter =
		container_of(ref, struct portcls_adapter, ref);

	portcls_debugfs_remove(adapter);
	/* Only a channel must be given back by someone who may sleep. */
	if (adapter->system)
		queue_work(adapter_workqueue, &adapter->release_work);
	else
		adapter_release_work(&adapter->release_work);
}

void portcls_adapter_drop(struct portcls_adapter *adapter)
{
	kref_put(&adapter->ref, adapter_release);
}

/**
 * portcls_adapter_ref() - take another reference
 * @adapter: the adapter
 *
 * Context: any.
 * Return: @adapter.
 */
struct portcls_adapter *portcls_adapter_ref(struct portcls_adapter *adapter)
{
	kref_get(&adapter->users);
	return adapter;
}
EXPORT_SYMBOL_GPL(portcls_adapter_ref);

static void adapter_last_user(struct kref *users)
{
	struct portcls_adapter *adapter =
		container_of(users, struct portcls_adapter, users);
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	if (!list_empty(&adapter->live) || !list_empty(&adapter->pending))
		portcls_adapter_violation(adapter, "put while in use");
	spin_unlock_irqrestore(&adapter->lock, flags);
	portcls_transfer_kill(adapter);
	portcls_system_stop(adapter, PORTCLS_DMA_ERROR);
	portcls_adapter_drop(adapter);
}

/**
 * portcls_adapter_put() - drop a reference
 * @adapter: the adapter, NULL is allowed
 *
 * The last one ends all use: queued requests are cancelled, a running transfer
 * is stopped, new requests fail. The memory goes when the last grant does. A
 * system adapter's channel is given back a little later, and a device that is about
 * to go waits for that with portcls_adapter_put_sync(). Source: PutDmaAdapter.
 *
 * Context: process or softirq; interrupts may be off.
 */
void portcls_adapter_put(struct portcls_adapter *adapter)
{
	if (adapter)
		kref_put(&adapter->users, adapter_last_user);
}
EXPORT_SYMBOL_GPL(portcls_adapter_put);

static bool adapter_has_grants(struct portcls_adapter *adapter)
{
	unsigned long flags;
	bool has;

	spin_lock_irqsave(&adapter->lock, flags);
	has = !list_empty(&adapter->live);
	spin_unlock_irqrestore(&adapter->lock, flags);
	return has;
}

/**
 * portcls_adapter_put_sync() - drop a reference and wait for what it set off
 * @adapter: the adapter, NULL is allowed
 *
 * For a driver's remove: if this was the last reference and nothing is granted,
 * the channel is free again on return.
 *
 * Context: process, may sleep.
 */
void portcls_adapter_put_sync(struct portcls_adapter *adapter)
{
	DECLARE_COMPLETION_ONSTACK(gone);
	bool wait = false;

	might_sleep();
	if (adapter) {
		portcls_adapter_hold(adapter);
		if (kref_put(&adapter->users, adapter_last_user)) {
			flush_workqueue(adapter_workqueue);
			/* Whoever has just called a routine holds it a moment longer. */
			wait = !adapter_has_grants(adapter);
			if (wait)
				adapter->gone = &gone;
		}
		portcls_adapter_drop(adapter);
	}
	if (wait)
		wait_for_completion(&gone);
	else
		/* The release, if it was queued. */
		flush_workqueue(adapter_workqueue);
}
EXPORT_SYMBOL_GPL(portcls_adapter_put_sync);

/**
 * portcls_adapter_shutdown() - the device is gone or about to go
 * @adapter: the adapter
 *
 * New requests and mappings fail with -ESHUTDOWN, queued ones are cancelled, a
 * running transfer ends with PORTCLS_DMA_ERROR. Flush, free and put are still
 * owed. A controller that neither stops nor finishes is given up after five seconds: its
 * transfer may go on then.
 *
 * Context: process, may sleep; waits for running routines, so not from one.
 */
void portcls_adapter_shutdown(struct portcls_adapter *adapter)
{
	might_sleep();
	portcls_transfer_kill(adapter);
	portcls_system_stop(adapter, PORTCLS_DMA_ERROR);
	portcls_system_wait(adapter);
	wait_event(adapter->wait, list_empty_careful(&adapter->runs));
}
EXPORT_SYMBOL_GPL(portcls_adapter_shutdown);

/**
 * portcls_adapter_device() - the device behind an adapter
 * @adapter: the adapter
 *
 * Context: any.
 * Return: the device for the DMA mapping API; no reference is taken.
 */
struct device *portcls_adapter_device(const struct portcls_adapter *adapter)
{
	return adapter->dev;
}
EXPORT_SYMBOL_GPL(portcls_adapter_device);

/**
 * portcls_adapter_description() - what was asked for
 * @adapter: the adapter
 *
 * Context: any.
 * Return: the description, unchanging while the adapter lives.
 */
const struct portcls_adapter_desc *
portcls_adapter_description(const struct portcls_adapter *adapter)
{
	return &adapter->desc;
}
EXPORT_SYMBOL_GPL(portcls_adapter_description);

/**
 * portcls_adapter_map_registers() - most map registers of a transfer
 * @adapter: the adapter
 *
 * What ports brought along for their rings is not among them.
 *
 * Context: any.
 * Return: their number; each stands for one 4 KiB page of a transfer.
 */
unsigned int portcls_adapter_map_registers(const struct portcls_adapter *adapter)
{
	return adapter->pool.max;
}
EXPORT_SYMBOL_GPL(portcls_adapter_map_registers);

/**
 * portcls_adapter_segment() - how much of a contiguous range fits one segment
 * @adapter: the adapter
 * @addr: device address of its first byte
 * @bytes: its length, not 0
 *
 * Context: any.
 * Return: length in bytes of the longest piece from @addr on that neither is too long for
 * the device nor crosses its boundary. The minimum unit is not regarded.
 */
u32 portcls_adapter_segment(const struct portcls_adapter *adapter,
			    dma_addr_t addr, u32 bytes)
{
	const struct portcls_adapter_desc *desc = &adapter->desc;
	const struct portcls_limits limits = {
		.max_segment = desc->max_segment ?: U32_MAX,
		.boundary = desc->boundary ?: U64_MAX,
		.unit = desc->min_unit,
	};

	return portcls_count_segment(&limits, addr, bytes);
}
EXPORT_SYMBOL_GPL(portcls_adapter_segment);

/**
 * portcls_adapter_info() - what a driver may count on
 * @adapter: the adapter
 * @info: @info->version is 1; the rest is filled in
 *
 * Source: GetDmaAdapterInfo.
 *
 * Context: process or softirq; interrupts may be off.
 * Return: 0, or -EOPNOTSUPP for another version with @info unchanged.
 */
int portcls_adapter_info(const struct portcls_adapter *adapter,
			 struct portcls_adapter_info *info)
{
	if (info->version != 1)
		return -EOPNOTSUPP;
	memset(info, 0, sizeof(*info));
	info->version = 1;
	info->sg_limit = READ_ONCE(adapter->sg_limit);
	info->addr_bits = adapter->desc.master ? adapter->desc.addr_bits :
						 fls64(dma_get_mask(adapter->dev));
	info->min_unit = adapter->limits.unit;
	if (adapter->system)
		portcls_system_info(adapter, info);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_adapter_info);

/**
 * portcls_adapter_configure_channel() - a controller's own functions
 * @adapter: a system adapter
 * @function: which
 * @data: its argument
 *
 * No dmaengine controller offers one. Source: ConfigureAdapterChannel.
 *
 * Context: atomic.
 * Return: -ENOSYS for every function, -EOPNOTSUPP on a bus master.
 */
int portcls_adapter_configure_channel(struct portcls_adapter *adapter,
				      u32 function, void *data)
{
	return adapter->system ? -ENOSYS : -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(portcls_adapter_configure_channel);

/**
 * portcls_adapter_counters() - the accounting
 * @adapter: the adapter
 * @counters: filled in
 *
 * Context: process or softirq; interrupts may be off.
 * Return: whether the books balance: free registers and those of live grants
 * make up the pool, and the channel is busy exactly if a live grant owns it.
 */
bool portcls_adapter_counters(struct portcls_adapter *adapter,
			      struct portcls_adapter_counters *counters)
{
	unsigned int held[2] = {}, live = 0, maps = 0, pending = 0;
	struct portcls_transfer *transfer;
	bool owner = false, balanced;
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	list_for_each_entry(transfer, &adapter->live, node) {
		live++;
		held[transfer->lasting] += transfer->has_registers ?
					   transfer->registers : 0;
		maps += transfer->map_state != PORTCLS_MAP_IDLE;
		owner |= transfer == adapter->owner;
	}
	list_for_each_entry(transfer, &adapter->pending, node)
		pending++;
	*counters = adapter->counters;
	counters->max_registers = adapter->pool.max + adapter->pool.lasting;
	counters->free_registers = adapter->pool.free + adapter->pool.lasting_free;
	counters->min_free_registers = adapter->pool.min_free;
	counters->channel_busy = adapter->pool.channel_busy;
	counters->live_maps = maps;
	balanced = held[false] + adapter->pool.free == adapter->pool.max &&
		   held[true] + adapter->pool.lasting_free == adapter->pool.lasting &&
		   owner == adapter->pool.channel_busy &&
		   owner == !!adapter->owner &&
		   live == counters->live_grants && pending == counters->pending;
	spin_unlock_irqrestore(&adapter->lock, flags);
	return balanced;
}
EXPORT_SYMBOL_GPL(portcls_adapter_counters);
