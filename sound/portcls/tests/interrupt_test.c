// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt sync objects, on an interrupt without a device
 *
 * What a handler returned shows in the descriptor's count of interrupts that
 * nobody cared for.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include <sound/portcls/interrupt.h>
#include <sound/portcls/service.h>

#include "portcls_test.h"

/**
 * struct routine - a service routine
 * @calls: how often it was called
 * @mine: so many more calls find the interrupt their own
 * @when: the number of its last call among all
 * @group: what it notifies, if anything
 * @f: the fixture
 */
struct routine {
	unsigned int calls;
	unsigned int mine;
	unsigned int when;
	struct portcls_service_group *group;
	struct irq_fixture *f;
};

struct irq_fixture {
	int irq;
	struct portcls_interrupt_sync *sync;
	struct routine routine[3];
	unsigned int calls;
	atomic_t inside;
	unsigned int overlaps;
	struct portcls_service_group *group;
	struct portcls_service_sink sink;
	unsigned int services;
	int held;
};

static int irq_routine(struct portcls_interrupt_sync *sync, void *context)
{
	struct routine *r = context;
	struct irq_fixture *f = r->f;

	f->overlaps += atomic_inc_return(&f->inside) > 1;
	r->calls++;
	r->when = f->calls++;
	if (r->group)
		portcls_interrupt_notify(sync, r->group);
	atomic_dec(&f->inside);
	if (!r->mine)
		return -ENODEV;
	r->mine--;
	return 0;
}

static int irq_value(struct portcls_interrupt_sync *sync, void *context)
{
	return *(int *)context;
}

/* Whether the object's lock was free when the group was notified. */
static void irq_served(struct portcls_service_sink *sink)
{
	struct irq_fixture *f = container_of(sink, struct irq_fixture, sink);
	int value = 7;

	f->services++;
	f->held += portcls_interrupt_call(f->sync, irq_value, &value);
}

static const struct portcls_service_sink_ops irq_sink_ops = {
	.request_service = irq_served,
};

static void irq_exit(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;

	portcls_interrupt_sync_put(f->sync);
	irq_free_descs(f->irq, 1);
	portcls_service_group_put(f->group);
	kfree(f);
}

static int irq_init(struct portcls_test *t)
{
	struct irq_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	unsigned int i;

	if (!f)
		return -ENOMEM;
	f->group = portcls_service_group_new();
	f->irq = f->group ? irq_alloc_desc(0) : -ENOMEM;
	if (f->irq < 0) {
		int err = f->irq;

		portcls_service_group_put(f->group);
		kfree(f);
		return err;
	}
	irq_set_chip_and_handler(f->irq, &dummy_irq_chip, handle_simple_irq);
	for (i = 0; i < ARRAY_SIZE(f->routine); i++)
		f->routine[i].f = f;
	f->sink.ops = &irq_sink_ops;
	t->priv = f;
	return 0;
}

/* The interrupt. Return: whether somebody claimed it. */
static bool fire(struct irq_fixture *f)
{
	struct irq_desc *desc = irq_data_to_desc(irq_get_irq_data(f->irq));
	unsigned long flags;

	desc->irqs_unhandled = 0;
	local_irq_save(flags);
	generic_handle_irq(f->irq);
	local_irq_restore(flags);
	return !desc->irqs_unhandled;
}

/* An object of this mode with three routines, connected. */
static bool connected(struct portcls_test *t, enum portcls_interrupt_mode mode)
{
	struct irq_fixture *f = t->priv;
	unsigned int i;

	f->sync = portcls_interrupt_sync_new("portcls-test", &f->irq, 1, 0, mode);
	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f->sync), 0)) {
		f->sync = NULL;
		return false;
	}
	for (i = 0; i < ARRAY_SIZE(f->routine); i++)
		PT_EXPECT_EQ(t, portcls_interrupt_register(f->sync, irq_routine,
							   &f->routine[i], false), 0);
	return PT_EXPECT_EQ(t, portcls_interrupt_connect(f->sync), 0);
}

static void expect_calls(struct portcls_test *t, unsigned int a, unsigned int b,
			 unsigned int c)
{
	struct irq_fixture *f = t->priv;

	PT_EXPECT_EQ(t, f->routine[0].calls, a);
	PT_EXPECT_EQ(t, f->routine[1].calls, b);
	PT_EXPECT_EQ(t, f->routine[2].calls, c);
}

static void irq_normal(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;

	if (!connected(t, PORTCLS_INTERRUPT_NORMAL))
		return;
	f->routine[1].mine = 1;
	PT_EXPECT(t, fire(f));
	expect_calls(t, 1, 1, 0);
	PT_EXPECT(t, !fire(f));
	expect_calls(t, 2, 2, 1);
}

