/* SPDX-License-Identifier: GPL-2.0 */
/* Says what happened to each frame that was to be heard. */
#ifndef PORTCLS_TEST_JUDGE_H
#define PORTCLS_TEST_JUDGE_H

#include "ktypes.h"

#include "match.h"

/**
 * struct tally - what became of a group of segments, in frames
 * @label: name of the group
 * @expected: to be heard
 * @identical: heard once, in order
 * @lost: not heard
 * @lacking: not heard, which was allowed
 * @doubled: heard again while their segment was still being played
 * @stale: heard again later, or never to be heard at all
 * @foreign: frames of no known stream
 * @gap: silence where none may be
 * @after: silence after the last frame, up to the next group
 */
struct tally {
	const char *label;
	size_t expected;
	size_t identical;
	size_t lost;
	size_t lacking;
	size_t doubled;
	size_t stale;
	size_t foreign;
	size_t gap;
	size_t after;
};

/**
 * struct part - a stretch of the expected sequence that is played in one go
 * @start: its first position in the expected sequence
 * @end: the position after its last
 * @lack: how many frames may be missing at its end
 * @gaps: silence inside is allowed
 * @joined: no silence may come before it
 * @group: which tally it belongs to
 */
struct part {
	size_t start;
	size_t end;
	size_t lack;
	bool gaps;
	bool joined;
	size_t group;
};

/**
 * struct judge - a verdict in the making
 * @part: the parts, in order; they cover the expected sequence
 * @parts: how many
 * @tally: one a group
 * @tallies: how many
 * @owner: group to which an unexpected frame belongs, or -1; may be NULL
 * @describe: prints what unexpected frames say of themselves; may be NULL
 * @context: handed to both
 * @verbose: print each break
 *
 * The rest is private.
 */
struct judge {
	const struct part *part;
	size_t parts;
	struct tally *tally;
	size_t tallies;
	long (*owner)(void *context, size_t captured);
	void (*describe)(void *context, const struct run *run);
	void *context;
	bool verbose;

	size_t front;		/* the position that is to be heard next */
	size_t current;		/* the part that holds front, or the one after the last */
	size_t last_group;
	size_t silence;		/* frames of silence since the last match */
};

void judge_run(void *judge, const struct run *run);
void judge_finish(struct judge *judge);
bool tally_exact(const struct tally *tally);
void tally_print(const struct tally *tally);

#endif
