#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# ALSA's own kselftests, as Debian's newest linux-source has them, on an AC'97 card.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

alsa=$("$tests/fetch-alsa-kselftests") || die 'no kselftests of ALSA'
echo "# $(cat "$alsa/version")"
pcmtool gen s16x2 1:0+4000000 "$work/fed.raw" || die 'no audio to feed'
arguments='snd-intel8x0 15 60'
boot kselftest-alsa kselftest-alsa.sh --file "$alsa:alsa" \
	--device "ac97,id=main,out=48000,in=$work/fed.raw"
judge
tap_end
