/* SPDX-License-Identifier: GPL-2.0 */
/*
 * WaveCyclic: streams of one cyclic buffer that the device loops over
 *
 * The port (this header's functions) owns the ALSA side. The miniport (the ops
 * below, implemented by a card driver) owns a DMA channel whose common buffer,
 * the cycle, its device walks round and round, and tells the port at regular
 * distances that it has got further.
 *
 * The port serves a client in one of two ways, chosen in hw_params:
 *
 * - direct: the cycle is the client's ring. Nothing is copied. Taken where the
 *   channel's copy methods are the framework's own, the ring fits the buffer and
 *   the miniport can notify each period.
 * - copied: the client's ring is memory of its own, and the port's pump moves
 *   samples through the channel's copy methods at each notification. Taken
 *   everywhere else, so for every channel that brings its own copy methods.
 *
 * Locking: the PCM stream lock serialises everything that happens while a
 * stream runs. A miniport holds no lock of its own across an upcall.
 */
#ifndef __SOUND_PORTCLS_WAVECYCLIC_H
#define __SOUND_PORTCLS_WAVECYCLIC_H

#include <linux/types.h>
#include <sound/portcls/format.h>

struct portcls_adapter;
struct portcls_card;
struct portcls_dma_channel;
struct portcls_service_group;
struct portcls_slave_desc;
struct portcls_wavecyclic;
struct portcls_wavecyclic_pin;
struct portcls_wavecyclic_stream;

/**
 * struct portcls_wavecyclic_stream_ops - IMiniportWaveCyclicStream
 * @release: the stream is closed; it is in STOP and is not notified any more.
 *	Process context. Frees what new_stream allocated, except for the port's
 *	references to channel and group, which the port drops.
 * @set_format: SetFormat. Process context, state STOP. 0, -EINVAL for a format
 *	that the pin does not take, -EBUSY in RUN or where the other direction
 *	forbids it, -EOPNOTSUPP to be closed and made anew instead. Optional, the
 *	default is the latter. The structure is gone after the call. It tells the
 *	format only: whoever needs the lengths or @wakeup of
 *	&struct portcls_stream_config is made anew.
 * @set_notification_freq: SetNotificationFreq. Process context, state STOP;
 *	holds from the next PAUSE -> RUN on. *@framing is the wanted distance
 *	between two notifications in bytes, whole frames, or 0 for none at all.
 *	The miniport writes the distance that it will keep, exactly, and returns
 *	it in microseconds, which the port ignores. It is a whole number of frames,
 *	more than 0 where notifications were wanted, and need not divide the cycle.
 *	A miniport that cannot do without notifications may return some when none
 *	were wanted.
 *	May be called twice; the last call counts.
 * @set_state: SetState. One step up or down. STOP and ACQUIRE steps in process
 *	context; PAUSE <-> RUN under the PCM stream lock. Only an upward step may
 *	fail; the stream then stays where it is. The length of the cycle is what
 *	portcls_dma_buffer_size() says at STOP -> ACQUIRE; the device starts at
 *	offset 0 after STOP, and where it stood after PAUSE (see
 *	&portcls_wavecyclic_desc.restarts_at_zero).
 * @get_position: GetPosition, offset in the cycle of the byte at the converter,
 *	less than the length of the cycle. Under the PCM stream lock; no side
 *	effect. Frozen in PAUSE, 0 after STOP. May step back by less than half a
 *	framing, and where the cycle is the client's ring by the pin's
 *	prefetch_frames or a millisecond at most: the port lets no backward step out.
 * @normalize_physical_position: NormalizePhysicalPosition, bytes to units of
 *	100 ns. Any context. Optional, the default is exact.
 * @silence: Silence, fills @bytes at @buffer with silence in the format that the
 *	cycle holds. @buffer lies in the cycle, the range does not wrap. Any
 *	context. Optional, the default is the silence of the stream's format.
 */
struct portcls_wavecyclic_stream_ops {
	void (*release)(struct portcls_wavecyclic_stream *stream);
	int (*set_format)(struct portcls_wavecyclic_stream *stream,
			  const struct portcls_format *format);
	u32 (*set_notification_freq)(struct portcls_wavecyclic_stream *stream,
				     u32 *framing);
	int (*set_state)(struct portcls_wavecyclic_stream *stream,
			 enum portcls_state state);
	u32 (*get_position)(struct portcls_wavecyclic_stream *stream);
	u64 (*normalize_physical_position)(struct portcls_wavecyclic_stream *stream,
					   u64 bytes);
	void (*silence)(struct portcls_wavecyclic_stream *stream, void *buffer,
			u32 bytes);
};

