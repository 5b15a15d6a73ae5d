// SPDX-License-Identifier: GPL-2.0
/*
 * Ensoniq AudioPCI ES1370: the WaveCyclic miniport
 *
 * PCM device 0 is DAC2 and ADC, which share one clock; PCM device 1 is DAC1.
 */
#include <linux/math64.h>

#include <sound/portcls/adapter.h>

#include "es1370.h"

/* A ring beyond the chip's own is copied. */
#define ES1370_RING_BYTES	(4 * 1024 * 1024)
#define ES1370_PERIOD_BYTES_MIN	64
/* The chip holds 16 dwords at most, but an emulation throws away more at a stop. */
#define ES1370_DRAIN_FRAMES	1024

static const struct portcls_data_range es1370_shared_range = {
	.formats = SNDRV_PCM_FMTBIT_U8 | SNDRV_PCM_FMTBIT_S16_LE,
	.rates = SNDRV_PCM_RATE_KNOT,
	.rate_min = ES1370_CLOCK / ES1370_DIVIDER_MAX,
	.rate_max = ES1370_CLOCK / ES1370_DIVIDER_MIN,
	.channels = BIT(1) | BIT(2),
};

#define ES1370_DIVIDED_BY(least, most) \
	{ .num = ES1370_CLOCK, .den_min = least, .den_max = most, .den_step = 1 }

static const struct snd_ratnum es1370_shared_clock =
	ES1370_DIVIDED_BY(ES1370_DIVIDER_MIN, ES1370_DIVIDER_MAX);

static const struct portcls_data_range es1370_dac1_range = {
	.formats = SNDRV_PCM_FMTBIT_U8 | SNDRV_PCM_FMTBIT_S16_LE,
	.rates = SNDRV_PCM_RATE_KNOT,
	.rate_min = 5512,
	.rate_max = 44100,
	.channels = BIT(1) | BIT(2),
};

static const struct snd_ratnum es1370_dac1_clocks[] = {
	ES1370_DIVIDED_BY(32, 32),
	ES1370_DIVIDED_BY(64, 64),
	ES1370_DIVIDED_BY(128, 128),
	ES1370_DIVIDED_BY(ES1370_DAC1_DIVIDER, ES1370_DAC1_DIVIDER),
};

/* DAC2 is the second pair of a four-channel card. */
static const struct snd_pcm_chmap_elem es1370_rear_map[] = {
	{ .channels = 1, .map = { SNDRV_CHMAP_MONO } },
	{ .channels = 2, .map = { SNDRV_CHMAP_RL, SNDRV_CHMAP_RR } },
	{ }
};

static struct es1370_voice *es1370_voice(struct portcls_wavecyclic_stream *stream)
{
	return container_of(stream, struct es1370_voice, stream);
}

static struct es1370_voice *es1370_pin(struct es1370_voice *voice, bool capture)
{
	return capture ? &voice->chip->voice[ES1370_ADC] : voice;
}

static void es1370_release(struct portcls_wavecyclic_stream *stream)
{
	struct es1370_voice *voice = es1370_voice(stream);

	mutex_lock(&voice->chip->streams);
	voice->taken = false;
	mutex_unlock(&voice->chip->streams);
}

static u32 es1370_set_notification_freq(struct portcls_wavecyclic_stream *stream,
					u32 *framing)
{
	struct es1370_voice *voice = es1370_voice(stream);
	const struct portcls_format *format = &voice->format;
	u32 frames = *framing / format->frame_bytes;

	voice->framing = min_t(u32, frames, ES1370_COUNT_MAX);
	*framing = voice->framing * format->frame_bytes;
	return div_u64((u64)voice->framing * USEC_PER_SEC, format->rate);
}

static int es1370_set_state(struct portcls_wavecyclic_stream *stream,
			    enum portcls_state state)
{
	struct es1370_voice *voice = es1370_voice(stream);

	switch (state) {
	case PORTCLS_STOP:
		es1370_voice_disarm(voice);
		return 0;
	case PORTCLS_ACQUIRE:
		/* On the way down nothing is given up before STOP. */
		if (voice->armed)
			return 0;
		voice->cycle = portcls_dma_buffer_size(voice->channel);
		es1370_voice_arm(voice);
		return 0;
	case PORTCLS_PAUSE:
		if (voice->running)
			es1370_voice_run(voice, false);
		return 0;
	case PORTCLS_RUN:
		if (voice->lost)
			return -EIO;
		es1370_voice_run(voice, true);
		return 0;
	}
	return -EINVAL;
}

static u32 es1370_get_position(struct portcls_wavecyclic_stream *stream)
{
	return es1370_voice_position(es1370_voice(stream));
}

static const struct portcls_wavecyclic_stream_ops es1370_stream_ops = {
	.release = es1370_release,
	.set_notification_freq = es1370_set_notification_freq,
	.set_state = es1370_set_state,
	.get_position = es1370_get_position,
};

/*
 * The chip is measured for the first client, which has no stream yet, as nobody has:
 * all loops are free.
 */
static int es1370_open(void *miniport, bool capture)
{
	struct es1370_chip *chip = ((struct es1370_voice *)miniport)->chip;
	int i;

	mutex_lock(&chip->streams);
	if (!chip->interval_us) {
		chip->interval_us = es1370_measure_interval(chip);
		for (i = 0; i < ARRAY_SIZE(chip->pcm); i++)
			portcls_wavecyclic_set_interval(chip->pcm[i],
							chip->interval_us);
	}
	mutex_unlock(&chip->streams);
	return 0;
}

static unsigned int es1370_locked_rate(void *miniport, bool capture)
{
	struct es1370_voice *dac = miniport;
	const struct es1370_voice *other = es1370_pin(dac, !capture);

	if (dac->loop == ES1370_DAC1 || !READ_ONCE(other->taken))
		return 0;
	return other->format.rate;
}

