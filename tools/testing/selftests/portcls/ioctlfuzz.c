// SPDX-License-Identifier: GPL-2.0
/*
 * ioctlfuzz -s SEED -n COUNT -j JOBS NODE...: requests by lot to the nodes of a card,
 * many of them nonsense, enough of them sensible to get somewhere; the jobs share the
 * open files. The kernel must survive it; whether the driver did, an ordinary player
 * shows afterwards.
 *
 * The same seed gives the same requests. A request that does not come back within
 * ten seconds ends the program with status 6, and its name is printed. At the end: how
 * often each request was made and granted, and in which states the streams were found.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sound/asound.h>

#include "ioctlfuzz.h"

#define MAX_NODES	8
#define PATIENCE	10	/* seconds */
#define EXIT_HANG	6
#define MAX_ERRNO	200
#define MAX_REQUESTS	80

static struct node nodes[MAX_NODES];
static int node_count;
static u64 state;
const char *current = "nothing";
static unsigned long results[MAX_ERRNO];

/* What all jobs have done together; a request is known by its name's address. */
static struct tally {
	struct {
		const char *name;
		unsigned long tried;
		unsigned long granted;
	} request[MAX_REQUESTS];
	unsigned long state[SNDRV_PCM_STATE_LAST + 1];
} *tally;

static const char *const state_names[SNDRV_PCM_STATE_LAST + 1] = {
	"OPEN", "SETUP", "PREPARED", "RUNNING", "XRUN", "DRAINING", "PAUSED", "SUSPENDED",
	"DISCONNECTED",
};

static u64 lot(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

unsigned int below(unsigned int limit)
{
	return lot() % limit;
}

/* A number as they like to go wrong: small, at an edge, or anything. */
u64 number(void)
{
	static const u64 edges[] = {
		0, 1, 2, 3, 4095, 4096, 4097, 65535, 65536, 1 << 20, 0x7fffffff, 0x80000000,
		0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, ~0ull,
	};

	switch (below(4)) {
	case 0:
		return edges[below(sizeof(edges) / sizeof(*edges))];
	case 1:
		return below(20000);
	case 2:
		return -(u64)below(20000);
	default:
		return lot();
	}
}

void garbage(void *memory, size_t size)
{
	u8 *byte = memory;
	size_t i;

	for (i = 0; i < size; i++)
		byte[i] = below(3) ? 0 : lot();
}

static void hang(int signal)
{
	static const char text[] = "ioctlfuzz: no return from: ";

	(void)signal;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0 ||
	    write(STDOUT_FILENO, current, strlen(current)) < 0)
		_exit(1);
	_exit(EXIT_HANG);
}

static void add(unsigned long *number)
{
	__atomic_add_fetch(number, 1, __ATOMIC_RELAXED);
}

void count(long ret)
{
	int error = ret < 0 ? errno : 0;
	const char *nobody;
	int i;

	results[error < MAX_ERRNO ? error : MAX_ERRNO - 1]++;
	for (i = 0; i < MAX_REQUESTS; i++) {
		nobody = NULL;
		if (tally->request[i].name != current &&
		    !__atomic_compare_exchange_n(&tally->request[i].name, &nobody, current,
						 false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) &&
		    nobody != current)
			continue;
		add(&tally->request[i].tried);
		if (ret >= 0)
			add(&tally->request[i].granted);
		return;
	}
}

static void look_at_state(struct node *node)
{
	struct snd_pcm_status status;

	memset(&status, 0, sizeof(status));
	if (!ioctl(node->fd, SNDRV_PCM_IOCTL_STATUS, &status) &&
	    (unsigned int)status.state <= SNDRV_PCM_STATE_LAST)
		add(&tally->state[status.state]);
}

void request(struct node *node, const char *name, unsigned long code, void *argument)
{
	current = name;
	count(ioctl(node->fd, code, argument));
}

static void reopen(struct node *node)
{
	current = "open";
	if (node->fd >= 0) {
		/* A mapping may outlive its file. */
		if (node->map && below(4)) {
			munmap(node->map, node->map_size);
			node->map = NULL;
		}
		close(node->fd);
	}
	node->fd = open(node->path, O_RDWR | O_NONBLOCK);
	count(node->fd);
}

