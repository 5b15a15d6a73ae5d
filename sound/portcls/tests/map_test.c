// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping windows of chains on a bus-master adapter, and flushing them
 *
 * The device's memory is an arena that copies, so each case compares what the
 * device saw or what the CPU got, not only what the calls returned.
 */
#include <linux/bvec.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "fake_dev.h"
#include "portcls_test.h"

#define MAP_PAGES	12
#define MAP_BYTES	(MAP_PAGES * 4096)
#define MAP_LIST_BYTES	8192

struct map_fixture {
	struct platform_device *pdev;
	struct fake_arena arena;
	struct portcls_adapter *adapter;
	struct portcls_transfer transfer;
	u64 base;
	u8 *buf;
	u8 *vbuf;
	u8 *seen;
	struct portcls_link link[3];
	struct portcls_chain chain;
	struct portcls_sg_list *list;
};

static const struct portcls_adapter_desc map_desc = {
	.master = true,
	.scatter_gather = true,
	.addr_bits = 64,
	.max_length = 15 * 4096,
};

static u8 map_byte(u32 i)
{
	return i * 7 + (i >> 8) * 13 + 1;
}

static void map_fill(u8 *buf, u32 bytes, u32 from)
{
	u32 i;

	for (i = 0; i < bytes; i++)
		buf[i] = map_byte(from + i);
}

/* Return: index of the first byte that differs, or @bytes. */
static u32 map_differs(const u8 *buf, u32 bytes, u32 from)
{
	u32 i;

	for (i = 0; i < bytes && buf[i] == map_byte(from + i); i++)
		;
	return i;
}

static int map_adapter(struct map_fixture *f, const struct portcls_adapter_desc *desc)
{
	f->adapter = portcls_adapter_get(&f->pdev->dev, desc);
	if (IS_ERR(f->adapter))
		return PTR_ERR(f->adapter);
	return portcls_transfer_init(f->adapter, &f->transfer);
}

static void map_free(struct map_fixture *f)
{
	if (!IS_ERR_OR_NULL(f->pdev) && f->arena.mem)
		fake_arena_detach(&f->arena);
	if (!IS_ERR_OR_NULL(f->pdev))
		fake_dev_free(f->pdev);
	kfree(f->list);
	kfree(f->buf);
	vfree(f->vbuf);
	vfree(f->seen);
	kfree(f);
}

static int map_init(struct portcls_test *t)
{
	struct map_fixture *f;
	int err = -ENOMEM;

	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->buf = kzalloc(MAP_BYTES, GFP_KERNEL);
	f->vbuf = vzalloc(MAP_BYTES);
	f->seen = vzalloc(MAP_BYTES);
	f->list = kzalloc(MAP_LIST_BYTES, GFP_KERNEL);
	f->pdev = fake_dev_new("portcls-map");
	if (!f->buf || !f->vbuf || !f->seen || !f->list || IS_ERR(f->pdev))
		goto err_free;
	err = fake_arena_possible() ? fake_arena_attach(&f->arena, &f->pdev->dev) : 0;
	if (!err)
		err = map_adapter(f, &map_desc);
	if (err)
		goto err_free;
	f->link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_VMALLOC,
					    .virt = f->vbuf, .bytes = MAP_BYTES };
	f->chain = (struct portcls_chain){ f->link, 1 };
	map_fill(f->vbuf, MAP_BYTES, 0);
	map_fill(f->buf, MAP_BYTES, 0);
	t->priv = f;
	return 0;

err_free:
	map_free(f);
	return err;
}

static void map_exit(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.free_registers, now.max_registers);
	PT_EXPECT_EQ(t, now.live_grants, 0);
	PT_EXPECT_EQ(t, now.live_maps, 0);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	PT_EXPECT_EQ(t, f->arena.errors, 0);
	portcls_adapter_put_sync(f->adapter);
	map_free(f);
}

