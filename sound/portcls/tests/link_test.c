// SPDX-License-Identifier: GPL-2.0
/*
 * Linked streams of a card whose miniport can start them at once
 *
 * The core tells one stream after the other. What the miniport is told is compared with
 * what the core's own part of a start or a drain would have been.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "cyclic_fixture.h"
#include "fake_pcm.h"

static const struct fake_cyclic link_kind = { .holds = true, .others = FAKE_DEVICES - 1 };

/* The card's PCM devices: 0 and 1 play, 2 records. */
static struct fake_cyclic *link_device(struct portcls_test *t, unsigned int i)
{
	struct fake_cyclic *f = t->priv;

	return i ? f->other[i - 1] : f;
}

static void link_logged(struct portcls_test *t, const char *what)
{
	struct fake_cyclic *f = t->priv;

	if (!PT_EXPECT(t, !strcmp(f->log, what)))
		pr_info("# %s where %s was expected\n", f->log, what);
	memset(f->log, 0, sizeof(f->log));
}

static void link_state(struct portcls_test *t, unsigned int i, snd_pcm_state_t state,
		       enum portcls_state told)
{
	struct fake_cyclic *f = link_device(t, i);

	PT_EXPECT_EQ(t, pt_cyclic_state(f), (__force int)state);
	PT_EXPECT_EQ(t, f->state, told);
}

/*
 * Prepared, with a full ring where it plays, and linked so that the core takes them in
 * the order of @which: the last linked one first. Of a capital letter from 'A' on, which
 * stands for 0, the ring is empty.
 */
static bool link_begin(struct portcls_test *t, const struct fake_cyclic *kind,
		       const char *which)
{
	struct fake_cyclic *first = NULL;
	size_t n = strlen(which);

	t->priv = fake_cyclic_new(kind);
	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(t->priv), 0))
		return false;
	while (n--) {
		bool empty = which[n] >= 'A';
		struct fake_cyclic *f = link_device(t, which[n] - (empty ? 'A' : '0'));

		if (!PT_EXPECT_EQ(t, fake_cyclic_prepared(f), 0))
			return false;
		if (!f->capture && !empty &&
		    !PT_EXPECT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING))
			return false;
		if (first && !PT_EXPECT_EQ(t, fake_pcm_link(first->ss, f->ss), 0))
			return false;
		first = first ?: f;
	}
	return true;
}

static void link_exit(struct portcls_test *t)
{
	unsigned int i;

	if (IS_ERR_OR_NULL(t->priv))
		return;
	for (i = 0; i < FAKE_DEVICES; i++) {
		struct fake_cyclic *f = link_device(t, i);

		if (!f->ss)
			continue;
		if (snd_pcm_stream_linked(f->ss))
			fake_pcm_unlink(f->ss);
		pt_cyclic_end(t, f);
	}
	pt_cyclic_exit(t);
}

static void link_start(struct portcls_test *t)
{
	PT_ASSERT(t, link_begin(t, &link_kind, "01"));
	PT_EXPECT(t, link_device(t, 0)->ss->runtime->hw.info & SNDRV_PCM_INFO_SYNC_START);
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 1), SNDRV_PCM_IOCTL_START), 0);
	link_logged(t, "(01)");
	link_state(t, 0, SNDRV_PCM_STATE_RUNNING, PORTCLS_RUN);
	link_state(t, 1, SNDRV_PCM_STATE_RUNNING, PORTCLS_RUN);
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 1), SNDRV_PCM_IOCTL_DROP), 0);
	link_logged(t, "ab");
	link_state(t, 0, SNDRV_PCM_STATE_SETUP, PORTCLS_PAUSE);
}

/* Nobody holds what is alone. */
static void link_alone(struct portcls_test *t)
{
	PT_ASSERT(t, link_begin(t, &link_kind, "01"));
	fake_pcm_unlink(link_device(t, 0)->ss);
	fake_pcm_unlink(link_device(t, 1)->ss);
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 1), SNDRV_PCM_IOCTL_START), 0);
	link_logged(t, "1");
	link_state(t, 0, SNDRV_PCM_STATE_PREPARED, PORTCLS_PAUSE);
}

static void link_without_hold(struct portcls_test *t)
{
	static const struct fake_cyclic plain = { .others = FAKE_DEVICES - 1 };

	PT_ASSERT(t, link_begin(t, &plain, "01"));
	PT_EXPECT_EQ(t, link_device(t, 0)->ss->runtime->hw.info & SNDRV_PCM_INFO_SYNC_START, 0);
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_START), 0);
	link_logged(t, "01");
}

