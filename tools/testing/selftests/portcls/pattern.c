// SPDX-License-Identifier: GPL-2.0
/* Test audio in which every frame tells where it belongs: see pattern.h. */

#include <stdio.h>
#include <string.h>

#include "pattern.h"

#define LOW_VALUES	65280u	/* samples from -32768 to 0x7eff */
#define BAD_TOP		0x7f	/* the upper byte that clips */

/**
 * format_parse() - read a format written as s16x2, u8x1, ...
 * @text: the text
 * @format: where the result goes
 *
 * Return: 0, or -1 if @text names no format.
 */
int format_parse(const char *text, struct frame_format *format)
{
	char type[4];
	unsigned int channels;
	int end = 0;

	if (sscanf(text, "%3[su0-9]x%u%n", type, &channels, &end) != 2 || text[end])
		return -1;
	if (!channels || channels > 8)
		return -1;
	if (!strcmp(type, "s16"))
		format->type = SAMPLE_S16;
	else if (!strcmp(type, "u8"))
		format->type = SAMPLE_U8;
	else
		return -1;
	format->channels = channels;
	return 0;
}

/**
 * format_name() - the text that format_parse() reads
 * @format: the format
 *
 * Return: a buffer that the next call overwrites.
 */
const char *format_name(const struct frame_format *format)
{
	static char name[16];

	snprintf(name, sizeof(name), "%sx%u", format->type == SAMPLE_S16 ? "s16" : "u8",
		 format->channels);
	return name;
}

void format_silence(const struct frame_format *format, void *frames, size_t count)
{
	memset(frames, format->type == SAMPLE_S16 ? 0 : 0x80,
	       count * format_frame_bytes(format));
}

/**
 * pattern_window() - how many consecutive frames are unique
 * @format: the format
 *
 * Return: 1 where a frame identifies itself, else enough frames for 128 bits.
 */
unsigned int pattern_window(const struct frame_format *format)
{
	if (format->type == SAMPLE_S16 && format->channels >= 2)
		return 1;
	return 16 / format_frame_bytes(format);
}

static u64 mix(u64 x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

static s16 scattered_s16(u64 seed)
{
	int value = (int)(mix(seed) % (LOW_VALUES - 1)) - 32768;

	return value < 0 ? value : value + 1;
}

static u8 scattered_u8(u64 seed)
{
	/* 127 is silence to QEMU, 128 to ALSA, 254 and 255 clip. */
	u8 value = mix(seed) % 252;

	return value < 127 ? value : value + 2;
}

/**
 * pattern_frame() - make one frame
 * @format: the format
 * @id: number of the stream, 1 to PATTERN_MAX_ID
 * @number: number of the frame; counts modulo PATTERN_MAX_FRAMES
 * @frame: where the frame goes, in the machine's byte order (little endian)
 */
void pattern_frame(const struct frame_format *format, unsigned int id, u32 number,
		   void *frame)
{
	u64 seed = ((u64)id << 40) | ((u64)number << 4);
	unsigned int channel = 0;
	u8 *out = frame;
	s16 sample;

	if (format->type == SAMPLE_U8) {
		for (; channel < format->channels; channel++)
			out[channel] = scattered_u8(seed + channel);
		return;
	}
	if (format->channels >= 2) {
		unsigned int top = id < BAD_TOP ? id : id + 1;

		number %= PATTERN_MAX_FRAMES;
		sample = (s16)(top << 8 | number / LOW_VALUES);
		memcpy(out, &sample, 2);
		sample = (s16)((int)(number % LOW_VALUES) - 32768);
		memcpy(out + 2, &sample, 2);
		channel = 2;
	}
	for (; channel < format->channels; channel++) {
		sample = scattered_s16(seed + channel);
		memcpy(out + 2 * channel, &sample, 2);
	}
}

void pattern_fill(const struct frame_format *format, unsigned int id, u32 first,
		  size_t count, void *frames)
{
	size_t step = format_frame_bytes(format);
	u8 *frame = frames;

	for (; count; count--, frame += step)
		pattern_frame(format, id, first++, frame);
}

/**
 * pattern_decode() - what a 16-bit stereo frame says of itself
 * @left: first sample
 * @right: second sample
 * @id: where the stream's number goes
 * @number: where the frame's number goes
 *
 * Return: false if no stream has such a frame.
 */
bool pattern_decode(s16 left, s16 right, unsigned int *id, u32 *number)
{
	unsigned int top = (u16)left >> 8;

	if (!top || top == BAD_TOP || right >= (int)(LOW_VALUES - 32768))
		return false;
	*id = top < BAD_TOP ? top : top - 1;
	*number = ((u16)left & 0xff) * LOW_VALUES + (right + 32768);
	return true;
}

/**
 * pattern_heard() - the 16-bit stereo frame as which QEMU puts out a frame
 * @format: format of @frame
 * @frame: what the card was given
 * @heard: what arrives in the audio file at unity gain
 *
 * QEMU takes 127 as the middle of unsigned samples, and gives a mono stream to
 * both channels.
 */
void pattern_heard(const struct frame_format *format, const void *frame, s16 heard[2])
{
	unsigned int last = format->channels > 1;
	const u8 *in = frame;

	if (format->type == SAMPLE_S16) {
		memcpy(&heard[0], in, 2);
		memcpy(&heard[1], in + 2 * last, 2);
	} else {
		heard[0] = (in[0] - 127) * 256;
		heard[1] = (in[last] - 127) * 256;
	}
}
