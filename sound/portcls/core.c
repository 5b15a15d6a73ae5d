// SPDX-License-Identifier: GPL-2.0
/*
 * snd-portcls: the audio port class on ALSA
 */
#include <linux/module.h>

MODULE_DESCRIPTION("Audio port class: DMA channels and streams for ALSA card drivers");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");
