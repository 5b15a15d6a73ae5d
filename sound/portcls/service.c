// SPDX-License-Identifier: GPL-2.0
/*
 * Service sinks and service groups: from an interrupt to whom it concerns
 *
 * Members are called in the caller's context, so that no tasklet lies between a
 * card's interrupt and the client's wake-up. A sink is never called on two CPUs
 * at once: a request that finds it running makes it run once more. A group's
 * lock protects its list and is dropped around each call: a member may then take
 * the PCM stream lock, may ask for service itself, and may remove itself. Removal
 * waits until the member is not being called by anybody else; a call is atomic, so
 * the wait is short. A running member stays in the list until its call returns,
 * so that a walk can go on from it.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <sound/portcls/service.h>

static struct portcls_service_group *
service_group(struct portcls_service_sink *sink)
{
	return container_of(sink, struct portcls_service_group, sink);
}

static void service_group_request(struct portcls_service_sink *sink)
{
	portcls_service_request(service_group(sink));
}

static void service_group_get(struct portcls_service_sink *sink)
{
	portcls_service_group_get(service_group(sink));
}

static void service_group_put(struct portcls_service_sink *sink)
{
	portcls_service_group_put(service_group(sink));
}

static const struct portcls_service_sink_ops service_group_ops = {
	.request_service = service_group_request,
	.get = service_group_get,
	.put = service_group_put,
};

/* In hard interrupt context; softirq on PREEMPT_RT, where members' locks may sleep. */
static enum hrtimer_restart service_timer(struct hrtimer *timer)
{
	portcls_service_request(container_of(timer, struct portcls_service_group,
					     timer));
	return HRTIMER_NORESTART;
}

/**
 * portcls_service_group_new() - make an empty group
 *
 * Source: PcNewServiceGroup.
 *
 * Context: process, may sleep.
 * Return: the group with one reference for the caller, NULL without memory.
 */
struct portcls_service_group *portcls_service_group_new(void)
{
	struct portcls_service_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return NULL;
	group->sink.ops = &service_group_ops;
	INIT_LIST_HEAD(&group->sink.node);
	INIT_LIST_HEAD(&group->members);
	spin_lock_init(&group->lock);
	kref_init(&group->ref);
	return group;
}
EXPORT_SYMBOL_GPL(portcls_service_group_new);

/**
 * portcls_service_group_get() - take another reference
 * @group: the group
 *
 * Context: any.
 */
void portcls_service_group_get(struct portcls_service_group *group)
{
	kref_get(&group->ref);
}
EXPORT_SYMBOL_GPL(portcls_service_group_get);

static void service_group_release(struct kref *ref)
{
	struct portcls_service_group *group =
		container_of(ref, struct portcls_service_group, ref);

	if (group->delayed)
		hrtimer_cancel(&group->timer);
	WARN_ON(!list_empty(&group->members));
	kfree(group);
}

/**
 * portcls_service_group_put() - drop a reference
 * @group: the group, NULL is allowed; the last put comes after all members were
 *	removed
 *
 * Context: process.
 */
void portcls_service_group_put(struct portcls_service_group *group)
{
	if (group)
		kref_put(&group->ref, service_group_release);
}
EXPORT_SYMBOL_GPL(portcls_service_group_put);

/* Only groups made by us nest; the walk is bounded by the depth limit. */
static bool service_contains(struct portcls_service_group *group,
			     struct portcls_service_group *wanted)
{
	struct portcls_service_sink *sink;

	if (group == wanted)
		return true;
	list_for_each_entry(sink, &group->members, node)
		if (sink->ops == &service_group_ops &&
		    service_contains(service_group(sink), wanted))
			return true;
	return false;
}

/* Levels of groups from this one down, itself included. */
static unsigned int service_depth(struct portcls_service_group *group)
{
	struct portcls_service_sink *sink;
	unsigned int depth = 0;

	list_for_each_entry(sink, &group->members, node)
		if (sink->ops == &service_group_ops)
			depth = max(depth, service_depth(service_group(sink)));
	return depth + 1;
}

/* Levels of groups from this one up, itself included. */
static unsigned int service_height(const struct portcls_service_group *group)
{
	unsigned int height = 0;

	for (; group; group = group->parent)
		height++;
	return height;
}

/**
 * portcls_service_add_member() - let a group call a sink
 * @group: the group
 * @sink: the sink, member of no group; a reference is taken
 *
 * Source: IServiceGroup::AddMember.
 *
 * Context: process; changes of nested groups are serialised by the caller.
 * Return: 0, -EEXIST if it is a member somewhere already, -ELOOP for a group
 * that would contain itself or nest too deep.
 */
int portcls_service_add_member(struct portcls_service_group *group,
			       struct portcls_service_sink *sink)
{
	bool nest = sink->ops == &service_group_ops;
	unsigned long flags;
	int err = 0;

