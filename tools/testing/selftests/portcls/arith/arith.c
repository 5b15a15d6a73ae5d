// SPDX-License-Identifier: GPL-2.0
/*
 * The pure files of sound/portcls and their contract tests as a program of user space
 *
 * The same lines as in the kernel, on 64 and on 32 bits, under the sanitizers for
 * addresses and undefined behaviour, which end the program.
 */
#include <stdarg.h>
#include <stdio.h>

#include "portcls_test.h"

static const struct portcls_test_suite *const suites[] = {
	&pt_suite_transfer_count,
	&pt_suite_position,
	&pt_suite_mapping,
	&pt_suite_pump,
};

bool pt_check(struct portcls_test *t, bool ok, const char *file, int line,
	      const char *fmt, ...)
{
	va_list args;

	t->checks++;
	if (ok)
		return true;
	t->failures++;
	va_start(args, fmt);
	printf("# %s:%d: ", file, line);
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
	return false;
}

void pt_note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf("# ");
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
}

static bool passes(const struct portcls_test_suite *suite,
		   const struct portcls_test_case *cas)
{
	struct portcls_test t = { .name = cas->name };
	int err = suite->init ? suite->init(&t) : 0;

	if (err) {
		printf("# fixture: error %d\n", err);
		return false;
	}
	cas->run(&t);
	if (suite->exit)
		suite->exit(&t);
	if (!t.checks)
		printf("# nothing was checked\n");
	return t.checks && !t.failures;
}

int main(void)
{
	const struct portcls_test_case *cas;
	unsigned int count = 0, failed = 0, i;

	printf("TAP version 13\n");
	for (i = 0; i < ARRAY_SIZE(suites); i++) {
		for (cas = suites[i]->cases; cas->run; cas++) {
			bool ok = passes(suites[i], cas);

			failed += !ok;
			printf("%sok %u - %s\n", ok ? "" : "not ", ++count, cas->name);
			fflush(stdout);
		}
	}
	printf("1..%u\n", count);
	return failed ? 1 : 0;
}
