/* SPDX-License-Identifier: GPL-2.0 */
/* WAV and raw audio files. */
#ifndef PORTCLS_TEST_AUDIOFILE_H
#define PORTCLS_TEST_AUDIOFILE_H

#include <stdio.h>

#include "pattern.h"

/**
 * struct audio - a file in memory
 * @format: of its frames
 * @rate: frames a second, 0 for a raw file
 * @count: number of frames
 * @data: the frames
 */
struct audio {
	struct frame_format format;
	unsigned int rate;
	size_t count;
	u8 *data;
};

void audio_read(const char *path, const struct frame_format *raw, struct audio *audio);
void audio_free(struct audio *audio);
u64 *audio_keys(const struct audio *audio);
u64 frame_key(const struct frame_format *format, const void *frame);
FILE *audio_create(const char *path, const struct frame_format *format, unsigned int rate,
		   size_t count);

#endif
