// SPDX-License-Identifier: GPL-2.0
/*
 * Sound Blaster 16: the WaveCyclic miniport
 *
 * The card has a DMA line for 8-bit and one for 16-bit samples, and one clock. A
 * stream takes the line of its width, so playback and capture can run at once
 * only with different widths and the same rate; what a second stream is offered
 * follows from the first. With one line there is one stream at a time, of either width:
 * the DSP moves 16-bit samples byte by byte where it has no other line.
 *
 * A pause is the DSP's: it stops asking for data and all counters stay where they
 * are. The position is the DMA controller's count, never a count of interrupts,
 * which may be merged.
 */
#include <linux/math64.h>
#include <linux/slab.h>
#include <sound/portcls/card.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/dma_slave.h>
#include <sound/portcls/service.h>

#include "sb16.h"

/*
 * Between the DMA counter and the converter: the DSP's FIFO, and some hundred
 * frames in the mixers of emulators, which drop them when they are stopped.
 */
#define SB16_DRAIN_FRAMES	1024
/* A stream that has not moved after two blocks and this will not move any more. */
#define SB16_DEAD_US		50000

#define SB16_RANGE(f) {						\
	.formats = (f),						\
	.rates = SNDRV_PCM_RATE_CONTINUOUS | SNDRV_PCM_RATE_5512 |	\
		 SNDRV_PCM_RATE_8000_44100,				\
	.rate_min = 5000,						\
	.rate_max = 44100,						\
	.channels = BIT(1) | BIT(2),					\
}

#define SB16_FORMATS_8	(SNDRV_PCM_FMTBIT_U8 | SNDRV_PCM_FMTBIT_S8)
#define SB16_FORMATS_16	(SNDRV_PCM_FMTBIT_S16_LE | SNDRV_PCM_FMTBIT_U16_LE)

/*
 * A pin's ranges are one or two rows from the first or second on. They may change
 * between two reads of an open pin, hence a row behind the last.
 */
static const struct portcls_data_range sb16_ranges[] = {
	SB16_RANGE(SB16_FORMATS_8),
	SB16_RANGE(SB16_FORMATS_16),
	SB16_RANGE(SB16_FORMATS_8),
};

static struct sb16_stream *to_stream(struct portcls_wavecyclic_stream *stream)
{
	return container_of(stream, struct sb16_stream, base);
}

/* Which widths a direction may have: bit 0 for 8, bit 1 for 16 bits. */
static unsigned int sb16_widths(const struct sb16 *sb, bool capture)
{
	const struct sb16_stream *other = sb->streams[!capture];
	unsigned int widths = 3;

	if (!sb->channels[1])
		return other ? 0 : widths;
	if (sb->allocation != SB16_AUTO)
		widths = capture == (sb->allocation == SB16_CAPTURE) ? 2 : 1;
	if (other)
		widths &= other->wide ? ~2U : ~1U;
	return widths;
}

static void sb16_update_ranges(struct sb16 *sb)
{
	int capture;

	lockdep_assert_held(&sb->mutex);
	for (capture = 0; capture < 2; capture++) {
		struct portcls_pin_desc *pin = portcls_wavecyclic_pin(sb->port, capture);
		unsigned int widths = sb16_widths(sb, capture);

		/* None left: new_stream will say so. */
		if (!widths)
			continue;
		WRITE_ONCE(pin->ranges, &sb16_ranges[widths == 2]);
		WRITE_ONCE(pin->num_ranges, widths == 3 ? 2 : 1);
	}
}

/**
 * sb16_stream_set_allocation() - choose who may have 16 bits
 * @sb: the card
 * @allocation: the choice; streams that exist keep their width
 *
 * Context: process.
 */
void sb16_stream_set_allocation(struct sb16 *sb, enum sb16_allocation allocation)
{
	mutex_lock(&sb->mutex);
	sb->allocation = allocation;
	sb16_update_ranges(sb);
	mutex_unlock(&sb->mutex);
}

