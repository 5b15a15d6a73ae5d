// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: the WavePci miniport
 *
 * One port a PCM device, one engine a stream. A stream belongs to its engine, so
 * nothing is allocated when a client comes.
 */
#include <linux/bitfield.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/service.h>

#include "ich.h"

/* Below this many frames a period, 31 entries do not cover 20 ms at 48 kHz. */
#define ICH_PERIOD_FRAMES_MIN	64
#define ICH_BUFFER_MAX		SZ_4M
/* The engine's FIFO, as drivers of the silicon's maker count it. */
#define ICH_FIFO_FRAMES		32
/* What takes two frames of the link's rate at once, and so two channels only. */
#define ICH_RATES_DOUBLE	(SNDRV_PCM_RATE_64000 | SNDRV_PCM_RATE_88200 | \
				 SNDRV_PCM_RATE_96000)
/* Emulators buffer up to 1024 frames; a drain pushes the last sample through. */
#define ICH_DRAIN_FRAMES	1024

static struct ich_engine *to_engine(struct portcls_wavepci_stream *stream)
{
	return container_of(stream, struct ich_engine, stream);
}

static void ich_stream_release(struct portcls_wavepci_stream *stream)
{
	struct ich_engine *engine = to_engine(stream);

	snd_ac97_pcm_close(engine->pcm);
}

static int ich_stream_set_format(struct portcls_wavepci_stream *stream,
				 const struct portcls_format *format)
{
	struct ich_engine *engine = to_engine(stream);
	bool twice = format->rate > ICH_CLOCK_RATE;
	int err;

	if (twice && !engine->pcm->r[1].slots)
		return -EINVAL;
	snd_ac97_pcm_close(engine->pcm);
	err = snd_ac97_pcm_open(engine->pcm, format->rate, format->channels,
				engine->pcm->r[twice].slots);
	if (err < 0)
		return err;
	if (engine->id == ICH_PCM_OUT) {
		ich_set_format(engine->chip, format);
		/* Without an engine of its own S/PDIF takes what PCM out sends. */
		if (!ich_has_spdif(engine->chip))
			snd_ac97_set_rate(engine->pcm->r[0].codec[0], AC97_SPDIF, format->rate);
	}
	engine->shift = format->format == SNDRV_PCM_FORMAT_S32_LE ? 2 : 1;
	engine->channels = format->channels;
	return 0;
}

static int ich_stream_set_state(struct portcls_wavepci_stream *stream,
				enum portcls_state state)
{
	struct ich_engine *engine = to_engine(stream);

	switch (state) {
	case PORTCLS_RUN:
		ich_engine_fill(engine);
		ich_engine_start(engine);
		return 0;
	case PORTCLS_PAUSE:
		ich_engine_stop(engine);
		return 0;
	case PORTCLS_STOP:
		engine->position = 0;
		engine->filled = 0;
		return 0;
	default:
		return 0;
	}
}

static u64 ich_stream_get_position(struct portcls_wavepci_stream *stream)
{
	return ich_engine_position(to_engine(stream));
}

static void ich_stream_mapping_available(struct portcls_wavepci_stream *stream)
{
	struct ich_engine *engine = to_engine(stream);

	ich_engine_fill(engine);
	if (!engine->running)
		ich_engine_start(engine);
}

static void ich_stream_service(struct portcls_wavepci_stream *stream)
{
	ich_engine_service(to_engine(stream));
}

/* The port takes back all there is, or nothing. */
static int ich_stream_revoke_mappings(struct portcls_wavepci_stream *stream,
				      unsigned long first, unsigned long last,
				      unsigned int *count)
{
	*count = ich_engine_drop(to_engine(stream));
	return 0;
}

static const struct portcls_wavepci_stream_ops ich_stream_ops = {
	.release = ich_stream_release,
	.set_format = ich_stream_set_format,
	.set_state = ich_stream_set_state,
	.get_position = ich_stream_get_position,
	.mapping_available = ich_stream_mapping_available,
	.service = ich_stream_service,
	.revoke_mappings = ich_stream_revoke_mappings,
};

