/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the PCM core offers to user space only, and does not depend on the card
 */
#ifndef __PORTCLS_TEST_FAKE_PCM_H
#define __PORTCLS_TEST_FAKE_PCM_H

#include <sound/pcm.h>

int fake_pcm_link(struct snd_pcm_substream *one, struct snd_pcm_substream *other);
void fake_pcm_unlink(struct snd_pcm_substream *ss);
int fake_pcm_reset(struct snd_pcm_substream *ss);

#endif /* __PORTCLS_TEST_FAKE_PCM_H */
