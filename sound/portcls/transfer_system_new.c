// SPDX-License-Identifier: GPL-2.0
/*
 * System adapters: the controller's channel is found, asked what it can do, and given back
 *
 * Locking: none. The adapter is being made, or nobody else has it any more; what is asked
 * in between does not change.
 */
#include <linux/dmaengine.h>
#include <linux/err.h>
#include <linux/gcd.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "transfer_local.h"

/* Most elements that the controller takes at once, 0 for any number. */
unsigned int portcls_system_sg_limit(const struct portcls_adapter *adapter)
{
	return adapter->system->sg_burst;
}

/* The controller's part of portcls_adapter_info(). */
void portcls_system_info(const struct portcls_adapter *adapter,
			 struct portcls_adapter_info *info)
{
	info->counter_readable = adapter->system->residue &&
				 !adapter->desc.ignore_count;
	info->completion_irq = !adapter->desc.auto_initialize;
}

static struct dma_chan *system_request(struct device *dev,
				       const struct portcls_system_desc *desc)
{
	struct dma_chan *chan;
	dma_cap_mask_t mask;

	if (desc->chan)
		return desc->chan;
	if (desc->request_line)
		return dma_request_chan(dev, desc->request_line);
	if (!desc->filter)
		return ERR_PTR(-EINVAL);
	dma_cap_zero(mask);
	dma_cap_set(DMA_SLAVE, mask);
	chan = dma_request_channel(mask, desc->filter, desc->filter_param);
	return chan ?: ERR_PTR(-ENODEV);
}

/* What it never can do is known before the first transfer. */
static bool system_can(const struct portcls_adapter *adapter, const struct dma_chan *chan)
{
	return adapter->desc.auto_initialize ? !!chan->device->device_prep_dma_cyclic :
					       !!chan->device->device_prep_slave_sg;
}

/* Takes the channel and makes the adapter one of its controller's device. */
int portcls_system_init(struct portcls_adapter *adapter, struct device *dev,
			const struct portcls_system_desc *desc)
{
	struct portcls_system *system;
	struct dma_slave_caps caps;
	u32 width = max_t(u32, desc->width, 1);
	unsigned int i;
	u32 unit;
	int err;

	/* Whole words of the register, and whole units of the device. */
	unit = adapter->desc.min_unit;
	if (check_mul_overflow(unit / (u32)gcd(unit, width), width, &unit))
		return -EINVAL;
	system = kzalloc(sizeof(*system), GFP_KERNEL);
	if (!system)
		return -ENOMEM;
	system->desc = *desc;
	system->own_chan = !desc->chan;
	system->chan = system_request(dev, desc);
	if (IS_ERR(system->chan)) {
		err = PTR_ERR(system->chan);
		kfree(system);
		return err;
	}
	if (!system_can(adapter, system->chan)) {
		if (system->own_chan)
			dma_release_channel(system->chan);
		kfree(system);
		return -EOPNOTSUPP;
	}
	for (i = 0; i < PORTCLS_SYSTEM_SLOTS; i++)
		system->slot[i].adapter = adapter;
	INIT_WORK(&system->stop_work, portcls_system_stop_work);
	system->directions = BIT(DMA_MEM_TO_DEV) | BIT(DMA_DEV_TO_MEM);
	if (!dma_get_slave_caps(system->chan, &caps)) {
		system->directions = caps.directions;
		system->residue =
			caps.residue_granularity != DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
		system->sg_burst = caps.max_sg_burst;
	}
	adapter->desc.min_unit = unit;
	adapter->system = system;
	system->served = adapter->dev;
	adapter->dev = get_device(dmaengine_get_dma_device(system->chan));
	return 0;
}

/* The last of an adapter; may sleep. Nothing is granted any more. */
void portcls_system_release(struct portcls_adapter *adapter)
{
	struct portcls_system *system = adapter->system;

	if (!system)
		return;
	if (system->own_chan)
		dma_release_channel(system->chan);
	put_device(system->served);
	kfree(system);
}