static void sb16_set_stream(struct sb16 *sb, bool capture,
			    struct sb16_stream *stream)
{
	unsigned long flags;

	spin_lock_irqsave(&sb->lock, flags);
	sb->streams[capture] = stream;
	spin_unlock_irqrestore(&sb->lock, flags);
	sb16_update_ranges(sb);
}

static void sb16_release(struct portcls_wavecyclic_stream *base)
{
	struct sb16_stream *stream = to_stream(base);
	struct sb16 *sb = stream->sb;

	mutex_lock(&sb->mutex);
	sb16_set_stream(sb, stream->capture, NULL);
	mutex_unlock(&sb->mutex);
	kfree(stream);
}

static u64 sb16_block_us(const struct sb16_stream *stream)
{
	const struct portcls_format *format = &stream->format;

	return div_u64((u64)stream->block * USEC_PER_SEC,
		       format->rate * format->channels);
}

static u32 sb16_set_notification_freq(struct portcls_wavecyclic_stream *base,
				      u32 *framing)
{
	struct sb16_stream *stream = to_stream(base);
	const struct portcls_format *format = &stream->format;
	u32 sample = format->frame_bytes / format->channels;
	u32 most = SB16_BLOCK_MAX * sample;
	u32 parts = 1;

	/* The DSP cannot go without blocks; nobody needs to hear of them. */
	if (!*framing)
		*framing = most;
	while (*framing / parts > most || *framing % parts ||
	       *framing / parts % format->frame_bytes)
		parts++;
	*framing /= parts;
	stream->block = *framing / sample;
	return sb16_block_us(stream);
}

static u32 sb16_get_position(struct portcls_wavecyclic_stream *base)
{
	struct portcls_dma_channel *channel = base->channel;
	u32 size = portcls_dma_transfer_count(channel);
	u32 left = portcls_dma_read_counter(channel);
	u32 at = size ? (size - left) % size : 0;

	if (at)
		to_stream(base)->moved = true;
	return at;
}

static int sb16_run(struct sb16_stream *stream)
{
	struct portcls_dma_channel *channel = stream->base.channel;
	int err;

	stream->since = ktime_get();
	if (stream->started)
		return sb16_dsp_continue(stream->sb, stream);
	stream->moved = false;
	err = portcls_dma_start(channel, portcls_dma_buffer_size(channel),
				!stream->capture);
	if (err)
		return err;
	err = sb16_dsp_start(stream->sb, stream);
	if (err)
		portcls_dma_stop(channel);
	else
		stream->started = true;
	return err;
}

/* Says so if a stream that is stopped has never moved. */
static void sb16_check_alive(struct sb16_stream *stream)
{
	u64 us = ktime_us_delta(ktime_get(), stream->since);

	if (!sb16_get_position(&stream->base) && !stream->moved &&
	    us > 2 * sb16_block_us(stream) + SB16_DEAD_US)
		dev_err_ratelimited(stream->sb->card->dev,
				    "%s does not move: no DMA, or not implemented by this card\n",
				    stream->capture ? "capture" : "playback");
}

static int sb16_set_state(struct portcls_wavecyclic_stream *base,
			  enum portcls_state state)
{
	struct sb16_stream *stream = to_stream(base);
	int err;

	switch (state) {
	case PORTCLS_RUN:
		return sb16_run(stream);
	case PORTCLS_PAUSE:
		if (!stream->running)
			return 0;
		err = sb16_dsp_pause(stream->sb, stream);
		sb16_check_alive(stream);
		return err;
	case PORTCLS_STOP:
		portcls_dma_stop(base->channel);
		portcls_dma_synchronize(base->channel);
		stream->started = false;
		return 0;
	default:
		return 0;
	}
}

static const struct portcls_wavecyclic_stream_ops sb16_stream_ops = {
	.release = sb16_release,
	.set_notification_freq = sb16_set_notification_freq,
	.set_state = sb16_set_state,
	.get_position = sb16_get_position,
};

