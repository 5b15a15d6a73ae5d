// SPDX-License-Identifier: GPL-2.0
/*
 * pcmtool play: play test audio, with pauses, drops, rewinds and stalls on the
 * way, and say exactly which frames are to be heard.
 *
 * Frame numbers are never used twice: what is written after a rewind or a drop
 * goes on counting, so a frame that ought not be heard cannot hide.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcmtool.h"
#include "spec.h"
#include "stream.h"

#define MAX_CHUNK	65536

/* A dropped stream's frames that the card has fetched may still not come out. */
#define DROP_LACK	2048

enum ending {
	END_DRAIN,
	END_DROP,
	END_CLOSE,
};

struct player {
	struct stream_options options;
	struct stream stream;
	struct spec spec;
	unsigned int id;
	u32 first;			/* number of the first frame */
	unsigned long tail;		/* frames of silence behind the last one */
	unsigned int rewinds;		/* how many are to be tried */
	unsigned long ahead;		/* frames that it keeps ahead of the hardware, 0 all */
	unsigned long guard;		/* frames before the hardware that a rewind leaves */
	enum ending ending;
	const char *spec_file;
	u8 *buffer;
	u64 random;

	unsigned long done;		/* frames given, taken back ones included */
	bool broken;			/* the next frame does not follow the last one */
	unsigned int xruns;
	unsigned int suspends;
	unsigned int paused;
	unsigned int dropped;
	unsigned int rewound;
	unsigned int refused;
	unsigned int moved;		/* pauses during which the position moved */
	unsigned int late;		/* times a free-running stream was caught up with */
	unsigned int backward;		/* times the position went back */
	unsigned int misstarts;		/* starts below the threshold, or none at it */
	bool started;
	unsigned long queued;		/* frames given since the last prepare */
	long position;			/* frames played since then, as last seen */
	double began;
};

/* Looks at the position; what it says must fit to what it said before. */
static void look(struct player *player)
{
	snd_pcm_t *pcm = player->stream.pcm;
	snd_pcm_state_t state = snd_pcm_state(pcm);
	snd_pcm_sframes_t delay;

	if (!player->started && state == SND_PCM_STATE_RUNNING) {
		player->misstarts += player->queued < player->stream.start;
		player->started = true;
	} else if (!player->started && state == SND_PCM_STATE_PREPARED) {
		player->misstarts += player->queued >= player->stream.start;
	}
	if (state != SND_PCM_STATE_RUNNING || snd_pcm_delay(pcm, &delay) < 0)
		return;
	if ((long)player->queued - delay < player->position)
		player->backward++;
	else
		player->position = player->queued - delay;
}

static void begin_anew(struct player *player)
{
	player->broken = true;
	player->started = false;
	player->queued = 0;
	player->position = 0;
}

/* The stream stood still: silence is allowed in what was given since the last break. */
static void allow_gaps(struct player *player)
{
	size_t i;

	for (i = player->spec.count; i; i--) {
		player->spec.segment[i - 1].gaps = true;
		if (!player->spec.segment[i - 1].joined)
			break;
	}
}

static void play_pause(struct player *player)
{
	snd_pcm_t *pcm = player->stream.pcm;
	snd_pcm_sframes_t before, after;

	if (snd_pcm_state(pcm) == SND_PCM_STATE_PREPARED && !snd_pcm_start(pcm))
		player->started = true;
	if (snd_pcm_pause(pcm, 1) < 0) {
		player->refused++;
		return;
	}
	if (snd_pcm_delay(pcm, &before) < 0)
		before = -1;
	usleep(1000 + random_next(&player->random) % 60000);
	if (snd_pcm_delay(pcm, &after) < 0 || before != after)
		player->moved++;
	if (snd_pcm_pause(pcm, 0) < 0) {
		player->refused++;
		return;
	}
	player->paused++;
	allow_gaps(player);
}

static int play_drop(struct player *player)
{
	snd_pcm_t *pcm = player->stream.pcm;
	snd_pcm_sframes_t delay;
	int ret;

	if (snd_pcm_delay(pcm, &delay) < 0 || delay < 0)
		delay = 0;
	ret = snd_pcm_drop(pcm);
	if (!ret)
		ret = snd_pcm_prepare(pcm);
	spec_lack(&player->spec, delay + DROP_LACK);
	begin_anew(player);
	player->dropped++;
	return ret;
}

/* Takes back frames that are safely ahead of the hardware, then some of them forth. */
static void play_rewind(struct player *player)
{
	snd_pcm_t *pcm = player->stream.pcm;
	snd_pcm_sframes_t can = snd_pcm_rewindable(pcm);
	snd_pcm_sframes_t back, forth = 0;

	if (can <= (snd_pcm_sframes_t)player->guard)
		return;
	back = 1 + random_next(&player->random) % (can - player->guard);
	back = snd_pcm_rewind(pcm, back);
	if (back <= 0) {
		player->refused++;
		return;
	}
	if (random_next(&player->random) & 1)
		forth = snd_pcm_forward(pcm, random_next(&player->random) % back);
	if (forth < 0) {
		player->refused++;
		forth = 0;
	}
	player->queued -= back - forth;
	if (spec_cut(&player->spec, back - forth))
		die("rewound more frames than were written");
	player->rewound++;
}

