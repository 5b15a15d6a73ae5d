/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of slave channels share: a software controller, a channel on it,
 * its buffer
 *
 * The controller is held still to read an exact position: its step becomes ten
 * seconds, which no case lasts.
 */
#ifndef __PORTCLS_TEST_SLAVE_FIXTURE_H
#define __PORTCLS_TEST_SLAVE_FIXTURE_H

#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include <sound/portcls/dma_channel.h>
#include <sound/portcls/dma_slave.h>

#include "portcls_test.h"
#include "soft_dma.h"

#define SLAVE_MAP	4096
#define SLAVE_STEP	100
#define SLAVE_STILL_US	(10 * USEC_PER_SEC)

struct slave_fixture {
	struct platform_device *pdev;
	struct soft_dma *soft;
	struct soft_dma_knobs *knobs;
	struct portcls_dma_channel *chan;
	struct dma_chan *dma;
	unsigned int notified;
	bool stop_in_notify;
	unsigned int syncs;
	bool sync_stopped;
	bool sync_has_buffer;
};

extern const struct portcls_slave_desc pt_slave_desc;
extern const struct soft_dma_config pt_slave_config;

u8 pt_slave_byte(u32 i);
int pt_slave_init(struct portcls_test *t);
void pt_slave_exit(struct portcls_test *t);
void pt_slave_take_down(struct slave_fixture *f);
int pt_slave_set_up(struct slave_fixture *f, const struct soft_dma_config *config,
		    const struct portcls_slave_desc *desc);
bool pt_slave_remake(struct portcls_test *t, const struct soft_dma_config *config,
		     const struct portcls_slave_desc *desc);
u32 pt_slave_move(struct slave_fixture *f, u32 map, bool write, u64 bytes);
void pt_slave_notify(void *data);
void pt_slave_expect_place(struct portcls_test *t, u32 map);

#endif /* __PORTCLS_TEST_SLAVE_FIXTURE_H */
