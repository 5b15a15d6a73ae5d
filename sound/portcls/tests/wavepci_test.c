// SPDX-License-Identifier: GPL-2.0
/*
 * The WavePci port's mappings, with a miniport and a device of our own
 */
#include <linux/err.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/wavepci.h>

#include "fake_dev.h"
#include "pci_fixture.h"
#include "portcls_test.h"

#define PERIOD	FAKE_PCI_PERIOD
#define RING	FAKE_PCI_BUFFER

/* One piece that the device has not got yet, as a miniport would ask for it. */
static int get(struct fake_pci *f, unsigned long tag, struct portcls_mapping *map)
{
	struct snd_pcm_substream *ss = f->ss[0];
	int err;

	snd_pcm_stream_lock_irq(ss);
	err = portcls_wavepci_get_mapping(&f->stream[0]->stream, tag, map);
	snd_pcm_stream_unlock_irq(ss);
	return err;
}

static int give(struct fake_pci *f, unsigned long tag)
{
	struct snd_pcm_substream *ss = f->ss[0];
	int err;

	snd_pcm_stream_lock_irq(ss);
	err = portcls_wavepci_release_mapping(&f->stream[0]->stream, tag);
	snd_pcm_stream_unlock_irq(ss);
	return err;
}

/* Where in the ring a mapping begins, by both of its addresses. */
static long offset_of(struct fake_pci *f, const struct portcls_mapping *map)
{
	u8 *ring = f->ss[0]->runtime->dma_area;
	long offset = (u8 *)map->virt - ring;

	return snd_pcm_sgbuf_get_addr(f->ss[0], offset) == map->addr ? offset : -1;
}

static void mapping_order(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct portcls_mapping map;
	u32 next = 0, laps;
	unsigned long tag;
	int err;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	/* Normally the client's data end the sequence. */
	for (tag = 0; !(err = get(f, tag, &map)); tag++) {
		PT_ASSERT_EQ(t, offset_of(f, &map), next);
		next += map.bytes;
		PT_ASSERT_EQ(t, give(f, tag), 0);
	}
	PT_EXPECT_EQ(t, err, -EAGAIN);
	PT_EXPECT_EQ(t, next, RING);
	/* A ring that goes round is never at its end. */
	f->ss[0]->runtime->stop_threshold = f->ss[0]->runtime->boundary;
	next = 0;
	for (laps = 0; laps < 3; tag++) {
		PT_ASSERT_EQ(t, get(f, tag, &map), 0);
		PT_ASSERT_EQ(t, offset_of(f, &map), next);
		next += map.bytes;
		PT_ASSERT(t, next <= RING);
		laps += next == RING;
		next %= RING;
		PT_ASSERT_EQ(t, give(f, tag), 0);
	}
	pt_pci_end(t, f);
}

/* The adapter knows of the ring from its size's setting to its freeing. */
static void mapping_ring(struct portcls_test *t)
{
	struct portcls_adapter_counters now;
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	u64 maps;

	if (!f)
		return;
	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.live_maps, 1);
	PT_EXPECT_EQ(t, now.live_grants, 1);
	PT_EXPECT(t, !now.channel_busy);
	PT_EXPECT_EQ(t, now.max_registers - now.free_registers,
		     DIV_ROUND_UP(RING, PAGE_SIZE));
	PT_EXPECT_EQ(t, now.partial_maps, 0);
	maps = now.maps;

	/* Another size, another mapping in its place. */
	PT_EXPECT_EQ(t, fake_pci_hw_params(f, false, SNDRV_PCM_FORMAT_S16_LE, 65536,
					   2 * 65536), 0);
	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.live_maps, 1);
	PT_EXPECT_EQ(t, now.maps, maps + 1);
	PT_EXPECT_EQ(t, now.flushes, maps);
	PT_EXPECT_EQ(t, now.max_registers - now.free_registers, 32);
	pt_pci_end(t, f);
	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.live_maps, 0);
	PT_EXPECT_EQ(t, now.live_grants, 0);
	PT_EXPECT_EQ(t, now.free_registers, now.max_registers);
	PT_EXPECT_EQ(t, now.maps, now.flushes);
	PT_EXPECT_EQ(t, now.violations, 0);
}

