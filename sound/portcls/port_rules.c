// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: what a client may choose, from the data ranges that the miniport declared
 *
 * A range combines formats, rates and channels; what one range allows another need not.
 * A pin's ranges do not change while it is open, which is when the rules are asked.
 */
#include <sound/pcm_params.h>

#include "local.h"

static bool range_fits(const struct portcls_data_range *range,
		       const struct snd_mask *formats,
		       const struct snd_interval *rate,
		       const struct snd_interval *channels)
{
	u64 bits = formats ? formats->bits[0] | (u64)formats->bits[1] << 32 :
			     ~0ULL;

	if (!(range->formats & bits))
		return false;
	if (rate && (range->rate_max < rate->min || range->rate_min > rate->max))
		return false;
	return !channels || channels->min > 31 ||
	       range->channels & GENMASK(min(channels->max, 31U), channels->min);
}

static int rule_format(struct snd_pcm_hw_params *params,
		       struct snd_pcm_hw_rule *rule)
{
	struct portcls_pin_desc *desc = rule->private;
	struct snd_mask allowed = {};
	unsigned int i;

	for (i = 0; i < desc->num_ranges; i++) {
		const struct portcls_data_range *range = &desc->ranges[i];

		if (!range_fits(range, NULL,
				hw_param_interval_c(params, SNDRV_PCM_HW_PARAM_RATE),
				hw_param_interval_c(params, SNDRV_PCM_HW_PARAM_CHANNELS)))
			continue;
		allowed.bits[0] |= lower_32_bits(range->formats);
		allowed.bits[1] |= upper_32_bits(range->formats);
	}
	return snd_mask_refine(hw_param_mask(params, rule->var), &allowed);
}

static int rule_rate(struct snd_pcm_hw_params *params,
		     struct snd_pcm_hw_rule *rule)
{
	struct portcls_pin_desc *desc = rule->private;
	struct snd_interval allowed = { .min = UINT_MAX, .max = 0, .integer = 1 };
	unsigned int i;

	for (i = 0; i < desc->num_ranges; i++) {
		const struct portcls_data_range *range = &desc->ranges[i];

		if (!range_fits(range,
				hw_param_mask_c(params, SNDRV_PCM_HW_PARAM_FORMAT),
				NULL,
				hw_param_interval_c(params, SNDRV_PCM_HW_PARAM_CHANNELS)))
			continue;
		allowed.min = min(allowed.min, range->rate_min);
		allowed.max = max(allowed.max, range->rate_max);
	}
	if (allowed.min > allowed.max)
		return -EINVAL;
	return snd_interval_refine(hw_param_interval(params, rule->var), &allowed);
}

static int rule_channels(struct snd_pcm_hw_params *params,
			 struct snd_pcm_hw_rule *rule)
{
	struct portcls_pin_desc *desc = rule->private;
	unsigned int list[32], count = 0, i;
	u32 allowed = 0;

	for (i = 0; i < desc->num_ranges; i++)
		if (range_fits(&desc->ranges[i],
			       hw_param_mask_c(params, SNDRV_PCM_HW_PARAM_FORMAT),
			       hw_param_interval_c(params, SNDRV_PCM_HW_PARAM_RATE),
			       NULL))
			allowed |= desc->ranges[i].channels;
	for (i = 0; i < 32; i++)
		if (allowed & BIT(i))
			list[count++] = i;
	return snd_interval_list(hw_param_interval(params, rule->var), count,
				 list, 0);
}

/*
 * Without wake-ups the core finds laps of the ring that nobody saw by the jiffies that a
 * lap takes. Where they come to none it counts for ever, under the stream lock.
 */
static int rule_unwoken_ring(struct snd_pcm_hw_params *params,
			     struct snd_pcm_hw_rule *rule)
{
	const struct snd_interval *rate = hw_param_interval_c(params, SNDRV_PCM_HW_PARAM_RATE);
	const struct snd_interval allowed = {
		.min = DIV_ROUND_UP(rate->min, HZ), .max = UINT_MAX, .integer = 1,
	};

	return snd_interval_refine(hw_param_interval(params, rule->var), &allowed);
}

/**
 * portcls_port_add_rules() - what of a pin a client may combine
 * @pin: the pin
 * @runtime: of its substream, being opened
 *
 * Context: process.
 * Return: 0, or a negative errno.
 */
