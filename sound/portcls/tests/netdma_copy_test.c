// SPDX-License-Identifier: GPL-2.0
/*
 * NetDMA: copying buffers
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "netdma_fixture.h"

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
		PT_EXPECT(t, pt_netdma_now(f).copies >= COPY_BYTES / SZ_64K);
		PT_EXPECT_EQ(t, pt_netdma_now(f).cpu_copies, 0);
		PT_EXPECT_EQ(t, pt_netdma_now(f).fallbacks, 0);
	}
	netdma_buffers_free(&b);
}

/* An engine that needs aligned copies is not given crooked pieces of one. */
static void netdma_copy_aligned(struct portcls_test *t)
{
	static const struct soft_dma_config engine = { .channels = 1, .copy_align = 3 };
	struct netdma_fixture *f = pt_netdma_change(t, &engine);
	struct portcls_netdma_params params = { .revision = 2, .size = sizeof(params) };
	struct portcls_netdma_config config = { .max_channels = 1,
						.filter = soft_dma_filter,
						.max_transfer = SZ_16K + 4 };
	struct portcls_netdma_counters now = {};
	struct portcls_netdma_chan *chan;
	struct portcls_netdma *netdma;
	size_t bytes = SZ_128K + 40008;
	u8 *src, *dst;

	if (!f)
		return;
	portcls_netdma_provider_stop(f->netdma);
	config.filter_param = f->soft;
	netdma = portcls_netdma_register(&config);
	PT_ASSERT(t, !IS_ERR(netdma));
	/* In one piece each, or pages would bound what the engine gets. */
	src = kmalloc(SZ_256K, GFP_KERNEL);
	dst = kzalloc(SZ_256K, GFP_KERNEL);
	if (PT_EXPECT(t, src && dst) &&
	    PT_EXPECT_EQ(t, portcls_netdma_provider_start(netdma), 0) &&
	    PT_EXPECT_EQ(t, portcls_netdma_allocate(netdma, &params, NULL, NULL, &chan), 0)) {
		memset(src, 0x5a, bytes);
		portcls_netdma_set_offload(true, SZ_64K);
		PT_EXPECT_EQ(t, portcls_netdma_copy(chan, dst, src, bytes, 0), 0);
		PT_EXPECT(t, !memchr_inv(dst, 0x5a, bytes));
		PT_EXPECT(t, !memchr_inv(dst + bytes, 0, SZ_256K - bytes));
		portcls_netdma_counters(netdma, &now);
		PT_EXPECT_EQ(t, now.copies, DIV_ROUND_UP(bytes, SZ_16K));
		PT_EXPECT_EQ(t, now.fallbacks, 0);
	}
	portcls_netdma_provider_stop(netdma);
	portcls_netdma_deregister(netdma);
	kfree(src);
	kfree(dst);
}

/* Interrupts are on where an engine is given its work, unless the caller's are off. */
static void netdma_copy_crude(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1, .crude = true };
	struct netdma_fixture *f = pt_netdma_change(t, &config);
	struct netdma_buffers b;

	if (!f)
		return;
	if (PT_EXPECT(t, netdma_buffers(&b))) {
		portcls_netdma_set_offload(true, SZ_64K);
		PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
		PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
		PT_EXPECT(t, pt_netdma_now(f).copies >= COPY_BYTES / SZ_64K);
		PT_EXPECT_EQ(t, pt_netdma_now(f).fallbacks, 0);
		PT_EXPECT_EQ(t, soft_dma_hard_submits(f->soft), 0);
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
		PT_EXPECT(t, pt_netdma_now(f).fallbacks >= i + 1);
	}
	f->knobs->prep_null = 0;
	PT_EXPECT_EQ(t, pt_netdma_now(f).mismatches, 1);
	/* Without verifying nobody notices. */
	f->knobs->corrupt = 1;
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
	PT_EXPECT(t, memcmp(b.dst, b.src, COPY_BYTES) != 0);
	PT_EXPECT_EQ(t, pt_netdma_now(f).retired, 0);
	f->knobs->fail_transfer = 3;
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
	PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
	PT_EXPECT_EQ(t, pt_netdma_now(f).retired, 1);
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
		PT_EXPECT_EQ(t, pt_netdma_now(f).timeouts, 1);
		PT_EXPECT_EQ(t, pt_netdma_now(f).retired, 1);
		PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
		PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
		PT_EXPECT_EQ(t, pt_netdma_now(f).cpu_copies, 1);
	}
	netdma_buffers_free(&b);
}

/* A copy that the caller gave up, and the engine has not. Return: NULL if it is not. */
static struct netdma_fixture *netdma_copy_too_late(struct portcls_test *t,
						   struct netdma_buffers *b)
{
	static const struct soft_dma_config config = { .channels = 1,
						       .no_terminate = true };
	struct netdma_fixture *f = pt_netdma_change(t, &config);

	*b = (struct netdma_buffers){};
	if (!f || !PT_EXPECT(t, netdma_buffers(b)))
		return NULL;
	portcls_netdma_set_offload(true, SZ_64K);
	f->knobs->late_us = 1500000;
	PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b->dst, b->src, COPY_BYTES, 0),
		     -ETIMEDOUT);
	PT_EXPECT(t, !portcls_netdma_quiet(f->chan));
	return f;
}

