// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of mapping share: a bus master, its adapter, a buffer of each kind
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "map_fixture.h"

const struct portcls_adapter_desc pt_map_desc = {
	.master = true,
	.scatter_gather = true,
	.addr_bits = 64,
	.max_length = 15 * 4096,
};

static u8 pt_map_byte(u32 i)
{
	return i * 7 + (i >> 8) * 13 + 1;
}

void pt_map_fill(u8 *buf, u32 bytes, u32 from)
{
	u32 i;

	for (i = 0; i < bytes; i++)
		buf[i] = pt_map_byte(from + i);
}

/* Return: index of the first byte that differs, or @bytes. */
u32 pt_map_differs(const u8 *buf, u32 bytes, u32 from)
{
	u32 i;

	for (i = 0; i < bytes && buf[i] == pt_map_byte(from + i); i++)
		;
	return i;
}

static int pt_map_adapter(struct map_fixture *f, const struct portcls_adapter_desc *desc)
{
	f->adapter = portcls_adapter_get(f->dev, desc);
	if (IS_ERR(f->adapter))
		return PTR_ERR(f->adapter);
	return portcls_transfer_init(f->adapter, &f->transfer);
}

static void pt_map_free(struct map_fixture *f)
{
	if (!IS_ERR_OR_NULL(f->pdev) && f->arena.mem)
		fake_arena_detach(&f->arena);
	if (!IS_ERR_OR_NULL(f->pdev))
		fake_dev_free(f->pdev);
	kfree(f->list);
	kfree(f->buf);
	vfree(f->vbuf);
	vfree(f->seen);
	kfree(f);
}

int pt_map_init(struct portcls_test *t)
{
	struct map_fixture *f;
	int err = -ENOMEM;

	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->buf = kzalloc(MAP_BYTES, GFP_KERNEL);
	f->vbuf = vzalloc(MAP_BYTES);
	f->seen = vzalloc(MAP_BYTES);
	f->list = kzalloc(MAP_LIST_BYTES, GFP_KERNEL);
	f->pdev = fake_dev_new("portcls-map");
	if (!f->buf || !f->vbuf || !f->seen || !f->list || IS_ERR(f->pdev))
		goto err_free;
	f->dev = fake_dev_of(f->pdev);
	err = fake_arena_possible() ? fake_arena_attach(&f->arena, f->dev) : 0;
	if (!err)
		err = pt_map_adapter(f, &pt_map_desc);
	if (err)
		goto err_free;
	f->link[0] = (struct portcls_link){ .kind = PORTCLS_LINK_VMALLOC,
					    .virt = f->vbuf, .bytes = MAP_BYTES };
	f->chain = (struct portcls_chain){ f->link, 1 };
	pt_map_fill(f->vbuf, MAP_BYTES, 0);
	pt_map_fill(f->buf, MAP_BYTES, 0);
	t->priv = f;
	return 0;

err_free:
	pt_map_free(f);
	return err;
}

/* Nothing granted, nothing mapped, and the books balance. */
void pt_adapter_at_rest(struct portcls_test *t, struct portcls_adapter *adapter)
{
	struct portcls_adapter_counters now;

	PT_EXPECT(t, portcls_adapter_counters(adapter, &now));
	PT_EXPECT_EQ(t, now.live_grants, 0);
	PT_EXPECT_EQ(t, now.live_maps, 0);
	PT_EXPECT_EQ(t, now.free_registers, now.max_registers);
	PT_EXPECT_EQ(t, now.maps, now.flushes);
}

void pt_map_exit(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;

	pt_adapter_at_rest(t, f->adapter);
	PT_EXPECT_EQ(t, f->arena.maps, 0);
	PT_EXPECT_EQ(t, f->arena.errors, 0);
	portcls_adapter_put_sync(f->adapter);
	pt_map_free(f);
}

