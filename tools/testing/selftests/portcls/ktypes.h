/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's names of types, for programs. */
#ifndef PORTCLS_TEST_KTYPES_H
#define PORTCLS_TEST_KTYPES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s16 s16;

#endif