static void mapping_pages(struct portcls_test *t)
{
	/* The second packet begins 512 bytes into a page. */
	const u32 packet = 17 * 4096 + 512;
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct portcls_mapping map;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_hw_params(f, false, SNDRV_PCM_FORMAT_S16_LE,
					   packet, 2 * packet), 0);
	if (snd_pcm_sgbuf_get_chunk_size(f->ss[0], 0, 2 * packet) != 2 * packet) {
		fake_pci_close(f, false);
		PT_SKIP(t, "the ring's memory is in several pieces");
	}
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, 2 * packet), 2 * packet);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_ASSERT_EQ(t, get(f, 1, &map), 0);
	PT_EXPECT_EQ(t, map.bytes, 65536);
	PT_EXPECT(t, !map.last);
	PT_ASSERT_EQ(t, get(f, 2, &map), 0);
	PT_EXPECT_EQ(t, map.bytes, packet - 65536);
	PT_EXPECT(t, map.last);
	PT_ASSERT_EQ(t, get(f, 3, &map), 0);
	PT_EXPECT_EQ(t, map.bytes, 65024);
	PT_EXPECT_EQ(t, offset_of(f, &map), packet);
	/* Taken behind the device's back: given back likewise. */
	PT_EXPECT_EQ(t, give(f, 1), 0);
	PT_EXPECT_EQ(t, give(f, 2), 0);
	PT_EXPECT_EQ(t, give(f, 3), 0);
	pt_pci_end(t, f);
}

static void mapping_same_memory(struct portcls_test *t)
{
	/* Odd pieces: 1000 bytes do not divide a period. */
	const struct fake_pci_config odd = { .max_segment = 1000 };
	struct fake_pci *f = pt_pci_begin(t, &odd);
	struct portcls_mapping map;
	unsigned int packets = 0;
	unsigned long tag;
	u32 at = 0;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	for (tag = 0; at < RING; tag++) {
		const u8 *mem;
		u32 i;

		PT_ASSERT_EQ(t, get(f, tag, &map), 0);
		PT_ASSERT(t, map.bytes && map.bytes <= 1000);
		mem = fake_dev_virt(&f->pdev->dev, map.addr);
		PT_ASSERT(t, !memcmp(mem, map.virt, map.bytes));
		for (i = 0; i < map.bytes && mem[i] == fake_pci_byte(at + i); i++)
			;
		PT_ASSERT_EQ(t, i, map.bytes);
		at += map.bytes;
		PT_ASSERT_EQ(t, map.last, at % PERIOD == 0);
		packets += map.last;
		PT_ASSERT_EQ(t, give(f, tag), 0);
	}
	PT_EXPECT_EQ(t, packets, RING / PERIOD);
	pt_pci_end(t, f);
}

static void mapping_refused(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	u8 untouched[sizeof(struct portcls_mapping)];
	struct portcls_mapping map;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_ASSERT_EQ(t, get(f, 1, &map), 0);
	PT_EXPECT_EQ(t, map.bytes, PERIOD);
	memset(&map, 0x3c, sizeof(map));
	memset(untouched, 0x3c, sizeof(untouched));
	PT_EXPECT_EQ(t, get(f, 2, &map), -EAGAIN);
	PT_EXPECT(t, !memcmp(&map, untouched, sizeof(map)));
	PT_EXPECT_EQ(t, get(f, 2, &map), -EAGAIN);
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, get(f, 2, &map), 0);
	PT_EXPECT_EQ(t, offset_of(f, &map), PERIOD);
	PT_EXPECT_EQ(t, give(f, 1), 0);
	PT_EXPECT_EQ(t, give(f, 2), 0);
	pt_pci_end(t, f);
}

