/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Force-included when snd-portcls is built outside a kernel tree. The sources
 * read as for the newest kernel; whatever an older one lacks is made up for here
 * and in the headers below this folder, and nowhere else. Each entry
 * names the upstream commit that made it needless. PORTCLS_HAVE_* come from
 * probe/, see Makefile.compat. Deleting include/compat deletes all of it.
 */
#ifndef __PORTCLS_COMPAT_H
#define __PORTCLS_COMPAT_H

/* v6.13, 908a1d775422 ("hrtimers: Introduce hrtimer_setup() to replace hrtimer_init()") */
#ifndef PORTCLS_HAVE_HRTIMER_SETUP
#include <linux/hrtimer.h>

static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

/* v6.17, 930c2ea566af ("workqueue: Add new WQ_PERCPU flag") */
#ifndef PORTCLS_HAVE_WQ_PERCPU
#define WQ_PERCPU 0
#endif

/* v6.16, 41cb08555c41 ("treewide, timers: Rename from_timer() to timer_container_of()") */
#include <linux/timer.h>
#ifndef timer_container_of
#define timer_container_of from_timer
#endif

#endif /* __PORTCLS_COMPAT_H */
