// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers: chains of buffers
 *
 * A chain is read only, so walking one needs no lock.
 */
#include <linux/bvec.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "transfer_chain.h"

/* Stands @cursor at @offset. Return: whether the chain is that long. */
bool portcls_cursor_init(struct portcls_cursor *cursor,
			 const struct portcls_chain *chain, u64 offset)
{
	memset(cursor, 0, sizeof(*cursor));
	cursor->chain = chain;
	if (offset >= portcls_chain_bytes(chain))
		return false;
	portcls_cursor_advance(cursor, offset);
	return true;
}

const struct portcls_link *portcls_cursor_link(const struct portcls_cursor *cursor)
{
	return &cursor->chain->links[cursor->index];
}

u32 portcls_cursor_page_offset(const struct portcls_cursor *cursor)
{
	const struct portcls_link *link = portcls_cursor_link(cursor);

	switch (link->kind) {
	case PORTCLS_LINK_PAGES:
		return offset_in_page(link->offset + cursor->pos);
	case PORTCLS_LINK_BVEC:
		return offset_in_page(link->bvec[cursor->vec].bv_offset +
				      cursor->vec_pos);
	case PORTCLS_LINK_COHERENT:
		return offset_in_page(link->dma + cursor->pos);
	default:
		return offset_in_page(link->virt + cursor->pos);
	}
}

u64 portcls_cursor_extent(const struct portcls_cursor *cursor)
{
	const struct portcls_link *link = portcls_cursor_link(cursor);
	u64 left = link->bytes - cursor->pos;

	if (link->kind == PORTCLS_LINK_BVEC)
		left = min_t(u64, left, link->bvec[cursor->vec].bv_len -
					cursor->vec_pos);
	return left;
}

static void piece_of_page(struct portcls_piece *piece, struct page *page,
			  u64 offset, u64 bytes)
{
	piece->page = page;
	piece->offset = offset;
	piece->addr = page_to_phys(page) + offset;
	piece->bytes = bytes;
}

void portcls_cursor_piece(const struct portcls_cursor *cursor,
			  struct portcls_piece *piece)
{
	const struct portcls_link *link = portcls_cursor_link(cursor);
	u64 left = portcls_cursor_extent(cursor);
	u32 offset = portcls_cursor_page_offset(cursor);
	u64 in_page = min_t(u64, left, PAGE_SIZE - offset);
	const struct bio_vec *vec;
	u64 pos;

	switch (link->kind) {
	case PORTCLS_LINK_KMEM:
		piece_of_page(piece, virt_to_page(link->virt + cursor->pos),
			      offset, left);
		break;
	case PORTCLS_LINK_VMALLOC:
		piece_of_page(piece, vmalloc_to_page(link->virt + cursor->pos),
			      offset, in_page);
		break;
	case PORTCLS_LINK_PAGES:
		pos = link->offset + cursor->pos;
		piece_of_page(piece, link->pages[pos >> PAGE_SHIFT], offset, in_page);
		break;
	case PORTCLS_LINK_BVEC:
		vec = &link->bvec[cursor->vec];
		pos = vec->bv_offset + cursor->vec_pos;
		piece_of_page(piece, vec->bv_page + (pos >> PAGE_SHIFT),
			      offset, left);
		break;
	case PORTCLS_LINK_COHERENT:
		piece->page = NULL;
		piece->offset = 0;
		piece->addr = link->dma + cursor->pos;
		piece->bytes = left;
		break;
	}
}

/* The address by which the CPU reaches an extent beside its linear mapping. */
void *portcls_cursor_alias(const struct portcls_cursor *cursor)
{
	const struct portcls_link *link = portcls_cursor_link(cursor);

	return link->kind == PORTCLS_LINK_VMALLOC ? link->virt + cursor->pos : NULL;
}

/* Moves on, at most to the chain's end. */
void portcls_cursor_advance(struct portcls_cursor *cursor, u64 bytes)
{
	const struct portcls_link *link;
	u64 n;

	while (bytes && cursor->index < cursor->chain->count) {
		link = portcls_cursor_link(cursor);
		n = min(bytes, portcls_cursor_extent(cursor));
		bytes -= n;
		cursor->pos += n;
		cursor->vec_pos += n;
		if (link->kind == PORTCLS_LINK_BVEC &&
		    cursor->vec_pos == link->bvec[cursor->vec].bv_len) {
			cursor->vec++;
			cursor->vec_pos = 0;
		}
		if (cursor->pos == link->bytes) {
			cursor->index++;
			cursor->pos = 0;
			cursor->vec = 0;
			cursor->vec_pos = 0;
		}
	}
}

/**
 * portcls_chain_bytes() - length of a chain
 * @chain: the chain
 *
 * Context: any.
 * Return: bytes.
 */
u64 portcls_chain_bytes(const struct portcls_chain *chain)
{
	unsigned int i;
	u64 bytes = 0;

	for (i = 0; i < chain->count; i++)
		bytes += chain->links[i].bytes;
	return bytes;
}
EXPORT_SYMBOL_GPL(portcls_chain_bytes);

/* Pages that are touched from @addr on; @bytes is not 0, and nothing wraps. */
static unsigned long link_pages(unsigned long addr, u64 bytes)
{
	return ((addr + bytes - 1) >> PAGE_SHIFT) - (addr >> PAGE_SHIFT) + 1;
}

/**
 * portcls_link_pin_user() - make a link of the caller's user memory
 * @link: filled in
 * @addr: user address
 * @bytes: length, not 0
 * @write_to_device: whether the device only reads it
 *
 * The pages stay where they are until portcls_link_unpin_user(), which comes
 * after the last flush.
 *
 * Context: process with that user's memory, may sleep.
 * Return: 0, -EINVAL, -ENOMEM, or -EFAULT where there is no such memory.
 */
int portcls_link_pin_user(struct portcls_link *link, unsigned long addr,
			  size_t bytes, bool write_to_device)
{
	unsigned int gup = FOLL_LONGTERM | (write_to_device ? 0 : FOLL_WRITE);
	unsigned long count;
	struct page **pages;
	int pinned;

	might_sleep();
	if (!bytes || addr + bytes < addr)
		return -EINVAL;
	count = link_pages(addr, bytes);
	if (count > INT_MAX)
		return -EINVAL;
	pages = kvcalloc(count, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	pinned = pin_user_pages_fast(addr & PAGE_MASK, count, gup, pages);
	if (pinned != count) {
		if (pinned > 0)
			unpin_user_pages(pages, pinned);
		kvfree(pages);
		return pinned < 0 ? pinned : -EFAULT;
	}
	memset(link, 0, sizeof(*link));
	link->kind = PORTCLS_LINK_PAGES;
	link->pages = pages;
	link->offset = offset_in_page(addr);
	link->bytes = bytes;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_link_pin_user);

/**
 * portcls_link_unpin_user() - undo portcls_link_pin_user()
 * @link: the link
 * @write_to_device: as it was pinned
 *
 * Context: process, may sleep.
 */
void portcls_link_unpin_user(struct portcls_link *link, bool write_to_device)
{
	might_sleep();
	unpin_user_pages_dirty_lock(link->pages, link_pages(link->offset, link->bytes),
				    !write_to_device);
	kvfree(link->pages);
	link->pages = NULL;
}
EXPORT_SYMBOL_GPL(portcls_link_unpin_user);
