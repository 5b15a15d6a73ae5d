// SPDX-License-Identifier: GPL-2.0
/*
 * The copy engine of WaveCyclic, without any device
 *
 * The bed is a device that reads its cycle byte by byte and marks what it has
 * read, so that anything that is played twice is seen.
 */
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <sound/portcls/position.h>
#include <sound/portcls/pump.h>

#include "portcls_test.h"

/* S16 stereo at 48 kHz, 10 ms, 40 ms */
#define FRAMING		1920U
#define LEAD		7680U
#define CYCLE		65536U
#define RING		49152U
#define SILENCE		0x00
#define STALE		0xee

/**
 * struct bed - a pump with its memory
 * @pump: the pump
 * @cycle: the device's memory
 * @ring: the client's
 * @copied: bytes moved since this was zeroed
 * @silenced: bytes silenced since this was zeroed
 * @pieces: calls
 * @wrong: pieces that cross an end, write behind the device or where they must not
 * @dry: count and check, but do not touch memory
 * @expect: with @dry, the stream position of the next byte to be copied
 */
struct bed {
	struct portcls_pump pump;
	u8 *cycle;
	u8 *ring;
	u32 copied;
	u32 silenced;
	u32 pieces;
	u32 wrong;
	bool dry;
	u64 expect;
};

static u8 data_at(u64 where)
{
	return 1 + where % 200;
}

static void bed_check(struct bed *b, u32 cycle, u32 bytes)
{
	struct portcls_pump *p = &b->pump;
	u32 ahead = (cycle + p->cycle - p->at) % p->cycle;

	b->pieces++;
	if (!bytes || cycle + bytes > p->cycle)
		b->wrong++;
	if (!p->capture && ahead + bytes > p->cycle - p->framing)
		b->wrong++;
}

static void bed_copy(struct portcls_pump *pump, u32 cycle, u32 ring, u32 bytes)
{
	struct bed *b = container_of(pump, struct bed, pump);

	bed_check(b, cycle, bytes);
	if (ring + bytes > pump->ring)
		b->wrong++;
	b->copied += bytes;
	if (b->dry) {
		if (ring != b->expect % pump->ring || cycle != b->expect % pump->cycle)
			b->wrong++;
		b->expect += bytes;
	} else if (pump->capture) {
		memcpy(b->ring + ring, b->cycle + cycle, bytes);
	} else {
		memcpy(b->cycle + cycle, b->ring + ring, bytes);
	}
}

static void bed_silence(struct portcls_pump *pump, u32 cycle, u32 bytes)
{
	struct bed *b = container_of(pump, struct bed, pump);

	bed_check(b, cycle, bytes);
	if (pump->capture)
		b->wrong++;
	b->silenced += bytes;
	if (!b->dry)
		memset(b->cycle + cycle, SILENCE, bytes);
}

static const struct portcls_pump_ops bed_ops = {
	.copy = bed_copy,
	.silence = bed_silence,
};

static int bed_init(struct portcls_test *t)
{
	struct bed *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return -ENOMEM;
	t->priv = b;
	b->cycle = kmalloc(CYCLE, GFP_KERNEL);
	b->ring = kmalloc(RING, GFP_KERNEL);
	if (b->cycle && b->ring)
		return 0;
	kfree(b->cycle);
	kfree(b->ring);
	kfree(b);
	return -ENOMEM;
}

static void bed_exit(struct portcls_test *t)
{
	struct bed *b = t->priv;

	kfree(b->cycle);
	kfree(b->ring);
	kfree(b);
}

static struct bed *bed(struct portcls_test *t, u32 cycle, u32 ring, bool capture)
{
	struct bed *b = t->priv;

	b->pump.ops = &bed_ops;
	b->pump.cycle = cycle;
	b->pump.ring = ring;
	b->pump.block = 4;
	b->pump.framing = FRAMING;
	b->pump.capture = capture;
	memset(b->cycle, STALE, CYCLE);
	memset(b->ring, 0, RING);
	return PT_EXPECT_EQ(t, portcls_pump_init(&b->pump, LEAD), 0) ? b : NULL;
}

