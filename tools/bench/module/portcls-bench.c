// SPDX-License-Identifier: GPL-2.0
/*
 * Counts what a sound card's interrupt handler and PCM callbacks cost
 *
 * Whatever driver a card has, its interrupt handler and its PCM operations are
 * reached through pointers. This module puts its own in their place, which read
 * the time stamp counter before and after. Each entry and exit is also written to
 * a port that the host watches, so that its trace of register accesses tells in
 * which callback each one was made; the port is outside what is timed.
 *
 * Lines written to /sys/kernel/debug/portcls-bench/control:
 *	irq N	measure the interrupt handler of card N
 *	all N	the PCM operations of card N as well
 *	off	put everything back
 *	begin	forget what was measured and measure from here
 *	lap	a part of that ends and the next one begins
 *	end	to here
 * and .../result then holds one line of key=value, end=N that of the Nth "end".
 *
 * For a machine with one CPU whose time stamp counter counts instructions.
 */
#include <linux/debugfs.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <sound/core.h>
#include <sound/pcm.h>

#define BENCH_PORT	0xe9
#define BENCH_BEGIN	0x01
#define BENCH_END	0x02
#define BENCH_ENTER	0x80
#define BENCH_LEAVE	0xc0

#define BENCH_SAMPLES	8192
#define BENCH_STREAMS	16
#define BENCH_ACTIONS	4

/* The host knows these by number: tools/bench/accesses.awk. */
enum bench_op {
	BENCH_IRQ,
	BENCH_OPEN,
	BENCH_CLOSE,
	BENCH_HW_PARAMS,
	BENCH_HW_FREE,
	BENCH_PREPARE,
	BENCH_START,
	BENCH_STOP,
	BENCH_TRIGGER,
	BENCH_SYNC_STOP,
	BENCH_POINTER,
	BENCH_ACK,
	BENCH_OPS
};

static const char * const bench_names[BENCH_OPS] = {
	"irq", "open", "close", "hw_params", "hw_free", "prepare", "start", "stop",
	"trigger", "sync_stop", "pointer", "ack",
};

/**
 * struct bench_count - what one callback cost
 * @calls: how often it was called
 * @sum: ticks in all of them
 * @sample: ticks of the first calls, for the median
 */
struct bench_count {
	u64 calls;
	u64 sum;
	u32 sample[BENCH_SAMPLES];
};

/**
 * struct bench_moment - a point in time
 * @ticks: the time stamp counter
 * @nsec: the kernel's clock
 * @idle_usec: how long the CPU was idle
 */
struct bench_moment {
	u64 ticks;
	u64 nsec;
	u64 idle_usec;
};

/**
 * struct bench_stream - a substream whose operations are ours
 * @ops: what it has now
 * @orig: what it had
 * @substream: which one
 */
struct bench_stream {
	struct snd_pcm_ops ops;
	const struct snd_pcm_ops *orig;
	struct snd_pcm_substream *substream;
};

/**
 * struct bench_action - an interrupt handler that is ours
 * @action: the kernel's record of it
 * @orig: what it was
 * @irq: of which interrupt
 */
struct bench_action {
	struct irqaction *action;
	irq_handler_t orig;
	unsigned int irq;
};

static struct bench_count *bench_counts;
static struct bench_stream bench_streams[BENCH_STREAMS];
static struct bench_action bench_actions[BENCH_ACTIONS];
static unsigned int bench_num_streams, bench_num_actions;
static struct bench_moment bench_first, bench_last;
static struct snd_card *bench_card;
static struct bench_moment bench_lap_began;
static u64 bench_lap_busy, bench_lap_ticks;
static u64 bench_foreign;
static unsigned int bench_ends;
static bool bench_on;
static struct dentry *bench_dir;
static DEFINE_MUTEX(bench_mutex);	/* everything that control does */

