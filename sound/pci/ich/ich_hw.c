// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: global registers and codec access
 *
 * Process context only. A codec cycle takes about two frames of the link, 42 us;
 * all waits sleep and are bounded.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/iopoll.h>

#include "ich.h"

#define ICH_READY_US		1000000	/* the first codec after a reset */
#define ICH_READY_OTHERS_US	250000	/* the others after that */
#define ICH_SEMAPHORE_US	1000
#define ICH_CYCLE_US		50

/* The lines on which codecs may answer. */
static u32 ich_ready_lines(const struct ich_chip *chip)
{
	u32 lines = ICH_GLOB_STA_READY0 | ICH_GLOB_STA_READY1;

	return chip->model->ich4 ? lines | ICH_GLOB_STA_READY2 : lines;
}

/* For boards whose codec does not survive a reset by us. */
static void ich_finish_reset(struct ich_chip *chip)
{
	u32 cnt = ioread32(chip->bus + ICH_GLOB_CNT) & ICH_GLOB_CNT_RUN;

	iowrite32(chip->glob_cnt | ICH_GLOB_CNT_RUN | (cnt ? ICH_GLOB_CNT_WARM : 0),
		  chip->bus + ICH_GLOB_CNT);
	if (read_poll_timeout(ioread32, cnt, !(cnt & ICH_GLOB_CNT_WARM), 1000,
			      ICH_READY_OTHERS_US, false, chip->bus + ICH_GLOB_CNT))
		dev_warn(chip->card->dev, "warm reset of the link does not end\n");
}

static void ich_cold_reset(struct ich_chip *chip)
{
	iowrite32(chip->glob_cnt & ~(u32)ICH_GLOB_CNT_RUN,
		  chip->bus + ICH_GLOB_CNT);
	ioread32(chip->bus + ICH_GLOB_CNT);
	usleep_range(10, 20);
	iowrite32(chip->glob_cnt | ICH_GLOB_CNT_RUN, chip->bus + ICH_GLOB_CNT);
	usleep_range(1000, 1200);
}

/**
 * ich_hw_reset() - cold reset of the link and of all engines
 * @chip: the controller
 *
 * The reset bit reads back as written on silicon only, so nothing waits for it;
 * a codec that is ready says that the link is up. How many there are nobody tells: at
 * probe the others are given time, later those that came then are waited for.
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV if the controller does not answer, -EIO if no codec does.
 */
int ich_hw_reset(struct ich_chip *chip)
{
	u32 lines = ich_ready_lines(chip), wanted = chip->ready ?: lines;
	u32 status;
	int i, err;

	status = ioread32(chip->bus + ICH_GLOB_STA);
	if (status == ~0U)
		return -ENODEV;
	/* Stale causes from before us. */
	iowrite32(status & (ICH_GLOB_STA_RCS | ICH_GLOB_STA_RESUME),
		  chip->bus + ICH_GLOB_STA);

	guard(mutex)(&chip->codec_lock);
	if (ich_quirk_keeps_link(chip->pci))
		ich_finish_reset(chip);
	else
		ich_cold_reset(chip);

	err = read_poll_timeout(ioread32, status, status & lines, 1000,
				ICH_READY_US, false, chip->bus + ICH_GLOB_STA);
	if (err) {
		dev_err(chip->card->dev, "no codec answers\n");
		return -EIO;
	}
	read_poll_timeout(ioread32, status, (status & wanted) == wanted, 20000,
			  ICH_READY_OTHERS_US, false, chip->bus + ICH_GLOB_STA);
	if (!chip->ready)
		chip->ready = status & lines;
	/* Whoever had the link before us may have kept its semaphore. */
	ioread16(chip->codec);
	chip->no_semaphore = false;
	for (i = 0; i < ICH_ENGINES; i++)
		if (chip->engine[i].regs)
			ich_engine_reset(&chip->engine[i]);
	return 0;
}

/*
 * Only one codec cycle can be on the link; reading takes the semaphore, and a cycle gives
 * it back. After an access that made no cycle it stays taken, until the next one that
 * makes one. On some boards it never comes back: the lock keeps us apart from ourselves,
 * and there is nobody else.
 */
static void ich_codec_take(struct ich_chip *chip)
{
	int tries = 2, err;
	u8 taken;

	if (chip->no_semaphore) {
		usleep_range(ICH_CYCLE_US, 2 * ICH_CYCLE_US);
		return;
	}
	do {
		err = read_poll_timeout(ioread8, taken, !(taken & ICH_ACC_SEMA_TAKEN),
					10, ICH_SEMAPHORE_US, false,
					chip->bus + ICH_ACC_SEMA);
		if (err)
			ioread16(chip->codec);
	} while (err && --tries);
	chip->no_semaphore = err;
	if (err)
		dev_warn(chip->card->dev, "codec semaphore stuck, ignored\n");
}

