// SPDX-License-Identifier: GPL-2.0
/*
 * pcmtool duplex: play and record at once, in one thread, with both streams in
 * non-blocking mode; linked streams start and stop together.
 */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcmtool.h"
#include "spec.h"
#include "stream.h"

struct duplex {
	struct stream_options options;
	struct stream playback;
	struct stream capture;
	unsigned int id;
	bool linked;
	const char *spec_file;
	const char *path;
	FILE *file;
	u8 *buffer;
	unsigned long played;
	unsigned long recorded;
};

/*
 * As many frames as the playback ring takes now; 0 or a negative errno. Behind the
 * last ones a linked stream gets silence, so that its capture is not stopped with
 * it; another plays out.
 */
static int feed(struct duplex *duplex)
{
	const struct stream_options *options = &duplex->options;

	for (;;) {
		unsigned long count = options->frames - duplex->played;
		bool pattern = count;
		snd_pcm_sframes_t ret;

		if (!pattern && !duplex->linked) {
			if (snd_pcm_state(duplex->playback.pcm) == SND_PCM_STATE_RUNNING)
				snd_pcm_drain(duplex->playback.pcm);
			return 0;
		}
		if (!pattern || count > duplex->playback.period)
			count = duplex->playback.period;
		if (pattern)
			pattern_fill(&options->format, duplex->id, duplex->played, count,
				     duplex->buffer);
		else
			format_silence(&options->format, duplex->buffer, count);
		ret = snd_pcm_writei(duplex->playback.pcm, duplex->buffer, count);
		if (ret < 0)
			return ret == -EAGAIN ? 0 : ret;
		if (pattern)
			duplex->played += ret;
	}
}

static int fetch(struct duplex *duplex)
{
	const struct stream_options *options = &duplex->options;
	size_t step = format_frame_bytes(&options->format);

	while (duplex->recorded < options->frames) {
		unsigned long count = options->frames - duplex->recorded;
		snd_pcm_sframes_t ret;

		if (count > duplex->capture.period)
			count = duplex->capture.period;
		ret = snd_pcm_readi(duplex->capture.pcm, duplex->buffer, count);
		if (ret < 0)
			return ret == -EAGAIN ? 0 : ret;
		fwrite(duplex->buffer, step, ret, duplex->file);
		duplex->recorded += ret;
	}
	return 0;
}

static int wait_both(struct duplex *duplex)
{
	struct pollfd fds[8];
	int count = 0, space = 8, part;

	if (duplex->linked || duplex->played < duplex->options.frames) {
		count = snd_pcm_poll_descriptors(duplex->playback.pcm, fds, space);
		if (count < 0)
			return count;
	}
	if (duplex->recorded < duplex->options.frames) {
		part = snd_pcm_poll_descriptors(duplex->capture.pcm, fds + count,
						space - count);
		if (part < 0)
			return part;
		count += part;
	}
	part = poll(fds, count, 10000);
	return part > 0 ? 0 : part ? -errno : -ETIMEDOUT;
}

/* Starts what has not started: a short stream never reaches its threshold. */
static int start_both(struct duplex *duplex)
{
	int ret = 0;

	if (snd_pcm_state(duplex->playback.pcm) == SND_PCM_STATE_PREPARED)
		ret = snd_pcm_start(duplex->playback.pcm);
	if (!ret && snd_pcm_state(duplex->capture.pcm) == SND_PCM_STATE_PREPARED)
		ret = duplex->linked ? -EBADFD : snd_pcm_start(duplex->capture.pcm);
	return ret;
}

static int run(struct duplex *duplex)
{
	int ret = feed(duplex);

	if (!ret)
		ret = start_both(duplex);
	while (!ret && (duplex->played < duplex->options.frames ||
			duplex->recorded < duplex->options.frames)) {
		ret = wait_both(duplex);
		if (!ret)
			ret = feed(duplex);
		if (!ret)
			ret = fetch(duplex);
	}
	if (!ret && duplex->linked)
		ret = snd_pcm_unlink(duplex->playback.pcm);
	if (!ret && snd_pcm_state(duplex->playback.pcm) != SND_PCM_STATE_SETUP)
		ret = stream_drain(&duplex->playback);
	return ret;
}

static void write_spec(const struct duplex *duplex)
{
	struct spec spec = { 0 };
	FILE *file = fopen(duplex->spec_file, "a");

	if (!file)
		die("%s: %s", duplex->spec_file, strerror(errno));
	spec_append(&spec, duplex->id, 0, duplex->played, false);
	fprintf(file, "%s %s ", duplex->options.label, format_name(&duplex->options.format));
	spec_print(&spec, file);
	putc('\n', file);
	fclose(file);
	spec_free(&spec);
}

static int open_both(struct duplex *duplex)
{
	int ret = stream_open(&duplex->playback, &duplex->options, SND_PCM_STREAM_PLAYBACK);

	if (ret)
		return ret;
	ret = stream_open(&duplex->capture, &duplex->options, SND_PCM_STREAM_CAPTURE);
	if (ret || !duplex->linked)
		return ret;
	ret = snd_pcm_link(duplex->playback.pcm, duplex->capture.pcm);
	return ret ? stream_fail(&duplex->playback, "snd_pcm_link", ret) : 0;
}

int cmd_duplex(int argc, char **argv)
{
	struct duplex duplex = { .id = 1 };
	int ret, letter, status;

	stream_defaults(&duplex.options);
	while ((letter = getopt(argc, argv, STREAM_LETTERS "s:o:O:L")) != -1) {
		if (letter == 's')
			duplex.id = number_of(optarg, "-s");
		else if (letter == 'o')
			duplex.spec_file = optarg;
		else if (letter == 'O')
			duplex.path = optarg;
		else if (letter == 'L')
			duplex.linked = true;
		else if (!stream_option(&duplex.options, letter, optarg))
			duplex.path = NULL;
	}
	if (!duplex.path || optind != argc)
		die("usage: duplex -O FILE [-s ID] [-L] [-o SPECFILE] [stream options]");
	duplex.options.nonblock = true;
	duplex.options.mmap = false;
	watchdog(&duplex.options, "duplex");
	duplex.file = fopen(duplex.path, "wb");
	if (!duplex.file)
		die("%s: %s", duplex.path, strerror(errno));
	status = open_both(&duplex);
	if (status)
		return status;
	duplex.buffer = xalloc(duplex.playback.period > duplex.capture.period ?
			       duplex.playback.period : duplex.capture.period,
			       format_frame_bytes(&duplex.options.format));

	ret = run(&duplex);
	if (ret < 0)
		status = stream_fail(&duplex.playback, "duplex", ret);
	printf("duplex label=%s result=%s linked=%d period=%lu buffer=%lu",
	       duplex.options.label, status ? "failed" : "ok", duplex.linked,
	       duplex.playback.period, duplex.playback.buffer);
	printf(" committed=%lu recorded=%lu\n", duplex.played, duplex.recorded);
	if (duplex.spec_file)
		write_spec(&duplex);
	stream_close(&duplex.capture);
	stream_close(&duplex.playback);
	free(duplex.buffer);
	if (fclose(duplex.file))
		die("%s: write error", duplex.path);
	return status;
}
