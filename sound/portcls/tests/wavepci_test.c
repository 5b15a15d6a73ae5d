// SPDX-License-Identifier: GPL-2.0
/*
 * The WavePci port's mappings, with a miniport and a device of our own
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/wavepci.h>

#include "fake_dev.h"
#include "fake_pci.h"
#include "portcls_test.h"

#define PERIOD	FAKE_PCI_PERIOD
#define RING	FAKE_PCI_BUFFER

static const struct fake_pci_config plain = {};

static void wavepci_exit(struct portcls_test *t)
{
	fake_pci_free(t->priv);
}

/* Return: a card of this kind with a prepared playback stream, or NULL. */
static struct fake_pci *begin(struct portcls_test *t,
			      const struct fake_pci_config *config)
{
	struct fake_pci *f = fake_pci_new(config);

	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f), 0))
		return NULL;
	t->priv = f;
	return PT_EXPECT_EQ(t, fake_pci_playback(f), 0) ? f : NULL;
}

static void end(struct portcls_test *t, struct fake_pci *f)
{
	PT_EXPECT_EQ(t, f->wrong, 0);
	fake_pci_close(f, false);
	fake_pci_close(f, true);
	PT_EXPECT_EQ(t, f->streams, 0);
	PT_EXPECT_EQ(t, f->wrong, 0);
}

static int start(struct fake_pci *f)
{
	return fake_pci_do(f, false, SNDRV_PCM_IOCTL_START);
}

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
	struct fake_pci *f = begin(t, &plain);
	struct portcls_mapping map;
	u32 next = 0, laps;
	unsigned long tag;
	int err;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
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
	end(t, f);
}

/* The adapter knows of the ring from its size's setting to its freeing. */
static void mapping_ring(struct portcls_test *t)
{
	struct portcls_adapter_counters now;
	struct fake_pci *f = begin(t, &plain);
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
	end(t, f);
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
	struct fake_pci *f = begin(t, &plain);
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
	PT_ASSERT_EQ(t, start(f), 0);
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
	end(t, f);
}

static void mapping_same_memory(struct portcls_test *t)
{
	/* Odd pieces: 1000 bytes do not divide a period. */
	const struct fake_pci_config odd = { .max_segment = 1000 };
	struct fake_pci *f = begin(t, &odd);
	struct portcls_mapping map;
	unsigned int packets = 0;
	unsigned long tag;
	u32 at = 0;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
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
	end(t, f);
}

static void mapping_refused(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);
	u8 untouched[sizeof(struct portcls_mapping)];
	struct portcls_mapping map;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, start(f), 0);
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
	end(t, f);
}

static void mapping_available(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);
	struct portcls_mapping map;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, start(f), 0);
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
	end(t, f);
}

static void mapping_available_again(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);
	unsigned int i;

	if (!f)
		return;
	/* This miniport takes all there is, so each call ends in a refusal. */
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, start(f), 0);
	PT_EXPECT_EQ(t, f->refusals, 1);
	for (i = 1; i < 6; i++) {
		PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
		PT_EXPECT_EQ(t, f->available, i);
		PT_EXPECT_EQ(t, f->refusals, i + 1);
	}
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), 6 * PERIOD);
	PT_EXPECT(t, fake_pci_heard(f, 0, 6 * PERIOD, 0));
	end(t, f);
}

static void mapping_full_device(struct portcls_test *t)
{
	const struct fake_pci_config small = { .depth = 2 };
	struct fake_pci *f = begin(t, &small);

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, 2 * PERIOD), 2 * PERIOD);
	PT_ASSERT_EQ(t, start(f), 0);
	PT_EXPECT_EQ(t, f->gets, 2);
	PT_EXPECT_EQ(t, f->refusals, 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, 4 * PERIOD), 4 * PERIOD);
	PT_EXPECT_EQ(t, f->available, 0);
	/* Its next service refills it. */
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, f->gets, 3);
	PT_EXPECT_EQ(t, f->available, 0);
	end(t, f);
}

static void mapping_tags(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);
	struct portcls_mapping map;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, 4 * PERIOD), 4 * PERIOD);
	PT_ASSERT_EQ(t, start(f), 0);
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
	end(t, f);
}

static void revoke_on_stop(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);
	u32 pointer;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
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
	end(t, f);
}

