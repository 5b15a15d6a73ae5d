// SPDX-License-Identifier: GPL-2.0
/*
 * Intel ICH AC'97: an engine and its descriptor list
 *
 * The list has 32 entries, of which 31 are used: the engine stops by itself
 * behind the last valid one, so it can never run into old entries, and a write
 * of the last valid index makes it go on.
 *
 * Every start begins with a reset of the engine and a list whose entry 0 is the
 * next byte to be moved. On silicon the run bit alone would resume a paused
 * engine, but emulators skip to the next entry; starting over is exact on both.
 *
 * All functions but ich_engine_reset() and ich_engine_halt() are called under the PCM
 * stream lock.
 */
#include <linux/delay.h>
#include <linux/iopoll.h>

#include "ich.h"

#define ICH_QUEUE_MAX		(ICH_ENTRIES - 1)
#define ICH_SETTLE_US		10
#define ICH_HALT_US		1000
#define ICH_LOOKS		5

static unsigned int ich_index(unsigned int index)
{
	return index % ICH_ENTRIES;
}

static void ich_write_entry(struct ich_engine *engine, unsigned int index)
{
	const struct ich_entry *entry = &engine->entry[index];

	engine->list[2 * index] = cpu_to_le32(entry->addr);
	engine->list[2 * index + 1] =
		cpu_to_le32(entry->samples | (entry->irq ? ICH_DESC_IOC : 0));
}

/* The list before the index that makes it valid. */
static void ich_write_last_valid(struct ich_engine *engine)
{
	dma_wmb();
	iowrite8(ich_index(engine->first + engine->count - 1),
		 engine->regs + ICH_LVI);
}

/**
 * ich_engine_reset() - bring an idle engine to its reset state
 * @engine: the engine; its run bit is clear
 *
 * Context: any; serialised with the engine's stream.
 */
void ich_engine_reset(struct ich_engine *engine)
{
	int i;

	iowrite8(0, engine->regs + ICH_CR);
	iowrite8(ICH_CR_RR, engine->regs + ICH_CR);
	for (i = 0; i < ICH_SETTLE_US; i++) {
		if (!(ioread8(engine->regs + ICH_CR) & ICH_CR_RR))
			return;
		udelay(1);
	}
}

/**
 * ich_engine_halt() - stop an engine that has no stream, and reset it
 * @engine: the engine
 *
 * Context: process, may sleep.
 */
void ich_engine_halt(struct ich_engine *engine)
{
	u16 status;

	iowrite8(0, engine->regs + ICH_CR);
	/* A reset is for engines that have come to rest. */
	read_poll_timeout(ioread16, status, status & ICH_SR_DCH, 20, ICH_HALT_US,
			  false, engine->regs + ICH_SR);
	ich_engine_reset(engine);
}

/* Move the queue so that its first entry has index 0. */
static void ich_rewind_list(struct ich_engine *engine)
{
	struct ich_entry entry[ICH_ENTRIES];
	unsigned int i;

	for (i = 0; i < engine->count; i++)
		entry[i] = engine->entry[ich_index(engine->first + i)];
	memcpy(engine->entry, entry, engine->count * sizeof(entry[0]));
	engine->first = 0;
	for (i = 0; i < engine->count; i++)
		ich_write_entry(engine, i);
}

/**
 * ich_engine_start() - run from the first entry on
 * @engine: the engine, stopped
 *
 * Without entries nothing happens; ich_engine_fill() starts the engine when
 * there are some.
 *
 * Context: PCM stream lock.
 */
void ich_engine_start(struct ich_engine *engine)
{
	if (!engine->count)
		return;
	ich_rewind_list(engine);
	ich_engine_reset(engine);
	/* The reset clears the list's address too. */
	iowrite32(lower_32_bits(engine->list_addr), engine->regs + ICH_BDBAR);
	ich_write_last_valid(engine);
	engine->running = true;
	WRITE_ONCE(engine->chip->shared, false);
	/* Another engine may start or stop at the same time. */
	set_bit(engine->id, &engine->chip->running);
	iowrite8(ICH_CR_RPBM | ICH_CR_IOCE | ICH_CR_LVBIE,
		 engine->regs + ICH_CR);
}

/**
 * struct ich_progress - where a device is in its queue
 * @done: entries that it has finished
 * @left: samples left in the one after them, 0 if there is none
 */
struct ich_progress {
	unsigned int done;
	u32 left;
};

/*
 * Is the entry behind the one after @done valid too? Then the one that was prefetched is
 * ahead of the current one, on every chip whose index is ahead at all.
 */
static bool ich_has_prefetched(const struct ich_engine *engine, unsigned int done)
{
	return done + 2 < engine->count;
}

