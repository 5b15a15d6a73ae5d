// SPDX-License-Identifier: GPL-2.0
/*
 * pcmtool rate: at what rate a device consumes or delivers frames.
 *
 * Devices move in steps, so the time is taken twice just after a step: the error
 * is that of the clock and of one nap, not that of the step.
 */

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "pcmtool.h"
#include "stream.h"

#define NAP_US		50
/* What a device takes in at once when it starts is not its pace. */
#define SETTLE_SECONDS	1
/* A device that stands still for so long is dead. */
#define DEAD_SECONDS	2

struct sample {
	double time;
	snd_pcm_sframes_t avail;
};

/* The first look after a step that begins now or later. */
static int after_step(struct stream *stream, struct sample *sample)
{
	snd_pcm_sframes_t before = snd_pcm_avail(stream->pcm);
	double begun = now();

	do {
		if (before < 0)
			return before;
		usleep(NAP_US);
		sample->avail = snd_pcm_avail(stream->pcm);
		sample->time = now();
		if (sample->avail < 0)
			return sample->avail;
		if (sample->time > begun + DEAD_SECONDS)
			return -EIO;
	} while (sample->avail == before);
	return 0;
}

/* Looks on the way keep the core from missing a lap of the ring. */
static int watch(struct stream *stream, double seconds)
{
	double end = now() + seconds;
	snd_pcm_sframes_t avail;

	while (now() < end) {
		avail = snd_pcm_avail(stream->pcm);
		if (avail < 0)
			return avail;
		usleep(5000);
	}
	return 0;
}

static int measure(struct stream *stream, double *rate)
{
	double seconds = (double)stream->options->frames / stream->options->rate;
	struct sample first, last;
	int ret = snd_pcm_start(stream->pcm);

	if (!ret)
		ret = watch(stream, SETTLE_SECONDS);
	if (!ret)
		ret = after_step(stream, &first);
	if (!ret)
		ret = watch(stream, seconds);
	if (!ret)
		ret = after_step(stream, &last);
	if (!ret)
		*rate = (last.avail - first.avail) / (last.time - first.time);
	return ret;
}

int cmd_rate(int argc, char **argv)
{
	snd_pcm_stream_t direction = SND_PCM_STREAM_PLAYBACK;
	struct stream_options options;
	unsigned int num = 0, den = 1;
	unsigned long limit = 1000;
	snd_pcm_hw_params_t *hw;
	double measured = 0, off;
	struct stream stream;
	int letter, ret;

	stream_defaults(&options);
	options.stop = -1;
	while ((letter = getopt(argc, argv, STREAM_LETTERS "CQ:")) != -1) {
		if (letter == 'C')
			direction = SND_PCM_STREAM_CAPTURE;
		else if (letter == 'Q')
			limit = number_of(optarg, "-Q");
		else if (!stream_option(&options, letter, optarg))
			die("usage: rate [-C] [-Q PPM] [stream options]");
	}
	watchdog(&options, "rate");
	ret = stream_open(&stream, &options, direction);
	if (ret)
		return ret;
	snd_pcm_hw_params_alloca(&hw);
	ret = snd_pcm_hw_params_current(stream.pcm, hw);
	if (!ret)
		ret = snd_pcm_hw_params_get_rate_numden(hw, &num, &den);
	if (!ret)
		ret = measure(&stream, &measured);
	if (ret < 0) {
		ret = stream_fail(&stream, "rate", ret);
		stream_close(&stream);
		return ret;
	}
	/* What was granted is what must be kept, not only what the fraction admits. */
	off = (measured / options.rate - 1) * 1e6;
	if (fabs(off) < fabs((measured * den / num - 1) * 1e6))
		off = (measured * den / num - 1) * 1e6;
	ret = fabs(off) <= limit ? EXIT_EXACT : EXIT_PACE;
	printf("rate label=%s result=%s rate=%u exact=%u/%u period=%lu measured=%.2f ppm=%.0f\n",
	       options.label, ret ? "pace" : "ok", options.rate, num, den, stream.period,
	       measured, off);
	stream_close(&stream);
	return ret;
}
