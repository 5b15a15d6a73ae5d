// SPDX-License-Identifier: GPL-2.0
/*
 * WavePci mappings: what a miniport gets, when, and what it gives back
 *
 * Mappings exist only for frames that the client has committed (playback) or has
 * room for (capture), so a device stops by itself where the client's data end
 * and never plays or overwrites anything else. A client that wants its ring to go
 * round gets all of it (portcls_port_free_running()).
 *
 * Whole packets are handed out while there are any. A part of one goes out when the
 * device has less than a packet, or one mapping left: it neither starves, although no
 * interrupt tells of such a part's end, nor is fed with crumbs where it has enough.
 *
 * Everything here runs under the PCM stream lock, see wavepci_local.h.
 */
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/mm.h>

#include <sound/portcls/position.h>
#include <trace/events/portcls.h>

#include "wavepci_local.h"

/* What a device's interrupt may be late by. */
#define WAVEPCI_LINGER_MARGIN_MS	50

/* As much silence as a device needs to tell that it has played it. */
#define WAVEPCI_TELL_FRAMES		64

/* The legacy limit of a mapping, in pages touched. */
#define WAVEPCI_MAPPING_PAGES	16

/* Position behind the last byte that the device may be given now. */
static u64 wavepci_limit(const struct portcls_wavepci_pin *wp)
{
	const struct portcls_mapq *q = &wp->q;

	if (wp->draining)
		return wp->drain_start;
	if (portcls_port_free_running(&wp->base))
		return q->released + q->ring;
	if (wp->committed >= q->packet_end || portcls_mapq_count(q) <= 1 ||
	    q->next - q->released < q->packet)
		return wp->committed;
	return q->next;
}

/* A device that starts with two mappings gets a lone one, up to @limit, in halves. */
static u32 wavepci_halve(const struct portcls_wavepci_pin *wp, u32 bytes, u64 limit)
{
	u32 half = bytes / 2 - bytes / 2 % wp->base.format.frame_bytes;

	if (wp->base.desc->min_start_mappings > 1 && half &&
	    !portcls_mapq_count(&wp->q) && wp->q.next + bytes == limit)
		return half;
	return bytes;
}

/* Bytes that can go out in one piece, as far as the client is concerned. */
static u32 wavepci_ready(const struct portcls_wavepci_pin *wp)
{
	u64 limit = wavepci_limit(wp);

	return wavepci_halve(wp, portcls_mapq_ready(&wp->q, limit), limit);
}

static u32 wavepci_silence_ready(const struct portcls_wavepci_pin *wp)
{
	const struct portcls_mapq *q = &wp->q;
	u32 bytes;

	if (!wp->draining || q->next < wp->drain_start || q->next >= wp->drain_end)
		return 0;
	bytes = min_t(u64, wp->drain_end - q->next, WAVEPCI_SILENCE_BYTES);
	return wavepci_halve(wp, bytes, wp->drain_end);
}

/* The longest piece of the ring from @offset on that one mapping may cover: whole frames. */
static u32 wavepci_piece(struct portcls_wavepci_pin *wp, u32 offset, u32 bytes,
			 dma_addr_t *addr)
{
	bytes = min_t(u32, bytes, WAVEPCI_MAPPING_PAGES * PAGE_SIZE -
				  offset_in_page(offset));
	bytes = portcls_wavepci_ring_piece(wp, offset, bytes, addr);
	return bytes - bytes % wp->base.format.frame_bytes ?: bytes;
}

/**
 * portcls_wavepci_get_mapping() - obtain the next piece of the client's ring
 * @stream: the stream
 * @tag: the miniport's name for it, not the name of an open one
 * @map: filled on success, otherwise untouched
 *
 * Pieces come in the client's order, without gap or overlap. After -EAGAIN the
 * next success gives the same piece, and mapping_available is called once when
 * there is one. Source: IPortWavePciStream::GetMapping.
 *
 * Context: inside the miniport's set_state between PAUSE and RUN, mapping_available or
 * service, under the PCM stream lock; the caller holds no lock of its own.
 * Return: 0, -EAGAIN if there is none now, -EEXIST if @tag is taken, -ENOBUFS if
 * more than the pin's max_mappings would be open.
 */
