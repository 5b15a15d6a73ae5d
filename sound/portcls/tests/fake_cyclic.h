/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A WaveCyclic card without a device or a clock, and a client in the kernel
 *
 * The miniport notes every call; its device moves when the test says so. Cases
 * run one at a time, so there is one such card at a time.
 */
#ifndef __PORTCLS_TEST_FAKE_CYCLIC_H
#define __PORTCLS_TEST_FAKE_CYCLIC_H

#include <linux/sizes.h>
#include <sound/pcm.h>
#include <sound/portcls/card.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/wavecyclic.h>

#define FAKE_CYCLE	SZ_16K
/* S16 stereo at 8 kHz: 32 bytes a millisecond. */
#define FAKE_PERIOD	1280U
#define FAKE_RING	(4 * FAKE_PERIOD)
#define FAKE_LEAD	(40 * 32U)

/* PCM devices of a card. */
#define FAKE_DEVICES	3

/**
 * struct fake_cyclic - the card, its device and its client
 * @own: its channel has methods of its own, which turn every bit over
 * @restarts: the device restarts at zero
 * @capture: it records, and does not play
 * @drain: drain_frames
 * @formats: it has set_format
 * @others: how many PCM devices the card has besides this one
 * @holds: it can start linked streams at once
 * @device: number of the PCM device
 * @first: the card's first PCM device, which may be this one
 * @other: of the first, the others
 * @log: of the first, what was started ("0", "1"...) and paused ("a", "b"...), between
 *	"(" and ")" while starts were held
 * @pdev: the device
 * @card: the card
 * @port: the port
 * @adapter: its adapter
 * @channel: its channel
 * @group: its service group
 * @stream: the miniport stream
 * @news: calls of new_stream
 * @alive: streams that live
 * @format: of the stream, as told last
 * @sets: calls of set_format
 * @state: what it was told last
 * @at: where the device is in the cycle
 * @jitter: how much less the next position is
 * @framing: what was set
 * @positions: calls of get_position
 * @copies: calls of the channel's copy methods
 * @wrong: illegal steps
 * @fail_up: error of a step to that state
 * @fail_down: error of every step down
 * @fail_new: error of new_stream
 * @fail_format: error of set_format
 * @ss: the client's substream
 * @file: what it is opened with
 * @written: bytes written
 */
struct fake_cyclic {
	bool own;
	bool restarts;
	bool capture;
	unsigned int drain;
	bool formats;
	unsigned int others;
	bool holds;
	int device;
	struct fake_cyclic *first;
	struct fake_cyclic *other[FAKE_DEVICES - 1];
	char log[32];
	struct platform_device *pdev;
	struct portcls_card *card;
	struct portcls_wavecyclic *port;
	struct portcls_adapter *adapter;
	struct portcls_dma_channel *channel;
	struct portcls_service_group *group;
	struct portcls_wavecyclic_stream stream;
	unsigned int news;
	int alive;
	struct portcls_format format;
	unsigned int sets;
	enum portcls_state state;
	u32 at;
	u32 jitter;
	u32 framing;
	unsigned int positions;
	unsigned int copies;
	unsigned int wrong;
	int fail_up[PORTCLS_RUN + 1];
	int fail_down;
	int fail_new;
	int fail_format;
	struct snd_pcm_substream *ss;
	struct file *file;
	u32 written;
};

struct fake_cyclic *fake_cyclic_new(const struct fake_cyclic *kind);
void fake_cyclic_free(struct fake_cyclic *f);
u8 *fake_cyclic_cycle(struct fake_cyclic *f);
void fake_cyclic_move(struct fake_cyclic *f, u32 bytes);
int fake_cyclic_open(struct fake_cyclic *f);
void fake_cyclic_close(struct fake_cyclic *f);
int fake_cyclic_params(struct fake_cyclic *f, snd_pcm_format_t format, u32 period,
		       u32 ring);
int fake_cyclic_do(struct fake_cyclic *f, unsigned int cmd);
int fake_cyclic_trigger(struct fake_cyclic *f, int cmd);
long fake_cyclic_read(struct fake_cyclic *f, u8 *data, u32 bytes);
long fake_cyclic_write(struct fake_cyclic *f, u32 bytes);
int fake_cyclic_set_appl(struct fake_cyclic *f, snd_pcm_uframes_t to);
u32 fake_cyclic_pointer(struct fake_cyclic *f);
int fake_cyclic_prepared(struct fake_cyclic *f);

/* The byte of the client's data at a position, never silence. */
static inline u8 fake_cyclic_byte(u32 at)
{
	return 1 + at % 199;
}

#endif /* __PORTCLS_TEST_FAKE_CYCLIC_H */
