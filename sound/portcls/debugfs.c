// SPDX-License-Identifier: GPL-2.0
/*
 * What debugfs shows: snd-portcls/adapters, a line of accounts for each adapter
 *
 * debugfs_lock protects the list, and is taken outside an adapter's own lock.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/seq_file.h>

#include "transfer_local.h"

static LIST_HEAD(debugfs_adapters);
static DEFINE_SPINLOCK(debugfs_lock);
static struct dentry *debugfs_dir;

static int adapters_show(struct seq_file *file, void *unused)
{
	struct portcls_adapter_counters c;
	struct portcls_adapter *adapter;
	unsigned long flags;
	bool balanced;

	spin_lock_irqsave(&debugfs_lock, flags);
	list_for_each_entry(adapter, &debugfs_adapters, debugfs_node) {
		balanced = portcls_adapter_counters(adapter, &c);
		seq_printf(file, "%s %s registers=%u free=%u least_free=%u channel=%s",
			   dev_name(adapter->dev),
			   adapter->system ? "system" :
			   adapter->desc.master ? "master" : "memory",
			   c.max_registers, c.free_registers, c.min_free_registers,
			   c.channel_busy ? "busy" : "free");
		seq_printf(file, " pending=%u most_pending=%u grants=%llu refusals=%llu cancelled=%llu not_cancelled=%llu",
			   c.pending, c.max_pending, c.grants, c.refusals, c.cancelled,
			   c.not_cancelled);
		seq_printf(file, " maps=%llu partial=%llu halved=%llu bytes=%llu flushes=%llu live_grants=%u live_maps=%u",
			   c.maps, c.partial_maps, c.map_retries, c.bytes, c.flushes,
			   c.live_grants, c.live_maps);
		seq_printf(file, " completions=%llu stale=%llu common_buffers=%u common_bytes=%llu violations=%llu balanced=%s\n",
			   c.completions, c.stale_completions, c.common_buffers,
			   c.common_bytes, c.violations, balanced ? "yes" : "no");
	}
	spin_unlock_irqrestore(&debugfs_lock, flags);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(adapters);

/* An adapter that is complete. */
void portcls_debugfs_add(struct portcls_adapter *adapter)
{
	unsigned long flags;

	spin_lock_irqsave(&debugfs_lock, flags);
	list_add_tail(&adapter->debugfs_node, &debugfs_adapters);
	spin_unlock_irqrestore(&debugfs_lock, flags);
}

/* Before anything of it goes. Any context. */
void portcls_debugfs_remove(struct portcls_adapter *adapter)
{
	unsigned long flags;

	spin_lock_irqsave(&debugfs_lock, flags);
	list_del(&adapter->debugfs_node);
	spin_unlock_irqrestore(&debugfs_lock, flags);
}

/* The module's init and exit. */
void portcls_debugfs_start(void)
{
	debugfs_dir = debugfs_create_dir("snd-portcls", NULL);
	debugfs_create_file("adapters", 0400, debugfs_dir, NULL, &adapters_fops);
}

void portcls_debugfs_stop(void)
{
	debugfs_remove_recursive(debugfs_dir);
}
