// SPDX-License-Identifier: GPL-2.0
#include <linux/hrtimer.h>

void probe(struct hrtimer *timer, enum hrtimer_restart (*expired)(struct hrtimer *));
void probe(struct hrtimer *timer, enum hrtimer_restart (*expired)(struct hrtimer *))
{
	hrtimer_setup(timer, expired, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}
