// SPDX-License-Identifier: GPL-2.0
/* What is to be heard, in writing: see spec.h. */

#include <stdlib.h>
#include <string.h>

#include "pcmtool.h"
#include "spec.h"

void spec_add(struct spec *spec, const struct segment *segment)
{
	spec->segment = realloc(spec->segment, (spec->count + 1) * sizeof(*spec->segment));
	if (!spec->segment)
		die("out of memory");
	spec->segment[spec->count++] = *segment;
}

void spec_free(struct spec *spec)
{
	free(spec->segment);
	spec->segment = NULL;
	spec->count = 0;
}

static unsigned long take_number(const char **text, const char *whole)
{
	unsigned long value;
	char *end;

	if (**text < '0' || **text > '9')
		die("bad spec: %s", whole);
	value = strtoul(*text, &end, 10);
	*text = end;
	return value;
}

static void take_mark(const char **text, char mark, const char *whole)
{
	if (*(*text)++ != mark)
		die("bad spec: %s", whole);
}

/* Appends the segments of @text to @spec. */
void spec_parse(const char *text, struct spec *spec)
{
	const char *at = text;
	bool joined = false;

	while (*at) {
		struct segment segment = { .joined = joined };

		segment.id = take_number(&at, text);
		take_mark(&at, ':', text);
		segment.first = take_number(&at, text);
		take_mark(&at, '+', text);
		segment.count = take_number(&at, text);
		if (*at == '-') {
			at++;
			segment.lack = take_number(&at, text);
		}
		if (*at == '~') {
			at++;
			segment.gaps = true;
		}
		if (segment.id > PATTERN_MAX_ID || segment.first >= PATTERN_MAX_FRAMES ||
		    segment.count > PATTERN_MAX_FRAMES)
			die("bad spec: out of range: %s", text);
		spec_add(spec, &segment);
		joined = *at == '&';
		if (*at && *at != '&' && *at != ',')
			die("bad spec: %s", text);
		if (*at && !*++at)
			die("bad spec: %s", text);
	}
}

/**
 * spec_append() - frames were given to the device
 * @spec: what is to be heard so far
 * @id: the stream
 * @first: first of the new frames
 * @count: how many
 * @joined: they follow the last ones without silence
 */
void spec_append(struct spec *spec, unsigned int id, u32 first, size_t count,
		 bool joined)
{
	struct segment *last = spec->count ? &spec->segment[spec->count - 1] : NULL;
	struct segment segment = {
		.id = id, .first = first, .count = count, .joined = joined && last,
	};

	if (!count)
		return;
	if (segment.joined && last->id == id && last->first + last->count == first)
		last->count += count;
	else
		spec_add(spec, &segment);
}

/**
 * spec_cut() - frames were taken back before they were heard
 * @spec: what is to be heard so far
 * @frames: how many, from the end
 *
 * Return: how many could not be taken back.
 */
size_t spec_cut(struct spec *spec, size_t frames)
{
	while (frames && spec->count) {
		struct segment *last = &spec->segment[spec->count - 1];
		size_t part = frames < last->count ? frames : last->count;

		last->count -= part;
		frames -= part;
		if (!last->count)
			spec->count--;
	}
	return frames;
}

/* The last @frames frames may be heard or not: the stream was dropped. */
void spec_lack(struct spec *spec, size_t frames)
{
	size_t at = spec->count;

	while (frames && at--) {
		struct segment *segment = &spec->segment[at];

		segment->lack = frames < segment->count ? frames : segment->count;
		frames -= segment->lack;
		if (!segment->joined)
			break;
	}
}

void spec_print(const struct spec *spec, FILE *file)
{
	size_t i;

	for (i = 0; i < spec->count; i++) {
		const struct segment *segment = &spec->segment[i];

		if (i)
			putc(segment->joined ? '&' : ',', file);
		fprintf(file, "%u:%u+%zu", segment->id, segment->first,
			segment->count);
		if (segment->lack)
			fprintf(file, "-%zu", segment->lack);
		if (segment->gaps)
			putc('~', file);
	}
}
