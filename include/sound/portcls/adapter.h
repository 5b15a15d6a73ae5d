/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DMA adapter objects: one device's reach into memory
 *
 * Lowest room of the framework. Everything above asks the adapter, and nothing
 * else, what the device can address and in what pieces. Transfers on an adapter
 * are in transfer.h.
 */
#ifndef __SOUND_PORTCLS_ADAPTER_H
#define __SOUND_PORTCLS_ADAPTER_H

#include <linux/dmaengine.h>
#include <linux/types.h>

struct device;
struct portcls_adapter;
struct snd_dma_buffer;

/* The version of the routines, and the only one there is. */
#define PORTCLS_ADAPTER_VERSION		3

/**
 * struct portcls_adapter_desc - what a device can do with DMA
 * @version: PORTCLS_ADAPTER_VERSION; 0 is the same
 * @master: the device moves data itself; false for a device that is served by
 *	a system DMA controller
 * @scatter_gather: one transfer may consist of several segments (bus masters
 *	only; for system DMA the controller decides)
 * @auto_initialize: system DMA only: a transfer repeats until it is cancelled
 * @ignore_count: the transfer counter cannot be trusted
 * @addr_bits: number of address bits, 1..64; ignored where @master is false,
 *	the controller's device has its mask already
 * @max_length: longest transfer that is to be mapped at once, bytes, not 0: it sizes the
 *	pool of map registers, and nothing else holds to it
 * @max_segment: longest segment in bytes; 0 for no limit
 * @boundary: a segment never crosses a multiple of @boundary + 1; 0 for no
 *	limit
 * @min_unit: every segment's length is a multiple of this many bytes; 0 is 1.
 *	WavePci cuts its mappings at whole frames instead
 *
 * Clear the structure first: a field that is not set means "no limit". Realises
 * the DEVICE_DESCRIPTION structure that IoGetDmaAdapter takes.
 */
struct portcls_adapter_desc {
	u32 version;
	bool master;
	bool scatter_gather;
	bool auto_initialize;
	bool ignore_count;
	unsigned int addr_bits;
	u32 max_length;
	u32 max_segment;
	u64 boundary;
	u32 min_unit;
};

/**
 * struct portcls_system_desc - how a device is wired to a system DMA controller
 * @request_line: name of the device's dmaengine channel
 * @filter: chooses a channel where there is no name; used with @filter_param
 * @filter_param: argument of @filter
 * @chan: a channel that the caller has and keeps while the adapter lives;
 *	@request_line and @filter are ignored then
 * @device_address: bus address of the device's data register
 * @width: width of that register
 * @burst: words in a burst, 0 for the controller's choice
 *
 * Realises DmaRequestLine, DeviceAddress and DmaWidth of DEVICE_DESCRIPTION.
 */
struct portcls_system_desc {
	const char *request_line;
	dma_filter_fn filter;
	void *filter_param;
	struct dma_chan *chan;
	phys_addr_t device_address;
	enum dma_slave_buswidth width;
	u32 burst;
};

/**
 * struct portcls_adapter_info - what a driver may count on
 * @version: in: 1
 * @counter_readable: portcls_adapter_read_counter() tells bytes, not
 *	descriptors
 * @completion_irq: completion routines are called
 * @sg_limit: most elements of one hardware operation
 * @addr_bits: address width in bits
 * @flags: 0
 * @min_unit: bytes; every element's length is a multiple
 *
 * Realises DMA_ADAPTER_INFO_V1.
 */
struct portcls_adapter_info {
	u32 version;
	bool counter_readable;
	bool completion_irq;
	unsigned int sg_limit;
	unsigned int addr_bits;
	u32 flags;
	u32 min_unit;
};

/**
 * struct portcls_adapter_counters - accounting of an adapter
 * @max_registers: size of the pool, with what ports brought along
 * @free_registers: what no grant owns
 * @min_free_registers: its lowest value
 * @channel_busy: a grant owns the channel
 * @pending: requests in the queue
 * @max_pending: its highest value
 * @live_grants: grants that own something
 * @live_maps: mappings that wait for their flush
 * @grants: requests granted
 * @refusals: synchronous requests refused for want of resources
 * @cancelled: requests cancelled before their grant
 * @not_cancelled: cancels that came too late
 * @maps: successful mappings
 * @partial_maps: those shorter than asked for
 * @map_retries: windows that were halved after a translation failure
 * @flushes: mappings flushed
 * @bytes: bytes mapped
 * @common_buffers: common buffers that live
 * @common_bytes: their size
 * @completions: completion routines called
 * @stale_completions: completions of the engine that came twice or too late
 * @violations: wrong return values and teardown with something still live
 */
struct portcls_adapter_counters {
	unsigned int max_registers;
	unsigned int free_registers;
	unsigned int min_free_registers;
	bool channel_busy;
	unsigned int pending;
	unsigned int max_pending;
	unsigned int live_grants;
	unsigned int live_maps;
	u64 grants;
	u64 refusals;
	u64 cancelled;
	u64 not_cancelled;
	u64 maps;
	u64 partial_maps;
	u64 map_retries;
	u64 flushes;
	u64 bytes;
	unsigned int common_buffers;
	u64 common_bytes;
	u64 completions;
	u64 stale_completions;
	u64 violations;
};

struct portcls_adapter *
portcls_adapter_get(struct device *dev, const struct portcls_adapter_desc *desc);
struct portcls_adapter *
portcls_adapter_get_system(struct device *dev,
			   const struct portcls_adapter_desc *desc,
			   const struct portcls_system_desc *system);
struct portcls_adapter *portcls_adapter_ref(struct portcls_adapter *adapter);
void portcls_adapter_put(struct portcls_adapter *adapter);
void portcls_adapter_put_sync(struct portcls_adapter *adapter);
void portcls_adapter_shutdown(struct portcls_adapter *adapter);
struct device *portcls_adapter_device(const struct portcls_adapter *adapter);
const struct portcls_adapter_desc *
portcls_adapter_description(const struct portcls_adapter *adapter);
unsigned int portcls_adapter_map_registers(const struct portcls_adapter *adapter);
void portcls_adapter_add_registers(struct portcls_adapter *adapter,
				   unsigned int registers);
void portcls_adapter_remove_registers(struct portcls_adapter *adapter,
				      unsigned int registers);
int portcls_adapter_alloc_buffer(struct portcls_adapter *adapter, size_t bytes,
				 struct snd_dma_buffer *buffer);
void portcls_adapter_free_buffer(struct portcls_adapter *adapter,
				 struct snd_dma_buffer *buffer);
u32 portcls_adapter_segment(const struct portcls_adapter *adapter,
			    dma_addr_t addr, u32 bytes);
int portcls_adapter_info(const struct portcls_adapter *adapter,
			 struct portcls_adapter_info *info);
bool portcls_adapter_counters(struct portcls_adapter *adapter,
			      struct portcls_adapter_counters *counters);

#endif /* __SOUND_PORTCLS_ADAPTER_H */