int portcls_port_add_rules(struct portcls_pin *pin, struct snd_pcm_runtime *runtime)
{
	struct portcls_pin_desc *desc = pin->desc;
	int err;

	err = snd_pcm_hw_constraint_integer(runtime, SNDRV_PCM_HW_PARAM_PERIODS);
	if (err < 0)
		return err;
	err = snd_pcm_hw_rule_add(runtime, 0, SNDRV_PCM_HW_PARAM_CHANNELS,
				  rule_channels, desc,
				  SNDRV_PCM_HW_PARAM_FORMAT,
				  SNDRV_PCM_HW_PARAM_RATE, -1);
	if (err < 0)
		return err;
	if (desc->num_ranges > 1) {
		err = snd_pcm_hw_rule_add(runtime, 0, SNDRV_PCM_HW_PARAM_FORMAT,
					  rule_format, desc,
					  SNDRV_PCM_HW_PARAM_RATE,
					  SNDRV_PCM_HW_PARAM_CHANNELS, -1);
		if (err < 0)
			return err;
		err = snd_pcm_hw_rule_add(runtime, 0, SNDRV_PCM_HW_PARAM_RATE,
					  rule_rate, desc,
					  SNDRV_PCM_HW_PARAM_FORMAT,
					  SNDRV_PCM_HW_PARAM_CHANNELS, -1);
		if (err < 0)
			return err;
	}
	if (desc->num_ratnums) {
		pin->ratnums.nrats = desc->num_ratnums;
		pin->ratnums.rats = desc->ratnums;
		err = snd_pcm_hw_constraint_ratnums(runtime, 0,
						    SNDRV_PCM_HW_PARAM_RATE,
						    &pin->ratnums);
		if (err < 0)
			return err;
	}
	if (runtime->hw.info & SNDRV_PCM_INFO_NO_PERIOD_WAKEUP) {
		err = snd_pcm_hw_rule_add(runtime, SNDRV_PCM_HW_PARAMS_NO_PERIOD_WAKEUP,
					  SNDRV_PCM_HW_PARAM_BUFFER_SIZE,
					  rule_unwoken_ring, NULL,
					  SNDRV_PCM_HW_PARAM_RATE, -1);
		if (err < 0)
			return err;
	}
	if (desc->msbits) {
		err = snd_pcm_hw_constraint_msbits(runtime, 0, 32, desc->msbits);
		if (err < 0)
			return err;
	}
	if (desc->period_frames_min) {
		err = snd_pcm_hw_constraint_minmax(runtime,
						   SNDRV_PCM_HW_PARAM_PERIOD_SIZE,
						   desc->period_frames_min,
						   UINT_MAX);
		if (err < 0)
			return err;
	}
	return 0;
}

/**
 * portcls_port_set_hw() - what a pin can do at all
 * @pin: the pin
 * @hw: of its substream, zeroed
 *
 * Context: process.
 */
void portcls_port_set_hw(const struct portcls_pin *pin, struct snd_pcm_hardware *hw)
{
	const struct portcls_pin_desc *desc = pin->desc;
	unsigned int i;

	hw->info = SNDRV_PCM_INFO_INTERLEAVED | SNDRV_PCM_INFO_MMAP |
		   SNDRV_PCM_INFO_MMAP_VALID | SNDRV_PCM_INFO_BLOCK_TRANSFER |
		   pin->port->model->info | (desc->info & ~SNDRV_PCM_INFO_SYNC_START);
	if (pin->port->holds)
		hw->info |= SNDRV_PCM_INFO_SYNC_START;
	/* The port lays the silence behind the last frame, so the client need not. */
	if (pin == pin->port->pin[SNDRV_PCM_STREAM_PLAYBACK])
		hw->info |= SNDRV_PCM_INFO_PERFECT_DRAIN;
	hw->rate_min = UINT_MAX;
	hw->channels_min = UINT_MAX;
	for (i = 0; i < desc->num_ranges; i++) {
		const struct portcls_data_range *range = &desc->ranges[i];

		hw->formats |= range->formats;
		hw->rates |= range->rates;
		hw->rate_min = min(hw->rate_min, range->rate_min);
		hw->rate_max = max(hw->rate_max, range->rate_max);
		hw->channels_min = min_t(unsigned int, hw->channels_min,
					 __ffs(range->channels));
		hw->channels_max = max_t(unsigned int, hw->channels_max,
					 __fls(range->channels));
	}
	hw->buffer_bytes_max = desc->buffer_bytes_max;
	hw->period_bytes_min = desc->period_bytes_min;
	hw->period_bytes_max = desc->period_bytes_max;
	hw->periods_min = 2;
	hw->periods_max = desc->periods_max;
}
