// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of NetDMA share: a software engine, a provider on it, one channel
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "netdma_fixture.h"

void pt_netdma_note(void *handle, u64 last)
{
	struct netdma_fixture *f = handle;

	f->calls++;
	f->last = last;
	if (f->chan && portcls_netdma_cpu(f->chan) != smp_processor_id())
		f->wrong_cpu++;
	complete(&f->done);
}

u64 pt_netdma_addr(const struct portcls_netdma_descriptor *desc)
{
	return (uintptr_t)desc;
}

void pt_netdma_params(struct netdma_fixture *f, struct portcls_netdma_params *params)
{
	memset(params, 0, sizeof(*params));
	params->revision = 2;
	params->size = sizeof(*params);
	params->completion = f->word;
	params->completion_addr = (uintptr_t)f->word;
	params->cpu_number = 12345;
}

int pt_netdma_take(struct netdma_fixture *f)
{
	struct portcls_netdma_params params;

	pt_netdma_params(f, &params);
	return portcls_netdma_allocate(f->netdma, &params, pt_netdma_note, f, &f->chan);
}

static void pt_netdma_unmap(struct netdma_fixture *f)
{
	struct device *dev = soft_dma_device(f->soft);

	if (f->src_addr)
		dma_unmap_single(dev, f->src_addr, NETDMA_BYTES, DMA_BIDIRECTIONAL);
	if (f->dst_addr)
		dma_unmap_single(dev, f->dst_addr, NETDMA_BYTES, DMA_BIDIRECTIONAL);
	f->src_addr = 0;
	f->dst_addr = 0;
}

static int pt_netdma_map(struct netdma_fixture *f)
{
	struct device *dev = soft_dma_device(f->soft);

	f->src_addr = dma_map_single(dev, f->src, NETDMA_BYTES, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dev, f->src_addr)) {
		f->src_addr = 0;
		return -ENOMEM;
	}
	f->dst_addr = dma_map_single(dev, f->dst, NETDMA_BYTES, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dev, f->dst_addr)) {
		f->dst_addr = 0;
		return -ENOMEM;
	}
	return 0;
}

/* Keeps the engine's methods at hand: a case may put itself in the place of one. */
static bool pt_netdma_filter(struct dma_chan *dma, void *param)
{
	struct netdma_fixture *f = param;

	if (!soft_dma_filter(dma, f->soft))
		return false;
	f->dma = dma->device;
	return true;
}

void pt_netdma_drop(struct netdma_fixture *f)
{
	if (!IS_ERR_OR_NULL(f->netdma)) {
		portcls_netdma_provider_stop(f->netdma);
		portcls_netdma_deregister(f->netdma);
	}
	if (!IS_ERR_OR_NULL(f->soft)) {
		pt_netdma_unmap(f);
		soft_dma_free(f->soft);
	}
	kfree(f->word);
	kfree(f->desc);
	kfree(f->src);
	kfree(f->dst);
	kfree(f);
}

int pt_netdma_make(struct portcls_test *t, const struct soft_dma_config *config)
{
	struct portcls_netdma_config provider = {
		.max_channels = config->channels,
		.filter = pt_netdma_filter,
		.unordered = config->unordered,
	};
	struct netdma_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	int err = -ENOMEM;
	u32 i;

	if (!f)
		return -ENOMEM;
	init_completion(&f->done);
	f->word = kzalloc(64, GFP_KERNEL);
	f->desc = kzalloc(4096, GFP_KERNEL);
	f->src = kzalloc(NETDMA_BYTES, GFP_KERNEL);
	f->dst = kzalloc(NETDMA_BYTES, GFP_KERNEL);
	f->soft = soft_dma_new(config);
	if (!f->word || !f->desc || !f->src || !f->dst || IS_ERR(f->soft))
		goto err_drop;
	for (i = 0; i < NETDMA_BYTES; i++)
		f->src[i] = i * 3 + (i >> 8) * 5 + 1;
	err = pt_netdma_map(f);
	if (err)
		goto err_drop;
	f->knobs = soft_dma_knobs(f->soft);
	provider.filter_param = f;
	f->netdma = portcls_netdma_register(&provider);
	err = PTR_ERR_OR_ZERO(f->netdma);
	if (!err)
		err = portcls_netdma_provider_start(f->netdma);
	if (!err)
		err = pt_netdma_take(f);
	if (err)
		goto err_drop;
	t->priv = f;
	return 0;

err_drop:
	pt_netdma_drop(f);
	return err;
}

int pt_netdma_init(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 3 };

	return pt_netdma_make(t, &config);
}

void pt_netdma_exit(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct soft_dma *soft = f->soft;

	portcls_netdma_set_offload(false, 0);
	memset(f->knobs, 0, sizeof(*f->knobs));
	portcls_netdma_provider_stop(f->netdma);
	PT_EXPECT_EQ(t, soft_dma_held(soft), 0);
	pt_netdma_drop(f);
}

struct netdma_fixture *pt_netdma_change(struct portcls_test *t,
					const struct soft_dma_config *config)
{
	pt_netdma_drop(t->priv);
	if (PT_EXPECT_EQ(t, pt_netdma_make(t, config), 0))
		return t->priv;
	pt_netdma_init(t);
	return NULL;
}

/* @count descriptors of @bytes each, one after the other in both buffers. */
void pt_netdma_list(struct netdma_fixture *f, unsigned int count, u32 bytes,
		    u32 flags)
{
	unsigned int i;

	memset(f->desc, 0, NETDMA_DESCS * sizeof(*f->desc));
	for (i = 0; i < count; i++) {
		f->desc[i].size = bytes;
		f->desc[i].flags = flags;
		f->desc[i].source = f->src_addr + i * bytes;
		f->desc[i].destination = f->dst_addr + i * bytes;
		f->desc[i].next = pt_netdma_addr(&f->desc[(i + 1) % NETDMA_DESCS]);
		f->desc[i].user[0] = 0x1111 * i;
		f->desc[i].user[1] = ~0x2222ULL * i;
	}
}

int pt_netdma_start(struct netdma_fixture *f, unsigned int count)
{
	return portcls_netdma_start(f->chan, f->desc, pt_netdma_addr(f->desc), count);
}

u64 pt_netdma_word(struct netdma_fixture *f)
{
	/* Pairs with the store of the completion word. */
	return smp_load_acquire(f->word);
}

bool pt_netdma_reaches(struct netdma_fixture *f, u64 word)
{
	unsigned long until = jiffies + 10 * HZ;

	while (pt_netdma_word(f) != word) {
		if (time_after(jiffies, until))
			return false;
		usleep_range(50, 100);
	}
	return true;
}

bool pt_netdma_wait(struct netdma_fixture *f)
{
	return wait_for_completion_timeout(&f->done, 10 * HZ);
}

struct portcls_netdma_counters pt_netdma_now(struct netdma_fixture *f)
{
	struct portcls_netdma_counters now;

	portcls_netdma_counters(f->netdma, &now);
	return now;
}
