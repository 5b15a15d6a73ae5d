// SPDX-License-Identifier: GPL-2.0
/*
 * The WavePci port: a client's ring as a queue of mappings
 *
 * A packet is an ALSA period. This file is the PCM's side: it follows the client's
 * pointer and reports the device's. See wavepci_local.h for the locking.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include <sound/pcm_params.h>
#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>
#include <trace/events/portcls.h>

#include "wavepci_local.h"

/* Service interval of a stream without a service group, units of 100 ns. */
#define WAVEPCI_SERVICE_INTERVAL	200000LL

/* Let the miniport release and take mappings; it may say where it is. */
static void wavepci_serve(struct portcls_wavepci_pin *wp)
{
	wp->told = false;
	wp->stream->ops->service(wp->stream);
	/* What was released may have made room for more. */
	portcls_wavepci_offer(wp);
}

/* Whether all has been played and the core has yet to see that. */
static bool wavepci_drained(const struct portcls_wavepci_pin *wp)
{
	return wp->draining && wp->position >= wp->drain_start &&
	       wp->base.substream->runtime->state == SNDRV_PCM_STATE_DRAINING;
}

static snd_pcm_uframes_t wavepci_pointer(struct portcls_pin *pin)
{
	struct portcls_wavepci_pin *wp = to_wavepci_pin(pin);
	struct snd_pcm_runtime *runtime = pin->substream->runtime;
	snd_pcm_uframes_t frames;
	u64 moved;

	if (portcls_card_gone(pin->port->card))
		return SNDRV_PCM_POS_XRUN;
	if (!wp->in_service) {
		portcls_wavepci_notice_drain(wp);
		wp->told = false;
		/* Without wake-ups no interrupt asks for what is done and free. */
		if (!wp->wakeup && pin->state == PORTCLS_RUN)
			wavepci_serve(wp);
		if (!wp->told)
			portcls_wavepci_update_position(wp);
	}
	/*
	 * A device that went through the whole ring since the last look stands
	 * where it stood then, and the core would see no movement. In a drain it has
	 * played what there was.
	 */
	moved = wp->position - wp->reported;
	if (moved >= wp->q.ring && !wp->draining && !portcls_port_free_running(pin))
		return SNDRV_PCM_POS_XRUN;
	wp->reported = wp->position;
	frames = bytes_to_frames(runtime, wp->ring_position);
	/*
	 * The core ends a drain, of this stream and of no linked one, where it sees its
	 * pointer move behind the client's. Where it would see no movement it is told
	 * of a frame too many, or of a whole ring one too few until the next look.
	 */
	if (wavepci_drained(wp) && frames == runtime->status->hw_ptr % runtime->buffer_size)
		frames = (frames + (moved ? runtime->buffer_size - 1 : 1)) %
			 runtime->buffer_size;
	return frames;
}

/* The notification's target: hard interrupt, timer, or process context. */
static void wavepci_service(struct portcls_service_sink *sink)
{
	struct portcls_wavepci_pin *wp =
		container_of(sink, struct portcls_wavepci_pin, sink);
	struct snd_pcm_substream *ss = wp->base.substream;
	unsigned long flags;

	snd_pcm_stream_lock_irqsave(ss, flags);
	if (!portcls_port_runs(&wp->base))
		goto unlock;

	portcls_wavepci_notice_drain(wp);
	if (!portcls_port_runs(&wp->base))
		goto unlock;
	wavepci_serve(wp);
	if (wp->timer)
		portcls_service_request_delayed(wp->timer,
						-WAVEPCI_SERVICE_INTERVAL);
	/* With nothing left the core decides between xrun and drained. */
	if (!portcls_mapq_count(&wp->q)) {
		trace_portcls_starved(ss);
		wp->elapsed = true;
	}
	if (!wp->elapsed)
		goto unlock;
	wp->elapsed = false;
	if (wp->lingering) {
		if (portcls_wavepci_silence_over(wp))
			wake_up(&wp->lingered);
		goto unlock;
	}
	if (!wp->told)
		portcls_wavepci_update_position(wp);
	wp->in_service = true;
	snd_pcm_period_elapsed_under_stream_lock(ss);
	/* A whole ring takes two looks, and no further interrupt need come. */
	if (wavepci_drained(wp))
		snd_pcm_period_elapsed_under_stream_lock(ss);
	wp->in_service = false;
unlock:
	snd_pcm_stream_unlock_irqrestore(ss, flags);
}

