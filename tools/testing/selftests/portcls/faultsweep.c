// SPDX-License-Identifier: GPL-2.0
/*
 * faultsweep - let each allocation on a path through a card's driver fail in turn
 *
 *   faultsweep CARD DEVICE p|c DRIVER_FOLDER NAME
 *
 * The kernel counts a task's allocations and fails the one whose number stands in
 * /proc/thread-self/fail-nth. Each step of a stream's life, and binding the driver,
 * is tried with 1, 2, 3 ... until a try ends before the number is reached. A step
 * that is refused must say ENOMEM or, where a resource is asked for by the PCI core,
 * EBUSY; one that succeeds all the same could do without. After each the same step
 * is taken without a failure and must succeed. Prints TAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ktypes.h"
#include <sound/asound.h>

/* Far more than any path has: one that never ends is a failure of its own. */
#define MOST	3000

static char node[64], bind_file[256], unbind_file[256], link_file[256];
static const char *name;
static int nth = -1, pcm = -1, tests, failed;
static int capture;

static int put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int arm(int n)
{
	char text[16];

	sprintf(text, "%d", n);
	return pwrite(nth, text, strlen(text), 0) < 0 ? -errno : 0;
}

/* What is left of the count; 0 when the failure has happened. */
static int disarm(void)
{
	char text[16] = "";

	if (pread(nth, text, sizeof(text) - 1, 0) < 0)
		return -errno;
	arm(0);
	return atoi(text);
}

static int step_bind(void)
{
	return put(bind_file, name);
}

static void undo_bind(void)
{
	put(unbind_file, name);
}

/* The node comes a moment after the card, by the kernel's own device file system. */
static int step_open(void)
{
	pcm = open(node, (capture ? O_RDONLY : O_WRONLY) | O_NONBLOCK);
	return pcm < 0 ? -errno : 0;
}

static void undo_open(void)
{
	close(pcm);
	pcm = -1;
}

static void one(struct snd_pcm_hw_params *params, int var, unsigned int value)
{
	struct snd_interval *i =
		&params->intervals[var - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];

	i->min = value;
	i->max = value;
	i->openmin = 0;
	i->openmax = 0;
	i->integer = 1;
}

static int step_hw_params(void)
{
	struct snd_pcm_hw_params params;
	unsigned int i;

	memset(&params, 0, sizeof(params));
	for (i = 0; i < sizeof(params.masks) / sizeof(params.masks[0]); i++)
		memset(params.masks[i].bits, 0xff, sizeof(params.masks[i].bits));
	for (i = 0; i < sizeof(params.intervals) / sizeof(params.intervals[0]); i++)
		params.intervals[i].max = ~0U;
	memset(params.masks[0].bits, 0, sizeof(params.masks[0].bits));
	params.masks[0].bits[0] = 1 << SNDRV_PCM_ACCESS_RW_INTERLEAVED;
	memset(params.masks[1].bits, 0, sizeof(params.masks[1].bits));
	params.masks[1].bits[0] = 1 << SNDRV_PCM_FORMAT_S16_LE;
	params.rmask = ~0U;
	params.info = ~0U;
	one(&params, SNDRV_PCM_HW_PARAM_CHANNELS, 2);
	one(&params, SNDRV_PCM_HW_PARAM_RATE, 44100);
	one(&params, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, 1024);
	one(&params, SNDRV_PCM_HW_PARAM_PERIODS, 8);
	return ioctl(pcm, SNDRV_PCM_IOCTL_HW_PARAMS, &params) < 0 ? -errno : 0;
}

static void undo_hw_params(void)
{
	ioctl(pcm, SNDRV_PCM_IOCTL_HW_FREE);
}

static int step_prepare(void)
{
	return ioctl(pcm, SNDRV_PCM_IOCTL_PREPARE) < 0 ? -errno : 0;
}

static void undo_prepare(void)
{
	ioctl(pcm, SNDRV_PCM_IOCTL_DROP);
}

