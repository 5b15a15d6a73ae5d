// SPDX-License-Identifier: GPL-2.0
/*
 * Methods of the ports and properties of pins that no driver of ours uses yet
 */
#include <linux/err.h>
#include <sound/pcm.h>

#include <sound/portcls/dma_slave.h>

#include "fake_cyclic.h"
#include "fake_pci.h"
#include "fake_pcm.h"
#include "portcls_test.h"

static struct fake_pci *pci_of(struct portcls_test *t, const struct fake_pci_config *config)
{
	struct fake_pci *f = fake_pci_new(config);

	return PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f), 0) ? f : NULL;
}

static struct fake_pci *pci_new(struct portcls_test *t)
{
	static const struct fake_pci_config plain = {};

	return pci_of(t, &plain);
}

/* Playback of a ring of which the client has written @bytes. */
static bool pci_started(struct portcls_test *t, struct fake_pci *f, u32 bytes)
{
	return PT_EXPECT_EQ(t, fake_pci_playback(f), 0) &&
	       PT_EXPECT_EQ(t, fake_pci_write(f, bytes), bytes) &&
	       PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_START), 0);
}

static void prefetch_offset(struct portcls_test *t)
{
	struct fake_pci *f = pci_new(t);

	if (!f)
		return;
	if (!pci_started(t, f, FAKE_PCI_BUFFER) ||
	    !PT_EXPECT_EQ(t, fake_pci_move(f, false, 1000), 1000))
		goto out;
	fake_pci_pointer(f, false);
	/* 32 bytes a millisecond, rounded down. */
	PT_EXPECT_EQ(t, portcls_wavepci_normalize_position(&f->stream[0]->stream, 32000),
		     10000000);
	PT_EXPECT_EQ(t, portcls_wavepci_normalize_position(&f->stream[0]->stream, 1), 312);
	portcls_wavepci_set_prefetch_offset(&f->stream[0]->stream, 400);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, 349), -EINVAL);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, 350), 0);
	portcls_wavepci_set_prefetch_offset(&f->stream[0]->stream, 0);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, 250), 0);
out:
	fake_pci_close(f, false);
	PT_EXPECT_EQ(t, f->wrong, 0);
	fake_pci_free(f);
}

/* The port knows nothing of a stream before new_stream has returned it. */
static void prefetch_early(struct portcls_test *t)
{
	static const struct fake_pci_config config = { .early = 400, .prefetch = 64 };
	struct fake_pci *f = pci_of(t, &config);

	if (!f)
		return;
	if (!pci_started(t, f, FAKE_PCI_BUFFER) ||
	    !PT_EXPECT_EQ(t, fake_pci_move(f, false, 1000), 1000))
		goto out;
	fake_pci_pointer(f, false);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, 250 + 63), -EINVAL);
	PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, 250 + 64), 0);
out:
	fake_pci_close(f, false);
	PT_EXPECT_EQ(t, f->wrong, 0);
	fake_pci_free(f);
}

/*
 * After a whole ring the device is where it was. A client that looks seldom has to be
 * told, and one that wants its ring to go round has not.
 */
static void lap_unseen(struct portcls_test *t)
{
	struct fake_pci *f = pci_new(t);

	if (!f)
		return;
	if (!pci_started(t, f, FAKE_PCI_BUFFER) ||
	    !PT_EXPECT_EQ(t, fake_pci_move(f, false, FAKE_PCI_BUFFER), FAKE_PCI_BUFFER))
		goto out;
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), (u32)SNDRV_PCM_POS_XRUN);
	f->ss[0]->runtime->stop_threshold = f->ss[0]->runtime->boundary;
	PT_EXPECT_EQ(t, fake_pci_pointer(f, false), 0);
	fake_pci_close(f, false);
	/* And at the end of a drain all has been played. */
	if (!pci_started(t, f, FAKE_PCI_BUFFER))
		goto out;
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, FAKE_PCI_BUFFER), FAKE_PCI_BUFFER);
	PT_EXPECT(t, fake_pci_pointer(f, false) != (u32)SNDRV_PCM_POS_XRUN);
