/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transfers on an adapter: version 3 of the DMA operations interface
 *
 * A request names the map registers that it wants; a grant of it owns them, and
 * the adapter's channel, until it is freed. A grant has one mapping at most,
 * which lives from portcls_transfer_map() to portcls_transfer_flush() and, on a
 * system adapter, is what the controller runs.
 *
 * Context: unless a function says otherwise it may be called in process and
 * softirq context, also with interrupts disabled or under a spinlock, and never
 * from a hard interrupt handler. Nothing in those functions allocates. Routines
 * of the caller are called atomic, with bottom halves or interrupts disabled (on
 * PREEMPT_RT as in a threaded handler, which may be preempted) and no lock of the
 * adapter held.
 */
#ifndef __SOUND_PORTCLS_TRANSFER_H
#define __SOUND_PORTCLS_TRANSFER_H

#include <linux/dma-direction.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

struct bio_vec;
struct portcls_adapter;

/**
 * enum portcls_link_kind - what memory a link of a chain is made of
 * @PORTCLS_LINK_KMEM: lowmem; never a stack
 * @PORTCLS_LINK_VMALLOC: vmalloc memory
 * @PORTCLS_LINK_PAGES: an array of pages, such as pinned user memory
 * @PORTCLS_LINK_BVEC: an array of bio_vec
 * @PORTCLS_LINK_COHERENT: a buffer of dma_alloc_coherent() for the adapter's
 *	own device; nothing is mapped
 */
enum portcls_link_kind {
	PORTCLS_LINK_KMEM,
	PORTCLS_LINK_VMALLOC,
	PORTCLS_LINK_PAGES,
	PORTCLS_LINK_BVEC,
	PORTCLS_LINK_COHERENT,
};

/**
 * struct portcls_link - one region of a chain
 * @kind: what it is made of
 * @virt: its first byte (KMEM, VMALLOC, COHERENT)
 * @dma: its device address (COHERENT)
 * @pages: the pages (PAGES)
 * @bvec: the vectors (BVEC); empty ones are not allowed
 * @offset: of the first byte in the first page (PAGES)
 * @bytes: length, not 0
 *
 * Its owner keeps the memory in place and the link unchanged from the first map
 * to the last flush. The port's form of an MDL.
 */
struct portcls_link {
	enum portcls_link_kind kind;
	void *virt;
	dma_addr_t dma;
	struct page **pages;
	const struct bio_vec *bvec;
	u32 offset;
	u64 bytes;
};

/**
 * struct portcls_chain - a buffer: regions one after the other
 * @links: the regions
 * @count: their number, not 0
 */
struct portcls_chain {
	const struct portcls_link *links;
	unsigned int count;
};

/**
 * struct portcls_transfer_info - what a transfer needs, upper bounds
 * @version: in: 1 or 2
 * @map_registers: map registers; may exceed what the adapter has
 * @elements: scatter-gather elements
 * @list_bytes: size of a struct portcls_sg_list with room for them
 * @pages: version 2: logical pages
 *
 * Realises DMA_TRANSFER_INFO_V1 and _V2.
 */
struct portcls_transfer_info {
	u32 version;
	u32 map_registers;
	u32 elements;
	size_t list_bytes;
	u32 pages;
};

/**
 * struct portcls_sg_element - a piece of memory as the device sees it
 * @addr: device address
 * @bytes: length
 */
struct portcls_sg_element {
	dma_addr_t addr;
	u32 bytes;
};

/**
 * struct portcls_sg_list - caller's storage for one mapping
 * @count: number of @element
 * @element: the pieces, in order
 *
 * Storage of portcls_transfer_info.list_bytes bytes, aligned for pointers. The
 * part behind the elements is the adapter's own while the mapping lives, so the
 * storage must stay until the flush.
 */
struct portcls_sg_list {
	unsigned int count;
	struct portcls_sg_element element[];
};

/**
 * enum portcls_action - what becomes of a grant when its routine returns
 * @PORTCLS_KEEP_OBJECT: it keeps channel and registers
 * @PORTCLS_DEALLOCATE_OBJECT: both are free
 * @PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS: the channel is free
 *
 * What is mapped is not given up: on a system adapter the grant then keeps both, on a bus
 * master its registers, and it counts as a violation unless only the channel was meant to
 * go. A system adapter's transfer needs the channel. Realises IO_ALLOCATION_ACTION.
 */
enum portcls_action {
	PORTCLS_KEEP_OBJECT,
	PORTCLS_DEALLOCATE_OBJECT,
	PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS,
};

/**
 * enum portcls_completion - how a transfer ended
 * @PORTCLS_DMA_COMPLETE: all of it was moved
 * @PORTCLS_DMA_ABORTED: not used
 * @PORTCLS_DMA_ERROR: the controller failed, or the adapter was shut down
 * @PORTCLS_DMA_CANCELLED: portcls_transfer_cancel() or portcls_transfer_flush_sync()
 *	ended it
 *
 * Realises DMA_COMPLETION_STATUS.
 */
