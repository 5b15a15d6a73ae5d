// SPDX-License-Identifier: GPL-2.0
/*
 * faultsweep - let each call of a function on a driver's paths fail in turn
 *
 *   faultsweep [-s STEP] [-w MODULE] DEVICE_FOLDER SYMBOL=VALUE[:ERRNO]...
 *
 * DEVICE_FOLDER is a bound device's in sysfs. Its steps: bind, and for each PCM node
 * of the card open, hw_params, mmap, prepare, start, and the machine's way to sleep
 * and back while the stream runs. Each is tried with the 1st, 2nd, 3rd ... failing
 * until a try ends before its turn comes. A step that is refused must say why in the
 * expected way; one that succeeds all the same could do without. After each the step
 * is taken without a failure and must succeed.
 *
 * portcls-fail.ko makes the function named SYMBOL return VALUE at once, which must come
 * out as ERRNO (default: VALUE). should_failslab and should_fail_alloc_page are the
 * kernel's own hooks in its allocators. With -w only calls from modules whose names
 * begin so fail, with -s only in that step. Prints TAP, and the number of sites in all.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ktypes.h"
#include "rawparams.h"

/* Far more than any path has: one that never ends is a failure of its own. */
#define MOST		5000
#define FAIL_FILE	"/sys/kernel/debug/portcls-fail"

static char device_folder[PATH_MAX], driver_folder[PATH_MAX];
static const char *device_name;
static int tests, failed, sites;

/* What fails now. */
static int injector = -1;
static const char *symbol, *within;
static long symbol_value;
static int symbol_errno;

static char node[PATH_MAX];
static int pcm = -1, capture;
static void *ring = MAP_FAILED;
static size_t ring_size;

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
	char text[256];

	snprintf(text, sizeof(text), "%s %ld %d %s", symbol, symbol_value, n,
		 within ? within : "");
	return write(injector, text, strlen(text)) < 0 ? -errno : 0;
}

/* Whether the failure has happened. */
static int disarm(void)
{
	char text[64] = "";
	int calls, hit = 0;

	arm(0);
	if (pread(injector, text, sizeof(text) - 1, 0) < 0)
		return -errno;
	return sscanf(text, "%d %d", &calls, &hit) == 2 && hit;
}

static int bind_with(const char *file)
{
	char path[PATH_MAX + 8];

	snprintf(path, sizeof(path), "%s/%s", driver_folder, file);
	return put(path, device_name);
}

static int step_bind(void)
{
	return bind_with("bind");
}

static void undo_bind(void)
{
	int err = bind_with("unbind");

	if (err)
		printf("# unbind: %s\n", strerror(-err));
}

static int step_open(void)
{
	pcm = open(node, (capture ? O_RDONLY : O_RDWR) | O_NONBLOCK);
	return pcm < 0 ? -errno : 0;
}

static void undo_open(void)
{
	close(pcm);
	pcm = -1;
}

static int step_hw_params(void)
{
	struct snd_pcm_hw_params params;

	raw_params(&params, SNDRV_PCM_ACCESS_MMAP_INTERLEAVED);
	raw_range(&params, SNDRV_PCM_HW_PARAM_CHANNELS, 1, 2);
	raw_range(&params, SNDRV_PCM_HW_PARAM_RATE, 44100, 48000);
	raw_range(&params, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, 1024, 1024);
	raw_range(&params, SNDRV_PCM_HW_PARAM_PERIODS, 4, 8);
	if (ioctl(pcm, SNDRV_PCM_IOCTL_HW_PARAMS, &params) < 0)
		return -errno;
	/* A mono frame is the smallest there can be. */
	ring_size = 4 * 1024 * 2;
	return 0;
}

static void undo_hw_params(void)
{
	ioctl(pcm, SNDRV_PCM_IOCTL_HW_FREE);
}

static int step_mmap(void)
{
	ring = mmap(NULL, ring_size, PROT_READ, MAP_SHARED | MAP_POPULATE, pcm,
		    SNDRV_PCM_MMAP_OFFSET_DATA);
	return ring == MAP_FAILED ? -errno : 0;
}

static void undo_mmap(void)
{
	munmap(ring, ring_size);
	ring = MAP_FAILED;
}

static int step_prepare(void)
{
	return ioctl(pcm, SNDRV_PCM_IOCTL_PREPARE) < 0 ? -errno : 0;
}

static void undo_prepare(void)
{
	ioctl(pcm, SNDRV_PCM_IOCTL_DROP);
}

/* What the ring holds is played, which is silence. */
static int step_start(void)
{
	struct snd_pcm_sync_ptr sync = { .c.control = { .appl_ptr = 4096, .avail_min = 1 } };

	if (!capture && ioctl(pcm, SNDRV_PCM_IOCTL_SYNC_PTR, &sync) < 0)
		return -errno;
	return ioctl(pcm, SNDRV_PCM_IOCTL_START) < 0 ? -errno : 0;
}

static void undo_start(void)
{
	ioctl(pcm, SNDRV_PCM_IOCTL_DROP);
	ioctl(pcm, SNDRV_PCM_IOCTL_PREPARE);
}

