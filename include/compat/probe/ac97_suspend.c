// SPDX-License-Identifier: GPL-2.0
#include <sound/ac97_codec.h>

void probe(struct snd_ac97 *ac97);
void probe(struct snd_ac97 *ac97)
{
	snd_ac97_suspend(ac97);
	snd_ac97_resume(ac97);
}
