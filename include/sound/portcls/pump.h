/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The copy engine of WaveCyclic: pure arithmetic, no hardware and no ALSA header
 *
 * A client's ring and a device's cycle are two windows on one stream of bytes:
 * the byte at position x lies at x modulo the ring's length in one and at x
 * modulo the cycle's length in the other. Positions count bytes since the
 * stream's start and never wrap. The pump decides what is moved when; its owner
 * moves it.
 *
 * Locking: none of its own; the port calls it under the PCM stream lock.
 */
#ifndef __SOUND_PORTCLS_PUMP_H
#define __SOUND_PORTCLS_PUMP_H

#include <linux/types.h>

struct portcls_pump;

/**
 * struct portcls_pump_ops - who moves the bytes
 * @copy: moves @bytes between offset @cycle of the cycle and offset @ring of the
 *	ring: into the cycle on playback, out of it on capture. The range crosses
 *	the end of neither. Any context.
 * @silence: fills @bytes from offset @cycle of the cycle; the range does not
 *	cross its end. Any context.
 */
struct portcls_pump_ops {
	void (*copy)(struct portcls_pump *pump, u32 cycle, u32 ring, u32 bytes);
	void (*silence)(struct portcls_pump *pump, u32 cycle, u32 bytes);
};

/**
 * struct portcls_pump - the cursors of one stream
 * @ops: who moves the bytes
 * @cycle: N, length of the cycle in bytes
 * @ring: length of the client's ring in bytes
 * @block: bytes per frame; divides @cycle and @ring
 * @framing: F, bytes between two services
 * @lead: L, bytes that playback keeps valid or silent beyond the play position
 * @guard: largest backward step of the device's position that is jitter
 * @prefetch: bytes beyond the play position that the device may have fetched
 * @capture: direction
 * @at: offset of @position in the cycle
 * @ring_at: offset in the ring of @position (playback) or @copied (capture)
 * @position: P, play or record position
 * @valid: V, playback: end of the client's data in the cycle
 * @safe: S, playback: end of what may be played, data or silence
 * @copied: C, capture: end of what the client has got
 * @underrun: bytes that were due before they were there (playback), or
 *	overwritten before they were fetched (capture)
 */
struct portcls_pump {
	const struct portcls_pump_ops *ops;
	u32 cycle;
	u32 ring;
	u32 block;
	u32 framing;
	u32 lead;
	u32 guard;
	u32 prefetch;
	bool capture;
	u32 at;
	u32 ring_at;
	u64 position;
	u64 valid;
	u64 safe;
	u64 copied;
	u64 underrun;
};

int portcls_pump_init(struct portcls_pump *pump, u32 lead);
void portcls_pump_reset(struct portcls_pump *pump);
u32 portcls_pump_restart(struct portcls_pump *pump);
u32 portcls_pump_advance(struct portcls_pump *pump, u32 position);
u64 portcls_pump_render(struct portcls_pump *pump, u64 supplied);
void portcls_pump_render_looped(struct portcls_pump *pump);
u32 portcls_pump_capture(struct portcls_pump *pump, u64 limit, u32 *lost);
int portcls_pump_rewind(struct portcls_pump *pump, u64 supplied);
void portcls_pump_silence(struct portcls_pump *pump, u64 from, u64 to);

#endif /* __SOUND_PORTCLS_PUMP_H */
