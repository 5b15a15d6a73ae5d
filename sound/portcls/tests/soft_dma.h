/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A dmaengine provider made of software, for tests
 *
 * Slave, cyclic and memory-to-memory transfers on a soft hrtimer, one step of
 * some bytes at a time. A slave channel's device is a FIFO of 64 KiB: what is
 * sent to the device is appended to it, what comes from the device is read from
 * it in a loop. Only a descriptor with DMA_PREP_INTERRUPT calls back, as with most
 * engines; @recycles is for the others. Its errors are made on demand.
 */
#ifndef __PORTCLS_TEST_SOFT_DMA_H
#define __PORTCLS_TEST_SOFT_DMA_H

#include <linux/dmaengine.h>
#include <linux/types.h>

#define SOFT_DMA_FIFO_BYTES	SZ_64K

/**
 * struct soft_dma_config - fixed when the provider is made
 * @channels: number of channels, 1..8
 * @granularity: of the residue
 * @max_sg_burst: elements of one slave transfer, 0 for any number
 * @max_copy: longest memory-to-memory descriptor, 0 for any
 * @no_terminate: there is no way to stop a channel
 * @pauses: a channel can be paused
 * @no_cyclic: there are no cyclic transfers
 * @one_way: slave channels only send
 * @copy_align: logarithm of what source, destination and length of a memory-to-memory
 *	descriptor have to be multiples of
 * @src_widths: of accesses to a device that is read; 0 for those of one that is written
 * @unordered: descriptors complete in any order unless fenced
 * @recycles: a descriptor begins with the callback that the channel's last one was left
 *	with, does not keep the flags that it is prepared with, and calls whatever is set
 * @crude: calls back with the lock held under which it is given descriptors, and lets
 *	bottom halves run when it has been given one
 * @map: slave channels by the names of their users, for dma_request_chan();
 *	@param of an entry is the channel's number as a pointer
 * @mapcnt: entries of @map
 */
struct soft_dma_config {
	unsigned int channels;
	enum dma_residue_granularity granularity;
	u32 max_sg_burst;
	u32 max_copy;
	u8 copy_align;
	u32 src_widths;
	bool no_terminate;
	bool pauses;
	bool no_cyclic;
	bool one_way;
	bool unordered;
	bool recycles;
	bool crude;
	const struct dma_slave_map *map;
	int mapcnt;
};

/**
 * struct soft_dma_knobs - may be changed at any time; all 0 is a good engine
 * @step_bytes: moved in one step, 0 is all
 * @step_us: between two steps, and before the first
 * @late_us: from the last byte to the callback
 * @prep_null: so many preps find no descriptor
 * @submit_error: so many submits fail
 * @config_error: so many settings are refused, and those before forgotten
 * @lose_start: so many descriptors never start
 * @lose_callback: so many callbacks are never made
 * @repeat_callback: so many callbacks are made twice
 * @fail_transfer: so many descriptors report an error and move nothing
 * @corrupt: so many descriptors move one wrong byte and report success
 * @stuck_residue: the residue does not change
 * @error_status: every transfer's status is an error, and its residue means nothing
 * @at_prep: called with @at_prep_data while the next slave transfer is prepared, once
 * @at_prep_data: its argument
 * @at_issue: called with @at_issue_data when descriptors are next issued, once, before
 *	they are
 * @at_issue_data: its argument
 * @at_sync: called with @at_sync_data when the next synchronize begins, once; the
 *	channel's last user implies one
 * @at_sync_data: its argument
 * @call_after_stop: so many terminated descriptors still call back, at the latest in
 *	synchronize
 * @abort_after_stop: and say that they were stopped
 */
struct soft_dma_knobs {
	u32 step_bytes;
	u32 step_us;
	u32 late_us;
	int prep_null;
	int submit_error;
	int config_error;
	int lose_start;
	int lose_callback;
	int repeat_callback;
	int fail_transfer;
	int corrupt;
	bool stuck_residue;
	bool error_status;
	void (*at_prep)(void *data);
	void *at_prep_data;
	void (*at_issue)(void *data);
	void *at_issue_data;
	void (*at_sync)(void *data);
	void *at_sync_data;
	int call_after_stop;
	bool abort_after_stop;
};

struct device;
struct soft_dma;

struct soft_dma *soft_dma_new(const struct soft_dma_config *config);
void soft_dma_free(struct soft_dma *soft);
struct device *soft_dma_device(struct soft_dma *soft);
struct soft_dma_knobs *soft_dma_knobs(struct soft_dma *soft);

/* Filter for dma_request_channel(); @param is the struct soft_dma. */
bool soft_dma_filter(struct dma_chan *chan, void *param);

/* The FIFO's memory, the bytes that went through it, and a fresh start. */
u8 *soft_dma_fifo(struct dma_chan *chan);
u64 soft_dma_fifo_count(struct dma_chan *chan);
void soft_dma_fifo_reset(struct dma_chan *chan);

/* How many callbacks a channel has made. */
unsigned int soft_dma_called(struct dma_chan *chan);

/* What the callback of the descriptor submitted last is called with. */
void *soft_dma_param(struct dma_chan *chan);

/* How often a channel's status was asked for. */
unsigned int soft_dma_status_reads(struct dma_chan *chan);

/* What a channel was last told of its device; nothing of it matters to the FIFO. */
struct dma_slave_config soft_dma_slave_config(struct dma_chan *chan);

/* How often a channel's user has terminated what runs. */
unsigned int soft_dma_terminates(struct dma_chan *chan);

/* How many descriptors the engine was given with interrupts off. */
unsigned int soft_dma_hard_submits(struct soft_dma *soft);

/* How often a channel was told to begin between a terminate and its synchronize. */
unsigned int soft_dma_astray(struct dma_chan *chan);

/* Terminated descriptors that nobody has synchronized with. */
unsigned int soft_dma_gone(struct soft_dma *soft);

/* Descriptors that the engine still holds on all channels; 0 is no leak. */
unsigned int soft_dma_held(struct soft_dma *soft);

#endif /* __PORTCLS_TEST_SOFT_DMA_H */
