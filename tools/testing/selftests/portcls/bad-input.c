// SPDX-License-Identifier: GPL-2.0
/*
 * bad-input NODE CONTROL: impossible requests to a PCM device node and its card's
 * control node, each of which must be refused with the errno that says why. Prints
 * TAP. NODE is used to the end of the program, so what is left behind by one request
 * is there for the next.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <sound/asound.h>

#include "ktypes.h"

#define FRAME	4	/* 16-bit stereo */
#define PERIOD	1024
#define RING	4096

static int number, failures;
static int node = -1, control = -1;
static bool playback;

/* One result: a call returned @got; -errno if it failed. */
static void expect(const char *what, long got, long wanted)
{
	bool good = got == wanted;

	number++;
	failures += !good;
	printf("%sok %d %s\n", good ? "" : "not ", number, what);
	if (!good)
		printf("# returned %ld (%s), not %ld (%s)\n", got,
		       got < 0 ? strerror(-got) : "no error", wanted,
		       wanted < 0 ? strerror(-wanted) : "no error");
}

static long ask(unsigned long request, void *argument)
{
	long ret = ioctl(node, request, argument);

	return ret < 0 ? -errno : ret;
}

static struct snd_interval *interval(struct snd_pcm_hw_params *hw, int which)
{
	return &hw->intervals[which - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];
}

static struct snd_mask *mask(struct snd_pcm_hw_params *hw, int which)
{
	return &hw->masks[which - SNDRV_PCM_HW_PARAM_FIRST_MASK];
}

static void any_params(struct snd_pcm_hw_params *hw)
{
	unsigned int i;

	memset(hw, 0, sizeof(*hw));
	for (i = 0; i < sizeof(hw->masks) / sizeof(*hw->masks); i++)
		memset(&hw->masks[i], 0xff, sizeof(hw->masks[i]));
	for (i = 0; i < sizeof(hw->intervals) / sizeof(*hw->intervals); i++)
		hw->intervals[i].max = UINT_MAX;
	hw->rmask = UINT_MAX;
	hw->info = UINT_MAX;
}

static void set_interval(struct snd_pcm_hw_params *hw, int which, unsigned int value)
{
	interval(hw, which)->min = value;
	interval(hw, which)->max = value;
	interval(hw, which)->integer = 1;
}

static void set_mask(struct snd_pcm_hw_params *hw, int which, unsigned int bit)
{
	memset(mask(hw, which), 0, sizeof(struct snd_mask));
	if (bit != UINT_MAX)
		mask(hw, which)->bits[bit / 32] = 1u << (bit % 32);
}

static const struct snd_pcm_sw_params good_sw_params = {
	.avail_min = 1, .start_threshold = RING, .stop_threshold = RING, .period_step = 1,
};

/* What the tests below spoil in one place. */
static void good_params(struct snd_pcm_hw_params *hw)
{
	any_params(hw);
	set_mask(hw, SNDRV_PCM_HW_PARAM_ACCESS, SNDRV_PCM_ACCESS_RW_INTERLEAVED);
	set_mask(hw, SNDRV_PCM_HW_PARAM_FORMAT, SNDRV_PCM_FORMAT_S16_LE);
	set_interval(hw, SNDRV_PCM_HW_PARAM_CHANNELS, 2);
	set_interval(hw, SNDRV_PCM_HW_PARAM_RATE, 48000);
	set_interval(hw, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, PERIOD);
	set_interval(hw, SNDRV_PCM_HW_PARAM_BUFFER_SIZE, RING);
}

static void set_up(void)
{
	struct snd_pcm_sw_params sw = good_sw_params;
	struct snd_pcm_hw_params hw;

	ask(SNDRV_PCM_IOCTL_DROP, NULL);
	good_params(&hw);
	expect("good parameters", ask(SNDRV_PCM_IOCTL_HW_PARAMS, &hw), 0);
	expect("good software parameters", ask(SNDRV_PCM_IOCTL_SW_PARAMS, &sw), 0);
	expect("prepare", ask(SNDRV_PCM_IOCTL_PREPARE, NULL), 0);
}

