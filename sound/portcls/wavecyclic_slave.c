// SPDX-License-Identifier: GPL-2.0
/*
 * snd-portcls-slave: slave DMA channels, and the way from a WaveCyclic port to them
 *
 * A module of its own, which cards without such channels do not carry.
 */
#include <linux/module.h>

#include <sound/portcls/dma_slave.h>

#include "wavecyclic_local.h"

/**
 * portcls_wavecyclic_new_slave_dma_channel() - a channel of a DMA controller
 * @port: the port
 * @index: which of the device's DMA channels
 * @desc: how the device is to be served
 * @max_length: largest common buffer, bytes
 *
 * Source: IPortWaveCyclic::NewSlaveDmaChannel.
 *
 * Context: process, may sleep.
 * Return: as portcls_dma_new_slave_index().
 */
struct portcls_dma_channel *
portcls_wavecyclic_new_slave_dma_channel(struct portcls_wavecyclic *port,
					 unsigned int index,
					 const struct portcls_slave_desc *desc,
					 u32 max_length)
{
	return portcls_dma_new_slave_index(port->port.card->dev, index, desc,
					   max_length);
}
EXPORT_SYMBOL_GPL(portcls_wavecyclic_new_slave_dma_channel);

MODULE_DESCRIPTION("Audio port class: slave DMA channels on dmaengine");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");
