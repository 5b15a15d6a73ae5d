// SPDX-License-Identifier: GPL-2.0
/* WAV and raw audio files, on little-endian machines. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audiofile.h"
#include "pcmtool.h"

#define WAV_HEADER	44

static u32 le32(const u8 *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (u32)bytes[3] << 24;
}

static void put_le(u8 *bytes, u32 value, unsigned int width)
{
	for (; width; width--, value >>= 8)
		*bytes++ = value;
}

static u8 *slurp(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	u8 *data;
	long end = -1;

	if (file && !fseek(file, 0, SEEK_END))
		end = ftell(file);
	if (end < 0)
		die("%s: %s", path, strerror(errno));
	rewind(file);
	data = xalloc(end + 8, 1);
	if (fread(data, 1, end, file) != (size_t)end)
		die("%s: short read", path);
	fclose(file);
	*size = end;
	return data;
}

/* Sets the format and returns the offset of the samples; cuts *size to their length. */
static size_t wav_parse(const char *path, const u8 *data, size_t *size,
			struct audio *audio)
{
	size_t at = 12;
	bool known = false;

	while (at + 8 <= *size) {
		u32 length = le32(data + at + 4);
		const u8 *body = data + at + 8;

		if (!memcmp(data + at, "fmt ", 4) && at + 24 <= *size) {
			unsigned int bits = body[14] | body[15] << 8;

			if (bits != 8 && bits != 16)
				die("%s: %u-bit samples", path, bits);
			audio->format.type = bits == 8 ? SAMPLE_U8 : SAMPLE_S16;
			audio->format.channels = body[2] | body[3] << 8;
			audio->rate = le32(body + 4);
			known = true;
		} else if (!memcmp(data + at, "data", 4)) {
			if (!known)
				break;
			at += 8;
			/* A writer that was killed leaves the length open. */
			if (length && length < *size - at)
				*size = at + length;
			return at;
		}
		at += 8 + length + (length & 1);
	}
	die("%s: no samples in this file", path);
}

/**
 * audio_read() - read a WAV or raw file
 * @path: its name; a file that does not begin with RIFF is raw
 * @raw: format of a raw file
 * @audio: filled in; free with audio_free()
 */
void audio_read(const char *path, const struct frame_format *raw, struct audio *audio)
{
	size_t size;
	u8 *data = slurp(path, &size);
	size_t start = 0;

	audio->format = *raw;
	audio->rate = 0;
	if (size >= 12 && !memcmp(data, "RIFF", 4))
		start = wav_parse(path, data, &size, audio);
	audio->count = (size - start) / format_frame_bytes(&audio->format);
	memmove(data, data + start, size - start);
	audio->data = data;
}

void audio_free(struct audio *audio)
{
	free(audio->data);
	audio->data = NULL;
}

/**
 * frame_key() - the number by which frames are compared
 * @format: format of the frame
 * @frame: the frame
 *
 * Return: 0 for silence; different for different frames of up to 64 bits.
 */
u64 frame_key(const struct frame_format *format, const void *frame)
{
	size_t left = format_frame_bytes(format);
	u64 silence = format->type == SAMPLE_S16 ? 0 : 0x8080808080808080ull;
	const u8 *bytes = frame;
	u64 key = 0;

	while (left) {
		size_t part = left < 8 ? left : 8;
		u64 word = silence;

		memcpy(&word, bytes, part);
		key = key * 0x9fb21c651e98df25ull + (word ^ silence);
		bytes += part;
		left -= part;
	}
	return key;
}

/* The keys of all frames of a file; free() them. */
u64 *audio_keys(const struct audio *audio)
{
	u64 *keys = xalloc(audio->count, sizeof(*keys));
	size_t step = format_frame_bytes(&audio->format);
	size_t i;

	for (i = 0; i < audio->count; i++)
		keys[i] = frame_key(&audio->format, audio->data + i * step);
	return keys;
}

/**
 * audio_create() - begin a file
 * @path: its name; a name that ends in .wav gets a WAV header
 * @format: of the frames that the caller will write
 * @rate: frames a second
 * @count: how many frames the caller will write
 *
 * Return: the open file.
 */
FILE *audio_create(const char *path, const struct frame_format *format, unsigned int rate,
		   size_t count)
{
	size_t frame = format_frame_bytes(format);
	size_t length = strlen(path);
	FILE *file = fopen(path, "wb");
	u8 header[WAV_HEADER];

	if (!file)
		die("%s: %s", path, strerror(errno));
	if (length < 4 || strcmp(path + length - 4, ".wav"))
		return file;

	memcpy(header, "RIFF", 4);
	put_le(header + 4, WAV_HEADER - 8 + count * frame, 4);
	memcpy(header + 8, "WAVEfmt ", 8);
	put_le(header + 16, 16, 4);
	put_le(header + 20, 1, 2);
	put_le(header + 22, format->channels, 2);
	put_le(header + 24, rate, 4);
	put_le(header + 28, rate * frame, 4);
	put_le(header + 32, frame, 2);
	put_le(header + 34, 8 * format_sample_bytes(format), 2);
	memcpy(header + 36, "data", 4);
	put_le(header + 40, count * frame, 4);
	fwrite(header, 1, sizeof(header), file);
	return file;
}
