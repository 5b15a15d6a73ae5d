// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: module, probe and power
 */
#include <linux/bitfield.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <sound/initval.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/service.h>

#include "ich.h"

MODULE_DESCRIPTION("Intel ICH AC'97 audio on the audio port class");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");

static int index = SNDRV_DEFAULT_IDX1;
static char *id = SNDRV_DEFAULT_STR1;
static int ac97_clock;
static char *ac97_quirk;

module_param(index, int, 0444);
MODULE_PARM_DESC(index, "Card number, -1 for any.");
module_param(id, charp, 0444);
MODULE_PARM_DESC(id, "Card identification.");
module_param(ac97_clock, int, 0444);
MODULE_PARM_DESC(ac97_clock, "Rate of the AC-link in Hz, 0 for what the board is known or found to have, 1 to measure it.");
module_param(ac97_quirk, charp, 0444);
MODULE_PARM_DESC(ac97_quirk, "Name of an AC'97 tuning that overrides the board table.");

/* The first one is also for a device that is bound by driver_override alone. */
enum { ICH_MODEL_ICH, ICH_MODEL_ICH4 };

static const struct ich_model ich_models[] = {
	[ICH_MODEL_ICH] = { .driver = "ICH" },
	[ICH_MODEL_ICH4] = { .driver = "ICH4", .ich4 = true },
};

static const struct {
	u16 vendor;
	u16 device;
	const char *name;
} ich_names[] = {
	{ PCI_VENDOR_ID_INTEL, 0x2415, "Intel 82801AA-ICH" },
	{ PCI_VENDOR_ID_INTEL, 0x2425, "Intel 82901AB-ICH0" },
	{ PCI_VENDOR_ID_INTEL, 0x2445, "Intel 82801BA-ICH2" },
	{ PCI_VENDOR_ID_INTEL, 0x2485, "Intel 82801CA-ICH3" },
	{ PCI_VENDOR_ID_INTEL, 0x24c5, "Intel 82801DB-ICH4" },
	{ PCI_VENDOR_ID_INTEL, 0x24d5, "Intel ICH5" },
	{ PCI_VENDOR_ID_INTEL, 0x25a6, "Intel 6300ESB" },
	{ PCI_VENDOR_ID_INTEL, 0x266e, "Intel ICH6" },
	{ PCI_VENDOR_ID_INTEL, 0x27de, "Intel ICH7" },
	{ PCI_VENDOR_ID_INTEL, 0x2698, "Intel ESB2" },
	{ PCI_VENDOR_ID_AMD, 0x746d, "AMD AMD8111" },
	{ PCI_VENDOR_ID_AMD, 0x7445, "AMD AMD768" },
};

static const char *ich_name(const struct pci_dev *pci)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ich_names); i++)
		if (ich_names[i].vendor == pci->vendor &&
		    ich_names[i].device == pci->device)
			return ich_names[i].name;
	return "Intel ICH";
}

/* ICH4 and later have both windows in memory, with the ports often disabled. */
static int ich_map(struct ich_chip *chip)
{
	struct pci_dev *pci = chip->pci;
	bool memory = pci_resource_flags(pci, 2) & pci_resource_flags(pci, 3) &
		      IORESOURCE_MEM;
	int first = memory ? 2 : 0;
	int err;

	err = pcim_enable_device(pci);
	if (err)
		return err;
	err = pcim_iomap_regions(pci, BIT(first) | BIT(first + 1), KBUILD_MODNAME);
	if (err)
		return err;
	chip->codec = pcim_iomap_table(pci)[first];
	chip->bus = pcim_iomap_table(pci)[first + 1];
	return 0;
}

static void ich_put_adapter(void *adapter)
{
	portcls_adapter_put(adapter);
}

static void ich_put_lists(void *lists)
{
	portcls_dma_put(lists);
}

static void ich_put_group(void *group)
{
	portcls_service_group_put(group);
}

static int ich_alloc_lists(struct ich_chip *chip)
{
	const struct portcls_adapter_desc desc = {
		.master = true,
		.scatter_gather = true,
		.addr_bits = 32,
		.max_length = ICH_DESC_LENGTH * sizeof(u16),
		.max_segment = ICH_DESC_LENGTH * sizeof(u16),
		.min_unit = sizeof(u32),
	};
	struct device *dev = chip->card->dev;
	int err;

	chip->adapter = portcls_adapter_get(dev, &desc);
	if (IS_ERR(chip->adapter))
		return PTR_ERR(chip->adapter);
	err = devm_add_action_or_reset(dev, ich_put_adapter, chip->adapter);
	if (err)
		return err;
	chip->lists = portcls_dma_new_master(chip->adapter,
					     ICH_ENGINES * ICH_LIST_BYTES);
	if (IS_ERR(chip->lists))
		return PTR_ERR(chip->lists);
	err = devm_add_action_or_reset(dev, ich_put_lists, chip->lists);
	if (err)
		return err;
	return portcls_dma_allocate_buffer(chip->lists,
					   ICH_ENGINES * ICH_LIST_BYTES, NULL);
}

static int ich_init_engine(struct ich_chip *chip, enum ich_engine_id id)
{
	struct ich_engine *engine = &chip->engine[id];

	engine->chip = chip;
	engine->id = id;
	engine->regs = chip->bus + id * ICH_ENGINE_SIZE;
	engine->list = portcls_dma_system_address(chip->lists) +
		       id * ICH_LIST_BYTES;
	engine->list_addr = portcls_dma_physical_address(chip->lists) +
			    id * ICH_LIST_BYTES;
	engine->group = portcls_service_group_new();
	if (!engine->group)
		return -ENOMEM;
	return devm_add_action_or_reset(chip->card->dev, ich_put_group,
					engine->group);
}