out:
	fake_pci_close(f, false);
	PT_EXPECT_EQ(t, f->wrong, 0);
	fake_pci_free(f);
}

/* The end of a drain is that of one stream, and not of those that are linked to it. */
static void drain_linked(struct portcls_test *t)
{
	static const struct fake_pci_config plain = {};
	static const struct fake_cyclic copied = { .own = true };
	struct fake_pci *f = fake_pci_new(&plain);
	struct fake_cyclic *g = fake_cyclic_new(&copied);
	struct snd_pcm_runtime *runtime, *other;
	u32 left;

	if (!PT_EXPECT(t, !IS_ERR(f) && !IS_ERR(g)) ||
	    !PT_EXPECT_EQ(t, fake_pci_playback(f), 0) ||
	    !PT_EXPECT_EQ(t, fake_cyclic_prepared(g), 0) ||
	    !PT_EXPECT_EQ(t, fake_cyclic_write(g, FAKE_RING), FAKE_RING) ||
	    !PT_EXPECT_EQ(t, fake_pcm_link(f->ss[0], g->ss), 0))
		goto out;
	runtime = f->ss[0]->runtime;
	other = g->ss->runtime;
	/* One goes round with nothing of its client's, the other has its ring full. */
	runtime->stop_threshold = runtime->boundary;
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_START), 0);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, FAKE_PCI_PERIOD), FAKE_PCI_PERIOD);
	fake_pci_notify(f);
	PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN), -EAGAIN);
	PT_EXPECT(t, runtime->state == SNDRV_PCM_STATE_DRAINING);
	PT_EXPECT(t, other->state == SNDRV_PCM_STATE_DRAINING);
	fake_pci_move(f, false, FAKE_PCI_BUFFER);
	fake_pci_notify(f);
	PT_EXPECT(t, runtime->state == SNDRV_PCM_STATE_SETUP);
	for (left = FAKE_RING; left; left -= FAKE_PERIOD / 4) {
		PT_EXPECT(t, other->state == SNDRV_PCM_STATE_DRAINING);
		fake_cyclic_move(g, FAKE_PERIOD / 4);
	}
	PT_EXPECT(t, other->state == SNDRV_PCM_STATE_SETUP);
	PT_EXPECT_EQ(t, other->status->hw_ptr, FAKE_RING / 4);
	fake_pcm_unlink(f->ss[0]);
	fake_pcm_unlink(g->ss);
	fake_pci_close(f, false);
	fake_cyclic_close(g);
	PT_EXPECT_EQ(t, f->wrong, 0);
	PT_EXPECT_EQ(t, g->wrong, 0);
out:
	fake_cyclic_free(g);
	fake_pci_free(f);
}

/*
 * A client that writes little at a time, in long packets: no interrupt comes at the end
 * of a part, so the device has to be given what there is.
 */
static void small_writer(struct portcls_test *t)
{
	struct fake_pci *f = pci_new(t);
	unsigned int i;

	if (!f)
		return;
	if (!pci_started(t, f, 400))
		goto out;
	for (i = 0; i < 4; i++)
		PT_EXPECT_EQ(t, fake_pci_write(f, 400), 400);
	PT_EXPECT_EQ(t, fake_pci_move(f, false, 5 * 400), 5 * 400);
	PT_EXPECT(t, fake_pci_heard(f, 0, 5 * 400, 0));
out:
	fake_pci_close(f, false);
	PT_EXPECT_EQ(t, f->wrong, 0);
	fake_pci_free(f);
}

