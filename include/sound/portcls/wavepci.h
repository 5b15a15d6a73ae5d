/* SPDX-License-Identifier: GPL-2.0 */
/*
 * WavePci: streams of scatter-gather mappings of the client's own ring
 *
 * The port (this header's functions) owns the ALSA side. The miniport (the ops
 * below, implemented by a card driver) takes mappings, gives them to its device
 * and releases them in order.
 *
 * Locking: every call into a miniport stream that may touch mappings is made
 * under the PCM stream lock, and the upcalls get, release and terminate happen
 * inside such a call only. So a mapping that a miniport has just obtained cannot
 * be revoked before it stands in the device's ring. A miniport holds no lock of
 * its own across an upcall.
 */
#ifndef __SOUND_PORTCLS_WAVEPCI_H
#define __SOUND_PORTCLS_WAVEPCI_H

#include <linux/types.h>
#include <sound/portcls/format.h>

struct portcls_adapter;
struct portcls_card;
struct portcls_dma_channel;
struct portcls_service_group;
struct portcls_wavepci;
struct portcls_wavepci_pin;
struct portcls_wavepci_stream;

/**
 * struct portcls_mapping - a piece of the client's ring
 * @addr: device address
 * @virt: the same bytes for the CPU
 * @bytes: length, more than 0; touches 16 pages at most and does not exceed the
 *	adapter's segment limits
 * @last: it holds the last byte of a packet and the client wants to know when
 *	that is done: a hint for raising an interrupt
 *
 * Source: IPortWavePciStream::GetMapping.
 */
struct portcls_mapping {
	dma_addr_t addr;
	void *virt;
	u32 bytes;
	bool last;
};

/**
 * struct portcls_framing - what a miniport asks of its client's ring
 * @align_bytes: packets are a multiple of this many bytes, 0 for no wish
 *
 * Source: IMiniportWavePciStream::GetAllocatorFraming. Number and length of the
 * packets, which are preferences there, are the client's choice in ALSA.
 */
struct portcls_framing {
	u32 align_bytes;
};

/**
 * struct portcls_wavepci_stream_ops - IMiniportWavePciStream
 * @release: the stream is closed; it is in STOP and holds no mapping. Process
 *	context. Frees what new_stream allocated.
 * @set_format: SetFormat. Process context, state STOP. 0, -EINVAL for a format
 *	that the pin does not take, -EBUSY where the other direction forbids it,
 *	-EOPNOTSUPP to be closed and made anew instead. Optional, the default is
 *	the latter. The structure is gone after the call. It tells the format only:
 *	whoever needs the lengths or @wakeup of &struct portcls_stream_config is
 *	made anew.
 * @set_state: SetState. One step up or down. STOP and ACQUIRE steps in process
 *	context; PAUSE <-> RUN under the PCM stream lock. Only an upward step may
 *	fail; the stream then stays where it is. At PAUSE -> RUN the miniport
 *	takes mappings and starts with what there is.
 * @get_position: GetPosition, bytes moved at the converter since the stream left
 *	STOP. Under the PCM stream lock, no side effect, no call of the port; kept
 *	over PAUSE, release and revocation.
 * @mapping_available: MappingAvailable. The last portcls_wavepci_get_mapping()
 *	was refused and would now succeed, because the client gave more or
 *	@service has released some. Under the PCM stream lock.
 * @service: Service, in RUN only, after a notification, and when a client
 *	without wake-ups asks for the position. Under the PCM stream lock.
 *	Releases finished mappings and takes new ones; may report the position
 *	with portcls_wavepci_report_position().
 * @revoke_mappings: RevokeMappings. Under the PCM stream lock, state PAUSE,
 *	which a drain may leave for RUN again at once. On return the device does
 *	not touch the open mappings from @first to @last, in the order obtained,
 *	any more. *@count is their number. A failure with count 0 means that there
 *	was nothing left.
 */
