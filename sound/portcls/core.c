// SPDX-License-Identifier: GPL-2.0
/*
 * snd-portcls: the audio port class on ALSA
 */
#include <linux/module.h>

#include "transfer_local.h"

static int __init portcls_init(void)
{
	return portcls_adapter_start();
}
module_init(portcls_init);

static void __exit portcls_exit(void)
{
	portcls_adapter_stop();
}
module_exit(portcls_exit);

MODULE_DESCRIPTION("Audio port class: DMA channels and streams for ALSA card drivers");
MODULE_AUTHOR("The snd-portcls maintainers");
MODULE_LICENSE("GPL");
