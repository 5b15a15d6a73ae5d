/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Position arithmetic: pure, no hardware and no ALSA header
 *
 * Compiled into the module, and also as a program of user space with its tests.
 */
#ifndef __SOUND_PORTCLS_POSITION_H
#define __SOUND_PORTCLS_POSITION_H

#include <linux/types.h>

u32 portcls_position_advance(u32 old, u32 new, u32 cycle, u32 guard);
u64 portcls_position_normalize(u64 bytes, u32 rate, u32 frame_bytes);
u32 portcls_framing_size(u32 rate, u32 frame_bytes, u32 interval_ms);

#endif /* __SOUND_PORTCLS_POSITION_H */
