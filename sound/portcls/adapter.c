// SPDX-License-Identifier: GPL-2.0
/*
 * DMA adapter objects: one device's reach into memory
 *
 * An adapter is counted, holds a reference on its device, and does not change
 * after it was made. It needs no lock.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>

/* Map registers of a device that needs none: a bound for splitting only. */
#define PORTCLS_MAP_REGISTERS_MAX	512

struct portcls_adapter {
	struct device *dev;
	struct portcls_adapter_desc desc;
	unsigned int map_registers;
	struct kref ref;
};

/**
 * portcls_adapter_get() - make the adapter object of a device
 * @dev: the device that the DMA mapping API knows: the card for a bus master,
 *	the controller for system DMA
 * @desc: what it can do; copied
 *
 * Sets the device's DMA masks (bus masters), its segment size and its segment
 * boundary. Source: IoGetDmaAdapter.
 *
 * Context: process, may sleep.
 * Return: the adapter with one reference for the caller, or an ERR_PTR: -EINVAL
 * for a width outside 1..64 or a length of 0, -EIO where the platform cannot
 * serve the width, -ENOMEM.
 */
struct portcls_adapter *
portcls_adapter_get(struct device *dev, const struct portcls_adapter_desc *desc)
{
	struct portcls_adapter *adapter;

	if (!desc->max_length)
		return ERR_PTR(-EINVAL);
	if (desc->master) {
		if (!desc->addr_bits || desc->addr_bits > 64)
			return ERR_PTR(-EINVAL);
		if (dma_set_mask_and_coherent(dev, DMA_BIT_MASK(desc->addr_bits)))
			return ERR_PTR(-EIO);
	}

	adapter = kzalloc(sizeof(*adapter), GFP_KERNEL);
	if (!adapter)
		return ERR_PTR(-ENOMEM);
	adapter->desc = *desc;
	if (!adapter->desc.min_unit)
		adapter->desc.min_unit = 1;
	adapter->map_registers = min_t(u64, PORTCLS_MAP_REGISTERS_MAX,
				       DIV_ROUND_UP((u64)desc->max_length,
						    SZ_4K) + 1);
	/* Devices without dma_parms keep the API's own, stricter limits. */
	if (dev->dma_parms && desc->max_segment)
		dma_set_max_seg_size(dev, desc->max_segment);
	if (dev->dma_parms && desc->boundary)
		dma_set_seg_boundary(dev, desc->boundary);
	adapter->dev = get_device(dev);
	kref_init(&adapter->ref);
	return adapter;
}
EXPORT_SYMBOL_GPL(portcls_adapter_get);

static void portcls_adapter_release(struct kref *ref)
{
	struct portcls_adapter *adapter =
		container_of(ref, struct portcls_adapter, ref);

	put_device(adapter->dev);
	kfree(adapter);
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
	kref_get(&adapter->ref);
	return adapter;
}
EXPORT_SYMBOL_GPL(portcls_adapter_ref);

/**
 * portcls_adapter_put() - drop a reference
 * @adapter: the adapter, NULL is allowed
 *
 * Source: PutDmaAdapter.
 *
 * Context: process.
 */
void portcls_adapter_put(struct portcls_adapter *adapter)
{
	if (adapter)
		kref_put(&adapter->ref, portcls_adapter_release);
}
EXPORT_SYMBOL_GPL(portcls_adapter_put);

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
 * portcls_adapter_map_registers() - size of the pool of map registers
 * @adapter: the adapter
 *
 * Context: any.
 * Return: their number; each stands for one 4 KiB page of a transfer.
 */
unsigned int portcls_adapter_map_registers(const struct portcls_adapter *adapter)
{
	return adapter->map_registers;
}
EXPORT_SYMBOL_GPL(portcls_adapter_map_registers);

/**
 * portcls_adapter_segment() - how much of a contiguous range fits one segment
 * @adapter: the adapter
 * @addr: device address of its first byte
 * @bytes: its length, not 0
 *
 * Context: any.
 * Return: length in bytes of the longest piece from @addr on that breaks no
 * limit of the device.
 */
u32 portcls_adapter_segment(const struct portcls_adapter *adapter,
			    dma_addr_t addr, u32 bytes)
{
	const struct portcls_adapter_desc *desc = &adapter->desc;

	if (desc->max_segment)
		bytes = min(bytes, desc->max_segment);
	if (desc->boundary)
		bytes = min_t(u64, bytes,
			      desc->boundary - (addr & desc->boundary) + 1);
	return bytes;
}
EXPORT_SYMBOL_GPL(portcls_adapter_segment);