static void revoke_fails(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);

	if (!f)
		return;
	f->fail_revoke = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP), 0);
	PT_EXPECT(t, f->ss[0]->runtime->state == SNDRV_PCM_STATE_SETUP);
	f->fail_revoke = false;
	/* And the next stream begins afresh. */
	PT_ASSERT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, RING), RING);
	PT_EXPECT(t, fake_pci_heard(f, 0, RING, 0));
	end(t, f);
}

/* The interrupt of a device that moves all the time, on another CPU. */
static int storm(void *data)
{
	struct fake_pci *f = data;

	while (!kthread_should_stop()) {
		fake_pci_move(f, false, 256);
		fake_pci_notify(f);
		cond_resched();
	}
	return 0;
}

/* The same, of a device that leaves the client the time to keep up. */
static int storm_fed(void *data)
{
	struct fake_pci *f = data;

	while (!kthread_should_stop()) {
		if (READ_ONCE(f->written) - f->stream[0]->position > PERIOD)
			fake_pci_move(f, false, 256);
		fake_pci_notify(f);
		cond_resched();
	}
	return 0;
}

static void storm_order(struct portcls_test *t)
{
	const struct fake_pci_config small = { .depth = 3 };
	struct fake_pci *f = begin(t, &small);
	unsigned long last = jiffies + pt_race_seconds * HZ;
	struct task_struct *task;
	long n = 0;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
	task = pt_run_elsewhere(storm_fed, f, "portcls-storm");
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(task), 0);
	while (time_before(jiffies, last) && (n >= 0 || n == -EAGAIN)) {
		n = fake_pci_write(f, 500);
		cond_resched();
	}
	kthread_stop(task);
	pt_note("%llu bytes heard, %u services, %u calls of mapping_available",
		f->stream[0]->position, f->services, f->available);
	PT_EXPECT(t, n >= 0 || n == -EAGAIN);
	PT_EXPECT(t, f->stream[0]->position > 2 * RING);
	PT_EXPECT_EQ(t, f->heard_wrong, 0);
	end(t, f);
}

static void storm_stop(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);
	struct task_struct *task;
	unsigned int i, left = 0, rounds = 10000;

	if (!f)
		return;
	task = pt_run_elsewhere(storm, f, "portcls-storm");
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(task), 0);
	for (i = 0; i < rounds && !left; i++) {
		if (fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE) ||
		    fake_pci_write(f, 2 * PERIOD) != 2 * PERIOD || start(f))
			break;
		if (i % 8 == 0)
			cond_resched();
		/* Long enough to be served, and a stop at each point of a service. */
		udelay(i % 64);
		/* An underrun may have stopped it first. */
		fake_pci_do(f, false, SNDRV_PCM_IOCTL_DROP);
		/* A service that was waiting for the lock meanwhile has it first. */
		snd_pcm_stream_lock_irq(f->ss[0]);
		left += fake_pci_open_mappings(f, false);
		snd_pcm_stream_unlock_irq(f->ss[0]);
		left += fake_pci_move(f, false, RING);
		f->heard_bytes = 0;
	}
	kthread_stop(task);
	PT_EXPECT_EQ(t, i, rounds);
	PT_EXPECT_EQ(t, left, 0);
	PT_EXPECT_EQ(t, f->services_outside, 0);
	PT_EXPECT(t, num_online_cpus() == 1 || f->services > rounds / 100);
	pt_note("%u stops, %u services, %u mappings revoked", i, f->services, f->revoked);
	end(t, f);
}

static void position_keeps(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);
	struct portcls_mapping map;

	if (!f)
		return;
	f->stream[0]->idle = true;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
	PT_ASSERT_EQ(t, get(f, 1, &map), 0);
	PT_ASSERT_EQ(t, get(f, 2, &map), 0);
	/* A release is no progress. */
	PT_ASSERT_EQ(t, give(f, 1), 0);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 0);
	f->stream[0]->position = 400;
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 100);
	PT_ASSERT_EQ(t, give(f, 2), 0);
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 100);
	end(t, f);
}

static void start_with_one(struct portcls_test *t)
{
	const struct fake_pci_config two = { .min_start = 2 };
	struct fake_pci *f = begin(t, &plain);

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, start(f), 0);
	PT_EXPECT_EQ(t, f->gets, 1);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	PT_EXPECT(t, fake_pci_heard(f, 0, PERIOD, 0));
	end(t, f);
	fake_pci_free(f);
	t->priv = NULL;

	f = begin(t, &two);
	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, PERIOD), PERIOD);
	PT_ASSERT_EQ(t, start(f), 0);
	PT_EXPECT_EQ(t, f->gets, 2);
	PT_EXPECT_EQ(t, f->stream[0]->ring[0].map.bytes, PERIOD / 2);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, PERIOD), PERIOD);
	PT_EXPECT(t, fake_pci_heard(f, 0, PERIOD, 0));
	end(t, f);
}

