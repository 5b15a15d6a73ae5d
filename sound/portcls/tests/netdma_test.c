// SPDX-License-Identifier: GPL-2.0
/*
 * NetDMA: providers, channels and their CPUs
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "netdma_fixture.h"

static void netdma_not_started(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	portcls_netdma_free(f->chan);
	portcls_netdma_provider_stop(f->netdma);
	PT_EXPECT_EQ(t, pt_netdma_take(f), -ENODEV);
	PT_EXPECT_EQ(t, portcls_netdma_provider_start(f->netdma), 0);
	PT_EXPECT_EQ(t, portcls_netdma_provider_start(f->netdma), -EBUSY);
	PT_EXPECT_EQ(t, pt_netdma_take(f), 0);
}

static void netdma_bad_params(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct portcls_netdma_params good, bad;
	struct portcls_netdma_chan *chan = (void *)f;
	unsigned int i, free = pt_netdma_now(f).free;

	pt_netdma_params(f, &good);
	for (i = 0; i < 9; i++) {
		bad = good;
		switch (i) {
		case 0:
			bad.revision = 0;
			break;
		case 1:
			bad.revision = 3;
			break;
		case 2:
			bad.size = PORTCLS_NETDMA_PARAMS_SIZE_2 - 1;
			break;
		case 3:
			bad.revision = 1;
			bad.size = PORTCLS_NETDMA_PARAMS_SIZE_1 - 1;
			break;
		case 4:
			bad.flags = 1;
			break;
		case 5:
			bad.completion_addr = 0;
			break;
		case 6:
			bad.completion = NULL;
			break;
		case 7:
			bad.completion_addr += 4;
			break;
		case 8:
			bad.completion = (u64 *)((u8 *)f->word + 4);
			break;
		}
		PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &bad, NULL, NULL,
							&chan), -EINVAL);
		PT_EXPECT_EQ(t, bad.cpu_number, 12345);
	}
	PT_EXPECT(t, chan == (void *)f);
	PT_EXPECT_EQ(t, pt_netdma_now(f).free, free);
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

	pt_netdma_params(f, &params);
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
		pt_netdma_params(f, &params);
		params.cpu_mask = BIT_ULL(cpu);
		PT_ASSERT_EQ(t, portcls_netdma_allocate(f->netdma, &params, pt_netdma_note, f,
							&f->chan), 0);
		PT_EXPECT_EQ(t, params.cpu_number, cpu);
		PT_EXPECT_EQ(t, portcls_netdma_cpu(f->chan), cpu);
		pt_netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
		PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
		PT_EXPECT(t, pt_netdma_wait(f));
		/* Until the notification has returned, the next one comes where it ran. */
		msleep(20);
		portcls_netdma_free(f->chan);
		params.cpu_mask = 0;
		params.cpus = cpumask_of(cpu);
		PT_ASSERT_EQ(t, portcls_netdma_allocate(f->netdma, &params, pt_netdma_note, f,
							&f->chan), 0);
		PT_EXPECT_EQ(t, params.cpu_number, cpu);
	}
	PT_EXPECT_EQ(t, f->wrong_cpu, 0);
	portcls_netdma_free(f->chan);
	pt_netdma_params(f, &params);
	if (nr_cpu_ids < 64) {
		params.cpu_mask = BIT_ULL(63);
		PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &params, pt_netdma_note, f,
							&f->chan), -EINVAL);
	}
	PT_EXPECT_EQ(t, pt_netdma_take(f), 0);
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
	pt_netdma_params(f, &params);
	params.cpu_mask = BIT_ULL(1);
	PT_ASSERT_EQ(t, portcls_netdma_allocate(f->netdma, &params, pt_netdma_note, f,
						&f->chan), 0);
	f->knobs->step_us = 200;
	pt_netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	for (i = 0; i < 200; i++) {
		PT_ASSERT_EQ(t, pt_netdma_start(f, 1), 0);
		if (i == 100 && remove_cpu(1))
			PT_SKIP(t, "CPU 1 does not go offline");
		if (!PT_EXPECT(t, pt_netdma_wait(f)))
			break;
	}
	PT_EXPECT_EQ(t, f->calls, 200);
	PT_EXPECT(t, portcls_netdma_cpu(f->chan) != 1);
	PT_EXPECT_EQ(t, pt_netdma_now(f).cpu_migrations, 1);
	PT_EXPECT_EQ(t, add_cpu(1), 0);
}

static void netdma_priority(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct portcls_netdma_params params;

	portcls_netdma_free(f->chan);
	pt_netdma_params(f, &params);
	params.priority = 0xffffffff;
	PT_EXPECT_EQ(t, portcls_netdma_allocate(f->netdma, &params, pt_netdma_note, f,
						&f->chan), 0);
	pt_netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, f->last, pt_netdma_addr(f->desc));
}

