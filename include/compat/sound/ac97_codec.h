/* SPDX-License-Identifier: GPL-2.0 */
/*
 * v6.4, "ALSA: ac97: Define dummy functions for snd_ac97_suspend() and resume()"
 *
 * Before, a kernel without CONFIG_PM does not declare them.
 */
#include_next <sound/ac97_codec.h>

#if !defined(PORTCLS_HAVE_AC97_SUSPEND) && !defined(__PORTCLS_COMPAT_AC97_CODEC_H)
#define __PORTCLS_COMPAT_AC97_CODEC_H

static inline void snd_ac97_suspend(struct snd_ac97 *ac97)
{
}

static inline void snd_ac97_resume(struct snd_ac97 *ac97)
{
}

#endif
