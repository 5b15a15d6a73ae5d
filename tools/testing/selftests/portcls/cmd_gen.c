// SPDX-License-Identifier: GPL-2.0
/* pcmtool gen: test audio in a file. */

#include <string.h>
#include <stdlib.h>

#include "audiofile.h"
#include "pcmtool.h"
#include "spec.h"

#define CHUNK	4096

/* The frames as QEMU puts them out, in place of the frames themselves. */
static void write_heard(FILE *file, const struct frame_format *format, const u8 *frames,
			size_t count)
{
	s16 heard[2];

	for (; count; count--, frames += format_frame_bytes(format)) {
		pattern_heard(format, frames, heard);
		fwrite(heard, sizeof(heard), 1, file);
	}
}

static void write_segment(FILE *file, const struct frame_format *format,
			  const struct segment *segment, bool heard)
{
	size_t step = format_frame_bytes(format);
	void *buffer = xalloc(CHUNK, step);
	size_t done, part;

	for (done = 0; done < segment->count; done += part) {
		part = segment->count - done < CHUNK ? segment->count - done : CHUNK;
		if (segment->id)
			pattern_fill(format, segment->id, segment->first + done, part, buffer);
		else
			format_silence(format, buffer, part);
		if (heard)
			write_heard(file, format, buffer, part);
		else
			fwrite(buffer, step, part, file);
	}
	free(buffer);
}

int cmd_gen(int argc, char **argv)
{
	const struct frame_format stereo = { SAMPLE_S16, 2 };
	struct frame_format format;
	struct spec spec = { 0 };
	unsigned int rate = 48000;
	bool heard = argc > 1 && !strcmp(argv[1], "-q");
	size_t count = 0;
	FILE *file;
	size_t i;

	argc -= heard;
	argv += heard;
	if (argc < 4 || argc > 5 || format_parse(argv[1], &format))
		die("usage: gen [-q] FORMAT SPEC FILE(.wav or raw) [RATE]");
	spec_parse(argv[2], &spec);
	if (argc == 5)
		rate = number_of(argv[4], "rate");
	for (i = 0; i < spec.count; i++)
		count += spec.segment[i].count;

	file = audio_create(argv[3], heard ? &stereo : &format, rate, count);
	for (i = 0; i < spec.count; i++)
		write_segment(file, &format, &spec.segment[i], heard);
	spec_free(&spec);
	if (ferror(file) | fclose(file))
		die("%s: write error", argv[3]);
	return EXIT_EXACT;
}
