// SPDX-License-Identifier: GPL-2.0
/*
 * The clock of an AC-link: what is believed of a measurement
 */
#include <linux/kernel.h>
#include <linux/limits.h>

#include "../../pci/ich/ich_clock.h"
#include "portcls_test.h"

static bool ich_clock_tells(u32 civ, u32 left, u32 civ_again, u32 left_again, u32 *frames)
{
	const struct ich_clock_look look = { { civ, civ_again }, { left, left_again } };

	return ich_clock_frames(&look, frames);
}

static void ich_clock_looks(struct portcls_test *t)
{
	u32 frames = 1;

	PT_EXPECT(t, ich_clock_tells(0, ICH_CLOCK_SAMPLES, 0, ICH_CLOCK_SAMPLES, &frames));
	PT_EXPECT_EQ(t, frames, 0);
	PT_EXPECT(t, ich_clock_tells(5, 100, 5, 100, &frames));
	PT_EXPECT_EQ(t, frames, 6 * ICH_CLOCK_FRAMES - 50);
	/* It goes on meanwhile, and the second read is the later one. */
	PT_EXPECT(t, ich_clock_tells(5, 100, 5, 100 - ICH_CLOCK_STEP, &frames));
	PT_EXPECT_EQ(t, frames, 6 * ICH_CLOCK_FRAMES - 50 + ICH_CLOCK_STEP / 2);

	frames = 1;
	/* Between two entries: nothing left, the next one's length, or its index. */
	PT_EXPECT(t, !ich_clock_tells(5, 0, 5, 0, &frames));
	PT_EXPECT(t, !ich_clock_tells(5, 4, 5, 0, &frames));
	PT_EXPECT(t, !ich_clock_tells(5, 0, 5, ICH_CLOCK_SAMPLES, &frames));
	PT_EXPECT(t, !ich_clock_tells(5, 4, 5, ICH_CLOCK_SAMPLES, &frames));
	PT_EXPECT(t, !ich_clock_tells(5, 4, 6, 2, &frames));
	PT_EXPECT(t, !ich_clock_tells(31, 4, 0, 2, &frames));
	/* A jump, and what is no engine of ours. */
	PT_EXPECT(t, !ich_clock_tells(5, 100 + ICH_CLOCK_STEP, 5, 99, &frames));
	PT_EXPECT(t, !ich_clock_tells(31, 0xffff, 31, 0xffff, &frames));
	PT_EXPECT_EQ(t, frames, 1);
}

static const struct {
	s64 frames;
	s64 us;
	unsigned int hz;
} ich_clock_spans[] = {
	{ 4800, 100000, 48000 },
	{ 5619, 100000, 56190 },
	{ 32 * ICH_CLOCK_FRAMES, 1, UINT_MAX },
	{ 0, 100000, 0 },
	{ -4800, 100000, 0 },
	{ 4800, 0, 0 },
	{ 4800, -1, 0 },
};

static void ich_clock_rates(struct portcls_test *t)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ich_clock_spans); i++)
		PT_EXPECT_EQ(t, ich_clock_hz(ich_clock_spans[i].frames, ich_clock_spans[i].us),
			     ich_clock_spans[i].hz);
}

/* Three measurements, and what is believed after each. */
static const struct {
	unsigned int hz[3];
	unsigned int believed[3];
} ich_clock_measures[] = {
	{ { 48000 }, { 48000 } },
	{ { ICH_CLOCK_RIGHT_MIN }, { ICH_CLOCK_RIGHT_MIN } },
	{ { ICH_CLOCK_RIGHT_MAX }, { ICH_CLOCK_RIGHT_MAX } },
	{ { 56190, 56200 }, { 0, 56195 } },
	{ { 56190, 55690 }, { 0, 55940 } },
	{ { 56190, 55689, 55680 }, { 0, 0, 55684 } },
	/* An entry too much or too little, once. */
	{ { 58240, 48000 }, { 0, 48000 } },
	{ { 46000, 56190, 56200 }, { 0, 0, 56195 } },
	{ { 56190, 46000, 56200 }, { 0, 0, 56195 } },
	{ { 56190, 46000, 51000 }, { 0, 0, 0 } },
	/* One that failed, and what no link has, however often. */
	{ { 0, 0, 0 }, { 0, 0, 0 } },
	{ { 0, 56190, 56200 }, { 0, 0, 56195 } },
	{ { 33600, 33600, 33600 }, { 0, 0, 0 } },
	{ { 60001, 60001, 60001 }, { 0, 0, 0 } },
	{ { 39999, 40000, 40100 }, { 0, 0, 40050 } },
};

static void ich_clock_beliefs(struct portcls_test *t)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(ich_clock_measures); i++) {
		for (n = 0; n < 3; n++) {
			unsigned int believed = ich_clock_believed(ich_clock_measures[i].hz, n + 1);

			PT_EXPECT_EQ(t, believed, ich_clock_measures[i].believed[n]);
			if (believed)
				break;
		}
	}
}

static const struct portcls_test_case ich_clock_cases[] = {
	{ "ich_clock: a look between two entries tells nothing", ich_clock_looks },
	{ "ich_clock: frames and time make a rate", ich_clock_rates },
	{ "ich_clock: two measurements that agree make a correction", ich_clock_beliefs },
	{ }
};

const struct portcls_test_suite pt_suite_ich_clock = {
	.name = "ich_clock",
	.cases = ich_clock_cases,
};
