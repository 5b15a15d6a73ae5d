// SPDX-License-Identifier: GPL-2.0
/*
 * bench-client: a PCM client that does as little as a client can, so that what is
 * measured is the driver, the core and alsa-lib
 *
 *	steady	stream in steady state: after some periods, so many more are measured
 *	life	open, set up, start, stop and close, all measured
 *	first	start, and how long until the position moves
 *	run	a stream of its length, measured by somebody else
 *	hold	what kernel memory the streams of all DEVICEs take, opened and set up;
 *		needs no measuring module
 *	memory	print how much memory the kernel has for itself, KiB; likewise
 *	idle	nothing, for a second
 *
 * The measuring module is told where to begin and to end; see module/.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pcmtool.h"
#include "stream.h"

#define CONTROL	"/sys/kernel/debug/portcls-bench/control"
#define WARM	16
/* A lap's end may fall a step of the device before or after a period's. */
#define LAP	16
#define STEP_NS	2000000

static int control;
static unsigned int xruns;

static void tell(const char *command)
{
	if (write(control, command, strlen(command)) < 0)
		die("%s: %s: %s", CONTROL, command, strerror(errno));
}

/* Without wake-ups the clock tells when a period is over, as in a sound server. */
static void await(const struct stream *stream)
{
	static struct timespec next;
	unsigned long long ns = stream->period * 1000000000ull / stream->options->rate;

	if (!next.tv_sec) {
		clock_gettime(CLOCK_MONOTONIC, &next);
		/* A device moves in steps: late enough that there is room for a period. */
		next.tv_nsec += ns / 2 + STEP_NS;
	}
	next.tv_nsec += ns;
	next.tv_sec += next.tv_nsec / 1000000000;
	next.tv_nsec %= 1000000000;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	snd_pcm_avail(stream->pcm);
}

/*
 * Nothing is transferred before a whole period can be, or the client would drift
 * against the device with what the last one left over.
 */
static int whole_period(struct stream *stream)
{
	snd_pcm_sframes_t avail = stream->period;
	int ret = 0;

	if (snd_pcm_state(stream->pcm) != SND_PCM_STATE_RUNNING)
		return 0;
	while (ret >= 0) {
		avail = snd_pcm_avail_update(stream->pcm);
		if (avail < 0 || (snd_pcm_uframes_t)avail >= stream->period)
			break;
		ret = stream_wait(stream);
	}
	return avail < 0 ? avail : ret < 0 ? ret : 0;
}

/* A period through each stream that there is. */
static void period(struct stream *stream, unsigned int count, void *frames)
{
	unsigned int i;

	if (stream->options->no_wakeup && snd_pcm_state(stream->pcm) == SND_PCM_STATE_RUNNING)
		await(stream);
	for (i = 0; i < count; i++) {
		size_t left = stream[i].period;

		while (left) {
			long ret = whole_period(&stream[i]);

			if (!ret)
				ret = stream_transfer(&stream[i], frames, left);

			if (ret < 0) {
				xruns++;
				if (snd_pcm_recover(stream[i].pcm, ret, 1) < 0)
					exit(stream_fail(&stream[i], "transfer", ret));
				continue;
			}
			left -= ret;
		}
	}
}

static void run(struct stream *stream, unsigned int count, void *frames,
		unsigned long periods)
{
	while (periods--)
		period(stream, count, frames);
}

static void steady(struct stream *stream, unsigned int count, void *frames,
		   unsigned long periods)
{
	unsigned long fill = stream->buffer / stream->period, i;

	for (i = 0; i < fill; i++)
		if (snd_pcm_stream(stream->pcm) == SND_PCM_STREAM_PLAYBACK)
			period(stream, 1, frames);
	for (i = 0; i < WARM; i++)
		period(stream, count, frames);
	tell("begin");
	for (i = 0; i < periods / LAP; i++) {
		run(stream, count, frames, LAP);
		tell("lap");
	}
	run(stream, count, frames, periods % LAP);
	tell("end");
}

/* How long from the start until the position has moved. */
static void first(struct stream *stream, void *frames)
{
	unsigned long i, fill = stream->buffer / stream->period;
	snd_pcm_sframes_t before, after;

	for (i = 0; i + 1 < fill; i++)
		period(stream, 1, frames);
	before = snd_pcm_avail(stream->pcm);
	tell("begin");
	if (snd_pcm_start(stream->pcm) < 0)
		die("no start");
	do {
		after = snd_pcm_avail(stream->pcm);
	} while (after == before);
	tell("end");
}

