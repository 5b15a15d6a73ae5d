/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ensoniq AudioPCI ES1370 registers: one I/O window of 64 bytes
 */
#ifndef __ES1370_REGS_H
#define __ES1370_REGS_H

#include <linux/bits.h>

#define ES1370_CONTROL			0x00
#define   ES1370_CTRL_ADC_STOP		BIT(31)
#define   ES1370_CTRL_XCTL1		BIT(30)	/* microphone bias */
#define   ES1370_CTRL_PCLKDIV		GENMASK(28, 16)
#define   ES1370_CTRL_WTSRSEL		GENMASK(13, 12)
#define   ES1370_CTRL_XCTL0		BIT(8)	/* DAC1 on the line-in jack */
#define   ES1370_CTRL_DAC1_EN		BIT(6)
#define   ES1370_CTRL_DAC2_EN		BIT(5)
#define   ES1370_CTRL_ADC_EN		BIT(4)
#define   ES1370_CTRL_CDC_EN		BIT(1)
#define   ES1370_CTRL_SERR_DIS		BIT(0)

#define ES1370_STATUS			0x04
#define   ES1370_STAT_INTR		BIT(31)
#define   ES1370_STAT_CSTAT		BIT(10)	/* codec busy */
#define   ES1370_STAT_DAC1		BIT(2)
#define   ES1370_STAT_DAC2		BIT(1)
#define   ES1370_STAT_ADC		BIT(0)

#define ES1370_UART_CONTROL		0x09	/* 8 bits */
#define ES1370_UART_TEST		0x0a	/* 8 bits */

#define ES1370_MEM_PAGE			0x0c	/* what 0x30..0x3f are */
#define   ES1370_PAGE_DAC		0x0c
#define   ES1370_PAGE_ADC		0x0d

#define ES1370_CODEC			0x10	/* 16 bits, write only */
#define   ES1370_CODEC_WRITE(reg, value) ((reg) << 8 | (value))

#define ES1370_SERIAL			0x20
#define   ES1370_SER_P2_END_INC		GENMASK(21, 19)
#define   ES1370_SER_P2_ST_INC		GENMASK(18, 16)
#define   ES1370_SER_P2_PAUSE		BIT(12)
#define   ES1370_SER_P1_PAUSE		BIT(11)
#define   ES1370_SER_R1_INT_EN		BIT(10)
#define   ES1370_SER_P2_INT_EN		BIT(9)
#define   ES1370_SER_P1_INT_EN		BIT(8)
#define   ES1370_SER_R1_MODE_SHIFT	4
#define   ES1370_SER_P2_MODE_SHIFT	2
#define   ES1370_SER_P1_MODE_SHIFT	0
#define   ES1370_MODE_STEREO		BIT(0)
#define   ES1370_MODE_16BIT		BIT(1)
#define   ES1370_MODE_MASK		GENMASK(1, 0)

/* Frames between interrupts minus one; the upper half counts down. */
#define ES1370_DAC1_COUNT		0x24
#define ES1370_DAC2_COUNT		0x28
#define ES1370_ADC_COUNT		0x2c
#define   ES1370_COUNT_MAX		65536

/* Page DAC. A size is dwords minus one; the upper half is the current dword. */
#define ES1370_DAC1_ADDR		0x30
#define ES1370_DAC1_SIZE		0x34
#define ES1370_DAC2_ADDR		0x38
#define ES1370_DAC2_SIZE		0x3c
/* Page ADC. The phantom frame is one that the chip fetches although it is off. */
#define ES1370_ADC_ADDR			0x30
#define ES1370_ADC_SIZE			0x34
#define ES1370_PHANTOM_ADDR		0x38
#define ES1370_PHANTOM_SIZE		0x3c
#define   ES1370_SIZE_CURRENT		GENMASK(31, 16)

#define ES1370_IO_BYTES			0x40

/* DAC2 and ADC run at ES1370_CLOCK divided by PCLKDIV + 2. */
#define ES1370_CLOCK			1411200
#define ES1370_DIVIDER_MIN		29
#define ES1370_DIVIDER_MAX		353
/* DAC1 runs at ES1370_CLOCK divided by 256 >> WTSRSEL. */
#define ES1370_DAC1_DIVIDER		256

/* AK4531 codec */
#define AK4531_MASTER_L			0x00
#define AK4531_MASTER_R			0x01
#define AK4531_VOICE_L			0x02	/* DAC2 */
#define AK4531_VOICE_R			0x03
#define AK4531_FM_L			0x04	/* DAC1 */
#define AK4531_FM_R			0x05
#define AK4531_CD_L			0x06
#define AK4531_CD_R			0x07
#define AK4531_LINE_L			0x08
#define AK4531_LINE_R			0x09
#define AK4531_AUX_L			0x0a
#define AK4531_AUX_R			0x0b
#define AK4531_MONO1			0x0c
#define AK4531_MONO2			0x0d
#define AK4531_MIC			0x0e
#define AK4531_MONO_OUT			0x0f
#define AK4531_OUT_SWITCH1		0x10
#define AK4531_OUT_SWITCH2		0x11
#define AK4531_IN_L_SWITCH1		0x12
#define AK4531_IN_R_SWITCH1		0x13
#define AK4531_IN_L_SWITCH2		0x14
#define AK4531_IN_R_SWITCH2		0x15
#define AK4531_RESET			0x16
#define   AK4531_RESET_ASSERT		0x02
#define   AK4531_RESET_RELEASE		0x03
#define AK4531_CLOCK			0x17
#define AK4531_AD_INPUT			0x18
#define AK4531_MIC_GAIN			0x19
#define AK4531_REGISTERS		0x1a

#endif /* __ES1370_REGS_H */
