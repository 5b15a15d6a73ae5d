// SPDX-License-Identifier: GPL-2.0
/*
 * pcmtool verify-capture: a recording against what the input carried.
 *
 * A recording begins somewhere in the fed audio and goes on frame by frame. Only
 * where the recorder reported a break (an xrun, a pause) may it skip forward.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audiofile.h"
#include "match.h"
#include "pcmtool.h"

#define MAX_BREAKS	1024

struct recording {
	size_t breaks[MAX_BREAKS];	/* recorded positions at which a skip is allowed */
	size_t count;
	long from;			/* the first recorded frame must be this one, or -1 */
	bool begun;
	size_t first;
	size_t front;
	size_t identical;
	size_t lost;
	size_t skipped;
	size_t stale;
	size_t foreign;
	size_t leading;
	size_t gap;
};

static bool is_break(const struct recording *recording, size_t captured)
{
	size_t i;

	for (i = 0; i < recording->count; i++)
		if (recording->breaks[i] == captured)
			return true;
	return false;
}

static void take_match(struct recording *recording, const struct run *run)
{
	size_t end = run->expected + run->length;

	if (!recording->begun) {
		recording->begun = true;
		recording->first = run->expected;
		recording->front = run->expected;
		if (recording->from >= 0 && run->expected > (size_t)recording->from)
			recording->lost += run->expected - recording->from;
	}
	if (run->expected < recording->front) {
		size_t again = recording->front - run->expected;

		recording->stale += again < run->length ? again : run->length;
		if (end <= recording->front)
			return;
	} else if (is_break(recording, run->captured)) {
		recording->skipped += run->expected - recording->front;
		recording->front = run->expected;
	} else {
		recording->lost += run->expected - recording->front;
		recording->front = run->expected;
	}
	recording->identical += end - recording->front;
	recording->front = end;
}

static void take_run(void *context, const struct run *run)
{
	struct recording *recording = context;

	if (run->kind == RUN_MATCH)
		take_match(recording, run);
	else if (run->kind == RUN_FOREIGN)
		recording->foreign += run->length;
	else if (recording->begun)
		recording->gap += run->length;
	else
		recording->leading += run->length;
}

static void parse_breaks(struct recording *recording, char *text)
{
	char *item;

	for (item = strtok(text, ","); item; item = strtok(NULL, ",")) {
		if (recording->count == MAX_BREAKS)
			die("more than %d breaks", MAX_BREAKS);
		recording->breaks[recording->count++] = number_of(item, "break");
	}
}

/* PATH@BREAK,...: a recording and where it may skip. */
static bool judge_file(struct matcher *matcher, const struct frame_format *format,
		       char *argument, long from, size_t least)
{
	struct recording recording = { .from = from };
	char *breaks = strchr(argument, '@');
	struct audio recorded;
	char *label, *dot;
	u64 *keys;
	bool exact;

	if (breaks) {
		*breaks = 0;
		parse_breaks(&recording, breaks + 1);
	}
	audio_read(argument, format, &recorded);
	if (recorded.format.type != format->type ||
	    recorded.format.channels != format->channels)
		die("%s: another format than what was fed", argument);
	keys = audio_keys(&recorded);
	matcher_run(matcher, keys, recorded.count, take_run, &recording);
	free(keys);
	audio_free(&recorded);

	exact = recording.identical >= least && !recording.lost && !recording.stale &&
		!recording.foreign && !recording.gap && !recording.leading;
	label = strrchr(argument, '/');
	label = label ? label + 1 : argument;
	dot = strrchr(label, '.');
	if (dot)
		*dot = 0;
	printf("%s %s recorded=%zu first=%zu identical=%zu lost=%zu skipped=%zu", label,
	       exact ? "exact" : "DIFFERS", recorded.count, recording.first,
	       recording.identical, recording.lost, recording.skipped);
	printf(" stale=%zu foreign=%zu gap=%zu leading=%zu\n", recording.stale,
	       recording.foreign, recording.gap, recording.leading);
	return exact;
}

int cmd_verify_capture(int argc, char **argv)
{
	struct frame_format format = { SAMPLE_S16, 2 };
	struct matcher *matcher;
	size_t least = 1;
	bool exact = true;
	struct audio fed;
	long from = -1;
	u64 *expected;
	int option;

	while ((option = getopt(argc, argv, "f:F:n:")) != -1) {
		if (option == 'F')
			from = number_of(optarg, "-F");
		else if (option == 'n')
			least = number_of(optarg, "-n");
		else if (option != 'f' || format_parse(optarg, &format))
			argc = 0;
	}
	if (argc - optind < 2)
		die("usage: verify-capture [-f FORMAT] [-F FIRST] [-n LEAST] FED NEW[@AT,...]...");

	audio_read(argv[optind], &format, &fed);
	expected = audio_keys(&fed);
	matcher = matcher_new(expected, fed.count, pattern_window(&fed.format));
	while (++optind < argc)
		exact = judge_file(matcher, &fed.format, argv[optind], from, least) && exact;
	matcher_free(matcher);
	free(expected);
	audio_free(&fed);
	return exact ? EXIT_EXACT : EXIT_DIFFERS;
}
