/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls that fail on purpose: of portcls-fail, a module of the tests, which need not be
 * there. Taken with symbol_get().
 */
#ifndef __PORTCLS_TEST_FAIL_HOOK_H
#define __PORTCLS_TEST_FAIL_HOOK_H

#include <linux/types.h>

/* Let the @nth call of the function @symbol by this task return @value at once. */
int portcls_fail_arm(const char *symbol, long value, unsigned int nth);

/* Return: whether that call has been made. */
bool portcls_fail_disarm(void);

#endif /* __PORTCLS_TEST_FAIL_HOOK_H */
