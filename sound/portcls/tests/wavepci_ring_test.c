// SPDX-License-Identifier: GPL-2.0
/*
 * The client's ring on the WavePci port: pointer, underrun, drain, rewind
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "fake_pcm.h"
#include "pci_fixture.h"
#include "portcls_test.h"

#define PERIOD	FAKE_PCI_PERIOD
#define RING	FAKE_PCI_BUFFER

static void pointer_forward(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	u32 last = 0, now, size, steps = 0;
	u64 total = 0;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	size = pt_pci_runtime(f)->buffer_size;
	f->stream[0]->jitter = 64;
	while (total < 6 * size) {
		PT_ASSERT(t, steps++ < size);
		fake_pci_move(f, false, 36);
		now = fake_pci_pointer(f, false);
		PT_ASSERT(t, now < size);
		/* Backward is more than half a ring forward. */
		PT_ASSERT(t, (now + size - last) % size <= 25);
		total += (now + size - last) % size;
		last = now;
		fake_pci_notify(f);
		fake_pci_write(f, 128);
	}
	PT_EXPECT(t, f->stream[0]->position - total * 4 <= 64);
	pt_pci_end(t, f);
}

/* A period's end tells the core, with one look at the position, and nothing else does. */
static void elapsed_once(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	unsigned int ends = 0, elapsed, before;
	struct snd_pcm_runtime *runtime;
	snd_pcm_uframes_t seen;
	u32 at = 0;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	runtime = pt_pci_runtime(f);
	while (at < 7 * PERIOD) {
		u32 packet = at / PERIOD;

		at += fake_pci_move(f, false, 700);
		before = f->positions;
		seen = runtime->status->hw_ptr;
		fake_pci_notify(f);
		elapsed = f->positions - before;
		PT_ASSERT_EQ(t, elapsed, at / PERIOD != packet);
		PT_ASSERT_EQ(t, runtime->status->hw_ptr != seen, elapsed);
		ends += elapsed;
		/* Neither an ack nor a second tick brings one. */
		fake_pci_write(f, 64);
		before = f->positions;
		fake_pci_notify(f);
		PT_ASSERT_EQ(t, f->positions, before);
	}
	PT_EXPECT_EQ(t, ends, 7);
	pt_pci_end(t, f);
}

static void xrun_in_time(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	u32 data = 2 * PERIOD + 1000;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, data), data);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 2 * PERIOD - 4), 2 * PERIOD - 4);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 1000), 1000);
	fake_pci_notify(f);
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_RUNNING);
	/* The device ends with the data, and its last interrupt tells. */
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), 4);
	fake_pci_notify(f);
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_XRUN);
	PT_EXPECT_EQ(t, f->heard_bytes, data);
	PT_EXPECT(t, fake_pci_heard(f, 0, data, 0));
	pt_pci_end(t, f);
}

static void drain_whole(struct portcls_test *t)
{
	const struct fake_pci_config config = { .drain = 512 };
	struct fake_pci *f = pt_pci_begin(t, &config);
	u32 data = 2 * PERIOD + 1000, i, loud = 0, n = 0;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, data), data);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	/* The client does not wait, so the core says that it would. */
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	while (pt_pci_runtime(f)->state == SNDRV_PCM_STATE_DRAINING && n < 2 * RING) {
		n += 100;
		fake_pci_move(f, false, 100);
		fake_pci_notify(f);
		/* Once more, as a client that does not wait asks: the device goes on. */
		if (n == 500 || n == data - data % 100) {
			fake_pci_clear_log(f);
			PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN),
				     -EAGAIN);
			PT_EXPECT(t, pt_pci_log_is(t, f, ""));
		}
	}
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_SETUP);
	PT_EXPECT(t, fake_pci_heard(f, 0, data, 0));
	/* The data are through, and the client has nothing to wait for. */
	PT_EXPECT(t, f->heard_bytes >= data && f->heard_bytes < data + 100);
	PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_RUN);
	/* What the client does now does not reach the device. */
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, data / 4 + 100), 0);
	while (fake_pci_move(f, false, 100))
		fake_pci_notify(f);
	PT_EXPECT_EQ(t, f->heard_bytes, data + 512 * 4);
	for (i = data; i < f->heard_bytes; i++)
		loud += f->heard[i] != 0;
	PT_EXPECT_EQ(t, loud, 0);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_PAUSE);
	pt_pci_end(t, f);
}

