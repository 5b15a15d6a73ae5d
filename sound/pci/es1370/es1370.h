/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ensoniq AudioPCI ES1370 on the WaveCyclic port
 *
 *	es1370_main.c	module, probe, power
 *	es1370_hw.c	the chip as a whole, its interrupt, its codec's port
 *	es1370_voice.c	one of its three loops: registers
 *	es1370_stream.c	the miniport
 *	es1370_mixer.c	the AK4531 codec's controls
 *
 * Only es1370_hw.c and es1370_voice.c touch registers.
 */
#ifndef __ES1370_H
#define __ES1370_H

#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <sound/portcls/card.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/service.h>
#include <sound/portcls/wavecyclic.h>

#include "es1370_regs.h"

#define ES1370_CHANNEL_BYTES		(128 * 1024)
#define ES1370_CHANNEL_BYTES_MIN	(16 * 1024)

enum es1370_loop {
	ES1370_DAC1,
	ES1370_DAC2,
	ES1370_ADC,
	ES1370_LOOPS,
};

/**
 * struct es1370_voice - one of the chip's three loops
 * @stream: what the port sees of it
 * @chip: the chip
 * @loop: which one
 * @channel: its buffer
 * @group: whom its interrupt notifies
 * @taken: it has a stream; process context, &es1370_chip.streams
 * @format: the stream's
 * @framing: frames between interrupts, 0 for none
 * @cycle: bytes of the cycle
 * @awake: it was programmed since the chip's reset; protected by
 *	&es1370_chip.lock
 * @armed: the registers hold this stream
 * @running: it moves, or is @due to; protected by &es1370_chip.lock
 * @due: it moves when nobody holds the loops any more; protected by &es1370_chip.lock
 * @position: bytes, the last known: while it does not move, and over sleep
 * @realign: the count is a part of @framing: the next interrupt sets it right;
 *	protected by &es1370_chip.lock
 * @begun: where in the cycle the interval begins that was last interrupted for;
 *	protected by &es1370_chip.lock
 * @fresh: @position is what the interrupt that is being served has read
 * @lost: the chip did not take @position back after sleep
 */
struct es1370_voice {
	struct portcls_wavecyclic_stream stream;
	struct es1370_chip *chip;
	enum es1370_loop loop;
	struct portcls_dma_channel *channel;
	struct portcls_service_group *group;
	bool taken;
	struct portcls_format format;
	u32 framing;
	u32 cycle;
	bool awake;
	bool armed;
	bool running;
	bool due;
	u32 position;
	bool realign;
	u32 begun;
	bool fresh;
	bool lost;
};

/* The chip's step is measured by this many intervals of about 0.5 ms. */
#define ES1370_MEASURE_INTERVALS	4

/**
 * struct es1370_chip - the card
 * @card: the framework's card
 * @port: I/O window
 * @irq: interrupt
 * @lock: protects the shadows and every read-modify-write; taken inside the PCM
 *	stream lock, never held across a call into a port
 * @control: what CONTROL holds
 * @serial: what SERIAL holds
 * @page: what MEM_PAGE holds
 * @lone: the only loop that interrupts, if it can be told from its position, and as
 *	far as nobody else is known to share the line; protected by @lock
 * @held: by how many groups of streams the loops are held; protected by @lock
 * @streams: serialises measuring the chip, taking voices and giving them back
 * @pcm: the PCM devices
 * @interval_us: the shortest interval that the chip keeps, 0 until it is measured;
 *	protected by @streams
 * @voice: the loops
 * @phantom: what the chip may scribble on
 * @codec_lock: protects @codec and the codec's port
 * @codec: what the codec's registers hold
 * @asleep: no register is touched; written under @codec_lock
 * @interrupts: to come while the chip's step is measured; set while no loop is armed,
 *	counted down under @lock
 * @measured: enough of them
 * @marks: when they came, the last one first
 */
struct es1370_chip {
	struct portcls_card *card;
	unsigned long port;
	int irq;
	spinlock_t lock;	/* registers and their shadows */
	u32 control;
	u32 serial;
	u32 page;
	struct es1370_voice *lone;
	unsigned int held;
	struct mutex streams;	/* the measurement, and who has a voice */
	struct portcls_wavecyclic *pcm[2];
	u32 interval_us;
	struct es1370_voice voice[ES1370_LOOPS];
	struct portcls_dma_channel *phantom;
	struct mutex codec_lock;	/* the codec and its shadow */
	u8 codec[AK4531_REGISTERS];
	bool asleep;
	unsigned int interrupts;
	struct completion measured;
	ktime_t marks[ES1370_MEASURE_INTERVALS + 1];
};

void es1370_hw_init(struct es1370_chip *chip);
void es1370_hw_quiet(struct es1370_chip *chip);
void es1370_hw_update_control(struct es1370_chip *chip, u32 mask, u32 value);
u32 es1370_hw_control(struct es1370_chip *chip);
void es1370_hw_write_codec(struct es1370_chip *chip, u8 reg, u8 value);
void es1370_hw_reset_codec(struct es1370_chip *chip);
irqreturn_t es1370_interrupt(int irq, void *data);

void es1370_select_page(struct es1370_chip *chip, u32 page);
void es1370_voice_arm(struct es1370_voice *voice);
void es1370_voice_disarm(struct es1370_voice *voice);
void es1370_hold_voices(struct es1370_chip *chip, bool hold);
void es1370_voice_run(struct es1370_voice *voice, bool run);
u32 es1370_voice_position(struct es1370_voice *voice);
void es1370_voice_realign(struct es1370_voice *voice);
unsigned long es1370_voices_pending(u32 status, u32 *enables);
void es1370_voice_catch(struct es1370_voice *voice);
u32 es1370_voice_enable(const struct es1370_voice *voice);
void es1370_voice_wake(struct es1370_voice *voice);
u32 es1370_measure_interval(struct es1370_chip *chip);

int es1370_new_channels(struct es1370_chip *chip, struct portcls_adapter *adapter);
int es1370_new_ports(struct es1370_chip *chip, struct portcls_adapter *adapter);
int es1370_new_mixer(struct es1370_chip *chip);
void es1370_restore_codec(struct es1370_chip *chip);

#endif /* __ES1370_H */
