/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test module's small frame: named cases that run under KUnit and without it
 *
 * A suite is a table of cases in a file of its own; its name stands in
 * PORTCLS_TEST_SUITES below, its object in the Makefile. On a kernel with KUnit
 * every suite is a KUnit suite and runs when the module is loaded. On any other
 * kernel the module's own runner does the same. Either way writing a part of a
 * case's or suite's name ("" for all) to snd-portcls-test/run in debugfs runs the
 * matching cases again in the writer's context, and snd-portcls-test/results
 * holds what they said, in TAP.
 *
 * A case's name begins with the number of the statement that it tests: "V3-21
 * queued requests are granted in order". Cases run one at a time in process
 * context and may sleep. A case that cannot run here says so with PT_SKIP; one
 * that asserted nothing at all counts as failed.
 */
#ifndef __PORTCLS_TEST_H
#define __PORTCLS_TEST_H

#include <linux/types.h>

struct task_struct;

/* One word for each suite, which is struct portcls_test_suite pt_suite_<word>. */
#define PORTCLS_TEST_SUITES(X) \
	X(transfer_count) \
	X(dma_channel) \
	X(slave) \
	X(slave_life) \
	X(i8237) \
	X(service) \
	X(interrupt) \
	X(position) \
	X(mapping) \
	X(wavepci) \
	X(wavepci_run) \
	X(wavepci_alsa) \
	X(wavepci_ring) \
	X(methods) \
	X(port) \
	X(link) \
	X(pump) \
	X(wavecyclic) \
	X(wavecyclic_params) \
	X(transfer_adapter) \
	X(transfer_queue) \
	X(transfer_map) \
	X(transfer_memory) \
	X(transfer_system) \
	X(transfer_system_stop) \
	X(transfer_race) \
	X(netdma) \
	X(netdma_list) \
	X(netdma_copy) \
	X(edu) \
	X(ich_engine) \
	X(ich_clock) \
	X(isa_adapter) \
	X(example) \
	X(fail)

/**
 * struct portcls_test - a running case
 * @name: the case's name
 * @priv: the suite's own
 * @checks: number of conditions that were looked at
 * @failures: number of those that did not hold
 * @skip: why the case did not run, empty if it did
 */
struct portcls_test {
	const char *name;
	void *priv;
	unsigned int checks;
	unsigned int failures;
	char skip[80];
};

/**
 * struct portcls_test_case - one case
 * @name: number and statement; one line without "#"
 * @run: the case
 */
struct portcls_test_case {
	const char *name;
	void (*run)(struct portcls_test *t);
};

/**
 * struct portcls_test_suite - cases that share a fixture
 * @name: the suite's name
 * @cases: the table; ends with an entry without @run
 * @init: makes the fixture before each case; an error fails the case; optional
 * @exit: takes it away after each case for which @init succeeded; optional
 */
struct portcls_test_suite {
	const char *name;
	const struct portcls_test_case *cases;
	int (*init)(struct portcls_test *t);
	void (*exit)(struct portcls_test *t);
};

#define PT_DECLARE(word) extern const struct portcls_test_suite pt_suite_##word;
PORTCLS_TEST_SUITES(PT_DECLARE)

__printf(5, 6)
bool pt_check(struct portcls_test *t, bool ok, const char *file, int line,
	      const char *fmt, ...);
__printf(1, 2) void pt_note(const char *fmt, ...);
bool pt_matches(const struct portcls_test_suite *suite,
		const struct portcls_test_case *cas, const char *part);
void pt_run_case(const struct portcls_test_suite *suite,
		 const struct portcls_test_case *cas, struct portcls_test *t);
struct task_struct *pt_run_elsewhere(int (*run)(void *data), void *data,
				     const char *name);

/* How long the races of two CPUs go on: a module parameter. */
extern unsigned int pt_race_seconds;
/* Devices use the machine's own mapping API, no arena: a module parameter. */
extern bool pt_plain;

/* The case goes on after a failed EXPECT, and returns from a failed ASSERT. */
#define PT_EXPECT(t, cond) \
	pt_check(t, cond, __FILE__, __LINE__, "%s", #cond)

#define PT_EXPECT_EQ(t, a, b) ({					\
	const long long __pt_a = (long long)(a);			\
	const long long __pt_b = (long long)(b);			\
	pt_check(t, __pt_a == __pt_b, __FILE__, __LINE__,		\
		 "%s == %s: %lld and %lld", #a, #b, __pt_a, __pt_b);	\
})

#define PT_ASSERT(t, cond) do { \
	if (!PT_EXPECT(t, cond)) \
		return; \
} while (0)

#define PT_ASSERT_EQ(t, a, b) do { \
	if (!PT_EXPECT_EQ(t, a, b)) \
		return; \
} while (0)

#define PT_SKIP(t, reason) do { \
	strscpy((t)->skip, reason, sizeof((t)->skip)); \
	return; \
} while (0)

#endif /* __PORTCLS_TEST_H */
