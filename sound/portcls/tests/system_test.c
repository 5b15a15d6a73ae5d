// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers on a system adapter: a software controller behind an arena that copies
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "fake_dev.h"
#include "portcls_test.h"
#include "soft_dma.h"

#define SYSTEM_BYTES	(8 * 4096)

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

static const struct soft_dma_config system_config = {
	.channels = 2,
	.granularity = DMA_RESIDUE_GRANULARITY_BURST,
};

static const struct portcls_adapter_desc system_desc = {
	.max_length = SYSTEM_BYTES,
};

static const struct portcls_adapter_desc system_cyclic_desc = {
	.max_length = SYSTEM_BYTES,
	.auto_initialize = true,
};

static void system_drop(struct system_fixture *f)
{
	if (!IS_ERR_OR_NULL(f->adapter))
		portcls_adapter_put_sync(f->adapter);
	if (f->chan)
		dma_release_channel(f->chan);
	if (!IS_ERR_OR_NULL(f->soft)) {
		if (f->arena.mem)
			fake_arena_detach(&f->arena);
		soft_dma_free(f->soft);
	}
	if (!IS_ERR_OR_NULL(f->pdev))
		fake_dev_free(f->pdev);
	kfree(f->buf);
	kfree(f);
}

/* The channel is requested here, so that the cases can look into it. */
static int system_make(struct portcls_test *t, const struct soft_dma_config *config,
		       const struct portcls_adapter_desc *desc)
{
	struct portcls_system_desc wired = {
		.device_address = 0x220,
		.width = DMA_SLAVE_BUSWIDTH_2_BYTES,
	};
	struct system_fixture *f;
	dma_cap_mask_t mask;
	int err = -ENODEV;
	u32 i;

	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	init_completion(&f->done);
	f->buf = kzalloc(SYSTEM_BYTES, GFP_KERNEL);
	f->pdev = fake_dev_new("portcls-system");
	f->soft = soft_dma_new(config);
	if (!f->buf || IS_ERR(f->pdev) || IS_ERR(f->soft))
		goto err_drop;
	f->knobs = soft_dma_knobs(f->soft);
	if (fake_arena_possible()) {
		err = fake_arena_attach(&f->arena, soft_dma_device(f->soft));
		if (err)
			goto err_drop;
	}
	dma_cap_zero(mask);
	dma_cap_set(DMA_SLAVE, mask);
	f->chan = dma_request_channel(mask, soft_dma_filter, f->soft);
	err = -ENODEV;
	if (!f->chan)
		goto err_drop;
	wired.chan = f->chan;
	f->adapter = portcls_adapter_get_system(&f->pdev->dev, desc, &wired);
	err = PTR_ERR_OR_ZERO(f->adapter);
	if (err)
		goto err_drop;
	for (i = 0; i < SYSTEM_BYTES; i++)
		f->buf[i] = i * 11 + (i >> 8);
	f->link = (struct portcls_link){ .kind = PORTCLS_LINK_KMEM, .virt = f->buf,
					 .bytes = SYSTEM_BYTES };
	f->chain = (struct portcls_chain){ &f->link, 1 };
	portcls_transfer_init(f->adapter, &f->transfer);
	err = portcls_adapter_allocate_channel(f->adapter, &f->transfer, 8,
					       PORTCLS_SYNCHRONOUS_CALLBACK, NULL,
					       NULL, &f->base);
	if (err)
		goto err_drop;
	t->priv = f;
	return 0;

err_drop:
	system_drop(f);
	return err;
}

static int system_init(struct portcls_test *t)
{
	return system_make(t, &system_config, &system_desc);
}

static void system_exit(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	portcls_adapter_free_channel(f->adapter);
	portcls_transfer_wait(f->adapter, &f->transfer);
	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.live_grants, 0);
	PT_EXPECT_EQ(t, now.live_maps, 0);
	PT_EXPECT_EQ(t, now.free_registers, now.max_registers);
	PT_EXPECT_EQ(t, now.maps, now.flushes);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	system_drop(f);
}

