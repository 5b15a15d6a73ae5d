// SPDX-License-Identifier: GPL-2.0
/*
 * The methods of a DMA channel, as callers see them
 *
 * One function a method, whoever implements it, and what every caller would make of
 * them. What a channel does not have is answered here: -EOPNOTSUPP from a method that can
 * fail, 0 or NULL from a getter.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include <sound/portcls/dma_channel.h>

/**
 * portcls_dma_allocate_buffer() - allocate the common buffer
 * @chan: the channel
 * @size: bytes
 * @constraint: the address bits that may differ between any two bytes of the buffer,
 *	NULL for no rule; what the device cannot do holds in addition
 *
 * The buffer is contiguous for the CPU and for the device, and zeroed. A caller
 * is ready to try a smaller one. Source: IDmaChannel::AllocateBuffer.
 *
 * Context: process, may sleep; serialised by the caller.
 * Return: 0; -EBUSY if there is a buffer already; -EINVAL for size 0, and for a rule that
 * no place can meet; -ENOMEM if there is no memory that meets it; -EOPNOTSUPP for a
 * channel without buffers.
 */
int portcls_dma_allocate_buffer(struct portcls_dma_channel *chan, u32 size,
				const u64 *constraint)
{
	might_sleep();
	if (!chan->ops->allocate_buffer)
		return -EOPNOTSUPP;
	return chan->ops->allocate_buffer(chan, size, constraint);
}
EXPORT_SYMBOL_GPL(portcls_dma_allocate_buffer);

/**
 * portcls_dma_allocate_up_to() - allocate the largest buffer that there is memory for
 * @chan: the channel
 * @size: bytes wanted
 * @least: bytes below which it is of no use
 * @constraint: as of portcls_dma_allocate_buffer()
 *
 * Contiguous memory gets rare, so @size is halved until some is found.
 *
 * Context: process, may sleep; serialised by the caller.
 * Return: as portcls_dma_allocate_buffer(); -ENOMEM if there is less than @least.
 */
int portcls_dma_allocate_up_to(struct portcls_dma_channel *chan, u32 size, u32 least,
			       const u64 *constraint)
{
	int err;

	do {
		err = portcls_dma_allocate_buffer(chan, size, constraint);
		size /= 2;
	} while (err == -ENOMEM && size && size >= least);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_dma_allocate_up_to);

/**
 * portcls_dma_free_buffer() - free the common buffer
 * @chan: the channel
 *
 * No transfer runs. One that does all the same is warned of, once, then stopped and waited
 * for. Source: IDmaChannel::FreeBuffer.
 *
 * Context: process, may sleep; serialised by the caller.
 */
void portcls_dma_free_buffer(struct portcls_dma_channel *chan)
{
	might_sleep();
	if (!chan->ops->free_buffer)
		return;
	if (WARN_ON_ONCE(portcls_dma_transfer_count(chan))) {
		portcls_dma_stop(chan);
		portcls_dma_synchronize(chan);
	}
	chan->ops->free_buffer(chan);
}
EXPORT_SYMBOL_GPL(portcls_dma_free_buffer);

/**
 * portcls_dma_transfer_count() - size of the transfer that runs
 * @chan: the channel
 *
 * Source: IDmaChannel::TransferCount.
 *
 * Context: any.
 * Return: bytes; 0 for a master channel and when nothing runs.
 */
u32 portcls_dma_transfer_count(struct portcls_dma_channel *chan)
{
	return chan->ops->transfer_count ? chan->ops->transfer_count(chan) : 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_transfer_count);

/**
 * portcls_dma_maximum_buffer_size() - largest usable buffer size
 * @chan: the channel
 *
 * Source: IDmaChannel::MaximumBufferSize.
 *
 * Context: any.
 * Return: bytes.
 */
u32 portcls_dma_maximum_buffer_size(struct portcls_dma_channel *chan)
{
	return chan->ops->maximum_buffer_size ?
	       chan->ops->maximum_buffer_size(chan) : 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_maximum_buffer_size);

/**
 * portcls_dma_allocated_buffer_size() - buffer size as it was asked for
 * @chan: the channel
 *
 * Source: IDmaChannel::AllocatedBufferSize.
 *
 * Context: any.
 * Return: bytes, 0 without a buffer.
 */
