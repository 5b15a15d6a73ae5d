// SPDX-License-Identifier: GPL-2.0
/*
 * How a WaveCyclic stream is set up: format, way, memory, and what fails of it
 */
#include <linux/err.h>

#include "cyclic_fixture.h"
#include "portcls_test.h"

static const struct fake_cyclic formats = { .formats = true };

static void new_stream(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	PT_EXPECT_EQ(t, f->alive, 1);
	PT_EXPECT_EQ(t, kref_read(&f->channel->ref), 2);
	PT_EXPECT_EQ(t, kref_read(&f->group->ref), 2);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 0);
	/* No client need lay silence behind its last frame. */
	PT_EXPECT(t, f->ss->runtime->hw.info & SNDRV_PCM_INFO_PERFECT_DRAIN);
	pt_cyclic_end(t, f);
}

static void silence(struct portcls_test *t)
{
	static const snd_pcm_format_t kinds[] = {
		SNDRV_PCM_FORMAT_U8, SNDRV_PCM_FORMAT_S16_LE,
		SNDRV_PCM_FORMAT_S24_LE, SNDRV_PCM_FORMAT_S32_LE,
	};
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);
	u32 i, at, bad;

	PT_ASSERT(t, f);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		u8 quiet = i ? 0 : 0x80;

		PT_ASSERT_EQ(t, fake_cyclic_params(f, kinds[i], FAKE_PERIOD, FAKE_RING), 0);
		memset(fake_cyclic_cycle(f), 0x11, FAKE_CYCLE);
		PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), 0);
		for (at = 0, bad = 0; at < FAKE_CYCLE; at++)
			bad += fake_cyclic_cycle(f)[at] !=
			       (at < FAKE_RING ? quiet : 0x11);
		PT_EXPECT_EQ(t, bad, 0);
	}
	pt_cyclic_end(t, f);
}

static void set_format(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &formats);

	PT_ASSERT(t, f);
	PT_EXPECT_EQ(t, f->news, 1);
	PT_EXPECT_EQ(t, f->sets, 0);
	PT_ASSERT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_U8, FAKE_PERIOD,
					   FAKE_RING), 0);
	PT_EXPECT_EQ(t, f->news, 1);
	PT_EXPECT_EQ(t, f->sets, 1);
	PT_EXPECT_EQ(t, (__force int)f->format.format, (__force int)SNDRV_PCM_FORMAT_U8);
	PT_EXPECT_EQ(t, f->format.frame_bytes, 2);

	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), -EBADFD);
	PT_EXPECT_EQ(t, f->sets, 1);
	PT_EXPECT_EQ(t, f->state, PORTCLS_RUN);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DROP), 0);

	/* The other direction forbids it. */
	f->fail_format = -EBUSY;
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), -EBUSY);
	PT_EXPECT_EQ(t, (__force int)f->format.format, (__force int)SNDRV_PCM_FORMAT_U8);
	PT_EXPECT_EQ(t, f->news, 1);
	PT_EXPECT_EQ(t, f->alive, 0);
	f->fail_format = 0;
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), 0);
	PT_EXPECT_EQ(t, f->news, 2);
	pt_cyclic_end(t, f);
}

static void no_such_format(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	/* Of the ranges' formats none; the miniport is not even asked. */
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_FLOAT_LE, FAKE_PERIOD,
					   FAKE_RING), -EINVAL);
	PT_EXPECT_EQ(t, f->news, 1);
	/* What the miniport says is what the client hears, with a stream and without. */
	f->fail_new = -EINVAL;
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), -EINVAL);
	PT_EXPECT_EQ(t, f->alive, 0);
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), -EINVAL);
	PT_EXPECT_EQ(t, f->news, 3);
	f->fail_new = 0;
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), 0);
	pt_cyclic_end(t, f);
}

static void failures(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	f->fail_new = -EBUSY;
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), -EBUSY);
	PT_EXPECT_EQ(t, f->alive, 0);
	f->fail_new = 0;
	PT_ASSERT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), 0);
	f->fail_up[PORTCLS_ACQUIRE] = -ENOMEM;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), -ENOMEM);
	f->fail_up[PORTCLS_ACQUIRE] = 0;
	f->fail_up[PORTCLS_PAUSE] = -EIO;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), -EIO);
	f->fail_up[PORTCLS_PAUSE] = 0;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), 0);
	f->fail_up[PORTCLS_RUN] = -EIO;
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), -EIO);
	PT_EXPECT_EQ(t, f->state, PORTCLS_PAUSE);
	f->fail_up[PORTCLS_RUN] = 0;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	f->fail_down = -EIO;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DROP), 0);
	PT_EXPECT_EQ(t, f->state, PORTCLS_PAUSE);
	pt_cyclic_end(t, f);
	PT_EXPECT_EQ(t, f->state, PORTCLS_STOP);
}