static const struct portcls_service_sink_ops wavepci_sink_ops = {
	.request_service = wavepci_service,
};

/**
 * portcls_wavepci_notify() - the device of a group's streams wants service
 * @group: the service group, NULL is ignored
 *
 * Source: IPortWavePci::Notify.
 *
 * Context: any, hard interrupt included, with no lock held that the miniport's
 * methods take.
 */
void portcls_wavepci_notify(struct portcls_service_group *group)
{
	if (group)
		portcls_service_request(group);
}
EXPORT_SYMBOL_GPL(portcls_wavepci_notify);

/* Follow the client's pointer; a step beyond half its range went backwards. */
static s64 wavepci_appl_step(const struct portcls_wavepci_pin *wp,
			     snd_pcm_uframes_t appl_ptr)
{
	snd_pcm_uframes_t boundary = wp->base.substream->runtime->boundary;
	snd_pcm_sframes_t step = appl_ptr - wp->appl_ptr;

	if (step > (snd_pcm_sframes_t)(boundary / 2))
		step -= boundary;
	else if (step < -(snd_pcm_sframes_t)(boundary / 2))
		step += boundary;
	return step;
}

static int wavepci_ack(struct portcls_pin *pin)
{
	struct portcls_wavepci_pin *wp = to_wavepci_pin(pin);
	struct snd_pcm_runtime *runtime = pin->substream->runtime;
	snd_pcm_uframes_t appl_ptr = READ_ONCE(runtime->control->appl_ptr);
	s64 frames = wavepci_appl_step(wp, appl_ptr);
	s64 step = frames * wp->base.format.frame_bytes;
	u64 committed = wp->committed + step;
	s64 ahead = committed - wp->position;

	/* The stream is over; prepare begins anew. */
	if (wp->lingering)
		return 0;
	/* The pointer is the client's: it may say anything below the boundary. */
	if (!portcls_port_free_running(pin) &&
	    (abs(frames) > 2 * (s64)runtime->buffer_size ||
	     ahead > (s64)wp->q.ring + (wavepci_is_capture(wp) ? wp->q.ring : 0)))
		return -EINVAL;
	/* What was played is not taken back, nor what the device is about to fetch. */
	if (step < 0 && !wavepci_is_capture(wp)) {
		if (pin->state == PORTCLS_RUN && ahead < (s64)READ_ONCE(wp->prefetch))
			return -EINVAL;
		if (ahead < 0 && !portcls_port_free_running(pin))
			return -EINVAL;
	}

	wp->appl_ptr = appl_ptr;
	wp->committed = committed;
	if (step > 0)
		portcls_wavepci_offer(wp);
	return 0;
}

static void wavepci_reset(struct portcls_pin *pin)
{
	struct portcls_wavepci_pin *wp = to_wavepci_pin(pin);
	struct snd_pcm_runtime *runtime = pin->substream->runtime;

	if (!portcls_card_gone(pin->port->card))
		portcls_wavepci_update_position(wp);
	/*
	 * Of a stream that does not run the core makes its pointer 0, wherever in the
	 * ring the device is. Its next look would take the rest for movement, and miss
	 * a lap where the ring's end lies in between.
	 */
	runtime->status->hw_ptr = bytes_to_frames(runtime, wp->ring_position);
	/* It becomes 0 anyway, but another thread may look at the stream first. */
	runtime->hw_ptr_base = 0;
	wp->reported = wp->position;
	/* The client's pointer follows. */
	wp->appl_ptr = runtime->status->hw_ptr;
	wp->committed = wp->position;
	if (wavepci_is_capture(wp))
		wp->committed += wp->q.ring;
	portcls_wavepci_offer(wp);
}

static void wavepci_drain(struct portcls_pin *pin)
{
	struct portcls_wavepci_pin *wp = to_wavepci_pin(pin);

	/* What was recorded is the client's to fetch, and no work of the device's. */
	if (wavepci_is_capture(wp))
		return;
	/* The core says it again to who asks again. */
	if (!wp->draining)
		portcls_wavepci_begin_drain(wp);
	portcls_wavepci_offer(wp);
}

static bool wavepci_linger(struct portcls_pin *pin)
{
	return portcls_wavepci_linger(to_wavepci_pin(pin));
}

