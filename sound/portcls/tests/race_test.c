// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers from several CPUs at once, with exactly-once accounting
 *
 * Each thread owns its requests. What a routine, which any CPU may run, tells
 * the owner is in the request: how often it ran, and what it was granted.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "fake_dev.h"
#include "portcls_test.h"
#include "soft_dma.h"

#define RACE_REGISTERS	8
#define RACE_THREADS	4
#define RACE_REQUESTS	3
#define RACE_LIST_BYTES	2048

struct race_fixture {
	struct platform_device *pdev;
	struct fake_arena arena;
	struct portcls_adapter *adapter;
	bool stop;
};

static const struct portcls_adapter_desc race_desc = {
	.master = true,
	.scatter_gather = true,
	.addr_bits = 64,
	.max_length = (RACE_REGISTERS - 1) * 4096,
};

static void race_drop(struct race_fixture *f)
{
	if (!IS_ERR_OR_NULL(f->adapter))
		portcls_adapter_put_sync(f->adapter);
	if (f->arena.mem)
		fake_arena_detach(&f->arena);
	fake_dev_free(f->pdev);
	kfree(f);
}

static int race_init(struct portcls_test *t)
{
	struct race_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	int err = 0;

	if (!f)
		return -ENOMEM;
	f->pdev = fake_dev_new("portcls-race");
	if (IS_ERR(f->pdev)) {
		kfree(f);
		return -ENODEV;
	}
	if (fake_arena_possible())
		err = fake_arena_attach(&f->arena, &f->pdev->dev);
	if (!err) {
		f->adapter = portcls_adapter_get(fake_dev_of(f->pdev), &race_desc);
		err = PTR_ERR_OR_ZERO(f->adapter);
	}
	if (err) {
		race_drop(f);
		return err;
	}
	t->priv = f;
	return 0;
}

static void race_exit(struct portcls_test *t)
{
	struct race_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.free_registers, RACE_REGISTERS);
	PT_EXPECT_EQ(t, now.live_grants, 0);
	PT_EXPECT_EQ(t, now.live_maps, 0);
	PT_EXPECT_EQ(t, now.pending, 0);
	PT_EXPECT_EQ(t, now.violations, 0);
	PT_EXPECT_EQ(t, now.maps, now.flushes);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	PT_EXPECT_EQ(t, f->arena.errors, 0);
	race_drop(f);
}

/* V3-38: one thread frees the channel, the other withdraws who waits for it. */

struct duel {
	struct race_fixture *f;
	struct portcls_transfer transfer;
	unsigned int round;
	unsigned int answered;
	unsigned int cancelled;
	unsigned int runs;
	bool stop;
};

static enum portcls_action duel_routine(struct portcls_adapter *adapter, u64 base,
					void *data)
{
	struct duel *duel = data;

	duel->runs++;
	return PORTCLS_DEALLOCATE_OBJECT;
}

