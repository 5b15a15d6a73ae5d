/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Intel ICH AC'97: the clock of the AC-link, what is believed of a measurement
 *
 * Arithmetic alone, which the tests have too.
 */
#ifndef __ICH_CLOCK_H
#define __ICH_CLOCK_H

#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

/* Where a link that is meant to be right may lie, and where any link can. */
#define ICH_CLOCK_RIGHT_MIN	47500U
#define ICH_CLOCK_RIGHT_MAX	48500U
#define ICH_CLOCK_MIN		40000U
#define ICH_CLOCK_MAX		60000U
/* Two measurements of one clock do not differ by more. */
#define ICH_CLOCK_AGREE		500U

/* All entries play the same silence; they last for 680 ms. */
#define ICH_CLOCK_BYTES		4096
#define ICH_CLOCK_SAMPLES	(ICH_CLOCK_BYTES / 2)
#define ICH_CLOCK_FRAMES	(ICH_CLOCK_SAMPLES / 2)
/* What an engine fetches between two reads at most. */
#define ICH_CLOCK_STEP		64U

/**
 * struct ich_clock_look - an engine as it was read: both registers, twice, in turns
 * @civ: index of the entry
 * @left: samples left in an entry
 */
struct ich_clock_look {
	u32 civ[2];
	u32 left[2];
};

/**
 * ich_clock_frames() - how far an engine was
 * @look: what was read
 * @frames: for the frames fetched since the start
 *
 * Between two entries nothing is left, or what is left belongs to the next one already.
 *
 * Return: whether the look tells.
 */
static inline bool ich_clock_frames(const struct ich_clock_look *look, u32 *frames)
{
	if (look->civ[0] != look->civ[1] || !look->left[1] ||
	    look->left[0] > ICH_CLOCK_SAMPLES || look->left[1] > look->left[0] ||
	    look->left[0] - look->left[1] > ICH_CLOCK_STEP)
		return false;
	*frames = look->civ[1] * ICH_CLOCK_FRAMES + (ICH_CLOCK_SAMPLES - look->left[1]) / 2;
	return true;
}

/**
 * ich_clock_hz() - a rate
 * @frames: frames
 * @us: and the time they took
 *
 * Return: in Hz, or 0 for what is none.
 */
static inline unsigned int ich_clock_hz(s64 frames, s64 us)
{
	if (frames <= 0 || us <= 0)
		return 0;
	return min_t(s64, div64_s64(frames * USEC_PER_SEC, us), UINT_MAX);
}

/**
 * ich_clock_believed() - what to believe after a measurement more
 * @hz: the measurements, 0 for one that failed
 * @count: how many, the last one is new
 *
 * A single one may have been taken at a bad moment. That the clock is right is believed
 * at once, since nothing follows from it.
 *
 * Return: the rate in Hz, 0 for nothing yet.
 */
static inline unsigned int ich_clock_believed(const unsigned int *hz, unsigned int count)
{
	unsigned int new = hz[count - 1], i;

	if (new >= ICH_CLOCK_RIGHT_MIN && new <= ICH_CLOCK_RIGHT_MAX)
		return new;
	if (new < ICH_CLOCK_MIN || new > ICH_CLOCK_MAX)
		return 0;
	for (i = 0; i < count - 1; i++)
		if (hz[i] >= ICH_CLOCK_MIN && hz[i] >= new - ICH_CLOCK_AGREE &&
		    hz[i] <= new + ICH_CLOCK_AGREE)
			return (hz[i] + new) / 2;
	return 0;
}

#endif /* __ICH_CLOCK_H */