static void long_pieces(struct portcls_test *t)
{
	const struct fake_pci_config odd = { .max_segment = 1000, .depth = 3 };
	struct fake_pci *f = begin(t, &odd);
	u32 n, step;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
	for (n = 0; n < RING; n += step) {
		step = min_t(u32, RING - n, 300);
		fake_pci_notify(f);
		PT_ASSERT_EQ(t, fake_pci_move(f, false, step), step);
	}
	PT_EXPECT(t, fake_pci_heard(f, 0, RING, 0));
	end(t, f);
}

static void service_without_group(struct portcls_test *t)
{
	const struct fake_pci_config timed = { .no_group = true };
	struct fake_pci *f = begin(t, &timed);
	unsigned int services;
	ktime_t begun;
	s64 ms;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	msleep(60);
	PT_EXPECT_EQ(t, f->services, 0);
	begun = ktime_get();
	PT_ASSERT_EQ(t, start(f), 0);
	msleep(410);
	PT_ASSERT_EQ(t, fake_pci_trigger(f, false, SNDRV_PCM_TRIGGER_PAUSE_PUSH), 0);
	services = f->services;
	ms = ktime_ms_delta(ktime_get(), begun);
	/* On a busy machine some come late, but none early and none is lost. */
	PT_EXPECT(t, services >= 10 && services <= ms / 20);
	PT_EXPECT(t, f->service_gap >= 20 * NSEC_PER_MSEC);
	pt_note("%u services in %lld ms, %llu us apart at least", services, ms,
		f->service_gap / 1000);
	services = f->services;
	msleep(60);
	PT_EXPECT_EQ(t, f->services, services);
	PT_EXPECT_EQ(t, f->services_outside, 0);
	end(t, f);
}

static void terminate(struct portcls_test *t)
{
	struct fake_pci *f = begin(t, &plain);
	struct snd_pcm_runtime *runtime;
	u32 i, bad = 0;

	if (!f)
		return;
	PT_ASSERT_EQ(t, fake_pci_write(f, RING), RING);
	PT_ASSERT_EQ(t, start(f), 0);
	fake_pci_move(f, false, 500);
	f->stream[0]->terminate = true;
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, f->ss[0]->runtime->status->hw_ptr, 0);

	PT_ASSERT_EQ(t, fake_pci_open(f, true), 0);
	PT_ASSERT_EQ(t, fake_pci_hw_params(f, true, SNDRV_PCM_FORMAT_S16_LE,
					   PERIOD, RING), 0);
	PT_ASSERT_EQ(t, fake_pci_do(f, true, SNDRV_PCM_IOCTL_PREPARE), 0);
	PT_ASSERT_EQ(t, fake_pci_do(f, true, SNDRV_PCM_IOCTL_START), 0);
	runtime = f->ss[1]->runtime;
	PT_EXPECT_EQ(t, fake_pci_move(f, true, 600), 600);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, runtime->status->hw_ptr, 0);
	f->stream[1]->terminate = true;
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, runtime->status->hw_ptr, 150);
	for (i = 0; i < 600; i++)
		bad += runtime->dma_area[i] != fake_pci_byte(i);
	PT_EXPECT_EQ(t, bad, 0);
	end(t, f);
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
	{ "PC-92 PC-93 a stop revokes what is open and nothing else", revoke_on_stop },
	{ "PC-94 a failed revocation does not keep a stream from stopping",
	  revoke_fails },
	{ "PC-95 nothing is open after a stop, whatever the other CPU does",
	  storm_stop },
	{ "PC-96 order survives two CPUs", storm_order },
	{ "PC-97 a release is no progress", position_keeps },
	{ "PC-98 one mapping is enough to start", start_with_one },
	{ "PC-99 pieces are played whole and in order", long_pieces },
	{ "PC-100 without a service group the port serves every 20 ms in RUN",
	  service_without_group },
	{ "PC-102 TerminatePacket makes a part of a recorded packet readable",
	  terminate },
	{ }
};

const struct portcls_test_suite pt_suite_wavepci = {
	.name = "contract-wavepci",
	.cases = wavepci_cases,
	.exit = wavepci_exit,
};
