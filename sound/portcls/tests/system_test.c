// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers on a system adapter: what is mapped, what the controller gets, completion
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "system_fixture.h"

static void system_info(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct portcls_adapter_info info = { .version = 1 };
	struct portcls_system_desc none = { };

	PT_EXPECT_EQ(t, portcls_adapter_info(f->adapter, &info), 0);
	PT_EXPECT_EQ(t, info.min_unit, 2);
	PT_EXPECT(t, info.counter_readable);
	PT_EXPECT(t, info.completion_irq);
	PT_EXPECT_EQ(t, info.addr_bits, 64);
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get_system(&f->pdev->dev, &pt_system_desc,
							   &none)), -EINVAL);
	/* A line that nobody serves may be served later. */
	none.request_line = "no-such-line";
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get_system(&f->pdev->dev, &pt_system_desc,
							   &none)), -EPROBE_DEFER);
	PT_EXPECT_EQ(t, portcls_adapter_configure_channel(f->adapter, 1, NULL), -ENOSYS);
}

/* The channel names it until it is released, which may be after the driver's put. */
static void system_served(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct portcls_system_desc wired = { .chan = f->chan,
					     .width = DMA_SLAVE_BUSWIDTH_2_BYTES };
	const struct kref *refs = &f->pdev->dev.kobj.kref;
	unsigned int before = kref_read(refs);
	struct portcls_adapter *adapter;

	adapter = portcls_adapter_get_system(&f->pdev->dev, &pt_system_desc, &wired);
	PT_ASSERT(t, !IS_ERR(adapter));
	PT_EXPECT_EQ(t, kref_read(refs), before + 1);
	portcls_adapter_put_sync(adapter);
	PT_EXPECT_EQ(t, kref_read(refs), before);
}

static void system_send(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 offset = 0;

	while (offset < SYSTEM_BYTES) {
		PT_ASSERT_EQ(t, pt_system_map(f, offset, SYSTEM_BYTES - offset, true,
					      pt_system_done), 0);
		PT_ASSERT(t, pt_system_wait(f));
		PT_EXPECT(t, f->length > 0);
		PT_EXPECT_EQ(t, f->length_seen, f->length);
		PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
		PT_ASSERT_EQ(t, pt_system_flush(f, offset, true), 0);
		offset += f->length;
	}
	PT_EXPECT_EQ(t, f->atomic, f->calls);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->chan), SYSTEM_BYTES);
	PT_EXPECT_EQ(t, memcmp(soft_dma_fifo(f->chan), f->buf, SYSTEM_BYTES), 0);
}

/* A mapping to or from a register beside the device's first, and what is known of it. */
static void system_register(struct portcls_test *t, u64 offset, bool write)
{
	struct system_fixture *f = t->priv;
	struct dma_slave_config config;

	f->length = 4096;
	PT_ASSERT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, offset,
					     &f->length, write, NULL, 0, pt_system_done,
					     f), 0);
	config = soft_dma_slave_config(f->chan);
	PT_EXPECT_EQ(t, config.direction, write ? DMA_MEM_TO_DEV : DMA_DEV_TO_MEM);
	PT_EXPECT_EQ(t, config.src_addr, SYSTEM_DEVICE + offset);
	PT_EXPECT_EQ(t, config.dst_addr, SYSTEM_DEVICE + offset);
	PT_EXPECT_EQ(t, config.src_addr_width, DMA_SLAVE_BUSWIDTH_2_BYTES);
	PT_EXPECT_EQ(t, config.dst_addr_width, DMA_SLAVE_BUSWIDTH_2_BYTES);
	PT_EXPECT_EQ(t, config.src_maxburst, SYSTEM_BURST);
	PT_EXPECT_EQ(t, config.dst_maxburst, SYSTEM_BURST);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, write), 0);
}

static void system_registers(struct portcls_test *t)
{
	system_register(t, 0, true);
	system_register(t, 6, true);
	system_register(t, 6, false);
	system_register(t, 0, false);
}

/* What it was told before is told again after a setting that it did not take. */
static void system_not_told(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	system_register(t, 6, true);
	f->knobs->config_error = 1;
	PT_EXPECT_EQ(t, pt_system_map(f, 0, 4096, false, pt_system_done), -EIO);
	PT_EXPECT_EQ(t, f->length, 4096);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	system_register(t, 6, true);
}

