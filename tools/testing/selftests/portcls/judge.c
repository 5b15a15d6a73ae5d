// SPDX-License-Identifier: GPL-2.0
/* Says what happened to each frame that was to be heard: see judge.h. */

#include <stdio.h>

#include "judge.h"

static struct tally *tally_of(struct judge *judge, size_t part)
{
	return &judge->tally[judge->part[part].group];
}

static size_t part_of(const struct judge *judge, size_t position)
{
	size_t low = 0, high = judge->parts;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (judge->part[middle].start <= position)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void note(const struct judge *judge, const char *what, size_t captured,
		 size_t position, size_t length)
{
	if (judge->verbose)
		printf("# at %zu: %zu frames %s, position %zu of %s\n", captured, length, what,
		       position, judge->tally[judge->last_group].label);
}

/* Everything from judge->front up to @position was skipped. */
static void skip_to(struct judge *judge, size_t position, size_t captured)
{
	while (judge->front < position) {
		const struct part *part = &judge->part[judge->current];
		struct tally *tally = tally_of(judge, judge->current);
		size_t end = part->end < position ? part->end : position;
		size_t missing = end - judge->front;

		if (end == part->end && missing <= part->lack) {
			tally->lacking += missing;
		} else {
			tally->lost += missing;
			note(judge, "lost", captured, judge->front, missing);
		}
		judge->front = end;
		if (end == part->end)
			judge->current++;
	}
}

static void account_silence(struct judge *judge, size_t position, size_t captured)
{
	const struct part *part;
	size_t index;

	if (!judge->silence)
		return;
	index = part_of(judge, position);
	part = &judge->part[index];
	if (position == judge->front &&
	    (position > part->start ? !part->gaps : part->joined)) {
		tally_of(judge, index)->gap += judge->silence;
		note(judge, "of silence", captured, position, judge->silence);
	} else {
		judge->tally[judge->last_group].after = judge->silence;
	}
	judge->silence = 0;
}

static void account_match(struct judge *judge, size_t captured, size_t position,
			  size_t length)
{
	size_t end = position + length;

	if (position < judge->front) {
		size_t again = (end < judge->front ? end : judge->front) - position;
		size_t index = part_of(judge, position);
		bool playing = judge->current < judge->parts && judge->current == index &&
			       judge->front > judge->part[index].start;

		if (playing)
			tally_of(judge, index)->doubled += again;
		else
			tally_of(judge, index)->stale += again;
		note(judge, "again", captured, position, again);
		judge->silence = 0;
		position += again;
		captured += again;
	}
	if (position >= end)
		return;

	account_silence(judge, position, captured);
	skip_to(judge, position, captured);
	while (judge->front < end) {
		const struct part *part = &judge->part[judge->current];
		size_t stop = part->end < end ? part->end : end;

		tally_of(judge, judge->current)->identical += stop - judge->front;
		judge->last_group = part->group;
		judge->front = stop;
		if (stop == part->end)
			judge->current++;
	}
}

static void account_foreign(struct judge *judge, const struct run *run)
{
	size_t i;

	note(judge, "of something else", run->captured, judge->front, run->length);
	if (judge->verbose && judge->describe)
		judge->describe(judge->context, run);
	for (i = 0; i < run->length; i++) {
		long group = judge->owner ? judge->owner(judge->context, run->captured + i) : -1;

		if (group >= 0)
			judge->tally[group].stale++;
		else
			judge->tally[judge->last_group].foreign++;
	}
}

/**
 * judge_run() - take in the next stretch of the capture
 * @context: the struct judge
 * @run: the stretch
 */
void judge_run(void *context, const struct run *run)
{
	struct judge *judge = context;

	if (run->kind == RUN_SILENCE)
		judge->silence += run->length;
	else if (run->kind == RUN_FOREIGN)
		account_foreign(judge, run);
	else
		account_match(judge, run->captured, run->expected, run->length);
}

/* The capture is at its end: what was not heard is lost. */
void judge_finish(struct judge *judge)
{
	if (!judge->parts)
		return;
	judge->tally[judge->last_group].after = judge->silence;
	skip_to(judge, judge->part[judge->parts - 1].end, 0);
}

bool tally_exact(const struct tally *tally)
{
	return tally->expected &&
	       tally->identical + tally->lacking == tally->expected && !tally->lost &&
	       !tally->doubled && !tally->stale && !tally->foreign && !tally->gap;
}

void tally_print(const struct tally *tally)
{
	printf("%s %s expected=%zu identical=%zu lost=%zu lacking=%zu", tally->label,
	       tally_exact(tally) ? "exact" : "DIFFERS", tally->expected, tally->identical,
	       tally->lost, tally->lacking);
	printf(" doubled=%zu stale=%zu foreign=%zu gap=%zu after=%zu\n", tally->doubled,
	       tally->stale, tally->foreign, tally->gap, tally->after);
}