static struct portcls_wavecyclic_stream *
es1370_new_stream(void *miniport, const struct portcls_stream_config *config)
{
	struct es1370_voice *voice = es1370_pin(miniport, config->capture);
	struct es1370_chip *chip = voice->chip;
	unsigned int locked;
	int err = 0;

	mutex_lock(&chip->streams);
	locked = es1370_locked_rate(miniport, config->capture);
	if (voice->taken || (locked && locked != config->format.rate)) {
		err = -EBUSY;
	} else {
		voice->format = config->format;
		WRITE_ONCE(voice->taken, true);
	}
	mutex_unlock(&chip->streams);
	if (err)
		return ERR_PTR(err);

	voice->stream.ops = &es1370_stream_ops;
	voice->stream.channel = portcls_dma_get(voice->channel);
	voice->stream.group = voice->group;
	portcls_service_group_get(voice->group);
	return &voice->stream;
}

static void es1370_hold(void *miniport, bool hold)
{
	struct es1370_voice *voice = miniport;

	es1370_hold_voices(voice->chip, hold);
}

static const struct portcls_wavecyclic_ops es1370_ops = {
	.new_stream = es1370_new_stream,
	.open = es1370_open,
	.locked_rate = es1370_locked_rate,
	.hold = es1370_hold,
};

static void es1370_put_channel(void *channel)
{
	portcls_dma_put(channel);
}

static void es1370_put_group(void *group)
{
	portcls_service_group_put(group);
}

static struct portcls_dma_channel *
es1370_new_channel(struct es1370_chip *chip, struct portcls_adapter *adapter,
		   u32 bytes)
{
	struct portcls_dma_channel *channel = portcls_dma_new_master(adapter, bytes);
	int err;

	if (IS_ERR(channel))
		return channel;
	err = devm_add_action_or_reset(chip->card->dev, es1370_put_channel, channel);
	if (!err)
		err = portcls_dma_allocate_up_to(channel, bytes,
						 min(bytes, ES1370_CHANNEL_BYTES_MIN), NULL);
	return err ? ERR_PTR(err) : channel;
}

/**
 * es1370_new_channels() - all memory that the chip reaches
 * @chip: the chip
 * @adapter: what it can address
 *
 * Return: 0, or a negative errno.
 */
int es1370_new_channels(struct es1370_chip *chip, struct portcls_adapter *adapter)
{
	int i, err;

	chip->phantom = es1370_new_channel(chip, adapter, PAGE_SIZE);
	if (IS_ERR(chip->phantom))
		return PTR_ERR(chip->phantom);
	for (i = 0; i < ES1370_LOOPS; i++) {
		struct es1370_voice *voice = &chip->voice[i];

		voice->chip = chip;
		voice->loop = i;
		voice->channel = es1370_new_channel(chip, adapter,
						    ES1370_CHANNEL_BYTES);
		if (IS_ERR(voice->channel))
			return PTR_ERR(voice->channel);
		voice->group = portcls_service_group_new();
		if (!voice->group)
			return -ENOMEM;
		err = devm_add_action_or_reset(chip->card->dev, es1370_put_group,
					       voice->group);
		if (err)
			return err;
	}
	return 0;
}

/**
 * es1370_new_ports() - the two PCM devices
 * @chip: the chip
 * @adapter: what it can address
 *
 * Return: 0, or a negative errno.
 */
int es1370_new_ports(struct es1370_chip *chip, struct portcls_adapter *adapter)
{
	struct portcls_pin_desc dac = {
		.ranges = &es1370_shared_range,
		.num_ranges = 1,
		.ratnums = &es1370_shared_clock,
		.num_ratnums = 1,
		.info = SNDRV_PCM_INFO_PAUSE | SNDRV_PCM_INFO_RESUME |
			SNDRV_PCM_INFO_NO_PERIOD_WAKEUP,
		.buffer_bytes_max = ES1370_RING_BYTES,
		.period_bytes_min = ES1370_PERIOD_BYTES_MIN,
		.period_bytes_max = ES1370_RING_BYTES / 2,
		.periods_max = 1024,
		.drain_frames = ES1370_DRAIN_FRAMES,
		.chmap = es1370_rear_map,
		.chmap_channels = 2,
	};
	struct portcls_wavecyclic_desc desc = {
		.id = "ES1370/1",
		.name = "ES1370 DAC2/ADC",
		.device = 0,
		.ops = &es1370_ops,
		.adapter = adapter,
		.cycle_align = 4,
		.pins = { dac, dac },
	};
	int err;

	/* The ADC cannot be paused in place, and has no map. */
	desc.pins[SNDRV_PCM_STREAM_CAPTURE].info &= ~SNDRV_PCM_INFO_PAUSE;
	desc.pins[SNDRV_PCM_STREAM_CAPTURE].chmap = NULL;
	err = portcls_wavecyclic_new(chip->card, &desc,
				     &chip->voice[ES1370_DAC2], &chip->pcm[0]);
	if (err)
		return err;

	desc.id = "ES1370/2";
	desc.name = "ES1370 DAC1";
	desc.device = 1;
	desc.pins[0].ranges = &es1370_dac1_range;
	desc.pins[0].ratnums = es1370_dac1_clocks;
	desc.pins[0].num_ratnums = ARRAY_SIZE(es1370_dac1_clocks);
	desc.pins[0].chmap = snd_pcm_std_chmaps;
	desc.pins[1].ranges = NULL;
	return portcls_wavecyclic_new(chip->card, &desc,
				      &chip->voice[ES1370_DAC1], &chip->pcm[1]);
}
