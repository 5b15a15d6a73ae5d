// SPDX-License-Identifier: GPL-2.0
/* A PCM stream as the commands of pcmtool use it: see stream.h. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pcmtool.h"
#include "stream.h"

static char watchdog_text[128];

static void watchdog_bark(int signal)
{
	(void)signal;
	if (write(STDOUT_FILENO, watchdog_text, strlen(watchdog_text)) < 0)
		_exit(EXIT_PCM);
	_exit(EXIT_HANG);
}

/* Ends the program with EXIT_HANG when it takes too long. */
void watchdog(const struct stream_options *options, const char *what)
{
	snprintf(watchdog_text, sizeof(watchdog_text), "%s label=%s result=hang\n", what,
		 options->label);
	signal(SIGALRM, watchdog_bark);
	alarm(options->timeout ? options->timeout :
	      20 + 4 * (options->frames / options->rate));
}

/* Seconds since some time in the past. */
double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

u64 random_next(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static int ascending(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/* @count different points from 1 to @range - 1, ascending, and ULONG_MAX; free() them. */
unsigned long *random_points(unsigned long seed, unsigned int count, unsigned long range)
{
	unsigned long *point = xalloc(count + 1, sizeof(*point));
	u64 state = seed * 0x9e3779b97f4a7c15ull + 1;
	unsigned int i;

	for (i = 0; i < 8; i++)
		random_next(&state);
	for (i = 0; i < count; i++)
		point[i] = 1 + random_next(&state) % (range > 1 ? range - 1 : 1);
	qsort(point, count, sizeof(*point), ascending);
	point[count] = ~0ul;
	return point;
}

void stream_defaults(struct stream_options *options)
{
	memset(options, 0, sizeof(*options));
	options->device = "hw:0,0";
	options->format.type = SAMPLE_S16;
	options->format.channels = 2;
	options->rate = 48000;
	options->frames = 48000;
	options->seed = 1;
	options->xruns = 2000;
	options->label = "-";
}

static void stall_option(struct stream_options *options, const char *text)
{
	char *colon = strchr(text, ':');

	if (!colon || options->stalls == MAX_STALLS)
		die("-k FRAME:MS, at most %d times", MAX_STALLS);
	*colon = 0;
	options->stall_at[options->stalls] = number_of(text, "-k");
	options->stall_ms[options->stalls++] = number_of(colon + 1, "-k");
}

static long threshold(const char *text, const char *what)
{
	return strcmp(text, "boundary") ? (long)number_of(text, what) : -1;
}

/* Takes an option of STREAM_LETTERS; false if it is none. */
bool stream_option(struct stream_options *options, int letter, const char *text)
{
	switch (letter) {
	case 'D':
		options->device = text;
		return true;
	case 'f':
		return !format_parse(text, &options->format);
	case 'r':
		options->rate = number_of(text, "-r");
		return options->rate;
	case 'p':
		options->period = number_of(text, "-p");
		return true;
	case 'b':
		options->buffer = number_of(text, "-b");
		return true;
	case 'x':
		options->exact = true;
		return true;
	case 'a':
		options->mmap = !strcmp(text, "mmap");
		return options->mmap || !strcmp(text, "rw");
	case 'N':
		options->nonblock = true;
		return true;
	case 'W':
		options->no_wakeup = true;
		return true;
	case 'c':
		options->chunk = strcmp(text, "random") ? (long)number_of(text, "-c") : -1;
		return true;
	case 'S':
		options->start = number_of(text, "-S");
		return true;
	case 'T':
		options->stop = threshold(text, "-T");
		return true;
	case 'Z':
		options->silence = threshold(text, "-Z");
		return true;
	case 'n':
		options->frames = number_of(text, "-n");
		return true;
	case 'e':
		options->seed = number_of(text, "-e");
		return true;
	case 'P':
		options->pauses = number_of(text, "-P");
		return true;
	case 'R':
		options->drops = number_of(text, "-R");
		return true;
	case 'k':
		stall_option(options, text);
		return true;
	case 't':
		options->timeout = number_of(text, "-t");
		return true;
	case 'm':
		options->pace = number_of(text, "-m");
		return true;
	case 'X':
		options->xruns = number_of(text, "-X");
		return true;
	case 'l':
		options->label = text;
		return true;
	default:
		return false;
	}
}

/* Says which call failed and why; returns the exit status for that. */
int stream_fail(const struct stream *stream, const char *what, int error)
{
	snd_pcm_state_t state = stream->pcm ? snd_pcm_state(stream->pcm) :
			    SND_PCM_STATE_OPEN;

	printf("failed label=%s call=%s errno=%d (%s) state=%s\n", stream->options->label,
	       what, -error, snd_strerror(error), snd_pcm_state_name(state));
	if (error == -ENODEV || state == SND_PCM_STATE_DISCONNECTED)
		return EXIT_GONE;
	return EXIT_PCM;
}

/* Notes the first call of a sequence that failed. */
struct sequence {
	const char *call;
	int error;
};

static bool failed(struct sequence *sequence, const char *call, int result)
{
	if (result >= 0)
		return false;
	sequence->call = call;
	sequence->error = result;
	return true;
}

static int set_size(struct stream *stream, snd_pcm_hw_params_t *hw)
{
	const struct stream_options *options = stream->options;
	int ret = 0;

	stream->period = options->period;
	stream->buffer = options->buffer;
	if (options->period && options->exact)
		ret = snd_pcm_hw_params_set_period_size(stream->pcm, hw, stream->period, 0);
	else if (options->period)
		ret = snd_pcm_hw_params_set_period_size_near(stream->pcm, hw, &stream->period,
							     NULL);
	if (ret < 0 || !options->buffer)
		return ret;
	if (options->exact)
		return snd_pcm_hw_params_set_buffer_size(stream->pcm, hw, stream->buffer);
	return snd_pcm_hw_params_set_buffer_size_near(stream->pcm, hw, &stream->buffer);
}

static int set_wakeup(struct stream *stream, snd_pcm_hw_params_t *hw)
{
	if (!stream->options->no_wakeup)
		return 0;
	if (!snd_pcm_hw_params_can_disable_period_wakeup(hw))
		return -EOPNOTSUPP;
	return snd_pcm_hw_params_set_period_wakeup(stream->pcm, hw, 0);
}

static bool set_hw(struct stream *stream, struct sequence *calls)
{
	const struct stream_options *options = stream->options;
	snd_pcm_access_t access = options->mmap ? SND_PCM_ACCESS_MMAP_INTERLEAVED :
				  SND_PCM_ACCESS_RW_INTERLEAVED;
	snd_pcm_format_t format = options->format.type == SAMPLE_S16 ?
				  SND_PCM_FORMAT_S16_LE : SND_PCM_FORMAT_U8;
	unsigned int channels = options->format.channels;
	snd_pcm_t *pcm = stream->pcm;
	snd_pcm_hw_params_t *hw;

	snd_pcm_hw_params_alloca(&hw);
	return !failed(calls, "any", snd_pcm_hw_params_any(pcm, hw)) &&
	       !failed(calls, "resample", snd_pcm_hw_params_set_rate_resample(pcm, hw, 0)) &&
	       !failed(calls, "access", snd_pcm_hw_params_set_access(pcm, hw, access)) &&
	       !failed(calls, "format", snd_pcm_hw_params_set_format(pcm, hw, format)) &&
	       !failed(calls, "channels",
		       snd_pcm_hw_params_set_channels(pcm, hw, channels)) &&
	       !failed(calls, "rate", snd_pcm_hw_params_set_rate(pcm, hw, options->rate, 0)) &&
	       !failed(calls, "size", set_size(stream, hw)) &&
	       !failed(calls, "no_wakeup", set_wakeup(stream, hw)) &&
	       !failed(calls, "hw_params", snd_pcm_hw_params(pcm, hw)) &&
	       !failed(calls, "period",
		       snd_pcm_hw_params_get_period_size(hw, &stream->period, NULL)) &&
	       !failed(calls, "buffer",
		       snd_pcm_hw_params_get_buffer_size(hw, &stream->buffer));
}

static snd_pcm_uframes_t threshold_of(const struct stream *stream, long option,
				      snd_pcm_uframes_t usual)
{
	if (option < 0)
		return stream->boundary;
	return option ? (snd_pcm_uframes_t)option : usual;
}

static bool set_sw(struct stream *stream, struct sequence *calls)
{
	const struct stream_options *options = stream->options;
	snd_pcm_uframes_t usual, stop, silence;
	snd_pcm_t *pcm = stream->pcm;
	snd_pcm_sw_params_t *sw;

	snd_pcm_sw_params_alloca(&sw);
	if (failed(calls, "sw_current", snd_pcm_sw_params_current(pcm, sw)) ||
	    failed(calls, "boundary", snd_pcm_sw_params_get_boundary(sw, &stream->boundary)))
		return false;
	usual = stream->buffer / stream->period * stream->period;
	if (snd_pcm_stream(pcm) == SND_PCM_STREAM_CAPTURE)
		usual = 1;
	stream->start = threshold_of(stream, options->start, usual);
	stop = threshold_of(stream, options->stop, stream->buffer);
	silence = threshold_of(stream, options->silence, 0);
	return !failed(calls, "start",
		       snd_pcm_sw_params_set_start_threshold(pcm, sw, stream->start)) &&
	       !failed(calls, "avail_min",
		       snd_pcm_sw_params_set_avail_min(pcm, sw, stream->period)) &&
	       !failed(calls, "stop", snd_pcm_sw_params_set_stop_threshold(pcm, sw, stop)) &&
	       !failed(calls, "silence",
		       snd_pcm_sw_params_set_silence_size(pcm, sw, silence)) &&
	       !failed(calls, "sw_params", snd_pcm_sw_params(pcm, sw));
}

/**
 * stream_open() - open and set up a PCM
 * @stream: filled in
 * @options: what to ask for; must stay while the stream is open
 * @direction: playback or capture
 *
 * Return: 0, or the exit status of the program after the failure was printed.
 */
int stream_open(struct stream *stream, const struct stream_options *options,
		snd_pcm_stream_t direction)
{
	struct sequence calls = { 0 };
	int ret;

	memset(stream, 0, sizeof(*stream));
	stream->options = options;
	stream->format = options->format;
	ret = snd_pcm_open(&stream->pcm, options->device, direction,
			   options->nonblock || options->no_wakeup ? SND_PCM_NONBLOCK : 0);
	if (ret < 0) {
		stream->pcm = NULL;
		return stream_fail(stream, "snd_pcm_open", ret);
	}
	if (set_hw(stream, &calls) && set_sw(stream, &calls))
		return 0;
	ret = stream_fail(stream, calls.call, calls.error);
	stream_close(stream);
	return ret;
}

void stream_close(struct stream *stream)
{
	if (stream->pcm)
		snd_pcm_close(stream->pcm);
	stream->pcm = NULL;
}

/* Waits until a period or so can be transferred; 0 or a negative errno. */
int stream_wait(struct stream *stream)
{
	snd_pcm_sframes_t avail;
	int ret;

	if (stream->options->no_wakeup) {
		usleep(stream->period * 500000ull / stream->options->rate);
		avail = snd_pcm_avail(stream->pcm);
		return avail < 0 ? avail : 0;
	}
	ret = snd_pcm_wait(stream->pcm, 10000);
	return ret ? (ret < 0 ? ret : 0) : -ETIMEDOUT;
}

static snd_pcm_sframes_t mapped_transfer(struct stream *stream, u8 *frames,
					 size_t count)
{
	bool playback = snd_pcm_stream(stream->pcm) == SND_PCM_STREAM_PLAYBACK;
	size_t step = format_frame_bytes(&stream->format);
	const snd_pcm_channel_area_t *areas;
	snd_pcm_uframes_t offset, part = count;
	snd_pcm_sframes_t ret;
	u8 *ring;

	if (!playback && snd_pcm_state(stream->pcm) == SND_PCM_STATE_PREPARED) {
		ret = snd_pcm_start(stream->pcm);
		if (ret < 0)
			return ret;
	}
	ret = snd_pcm_avail_update(stream->pcm);
	if (ret <= 0)
		return ret ? ret : -EAGAIN;
	ret = snd_pcm_mmap_begin(stream->pcm, &areas, &offset, &part);
	if (ret < 0)
		return ret;
	if (!part)
		return -EAGAIN;
	ring = (u8 *)areas[0].addr + areas[0].first / 8 + offset * step;
	if (playback)
		memcpy(ring, frames, part * step);
	else
		memcpy(frames, ring, part * step);
	return snd_pcm_mmap_commit(stream->pcm, offset, part);
}

/* alsa-lib starts a stream at its threshold in write calls only. */
static int start_if_due(struct stream *stream)
{
	snd_pcm_sframes_t avail;

	if (snd_pcm_stream(stream->pcm) != SND_PCM_STREAM_PLAYBACK ||
	    snd_pcm_state(stream->pcm) != SND_PCM_STATE_PREPARED)
		return 0;
	avail = snd_pcm_avail_update(stream->pcm);
	if (avail < 0 || stream->buffer - avail < stream->start)
		return 0;
	return snd_pcm_start(stream->pcm);
}

/**
 * stream_transfer() - move some frames, waiting for room or data
 * @stream: the stream
 * @frames: the frames, or where they go
 * @count: how many at most
 *
 * Return: how many were moved, or a negative errno.
 */
long stream_transfer(struct stream *stream, void *frames, size_t count)
{
	bool playback = snd_pcm_stream(stream->pcm) == SND_PCM_STREAM_PLAYBACK;
	snd_pcm_sframes_t ret;

	for (;;) {
		if (stream->options->mmap)
			ret = mapped_transfer(stream, frames, count);
		else if (playback)
			ret = snd_pcm_writei(stream->pcm, frames, count);
		else
			ret = snd_pcm_readi(stream->pcm, frames, count);
		if (ret > 0 && stream->options->mmap) {
			int error = start_if_due(stream);

			if (error < 0)
				return error;
		}
		if (ret != -EAGAIN)
			return ret;
		ret = stream_wait(stream);
		if (ret < 0)
			return ret;
	}
}

/* Plays out what is queued; 0 or a negative errno. */
int stream_drain(struct stream *stream)
{
	int ret;

	ret = snd_pcm_drain(stream->pcm);
	if (ret != -EAGAIN)
		return ret;
	while (snd_pcm_state(stream->pcm) == SND_PCM_STATE_DRAINING)
		usleep(5000);
	return snd_pcm_state(stream->pcm) == SND_PCM_STATE_SETUP ? 0 : -EPIPE;
}

/**
 * stream_revive() - go on after an xrun or a suspend
 * @stream: the stream
 * @error: what the last call returned
 *
 * Return: 1 if the stream goes on where it was, 0 if it begins anew, or a
 * negative errno.
 */
int stream_revive(struct stream *stream, int error)
{
	int ret;

	if (error == -ESTRPIPE) {
		while ((ret = snd_pcm_resume(stream->pcm)) == -EAGAIN)
			usleep(10000);
		if (!ret)
			return 1;
		error = -EPIPE;
	}
	if (error != -EPIPE)
		return error;
	return snd_pcm_prepare(stream->pcm);
}
