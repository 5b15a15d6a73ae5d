// SPDX-License-Identifier: GPL-2.0
/*
 * A WavePci miniport
 *
 * The chip's queue is a ring of mappings, which three counters walk: the
 * miniport puts new ones in at head, the chip is at now, and what lies
 * between tail and now is done and waits to be given back.
 */
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/wavepci.h>

#include "sample.h"

#define SAMPLE_QUEUE	32

struct sample_pci;

/**
 * struct sample_pci_stream - a miniport stream
 * @stream: what the port sees
 * @pci: the miniport
 * @capture: which voice it has
 * @state: what it was told last
 * @queue: the chip's queue; this and what follows is protected by the loop's lock
 * @head: next free entry, free-running; @head and @tail change under the PCM
 *	stream lock as well
 * @now: where the chip is, free-running
 * @tail: oldest mapping that was not given back, free-running
 * @offset: bytes done of the mapping at @now
 * @position: bytes moved
 */
struct sample_pci_stream {
	struct portcls_wavepci_stream stream;
	struct sample_pci *pci;
	bool capture;
	enum portcls_state state;
	struct portcls_mapping queue[SAMPLE_QUEUE];
	unsigned int head;
	unsigned int now;
	unsigned int tail;
	u32 offset;
	u64 position;
};

/**
 * struct sample_pci - the miniport
 * @loop: the chip
 * @port: the port
 * @stream: the streams by direction
 */
struct sample_pci {
	struct sample_loop loop;
	struct portcls_wavepci *port;
	struct sample_pci_stream *stream[2];
};

static struct sample_pci_stream *sample_stream(struct portcls_wavepci_stream *stream)
{
	return container_of(stream, struct sample_pci_stream, stream);
}

/* The chip: interrupts where it was asked to, and before it runs dry. */
static void sample_pci_move(struct sample_voice *voice, u8 *wire, u32 bytes)
{
	bool capture = voice->capture;
	struct sample_pci *pci =
		container_of(voice - capture, struct sample_pci, loop.voice[0]);
	struct sample_pci_stream *s = pci->stream[capture];

	while (bytes && s->now != s->head) {
		struct portcls_mapping *map = &s->queue[s->now % SAMPLE_QUEUE];
		u32 piece = min(bytes, map->bytes - s->offset);
		u8 *samples = map->virt + s->offset;

		memcpy(capture ? samples : wire, capture ? wire : samples, piece);
		wire += piece;
		bytes -= piece;
		s->position += piece;
		s->offset += piece;
		if (s->offset == map->bytes) {
			s->offset = 0;
			s->now++;
			voice->attention |= map->last || s->head - s->now < 2;
		}
	}
}

static const struct sample_voice_ops sample_pci_voice_ops = {
	.move = sample_pci_move,
	.notify = portcls_wavepci_notify,
};

/* Upcalls are made without the loop's lock. Stream lock. */
static void sample_fill(struct sample_pci_stream *s)
{
	struct sample_loop *loop = &s->pci->loop;
	struct portcls_mapping map;
	unsigned long flags;

	while (s->head - s->tail < SAMPLE_QUEUE &&
	       !portcls_wavepci_get_mapping(&s->stream, s->head, &map)) {
		spin_lock_irqsave(&loop->lock, flags);
		s->queue[s->head % SAMPLE_QUEUE] = map;
		s->head++;
		spin_unlock_irqrestore(&loop->lock, flags);
	}
}

static void sample_release_done(struct sample_pci_stream *s)
{
	struct sample_loop *loop = &s->pci->loop;
	unsigned int chip;
	unsigned long flags;

	spin_lock_irqsave(&loop->lock, flags);
	chip = s->now;
	spin_unlock_irqrestore(&loop->lock, flags);
	while (s->tail != chip) {
		portcls_wavepci_release_mapping(&s->stream, s->tail);
		s->tail++;
	}
}

static void sample_service(struct portcls_wavepci_stream *stream)
{
	sample_release_done(sample_stream(stream));
	sample_fill(sample_stream(stream));
}

static void sample_mapping_available(struct portcls_wavepci_stream *stream)
{
	sample_fill(sample_stream(stream));
}

static int sample_revoke(struct portcls_wavepci_stream *stream,
			 unsigned long first, unsigned long last,
			 unsigned int *count)
{
	struct sample_pci_stream *s = sample_stream(stream);
	unsigned long flags;

	spin_lock_irqsave(&s->pci->loop.lock, flags);
	*count = s->head - s->tail;
	s->tail = s->head;
	s->now = s->head;
	s->offset = 0;
	spin_unlock_irqrestore(&s->pci->loop.lock, flags);
	return 0;
}

