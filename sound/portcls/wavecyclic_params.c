// SPDX-License-Identifier: GPL-2.0
/*
 * WaveCyclic: what a client is offered, and which way it is served
 *
 * Process context throughout. A client's parameters are granted only if the
 * device can keep them: rates are those of its clock, and no period is shorter
 * than the distance at which it can notify.
 */
#include <linux/gcd.h>
#include <linux/lcm.h>
#include <sound/pcm_params.h>

#include <sound/portcls/dma_channel.h>
#include <sound/portcls/position.h>

#include "wavecyclic_local.h"

/* What the pump keeps ahead of the play position, and its slowest clock. */
#define WAVECYCLIC_LEAD_MS	40
#define WAVECYCLIC_TICK_MS	10

static struct snd_interval *rate_of(struct snd_pcm_hw_params *params)
{
	return hw_param_interval(params, SNDRV_PCM_HW_PARAM_RATE);
}

/* Another stream runs on the same clock. */
static int rule_locked_rate(struct snd_pcm_hw_params *params,
			    struct snd_pcm_hw_rule *rule)
{
	struct portcls_wavecyclic_pin *wp = rule->private;
	struct portcls_wavecyclic *port = wavecyclic_port(wp);
	unsigned int rate;
	struct snd_interval allowed = {};

	rate = port->desc.ops->locked_rate(port->miniport,
					   wavecyclic_is_capture(wp));
	if (!rate)
		return 0;
	allowed.min = rate;
	allowed.max = rate;
	allowed.integer = 1;
	return snd_interval_refine(rate_of(params), &allowed);
}

/* The clock's divider for its lowest rate from @min on, 0 if there is none. */
static unsigned int divider_above(const struct snd_ratnum *clock, unsigned int min)
{
	unsigned int den = clock->num / min;

	if (den >= clock->den_max)
		return clock->den_max;
	if (den < clock->den_min)
		return 0;
	return den - (den - clock->den_min) % clock->den_step;
}

/* The clock's divider for its highest rate up to @max, 0 if there is none. */
static unsigned int divider_below(const struct snd_ratnum *clock, unsigned int max)
{
	unsigned int den = clock->den_min;

	if (clock->num / den > max) {
		den = clock->num / (max + 1) + 1;
		den += clock->den_step - 1 -
		       (den - clock->den_min + clock->den_step - 1) % clock->den_step;
	}
	return den > clock->den_max ? 0 : den;
}

/*
 * The core's own rule for such clocks grants every rate between two that exist,
 * and the device then runs at one of them. Here a rate is one that exists, in
 * whole frames per second, and the fraction says what it is exactly.
 */
static int rule_clock(struct snd_pcm_hw_params *params,
		      struct snd_pcm_hw_rule *rule)
{
	struct portcls_wavecyclic_pin *wp = rule->private;
	struct snd_interval *rate = rate_of(params);
	struct snd_interval allowed = { .min = UINT_MAX, .integer = 1 };
	unsigned int min = max(rate->min + rate->openmin, 1U);
	unsigned int max = rate->max - rate->openmax;
	unsigned int num = 0, den = 0;
	unsigned int i;
	int changed;

	for (i = 0; i < wp->num_clocks; i++) {
		const struct snd_ratnum *clock = &wp->clocks[i];
		unsigned int lowest = divider_above(clock, min);
		unsigned int highest = divider_below(clock, max);

		if (lowest && clock->num / lowest < allowed.min) {
			allowed.min = clock->num / lowest;
			num = clock->num;
			den = lowest;
		}
		if (highest)
			allowed.max = max(allowed.max, clock->num / highest);
	}
	if (allowed.min > allowed.max) {
		rate->empty = 1;
		return -EINVAL;
	}
	changed = snd_interval_refine(rate, &allowed);
	if (changed >= 0 && snd_interval_single(rate)) {
		unsigned long common = gcd(num, den);

		params->rate_num = num / common;
		params->rate_den = den / common;
	}
	return changed;
}

/**
 * portcls_wavecyclic_constrain() - offer a client what the device can keep
 * @wp: the pin that is being opened
 *
 * Return: 0, or a negative errno.
 */
