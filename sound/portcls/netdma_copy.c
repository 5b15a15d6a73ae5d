// SPDX-License-Identifier: GPL-2.0
/*
 * NetDMA: copying buffers, by the engine where that pays
 *
 * The engine is never a condition: whatever it cannot or will not do the CPU
 * does. Only one thing has no way out: an engine that neither finishes nor
 * stops; its buffers stay its own until it does.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "netdma_local.h"

#define NETDMA_COPY_MS		1000
#define NETDMA_LEAST_THRESHOLD	SZ_64K

/* Off: measured on the machines there are, the CPU is faster at every size. */
static bool netdma_offload;
static size_t netdma_threshold = SZ_256K;

/**
 * portcls_netdma_set_offload() - whether portcls_netdma_copy() uses engines
 * @enable: off by default, see Documentation/sound/portcls/netdma.rst
 * @threshold: shortest copy that is worth it, bytes; at least 64 KiB is used
 *
 * Context: any.
 */
void portcls_netdma_set_offload(bool enable, size_t threshold)
{
	WRITE_ONCE(netdma_threshold, max_t(size_t, threshold, NETDMA_LEAST_THRESHOLD));
	WRITE_ONCE(netdma_offload, enable);
}
EXPORT_SYMBOL_GPL(portcls_netdma_set_offload);

static struct page *netdma_page(const void *virt)
{
	return is_vmalloc_addr(virt) ? vmalloc_to_page(virt) :
	       virt_addr_valid(virt) ? virt_to_page(virt) : NULL;
}

/* Bytes from @virt on that are one piece of physical memory. */
static size_t netdma_run(const void *virt, size_t bytes)
{
	return is_vmalloc_addr(virt) ?
	       min_t(size_t, bytes, PAGE_SIZE - offset_in_page(virt)) : bytes;
}

static bool netdma_mappable(const void *virt, size_t bytes)
{
	return netdma_page(virt) && netdma_page(virt + bytes - 1);
}

/* Whether an engine could do it, and should. */
static bool netdma_eligible(void *dst, const void *src, size_t bytes,
			    unsigned int flags)
{
	unsigned int line = dma_get_cache_alignment();

	if (!READ_ONCE(netdma_offload) || bytes < READ_ONCE(netdma_threshold))
		return false;
	if (flags & (PORTCLS_NETDMA_COHERENT | PORTCLS_NETDMA_ATOMIC))
		return false;
	if (dst < src + bytes && src < dst + bytes)
		return false;
	if (!IS_ALIGNED((uintptr_t)dst | bytes, line))
		return false;
	return netdma_mappable(dst, bytes) && netdma_mappable(src, bytes);
}

/*
 * Takes the channel for a copy. Its engine is there as long as it is taken, and only
 * then: the provider may have stopped.
 */
static bool netdma_copy_begin(struct portcls_netdma_chan *chan, void *dst,
			      const void *src, size_t bytes)
{
	bool begun, taken;

	begun = portcls_netdma_lock(&chan->lock);
	taken = chan->state == NETDMA_ALLOCATED && !chan->copying && !chan->closing &&
		!chan->busy && !chan->draining && !chan->retired &&
		is_dma_copy_aligned(chan->dma->device, offset_in_page(src),
				    offset_in_page(dst), bytes);
	if (taken)
		chan->copying = true;
	portcls_netdma_unlock(&chan->lock, begun);
	return taken;
}

/* The engine has called back. */
void portcls_netdma_copy_done(struct portcls_netdma_chan *chan, bool failed)
{
	lockdep_assert_held(&chan->lock);
	chan->copy_failed = failed;
	/* Pairs with the load in netdma_copy_piece(): whether it failed is known first. */
	smp_store_release(&chan->copy_done, true);
}

