// SPDX-License-Identifier: GPL-2.0
/*
 * WavePci: a client's ring as one mapping of the adapter
 *
 * The ring is mapped as a whole when the client sets its size, and flushed when it
 * is freed; GetMapping only cuts pieces from what the adapter gave then, and costs no
 * call of the adapter that could fail or wait. The memory is coherent, so neither the
 * map nor the flush moves anything or looks at it (the core may have replaced the
 * memory before it tells of a new size); they are how the adapter comes to know of it,
 * and where the addresses come from. The registers are the port's own, see
 * portcls_adapter_add_registers().
 *
 * Mapping and flushing: process context, under the PCM's open and buffer locks.
 */
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "wavepci_local.h"

/* How long the channel may be somebody else's. */
#define WAVEPCI_GRANT_MS	1000

struct wavepci_grant {
	struct completion granted;
	u64 base;
};

/**
 * portcls_wavepci_ring_registers() - map registers of a ring
 * @bytes: its length
 *
 * Context: any.
 * Return: how many a ring of this length needs at most.
 */
unsigned int portcls_wavepci_ring_registers(size_t bytes)
{
	return portcls_count_registers(0, PAGE_ALIGN(bytes));
}

static enum portcls_action ring_granted(struct portcls_adapter *adapter, u64 base,
					void *data)
{
	struct wavepci_grant *grant = data;

	grant->base = base;
	complete(&grant->granted);
	/* The next stream's turn: the registers are what lasts. */
	return PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS;
}

static int ring_allocate(struct portcls_adapter *adapter,
			 struct portcls_wavepci_ring *ring)
{
	struct wavepci_grant grant = { };
	int err;

	init_completion(&grant.granted);
	portcls_transfer_init(adapter, &ring->transfer);
	err = portcls_adapter_allocate_lasting(adapter, &ring->transfer,
					       ring->registers, ring_granted, &grant);
	if (err)
		return err;
	if (!wait_for_completion_timeout(&grant.granted,
					 msecs_to_jiffies(WAVEPCI_GRANT_MS)) &&
	    portcls_adapter_cancel_channel(adapter, &ring->transfer))
		return -EBUSY;
	portcls_transfer_wait(adapter, &ring->transfer);
	/* A shutdown has withdrawn the request: the routine never runs. */
	if (!grant.base)
		return -ESHUTDOWN;
	ring->base = grant.base;
	return 0;
}

/* A link for each piece that is contiguous for the device. */
static int ring_describe(struct snd_pcm_substream *ss, u32 bytes,
			 struct portcls_wavepci_ring *ring)
{
	unsigned int count = 0;
	u32 offset, n;

	for (offset = 0; offset < bytes; offset += n, count++)
		n = snd_pcm_sgbuf_get_chunk_size(ss, offset, bytes - offset);
	ring->links = kvcalloc(count, sizeof(*ring->links), GFP_KERNEL);
	if (!ring->links)
		return -ENOMEM;
	ring->chain.links = ring->links;
	ring->chain.count = count;
	for (offset = 0, count = 0; offset < bytes; offset += n, count++) {
		n = snd_pcm_sgbuf_get_chunk_size(ss, offset, bytes - offset);
		ring->links[count] = (struct portcls_link){
			.kind = PORTCLS_LINK_COHERENT,
			.virt = ss->runtime->dma_area + offset,
			.dma = snd_pcm_sgbuf_get_addr(ss, offset),
			.bytes = n,
		};
	}
	return 0;
}

/*
 * Elements end where a segment of the device must, counted from their beginning.
 * Pieces are cut anew from wherever they begin, so neighbours are joined again.
 */
static void ring_join(struct portcls_wavepci_ring *ring)
{
	struct portcls_sg_element *run = ring->list->element;
	unsigned int i;

	for (i = 1; i < ring->list->count; i++) {
		if (run->addr + run->bytes == ring->list->element[i].addr)
			run->bytes += ring->list->element[i].bytes;
		else
			*++run = ring->list->element[i];
	}
	ring->runs = run + 1 - ring->list->element;
}

/**
 * portcls_wavepci_map_ring() - map the client's ring
 * @wp: the pin, whose ring is not mapped
 * @bytes: the ring's length
 * @frame_bytes: length of a frame
 *
 * Context: process.
 * Return: 0; -ENOMEM, also for pieces that would divide a frame; -EBUSY if others
 * keep the adapter's channel; an error of the adapter.
 */