/*
 * One read tells all, as long as the engine is inside an entry and the one behind it has
 * been prefetched. Return: whether it does. @progress is filled in all the same: how many
 * samples are left is what ich_look_closer() goes on with.
 */
static bool ich_decode(const struct ich_engine *engine, u32 picb,
		       struct ich_progress *progress)
{
	progress->left = ICH_PICB_LEFT(picb);
	progress->done = ich_index(ICH_PICB_PIV(picb) - 1 - engine->first);
	return picb != ~0U && progress->left && engine->chip->piv_ahead &&
	       ich_has_prefetched(engine, progress->done);
}

/*
 * Otherwise it may be at its end, at a boundary, or have nothing to prefetch, and the
 * index has to be read too. That one and what is left of its entry belong together if the
 * prefetched index is the next, or if a second look at what is left finds it going down.
 * @progress comes from ich_decode(), which did not believe it.
 * Out of line: what it keeps for that would cost each position that one read tells.
 */
static noinline bool ich_look_closer(struct ich_engine *engine, u32 picb,
				     struct ich_progress *progress)
{
	struct ich_chip *chip = engine->chip;
	u32 last_left = 0, last_piv = ICH_ENTRIES;
	unsigned int done = ICH_ENTRIES;
	int tries;

	for (tries = 0; tries < ICH_LOOKS; tries++) {
		u32 piv, civ;

		if (tries) {
			picb = ioread32(engine->regs + ICH_PICB);
			if (ich_decode(engine, picb, progress))
				return true;
		}
		if (picb == ~0U) {
			portcls_card_surprise_removal(chip->card);
			return false;
		}

		piv = ICH_PICB_PIV(picb);
		civ = ioread32(engine->regs + ICH_CIV);
		if (ICH_CIV_STATUS(civ) & ICH_SR_CELV) {
			progress->done = engine->count;
			progress->left = 0;
			return true;
		}
		/* Between two entries nothing is left for a moment. */
		if (!progress->left) {
			/* Not where nothing has been fetched since the reset. */
			done = ICH_ENTRIES;
			if (piv == ich_index(ICH_CIV_INDEX(civ) + 1))
				done = ich_index(ICH_CIV_INDEX(civ) - engine->first) + 1;
			udelay(1);
			continue;
		}
		progress->done = ich_index(ICH_CIV_INDEX(civ) - engine->first);
		if (ich_has_prefetched(engine, progress->done) && piv == ICH_CIV_INDEX(civ) &&
		    (ICH_PICB_CONTROL(picb) & ICH_CR_RPBM) && piv == last_piv)
			WRITE_ONCE(chip->piv_ahead, false);
		if (progress->done < engine->count &&
		    (piv == ich_index(ICH_CIV_INDEX(civ) + 1) ||
		     (piv == last_piv && progress->left <= last_left)))
			return true;
		last_piv = piv;
		last_left = progress->left;
	}
	/* Halted there it stays there: that entry is done, and the next one not begun. */
	if (engine->running || progress->left || done >= engine->count)
		return false;
	progress->done = done;
	progress->left = engine->entry[ich_index(engine->first + done)].samples;
	return true;
}

static bool ich_progress(struct ich_engine *engine, struct ich_progress *progress)
{
	u32 picb = ioread32(engine->regs + ICH_PICB);

	return ich_decode(engine, picb, progress) ||
	       ich_look_closer(engine, picb, progress);
}

static u64 ich_position(const struct ich_engine *engine,
			const struct ich_progress *progress)
{
	const struct ich_entry *entry;

	if (progress->done >= engine->count)
		return engine->filled;
	entry = &engine->entry[ich_index(engine->first + progress->done)];
	return entry->end - ((u64)progress->left << engine->shift);
}

static void ich_release(struct ich_engine *engine, unsigned int done)
{
	while (done--) {
		unsigned long tag = engine->entry[engine->first].tag;

		engine->first = ich_index(engine->first + 1);
		engine->count--;
		portcls_wavepci_release_mapping(&engine->stream, tag);
	}
}

/**
 * ich_engine_position() - how far the device is
 * @engine: the engine
 *
 * Context: PCM stream lock.
 * Return: stream position in bytes.
 */
u64 ich_engine_position(struct ich_engine *engine)
{
	struct ich_progress progress;

	if (engine->running && !portcls_card_gone(engine->chip->card) &&
	    ich_progress(engine, &progress))
		engine->position = ich_position(engine, &progress);
	return engine->position;
}

/* The next mapping becomes the list's next entry. Return: whether there was one. */
static bool ich_add(struct ich_engine *engine)
{
	unsigned int index = ich_index(engine->first + engine->count);
	struct ich_entry *entry = &engine->entry[index];
	struct portcls_mapping map;

	if (portcls_wavepci_get_mapping(&engine->stream, engine->next_tag, &map))
		return false;
	engine->filled += map.bytes;
	entry->addr = lower_32_bits(map.addr);
	entry->samples = map.bytes >> engine->shift;
	entry->irq = map.last;
	entry->tag = engine->next_tag++;
	entry->end = engine->filled;
	ich_write_entry(engine, index);
	engine->count++;
	return true;
}