/* Another adapter in place of the fixture's own. */
static bool map_change(struct portcls_test *t, const struct portcls_adapter_desc *desc)
{
	struct map_fixture *f = t->priv;

	portcls_adapter_put_sync(f->adapter);
	return PT_EXPECT_EQ(t, map_adapter(f, desc), 0);
}

static bool map_grant(struct portcls_test *t, unsigned int registers)
{
	struct map_fixture *f = t->priv;

	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer), 0);
	return PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter,
			&f->transfer, registers, PORTCLS_SYNCHRONOUS_CALLBACK, NULL,
			NULL, &f->base), 0);
}

static void map_release(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;

	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

static int map_try(struct map_fixture *f, u64 offset, u32 *length, bool write)
{
	return portcls_transfer_map(f->adapter, &f->chain, f->base, offset, 0, length,
				    write, f->list, MAP_LIST_BYTES, NULL, NULL);
}

static int map_flush(struct map_fixture *f, u64 offset, u32 length, bool write)
{
	return portcls_transfer_flush(f->adapter, &f->chain, f->base, offset, length,
				      write);
}

/* The device reads or writes all elements. Return: bytes. */
static u32 map_device(struct map_fixture *f, u8 *bytes, bool reads)
{
	u32 done = 0;
	unsigned int i;
	void *mem;

	for (i = 0; i < f->list->count; i++) {
		mem = fake_dev_virt(&f->pdev->dev, f->list->element[i].addr);
		if (reads)
			memcpy(bytes + done, mem, f->list->element[i].bytes);
		else
			memcpy(mem, bytes + done, f->list->element[i].bytes);
		done += f->list->element[i].bytes;
	}
	return done;
}

/*
 * Sends [offset, offset + length) through, window by window, and checks that the
 * device saw each byte once and in order. The windows' lengths go to @window.
 */
static unsigned int map_send(struct portcls_test *t, u64 offset, u32 length,
			     u32 *window, unsigned int most)
{
	struct map_fixture *f = t->priv;
	u32 done = 0, n, differs;
	unsigned int count = 0;

	while (done < length) {
		n = length - done;
		if (!PT_EXPECT_EQ(t, map_try(f, offset + done, &n, true), 0) ||
		    !PT_EXPECT(t, n > 0 && n <= length - done))
			break;
		PT_EXPECT_EQ(t, map_device(f, f->seen, true), n);
		differs = map_differs(f->seen, n, offset + done);
		PT_EXPECT_EQ(t, differs, n);
		PT_EXPECT_EQ(t, map_flush(f, offset + done, n, true), 0);
		if (count < most)
			window[count] = n;
		count++;
		done += n;
	}
	return count;
}

/* Whether the machine's own API copied: swiotlb=force. */
static bool map_bounces(struct map_fixture *f)
{
	return f->list->element[0].addr !=
	       page_to_phys(vmalloc_to_page(f->vbuf)) + 123;
}

static int map_info(struct map_fixture *f, u64 offset, u64 length,
		    struct portcls_transfer_info *info)
{
	info->version = 2;
	return portcls_transfer_info(f->adapter, &f->chain, offset, length, true, info);
}

static void info_counts(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_counters before, after;
	struct portcls_transfer_info info;

	portcls_adapter_counters(f->adapter, &before);
	f->link[0].virt = f->vbuf + 1;
	f->link[0].bytes = 3 * 4096;
	PT_EXPECT_EQ(t, map_info(f, 0, 3 * 4096, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 4);
	PT_EXPECT_EQ(t, info.elements, 4);
	PT_EXPECT_EQ(t, info.pages, 4);

	f->link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_KMEM,
					    .virt = f->buf, .bytes = 100 };
	f->link[1] = f->link[0];
	f->link[1].virt = f->buf + 200;
	f->chain.count = 2;
	PT_EXPECT_EQ(t, map_info(f, 0, 200, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 2);
	PT_EXPECT_EQ(t, map_info(f, 100, 100, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 1);
	PT_EXPECT_EQ(t, map_info(f, 99, 2, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 2);

	f->link[0].bytes = 40 * 4096;
	PT_EXPECT_EQ(t, map_info(f, 0, 40 * 4096, &info), 0);
	PT_EXPECT_EQ(t, info.map_registers, 40);
	portcls_adapter_counters(f->adapter, &after);
	PT_EXPECT_EQ(t, memcmp(&before, &after, sizeof(before)), 0);
}

static void info_ranges(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_transfer_info info = { .version = 3 };

	PT_EXPECT_EQ(t, map_info(f, MAP_BYTES, 1, &info), -EINVAL);
	PT_EXPECT_EQ(t, map_info(f, 0, 0, &info), -EINVAL);
	PT_EXPECT_EQ(t, map_info(f, 1, MAP_BYTES, &info), -EINVAL);
	PT_EXPECT_EQ(t, map_info(f, 1, U64_MAX, &info), -EINVAL);
	PT_EXPECT_EQ(t, map_info(f, MAP_BYTES - 1, 1, &info), 0);
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
	struct portcls_adapter_desc desc = map_desc;
	unsigned int i, offset;
	u32 n;

	for (i = 0; i < ARRAY_SIZE(segments); i++) {
		desc.max_segment = segments[i];
		if (!map_change(t, &desc))
			return;
		for (offset = 0; offset < 4096; offset += 977) {
			f->link[0].virt = f->vbuf + offset;
			f->link[0].bytes = 8 * 4096;
			PT_EXPECT_EQ(t, map_info(f, 0, 8 * 4096, &info), 0);
			PT_ASSERT(t, info.list_bytes <= MAP_LIST_BYTES);
			if (!map_grant(t, info.map_registers))
				return;
			n = 8 * 4096;
			PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain,
					f->base, 0, 0, &n, true, f->list,
					info.list_bytes, NULL, NULL), 0);
			PT_EXPECT_EQ(t, n, 8 * 4096);
			PT_EXPECT(t, f->list->count <= info.elements);
			PT_EXPECT_EQ(t, map_flush(f, 0, n, true), 0);
			map_release(t);
		}
	}
}

static void map_windows(struct portcls_test *t)
{
	u32 window[4] = { };

	if (!map_grant(t, 4))
		return;
	PT_EXPECT_EQ(t, map_send(t, 0, 10 * 4096, window, 4), 3);
	PT_EXPECT_EQ(t, window[0], 4 * 4096);
	PT_EXPECT_EQ(t, window[1], 4 * 4096);
	PT_EXPECT_EQ(t, window[2], 2 * 4096);
	map_release(t);
}

static void map_unaligned(struct portcls_test *t)
{
	u32 window[4] = { };

	if (!map_grant(t, 2))
		return;
	PT_EXPECT_EQ(t, map_send(t, 100, 5 * 4096, window, 4), 3);
	PT_EXPECT_EQ(t, window[0], 2 * 4096 - 100);
	map_release(t);
}

static void map_list_room(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_transfer_info info;
	unsigned int i, k;
	struct page *pages[9];
	size_t bytes;
	u32 n;

	/* Every other page, so that no two are neighbours. */
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = virt_to_page(f->buf + (i % 2 ? 9 - i : i) * 4096);
	for (i = 1; i < ARRAY_SIZE(pages); i++)
		PT_ASSERT(t, pages[i] != pages[i - 1] + 1);
	f->link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_PAGES, .pages = pages,
					    .bytes = sizeof(pages) / sizeof(*pages) * 4096 };
	PT_ASSERT_EQ(t, map_info(f, 0, 4096, &info), 0);
	bytes = info.list_bytes;
	PT_ASSERT_EQ(t, map_info(f, 0, 3 * 4096, &info), 0);
	k = (info.list_bytes - bytes) / 2;
	if (!map_grant(t, 9))
		return;
	n = 9 * 4096;
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, f->list, bytes + 4 * k, NULL, NULL), 0);
	PT_EXPECT_EQ(t, f->list->count, 5);
	PT_EXPECT_EQ(t, n, 5 * 4096);
	PT_EXPECT_EQ(t, map_flush(f, 0, n, true), 0);
	n = 4096;
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, f->list, bytes - 1, NULL, NULL),
		     -EINVAL);
	PT_EXPECT_EQ(t, n, 4096);
	PT_EXPECT_EQ(t, map_flush(f, 0, n, true), -EINVAL);
	map_release(t);
}

