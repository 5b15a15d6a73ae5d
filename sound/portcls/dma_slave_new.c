// SPDX-License-Identifier: GPL-2.0
/*
 * Slave DMA channels: finding the controller, its limits, settings
 *
 * Locking: see dma_slave_local.h.
 */
#include <linux/acpi.h>
#include <linux/acpi_dma.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_slave.h>

#include "dma_slave_local.h"

#define SLAVE_NAMES_MAX		16

static int slave_ask_controller(struct dma_slave *slave,
				const struct portcls_slave_desc *desc)
{
	struct dma_slave_config config = {
		.src_addr = desc->fifo,
		.dst_addr = desc->fifo,
		.src_maxburst = desc->maxburst,
		.dst_maxburst = desc->maxburst,
	};
	u32 widths, both;
	int err;

	err = dma_get_slave_caps(slave->dma, &slave->caps);
	if (err == -ENXIO) {
		/* A controller that tells nothing can do the least. */
		memset(&slave->caps, 0, sizeof(slave->caps));
		slave->caps.directions = BIT(DMA_MEM_TO_DEV) | BIT(DMA_DEV_TO_MEM);
		slave->caps.cmd_terminate = true;
		slave->caps.residue_granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	} else if (err) {
		return err;
	}
	if (!slave->caps.cmd_terminate)
		return -EOPNOTSUPP;

	widths = (slave->caps.src_addr_widths | slave->caps.dst_addr_widths) &
		 ~BIT(DMA_SLAVE_BUSWIDTH_UNDEFINED);
	/* What is not said has to do for either direction. */
	both = slave->caps.src_addr_widths & slave->caps.dst_addr_widths & widths;
	slave->unit = desc->width ?: widths ? __ffs(both ?: widths) : 1;
	if (desc->width && widths && (desc->width > 31 || !(widths & BIT(desc->width))))
		return -EINVAL;
	slave->counted = desc->ignore_count ||
		slave->caps.residue_granularity == DMA_RESIDUE_GRANULARITY_DESCRIPTOR;

	config.src_addr_width = slave->unit;
	config.dst_addr_width = slave->unit;
	if (!slave->dma->device->device_config)
		return 0;
	return dmaengine_slave_config(slave->dma, &config);
}

/* Takes the channel over, also when it fails. */
static struct portcls_dma_channel *
slave_new(struct device *served, struct dma_chan *dma,
	  const struct portcls_slave_desc *desc, u32 max_length)
{
	struct device *dev = dmaengine_get_dma_device(dma);
	struct portcls_adapter_desc limits = {};
	struct portcls_adapter *adapter;
	struct dma_slave *slave;
	u64 boundary;
	int err;

	slave = kzalloc(sizeof(*slave), GFP_KERNEL);
	if (!slave) {
		err = -ENOMEM;
		goto err_release_dma;
	}
	slave->dma = dma;
	spin_lock_init(&slave->lock);
	err = slave_ask_controller(slave, desc);
	if (err)
		goto err_free_slave;
	slave->max_segment = dma_get_max_seg_size(dev);

	boundary = dma_get_seg_boundary(dev);
	limits.ignore_count = slave->counted;
	/* Without a boundary it is all ones. */
	limits.max_length = min_t(u64, max_length - 1, boundary) + 1;
	limits.max_segment = slave->max_segment;
	limits.boundary = boundary == ULONG_MAX ? 0 : boundary;
	limits.min_unit = slave->unit;
	adapter = portcls_adapter_get(dev, &limits);
	if (IS_ERR(adapter)) {
		err = PTR_ERR(adapter);
		goto err_free_slave;
	}
	portcls_dma_channel_init(&slave->base, &portcls_dma_slave_ops, adapter,
				 limits.max_length);
	portcls_adapter_put(adapter);
	slave->base.limit = boundary;
	slave->served = get_device(served);
	return &slave->base;

err_free_slave:
	kfree(slave);
err_release_dma:
	dma_release_channel(dma);
	return ERR_PTR(err);
}

