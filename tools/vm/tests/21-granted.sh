#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Configurations by lot: each that the driver grants must run in real time, bit for
# bit. SEED= draws others.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 254:0+3000000 "$work/fed.raw" || die 'no audio to feed'
cards='r8000 r11025 r22050 r44100 r48000'
set --
for card in $cards; do
	set -- "$@" --device "ac97,id=$card,out=${card#r}"
done
arguments=${SEED:-1}
boot granted granted.sh "$@" --device "ac97,id=fed,out=48000,in=$work/fed.raw"
# shellcheck disable=SC2086 # a list
hear $cards
recorded "$work/fed.raw"
judge
tap_end
