// SPDX-License-Identifier: GPL-2.0
/*
 * Takes a captured sequence of frames apart into runs of an expected one.
 *
 * As long as the capture goes on where the expected sequence goes on, nothing is
 * searched. After a break the next frames are looked up in a hash index of all
 * windows of the expected sequence, so the cost is linear whatever the damage.
 */

#include <stdlib.h>

#include "match.h"
#include "pcmtool.h"

#define CONFIRM		4	/* frames that must follow on before a jump is believed */
#define MAX_CANDIDATES	4096

struct matcher {
	const u64 *expected;
	size_t count;
	unsigned int window;
	size_t mask;
	u32 *head;		/* by hash: first position + 1 with that hash */
	u32 *next;		/* by position: next position + 1, ascending */
};

static u64 window_hash(const u64 *keys, unsigned int window)
{
	u64 hash = 0;

	while (window--) {
		hash = (hash ^ *keys++) * 0x9fb21c651e98df25ull;
		hash ^= hash >> 35;
	}
	return hash;
}

/**
 * matcher_new() - index an expected sequence
 * @expected: the frames; must stay until matcher_free()
 * @count: how many, less than 2^32
 * @window: how many consecutive frames are (nearly) unique
 *
 * Return: the matcher; memory exhaustion ends the program.
 */
struct matcher *matcher_new(const u64 *expected, size_t count, unsigned int window)
{
	struct matcher *matcher = xalloc(1, sizeof(*matcher));
	size_t slots = 16;
	size_t at;

	while (slots < 2 * count)
		slots *= 2;
	matcher->expected = expected;
	matcher->count = count;
	matcher->window = window;
	matcher->mask = slots - 1;
	matcher->head = xalloc(slots, sizeof(*matcher->head));
	matcher->next = xalloc(count + 1, sizeof(*matcher->next));

	for (at = count < window ? 0 : count - window + 1; at--;) {
		u32 *head = &matcher->head[window_hash(expected + at, window) &
						matcher->mask];

		matcher->next[at] = *head;
		*head = at + 1;
	}
	return matcher;
}

void matcher_free(struct matcher *matcher)
{
	free(matcher->head);
	free(matcher->next);
	free(matcher);
}

/* Does the capture go on from @at as the expected sequence does, for a while? */
static bool confirmed(const struct matcher *matcher, size_t at, const u64 *captured,
		      size_t count, size_t window)
{
	size_t want = window > CONFIRM ? window : CONFIRM;
	size_t i;

	for (i = 0; i < want; i++) {
		if (i == count || at + i == matcher->count)
			return i >= window;
		if (captured[i] != matcher->expected[at + i])
			return i >= window && !captured[i];
	}
	return true;
}

/* The nearest place from @next on where the capture fits, else the nearest before. */
static bool lookup(const struct matcher *matcher, size_t next, const u64 *captured,
		   size_t count, size_t *found)
{
	unsigned int tries = MAX_CANDIDATES;
	bool any = false;
	u32 link;

	if (count < matcher->window)
		return false;
	link = matcher->head[window_hash(captured, matcher->window) & matcher->mask];
	for (; link && tries; link = matcher->next[link - 1], tries--) {
		size_t at = link - 1;

		if (!confirmed(matcher, at, captured, count, matcher->window))
			continue;
		*found = at;
		any = true;
		if (at >= next)
			break;
	}
	return any;
}

/**
 * matcher_run() - take a capture apart
 * @matcher: the indexed expected sequence
 * @captured: the capture
 * @count: its length in frames
 * @emit: called for each run, in order; the runs cover the capture
 * @context: handed to @emit
 */
void matcher_run(struct matcher *matcher, const u64 *captured, size_t count,
		 run_fn emit, void *context)
{
	const u64 *expected = matcher->expected;
	size_t next = 0;	/* where the expected sequence goes on */
	bool contiguous = false;
	struct run foreign = { .kind = RUN_FOREIGN };
	struct run run;
	size_t at = 0;

	while (at < count) {
		const u64 *rest = captured + at;
		size_t left = count - at;
		size_t place = next;

		run.captured = at;
		run.expected = 0;
		run.length = 0;
		if ((next < matcher->count && *rest == expected[next] &&
		     (contiguous || confirmed(matcher, next, rest, left, 1))) ||
		    (*rest && lookup(matcher, next, rest, left, &place))) {
			run.kind = RUN_MATCH;
			run.expected = place;
			while (run.length < left && place < matcher->count &&
			       rest[run.length] == expected[place]) {
				run.length++;
				place++;
			}
			next = place;
		} else if (!*rest) {
			run.kind = RUN_SILENCE;
			while (run.length < left && !rest[run.length] &&
			       (!run.length || next == matcher->count || expected[next]))
				run.length++;
		} else {
			if (!foreign.length)
				foreign.captured = at;
			foreign.length++;
			contiguous = false;
			at++;
			continue;
		}
		if (foreign.length)
			emit(context, &foreign);
		foreign.length = 0;
		emit(context, &run);
		contiguous = run.kind == RUN_MATCH;
		at += run.length;
	}
	if (foreign.length)
		emit(context, &foreign);
}
