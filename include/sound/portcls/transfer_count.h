/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting of transfers: pure arithmetic, no hardware and no ALSA header
 *
 * A map register stands for one page of 4 KiB, and at least one byte, of a
 * transfer. A pool is a number of them beside one channel, both of which a grant
 * takes and gives back.
 *
 * Locking: none of its own; a pool's callers hold the adapter's lock.
 */
#ifndef __SOUND_PORTCLS_TRANSFER_COUNT_H
#define __SOUND_PORTCLS_TRANSFER_COUNT_H

#include <linux/types.h>

#define PORTCLS_MAP_REGISTER_BYTES	4096u

/**
 * struct portcls_limits - how one device wants its segments
 * @max_segment: longest segment in bytes, not 0
 * @boundary: a segment never crosses a multiple of @boundary + 1, which is a power of
 *	two; ~0 for none
 * @unit: each segment's length is a multiple of this many bytes, not 0
 */
struct portcls_limits {
	u32 max_segment;
	u64 boundary;
	u32 unit;
};

/**
 * struct portcls_pool - map registers and the channel of one adapter
 * @max: number of the adapter's own registers, fixed
 * @free: how many of them no grant owns
 * @lasting: number of registers that lasting users brought along
 * @lasting_free: how many of those no grant owns
 * @min_free: the lowest value of what is free of both so far
 * @channel_busy: a grant owns the channel
 *
 * A request is served from one of the two kinds, so that neither takes the other's.
 */
struct portcls_pool {
	unsigned int max;
	unsigned int free;
	unsigned int lasting;
	unsigned int lasting_free;
	unsigned int min_free;
	bool channel_busy;
};

unsigned int portcls_count_pool_size(unsigned int cap, u64 max_length);
u64 portcls_count_registers(u32 page_offset, u64 bytes);
u64 portcls_count_reach(u32 page_offset, u64 registers);
u64 portcls_count_elements(const struct portcls_limits *limits, u64 registers);
u32 portcls_count_segment(const struct portcls_limits *limits, u64 addr,
			  u32 bytes);

void portcls_pool_init(struct portcls_pool *pool, unsigned int registers);
void portcls_pool_resize(struct portcls_pool *pool, int by);
bool portcls_pool_fits(const struct portcls_pool *pool, unsigned int registers,
		       bool lasting);
void portcls_pool_take(struct portcls_pool *pool, unsigned int registers,
		       bool lasting);
void portcls_pool_give_channel(struct portcls_pool *pool);
void portcls_pool_give_registers(struct portcls_pool *pool,
				 unsigned int registers, bool lasting);

#endif /* __SOUND_PORTCLS_TRANSFER_COUNT_H */