static void wavepci_synchronize(struct portcls_pin *pin)
{
	portcls_wavepci_end_linger(to_wavepci_pin(pin));
}

/* Where the core undoes a start, the next one comes without a prepare. */
static void wavepci_stopped(struct portcls_pin *pin)
{
	portcls_wavepci_take_back(to_wavepci_pin(pin));
}

static int wavepci_set_state(struct portcls_pin *pin, enum portcls_state state)
{
	struct portcls_wavepci_pin *wp = to_wavepci_pin(pin);
	int err;

	/* A stop that the core left out, of a stream that was asleep, took nothing back. */
	if (state == PORTCLS_ACQUIRE && pin->state == PORTCLS_PAUSE) {
		snd_pcm_stream_lock_irq(pin->substream);
		portcls_wavepci_revoke(wp);
		snd_pcm_stream_unlock_irq(pin->substream);
	}
	err = wp->stream->ops->set_state(wp->stream, state);
	if (err && state > pin->state)
		return err;
	if (wp->timer && state == PORTCLS_RUN)
		portcls_service_request_delayed(wp->timer,
						-WAVEPCI_SERVICE_INTERVAL);
	if (pin->state == PORTCLS_RUN) {
		/* A rewind in a pause goes to here; newer cores do not look before one. */
		if (!portcls_card_gone(pin->port->card))
			portcls_wavepci_update_position(wp);
		if (wp->timer)
			portcls_service_cancel_delayed(wp->timer);
	}
	return err;
}

static int wavepci_prepare(struct portcls_pin *pin)
{
	struct portcls_wavepci_pin *wp = to_wavepci_pin(pin);

	snd_pcm_stream_lock_irq(pin->substream);
	portcls_mapq_reset(&wp->q);
	/* The core sets both pointers to 0 after this. */
	wp->appl_ptr = 0;
	wp->committed = wavepci_is_capture(wp) ? wp->q.ring : 0;
	wp->position = 0;
	wp->reported = 0;
	wp->ring_position = 0;
	wp->draining = false;
	wp->refused = false;
	wp->elapsed = false;
	snd_pcm_stream_unlock_irq(pin->substream);
	if (wp->silence.area)
		snd_pcm_format_set_silence(pin->format.format, wp->silence.area,
					   wp->silence.bytes * BITS_PER_BYTE /
					   snd_pcm_format_physical_width(pin->format.format));
	return 0;
}

static void wavepci_free_stream(struct portcls_wavepci_pin *wp)
{
	struct portcls_wavepci_stream *stream = wp->stream;
	struct portcls_service_group *group = stream->group;

	portcls_service_remove_member(wp->timer ?: group, &wp->sink);
	portcls_service_group_put(wp->timer);
	wp->timer = NULL;
	wp->stream = NULL;
	stream->ops->release(stream);
	portcls_service_group_put(group);
}

static void wavepci_hw_free(struct portcls_pin *pin)
{
	struct portcls_wavepci_pin *wp = to_wavepci_pin(pin);

	if (wp->stream)
		wavepci_free_stream(wp);
	portcls_wavepci_unmap_ring(wp);
}

static int wavepci_new_stream(struct portcls_wavepci_pin *wp,
			      const struct portcls_stream_config *config)
{
	struct portcls_wavepci *port = wavepci_port(wp);
	struct portcls_wavepci_stream *stream;
	int err;

	stream = port->ops->new_stream(port->miniport, config);
	if (IS_ERR(stream))
		return PTR_ERR(stream);
	stream->pin = wp;
	wp->stream = stream;

	if (!stream->group) {
		wp->timer = portcls_service_group_new();
		if (!wp->timer) {
			err = -ENOMEM;
			goto err_release;
		}
		portcls_service_support_delayed(wp->timer);
	}
	err = portcls_service_add_member(wp->timer ?: stream->group, &wp->sink);
	if (err)
		goto err_put_timer;
	return 0;

err_put_timer:
	portcls_service_group_put(wp->timer);
	wp->timer = NULL;
err_release:
	wp->stream = NULL;
	portcls_service_group_put(stream->group);
	stream->ops->release(stream);
	return err;
}

