// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters: what a description may say, and what they say of themselves
 */
#include <linux/err.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/transfer.h>

#include "fake_dev.h"
#include "portcls_test.h"

#define ADAPTER_REGISTERS	8

struct adapter_fixture {
	struct platform_device *pdev;
	struct portcls_adapter *adapter;
};

static const struct portcls_adapter_desc adapter_desc = {
	.version = PORTCLS_ADAPTER_VERSION,
	.master = true,
	.scatter_gather = true,
	.addr_bits = 64,
	.max_length = (ADAPTER_REGISTERS - 1) * 4096,
};

static int adapter_init(struct portcls_test *t)
{
	struct adapter_fixture *f = kzalloc(sizeof(*f), GFP_KERNEL);
	int err;

	if (!f)
		return -ENOMEM;
	f->pdev = fake_dev_new("portcls-adapter");
	if (IS_ERR(f->pdev)) {
		err = PTR_ERR(f->pdev);
		goto err_free;
	}
	f->adapter = portcls_adapter_get(fake_dev_of(f->pdev), &adapter_desc);
	if (IS_ERR(f->adapter)) {
		err = PTR_ERR(f->adapter);
		goto err_free_dev;
	}
	t->priv = f;
	return 0;

err_free_dev:
	fake_dev_free(f->pdev);
err_free:
	kfree(f);
	return err;
}

static void adapter_exit(struct portcls_test *t)
{
	struct adapter_fixture *f = t->priv;

	portcls_adapter_put_sync(f->adapter);
	fake_dev_free(f->pdev);
	kfree(f);
}

static void adapter_version(struct portcls_test *t)
{
	struct adapter_fixture *f = t->priv;
	struct portcls_adapter_desc desc = adapter_desc;
	unsigned int refs = kref_read(&f->pdev->dev.kobj.kref);

	desc.version = 2;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get(&f->pdev->dev, &desc)),
		     -EOPNOTSUPP);
	desc.version = 4;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get(&f->pdev->dev, &desc)),
		     -EOPNOTSUPP);
	PT_EXPECT_EQ(t, kref_read(&f->pdev->dev.kobj.kref), refs);
}

static void adapter_width(struct portcls_test *t)
{
	struct adapter_fixture *f = t->priv;
	struct portcls_adapter_desc desc = adapter_desc;
	struct portcls_adapter *adapter;

	desc.addr_bits = 0;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get(&f->pdev->dev, &desc)), -EINVAL);
	desc.addr_bits = 65;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get(&f->pdev->dev, &desc)), -EINVAL);
	desc.max_length = 0;
	desc.addr_bits = 32;
	PT_EXPECT_EQ(t, PTR_ERR(portcls_adapter_get(&f->pdev->dev, &desc)), -EINVAL);
	desc.max_length = 4096;
	desc.min_unit = 8192;
	desc.max_segment = 4096;
	PT_EXPECT_EQ(t, PTR_ERR_OR_ZERO(portcls_adapter_get(&f->pdev->dev, &desc)), -EINVAL);
	desc.min_unit = 4096;
	desc.max_segment = 4096;
	for (desc.addr_bits = 1; desc.addr_bits <= 64; desc.addr_bits++) {
		adapter = portcls_adapter_get(&f->pdev->dev, &desc);
		PT_EXPECT(t, adapter != ERR_PTR(-EINVAL));
		if (!IS_ERR(adapter))
			portcls_adapter_put(adapter);
	}
}

static void adapter_pool(struct portcls_test *t)
{
	struct adapter_fixture *f = t->priv;
	struct portcls_adapter_desc desc = adapter_desc;
	struct portcls_adapter *adapter;

	desc.max_length = 16 * 4096;
	adapter = portcls_adapter_get(&f->pdev->dev, &desc);
	PT_ASSERT(t, !IS_ERR(adapter));
	PT_EXPECT_EQ(t, portcls_adapter_map_registers(adapter), 17);
	portcls_adapter_put(adapter);
}

static enum portcls_action adapter_keep_registers(struct portcls_adapter *adapter,
						  u64 base, void *data)
{
	*(u64 *)data = base;
	return PORTCLS_DEALLOCATE_OBJECT_KEEP_REGISTERS;
}