/* The client writes positions [from, to). */
static void supply(struct bed *b, u64 from, u64 to)
{
	for (; from < to; from++)
		b->ring[(u32)from % b->pump.ring] = data_at(from);
}

/* Whether the cycle holds the client's data at positions [from, to). */
static bool holds(struct bed *b, u64 from, u64 to)
{
	for (; from < to; from++)
		if (b->cycle[(u32)from % b->pump.cycle] != data_at(from))
			return false;
	return true;
}

static bool silent(struct bed *b, u64 from, u64 to)
{
	for (; from < to; from++)
		if (b->cycle[(u32)from % b->pump.cycle] != SILENCE)
			return false;
	return true;
}

/* The device plays @bytes; returns those that were neither data nor silence. */
static u32 play(struct bed *b, u32 bytes, u64 supplied)
{
	struct portcls_pump *p = &b->pump;
	u32 bad = 0, i;

	for (i = 0; i < bytes; i++) {
		u8 *byte = &b->cycle[(p->at + i) % p->cycle];
		u64 where = p->position + i;

		bad += !(*byte == SILENCE || (where < supplied && *byte == data_at(where)));
		*byte = STALE;
	}
	portcls_pump_advance(p, (p->at + bytes) % p->cycle);
	return bad;
}

static void framing(struct portcls_test *t)
{
	PT_EXPECT_EQ(t, portcls_framing_size(48000, 4, 10), 1920);
	PT_EXPECT_EQ(t, portcls_framing_size(11025, 4, 10), 440);
	PT_EXPECT_EQ(t, portcls_framing_size(8000, 1, 10), 80);
}

static void short_cycle(struct portcls_test *t)
{
	struct bed *b = bed(t, 2 * FRAMING, RING, false);

	PT_ASSERT(t, b);
	b->pump.cycle = 2 * FRAMING - 4;
	PT_EXPECT_EQ(t, portcls_pump_init(&b->pump, LEAD), -EINVAL);
	b->pump.cycle = CYCLE;
	b->pump.framing = 0;
	PT_EXPECT_EQ(t, portcls_pump_init(&b->pump, LEAD), -EINVAL);
	b->pump.framing = FRAMING + 2;
	PT_EXPECT_EQ(t, portcls_pump_init(&b->pump, LEAD), -EINVAL);
}

static void start_short(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, false);

	PT_ASSERT(t, b);
	supply(b, 0, 960);
	PT_EXPECT_EQ(t, portcls_pump_render(&b->pump, 960), 0);
	PT_EXPECT(t, holds(b, 0, 960));
	PT_EXPECT(t, silent(b, 960, LEAD));
	PT_EXPECT_EQ(t, b->cycle[LEAD], STALE);
	PT_EXPECT_EQ(t, b->wrong, 0);
}

static void start_ample(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, false);

	PT_ASSERT(t, b);
	supply(b, 0, 40000);
	PT_EXPECT_EQ(t, portcls_pump_render(&b->pump, 40000), 0);
	PT_EXPECT_EQ(t, b->copied, LEAD);
	PT_EXPECT_EQ(t, b->silenced, 0);
	PT_EXPECT(t, holds(b, 0, LEAD));
	b->copied = 0;
	PT_EXPECT_EQ(t, portcls_pump_advance(&b->pump, FRAMING), FRAMING);
	PT_EXPECT_EQ(t, portcls_pump_render(&b->pump, 40000), 0);
	PT_EXPECT_EQ(t, b->copied, FRAMING);
	PT_EXPECT(t, holds(b, FRAMING, LEAD + FRAMING));
}

static void replace_silence(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, false);

	PT_ASSERT(t, b);
	supply(b, 0, 5000);
	portcls_pump_render(&b->pump, 960);
	b->copied = 0;
	PT_EXPECT_EQ(t, portcls_pump_render(&b->pump, 5000), 0);
	PT_EXPECT_EQ(t, b->copied, 5000 - 960);
	PT_EXPECT(t, holds(b, 0, 5000));
	PT_EXPECT(t, silent(b, 5000, LEAD));
}

