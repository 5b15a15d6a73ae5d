// SPDX-License-Identifier: GPL-2.0
/*
 * storm - several processes do to the same streams whatever comes to mind
 *
 *   storm SECONDS SEED PROCESSES NODE... [-- COMMAND...]
 *
 * A NODE is a pattern for a stream's folder in sysfs, below that of its device: a card
 * that comes back may have another number.
 * Each process opens up to two nodes by lot, takes random steps with them: configure,
 * prepare, start, write or read, pause, drop, drain, reset, rewind, status, link, unlink,
 * close, and then opens others. It does so with two threads, neither of which cares what
 * the other does. Two processes that meet at a node are as welcome as any.
 * What the ALSA core does not survive, with any driver, is left out. PREPARE and RESET take
 * the mutex of each stream of a group, that which was named first, so that of a process's
 * threads only one may. And up to Linux 6.4 the core looks for an xrun before it pauses a
 * stream, with the lock of the group held that the end of the stream takes too. So half
 * of the processes link, and the others pause.
 * Meanwhile each COMMAND (a line for the shell) runs again and again in a process of
 * its own. What a step answers does not matter as long as it answers. Prints how
 * often each step was taken, each node opened and each command run, and how often
 * that succeeded; the status is 0 if every process came to its end by itself, and
 * each of these succeeded sometimes.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
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
	LINK, UNLINK, CLOSE, STEPS
};

#define MAX_NODES	64
#define MAX_COMMANDS	16
#define SLOTS		2

static const char *const step_names[STEPS] = {
	"open", "hw_params", "prepare", "start", "transfer", "pause", "drop", "drain",
	"reset", "rewind", "status", "link", "unlink", "close",
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

/* The process's streams, of both of its threads. 0 is none, standard input is not ours. */
static struct slot {
	int fd;
	int capture;
} slots[SLOTS];

static char **nodes;
static int num_nodes;
static time_t end;
static __thread u64 state;

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

/* Return: whether a node could be opened; another thread may have filled the slot since. */
static int open_slot(struct slot *slot)
{
	int i = dice(num_nodes), none = 0, capture, fd;

	capture = nodes[i][strlen(nodes[i]) - 1] == 'c';
	fd = open_node(nodes[i], capture);
	count(&counts->step[OPEN], fd >= 0);
	count(&counts->node[i], fd >= 0);
	if (fd < 0)
		return 0;
	slot->capture = capture;
	if (!__atomic_compare_exchange_n(&slot->fd, &none, fd, 0, __ATOMIC_RELAXED,
					 __ATOMIC_RELAXED))
		close(fd);
	return 1;
}

/* Return: whether there was a stream to close. */
static int close_slot(struct slot *slot)
{
	int fd = __atomic_exchange_n(&slot->fd, 0, __ATOMIC_RELAXED);

	return fd && !close(fd);
}

static int take_step(int step, int i)
{
	static char data[1 << 16];
	struct snd_xferi x = { .buf = data, .frames = 1 + dice(4000) };
	int fd = __atomic_load_n(&slots[i].fd, __ATOMIC_RELAXED);
	snd_pcm_uframes_t frames = dice(2000);
	struct snd_pcm_status status = {};

	switch (step) {
	case PARAMS:
		return !configure(fd);
	case PREPARE:
		return !ioctl(fd, SNDRV_PCM_IOCTL_PREPARE);
	case START:
		return !ioctl(fd, SNDRV_PCM_IOCTL_START);
	case XFER:
		return !ioctl(fd, slots[i].capture ? SNDRV_PCM_IOCTL_READI_FRAMES :
						     SNDRV_PCM_IOCTL_WRITEI_FRAMES, &x);
	case PAUSE:
		return !ioctl(fd, SNDRV_PCM_IOCTL_PAUSE, dice(2));
	case DROP:
		return !ioctl(fd, SNDRV_PCM_IOCTL_DROP);
	case DRAIN:
		return !ioctl(fd, SNDRV_PCM_IOCTL_DRAIN) || errno == EAGAIN;
	case RESET:
		return !ioctl(fd, SNDRV_PCM_IOCTL_RESET);
	case REWIND:
		return !ioctl(fd, SNDRV_PCM_IOCTL_REWIND, &frames);
	case STATUS:
		return !ioctl(fd, SNDRV_PCM_IOCTL_STATUS, &status);
	case LINK:
		return !ioctl(fd, SNDRV_PCM_IOCTL_LINK, slots[!i].fd);
	case UNLINK:
		return !ioctl(fd, SNDRV_PCM_IOCTL_UNLINK);
	default:
		return close_slot(&slots[i]);
	}
}

static void walk(int links, int second)
{
	int step, i;

	while (time(NULL) < end) {
		i = dice(SLOTS);
		if (!__atomic_load_n(&slots[i].fd, __ATOMIC_RELAXED)) {
			if (!open_slot(&slots[i]))
				usleep(1000);
			continue;
		}
		step = PARAMS + dice(STEPS - PARAMS);
		/* Mostly what moves a stream on. */
		if (dice(3))
			step = PARAMS + dice(XFER - PARAMS + 1);
		if (step == (links ? PAUSE : LINK) ||
		    (second && (step == PREPARE || step == RESET)))
			step = STATUS;
		count(&counts->step[step], take_step(step, i));
		if (!dice(16))
			usleep(dice(20000));
	}
}

static void *walk_second(void *seed)
{
	state = *(u64 *)seed;
	walk(state % 2, 1);
	return NULL;
}

/* Return: an exit status. */
static int walk_both(u64 seed)
{
	u64 second = seed + 500;
	pthread_t thread;
	int i;

	if (pthread_create(&thread, NULL, walk_second, &second))
		return 2;
	state = seed;
	walk(seed % 2, 0);
	pthread_join(thread, NULL);
	for (i = 0; i < SLOTS; i++)
		close_slot(&slots[i]);
	return 0;
}

int main(int argc, char **argv)
{
	int commands = 0, processes, running, bad = 0, i, status;
	time_t start = time(NULL);
	char **command;
	pid_t pid;

	nodes = argv + 4;
	for (i = 4; i < argc && strcmp(argv[i], "--"); i++)
		num_nodes++;
	command = argv + i + 1;
	if (i < argc)
		commands = argc - i - 1;
	if (!num_nodes || num_nodes > MAX_NODES || commands > MAX_COMMANDS) {
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
		if (i < processes)
			_exit(walk_both(strtoull(argv[2], NULL, 0) * 1000 + i));
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
	for (i = 0; i < num_nodes; i++)
		bad += report(nodes[i], &counts->node[i]);
	for (i = 0; i < commands; i++)
		bad += report(command[i], &counts->command[i]);
	return !!bad;
}
