// SPDX-License-Identifier: GPL-2.0
/*
 * A WaveCyclic miniport
 *
 * The port calls the methods of the two tables below. Those marked optional can
 * be left out; each is here once, to be seen, but for hold: that is for all ports
 * of a card or none, and this card has a WavePci port, which does without.
 */
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/position.h>
#include <sound/portcls/wavecyclic.h>

#include "sample.h"

struct sample_cyclic;

/**
 * struct sample_cyclic_stream - a miniport stream
 * @stream: what the port sees
 * @cyclic: the miniport
 * @capture: which voice it has
 * @state: what it was told last
 * @at: where the chip stands in the cycle, bytes; protected by the loop's lock
 * @cycle: the cycle's memory
 * @bytes: the cycle's length
 * @framing: bytes between notifications, 0 for none
 * @since: bytes since the last; protected by the loop's lock
 */
struct sample_cyclic_stream {
	struct portcls_wavecyclic_stream stream;
	struct sample_cyclic *cyclic;
	bool capture;
	enum portcls_state state;
	u32 at;
	u8 *cycle;
	u32 bytes;
	u32 framing;
	u32 since;
};

/**
 * struct sample_cyclic - the miniport
 * @loop: the chip
 * @port: the port
 * @own: the channels are our own, not the framework's
 * @channel: one channel for each direction, made at probe, when memory is easy
 *	to get
 * @stream: the streams by direction
 */
struct sample_cyclic {
	struct sample_loop loop;
	struct portcls_wavecyclic *port;
	bool own;
	struct portcls_dma_channel *channel[2];
	struct sample_cyclic_stream *stream[2];
};

static struct sample_cyclic_stream *
sample_stream(struct portcls_wavecyclic_stream *stream)
{
	return container_of(stream, struct sample_cyclic_stream, stream);
}

static struct sample_voice *sample_voice(struct sample_cyclic_stream *s)
{
	return &s->cyclic->loop.voice[s->capture];
}

/* What the chip does to the cycle; its converter sees through the channel. */
static void sample_cyclic_move(struct sample_voice *voice, u8 *wire, u32 bytes)
{
	bool capture = voice->capture;
	struct sample_cyclic *cyclic =
		container_of(voice - capture, struct sample_cyclic, loop.voice[0]);
	struct sample_cyclic_stream *s = cyclic->stream[capture];
	u32 at = s->at;

	s->since += bytes;
	while (bytes) {
		u32 piece = min(bytes, s->bytes - at);
		u8 *samples = s->cycle + at;

		memcpy(capture ? samples : wire, capture ? wire : samples, piece);
		if (cyclic->own)
			sample_channel_flip(capture ? samples : wire, piece,
					    voice->format.format);
		wire += piece;
		bytes -= piece;
		at += piece;
		if (at == s->bytes)
			at = 0;
	}
	WRITE_ONCE(s->at, at);
	if (s->framing && s->since >= s->framing) {
		s->since %= s->framing;
		voice->attention = true;
	}
}

static const struct sample_voice_ops sample_cyclic_voice_ops = {
	.move = sample_cyclic_move,
	.notify = portcls_wavecyclic_notify,
};

static void sample_release(struct portcls_wavecyclic_stream *stream)
{
	struct sample_cyclic_stream *s = sample_stream(stream);

	sample_voice_release(&s->cyclic->loop, s->capture);
	s->cyclic->stream[s->capture] = NULL;
	kfree(s);
}

/* Optional: without it the port closes the stream and opens another. */
static int sample_set_format(struct portcls_wavecyclic_stream *stream,
			     const struct portcls_format *format)
{
	struct sample_cyclic_stream *s = sample_stream(stream);
	int err;

	if (sample_fails(SAMPLE_SET_FORMAT))
		return -EIO;
	if (s->state == PORTCLS_RUN)
		return -EBUSY;
	err = sample_voice_set_format(&s->cyclic->loop, s->capture, format);
	if (err)
		return err;
	if (s->cyclic->own)
		sample_channel_set_format(stream->channel, format->format);
	return 0;
}