static const struct {
	const char *what;
	int param;
	bool is_mask;
	unsigned int value;
} bad_params[] = {
#define BAD(what, param, is_mask, value) \
	{ what, SNDRV_PCM_HW_PARAM_##param, is_mask, value }
	BAD("no access", ACCESS, true, UINT_MAX),
	BAD("access by channel", ACCESS, true, SNDRV_PCM_ACCESS_RW_NONINTERLEAVED),
	BAD("complex access", ACCESS, true, SNDRV_PCM_ACCESS_MMAP_COMPLEX),
	BAD("no format", FORMAT, true, UINT_MAX),
	BAD("a format of doubles", FORMAT, true, SNDRV_PCM_FORMAT_FLOAT64_BE),
	BAD("a special format", FORMAT, true, SNDRV_PCM_FORMAT_SPECIAL),
	BAD("no subformat", SUBFORMAT, true, UINT_MAX),
	BAD("no channel", CHANNELS, false, 0),
	BAD("33 channels", CHANNELS, false, 33),
	BAD("4294967295 channels", CHANNELS, false, UINT_MAX),
	BAD("rate 0", RATE, false, 0),
	BAD("rate 1", RATE, false, 1),
	BAD("rate 4294967295", RATE, false, UINT_MAX),
	BAD("periods of nothing", PERIOD_SIZE, false, 0),
	BAD("periods of one frame", PERIOD_SIZE, false, 1),
	BAD("periods larger than the ring", PERIOD_SIZE, false, RING + 1),
	BAD("periods of 4294967295 frames", PERIOD_SIZE, false, UINT_MAX),
	BAD("periods of half frames", PERIOD_BYTES, false, PERIOD * FRAME + 2),
	BAD("no period", PERIODS, false, 0),
	BAD("4294967295 periods", PERIODS, false, UINT_MAX),
	BAD("a ring of nothing", BUFFER_SIZE, false, 0),
	BAD("a ring smaller than a period", BUFFER_SIZE, false, PERIOD - 1),
	BAD("a ring of 4294967295 frames", BUFFER_SIZE, false, UINT_MAX),
	BAD("a ring of half frames", BUFFER_BYTES, false, RING * FRAME + 1),
	BAD("24 bits a sample", SAMPLE_BITS, false, 24),
	BAD("5 bits a frame", FRAME_BITS, false, 5),
#undef BAD
};

static void test_hw_params(void)
{
	struct snd_pcm_hw_params hw;
	char what[96];
	size_t i;

	for (i = 0; i < sizeof(bad_params) / sizeof(*bad_params); i++) {
		good_params(&hw);
		if (bad_params[i].is_mask)
			set_mask(&hw, bad_params[i].param, bad_params[i].value);
		else
			set_interval(&hw, bad_params[i].param, bad_params[i].value);
		snprintf(what, sizeof(what), "hw_params: %s", bad_params[i].what);
		expect(what, ask(SNDRV_PCM_IOCTL_HW_PARAMS, &hw), -EINVAL);
	}
	good_params(&hw);
	interval(&hw, SNDRV_PCM_HW_PARAM_RATE)->min = 48000;
	interval(&hw, SNDRV_PCM_HW_PARAM_RATE)->max = 8000;
	expect("hw_params: an interval upside down", ask(SNDRV_PCM_IOCTL_HW_PARAMS, &hw),
	       -EINVAL);
	good_params(&hw);
	interval(&hw, SNDRV_PCM_HW_PARAM_RATE)->empty = 1;
	expect("hw_params: an empty interval", ask(SNDRV_PCM_IOCTL_HW_PARAMS, &hw), -EINVAL);
	expect("hw_params: no memory", ask(SNDRV_PCM_IOCTL_HW_PARAMS, (void *)8), -EFAULT);
	expect("hw_refine: no memory", ask(SNDRV_PCM_IOCTL_HW_REFINE, (void *)8), -EFAULT);
}

/* Requests that make no sense before there are parameters. */
static void test_not_set_up(void)
{
	struct snd_xferi transfer = { .buf = &transfer, .frames = 1 };
	struct snd_pcm_sw_params sw = { .avail_min = 1 };
	snd_pcm_uframes_t frames = 1;
	snd_pcm_sframes_t delay;
	char sample[FRAME] = { 0 };
	long ret;

	expect("open: prepare", ask(SNDRV_PCM_IOCTL_PREPARE, NULL), -EBADFD);
	expect("open: start", ask(SNDRV_PCM_IOCTL_START, NULL), -EBADFD);
	expect("open: drop", ask(SNDRV_PCM_IOCTL_DROP, NULL), -EBADFD);
	expect("open: drain", ask(SNDRV_PCM_IOCTL_DRAIN, NULL), -EBADFD);
	expect("open: resume", ask(SNDRV_PCM_IOCTL_RESUME, NULL), -EBADFD);
	expect("open: reset", ask(SNDRV_PCM_IOCTL_RESET, NULL), -EBADFD);
	expect("open: hw_free", ask(SNDRV_PCM_IOCTL_HW_FREE, NULL), -EBADFD);
	expect("open: sw_params", ask(SNDRV_PCM_IOCTL_SW_PARAMS, &sw), -EBADFD);
	expect("open: delay", ask(SNDRV_PCM_IOCTL_DELAY, &delay), -EBADFD);
	expect("open: hwsync", ask(SNDRV_PCM_IOCTL_HWSYNC, NULL), -EBADFD);
	expect("open: rewind", ask(SNDRV_PCM_IOCTL_REWIND, &frames), -EBADFD);
	expect("open: forward", ask(SNDRV_PCM_IOCTL_FORWARD, &frames), -EBADFD);
	expect("open: transfer", ask(playback ? SNDRV_PCM_IOCTL_WRITEI_FRAMES :
				     SNDRV_PCM_IOCTL_READI_FRAMES, &transfer), -EBADFD);
	ret = playback ? write(node, sample, FRAME) : read(node, sample, FRAME);
	expect("open: write or read", ret < 0 ? -errno : ret, -EBADFD);
	expect("open: mapping", mmap(NULL, 4096, PROT_READ, MAP_SHARED, node, 0) ==
	       MAP_FAILED ? -errno : 0, -EBADFD);
}

static void test_sw_params(void)
{
	struct snd_pcm_sw_params sw = good_sw_params;

	sw.avail_min = 0;
	expect("sw_params: wake-ups at nothing", ask(SNDRV_PCM_IOCTL_SW_PARAMS, &sw), -EINVAL);
	sw = good_sw_params;
	sw.tstamp_mode = 77;
	expect("sw_params: an unknown mode", ask(SNDRV_PCM_IOCTL_SW_PARAMS, &sw), -EINVAL);
	sw = good_sw_params;
	sw.silence_size = 100;
	sw.silence_threshold = 10;
	expect("sw_params: more silence than its threshold",
	       ask(SNDRV_PCM_IOCTL_SW_PARAMS, &sw), -EINVAL);
	sw = good_sw_params;
	sw.silence_threshold = RING + 1;
	expect("sw_params: a threshold beyond the ring", ask(SNDRV_PCM_IOCTL_SW_PARAMS, &sw),
	       -EINVAL);
	expect("sw_params: no memory", ask(SNDRV_PCM_IOCTL_SW_PARAMS, (void *)8), -EFAULT);
}

static long transfer_bytes(void *memory, size_t bytes)
{
	long ret = playback ? write(node, memory, bytes) : read(node, memory, bytes);

	return ret < 0 ? -errno : ret;
}

static long transfer_vector(void *memory, size_t bytes, int count)
{
	struct iovec vector[4];
	long ret;
	int i;

	for (i = 0; i < 4; i++) {
		vector[i].iov_base = memory;
		vector[i].iov_len = bytes;
	}
	ret = playback ? writev(node, vector, count) : readv(node, vector, count);
	return ret < 0 ? -errno : ret;
}

static long transfer_frames(void *memory, unsigned long frames)
{
	struct snd_xferi transfer = { .buf = memory, .frames = frames };

	long ret = ask(playback ? SNDRV_PCM_IOCTL_WRITEI_FRAMES : SNDRV_PCM_IOCTL_READI_FRAMES,
		       &transfer);

	return ret ? ret : transfer.result;
}

static void test_transfers(void)
{
	char memory[FRAME * 16] = { 0 };
	void *channels[2] = { memory, memory + FRAME * 8 };
	struct snd_xfern by_channel = { .bufs = channels, .frames = 1 };

	expect("transfer of a byte", transfer_bytes(memory, 1), -EINVAL);
	expect("transfer of three bytes", transfer_bytes(memory, 3), -EINVAL);
	expect("transfer of a frame and a byte", transfer_bytes(memory, FRAME + 1), -EINVAL);
	expect("transfer of nothing", transfer_bytes(memory, 0), 0);
	expect("transfer by one vector more than channels",
	       transfer_vector(memory, 2, 3), -EINVAL);
	expect("transfer by vectors of odd length", transfer_vector(memory, 3, 2), -EINVAL);
	expect("transfer by channel", ask(playback ? SNDRV_PCM_IOCTL_WRITEN_FRAMES :
					  SNDRV_PCM_IOCTL_READN_FRAMES, &by_channel), -EINVAL);
	expect("transfer without a request", ask(playback ? SNDRV_PCM_IOCTL_WRITEI_FRAMES :
						 SNDRV_PCM_IOCTL_READI_FRAMES, (void *)8),
	       -EFAULT);
	if (playback) {
		expect("transfer without memory", transfer_frames((void *)8, 16), -EFAULT);
		expect("transfer of too many frames without memory",
		       transfer_frames((void *)8, ULONG_MAX / 2), -EFAULT);
	}
}

static void test_pointers(void)
{
	struct snd_pcm_sync_ptr sync = { .flags = SNDRV_PCM_SYNC_PTR_APPL |
						  SNDRV_PCM_SYNC_PTR_AVAIL_MIN };
	snd_pcm_uframes_t before, frames;

	expect("sync_ptr: look", ask(SNDRV_PCM_IOCTL_SYNC_PTR, &sync), 0);
	before = sync.c.control.appl_ptr;
	sync.flags = SNDRV_PCM_SYNC_PTR_AVAIL_MIN;
	sync.c.control.appl_ptr = LONG_MAX;
	expect("sync_ptr: beyond the boundary", ask(SNDRV_PCM_IOCTL_SYNC_PTR, &sync), -EINVAL);
	sync.c.control.appl_ptr = ULONG_MAX;
	expect("sync_ptr: a negative position", ask(SNDRV_PCM_IOCTL_SYNC_PTR, &sync), -EINVAL);
	expect("sync_ptr: no memory", ask(SNDRV_PCM_IOCTL_SYNC_PTR, (void *)8), -EFAULT);
	sync.flags = SNDRV_PCM_SYNC_PTR_APPL | SNDRV_PCM_SYNC_PTR_AVAIL_MIN;
	ask(SNDRV_PCM_IOCTL_SYNC_PTR, &sync);
	expect("sync_ptr: the position is where it was",
	       (long)(sync.c.control.appl_ptr - before), 0);
	frames = LONG_MAX;
	expect("rewind: more than there is", ask(SNDRV_PCM_IOCTL_REWIND, &frames), 0);
	expect("rewind: nothing was moved", playback ? (long)frames : 0, 0);
	expect("rewind: no memory", ask(SNDRV_PCM_IOCTL_REWIND, (void *)8), -EFAULT);
	expect("forward: no memory", ask(SNDRV_PCM_IOCTL_FORWARD, (void *)8), -EFAULT);
}

/*
 * A client of our kind may not put its position more than a ring ahead of the
 * hardware (a port that gates by it would hand out memory twice).
 */
static void test_far_ahead(void)
{
	struct snd_pcm_sync_ptr sync = { .flags = SNDRV_PCM_SYNC_PTR_APPL |
						  SNDRV_PCM_SYNC_PTR_AVAIL_MIN };
	snd_pcm_uframes_t before;

	if (!playback)
		return;
	ask(SNDRV_PCM_IOCTL_SYNC_PTR, &sync);
	before = sync.c.control.appl_ptr;
	sync.flags = SNDRV_PCM_SYNC_PTR_AVAIL_MIN;
	sync.c.control.appl_ptr = before + RING + 1;
	expect("sync_ptr: more than a ring ahead", ask(SNDRV_PCM_IOCTL_SYNC_PTR, &sync),
	       -EINVAL);
	sync.flags = SNDRV_PCM_SYNC_PTR_APPL | SNDRV_PCM_SYNC_PTR_AVAIL_MIN;
	ask(SNDRV_PCM_IOCTL_SYNC_PTR, &sync);
	expect("sync_ptr: which moved nothing", (long)(sync.c.control.appl_ptr - before), 0);
}

static void test_states(void)
{
	struct snd_pcm_hw_params hw;
	static char ring[RING * FRAME];

	expect("prepared: pause", ask(SNDRV_PCM_IOCTL_PAUSE, (void *)1), -EBADFD);
	expect("prepared: resume", ask(SNDRV_PCM_IOCTL_RESUME, NULL), -EBADFD);
	if (playback) {
		expect("prepared: start with an empty ring", ask(SNDRV_PCM_IOCTL_START, NULL),
		       -EPIPE);
		expect("prepared: a ring full", transfer_frames(ring, RING - 1), RING - 1);
	}
	expect("start", ask(SNDRV_PCM_IOCTL_START, NULL), 0);
	expect("running: start", ask(SNDRV_PCM_IOCTL_START, NULL), -EBADFD);
	expect("running: prepare", ask(SNDRV_PCM_IOCTL_PREPARE, NULL), -EBUSY);
	expect("running: hw_free", ask(SNDRV_PCM_IOCTL_HW_FREE, NULL), -EBADFD);
	good_params(&hw);
	expect("running: hw_params", ask(SNDRV_PCM_IOCTL_HW_PARAMS, &hw), -EBADFD);
	expect("running: resume", ask(SNDRV_PCM_IOCTL_RESUME, NULL), -EBADFD);
	expect("running: pause off", ask(SNDRV_PCM_IOCTL_PAUSE, (void *)0), -EBADFD);
	expect("drop", ask(SNDRV_PCM_IOCTL_DROP, NULL), 0);
	expect("set up: start", ask(SNDRV_PCM_IOCTL_START, NULL), -EBADFD);
	expect("unknown ioctl", ask(_IO('A', 0xee), NULL), -ENOTTY);
	expect("foreign ioctl", ask(_IO('T', 1), NULL), -ENOTTY);
	expect("link to nothing", ask(SNDRV_PCM_IOCTL_LINK, (void *)-1l), -EBADFD);
	expect("link to a control node", ask(SNDRV_PCM_IOCTL_LINK, (void *)(long)control),
	       -EBADFD);
	expect("unlink what is not linked", ask(SNDRV_PCM_IOCTL_UNLINK, NULL), -EALREADY);
}

/*
 * All that was written is taken back while the device has not moved yet, and what is
 * left, which is nothing, is drained.
 */
static void test_drain_of_nothing(void)
{
	static char ring[RING * FRAME];
	struct snd_pcm_status status = {};
	int tries;

	set_up();
	expect("a ring full", transfer_frames(ring, RING - 1), RING - 1);
	expect("start of a ring full", ask(SNDRV_PCM_IOCTL_START, NULL), 0);
	expect("running: reset", ask(SNDRV_PCM_IOCTL_RESET, NULL), 0);
	ask(SNDRV_PCM_IOCTL_DRAIN, NULL);
	for (tries = 0; tries < 100; tries++) {
		ask(SNDRV_PCM_IOCTL_STATUS, &status);
		if (status.state != SNDRV_PCM_STATE_DRAINING)
			break;
		usleep(10000);
	}
	expect("drain of nothing: over", status.state, SNDRV_PCM_STATE_SETUP);
}

static long map(size_t length, off_t offset, int protection)
{
	void *memory = mmap(NULL, length, protection, MAP_SHARED, node, offset);

	if (memory == MAP_FAILED)
		return -errno;
	munmap(memory, length);
	return 0;
}

static void test_mappings(void)
{
	struct snd_pcm_hw_params hw;
	void *memory;
	int readable = PROT_READ | (playback ? PROT_WRITE : 0);

	expect("mapping of a ring that is not to be mapped", map(4096, 0, readable), -EINVAL);
	ask(SNDRV_PCM_IOCTL_DROP, NULL);
	good_params(&hw);
	set_mask(&hw, SNDRV_PCM_HW_PARAM_ACCESS, SNDRV_PCM_ACCESS_MMAP_INTERLEAVED);
	expect("parameters for mapping", ask(SNDRV_PCM_IOCTL_HW_PARAMS, &hw), 0);
	expect("mapping of the ring", map(RING * FRAME, 0, readable), 0);
	expect("mapping of more than the ring", map(RING * FRAME + 4096, 0, readable), -EINVAL);
	expect("mapping behind the ring", map(4096, RING * FRAME, readable), -EINVAL);
	expect("mapping of a strange offset", map(4096, 0x7ffff000, readable), -EINVAL);
	memory = mmap(NULL, 4096, readable, MAP_SHARED, node, 0);
	expect("hw_free while mapped", ask(SNDRV_PCM_IOCTL_HW_FREE, NULL), -EBADFD);
	good_params(&hw);
	expect("hw_params while mapped", ask(SNDRV_PCM_IOCTL_HW_PARAMS, &hw), -EBADFD);
	if (memory != MAP_FAILED)
		munmap(memory, 4096);
}

static long ask_control(unsigned long request, void *argument)
{
	long ret = ioctl(control, request, argument);

	return ret < 0 ? -errno : ret;
}

static void test_control(void)
{
	struct snd_ctl_elem_value value = { .id.numid = 0x7fffffff };
	struct snd_ctl_elem_info info = { .id.numid = 0x7fffffff };
	struct snd_ctl_elem_list list = { .space = 10, .pids = (void *)8 };
	struct snd_ctl_tlv tlv = { .numid = 0x7fffffff, .length = 8 };
	int device = 1000;

	expect("control: read of an unknown element",
	       ask_control(SNDRV_CTL_IOCTL_ELEM_READ, &value), -ENOENT);
	expect("control: write of an unknown element",
	       ask_control(SNDRV_CTL_IOCTL_ELEM_WRITE, &value), -ENOENT);
	expect("control: info of an unknown element",
	       ask_control(SNDRV_CTL_IOCTL_ELEM_INFO, &info), -ENOENT);
	expect("control: range of an unknown element",
	       ask_control(SNDRV_CTL_IOCTL_TLV_READ, &tlv), -ENOENT);
	expect("control: a list without memory",
	       ask_control(SNDRV_CTL_IOCTL_ELEM_LIST, &list), -EFAULT);
	expect("control: no memory", ask_control(SNDRV_CTL_IOCTL_ELEM_READ, (void *)8),
	       -EFAULT);
	expect("control: unknown ioctl", ask_control(_IO('U', 0xee), NULL), -ENOTTY);
	expect("control: no PCM after the last",
	       ask_control(SNDRV_CTL_IOCTL_PCM_NEXT_DEVICE, &device) ? 1 : device, -1);
}

int main(int argc, char **argv)
{
	size_t length;

	if (argc != 3) {
		fputs("usage: bad-input /dev/snd/pcmC0D0p /dev/snd/controlC0\n", stderr);
		return 2;
	}
	alarm(60);
	length = strlen(argv[1]);
	playback = length && argv[1][length - 1] == 'p';
	node = open(argv[1], O_RDWR | O_NONBLOCK);
	control = open(argv[2], O_RDWR);
	if (node < 0 || control < 0) {
		perror("open");
		return 2;
	}
	puts("TAP version 13");
	test_not_set_up();
	test_hw_params();
	set_up();
	test_sw_params();
	test_transfers();
	test_pointers();
	test_far_ahead();
	set_up();
	test_states();
	if (playback)
		test_drain_of_nothing();
	set_up();
	test_mappings();
	test_control();
	set_up();
	printf("1..%d\n", number);
	return failures != 0;
}
