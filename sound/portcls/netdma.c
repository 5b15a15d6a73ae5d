// SPDX-License-Identifier: GPL-2.0
/*
 * NetDMA: providers, and which client has which channel on which CPU
 *
 * dmaengine channels are requested, with its mutex, when a provider is started
 * and given back when it is stopped; in between allocate and free only move
 * channels between clients. See netdma_local.h for the locks.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "netdma_local.h"

#define NETDMA_DEFAULT_TRANSFER		SZ_64K
#define NETDMA_STOP_MS			5000

static LIST_HEAD(netdma_all);
static DEFINE_MUTEX(netdma_mutex);
static struct workqueue_struct *netdma_workqueue;
static enum cpuhp_state netdma_cpuhp;

struct workqueue_struct *portcls_netdma_workqueue(void)
{
	return netdma_workqueue;
}

/*
 * The best CPU of a channel's mask: near the channel, with few channels. Falls back to
 * any. One that goes offline stops being active before its channels are taken from it,
 * and is online for longer.
 */
static unsigned int netdma_choose_cpu(struct portcls_netdma *netdma,
				      struct portcls_netdma_chan *chan)
{
	int node = dev_to_node(chan->dma->device->dev);
	unsigned int cpu, i, load, best = nr_cpu_ids, best_cost = UINT_MAX, cost;

	lockdep_assert_held(&netdma->lock);
	for_each_cpu_and(cpu, chan->cpus, cpu_active_mask) {
		for (i = 0, load = 0; i < netdma->channels; i++)
			load += &netdma->chan[i] != chan &&
				netdma->chan[i].state != NETDMA_FREE &&
				netdma->chan[i].cpu == cpu;
		cost = load;
		if (node != NUMA_NO_NODE && cpu_to_node(cpu) != node)
			cost += PORTCLS_NETDMA_CHANNELS;
		if (cost < best_cost) {
			best_cost = cost;
			best = cpu;
		}
	}
	return best < nr_cpu_ids ? best : cpumask_first(cpu_active_mask);
}

/* Channels of @cpu go elsewhere; what is queued there runs before it is gone. */
static int netdma_cpu_offline(unsigned int cpu)
{
	struct portcls_netdma *netdma;

	mutex_lock(&netdma_mutex);
	list_for_each_entry(netdma, &netdma_all, node)
		portcls_netdma_migrate(netdma, cpu);
	mutex_unlock(&netdma_mutex);
	return 0;
}

void portcls_netdma_migrate(struct portcls_netdma *netdma, unsigned int cpu)
{
	struct portcls_netdma_chan *chan;
	unsigned int i;
	bool begun;

	begun = portcls_netdma_lock(&netdma->lock);
	for (i = 0; i < netdma->channels; i++) {
		chan = &netdma->chan[i];
		if (chan->state == NETDMA_FREE || chan->cpu != cpu)
			continue;
		WRITE_ONCE(chan->cpu, netdma_choose_cpu(netdma, chan));
		atomic64_inc(&netdma->stat.cpu_migrations);
	}
	portcls_netdma_unlock(&netdma->lock, begun);
}

/**
 * portcls_netdma_register() - describe a provider
 * @config: copied
 *
 * Takes no channel yet. Source: NetDmaRegisterProvider.
 *
 * Context: process, may sleep.
 * Return: the provider, or an ERR_PTR: -EINVAL, -ENOMEM.
 */
struct portcls_netdma *
portcls_netdma_register(const struct portcls_netdma_config *config)
{
	struct portcls_netdma *netdma;
	unsigned int i;

	if (!config->max_channels || config->max_channels > PORTCLS_NETDMA_CHANNELS)
		return ERR_PTR(-EINVAL);
	if (config->max_transfer && config->max_transfer < SZ_4K)
		return ERR_PTR(-EINVAL);
	netdma = kzalloc(sizeof(*netdma), GFP_KERNEL);
	if (!netdma)
		return ERR_PTR(-ENOMEM);
	netdma->config = *config;
	if (!netdma->config.max_transfer)
		netdma->config.max_transfer = NETDMA_DEFAULT_TRANSFER;
	spin_lock_init(&netdma->lock);
	for (i = 0; i < PORTCLS_NETDMA_CHANNELS; i++)
		portcls_netdma_engine_init(&netdma->chan[i], netdma);
	mutex_lock(&netdma_mutex);
	list_add_tail(&netdma->node, &netdma_all);
	mutex_unlock(&netdma_mutex);
	return netdma;
}
EXPORT_SYMBOL_GPL(portcls_netdma_register);