int portcls_wavepci_get_mapping(struct portcls_wavepci_stream *stream,
				unsigned long tag, struct portcls_mapping *map)
{
	struct portcls_wavepci_pin *wp = stream->pin;
	struct portcls_mapq *q = &wp->q;
	struct portcls_mapping piece;
	int err;

	lockdep_assert_held(&wp->base.substream->self_group.lock);
	if (wp->base.state < PORTCLS_PAUSE)
		return -EAGAIN;
	/* The queue may have room for more. */
	if (portcls_mapq_count(q) >= wp->most)
		return -ENOBUFS;

	piece.bytes = wavepci_ready(wp);
	if (piece.bytes) {
		u64 end = q->next;

		piece.bytes = wavepci_piece(wp, q->offset, piece.bytes,
					    &piece.addr);
		piece.virt = wp->base.substream->runtime->dma_area + q->offset;
		end += piece.bytes;
		piece.last = (wp->wakeup && end == q->packet_end) ||
			     (wp->draining && end == wp->drain_start);
	} else {
		piece.bytes = wavepci_silence_ready(wp);
		if (!piece.bytes) {
			wp->refused = true;
			return -EAGAIN;
		}
		piece.addr = wp->silence.addr;
		piece.virt = wp->silence.area;
		piece.last = q->next == wp->drain_start ||
			     q->next + piece.bytes == wp->drain_end;
	}

	err = portcls_mapq_push(q, tag, piece.bytes, piece.last);
	if (err)
		return err;
	trace_portcls_get_mapping(wp->base.substream, tag, q->next - piece.bytes,
				  piece.bytes, piece.last);
	*map = piece;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_wavepci_get_mapping);

/**
 * portcls_wavepci_release_mapping() - the device is done with a mapping
 * @stream: the stream
 * @tag: its name; mappings are released in the order obtained
 *
 * Source: IPortWavePciStream::ReleaseMapping.
 *
 * Context: as portcls_wavepci_get_mapping().
 * Return: 0, -EINVAL if it is open but not the oldest, -ENOENT if it is not
 * open; nothing has changed then.
 */
int portcls_wavepci_release_mapping(struct portcls_wavepci_stream *stream,
				    unsigned long tag)
{
	struct portcls_wavepci_pin *wp = stream->pin;
	u64 before = wp->q.released;
	bool last;
	int err;

	lockdep_assert_held(&wp->base.substream->self_group.lock);
	err = portcls_mapq_release(&wp->q, tag, &last);
	if (err) {
		if (err == -EINVAL)
			dev_warn_ratelimited(wp->base.port->card->dev,
					     "mapping %lu released out of order\n",
					     tag);
		return err;
	}
	wp->elapsed |= last;
	trace_portcls_release_mapping(wp->base.substream, tag, wp->q.released,
				      wp->q.released - before, last);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_wavepci_release_mapping);

/**
 * portcls_wavepci_terminate_packet() - make a partly filled packet available
 * @stream: the stream
 *
 * The client is woken although no packet has ended; positions are exact to the
 * byte anyway. Source: IPortWavePciStream::TerminatePacket.
 *
 * Context: as portcls_wavepci_get_mapping().
 * Return: 0; no effect on playback.
 */
int portcls_wavepci_terminate_packet(struct portcls_wavepci_stream *stream)
{
	struct portcls_wavepci_pin *wp = stream->pin;

	lockdep_assert_held(&wp->base.substream->self_group.lock);
	if (wavepci_is_capture(wp) && portcls_mapq_count(&wp->q))
		wp->elapsed = true;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_wavepci_terminate_packet);

/**
 * portcls_wavepci_set_prefetch_offset() - how far the device reads ahead
 * @stream: the stream
 * @bytes: bytes beyond the position that it may hold already; a rewind stops
 *	there. The pin's prefetch_frames is the default.
 *
 * A miniport's new_stream comes too early for it, set_format and set_state do not: what
 * is said of a stream that the port has not got yet is ignored, with a warning in the log.
 * Source: IPreFetchOffset::SetPreFetchOffset, of the port's stream.
 *
 * Context: any, once new_stream has returned the stream.
 */
void portcls_wavepci_set_prefetch_offset(struct portcls_wavepci_stream *stream,
					 u32 bytes)
{
	if (!stream->pin) {
		pr_warn_once("snd-portcls: a prefetch offset came before its stream\n");
		return;
	}
	WRITE_ONCE(stream->pin->prefetch, bytes);
}
EXPORT_SYMBOL_GPL(portcls_wavepci_set_prefetch_offset);

