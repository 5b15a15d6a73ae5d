// SPDX-License-Identifier: GPL-2.0
/*
 * A running WaveCyclic stream: position, copying, underrun, drain, rewind
 */
#include <linux/err.h>
#include <linux/slab.h>

#include <sound/portcls/service.h>

#include "cyclic_fixture.h"
#include "fake_pcm.h"
#include "portcls_test.h"

static const struct fake_cyclic restarting = { .restarts = true };
static const struct fake_cyclic recording = { .restarts = true, .capture = true };
static const struct fake_cyclic draining = { .drain = 40 };
static const struct fake_cyclic draining_own = { .own = true, .drain = 40 };

static void conversion(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_copied, FAKE_RING);
	u32 lap, i, done, bad = 0;

	PT_ASSERT(t, f);
	/* Each lap ends with a notification. */
	lap = f->channel->size;
	PT_EXPECT_EQ(t, lap, FAKE_CYCLE / TICK * TICK);
	for (done = 0, i = 0; i < 100; i++, done += TICK) {
		if (i)
			PT_EXPECT_EQ(t, fake_cyclic_write(f, TICK), TICK);
		bad += !pt_cyclic_has(f, done % lap, TICK, done);
		fake_cyclic_move(f, TICK);
	}
	PT_EXPECT_EQ(t, bad, 0);
	PT_EXPECT(t, f->copies >= 100);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_RUNNING);
	pt_cyclic_end(t, f);
}

static void service_states(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_copied);
	unsigned int copies;

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	f->positions = 0;
	fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, f->positions, 0);
	PT_EXPECT_EQ(t, f->copies, 0);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	f->positions = 0;
	copies = f->copies;
	fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, f->positions, 0);
	PT_EXPECT_EQ(t, f->copies, copies);
	pt_cyclic_end(t, f);
}

static void pause(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_direct, FAKE_RING);
	u32 i;

	PT_ASSERT(t, f);
	fake_cyclic_move(f, 1000);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	/* Not even of a device that runs on for a moment. */
	for (i = 0; i < 3; i++) {
		f->at += TICK;
		fake_cyclic_move(f, 0);
		PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 250);
	}
	f->at -= 3 * TICK;
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_RELEASE), 0);
	fake_cyclic_move(f, 1000);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 500);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DROP), 0);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 0);
	pt_cyclic_end(t, f);
}

static void restarts(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &restarting, FAKE_RING);

	PT_ASSERT(t, f);
	fake_cyclic_move(f, TICK);
	fake_cyclic_move(f, 200);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 130);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_RELEASE), 0);
	PT_EXPECT_EQ(t, f->at, 0);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 130);
	PT_EXPECT(t, pt_cyclic_has(f, 0, FAKE_LEAD, 520));
	fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 130 + TICK / 4);
	PT_EXPECT(t, pt_cyclic_has(f, TICK, FAKE_LEAD, 520 + TICK));
	pt_cyclic_end(t, f);
}

/* The device records @bytes; without @notify its interrupt is yet to come. */
static void record(struct fake_cyclic *f, u32 bytes, bool notify)
{
	for (; bytes; bytes--, f->at = (f->at + 1) % f->channel->size)
		fake_cyclic_cycle(f)[f->at] = fake_cyclic_byte(f->written++);
	if (notify)
		fake_cyclic_move(f, 0);
}

/* The client reads the first @bytes that were recorded. */
static void read_first(struct portcls_test *t, struct fake_cyclic *f, u32 bytes)
{
	u8 *data = kmalloc(bytes, GFP_KERNEL);
	u32 i, bad = 0;

	PT_ASSERT(t, data);
	PT_EXPECT_EQ(t, fake_cyclic_read(f, data, bytes), bytes);
	for (i = 0; i < bytes; i++)
		bad += data[i] != fake_cyclic_byte(i);
	kfree(data);
	PT_EXPECT_EQ(t, bad, 0);
}

/* What had no room in the client's ring is gone with the device's place: an xrun. */
static void restart_loses(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &recording);
	u32 i, n = FAKE_RING - FAKE_PERIOD;

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	for (i = 0; i < n; i += TICK)
		record(f, TICK, true);
	record(f, FAKE_PERIOD + TICK, false);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	read_first(t, f, n);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_RELEASE), 0);
	PT_EXPECT_EQ(t, f->at, 0);
	record(f, TICK, true);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_XRUN);
	pt_cyclic_end(t, f);
}

