// SPDX-License-Identifier: GPL-2.0
/*
 * storm - several processes do to the same streams whatever comes to mind
 *
 *   storm SECONDS SEED PROCESSES NODE... [-- COMMAND...]
 *
 * A NODE is a pattern for a stream's folder in sysfs, below that of its device: a card
 * that comes back may have another number.
 * Each process opens a node by lot, takes random steps with it: configure, prepare,
 * start, write or read, pause, drop, drain, reset, rewind, status, close, and then
 * opens another. Two that meet at a node are as welcome as any.
 * Meanwhile each COMMAND (a line for the shell) runs again and again in a process of
 * its own. What a step answers does not matter as long as it answers. Prints how
 * often each step was taken, each node opened and each command run, and how often
 * that succeeded; the status is 0 if every process came to its end by itself, and
 * each of these succeeded sometimes.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ktypes.h"
#include "rawparams.h"

enum {
	OPEN, PARAMS, PREPARE, START, XFER, PAUSE, DROP, DRAIN, RESET, REWIND, STATUS,
	CLOSE, STEPS
};

#define MAX_NODES	64
#define MAX_COMMANDS	16

static const char *const step_names[STEPS] = {
	"open", "hw_params", "prepare", "start", "transfer", "pause", "drop", "drain",
	"reset", "rewind", "status", "close",
};

struct count {
	long tried;
	long done;
};

/* Shared by all processes. */
static struct counts {
	struct count step[STEPS];
	struct count node[MAX_NODES];
	struct count command[MAX_COMMANDS];
} *counts;

static time_t end;
static u64 state;

static unsigned int dice(unsigned int sides)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 33) % sides;
}

static void count(struct count *count, int ok)
{
	__atomic_add_fetch(&count->tried, 1, __ATOMIC_RELAXED);
	if (ok)
		__atomic_add_fetch(&count->done, 1, __ATOMIC_RELAXED);
}

/* Return: whether it never succeeded. */
static int report(const char *what, const struct count *count)
{
	printf("# %s: %ld of %ld\n", what, count->done, count->tried);
	return !count->done;
}

static int configure(int fd)
{
	struct snd_pcm_hw_params params;
	unsigned int rate, period, periods;

	raw_params(&params, SNDRV_PCM_ACCESS_RW_INTERLEAVED);
	raw_range(&params, SNDRV_PCM_HW_PARAM_CHANNELS, 2, 2);
	rate = dice(2) ? 44100 : 22050;
	raw_range(&params, SNDRV_PCM_HW_PARAM_RATE, rate, rate);
	period = 256 << dice(4);
	raw_range(&params, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, period, period);
	periods = 2 << dice(3);
	raw_range(&params, SNDRV_PCM_HW_PARAM_PERIODS, periods, periods);
	return ioctl(fd, SNDRV_PCM_IOCTL_HW_PARAMS, &params);
}

/* Return: a descriptor, or a negative number if it is not there or not to be had. */
static int open_node(const char *pattern, int capture)
{
	char name[64] = "";
	glob_t found;

	if (!glob(pattern, 0, NULL, &found))
		snprintf(name, sizeof(name), "/dev/snd%s", strrchr(found.gl_pathv[0], '/'));
	globfree(&found);
	return open(name, (capture ? O_RDONLY : O_WRONLY) | O_NONBLOCK);
}

static void walk(char **nodes, int num_nodes)
{
	static char data[1 << 16];
	int fd = -1, capture = 0, step, ok;

	while (time(NULL) < end) {
		struct snd_xferi x = { .buf = data, .frames = 1 + dice(4000) };
		snd_pcm_uframes_t frames = dice(2000);
		struct snd_pcm_status status = {};

		if (fd < 0) {
			int i = dice(num_nodes);

			capture = nodes[i][strlen(nodes[i]) - 1] == 'c';
			fd = open_node(nodes[i], capture);
			count(&counts->step[OPEN], fd >= 0);
			count(&counts->node[i], fd >= 0);
			if (fd < 0)
				usleep(1000);
			continue;
		}
		step = PARAMS + dice(STEPS - PARAMS);
		/* Mostly what moves a stream on. */
		if (dice(3))
			step = PARAMS + dice(XFER - PARAMS + 1);
		switch (step) {
		case PARAMS:
			ok = !configure(fd);
			break;
		case PREPARE:
			ok = !ioctl(fd, SNDRV_PCM_IOCTL_PREPARE);
			break;
		case START:
			ok = !ioctl(fd, SNDRV_PCM_IOCTL_START);
			break;
		case XFER:
			ok = !ioctl(fd, capture ? SNDRV_PCM_IOCTL_READI_FRAMES :
						  SNDRV_PCM_IOCTL_WRITEI_FRAMES, &x);
			break;
		case PAUSE:
			ok = !ioctl(fd, SNDRV_PCM_IOCTL_PAUSE, dice(2));
			break;
		case DROP:
			ok = !ioctl(fd, SNDRV_PCM_IOCTL_DROP);
			break;
		case DRAIN:
			ok = !ioctl(fd, SNDRV_PCM_IOCTL_DRAIN) || errno == EAGAIN;
			break;
		case RESET:
			ok = !ioctl(fd, SNDRV_PCM_IOCTL_RESET);
			break;
		case REWIND:
			ok = !ioctl(fd, SNDRV_PCM_IOCTL_REWIND, &frames);
			break;
		case STATUS:
			ok = !ioctl(fd, SNDRV_PCM_IOCTL_STATUS, &status);
			break;
		default:
			ok = !close(fd);
			fd = -1;
			break;
		}
		count(&counts->step[step], ok);
		if (!dice(16))
			usleep(dice(20000));
	}
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	int nodes = 0, commands = 0, processes, running, bad = 0, i, status;
	time_t start = time(NULL);
	char **command;
	pid_t pid;

	for (i = 4; i < argc && strcmp(argv[i], "--"); i++)
		nodes++;
	command = argv + i + 1;
	if (i < argc)
		commands = argc - i - 1;
	if (!nodes || nodes > MAX_NODES || commands > MAX_COMMANDS) {
		fprintf(stderr, "usage: storm SECONDS SEED PROCESSES NODE... [-- COMMAND...]\n");
		return 2;
	}
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		return 2;
	end = start + atoi(argv[1]);
	processes = atoi(argv[3]);
	running = processes + commands;
	for (i = 0; i < running; i++) {
		pid = fork();
		if (pid < 0)
			return 2;
		if (pid)
			continue;
		state = strtoull(argv[2], NULL, 0) * 1000 + i;
		if (i < processes)
			walk(argv + 4, nodes);
		else
			while (time(NULL) < end)
				count(&counts->command[i - processes],
				      !system(command[i - processes]));
		_exit(0);
	}
	/* A process that hangs in the kernel is what this is to find. */
	alarm(2 * (end - start) + 60);
	for (; running; running--) {
		if (wait(&status) < 0)
			return 1;
		bad += !!status;
	}
	for (i = 0; i < STEPS; i++)
		bad += report(step_names[i], &counts->step[i]);
	for (i = 0; i < nodes; i++)
		bad += report(argv[4 + i], &counts->node[i]);
	for (i = 0; i < commands; i++)
		bad += report(command[i], &counts->command[i]);
	return !!bad;
}