/**
 * struct ich_subdevice - a PCM device
 * @chip: the controller
 * @out: the playback engine, NULL for none
 * @in: the capture engine, NULL for none
 */
struct ich_subdevice {
	struct ich_chip *chip;
	struct ich_engine *out;
	struct ich_engine *in;
};

static struct portcls_wavepci_stream *
ich_new_stream(void *miniport, const struct portcls_stream_config *config)
{
	struct ich_subdevice *sub = miniport;
	struct ich_engine *engine = config->capture ? sub->in : sub->out;
	int err;

	engine->first = 0;
	engine->count = 0;
	engine->filled = 0;
	engine->position = 0;
	err = ich_stream_set_format(&engine->stream, &config->format);
	if (err)
		return ERR_PTR(err);
	engine->stream.ops = &ich_stream_ops;
	engine->stream.group = engine->group;
	portcls_service_group_get(engine->group);
	return &engine->stream;
}

const struct portcls_wavepci_ops ich_wavepci_ops = {
	.new_stream = ich_new_stream,
};

/**
 * struct ich_pins - data ranges of a PCM device
 * @out: playback, with the double rates if the codec has them
 * @in: capture
 */
struct ich_pins {
	struct portcls_data_range out[2];
	struct portcls_data_range in;
};

static void ich_range(struct portcls_data_range *range, u64 formats,
		      unsigned int rates, u32 channels)
{
	unsigned int i;

	range->formats = formats;
	range->rates = rates;
	range->channels = channels;
	range->rate_min = UINT_MAX;
	range->rate_max = 0;
	for (i = 0; i < 32; i++) {
		unsigned int rate;

		rate = rates & BIT(i) ? snd_pcm_rate_bit_to_rate(BIT(i)) : 0;
		if (!rate)
			continue;
		range->rate_min = min(range->rate_min, rate);
		range->rate_max = max(range->rate_max, rate);
	}
}

static void ich_pin(struct portcls_pin_desc *pin,
		    const struct portcls_data_range *ranges,
		    unsigned int num_ranges)
{
	pin->ranges = ranges;
	pin->num_ranges = num_ranges;
	pin->info = SNDRV_PCM_INFO_PAUSE | SNDRV_PCM_INFO_RESUME |
		    SNDRV_PCM_INFO_NO_PERIOD_WAKEUP;
	pin->buffer_bytes_max = ICH_BUFFER_MAX;
	pin->period_bytes_min = ICH_PERIOD_FRAMES_MIN * 2;
	pin->period_bytes_max = ICH_BUFFER_MAX / 2;
	pin->period_frames_min = ICH_PERIOD_FRAMES_MIN;
	pin->periods_max = 1024;
	pin->max_mappings = ICH_ENTRIES;
	pin->prefetch_frames = ICH_FIFO_FRAMES;
	pin->drain_frames = ICH_DRAIN_FRAMES;
}

static void ich_pin_out(struct ich_chip *chip, struct ich_engine *engine,
			struct portcls_pin_desc *pin, struct ich_pins *pins)
{
	struct ac97_pcm *pcm = engine->pcm;
	u32 status = ioread32(chip->bus + ICH_GLOB_STA);
	u64 formats = SNDRV_PCM_FMTBIT_S16_LE;
	u32 channels = BIT(2);
	unsigned int count = 1;

	if (engine->id == ICH_PCM_OUT) {
		if (pcm->r[0].slots & BIT(AC97_SLOT_PCM_SLEFT))
			channels |= BIT(4);
		if (channels & BIT(4) && pcm->r[0].slots & BIT(AC97_SLOT_LFE))
			channels |= BIT(6);
		if (chip->model->ich4 &&
		    FIELD_GET(ICH_GLOB_STA_20BIT, status) == 1)
			formats |= SNDRV_PCM_FMTBIT_S32_LE;
	}
	ich_range(&pins->out[0], formats, pcm->rates, channels);
	if (pcm->r[1].slots) {
		ich_range(&pins->out[0], formats,
			  pcm->rates & ~ICH_RATES_DOUBLE, channels);
		ich_range(&pins->out[1], formats,
			  pcm->rates & ICH_RATES_DOUBLE, BIT(2));
		count = pins->out[1].rate_max ? 2 : 1;
	}
	ich_pin(pin, pins->out, count);
	if (formats & SNDRV_PCM_FMTBIT_S32_LE)
		pin->msbits = 20;
	pin->chmap = snd_pcm_std_chmaps;
	pin->chmap_channels = 2;
	if (channels & BIT(4)) {
		pin->chmap = snd_pcm_alt_chmaps;
		pin->chmap_channels = __fls(channels);
	}
}

