// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of system adapters share: a software controller behind an arena that
 * copies, an adapter on it, its grant
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/slab.h>

#include "map_fixture.h"
#include "system_fixture.h"

const struct soft_dma_config pt_system_config = {
	.channels = 2,
	.granularity = DMA_RESIDUE_GRANULARITY_BURST,
};

const struct portcls_adapter_desc pt_system_desc = {
	.max_length = SYSTEM_BYTES,
};

const struct portcls_adapter_desc pt_system_cyclic_desc = {
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
		.device_address = SYSTEM_DEVICE,
		.width = DMA_SLAVE_BUSWIDTH_2_BYTES,
		.burst = SYSTEM_BURST,
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

int pt_system_init(struct portcls_test *t)
{
	return system_make(t, &pt_system_config, &pt_system_desc);
}

void pt_system_exit(struct portcls_test *t)
{
	struct system_fixture *f = t->priv;

	portcls_adapter_free_channel(f->adapter);
	portcls_transfer_wait(f->adapter, &f->transfer);
	pt_adapter_at_rest(t, f->adapter);
	PT_EXPECT_EQ(t, soft_dma_held(f->soft), 0);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	system_drop(f);
}

/* Another controller or adapter in place of the fixture's own. */
struct system_fixture *pt_system_change(struct portcls_test *t,
					const struct soft_dma_config *config,
					const struct portcls_adapter_desc *desc)
{
	struct system_fixture *f = t->priv;

	portcls_adapter_free_channel(f->adapter);
	system_drop(f);
	if (PT_EXPECT_EQ(t, system_make(t, config, desc), 0))
		return t->priv;
	/* The exit wants a fixture. */
	system_make(t, &pt_system_config, &pt_system_desc);
	return NULL;
}

void pt_system_done(struct portcls_adapter *adapter,
		    enum portcls_completion status, void *data)
{
	struct system_fixture *f = data;

	f->calls++;
	f->status = status;
	f->length_seen = READ_ONCE(f->length);
	f->atomic += in_softirq() || irqs_disabled();
	complete(&f->done);
}

int pt_system_map(struct system_fixture *f, u32 offset, u32 length, bool write,
		  portcls_completion_fn complete)
{
	f->length = length;
	return portcls_transfer_map(f->adapter, &f->chain, f->base, offset, 0,
				    &f->length, write, NULL, 0, complete, f);
}

int pt_system_flush(struct system_fixture *f, u32 offset, bool write)
{
	return portcls_transfer_flush(f->adapter, &f->chain, f->base, offset,
				      f->length, write);
}

/* For a loop that looks for something: a moment later, and whether there is time left. */
bool pt_system_soon(ktime_t end)
{
	usleep_range(1000, 1500);
	return ktime_before(ktime_get(), end);
}

bool pt_system_wait(struct system_fixture *f)
{
	return wait_for_completion_timeout(&f->done, 10 * HZ);
}
