/* SPDX-License-Identifier: GPL-2.0 */
/*
 * v6.11, 0edb555a65d1 ("platform: Make platform_driver::remove() return void")
 *
 * Before, .remove returns int and the void callback is .remove_new. Where the
 * structure is declared, let the member in the place of .remove_new be called
 * .remove. What that header includes is read first, so that nothing else changes.
 * Without .remove_new, which v6.3 brought and Debian's 6.1 has, there is no such place.
 */
#include <linux/device.h>

#if !defined(PORTCLS_HAVE_PLATFORM_REMOVE_VOID) && !defined(PORTCLS_HAVE_PLATFORM_REMOVE_NEW)
#error "this kernel's struct platform_driver has no callback remove_new: take a newer one"
#endif

#ifndef PORTCLS_HAVE_PLATFORM_REMOVE_VOID
#define remove remove_returning_int)(struct platform_device *); void (*remove
#define remove_new remove_in_its_place[0]
#endif

#include_next <linux/platform_device.h>

#ifndef PORTCLS_HAVE_PLATFORM_REMOVE_VOID
#undef remove
#undef remove_new
static_assert(offsetof(struct platform_driver, shutdown) == 3 * sizeof(void (*)(void)),
	      "struct platform_driver has changed its layout");
#endif