/* Another controller or adapter in place of the fixture's own. */
static struct system_fixture *system_change(struct portcls_test *t,
					    const struct soft_dma_config *config,
					    const struct portcls_adapter_desc *desc)
{
	struct system_fixture *f = t->priv;

	portcls_adapter_free_channel(f->adapter);
	system_drop(f);
	if (PT_EXPECT_EQ(t, system_make(t, config, desc), 0))
		return t->priv;
	/* The exit wants a fixture. */
	system_make(t, &system_config, &system_desc);
	return NULL;
}

static void system_done(struct portcls_adapter *adapter,
			enum portcls_completion status, void *data)
{
	struct system_fixture *f = data;

	f->calls++;
	f->status = status;
	f->length_seen = READ_ONCE(f->length);
	f->atomic += in_softirq() || irqs_disabled();
	complete(&f->done);
}

static int system_map(struct system_fixture *f, u32 offset, u32 length, bool write,
		      portcls_completion_fn complete)
{
	f->length = length;
	return portcls_transfer_map(f->adapter, &f->chain, f->base, offset, 0,
				    &f->length, write, NULL, 0, complete, f);
}

static int system_flush(struct system_fixture *f, u32 offset, bool write)
{
	return portcls_transfer_flush(f->adapter, &f->chain, f->base, offset,
				      f->length, write);
}

static bool system_wait(struct system_fixture *f)
{
	return wait_for_completion_timeout(&f->done, 10 * HZ);
}

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
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get_system(&f->pdev->dev, &system_desc,
							   &none)), -EINVAL);
	/* A line that nobody serves may be served later. */
	none.request_line = "no-such-line";
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get_system(&f->pdev->dev, &system_desc,
							   &none)), -EPROBE_DEFER);
	PT_EXPECT_EQ(t, portcls_adapter_configure_channel(f->adapter, 1, NULL), -ENOSYS);
}

static void system_send(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 offset = 0;

	while (offset < SYSTEM_BYTES) {
		PT_ASSERT_EQ(t, system_map(f, offset, SYSTEM_BYTES - offset, true,
					   system_done), 0);
		PT_ASSERT(t, system_wait(f));
		PT_EXPECT(t, f->length > 0);
		PT_EXPECT_EQ(t, f->length_seen, f->length);
		PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
		PT_ASSERT_EQ(t, system_flush(f, offset, true), 0);
		offset += f->length;
	}
	PT_EXPECT_EQ(t, f->atomic, f->calls);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->chan), SYSTEM_BYTES);
	PT_EXPECT_EQ(t, memcmp(soft_dma_fifo(f->chan), f->buf, SYSTEM_BYTES), 0);
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
						 system_done, f), 0)) {
		PT_EXPECT(t, system_wait(f));
		PT_EXPECT_EQ(t, f->length, n);
		PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
		PT_EXPECT_EQ(t, memcmp(soft_dma_fifo(f->chan), f->buf, n), 0);
	}
	kfree(list);
}

static void system_rules(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u64 list[4];

	PT_EXPECT_EQ(t, system_map(f, 0, 3, true, system_done), -EINVAL);
	f->length = 4096;
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0,
					     &f->length, true, NULL, 8, NULL, NULL),
		     -EINVAL);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0,
					     &f->length, true, (void *)list,
					     sizeof(list) / 2, NULL, NULL), -EINVAL);
	PT_EXPECT_EQ(t, system_map(f, 0, 0, true, system_done), 0);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT_EQ(t, soft_dma_fifo_count(f->chan), 0);
}

static void system_busy(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 n = 4096;

	f->knobs->step_us = 20000;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 4096, 0, &n,
					     true, NULL, 0, NULL, NULL), -EBUSY);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), -EBUSY);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), -EBUSY);
	PT_EXPECT_EQ(t, portcls_adapter_free_object(f->adapter,
						    PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS), -EBUSY);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
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

	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_next_piece), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, f->calls, 8);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
	PT_EXPECT_EQ(t, memcmp(soft_dma_fifo(f->chan), f->buf, SYSTEM_BYTES), 0);
}

static void system_once(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	f->knobs->repeat_callback = 1;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
	f->knobs->late_us = 3000;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
	msleep(20);
	PT_EXPECT_EQ(t, f->calls, 2);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.stale_completions, 1);
}

static void system_error(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	f->knobs->fail_transfer = 1;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_ERROR);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, f->calls, 2);
}

