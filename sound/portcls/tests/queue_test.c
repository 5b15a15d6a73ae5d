// SPDX-License-Identifier: GPL-2.0
/*
 * The queue for an adapter's channel and map registers
 */
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "fake_dev.h"
#include "portcls_test.h"

#define QUEUE_REGISTERS		8

struct queue_fixture {
	struct platform_device *pdev;
	struct portcls_adapter *adapter;
	struct portcls_transfer transfer[6];
	u64 base;
	unsigned int runs;
	unsigned int order[16];
	unsigned long stack_low;
	unsigned long stack_high;
	unsigned int atomic;
};

static const struct portcls_adapter_desc queue_desc = {
	.version = PORTCLS_ADAPTER_VERSION,
	.master = true,
	.scatter_gather = true,
	.addr_bits = 64,
	.max_length = (QUEUE_REGISTERS - 1) * 4096,
};

static int queue_init(struct portcls_test *t)
{
	struct queue_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	unsigned int i;
	int err;

	if (!f)
		return -ENOMEM;
	f->pdev = fake_dev_new("portcls-queue");
	if (IS_ERR(f->pdev)) {
		err = PTR_ERR(f->pdev);
		kfree(f);
		return err;
	}
	f->adapter = portcls_adapter_get(fake_dev_of(f->pdev), &queue_desc);
	if (IS_ERR(f->adapter)) {
		err = PTR_ERR(f->adapter);
		fake_dev_free(f->pdev);
		kfree(f);
		return err;
	}
	for (i = 0; i < ARRAY_SIZE(f->transfer); i++)
		portcls_transfer_init(f->adapter, &f->transfer[i]);
	t->priv = f;
	return 0;
}

/* Every case must leave the books balanced and nothing live: V3-71. */
static void queue_exit(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.free_registers, QUEUE_REGISTERS);
	PT_EXPECT_EQ(t, now.live_grants, 0);
	PT_EXPECT_EQ(t, now.live_maps, 0);
	PT_EXPECT_EQ(t, now.pending, 0);
	PT_EXPECT(t, !now.channel_busy);
	portcls_adapter_put_sync(f->adapter);
	fake_dev_free(f->pdev);
	kfree(f);
}

static struct portcls_adapter_counters queue_now(struct queue_fixture *f)
{
	struct portcls_adapter_counters now;

	portcls_adapter_counters(f->adapter, &now);
	return now;
}

static unsigned int queue_free(struct queue_fixture *f)
{
	return queue_now(f).free_registers;
}

/* Routines: what they leave behind is in their name. */

static enum portcls_action queue_note(struct queue_fixture *f, u64 base)
{
	if (f->runs < ARRAY_SIZE(f->order))
		f->order[f->runs] = base;
	f->runs++;
	f->base = base;
	if (in_softirq() || irqs_disabled())
		f->atomic++;
	return PORTCLS_KEEP_OBJECT;
}

static enum portcls_action queue_keep(struct portcls_adapter *adapter, u64 base,
				      void *data)
{
	return queue_note(data, base);
}

static enum portcls_action queue_drop(struct portcls_adapter *adapter, u64 base,
				      void *data)
{
	queue_note(data, base);
	return PORTCLS_DEALLOCATE_OBJECT;
}

static enum portcls_action queue_drop_channel(struct portcls_adapter *adapter,
					      u64 base, void *data)
{
	queue_note(data, base);
	return PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS;
}

static enum portcls_action queue_free_and_drop(struct portcls_adapter *adapter,
					       u64 base, void *data)
{
	queue_note(data, base);
	portcls_adapter_free_channel(adapter);
	return PORTCLS_DEALLOCATE_OBJECT;
}

static int queue_async(struct queue_fixture *f, unsigned int i, unsigned int n,
		       portcls_execution_fn routine)
{
	return portcls_adapter_allocate_channel(f->adapter, &f->transfer[i], n, 0,
						routine, f, NULL);
}

static int queue_sync(struct queue_fixture *f, unsigned int i, unsigned int n,
		      portcls_execution_fn routine, u64 *base)
{
	return portcls_adapter_allocate_channel(f->adapter, &f->transfer[i], n,
						PORTCLS_SYNCHRONOUS_CALLBACK,
						routine, f, base);
}

