/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the WaveCyclic port share: a stream on a card that does what the
 * test says
 *
 * S16 stereo at 8 kHz: the pump's clock is a quarter of a period, 320 bytes.
 */
#ifndef __PORTCLS_TEST_CYCLIC_FIXTURE_H
#define __PORTCLS_TEST_CYCLIC_FIXTURE_H

#include <sound/portcls/service.h>

#include "fake_cyclic.h"
#include "portcls_test.h"

#define TICK	320U

extern const struct fake_cyclic pt_cyclic_direct;
extern const struct fake_cyclic pt_cyclic_copied;

void pt_cyclic_exit(struct portcls_test *t);
struct fake_cyclic *pt_cyclic_begin(struct portcls_test *t, const struct fake_cyclic *kind);
struct fake_cyclic *pt_cyclic_run(struct portcls_test *t, const struct fake_cyclic *kind,
				  u32 bytes);
void pt_cyclic_end(struct portcls_test *t, struct fake_cyclic *f);
bool pt_cyclic_has(struct fake_cyclic *f, u32 at, u32 n, u32 from);
bool pt_cyclic_is_silent(struct fake_cyclic *f, u32 at, u32 n);
int pt_cyclic_state(struct fake_cyclic *f);

#endif /* __PORTCLS_TEST_CYCLIC_FIXTURE_H */
