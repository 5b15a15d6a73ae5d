// SPDX-License-Identifier: GPL-2.0
/*
 * WaveCyclic: the port and the life of its streams
 *
 * The miniport's stream, its channel and its group belong to the pin from
 * hw_params to hw_free. The sink is a member of the group for as long as the
 * stream exists, and does nothing unless the stream is in RUN.
 */
#include <linux/export.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/position.h>

#include "wavecyclic_local.h"

static struct portcls_wavecyclic *to_wavecyclic(struct portcls_port *port)
{
	return container_of(port, struct portcls_wavecyclic, port);
}

static int wavecyclic_open(struct portcls_pin *pin)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);
	struct portcls_wavecyclic *port = wavecyclic_port(wp);
	const struct portcls_wavecyclic_ops *ops = port->desc.ops;
	int err;

	if (ops->open) {
		err = ops->open(port->miniport, wavecyclic_is_capture(wp));
		if (err)
			return err;
	}
	err = portcls_wavecyclic_constrain(wp);
	if (err && ops->close)
		ops->close(port->miniport, wavecyclic_is_capture(wp));
	return err;
}

static void wavecyclic_close(struct portcls_pin *pin)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);
	struct portcls_wavecyclic *port = wavecyclic_port(wp);

	if (port->desc.ops->close)
		port->desc.ops->close(port->miniport, wavecyclic_is_capture(wp));
}

static void wavecyclic_free_stream(struct portcls_wavecyclic_pin *wp)
{
	struct portcls_wavecyclic_stream *stream = wp->stream;
	struct portcls_dma_channel *channel;
	struct portcls_service_group *group;

	if (!stream)
		return;
	hrtimer_cancel(&wp->drain_timer);
	channel = stream->channel;
	group = stream->group;
	if (wp->serviced)
		portcls_service_remove_member(group, &wp->sink);
	wp->serviced = false;
	wp->stream = NULL;
	wp->cycle = NULL;
	stream->ops->release(stream);
	if (channel)
		portcls_dma_put(channel);
	portcls_service_group_put(group);
}

static int wavecyclic_new_stream(struct portcls_wavecyclic_pin *wp,
				 const struct portcls_stream_config *config)
{
	struct portcls_wavecyclic *port = wavecyclic_port(wp);
	struct portcls_wavecyclic_stream *stream;
	int err;

	stream = port->desc.ops->new_stream(port->miniport, config);
	if (IS_ERR(stream))
		return PTR_ERR(stream);
	wp->stream = stream;
	stream->pin = wp;
	if (!stream->channel || !stream->group)
		return -EINVAL;
	err = portcls_service_add_member(stream->group, &wp->sink);
	wp->serviced = !err;
	return err;
}

static int wavecyclic_hw_params(struct portcls_pin *pin,
				const struct portcls_stream_config *config)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);
	int err = -EOPNOTSUPP;

	if (wp->stream && wp->stream->ops->set_format)
		err = wp->stream->ops->set_format(wp->stream, &config->format);
	if (err == -EOPNOTSUPP) {
		portcls_wavecyclic_tear_down(wp);
		wavecyclic_free_stream(wp);
		err = wavecyclic_new_stream(wp, config);
	}
	if (!err)
		err = portcls_wavecyclic_set_up(wp, config);
	return err;
}

static void wavecyclic_hw_free(struct portcls_pin *pin)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);

	portcls_wavecyclic_tear_down(wp);
	wavecyclic_free_stream(wp);
}

static void wavecyclic_zero(struct portcls_wavecyclic_pin *wp)
{
	struct snd_pcm_substream *ss = wp->pin.substream;

	snd_pcm_stream_lock_irq(ss);
	portcls_pump_reset(&wp->pump);
	wp->since = 0;
	wp->seen = 0;
	wp->looked = 0;
	wp->elapsed = false;
	wp->lost = false;
	ss->runtime->delay = 0;
	snd_pcm_stream_unlock_irq(ss);
}

static int wavecyclic_prepare(struct portcls_pin *pin)
{
	wavecyclic_zero(wavecyclic_pin(pin));
	return 0;
}

/* What the device shall find if it starts: prefill, wherever it starts from. */
static void wavecyclic_before_run(struct portcls_wavecyclic_pin *wp)
{
	if (!wp->copied)
		return;
	/* What the client's ring had no room for is overwritten from now on. */
	if (wavecyclic_port(wp)->desc.restarts_at_zero && portcls_pump_restart(&wp->pump) &&
	    !portcls_port_free_running(&wp->pin))
		wp->lost = true;
	if (!wp->pump.capture)
		portcls_wavecyclic_transfer(wp);
}

