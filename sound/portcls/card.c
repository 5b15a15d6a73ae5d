// SPDX-License-Identifier: GPL-2.0
/*
 * Cards: probe, removal and power, in the one order that is right
 *
 * The ALSA card is managed by devres and is the first thing that probe takes,
 * so its memory, and the driver's data in it, outlive the interrupt and the
 * register windows that a driver takes after it. Registration comes last, and
 * removal begins with the card: streams are stopped and closed while the device
 * can still be reached.
 *
 * Everything here runs in process context, serialised by the driver core; but for
 * portcls_card_wake(), which comes from clients, so that the power state has a mutex.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <sound/pcm.h>

#include "local.h"

/* A closed card sleeps after this time, where its user allows it at all. */
#define PORTCLS_AUTOSUSPEND_MS	1000

static void card_gone_work(struct work_struct *work)
{
	struct portcls_card *card =
		container_of(work, struct portcls_card, gone_work);

	snd_card_disconnect(card->card);
}

/*
 * Behind the driver's interrupt, which may find the device gone until it is freed, and
 * before the card's memory. Of a card that has been freed nothing is left to disconnect.
 */
static void card_cancel_gone(void *data)
{
	struct portcls_card *card = data;

	cancel_work_sync(&card->gone_work);
}

/*
 * Until it is up, and from its removal until it is gone, a card stays awake: a client
 * that closes it would let it sleep beside the one who takes it down. The PCI core does
 * the same around a driver's methods, so that a PCI device comes with a reference.
 */
static void card_keep_awake(struct device *dev)
{
	if (!dev_is_pci(dev))
		pm_runtime_get_noresume(dev);
}

static void card_let_sleep(struct device *dev)
{
	if (!dev_is_pci(dev))
		pm_runtime_put_noidle(dev);
}

static void card_runtime_pm_start(struct device *dev)
{
	pm_runtime_set_autosuspend_delay(dev, PORTCLS_AUTOSUSPEND_MS);
	pm_runtime_use_autosuspend(dev);
	pm_runtime_put_noidle(dev);
}

static void card_runtime_pm_stop(struct device *dev)
{
	pm_runtime_get_sync(dev);
	pm_runtime_dont_use_autosuspend(dev);
}

static int card_register(struct portcls_card *card)
{
	int err = snd_card_register(card->card);
	struct portcls_port *port;

	if (err) {
		list_for_each_entry(port, &card->ports, node)
			portcls_port_unregister(port);
		return err;
	}
	/* Pairs with the xchg(): one of the two sees the other. */
	smp_store_mb(card->registered, true);
	return portcls_card_gone(card) ? -ENODEV : 0;
}

static int card_new(struct device *dev, const struct portcls_card_desc *desc, int index,
		    struct snd_card **snd)
{
	return snd_devm_card_new(dev, index, desc->id, desc->module,
				 ALIGN(sizeof(struct portcls_card), ARCH_KMALLOC_MINALIGN) +
				 desc->private_size, snd);
}

/**
 * portcls_card_probe() - bring up a card
 * @dev: the device, being probed; its driver data is taken over
 * @desc: what to make
 * @data: for the driver's probe method
 *
 * Makes the ALSA card, calls the driver's probe method and registers the card.
 * Source: PcAddAdapterDevice, PcRegisterSubdevice.
 *
 * Context: process, in the driver's own probe.
 * Return: 0, or a negative errno with everything undone.
 */
int portcls_card_probe(struct device *dev, const struct portcls_card_desc *desc,
		       const void *data)
{
	struct portcls_card *card;
	struct snd_card *snd;
	int err;

	err = card_new(dev, desc, desc->index, &snd);
	/* A number that is taken is better replaced than the card left out. */
	if (err == -EBUSY)
		err = card_new(dev, desc, -1, &snd);
	if (err < 0)
		return err;

	card = snd->private_data;
	card->card = snd;
	card->dev = dev;
	card->ops = desc->ops;
	mutex_init(&card->power_lock);
	INIT_LIST_HEAD(&card->ports);
	INIT_WORK(&card->gone_work, card_gone_work);
	card->private_data = (void *)card +
			     ALIGN(sizeof(*card), ARCH_KMALLOC_MINALIGN);
	strscpy(snd->driver, desc->driver, sizeof(snd->driver));
	strscpy(snd->shortname, desc->shortname, sizeof(snd->shortname));
	strscpy(snd->longname, desc->shortname, sizeof(snd->longname));
	dev_set_drvdata(dev, card);
	err = devm_add_action_or_reset(dev, card_cancel_gone, card);
	if (err)
		return err;

	if (!pm_runtime_enabled(dev)) {
		pm_runtime_set_active(dev);
		err = devm_pm_runtime_enable(dev);
		if (err)
			return err;
	}
	card_keep_awake(dev);
	err = card->ops->probe(card, data);
	if (!err && portcls_card_gone(card))
		err = -ENODEV;
	if (!err)
		err = card_register(card);
	if (!err) {
		card_runtime_pm_start(dev);
		return 0;
	}
	/* Two must not take the card's devices down at once; the work finds it done. */
	snd_card_disconnect(snd);
	cancel_work_sync(&card->gone_work);
	/* The card goes first, while the device can still be reached. */
	snd_card_free_on_error(dev, err);
	card_let_sleep(dev);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_card_probe);