/**
 * portcls_netdma_deregister() - forget a provider
 * @netdma: a stopped provider
 *
 * Source: NetDmaDeregisterProvider.
 *
 * Context: process, may sleep.
 */
void portcls_netdma_deregister(struct portcls_netdma *netdma)
{
	if (WARN_ON(netdma->running))
		portcls_netdma_provider_stop(netdma);
	mutex_lock(&netdma_mutex);
	list_del(&netdma->node);
	mutex_unlock(&netdma_mutex);
	kfree(netdma);
}
EXPORT_SYMBOL_GPL(portcls_netdma_deregister);

/* What is not taken here must not hide what would come after it. */
static bool netdma_fits(struct dma_chan *dma, void *param)
{
	const struct portcls_netdma_config *config = param;

	if (!config->unordered &&
	    dma_has_cap(DMA_COMPLETION_NO_ORDER, dma->device->cap_mask))
		return false;
	return !config->filter || config->filter(dma, config->filter_param);
}

/**
 * portcls_netdma_provider_start() - take the channels
 * @netdma: a registered provider that is not started
 *
 * Source: NetDmaProviderStart.
 *
 * Context: process, may sleep.
 * Return: 0; -ENODEV where the machine has no memory-to-memory channel that
 * fits, and on every 32-bit machine; -EBUSY if it is started.
 */
int portcls_netdma_provider_start(struct portcls_netdma *netdma)
{
	struct dma_chan *dma;
	dma_cap_mask_t mask;
	unsigned int n = 0;
	int err = -ENODEV;
	bool begun;

	might_sleep();
	if (netdma->running)
		return -EBUSY;
	/* A completion word has to be written in one go. */
	if (!IS_ENABLED(CONFIG_64BIT))
		return -ENODEV;
	dma_cap_zero(mask);
	dma_cap_set(DMA_MEMCPY, mask);
	while (n < netdma->config.max_channels) {
		dma = dma_request_channel(mask, netdma_fits, &netdma->config);
		if (!dma)
			break;
		portcls_netdma_engine_open(&netdma->chan[n++], dma);
	}
	if (!n)
		return err;
	begun = portcls_netdma_lock(&netdma->lock);
	netdma->channels = n;
	netdma->running = true;
	portcls_netdma_unlock(&netdma->lock, begun);
	return 0;
}
EXPORT_SYMBOL_GPL(portcls_netdma_provider_start);

static bool netdma_is_quiet(struct portcls_netdma_chan *chan)
{
	lockdep_assert_held(&chan->lock);
	return !chan->busy && !chan->draining && (!chan->copying || chan->abandoned);
}

static bool netdma_chan_quiet(struct portcls_netdma_chan *chan)
{
	bool begun, quiet;

	begun = portcls_netdma_lock(&chan->lock);
	quiet = netdma_is_quiet(chan);
	portcls_netdma_unlock(&chan->lock, begun);
	return quiet;
}

static void netdma_set_free(struct portcls_netdma_chan *chan)
{
	lockdep_assert_held(&chan->netdma->lock);
	lockdep_assert_held(&chan->lock);
	chan->state = NETDMA_FREE;
	chan->word = NULL;
	chan->notify = NULL;
	chan->batches = 0;
	chan->current_desc = NULL;
	chan->notify_wanted = false;
}

/*
 * Takes the channel from its client. In one step with the look whether it is quiet: an
 * abort may come at any time, and only a free channel refuses it. Return: whether it was.
 */