/* A list from the caller: the whole window in one go. */
static void system_list(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct portcls_transfer_info info = { .version = 1 };
	struct portcls_sg_list *list;
	u32 n = SYSTEM_BYTES;

	PT_ASSERT_EQ(t, portcls_transfer_info(f->adapter, &f->chain, 0, n, true, &info), 0);
	list = kzalloc(info.list_bytes, GFP_KERNEL);
	PT_ASSERT(t, list);
	f->length = n;
	if (PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0,
						 &f->length, true, list, info.list_bytes,
						 pt_system_done, f), 0)) {
		PT_EXPECT(t, pt_system_wait(f));
		PT_EXPECT_EQ(t, f->length, n);
		PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
		PT_EXPECT_EQ(t, memcmp(soft_dma_fifo(f->chan), f->buf, n), 0);
	}
	kfree(list);
}

static void system_rules(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u64 list[4];

	PT_EXPECT_EQ(t, pt_system_map(f, 0, 3, true, pt_system_done), -EINVAL);
	f->length = 4096;
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0,
					     &f->length, true, NULL, 8, NULL, NULL),
		     -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0,
					     &f->length, true, (void *)list,
					     sizeof(list) / 2, NULL, NULL), -EINVAL);
	PT_EXPECT_EQ(t, pt_system_map(f, 0, 0, true, pt_system_done), 0);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->chan), 0);
}

static void system_busy(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 n = 4096;

	f->knobs->step_us = 20000;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 4096, 0, &n,
					     true, NULL, 0, NULL, NULL), -EBUSY);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), -EBUSY);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), -EBUSY);
	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter,
						    PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS), -EBUSY);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, f->calls, 1);
}

static void system_next_piece(struct portcls_adapter *adapter,
			      enum portcls_completion status, void *data)
{
	struct system_fixture *f = data;
	u32 done = f->next;

	f->calls++;
	f->status = status;
	if (portcls_transfer_flush(adapter, &f->chain, f->base, done, 4096, true))
		f->status = PORTCLS_DMA_ABORTED;
	f->next = done + 4096;
	f->length = 4096;
	if (f->next == SYSTEM_BYTES ||
	    portcls_transfer_map(adapter, &f->chain, f->base, f->next, 0, &f->length,
				 true, NULL, 0, system_next_piece, f))
		complete(&f->done);
}

/* The whole loop runs in completion routines. */
static void system_loop(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, system_next_piece), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, f->calls, 8);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
	PT_EXPECT_EQ(t, memcmp(soft_dma_fifo(f->chan), f->buf, SYSTEM_BYTES), 0);
}

static void system_once(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	f->knobs->repeat_callback = 1;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	f->knobs->late_us = 3000;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	msleep(20);
	PT_EXPECT_EQ(t, f->calls, 2);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.stale_completions, 1);
}

static void system_error(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	f->knobs->fail_transfer = 1;
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_ERROR);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, f->calls, 2);
}

static void system_refused(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	f->knobs->prep_null = 1;
	PT_EXPECT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), -EAGAIN);
	PT_EXPECT_EQ(t, f->length, 4096);
	f->knobs->submit_error = 1;
	PT_EXPECT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), -EIO);
	PT_EXPECT_EQ(t, f->length, 4096);
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), -EINVAL);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, f->calls, 1);
}

