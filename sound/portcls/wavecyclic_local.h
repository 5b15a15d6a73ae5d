/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The WaveCyclic port; private to wavecyclic*.c
 *
 * Locking: what a running stream changes (the pump and what follows @period) is
 * protected by the PCM stream lock. The rest is written in process context in
 * state STOP.
 */
#ifndef __PORTCLS_WAVECYCLIC_LOCAL_H
#define __PORTCLS_WAVECYCLIC_LOCAL_H

#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <sound/memalloc.h>
#include <sound/pcm.h>
#include <sound/portcls/pump.h>
#include <sound/portcls/service.h>
#include <sound/portcls/wavecyclic.h>

#include "local.h"

/**
 * struct portcls_wavecyclic_pin - one substream
 * @pin: what all models share
 * @stream: the miniport's stream, NULL without one
 * @sink: the port's member of the stream's service group
 * @serviced: @sink is a member
 * @cycle: the channel's buffer for the CPU
 * @ring: the client's ring where it is copied
 * @pump: the cursors; in the direct way ring and cycle are the same and only the
 *	position is used
 * @copied: the client is served by copying
 * @wakeup: the client wants to be woken at the end of a period
 * @period: bytes of a period
 * @since: bytes since the last end of a period
 * @seen: stream position that the core was last told, bytes
 * @fresh: the position was read by the service that runs
 * @elapsed: a period has ended since the client was last woken
 * @lost: samples of the client were lost: an xrun
 * @drain_timer: ends a drain that no notification would end in time
 * @looked: stream position when it looked last
 * @clocks: rates that the device's clock can make, @num_clocks of them
 * @num_clocks: number of @clocks
 */
struct portcls_wavecyclic_pin {
	struct portcls_pin pin;
	struct portcls_wavecyclic_stream *stream;
	struct portcls_service_sink sink;
	bool serviced;
	u8 *cycle;
	struct snd_dma_buffer ring;
	struct portcls_pump pump;
	bool copied;
	bool wakeup;
	u32 period;
	u32 since;
	u64 seen;
	bool fresh;
	bool elapsed;
	bool lost;
	struct hrtimer drain_timer;
	u64 looked;
	const struct snd_ratnum *clocks;
	unsigned int num_clocks;
};

/**
 * struct portcls_wavecyclic - a port: one PCM device
 * @port: what all models share
 * @desc: what the miniport declared
 * @miniport: the miniport
 * @pins: by direction
 */
struct portcls_wavecyclic {
	struct portcls_port port;
	struct portcls_wavecyclic_desc desc;
	void *miniport;
	struct portcls_wavecyclic_pin pins[2];
};

static inline struct portcls_wavecyclic_pin *
wavecyclic_pin(struct portcls_pin *pin)
{
	return container_of(pin, struct portcls_wavecyclic_pin, pin);
}

static inline struct portcls_wavecyclic *
wavecyclic_port(const struct portcls_wavecyclic_pin *wp)
{
	return container_of(wp->pin.port, struct portcls_wavecyclic, port);
}

static inline bool wavecyclic_is_capture(const struct portcls_wavecyclic_pin *wp)
{
	return wp == &wavecyclic_port(wp)->pins[SNDRV_PCM_STREAM_CAPTURE];
}

extern const struct portcls_pump_ops portcls_wavecyclic_pump_ops;
extern const struct portcls_service_sink_ops portcls_wavecyclic_sink_ops;

int portcls_wavecyclic_constrain(struct portcls_wavecyclic_pin *wp);
int portcls_wavecyclic_set_up(struct portcls_wavecyclic_pin *wp,
			      const struct portcls_stream_config *config);
void portcls_wavecyclic_tear_down(struct portcls_wavecyclic_pin *wp);

bool portcls_wavecyclic_may_drain(const struct portcls_wavecyclic_pin *wp);
void portcls_wavecyclic_update(struct portcls_wavecyclic_pin *wp);
void portcls_wavecyclic_transfer(struct portcls_wavecyclic_pin *wp);
void portcls_wavecyclic_time_drain(struct portcls_wavecyclic_pin *wp);
void portcls_wavecyclic_drain(struct portcls_pin *pin);
snd_pcm_uframes_t portcls_wavecyclic_pointer(struct portcls_pin *pin);
int portcls_wavecyclic_ack(struct portcls_pin *pin);
void portcls_wavecyclic_reset(struct portcls_pin *pin);
enum hrtimer_restart portcls_wavecyclic_drain_expired(struct hrtimer *timer);

#endif /* __PORTCLS_WAVECYCLIC_LOCAL_H */
