/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The level that callers' routines are promised, and that channels are locked at:
 * bottom halves off; private to the framework
 */
#ifndef __PORTCLS_ATOMIC_LOCAL_H
#define __PORTCLS_ATOMIC_LOCAL_H

#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/types.h>

/* With interrupts off they are off already, and must not be enabled again. */
static inline bool portcls_bh_disable(void)
{
	if (irqs_disabled())
		return false;
	local_bh_disable();
	return true;
}

static inline void portcls_bh_enable(bool begun)
{
	if (begun)
		local_bh_enable();
}

/*
 * Around a routine. On PREEMPT_RT bottom halves are disabled by a lock, for which nobody
 * may wait under a lock of his own that is also taken inside; so it is not taken there.
 */
static inline bool portcls_atomic_begin(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && portcls_bh_disable();
}

static inline void portcls_atomic_end(bool begun)
{
	portcls_bh_enable(begun);
}

#endif /* __PORTCLS_ATOMIC_LOCAL_H */
