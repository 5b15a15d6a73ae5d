// SPDX-License-Identifier: GPL-2.0
/*
 * The queue of mappings, without any stream
 */
#include <linux/kernel.h>
#include <linux/sizes.h>

#include <sound/portcls/mapping.h>

#include "portcls_test.h"

#define ENTRIES	8
#define PACKET	1000U
#define RING	(4 * PACKET)

struct mapq_fixture {
	struct portcls_mapq q;
	struct portcls_mapq_entry open[ENTRIES];
};

static struct mapq_fixture mapq_one;

static struct portcls_mapq *fresh(void)
{
	portcls_mapq_init(&mapq_one.q, mapq_one.open, ENTRIES, RING, PACKET);
	return &mapq_one.q;
}

static void mapq_order(struct portcls_test *t)
{
	struct portcls_mapq *q = fresh();
	u64 limit = RING + 500, at = 0;
	unsigned long tag = 0;
	bool last;
	u32 n;

	while ((n = portcls_mapq_ready(q, limit))) {
		n = min(n, 300U);
		PT_ASSERT_EQ(t, q->next, at);
		PT_ASSERT_EQ(t, q->offset, at % RING);
		/* Never over a packet's end, so never over the ring's. */
		PT_ASSERT(t, at % PACKET + n <= PACKET);
		at += n;
		PT_ASSERT_EQ(t, portcls_mapq_push(q, tag, n, at % PACKET == 0), 0);
		PT_ASSERT_EQ(t, portcls_mapq_release(q, tag, &last), 0);
		PT_ASSERT_EQ(t, last, at % PACKET == 0);
		PT_ASSERT_EQ(t, q->released, at);
		tag++;
	}
	PT_EXPECT_EQ(t, at, limit);
}

static void mapq_tags(struct portcls_test *t)
{
	struct portcls_mapq *q = fresh();
	bool last;

	PT_ASSERT_EQ(t, portcls_mapq_push(q, 5, PACKET, true), 0);
	/* Another tag of the same bucket is another tag. */
	PT_EXPECT_EQ(t, portcls_mapq_push(q, 5, PACKET, true), -EEXIST);
	PT_EXPECT_EQ(t, portcls_mapq_push(q, 5 + PORTCLS_MAPQ_BUCKETS, 500, false), 0);
	PT_EXPECT(t, portcls_mapq_has_tag(q, 5));
	PT_EXPECT(t, !portcls_mapq_has_tag(q, 5 + 2 * PORTCLS_MAPQ_BUCKETS));
	PT_EXPECT_EQ(t, portcls_mapq_release(q, 5 + PORTCLS_MAPQ_BUCKETS, &last), -EINVAL);
	PT_EXPECT_EQ(t, portcls_mapq_release(q, 6, &last), -ENOENT);
	PT_EXPECT_EQ(t, portcls_mapq_count(q), 2);
	PT_EXPECT_EQ(t, q->released, 0);
	PT_EXPECT_EQ(t, portcls_mapq_release(q, 5, &last), 0);
	PT_EXPECT(t, last);
	PT_EXPECT_EQ(t, portcls_mapq_release(q, 5, &last), -ENOENT);
	PT_EXPECT_EQ(t, portcls_mapq_push(q, 5, 500, true), 0);
	PT_EXPECT_EQ(t, q->next, 2 * PACKET);
}

static void mapq_full(struct portcls_test *t)
{
	struct portcls_mapq *q = fresh();
	unsigned long tag;

	for (tag = 0; tag < ENTRIES; tag++)
		PT_ASSERT_EQ(t, portcls_mapq_push(q, tag, 100, false), 0);
	PT_EXPECT(t, portcls_mapq_full(q));
	PT_EXPECT_EQ(t, portcls_mapq_push(q, tag, 100, false), -ENOBUFS);
	PT_EXPECT_EQ(t, q->next, 100 * ENTRIES);
	PT_EXPECT(t, !portcls_mapq_has_tag(q, tag));
}

