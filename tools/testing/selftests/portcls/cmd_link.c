// SPDX-License-Identifier: GPL-2.0
/*
 * pcmtool link: streams of several PCM devices start, pause and stop together
 *
 * They play silence, and what they record is not looked at. The kernel takes the stream
 * that was linked last first.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcmtool.h"
#include "stream.h"

#define MAX_STREAMS	4
#define RUN_US		50000

struct group {
	bool pause;
	bool at_once;
	struct stream_options options[MAX_STREAMS];
	struct stream stream[MAX_STREAMS];
	int count;
};

/* Open, with a full ring of silence; 0 or the exit status. */
static int add(struct group *group, const struct stream_options *all, const char *what)
{
	struct stream_options *options = &group->options[group->count];
	struct stream *stream = &group->stream[group->count];
	bool capture = what[0] == 'c';
	snd_pcm_sframes_t ret;
	u8 *silence;
	int status;

	*options = *all;
	options->device = what + 2;
	status = stream_open(stream, options, capture ? SND_PCM_STREAM_CAPTURE :
						       SND_PCM_STREAM_PLAYBACK);
	if (status)
		return status;
	group->count++;
	if (!capture) {
		/* What would fill it would start it, before it is linked. */
		unsigned long frames = stream->buffer - 1;

		silence = xalloc(frames, format_frame_bytes(&stream->format));
		format_silence(&stream->format, silence, frames);
		ret = snd_pcm_writei(stream->pcm, silence, frames);
		free(silence);
		if (ret != (snd_pcm_sframes_t)frames)
			return stream_fail(stream, "write", ret < 0 ? ret : -EIO);
	}
	if (stream == group->stream)
		return 0;
	ret = snd_pcm_link(group->stream[0].pcm, stream->pcm);
	return ret ? stream_fail(stream, "snd_pcm_link", ret) : 0;
}

/* Whether all are in @state, @at_once since the same time; 0 or the exit status. */
static int all_are(struct group *group, snd_pcm_state_t state, bool at_once)
{
	snd_htimestamp_t time, first;
	snd_pcm_status_t *status;
	int i, ret;

	snd_pcm_status_alloca(&status);
	for (i = 0; i < group->count; i++) {
		ret = snd_pcm_status(group->stream[i].pcm, status);
		if (!ret && snd_pcm_status_get_state(status) != state)
			ret = -EBADFD;
		if (ret)
			return stream_fail(&group->stream[i], snd_pcm_state_name(state), ret);
		snd_pcm_status_get_trigger_htstamp(status, &time);
		if (i && at_once && memcmp(&time, &first, sizeof(time)))
			return stream_fail(&group->stream[i], "trigger_htstamp", -ETIME);
		first = time;
	}
	return 0;
}

static int run(struct group *group)
{
	struct stream *first = group->stream;
	int ret = snd_pcm_start(first->pcm);
	int status;

	if (ret)
		return stream_fail(first, "start", ret);
	status = all_are(group, SND_PCM_STATE_RUNNING, group->at_once);
	if (!status && group->pause) {
		usleep(RUN_US);
		ret = snd_pcm_pause(first->pcm, 1);
		if (ret)
			return stream_fail(first, "pause", ret);
		status = all_are(group, SND_PCM_STATE_PAUSED, false);
		if (status)
			return status;
		ret = snd_pcm_pause(first->pcm, 0);
		if (ret)
			return stream_fail(first, "release", ret);
		status = all_are(group, SND_PCM_STATE_RUNNING, group->at_once);
	}
	if (status)
		return status;
	usleep(RUN_US);
	ret = snd_pcm_drop(first->pcm);
	return ret ? stream_fail(first, "drop", ret) : all_are(group, SND_PCM_STATE_SETUP, false);
}

int cmd_link(int argc, char **argv)
{
	struct group group = { .count = 0 };
	struct stream_options options;
	int letter, status = 0;

	stream_defaults(&options);
	while ((letter = getopt(argc, argv, STREAM_LETTERS "HO")) != -1) {
		if (letter == 'H')
			group.pause = true;
		else if (letter == 'O')
			group.at_once = true;
		else if (!stream_option(&options, letter, optarg))
			optind = argc;
	}
	if (argc - optind < 2 || argc - optind > MAX_STREAMS)
		die("usage: link [-H] [-O] [stream options] p:DEVICE|c:DEVICE ...\n"
		    "  2 to %d; -H pauses them, -O fails unless they start at once", MAX_STREAMS);
	watchdog(&options, "link");
	for (; !status && optind < argc; optind++) {
		if (strncmp(argv[optind], "p:", 2) && strncmp(argv[optind], "c:", 2))
			die("%s: p:DEVICE or c:DEVICE", argv[optind]);
		status = add(&group, &options, argv[optind]);
	}
	if (!status)
		status = run(&group);
	printf("link label=%s result=%s streams=%d\n", options.label,
	       status ? "failed" : "ok", group.count);
	while (group.count--)
		stream_close(&group.stream[group.count]);
	return status;
}
