#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A card with two lines of 8 bits, of which the lower is said to be the one for 16 bits.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
devices=/sys/devices/platform

modprobe "$driver" dma16=1 || exit 1
card_wide=$(card_of $devices/snd-portcls-sb16.0) || exit 1
lines() { grep -A 1 "^ *$card_wide " /proc/asound/cards | grep 'dma 3&1$'; }
attempt given 'the other line is that for 8 bits' lines
play given-rw wide 'rw' -f s16x2 -r 44100 -p 1024 -b 4096 -n 44123 -m 20
