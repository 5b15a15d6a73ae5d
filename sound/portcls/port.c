// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: the half of a PCM device that does not depend on the stream model
 *
 * Which ALSA callback makes which step of the miniport's stream:
 *
 *   hw_params          (any) -> STOP, then the stream is made or re-formatted
 *   prepare            (any) -> STOP -> ACQUIRE -> PAUSE
 *   trigger START, PAUSE_RELEASE, RESUME      PAUSE -> RUN
 *   trigger PAUSE_PUSH, SUSPEND, STOP         RUN -> PAUSE; STOP also revokes
 *   sync_stop          RUN -> PAUSE, where the end of a drain was left to run on
 *   hw_free            (any) -> STOP, then the stream is released
 *
 * Only the two PAUSE <-> RUN steps are atomic, under the PCM stream lock. A
 * miniport never sees a step left out, and a downward step never fails.
 *
 * The core lets DRAIN, RESET and the client's pointer in beside hw_free, hw_params and
 * prepare, which it does not tell of, while it still says PREPARED: another thread need
 * only ask. So the pin says itself when a stream may be started and looked at, and none
 * is started while the core's own part of these is under way.
 */
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/pm_runtime.h>
#include <sound/pcm_params.h>

#include <trace/events/portcls.h>

#include "local.h"

/**
 * portcls_port_free_running() - whether the ring plays on without new data
 * @pin: the pin
 *
 * A client whose stop threshold cannot be reached before the ring is empty
 * (dmix, sound servers) rewrites the ring in place and wants it to go round.
 * Read it at each use: it may change while the stream runs.
 *
 * Context: PCM stream lock.
 * Return: true if the device may have the whole ring at any time.
 */
bool portcls_port_free_running(const struct portcls_pin *pin)
{
	const struct snd_pcm_runtime *runtime = pin->substream->runtime;

	return runtime->stop_threshold > runtime->buffer_size;
}

/**
 * portcls_port_step() - bring the miniport's stream to a state, step by step
 * @pin: the pin
 * @target: the state
 *
 * Context: PCM stream lock between PAUSE and RUN, process context otherwise.
 * Return: 0, or the error of an upward step, with the stream in the state below
 * it.
 */
int portcls_port_step(struct portcls_pin *pin, enum portcls_state target)
{
	while (pin->state != target) {
		bool up = target > pin->state;
		enum portcls_state next = pin->state + (up ? 1 : -1);
		int err = pin->port->model->set_state(pin, next);

		trace_portcls_state(pin->substream, pin->state, next, err);
		if (err && up)
			return err;
		if (err)
			dev_warn_ratelimited(pin->port->card->dev,
					     "miniport refused state %d: %d\n",
					     next, err);
		WRITE_ONCE(pin->state, next);
	}
	return 0;
}

static int port_open(struct snd_pcm_substream *ss)
{
	struct portcls_pin *pin = port_pin(ss);
	struct portcls_port *port = pin->port;
	struct device *dev = port->card->dev;
	int err;

	if (portcls_card_gone(port->card))
		return -ENODEV;
	err = pm_runtime_resume_and_get(dev);
	if (err < 0) {
		/* Else the core remembers the error, and no later open wakes it. */
		pm_runtime_set_suspended(dev);
		return err;
	}

	pin->substream = ss;
	portcls_port_set_hw(pin, &ss->runtime->hw);
	if (pin->port->holds)
		snd_pcm_set_sync(ss);
	/* A failed resume leaves the device awake for the core, and asleep for us. */
	err = portcls_card_wake(port->card);
	if (!err)
		err = portcls_port_add_rules(pin, ss->runtime);
	if (!err && port->model->open)
		err = port->model->open(pin);
	if (err) {
		pm_runtime_mark_last_busy(dev);
		pm_runtime_put_autosuspend(dev);
	}
	pin->open = !err;
	return err;
}

static int port_close(struct snd_pcm_substream *ss)
{
	struct portcls_pin *pin = port_pin(ss);
	struct device *dev = pin->port->card->dev;

	/* It may still be started: the core takes it out of its group after this. */
	snd_pcm_stream_lock_irq(ss);
	pin->open = false;
	snd_pcm_stream_unlock_irq(ss);
	cancel_work_sync(&pin->refused);
	if (pin->port->model->close)
		pin->port->model->close(pin);
	pm_runtime_mark_last_busy(dev);
	pm_runtime_put_autosuspend(dev);
	return 0;
}

static int port_wake(struct portcls_pin *pin)
{
	struct portcls_card *card = pin->port->card;

	return portcls_card_gone(card) ? -ENODEV : portcls_card_wake(card);
}

/* The core leaves this out beside a disconnect, which does it in its own time. */
static void port_end_linger(struct portcls_pin *pin)
{
	if (pin->port->model->synchronize)
		pin->port->model->synchronize(pin);
}

