// SPDX-License-Identifier: GPL-2.0
/*
 * The test module's suites as KUnit suites
 *
 * KUnit wants a table of its own for each suite. It is made from ours, so the
 * suites cannot be named in a section, which KUnit reads before the module's init
 * function runs on some kernels; they are run from there instead.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "kunit.h"
#include "portcls_test.h"

/* KUnit names suites by a constant in the structure itself. */
#define PT_KUNIT_SUITE(word) \
	static struct kunit_suite pt_kunit_##word = { .name = "portcls_" #word };
PORTCLS_TEST_SUITES(PT_KUNIT_SUITE)

#define PT_KUNIT_POINTER(word) &pt_kunit_##word,
static struct kunit_suite *const pt_kunit_all[] = {
	PORTCLS_TEST_SUITES(PT_KUNIT_POINTER)
};

/* The suite that KUnit runs now. */
static const struct portcls_test_suite *pt_kunit_now;

static void pt_kunit_case(struct kunit *test)
{
	const struct portcls_test_case *cas;
	struct portcls_test t;

	for (cas = pt_kunit_now->cases; cas->run; cas++) {
		if (cas->name != test->name)
			continue;
		pt_run_case(pt_kunit_now, cas, &t);
		if (t.failures)
			KUNIT_FAIL(test, "%u of %u checks failed", t.failures, t.checks);
		else if (t.skip[0])
			kunit_mark_skipped(test, "%s", t.skip);
		return;
	}
	KUNIT_FAIL(test, "no such case");
}

/**
 * pt_kunit_run() - has KUnit run the cases that match
 * @suites: ours, in the order of PORTCLS_TEST_SUITES
 * @count: their number
 * @part: as for the module's parameter
 *
 * Context: the module's init function.
 * Return: 0 or -ENOMEM.
 */
int pt_kunit_run(const struct portcls_test_suite *const *suites,
		 unsigned int count, const char *part)
{
	const struct portcls_test_case *cas;
	struct kunit_case *cases;
	unsigned int i, n;

	for (i = 0; i < count; i++) {
		for (n = 0; suites[i]->cases[n].run; n++)
			;
		cases = kcalloc(n + 1, sizeof(*cases), GFP_KERNEL);
		if (!cases)
			return -ENOMEM;
		n = 0;
		for (cas = suites[i]->cases; cas->run; cas++) {
			if (!pt_matches(suites[i], cas, part))
				continue;
			cases[n].run_case = pt_kunit_case;
			cases[n++].name = cas->name;
		}
		pt_kunit_now = suites[i];
		pt_kunit_all[i]->test_cases = cases;
		if (n)
			kunit_run_tests(pt_kunit_all[i]);
		pt_kunit_all[i]->test_cases = NULL;
		kfree(cases);
	}
	return 0;
}
