/* SPDX-License-Identifier: GPL-2.0 */
/*
 * v6.11, 0edb555a65d1 ("platform: Make platform_driver::remove() return void")
 *
 * Before, .remove returns int and the void callback is .remove_new. A file that
 * includes this header by itself (and not through another one) is a platform
 * driver and gets its .remove renamed.
 */
#include_next <linux/platform_device.h>

#if !defined(PORTCLS_HAVE_PLATFORM_REMOVE_VOID) && __INCLUDE_LEVEL__ == 1
#define remove remove_new
#endif