/* Of a pause that found room for all nothing is missed, and nothing comes twice. */
static void restart_records(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &recording);

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	record(f, TICK, true);
	record(f, 200, false);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_RELEASE), 0);
	record(f, TICK, true);
	record(f, TICK, true);
	read_first(t, f, 3 * TICK + 200);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_RUNNING);
	pt_cyclic_end(t, f);
}

static void jitter(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_direct, FAKE_RING);
	u32 last = 0, i, back = 0, now;

	PT_ASSERT(t, f);
	for (i = 0; i < 300; i++) {
		f->ss->runtime->control->appl_ptr = f->ss->runtime->status->hw_ptr +
						    FAKE_RING / 4;
		fake_cyclic_move(f, 36);
		f->jitter = 32;
		now = fake_cyclic_pointer(f);
		back += now < last && now > TICK / 4;
		back += now >= FAKE_RING / 4;
		last = now;
	}
	PT_EXPECT_EQ(t, back, 0);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_RUNNING);
	pt_cyclic_end(t, f);
}

/* Nobody looked for most of a lap: that is no step backwards. */
static void late_look(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_direct, FAKE_RING);

	PT_ASSERT(t, f);
	f->at = FAKE_RING - FAKE_PERIOD / 4;
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), f->at / 4);
	pt_cyclic_end(t, f);
}

static void xrun(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_copied, 2 * FAKE_PERIOD);
	u32 i;

	PT_ASSERT(t, f);
	for (i = 0; i < 2 * FAKE_PERIOD / TICK - 1; i++)
		fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_RUNNING);
	PT_EXPECT(t, pt_cyclic_is_silent(f, 2 * FAKE_PERIOD, TICK));
	for (i = 0; i < FAKE_PERIOD / TICK + 1; i++)
		fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_XRUN);
	PT_EXPECT_EQ(t, f->state, PORTCLS_PAUSE);
	pt_cyclic_end(t, f);
}

/* The pump was called too late for data that the client had given. */
static void late(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_copied, FAKE_RING);

	PT_ASSERT(t, f);
	fake_cyclic_move(f, FAKE_LEAD + 400);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_XRUN);
	pt_cyclic_end(t, f);
}

static void drain(struct portcls_test *t, const struct fake_cyclic *kind)
{
	const u32 extra = 160;
	struct fake_cyclic *f = pt_cyclic_run(t, kind, FAKE_PERIOD + 400);
	u32 moved = 0, bad = 0, blind = 0;
	int looked;

	PT_ASSERT(t, f);
	/* Of the lap before. */
	if (!f->own)
		memset(fake_cyclic_cycle(f) + FAKE_PERIOD + 400, 0x77,
		       FAKE_RING - FAKE_PERIOD - 400);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_DRAIN), 0);
	while (pt_cyclic_state(f) == (__force int)SNDRV_PCM_STATE_DRAINING &&
	       moved < FAKE_RING) {
		bad += !(moved < FAKE_PERIOD + 400 ? pt_cyclic_has(f, moved, 40, moved) :
						     pt_cyclic_is_silent(f, moved, 40));
		fake_cyclic_move(f, 40);
		moved += 40;
		/* Who asks for the delay meanwhile does not end it. */
		looked = fake_cyclic_do(f, SNDRV_PCM_IOCTL_DELAY);
		if (pt_cyclic_state(f) == (__force int)SNDRV_PCM_STATE_DRAINING)
			blind += looked != 0;
	}
	PT_EXPECT_EQ(t, bad, 0);
	PT_EXPECT_EQ(t, blind, 0);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_SETUP);
	PT_EXPECT_EQ(t, moved, FAKE_PERIOD + 400 + extra);
	PT_EXPECT(t, pt_cyclic_is_silent(f, moved, TICK));
	pt_cyclic_end(t, f);
}

static void drain_direct(struct portcls_test *t)
{
	drain(t, &draining);
}

static void drain_copied(struct portcls_test *t)
{
	drain(t, &draining_own);
}

