// SPDX-License-Identifier: GPL-2.0
/*
 * Service sinks and groups
 *
 * The contract speaks of a deferred call; here a group calls its members in the
 * context of the request (see service.c). What remains of it is tested in that
 * form: order, once for each member, coalescing, never two calls at a time.
 */
#include <linux/delay.h>
#include <linux/hardirq.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include <sound/portcls/service.h>
#include <sound/portcls/wavepci.h>

#include "portcls_test.h"

/**
 * struct counter - a sink that counts
 * @sink: the sink
 * @calls: how often it was called
 * @refs: references that the groups hold
 * @when: its place among all calls
 * @stamp: when it was called last, nanoseconds
 * @inside: it is being called
 * @overlaps: calls while it was being called
 * @hardirq: the last call came in hard interrupt context
 * @delay_us: how long a call takes
 * @group: what @ask and @leave are about
 * @ask: so many calls ask for service again
 * @leave: the call removes the sink from its group
 */
struct counter {
	struct portcls_service_sink sink;
	unsigned int calls;
	int refs;
	unsigned int when;
	u64 stamp;
	atomic_t inside;
	unsigned int overlaps;
	bool hardirq;
	unsigned int delay_us;
	struct portcls_service_group *group;
	unsigned int ask;
	bool leave;
};

struct service_fixture {
	struct portcls_service_group *group[6];
	struct counter sink[4];
	unsigned int calls;
};

static struct service_fixture *service_now;

static struct counter *to_counter(struct portcls_service_sink *sink)
{
	return container_of(sink, struct counter, sink);
}

static void counter_request(struct portcls_service_sink *sink)
{
	struct counter *c = to_counter(sink);

	c->overlaps += atomic_inc_return(&c->inside) > 1;
	c->calls++;
	c->when = service_now->calls++;
	c->stamp = ktime_get_ns();
	c->hardirq = in_hardirq();
	if (c->delay_us)
		udelay(c->delay_us);
	if (c->ask) {
		c->ask--;
		portcls_service_request(c->group);
	}
	if (c->leave) {
		c->leave = false;
		portcls_service_remove_member(c->group, sink);
	}
	atomic_dec(&c->inside);
}

static void counter_get(struct portcls_service_sink *sink)
{
	to_counter(sink)->refs++;
}

static void counter_put(struct portcls_service_sink *sink)
{
	to_counter(sink)->refs--;
}

static const struct portcls_service_sink_ops counter_ops = {
	.request_service = counter_request,
	.get = counter_get,
	.put = counter_put,
};

static void service_exit(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(f->sink); i++)
		portcls_service_remove_member(f->group[0], &f->sink[i].sink);
	for (i = 0; i < ARRAY_SIZE(f->sink); i++)
		PT_EXPECT_EQ(t, f->sink[i].refs, 0);
	for (i = 0; i < ARRAY_SIZE(f->group); i++)
		portcls_service_group_put(f->group[i]);
	kfree(f);
}

static int service_init(struct portcls_test *t)
{
	struct service_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	bool all = true;
	unsigned int i;

	if (!f)
		return -ENOMEM;
	t->priv = f;
	service_now = f;
	for (i = 0; i < ARRAY_SIZE(f->sink); i++)
		f->sink[i].sink.ops = &counter_ops;
	for (i = 0; i < ARRAY_SIZE(f->group); i++) {
		f->group[i] = portcls_service_group_new();
		all &= !!f->group[i];
	}
	if (all)
		return 0;
	for (i = 0; i < ARRAY_SIZE(f->group); i++)
		portcls_service_group_put(f->group[i]);
	kfree(f);
	return -ENOMEM;
}

static int add(struct service_fixture *f, unsigned int group, unsigned int sink)
{
	f->sink[sink].group = f->group[group];
	return portcls_service_add_member(f->group[group], &f->sink[sink].sink);
}

static void service_order(struct portcls_test *t)
{
	static const unsigned int order[] = { 2, 0, 3, 1 };
	struct service_fixture *f = t->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		PT_ASSERT_EQ(t, add(f, 0, order[i]), 0);
	portcls_service_request(f->group[0]);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		PT_EXPECT_EQ(t, f->sink[order[i]].calls, 1);
		PT_EXPECT_EQ(t, f->sink[order[i]].when, i);
	}
}

static void service_coalesce(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;

	PT_ASSERT_EQ(t, add(f, 0, 0), 0);
	PT_ASSERT_EQ(t, add(f, 0, 1), 0);
	/* A request during the run makes one more run, not a nested one. */
	f->sink[0].ask = 1;
	portcls_service_request(f->group[0]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 2);
	PT_EXPECT_EQ(t, f->sink[0].overlaps, 0);
	f->sink[0].ask = 3;
	portcls_service_request(f->group[0]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 6);
	PT_EXPECT_EQ(t, f->sink[0].overlaps, 0);
	PT_EXPECT(t, f->sink[1].calls >= 2);
}

