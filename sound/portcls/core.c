// SPDX-License-Identifier: GPL-2.0
/*
 * snd-portcls: the audio port class on ALSA
 */
#include <linux/module.h>

#include "transfer_local.h"

static int __init portcls_init(void)
{
	int err = portcls_adapter_start();

	if (!err)
		portcls_debugfs_start();
	return err;
}
module_init(portcls_init);

static void __exit portcls_exit(void)
{
	portcls_debugfs_stop();
	portcls_adapter_stop();
}
module_exit(portcls_exit);

MODULE_DESCRIPTION("Audio port class: DMA channels and streams for ALSA card drivers");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");
