// SPDX-License-Identifier: GPL-2.0
/*
 * What the PCM core lets in beside the ones who make a stream, and starts without a word
 *
 * The core serialises hw_free, hw_params and prepare, but says PREPARED until they are
 * through, and lets another thread drain, reset and commit. Here one thread does both:
 * it calls the port's own hw_free, of which the core's state knows nothing.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <sound/pcm_params.h>

#include "cyclic_fixture.h"
#include "fake_pcm.h"
#include "fake_pci.h"

#define PERIOD	FAKE_PCI_PERIOD
#define RING	FAKE_PCI_BUFFER

/*
 * The core does not ask whether a drain's start went well, and gives it up by itself only
 * where it waits for a period's end.
 */
static void port_drain_in_vain(struct portcls_test *t, struct snd_pcm_substream *ss)
{
	ktime_t end = ktime_add_ms(ktime_get(), 2000);

	ss->runtime->no_period_wakeup = 1;
	PT_EXPECT_EQ(t, snd_pcm_kernel_ioctl(ss, SNDRV_PCM_IOCTL_DRAIN, NULL), -EAGAIN);
	while (ss->runtime->state == SNDRV_PCM_STATE_DRAINING && ktime_before(ktime_get(), end))
		msleep(20);
	PT_EXPECT_EQ(t, (__force int)ss->runtime->state, (__force int)SNDRV_PCM_STATE_XRUN);
}

/* All that can come in, while the core says PREPARED. */
static void port_visit(struct portcls_test *t, struct snd_pcm_substream *ss)
{
	struct snd_pcm_runtime *runtime = ss->runtime;
	snd_pcm_uframes_t appl;

	PT_ASSERT(t, runtime->state == SNDRV_PCM_STATE_PREPARED);
	PT_EXPECT_EQ(t, fake_pcm_reset(ss), 0);
	snd_pcm_stream_lock_irq(ss);
	appl = runtime->control->appl_ptr;
	runtime->control->appl_ptr = 64;
	PT_EXPECT_EQ(t, ss->ops->ack(ss), 0);
	PT_EXPECT_EQ(t, ss->ops->pointer(ss), SNDRV_PCM_POS_XRUN);
	snd_pcm_stream_unlock_irq(ss);
	port_drain_in_vain(t, ss);
	snd_pcm_stream_lock_irq(ss);
	runtime->control->appl_ptr = appl;
	PT_EXPECT_EQ(t, ss->ops->trigger(ss, SNDRV_PCM_TRIGGER_START), -EBADFD);
	PT_EXPECT_EQ(t, ss->ops->trigger(ss, SNDRV_PCM_TRIGGER_DRAIN), 0);
	PT_EXPECT_EQ(t, ss->ops->trigger(ss, SNDRV_PCM_TRIGGER_STOP), 0);
	snd_pcm_stream_unlock_irq(ss);
}

static void port_visit_pci(struct portcls_test *t)
{
	static const struct fake_pci_config plain = {};
	struct fake_pci *f = fake_pci_new(&plain);
	struct snd_pcm_substream *ss;

	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f), 0))
		return;
	if (!PT_EXPECT_EQ(t, fake_pci_playback(f), 0))
		goto out;
	ss = f->ss[0];
	PT_EXPECT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_EXPECT_EQ(t, ss->ops->hw_free(ss), 0);
	PT_EXPECT_EQ(t, f->streams, 0);
	port_visit(t, ss);
	PT_EXPECT_EQ(t, f->wrong, 0);
	fake_pci_close(f, false);

	/* Afterwards it is a stream like any other. */
	f->written = 0;
	if (PT_EXPECT_EQ(t, fake_pci_playback(f), 0) &&
	    PT_EXPECT_EQ(t, fake_pci_write(f, RING), RING) &&
	    PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_START), 0)) {
		PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), RING);
		PT_EXPECT(t, fake_pci_heard(f, 0, RING, 0));
	}
	fake_pci_close(f, false);
	PT_EXPECT_EQ(t, f->wrong, 0);
