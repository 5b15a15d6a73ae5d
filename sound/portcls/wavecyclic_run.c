// SPDX-License-Identifier: GPL-2.0
/*
 * WaveCyclic: what happens while a stream runs
 *
 * Everything here runs under the PCM stream lock unless it says otherwise.
 */
#include <linux/ktime.h>

#include <sound/portcls/dma_channel.h>

#include "wavecyclic_local.h"

/* Half the time after which the core gives up a drain of which it hears nothing. */
#define WAVECYCLIC_DRAIN_LOOK_US	50000

static struct portcls_wavecyclic_pin *pump_pin(struct portcls_pump *pump)
{
	return container_of(pump, struct portcls_wavecyclic_pin, pump);
}

static void wavecyclic_copy(struct portcls_pump *pump, u32 cycle, u32 ring,
			    u32 bytes)
{
	struct portcls_wavecyclic_pin *wp = pump_pin(pump);
	struct portcls_dma_channel *channel = wp->stream->channel;

	if (pump->capture)
		portcls_dma_copy_from(channel, wp->ring.area + ring,
				      wp->cycle + cycle, bytes);
	else
		portcls_dma_copy_to(channel, wp->cycle + cycle,
				    wp->ring.area + ring, bytes);
}

static void wavecyclic_silence(struct portcls_pump *pump, u32 cycle, u32 bytes)
{
	struct portcls_wavecyclic_pin *wp = pump_pin(pump);
	struct portcls_wavecyclic_stream *stream = wp->stream;
	snd_pcm_format_t format = wp->pin.format.format;

	if (stream->ops->silence)
		stream->ops->silence(stream, wp->cycle + cycle, bytes);
	else
		snd_pcm_format_set_silence(format, wp->cycle + cycle, bytes * 8 /
					   snd_pcm_format_physical_width(format));
}

const struct portcls_pump_ops portcls_wavecyclic_pump_ops = {
	.copy = wavecyclic_copy,
	.silence = wavecyclic_silence,
};

static void wavecyclic_progress(struct portcls_wavecyclic_pin *wp, u32 bytes)
{
	wp->since += bytes;
	if (wp->since >= wp->period) {
		wp->since %= wp->period;
		wp->elapsed = true;
	}
}

/* What the core's pointer follows: the end of what was played or fetched. */
static u64 wavecyclic_cursor(const struct portcls_wavecyclic_pin *wp)
{
	return wp->pump.capture ? wp->pump.copied : wp->pump.position;
}

/*
 * How far the client's pointer is ahead of the core's, in frames: negative where
 * a free-running client has fallen behind. The pointer may lie in a page that
 * the client writes, so it can be anything.
 */
static snd_pcm_sframes_t wavecyclic_ahead(const struct snd_pcm_runtime *runtime)
{
	snd_pcm_uframes_t appl = READ_ONCE(runtime->control->appl_ptr);
	snd_pcm_sframes_t ahead = appl - runtime->status->hw_ptr;

	if (appl >= runtime->boundary)
		return -1;
	if (ahead >= (snd_pcm_sframes_t)(runtime->boundary / 2))
		ahead -= runtime->boundary;
	else if (ahead < -(snd_pcm_sframes_t)(runtime->boundary / 2))
		ahead += runtime->boundary;
	return ahead;
}

/*
 * Frames that the cursor has moved since the core last looked. The core's own
 * pointer is believed before what it was told: RESET sets it behind our back.
 */
static snd_pcm_uframes_t wavecyclic_unseen(struct portcls_wavecyclic_pin *wp,
					   const struct snd_pcm_runtime *runtime)
{
	snd_pcm_uframes_t core = runtime->status->hw_ptr % runtime->buffer_size;
	snd_pcm_uframes_t now = wp->pump.ring_at / wp->pump.block;
	snd_pcm_uframes_t moved = div_u64(wavecyclic_cursor(wp) - wp->seen,
					  wp->pump.block);

	if ((core + moved) % runtime->buffer_size == now)
		return moved;
	return now >= core ? now - core : now + runtime->buffer_size - core;
}

/* Playback: the stream position behind the client's last frame. */
static u64 wavecyclic_supplied(struct portcls_wavecyclic_pin *wp)
{
	const struct snd_pcm_runtime *runtime = wp->pin.substream->runtime;
	snd_pcm_sframes_t ahead = wavecyclic_ahead(runtime);
	s64 bytes;

	ahead = min_t(snd_pcm_sframes_t, ahead, runtime->buffer_size);
	ahead -= wavecyclic_unseen(wp, runtime);
	bytes = (s64)ahead * wp->pump.block;
	if (bytes < 0 && (u64)-bytes > wp->pump.position)
		return 0;
	return wp->pump.position + bytes;
}