static void underrun(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, false);

	PT_ASSERT(t, b);
	supply(b, 0, 30000);
	portcls_pump_render(&b->pump, LEAD);
	portcls_pump_advance(&b->pump, 10000);
	PT_EXPECT_EQ(t, portcls_pump_render(&b->pump, 30000), 10000 - LEAD);
	PT_EXPECT_EQ(t, b->pump.underrun, 10000 - LEAD);
	PT_EXPECT_EQ(t, b->cycle[LEAD], STALE);
	PT_EXPECT_EQ(t, b->cycle[9999], STALE);
	PT_EXPECT(t, holds(b, 10000, 10000 + LEAD));
	/* A client that had nothing loses nothing. */
	portcls_pump_reset(&b->pump);
	portcls_pump_render(&b->pump, 400);
	portcls_pump_advance(&b->pump, 9000);
	PT_EXPECT_EQ(t, portcls_pump_render(&b->pump, 400), 0);
	PT_EXPECT_EQ(t, b->pump.underrun, 9000 - 400);
}

/* Services at random distances up to the lead, a client that comes and goes. */
static void never_stale(struct portcls_test *t)
{
	static const u32 cycles[] = { CYCLE, 16 * 1024, 4 * FRAMING + 36 };
	u32 seed = 12345, bad = 0, lag = 0, i, n;
	u64 supplied;

	for (i = 0; i < ARRAY_SIZE(cycles); i++) {
		struct bed *b = bed(t, cycles[i], RING - 4 * i, false);

		PT_ASSERT(t, b);
		supplied = 0;
		for (n = 0; n < 2000; n++) {
			u64 more = supplied;

			seed = seed * 1664525 + 1013904223;
			if (seed >> 30)
				more = b->pump.position +
				       (seed >> 8) % (RING / 2) / 4 * 4;
			if (more > supplied) {
				supply(b, supplied, more);
				supplied = more;
			}
			portcls_pump_render(&b->pump, supplied);
			lag += b->pump.valid > b->pump.safe ||
			       b->pump.safe > b->pump.position + b->pump.cycle -
					      b->pump.framing;
			bad += play(b, (seed >> 4) % (b->pump.lead + 1) / 4 * 4,
				    supplied);
		}
		PT_EXPECT_EQ(t, b->wrong, 0);
	}
	PT_EXPECT_EQ(t, bad, 0);
	PT_EXPECT_EQ(t, lag, 0);
}

static void capture_reads(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, true);
	u32 lost, i, changed = 0;

	PT_ASSERT(t, b);
	for (i = 0; i < CYCLE; i++)
		b->cycle[i] = data_at(i);
	portcls_pump_advance(&b->pump, 6000);
	PT_EXPECT_EQ(t, portcls_pump_capture(&b->pump, 6000, &lost), 6000);
	PT_EXPECT_EQ(t, lost, 0);
	PT_EXPECT_EQ(t, b->ring[5999], data_at(5999));
	portcls_pump_advance(&b->pump, 9000);
	PT_EXPECT_EQ(t, portcls_pump_capture(&b->pump, 6000, &lost), 0);
	PT_EXPECT_EQ(t, portcls_pump_capture(&b->pump, 7000, &lost), 1000);
	PT_EXPECT_EQ(t, b->ring[7000], 0);
	for (i = 0; i < CYCLE; i++)
		changed += b->cycle[i] != data_at(i);
	PT_EXPECT_EQ(t, changed, 0);
	PT_EXPECT_EQ(t, b->silenced, 0);
	PT_EXPECT_EQ(t, b->wrong, 0);
}

