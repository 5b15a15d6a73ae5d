// SPDX-License-Identifier: GPL-2.0
/*
 * Position arithmetic: pure, no hardware and no ALSA header
 */
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include <sound/portcls/position.h>

/* One second in the units of NormalizePhysicalPosition, 100 ns. */
#define PORTCLS_UNITS_PER_SECOND	10000000ULL

/**
 * portcls_position_advance() - how far a cyclic position has moved
 * @old: the position of the last call, below @cycle
 * @new: the position now, below @cycle
 * @cycle: length of the cycle in bytes
 * @guard: largest backward step that counts as jitter, bytes
 *
 * A counter that is read while it runs, or a FIFO before it, can make a
 * position step back a little. ALSA takes any backward step for a whole lap, so
 * none may get through.
 *
 * Context: any.
 * Return: bytes of progress, 0 where @new lies within @guard behind @old.
 */
u32 portcls_position_advance(u32 old, u32 new, u32 cycle, u32 guard)
{
	u32 step = new >= old ? new - old : cycle - old + new;

	return step >= cycle - guard ? 0 : step;
}
EXPORT_SYMBOL_GPL(portcls_position_advance);

/**
 * portcls_position_normalize() - from bytes to time
 * @bytes: a position in bytes
 * @rate: frames per second, not 0
 * @frame_bytes: bytes per frame, not 0
 *
 * Exact for every 64-bit position: the division comes first, and what is left
 * of it is below one second. Source:
 * IMiniportWave*Stream::NormalizePhysicalPosition.
 *
 * Context: any.
 * Return: the time in units of 100 ns, rounded down.
 */
u64 portcls_position_normalize(u64 bytes, u32 rate, u32 frame_bytes)
{
	u64 second = (u64)rate * frame_bytes;
	u64 rest;
	u64 seconds = div64_u64_rem(bytes, second, &rest);

	return seconds * PORTCLS_UNITS_PER_SECOND +
	       div64_u64(rest * PORTCLS_UNITS_PER_SECOND, second);
}
EXPORT_SYMBOL_GPL(portcls_position_normalize);

/**
 * portcls_framing_size() - bytes of whole frames in an interval
 * @rate: frames per second
 * @frame_bytes: bytes per frame
 * @interval_ms: the interval in milliseconds
 *
 * Source: IMiniportWaveCyclicStream::SetNotificationFreq.
 *
 * Context: any.
 * Return: bytes, a whole number of frames rounded down, one frame at least.
 */
u32 portcls_framing_size(u32 rate, u32 frame_bytes, u32 interval_ms)
{
	u64 frames = div_u64((u64)rate * interval_ms, 1000);

	return frame_bytes * max_t(u64, frames, 1);
}
EXPORT_SYMBOL_GPL(portcls_framing_size);