/**
 * portcls_dma_new_slave() - a channel of a DMA controller, by name
 * @dev: the device that is served
 * @name: its name for the channel: an entry of "dma-names" in the firmware's
 *	description of the device, or of the controller's slave map
 * @desc: what the controller must know
 * @max_length: largest buffer the device can use, bytes, not 0
 *
 * The controller and its module stay until the channel's last reference is
 * gone. Source: IPortWaveCyclic::NewSlaveDmaChannel.
 *
 * Context: process, may sleep.
 * Return: the channel with one reference for the caller, or an ERR_PTR:
 * -EPROBE_DEFER as long as the controller is not there, -EBUSY where it says
 * that somebody else has the channel, -EINVAL for length 0 or a width that the
 * controller does not have, -EOPNOTSUPP for one that cannot stop, -ENOMEM, or
 * the controller's error.
 */
struct portcls_dma_channel *
portcls_dma_new_slave(struct device *dev, const char *name,
		      const struct portcls_slave_desc *desc, u32 max_length)
{
	struct dma_chan *dma;

	if (!max_length)
		return ERR_PTR(-EINVAL);
	dma = dma_request_chan(dev, name);
	if (IS_ERR(dma))
		return ERR_CAST(dma);
	return slave_new(dev, dma, desc, max_length);
}
EXPORT_SYMBOL_GPL(portcls_dma_new_slave);

/**
 * portcls_dma_new_slave_index() - a channel of a DMA controller, by number
 * @dev: the device that is served
 * @index: which of its channels, from 0: in the order of "dma-names" in the
 *	firmware's description, of its ACPI FixedDMA entries, or of a platform
 *	device's DMA resources; the channel of resource N is looked up as "dmaN"
 * @desc: what the controller must know
 * @max_length: largest buffer the device can use, bytes, not 0
 *
 * Source: the DmaIndex of IPortWaveCyclic::NewSlaveDmaChannel.
 *
 * Context: process, may sleep.
 * Return: as portcls_dma_new_slave(); -EINVAL for an index that the device does
 * not have.
 */
struct portcls_dma_channel *
portcls_dma_new_slave_index(struct device *dev, unsigned int index,
			    const struct portcls_slave_desc *desc,
			    u32 max_length)
{
	const char *names[SLAVE_NAMES_MAX];
	struct resource *res;
	struct dma_chan *dma;
	char name[16];
	int n;

	if (!max_length)
		return ERR_PTR(-EINVAL);
	n = device_property_read_string_array(dev, "dma-names", names,
					      ARRAY_SIZE(names));
	if (n > 0)
		return index < n ? portcls_dma_new_slave(dev, names[index], desc,
							 max_length) :
				   ERR_PTR(-EINVAL);
	if (dev_is_platform(dev)) {
		res = platform_get_resource(to_platform_device(dev),
					    IORESOURCE_DMA, index);
		if (res) {
			snprintf(name, sizeof(name), "dma%u",
				 (unsigned int)res->start);
			return portcls_dma_new_slave(dev, name, desc, max_length);
		}
	}
	if (!has_acpi_companion(dev))
		return ERR_PTR(-EINVAL);
	dma = acpi_dma_request_slave_chan_by_index(dev, index);
	if (IS_ERR(dma))
		return ERR_CAST(dma);
	return slave_new(dev, dma, desc, max_length);
}
EXPORT_SYMBOL_GPL(portcls_dma_new_slave_index);

/**
 * portcls_dma_slave_set_notify() - ask the controller to say how far it is
 * @chan: a slave channel that is stopped
 * @notify: called once each period, or at the end of a single transfer; NULL for
 *	a device whose own interrupt tells
 * @data: its argument
 *
 * The call comes in the context of the controller's callbacks, which is atomic.
 * Of what the controller reports after Stop nothing gets here; a call that was about
 * to be made on another CPU may still begin. After synchronize none does, and none is
 * under way. Callbacks may be lost or come late: the position is
 * portcls_dma_read_counter(), not their number. @notify may stop the channel but
 * not synchronize it.
 *
 * Context: process; serialised with Start by the caller.
 * Return: 0, -EBUSY while a transfer runs.
 */
