// SPDX-License-Identifier: GPL-2.0
/*
 * A device for tests, and the memory as it sees it
 *
 * fake_lock protects the list of arenas, an arena's own lock the rest of it.
 */
#include <linux/bitmap.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "fake_dev.h"
#include "portcls_test.h"

#define FAKE_ARENA_PAGES	(FAKE_ARENA_BYTES >> PAGE_SHIFT)

static LIST_HEAD(fake_arenas);
static DEFINE_SPINLOCK(fake_lock);

static struct fake_arena *fake_arena_of(struct device *dev)
{
	struct fake_arena *arena, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&fake_lock, flags);
	list_for_each_entry(arena, &fake_arenas, node) {
		if (arena->dev == dev)
			found = arena;
	}
	spin_unlock_irqrestore(&fake_lock, flags);
	return found;
}

/*
 * Pages of the arena, with one free behind that catches what runs over, and not
 * across the device's boundary.
 */
static long fake_take(struct fake_arena *arena, unsigned int pages)
{
	u64 window = dma_get_seg_boundary(arena->dev) >> PAGE_SHIFT;
	unsigned long flags, first, align;

	align = window < FAKE_ARENA_PAGES && pages > 1 ? window : 0;
	spin_lock_irqsave(&arena->lock, flags);
	first = bitmap_find_next_zero_area(arena->pages, FAKE_ARENA_PAGES,
					   align ? 0 : 1, pages + 1, align);
	if (first < FAKE_ARENA_PAGES)
		bitmap_set(arena->pages, first, pages);
	spin_unlock_irqrestore(&arena->lock, flags);
	return first < FAKE_ARENA_PAGES ? (long)first : -1;
}

static void fake_give(struct fake_arena *arena, dma_addr_t addr, u32 bytes)
{
	unsigned int first = (addr - FAKE_ARENA_BASE) >> PAGE_SHIFT;
	unsigned int last = (addr + bytes - 1 - FAKE_ARENA_BASE) >> PAGE_SHIFT;
	unsigned long flags;

	spin_lock_irqsave(&arena->lock, flags);
	bitmap_clear(arena->pages, first, last - first + 1);
	spin_unlock_irqrestore(&arena->lock, flags);
}

static void *fake_mem(struct fake_arena *arena, dma_addr_t addr)
{
	return arena->mem + (addr - FAKE_ARENA_BASE);
}

/* The bytes of an entry of the list, wherever its pages are. */
static void fake_copy(struct scatterlist *sg, void *mem, bool to_mem)
{
	unsigned int done, n, at;
	struct page *page;

	for (done = 0; done < sg->length; done += n) {
		at = sg->offset + done;
		page = sg_page(sg) + (at >> PAGE_SHIFT);
		n = min_t(unsigned int, sg->length - done,
			  PAGE_SIZE - offset_in_page(at));
		if (to_mem)
			memcpy(mem + done, page_address(page) + offset_in_page(at), n);
		else
			memcpy(page_address(page) + offset_in_page(at), mem + done, n);
	}
}

static bool fake_refuses(struct fake_arena *arena, u64 bytes)
{
	unsigned long flags;
	bool refuse;

	spin_lock_irqsave(&arena->lock, flags);
	refuse = arena->fail_next || (arena->fail_above && bytes > arena->fail_above);
	if (arena->fail_next)
		arena->fail_next--;
	if (!refuse) {
		arena->maps++;
		arena->total++;
	}
	spin_unlock_irqrestore(&arena->lock, flags);
	return refuse;
}

/* How many entries from @sg on make one segment, and its length. */
static u32 fake_segment(struct device *dev, const struct fake_arena *arena,
			struct scatterlist *sg, int left, int *entries)
{
	u64 window = dma_get_seg_boundary(dev);
	u32 most = min_t(u64, dma_get_max_seg_size(dev), window);
	u32 bytes = sg->length, offset = offset_in_page(sg->offset);

	*entries = 1;
	if (!arena->merge)
		return bytes;
	/* An IOMMU joins only where a page ends and the next begins. */
	while (*entries < left && !offset_in_page(sg->offset + sg->length)) {
		sg = sg_next(sg);
		if (sg->offset || offset + bytes + sg->length > most)
			break;
		bytes += sg->length;
		++*entries;
	}
	return bytes;
}

static int fake_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
		       enum dma_data_direction dir, unsigned long attrs)
{
	struct fake_arena *arena = fake_arena_of(dev);
	struct scatterlist *sg, *out = sgl, *in;
	int i, entries, made = 0;
	u64 total = 0;
	long first;
	u32 bytes;

	for_each_sg(sgl, sg, nents, i)
		total += sg->length;
	if (fake_refuses(arena, total))
		return -ENOMEM;
	for (sg = sgl, i = 0; i < nents; i += entries) {
		u32 offset = offset_in_page(sg->offset), done = 0;
		int j;

		bytes = fake_segment(dev, arena, sg, nents - i, &entries);
		first = fake_take(arena, DIV_ROUND_UP(offset + bytes, PAGE_SIZE));
		if (WARN_ON(first < 0))
			return -EIO;
		for (j = 0, in = sg; j < entries; j++, in = sg_next(in)) {
			fake_copy(in, arena->mem + (first << PAGE_SHIFT) + offset +
				      done, true);
			done += in->length;
		}
		sg = in;
		sg_dma_address(out) = FAKE_ARENA_BASE + (first << PAGE_SHIFT) + offset;
		sg_dma_len(out) = bytes;
		out = sg_next(out);
		made++;
	}
	if (made < nents)
		sg_dma_len(out) = 0;
	return made;
}