static bool netdma_chan_take(struct portcls_netdma_chan *chan)
{
	bool begun, quiet;

	begun = portcls_netdma_lock(&chan->netdma->lock);
	spin_lock(&chan->lock);
	quiet = netdma_is_quiet(chan);
	if (quiet) {
		portcls_netdma_copy_over(chan);
		netdma_set_free(chan);
	}
	spin_unlock(&chan->lock);
	portcls_netdma_unlock(&chan->netdma->lock, begun);
	return quiet;
}

/* What has not ended by itself. A list must not go on once its engine has stopped. */
static void netdma_chan_stop(struct portcls_netdma_chan *chan)
{
	bool begun, drain;

	begun = portcls_netdma_lock(&chan->lock);
	if (chan->state == NETDMA_RUNNING || chan->state == NETDMA_SUSPENDED)
		portcls_netdma_list_halt(chan, chan->last_addr);
	drain = portcls_netdma_engine_drain(chan);
	portcls_netdma_unlock(&chan->lock, begun);
	if (drain)
		portcls_netdma_engine_terminate(chan);
}

/**
 * portcls_netdma_provider_stop() - give the channels back
 * @netdma: a provider; nothing happens if it is not started
 *
 * Waits for what is under way, or stops it after five seconds, then frees every
 * channel that a client still has, and whose calls are refused from then on. Nothing is
 * begun meanwhile: a copy goes on by the CPU. No notification comes after it returned.
 * Source: NetDmaProviderStop.
 *
 * Context: process, may sleep.
 */
void portcls_netdma_provider_stop(struct portcls_netdma *netdma)
{
	struct portcls_netdma_chan *chan;
	unsigned int i;
	bool begun;

	might_sleep();
	begun = portcls_netdma_lock(&netdma->lock);
	netdma->running = false;
	portcls_netdma_unlock(&netdma->lock, begun);
	for (i = 0; i < netdma->channels; i++) {
		chan = &netdma->chan[i];
		begun = portcls_netdma_lock(&chan->lock);
		chan->closing = true;
		portcls_netdma_unlock(&chan->lock, begun);
	}
	for (i = 0; i < netdma->channels; i++) {
		chan = &netdma->chan[i];
		if (!wait_event_timeout(chan->wait, netdma_chan_quiet(chan),
					msecs_to_jiffies(NETDMA_STOP_MS)))
			netdma_chan_stop(chan);
		/* An engine that cannot stop may write later: nothing may go. */
		wait_event(chan->wait, netdma_chan_take(chan));
		flush_work(&chan->drain_work);
		flush_work(&chan->notify_work);
		portcls_netdma_engine_close(chan);
	}
	begun = portcls_netdma_lock(&netdma->lock);
	netdma->channels = 0;
	portcls_netdma_unlock(&netdma->lock, begun);
}
EXPORT_SYMBOL_GPL(portcls_netdma_provider_stop);

/**
 * portcls_netdma_counters() - the accounting
 * @netdma: the provider
 * @counters: filled in
 *
 * Context: atomic.
 */
void portcls_netdma_counters(struct portcls_netdma *netdma,
			     struct portcls_netdma_counters *counters)
{
	unsigned int i;
	bool begun;

	begun = portcls_netdma_lock(&netdma->lock);
	memset(counters, 0, sizeof(*counters));
	counters->channels = netdma->channels;
	counters->copies = atomic64_read(&netdma->stat.copies);
	counters->cpu_copies = atomic64_read(&netdma->stat.cpu_copies);
	counters->fallbacks = atomic64_read(&netdma->stat.fallbacks);
	counters->timeouts = atomic64_read(&netdma->stat.timeouts);
	counters->retired = atomic64_read(&netdma->stat.retired);
	counters->stale = atomic64_read(&netdma->stat.stale);
	counters->mismatches = atomic64_read(&netdma->stat.mismatches);
	counters->cpu_migrations = atomic64_read(&netdma->stat.cpu_migrations);
	for (i = 0; i < netdma->channels; i++)
		counters->free += netdma->chan[i].state == NETDMA_FREE &&
				  !netdma->chan[i].retired;
	portcls_netdma_unlock(&netdma->lock, begun);
}
EXPORT_SYMBOL_GPL(portcls_netdma_counters);

