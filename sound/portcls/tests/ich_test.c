// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers on an AC'97 controller: its engines move what an adapter mapped
 *
 * Runs where the device given to the tests is one, see fake_dev.h. No interrupt:
 * a window is short, and its end is looked for.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/dma_channel.h>
#include <sound/portcls/transfer.h>

#include "fake_dev.h"
#include "portcls_test.h"

#define ICH_CODEC_MASTER	0x02
#define ICH_CODEC_PCM		0x18
#define ICH_CODEC_GAIN		0x1c
#define ICH_IN			0x00
#define ICH_OUT			0x10
#define ICH_LIST		0x0
#define ICH_LAST		0x5
#define ICH_STATUS		0x6
#define ICH_STATUS_HALTED	BIT(0)
#define ICH_CONTROL		0xb
#define ICH_CONTROL_RUN		BIT(0)
#define ICH_CONTROL_RESET	BIT(1)

#define ICH_ENTRIES		32
#define ICH_FRAMES		30000
#define ICH_BYTES		(ICH_FRAMES * 4)
#define ICH_LIST_BYTES		2048
#define ICH_REGISTERS		10
/* Frames that carry their number: see selftests/portcls/pattern.h. */
#define ICH_ID			7
#define ICH_LOW_VALUES		65280

static const struct portcls_adapter_desc ich_desc = {
	.master = true,
	.scatter_gather = true,
	.addr_bits = 32,
	.max_length = 9 * 4096,
	.max_segment = 65534 * 2,
	.min_unit = 4,
};

struct ich_fixture {
	void __iomem *codec;
	void __iomem *bus;
	struct portcls_adapter *adapter;
	struct portcls_dma_channel *lists;
	struct portcls_transfer transfer;
	struct portcls_sg_list *list;
	u64 base;
	u8 *buf;
};

static void ich_drop(struct ich_fixture *f)
{
	portcls_dma_put(f->lists);
	if (!IS_ERR_OR_NULL(f->adapter))
		portcls_adapter_put_sync(f->adapter);
	if (f->codec)
		pci_iounmap(real_dev(), f->codec);
	if (f->bus)
		pci_iounmap(real_dev(), f->bus);
	kfree(f->list);
	vfree(f->buf);
	kfree(f);
}

static int ich_init(struct portcls_test *t)
{
	struct portcls_dma_channel *lists;
	struct ich_fixture *f;
	int err = -ENOMEM;

	if (!real_dev() || real_dev()->class >> 8 != PCI_CLASS_MULTIMEDIA_AUDIO) {
		strscpy(t->skip, "the machine gave no AC'97 controller to the tests",
			sizeof(t->skip));
		return 0;
	}
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->list = kzalloc(ICH_LIST_BYTES, GFP_KERNEL);
	f->buf = vzalloc(ICH_BYTES);
	f->codec = pci_iomap(real_dev(), 0, 0);
	f->bus = pci_iomap(real_dev(), 1, 0);
	if (!f->list || !f->buf || !f->codec || !f->bus)
		goto err_drop;
	f->adapter = portcls_adapter_get(&real_dev()->dev, &ich_desc);
	err = PTR_ERR_OR_ZERO(f->adapter);
	if (err)
		goto err_drop;
	lists = portcls_dma_new_master(f->adapter, ICH_ENTRIES * 8);
	err = PTR_ERR_OR_ZERO(lists);
	if (err)
		goto err_drop;
	f->lists = lists;
	err = portcls_dma_allocate_buffer(lists, ICH_ENTRIES * 8, NULL);
	if (err)
		goto err_drop;
	portcls_transfer_init(f->adapter, &f->transfer);
	iowrite16(0, f->codec);
	iowrite16(0, f->codec + ICH_CODEC_MASTER);
	iowrite16(0, f->codec + ICH_CODEC_PCM);
	iowrite16(0x0f0f, f->codec + ICH_CODEC_GAIN);
	t->priv = f;
	return 0;

err_drop:
	ich_drop(f);
	return err;
}

static void ich_exit(struct portcls_test *t)
{
	struct ich_fixture *f = t->priv;
	struct portcls_adapter_counters now;

	if (!f)
		return;
	PT_EXPECT(t, portcls_adapter_counters(f->adapter, &now));
	PT_EXPECT_EQ(t, now.live_grants, 0);
	PT_EXPECT_EQ(t, now.live_maps, 0);
	PT_EXPECT_EQ(t, now.maps, now.flushes);
	ich_drop(f);
}

