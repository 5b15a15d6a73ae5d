// SPDX-License-Identifier: GPL-2.0
/*
 * Says to the PnP layer that there are ISA Plug and Play cards
 *
 * The emulated Sound Blaster 16 is none, and Debian's kernels for 64 bits enumerate none.
 * Here one is announced for each port given, with an audio device whose resources are as
 * the parameters say; -1 is a line that is disabled.
 *
 *	insmod portcls-pnp.ko port=0x220,0x240 irq=5,7 dma8=1,3 dma16=5,7
 *
 * What a PnP protocol calls is the kernel's own: a probe tells where it is. That cards go
 * is nothing that the PnP layer has ever had to do: the module stays.
 */
#include <linux/ioport.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pnp.h>

#define PNP_CARDS	4
#define PNP_PORTS	16

static int port[PNP_CARDS];
static unsigned int ports;
static int irq[PNP_CARDS];
static int dma8[PNP_CARDS];
static int dma16[PNP_CARDS];

module_param_array(port, int, &ports, 0444);
MODULE_PARM_DESC(port, "Base addresses, one a card");
module_param_array(irq, int, NULL, 0444);
MODULE_PARM_DESC(irq, "Interrupts");
module_param_array(dma8, int, NULL, 0444);
MODULE_PARM_DESC(dma8, "First DMA lines");
module_param_array(dma16, int, NULL, 0444);
MODULE_PARM_DESC(dma16, "Second DMA lines");

struct pnp_resource;

static int (*register_protocol)(struct pnp_protocol *protocol);
static struct pnp_card *(*alloc_card)(struct pnp_protocol *protocol, int id, char *name);
static int (*add_card)(struct pnp_card *card);
static struct pnp_dev *(*alloc_dev)(struct pnp_protocol *protocol, int id, const char *name);
static int (*add_card_device)(struct pnp_card *card, struct pnp_dev *dev);
static struct pnp_resource *(*add_irq)(struct pnp_dev *dev, int irq, int flags);
static struct pnp_resource *(*add_dma)(struct pnp_dev *dev, int dma, int flags);
static struct pnp_resource *(*add_io)(struct pnp_dev *dev, resource_size_t start,
				      resource_size_t end, int flags);

#define PNP_FUNCTION(pointer, function)	{ (void **)&(pointer), #function }

static const struct {
	void **pointer;
	const char *name;
} functions[] = {
	PNP_FUNCTION(register_protocol, pnp_register_protocol),
	PNP_FUNCTION(alloc_card, pnp_alloc_card),
	PNP_FUNCTION(add_card, pnp_add_card),
	PNP_FUNCTION(alloc_dev, pnp_alloc_dev),
	PNP_FUNCTION(add_card_device, pnp_add_card_device),
	PNP_FUNCTION(add_irq, pnp_add_irq_resource),
	PNP_FUNCTION(add_dma, pnp_add_dma_resource),
	PNP_FUNCTION(add_io, pnp_add_io_resource),
};

static int fake_nothing(struct pnp_dev *dev)
{
	return 0;
}

static struct pnp_protocol fake_protocol = {
	.name = "Cards of a test",
	.get = fake_nothing,
	.set = fake_nothing,
	.disable = fake_nothing,
};

static int find_functions(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++) {
		struct kprobe probe = { .symbol_name = functions[i].name };
		int err = register_kprobe(&probe);

		if (err) {
			pr_err("%s is not to be found\n", functions[i].name);
			return err;
		}
		*functions[i].pointer = probe.addr;
		unregister_kprobe(&probe);
	}
	return 0;
}

static int line_flags(int line)
{
	return line < 0 ? IORESOURCE_DISABLED : 0;
}

/* What fails here leaves a little memory behind, and a test that has failed. */
static int announce(unsigned int number)
{
	char card_name[] = "CTL0024";
	struct pnp_card *card = alloc_card(&fake_protocol, number + 1, card_name);
	struct pnp_dev *dev = alloc_dev(&fake_protocol, 0, "CTL0031");

	if (!card || !dev)
		return -ENOMEM;
	INIT_LIST_HEAD(&card->devices);
	dev->card = card;
	dev->capabilities = PNP_READ | PNP_WRITE | PNP_DISABLE | PNP_CONFIGURABLE;
	add_io(dev, port[number], port[number] + PNP_PORTS - 1, 0);
	add_irq(dev, irq[number], line_flags(irq[number]));
	add_dma(dev, dma8[number], line_flags(dma8[number]));
	add_dma(dev, dma16[number], line_flags(dma16[number]));
	add_card_device(card, dev);
	return add_card(card);
}

static int __init portcls_pnp_init(void)
{
	unsigned int i;
	int err = find_functions();

	if (!err)
		err = register_protocol(&fake_protocol);
	if (err)
		return err;
	for (i = 0; i < ports; i++)
		if (announce(i))
			pr_err("card %u could not be announced\n", i);
	return 0;
}
module_init(portcls_pnp_init);

MODULE_DESCRIPTION("Announces ISA Plug and Play cards to test drivers");
MODULE_LICENSE("GPL");