static void irq_all(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;

	if (!connected(t, PORTCLS_INTERRUPT_ALL))
		return;
	f->routine[0].mine = 1;
	f->routine[1].mine = 1;
	PT_EXPECT(t, fire(f));
	expect_calls(t, 1, 1, 1);
	PT_EXPECT(t, !fire(f));
	expect_calls(t, 2, 2, 2);
}

static void irq_repeat(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;

	if (!connected(t, PORTCLS_INTERRUPT_REPEAT))
		return;
	f->routine[1].mine = 2;
	PT_EXPECT(t, fire(f));
	expect_calls(t, 3, 3, 3);
	PT_EXPECT(t, !fire(f));
	expect_calls(t, 4, 4, 4);
}

static void irq_endless(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;

	if (!connected(t, PORTCLS_INTERRUPT_REPEAT))
		return;
	f->routine[2].mine = 1000;
	PT_EXPECT(t, fire(f));
	expect_calls(t, 64, 64, 64);
}

static void irq_first(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;
	struct routine ahead = { .f = f }, behind = { .f = f };

	/* Also while it is connected. */
	if (!connected(t, PORTCLS_INTERRUPT_ALL))
		return;
	PT_ASSERT_EQ(t, portcls_interrupt_register(f->sync, irq_routine, &ahead, true), 0);
	PT_ASSERT_EQ(t, portcls_interrupt_register(f->sync, irq_routine, &behind, false), 0);
	PT_EXPECT_EQ(t, portcls_interrupt_register(f->sync, NULL, NULL, false), -EINVAL);
	fire(f);
	PT_EXPECT_EQ(t, ahead.when, 0);
	PT_EXPECT_EQ(t, f->routine[0].when, 1);
	PT_EXPECT_EQ(t, f->routine[1].when, 2);
	PT_EXPECT_EQ(t, f->routine[2].when, 3);
	PT_EXPECT_EQ(t, behind.when, 4);
	portcls_interrupt_disconnect(f->sync);
}

static int irq_storm(void *data)
{
	while (!kthread_should_stop()) {
		fire(data);
		cond_resched();
	}
	return 0;
}

static int irq_synchronised(struct portcls_interrupt_sync *sync, void *context)
{
	struct irq_fixture *f = context;

	f->overlaps += atomic_inc_return(&f->inside) > 1;
	ndelay(500);
	atomic_dec(&f->inside);
	return -EXDEV;
}

static void irq_exclusive(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;
	unsigned long last = jiffies + pt_race_seconds * HZ;
	unsigned int rounds = 0, other = 0;
	struct task_struct *task;

	if (!connected(t, PORTCLS_INTERRUPT_ALL))
		return;
	f->routine[0].mine = UINT_MAX;
	task = pt_run_elsewhere(irq_storm, f, "portcls-irq");
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(task), 0);
	for (; time_before(jiffies, last); rounds++) {
		other += portcls_interrupt_call(f->sync, irq_synchronised, f) != -EXDEV;
		cond_resched();
	}
	kthread_stop(task);
	PT_EXPECT_EQ(t, f->overlaps, 0);
	PT_EXPECT_EQ(t, other, 0);
	PT_EXPECT(t, f->routine[0].calls > 0);
	portcls_interrupt_disconnect(f->sync);
	PT_EXPECT_EQ(t, portcls_interrupt_call(f->sync, irq_synchronised, f), -EXDEV);
	pt_note("%u synchronised calls beside %u interrupts", rounds, f->routine[0].calls);
}

static int irq_name(struct portcls_interrupt_sync *sync, void *context)
{
	portcls_interrupt_notify(sync, context);
	return 0;
}

/* Who is named for the next interrupt may go once there can be none. */
static void irq_forgets(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;
	unsigned int served;

	if (!connected(t, PORTCLS_INTERRUPT_NORMAL))
		return;
	PT_ASSERT_EQ(t, portcls_service_add_member(f->group, &f->sink), 0);
	PT_EXPECT_EQ(t, portcls_interrupt_call(f->sync, irq_name, f->group), 0);
	fire(f);
	PT_EXPECT_EQ(t, f->services, 1);
	portcls_interrupt_disconnect(f->sync);
	PT_EXPECT_EQ(t, portcls_interrupt_call(f->sync, irq_name, f->group), 0);
	portcls_interrupt_disconnect(f->sync);
	served = f->services;
	PT_ASSERT_EQ(t, portcls_interrupt_connect(f->sync), 0);
	fire(f);
	PT_EXPECT_EQ(t, f->services, served);
	portcls_interrupt_disconnect(f->sync);
	portcls_service_remove_member(f->group, &f->sink);
}

