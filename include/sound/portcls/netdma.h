/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NetDMA: memory-to-memory channels
 *
 * A provider is a set of dmaengine memcpy channels, taken when it is started. A
 * client allocates channels of it, atomically, and either has a list of
 * descriptors processed, watching one 64-bit completion word, or copies buffers
 * with portcls_netdma_copy().
 *
 * Descriptors carry device addresses: streaming mappings that the client made
 * for portcls_netdma_device(), the destination from or bidirectional. The word
 * and the descriptors themselves are ordinary memory, which only the CPU reads.
 *
 * Context: unless a function says otherwise it may be called in process and
 * softirq context, also with interrupts disabled, unless the provider has an engine whose
 * driver lets bottom halves run when it is given a descriptor (IOAT and PLX: leave them
 * out with @filter then); never in hard interrupt context, nor under a lock that is taken
 * there. On PREEMPT_RT not under a spinlock that is also
 * taken with bottom halves off, as threaded interrupt handlers do.
 */
#ifndef __SOUND_PORTCLS_NETDMA_H
#define __SOUND_PORTCLS_NETDMA_H

#include <linux/cpumask.h>
#include <linux/dmaengine.h>
#include <linux/types.h>

struct portcls_netdma;
struct portcls_netdma_chan;

/**
 * DOC: The completion word
 *
 * Its upper 58 bits, ``PORTCLS_NETDMA_ADDRESS_MASK``, are the address of a descriptor; its
 * lowest three, ``PORTCLS_NETDMA_STATUS_MASK``, say what that means:
 *
 * ``PORTCLS_NETDMA_ACTIVE``
 *	it was processed, and there are more
 * ``PORTCLS_NETDMA_IDLE``
 *	it was processed, and is the last
 * ``PORTCLS_NETDMA_SUSPEND``
 *	it was processed, and the channel is suspended behind it
 * ``PORTCLS_NETDMA_HALTED``
 *	the list has ended early: this one failed, or was the last one processed before an
 *	abort or a reset
 * ``PORTCLS_NETDMA_ARMED``
 *	a list was started, and nothing of it is done yet; the address is 0
 */
#define PORTCLS_NETDMA_ACTIVE		0ULL
#define PORTCLS_NETDMA_IDLE		1ULL
#define PORTCLS_NETDMA_SUSPEND		2ULL
#define PORTCLS_NETDMA_HALTED		3ULL
#define PORTCLS_NETDMA_ARMED		4ULL
#define PORTCLS_NETDMA_STATUS_MASK	7ULL
#define PORTCLS_NETDMA_ADDRESS_MASK	(~63ULL)

/**
 * DOC: Flags of a descriptor
 *
 * ``PORTCLS_NETDMA_INTERRUPT``
 *	notify the client when it is done
 * ``PORTCLS_NETDMA_STATUS_UPDATE``
 *	write the completion word when it is done
 * ``PORTCLS_NETDMA_SERIALIZE``
 *	all of it is written before the next one is read; always so here
 * ``PORTCLS_NETDMA_NULL``
 *	nothing is copied, the rest of what it asks for is done
 * ``PORTCLS_NETDMA_SOURCE_PAGE_BREAK``
 *	behind its first page of 4 KiB the source goes on at @next_source
 * ``PORTCLS_NETDMA_DESTINATION_PAGE_BREAK``
 *	the same of the destination and @next_destination
 * ``PORTCLS_NETDMA_SOURCE_NO_SNOOP``, ``PORTCLS_NETDMA_DESTINATION_NO_SNOOP``
 *	taken and ignored
 * ``PORTCLS_NETDMA_DESTINATION_DCA``
 *	taken and ignored
 * ``PORTCLS_NETDMA_OPERATION_MASK``
 *	the operation: 0 is a copy, all ones a context change, which is taken and ignored
 */
#define PORTCLS_NETDMA_INTERRUPT		BIT(0)
#define PORTCLS_NETDMA_SOURCE_NO_SNOOP		BIT(1)
#define PORTCLS_NETDMA_DESTINATION_NO_SNOOP	BIT(2)
#define PORTCLS_NETDMA_STATUS_UPDATE		BIT(3)
#define PORTCLS_NETDMA_SERIALIZE		BIT(4)
#define PORTCLS_NETDMA_NULL			BIT(5)
#define PORTCLS_NETDMA_SOURCE_PAGE_BREAK	BIT(6)
#define PORTCLS_NETDMA_DESTINATION_PAGE_BREAK	BIT(7)
#define PORTCLS_NETDMA_DESTINATION_DCA		BIT(9)
#define PORTCLS_NETDMA_OPERATION_MASK		GENMASK(31, 24)

/**
 * struct portcls_netdma_descriptor - one copy
 * @size: bytes
 * @flags: PORTCLS_NETDMA_*; the operation type is copy (0) or context change
 *	(all ones), which is taken and ignored
 * @source: device address
 * @destination: device address
 * @next: address of the next one
 * @next_source: where the source goes on behind its first 4 KiB page
 * @next_destination: the same of the destination
 * @user: the client's own, never changed
 *
 * Aligned to 64 bytes. Realises NET_DMA_DESCRIPTOR.
 */
struct portcls_netdma_descriptor {
	u32 size;
	u32 flags;
	u64 source;
	u64 destination;
	u64 next;
	u64 next_source;
	u64 next_destination;
	u64 user[2];
} __aligned(64);

/**
 * struct portcls_netdma_config - a provider
 * @max_channels: most channels to take, 1..16
 * @filter: chooses among the machine's memcpy channels, NULL takes any
 * @filter_param: its argument
 * @max_transfer: most bytes of one engine operation, at least 4096; 0 is 64 KiB
 * @unordered: also take channels that complete in any order. Their drivers may
 *	sleep where this interface must not, so only for engines known not to.
 *
 * Realises NET_DMA_PROVIDER_CHARACTERISTICS and _ATTRIBUTES.
 */
