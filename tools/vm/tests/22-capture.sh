#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Capture and full duplex, bit for bit, on two AC'97 cards that are fed a file.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 1:0+6000000 "$work/fed.raw" || die 'no audio to feed'
boot capture capture.sh --device "ac97,id=c48000,out=48000,in=$work/fed.raw" \
	--device "ac97,id=c44100,out=44100,in=$work/fed.raw"
hear c48000 c44100
recorded "$work/fed.raw"
judge
tap_end