enum portcls_completion {
	PORTCLS_DMA_COMPLETE,
	PORTCLS_DMA_ABORTED,
	PORTCLS_DMA_ERROR,
	PORTCLS_DMA_CANCELLED,
};

/* Grant now or refuse with -EAGAIN; the routine runs in the calling thread. */
#define PORTCLS_SYNCHRONOUS_CALLBACK	BIT(0)

/**
 * typedef portcls_execution_fn - a grant's execution routine
 * @adapter: the adapter
 * @base: names the grant's map registers
 * @data: as given with the request
 *
 * Called once for each grant and never for a cancelled request. Realises DRIVER_CONTROL.
 *
 * Context: atomic, no lock of the adapter held.
 * Return: what becomes of the grant.
 */
typedef enum portcls_action (*portcls_execution_fn)(struct portcls_adapter *adapter,
						     u64 base, void *data);

/**
 * typedef portcls_completion_fn - the end of a system DMA transfer
 * @adapter: the adapter
 * @status: how it ended
 * @data: as given with the mapping
 *
 * Called once for each mapping that was started with one. It may flush, map again and
 * free. Realises DMA_COMPLETION_ROUTINE.
 *
 * Context: atomic, no lock of the adapter held.
 */
typedef void (*portcls_completion_fn)(struct portcls_adapter *adapter,
				      enum portcls_completion status, void *data);

/**
 * struct portcls_transfer - a transfer context: the caller's storage for one
 *	request, its grant and its mapping
 *
 * Lives from portcls_transfer_init() until it is neither pending nor granted
 * and portcls_transfer_wait() has returned. Opaque.
 */
struct portcls_transfer {
	/* private: adapter's lock */
	struct list_head node;
	struct portcls_adapter *adapter;
	u64 id;
	unsigned int registers;
	bool lasting;
	u8 state;
	u8 map_state;
	bool has_registers;
	bool cancelled;
	portcls_execution_fn routine;
	void *data;
	/* private: the mapping; its owner's while map_state is not idle */
	const struct portcls_chain *chain;
	u64 offset;
	u32 length;
	enum dma_data_direction dir;
	bool coherent;
	portcls_completion_fn complete;
	void *complete_data;
	struct sg_table sgt;
	struct scatterlist one;
};

u64 portcls_chain_bytes(const struct portcls_chain *chain);
int portcls_link_pin_user(struct portcls_link *link, unsigned long addr,
			  size_t bytes, bool write_to_device);
void portcls_link_unpin_user(struct portcls_link *link, bool write_to_device);

int portcls_transfer_info(const struct portcls_adapter *adapter,
			  const struct portcls_chain *chain, u64 offset,
			  u64 length, bool write_only,
			  struct portcls_transfer_info *info);
int portcls_transfer_init(struct portcls_adapter *adapter,
			  struct portcls_transfer *transfer);
void portcls_transfer_wait(struct portcls_adapter *adapter,
			   struct portcls_transfer *transfer);

int portcls_adapter_allocate_channel(struct portcls_adapter *adapter,
				     struct portcls_transfer *transfer,
				     unsigned int registers, unsigned int flags,
				     portcls_execution_fn routine, void *data,
				     u64 *base);
int portcls_adapter_allocate_lasting(struct portcls_adapter *adapter,
				     struct portcls_transfer *transfer,
				     unsigned int registers,
				     portcls_execution_fn routine, void *data);
bool portcls_adapter_cancel_channel(struct portcls_adapter *adapter,
				    struct portcls_transfer *transfer);
int portcls_adapter_free_channel(struct portcls_adapter *adapter);
int portcls_adapter_free_registers(struct portcls_adapter *adapter, u64 base,
				   unsigned int registers);
int portcls_adapter_free_object(struct portcls_adapter *adapter,
				enum portcls_action action);
int portcls_adapter_read_counter(struct portcls_adapter *adapter, u32 *left);
int portcls_adapter_configure_channel(struct portcls_adapter *adapter,
				      u32 function, void *data);

int portcls_transfer_map(struct portcls_adapter *adapter,
			 const struct portcls_chain *chain, u64 base,
			 u64 offset, u64 device_offset, u32 *length,
			 bool write_to_device, struct portcls_sg_list *list,
			 size_t list_bytes, portcls_completion_fn complete,
			 void *data);
int portcls_transfer_flush(struct portcls_adapter *adapter,
			   const struct portcls_chain *chain, u64 base,
			   u64 offset, u32 length, bool write_to_device);
int portcls_transfer_flush_sync(struct portcls_adapter *adapter,
				const struct portcls_chain *chain, u64 base,
				u64 offset, u32 length, bool write_to_device);
int portcls_transfer_cancel(struct portcls_adapter *adapter,
			    struct portcls_transfer *transfer);

#endif /* __SOUND_PORTCLS_TRANSFER_H */
