// SPDX-License-Identifier: GPL-2.0
/*
 * The accounting of transfers, without any device
 */
#include <linux/kernel.h>
#include <linux/sizes.h>

#include <sound/portcls/transfer_count.h>

#include "portcls_test.h"

static void count_pool_size(struct portcls_test *t)
{
	PT_EXPECT_EQ(t, portcls_count_pool_size(512, 16 * 4096), 17);
	PT_EXPECT_EQ(t, portcls_count_pool_size(16, 16 * 4096), 16);
	PT_EXPECT_EQ(t, portcls_count_pool_size(512, 1), 2);
	PT_EXPECT_EQ(t, portcls_count_pool_size(512, U32_MAX), 512);
}

static void count_registers(struct portcls_test *t)
{
	u32 offset, reach, n;

	PT_EXPECT_EQ(t, portcls_count_registers(1, 3 * 4096), 4);
	PT_EXPECT_EQ(t, portcls_count_registers(0, 3 * 4096), 3);
	PT_EXPECT_EQ(t, portcls_count_registers(4095, 1), 1);
	PT_EXPECT_EQ(t, portcls_count_registers(4095, 2), 2);
	PT_EXPECT_EQ(t, portcls_count_registers(17, 0), 0);
	/* Reach is the longest length that registers pay for: no byte more. */
	for (n = 1; n < 5; n++) {
		for (offset = 0; offset < 4096; offset += 91) {
			reach = portcls_count_reach(offset, n);
			if (portcls_count_registers(offset, reach) == n &&
			    portcls_count_registers(offset, reach + 1) == n + 1)
				continue;
			PT_EXPECT_EQ(t, portcls_count_registers(offset, reach), n);
			PT_EXPECT_EQ(t, portcls_count_registers(offset, reach + 1),
				     n + 1);
		}
	}
	PT_EXPECT_EQ(t, portcls_count_reach(100, 0), 0);
}

static void count_no_limit(struct portcls_test *t)
{
	const struct portcls_limits none = { .max_segment = U32_MAX,
					     .boundary = U64_MAX, .unit = 1 };

	PT_EXPECT_EQ(t, portcls_count_segment(&none, 0, U32_MAX), U32_MAX);
	PT_EXPECT_EQ(t, portcls_count_segment(&none, 0xfffff000, SZ_64K), SZ_64K);
	PT_EXPECT_EQ(t, portcls_count_segment(&none, U64_MAX - 9, 10), 10);
}

/*
 * Every even start in 256 KiB: each piece stays in its window, and pieces are
 * as long as they can be.
 */
static void count_isa_windows(struct portcls_test *t)
{
	static const struct {
		struct portcls_limits limits;
		u32 window;
	} isa[] = {
		{ { SZ_64K, SZ_64K - 1, 1 }, SZ_64K },
		{ { SZ_128K, SZ_128K - 1, 2 }, SZ_128K },
	};
	unsigned int i, crossed = 0, shorter = 0, windows;
	u64 start, addr, base = SZ_1M;
	u32 left, n;

	for (i = 0; i < ARRAY_SIZE(isa); i++) {
		for (start = base; start < base + SZ_256K; start += 2) {
			left = SZ_64K;
			windows = 0;
			for (addr = start; left; addr += n, left -= n) {
				n = portcls_count_segment(&isa[i].limits, addr, left);
				if (!n || addr / isa[i].window !=
					  (addr + n - 1) / isa[i].window) {
					crossed++;
					break;
				}
				if (n < left && (addr + n) % isa[i].window)
					shorter++;
				windows++;
			}
			if (start == base)
				PT_EXPECT_EQ(t, windows, 1);
			if (start == base + isa[i].window - SZ_64K + 2)
				PT_EXPECT_EQ(t, windows, 2);
		}
	}
	PT_EXPECT_EQ(t, crossed, 0);
	PT_EXPECT_EQ(t, shorter, 0);
}

/* How many elements a contiguous range falls into. */
static u32 count_walk(const struct portcls_limits *limits, u64 addr, u32 bytes)
{
	u32 n, count = 0;

	for (; bytes; bytes -= n, addr += n, count++)
		n = portcls_count_segment(limits, addr, bytes);
	return count;
}

