// SPDX-License-Identifier: GPL-2.0
/*
 * How windows of a chain are cut on a bus-master adapter
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "map_fixture.h"

static void info_counts(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_counters before, after;
	struct portcls_transfer_info info;

	portcls_adapter_counters(f->adapter, &before);
	f->link[0].virt = f->vbuf + 1;
	f->link[0].bytes = 3 * 4096;
	PT_EXPECT_EQ(t, pt_map_info(f, 0, 3 * 4096, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 4);
	PT_EXPECT_EQ(t, info.elements, 4);
	PT_EXPECT_EQ(t, info.pages, 4);

	f->link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_KMEM,
					    .virt = f->buf, .bytes = 100 };
	f->link[1] = f->link[0];
	f->link[1].virt = f->buf + 200;
	f->chain.count = 2;
	PT_EXPECT_EQ(t, pt_map_info(f, 0, 200, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 2);
	PT_EXPECT_EQ(t, pt_map_info(f, 100, 100, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 1);
	PT_EXPECT_EQ(t, pt_map_info(f, 99, 2, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 2);

	f->link[0].bytes = 40 * 4096;
	PT_EXPECT_EQ(t, pt_map_info(f, 0, 40 * 4096, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 40);
	portcls_adapter_counters(f->adapter, &after);
	PT_EXPECT_EQ(t, memcmp(&before, &after, sizeof(before)), 0);
}

static void info_ranges(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_transfer_info info = { .version = 3 };

	PT_EXPECT_EQ(t, pt_map_info(f, MAP_BYTES, 1, &info), -EINVAL);
	PT_EXPECT_EQ(t, pt_map_info(f, 0, 0, &info), -EINVAL);
	PT_EXPECT_EQ(t, pt_map_info(f, 1, MAP_BYTES, &info), -EINVAL);
	PT_EXPECT_EQ(t, pt_map_info(f, 1, U64_MAX, &info), -EINVAL);
	PT_EXPECT_EQ(t, pt_map_info(f, MAP_BYTES - 1, 1, &info), 0);
	info.version = 3;
	PT_EXPECT_EQ(t, portcls_transfer_info(f->adapter, &f->chain, 0, 1, true, &info),
		     -EOPNOTSUPP);
}

/* Room for what was asked: no window is shortened by the list. */
static void info_room(struct portcls_test *t)
{
	static const u32 segments[] = { 0, 8192, 5000, 2048, 512 };
	struct map_fixture *f = t->priv;
	struct portcls_transfer_info info;
	struct portcls_adapter_desc desc = pt_map_desc;
	unsigned int i, offset;
	u32 n;

	for (i = 0; i < ARRAY_SIZE(segments); i++) {
		desc.max_segment = segments[i];
		if (!pt_map_change(t, &desc))
			return;
		for (offset = 0; offset < 4096; offset += 977) {
			f->link[0].virt = f->vbuf + offset;
			f->link[0].bytes = 8 * 4096;
			PT_EXPECT_EQ(t, pt_map_info(f, 0, 8 * 4096, &info), 0);
			PT_ASSERT(t, info.list_bytes <= MAP_LIST_BYTES);
			if (!pt_map_grant(t, info.map_registers))
				return;
			n = 8 * 4096;
			PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain,
							     f->base, 0, 0, &n, true, f->list,
					info.list_bytes, NULL, NULL), 0);
			PT_EXPECT_EQ(t, n, 8 * 4096);
			PT_EXPECT(t, f->list->count <= info.elements);
			PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
			pt_map_release(t);
		}
	}
}

static void map_windows(struct portcls_test *t)
{
	u32 window[4] = { };

	if (!pt_map_grant(t, 4))
		return;
	PT_EXPECT_EQ(t, pt_map_send(t, 0, 10 * 4096, window, 4), 3);
	PT_EXPECT_EQ(t, window[0], 4 * 4096);
	PT_EXPECT_EQ(t, window[1], 4 * 4096);
	PT_EXPECT_EQ(t, window[2], 2 * 4096);
	pt_map_release(t);
}

