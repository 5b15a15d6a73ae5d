/* SPDX-License-Identifier: GPL-2.0 */
/*
 * QEMU's "edu" PCI device: a bus master and a memory-to-memory engine for tests
 *
 * It moves up to 4095 bytes between memory and a buffer of its own, 100 ms each
 * time, and raises an interrupt. It drives 28 address bits and cannot be
 * stopped.
 */
#ifndef __PORTCLS_TEST_EDU_DMA_H
#define __PORTCLS_TEST_EDU_DMA_H

#include <linux/types.h>

struct device;
struct dma_chan;

#define EDU_BUFFER_BYTES	4096
#define EDU_MOST_BYTES		2048
#define EDU_ADDR_BITS		28

int edu_dma_start(void);
void edu_dma_stop(void);
struct device *edu_dma_device(void);
int edu_dma_move(dma_addr_t addr, u32 offset, u32 bytes, bool to_device);
bool edu_dma_filter(struct dma_chan *chan, void *param);

#endif /* __PORTCLS_TEST_EDU_DMA_H */