static void map_elements(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = map_desc;
	unsigned int i, j;
	u32 n, sum;

	f->link[0].kind = PORTCLS_LINK_KMEM;
	f->link[0].virt = f->buf;
	if (!map_grant(t, 8))
		return;
	n = 2 * 4096;
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, f->list->count, 1);
	PT_EXPECT_EQ(t, map_flush(f, 0, n, true), 0);
	map_release(t);

	desc.max_segment = 4096;
	if (!map_change(t, &desc) || !map_grant(t, 8))
		return;
	n = 8 * 4096;
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), 0);
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
	PT_EXPECT_EQ(t, map_device(f, f->seen, true), n);
	PT_EXPECT_EQ(t, map_differs(f->seen, n, 0), n);
	PT_EXPECT_EQ(t, map_flush(f, 0, n, true), 0);
	map_release(t);
}

static void map_boundary(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = map_desc;
	unsigned int i, pass;
	u32 n;

	desc.boundary = 8191;
	f->link[0].kind = PORTCLS_LINK_KMEM;
	f->link[0].virt = f->buf + 300;
	f->link[0].bytes = 9 * 4096;
	map_fill(f->buf + 300, 9 * 4096, 0);
	for (pass = 0; pass < 2; pass++) {
		f->arena.merge = pass;
		if (!map_change(t, &desc) || !map_grant(t, 10))
			return;
		n = 9 * 4096;
		PT_EXPECT_EQ(t, map_try(f, 0, &n, true), 0);
		for (i = 0; i < f->list->count; i++)
			PT_EXPECT_EQ(t, f->list->element[i].addr >> 13,
				     (f->list->element[i].addr +
				      f->list->element[i].bytes - 1) >> 13);
		PT_EXPECT_EQ(t, map_device(f, f->seen, true), n);
		PT_EXPECT_EQ(t, map_differs(f->seen, n, 0), n);
		PT_EXPECT_EQ(t, map_flush(f, 0, n, true), 0);
		map_release(t);
	}
}

