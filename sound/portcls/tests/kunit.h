/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test module's suites as KUnit suites, where the kernel has KUnit
 */
#ifndef __PORTCLS_TEST_KUNIT_H
#define __PORTCLS_TEST_KUNIT_H

struct portcls_test_suite;

#if IS_ENABLED(CONFIG_KUNIT)
int pt_kunit_prepare(const struct portcls_test_suite *const *suites,
		     unsigned int count);
void pt_kunit_release(void);
#else
static inline int
pt_kunit_prepare(const struct portcls_test_suite *const *suites,
		 unsigned int count)
{
	return 0;
}

static inline void pt_kunit_release(void)
{
}
#endif

#endif /* __PORTCLS_TEST_KUNIT_H */