static void bench_note(enum bench_op op, u64 ticks)
{
	struct bench_count *count = &bench_counts[op];

	if (!bench_on)
		return;
	if (count->calls < BENCH_SAMPLES)
		count->sample[count->calls] = ticks;
	count->calls++;
	count->sum += ticks;
}

#define bench_timed(op, call) ({			\
	const enum bench_op _op = (op);			\
	typeof(call) _result;				\
	u64 _began;					\
							\
	outb(BENCH_ENTER | _op, BENCH_PORT);		\
	_began = rdtsc();				\
	_result = (call);				\
	_began = rdtsc() - _began;			\
	outb(BENCH_LEAVE | _op, BENCH_PORT);		\
	bench_note(_op, _began);			\
	_result;					\
})

static irqreturn_t bench_interrupt(int irq, void *data)
{
	irqreturn_t result = IRQ_NONE;
	u64 began = 0;
	unsigned int i;

	for (i = 0; i < bench_num_actions; i++) {
		if (bench_actions[i].action->dev_id != data)
			continue;
		outb(BENCH_ENTER | BENCH_IRQ, BENCH_PORT);
		began = rdtsc();
		result = bench_actions[i].orig(irq, data);
		began = rdtsc() - began;
		outb(BENCH_LEAVE | BENCH_IRQ, BENCH_PORT);
		break;
	}
	/* A line may be shared: what is not ours is no cost of a stream. */
	if (result == IRQ_NONE)
		bench_foreign++;
	else
		bench_note(BENCH_IRQ, began);
	return result;
}

static const struct snd_pcm_ops *bench_orig(struct snd_pcm_substream *substream)
{
	return container_of(substream->ops, struct bench_stream, ops)->orig;
}

static int bench_open(struct snd_pcm_substream *s)
{
	return bench_timed(BENCH_OPEN, bench_orig(s)->open(s));
}

static int bench_close(struct snd_pcm_substream *s)
{
	return bench_timed(BENCH_CLOSE, bench_orig(s)->close(s));
}

static int bench_hw_params(struct snd_pcm_substream *s, struct snd_pcm_hw_params *params)
{
	return bench_timed(BENCH_HW_PARAMS, bench_orig(s)->hw_params(s, params));
}

static int bench_hw_free(struct snd_pcm_substream *s)
{
	return bench_timed(BENCH_HW_FREE, bench_orig(s)->hw_free(s));
}

static int bench_prepare(struct snd_pcm_substream *s)
{
	return bench_timed(BENCH_PREPARE, bench_orig(s)->prepare(s));
}

static int bench_trigger(struct snd_pcm_substream *s, int cmd)
{
	enum bench_op op = cmd == SNDRV_PCM_TRIGGER_START ? BENCH_START :
			   cmd == SNDRV_PCM_TRIGGER_STOP ? BENCH_STOP : BENCH_TRIGGER;

	return bench_timed(op, bench_orig(s)->trigger(s, cmd));
}

static int bench_sync_stop(struct snd_pcm_substream *s)
{
	return bench_timed(BENCH_SYNC_STOP, bench_orig(s)->sync_stop(s));
}

static snd_pcm_uframes_t bench_pointer(struct snd_pcm_substream *s)
{
	return bench_timed(BENCH_POINTER, bench_orig(s)->pointer(s));
}

static int bench_ack(struct snd_pcm_substream *s)
{
	return bench_timed(BENCH_ACK, bench_orig(s)->ack(s));
}

