// SPDX-License-Identifier: GPL-2.0
/*
 * Ensoniq AudioPCI ES1370: the controls of its AK4531 codec
 *
 * Names and ranges are those that userland knows this card by. The codec's
 * volumes are attenuations and its mutes are set bits; controls are the other way
 * round. The codec cannot be read: the driver's copy is what it holds, and is
 * written out again after sleep.
 */
#include <sound/control.h>
#include <sound/tlv.h>

#include "es1370.h"

/**
 * struct ak4531_place - where the values of a control are
 * @regs: number of @reg
 * @shifts: number of @shift
 * @reg: registers: left and right
 * @shift: lowest bits
 *
 * There are @regs times @shifts values, those of one shift together.
 */
struct ak4531_place {
	u8 regs;
	u8 shifts;
	u8 reg[2];
	u8 shift[2];
};

/**
 * struct ak4531_control - a control
 * @name: its name
 * @index: its index among those of that name
 * @max: largest value, also the mask
 * @inverted: the register holds @max minus the value
 * @tlv: scale of the values, optional
 * @place: where the values are
 */
struct ak4531_control {
	const char *name;
	u8 index;
	u8 max;
	bool inverted;
	const unsigned int *tlv;
	struct ak4531_place place;
};

static const DECLARE_TLV_DB_SCALE(ak4531_master_scale, -6200, 200, 0);
static const DECLARE_TLV_DB_SCALE(ak4531_mono_scale, -2800, 400, 0);
static const DECLARE_TLV_DB_SCALE(ak4531_input_scale, -5000, 200, 0);

#define AK4531_ONE(reg, shift)		{ 1, 1, { reg }, { shift } }
#define AK4531_TWO(left, right, shift)	{ 2, 1, { left, right }, { shift } }
#define AK4531_PAIR(reg, left, right)	{ 1, 2, { reg }, { left, right } }
#define AK4531_ROUTE(left, right, a, b)	{ 2, 2, { left, right }, { a, b } }

#define AK4531_MUTE(name, index, place)	{ name, index, 1, true, NULL, place }
#define AK4531_SWITCH(name, index, place) { name, index, 1, false, NULL, place }
#define AK4531_INPUT(name, index, place) \
	{ name, index, 31, true, ak4531_input_scale, place }