u32 portcls_dma_allocated_buffer_size(struct portcls_dma_channel *chan)
{
	return chan->ops->allocated_buffer_size(chan);
}
EXPORT_SYMBOL_GPL(portcls_dma_allocated_buffer_size);

/**
 * portcls_dma_buffer_size() - the shared buffer-size value
 * @chan: the channel
 *
 * Source: IDmaChannel::BufferSize.
 *
 * Context: any.
 * Return: bytes, 0 without a buffer.
 */
u32 portcls_dma_buffer_size(struct portcls_dma_channel *chan)
{
	return chan->ops->buffer_size(chan);
}
EXPORT_SYMBOL_GPL(portcls_dma_buffer_size);

/**
 * portcls_dma_set_buffer_size() - set the shared buffer-size value
 * @chan: the channel
 * @size: bytes
 *
 * A transfer that runs keeps its size. Source: IDmaChannel::SetBufferSize.
 *
 * Context: any.
 * Return: 0, -EINVAL for a size that the buffer does not have.
 */
int portcls_dma_set_buffer_size(struct portcls_dma_channel *chan, u32 size)
{
	return chan->ops->set_buffer_size(chan, size);
}
EXPORT_SYMBOL_GPL(portcls_dma_set_buffer_size);

/**
 * portcls_dma_system_address() - the common buffer for the CPU
 * @chan: the channel
 *
 * Source: IDmaChannel::SystemAddress.
 *
 * Context: any.
 * Return: kernel address, NULL without a buffer.
 */
void *portcls_dma_system_address(struct portcls_dma_channel *chan)
{
	return chan->ops->system_address(chan);
}
EXPORT_SYMBOL_GPL(portcls_dma_system_address);

/**
 * portcls_dma_physical_address() - the common buffer for the device
 * @chan: the channel
 *
 * Source: IDmaChannel::PhysicalAddress.
 *
 * Context: any.
 * Return: device address, 0 without a buffer.
 */
dma_addr_t portcls_dma_physical_address(struct portcls_dma_channel *chan)
{
	return chan->ops->physical_address ?
	       chan->ops->physical_address(chan) : 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_physical_address);

/**
 * portcls_dma_adapter_object() - the channel's adapter
 * @chan: the channel
 *
 * Source: IDmaChannel::GetAdapterObject.
 *
 * Context: any.
 * Return: the adapter, valid while the channel lives; no reference is taken.
 */
struct portcls_adapter *
portcls_dma_adapter_object(struct portcls_dma_channel *chan)
{
	return chan->ops->adapter_object ? chan->ops->adapter_object(chan) :
					   chan->adapter;
}
EXPORT_SYMBOL_GPL(portcls_dma_adapter_object);

/**
 * portcls_dma_copy_to() - copy into the common buffer
 * @chan: the channel
 * @dst: inside the common buffer; the range does not wrap
 * @src: kernel memory outside it
 * @bytes: how many, 0 is allowed
 *
 * What arrives may be converted. Source: IDmaChannel::CopyTo.
 *
 * Context: any.
 */
void portcls_dma_copy_to(struct portcls_dma_channel *chan, void *dst,
			 const void *src, u32 bytes)
{
	if (bytes)
		chan->ops->copy_to(chan, dst, src, bytes);
}
EXPORT_SYMBOL_GPL(portcls_dma_copy_to);

/**
 * portcls_dma_copy_from() - copy out of the common buffer
 * @chan: the channel
 * @dst: kernel memory outside it
 * @src: inside the common buffer; the range does not wrap
 * @bytes: how many, 0 is allowed
 *
 * Source: IDmaChannel::CopyFrom.
 *
 * Context: any.
 */
void portcls_dma_copy_from(struct portcls_dma_channel *chan, void *dst,
			   const void *src, u32 bytes)
{
	if (bytes)
		chan->ops->copy_from(chan, dst, src, bytes);
}
EXPORT_SYMBOL_GPL(portcls_dma_copy_from);