static void count_elements(struct portcls_test *t)
{
	static const u32 segments[] = { 1, 3, 511, 512, 513, 1000, 1023, 1024, 1025, 1500,
					2047, 2048, 3000, 4095, 4096, 5000, 8192, U32_MAX };
	static const u64 boundaries[] = { 511, 1023, 2047, 4095, 8191, U64_MAX };
	static const u32 lengths[] = { 1, 1024, 4096, 4097, 3 * 4096 };
	struct portcls_limits limits = { .unit = 1 };
	u32 offset, walked, more = 0;
	unsigned int i, j, k;
	u64 most;

	for (i = 0; i < ARRAY_SIZE(segments); i++) {
		for (j = 0; j < ARRAY_SIZE(boundaries); j++) {
			limits.max_segment = segments[i];
			limits.boundary = boundaries[j];
			for (offset = 0; offset < 4096; offset += 341) {
				for (k = 0; k < ARRAY_SIZE(lengths); k++) {
					walked = count_walk(&limits, SZ_1M + offset, lengths[k]);
					most = portcls_count_elements(&limits,
								      portcls_count_registers(offset, lengths[k]));
					more += walked > most;
				}
			}
			/* And a page that is all there needs every one of them. */
			PT_EXPECT_EQ(t, count_walk(&limits, SZ_1M, 4096),
				     portcls_count_elements(&limits, 1));
		}
	}
	PT_EXPECT_EQ(t, more, 0);
	limits.max_segment = 1023;
	limits.boundary = 1023;
	PT_EXPECT_EQ(t, portcls_count_elements(&limits, 1), 8);
}

static void count_pool(struct portcls_test *t)
{
	struct portcls_pool pool;

	portcls_pool_init(&pool, 8);
	PT_EXPECT(t, portcls_pool_fits(&pool, 8, false));
	PT_EXPECT(t, !portcls_pool_fits(&pool, 9, false));
	portcls_pool_take(&pool, 6, false);
	PT_EXPECT(t, !portcls_pool_fits(&pool, 0, false));
	portcls_pool_give_channel(&pool);
	PT_EXPECT(t, portcls_pool_fits(&pool, 2, false));
	PT_EXPECT(t, !portcls_pool_fits(&pool, 3, false));
	portcls_pool_give_registers(&pool, 6, false);
	PT_EXPECT(t, portcls_pool_fits(&pool, 8, false));
	PT_EXPECT_EQ(t, pool.min_free, 2);
	/* What a port brings along and takes with it was never scarce, and is its own. */
	portcls_pool_resize(&pool, 4);
	PT_EXPECT(t, !portcls_pool_fits(&pool, 9, false));
	PT_EXPECT(t, portcls_pool_fits(&pool, 4, true));
	PT_EXPECT(t, !portcls_pool_fits(&pool, 5, true));
	PT_EXPECT_EQ(t, pool.max, 8);
	PT_EXPECT_EQ(t, pool.min_free, 6);
	portcls_pool_take(&pool, 4, true);
	portcls_pool_give_channel(&pool);
	PT_EXPECT(t, portcls_pool_fits(&pool, 8, false));
	PT_EXPECT(t, !portcls_pool_fits(&pool, 1, true));
	portcls_pool_give_registers(&pool, 4, true);
	portcls_pool_resize(&pool, -3);
	PT_EXPECT(t, portcls_pool_fits(&pool, 8, false));
	PT_EXPECT(t, !portcls_pool_fits(&pool, 2, true));
	PT_EXPECT_EQ(t, pool.min_free, 6);
}

static const struct portcls_test_case count_cases[] = {
	{ "V3-03 the pool holds one register more than the length needs",
	  count_pool_size },
	{ "V3-07 a register reaches one page, whatever the offset", count_registers },
	{ "V3-11 no range falls into more elements than were counted", count_elements },
	{ "V3-47 a device without limits has whole segments", count_no_limit },
	{ "V3-73 no ISA window crosses 64 KiB or 128 KiB", count_isa_windows },
	{ "V3-15 a pool counts its channel and its registers", count_pool },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_count = {
	.name = "transfer_count",
	.cases = count_cases,
};
