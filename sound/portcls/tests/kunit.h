/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test module's suites as KUnit suites, where the kernel has KUnit
 */
#ifndef __PORTCLS_TEST_KUNIT_H
#define __PORTCLS_TEST_KUNIT_H

struct portcls_test_suite;

#if IS_ENABLED(CONFIG_KUNIT)
int pt_kunit_run(const struct portcls_test_suite *const *suites,
		 unsigned int count, const char *part);
#else
static inline int pt_kunit_run(const struct portcls_test_suite *const *suites,
			       unsigned int count, const char *part)
{
	return -EOPNOTSUPP;
}
#endif

#endif /* __PORTCLS_TEST_KUNIT_H */