/* A ring that went round plays on to its client's last frame after sleep, and no more. */
static void drain_resumed(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &draining_own);
	u32 moved = FAKE_RING - TICK, i;

	PT_ASSERT(t, f);
	f->ss->runtime->stop_threshold = f->ss->runtime->boundary;
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	for (i = 0; i < moved; i += TICK)
		fake_cyclic_move(f, TICK);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_DRAIN), 0);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_SUSPEND), 0);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_RESUME), 0);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_DRAINING);
	PT_EXPECT(t, pt_cyclic_has(f, moved, TICK, moved));
	PT_EXPECT(t, pt_cyclic_is_silent(f, FAKE_RING, TICK));
	for (i = 0; i < 2; i++)
		fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_SETUP);
	pt_cyclic_end(t, f);
}

static void free_running(struct portcls_test *t, const struct fake_cyclic *kind)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, kind);
	u32 i;

	PT_ASSERT(t, f);
	f->ss->runtime->stop_threshold = f->ss->runtime->boundary;
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	for (i = 1; i <= 3 * FAKE_RING / TICK; i++)
		fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_RUNNING);
	PT_EXPECT_EQ(t, f->ss->runtime->status->hw_ptr, 3 * FAKE_RING / 4);
	if (f->own)
		PT_EXPECT(t, pt_cyclic_has(f, f->at, TICK, 0));
	/* From now on it may run dry. */
	f->ss->runtime->stop_threshold = f->ss->runtime->buffer_size;
	for (i = 0; i < 2 * FAKE_PERIOD / TICK; i++)
		fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_XRUN);
	pt_cyclic_end(t, f);
}

static void free_direct(struct portcls_test *t)
{
	free_running(t, &pt_cyclic_direct);
}

static void free_copied(struct portcls_test *t)
{
	free_running(t, &pt_cyclic_copied);
}

static void appl_ptr(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_copied, FAKE_RING);
	const u32 ring = FAKE_RING / 4;

	PT_ASSERT(t, f);
	fake_cyclic_move(f, TICK);
	/* One framing before the position, and one frame less. */
	PT_EXPECT_EQ(t, fake_cyclic_set_appl(f, 2 * TICK / 4 - 1), -EINVAL);
	PT_EXPECT_EQ(t, f->ss->runtime->control->appl_ptr, ring);
	PT_EXPECT_EQ(t, fake_cyclic_set_appl(f, 2 * TICK / 4), 0);
	PT_EXPECT(t, pt_cyclic_has(f, TICK, TICK, TICK));
	PT_EXPECT(t, pt_cyclic_is_silent(f, 2 * TICK, FAKE_LEAD - TICK));
	/* More than a ring ahead. */
	PT_EXPECT_EQ(t, fake_cyclic_set_appl(f, f->ss->runtime->status->hw_ptr + ring + 1),
		     -EINVAL);
	PT_EXPECT_EQ(t, f->ss->runtime->control->appl_ptr, 2 * TICK / 4);
	PT_EXPECT_EQ(t, fake_cyclic_set_appl(f, f->ss->runtime->status->hw_ptr + ring), 0);
	pt_cyclic_end(t, f);
}

static void reset(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_copied, FAKE_RING);

	PT_ASSERT(t, f);
	fake_cyclic_move(f, TICK);
	PT_ASSERT_EQ(t, fake_pcm_reset(f->ss), 0);
	/* What was written is gone, and less than a framing may follow. */
	PT_EXPECT(t, pt_cyclic_is_silent(f, TICK, FAKE_LEAD));
	PT_EXPECT_EQ(t, fake_cyclic_write(f, 40), 40);
	PT_EXPECT(t, pt_cyclic_has(f, TICK, 40, FAKE_RING));
	PT_EXPECT(t, pt_cyclic_is_silent(f, TICK + 40, FAKE_LEAD - 40));
	fake_cyclic_move(f, 40);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), (TICK + 40) / 4);
	pt_cyclic_end(t, f);
}

static void reset_looped(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_copied);

	PT_ASSERT(t, f);
	f->ss->runtime->stop_threshold = f->ss->runtime->boundary;
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	fake_cyclic_move(f, TICK);
	PT_ASSERT_EQ(t, fake_pcm_reset(f->ss), 0);
	PT_EXPECT(t, pt_cyclic_has(f, TICK, 2 * TICK, TICK));
	fake_cyclic_move(f, TICK);
	PT_EXPECT(t, pt_cyclic_has(f, 2 * TICK, 2 * TICK, 2 * TICK));
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 2 * TICK / 4);
	pt_cyclic_end(t, f);
}