static int service_storm(void *data)
{
	while (!kthread_should_stop()) {
		portcls_service_request(data);
		cond_resched();
	}
	return 0;
}

static void service_two_cpus(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;
	unsigned long last = jiffies + pt_race_seconds * HZ;
	struct task_struct *task;
	unsigned int own = 0;

	PT_ASSERT_EQ(t, add(f, 0, 0), 0);
	f->sink[0].delay_us = 20;
	task = kthread_run(service_storm, f->group[0], "portcls-service");
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(task), 0);
	for (; time_before(jiffies, last); own++) {
		portcls_service_request(f->group[0]);
		cond_resched();
	}
	kthread_stop(task);
	PT_EXPECT_EQ(t, f->sink[0].overlaps, 0);
	PT_EXPECT(t, f->sink[0].calls > 0);
	pt_note("%u requests of one CPU, %u calls", own, f->sink[0].calls);
}

static void service_references(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;

	PT_EXPECT_EQ(t, add(f, 0, 0), 0);
	PT_EXPECT_EQ(t, f->sink[0].refs, 1);
	PT_EXPECT_EQ(t, add(f, 0, 0), -EEXIST);
	PT_EXPECT_EQ(t, f->sink[0].refs, 1);
	portcls_service_remove_member(f->group[0], &f->sink[0].sink);
	PT_EXPECT_EQ(t, f->sink[0].refs, 0);
	/* One that is no member is left alone. */
	portcls_service_remove_member(f->group[0], &f->sink[0].sink);
	portcls_service_remove_member(f->group[0], &f->sink[1].sink);
	PT_EXPECT_EQ(t, f->sink[0].refs, 0);
	PT_EXPECT_EQ(t, f->sink[1].refs, 0);
	PT_EXPECT_EQ(t, add(f, 0, 0), 0);
	PT_EXPECT_EQ(t, f->sink[0].refs, 1);
}

static void service_removed(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;
	unsigned long last = jiffies + pt_race_seconds * HZ;
	struct counter *c = &f->sink[0];
	unsigned int calls, late = 0, inside = 0, rounds = 0;
	struct task_struct *task;

	c->delay_us = 50;
	task = kthread_run(service_storm, f->group[0], "portcls-service");
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(task), 0);
	for (; time_before(jiffies, last); rounds++) {
		if (add(f, 0, 0))
			break;
		usleep_range(50, 200);
		portcls_service_remove_member(f->group[0], &c->sink);
		inside += atomic_read(&c->inside);
		calls = READ_ONCE(c->calls);
		usleep_range(50, 100);
		late += READ_ONCE(c->calls) != calls;
	}
	kthread_stop(task);
	PT_EXPECT(t, rounds > 0);
	PT_EXPECT(t, c->calls > 0);
	PT_EXPECT_EQ(t, inside, 0);
	PT_EXPECT_EQ(t, late, 0);
	pt_note("%u removals, %u calls", rounds, c->calls);
}

static void service_removes_itself(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;

	PT_ASSERT_EQ(t, add(f, 0, 0), 0);
	PT_ASSERT_EQ(t, add(f, 0, 1), 0);
	f->sink[0].leave = true;
	portcls_service_request(f->group[0]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 1);
	PT_EXPECT_EQ(t, f->sink[0].refs, 0);
	PT_EXPECT_EQ(t, f->sink[1].calls, 1);
	portcls_service_request(f->group[0]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 1);
	PT_EXPECT_EQ(t, f->sink[1].calls, 2);
	PT_EXPECT_EQ(t, add(f, 0, 0), 0);
	portcls_service_request(f->group[0]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 2);
}

static int nest(struct service_fixture *f, unsigned int outer, unsigned int inner)
{
	return portcls_service_add_member(f->group[outer], &f->group[inner]->sink);
}

static void unnest(struct service_fixture *f, unsigned int outer, unsigned int inner)
{
	portcls_service_remove_member(f->group[outer], &f->group[inner]->sink);
}

