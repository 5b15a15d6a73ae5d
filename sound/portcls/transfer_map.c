// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers: mapping windows of a chain for the device, and flushing them
 *
 * The mapping API cannot map part of a scatterlist, so each window gets a list
 * of its own, built in storage that its caller brought. A window is either made
 * of memory that is mapped or of memory that is coherent already.
 */
#include <linux/bvec.h>
#include <linux/cache.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/highmem.h>

#include "transfer_chain.h"
#include "transfer_local.h"

/* What a window is built from and what came out. */
struct portcls_window {
	struct scatterlist *sgl;
	unsigned int room;
	unsigned int entries;
	unsigned int retries;
	u64 registers;
	u32 bytes;
	bool coherent;
};

/* Storage that a struct portcls_sg_list needs for @elements of them. */
static size_t list_bytes_of(u64 elements)
{
	return ALIGN(sizeof(struct portcls_sg_list), __alignof__(struct scatterlist)) +
	       elements * (sizeof(struct portcls_sg_element) +
			   sizeof(struct scatterlist));
}

static unsigned int list_room(size_t list_bytes)
{
	size_t fixed = list_bytes_of(0);

	if (list_bytes < fixed)
		return 0;
	return min_t(u64, (list_bytes - fixed) /
			  (sizeof(struct portcls_sg_element) +
			   sizeof(struct scatterlist)), INT_MAX);
}

static struct scatterlist *list_private(struct portcls_sg_list *list,
					unsigned int room)
{
	return PTR_ALIGN((struct scatterlist *)&list->element[room],
			 __alignof__(struct scatterlist));
}

/* Where @cursor stands in its map register, of which a page may hold several. */
static u32 register_offset(const struct portcls_cursor *cursor)
{
	return portcls_cursor_page_offset(cursor) % PORTCLS_MAP_REGISTER_BYTES;
}

/**
 * portcls_transfer_info() - what a transfer needs
 * @adapter: the adapter
 * @chain: the buffer
 * @offset: of the first byte in the chain
 * @length: bytes, not 0
 * @write_only: the data is only ever sent to the device
 * @info: @info->version is 1 or 2; the rest is filled in
 *
 * Takes nothing and depends on nothing that changes. Source: GetDmaTransferInfo.
 *
 * Context: any.
 * Return: 0, -EOPNOTSUPP for another version, -EINVAL for a range outside the
 * chain.
 */
int portcls_transfer_info(const struct portcls_adapter *adapter,
			  const struct portcls_chain *chain, u64 offset,
			  u64 length, bool write_only,
			  struct portcls_transfer_info *info)
{
	unsigned int line = dma_get_cache_alignment();
	struct portcls_cursor cursor;
	u64 registers = 0, left, n;
	bool first = true;

	if (info->version != 1 && info->version != 2)
		return -EOPNOTSUPP;
	if (!length || !portcls_cursor_init(&cursor, chain, offset) ||
	    length > portcls_chain_bytes(chain) - offset)
		return -EINVAL;
	for (left = length; left; left -= n) {
		u32 page_offset = register_offset(&cursor);

		n = min(left, portcls_cursor_extent(&cursor));
		registers += portcls_count_registers(page_offset, n);
		if (line > 1 && !write_only) {
			if (first && page_offset % line)
				registers++;
			if (n == left && (u32)(page_offset + n) % line)
				registers++;
		}
		first = false;
		portcls_cursor_advance(&cursor, n);
	}
	info->map_registers = registers;
	info->elements = portcls_count_elements(&adapter->limits, registers);
	info->list_bytes = list_bytes_of(info->elements);
	info->pages = registers;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_transfer_info);

/* Adds a contiguous piece, or as much of it as there is room for. */
static u32 window_add(const struct portcls_limits *limits,
		      struct portcls_window *window,
		      const struct portcls_piece *piece, u32 bytes)
{
	struct scatterlist *last = NULL;
	u32 added = 0, joined, n;
	u64 addr;

	if (window->entries)
		last = &window->sgl[window->entries - 1];
	while (added < bytes) {
		addr = piece->addr + added;
		n = bytes - added;
		if (last && sg_dma_address(last) + last->length == addr &&
		    n <= U32_MAX - last->length) {
			joined = portcls_count_segment(limits, sg_dma_address(last),
						       last->length + n);
			if (joined > last->length) {
				added += joined - last->length;
				last->length = joined;
				continue;
			}
		}
		/* An element ends on a whole unit, or the window ends with it. */
		if (last && last->length % limits->unit)
			break;
		if (window->entries == window->room)
			break;
		n = portcls_count_segment(limits, addr, n);
		last = &window->sgl[window->entries++];
		if (piece->page)
			sg_set_page(last, piece->page + ((piece->offset + added) >> PAGE_SHIFT),
				    n, offset_in_page(piece->offset + added));
		else
			last->length = n;
		/* Until it is mapped: where it is, to know its neighbours. */
		sg_dma_address(last) = addr;
		added += n;
	}
	return added;
}

