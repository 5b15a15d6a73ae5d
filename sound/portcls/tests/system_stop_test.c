// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers on a system adapter: the counter, and how a running one is stopped
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>

#include "system_fixture.h"

static void system_cancel(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 n = 4096;

	f->knobs->step_us = 500;
	f->knobs->step_bytes = 16;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	msleep(20);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, NULL, 0, NULL, NULL), -ECANCELED);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), -EINVAL);
}

static void system_cancel_now(void *data)
{
	struct system_fixture *f = data;

	f->next = portcls_transfer_cancel(f->adapter, &f->transfer);
}

/* A cancel that finds the transfer neither idle nor running is not lost. */
static void system_cancel_early(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	f->knobs->step_us = 20000;
	f->knobs->step_bytes = 16;
	f->knobs->at_prep_data = f;
	f->knobs->at_prep = system_cancel_now;
	f->next = 1;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT_EQ(t, f->next, 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
}

/* A cancel on another CPU, when the controller is about to be told to begin. */
struct system_late {
	struct system_fixture *f;
	bool issuing;
	bool cancelled;
	bool issued;
	int err;
};

static int system_late_cancel(void *data)
{
	struct system_late *late = data;

	while (!READ_ONCE(late->issuing) && !kthread_should_stop())
		cpu_relax();
	late->err = portcls_transfer_cancel(late->f->adapter, &late->f->transfer);
	WRITE_ONCE(late->cancelled, true);
	/* What follows the terminate gets no CPU before that. */
	while (!READ_ONCE(late->issued) && !kthread_should_stop())
		cpu_relax();
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void system_late_issue(void *data)
{
	struct system_late *late = data;
	unsigned int i;

	WRITE_ONCE(late->issuing, true);
	for (i = 0; i < 100 && !READ_ONCE(late->cancelled); i++)
		mdelay(1);
}

/* To begin something between a terminate and its synchronize is undefined. */
static void system_cancel_issue(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct system_late late = { .f = f, .err = -EINPROGRESS };
	struct task_struct *task;
	int err;

	if (num_online_cpus() < 2)
		PT_SKIP(t, "needs two CPUs");
	f->knobs->step_us = 2000000;
	f->knobs->at_issue_data = &late;
	f->knobs->at_issue = system_late_issue;
	task = pt_run_elsewhere(system_late_cancel, &late, "pt-late");
	PT_ASSERT(t, !IS_ERR(task));
	err = pt_system_map(f, 0, 4096, true, pt_system_done);
	WRITE_ONCE(late.issued, true);
	PT_EXPECT_EQ(t, err, 0);
	PT_EXPECT(t, !err && pt_system_wait(f));
	kthread_stop(task);
	PT_EXPECT_EQ(t, late.err, 0);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	PT_EXPECT_EQ(t, soft_dma_astray(f->chan), 0);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
}

static void system_cancel_idle(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 n = 4096;

	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, NULL, 0, NULL, NULL), -ECANCELED);
	PT_EXPECT_EQ(t, f->calls, 0);
}

static void system_cannot_stop(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1,
		.granularity = DMA_RESIDUE_GRANULARITY_BURST, .no_terminate = true };
	struct system_fixture *f = pt_system_change(t, &config, &pt_system_desc);

	if (!f)
		return;
	/* Longer than a virtual CPU stands still now and then. */
	f->knobs->step_us = 300000;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
}

static void system_partial_read(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	ktime_t end = ktime_add_ms(ktime_get(), 10000);
	u32 left, done = 0;

	memset(soft_dma_fifo(f->chan), 0xaa, SOFT_DMA_FIFO_BYTES);
	memset(f->buf, 0x55, SYSTEM_BYTES);
	f->knobs->step_us = 20000;
	f->knobs->step_bytes = 512;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, false, pt_system_done), 0);
	do {
		if (!PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0))
			break;
		done = 4096 - left;
	} while (done < 1024 && pt_system_soon(end));
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, false), 0);
	done = soft_dma_fifo_count(f->chan);
	PT_EXPECT(t, done >= 1024 && done < 4096);
	PT_EXPECT(t, !memchr_inv(f->buf, 0xaa, done));
	PT_EXPECT(t, !memchr_inv(f->buf + done, 0x55, SYSTEM_BYTES - done));
}

static void system_flush_running(struct portcls_test *t)
{
	ktime_t end = ktime_add_ms(ktime_get(), 10000);
	struct system_fixture *f = t->priv;

	f->knobs->lose_start = 1;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	while (READ_ONCE(f->knobs->lose_start) && pt_system_soon(end))
		;
	PT_EXPECT_EQ(t, f->knobs->lose_start, 0);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), -EBUSY);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT_EQ(t, portcls_transfer_flush_sync(f->adapter, &f->chain, f->base, 0,
						    f->length, true), 0);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	reinit_completion(&f->done);
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
}

/* A routine that takes its time, on the CPU from which its transfer was begun. */
struct system_slow {
	struct system_fixture *f;
	bool entered;
	bool left;
	int err;
};

