// SPDX-License-Identifier: GPL-2.0
/*
 * NetDMA channels on a software engine
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <sound/portcls/netdma.h>

#include "portcls_test.h"
#include "soft_dma.h"

#define NETDMA_DESCS	32
#define NETDMA_BYTES	SZ_64K

struct netdma_fixture {
	struct soft_dma *soft;
	struct soft_dma_knobs *knobs;
	struct portcls_netdma *netdma;
	struct portcls_netdma_chan *chan;
	struct portcls_netdma_descriptor *desc;
	u64 *word;
	u8 *src;
	u8 *dst;
	dma_addr_t src_addr;
	dma_addr_t dst_addr;
	struct completion done;
	unsigned int calls;
	unsigned int wrong_cpu;
	u64 last;
	void *magic;
};

static void netdma_note(void *handle, u64 last)
{
	struct netdma_fixture *f = handle;

	f->calls++;
	f->last = last;
	if (f->chan && portcls_netdma_cpu(f->chan) != smp_processor_id())
		f->wrong_cpu++;
	complete(&f->done);
}

static u64 netdma_addr(const struct portcls_netdma_descriptor *desc)
{
	return (uintptr_t)desc;
}

static void netdma_params(struct netdma_fixture *f, struct portcls_netdma_params *params)
{
	memset(params, 0, sizeof(*params));
	params->revision = 2;
	params->size = sizeof(*params);
	params->completion = f->word;
	params->completion_addr = (uintptr_t)f->word;
	params->cpu_number = 12345;
}

static int netdma_take(struct netdma_fixture *f)
{
	struct portcls_netdma_params params;

	netdma_params(f, &params);
	return portcls_netdma_allocate(f->netdma, &params, netdma_note, f, &f->chan);
}

static void netdma_unmap(struct netdma_fixture *f)
{
	struct device *dev = soft_dma_device(f->soft);

	if (f->src_addr)
		dma_unmap_single(dev, f->src_addr, NETDMA_BYTES, DMA_BIDIRECTIONAL);
	if (f->dst_addr)
		dma_unmap_single(dev, f->dst_addr, NETDMA_BYTES, DMA_BIDIRECTIONAL);
	f->src_addr = 0;
	f->dst_addr = 0;
}

static int netdma_map(struct netdma_fixture *f)
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

static void netdma_drop(struct netdma_fixture *f)
{
	if (!IS_ERR_OR_NULL(f->netdma)) {
		portcls_netdma_provider_stop(f->netdma);
		portcls_netdma_deregister(f->netdma);
	}
	if (!IS_ERR_OR_NULL(f->soft)) {
		netdma_unmap(f);
		soft_dma_free(f->soft);
	}
	kfree(f->word);
	kfree(f->desc);
	kfree(f->src);
	kfree(f->dst);
	kfree(f);
}

static int netdma_make(struct portcls_test *t, const struct soft_dma_config *config)
{
	struct portcls_netdma_config provider = {
		.max_channels = config->channels,
		.filter = soft_dma_filter,
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
	err = netdma_map(f);
	if (err)
		goto err_drop;
	f->knobs = soft_dma_knobs(f->soft);
	provider.filter_param = f->soft;
	f->netdma = portcls_netdma_register(&provider);
	err = PTR_ERR_OR_ZERO(f->netdma);
	if (!err)
		err = portcls_netdma_provider_start(f->netdma);
	if (!err)
		err = netdma_take(f);
	if (err)
		goto err_drop;
	t->priv = f;
	return 0;

err_drop:
	netdma_drop(f);
	return err;
}

static int netdma_init(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 3 };

	return netdma_make(t, &config);
}

static void netdma_exit(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct soft_dma *soft = f->soft;

	portcls_netdma_set_offload(false, 0);
	memset(f->knobs, 0, sizeof(*f->knobs));
	portcls_netdma_provider_stop(f->netdma);
	PT_EXPECT_EQ(t, soft_dma_held(soft), 0);
	netdma_drop(f);
}

static struct netdma_fixture *netdma_change(struct portcls_test *t,
					    const struct soft_dma_config *config)
{
	netdma_drop(t->priv);
	if (PT_EXPECT_EQ(t, netdma_make(t, config), 0))
		return t->priv;
	netdma_init(t);
	return NULL;
}

/* @count descriptors of @bytes each, one after the other in both buffers. */
static void netdma_list(struct netdma_fixture *f, unsigned int count, u32 bytes,
			u32 flags)
{
	unsigned int i;

	memset(f->desc, 0, NETDMA_DESCS * sizeof(*f->desc));
	for (i = 0; i < count; i++) {
		f->desc[i].size = bytes;
		f->desc[i].flags = flags;
		f->desc[i].source = f->src_addr + i * bytes;
		f->desc[i].destination = f->dst_addr + i * bytes;
		f->desc[i].next = netdma_addr(&f->desc[(i + 1) % NETDMA_DESCS]);
		f->desc[i].user[0] = 0x1111 * i;
		f->desc[i].user[1] = ~0x2222ULL * i;
	}
}

