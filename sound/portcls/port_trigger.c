// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: how streams start and stop
 *
 * Everything here runs under the PCM stream lock unless it says otherwise.
 *
 * A start may make the steps of linked streams too, and its undoing those back: there the
 * core holds the group and the lock of each of its streams. Nowhere else is a group looked
 * at: a stream that stops by itself has its own lock only.
 */
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <sound/pcm.h>

#include "local.h"

/* Whether the device can be started, for the core or for whom it lets in beside. */
static int port_can_run(const struct portcls_pin *pin)
{
	const struct portcls_card *card = pin->port->card;

	if (portcls_card_gone(card))
		return -ENODEV;
	/* A card that has not woken up gets another chance in prepare. */
	if (READ_ONCE(card->power) != PORTCLS_D0)
		return -EIO;
	return pin->ready ? 0 : -EBADFD;
}

static int port_start(struct portcls_pin *pin)
{
	struct snd_pcm_runtime *runtime = pin->substream->runtime;
	int err = port_can_run(pin);

	/*
	 * The core frees the ring before it tells us of hw_params and hw_free, and says
	 * PREPARED anew after prepare. It keeps START away from that, and not a drain's.
	 */
	if (!err && mutex_is_locked(&runtime->buffer_mutex))
		err = -EBADFD;
	if (!err)
		err = portcls_port_step(pin, PORTCLS_RUN);
	/* Of a stream that is closed the core's runtime goes away. */
	if (err && pin->open)
		schedule_work(&pin->refused);
	return err;
}

/**
 * portcls_port_refused() - end a drain whose start was refused
 * @work: of the pin
 *
 * A drain begins with a start, and the core does not ask how that went. Who waits for such
 * a drain is told -EIO when no period's end comes, and where none is due waits for ever.
 *
 * Context: process.
 */
void portcls_port_refused(struct work_struct *work)
{
	struct portcls_pin *pin = container_of(work, struct portcls_pin, refused);
	struct snd_pcm_substream *ss = pin->substream;

	snd_pcm_stream_lock_irq(ss);
	if (ss->runtime->state == SNDRV_PCM_STATE_DRAINING && !portcls_port_runs(pin) &&
	    ss->runtime->no_period_wakeup)
		snd_pcm_stop(ss, SNDRV_PCM_STATE_XRUN);
	else
		/* Who waits for it may have been overtaken by a prepare. */
		wake_up(&ss->runtime->sleep);
	snd_pcm_stream_unlock_irq(ss);
}

static int port_resume(struct portcls_pin *pin)
{
	int err = port_can_run(pin);

	if (err)
		return err;
	/*
	 * The core takes the time since its last look, the pause included, for laps of
	 * the ring: without period wake-ups, and where a drain makes it look inside of
	 * a period.
	 */
	pin->substream->runtime->hw_ptr_jiffies = jiffies;
	return portcls_port_step(pin, PORTCLS_RUN);
}

static int port_go(struct portcls_pin *pin, int cmd)
{
	return cmd == SNDRV_PCM_TRIGGER_START ? port_start(pin) : port_resume(pin);
}

static void port_halt(struct portcls_pin *pin, int cmd)
{
	const struct portcls_model *model = pin->port->model;

	if (!pin->ready)
		return;
	if (cmd != SNDRV_PCM_TRIGGER_STOP) {
		portcls_port_step(pin, PORTCLS_PAUSE);
	} else if (!model->linger || !model->linger(pin)) {
		portcls_port_step(pin, PORTCLS_PAUSE);
		if (model->stopped)
			model->stopped(pin);
	}
}

/*
 * Whether the core is about to start this stream too. A start of playback may be that of
 * a drain, which leaves out recording and empty rings; no drain starts recording.
 */