/**
 * portcls_wavepci_normalize_position() - from a position to time
 * @stream: the stream
 * @bytes: a stream-relative position in bytes
 *
 * Source: IMiniportWavePciStream::NormalizePhysicalPosition.
 *
 * Context: any, once the stream exists.
 * Return: the time in units of 100 ns.
 */
u64 portcls_wavepci_normalize_position(struct portcls_wavepci_stream *stream,
				       u64 bytes)
{
	const struct portcls_format *format = &stream->pin->base.format;

	return portcls_position_normalize(bytes, format->rate,
					  format->frame_bytes);
}
EXPORT_SYMBOL_GPL(portcls_wavepci_normalize_position);

/**
 * portcls_wavepci_revoke() - take all open mappings back
 * @wp: the pin
 *
 * Context: PCM stream lock, state below RUN.
 */
void portcls_wavepci_revoke(struct portcls_wavepci_pin *wp)
{
	struct portcls_mapq *q = &wp->q;
	unsigned long first, last;
	unsigned int count = 0;

	if (!portcls_mapq_count(q))
		return;
	first = q->open[q->tail & q->mask].tag;
	last = q->open[(q->head - 1) & q->mask].tag;
	wp->stream->ops->revoke_mappings(wp->stream, first, last, &count);
	portcls_mapq_revoke(q, first, last, &count);
	trace_portcls_revoke(wp->base.substream, count);
}

static void wavepci_move_to(struct portcls_wavepci_pin *wp, u64 position)
{
	u32 step;

	/* Of the silence behind the last frame the client knows nothing. */
	if (wp->draining)
		position = min(position, wp->drain_start);
	if (position <= wp->position)
		return;

	/* What a miniport says may be anything: no loop here. */
	div_u64_rem(position - wp->position, wp->q.ring, &step);
	wp->position = position;
	wp->ring_position += step;
	if (wp->ring_position >= wp->q.ring)
		wp->ring_position -= wp->q.ring;
}

/**
 * portcls_wavepci_take_back() - revoke, to go on where the device is
 * @wp: the pin
 *
 * A device that stands inside of a mapping has played a part of it. So the next one
 * begins there, and not where the revoked one did.
 *
 * Context: PCM stream lock, state PAUSE.
 */
void portcls_wavepci_take_back(struct portcls_wavepci_pin *wp)
{
	u64 given = wp->q.next, position = wp->position;

	if (!portcls_card_gone(wp->base.port->card)) {
		/* Where it stands, which a drain may hide from the client. */
		position = wp->stream->ops->get_position(wp->stream);
		wavepci_move_to(wp, position);
	}
	portcls_wavepci_revoke(wp);
	/* A position may step back, and what a miniport says may be anything. */
	portcls_mapq_skip(&wp->q, clamp(position, wp->q.next, given));
}

/*
 * After a rewind, or in a ring that went round, the device has been given more
 * than the client's last frame. Take it all back and begin again where it is.
 */
static void wavepci_cut(struct portcls_wavepci_pin *wp)
{
	portcls_port_step(&wp->base, PORTCLS_PAUSE);
	portcls_wavepci_take_back(wp);
}

/*
 * What is played behind the client's last frame, bytes. Where the device has none left,
 * and would raise no interrupt any more, a little of it tells the core of the end.
 */
static u32 wavepci_drain_silence(const struct portcls_wavepci_pin *wp)
{
	u32 frames = wp->base.desc->drain_frames;

	if (!frames && wp->q.next == wp->drain_start && !portcls_mapq_count(&wp->q))
		frames = WAVEPCI_TELL_FRAMES;
	return frames * wp->base.format.frame_bytes;
}

/**
 * portcls_wavepci_begin_drain() - no more data will come
 * @wp: the pin, playback
 *
 * A device that was given more than the client's last frame is stopped and started
 * again. Where it does not start it stays in PAUSE.
 *
 * Context: PCM stream lock.
 */