/* Takes the engine's hands off a piece. It is quiet. */
static void netdma_copy_release(struct portcls_netdma_chan *chan)
{
	struct device *dev;

	if (!chan->copy_mapped)
		return;
	dev = portcls_netdma_device(chan);
	dma_unmap_page(dev, chan->copy_src, chan->copy_bytes, DMA_TO_DEVICE);
	dma_unmap_page(dev, chan->copy_dst, chan->copy_bytes, DMA_FROM_DEVICE);
	if (is_vmalloc_addr(chan->copy_virt))
		invalidate_kernel_vmap_range(chan->copy_virt, chan->copy_bytes);
	chan->copy_mapped = false;
}

/* Neither a caller nor the engine has the channel for a copy any more. It is quiet. */
void portcls_netdma_copy_over(struct portcls_netdma_chan *chan)
{
	lockdep_assert_held(&chan->lock);
	netdma_copy_release(chan);
	chan->abandoned = false;
	chan->copying = false;
}

/* An engine that never came to rest keeps the channel, and the buffers. */
static void netdma_copy_end(struct portcls_netdma_chan *chan)
{
	bool begun;

	begun = portcls_netdma_lock(&chan->lock);
	if (chan->busy)
		chan->abandoned = true;
	else
		portcls_netdma_copy_over(chan);
	wake_up_all(&chan->wait);
	portcls_netdma_unlock(&chan->lock, begun);
}

/* What the caches hold of a piece under its vmalloc address goes to memory. */
static void netdma_flush_alias(const void *virt, u32 bytes)
{
	if (is_vmalloc_addr(virt))
		flush_kernel_vmap_range((void *)virt, bytes);
}

static int netdma_copy_map(struct portcls_netdma_chan *chan, void *dst,
			   const void *src, u32 bytes)
{
	struct device *dev = portcls_netdma_device(chan);

	netdma_flush_alias(src, bytes);
	netdma_flush_alias(dst, bytes);
	chan->copy_src = dma_map_page(dev, netdma_page(src), offset_in_page(src),
				      bytes, DMA_TO_DEVICE);
	if (dma_mapping_error(dev, chan->copy_src))
		return -ENOMEM;
	chan->copy_dst = dma_map_page(dev, netdma_page(dst), offset_in_page(dst),
				      bytes, DMA_FROM_DEVICE);
	if (dma_mapping_error(dev, chan->copy_dst)) {
		dma_unmap_page(dev, chan->copy_src, bytes, DMA_TO_DEVICE);
		return -ENOMEM;
	}
	chan->copy_virt = dst;
	chan->copy_bytes = bytes;
	chan->copy_mapped = true;
	return 0;
}

/*
 * One piece by the engine. Return: 0, -ETIMEDOUT if the engine still has it,
 * another error if the CPU may copy it.
 */
static int netdma_copy_piece(struct portcls_netdma_chan *chan, void *dst,
			     const void *src, u32 bytes)
{
	bool begun;
	bool drain = false;
	int err;

	err = netdma_copy_map(chan, dst, src, bytes);
	if (err)
		return err;
	begun = portcls_netdma_lock(&chan->lock);
	chan->copy_done = false;
	err = portcls_netdma_engine_copy(chan, chan->copy_dst, chan->copy_src, bytes, false);
	portcls_netdma_unlock(&chan->lock, begun);
	if (err)
		goto out;
	/* Pairs with the store in portcls_netdma_copy_done(). */
	if (!wait_event_timeout(chan->wait, smp_load_acquire(&chan->copy_done),
				msecs_to_jiffies(NETDMA_COPY_MS))) {
		begun = portcls_netdma_lock(&chan->lock);
		if (!chan->copy_done) {
			portcls_netdma_engine_retire(chan);
			atomic64_inc(&chan->netdma->stat.timeouts);
			drain = portcls_netdma_engine_drain(chan);
			err = -ETIMEDOUT;
		}
		portcls_netdma_unlock(&chan->lock, begun);
		if (drain)
			portcls_netdma_engine_terminate(chan);
		if (err) {
			/* Whether the engine let go of the piece is seen at the copy's end. */
			wait_event(chan->wait, !READ_ONCE(chan->draining));
			return err;
		}
	}
	if (chan->copy_failed)
		err = -EIO;
out:
	netdma_copy_release(chan);
	return err;
}