/* A miniport whose position steps back behind what it has released, when a drain begins. */
static void drain_steps_back(struct portcls_test *t)
{
	const u32 data = FAKE_PCI_PERIOD + 2000;
	unsigned int i;

	/* Two of three positions are short of the true one. */
	for (i = 0; i < 3; i++) {
		struct fake_pci *f = pci_new(t);

		if (!f)
			return;
		if (pci_started(t, f, FAKE_PCI_BUFFER) &&
		    PT_EXPECT_EQ(t, fake_pci_move(f, false, FAKE_PCI_PERIOD),
				 FAKE_PCI_PERIOD)) {
			fake_pci_notify(f);
			PT_EXPECT_EQ(t, fake_pci_set_appl(f, false, data / 4), 0);
			f->stream[0]->jitter = 64;
			f->positions = i;
			PT_EXPECT_EQ(t, fake_pci_do(f, false, SNDRV_PCM_IOCTL_DRAIN),
				     -EAGAIN);
			f->stream[0]->jitter = 0;
			PT_EXPECT_EQ(t, fake_pci_move(f, false, FAKE_PCI_BUFFER), 2000);
			PT_EXPECT(t, fake_pci_heard(f, 0, data, 0));
			fake_pci_notify(f);
			PT_EXPECT(t, f->ss[0]->runtime->state == SNDRV_PCM_STATE_SETUP);
		}
		fake_pci_close(f, false);
		PT_EXPECT_EQ(t, f->wrong, 0);
		fake_pci_free(f);
	}
}

/* A clock that divides, and fewer bits than the sample has. */
static void constraints(struct portcls_test *t)
{
	static const struct snd_ratnum fits = {
		.num = 32000, .den_min = 1, .den_max = 8, .den_step = 1,
	};
	static const struct snd_ratnum other = {
		.num = 44100, .den_min = 1, .den_max = 1, .den_step = 1,
	};
	struct fake_pci *f = pci_new(t);
	struct portcls_pin_desc *pin;
	unsigned int rules = 0;

	if (!f)
		return;
	pin = portcls_wavepci_pin(f->port, false);
	pin->num_ratnums = 1;
	pin->ratnums = &other;
	PT_EXPECT_EQ(t, fake_pci_playback(f), -EINVAL);
	fake_pci_close(f, false);
	pin->ratnums = &fits;
	if (PT_EXPECT_EQ(t, fake_pci_playback(f), 0)) {
		PT_EXPECT_EQ(t, f->ss[0]->runtime->rate_num, 32000);
		PT_EXPECT_EQ(t, f->ss[0]->runtime->rate_den, 4);
		rules = f->ss[0]->runtime->hw_constraints.rules_num;
	}
	fake_pci_close(f, false);
	/* The rule is the core's, and speaks of samples that this card does not have. */
	pin->msbits = 20;
	if (PT_EXPECT_EQ(t, fake_pci_playback(f), 0))
		PT_EXPECT_EQ(t, f->ss[0]->runtime->hw_constraints.rules_num, rules + 1);
	fake_pci_close(f, false);
	fake_pci_free(f);
}

static void pci_master_channel(struct portcls_test *t)
{
	struct fake_pci *f = pci_new(t);
	struct portcls_dma_channel *chan;

	if (!f)
		return;
	chan = portcls_wavepci_new_master_dma_channel(f->port, SZ_64K);
	if (PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(chan), 0)) {
		PT_EXPECT_EQ(t, portcls_dma_maximum_buffer_size(chan), SZ_64K);
		PT_EXPECT_EQ(t, portcls_dma_allocate_buffer(chan, SZ_16K, NULL), 0);
		PT_EXPECT(t, portcls_dma_system_address(chan));
		portcls_dma_put(chan);
	}
	PT_EXPECT_EQ(t, PTR_ERR(portcls_wavepci_new_master_dma_channel(f->port, 0)),
		     -EINVAL);
	fake_pci_free(f);
}

static struct fake_cyclic *cyclic_new(struct portcls_test *t)
{
	static const struct fake_cyclic plain = {};
	struct fake_cyclic *f = fake_cyclic_new(&plain);

	return PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f), 0) ? f : NULL;
}

static u64 cyclic_other_clock(struct portcls_wavecyclic_stream *stream, u64 bytes)
{
	return bytes + 1;
}

