/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of NetDMA share: a software engine, a provider on it, one channel
 */
#ifndef __PORTCLS_TEST_NETDMA_FIXTURE_H
#define __PORTCLS_TEST_NETDMA_FIXTURE_H

#include <linux/completion.h>
#include <linux/types.h>

#include <sound/portcls/netdma.h>

#include "portcls_test.h"
#include "soft_dma.h"

#define NETDMA_DESCS	32
#define NETDMA_BYTES	SZ_64K

struct netdma_fixture {
	struct soft_dma *soft;
	struct soft_dma_knobs *knobs;
	struct dma_device *dma;
	struct portcls_netdma *netdma;
	struct portcls_netdma_chan *chan;
	struct portcls_netdma_descriptor *desc;
	u64 *word;
	u8 *src;
	u8 *dst;
	dma_addr_t src_addr;
	dma_addr_t dst_addr;
	struct completion done;
	unsigned int calls;
	unsigned int wrong_cpu;
	u64 last;
	void *magic;
};

void pt_netdma_note(void *handle, u64 last);
u64 pt_netdma_addr(const struct portcls_netdma_descriptor *desc);
void pt_netdma_params(struct netdma_fixture *f, struct portcls_netdma_params *params);
int pt_netdma_take(struct netdma_fixture *f);
void pt_netdma_drop(struct netdma_fixture *f);
int pt_netdma_make(struct portcls_test *t, const struct soft_dma_config *config);
int pt_netdma_init(struct portcls_test *t);
void pt_netdma_exit(struct portcls_test *t);
struct netdma_fixture *pt_netdma_change(struct portcls_test *t,
					const struct soft_dma_config *config);
void pt_netdma_list(struct netdma_fixture *f, unsigned int count, u32 bytes, u32 flags);
int pt_netdma_start(struct netdma_fixture *f, unsigned int count);
u64 pt_netdma_word(struct netdma_fixture *f);
bool pt_netdma_reaches(struct netdma_fixture *f, u64 word);
bool pt_netdma_wait(struct netdma_fixture *f);
struct portcls_netdma_counters pt_netdma_now(struct netdma_fixture *f);

#endif /* __PORTCLS_TEST_NETDMA_FIXTURE_H */
