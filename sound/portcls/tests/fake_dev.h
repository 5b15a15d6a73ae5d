/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device for tests, and the memory as it sees it
 *
 * Plain, it is a platform device on the machine's own mapping API. With an
 * arena it has mapping operations of its own: an IOMMU that copies. What the
 * device reads was copied in by the map, what it writes comes out by the unmap,
 * so that a flush that is missing, early, of the wrong length or of the wrong
 * range shows in the data on every machine. The arena also refuses on demand
 * and counts.
 *
 * A PCI device whose driver_override is "portcls-test" when the module is loaded
 * stands behind all of them instead: its place in the machine, below an IOMMU or
 * not, decides about addresses, and its memory is what the machine maps for it.
 */
#ifndef __PORTCLS_TEST_FAKE_DEV_H
#define __PORTCLS_TEST_FAKE_DEV_H

#include <linux/device.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define FAKE_ARENA_BYTES	SZ_4M
#define FAKE_ARENA_BASE		0x40000000ULL

/**
 * struct fake_arena - mapping operations of a device
 * @merge: neighbours in one list become one segment, as an IOMMU does it
 * @fail_above: maps of more bytes than this fail; 0 for none
 * @fail_next: so many maps fail
 * @maps: live maps
 * @total: maps so far
 * @errors: unmaps that do not fit any map
 */
struct fake_arena {
	bool merge;
	u32 fail_above;
	unsigned int fail_next;
	unsigned int maps;
	unsigned int total;
	unsigned int errors;
	/* private: */
	struct device *dev;
	spinlock_t lock;	/* all that changes below */
	void *mem;
	unsigned long *pages;
	struct list_head node;
};

bool fake_arena_usable(void);
bool fake_arena_possible(void);
int fake_arena_attach(struct fake_arena *arena, struct device *dev);
void fake_arena_detach(struct fake_arena *arena);

struct platform_device *fake_dev_new(const char *name);
void fake_dev_free(struct platform_device *pdev);

/* The device that does the DMA of @pdev: itself, or the machine's real one. */
struct device *fake_dev_of(struct platform_device *pdev);

/* What the device finds at one of its addresses, as far as the page goes. */
void *fake_dev_virt(struct device *dev, dma_addr_t addr);
/* The device reads or writes its memory. */
void fake_dev_read(struct device *dev, dma_addr_t addr, void *to, size_t bytes);
void fake_dev_write(struct device *dev, dma_addr_t addr, const void *from,
		    size_t bytes);

/* Whether an IOMMU of the machine translates for it, and makes segments of pages. */
bool fake_dev_merges(struct device *dev);

/* The real device, NULL without one. */
struct pci_dev *real_dev(void);
int real_dev_start(void);
void real_dev_stop(void);

#endif /* __PORTCLS_TEST_FAKE_DEV_H */