static void port_set_ready(struct portcls_pin *pin, bool ready)
{
	snd_pcm_stream_lock_irq(pin->substream);
	pin->ready = ready;
	snd_pcm_stream_unlock_irq(pin->substream);
}

/* From here to the end of prepare the stream belongs to the caller. Process context. */
static void port_down(struct portcls_pin *pin)
{
	port_set_ready(pin, false);
	port_end_linger(pin);
	snd_pcm_stream_lock_irq(pin->substream);
	/* What a drain has started that came first. */
	if (pin->state == PORTCLS_RUN)
		portcls_port_step(pin, PORTCLS_PAUSE);
	snd_pcm_stream_unlock_irq(pin->substream);
	portcls_port_step(pin, PORTCLS_STOP);
}

static int port_hw_params(struct snd_pcm_substream *ss,
			  struct snd_pcm_hw_params *params)
{
	struct portcls_pin *pin = port_pin(ss);
	struct portcls_stream_config config = {
		.capture = ss->stream == SNDRV_PCM_STREAM_CAPTURE,
		.format.format = params_format(params),
		.format.rate = params_rate(params),
		.format.channels = params_channels(params),
		.period_bytes = params_period_bytes(params),
		.buffer_bytes = params_buffer_bytes(params),
		.wakeup = !(params->flags & SNDRV_PCM_HW_PARAMS_NO_PERIOD_WAKEUP) ||
			  !(params->info & SNDRV_PCM_INFO_NO_PERIOD_WAKEUP),
	};
	int err;

	config.format.frame_bytes =
		snd_pcm_format_physical_width(config.format.format) / 8 *
		config.format.channels;
	err = port_wake(pin);
	if (err)
		return err;
	mutex_lock(&pin->lock);
	port_down(pin);
	err = pin->port->model->hw_params(pin, &config);
	if (err)
		pin->port->model->hw_free(pin);
	else
		pin->format = config.format;
	pin->has_stream = !err;
	mutex_unlock(&pin->lock);
	return err;
}

static int port_hw_free(struct snd_pcm_substream *ss)
{
	struct portcls_pin *pin = port_pin(ss);

	mutex_lock(&pin->lock);
	if (pin->has_stream) {
		port_down(pin);
		pin->port->model->hw_free(pin);
		pin->has_stream = false;
	}
	mutex_unlock(&pin->lock);
	return 0;
}

static int port_make_ready(struct portcls_pin *pin)
{
	int err;

	/* Its client has freed it already, and closes it; the core still has it in a group. */
	if (!pin->has_stream)
		return -EBADFD;
	port_down(pin);
	err = pin->port->model->prepare(pin);
	if (!err)
		err = portcls_port_step(pin, PORTCLS_PAUSE);
	if (!err)
		port_set_ready(pin, true);
	return err;
}

static int port_prepare(struct snd_pcm_substream *ss)
{
	struct portcls_pin *pin = port_pin(ss);
	int err;

	err = port_wake(pin);
	if (err)
		return err;
	mutex_lock(&pin->lock);
	err = port_make_ready(pin);
	mutex_unlock(&pin->lock);
	return err;
}

static int port_sync_stop(struct snd_pcm_substream *ss)
{
	struct portcls_pin *pin = port_pin(ss);
	int irq = pin->port->card->card->sync_irq;

	port_end_linger(pin);
	if (irq > 0)
		synchronize_irq(irq);
	return 0;
}

static snd_pcm_uframes_t port_pointer(struct snd_pcm_substream *ss)
{
	struct portcls_pin *pin = port_pin(ss);

	/* Not of a stream that the core thinks it has started. */
	return pin->ready ? pin->port->model->pointer(pin) : SNDRV_PCM_POS_XRUN;
}

static int port_ack(struct snd_pcm_substream *ss)
{
	struct portcls_pin *pin = port_pin(ss);

	return pin->port->model->ack && pin->ready ? pin->port->model->ack(pin) : 0;
}

/* RESET sets both of the core's pointers behind the back of .ack. */
static int port_ioctl(struct snd_pcm_substream *ss, unsigned int cmd, void *arg)
{
	struct portcls_pin *pin = port_pin(ss);
	int err = snd_pcm_lib_ioctl(ss, cmd, arg);

	if (cmd == SNDRV_PCM_IOCTL1_RESET && !err && pin->port->model->reset) {
		snd_pcm_stream_lock_irq(ss);
		if (pin->ready)
			pin->port->model->reset(pin);
		snd_pcm_stream_unlock_irq(ss);
	}
	return err;
}

static const struct snd_pcm_ops port_ops = {
	.open = port_open,
	.close = port_close,
	.ioctl = port_ioctl,
	.hw_params = port_hw_params,
	.hw_free = port_hw_free,
	.prepare = port_prepare,
	.trigger = portcls_port_trigger,
	.sync_stop = port_sync_stop,
	.pointer = port_pointer,
	.ack = port_ack,
};

