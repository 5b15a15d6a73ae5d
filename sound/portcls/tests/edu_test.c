// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers and NetDMA on a device that QEMU emulates, below whatever IOMMU or
 * bounce buffer the machine has
 */
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/netdma.h>
#include <sound/portcls/transfer.h>

#include "edu_dma.h"
#include "portcls_test.h"

#define EDU_BYTES	3500
#define EDU_REGISTERS	3
#define EDU_LIST_BYTES	1024

static const struct portcls_adapter_desc edu_desc = {
	.master = true,
	.scatter_gather = true,
	.addr_bits = EDU_ADDR_BITS,
	.max_length = 8192,
	.max_segment = EDU_MOST_BYTES,
};

struct edu_fixture {
	struct portcls_adapter *adapter;
	struct portcls_transfer transfer;
	u64 base;
	u64 list[EDU_LIST_BYTES / 8];
};

static int edu_init(struct portcls_test *t)
{
	struct edu_fixture *f;
	int err;

	err = edu_dma_start();
	if (err == -ENODEV) {
		strscpy(t->skip, "the machine has no edu device", sizeof(t->skip));
		return 0;
	}
	if (err)
		return err;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f) {
		edu_dma_stop();
		return -ENOMEM;
	}
	f->adapter = portcls_adapter_get(edu_dma_device(), &edu_desc);
	if (IS_ERR(f->adapter)) {
		err = PTR_ERR(f->adapter);
		kfree(f);
		edu_dma_stop();
		return err;
	}
	portcls_transfer_init(f->adapter, &f->transfer);
	t->priv = f;
	return 0;
}

static void edu_exit(struct portcls_test *t)
{
	struct edu_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	if (!f)
		return;
	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.live_grants, 0);
	PT_EXPECT_EQ(t, now.live_maps, 0);
	portcls_adapter_put_sync(f->adapter);
	kfree(f);
	edu_dma_stop();
}

/* The ten steps on hardware: each window is mapped, moved and flushed. */
static int edu_transfer(struct portcls_test *t, u8 *buf, u32 bytes, bool to_device)
{
	struct edu_fixture *f = t->priv;
	struct portcls_link link = { .kind = PORTCLS_LINK_KMEM, .virt = buf,
				     .bytes = bytes };
	struct portcls_chain chain = { &link, 1 };
	struct portcls_sg_list *list = (void *)f->list;
	u32 done, at, n;
	unsigned int i;
	int err;

	for (done = 0; done < bytes; done += n) {
		n = bytes - done;
		err = portcls_transfer_map(f->adapter, &chain, f->base, done, 0, &n,
					   to_device, list, EDU_LIST_BYTES, NULL, NULL);
		if (err)
			return err;
		for (i = 0, at = done; i < list->count && !err; i++) {
			PT_EXPECT(t, list->element[i].bytes <= EDU_MOST_BYTES);
			PT_EXPECT_EQ(t, list->element[i].addr >> EDU_ADDR_BITS, 0);
			err = edu_dma_move(list->element[i].addr, at,
					   list->element[i].bytes, to_device);
			at += list->element[i].bytes;
		}
		PT_EXPECT_EQ(t, portcls_transfer_flush(f->adapter, &chain, f->base, done,
						       n, to_device), 0);
		if (err)
			return err;
	}
	return 0;
}

static void edu_round_trip(struct portcls_test *t)
{
	struct edu_fixture *f = t->priv;
	u8 *out = kmalloc(EDU_BYTES, GFP_KERNEL | GFP_DMA);
	u8 *in = kzalloc(EDU_BYTES, GFP_KERNEL | GFP_DMA);
	unsigned int i;

	if (!PT_EXPECT(t, out && in))
		goto out;
	for (i = 0; i < EDU_BYTES; i++)
		out[i] = i * 7 + (i >> 8) + 3;
	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer,
							 EDU_REGISTERS, PORTCLS_SYNCHRONOUS_CALLBACK, NULL, NULL,
				&f->base), 0);
	PT_EXPECT_EQ(t, edu_transfer(t, out, EDU_BYTES, true), 0);
	PT_EXPECT_EQ(t, edu_transfer(t, in, EDU_BYTES, false), 0);
	PT_EXPECT_EQ(t, memcmp(in, out, EDU_BYTES), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
out:
	kfree(out);
	kfree(in);
}

/* What lies low is taken until there is no more of it, and given back. */
#define EDU_HIGH_ORDER	9

static struct page *edu_high_page(void)
{
	struct page *page, *next;
	LIST_HEAD(low);

	for (;;) {
		page = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NORETRY | __GFP_NOWARN,
				   EDU_HIGH_ORDER);
		if (!page || page_to_phys(page) >> EDU_ADDR_BITS)
			break;
		list_add(&page->lru, &low);
	}
	while (!list_empty(&low)) {
		next = list_first_entry(&low, struct page, lru);
		list_del(&next->lru);
		__free_pages(next, EDU_HIGH_ORDER);
	}
	return page;
}