static void system_slow_done(struct portcls_adapter *adapter,
			     enum portcls_completion status, void *data)
{
	struct system_slow *slow = data;

	WRITE_ONCE(slow->entered, true);
	mdelay(100);
	WRITE_ONCE(slow->left, true);
}

static int system_slow_map(void *data)
{
	struct system_slow *slow = data;
	struct system_fixture *f = slow->f;

	f->length = 4096;
	slow->err = portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &f->length,
					 true, NULL, 0, system_slow_done, slow);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Who has flushed may free what the routine looks at. */
static void system_flush_slow(struct portcls_test *t)
{
	ktime_t end = ktime_add_ms(ktime_get(), 10000);
	struct system_fixture *f = t->priv;
	struct system_slow slow = { .f = f, .err = -EINPROGRESS };
	struct task_struct *task;
	bool left;
	int err;

	if (num_online_cpus() < 2)
		PT_SKIP(t, "needs two CPUs");
	task = pt_run_elsewhere(system_slow_map, &slow, "pt-slow");
	PT_ASSERT(t, !IS_ERR(task));
	while (!READ_ONCE(slow.entered) && ktime_before(ktime_get(), end))
		cpu_relax();
	PT_EXPECT(t, slow.entered);
	err = portcls_transfer_flush_sync(f->adapter, &f->chain, f->base, 0, 4096, true);
	left = READ_ONCE(slow.left);
	kthread_stop(task);
	PT_EXPECT_EQ(t, slow.err, 0);
	PT_EXPECT_EQ(t, err, 0);
	PT_EXPECT(t, left);
}

static void system_counter(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 left = 99, last = 8192, steps = 0;

	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT_EQ(t, left, 0);
	f->knobs->step_us = 1000;
	f->knobs->step_bytes = 1024;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 8192, true, pt_system_done), 0);
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT(t, left > 0 && left <= 8192);
	while (!try_wait_for_completion(&f->done) && steps < 10000) {
		if (!PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0) ||
		    !PT_EXPECT(t, left <= last))
			break;
		last = left;
		steps++;
		usleep_range(200, 300);
	}
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT_EQ(t, left, 0);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
}

static void system_removed(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 n = 4096;

	f->knobs->lose_start = 1;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	portcls_adapter_shutdown(f->adapter);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_ERROR);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, NULL, 0, NULL, NULL), -ESHUTDOWN);
}

/* What runs, on a controller that will say that it was stopped. */
static void system_begin_aborting(struct portcls_test *t, struct system_fixture *f)
{
	f->knobs->step_us = 1000;
	f->knobs->step_bytes = 16;
	f->knobs->call_after_stop = 1;
	f->knobs->abort_after_stop = true;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	msleep(20);
}

/* The controller says that it was stopped. So it was, but nobody cancelled. */
static void system_removed_aborts(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	system_begin_aborting(t, f);
	portcls_adapter_shutdown(f->adapter);
	PT_EXPECT_EQ(t, soft_dma_called(f->chan), 1);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_ERROR);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
}

static void system_cancelled_aborts(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	system_begin_aborting(t, f);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, soft_dma_called(f->chan), 1);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	portcls_transfer_wait(f->adapter, &f->transfer);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
}

/* Without one, 0 would say that it is idle. */
static void system_no_counter(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 2,
		.granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR };
	struct system_fixture *f = pt_system_change(t, &config, &pt_system_desc);
	struct portcls_adapter_info info = { .version = 1 };
	u32 left = 99;

	if (!f)
		return;
	PT_EXPECT_EQ(t, portcls_adapter_info(f->adapter, &info), 0);
	PT_EXPECT(t, !info.counter_readable);
	f->knobs->step_us = 20000;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, left, 99);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
}

static const struct portcls_test_case system_stop_cases[] = {
	{ "V3-60 V3-61 cancel ends a transfer once and for all", system_cancel },
	{ "V3-60 a cancel that comes while it is made ready counts", system_cancel_early },
	{ "V3-60 a cancel that comes while it is begun stops it behind that", system_cancel_issue },
	{ "V3-61 cancel without a transfer only marks", system_cancel_idle },
	{ "V3-62 a controller that cannot stop runs out", system_cannot_stop },
	{ "V3-66 bytes beyond the residue keep their content", system_partial_read },
	{ "V3-67 a running transfer is flushed by stopping it", system_flush_running },
	{ "V3-67 a flush that waits sees the completion routine's end", system_flush_slow },
	{ "V3-68 the counter falls to 0", system_counter },
	{ "V3-68 a controller that has no counter is not believed", system_no_counter },
	{ "V3: a removed device's transfer ends with DmaError", system_removed },
	{ "V3: also where the controller calls it aborted", system_removed_aborts },
	{ "V3-60 what is cancelled stays so where the controller calls it aborted",
	  system_cancelled_aborts },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_system_stop = {
	.name = "transfer_system_stop",
	.cases = system_stop_cases,
	.init = pt_system_init,
	.exit = pt_system_exit,
};
