// SPDX-License-Identifier: GPL-2.0
/*
 * The WavePci port's service, and its mappings when two CPUs meet
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>

#include <sound/portcls/wavepci.h>

#include "pci_fixture.h"
#include "portcls_test.h"

#define PERIOD	FAKE_PCI_PERIOD
#define RING	FAKE_PCI_BUFFER

/* The interrupt of a device that moves all the time, on another CPU. */
static int storm(void *data)
{
	struct fake_pci *f = data;

	while (!kthread_should_stop()) {
		fake_pci_move(f, false, 256);
		fake_pci_notify(f);
		cond_resched();
	}
	return 0;
}

/* The same, of a device that leaves the client the time to keep up. */
static int storm_fed(void *data)
{
	struct fake_pci *f = data;

	while (!kthread_should_stop()) {
		if (READ_ONCE(f->written) - f->stream[0]->position > PERIOD)
			fake_pci_move(f, false, 256);
		fake_pci_notify(f);
		cond_resched();
	}
	return 0;
}

static void storm_stop(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct task_struct *task;
	unsigned int i, left = 0, rounds = 10000;

	if (!f)
		return;
	task = pt_run_elsewhere(storm, f, "portcls-storm");
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(task), 0);
	for (i = 0; i < rounds && !left; i++) {
		if (fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE) ||
		    fake_pci_write(f, 2 * PERIOD) != 2 * PERIOD || pt_pci_start(f))
			break;
		if (i % 8 == 0)
			cond_resched();
		/* Long enough to be served, and a stop at each point of a service. */
		udelay(i % 64);
		/* An underrun may have stopped it first. */
		fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP);
		/* A service that was waiting for the lock meanwhile has it first. */
		snd_pcm_stream_lock_irq(f->ss[0]);
		left += fake_pci_open_mappings(f, false);
		snd_pcm_stream_unlock_irq(f->ss[0]);
		left += fake_pci_move(f, false, RING);
		f->heard_bytes = 0;
	}
	kthread_stop(task);
	PT_EXPECT_EQ(t, i, rounds);
	PT_EXPECT_EQ(t, left, 0);
	PT_EXPECT_EQ(t, f->services_outside, 0);
	PT_EXPECT(t, num_online_cpus() == 1 || f->services > rounds / 100);
	pt_note("%u stops, %u services, %u mappings revoked", i, f->services, f->revoked);
	pt_pci_end(t, f);
}

static void storm_order(struct portcls_test *t)
{
	const struct fake_pci_config small = { .depth = 3 };
	struct fake_pci *f = pt_pci_begin(t, &small);
	unsigned long last = jiffies + pt_race_seconds * HZ;
	struct task_struct *task;
	long n = 0;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	task = pt_run_elsewhere(storm_fed, f, "portcls-storm");
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(task), 0);
	while (time_before(jiffies, last) && (n >= 0 || n == -EAGAIN)) {
		n = fake_pci_write(f, 500);
		cond_resched();
	}
	kthread_stop(task);
	pt_note("%llu bytes heard, %u services, %u calls of mapping_available",
		f->stream[0]->position, f->services, f->available);
	PT_EXPECT(t, n >= 0 || n == -EAGAIN);
	PT_EXPECT(t, f->stream[0]->position > 2 * RING);
	PT_EXPECT_EQ(t, f->heard_wrong, 0);
	pt_pci_end(t, f);
}

static void start_with_one(struct portcls_test *t)
{
	const struct fake_pci_config two = { .min_start = 2 };
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, f->gets, 1);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	PT_EXPECT(t, fake_pci_heard(f, 0, PERIOD, 0));
	pt_pci_end(t, f);
	fake_pci_free(f);
	t->priv = NULL;

	f = pt_pci_begin(t, &two);
	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, f->gets, 2);
	PT_EXPECT_EQ(t, f->stream[0]->ring[0].map.bytes, PERIOD / 2);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	PT_EXPECT(t, fake_pci_heard(f, 0, PERIOD, 0));
	pt_pci_end(t, f);
}

static void long_pieces(struct portcls_test *t)
{
	const struct fake_pci_config odd = { .max_segment = 1000, .depth = 3 };
	struct fake_pci *f = pt_pci_begin(t, &odd);
	u32 n, step;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	for (n = 0; n < RING; n += step) {
		step = min_t(u32, RING - n, 300);
		fake_pci_notify(f);
		PT_ASSERT_EQ(t, fake_pci_move(f, false, step), step);
	}
	PT_EXPECT(t, fake_pci_heard(f, 0, RING, 0));
	pt_pci_end(t, f);
}

static void service_without_group(struct portcls_test *t)
{
	const struct fake_pci_config timed = { .no_group = true };
	struct fake_pci *f = pt_pci_begin(t, &timed);
	unsigned int services;
	ktime_t begun;
	s64 ms;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	msleep(60);
	PT_EXPECT_EQ(t, f->services, 0);
	begun = ktime_get();
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	msleep(410);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	services = f->services;
	ms = ktime_ms_delta(ktime_get(), begun);
	/* On a busy machine some come late, but none early and none is lost. */
	PT_EXPECT(t, services >= 10 && services <= ms / 20);
	PT_EXPECT(t, f->service_gap >= 20 * NSEC_PER_MSEC);
	pt_note("%u services in %lld ms, %llu us apart at least", services, ms,
		f->service_gap / 1000);
	services = f->services;
	msleep(60);
	PT_EXPECT_EQ(t, f->services, services);
	PT_EXPECT_EQ(t, f->services_outside, 0);
	pt_pci_end(t, f);
}

static void terminate(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct snd_pcm_runtime *runtime;
	u32 i, bad = 0;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	fake_pci_move(f, false, 500);
	f->stream[0]->terminate = true;
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, f->ss[0]->runtime->status->hw_ptr, 0);

	PT_ASSERT_EQ(t, pt_pci_record(f), 0);
	runtime = f->ss[1]->runtime;
	PT_EXPECT_EQ(t, fake_pci_move(f, true, 600), 600);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, runtime->status->hw_ptr, 0);
	f->stream[1]->terminate = true;
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, runtime->status->hw_ptr, 150);
	for (i = 0; i < 600; i++)
		bad += runtime->dma_area[i] != fake_pci_byte(i);
	PT_EXPECT_EQ(t, bad, 0);
	pt_pci_end(t, f);
}

static const struct portcls_test_case wavepci_run_cases[] = {
	{ "PC-95 nothing is open after a stop, whatever the other CPU does",
	  storm_stop },
	{ "PC-96 order survives two CPUs", storm_order },
	{ "PC-98 one mapping is enough to start", start_with_one },
	{ "PC-99 pieces are played whole and in order", long_pieces },
	{ "PC-100 without a service group the port serves every 20 ms in RUN",
	  service_without_group },
	{ "PC-102 TerminatePacket makes a part of a recorded packet readable",
	  terminate },
	{ }
};

const struct portcls_test_suite pt_suite_wavepci_run = {
	.name = "contract-wavepci-run",
	.cases = wavepci_run_cases,
	.exit = pt_pci_exit,
};