/* As deep as /sys/power/pm_test says. */
static int step_sleep(void)
{
	return put("/sys/power/state", "mem");
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

static int expected(int err)
{
	if (err == symbol_errno)
		return 1;
	/*
	 * Resources that could not be noted down are reported as taken, and the sound
	 * core misses the name of a device only when it registers it.
	 */
	return symbol_errno == -ENOMEM && (err == -EBUSY || err == -EINVAL);
}

static void sweep(const char *what, int (*step)(void), void (*undo)(void))
{
	int n, err, hit, refused = 0, tolerated = 0, wrong = 0;
	char text[512];

	for (n = 1; n <= MOST; n++) {
		err = arm(n);
		if (err) {
			printf("# %s: cannot arm: %s\n", what, strerror(-err));
			wrong++;
			break;
		}
		err = step();
		hit = disarm();
		if (!err)
			undo();
		if (!hit) {
			if (err) {
				printf("# %s: %s without a failure\n", what, strerror(-err));
				wrong++;
			}
			break;
		}
		sites++;
		if (!err) {
			tolerated++;
		} else if (expected(err)) {
			refused++;
		} else {
			printf("# %s: %s when number %d fails\n", what, strerror(-err), n);
			wrong++;
		}
		err = step();
		if (err) {
			printf("# %s: %s after number %d had failed\n", what,
			       strerror(-err), n);
			wrong++;
			break;
		}
		undo();
	}
	if (n == 1 && !wrong)
		return;
	snprintf(text, sizeof(text),
		 "%s: %d calls of %s failed in turn: %d refused, %d done without", what,
		 n - 1, symbol, refused, tolerated);
	result(!wrong && n <= MOST, text);
}

static const struct step {
	const char *name;
	int (*step)(void);
	void (*undo)(void);
	/* Whole machines fail in other places than ours where every allocation may. */
	int only_within;
} steps[] = {
	{ "open", step_open, undo_open, 0 },
	{ "hw_params", step_hw_params, undo_hw_params, 0 },
	{ "mmap", step_mmap, undo_mmap, 0 },
	{ "prepare", step_prepare, undo_prepare, 0 },
	{ "start", step_start, undo_start, 0 },
	{ "sleep", step_sleep, undo_sleep, 1 },
};

#define STEPS	((int)(sizeof(steps) / sizeof(steps[0])))

static void bail(const char *what)
{
	printf("Bail out! %s\n", what);
	fflush(stdout);
	exit(1);
}

static void sweep_node(const char *only)
{
	char what[PATH_MAX];
	int i;

	for (i = 0; i < STEPS; i++) {
		snprintf(what, sizeof(what), "%s %s %s", device_name, steps[i].name,
			 strrchr(node, '/') + 1);
		if (only ? !strcmp(only, steps[i].name) : !steps[i].only_within || within)
			sweep(what, steps[i].step, steps[i].undo);
		/* The next step stands on this one. */
		if (i < STEPS - 1 && steps[i].step()) {
			strcat(what, " does not work any more");
			bail(what);
		}
	}
	undo_start();
	undo_mmap();
	undo_hw_params();
	undo_open();
}

static int find_nodes(glob_t *found)
{
	char pattern[PATH_MAX + 32];

	snprintf(pattern, sizeof(pattern), "%s/sound/card*/pcmC*", device_folder);
	return glob(pattern, 0, NULL, found);
}

static void sweep_all(const char *only)
{
	char what[PATH_MAX];
	glob_t nodes;
	size_t i;

	if (!only || !strcmp(only, "bind")) {
		undo_bind();
		snprintf(what, sizeof(what), "%s bind", device_name);
		sweep(what, step_bind, undo_bind);
		if (step_bind())
			bail("the driver does not bind any more");
	}
	if (find_nodes(&nodes))
		bail("no PCM device");
	for (i = 0; i < nodes.gl_pathc; i++) {
		const char *name = strrchr(nodes.gl_pathv[i], '/') + 1;

		snprintf(node, sizeof(node), "/dev/snd/%s", name);
		capture = name[strlen(name) - 1] == 'c';
		sweep_node(only);
	}
	globfree(&nodes);
}

/* NAME=VALUE[:ERRNO] */
static void take_symbol(char *text)
{
	char *value = strchr(text, '='), *end;

	if (!value)
		bail("SYMBOL=VALUE, please");
	*value++ = 0;
	symbol = text;
	symbol_value = strtol(value, &end, 0);
	symbol_errno = *end == ':' ? -strtol(end + 1, NULL, 0) : symbol_value;
}

int main(int argc, char **argv)
{
	const char *only = NULL;
	char link[PATH_MAX + 8];
	int option, before;

	while ((option = getopt(argc, argv, "s:w:")) != -1) {
		if (option == 's')
			only = optarg;
		else if (option == 'w')
			within = optarg;
		else
			return 2;
	}
	if (optind + 1 >= argc) {
		fprintf(stderr,
			"usage: faultsweep [-s STEP] [-w MODULE] FOLDER SYMBOL=VALUE[:ERRNO]...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!realpath(argv[optind], device_folder))
		bail("no such device");
	device_name = strrchr(device_folder, '/') + 1;
	snprintf(link, sizeof(link), "%s/driver", device_folder);
	if (!realpath(link, driver_folder))
		bail("no driver is bound");

	injector = open(FAIL_FILE, O_RDWR);
	if (injector < 0)
		bail("portcls-fail is not loaded");
	while (++optind < argc) {
		take_symbol(argv[optind]);
		before = sites;
		sweep_all(only);
		/* A function that nobody calls is no test of its failing. */
		if (sites == before && !within) {
			snprintf(link, sizeof(link), "%s: %s is never called", device_name,
				 symbol);
			result(0, link);
		}
	}
	printf("# %s: %d sites failed\n", device_name, sites);
	printf("1..%d\n", tests);
	return failed != 0;
}
