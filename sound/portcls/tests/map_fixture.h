/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of mapping share: a bus master, its adapter, a buffer of each kind
 *
 * The device's memory is an arena that copies, or what the machine maps for a real
 * one, and each case compares what the device saw or what the CPU got, not only
 * what the calls returned.
 */
#ifndef __PORTCLS_TEST_MAP_FIXTURE_H
#define __PORTCLS_TEST_MAP_FIXTURE_H

#include <linux/types.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "fake_dev.h"
#include "portcls_test.h"

#define MAP_PAGES	12
#define MAP_BYTES	(MAP_PAGES * 4096)
#define MAP_LIST_BYTES	8192

struct map_fixture {
	struct platform_device *pdev;
	struct device *dev;
	struct fake_arena arena;
	struct portcls_adapter *adapter;
	struct portcls_transfer transfer;
	u64 base;
	u8 *buf;
	u8 *vbuf;
	u8 *seen;
	struct portcls_link link[3];
	struct portcls_chain chain;
	struct portcls_sg_list *list;
};

extern const struct portcls_adapter_desc pt_map_desc;

void pt_map_fill(u8 *buf, u32 bytes, u32 from);
u32 pt_map_differs(const u8 *buf, u32 bytes, u32 from);
void pt_adapter_at_rest(struct portcls_test *t, struct portcls_adapter *adapter);
int pt_map_init(struct portcls_test *t);
void pt_map_exit(struct portcls_test *t);
bool pt_map_change(struct portcls_test *t, const struct portcls_adapter_desc *desc);
bool pt_map_arena(struct portcls_test *t);
bool pt_map_grant(struct portcls_test *t, unsigned int registers);
void pt_map_release(struct portcls_test *t);
int pt_map_try(struct map_fixture *f, u64 offset, u32 *length, bool write);
int pt_map_flush(struct map_fixture *f, u64 offset, u32 length, bool write);
u32 pt_map_device(struct map_fixture *f, u8 *bytes, bool reads);
unsigned int pt_map_send(struct portcls_test *t, u64 offset, u32 length,
			 u32 *window, unsigned int most);
bool pt_map_bounced(struct map_fixture *f);
int pt_map_info(struct map_fixture *f, u64 offset,
		u64 length, struct portcls_transfer_info *info);

#endif /* __PORTCLS_TEST_MAP_FIXTURE_H */
