// SPDX-License-Identifier: GPL-2.0
/*
 * Ensoniq AudioPCI ES1370: one of its three loops
 *
 * A loop walks round its frame of memory for ever and interrupts each time it
 * has moved so many samples, whatever the length of the frame. The DACs have a
 * pause bit and hold their place; the ADC is held by switching it off.
 */
#include <linux/bitfield.h>
#include <linux/io.h>

#include "es1370.h"

#define ES1370_MEASURE_FRAMES		22
#define ES1370_MEASURE_RATE		44100
#define ES1370_MEASURE_TIMEOUT_MS	200
/* What is assumed of a chip that cannot be measured, microseconds. */
#define ES1370_SLOWEST_STEP		10000

/**
 * struct es1370_loop_regs - where a loop is
 * @enable: its bit in CONTROL
 * @rate: its rate in CONTROL
 * @status: its bit in STATUS
 * @interrupt: its enable bit in SERIAL
 * @pause: its pause bit in SERIAL, 0 where there is none
 * @mode: its mode in SERIAL, bits from this one on
 * @count: its count register
 * @page: page of the two following
 * @addr: its address register
 * @size: its size register
 */
struct es1370_loop_regs {
	u32 enable;
	u32 rate;
	u32 status;
	u32 interrupt;
	u32 pause;
	u8 mode;
	u8 count;
	u8 page;
	u8 addr;
	u8 size;
};

static const struct es1370_loop_regs es1370_loops[ES1370_LOOPS] = {
	[ES1370_DAC1] = {
		.enable = ES1370_CTRL_DAC1_EN,
		.rate = ES1370_CTRL_WTSRSEL,
		.status = ES1370_STAT_DAC1,
		.interrupt = ES1370_SER_P1_INT_EN,
		.pause = ES1370_SER_P1_PAUSE,
		.mode = ES1370_SER_P1_MODE_SHIFT,
		.count = ES1370_DAC1_COUNT,
		.page = ES1370_PAGE_DAC,
		.addr = ES1370_DAC1_ADDR,
		.size = ES1370_DAC1_SIZE,
	},
	[ES1370_DAC2] = {
		.enable = ES1370_CTRL_DAC2_EN,
		.rate = ES1370_CTRL_PCLKDIV,
		.status = ES1370_STAT_DAC2,
		.interrupt = ES1370_SER_P2_INT_EN,
		.pause = ES1370_SER_P2_PAUSE,
		.mode = ES1370_SER_P2_MODE_SHIFT,
		.count = ES1370_DAC2_COUNT,
		.page = ES1370_PAGE_DAC,
		.addr = ES1370_DAC2_ADDR,
		.size = ES1370_DAC2_SIZE,
	},
	[ES1370_ADC] = {
		.enable = ES1370_CTRL_ADC_EN,
		.rate = ES1370_CTRL_PCLKDIV,
		.status = ES1370_STAT_ADC,
		.interrupt = ES1370_SER_R1_INT_EN,
		.mode = ES1370_SER_R1_MODE_SHIFT,
		.count = ES1370_ADC_COUNT,
		.page = ES1370_PAGE_ADC,
		.addr = ES1370_ADC_ADDR,
		.size = ES1370_ADC_SIZE,
	},
};

static const struct es1370_loop_regs *es1370_regs(const struct es1370_voice *voice)
{
	return &es1370_loops[voice->loop];
}

/**
 * es1370_voice_enable() - a loop's interrupt enable bit in SERIAL
 * @voice: the loop
 *
 * Context: any.
 */
u32 es1370_voice_enable(const struct es1370_voice *voice)
{
	return es1370_regs(voice)->interrupt;
}

/**
 * es1370_voices_pending() - the loops that raise the interrupt
 * @status: what STATUS says
 * @enables: gets their interrupt enable bits in SERIAL
 *
 * Context: any.
 * Return: bit n for loop n.
 */
unsigned long es1370_voices_pending(u32 status, u32 *enables)
{
	unsigned long pending = 0;
	int i;

	*enables = 0;
	for (i = 0; i < ES1370_LOOPS; i++) {
		if (!(status & es1370_loops[i].status))
			continue;
		pending |= BIT(i);
		*enables |= es1370_loops[i].interrupt;
	}
	return pending;
}