static int netdma_check(const struct portcls_netdma_params *params)
{
	if (params->revision != 1 && params->revision != 2)
		return -EINVAL;
	if (params->size < (params->revision == 1 ? PORTCLS_NETDMA_PARAMS_SIZE_1 :
						    PORTCLS_NETDMA_PARAMS_SIZE_2))
		return -EINVAL;
	if (params->flags || !params->completion != !params->completion_addr)
		return -EINVAL;
	if (!IS_ALIGNED((uintptr_t)params->completion, 8) ||
	    !IS_ALIGNED(params->completion_addr, 8))
		return -EINVAL;
	return 0;
}

/* Return: whether an allowed CPU is online. */
static bool netdma_set_cpus(struct portcls_netdma_chan *chan,
			    const struct portcls_netdma_params *params)
{
	unsigned int cpu;

	if (params->revision == 2 && params->cpus && !cpumask_empty(params->cpus)) {
		cpumask_copy(&chan->cpus_mem, params->cpus);
	} else if (params->cpu_mask) {
		cpumask_clear(&chan->cpus_mem);
		for (cpu = 0; cpu < min(64u, nr_cpu_ids); cpu++) {
			if (params->cpu_mask & BIT_ULL(cpu))
				cpumask_set_cpu(cpu, &chan->cpus_mem);
		}
	} else {
		cpumask_copy(&chan->cpus_mem, cpu_possible_mask);
	}
	chan->cpus = &chan->cpus_mem;
	return cpumask_intersects(chan->cpus, cpu_active_mask);
}

/**
 * portcls_netdma_allocate() - get a channel
 * @netdma: a started provider
 * @params: what is wanted; @params->cpu_number is the answer
 * @notify: called for descriptors with PORTCLS_NETDMA_INTERRUPT and for one that halts
 *	the channel; optional
 * @handle: its argument
 * @chan: the channel
 *
 * Source: ProviderAllocateDmaChannel.
 *
 * Context: atomic.
 * Return: 0; -EINVAL for a revision, size, flag or word that is not right, or a
 * mask without a CPU that is online; -ENODEV if the provider is not started;
 * -EBUSY without a free channel. Nothing is written or taken then.
 */
int portcls_netdma_allocate(struct portcls_netdma *netdma,
			    struct portcls_netdma_params *params,
			    portcls_netdma_notify_fn notify, void *handle,
			    struct portcls_netdma_chan **chan)
{
	struct portcls_netdma_chan *found = NULL;
	unsigned int i;
	bool begun;
	int err;

	err = netdma_check(params);
	if (err)
		return err;
	begun = portcls_netdma_lock(&netdma->lock);
	err = -ENODEV;
	if (!netdma->running)
		goto out;
	err = -EBUSY;
	for (i = 0; i < netdma->channels && !found; i++) {
		if (netdma->chan[i].state == NETDMA_FREE && !netdma->chan[i].retired &&
		    !READ_ONCE(netdma->chan[i].busy) &&
		    !READ_ONCE(netdma->chan[i].draining))
			found = &netdma->chan[i];
	}
	if (!found)
		goto out;
	err = -EINVAL;
	if (!netdma_set_cpus(found, params))
		goto out;
	err = 0;
	spin_lock(&found->lock);
	found->cpu = netdma_choose_cpu(netdma, found);
	found->state = NETDMA_ALLOCATED;
	found->word = params->completion;
	found->notify = notify;
	found->handle = handle;
	found->batches = 0;
	found->current_desc = NULL;
	found->last_addr = 0;
	found->notify_wanted = false;
	spin_unlock(&found->lock);
	params->cpu_number = found->cpu;
	*chan = found;
out:
	portcls_netdma_unlock(&netdma->lock, begun);
	return err;
}
EXPORT_SYMBOL_GPL(portcls_netdma_allocate);