static void mapping_available(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct portcls_mapping map;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	/* Nobody asked, nobody is told. */
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_EXPECT_EQ(t, f->available, 0);
	PT_ASSERT_EQ(t, get(f, 1, &map), 0);
	PT_ASSERT_EQ(t, get(f, 2, &map), 0);
	PT_ASSERT_EQ(t, get(f, 3, &map), -EAGAIN);
	PT_ASSERT_EQ(t, get(f, 3, &map), -EAGAIN);
	PT_EXPECT_EQ(t, f->available, 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_EXPECT_EQ(t, f->available, 1);
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_EXPECT_EQ(t, f->available, 1);
	PT_EXPECT_EQ(t, give(f, 1), 0);
	PT_EXPECT_EQ(t, give(f, 2), 0);
	pt_pci_end(t, f);
}

static void mapping_available_again(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	unsigned int i;

	if (!f)
		return;
	/* This miniport takes all there is, so each call ends in a refusal. */
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, f->refusals, 1);
	for (i = 1; i < 6; i++) {
		PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
		PT_EXPECT_EQ(t, f->available, i);
		PT_EXPECT_EQ(t, f->refusals, i + 1);
	}
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), 6 * PERIOD);
	PT_EXPECT(t, fake_pci_heard(f, 0, 6 * PERIOD, 0));
	pt_pci_end(t, f);
}

static void mapping_full_device(struct portcls_test *t)
{
	const struct fake_pci_config small = { .depth = 2 };
	struct fake_pci *f = pt_pci_begin(t, &small);

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, 2 * PERIOD), 2 * PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, f->gets, 2);
	PT_EXPECT_EQ(t, f->refusals, 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, 4 * PERIOD), 4 * PERIOD);
	PT_EXPECT_EQ(t, f->available, 0);
	/* Its next service refills it. */
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, f->gets, 3);
	PT_EXPECT_EQ(t, f->available, 0);
	pt_pci_end(t, f);
}

static void mapping_tags(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct portcls_mapping map;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, 4 * PERIOD), 4 * PERIOD);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_ASSERT_EQ(t, get(f, 7, &map), 0);
	PT_EXPECT_EQ(t, get(f, 7, &map), -EEXIST);
	PT_ASSERT_EQ(t, get(f, 8, &map), 0);
	PT_EXPECT_EQ(t, offset_of(f, &map), PERIOD);
	PT_EXPECT_EQ(t, give(f, 8), -EINVAL);
	PT_EXPECT_EQ(t, give(f, 9), -ENOENT);
	PT_EXPECT_EQ(t, give(f, 7), 0);
	PT_EXPECT_EQ(t, give(f, 7), -ENOENT);
	PT_EXPECT_EQ(t, get(f, 7, &map), 0);
	PT_EXPECT_EQ(t, offset_of(f, &map), 2 * PERIOD);
	PT_EXPECT_EQ(t, give(f, 8), 0);
	PT_EXPECT_EQ(t, give(f, 7), 0);
	pt_pci_end(t, f);
}

/* The miniport's number is kept, though the port's queue may be longer. */
static void mapping_limit(struct portcls_test *t)
{
	static const struct fake_pci_config three = { .mappings = 3 };
	struct fake_pci *f = pt_pci_begin(t, &three);
	struct portcls_mapping map;

	if (!f)
		return;
	/* What the port has no room for cannot be declared later. */
	portcls_wavepci_pin(f->port, false)->max_mappings = 128;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_ASSERT_EQ(t, get(f, 1, &map), 0);
	PT_ASSERT_EQ(t, get(f, 2, &map), 0);
	PT_ASSERT_EQ(t, get(f, 3, &map), 0);
	PT_EXPECT_EQ(t, get(f, 4, &map), -ENOBUFS);
	PT_EXPECT_EQ(t, give(f, 1), 0);
	PT_EXPECT_EQ(t, get(f, 4, &map), 0);
	PT_EXPECT_EQ(t, offset_of(f, &map), 3 * PERIOD);
	PT_EXPECT_EQ(t, give(f, 2), 0);
	PT_EXPECT_EQ(t, give(f, 3), 0);
	PT_EXPECT_EQ(t, give(f, 4), 0);
	pt_pci_end(t, f);
}

