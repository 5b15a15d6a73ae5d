// SPDX-License-Identifier: GPL-2.0
/*
 * Sound Blaster 16 on snd-portcls: the card
 *
 * The card cannot be enumerated (unless it is Plug and Play, see sb16_pnp.c): a
 * platform device stands for each address given, and only those are touched.
 * Interrupt and DMA lines are what the card is set to, unless they are given too;
 * then the card is set to them.
 */
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <sound/initval.h>
#include <sound/portcls/card.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/dma_slave.h>
#include <sound/portcls/service.h>

#include "sb16.h"

/* A quieted card asks again at most this often in one interrupt. */
#define SB16_IRQ_PASSES		4

#define SB16_PORT_DEFAULT	0x220

static unsigned int port[SB16_CARDS];
static unsigned int ports;
static int irq[SB16_CARDS];
static int dma8[SB16_CARDS] = { [0 ... SB16_CARDS - 1] = -1 };
static int dma16[SB16_CARDS] = { [0 ... SB16_CARDS - 1] = -1 };
static int index[SB16_CARDS] = { [0 ... SB16_CARDS - 1] = -1 };
static char *id[SB16_CARDS];

module_param_hw_array(port, uint, ioport, &ports, 0444);
MODULE_PARM_DESC(port, "Base addresses, one a card (default: 0x220 where Plug and Play finds none; 0 for none)");
module_param_hw_array(irq, int, irq, NULL, 0444);
MODULE_PARM_DESC(irq, "Interrupts (default 0: what the card is set to)");
module_param_hw_array(dma8, int, dma, NULL, 0444);
MODULE_PARM_DESC(dma8, "8-bit DMA lines (default -1: what the card is set to)");
module_param_hw_array(dma16, int, dma, NULL, 0444);
MODULE_PARM_DESC(dma16, "Lines for 16-bit samples (default -1: what the card is set to; 0 for none)");
module_param_array(index, int, NULL, 0444);
MODULE_PARM_DESC(index, "Card numbers");
module_param_array(id, charp, NULL, 0444);
MODULE_PARM_DESC(id, "Card identifications");

/* What the setup registers' bits stand for, from bit 0 on. */
static const s8 sb16_irqs[8] = { 9, 5, 7, 10, -1, -1, -1, -1 };
static const s8 sb16_dmas[8] = { 0, 1, -1, 3, -1, 5, 6, 7 };

static irqreturn_t sb16_interrupt(int number, void *data)
{
	struct sb16 *sb = data;
	irqreturn_t result = IRQ_NONE;
	int pass;
	u8 status;

	/* The line may be edge-triggered: leave nothing pending. */
	for (pass = 0; pass < SB16_IRQ_PASSES; pass++) {
		status = sb16_irq_status(sb);
		if (!status)
			break;
		sb16_irq_ack(sb, status);
		result = IRQ_HANDLED;
	}
	if (result == IRQ_HANDLED)
		portcls_wavecyclic_notify(sb->group);
	return result;
}

static int sb16_decode(u8 value, const s8 *table, int first, int last)
{
	int i;

	for (i = first; i <= last; i++)
		if (value & BIT(i) && table[i] >= 0)
			return table[i];
	return -1;
}

static u8 sb16_encode(int number, const s8 *table)
{
	int i;

	for (i = 0; i < 8; i++)
		if (table[i] == number)
			return BIT(i);
	return 0;
}

static bool sb16_possible(const struct sb16_config *config)
{
	if (config->irq && !sb16_encode(config->irq, sb16_irqs))
		return false;
	if (config->dma8 > 3 ||
	    (config->dma8 >= 0 && !sb16_encode(config->dma8, sb16_dmas)))
		return false;
	return config->dma16 <= 0 ||
	       (config->dma16 != config->dma8 && sb16_encode(config->dma16, sb16_dmas));
}

