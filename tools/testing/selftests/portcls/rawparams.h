/* SPDX-License-Identifier: GPL-2.0 */
/* Hardware parameters for programs that speak to a PCM node without alsa-lib. */
#ifndef PORTCLS_TEST_RAWPARAMS_H
#define PORTCLS_TEST_RAWPARAMS_H

#include <string.h>
#include <sound/asound.h>

static inline void raw_range(struct snd_pcm_hw_params *params, int var, unsigned int min,
			     unsigned int max)
{
	struct snd_interval *i =
		&params->intervals[var - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];

	memset(i, 0, sizeof(*i));
	i->min = min;
	i->max = max;
	i->integer = 1;
}

/* Everything open but for the access and the format, which is S16_LE. */
static inline void raw_params(struct snd_pcm_hw_params *params, int access)
{
	unsigned int i;

	memset(params, 0, sizeof(*params));
	for (i = 0; i < sizeof(params->masks) / sizeof(params->masks[0]); i++)
		memset(params->masks[i].bits, 0xff, sizeof(params->masks[i].bits));
	for (i = 0; i < sizeof(params->intervals) / sizeof(params->intervals[0]); i++)
		params->intervals[i].max = ~0U;
	memset(params->masks[0].bits, 0, sizeof(params->masks[0].bits));
	params->masks[0].bits[0] = 1 << access;
	memset(params->masks[1].bits, 0, sizeof(params->masks[1].bits));
	params->masks[1].bits[0] = 1 << SNDRV_PCM_FORMAT_S16_LE;
	params->rmask = ~0U;
	params->info = ~0U;
}

#endif