static int netdma_start(struct netdma_fixture *f, unsigned int count)
{
	return portcls_netdma_start(f->chan, f->desc, netdma_addr(f->desc), count);
}

static u64 netdma_word(struct netdma_fixture *f)
{
	return smp_load_acquire(f->word);
}

static bool netdma_reaches(struct netdma_fixture *f, u64 word)
{
	unsigned long until = jiffies + 10 * HZ;

	while (netdma_word(f) != word) {
		if (time_after(jiffies, until))
			return false;
		usleep_range(50, 100);
	}
	return true;
}

static bool netdma_wait(struct netdma_fixture *f)
{
	return wait_for_completion_timeout(&f->done, 10 * HZ);
}

static struct portcls_netdma_counters netdma_now(struct netdma_fixture *f)
{
	struct portcls_netdma_counters now;

	portcls_netdma_counters(f->netdma, &now);
	return now;
}

static void netdma_not_started(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	portcls_netdma_free(f->chan);
	portcls_netdma_provider_stop(f->netdma);
	PT_EXPECT_EQ(t, netdma_take(f), -ENODEV);
	PT_EXPECT_EQ(t, portcls_netdma_provider_start(f->netdma), 0);
	PT_EXPECT_EQ(t, portcls_netdma_provider_start(f->netdma), -EBUSY);
	PT_EXPECT_EQ(t, netdma_take(f), 0);
}

static void netdma_bad_params(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct portcls_netdma_params good, bad;
	struct portcls_netdma_chan *chan = (void *)f;
	unsigned int i, free = netdma_now(f).free;

	netdma_params(f, &good);
	for (i = 0; i < 9; i++) {
		bad = good;
		switch (i) {
		case 0: bad.revision = 0; break;
		case 1: bad.revision = 3; break;
		case 2: bad.size = PORTCLS_NETDMA_PARAMS_SIZE_2 - 1; break;
		case 3: bad.revision = 1; bad.size = PORTCLS_NETDMA_PARAMS_SIZE_1 - 1; break;
		case 4: bad.flags = 1; break;
		case 5: bad.completion_addr = 0; break;
		case 6: bad.completion = NULL; break;
		case 7: bad.completion_addr += 4; break;
		case 8: bad.completion = (u64 *)((u8 *)f->word + 4); break;
		}
		PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &bad, NULL, NULL,
							&chan), -EINVAL);
		PT_EXPECT_EQ(t, bad.cpu_number, 12345);
	}
	PT_EXPECT(t, chan == (void *)f);
	PT_EXPECT_EQ(t, netdma_now(f).free, free);
	good.revision = 1;
	good.size = PORTCLS_NETDMA_PARAMS_SIZE_1;
	PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &good, NULL, NULL, &chan), 0);
	portcls_netdma_free(chan);
}

static void netdma_all_channels(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct portcls_netdma_chan *chan[3] = { f->chan };
	struct portcls_netdma_params params;

	netdma_params(f, &params);
	PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &params, NULL, NULL, &chan[1]), 0);
	PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &params, NULL, NULL, &chan[2]), 0);
	PT_EXPECT(t, chan[0] != chan[1] && chan[1] != chan[2] && chan[0] != chan[2]);
	params.cpu_number = 12345;
	PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &params, NULL, NULL, &chan[0]),
		     -EBUSY);
	PT_EXPECT(t, chan[0] == f->chan);
	PT_EXPECT_EQ(t, params.cpu_number, 12345);
	portcls_netdma_free(chan[1]);
	PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &params, NULL, NULL, &chan[1]), 0);
	portcls_netdma_free(chan[1]);
	portcls_netdma_free(chan[2]);
}

