// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation and every mapping of a transfer's life may fail: one after the
 * other does
 *
 * The n-th that this task makes fails; n grows until there are no more. portcls-fail, a
 * module of the tests, lets calls fail on any kernel. Without it allocations fail
 * on kernels with fault injection, whose failslab and fail_page_alloc have been told
 * in debugfs to fail allocations that may sleep, quietly.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/netdma.h>

#include "example.h"
#include "fail_hook.h"
#include "fake_dev.h"
#include "netdma_fixture.h"
#include "portcls_test.h"
#include "soft_dma.h"

/* No life has more allocations than this. */
#define FAIL_MOST	2000

/* The shortest that an engine is asked to copy. */
#define FAIL_COPY	SZ_64K

struct fail_fixture {
	struct platform_device *pdev;
	struct soft_dma *soft;
	u8 *buf;
	/* portcls-fail's, if that is there */
	int (*arm)(const char *symbol, long value, unsigned int nth);
	bool (*disarm)(void);
};

static void fail_drop(struct fail_fixture *f)
{
	if (f->arm)
		symbol_put(portcls_fail_arm);
	if (f->disarm)
		symbol_put(portcls_fail_disarm);
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

	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->arm = symbol_get(portcls_fail_arm);
	f->disarm = symbol_get(portcls_fail_disarm);
	if (!IS_ENABLED(CONFIG_FAULT_INJECTION) && (!f->arm || !f->disarm)) {
		fail_drop(f);
		strscpy(t->skip, "neither fault injection nor portcls-fail is there",
			sizeof(t->skip));
		return 0;
	}
	f->buf = kzalloc(2 * FAIL_COPY, GFP_KERNEL);
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

enum fail_end { FAIL_ENDS, FAIL_IS_SPARED, FAIL_IS_ANY };

/*
 * What fails: a function that returns @value, or an allocation where @symbol is NULL;
 * whether that must end a life, must not, or neither, and need not be called at all.
 */
struct fail_call {
	const char *symbol;
	long value;
	enum fail_end end;
};

/* Return: whether the @n-th call that may fail in @life was there to fail. */
static bool fail_at(const struct fail_call *call, unsigned int n,
		    int (*life)(struct fail_fixture *f), struct fail_fixture *f, int *err)
{
	bool used = false;

	if (call->symbol || f->arm) {
		*err = f->arm(call->symbol ?: "should_failslab",
			      call->symbol ? call->value : -ENOMEM, n);
		if (*err)
			return false;
		*err = life(f);
		return f->disarm();
	}
#ifdef CONFIG_FAULT_INJECTION
	current->fail_nth = n;
	*err = life(f);
	used = !current->fail_nth;
	current->fail_nth = 0;
#endif
	return used;
}

/*
 * A life ends well, or with the error that a driver knows; nothing else counts.
 * After each failure one without must end well.
 */
static void fail_sweep_call(struct portcls_test *t, const struct fail_call *call,
			    int (*life)(struct fail_fixture *f))
{
	unsigned int n, failed = 0, strange = 0, broken = 0;
	int err = 0, again;

	for (n = 1; n <= FAIL_MOST; n++) {
		if (!fail_at(call, n, life, t->priv, &err))
			break;
		failed += !!err;
		/* -EAGAIN: the controller had no descriptor; -ENODEV: no channel. */
		if (err && err != -ENOMEM && err != -EAGAIN && err != -ENODEV &&
		    err != -EIO && err != (int)call->value) {
			strange++;
			pt_note("call %u: error %d", n, err);
		}
		again = life(t->priv);
		if (again) {
			broken++;
			pt_note("call %u: error %d afterwards", n, again);
		}
	}
	PT_EXPECT(t, n <= FAIL_MOST && (n > 1 || call->end == FAIL_IS_ANY));
	PT_EXPECT_EQ(t, err, 0);
	if (call->end != FAIL_IS_ANY)
		PT_EXPECT_EQ(t, failed > 0, call->end == FAIL_ENDS);
	PT_EXPECT_EQ(t, strange, 0);
	PT_EXPECT_EQ(t, broken, 0);
	pt_note("%u calls of %s failed, %u of which ended it", n - 1,
		call->symbol ?: "the allocator", failed);
}

static void fail_sweep(struct portcls_test *t, int (*life)(struct fail_fixture *f))
{
	static const struct fail_call page = { "should_fail_alloc_page", 1, FAIL_IS_ANY };
	static const struct fail_call allocation;
	struct fail_fixture *f = t->priv;

	fail_sweep_call(t, &allocation, life);
	/* Large ones, and what the allocator of small ones happens to need. */
	if (f->arm)
		fail_sweep_call(t, &page, life);
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
		portcls_netdma_set_offload(true, FAIL_COPY);
		memset(f->buf, 0x5a, FAIL_COPY);
		memset(f->buf + FAIL_COPY, 0, FAIL_COPY);
		err = portcls_netdma_copy(chan, f->buf + FAIL_COPY, f->buf, FAIL_COPY, 0);
		if (!err && memchr_inv(f->buf + FAIL_COPY, 0x5a, FAIL_COPY))
			err = -EBADMSG;
		portcls_netdma_set_offload(false, FAIL_COPY);
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

/* A mapping that cannot be made, for good or for want of room: half of it can then. */
static void fail_maps(struct portcls_test *t)
{
	static const struct fail_call never = { "dma_map_sgtable", -EINVAL };
	static const struct fail_call want = { "dma_map_sgtable", -ENOMEM, FAIL_IS_SPARED };
	struct fail_fixture *f = t->priv;

	if (!f->arm)
		PT_SKIP(t, "portcls-fail is not there");
	fail_sweep_call(t, &never, fail_master_life);
	fail_sweep_call(t, &want, fail_master_life);
	fail_sweep_call(t, &never, fail_slave_life);
}

/* What the engine cannot reach the CPU copies. */
static void fail_netdma_maps(struct portcls_test *t)
{
	static const struct fail_call page = { "dma_map_page_attrs", -1, FAIL_IS_SPARED };
	struct fail_fixture *f = t->priv;

	if (!f->arm)
		PT_SKIP(t, "portcls-fail is not there");
	fail_sweep_call(t, &page, fail_netdma_life);
}

static const struct portcls_test_case fail_cases[] = {
	{ "V3-71 a bus master's ten steps, each of whose allocations fails", fail_master },
	{ "V3-71 a subordinate's ten steps, each of whose allocations fails", fail_slave },
	{ "V3: a channel and its buffer, each of whose allocations fails", fail_channel },
	{ "ND-04 a NetDMA channel, each of whose allocations fails", fail_netdma },
	{ "V3-71 a chain, each of whose mappings fails", fail_maps },
	{ "ND-04 a copy, each of whose mappings fails", fail_netdma_maps },
	{ }
};

const struct portcls_test_suite pt_suite_fail = {
	.name = "fail_allocations",
	.cases = fail_cases,
	.init = fail_init,
	.exit = fail_exit,
};
