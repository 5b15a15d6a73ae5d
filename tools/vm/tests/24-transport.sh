#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a client may do to a running stream, and what must be heard of it then.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 1:0+1000000 "$work/fed.raw" || die 'no audio to feed'
boot transport transport.sh --device ac97,id=main,out=48000 \
	--device ac97,id=direct,out=48000,mix=off \
	--device "ac97,id=fed,out=48000,in=$work/fed.raw"
hear main direct
recorded "$work/fed.raw"
judge
tap_end
