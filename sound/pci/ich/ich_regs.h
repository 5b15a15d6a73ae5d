/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers of the Intel ICH AC'97 audio controller
 *
 * Sources: Intel 82801AA datasheet chapter 12, ICH4 and ICH7 datasheets, ICH5
 * AC'97 Programmer's Reference Manual.
 */
#ifndef __ICH_REGS_H
#define __ICH_REGS_H

#include <linux/bits.h>

/* Engine n's registers begin at n * ICH_ENGINE_SIZE. */
#define ICH_ENGINE_SIZE		0x10
#define ICH_BDBAR		0x0	/* 32 bit, descriptor list, 8-byte aligned */
#define ICH_CIV			0x4	/*  8 bit, entry being processed */
#define ICH_LVI			0x5	/*  8 bit, last valid entry */
#define ICH_SR			0x6	/* 16 bit, status */
#define ICH_PICB		0x8	/* 16 bit, samples left in the entry */
#define ICH_PIV			0xa	/*  8 bit, entry that was prefetched */
#define ICH_CR			0xb	/*  8 bit, control */

/* One read at ICH_CIV holds index, last valid entry and status. */
#define ICH_CIV_INDEX(v)	((v) & 0x1f)
#define ICH_CIV_STATUS(v)	((v) >> 16)
/* One read at ICH_PICB holds samples left, prefetched index and control. */
#define ICH_PICB_LEFT(v)	((v) & 0xffff)
#define ICH_PICB_PIV(v)		(((v) >> 16) & 0x1f)
#define ICH_PICB_CONTROL(v)	((v) >> 24)

#define ICH_SR_FIFOE		BIT(4)	/* FIFO error, write 1 to clear */
#define ICH_SR_BCIS		BIT(3)	/* entry with IOC done, write 1 to clear */
#define ICH_SR_LVBCI		BIT(2)	/* last entry done, write 1 to clear */
#define ICH_SR_CELV		BIT(1)	/* last entry done, read only */
#define ICH_SR_DCH		BIT(0)	/* halted, read only */
#define ICH_SR_INTERRUPTS	(ICH_SR_FIFOE | ICH_SR_BCIS | ICH_SR_LVBCI)

#define ICH_CR_IOCE		BIT(4)	/* interrupt at BCIS */
#define ICH_CR_FEIE		BIT(3)	/* interrupt at FIFOE */
#define ICH_CR_LVBIE		BIT(2)	/* interrupt at LVBCI */
#define ICH_CR_RR		BIT(1)	/* reset the engine, clears itself */
#define ICH_CR_RPBM		BIT(0)	/* run */

#define ICH_ENTRIES		32
#define ICH_LIST_BYTES		(ICH_ENTRIES * 8)
#define ICH_DESC_IOC		BIT(31)
#define ICH_DESC_LENGTH		0xfffe	/* samples, kept even */

#define ICH_GLOB_CNT		0x2c
#define ICH_GLOB_CNT_SPDIF	GENMASK(31, 30)	/* ICH4: 1 slots 7/8, 2 6/9, 3 10/11 */
#define ICH_GLOB_CNT_20BIT	BIT(22)		/* ICH4: PCM out samples */
#define ICH_GLOB_CNT_CHANNELS	GENMASK(21, 20)	/* 0: 2, 1: 4, 2: 6 */
#define ICH_GLOB_CNT_LINK_OFF	BIT(3)
#define ICH_GLOB_CNT_WARM	BIT(2)		/* warm reset, clears itself */
#define ICH_GLOB_CNT_RUN	BIT(1)		/* 0 holds the codecs in reset */

#define ICH_GLOB_STA		0x30
#define ICH_GLOB_STA_READY2	BIT(28)		/* tertiary codec, ICH4 */
#define ICH_GLOB_STA_20BIT	GENMASK(23, 22)	/* 1: 16 and 20 bit */
#define ICH_GLOB_STA_RCS	BIT(15)		/* codec read timed out, W1C */
#define ICH_GLOB_STA_RESUME	(BIT(29) | BIT(11) | BIT(10))	/* W1C */
#define ICH_GLOB_STA_READY1	BIT(9)
#define ICH_GLOB_STA_READY0	BIT(8)
/* PCM in, PCM out, microphone: an interrupt of the engine is pending */
#define ICH_GLOB_STA_ENGINES	GENMASK(7, 5)
#define ICH_GLOB_ENGINES	3

#define ICH_ACC_SEMA		0x34	/* 8 bit; a read takes the semaphore */
#define ICH_ACC_SEMA_TAKEN	BIT(0)

#define ICH_SDM			0x80	/* 8 bit, ICH4: codecs to SDIN lines */
#define ICH_SDM_LINE2(l)	((l) << 6)	/* PCM in 2, mic 2 */
#define ICH_SDM_LINE1(l)	((l) << 4)	/* PCM in 1, mic 1 */
#define ICH_SDM_STEER		BIT(3)
#define ICH_SDM_LAST		GENMASK(1, 0)	/* line of the last codec read */

/* Codec n's registers begin at n * ICH_CODEC_SIZE in the codec window. */
#define ICH_CODEC_SIZE		0x80

#endif /* __ICH_REGS_H */