/* Capture: the stream position up to which the client's ring has room. */
static u64 wavecyclic_to_fetch(struct portcls_wavecyclic_pin *wp)
{
	const struct snd_pcm_runtime *runtime = wp->pin.substream->runtime;
	snd_pcm_sframes_t filled, room;

	if (portcls_port_free_running(&wp->pin))
		return wp->pump.position;
	filled = wavecyclic_unseen(wp, runtime) - wavecyclic_ahead(runtime);
	room = clamp_t(snd_pcm_sframes_t, runtime->buffer_size - filled, 0,
		       runtime->buffer_size);
	return wp->pump.copied + (u64)room * wp->pump.block;
}

static bool wavecyclic_draining(const struct portcls_wavecyclic_pin *wp)
{
	return !wavecyclic_is_capture(wp) &&
	       wp->pin.substream->runtime->state == SNDRV_PCM_STATE_DRAINING;
}

/*
 * Inside of the trigger that resumes a drain: the core does not tell of that again, and
 * its state says so only when the stream runs.
 */
static bool wavecyclic_drains_on(const struct portcls_wavecyclic_pin *wp)
{
	const struct snd_pcm_runtime *runtime = wp->pin.substream->runtime;

	return !wavecyclic_is_capture(wp) &&
	       runtime->state == SNDRV_PCM_STATE_SUSPENDED &&
	       runtime->suspended_state == SNDRV_PCM_STATE_DRAINING;
}

/* Inside of a start, which may be a drain's. */
static bool wavecyclic_starts(const struct portcls_wavecyclic_pin *wp)
{
	return !wavecyclic_is_capture(wp) &&
	       wp->pin.substream->runtime->state == SNDRV_PCM_STATE_PREPARED;
}

/* What is behind the client's last frame has been copied too, as a part of the ring. */
static bool wavecyclic_loops(const struct portcls_wavecyclic_pin *wp)
{
	return wp->copied && portcls_port_free_running(&wp->pin);
}

/**
 * portcls_wavecyclic_may_drain() - whether a start may be that of a drain
 * @wp: the pin
 *
 * A drain of a stream that has not run begins with its start, and the core tells of
 * the start only. The timer sees what it was when the state has changed.
 *
 * Context: PCM stream lock.
 * Return: true inside of a start from PREPARED where a drain needs the timer, and of
 * what resumes a drain.
 */
bool portcls_wavecyclic_may_drain(const struct portcls_wavecyclic_pin *wp)
{
	if (wavecyclic_drains_on(wp))
		return true;
	return wavecyclic_starts(wp) &&
	       (!wp->wakeup || wp->pin.desc->drain_frames || wavecyclic_loops(wp));
}

/**
 * portcls_wavecyclic_update() - take over the device's position
 * @wp: the pin, in PAUSE or RUN
 */
void portcls_wavecyclic_update(struct portcls_wavecyclic_pin *wp)
{
	u32 position = wp->stream->ops->get_position(wp->stream);
	u32 step = portcls_pump_advance(&wp->pump, position);

	if (!wp->pump.capture)
		wavecyclic_progress(wp, step);
}

/**
 * portcls_wavecyclic_transfer() - run the pump once
 * @wp: a pin that is served by copying, its position up to date
 */
void portcls_wavecyclic_transfer(struct portcls_wavecyclic_pin *wp)
{
	bool free_running = portcls_port_free_running(&wp->pin);
	u32 overwritten;

	if (wp->pump.capture) {
		u32 step = portcls_pump_capture(&wp->pump, wavecyclic_to_fetch(wp),
						&overwritten);

		wavecyclic_progress(wp, step);
		if (overwritten && !free_running)
			wp->lost = true;
	} else if (free_running && !wavecyclic_draining(wp) &&
		   !wavecyclic_drains_on(wp)) {
		portcls_pump_render_looped(&wp->pump);
	} else if (portcls_pump_render(&wp->pump, wavecyclic_supplied(wp))) {
		/* In a drain a ring goes round no more, but who wanted it to is not told. */
		wp->lost |= !free_running;
	}
}

/* Bytes that the device has yet to fetch until a drain is complete. */
static u64 wavecyclic_undrained(struct portcls_wavecyclic_pin *wp)
{
	u64 end = wavecyclic_supplied(wp) +
		  (u64)wp->pin.desc->drain_frames * wp->pump.block;

	return end > wp->pump.position ? end - wp->pump.position : 0;
}

/*
 * Direct way, in a drain: what the device plays behind the last frame, until it
 * is stopped, must not be what was there a lap ago. So it becomes silence, as far
 * as the device gets before the next look. Nobody else writes the ring any more.
 */
static void wavecyclic_silence_rest(struct portcls_wavecyclic_pin *wp)
{
	struct portcls_pump *pump = &wp->pump;
	u64 from = max3(wavecyclic_supplied(wp), pump->position, pump->safe);

	pump->safe = pump->position + pump->cycle;
	portcls_pump_silence(pump, from, pump->safe);
}

