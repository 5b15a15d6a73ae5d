#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bad input to the nodes of an AC'97 card.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 254:0+4000000 "$work/fed.raw" || die 'no audio to feed'
boot bad-input bad-input.sh --with "$programs/bad-input" \
	--device ac97,id=main,out=48000 --device "ac97,id=fed,out=48000,in=$work/fed.raw"
hear main fed
recorded "$work/fed.raw"
judge
tap_end
