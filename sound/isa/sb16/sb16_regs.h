/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sound Blaster 16: ports, DSP commands and CT1745 mixer registers
 */
#ifndef __SB16_REGS_H
#define __SB16_REGS_H

#include <linux/bits.h>

/* Ports, from the card's base address. */
#define SB16_PORTS		16
#define SB16_MIXER_INDEX	0x4
#define SB16_MIXER_DATA		0x5
#define SB16_DSP_RESET		0x6
#define SB16_DSP_DATA		0xa
#define SB16_DSP_COMMAND	0xc	/* read: bit 7 set while busy */
#define SB16_DSP_STATUS		0xe	/* bit 7: data waits; reading acknowledges 8 bit */
#define SB16_ACK_16		0xf	/* reading acknowledges 16 bit */

#define SB16_DSP_BUSY		BIT(7)
#define SB16_DSP_READY		BIT(7)
#define SB16_DSP_HERE		0xaa

/* DSP commands. */
#define SB16_CMD_OUT_RATE	0x41	/* rate high, low */
#define SB16_CMD_IN_RATE	0x42
#define SB16_CMD_16_OUT		0xb6	/* auto-init, FIFO; mode, length-1 low, high */
#define SB16_CMD_16_IN		0xbe
#define SB16_CMD_8_OUT		0xc6
#define SB16_CMD_8_IN		0xce
#define SB16_CMD_8_PAUSE	0xd0
#define SB16_CMD_8_CONTINUE	0xd4
#define SB16_CMD_16_PAUSE	0xd5
#define SB16_CMD_16_CONTINUE	0xd6
#define SB16_CMD_VERSION	0xe1	/* answers major, minor */

#define SB16_MODE_SIGNED	BIT(4)
#define SB16_MODE_STEREO	BIT(5)

/* Samples between two interrupts at most. */
#define SB16_BLOCK_MAX		65536

/* Mixer registers. Most come as a left and, one further, a right one. */
#define SB16_MIX_RESET		0x00
#define SB16_MIX_MASTER		0x30
#define SB16_MIX_PCM		0x32
#define SB16_MIX_SYNTH		0x34
#define SB16_MIX_CD		0x36
#define SB16_MIX_LINE		0x38
#define SB16_MIX_MIC		0x3a
#define SB16_MIX_BEEP		0x3b
#define SB16_MIX_OUT_SWITCH	0x3c
#define SB16_MIX_IN_LEFT	0x3d
#define SB16_MIX_IN_RIGHT	0x3e
#define SB16_MIX_IN_GAIN	0x3f
#define SB16_MIX_OUT_GAIN	0x41
#define SB16_MIX_AGC		0x43
#define SB16_MIX_TREBLE		0x44
#define SB16_MIX_BASS		0x46
#define SB16_MIX_FIRST		SB16_MIX_MASTER
#define SB16_MIX_LAST		0x47
#define SB16_MIX_3D		0x90
#define SB16_MIX_IRQ_SETUP	0x80
#define SB16_MIX_DMA_SETUP	0x81
#define SB16_MIX_IRQ_STATUS	0x82

#define SB16_IRQ_8		BIT(0)
#define SB16_IRQ_16		BIT(1)

#endif /* __SB16_REGS_H */