/* What no later try could change does not look as if it could. */
static void system_cannot(struct portcls_test *t)
{
	struct portcls_system_desc wired = { .width = DMA_SLAVE_BUSWIDTH_2_BYTES };
	struct portcls_adapter_info info = { .version = 1 };
	struct soft_dma_config config = pt_system_config;
	struct portcls_adapter_desc threes = { .max_length = SYSTEM_BYTES, .min_unit = 3 };
	struct portcls_system_desc found = { .filter = soft_dma_filter };
	struct portcls_adapter *adapter;
	struct system_fixture *f;
	unsigned int i;

	config.no_cyclic = true;
	config.one_way = true;
	f = pt_system_change(t, &config, &pt_system_desc);
	if (!f)
		return;
	wired.chan = f->chan;
	found.filter_param = f->soft;
	adapter = portcls_adapter_get_system(&f->pdev->dev, &pt_system_cyclic_desc, &wired);
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(adapter), -EOPNOTSUPP);
	if (!IS_ERR(adapter))
		portcls_adapter_put_sync(adapter);
	/* A channel that was taken for that is given back: there is but one more. */
	for (i = 0; i < 2; i++) {
		adapter = portcls_adapter_get_system(&f->pdev->dev, &pt_system_cyclic_desc,
						     &found);
		PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(adapter), -EOPNOTSUPP);
		if (!IS_ERR(adapter))
			portcls_adapter_put_sync(adapter);
	}
	PT_EXPECT_EQ(t, pt_system_map(f, 0, 4096, false, pt_system_done), -EINVAL);
	PT_EXPECT_EQ(t, f->length, 4096);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	PT_ASSERT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);

	/* Three bytes of the device's in two of the register's. */
	adapter = portcls_adapter_get_system(&f->pdev->dev, &threes, &wired);
	PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(adapter), 0);
	PT_EXPECT_EQ(t, portcls_adapter_info(adapter, &info), 0);
	PT_EXPECT_EQ(t, info.min_unit, 6);
	portcls_adapter_put_sync(adapter);
	threes.min_unit = U32_MAX;
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(portcls_adapter_get_system(&f->pdev->dev, &threes,
								   &wired)), -EINVAL);
}

/* What the controller goes round in is one piece, or it would leave the buffer. */
static void system_cyclic_pieces(struct portcls_test *t)
{
	struct system_fixture *f = pt_system_change(t, &pt_system_config, &pt_system_cyclic_desc);
	struct portcls_link link[2];
	struct portcls_chain chain = { link, 2 };
	struct device *dev;
	u64 list[32] = {};
	dma_addr_t addr;
	u32 n = 8192;
	void *virt;

	if (!f)
		return;
	dev = portcls_adapter_device(f->adapter);
	virt = dma_alloc_coherent(dev, 4 * 4096, &addr, GFP_KERNEL);
	PT_ASSERT(t, virt);
	link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_COHERENT, .virt = virt,
					 .dma = addr, .bytes = 4096 };
	link[1] = (struct portcls_link){ .kind = PORTCLS_LINK_COHERENT,
					 .virt = virt + 8192, .dma = addr + 8192,
					 .bytes = 4096 };
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &chain, f->base, 0, 0, &n, true,
					     (void *)list, sizeof(list), NULL, NULL),
		     -EINVAL);
	PT_EXPECT_EQ(t, n, 8192);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
	dma_free_coherent(dev, 4 * 4096, virt, addr);
}

/* What an auto-initialised transfer goes round in is coherent memory. */
static struct system_fixture *system_cyclic_make(struct portcls_test *t,
						 const struct soft_dma_config *config)
{
	struct system_fixture *f = pt_system_change(t, config, &pt_system_cyclic_desc);
	dma_addr_t addr;
	void *virt;

	if (!f)
		return NULL;
	virt = dma_alloc_coherent(portcls_adapter_device(f->adapter), 4096, &addr,
				  GFP_KERNEL);
	if (!PT_EXPECT(t, virt))
		return NULL;
	memset(virt, 0x3c, 4096);
	f->link = (struct portcls_link){ .kind = PORTCLS_LINK_COHERENT, .virt = virt,
					 .dma = addr, .bytes = 4096 };
	f->knobs->step_us = 200;
	f->knobs->step_bytes = 1024;
	return f;
}

static void system_cyclic_free(struct system_fixture *f)
{
	dma_free_coherent(portcls_adapter_device(f->adapter), 4096, f->link.virt,
			  f->link.dma);
}

/* Until it has gone round twice. */
static void system_cyclic_turns(struct system_fixture *f)
{
	ktime_t end = ktime_add_ms(ktime_get(), 10000);

	while (soft_dma_fifo_count(f->chan) <= 2 * 4096 && ktime_before(ktime_get(), end))
		usleep_range(200, 400);
}

