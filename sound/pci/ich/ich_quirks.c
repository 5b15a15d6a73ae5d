// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: what is special about single boards
 *
 * Rows are matched by PCI subsystem ID, the first that fits. The tunings are the codec layer's.
 */
#include "ich.h"

#define ICH_BOARD(vendor, device, tune, board) \
	{ .subvendor = vendor, .subdevice = device, \
	  .type = AC97_TUNE_##tune, .name = board }
#define ICH_BOARDS(vendor, device, bits, tune, board) \
	{ .subvendor = vendor, .subdevice = device, .mask = bits, \
	  .type = AC97_TUNE_##tune, .name = board }

const struct ac97_quirk ich_ac97_quirks[] = {
	ICH_BOARD(0x0e11, 0x000e, HP_ONLY, "Compaq Deskpro EN"),
	ICH_BOARD(0x0e11, 0x008a, HP_ONLY, "Compaq Evo W4000"),
	ICH_BOARD(0x0e11, 0x00b8, HP_ONLY, "Compaq Evo D510C"),
	ICH_BOARD(0x0e11, 0x0860, MUTE_LED, "HP/Compaq nx7010"),
	ICH_BOARD(0x1014, 0x0267, HP_ONLY, "IBM NetVista A30p"),
	ICH_BOARD(0x1014, 0x0534, INV_EAPD, "ThinkPad X31"),
	ICH_BOARD(0x1014, 0x1f00, ALC_JACK, "MS-9128"),
	ICH_BOARD(0x1025, 0x0082, HP_ONLY, "Acer Travelmate 2310"),
	ICH_BOARD(0x1025, 0x0083, HP_ONLY, "Acer Aspire 3003LCi"),
	ICH_BOARD(0x1028, 0x00d8, HP_ONLY, "Dell Precision 530"),
	ICH_BOARD(0x1028, 0x010d, HP_ONLY, "Dell"),
	ICH_BOARD(0x1028, 0x0126, HP_ONLY, "Dell Optiplex GX260"),
	ICH_BOARD(0x1028, 0x012c, HP_ONLY, "Dell Precision 650"),
	ICH_BOARD(0x1028, 0x012d, HP_ONLY, "Dell Precision 450"),
	ICH_BOARD(0x1028, 0x0147, HP_ONLY, "Dell"),
	ICH_BOARD(0x1028, 0x014e, HP_ONLY, "Dell D800"),
	ICH_BOARD(0x1028, 0x0151, HP_ONLY, "Dell Optiplex GX270"),
	ICH_BOARD(0x1028, 0x0163, HP_ONLY, "Dell Unknown"),
	ICH_BOARD(0x1028, 0x016a, HP_ONLY, "Dell Inspiron 8600"),
	ICH_BOARD(0x1028, 0x0182, HP_ONLY, "Dell Latitude D610"),
	ICH_BOARD(0x1028, 0x0186, HP_MUTE_LED, "Dell Latitude D810"),
	ICH_BOARD(0x1028, 0x0188, HP_MUTE_LED, "Dell Inspiron 6000"),
	ICH_BOARD(0x1028, 0x0189, HP_MUTE_LED, "Dell Inspiron 9300"),
	ICH_BOARD(0x1028, 0x0191, HP_ONLY, "Dell Inspiron 8600"),
	ICH_BOARD(0x103c, 0x006d, MUTE_LED, "HP zv5000"),
	ICH_BOARD(0x103c, 0x00c3, HP_ONLY, "HP xw6000"),
	ICH_BOARD(0x103c, 0x088c, HP_MUTE_LED, "HP nc8000"),
	ICH_BOARD(0x103c, 0x0890, MUTE_LED, "HP nc6000"),
	ICH_BOARD(0x103c, 0x0934, HP_MUTE_LED, "HP nc8220"),
	ICH_BOARD(0x103c, 0x0938, HP_MUTE_LED, "HP nc4200"),
	ICH_BOARD(0x103c, 0x0944, HP_MUTE_LED, "HP nc6220"),
	ICH_BOARD(0x103c, 0x099c, HP_MUTE_LED, "HP nx6110/nc6120"),
	ICH_BOARD(0x103c, 0x129d, HP_ONLY, "HP xw8000"),
	ICH_BOARD(0x103c, 0x12f1, HP_ONLY, "HP xw8200"),
	ICH_BOARD(0x103c, 0x12f2, HP_ONLY, "HP xw6200"),
	ICH_BOARD(0x103c, 0x3008, HP_ONLY, "HP xw4200"),
	ICH_BOARD(0x1043, 0x80f3, AD_SHARING, "ASUS ICH5/AD1985"),
	ICH_BOARD(0x104d, 0x8144, INV_EAPD, "Sony"),
	ICH_BOARD(0x104d, 0x8197, INV_EAPD, "Sony S1XP"),
	ICH_BOARD(0x104d, 0x81c0, INV_EAPD, "Sony VAIO VGN-T350P"),
	ICH_BOARD(0x104d, 0x81c5, INV_EAPD, "Sony VAIO VGN-B1VP"),
	ICH_BOARD(0x10cf, 0x11c3, HP_ONLY, "Fujitsu-Siemens E4010"),
	ICH_BOARD(0x10cf, 0x1225, HP_ONLY, "Fujitsu-Siemens T3010"),
	ICH_BOARD(0x10cf, 0x1253, HP_ONLY, "Fujitsu S6210"),
	ICH_BOARD(0x10cf, 0x127d, HP_ONLY, "Fujitsu Lifebook P7010"),
	ICH_BOARD(0x10cf, 0x127e, HP_ONLY, "Fujitsu Lifebook C1211D"),
	ICH_BOARD(0x10cf, 0x12ec, HP_ONLY, "Fujitsu-Siemens 4010"),
	ICH_BOARD(0x10cf, 0x12f2, SWAP_HP, "Fujitsu-Siemens Celsius H320"),
	ICH_BOARD(0x10f1, 0x2665, HP_ONLY, "Fujitsu-Siemens Celsius"),
	ICH_BOARD(0x10f1, 0x2885, HP_ONLY, "AMD64 Mobo"),
	ICH_BOARD(0x10f1, 0x2895, HP_ONLY, "Tyan Thunder K8WE"),
	ICH_BOARD(0x10f7, 0x834c, HP_ONLY, "Panasonic CF-R4"),
	ICH_BOARD(0x110a, 0x0056, HP_ONLY, "Fujitsu-Siemens Scenic"),
	ICH_BOARD(0x11d4, 0x5375, HP_ONLY, "ADI AD1985 (discrete)"),
	ICH_BOARD(0x1462, 0x5470, HP_ONLY, "MSI P4 ATX 645 Ultra"),
	ICH_BOARD(0x161f, 0x202f, INV_EAPD, "Gateway M520"),
	ICH_BOARD(0x161f, 0x203a, INV_EAPD, "Gateway 4525GZ"),
	ICH_BOARD(0x1734, 0x0088, HP_ONLY, "Fujitsu-Siemens D1522"),
	ICH_BOARD(0x8086, 0x4856, SWAP_HP, "Intel D845WN (82801BA)"),
	ICH_BOARD(0x8086, 0x4d44, HP_ONLY, "Intel D850EMV2"),
	ICH_BOARD(0x8086, 0x4d56, HP_ONLY, "Intel ICH/AD1885"),
	ICH_BOARDS(0x8086, 0x2000, 0xfff0, AD_SHARING, "Intel ICH5/AD1985"),
	ICH_BOARDS(0x8086, 0x4000, 0xfff0, AD_SHARING, "Intel ICH5/AD1985"),
	ICH_BOARDS(0x8086, 0x6000, 0xfff0, AD_SHARING, "Intel ICH5/AD1985"),
	ICH_BOARDS(0x8086, 0xe000, 0xfff0, AD_SHARING, "Intel ICH5/AD1985"),
	{ }
};

/* Boards whose AC-link does not run at 48 kHz, and some that surely do. */
static const struct snd_pci_quirk ich_clocks[] = {
	SND_PCI_QUIRK(0x0e11, 0x008a, "Compaq, AD1885", 41000),
	SND_PCI_QUIRK(0x1014, 0x0581, "IBM, AD1981B", 48000),
	SND_PCI_QUIRK(0x1028, 0x00be, "Dell, AD1885", 44100),
	SND_PCI_QUIRK(0x1028, 0x0177, "Dell, AD1980", 48000),
	SND_PCI_QUIRK(0x1028, 0x01ad, "Dell, AD1981B", 48000),
	SND_PCI_QUIRK(0x1043, 0x80f3, "Asus, AD1985", 48000),
	{ }
};

/**
 * ich_quirk_clock() - rate of a board's AC-link
 * @pci: the device
 *
 * Context: any.
 * Return: the rate in Hz, 0 if the board is not known.
 */
int ich_quirk_clock(struct pci_dev *pci)
{
	const struct snd_pci_quirk *quirk = snd_pci_quirk_lookup(pci, ich_clocks);

	return quirk ? quirk->value : 0;
}

/* Boards whose codec is lost after a cold reset. */
static const struct snd_pci_quirk ich_kept_links[] = {
	SND_PCI_QUIRK(0x1014, 0x051f, "ThinkPad R32", 1),
	{ }
};

/**
 * ich_quirk_keeps_link() - whether a board's link must not be reset
 * @pci: the device
 *
 * Context: any.
 * Return: true for a board on which a warm reset has to do.
 */
bool ich_quirk_keeps_link(struct pci_dev *pci)
{
	return snd_pci_quirk_lookup(pci, ich_kept_links);
}