out:
	fake_pci_free(f);
}

static void port_visit_cyclic(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_PERIOD), FAKE_PERIOD);
	PT_ASSERT_EQ(t, f->ss->ops->hw_free(f->ss), 0);
	PT_EXPECT_EQ(t, f->alive, 0);
	port_visit(t, f->ss);
	pt_cyclic_end(t, f);
}

/* hw_params has freed the ring and not told us yet, or prepare has and the core has not. */
static void port_ring_away(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	mutex_lock(&f->ss->runtime->buffer_mutex);
	port_drain_in_vain(t, f->ss);
	PT_EXPECT_EQ(t, f->state, PORTCLS_PAUSE);
	mutex_unlock(&f->ss->runtime->buffer_mutex);
	pt_cyclic_end(t, f);
}

static void port_drain_refused(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	f->fail_up[PORTCLS_RUN] = -EIO;
	port_drain_in_vain(t, f->ss);
	PT_EXPECT_EQ(t, f->state, PORTCLS_PAUSE);
	f->fail_up[PORTCLS_RUN] = 0;
	pt_cyclic_end(t, f);
}

/* A client whose ring is to go round, and who has written a period of it. */
static struct fake_pci *port_looped(struct portcls_test *t)
{
	static const struct fake_pci_config plain = {};
	struct fake_pci *f = fake_pci_new(&plain);

	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f), 0))
		return NULL;
	if (PT_EXPECT_EQ(t, fake_pci_playback(f), 0)) {
		f->ss[0]->runtime->stop_threshold = f->ss[0]->runtime->boundary;
		if (PT_EXPECT_EQ(t, fake_pci_write(f, PERIOD), PERIOD))
			return f;
		fake_pci_close(f, false);
	}
	fake_pci_free(f);
	return NULL;
}

static void port_looped_end(struct portcls_test *t, struct fake_pci *f)
{
	fake_pci_close(f, false);
	PT_EXPECT_EQ(t, f->wrong, 0);
	fake_pci_free(f);
}

/* The device has more of a ring that was to go round, is stopped, and does not start again. */
static void port_cut_refused(struct portcls_test *t)
{
	struct fake_pci *f = port_looped(t);

	if (!f)
		return;
	if (PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_START), 0)) {
		f->fail_up[PORTCLS_RUN] = -EIO;
		port_drain_in_vain(t, f->ss[0]);
		PT_EXPECT_EQ(t, f->fail_up[PORTCLS_RUN], 0);
		PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_PAUSE);
	}
	port_looped_end(t, f);
}

/* The same where the drain began with the start, and is noticed at an interrupt. */
static void port_cut_at_service(struct portcls_test *t)
{
	struct fake_pci *f = port_looped(t);
	unsigned int services;

	if (!f)
		return;
	if (PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN) &&
	    PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_RUN)) {
		f->fail_up[PORTCLS_RUN] = -EIO;
		services = f->services;
		fake_pci_notify(f);
		PT_EXPECT_EQ(t, f->fail_up[PORTCLS_RUN], 0);
		PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_PAUSE);
		PT_EXPECT_EQ(t, f->services, services);
		PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	}
	port_looped_end(t, f);
}

/* A ring that was to go round is played as far as the client has written it. */
static void port_drain_looped(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_copied);

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	PT_ASSERT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), 0);
	f->ss->runtime->stop_threshold = f->ss->runtime->boundary;
	f->written = 0;
	PT_ASSERT_EQ(t, fake_cyclic_write(f, TICK / 2), TICK / 2);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	PT_EXPECT(t, pt_cyclic_has(f, 0, TICK / 2, 0));
	msleep(20);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_DRAINING);
	PT_EXPECT(t, pt_cyclic_has(f, 0, TICK / 2, 0));
	PT_EXPECT(t, pt_cyclic_is_silent(f, TICK / 2, TICK));
	pt_cyclic_end(t, f);
}

