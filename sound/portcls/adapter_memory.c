// SPDX-License-Identifier: GPL-2.0
/*
 * DMA adapter objects: what their users bring along and take out
 *
 * A common buffer is memory that the device and the CPU see at once. It belongs to
 * whoever asked for it; the adapter knows the device that must reach it, and counts.
 */
#include <linux/export.h>

#include <sound/memalloc.h>

#include "transfer_local.h"

/**
 * portcls_adapter_alloc_buffer() - allocate a common buffer
 * @adapter: the adapter
 * @bytes: size, not 0
 * @buffer: filled in
 *
 * Contiguous for the device, coherent, not cleared. Source: AllocateCommonBuffer.
 *
 * Context: process, may sleep.
 * Return: 0, or what snd_dma_alloc_pages() says; -ENOMEM for want of memory.
 */
int portcls_adapter_alloc_buffer(struct portcls_adapter *adapter, size_t bytes,
				 struct snd_dma_buffer *buffer)
{
	unsigned long flags;
	int err;

	err = snd_dma_alloc_pages(SNDRV_DMA_TYPE_DEV, adapter->dev, bytes, buffer);
	if (err < 0)
		return err;
	spin_lock_irqsave(&adapter->lock, flags);
	adapter->counters.common_buffers++;
	adapter->counters.common_bytes += buffer->bytes;
	spin_unlock_irqrestore(&adapter->lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_adapter_alloc_buffer);

/**
 * portcls_adapter_free_buffer() - give a common buffer back
 * @adapter: the adapter that it came from
 * @buffer: the buffer; the device leaves it alone
 *
 * Source: FreeCommonBuffer.
 *
 * Context: process, may sleep.
 */
void portcls_adapter_free_buffer(struct portcls_adapter *adapter,
				 struct snd_dma_buffer *buffer)
{
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	adapter->counters.common_buffers--;
	adapter->counters.common_bytes -= buffer->bytes;
	spin_unlock_irqrestore(&adapter->lock, flags);
	snd_dma_free_pages(buffer);
}
EXPORT_SYMBOL_GPL(portcls_adapter_free_buffer);

/**
 * portcls_adapter_add_registers() - enlarge the pool for a lasting user
 * @adapter: the adapter
 * @registers: how many
 *
 * A port holds the registers of its clients' rings for as long as the streams last.
 * It brings them along, so that it takes them away from nobody, and opening a stream
 * never waits for another one to close. Only portcls_adapter_allocate_lasting() gives
 * them out; portcls_adapter_map_registers() stays what it was.
 *
 * Context: process; before transfers, since what a transfer may consist of grows too.
 */
void portcls_adapter_add_registers(struct portcls_adapter *adapter,
				   unsigned int registers)
{
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	portcls_pool_resize(&adapter->pool, registers);
	portcls_adapter_set_sg_limit(adapter);
	spin_unlock_irqrestore(&adapter->lock, flags);
	portcls_transfer_dispatch(adapter);
}
EXPORT_SYMBOL_GPL(portcls_adapter_add_registers);

/**
 * portcls_adapter_remove_registers() - undo portcls_adapter_add_registers()
 * @adapter: the adapter
 * @registers: how many; they are free, and no request that waits needs them
 *
 * Context: process.
 */
void portcls_adapter_remove_registers(struct portcls_adapter *adapter,
				      unsigned int registers)
{
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	if (registers > adapter->pool.lasting_free)
		portcls_adapter_violation(adapter, "registers removed while in use");
	else
		portcls_pool_resize(&adapter->pool, -(int)registers);
	portcls_adapter_set_sg_limit(adapter);
	spin_unlock_irqrestore(&adapter->lock, flags);
}
EXPORT_SYMBOL_GPL(portcls_adapter_remove_registers);