/* What is told of recording first is no drain; of what is told of playback first it may be. */
static void link_capture(struct portcls_test *t)
{
	PT_ASSERT(t, link_begin(t, &link_kind, "201"));
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_START), 0);
	link_logged(t, "(201)");
	link_state(t, 2, SNDRV_PCM_STATE_RUNNING, PORTCLS_RUN);
}

static void link_capture_last(struct portcls_test *t)
{
	PT_ASSERT(t, link_begin(t, &link_kind, "012"));
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_START), 0);
	link_logged(t, "(01)(2)");
	link_state(t, 2, SNDRV_PCM_STATE_RUNNING, PORTCLS_RUN);
}

static void link_drain(struct portcls_test *t)
{
	PT_ASSERT(t, link_begin(t, &link_kind, "012"));
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	link_logged(t, "(01)");
	link_state(t, 0, SNDRV_PCM_STATE_DRAINING, PORTCLS_RUN);
	link_state(t, 1, SNDRV_PCM_STATE_DRAINING, PORTCLS_RUN);
	link_state(t, 2, SNDRV_PCM_STATE_PREPARED, PORTCLS_PAUSE);
}

static void link_drain_empty(struct portcls_test *t)
{
	struct snd_pcm_runtime *runtime;

	PT_ASSERT(t, link_begin(t, &link_kind, "0B"));
	/* It could be started, and by a drain it is not. */
	runtime = link_device(t, 1)->ss->runtime;
	runtime->stop_threshold = runtime->boundary;
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	link_logged(t, "(0)");
	link_state(t, 0, SNDRV_PCM_STATE_DRAINING, PORTCLS_RUN);
	link_state(t, 1, SNDRV_PCM_STATE_SETUP, PORTCLS_PAUSE);
}

/* The core has it in its group, and a drain does not start it. */
static void link_drain_setup(struct portcls_test *t)
{
	PT_ASSERT(t, link_begin(t, &link_kind, "01"));
	__snd_pcm_set_state(link_device(t, 1)->ss->runtime, SNDRV_PCM_STATE_SETUP);
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	link_logged(t, "(0)");
	link_state(t, 1, SNDRV_PCM_STATE_SETUP, PORTCLS_PAUSE);
}

/* At its own end a stream has not got the group's lock. */
static void link_drained(struct portcls_test *t)
{
	struct fake_cyclic *f;
	u32 left;

	PT_ASSERT(t, link_begin(t, &link_kind, "01"));
	f = link_device(t, 0);
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	link_logged(t, "(01)");
	/* Whoever looks round the group takes the other for one that goes with it. */
	link_device(t, 1)->ss->runtime->trigger_master = f->ss;
	for (left = FAKE_RING + FAKE_PERIOD; left && f->state == PORTCLS_RUN; left -= FAKE_PERIOD)
		fake_cyclic_move(f, FAKE_PERIOD);
	link_device(t, 1)->ss->runtime->trigger_master = NULL;
	link_logged(t, "a");
	link_state(t, 0, SNDRV_PCM_STATE_SETUP, PORTCLS_PAUSE);
	link_state(t, 1, SNDRV_PCM_STATE_DRAINING, PORTCLS_RUN);
}

static void link_refused(struct portcls_test *t)
{
	unsigned int i;

	PT_ASSERT(t, link_begin(t, &link_kind, "201"));
	link_device(t, 1)->fail_up[PORTCLS_RUN] = -EIO;
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_START), -EIO);
	link_logged(t, "(20)()ca");
	for (i = 0; i < FAKE_DEVICES; i++)
		link_state(t, i, SNDRV_PCM_STATE_PREPARED, PORTCLS_PAUSE);

	/* Nothing is left of it. */
	link_device(t, 1)->fail_up[PORTCLS_RUN] = 0;
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 1), SNDRV_PCM_IOCTL_START), 0);
	link_logged(t, "(201)");
}

static void link_refused_first(struct portcls_test *t)
{
	PT_ASSERT(t, link_begin(t, &link_kind, "01"));
	link_device(t, 0)->fail_up[PORTCLS_RUN] = -EIO;
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 1), SNDRV_PCM_IOCTL_START), -EIO);
	link_logged(t, "()");
	link_state(t, 1, SNDRV_PCM_STATE_PREPARED, PORTCLS_PAUSE);
}

/* A client that closes has given its stream back when the core still has it in the group. */
static void link_closing(struct portcls_test *t)
{
	struct fake_cyclic *gone;

	PT_ASSERT(t, link_begin(t, &link_kind, "01"));
	gone = link_device(t, 1);
	PT_EXPECT_EQ(t, fake_cyclic_do(gone, SNDRV_PCM_IOCTL_DROP), 0);
	PT_EXPECT_EQ(t, gone->ss->ops->hw_free(gone->ss), 0);
	PT_EXPECT_EQ(t, gone->alive, 0);
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_PREPARE), -EBADFD);
	PT_EXPECT_EQ(t, gone->wrong, 0);
}

