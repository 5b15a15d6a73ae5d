// SPDX-License-Identifier: GPL-2.0
/*
 * States and power of the WavePci port
 */
#include <linux/err.h>
#include <linux/platform_device.h>
#include <linux/workqueue.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>
#include <sound/portcls/wavepci.h>

#include "pci_fixture.h"
#include "portcls_test.h"

#define PERIOD	FAKE_PCI_PERIOD
#define RING	FAKE_PCI_BUFFER

static void steps(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);

	if (!f)
		return;
	PT_EXPECT(t, pt_pci_log_is(t, f, "N12"));
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT(t, pt_pci_log_is(t, f, "3"));
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	PT_EXPECT(t, pt_pci_log_is(t, f, "2R"));
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_EXPECT(t, pt_pci_log_is(t, f, "1012"));
	PT_ASSERT_EQ(t, fake_pci_hw_params(f, false, SNDRV_PCM_FORMAT_U8,
					   PERIOD, RING), 0);
	PT_EXPECT(t, pt_pci_log_is(t, f, "10XN"));
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT(t, pt_pci_log_is(t, f, "123"));
	fake_pci_close(f, false);
	PT_EXPECT(t, pt_pci_log_is(t, f, "2R10X"));
	pt_pci_end(t, f);
}

static void position_states(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 1000);
	int i;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 1000), 0);
	for (i = 0; i < 5; i++)
		PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 250);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_PAUSE_RELEASE), 0);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 250);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 1000), 1000);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 500);
	PT_EXPECT(t, fake_pci_heard(f, 0, 2000, 0));
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 0);
	pt_pci_end(t, f);
}

static void step_up_fails(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	f->fail_up[PORTCLS_RUN] = -EIO;
	PT_EXPECT_EQ(t, pt_pci_start(f), -EIO);
	PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_PAUSE);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 100), 0);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	f->fail_up[PORTCLS_PAUSE] = -ENOMEM;
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), -ENOMEM);
	PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_ACQUIRE);
	f->fail_up[PORTCLS_ACQUIRE] = -EBUSY;
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), -EBUSY);
	PT_EXPECT_EQ(t, f->stream[0]->state, PORTCLS_STOP);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_EXPECT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	PT_EXPECT(t, fake_pci_heard(f, 0, PERIOD, 0));
	pt_pci_end(t, f);
}

static void step_down_fails(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 100);

	if (!f)
		return;
	fake_pci_clear_log(f);
	f->fail_down = -EIO;
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	fake_pci_close(f, false);
	PT_EXPECT(t, pt_pci_log_is(t, f, "2R10X"));
	pt_pci_end(t, f);
}

/*
 * Where another linked stream refuses to start, the core stops this one again and leaves
 * it prepared. What it has played until then it plays no second time.
 */
static void start_undone(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct fake_pci_stream *s;
	struct portcls_mapping *map;

	if (!f)
		return;
	s = f->stream[0];
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_START), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD + 40), PERIOD + 40);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_STOP), 0);
	PT_EXPECT_EQ(t, fake_pci_open_mappings(f, false), 0);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	map = &s->ring[s->tail % FAKE_PCI_RING].map;
	PT_EXPECT_EQ(t, (u8 *)map->virt - pt_pci_runtime(f)->dma_area, PERIOD + 40);
	PT_EXPECT_EQ(t, map->bytes, PERIOD - 40);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 2 * RING), RING - PERIOD - 40);
	PT_EXPECT(t, fake_pci_heard(f, 0, RING, 0));
	PT_EXPECT_EQ(t, f->heard_wrong, 0);
	pt_pci_end(t, f);
}