static void netdma_cpus(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct portcls_netdma_params params;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		portcls_netdma_free(f->chan);
		netdma_params(f, &params);
		params.cpu_mask = BIT_ULL(cpu);
		PT_ASSERT_EQ(t, portcls_netdma_allocate(f->netdma, &params, netdma_note, f,
							&f->chan), 0);
		PT_EXPECT_EQ(t, params.cpu_number, cpu);
		PT_EXPECT_EQ(t, portcls_netdma_cpu(f->chan), cpu);
		netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
		PT_EXPECT_EQ(t, netdma_start(f, 1), 0);
		PT_EXPECT(t, netdma_wait(f));
		portcls_netdma_free(f->chan);
		params.cpu_mask = 0;
		params.cpus = cpumask_of(cpu);
		PT_ASSERT_EQ(t, portcls_netdma_allocate(f->netdma, &params, netdma_note, f,
							&f->chan), 0);
		PT_EXPECT_EQ(t, params.cpu_number, cpu);
	}
	PT_EXPECT_EQ(t, f->wrong_cpu, 0);
	portcls_netdma_free(f->chan);
	netdma_params(f, &params);
	if (nr_cpu_ids < 64) {
		params.cpu_mask = BIT_ULL(63);
		PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &params, netdma_note, f,
							&f->chan), -EINVAL);
	}
	PT_EXPECT_EQ(t, netdma_take(f), 0);
	PT_EXPECT(t, cpu_online(portcls_netdma_cpu(f->chan)));
}

static void netdma_offline(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct portcls_netdma_params params;
	unsigned int i;

	if (num_online_cpus() < 2 || !IS_ENABLED(CONFIG_HOTPLUG_CPU))
		PT_SKIP(t, "needs two CPUs, one of which can go");
	portcls_netdma_free(f->chan);
	netdma_params(f, &params);
	params.cpu_mask = BIT_ULL(1);
	PT_ASSERT_EQ(t, portcls_netdma_allocate(f->netdma, &params, netdma_note, f,
						&f->chan), 0);
	f->knobs->step_us = 200;
	netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	for (i = 0; i < 200; i++) {
		PT_ASSERT_EQ(t, netdma_start(f, 1), 0);
		if (i == 100 && remove_cpu(1))
			PT_SKIP(t, "CPU 1 does not go offline");
		if (!PT_EXPECT(t, netdma_wait(f)))
			break;
	}
	PT_EXPECT_EQ(t, f->calls, 200);
	PT_EXPECT(t, portcls_netdma_cpu(f->chan) != 1);
	PT_EXPECT_EQ(t, netdma_now(f).cpu_migrations, 1);
	PT_EXPECT_EQ(t, add_cpu(1), 0);
}

static void netdma_priority(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct portcls_netdma_params params;

	portcls_netdma_free(f->chan);
	netdma_params(f, &params);
	params.priority = 0xffffffff;
	PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &params, netdma_note, f,
						&f->chan), 0);
	netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	PT_EXPECT_EQ(t, netdma_start(f, 1), 0);
	PT_EXPECT(t, netdma_wait(f));
	PT_EXPECT_EQ(t, f->last, netdma_addr(f->desc));
}

static void netdma_words(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	unsigned int i;

	f->knobs->step_us = 3000;
	netdma_list(f, 3, 1000, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, netdma_start(f, 3), 0);
	PT_EXPECT_EQ(t, netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_ARMED);
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(&f->desc[0]) | PORTCLS_NETDMA_ACTIVE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 1000), 0);
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(&f->desc[2]) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 3000), 0);
	PT_EXPECT_EQ(t, f->dst[3000], 0);
	PT_EXPECT_EQ(t, f->calls, 0);
	for (i = 0; i < 3; i++) {
		PT_EXPECT_EQ(t, f->desc[i].user[0], 0x1111 * i);
		PT_EXPECT_EQ(t, f->desc[i].user[1], ~0x2222ULL * i);
	}
	f->knobs->step_us = 0;
	netdma_list(f, 2, 1000, 0);
	f->desc[1].flags = PORTCLS_NETDMA_INTERRUPT;
	PT_ASSERT_EQ(t, netdma_start(f, 2), 0);
	PT_EXPECT(t, netdma_wait(f));
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_ARMED);
}

/* A reader that sees a descriptor done in the word finds its data there. */
struct netdma_reader {
	struct netdma_fixture *f;
	u64 reads;
	u64 wrong;
	u64 torn;
	unsigned int round;
};

