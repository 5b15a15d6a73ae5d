/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page's two walks through the ten steps, for other suites too
 */
#ifndef __PORTCLS_TEST_EXAMPLE_H
#define __PORTCLS_TEST_EXAMPLE_H

#include <linux/types.h>

#define EXAMPLE_BYTES	20000

struct device;
struct portcls_system_desc;

/* What the device of the first walk has got: EXAMPLE_BYTES of room. */
extern u8 *example_device;
extern u32 example_device_bytes;

int example_master_send(struct device *dev, void *buf, u32 bytes);
int example_slave_send(struct device *dev, const struct portcls_system_desc *wired,
		       void *buf, u32 bytes);

#endif /* __PORTCLS_TEST_EXAMPLE_H */