/* The loop can count any number of frames; a chip may have to round here. */
static u32 sample_set_notification_freq(struct portcls_wavecyclic_stream *stream,
					u32 *framing)
{
	struct sample_cyclic_stream *s = sample_stream(stream);
	const struct portcls_format *format = &sample_voice(s)->format;

	s->framing = *framing;
	return div_u64((u64)*framing * USEC_PER_SEC,
		       format->frame_bytes * format->rate);
}

/*
 * RUN and PAUSE come under the stream lock and must not sleep. This chip keeps
 * its place in PAUSE and forgets it in STOP.
 */
static int sample_set_state(struct portcls_wavecyclic_stream *stream,
			    enum portcls_state state)
{
	struct sample_cyclic_stream *s = sample_stream(stream);
	struct sample_loop *loop = &s->cyclic->loop;
	bool up = state > s->state;
	int err = sample_check_step(&s->state, state);

	/* On the way down it is done, whatever it returns. */
	if (err && up)
		return err;
	switch (state) {
	case PORTCLS_ACQUIRE:
		if (!up)
			break;
		s->cycle = portcls_dma_system_address(stream->channel);
		s->bytes = portcls_dma_buffer_size(stream->channel);
		s->at = 0;
		s->since = 0;
		break;
	case PORTCLS_PAUSE:
		sample_voice_run(loop, s->capture, false);
		break;
	case PORTCLS_RUN:
		sample_voice_run(loop, s->capture, true);
		break;
	case PORTCLS_STOP:
		s->at = 0;
		break;
	}
	return err;
}

/* No side effect, and exact to the chip's step. */
static u32 sample_get_position(struct portcls_wavecyclic_stream *stream)
{
	struct sample_cyclic_stream *s = sample_stream(stream);
	u32 at = READ_ONCE(s->at);

	/* A chip whose counter is read while it runs: a test. */
	if (sample_jitter && at >= sample_jitter && (ktime_get_ns() & 1))
		at -= sample_jitter;
	return at;
}

/* Optional, the default is the same: for a chip whose bytes are not frames. */
static u64 sample_normalize(struct portcls_wavecyclic_stream *stream, u64 bytes)
{
	const struct portcls_format *format =
		&sample_voice(sample_stream(stream))->format;

	return portcls_position_normalize(bytes, format->rate,
					  format->frame_bytes);
}

/* Optional: for a cycle that does not hold samples in the stream's format. */
static void sample_lay_silence(struct portcls_wavecyclic_stream *stream,
			       void *buffer, u32 bytes)
{
	struct sample_cyclic_stream *s = sample_stream(stream);
	snd_pcm_format_t format = sample_voice(s)->format.format;

	snd_pcm_format_set_silence(format, buffer, bytes * BITS_PER_BYTE /
				   snd_pcm_format_physical_width(format));
	if (s->cyclic->own)
		sample_channel_flip(buffer, bytes, format);
}

static const struct portcls_wavecyclic_stream_ops sample_stream_ops = {
	.release = sample_release,
	.set_format = sample_set_format,
	.set_notification_freq = sample_set_notification_freq,
	.set_state = sample_set_state,
	.get_position = sample_get_position,
	.normalize_physical_position = sample_normalize,
	.silence = sample_lay_silence,
};

/* The references to channel and group are the port's, which drops them. */
static struct portcls_wavecyclic_stream *
sample_new_stream(void *miniport, const struct portcls_stream_config *config)
{
	struct sample_cyclic *cyclic = miniport;
	struct sample_cyclic_stream *s;
	int err;

	if (sample_fails(SAMPLE_NEW_STREAM))
		return ERR_PTR(-EIO);
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return ERR_PTR(-ENOMEM);
	err = sample_voice_take(&cyclic->loop, config->capture, &config->format);
	if (err) {
		kfree(s);
		return ERR_PTR(err);
	}
	s->cyclic = cyclic;
	s->capture = config->capture;
	s->stream.ops = &sample_stream_ops;
	s->stream.channel = portcls_dma_get(cyclic->channel[s->capture]);
	s->stream.group = cyclic->loop.group;
	portcls_service_group_get(s->stream.group);
	if (cyclic->own)
		sample_channel_set_format(s->stream.channel, config->format.format);
	cyclic->stream[s->capture] = s;
	return &s->stream;
}