static void netdma_no_abort(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1,
						       .no_terminate = true };
	struct netdma_fixture *f;

	f = t->priv;
	PT_EXPECT(t, portcls_netdma_can_abort(f->chan));
	f = pt_netdma_change(t, &config);
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
	pt_netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 1), 0);
	portcls_netdma_provider_stop(f->netdma);
	calls = f->calls;
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 64), 0);
	msleep(50);
	PT_EXPECT_EQ(t, f->calls, calls);
	PT_EXPECT_EQ(t, portcls_netdma_provider_start(f->netdma), 0);
	PT_EXPECT_EQ(t, pt_netdma_take(f), 0);
	reinit_completion(&f->done);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
}

/* A client that does not know yet. */
static void netdma_after_stop(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u64 last;

	pt_netdma_list(f, 1, 64, 0);
	portcls_netdma_provider_stop(f->netdma);
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_reset(f->chan), -EINVAL);
	PT_EXPECT(t, !portcls_netdma_can_abort(f->chan));
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc, pt_netdma_addr(f->desc), 1),
		     -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_suspend(f->chan, &last), -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_resume(f->chan), -EINVAL);
	PT_EXPECT(t, portcls_netdma_quiet(f->chan));
}

struct netdma_stopper {
	struct netdma_fixture *f;
	struct work_struct work;
	struct completion ended;
	int (*terminate)(struct dma_chan *dma);
	unsigned int terminates;
	bool early;
	int again;
};

static struct netdma_stopper *netdma_stopper;

static void netdma_stop_work(struct work_struct *work)
{
	struct netdma_stopper *s = container_of(work, struct netdma_stopper, work);

	portcls_netdma_provider_stop(s->f->netdma);
	complete(&s->ended);
}

static void netdma_stopper_init(struct netdma_stopper *s)
{
	INIT_WORK_ONSTACK(&s->work, netdma_stop_work);
	init_completion(&s->ended);
}

/* As far as an abort has come when the operation ends by itself and the provider stops. */
static int netdma_terminate(struct dma_chan *dma)
{
	struct netdma_stopper *s = netdma_stopper;

	if (s->terminates++)
		return s->terminate(dma);
	schedule_work(&s->work);
	s->early = wait_for_completion_timeout(&s->ended, HZ);
	if (s->early)
		return -ENODEV;
	s->again = portcls_netdma_abort(s->f->chan);
	return s->terminate(dma);
}

static void netdma_stop_abort(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_stopper s = { .f = f, .again = -1,
				    .terminate = f->dma->device_terminate_all };

	f->knobs->step_us = 100000;
	pt_netdma_list(f, 2, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 2), 0);
	netdma_stopper_init(&s);
	netdma_stopper = &s;
	f->dma->device_terminate_all = netdma_terminate;
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), 0);
	flush_work(&s.work);
	f->dma->device_terminate_all = s.terminate;
	destroy_work_on_stack(&s.work);
	PT_EXPECT(t, !s.early);
	/* The second one had nothing left to do. */
	PT_EXPECT_EQ(t, s.again, 0);
	PT_EXPECT_EQ(t, s.terminates, 1);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
}

static void netdma_stop_suspended(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_stopper s = { .f = f };
	unsigned int i;
	u64 last;
	int err = 0;

	f->knobs->step_us = 1000000;
	pt_netdma_list(f, 2, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT_EQ(t, portcls_netdma_suspend(f->chan, &last), -EBUSY);
	netdma_stopper_init(&s);
	schedule_work(&s.work);
	/* Refused once the provider stops; what is appended moves nothing. */
	for (i = 0; i < 10000; i++) {
		err = portcls_netdma_append(f->chan, f->desc + 8, pt_netdma_addr(f->desc + 8),
					    1);
		if (err == -EINVAL)
			break;
		usleep_range(50, 100);
	}
	PT_EXPECT_EQ(t, err, -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_resume(f->chan), -EINVAL);
	flush_work(&s.work);
	destroy_work_on_stack(&s.work);
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc) | PORTCLS_NETDMA_SUSPEND);
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 64), 0);
	PT_EXPECT(t, !memchr_inv(f->dst + 64, 0, 64));
}

static void netdma_atomic(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	unsigned long flags;
	int err;

	local_irq_save(flags);
	portcls_netdma_free(f->chan);
	err = pt_netdma_take(f);
	local_irq_restore(flags);
	PT_EXPECT_EQ(t, err, 0);
}

struct netdma_slow {
	bool begun;
	bool over;
};

/* Longer than whoever frees the channel takes to look. */
static void netdma_slow_note(void *handle, u64 last)
{
	struct netdma_slow *slow = handle;

	WRITE_ONCE(slow->begun, true);
	mdelay(100);
	WRITE_ONCE(slow->over, true);
}

