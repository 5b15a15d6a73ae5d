// SPDX-License-Identifier: GPL-2.0
/*
 * A PCI device of the machine that was given to the tests
 */
#include <linux/module.h>
#include <linux/pci.h>

#include "fake_dev.h"

static struct pci_dev *real_pci;

struct pci_dev *real_dev(void)
{
	return real_pci;
}

static int real_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	int err;

	if (real_pci)
		return -EBUSY;
	err = pcim_enable_device(pci);
	if (err)
		return err;
	pci_set_master(pci);
	real_pci = pci;
	return 0;
}

static void real_remove(struct pci_dev *pci)
{
	real_pci = NULL;
	pci_clear_master(pci);
}

/* Takes nothing by itself: a device's driver_override has to say so. */
static const struct pci_device_id real_ids[] = {
	{ }
};

static struct pci_driver real_driver = {
	.name = "portcls-test",
	.id_table = real_ids,
	.probe = real_probe,
	.remove = real_remove,
	.driver = {
		.suppress_bind_attrs = true,
	},
};

int real_dev_start(void)
{
	return pci_register_driver(&real_driver);
}

void real_dev_stop(void)
{
	pci_unregister_driver(&real_driver);
}
