/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The DSP of a Sound Blaster 16 that no driver has, to ask DMA line 5 for data
 */
#ifndef __PORTCLS_TEST_DSP_H
#define __PORTCLS_TEST_DSP_H

#include "portcls_test.h"

#define DSP_RATE	44100
/* Bytes a second of 16-bit stereo at that rate. */
#define DSP_SPEED	(DSP_RATE * 4)

/* Whether it is there and waits for a command; the case skips otherwise. */
bool dsp_ready(struct portcls_test *t);
/* Resets it, which stops all transfers. */
bool dsp_reset(void);
/* 16-bit stereo on line 5 until a reset, with interrupts that nobody sees. */
void dsp_play(void);

#endif /* __PORTCLS_TEST_DSP_H */