static void drop_paused(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_copied, FAKE_RING);
	u32 at;

	PT_ASSERT(t, f);
	fake_cyclic_move(f, TICK);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	at = f->at;
	/* The core lets a paused stream go on for a moment to stop it. */
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DROP), 0);
	PT_EXPECT_EQ(t, f->state, PORTCLS_PAUSE);
	fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, f->at, at);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_SETUP);
	pt_cyclic_end(t, f);
}

/* However often somebody looks. */
static void looks(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_direct, FAKE_RING);
	u32 i, bad = 0;

	PT_ASSERT(t, f);
	fake_cyclic_move(f, 1000);
	for (i = 0; i < 1000; i++) {
		f->jitter = i % 3 * 4;
		bad += fake_cyclic_pointer(f) != 250;
	}
	PT_EXPECT_EQ(t, bad, 0);
	PT_EXPECT(t, f->positions >= 1000);
	fake_cyclic_move(f, 24);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), 256);
	pt_cyclic_end(t, f);
}

/* The core's pointer is what it was at the last wake-up: nobody else looks. */
static void wake_ups(struct portcls_test *t, const struct fake_cyclic *kind)
{
	struct fake_cyclic *f = pt_cyclic_run(t, kind, FAKE_RING);
	u32 i, bad = 0;

	PT_ASSERT(t, f);
	for (i = 1; i < 3 * FAKE_PERIOD / TICK; i++) {
		u32 ended = i * TICK / FAKE_PERIOD * FAKE_PERIOD;

		fake_cyclic_move(f, TICK);
		bad += f->ss->runtime->status->hw_ptr != ended / 4;
		portcls_wavecyclic_notify(f->group);
		bad += f->ss->runtime->status->hw_ptr != ended / 4;
	}
	PT_EXPECT_EQ(t, bad, 0);
	pt_cyclic_end(t, f);
}

static void wakes_direct(struct portcls_test *t)
{
	wake_ups(t, &pt_cyclic_direct);
}

static void wakes_copied(struct portcls_test *t)
{
	wake_ups(t, &pt_cyclic_copied);
}

static const struct portcls_test_case cyclic_cases[] = {
	{ "PC-71 PC-72 every byte goes through the channel's copy methods, of which six suffice",
	  conversion },
	{ "PC-74 a service in another state than RUN does nothing", service_states },
	{ "PC-79 looking at the position does not change it", looks },
	{ "PC-105 the position is frozen in PAUSE and 0 after STOP", pause },
	{ "PC-108 a device that restarts at zero goes on with the next byte", restarts },
	{ "PC-108 what such a device could not deliver before is an xrun", restart_loses },
	{ "PC-108 and what it could is followed by what comes next", restart_records },
	{ "PC-112 a position that steps back does not get out", jitter },
	{ "WaveCyclic: a lap seen late is not jitter", late_look },
	{ "PC-114 a direct client is woken at a period's end, once", wakes_direct },
	{ "PC-114 a copied client is woken at a period's end, once", wakes_copied },
	{ "PC-115 an xrun comes when the last byte was played", xrun },
	{ "PC-115 data that were due before the pump ran are an xrun", late },
	{ "PC-116 a direct drain ends when the last byte is out, with silence behind it",
	  drain_direct },
	{ "PC-116 a copied drain ends when the last byte is out, with silence behind it",
	  drain_copied },
	{ "PC-116 a drain that is resumed after sleep lays nothing behind the last frame",
	  drain_resumed },
	{ "PC-117 PC-118 a direct ring goes round until it may not", free_direct },
	{ "PC-117 PC-118 a copied ring goes round until it may not", free_copied },
	{ "PC-120 PC-121 rewinds down to one framing, no pointer beyond a ring", appl_ptr },
	{ "PC-122 RESET takes back what was written", reset },
	{ "PC-122 RESET leaves a looped ring alone", reset_looped },
	{ "PC-123 a paused stream that is dropped plays nothing", drop_paused },
	{ }
};

const struct portcls_test_suite pt_suite_wavecyclic = {
	.name = "contract-wavecyclic",
	.cases = cyclic_cases,
	.exit = pt_cyclic_exit,
};