/*
 * A free-running stream that came late goes on a quarter of a ring ahead of the
 * hardware; what lies between is silence if the core filled it.
 */
static int catch_up(struct player *player)
{
	struct stream *stream = &player->stream;
	snd_pcm_sframes_t avail = snd_pcm_avail(stream->pcm);
	snd_pcm_sframes_t skip;

	if (avail < 0)
		return avail;
	if ((snd_pcm_uframes_t)avail <= stream->buffer)
		return 0;
	skip = snd_pcm_forward(stream->pcm, avail - stream->buffer + stream->buffer / 4);
	if (skip < 0)
		return skip;
	player->broken = true;
	player->queued += skip;
	player->late++;
	return 0;
}

/* Gives up to @count frames at @frames; those of the pattern begin at number @first. */
static int give(struct player *player, const u8 *frames, size_t count, bool pattern,
		u32 first)
{
	size_t step = format_frame_bytes(&player->stream.format);

	while (count) {
		long ret = 0;

		if (player->options.stop < 0 &&
		    snd_pcm_state(player->stream.pcm) == SND_PCM_STATE_RUNNING)
			ret = catch_up(player);
		if (!ret)
			ret = stream_transfer(&player->stream, (void *)frames, count);
		if (ret < 0) {
			int error = ret;

			player->xruns += error == -EPIPE;
			if (player->xruns > player->options.xruns)
				return error;
			player->suspends += error == -ESTRPIPE;
			ret = stream_revive(&player->stream, error);
			if (ret < 0)
				return ret;
			if (ret)
				allow_gaps(player);
			else
				begin_anew(player);
			continue;
		}
		if (!player->began)
			player->began = now();
		player->queued += ret;
		look(player);
		if (pattern) {
			spec_append(&player->spec, player->id, first, ret, !player->broken);
			player->broken = false;
			player->done += ret;
			first += ret;
		}
		frames += ret * step;
		count -= ret;
	}
	return 0;
}

static size_t next_chunk(struct player *player, unsigned long limit)
{
	unsigned long chunk = player->options.chunk > 0 ? (unsigned long)player->options.chunk :
			      player->stream.period;

	if (player->options.chunk < 0)
		chunk = 1 + random_next(&player->random) % (2 * player->stream.period);
	if (chunk > MAX_CHUNK)
		chunk = MAX_CHUNK;
	return chunk < limit ? chunk : limit;
}

/* A client that keeps time by itself: no more than so much is ever queued. */
static void wait_ahead(const struct player *player)
{
	snd_pcm_t *pcm = player->stream.pcm;
	snd_pcm_sframes_t delay;

	while (player->ahead && snd_pcm_state(pcm) == SND_PCM_STATE_RUNNING &&
	       !snd_pcm_delay(pcm, &delay) && delay > (long)player->ahead)
		usleep(1000);
}

static unsigned long least(unsigned long a, unsigned long b)
{
	return a < b ? a : b;
}

static int play_frames(struct player *player)
{
	const struct stream_options *options = &player->options;
	unsigned long *pause = random_points(options->seed, options->pauses, options->frames);
	unsigned long *drop = random_points(options->seed + 1, options->drops,
					    options->frames);
	unsigned long *rewind = random_points(options->seed + 2, player->rewinds,
					      options->frames);
	unsigned int stall = 0, paused = 0, dropped = 0, rewound = 0;
	int ret = 0;

	while (!ret && player->done < options->frames) {
		unsigned long limit = options->frames;
		u32 number = player->first + player->done;
		size_t count;

		limit = least(limit, pause[paused]);
		limit = least(limit, drop[dropped]);
		limit = least(limit, rewind[rewound]);
		if (stall < options->stalls)
			limit = least(limit, options->stall_at[stall]);
		if (limit > player->done) {
			wait_ahead(player);
			count = next_chunk(player, limit - player->done);
			pattern_fill(&options->format, player->id, number, count,
				     player->buffer);
			ret = give(player, player->buffer, count, true, number);
			continue;
		}
		if (limit == pause[paused]) {
			play_pause(player);
			paused++;
		} else if (limit == drop[dropped]) {
			ret = play_drop(player);
			dropped++;
		} else if (limit == rewind[rewound]) {
			play_rewind(player);
			rewound++;
		} else {
			usleep(options->stall_ms[stall++] * 1000);
		}
	}
	free(pause);
	free(drop);
	free(rewind);
	return ret;
}

static int play_tail(struct player *player)
{
	unsigned long left = player->tail;
	int ret = 0;

	format_silence(&player->options.format, player->buffer, MAX_CHUNK);
	while (!ret && left) {
		size_t count = next_chunk(player, left);

		ret = give(player, player->buffer, count, false, 0);
		left -= count;
	}
	return ret;
}