/**
 * portcls_dma_start() - start a slave channel's transfer
 * @chan: the channel
 * @map_size: bytes from the buffer's start on, at most what was allocated
 * @write_to_device: memory to device
 *
 * Source: IDmaChannelSlave::Start.
 *
 * Context: atomic or process; serialised by the caller.
 * Return: 0 with the transfer armed, -EBUSY if it runs already, -EINVAL,
 * -ENOMEM or the engine's error, -EOPNOTSUPP for a master channel.
 */
int portcls_dma_start(struct portcls_dma_channel *chan, u32 map_size,
		      bool write_to_device)
{
	if (!chan->ops->start)
		return -EOPNOTSUPP;
	return chan->ops->start(chan, map_size, write_to_device);
}
EXPORT_SYMBOL_GPL(portcls_dma_start);

/**
 * portcls_dma_stop() - stop a slave channel's transfer
 * @chan: the channel
 *
 * The position is lost. The controller may touch the buffer, and call back, for a moment
 * yet: portcls_dma_synchronize() waits for that, and so does a slave channel before it
 * frees its buffer. Source: IDmaChannelSlave::Stop.
 *
 * Context: atomic or process; serialised by the caller.
 * Return: 0, also when nothing runs; the engine's error, with the channel
 * considered stopped; -EOPNOTSUPP for a master channel.
 */
int portcls_dma_stop(struct portcls_dma_channel *chan)
{
	if (!chan->ops->stop)
		return -EOPNOTSUPP;
	return chan->ops->stop(chan);
}
EXPORT_SYMBOL_GPL(portcls_dma_stop);

/**
 * portcls_dma_synchronize() - wait until a stopped transfer has ended
 * @chan: the channel
 *
 * Context: process, may sleep.
 */
void portcls_dma_synchronize(struct portcls_dma_channel *chan)
{
	might_sleep();
	if (chan->ops->synchronize)
		chan->ops->synchronize(chan);
}
EXPORT_SYMBOL_GPL(portcls_dma_synchronize);

/**
 * portcls_dma_pause() - hold a slave channel's transfer in place
 * @chan: the channel
 *
 * Context: atomic or process; serialised by the caller.
 * Return: 0, -EOPNOTSUPP where the controller cannot, -EINVAL where nothing runs, the
 * engine's error.
 */
int portcls_dma_pause(struct portcls_dma_channel *chan)
{
	return chan->ops->pause ? chan->ops->pause(chan) : -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(portcls_dma_pause);

/**
 * portcls_dma_resume() - go on after portcls_dma_pause()
 * @chan: the channel
 *
 * Context: atomic or process; serialised by the caller.
 * Return: 0, -EOPNOTSUPP where the controller cannot, -EINVAL where nothing runs, the
 * engine's error.
 */
int portcls_dma_resume(struct portcls_dma_channel *chan)
{
	return chan->ops->resume ? chan->ops->resume(chan) : -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(portcls_dma_resume);

/**
 * portcls_dma_read_counter() - bytes left in the current cycle
 * @chan: the channel
 *
 * 0 and the transfer's size are the same place. Not monotonic at small scale:
 * filter it with portcls_position_advance(). Source:
 * IDmaChannelSlave::ReadCounter.
 *
 * Context: atomic or process; serialised by the caller.
 * Return: bytes; 0 when nothing runs and for a master channel.
 */
u32 portcls_dma_read_counter(struct portcls_dma_channel *chan)
{
	return chan->ops->read_counter ? chan->ops->read_counter(chan) : 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_read_counter);

/**
 * portcls_dma_wait_for_tc() - wait for the terminal count
 * @chan: the channel
 * @timeout_us: microseconds, rounded down to a multiple of 10; below 10 the
 *	counter is looked at once
 *
 * For a transfer that ends: not started cyclic, or whose device has been told
 * to stop. Source: IDmaChannelSlave::WaitForTC.
 *
 * Context: process, may sleep.
 * Return: 0 at the terminal count or when nothing runs, -ETIMEDOUT,
 * -EOPNOTSUPP for a master channel.
 */
int portcls_dma_wait_for_tc(struct portcls_dma_channel *chan, u32 timeout_us)
{
	might_sleep();
	if (!chan->ops->wait_for_tc)
		return -EOPNOTSUPP;
	return chan->ops->wait_for_tc(chan, timeout_us);
}
EXPORT_SYMBOL_GPL(portcls_dma_wait_for_tc);