static void map_unaligned(struct portcls_test *t)
{
	u32 window[4] = { };

	if (!pt_map_grant(t, 2))
		return;
	PT_EXPECT_EQ(t, pt_map_send(t, 100, 5 * 4096, window, 4), 3);
	PT_EXPECT_EQ(t, window[0], 2 * 4096 - 100);
	pt_map_release(t);
}

static void map_list_room(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = pt_map_desc;
	struct portcls_transfer_info info;
	unsigned int i, k;
	struct page *pages[9];
	size_t bytes;
	u32 n;

	/* So that no IOMMU makes neighbours of them. */
	desc.max_segment = 4096;
	if (!pt_map_change(t, &desc))
		return;

	/* Every other page, so that no two are neighbours. */
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = virt_to_page(f->buf + (i % 2 ? 9 - i : i) * 4096);
	for (i = 1; i < ARRAY_SIZE(pages); i++)
		PT_ASSERT(t, pages[i] != pages[i - 1] + 1);
	f->link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_PAGES, .pages = pages,
					    .bytes = ARRAY_SIZE(pages) * 4096 };
	PT_ASSERT_EQ(t, pt_map_info(f, 0, 4096, &info), 0);
	bytes = info.list_bytes;
	PT_ASSERT_EQ(t, pt_map_info(f, 0, 3 * 4096, &info), 0);
	k = (info.list_bytes - bytes) / 2;
	if (!pt_map_grant(t, 9))
		return;
	n = 9 * 4096;
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, f->list, bytes + 4 * k, NULL, NULL), 0);
	PT_EXPECT_EQ(t, f->list->count, 5);
	PT_EXPECT_EQ(t, n, 5 * 4096);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
	n = 4096;
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, f->list, bytes - 1, NULL, NULL),
		     -EINVAL);
	PT_EXPECT_EQ(t, n, 4096);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), -EINVAL);
	pt_map_release(t);
}

static void map_elements(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = pt_map_desc;
	unsigned int i, j;
	u32 n, sum;

	f->link[0].kind = PORTCLS_LINK_KMEM;
	f->link[0].virt = f->buf;
	if (!pt_map_grant(t, 8))
		return;
	n = 2 * 4096;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, f->list->count, 1);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
	pt_map_release(t);

	desc.max_segment = 4096;
	if (!pt_map_change(t, &desc) || !pt_map_grant(t, 8))
		return;
	n = 8 * 4096;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, f->list->count, 8);
	for (i = 0, sum = 0; i < f->list->count; i++) {
		sum += f->list->element[i].bytes;
		for (j = 0; j < i; j++)
			PT_EXPECT(t, f->list->element[i].addr >=
				     f->list->element[j].addr + f->list->element[j].bytes ||
				     f->list->element[j].addr >=
				     f->list->element[i].addr + f->list->element[i].bytes);
	}
	PT_EXPECT_EQ(t, sum, n);
	PT_EXPECT_EQ(t, pt_map_device(f, f->seen, true), n);
	PT_EXPECT_EQ(t, pt_map_differs(f->seen, n, 0), n);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
	pt_map_release(t);
}

static void map_boundary(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = pt_map_desc;
	unsigned int i, pass;
	u32 n;

	desc.boundary = 8191;
	f->link[0].kind = PORTCLS_LINK_KMEM;
	f->link[0].virt = f->buf + 300;
	f->link[0].bytes = 9 * 4096;
	pt_map_fill(f->buf + 300, 9 * 4096, 0);
	for (pass = 0; pass < 2; pass++) {
		f->arena.merge = pass;
		if (!pt_map_change(t, &desc) || !pt_map_grant(t, 10))
			return;
		n = 9 * 4096;
		PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
		for (i = 0; i < f->list->count; i++)
			PT_EXPECT_EQ(t, f->list->element[i].addr >> 13,
				     (f->list->element[i].addr +
				      f->list->element[i].bytes - 1) >> 13);
		PT_EXPECT_EQ(t, pt_map_device(f, f->seen, true), n);
		PT_EXPECT_EQ(t, pt_map_differs(f->seen, n, 0), n);
		PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
		pt_map_release(t);
	}
}

/*
 * An IOMMU joins what the device is said to take, and that may be more than the adapter's
 * limits: a port's device takes pieces of any length, which the port cuts.
 */
