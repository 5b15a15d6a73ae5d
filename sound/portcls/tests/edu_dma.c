// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU's "edu" PCI device: a bus master and a memory-to-memory engine for tests
 *
 * edu_mutex serialises moves. The engine's list is protected by its lock and
 * worked off, in order, by one work item, which also calls back.
 */
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/dmaengine.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "edu_dma.h"

#define EDU_IRQ_STATUS		0x24
#define EDU_IRQ_ACK		0x64
#define EDU_DMA_SRC		0x80
#define EDU_DMA_DST		0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_CMD		0x98
#define EDU_DMA_CMD_START	BIT(0)
#define EDU_DMA_CMD_TO_RAM	BIT(1)
#define EDU_DMA_CMD_IRQ		BIT(2)
#define EDU_DMA_BUFFER		0x40000

struct edu_desc {
	struct dma_async_tx_descriptor tx;
	struct list_head node;
	dma_addr_t dst;
	dma_addr_t src;
	size_t bytes;
};

struct edu {
	struct pci_dev *pci;
	void __iomem *regs;
	struct completion moved;
	struct dma_device dma;
	struct dma_chan chan;
	spinlock_t lock;	/* all that changes below */
	struct list_head prepared;
	struct list_head submitted;
	struct list_head issued;
	struct work_struct work;
};

static struct edu *the_edu;
static DEFINE_MUTEX(edu_mutex);

static irqreturn_t edu_irq(int irq, void *data)
{
	struct edu *edu = data;
	u32 status = readl(edu->regs + EDU_IRQ_STATUS);

	if (!status || status == ~0u)
		return IRQ_NONE;
	writel(status, edu->regs + EDU_IRQ_ACK);
	complete(&edu->moved);
	return IRQ_HANDLED;
}

/*
 * Moves bytes between memory and the device's buffer. Process context. Return: 0
 * or -ETIMEDOUT.
 */
int edu_dma_move(dma_addr_t addr, u32 offset, u32 bytes, bool to_device)
{
	dma_addr_t buffer = EDU_DMA_BUFFER + offset;
	struct edu *edu = the_edu;
	unsigned long left;

	mutex_lock(&edu_mutex);
	reinit_completion(&edu->moved);
	writel(to_device ? addr : buffer, edu->regs + EDU_DMA_SRC);
	writel(to_device ? buffer : addr, edu->regs + EDU_DMA_DST);
	writel(bytes, edu->regs + EDU_DMA_COUNT);
	writel(EDU_DMA_CMD_START | EDU_DMA_CMD_IRQ |
	       (to_device ? 0 : EDU_DMA_CMD_TO_RAM), edu->regs + EDU_DMA_CMD);
	left = wait_for_completion_timeout(&edu->moved, 20 * HZ);
	mutex_unlock(&edu_mutex);
	return left ? 0 : -ETIMEDOUT;
}

static struct edu *edu_of(struct dma_chan *chan)
{
	return container_of(chan, struct edu, chan);
}

/* Only who asked for a callback gets one, as with real engines. */
static void edu_call(const struct edu_desc *desc, int err)
{
	struct dmaengine_result result = {
		.result = err ? DMA_TRANS_WRITE_FAILED : DMA_TRANS_NOERROR,
		.residue = err ? desc->bytes : 0,
	};

	if (!(desc->tx.flags & DMA_PREP_INTERRUPT))
		return;
	if (desc->tx.callback_result)
		desc->tx.callback_result(desc->tx.callback_param, &result);
	else if (desc->tx.callback)
		desc->tx.callback(desc->tx.callback_param);
}

static void edu_work(struct work_struct *work)
{
	struct edu *edu = container_of(work, struct edu, work);
	struct edu_desc *desc;
	unsigned long flags;
	size_t done, n;
	int err;

	for (;;) {
		spin_lock_irqsave(&edu->lock, flags);
		desc = list_first_entry_or_null(&edu->issued, struct edu_desc, node);
		if (desc)
			list_del(&desc->node);
		spin_unlock_irqrestore(&edu->lock, flags);
		if (!desc)
			return;
		for (done = 0, err = 0; done < desc->bytes && !err; done += n) {
			n = min_t(size_t, desc->bytes - done, EDU_MOST_BYTES);
			err = edu_dma_move(desc->src + done, 0, n, true);
			if (!err)
				err = edu_dma_move(desc->dst + done, 0, n, false);
		}
		spin_lock_irqsave(&edu->lock, flags);
		edu->chan.completed_cookie = desc->tx.cookie;
		spin_unlock_irqrestore(&edu->lock, flags);
		edu_call(desc, err);
		kfree(desc);
	}
}

static dma_cookie_t edu_submit(struct dma_async_tx_descriptor *tx)
{
	struct edu_desc *desc = container_of(tx, struct edu_desc, tx);
	struct edu *edu = edu_of(tx->chan);
	unsigned long flags;
	dma_cookie_t cookie;

	spin_lock_irqsave(&edu->lock, flags);
	cookie = edu->chan.cookie + 1;
	if (cookie < DMA_MIN_COOKIE)
		cookie = DMA_MIN_COOKIE;
	edu->chan.cookie = cookie;
	tx->cookie = cookie;
	list_move_tail(&desc->node, &edu->submitted);
	spin_unlock_irqrestore(&edu->lock, flags);
	return cookie;
}

