/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is to be heard, in writing.
 *
 * A line is LABEL FORMAT SPEC; SPEC is a list of segments
 *
 *	ID:FIRST+COUNT[-LACK][~]
 *
 * of frames FIRST to FIRST+COUNT-1 of stream ID. After a ',' any length of
 * silence may come before the next segment, after a '&' none. The last LACK
 * frames of a segment may be missing (a stream that was dropped), and '~' allows
 * silence inside it (a stream that was paused). Stream 0 is silence: written by
 * gen, ignored by verify.
 */
#ifndef PORTCLS_TEST_SPEC_H
#define PORTCLS_TEST_SPEC_H

#include "ktypes.h"
#include <stdio.h>

#include "pattern.h"

struct segment {
	unsigned int id;
	u32 first;
	size_t count;
	size_t lack;
	bool gaps;
	bool joined;	/* follows the one before without silence */
};

struct spec {
	struct segment *segment;
	size_t count;
};

void spec_parse(const char *text, struct spec *spec);
void spec_free(struct spec *spec);
void spec_add(struct spec *spec, const struct segment *segment);
void spec_append(struct spec *spec, unsigned int id, u32 first, size_t count,
		 bool joined);
size_t spec_cut(struct spec *spec, size_t frames);
void spec_lack(struct spec *spec, size_t frames);
void spec_print(const struct spec *spec, FILE *file);

#endif