static void port_free_pcm(struct snd_pcm *pcm)
{
	struct portcls_port *port = pcm->private_data;

	list_del(&port->node);
	port->free(port);
}

/* Of the maps that there are, those of numbers of channels that the pin has. */
static int port_add_chmap(struct portcls_pin *pin)
{
	const struct portcls_pin_desc *desc = pin->desc;
	struct snd_pcm_chmap *chmap;
	unsigned int i;
	int err;

	err = snd_pcm_add_chmap_ctls(pin->port->pcm, pin->substream->stream,
				     desc->chmap, desc->chmap_channels, 0, &chmap);
	if (err < 0)
		return err;
	for (i = 0; i < desc->num_ranges; i++)
		chmap->channel_mask |= desc->ranges[i].channels;
	return 0;
}

static int port_init_pin(struct portcls_port *port, int stream)
{
	struct portcls_pin *pin = port->pin[stream];
	struct snd_pcm_substream *ss = port->pcm->streams[stream].substream;
	int err;

	pin->port = port;
	pin->substream = ss;
	mutex_init(&pin->lock);
	INIT_WORK(&pin->refused, portcls_port_refused);
	snd_pcm_set_ops(port->pcm, stream, &port_ops);
	if (port->model->buffer_type != SNDRV_DMA_TYPE_UNKNOWN) {
		err = snd_pcm_set_managed_buffer(ss, port->model->buffer_type,
						 port->dma_dev,
						 pin->desc->prealloc_bytes,
						 pin->desc->buffer_bytes_max);
		if (err < 0)
			return err;
	}
	return pin->desc->chmap ? port_add_chmap(pin) : 0;
}

/**
 * portcls_port_init() - make the PCM device of a port
 * @port: zeroed but for @model, @holds, @dma_dev and @pin, whose @desc are set
 * @card: the card
 * @config: names
 *
 * On success the port belongs to the PCM device and is freed with it.
 *
 * Context: process, before the card is registered.
 * Return: 0, or a negative errno; the caller frees the port where it is not on
 * the card's list.
 */
int portcls_port_init(struct portcls_port *port, struct portcls_card *card,
		      const struct portcls_port_config *config)
{
	int stream, err;

	INIT_LIST_HEAD(&port->node);
	err = snd_pcm_new(card->card, config->id, config->device,
			  !!port->pin[SNDRV_PCM_STREAM_PLAYBACK],
			  !!port->pin[SNDRV_PCM_STREAM_CAPTURE], &port->pcm);
	if (err < 0)
		return err;

	port->card = card;
	port->free = config->free;
	port->pcm->private_data = port;
	port->pcm->private_free = port_free_pcm;
	strscpy(port->pcm->name, config->name, sizeof(port->pcm->name));
	list_add_tail(&port->node, &card->ports);

	for (stream = 0; stream < 2; stream++) {
		if (!port->pin[stream])
			continue;
		err = port_init_pin(port, stream);
		if (err < 0)
			return err;
	}
	return 0;
}

/*
 * The core leaves a group alone of which one stream has stopped, such as in a drain the
 * shorter one's, and says so to nobody.
 */
static void port_stop_leftover(struct portcls_pin *pin)
{
	struct snd_pcm_substream *ss = pin->substream;
	bool running;

	snd_pcm_stream_lock_irq(ss);
	running = portcls_port_runs(pin);
	if (running)
		snd_pcm_stop(ss, SNDRV_PCM_STATE_XRUN);
	snd_pcm_stream_unlock_irq(ss);
	if (!running)
		return;
	port_sync_stop(ss);
	/* And of a stream that does not run the core stops nothing. */
	snd_pcm_stream_lock_irq(ss);
	if (portcls_port_runs(pin))
		portcls_port_step(pin, PORTCLS_PAUSE);
	snd_pcm_stream_unlock_irq(ss);
}

/**
 * portcls_port_suspend() - bring a port's streams to rest before it sleeps
 * @port: the port
 *
 * Context: process.
 */
void portcls_port_suspend(struct portcls_port *port)
{
	int stream;

	snd_pcm_suspend_all(port->pcm);
	for (stream = 0; stream < 2; stream++)
		if (port->pin[stream])
			port_stop_leftover(port->pin[stream]);
}

/**
 * portcls_port_unregister() - take back what a failed registration left behind
 * @port: the port
 *
 * The PCM core gives each direction its node. Where the second is refused, the
 * first stays, the PCM device does not count as registered, and nobody takes the
 * node down: it holds the card, and snd_card_free() waits for it for ever.
 *
 * Context: process, after snd_card_register() has failed.
 */
void portcls_port_unregister(struct portcls_port *port)
{
	int stream;

	/*
	 * A direction that has no node, or none any more, is not found, and the core's
	 * disconnect does not mind that a registered one has gone before.
	 */
	for (stream = 0; stream < 2; stream++)
		snd_unregister_device(port->pcm->streams[stream].dev);
}
