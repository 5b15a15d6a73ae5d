/* SPDX-License-Identifier: GPL-2.0 */
/*
 * snd-portcls-sample: a sound card without hardware
 *
 * Template for drivers on snd-portcls. What would be a chip in a real driver is
 * sample_loop.c, a clock that moves samples; the rest is what a driver consists
 * of:
 *
 *	sample_main.c		the card: probe, power, its three subdevices
 *	sample_cyclic.c		a WaveCyclic miniport
 *	sample_channel.c	a DMA channel of the miniport's own
 *	sample_pci.c		a WavePci miniport
 *
 * Each subdevice has playback and capture on one clock and records what it
 * plays.
 */
#ifndef __SAMPLE_H
#define __SAMPLE_H

#include <linux/hrtimer.h>
#include <linux/spinlock.h>
#include <sound/portcls/card.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/format.h>
#include <sound/portcls/service.h>

#define SAMPLE_RATE_MIN		8000
#define SAMPLE_RATE_MAX		96000
#define SAMPLE_CYCLE_BYTES	(64 * 1024)
#define SAMPLE_WIRE_BYTES	(32 * 1024)

struct sample_voice;

/**
 * struct sample_voice_ops - where a voice's samples lie, and whose they are
 * @move: moves up to @bytes between the voice's memory, from where it stands,
 *	and @wire, and sets @attention where the port wants to know. Under the
 *	loop's lock.
 * @notify: tells the port: the same one for both voices
 */
struct sample_voice_ops {
	void (*move)(struct sample_voice *voice, u8 *wire, u32 bytes);
	void (*notify)(struct portcls_service_group *group);
};

/**
 * struct sample_voice - one direction of a loop: the chip's view of a stream
 * @ops: how to move samples
 * @capture: direction
 * @format: their format
 * @taken: a stream exists
 * @running: samples move; protected by the loop's lock
 * @attention: this tick has something to notify; protected by the loop's lock
 */
struct sample_voice {
	const struct sample_voice_ops *ops;
	bool capture;
	struct portcls_format format;
	bool taken;
	bool running;
	bool attention;
};

/**
 * struct sample_loop - a subdevice's clock and the wire from output to input
 * @lock: protects what moves; taken inside the PCM stream lock, never held
 *	across a call into a port
 * @mutex: protects who has which voice, and their formats
 * @timer: ticks while a voice runs
 * @group: whom a tick notifies: the streams of both voices
 * @start: when the clock was started; protected by @lock
 * @frames: frames moved since; protected by @lock
 * @ticking: @timer is, or will be, armed; protected by @lock
 * @voice: the voices by direction
 * @wire: what this tick's output is
 */
struct sample_loop {
	spinlock_t lock;	/* what moves */
	struct mutex mutex;	/* who has what */
	struct hrtimer timer;
	struct portcls_service_group *group;
	ktime_t start;
	u64 frames;
	bool ticking;
	struct sample_voice voice[2];
	u8 wire[SAMPLE_WIRE_BYTES];
};

/* Which method of a miniport fails, a module parameter. */
enum sample_method {
	SAMPLE_PROBE = 1,
	SAMPLE_OPEN,
	SAMPLE_NEW_STREAM,
	SAMPLE_SET_FORMAT,
	SAMPLE_ACQUIRE,
	SAMPLE_PAUSE,
	SAMPLE_RUN,
	SAMPLE_POWER,
	SAMPLE_DOWN,
};

extern const struct portcls_data_range sample_range;
extern unsigned int sample_tick_us;
extern unsigned int sample_jitter;

bool sample_fails(enum sample_method method);
int sample_check_step(enum portcls_state *state, enum portcls_state next);

int sample_loop_init(struct device *dev, struct sample_loop *loop);
int sample_voice_take(struct sample_loop *loop, bool capture,
		      const struct portcls_format *format);
int sample_voice_set_format(struct sample_loop *loop, bool capture,
			    const struct portcls_format *format);
void sample_voice_release(struct sample_loop *loop, bool capture);
unsigned int sample_locked_rate(struct sample_loop *loop, bool capture);
void sample_voice_run(struct sample_loop *loop, bool capture, bool run);

struct portcls_dma_channel *sample_channel_new(struct portcls_adapter *adapter,
					       u32 bytes);
void sample_channel_flip(u8 *samples, u32 bytes, snd_pcm_format_t format);
void sample_channel_set_format(struct portcls_dma_channel *chan,
			       snd_pcm_format_t format);

int sample_cyclic_new(struct portcls_card *card, struct portcls_adapter *adapter,
		      int device, bool own_channel);
int sample_pci_new(struct portcls_card *card, struct portcls_adapter *adapter,
		   int device);

#endif /* __SAMPLE_H */
