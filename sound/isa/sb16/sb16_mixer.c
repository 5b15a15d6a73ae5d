// SPDX-License-Identifier: GPL-2.0
/*
 * Sound Blaster 16: the controls of the CT1745 mixer
 *
 * The registers are written from a copy in memory, so that they are read back
 * never and can be restored after sleep. sb->lock protects the copy.
 */
#include <linux/kernel.h>
#include <sound/control.h>
#include <sound/portcls/card.h>

#include "sb16.h"

/**
 * struct sb16_control - one control
 * @name: its name, as userland knows it
 * @left: register of the first value
 * @right: register of the second value, 0 where there is one only
 * @left_shift: lowest bit of the first value
 * @right_shift: lowest bit of the second value
 * @max: largest value; 1 makes it a switch
 * @route: four switches: from left and right source (@left_shift, @right_shift)
 *	to the left and right input (@left, @right)
 */
struct sb16_control {
	const char *name;
	u8 left, right;
	u8 left_shift, right_shift;
	u8 max;
	bool route;
};

#define SB16_CONTROL(n, l, r, lshift, rshift, largest) \
	{ .name = n, .left = l, .right = r, \
	  .left_shift = lshift, .right_shift = rshift, .max = largest }
#define SB16_ROUTE(n, lshift, rshift) \
	{ .name = n, .left = SB16_MIX_IN_LEFT, .right = SB16_MIX_IN_RIGHT, \
	  .left_shift = lshift, .right_shift = rshift, .max = 1, .route = true }

static const struct sb16_control sb16_controls[] = {
	SB16_CONTROL("Master Playback Volume", SB16_MIX_MASTER, SB16_MIX_MASTER + 1, 3, 3, 31),
	SB16_CONTROL("PCM Playback Volume", SB16_MIX_PCM, SB16_MIX_PCM + 1, 3, 3, 31),
	SB16_ROUTE("Synth Capture Route", 6, 5),
	SB16_CONTROL("Synth Playback Volume", SB16_MIX_SYNTH, SB16_MIX_SYNTH + 1, 3, 3, 31),
	SB16_ROUTE("CD Capture Route", 2, 1),
	SB16_CONTROL("CD Playback Switch", SB16_MIX_OUT_SWITCH, SB16_MIX_OUT_SWITCH, 2, 1, 1),
	SB16_CONTROL("CD Playback Volume", SB16_MIX_CD, SB16_MIX_CD + 1, 3, 3, 31),
	SB16_ROUTE("Mic Capture Route", 0, 0),
	SB16_CONTROL("Mic Playback Switch", SB16_MIX_OUT_SWITCH, 0, 0, 0, 1),
	SB16_CONTROL("Mic Playback Volume", SB16_MIX_MIC, 0, 3, 0, 31),
	SB16_CONTROL("Beep Volume", SB16_MIX_BEEP, 0, 6, 0, 3),
	SB16_CONTROL("Capture Volume", SB16_MIX_IN_GAIN, SB16_MIX_IN_GAIN + 1, 6, 6, 3),
	SB16_CONTROL("Playback Volume", SB16_MIX_OUT_GAIN, SB16_MIX_OUT_GAIN + 1, 6, 6, 3),
	SB16_ROUTE("Line Capture Route", 4, 3),
	SB16_CONTROL("Line Playback Switch", SB16_MIX_OUT_SWITCH, SB16_MIX_OUT_SWITCH, 4, 3, 1),
	SB16_CONTROL("Line Playback Volume", SB16_MIX_LINE, SB16_MIX_LINE + 1, 3, 3, 31),
	SB16_CONTROL("Mic Auto Gain", SB16_MIX_AGC, 0, 0, 0, 1),
	SB16_CONTROL("3D Enhancement Switch", SB16_MIX_3D, 0, 0, 0, 1),
	SB16_CONTROL("Tone Control - Bass", SB16_MIX_BASS, SB16_MIX_BASS + 1, 4, 4, 15),
	SB16_CONTROL("Tone Control - Treble", SB16_MIX_TREBLE, SB16_MIX_TREBLE + 1, 4, 4, 15),
};

static u8 *sb16_copy(struct sb16 *sb, u8 reg)
{
	return reg == SB16_MIX_3D ? &sb->enhance : &sb->mixer[reg - SB16_MIX_FIRST];
}

static unsigned int sb16_count(const struct sb16_control *ctl)
{
	return ctl->route ? 4 : ctl->right ? 2 : 1;
}

/* Where value @i of a control lives. */
static u8 sb16_place(const struct sb16_control *ctl, unsigned int i,
		     unsigned int *shift)
{
	*shift = (ctl->route ? i >= 2 : i) ? ctl->right_shift : ctl->left_shift;
	return i & 1 ? ctl->right : ctl->left;
}

static int sb16_info(struct snd_kcontrol *kcontrol, struct snd_ctl_elem_info *info)
{
	const struct sb16_control *ctl = &sb16_controls[kcontrol->private_value];

	info->type = ctl->max == 1 ? SNDRV_CTL_ELEM_TYPE_BOOLEAN :
				     SNDRV_CTL_ELEM_TYPE_INTEGER;
	info->count = sb16_count(ctl);
	info->value.integer.min = 0;
	info->value.integer.max = ctl->max;
	info->value.integer.step = 0;
	return 0;
}

