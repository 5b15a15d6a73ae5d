// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: codecs and their mixer
 *
 * All of the mixer is the kernel's AC'97 codec layer. This file tells it how to
 * reach the codecs and asks it which slots and rates each engine may use.
 */
#include <linux/bitops.h>

#include "ich.h"

#define ICH_SLOTS_STEREO	(BIT(AC97_SLOT_PCM_LEFT) | \
				 BIT(AC97_SLOT_PCM_RIGHT))
#define ICH_SLOTS_SURROUND	(BIT(AC97_SLOT_PCM_SLEFT) | \
				 BIT(AC97_SLOT_PCM_SRIGHT))
/* Two frames of the link's rate at once. */
#define ICH_SLOTS_DOUBLE	(ICH_SLOTS_STEREO | BIT(AC97_SLOT_PCM_LEFT_0) | \
				 BIT(AC97_SLOT_PCM_RIGHT_0))
#define ICH_SLOTS_CENTER	(BIT(AC97_SLOT_PCM_CENTER) | BIT(AC97_SLOT_LFE))
#define ICH_SLOTS_SPDIF		(BIT(AC97_SLOT_SPDIF_LEFT2) | \
				 BIT(AC97_SLOT_SPDIF_RIGHT2))

/* What each engine can carry; the codec layer takes away what a codec lacks. */
static const struct {
	enum ich_engine_id id;
	struct ac97_pcm pcm;
} ich_pcms[] = {
	{ ICH_PCM_OUT, { .exclusive = 1, .r[0].slots = ICH_SLOTS_STEREO |
			 ICH_SLOTS_SURROUND | ICH_SLOTS_CENTER,
			 .r[1].slots = ICH_SLOTS_DOUBLE } },
	{ ICH_PCM_IN, { .stream = 1, .exclusive = 1,
			.r[0].slots = ICH_SLOTS_STEREO } },
	{ ICH_MIC_IN, { .stream = 1, .exclusive = 1,
			.r[0].slots = BIT(AC97_SLOT_MIC) } },
	{ ICH_SPDIF_OUT, { .exclusive = 1, .spdif = 1,
			   .r[0].slots = ICH_SLOTS_SPDIF } },
	{ ICH_PCM2_IN, { .stream = 1, .exclusive = 1,
			 .r[0].slots = ICH_SLOTS_STEREO } },
	{ ICH_MIC2_IN, { .stream = 1, .exclusive = 1,
			 .r[0].slots = BIT(AC97_SLOT_MIC) } },
};

static const struct snd_ac97_bus_ops ich_ac97_ops = {
	.write = ich_codec_write,
	.read = ich_codec_read,
};

static void ich_ac97_bus_free(struct snd_ac97_bus *bus)
{
	struct ich_chip *chip = bus->private_data;

	chip->ac97_bus = NULL;
}

static void ich_ac97_free(struct snd_ac97 *ac97)
{
	struct ich_chip *chip = ac97->private_data;

	chip->ac97[ac97->num] = NULL;
}

static int ich_codec_new(struct ich_chip *chip, unsigned int num)
{
	struct snd_ac97_template template = {
		.private_data = chip,
		.private_free = ich_ac97_free,
		.pci = chip->pci,
		.num = num,
		/* A modem's codec is its own driver's. */
		.scaps = AC97_SCAP_SKIP_MODEM | AC97_SCAP_POWER_SAVE,
	};
	int err;

	err = snd_ac97_mixer(chip->ac97_bus, &template, &chip->ac97[num]);
	if (err < 0)
		return err;
	if (chip->model->ich4)
		chip->sdin[num] = ioread8(chip->bus + ICH_SDM) & ICH_SDM_LAST;
	return 0;
}

static int ich_assign_pcms(struct ich_chip *chip)
{
	struct ac97_pcm pcms[ARRAY_SIZE(ich_pcms)];
	unsigned int count = chip->model->ich4 ? ARRAY_SIZE(ich_pcms) : 3;
	unsigned int i;
	int err;

	for (i = 0; i < count; i++)
		pcms[i] = ich_pcms[i].pcm;
	err = snd_ac97_pcm_assign(chip->ac97_bus, count, pcms);
	if (err < 0)
		return err;
	for (i = 0; i < count; i++)
		chip->engine[ich_pcms[i].id].pcm = &chip->ac97_bus->pcms[i];
	return 0;
}