/**
 * portcls_netdma_free() - give a channel back
 * @chan: a channel with nothing under way
 *
 * The word is not written any more, and no notification begins. One that has begun may
 * still run: before what it uses goes, portcls_netdma_synchronize() follows. A channel
 * that is busy all the same is not given to anyone before its engine is done. Source:
 * ProviderFreeDmaChannel.
 *
 * Context: atomic, also from its notification.
 */
void portcls_netdma_free(struct portcls_netdma_chan *chan)
{
	bool begun;

	begun = portcls_netdma_lock(&chan->netdma->lock);
	spin_lock(&chan->lock);
	netdma_set_free(chan);
	spin_unlock(&chan->lock);
	portcls_netdma_unlock(&chan->netdma->lock, begun);
}
EXPORT_SYMBOL_GPL(portcls_netdma_free);

/**
 * portcls_netdma_synchronize() - wait for a notification that has begun
 * @chan: a channel that was freed, of a provider that is registered
 *
 * When it has returned, the handle that the channel was allocated with is not used any
 * more, and neither is the routine. On a channel that is allocated it waits for the
 * notifications up to now.
 *
 * Context: process, may sleep; not from a notification.
 */
void portcls_netdma_synchronize(struct portcls_netdma_chan *chan)
{
	might_sleep();
	flush_work(&chan->notify_work);
}
EXPORT_SYMBOL_GPL(portcls_netdma_synchronize);

/**
 * portcls_netdma_device() - for whom a client maps its buffers
 * @chan: the channel
 *
 * Context: any; the provider has not stopped.
 * Return: the engine's device; no reference is taken.
 */
struct device *portcls_netdma_device(struct portcls_netdma_chan *chan)
{
	return dmaengine_get_dma_device(chan->dma);
}
EXPORT_SYMBOL_GPL(portcls_netdma_device);

/**
 * portcls_netdma_cpu() - where a channel's notifications run
 * @chan: the channel
 *
 * While a notification has not returned, the next one comes where it runs, also where
 * the channel was freed and allocated anew meanwhile.
 *
 * Context: any.
 * Return: the CPU; changes when that one goes offline.
 */
unsigned int portcls_netdma_cpu(struct portcls_netdma_chan *chan)
{
	return READ_ONCE(chan->cpu);
}
EXPORT_SYMBOL_GPL(portcls_netdma_cpu);

/**
 * portcls_netdma_can_abort() - whether the engine can be stopped
 * @chan: the channel
 *
 * Context: any.
 * Return: true if portcls_netdma_abort() and portcls_netdma_reset() exist; false once
 * the provider has stopped.
 */
bool portcls_netdma_can_abort(struct portcls_netdma_chan *chan)
{
	bool begun, can;

	begun = portcls_netdma_lock(&chan->lock);
	can = chan->dma && chan->dma->device->device_terminate_all;
	portcls_netdma_unlock(&chan->lock, begun);
	return can;
}
EXPORT_SYMBOL_GPL(portcls_netdma_can_abort);

static int __init netdma_init(void)
{
	int err;

	netdma_workqueue = alloc_workqueue("snd-portcls-netdma", WQ_HIGHPRI | WQ_PERCPU, 0);
	if (!netdma_workqueue)
		return -ENOMEM;
	err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "sound/portcls:online",
					NULL, netdma_cpu_offline);
	if (err < 0) {
		destroy_workqueue(netdma_workqueue);
		return err;
	}
	netdma_cpuhp = err;
	return 0;
}
module_init(netdma_init);

static void __exit netdma_exit(void)
{
	cpuhp_remove_state_nocalls(netdma_cpuhp);
	destroy_workqueue(netdma_workqueue);
}
module_exit(netdma_exit);

MODULE_DESCRIPTION("NetDMA channels on dmaengine memory-to-memory engines");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");
