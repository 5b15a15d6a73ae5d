// SPDX-License-Identifier: GPL-2.0
/*
 * Ensoniq AudioPCI ES1370: the chip as a whole
 *
 * CONTROL, SERIAL and MEM_PAGE are shared by everything and are never read: their
 * shadows are, under the chip's lock.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/iopoll.h>

#include "es1370.h"

#define ES1370_CODEC_TIMEOUT_US	5000

/**
 * es1370_select_page() - let the window at 0x30 show a page
 * @chip: the chip
 * @page: the page
 *
 * Context: &es1370_chip.lock.
 */
void es1370_select_page(struct es1370_chip *chip, u32 page)
{
	lockdep_assert_held(&chip->lock);
	if (chip->page == page)
		return;
	chip->page = page;
	outl(page, chip->port + ES1370_MEM_PAGE);
}

/**
 * es1370_hw_init() - bring the chip up, with all loops off
 * @chip: the chip
 *
 * Context: process.
 */
void es1370_hw_init(struct es1370_chip *chip)
{
	unsigned long flags;
	int i;

	spin_lock_irqsave(&chip->lock, flags);
	for (i = 0; i < ES1370_LOOPS; i++)
		chip->voice[i].awake = false;
	chip->control &= ES1370_CTRL_XCTL0 | ES1370_CTRL_XCTL1;
	chip->control |= ES1370_CTRL_CDC_EN |
			 FIELD_PREP(ES1370_CTRL_PCLKDIV, ES1370_CLOCK / 8000 - 2);
	chip->serial = 0;
	outl(chip->control, chip->port + ES1370_CONTROL);
	outl(chip->serial, chip->port + ES1370_SERIAL);
	chip->page = ES1370_PAGE_ADC;
	outl(chip->page, chip->port + ES1370_MEM_PAGE);
	outl(portcls_dma_physical_address(chip->phantom),
	     chip->port + ES1370_PHANTOM_ADDR);
	outl(0, chip->port + ES1370_PHANTOM_SIZE);
	outb(0, chip->port + ES1370_UART_CONTROL);
	outb(0, chip->port + ES1370_UART_TEST);
	spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * es1370_hw_quiet() - nothing moves, nothing interrupts
 * @chip: the chip
 *
 * Context: process.
 */
void es1370_hw_quiet(struct es1370_chip *chip)
{
	unsigned long flags;

	spin_lock_irqsave(&chip->lock, flags);
	chip->serial = 0;
	outl(0, chip->port + ES1370_SERIAL);
	outl(ES1370_CTRL_SERR_DIS, chip->port + ES1370_CONTROL);
	spin_unlock_irqrestore(&chip->lock, flags);
	synchronize_irq(chip->irq);
}

/**
 * es1370_hw_update_control() - change bits of CONTROL
 * @chip: the chip
 * @mask: which bits
 * @value: what they become
 *
 * Context: any, without the chip's lock.
 */
void es1370_hw_update_control(struct es1370_chip *chip, u32 mask, u32 value)
{
	unsigned long flags;

	spin_lock_irqsave(&chip->lock, flags);
	chip->control = (chip->control & ~mask) | value;
	if (!chip->asleep)
		outl(chip->control, chip->port + ES1370_CONTROL);
	spin_unlock_irqrestore(&chip->lock, flags);
}

/**
 * es1370_hw_control() - what CONTROL holds
 * @chip: the chip
 *
 * Context: any.
 */
u32 es1370_hw_control(struct es1370_chip *chip)
{
	return READ_ONCE(chip->control);
}

/**
 * es1370_hw_write_codec() - write one of the codec's registers
 * @chip: the chip
 * @reg: which one
 * @value: its value
 *
 * The codec cannot be read, so its registers live in the driver.
 *
 * Context: process, &es1370_chip.codec_lock.
 */
void es1370_hw_write_codec(struct es1370_chip *chip, u8 reg, u8 value)
{
	u32 status;

	lockdep_assert_held(&chip->codec_lock);
	if (read_poll_timeout(inl, status, !(status & ES1370_STAT_CSTAT), 10,
			      ES1370_CODEC_TIMEOUT_US, false,
			      chip->port + ES1370_STATUS)) {
		if (status == ~0U)
			portcls_card_surprise_removal(chip->card);
		else
			dev_err_ratelimited(chip->card->dev, "codec stays busy\n");
		return;
	}
	outw(ES1370_CODEC_WRITE(reg, value), chip->port + ES1370_CODEC);
}

/**
 * es1370_hw_reset_codec() - reset the codec
 * @chip: the chip
 *
 * Context: process, &es1370_chip.codec_lock.
 */
void es1370_hw_reset_codec(struct es1370_chip *chip)
{
	es1370_hw_write_codec(chip, AK4531_RESET, AK4531_RESET_ASSERT);
	usleep_range(100, 200);
	es1370_hw_write_codec(chip, AK4531_RESET, AK4531_RESET_RELEASE);
	usleep_range(100, 200);
}

/* An interrupt is acknowledged by taking its enable bit away and giving it back. */
static void es1370_acknowledge(struct es1370_chip *chip, u32 enables)
{
	outl(chip->serial & ~enables, chip->port + ES1370_SERIAL);
	outl(chip->serial, chip->port + ES1370_SERIAL);
}

/*
 * Where one loop interrupts and shares the line with nobody, STATUS would tell nothing
 * new. Acknowledging comes before the position is read: a loop that moves on
 * meanwhile interrupts again.
 */
static unsigned long es1370_lone_pending(struct es1370_chip *chip)
{
	struct es1370_voice *voice = chip->lone;

	es1370_acknowledge(chip, es1370_voice_enable(voice));
	es1370_voice_catch(voice);
	return BIT(voice->loop);
}

static unsigned long es1370_pending(struct es1370_chip *chip, u32 status)
{
	u32 enables;
	unsigned long pending = es1370_voices_pending(status, &enables);
	unsigned long left;

	for (left = pending; left; left &= left - 1)
		es1370_voice_realign(&chip->voice[__ffs(left)]);
	es1370_acknowledge(chip, enables);
	return pending;
}

/* While the chip's step is measured there is no stream, so nobody else is told of it. */
static void es1370_mark(struct es1370_chip *chip)
{
	chip->marks[--chip->interrupts] = ktime_get();
	if (!chip->interrupts)
		complete(&chip->measured);
}

/**
 * es1370_interrupt() - the interrupt handler
 * @irq: unused
 * @data: the chip
 *
 * Context: hard interrupt.
 * Return: IRQ_HANDLED if one of our loops raised it, or may have: of a line that is
 * shared, the first foreign interrupt after a start is claimed too.
 */
irqreturn_t es1370_interrupt(int irq, void *data)
{
	struct es1370_chip *chip = data;
	unsigned long pending = 0;
	u32 status = 0;

	/* Somebody else's interrupt on a shared line. */
	if (READ_ONCE(chip->asleep))
		return IRQ_NONE;
	spin_lock(&chip->lock);
	/* An interval that is counted out of its place is set right at its own end. */
	if (chip->lone && !chip->lone->realign) {
		pending = es1370_lone_pending(chip);
	} else {
		status = inl(chip->port + ES1370_STATUS);
		if (status & ES1370_STAT_INTR && status != ~0U)
			pending = es1370_pending(chip, status);
		if (pending && unlikely(chip->interrupts))
			es1370_mark(chip);
	}
	spin_unlock(&chip->lock);
	if (unlikely(!pending)) {
		if (status == ~0U)
			portcls_card_surprise_removal(chip->card);
		return IRQ_NONE;
	}

	for (; pending; pending &= pending - 1) {
		struct es1370_voice *voice = &chip->voice[__ffs(pending)];

		portcls_wavecyclic_notify(voice->group);
		/* A port that did not ask must not be told an old position later. */
		WRITE_ONCE(voice->fresh, false);
	}
	return IRQ_HANDLED;
}
