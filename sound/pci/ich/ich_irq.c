// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: the interrupt
 *
 * An idle controller costs a shared line nothing: only engines that run are
 * looked at. Where that is one, and the line not known to be somebody else's too, it is
 * acknowledged unseen: its position, which is read next, tells what has happened. If
 * it has not moved, and where several run, one read says what is pending and one write
 * acknowledges it. GLOB_STA would only repeat that, so it is not read.
 *
 * A level that two engines share may fall when one of them is acknowledged
 * (QEMU), so with several running the handler goes on until a pass finds
 * nothing.
 */
#include <linux/bitops.h>
#include <linux/interrupt.h>

#include "ich.h"

/* Bounds a handler whose device never falls silent. */
#define ICH_IRQ_PASSES	8

/* Returns whether the engine had something to say. */
static bool ich_engine_interrupt(struct ich_engine *engine)
{
	u32 value = ioread32(engine->regs + ICH_CIV);
	u16 pending = ICH_CIV_STATUS(value) & ICH_SR_INTERRUPTS;

	if (value == ~0U) {
		portcls_card_surprise_removal(engine->chip->card);
		return false;
	}
	if (!pending)
		return false;
	/* Before the position is read: what ends later is seen again. */
	iowrite16(pending, engine->regs + ICH_SR);
	portcls_wavepci_notify(engine->group);
	return true;
}

/**
 * ich_interrupt() - interrupt handler
 * @irq: the interrupt
 * @data: the controller
 *
 * Context: hard interrupt.
 * Return: IRQ_HANDLED if one of our engines raised it.
 */
irqreturn_t ich_interrupt(int irq, void *data)
{
	struct ich_chip *chip = data;
	unsigned long running = READ_ONCE(chip->running), left;
	bool lone = running && !(running & (running - 1));
	irqreturn_t result = IRQ_NONE;
	int pass;

	if (lone && !READ_ONCE(chip->shared)) {
		struct ich_engine *engine = &chip->engine[__ffs(running)];

		iowrite16(ICH_SR_INTERRUPTS, engine->regs + ICH_SR);
		portcls_wavepci_notify(engine->group);
		return IRQ_HANDLED;
	}
	for (pass = 0; pass < ICH_IRQ_PASSES; pass++) {
		bool found = false;

		for (left = running; left; left &= left - 1)
			found |= ich_engine_interrupt(&chip->engine[__ffs(left)]);
		if (!found)
			break;
		result = IRQ_HANDLED;
		/* One engine shares its level with nobody. */
		if (lone)
			break;
	}
	return result;
}
