/* SPDX-License-Identifier: GPL-2.0 */
/* A PCM stream as the commands of pcmtool use it: options, setup, transfer. */
#ifndef PORTCLS_TEST_STREAM_H
#define PORTCLS_TEST_STREAM_H

#include <alsa/asoundlib.h>

#include "pattern.h"

#define MAX_STALLS	16

/**
 * struct stream_options - what the command line asks for
 * @device: alsa-lib name
 * @format: of the frames
 * @rate: frames a second; must be granted exactly
 * @period: in frames, 0 leaves the choice to the driver
 * @buffer: in frames, 0 leaves the choice to the driver
 * @exact: fail unless period and buffer are granted as asked for
 * @mmap: transfer through the mapped ring instead of read or write calls
 * @nonblock: open with O_NONBLOCK and wait in poll
 * @no_wakeup: no period wake-ups: never poll, sleep and look
 * @chunk: frames a transfer, 0 a period, -1 random up to two periods
 * @start: start threshold in frames, 0 for a full ring (playback) or at once
 * @stop: stop threshold in frames, 0 the ring, -1 the boundary
 * @silence: silence size in frames, -1 the boundary
 * @frames: how many to transfer
 * @seed: of everything random
 * @pauses: how many, at random frames
 * @drops: how many times to drop and begin again, at random frames
 * @stall_at: frames after which to sleep, ascending
 * @stall_ms: how long
 * @stalls: how many of these
 * @pace: permille by which the running time may differ from the frames', 0 any
 * @xruns: after more than so many the stream is given up
 * @timeout: seconds after which a hang is reported
 * @label: name of the stream in everything printed
 */
struct stream_options {
	const char *device;
	struct frame_format format;
	unsigned int rate;
	unsigned long period;
	unsigned long buffer;
	bool exact;
	bool mmap;
	bool nonblock;
	bool no_wakeup;
	long chunk;
	unsigned long start;
	long stop;
	long silence;
	unsigned long frames;
	unsigned long seed;
	unsigned int pauses;
	unsigned int drops;
	unsigned long stall_at[MAX_STALLS];
	unsigned int stall_ms[MAX_STALLS];
	unsigned int stalls;
	unsigned int pace;
	unsigned int xruns;
	unsigned int timeout;
	const char *label;
};

/**
 * struct stream - an open PCM
 * @pcm: the handle
 * @options: what was asked for
 * @format: of the frames
 * @period: granted, in frames
 * @buffer: granted, in frames
 * @boundary: where the positions wrap
 * @start: frames after which the stream starts
 */
struct stream {
	snd_pcm_t *pcm;
	const struct stream_options *options;
	struct frame_format format;
	snd_pcm_uframes_t period;
	snd_pcm_uframes_t buffer;
	snd_pcm_uframes_t boundary;
	snd_pcm_uframes_t start;
};

/* The letters of getopt() that stream_option() takes. */
#define STREAM_LETTERS	"D:f:r:p:b:xa:NWc:S:T:Z:n:e:P:R:k:t:m:l:X:"

void stream_defaults(struct stream_options *options);
bool stream_option(struct stream_options *options, int letter, const char *text);
int stream_open(struct stream *stream, const struct stream_options *options,
		snd_pcm_stream_t direction);
long stream_transfer(struct stream *stream, void *frames, size_t count);
int stream_wait(struct stream *stream);
int stream_drain(struct stream *stream);
int stream_revive(struct stream *stream, int error);
void stream_close(struct stream *stream);
int stream_fail(const struct stream *stream, const char *what, int error);

void watchdog(const struct stream_options *options, const char *what);
double now(void);
u64 random_next(u64 *state);
unsigned long *random_points(unsigned long seed, unsigned int count, unsigned long range);

#endif