/* With no frame left something has to tell the core that the drain is over. */
static void drain_nothing(struct portcls_test *t)
{
	const struct fake_pci_config two = { .min_start = 2 };
	struct fake_pci *f = pt_pci_begin(t, &two);
	struct snd_pcm_runtime *runtime;

	if (!f)
		return;
	runtime = pt_pci_runtime(f);
	runtime->stop_threshold = runtime->boundary;
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	PT_EXPECT(t, runtime->state == SNDRV_PCM_STATE_DRAINING);
	f->heard_bytes = 0;
	PT_EXPECT_EQ(t, fake_pci_open_mappings(f, false), 2);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), 64 * 4);
	PT_EXPECT(t, !memchr_inv(f->heard, 0, 64 * 4));
	fake_pci_notify(f);
	PT_EXPECT(t, runtime->state == SNDRV_PCM_STATE_SETUP);
	pt_pci_end(t, f);
}

/* The core sees no movement in a whole ring, nor the end of the drain in a part of it. */
static void drain_ring(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), RING);
	fake_pci_notify(f);
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_SETUP);
	PT_EXPECT_EQ(t, pt_pci_runtime(f)->status->hw_ptr, RING / 4);
	pt_pci_end(t, f);
}

/* A device that never says that the silence is over does not hold its client. */
static void drain_lingers(struct portcls_test *t)
{
	const struct fake_pci_config config = { .drain = 512 };
	struct fake_pci *f = pt_pci_begin(t, &config);
	unsigned long begun;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, 2 * PERIOD), 2 * PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 2 * PERIOD), 2 * PERIOD);
	fake_pci_notify(f);
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_SETUP);
	PT_EXPECT(t, fake_pci_open_mappings(f, false) > 0);
	begun = jiffies;
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	/* 512 frames of 8 kHz are 64 ms, and as long must it wait, less a tick. */
	PT_EXPECT(t, jiffies_to_msecs(jiffies - begun) >= 60);
	PT_EXPECT(t, jiffies_to_msecs(jiffies - begun) < 200);
	PT_EXPECT_EQ(t, fake_pci_open_mappings(f, false), 0);
	PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_PAUSE);
	PT_EXPECT_EQ(t, f->heard_bytes, 2 * PERIOD);
	pt_pci_end(t, f);
}

static void free_running(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct snd_pcm_runtime *runtime;
	u32 total = 0;

	if (!f)
		return;
	runtime = pt_pci_runtime(f);
	runtime->stop_threshold = runtime->boundary;
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	/* Ten seconds at 8 kHz. */
	while (total < 80000 * 4) {
		PT_ASSERT_EQ(t, fake_pci_move(f, false, PERIOD / 2), PERIOD / 2);
		total += PERIOD / 2;
		fake_pci_notify(f);
		f->heard_bytes = 0;
	}
	PT_EXPECT(t, runtime->state == SNDRV_PCM_STATE_RUNNING);
	PT_EXPECT(t, total / 4 - runtime->status->hw_ptr <= PERIOD / 4);
	pt_pci_end(t, f);
}

static void threshold_changes(struct portcls_test *t)
{
	const struct fake_pci_config small = { .depth = 1 };
	struct fake_pci *f = pt_pci_begin(t, &small);
	struct snd_pcm_runtime *runtime;
	u32 total = 0, n;

	if (!f)
		return;
	runtime = pt_pci_runtime(f);
	runtime->stop_threshold = runtime->boundary;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	for (; total < 3 * PERIOD; total += n) {
		n = fake_pci_move(f, false, PERIOD);
		PT_ASSERT_EQ(t, n, PERIOD);
		fake_pci_notify(f);
	}
	/* One mapping is out, the next one is not granted any more. */
	runtime->stop_threshold = runtime->buffer_size;
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), PERIOD);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), 0);
	pt_pci_end(t, f);
}

