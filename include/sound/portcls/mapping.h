/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mapping queue: pure arithmetic, no hardware and no ALSA header
 *
 * A client's ring is handed to a device as mappings: contiguous pieces, each
 * named by a tag, obtained, released and revoked in order. Positions are bytes
 * since the stream's start and never wrap; the ring is only where they fall.
 *
 * Locking: none of its own; the port calls it under the PCM stream lock.
 */
#ifndef __SOUND_PORTCLS_MAPPING_H
#define __SOUND_PORTCLS_MAPPING_H

#include <linux/types.h>

/* As many as a bucket can count, a power of two. */
#define PORTCLS_MAPQ_ENTRIES	128
#define PORTCLS_MAPQ_BUCKETS	32

/**
 * struct portcls_mapq_entry - an open mapping
 * @tag: the miniport's name for it
 * @end: position behind its last byte
 * @last: it holds the last byte of its packet
 */
struct portcls_mapq_entry {
	unsigned long tag;
	u64 end;
	bool last;
};

/**
 * struct portcls_mapq - the mappings of one stream
 * @open: ring of open mappings, a power of two of them
 * @mask: number of @open minus one
 * @head: where the next one goes, free-running
 * @tail: the oldest, free-running
 * @ring: bytes of the client's ring
 * @packet: bytes of a packet; divides @ring
 * @next: position of the first byte not handed out
 * @released: position behind the last byte given back
 * @offset: where @next falls in the ring
 * @packet_end: position behind the packet that holds @next
 * @tags: how many open mappings fall into each bucket of tags, so that a
 *	new tag is known to be free without a search
 */
struct portcls_mapq {
	struct portcls_mapq_entry *open;
	unsigned int mask;
	unsigned int head;
	unsigned int tail;
	u32 ring;
	u32 packet;
	u64 next;
	u64 released;
	u32 offset;
	u64 packet_end;
	u8 tags[PORTCLS_MAPQ_BUCKETS];
};

/**
 * portcls_mapq_count() - how many mappings are open
 * @q: the queue
 *
 * Return: their number.
 */
static inline unsigned int portcls_mapq_count(const struct portcls_mapq *q)
{
	return q->head - q->tail;
}

/**
 * portcls_mapq_full() - whether the queue has no entry left
 * @q: the queue
 *
 * Return: true if the next portcls_mapq_push() would fail for want of one.
 */
static inline bool portcls_mapq_full(const struct portcls_mapq *q)
{
	return portcls_mapq_count(q) > q->mask;
}

void portcls_mapq_init(struct portcls_mapq *q, struct portcls_mapq_entry *open,
		       unsigned int entries, u32 ring, u32 packet);
void portcls_mapq_reset(struct portcls_mapq *q);
bool portcls_mapq_has_tag(const struct portcls_mapq *q, unsigned long tag);
u32 portcls_mapq_ready(const struct portcls_mapq *q, u64 limit);
int portcls_mapq_push(struct portcls_mapq *q, unsigned long tag, u32 bytes,
		      bool last);
int portcls_mapq_release(struct portcls_mapq *q, unsigned long tag, bool *last);
int portcls_mapq_revoke(struct portcls_mapq *q, unsigned long first,
			unsigned long last, unsigned int *count);
void portcls_mapq_skip(struct portcls_mapq *q, u64 position);

#endif /* __SOUND_PORTCLS_MAPPING_H */