static void map_second_link(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct bio_vec bvec[2];
	u32 window[4];

	f->link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_KMEM, .virt = f->buf,
					    .bytes = 5000 };
	f->link[1] = (struct portcls_link){ .kind = PORTCLS_LINK_VMALLOC,
					    .virt = f->vbuf + 5000, .bytes = 7001 };
	bvec[0].bv_page = virt_to_page(f->buf + 8192);
	bvec[0].bv_offset = 12001 - 8192;
	bvec[0].bv_len = 4999;
	bvec[1].bv_page = virt_to_page(f->buf + 16384);
	bvec[1].bv_offset = 17000 - 16384;
	bvec[1].bv_len = 3000;
	f->link[2] = (struct portcls_link){ .kind = PORTCLS_LINK_BVEC, .bvec = bvec,
					    .bytes = 7999 };
	f->chain.count = 3;
	if (!map_grant(t, 3))
		return;
	PT_EXPECT(t, map_send(t, 5000, 7001, window, 4) >= 1);
	PT_EXPECT(t, map_send(t, 12500, 7000, window, 4) >= 1);
	PT_EXPECT(t, map_send(t, 0, 20000, window, 4) >= 2);
	map_release(t);
}

static void map_nothing(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	u32 n = 0;

	if (!map_grant(t, 3))
		return;
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, f->arena.total, 0);
	PT_EXPECT_EQ(t, map_flush(f, 0, 0, true), -EINVAL);
	map_release(t);
}