struct portcls_netdma_config {
	unsigned int max_channels;
	dma_filter_fn filter;
	void *filter_param;
	u32 max_transfer;
	bool unordered;
};

/**
 * struct portcls_netdma_params - what a channel is allocated with
 * @revision: 1 or 2
 * @size: of this structure, PORTCLS_NETDMA_PARAMS_SIZE_1 at least, or _2
 * @flags: 0
 * @completion: the completion word, 8-byte aligned, or NULL
 * @completion_addr: its device address; 0 exactly if @completion is NULL. The
 *	word is written by the CPU, so any number that names it will do.
 * @cpu_mask: bit n: CPU n may be told of completions; 0 is no preference
 * @priority: clamped to what the hardware has, which is one level
 * @cpu_number: out: the CPU that is told
 * @cpus: revision 2: replaces @cpu_mask if not empty; NULL is empty
 *
 * Realises NET_DMA_CHANNEL_PARAMETERS.
 */
struct portcls_netdma_params {
	u16 revision;
	u16 size;
	u32 flags;
	u64 *completion;
	u64 completion_addr;
	u64 cpu_mask;
	u32 priority;
	u32 cpu_number;
	const struct cpumask *cpus;
};

#define PORTCLS_NETDMA_PARAMS_SIZE_1 offsetof(struct portcls_netdma_params, cpus)
#define PORTCLS_NETDMA_PARAMS_SIZE_2 sizeof(struct portcls_netdma_params)

/**
 * typedef portcls_netdma_notify_fn - a client's notification
 * @handle: as given at allocation
 * @last: address of the last descriptor processed, 0 for none
 *
 * On the channel's CPU, bottom halves disabled, no lock held. One call may stand
 * for several descriptors. What reaches the client where an engine's driver on Windows
 * calls NetDmaInterruptDpc.
 */
typedef void (*portcls_netdma_notify_fn)(void *handle, u64 last);

/**
 * struct portcls_netdma_counters - accounting of a provider
 * @channels: taken from dmaengine
 * @free: not allocated
 * @copies: engine operations that succeeded
 * @cpu_copies: copies by the CPU because the engine was not eligible
 * @fallbacks: copies by the CPU because the engine failed
 * @timeouts: operations that the engine did not finish
 * @retired: channels that are not used any more
 * @stale: callbacks that came twice or too late
 * @mismatches: wrong data that was reported as success, found by verifying
 * @cpu_migrations: channels moved because their CPU went away
 */
struct portcls_netdma_counters {
	unsigned int channels;
	unsigned int free;
	u64 copies;
	u64 cpu_copies;
	u64 fallbacks;
	u64 timeouts;
	u64 retired;
	u64 stale;
	u64 mismatches;
	u64 cpu_migrations;
};

struct portcls_netdma *
portcls_netdma_register(const struct portcls_netdma_config *config);
void portcls_netdma_deregister(struct portcls_netdma *netdma);
int portcls_netdma_provider_start(struct portcls_netdma *netdma);
void portcls_netdma_provider_stop(struct portcls_netdma *netdma);
void portcls_netdma_counters(struct portcls_netdma *netdma,
			     struct portcls_netdma_counters *counters);

int portcls_netdma_allocate(struct portcls_netdma *netdma,
			    struct portcls_netdma_params *params,
			    portcls_netdma_notify_fn notify, void *handle,
			    struct portcls_netdma_chan **chan);
void portcls_netdma_free(struct portcls_netdma_chan *chan);
void portcls_netdma_synchronize(struct portcls_netdma_chan *chan);
struct device *portcls_netdma_device(struct portcls_netdma_chan *chan);
unsigned int portcls_netdma_cpu(struct portcls_netdma_chan *chan);
bool portcls_netdma_can_abort(struct portcls_netdma_chan *chan);

int portcls_netdma_start(struct portcls_netdma_chan *chan,
			 struct portcls_netdma_descriptor *first, u64 addr,
			 unsigned int count);
int portcls_netdma_append(struct portcls_netdma_chan *chan,
			  struct portcls_netdma_descriptor *first, u64 addr,
			  unsigned int count);
int portcls_netdma_suspend(struct portcls_netdma_chan *chan, u64 *last);
int portcls_netdma_resume(struct portcls_netdma_chan *chan);
int portcls_netdma_abort(struct portcls_netdma_chan *chan);
int portcls_netdma_reset(struct portcls_netdma_chan *chan);

/**
 * DOC: Flags of portcls_netdma_copy()
 *
 * ``PORTCLS_NETDMA_COHERENT``
 *	one side is coherent memory, which the engine's device must not map: the CPU copies
 * ``PORTCLS_NETDMA_ATOMIC``
 *	the caller must not sleep: the CPU copies
 * ``PORTCLS_NETDMA_VERIFY``
 *	what the engine has copied is compared, and copied by the CPU where it differs
 */
#define PORTCLS_NETDMA_COHERENT		BIT(0)
#define PORTCLS_NETDMA_ATOMIC		BIT(1)
#define PORTCLS_NETDMA_VERIFY		BIT(2)

int portcls_netdma_copy(struct portcls_netdma_chan *chan, void *dst,
			const void *src, size_t bytes, unsigned int flags);
bool portcls_netdma_quiet(struct portcls_netdma_chan *chan);
void portcls_netdma_set_offload(bool enable, size_t threshold);

#endif /* __SOUND_PORTCLS_NETDMA_H */