static void queue_async_rules(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 base = 99;

	PT_EXPECT_EQ(t, queue_async(f, 0, 1, NULL), -EINVAL);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer[0],
							 1, 0, queue_drop, f, &base),
		     -EINVAL);
	PT_EXPECT_EQ(t, base, 99);
	PT_EXPECT_EQ(t, f->runs, 0);
}

static void queue_sync_rules(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;

	PT_EXPECT_EQ(t, queue_sync(f, 0, 1, NULL, NULL), -EINVAL);
	PT_EXPECT_EQ(t, queue_free(f), QUEUE_REGISTERS);
}

static void queue_sync_grant(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 base = 0, other = 99;

	PT_EXPECT_EQ(t, queue_sync(f, 0, 8, NULL, &base), 0);
	PT_EXPECT(t, base != 0);
	PT_EXPECT_EQ(t, queue_free(f), 0);
	PT_EXPECT_EQ(t, queue_sync(f, 1, 1, queue_drop, &other), -EAGAIN);
	PT_EXPECT_EQ(t, other, 99);
	PT_EXPECT_EQ(t, f->runs, 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

static void queue_sync_routine(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 base = 99;

	PT_EXPECT_EQ(t, queue_sync(f, 0, 3, queue_drop, &base), 0);
	PT_EXPECT_EQ(t, f->runs, 1);
	PT_EXPECT_EQ(t, base, 0);
	PT_EXPECT_EQ(t, queue_sync(f, 1, 3, queue_keep, &base), 0);
	PT_EXPECT_EQ(t, f->runs, 2);
	PT_EXPECT(t, base != 0 && base == f->base);
	PT_EXPECT_EQ(t, queue_free(f), 5);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

static void queue_too_many(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 base = 99;

	PT_EXPECT_EQ(t, queue_async(f, 0, 9, queue_drop), -ENOSPC);
	PT_EXPECT_EQ(t, queue_sync(f, 1, 9, queue_drop, &base), -ENOSPC);
	PT_EXPECT_EQ(t, queue_async(f, 2, 8, queue_drop), 0);
	PT_EXPECT_EQ(t, f->runs, 1);
	PT_EXPECT_EQ(t, base, 99);
}

static void queue_flags(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	unsigned int bit;

	for (bit = 1; bit < 32; bit++)
		PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter,
								 &f->transfer[0], 1,
								 BIT(bit), queue_drop,
								 f, NULL), -EINVAL);
	PT_EXPECT_EQ(t, f->runs, 0);
}

static void queue_async_once(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;

	PT_EXPECT_EQ(t, queue_async(f, 0, 1, queue_drop), 0);
	portcls_transfer_wait(f->adapter, &f->transfer[0]);
	PT_EXPECT_EQ(t, f->runs, 1);
	PT_EXPECT_EQ(t, queue_free(f), QUEUE_REGISTERS);
}

static void queue_order(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	unsigned int i;
	u64 base;

	PT_ASSERT_EQ(t, queue_sync(f, 5, 8, NULL, &base), 0);
	for (i = 0; i < 5; i++)
		PT_EXPECT_EQ(t, queue_async(f, i, 8 - i, queue_keep), 0);
	PT_EXPECT_EQ(t, queue_now(f).pending, 5);
	for (i = 0; i < 5; i++) {
		PT_EXPECT_EQ(t, f->runs, i);
		PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
		PT_EXPECT_EQ(t, f->runs, i + 1);
		/* Names grow in the order of the requests. */
		PT_EXPECT_EQ(t, f->order[i], base + 1 + i);
	}
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

static void queue_no_overtaking(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 base = 0, other;

	PT_ASSERT_EQ(t, queue_sync(f, 0, 4, queue_drop_channel, &base), 0);
	PT_EXPECT_EQ(t, queue_free(f), 4);
	PT_EXPECT_EQ(t, queue_async(f, 1, 8, queue_drop), 0);
	PT_EXPECT_EQ(t, queue_async(f, 2, 1, queue_drop), 0);
	PT_EXPECT_EQ(t, f->runs, 1);
	PT_EXPECT_EQ(t, queue_now(f).pending, 2);
	PT_EXPECT_EQ(t, queue_sync(f, 3, 1, NULL, &other), -EAGAIN);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, base, 4), 0);
	PT_EXPECT_EQ(t, f->runs, 3);
}

