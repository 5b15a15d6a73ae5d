/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupt sync objects: an interrupt, its routines, and who waits for them
 *
 * An object owns one interrupt and an ordered list of service routines. While
 * one of them runs, no other and no synchronised routine of the same object does,
 * on any CPU.
 *
 * A port's notification takes the PCM stream lock, under which a miniport may
 * call a synchronised routine. So a service routine does not notify: it names the
 * group with portcls_interrupt_notify(), and the object notifies it when its own
 * lock is free again.
 */
#ifndef __SOUND_PORTCLS_INTERRUPT_H
#define __SOUND_PORTCLS_INTERRUPT_H

#include <linux/types.h>

struct portcls_interrupt_sync;
struct portcls_service_group;

/**
 * enum portcls_interrupt_mode - which routines an interrupt calls
 * @PORTCLS_INTERRUPT_NORMAL: from the first one on until one says that the
 *	interrupt was its own
 * @PORTCLS_INTERRUPT_ALL: all of them, once
 * @PORTCLS_INTERRUPT_REPEAT: all of them, until a pass in which none had
 *	anything to do
 *
 * Source: INTERRUPTSYNCMODE.
 */
enum portcls_interrupt_mode {
	PORTCLS_INTERRUPT_NORMAL,
	PORTCLS_INTERRUPT_ALL,
	PORTCLS_INTERRUPT_REPEAT,
};

/**
 * typedef portcls_interrupt_routine - a service routine or a synchronised routine
 * @sync: the object
 * @context: what was given with the routine
 *
 * Called with the object's lock held and interrupts off. The lock is a raw one, so on
 * PREEMPT_RT a routine may take no spinlock_t. A service routine
 * returns 0 if the interrupt was its own and a negative errno if not; what a
 * synchronised routine returns is its caller's. Source: PINTERRUPTSYNCROUTINE.
 */
typedef int (*portcls_interrupt_routine)(struct portcls_interrupt_sync *sync,
					 void *context);

struct portcls_interrupt_sync *
portcls_interrupt_sync_new(const char *name, const int *irqs, unsigned int count,
			   unsigned int index, enum portcls_interrupt_mode mode);
void portcls_interrupt_sync_get(struct portcls_interrupt_sync *sync);
void portcls_interrupt_sync_put(struct portcls_interrupt_sync *sync);
int portcls_interrupt_register(struct portcls_interrupt_sync *sync,
			       portcls_interrupt_routine routine, void *context,
			       bool first);
int portcls_interrupt_connect(struct portcls_interrupt_sync *sync);
void portcls_interrupt_disconnect(struct portcls_interrupt_sync *sync);
int portcls_interrupt_call(struct portcls_interrupt_sync *sync,
			   portcls_interrupt_routine routine, void *context);
void portcls_interrupt_notify(struct portcls_interrupt_sync *sync,
			      struct portcls_service_group *group);
int portcls_interrupt_irq(struct portcls_interrupt_sync *sync);

#endif /* __SOUND_PORTCLS_INTERRUPT_H */
