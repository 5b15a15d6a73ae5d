// SPDX-License-Identifier: GPL-2.0
/* pcmtool verify and compare: a capture against what was to be heard. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audiofile.h"
#include "judge.h"
#include "pcmtool.h"
#include "spec.h"

#define COMPARE_WINDOW	32

static const struct frame_format stereo = { SAMPLE_S16, 2 };

/* All that is to be heard, group by group. */
struct script {
	struct tally *tally;
	size_t groups;
	struct part *part;
	size_t parts;
	u64 *key;
	size_t count;
	unsigned int window;
	bool bytes;			/* some of it is of 8 bits */
	long owner[PATTERN_MAX_ID + 1];	/* by stream: its last group, or -1 */
};

static void *grown(void *memory, size_t count, size_t size)
{
	memory = realloc(memory, (count ? count : 1) * size);
	if (!memory)
		die("out of memory");
	return memory;
}

static void script_segment(struct script *script, const struct frame_format *format,
			   const struct segment *segment)
{
	u8 frame[32];
	s16 heard[2];
	struct part *part;
	size_t i;

	script->part = grown(script->part, script->parts + 1, sizeof(*script->part));
	part = &script->part[script->parts++];
	part->start = script->count;
	part->end = part->start + segment->count;
	part->lack = segment->lack;
	part->gaps = segment->gaps;
	part->joined = segment->joined;
	part->group = script->groups - 1;

	script->key = grown(script->key, part->end, sizeof(*script->key));
	for (i = 0; i < segment->count; i++) {
		pattern_frame(format, segment->id, segment->first + i, frame);
		pattern_heard(format, frame, heard);
		script->key[script->count++] = frame_key(&stereo, heard);
	}
	script->tally[script->groups - 1].expected += segment->count;
	script->owner[segment->id] = script->groups - 1;
}

static void script_line(struct script *script, char *line)
{
	struct frame_format format;
	struct spec spec = { 0 };
	char *label = strtok(line, " \t\n");
	char *type = strtok(NULL, " \t\n");
	char *text = strtok(NULL, " \t\n");
	unsigned int window;
	size_t i;

	if (!label || *label == '#')
		return;
	if (!type || format_parse(type, &format))
		die("bad spec line: %s", label);
	spec_parse(text ? text : "", &spec);
	script->bytes |= format.type != SAMPLE_S16;
	window = pattern_window(&format);
	if (window > script->window)
		script->window = window;

	script->tally = grown(script->tally, script->groups + 1, sizeof(*script->tally));
	memset(&script->tally[script->groups], 0, sizeof(*script->tally));
	script->tally[script->groups++].label = strdup(label);
	for (i = 0; i < spec.count; i++)
		if (spec.segment[i].id)
			script_segment(script, &format, &spec.segment[i]);
	spec_free(&spec);
}

static void script_file(struct script *script, const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		die("%s: %s", path, strerror(errno));
	while (getline(&line, &size, file) > 0)
		script_line(script, line);
	free(line);
	fclose(file);
}

/* ALSA's silence of 8 bits, 128, comes out as one step above QEMU's, 127. */
static void byte_silence(struct audio *capture)
{
	static const s16 quiet[2] = { 1 << 8, 1 << 8 };
	u8 *frame = capture->data;
	size_t i;

	for (i = 0; i < capture->count; i++, frame += sizeof(quiet))
		if (!memcmp(frame, quiet, sizeof(quiet)))
			memset(frame, 0, sizeof(quiet));
}

/* What an unexpected frame says of itself, and the script it may belong to. */
struct ownership {
	const struct audio *capture;
	const struct script *script;
};

static long owner_of(void *context, size_t captured)
{
	const struct ownership *ownership = context;
	s16 sample[2];
	unsigned int id;
	u32 number;

	memcpy(sample, ownership->capture->data + captured * sizeof(sample), sizeof(sample));
	if (!pattern_decode(sample[0], sample[1], &id, &number))
		return -1;
	return ownership->script->owner[id];
}

