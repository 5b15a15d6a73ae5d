// SPDX-License-Identifier: GPL-2.0
/*
 * The chip of a sound card that has none: a clock that moves samples
 *
 * At each tick both voices of a loop move as many frames as have passed, the
 * output first, so that what is recorded is what is played, to the sample. A
 * voice stands still between ticks; that is the chip's granularity.
 */
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "sample.h"

static ktime_t sample_tick_time(void)
{
	return ns_to_ktime((u64)sample_tick_us * NSEC_PER_USEC);
}

static bool sample_same_format(const struct sample_loop *loop)
{
	const struct portcls_format *a = &loop->voice[0].format;
	const struct portcls_format *b = &loop->voice[1].format;

	return a->format == b->format && a->channels == b->channels;
}

/* The frames to move now. Behind time, the rest is left to the next ticks. */
static u32 sample_frames_due(struct sample_loop *loop, u32 rate)
{
	u64 ns = ktime_to_ns(ktime_sub(ktime_get(), loop->start));
	u64 due = mul_u64_u32_div(ns, rate, NSEC_PER_SEC) - loop->frames;
	u32 frames = min_t(u64, due, rate / 50);

	loop->frames += frames;
	return frames;
}

/* Moves a voice's share of a tick. Returns whether it has to be notified. */
static bool sample_move(struct sample_loop *loop, struct sample_voice *voice,
			u32 frames)
{
	voice->attention = false;
	if (voice->running)
		voice->ops->move(voice, loop->wire,
				 frames * voice->format.frame_bytes);
	return voice->attention;
}

static void sample_silence(struct sample_loop *loop,
			   const struct portcls_format *format, u32 frames)
{
	snd_pcm_format_set_silence(format->format, loop->wire,
				   frames * format->channels);
}

/*
 * The interrupt handler of this card. What a real one reads from a status
 * register is "who has to be notified" here. The ports are called without a
 * lock: they take the stream lock and call back.
 */
static enum hrtimer_restart sample_tick(struct hrtimer *timer)
{
	struct sample_loop *loop = container_of(timer, struct sample_loop, timer);
	struct sample_voice *out = &loop->voice[SNDRV_PCM_STREAM_PLAYBACK];
	struct sample_voice *in = &loop->voice[SNDRV_PCM_STREAM_CAPTURE];
	unsigned long flags;
	bool notify;
	u32 frames;

	spin_lock_irqsave(&loop->lock, flags);
	if (!out->running && !in->running) {
		loop->ticking = false;
		spin_unlock_irqrestore(&loop->lock, flags);
		return HRTIMER_NORESTART;
	}
	frames = sample_frames_due(loop, (out->running ? out : in)->format.rate);
	if (out->running)
		sample_silence(loop, &out->format, frames);
	notify = sample_move(loop, out, frames);
	if (in->running && (!out->running || !sample_same_format(loop)))
		sample_silence(loop, &in->format, frames);
	if (sample_move(loop, in, frames))
		notify = true;
	spin_unlock_irqrestore(&loop->lock, flags);

	if (notify)
		out->ops->notify(loop->group);
	hrtimer_forward_now(timer, sample_tick_time());
	return HRTIMER_RESTART;
}

static void sample_loop_free(void *data)
{
	struct sample_loop *loop = data;

	hrtimer_cancel(&loop->timer);
	portcls_service_group_put(loop->group);
}

/**
 * sample_loop_init() - make a loop that stands still
 * @dev: the device, being probed; takes the loop down when it is unbound
 * @loop: the loop, zeroed
 *
 * Return: 0 or -ENOMEM.
 */
int sample_loop_init(struct device *dev, struct sample_loop *loop)
{
	spin_lock_init(&loop->lock);
	mutex_init(&loop->mutex);
	hrtimer_setup(&loop->timer, sample_tick, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_SOFT);
	loop->group = portcls_service_group_new();
	if (!loop->group)
		return -ENOMEM;
	return devm_add_action_or_reset(dev, sample_loop_free, loop);
}

static int sample_set_format(struct sample_loop *loop, bool capture,
			     const struct portcls_format *format)
{
	unsigned int rate = sample_locked_rate(loop, capture);

	if (rate && rate != format->rate)
		return -EBUSY;
	loop->voice[capture].format = *format;
	return 0;
}

/**
 * sample_voice_take() - give a voice to a stream
 * @loop: the loop
 * @capture: which voice
 * @format: its format
 *
 * The two directions of a device are opened by two clients, at any time.
 *
 * Context: process, may sleep.
 * Return: 0, -EBUSY for a taken voice and for another rate than the other voice has.
 */
int sample_voice_take(struct sample_loop *loop, bool capture,
		      const struct portcls_format *format)
{
	struct sample_voice *voice = &loop->voice[capture];
	int err = -EBUSY;

	mutex_lock(&loop->mutex);
	if (!voice->taken) {
		err = sample_set_format(loop, capture, format);
		voice->taken = !err;
	}
	mutex_unlock(&loop->mutex);
	return err;
}

/**
 * sample_voice_set_format() - another format for a taken voice
 * @loop: the loop
 * @capture: which voice; it does not run
 * @format: its format
 *
 * Context: process, may sleep.
 * Return: 0, -EBUSY for another rate than the other voice has.
 */
int sample_voice_set_format(struct sample_loop *loop, bool capture,
			    const struct portcls_format *format)
{
	int err;

	mutex_lock(&loop->mutex);
	err = sample_set_format(loop, capture, format);
	mutex_unlock(&loop->mutex);
	return err;
}

/**
 * sample_voice_release() - take a voice back
 * @loop: the loop
 * @capture: which voice; it does not run
 *
 * Context: process, may sleep.
 */
void sample_voice_release(struct sample_loop *loop, bool capture)
{
	mutex_lock(&loop->mutex);
	loop->voice[capture].taken = false;
	mutex_unlock(&loop->mutex);
}

/**
 * sample_locked_rate() - the rate that the other voice forces on this one
 * @loop: the loop
 * @capture: this voice
 *
 * Return: frames per second, 0 where the other voice is free.
 */
unsigned int sample_locked_rate(struct sample_loop *loop, bool capture)
{
	const struct sample_voice *other = &loop->voice[!capture];

	return other->taken ? other->format.rate : 0;
}

/**
 * sample_voice_run() - start or halt a voice
 * @loop: the loop
 * @capture: which voice
 * @run: start it
 *
 * After a halt nothing of the voice's memory is touched. Context: any.
 */
void sample_voice_run(struct sample_loop *loop, bool capture, bool run)
{
	unsigned long flags;

	spin_lock_irqsave(&loop->lock, flags);
	/* Stopped, with a last tick to come: it may have run at another rate. */
	if (run && !loop->voice[!capture].running) {
		loop->start = ktime_get();
		loop->frames = 0;
	}
	loop->voice[capture].running = run;
	if (run && !loop->ticking) {
		loop->ticking = true;
		hrtimer_start(&loop->timer, sample_tick_time(),
			      HRTIMER_MODE_REL_SOFT);
	}
	spin_unlock_irqrestore(&loop->lock, flags);
}