static void bench_wrap_stream(struct snd_pcm_substream *substream)
{
	struct bench_stream *stream = &bench_streams[bench_num_streams];
	struct snd_pcm_ops *ops = &stream->ops;

	if (bench_num_streams == BENCH_STREAMS)
		return;
	stream->substream = substream;
	stream->orig = substream->ops;
	*ops = *stream->orig;
	ops->open = ops->open ? bench_open : NULL;
	ops->close = ops->close ? bench_close : NULL;
	ops->hw_params = ops->hw_params ? bench_hw_params : NULL;
	ops->hw_free = ops->hw_free ? bench_hw_free : NULL;
	ops->prepare = ops->prepare ? bench_prepare : NULL;
	ops->trigger = ops->trigger ? bench_trigger : NULL;
	ops->sync_stop = ops->sync_stop ? bench_sync_stop : NULL;
	ops->pointer = ops->pointer ? bench_pointer : NULL;
	ops->ack = ops->ack ? bench_ack : NULL;
	substream->ops = ops;
	bench_num_streams++;
}

static void bench_wrap_streams(struct snd_card *card)
{
	struct snd_pcm_substream *substream;
	struct snd_device *dev;
	int direction;

	list_for_each_entry(dev, &card->devices, list) {
		struct snd_pcm *pcm = dev->device_data;

		if (dev->type != SNDRV_DEV_PCM)
			continue;
		for (direction = 0; direction < 2; direction++)
			for (substream = pcm->streams[direction].substream; substream;
			     substream = substream->next)
				bench_wrap_stream(substream);
	}
}

static void bench_set_handler(struct bench_action *wrapped, irq_handler_t handler)
{
	disable_irq(wrapped->irq);
	wrapped->action->handler = handler;
	enable_irq(wrapped->irq);
}

/* The handlers of a line that bear the driver's name. */
static int bench_wrap_handlers(struct snd_card *card)
{
	struct irq_data *data = irq_get_irq_data(card->sync_irq);
	struct irqaction *action;

	if (!data || card->sync_irq < 0)
		return -ENXIO;
	for (action = irq_data_to_desc(data)->action; action; action = action->next) {
		struct bench_action *wrapped = &bench_actions[bench_num_actions];

		if (strcmp(action->name, card->dev->driver->name) ||
		    bench_num_actions == BENCH_ACTIONS)
			continue;
		wrapped->action = action;
		wrapped->orig = action->handler;
		wrapped->irq = card->sync_irq;
		bench_num_actions++;
		bench_set_handler(wrapped, bench_interrupt);
	}
	return bench_num_actions ? 0 : -ENXIO;
}

static void bench_off(void)
{
	while (bench_num_actions) {
		struct bench_action *wrapped = &bench_actions[bench_num_actions - 1];

		bench_set_handler(wrapped, wrapped->orig);
		bench_num_actions--;
	}
	while (bench_num_streams) {
		struct bench_stream *stream = &bench_streams[--bench_num_streams];

		stream->substream->ops = stream->orig;
	}
	if (bench_card)
		snd_card_unref(bench_card);
	bench_card = NULL;
}

static int bench_wrap(int number, bool all)
{
	int err;

	bench_off();
	bench_card = snd_card_ref(number);
	if (!bench_card)
		return -ENODEV;
	err = bench_card->dev && bench_card->dev->driver ?
	      bench_wrap_handlers(bench_card) : -ENXIO;
	/* A card without hardware has no handler. */
	if (err && !all) {
		bench_off();
		return err;
	}
	if (all)
		bench_wrap_streams(bench_card);
	return 0;
}

static void bench_look(struct bench_moment *moment)
{
	unsigned long flags;

	local_irq_save(flags);
	moment->idle_usec = get_cpu_idle_time_us(smp_processor_id(), NULL);
	moment->nsec = ktime_get_ns();
	moment->ticks = rdtsc();
	local_irq_restore(flags);
}

static void bench_begin(void)
{
	bench_on = false;
	memset(bench_counts, 0, BENCH_OPS * sizeof(*bench_counts));
	bench_foreign = 0;
	bench_lap_ticks = 0;
	bench_look(&bench_first);
	bench_lap_began = bench_first;
	bench_on = true;
	outb(BENCH_BEGIN, BENCH_PORT);
}

/*
 * The least busy lap counts: what the kernel does for itself now and then is no
 * cost of a stream.
 */
