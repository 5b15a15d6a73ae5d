// SPDX-License-Identifier: GPL-2.0
#include <linux/platform_device.h>

static void probe_remove(struct platform_device *pdev)
{
}

struct platform_driver probe_driver = { .remove_new = probe_remove };