static void capture_overrun(struct portcls_test *t)
{
	struct bed *b = bed(t, 16384, RING, true);
	u32 lost, i, wrong = 0;
	u64 where = 0;

	PT_ASSERT(t, b);
	for (i = 0; i < 5; i++) {
		u32 n;

		for (n = 0; n < 4000; n++, where++)
			b->cycle[where % 16384] = data_at(where);
		portcls_pump_advance(&b->pump, where % 16384);
	}
	/* 20000 recorded, the cycle keeps the last N - F of them. */
	PT_EXPECT_EQ(t, portcls_pump_capture(&b->pump, 40000, &lost), 20000);
	PT_EXPECT_EQ(t, lost, 20000 - (16384 - FRAMING));
	PT_EXPECT_EQ(t, b->copied, 16384 - FRAMING);
	for (i = lost; i < 20000; i++)
		wrong += b->ring[i] != data_at(i);
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT_EQ(t, b->wrong, 0);
}

static void filter(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, false);

	PT_ASSERT(t, b);
	PT_EXPECT_EQ(t, portcls_pump_advance(&b->pump, 1000), 1000);
	PT_EXPECT_EQ(t, portcls_pump_advance(&b->pump, 996), 0);
	PT_EXPECT_EQ(t, b->pump.position, 1000);
	PT_EXPECT_EQ(t, portcls_pump_advance(&b->pump, CYCLE), 0);
	PT_EXPECT_EQ(t, portcls_pump_advance(&b->pump, 30000), 29000);
	PT_EXPECT_EQ(t, portcls_pump_advance(&b->pump, CYCLE - 8), CYCLE - 30008);
	PT_EXPECT_EQ(t, portcls_pump_advance(&b->pump, 8), 16);
	PT_EXPECT_EQ(t, b->pump.position, CYCLE + 8);
}

static void rewind(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, false);

	PT_ASSERT(t, b);
	supply(b, 0, 40000);
	portcls_pump_render(&b->pump, 40000);
	portcls_pump_advance(&b->pump, 1000);
	PT_EXPECT_EQ(t, portcls_pump_rewind(&b->pump, 1000 + FRAMING - 4), -EINVAL);
	PT_EXPECT_EQ(t, b->pump.valid, LEAD);
	PT_EXPECT_EQ(t, portcls_pump_rewind(&b->pump, 1000 + FRAMING), 0);
	memset(b->ring + 1000 + FRAMING, 0x55, 400);
	portcls_pump_render(&b->pump, 1000 + FRAMING + 400);
	PT_EXPECT(t, holds(b, 1000, 1000 + FRAMING));
	PT_EXPECT_EQ(t, b->cycle[1000 + FRAMING], 0x55);
	PT_EXPECT_EQ(t, b->cycle[1000 + FRAMING + 399], 0x55);
	PT_EXPECT(t, silent(b, 1000 + FRAMING + 400, 1000 + LEAD));
}

static void restart(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, false);
	u32 bad = 0;

	PT_ASSERT(t, b);
	supply(b, 0, 40000);
	portcls_pump_render(&b->pump, 40000);
	bad += play(b, 5000, 40000);
	/* The device begins at offset 0 again, the stream goes on at 5000. */
	PT_EXPECT_EQ(t, portcls_pump_restart(&b->pump), 0);
	portcls_pump_render(&b->pump, 40000);
	PT_EXPECT_EQ(t, b->pump.position, 5000);
	PT_EXPECT_EQ(t, b->cycle[0], data_at(5000));
	PT_EXPECT_EQ(t, b->cycle[LEAD - 1], data_at(5000 + LEAD - 1));
	bad += play(b, LEAD, 40000);
	PT_EXPECT_EQ(t, bad, 0);
	PT_EXPECT_EQ(t, b->pump.position, 5000 + LEAD);
}

static void restart_capture(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, true);
	u32 lost, i, wrong = 0;

	PT_ASSERT(t, b);
	for (i = 0; i < 5000; i++)
		b->cycle[i] = data_at(i);
	portcls_pump_advance(&b->pump, 5000);
	/* The client's ring takes 3000 of them; what is left the device writes over. */
	PT_EXPECT_EQ(t, portcls_pump_capture(&b->pump, 3000, &lost), 3000);
	PT_EXPECT_EQ(t, portcls_pump_restart(&b->pump), 2000);
	PT_EXPECT_EQ(t, b->pump.underrun, 2000);
	PT_EXPECT_EQ(t, portcls_pump_restart(&b->pump), 0);
	for (i = 0; i < 1000; i++)
		b->cycle[i] = data_at(5000 + i);
	portcls_pump_advance(&b->pump, 1000);
	PT_EXPECT_EQ(t, portcls_pump_capture(&b->pump, 40000, &lost), 1000);
	PT_EXPECT_EQ(t, lost, 0);
	for (i = 5000; i < 6000; i++)
		wrong += b->ring[i] != data_at(i);
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT_EQ(t, b->wrong, 0);
}