static void es1370_write_control(struct es1370_chip *chip, u32 mask, u32 value)
{
	u32 control = (chip->control & ~mask) | value;

	if (control == chip->control)
		return;
	chip->control = control;
	outl(control, chip->port + ES1370_CONTROL);
}

static void es1370_write_serial(struct es1370_chip *chip, u32 mask, u32 value)
{
	u32 serial = (chip->serial & ~mask) | value;

	if (serial == chip->serial)
		return;
	chip->serial = serial;
	outl(serial, chip->port + ES1370_SERIAL);
}

static u32 es1370_rate_bits(const struct es1370_voice *voice)
{
	u32 divider = DIV_ROUND_CLOSEST(ES1370_CLOCK, voice->format.rate);

	if (voice->loop == ES1370_DAC1)
		return FIELD_PREP(ES1370_CTRL_WTSRSEL,
				  ilog2(ES1370_DAC1_DIVIDER / divider));
	return FIELD_PREP(ES1370_CTRL_PCLKDIV, divider - 2);
}

static u32 es1370_mode_bits(const struct es1370_voice *voice)
{
	u32 mode = 0;

	if (voice->format.channels == 2)
		mode |= ES1370_MODE_STEREO;
	if (voice->format.format == SNDRV_PCM_FORMAT_S16_LE)
		mode |= ES1370_MODE_16BIT;
	return mode;
}

static u32 es1370_read_position(struct es1370_voice *voice)
{
	const struct es1370_loop_regs *regs = es1370_regs(voice);
	struct es1370_chip *chip = voice->chip;
	u32 bytes;

	es1370_select_page(chip, regs->page);
	bytes = FIELD_GET(ES1370_SIZE_CURRENT, inl(chip->port + regs->size)) * 4;
	/* All ones from a device that is gone, or the end before it is the start. */
	return bytes < voice->cycle ? bytes : 0;
}

/*
 * With the position in whole intervals an interrupt can be told from it. The ADC's
 * may come before its samples are in memory.
 */
static bool es1370_tells(const struct es1370_voice *voice)
{
	return voice->loop != ES1370_ADC &&
	       !(voice->framing * voice->format.frame_bytes % 4);
}

static void es1370_choose_lone(struct es1370_chip *chip)
{
	unsigned int i, count = 0;

	for (i = 0; i < ES1370_LOOPS; i++) {
		struct es1370_voice *voice = &chip->voice[i];

		if (!voice->running || !voice->framing)
			continue;
		chip->lone = voice;
		count++;
	}
	/* While the interval is measured, nobody else's interrupt may be taken for one. */
	if (count != 1 || chip->interrupts || !es1370_tells(chip->lone))
		chip->lone = NULL;
}

/**
 * es1370_voice_catch() - look at the position for whether an interrupt was the loop's
 * @voice: the only loop that interrupts, acknowledged
 *
 * The port asks for the position anyway, so that one read serves for two. Where it is
 * in the interval that it was in, somebody else shares the line: STATUS is read from
 * now on.
 *
 * Context: interrupt, &es1370_chip.lock.
 */
void es1370_voice_catch(struct es1370_voice *voice)
{
	u32 interval = voice->framing * voice->format.frame_bytes;
	u32 position = es1370_read_position(voice);

	if (position - voice->begun < interval)
		voice->chip->lone = NULL;
	voice->begun = position - position % interval;
	WRITE_ONCE(voice->position, position);
	/* The position first: es1370_voice_position() may look without the lock. */
	smp_store_release(&voice->fresh, true);
}

/*
 * Without interrupts. An emulation runs past the end of a frame of mono or 8-bit
 * samples unless a count ends there.
 */
static u32 es1370_lap_count(const struct es1370_voice *voice)
{
	u32 count = voice->cycle / voice->format.frame_bytes;

	return count > ES1370_COUNT_MAX ? count / 2 : count;
}

