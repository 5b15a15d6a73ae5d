// SPDX-License-Identifier: GPL-2.0
#include <sound/core.h>
#include <sound/pcm.h>

int probe(struct snd_pcm *pcm);
int probe(struct snd_pcm *pcm)
{
	return snd_unregister_device(pcm->streams[0].dev);
}