static void queue_context_in_use(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 base;

	PT_ASSERT_EQ(t, queue_sync(f, 0, 1, NULL, &base), 0);
	PT_EXPECT_EQ(t, queue_async(f, 0, 1, queue_drop), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer[0]), -EBUSY);
	PT_EXPECT_EQ(t, queue_async(f, 1, 1, queue_drop), 0);
	PT_EXPECT_EQ(t, queue_async(f, 1, 1, queue_drop), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer[1]), -EBUSY);
	PT_EXPECT_EQ(t, queue_now(f).pending, 1);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT_EQ(t, f->runs, 1);
	/* Used up: only a new start makes it good again. */
	PT_EXPECT_EQ(t, queue_async(f, 1, 1, queue_drop), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer[1]), 0);
	PT_EXPECT_EQ(t, queue_async(f, 1, 1, queue_drop), 0);
	PT_EXPECT_EQ(t, f->runs, 2);
}

struct chain_step {
	struct portcls_transfer transfer;
	struct chain_fixture *chain;
	unsigned int runs;
};

struct chain_fixture {
	struct completion done;
	atomic_t left;
	unsigned long low;
	unsigned long high;
	int cpu;
};

static enum portcls_action chain_routine(struct portcls_adapter *adapter, u64 base,
					 void *data)
{
	struct chain_step *step = data;
	struct chain_fixture *chain = step->chain;
	unsigned long here = (unsigned long)__builtin_frame_address(0);

	step->runs++;
	/* Depth only compares on one stack, that of the first thread. */
	if (chain->cpu == task_pid_nr(current)) {
		chain->low = min(chain->low, here);
		chain->high = max(chain->high, here);
	}
	if (step->runs & 1)
		portcls_adapter_free_channel(adapter);
	if (atomic_dec_and_test(&chain->left))
		complete(&chain->done);
	return PORTCLS_DEALLOCATE_OBJECT;
}

static void queue_stack(struct portcls_test *t)
{
	const unsigned int count = 10000;
	struct queue_fixture *f = t->priv;
	struct chain_fixture chain = { .low = ULONG_MAX };
	struct chain_step *step = vcalloc(count, sizeof(*step));
	unsigned int i, wrong = 0;
	u64 base;

	PT_ASSERT(t, step);
	init_completion(&chain.done);
	atomic_set(&chain.left, count);
	chain.cpu = task_pid_nr(current);
	PT_EXPECT_EQ(t, queue_sync(f, 0, 8, NULL, &base), 0);
	for (i = 0; i < count; i++) {
		step[i].chain = &chain;
		portcls_transfer_init(f->adapter, &step[i].transfer);
		wrong += !!portcls_adapter_allocate_channel(f->adapter,
							    &step[i].transfer, 8, 0,
							    chain_routine, &step[i],
							    NULL);
	}
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT(t, wait_for_completion_timeout(&chain.done, 60 * HZ));
	for (i = 0; i < count; i++) {
		portcls_transfer_wait(f->adapter, &step[i].transfer);
		wrong += step[i].runs != 1;
	}
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT(t, chain.high >= chain.low && chain.high - chain.low < 1024);
	vfree(step);
}

static void queue_level(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	unsigned long flags;

	PT_EXPECT_EQ(t, queue_async(f, 0, 1, queue_drop), 0);
	PT_EXPECT_EQ(t, queue_sync(f, 1, 1, queue_drop, NULL), 0);
	local_irq_save(flags);
	PT_EXPECT_EQ(t, queue_async(f, 2, 1, queue_drop), 0);
	PT_EXPECT(t, irqs_disabled());
	local_irq_restore(flags);
	local_bh_disable();
	PT_EXPECT_EQ(t, queue_async(f, 3, 1, queue_free_and_drop), 0);
	local_bh_enable();
	PT_EXPECT_EQ(t, f->runs, 4);
	PT_EXPECT_EQ(t, f->atomic, 4);
}

static void queue_action_keep(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;

	PT_EXPECT_EQ(t, queue_async(f, 0, 5, queue_keep), 0);
	PT_EXPECT_EQ(t, queue_async(f, 1, 8, queue_drop), 0);
	PT_EXPECT_EQ(t, f->runs, 1);
	PT_EXPECT_EQ(t, queue_free(f), 3);
	PT_EXPECT(t, queue_now(f).channel_busy);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT_EQ(t, f->runs, 2);
}