static void __iomem *ich_codec_reg(struct ich_chip *chip, struct snd_ac97 *ac97,
				   unsigned short reg)
{
	return chip->codec + ac97->num * ICH_CODEC_SIZE + reg;
}

/**
 * ich_codec_read() - read a codec register
 * @ac97: the codec
 * @reg: register offset
 *
 * Of a codec that sleeps, what it held before: the codec layer reads past its cache
 * where registers come in pages, and where a control was not touched yet, and what it
 * finds it writes when the codec wakes up.
 *
 * Context: process, may sleep.
 * Return: the value; all ones if the codec did not answer.
 */
u16 ich_codec_read(struct snd_ac97 *ac97, unsigned short reg)
{
	struct ich_chip *chip = ac97->private_data;
	u16 value = 0xffff;

	guard(mutex)(&chip->codec_lock);
	if (chip->asleep)
		return chip->slept[ac97->num][reg / 2];
	if (portcls_card_gone(chip->card))
		return value;
	ich_codec_take(chip);
	value = ioread16(ich_codec_reg(chip, ac97, reg));
	if (ioread32(chip->bus + ICH_GLOB_STA) & ICH_GLOB_STA_RCS) {
		iowrite32(ICH_GLOB_STA_RCS, chip->bus + ICH_GLOB_STA);
		value = 0xffff;
	}
	return value;
}

/**
 * ich_codec_write() - write a codec register
 * @ac97: the codec
 * @reg: register offset
 * @value: the value
 *
 * While the device sleeps the codec layer's cache has the value, and resume
 * writes it.
 *
 * Context: process, may sleep.
 */
void ich_codec_write(struct snd_ac97 *ac97, unsigned short reg,
		     unsigned short value)
{
	struct ich_chip *chip = ac97->private_data;

	guard(mutex)(&chip->codec_lock);
	if (chip->asleep)
		chip->slept[ac97->num][reg / 2] = value;
	if (chip->asleep || portcls_card_gone(chip->card))
		return;
	ich_codec_take(chip);
	iowrite16(value, ich_codec_reg(chip, ac97, reg));
}

/**
 * ich_codec_remember() - keep a codec's registers for as long as it sleeps
 * @ac97: the codec, which is about to
 *
 * Through the codec layer, which knows what a codec lacks, and with its lock on the page
 * that is shown.
 *
 * Context: process, may sleep. What is set meanwhile is in the codec layer's cache.
 */
void ich_codec_remember(struct snd_ac97 *ac97)
{
	struct ich_chip *chip = ac97->private_data;
	unsigned int reg;
	u16 value;

	guard(mutex)(&ac97->page_mutex);
	for (reg = 0; reg < ICH_CODEC_SIZE; reg += 2) {
		value = snd_ac97_read(ac97, reg);
		guard(mutex)(&chip->codec_lock);
		chip->slept[ac97->num][reg / 2] = value;
	}
}

/**
 * ich_set_format() - tell the link how PCM out samples are laid out
 * @chip: the controller
 * @format: format of the PCM out stream
 *
 * Context: process, PCM out is stopped.
 */
void ich_set_format(struct ich_chip *chip, const struct portcls_format *format)
{
	u32 cnt;

	guard(mutex)(&chip->codec_lock);
	cnt = chip->glob_cnt & ~(ICH_GLOB_CNT_CHANNELS | ICH_GLOB_CNT_20BIT);
	/* At double rate the second frame takes the slots of two channels more. */
	if (format->rate > ICH_CLOCK_RATE)
		cnt |= FIELD_PREP(ICH_GLOB_CNT_CHANNELS, 1);
	else
		cnt |= FIELD_PREP(ICH_GLOB_CNT_CHANNELS, format->channels / 2 - 1);
	if (format->format == SNDRV_PCM_FORMAT_S32_LE)
		cnt |= ICH_GLOB_CNT_20BIT;
	if (cnt == chip->glob_cnt)
		return;
	chip->glob_cnt = cnt;
	iowrite32(cnt | ICH_GLOB_CNT_RUN, chip->bus + ICH_GLOB_CNT);
}

/**
 * ich_steer() - connect the capture engines to the codecs' lines (ICH4)
 * @chip: the controller, its engines' slots known
 *
 * Context: process.
 */
void ich_steer(struct ich_chip *chip)
{
	const struct ac97_pcm *pcm = chip->engine[ICH_PCM2_IN].pcm;
	unsigned int second = 1;
	u8 sdm;

	/* Whose samples the second engines take; there may be a gap where a modem's is. */
	while (second < ICH_CODECS && !(chip->ac97[second] && pcm->r[0].codec[second]))
		second++;
	if (second == ICH_CODECS)
		second = 0;
	sdm = ICH_SDM_STEER | ICH_SDM_LINE1(chip->sdin[0]) |
	      ICH_SDM_LINE2(chip->sdin[second]);

	guard(mutex)(&chip->codec_lock);
	iowrite8(sdm, chip->bus + ICH_SDM);
}
