// SPDX-License-Identifier: GPL-2.0
/*
 * memfrag KIB WATCH COMMAND...: run a command while free blocks of 16 pages and more
 * hold at most KIB together, up to the moment at which WATCH, a PCM's hw_params in
 * /proc/asound, says that it is open.
 *
 * All memory is filled with locked pages; then those at odd page frame numbers are
 * given back, so that half the memory is free and no two free pages are
 * neighbours. The blocks that were left below the watermarks are eaten by pipes:
 * the kernel takes their pages from the largest blocks of movable memory first. A few
 * stay on newer kernels, which keep them for allocations in atomic context.
 * Compaction must leave locked pages alone (vm.compact_unevictable_allowed = 0),
 * and the low zones must be open to everybody (vm.lowmem_reserve_ratio = 0 0 0).
 *
 * The status is the command's; 125 if memory could not be fragmented so, or did
 * not stay so until then.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktypes.h"

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED	24
#endif

#define PAGE		4096ul
#define STEP		(64 * PAGE)
#define LEFT_KIB	1536	/* free memory at which filling ends */
#define FLOOR_KIB	400	/* and the pipes' eating; the kernel's is 256 */
#define FORBIDDEN	4	/* order of the smallest block that may not exist */
#define MAX_PIPES	256
#define EXIT_FAILED	125

static void fail(const char *what)
{
	fprintf(stderr, "memfrag: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILED);
}

static long free_kib(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128];
	long kib = -1;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemFree: %ld", &kib) == 1)
			break;
	if (kib < 0)
		fail("/proc/meminfo");
	fclose(file);
	return kib;
}

/* KiB in free blocks of FORBIDDEN pages' order and above, in all zones. */
static unsigned long large_blocks(bool print)
{
	FILE *file = fopen("/proc/buddyinfo", "r");
	unsigned long sum = 0;
	char line[512];

	if (!file)
		fail("/proc/buddyinfo");
	while (fgets(line, sizeof(line), file)) {
		char *at = strstr(line, "zone");
		unsigned int order = 0;
		int used;
		unsigned long count;

		if (print)
			printf("memfrag: %s", line);
		if (!at || sscanf(at, "zone %*s%n", &used) < 0)
			continue;
		for (at += used; sscanf(at, "%lu%n", &count, &used) == 1; at += used)
			if (order++ >= FORBIDDEN)
				sum += count << (order - 1) << 2;
	}
	fclose(file);
	return sum;
}

struct hog {
	char *start;
	size_t size;
};

static void fill(struct hog *hog)
{
	hog->size = 0;
	while (free_kib() > LEFT_KIB) {
		if (mlock(hog->start + hog->size, STEP))
			break;
		hog->size += STEP;
	}
}

/* Gives back those pages of a part of the hog whose frame numbers are odd. */
static size_t release_odd(const struct hog *hog, size_t start, size_t end)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY);
	size_t released = 0;
	size_t at;

	if (pagemap < 0)
		fail("/proc/self/pagemap");
	for (at = start; at < end; at += PAGE) {
		u64 entry;
		off_t offset = ((unsigned long)hog->start + at) / PAGE * sizeof(entry);

		if (pread(pagemap, &entry, sizeof(entry), offset) != sizeof(entry))
			fail("pagemap");
		/* Bit 63: present; from bit 0 on: the page frame number. */
		if (!(entry >> 63) || !(entry & 1))
			continue;
		if (madvise(hog->start + at, PAGE, MADV_DONTNEED_LOCKED))
			fail("madvise");
		released++;
	}
	close(pagemap);
	return released;
}

/* Pages that the kernel holds and cannot move, until no large block is left. */
static void eat_large_blocks(void)
{
	static char page[PAGE];
	int pipes;

	for (pipes = 0; pipes < MAX_PIPES && large_blocks(false) &&
	     free_kib() > FLOOR_KIB; pipes++) {
		int fd[2];

		if (pipe2(fd, O_NONBLOCK))
			fail("pipe");
		fcntl(fd[1], F_SETPIPE_SZ, 256 * PAGE);
		/* Not to the point at which the kernel would kill for memory. */
		while (large_blocks(false) && free_kib() > FLOOR_KIB &&
		       write(fd[1], page, PAGE) == PAGE)
			;
	}
}

static bool is_open(const char *watch)
{
	FILE *file = fopen(watch, "r");
	char word[16];
	bool open;

	if (!file)
		fail(watch);
	open = fscanf(file, "%15s", word) == 1 && strcmp(word, "closed");
	fclose(file);
	return open;
}

/* Most memory in large blocks until the device was open; false if it never was. */
static bool watch_open(const char *watch, pid_t child, unsigned long *most)
{
	siginfo_t ended;
	unsigned long now;
	bool open;

	do {
		open = is_open(watch);
		now = large_blocks(open);
		if (now > *most)
			*most = now;
		usleep(500);
		ended.si_pid = 0;
		waitid(P_PID, child, &ended, WEXITED | WNOHANG | WNOWAIT);
	} while (!open && !ended.si_pid);
	return open;
}

int main(int argc, char **argv)
{
	size_t all = (size_t)sysconf(_SC_PHYS_PAGES) * PAGE;
	size_t small, released;
	unsigned long most, allowed;
	struct hog hog;
	pid_t child;
	bool opened;
	int status;

	if (argc < 4) {
		fputs("usage: memfrag KIB WATCH COMMAND...\n", stderr);
		return EXIT_FAILED;
	}
	allowed = strtoul(argv[1], NULL, 0);
	setvbuf(stdout, NULL, _IONBF, 0);
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	hog.start = mmap(NULL, all, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (hog.start == MAP_FAILED)
		fail("mmap");
	fill(&hog);
	/* The pipes take single pages too: most of them come free only afterwards. */
	small = hog.size / 4 / PAGE * PAGE;
	released = release_odd(&hog, 0, small);
	eat_large_blocks();
	released += release_odd(&hog, small, hog.size);
	printf("memfrag: held %zu pages, gave back %zu\n", hog.size / PAGE, released);

	most = large_blocks(true);
	child = fork();
	if (!child) {
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (child < 0)
		fail("fork");
	opened = watch_open(argv[2], child, &most);
	if (waitpid(child, &status, 0) < 0)
		fail("waitpid");
	printf("memfrag: until the device was open at most %lu KiB in blocks of 64 KiB or more\n",
	       most);
	if (!opened || most > allowed || !WIFEXITED(status))
		return EXIT_FAILED;
	return WEXITSTATUS(status);
}