static void mmap_client(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	PT_EXPECT_EQ(t, fake_pci_open_mappings(f, false), 1);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, 2 * PERIOD / 4), 0);
	PT_EXPECT_EQ(t, f->available, 1);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), PERIOD);
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_RUNNING);
	pt_pci_end(t, f);
}

static void rewind(struct portcls_test *t)
{
	const struct fake_pci_config config = { .prefetch = 64 };
	struct fake_pci *f = pt_pci_begin_running(t, &config, 1000);
	u32 edge = 1000 / 4 + 64, i, bad = 0;
	u8 *ring;

	if (!f)
		return;
	fake_pci_pointer(f, false);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, edge - 1), -EINVAL);
	PT_EXPECT_EQ(t, pt_pci_runtime(f)->control->appl_ptr, RING / 4);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, edge), 0);
	/* What is written now is heard: open mappings stay open. */
	PT_EXPECT_EQ(t, f->revoked, 0);
	ring = pt_pci_runtime(f)->dma_area;
	for (i = edge * 4; i < RING; i++)
		ring[i] = ~fake_pci_byte(i);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, RING / 4), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), RING - 1000);
	PT_EXPECT(t, fake_pci_heard(f, 0, edge * 4, 0));
	for (i = edge * 4; i < RING; i++)
		bad += f->heard[i] != (u8)~fake_pci_byte(i);
	PT_EXPECT_EQ(t, bad, 0);
	pt_pci_end(t, f);
}

/* Nobody has looked where the device is before the pause. */
static void rewind_paused(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 1000);

	if (!f)
		return;
	PT_EXPECT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, 1000 / 4 - 1), -EINVAL);
	/* As a client may write it, further back than the stream's beginning. */
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, pt_pci_runtime(f)->boundary - 1), -EINVAL);
	PT_EXPECT_EQ(t, pt_pci_runtime(f)->control->appl_ptr, RING / 4);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, 1000 / 4), 0);
	pt_pci_end(t, f);
}

static void appl_too_far(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 1000);
	snd_pcm_uframes_t most = RING / 4 + 1000 / 4;

	if (!f)
		return;
	fake_pci_pointer(f, false);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, most + 1), -EINVAL);
	PT_EXPECT_EQ(t, pt_pci_runtime(f)->control->appl_ptr, RING / 4);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, pt_pci_runtime(f)->boundary / 2),
		     -EINVAL);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, most), 0);
	pt_pci_end(t, f);
}

static void reset_and_prepare(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 3 * PERIOD);
	struct snd_pcm_substream *ss;
	u32 before;

	if (!f)
		return;
	ss = f->ss[0];
	fake_pci_notify(f);
	PT_ASSERT_EQ(t, fake_pcm_reset(f->ss[0]), 0);
	/* The next write goes where the core thinks, and is all there is. */
	f->written = 3 * PERIOD;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_EXPECT_EQ(t, ss->runtime->control->appl_ptr, PERIOD);
	before = f->heard_bytes;
	PT_EXPECT(t, fake_pci_move(f, false, PERIOD) == PERIOD);
	PT_EXPECT(t, fake_pci_heard(f, before, PERIOD, 3 * PERIOD));

	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_EXPECT_EQ(t, ss->runtime->control->appl_ptr, 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), PERIOD);
	pt_pci_end(t, f);
}

/* All that the device is given, with the part of a packet that goes out at the last. */
static u32 move_all(struct fake_pci *f, bool capture)
{
	u32 bytes = fake_pci_move(f, capture, 2 * RING);

	fake_pci_notify(f);
	return bytes + fake_pci_move(f, capture, 2 * RING);
}