/* The core still says that it is, and steps from STOP are not for the stream lock. */
static void port_not_prepared(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	f->fail_up[PORTCLS_ACQUIRE] = -ENOMEM;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), -ENOMEM);
	f->fail_up[PORTCLS_ACQUIRE] = 0;
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_PREPARED);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), -EBADFD);
	PT_EXPECT_EQ(t, f->state, PORTCLS_STOP);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE), 0);
	f->written = 0;
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0);
	PT_EXPECT_EQ(t, f->state, PORTCLS_RUN);
	pt_cyclic_end(t, f);
}

/* Of a stream that slept in PREPARED the core makes a prepared one without asking. */
static void port_no_power(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	f->card->power = PORTCLS_D3;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), -EIO);
	PT_EXPECT_EQ(t, f->state, PORTCLS_PAUSE);
	f->card->power = PORTCLS_D0;
	f->card->gone = 1;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), -ENODEV);
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), -ENODEV);
	PT_EXPECT_EQ(t, f->news, 1);
	f->card->gone = 0;
	/* What makes a stream wakes the card first. */
	f->card->power = PORTCLS_D3;
	PT_EXPECT_EQ(t, fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					   FAKE_RING), 0);
	PT_EXPECT_EQ(t, f->card->power, PORTCLS_D0);
	pt_cyclic_end(t, f);
}

/* A drain that begins with the start. Nothing notifies: the timer is all there is. */
static void port_drain_first(struct portcls_test *t, bool own)
{
	struct fake_cyclic kind = { .own = own, .drain = 40 };
	struct fake_cyclic *f = pt_cyclic_begin(t, &kind);
	ktime_t end;

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, 400), 400);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_DRAINING);
	PT_EXPECT_EQ(t, f->state, PORTCLS_RUN);
	PT_EXPECT(t, pt_cyclic_has(f, 0, 400, 0));
	PT_EXPECT(t, pt_cyclic_is_silent(f, 400, TICK));
	f->at = 400;
	msleep(100);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_DRAINING);
	f->at = 560;
	end = ktime_add_ms(ktime_get(), 2000);
	while (pt_cyclic_state(f) == (__force int)SNDRV_PCM_STATE_DRAINING &&
	       ktime_before(ktime_get(), end))
		msleep(20);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_SETUP);
	PT_EXPECT_EQ(t, f->state, PORTCLS_PAUSE);
	pt_cyclic_end(t, f);
}

static void port_drain_direct(struct portcls_test *t)
{
	port_drain_first(t, false);
}

static void port_drain_copied(struct portcls_test *t)
{
	port_drain_first(t, true);
}

/* The client goes on where the device stands, not where the core began to count anew. */
static void port_reset_paused(struct portcls_test *t, const struct fake_cyclic *kind)
{
	struct fake_cyclic *f = pt_cyclic_run(t, kind, FAKE_RING);
	const u32 at = FAKE_PERIOD + TICK;
	struct snd_pcm_runtime *runtime;
	u32 i;

	PT_ASSERT(t, f);
	runtime = f->ss->runtime;
	for (i = 0; i < at; i += TICK)
		fake_cyclic_move(f, TICK);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	PT_ASSERT_EQ(t, fake_pcm_reset(f->ss), 0);
	PT_EXPECT_EQ(t, runtime->status->hw_ptr, at / 4);
	PT_EXPECT_EQ(t, runtime->control->appl_ptr, at / 4);
	f->written = 0;
	PT_ASSERT_EQ(t, fake_cyclic_write(f, 2 * TICK), 2 * TICK);
	PT_ASSERT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_PAUSE_RELEASE), 0);
	PT_EXPECT(t, pt_cyclic_has(f, at, 2 * TICK, 0));
	fake_cyclic_move(f, TICK);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DELAY), 0);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_RUNNING);
	PT_EXPECT_EQ(t, runtime->status->hw_ptr, (at + TICK) / 4);
	pt_cyclic_end(t, f);
}

