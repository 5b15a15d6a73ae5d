// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt sync objects
 *
 * The lock protects the list of routines and what they notify, and is held around
 * each routine: that is what synchronised means. It is raw, since it is taken in
 * hard interrupt context on every kernel. Connecting and disconnecting are
 * serialised by the mutex. Routines are never taken out, so that a list that
 * grows is the only change that a handler can meet.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <sound/portcls/interrupt.h>
#include <sound/portcls/service.h>

/* A routine that always claims its interrupt would never let go of the CPU. */
#define INTERRUPT_PASSES	64
/* Groups that one interrupt can be for. */
#define INTERRUPT_GROUPS	16

/**
 * struct interrupt_entry - a service routine
 * @node: in the object's list
 * @routine: the routine
 * @context: its context
 */
struct interrupt_entry {
	struct list_head node;
	portcls_interrupt_routine routine;
	void *context;
};

/**
 * struct portcls_interrupt_sync - an interrupt sync object
 * @ref: counts the holders
 * @name: as it stands in /proc/interrupts
 * @irq: the interrupt
 * @mode: which routines it calls
 * @mutex: serialises connecting and disconnecting
 * @connected: the interrupt has been requested; written under @mutex
 * @lock: see above
 * @entries: the routines; protected by @lock
 * @groups: what is to be notified, @num_groups of them; protected by @lock
 * @num_groups: how many
 */
struct portcls_interrupt_sync {
	struct kref ref;
	const char *name;
	int irq;
	enum portcls_interrupt_mode mode;
	struct mutex mutex;	/* connecting and registering */
	bool connected;
	raw_spinlock_t lock;
	struct list_head entries;
	struct portcls_service_group *groups[INTERRUPT_GROUPS];
	unsigned int num_groups;
};

/* One walk over the list; whether a routine claimed the interrupt. */
static bool interrupt_pass(struct portcls_interrupt_sync *sync)
{
	struct interrupt_entry *entry;
	bool claimed = false;

	list_for_each_entry(entry, &sync->entries, node) {
		if (entry->routine(sync, entry->context))
			continue;
		claimed = true;
		if (sync->mode == PORTCLS_INTERRUPT_NORMAL)
			break;
	}
	return claimed;
}

static irqreturn_t interrupt_handler(int irq, void *data)
{
	struct portcls_interrupt_sync *sync = data;
	struct portcls_service_group *groups[INTERRUPT_GROUPS];
	unsigned int i, num, passes = 0;
	irqreturn_t result = IRQ_NONE;
	unsigned long flags;

	raw_spin_lock_irqsave(&sync->lock, flags);
	while (passes++ < INTERRUPT_PASSES && interrupt_pass(sync)) {
		result = IRQ_HANDLED;
		if (sync->mode != PORTCLS_INTERRUPT_REPEAT)
			break;
	}
	num = sync->num_groups;
	sync->num_groups = 0;
	for (i = 0; i < num; i++)
		groups[i] = sync->groups[i];
	raw_spin_unlock_irqrestore(&sync->lock, flags);

	if (passes > INTERRUPT_PASSES)
		pr_warn_once("snd-portcls: %s: a service routine claims without end\n",
			     sync->name);
	for (i = 0; i < num; i++)
		portcls_service_request(groups[i]);
	return result;
}

/**
 * portcls_interrupt_sync_new() - make an interrupt sync object
 * @name: name in /proc/interrupts; stays the caller's
 * @irqs: the device's interrupts
 * @count: number of @irqs
 * @index: which of them
 * @mode: which routines it calls
 *
 * Source: PcNewInterruptSync.
 *
 * Context: process, may sleep.
 * Return: the object with one reference for the caller, or an ERR_PTR: -EINVAL
 * for an index or a mode that does not exist, -ENOMEM.
 */
struct portcls_interrupt_sync *
portcls_interrupt_sync_new(const char *name, const int *irqs, unsigned int count,
			   unsigned int index, enum portcls_interrupt_mode mode)
{
	struct portcls_interrupt_sync *sync;

	if (index >= count || mode > PORTCLS_INTERRUPT_REPEAT)
		return ERR_PTR(-EINVAL);
	sync = kzalloc(sizeof(*sync), GFP_KERNEL);
	if (!sync)
		return ERR_PTR(-ENOMEM);
	kref_init(&sync->ref);
	sync->name = name;
	sync->irq = irqs[index];
	sync->mode = mode;
	mutex_init(&sync->mutex);
	raw_spin_lock_init(&sync->lock);
	INIT_LIST_HEAD(&sync->entries);
	return sync;
}
EXPORT_SYMBOL_GPL(portcls_interrupt_sync_new);

/**
 * portcls_interrupt_sync_get() - take another reference
 * @sync: the object
 *
 * Context: any.
 */
void portcls_interrupt_sync_get(struct portcls_interrupt_sync *sync)
{
	kref_get(&sync->ref);
}
EXPORT_SYMBOL_GPL(portcls_interrupt_sync_get);

static void interrupt_sync_release(struct kref *ref)
{
	struct portcls_interrupt_sync *sync =
		container_of(ref, struct portcls_interrupt_sync, ref);
	struct interrupt_entry *entry, *next;

	portcls_interrupt_disconnect(sync);
	list_for_each_entry_safe(entry, next, &sync->entries, node)
		kfree(entry);
	kfree(sync);
}

