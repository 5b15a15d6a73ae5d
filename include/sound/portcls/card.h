/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cards: the life of an ALSA card whose PCM devices are ports
 *
 * The framework owns the struct snd_card, the order of probe, removal and
 * power changes, and all PCM devices. A driver owns its registers, interrupt and
 * mixer.
 */
#ifndef __SOUND_PORTCLS_CARD_H
#define __SOUND_PORTCLS_CARD_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pm.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <sound/core.h>

struct portcls_card;

/**
 * enum portcls_power - device power states (DEVICE_POWER_STATE)
 * @PORTCLS_D0: working
 * @PORTCLS_D3: asleep; registers may be lost and are not touched
 */
enum portcls_power {
	PORTCLS_D0,
	PORTCLS_D3,
};

/**
 * struct portcls_card_ops - the adapter driver's half of a card
 * @probe: finds and starts the device, makes its ports and its mixer. Process
 *	context. What it takes is given back through devres; a negative errno
 *	makes the framework undo the rest.
 * @power_change_state: IAdapterPowerManagement::PowerChangeState. Brings the
 *	whole device to a power state; process context, may sleep. Streams are
 *	quiet. To D3 it may not fail, from D3 a negative errno leaves the card
 *	unusable until the next attempt, which a client makes that opens or prepares a
 *	stream. Called for system sleep and for runtime power management. Optional:
 *	without it only the ports are told.
 * @remove: the card was unregistered, all streams are closed; quiet the device.
 *	Not called for a device that is gone. Process context, optional.
 */
struct portcls_card_ops {
	int (*probe)(struct portcls_card *card, const void *data);
	int (*power_change_state)(struct portcls_card *card,
				  enum portcls_power state);
	void (*remove)(struct portcls_card *card);
};

/**
 * struct portcls_card_desc - a kind of card
 * @driver: driver name; alsa-lib chooses the card's configuration by it
 * @shortname: short name
 * @index: wanted card number, -1 for any; any if it is taken
 * @id: wanted card identification, NULL for any
 * @ops: the adapter driver's methods
 * @module: owner
 * @private_size: bytes of the driver's own data, zeroed
 */
struct portcls_card_desc {
	const char *driver;
	const char *shortname;
	int index;
	const char *id;
	const struct portcls_card_ops *ops;
	struct module *module;
	size_t private_size;
};

/**
 * struct portcls_card - a card on the framework
 * @card: the ALSA card
 * @dev: the device; its driver data is this structure
 * @ops: the adapter driver's methods
 * @ports: the PCM devices, in the order made; fixed once registered
 * @power: current power state, written in process context under @power_lock
 * @power_lock: serialises power changes
 * @gone: the device was removed by surprise; see portcls_card_gone()
 * @registered: clients may have come; set once
 * @gone_work: disconnects the card then, in process context
 * @private_data: the driver's; lives until all of its devres resources, its
 *	interrupt among them, have been given back
 */
struct portcls_card {
	struct snd_card *card;
	struct device *dev;
	const struct portcls_card_ops *ops;
	struct list_head ports;
	enum portcls_power power;
	struct mutex power_lock; /* see above */
	int gone; /* xchg() takes no bool on every architecture */
	bool registered;
	struct work_struct gone_work;
	void *private_data;
};

int portcls_card_probe(struct device *dev, const struct portcls_card_desc *desc,
		       const void *data);
void portcls_card_remove(struct device *dev);
void portcls_card_surprise_removal(struct portcls_card *card);

/**
 * portcls_card_gone() - whether the card's registers must not be touched
 * @card: the card
 *
 * The port still makes a stream's steps down, revokes and releases; a driver asks here
 * before it looks for its device.
 *
 * Context: any.
 * Return: true if they must not.
 */
static inline bool portcls_card_gone(const struct portcls_card *card)
{
	return READ_ONCE(card->gone);
}

/**
 * DOC: portcls_card_pm_ops
 *
 * The ``.pm`` of every driver whose probe calls portcls_card_probe(): system sleep and
 * runtime power management. Before a sleep streams are suspended, the ports told, and the
 * driver's power_change_state called, in this order; at the wake-up first the driver's and
 * then the ports', and the streams go on when their clients say so. A card that nobody has
 * open sleeps after a second, where its user allows it (``power/control``).
 */
extern const struct dev_pm_ops portcls_card_pm_ops;

#endif /* __SOUND_PORTCLS_CARD_H */