static void port_reset_direct(struct portcls_test *t)
{
	port_reset_paused(t, &pt_cyclic_direct);
}

static void port_reset_copied(struct portcls_test *t)
{
	port_reset_paused(t, &pt_cyclic_copied);
}

/**
 * struct port_sleeper - counts how often who sleeps on a stream is woken
 * @entry: in the runtime's queue
 * @wakes: how often
 */
struct port_sleeper {
	struct wait_queue_entry entry;
	unsigned int wakes;
};

static int port_woken(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	container_of(entry, struct port_sleeper, entry)->wakes++;
	return 0;
}

static void port_sleep(struct port_sleeper *sleeper, struct snd_pcm_substream *ss)
{
	sleeper->wakes = 0;
	init_waitqueue_func_entry(&sleeper->entry, port_woken);
	add_wait_queue(&ss->runtime->sleep, &sleeper->entry);
}

/* The core gives up a drain by itself if nobody wakes it. */
static void port_drain_stuck(struct portcls_test *t)
{
	static const struct fake_cyclic kind = { .drain = 40 };
	struct fake_cyclic *f = pt_cyclic_begin(t, &kind);
	struct port_sleeper sleeper;

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, 400), 400);
	port_sleep(&sleeper, f->ss);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	msleep(200);
	PT_EXPECT_EQ(t, READ_ONCE(sleeper.wakes), 0);
	/* It lives. */
	f->at = 64;
	msleep(100);
	PT_EXPECT(t, READ_ONCE(sleeper.wakes));
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_DRAINING);
	remove_wait_queue(&f->ss->runtime->sleep, &sleeper.entry);
	pt_cyclic_end(t, f);
}

/* A look inside of a period, so late that the core would count a lap. */
static void port_drain_late(struct portcls_test *t)
{
	static const struct fake_cyclic kind = { .drain = 40 };
	struct fake_cyclic *f = pt_cyclic_run(t, &kind, FAKE_RING);
	struct snd_pcm_runtime *runtime;

	PT_ASSERT(t, f);
	runtime = f->ss->runtime;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	snd_pcm_stream_lock_irq(f->ss);
	runtime->hw_ptr_jiffies -= runtime->hw_ptr_buffer_jiffies;
	f->at = 64;
	snd_pcm_stream_unlock_irq(f->ss);
	msleep(100);
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_DRAINING);
	PT_EXPECT_EQ(t, runtime->status->hw_ptr, 16);
	pt_cyclic_end(t, f);
}

/* A start was refused that was a drain's, and before that is seen a prepare ends the drain. */
static void port_refused_late(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);
	ktime_t end = ktime_add_ms(ktime_get(), 2000);
	struct port_sleeper sleeper;

	PT_ASSERT(t, f);
	PT_ASSERT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING);
	port_sleep(&sleeper, f->ss);
	f->fail_up[PORTCLS_RUN] = -EIO;
	snd_pcm_stream_lock_irq(f->ss);
	PT_EXPECT_EQ(t, f->ss->ops->trigger(f->ss, SNDRV_PCM_TRIGGER_START), -EIO);
	snd_pcm_stream_unlock_irq(f->ss);
	while (!READ_ONCE(sleeper.wakes) && ktime_before(ktime_get(), end))
		msleep(20);
	PT_EXPECT(t, READ_ONCE(sleeper.wakes));
	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)SNDRV_PCM_STATE_PREPARED);
	remove_wait_queue(&f->ss->runtime->sleep, &sleeper.entry);
	pt_cyclic_end(t, f);
}

/* Between the port's part of RESET and the core's another thread may look. */
static void port_reset_base(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_run(t, &pt_cyclic_direct, FAKE_RING);

	PT_ASSERT(t, f);
	f->ss->runtime->hw_ptr_base = FAKE_RING / 4;
	PT_ASSERT_EQ(t, f->ss->ops->ioctl(f->ss, SNDRV_PCM_IOCTL1_RESET, NULL), 0);
	PT_EXPECT_EQ(t, f->ss->runtime->hw_ptr_base, 0);
	pt_cyclic_end(t, f);
}