static int ich_subdevice_new(struct ich_chip *chip, int device,
			     const char *suffix, struct ich_engine *out,
			     struct ich_engine *in)
{
	struct snd_card *card = chip->card->card;
	struct portcls_wavepci_desc desc = {
		.device = device,
		.ops = &ich_wavepci_ops,
		.adapter = chip->adapter,
	};
	struct portcls_wavepci *port;
	struct ich_subdevice *sub;
	struct ich_pins *pins;
	char id[32], name[80];

	sub = devm_kzalloc(chip->card->dev, sizeof(*sub), GFP_KERNEL);
	pins = devm_kzalloc(chip->card->dev, sizeof(*pins), GFP_KERNEL);
	if (!sub || !pins)
		return -ENOMEM;
	sub->chip = chip;
	sub->out = out;
	sub->in = in;
	if (out)
		ich_pin_out(chip, out, &desc.pins[0], pins);
	if (in) {
		/* Slot 6 carries one microphone, which is sent to both. */
		ich_range(&pins->in, SNDRV_PCM_FMTBIT_S16_LE, in->pcm->rates,
			  BIT(2));
		ich_pin(&desc.pins[1], &pins->in, 1);
	}

	snprintf(id, sizeof(id), "Intel ICH%s%s", suffix ? " - " : "",
		 suffix ?: "");
	snprintf(name, sizeof(name), "%s%s%s", card->shortname,
		 suffix ? " - " : "", suffix ?: "");
	desc.id = id;
	desc.name = name;
	return portcls_wavepci_new(chip->card, &desc, sub, &port);
}

static struct ich_engine *ich_usable(struct ich_chip *chip,
				     enum ich_engine_id id)
{
	struct ich_engine *engine = &chip->engine[id];

	return engine->regs && engine->pcm && engine->pcm->rates ? engine : NULL;
}

/**
 * ich_streams_new() - make the PCM devices
 * @chip: the controller, its codecs known
 *
 * Numbers as in other drivers of this hardware: 0 PCM, 1 microphone, 2 second
 * microphone, 3 second ADC, 4 S/PDIF. What no codec serves is left out.
 *
 * Context: process.
 * Return: 0, -ENODEV if the codec has no PCM at all, or an error of the port.
 */
int ich_streams_new(struct ich_chip *chip)
{
	static const struct {
		const char *suffix;
		enum ich_engine_id id;
		bool capture;
	} extra[] = {
		{ "MIC ADC", ICH_MIC_IN, true },
		{ "MIC2 ADC", ICH_MIC2_IN, true },
		{ "ADC2", ICH_PCM2_IN, true },
		{ "IEC958", ICH_SPDIF_OUT, false },
	};
	struct ich_engine *out = ich_usable(chip, ICH_PCM_OUT);
	struct ich_engine *in = ich_usable(chip, ICH_PCM_IN);
	unsigned int i;
	int err;

	if (!out && !in)
		return -ENODEV;
	err = ich_subdevice_new(chip, 0, NULL, out, in);
	for (i = 0; i < ARRAY_SIZE(extra) && !err; i++) {
		struct ich_engine *engine = ich_usable(chip, extra[i].id);

		if (engine)
			err = ich_subdevice_new(chip, i + 1, extra[i].suffix,
						extra[i].capture ? NULL : engine,
						extra[i].capture ? engine : NULL);
	}
	return err;
}
