// SPDX-License-Identifier: GPL-2.0
/*
 * A playback stream on a WavePci card of the test's own, from open to close
 */
#include <linux/err.h>

#include "pci_fixture.h"

const struct fake_pci_config pt_pci_plain = {};

void pt_pci_exit(struct portcls_test *t)
{
	fake_pci_free(t->priv);
}

/* Return: a card of this kind with a prepared playback stream, or NULL. */
struct fake_pci *pt_pci_begin(struct portcls_test *t, const struct fake_pci_config *config)
{
	struct fake_pci *f = fake_pci_new(config);

	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f), 0))
		return NULL;
	t->priv = f;
	return PT_EXPECT_EQ(t, fake_pci_playback(f), 0) ? f : NULL;
}

/* Written and running, with @bytes of it played. */
struct fake_pci *pt_pci_begin_running(struct portcls_test *t,
				      const struct fake_pci_config *config, u32 bytes)
{
	struct fake_pci *f = pt_pci_begin(t, config);

	if (!f || !PT_EXPECT_EQ(t, fake_pci_write(f, FAKE_PCI_BUFFER), FAKE_PCI_BUFFER) ||
	    !PT_EXPECT_EQ(t, pt_pci_start(f), 0) ||
	    !PT_EXPECT_EQ(t, fake_pci_move(f, false, bytes), bytes))
		return NULL;
	return f;
}

void pt_pci_end(struct portcls_test *t, struct fake_pci *f)
{
	PT_EXPECT_EQ(t, f->wrong, 0);
	fake_pci_close(f, false);
	fake_pci_close(f, true);
	PT_EXPECT_EQ(t, f->streams, 0);
	PT_EXPECT_EQ(t, f->opens, 0);
	PT_EXPECT_EQ(t, f->wrong, 0);
}

int pt_pci_start(struct fake_pci *f)
{
	return fake_pci_do(f, false, SNDRV_PCM_IOCTL_START);
}

/* A recording beside it, running. */
int pt_pci_record(struct fake_pci *f)
{
	int err = fake_pci_open(f, true);

	if (!err)
		err = fake_pci_hw_params(f, true, SNDRV_PCM_FORMAT_S16_LE, FAKE_PCI_PERIOD,
					 FAKE_PCI_BUFFER);
	if (!err)
		err = fake_pci_do(f, true, SNDRV_PCM_IOCTL_PREPARE);
	return err ?: fake_pci_do(f, true, SNDRV_PCM_IOCTL_START);
}

struct snd_pcm_runtime *pt_pci_runtime(struct fake_pci *f)
{
	return f->ss[0]->runtime;
}

bool pt_pci_log_is(struct portcls_test *t, struct fake_pci *f, const char *want)
{
	bool same = !strcmp(f->log, want);

	if (!same)
		pt_note("the log is %s, not %s", f->log, want);
	fake_pci_clear_log(f);
	return same;
}