/**
 * portcls_interrupt_sync_put() - drop a reference
 * @sync: the object, NULL is allowed; the last put disconnects it
 *
 * Context: process, may sleep.
 */
void portcls_interrupt_sync_put(struct portcls_interrupt_sync *sync)
{
	might_sleep();
	if (sync)
		kref_put(&sync->ref, interrupt_sync_release);
}
EXPORT_SYMBOL_GPL(portcls_interrupt_sync_put);

/**
 * portcls_interrupt_register() - add a service routine
 * @sync: the object
 * @routine: the routine
 * @context: its context
 * @first: ahead of those that are there already, instead of behind them
 *
 * Routines stay for good, also over a disconnect. Source:
 * IInterruptSync::RegisterServiceRoutine.
 *
 * Context: process, may sleep; also while connected.
 * Return: 0, -EINVAL without a routine, -ENOMEM.
 */
int portcls_interrupt_register(struct portcls_interrupt_sync *sync,
			       portcls_interrupt_routine routine, void *context,
			       bool first)
{
	struct interrupt_entry *entry;
	unsigned long flags;

	if (!routine)
		return -EINVAL;
	entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	entry->routine = routine;
	entry->context = context;
	raw_spin_lock_irqsave(&sync->lock, flags);
	if (first)
		list_add(&entry->node, &sync->entries);
	else
		list_add_tail(&entry->node, &sync->entries);
	raw_spin_unlock_irqrestore(&sync->lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_interrupt_register);

/**
 * portcls_interrupt_connect() - request the interrupt
 * @sync: the object
 *
 * Source: IInterruptSync::Connect.
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL without a service routine, -EBUSY if it is connected, the
 * error of request_irq().
 */
int portcls_interrupt_connect(struct portcls_interrupt_sync *sync)
{
	int err;

	mutex_lock(&sync->mutex);
	if (sync->connected)
		err = -EBUSY;
	else if (list_empty(&sync->entries))
		err = -EINVAL;
	else
		err = request_irq(sync->irq, interrupt_handler, IRQF_SHARED,
				  sync->name, sync);
	if (!err)
		WRITE_ONCE(sync->connected, true);
	mutex_unlock(&sync->mutex);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_interrupt_connect);

/**
 * portcls_interrupt_disconnect() - give the interrupt back
 * @sync: the object
 *
 * On return no service routine runs. One that is not connected is left alone.
 * Source: IInterruptSync::Disconnect.
 *
 * Context: process, may sleep; not from a service routine.
 */
void portcls_interrupt_disconnect(struct portcls_interrupt_sync *sync)
{
	unsigned long flags;

	mutex_lock(&sync->mutex);
	if (sync->connected)
		free_irq(sync->irq, sync);
	WRITE_ONCE(sync->connected, false);
	/* No next interrupt comes for those that were named for it, and they may go. */
	raw_spin_lock_irqsave(&sync->lock, flags);
	sync->num_groups = 0;
	raw_spin_unlock_irqrestore(&sync->lock, flags);
	mutex_unlock(&sync->mutex);
}
EXPORT_SYMBOL_GPL(portcls_interrupt_disconnect);

/**
 * portcls_interrupt_call() - run a routine while no service routine runs
 * @sync: the object, connected or not
 * @routine: the routine
 * @context: its context
 *
 * Source: IInterruptSync::CallSynchronizedRoutine.
 *
 * Context: any, but not from a routine of the same object.
 * Return: what the routine returned.
 */
int portcls_interrupt_call(struct portcls_interrupt_sync *sync,
			   portcls_interrupt_routine routine, void *context)
{
	unsigned long flags;
	int result;

	raw_spin_lock_irqsave(&sync->lock, flags);
	result = routine(sync, context);
	raw_spin_unlock_irqrestore(&sync->lock, flags);
	return result;
}
EXPORT_SYMBOL_GPL(portcls_interrupt_call);

/**
 * portcls_interrupt_notify() - the interrupt is for this group
 * @sync: the object
 * @group: the group, once however often it is named; it lives until the object
 *	has been disconnected
 *
 * The group is notified at the end of the same interrupt, or, when a
 * synchronised routine says it, of the next. Source: IPortWave*::Notify.
 *
 * Context: inside a service routine or a synchronised routine.
 */
void portcls_interrupt_notify(struct portcls_interrupt_sync *sync,
			      struct portcls_service_group *group)
{
	unsigned int i;

	lockdep_assert_held(&sync->lock);
	for (i = 0; i < sync->num_groups; i++)
		if (sync->groups[i] == group)
			return;
	if (WARN_ON_ONCE(sync->num_groups == INTERRUPT_GROUPS))
		return;
	sync->groups[sync->num_groups++] = group;
}
EXPORT_SYMBOL_GPL(portcls_interrupt_notify);

/**
 * portcls_interrupt_irq() - the interrupt behind an object
 * @sync: the object
 *
 * Source: IInterruptSync::GetKInterrupt.
 *
 * Context: any.
 * Return: its number, 0 when it is not connected.
 */
int portcls_interrupt_irq(struct portcls_interrupt_sync *sync)
{
	return READ_ONCE(sync->connected) ? sync->irq : 0;
}
EXPORT_SYMBOL_GPL(portcls_interrupt_irq);
