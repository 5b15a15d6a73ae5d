// SPDX-License-Identifier: GPL-2.0
/*
 * DMA channel objects of bus masters: the common buffer and its sizes
 *
 * The device's memory is an arena, so that what is allocated and given back can
 * be counted, and so that memory can be made to run out or to lie badly.
 */
#include <linux/bitmap.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>

#include "fake_dev.h"
#include "portcls_test.h"

#define ARENA_PAGES	(FAKE_ARENA_BYTES / 4096)

struct chan_fixture {
	struct platform_device *pdev;
	struct fake_arena arena;
	struct portcls_adapter *adapter;
	struct portcls_dma_channel *chan;
};

static const struct portcls_adapter_desc chan_desc = {
	.master = true,
	.scatter_gather = true,
	.addr_bits = 32,
	.max_length = SZ_1M,
};

static unsigned int used(struct chan_fixture *f)
{
	return bitmap_weight(f->arena.pages, ARENA_PAGES);
}

/* A channel of this length in place of the one there was. */
static bool channel(struct portcls_test *t, struct chan_fixture *f, u32 max_length)
{
	portcls_dma_put(f->chan);
	f->chan = portcls_dma_new_master(f->adapter, max_length);
	if (PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f->chan), 0))
		return true;
	f->chan = NULL;
	return false;
}

static void chan_exit(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	if (!f)
		return;
	portcls_dma_put(f->chan);
	if (!IS_ERR_OR_NULL(f->adapter))
		portcls_adapter_put(f->adapter);
	if (f->arena.mem) {
		PT_EXPECT_EQ(t, used(f), 0);
		fake_arena_detach(&f->arena);
	}
	if (!IS_ERR_OR_NULL(f->pdev))
		fake_dev_free(f->pdev);
	kfree(f);
}

static int chan_init(struct portcls_test *t)
{
	struct chan_fixture *f;
	int err;

	if (!fake_arena_possible()) {
		strscpy(t->skip, "no DMA operations of its own for a device",
			sizeof(t->skip));
		return 0;
	}
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	t->priv = f;
	f->pdev = fake_dev_new("portcls-channel");
	err = PTR_ERR_OR_ZERO(f->pdev);
	if (!err)
		err = fake_arena_attach(&f->arena, &f->pdev->dev);
	if (!err) {
		f->adapter = portcls_adapter_get(&f->pdev->dev, &chan_desc);
		err = PTR_ERR_OR_ZERO(f->adapter);
	}
	if (!err && !channel(t, f, SZ_64K))
		err = -ENOMEM;
	if (err)
		chan_exit(t);
	return err;
}

/* The row of the table that there is without a buffer. */
static void expect_empty(struct portcls_test *t, struct chan_fixture *f, u32 max)
{
	PT_EXPECT_EQ(t, portcls_dma_maximum_buffer_size(f->chan), max);
	PT_EXPECT_EQ(t, portcls_dma_allocated_buffer_size(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_buffer_size(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
	PT_EXPECT(t, !portcls_dma_system_address(f->chan));
	PT_EXPECT_EQ(t, portcls_dma_physical_address(f->chan), 0);
	PT_EXPECT_EQ(t, used(f), 0);
}

static void expect_sizes(struct portcls_test *t, struct chan_fixture *f,
			 u32 allocated, u32 max, u32 size)
{
	PT_EXPECT_EQ(t, portcls_dma_allocated_buffer_size(f->chan), allocated);
	PT_EXPECT_EQ(t, portcls_dma_maximum_buffer_size(f->chan), max);
	PT_EXPECT_EQ(t, portcls_dma_buffer_size(f->chan), size);
}

static void chan_new(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	expect_empty(t, f, SZ_64K);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_dma_new_master(f->adapter, 0)), -EINVAL);
}

static void chan_sizes(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 10000, NULL), 0);
	expect_sizes(t, f, 10000, 12288, 10000);
	PT_EXPECT(t, portcls_dma_system_address(f->chan));
}

static void chan_limited(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	PT_ASSERT(t, channel(t, f, 8192));
	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 10000, NULL), 0);
	expect_sizes(t, f, 10000, 8192, 8192);
}