static int wavepci_hw_params(struct portcls_pin *pin,
			     const struct portcls_stream_config *config)
{
	struct portcls_wavepci_pin *wp = to_wavepci_pin(pin);
	unsigned int entries = roundup_pow_of_two(wp->most);
	int err;

	portcls_wavepci_unmap_ring(wp);
	err = portcls_wavepci_map_ring(wp, config->buffer_bytes,
				       config->format.frame_bytes);
	if (err)
		return err;

	/* The miniport may know better once it is told the format. */
	wp->prefetch = pin->desc->prefetch_frames * config->format.frame_bytes;
	if (wp->stream) {
		err = wp->stream->ops->set_format ?
		      wp->stream->ops->set_format(wp->stream, &config->format) :
		      -EOPNOTSUPP;
		if (err && err != -EOPNOTSUPP)
			return err;
		if (err)
			wavepci_free_stream(wp);
	}
	if (!wp->stream) {
		err = wavepci_new_stream(wp, config);
		if (err)
			return err;
	}

	wp->wakeup = config->wakeup;
	portcls_mapq_init(&wp->q, wp->open, entries, config->buffer_bytes,
			  config->period_bytes);
	return 0;
}

static int wavepci_open(struct portcls_pin *pin)
{
	struct portcls_wavepci *port = wavepci_port(to_wavepci_pin(pin));
	bool capture = pin == port->base.pin[SNDRV_PCM_STREAM_CAPTURE];
	struct portcls_framing framing = {};
	int err;

	if (port->ops->get_allocator_framing)
		port->ops->get_allocator_framing(port->miniport, capture,
						 &framing);
	if (framing.align_bytes) {
		err = snd_pcm_hw_constraint_step(pin->substream->runtime, 0,
						 SNDRV_PCM_HW_PARAM_PERIOD_BYTES,
						 framing.align_bytes);
		if (err < 0)
			return err;
	}
	return port->ops->open ? port->ops->open(port->miniport, capture) : 0;
}

static void wavepci_close(struct portcls_pin *pin)
{
	struct portcls_wavepci *port = wavepci_port(to_wavepci_pin(pin));

	if (port->ops->close)
		port->ops->close(port->miniport,
				 pin == port->base.pin[SNDRV_PCM_STREAM_CAPTURE]);
}

static void wavepci_power_change_notify(struct portcls_port *base, bool awake)
{
	struct portcls_wavepci *port =
		container_of(base, struct portcls_wavepci, base);

	if (port->ops->power_change_notify)
		port->ops->power_change_notify(port->miniport, awake);
}

static const struct portcls_model wavepci_model = {
	.open = wavepci_open,
	.close = wavepci_close,
	.hw_params = wavepci_hw_params,
	.hw_free = wavepci_hw_free,
	.prepare = wavepci_prepare,
	.set_state = wavepci_set_state,
	.stopped = wavepci_stopped,
	.drain = wavepci_drain,
	.linger = wavepci_linger,
	.synchronize = wavepci_synchronize,
	.pointer = wavepci_pointer,
	.ack = wavepci_ack,
	.reset = wavepci_reset,
	.power_change_notify = wavepci_power_change_notify,
	.info = SNDRV_PCM_INFO_SYNC_APPLPTR | SNDRV_PCM_INFO_DRAIN_TRIGGER,
	.buffer_type = SNDRV_DMA_TYPE_DEV_SG,
};

static void wavepci_free(struct portcls_port *base)
{
	struct portcls_wavepci *port =
		container_of(base, struct portcls_wavepci, base);
	int i;

	for (i = 0; i < 2; i++) {
		if (port->pin[i].silence.area)
			portcls_adapter_free_buffer(port->adapter,
						    &port->pin[i].silence);
		if (port->pin[i].registers)
			portcls_adapter_remove_registers(port->adapter,
							 port->pin[i].registers);
		kfree(port->pin[i].open);
	}
	portcls_adapter_put(port->adapter);
	kfree(port);
}

static int wavepci_init_pin(struct portcls_wavepci *port, int i,
			    const struct portcls_pin_desc *desc)
{
	struct portcls_wavepci_pin *wp = &port->pin[i];

	if (!desc->max_mappings || desc->max_mappings > PORTCLS_MAPQ_ENTRIES)
		return -EINVAL;
	port->desc[i] = *desc;
	wp->base.desc = &port->desc[i];
	wp->sink.ops = &wavepci_sink_ops;
	init_waitqueue_head(&wp->lingered);
	wp->most = desc->max_mappings;
	wp->open = kcalloc(roundup_pow_of_two(wp->most), sizeof(*wp->open), GFP_KERNEL);
	if (!wp->open)
		return -ENOMEM;
	wp->registers = portcls_wavepci_ring_registers(desc->buffer_bytes_max);
	portcls_adapter_add_registers(port->adapter, wp->registers);
	port->base.pin[i] = &wp->base;
	if (i == SNDRV_PCM_STREAM_CAPTURE)
		return 0;
	return portcls_adapter_alloc_buffer(port->adapter, WAVEPCI_SILENCE_BYTES,
					    &wp->silence);
}