/**
 * portcls_card_remove() - take a card down
 * @dev: the device, being unbound
 *
 * Streams are stopped, clients see -ENODEV, and the call returns when the last
 * of them has closed: the ring memory of an open stream cannot go before.
 *
 * Context: process, in the driver's own remove.
 */
void portcls_card_remove(struct device *dev)
{
	struct portcls_card *card = dev_get_drvdata(dev);

	card_runtime_pm_stop(dev);
	/* If the work is at it, it uses what the free takes away: let it end. */
	snd_card_disconnect(card->card);
	flush_work(&card->gone_work);
	snd_card_free(card->card);
	if (card->ops->remove && !portcls_card_gone(card))
		card->ops->remove(card);
	card_let_sleep(dev);
}
EXPORT_SYMBOL_GPL(portcls_card_remove);

/**
 * portcls_card_surprise_removal() - the device does not answer any more
 * @card: the card
 *
 * For a driver that reads all ones where that cannot be. From now on
 * portcls_card_gone() is true, streams end and clients see -ENODEV. A probe that is
 * under way fails with -ENODEV.
 *
 * Context: any.
 */
void portcls_card_surprise_removal(struct portcls_card *card)
{
	if (xchg(&card->gone, 1))
		return;
	dev_err(card->dev, "device does not answer, card disconnected\n");
	/* Before that there is nothing to disconnect, and the probe fails. */
	if (READ_ONCE(card->registered))
		schedule_work(&card->gone_work);
}
EXPORT_SYMBOL_GPL(portcls_card_surprise_removal);

static void card_notify(struct portcls_card *card, bool awake)
{
	struct portcls_port *port;

	list_for_each_entry(port, &card->ports, node)
		if (port->model->power_change_notify)
			port->model->power_change_notify(port, awake);
}

/* Ports are told while the hardware is accessible. */
static int card_set_power(struct portcls_card *card, enum portcls_power state)
{
	int err = 0;

	mutex_lock(&card->power_lock);
	if (card->power == state || portcls_card_gone(card))
		goto unlock;
	if (state == PORTCLS_D3)
		card_notify(card, false);
	if (card->ops->power_change_state)
		err = card->ops->power_change_state(card, state);
	if (err && state == PORTCLS_D0)
		goto unlock;
	err = 0;
	WRITE_ONCE(card->power, state);
	if (state == PORTCLS_D0)
		card_notify(card, true);
unlock:
	mutex_unlock(&card->power_lock);
	return err;
}

/**
 * portcls_card_wake() - try once more to power up a card that did not wake up
 * @card: the card; its device is held awake by the caller
 *
 * Context: process.
 * Return: 0, also for a card that is awake, or the driver's error.
 */
int portcls_card_wake(struct portcls_card *card)
{
	return card_set_power(card, PORTCLS_D0);
}

static int card_runtime_suspend(struct device *dev)
{
	return card_set_power(dev_get_drvdata(dev), PORTCLS_D3);
}

static int card_runtime_resume(struct device *dev)
{
	return card_set_power(dev_get_drvdata(dev), PORTCLS_D0);
}

static int card_suspend(struct device *dev)
{
	struct portcls_card *card = dev_get_drvdata(dev);
	struct portcls_port *port;

	snd_power_change_state(card->card, SNDRV_CTL_POWER_D3hot);
	list_for_each_entry(port, &card->ports, node)
		portcls_port_suspend(port);
	return card_runtime_suspend(dev);
}

/*
 * A card that slept before stays asleep, as its runtime status says. PCI's core wakes
 * it before a suspend; other buses do not.
 */
static int card_resume(struct device *dev)
{
	struct portcls_card *card = dev_get_drvdata(dev);
	int err = pm_runtime_status_suspended(dev) ? 0 : card_runtime_resume(dev);

	snd_power_change_state(card->card, SNDRV_CTL_POWER_D0);
	return err;
}

/* For the .pm of every driver on the framework. */
const struct dev_pm_ops portcls_card_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(card_suspend, card_resume)
	RUNTIME_PM_OPS(card_runtime_suspend, card_runtime_resume, NULL)
};
EXPORT_SYMBOL_GPL(portcls_card_pm_ops);