static struct dma_async_tx_descriptor *
edu_prep_memcpy(struct dma_chan *chan, dma_addr_t dst, dma_addr_t src, size_t bytes,
		unsigned long prep_flags)
{
	struct edu_desc *desc = kzalloc(sizeof(*desc), GFP_NOWAIT);
	struct edu *edu = edu_of(chan);
	unsigned long flags;

	if (!desc)
		return NULL;
	dma_async_tx_descriptor_init(&desc->tx, chan);
	desc->tx.tx_submit = edu_submit;
	desc->tx.flags = prep_flags;
	desc->dst = dst;
	desc->src = src;
	desc->bytes = bytes;
	spin_lock_irqsave(&edu->lock, flags);
	list_add_tail(&desc->node, &edu->prepared);
	spin_unlock_irqrestore(&edu->lock, flags);
	return &desc->tx;
}

static void edu_issue(struct dma_chan *chan)
{
	struct edu *edu = edu_of(chan);
	unsigned long flags;

	spin_lock_irqsave(&edu->lock, flags);
	list_splice_tail_init(&edu->submitted, &edu->issued);
	spin_unlock_irqrestore(&edu->lock, flags);
	schedule_work(&edu->work);
}

static enum dma_status edu_status(struct dma_chan *chan, dma_cookie_t cookie,
				  struct dma_tx_state *state)
{
	if (state) {
		state->last = chan->completed_cookie;
		state->used = chan->cookie;
		state->residue = 0;
	}
	return dma_async_is_complete(cookie, chan->completed_cookie, chan->cookie);
}

static void edu_release(struct dma_chan *chan)
{
	struct edu *edu = edu_of(chan);
	struct edu_desc *desc, *next;

	flush_work(&edu->work);
	list_splice_init(&edu->submitted, &edu->prepared);
	list_for_each_entry_safe(desc, next, &edu->prepared, node)
		kfree(desc);
	INIT_LIST_HEAD(&edu->prepared);
}

/* Filter for dma_request_channel(). */
bool edu_dma_filter(struct dma_chan *chan, void *param)
{
	return the_edu && chan == &the_edu->chan;
}

struct device *edu_dma_device(void)
{
	return &the_edu->pci->dev;
}

static int edu_register(struct edu *edu)
{
	struct dma_device *dma = &edu->dma;

	spin_lock_init(&edu->lock);
	INIT_LIST_HEAD(&edu->prepared);
	INIT_LIST_HEAD(&edu->submitted);
	INIT_LIST_HEAD(&edu->issued);
	INIT_WORK(&edu->work, edu_work);
	dma_cap_set(DMA_MEMCPY, dma->cap_mask);
	dma_cap_set(DMA_PRIVATE, dma->cap_mask);
	dma->dev = &edu->pci->dev;
	dma->device_free_chan_resources = edu_release;
	dma->device_prep_dma_memcpy = edu_prep_memcpy;
	dma->device_tx_status = edu_status;
	dma->device_issue_pending = edu_issue;
	INIT_LIST_HEAD(&dma->channels);
	edu->chan.device = dma;
	edu->chan.cookie = DMA_MIN_COOKIE;
	edu->chan.completed_cookie = DMA_MIN_COOKIE;
	list_add_tail(&edu->chan.device_node, &dma->channels);
	return dma_async_device_register(dma);
}

static int edu_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	struct edu *edu;
	int err;

	if (the_edu)
		return -EBUSY;
	edu = kzalloc(sizeof(*edu), GFP_KERNEL);
	if (!edu)
		return -ENOMEM;
	edu->pci = pci;
	init_completion(&edu->moved);
	err = pci_enable_device(pci);
	if (err)
		goto err_free;
	err = -ENOMEM;
	edu->regs = pci_iomap(pci, 0, 0);
	if (!edu->regs)
		goto err_disable;
	pci_set_master(pci);
	err = dma_set_mask_and_coherent(&pci->dev, DMA_BIT_MASK(EDU_ADDR_BITS));
	if (err)
		goto err_unmap;
	err = pci_alloc_irq_vectors(pci, 1, 1, PCI_IRQ_ALL_TYPES);
	if (err < 0)
		goto err_unmap;
	err = request_irq(pci_irq_vector(pci, 0), edu_irq, IRQF_SHARED, "portcls-edu", edu);
	if (err)
		goto err_vectors;
	err = edu_register(edu);
	if (err)
		goto err_irq;
	pci_set_drvdata(pci, edu);
	the_edu = edu;
	return 0;

err_irq:
	free_irq(pci_irq_vector(pci, 0), edu);
err_vectors:
	pci_free_irq_vectors(pci);
err_unmap:
	pci_iounmap(pci, edu->regs);
err_disable:
	pci_disable_device(pci);
err_free:
	kfree(edu);
	return err;
}

static void edu_remove(struct pci_dev *pci)
{
	struct edu *edu = pci_get_drvdata(pci);

	the_edu = NULL;
	dma_async_device_unregister(&edu->dma);
	free_irq(pci_irq_vector(pci, 0), edu);
	pci_free_irq_vectors(pci);
	pci_iounmap(pci, edu->regs);
	pci_disable_device(pci);
	kfree(edu);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};

static struct pci_driver edu_driver = {
	.name = "portcls-edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

/* Process context. Return: 0, -ENODEV without such a device. */
int edu_dma_start(void)
{
	int err = pci_register_driver(&edu_driver);

	if (err)
		return err;
	if (the_edu)
		return 0;
	pci_unregister_driver(&edu_driver);
	return -ENODEV;
}

void edu_dma_stop(void)
{
	pci_unregister_driver(&edu_driver);
}