static void netdma_copy_late(struct portcls_test *t)
{
	struct netdma_buffers b;
	struct netdma_fixture *f = netdma_copy_too_late(t, &b);

	if (f) {
		msleep(1000);
		PT_EXPECT(t, portcls_netdma_quiet(f->chan));
		/* Now the buffers are ours: nobody unmaps them later. */
		memset(b.dst, 0x5a, COPY_BYTES);
		portcls_netdma_provider_stop(f->netdma);
		PT_EXPECT(t, !memchr_inv(b.dst, 0x5a, COPY_BYTES));
	}
	netdma_buffers_free(&b);
}

/* The provider's stop waits for the engine, and has the buffers let go. */
static void netdma_copy_late_stop(struct portcls_test *t)
{
	struct netdma_buffers b;
	struct netdma_fixture *f = netdma_copy_too_late(t, &b);

	if (f) {
		portcls_netdma_provider_stop(f->netdma);
		PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
		memset(b.dst, 0x5a, COPY_BYTES);
		PT_EXPECT(t, portcls_netdma_quiet(f->chan));
		PT_EXPECT(t, !memchr_inv(b.dst, 0x5a, COPY_BYTES));
		f->knobs->late_us = 0;
		PT_EXPECT_EQ(t, portcls_netdma_provider_start(f->netdma), 0);
		PT_EXPECT_EQ(t, pt_netdma_take(f), 0);
		PT_EXPECT_EQ(t, portcls_netdma_copy(f->chan, b.dst, b.src, COPY_BYTES, 0), 0);
		PT_EXPECT_EQ(t, memcmp(b.dst, b.src, COPY_BYTES), 0);
		PT_EXPECT_EQ(t, pt_netdma_now(f).cpu_copies, 0);
	}
	netdma_buffers_free(&b);
}

struct netdma_copier {
	struct netdma_fixture *f;
	struct netdma_buffers b;
	unsigned int rounds;
	unsigned int wrong;
};

static int netdma_copier(void *data)
{
	struct netdma_copier *c = data;

	while (!kthread_should_stop()) {
		memset(c->b.dst, 0, COPY_BYTES);
		c->wrong += portcls_netdma_copy(c->f->chan, c->b.dst, c->b.src, COPY_BYTES,
						0) || memcmp(c->b.dst, c->b.src, COPY_BYTES);
		WRITE_ONCE(c->rounds, c->rounds + 1);
		cond_resched();
	}
	return 0;
}

/* The provider stops between two pieces of a copy, and inside of them. */
static void netdma_copy_stop(struct portcls_test *t)
{
	struct netdma_copier c = { .f = t->priv };
	struct portcls_netdma_counters now = {};
	struct task_struct *task;
	unsigned int i, rounds;

	portcls_netdma_set_offload(true, SZ_64K);
	if (!PT_EXPECT(t, netdma_buffers(&c.b)))
		goto out;
	c.f->knobs->step_us = 100;
	task = kthread_run(netdma_copier, &c, "pt-copier");
	if (!PT_EXPECT(t, !IS_ERR(task)))
		goto out;
	for (i = 0; i < 20; i++) {
		usleep_range(2000 + i * 37, 2010 + i * 37);
		now = pt_netdma_now(c.f);
		portcls_netdma_provider_stop(c.f->netdma);
		PT_EXPECT_EQ(t, soft_dma_held(c.f->soft), 0);
		rounds = READ_ONCE(c.rounds);
		while (READ_ONCE(c.rounds) < rounds + 2)
			usleep_range(100, 200);
		if (!PT_EXPECT_EQ(t, portcls_netdma_provider_start(c.f->netdma), 0) ||
		    !PT_EXPECT_EQ(t, pt_netdma_take(c.f), 0))
			break;
	}
	kthread_stop(task);
	PT_EXPECT_EQ(t, c.wrong, 0);
	PT_EXPECT(t, now.copies > 0);
	pt_note("%u copies, %llu pieces by the engine", c.rounds, now.copies);
out:
	netdma_buffers_free(&c.b);
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
	PT_EXPECT_EQ(t, pt_netdma_now(f).cpu_copies, 1);
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
	PT_EXPECT_EQ(t, pt_netdma_now(f).copies, 0);
	PT_EXPECT_EQ(t, pt_netdma_now(f).cpu_copies, 5);
out:
	netdma_buffers_free(&b);
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

static const struct portcls_test_case netdma_copy_cases[] = {
	{ "ND-34 a lost callback ends in a timeout", netdma_copy_lost },
	{ "ND-34 a late engine keeps its buffers", netdma_copy_late },
	{ "ND-34 ND-32 a late engine's buffers are let go when the provider stops",
	  netdma_copy_late_stop },
	{ "ND-32 the provider stops below a copy, which goes on by the CPU",
	  netdma_copy_stop },
	{ "ND-36 ND-37 ND-40 what the engine fails at the CPU copies",
	  netdma_copy_falls_back },
	{ "ND-38 ND-39 what is not eligible the CPU copies", netdma_copy_not_eligible },
	{ "ND: an engine that lets bottom halves run is given its work as it has to be",
	  netdma_copy_crude },
	{ "ND: an engine gets pieces that it can copy", netdma_copy_aligned },
	{ "ND: the engine copies large buffers of any kind", netdma_copy },
	{ "ND: the cost of both ways is measured", netdma_curve },
	{ }
};

const struct portcls_test_suite pt_suite_netdma_copy = {
	.name = "netdma_copy",
	.cases = netdma_copy_cases,
	.init = pt_netdma_init,
	.exit = pt_netdma_exit,
};
