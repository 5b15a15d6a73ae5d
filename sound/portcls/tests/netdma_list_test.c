// SPDX-License-Identifier: GPL-2.0
/*
 * NetDMA: lists of descriptors and the completion word
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sizes.h>

#include "netdma_fixture.h"

static void netdma_words(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	unsigned int i;

	/* So slow that who reads the word on a busy machine misses no step. */
	f->knobs->step_us = 200000;
	pt_netdma_list(f, 3, 1000, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 3), 0);
	PT_EXPECT_EQ(t, pt_netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_ARMED);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(&f->desc[0]) | PORTCLS_NETDMA_ACTIVE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 1000), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(&f->desc[2]) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 3000), 0);
	PT_EXPECT_EQ(t, f->dst[3000], 0);
	PT_EXPECT_EQ(t, f->calls, 0);
	for (i = 0; i < 3; i++) {
		PT_EXPECT_EQ(t, f->desc[i].user[0], 0x1111 * i);
		PT_EXPECT_EQ(t, f->desc[i].user[1], ~0x2222ULL * i);
	}
	f->knobs->step_us = 0;
	pt_netdma_list(f, 2, 1000, 0);
	f->desc[1].flags = PORTCLS_NETDMA_INTERRUPT;
	PT_ASSERT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, pt_netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_ARMED);
}

/* A reader that sees a descriptor done in the word finds its data there. */
struct netdma_reader {
	struct netdma_fixture *f;
	u64 reads;
	u64 looks;
	u64 wrong;
	u64 torn;
	unsigned int round;
};

static int netdma_reader(void *data)
{
	struct netdma_reader *r = data;
	struct netdma_fixture *f = r->f;
	unsigned int i, round;
	u64 word, addr;

	while (!kthread_should_stop()) {
		/* Pairs with the release that begins a round. */
		round = smp_load_acquire(&r->round);
		word = pt_netdma_word(f);
		r->reads++;
		cond_resched();
		if ((word & PORTCLS_NETDMA_STATUS_MASK) > PORTCLS_NETDMA_IDLE)
			continue;
		addr = word & PORTCLS_NETDMA_ADDRESS_MASK;
		if (addr < pt_netdma_addr(f->desc) ||
		    addr >= pt_netdma_addr(f->desc + NETDMA_DESCS)) {
			r->torn += word != 0;
			continue;
		}
		i = (addr - pt_netdma_addr(f->desc)) / sizeof(*f->desc);
		/* The destination of descriptor i holds the round's number. */
		if (READ_ONCE(*(u32 *)(f->dst + i * 64)) != round &&
		    round == smp_load_acquire(&r->round)) /* the same pair */
			r->wrong++;
		r->looks++;
	}
	return 0;
}

static void netdma_order(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	struct netdma_reader r = { .f = f };
	unsigned long until = jiffies + pt_race_seconds * HZ;
	struct task_struct *task;
	unsigned int i;

	task = kthread_run(netdma_reader, &r, "pt-reader");
	PT_ASSERT(t, !IS_ERR(task));
	while (time_before(jiffies, until)) {
		/* An even word that names nothing, while the data changes. */
		WRITE_ONCE(*f->word, PORTCLS_NETDMA_ARMED);
		/* The round's buffers before its number. */
		smp_store_release(&r.round, r.round + 1);
		for (i = 0; i < 8; i++)
			*(u32 *)(f->src + i * 64) = r.round;
		dma_sync_single_for_device(soft_dma_device(f->soft), f->src_addr,
					   8 * 64, DMA_BIDIRECTIONAL);
		pt_netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
		f->desc[7].flags |= PORTCLS_NETDMA_INTERRUPT;
		if (!PT_EXPECT_EQ(t, pt_netdma_start(f, 8), 0) ||
		    !PT_EXPECT(t, pt_netdma_wait(f)))
			break;
	}
	kthread_stop(task);
	PT_EXPECT_EQ(t, r.wrong, 0);
	PT_EXPECT_EQ(t, r.torn, 0);
	PT_EXPECT(t, r.round > 0 && r.looks > 0);
	PT_EXPECT_EQ(t, f->wrong_cpu, 0);
	pt_note("%u lists of 8, %llu reads of the word, %llu with data to look at", r.round,
		r.reads, r.looks);
}