static int netdma_copy_engine(struct portcls_netdma_chan *chan, void *dst,
			      const void *src, size_t bytes, unsigned int flags)
{
	/* Pieces of whole pages keep the alignment that the engine needs. */
	size_t most = ALIGN_DOWN(chan->netdma->config.max_transfer, SZ_4K), n;
	int err;

	for (; bytes; bytes -= n, dst += n, src += n) {
		n = min(most, min(netdma_run(dst, bytes), netdma_run(src, bytes)));
		for (;;) {
			err = chan->retired || READ_ONCE(chan->closing) ? -EIO :
			      netdma_copy_piece(chan, dst, src, n);
			/* An engine refuses what is too long by giving nothing. */
			if (err != -EAGAIN || n <= SZ_4K)
				break;
			most = max_t(size_t, ALIGN_DOWN(n / 2, SZ_4K), SZ_4K);
			n = min(n, most);
		}
		if (err == -ETIMEDOUT)
			return err;
		if (!err && flags & PORTCLS_NETDMA_VERIFY && memcmp(dst, src, n)) {
			atomic64_inc(&chan->netdma->stat.mismatches);
			err = -EIO;
		}
		if (err) {
			memcpy(dst, src, n);
			atomic64_inc(&chan->netdma->stat.fallbacks);
		}
	}
	return 0;
}

/**
 * portcls_netdma_copy() - copy a buffer
 * @chan: an allocated channel that has no list, or NULL
 * @dst: where to
 * @src: where from
 * @bytes: how many
 * @flags: PORTCLS_NETDMA_COHERENT if one of them is memory of
 *	dma_alloc_coherent(), which no other device may map; PORTCLS_NETDMA_ATOMIC
 *	if the caller cannot sleep; PORTCLS_NETDMA_VERIFY to compare afterwards
 *
 * The engine does it if offloading is enabled, the copy long enough and the
 * memory such that it can; the CPU does the rest, and what the engine failed to
 * do.
 *
 * Context: process, may sleep; atomic with PORTCLS_NETDMA_ATOMIC.
 * Return: 0 with all data copied; -ETIMEDOUT if the engine did not answer: the
 * buffers stay allocated until portcls_netdma_quiet().
 */
int portcls_netdma_copy(struct portcls_netdma_chan *chan, void *dst,
			const void *src, size_t bytes, unsigned int flags)
{
	int err;

	if (!chan || !bytes || !netdma_eligible(dst, src, bytes, flags) ||
	    !netdma_copy_begin(chan, dst, src, bytes)) {
		memmove(dst, src, bytes);
		if (chan)
			atomic64_inc(&chan->netdma->stat.cpu_copies);
		return 0;
	}
	might_sleep();
	err = netdma_copy_engine(chan, dst, src, bytes, flags);
	netdma_copy_end(chan);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_netdma_copy);

/**
 * portcls_netdma_quiet() - whether the engine has let go of all buffers
 * @chan: the channel
 *
 * Once it has, those of a copy that timed out are the caller's again.
 *
 * Context: atomic.
 * Return: true if nothing is under way.
 */
bool portcls_netdma_quiet(struct portcls_netdma_chan *chan)
{
	bool begun, quiet;

	begun = portcls_netdma_lock(&chan->lock);
	quiet = !chan->busy && !chan->draining;
	if (quiet && chan->abandoned)
		portcls_netdma_copy_over(chan);
	portcls_netdma_unlock(&chan->lock, begun);
	return quiet;
}
EXPORT_SYMBOL_GPL(portcls_netdma_quiet);