/* Memory that the device cannot reach is reached by a bounce or IOMMU, or not. */
static void edu_out_of_reach(struct portcls_test *t)
{
	struct edu_fixture *f = t->priv;
	struct page *page = edu_high_page();
	u8 *buf, *back;
	unsigned int i;
	int err;

	if (!page)
		PT_SKIP(t, "no memory beyond the device's reach");
	buf = page_address(page);
	back = kzalloc(1024, GFP_KERNEL | GFP_DMA);
	if (!PT_EXPECT(t, back))
		goto out;
	for (i = 0; i < 1024; i++)
		buf[i] = i * 11 + 5;
	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer,
							 EDU_REGISTERS, PORTCLS_SYNCHRONOUS_CALLBACK, NULL, NULL,
				&f->base), 0);
	err = edu_transfer(t, buf, 1024, true);
	if (err) {
		PT_EXPECT_EQ(t, err, -ENOMEM);
		pt_note("memory at %pa was refused", &(phys_addr_t){ page_to_phys(page) });
	} else {
		PT_EXPECT_EQ(t, edu_transfer(t, back, 1024, false), 0);
		PT_EXPECT_EQ(t, memcmp(buf, back, 1024), 0);
		pt_note("memory at %pa was reached", &(phys_addr_t){ page_to_phys(page) });
	}
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
out:
	kfree(back);
	__free_pages(page, EDU_HIGH_ORDER);
}

static void edu_notify(void *handle, u64 last)
{
	complete(handle);
}

static void edu_netdma(struct portcls_test *t)
{
	struct portcls_netdma_config config = { .max_channels = 1,
						.filter = edu_dma_filter };
	struct portcls_netdma_params params = { .revision = 2, .size = sizeof(params) };
	struct portcls_netdma_descriptor *desc;
	DECLARE_COMPLETION_ONSTACK(done);
	struct portcls_netdma_chan *chan;
	struct portcls_netdma *netdma;
	dma_addr_t src_addr, dst_addr;
	struct device *dev;
	u8 *src, *dst;
	unsigned int i;
	u64 *word;

	desc = kzalloc(4096, GFP_KERNEL);
	src = kmalloc(3000, GFP_KERNEL | GFP_DMA);
	dst = kzalloc(3000, GFP_KERNEL | GFP_DMA);
	netdma = portcls_netdma_register(&config);
	if (!PT_EXPECT(t, desc && src && dst && !IS_ERR(netdma)))
		goto out;
	for (i = 0; i < 3000; i++)
		src[i] = i * 13 + 1;
	word = (u64 *)(desc + 8);
	params.completion = word;
	params.completion_addr = (uintptr_t)word;
	if (!PT_EXPECT_EQ(t, portcls_netdma_provider_start(netdma), 0))
		goto out_deregister;
	if (!PT_EXPECT_EQ(t, portcls_netdma_allocate(netdma, &params, edu_notify, &done,
						     &chan), 0))
		goto out_stop;
	PT_EXPECT(t, !portcls_netdma_can_abort(chan));
	dev = portcls_netdma_device(chan);
	src_addr = dma_map_single(dev, src, 3000, DMA_TO_DEVICE);
	dst_addr = dma_map_single(dev, dst, 3000, DMA_FROM_DEVICE);
	PT_EXPECT(t, !dma_mapping_error(dev, src_addr) &&
		  !dma_mapping_error(dev, dst_addr));
	for (i = 0; i < 2; i++) {
		desc[i].size = 1500;
		desc[i].flags = PORTCLS_NETDMA_STATUS_UPDATE;
		desc[i].source = src_addr + i * 1500;
		desc[i].destination = dst_addr + i * 1500;
		desc[i].next = (uintptr_t)&desc[i + 1];
	}
	desc[1].flags |= PORTCLS_NETDMA_INTERRUPT;
	PT_EXPECT_EQ(t, portcls_netdma_start(chan, desc, (uintptr_t)desc, 2), 0);
	PT_EXPECT(t, wait_for_completion_timeout(&done, 60 * HZ));
	/* Pairs with the store of the completion word. */
	PT_EXPECT_EQ(t, smp_load_acquire(word), (uintptr_t)&desc[1] | PORTCLS_NETDMA_IDLE);
	PT_EXPECT_EQ(t, memcmp(src, dst, 3000), 0);
	dma_unmap_single(dev, src_addr, 3000, DMA_TO_DEVICE);
	dma_unmap_single(dev, dst_addr, 3000, DMA_FROM_DEVICE);
	portcls_netdma_free(chan);
out_stop:
	portcls_netdma_provider_stop(netdma);
out_deregister:
	portcls_netdma_deregister(netdma);
out:
	kfree(desc);
	kfree(src);
	kfree(dst);
}

static const struct portcls_test_case edu_cases[] = {
	{ "V3-41 V3-45 a PCI device gets every byte and gives it back", edu_round_trip },
	{ "V3-75 no address is truncated", edu_out_of_reach },
	{ "ND-14 ND-16 a PCI device copies a list", edu_netdma },
	{ }
};

const struct portcls_test_suite pt_suite_edu = {
	.name = "edu",
	.cases = edu_cases,
	.init = edu_init,
	.exit = edu_exit,
};