/* Cuts a window to whole units. */
static void window_trim(const struct portcls_limits *limits,
			struct portcls_window *window)
{
	struct scatterlist *last;
	u32 odd;

	while (window->entries) {
		last = &window->sgl[window->entries - 1];
		odd = last->length % limits->unit;
		last->length -= odd;
		window->bytes -= odd;
		if (last->length)
			break;
		window->entries--;
	}
	if (window->entries)
		sg_mark_end(&window->sgl[window->entries - 1]);
}

/*
 * The longest window from @offset on, at most @length bytes, that @registers pay
 * for and @window has room for.
 */
static void window_build(const struct portcls_adapter *adapter,
			 const struct portcls_chain *chain, u64 offset,
			 u32 length, u64 registers, struct portcls_window *window)
{
	struct portcls_cursor cursor;
	struct portcls_piece piece;
	u32 extent, page_offset, n;
	u64 reach;

	window->entries = 0;
	window->registers = 0;
	window->bytes = 0;
	sg_init_table(window->sgl, window->room);
	portcls_cursor_init(&cursor, chain, offset);
	window->coherent = portcls_cursor_link(&cursor)->kind == PORTCLS_LINK_COHERENT;
	while (window->bytes < length) {
		if (window->coherent !=
		    (portcls_cursor_link(&cursor)->kind == PORTCLS_LINK_COHERENT))
			break;
		page_offset = register_offset(&cursor);
		reach = portcls_count_reach(page_offset, registers - window->registers);
		extent = min3(reach, portcls_cursor_extent(&cursor),
			      (u64)length - window->bytes);
		if (!extent)
			break;
		window->registers += portcls_count_registers(page_offset, extent);
		while (extent) {
			portcls_cursor_piece(&cursor, &piece);
			piece.bytes = min_t(u64, piece.bytes, extent);
			n = window_add(&adapter->limits, window, &piece, piece.bytes);
			window->bytes += n;
			if (n < piece.bytes)
				goto out;
			extent -= n;
			portcls_cursor_advance(&cursor, n);
		}
	}
out:
	window_trim(&adapter->limits, window);
}

/*
 * Cuts what the mapping API made, which may have joined more than the limits allow: it
 * knows the device's, and a port's device is said to take any length. @element may be
 * NULL. Return: how many elements that makes; 0 for more than @room, or where a unit would
 * be cut.
 */
static unsigned int window_cut(const struct portcls_limits *limits, struct sg_table *sgt,
			       unsigned int room, struct portcls_sg_element *element)
{
	unsigned int i, count = 0;
	struct scatterlist *sg;
	dma_addr_t addr;
	u32 left, n;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		addr = sg_dma_address(sg);
		for (left = sg_dma_len(sg); left; left -= n, addr += n) {
			n = portcls_count_segment(limits, addr, left);
			if (count == room || !n || (n < left && n % limits->unit))
				return 0;
			if (element)
				element[count] = (struct portcls_sg_element){ addr, n };
			count++;
		}
	}
	return count;
}

/*
 * Write back or invalidate what a vmalloc alias of the window may have cached. Written
 * back it has to be whoever writes next: a dirty line that is evicted later would go
 * over what the device wrote.
 */
static void window_sync_alias(const struct portcls_transfer *transfer, bool flush)
{
	struct portcls_cursor cursor;
	u64 left = transfer->length, n;
	void *virt;

	portcls_cursor_init(&cursor, transfer->chain, transfer->offset);
	for (; left; left -= n) {
		n = min(left, portcls_cursor_extent(&cursor));
		virt = portcls_cursor_alias(&cursor);
		if (virt && flush)
			flush_kernel_vmap_range(virt, n);
		else if (virt)
			invalidate_kernel_vmap_range(virt, n);
		portcls_cursor_advance(&cursor, n);
	}
}

/*
 * Halves the window until the platform can map it, and the list holds what that makes.
 * A controller gets no list but the mapping itself, which must do as it is.
 */
static int window_map(struct portcls_adapter *adapter,
		      struct portcls_transfer *transfer,
		      struct portcls_window *window, u32 length)
{
	struct sg_table *sgt = &transfer->sgt;
	u64 registers = transfer->registers;
	struct scatterlist *sg;
	unsigned int i, cut;
	int err;