static void bench_lap(void)
{
	struct bench_moment now;
	u64 ticks, busy;

	bench_look(&now);
	ticks = now.ticks - bench_lap_began.ticks;
	busy = ticks - NSEC_PER_USEC * (now.idle_usec - bench_lap_began.idle_usec);
	bench_lap_began = now;
	/* Not all laps are equally long: the least of what there was to do a second. */
	if (bench_lap_ticks && busy * bench_lap_ticks >= bench_lap_busy * ticks)
		return;
	bench_lap_busy = busy;
	bench_lap_ticks = ticks;
}

static void bench_end(void)
{
	outb(BENCH_END, BENCH_PORT);
	bench_on = false;
	bench_ends++;
	bench_look(&bench_last);
	/* The last lap, unless that was all there is. */
	if (!bench_lap_ticks)
		bench_lap();
}

static int bench_command(const char *line)
{
	int number;

	if (sysfs_streq(line, "begin"))
		bench_begin();
	else if (sysfs_streq(line, "lap"))
		bench_lap();
	else if (sysfs_streq(line, "end"))
		bench_end();
	else if (sysfs_streq(line, "off"))
		bench_off();
	else if (sscanf(line, "irq %d", &number) == 1)
		return bench_wrap(number, false);
	else if (sscanf(line, "all %d", &number) == 1)
		return bench_wrap(number, true);
	else
		return -EINVAL;
	return 0;
}

static ssize_t bench_control(struct file *file, const char __user *from, size_t size,
			     loff_t *pos)
{
	char line[32] = "";
	int err;

	if (size >= sizeof(line) || copy_from_user(line, from, size))
		return -EINVAL;
	mutex_lock(&bench_mutex);
	err = bench_command(line);
	mutex_unlock(&bench_mutex);
	return err ?: size;
}

static int bench_compare(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : *(const u32 *)a > *(const u32 *)b;
}

static int bench_result_show(struct seq_file *seq, void *unused)
{
	unsigned int op;

	mutex_lock(&bench_mutex);
	seq_printf(seq, "end=%u lap_busy=%llu lap_ticks=%llu ", bench_ends,
		   bench_lap_busy, bench_lap_ticks);
	seq_printf(seq, "ticks=%llu nsec=%llu idle_usec=%llu foreign=%llu",
		   bench_last.ticks - bench_first.ticks,
		   bench_last.nsec - bench_first.nsec,
		   bench_last.idle_usec - bench_first.idle_usec, bench_foreign);
	for (op = 0; op < BENCH_OPS; op++) {
		struct bench_count *count = &bench_counts[op];
		u64 samples = min_t(u64, count->calls, BENCH_SAMPLES);

		if (!samples)
			continue;
		sort(count->sample, samples, sizeof(u32), bench_compare, NULL);
		seq_printf(seq, " %s_n=%llu %s_sum=%llu %s_med=%u", bench_names[op],
			   count->calls, bench_names[op], count->sum, bench_names[op],
			   count->sample[samples / 2]);
	}
	seq_putc(seq, '\n');
	mutex_unlock(&bench_mutex);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(bench_result);

static const struct file_operations bench_control_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = bench_control,
};

static int __init bench_init(void)
{
	bench_counts = vzalloc(BENCH_OPS * sizeof(*bench_counts));
	if (!bench_counts)
		return -ENOMEM;
	bench_dir = debugfs_create_dir("portcls-bench", NULL);
	debugfs_create_file("control", 0200, bench_dir, NULL, &bench_control_fops);
	debugfs_create_file("result", 0400, bench_dir, NULL, &bench_result_fops);
	return 0;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	debugfs_remove(bench_dir);
	bench_off();
	vfree(bench_counts);
}
module_exit(bench_exit);

MODULE_DESCRIPTION("Costs of a sound card's interrupt handler and PCM operations");
MODULE_LICENSE("GPL");
