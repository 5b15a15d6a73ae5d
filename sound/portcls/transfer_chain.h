/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Walking a chain of buffers; private to the framework
 *
 * A cursor stands at a byte of a chain. An extent is the rest of what is
 * contiguous in virtual memory there (a link, or one vector of a bvec link); a
 * piece is the rest of what is contiguous in physical memory.
 */
#ifndef __PORTCLS_TRANSFER_CHAIN_H
#define __PORTCLS_TRANSFER_CHAIN_H

#include <sound/portcls/transfer.h>

/* @index: of the link; @pos: in it; @vec, @vec_pos: in a bvec link */
struct portcls_cursor {
	const struct portcls_chain *chain;
	unsigned int index;
	u64 pos;
	unsigned int vec;
	u64 vec_pos;
};

/* @page is NULL for coherent memory, of which @addr is the device address */
struct portcls_piece {
	struct page *page;
	u32 offset;
	u64 addr;
	u64 bytes;
};

bool portcls_cursor_init(struct portcls_cursor *cursor,
			 const struct portcls_chain *chain, u64 offset);
const struct portcls_link *portcls_cursor_link(const struct portcls_cursor *cursor);
u32 portcls_cursor_page_offset(const struct portcls_cursor *cursor);
u64 portcls_cursor_extent(const struct portcls_cursor *cursor);
void portcls_cursor_piece(const struct portcls_cursor *cursor,
			  struct portcls_piece *piece);
void *portcls_cursor_alias(const struct portcls_cursor *cursor);
void portcls_cursor_advance(struct portcls_cursor *cursor, u64 bytes);

#endif /* __PORTCLS_TRANSFER_CHAIN_H */