/* What has moved until the device stood still. */
static void wavecyclic_after_run(struct portcls_wavecyclic_pin *wp)
{
	portcls_wavecyclic_update(wp);
	if (wp->copied && wp->pump.capture)
		portcls_wavecyclic_transfer(wp);
	hrtimer_try_to_cancel(&wp->drain_timer);
}

static int wavecyclic_set_state(struct portcls_pin *pin,
				enum portcls_state state)
{
	struct portcls_wavecyclic_pin *wp = wavecyclic_pin(pin);
	struct portcls_wavecyclic_stream *stream = wp->stream;
	int err;

	if (state == PORTCLS_RUN)
		wavecyclic_before_run(wp);
	/* A fresh cycle holds zeros, and for 8 bits that is not silence. */
	if (state == PORTCLS_ACQUIRE && pin->state == PORTCLS_STOP &&
	    !wavecyclic_is_capture(wp))
		portcls_pump_silence(&wp->pump, 0, wp->pump.cycle);

	err = stream->ops->set_state(stream, state);

	if (!err && state == PORTCLS_RUN && portcls_wavecyclic_may_drain(wp))
		portcls_wavecyclic_time_drain(wp);
	if (state == PORTCLS_PAUSE && pin->state == PORTCLS_RUN)
		wavecyclic_after_run(wp);
	if (state == PORTCLS_STOP)
		wavecyclic_zero(wp);
	return err;
}

static void wavecyclic_hold(struct portcls_port *port, bool hold)
{
	struct portcls_wavecyclic *cyclic = to_wavecyclic(port);

	cyclic->desc.ops->hold(cyclic->miniport, hold);
}

static void wavecyclic_synchronize(struct portcls_pin *pin)
{
	hrtimer_cancel(&wavecyclic_pin(pin)->drain_timer);
}

static void wavecyclic_power_change_notify(struct portcls_port *port, bool awake)
{
	struct portcls_wavecyclic *cyclic = to_wavecyclic(port);

	if (cyclic->desc.ops->power_change_notify)
		cyclic->desc.ops->power_change_notify(cyclic->miniport, awake);
}

static const struct portcls_model wavecyclic_model = {
	.open = wavecyclic_open,
	.close = wavecyclic_close,
	.hw_params = wavecyclic_hw_params,
	.hw_free = wavecyclic_hw_free,
	.prepare = wavecyclic_prepare,
	.set_state = wavecyclic_set_state,
	.drain = portcls_wavecyclic_drain,
	.hold = wavecyclic_hold,
	.pointer = portcls_wavecyclic_pointer,
	.ack = portcls_wavecyclic_ack,
	.reset = portcls_wavecyclic_reset,
	.synchronize = wavecyclic_synchronize,
	.power_change_notify = wavecyclic_power_change_notify,
	.info = SNDRV_PCM_INFO_DRAIN_TRIGGER,
	.buffer_type = SNDRV_DMA_TYPE_UNKNOWN,
};

static void wavecyclic_free(struct portcls_port *port)
{
	struct portcls_wavecyclic *cyclic = to_wavecyclic(port);

	portcls_adapter_put(cyclic->desc.adapter);
	kfree(cyclic);
}

/**
 * portcls_wavecyclic_new() - make a PCM device of the WaveCyclic model
 * @card: the card, being probed
 * @desc: what the miniport can do; copied, but what it points to is not
 * @miniport: argument of the miniport's methods
 * @port: receives the port, which lives as long as the card
 *
 * Source: PcNewPort, IPortWaveCyclic::Init.
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL for a description without pins, or another negative errno.
 */