/* Parameters that may well be granted, with a spoiled one now and then. */
static void some_params(struct snd_pcm_hw_params *hw)
{
	unsigned int i;

	memset(hw, 0, sizeof(*hw));
	for (i = 0; i < sizeof(hw->masks) / sizeof(*hw->masks); i++)
		memset(&hw->masks[i], 0xff, sizeof(hw->masks[i]));
	for (i = 0; i < sizeof(hw->intervals) / sizeof(*hw->intervals); i++)
		hw->intervals[i].max = ~0u;
	hw->rmask = ~0u;
	memset(&hw->masks[0], 0, sizeof(hw->masks[0]));
	hw->masks[0].bits[0] = 1u << (below(3) ? SNDRV_PCM_ACCESS_MMAP_INTERLEAVED :
				      SNDRV_PCM_ACCESS_RW_INTERLEAVED);
	if (below(2)) {
		i = SNDRV_PCM_HW_PARAM_PERIOD_SIZE - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL;
		hw->intervals[i].min = below(5000);
		hw->intervals[i].max = hw->intervals[i].min + below(2000);
	}
	if (below(2)) {
		i = SNDRV_PCM_HW_PARAM_BUFFER_SIZE - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL;
		hw->intervals[i].min = below(40000);
		hw->intervals[i].max = hw->intervals[i].min + below(40000);
	}
	if (!below(6)) {
		i = below(sizeof(hw->intervals) / sizeof(*hw->intervals));
		hw->intervals[i].min = number();
		hw->intervals[i].max = number();
		hw->intervals[i].openmin = below(2);
		hw->intervals[i].empty = !below(8);
	}
	if (!below(8))
		garbage(&hw->masks[below(3)], sizeof(hw->masks[0]));
	if (!below(4))
		hw->flags = below(8);
}

static void hw_params(struct node *node)
{
	struct snd_pcm_hw_params hw;

	if (!below(4)) {
		garbage(&hw, sizeof(hw));
		request(node, "hw_params", SNDRV_PCM_IOCTL_HW_PARAMS, &hw);
		return;
	}
	some_params(&hw);
	request(node, "hw_refine", SNDRV_PCM_IOCTL_HW_REFINE, &hw);
	hw.rmask = ~0u;
	request(node, "hw_params", SNDRV_PCM_IOCTL_HW_PARAMS, &hw);
}

static void sw_params(struct node *node)
{
	struct snd_pcm_sw_params sw;

	memset(&sw, 0, sizeof(sw));
	sw.tstamp_mode = below(2);
	sw.period_step = 1;
	sw.avail_min = 1 + below(4096);
	sw.start_threshold = below(2) ? below(8192) : number();
	sw.stop_threshold = below(2) ? below(8192) : number();
	sw.silence_threshold = below(2) ? 0 : number();
	sw.silence_size = below(2) ? 0 : number();
	if (!below(6))
		garbage(&sw, sizeof(sw));
	request(node, "sw_params", SNDRV_PCM_IOCTL_SW_PARAMS, &sw);
}

static void transfer(struct node *node)
{
	static u8 memory[1 << 16];
	struct snd_xferi xfer = { .buf = memory, .frames = below(sizeof(memory) / 4) };
	void *channels[2] = { memory, memory + sizeof(memory) / 2 };
	struct snd_xfern xfern = { .bufs = channels, .frames = below(4096) };

	garbage(memory, 256);
	if (!below(8)) {
		xfer.buf = (void *)number();
		xfer.frames = number();
	}
	switch (below(6)) {
	case 0:
		current = "write";
		count(write(node->fd, memory, below(sizeof(memory))));
		break;
	case 1:
		current = "read";
		count(read(node->fd, memory, below(sizeof(memory))));
		break;
	case 2:
		request(node, "writen", SNDRV_PCM_IOCTL_WRITEN_FRAMES, &xfern);
		break;
	case 3:
		request(node, "readi", SNDRV_PCM_IOCTL_READI_FRAMES, &xfer);
		break;
	default:
		request(node, "writei", SNDRV_PCM_IOCTL_WRITEI_FRAMES, &xfer);
		break;
	}
}

static void sync_ptr(struct node *node)
{
	struct snd_pcm_sync_ptr sync;

	memset(&sync, 0, sizeof(sync));
	sync.flags = SNDRV_PCM_SYNC_PTR_APPL | SNDRV_PCM_SYNC_PTR_AVAIL_MIN;
	request(node, "sync_ptr", SNDRV_PCM_IOCTL_SYNC_PTR, &sync);
	sync.flags = below(8);
	switch (below(3)) {
	case 0:
		sync.c.control.appl_ptr += below(5000);
		break;
	case 1:
		sync.c.control.appl_ptr -= below(5000);
		break;
	default:
		sync.c.control.appl_ptr = number();
		break;
	}
	sync.c.control.avail_min = number();
	request(node, "sync_ptr", SNDRV_PCM_IOCTL_SYNC_PTR, &sync);
}