static void netdma_alignment(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	pt_netdma_list(f, 2, 64, 0);
	PT_EXPECT_EQ(t, portcls_netdma_start(f->chan, f->desc, 8, 1), -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_start(f->chan, (void *)f->desc + 32, 64, 1), -EINVAL);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 0), -EINVAL);
	/* A bad link is found when it is followed. */
	f->desc[0].next += 8;
	PT_EXPECT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_HALTED);
	pt_netdma_list(f, 1, 64, BIT(8));
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_HALTED);
}

/* A list whose only descriptor is refused: nothing of it moves. */
static void netdma_refused(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u64 copies = pt_netdma_now(f).copies;

	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc) | PORTCLS_NETDMA_HALTED);
	PT_EXPECT_EQ(t, pt_netdma_now(f).copies, copies);
	PT_EXPECT(t, !memchr_inv(f->dst, 0, NETDMA_BYTES));
}

static void netdma_unaligned(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1, .copy_align = 2 };
	struct netdma_fixture *f = pt_netdma_change(t, &config);

	if (!f)
		return;
	pt_netdma_list(f, 1, 66, PORTCLS_NETDMA_INTERRUPT);
	netdma_refused(t);
	pt_netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	f->desc[0].destination += 2;
	netdma_refused(t);
	pt_netdma_list(f, 1, 64, PORTCLS_NETDMA_INTERRUPT);
	f->desc[0].source += 1;
	netdma_refused(t);
	/* The second half alone would do. */
	pt_netdma_list(f, 1, 2048, PORTCLS_NETDMA_INTERRUPT |
				   PORTCLS_NETDMA_DESTINATION_PAGE_BREAK);
	f->desc[0].destination = f->dst_addr + 4094;
	f->desc[0].next_destination = f->dst_addr + 8192;
	netdma_refused(t);
	pt_netdma_list(f, 1, 64, PORTCLS_NETDMA_STATUS_UPDATE | PORTCLS_NETDMA_INTERRUPT);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc) | PORTCLS_NETDMA_IDLE);
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 64), 0);
}

static void netdma_null(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u32 flags = PORTCLS_NETDMA_STATUS_UPDATE | PORTCLS_NETDMA_INTERRUPT;

	pt_netdma_list(f, 1, 64, flags | PORTCLS_NETDMA_NULL);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc) | PORTCLS_NETDMA_IDLE);
	pt_netdma_list(f, 2, 0, flags);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(&f->desc[1]) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT(t, !memchr_inv(f->dst, 0, NETDMA_BYTES));
}

static void netdma_serialize(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1, .unordered = true };
	struct netdma_fixture *f = pt_netdma_change(t, &config);
	unsigned int loop;

	if (!f)
		return;
	for (loop = 0; loop < 200; loop++) {
		pt_netdma_list(f, 2, 512, PORTCLS_NETDMA_SERIALIZE);
		f->desc[1].source = f->dst_addr;
		f->desc[1].destination = f->dst_addr + 8192;
		f->desc[1].flags |= PORTCLS_NETDMA_INTERRUPT;
		f->src[0] = loop;
		dma_sync_single_for_device(soft_dma_device(f->soft), f->src_addr, 512,
					   DMA_BIDIRECTIONAL);
		if (!PT_EXPECT_EQ(t, pt_netdma_start(f, 2), 0) ||
		    !PT_EXPECT(t, pt_netdma_wait(f)) ||
		    !PT_EXPECT_EQ(t, memcmp(f->dst + 8192, f->src, 512), 0))
			break;
	}
}