/**
 * ich_has_spdif() - whether S/PDIF has an engine and slots of its own
 * @chip: the controller, its engines' slots known
 *
 * Context: process.
 * Return: true if it has.
 */
bool ich_has_spdif(const struct ich_chip *chip)
{
	const struct ac97_pcm *pcm = chip->engine[ICH_SPDIF_OUT].pcm;

	return pcm && pcm->rates;
}

/**
 * ich_mixer_new() - find the codecs and make their mixer
 * @chip: the controller, out of reset
 * @clock: rate of the AC-link in Hz, below 2 for what the board is known to have
 * @quirk: name of a tuning that overrides the table, or NULL
 *
 * Context: process.
 * Return: 0, or an error of the codec layer.
 */
int ich_mixer_new(struct ich_chip *chip, int clock, const char *quirk)
{
	struct ac97_pcm *spdif;
	unsigned int i;
	int err;

	err = snd_ac97_bus(chip->card->card, 0, &ich_ac97_ops, chip,
			   &chip->ac97_bus);
	if (err < 0)
		return err;
	chip->ac97_bus->private_free = ich_ac97_bus_free;
	chip->ac97_bus->dra = 1;
	if (clock < 2)
		clock = ich_quirk_clock(chip->pci);
	chip->ac97_bus->clock = clock ?: ICH_CLOCK_RATE;

	/* On which lines they answer says how many there are, and no more. */
	for (i = 0; i < min_t(unsigned int, hweight32(chip->ready), ICH_CODECS); i++) {
		err = ich_codec_new(chip, i);
		/* Only the first codec is needed. */
		if (err < 0 && !i)
			return err;
	}
	snd_ac97_tune_hardware(chip->ac97[0], ich_ac97_quirks, quirk);
	err = ich_assign_pcms(chip);
	if (err < 0 || !chip->model->ich4)
		return err;
	ich_steer(chip);
	spdif = chip->engine[ICH_SPDIF_OUT].pcm;
	/* A codec of few channels prefers other slots, and finds ours where it is told to. */
	if (!spdif->rates && chip->ac97[0]->ext_id & AC97_EI_SPDIF) {
		spdif->r[0].slots = ICH_SLOTS_SPDIF;
		spdif->r[0].rslots[0] = ICH_SLOTS_SPDIF;
		spdif->r[0].codec[0] = chip->ac97[0];
		spdif->rates = chip->ac97[0]->rates[AC97_RATES_SPDIF];
	}
	/* The codec has to look for S/PDIF where the engine sends it: slots 10 and 11. */
	if (ich_has_spdif(chip))
		snd_ac97_update_bits(chip->ac97[0], AC97_EXTENDED_STATUS,
				     AC97_EA_SPSA_SLOT_MASK, AC97_EA_SPSA_10_11);
	return 0;
}

/**
 * ich_mixer_suspend() - put the codecs to sleep
 * @chip: the controller
 *
 * The first codec makes the link's clock and may stop it, so it is the last one to go.
 *
 * Context: process.
 */
void ich_mixer_suspend(struct ich_chip *chip)
{
	unsigned int i;

	for (i = 0; i < ICH_CODECS; i++)
		if (chip->ac97[i])
			ich_codec_remember(chip->ac97[i]);
	while (i--)
		snd_ac97_suspend(chip->ac97[i]);
}

/**
 * ich_mixer_resume() - wake the codecs and restore their registers
 * @chip: the controller, out of reset
 *
 * Context: process.
 */
void ich_mixer_resume(struct ich_chip *chip)
{
	unsigned int i;

	for (i = 0; i < ICH_CODECS; i++)
		if (chip->ac97[i])
			snd_ac97_resume(chip->ac97[i]);
}