	if (nest && (service_contains(service_group(sink), group) ||
		     service_height(group) + service_depth(service_group(sink)) >
		     PORTCLS_SERVICE_DEPTH))
		return -ELOOP;

	spin_lock_irqsave(&group->lock, flags);
	if (sink->member) {
		err = -EEXIST;
	} else {
		if (sink->ops->get)
			sink->ops->get(sink);
		sink->member = true;
		if (!sink->running)
			list_add_tail(&sink->node, &group->members);
		if (nest)
			service_group(sink)->parent = group;
	}
	spin_unlock_irqrestore(&group->lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_service_add_member);

/**
 * portcls_service_remove_member() - stop calling a sink
 * @group: the group
 * @sink: the sink; one that is no member is left alone
 *
 * On return the sink is not being called and will not be, except by a call that
 * is itself on the caller's stack: a sink that removes itself needs a reference
 * besides the group's until it returns. Source: IServiceGroup::RemoveMember.
 *
 * Context: process, or inside the sink's own call.
 */
void portcls_service_remove_member(struct portcls_service_group *group,
				   struct portcls_service_sink *sink)
{
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	if (!sink->member) {
		spin_unlock_irqrestore(&group->lock, flags);
		return;
	}
	sink->member = false;
	if (sink->ops == &service_group_ops)
		service_group(sink)->parent = NULL;
	while (sink->running && sink->caller != current) {
		spin_unlock_irqrestore(&group->lock, flags);
		/* There the one that calls it may be preempted, and by us. */
		if (IS_ENABLED(CONFIG_PREEMPT_RT))
			usleep_range(50, 100);
		else
			cpu_relax();
		spin_lock_irqsave(&group->lock, flags);
	}
	/* Waited for: the walk that ran it may have taken it out already. */
	if (!sink->running)
		list_del_init(&sink->node);
	spin_unlock_irqrestore(&group->lock, flags);
	if (sink->ops->put)
		sink->ops->put(sink);
}
EXPORT_SYMBOL_GPL(portcls_service_remove_member);

/**
 * portcls_service_request() - call a group's members
 * @group: the group
 *
 * Source: IServiceSink::RequestService of a group, IPortWave*::Notify.
 *
 * Context: any that does not sleep, hard interrupt included; the caller holds no
 * lock that a member takes.
 */
void portcls_service_request(struct portcls_service_group *group)
{
	struct portcls_service_sink *sink, *next;
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	list_for_each_entry_safe(sink, next, &group->members, node) {
		if (!sink->member)
			continue;
		sink->again = true;
		if (sink->running)
			continue;
		sink->running = true;
		sink->caller = current;
		while (sink->again && sink->member) {
			sink->again = false;
			spin_unlock(&group->lock);
			sink->ops->request_service(sink);
			spin_lock(&group->lock);
		}
		sink->running = false;
		next = list_next_entry(sink, node);
		if (!sink->member)
			list_del_init(&sink->node);
	}
	spin_unlock_irqrestore(&group->lock, flags);
}
EXPORT_SYMBOL_GPL(portcls_service_request);

/**
 * portcls_service_support_delayed() - prepare a group for delayed service
 * @group: the group
 *
 * Source: IServiceGroup::SupportDelayedService.
 *
 * Context: process or softirq; idempotent, serialised by the caller.
 */
void portcls_service_support_delayed(struct portcls_service_group *group)
{
	if (group->delayed)
		return;
	hrtimer_setup(&group->timer, service_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	group->delayed = true;
}
EXPORT_SYMBOL_GPL(portcls_service_support_delayed);

/**
 * portcls_service_request_delayed() - call a group's members later
 * @group: the group
 * @delay: units of 100 ns, negative: relative to now. An absolute time, which
 *	PortCls has for 0 and above, is refused with a warning.
 *
 * A second request replaces the first. Source:
 * IServiceGroup::RequestDelayedService.
 *
 * Context: any.
 */
void portcls_service_request_delayed(struct portcls_service_group *group,
				     s64 delay)
{
	if (!group->delayed || delay >= 0) {
		pr_warn_ratelimited("snd-portcls: delayed service %s\n", group->delayed ?
				    "takes relative times only" :
				    "was not prepared");
		return;
	}
	hrtimer_start(&group->timer, ns_to_ktime(-delay * 100), HRTIMER_MODE_REL);
}
EXPORT_SYMBOL_GPL(portcls_service_request_delayed);

/**
 * portcls_service_cancel_delayed() - take a delayed request back
 * @group: the group
 *
 * A call that has begun on another CPU still runs to its end. Source:
 * IServiceGroup::CancelDelayedService.
 *
 * Context: any.
 */
void portcls_service_cancel_delayed(struct portcls_service_group *group)
{
	if (group->delayed)
		hrtimer_try_to_cancel(&group->timer);
}
EXPORT_SYMBOL_GPL(portcls_service_cancel_delayed);