static void irq_connect(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;
	struct irq_desc *desc = irq_data_to_desc(irq_get_irq_data(f->irq));

	f->sync = portcls_interrupt_sync_new("portcls-test", &f->irq, 1, 0,
					     PORTCLS_INTERRUPT_NORMAL);
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(f->sync), 0);
	portcls_interrupt_disconnect(f->sync);
	PT_EXPECT_EQ(t, portcls_interrupt_connect(f->sync), -EINVAL);
	PT_EXPECT_EQ(t, portcls_interrupt_irq(f->sync), 0);
	PT_ASSERT_EQ(t, portcls_interrupt_register(f->sync, irq_routine,
						   &f->routine[0], false), 0);
	PT_EXPECT_EQ(t, portcls_interrupt_connect(f->sync), 0);
	PT_EXPECT_EQ(t, portcls_interrupt_irq(f->sync), f->irq);
	PT_EXPECT_EQ(t, portcls_interrupt_connect(f->sync), -EBUSY);
	fire(f);
	portcls_interrupt_disconnect(f->sync);
	portcls_interrupt_disconnect(f->sync);
	PT_EXPECT_EQ(t, portcls_interrupt_irq(f->sync), 0);
	PT_EXPECT(t, !irq_desc_has_action(desc));
	/* A kernel may try a shared interrupt's handler when it goes. */
	PT_EXPECT_EQ(t, f->routine[0].calls, 1 + IS_ENABLED(CONFIG_DEBUG_SHIRQ));
	f->routine[0].calls = 1;
	/* Its routines are still there. */
	PT_EXPECT_EQ(t, portcls_interrupt_connect(f->sync), 0);
	fire(f);
	PT_EXPECT_EQ(t, f->routine[0].calls, 2);
	/* The last put disconnects. */
	portcls_interrupt_sync_get(f->sync);
	portcls_interrupt_sync_put(f->sync);
	PT_EXPECT_EQ(t, portcls_interrupt_irq(f->sync), f->irq);
	portcls_interrupt_sync_put(f->sync);
	f->sync = NULL;
	PT_EXPECT(t, !irq_desc_has_action(desc));
}

static void irq_bad_index(struct portcls_test *t)
{
	static const int irqs[] = { 5, 6 };
	struct portcls_interrupt_sync *sync;

	sync = portcls_interrupt_sync_new("portcls-test", irqs, 2, 2,
					  PORTCLS_INTERRUPT_NORMAL);
	PT_EXPECT_EQ(t, PTR_ERR(sync), -EINVAL);
	sync = portcls_interrupt_sync_new("portcls-test", irqs, 2, 1,
					  PORTCLS_INTERRUPT_REPEAT + 1);
	PT_EXPECT_EQ(t, PTR_ERR(sync), -EINVAL);
	sync = portcls_interrupt_sync_new("portcls-test", NULL, 0, 0,
					  PORTCLS_INTERRUPT_NORMAL);
	PT_EXPECT_EQ(t, PTR_ERR(sync), -EINVAL);
	sync = portcls_interrupt_sync_new("portcls-test", irqs, 2, 1,
					  PORTCLS_INTERRUPT_NORMAL);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(sync), 0);
	if (!IS_ERR(sync))
		portcls_interrupt_sync_put(sync);
}

static void irq_notifies(struct portcls_test *t)
{
	struct irq_fixture *f = t->priv;

	if (!connected(t, PORTCLS_INTERRUPT_REPEAT))
		return;
	PT_ASSERT_EQ(t, portcls_service_add_member(f->group, &f->sink), 0);
	f->routine[0].group = f->group;
	f->routine[1].group = f->group;
	f->routine[0].mine = 3;
	/* Once an interrupt, with the object free. */
	PT_EXPECT(t, fire(f));
	PT_EXPECT_EQ(t, f->routine[0].calls, 4);
	PT_EXPECT_EQ(t, f->services, 1);
	PT_EXPECT_EQ(t, f->held, 7);
	f->routine[0].group = NULL;
	f->routine[1].group = NULL;
	fire(f);
	PT_EXPECT_EQ(t, f->services, 1);
	portcls_service_remove_member(f->group, &f->sink);
}

static const struct portcls_test_case irq_cases[] = {
	{ "PC-51 PC-52 normal mode ends with the first claim", irq_normal },
	{ "PC-53 all mode calls each routine once", irq_all },
	{ "PC-54 repeat mode ends with a pass without a claim", irq_repeat },
	{ "PC-55 an endless claim ends after 64 passes", irq_endless },
	{ "PC-56 a routine goes ahead of or behind the others", irq_first },
	{ "PC-57 a synchronised routine runs alone and returns its result",
	  irq_exclusive },
	{ "PC-58 who was named for the next interrupt is forgotten with it", irq_forgets },
	{ "PC-58 connecting needs a routine, once, and can be repeated", irq_connect },
	{ "PC-59 an interrupt that does not exist is refused", irq_bad_index },
	{ "PC-50 groups are notified once, outside of the lock", irq_notifies },
	{ }
};

const struct portcls_test_suite pt_suite_interrupt = {
	.name = "contract-interrupt",
	.cases = irq_cases,
	.init = irq_init,
	.exit = irq_exit,
};