static int netdma_reader(void *data)
{
	struct netdma_reader *r = data;
	struct netdma_fixture *f = r->f;
	unsigned int i, round;
	u64 word, addr;

	while (!kthread_should_stop()) {
		round = smp_load_acquire(&r->round);
		word = netdma_word(f);
		r->reads++;
		cond_resched();
		if ((word & PORTCLS_NETDMA_STATUS_MASK) > PORTCLS_NETDMA_IDLE)
			continue;
		addr = word & PORTCLS_NETDMA_ADDRESS_MASK;
		if (addr < netdma_addr(f->desc) ||
		    addr >= netdma_addr(f->desc + NETDMA_DESCS)) {
			r->torn += word != 0;
			continue;
		}
		i = (addr - netdma_addr(f->desc)) / sizeof(*f->desc);
		/* The destination of descriptor i holds the round's number. */
		if (READ_ONCE(*(u32 *)(f->dst + i * 64)) != round &&
		    round == smp_load_acquire(&r->round))
			r->wrong++;
	}
	return 0;
}

static void netdma_order(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_reader r = { .f = f };
	unsigned long until = jiffies + pt_race_seconds * HZ;
	struct task_struct *task;
	unsigned int i;

	task = kthread_run(netdma_reader, &r, "pt-reader");
	PT_ASSERT(t, !IS_ERR(task));
	while (time_before(jiffies, until)) {
		/* An even word that names nothing, while the data changes. */
		WRITE_ONCE(*f->word, PORTCLS_NETDMA_ARMED);
		smp_store_release(&r.round, r.round + 1);
		for (i = 0; i < 8; i++)
			*(u32 *)(f->src + i * 64) = r.round;
		dma_sync_single_for_device(soft_dma_device(f->soft), f->src_addr,
					   8 * 64, DMA_BIDIRECTIONAL);
		netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
		f->desc[7].flags |= PORTCLS_NETDMA_INTERRUPT;
		if (!PT_EXPECT_EQ(t, netdma_start(f, 8), 0) ||
		    !PT_EXPECT(t, netdma_wait(f)))
			break;
	}
	kthread_stop(task);
	PT_EXPECT_EQ(t, r.wrong, 0);
	PT_EXPECT_EQ(t, r.torn, 0);
	PT_EXPECT(t, r.round > 0 && r.reads > 0);
	PT_EXPECT_EQ(t, f->wrong_cpu, 0);
	pt_note("%u lists of 8, %llu reads of the word", r.round, r.reads);
}

static void netdma_alignment(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	netdma_list(f, 2, 64, 0);
	PT_EXPECT_EQ(t, portcls_netdma_start(f->chan, f->desc, 8, 1), -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_start(f->chan, (void *)f->desc + 32, 64, 1), -EINVAL);
	PT_EXPECT_EQ(t, netdma_start(f, 0), -EINVAL);
	/* A bad link is found when it is followed. */
	f->desc[0].next += 8;
	PT_EXPECT_EQ(t, netdma_start(f, 2), 0);
	PT_EXPECT(t, netdma_wait(f));
	PT_EXPECT_EQ(t, netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_HALTED);
	netdma_list(f, 1, 64, BIT(8));
	PT_EXPECT_EQ(t, netdma_start(f, 1), 0);
	PT_EXPECT(t, netdma_wait(f));
	PT_EXPECT_EQ(t, netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_HALTED);
}

static void netdma_null(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u32 flags = PORTCLS_NETDMA_STATUS_UPDATE | PORTCLS_NETDMA_INTERRUPT;

	netdma_list(f, 1, 64, flags | PORTCLS_NETDMA_NULL);
	PT_EXPECT_EQ(t, netdma_start(f, 1), 0);
	PT_EXPECT(t, netdma_wait(f));
	PT_EXPECT_EQ(t, netdma_word(f), netdma_addr(f->desc) | PORTCLS_NETDMA_IDLE);
	netdma_list(f, 2, 0, flags);
	PT_EXPECT_EQ(t, netdma_start(f, 2), 0);
	PT_EXPECT(t, netdma_wait(f));
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(&f->desc[1]) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT(t, !memchr_inv(f->dst, 0, NETDMA_BYTES));
}

static void netdma_serialize(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1, .unordered = true };
	struct netdma_fixture *f = netdma_change(t, &config);
	unsigned int loop;

	if (!f)
		return;
	for (loop = 0; loop < 200; loop++) {
		netdma_list(f, 2, 512, PORTCLS_NETDMA_SERIALIZE);
		f->desc[1].source = f->dst_addr;
		f->desc[1].destination = f->dst_addr + 8192;
		f->desc[1].flags |= PORTCLS_NETDMA_INTERRUPT;
		f->src[0] = loop;
		dma_sync_single_for_device(soft_dma_device(f->soft), f->src_addr, 512,
					   DMA_BIDIRECTIONAL);
		if (!PT_EXPECT_EQ(t, netdma_start(f, 2), 0) ||
		    !PT_EXPECT(t, netdma_wait(f)) ||
		    !PT_EXPECT_EQ(t, memcmp(f->dst + 8192, f->src, 512), 0))
			break;
	}
}