static void netdma_page_break(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	pt_netdma_list(f, 1, 6000, PORTCLS_NETDMA_INTERRUPT | PORTCLS_NETDMA_SOURCE_PAGE_BREAK |
				PORTCLS_NETDMA_DESTINATION_PAGE_BREAK);
	f->desc[0].source = f->src_addr + 1000;
	f->desc[0].next_source = f->src_addr + 20480;
	f->desc[0].destination = f->dst_addr + 2000;
	f->desc[0].next_destination = f->dst_addr + 40960;
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, memcmp(f->dst + 2000, f->src + 1000, 2096), 0);
	PT_EXPECT_EQ(t, memcmp(f->dst + 40960, f->src + 3096, 1000), 0);
	PT_EXPECT_EQ(t, memcmp(f->dst + 41960, f->src + 20480, 2904), 0);
	PT_EXPECT(t, !memchr_inv(f->dst, 0, 2000));
	PT_EXPECT(t, !memchr_inv(f->dst + 4096, 0, 40960 - 4096));
	PT_EXPECT(t, !memchr_inv(f->dst + 44864, 0, NETDMA_BYTES - 44864));
}

/* One byte of the first page, and more than a page behind it. */
static void netdma_page_end(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	pt_netdma_list(f, 1, 4098, PORTCLS_NETDMA_INTERRUPT |
				   PORTCLS_NETDMA_DESTINATION_PAGE_BREAK);
	f->desc[0].destination = f->dst_addr + 4095;
	f->desc[0].next_destination = f->dst_addr + 8192;
	netdma_refused(t);
	pt_netdma_list(f, 1, 3000, PORTCLS_NETDMA_INTERRUPT |
				   PORTCLS_NETDMA_SOURCE_PAGE_BREAK);
	f->desc[0].source = f->src_addr + 4000;
	f->desc[0].next_source = f->src_addr + 8192 + 2000;
	netdma_refused(t);
	/* All there is of both pages. */
	pt_netdma_list(f, 1, 4097, PORTCLS_NETDMA_STATUS_UPDATE | PORTCLS_NETDMA_INTERRUPT |
				   PORTCLS_NETDMA_DESTINATION_PAGE_BREAK);
	f->desc[0].destination = f->dst_addr + 4095;
	f->desc[0].next_destination = f->dst_addr + 8192;
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc) | PORTCLS_NETDMA_IDLE);
	PT_EXPECT_EQ(t, f->dst[4095], f->src[0]);
	PT_EXPECT_EQ(t, memcmp(f->dst + 8192, f->src + 1, 4096), 0);
	PT_EXPECT(t, !memchr_inv(f->dst + 12288, 0, NETDMA_BYTES - 12288));
}

static void netdma_append_rules(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u64 addr = pt_netdma_addr(f->desc);

	pt_netdma_list(f, 4, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc, addr, 1), -EINVAL);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, addr | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc + 1,
					      pt_netdma_addr(f->desc + 1), 2), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 2) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 3 * 64), 0);
	/* Exactly as many as were said, whatever the last link. */
	PT_EXPECT_EQ(t, f->dst[3 * 64], 0);
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc, addr, 1), -EINVAL);
	PT_EXPECT_EQ(t, portcls_netdma_reset(f->chan), 0);
	PT_EXPECT_EQ(t, portcls_netdma_append(f->chan, f->desc, addr, 1), -EINVAL);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 1), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, addr | PORTCLS_NETDMA_IDLE));
}

static void netdma_append_race(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	unsigned int i, lost = 0, full = 0;
	int err;

	pt_netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 1), 0);
	for (i = 0; i < 20000 && !lost; i++) {
		struct portcls_netdma_descriptor *desc = &f->desc[1 + i % 7];

		for (;;) {
			err = portcls_netdma_append(f->chan, desc, pt_netdma_addr(desc), 1);
			if (err != -ENOMEM)
				break;
			full++;
			cpu_relax();
			cond_resched();
		}
		if (i % 5 == 0)
			ndelay(i * 37 % 20000);
		lost += !!err;
	}
	PT_EXPECT_EQ(t, lost, 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(&f->desc[1 + (i - 1) % 7]) |
				       PORTCLS_NETDMA_IDLE));
	/* The last one's word may show while others with its address wait. */
	for (i = 0; i < 1000 && pt_netdma_now(f).copies < 20001; i++)
		usleep_range(1000, 1500);
	PT_EXPECT_EQ(t, pt_netdma_now(f).copies, 20001);
	pt_note("20000 appends, %u met a full queue", full);
}

