// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers on a system adapter of the PC's own DMA controllers
 *
 * Runs where i8237-dma was loaded with slaves=portcls-i8237-test. A transfer moves
 * where the DSP of a Sound Blaster 16 asks for it. An emulated one goes round when a
 * single transfer is at its end, until the controller's driver has seen that: what
 * it plays is not looked at here.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "dsp.h"
#include "map_fixture.h"
#include "portcls_test.h"

#define ISA_NAME	"portcls-i8237-test"
#define ISA_PIECE	SZ_8K
#define ISA_BYTES	(4 * ISA_PIECE)
#define ISA_REGISTERS	16

struct isa_fixture {
	struct platform_device *pdev;
	struct portcls_adapter *adapter;
	struct portcls_transfer transfer;
	u64 base;
	struct portcls_link link;
	struct portcls_chain chain;
	u32 memory;
	struct completion done;
	unsigned int calls;
	enum portcls_completion status;
	u32 next;
	u32 length;
	int err;
};

static const struct portcls_adapter_desc isa_desc = {
	.max_length = SZ_64K,
};

static struct portcls_adapter *isa_get(struct isa_fixture *f, unsigned int line,
				       const struct portcls_adapter_desc *desc)
{
	struct portcls_system_desc wired = {
		.width = line > 3 ? DMA_SLAVE_BUSWIDTH_2_BYTES :
				    DMA_SLAVE_BUSWIDTH_1_BYTE,
	};
	char name[8];

	snprintf(name, sizeof(name), "dma%u", line);
	wired.request_line = name;
	return portcls_adapter_get_system(&f->pdev->dev, desc, &wired);
}

static int isa_init(struct portcls_test *t)
{
	struct isa_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	struct portcls_adapter *adapter;
	int err;

	if (!f)
		return -ENOMEM;
	init_completion(&f->done);
	f->pdev = platform_device_register_simple(ISA_NAME, PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(f->pdev)) {
		err = PTR_ERR(f->pdev);
		kfree(f);
		return err;
	}
	t->priv = f;
	adapter = isa_get(f, 7, &isa_desc);
	if (IS_ERR(adapter))
		strscpy(t->skip, "no line of an 8237 for " ISA_NAME, sizeof(t->skip));
	else
		portcls_adapter_put_sync(adapter);
	return 0;
}

static void isa_exit(struct portcls_test *t)
{
	struct isa_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	if (f->adapter) {
		portcls_adapter_free_channel(f->adapter);
		portcls_transfer_wait(f->adapter, &f->transfer);
		pt_adapter_at_rest(t, f->adapter);
		portcls_adapter_counters(f->adapter, &now);
		PT_EXPECT_EQ(t, now.stale_completions, 0);
		if (f->memory)
			dma_free_coherent(portcls_adapter_device(f->adapter), f->memory,
					  f->link.virt, f->link.dma);
		portcls_adapter_put_sync(f->adapter);
	}
	platform_device_unregister(f->pdev);
	kfree(f);
}

/* The adapter of a line, a grant on it, and memory that its controller reaches. */
static bool isa_take(struct portcls_test *t, unsigned int line, u32 memory,
		     const struct portcls_adapter_desc *desc)
{
	struct isa_fixture *f = t->priv;
	struct portcls_adapter *adapter = isa_get(f, line, desc);

	if (!PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(adapter), 0))
		return false;
	f->adapter = adapter;
	f->link.kind = PORTCLS_LINK_COHERENT;
	f->link.virt = dma_alloc_coherent(portcls_adapter_device(adapter), memory,
					  &f->link.dma, GFP_KERNEL);
	if (!PT_EXPECT(t, f->link.virt))
		return false;
	f->memory = memory;
	f->link.bytes = memory;
	f->chain = (struct portcls_chain){ &f->link, 1 };
	portcls_transfer_init(adapter, &f->transfer);
	return PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(adapter, &f->transfer,
			ISA_REGISTERS, PORTCLS_SYNCHRONOUS_CALLBACK, NULL, NULL,
			&f->base), 0);
}

static void isa_done(struct portcls_adapter *adapter, enum portcls_completion status,
		     void *data)
{
	struct isa_fixture *f = data;

	f->calls++;
	f->status = status;
	complete(&f->done);
}

static int isa_map(struct isa_fixture *f, u32 offset, u32 length,
		   portcls_completion_fn complete)
{
	f->length = length;
	return portcls_transfer_map(f->adapter, &f->chain, f->base, offset, 0, &f->length,
				    true, NULL, 0, complete, f);
}

static int isa_flush(struct isa_fixture *f, u32 offset)
{
	return portcls_transfer_flush(f->adapter, &f->chain, f->base, offset, f->length,
				      true);
}

static int isa_flush_sync(struct isa_fixture *f, u32 offset)
{
	return portcls_transfer_flush_sync(f->adapter, &f->chain, f->base, offset,
					   f->length, true);
}

static bool isa_wait(struct isa_fixture *f)
{
	return wait_for_completion_timeout(&f->done, 30 * HZ);
}

