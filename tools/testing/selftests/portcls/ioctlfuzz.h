/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of ioctlfuzz share; see ioctlfuzz.c. */
#ifndef PORTCLS_TEST_IOCTLFUZZ_H
#define PORTCLS_TEST_IOCTLFUZZ_H

#include "ktypes.h"

enum kind { CONTROL, PCM, TIMER };

struct node {
	const char *path;
	enum kind kind;
	int fd;
	u8 *map;
	bool writable;
	size_t map_size;
};

/* The request that is being made, for when it does not come back. */
extern const char *current;

unsigned int below(unsigned int limit);
u64 number(void);
void garbage(void *memory, size_t size);
void count(long ret);
void request(struct node *node, const char *name, unsigned long code, void *argument);
void odd_control(struct node *node);
void odd_timer(struct node *node);

#endif
