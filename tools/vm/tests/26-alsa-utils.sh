#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# aplay, arecord, amixer, alsactl and speaker-test, as they are, on an AC'97 card.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 254:0+1000000 "$work/fed.raw" || die 'no audio to feed'
boot alsa-utils alsa-utils.sh --device "ac97,id=main,out=48000,in=$work/fed.raw" \
	--device ac97,id=other
hear main
recorded "$work/fed.raw"
judge
tap_end