static void system_cyclic(struct portcls_test *t)
{
	struct system_fixture *f = system_cyclic_make(t, &pt_system_config);
	u32 left = 0;

	if (!f)
		return;
	if (PT_EXPECT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0)) {
		system_cyclic_turns(f);
		PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
		PT_EXPECT(t, left > 0 && left <= 4096);
		PT_EXPECT(t, soft_dma_fifo_count(f->chan) > 2 * 4096);
		PT_EXPECT_EQ(t, f->calls, 0);
		PT_EXPECT_EQ(t, portcls_transfer_flush_sync(f->adapter, &f->chain,
							    f->base, 0, 4096, true), 0);
		PT_EXPECT_EQ(t, f->calls, 1);
		PT_EXPECT(t, !memchr_inv(soft_dma_fifo(f->chan), 0x3c, 8192));
	}
	system_cyclic_free(f);
}

static void system_other(void *param)
{
	struct system_fixture *f = param;

	complete(&f->done);
}

/* Descriptors of some controllers come as the channel's last user has left them. */
static void system_recycled(struct portcls_test *t)
{
	struct soft_dma_config config = pt_system_config;
	struct dma_async_tx_descriptor *tx;
	struct system_fixture *f;
	unsigned int called;

	config.recycles = true;
	f = system_cyclic_make(t, &config);
	if (!f)
		return;
	tx = f->chan->device->device_prep_dma_interrupt(f->chan, DMA_PREP_INTERRUPT);
	if (PT_EXPECT(t, tx)) {
		tx->callback = system_other;
		tx->callback_param = f;
		dmaengine_submit(tx);
		dma_async_issue_pending(f->chan);
		PT_EXPECT(t, pt_system_wait(f));
		/* The controller has it back a moment after its callback. */
		usleep_range(2000, 3000);
	}
	called = soft_dma_called(f->chan);
	PT_EXPECT_EQ(t, called, 1);
	if (PT_EXPECT_EQ(t, pt_system_map(f, 0, 4096, true, pt_system_done), 0)) {
		system_cyclic_turns(f);
		PT_EXPECT(t, soft_dma_fifo_count(f->chan) > 2 * 4096);
		PT_EXPECT_EQ(t, soft_dma_called(f->chan), called);
		PT_EXPECT_EQ(t, portcls_transfer_flush_sync(f->adapter, &f->chain,
							    f->base, 0, 4096, true), 0);
	}
	system_cyclic_free(f);
}

static enum portcls_action system_map_drop(struct portcls_adapter *adapter, u64 base,
					   void *data)
{
	struct system_fixture *f = data;

	f->base = base;
	f->next = pt_system_map(f, 0, 4096, true, pt_system_done);
	return PORTCLS_DEALLOCATE_OBJECT;
}

static void system_drop_mapped(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	f->knobs->step_us = 50000;
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer), 0);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer, 2, 0,
							 system_map_drop, f, NULL), 0);
	PT_EXPECT_EQ(t, f->next, 0);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.violations, 1);
	PT_EXPECT(t, now.channel_busy);
	PT_EXPECT(t, pt_system_wait(f));
	PT_EXPECT_EQ(t, pt_system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

static const struct portcls_test_case system_cases[] = {
	{ "V3-05 a controller says what it can do", system_info },
	{ "V3: the device that a controller serves stays until the channel is free",
	  system_served },
	{ "V3-52 V3-55 a buffer goes element by element without a list", system_send },
	{ "V3-52 a list takes the whole window", system_list },
	{ "V3-53 V3-49 V3-44 what a controller is not given", system_rules },
	{ "V3-50 V3-69 a running transfer is neither mapped over nor freed", system_busy },
	{ "V3-55 completion routines flush and map the next piece", system_loop },
	{ "V3-58 one completion a mapping, repeated or late", system_once },
	{ "V3-59 an engine's error is DmaError", system_error },
	{ "V3-34 a system grant returned while mapped is kept", system_drop_mapped },
	{ "V3: the controller knows each mapping's register", system_registers },
	{ "V3: after a setting that failed the controller is told anew", system_not_told },
	{ "V3: what a controller never can do is refused for good", system_cannot },
	{ "V3: a refused descriptor leaves nothing mapped", system_refused },
	{ "V3: an auto-initialised transfer repeats until cancelled", system_cyclic },
	{ "V3: an auto-initialised transfer is one piece", system_cyclic_pieces },
	{ "V3: a recycled descriptor calls nobody who has gone", system_recycled },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_system = {
	.name = "transfer_system",
	.cases = system_cases,
	.init = pt_system_init,
	.exit = pt_system_exit,
};
