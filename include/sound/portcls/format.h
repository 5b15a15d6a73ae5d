/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Formats, data ranges, pins and stream states: what both stream models share
 */
#ifndef __SOUND_PORTCLS_FORMAT_H
#define __SOUND_PORTCLS_FORMAT_H

#include <linux/types.h>
#include <sound/pcm.h>

/**
 * enum portcls_state - stream states (KSSTATE)
 * @PORTCLS_STOP: no transport, least resources, position 0
 * @PORTCLS_ACQUIRE: resources are taken, nothing is buffered
 * @PORTCLS_PAUSE: ready to run at once; the position is frozen
 * @PORTCLS_RUN: data move
 *
 * A miniport sees one step at a time, up or down. STOP <-> ACQUIRE and
 * ACQUIRE <-> PAUSE happen in process context and may sleep. PAUSE <-> RUN
 * happen under the PCM stream lock with interrupts off.
 */
enum portcls_state {
	PORTCLS_STOP,
	PORTCLS_ACQUIRE,
	PORTCLS_PAUSE,
	PORTCLS_RUN,
};

/**
 * struct portcls_format - the format of one stream
 * @format: sample format
 * @rate: frames per second
 * @channels: samples per frame
 * @frame_bytes: bytes per frame of all channels
 */
struct portcls_format {
	snd_pcm_format_t format;
	unsigned int rate;
	unsigned int channels;
	unsigned int frame_bytes;
};

/**
 * struct portcls_data_range - formats that a pin takes
 * @formats: mask of SNDRV_PCM_FMTBIT_*
 * @rates: mask of SNDRV_PCM_RATE_*
 * @rate_min: lowest rate in Hz
 * @rate_max: highest rate in Hz
 * @channels: mask, bit n for n channels
 *
 * A pin may have several ranges. What the port offers is their union, and a
 * stream's parameters lie in one of them.
 */
struct portcls_data_range {
	u64 formats;
	unsigned int rates;
	unsigned int rate_min;
	unsigned int rate_max;
	u32 channels;
};

/**
 * struct portcls_pin_desc - one direction of a subdevice
 * @ranges: what it takes, @num_ranges of them; NULL where the subdevice does
 *	not have this direction
 * @num_ranges: number of @ranges
 * @ratnums: rates that the clock can make, @num_ratnums rows; optional
 * @num_ratnums: number of @ratnums
 * @msbits: significant bits of 32-bit samples, 0 for all
 * @info: SNDRV_PCM_INFO_PAUSE, _RESUME and _NO_PERIOD_WAKEUP where the miniport
 *	can; _BATCH where the position steps more coarsely than bursts, as that of a slave
 *	channel may (portcls_dma_slave_granularity()); _JOINT_DUPLEX and _HALF_DUPLEX
 *	where they hold. The port adds what it does itself, and _SYNC_START goes by
 *	the miniport's hold method alone.
 * @buffer_bytes_max: largest ring in bytes
 * @prealloc_bytes: ring memory kept ready while the stream is closed, bytes
 * @period_bytes_min: smallest period in bytes
 * @period_bytes_max: largest period in bytes
 * @period_frames_min: smallest period in frames, 0 for no such limit
 * @periods_max: most periods in a ring
 * @max_mappings: most mappings that the miniport holds open (WavePci), 128 at most;
 *	read once, when the port is made
 * @min_start_mappings: mappings without which the device does not start
 *	(WavePci), 1 or 2, 0 is 1; with 2 a lone one comes in halves
 * @prefetch_frames: frames beyond the play position that the device may have
 *	fetched; a rewind stops there
 * @drain_frames: frames of silence that push the last sample out of the device.
 *	A drain ends when the last frame has been fetched (WavePci: the silence
 *	plays on behind it, and what follows on the PCM waits for it) or when they
 *	have been (WaveCyclic)
 * @chmap: channel maps, optional
 * @chmap_channels: most channels of a map
 *
 * While the stream is closed @ranges, @msbits, @info, the limits of periods,
 * @min_start_mappings, @prefetch_frames and @drain_frames may change; they are read at
 * open or later. The rest is read once, when the port is made, and so is @ratnums of
 * WaveCyclic.
 */
struct portcls_pin_desc {
	const struct portcls_data_range *ranges;
	unsigned int num_ranges;
	const struct snd_ratnum *ratnums;
	unsigned int num_ratnums;
	unsigned int msbits;
	unsigned int info;
	u32 buffer_bytes_max;
	u32 prealloc_bytes;
	u32 period_bytes_min;
	u32 period_bytes_max;
	u32 period_frames_min;
	unsigned int periods_max;
	unsigned int max_mappings;
	unsigned int min_start_mappings;
	unsigned int prefetch_frames;
	unsigned int drain_frames;
	const struct snd_pcm_chmap_elem *chmap;
	unsigned int chmap_channels;
};

/**
 * struct portcls_stream_config - what a new stream is asked for
 * @capture: direction; also the pin's number
 * @format: the format; copy what is needed, it is gone after the call
 * @period_bytes: length of a packet (an ALSA period) in bytes
 * @buffer_bytes: length of the client's ring in bytes
 * @wakeup: the client wants an interrupt at the end of each packet
 */
struct portcls_stream_config {
	bool capture;
	struct portcls_format format;
	u32 period_bytes;
	u32 buffer_bytes;
	bool wakeup;
};

#endif /* __SOUND_PORTCLS_FORMAT_H */
