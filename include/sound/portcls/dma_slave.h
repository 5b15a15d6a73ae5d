/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slave DMA channels: IDmaChannelSlave on any dmaengine controller
 *
 * For devices that leave the moving of data to a DMA controller of the system.
 * The channel is found by the device's firmware description or the controller's
 * slave map, its limits are what the controller says, and its buffer lies where
 * the controller reaches. Start, Stop, ReadCounter, WaitForTC and TransferCount
 * are methods of struct portcls_dma_channel, with the rest of its contract.
 */
#ifndef __SOUND_PORTCLS_DMA_SLAVE_H
#define __SOUND_PORTCLS_DMA_SLAVE_H

#include <linux/dmaengine.h>
#include <linux/types.h>

struct device;
struct portcls_dma_channel;

/**
 * struct portcls_slave_desc - what the controller must know of the device
 * @fifo: bus address of the device's data register; 0 where the controller has
 *	wires for it (ISA)
 * @width: bytes that the device takes in one access; 0 for what the controller
 *	does anyway
 * @maxburst: most accesses in one burst, 0 for the controller's choice
 * @ignore_count: the controller's residue cannot be trusted; the position is
 *	then made of its period callbacks (IgnoreCount of DEVICE_DESCRIPTION)
 *
 * All zero suits ISA DMA.
 */
struct portcls_slave_desc {
	phys_addr_t fifo;
	u32 width;
	u32 maxburst;
	bool ignore_count;
};

struct portcls_dma_channel *
portcls_dma_new_slave(struct device *dev, const char *name,
		      const struct portcls_slave_desc *desc, u32 max_length);
struct portcls_dma_channel *
portcls_dma_new_slave_index(struct device *dev, unsigned int index,
			    const struct portcls_slave_desc *desc,
			    u32 max_length);
int portcls_dma_slave_set_notify(struct portcls_dma_channel *chan,
				 void (*notify)(void *data), void *data);
int portcls_dma_slave_set_period(struct portcls_dma_channel *chan, u32 bytes);
int portcls_dma_slave_set_single(struct portcls_dma_channel *chan, bool single);
bool portcls_dma_is_slave(const struct portcls_dma_channel *chan);
bool portcls_dma_slave_can_pause(const struct portcls_dma_channel *chan);
enum dma_residue_granularity
portcls_dma_slave_granularity(const struct portcls_dma_channel *chan);
struct dma_chan *portcls_dma_slave_chan(const struct portcls_dma_channel *chan);

#endif /* __SOUND_PORTCLS_DMA_SLAVE_H */