static int play_ending(struct player *player)
{
	if (player->ending == END_DRAIN)
		return stream_drain(&player->stream);
	if (player->ending == END_DROP)
		return play_drop(player);
	spec_lack(&player->spec, player->stream.buffer + DROP_LACK);
	return 0;
}

/*
 * Real time, as far as it shows from outside: QEMU reads up to 1024 frames ahead,
 * for which a driver may wait at the end or not, its position moves in steps of
 * 10 ms, and a drain may play out a period.
 */
static bool kept_pace(const struct player *player, double elapsed, double audio)
{
	const struct stream_options *options = &player->options;
	double slack = audio * options->pace / 1000 + 0.08 + 1024.0 / options->rate;

	if (!options->pace || options->pauses || options->drops || options->stalls ||
	    player->xruns)
		return true;
	return elapsed <= audio + slack + (double)player->stream.period / options->rate &&
	       elapsed >= audio - slack;
}

static int report(struct player *player, double elapsed)
{
	const struct stream_options *options = &player->options;
	double audio = (double)(player->done + player->tail) / options->rate;
	int ret = kept_pace(player, elapsed, audio) ? EXIT_EXACT : EXIT_PACE;
	FILE *file;

	printf("play label=%s result=%s id=%u rate=%u access=%s period=%lu buffer=%lu",
	       options->label, ret ? "pace" : "ok", player->id, options->rate,
	       options->mmap ? "mmap" : "rw", player->stream.period, player->stream.buffer);
	printf(" committed=%lu xruns=%u suspends=%u pauses=%u moved=%u drops=%u rewinds=%u",
	       player->done, player->xruns, player->suspends, player->paused, player->moved,
	       player->dropped, player->rewound);
	printf(" refused=%u late=%u backward=%u misstarts=%u ms=%.0f audio_ms=%.0f\n",
	       player->refused, player->late, player->backward, player->misstarts,
	       elapsed * 1000, audio * 1000);
	if (player->moved || player->backward || player->misstarts || player->refused)
		ret = EXIT_DIFFERS;
	if (!player->spec_file)
		return ret;
	file = fopen(player->spec_file, "a");
	if (!file)
		die("%s: %s", player->spec_file, strerror(errno));
	fprintf(file, "%s %s ", options->label, format_name(&options->format));
	spec_print(&player->spec, file);
	putc('\n', file);
	fclose(file);
	return ret;
}

static void bad_usage(void)
{
	fputs("usage: play [-s ID] [-F FIRST] [-z TAIL] [-w REWINDS] [-g GUARD]\n", stderr);
	die("  [-A AHEAD] [-E drain|drop|close] [-o SPECFILE] [stream options]");
}

static void parse(struct player *player, int argc, char **argv)
{
	int letter;

	while ((letter = getopt(argc, argv, STREAM_LETTERS "s:F:z:w:g:A:E:o:")) != -1) {
		if (letter == 's')
			player->id = number_of(optarg, "-s");
		else if (letter == 'F')
			player->first = number_of(optarg, "-F");
		else if (letter == 'z')
			player->tail = number_of(optarg, "-z");
		else if (letter == 'w')
			player->rewinds = number_of(optarg, "-w");
		else if (letter == 'g')
			player->guard = number_of(optarg, "-g");
		else if (letter == 'A')
			player->ahead = number_of(optarg, "-A");
		else if (letter == 'o')
			player->spec_file = optarg;
		else if (letter == 'E' && !strcmp(optarg, "drop"))
			player->ending = END_DROP;
		else if (letter == 'E' && !strcmp(optarg, "close"))
			player->ending = END_CLOSE;
		else if (letter == 'E' && !strcmp(optarg, "drain"))
			player->ending = END_DRAIN;
		else if (!stream_option(&player->options, letter, optarg))
			bad_usage();
	}
	if (optind != argc || !player->id || player->id > PATTERN_MAX_ID)
		bad_usage();
}

int cmd_play(int argc, char **argv)
{
	struct player player = { .id = 1, .guard = 2048 };
	int ret, status;

	stream_defaults(&player.options);
	parse(&player, argc, argv);
	watchdog(&player.options, "play");
	player.random = player.options.seed * 0x2545f4914f6cdd1dull + 7;
	player.buffer = xalloc(MAX_CHUNK, format_frame_bytes(&player.options.format));
	status = stream_open(&player.stream, &player.options, SND_PCM_STREAM_PLAYBACK);
	if (status)
		return status;

	ret = play_frames(&player);
	if (!ret)
		ret = play_tail(&player);
	if (!ret)
		ret = play_ending(&player);
	if (ret < 0) {
		status = stream_fail(&player.stream, "play", ret);
		spec_lack(&player.spec, player.stream.buffer + DROP_LACK);
	}
	ret = report(&player, now() - player.began);
	stream_close(&player.stream);
	spec_free(&player.spec);
	free(player.buffer);
	return status ? status : ret;
}