/* Another adapter in place of the fixture's own. */
bool pt_map_change(struct portcls_test *t, const struct portcls_adapter_desc *desc)
{
	struct map_fixture *f = t->priv;

	portcls_adapter_put_sync(f->adapter);
	return PT_EXPECT_EQ(t, pt_map_adapter(f, desc), 0);
}

/* For what only an arena does: a device that has one, whatever the others are. */
bool pt_map_arena(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;

	if (f->arena.mem)
		return true;
	if (!fake_arena_usable() || fake_arena_attach(&f->arena, &f->pdev->dev))
		return false;
	f->dev = &f->pdev->dev;
	return pt_map_change(t, &pt_map_desc);
}

bool pt_map_grant(struct portcls_test *t, unsigned int registers)
{
	struct map_fixture *f = t->priv;

	PT_EXPECT_EQ(t, portcls_transfer_init(f->adapter, &f->transfer), 0);
	return PT_EXPECT_EQ(t, portcls_adapter_allocate_channel(f->adapter,
			&f->transfer, registers, PORTCLS_SYNCHRONOUS_CALLBACK, NULL,
			NULL, &f->base), 0);
}

void pt_map_release(struct portcls_test *t)
{
	struct map_fixture *f = t->priv;

	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

int pt_map_try(struct map_fixture *f, u64 offset, u32 *length, bool write)
{
	return portcls_transfer_map(f->adapter, &f->chain, f->base, offset, 0, length,
				    write, f->list, MAP_LIST_BYTES, NULL, NULL);
}

int pt_map_flush(struct map_fixture *f, u64 offset, u32 length, bool write)
{
	return portcls_transfer_flush(f->adapter, &f->chain, f->base, offset, length,
				      write);
}

/* The device reads or writes all elements. Return: bytes. */
u32 pt_map_device(struct map_fixture *f, u8 *bytes, bool reads)
{
	u32 done = 0;
	unsigned int i;

	for (i = 0; i < f->list->count; i++) {
		if (reads)
			fake_dev_read(f->dev, f->list->element[i].addr, bytes + done,
				      f->list->element[i].bytes);
		else
			fake_dev_write(f->dev, f->list->element[i].addr, bytes + done,
				       f->list->element[i].bytes);
		done += f->list->element[i].bytes;
	}
	return done;
}

/*
 * Sends [offset, offset + length) through, window by window, and checks that the
 * device saw each byte once and in order. The windows' lengths go to @window.
 */
unsigned int pt_map_send(struct portcls_test *t, u64 offset, u32 length, u32 *window,
			 unsigned int most)
{
	struct map_fixture *f = t->priv;
	u32 done = 0, n, differs;
	unsigned int count = 0;

	while (done < length) {
		n = length - done;
		if (!PT_EXPECT_EQ(t, pt_map_try(f, offset + done, &n, true), 0) ||
		    !PT_EXPECT(t, n > 0 && n <= length - done))
			break;
		PT_EXPECT_EQ(t, pt_map_device(f, f->seen, true), n);
		differs = pt_map_differs(f->seen, n, offset + done);
		PT_EXPECT_EQ(t, differs, n);
		PT_EXPECT_EQ(t, pt_map_flush(f, offset + done, n, true), 0);
		if (count < most)
			window[count] = n;
		count++;
		done += n;
	}
	return count;
}

/* Whether the machine's own API copies what the device is given: swiotlb=force. */
bool pt_map_bounced(struct map_fixture *f)
{
	dma_addr_t addr;
	bool bounced;

	if (f->arena.mem)
		return false;
	addr = dma_map_single(f->dev, f->buf, 64, DMA_TO_DEVICE);
	if (dma_mapping_error(f->dev, addr))
		return false;
	bounced = fake_dev_virt(f->dev, addr) != f->buf;
	dma_unmap_single(f->dev, addr, 64, DMA_TO_DEVICE);
	return bounced;
}

int pt_map_info(struct map_fixture *f, u64 offset, u64 length,
		struct portcls_transfer_info *info)
{
	info->version = 2;
	return portcls_transfer_info(f->adapter, &f->chain, offset, length, true, info);
}