static void no_room(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_copied);
	u32 allocated;

	PT_ASSERT(t, f);
	fake_cyclic_close(f);
	PT_ASSERT_EQ(t, fake_cyclic_open(f), 0);
	/* The first stream, and the pump finds no room for two of its framings. */
	allocated = f->channel->allocated;
	f->channel->allocated = TICK;
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), -EINVAL);
	PT_EXPECT_EQ(t, f->alive, 0);
	PT_EXPECT(t, !f->ss->runtime->dma_area);
	PT_EXPECT_EQ(t, kref_read(&f->channel->ref), 1);
	f->channel->allocated = allocated;
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), 0);
	PT_EXPECT_EQ(t, f->alive, 1);
	pt_cyclic_end(t, f);
}

static void no_copy(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_direct, FAKE_RING);

	PT_ASSERT(t, f);
	PT_EXPECT(t, f->ss->runtime->dma_area == fake_cyclic_cycle(f));
	PT_EXPECT_EQ(t, f->channel->size, FAKE_RING);
	PT_EXPECT_EQ(t, f->framing, FAKE_PERIOD);
	PT_EXPECT(t, pt_cyclic_has(f, 0, FAKE_RING, 0));
	fake_cyclic_move(f, FAKE_PERIOD);
	PT_EXPECT_EQ(t, f->ss->runtime->status->hw_ptr, FAKE_PERIOD / 4);
	pt_cyclic_end(t, f);
}

static void larger_ring(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   2 * FAKE_CYCLE / FAKE_PERIOD * FAKE_PERIOD), 0);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_EXPECT(t, f->ss->runtime->dma_area != fake_cyclic_cycle(f));
	PT_EXPECT_EQ(t, f->framing, TICK);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, 20000), 20000);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	PT_EXPECT(t, pt_cyclic_has(f, 0, FAKE_LEAD, 0));
	pt_cyclic_end(t, f);
}

static void larger_buffer(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);
	u32 ring = FAKE_CYCLE * 3 / 4 / FAKE_PERIOD * FAKE_PERIOD;

	PT_ASSERT(t, f);
	/* The device reaches half of what was allocated. */
	f->channel->max_length = FAKE_CYCLE / 2;
	PT_ASSERT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD, ring), 0);
	PT_EXPECT(t, f->ss->runtime->dma_area != fake_cyclic_cycle(f));
	PT_EXPECT_EQ(t, f->channel->size, FAKE_CYCLE / 2 / TICK * TICK);
	PT_ASSERT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), 0);
	PT_EXPECT(t, f->ss->runtime->dma_area == fake_cyclic_cycle(f));
	PT_EXPECT_EQ(t, f->channel->size, FAKE_RING);
	pt_cyclic_end(t, f);
}

static void set_interval(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);
	/* 4 bytes a frame, 8000 frames a second. */
	u32 period_us = FAKE_PERIOD / 4 * 125;

	PT_ASSERT(t, f);
	/* What an open client was offered holds. */
	portcls_wavecyclic_set_interval(f->port, period_us + 1);
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), 0);
	fake_cyclic_close(f);
	PT_ASSERT_EQ(t, fake_cyclic_open(f), 0);
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), -EINVAL);
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, 2 * FAKE_PERIOD,
					   FAKE_RING), 0);
	fake_cyclic_close(f);
	portcls_wavecyclic_set_interval(f->port, period_us);
	PT_ASSERT_EQ(t, fake_cyclic_open(f), 0);
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), 0);
	pt_cyclic_end(t, f);
}

static const struct portcls_test_case wavecyclic_params_cases[] = {
	{ "PC-60 stream, channel and group are one reference each, given back at close",
	  new_stream },
	{ "PC-69 PC-125 a fresh cycle holds the silence of its format", silence },
	{ "PC-80 a format is set in place, in STOP only", set_format },
	{ "PC-81 an unsupported format is -EINVAL, and no error is another", no_such_format },
	{ "PC-104 PC-106 PC-107 PC-124 steps that fail", failures },
	{ "PC-124 a stream whose memory cannot be set up is freed", no_room },
	{ "WaveCyclic direct: the cycle is the ring, without a copy", no_copy },
	{ "WaveCyclic copied: a ring that the channel cannot hold", larger_ring },
	{ "WaveCyclic: no more than the device reaches of a larger buffer", larger_buffer },
	{ "WaveCyclic: an interval that is found out late holds from the next open on",
	  set_interval },
	{ }
};

const struct portcls_test_suite pt_suite_wavecyclic_params = {
	.name = "contract-wavecyclic-params",
	.cases = wavecyclic_params_cases,
	.exit = pt_cyclic_exit,
};