int portcls_wavecyclic_constrain(struct portcls_wavecyclic_pin *wp)
{
	struct snd_pcm_runtime *runtime = wp->pin.substream->runtime;
	struct portcls_wavecyclic_desc *desc = &wavecyclic_port(wp)->desc;
	int err;

	if (desc->always_copies || desc->restarts_at_zero) {
		/* Commits are seen at once, and the pump needs its clock. */
		runtime->hw.info |= SNDRV_PCM_INFO_SYNC_APPLPTR;
		runtime->hw.info &= ~SNDRV_PCM_INFO_NO_PERIOD_WAKEUP;
	}
	if (desc->interval_us_min) {
		err = snd_pcm_hw_constraint_minmax(runtime,
						   SNDRV_PCM_HW_PARAM_PERIOD_TIME,
						   desc->interval_us_min,
						   UINT_MAX);
		if (err < 0)
			return err;
	}
	if (desc->ops->locked_rate) {
		err = snd_pcm_hw_rule_add(runtime, 0, SNDRV_PCM_HW_PARAM_RATE,
					  rule_locked_rate, wp,
					  SNDRV_PCM_HW_PARAM_RATE, -1);
		if (err < 0)
			return err;
	}
	if (wp->num_clocks)
		return snd_pcm_hw_rule_add(runtime, 0, SNDRV_PCM_HW_PARAM_RATE,
					   rule_clock, wp,
					   SNDRV_PCM_HW_PARAM_RATE, -1);
	return 0;
}

/* What of the buffer a cycle may take: it may be larger than the device can use. */
static u32 wavecyclic_room(struct portcls_dma_channel *channel)
{
	u32 allocated = portcls_dma_allocated_buffer_size(channel);

	if (channel->ops->set_buffer_size != portcls_dma_default_set_size)
		return allocated;
	return min(allocated, portcls_dma_default_maximum(channel));
}

/*
 * Whether the channel's buffer can be the client's ring: nobody converts what
 * goes in, and CPU and device see the same memory.
 */
static bool wavecyclic_can_be_direct(struct portcls_wavecyclic_pin *wp,
				     const struct portcls_stream_config *config)
{
	const struct portcls_wavecyclic_desc *desc = &wavecyclic_port(wp)->desc;
	struct portcls_dma_channel *channel = wp->stream->channel;

	return !desc->always_copies && !desc->restarts_at_zero &&
	       channel->ops->copy_to == portcls_dma_default_copy &&
	       channel->ops->copy_from == portcls_dma_default_copy &&
	       channel->dmab.area &&
	       config->buffer_bytes <= wavecyclic_room(channel) &&
	       config->buffer_bytes % max(desc->cycle_align, 1U) == 0;
}

static int wavecyclic_direct(struct portcls_wavecyclic_pin *wp,
			     const struct portcls_stream_config *config)
{
	struct portcls_wavecyclic_stream *stream = wp->stream;
	struct snd_pcm_substream *ss = wp->pin.substream;
	u32 block = config->format.frame_bytes;
	u32 framing = config->wakeup ? config->period_bytes : 0;
	int err;

	stream->ops->set_notification_freq(stream, &framing);
	if (config->wakeup && (!framing || config->period_bytes % framing))
		return -EAGAIN;
	err = portcls_dma_set_buffer_size(stream->channel, config->buffer_bytes);
	if (err)
		return err;
	if (!framing)
		framing = config->period_bytes;
	wp->copied = false;
	wp->pump.capture = false;
	wp->pump.cycle = config->buffer_bytes;
	wp->pump.framing = min(framing, config->buffer_bytes / 2 / block * block);
	err = portcls_pump_init(&wp->pump, 0);
	if (err)
		return err;
	/*
	 * Nothing looks at the position but notifications, which may be late, and the
	 * client, who looks when he likes: only what is jitter may be held back.
	 */
	wp->pump.guard = min(wp->pump.guard,
			     max(wp->pump.prefetch,
				 portcls_framing_size(config->format.rate, block, 1)));
	portcls_wavecyclic_tear_down(wp);
	snd_pcm_set_runtime_buffer(ss, &stream->channel->dmab);
	ss->runtime->dma_bytes = config->buffer_bytes;
	return 0;
}

static int wavecyclic_new_ring(struct portcls_wavecyclic_pin *wp, u32 bytes)
{
	struct snd_pcm_substream *ss = wp->pin.substream;
	int err;

	if (wp->ring.area && wp->ring.bytes < bytes)
		portcls_wavecyclic_tear_down(wp);
	if (!wp->ring.area) {
		err = snd_dma_alloc_pages(SNDRV_DMA_TYPE_VMALLOC,
					  wp->pin.port->card->dev,
					  PAGE_ALIGN(bytes), &wp->ring);
		if (err < 0) {
			wp->ring.area = NULL;
			return err;
		}
	}
	memset(wp->ring.area, 0, wp->ring.bytes);
	snd_pcm_set_runtime_buffer(ss, &wp->ring);
	ss->runtime->dma_bytes = bytes;
	return 0;
}