static void looped(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE, RING, false);

	PT_ASSERT(t, b);
	supply(b, 0, RING);
	portcls_pump_render_looped(&b->pump);
	PT_EXPECT_EQ(t, b->pump.valid, 2 * FRAMING);
	portcls_pump_advance(&b->pump, FRAMING);
	/* 3F ahead of the position: not copied yet, or copied anew. */
	b->ring[FRAMING + 3 * FRAMING] = 0x77;
	b->ring[FRAMING + FRAMING] = 0x66;
	portcls_pump_render_looped(&b->pump);
	PT_EXPECT_EQ(t, b->cycle[2 * FRAMING], 0x66);
	portcls_pump_advance(&b->pump, 3 * FRAMING);
	portcls_pump_render_looped(&b->pump);
	PT_EXPECT_EQ(t, b->cycle[4 * FRAMING], 0x77);
	/* From then on gated again: what lies beyond the data becomes silence. */
	portcls_pump_render(&b->pump, 3 * FRAMING + 400);
	PT_EXPECT_EQ(t, b->cycle[4 * FRAMING], SILENCE);
	PT_EXPECT_EQ(t, b->wrong, 0);
}

static void beyond_4gib(struct portcls_test *t)
{
	struct bed *b = bed(t, CYCLE - 4, RING, false);
	const u64 end = (1ULL << 32) + SZ_1M;
	u32 wrong = 0;

	PT_ASSERT(t, b);
	b->dry = true;
	while (b->pump.position < end) {
		portcls_pump_render(&b->pump, end + RING);
		portcls_pump_advance(&b->pump, (b->pump.at + 7000) % (CYCLE - 4));
		wrong += b->pump.ring_at != b->pump.position % RING ||
			 b->pump.at != b->pump.position % (CYCLE - 4);
	}
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT_EQ(t, b->wrong, 0);
	PT_EXPECT_EQ(t, b->expect, b->pump.valid);
	PT_EXPECT_EQ(t, b->pump.underrun, 0);
	PT_EXPECT_EQ(t, portcls_position_normalize(end, 48000, 4),
		     div_u64(end * 625, 12));
}

static const struct portcls_test_case pump_cases[] = {
	{ "PC-61 a framing is a whole number of frames, rounded down", framing },
	{ "PC-62 a cycle shorter than two framings is refused", short_cycle },
	{ "PC-63 a start with little data is data, then silence", start_short },
	{ "PC-64 PC-65 the lead is filled exactly, and topped up exactly", start_ample },
	{ "PC-66 late data replace silence", replace_silence },
	{ "PC-67 what was due before it came is counted and skipped", underrun },
	{ "PC-68 PC-70 PC-73 nothing stale is played, no piece wraps or lies behind",
	  never_stale },
	{ "PC-75 capture never writes the cycle", capture_reads },
	{ "PC-76 a lapped capture goes on with contiguous recent data", capture_overrun },
	{ "PC-77 a step back is jitter, a wrap is progress", filter },
	{ "PC-108 a device that restarts at zero plays every byte once", restart },
	{ "PC-108 what it recorded and nobody fetched is given up", restart_capture },
	{ "PC-120 a rewind is taken down to one framing", rewind },
	{ "PC-118 PC-128 a looped ring is copied late, and may be gated again", looped },
	{ "PC-127 positions beyond 4 GiB are exact", beyond_4gib },
	{ }
};

const struct portcls_test_suite pt_suite_pump = {
	.name = "contract-pump",
	.cases = pump_cases,
	.init = bed_init,
	.exit = bed_exit,
};