static void fake_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
			  enum dma_data_direction dir, unsigned long attrs)
{
	struct fake_arena *arena = fake_arena_of(dev);
	struct scatterlist *sg, *out = sgl;
	u32 done = 0, len = 0;
	dma_addr_t addr = 0;
	unsigned long flags;
	int i;

	spin_lock_irqsave(&arena->lock, flags);
	arena->maps--;
	spin_unlock_irqrestore(&arena->lock, flags);
	for_each_sg(sgl, sg, nents, i) {
		if (done == len) {
			if (len)
				fake_give(arena, addr, len);
			addr = sg_dma_address(out);
			len = sg_dma_len(out);
			done = 0;
			out = sg_next(out);
		}
		if (done + sg->length > len) {
			arena->errors++;
			return;
		}
		if (dir != DMA_TO_DEVICE)
			fake_copy(sg, fake_mem(arena, addr) + done, false);
		/* Whoever reads through an address that is gone finds this. */
		memset(fake_mem(arena, addr) + done, 0xdb, sg->length);
		done += sg->length;
	}
	fake_give(arena, addr, len);
}

static void *fake_alloc(struct device *dev, size_t size, dma_addr_t *addr,
			gfp_t gfp, unsigned long attrs)
{
	struct fake_arena *arena = fake_arena_of(dev);
	long first = fake_take(arena, DIV_ROUND_UP(size, PAGE_SIZE));

	if (first < 0)
		return NULL;
	*addr = FAKE_ARENA_BASE + (first << PAGE_SHIFT);
	return memset(fake_mem(arena, *addr), 0, size);
}

static void fake_free(struct device *dev, size_t size, void *virt,
		      dma_addr_t addr, unsigned long attrs)
{
	fake_give(fake_arena_of(dev), addr, size);
}

static const struct dma_map_ops fake_ops = {
	.alloc = fake_alloc,
	.free = fake_free,
	.map_sg = fake_map_sg,
	.unmap_sg = fake_unmap_sg,
};

/* Whether a device may have mapping operations of its own here. */
bool fake_arena_usable(void)
{
	return IS_ENABLED(CONFIG_DMA_OPS) || IS_ENABLED(CONFIG_ARCH_HAS_DMA_OPS);
}

/* Whether test devices have such operations unless they say otherwise. */
bool fake_arena_possible(void)
{
	return !pt_plain && !real_dev() && fake_arena_usable();
}

/* Gives @dev an arena; the caller has cleared @arena. Process context. */
int fake_arena_attach(struct fake_arena *arena, struct device *dev)
{
	unsigned long flags;

	arena->mem = vzalloc(FAKE_ARENA_BYTES);
	arena->pages = bitmap_zalloc(FAKE_ARENA_PAGES, GFP_KERNEL);
	if (!arena->mem || !arena->pages) {
		vfree(arena->mem);
		bitmap_free(arena->pages);
		return -ENOMEM;
	}
	spin_lock_init(&arena->lock);
	arena->dev = dev;
	spin_lock_irqsave(&fake_lock, flags);
	list_add(&arena->node, &fake_arenas);
	spin_unlock_irqrestore(&fake_lock, flags);
	set_dma_ops(dev, &fake_ops);
	return 0;
}

/* Nothing is mapped any more. */
void fake_arena_detach(struct fake_arena *arena)
{
	unsigned long flags;

	set_dma_ops(arena->dev, NULL);
	spin_lock_irqsave(&fake_lock, flags);
	list_del(&arena->node);
	spin_unlock_irqrestore(&fake_lock, flags);
	vfree(arena->mem);
	bitmap_free(arena->pages);
}

struct platform_device *fake_dev_new(const char *name)
{
	struct pci_dev *real = real_dev();

	/* A platform device is new each time; this one has seen other tests. */
	if (real) {
		dma_set_max_seg_size(&real->dev, SZ_64K);
		dma_set_seg_boundary(&real->dev, DMA_BIT_MASK(32));
	}
	return platform_device_register_simple(name, PLATFORM_DEVID_AUTO, NULL, 0);
}

void fake_dev_free(struct platform_device *pdev)
{
	platform_device_unregister(pdev);
}

struct device *fake_dev_of(struct platform_device *pdev)
{
	return real_dev() ? &real_dev()->dev : &pdev->dev;
}

/*
 * Without an arena and an IOMMU the machine's own mapping is taken to be linear,
 * which holds on a PC, bounced or not.
 */
void *fake_dev_virt(struct device *dev, dma_addr_t addr)
{
	struct fake_arena *arena = fake_arena_of(dev);
	struct iommu_domain *domain;

	if (arena)
		return fake_mem(arena, addr);
	domain = iommu_get_domain_for_dev(dev);
	return phys_to_virt(domain ? iommu_iova_to_phys(domain, addr) : addr);
}

bool fake_dev_merges(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return !fake_arena_of(dev) && domain && domain->type & __IOMMU_DOMAIN_PAGING;
}

void fake_dev_read(struct device *dev, dma_addr_t addr, void *to, size_t bytes)
{
	size_t n;

	for (; bytes; bytes -= n, addr += n, to += n) {
		n = min_t(size_t, bytes, PAGE_SIZE - offset_in_page(addr));
		memcpy(to, fake_dev_virt(dev, addr), n);
	}
}

void fake_dev_write(struct device *dev, dma_addr_t addr, const void *from, size_t bytes)
{
	size_t n;

	for (; bytes; bytes -= n, addr += n, from += n) {
		n = min_t(size_t, bytes, PAGE_SIZE - offset_in_page(addr));
		memcpy(fake_dev_virt(dev, addr), from, n);
	}
}
