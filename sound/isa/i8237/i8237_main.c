// SPDX-License-Identifier: GPL-2.0
/*
 * Intel 8237 ISA DMA controllers as dmaengine providers
 *
 * A PC has two: one moves bytes on lines 0 to 3, the other words on lines 5 to
 * 7. Each is a platform device of its own, because what dmaengine clients must
 * know (width, longest segment, boundary) differs, and they learn it from the
 * device. No firmware describes them, so this module makes the devices, and
 * clients find their lines by device and name through a slave map.
 *
 * A line is taken with request_dma() when a client asks for its channel, so that
 * drivers that use the kernel's ISA DMA functions directly go on working.
 */
#include <linux/dma-mapping.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm.h>

#include "i8237.h"

#define I8237_CONTROLLERS	2
#define I8237_LINES		4
#define I8237_SLAVES		8

static char *slaves[I8237_SLAVES] = {
	"snd-portcls-sb16.0", "snd-portcls-sb16.1",
	"snd-portcls-sb16.2", "snd-portcls-sb16.3",
};

static int nslaves = 4;
module_param_array(slaves, charp, &nslaves, 0444);
MODULE_PARM_DESC(slaves, "Names of the devices that may ask for lines; each finds line N as \"dmaN\".");

/* The last channel of each controller is the one that refuses. */
static const unsigned int i8237_lines[I8237_CONTROLLERS][I8237_LINES + 1] = {
	{ 0, 1, 2, 3, I8237_NO_LINE },
	{ 5, 6, 7, I8237_NO_LINE },
};

static const unsigned int i8237_nlines[I8237_CONTROLLERS] = { 4, 3 };

/**
 * struct i8237 - one controller
 * @dma: dmaengine's part
 * @chans: its channels
 * @nchans: how many, the one that refuses included
 */
struct i8237 {
	struct dma_device dma;
	struct i8237_chan chans[I8237_LINES + 1];
	unsigned int nchans;
};

static struct platform_device *i8237_devices[I8237_CONTROLLERS];

static bool i8237_filter(struct dma_chan *chan, void *param)
{
	unsigned int line = i8237_chan(chan)->line;

	return line == (uintptr_t)param || line == I8237_NO_LINE;
}

static int i8237_make_map(struct device *dev, struct i8237 *ctrl)
{
	unsigned int lines = ctrl->nchans - 1;
	struct dma_slave_map *map;
	unsigned int i, line;

	map = devm_kcalloc(dev, nslaves * lines, sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	for (i = 0; i < nslaves * lines; i++) {
		line = ctrl->chans[i % lines].line;
		map[i].devname = slaves[i / lines];
		map[i].slave = devm_kasprintf(dev, GFP_KERNEL, "dma%u", line);
		if (!map[i].slave)
			return -ENOMEM;
		map[i].param = (void *)(uintptr_t)line;
	}
	ctrl->dma.filter.fn = i8237_filter;
	ctrl->dma.filter.map = map;
	ctrl->dma.filter.mapcnt = nslaves * lines;
	return 0;
}

static int i8237_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct dma_device *dma;
	struct i8237 *ctrl;
	unsigned int i, shift;
	int err;

	if (pdev->id < 0 || pdev->id >= I8237_CONTROLLERS)
		return -ENODEV;
	ctrl = devm_kzalloc(dev, sizeof(*ctrl), GFP_KERNEL);
	if (!ctrl)
		return -ENOMEM;
	dma = &ctrl->dma;
	shift = i8237_shift(i8237_lines[pdev->id][0]);

	err = dma_coerce_mask_and_coherent(dev, DMA_BIT_MASK(24));
	if (err)
		return err;
	dma_set_max_seg_size(dev, SZ_64K << shift);
	dma_set_seg_boundary(dev, (SZ_64K << shift) - 1);

	dma->dev = dev;
	INIT_LIST_HEAD(&dma->channels);
	ctrl->nchans = i8237_nlines[pdev->id] + 1;
	for (i = 0; i < ctrl->nchans; i++)
		i8237_chan_init(&ctrl->chans[i], dma, i8237_lines[pdev->id][i]);
	err = i8237_make_map(dev, ctrl);
	if (err)
		return err;

	dma_cap_set(DMA_SLAVE, dma->cap_mask);
	dma_cap_set(DMA_CYCLIC, dma->cap_mask);
	dma_cap_set(DMA_PRIVATE, dma->cap_mask);
	dma->directions = BIT(DMA_MEM_TO_DEV) | BIT(DMA_DEV_TO_MEM);
	dma->src_addr_widths = shift ? BIT(DMA_SLAVE_BUSWIDTH_2_BYTES) :
				       BIT(DMA_SLAVE_BUSWIDTH_1_BYTE);
	dma->dst_addr_widths = dma->src_addr_widths;
	dma->max_burst = 1;
	dma->max_sg_burst = 1;
	dma->residue_granularity = DMA_RESIDUE_GRANULARITY_BURST;
	i8237_chan_ops(dma);
	platform_set_drvdata(pdev, ctrl);
	return dmaenginem_async_device_register(dma);
}

static int i8237_suspend_late(struct device *dev)
{
	struct i8237 *ctrl = dev_get_drvdata(dev);
	unsigned int i;

	for (i = 0; i < ctrl->nchans; i++)
		i8237_chan_suspend(&ctrl->chans[i]);
	return 0;
}

/*
 * The next kernel knows nothing of a transfer that this one has left, and a transfer that
 * repeats itself would go on in its memory: nobody takes bus mastering from an ISA card.
 */
static void i8237_shutdown(struct platform_device *pdev)
{
	i8237_suspend_late(&pdev->dev);
}

static int i8237_resume_early(struct device *dev)
{
	struct i8237 *ctrl = dev_get_drvdata(dev);
	unsigned int i;

	for (i = 0; i < ctrl->nchans; i++)
		i8237_chan_resume(&ctrl->chans[i]);
	return 0;
}

/* After all clients have gone to sleep and before any of them wakes up. */
static const struct dev_pm_ops i8237_pm_ops = {
	LATE_SYSTEM_SLEEP_PM_OPS(i8237_suspend_late, i8237_resume_early)
};

static struct platform_driver i8237_driver = {
	.probe = i8237_probe,
	.shutdown = i8237_shutdown,
	.driver = {
		.name = "i8237-dma",
		.pm = pm_sleep_ptr(&i8237_pm_ops),
		/* dmaengine pins the module of a channel in use, not the binding */
		.suppress_bind_attrs = true,
	},
};

static void i8237_remove_devices(void)
{
	int i;

	for (i = I8237_CONTROLLERS - 1; i >= 0; i--)
		platform_device_unregister(i8237_devices[i]);
}

static int __init i8237_init(void)
{
	int i, err;

	if (!i8237_hw_present())
		return -ENODEV;
	err = platform_driver_register(&i8237_driver);
	if (err)
		return err;
	for (i = 0; i < I8237_CONTROLLERS; i++) {
		i8237_devices[i] = platform_device_register_simple("i8237-dma", i,
								   NULL, 0);
		if (IS_ERR(i8237_devices[i])) {
			err = PTR_ERR(i8237_devices[i]);
			i8237_devices[i] = NULL;
			i8237_remove_devices();
			platform_driver_unregister(&i8237_driver);
			return err;
		}
	}
	return 0;
}
module_init(i8237_init);

static void __exit i8237_exit(void)
{
	i8237_remove_devices();
	platform_driver_unregister(&i8237_driver);
}
module_exit(i8237_exit);

MODULE_DESCRIPTION("Intel 8237 ISA DMA controllers as dmaengine providers");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");
