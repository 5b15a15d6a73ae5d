// SPDX-License-Identifier: GPL-2.0
/*
 * The ten steps, as Documentation/sound/portcls/dma-v3.rst walks through them
 *
 * The page shows the two parts between the markers, so they read as a driver
 * would be written; below them they are run.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "example.h"
#include "fake_dev.h"
#include "portcls_test.h"
#include "soft_dma.h"

u8 *example_device;
u32 example_device_bytes;

/* What a real device does when it is told to: take in what it is shown. */
static void example_start_device(struct device *dev, const struct portcls_sg_list *list)
{
	unsigned int i;

	for (i = 0; i < list->count; i++) {
		fake_dev_read(dev, list->element[i].addr,
			      example_device + example_device_bytes,
			      list->element[i].bytes);
		example_device_bytes += list->element[i].bytes;
	}
}

/* BUS MASTER: BEGIN */
struct example_master {
	struct portcls_adapter *adapter;
	struct portcls_transfer transfer;
	struct portcls_sg_list *list;
	size_t list_bytes;
	struct completion granted;
	u64 base;
};

/* Step 3, second half: the channel was needed to get here, the registers stay. */
static enum portcls_action example_granted(struct portcls_adapter *adapter, u64 base,
					   void *data)
{
	struct example_master *my = data;

	my->base = base;
	complete(&my->granted);
	return PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS;
}

int example_master_send(struct device *dev, void *buf, u32 bytes)
{
	const struct portcls_adapter_desc desc = {
		.master = true,
		.scatter_gather = true,
		.addr_bits = 32,
		.max_length = 8192,
	};
	struct portcls_link link = { .kind = PORTCLS_LINK_KMEM, .virt = buf,
				     .bytes = bytes };
	struct portcls_chain chain = { &link, 1 };
	struct portcls_transfer_info info = { .version = 1 };
	struct example_master my = { };
	unsigned int registers;
	u32 done, n;
	int err;

	/* Step 1: the adapter, at probe. */
	my.adapter = portcls_adapter_get(dev, &desc);
	if (IS_ERR(my.adapter))
		return PTR_ERR(my.adapter);

	/* Step 2: what the buffer needs, and the storage for it. */
	err = portcls_transfer_info(my.adapter, &chain, 0, bytes, true, &info);
	if (err)
		goto out_put;
	my.list = kzalloc(info.list_bytes, GFP_KERNEL);
	my.list_bytes = info.list_bytes;
	err = -ENOMEM;
	if (!my.list)
		goto out_put;
	registers = min(info.map_registers, portcls_adapter_map_registers(my.adapter));

	/* Step 3: ask; the routine runs when it is our turn. */
	init_completion(&my.granted);
	portcls_transfer_init(my.adapter, &my.transfer);
	err = portcls_adapter_allocate_channel(my.adapter, &my.transfer, registers, 0,
					       example_granted, &my, NULL);
	if (err)
		goto out_free;

	/* Step 4: who does not want to wait any longer withdraws the request. */
	if (!wait_for_completion_timeout(&my.granted, HZ) &&
	    portcls_adapter_cancel_channel(my.adapter, &my.transfer)) {
		err = -ETIMEDOUT;
		goto out_free;
	}
	portcls_transfer_wait(my.adapter, &my.transfer);

	for (done = 0; done < bytes; done += n) {
		/* Step 5: as much as the registers reach; @n says how much. */
		n = bytes - done;
		err = portcls_transfer_map(my.adapter, &chain, my.base, done, 0, &n, true,
					   my.list, my.list_bytes, NULL, NULL);
		if (err)
			break;
		/* Steps 6 and 7: the device's own start and interrupt. */
		example_start_device(dev, my.list);
		/* Step 8: after every map, with what it returned. */
		portcls_transfer_flush(my.adapter, &chain, my.base, done, n, true);
	}

	/* Step 9: the routine freed the channel, so the registers are left. */
	portcls_adapter_free_registers(my.adapter, my.base, registers);
out_free:
	kfree(my.list);
out_put:
	/* Step 10: when the device is stopped. */
	portcls_adapter_put_sync(my.adapter);
	return err;
}

/* BUS MASTER: END */

/* SUBORDINATE: BEGIN */
struct example_slave {
	struct portcls_transfer transfer;
	struct portcls_chain chain;
	u64 base;
	u32 done;
	u32 length;
	u32 bytes;
	int err;
	struct completion over;
};

static void example_piece_done(struct portcls_adapter *adapter,
			       enum portcls_completion status, void *data);

/* Step 5: starts the controller as well; step 6 is empty with most devices. */
static void example_piece(struct portcls_adapter *adapter, struct example_slave *my)
{
	int err;

	my->length = my->bytes - my->done;
	err = portcls_transfer_map(adapter, &my->chain, my->base, my->done, 0,
				   &my->length, true, NULL, 0, example_piece_done, my);
	if (!err)
		return;		/* and @my is the completion routine's by now */
	my->err = err;
	complete(&my->over);
}