/*
 * A full list will take more only after an interrupt. Where no entry of it raises
 * one in time, because packets are long and their memory is in pieces or the
 * client's writes are short, the one in the middle is made to. If the device has
 * fetched that, what is played makes room. @looked: the first one is being played.
 *
 * Return: whether there is room.
 */
static bool ich_make_room(struct ich_engine *engine, bool looked)
{
	unsigned int i, middle = ICH_QUEUE_MAX / 2;
	struct ich_progress progress;

	for (i = 1; i < ICH_QUEUE_MAX - 1; i++)
		if (engine->entry[ich_index(engine->first + i)].irq)
			return false;
	/* A device that has played all of it interrupts, and so does a packet's end. */
	if (!looked && engine->running && !engine->entry[engine->first].irq &&
	    ich_progress(engine, &progress) && progress.done < ICH_QUEUE_MAX &&
	    progress.done + 1 >= middle) {
		engine->position = ich_position(engine, &progress);
		ich_release(engine, progress.done);
		return true;
	}
	middle = ich_index(engine->first + middle);
	engine->entry[middle].irq = true;
	ich_write_entry(engine, middle);
	return false;
}

static void ich_fill(struct ich_engine *engine, bool looked)
{
	bool added = false;

	do {
		while (engine->count < ICH_QUEUE_MAX && ich_add(engine))
			added = true;
	} while (engine->count == ICH_QUEUE_MAX && ich_make_room(engine, looked));
	if (added && engine->running)
		ich_write_last_valid(engine);
}

/**
 * ich_engine_service() - release what is done and queue what there is
 * @engine: the engine, running
 *
 * Context: PCM stream lock.
 */
void ich_engine_service(struct ich_engine *engine)
{
	bool full = engine->count == ICH_QUEUE_MAX;
	struct ich_progress progress;

	if (!engine->running || !ich_progress(engine, &progress))
		return;
	engine->position = ich_position(engine, &progress);
	portcls_wavepci_report_position(&engine->stream, engine->position);
	ich_release(engine, progress.done);
	/* If this is an interrupt, it was not this engine that raised it. */
	if (!progress.done)
		WRITE_ONCE(engine->chip->shared, true);
	/* Where the port had no more, it calls when it has. */
	if (full)
		ich_fill(engine, true);
}

/**
 * ich_engine_fill() - queue mappings as long as there are some and room
 * @engine: the engine
 *
 * Context: PCM stream lock, inside a call of the port.
 */
void ich_engine_fill(struct ich_engine *engine)
{
	ich_fill(engine, false);
}

/**
 * ich_engine_stop() - halt in place
 * @engine: the engine
 *
 * Finished entries are released; what is left of the interrupted one is where
 * the next start begins.
 *
 * Context: PCM stream lock, inside a call of the port.
 */
void ich_engine_stop(struct ich_engine *engine)
{
	struct ich_chip *chip = engine->chip;
	struct ich_progress progress;
	struct ich_entry *entry;
	u32 played;
	int i;

	if (!engine->running)
		return;
	engine->running = false;
	clear_bit(engine->id, &chip->running);
	if (portcls_card_gone(chip->card))
		return;

	iowrite8(0, engine->regs + ICH_CR);
	for (i = 0; i < ICH_SETTLE_US; i++) {
		if (ioread16(engine->regs + ICH_SR) & ICH_SR_DCH)
			break;
		udelay(1);
	}
	/* A cause left pending would hold a shared line. */
	iowrite16(ICH_SR_INTERRUPTS, engine->regs + ICH_SR);

	if (!ich_progress(engine, &progress))
		return;
	progress.left = roundup(progress.left, engine->channels);
	engine->position = ich_position(engine, &progress);
	ich_release(engine, progress.done);
	if (!engine->count)
		return;
	entry = &engine->entry[engine->first];
	played = entry->samples - min(progress.left, entry->samples);
	entry->addr += played << engine->shift;
	entry->samples -= played;
}

/**
 * ich_engine_drop() - forget all entries
 * @engine: the engine, stopped
 *
 * The reset empties the prefetch latch, which may hold one of them.
 *
 * Context: PCM stream lock.
 * Return: number of entries there were.
 */
unsigned int ich_engine_drop(struct ich_engine *engine)
{
	unsigned int count = engine->count;

	engine->count = 0;
	engine->filled = engine->position;
	if (!portcls_card_gone(engine->chip->card))
		ich_engine_reset(engine);
	return count;
}
