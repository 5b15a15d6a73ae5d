/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DMA channel objects: IDmaChannel and IDmaChannelSlave
 *
 * A channel bundles an adapter, one common buffer that the CPU and the device
 * both reach, and a buffer-size value that port and miniport share. It knows no
 * PCM and no card.
 *
 * Locking: allocating and freeing the buffer, and start, stop and wait, are
 * serialised by the caller. The getters and the copy methods need no lock and
 * may be called in any context, hard interrupt included.
 */
#ifndef __SOUND_PORTCLS_DMA_CHANNEL_H
#define __SOUND_PORTCLS_DMA_CHANNEL_H

#include <linux/kref.h>
#include <linux/types.h>
#include <sound/memalloc.h>

struct portcls_adapter;
struct portcls_dma_channel;

/**
 * struct portcls_dma_channel_ops - methods of a DMA channel
 * @allocate_buffer: IDmaChannel::AllocateBuffer; process context
 * @free_buffer: IDmaChannel::FreeBuffer; process context, idempotent
 * @transfer_count: IDmaChannel::TransferCount, bytes; any context
 * @maximum_buffer_size: IDmaChannel::MaximumBufferSize, bytes; any context
 * @allocated_buffer_size: IDmaChannel::AllocatedBufferSize, bytes; any context
 * @buffer_size: IDmaChannel::BufferSize, bytes; any context
 * @set_buffer_size: IDmaChannel::SetBufferSize, bytes; any context; -EINVAL for
 *	a size that the buffer does not have
 * @system_address: IDmaChannel::SystemAddress; any context; NULL without buffer
 * @physical_address: IDmaChannel::PhysicalAddress; any context; a device
 *	address
 * @adapter_object: IDmaChannel::GetAdapterObject; any context; the caller gets
 *	no reference
 * @copy_to: IDmaChannel::CopyTo; any context, never fails; @dst lies in the
 *	common buffer and the range does not wrap
 * @copy_from: IDmaChannel::CopyFrom; likewise with @src in the common buffer
 * @start: IDmaChannelSlave::Start; atomic; slave channels only
 * @stop: IDmaChannelSlave::Stop; atomic, idempotent; slave channels only
 * @synchronize: waits until a stopped transfer and its callbacks have ended;
 *	process context; slave channels only, optional
 * @pause: holds a running transfer in place; atomic; optional
 * @resume: undoes @pause; atomic; optional
 * @read_counter: IDmaChannelSlave::ReadCounter, bytes left in this cycle;
 *	atomic; slave channels only
 * @wait_for_tc: IDmaChannelSlave::WaitForTC, microseconds; process context;
 *	slave channels only
 * @release: gives back what the channel holds beyond its buffer, and the
 *	channel itself; process context; optional, the default is kfree()
 *
 * A miniport may supply its own channel. The WaveCyclic port then calls
 * @allocated_buffer_size, @buffer_size, @set_buffer_size, @system_address,
 * @copy_to and @copy_from only, and all other members may be NULL.
 */
struct portcls_dma_channel_ops {
	int (*allocate_buffer)(struct portcls_dma_channel *chan, u32 size,
			       const u64 *constraint);
	void (*free_buffer)(struct portcls_dma_channel *chan);
	u32 (*transfer_count)(struct portcls_dma_channel *chan);
	u32 (*maximum_buffer_size)(struct portcls_dma_channel *chan);
	u32 (*allocated_buffer_size)(struct portcls_dma_channel *chan);
	u32 (*buffer_size)(struct portcls_dma_channel *chan);
	int (*set_buffer_size)(struct portcls_dma_channel *chan, u32 size);
	void *(*system_address)(struct portcls_dma_channel *chan);
	dma_addr_t (*physical_address)(struct portcls_dma_channel *chan);
	struct portcls_adapter *(*adapter_object)(struct portcls_dma_channel *chan);
	void (*copy_to)(struct portcls_dma_channel *chan, void *dst,
			const void *src, u32 bytes);
	void (*copy_from)(struct portcls_dma_channel *chan, void *dst,
			  const void *src, u32 bytes);
	int (*start)(struct portcls_dma_channel *chan, u32 map_size,
		     bool write_to_device);
	int (*stop)(struct portcls_dma_channel *chan);
	void (*synchronize)(struct portcls_dma_channel *chan);
	int (*pause)(struct portcls_dma_channel *chan);
	int (*resume)(struct portcls_dma_channel *chan);
	u32 (*read_counter)(struct portcls_dma_channel *chan);
	int (*wait_for_tc)(struct portcls_dma_channel *chan, u32 timeout_us);
	void (*release)(struct portcls_dma_channel *chan);
};