static void map_twice(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	u32 n = 4096, m = 4096;

	if (!map_grant(t, 3))
		return;
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, map_try(f, 4096, &m, true), -EBUSY);
	PT_EXPECT_EQ(t, f->arena.total, f->arena.mem ? 1 : 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), -EBUSY);
	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter,
				PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 3), -EBUSY);
	PT_EXPECT_EQ(t, map_flush(f, 0, n, true), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 3), 0);
}

static void map_done(struct portcls_adapter *adapter, enum portcls_completion status,
		     void *data)
{
}

static void map_master_rules(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	u32 n = 4096;

	if (!map_grant(t, 3))
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
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), -EINVAL);
	n = 1;
	PT_EXPECT_EQ(t, map_try(f, MAP_BYTES, &n, true), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &n), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_adapter_configure_channel(f->adapter, 0, NULL),
		     -EOPNOTSUPP);
	PT_EXPECT_EQ(t, f->arena.total, 0);
	map_release(t);
}

static void map_units(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_desc desc = map_desc;
	u32 window[16] = { }, n;
	unsigned int i, count;

	desc.min_unit = 4;
	if (!map_change(t, &desc) || !map_grant(t, 2))
		return;
	n = 4098;
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), -EINVAL);
	count = map_send(t, 100, 5 * 4096, window, 16);
	PT_EXPECT(t, count > 1 && count <= 16);
	for (i = 0; i < count; i++)
		PT_EXPECT_EQ(t, window[i] % 4, 0);
	map_release(t);
}

static void map_halving(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_counters now;
	u32 n = 8 * 4096;

	if (!f->arena.mem)
		PT_SKIP(t, "needs an arena");
	if (!map_grant(t, 8))
		return;
	f->arena.fail_above = 4096;
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, n, 4096);
	PT_EXPECT_EQ(t, map_device(f, f->seen, true), n);
	PT_EXPECT_EQ(t, map_differs(f->seen, n, 0), n);
	PT_EXPECT_EQ(t, map_flush(f, 0, n, true), 0);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.map_retries, 3);
	f->arena.fail_next = 4;
	n = 8 * 4096;
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), -ENOMEM);
	PT_EXPECT_EQ(t, n, 8 * 4096);
	PT_EXPECT_EQ(t, map_flush(f, 0, n, true), -EINVAL);
	map_release(t);
}

/* Neighbours become one segment; the unmap still gives all entries back. */
static void map_merged(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	unsigned int loop;
	u32 n;

	if (!f->arena.mem)
		PT_SKIP(t, "needs an arena");
	f->arena.merge = true;
	if (!map_grant(t, 9))
		return;
	for (loop = 0; loop < 2000; loop++) {
		n = 8 * 4096;
		if (map_try(f, 4000, &n, true) || n != 8 * 4096 ||
		    f->list->count != 1 || map_flush(f, 4000, n, true))
			break;
	}
	PT_EXPECT_EQ(t, loop, 2000);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	map_release(t);
}

static void map_irqs_off(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	unsigned long flags;
	int map, flush;
	u32 n = 8 * 4096;

	if (!map_grant(t, 8))
		return;
	local_irq_save(flags);
	map = map_try(f, 0, &n, true);
	flush = map_flush(f, 0, n, true);
	local_irq_restore(flags);
	PT_EXPECT_EQ(t, map, 0);
	PT_EXPECT_EQ(t, n, 8 * 4096);
	PT_EXPECT_EQ(t, flush, 0);
	map_release(t);
}

static void map_flush_rules(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_chain other = f->chain;
	u32 n = 4096;

	if (!map_grant(t, 3))
		return;
	PT_EXPECT_EQ(t, map_try(f, 10, &n, true), 0);
	PT_EXPECT_EQ(t, map_flush(f, 11, n, true), -EINVAL);
	PT_EXPECT_EQ(t, map_flush(f, 10, n - 1, true), -EINVAL);
	PT_EXPECT_EQ(t, map_flush(f, 10, n, false), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_flush(f->adapter, &other, f->base, 10, n, true),
		     -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_flush(f->adapter, &f->chain, f->base + 1, 10, n,
					       true), -EINVAL);
	PT_EXPECT_EQ(t, f->arena.maps, f->arena.mem ? 1 : 0);
	PT_EXPECT_EQ(t, map_flush(f, 10, n, true), 0);
	PT_EXPECT_EQ(t, map_flush(f, 10, n, true), -EINVAL);
	map_release(t);
}