static void sample_release(struct portcls_wavepci_stream *stream)
{
	struct sample_pci_stream *s = sample_stream(stream);

	sample_voice_release(&s->pci->loop, s->capture);
	s->pci->stream[s->capture] = NULL;
	kfree(s);
}

static int sample_set_state(struct portcls_wavepci_stream *stream,
			    enum portcls_state state)
{
	struct sample_pci_stream *s = sample_stream(stream);
	struct sample_loop *loop = &s->pci->loop;
	bool running = s->state == PORTCLS_RUN;
	bool up = state > s->state;
	int err = sample_check_step(&s->state, state);

	/* On the way down it is done, whatever it returns. */
	if (err && up)
		return err;
	if (state == PORTCLS_RUN)
		sample_service(stream);
	if (running || state == PORTCLS_RUN)
		sample_voice_run(loop, s->capture, state == PORTCLS_RUN);
	if (state == PORTCLS_STOP)
		s->position = 0;
	return err;
}

static u64 sample_get_position(struct portcls_wavepci_stream *stream)
{
	struct sample_pci_stream *s = sample_stream(stream);
	unsigned long flags;
	u64 position;

	spin_lock_irqsave(&s->pci->loop.lock, flags);
	position = s->position;
	spin_unlock_irqrestore(&s->pci->loop.lock, flags);
	return position;
}

/* Optional: what a client's ring should look like. */
static void sample_framing(void *miniport, bool capture,
			   struct portcls_framing *framing)
{
	framing->align_bytes = 4;
}

static const struct portcls_wavepci_stream_ops sample_stream_ops = {
	.release = sample_release,
	.set_state = sample_set_state,
	.get_position = sample_get_position,
	.mapping_available = sample_mapping_available,
	.service = sample_service,
	.revoke_mappings = sample_revoke,
};

static struct portcls_wavepci_stream *
sample_new_stream(void *miniport, const struct portcls_stream_config *config)
{
	struct sample_pci *pci = miniport;
	struct sample_pci_stream *s;
	int err;

	if (sample_fails(SAMPLE_NEW_STREAM))
		return ERR_PTR(-EIO);
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return ERR_PTR(-ENOMEM);
	err = sample_voice_take(&pci->loop, config->capture, &config->format);
	if (err) {
		kfree(s);
		return ERR_PTR(err);
	}
	s->pci = pci;
	s->capture = config->capture;
	s->stream.ops = &sample_stream_ops;
	s->stream.group = pci->loop.group;
	portcls_service_group_get(s->stream.group);
	pci->stream[s->capture] = s;
	return &s->stream;
}

static const struct portcls_wavepci_ops sample_pci_ops = {
	.get_allocator_framing = sample_framing,
	.new_stream = sample_new_stream,
};

/**
 * sample_pci_new() - make a subdevice on the WavePci port
 * @card: the card, being probed
 * @adapter: what the device can address
 * @device: PCM device number
 *
 * Return: 0, or a negative errno.
 */
int sample_pci_new(struct portcls_card *card, struct portcls_adapter *adapter,
		   int device)
{
	const struct portcls_pin_desc pin = {
		.ranges = &sample_range,
		.num_ranges = 1,
		.info = SNDRV_PCM_INFO_PAUSE | SNDRV_PCM_INFO_RESUME |
			SNDRV_PCM_INFO_NO_PERIOD_WAKEUP,
		.buffer_bytes_max = 512 * 1024,
		.prealloc_bytes = 64 * 1024,
		.period_bytes_min = 768,
		.period_bytes_max = 256 * 1024,
		.periods_max = 1024,
		.max_mappings = SAMPLE_QUEUE,
	};
	const struct portcls_wavepci_desc desc = {
		.id = "WavePci",
		.name = "Sample WavePci",
		.device = device,
		.ops = &sample_pci_ops,
		.adapter = adapter,
		.pins = { pin, pin },
	};
	struct sample_pci *pci;
	int capture, err;

	pci = devm_kzalloc(card->dev, sizeof(*pci), GFP_KERNEL);
	if (!pci)
		return -ENOMEM;
	for (capture = 0; capture < 2; capture++) {
		pci->loop.voice[capture].ops = &sample_pci_voice_ops;
		pci->loop.voice[capture].capture = capture;
	}
	err = sample_loop_init(card->dev, &pci->loop);
	if (err)
		return err;
	return portcls_wavepci_new(card, &desc, pci, &pci->port);
}