/* A request of a driver's own that keeps the registers and not the channel. */
static int adapter_take(struct portcls_adapter *adapter, struct portcls_transfer *transfer,
			unsigned int registers, u64 *base)
{
	portcls_transfer_init(adapter, transfer);
	return portcls_adapter_allocate_channel(adapter, transfer, registers,
						PORTCLS_SYNCHRONOUS_CALLBACK,
						adapter_keep_registers, base, NULL);
}

static void adapter_lasting(struct portcls_test *t)
{
	struct adapter_fixture *f = t->priv;
	struct portcls_adapter_desc desc = adapter_desc;
	struct portcls_adapter_counters now;
	struct portcls_transfer own, ring;
	struct portcls_adapter *adapter;
	u64 base = 0, ring_base = 0;

	desc.max_length = 2 * 4096;
	adapter = portcls_adapter_get(&f->pdev->dev, &desc);
	PT_ASSERT(t, !IS_ERR(adapter));
	portcls_adapter_add_registers(adapter, 8);
	PT_EXPECT_EQ(t, portcls_adapter_map_registers(adapter), 3);
	PT_EXPECT_EQ(t, adapter_take(adapter, &own, 4, &base), -ENOSPC);
	PT_EXPECT_EQ(t, adapter_take(adapter, &own, 3, &base), 0);
	/* The ring's are there all the same, and are all that it gets. */
	portcls_transfer_init(adapter, &ring);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_lasting(adapter, &ring, 9,
							 adapter_keep_registers,
							 &ring_base), -ENOSPC);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_lasting(adapter, &ring, 8, NULL, NULL),
		     -EINVAL);
	PT_EXPECT_EQ(t, portcls_adapter_allocate_lasting(adapter, &ring, 8,
							 adapter_keep_registers,
							 &ring_base), 0);
	PT_EXPECT(t, base && ring_base && ring_base != base);
	PT_EXPECT(t, portcls_adapter_counters(adapter, &now));
	PT_EXPECT_EQ(t, now.max_registers, 11);
	PT_EXPECT_EQ(t, now.free_registers, 0);
	PT_EXPECT_EQ(t, now.live_grants, 2);
	/* Each goes back to where it was taken. */
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(adapter, base, 3), 0);
	PT_EXPECT_EQ(t, adapter_take(adapter, &own, 3, &base), 0);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(adapter, ring_base, 8), 0);
	PT_EXPECT_EQ(t, adapter_take(adapter, &ring, 1, &ring_base), -EAGAIN);
	portcls_adapter_remove_registers(adapter, 8);
	PT_EXPECT_EQ(t, portcls_adapter_free_registers(adapter, base, 3), 0);
	PT_EXPECT(t, portcls_adapter_counters(adapter, &now));
	PT_EXPECT_EQ(t, now.max_registers, 3);
	PT_EXPECT_EQ(t, now.free_registers, 3);
	PT_EXPECT_EQ(t, now.violations, 0);
	PT_EXPECT_EQ(t, portcls_adapter_map_registers(adapter), 3);
	portcls_adapter_put(adapter);
}

static void adapter_info(struct portcls_test *t)
{
	struct adapter_fixture *f = t->priv;
	struct portcls_adapter_info info = { .version = 2, .addr_bits = 77 };

	PT_EXPECT_EQ(t, portcls_adapter_info(f->adapter, &info), -EOPNOTSUPP);
	PT_EXPECT_EQ(t, info.version, 2);
	PT_EXPECT_EQ(t, info.addr_bits, 77);
	info.version = 1;
	PT_EXPECT_EQ(t, portcls_adapter_info(f->adapter, &info), 0);
	PT_EXPECT_EQ(t, info.addr_bits, 64);
	PT_EXPECT_EQ(t, info.sg_limit, ADAPTER_REGISTERS);
	PT_EXPECT_EQ(t, info.min_unit, 1);
	PT_EXPECT(t, !info.counter_readable);
}

static const struct portcls_test_case adapter_cases[] = {
	{ "V3-01 another version is refused and takes no reference", adapter_version },
	{ "V3-02 widths of 1 to 64 bits are valid", adapter_width },
	{ "V3-03 16 pages make 17 map registers", adapter_pool },
	{ "V3-03 what ports bring along is lent to no transfer", adapter_lasting },
	{ "V3-04 adapter information has one version", adapter_info },
	{ }
};

const struct portcls_test_suite pt_suite_transfer_adapter = {
	.name = "transfer_adapter",
	.cases = adapter_cases,
	.init = adapter_init,
	.exit = adapter_exit,
};
