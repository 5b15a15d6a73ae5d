/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The level that callers' routines are promised, and that channels are locked at:
 * bottom halves off; private to the framework
 */
#ifndef __PORTCLS_ATOMIC_LOCAL_H
#define __PORTCLS_ATOMIC_LOCAL_H

#include <linux/bottom_half.h>
#include <linux/irqflags.h>

/* With interrupts off they are off already, and must not be enabled again. */
static inline bool portcls_atomic_begin(void)
{
	if (irqs_disabled())
		return false;
	local_bh_disable();
	return true;
}

static inline void portcls_atomic_end(bool begun)
{
	if (begun)
		local_bh_enable();
}

#endif /* __PORTCLS_ATOMIC_LOCAL_H */