static void mappings_declared(struct portcls_test *t)
{
	static const struct fake_pci_config most = { .mappings = 128 };
	static const struct fake_pci_config beyond = { .mappings = 129 };
	struct fake_pci *f = pt_pci_begin(t, &most);

	if (!f)
		return;
	pt_pci_end(t, f);
	fake_pci_free(f);
	t->priv = fake_pci_new(&beyond);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(t->priv), -EINVAL);
}

static void pins_declared(struct portcls_test *t)
{
	static const struct fake_pci_config none = { .no_pins = true };

	t->priv = fake_pci_new(&none);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(t->priv), -EINVAL);
}

static void revoke_on_stop(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	u32 pointer;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 2 * PERIOD + 100), 2 * PERIOD + 100);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, fake_pci_open_mappings(f, false), RING / PERIOD - 2);
	pointer = fake_pci_pointer(f, false);
	PT_EXPECT_EQ(t, pointer, (2 * PERIOD + 100) / 4);
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	/* What was released does not count. */
	PT_EXPECT_EQ(t, f->revoked, RING / PERIOD - 2);
	PT_EXPECT_EQ(t, fake_pci_open_mappings(f, false), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), 0);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), pointer);
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 0);
	pt_pci_end(t, f);
}

static void revoke_fails(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);

	if (!f)
		return;
	f->fail_revoke = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	PT_EXPECT(t, f->ss[0]->runtime->state == SNDRV_PCM_STATE_SETUP);
	f->fail_revoke = false;
	/* And the next stream begins afresh. */
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), RING);
	PT_EXPECT(t, fake_pci_heard(f, 0, RING, 0));
	pt_pci_end(t, f);
}

static void position_keeps(struct portcls_test *t)
{
	struct fake_pci *f = pt_pci_begin(t, &pt_pci_plain);
	struct portcls_mapping map;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, pt_pci_start(f), 0);
	PT_ASSERT_EQ(t, get(f, 1, &map), 0);
	PT_ASSERT_EQ(t, get(f, 2, &map), 0);
	/* A release is no progress. */
	PT_ASSERT_EQ(t, give(f, 1), 0);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 0);
	f->stream[0]->position = 400;
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 100);
	PT_ASSERT_EQ(t, give(f, 2), 0);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 100);
	pt_pci_end(t, f);
}

static const struct portcls_test_case wavepci_cases[] = {
	{ "PC-82 mappings follow each other and wrap only in a ring that goes round",
	  mapping_order },
	{ "V3-71 V3-72 a client's ring is one mapping of the adapter", mapping_ring },
	{ "PC-83 a mapping touches 16 pages at most", mapping_pages },
	{ "PC-84 PC-85 both addresses are the same memory, the flag ends a packet",
	  mapping_same_memory },
	{ "PC-86 a refusal writes nothing and takes nothing", mapping_refused },
	{ "PC-87 MappingAvailable comes once for all refusals, and for none never",
	  mapping_available },
	{ "PC-88 a refusal inside MappingAvailable brings one more",
	  mapping_available_again },
	{ "PC-89 a full device hears nothing of new data", mapping_full_device },
	{ "PC-90 PC-91 a tag is taken while open, released in order, unknown after",
	  mapping_tags },
	{ "no more mappings are open than the miniport holds", mapping_limit },
	{ "a miniport that declares more mappings than the port can hold is refused",
	  mappings_declared },
	{ "WavePci: a subdevice has a direction", pins_declared },
	{ "PC-92 PC-93 a stop revokes what is open and nothing else", revoke_on_stop },
	{ "PC-94 a failed revocation does not keep a stream from stopping",
	  revoke_fails },
	{ "PC-97 a release is no progress", position_keeps },
	{ }
};

const struct portcls_test_suite pt_suite_wavepci = {
	.name = "contract-wavepci",
	.cases = wavepci_cases,
	.exit = pt_pci_exit,
};