/* Close has waited for what a refused start leaves behind, and does not do so again. */
static void link_closing_start(struct portcls_test *t)
{
	struct fake_cyclic *gone;

	PT_ASSERT(t, link_begin(t, &link_kind, "01"));
	gone = link_device(t, 1);
	PT_EXPECT_EQ(t, gone->ss->ops->hw_free(gone->ss), 0);
	PT_EXPECT_EQ(t, gone->ss->ops->close(gone->ss), 0);
	gone->ss->runtime->no_period_wakeup = 1;
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 0), SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	msleep(50);
	/* What was left behind would have made it XRUN. */
	link_state(t, 1, SNDRV_PCM_STATE_DRAINING, PORTCLS_STOP);
	/* For the close that comes. */
	PT_EXPECT_EQ(t, gone->ss->ops->open(gone->ss), 0);
}

/*
 * The core puts no group to sleep of which one has stopped, and says nothing. The others
 * must not find their card gone.
 */
static void link_sleep(struct portcls_test *t)
{
	struct device *dev;
	struct fake_cyclic *f;
	u32 left;

	PT_ASSERT(t, link_begin(t, &link_kind, "01"));
	f = link_device(t, 0);
	dev = f->card->dev;
	PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	for (left = FAKE_RING + FAKE_PERIOD; left && f->state == PORTCLS_RUN; left -= FAKE_PERIOD)
		fake_cyclic_move(f, FAKE_PERIOD);
	link_state(t, 0, SNDRV_PCM_STATE_SETUP, PORTCLS_PAUSE);
	link_state(t, 1, SNDRV_PCM_STATE_DRAINING, PORTCLS_RUN);
	PT_EXPECT_EQ(t, portcls_card_pm_ops.suspend(dev), 0);
	link_state(t, 1, SNDRV_PCM_STATE_XRUN, PORTCLS_PAUSE);
	PT_EXPECT_EQ(t, portcls_card_pm_ops.resume(dev), 0);
	PT_EXPECT_EQ(t, fake_cyclic_do(link_device(t, 1), SNDRV_PCM_IOCTL_PREPARE), 0);
}

/*
 * A client may change its pointer while a drain asks twice whether its ring is empty. Its
 * stream is taken along by a linked one, which makes no difference here.
 */
static void link_leaked(struct portcls_test *t)
{
	static const struct fake_cyclic kind = { .holds = true, .drain = 8,
						 .others = FAKE_DEVICES - 1 };
	ktime_t end = ktime_add_ms(ktime_get(), 2000);
	struct fake_cyclic *f;

	PT_ASSERT(t, link_begin(t, &kind, "1"));
	f = link_device(t, 1);
	snd_pcm_stream_lock_irq(f->ss);
	PT_EXPECT_EQ(t, f->ss->ops->trigger(f->ss, SNDRV_PCM_TRIGGER_START), 0);
	__snd_pcm_set_state(f->ss->runtime, SNDRV_PCM_STATE_SETUP);
	snd_pcm_stream_unlock_irq(f->ss);
	while (READ_ONCE(f->state) == PORTCLS_RUN && ktime_before(ktime_get(), end))
		msleep(20);
	link_state(t, 1, SNDRV_PCM_STATE_SETUP, PORTCLS_PAUSE);
}

static const struct portcls_test_case link_cases[] = {
	{ "PC: linked streams are started while they are held", link_start },
	{ "PC: a stream that is not linked is not held", link_alone },
	{ "PC: a miniport without hold starts linked streams one by one", link_without_hold },
	{ "PC: what is linked to recording starts with it", link_capture },
	{ "PC: recording that is linked behind playback starts by itself", link_capture_last },
	{ "PC: a drain starts no linked recording", link_drain },
	{ "PC: a drain starts no linked empty ring", link_drain_empty },
	{ "PC: a drain starts no linked stream that is not prepared", link_drain_setup },
	{ "PC: the end of a drain is that of one stream", link_drained },
	{ "PC: one of three is refused: all stand still", link_refused },
	{ "PC: the first is refused: the others are not started", link_refused_first },
	{ "PC: a linked stream that is being closed is not prepared", link_closing },
	{ "PC: nor started, and leaves nothing behind", link_closing_start },
	{ "PC: what the core does not put to sleep is stopped before its card sleeps",
	  link_sleep },
	{ "PC: a device that runs and whose stream does not is stopped", link_leaked },
	{ }
};

const struct portcls_test_suite pt_suite_link = {
	.name = "contract-link",
	.cases = link_cases,
	.exit = link_exit,
};
