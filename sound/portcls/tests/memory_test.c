// SPDX-License-Identifier: GPL-2.0
/*
 * What is mapped and flushed on a bus-master adapter: kinds of memory, and the
 * order of the calls
 */
#include <linux/bvec.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "map_fixture.h"

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
	if (!pt_map_grant(t, 3))
		return;
	PT_EXPECT(t, pt_map_send(t, 5000, 7001, window, 4) >= 1);
	PT_EXPECT(t, pt_map_send(t, 12500, 7000, window, 4) >= 1);
	PT_EXPECT(t, pt_map_send(t, 0, 20000, window, 4) >= 2);
	pt_map_release(t);
}

static void map_twice(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	u32 n = 4096, m = 4096;

	if (!pt_map_grant(t, 3))
		return;
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
	PT_EXPECT_EQ(t, pt_map_try(f, 4096, &m, true), -EBUSY);
	PT_EXPECT_EQ(t, f->arena.total, f->arena.mem ? 1 : 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), -EBUSY);
	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter,
						    PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 3), -EBUSY);
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 3), 0);
}

/* Neighbours become one segment; the unmap still gives all entries back. */
static void map_merged(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	unsigned int loop;
	u32 n;

	/* A real one, or operations that do what one does. */
	if (!fake_dev_merges(f->dev) && !pt_map_arena(t))
		PT_SKIP(t, "the kernel has no mapping operations of a device");
	f->arena.merge = true;
	if (!pt_map_grant(t, 9))
		return;
	for (loop = 0; loop < 2000; loop++) {
		n = 8 * 4096;
		if (pt_map_try(f, 4000, &n, true) || n != 8 * 4096 ||
		    f->list->count != 1 || pt_map_flush(f, 4000, n, true))
			break;
	}
	PT_EXPECT_EQ(t, loop, 2000);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	pt_map_release(t);
}

static void map_irqs_off(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	unsigned long flags;
	int map, flush;
	u32 n = 8 * 4096;

	if (!pt_map_grant(t, 8))
		return;
	local_irq_save(flags);
	map = pt_map_try(f, 0, &n, true);
	flush = pt_map_flush(f, 0, n, true);
	local_irq_restore(flags);
	PT_EXPECT_EQ(t, map, 0);
	PT_EXPECT_EQ(t, n, 8 * 4096);
	PT_EXPECT_EQ(t, flush, 0);
	pt_map_release(t);
}

static void map_flush_rules(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct portcls_chain other = f->chain;
	u32 n = 4096;

	if (!pt_map_grant(t, 3))
		return;
	PT_EXPECT_EQ(t, pt_map_try(f, 10, &n, true), 0);
	PT_EXPECT_EQ(t, pt_map_flush(f, 11, n, true), -EINVAL);
	PT_EXPECT_EQ(t, pt_map_flush(f, 10, n - 1, true), -EINVAL);
	PT_EXPECT_EQ(t, pt_map_flush(f, 10, n, false), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_flush(f->adapter, &other, f->base, 10, n, true),
		     -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_flush(f->adapter, &f->chain, f->base + 1, 10, n,
					       true), -EINVAL);
	PT_EXPECT_EQ(t, f->arena.maps, f->arena.mem ? 1 : 0);
	PT_EXPECT_EQ(t, pt_map_flush(f, 10, n, true), 0);
	PT_EXPECT_EQ(t, pt_map_flush(f, 10, n, true), -EINVAL);
	pt_map_release(t);
}

/* What the device wrote is there after the flush, and was not before. */
static void map_read(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	bool bounced = pt_map_bounced(f);
	u32 n = 5 * 4096;

	if (!pt_map_grant(t, 8))
		return;
	memset(f->vbuf, 0, MAP_BYTES);
	PT_EXPECT_EQ(t, pt_map_try(f, 123, &n, false), 0);
	pt_map_fill(f->seen, n, 500);
	PT_EXPECT_EQ(t, pt_map_device(f, f->seen, false), n);
	/* Where nothing bounces the CPU may see it early. */
	if (f->arena.mem || bounced)
		PT_EXPECT(t, pt_map_differs(f->vbuf + 123, n, 500) < n);
	PT_EXPECT_EQ(t, pt_map_flush(f, 123, n, false), 0);
	PT_EXPECT_EQ(t, pt_map_differs(f->vbuf + 123, n, 500), n);
	PT_EXPECT_EQ(t, f->vbuf[122], 0);
	PT_EXPECT_EQ(t, f->vbuf[123 + n], 0);
	pt_map_release(t);
}

