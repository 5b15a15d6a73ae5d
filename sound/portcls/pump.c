// SPDX-License-Identifier: GPL-2.0
/*
 * The copy engine of WaveCyclic: pure arithmetic, no hardware and no ALSA header
 *
 * Playback keeps position <= valid <= safe <= position + lead after each service,
 * and lead <= cycle - framing: what lies one framing behind the position, which
 * the device may still be fetching, is never written. Capture never writes the
 * cycle at all.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>

#include <sound/portcls/position.h>
#include <sound/portcls/pump.h>

/* Offset in the cycle of a position at most one cycle ahead of the device. */
static u32 pump_ahead(const struct portcls_pump *pump, u64 where)
{
	return (pump->at + (u32)(where - pump->position)) % pump->cycle;
}

static u32 pump_ring(const struct portcls_pump *pump, u64 where)
{
	return (pump->ring_at + (u32)(where - pump->position)) % pump->ring;
}

static void pump_copy(struct portcls_pump *pump, u32 cycle, u32 ring, u32 bytes)
{
	while (bytes) {
		u32 piece = min3(bytes, pump->cycle - cycle, pump->ring - ring);

		pump->ops->copy(pump, cycle, ring, piece);
		bytes -= piece;
		cycle += piece;
		if (cycle == pump->cycle)
			cycle = 0;
		ring += piece;
		if (ring == pump->ring)
			ring = 0;
	}
}

/**
 * portcls_pump_init() - check a pump's geometry and set its lead
 * @pump: the pump; its caller has filled in everything down to @pump->capture
 *	except for the lead and the guard
 * @lead: wanted lead in bytes
 *
 * The lead is at least two framings, so that a service that comes late by one
 * framing still finds data in the cycle, and leaves one framing of the cycle
 * alone.
 *
 * Context: any.
 * Return: 0, -EINVAL for a cycle shorter than two framings or for lengths that
 * are no whole number of frames.
 */
int portcls_pump_init(struct portcls_pump *pump, u32 lead)
{
	if (!pump->framing || pump->framing > pump->cycle / 2)
		return -EINVAL;
	if (pump->cycle % pump->block || pump->ring % pump->block ||
	    pump->framing % pump->block)
		return -EINVAL;
	lead = max(lead, 2 * pump->framing);
	lead = min(lead, pump->cycle - pump->framing);
	pump->lead = lead - lead % pump->block;
	pump->guard = min(pump->cycle / 4,
			  max(pump->framing / 2, pump->prefetch));
	portcls_pump_reset(pump);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_pump_init);

/**
 * portcls_pump_reset() - back to position 0
 * @pump: the pump
 *
 * Context: any.
 */
void portcls_pump_reset(struct portcls_pump *pump)
{
	pump->at = 0;
	pump->ring_at = 0;
	pump->position = 0;
	pump->valid = 0;
	pump->safe = 0;
	pump->copied = 0;
	pump->underrun = 0;
}
EXPORT_SYMBOL_GPL(portcls_pump_reset);

/**
 * portcls_pump_restart() - the device goes on at offset 0 of its cycle
 * @pump: the pump
 *
 * For devices that cannot hold their place over PAUSE. The stream's position
 * stays; what was ahead of it in the cycle is given up and rendered anew from
 * the client's ring. What was captured and not fetched is given up for good.
 *
 * Context: any.
 * Return: bytes of that.
 */
u32 portcls_pump_restart(struct portcls_pump *pump)
{
	u32 lost = pump->capture ? pump->position - pump->copied : 0;

	pump->at = 0;
	pump->valid = pump->position;
	pump->safe = pump->position;
	pump->copied += lost;
	pump->underrun += lost;
	pump->ring_at = (pump->ring_at + lost) % pump->ring;
	return lost;
}
EXPORT_SYMBOL_GPL(portcls_pump_restart);

/**
 * portcls_pump_advance() - take over the device's position
 * @pump: the pump
 * @position: offset in the cycle, bytes; a value outside the cycle is ignored
 *
 * Context: any.
 * Return: bytes of progress, whole frames.
 */
u32 portcls_pump_advance(struct portcls_pump *pump, u32 position)
{
	u32 step;

	if (position >= pump->cycle)
		return 0;
	position -= position % pump->block;
	step = portcls_position_advance(pump->at, position, pump->cycle,
					pump->guard);
	if (!step)
		return 0;
	pump->at = position;
	pump->position += step;
	if (!pump->capture)
		pump->ring_at = (pump->ring_at + step) % pump->ring;
	return step;
}
EXPORT_SYMBOL_GPL(portcls_pump_advance);