int portcls_wavepci_map_ring(struct portcls_wavepci_pin *wp, u32 bytes, u32 frame_bytes)
{
	struct portcls_adapter *adapter = wavepci_port(wp)->adapter;
	struct portcls_transfer_info info = { .version = 1 };
	bool write = !wavepci_is_capture(wp);
	struct portcls_wavepci_ring *ring = &wp->ring;
	u32 offset = 0, mapped;
	unsigned int i;
	int err;

	/* Memory comes in pages, and a device's unit divides them. */
	mapped = PAGE_ALIGN(bytes);
	err = ring_describe(wp->base.substream, mapped, ring);
	if (err)
		return err;
	err = portcls_transfer_info(adapter, &ring->chain, 0, mapped, write, &info);
	if (err)
		goto err_free;
	err = -ENOMEM;
	ring->list = kvzalloc(info.list_bytes, GFP_KERNEL);
	if (!ring->list)
		goto err_free;
	ring->registers = info.map_registers;
	err = ring_allocate(adapter, ring);
	if (err)
		goto err_free;
	err = portcls_transfer_map(adapter, &ring->chain, ring->base, 0, 0, &mapped,
				   write, ring->list, info.list_bytes, NULL, NULL);
	if (err)
		goto err_free_registers;
	ring->bytes = mapped;
	err = -EINVAL;
	if (mapped < bytes)
		goto err_unmap;
	ring_join(ring);
	ring->at = 0;
	ring->start = 0;
	/*
	 * The descriptors of some devices hold whole frames only. A frame that does
	 * not divide a page can then lie across two pieces.
	 */
	err = -ENOMEM;
	for (i = 0; i + 1 < ring->runs; i++) {
		offset += ring->list->element[i].bytes;
		if (PAGE_SIZE % frame_bytes && offset < bytes && offset % frame_bytes)
			goto err_unmap;
	}
	return 0;

err_unmap:
	portcls_transfer_flush(adapter, &ring->chain, ring->base, 0, ring->bytes, write);
	ring->bytes = 0;
err_free_registers:
	portcls_adapter_free_registers(adapter, ring->base, ring->registers);
err_free:
	kvfree(ring->list);
	kvfree(ring->links);
	ring->list = NULL;
	ring->links = NULL;
	return err;
}

/**
 * portcls_wavepci_unmap_ring() - undo portcls_wavepci_map_ring(), if it was called
 * @wp: the pin; no mapping is open
 *
 * Context: process.
 */
void portcls_wavepci_unmap_ring(struct portcls_wavepci_pin *wp)
{
	struct portcls_adapter *adapter = wavepci_port(wp)->adapter;
	struct portcls_wavepci_ring *ring = &wp->ring;

	if (!ring->bytes)
		return;
	portcls_transfer_flush(adapter, &ring->chain, ring->base, 0, ring->bytes,
			       !wavepci_is_capture(wp));
	portcls_adapter_free_registers(adapter, ring->base, ring->registers);
	kvfree(ring->list);
	kvfree(ring->links);
	memset(ring, 0, sizeof(*ring));
}

/**
 * portcls_wavepci_ring_piece() - where a part of the ring lies for the device
 * @wp: the pin, whose ring is mapped
 * @offset: of the part in the ring
 * @bytes: its length
 * @addr: gets the device address
 *
 * Parts are asked for in the ring's order, so the run that holds one is found in few
 * steps.
 *
 * Context: PCM stream lock.
 * Return: bytes from @offset on that are contiguous and break no limit of the device.
 */
u32 portcls_wavepci_ring_piece(struct portcls_wavepci_pin *wp, u32 offset, u32 bytes,
			       dma_addr_t *addr)
{
	struct portcls_wavepci_ring *ring = &wp->ring;
	const struct portcls_sg_element *run;

	if (offset < ring->start) {
		ring->at = 0;
		ring->start = 0;
	}
	run = &ring->list->element[ring->at];
	while (offset - ring->start >= run->bytes && ring->at + 1 < ring->runs) {
		ring->start += run->bytes;
		run = &ring->list->element[++ring->at];
	}
	*addr = run->addr + (offset - ring->start);
	bytes = min(bytes, run->bytes - (offset - ring->start));
	return portcls_adapter_segment(wavepci_port(wp)->adapter, *addr, bytes);
}