/* Each way to stop a stream; after any of them the device is silent. */
static void silent_after_stop(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 100);
	struct device *dev;

	if (!f)
		return;
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 100), 0);

	/* XRUN */
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), PERIOD);
	fake_pci_notify(f);
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_XRUN);
	PT_EXPECT(t, !f->stream[0]->running);

	/* suspend */
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	dev = &f->pdev->dev;
	PT_EXPECT_EQ(t, portcls_card_pm_ops.suspend(dev), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 100), 0);
	PT_EXPECT_EQ(t, portcls_card_pm_ops.resume(dev), 0);

	/* close */
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	fake_pci_clear_log(f);
	fake_pci_close(f, false);
	PT_EXPECT(t, pt_pci_log_is(t, f, "2R10X"));

	/* disconnect */
	PT_ASSERT_EQ(t, fake_pci_playback(f), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	snd_card_disconnect(f->card->card);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 100), 0);
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_DISCONNECTED);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, f->services_outside, 0);
	pt_pci_end(t, f);
}

static void power_order(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 1000);
	struct device *dev;

	if (!f)
		return;
	fake_pci_clear_log(f);
	dev = &f->pdev->dev;
	PT_EXPECT_EQ(t, portcls_card_pm_ops.suspend(dev), 0);
	PT_EXPECT(t, pt_pci_log_is(t, f, "2dD"));
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, portcls_card_pm_ops.resume(dev), 0);
	PT_EXPECT(t, pt_pci_log_is(t, f, "Uu"));
	PT_EXPECT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_RESUME), 0);
	PT_EXPECT(t, pt_pci_log_is(t, f, "3"));
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 1000), 1000);
	PT_EXPECT(t, fake_pci_heard(f, 0, 2000, 0));
	PT_EXPECT_EQ(t, f->services_outside, 0);
	pt_pci_end(t, f);
}

/* The core stops no device that sleeps: the mappings are taken back later. */
static void drop_suspended(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 1000);
	struct device *dev;

	if (!f)
		return;
	dev = &f->pdev->dev;
	PT_EXPECT_EQ(t, portcls_card_pm_ops.suspend(dev), 0);
	PT_EXPECT_EQ(t, portcls_card_pm_ops.resume(dev), 0);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	fake_pci_clear_log(f);
	PT_EXPECT(t, fake_pci_open_mappings(f, false) > 0);
	fake_pci_close(f, false);
	PT_EXPECT(t, pt_pci_log_is(t, f, "R10X"));
	pt_pci_end(t, f);
}

static void drop_paused(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 1000);
	unsigned int positions, services;
	snd_pcm_uframes_t hw_ptr;
	u32 heard;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	heard = f->heard_bytes;
	fake_pci_clear_log(f);
	services = f->services;
	hw_ptr = pt_pci_runtime(f)->status->hw_ptr;
	/* The core lets a paused stream go on for a moment to stop it. */
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	positions = f->positions;
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 1000), 0);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, f->heard_bytes, heard);
	PT_EXPECT_EQ(t, f->positions, positions);
	PT_EXPECT_EQ(t, f->services, services);
	PT_EXPECT(t, pt_pci_runtime(f)->status->hw_ptr - hw_ptr <= 250);
	PT_EXPECT(t, pt_pci_runtime(f)->state == SNDRV_PCM_STATE_SETUP);
	PT_EXPECT(t, pt_pci_log_is(t, f, "32R"));
	pt_pci_end(t, f);
}

static void hw_params_fails(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct portcls_adapter_counters now;

	if (!f)
		return;
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.live_maps, 1);
	f->fail_new = -ENOMEM;
	PT_EXPECT_EQ(t, fake_pci_hw_params(f, false, SNDRV_PCM_FORMAT_U8, PERIOD, RING),
		     -ENOMEM);
	PT_EXPECT_EQ(t, f->streams, 0);
	PT_EXPECT(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE) < 0);
	/* Nor is the ring mapped any more, whose pages the client may free now. */
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.live_maps, 0);
	fake_pci_close(f, false);
	f->fail_open = -EBUSY;
	PT_EXPECT_EQ(t, fake_pci_open(f, false), -EBUSY);
	PT_EXPECT_EQ(t, fake_pci_playback(f), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), RING);
	PT_EXPECT(t, fake_pci_heard(f, 0, RING, 0));
	pt_pci_end(t, f);
}