static void netdma_page_break(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	netdma_list(f, 1, 6000, PORTCLS_NETDMA_INTERRUPT | PORTCLS_NETDMA_SOURCE_PAGE_BREAK |
				PORTCLS_NETDMA_DESTINATION_PAGE_BREAK);
	f->desc[0].source = f->src_addr + 1000;
	f->desc[0].next_source = f->src_addr + 20480;
	f->desc[0].destination = f->dst_addr + 2000;
	f->desc[0].next_destination = f->dst_addr + 40960;
	PT_EXPECT_EQ(t, netdma_start(f, 1), 0);
	PT_EXPECT(t, netdma_wait(f));
	PT_EXPECT_EQ(t, memcmp(f->dst + 2000, f->src + 1000, 2096), 0);
	PT_EXPECT_EQ(t, memcmp(f->dst + 40960, f->src + 3096, 1000), 0);
	PT_EXPECT_EQ(t, memcmp(f->dst + 41960, f->src + 20480, 2904), 0);
	PT_EXPECT(t, !memchr_inv(f->dst, 0, 2000));
	PT_EXPECT(t, !memchr_inv(f->dst + 4096, 0, 40960 - 4096));
	PT_EXPECT(t, !memchr_inv(f->dst + 44864, 0, NETDMA_BYTES - 44864));
}

static void netdma_append_rules(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u64 addr = netdma_addr(f->desc);

	netdma_list(f, 4, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc, addr, 1), -EINVAL);
	PT_EXPECT_EQ(t, netdma_start(f, 1), 0);
	PT_EXPECT(t, netdma_reaches(f, addr | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc + 1,
					      netdma_addr(f->desc + 1), 2), 0);
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(f->desc + 2) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 3 * 64), 0);
	/* Exactly as many as were said, whatever the last link. */
	PT_EXPECT_EQ(t, f->dst[3 * 64], 0);
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc, addr, 1), -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_reset(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc, addr, 1), -EINVAL);
	PT_EXPECT_EQ(t, netdma_start(f, 1), 0);
	PT_EXPECT(t, netdma_reaches(f, addr | PORTCLS_NETDMA_IDLE));
}

static void netdma_append_race(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	unsigned int i, lost = 0, full = 0;
	int err;

	netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, netdma_start(f, 1), 0);
	for (i = 0; i < 20000 && !lost; i++) {
		struct portcls_netdma_descriptor *desc = &f->desc[1 + i % 7];

		for (;;) {
			err = portcls_netdma_append(f->chan, desc, netdma_addr(desc), 1);
			if (err != -ENOMEM)
				break;
			full++;
			cpu_relax();
			cond_resched();
		}
		if (i % 5 == 0)
			ndelay(i * 37 % 20000);
		lost += !!err;
	}
	PT_EXPECT_EQ(t, lost, 0);
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(&f->desc[1 + (i - 1) % 7]) |
				       PORTCLS_NETDMA_IDLE));
	/* The last one's word may show while others with its address wait. */
	for (i = 0; i < 1000 && netdma_now(f).copies < 20001; i++)
		msleep(1);
	PT_EXPECT_EQ(t, netdma_now(f).copies, 20001);
	pt_note("20000 appends, %u met a full queue", full);
}

static void netdma_restart(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->step_us = 20000;
	netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, netdma_start(f, 4), 0);
	while (!soft_dma_held(f->soft))
		cpu_relax();
	PT_ASSERT_EQ(t, portcls_netdma_start(f->chan, f->desc + 6,
					     netdma_addr(f->desc + 6), 2), 0);
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(f->desc + 7) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 64), 0);
	PT_EXPECT(t, !memchr_inv(f->dst + 64, 0, 5 * 64));
	PT_EXPECT_EQ(t, memcmp(f->dst + 6 * 64, f->src + 6 * 64, 128), 0);
}