static void queue_action_drop(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;

	PT_EXPECT_EQ(t, queue_async(f, 0, 8, queue_drop), 0);
	PT_EXPECT_EQ(t, queue_free(f), 8);
	PT_EXPECT(t, !queue_now(f).channel_busy);
	PT_EXPECT_EQ(t, queue_async(f, 1, 8, queue_free_and_drop), 0);
	PT_EXPECT_EQ(t, f->runs, 2);
	PT_EXPECT_EQ(t, queue_free(f), 8);
}

static void queue_action_keep_registers(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 first;

	PT_EXPECT_EQ(t, queue_async(f, 0, 5, queue_drop_channel), 0);
	first = f->base;
	PT_EXPECT_EQ(t, queue_free(f), 3);
	PT_EXPECT(t, !queue_now(f).channel_busy);
	PT_EXPECT_EQ(t, queue_async(f, 1, 3, queue_drop_channel), 0);
	PT_EXPECT_EQ(t, f->runs, 2);
	PT_EXPECT_EQ(t, queue_free(f), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, first, 4), -EINVAL);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 5), -EINVAL);
	PT_EXPECT_EQ(t, queue_free(f), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, first, 5), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 3), 0);
}

static void queue_free_object(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 base;

	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter, PORTCLS_KEEP_OBJECT), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter, 99), -EINVAL);
	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter,
						    PORTCLS_DEALLOCATE_OBJECT), -EINVAL);
	PT_ASSERT_EQ(t, queue_sync(f, 0, 2, NULL, &base), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter, PORTCLS_KEEP_OBJECT), 0);
	PT_EXPECT_EQ(t, queue_free(f), 6);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, base, 2), -EINVAL);
	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter,
						    PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS), 0);
	PT_EXPECT_EQ(t, queue_free(f), 6);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, base, 2), 0);
}

static void queue_no_owner(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;

	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), -EINVAL);
	PT_EXPECT_EQ(t, queue_async(f, 0, 5, queue_drop_channel), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), -EINVAL);
	PT_EXPECT_EQ(t, queue_free(f), 3);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 5), 0);
}

static void queue_dead_handle(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	struct portcls_link link = { .kind = PORTCLS_LINK_KMEM, .virt = f,
				     .bytes = 16 };
	struct portcls_chain chain = { &link, 1 };
	u32 length = 16;
	u64 list[32], base;

	PT_ASSERT_EQ(t, queue_sync(f, 0, 2, NULL, &base), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, base, 2), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &chain, base, 0, 0, &length,
					     true, (void *)list, sizeof(list), NULL,
					     NULL), -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_flush(f->adapter, &chain, base, 0, 16, true),
		     -EINVAL);
	/* The same context again, yet another grant. */
	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer[0]), 0);
	PT_EXPECT_EQ(t, queue_async(f, 0, 2, queue_drop_channel), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, base, 2), -EINVAL);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->base, 2), 0);
}

static void queue_cancel_pending(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	u64 base;

	PT_ASSERT_EQ(t, queue_sync(f, 0, 3, NULL, &base), 0);
	PT_EXPECT_EQ(t, queue_async(f, 1, 2, queue_drop), 0);
	PT_EXPECT(t, portcls_adapter_cancel_channel(f->adapter, &f->transfer[1]));
	PT_EXPECT(t, !portcls_adapter_cancel_channel(f->adapter, &f->transfer[1]));
	PT_EXPECT(t, !portcls_adapter_cancel_channel(f->adapter, &f->transfer[0]));
	PT_EXPECT_EQ(t, queue_free(f), 5);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT(t, !portcls_adapter_cancel_channel(f->adapter, &f->transfer[0]));
	PT_EXPECT_EQ(t, f->runs, 0);
	portcls_transfer_wait(f->adapter, &f->transfer[1]);
}

