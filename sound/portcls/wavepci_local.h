/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the WavePci port share: wavepci.c is the PCM's side,
 * wavepci_mapping.c the miniport's, wavepci_ring.c the adapter's
 *
 * Locking: all of struct portcls_wavepci_pin from @q on is protected by the PCM
 * stream lock, which is held around every call into the miniport that may touch
 * mappings; the calls of a miniport into the port are made inside such a call.
 */
#ifndef __PORTCLS_WAVEPCI_LOCAL_H
#define __PORTCLS_WAVEPCI_LOCAL_H

#include <sound/memalloc.h>
#include <sound/portcls/mapping.h>
#include <sound/portcls/adapter.h>
#include <sound/portcls/service.h>
#include <sound/portcls/transfer.h>
#include <sound/portcls/transfer_count.h>
#include <sound/portcls/wavepci.h>

#include "local.h"

/*
 * Silence goes out in pieces: where the client's last mapping was handed out
 * before the drain began, the end of the first one tells that it is over.
 */
#define WAVEPCI_SILENCE_BYTES	SZ_1K

/**
 * struct portcls_wavepci_ring - a client's ring as the adapter mapped it
 * @transfer: the grant's context
 * @base: the grant
 * @registers: what it owns
 * @links: the ring's memory
 * @chain: the same, as the adapter takes it
 * @list: what the device sees: @runs elements, none of which goes on in the next
 * @bytes: length of the mapping, 0 without one
 * @runs: used elements of @list
 * @at: the run that was looked at last; protected by the PCM stream lock
 * @start: offset of its first byte in the ring; protected likewise
 */
struct portcls_wavepci_ring {
	struct portcls_transfer transfer;
	u64 base;
	unsigned int registers;
	struct portcls_link *links;
	struct portcls_chain chain;
	struct portcls_sg_list *list;
	u32 bytes;
	unsigned int runs;
	unsigned int at;
	u32 start;
};

/**
 * struct portcls_wavepci_pin - a pin and its stream
 * @base: the shared half
 * @open: room for open mappings
 * @registers: what the pin brought along for its ring
 * @most: mappings that the miniport holds open at most; @open has room for them
 * @silence: what is played behind the last frame of a drain
 * @sink: the pin in its service group
 * @ring: the client's ring as the device sees it
 * @timer: a group of our own, for a stream that has none
 * @stream: the miniport's half, NULL without one
 * @q: the mappings
 * @committed: position behind the last byte that the client gave (playback) or
 *	has room for (capture)
 * @appl_ptr: the client's pointer that @committed was made from
 * @position: play or record position, never goes back
 * @reported: @position as the core was told last
 * @ring_position: where @position falls in the ring
 * @prefetch: bytes beyond @position that the device may hold already
 * @drain_start: position behind the last frame of a drain
 * @drain_end: position behind the silence that follows it
 * @draining: no more data will come
 * @lingering: the drain is over for the client, the silence behind it still plays
 * @lingered: wakes who waits for the end of that
 * @wakeup: the client wants to know of each packet's end
 * @refused: the miniport was told that there is no mapping
 * @elapsed: a packet's end was passed since the client was told last
 * @told: the service that runs has reported the position
 * @in_service: @position is fresh, read by the service that runs
 */
struct portcls_wavepci_pin {
	struct portcls_pin base;
	struct portcls_mapq_entry *open;
	unsigned int most;
	unsigned int registers;
	struct snd_dma_buffer silence;
	struct portcls_service_sink sink;
	struct portcls_service_group *timer;
	struct portcls_wavepci_stream *stream;
	struct portcls_wavepci_ring ring;
	struct portcls_mapq q;
	u64 committed;
	snd_pcm_uframes_t appl_ptr;
	u64 position;
	u64 reported;
	u32 ring_position;
	u32 prefetch;
	u64 drain_start;
	u64 drain_end;
	bool draining;
	bool lingering;
	wait_queue_head_t lingered;
	bool wakeup;
	bool refused;
	bool elapsed;
	bool told;
	bool in_service;
};

/**
 * struct portcls_wavepci - a WavePci port
 * @base: the shared half
 * @ops: the miniport's methods
 * @adapter: what the device can address
 * @miniport: the driver's pointer
 * @desc: what the miniport declared of each pin
 * @pin: the pins
 */
struct portcls_wavepci {
	struct portcls_port base;
	const struct portcls_wavepci_ops *ops;
	struct portcls_adapter *adapter;
	void *miniport;
	struct portcls_pin_desc desc[2];
	struct portcls_wavepci_pin pin[2];
};

static inline struct portcls_wavepci_pin *
to_wavepci_pin(struct portcls_pin *pin)
{
	return container_of(pin, struct portcls_wavepci_pin, base);
}

static inline struct portcls_wavepci *
wavepci_port(const struct portcls_wavepci_pin *wp)
{
	return container_of(wp->base.port, struct portcls_wavepci, base);
}

static inline bool wavepci_is_capture(const struct portcls_wavepci_pin *wp)
{
	return wp->base.substream->stream == SNDRV_PCM_STREAM_CAPTURE;
}

/* Whether the device has gone through the silence behind a drain. */
static inline bool
portcls_wavepci_silence_over(const struct portcls_wavepci_pin *wp)
{
	return READ_ONCE(wp->q.released) >= wp->drain_end;
}

unsigned int portcls_wavepci_ring_registers(size_t bytes);
int portcls_wavepci_map_ring(struct portcls_wavepci_pin *wp, u32 bytes, u32 frame_bytes);
void portcls_wavepci_unmap_ring(struct portcls_wavepci_pin *wp);
u32 portcls_wavepci_ring_piece(struct portcls_wavepci_pin *wp, u32 offset, u32 bytes,
			       dma_addr_t *addr);
void portcls_wavepci_offer_again(struct portcls_wavepci_pin *wp);
void portcls_wavepci_begin_drain(struct portcls_wavepci_pin *wp);
bool portcls_wavepci_linger(struct portcls_wavepci_pin *wp);
void portcls_wavepci_end_linger(struct portcls_wavepci_pin *wp);
void portcls_wavepci_update_position(struct portcls_wavepci_pin *wp);
void portcls_wavepci_revoke(struct portcls_wavepci_pin *wp);
void portcls_wavepci_take_back(struct portcls_wavepci_pin *wp);

/* The core does not tell of a drain that it begins with the start itself. */
static inline void portcls_wavepci_notice_drain(struct portcls_wavepci_pin *wp)
{
	if (!wp->draining &&
	    wp->base.substream->runtime->state == SNDRV_PCM_STATE_DRAINING)
		portcls_wavepci_begin_drain(wp);
}

/* Call the miniport if it was refused and would not be now. */
static inline void portcls_wavepci_offer(struct portcls_wavepci_pin *wp)
{
	if (wp->refused)
		portcls_wavepci_offer_again(wp);
}

#endif /* __PORTCLS_WAVEPCI_LOCAL_H */