static void isa_info(struct portcls_test *t)
{
	struct isa_fixture *f = t->priv;
	struct portcls_adapter_info info;
	struct portcls_adapter *adapter;
	unsigned int line;

	for (line = 1; line <= 5; line += 4) {
		adapter = isa_get(f, line, &isa_desc);
		PT_ASSERT_EQ(t, PTR_ERR_OR_ZERO(adapter), 0);
		info.version = 1;
		PT_EXPECT_EQ(t, portcls_adapter_info(adapter, &info), 0);
		PT_EXPECT_EQ(t, info.addr_bits, 24);
		PT_EXPECT_EQ(t, info.sg_limit, 1);
		PT_EXPECT_EQ(t, info.min_unit, line > 3 ? 2 : 1);
		PT_EXPECT(t, info.counter_readable);
		PT_EXPECT(t, info.completion_irq);
		/* A line has one owner, until it is given back. */
		PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(isa_get(f, line, &isa_desc)), -EBUSY);
		portcls_adapter_put_sync(adapter);
	}
	/* The cascade is nobody's line. */
	PT_EXPECT(t, IS_ERR(isa_get(f, 4, &isa_desc)));
}

/* A whole window is one element; two bytes on, its end is the next window's. */
static void isa_windows(struct portcls_test *t)
{
	struct isa_fixture *f = t->priv;

	if (!isa_take(t, 1, 2 * SZ_64K, &isa_desc))
		return;
	PT_EXPECT_EQ(t, f->link.dma % SZ_64K, 0);
	PT_EXPECT(t, f->link.dma + 2 * SZ_64K <= SZ_16M);
	PT_EXPECT_EQ(t, isa_map(f, 0, SZ_64K, NULL), 0);
	PT_EXPECT_EQ(t, f->length, SZ_64K);
	PT_EXPECT_EQ(t, isa_flush_sync(f, 0), 0);

	portcls_adapter_free_channel(f->adapter);
	portcls_transfer_init(f->adapter, &f->transfer);
	PT_ASSERT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer, 17,
							 PORTCLS_SYNCHRONOUS_CALLBACK,
							 NULL, NULL, &f->base), 0);
	PT_EXPECT_EQ(t, isa_map(f, 2, SZ_64K, NULL), 0);
	PT_EXPECT_EQ(t, f->length, SZ_64K - 2);
	PT_EXPECT_EQ(t, isa_flush_sync(f, 2), 0);

	portcls_adapter_free_channel(f->adapter);
	portcls_transfer_init(f->adapter, &f->transfer);
	PT_ASSERT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer, 1,
							 PORTCLS_SYNCHRONOUS_CALLBACK,
							 NULL, NULL, &f->base), 0);
	PT_EXPECT_EQ(t, isa_map(f, SZ_64K, 2, NULL), 0);
	PT_EXPECT_EQ(t, f->length, 2);
	PT_EXPECT_EQ(t, isa_flush_sync(f, SZ_64K), 0);
}

static void isa_odd(struct portcls_test *t)
{
	struct isa_fixture *f = t->priv;

	if (!isa_take(t, 5, SZ_8K, &isa_desc))
		return;
	PT_EXPECT_EQ(t, isa_map(f, 0, 1001, NULL), -EINVAL);
	PT_EXPECT_EQ(t, isa_map(f, 1, 1000, NULL), -EINVAL);
	PT_EXPECT_EQ(t, isa_map(f, 0, 1002, NULL), 0);
	PT_EXPECT_EQ(t, isa_map(f, 2000, 1002, NULL), -EBUSY);
	f->length = 1002;
	PT_EXPECT_EQ(t, isa_flush(f, 0), -EBUSY);
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), -EBUSY);
	PT_EXPECT_EQ(t, isa_flush_sync(f, 0), 0);
}

static void isa_next_piece(struct portcls_adapter *adapter,
			   enum portcls_completion status, void *data)
{
	struct isa_fixture *f = data;

	f->calls++;
	f->status = status;
	f->err = isa_flush(f, f->next);
	f->next += f->length;
	if (!f->err && f->next < ISA_BYTES)
		f->err = isa_map(f, f->next, ISA_PIECE, isa_next_piece);
	if (f->err || f->next >= ISA_BYTES)
		complete(&f->done);
}

static void isa_send(struct portcls_test *t)
{
	struct isa_fixture *f = t->priv;
	ktime_t begun;
	s64 us;

	if (!dsp_ready(t) || !isa_take(t, 5, ISA_BYTES, &isa_desc))
		return;
	begun = ktime_get();
	PT_ASSERT_EQ(t, isa_map(f, 0, ISA_PIECE, isa_next_piece), 0);
	dsp_play();
	PT_EXPECT(t, isa_wait(f));
	us = ktime_us_delta(ktime_get(), begun);
	dsp_reset();
	PT_EXPECT_EQ(t, f->err, 0);
	PT_EXPECT_EQ(t, f->next, ISA_BYTES);
	PT_EXPECT_EQ(t, f->calls, ISA_BYTES / ISA_PIECE);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
	/* It took what the DSP takes, less what its FIFO may have asked for at once. */
	PT_EXPECT(t, us > (ISA_BYTES - ISA_PIECE) * 1000000LL / DSP_SPEED);
	pt_note("%u bytes in %u pieces: %lld us of %lld", ISA_BYTES, f->calls, us,
		ISA_BYTES * 1000000LL / DSP_SPEED);
}

