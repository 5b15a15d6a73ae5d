// SPDX-License-Identifier: GPL-2.0
/*
 * The test module's suites as KUnit suites
 *
 * KUnit wants a table of its own for each suite; it is made from ours before
 * the module's init function returns, after which KUnit runs the suites. A
 * KUnit case finds ours by its name.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "kunit.h"
#include "portcls_test.h"

#define PT_KUNIT_SUITE(word) \
	static struct kunit_suite pt_kunit_##word = { .name = "portcls_" #word };
PORTCLS_TEST_SUITES(PT_KUNIT_SUITE)

#define PT_KUNIT_POINTER(word) &pt_kunit_##word,
static struct kunit_suite *const pt_kunit_all[] = {
	PORTCLS_TEST_SUITES(PT_KUNIT_POINTER)
};

kunit_test_suites(PORTCLS_TEST_SUITES(PT_KUNIT_POINTER));

static const struct portcls_test_suite *const *pt_suites;

static void pt_kunit_run(struct kunit *test)
{
	const struct portcls_test_case *cas;
	struct portcls_test t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pt_kunit_all); i++) {
		for (cas = pt_suites[i]->cases; cas->run; cas++) {
			if (cas->name != test->name)
				continue;
			pt_run_case(pt_suites[i], cas, &t);
			if (t.failures)
				KUNIT_FAIL(test, "%u of %u checks failed",
					   t.failures, t.checks);
			else if (t.skip[0])
				kunit_mark_skipped(test, "%s", t.skip);
			return;
		}
	}
	KUNIT_FAIL(test, "no such case");
}

/**
 * pt_kunit_prepare() - fills KUnit's tables
 * @suites: ours, in the order of PORTCLS_TEST_SUITES
 * @count: their number
 *
 * Context: the module's init function.
 * Return: 0 or -ENOMEM.
 */
int pt_kunit_prepare(const struct portcls_test_suite *const *suites,
		     unsigned int count)
{
	const struct portcls_test_case *cas;
	struct kunit_case *cases;
	unsigned int i, n;

	pt_suites = suites;
	for (i = 0; i < count; i++) {
		for (n = 0; suites[i]->cases[n].run; n++)
			;
		cases = kcalloc(n + 1, sizeof(*cases), GFP_KERNEL);
		if (!cases) {
			pt_kunit_release();
			return -ENOMEM;
		}
		pt_kunit_all[i]->test_cases = cases;
		for (cas = suites[i]->cases; cas->run; cas++, cases++) {
			cases->run_case = pt_kunit_run;
			cases->name = cas->name;
		}
	}
	return 0;
}

/**
 * pt_kunit_release() - frees KUnit's tables
 *
 * Context: the module's exit function.
 */
void pt_kunit_release(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pt_kunit_all); i++) {
		kfree(pt_kunit_all[i]->test_cases);
		pt_kunit_all[i]->test_cases = NULL;
	}
}