/* Sets the card to what was asked for and finds out what it is set to. */
static int sb16_settle(struct sb16 *sb)
{
	struct sb16_config *config = &sb->config;
	u8 irqs, dmas, irqs_set, dmas_set;
	int irq, dma8;

	if (config->assigned)
		return 0;
	irqs = sb16_mixer_read(sb, SB16_MIX_IRQ_SETUP) & 0x0f;
	dmas = sb16_mixer_read(sb, SB16_MIX_DMA_SETUP);
	irqs_set = irqs;
	dmas_set = dmas;
	if (!sb16_possible(config)) {
		dev_err(sb->card->dev,
			"no card takes irq %d, dma %d, dma %d; possible are 5, 7, 9, 10; 0, 1, 3; 5, 6, 7 or 1, 3\n",
			config->irq, config->dma8, config->dma16);
		return -EINVAL;
	}
	if (config->irq)
		irqs_set = sb16_encode(config->irq, sb16_irqs);
	if (config->dma8 >= 0)
		dmas_set = (dmas_set & 0xf0) | sb16_encode(config->dma8, sb16_dmas);
	/* Without an upper line the DSP takes the lower one, or one of two. */
	if (config->dma16 >= 0)
		dmas_set &= 0x0f;
	if (config->dma16 > 0)
		dmas_set |= sb16_encode(config->dma16, sb16_dmas);
	irq = sb16_decode(irqs_set, sb16_irqs, 0, 7);
	dma8 = config->dma8;
	/* One of the lower lines may be the 16-bit one. */
	if (dma8 < 0)
		dma8 = sb16_decode(dmas_set & ~(config->dma16 > 0 ?
						sb16_encode(config->dma16, sb16_dmas) : 0),
				   sb16_dmas, 0, 3);
	if (irq < 0 || dma8 < 0) {
		dev_err(sb->card->dev,
			"card is set to no interrupt or no 8-bit DMA line: give irq= and dma8=\n");
		return -EINVAL;
	}
	if (irqs_set != irqs)
		sb16_mixer_write(sb, SB16_MIX_IRQ_SETUP, irqs_set);
	if (dmas_set != dmas)
		sb16_mixer_write(sb, SB16_MIX_DMA_SETUP, dmas_set);
	if ((sb16_mixer_read(sb, SB16_MIX_IRQ_SETUP) & 0x0f) != irqs_set ||
	    sb16_mixer_read(sb, SB16_MIX_DMA_SETUP) != dmas_set) {
		sb16_mixer_write(sb, SB16_MIX_IRQ_SETUP, irqs);
		sb16_mixer_write(sb, SB16_MIX_DMA_SETUP, dmas);
		dev_err(sb->card->dev, "card cannot be set to irq %d, dma %d, dma %d\n",
			config->irq, config->dma8, config->dma16);
		return -EINVAL;
	}

	config->irq = irq;
	config->dma8 = dma8;
	if (config->dma16 < 0)
		config->dma16 = sb16_decode(dmas_set, sb16_dmas, 5, 7);
	if (config->dma16 < 0)
		config->dma16 = sb16_decode(dmas_set & ~sb16_encode(config->dma8, sb16_dmas),
					    sb16_dmas, 0, 3);
	return 0;
}

/* What sb16_settle() found, after sleep. */
static void sb16_restore_setup(struct sb16 *sb)
{
	const struct sb16_config *config = &sb->config;
	u8 dmas = sb16_encode(config->dma8, sb16_dmas);

	if (config->assigned)
		return;
	if (sb->channels[1])
		dmas |= sb16_encode(config->dma16, sb16_dmas);
	sb16_mixer_write(sb, SB16_MIX_IRQ_SETUP, sb16_encode(config->irq, sb16_irqs));
	sb16_mixer_write(sb, SB16_MIX_DMA_SETUP, dmas);
}

static void sb16_put_channel(void *channel)
{
	portcls_dma_put(channel);
}

/* A line with its buffer, which is the largest that is to be had. */
static int sb16_take_channel(struct sb16 *sb, int line, bool wide)
{
	static const struct portcls_slave_desc slave = {};
	struct device *dev = sb->card->dev;
	u32 size = line > 3 ? SZ_128K : SZ_64K;
	struct portcls_dma_channel *channel;
	char name[8];
	int err;

	snprintf(name, sizeof(name), "dma%d", line);
	channel = portcls_dma_new_slave(dev, name, &slave, size);
	if (IS_ERR(channel))
		return dev_err_probe(dev, PTR_ERR(channel), "DMA line %d\n", line);
	err = devm_add_action_or_reset(dev, sb16_put_channel, channel);
	if (err)
		return err;
	err = portcls_dma_allocate_up_to(channel, size, PAGE_SIZE, NULL);
	if (err)
		return dev_err_probe(dev, err, "buffer of DMA line %d\n", line);
	sb->channels[wide] = channel;
	return 0;
}