/*
 * The pump's clock: an equal share of the period, so that its ends coincide with
 * notifications, of 10 ms at most and not shorter than the device can keep.
 */
static u32 wavecyclic_tick(struct portcls_wavecyclic_pin *wp,
			   const struct portcls_stream_config *config)
{
	const struct portcls_format *format = &config->format;
	u32 frames = config->period_bytes / format->frame_bytes;
	u32 most = portcls_framing_size(format->rate, 1, WAVECYCLIC_TICK_MS);
	u32 least = DIV_ROUND_UP_ULL((u64)format->rate *
				     wavecyclic_port(wp)->desc.interval_us_min,
				     USEC_PER_SEC);

	frames = DIV_ROUND_UP(frames, DIV_ROUND_UP(frames, most));
	return max(frames, least) * format->frame_bytes;
}

/*
 * What the length of a copied cycle is a multiple of: the framing if that fits, so
 * that each lap ends with a notification. A device that has counted to one there
 * cannot run past the end.
 */
static unsigned long wavecyclic_lap(u32 cycle, u32 align, u32 frame_bytes, u32 framing)
{
	unsigned long lap = lcm(align, framing);

	return 2 * lap <= cycle ? lap : lcm(align, frame_bytes);
}

static int wavecyclic_copy_way(struct portcls_wavecyclic_pin *wp,
			       const struct portcls_stream_config *config)
{
	struct portcls_wavecyclic_stream *stream = wp->stream;
	struct portcls_dma_channel *channel = stream->channel;
	const struct portcls_format *format = &config->format;
	u32 align = max(wavecyclic_port(wp)->desc.cycle_align, 1U);
	u32 cycle = wavecyclic_room(channel);
	u32 framing = wavecyclic_tick(wp, config);
	int err;

	stream->ops->set_notification_freq(stream, &framing);
	if (!framing || framing % format->frame_bytes)
		return -EINVAL;
	cycle -= cycle % wavecyclic_lap(cycle, align, format->frame_bytes, framing);
	err = portcls_dma_set_buffer_size(channel, cycle);
	if (err)
		return err;
	wp->copied = true;
	wp->pump.capture = config->capture;
	wp->pump.cycle = cycle;
	wp->pump.framing = framing;
	err = portcls_pump_init(&wp->pump,
				portcls_framing_size(format->rate,
						     format->frame_bytes,
						     WAVECYCLIC_LEAD_MS));
	if (err)
		return err;
	return wavecyclic_new_ring(wp, config->buffer_bytes);
}

/**
 * portcls_wavecyclic_set_up() - choose the way and set up its memory
 * @wp: the pin; its stream exists and is in STOP
 * @config: what the client asked for
 *
 * Return: 0, -EINVAL where the channel has no buffer or too short a one, -ENOMEM.
 */
int portcls_wavecyclic_set_up(struct portcls_wavecyclic_pin *wp,
			      const struct portcls_stream_config *config)
{
	struct portcls_dma_channel *channel = wp->stream->channel;
	int err = -EAGAIN;

	wp->cycle = portcls_dma_system_address(channel);
	if (!wp->cycle || !wavecyclic_room(channel))
		return -EINVAL;
	wp->period = config->period_bytes;
	wp->wakeup = config->wakeup;
	wp->pump.ops = &portcls_wavecyclic_pump_ops;
	wp->pump.ring = config->buffer_bytes;
	wp->pump.block = config->format.frame_bytes;
	wp->pump.prefetch = wp->pin.desc->prefetch_frames * wp->pump.block;
	if (wavecyclic_can_be_direct(wp, config))
		err = wavecyclic_direct(wp, config);
	if (err == -EAGAIN)
		err = wavecyclic_copy_way(wp, config);
	return err;
}

/**
 * portcls_wavecyclic_tear_down() - give the memory back
 * @wp: the pin; idempotent
 */
void portcls_wavecyclic_tear_down(struct portcls_wavecyclic_pin *wp)
{
	snd_pcm_set_runtime_buffer(wp->pin.substream, NULL);
	if (wp->ring.area)
		snd_dma_free_pages(&wp->ring);
	wp->ring.area = NULL;
}