void portcls_wavepci_begin_drain(struct portcls_wavepci_pin *wp)
{
	bool cut = wp->base.state == PORTCLS_RUN && wp->q.next > wp->committed;

	trace_portcls_drain(wp->base.substream);
	if (cut)
		wavepci_cut(wp);
	wp->draining = true;
	wp->drain_start = max(wp->committed, wp->q.next);
	wp->drain_end = wp->drain_start + wavepci_drain_silence(wp);
	/* The core knows nothing of this start, and waits for its end. */
	if (cut && portcls_port_step(&wp->base, PORTCLS_RUN))
		schedule_work(&wp->base.refused);
}

/**
 * portcls_wavepci_linger() - the core stops the stream: may the device run on?
 * @wp: the pin
 *
 * At the end of a drain the device has fetched the client's last frame but may
 * not have put it out. What it has left is silence of the port's own, so it needs
 * nothing of the client's any more, and stops by itself.
 *
 * Context: PCM stream lock.
 * Return: true if it does; portcls_wavepci_end_linger() must follow.
 */
bool portcls_wavepci_linger(struct portcls_wavepci_pin *wp)
{
	wp->lingering = wp->draining && wp->base.state == PORTCLS_RUN &&
			wp->drain_end > wp->drain_start &&
			wp->position >= wp->drain_start &&
			!portcls_wavepci_silence_over(wp) &&
			!portcls_card_gone(wp->base.port->card);
	return wp->lingering;
}

/**
 * portcls_wavepci_end_linger() - wait for the silence behind a drain, then stop
 * @wp: the pin
 *
 * Context: process, may sleep for the time that the silence lasts.
 */
void portcls_wavepci_end_linger(struct portcls_wavepci_pin *wp)
{
	unsigned long silence = wp->base.desc->drain_frames * MSEC_PER_SEC /
				(wp->base.format.rate ?: 1);
	bool lingering;

	/* Whoever ends it may be about to: then what follows must wait for that. */
	snd_pcm_stream_lock_irq(wp->base.substream);
	lingering = wp->lingering;
	snd_pcm_stream_unlock_irq(wp->base.substream);
	if (!lingering)
		return;
	/* Of no consequence where it times out: the silence is cut short. */
	wait_event_timeout(wp->lingered,
			   portcls_wavepci_silence_over(wp) ||
			   portcls_card_gone(wp->base.port->card),
			   msecs_to_jiffies(silence + WAVEPCI_LINGER_MARGIN_MS));
	snd_pcm_stream_lock_irq(wp->base.substream);
	/* Another may have waited too, and have gone on. */
	if (wp->lingering) {
		wp->lingering = false;
		portcls_port_step(&wp->base, PORTCLS_PAUSE);
		portcls_wavepci_revoke(wp);
	}
	snd_pcm_stream_unlock_irq(wp->base.substream);
}

/**
 * portcls_wavepci_offer_again() - call a miniport that would not be refused now
 * @wp: the pin, whose miniport was
 *
 * Context: PCM stream lock.
 */
void portcls_wavepci_offer_again(struct portcls_wavepci_pin *wp)
{
	if (wp->base.state != PORTCLS_RUN)
		return;
	if (!portcls_mapq_ready(&wp->q, wavepci_limit(wp)) &&
	    !wavepci_silence_ready(wp))
		return;
	/* Before the call, so that a refusal inside it counts. */
	wp->refused = false;
	wp->stream->ops->mapping_available(wp->stream);
}

/**
 * portcls_wavepci_update_position() - ask the miniport where it is
 * @wp: the pin
 *
 * Context: PCM stream lock.
 */
void portcls_wavepci_update_position(struct portcls_wavepci_pin *wp)
{
	wavepci_move_to(wp, wp->stream->ops->get_position(wp->stream));
}

/**
 * portcls_wavepci_report_position() - say where the device is, unasked
 * @stream: the stream
 * @position: what get_position would return now
 *
 * A miniport whose service method has to look where the device is anyway spares
 * the port to ask it again.
 *
 * Context: inside the service method.
 */
void portcls_wavepci_report_position(struct portcls_wavepci_stream *stream,
				     u64 position)
{
	struct portcls_wavepci_pin *wp = stream->pin;

	lockdep_assert_held(&wp->base.substream->self_group.lock);
	wavepci_move_to(wp, position);
	wp->told = true;
}
EXPORT_SYMBOL_GPL(portcls_wavepci_report_position);