static void cyclic_time(struct portcls_test *t)
{
	const struct portcls_wavecyclic_stream_ops *own;
	struct portcls_wavecyclic_stream_ops ops;
	struct fake_cyclic *f = cyclic_new(t);

	if (!f)
		return;
	if (!PT_EXPECT_EQ(t, fake_cyclic_prepared(f), 0))
		goto out;
	/* 32 bytes a millisecond, rounded down. */
	PT_EXPECT_EQ(t, portcls_wavecyclic_normalize_position(&f->stream, 32000),
		     10000000);
	PT_EXPECT_EQ(t, portcls_wavecyclic_normalize_position(&f->stream, 1), 312);
	own = f->stream.ops;
	ops = *own;
	ops.normalize_physical_position = cyclic_other_clock;
	f->stream.ops = &ops;
	PT_EXPECT_EQ(t, portcls_wavecyclic_normalize_position(&f->stream, 32000), 32001);
	f->stream.ops = own;
out:
	fake_cyclic_close(f);
	fake_cyclic_free(f);
}

/* The port came late, which a client that wants its ring to go round is not told. */
static void late_drain(struct portcls_test *t)
{
	static const struct fake_cyclic own = { .own = true };
	struct fake_cyclic *f = fake_cyclic_new(&own);

	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f), 0))
		return;
	if (!PT_EXPECT_EQ(t, fake_cyclic_prepared(f), 0) ||
	    !PT_EXPECT_EQ(t, fake_cyclic_write(f, FAKE_RING), FAKE_RING))
		goto out;
	f->ss->runtime->stop_threshold = f->ss->runtime->boundary;
	if (!PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0))
		goto out;
	f->at += FAKE_LEAD + FAKE_PERIOD / 4;
	PT_EXPECT_EQ(t, fake_cyclic_trigger(f, SNDRV_PCM_TRIGGER_DRAIN), 0);
	PT_EXPECT_EQ(t, fake_cyclic_pointer(f), (FAKE_LEAD + FAKE_PERIOD / 4) / 4);
out:
	fake_cyclic_close(f);
	fake_cyclic_free(f);
}

/* A device that no controller serves. */
static void cyclic_slave_channel(struct portcls_test *t)
{
	static const struct portcls_slave_desc isa = {};
	struct fake_cyclic *f = cyclic_new(t);

	if (!f)
		return;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_wavecyclic_new_slave_dma_channel(f->port, 0, &isa,
									 SZ_64K)),
		     -EINVAL);
	PT_EXPECT(t, portcls_wavecyclic_pin(f->port, false)->ranges);
	PT_EXPECT(t, !portcls_wavecyclic_pin(f->port, true)->ranges);
	fake_cyclic_free(f);
}

static const struct portcls_test_case methods_cases[] = {
	{ "WavePci: a position as time; a miniport's prefetch offset replaces the pin's", prefetch_offset },
	{ "WavePci: a prefetch offset that comes too early is ignored", prefetch_early },
	{ "WavePci: a lap that nobody saw is an xrun, unless the ring goes round", lap_unseen },
	{ "PC-116 WavePci: a drain with nothing left ends for its own stream only", drain_linked },
	{ "WavePci: parts of a packet are not withheld from a hungry device", small_writer },
	{ "WavePci: a drain begins where the device is, whatever it says", drain_steps_back },
	{ "WavePci: a pin's clock and bits bind the client", constraints },
	{ "WavePci: a master channel of the port's adapter", pci_master_channel },
	{ "WaveCyclic: a position as time, by the port or the miniport", cyclic_time },
	{ "WaveCyclic: a drain that begins late is no xrun in a ring that went round", late_drain },
	{ "WaveCyclic: no slave channel without a controller", cyclic_slave_channel },
	{ }
};

const struct portcls_test_suite pt_suite_methods = {
	.name = "contract-methods",
	.cases = methods_cases,
};