static void chan_twice(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	dma_addr_t addr;
	u8 *mem;

	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 10000, NULL), 0);
	mem = portcls_dma_system_address(f->chan);
	addr = portcls_dma_physical_address(f->chan);
	memset(mem, 0x5a, 10000);
	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, 20000, NULL), -EBUSY);
	PT_EXPECT(t, portcls_dma_system_address(f->chan) == mem);
	PT_EXPECT_EQ(t, portcls_dma_physical_address(f->chan), addr);
	PT_EXPECT(t, !memchr_inv(mem, 0x5a, 10000));
	expect_sizes(t, f, 10000, 12288, 10000);
}

static void chan_refused(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	u64 rule = 0xffff, holes = 0xff0f;

	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, 0, NULL), -EINVAL);
	expect_empty(t, f, SZ_64K);
	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, 65537, &rule), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, 17, &holes), -EINVAL);
	expect_empty(t, f, SZ_64K);
	/* The next one down is possible. */
	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, 16, &holes), 0);
	portcls_dma_free_buffer(f->chan);
}

static void chan_constraint(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	u64 rule = 0xffff;
	dma_addr_t addr;

	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 32768, &rule), 0);
	addr = portcls_dma_physical_address(f->chan);
	PT_EXPECT_EQ(t, (addr ^ (addr + 32767)) & ~rule, 0);
}

static void chan_bad_place(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	struct device *dev = &f->pdev->dev;
	u64 rule = 0x7fff;
	dma_addr_t addr;
	void *first = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);
	unsigned int before = used(f);

	/* What follows one page crosses every line that the rule draws. */
	PT_ASSERT(t, first);
	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, 32768, &rule), -ENOMEM);
	PT_EXPECT(t, !portcls_dma_system_address(f->chan));
	PT_EXPECT_EQ(t, used(f), before);
	dma_free_coherent(dev, 4096, first, addr);
}

static void chan_no_memory(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	PT_ASSERT(t, channel(t, f, 2 * FAKE_ARENA_BYTES));
	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, 2 * FAKE_ARENA_BYTES,
						    NULL), -ENOMEM);
	expect_empty(t, f, 2 * FAKE_ARENA_BYTES);
	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, SZ_64K, NULL), 0);
	expect_sizes(t, f, SZ_64K, SZ_64K, SZ_64K);
}

static void chan_up_to(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	struct device *dev = &f->pdev->dev;
	dma_addr_t addr;
	void *page = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);
	u32 wanted = 4 * FAKE_ARENA_BYTES, half = FAKE_ARENA_BYTES / 2;

	PT_ASSERT(t, page);
	PT_ASSERT(t, channel(t, f, wanted));
	PT_EXPECT_EQ(t, portcls_dma_allocate_up_to(f->chan, wanted, half + 1, NULL), -ENOMEM);
	PT_EXPECT(t, !portcls_dma_system_address(f->chan));
	PT_EXPECT_EQ(t, portcls_dma_allocate_up_to(f->chan, 0, 0, NULL), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_allocate_up_to(f->chan, wanted, half, NULL), 0);
	expect_sizes(t, f, half, half, half);
	PT_EXPECT_EQ(t, portcls_dma_allocate_up_to(f->chan, wanted, half, NULL), -EBUSY);
	portcls_dma_free_buffer(f->chan);
	dma_free_coherent(dev, 4096, page, addr);
}

static void chan_zeroed(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	int i;

	/* The second buffer lies where the first one was full. */
	for (i = 0; i < 2; i++) {
		PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 10000, NULL), 0);
		PT_EXPECT(t, !memchr_inv(portcls_dma_system_address(f->chan), 0, 10000));
		memset(portcls_dma_system_address(f->chan), 0xee, 10000);
		portcls_dma_free_buffer(f->chan);
	}
}

static void chan_free(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 10000, NULL), 0);
	portcls_dma_free_buffer(f->chan);
	PT_EXPECT_EQ(t, portcls_dma_maximum_buffer_size(f->chan), SZ_64K);
	expect_sizes(t, f, 0, SZ_64K, 0);
	PT_EXPECT(t, !portcls_dma_system_address(f->chan));
	PT_EXPECT_EQ(t, portcls_dma_physical_address(f->chan), 0);
	portcls_dma_free_buffer(f->chan);
	expect_sizes(t, f, 0, SZ_64K, 0);
	PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(f->chan, 5000, NULL), 0);
	expect_sizes(t, f, 5000, 8192, 5000);
}