static void netdma_restart(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->step_us = 20000;
	pt_netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 4), 0);
	while (!soft_dma_held(f->soft))
		cpu_relax();
	PT_ASSERT_EQ(t, portcls_netdma_start(f->chan, f->desc + 6,
					     pt_netdma_addr(f->desc + 6), 2), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 7) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 64), 0);
	PT_EXPECT(t, !memchr_inv(f->dst + 64, 0, 5 * 64));
	PT_EXPECT_EQ(t, memcmp(f->dst + 6 * 64, f->src + 6 * 64, 128), 0);
}

static void netdma_suspend(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u64 last = 1;
	int err;

	f->knobs->step_us = 50000;
	pt_netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_EXPECT_EQ(t, portcls_netdma_suspend(f->chan, &last), -EINVAL);
	PT_EXPECT_EQ(t, last, 1);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 3), 0);
	PT_EXPECT_EQ(t, portcls_netdma_resume(f->chan), -EINVAL);
	while ((err = portcls_netdma_suspend(f->chan, &last)) == -EBUSY)
		usleep_range(1000, 1500);
	PT_EXPECT_EQ(t, err, 0);
	PT_EXPECT_EQ(t, last, pt_netdma_addr(f->desc));
	PT_EXPECT_EQ(t, pt_netdma_word(f), last | PORTCLS_NETDMA_SUSPEND);
	msleep(200);
	PT_EXPECT_EQ(t, pt_netdma_word(f), last | PORTCLS_NETDMA_SUSPEND);
	PT_EXPECT_EQ(t, f->dst[64], 0);
	/* The list goes on elsewhere now. */
	f->desc[0].next = pt_netdma_addr(&f->desc[5]);
	PT_EXPECT_EQ(t, portcls_netdma_resume(f->chan), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 6) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT(t, !memchr_inv(f->dst + 64, 0, 4 * 64));
	PT_EXPECT_EQ(t, memcmp(f->dst + 5 * 64, f->src + 5 * 64, 128), 0);
}

static void netdma_abort(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	/* The word is looked at between two steps, also by who is held up for a while. */
	f->knobs->step_us = 50000;
	pt_netdma_list(f, 4, 4096, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 4), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc)));
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), 0);
	PT_EXPECT_EQ(t, pt_netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_HALTED);
	msleep(400);
	PT_EXPECT_EQ(t, pt_netdma_word(f) & PORTCLS_NETDMA_STATUS_MASK, PORTCLS_NETDMA_HALTED);
	PT_EXPECT(t, !memchr_inv(f->dst + 2 * 4096, 0, 2 * 4096));
	f->knobs->step_us = 0;
	PT_EXPECT_EQ(t, pt_netdma_start(f, 4), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 3) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 4 * 4096), 0);
}

/* Where a list stands is where this one stands, not the one before. */
static void netdma_abort_fresh(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	pt_netdma_list(f, 3, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 3), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 2) | PORTCLS_NETDMA_IDLE));
	f->knobs->step_us = 2000000;
	PT_ASSERT_EQ(t, pt_netdma_start(f, 3), 0);
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), 0);
	PT_EXPECT_EQ(t, pt_netdma_word(f), PORTCLS_NETDMA_HALTED);
}

static int netdma_terminate_fails(struct dma_chan *dma)
{
	return -EIO;
}

/* An abort of an engine whose terminate is another one, and fails. */
static void netdma_abort_by(struct portcls_test *t, int (*other)(struct dma_chan *dma))
{
	struct netdma_fixture *f = t->priv;
	int (*terminate)(struct dma_chan *dma) = f->dma->device_terminate_all;

	f->dma->device_terminate_all = other;
	PT_EXPECT_EQ(t, portcls_netdma_abort(f->chan), -EIO);
	f->dma->device_terminate_all = terminate;
}