static void service_nested(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;
	unsigned int i;

	PT_ASSERT_EQ(t, add(f, 0, 0), 0);
	PT_ASSERT_EQ(t, nest(f, 1, 0), 0);
	PT_EXPECT_EQ(t, nest(f, 1, 1), -ELOOP);
	PT_EXPECT_EQ(t, nest(f, 0, 1), -ELOOP);
	PT_ASSERT_EQ(t, nest(f, 2, 1), 0);
	PT_EXPECT_EQ(t, nest(f, 0, 2), -ELOOP);
	portcls_service_request(f->group[2]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 1);
	/* Four levels from below are allowed, five are not. */
	PT_EXPECT_EQ(t, nest(f, 3, 2), 0);
	PT_EXPECT_EQ(t, nest(f, 4, 3), -ELOOP);
	portcls_service_request(f->group[3]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 2);
	for (i = 3; i > 0; i--)
		unnest(f, i, i - 1);
	/* The same from above. */
	PT_EXPECT_EQ(t, nest(f, 4, 3), 0);
	PT_EXPECT_EQ(t, nest(f, 3, 2), 0);
	PT_EXPECT_EQ(t, nest(f, 2, 1), 0);
	PT_EXPECT_EQ(t, nest(f, 1, 0), -ELOOP);
	PT_EXPECT_EQ(t, nest(f, 4, 0), 0);
	portcls_service_request(f->group[4]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 3);
	unnest(f, 4, 0);
	unnest(f, 2, 1);
	unnest(f, 3, 2);
	unnest(f, 4, 3);
}

static void service_delayed(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;
	u64 from;

	PT_ASSERT_EQ(t, add(f, 0, 0), 0);
	portcls_service_support_delayed(f->group[0]);
	portcls_service_support_delayed(f->group[0]);
	from = ktime_get_ns();
	portcls_service_request_delayed(f->group[0], -10000);
	msleep(60);
	PT_EXPECT_EQ(t, f->sink[0].calls, 1);
	PT_EXPECT(t, f->sink[0].stamp - from >= NSEC_PER_MSEC);
	/* The second one takes the first one's place. */
	from = ktime_get_ns();
	portcls_service_request_delayed(f->group[0], -10000);
	portcls_service_request_delayed(f->group[0], -400000);
	msleep(120);
	PT_EXPECT_EQ(t, f->sink[0].calls, 2);
	PT_EXPECT(t, f->sink[0].stamp - from >= 40 * NSEC_PER_MSEC);
}

static void service_not_delayed(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;

	PT_ASSERT_EQ(t, add(f, 0, 0), 0);
	portcls_service_request_delayed(f->group[0], -10000);
	msleep(20);
	portcls_service_cancel_delayed(f->group[0]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 0);
	portcls_service_support_delayed(f->group[0]);
	/* An absolute time is refused. */
	portcls_service_request_delayed(f->group[0], 1);
	msleep(20);
	PT_EXPECT_EQ(t, f->sink[0].calls, 0);
	portcls_service_request_delayed(f->group[0], -200000);
	portcls_service_cancel_delayed(f->group[0]);
	msleep(60);
	PT_EXPECT_EQ(t, f->sink[0].calls, 0);
}

struct service_irq {
	struct irq_work work;
	struct portcls_service_group *group;
};

static void service_irq(struct irq_work *work)
{
	portcls_wavepci_notify(container_of(work, struct service_irq, work)->group);
}

static void service_hardirq(struct portcls_test *t)
{
	struct service_fixture *f = t->priv;
	struct service_irq irq = { .group = f->group[0] };

	init_irq_work(&irq.work, service_irq);
	atomic_set(&irq.work.node.a_flags, IRQ_WORK_HARD_IRQ);
	PT_ASSERT_EQ(t, add(f, 0, 0), 0);
	portcls_service_support_delayed(f->group[0]);
	irq_work_queue(&irq.work);
	irq_work_sync(&irq.work);
	PT_EXPECT_EQ(t, f->sink[0].calls, 1);
	PT_EXPECT(t, f->sink[0].hardirq);
	/* Without waiting for anything. */
	portcls_wavepci_notify(f->group[0]);
	PT_EXPECT_EQ(t, f->sink[0].calls, 2);
	PT_EXPECT(t, !f->sink[0].hardirq);
	portcls_wavepci_notify(NULL);
	PT_EXPECT_EQ(t, f->sink[0].calls, 2);
}

static const struct portcls_test_case service_cases[] = {
	{ "PC-41 members are called once each, in the order added", service_order },
	{ "PC-42 a request during a run makes one more", service_coalesce },
	{ "PC-42 two CPUs never call a member at once", service_two_cpus },
	{ "PC-43 a group holds one reference on a member", service_references },
	{ "PC-44 a removed member is not being called", service_removed },
	{ "PC-45 a member may remove itself", service_removes_itself },
	{ "PC-46 groups nest four deep and never in circles", service_nested },
	{ "PC-47 a delayed request fires once and in time", service_delayed },
	{ "PC-48 a delayed request can be refused and taken back",
	  service_not_delayed },
	{ "PC-49 PC-50 notification from an interrupt arrives at once",
	  service_hardirq },
	{ }
};

const struct portcls_test_suite pt_suite_service = {
	.name = "contract-service",
	.cases = service_cases,
	.init = service_init,
	.exit = service_exit,
};