/**
 * portcls_pump_silence() - lay silence in the cycle
 * @pump: the pump
 * @from: first position, not before the device's
 * @to: position behind the last, at most a cycle beyond the device's
 *
 * Context: any.
 */
void portcls_pump_silence(struct portcls_pump *pump, u64 from, u64 to)
{
	while (from < to) {
		u32 offset = pump_ahead(pump, from);
		u32 bytes = min_t(u64, to - from, pump->cycle - offset);

		pump->ops->silence(pump, offset, bytes);
		from += bytes;
	}
}
EXPORT_SYMBOL_GPL(portcls_pump_silence);

/**
 * portcls_pump_render() - one playback service
 * @pump: the pump, its position up to date
 * @supplied: A, end of what the client has written
 *
 * Copies what the client has within the lead, and lays silence behind it. New
 * data replace silence. What was due before it was copied is never played: in a
 * ring a place is a time.
 *
 * Context: any.
 * Return: bytes that the client had supplied and that were skipped.
 */
u64 portcls_pump_render(struct portcls_pump *pump, u64 supplied)
{
	u64 target = pump->position + pump->lead;
	u64 lost = 0;
	u64 end;

	if (pump->position > pump->valid) {
		end = min(supplied, pump->position);
		if (end > pump->valid)
			lost = end - pump->valid;
		pump->underrun += pump->position - pump->valid;
		pump->valid = pump->position;
	} else if (supplied < pump->valid) {
		/* Taken back, or looped until now. */
		pump->valid = max(supplied, pump->position);
		pump->safe = pump->valid;
	}

	end = min(supplied, target);
	if (end > pump->valid) {
		pump_copy(pump, pump_ahead(pump, pump->valid),
			  pump_ring(pump, pump->valid), end - pump->valid);
		pump->valid = end;
	}
	pump->safe = max(pump->safe, pump->valid);
	if (pump->safe < target) {
		portcls_pump_silence(pump, pump->safe, target);
		pump->safe = target;
	}
	return lost;
}
EXPORT_SYMBOL_GPL(portcls_pump_render);

/**
 * portcls_pump_render_looped() - one playback service for a free-running client
 * @pump: the pump, its position up to date
 *
 * Such a client writes its ring where and when it likes, shortly before it is
 * due, and tells nobody. So every byte of the ring is valid at any time, the
 * lead is short, and it is copied anew each time.
 *
 * Context: any.
 */
void portcls_pump_render_looped(struct portcls_pump *pump)
{
	u64 from = max(pump->position,
		       min(pump->valid, pump->position + pump->prefetch));
	u64 end = pump->position + min(2 * pump->framing, pump->lead);

	if (from < end)
		pump_copy(pump, pump_ahead(pump, from), pump_ring(pump, from),
			  end - from);
	pump->valid = end;
	pump->safe = end;
}
EXPORT_SYMBOL_GPL(portcls_pump_render_looped);

/**
 * portcls_pump_capture() - one capture service
 * @pump: the pump, its position up to date
 * @limit: position up to which the client's ring has room
 * @lost: set to the bytes that the device had overwritten before they were
 *	fetched; what is left is contiguous and recent
 *
 * Context: any.
 * Return: bytes by which the client's ring got further, lost ones included.
 */
u32 portcls_pump_capture(struct portcls_pump *pump, u64 limit, u32 *lost)
{
	u32 keep = pump->cycle - pump->framing;
	u32 progress = 0;
	u64 end;

	*lost = 0;
	if (pump->position - pump->copied > keep) {
		progress = pump->position - keep - pump->copied;
		*lost = progress;
		pump->underrun += progress;
		pump->copied += progress;
		pump->ring_at = (pump->ring_at + progress) % pump->ring;
	}
	end = min(pump->position, limit);
	if (end > pump->copied) {
		u32 bytes = end - pump->copied;
		u32 behind = pump->position - pump->copied;

		pump_copy(pump, (pump->at + pump->cycle - behind) % pump->cycle,
			  pump->ring_at, bytes);
		pump->copied = end;
		pump->ring_at = (pump->ring_at + bytes) % pump->ring;
		progress += bytes;
	}
	return progress;
}
EXPORT_SYMBOL_GPL(portcls_pump_capture);

/**
 * portcls_pump_rewind() - the client wants data back
 * @pump: the pump, its position up to date
 * @supplied: new end of what the client has written
 *
 * Context: any.
 * Return: 0, -EINVAL if some of it is in the cycle and less than one framing
 * away from being played.
 */
int portcls_pump_rewind(struct portcls_pump *pump, u64 supplied)
{
	if (supplied >= pump->valid)
		return 0;
	if (supplied < pump->position + pump->framing)
		return -EINVAL;
	pump->valid = supplied;
	pump->safe = supplied;
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_pump_rewind);