/* The loop is off: everything it needs but the bit that starts it. */
static void es1370_program(struct es1370_voice *voice)
{
	const struct es1370_loop_regs *regs = es1370_regs(voice);
	struct es1370_chip *chip = voice->chip;
	u32 frame = voice->position / voice->format.frame_bytes;
	u32 count = voice->framing ?: es1370_lap_count(voice);
	u32 mask = ES1370_MODE_MASK << regs->mode | regs->interrupt | regs->pause;
	u32 value = es1370_mode_bits(voice) << regs->mode;

	if (voice->loop == ES1370_DAC2) {
		mask |= ES1370_SER_P2_END_INC | ES1370_SER_P2_ST_INC;
		value |= FIELD_PREP(ES1370_SER_P2_END_INC,
				    snd_pcm_format_width(voice->format.format) / 8);
	}
	es1370_write_control(chip, regs->enable | regs->rate, es1370_rate_bits(voice));
	/*
	 * An emulation opens a voice only when it is not what it was after reset.
	 * The mode is the loop's own; DAC2 and ADC share a rate, and one of them may
	 * be running.
	 */
	if (!voice->awake)
		es1370_write_serial(chip, mask, ~value & ES1370_MODE_MASK << regs->mode);
	voice->awake = true;
	es1370_write_serial(chip, mask, value);
	es1370_select_page(chip, regs->page);
	outl(portcls_dma_physical_address(voice->channel), chip->port + regs->addr);
	outl(FIELD_PREP(ES1370_SIZE_CURRENT, voice->position / 4) |
	     (voice->cycle / 4 - 1), chip->port + regs->size);
	voice->realign = voice->framing && frame % count;
	voice->begun = voice->position - frame % count * voice->format.frame_bytes;
	outl(count - frame % count - 1, chip->port + regs->count);
}

/**
 * es1370_voice_arm() - make a loop ready to run from the start
 * @voice: the loop, with format, framing and cycle set
 *
 * Context: process.
 */
void es1370_voice_arm(struct es1370_voice *voice)
{
	unsigned long flags;

	spin_lock_irqsave(&voice->chip->lock, flags);
	voice->position = 0;
	voice->lost = false;
	voice->armed = true;
	es1370_program(voice);
	spin_unlock_irqrestore(&voice->chip->lock, flags);
}

/**
 * es1370_voice_disarm() - switch a loop off
 * @voice: the loop
 *
 * On return its interrupt does not run and its memory is not touched.
 *
 * Context: process.
 */
void es1370_voice_disarm(struct es1370_voice *voice)
{
	const struct es1370_loop_regs *regs = es1370_regs(voice);
	struct es1370_chip *chip = voice->chip;
	unsigned long flags;

	spin_lock_irqsave(&chip->lock, flags);
	voice->armed = false;
	voice->running = false;
	voice->due = false;
	voice->position = 0;
	es1370_choose_lone(chip);
	if (!portcls_card_gone(chip->card)) {
		es1370_write_control(chip, regs->enable, 0);
		es1370_write_serial(chip, regs->pause | regs->interrupt, 0);
	}
	spin_unlock_irqrestore(&chip->lock, flags);
	synchronize_irq(chip->irq);
}

/* All loops that are due to move, with one write of each register. */
static void es1370_start_due(struct es1370_chip *chip)
{
	u32 pauses = 0, interrupts = 0, enables = 0;
	int i;

	for (i = 0; i < ES1370_LOOPS; i++) {
		struct es1370_voice *voice = &chip->voice[i];

		if (!voice->due)
			continue;
		voice->due = false;
		pauses |= es1370_loops[i].pause;
		interrupts |= voice->framing ? es1370_loops[i].interrupt : 0;
		enables |= es1370_loops[i].enable;
	}
	es1370_write_serial(chip, pauses, interrupts);
	es1370_write_control(chip, 0, enables);
}

/**
 * es1370_hold_voices() - let the loops that are to move from now on begin at once
 * @chip: the chip
 * @hold: put them off; they begin when it has been called with false as often
 *
 * Context: any.
 */
