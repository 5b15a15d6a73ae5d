// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of slave channels share: a software controller, a channel on it,
 * its buffer
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "slave_fixture.h"

#define SLAVE_NAME	"portcls-slave-test"

static const struct dma_slave_map slave_map[] = {
	{ SLAVE_NAME, "dma3", (void *)0 },
	{ SLAVE_NAME, "tx", (void *)1 },
};

const struct portcls_slave_desc pt_slave_desc = {};

const struct soft_dma_config pt_slave_config = {
	.channels = 2,
	.granularity = DMA_RESIDUE_GRANULARITY_BURST,
	.pauses = true,
	.map = slave_map,
	.mapcnt = ARRAY_SIZE(slave_map),
};

u8 pt_slave_byte(u32 i)
{
	return i * 7 + i / 251 + 1;
}

void pt_slave_take_down(struct slave_fixture *f)
{
	portcls_dma_put(f->chan);
	f->chan = NULL;
	if (f->soft)
		soft_dma_free(f->soft);
	f->soft = NULL;
}

/* A controller of the given kind and a channel on it, with a buffer. */
int pt_slave_set_up(struct slave_fixture *f, const struct soft_dma_config *config,
		    const struct portcls_slave_desc *desc)
{
	struct portcls_dma_channel *chan;
	u8 *mem;
	u32 i;

	f->soft = soft_dma_new(config);
	if (IS_ERR(f->soft)) {
		int err = PTR_ERR(f->soft);

		f->soft = NULL;
		return err;
	}
	f->knobs = soft_dma_knobs(f->soft);
	f->knobs->step_bytes = SLAVE_STEP;
	f->knobs->step_us = SLAVE_STILL_US;
	chan = portcls_dma_new_slave(&f->pdev->dev, "tx", desc, SZ_64K);
	if (IS_ERR(chan))
		return PTR_ERR(chan);
	f->chan = chan;
	f->dma = portcls_dma_slave_chan(chan);
	i = portcls_dma_allocate_buffer(chan, 2 * SLAVE_MAP, NULL);
	if (i)
		return (int)i;
	mem = portcls_dma_system_address(chan);
	for (i = 0; i < 2 * SLAVE_MAP; i++)
		mem[i] = pt_slave_byte(i);
	return 0;
}

int pt_slave_init(struct portcls_test *t)
{
	static const struct resource line = DEFINE_RES_DMA(3);
	struct slave_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	int err;

	if (!f)
		return -ENOMEM;
	f->pdev = platform_device_register_simple(SLAVE_NAME, PLATFORM_DEVID_NONE,
						  &line, 1);
	if (IS_ERR(f->pdev)) {
		err = PTR_ERR(f->pdev);
		kfree(f);
		return err;
	}
	t->priv = f;
	err = pt_slave_set_up(f, &pt_slave_config, &pt_slave_desc);
	if (err) {
		pt_slave_take_down(f);
		platform_device_unregister(f->pdev);
		kfree(f);
	}
	return err;
}

void pt_slave_exit(struct portcls_test *t)
{
	struct slave_fixture *f = t->priv;

	pt_slave_take_down(f);
	platform_device_unregister(f->pdev);
	kfree(f);
}

/* Another controller than the usual one. */
bool pt_slave_remake(struct portcls_test *t, const struct soft_dma_config *config,
		     const struct portcls_slave_desc *desc)
{
	struct slave_fixture *f = t->priv;

	pt_slave_take_down(f);
	return PT_EXPECT_EQ(t, pt_slave_set_up(f, config, desc), 0);
}

/* Lets the engine move at least @bytes since the last reset, and holds it. */
u32 pt_slave_move(struct slave_fixture *f, u32 map, bool write, u64 bytes)
{
	ktime_t end = ktime_add_ms(ktime_get(), 5000);
	int err;

	f->knobs->step_us = 100;
	err = portcls_dma_start(f->chan, map, write);
	if (err)
		return err;
	while (soft_dma_fifo_count(f->dma) < bytes && ktime_before(ktime_get(), end))
		usleep_range(50, 100);
	f->knobs->step_us = SLAVE_STILL_US;
	msleep(20);
	return 0;
}

void pt_slave_notify(void *data)
{
	struct slave_fixture *f = data;

	f->notified++;
	if (f->stop_in_notify)
		portcls_dma_stop(f->chan);
}

/* Where the counter says the transfer is, against what the device got. */
void pt_slave_expect_place(struct portcls_test *t, u32 map)
{
	struct slave_fixture *f = t->priv;
	u32 counter = portcls_dma_read_counter(f->chan);

	PT_EXPECT(t, counter <= map);
	PT_EXPECT_EQ(t, (map - counter) % map, soft_dma_fifo_count(f->dma) % map);
	PT_EXPECT_EQ(t, portcls_dma_transfer_count(f->chan), map);
}