	for (;;) {
		window_build(adapter, transfer->chain, transfer->offset, length,
			     registers, window);
		if (!window->entries)
			return -EINVAL;
		transfer->length = window->bytes;
		transfer->coherent = window->coherent;
		sgt->sgl = window->sgl;
		sgt->nents = window->entries;
		sgt->orig_nents = window->entries;
		if (window->coherent) {
			for_each_sgtable_sg(sgt, sg, i)
				sg_dma_len(sg) = sg->length;
			return 0;
		}
		window_sync_alias(transfer, true);
		err = dma_map_sgtable(adapter->dev, sgt, transfer->dir,
				      DMA_ATTR_NO_WARN);
		if (!err) {
			cut = window_cut(&adapter->limits, sgt, window->room, NULL);
			if (cut && (!adapter->system || cut == sgt->nents))
				return 0;
			dma_unmap_sgtable(adapter->dev, sgt, transfer->dir, 0);
			err = -EIO;
		}
		if (err != -ENOMEM && err != -EIO)
			return err;
		if (window->registers <= 1)
			return -ENOMEM;
		registers = window->registers / 2;
		window->retries++;
	}
}

static void window_unmap(struct portcls_adapter *adapter,
			 struct portcls_transfer *transfer)
{
	if (transfer->coherent) {
		/* What the device wrote before is seen by reads from now on. */
		dma_rmb();
		return;
	}
	dma_unmap_sgtable(adapter->dev, &transfer->sgt, transfer->dir, 0);
	if (transfer->dir == DMA_FROM_DEVICE)
		window_sync_alias(transfer, false);
}

/* Makes a grant's mapping the caller's alone. */
static int map_begin(struct portcls_adapter *adapter, u64 base,
		     struct portcls_transfer **found)
{
	struct portcls_transfer *transfer;
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&adapter->lock, flags);
	transfer = portcls_transfer_find(adapter, base);
	if (!transfer || !transfer->has_registers ||
	    (adapter->system && adapter->owner != transfer))
		err = -EINVAL;
	else if (transfer->cancelled)
		err = -ECANCELED;
	else if (adapter->dead)
		err = -ESHUTDOWN;
	else if (transfer->map_state != PORTCLS_MAP_IDLE)
		err = -EBUSY;
	else
		transfer->map_state = PORTCLS_MAP_BUSY;
	spin_unlock_irqrestore(&adapter->lock, flags);
	*found = transfer;
	return err;
}

static void map_count(struct portcls_adapter *adapter, u32 mapped, u32 wanted,
		      unsigned int retries)
{
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	adapter->counters.maps++;
	adapter->counters.partial_maps += mapped < wanted;
	adapter->counters.bytes += mapped;
	adapter->counters.map_retries += retries;
	spin_unlock_irqrestore(&adapter->lock, flags);
}

/* The controller refused what was counted, since it might have been done by now. */
static void map_uncount(struct portcls_adapter *adapter, u32 mapped, u32 wanted)
{
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	adapter->counters.maps--;
	adapter->counters.partial_maps -= mapped < wanted;
	adapter->counters.bytes -= mapped;
	spin_unlock_irqrestore(&adapter->lock, flags);
}

static void map_state(struct portcls_adapter *adapter,
		      struct portcls_transfer *transfer, u8 state)
{
	unsigned long flags;

	spin_lock_irqsave(&adapter->lock, flags);
	transfer->map_state = state;
	/* A shutdown waits for who is between. */
	wake_up_all(&adapter->wait);
	spin_unlock_irqrestore(&adapter->lock, flags);
}

/**
 * portcls_transfer_map() - map a window of a buffer, and start system DMA
 * @adapter: the adapter
 * @chain: the buffer; it and its memory stay as they are until the flush
 * @base: a live grant; on a system adapter it owns the channel
 * @offset: of the window's first byte in the chain
 * @device_offset: of the device's register, bytes; system adapters only
 * @length: in: bytes wanted, within the chain and a multiple of the minimum
 *	unit; out: bytes mapped, at least one element, at most that
 * @write_to_device: memory to device
 * @list: gets the elements, and holds the mapping until the flush; a system
 *	adapter does without where it is NULL, one element at a time
 * @list_bytes: size of @list
 * @complete: completion routine; system adapters only; optional
 * @data: its argument
 *
 * Maps as much as the grant's registers, the list's room and the hardware allow;
 * the caller flushes that and maps the rest. On a system adapter the transfer
 * runs when the function returns, or is over already; @length and @list were
 * final before it started. A length of 0 does nothing and owes no flush. Source:
 * MapTransferEx.
 *
 * Context: atomic.
 * Return: 0; -EINVAL for a broken rule above, and where the controller has no such
 * direction, does not take an address that is no multiple of its register's width, or
 * would go round in what is not one piece; -EOPNOTSUPP on a system adapter that has no
 * channel; -EBUSY while the grant's last mapping was not flushed; -ECANCELED for a
 * cancelled context; -ESHUTDOWN; -ENOMEM when not even one page could be mapped; -EAGAIN
 * when the controller has no descriptor to spare. After an error nothing is mapped, @length is
 * unchanged and the hardware was not touched.
 */