/* What the device wrote is there after the flush, and was not before. */
static void map_read(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	u32 n = 5 * 4096;

	if (!map_grant(t, 8))
		return;
	memset(f->vbuf, 0, MAP_BYTES);
	PT_EXPECT_EQ(t, map_try(f, 123, &n, false), 0);
	map_fill(f->seen, n, 500);
	PT_EXPECT_EQ(t, map_device(f, f->seen, false), n);
	/* Where nothing bounces the CPU may see it early. */
	if (f->arena.mem || map_bounces(f))
		PT_EXPECT(t, map_differs(f->vbuf + 123, n, 500) < n);
	PT_EXPECT_EQ(t, map_flush(f, 123, n, false), 0);
	PT_EXPECT_EQ(t, map_differs(f->vbuf + 123, n, 500), n);
	PT_EXPECT_EQ(t, f->vbuf[122], 0);
	PT_EXPECT_EQ(t, f->vbuf[123 + n], 0);
	map_release(t);
}

static void map_one_segment(struct portcls_test *t)
{
	struct portcls_adapter_desc desc = map_desc;
	struct map_fixture *f = t->priv;
	struct portcls_adapter_info info = { .version = 1 };
	u32 window[8];

	desc.scatter_gather = false;
	if (!map_change(t, &desc) || !map_grant(t, 8))
		return;
	PT_EXPECT_EQ(t, portcls_adapter_info(f->adapter, &info), 0);
	PT_EXPECT_EQ(t, info.sg_limit, 1);
	PT_EXPECT(t, map_send(t, 7, 4 * 4096, window, 8) >= 1);
	PT_EXPECT_EQ(t, f->list->count, 1);
	map_release(t);
}

static void map_coherent(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct device *dev = &f->pdev->dev;
	dma_addr_t addr;
	u32 n = 6000, total;
	u8 *virt;

	virt = dma_alloc_coherent(dev, 8192, &addr, GFP_KERNEL);
	PT_ASSERT(t, virt);
	map_fill(virt, 8192, 4096);
	f->link[0].bytes = 4096;
	f->link[1] = (struct portcls_link){ .kind = PORTCLS_LINK_COHERENT, .virt = virt,
					    .dma = addr, .bytes = 8192 };
	f->chain.count = 2;
	if (map_grant(t, 8)) {
		total = f->arena.total;
		PT_EXPECT_EQ(t, map_try(f, 4196, &n, true), 0);
		PT_EXPECT_EQ(t, n, 6000);
		PT_EXPECT_EQ(t, f->list->count, 1);
		PT_EXPECT_EQ(t, f->list->element[0].addr, addr + 100);
		PT_EXPECT_EQ(t, f->arena.total, total);
		PT_EXPECT_EQ(t, map_flush(f, 4196, n, true), 0);
		/* A window holds one sort of memory: it ends where the other begins. */
		n = 8192;
		PT_EXPECT_EQ(t, map_try(f, 0, &n, true), 0);
		PT_EXPECT_EQ(t, n, 4096);
		PT_EXPECT_EQ(t, map_flush(f, 0, n, true), 0);
		map_release(t);
	}
	dma_free_coherent(dev, 8192, virt, addr);
}