static void port_reset_base_pci(struct portcls_test *t)
{
	struct fake_pci *f = port_looped(t);
	struct snd_pcm_substream *ss;

	if (!f)
		return;
	ss = f->ss[0];
	ss->runtime->hw_ptr_base = ss->runtime->buffer_size;
	PT_EXPECT_EQ(t, ss->ops->ioctl(ss, SNDRV_PCM_IOCTL1_RESET, NULL), 0);
	PT_EXPECT_EQ(t, ss->runtime->hw_ptr_base, 0);
	port_looped_end(t, f);
}

/* The core counts the laps of an unwoken ring in jiffies. */
static void port_unwoken(struct portcls_test *t)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, &pt_cyclic_direct);
	const unsigned int rate = 8000, lap = DIV_ROUND_UP(rate, HZ);
	struct snd_interval *interval;
	struct snd_pcm_hw_params *params;
	unsigned int unwoken;

	PT_ASSERT(t, f);
	params = kmalloc(sizeof(*params), GFP_KERNEL);
	PT_ASSERT(t, params);
	for (unwoken = 0; unwoken < 2; unwoken++) {
		_snd_pcm_hw_params_any(params);
		if (unwoken)
			params->flags |= SNDRV_PCM_HW_PARAMS_NO_PERIOD_WAKEUP;
		interval = hw_param_interval(params, SNDRV_PCM_HW_PARAM_RATE);
		interval->min = rate;
		interval->max = rate;
		PT_EXPECT_EQ(t, snd_pcm_hw_refine(f->ss, params), 0);
		interval = hw_param_interval(params, SNDRV_PCM_HW_PARAM_BUFFER_SIZE);
		/* With shorter jiffies the card's own least ring takes one anyway. */
		PT_EXPECT(t, unwoken ? interval->min >= lap : HZ > 250 || interval->min < lap);
	}
	kfree(params);
	pt_cyclic_end(t, f);
}

static const struct portcls_test_case port_cases[] = {
	{ "PC: WavePci: nobody starts a stream or looks at it while it is made", port_visit_pci },
	{ "PC: WaveCyclic: nobody starts a stream or looks at it while it is made",
	  port_visit_cyclic },
	{ "PC: nobody starts a stream whose ring the core is about to change", port_ring_away },
	{ "PC: a stream whose prepare failed does not start", port_not_prepared },
	{ "PC: a drain whose start was refused ends", port_drain_refused },
	{ "PC: a drain whose device does not start again ends", port_cut_refused },
	{ "PC: a device that a drain leaves stopped is not asked for service",
	  port_cut_at_service },
	{ "PC: a copied drain that begins with the start plays no old frames", port_drain_looped },
	{ "PC: a card that did not wake up, or is gone, starts nothing", port_no_power },
	{ "PC-116 a direct drain that begins with the start ends", port_drain_direct },
	{ "PC-116 a copied drain that begins with the start ends", port_drain_copied },
	{ "PC: WaveCyclic: reset of a paused stream stays where the device is",
	  port_reset_direct },
	{ "PC: WaveCyclic: the same of one that is copied", port_reset_copied },
	{ "PC: WaveCyclic: reset leaves the core no lap to go back by", port_reset_base },
	{ "PC: WavePci: the same", port_reset_base_pci },
	{ "PC: a drain of a device that stands still is given up", port_drain_stuck },
	{ "PC: a late look at a drain counts no lap", port_drain_late },
	{ "PC: who waits for a drain that was refused is woken", port_refused_late },
	{ "PC: without wake-ups a ring takes a jiffy at least", port_unwoken },
	{ }
};

static void port_exit(struct portcls_test *t)
{
	if (t->priv)
		pt_cyclic_exit(t);
}

const struct portcls_test_suite pt_suite_port = {
	.name = "contract-port",
	.cases = port_cases,
	.exit = port_exit,
};
