// SPDX-License-Identifier: GPL-2.0
/*
 * pcmtool record: record to a raw file and say where the recording may skip: at
 * xruns, pauses and drops.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcmtool.h"
#include "stream.h"

#define MAX_CHUNK	65536
#define MAX_SKIPS	1024

struct recorder {
	struct stream_options options;
	struct stream stream;
	FILE *file;
	u8 *buffer;
	u64 random;
	unsigned long done;
	unsigned long skip[MAX_SKIPS];
	unsigned int skips;
	unsigned int xruns;
	unsigned int suspends;
	unsigned int refused;
	double began;
};

static void may_skip(struct recorder *recorder)
{
	if (recorder->skips < MAX_SKIPS)
		recorder->skip[recorder->skips++] = recorder->done;
}

/* What is in the ring when a capture is paused comes first; then it may skip. */
static void record_pause(struct recorder *recorder)
{
	snd_pcm_t *pcm = recorder->stream.pcm;
	snd_pcm_sframes_t avail;

	if (snd_pcm_pause(pcm, 1) < 0) {
		recorder->refused++;
		return;
	}
	avail = snd_pcm_avail(pcm);
	usleep(1000 + random_next(&recorder->random) % 60000);
	if (snd_pcm_avail(pcm) != avail)
		recorder->refused++;
	if (snd_pcm_pause(pcm, 0) < 0)
		recorder->refused++;
	if (recorder->skips < MAX_SKIPS && avail >= 0)
		recorder->skip[recorder->skips++] = recorder->done + avail;
}

/* What is in the ring of a stream that sleeps. */
static unsigned long record_unread(struct recorder *recorder)
{
	snd_pcm_status_t *status;

	snd_pcm_status_alloca(&status);
	if (snd_pcm_status(recorder->stream.pcm, status) < 0)
		return 0;
	return snd_pcm_status_get_avail(status);
}

static int record_drop(struct recorder *recorder)
{
	int ret = snd_pcm_drop(recorder->stream.pcm);

	may_skip(recorder);
	return ret ? ret : snd_pcm_prepare(recorder->stream.pcm);
}

static int take(struct recorder *recorder, size_t count)
{
	long ret = stream_transfer(&recorder->stream, recorder->buffer, count);

	if (ret < 0) {
		unsigned long left;
		int error = ret;

		recorder->xruns += error == -EPIPE;
		if (recorder->xruns > recorder->options.xruns)
			return error;
		recorder->suspends += error == -ESTRPIPE;
		may_skip(recorder);
		left = error == -ESTRPIPE ? record_unread(recorder) : 0;
		ret = stream_revive(&recorder->stream, error);
		/* A stream that could be resumed still has it. */
		if (ret > 0 && recorder->skips)
			recorder->skip[recorder->skips - 1] += left;
		return ret < 0 ? ret : 0;
	}
	fwrite(recorder->buffer, format_frame_bytes(&recorder->options.format), ret,
	       recorder->file);
	recorder->done += ret;
	return 0;
}

static int record_frames(struct recorder *recorder)
{
	const struct stream_options *options = &recorder->options;
	unsigned long *pause = random_points(options->seed, options->pauses, options->frames);
	unsigned long *drop = random_points(options->seed + 1, options->drops,
					    options->frames);
	unsigned int paused = 0, dropped = 0, stall = 0;
	int ret = 0;

	while (!ret && recorder->done < options->frames) {
		unsigned long limit = options->frames - recorder->done;
		unsigned long chunk = options->chunk > 0 ? (unsigned long)options->chunk :
				      recorder->stream.period;

		if (recorder->done >= pause[paused]) {
			record_pause(recorder);
			paused++;
		} else if (recorder->done >= drop[dropped]) {
			ret = record_drop(recorder);
			dropped++;
		} else if (stall < options->stalls &&
			   recorder->done >= options->stall_at[stall]) {
			usleep(options->stall_ms[stall++] * 1000);
		} else {
			if (options->chunk < 0)
				chunk = 1 + random_next(&recorder->random) %
					    (2 * recorder->stream.period);
			chunk = chunk < MAX_CHUNK ? chunk : MAX_CHUNK;
			ret = take(recorder, chunk < limit ? chunk : limit);
		}
	}
	free(pause);
	free(drop);
	return ret;
}

static int report(struct recorder *recorder, double elapsed)
{
	const struct stream_options *options = &recorder->options;
	double audio = (double)recorder->done / options->rate;
	double slack = audio * options->pace / 1000 + 0.08 +
		       (double)recorder->stream.period / options->rate;
	int ret = EXIT_EXACT;
	unsigned int i;

	if (options->pace && !options->pauses && !options->drops && !options->stalls &&
	    !recorder->xruns && (elapsed > audio + slack || elapsed < audio - slack))
		ret = EXIT_PACE;
	printf("record label=%s result=%s rate=%u access=%s period=%lu buffer=%lu",
	       options->label, ret ? "pace" : "ok", options->rate,
	       options->mmap ? "mmap" : "rw", recorder->stream.period,
	       recorder->stream.buffer);
	printf(" recorded=%lu xruns=%u suspends=%u refused=%u ms=%.0f audio_ms=%.0f skips=",
	       recorder->done, recorder->xruns, recorder->suspends, recorder->refused,
	       elapsed * 1000, audio * 1000);
	for (i = 0; i < recorder->skips; i++)
		printf("%s%lu", i ? "," : "", recorder->skip[i]);
	putchar('\n');
	return ret;
}

int cmd_record(int argc, char **argv)
{
	struct recorder recorder = { 0 };
	const char *path = NULL;
	int ret, status, letter;

	stream_defaults(&recorder.options);
	while ((letter = getopt(argc, argv, STREAM_LETTERS "o:")) != -1) {
		if (letter == 'o')
			path = optarg;
		else if (!stream_option(&recorder.options, letter, optarg))
			die("usage: record -o FILE [stream options]");
	}
	if (!path || optind != argc)
		die("usage: record -o FILE [stream options]");
	watchdog(&recorder.options, "record");
	recorder.file = fopen(path, "wb");
	if (!recorder.file)
		die("%s: %s", path, strerror(errno));
	recorder.random = recorder.options.seed * 0x2545f4914f6cdd1dull + 7;
	recorder.buffer = xalloc(MAX_CHUNK, format_frame_bytes(&recorder.options.format));
	status = stream_open(&recorder.stream, &recorder.options, SND_PCM_STREAM_CAPTURE);
	if (status)
		return status;

	recorder.began = now();
	ret = record_frames(&recorder);
	if (ret < 0)
		status = stream_fail(&recorder.stream, "record", ret);
	ret = report(&recorder, now() - recorder.began);
	stream_close(&recorder.stream);
	free(recorder.buffer);
	if (fclose(recorder.file))
		die("%s: write error", path);
	return status ? status : ret;
}