/* By the first write, or told to. */
static int step_start(void)
{
	static char silence[4 * 1024 * 4];
	struct snd_xferi x = { .buf = silence, .frames = sizeof(silence) / 4 };

	if (!capture && ioctl(pcm, SNDRV_PCM_IOCTL_WRITEI_FRAMES, &x) < 0)
		return -errno;
	if (capture && ioctl(pcm, SNDRV_PCM_IOCTL_START) < 0)
		return -errno;
	return 0;
}

static void undo_start(void)
{
	ioctl(pcm, SNDRV_PCM_IOCTL_DROP);
	ioctl(pcm, SNDRV_PCM_IOCTL_PREPARE);
}

/* The whole machine to sleep as far as its devices, and back. */
static int step_sleep(void)
{
	return put("/sys/power/state", "freeze");
}

static void undo_sleep(void)
{
	undo_start();
	step_start();
}

static void result(int ok, const char *what)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tests, what);
	failed += !ok;
}

static int sweep(const char *what, int (*step)(void), void (*undo)(void), int most)
{
	int n, err, left, refused = 0, tolerated = 0, wrong = 0;
	char text[256];

	for (n = 1; n <= most; n++) {
		arm(n);
		err = step();
		left = disarm();
		if (!err)
			undo();
		if (left > 0) {
			if (err) {
				printf("# %s: %s without a failure\n", what, strerror(-err));
				wrong++;
			}
			break;
		}
		refused += err == -ENOMEM || err == -EBUSY;
		tolerated += !err;
		if (err && err != -ENOMEM && err != -EBUSY) {
			printf("# %s: %s when allocation %d fails\n", what,
			       strerror(-err), n);
			wrong++;
		}
		err = step();
		if (err) {
			printf("# %s: %s after allocation %d had failed\n", what,
			       strerror(-err), n);
			wrong++;
			break;
		}
		undo();
	}
	snprintf(text, sizeof(text),
		 "%s: %d allocations failed in turn: %d refused, %d done without",
		 what, n - 1, refused, tolerated);
	/* A path that could not fail would be no test of failing. */
	result(!wrong && n <= MOST, text);
	return wrong;
}

static const struct {
	const char *name;
	int (*step)(void);
	void (*undo)(void);
} steps[] = {
	{ "open", step_open, undo_open },
	{ "hw_params", step_hw_params, undo_hw_params },
	{ "prepare", step_prepare, undo_prepare },
	{ "start", step_start, undo_start },
	{ "suspend and resume", step_sleep, undo_sleep },
};

int main(int argc, char **argv)
{
	char what[128];
	int i;

	if (argc != 6) {
		fprintf(stderr, "usage: faultsweep CARD DEVICE p|c DRIVER_FOLDER NAME\n");
		return 2;
	}
	name = argv[5];
	capture = argv[3][0] == 'c';
	snprintf(node, sizeof(node), "/dev/snd/pcmC%sD%s%s", argv[1], argv[2], argv[3]);
	snprintf(bind_file, sizeof(bind_file), "%s/bind", argv[4]);
	snprintf(unbind_file, sizeof(unbind_file), "%s/unbind", argv[4]);
	snprintf(link_file, sizeof(link_file), "%s/%s", argv[4], name);
	nth = open("/proc/thread-self/fail-nth", O_RDWR);
	if (nth < 0) {
		printf("Bail out! no fail-nth: %s\n", strerror(errno));
		return 1;
	}
	if (!capture && !access(link_file, F_OK)) {
		undo_bind();
		snprintf(what, sizeof(what), "%s probe", name);
		sweep(what, step_bind, undo_bind, MOST);
		if (step_bind()) {
			printf("Bail out! the driver does not bind any more\n");
			return 1;
		}
	}
	for (i = 0; access(node, F_OK) && i < 100; i++)
		usleep(10000);

	for (i = 0; i < (int)(sizeof(steps) / sizeof(steps[0])); i++) {
		snprintf(what, sizeof(what), "%s %s %.24s", name, steps[i].name, node + 9);
		sweep(what, steps[i].step, steps[i].undo, MOST);
		/* The next step stands on this one. */
		if (steps[i].step()) {
			printf("Bail out! %s does not work any more\n", what);
			return 1;
		}
	}
	undo_start();
	undo_hw_params();
	undo_open();
	printf("1..%d\n", tests);
	return failed != 0;
}