struct portcls_wavepci_stream_ops {
	void (*release)(struct portcls_wavepci_stream *stream);
	int (*set_format)(struct portcls_wavepci_stream *stream,
			  const struct portcls_format *format);
	int (*set_state)(struct portcls_wavepci_stream *stream,
			 enum portcls_state state);
	u64 (*get_position)(struct portcls_wavepci_stream *stream);
	void (*mapping_available)(struct portcls_wavepci_stream *stream);
	void (*service)(struct portcls_wavepci_stream *stream);
	int (*revoke_mappings)(struct portcls_wavepci_stream *stream,
			       unsigned long first, unsigned long last,
			       unsigned int *count);
};

/**
 * struct portcls_wavepci_stream - a miniport stream; drivers embed it
 * @ops: its methods
 * @group: what the device's interrupt notifies; the port adds its sink to it. A
 *	reference that new_stream took for the port. NULL: the port calls
 *	@ops.service every 20 ms while the stream runs.
 * @pin: the port's half, set by the port before any call
 */
struct portcls_wavepci_stream {
	const struct portcls_wavepci_stream_ops *ops;
	struct portcls_service_group *group;
	struct portcls_wavepci_pin *pin;
};

/**
 * struct portcls_wavepci_ops - IMiniportWavePci
 * @new_stream: NewStream. Process context; the device is in D0. Returns a stream
 *	in STOP with position 0, or an ERR_PTR: -EINVAL for a format or pin that
 *	does not exist, -EBUSY for a taken one, -ENOMEM.
 * @open: a client opens the pin; it may still be refused (-EBUSY). Process
 *	context, optional.
 * @close: undoes @open. Process context, optional.
 * @get_allocator_framing: GetAllocatorFraming, asked when a client opens the
 *	pin, before there is a format; @framing is zeroed. Process context,
 *	optional.
 * @power_change_notify: IPowerNotify::PowerChangeNotify. Process context; the
 *	hardware is accessible during the call. Optional.
 */
struct portcls_wavepci_ops {
	struct portcls_wavepci_stream *
	(*new_stream)(void *miniport,
		      const struct portcls_stream_config *config);
	int (*open)(void *miniport, bool capture);
	void (*close)(void *miniport, bool capture);
	void (*get_allocator_framing)(void *miniport, bool capture,
				      struct portcls_framing *framing);
	void (*power_change_notify)(void *miniport, bool awake);
};

/**
 * struct portcls_wavepci_desc - a WavePci subdevice: one PCM device
 * @id: PCM identification
 * @name: PCM name
 * @device: PCM device number
 * @ops: the miniport's methods
 * @adapter: what the device can address; the ring's memory and its mappings
 *	follow it. The port takes a reference.
 * @pins: playback and capture; without @ranges the direction does not exist
 */
struct portcls_wavepci_desc {
	const char *id;
	const char *name;
	int device;
	const struct portcls_wavepci_ops *ops;
	struct portcls_adapter *adapter;
	struct portcls_pin_desc pins[2];
};

int portcls_wavepci_new(struct portcls_card *card,
			const struct portcls_wavepci_desc *desc, void *miniport,
			struct portcls_wavepci **port);
struct portcls_pin_desc *portcls_wavepci_pin(struct portcls_wavepci *port,
					     bool capture);
struct portcls_dma_channel *
portcls_wavepci_new_master_dma_channel(struct portcls_wavepci *port,
				       u32 max_length);
void portcls_wavepci_notify(struct portcls_service_group *group);

int portcls_wavepci_get_mapping(struct portcls_wavepci_stream *stream,
				unsigned long tag, struct portcls_mapping *map);
int portcls_wavepci_release_mapping(struct portcls_wavepci_stream *stream,
				    unsigned long tag);
void portcls_wavepci_report_position(struct portcls_wavepci_stream *stream,
				     u64 position);
int portcls_wavepci_terminate_packet(struct portcls_wavepci_stream *stream);
void portcls_wavepci_set_prefetch_offset(struct portcls_wavepci_stream *stream,
					 u32 bytes);
u64 portcls_wavepci_normalize_position(struct portcls_wavepci_stream *stream,
				       u64 bytes);

#endif /* __SOUND_PORTCLS_WAVEPCI_H */
