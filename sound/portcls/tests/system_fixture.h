/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of system adapters share: a software controller behind an arena that
 * copies, an adapter on it, its grant
 */
#ifndef __PORTCLS_TEST_SYSTEM_FIXTURE_H
#define __PORTCLS_TEST_SYSTEM_FIXTURE_H

#include <linux/completion.h>
#include <linux/ktime.h>
#include <linux/types.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "fake_dev.h"
#include "portcls_test.h"
#include "soft_dma.h"

#define SYSTEM_BYTES	(8 * 4096)
#define SYSTEM_DEVICE	0x220
#define SYSTEM_BURST	4

struct system_fixture {
	struct soft_dma *soft;
	struct soft_dma_knobs *knobs;
	struct platform_device *pdev;
	struct fake_arena arena;
	struct dma_chan *chan;
	struct portcls_adapter *adapter;
	struct portcls_transfer transfer;
	u64 base;
	u8 *buf;
	struct portcls_link link;
	struct portcls_chain chain;
	struct completion done;
	unsigned int calls;
	enum portcls_completion status;
	unsigned int atomic;
	u32 length;
	u32 length_seen;
	u32 next;
};

extern const struct soft_dma_config pt_system_config;
extern const struct portcls_adapter_desc pt_system_desc;
extern const struct portcls_adapter_desc pt_system_cyclic_desc;

int pt_system_init(struct portcls_test *t);
void pt_system_exit(struct portcls_test *t);
struct system_fixture *pt_system_change(struct portcls_test *t,
					const struct soft_dma_config *config,
					const struct portcls_adapter_desc *desc);
void pt_system_done(struct portcls_adapter *adapter,
		    enum portcls_completion status, void *data);
int pt_system_map(struct system_fixture *f, u32 offset, u32 length, bool write,
		  portcls_completion_fn complete);
int pt_system_flush(struct system_fixture *f, u32 offset, bool write);
bool pt_system_soon(ktime_t end);
bool pt_system_wait(struct system_fixture *f);

#endif /* __PORTCLS_TEST_SYSTEM_FIXTURE_H */