/* Source: IServiceSink::RequestService of the port's sink. Any context. */
static void wavecyclic_request_service(struct portcls_service_sink *sink)
{
	struct portcls_wavecyclic_pin *wp =
		container_of(sink, struct portcls_wavecyclic_pin, sink);
	struct snd_pcm_substream *ss = wp->pin.substream;
	unsigned long flags;
	bool draining, wake;

	snd_pcm_stream_lock_irqsave(ss, flags);
	if (portcls_port_runs(&wp->pin)) {
		draining = wavecyclic_draining(wp);
		portcls_wavecyclic_update(wp);
		if (wp->copied)
			portcls_wavecyclic_transfer(wp);
		else if (draining)
			wavecyclic_silence_rest(wp);
		wake = (wp->elapsed && wp->wakeup) || wp->lost ||
		       (draining && !wavecyclic_undrained(wp));
		wp->elapsed = false;
		if (wake) {
			wp->fresh = true;
			snd_pcm_period_elapsed_under_stream_lock(ss);
			wp->fresh = false;
		}
	}
	snd_pcm_stream_unlock_irqrestore(ss, flags);
}

const struct portcls_service_sink_ops portcls_wavecyclic_sink_ops = {
	.request_service = wavecyclic_request_service,
};

/*
 * In a drain the last frame is not counted until it has left the device: the
 * core would stop the stream.
 */
static bool wavecyclic_hold_back(struct portcls_wavecyclic_pin *wp,
				 const struct snd_pcm_runtime *runtime,
				 snd_pcm_uframes_t *frames)
{
	snd_pcm_sframes_t ahead, unseen;

	if (!wavecyclic_draining(wp) || !wp->pin.desc->drain_frames ||
	    !wavecyclic_undrained(wp))
		return false;
	ahead = wavecyclic_ahead(runtime);
	unseen = wavecyclic_unseen(wp, runtime);
	if (ahead <= 0 || unseen < ahead)
		return false;
	*frames = (runtime->status->hw_ptr + ahead - 1) % runtime->buffer_size;
	wp->seen = wp->pump.position - (u64)(unseen - ahead + 1) * wp->pump.block;
	return true;
}

/**
 * portcls_wavecyclic_pointer() - the pointer callback
 * @pin: the pin
 *
 * On playback the place that is being played, also where it is copied ahead: what
 * ALSA is told to be free has been heard, so that an underrun is reported when it
 * happens and a drain ends when the last sample has left. On capture the end of
 * what the client's ring holds.
 *
 * Return: frames, SNDRV_PCM_POS_XRUN if samples were lost.
 */
snd_pcm_uframes_t portcls_wavecyclic_pointer(struct portcls_pin *pin)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);
	struct snd_pcm_runtime *runtime = pin->substream->runtime;
	struct portcls_pump *pump = &wp->pump;
	snd_pcm_uframes_t frames;

	if (pin->state == PORTCLS_RUN && !wp->fresh)
		portcls_wavecyclic_update(wp);
	if (wp->lost)
		return SNDRV_PCM_POS_XRUN;
	frames = pump->ring_at / pump->block;
	if (pump->capture)
		runtime->delay = (u32)(pump->position - pump->copied) / pump->block;
	else if (wavecyclic_hold_back(wp, runtime, &frames))
		return frames;
	wp->seen = wavecyclic_cursor(wp);
	return frames;
}

/**
 * portcls_wavecyclic_ack() - the client moved its pointer
 * @pin: the pin
 *
 * Return: 0, -EINVAL for a pointer that no client can mean, or for a rewind into
 * what is about to be played.
 */
int portcls_wavecyclic_ack(struct portcls_pin *pin)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);
	const struct snd_pcm_runtime *runtime = pin->substream->runtime;
	u64 supplied;
	int err;

	if (wavecyclic_is_capture(wp) || portcls_port_free_running(pin))
		return 0;
	if (wavecyclic_ahead(runtime) > (snd_pcm_sframes_t)runtime->buffer_size)
		return -EINVAL;
	if (!wp->copied)
		return 0;

	supplied = wavecyclic_supplied(wp);
	if (supplied < wp->pump.valid) {
		if (pin->state == PORTCLS_RUN) {
			portcls_wavecyclic_update(wp);
			supplied = wavecyclic_supplied(wp);
		}
		err = portcls_pump_rewind(&wp->pump, supplied);
		if (err)
			return err;
	} else if (wp->pump.safe == wp->pump.valid) {
		/* The lead is full of data: the next notification is in time. */
		return 0;
	}
	if (pin->state == PORTCLS_RUN) {
		portcls_wavecyclic_update(wp);
		portcls_wavecyclic_transfer(wp);
	}
	return 0;
}