/* Has an engine move the elements, and waits until it has. */
static int ich_move(struct ich_fixture *f, unsigned int engine)
{
	void __iomem *regs = f->bus + engine;
	__le32 *entry = portcls_dma_system_address(f->lists);
	ktime_t end = ktime_add_ms(ktime_get(), 30000);
	unsigned int i;

	for (i = 0; i < f->list->count; i++) {
		entry[2 * i] = cpu_to_le32(f->list->element[i].addr);
		entry[2 * i + 1] = cpu_to_le32(f->list->element[i].bytes / 2);
	}
	iowrite8(0, regs + ICH_CONTROL);
	iowrite8(ICH_CONTROL_RESET, regs + ICH_CONTROL);
	iowrite32(portcls_dma_physical_address(f->lists), regs + ICH_LIST);
	iowrite8(f->list->count - 1, regs + ICH_LAST);
	iowrite8(ICH_CONTROL_RUN, regs + ICH_CONTROL);
	while (!(ioread16(regs + ICH_STATUS) & ICH_STATUS_HALTED)) {
		if (ktime_after(ktime_get(), end))
			return -ETIMEDOUT;
		msleep(20);
	}
	/* What the emulated card has read is heard a little later. */
	msleep(200);
	iowrite8(0, regs + ICH_CONTROL);
	return 0;
}

/* The ten steps, window by window, with a real engine for the sixth. */
static void ich_transfer(struct portcls_test *t, unsigned int engine, bool write)
{
	struct ich_fixture *f = t->priv;
	struct portcls_link link = { .kind = PORTCLS_LINK_VMALLOC, .virt = f->buf,
				     .bytes = ICH_BYTES };
	struct portcls_chain chain = { &link, 1 };
	u32 done, n, sum;
	unsigned int i;

	PT_ASSERT_EQ(t, portcls_adapter_allocate_channel(f->adapter, &f->transfer,
							 ICH_REGISTERS,
							 PORTCLS_SYNCHRONOUS_CALLBACK,
							 NULL, NULL, &f->base), 0);
	for (done = 0; done < ICH_BYTES; done += n) {
		n = ICH_BYTES - done;
		if (!PT_EXPECT_EQ(t, portcls_transfer_map(f->adapter, &chain, f->base, done,
							  0, &n, write, f->list, ICH_LIST_BYTES,
							  NULL, NULL), 0))
			break;
		for (i = 0, sum = 0; i < f->list->count; i++) {
			PT_EXPECT(t, f->list->element[i].bytes <= ich_desc.max_segment);
			PT_EXPECT_EQ(t, f->list->element[i].addr >> 32, 0);
			sum += f->list->element[i].bytes;
		}
		PT_EXPECT_EQ(t, sum, n);
		PT_EXPECT(t, f->list->count <= ICH_ENTRIES);
		PT_EXPECT_EQ(t, ich_move(f, engine), 0);
		PT_EXPECT_EQ(t, portcls_transfer_flush(f->adapter, &chain, f->base, done, n,
						       write), 0);
		if (write)
			pt_note("heard: %u:%u+%u", ICH_ID, done / 4, n / 4);
	}
	PT_EXPECT_EQ(t, portcls_adapter_free_channel(f->adapter), 0);
}

static void ich_play(struct portcls_test *t)
{
	struct ich_fixture *f = t->priv;
	s16 *frame = (s16 *)f->buf;
	u32 i;

	for (i = 0; i < ICH_FRAMES; i++, frame += 2) {
		frame[0] = ICH_ID << 8 | i / ICH_LOW_VALUES;
		frame[1] = i % ICH_LOW_VALUES - 32768;
	}
	ich_transfer(t, ICH_OUT, true);
}

/* What it records is numbered too: within a window no frame may be missing. */
static void ich_record(struct portcls_test *t)
{
	struct ich_fixture *f = t->priv;
	s16 *frame = (s16 *)f->buf;
	u32 i, number, last = 0, jumps = 0, strange = 0;

	ich_transfer(t, ICH_IN, false);
	for (i = 0; i < ICH_FRAMES; i++, frame += 2) {
		number = (frame[0] & 0xff) * ICH_LOW_VALUES + frame[1] + 32768;
		strange += (u16)frame[0] >> 8 != ICH_ID;
		jumps += i && number != last + 1;
		last = number;
	}
	pt_note("%u frames, %u not the card's, %u jumps", ICH_FRAMES, strange, jumps);
	PT_EXPECT_EQ(t, strange, 0);
	/* One between each two of the windows, in which nothing was recorded. */
	PT_EXPECT(t, jumps <= ICH_BYTES / (ICH_REGISTERS - 1) / 4096 + 1);
}

static const struct portcls_test_case ich_cases[] = {
	{ "V3-41 V3-45 an AC'97 controller plays what was mapped", ich_play },
	{ "V3-48 V3-65 what an AC'97 controller recorded is there after the flush",
	  ich_record },
	{ }
};

const struct portcls_test_suite pt_suite_ich_engine = {
	.name = "ich_engine",
	.cases = ich_cases,
	.init = ich_init,
	.exit = ich_exit,
};