static int open_all(struct stream *stream, const struct stream_options *options,
		    const char *directions)
{
	int ret, i;

	for (i = 0; directions[i]; i++) {
		ret = stream_open(&stream[i], options, directions[i] == 'p' ?
				  SND_PCM_STREAM_PLAYBACK : SND_PCM_STREAM_CAPTURE);
		if (ret)
			exit(ret);
	}
	return i;
}

static void close_all(struct stream *stream, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		snd_pcm_drop(stream[i].pcm);
		stream_close(&stream[i]);
	}
}

/* Of /proc/meminfo, or what the CPUs keep back for themselves of /proc/zoneinfo. */
static long kib(const char *file, const char *key, long unit)
{
	size_t length = strlen(key);
	char line[256];
	long sum = 0, n;
	FILE *f = fopen(file, "r");

	if (!f)
		die("%s: %s", file, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		const char *at = line + strspn(line, " ");

		if (!strncmp(at, key, length) && sscanf(at + length, "%ld", &n) == 1)
			sum += n;
	}
	fclose(f);
	return sum * unit;
}

/* What neither is free nor a program's. */
static long kernel_kib(void)
{
	const char *meminfo = "/proc/meminfo";

	return kib(meminfo, "MemTotal:", 1) - kib(meminfo, "MemFree:", 1) -
	       kib("/proc/zoneinfo", "count:", 4) - kib(meminfo, "AnonPages:", 1) -
	       kib(meminfo, "PageTables:", 1) - kib(meminfo, "Cached:", 1) -
	       kib(meminfo, "Buffers:", 1);
}

/* Twice: the first time fills caches that stay. */
static void hold(const struct stream_options *options, char **devices, unsigned int count)
{
	struct stream_options own = *options;
	struct stream *streams = calloc(count, sizeof(*streams));
	long before = 0, after = 0;
	unsigned int pass, i;

	if (!streams || !count)
		die("no devices");
	for (pass = 0; pass < 2; pass++) {
		before = kernel_kib();
		for (i = 0; i < count; i++) {
			own.device = devices[i];
			if (stream_open(&streams[i], &own, SND_PCM_STREAM_PLAYBACK))
				exit(1);
		}
		after = kernel_kib();
		for (i = 0; i < count; i++)
			stream_close(&streams[i]);
	}
	printf("streams=%u kib=%.1f\n", count, (double)(after - before) / count);
	free(streams);
}

int main(int argc, char **argv)
{
	const char *directions = "p", *what = argc > 1 ? argv[1] : "";
	struct stream_options options;
	struct stream stream[2];
	int letter, count;
	void *frames;

	stream_defaults(&options);
	optind = 2;
	while ((letter = getopt(argc, argv, STREAM_LETTERS "d:")) != -1) {
		if (letter == 'd')
			directions = optarg;
		else if (!stream_option(&options, letter, optarg))
			die("usage: bench-client WHAT [-d p|c|pc] [stream options]");
	}
	options.exact = true;
	if (!strcmp(what, "memory")) {
		printf("%ld\n", kernel_kib());
		return 0;
	}
	if (!strcmp(what, "hold")) {
		hold(&options, argv + optind, argc - optind);
		return 0;
	}
	control = open(CONTROL, O_WRONLY);
	if (control < 0)
		die("%s: %s", CONTROL, strerror(errno));

	if (!strcmp(what, "idle")) {
		sleep(1);
		tell("begin");
		sleep(1);
		tell("end");
		return 0;
	}
	if (!strcmp(what, "life"))
		tell("begin");
	count = open_all(stream, &options, directions);
	frames = xalloc(stream->period, format_frame_bytes(&options.format));
	if (!strcmp(what, "steady"))
		steady(stream, count, frames, options.frames / stream->period);
	else if (!strcmp(what, "first"))
		first(stream, frames);
	else
		run(stream, count, frames, !strcmp(what, "run") ? options.frames / stream->period :
		    stream->buffer / stream->period + 4);
	close_all(stream, count);
	if (!strcmp(what, "life"))
		tell("end");
	printf("period=%lu buffer=%lu periods=%lu xruns=%u\n", stream->period, stream->buffer,
	       options.frames / stream->period, xruns);
	return 0;
}
