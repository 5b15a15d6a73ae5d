/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Test audio in which every frame tells where it belongs.
 *
 * A 16-bit frame of two or more channels carries its stream's number and its
 * own number, so one frame identifies itself. Narrower frames cannot hold that:
 * they carry a keyed pseudo-random sequence of which pattern_window()
 * consecutive frames are unique.
 *
 * No frame of any format is silence. QEMU's mixing engine clips samples from
 * 0x7f00 upwards (it compares 32-bit values with 0x7f000000), so no sample
 * reaches that value.
 */
#ifndef PORTCLS_TEST_PATTERN_H
#define PORTCLS_TEST_PATTERN_H

#include "ktypes.h"

#define PATTERN_MAX_ID		254
#define PATTERN_MAX_FRAMES	(256u * 65280u)

enum sample_type {
	SAMPLE_S16,
	SAMPLE_U8,
};

struct frame_format {
	enum sample_type type;
	unsigned int channels;
};

static inline size_t format_sample_bytes(const struct frame_format *format)
{
	return format->type == SAMPLE_S16 ? 2 : 1;
}

static inline size_t format_frame_bytes(const struct frame_format *format)
{
	return format->channels * format_sample_bytes(format);
}

int format_parse(const char *text, struct frame_format *format);
const char *format_name(const struct frame_format *format);
void format_silence(const struct frame_format *format, void *frames, size_t count);

unsigned int pattern_window(const struct frame_format *format);
void pattern_frame(const struct frame_format *format, unsigned int id, u32 number,
		   void *frame);
void pattern_fill(const struct frame_format *format, unsigned int id, u32 first,
		  size_t count, void *frames);
bool pattern_decode(s16 left, s16 right, unsigned int *id, u32 *number);
void pattern_heard(const struct frame_format *format, const void *frame, s16 heard[2]);

#endif