static void sb16_put_group(void *group)
{
	portcls_service_group_put(group);
}

static int sb16_find(struct sb16 *sb)
{
	struct device *dev = sb->card->dev;
	int version;

	if (!devm_request_region(dev, sb->config.port, SB16_PORTS, SB16_DRIVER)) {
		dev_err(dev, "ports 0x%x to 0x%x are in use\n", sb->config.port,
			sb->config.port + SB16_PORTS - 1);
		return -EBUSY;
	}
	if (sb16_dsp_reset(sb)) {
		dev_err(dev, "no DSP answers at 0x%x\n", sb->config.port);
		return -ENODEV;
	}
	version = sb16_dsp_version(sb);
	if (version < 0) {
		dev_err(dev, "DSP at 0x%x does not tell its version\n", sb->config.port);
		return -ENODEV;
	}
	if (version >> 8 != 4) {
		dev_err(dev, "DSP %d.%d at 0x%x is no Sound Blaster 16 (4.x)\n",
			version >> 8, version & 0xff, sb->config.port);
		return -ENODEV;
	}
	sb->version = version;
	return 0;
}

static void sb16_let_sleep(void *dev)
{
	pm_runtime_put_noidle(dev);
}

/*
 * Idle, there is nothing to switch off, and what comes in from outside is heard all the
 * time. A card that was asleep already when the machine went to sleep would not be restored.
 */
static int sb16_keep_awake(struct device *dev)
{
	pm_runtime_get_noresume(dev);
	return devm_add_action_or_reset(dev, sb16_let_sleep, dev);
}

static int sb16_probe_card(struct portcls_card *card, const void *data)
{
	struct sb16 *sb = card->private_data;
	struct snd_card *snd = card->card;
	int err;

	sb->card = card;
	sb->config = *(const struct sb16_config *)data;
	spin_lock_init(&sb->lock);
	mutex_init(&sb->mutex);
	err = sb16_keep_awake(card->dev);
	if (!err)
		err = sb16_find(sb);
	if (!err)
		err = sb16_settle(sb);
	if (err)
		return err;

	sb->group = portcls_service_group_new();
	if (!sb->group)
		return -ENOMEM;
	err = devm_add_action_or_reset(card->dev, sb16_put_group, sb->group);
	if (err)
		return err;
	err = sb16_take_channel(sb, sb->config.dma8, false);
	if (!err && sb->config.dma16 > 0)
		err = sb16_take_channel(sb, sb->config.dma16, true);
	if (err)
		return err;
	err = devm_request_irq(card->dev, sb->config.irq, sb16_interrupt, 0,
			       SB16_DRIVER, sb);
	if (err)
		return dev_err_probe(card->dev, err, "interrupt %d\n", sb->config.irq);
	snd->sync_irq = sb->config.irq;

	if (sb->channels[1])
		snprintf(snd->longname, sizeof(snd->longname),
			 "%s at 0x%x, irq %d, dma %d&%d", snd->shortname,
			 sb->config.port, sb->config.irq, sb->config.dma8,
			 sb->config.dma16);
	else
		snprintf(snd->longname, sizeof(snd->longname),
			 "%s at 0x%x, irq %d, dma %d", snd->shortname,
			 sb->config.port, sb->config.irq, sb->config.dma8);
	err = sb16_stream_new_port(sb);
	return err ?: sb16_mixer_new(sb);
}

static int sb16_power_change_state(struct portcls_card *card,
				   enum portcls_power state)
{
	struct sb16 *sb = card->private_data;
	int err;

	if (state != PORTCLS_D0)
		return 0;
	err = sb16_dsp_reset(sb);
	if (err) {
		dev_err(card->dev, "DSP does not wake up\n");
		return err;
	}
	sb16_restore_setup(sb);
	sb16_mixer_restore(sb);
	return 0;
}

static void sb16_remove_card(struct portcls_card *card)
{
	sb16_dsp_reset(card->private_data);
}

static const struct portcls_card_ops sb16_card_ops = {
	.probe = sb16_probe_card,
	.power_change_state = sb16_power_change_state,
	.remove = sb16_remove_card,
};

/*
 * The result of the probe that sb16_new_device() waits for. Others, of a card whose DMA
 * controller has come meanwhile, may run beside it.
 */