/**
 * struct portcls_dma_channel - a DMA channel object
 * @ops: its methods
 * @adapter: the adapter; a reference is held while the channel lives
 * @ref: counts the holders
 * @dmab: the common buffer; @dmab.area is NULL without one
 * @max_length: the configured capability, bytes
 * @limit: an addressing rule of the hardware that every allocation obeys, as
 *	the constraint argument of portcls_dma_allocate_buffer(); ~0 for none
 * @allocated: bytes as requested from allocate_buffer, 0 without a buffer
 * @size: the shared buffer-size value, bytes
 *
 * Slave channels and miniport-supplied ones embed it. @dmab, @allocated and
 * @size are written by the buffer methods only, whose callers serialise.
 */
struct portcls_dma_channel {
	const struct portcls_dma_channel_ops *ops;
	struct portcls_adapter *adapter;
	struct kref ref;
	struct snd_dma_buffer dmab;
	u32 max_length;
	u64 limit;
	u32 allocated;
	u32 size;
};

/**
 * DOC: portcls_dma_master_ops
 *
 * The methods of the channels that portcls_dma_new_master() makes: the default buffer
 * methods, with none of a slave channel. A driver whose channel only differs in a
 * few copies it, or names the portcls_dma_default functions in a table of its own.
 */
extern const struct portcls_dma_channel_ops portcls_dma_master_ops;

void portcls_dma_channel_init(struct portcls_dma_channel *chan,
			      const struct portcls_dma_channel_ops *ops,
			      struct portcls_adapter *adapter, u32 max_length);
struct portcls_dma_channel *
portcls_dma_new_master(struct portcls_adapter *adapter, u32 max_length);
struct portcls_dma_channel *portcls_dma_get(struct portcls_dma_channel *chan);
void portcls_dma_put(struct portcls_dma_channel *chan);

int portcls_dma_allocate_buffer(struct portcls_dma_channel *chan, u32 size,
				const u64 *constraint);
int portcls_dma_allocate_up_to(struct portcls_dma_channel *chan, u32 size, u32 least,
			       const u64 *constraint);
void portcls_dma_free_buffer(struct portcls_dma_channel *chan);
u32 portcls_dma_transfer_count(struct portcls_dma_channel *chan);
u32 portcls_dma_maximum_buffer_size(struct portcls_dma_channel *chan);
u32 portcls_dma_allocated_buffer_size(struct portcls_dma_channel *chan);
u32 portcls_dma_buffer_size(struct portcls_dma_channel *chan);
int portcls_dma_set_buffer_size(struct portcls_dma_channel *chan, u32 size);
void *portcls_dma_system_address(struct portcls_dma_channel *chan);
dma_addr_t portcls_dma_physical_address(struct portcls_dma_channel *chan);
struct portcls_adapter *
portcls_dma_adapter_object(struct portcls_dma_channel *chan);
void portcls_dma_copy_to(struct portcls_dma_channel *chan, void *dst,
			 const void *src, u32 bytes);
void portcls_dma_copy_from(struct portcls_dma_channel *chan, void *dst,
			   const void *src, u32 bytes);

int portcls_dma_start(struct portcls_dma_channel *chan, u32 map_size,
		      bool write_to_device);
int portcls_dma_stop(struct portcls_dma_channel *chan);
void portcls_dma_synchronize(struct portcls_dma_channel *chan);
int portcls_dma_pause(struct portcls_dma_channel *chan);
int portcls_dma_resume(struct portcls_dma_channel *chan);
u32 portcls_dma_read_counter(struct portcls_dma_channel *chan);
int portcls_dma_wait_for_tc(struct portcls_dma_channel *chan, u32 timeout_us);

bool portcls_dma_constraint_ok(u64 addr, u32 size, u64 constraint);
bool portcls_dma_constraint_possible(u32 size, u64 constraint);

/* Default buffer methods, for channels that only add to them. */
int portcls_dma_default_allocate(struct portcls_dma_channel *chan, u32 size,
				 const u64 *constraint);
void portcls_dma_default_free(struct portcls_dma_channel *chan);
u32 portcls_dma_default_maximum(struct portcls_dma_channel *chan);
u32 portcls_dma_default_allocated(struct portcls_dma_channel *chan);
u32 portcls_dma_default_size(struct portcls_dma_channel *chan);
int portcls_dma_default_set_size(struct portcls_dma_channel *chan, u32 size);
void *portcls_dma_default_system(struct portcls_dma_channel *chan);
dma_addr_t portcls_dma_default_physical(struct portcls_dma_channel *chan);
struct portcls_adapter *
portcls_dma_default_adapter(struct portcls_dma_channel *chan);
void portcls_dma_default_copy(struct portcls_dma_channel *chan, void *dst,
			      const void *src, u32 bytes);

#endif /* __SOUND_PORTCLS_DMA_CHANNEL_H */
