/* SPDX-License-Identifier: GPL-2.0 */
/*
 * v6.5, a4bb75c4f19d ("ALSA: uapi: pcm: control the filling of the silence samples for drain")
 *
 * Before, there is no such bit; alsa-lib knows it on any kernel.
 *
 * v6.6, "ALSA: pcm: Don't embed device"
 *
 * Before, the device of a stream is a member and not a pointer. Unregistering is all
 * that is done with it here, and with no other device.
 */
#include <sound/core.h>
#include_next <sound/pcm.h>

#ifndef SNDRV_PCM_INFO_PERFECT_DRAIN
#define SNDRV_PCM_INFO_PERFECT_DRAIN 0x00000040
#endif

#if !defined(PORTCLS_HAVE_PCM_STREAM_DEV) && !defined(__PORTCLS_COMPAT_PCM_H)
#define __PORTCLS_COMPAT_PCM_H

#define snd_unregister_device(dev) snd_unregister_device(&(dev))

#endif
