// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: the interrupt
 *
 * An idle controller costs a shared line nothing: only engines that run are
 * looked at. Where that is one, and the line not known to be somebody else's too, it is
 * acknowledged unseen: its position, which is read next, tells what has happened. If
 * it has not moved, and where several run, one read of GLOB_STA says which engines are
 * pending, and one write acknowledges each. Which of its causes it was does not matter.
 *
 * A level that two engines share may fall when one of them is acknowledged
 * (QEMU), so with several running the handler goes on until a pass finds
 * nothing.
 */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/interrupt.h>

#include "ich.h"

/* Bounds a handler whose device never falls silent. */
#define ICH_IRQ_PASSES	8

/* Engines that GLOB_STA has no bit for are asked themselves. */
static bool ich_engine_pending(const struct ich_engine *engine)
{
	u16 status = ioread16(engine->regs + ICH_SR);

	return status != 0xffff && status & ICH_SR_INTERRUPTS;
}

static unsigned long ich_pending(struct ich_chip *chip, unsigned long running)
{
	unsigned long own = running >> ICH_GLOB_ENGINES << ICH_GLOB_ENGINES;
	unsigned long pending = 0;
	u32 status;

	if (running != own) {
		status = ioread32(chip->bus + ICH_GLOB_STA);
		if (status == ~0U) {
			portcls_card_surprise_removal(chip->card);
			return 0;
		}
		pending = FIELD_GET(ICH_GLOB_STA_ENGINES, status) & running;
	}
	for (; own; own &= own - 1)
		if (ich_engine_pending(&chip->engine[__ffs(own)]))
			pending |= own & -own;
	return pending;
}

static void ich_engine_interrupt(struct ich_engine *engine)
{
	/* Before the position is read: what ends later is seen again. */
	iowrite16(ICH_SR_INTERRUPTS, engine->regs + ICH_SR);
	portcls_wavepci_notify(engine->group);
}

/**
 * ich_interrupt() - interrupt handler
 * @irq: the interrupt
 * @data: the controller
 *
 * Context: hard interrupt.
 * Return: IRQ_HANDLED if one of our engines raised it, or may have: of a line that is
 * shared, the first foreign interrupt after a start is claimed too.
 */
irqreturn_t ich_interrupt(int irq, void *data)
{
	struct ich_chip *chip = data;
	unsigned long running = READ_ONCE(chip->running), pending;
	bool lone = running && !(running & (running - 1));
	irqreturn_t result = IRQ_NONE;
	int pass;

	if (!running)
		return IRQ_NONE;
	if (lone && !READ_ONCE(chip->shared)) {
		ich_engine_interrupt(&chip->engine[__ffs(running)]);
		return IRQ_HANDLED;
	}
	for (pass = 0; pass < ICH_IRQ_PASSES; pass++) {
		pending = ich_pending(chip, running);
		if (!pending)
			break;
		for (; pending; pending &= pending - 1)
			ich_engine_interrupt(&chip->engine[__ffs(pending)]);
		result = IRQ_HANDLED;
		/* One engine shares its level with nobody. */
		if (lone)
			break;
	}
	return result;
}