static int ich_init_engines(struct ich_chip *chip)
{
	unsigned int last = chip->model->ich4 ? ICH_SPDIF_OUT : ICH_MIC_IN;
	unsigned int i;
	int err;

	for (i = 0; i <= last; i++) {
		if (i == ICH_UNUSED)
			continue;
		err = ich_init_engine(chip, i);
		if (err)
			return err;
	}
	return 0;
}

static void ich_quiet(struct ich_chip *chip)
{
	unsigned int i;

	for (i = 0; i < ICH_ENGINES; i++)
		if (chip->engine[i].regs)
			ich_engine_halt(&chip->engine[i]);
}

static int ich_card_probe(struct portcls_card *card, const void *data)
{
	struct ich_chip *chip = card->private_data;
	struct pci_dev *pci = to_pci_dev(card->dev);
	int err, clock;

	chip->card = card;
	chip->pci = pci;
	chip->model = data;
	chip->piv_ahead = true;
	if (chip->model->ich4)
		chip->glob_cnt = ICH_GLOB_CNT_SPDIF;	/* slots 10/11 */
	mutex_init(&chip->codec_lock);

	err = ich_map(chip);
	if (err)
		return err;
	err = ich_alloc_lists(chip);
	if (err)
		return err;
	err = ich_init_engines(chip);
	if (err)
		return err;
	/* One that was left running would go on in memory that is ours now. */
	ich_quiet(chip);
	pci_set_master(pci);
	err = ich_hw_reset(chip);
	if (err)
		return err;
	err = devm_request_irq(card->dev, pci->irq, ich_interrupt, IRQF_SHARED,
			       KBUILD_MODNAME, chip);
	if (err)
		return err;
	card->card->sync_irq = pci->irq;

	clock = ich_clock_param(chip, ac97_clock);
	err = ich_mixer_new(chip, clock, ac97_quirk);
	if (err)
		return err;
	if (ich_clock_doubtful(chip, clock)) {
		err = ich_clock_measure(chip);
		if (err)
			return err;
	}
	snprintf(card->card->longname, sizeof(card->card->longname),
		 "%s with %s at irq %d", card->card->shortname,
		 snd_ac97_get_short_name(chip->ac97[0]), pci->irq);
	return ich_streams_new(chip);
}

static void ich_card_remove(struct portcls_card *card)
{
	ich_quiet(card->private_data);
}

static void ich_set_asleep(struct ich_chip *chip, bool asleep)
{
	guard(mutex)(&chip->codec_lock);
	chip->asleep = asleep;
}

static int ich_power_change_state(struct portcls_card *card,
				  enum portcls_power state)
{
	struct ich_chip *chip = card->private_data;
	int err;

	if (state == PORTCLS_D3) {
		ich_mixer_suspend(chip);
		ich_set_asleep(chip, true);
		ich_quiet(chip);
		return 0;
	}
	err = ich_hw_reset(chip);
	if (err)
		return err;
	ich_set_asleep(chip, false);
	if (chip->model->ich4)
		ich_steer(chip);
	ich_mixer_resume(chip);
	return 0;
}

static const struct portcls_card_ops ich_card_ops = {
	.probe = ich_card_probe,
	.power_change_state = ich_power_change_state,
	.remove = ich_card_remove,
};

static int ich_probe(struct pci_dev *pci, const struct pci_device_id *pci_id)
{
	const struct ich_model *model = &ich_models[pci_id->driver_data];
	const struct portcls_card_desc desc = {
		.driver = model->driver,
		.shortname = ich_name(pci),
		.index = index,
		.id = id,
		.ops = &ich_card_ops,
		.module = THIS_MODULE,
		.private_size = sizeof(struct ich_chip),
	};

	return portcls_card_probe(&pci->dev, &desc, model);
}

static void ich_remove(struct pci_dev *pci)
{
	portcls_card_remove(&pci->dev);
}

#define ICH_ID(vendor, device, model) \
	{ PCI_DEVICE(vendor, device), .driver_data = (model) }

static const struct pci_device_id ich_ids[] = {
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x2415, ICH_MODEL_ICH),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x2425, ICH_MODEL_ICH),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x2445, ICH_MODEL_ICH),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x2485, ICH_MODEL_ICH),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x24c5, ICH_MODEL_ICH4),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x24d5, ICH_MODEL_ICH4),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x25a6, ICH_MODEL_ICH4),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x266e, ICH_MODEL_ICH4),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x27de, ICH_MODEL_ICH4),
	ICH_ID(PCI_VENDOR_ID_INTEL, 0x2698, ICH_MODEL_ICH4),
	ICH_ID(PCI_VENDOR_ID_AMD, 0x746d, ICH_MODEL_ICH),
	ICH_ID(PCI_VENDOR_ID_AMD, 0x7445, ICH_MODEL_ICH),
	{ }
};
MODULE_DEVICE_TABLE(pci, ich_ids);

static struct pci_driver ich_driver = {
	.name = KBUILD_MODNAME,
	.id_table = ich_ids,
	.probe = ich_probe,
	.remove = ich_remove,
	.driver.pm = pm_ptr(&portcls_card_pm_ops),
};
module_pci_driver(ich_driver);