int portcls_wavecyclic_new(struct portcls_card *card,
			   const struct portcls_wavecyclic_desc *desc,
			   void *miniport, struct portcls_wavecyclic **port)
{
	const struct portcls_port_config config = {
		.id = desc->id,
		.name = desc->name,
		.device = desc->device,
		.free = wavecyclic_free,
	};
	struct portcls_wavecyclic *cyclic;
	int i, err;

	if (!desc->pins[0].ranges && !desc->pins[1].ranges)
		return -EINVAL;
	cyclic = kzalloc(sizeof(*cyclic), GFP_KERNEL);
	if (!cyclic)
		return -ENOMEM;
	cyclic->desc = *desc;
	cyclic->miniport = miniport;
	portcls_adapter_ref(desc->adapter);
	cyclic->port.model = &wavecyclic_model;
	cyclic->port.holds = desc->ops->hold;
	cyclic->port.dma_dev = portcls_adapter_device(desc->adapter);
	INIT_LIST_HEAD(&cyclic->port.node);

	for (i = 0; i < 2; i++) {
		struct portcls_wavecyclic_pin *wp = &cyclic->pins[i];

		if (!desc->pins[i].ranges)
			continue;
		wp->pin.desc = &cyclic->desc.pins[i];
		/* Our own rule knows clocks better than the core's. */
		wp->clocks = wp->pin.desc->ratnums;
		wp->num_clocks = wp->pin.desc->num_ratnums;
		wp->pin.desc->num_ratnums = 0;
		wp->sink.ops = &portcls_wavecyclic_sink_ops;
		hrtimer_setup(&wp->drain_timer, portcls_wavecyclic_drain_expired,
			      CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
		cyclic->port.pin[i] = &wp->pin;
	}
	err = portcls_port_init(&cyclic->port, card, &config);
	if (err) {
		/* Once it is on the card's list, it goes with its PCM device. */
		if (list_empty(&cyclic->port.node))
			wavecyclic_free(&cyclic->port);
		return err;
	}
	*port = cyclic;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_wavecyclic_new);

/**
 * portcls_wavecyclic_pin() - the description that a pin goes by
 * @port: the port
 * @capture: which pin
 *
 * Context: process, while the pin is closed.
 * Return: the description, to be changed in place.
 */
struct portcls_pin_desc *portcls_wavecyclic_pin(struct portcls_wavecyclic *port,
						bool capture)
{
	return &port->desc.pins[capture];
}
EXPORT_SYMBOL_GPL(portcls_wavecyclic_pin);

/**
 * portcls_wavecyclic_set_interval() - a device has found out what it can keep
 * @port: the port
 * @interval_us: as &portcls_wavecyclic_desc.interval_us_min
 *
 * For a miniport that measures its device when it is wanted for the first time. Holds
 * for the open that it is called in, and from then on.
 *
 * Context: process, in the miniport's open or while both pins are closed.
 */
void portcls_wavecyclic_set_interval(struct portcls_wavecyclic *port, u32 interval_us)
{
	port->desc.interval_us_min = interval_us;
}
EXPORT_SYMBOL_GPL(portcls_wavecyclic_set_interval);

/**
 * portcls_wavecyclic_new_master_dma_channel() - a DMA channel of the port's device
 * @port: the port
 * @max_length: largest common buffer, bytes
 *
 * Source: IPortWaveCyclic::NewMasterDmaChannel.
 *
 * Context: process, may sleep.
 * Return: as portcls_dma_new_master().
 */
struct portcls_dma_channel *
portcls_wavecyclic_new_master_dma_channel(struct portcls_wavecyclic *port,
					  u32 max_length)
{
	return portcls_dma_new_master(port->desc.adapter, max_length);
}
EXPORT_SYMBOL_GPL(portcls_wavecyclic_new_master_dma_channel);

/**
 * portcls_wavecyclic_notify() - the device has got further
 * @group: whom it may concern; NULL is a bug of the caller
 *
 * Called by an interrupt handler after it has quieted the interrupt. The port
 * works and wakes its clients in this call. Several interrupts may be told in
 * one call. Source: IPortWaveCyclic::Notify.
 *
 * Context: any that does not sleep, with no lock of the miniport held.
 */
void portcls_wavecyclic_notify(struct portcls_service_group *group)
{
	if (!WARN_ON_ONCE(!group))
		portcls_service_request(group);
}
EXPORT_SYMBOL_GPL(portcls_wavecyclic_notify);

/**
 * portcls_wavecyclic_normalize_position() - from bytes to time
 * @stream: the stream, which belongs to a port
 * @bytes: a position in bytes
 *
 * Source: IMiniportWaveCyclicStream::NormalizePhysicalPosition.
 *
 * Context: any.
 * Return: the time in units of 100 ns, rounded down.
 */
u64 portcls_wavecyclic_normalize_position(struct portcls_wavecyclic_stream *stream,
					  u64 bytes)
{
	const struct portcls_format *format = &stream->pin->pin.format;

	if (stream->ops->normalize_physical_position)
		return stream->ops->normalize_physical_position(stream, bytes);
	return portcls_position_normalize(bytes, format->rate,
					  format->frame_bytes);
}
EXPORT_SYMBOL_GPL(portcls_wavecyclic_normalize_position);