void es1370_hold_voices(struct es1370_chip *chip, bool hold)
{
	unsigned long flags;

	spin_lock_irqsave(&chip->lock, flags);
	chip->held += hold ? 1 : -1;
	if (!chip->held && !portcls_card_gone(chip->card))
		es1370_start_due(chip);
	spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * es1370_voice_run() - let a loop move, or hold it where it is
 * @voice: the loop, armed
 * @run: move
 *
 * Context: any.
 */
void es1370_voice_run(struct es1370_voice *voice, bool run)
{
	const struct es1370_loop_regs *regs = es1370_regs(voice);
	struct es1370_chip *chip = voice->chip;
	unsigned long flags;

	spin_lock_irqsave(&chip->lock, flags);
	voice->running = run;
	/* Nobody may have asked for what the last interrupt has read. */
	WRITE_ONCE(voice->fresh, false);
	es1370_choose_lone(chip);
	if (portcls_card_gone(chip->card)) {
		spin_unlock_irqrestore(&chip->lock, flags);
		return;
	}
	voice->due = run;
	if (run) {
		if (!chip->held)
			es1370_start_due(chip);
	} else {
		if (regs->pause)
			es1370_write_serial(chip, 0, regs->pause);
		else
			es1370_write_control(chip, regs->enable, 0);
		voice->position = es1370_read_position(voice);
	}
	spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * es1370_voice_position() - where a loop is
 * @voice: the loop
 *
 * Context: PCM stream lock, so interrupts are off.
 * Return: bytes from the start of the cycle.
 */
u32 es1370_voice_position(struct es1370_voice *voice)
{
	u32 position;

	/*
	 * The interrupt that asks for it has read it, see es1370_voice_catch(). If the next
	 * one does so in this moment and is not believed, it reads once more.
	 */
	if (smp_load_acquire(&voice->fresh)) {
		WRITE_ONCE(voice->fresh, false);
		return READ_ONCE(voice->position);
	}
	spin_lock(&voice->chip->lock);
	if (voice->running)
		voice->position = es1370_read_position(voice);
	position = voice->position;
	spin_unlock(&voice->chip->lock);
	return position;
}

/**
 * es1370_voice_realign() - after the first interrupt of a loop that was woken
 * @voice: the loop
 *
 * It went on inside an interval, whose rest was counted first: from now on whole
 * ones.
 *
 * Context: interrupt, &es1370_chip.lock.
 */
void es1370_voice_realign(struct es1370_voice *voice)
{
	if (!voice->realign)
		return;
	voice->realign = false;
	outl(voice->framing - 1, voice->chip->port + es1370_regs(voice)->count);
}

/**
 * es1370_voice_wake() - give a loop its registers back after sleep
 * @voice: the loop; it was held before
 *
 * Context: process.
 */
void es1370_voice_wake(struct es1370_voice *voice)
{
	struct es1370_chip *chip = voice->chip;
	unsigned long flags;

	spin_lock_irqsave(&chip->lock, flags);
	if (voice->armed) {
		es1370_program(voice);
		voice->lost = es1370_read_position(voice) !=
			      (voice->position & ~3U);
	}
	spin_unlock_irqrestore(&chip->lock, flags);
}

/*
 * The longest interval but one: a machine that was held up for a while makes one of them
 * longer than the chip does.
 */
static u32 es1370_typical_interval(const struct es1370_chip *chip)
{
	u32 longest = 0, second = 0;
	int i;

	for (i = 0; i < ES1370_MEASURE_INTERVALS; i++) {
		u32 interval = ktime_us_delta(chip->marks[i], chip->marks[i + 1]);

		second = max(second, min(longest, interval));
		longest = max(longest, interval);
	}
	return second;
}

/**
 * es1370_measure_interval() - the shortest interval that the chip keeps
 * @chip: the chip, its interrupt working and all loops free
 *
 * Silicon moves sample by sample. An emulation moves at the ticks of a timer of
 * its host, and past one interrupt a tick at most: with shorter intervals it
 * plays slowly. So DAC2 is asked for interrupts every half a millisecond, with
 * silence, and what it gives is measured.
 *
 * Context: process, &es1370_chip.streams; sleeps for a few intervals.
 * Return: microseconds.
 */
u32 es1370_measure_interval(struct es1370_chip *chip)
{
	struct es1370_voice *voice = &chip->voice[ES1370_DAC2];
	u32 step = ES1370_SLOWEST_STEP;

	voice->format.format = SNDRV_PCM_FORMAT_S16_LE;
	voice->format.channels = 2;
	voice->format.frame_bytes = 4;
	voice->format.rate = ES1370_MEASURE_RATE;
	voice->framing = ES1370_MEASURE_FRAMES;
	voice->cycle = PAGE_SIZE;
	chip->interrupts = ES1370_MEASURE_INTERVALS + 1;
	es1370_voice_arm(voice);
	es1370_voice_run(voice, true);
	if (wait_for_completion_timeout(&chip->measured,
					msecs_to_jiffies(ES1370_MEASURE_TIMEOUT_MS)))
		step = es1370_typical_interval(chip);
	es1370_voice_disarm(voice);
	chip->interrupts = 0;
	/* An eighth above the step, so that every tick has something to catch up. */
	return step + step / 8;
}