/* The engine is still busy with what nobody waits for when the next list comes. */
static void netdma_abort_fails(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->step_us = 500000;
	pt_netdma_list(f, 8, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 3), 0);
	netdma_abort_by(t, netdma_terminate_fails);
	PT_EXPECT_EQ(t, pt_netdma_word(f), PORTCLS_NETDMA_HALTED);
	PT_EXPECT(t, !portcls_netdma_quiet(f->chan));
	PT_EXPECT_EQ(t, portcls_netdma_start(f->chan, f->desc + 6,
					     pt_netdma_addr(f->desc + 6), 2), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 7) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT(t, !memchr_inv(f->dst + 64, 0, 5 * 64));
	PT_EXPECT_EQ(t, memcmp(f->dst + 6 * 64, f->src + 6 * 64, 128), 0);
}

static struct netdma_fixture *netdma_told;

/* Fails too late: what the engine had has ended, and the next list waits for it to stop. */
static int netdma_terminate_late(struct dma_chan *dma)
{
	while (soft_dma_held(netdma_told->soft))
		usleep_range(1000, 1500);
	pt_netdma_start(netdma_told, 2);
	return -EIO;
}

static void netdma_abort_late(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->step_us = 100000;
	pt_netdma_list(f, 3, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 3), 0);
	netdma_told = f;
	netdma_abort_by(t, netdma_terminate_late);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 1) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 128), 0);
	PT_EXPECT(t, !memchr_inv(f->dst + 128, 0, 64));
}

static void netdma_suspend_end(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	u64 last = 1;

	pt_netdma_list(f, 2, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 1) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, portcls_netdma_suspend(f->chan, &last), 0);
	PT_EXPECT_EQ(t, last, pt_netdma_addr(f->desc + 1));
	PT_EXPECT_EQ(t, pt_netdma_word(f), last | PORTCLS_NETDMA_SUSPEND);
	PT_EXPECT_EQ(t, portcls_netdma_resume(f->chan), 0);
	PT_EXPECT_EQ(t, pt_netdma_word(f), last | PORTCLS_NETDMA_IDLE);
}

/* The engine has swallowed a descriptor, and would swallow the next. */
static void netdma_stop_stuck(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;
	ktime_t begun;

	f->knobs->lose_start = 1000;
	pt_netdma_list(f, 3, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_ASSERT_EQ(t, pt_netdma_start(f, 3), 0);
	begun = ktime_get();
	portcls_netdma_provider_stop(f->netdma);
	PT_EXPECT(t, ktime_ms_delta(ktime_get(), begun) < 10000);
	PT_EXPECT(t, f->knobs->lose_start >= 998);
	PT_EXPECT_EQ(t, pt_netdma_word(f), PORTCLS_NETDMA_HALTED);
	PT_EXPECT(t, !memchr_inv(f->dst, 0, 3 * 64));
}

static void netdma_error(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->fail_transfer = 1;
	pt_netdma_list(f, 2, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc) | PORTCLS_NETDMA_HALTED);
	PT_EXPECT(t, !memchr_inv(f->dst, 0, 128));
}

/* An engine out of descriptors gets them back when it is told to begin, or it does not. */
static void netdma_none_to_spare(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->prep_null = 1;
	pt_netdma_list(f, 2, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	PT_EXPECT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT(t, pt_netdma_reaches(f, pt_netdma_addr(f->desc + 1) | PORTCLS_NETDMA_IDLE));
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 128), 0);
	PT_EXPECT_EQ(t, f->calls, 0);

	reinit_completion(&f->done);
	f->knobs->prep_null = 2;
	PT_EXPECT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc) | PORTCLS_NETDMA_HALTED);
}