static void queue_cancel_head(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;

	PT_EXPECT_EQ(t, queue_async(f, 0, 4, queue_drop_channel), 0);
	PT_EXPECT_EQ(t, queue_async(f, 1, 8, queue_drop), 0);
	PT_EXPECT_EQ(t, queue_async(f, 2, 1, queue_keep), 0);
	PT_EXPECT_EQ(t, f->runs, 1);
	PT_EXPECT_EQ(t, f->base, f->order[0]);
	PT_EXPECT(t, portcls_adapter_cancel_channel(f->adapter, &f->transfer[1]));
	PT_EXPECT_EQ(t, f->runs, 2);
	PT_EXPECT_EQ(t, queue_free(f), 3);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(f->adapter, f->order[0], 4), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

static void queue_cancel_unused(struct portcls_test *t)
{
	struct portcls_transfer stranger = {};
	struct queue_fixture *f = t->priv;
	u64 base = 99;

	PT_EXPECT(t, !portcls_adapter_cancel_channel(f->adapter, &stranger));
	PT_EXPECT(t, portcls_adapter_cancel_channel(f->adapter, &f->transfer[0]));
	PT_EXPECT_EQ(t, queue_async(f, 0, 1, queue_drop), -ECANCELED);
	PT_EXPECT_EQ(t, queue_sync(f, 0, 1, NULL, &base), -ECANCELED);
	PT_EXPECT_EQ(t, f->runs, 0);
	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer[0]), 0);
	PT_EXPECT_EQ(t, queue_async(f, 0, 1, queue_drop), 0);
	PT_EXPECT_EQ(t, f->runs, 1);
}

static void queue_teardown(struct portcls_test *t)
{
	struct queue_fixture *f = t->priv;
	struct portcls_adapter *adapter;
	struct portcls_transfer *transfer = f->transfer;
	struct portcls_adapter_counters now;
	u64 base, other = 99;

	adapter = portcls_adapter_get(&f->pdev->dev, &queue_desc);
	PT_ASSERT(t, !IS_ERR(adapter));
	portcls_transfer_init(adapter, &transfer[0]);
	portcls_transfer_init(adapter, &transfer[1]);
	portcls_transfer_init(adapter, &transfer[2]);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(adapter, &transfer[0], 8,
							 PORTCLS_SYNCHRONOUS_CALLBACK, NULL, f, &base), 0);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(adapter, &transfer[1], 8, 0,
							 queue_drop, f, NULL), 0);
	/* The live grant keeps the memory beyond the last put. */
	portcls_adapter_put(adapter);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(adapter, &transfer[2], 1,
							 PORTCLS_SYNCHRONOUS_CALLBACK, NULL, f, &other),
		     -ESHUTDOWN);
	PT_EXPECT_EQ(t, other, 99);
	PT_EXPECT(t, portcls_adapter_counters(adapter, &now));
	PT_EXPECT_EQ(t, now.pending, 0);
	PT_EXPECT_EQ(t, now.violations, 1);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(adapter), 0);
	PT_EXPECT_EQ(t, f->runs, 0);
}

static const struct portcls_test_case queue_cases[] = {
	{ "V3-13 an asynchronous request has a routine and no pointer",
	  queue_async_rules },
	{ "V3-14 a synchronous request has a routine or a pointer", queue_sync_rules },
	{ "V3-15 V3-16 a synchronous grant owns all, the next is refused",
	  queue_sync_grant },
	{ "V3-17 a synchronous routine runs once before the call returns",
	  queue_sync_routine },
	{ "V3-18 more registers than there are never come", queue_too_many },
	{ "V3-19 unknown flags are refused", queue_flags },
	{ "V3-20 an asynchronous routine runs once", queue_async_once },
	{ "V3-21 requests are granted in order", queue_order },
	{ "V3-22 V3-23 nothing overtakes a blocked head", queue_no_overtaking },
	{ "V3-24 V3-25 a context serves one request at a time", queue_context_in_use },
	{ "V3-26 10000 releases inside routines do not nest", queue_stack },
	{ "V3-27 routines run atomic and unlocked", queue_level },
	{ "V3-28 KeepObject keeps channel and registers", queue_action_keep },
	{ "V3-29 DeallocateObject frees both, once", queue_action_drop },
	{ "V3-30 V3-31 DeallocateObjectKeepRegisters frees the channel",
	  queue_action_keep_registers },
	{ "V3-32 FreeAdapterObject KeepObject changes nothing", queue_free_object },
	{ "V3-33 FreeAdapterChannel needs an owner", queue_no_owner },
	{ "V3-35 a released handle is dead", queue_dead_handle },
	{ "V3-36 V3-37 cancel withdraws a pending request, once", queue_cancel_pending },
	{ "V3-39 cancelling a blocked head lets the next through", queue_cancel_head },
	{ "V3-40 cancelling an unused context poisons it", queue_cancel_unused },
	{ "V3-70 after the last put nothing is granted", queue_teardown },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_queue = {
	.name = "transfer_queue",
	.cases = queue_cases,
	.init = queue_init,
	.exit = queue_exit,
};