static const struct ak4531_control ak4531_controls[] = {
	AK4531_MUTE("Master Playback Switch", 0,
		    AK4531_TWO(AK4531_MASTER_L, AK4531_MASTER_R, 7)),
	{ "Master Playback Volume", 0, 31, true, ak4531_master_scale,
	  AK4531_TWO(AK4531_MASTER_L, AK4531_MASTER_R, 0) },
	AK4531_MUTE("Master Mono Playback Switch", 0, AK4531_ONE(AK4531_MONO_OUT, 7)),
	{ "Master Mono Playback Volume", 0, 7, true, ak4531_mono_scale,
	  AK4531_ONE(AK4531_MONO_OUT, 0) },

	AK4531_MUTE("PCM Switch", 0, AK4531_TWO(AK4531_VOICE_L, AK4531_VOICE_R, 7)),
	AK4531_INPUT("PCM Volume", 0, AK4531_TWO(AK4531_VOICE_L, AK4531_VOICE_R, 0)),
	AK4531_SWITCH("PCM Playback Switch", 0,
		      AK4531_PAIR(AK4531_OUT_SWITCH2, 3, 2)),
	AK4531_SWITCH("PCM Capture Switch", 0,
		      AK4531_TWO(AK4531_IN_L_SWITCH2, AK4531_IN_R_SWITCH2, 2)),

	AK4531_MUTE("PCM Switch", 1, AK4531_TWO(AK4531_FM_L, AK4531_FM_R, 7)),
	AK4531_INPUT("PCM Volume", 1, AK4531_TWO(AK4531_FM_L, AK4531_FM_R, 0)),
	AK4531_SWITCH("PCM Playback Switch", 1,
		      AK4531_PAIR(AK4531_OUT_SWITCH1, 6, 5)),
	AK4531_SWITCH("PCM Capture Route", 1,
		      AK4531_ROUTE(AK4531_IN_L_SWITCH1, AK4531_IN_R_SWITCH1, 6, 5)),

	AK4531_MUTE("CD Switch", 0, AK4531_TWO(AK4531_CD_L, AK4531_CD_R, 7)),
	AK4531_INPUT("CD Volume", 0, AK4531_TWO(AK4531_CD_L, AK4531_CD_R, 0)),
	AK4531_SWITCH("CD Playback Switch", 0,
		      AK4531_PAIR(AK4531_OUT_SWITCH1, 2, 1)),
	AK4531_SWITCH("CD Capture Route", 0,
		      AK4531_ROUTE(AK4531_IN_L_SWITCH1, AK4531_IN_R_SWITCH1, 2, 1)),

	AK4531_MUTE("Line Switch", 0, AK4531_TWO(AK4531_LINE_L, AK4531_LINE_R, 7)),
	AK4531_INPUT("Line Volume", 0, AK4531_TWO(AK4531_LINE_L, AK4531_LINE_R, 0)),
	AK4531_SWITCH("Line Playback Switch", 0,
		      AK4531_PAIR(AK4531_OUT_SWITCH1, 4, 3)),
	AK4531_SWITCH("Line Capture Route", 0,
		      AK4531_ROUTE(AK4531_IN_L_SWITCH1, AK4531_IN_R_SWITCH1, 4, 3)),

	AK4531_MUTE("Aux Switch", 0, AK4531_TWO(AK4531_AUX_L, AK4531_AUX_R, 7)),
	AK4531_INPUT("Aux Volume", 0, AK4531_TWO(AK4531_AUX_L, AK4531_AUX_R, 0)),
	AK4531_SWITCH("Aux Playback Switch", 0,
		      AK4531_PAIR(AK4531_OUT_SWITCH2, 5, 4)),
	AK4531_SWITCH("Aux Capture Route", 0,
		      AK4531_ROUTE(AK4531_IN_L_SWITCH2, AK4531_IN_R_SWITCH2, 4, 3)),

	AK4531_MUTE("Mono Switch", 0, AK4531_ONE(AK4531_MONO1, 7)),
	AK4531_INPUT("Mono Volume", 0, AK4531_ONE(AK4531_MONO1, 0)),
	AK4531_SWITCH("Mono Playback Switch", 0, AK4531_ONE(AK4531_OUT_SWITCH2, 0)),
	AK4531_SWITCH("Mono Capture Switch", 0,
		      AK4531_TWO(AK4531_IN_L_SWITCH2, AK4531_IN_R_SWITCH2, 0)),

	AK4531_MUTE("Mono Switch", 1, AK4531_ONE(AK4531_MONO2, 7)),
	AK4531_INPUT("Mono Volume", 1, AK4531_ONE(AK4531_MONO2, 0)),
	AK4531_SWITCH("Mono Playback Switch", 1, AK4531_ONE(AK4531_OUT_SWITCH2, 1)),
	AK4531_SWITCH("Mono Capture Switch", 1,
		      AK4531_TWO(AK4531_IN_L_SWITCH2, AK4531_IN_R_SWITCH2, 1)),

	AK4531_INPUT("Mic Volume", 0, AK4531_ONE(AK4531_MIC, 0)),
	AK4531_MUTE("Mic Switch", 0, AK4531_ONE(AK4531_MIC, 7)),
	AK4531_SWITCH("Mic Playback Switch", 0, AK4531_ONE(AK4531_OUT_SWITCH1, 0)),
	AK4531_SWITCH("Mic Capture Switch", 0,
		      AK4531_TWO(AK4531_IN_L_SWITCH1, AK4531_IN_R_SWITCH1, 0)),

	AK4531_SWITCH("Mic Bypass Capture Switch", 0,
		      AK4531_TWO(AK4531_IN_L_SWITCH2, AK4531_IN_R_SWITCH2, 7)),
	AK4531_SWITCH("Mono1 Bypass Capture Switch", 0,
		      AK4531_TWO(AK4531_IN_L_SWITCH2, AK4531_IN_R_SWITCH2, 6)),
	AK4531_SWITCH("Mono2 Bypass Capture Switch", 0,
		      AK4531_TWO(AK4531_IN_L_SWITCH2, AK4531_IN_R_SWITCH2, 5)),

	AK4531_SWITCH("AD Input Select", 0, AK4531_ONE(AK4531_AD_INPUT, 0)),
	AK4531_SWITCH("Mic Boost (+30dB)", 0, AK4531_ONE(AK4531_MIC_GAIN, 0)),
};