static void map_one_segment(struct portcls_test *t)
{
	struct portcls_adapter_desc desc = pt_map_desc;
	struct map_fixture *f = t->priv;
	struct portcls_adapter_info info = { .version = 1 };
	u32 window[8];

	desc.scatter_gather = false;
	if (!pt_map_change(t, &desc) || !pt_map_grant(t, 8))
		return;
	PT_EXPECT_EQ(t, portcls_adapter_info(f->adapter, &info), 0);
	PT_EXPECT_EQ(t, info.sg_limit, 1);
	PT_EXPECT(t, pt_map_send(t, 7, 4 * 4096, window, 8) >= 1);
	PT_EXPECT_EQ(t, f->list->count, 1);
	pt_map_release(t);
}

static void map_coherent(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;
	struct device *dev = f->dev;
	dma_addr_t addr;
	u32 n = 6000, total;
	u8 *virt;

	virt = dma_alloc_coherent(dev, 8192, &addr, GFP_KERNEL);
	PT_ASSERT(t, virt);
	pt_map_fill(virt, 8192, 4096);
	f->link[0].bytes = 4096;
	f->link[1] = (struct portcls_link){ .kind = PORTCLS_LINK_COHERENT, .virt = virt,
					    .dma = addr, .bytes = 8192 };
	f->chain.count = 2;
	if (pt_map_grant(t, 8)) {
		total = f->arena.total;
		PT_EXPECT_EQ(t, pt_map_try(f, 4196, &n, true), 0);
		PT_EXPECT_EQ(t, n, 6000);
		PT_EXPECT_EQ(t, f->list->count, 1);
		PT_EXPECT_EQ(t, f->list->element[0].addr, addr + 100);
		PT_EXPECT_EQ(t, f->arena.total, total);
		PT_EXPECT_EQ(t, pt_map_flush(f, 4196, n, true), 0);
		/* A window holds one sort of memory: it ends where the other begins. */
		n = 8192;
		PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
		PT_EXPECT_EQ(t, n, 4096);
		PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, true), 0);
		pt_map_release(t);
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
	PT_EXPECT_EQ(t, portcls_link_pin_user(&f->link[0], 0, SIZE_MAX, false), -EINVAL);
	if (PT_EXPECT_EQ(t, portcls_link_pin_user(&f->link[0], addr + 77, n, false), 0) &&
	    pt_map_grant(t, 8)) {
		PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, false), 0);
		pt_map_fill(f->seen, n, 9);
		PT_EXPECT_EQ(t, pt_map_device(f, f->seen, false), n);
		PT_EXPECT_EQ(t, pt_map_flush(f, 0, n, false), 0);
		pt_map_release(t);
		portcls_link_unpin_user(&f->link[0], false);
		PT_EXPECT_EQ(t, copy_from_user(f->seen, (void __user *)addr + 77, n), 0);
		PT_EXPECT_EQ(t, pt_map_differs(f->seen, n, 9), n);
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
	PT_EXPECT_EQ(t, pt_map_try(f, 0, &n, true), 0);
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
	PT_EXPECT_EQ(t, pt_map_flush(f, 0, 4096, true), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 3), 0);
}

static const struct portcls_test_case transfer_memory_cases[] = {
	{ "V3-48 links of three kinds, from any offset", map_second_link },
	{ "V3-50 V3-69 one mapping at a time, flushed before the free", map_twice },
	{ "V3-56 segments merged by an IOMMU are given back whole", map_merged },
	{ "V3-57 map and flush work with interrupts off", map_irqs_off },
	{ "V3-63 V3-64 a flush fits its map, once", map_flush_rules },
	{ "V3-65 the flush brings what the device wrote", map_read },
	{ "V3-34 a grant returned while mapped keeps its registers", map_drop_mapped },
	{ "V3: a bus master without scatter-gather gets one segment", map_one_segment },
	{ "V3: coherent memory is not mapped", map_coherent },
	{ "V3: user memory is pinned, written and let go", map_user },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_memory = {
	.name = "transfer_memory",
	.cases = transfer_memory_cases,
	.init = pt_map_init,
	.exit = pt_map_exit,
};