static void map_user(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	unsigned long addr;
	u32 n = 3 * 4096 + 50;
	u8 probe = 0;

	if (!current->mm)
		PT_SKIP(t, "the runner has no user memory");
	addr = vm_mmap(NULL, 0, 5 * 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, 0);
	PT_ASSERT(t, !IS_ERR_VALUE(addr));
	vm_munmap(addr + 4 * 4096, 4096);
	PT_EXPECT_EQ(t, portcls_link_pin_user(&f->link[0], addr + 4 * 4096 - 8, 4096,
					      false), -EFAULT);
	PT_EXPECT_EQ(t, portcls_link_pin_user(&f->link[0], addr, 0, false), -EINVAL);
	if (PT_EXPECT_EQ(t, portcls_link_pin_user(&f->link[0], addr + 77, n, false), 0) &&
	    map_grant(t, 8)) {
		PT_EXPECT_EQ(t, map_try(f, 0, &n, false), 0);
		map_fill(f->seen, n, 9);
		PT_EXPECT_EQ(t, map_device(f, f->seen, false), n);
		PT_EXPECT_EQ(t, map_flush(f, 0, n, false), 0);
		map_release(t);
		portcls_link_unpin_user(&f->link[0], false);
		PT_EXPECT_EQ(t, copy_from_user(f->seen, (void __user *)addr + 77, n), 0);
		PT_EXPECT_EQ(t, map_differs(f->seen, n, 9), n);
		PT_EXPECT_EQ(t, get_user(probe, (u8 __user *)addr + 76), 0);
		PT_EXPECT_EQ(t, probe, 0);
	}
	vm_munmap(addr, 4 * 4096);
}

static enum portcls_action map_in_routine(struct portcls_adapter *adapter, u64 base,
					  void *data)
{
	struct portcls_test *t = data;
	struct map_fixture *f = t->priv;
	u32 n = 4096;

	f->base = base;
	PT_EXPECT_EQ(t, map_try(f, 0, &n, true), 0);
	return PORTCLS_DEALLOCATE_OBJECT;
}

/* The return value would free what the device still uses. */
static void map_drop_mapped(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer, 3, 0,
							 map_in_routine, t, NULL), 0);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.violations, 1);
	PT_EXPECT_EQ(t, now.live_grants, 1);
	PT_EXPECT(t, !now.channel_busy);
	PT_EXPECT_EQ(t, map_flush(f, 0, 4096, true), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 3), 0);
}

static const struct portcls_test_case map_cases[] = {
	{ "V3-07 V3-08 V3-09 V3-12 registers count by link and page", info_counts },
	{ "V3-10 a range outside the chain is refused", info_ranges },
	{ "V3-11 the predicted list is always large enough", info_room },
	{ "V3-41 ten pages on four registers go in three windows", map_windows },
	{ "V3-42 an unaligned start costs a part of a register", map_unaligned },
	{ "V3-43 V3-44 a list's room limits the window", map_list_room },
	{ "V3-45 V3-46 elements cover the window, merged within limits", map_elements },
	{ "V3-47 no element crosses the boundary", map_boundary },
	{ "V3-48 links of three kinds, from any offset", map_second_link },
	{ "V3-49 a length of 0 does nothing", map_nothing },
	{ "V3-50 V3-69 one mapping at a time, flushed before the free", map_twice },
	{ "V3-51 what a bus master must not ask for", map_master_rules },
	{ "V3-53 windows are whole units", map_units },
	{ "V3-54 a window that cannot be mapped is halved", map_halving },
	{ "V3-56 segments merged by an IOMMU are given back whole", map_merged },
	{ "V3-57 map and flush work with interrupts off", map_irqs_off },
	{ "V3-63 V3-64 a flush fits its map, once", map_flush_rules },
	{ "V3-65 the flush brings what the device wrote", map_read },
	{ "V3-34 a grant returned while mapped keeps its registers", map_drop_mapped },
	{ "PC-01 a bus master without scatter-gather gets one segment", map_one_segment },
	{ "PC-02 coherent memory is not mapped", map_coherent },
	{ "PC-03 user memory is pinned, written and let go", map_user },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_map = {
	.name = "transfer_map",
	.cases = map_cases,
	.init = map_init,
	.exit = map_exit,
};