static void netdma_suspend(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u64 last = 1;
	int err;

	f->knobs->step_us = 5000;
	netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, netdma_start(f, 3), 0);
	PT_EXPECT_EQ(t, portcls_netdma_resume(f->chan), -EINVAL);
	while ((err = portcls_netdma_suspend(f->chan, &last)) == -EBUSY)
		msleep(1);
	PT_EXPECT_EQ(t, err, 0);
	PT_EXPECT_EQ(t, last, netdma_addr(f->desc));
	PT_EXPECT_EQ(t, netdma_word(f), last | PORTCLS_NETDMA_SUSPEND);
	msleep(20);
	PT_EXPECT_EQ(t, netdma_word(f), last | PORTCLS_NETDMA_SUSPEND);
	PT_EXPECT_EQ(t, f->dst[64], 0);
	/* The list goes on elsewhere now. */
	f->desc[0].next = netdma_addr(&f->desc[5]);
	PT_EXPECT_EQ(t, portcls_netdma_resume(f->chan), 0);
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(f->desc + 6) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT(t, !memchr_inv(f->dst + 64, 0, 4 * 64));
	PT_EXPECT_EQ(t, memcmp(f->dst + 5 * 64, f->src + 5 * 64, 128), 0);
}

static void netdma_abort(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->step_us = 5000;
	netdma_list(f, 4, 4096, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, netdma_start(f, 4), 0);
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(f->desc)));
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), 0);
	PT_EXPECT_EQ(t, netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_HALTED);
	msleep(40);
	PT_EXPECT_EQ(t, netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_HALTED);
	PT_EXPECT(t, !memchr_inv(f->dst + 2 * 4096, 0, 2 * 4096));
	f->knobs->step_us = 0;
	PT_EXPECT_EQ(t, netdma_start(f, 4), 0);
	PT_EXPECT(t, netdma_reaches(f, netdma_addr(f->desc + 3) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 4 * 4096), 0);
}

static void netdma_no_abort(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1,
						       .no_terminate = true };
	struct netdma_fixture *f;

	f = t->priv;
	PT_EXPECT(t, portcls_netdma_can_abort(f->chan));
	f = netdma_change(t, &config);
	if (!f)
		return;
	PT_EXPECT(t, !portcls_netdma_can_abort(f->chan));
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, portcls_netdma_reset(f->chan), -EOPNOTSUPP);
}

static void netdma_stop(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	unsigned int calls;

	f->knobs->step_us = 20000;
	netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	PT_ASSERT_EQ(t, netdma_start(f, 1), 0);
	portcls_netdma_provider_stop(f->netdma);
	calls = f->calls;
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 64), 0);
	msleep(50);
	PT_EXPECT_EQ(t, f->calls, calls);
	PT_EXPECT_EQ(t, portcls_netdma_provider_start(f->netdma), 0);
	PT_EXPECT_EQ(t, netdma_take(f), 0);
	reinit_completion(&f->done);
	PT_EXPECT_EQ(t, netdma_start(f, 1), 0);
	PT_EXPECT(t, netdma_wait(f));
}

static void netdma_atomic(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	unsigned long flags;
	int err;

	local_irq_save(flags);
	portcls_netdma_free(f->chan);
	err = netdma_take(f);
	local_irq_restore(flags);
	PT_EXPECT_EQ(t, err, 0);
}

static void netdma_error(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->fail_transfer = 1;
	netdma_list(f, 2, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_EXPECT_EQ(t, netdma_start(f, 2), 0);
	PT_EXPECT(t, netdma_wait(f));
	PT_EXPECT_EQ(t, netdma_word(f), netdma_addr(f->desc) | PORTCLS_NETDMA_HALTED);
	PT_EXPECT(t, !memchr_inv(f->dst, 0, 128));
}

static void netdma_twice(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->repeat_callback = 2;
	netdma_list(f, 2, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	f->desc[1].flags |= PORTCLS_NETDMA_INTERRUPT;
	PT_EXPECT_EQ(t, netdma_start(f, 2), 0);
	PT_EXPECT(t, netdma_wait(f));
	msleep(10);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, netdma_word(f), netdma_addr(f->desc + 1) | PORTCLS_NETDMA_IDLE);
	PT_EXPECT_EQ(t, netdma_now(f).stale, 2);
	PT_EXPECT_EQ(t, netdma_now(f).copies, 2);
}

/* The copying library. */

#define COPY_BYTES	SZ_256K

struct netdma_buffers {
	u8 *src;
	u8 *dst;
};

static bool netdma_buffers(struct netdma_buffers *b)
{
	unsigned int i;

	b->src = kvmalloc(COPY_BYTES, GFP_KERNEL);
	b->dst = vzalloc(COPY_BYTES);
	for (i = 0; b->src && i < COPY_BYTES; i++)
		b->src[i] = i * 5 + (i >> 9);
	return b->src && b->dst;
}

static void netdma_buffers_free(struct netdma_buffers *b)
{
	kvfree(b->src);
	vfree(b->dst);
}

static void netdma_copy(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_buffers b;

	if (PT_EXPECT(t, netdma_buffers(&b))) {
		portcls_netdma_set_offload(true, SZ_64K);
		PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES,
						    PORTCLS_NETDMA_VERIFY), 0);
		PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
		PT_EXPECT(t, netdma_now(f).copies >= COPY_BYTES / SZ_64K);
		PT_EXPECT_EQ(t, netdma_now(f).cpu_copies, 0);
		PT_EXPECT_EQ(t, netdma_now(f).fallbacks, 0);
	}
	netdma_buffers_free(&b);
}