static void mapping(struct node *node)
{
	static const off_t offsets[] = {
		SNDRV_PCM_MMAP_OFFSET_DATA, SNDRV_PCM_MMAP_OFFSET_STATUS_OLD,
		SNDRV_PCM_MMAP_OFFSET_CONTROL_OLD, SNDRV_PCM_MMAP_OFFSET_STATUS_NEW,
		SNDRV_PCM_MMAP_OFFSET_CONTROL_NEW, 4096, 1 << 20,
	};
	off_t offset = offsets[below(sizeof(offsets) / sizeof(*offsets))];
	int protection = PROT_READ | (below(2) ? PROT_WRITE : 0);
	size_t size = 4096ul << below(9);
	void *memory;

	if (node->map && below(4)) {
		/* A position in the control page, or samples; the first page is there. */
		if (node->writable)
			*(u64 *)(node->map + 8 * below(8)) = number();
		return;
	}
	if (node->map) {
		current = "munmap";
		count(munmap(node->map, node->map_size));
		node->map = NULL;
		return;
	}
	current = "mmap";
	memory = mmap(NULL, size, protection, MAP_SHARED, node->fd, offset);
	count(memory == MAP_FAILED ? -1 : 0);
	if (memory == MAP_FAILED)
		return;
	node->map = memory;
	node->map_size = size;
	/* The kernel takes the right to write from the status page. */
	node->writable = (protection & PROT_WRITE) &&
			 offset != SNDRV_PCM_MMAP_OFFSET_STATUS_OLD &&
			 offset != SNDRV_PCM_MMAP_OFFSET_STATUS_NEW;
}

static void simple_pcm(struct node *node)
{
	static const struct {
		const char *name;
		unsigned long code;
	} simple[] = {
		{ "prepare", SNDRV_PCM_IOCTL_PREPARE }, { "prepare", SNDRV_PCM_IOCTL_PREPARE },
		{ "start", SNDRV_PCM_IOCTL_START }, { "start", SNDRV_PCM_IOCTL_START },
		{ "drop", SNDRV_PCM_IOCTL_DROP }, { "drain", SNDRV_PCM_IOCTL_DRAIN },
		{ "reset", SNDRV_PCM_IOCTL_RESET }, { "resume", SNDRV_PCM_IOCTL_RESUME },
		{ "xrun", SNDRV_PCM_IOCTL_XRUN }, { "hwsync", SNDRV_PCM_IOCTL_HWSYNC },
		{ "hw_free", SNDRV_PCM_IOCTL_HW_FREE }, { "unlink", SNDRV_PCM_IOCTL_UNLINK },
	};
	unsigned int which = below(sizeof(simple) / sizeof(*simple));

	request(node, simple[which].name, simple[which].code, NULL);
}

static void odd_pcm(struct node *node)
{
	u8 memory[4096];
	snd_pcm_uframes_t frames = below(2) ? below(8192) : number();
	int value = number();
	struct pollfd poll_fd = { .fd = node->fd, .events = POLLIN | POLLOUT };

	garbage(memory, sizeof(memory));
	switch (below(13)) {
	case 0:
		request(node, "pause", SNDRV_PCM_IOCTL_PAUSE, (void *)(long)below(2));
		break;
	case 1:
		request(node, "rewind", SNDRV_PCM_IOCTL_REWIND, &frames);
		break;
	case 2:
		request(node, "forward", SNDRV_PCM_IOCTL_FORWARD, &frames);
		break;
	case 3:
		request(node, "status", SNDRV_PCM_IOCTL_STATUS, memory);
		break;
	case 4:
		request(node, "status_ext", SNDRV_PCM_IOCTL_STATUS_EXT, memory);
		break;
	case 5:
		request(node, "channel_info", SNDRV_PCM_IOCTL_CHANNEL_INFO, memory);
		break;
	case 6:
		request(node, "link", SNDRV_PCM_IOCTL_LINK,
			(void *)(long)nodes[below(node_count)].fd);
		break;
	case 7:
		request(node, "ttstamp", SNDRV_PCM_IOCTL_TTSTAMP, &value);
		break;
	case 8:
		request(node, "user_pversion", SNDRV_PCM_IOCTL_USER_PVERSION, &value);
		break;
	case 9:
		request(node, "delay", SNDRV_PCM_IOCTL_DELAY, memory);
		break;
	case 10:
		request(node, "unknown", _IOC(below(4), 'A', below(256), below(4096)), memory);
		break;
	case 11:
		request(node, "no memory", _IOWR('A', below(0x62), u8[64]), (void *)number());
		break;
	default:
		current = "poll";
		count(poll(&poll_fd, 1, below(20)));
		break;
	}
}