static void mapq_revoke(struct portcls_test *t)
{
	struct portcls_mapq *q = fresh();
	unsigned int count;
	unsigned long tag;
	bool last;

	for (tag = 0; tag < 6; tag++)
		PT_ASSERT_EQ(t, portcls_mapq_push(q, tag, PACKET, true), 0);
	PT_ASSERT_EQ(t, portcls_mapq_release(q, 0, &last), 0);
	PT_EXPECT_EQ(t, portcls_mapq_revoke(q, 0, 5, &count), -ENOENT);
	PT_EXPECT_EQ(t, count, 0);
	PT_EXPECT_EQ(t, portcls_mapq_revoke(q, 2, 4, &count), -EINVAL);
	PT_EXPECT_EQ(t, portcls_mapq_count(q), 5);
	PT_ASSERT_EQ(t, portcls_mapq_revoke(q, 3, 5, &count), 0);
	PT_EXPECT_EQ(t, count, 3);
	PT_EXPECT_EQ(t, portcls_mapq_count(q), 2);
	PT_EXPECT_EQ(t, portcls_mapq_release(q, 4, &last), -ENOENT);
	/* The next one begins where the first revoked one did. */
	PT_EXPECT_EQ(t, q->next, 3 * PACKET);
	PT_EXPECT_EQ(t, q->offset, 3 * PACKET);
	PT_EXPECT_EQ(t, portcls_mapq_ready(q, ~0ULL), PACKET);
	PT_EXPECT_EQ(t, portcls_mapq_push(q, 4, 10, false), 0);
	PT_ASSERT_EQ(t, portcls_mapq_revoke(q, 1, 4, &count), 0);
	PT_EXPECT_EQ(t, count, 3);
	PT_EXPECT_EQ(t, q->next, PACKET);
	PT_EXPECT_EQ(t, portcls_mapq_ready(q, ~0ULL), PACKET);
}

/* From any place of the ring back over its beginning. */
static void mapq_revoke_wraps(struct portcls_test *t)
{
	unsigned int count, i, n;
	unsigned long tag;
	bool last;

	for (i = 0; i < 40; i++) {
		struct portcls_mapq *q = fresh();
		u64 at = 0, from;

		for (tag = 0; tag < i; tag++) {
			n = min(portcls_mapq_ready(q, ~0ULL), 700U);
			at += n;
			PT_ASSERT_EQ(t, portcls_mapq_push(q, tag, n, false), 0);
			PT_ASSERT_EQ(t, portcls_mapq_release(q, tag, &last), 0);
		}
		from = at;
		for (n = 0; n < 7; n++)
			PT_ASSERT_EQ(t, portcls_mapq_push(q, 100 + n,
							  portcls_mapq_ready(q, ~0ULL),
							  false), 0);
		PT_ASSERT_EQ(t, portcls_mapq_revoke(q, 100, 106, &count), 0);
		PT_ASSERT_EQ(t, count, 7);
		PT_ASSERT_EQ(t, q->next, from);
		PT_ASSERT_EQ(t, q->offset, from % RING);
		PT_ASSERT_EQ(t, portcls_mapq_ready(q, ~0ULL), PACKET - from % PACKET);
	}
}

static void mapq_long(struct portcls_test *t)
{
	struct portcls_mapq *q = &mapq_one.q;
	u64 at = 0, end = (1ULL << 32) + SZ_1M;
	unsigned long tag = 0;
	bool last;
	u32 n;

	portcls_mapq_init(q, mapq_one.open, ENTRIES, 3 * SZ_64K, SZ_64K);
	for (; at < end; tag++) {
		n = portcls_mapq_ready(q, end);
		PT_ASSERT(t, n);
		at += n;
		PT_ASSERT_EQ(t, portcls_mapq_push(q, tag, n, true), 0);
		PT_ASSERT_EQ(t, portcls_mapq_release(q, tag, &last), 0);
		PT_ASSERT_EQ(t, q->offset, at % (3 * SZ_64K));
	}
	PT_EXPECT_EQ(t, q->released, end);
	PT_EXPECT_EQ(t, portcls_mapq_ready(q, end), 0);
}

/**
 * struct mapq_model - the same queue as a plain list
 * @open: the open mappings, oldest first
 * @count: how many
 * @next: position behind the newest
 * @released: position behind the last one given back
 */
struct mapq_model {
	struct portcls_mapq_entry open[ENTRIES];
	unsigned int count;
	u64 next;
	u64 released;
};

static unsigned int model_find(const struct mapq_model *m, unsigned long tag)
{
	unsigned int i;

	for (i = 0; i < m->count && m->open[i].tag != tag; i++)
		;
	return i;
}

