// SPDX-License-Identifier: GPL-2.0
/*
 * DMA channel objects: the common buffer and the master channel
 *
 * See the header for who may call what when. The buffer belongs to the channel
 * and goes with its last reference, which is therefore dropped in process
 * context.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>

/**
 * portcls_dma_constraint_ok() - whether a buffer's place meets a constraint
 * @addr: device address of the first byte
 * @size: bytes, not 0
 * @constraint: the address bits that may differ between any two bytes of the
 *	buffer: 0xffff for "does not cross a 64 KiB line"
 *
 * Let h be the highest bit in which the first and the last address differ. Then
 * every bit from 0 to h varies somewhere inside the buffer.
 *
 * Context: any.
 * Return: true if it does.
 */
bool portcls_dma_constraint_ok(u64 addr, u32 size, u64 constraint)
{
	u64 differ = addr ^ (addr + size - 1);

	if (!differ)
		return true;
	return !((~0ULL >> (63 - ilog2(differ))) & ~constraint);
}
EXPORT_SYMBOL_GPL(portcls_dma_constraint_ok);

/**
 * portcls_dma_constraint_possible() - whether any place can meet a constraint
 * @size: bytes, not 0
 * @constraint: as for portcls_dma_constraint_ok()
 *
 * Context: any.
 * Return: true if a naturally aligned buffer of this size would.
 */
bool portcls_dma_constraint_possible(u32 size, u64 constraint)
{
	return portcls_dma_constraint_ok(0, size, constraint);
}
EXPORT_SYMBOL_GPL(portcls_dma_constraint_possible);

/**
 * portcls_dma_default_allocate() - allocate a common buffer
 * @chan: the channel
 * @size: bytes
 * @constraint: addressing rule, NULL for none; the channel's own limit always
 *	holds in addition
 *
 * Context: process, may sleep.
 * Return: 0, -EBUSY with a buffer already there, -EINVAL for size 0 or a rule
 * that no place can meet, -ENOMEM.
 */
int portcls_dma_default_allocate(struct portcls_dma_channel *chan, u32 size,
				 const u64 *constraint)
{
	u64 rule = chan->limit & (constraint ? *constraint : ~0ULL);
	struct snd_dma_buffer dmab;
	size_t bytes = size;
	int err;

	if (chan->dmab.area)
		return -EBUSY;
	if (!size || !portcls_dma_constraint_possible(size, rule))
		return -EINVAL;

	err = portcls_adapter_alloc_buffer(chan->adapter, bytes, &dmab);
	if (err < 0)
		return err;
	if (!portcls_dma_constraint_ok(dmab.addr, size, rule)) {
		/* A block of the next power of two is aligned to itself. */
		portcls_adapter_free_buffer(chan->adapter, &dmab);
		bytes = roundup_pow_of_two(size);
		err = portcls_adapter_alloc_buffer(chan->adapter, bytes, &dmab);
		if (err < 0)
			return err;
		if (!portcls_dma_constraint_ok(dmab.addr, size, rule)) {
			portcls_adapter_free_buffer(chan->adapter, &dmab);
			return -ENOMEM;
		}
	}

	memset(dmab.area, 0, dmab.bytes);
	chan->dmab = dmab;
	chan->allocated = size;
	chan->size = min(size, portcls_dma_default_maximum(chan));
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_default_allocate);

/**
 * portcls_dma_default_free() - free the common buffer, if there is one
 * @chan: the channel; no transfer runs
 *
 * Context: process.
 */
void portcls_dma_default_free(struct portcls_dma_channel *chan)
{
	if (!chan->dmab.area)
		return;
	portcls_adapter_free_buffer(chan->adapter, &chan->dmab);
	memset(&chan->dmab, 0, sizeof(chan->dmab));
	chan->allocated = 0;
	chan->size = 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_default_free);

/**
 * portcls_dma_default_maximum() - largest usable buffer size
 * @chan: the channel
 *
 * Context: any.
 * Return: bytes; the capability without a buffer, otherwise the buffer rounded
 * up to pages and cut at the capability.
 */
