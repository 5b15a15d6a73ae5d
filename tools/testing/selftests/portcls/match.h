/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Takes a captured sequence of frames apart into runs of an expected one.
 *
 * A frame is a 64-bit key; 0 is silence.
 */
#ifndef PORTCLS_TEST_MATCH_H
#define PORTCLS_TEST_MATCH_H

#include "ktypes.h"

enum run_kind {
	RUN_MATCH,	/* consecutive expected frames */
	RUN_SILENCE,	/* silence that is not expected here */
	RUN_FOREIGN,	/* frames that stand nowhere in the expected sequence */
};

/**
 * struct run - a stretch of the capture
 * @kind: what it is
 * @captured: number of its first frame in the capture
 * @expected: number of its first frame in the expected sequence (RUN_MATCH)
 * @length: in frames
 */
struct run {
	enum run_kind kind;
	size_t captured;
	size_t expected;
	size_t length;
};

typedef void (*run_fn)(void *context, const struct run *run);

struct matcher;

struct matcher *matcher_new(const u64 *expected, size_t count, unsigned int window);
void matcher_free(struct matcher *matcher);
void matcher_run(struct matcher *matcher, const u64 *captured, size_t count,
		 run_fn emit, void *context);

#endif