static struct portcls_wavecyclic_stream *
sb16_new_stream(void *miniport, const struct portcls_stream_config *config)
{
	struct sb16 *sb = miniport;
	bool wide = snd_pcm_format_width(config->format.format) == 16;
	struct sb16_stream *stream, *other;
	int err = 0;

	stream = kzalloc(sizeof(*stream), GFP_KERNEL);
	if (!stream)
		return ERR_PTR(-ENOMEM);

	mutex_lock(&sb->mutex);
	other = sb->streams[!config->capture];
	if (!(sb16_widths(sb, config->capture) & (wide ? 2 : 1)) ||
	    (other && other->format.rate != config->format.rate))
		err = -EBUSY;
	if (!err) {
		stream->base.ops = &sb16_stream_ops;
		stream->base.channel = portcls_dma_get(sb->channels[wide && sb->channels[1]]);
		portcls_service_group_get(sb->group);
		stream->base.group = sb->group;
		stream->sb = sb;
		stream->format = config->format;
		stream->capture = config->capture;
		stream->wide = wide;
		sb16_set_stream(sb, config->capture, stream);
	}
	mutex_unlock(&sb->mutex);
	if (!err)
		return &stream->base;
	kfree(stream);
	return ERR_PTR(err);
}

static unsigned int sb16_locked_rate(void *miniport, bool capture)
{
	struct sb16 *sb = miniport;
	const struct sb16_stream *other;
	unsigned int rate = 0;

	mutex_lock(&sb->mutex);
	other = sb->streams[!capture];
	if (other)
		rate = other->format.rate;
	mutex_unlock(&sb->mutex);
	return rate;
}

static const struct portcls_wavecyclic_ops sb16_ops = {
	.new_stream = sb16_new_stream,
	.locked_rate = sb16_locked_rate,
};

/**
 * sb16_stream_new_port() - make the PCM device
 * @sb: the card; its channels have their buffers
 *
 * Context: process, in probe.
 * Return: 0, or a negative errno.
 */
int sb16_stream_new_port(struct sb16 *sb)
{
	struct portcls_dma_channel *widest = sb->channels[1] ?: sb->channels[0];
	struct portcls_wavecyclic_desc desc = {
		.id = "SB16 DSP",
		.ops = &sb16_ops,
		.adapter = portcls_dma_adapter_object(widest),
	};
	int i, err;

	desc.name = devm_kasprintf(sb->card->dev, GFP_KERNEL, "DSP v%u.%u",
				   sb->version >> 8, sb->version & 0xff);
	if (!desc.name)
		return -ENOMEM;
	for (i = 0; i < 2; i++) {
		struct portcls_pin_desc *pin = &desc.pins[i];

		pin->ranges = sb16_ranges;
		pin->num_ranges = 2;
		pin->info = SNDRV_PCM_INFO_PAUSE |
			    (sb->channels[1] ? SNDRV_PCM_INFO_JOINT_DUPLEX :
					       SNDRV_PCM_INFO_HALF_DUPLEX);
		if (portcls_dma_slave_granularity(widest) < DMA_RESIDUE_GRANULARITY_BURST)
			pin->info |= SNDRV_PCM_INFO_BATCH;
		pin->buffer_bytes_max = portcls_dma_allocated_buffer_size(widest);
		pin->period_bytes_min = 64;
		pin->period_bytes_max = min_t(u32, pin->buffer_bytes_max / 2,
					      SB16_BLOCK_MAX);
		pin->periods_max = 1024;
	}
	/* A capture that does not move must end; without wake-ups nobody looks. */
	desc.pins[SNDRV_PCM_STREAM_PLAYBACK].info |= SNDRV_PCM_INFO_NO_PERIOD_WAKEUP;
	desc.pins[SNDRV_PCM_STREAM_PLAYBACK].drain_frames = SB16_DRAIN_FRAMES;

	err = portcls_wavecyclic_new(sb->card, &desc, sb, &sb->port);
	if (err)
		return err;
	mutex_lock(&sb->mutex);
	sb16_update_ranges(sb);
	mutex_unlock(&sb->mutex);
	return 0;
}