static void netdma_synchronize(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct portcls_netdma_params params;
	struct netdma_slow slow = {};
	struct portcls_netdma_chan *chan;
	unsigned long until = jiffies + 10 * HZ;
	unsigned int cpu;

	pt_netdma_params(f, &params);
	for_each_online_cpu(cpu) {
		if (cpu != raw_smp_processor_id())
			params.cpu_mask = BIT_ULL(cpu);
	}
	PT_ASSERT_EQ(t, portcls_netdma_allocate(f->netdma, &params, netdma_slow_note, &slow,
						&chan), 0);
	pt_netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	PT_EXPECT_EQ(t, portcls_netdma_start(chan, f->desc, pt_netdma_addr(f->desc), 1), 0);
	while (!READ_ONCE(slow.begun) && time_before(jiffies, until))
		usleep_range(50, 100);
	PT_EXPECT(t, READ_ONCE(slow.begun));
	portcls_netdma_free(chan);
	portcls_netdma_synchronize(chan);
	PT_EXPECT(t, READ_ONCE(slow.over));
	/* It lies on this stack. */
	if (!slow.over)
		msleep(200);
	/* With nothing under way there is nothing to wait for. */
	portcls_netdma_synchronize(f->chan);
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

struct netdma_two {
	struct soft_dma *first;
	struct soft_dma *second;
};

static bool netdma_of_two(struct dma_chan *dma, void *param)
{
	const struct netdma_two *two = param;

	return soft_dma_filter(dma, two->first) || soft_dma_filter(dma, two->second);
}

/* The first engine that dmaengine offers is none for who wants order. */
static void netdma_second_engine(struct portcls_test *t)
{
	static const struct soft_dma_config unordered = { .channels = 1,
							  .unordered = true };
	static const struct soft_dma_config ordered = { .channels = 2 };
	struct netdma_two two = { .first = soft_dma_new(&unordered) };
	struct portcls_netdma_config config = { .max_channels = 3,
						.filter = netdma_of_two,
						.filter_param = &two };
	struct portcls_netdma_counters now = {};
	struct portcls_netdma *netdma;

	PT_ASSERT(t, !IS_ERR(two.first));
	two.second = soft_dma_new(&ordered);
	if (!PT_EXPECT(t, !IS_ERR(two.second)))
		goto out;
	netdma = portcls_netdma_register(&config);
	if (PT_EXPECT(t, !IS_ERR(netdma))) {
		PT_EXPECT_EQ(t, portcls_netdma_provider_start(netdma), 0);
		portcls_netdma_counters(netdma, &now);
		PT_EXPECT_EQ(t, now.channels, 2);
		portcls_netdma_provider_stop(netdma);
		portcls_netdma_deregister(netdma);
	}
	soft_dma_free(two.second);
out:
	soft_dma_free(two.first);
}

/* One engine is waited for; on the others nothing begins any more. */
static void netdma_stop_all(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_stopper s = { .f = f };
	struct portcls_netdma_params params = { .revision = 2, .size = sizeof(params) };
	struct portcls_netdma_chan *other, *third;
	unsigned int i;
	int err = 0;

	PT_ASSERT_EQ(t, portcls_netdma_allocate(f->netdma, &params, NULL, NULL, &other), 0);
	f->knobs->step_us = 1000000;
	pt_netdma_list(f, 1, 64, 0);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 1), 0);
	netdma_stopper_init(&s);
	schedule_work(&s.work);
	/* That it has begun is seen where somebody asks for a channel. */
	for (i = 0; i < 10000 && err != -ENODEV; i++) {
		err = portcls_netdma_allocate(f->netdma, &params, NULL, NULL, &third);
		if (!err)
			portcls_netdma_free(third);
		usleep_range(50, 100);
	}
	PT_EXPECT_EQ(t, err, -ENODEV);
	PT_EXPECT(t, !completion_done(&s.ended));
	err = portcls_netdma_start(other, f->desc + 8, pt_netdma_addr(f->desc + 8), 1);
	flush_work(&s.work);
	destroy_work_on_stack(&s.work);
	PT_EXPECT_EQ(t, err, -EINVAL);
}

static const struct portcls_test_case netdma_cases[] = {
	{ "ND-01 no channel before start or after stop", netdma_not_started },
	{ "ND-02 ND-03 ND-04 wrong parameters take nothing", netdma_bad_params },
	{ "ND-05 ND-04 every channel once, then busy", netdma_all_channels },
	{ "ND-06 ND-07 ND-08 the CPU told is one of the mask", netdma_cpus },
	{ "ND-10 a CPU that goes takes no notification with it", netdma_offline },
	{ "ND-11 any priority is served", netdma_priority },
	{ "ND-29 an engine without a stop has no abort", netdma_no_abort },
	{ "ND-32 stop waits and can be followed by a start", netdma_stop },
	{ "ND-32 a client that comes after the stop is refused", netdma_after_stop },
	{ "ND-32 a stop waits for the abort that is under way", netdma_stop_abort },
	{ "ND-32 a stop is no time to resume", netdma_stop_suspended },
	{ "ND-32 while one engine is waited for nothing begins on another", netdma_stop_all },
	{ "ND-33 allocate and free with interrupts off", netdma_atomic },
	{ "ND: who frees a channel can wait for its notification", netdma_synchronize },
	{ "ND-39 without an engine the start says so", netdma_no_engine },
	{ "ND: an engine that does not fit hides none behind it", netdma_second_engine },
	{ }
};

const struct portcls_test_suite pt_suite_netdma = {
	.name = "netdma",
	.cases = netdma_cases,
	.init = pt_netdma_init,
	.exit = pt_netdma_exit,
};