/* Optional: refuse a client, or wake up what only an open pin needs. */
static int sample_open(void *miniport, bool capture)
{
	return sample_fails(SAMPLE_OPEN) ? -EBUSY : 0;
}

/* Optional: undo it. */
static void sample_close(void *miniport, bool capture)
{
}

/* Optional: both voices hang on one clock, so the second takes the first's. */
static unsigned int sample_rate(void *miniport, bool capture)
{
	struct sample_cyclic *cyclic = miniport;

	return sample_locked_rate(&cyclic->loop, capture);
}

/* Optional: streams are paused, the device is awake during the call. */
static void sample_power_change_notify(void *miniport, bool awake)
{
}

static const struct portcls_wavecyclic_ops sample_cyclic_ops = {
	.new_stream = sample_new_stream,
	.open = sample_open,
	.close = sample_close,
	.locked_rate = sample_rate,
	.power_change_notify = sample_power_change_notify,
};

static void sample_put_channel(void *channel)
{
	portcls_dma_put(channel);
}

static int sample_new_channel(struct sample_cyclic *cyclic, struct device *dev,
			      struct portcls_adapter *adapter, bool capture)
{
	struct portcls_dma_channel *channel;
	int err;

	if (cyclic->own)
		channel = sample_channel_new(adapter, SAMPLE_CYCLE_BYTES);
	else
		channel = portcls_wavecyclic_new_master_dma_channel(cyclic->port,
								    SAMPLE_CYCLE_BYTES);
	if (IS_ERR(channel))
		return PTR_ERR(channel);
	err = devm_add_action_or_reset(dev, sample_put_channel, channel);
	if (!err && !cyclic->own)
		err = portcls_dma_allocate_buffer(channel, SAMPLE_CYCLE_BYTES, NULL);
	cyclic->channel[capture] = channel;
	return err;
}

/**
 * sample_cyclic_new() - make a subdevice on the WaveCyclic port
 * @card: the card, being probed
 * @adapter: what the device can address
 * @device: PCM device number
 * @own_channel: with a channel of our own
 *
 * A ring may be larger than the channel's buffer. The port then copies, also
 * where the channel is the framework's own.
 *
 * Return: 0, or a negative errno.
 */
int sample_cyclic_new(struct portcls_card *card, struct portcls_adapter *adapter,
		      int device, bool own_channel)
{
	const struct portcls_pin_desc pin = {
		.ranges = &sample_range,
		.num_ranges = 1,
		.info = SNDRV_PCM_INFO_PAUSE | SNDRV_PCM_INFO_RESUME |
			SNDRV_PCM_INFO_NO_PERIOD_WAKEUP,
		.buffer_bytes_max = 8 * SAMPLE_CYCLE_BYTES,
		.period_bytes_min = 16,
		.period_bytes_max = 4 * SAMPLE_CYCLE_BYTES,
		.periods_max = 1024,
	};
	const struct portcls_wavecyclic_desc desc = {
		.id = own_channel ? "Own channel" : "WaveCyclic",
		.name = own_channel ? "Sample own channel" : "Sample WaveCyclic",
		.device = device,
		.ops = &sample_cyclic_ops,
		.adapter = adapter,
		.interval_us_min = sample_tick_us,
		.always_copies = own_channel,
		.pins = { pin, pin },
	};
	struct sample_cyclic *cyclic;
	int capture, err;

	cyclic = devm_kzalloc(card->dev, sizeof(*cyclic), GFP_KERNEL);
	if (!cyclic)
		return -ENOMEM;
	cyclic->own = own_channel;
	err = sample_loop_init(card->dev, &cyclic->loop);
	if (err)
		return err;
	err = portcls_wavecyclic_new(card, &desc, cyclic, &cyclic->port);
	if (err)
		return err;
	for (capture = 0; capture < 2; capture++) {
		cyclic->loop.voice[capture].ops = &sample_cyclic_voice_ops;
		cyclic->loop.voice[capture].capture = capture;
		err = sample_new_channel(cyclic, card->dev, adapter, capture);
		if (err)
			return err;
	}
	return 0;
}