static void system_cancel(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 n = 4096;

	f->knobs->step_us = 500;
	f->knobs->step_bytes = 16;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	msleep(20);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, NULL, 0, NULL, NULL), -ECANCELED);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), -EINVAL);
}

static void system_cancel_now(void *data)
{
	struct system_fixture *f = data;

	f->next = portcls_transfer_cancel(f->adapter, &f->transfer);
}

/* A cancel that finds the transfer neither idle nor running is not lost. */
static void system_cancel_early(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	f->knobs->step_us = 20000;
	f->knobs->step_bytes = 16;
	f->knobs->at_prep_data = f;
	f->knobs->at_prep = system_cancel_now;
	f->next = 1;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT_EQ(t, f->next, 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
}

static void system_cancel_idle(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 n = 4096;

	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, NULL, 0, NULL, NULL), -ECANCELED);
	PT_EXPECT_EQ(t, f->calls, 0);
}

static void system_cannot_stop(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1,
		.granularity = DMA_RESIDUE_GRANULARITY_BURST, .no_terminate = true };
	struct system_fixture *f = system_change(t, &config, &system_desc);

	if (!f)
		return;
	/* Longer than a virtual CPU stands still now and then. */
	f->knobs->step_us = 300000;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
}

static void system_partial_read(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 left = 0, done;

	memset(soft_dma_fifo(f->chan), 0xaa, SOFT_DMA_FIFO_BYTES);
	memset(f->buf, 0x55, SYSTEM_BYTES);
	f->knobs->step_us = 20000;
	f->knobs->step_bytes = 512;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, false, system_done), 0);
	for (done = 0; done < 1024; done = 4096 - left) {
		PT_ASSERT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
		usleep_range(1000, 1500);
	}
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, system_flush(f, 0, false), 0);
	done = soft_dma_fifo_count(f->chan);
	PT_EXPECT(t, done >= 1024 && done < 4096);
	PT_EXPECT(t, !memchr_inv(f->buf, 0xaa, done));
	PT_EXPECT(t, !memchr_inv(f->buf + done, 0x55, SYSTEM_BYTES - done));
}

static void system_flush_running(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	f->knobs->lose_start = 1;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	while (READ_ONCE(f->knobs->lose_start))
		usleep_range(1000, 1500);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), -EBUSY);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT_EQ(t, portcls_transfer_flush_sync(f->adapter, &f->chain, f->base, 0,
						    f->length, true), 0);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	reinit_completion(&f->done);
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
}

static void system_counter(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 left = 99, last = 8192, steps = 0;

	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT_EQ(t, left, 0);
	f->knobs->step_us = 1000;
	f->knobs->step_bytes = 1024;
	PT_ASSERT_EQ(t, system_map(f, 0, 8192, true, system_done), 0);
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT(t, left > 0 && left <= 8192);
	while (!try_wait_for_completion(&f->done) && steps < 10000) {
		if (!PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0) ||
		    !PT_EXPECT(t, left <= last))
			break;
		last = left;
		steps++;
		usleep_range(200, 300);
	}
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT_EQ(t, left, 0);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
}

static void system_refused(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	f->knobs->prep_null = 1;
	PT_EXPECT_EQ(t, system_map(f, 0, 4096, true, system_done), -EAGAIN);
	PT_EXPECT_EQ(t, f->length, 4096);
	f->knobs->submit_error = 1;
	PT_EXPECT_EQ(t, system_map(f, 0, 4096, true, system_done), -EIO);
	PT_EXPECT_EQ(t, f->length, 4096);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), -EINVAL);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, f->calls, 1);
}

