// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation of a transfer's life may fail: one after the other does
 *
 * For kernels with fault injection, whose failslab and fail_page_alloc have been
 * told in debugfs to fail allocations that may sleep, quietly. The kernel then fails
 * the n-th allocation that this task makes; n grows until there are no more.
 */
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/netdma.h>

#include "example.h"
#include "fake_dev.h"
#include "netdma_fixture.h"
#include "portcls_test.h"
#include "soft_dma.h"

/* No life has more allocations than this. */
#define FAIL_MOST	2000

struct fail_fixture {
	struct platform_device *pdev;
	struct soft_dma *soft;
	u8 *buf;
};

static void fail_drop(struct fail_fixture *f)
{
	if (!IS_ERR_OR_NULL(f->soft))
		soft_dma_free(f->soft);
	if (!IS_ERR_OR_NULL(f->pdev))
		fake_dev_free(f->pdev);
	kfree(example_device);
	kfree(f->buf);
	kfree(f);
}

static int fail_init(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 2 };
	struct fail_fixture *f;

	if (!IS_ENABLED(CONFIG_FAULT_INJECTION)) {
		strscpy(t->skip, "the kernel has no fault injection", sizeof(t->skip));
		return 0;
	}
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->buf = kzalloc(EXAMPLE_BYTES, GFP_KERNEL);
	example_device = kzalloc(EXAMPLE_BYTES, GFP_KERNEL);
	f->pdev = fake_dev_new("portcls-fail");
	f->soft = soft_dma_new(&config);
	if (!f->buf || !example_device || IS_ERR(f->pdev) || IS_ERR(f->soft)) {
		fail_drop(f);
		return -ENOMEM;
	}
	t->priv = f;
	return 0;
}

static void fail_exit(struct portcls_test *t)
{
	struct fail_fixture *f = t->priv;

	if (!f)
		return;
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
	fail_drop(f);
}

/* Return: whether the @n-th allocation of @life was there to fail. */
static bool fail_at(unsigned int n, int (*life)(struct fail_fixture *f),
		    struct fail_fixture *f, int *err)
{
	bool used = false;

#ifdef CONFIG_FAULT_INJECTION
	current->fail_nth = n;
	*err = life(f);
	used = !current->fail_nth;
	current->fail_nth = 0;
#endif
	return used;
}

/* A life ends well, or with the error that a driver knows; nothing else counts. */
static void fail_sweep(struct portcls_test *t, int (*life)(struct fail_fixture *f))
{
	unsigned int n, failed = 0, strange = 0;
	int err = 0;

	for (n = 1; n <= FAIL_MOST; n++) {
		if (!fail_at(n, life, t->priv, &err))
			break;
		failed += err == -ENOMEM;
		/* -EAGAIN: the controller had no descriptor; -ENODEV: no channel. */
		if (err && err != -ENOMEM && err != -EAGAIN && err != -ENODEV &&
		    err != -EIO) {
			strange++;
			pt_note("allocation %u: error %d", n, err);
		}
	}
	PT_EXPECT(t, n <= FAIL_MOST);
	PT_EXPECT_EQ(t, err, 0);
	PT_EXPECT(t, failed > 0);
	PT_EXPECT_EQ(t, strange, 0);
	pt_note("%u allocations, %u of whose failures ended it", n - 1, failed);
}

static int fail_master_life(struct fail_fixture *f)
{
	example_device_bytes = 0;
	return example_master_send(fake_dev_of(f->pdev), f->buf, EXAMPLE_BYTES);
}

static void fail_master(struct portcls_test *t)
{
	fail_sweep(t, fail_master_life);
	PT_EXPECT_EQ(t, example_device_bytes, EXAMPLE_BYTES);
}

static int fail_slave_life(struct fail_fixture *f)
{
	const struct portcls_system_desc wired = {
		.filter = soft_dma_filter,
		.filter_param = f->soft,
		.width = DMA_SLAVE_BUSWIDTH_1_BYTE,
	};

	return example_slave_send(&f->pdev->dev, &wired, f->buf, EXAMPLE_BYTES);
}

static void fail_slave(struct portcls_test *t)
{
	fail_sweep(t, fail_slave_life);
}

static int fail_channel_life(struct fail_fixture *f)
{
	const struct portcls_adapter_desc desc = {
		.master = true,
		.addr_bits = 32,
		.max_length = 65536,
	};
	struct portcls_adapter *adapter = portcls_adapter_get(fake_dev_of(f->pdev), &desc);
	struct portcls_dma_channel *channel;
	int err;

	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	channel = portcls_dma_new_master(adapter, 65536);
	portcls_adapter_put(adapter);
	if (IS_ERR(channel))
		return PTR_ERR(channel);
	err = portcls_dma_allocate_buffer(channel, 65536, NULL);
	portcls_dma_put(channel);
	return err;
}

static void fail_channel(struct portcls_test *t)
{
	fail_sweep(t, fail_channel_life);
}

static int fail_netdma_life(struct fail_fixture *f)
{
	const struct portcls_netdma_config config = {
		.max_channels = 2,
		.filter = soft_dma_filter,
		.filter_param = f->soft,
	};
	struct portcls_netdma_params params = { .revision = 2, .size = sizeof(params) };
	struct portcls_netdma *netdma = portcls_netdma_register(&config);
	struct portcls_netdma_chan *chan;
	u64 *word;
	int err;

	if (IS_ERR(netdma))
		return PTR_ERR(netdma);
	err = portcls_netdma_provider_start(netdma);
	if (err)
		goto out_deregister;
	word = kzalloc(sizeof(*word), GFP_KERNEL);
	params.completion = word;
	params.completion_addr = (uintptr_t)word;
	err = word ? portcls_netdma_allocate(netdma, &params, NULL, NULL, &chan) : -ENOMEM;
	if (!err) {
		portcls_netdma_set_offload(true, 4096);
		err = portcls_netdma_copy(chan, f->buf, f->buf + EXAMPLE_BYTES / 2,
					  EXAMPLE_BYTES / 2, 0);
		portcls_netdma_set_offload(false, 0);
		portcls_netdma_free(chan);
	}
	portcls_netdma_provider_stop(netdma);
	kfree(word);
out_deregister:
	portcls_netdma_deregister(netdma);
	return err;
}

static void fail_netdma(struct portcls_test *t)
{
	fail_sweep(t, fail_netdma_life);
}

static const struct portcls_test_case fail_cases[] = {
	{ "V3-71 a bus master's ten steps, each of whose allocations fails", fail_master },
	{ "V3-71 a subordinate's ten steps, each of whose allocations fails", fail_slave },
	{ "V3: a channel and its buffer, each of whose allocations fails", fail_channel },
	{ "ND-04 a NetDMA channel, each of whose allocations fails", fail_netdma },
	{ }
};

const struct portcls_test_suite pt_suite_fail = {
	.name = "fail_allocations",
	.cases = fail_cases,
	.init = fail_init,
	.exit = fail_exit,
};
