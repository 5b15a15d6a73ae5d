// SPDX-License-Identifier: GPL-2.0
/*
 * Ensoniq AudioPCI ES1370: module, probe and power
 */
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

#include <sound/initval.h>
#include <sound/portcls/adapter.h>

#include "es1370.h"

MODULE_DESCRIPTION("Ensoniq AudioPCI ES1370 on the audio port class");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");

static int index = SNDRV_DEFAULT_IDX1;
static char *id = SNDRV_DEFAULT_STR1;

module_param(index, int, 0444);
MODULE_PARM_DESC(index, "Card number, -1 for any.");
module_param(id, charp, 0444);
MODULE_PARM_DESC(id, "Card identification.");

static int es1370_map(struct es1370_chip *chip, struct pci_dev *pci)
{
	int err = pcim_enable_device(pci);

	if (err)
		return err;
	if (!(pci_resource_flags(pci, 0) & IORESOURCE_IO) ||
	    pci_resource_len(pci, 0) < ES1370_IO_BYTES)
		return -ENODEV;
	chip->port = pci_resource_start(pci, 0);
	if (!devm_request_region(&pci->dev, chip->port, ES1370_IO_BYTES,
				 KBUILD_MODNAME))
		return -EBUSY;
	return 0;
}

static void es1370_put_adapter(void *adapter)
{
	portcls_adapter_put(adapter);
}

static int es1370_get_adapter(struct es1370_chip *chip,
			      struct portcls_adapter **adapter)
{
	const struct portcls_adapter_desc desc = {
		.master = true,
		.addr_bits = 32,
		.max_length = ES1370_CHANNEL_BYTES,
		.min_unit = sizeof(u32),
	};

	*adapter = portcls_adapter_get(chip->card->dev, &desc);
	if (IS_ERR(*adapter))
		return PTR_ERR(*adapter);
	return devm_add_action_or_reset(chip->card->dev, es1370_put_adapter,
					*adapter);
}

static int es1370_card_probe(struct portcls_card *card, const void *data)
{
	struct es1370_chip *chip = card->private_data;
	struct pci_dev *pci = to_pci_dev(card->dev);
	struct portcls_adapter *adapter;
	int err;

	chip->card = card;
	chip->irq = pci->irq;
	spin_lock_init(&chip->lock);
	mutex_init(&chip->streams);
	mutex_init(&chip->codec_lock);
	init_completion(&chip->measured);

	err = es1370_map(chip, pci);
	if (err)
		return err;
	err = es1370_get_adapter(chip, &adapter);
	if (err)
		return err;
	err = es1370_new_channels(chip, adapter);
	if (err)
		return err;
	pci_set_master(pci);
	es1370_hw_init(chip);
	err = devm_request_irq(card->dev, pci->irq, es1370_interrupt, IRQF_SHARED,
			       KBUILD_MODNAME, chip);
	if (err)
		return err;
	card->card->sync_irq = pci->irq;

	err = es1370_new_mixer(chip);
	if (err)
		return err;
	snprintf(card->card->longname, sizeof(card->card->longname),
		 "%s %s at 0x%lx, irq %d", card->card->shortname,
		 card->card->driver, chip->port, chip->irq);
	return es1370_new_ports(chip, adapter);
}

static void es1370_card_remove(struct portcls_card *card)
{
	es1370_hw_quiet(card->private_data);
}

static void es1370_sleep(struct es1370_chip *chip)
{
	mutex_lock(&chip->codec_lock);
	WRITE_ONCE(chip->asleep, true);
	mutex_unlock(&chip->codec_lock);
	es1370_hw_quiet(chip);
}

/* Streams were paused, and each knows where it stood. */
static void es1370_wake(struct es1370_chip *chip)
{
	int i;

	es1370_hw_init(chip);
	es1370_restore_codec(chip);
	for (i = 0; i < ES1370_LOOPS; i++)
		es1370_voice_wake(&chip->voice[i]);
}

static int es1370_power_change_state(struct portcls_card *card,
				     enum portcls_power state)
{
	if (state == PORTCLS_D0)
		es1370_wake(card->private_data);
	else
		es1370_sleep(card->private_data);
	return 0;
}

static const struct portcls_card_ops es1370_card_ops = {
	.probe = es1370_card_probe,
	.power_change_state = es1370_power_change_state,
	.remove = es1370_card_remove,
};

static int es1370_probe(struct pci_dev *pci, const struct pci_device_id *pci_id)
{
	const struct portcls_card_desc desc = {
		.driver = "ENS1370",
		.shortname = "Ensoniq AudioPCI",
		.index = index,
		.id = id,
		.ops = &es1370_card_ops,
		.module = THIS_MODULE,
		.private_size = sizeof(struct es1370_chip),
	};

	return portcls_card_probe(&pci->dev, &desc, NULL);
}

static void es1370_remove(struct pci_dev *pci)
{
	portcls_card_remove(&pci->dev);
}

static const struct pci_device_id es1370_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_ENSONIQ, 0x5000) },
	{ }
};
MODULE_DEVICE_TABLE(pci, es1370_ids);

static struct pci_driver es1370_driver = {
	.name = KBUILD_MODNAME,
	.id_table = es1370_ids,
	.probe = es1370_probe,
	.remove = es1370_remove,
	.driver.pm = pm_ptr(&portcls_card_pm_ops),
};
module_pci_driver(es1370_driver);
