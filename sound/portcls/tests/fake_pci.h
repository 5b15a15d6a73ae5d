/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A WavePci card without a device or a clock, and a client in the kernel
 *
 * The miniport does what the contract asks of one and notes every call. Its
 * device has a ring of mappings and moves when the test says so: fake_pci_move()
 * reads memory through device addresses, as hardware would, and collects what
 * would be heard. The client is a PCM substream that is opened, fed and started
 * through the PCM core's own functions for the kernel.
 *
 * Cases run one at a time, so there is one such card at a time. The device's
 * ring is protected by the lock, everything else belongs to the case.
 */
#ifndef __PORTCLS_TEST_FAKE_PCI_H
#define __PORTCLS_TEST_FAKE_PCI_H

#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <sound/pcm.h>
#include <sound/portcls/card.h>
#include <sound/portcls/wavepci.h>

#define FAKE_PCI_RING		64
#define FAKE_PCI_LOG		96
#define FAKE_PCI_HEARD		SZ_256K
/* The client's usual ring: S16 stereo at 8 kHz, a good second of it. */
#define FAKE_PCI_PERIOD		4096U
#define FAKE_PCI_BUFFER		(8 * FAKE_PCI_PERIOD)

struct platform_device;
struct portcls_test;
struct fake_pci;

/**
 * struct fake_pci_config - the kind of card
 * @depth: entries of the device's ring, 0 for FAKE_PCI_RING
 * @max_segment: of the adapter, 0 for 1 MiB
 * @min_start: min_start_mappings of the pins
 * @prefetch: prefetch_frames of the playback pin
 * @drain: drain_frames of the playback pin
 * @mappings: max_mappings of the pins, 0 for FAKE_PCI_RING
 * @early: what new_stream gives as the prefetch offset, when there is no stream yet
 * @no_pins: its description has no direction
 * @no_group: new_stream gives no service group
 * @gone_in_probe: the device is found gone by the driver's probe method
 * @gone_in_register: by something else while the card is registered
 */
struct fake_pci_config {
	unsigned int depth;
	u32 max_segment;
	unsigned int min_start;
	unsigned int prefetch;
	unsigned int drain;
	unsigned int mappings;
	u32 early;
	bool no_pins;
	bool no_group;
	bool gone_in_probe;
	bool gone_in_register;
};

/**
 * struct fake_pci_desc - an entry of the device's ring
 * @map: the piece
 * @tag: its name
 */
struct fake_pci_desc {
	struct portcls_mapping map;
	unsigned long tag;
};

/**
 * struct fake_pci_stream - a miniport stream and its device
 * @stream: what the port sees
 * @pci: the card
 * @capture: the direction
 * @state: what it was told last
 * @ring: the device's ring
 * @head: next free entry, free-running
 * @now: where the device is, free-running
 * @tail: oldest mapping not given back, free-running
 * @offset: bytes done of the mapping at @now
 * @running: the engine is on; changed by PAUSE <-> RUN and by nothing else, under the
 *	card's lock
 * @position: bytes moved
 * @jitter: what a read of the position may be short of it
 * @tag: the next tag
 * @idle: takes no mapping by itself
 * @terminate: says TerminatePacket at the next service
 */
struct fake_pci_stream {
	struct portcls_wavepci_stream stream;
	struct fake_pci *pci;
	bool capture;
	enum portcls_state state;
	struct fake_pci_desc ring[FAKE_PCI_RING];
	unsigned int head;
	unsigned int now;
	unsigned int tail;
	u32 offset;
	bool running;
	u64 position;
	u32 jitter;
	unsigned long tag;
	bool idle;
	bool terminate;
};

/**
 * struct fake_pci - the card, its device and its client
 * @config: what kind
 * @pdev: the device
 * @card: the card
 * @probed: what its probe came to
 * @adapter: its adapter
 * @port: its port
 * @group: the service group of its streams
 * @lock: protects the streams' rings
 * @stream: the miniport streams
 * @ss: the client's substreams
 * @file: what the client opens with
 * @written: bytes that the client has written, each of them fake_pci_byte()
 * @heard: what the device has played
 * @heard_bytes: how much, up to FAKE_PCI_HEARD
 * @heard_wrong: bytes played that were not the client's data of that position
 * @opens: pins that are open
 * @fail_open: error of the next open
 * @fail_new: error of the next new_stream
 * @fail_up: errors of the next steps up, by state
 * @fail_down: error of every step down
 * @fail_revoke: revocation fails with count 0
 * @streams: miniport streams that live
 * @gets: mappings obtained
 * @refusals: calls of get_mapping that gave -EAGAIN
 * @available: calls of mapping_available
 * @services: calls of service
 * @services_outside: those in another state than RUN
 * @service_time: when the last one came
 * @service_gap: the shortest time between two, nanoseconds
 * @positions: calls of get_position
 * @revoked: mappings revoked
 * @wrong: things that the contract forbids
 * @log: one character an event, see fake_pci_note()
 * @logged: how many
 */
struct fake_pci {
	struct fake_pci_config config;
	struct platform_device *pdev;
	struct portcls_card *card;
	int probed;
	struct portcls_adapter *adapter;
	struct portcls_wavepci *port;
	struct portcls_service_group *group;
	spinlock_t lock;	/* all that changes below */
	struct fake_pci_stream *stream[2];
	struct snd_pcm_substream *ss[2];
	struct file *file;
	u64 written;
	u8 *heard;
	u32 heard_bytes;
	u64 heard_wrong;
	int opens;
	int fail_open;
	int fail_new;
	int fail_up[PORTCLS_RUN + 1];
	int fail_down;
	bool fail_revoke;
	int streams;
	unsigned int gets;
	unsigned int refusals;
	unsigned int available;
	unsigned int services;
	unsigned int services_outside;
	u64 service_time;
	u64 service_gap;
	unsigned int positions;
	unsigned int revoked;
	unsigned int wrong;
	char log[FAKE_PCI_LOG + 1];
	unsigned int logged;
};

/* The card. */
struct fake_pci *fake_pci_new(const struct fake_pci_config *config);
void fake_pci_free(struct fake_pci *f);
void fake_pci_clear_log(struct fake_pci *f);

/* The device. */
u32 fake_pci_move(struct fake_pci *f, bool capture, u32 bytes);
void fake_pci_notify(struct fake_pci *f);
unsigned int fake_pci_open_mappings(struct fake_pci *f, bool capture);

/* The client. */
int fake_pci_open(struct fake_pci *f, bool capture);
void fake_pci_close(struct fake_pci *f, bool capture);
int fake_pci_hw_params(struct fake_pci *f, bool capture, snd_pcm_format_t format,
		       u32 period, u32 buffer);
int fake_pci_do(struct fake_pci *f, bool capture, unsigned int cmd);
int fake_pci_trigger(struct fake_pci *f, bool capture, int cmd);
long fake_pci_write(struct fake_pci *f, u32 bytes);
int fake_pci_set_appl(struct fake_pci *f, bool capture, snd_pcm_uframes_t to);
u32 fake_pci_pointer(struct fake_pci *f, bool capture);
int fake_pci_playback(struct fake_pci *f);

/* The byte of the client's data at a position. */
static inline u8 fake_pci_byte(u64 at)
{
	return at * 7 + (at >> 8) * 13 + (at >> 16) * 5 + 1;
}

/* Whether what was heard is the client's data from position @from on. */
bool fake_pci_heard(const struct fake_pci *f, u32 begin, u32 bytes, u64 from);

#endif /* __PORTCLS_TEST_FAKE_PCI_H */
