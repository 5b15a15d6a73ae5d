// SPDX-License-Identifier: GPL-2.0
/*
 * Accounting of transfers: pure arithmetic, no hardware and no ALSA header
 */
#include <linux/export.h>
#include <linux/minmax.h>

#include <sound/portcls/transfer_count.h>

/**
 * portcls_count_pool_size() - how many map registers an adapter gets
 * @cap: the most that its class may have
 * @max_length: longest single transfer in bytes
 *
 * One more than the length needs, for a start inside a page. Source:
 * IoGetDmaAdapter, NumberOfMapRegisters.
 *
 * Context: any.
 * Return: their number.
 */
unsigned int portcls_count_pool_size(unsigned int cap, u64 max_length)
{
	return min_t(u64, cap, portcls_count_registers(0, max_length) + 1);
}
EXPORT_SYMBOL_GPL(portcls_count_pool_size);

/**
 * portcls_count_registers() - map registers of a range
 * @page_offset: of its first byte, below 4096
 * @bytes: its length
 *
 * Physical contiguity does not matter: a register reaches one page.
 *
 * Context: any.
 * Return: their number, 0 for an empty range.
 */
u64 portcls_count_registers(u32 page_offset, u64 bytes)
{
	if (!bytes)
		return 0;
	return (page_offset + bytes + PORTCLS_MAP_REGISTER_BYTES - 1) /
		PORTCLS_MAP_REGISTER_BYTES;
}
EXPORT_SYMBOL_GPL(portcls_count_registers);

/**
 * portcls_count_reach() - how far map registers reach
 * @page_offset: of the first byte, below 4096
 * @registers: how many there are
 *
 * The inverse of portcls_count_registers().
 *
 * Context: any.
 * Return: length in bytes of the longest range that needs no more of them.
 */
u64 portcls_count_reach(u32 page_offset, u64 registers)
{
	if (!registers)
		return 0;
	return registers * PORTCLS_MAP_REGISTER_BYTES - page_offset;
}
EXPORT_SYMBOL_GPL(portcls_count_reach);

/**
 * portcls_count_elements() - most elements that a range can fall into
 * @limits: of the device
 * @registers: map registers of the range
 *
 * What lies between two boundaries within a page is cut into longest segments and a rest.
 * Physical contiguity cannot make it more: segments are as long as they can be, so no
 * other way to cut gives fewer.
 *
 * Context: any.
 * Return: an upper bound.
 */
u64 portcls_count_elements(const struct portcls_limits *limits, u64 registers)
{
	u32 window = min_t(u64, limits->boundary, PORTCLS_MAP_REGISTER_BYTES - 1) + 1;

	return registers * (PORTCLS_MAP_REGISTER_BYTES / window) *
	       ((window - 1) / limits->max_segment + 1);
}
EXPORT_SYMBOL_GPL(portcls_count_elements);

/**
 * portcls_count_segment() - how much of a contiguous range fits one segment
 * @limits: of the device
 * @addr: address of its first byte
 * @bytes: its length
 *
 * Context: any.
 * Return: length in bytes of the longest piece from @addr on that neither is
 * too long nor crosses a boundary. The unit is not regarded.
 */
u32 portcls_count_segment(const struct portcls_limits *limits, u64 addr,
			  u32 bytes)
{
	u64 room = limits->boundary - (addr & limits->boundary);

	bytes = min(bytes, limits->max_segment);
	/* @room is one byte short, so that "no boundary" does not overflow. */
	return bytes > room ? (u32)room + 1 : bytes;
}
EXPORT_SYMBOL_GPL(portcls_count_segment);

/**
 * portcls_pool_init() - a pool with nothing taken
 * @pool: the pool
 * @registers: how many it has
 *
 * Context: any.
 */
void portcls_pool_init(struct portcls_pool *pool, unsigned int registers)
{
	pool->max = registers;
	pool->free = registers;
	pool->lasting = 0;
	pool->lasting_free = 0;
	pool->min_free = registers;
	pool->channel_busy = false;
}
EXPORT_SYMBOL_GPL(portcls_pool_init);

/**
 * portcls_pool_resize() - lasting users bring registers along, or take them away
 * @pool: the pool
 * @by: lasting registers more, or, negative, so many free ones less
 *
 * Context: any.
 */
void portcls_pool_resize(struct portcls_pool *pool, int by)
{
	pool->lasting += by;
	pool->lasting_free += by;
	pool->min_free = min(pool->min_free + max(by, 0),
			     pool->free + pool->lasting_free);
}
EXPORT_SYMBOL_GPL(portcls_pool_resize);

/**
 * portcls_pool_fits() - whether a request could be granted now
 * @pool: the pool
 * @registers: how many it wants; 0 asks for the channel alone
 * @lasting: of those that lasting users brought along
 *
 * Context: any.
 * Return: true if the channel and as many registers are free.
 */
bool portcls_pool_fits(const struct portcls_pool *pool, unsigned int registers,
		       bool lasting)
{
	return !pool->channel_busy &&
	       registers <= (lasting ? pool->lasting_free : pool->free);
}
EXPORT_SYMBOL_GPL(portcls_pool_fits);

/**
 * portcls_pool_take() - debit a grant
 * @pool: the pool; portcls_pool_fits() said yes
 * @registers: how many
 * @lasting: as it was asked
 *
 * Context: any.
 */
void portcls_pool_take(struct portcls_pool *pool, unsigned int registers, bool lasting)
{
	pool->channel_busy = true;
	if (lasting)
		pool->lasting_free -= registers;
	else
		pool->free -= registers;
	pool->min_free = min(pool->min_free, pool->free + pool->lasting_free);
}
EXPORT_SYMBOL_GPL(portcls_pool_take);

/**
 * portcls_pool_give_channel() - credit the channel
 * @pool: the pool
 *
 * Context: any.
 */
void portcls_pool_give_channel(struct portcls_pool *pool)
{
	pool->channel_busy = false;
}
EXPORT_SYMBOL_GPL(portcls_pool_give_channel);

/**
 * portcls_pool_give_registers() - credit registers
 * @pool: the pool
 * @registers: as many as one grant took
 * @lasting: as they were taken
 *
 * Context: any.
 */
void portcls_pool_give_registers(struct portcls_pool *pool,
				 unsigned int registers, bool lasting)
{
	if (lasting)
		pool->lasting_free += registers;
	else
		pool->free += registers;
}
EXPORT_SYMBOL_GPL(portcls_pool_give_registers);