/**
 * portcls_wavecyclic_reset() - the client's pointer becomes the core's
 * @pin: the pin
 *
 * And the core's is where in the ring the device is, also when it stands.
 * What was copied ahead is taken back: none of it counts as written any more, so
 * that the next commit is not one into what is about to be played.
 */
void portcls_wavecyclic_reset(struct portcls_pin *pin)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);
	struct snd_pcm_runtime *runtime = pin->substream->runtime;

	/*
	 * Of a stream that did not run the core makes its pointer 0; it may do so by now.
	 * The base becomes 0 anyway, but another thread may look at the stream first.
	 */
	runtime->status->hw_ptr = wp->pump.ring_at / wp->pump.block;
	runtime->hw_ptr_base = 0;
	wp->seen = wavecyclic_cursor(wp);
	if (!wp->copied || wp->pump.capture || portcls_port_free_running(pin))
		return;
	if (pin->state == PORTCLS_RUN)
		portcls_wavecyclic_update(wp);
	portcls_pump_render(&wp->pump, wp->pump.position);
}

/**
 * portcls_wavecyclic_time_drain() - look again at a drain
 * @wp: the pin, playback, in RUN
 *
 * When the last sample should be out, but before the core misses a lap of the ring,
 * before the device comes to the end of the silence, and before the core gives up. At
 * once where a drain may have begun with the start of a ring that was to go round.
 */
void portcls_wavecyclic_time_drain(struct portcls_wavecyclic_pin *wp)
{
	const struct portcls_format *format = &wp->pin.format;
	u64 bytes = min_t(u64, wavecyclic_undrained(wp), wp->pump.ring / 4);
	u64 us = div_u64(bytes * USEC_PER_SEC, format->rate * format->frame_bytes);

	us = min_t(u64, us, WAVECYCLIC_DRAIN_LOOK_US);
	if (wavecyclic_starts(wp) && wavecyclic_loops(wp))
		us = 0;
	hrtimer_start(&wp->drain_timer, ns_to_ktime((us + 500) * NSEC_PER_USEC),
		      HRTIMER_MODE_REL_SOFT);
}

/**
 * portcls_wavecyclic_drain_expired() - look how far a drain has got
 * @timer: the pin's drain timer
 *
 * Context: softirq.
 */
enum hrtimer_restart portcls_wavecyclic_drain_expired(struct hrtimer *timer)
{
	struct portcls_wavecyclic_pin *wp =
		container_of(timer, struct portcls_wavecyclic_pin, drain_timer);
	struct snd_pcm_substream *ss = wp->pin.substream;
	unsigned long flags;

	snd_pcm_stream_lock_irqsave(ss, flags);
	if (portcls_port_runs(&wp->pin) && wavecyclic_draining(wp)) {
		portcls_wavecyclic_update(wp);
		if (wp->copied)
			portcls_wavecyclic_transfer(wp);
		else
			wavecyclic_silence_rest(wp);
		/*
		 * This is inside of a period, and the core would take a look that comes
		 * late for a period's end of a lap ago.
		 */
		ss->runtime->hw_ptr_jiffies = jiffies;
		snd_pcm_period_elapsed_under_stream_lock(ss);
	} else if (portcls_port_runs(&wp->pin) && !snd_pcm_running(ss)) {
		/*
		 * Started by a linked stream's drain, which then found the ring empty:
		 * its client had moved a pointer that it may write.
		 */
		portcls_port_step(&wp->pin, PORTCLS_PAUSE);
	}
	/*
	 * That may have been the end of it. If not, who waits must not lose patience, as
	 * long as the device moves.
	 */
	if (portcls_port_runs(&wp->pin) && wavecyclic_draining(wp)) {
		if (wp->pump.position != wp->looked)
			wake_up(&ss->runtime->sleep);
		wp->looked = wp->pump.position;
		portcls_wavecyclic_time_drain(wp);
	}
	snd_pcm_stream_unlock_irqrestore(ss, flags);
	return HRTIMER_NORESTART;
}

/**
 * portcls_wavecyclic_drain() - no more data will come
 * @pin: the pin
 *
 * In the direct way the ring behind the last frame becomes silence, now and with
 * each further step of the device. The copied way lays silence anyway.
 * Without wake-ups, or where the end must not wait for the next period's, a
 * timer ends the drain.
 */
void portcls_wavecyclic_drain(struct portcls_pin *pin)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);

	if (wavecyclic_is_capture(wp) || pin->state != PORTCLS_RUN)
		return;
	portcls_wavecyclic_update(wp);
	if (!wp->copied) {
		wp->pump.safe = 0;
		wavecyclic_silence_rest(wp);
	} else {
		portcls_wavecyclic_transfer(wp);
	}
	if (!wp->wakeup || pin->desc->drain_frames)
		portcls_wavecyclic_time_drain(wp);
}
