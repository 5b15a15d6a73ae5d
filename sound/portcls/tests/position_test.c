// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic of positions
 */
#include <linux/limits.h>

#include <sound/portcls/position.h>

#include "portcls_test.h"

#define CYCLE	7680

static void position_framing(struct portcls_test *t)
{
	PT_EXPECT_EQ(t, portcls_framing_size(48000, 4, 10), 1920);
	PT_EXPECT_EQ(t, portcls_framing_size(11025, 4, 10), 440);
	PT_EXPECT_EQ(t, portcls_framing_size(8000, 1, 10), 80);
	/* Not less than one frame, not beyond 32 bits on the way. */
	PT_EXPECT_EQ(t, portcls_framing_size(50, 4, 10), 4);
	PT_EXPECT_EQ(t, portcls_framing_size(768000, 32, 20000), 15360000LL * 32);
}

static void position_filter(struct portcls_test *t)
{
	u32 old, new, bad = 0;

	PT_EXPECT_EQ(t, portcls_position_advance(1000, 996, CYCLE, 64), 0);
	PT_EXPECT_EQ(t, portcls_position_advance(CYCLE - 8, 8, CYCLE, 64), 16);
	PT_EXPECT_EQ(t, portcls_position_advance(1000, 936, CYCLE, 64), 0);
	PT_EXPECT_EQ(t, portcls_position_advance(1000, 935, CYCLE, 64), CYCLE - 65);
	PT_EXPECT_EQ(t, portcls_position_advance(8, CYCLE - 8, CYCLE, 64), 0);
	PT_EXPECT_EQ(t, portcls_position_advance(0, 0, CYCLE, 0), 0);
	/* The sum is always the new place, or the old one. */
	for (old = 0; old < CYCLE; old += 60)
		for (new = 0; new < CYCLE; new += 60) {
			u32 step = portcls_position_advance(old, new, CYCLE, 128);

			bad += step && (old + step) % CYCLE != new;
			bad += !step && (old + CYCLE - new) % CYCLE > 128;
		}
	PT_EXPECT_EQ(t, bad, 0);
}

static void position_time(struct portcls_test *t)
{
	PT_EXPECT_EQ(t, portcls_position_normalize(192000, 48000, 4), 10000000);
	PT_EXPECT_EQ(t, portcls_position_normalize(1ULL << 40, 48000, 12),
		     19088743537777LL);
	PT_EXPECT_EQ(t, portcls_position_normalize(12, 48000, 12), 208);
	PT_EXPECT_EQ(t, portcls_position_normalize(0, 48000, 12), 0);
	/* 2^32 bytes and 1 MiB: 22375 s and a bit. */
	PT_EXPECT_EQ(t, portcls_position_normalize((1ULL << 32) + (1 << 20), 48000, 4),
		     ((1ULL << 32) + (1 << 20)) * 10000000ULL / 192000);
	PT_EXPECT_EQ(t, portcls_position_normalize(U64_MAX, 768000, 32),
		     U64_MAX / 24576000 * 10000000 +
		     U64_MAX % 24576000 * 10000000 / 24576000);
}

static const struct portcls_test_case position_cases[] = {
	{ "PC-61 a framing is whole frames of an interval", position_framing },
	{ "PC-77 jitter is no lap and a wrap is progress", position_filter },
	{ "PC-78 PC-127 positions become times exactly, however long it played",
	  position_time },
	{ }
};

const struct portcls_test_suite pt_suite_position = {
	.name = "contract-position",
	.cases = position_cases,
};