static int sb16_get(struct snd_kcontrol *kcontrol, struct snd_ctl_elem_value *value)
{
	const struct sb16_control *ctl = &sb16_controls[kcontrol->private_value];
	struct sb16 *sb = snd_kcontrol_chip(kcontrol);
	unsigned int i, shift;

	spin_lock_irq(&sb->lock);
	for (i = 0; i < sb16_count(ctl); i++) {
		u8 reg = sb16_place(ctl, i, &shift);

		value->value.integer.value[i] = *sb16_copy(sb, reg) >> shift & ctl->max;
	}
	spin_unlock_irq(&sb->lock);
	return 0;
}

static int sb16_put(struct snd_kcontrol *kcontrol, struct snd_ctl_elem_value *value)
{
	const struct sb16_control *ctl = &sb16_controls[kcontrol->private_value];
	struct sb16 *sb = snd_kcontrol_chip(kcontrol);
	unsigned int i, shift;
	int changed = 0;

	for (i = 0; i < sb16_count(ctl); i++)
		if (value->value.integer.value[i] < 0 ||
		    value->value.integer.value[i] > ctl->max)
			return -EINVAL;
	for (i = 0; i < sb16_count(ctl); i++) {
		u8 reg = sb16_place(ctl, i, &shift);
		u8 now, *copy = sb16_copy(sb, reg);

		/* The core lets one writer at a time through. */
		spin_lock_irq(&sb->lock);
		now = (*copy & ~(ctl->max << shift)) |
		      value->value.integer.value[i] << shift;
		changed |= now != *copy;
		*copy = now;
		spin_unlock_irq(&sb->lock);
		sb16_mixer_write(sb, reg, now);
	}
	return changed;
}

static int sb16_allocation_info(struct snd_kcontrol *kcontrol,
				struct snd_ctl_elem_info *info)
{
	static const char *const texts[] = { "Auto", "Playback", "Capture" };

	return snd_ctl_enum_info(info, 1, ARRAY_SIZE(texts), texts);
}

static int sb16_allocation_get(struct snd_kcontrol *kcontrol,
			       struct snd_ctl_elem_value *value)
{
	struct sb16 *sb = snd_kcontrol_chip(kcontrol);

	mutex_lock(&sb->mutex);
	value->value.enumerated.item[0] = sb->allocation;
	mutex_unlock(&sb->mutex);
	return 0;
}

static int sb16_allocation_put(struct snd_kcontrol *kcontrol,
			       struct snd_ctl_elem_value *value)
{
	struct sb16 *sb = snd_kcontrol_chip(kcontrol);
	unsigned int item = value->value.enumerated.item[0];
	bool changed;

	if (item > SB16_CAPTURE)
		return -EINVAL;
	changed = item != READ_ONCE(sb->allocation);
	sb16_stream_set_allocation(sb, item);
	return changed;
}

static const struct snd_kcontrol_new sb16_allocation_control = {
	.iface = SNDRV_CTL_ELEM_IFACE_CARD,
	.name = "16-bit DMA Allocation",
	.info = sb16_allocation_info,
	.get = sb16_allocation_get,
	.put = sb16_allocation_put,
};

/**
 * sb16_mixer_restore() - write all registers from their copies
 * @sb: the card
 *
 * Context: process.
 */
void sb16_mixer_restore(struct sb16 *sb)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sb->mixer); i++)
		sb16_mixer_renew(sb, SB16_MIX_FIRST + i, &sb->mixer[i]);
	sb16_mixer_renew(sb, SB16_MIX_3D, &sb->enhance);
}

/**
 * sb16_mixer_new() - set the mixer to its first state and make the controls
 * @sb: the card
 *
 * Outputs begin silent, as ALSA cards do; what is neither volume, switch nor
 * route keeps the card's own default.
 *
 * Context: process, in probe.
 * Return: 0, or a negative errno.
 */
int sb16_mixer_new(struct sb16 *sb)
{
	struct snd_kcontrol_new control = {
		.iface = SNDRV_CTL_ELEM_IFACE_MIXER,
		.info = sb16_info,
		.get = sb16_get,
		.put = sb16_put,
	};
	struct snd_card *card = sb->card->card;
	struct snd_kcontrol *kcontrol;
	unsigned int i;
	int err;

	sb16_mixer_write(sb, SB16_MIX_RESET, 0);
	for (i = 0; i < ARRAY_SIZE(sb->mixer); i++) {
		u8 reg = SB16_MIX_FIRST + i;

		sb->mixer[i] = reg < SB16_MIX_IN_GAIN ? 0 : sb16_mixer_read(sb, reg);
	}
	sb16_mixer_restore(sb);

	strscpy(card->mixername, "CTL1745", sizeof(card->mixername));
	err = snd_component_add(card, "CTL1745");
	if (err < 0)
		return err;
	for (i = 0; i < ARRAY_SIZE(sb16_controls); i++) {
		control.name = sb16_controls[i].name;
		control.private_value = i;
		err = snd_ctl_add(card, snd_ctl_new1(&control, sb));
		if (err < 0)
			return err;
	}
	if (!sb->channels[1])
		return 0;
	kcontrol = snd_ctl_new1(&sb16_allocation_control, sb);
	return snd_ctl_add(card, kcontrol);
}