static int model_push(struct mapq_model *m, unsigned long tag, u32 bytes, bool last)
{
	if (m->count == ENTRIES)
		return -ENOBUFS;
	if (model_find(m, tag) < m->count)
		return -EEXIST;
	m->next += bytes;
	m->open[m->count++] = (struct portcls_mapq_entry){
		.tag = tag, .end = m->next, .last = last };
	return 0;
}

static int model_release(struct mapq_model *m, unsigned long tag, bool *last)
{
	unsigned int i = model_find(m, tag);

	if (i == m->count)
		return -ENOENT;
	if (i)
		return -EINVAL;
	*last = m->open[0].last;
	m->released = m->open[0].end;
	memmove(m->open, m->open + 1, --m->count * sizeof(*m->open));
	return 0;
}

static int model_revoke(struct mapq_model *m, unsigned long first,
			unsigned long last, unsigned int *count)
{
	unsigned int from = model_find(m, first), to = model_find(m, last);

	*count = 0;
	if (from == m->count || to == m->count)
		return -ENOENT;
	if (to != m->count - 1)
		return -EINVAL;
	*count = m->count - from;
	m->next = from ? m->open[from - 1].end : m->released;
	m->count = from;
	return 0;
}

static u32 model_ready(const struct mapq_model *m, u64 limit)
{
	u32 room = PACKET - m->next % PACKET;

	return limit <= m->next ? 0 : min_t(u64, limit - m->next, room);
}

static void mapq_random(struct portcls_test *t)
{
	struct portcls_mapq *q = fresh();
	struct mapq_model m = { };
	u32 random = 1, step;

	for (step = 0; step < 50000; step++) {
		unsigned long tag, other;
		unsigned int n, k;
		bool last, want;
		u64 limit;

		random = random * 1664525 + 1013904223;
		/* So few that they meet, in the tags' buckets as well. */
		tag = (random >> 8) % 12 * PORTCLS_MAPQ_BUCKETS / 2;
		other = (random >> 12) % 12 * PORTCLS_MAPQ_BUCKETS / 2;
		limit = m.next + (random >> 16) % (2 * PACKET);
		n = portcls_mapq_ready(q, limit);
		PT_ASSERT_EQ(t, n, model_ready(&m, limit));

		switch (random >> 29) {
		case 0 ... 3:
			if (!n)
				break;
			n -= (random >> 4) % n;
			last = random & 1;
			PT_ASSERT_EQ(t, portcls_mapq_push(q, tag, n, last),
				     model_push(&m, tag, n, last));
			break;
		case 4 ... 5:
			if (m.count && random & 2)
				tag = m.open[0].tag;
			last = false;
			want = false;
			PT_ASSERT_EQ(t, portcls_mapq_release(q, tag, &last),
				     model_release(&m, tag, &want));
			PT_ASSERT_EQ(t, last, want);
			break;
		case 6:
			if (m.count && random & 2)
				other = m.open[m.count - 1].tag;
			PT_ASSERT_EQ(t, portcls_mapq_revoke(q, tag, other, &n),
				     model_revoke(&m, tag, other, &k));
			PT_ASSERT_EQ(t, n, k);
			break;
		case 7:
			if (m.count)
				break;
			m.next = limit;
			m.released = limit;
			portcls_mapq_skip(q, limit);
			break;
		}
		PT_ASSERT_EQ(t, q->next, m.next);
		PT_ASSERT_EQ(t, q->released, m.released);
		PT_ASSERT_EQ(t, q->offset, m.next % RING);
		PT_ASSERT_EQ(t, portcls_mapq_count(q), m.count);
		PT_ASSERT_EQ(t, portcls_mapq_has_tag(q, tag),
			     model_find(&m, tag) < m.count);
	}
}

static const struct portcls_test_case mapq_cases[] = {
	{ "PC-82 PC-85 pieces follow each other and end with their packets",
	  mapq_order },
	{ "PC-90 PC-91 tags are taken once and released in order", mapq_tags },
	{ "PC-86 a full queue takes nothing", mapq_full },
	{ "PC-92 revocation takes the open ones of a range back", mapq_revoke },
	{ "PC-92 revocation goes back over the ring's beginning", mapq_revoke_wraps },
	{ "PC-127 positions stay exact beyond 4 GiB", mapq_long },
	{ "PC-85 PC-91 PC-92 the queue is a list, in any order of calls", mapq_random },
	{ }
};

const struct portcls_test_suite pt_suite_mapping = {
	.name = "contract-mapping",
	.cases = mapq_cases,
};
