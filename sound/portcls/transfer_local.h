/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What adapter.c and the transfer files share; private to the framework
 *
 * Locking: portcls_adapter.lock protects the pool, the lists, the states of
 * every transfer on them and the system half's bookkeeping. It is taken with
 * interrupts saved (streams start with interrupts off) and never held over a
 * routine of a caller, over the mapping API or over stopping a controller; a
 * descriptor is submitted and issued, and its residue read, under it. What is between
 * those is owned by whoever set map_state away from idle.
 *
 * Lifetime: @users counts those who may call in. When the last one puts, @dead
 * is set. @ref counts the users as one, each live grant and each queued work.
 */
#ifndef __PORTCLS_TRANSFER_LOCAL_H
#define __PORTCLS_TRANSFER_LOCAL_H

#include <linux/completion.h>
#include <linux/dmaengine.h>
#include <linux/kref.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>
#include <sound/portcls/transfer_count.h>

#include "atomic_local.h"

/* portcls_transfer.state */
enum {
	PORTCLS_REQUEST_INIT = 1,
	PORTCLS_REQUEST_POISONED,
	PORTCLS_REQUEST_PENDING,
	PORTCLS_REQUEST_GRANTED,
	PORTCLS_REQUEST_CANCELLED,
	PORTCLS_REQUEST_DONE,
};

/* portcls_transfer.map_state */
enum {
	PORTCLS_MAP_IDLE,
	PORTCLS_MAP_BUSY,	/* being made or flushed */
	PORTCLS_MAP_RUNNING,	/* a system controller moves it */
	PORTCLS_MAP_STOPPED,	/* waits for its flush */
};

#define PORTCLS_SYSTEM_SLOTS	8

struct portcls_adapter;

/* What a controller's callback carries, stable beyond the transfer's life. */
struct portcls_system_slot {
	struct portcls_adapter *adapter;
	u64 run;
};

/* A routine of a caller that runs now, on the stack of whoever calls it. */
struct portcls_run {
	struct list_head node;
	u64 id;
};

/*
 * The system half of an adapter: one dmaengine channel. @transfer is what it
 * runs, or ran last and was not flushed.
 */
struct portcls_system {
	struct portcls_system_desc desc;
	struct dma_chan *chan;
	struct device *served;	/* the channel names it until it is released */
	bool own_chan;
	bool configured;
	bool residue;
	u32 directions;
	unsigned int sg_burst;
	enum dma_transfer_direction config_dir;
	u64 config_offset;
	struct portcls_transfer *transfer;
	struct portcls_system_slot slot[PORTCLS_SYSTEM_SLOTS];
	u64 run;
	dma_cookie_t cookie;
	u32 least_left;
	bool stopping;		/* terminated; @stop_work ends the run */
	bool reported;		/* by the controller, after that */
	enum portcls_completion stop_status;
	struct work_struct stop_work;
};

struct portcls_adapter {
	struct device *dev;
	struct portcls_adapter_desc desc;
	struct portcls_limits limits;
	unsigned int sg_limit;
	struct portcls_system *system;
	struct kref users;
	struct kref ref;
	spinlock_t lock;		/* see above */
	bool dead;
	bool dispatching;
	u64 last_id;
	struct portcls_pool pool;
	struct portcls_transfer *owner;
	struct list_head pending;
	struct list_head live;
	struct list_head runs;
	wait_queue_head_t wait;
	struct portcls_adapter_counters counters;
	struct work_struct dispatch_work;
	struct work_struct release_work;
	struct completion *gone;	/* of who waits for the release */
	struct list_head debugfs_node;	/* debugfs.c's */
};

void portcls_debugfs_start(void);
void portcls_debugfs_stop(void);
void portcls_debugfs_add(struct portcls_adapter *adapter);
void portcls_debugfs_remove(struct portcls_adapter *adapter);

int portcls_adapter_start(void);
void portcls_adapter_stop(void);
struct workqueue_struct *portcls_adapter_workqueue(void);
void portcls_adapter_hold(struct portcls_adapter *adapter);
void portcls_adapter_drop(struct portcls_adapter *adapter);
void portcls_adapter_set_sg_limit(struct portcls_adapter *adapter);
void portcls_adapter_violation(struct portcls_adapter *adapter, const char *what);

struct portcls_transfer *portcls_transfer_find(struct portcls_adapter *adapter,
					       u64 base);
void portcls_transfer_dispatch(struct portcls_adapter *adapter);
void portcls_transfer_dispatch_work(struct work_struct *work);
void portcls_transfer_kill(struct portcls_adapter *adapter);

void portcls_system_stop_work(struct work_struct *work);
int portcls_system_init(struct portcls_adapter *adapter, struct device *dev,
			const struct portcls_system_desc *desc);
void portcls_system_release(struct portcls_adapter *adapter);
int portcls_system_start(struct portcls_adapter *adapter,
			 struct portcls_transfer *transfer, u64 device_offset,
			 bool write_to_device, u32 *length);
void portcls_system_stop(struct portcls_adapter *adapter,
			 enum portcls_completion status);
void portcls_system_wait(struct portcls_adapter *adapter);
unsigned int portcls_system_sg_limit(const struct portcls_adapter *adapter);
void portcls_system_info(const struct portcls_adapter *adapter,
			 struct portcls_adapter_info *info);

#endif /* __PORTCLS_TRANSFER_LOCAL_H */
