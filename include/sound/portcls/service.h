/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Service sinks and service groups: from an interrupt to whom it concerns
 *
 * A sink has one method. A group is a list of sinks and itself a sink, so groups
 * nest, up to PORTCLS_SERVICE_DEPTH. Asking a group for service calls its
 * members in the order added, in the caller's context.
 */
#ifndef __SOUND_PORTCLS_SERVICE_H
#define __SOUND_PORTCLS_SERVICE_H

#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define PORTCLS_SERVICE_DEPTH	4

struct portcls_service_sink;
struct task_struct;

/**
 * struct portcls_service_sink_ops - what a sink can do
 * @request_service: does the work; called in the context of the notification,
 *	hard interrupt included, or of a timer, with no lock of the group held.
 *	Several notifications may be seen as one: take progress from positions,
 *	never from the number of calls.
 * @get: takes a reference, optional; atomic
 * @put: drops it, optional; where the member is removed, see there
 */
struct portcls_service_sink_ops {
	void (*request_service)(struct portcls_service_sink *sink);
	void (*get)(struct portcls_service_sink *sink);
	void (*put)(struct portcls_service_sink *sink);
};

/**
 * struct portcls_service_sink - one that a group calls
 * @ops: its methods
 * @node: in the group's list, protected by the group's lock
 * @member: it is to be called, protected by the group's lock
 * @running: it is being called, protected by the group's lock
 * @again: it is to be called once more, protected by the group's lock
 * @caller: the task that calls it, or whose stack an interrupt that calls it uses;
 *	compared only, protected by the group's lock
 *
 * Zeroed by its owner but for @ops. A sink is a member of one group at a time.
 */
struct portcls_service_sink {
	const struct portcls_service_sink_ops *ops;
	struct list_head node;
	bool member;
	bool running;
	bool again;
	const struct task_struct *caller;
};

/**
 * struct portcls_service_group - a list of sinks
 * @sink: the group as a member of another group
 * @lock: protects the list and its members' state; leaf, irqs off; never held
 *	while a sink is called
 * @members: the sinks
 * @parent: the group that this one is a member of
 * @ref: counts the holders
 * @timer: delayed service
 * @delayed: delayed service has been prepared
 */
struct portcls_service_group {
	struct portcls_service_sink sink;
	spinlock_t lock;	/* the list and its members' state */
	struct list_head members;
	struct portcls_service_group *parent;
	struct kref ref;
	struct hrtimer timer;
	bool delayed;
};

struct portcls_service_group *portcls_service_group_new(void);
void portcls_service_group_get(struct portcls_service_group *group);
void portcls_service_group_put(struct portcls_service_group *group);
int portcls_service_add_member(struct portcls_service_group *group,
			       struct portcls_service_sink *sink);
void portcls_service_remove_member(struct portcls_service_group *group,
				   struct portcls_service_sink *sink);
void portcls_service_request(struct portcls_service_group *group);
void portcls_service_support_delayed(struct portcls_service_group *group);
void portcls_service_request_delayed(struct portcls_service_group *group,
				     s64 delay);
void portcls_service_cancel_delayed(struct portcls_service_group *group);

#endif /* __SOUND_PORTCLS_SERVICE_H */
