/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sound Blaster 16 on snd-portcls; private to the driver
 *
 * sb16_dsp.c touches the ports, sb16_stream.c is the WaveCyclic miniport,
 * sb16_mixer.c the controls, sb16_main.c the card, sb16_pnp.c another way to
 * find it.
 *
 * Locking: sb->lock protects the two byte-wise interfaces, the mixer's index and
 * data and the DSP's commands with their arguments; it is taken in any context
 * and is a leaf. sb->mutex protects who has which DMA channel.
 */
#ifndef __SB16_H
#define __SB16_H

#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <sound/portcls/wavecyclic.h>

#include "sb16_regs.h"

#define SB16_DRIVER	"snd-portcls-sb16"
#define SB16_CARDS	4

struct platform_device;
struct portcls_card;
struct portcls_dma_channel;
struct portcls_service_group;
struct sb16;

/**
 * struct sb16_config - what a card is told about its resources
 * @port: base address
 * @irq: interrupt, 0 to use what the card is set to
 * @dma8: line for 8-bit samples, negative to use what the card is set to
 * @dma16: line for 16-bit samples, which is one of 8 bits on a Vibra16X; negative to use
 *	what the card is set to, 0 for none
 * @slot: its place in the parameters index and id
 * @assigned: the lines are the bus's to set, and not by the card's setup registers
 */
struct sb16_config {
	unsigned int port;
	int irq;
	int dma8;
	int dma16;
	int slot;
	bool assigned;
};

/**
 * enum sb16_allocation - the control "16-bit DMA Allocation"
 * @SB16_AUTO: the first stream has the choice
 * @SB16_PLAYBACK: playback is 16 bit, capture 8 bit
 * @SB16_CAPTURE: the reverse
 */
enum sb16_allocation {
	SB16_AUTO,
	SB16_PLAYBACK,
	SB16_CAPTURE,
};

/**
 * struct sb16_stream - a miniport stream
 * @base: the framework's part
 * @sb: the card
 * @format: format
 * @capture: direction
 * @wide: 16-bit samples, on the line for them if there is one
 * @block: samples between two interrupts
 * @started: the transfer is set up; it may stand still
 * @running: data move; written under the card's lock too, since a command for one
 *	stream may hold the other
 * @since: when it began to run
 * @moved: it has been seen elsewhere than at the ring's begin since it was set up
 */
struct sb16_stream {
	struct portcls_wavecyclic_stream base;
	struct sb16 *sb;
	struct portcls_format format;
	bool capture;
	bool wide;
	u32 block;
	bool started;
	bool running;
	ktime_t since;
	bool moved;
};

/**
 * struct sb16 - a card
 * @card: the framework's card
 * @config: its resources
 * @version: of the DSP, major in the high byte
 * @lock: protects the two byte-wise interfaces, and what is said of it below
 * @mixer: the mixer's registers as last written, from SB16_MIX_FIRST on;
 *	protected by @lock
 * @enhance: the 3D register; protected by @lock
 * @port: the PCM device
 * @group: whom an interrupt concerns
 * @channels: the DMA channels, for 8 and 16 bits; the latter may be NULL
 * @mutex: protects who has which DMA channel: @streams and @allocation
 * @streams: playback and capture; protected by @mutex, and by @lock for the
 *	other stream's atomic steps
 * @allocation: who may have 16 bits; protected by @mutex
 */
struct sb16 {
	struct portcls_card *card;
	struct sb16_config config;
	unsigned int version;
	spinlock_t lock; /* the two interfaces, @mixer, @enhance, who of @streams runs */
	u8 mixer[SB16_MIX_LAST + 1 - SB16_MIX_FIRST];
	u8 enhance;
	struct portcls_wavecyclic *port;
	struct portcls_service_group *group;
	struct portcls_dma_channel *channels[2];
	struct mutex mutex; /* @streams, @allocation */
	struct sb16_stream *streams[2];
	enum sb16_allocation allocation;
};

int sb16_dsp_reset(struct sb16 *sb);
int sb16_dsp_version(struct sb16 *sb);
int sb16_dsp_start(struct sb16 *sb, struct sb16_stream *stream);
int sb16_dsp_pause(struct sb16 *sb, struct sb16_stream *stream);
int sb16_dsp_continue(struct sb16 *sb, struct sb16_stream *stream);
u8 sb16_mixer_read(struct sb16 *sb, u8 reg);
void sb16_mixer_write(struct sb16 *sb, u8 reg, u8 value);
void sb16_mixer_renew(struct sb16 *sb, u8 reg, const u8 *copy);
u8 sb16_irq_status(struct sb16 *sb);
void sb16_irq_ack(struct sb16 *sb, u8 status);

int sb16_stream_new_port(struct sb16 *sb);
void sb16_stream_set_allocation(struct sb16 *sb, enum sb16_allocation allocation);

int sb16_mixer_new(struct sb16 *sb);
void sb16_mixer_restore(struct sb16 *sb);

struct platform_device *sb16_new_device(struct device *parent,
					const struct sb16_config *config);
void sb16_free_device(struct platform_device *pdev);

#if IS_ENABLED(CONFIG_PNP)
int sb16_pnp_register(void);
void sb16_pnp_unregister(void);
#else
static inline int sb16_pnp_register(void)
{
	return 0;
}

static inline void sb16_pnp_unregister(void)
{
}
#endif

#endif /* __SB16_H */
