// SPDX-License-Identifier: GPL-2.0
/* pcmtool open and caps: who may open a device, and what it offers. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pcmtool.h"
#include "stream.h"

static snd_pcm_stream_t direction_of(const char *text)
{
	if (!strcmp(text, "playback"))
		return SND_PCM_STREAM_PLAYBACK;
	if (!strcmp(text, "capture"))
		return SND_PCM_STREAM_CAPTURE;
	die("neither playback nor capture: %s", text);
}

/* Prints the errno of an open that does not wait, then holds the device. */
int cmd_open(int argc, char **argv)
{
	snd_pcm_t *pcm;
	int ret;

	if (argc < 3 || argc > 4)
		die("usage: open DEVICE playback|capture [SECONDS]");
	ret = snd_pcm_open(&pcm, argv[1], direction_of(argv[2]), SND_PCM_NONBLOCK);
	printf("open device=%s errno=%d (%s)\n", argv[1], ret < 0 ? -ret : 0,
	       ret < 0 ? snd_strerror(ret) : "granted");
	fflush(stdout);
	if (ret < 0)
		return ret == -ENODEV ? EXIT_GONE : EXIT_PCM;
	if (argc == 4)
		sleep(number_of(argv[3], "seconds"));
	snd_pcm_close(pcm);
	return EXIT_EXACT;
}

static void print_rates(snd_pcm_t *pcm, snd_pcm_hw_params_t *hw)
{
	static const unsigned int rates[] = {
		8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000,
	};
	const char *comma = "";
	size_t i;

	printf(" rates=");
	for (i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		if (snd_pcm_hw_params_test_rate(pcm, hw, rates[i], 0))
			continue;
		printf("%s%u", comma, rates[i]);
		comma = ",";
	}
}

/* One line: the ranges of a configuration space at 16-bit stereo and one rate. */
int cmd_caps(int argc, char **argv)
{
	snd_pcm_uframes_t buffer_min = 0, buffer_max = 0, period_min = 0, period_max = 0;
	unsigned int channels_min = 0, channels_max = 0, rate;
	snd_pcm_hw_params_t *hw;
	snd_pcm_t *pcm;
	int ret;

	if (argc != 4)
		die("usage: caps DEVICE playback|capture RATE");
	rate = number_of(argv[3], "rate");
	ret = snd_pcm_open(&pcm, argv[1], direction_of(argv[2]), SND_PCM_NONBLOCK);
	if (ret < 0) {
		printf("caps device=%s errno=%d (%s)\n", argv[1], -ret, snd_strerror(ret));
		return EXIT_PCM;
	}
	snd_pcm_hw_params_alloca(&hw);
	snd_pcm_hw_params_any(pcm, hw);
	printf("caps device=%s", argv[1]);
	snd_pcm_hw_params_get_channels_min(hw, &channels_min);
	snd_pcm_hw_params_get_channels_max(hw, &channels_max);
	print_rates(pcm, hw);
	if (snd_pcm_hw_params_set_channels(pcm, hw, 2) < 0 ||
	    snd_pcm_hw_params_set_format(pcm, hw, SND_PCM_FORMAT_S16_LE) < 0 ||
	    snd_pcm_hw_params_set_rate(pcm, hw, rate, 0) < 0)
		printf(" refused=s16x2@%u", rate);
	snd_pcm_hw_params_get_buffer_size_min(hw, &buffer_min);
	snd_pcm_hw_params_get_buffer_size_max(hw, &buffer_max);
	snd_pcm_hw_params_get_period_size_min(hw, &period_min, NULL);
	snd_pcm_hw_params_get_period_size_max(hw, &period_max, NULL);
	printf(" channels=%u-%u period=%lu-%lu buffer=%lu-%lu", channels_min, channels_max,
	       period_min, period_max, buffer_min, buffer_max);
	printf(" pause=%d resume=%d no_wakeup=%d mono=%d mmap=%d\n",
	       snd_pcm_hw_params_can_pause(hw), snd_pcm_hw_params_can_resume(hw),
	       snd_pcm_hw_params_can_disable_period_wakeup(hw), channels_min == 1,
	       !snd_pcm_hw_params_test_access(pcm, hw, SND_PCM_ACCESS_MMAP_INTERLEAVED));
	snd_pcm_close(pcm);
	return EXIT_EXACT;
}