static void map_cut(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = pt_map_desc;
	struct portcls_adapter_counters now;
	unsigned int i, bytes = 0;
	u32 n = 8 * 4096;

	desc.max_segment = 8192;
	if (!fake_dev_merges(f->dev) && !pt_map_arena(t))
		PT_SKIP(t, "the kernel has no mapping operations of a device");
	f->arena.merge = true;
	if (!pt_map_change(t, &desc))
		return;
	dma_set_max_seg_size(f->dev, UINT_MAX);
	if (!pt_map_grant(t, 8))
		return;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, n, 8 * 4096);
	PT_EXPECT_EQ(t, f->list->count, 4);
	for (i = 0; i < f->list->count; i++) {
		PT_EXPECT(t, f->list->element[i].bytes <= 8192);
		bytes += f->list->element[i].bytes;
	}
	PT_EXPECT_EQ(t, bytes, n);
	PT_EXPECT_EQ(t, pt_map_device(f, f->seen, true), n);
	PT_EXPECT_EQ(t, pt_map_differs(f->seen, n, 0), n);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.map_retries, 0);
	pt_map_release(t);
}

/* A piece that has come to lie across the boundary is cut, or halved where the list is full. */
static void map_cut_room(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = pt_map_desc;
	struct portcls_adapter_counters now;
	struct portcls_transfer_info info;
	unsigned int room;
	u32 n;

	if (!pt_map_arena(t))
		PT_SKIP(t, "the kernel has no mapping operations of a device");
	desc.boundary = 8191;
	if (!pt_map_change(t, &desc))
		return;
	dma_set_seg_boundary(f->dev, DMA_BIT_MASK(32));
	f->link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_KMEM, .virt = f->buf,
					    .bytes = 2 * 4096 };
	/* Memory of this size is aligned to itself; the arena begins with its second page. */
	PT_ASSERT(t, IS_ALIGNED((uintptr_t)f->buf, 8192));
	if (!pt_map_grant(t, 2))
		return;
	for (room = 2; room; room--) {
		PT_EXPECT_EQ(t, pt_map_info(f, 0, room * 4096, &info), 0);
		n = 2 * 4096;
		PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
						     true, f->list, info.list_bytes, NULL,
						     NULL), 0);
		PT_EXPECT_EQ(t, n, room * 4096);
		PT_EXPECT_EQ(t, f->list->count, room);
		PT_EXPECT_EQ(t, pt_map_device(f, f->seen, true), n);
		PT_EXPECT_EQ(t, pt_map_differs(f->seen, n, 0), n);
		PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
		portcls_adapter_counters(f->adapter, &now);
		PT_EXPECT_EQ(t, now.map_retries, 2 - room);
	}
	pt_map_release(t);
}

static void map_nothing(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	u32 n = 0;

	if (!pt_map_grant(t, 3))
		return;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, f->arena.total, 0);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, 0, true), -EINVAL);
	pt_map_release(t);
}

static void map_done(struct portcls_adapter *adapter, enum portcls_completion status,
		     void *data)
{
}

static void map_master_rules(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	u32 n = 4096;

	if (!pt_map_grant(t, 3))
		return;
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, f->list, MAP_LIST_BYTES, map_done,
					     NULL), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, NULL, 0, NULL, NULL), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 4, &n,
					     true, f->list, MAP_LIST_BYTES, NULL,
					     NULL), -EINVAL);
	n = MAP_BYTES + 1;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), -EINVAL);
	n = 1;
	PT_EXPECT_EQ(t, pt_map_try(f, MAP_BYTES, &n, true), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &n), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_adapter_configure_channel(f->adapter, 0, NULL),
		     -EOPNOTSUPP);
	PT_EXPECT_EQ(t, f->arena.total, 0);
	pt_map_release(t);
}

static void map_units(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = pt_map_desc;
	u32 window[16] = { }, n;
	unsigned int i, count;

	desc.min_unit = 4;
	if (!pt_map_change(t, &desc) || !pt_map_grant(t, 2))
		return;
	n = 4098;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), -EINVAL);
	count = pt_map_send(t, 100, 5 * 4096, window, 16);
	PT_EXPECT(t, count > 1 && count <= 16);
	for (i = 0; i < count; i++)
		PT_EXPECT_EQ(t, window[i] % 4, 0);
	pt_map_release(t);
}