static void netdma_copy_falls_back(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_buffers b;
	unsigned int i;

	if (!PT_EXPECT(t, netdma_buffers(&b)))
		goto out;
	portcls_netdma_set_offload(true, SZ_64K);
	for (i = 0; i < 4; i++) {
		memset(b.dst, 0, COPY_BYTES);
		f->knobs->prep_null = i == 0 ? 1000 : 0;
		f->knobs->submit_error = i == 1 ? 1 : 0;
		f->knobs->fail_transfer = i == 2 ? 1 : 0;
		f->knobs->corrupt = i == 3 ? 1 : 0;
		PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES,
						    PORTCLS_NETDMA_VERIFY), 0);
		PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
		PT_EXPECT(t, netdma_now(f).fallbacks >= i + 1);
	}
	f->knobs->prep_null = 0;
	PT_EXPECT_EQ(t, netdma_now(f).mismatches, 1);
	/* Without verifying nobody notices. */
	f->knobs->corrupt = 1;
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
	PT_EXPECT(t, memcmp(b.dst, b.src, COPY_BYTES) != 0);
	PT_EXPECT_EQ(t, netdma_now(f).retired, 0);
	f->knobs->fail_transfer = 3;
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
	PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
	PT_EXPECT_EQ(t, netdma_now(f).retired, 1);
out:
	netdma_buffers_free(&b);
}

static void netdma_copy_lost(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_buffers b;

	if (PT_EXPECT(t, netdma_buffers(&b))) {
		portcls_netdma_set_offload(true, SZ_64K);
		f->knobs->lose_callback = 1;
		PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0),
			     -ETIMEDOUT);
		PT_EXPECT(t, portcls_netdma_quiet(f->chan));
		PT_EXPECT_EQ(t, netdma_now(f).timeouts, 1);
		PT_EXPECT_EQ(t, netdma_now(f).retired, 1);
		PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
		PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
		PT_EXPECT_EQ(t, netdma_now(f).cpu_copies, 1);
	}
	netdma_buffers_free(&b);
}

static void netdma_copy_late(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1,
						       .no_terminate = true };
	struct netdma_fixture *f = netdma_change(t, &config);
	struct netdma_buffers b;

	if (!f)
		return;
	if (PT_EXPECT(t, netdma_buffers(&b))) {
		portcls_netdma_set_offload(true, SZ_64K);
		f->knobs->late_us = 1500000;
		PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0),
			     -ETIMEDOUT);
		PT_EXPECT(t, !portcls_netdma_quiet(f->chan));
		msleep(1000);
		PT_EXPECT(t, portcls_netdma_quiet(f->chan));
	}
	/* Stop unmaps what the engine had: before the buffers go. */
	portcls_netdma_provider_stop(f->netdma);
	netdma_buffers_free(&b);
}

static void netdma_copy_not_eligible(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_buffers b;
	unsigned long flags;
	int err;

	if (!PT_EXPECT(t, netdma_buffers(&b)))
		goto out;
	/* Off by default. */
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
	PT_EXPECT_EQ(t, netdma_now(f).cpu_copies, 1);
	portcls_netdma_set_offload(true, SZ_64K);
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, SZ_64K - 1, 0), 0);
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES,
					    PORTCLS_NETDMA_COHERENT), 0);
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.dst + 4096, SZ_128K, 0), 0);
	local_irq_save(flags);
	err = portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, PORTCLS_NETDMA_ATOMIC);
	local_irq_restore(flags);
	PT_EXPECT_EQ(t, err, 0);
	PT_EXPECT_EQ(t, portcls_netdma_copy(NULL, b.dst, b.src, COPY_BYTES, 0), 0);
	PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
	PT_EXPECT_EQ(t, netdma_now(f).copies, 0);
	PT_EXPECT_EQ(t, netdma_now(f).cpu_copies, 5);
out:
	netdma_buffers_free(&b);
}

static bool netdma_none(struct dma_chan *chan, void *param)
{
	return false;
}

