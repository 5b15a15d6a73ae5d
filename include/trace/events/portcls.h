/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the audio port class: what a stream does, in place of messages
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM portcls

#if !defined(_TRACE_PORTCLS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_PORTCLS_H

#include <linux/tracepoint.h>
#include <sound/core.h>
#include <sound/pcm.h>

DECLARE_EVENT_CLASS(portcls_stream,
	TP_PROTO(struct snd_pcm_substream *substream),
	TP_ARGS(substream),
	TP_STRUCT__entry(
		__field(int, card)
		__field(int, device)
		__field(int, stream)
	),
	TP_fast_assign(
		__entry->card = substream->pcm->card->number;
		__entry->device = substream->pcm->device;
		__entry->stream = substream->stream;
	),
	TP_printk("pcmC%dD%d%s", __entry->card, __entry->device,
		  __entry->stream ? "c" : "p")
);

/* The device has nothing left to do. */
DEFINE_EVENT(portcls_stream, portcls_starved,
	TP_PROTO(struct snd_pcm_substream *substream),
	TP_ARGS(substream)
);

/* No more data will come; what is left is played out. */
DEFINE_EVENT(portcls_stream, portcls_drain,
	TP_PROTO(struct snd_pcm_substream *substream),
	TP_ARGS(substream)
);

TRACE_EVENT(portcls_state,
	TP_PROTO(struct snd_pcm_substream *substream, int from, int to, int err),
	TP_ARGS(substream, from, to, err),
	TP_STRUCT__entry(
		__field(int, card)
		__field(int, device)
		__field(int, stream)
		__field(int, from)
		__field(int, to)
		__field(int, err)
	),
	TP_fast_assign(
		__entry->card = substream->pcm->card->number;
		__entry->device = substream->pcm->device;
		__entry->stream = substream->stream;
		__entry->from = from;
		__entry->to = to;
		__entry->err = err;
	),
	TP_printk("pcmC%dD%d%s %d -> %d: %d", __entry->card, __entry->device,
		  __entry->stream ? "c" : "p", __entry->from, __entry->to,
		  __entry->err)
);

DECLARE_EVENT_CLASS(portcls_mapping,
	TP_PROTO(struct snd_pcm_substream *substream, unsigned long tag,
		 u64 position, u32 bytes, bool last),
	TP_ARGS(substream, tag, position, bytes, last),
	TP_STRUCT__entry(
		__field(int, card)
		__field(int, device)
		__field(int, stream)
		__field(unsigned long, tag)
		__field(u64, position)
		__field(u32, bytes)
		__field(bool, last)
	),
	TP_fast_assign(
		__entry->card = substream->pcm->card->number;
		__entry->device = substream->pcm->device;
		__entry->stream = substream->stream;
		__entry->tag = tag;
		__entry->position = position;
		__entry->bytes = bytes;
		__entry->last = last;
	),
	TP_printk("pcmC%dD%d%s tag %lu at %llu: %u%s", __entry->card,
		  __entry->device, __entry->stream ? "c" : "p", __entry->tag,
		  __entry->position, __entry->bytes,
		  __entry->last ? " last" : "")
);

/* A mapping was handed out. */
DEFINE_EVENT(portcls_mapping, portcls_get_mapping,
	TP_PROTO(struct snd_pcm_substream *substream, unsigned long tag,
		 u64 position, u32 bytes, bool last),
	TP_ARGS(substream, tag, position, bytes, last)
);

/* The device is done with a mapping; position is behind it. */
DEFINE_EVENT(portcls_mapping, portcls_release_mapping,
	TP_PROTO(struct snd_pcm_substream *substream, unsigned long tag,
		 u64 position, u32 bytes, bool last),
	TP_ARGS(substream, tag, position, bytes, last)
);

/* The device let go of what it held. */
TRACE_EVENT(portcls_revoke,
	TP_PROTO(struct snd_pcm_substream *substream, unsigned int count),
	TP_ARGS(substream, count),
	TP_STRUCT__entry(
		__field(int, card)
		__field(int, device)
		__field(int, stream)
		__field(unsigned int, count)
	),
	TP_fast_assign(
		__entry->card = substream->pcm->card->number;
		__entry->device = substream->pcm->device;
		__entry->stream = substream->stream;
		__entry->count = count;
	),
	TP_printk("pcmC%dD%d%s %u", __entry->card, __entry->device,
		  __entry->stream ? "c" : "p", __entry->count)
);

#endif /* _TRACE_PORTCLS_H */

#include <trace/define_trace.h>
