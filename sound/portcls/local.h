/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the ports share; private to the framework
 *
 * A port is one PCM device, a pin is one of its two substreams. The code in
 * port.c is the half that does not depend on the stream model: it owns the
 * struct snd_pcm, its constraints and its states, and reaches the model through
 * struct portcls_model.
 *
 * Locking: a pin's fields that change while a stream runs are protected by the
 * PCM stream lock. Steps between STOP, ACQUIRE and PAUSE are made in process
 * context under the pin's lock: the PCM core prepares a linked stream for another
 * thread without asking whether its own client is closing it. While they are at it,
 * and until the stream is prepared, @ready keeps out what comes under the stream lock.
 */
#ifndef __PORTCLS_LOCAL_H
#define __PORTCLS_LOCAL_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <sound/pcm.h>
#include <sound/portcls/card.h>
#include <sound/portcls/format.h>

struct portcls_pin;
struct portcls_port;

/**
 * struct portcls_model - what a stream model does in each PCM operation
 * @open: a client opens the pin; constraints of the model. Process context.
 * @close: undoes @open; no stream is left. Process context.
 * @hw_params: makes the miniport stream. Pin's lock, state STOP, called again
 *	without @hw_free between. A failure is followed by @hw_free.
 * @hw_free: gives the miniport stream back. Pin's lock, state STOP, idempotent.
 * @prepare: zeroes the cursors; pin's lock, state STOP, a stream is there.
 * @set_state: the miniport's set_state, with what the model does about it.
 *	RUN <-> PAUSE under the stream lock.
 * @stopped: the stream was stopped, not paused: revoke. Stream lock, state
 *	PAUSE; optional.
 * @drain: no more data will come. Stream lock; optional.
 * @hold: starts of streams of the card are held until all are made at once. Stream
 *	lock; of a port that @holds.
 * @linger: the core stops the stream. True if its device must run on by itself
 *	for a bounded time; it then stays in RUN until @synchronize. Stream lock;
 *	optional.
 * @pointer: play or record position in the ring, frames. Stream lock.
 * @ack: the client moved its pointer. Stream lock; optional.
 * @reset: the client's pointer was set without @ack. Stream lock; optional.
 * @power_change_notify: tells the miniport. Process context; optional.
 * @synchronize: waits until nothing of a stopped stream runs, and ends what
 *	@linger began. Process context; optional.
 * @info: SNDRV_PCM_INFO_* that the model adds
 * @buffer_type: SNDRV_DMA_TYPE_* of a ring that the core manages, or
 *	SNDRV_DMA_TYPE_UNKNOWN where the model sets it itself
 */
struct portcls_model {
	int (*open)(struct portcls_pin *pin);
	void (*close)(struct portcls_pin *pin);
	int (*hw_params)(struct portcls_pin *pin,
			 const struct portcls_stream_config *config);
	void (*hw_free)(struct portcls_pin *pin);
	int (*prepare)(struct portcls_pin *pin);
	int (*set_state)(struct portcls_pin *pin, enum portcls_state state);
	void (*stopped)(struct portcls_pin *pin);
	void (*drain)(struct portcls_pin *pin);
	void (*hold)(struct portcls_port *port, bool hold);
	bool (*linger)(struct portcls_pin *pin);
	snd_pcm_uframes_t (*pointer)(struct portcls_pin *pin);
	int (*ack)(struct portcls_pin *pin);
	void (*reset)(struct portcls_pin *pin);
	void (*synchronize)(struct portcls_pin *pin);
	void (*power_change_notify)(struct portcls_port *port, bool awake);
	unsigned int info;
	int buffer_type;
};

/**
 * struct portcls_pin - one substream of a port; models embed it
 * @port: the port it belongs to
 * @desc: what the miniport declared
 * @substream: the PCM substream
 * @lock: one thread makes, prepares or frees the stream; above the stream lock
 * @format: of the current stream
 * @state: what the miniport was last told; PAUSE <-> RUN under the stream lock,
 *	the rest under @lock
 * @open: a client has it, from open to close; stream lock
 * @has_stream: a miniport stream exists; @lock
 * @ready: it is prepared, and nobody is at making it another; stream lock
 * @refused: a start failed that may be a drain's
 * @ratnums: the clock's rates, for the constraint
 */
struct portcls_pin {
	struct portcls_port *port;
	struct portcls_pin_desc *desc;
	struct snd_pcm_substream *substream;
	struct mutex lock; /* the stream is made, prepared and freed by one thread */
	struct portcls_format format;
	enum portcls_state state;
	bool open;
	bool has_stream;
	bool ready;
	struct work_struct refused;
	struct snd_pcm_hw_constraint_ratnums ratnums;
};

/**
 * struct portcls_port - one PCM device; models embed it
 * @node: in the card's list
 * @card: the card
 * @pcm: the PCM device
 * @model: the stream model
 * @holds: the miniport can start linked streams at once: &portcls_model.hold
 * @dma_dev: device that the ring's memory is for
 * @pin: the pins by SNDRV_PCM_STREAM_*, NULL where there is none
 * @free: frees the model's port
 */
struct portcls_port {
	struct list_head node;
	struct portcls_card *card;
	struct snd_pcm *pcm;
	const struct portcls_model *model;
	bool holds;
	struct device *dma_dev;
	struct portcls_pin *pin[2];
	void (*free)(struct portcls_port *port);
};

/**
 * struct portcls_port_config - names of a PCM device
 * @id: identification
 * @name: name
 * @device: device number
 * @free: frees the model's port; called when the PCM device is
 */
struct portcls_port_config {
	const char *id;
	const char *name;
	int device;
	void (*free)(struct portcls_port *port);
};

static inline struct portcls_pin *port_pin(struct snd_pcm_substream *ss)
{
	struct portcls_port *port = snd_pcm_substream_chip(ss);

	return port->pin[ss->stream];
}

int portcls_port_init(struct portcls_port *port, struct portcls_card *card,
		      const struct portcls_port_config *config);
void portcls_port_set_hw(const struct portcls_pin *pin, struct snd_pcm_hardware *hw);
int portcls_port_add_rules(struct portcls_pin *pin, struct snd_pcm_runtime *runtime);
int portcls_port_step(struct portcls_pin *pin, enum portcls_state target);

/* With the stream lock alone: below RUN another thread may be on its way with the pin's. */
static inline bool portcls_port_runs(const struct portcls_pin *pin)
{
	return READ_ONCE(pin->state) == PORTCLS_RUN;
}

int portcls_port_trigger(struct snd_pcm_substream *ss, int cmd);
void portcls_port_refused(struct work_struct *work);
void portcls_port_suspend(struct portcls_port *port);
void portcls_port_unregister(struct portcls_port *port);
int portcls_card_wake(struct portcls_card *card);
bool portcls_port_free_running(const struct portcls_pin *pin);

#endif /* __PORTCLS_LOCAL_H */