static void chan_set_size(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(f->chan, 4096), -EINVAL);
	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 10000, NULL), 0);
	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(f->chan, 4096), 0);
	expect_sizes(t, f, 10000, 12288, 4096);
	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(f->chan, 0), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(f->chan, 10001), -EINVAL);
	expect_sizes(t, f, 10000, 12288, 4096);
	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(f->chan, 10000), 0);
	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(f->chan, 4096), 0);
	portcls_dma_free_buffer(f->chan);
	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(f->chan, 4096), -EINVAL);
	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 10000, NULL), 0);
	expect_sizes(t, f, 10000, 12288, 10000);
}

/* As of a miniport that brings its own memory. */
static void chan_no_adapter(struct portcls_test *t)
{
	struct portcls_dma_channel *chan = kzalloc(sizeof(*chan), GFP_KERNEL);

	PT_ASSERT(t, chan);
	portcls_dma_channel_init(chan, &portcls_dma_master_ops, NULL, SZ_64K);
	PT_EXPECT(t, !portcls_dma_adapter_object(chan));
	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(chan, 0), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_set_buffer_size(chan, 4096), -EINVAL);
	PT_EXPECT_EQ(t, portcls_dma_maximum_buffer_size(chan), SZ_64K);
	portcls_dma_put(chan);
}

static void chan_copy(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	u8 other[60], *mem;
	unsigned int i, bad = 0;

	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 4096, NULL), 0);
	mem = portcls_dma_system_address(f->chan);
	for (i = 0; i < sizeof(other); i++)
		other[i] = i + 1;
	portcls_dma_copy_to(f->chan, mem + 100, other, 50);
	for (i = 0; i < 4096; i++)
		bad += mem[i] != (i >= 100 && i < 150 ? i - 99 : 0);
	for (i = 0; i < sizeof(other); i++)
		bad += other[i] != i + 1;
	PT_EXPECT_EQ(t, bad, 0);

	memset(other, 0, sizeof(other));
	portcls_dma_copy_from(f->chan, other + 5, mem + 100, 50);
	for (i = 0; i < sizeof(other); i++)
		bad += other[i] != (i >= 5 && i < 55 ? i - 4 : 0);
	for (i = 0; i < 4096; i++)
		bad += mem[i] != (i >= 100 && i < 150 ? i - 99 : 0);
	PT_EXPECT_EQ(t, bad, 0);

	portcls_dma_copy_to(f->chan, mem + 4096, other + sizeof(other), 0);
	portcls_dma_copy_from(f->chan, other + sizeof(other), mem + 4096, 0);
	for (i = 0; i < 4096; i++)
		bad += mem[i] != (i >= 100 && i < 150 ? i - 99 : 0);
	PT_EXPECT_EQ(t, bad, 0);
}

static void chan_adapter(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	PT_EXPECT(t, portcls_dma_adapter_object(f->chan) == f->adapter);
	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 4096, NULL), 0);
	PT_EXPECT(t, portcls_dma_adapter_object(f->chan) == f->adapter);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), 0);
	/* It came through the adapter, which counts. */
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.common_buffers, 1);
	PT_EXPECT_EQ(t, now.common_bytes, 4096);
	portcls_dma_free_buffer(f->chan);
	PT_EXPECT(t, portcls_dma_adapter_object(f->chan) == f->adapter);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.common_buffers, 0);
	PT_EXPECT_EQ(t, now.common_bytes, 0);
}

static void chan_last_put(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 10000, NULL), 0);
	PT_EXPECT_EQ(t, used(f), 3);
	portcls_dma_get(f->chan);
	portcls_dma_put(f->chan);
	PT_EXPECT_EQ(t, used(f), 3);
	portcls_dma_put(f->chan);
	f->chan = NULL;
	PT_EXPECT_EQ(t, used(f), 0);
}