static void isa_cancel(struct portcls_test *t)
{
	struct isa_fixture *f = t->priv;
	u32 left = 0;

	if (!dsp_ready(t) || !isa_take(t, 5, SZ_32K, &isa_desc))
		return;
	PT_ASSERT_EQ(t, isa_map(f, 0, SZ_32K, isa_done), 0);
	dsp_play();
	msleep(50);
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT(t, left > 0 && left < SZ_32K);
	PT_EXPECT_EQ(t, portcls_transfer_cancel(f->adapter, &f->transfer), 0);
	PT_EXPECT(t, isa_wait(f));
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	msleep(300);
	dsp_reset();
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, isa_flush(f, 0), 0);
	PT_EXPECT_EQ(t, isa_map(f, 0, SZ_8K, isa_done), -ECANCELED);
}

static void isa_flush_running(struct portcls_test *t)
{
	struct isa_fixture *f = t->priv;

	if (!dsp_ready(t) || !isa_take(t, 5, SZ_32K, &isa_desc))
		return;
	PT_ASSERT_EQ(t, isa_map(f, 0, SZ_32K, isa_done), 0);
	dsp_play();
	msleep(20);
	PT_EXPECT_EQ(t, isa_flush(f, 0), -EBUSY);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT_EQ(t, isa_flush_sync(f, 0), 0);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	dsp_reset();
}

static void isa_counter(struct portcls_test *t)
{
	struct isa_fixture *f = t->priv;
	u32 left = 99, last = SZ_32K, steps = 0, back = 0;

	if (!dsp_ready(t) || !isa_take(t, 5, SZ_32K, &isa_desc))
		return;
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT_EQ(t, left, 0);
	PT_ASSERT_EQ(t, isa_map(f, 0, SZ_32K, isa_done), 0);
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT_EQ(t, left, SZ_32K);
	dsp_play();
	while (!wait_for_completion_timeout(&f->done, 1) && steps < 100000) {
		portcls_adapter_read_counter(f->adapter, &left);
		back += left > last;
		steps += left < last;
		last = left;
	}
	dsp_reset();
	PT_EXPECT_EQ(t, back, 0);
	PT_EXPECT(t, steps > 3);
	PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
	PT_EXPECT_EQ(t, left, 0);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_COMPLETE);
	PT_EXPECT_EQ(t, isa_flush(f, 0), 0);
}

static void isa_cyclic(struct portcls_test *t)
{
	static const struct portcls_adapter_desc desc = { .max_length = SZ_64K,
							  .auto_initialize = true };
	struct isa_fixture *f = t->priv;
	u32 left = 0, last = SZ_8K, laps = 0, wrong = 0;
	ktime_t end;

	if (!dsp_ready(t) || !isa_take(t, 5, SZ_8K, &desc))
		return;
	PT_ASSERT_EQ(t, isa_map(f, 0, SZ_8K, isa_done), 0);
	dsp_play();
	end = ktime_add_ms(ktime_get(), 500);
	while (ktime_before(ktime_get(), end)) {
		PT_EXPECT_EQ(t, portcls_adapter_read_counter(f->adapter, &left), 0);
		wrong += !left || left > SZ_8K;
		laps += left > last;
		last = left;
		usleep_range(1000, 2000);
	}
	PT_EXPECT_EQ(t, wrong, 0);
	PT_EXPECT(t, laps > 3);
	PT_EXPECT_EQ(t, f->calls, 0);
	PT_EXPECT_EQ(t, isa_flush_sync(f, 0), 0);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, f->status, PORTCLS_DMA_CANCELLED);
	dsp_reset();
}

static const struct portcls_test_case isa_cases[] = {
	{ "V3-05 what an 8237's adapter says of itself", isa_info },
	{ "V3-73 V3-74 an 8237 gets one element that crosses nothing", isa_windows },
	{ "V3-50 V3-53 V3-69 an 8237's words, and a line that is busy", isa_odd },
	{ "V3-52 V3-55 V3-58 an 8237 is fed from its completion routines", isa_send },
	{ "V3-60 V3-61 an 8237's transfer is cancelled once and for all", isa_cancel },
	{ "V3-67 an 8237's transfer is flushed by stopping it", isa_flush_running },
	{ "V3-68 an 8237's counter falls to 0", isa_counter },
	{ "V3-05 an 8237 that initialises itself goes on until it is stopped", isa_cyclic },
	{ }
};

const struct portcls_test_suite pt_suite_isa_adapter = {
	.name = "isa_adapter",
	.cases = isa_cases,
	.init = isa_init,
	.exit = isa_exit,
};