static void describe(void *context, const struct run *run)
{
	const struct ownership *ownership = context;
	size_t ends[2] = { run->captured, run->captured + run->length - 1 };
	unsigned int id, i;
	s16 sample[2];
	u32 number;

	for (i = 0; i < 2; i++) {
		memcpy(sample, ownership->capture->data + ends[i] * sizeof(sample),
		       sizeof(sample));
		if (pattern_decode(sample[0], sample[1], &id, &number))
			printf("#   %s is %u:%u\n", i ? "the last" : "the first", id, number);
	}
}

static int verdict(const struct judge *judge)
{
	bool exact = judge->tallies;
	size_t i;

	for (i = 0; i < judge->tallies; i++) {
		tally_print(&judge->tally[i]);
		exact = exact && tally_exact(&judge->tally[i]);
	}
	return exact ? EXIT_EXACT : EXIT_DIFFERS;
}

static void judge_all(struct judge *judge, const u64 *expected, size_t count,
		      unsigned int window, const struct audio *capture)
{
	struct matcher *matcher = matcher_new(expected, count, window);
	u64 *keys = audio_keys(capture);

	matcher_run(matcher, keys, capture->count, judge_run, judge);
	judge_finish(judge);
	free(keys);
	matcher_free(matcher);
}

int cmd_verify(int argc, char **argv)
{
	struct script script = { .window = 1 };
	struct judge judge = { .owner = owner_of, .describe = describe };
	struct ownership ownership = { .script = &script };
	struct audio capture;
	int option, i;

	for (i = 0; i <= PATTERN_MAX_ID; i++)
		script.owner[i] = -1;
	while ((option = getopt(argc, argv, "ve:")) != -1) {
		if (option == 'v')
			judge.verbose = true;
		else if (option == 'e')
			script_line(&script, optarg);
		else
			die("usage: verify [-v] [-e 'LABEL FORMAT SPEC']... CAPTURE [SPECFILE]...");
	}
	if (optind == argc)
		die("verify: no capture named");
	for (i = optind + 1; i < argc; i++)
		script_file(&script, argv[i]);
	if (!script.parts)
		die("verify: nothing is to be heard");

	audio_read(argv[optind], &stereo, &capture);
	if (strcmp(format_name(&capture.format), "s16x2"))
		die("%s: not 16-bit stereo", argv[optind]);
	if (script.bytes)
		byte_silence(&capture);
	ownership.capture = &capture;
	judge.context = &ownership;
	judge.part = script.part;
	judge.parts = script.parts;
	judge.tally = script.tally;
	judge.tallies = script.groups;
	judge_all(&judge, script.key, script.count, script.window, &capture);
	audio_free(&capture);
	return verdict(&judge);
}

int cmd_compare(int argc, char **argv)
{
	struct tally tally = { .label = "compare" };
	struct judge judge = { .tally = &tally, .tallies = 1, .parts = 1 };
	struct part part = { 0 };
	struct audio played, captured;
	size_t start = 0, end;
	u64 *keys;
	int option;

	while ((option = getopt(argc, argv, "vl:")) != -1) {
		if (option == 'v')
			judge.verbose = true;
		else if (option == 'l')
			part.lack = number_of(optarg, "-l");
		else
			die("usage: compare [-v] [-l LACK] PLAYED CAPTURED");
	}
	if (argc - optind != 2)
		die("usage: compare [-v] [-l LACK] PLAYED CAPTURED");
	audio_read(argv[optind], &stereo, &played);
	audio_read(argv[optind + 1], &stereo, &captured);
	if (played.format.type != captured.format.type ||
	    played.format.channels != captured.format.channels ||
	    (played.rate && captured.rate && played.rate != captured.rate))
		die("the files differ in format or rate");

	/* Silence at the ends cannot be told from the silence around the audio. */
	keys = audio_keys(&played);
	for (end = played.count; end && !keys[end - 1]; end--)
		;
	while (start < end && !keys[start])
		start++;
	part.end = end - start;
	tally.expected = part.end;
	judge.part = &part;
	judge_all(&judge, keys + start, part.end, COMPARE_WINDOW, &captured);
	free(keys);
	audio_free(&played);
	audio_free(&captured);
	return verdict(&judge);
}
