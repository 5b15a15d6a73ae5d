#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Playback, bit for bit: five AC'97 cards in one machine, each at a rate of its own.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

cards='r8000 r11025 r22050 r44100 r48000'
set --
for card in $cards; do
	set -- "$@" --device "ac97,id=$card,out=${card#r}"
done
boot playback playback.sh "$@"
# shellcheck disable=SC2086 # a list
hear $cards
judge
tap_end