static bool port_follows(struct snd_pcm_substream *ss, struct snd_pcm_substream *first,
			 int cmd)
{
	if (ss == first || ss->ops != first->ops || ss->pcm->card != first->pcm->card ||
	    !port_pin(ss)->port->holds || ss->runtime->trigger_master != ss)
		return false;
	/* A release may also take back a pause that failed, from streams that still run. */
	if (cmd != SNDRV_PCM_TRIGGER_START)
		return ss->runtime->state == SNDRV_PCM_STATE_PAUSED;
	if (ss->runtime->state != SNDRV_PCM_STATE_PREPARED)
		return false;
	if (first->stream == SNDRV_PCM_STREAM_CAPTURE)
		return true;
	return ss->stream == SNDRV_PCM_STREAM_PLAYBACK && !snd_pcm_playback_empty(ss);
}

/*
 * The first of a card's linked streams takes the others along. One that is refused is left
 * to the core, which asks for it anew and takes back what had started.
 */
static int port_go_linked(struct snd_pcm_substream *ss, int cmd)
{
	struct portcls_port *port = port_pin(ss)->port;
	struct snd_pcm_substream *s;
	int err;

	lockdep_assert_held(&ss->group->lock);
	port->model->hold(port, true);
	err = port_go(port_pin(ss), cmd);
	if (!err)
		snd_pcm_group_for_each_entry(s, ss)
			if (port_follows(s, ss, cmd) && !port_go(port_pin(s), cmd))
				snd_pcm_trigger_done(s, ss);
	port->model->hold(port, false);
	return err;
}

/* The core's state changes behind a start or release, and so is the old one in its undoing. */
static bool port_undoes(const struct snd_pcm_substream *ss, int cmd)
{
	return ss->runtime->state == (cmd == SNDRV_PCM_TRIGGER_STOP ? SNDRV_PCM_STATE_PREPARED :
								      SNDRV_PCM_STATE_PAUSED);
}

/*
 * The core takes a start back from whom it told of it, for all that this one took along.
 * Then it holds the group, which may change when a stream stops by itself.
 */
static void port_halt_linked(struct snd_pcm_substream *ss, int cmd)
{
	struct snd_pcm_substream *s;

	lockdep_assert_held(&ss->group->lock);
	snd_pcm_group_for_each_entry(s, ss)
		if (s == ss || s->runtime->trigger_master == ss)
			port_halt(port_pin(s), cmd);
}

/**
 * portcls_port_trigger() - the trigger callback
 * @ss: a pin's substream
 * @cmd: SNDRV_PCM_TRIGGER_*
 *
 * Context: PCM stream lock; of linked streams also the group's, but for the stop of one
 * that stops by itself.
 * Return: 0, -ENODEV of a card that is gone, -EIO of one that sleeps, -EBADFD of a stream
 * that is not prepared, -EINVAL for another @cmd, or the miniport's error.
 */
int portcls_port_trigger(struct snd_pcm_substream *ss, int cmd)
{
	struct portcls_pin *pin = port_pin(ss);
	const struct portcls_model *model = pin->port->model;
	bool linked = snd_pcm_stream_linked(ss) && pin->port->holds;

	switch (cmd) {
	case SNDRV_PCM_TRIGGER_START:
	case SNDRV_PCM_TRIGGER_PAUSE_RELEASE:
		return linked ? port_go_linked(ss, cmd) : port_go(pin, cmd);
	case SNDRV_PCM_TRIGGER_RESUME:
		return port_resume(pin);
	case SNDRV_PCM_TRIGGER_STOP:
	case SNDRV_PCM_TRIGGER_PAUSE_PUSH:
	case SNDRV_PCM_TRIGGER_SUSPEND:
		if (linked && port_undoes(ss, cmd))
			port_halt_linked(ss, cmd);
		else
			port_halt(pin, cmd);
		return 0;
	case SNDRV_PCM_TRIGGER_DRAIN:
		if (model->drain && pin->ready)
			model->drain(pin);
		return 0;
	default:
		return -EINVAL;
	}
}