static void chan_masks(struct portcls_test *t)
{
	static const unsigned int bits[] = { 64, 32, 24 };
	struct chan_fixture *f = t->priv;
	struct device *dev = &f->pdev->dev;
	struct portcls_adapter_desc desc = chan_desc;
	struct portcls_adapter *adapter;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		desc.addr_bits = bits[i];
		adapter = portcls_adapter_get(dev, &desc);
		PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(adapter), 0);
		PT_EXPECT(t, dma_get_mask(dev) == DMA_BIT_MASK(bits[i]));
		PT_EXPECT(t, dev->coherent_dma_mask == DMA_BIT_MASK(bits[i]));
		portcls_adapter_put(adapter);
	}
	desc.addr_bits = 0;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get(dev, &desc)), -EINVAL);
	desc.addr_bits = 65;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get(dev, &desc)), -EINVAL);
}

static void chan_no_slave(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;

	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 4096, NULL), 0);
	PT_EXPECT_EQ(t, portcls_dma_start(f->chan, 4096, true), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_dma_stop(f->chan), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_dma_wait_for_tc(f->chan, 10), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_dma_pause(f->chan), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_dma_resume(f->chan), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_dma_read_counter(f->chan), 0);
}

/* A method that slept here would be reported by the kernel. */
static void chan_atomic(struct portcls_test *t)
{
	struct chan_fixture *f = t->priv;
	unsigned long flags;
	u32 sum = 0;
	u8 byte = 9, *mem;

	PT_ASSERT_EQ(t, portcls_dma_allocate_buffer(f->chan, 4096, NULL), 0);
	local_irq_save(flags);
	mem = portcls_dma_system_address(f->chan);
	sum += portcls_dma_allocated_buffer_size(f->chan);
	sum += portcls_dma_maximum_buffer_size(f->chan);
	portcls_dma_set_buffer_size(f->chan, 1024);
	sum += portcls_dma_buffer_size(f->chan);
	sum += portcls_dma_transfer_count(f->chan);
	sum += portcls_dma_read_counter(f->chan);
	sum += !portcls_dma_physical_address(f->chan);
	sum += !portcls_dma_adapter_object(f->chan);
	portcls_dma_copy_to(f->chan, mem, &byte, 1);
	byte = 0;
	portcls_dma_copy_from(f->chan, &byte, mem, 1);
	local_irq_restore(flags);
	PT_EXPECT_EQ(t, sum, 4096 + 4096 + 1024);
	PT_EXPECT_EQ(t, byte, 9);
}

static const struct portcls_test_case chan_cases[] = {
	{ "PC-01 a new channel has a capability and no buffer", chan_new },
	{ "PC-02 sizes after an allocation", chan_sizes },
	{ "PC-03 the capability bounds what may be used", chan_limited },
	{ "PC-04 a second allocation is refused and changes nothing", chan_twice },
	{ "PC-05 PC-06 no size and rules that no place can meet are refused",
	  chan_refused },
	{ "PC-07 a buffer meets its rule", chan_constraint },
	{ "PC-08 memory that breaks the rule is given back", chan_bad_place },
	{ "PC-10 after a failed allocation a smaller one succeeds", chan_no_memory },
	{ "PC-10 the largest buffer that there is memory for", chan_up_to },
	{ "PC-11 a buffer is zero", chan_zeroed },
	{ "PC-12 freeing restores everything and may be repeated", chan_free },
	{ "PC-13 PC-14 PC-15 the shared size keeps within the buffer and goes with it",
	  chan_set_size },
	{ "PC-15 without an adapter a size is refused likewise", chan_no_adapter },
	{ "PC-16 PC-17 PC-18 copies touch what they are told to", chan_copy },
	{ "PC-19 PC-20 V3-06 the adapter is always there, no transfer ever", chan_adapter },
	{ "PC-21 the last put frees the buffer once", chan_last_put },
	{ "PC-23 the device's masks are as wide as asked for", chan_masks },
	{ "PC-24 a master has no slave methods", chan_no_slave },
	{ "PC-25 getters and copies work with interrupts off", chan_atomic },
	{ }
};

const struct portcls_test_suite pt_suite_dma_channel = {
	.name = "contract-dma_channel",
	.cases = chan_cases,
	.init = chan_init,
	.exit = chan_exit,
};