static void one(struct node *node)
{
	if (node->fd < 0 || !below(1000)) {
		reopen(node);
		return;
	}
	if (node->kind == CONTROL) {
		odd_control(node);
		return;
	}
	if (node->kind == TIMER) {
		odd_timer(node);
		return;
	}
	look_at_state(node);
	switch (below(16)) {
	case 0:
		hw_params(node);
		break;
	case 1:
		sw_params(node);
		break;
	case 2:
		mapping(node);
		break;
	case 3:
	case 4:
		sync_ptr(node);
		break;
	case 5:
	case 6:
	case 7:
		transfer(node);
		break;
	case 8:
	case 9:
	case 10:
	case 11:
		simple_pcm(node);
		break;
	default:
		odd_pcm(node);
		break;
	}
}

static void report(unsigned long done)
{
	int error;

	printf("ioctlfuzz: %lu requests, %lu granted;", done, results[0]);
	for (error = 1; error < MAX_ERRNO; error++)
		if (results[error])
			printf(" %s=%lu", strerrorname_np(error) ? strerrorname_np(error) : "?",
			       results[error]);
	putchar('\n');
}

/* Of all jobs, the seldom granted ones included. */
static void report_all(void)
{
	unsigned long tried = 0, granted = 0;
	int i;

	for (i = 0; i < MAX_REQUESTS && tally->request[i].name; i++) {
		printf("ioctlfuzz: %s: %lu of %lu\n", tally->request[i].name,
		       tally->request[i].granted, tally->request[i].tried);
		tried += tally->request[i].tried;
		granted += tally->request[i].granted;
	}
	printf("ioctlfuzz: calls=%lu granted=%lu kinds=%d\n", tried, granted, i);
	printf("ioctlfuzz: states");
	for (i = 0; i <= SNDRV_PCM_STATE_LAST; i++)
		printf(" %s=%lu", state_names[i], tally->state[i]);
	putchar('\n');
}

static int job(unsigned long seed, unsigned long limit)
{
	unsigned long done;
	int i;

	state = seed * 0x9e3779b97f4a7c15ull + 1;
	for (i = 0; i < 10; i++)
		lot();
	for (done = 0; done < limit; done++) {
		alarm(PATIENCE);
		one(&nodes[below(node_count)]);
	}
	alarm(PATIENCE);
	current = "the last close";
	for (i = 0; i < node_count; i++)
		close(nodes[i].fd);
	alarm(0);
	report(done);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long seed = 1, limit = 10000, jobs = 1, i;
	int option, status, result = 0;

	while ((option = getopt(argc, argv, "s:n:j:")) != -1) {
		if (option == 's')
			seed = strtoul(optarg, NULL, 0);
		else if (option == 'n')
			limit = strtoul(optarg, NULL, 0);
		else if (option == 'j')
			jobs = strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	if (tally == MAP_FAILED)
		return 1;
	for (; optind < argc && node_count < MAX_NODES; optind++) {
		nodes[node_count].path = argv[optind];
		nodes[node_count].kind = strstr(argv[optind], "pcm") ? PCM :
					 strstr(argv[optind], "timer") ? TIMER : CONTROL;
		nodes[node_count].fd = -1;
		reopen(&nodes[node_count++]);
	}
	if (!node_count) {
		fputs("usage: ioctlfuzz [-s SEED] [-n COUNT] [-j JOBS] NODE...\n", stderr);
		return 2;
	}
	signal(SIGALRM, hang);
	for (i = 0; i < jobs; i++) {
		pid_t child = fork();

		if (!child)
			exit(job(seed * 100 + i, limit));
		if (child < 0)
			return 1;
	}
	while (wait(&status) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	report_all();
	return result;
}