/**
 * portcls_wavepci_new() - make a WavePci port: one PCM device
 * @card: the card
 * @desc: what the miniport declares; the pins' descriptions are copied
 * @miniport: the driver's pointer, given to the ops
 * @port: where to put the port; it belongs to the card
 *
 * Sets the longest segment of the adapter's device (dma_set_max_seg_size()) to UINT_MAX,
 * so that a ring's memory may lie in pieces of any length: the port cuts its mappings by
 * the adapter's limits itself. Source: PcNewPort with CLSID_PortWavePci, IPort::Init.
 *
 * Context: process, in the driver's probe method.
 * Return: 0, -EINVAL for a description without pins, for a pin that declares no mappings
 * or more than PORTCLS_MAPQ_ENTRIES and for an adapter without scatter-gather, -ENOMEM,
 * or an error of the ALSA core.
 */
int portcls_wavepci_new(struct portcls_card *card,
			const struct portcls_wavepci_desc *desc, void *miniport,
			struct portcls_wavepci **port)
{
	const struct portcls_port_config config = {
		.id = desc->id,
		.name = desc->name,
		.device = desc->device,
		.free = wavepci_free,
	};
	struct portcls_wavepci *wavepci;
	int i, err;

	if (!desc->pins[0].ranges && !desc->pins[1].ranges)
		return -EINVAL;
	if (!portcls_adapter_description(desc->adapter)->scatter_gather)
		return -EINVAL;
	wavepci = kzalloc(sizeof(*wavepci), GFP_KERNEL);
	if (!wavepci)
		return -ENOMEM;
	wavepci->ops = desc->ops;
	wavepci->miniport = miniport;
	wavepci->adapter = portcls_adapter_ref(desc->adapter);
	wavepci->base.model = &wavepci_model;
	wavepci->base.dma_dev = portcls_adapter_device(desc->adapter);
	/* The ring may lie in longer pieces than the device takes: we cut them. */
	if (wavepci->base.dma_dev->dma_parms)
		dma_set_max_seg_size(wavepci->base.dma_dev, UINT_MAX);
	INIT_LIST_HEAD(&wavepci->base.node);

	for (i = 0; i < 2; i++) {
		if (!desc->pins[i].ranges)
			continue;
		err = wavepci_init_pin(wavepci, i, &desc->pins[i]);
		if (err)
			goto err_free;
	}
	err = portcls_port_init(&wavepci->base, card, &config);
	if (err)
		goto err_free;
	*port = wavepci;
	return 0;

err_free:
	/* Once it is on the card's list, it goes with its PCM device. */
	if (list_empty(&wavepci->base.node))
		wavepci_free(&wavepci->base);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_wavepci_new);

/**
 * portcls_wavepci_pin() - the description that a pin goes by
 * @port: the port
 * @capture: which pin
 *
 * Context: process, while the pin is closed.
 * Return: the description, to be changed in place.
 */
struct portcls_pin_desc *portcls_wavepci_pin(struct portcls_wavepci *port,
					     bool capture)
{
	return &port->desc[capture];
}
EXPORT_SYMBOL_GPL(portcls_wavepci_pin);

/**
 * portcls_wavepci_new_master_dma_channel() - a DMA channel of the port's device
 * @port: the port
 * @max_length: largest transfer, bytes
 *
 * Source: IPortWavePci::NewMasterDmaChannel. WavePci has no slave channels.
 *
 * Context: process, may sleep.
 * Return: as portcls_dma_new_master().
 */
struct portcls_dma_channel *
portcls_wavepci_new_master_dma_channel(struct portcls_wavepci *port,
				       u32 max_length)
{
	return portcls_dma_new_master(port->adapter, max_length);
}
EXPORT_SYMBOL_GPL(portcls_wavepci_new_master_dma_channel);
