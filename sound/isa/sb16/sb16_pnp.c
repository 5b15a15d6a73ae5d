// SPDX-License-Identifier: GPL-2.0
/*
 * Sound Blaster 16: cards that ISA Plug and Play enumerates
 *
 * Such a card's resources are assigned by the PnP layer; from there on it is a
 * platform device like the others.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pnp.h>

#include "sb16.h"

#define SB16_PNP(card, audio)	{ .id = card, .devs = { { audio } } }

static const struct pnp_card_device_id sb16_pnp_ids[] = {
	SB16_PNP("CTL0024", "CTL0031"),
	SB16_PNP("CTL0025", "CTL0031"),
	SB16_PNP("CTL0026", "CTL0031"),
	SB16_PNP("CTL0027", "CTL0031"),
	SB16_PNP("CTL0028", "CTL0031"),
	SB16_PNP("CTL0029", "CTL0031"),
	SB16_PNP("CTL002a", "CTL0031"),
	SB16_PNP("CTL002b", "CTL0031"),
	SB16_PNP("CTL002c", "CTL0031"),
	SB16_PNP("CTL0051", "CTL0001"),
	SB16_PNP("CTL0070", "CTL0001"),
	SB16_PNP("CTL0080", "CTL0041"),
	SB16_PNP("CTL0086", "CTL0041"),
	SB16_PNP("CTL00f0", "CTL0043"),
	SB16_PNP("tBA03b0", "PNPb003"),
	{ .id = "" },
};
MODULE_DEVICE_TABLE(pnp_card, sb16_pnp_ids);

/* The slot of a card that goes is the next one's. */
static struct platform_device *sb16_pnp_devices[SB16_CARDS];

static struct platform_device **sb16_pnp_free_slot(void)
{
	int i;

	for (i = 0; i < SB16_CARDS; i++)
		if (!sb16_pnp_devices[i])
			return &sb16_pnp_devices[i];
	return NULL;
}

static void sb16_pnp_free(void *data)
{
	struct platform_device **slot = data;

	if (*slot)
		sb16_free_device(*slot);
	*slot = NULL;
}

/* One that is disabled is there, with a start of -1. */
static int sb16_pnp_line(struct pnp_dev *audio, unsigned long type, unsigned int n)
{
	struct resource *line = pnp_get_resource(audio, type, n);

	return pnp_resource_enabled(line) ? (int)line->start : -1;
}

static int sb16_pnp_probe(struct pnp_card_link *card,
			  const struct pnp_card_device_id *id)
{
	struct sb16_config config = { .assigned = true };
	struct platform_device *pdev, **slot = sb16_pnp_free_slot();
	struct pnp_dev *audio;
	int err;

	if (!slot)
		return -ENOSPC;
	audio = pnp_request_card_device(card, id->devs[0].id, NULL);
	if (!audio)
		return -ENODEV;
	err = pnp_activate_dev(audio);
	if (err < 0)
		return err;
	config.port = pnp_port_start(audio, 0);
	config.irq = sb16_pnp_line(audio, IORESOURCE_IRQ, 0);
	config.dma8 = sb16_pnp_line(audio, IORESOURCE_DMA, 0);
	/* The Vibra16X has two lines of 8 bits; 16-bit samples go over the second. */
	config.dma16 = sb16_pnp_line(audio, IORESOURCE_DMA, 1);
	if (config.irq <= 0 || config.dma8 < 0 || config.dma8 > 3) {
		dev_err(&audio->dev, "card without interrupt or 8-bit DMA line\n");
		return -ENODEV;
	}
	config.slot = slot - sb16_pnp_devices;
	pdev = sb16_new_device(&audio->dev, &config);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	*slot = pdev;
	/* A method to remove a card would be called for the first one that goes, and no more. */
	return devm_add_action_or_reset(&audio->dev, sb16_pnp_free, slot);
}

static struct pnp_card_driver sb16_pnp_driver = {
	.name = SB16_DRIVER,
	.id_table = sb16_pnp_ids,
	.flags = PNP_DRIVER_RES_DISABLE,
	.probe = sb16_pnp_probe,
};

/**
 * sb16_pnp_register() - take the cards that there are
 *
 * Context: process.
 * Return: how many, or a negative errno.
 */
int sb16_pnp_register(void)
{
	int err = pnp_register_card_driver(&sb16_pnp_driver);
	int i, cards = 0;

	if (err < 0)
		return err;
	for (i = 0; i < SB16_CARDS; i++)
		if (sb16_pnp_devices[i])
			cards++;
	return cards;
}

/**
 * sb16_pnp_unregister() - give them back
 *
 * Context: process.
 */
void sb16_pnp_unregister(void)
{
	int i;

	/* The bus takes the ports away before a device's own are freed. */
	for (i = 0; i < SB16_CARDS; i++)
		sb16_pnp_free(&sb16_pnp_devices[i]);
	pnp_unregister_card_driver(&sb16_pnp_driver);
}