/* Paused in the last period: the core's next look is in the next lap. */
static void reset_paused(struct portcls_test *t)
{
	u32 at = RING - PERIOD + 400;
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, at);
	struct snd_pcm_runtime *runtime;

	if (!f)
		return;
	runtime = pt_pci_runtime(f);
	fake_pci_notify(f);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	PT_ASSERT_EQ(t, fake_pcm_reset(f->ss[0]), 0);
	f->written = at;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_PAUSE_RELEASE), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD - 4), PERIOD - 4);
	fake_pci_notify(f);
	PT_EXPECT(t, runtime->state == SNDRV_PCM_STATE_RUNNING);
	PT_EXPECT_EQ(t, runtime->control->appl_ptr - runtime->status->hw_ptr, 1);
	/* All there is room for is taken, and no more than that is played. */
	PT_EXPECT_EQ(t, fake_pci_write(f, RING), RING - 4);
	PT_EXPECT_EQ(t, move_all(f, false), RING);
	PT_EXPECT_EQ(t, f->heard_wrong, 0);
	pt_pci_end(t, f);
}

/* The same when recording: what is read from then on is recorded from then on. */
static void reset_capture(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	u32 at = RING - PERIOD + 400, i, bad = 0;
	struct snd_pcm_runtime *runtime;
	u8 *data;

	if (!f)
		return;
	PT_ASSERT_EQ(t, pt_pci_record(f), 0);
	runtime = f->ss[1]->runtime;
	PT_EXPECT_EQ(t, fake_pci_move(f, true, at), at);
	fake_pci_notify(f);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, true, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	PT_ASSERT_EQ(t, fake_pcm_reset(f->ss[1]), 0);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, true, SNDRV_PCM_TRIGGER_PAUSE_RELEASE), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, true, PERIOD), PERIOD);
	fake_pci_notify(f);
	PT_EXPECT(t, runtime->state == SNDRV_PCM_STATE_RUNNING);
	data = kmalloc(PERIOD, GFP_KERNEL);
	PT_ASSERT(t, data);
	PT_EXPECT_EQ(t, snd_pcm_kernel_read(f->ss[1], data, PERIOD / 4), PERIOD / 4);
	for (i = 0; i < PERIOD; i++)
		bad += data[i] != fake_pci_byte(at + i);
	kfree(data);
	PT_EXPECT_EQ(t, bad, 0);
	/* And no more than the client has read is there to be filled. */
	PT_EXPECT_EQ(t, move_all(f, true), RING);
	pt_pci_end(t, f);
}

static const struct portcls_test_case wavepci_ring_cases[] = {
	{ "PC-112 the pointer stays in the ring and never goes back", pointer_forward },
	{ "PC-113 PC-114 a period elapses once, at a packet's end, from service only",
	  elapsed_once },
	{ "PC-115 an underrun is told when the last byte was played", xrun_in_time },
	{ "PC-116 a drain ends behind the last byte", drain_whole },
	{ "PC-116 a drain with nothing left ends", drain_nothing },
	{ "PC-116 a drain of a whole ring between two looks ends", drain_ring },
	{ "PC-116 silence behind a drain is waited for, but not for ever",
	  drain_lingers },
	{ "PC-117 a ring that goes round goes on without data", free_running },
	{ "PC-118 a new stop threshold counts from the next mapping on",
	  threshold_changes },
	{ "PC-119 moving the pointer alone restarts a refused device", mmap_client },
	{ "PC-120 a rewind reaches down to the prefetch and is heard", rewind },
	{ "PC-120 a rewind in a pause takes back nothing that was played", rewind_paused },
	{ "PC-121 a pointer beyond the ring is refused", appl_too_far },
	{ "PC-122 reset and prepare keep both pointers equal", reset_and_prepare },
	{ "PC-122 reset of a paused stream goes on where the device is", reset_paused },
	{ "PC-122 reset of a paused recording does so too", reset_capture },
	{ }
};

const struct portcls_test_suite pt_suite_wavepci_ring = {
	.name = "contract-alsa-ring",
	.cases = wavepci_ring_cases,
	.exit = pt_pci_exit,
};