/* What the controller goes round in is one piece, or it would leave the buffer. */
static void system_cyclic_pieces(struct portcls_test *t)
{
	struct system_fixture *f = system_change(t, &system_config, &system_cyclic_desc);
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

static void system_cyclic(struct portcls_test *t)
{
	struct system_fixture *f = system_change(t, &system_config, &system_cyclic_desc);
	struct device *dev;
	dma_addr_t addr;
	ktime_t end;
	u32 left = 0;
	void *virt;

	if (!f)
		return;
	dev = portcls_adapter_device(f->adapter);
	virt = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);
	PT_ASSERT(t, virt);
	memset(virt, 0x3c, 4096);
	f->link = (struct portcls_link){ .kind = PORTCLS_LINK_COHERENT, .virt = virt,
					 .dma = addr, .bytes = 4096 };
	f->knobs->step_us = 200;
	f->knobs->step_bytes = 1024;
	if (PT_EXPECT_EQ(t, system_map(f, 0, 4096, true, system_done), 0)) {
		end = ktime_add_ms(ktime_get(), 10000);
		while (soft_dma_fifo_count(f->chan) <= 2 * 4096 &&
		       ktime_before(ktime_get(), end))
			usleep_range(200, 400);
		PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
		PT_EXPECT(t, left > 0 && left <= 4096);
		PT_EXPECT(t, soft_dma_fifo_count(f->chan) > 2 * 4096);
		PT_EXPECT_EQ(t, f->calls, 0);
		PT_EXPECT_EQ(t, portcls_transfer_flush_sync(f->adapter, &f->chain,
							    f->base, 0, 4096, true), 0);
		PT_EXPECT_EQ(t, f->calls, 1);
		PT_EXPECT(t, !memchr_inv(soft_dma_fifo(f->chan), 0x3c, 8192));
	}
	dma_free_coherent(dev, 4096, virt, addr);
}

static void system_removed(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	u32 n = 4096;

	f->knobs->lose_start = 1;
	PT_ASSERT_EQ(t, system_map(f, 0, 4096, true, system_done), 0);
	portcls_adapter_shutdown(f->adapter);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_ERROR);
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &f->chain, f->base, 0, 0, &n,
					     true, NULL, 0, NULL, NULL), -ESHUTDOWN);
}

static enum portcls_action system_map_drop(struct portcls_adapter *adapter, u64 base,
					   void *data)
{
	struct system_fixture *f = data;

	f->base = base;
	f->next = system_map(f, 0, 4096, true, system_done);
	return PORTCLS_DEALLOCATE_OBJECT;
}

static void system_drop_mapped(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	f->knobs->step_us = 5000;
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer), 0);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer, 2, 0,
							 system_map_drop, f, NULL), 0);
	PT_EXPECT_EQ(t, f->next, 0);
	portcls_adapter_counters(f->adapter, &now);
	PT_EXPECT_EQ(t, now.violations, 1);
	PT_EXPECT(t, now.channel_busy);
	PT_EXPECT(t, system_wait(f));
	PT_EXPECT_EQ(t, system_flush(f, 0, true), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

static const struct portcls_test_case system_cases[] = {
	{ "V3-05 a controller says what it can do", system_info },
	{ "V3-52 V3-55 a buffer goes element by element without a list", system_send },
	{ "V3-52 a list takes the whole window", system_list },
	{ "V3-53 V3-49 V3-44 what a controller is not given", system_rules },
	{ "V3-50 V3-69 a running transfer is neither mapped over nor freed", system_busy },
	{ "V3-55 completion routines flush and map the next piece", system_loop },
	{ "V3-58 one completion a mapping, repeated or late", system_once },
	{ "V3-59 an engine's error is DmaError", system_error },
	{ "V3-60 V3-61 cancel ends a transfer once and for all", system_cancel },
	{ "V3-60 a cancel that comes while it is made ready counts", system_cancel_early },
	{ "V3-61 cancel without a transfer only marks", system_cancel_idle },
	{ "V3-62 a controller that cannot stop runs out", system_cannot_stop },
	{ "V3-66 bytes beyond the residue keep their content", system_partial_read },
	{ "V3-67 a running transfer is flushed by stopping it", system_flush_running },
	{ "V3-68 the counter falls to 0", system_counter },
	{ "V3-34 a system grant returned while mapped is kept", system_drop_mapped },
	{ "V3: a refused descriptor leaves nothing mapped", system_refused },
	{ "V3: an auto-initialised transfer repeats until cancelled", system_cyclic },
	{ "V3: an auto-initialised transfer is one piece", system_cyclic_pieces },
	{ "V3: a removed device's transfer ends with DmaError", system_removed },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_system = {
	.name = "transfer_system",
	.cases = system_cases,
	.init = system_init,
	.exit = system_exit,
};