u32 portcls_dma_default_maximum(struct portcls_dma_channel *chan)
{
	if (!chan->allocated)
		return chan->max_length;
	return min_t(u64, PAGE_ALIGN((u64)chan->allocated), chan->max_length);
}
EXPORT_SYMBOL_GPL(portcls_dma_default_maximum);

/**
 * portcls_dma_default_allocated() - size as it was asked for
 * @chan: the channel
 *
 * Context: any.
 * Return: bytes, 0 without a buffer.
 */
u32 portcls_dma_default_allocated(struct portcls_dma_channel *chan)
{
	return chan->allocated;
}
EXPORT_SYMBOL_GPL(portcls_dma_default_allocated);

/**
 * portcls_dma_default_size() - the shared buffer-size value
 * @chan: the channel
 *
 * Context: any.
 * Return: bytes, 0 without a buffer.
 */
u32 portcls_dma_default_size(struct portcls_dma_channel *chan)
{
	return READ_ONCE(chan->size);
}
EXPORT_SYMBOL_GPL(portcls_dma_default_size);

/**
 * portcls_dma_default_set_size() - set the shared buffer-size value
 * @chan: the channel
 * @size: bytes
 *
 * Context: any.
 * Return: 0, -EINVAL for 0, for more than was allocated or may be used, and
 * without a buffer; the value is unchanged then.
 */
int portcls_dma_default_set_size(struct portcls_dma_channel *chan, u32 size)
{
	if (!size || size > chan->allocated ||
	    size > portcls_dma_default_maximum(chan)) {
		if (chan->adapter)
			dev_warn_ratelimited(portcls_adapter_device(chan->adapter),
					     "buffer size %u refused, %u allocated\n",
					     size, chan->allocated);
		return -EINVAL;
	}
	WRITE_ONCE(chan->size, size);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_default_set_size);

/**
 * portcls_dma_default_system() - the buffer for the CPU
 * @chan: the channel
 *
 * Context: any.
 * Return: its kernel address, NULL without a buffer.
 */
void *portcls_dma_default_system(struct portcls_dma_channel *chan)
{
	return chan->dmab.area;
}
EXPORT_SYMBOL_GPL(portcls_dma_default_system);

/**
 * portcls_dma_default_physical() - the buffer for the device
 * @chan: the channel
 *
 * Context: any.
 * Return: its device address, 0 without a buffer. 0 may be a valid address too:
 * ask for the system address to learn whether there is a buffer.
 */
dma_addr_t portcls_dma_default_physical(struct portcls_dma_channel *chan)
{
	return chan->dmab.addr;
}
EXPORT_SYMBOL_GPL(portcls_dma_default_physical);

/**
 * portcls_dma_default_adapter() - the channel's adapter
 * @chan: the channel
 *
 * Context: any.
 * Return: the adapter; no reference is taken.
 */
struct portcls_adapter *
portcls_dma_default_adapter(struct portcls_dma_channel *chan)
{
	return chan->adapter;
}
EXPORT_SYMBOL_GPL(portcls_dma_default_adapter);

/**
 * portcls_dma_default_copy() - copy to or from the common buffer
 * @chan: the channel
 * @dst: where to
 * @src: where from; the ranges do not overlap
 * @bytes: how many, 0 is allowed
 *
 * The barrier orders the copy with the device access that it precedes or
 * follows; coherent memory needs no more.
 *
 * Context: any.
 */
void portcls_dma_default_copy(struct portcls_dma_channel *chan, void *dst,
			      const void *src, u32 bytes)
{
	dma_rmb();
	memcpy(dst, src, bytes);
	dma_wmb();
}
EXPORT_SYMBOL_GPL(portcls_dma_default_copy);

static u32 master_transfer_count(struct portcls_dma_channel *chan)
{
	return 0;
}