int portcls_transfer_map(struct portcls_adapter *adapter,
			 const struct portcls_chain *chain, u64 base,
			 u64 offset, u64 device_offset, u32 *length,
			 bool write_to_device, struct portcls_sg_list *list,
			 size_t list_bytes, portcls_completion_fn complete,
			 void *data)
{
	unsigned int room = list ? list_room(list_bytes) : 1;
	struct portcls_window window = { };
	struct portcls_transfer *transfer;
	u32 wanted = *length, mapped;
	int err;

	if (!adapter->desc.master && !adapter->system)
		return -EOPNOTSUPP;
	if (adapter->desc.master && (!list || device_offset || complete))
		return -EINVAL;
	if (!room || (!list && list_bytes))
		return -EINVAL;
	if (offset >= portcls_chain_bytes(chain) ||
	    wanted > portcls_chain_bytes(chain) - offset ||
	    wanted % adapter->limits.unit)
		return -EINVAL;
	err = map_begin(adapter, base, &transfer);
	if (err)
		return err;
	if (!wanted) {
		map_state(adapter, transfer, PORTCLS_MAP_IDLE);
		return 0;
	}
	transfer->chain = chain;
	transfer->offset = offset;
	transfer->dir = write_to_device ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
	transfer->complete = complete;
	transfer->complete_data = data;
	window.sgl = list ? list_private(list, room) : &transfer->one;
	window.room = min3(room, READ_ONCE(adapter->sg_limit),
			   (unsigned int)min_t(u64, INT_MAX,
				portcls_count_elements(&adapter->limits,
						       transfer->registers)));
	if (!window.room) {
		err = -EINVAL;
		goto err_idle;
	}
	err = window_map(adapter, transfer, &window, wanted);
	if (err)
		goto err_idle;
	if (list)
		list->count = window_cut(&adapter->limits, &transfer->sgt, window.room,
					 list->element);
	mapped = transfer->length;
	map_count(adapter, mapped, wanted, window.retries);
	if (!adapter->system) {
		*length = mapped;
		map_state(adapter, transfer, PORTCLS_MAP_STOPPED);
		return 0;
	}
	/* The completion may run, and free everything, before this returns. */
	err = portcls_system_start(adapter, transfer, device_offset,
				   write_to_device, length);
	if (!err)
		return 0;
	map_uncount(adapter, mapped, wanted);
	window_unmap(adapter, transfer);
err_idle:
	map_state(adapter, transfer, PORTCLS_MAP_IDLE);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_transfer_map);

/**
 * portcls_transfer_flush() - end a mapping
 * @adapter: the adapter
 * @chain: as mapped
 * @base: the grant
 * @offset: as mapped
 * @length: as portcls_transfer_map() returned it
 * @write_to_device: as mapped
 *
 * Owed after every successful portcls_transfer_map() of more than 0 bytes,
 * before the next one and before the grant is freed. Gives the memory back to
 * the CPU, which then sees what the device wrote. That a bus master has stopped
 * is the caller's business. Source: FlushAdapterBuffersEx.
 *
 * Context: atomic.
 * Return: 0; -EINVAL if nothing is mapped or it was mapped differently; -EBUSY
 * while a system controller still moves it. Nothing changes then.
 */
int portcls_transfer_flush(struct portcls_adapter *adapter,
			   const struct portcls_chain *chain, u64 base,
			   u64 offset, u32 length, bool write_to_device)
{
	enum dma_data_direction dir =
		write_to_device ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
	struct portcls_transfer *transfer;
	unsigned long flags;
	int err = -EINVAL;

	spin_lock_irqsave(&adapter->lock, flags);
	transfer = portcls_transfer_find(adapter, base);
	if (!transfer || transfer->map_state == PORTCLS_MAP_IDLE)
		goto out;
	err = -EBUSY;
	if (transfer->map_state == PORTCLS_MAP_BUSY)
		goto out;
	err = -EINVAL;
	if (transfer->chain != chain || transfer->offset != offset ||
	    transfer->length != length || transfer->dir != dir)
		goto out;
	err = -EBUSY;
	if (transfer->map_state == PORTCLS_MAP_RUNNING)
		goto out;
	err = 0;
	transfer->map_state = PORTCLS_MAP_BUSY;
out:
	spin_unlock_irqrestore(&adapter->lock, flags);
	if (err)
		return err;

	window_unmap(adapter, transfer);
	spin_lock_irqsave(&adapter->lock, flags);
	transfer->map_state = PORTCLS_MAP_IDLE;
	adapter->counters.flushes++;
	if (adapter->system && adapter->system->transfer == transfer)
		adapter->system->transfer = NULL;
	wake_up_all(&adapter->wait);
	spin_unlock_irqrestore(&adapter->lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_transfer_flush);
