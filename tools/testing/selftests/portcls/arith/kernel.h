/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pure files of sound/portcls and their tests use of the kernel, for a program
 * of user space
 */
#ifndef __ARITH_KERNEL_H
#define __ARITH_KERNEL_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define U32_MAX	UINT32_MAX
#define U64_MAX	UINT64_MAX

#define SZ_4K	0x1000
#define SZ_64K	0x10000
#define SZ_128K	0x20000
#define SZ_256K	0x40000
#define SZ_1M	0x100000

#define __printf(text, first)	__attribute__((format(__printf__, text, first)))

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* As strict as the kernel's: what differs in its type is no pair. */
#define arith_one_of(a, b, sign) ({			\
	__auto_type __a = (a);				\
	__auto_type __b = (b);				\
	(void)(&__a == &__b);				\
	__a sign __b ? __a : __b;			\
})
#define min(a, b)		arith_one_of(a, b, <)
#define max(a, b)		arith_one_of(a, b, >)
#define min3(a, b, c)		min(min(a, b), c)
#define min_t(type, a, b)	arith_one_of((type)(a), (type)(b), <)
#define max_t(type, a, b)	arith_one_of((type)(a), (type)(b), >)

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *rest)
{
	*rest = dividend % divisor;
	return dividend / divisor;
}

#define GFP_KERNEL	0
#define kmalloc(bytes, gfp)	malloc(bytes)
#define kzalloc(bytes, gfp)	calloc(1, bytes)
#define kfree(memory)	free(memory)

#endif /* __ARITH_KERNEL_H */
