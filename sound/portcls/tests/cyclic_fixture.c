// SPDX-License-Identifier: GPL-2.0
/*
 * A playback stream on a WaveCyclic card of the test's own, from open to close
 */
#include <linux/err.h>

#include "cyclic_fixture.h"

const struct fake_cyclic pt_cyclic_direct = {};
const struct fake_cyclic pt_cyclic_copied = { .own = true };

void pt_cyclic_exit(struct portcls_test *t)
{
	fake_cyclic_free(t->priv);
}

struct fake_cyclic *pt_cyclic_begin(struct portcls_test *t, const struct fake_cyclic *kind)
{
	struct fake_cyclic *f = fake_cyclic_new(kind);

	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(f), 0))
		return NULL;
	t->priv = f;
	return PT_EXPECT_EQ(t, fake_cyclic_prepared(f), 0) ? f : NULL;
}

/* Prepared, @bytes written, and running. */
struct fake_cyclic *pt_cyclic_run(struct portcls_test *t, const struct fake_cyclic *kind,
				  u32 bytes)
{
	struct fake_cyclic *f = pt_cyclic_begin(t, kind);

	if (!f || !PT_EXPECT_EQ(t, fake_cyclic_write(f, bytes), bytes) ||
	    !PT_EXPECT_EQ(t, fake_cyclic_do(f, SNDRV_PCM_IOCTL_START), 0))
		return NULL;
	return f;
}

void pt_cyclic_end(struct portcls_test *t, struct fake_cyclic *f)
{
	fake_cyclic_close(f);
	PT_EXPECT_EQ(t, f->alive, 0);
	PT_EXPECT_EQ(t, f->wrong, 0);
	PT_EXPECT_EQ(t, kref_read(&f->channel->ref), 1);
	PT_EXPECT_EQ(t, kref_read(&f->group->ref), 1);
	PT_EXPECT(t, list_empty(&f->group->members));
}

/* Whether the cycle holds the client's bytes [@from, @from + @n) at @at. */
bool pt_cyclic_has(struct fake_cyclic *f, u32 at, u32 n, u32 from)
{
	u8 flip = f->own ? 0xff : 0;
	u32 i;

	for (i = 0; i < n; i++)
		if (fake_cyclic_cycle(f)[at + i] != (u8)(fake_cyclic_byte(from + i) ^ flip))
			return false;
	return true;
}

bool pt_cyclic_is_silent(struct fake_cyclic *f, u32 at, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (fake_cyclic_cycle(f)[at + i] != (f->own ? 0xff : 0))
			return false;
	return true;
}

int pt_cyclic_state(struct fake_cyclic *f)
{
	return (__force int)f->ss->runtime->state;
}