/* Everything down and muted, the microphone's gain on. */
static void ak4531_defaults(u8 *codec)
{
	memset(codec, 0, AK4531_REGISTERS);
	memset(codec, 0x9f, AK4531_MONO_OUT);
	codec[AK4531_MONO_OUT] = 0x87;
	codec[AK4531_MIC_GAIN] = 1;
}

static const struct ak4531_control *ak4531_control(struct snd_kcontrol *kctl)
{
	return &ak4531_controls[kctl->private_value];
}

static unsigned int ak4531_values(const struct ak4531_control *control)
{
	return control->place.regs * control->place.shifts;
}

static u8 ak4531_reg(const struct ak4531_control *control, unsigned int i)
{
	return control->place.reg[i % control->place.regs];
}

static u8 ak4531_shift(const struct ak4531_control *control, unsigned int i)
{
	return control->place.shift[i / control->place.regs];
}

static int ak4531_info(struct snd_kcontrol *kctl, struct snd_ctl_elem_info *info)
{
	const struct ak4531_control *control = ak4531_control(kctl);

	info->type = control->max == 1 ? SNDRV_CTL_ELEM_TYPE_BOOLEAN :
					 SNDRV_CTL_ELEM_TYPE_INTEGER;
	info->count = ak4531_values(control);
	info->value.integer.min = 0;
	info->value.integer.max = control->max;
	info->value.integer.step = 0;
	return 0;
}

static int ak4531_get(struct snd_kcontrol *kctl, struct snd_ctl_elem_value *value)
{
	const struct ak4531_control *control = ak4531_control(kctl);
	struct es1370_chip *chip = snd_kcontrol_chip(kctl);
	unsigned int i;

	mutex_lock(&chip->codec_lock);
	for (i = 0; i < ak4531_values(control); i++) {
		u8 bits = chip->codec[ak4531_reg(control, i)] >>
			  ak4531_shift(control, i) & control->max;

		value->value.integer.value[i] = control->inverted ?
						control->max - bits : bits;
	}
	mutex_unlock(&chip->codec_lock);
	return 0;
}

static bool ak4531_update(struct es1370_chip *chip,
			  const struct ak4531_control *control, unsigned int i,
			  u8 bits)
{
	u8 reg = ak4531_reg(control, i);
	u8 shift = ak4531_shift(control, i);
	u8 old = chip->codec[reg];
	u8 new = old & ~(control->max << shift);

	if (control->inverted)
		bits = control->max - bits;
	new |= bits << shift;
	if (new == old)
		return false;
	chip->codec[reg] = new;
	if (!chip->asleep)
		es1370_hw_write_codec(chip, reg, new);
	return true;
}

static int ak4531_put(struct snd_kcontrol *kctl, struct snd_ctl_elem_value *value)
{
	const struct ak4531_control *control = ak4531_control(kctl);
	struct es1370_chip *chip = snd_kcontrol_chip(kctl);
	bool changed = false;
	unsigned int i;

	for (i = 0; i < ak4531_values(control); i++)
		if (value->value.integer.value[i] < 0 ||
		    value->value.integer.value[i] > control->max)
			return -EINVAL;
	mutex_lock(&chip->codec_lock);
	for (i = 0; i < ak4531_values(control); i++)
		changed |= ak4531_update(chip, control, i,
					 value->value.integer.value[i]);
	mutex_unlock(&chip->codec_lock);
	return changed;
}