/**
 * struct portcls_wavecyclic_stream - a miniport stream; drivers embed it
 * @ops: its methods
 * @channel: the channel, with its buffer allocated. A reference that new_stream
 *	took for the port. Of a channel with methods of its own the port calls
 *	allocated_buffer_size, buffer_size, set_buffer_size, system_address,
 *	copy_to and copy_from only.
 * @group: what the device's interrupt notifies; the port adds its sink to it. A
 *	reference that new_stream took for the port. Several streams may share
 *	one group: the port finds out by the position whom a notification was for.
 * @pin: the port's half, set by the port before any call
 */
struct portcls_wavecyclic_stream {
	const struct portcls_wavecyclic_stream_ops *ops;
	struct portcls_dma_channel *channel;
	struct portcls_service_group *group;
	struct portcls_wavecyclic_pin *pin;
};

/**
 * struct portcls_wavecyclic_ops - IMiniportWaveCyclic
 * @new_stream: NewStream. Process context; the device is in D0. Returns a stream
 *	in STOP with position 0, @channel and @group set, or an ERR_PTR: -EINVAL
 *	for a format or pin that does not exist, -EBUSY for a taken one or a rate
 *	that the other direction forbids, -ENOMEM.
 * @open: a client opens the pin; it may still be refused (-EBUSY). Process
 *	context, optional.
 * @close: undoes @open. Process context, optional.
 * @locked_rate: the one rate, frames per second, that the pin can have as long
 *	as the clock is in use elsewhere; 0 where it is free. What a client is
 *	offered follows; new_stream decides in the end. Process context, optional.
 * @hold: linked streams of the card are about to start (true), or have been told
 *	to (false). In between the miniport may put off what makes a stream move
 *	at PAUSE -> RUN, and then does it for all of them at once; it cannot fail
 *	any more. Meanwhile other streams may be started and stopped, and other
 *	groups be held: calls with true are counted, and the last one with false
 *	ends it. Under the PCM stream locks of the group. Optional; whoever has it
 *	has it for all ports of the card, and these get
 *	SNDRV_PCM_INFO_SYNC_START.
 * @power_change_notify: IPowerNotify::PowerChangeNotify. Process context; the
 *	hardware is accessible during the call. Optional.
 */
struct portcls_wavecyclic_ops {
	struct portcls_wavecyclic_stream *
	(*new_stream)(void *miniport,
		      const struct portcls_stream_config *config);
	int (*open)(void *miniport, bool capture);
	void (*close)(void *miniport, bool capture);
	unsigned int (*locked_rate)(void *miniport, bool capture);
	void (*hold)(void *miniport, bool hold);
	void (*power_change_notify)(void *miniport, bool awake);
};

/**
 * struct portcls_wavecyclic_desc - a WaveCyclic subdevice: one PCM device
 * @id: PCM identification
 * @name: PCM name
 * @device: PCM device number
 * @ops: the miniport's methods
 * @adapter: what the device can address. The port takes a reference.
 * @interval_us_min: shortest distance between two notifications that the device
 *	keeps, in microseconds; shorter periods are not offered. 0 for no limit.
 *	See portcls_wavecyclic_set_interval().
 * @cycle_align: the cycle's length is a multiple of this many bytes, 0 is 1; a
 *	ring whose length is not is copied
 * @restarts_at_zero: PAUSE -> RUN starts at offset 0 of the cycle, not where the
 *	device stood. The port then always copies.
 * @always_copies: the channels have copy methods of their own: the port need not
 *	wait for new_stream to know
 * @pins: playback and capture; without ranges the direction does not exist. A
 *	ring, of &portcls_pin_desc.buffer_bytes_max at most, may be larger than the
 *	channel's buffer: it is copied then.
 */
struct portcls_wavecyclic_desc {
	const char *id;
	const char *name;
	int device;
	const struct portcls_wavecyclic_ops *ops;
	struct portcls_adapter *adapter;
	u32 interval_us_min;
	u32 cycle_align;
	bool restarts_at_zero;
	bool always_copies;
	struct portcls_pin_desc pins[2];
};

int portcls_wavecyclic_new(struct portcls_card *card,
			   const struct portcls_wavecyclic_desc *desc,
			   void *miniport, struct portcls_wavecyclic **port);
struct portcls_pin_desc *portcls_wavecyclic_pin(struct portcls_wavecyclic *port,
						bool capture);
void portcls_wavecyclic_set_interval(struct portcls_wavecyclic *port, u32 interval_us);
struct portcls_dma_channel *
portcls_wavecyclic_new_master_dma_channel(struct portcls_wavecyclic *port,
					  u32 max_length);
struct portcls_dma_channel *
portcls_wavecyclic_new_slave_dma_channel(struct portcls_wavecyclic *port,
					 unsigned int index,
					 const struct portcls_slave_desc *desc,
					 u32 max_length);
void portcls_wavecyclic_notify(struct portcls_service_group *group);
u64 portcls_wavecyclic_normalize_position(struct portcls_wavecyclic_stream *stream,
					  u64 bytes);

#endif /* __SOUND_PORTCLS_WAVECYCLIC_H */
