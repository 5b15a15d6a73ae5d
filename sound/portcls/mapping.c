// SPDX-License-Identifier: GPL-2.0
/*
 * The mapping queue: pure arithmetic, no hardware and no ALSA header
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <sound/portcls/mapping.h>

static struct portcls_mapq_entry *mapq_entry(const struct portcls_mapq *q,
					     unsigned int index)
{
	return &q->open[index & q->mask];
}

static u8 *mapq_bucket(struct portcls_mapq *q, unsigned long tag)
{
	return &q->tags[tag % PORTCLS_MAPQ_BUCKETS];
}

static void mapq_move_on(struct portcls_mapq *q, u32 bytes)
{
	q->next += bytes;
	q->offset += bytes;
	while (q->offset >= q->ring)
		q->offset -= q->ring;
	while (q->packet_end <= q->next)
		q->packet_end += q->packet;
}

/* By at most what was open: a ring and a drain's silence. */
static void mapq_move_back(struct portcls_mapq *q, u64 position)
{
	u64 back = q->next - position;

	while (back > q->offset) {
		back -= q->offset;
		q->offset = q->ring;
	}
	q->offset -= back;
	while (q->packet_end - q->packet > position)
		q->packet_end -= q->packet;
	q->next = position;
}

/**
 * portcls_mapq_init() - set up a queue for one ring
 * @q: the queue
 * @open: room for open mappings; the caller's, as long as the queue is used
 * @entries: number of @open, a power of two, PORTCLS_MAPQ_ENTRIES at most
 * @ring: bytes of the ring
 * @packet: bytes of a packet; divides @ring
 *
 * Context: any.
 */
void portcls_mapq_init(struct portcls_mapq *q, struct portcls_mapq_entry *open,
		       unsigned int entries, u32 ring, u32 packet)
{
	q->open = open;
	q->mask = entries - 1;
	q->ring = ring;
	q->packet = packet;
	portcls_mapq_reset(q);
}
EXPORT_SYMBOL_GPL(portcls_mapq_init);

/**
 * portcls_mapq_reset() - back to position 0 with nothing open
 * @q: the queue
 *
 * Context: any.
 */
void portcls_mapq_reset(struct portcls_mapq *q)
{
	q->head = 0;
	q->tail = 0;
	q->next = 0;
	q->released = 0;
	q->offset = 0;
	q->packet_end = q->packet;
	memset(q->tags, 0, sizeof(q->tags));
}
EXPORT_SYMBOL_GPL(portcls_mapq_reset);

/**
 * portcls_mapq_has_tag() - whether a tag names an open mapping
 * @q: the queue
 * @tag: the tag
 *
 * A search is needed only where an open mapping shares the tag's bucket, which
 * tags that count up never do.
 *
 * Context: any.
 * Return: true if it does.
 */
bool portcls_mapq_has_tag(const struct portcls_mapq *q, unsigned long tag)
{
	unsigned int i;

	if (!q->tags[tag % PORTCLS_MAPQ_BUCKETS])
		return false;
	for (i = q->tail; i != q->head; i++)
		if (mapq_entry(q, i)->tag == tag)
			return true;
	return false;
}
EXPORT_SYMBOL_GPL(portcls_mapq_has_tag);

/**
 * portcls_mapq_ready() - what can be handed out in one piece
 * @q: the queue
 * @limit: position behind the last byte that the device may touch
 *
 * Context: any.
 * Return: bytes from the next position on that lie below @limit, in one packet
 * and in one piece of the ring; 0 if there are none.
 */
u32 portcls_mapq_ready(const struct portcls_mapq *q, u64 limit)
{
	u64 end = min(q->packet_end, limit);

	return end > q->next ? end - q->next : 0;
}
EXPORT_SYMBOL_GPL(portcls_mapq_ready);

/**
 * portcls_mapq_push() - note that a mapping was handed out
 * @q: the queue
 * @tag: its name
 * @bytes: its length, at most what portcls_mapq_ready() said; a piece that lies
 *	outside the ring (silence behind the last data) may be longer
 * @last: it ends a packet, or the drain
 *
 * Context: any.
 * Return: 0, -EEXIST if the tag is taken, -ENOBUFS if no more mappings can be
 * open.
 */
int portcls_mapq_push(struct portcls_mapq *q, unsigned long tag, u32 bytes,
		      bool last)
{
	struct portcls_mapq_entry *entry;

	if (portcls_mapq_full(q))
		return -ENOBUFS;
	if (portcls_mapq_has_tag(q, tag))
		return -EEXIST;

	mapq_move_on(q, bytes);
	entry = mapq_entry(q, q->head++);
	entry->tag = tag;
	entry->end = q->next;
	entry->last = last;
	(*mapq_bucket(q, tag))++;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_mapq_push);

/**
 * portcls_mapq_release() - the device is done with the oldest open mapping
 * @q: the queue
 * @tag: its name
 * @last: whether it ended a packet
 *
 * Context: any.
 * Return: 0, -EINVAL if the tag is open but not the oldest, -ENOENT if it names
 * no open mapping; nothing has changed then.
 */
int portcls_mapq_release(struct portcls_mapq *q, unsigned long tag, bool *last)
{
	struct portcls_mapq_entry *entry = mapq_entry(q, q->tail);

	if (q->tail == q->head || entry->tag != tag)
		return portcls_mapq_has_tag(q, tag) ? -EINVAL : -ENOENT;

	*last = entry->last;
	q->released = entry->end;
	q->tail++;
	(*mapq_bucket(q, tag))--;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_mapq_release);

/**
 * portcls_mapq_revoke() - take open mappings back
 * @q: the queue
 * @first: tag of the first one
 * @last: tag of the last one, which is the newest: what was handed out after a
 *	revoked piece would leave a gap
 * @count: how many were open
 *
 * The next mapping to be handed out begins where @first began.
 *
 * Context: any.
 * Return: 0, -ENOENT if @first or @last is not open, -EINVAL if @last is not the
 * newest or comes before @first; nothing has changed then.
 */
int portcls_mapq_revoke(struct portcls_mapq *q, unsigned long first,
			unsigned long last, unsigned int *count)
{
	unsigned int from, i;
	u64 start;

	*count = 0;
	if (!portcls_mapq_has_tag(q, first) || !portcls_mapq_has_tag(q, last))
		return -ENOENT;
	if (mapq_entry(q, q->head - 1)->tag != last)
		return -EINVAL;
	for (from = q->tail; mapq_entry(q, from)->tag != first; from++)
		;

	start = from == q->tail ? q->released : mapq_entry(q, from - 1)->end;
	for (i = from; i != q->head; i++) {
		(*mapq_bucket(q, mapq_entry(q, i)->tag))--;
		(*count)++;
	}
	q->head = from;
	mapq_move_back(q, start);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_mapq_revoke);

/**
 * portcls_mapq_skip() - begin inside of what was revoked
 * @q: the queue, with nothing open
 * @position: how far the device came; not before the next position
 *
 * Context: any.
 */
void portcls_mapq_skip(struct portcls_mapq *q, u64 position)
{
	mapq_move_on(q, position - q->next);
	q->released = position;
}
EXPORT_SYMBOL_GPL(portcls_mapq_skip);