static int es1370_switch_get(struct snd_kcontrol *kctl,
			     struct snd_ctl_elem_value *value)
{
	struct es1370_chip *chip = snd_kcontrol_chip(kctl);

	value->value.integer.value[0] =
		!!(es1370_hw_control(chip) & kctl->private_value);
	return 0;
}

static int es1370_switch_put(struct snd_kcontrol *kctl,
			     struct snd_ctl_elem_value *value)
{
	struct es1370_chip *chip = snd_kcontrol_chip(kctl);
	u32 bit = kctl->private_value;
	u32 wanted = value->value.integer.value[0] ? bit : 0;
	bool changed;

	mutex_lock(&chip->codec_lock);
	changed = (es1370_hw_control(chip) & bit) != wanted;
	if (changed)
		es1370_hw_update_control(chip, bit, wanted);
	mutex_unlock(&chip->codec_lock);
	return changed;
}

static const struct snd_kcontrol_new es1370_switches[] = {
	{
		.iface = SNDRV_CTL_ELEM_IFACE_CARD,
		.name = "PCM 0 Output also on Line-In Jack",
		.info = snd_ctl_boolean_mono_info,
		.get = es1370_switch_get,
		.put = es1370_switch_put,
		.private_value = ES1370_CTRL_XCTL0,
	},
	{
		.iface = SNDRV_CTL_ELEM_IFACE_CARD,
		.name = "Mic +5V bias",
		.info = snd_ctl_boolean_mono_info,
		.get = es1370_switch_get,
		.put = es1370_switch_put,
		.private_value = ES1370_CTRL_XCTL1,
	},
};

static int ak4531_new_control(struct es1370_chip *chip, unsigned int i)
{
	const struct ak4531_control *control = &ak4531_controls[i];
	const struct snd_kcontrol_new template = {
		.iface = SNDRV_CTL_ELEM_IFACE_MIXER,
		.name = control->name,
		.index = control->index,
		.access = SNDRV_CTL_ELEM_ACCESS_READWRITE |
			  (control->tlv ? SNDRV_CTL_ELEM_ACCESS_TLV_READ : 0),
		.info = ak4531_info,
		.get = ak4531_get,
		.put = ak4531_put,
		.tlv.p = control->tlv,
		.private_value = i,
	};

	return snd_ctl_add(chip->card->card, snd_ctl_new1(&template, chip));
}

/**
 * es1370_restore_codec() - write all of the codec's registers
 * @chip: the chip, awake
 *
 * Context: process.
 */
void es1370_restore_codec(struct es1370_chip *chip)
{
	unsigned int reg;

	mutex_lock(&chip->codec_lock);
	chip->asleep = false;
	es1370_hw_reset_codec(chip);
	es1370_hw_write_codec(chip, AK4531_CLOCK, chip->codec[AK4531_CLOCK]);
	for (reg = 0; reg < AK4531_REGISTERS; reg++)
		if (reg != AK4531_RESET && reg != AK4531_CLOCK)
			es1370_hw_write_codec(chip, reg, chip->codec[reg]);
	mutex_unlock(&chip->codec_lock);
}

/**
 * es1370_new_mixer() - set the codec up and make its controls
 * @chip: the chip
 *
 * Return: 0, or a negative errno.
 */
int es1370_new_mixer(struct es1370_chip *chip)
{
	struct snd_card *card = chip->card->card;
	unsigned int i;
	int err = 0;

	ak4531_defaults(chip->codec);
	es1370_restore_codec(chip);
	strscpy(card->mixername, "Asahi Kasei AK4531", sizeof(card->mixername));
	err = snd_component_add(card, "AK4531");
	for (i = 0; i < ARRAY_SIZE(ak4531_controls) && !err; i++)
		err = ak4531_new_control(chip, i);
	for (i = 0; i < ARRAY_SIZE(es1370_switches) && !err; i++)
		err = snd_ctl_add(card, snd_ctl_new1(&es1370_switches[i], chip));
	return err;
}