static void netdma_twice(struct portcls_test *t)
{
	struct netdma_fixture *f = t->priv;

	f->knobs->repeat_callback = 2;
	pt_netdma_list(f, 2, 64, PORTCLS_NETDMA_STATUS_UPDATE);
	f->desc[1].flags |= PORTCLS_NETDMA_INTERRUPT;
	PT_EXPECT_EQ(t, pt_netdma_start(f, 2), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	usleep_range(10000, 12000);
	PT_EXPECT_EQ(t, f->calls, 1);
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc + 1) | PORTCLS_NETDMA_IDLE);
	PT_EXPECT_EQ(t, pt_netdma_now(f).stale, 2);
	PT_EXPECT_EQ(t, pt_netdma_now(f).copies, 2);
}

/* A callback that gives such an engine the next descriptor waits for itself. */
static void netdma_crude(struct portcls_test *t)
{
	static const struct soft_dma_config config = { .channels = 1, .crude = true };
	struct netdma_fixture *f = pt_netdma_change(t, &config);

	if (!f)
		return;
	pt_netdma_list(f, 5, 2000, PORTCLS_NETDMA_STATUS_UPDATE);
	/* Goes on where it would have been anyway. */
	f->desc[2].flags |= PORTCLS_NETDMA_SOURCE_PAGE_BREAK |
			    PORTCLS_NETDMA_DESTINATION_PAGE_BREAK;
	f->desc[2].next_source = f->src_addr + 4096;
	f->desc[2].next_destination = f->dst_addr + 4096;
	f->desc[4].flags |= PORTCLS_NETDMA_INTERRUPT;
	PT_ASSERT_EQ(t, pt_netdma_start(f, 5), 0);
	PT_EXPECT(t, pt_netdma_wait(f));
	PT_EXPECT_EQ(t, pt_netdma_word(f), pt_netdma_addr(f->desc + 4) | PORTCLS_NETDMA_IDLE);
	PT_EXPECT_EQ(t, memcmp(f->dst, f->src, 10000), 0);
	PT_EXPECT_EQ(t, pt_netdma_now(f).copies, 6);
	PT_EXPECT_EQ(t, soft_dma_hard_submits(f->soft), 0);
}

static const struct portcls_test_case netdma_list_cases[] = {
	{ "ND-13 ND-14 ND-15 ND-19 ND-30 the word tells how far the list is",
	  netdma_words },
	{ "ND-16 ND-17 ND-09 ND-12 who sees the word sees the data", netdma_order },
	{ "ND-18 descriptors are aligned and valid", netdma_alignment },
	{ "ND: a list gives an engine nothing that it cannot copy", netdma_unaligned },
	{ "ND-20 a null transfer tells and moves nothing", netdma_null },
	{ "ND-21 serialised copies see each other, also unordered", netdma_serialize },
	{ "ND-22 page breaks go on at the second address", netdma_page_break },
	{ "ND-22 no side is longer than the pages that it names", netdma_page_end },
	{ "ND-23 ND-25 append follows a start", netdma_append_rules },
	{ "ND-24 no append is lost at the tail", netdma_append_race },
	{ "ND-26 a start drops what was not begun", netdma_restart },
	{ "ND-27 suspend stops between descriptors", netdma_suspend },
	{ "ND-27 resuming at the list's end says so", netdma_suspend_end },
	{ "ND-28 abort halts for good", netdma_abort },
	{ "ND-28 an abort names nothing of the list before", netdma_abort_fresh },
	{ "ND-28 a list after an abort that failed is processed", netdma_abort_fails },
	{ "ND-28 a list that comes while an abort fails is processed", netdma_abort_late },
	{ "ND-32 the provider stops below a list that does not move", netdma_stop_stuck },
	{ "ND-35 a repeated callback is dropped", netdma_twice },
	{ "ND-37 an engine's error halts the list", netdma_error },
	{ "ND: an engine without a descriptor to spare is asked twice", netdma_none_to_spare },
	{ "ND: an engine may call back with its lock held", netdma_crude },
	{ }
};

const struct portcls_test_suite pt_suite_netdma_list = {
	.name = "netdma_list",
	.cases = netdma_list_cases,
	.init = pt_netdma_init,
	.exit = pt_netdma_exit,
};