const struct portcls_dma_channel_ops portcls_dma_master_ops = {
	.allocate_buffer = portcls_dma_default_allocate,
	.free_buffer = portcls_dma_default_free,
	.transfer_count = master_transfer_count,
	.maximum_buffer_size = portcls_dma_default_maximum,
	.allocated_buffer_size = portcls_dma_default_allocated,
	.buffer_size = portcls_dma_default_size,
	.set_buffer_size = portcls_dma_default_set_size,
	.system_address = portcls_dma_default_system,
	.physical_address = portcls_dma_default_physical,
	.adapter_object = portcls_dma_default_adapter,
	.copy_to = portcls_dma_default_copy,
	.copy_from = portcls_dma_default_copy,
};
EXPORT_SYMBOL_GPL(portcls_dma_master_ops);

static void dma_channel_release(struct kref *ref)
{
	struct portcls_dma_channel *chan =
		container_of(ref, struct portcls_dma_channel, ref);
	struct portcls_adapter *adapter = chan->adapter;

	if (chan->ops->stop)
		chan->ops->stop(chan);
	if (chan->ops->synchronize)
		chan->ops->synchronize(chan);
	if (chan->ops->free_buffer)
		chan->ops->free_buffer(chan);
	if (chan->ops->release)
		chan->ops->release(chan);
	else
		kfree(chan);
	portcls_adapter_put(adapter);
}

/**
 * portcls_dma_channel_init() - set up a channel object
 * @chan: zeroed memory, usually embedded in a larger structure
 * @ops: its methods
 * @adapter: the adapter; the channel takes a reference. NULL for a
 *	miniport-supplied channel that needs none
 * @max_length: the configured capability in bytes
 *
 * The caller gets the first reference. The last put stops the transfer, frees
 * the buffer and calls the release method.
 *
 * Context: process.
 */
void portcls_dma_channel_init(struct portcls_dma_channel *chan,
			      const struct portcls_dma_channel_ops *ops,
			      struct portcls_adapter *adapter, u32 max_length)
{
	chan->ops = ops;
	chan->adapter = adapter ? portcls_adapter_ref(adapter) : NULL;
	chan->max_length = max_length;
	chan->limit = ~0ULL;
	kref_init(&chan->ref);
}
EXPORT_SYMBOL_GPL(portcls_dma_channel_init);

/**
 * portcls_dma_new_master() - a channel for a device that moves data itself
 * @adapter: the device's adapter
 * @max_length: largest buffer the device can use, bytes, not 0
 *
 * Source: IPortWaveCyclic::NewMasterDmaChannel, IPortWavePci's, PcNewDmaChannel.
 *
 * Context: process, may sleep.
 * Return: the channel with one reference for the caller, or an ERR_PTR: -EINVAL
 * for length 0, -ENOMEM.
 */
struct portcls_dma_channel *
portcls_dma_new_master(struct portcls_adapter *adapter, u32 max_length)
{
	struct portcls_dma_channel *chan;

	if (!max_length)
		return ERR_PTR(-EINVAL);
	chan = kzalloc(sizeof(*chan), GFP_KERNEL);
	if (!chan)
		return ERR_PTR(-ENOMEM);
	portcls_dma_channel_init(chan, &portcls_dma_master_ops, adapter,
				 max_length);
	return chan;
}
EXPORT_SYMBOL_GPL(portcls_dma_new_master);

/**
 * portcls_dma_get() - take another reference
 * @chan: the channel
 *
 * Context: any.
 * Return: @chan.
 */
struct portcls_dma_channel *portcls_dma_get(struct portcls_dma_channel *chan)
{
	kref_get(&chan->ref);
	return chan;
}
EXPORT_SYMBOL_GPL(portcls_dma_get);

/**
 * portcls_dma_put() - drop a reference
 * @chan: the channel, NULL is allowed
 *
 * Context: process.
 */
void portcls_dma_put(struct portcls_dma_channel *chan)
{
	might_sleep();
	if (chan)
		kref_put(&chan->ref, dma_channel_release);
}
EXPORT_SYMBOL_GPL(portcls_dma_put);