static void netdma_no_engine(struct portcls_test *t)
{
	struct portcls_netdma_config config = { .max_channels = 2, .filter = netdma_none };
	struct portcls_netdma_params params = { .revision = 2, .size = sizeof(params) };
	struct portcls_netdma_chan *chan;
	struct portcls_netdma *netdma;

	netdma = portcls_netdma_register(&config);
	PT_ASSERT(t, !IS_ERR(netdma));
	PT_EXPECT_EQ(t, portcls_netdma_provider_start(netdma), -ENODEV);
	PT_EXPECT_EQ(t, portcls_netdma_allocate(netdma, &params, NULL, NULL, &chan), -ENODEV);
	portcls_netdma_deregister(netdma);
	config.max_transfer = 4095;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_netdma_register(&config)), -EINVAL);
	config.max_transfer = 0;
	config.max_channels = 0;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_netdma_register(&config)), -EINVAL);
}

/* What a copy costs by the CPU and by way of an engine that costs nothing. */
static void netdma_curve(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_buffers b;
	unsigned int loop;
	u64 cpu, engine;
	size_t n;
	ktime_t at;

	if (!PT_EXPECT(t, netdma_buffers(&b)))
		goto out;
	for (n = SZ_64K; n <= COPY_BYTES; n *= 2) {
		portcls_netdma_set_offload(false, 0);
		at = ktime_get();
		for (loop = 0; loop < 16; loop++)
			portcls_netdma_copy(f->chan, b.dst, b.src, n, 0);
		cpu = ktime_to_ns(ktime_sub(ktime_get(), at)) / 16;
		portcls_netdma_set_offload(true, SZ_64K);
		at = ktime_get();
		for (loop = 0; loop < 16; loop++)
			portcls_netdma_copy(f->chan, b.dst, b.src, n, 0);
		engine = ktime_to_ns(ktime_sub(ktime_get(), at)) / 16;
		pt_note("%zu bytes: CPU %llu ns, engine %llu ns", n, cpu, engine);
		PT_EXPECT(t, cpu > 0 && engine > 0);
	}
out:
	netdma_buffers_free(&b);
}

static const struct portcls_test_case netdma_cases[] = {
	{ "ND-01 no channel before start or after stop", netdma_not_started },
	{ "ND-02 ND-03 ND-04 wrong parameters take nothing", netdma_bad_params },
	{ "ND-05 ND-04 every channel once, then busy", netdma_all_channels },
	{ "ND-06 ND-07 ND-08 the CPU told is one of the mask", netdma_cpus },
	{ "ND-10 a CPU that goes takes no notification with it", netdma_offline },
	{ "ND-11 any priority is served", netdma_priority },
	{ "ND-13 ND-14 ND-15 ND-19 ND-30 the word tells how far the list is",
	  netdma_words },
	{ "ND-16 ND-17 ND-09 ND-12 who sees the word sees the data", netdma_order },
	{ "ND-18 descriptors are aligned and valid", netdma_alignment },
	{ "ND-20 a null transfer tells and moves nothing", netdma_null },
	{ "ND-21 serialised copies see each other, also unordered", netdma_serialize },
	{ "ND-22 page breaks go on at the second address", netdma_page_break },
	{ "ND-23 ND-25 append follows a start", netdma_append_rules },
	{ "ND-24 no append is lost at the tail", netdma_append_race },
	{ "ND-26 a start drops what was not begun", netdma_restart },
	{ "ND-27 suspend stops between descriptors", netdma_suspend },
	{ "ND-28 abort halts for good", netdma_abort },
	{ "ND-29 an engine without a stop has no abort", netdma_no_abort },
	{ "ND-32 stop waits and can be followed by a start", netdma_stop },
	{ "ND-33 allocate and free with interrupts off", netdma_atomic },
	{ "ND-34 a lost callback ends in a timeout", netdma_copy_lost },
	{ "ND-34 a late engine keeps its buffers", netdma_copy_late },
	{ "ND-35 a repeated callback is dropped", netdma_twice },
	{ "ND-36 ND-37 ND-40 what the engine fails at the CPU copies",
	  netdma_copy_falls_back },
	{ "ND-37 an engine's error halts the list", netdma_error },
	{ "ND-38 ND-39 what is not eligible the CPU copies", netdma_copy_not_eligible },
	{ "ND-39 without an engine the start says so", netdma_no_engine },
	{ "PC-07 the engine copies large buffers of any kind", netdma_copy },
	{ "PC-08 the cost of both ways is measured", netdma_curve },
	{ }
};

const struct portcls_test_suite pt_suite_netdma = {
	.name = "netdma",
	.cases = netdma_cases,
	.init = netdma_init,
	.exit = netdma_exit,
};