static void nothing_after_remove(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin_running(t, &pt_pci_plain, 1000);
	unsigned int services, positions;

	if (!f)
		return;
	/* The first half of the driver's remove, with the client still there. */
	snd_card_disconnect(f->card->card);
	services = f->services;
	positions = f->positions;
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), 0);
	PT_EXPECT_EQ(t, f->services, services);
	PT_EXPECT_EQ(t, f->positions, positions);
	PT_EXPECT_EQ(t, fake_pci_open_mappings(f, false), 0);
	pt_pci_end(t, f);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, f->services, services);
}

/* Nothing is there for a client then, and the next one is a card again. */
static void gone_at_probe(struct portcls_test *t)
{
	static const struct fake_pci_config in_probe = { .gone_in_probe = true };
	static const struct fake_pci_config in_register = { .gone_in_register = true };
	struct fake_pci *f;

	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(fake_pci_new(&in_probe)), -ENODEV);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(fake_pci_new(&in_register)), -ENODEV);
	f = pt_pci_begin(t, &pt_pci_plain);
	if (f)
		pt_pci_end(t, f);
}

struct ring_shutdown {
	struct delayed_work work;
	struct portcls_adapter *adapter;
};

static void ring_shutdown_work(struct work_struct *work)
{
	struct ring_shutdown *shutdown =
		container_of(to_delayed_work(work), struct ring_shutdown, work);

	portcls_adapter_shutdown(shutdown->adapter);
}

/* The device goes while a ring waits for the channel, which somebody else has. */
static void ring_without_grant(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct ring_shutdown shutdown;
	struct portcls_transfer holder;
	u64 base;

	if (!f)
		return;
	portcls_transfer_init(f->adapter, &holder);
	PT_ASSERT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &holder, 0,
							 PORTCLS_SYNCHRONOUS_CALLBACK, NULL,
							 NULL, &base), 0);
	shutdown.adapter = f->adapter;
	INIT_DELAYED_WORK_ONSTACK(&shutdown.work, ring_shutdown_work);
	schedule_delayed_work(&shutdown.work, HZ / 10);
	PT_EXPECT_EQ(t, fake_pci_hw_params(f, false, SNDRV_PCM_FORMAT_S16_LE, PERIOD, RING),
		     -ESHUTDOWN);
	flush_delayed_work(&shutdown.work);
	destroy_delayed_work_on_stack(&shutdown.work);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	pt_pci_end(t, f);
}

static const struct portcls_test_case alsa_cases[] = {
	{ "PC-104 states change by one step and begin with STOP", steps },
	{ "PC-105 the position is kept in PAUSE and 0 after STOP", position_states },
	{ "PC-106 a step up that fails leaves the state below it", step_up_fails },
	{ "PC-107 a step down that fails is taken", step_down_fails },
	{ "PC-106 a start that is undone takes back no more than was not played",
	  start_undone },
	{ "PC-109 the device is silent after every kind of stop", silent_after_stop },
	{ "PC-110 PC-111 suspend pauses, notifies and powers down, in this order",
	  power_order },
	{ "PC-110 a sleeping stream that is given up keeps no mapping", drop_suspended },
	{ "PC-123 dropping a paused stream sounds nowhere", drop_paused },
	{ "PC-124 a failed hw_params leaves nothing behind", hw_params_fails },
	{ "PC-126 nothing moves after a disconnect", nothing_after_remove },
	{ "a device that is found gone before its card is registered is refused",
	  gone_at_probe },
	{ "PC: a ring whose device goes while it waits for it has none", ring_without_grant },
	{ }
};

const struct portcls_test_suite pt_suite_wavepci_alsa = {
	.name = "contract-alsa",
	.cases = alsa_cases,
	.exit = pt_pci_exit,
};