static int sb16_probing = -1;
static int sb16_probe_result;

static int sb16_probe(struct platform_device *pdev)
{
	const struct sb16_config *config = dev_get_platdata(&pdev->dev);
	struct portcls_card_desc desc = {
		.driver = "SB16",
		.shortname = "Sound Blaster 16",
		.index = -1,
		.ops = &sb16_card_ops,
		.module = THIS_MODULE,
		.private_size = sizeof(struct sb16),
	};
	int err;

	if (!config)
		return -ENODEV;
	if (config->slot >= 0 && config->slot < SB16_CARDS) {
		desc.index = index[config->slot];
		desc.id = id[config->slot];
	}
	err = portcls_card_probe(&pdev->dev, &desc, config);
	if (pdev->id == sb16_probing)
		sb16_probe_result = err;
	return err;
}

static void sb16_remove(struct platform_device *pdev)
{
	portcls_card_remove(&pdev->dev);
}

static struct platform_driver sb16_driver = {
	.probe = sb16_probe,
	.remove = sb16_remove,
	.driver = {
		.name = SB16_DRIVER,
		.pm = pm_ptr(&portcls_card_pm_ops),
		/* sb16_new_device() wants to know what came of it. */
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};

static struct platform_device *sb16_devices[SB16_CARDS];
static DEFINE_IDA(sb16_ids);

/**
 * sb16_free_device() - undo sb16_new_device()
 * @pdev: the device
 *
 * Context: process.
 */
void sb16_free_device(struct platform_device *pdev)
{
	int number = pdev->id;

	platform_device_unregister(pdev);
	ida_free(&sb16_ids, number);
}

/**
 * sb16_new_device() - make a platform device for a card
 * @parent: the device that enumerated it, or NULL
 * @config: its resources; copied
 *
 * Context: process.
 * Return: the device, probed or waiting for its DMA controller, or an ERR_PTR with
 * the probe's error and nothing left.
 */
struct platform_device *sb16_new_device(struct device *parent,
					const struct sb16_config *config)
{
	struct platform_device *pdev;
	int number = ida_alloc(&sb16_ids, GFP_KERNEL);

	if (number < 0)
		return ERR_PTR(number);
	sb16_probe_result = -ENODEV;
	sb16_probing = number;
	pdev = platform_device_register_data(parent, SB16_DRIVER, number, config,
					     sizeof(*config));
	if (IS_ERR(pdev)) {
		ida_free(&sb16_ids, number);
		return pdev;
	}
	if (!sb16_probe_result || sb16_probe_result == -EPROBE_DEFER)
		return pdev;
	sb16_free_device(pdev);
	return ERR_PTR(sb16_probe_result);
}

static void sb16_free_devices(void)
{
	int i;

	for (i = 0; i < SB16_CARDS; i++)
		if (sb16_devices[i])
			sb16_free_device(sb16_devices[i]);
}

static int __init sb16_init(void)
{
	int cards = 0, missing = -ENODEV;
	struct platform_device *pdev;
	int i, err, found;

	err = platform_driver_register(&sb16_driver);
	if (err)
		return err;
	/* First, or the address of such a card would be poked at. */
	found = sb16_pnp_register();
	if (found < 0) {
		err = found;
		goto err_unregister;
	}
	if (!ports && !found)
		port[0] = SB16_PORT_DEFAULT;
	for (i = 0; i < SB16_CARDS; i++) {
		struct sb16_config config = {
			.port = port[i],
			.irq = irq[i],
			.dma8 = dma8[i],
			.dma16 = dma16[i],
			.slot = found + i,
		};

		if (!port[i])
			continue;
		pdev = sb16_new_device(NULL, &config);
		if (IS_ERR(pdev)) {
			missing = PTR_ERR(pdev);
			continue;
		}
		sb16_devices[i] = pdev;
		cards++;
	}
	if (cards + found)
		return 0;
	err = missing;
	sb16_pnp_unregister();

err_unregister:
	platform_driver_unregister(&sb16_driver);
	return err;
}
module_init(sb16_init);

static void __exit sb16_exit(void)
{
	sb16_pnp_unregister();
	sb16_free_devices();
	platform_driver_unregister(&sb16_driver);
}
module_exit(sb16_exit);

MODULE_DESCRIPTION("Sound Blaster 16 on snd-portcls");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: i8237-dma");
