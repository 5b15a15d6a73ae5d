// SPDX-License-Identifier: GPL-2.0
/*
 * snd-portcls-sample: the card
 *
 * A real driver is a pci_driver or a platform_driver of a device that exists.
 * This one makes its own device when it is loaded. From probe on there is no
 * difference.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include <sound/initval.h>
#include <sound/portcls/adapter.h>

#include "sample.h"

static int index = SNDRV_DEFAULT_IDX1;
module_param(index, int, 0444);
MODULE_PARM_DESC(index, "Number of the card");

static char *id = SNDRV_DEFAULT_STR1;
module_param(id, charp, 0444);
MODULE_PARM_DESC(id, "Identification of the card");

unsigned int sample_tick_us = 1000;
module_param_named(tick_us, sample_tick_us, uint, 0444);
MODULE_PARM_DESC(tick_us, "Step of the card's clock in microseconds, 100..10000");

static unsigned int fail;
module_param(fail, uint, 0644);
MODULE_PARM_DESC(fail, "Method that fails: 1 probe, 2 open, 3 new_stream, 4 set_format, 5..7 a step up to ACQUIRE, PAUSE, RUN, 8 power up, 9 every step down");

unsigned int sample_jitter;
module_param_named(jitter, sample_jitter, uint, 0644);
MODULE_PARM_DESC(jitter, "Bytes by which a WaveCyclic position may be read too low");

/* What all pins take. */
const struct portcls_data_range sample_range = {
	.formats = SNDRV_PCM_FMTBIT_U8 | SNDRV_PCM_FMTBIT_S16_LE |
		   SNDRV_PCM_FMTBIT_S32_LE,
	.rates = SNDRV_PCM_RATE_8000_96000,
	.rate_min = SAMPLE_RATE_MIN,
	.rate_max = SAMPLE_RATE_MAX,
	.channels = BIT(1) | BIT(2),
};

/**
 * sample_fails() - whether a method shall fail: error injection
 * @method: the method
 */
bool sample_fails(enum sample_method method)
{
	return READ_ONCE(fail) == method;
}

/**
 * sample_check_step() - follow a stream's state
 * @state: where it was; where it is, on success or on the way down
 * @next: where it is told to go
 *
 * A port that skipped a step would be heard of here.
 *
 * Return: 0, or a negative errno.
 */
int sample_check_step(enum portcls_state *state, enum portcls_state next)
{
	bool up = next > *state;

	if (WARN_ON_ONCE(next != *state + (up ? 1 : -1)))
		return -EINVAL;
	if (up && sample_fails(SAMPLE_ACQUIRE + next - PORTCLS_ACQUIRE))
		return -EIO;
	*state = next;
	return !up && sample_fails(SAMPLE_DOWN) ? -EIO : 0;
}

/*
 * The whole device to sleep or awake. Streams are paused. A real driver saves
 * and restores its registers here.
 */
static int sample_power_change_state(struct portcls_card *card,
				     enum portcls_power state)
{
	return state == PORTCLS_D0 && sample_fails(SAMPLE_POWER) ? -EIO : 0;
}

static void sample_put_adapter(void *adapter)
{
	portcls_adapter_put(adapter);
}

static int sample_card_probe(struct portcls_card *card, const void *data)
{
	const struct portcls_adapter_desc reach = {
		.master = true,
		.scatter_gather = true,
		.addr_bits = 32,
		.max_length = 512 * 1024,
	};
	struct portcls_adapter *adapter;
	int err;

	if (sample_fails(SAMPLE_PROBE))
		return -EIO;
	adapter = portcls_adapter_get(card->dev, &reach);
	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	err = devm_add_action_or_reset(card->dev, sample_put_adapter, adapter);
	if (err)
		return err;

	err = sample_pci_new(card, adapter, 0);
	if (!err)
		err = sample_cyclic_new(card, adapter, 1, false);
	if (!err)
		err = sample_cyclic_new(card, adapter, 2, true);
	return err;
}

static const struct portcls_card_ops sample_card_ops = {
	.probe = sample_card_probe,
	.power_change_state = sample_power_change_state,
};

static int sample_probe(struct platform_device *pdev)
{
	const struct portcls_card_desc desc = {
		.driver = "PortclsSample",
		.shortname = "Sample card of snd-portcls",
		.index = index,
		.id = id,
		.ops = &sample_card_ops,
		.module = THIS_MODULE,
	};

	return portcls_card_probe(&pdev->dev, &desc, NULL);
}

static void sample_remove(struct platform_device *pdev)
{
	portcls_card_remove(&pdev->dev);
}

static struct platform_driver sample_driver = {
	.probe = sample_probe,
	.remove = sample_remove,
	.driver = {
		.name = "snd-portcls-sample",
		.pm = pm_ptr(&portcls_card_pm_ops),
	},
};

static struct platform_device *sample_device;

static int __init sample_init(void)
{
	int err;

	sample_tick_us = clamp(sample_tick_us, 100U, 10000U);
	err = platform_driver_register(&sample_driver);
	if (err)
		return err;
	sample_device = platform_device_register_simple(sample_driver.driver.name,
							PLATFORM_DEVID_NONE,
							NULL, 0);
	if (!IS_ERR(sample_device))
		return 0;
	platform_driver_unregister(&sample_driver);
	return PTR_ERR(sample_device);
}
module_init(sample_init);

static void __exit sample_exit(void)
{
	platform_device_unregister(sample_device);
	platform_driver_unregister(&sample_driver);
}
module_exit(sample_exit);

MODULE_DESCRIPTION("Sound card without hardware, template for drivers on snd-portcls");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");