#define FULL_MOST	8192

/* Takes bounce buffers of a length until there are no more. Return: how many. */
static unsigned int full_take(struct map_fixture *f, u32 bytes, dma_addr_t *addr,
			      unsigned int most)
{
	unsigned int n;

	for (n = 0; n < most; n++) {
		addr[n] = dma_map_single_attrs(f->dev, f->buf, bytes, DMA_TO_DEVICE,
					       DMA_ATTR_NO_WARN);
		if (dma_mapping_error(f->dev, addr[n]))
			break;
	}
	return n;
}

static void full_give(struct map_fixture *f, u32 bytes, dma_addr_t *addr, unsigned int n)
{
	while (n--)
		dma_unmap_single(f->dev, addr[n], bytes, DMA_TO_DEVICE);
}

/* A machine whose bounce buffers are all taken but one page. */
static void map_full(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	dma_addr_t *addr = kvcalloc(FULL_MOST, sizeof(*addr), GFP_KERNEL);
	struct portcls_adapter_counters now;
	unsigned int large, pages;
	u32 n = 8 * 4096;

	PT_ASSERT(t, addr);
	large = full_take(f, SZ_32K, addr, FULL_MOST);
	pages = full_take(f, 4096, addr + large, FULL_MOST - large);
	PT_EXPECT(t, pages && large + pages < FULL_MOST);
	if (pt_map_grant(t, 8)) {
		PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), -ENOMEM);
		PT_EXPECT_EQ(t, n, 8 * 4096);
		PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), -EINVAL);
		full_give(f, 4096, addr + large + --pages, 1);
		PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
		PT_EXPECT_EQ(t, n, 4096);
		PT_EXPECT_EQ(t, pt_map_device(f, f->seen, true), n);
		PT_EXPECT_EQ(t, pt_map_differs(f->seen, n, 0), n);
		PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
		portcls_adapter_counters(f->adapter, &now);
		PT_EXPECT_EQ(t, now.map_retries, 3);
		pt_map_release(t);
	}
	full_give(f, 4096, addr + large, pages);
	full_give(f, SZ_32K, addr, large);
	kvfree(addr);
}

static void map_halving(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_counters now;
	u32 n = 8 * 4096;

	if (pt_map_bounced(f)) {
		map_full(t);
		return;
	}
	if (!pt_map_arena(t))
		PT_SKIP(t, "the kernel has no mapping operations of a device");
	if (!pt_map_grant(t, 8))
		return;
	f->arena.fail_above = 4096;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, n, 4096);
	PT_EXPECT_EQ(t, pt_map_device(f, f->seen, true), n);
	PT_EXPECT_EQ(t, pt_map_differs(f->seen, n, 0), n);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.map_retries, 3);
	f->arena.fail_next = 4;
	n = 8 * 4096;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), -ENOMEM);
	PT_EXPECT_EQ(t, n, 8 * 4096);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), -EINVAL);
	pt_map_release(t);
}

static const struct portcls_test_case transfer_map_cases[] = {
	{ "V3-07 V3-08 V3-09 V3-12 registers count by link and page", info_counts },
	{ "V3-10 a range outside the chain is refused", info_ranges },
	{ "V3-11 the predicted list is always large enough", info_room },
	{ "V3-41 ten pages on four registers go in three windows", map_windows },
	{ "V3-42 an unaligned start costs a part of a register", map_unaligned },
	{ "V3-43 V3-44 a list's room limits the window", map_list_room },
	{ "V3-45 V3-46 elements cover the window, merged within limits", map_elements },
	{ "V3-47 no element crosses the boundary", map_boundary },
	{ "V3-46 V3-56 what was merged beyond the limits is cut, not mapped anew", map_cut },
	{ "V3-47 what is cut has room in the list, or the window is halved", map_cut_room },
	{ "V3-49 a length of 0 does nothing", map_nothing },
	{ "V3-51 what a bus master must not ask for", map_master_rules },
	{ "V3-53 windows are whole units", map_units },
	{ "V3-54 a window that cannot be mapped is halved", map_halving },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_map = {
	.name = "transfer_map",
	.cases = transfer_map_cases,
	.init = pt_map_init,
	.exit = pt_map_exit,
};