/* Step 7: the controller's end. Flush (8), then the next piece, from right here. */
static void example_piece_done(struct portcls_adapter *adapter,
			       enum portcls_completion status, void *data)
{
	struct example_slave *my = data;

	portcls_transfer_flush(adapter, &my->chain, my->base, my->done, my->length, true);
	my->done += my->length;
	if (status != PORTCLS_DMA_COMPLETE)
		my->err = -EIO;
	if (my->err || my->done == my->bytes)
		complete(&my->over);
	else
		example_piece(adapter, my);
}

/* Step 3, second half: system DMA keeps its channel. */
static enum portcls_action example_slave_granted(struct portcls_adapter *adapter,
						 u64 base, void *data)
{
	struct example_slave *my = data;

	my->base = base;
	example_piece(adapter, my);
	return PORTCLS_KEEP_OBJECT;
}

int example_slave_send(struct device *dev, const struct portcls_system_desc *wired,
		       void *buf, u32 bytes)
{
	const struct portcls_adapter_desc desc = { .max_length = 8192 };
	struct portcls_link link = { .kind = PORTCLS_LINK_KMEM, .virt = buf,
				     .bytes = bytes };
	struct example_slave my = { .chain = { &link, 1 }, .bytes = bytes };
	struct portcls_adapter *adapter;
	int err;

	/* Step 1: may say -EPROBE_DEFER, which probe passes on. */
	adapter = portcls_adapter_get_system(dev, &desc, wired);
	if (IS_ERR(adapter))
		return PTR_ERR(adapter);

	/* Steps 2 to 8. One register is enough to go page by page. */
	init_completion(&my.over);
	portcls_transfer_init(adapter, &my.transfer);
	err = portcls_adapter_allocate_channel(adapter, &my.transfer, 1, 0,
					       example_slave_granted, &my, NULL);
	if (err)
		goto out_put;
	wait_for_completion(&my.over);
	portcls_transfer_wait(adapter, &my.transfer);
	err = my.err;

	/* Step 9. */
	portcls_adapter_free_channel(adapter);
out_put:
	/* Step 10. */
	portcls_adapter_put_sync(adapter);
	return err;
}

/* SUBORDINATE: END */

static void *example_buffer(void)
{
	u8 *buf = kmalloc(EXAMPLE_BYTES, GFP_KERNEL);
	unsigned int i;

	for (i = 0; buf && i < EXAMPLE_BYTES; i++)
		buf[i] = i * 3 + (i >> 8);
	return buf;
}

static void example_master(struct portcls_test *t)
{
	struct platform_device *pdev = fake_dev_new("portcls-example");
	u8 *buf = example_buffer();

	PT_ASSERT(t, !IS_ERR(pdev));
	example_device = kzalloc(EXAMPLE_BYTES, GFP_KERNEL);
	example_device_bytes = 0;
	if (PT_EXPECT(t, buf && example_device)) {
		PT_EXPECT_EQ(t, example_master_send(fake_dev_of(pdev), buf,
						    EXAMPLE_BYTES), 0);
		PT_EXPECT_EQ(t, example_device_bytes, EXAMPLE_BYTES);
		PT_EXPECT_EQ(t, memcmp(example_device, buf, EXAMPLE_BYTES), 0);
	}
	kfree(example_device);
	kfree(buf);
	fake_dev_free(pdev);
}

static void example_slave(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1 };
	struct portcls_system_desc wired = {
		.filter = soft_dma_filter,
		.device_address = 0x220,
		.width = DMA_SLAVE_BUSWIDTH_1_BYTE,
	};
	struct platform_device *pdev = fake_dev_new("portcls-example");
	struct soft_dma *soft = soft_dma_new(&config);
	u8 *buf = example_buffer();
	struct dma_chan *chan;
	dma_cap_mask_t mask;

	if (!PT_EXPECT(t, !IS_ERR(pdev) && !IS_ERR(soft) && buf))
		goto out;
	/* Held here, so that what went through it can be looked at afterwards. */
	dma_cap_zero(mask);
	dma_cap_set(DMA_SLAVE, mask);
	chan = dma_request_channel(mask, soft_dma_filter, soft);
	if (PT_EXPECT(t, chan)) {
		wired.chan = chan;
		PT_EXPECT_EQ(t, example_slave_send(&pdev->dev, &wired, buf,
						   EXAMPLE_BYTES), 0);
		PT_EXPECT_EQ(t, soft_dma_fifo_count(chan), EXAMPLE_BYTES);
		PT_EXPECT_EQ(t, memcmp(soft_dma_fifo(chan), buf, EXAMPLE_BYTES), 0);
		dma_release_channel(chan);
	}
out:
	if (!IS_ERR(soft))
		soft_dma_free(soft);
	if (!IS_ERR(pdev))
		fake_dev_free(pdev);
	kfree(buf);
}

static const struct portcls_test_case example_cases[] = {
	{ "V3: the page's ten steps of a bus master", example_master },
	{ "V3: the page's ten steps of a subordinate device", example_slave },
	{ }
};

const struct portcls_test_suite pt_suite_example = {
	.name = "example",
	.cases = example_cases,
};