static int duel_thread(void *data)
{
	struct duel *duel = data;
	unsigned int seen = 0, round;

	for (;;) {
		/* Pairs with the release that begins a duel. */
		round = smp_load_acquire(&duel->round);
		if (round == seen) {
			if (READ_ONCE(duel->stop))
				break;
			cond_resched();
			cpu_relax();
			continue;
		}
		seen = round;
		if (seen % 7 == 0)
			ndelay(seen % 997);
		duel->cancelled = portcls_adapter_cancel_channel(duel->f->adapter,
								 &duel->transfer);
		/* The outcome before the word that it is there. */
		smp_store_release(&duel->answered, seen);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void race_cancel_grant(struct portcls_test *t)
{
	const unsigned int rounds = 100000;
	struct race_fixture *f = t->priv;
	unsigned int i, wrong = 0, won[2] = { };
	struct portcls_transfer holder;
	struct task_struct *task;
	struct duel *duel;
	u64 base;

	if (num_online_cpus() < 2)
		PT_SKIP(t, "needs two CPUs");
	duel = kzalloc(sizeof(*duel), GFP_KERNEL);
	PT_ASSERT(t, duel);
	duel->f = f;
	task = pt_run_elsewhere(duel_thread, duel, "pt-duel");
	if (!PT_EXPECT(t, !IS_ERR(task))) {
		kfree(duel);
		return;
	}
	for (i = 1; i <= rounds && !wrong; i++) {
		portcls_transfer_init(f->adapter, &holder);
		portcls_transfer_init(f->adapter, &duel->transfer);
		duel->runs = 0;
		wrong += !!portcls_adapter_allocate_channel(f->adapter, &holder, 8,
				PORTCLS_SYNCHRONOUS_CALLBACK, NULL, NULL, &base);
		wrong += !!portcls_adapter_allocate_channel(f->adapter, &duel->transfer,
				8, 0, duel_routine, duel, NULL);
		/* The request before the word that it is there. */
		smp_store_release(&duel->round, i);
		if (i % 3)
			ndelay(i % 1999);
		wrong += !!portcls_adapter_free_channel(f->adapter);
		/* Pairs with the release of the answer. */
		while (smp_load_acquire(&duel->answered) != i) {
			cond_resched();
			cpu_relax();
		}
		portcls_transfer_wait(f->adapter, &duel->transfer);
		wrong += duel->runs + duel->cancelled != 1;
		won[duel->cancelled]++;
	}
	WRITE_ONCE(duel->stop, true);
	kthread_stop(task);
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT_EQ(t, won[0] + won[1], rounds);
	PT_EXPECT(t, won[0] && won[1]);
	pt_note("%u requests: %u granted, %u cancelled, each exactly once", rounds,
		won[0], won[1]);
	kfree(duel);
}

/* V3-72: everything at random. */

struct race_request {
	struct portcls_transfer transfer;
	enum portcls_action action;
	unsigned int registers;
	bool busy;
	u64 base;
	unsigned int runs;
};

struct race_thread {
	struct race_fixture *f;
	struct task_struct *task;
	struct rnd_state rnd;
	struct race_request request[RACE_REQUESTS];
	struct portcls_sg_list *list;
	u8 *buf;
	u64 ops;
	u64 granted;
	u64 ran;
	u64 cancelled;
	u64 refused;
	u64 mapped;
	u64 failed;
	u64 wrong;
};

/* The arena refuses some of the next maps, whoever makes them. */
static void race_fault(struct race_thread *me)
{
	struct fake_arena *arena = &me->f->arena;
	unsigned long flags;

	if (!arena->mem)
		return;
	spin_lock_irqsave(&arena->lock, flags);
	arena->fail_next = prandom_u32_state(&me->rnd) % 5;
	spin_unlock_irqrestore(&arena->lock, flags);
}

static enum portcls_action race_routine(struct portcls_adapter *adapter, u64 base,
					void *data)
{
	struct race_request *request = data;

	request->runs++;
	request->base = base;
	return request->action;
}

static void race_map(struct race_thread *me, struct race_request *request)
{
	struct portcls_link link = { .kind = PORTCLS_LINK_KMEM, .virt = me->buf,
				     .bytes = 4 * 4096 };
	struct portcls_chain chain = { &link, 1 };
	struct portcls_adapter *adapter = me->f->adapter;
	u32 offset = prandom_u32_state(&me->rnd) % 5000;
	u32 wanted = 1 + prandom_u32_state(&me->rnd) % 9000, n = wanted;
	bool write = prandom_u32_state(&me->rnd) & 1;
	u8 *seen;
	int err;

	if (!request->registers)
		return;
	err = portcls_transfer_map(adapter, &chain, request->base, offset, 0, &n, write,
				   me->list, RACE_LIST_BYTES, NULL, NULL);
	if (err) {
		/* Nothing is mapped then, and nothing may be flushed. */
		me->failed++;
		me->wrong += err != -ENOMEM || !me->f->arena.mem || n != wanted ||
			portcls_transfer_flush(adapter, &chain, request->base, offset, n,
					       write) != -EINVAL;
		return;
	}
	me->mapped++;
	seen = fake_dev_virt(fake_dev_of(me->f->pdev), me->list->element[0].addr);
	if (write && seen[0] != me->buf[offset])
		me->wrong++;
	if (!write)
		memset(seen, 0x77, min_t(u32, me->list->element[0].bytes,
					 PAGE_SIZE - offset_in_page(seen)));
	if (!n || n > wanted)
		me->wrong++;
	if (portcls_transfer_flush(adapter, &chain, request->base, offset, n, write))
		me->wrong++;
	if (!write && me->buf[offset] != 0x77)
		me->wrong++;
	me->buf[offset] = me->ops;
}

/* A grant that its routine, or nobody, has given back. */
static void race_free(struct race_thread *me, struct race_request *request)
{
	struct portcls_adapter *adapter = me->f->adapter;
	int err = 0;

	if (request->action != PORTCLS_DEALLOCATE_OBJECT)
		race_map(me, request);
	if (request->action == PORTCLS_KEEP_OBJECT)
		err = portcls_adapter_free_channel(adapter);
	else if (request->action == PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS)
		err = portcls_adapter_free_registers(adapter, request->base,
						     request->registers);
	me->wrong += !!err;
	request->busy = false;
}

static void race_step(struct race_thread *me)
{
	struct race_request *request =
		&me->request[prandom_u32_state(&me->rnd) % RACE_REQUESTS];
	struct portcls_adapter *adapter = me->f->adapter;
	struct portcls_adapter_counters now;
	u32 dice = prandom_u32_state(&me->rnd);
	bool sync = dice & 1;
	u64 base;
	int err;

	me->ops++;
	if (!(dice >> 16 & 31))
		race_fault(me);
	if (!request->busy) {
		me->wrong += !!portcls_transfer_init(adapter, &request->transfer);
		request->runs = 0;
		request->registers = (dice >> 1) % (RACE_REGISTERS + 1);
		request->action = (dice >> 8) % 3;
		err = portcls_adapter_allocate_channel(adapter, &request->transfer,
						       request->registers,
				sync ? PORTCLS_SYNCHRONOUS_CALLBACK : 0,
				race_routine, request, sync ? &base : NULL);
		if (err) {
			me->refused++;
			me->wrong += err != -EAGAIN || !sync || request->runs;
			return;
		}
		me->granted++;
		request->busy = true;
		return;
	}
	if (dice % 3 == 0 &&
	    portcls_adapter_cancel_channel(adapter, &request->transfer)) {
		me->cancelled++;
		me->wrong += request->runs != 0;
		request->busy = false;
	} else if (smp_load_acquire(&request->runs)) { /* pairs with the routine's release */
		portcls_transfer_wait(adapter, &request->transfer);
		me->ran++;
		me->wrong += request->runs != 1;
		race_free(me, request);
	}
	if (!portcls_adapter_counters(adapter, &now) ||
	    now.free_registers > RACE_REGISTERS)
		me->wrong++;
}

static int race_thread(void *data)
{
	struct race_thread *me = data;
	unsigned int i;

	while (!READ_ONCE(me->f->stop)) {
		race_step(me);
		cond_resched();
	}
	for (i = 0; i < RACE_REQUESTS; i++) {
		if (!me->request[i].busy)
			continue;
		if (portcls_adapter_cancel_channel(me->f->adapter,
						   &me->request[i].transfer)) {
			me->cancelled++;
			me->wrong += me->request[i].runs != 0;
			continue;
		}
		portcls_transfer_wait(me->f->adapter, &me->request[i].transfer);
		me->ran++;
		me->wrong += me->request[i].runs != 1;
		race_free(me, &me->request[i]);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void race_random(struct portcls_test *t)
{
	struct race_fixture *f = t->priv;
	struct portcls_adapter_counters now;
	struct race_thread *me, *all;
	struct race_thread sum = { };
	unsigned int i, made;

	all = kcalloc(RACE_THREADS, sizeof(*all), GFP_KERNEL);
	PT_ASSERT(t, all);
	for (made = 0; made < RACE_THREADS; made++) {
		me = &all[made];
		me->f = f;
		prandom_seed_state(&me->rnd, 0x5eed0000 + made);
		me->buf = kzalloc(4 * 4096, GFP_KERNEL);
		me->list = kzalloc(RACE_LIST_BYTES, GFP_KERNEL);
		me->task = ERR_PTR(-ENOMEM);
		if (me->buf && me->list)
			me->task = kthread_run(race_thread, me, "pt-race/%u", made);
		if (!PT_EXPECT(t, !IS_ERR(me->task))) {
			kfree(me->buf);
			kfree(me->list);
			break;
		}
	}
	/* In one sleep of minutes the task would be taken for hung. */
	for (i = 0; i < pt_race_seconds; i++)
		ssleep(1);
	WRITE_ONCE(f->stop, true);
	for (i = 0; i < made; i++) {
		me = &all[i];
		kthread_stop(me->task);
		sum.ops += me->ops;
		sum.granted += me->granted;
		sum.ran += me->ran;
		sum.cancelled += me->cancelled;
		sum.refused += me->refused;
		sum.mapped += me->mapped;
		sum.failed += me->failed;
		sum.wrong += me->wrong;
		kfree(me->buf);
		kfree(me->list);
	}
	kfree(all);
	PT_EXPECT_EQ(t, sum.wrong, 0);
	PT_EXPECT_EQ(t, sum.ran + sum.cancelled, sum.granted);
	PT_EXPECT(t, sum.mapped > 0 && sum.cancelled > 0);
	PT_EXPECT(t, !f->arena.mem || sum.failed > 0);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.grants, sum.ran);
	PT_EXPECT_EQ(t, now.cancelled, sum.cancelled);
	PT_EXPECT_EQ(t, now.maps, sum.mapped);
	PT_EXPECT_EQ(t, now.flushes, sum.mapped);
	pt_note("%u s on %u CPUs, %llu operations: %llu requests = %llu routines + %llu cancels, %llu refused",
		pt_race_seconds, num_online_cpus(), sum.ops, sum.granted, sum.ran,
		sum.cancelled, sum.refused);
	pt_note("%llu maps, %llu flushes, %llu windows halved, %llu maps failed for good; %u of %u registers free, %u pending",
		now.maps, now.flushes, now.map_retries, sum.failed, now.free_registers,
		now.max_registers, now.pending);
}

/* V3-60: the controller's end against a cancel. */

struct duel_done {
	struct completion done;
	unsigned int calls;
	enum portcls_completion status;
};

static void duel_done(struct portcls_adapter *adapter, enum portcls_completion status,
		      void *data)
{
	struct duel_done *d = data;

	d->calls++;
	d->status = status;
	complete(&d->done);
}

static void race_cancel_complete(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1,
		.granularity = DMA_RESIDUE_GRANULARITY_BURST };
	const struct portcls_adapter_desc desc = { .max_length = 4096 };
	struct portcls_system_desc wired = { .filter = soft_dma_filter,
					     .width = DMA_SLAVE_BUSWIDTH_1_BYTE };
	unsigned long until = jiffies + pt_race_seconds * HZ;
	struct race_fixture *f = t->priv;
	struct portcls_adapter *adapter;
	struct portcls_transfer transfer;
	unsigned int won[4] = { }, wrong = 0, rounds = 0, refused = 0;
	struct portcls_link link = { .kind = PORTCLS_LINK_KMEM, .bytes = 256 };
	struct portcls_chain chain = { &link, 1 };
	struct soft_dma *soft;
	struct duel_done d;
	u64 base;
	u32 n;
	int err;

	soft = soft_dma_new(&config);
	PT_ASSERT(t, !IS_ERR(soft));
	wired.filter_param = soft;
	link.virt = kzalloc(256, GFP_KERNEL);
	adapter = portcls_adapter_get_system(&f->pdev->dev, &desc, &wired);
	if (!PT_EXPECT(t, link.virt && !IS_ERR(adapter)))
		goto out;
	init_completion(&d.done);
	while (time_before(jiffies, until) && !wrong) {
		soft_dma_knobs(soft)->step_us = 10 + rounds % 40;
		/* Every fault that an engine has, in turn with none. */
		soft_dma_knobs(soft)->prep_null = rounds % 16 == 3;
		soft_dma_knobs(soft)->submit_error = rounds % 16 == 5;
		soft_dma_knobs(soft)->repeat_callback = rounds % 16 == 7;
		soft_dma_knobs(soft)->lose_callback = rounds % 16 == 9;
		soft_dma_knobs(soft)->fail_transfer = rounds % 16 == 11;
		soft_dma_knobs(soft)->lose_start = rounds % 16 == 13;
		soft_dma_knobs(soft)->late_us = rounds % 16 == 15 ? 100 : 0;
		d.calls = 0;
		portcls_transfer_init(adapter, &transfer);
		wrong += !!portcls_adapter_allocate_channel(adapter, &transfer, 1,
				PORTCLS_SYNCHRONOUS_CALLBACK, NULL, NULL, &base);
		n = 256;
		err = portcls_transfer_map(adapter, &chain, base, 0, 0, &n, true, NULL, 0,
					   duel_done, &d);
		if (rounds % 16 == 3 || rounds % 16 == 5) {
			wrong += err != (rounds % 16 == 3 ? -EAGAIN : -EIO) || d.calls;
			wrong += !!portcls_adapter_free_channel(adapter);
			refused++;
			rounds++;
			continue;
		}
		wrong += !!err;
		udelay(rounds * 7 % 80);
		wrong += !!portcls_transfer_cancel(adapter, &transfer);
		wrong += !wait_for_completion_timeout(&d.done, 10 * HZ);
		portcls_transfer_wait(adapter, &transfer);
		won[d.status & 3]++;
		wrong += d.calls != 1;
		wrong += !!portcls_transfer_flush(adapter, &chain, base, 0, 256, true);
		wrong += !!portcls_adapter_free_channel(adapter);
		rounds++;
	}
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT_EQ(t, won[PORTCLS_DMA_COMPLETE] + won[PORTCLS_DMA_CANCELLED] +
		     won[PORTCLS_DMA_ERROR] + refused, rounds);
	PT_EXPECT(t, won[PORTCLS_DMA_COMPLETE] && won[PORTCLS_DMA_CANCELLED]);
	pt_note("%u transfers: %u completed, %u cancelled, %u failed, %u refused, each exactly once",
		rounds, won[PORTCLS_DMA_COMPLETE], won[PORTCLS_DMA_CANCELLED],
		won[PORTCLS_DMA_ERROR], refused);
	PT_EXPECT_EQ(t, soft_dma_held(soft), 0);
out:
	if (!IS_ERR(adapter))
		portcls_adapter_put_sync(adapter);
	kfree(link.virt);
	soft_dma_free(soft);
}

static const struct portcls_test_case race_cases[] = {
	{ "V3-38 100000 races of cancel and grant have one winner each",
	  race_cancel_grant },
	{ "V3-72 V3-71 the books balance after any operation of any CPU", race_random },
	{ "V3-60 races of cancel and completion have one winner each",
	  race_cancel_complete },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_race = {
	.name = "transfer_race",
	.cases = race_cases,
	.init = race_init,
	.exit = race_exit,
};
