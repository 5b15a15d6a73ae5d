// SPDX-License-Identifier: GPL-2.0
/*
 * longrun DEVICE HOURS RATE SLACK [PPM]: play and record for hours, and see whether the
 * two stay together
 *
 * Both directions of an alsa-lib device are linked, so they start together. Each hour
 * by the stream's own count the frames that the hardware has played and recorded are
 * read one after the other, beside the clock. Neither their distance nor the frames'
 * distance from the clock may change by more than SLACK frames, and no xrun may come.
 * A card with a clock of its own may also leave the system's by PPM millionths.
 */
#include <alsa/asoundlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PERIOD	4096
#define RING	(4 * PERIOD)

static snd_pcm_t *open_stream(const char *device, snd_pcm_stream_t direction,
			      unsigned int rate)
{
	snd_pcm_hw_params_t *hw;
	snd_pcm_uframes_t period = PERIOD, ring = RING;
	snd_pcm_t *pcm;

	snd_pcm_hw_params_alloca(&hw);
	if (snd_pcm_open(&pcm, device, direction, 0) < 0 ||
	    snd_pcm_hw_params_any(pcm, hw) < 0 ||
	    snd_pcm_hw_params_set_access(pcm, hw, SND_PCM_ACCESS_RW_INTERLEAVED) < 0 ||
	    snd_pcm_hw_params_set_format(pcm, hw, SND_PCM_FORMAT_S16_LE) < 0 ||
	    snd_pcm_hw_params_set_channels(pcm, hw, 2) < 0 ||
	    snd_pcm_hw_params_set_rate(pcm, hw, rate, 0) < 0 ||
	    snd_pcm_hw_params_set_period_size_near(pcm, hw, &period, NULL) < 0 ||
	    snd_pcm_hw_params_set_buffer_size_near(pcm, hw, &ring) < 0 ||
	    snd_pcm_hw_params(pcm, hw) < 0 || period != PERIOD || ring != RING)
		return NULL;
	return pcm;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static short silence[2 * PERIOD], heard[2 * PERIOD];
	long long written = 0, read = 0, first_apart = 0, worst_apart = 0, worst_clock = 0;
	snd_pcm_t *out, *in;
	snd_pcm_sframes_t free_frames, ready, done;
	unsigned int rate, hour;
	double begin = 0;
	long long slack;
	int i, hours, ppm;

	if (argc != 5 && argc != 6) {
		fputs("usage: longrun DEVICE HOURS RATE SLACK [PPM]\n", stderr);
		return 2;
	}
	hours = atoi(argv[2]);
	rate = atoi(argv[3]);
	slack = atoll(argv[4]);
	ppm = argc == 6 ? atoi(argv[5]) : 0;
	out = open_stream(argv[1], SND_PCM_STREAM_PLAYBACK, rate);
	in = open_stream(argv[1], SND_PCM_STREAM_CAPTURE, rate);
	if (!out || !in || snd_pcm_link(out, in) < 0) {
		printf("longrun: the device cannot do that: %p %p\n", (void *)out, (void *)in);
		return 1;
	}
	for (i = 0; i < RING / PERIOD; i++) {
		if (snd_pcm_writei(out, silence, PERIOD) != PERIOD)
			return 1;
		written += PERIOD;
	}
	if (snd_pcm_state(in) != SND_PCM_STATE_RUNNING && snd_pcm_start(in) < 0)
		return 1;
	for (hour = 0; hour <= (unsigned int)hours;) {
		long long played, recorded, apart, clock;

		done = snd_pcm_readi(in, heard, PERIOD);
		if (done == PERIOD) {
			read += done;
			done = snd_pcm_writei(out, silence, PERIOD);
		}
		if (done != PERIOD) {
			printf("longrun: %s after %lld frames\n", snd_strerror(done), read);
			return 1;
		}
		written += done;
		/* The first look is after a second, when everything moves. */
		if (read < rate + (long long)hour * 3600 * rate)
			continue;
		free_frames = snd_pcm_avail(out);
		ready = snd_pcm_avail(in);
		played = written - (RING - free_frames);
		recorded = read + ready;
		if (!hour) {
			begin = seconds() - (double)recorded / rate;
			first_apart = recorded - played;
		}
		apart = recorded - played - first_apart;
		clock = recorded - (long long)((seconds() - begin) * rate);
		printf("# %u h: played %lld, recorded %lld, apart %lld, from the clock %lld\n",
		       hour, played, recorded, apart, clock);
		fflush(stdout);
		if (llabs(apart) > worst_apart)
			worst_apart = llabs(apart);
		if (llabs(clock) > worst_clock)
			worst_clock = llabs(clock);
		hour++;
	}
	printf("longrun: %d h, %lld frames, apart by up to %lld, from the clock by up to %lld\n",
	       hours, read, worst_apart, worst_clock);
	return worst_apart > slack || worst_clock > slack + read / 1000000 * ppm;
}
