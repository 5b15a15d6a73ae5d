// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: the clock of the AC-link, measured
 *
 * Some boards run the link at another clock than the 12.288 MHz of the
 * specification, so that a codec that is set to 48000 Hz consumes more or less.
 * PCM out plays silence for a while, and the frames that it fetched are compared
 * with the time.
 *
 * Process context in probe: the engine has no stream and raises no interrupt.
 */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>

#include <asm/cpufeature.h>

#include <sound/portcls/dma_channel.h>

#include "ich.h"
#include "ich_clock.h"

#define ICH_CLOCK_SETTLE_MS	30	/* until the FIFOs of the way are full */
#define ICH_CLOCK_MEASURE_MS	100
#define ICH_CLOCK_MEASURES	3
#define ICH_CLOCK_LOOKS		5

/**
 * struct ich_clock_mark - how far the engine was when
 * @frames: frames fetched since the start
 * @time: the time
 */
struct ich_clock_mark {
	u32 frames;
	ktime_t time;
};

static bool ich_clock_mark(struct ich_engine *engine, struct ich_clock_mark *mark)
{
	struct ich_clock_look look;
	unsigned long flags;
	bool known = false;
	int i, tries;

	/* Position and time belong together. */
	local_irq_save(flags);
	for (tries = 0; tries < ICH_CLOCK_LOOKS && !known; tries++) {
		if (tries)
			udelay(1);
		for (i = 0; i < 2; i++) {
			look.civ[i] = ICH_CIV_INDEX(ioread32(engine->regs + ICH_CIV));
			look.left[i] = ICH_PICB_LEFT(ioread32(engine->regs + ICH_PICB));
		}
		known = ich_clock_frames(&look, &mark->frames);
	}
	mark->time = ktime_get();
	local_irq_restore(flags);
	return known;
}

/* Return: the rate, 0 if it is not known. */
static unsigned int ich_clock_once(struct ich_engine *engine)
{
	struct ich_clock_mark begin, end;
	bool known;

	known = ich_clock_mark(engine, &begin);
	msleep(ICH_CLOCK_MEASURE_MS);
	/* Who slept for too long looks at an engine that has come to its end. */
	if (!ich_clock_mark(engine, &end) || !known ||
	    ioread16(engine->regs + ICH_SR) & ICH_SR_DCH)
		return 0;
	return ich_clock_hz((s64)end.frames - begin.frames,
			    ktime_us_delta(end.time, begin.time));
}

static unsigned int ich_clock_play(struct ich_engine *engine, dma_addr_t silence)
{
	unsigned int hz[ICH_CLOCK_MEASURES], believed = 0;
	unsigned int i;

	for (i = 0; i < ICH_ENTRIES; i++) {
		engine->list[2 * i] = cpu_to_le32(lower_32_bits(silence));
		engine->list[2 * i + 1] = cpu_to_le32(ICH_CLOCK_SAMPLES);
	}
	dma_wmb();
	ich_engine_reset(engine);
	iowrite32(lower_32_bits(engine->list_addr), engine->regs + ICH_BDBAR);
	iowrite8(ICH_ENTRIES - 1, engine->regs + ICH_LVI);
	iowrite8(ICH_CR_RPBM, engine->regs + ICH_CR);

	msleep(ICH_CLOCK_SETTLE_MS);
	for (i = 0; i < ICH_CLOCK_MEASURES && !believed; i++) {
		hz[i] = ich_clock_once(engine);
		dev_info(engine->chip->card->dev, "AC-link measured at %u Hz\n", hz[i]);
		believed = ich_clock_believed(hz, i + 1);
	}
	/* The silence goes when it does not move any more. */
	ich_engine_halt(engine);
	return believed;
}

/**
 * ich_clock_param() - what of the user's word on the clock can be
 * @chip: the controller
 * @clock: a rate in Hz, 1 to measure it, 0 for the default
 *
 * Context: process.
 * Return: the same, or 0 for a rate that no link has, with a message.
 */
int ich_clock_param(struct ich_chip *chip, int clock)
{
	if (clock == 0 || clock == 1 ||
	    (clock >= (int)ICH_CLOCK_MIN && clock <= (int)ICH_CLOCK_MAX))
		return clock;
	dev_warn(chip->card->dev, "ac97_clock=%d: no link has that rate\n", clock);
	return 0;
}

/**
 * ich_clock_doubtful() - whether the clock ought to be measured
 * @chip: the controller
 * @clock: what the user says: a rate in Hz, 1 to measure it, 0 for the default
 *
 * In a virtual machine a measurement would show how the emulator schedules its
 * audio.
 *
 * Context: any.
 * Return: true if neither the user nor the table of boards knows it.
 */
bool ich_clock_doubtful(struct ich_chip *chip, int clock)
{
	return clock == 1 || (!clock && !ich_quirk_clock(chip->pci) &&
			      !boot_cpu_has(X86_FEATURE_HYPERVISOR));
}

/**
 * ich_clock_measure() - set the clock of the AC-link to what it is
 * @chip: the controller, its codecs known
 *
 * What no link can have, or a second measurement does not confirm, leaves it alone.
 *
 * Context: process, before the card is registered; sleeps for 130 ms, or 330 ms if the
 * clock is not what it is meant to be.
 * Return: 0, -ENOMEM, or an error of the codec layer.
 */
int ich_clock_measure(struct ich_chip *chip)
{
	struct ich_engine *engine = &chip->engine[ICH_PCM_OUT];
	struct portcls_dma_channel *silence;
	unsigned int rate;
	int err;

	if (!engine->pcm || !engine->pcm->rates)
		return 0;
	silence = portcls_dma_new_master(chip->adapter, ICH_CLOCK_BYTES);
	if (IS_ERR(silence))
		return PTR_ERR(silence);
	err = portcls_dma_allocate_buffer(silence, ICH_CLOCK_BYTES, NULL);
	if (err)
		goto out_put;
	err = snd_ac97_pcm_open(engine->pcm, ICH_CLOCK_RATE, 2,
				engine->pcm->r[0].slots);
	if (err < 0)
		goto out_put;
	rate = ich_clock_play(engine, portcls_dma_physical_address(silence));
	snd_ac97_pcm_close(engine->pcm);

	if (!rate) {
		dev_warn(chip->card->dev, "AC-link's rate is not known, its clock stays %u\n",
			 chip->ac97_bus->clock);
	} else if (rate < ICH_CLOCK_RIGHT_MIN || rate > ICH_CLOCK_RIGHT_MAX) {
		/* The codec was set for the clock that was believed until now. */
		chip->ac97_bus->clock = chip->ac97_bus->clock * ICH_CLOCK_RATE / rate;
		dev_info(chip->card->dev, "AC-link clock set to %u\n",
			 chip->ac97_bus->clock);
	}
out_put:
	portcls_dma_put(silence);
	return err;
}