int portcls_dma_slave_set_notify(struct portcls_dma_channel *chan,
				 void (*notify)(void *data), void *data)
{
	struct dma_slave *slave = to_dma_slave(chan);

	if (slave->run)
		return -EBUSY;
	/* A callback that is still on its way reads these. */
	portcls_dma_synchronize(chan);
	slave->notify = notify;
	slave->notify_data = data;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_slave_set_notify);

/**
 * portcls_dma_slave_set_period() - wanted distance of notifications
 * @chan: a slave channel that is stopped
 * @bytes: the distance; 0 for once a cycle
 *
 * A controller divides the cycle into equal periods: Start takes the longest
 * that is not longer than this one. With a residue that steps by periods this is
 * also the granularity of the position.
 *
 * Context: process or atomic; serialised with Start by the caller.
 * Return: 0, -EBUSY while a transfer runs.
 */
int portcls_dma_slave_set_period(struct portcls_dma_channel *chan, u32 bytes)
{
	struct dma_slave *slave = to_dma_slave(chan);

	if (slave->run)
		return -EBUSY;
	slave->period = bytes;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_slave_set_period);

/**
 * portcls_dma_slave_set_single() - one pass instead of a cycle
 * @chan: a slave channel that is stopped
 * @single: the next Start ends by itself after its size; it still wants a Stop.
 *	A new channel is cyclic.
 *
 * Context: process or atomic; serialised with Start by the caller.
 * Return: 0, -EBUSY while a transfer runs.
 */
int portcls_dma_slave_set_single(struct portcls_dma_channel *chan, bool single)
{
	struct dma_slave *slave = to_dma_slave(chan);

	if (slave->run)
		return -EBUSY;
	slave->single = single;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_dma_slave_set_single);

/**
 * portcls_dma_is_slave() - whether a channel is one of this file's
 * @chan: any channel
 *
 * The other functions named portcls_dma_slave_* take such a channel only.
 *
 * Context: any.
 * Return: true if it is.
 */
bool portcls_dma_is_slave(const struct portcls_dma_channel *chan)
{
	return chan->ops == &portcls_dma_slave_ops;
}
EXPORT_SYMBOL_GPL(portcls_dma_is_slave);

/**
 * portcls_dma_slave_can_pause() - whether the controller holds and goes on
 * @chan: a slave channel
 *
 * Where it does not, a stream on it starts again at offset 0 after a pause.
 *
 * Context: any.
 * Return: true if it does.
 */
bool portcls_dma_slave_can_pause(const struct portcls_dma_channel *chan)
{
	const struct dma_slave *slave = to_dma_slave(chan);

	return slave->caps.cmd_pause && slave->caps.cmd_resume;
}
EXPORT_SYMBOL_GPL(portcls_dma_slave_can_pause);

/**
 * portcls_dma_slave_granularity() - how finely the counter steps
 * @chan: a slave channel
 *
 * A pin on anything coarser than bursts sets SNDRV_PCM_INFO_BATCH.
 *
 * Context: any.
 * Return: bursts, or segments (periods): a position made of callbacks is of the
 * latter kind, whatever the controller says of its residue.
 */
enum dma_residue_granularity
portcls_dma_slave_granularity(const struct portcls_dma_channel *chan)
{
	const struct dma_slave *slave = to_dma_slave(chan);

	if (slave->counted)
		return DMA_RESIDUE_GRANULARITY_SEGMENT;
	return slave->caps.residue_granularity;
}
EXPORT_SYMBOL_GPL(portcls_dma_slave_granularity);

/**
 * portcls_dma_slave_chan() - the controller's channel behind a slave channel
 * @chan: a slave channel
 *
 * For a name in a message or for what only that controller knows.
 *
 * Context: any.
 * Return: the channel, valid while @chan lives.
 */
struct dma_chan *portcls_dma_slave_chan(const struct portcls_dma_channel *chan)
{
	return to_dma_slave(chan)->dma;
}
EXPORT_SYMBOL_GPL(portcls_dma_slave_chan);
